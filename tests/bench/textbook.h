/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reference kernel of the benchmarks: a call centre as a simulation textbook would write it.
 *
 * Every event (arrival, end of service, abandonment, change of staffing) goes through one binary heap ordered by
 * time; random numbers come from GSL's Mersenne Twister and its laws. It is a yardstick for speed and a second
 * opinion on the figures: plain, correct, with the usual statistics, and no trick. Times are in seconds.
 */
#ifndef BENCH_TEXTBOOK_H
#define BENCH_TEXTBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TEXTBOOK_TYPES = 3,
    TEXTBOOK_GROUPS = 3,
    TEXTBOOK_INTERVALS = 48,
    TEXTBOOK_WAIT_CELLS = 1024, /* of one second; the last holds all longer waits */
};

/* A contact centre whose rates and staffing are constant within each interval. */
struct textbook_centre {
    uint32_t types, groups, intervals;
    double interval_s;
    double rate_per_s[TEXTBOOK_TYPES][TEXTBOOK_INTERVALS];
    int staff[TEXTBOOK_GROUPS][TEXTBOOK_INTERVALS];
    bool lognormal; /* handle times; else exponential */
    double handle_mean_s[TEXTBOOK_TYPES], handle_cv;
    double patience_mean_s[TEXTBOOK_TYPES];
    /* Groups that a type tries and types that a group takes, in order of preference, closed by -1. */
    int groups_of_type[TEXTBOOK_TYPES][TEXTBOOK_GROUPS + 1];
    int types_of_group[TEXTBOOK_GROUPS][TEXTBOOK_TYPES + 1];
    bool repeats; /* the last interval is followed by the first, else the day ends and the queues run empty */
};

struct textbook_cell {
    int64_t offered, answered, answered_in_20_s, abandoned;
    double wait_s, handle_s; /* waits of all, answered and abandoned */
};

struct textbook_figures {
    struct textbook_cell cell[TEXTBOOK_TYPES][TEXTBOOK_INTERVALS]; /* by interval of arrival */
    int64_t waits[TEXTBOOK_TYPES][TEXTBOOK_WAIT_CELLS];            /* of answered contacts */
    double busy_s[TEXTBOOK_GROUPS], staffed_s[TEXTBOOK_GROUPS];
    int64_t waited;    /* contacts that found nobody free */
    size_t queue_max;
};

/* The workloads of the benchmark: one queue with 50 agents, and three skills over a day of ten hours. */
struct textbook_centre textbook_w1(void);
struct textbook_centre textbook_w2(void);

/*
 * Plays `days` runs of all intervals and adds to the figures, which the caller zeroes. Days that repeat are one
 * timeline from empty; others each begin empty. Ends the program when memory runs out.
 */
void textbook_play(const struct textbook_centre *centre, int days, unsigned long seed,
                   struct textbook_figures *figures);

/* Sums over types and intervals. */
struct textbook_cell textbook_total(const struct textbook_figures *figures);

#endif
