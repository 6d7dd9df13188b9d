/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was played waits in a ring until all before it is folded. Whoever finishes a number while nobody folds becomes
 * the folder and folds what is ready, in order, so there is no barrier and no thread of its own for it. Buffers are
 * reused last in, first out, to stay in the cache.
 */
#include "estimate/loop.h"

#include <omp.h>
#include <pthread.h>
#include <stdlib.h>

enum { WINDOW = 64 };

/* A buffer on its way from play to fold and back. */
struct slot {
    void *brought;
    struct slot *next; /* in the list of free ones */
};

struct state {
    const struct sc_loop *loop;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t moved; /* the fold went on, or the loop stops */
    size_t next, folded;
    bool folding, stop;
    struct slot *ready[WINDOW]; /* number n at n mod WINDOW */
    struct slot *spare;
    enum sc_code code;
    struct sc_error error;
};

static void slot_free(const struct sc_loop *loop, struct slot *slot)
{
    if (slot == NULL)
        return;
    if (slot->brought != NULL)
        loop->brought_free(loop->context, slot->brought);
    free(slot);
}

static enum sc_code slot_new(const struct sc_loop *loop, struct slot **out, struct sc_error *error)
{
    struct slot *slot = calloc(1, sizeof *slot);
    if (slot == NULL)
        return sc_error_memory(error);
    enum sc_code code = loop->brought_new(loop->context, &slot->brought, error);
    if (code == SC_OK)
        *out = slot;
    else
        slot_free(loop, slot);
    return code;
}

/* The first failure is the one that is told. With the lock held. */
static void fail(struct state *state, enum sc_code code, const struct sc_error *error)
{
    if (state->code == SC_OK) {
        state->code = code;
        state->error = *error;
    }
    state->stop = true;
    pthread_cond_broadcast(&state->moved);
}

/* Folds all that is ready, unless another thread is at it. With the lock held, which is given up meanwhile. */
static void fold_ready(struct state *state)
{
    const struct sc_loop *loop = state->loop;
    struct slot *slot;

    if (state->folding)
        return;
    state->folding = true;
    while (!state->stop && (slot = state->ready[state->folded % WINDOW]) != NULL) {
        struct sc_error error = SC_ERROR_INIT;
        enum sc_code code = SC_OK;
        size_t number = state->folded;
        bool more = true;
        state->ready[number % WINDOW] = NULL;
        pthread_mutex_unlock(&state->lock);
        if (loop->fold != NULL)
            code = loop->fold(loop->context, number, slot->brought, &more, &error);
        pthread_mutex_lock(&state->lock);
        slot->next = state->spare;
        state->spare = slot;
        if (code != SC_OK)
            fail(state, code, &error);
        else
            state->folded++;
        state->stop = state->stop || !more;
        pthread_cond_broadcast(&state->moved);
    }
    state->folding = false;
}

/* Next number to play; false when there is none. */
static bool take_number(struct state *state, size_t *number, struct slot **slot)
{
    size_t end = state->loop->end;

    pthread_mutex_lock(&state->lock);
    while (!state->stop && state->next < end && state->next >= state->folded + WINDOW)
        pthread_cond_wait(&state->moved, &state->lock);
    bool more = !state->stop && state->next < end;
    if (more) {
        *number = state->next++;
        *slot = state->spare;
        if (*slot != NULL)
            state->spare = (*slot)->next;
    }
    pthread_mutex_unlock(&state->lock);
    return more;
}

/* What each thread does. */
static void work(struct state *state)
{
    const struct sc_loop *loop = state->loop;
    struct sc_error error = SC_ERROR_INIT;
    void *scratch = NULL;
    struct slot *slot = NULL;
    size_t number;
    enum sc_code code = loop->start != NULL ? loop->start(loop->context, &scratch, &error) : SC_OK;

    while (code == SC_OK && take_number(state, &number, &slot)) {
        if (slot == NULL)
            code = slot_new(loop, &slot, &error);
        if (code == SC_OK)
            code = loop->play(loop->context, scratch, number, slot->brought, &error);
        if (code != SC_OK)
            break;
        pthread_mutex_lock(&state->lock);
        state->ready[number % WINDOW] = slot;
        slot = NULL;
        fold_ready(state);
        pthread_mutex_unlock(&state->lock);
    }
    if (code != SC_OK) {
        pthread_mutex_lock(&state->lock);
        fail(state, code, &error);
        pthread_mutex_unlock(&state->lock);
    }
    slot_free(loop, slot);
    if (loop->finish != NULL && scratch != NULL)
        loop->finish(loop->context, scratch);
}

static void state_release(struct state *state)
{
    for (size_t i = 0; i < WINDOW; i++)
        slot_free(state->loop, state->ready[i]);
    while (state->spare != NULL) {
        struct slot *slot = state->spare;
        state->spare = slot->next;
        slot_free(state->loop, slot);
    }
    pthread_cond_destroy(&state->moved);
    pthread_mutex_destroy(&state->lock);
}

enum sc_code sc_loop_run(const struct sc_loop *loop, size_t *folded, struct sc_error *error)
{
    struct state state = {.loop = loop, .next = loop->first, .folded = loop->first, .code = SC_OK};
    size_t count = loop->end > loop->first ? loop->end - loop->first : 0;
    int threads = loop->threads > 0 ? loop->threads : omp_get_max_threads();

    if ((size_t)threads > count)
        threads = (int)count;
    pthread_mutex_init(&state.lock, NULL);
    pthread_cond_init(&state.moved, NULL);
    if (threads > 1) {
#pragma omp parallel num_threads(threads)
        work(&state);
    } else if (threads == 1) {
        work(&state);
    }
    if (folded != NULL)
        *folded = state.folded - loop->first;
    state_release(&state);
    if (state.code != SC_OK)
        *error = state.error;
    return state.code;
}
