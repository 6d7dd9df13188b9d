/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/ends.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ENDS_WALL = 8 }; /* infinities that may be read and written beyond the last entry */

bool ends_new(struct ends *ends, uint32_t agents, double last_s)
{
    *ends = (struct ends){.sorted = agents <= ENDS_SORTED_AGENTS && last_s < ENDS_SORTED_UNTIL_S, .never_s = last_s + 1.0};
    ends->tie = calloc(agents + 1, sizeof *ends->tie);
    if (ends->sorted) {
        ends->window = malloc((agents + ENDS_WALL) * sizeof *ends->window);
        ends->wall = ends->window + agents;
        for (int i = 0; ends->window && i < ENDS_WALL; i++)
            ends->wall[i] = INFINITY;
    } else {
        ends->heap = calloc(agents + 1, sizeof *ends->heap);
    }
    return ends->tie && (ends->window || ends->heap);
}

void ends_release(struct ends *ends)
{
    free(ends->tie);
    free(ends->window);
    free(ends->heap);
}

void ends_clear(struct ends *ends)
{
    ends->count = 0;
    ends->first_open = false;
    ends->first = ends->wall;
}

/* --- the sorted array --- */

void ends_window_untie(struct ends *ends)
{
    double at = ends_instant(ends->first[0]);
    uint32_t best = 0;
    struct tie least = ends->tie[(uint32_t)((ends->first[0] - at) * (1.0 / ENDS_AGENT_UNIT))];
    for (uint32_t i = 1; i < ends->count && ends->first[i] < at + 0x1p-20; i++) {
        struct tie tie = ends->tie[(uint32_t)((ends->first[i] - at) * (1.0 / ENDS_AGENT_UNIT))];
        if (tie_before(tie, least)) {
            least = tie;
            best = i;
        }
    }
    double due = ends->first[best];
    memmove(ends->first + 1, ends->first, best * sizeof *ends->first);
    ends->first[0] = due;
}

/* --- the heap --- */

static inline bool end_before(const struct ends *ends, struct end a, struct end b)
{
    if (__builtin_expect(a.at_s != b.at_s, 1))
        return a.at_s < b.at_s;
    return tie_before(ends->tie[a.agent], ends->tie[b.agent]);
}

void ends_heap_sift_down(struct ends *ends, struct end entry)
{
    struct end *heap = ends->heap;
    uint32_t at = 0, count = ends->count;
    for (uint32_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count)
            child += end_before(ends, heap[child + 1], heap[child]);
        if (!end_before(ends, heap[child], entry))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = entry;
}

void ends_heap_push(struct ends *ends, struct end entry)
{
    uint32_t at = ends->count++;
    while (at > 0) {
        uint32_t parent = (at - 1) / 2;
        if (!end_before(ends, entry, ends->heap[parent]))
            break;
        ends->heap[at] = ends->heap[parent];
        at = parent;
    }
    ends->heap[at] = entry;
}
