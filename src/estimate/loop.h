/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loop that everything which plays many replications runs in: threads take numbers and play them; what they bring
 * back is folded strictly in the order of the numbers, by one thread at a time. So sums of doubles come out the same
 * whatever the number of threads, and memory is bounded: a thread may be ahead of the fold by a window.
 *
 * What a number means is the caller's business: a replication of one model, a replication of each of several
 * alternatives, a point of a sweep. The caller gives four functions; each gets `context` first.
 */
#ifndef STAFFCAST_ESTIMATE_LOOP_H
#define STAFFCAST_ESTIMATE_LOOP_H

#include "staffcast/error.h"

#include <stdbool.h>
#include <stddef.h>

struct sc_loop {
    size_t first, end; /* numbers first <= n < end */
    int threads;       /* 0: as many as OpenMP gives */
    void *context;
    /* Scratch memory of one thread (workspaces); may be NULL with its release where none is needed. */
    enum sc_code (*start)(void *context, void **scratch, struct sc_error *error);
    void (*finish)(void *context, void *scratch);
    /* A buffer for what one number brings; made a few times, then reused. */
    enum sc_code (*brought_new)(void *context, void **brought, struct sc_error *error);
    void (*brought_free)(void *context, void *brought);
    /* Plays a number into a buffer: by any thread, many at a time. */
    enum sc_code (*play)(void *context, void *scratch, size_t number, void *brought, struct sc_error *error);
    /* Folds it: in order, never two at a time. False: enough, later numbers are thrown away. A failure ends the loop.
       May be NULL. */
    enum sc_code (*fold)(void *context, size_t number, void *brought, bool *more, struct sc_error *error);
};

/*
 * Runs the loop to its end. *folded (may be NULL) is how many numbers were folded. The first failure of any function,
 * in the order of time, is returned; the others stop. Errors: those of the functions, SC_SYSTEM (memory).
 */
enum sc_code sc_loop_run(const struct sc_loop *loop, size_t *folded, struct sc_error *error);

#endif
