/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/engine.h"

#ifdef SC_CHECK_INVARIANTS

#include <stdio.h>
#include <stdlib.h>

#define HOLDS(condition)                                                                                       \
    do {                                                                                                       \
        if (!(condition)) {                                                                                    \
            fprintf(stderr, "engine: at %.6f s '%s' does not hold (line %d)\n", w->now_s, #condition, __LINE__); \
            abort();                                                                                           \
        }                                                                                                      \
    } while (0)

/* Chats stand beside chats, each with a timer; what is interruptible stands alone. */
static void check_hand(const struct sc_workspace *w, uint32_t index)
{
    const struct agent *agent = &w->agent[index];
    uint32_t in_hand = 0;
    if (agent->state == AGENT_SHARED)
        for (uint32_t i = agent->contact; i != SC_NONE; i = w->contact[i].next) {
            HOLDS(w->contact[i].agent == index && w->contact[i].timer != SC_NONE);
            HOLDS(w->timer[w->contact[i].timer].kind == TIMER_HANDLED);
            in_hand++;
        }
    HOLDS(in_hand == agent->in_hand && (agent->state == AGENT_SHARED) == (in_hand > 0));
    HOLDS(agent->state != AGENT_OFF || (agent->put_down == SC_NONE && agent->mine == SC_NONE));
}

static void check_pools(const struct sc_workspace *w)
{
    uint32_t all_alone = 0;
    for (size_t p = 0; p < w->model->scenario->pool_count; p++) {
        const struct pool_state *pool = &w->pool[p];
        int idle = 0, alone = 0, shared = 0, in_line = 0;
        for (uint32_t i = pool->first_agent; i < pool->first_agent + pool->agents; i++) {
            idle += w->agent[i].state == AGENT_IDLE;
            alone += w->agent[i].state == AGENT_ALONE;
            shared += w->agent[i].state == AGENT_SHARED;
            check_hand(w, i);
        }
        double since = -1.0;
        for (uint32_t i = pool->idle_head; i != SC_NONE; i = w->agent[i].next) {
            HOLDS(w->agent[i].state == AGENT_IDLE && w->agent[i].pool == p);
            HOLDS(w->agent[i].idle_since_s >= since);
            since = w->agent[i].idle_since_s;
            in_line++;
        }
        HOLDS(idle == pool->idle && alone + shared == pool->busy && in_line == idle);
        HOLDS(pool->idle + pool->busy >= pool->level);
        HOLDS(pool->idle == 0 || pool->idle + pool->busy == pool->level);
        /* No free agent leaves waiting what it may take. */
        for (size_t i = 0; i < w->model->pools[p].take_count && pool->idle > 0; i++) {
            const struct sc_take *take = &w->model->pools[p].takes[i];
            uint32_t head = w->queue[take->type].head;
            HOLDS(head == SC_NONE || w->contact[head].stage < stage_for(w, &w->contact[head], take));
        }
        all_alone += (uint32_t)alone;
    }
    HOLDS(w->ends.count == all_alone && !w->ends.first_open);
    HOLDS(w->ends.next_s >= w->now_s || (w->late && w->waiting_types == 0));
}

static void check_queues(const struct sc_workspace *w)
{
    for (size_t c = 0; c < w->model->scenario->channel_count; c++) {
        const struct sc_model_channel *m = &w->model->channels[c];
        uint32_t waiting = 0;
        for (size_t t = m->first_type; t < m->first_type + m->types; t++) {
            uint32_t count = 0, prev = SC_NONE;
            for (uint32_t i = w->queue[t].head; i != SC_NONE; prev = i, i = w->contact[i].next) {
                HOLDS(w->contact[i].type == t && w->contact[i].prev == prev);
                HOLDS(prev == SC_NONE || w->contact[prev].begun || w->contact[prev].joined_s <= w->contact[i].joined_s);
                HOLDS(w->contact[i].patience_s >= w->now_s || !w->queue[t].timed);
                count++;
            }
            HOLDS(count == w->queue[t].count && w->queue[t].tail == prev);
            waiting += count;
        }
        for (uint32_t a = 0; a < w->agent_count; a++)
            for (uint32_t i = w->agent[a].mine; i != SC_NONE; i = w->contact[i].next)
                waiting += w->model->types[w->contact[i].type].channel == (int)c;
        HOLDS(waiting == w->channel[c].waiting);
        HOLDS(w->channel[c].averaging || (!w->channel[c].open && waiting == 0));
    }
    for (uint32_t i = 0; i < w->timer_count; i++) {
        HOLDS(w->contact[w->timer[i].contact].timer == i);
        HOLDS(w->timer[i].at_s >= w->now_s);
        HOLDS(i == 0 || w->timer[(i - 1) / 2].at_s <= w->timer[i].at_s);
    }
}

void sc_engine_check(const struct sc_workspace *w)
{
    check_pools(w);
    check_queues(w);
    for (size_t t = 0; t < w->model->scenario->trunk_count; t++) {
        int lines = 0; /* the most there ever are: who holds one that an event takes away keeps it until the end */
        for (size_t r = 0; r < w->model->regime_count; r++) {
            int then = w->model->regimes[r].model->scenario->trunks[t].lines;
            lines = then > lines ? then : lines;
        }
        HOLDS(w->trunk_used[t] >= 0 && w->trunk_used[t] <= lines);
    }
}

#endif
