/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/ends.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

enum { ENDS_WALL = 16 }; /* infinities that may be read and written beyond the last entry */

/*
 * Takes the first entry out and puts another in. Both sides of every comparison are finite or the wall's infinity, so
 * all variants give the same bits; going beyond the last entry does the wall no harm. W1 spends a sixth of its
 * instructions here, half of that with the wide registers (results/benchmark.md).
 */
static void insert_plain(double *restrict first, uint32_t count, double entry)
{
    for (uint32_t j = 0; j < count; j++) {
        double late = first[j] > entry ? first[j] : entry;
        first[j] = first[j + 1] < late ? first[j + 1] : late;
    }
}

#ifdef __SSE2__
static void insert_sse2(double *first, uint32_t count, double entry)
{
    __m128d new = _mm_set1_pd(entry);
    for (uint32_t j = 0; j < count; j += 4) {
        __m128d a = _mm_max_pd(_mm_loadu_pd(first + j), new), b = _mm_max_pd(_mm_loadu_pd(first + j + 2), new);
        __m128d next_a = _mm_loadu_pd(first + j + 1), next_b = _mm_loadu_pd(first + j + 3);
        _mm_storeu_pd(first + j, _mm_min_pd(next_a, a));
        _mm_storeu_pd(first + j + 2, _mm_min_pd(next_b, b));
    }
}

__attribute__((target("avx2"))) static void insert_avx2(double *first, uint32_t count, double entry)
{
    __m256d new = _mm256_set1_pd(entry);
    for (uint32_t j = 0; j < count; j += 8) {
        __m256d a = _mm256_max_pd(_mm256_loadu_pd(first + j), new),
                b = _mm256_max_pd(_mm256_loadu_pd(first + j + 4), new);
        __m256d next_a = _mm256_loadu_pd(first + j + 1), next_b = _mm256_loadu_pd(first + j + 5);
        _mm256_storeu_pd(first + j, _mm256_min_pd(next_a, a));
        _mm256_storeu_pd(first + j + 4, _mm256_min_pd(next_b, b));
    }
}
#endif

bool ends_new(struct ends *ends, uint32_t agents, double last_s)
{
    *ends = (struct ends){.sorted = agents <= ENDS_SORTED_AGENTS && last_s + 1.0 < ENDS_SORTED_UNTIL_S,
                          .never_s = last_s + 1.0};
    ends->insert = insert_plain;
#ifdef __SSE2__
    ends->insert = __builtin_cpu_supports("avx2") ? insert_avx2 : insert_sse2;
#endif
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
    ends->next_s = INFINITY;
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
