/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Erlang's formulas: what a queue does in the long run when calls arrive at random at an even rate.
 *
 * All of them are one system, M/M/n/K+M: Poisson arrivals, exponential handle times, n agents, K lines (calls in
 * service and waiting), exponential patience, first come first served. Its parts have names of their own:
 *
 *   B  K = n: whoever finds all agents busy is lost                            (Erlang 1917)
 *   C  K and patience without limit: whoever finds all agents busy waits       (Erlang 1917)
 *   A  patience of finite mean: those who wait may give up                     (Palm 1946)
 *   X  A with redials: a share of the lost tries again                         (Ding, Koole & van der Mei 2015)
 *
 * Patience of any law (M/M/n+G) is in staffcast/patience.h.
 *
 * Notation. a = load in erlang = calls per second x handle time; g = handle time / mean patience (0: for ever);
 * q_j = probability of j waiting relative to that of "all busy, none waiting":
 *   q_0 = 1,  q_j = q_(j-1) a / (n + j g),  0 <= j <= K - n
 * and S = sum over k < n of a^(k-n) n! / k! = 1/B(n, a) - 1, the same for free agents. Then with Z = S + sum q_j
 *   P(an agent is free) = S / Z,  P(all busy, j waiting) = q_j / Z.
 * A caller who finds j waiting gets position i = j + 1. It is answered with probability n / (n + i g), and its wait,
 * given that, is a sum of independent exponential times with rates (n + m g) / handle, m = 1 ... i; given that it
 * gives up, it does so at each position m <= i alike, after the stages from i down to m (a pure death process).
 * Whence every moment below as a sum of positive terms, which loses no digits.
 *
 * Redials (X). A lost call (given up or blocked) tries again with probability r, however often it has tried, after a
 * delay so long that all attempts together are Poisson. Their load A solves the fixed point
 *   A = a + r A L(A),  L(A) = share of attempts that are lost
 * (Ding, Koole & van der Mei 2015, "On the estimation of the true demand in call centers with redials and
 * reconnects", EJOR 246, without reconnects). All figures are then by attempt.
 *
 * Accuracy: ten significant digits of every figure, tails included, for 0 ... 1,000,000 agents (probabilities
 * below 1e-295 may come out as 0). Cost: a few hundred nanoseconds at 50 agents; without a line limit at most
 * some tens of microseconds at any size; with one O(lines).
 */
#ifndef STAFFCAST_ERLANG_H
#define STAFFCAST_ERLANG_H

#include "staffcast/error.h"

#include <stdbool.h>
#include <stdint.h>

#define SC_ERLANG_UNLIMITED INT64_MAX

enum { SC_ERLANG_AGENTS_MAX = 1000000 };

/* The four definitions of service level (SPEC 2.1). Of those that joined; blocked calls are in none. */
enum sc_erlang_level {
    SC_LEVEL_OFFERED,  /* answered within T / all */
    SC_LEVEL_NO_SHORT, /* answered within T / (all - lost within T) */
    SC_LEVEL_ANSWERED, /* answered within T / answered */
    SC_LEVEL_MET,      /* (answered within T + lost within T) / all */
    SC_LEVELS,
};

/* A system. For B, lines = agents; for C, patience_s = INFINITY. */
struct sc_erlang {
    double load_erl;     /* a, of first attempts; >= 0 */
    double handle_s;     /* mean handle time, > 0 */
    double patience_s;   /* mean patience, > 0; INFINITY: nobody gives up */
    double retry_share;  /* r, of the lost, in [0, 1]; 0: no redials */
    double within_s;     /* T of the service level, >= 0; NAN: none wanted, and the levels are NAN */
    int64_t agents;      /* n, 0 ... SC_ERLANG_AGENTS_MAX */
    int64_t lines;       /* K >= n, or SC_ERLANG_UNLIMITED */
};

/* What a call meets, in shares. */
struct sc_erlang_shares {
    bool stable;             /* false: more work arrives than is ever done, the queue grows without end */
    double attempts_erl;     /* load of all attempts, redials included */
    double no_wait;          /* answered at once, of those that joined */
    double wait_probability; /* 1 - no_wait, of those that joined, to full relative accuracy */
    double blocked;          /* of all attempts */
    double abandoned;        /* of those that joined */
    double answered;         /* 1 - abandoned */
    double occupancy;        /* busy agents / agents; with none: NAN */
};

/* All there is to know. NAN is "a ratio over nothing"; in an unstable system waits and queue are INFINITY. */
struct sc_erlang_result {
    struct sc_erlang_shares shares;
    double wait_mean_s;      /* of answered calls (ASA) */
    double wait_all_mean_s;  /* of all that joined */
    double wait_lost_mean_s; /* of those that gave up */
    double wait_variance_s2, wait_lost_variance_s2; /* of answered calls, of those that gave up */
    double busy_mean, queue_mean, queue_variance, system_mean; /* agents, calls waiting, calls in both */
    double service_level[SC_LEVELS];
};

/* Where the wait of a call ends up, as shares of those that joined: the four add up to 1. */
struct sc_erlang_tail {
    double answered_within, answered_later; /* W <= t, W > t, and answered */
    double lost_within, lost_later;         /* the same, and gave up */
};

/*
 * Erlang B: share of calls that are lost, n agents without waiting places, any real load. 36 ns at n = 50.
 * By the recursion of 1/B (Jagerman 1974) for small n, else by the series or integral of states.c.
 */
double sc_erlang_b(int64_t agents, double load_erl);

/* Erlang C: share of calls that wait; 1 where load >= agents. C = n B / (n - a (1 - B)). */
double sc_erlang_c(int64_t agents, double load_erl);

/* SC_OK, or SC_USAGE and what is wrong with the system. The functions below ask it themselves. */
enum sc_code sc_erlang_validate(const struct sc_erlang *system, struct sc_error *error);

/* The shares alone, the fast part. Errors: SC_USAGE, SC_NUMERIC (redials do not converge). */
enum sc_code sc_erlang_shares(const struct sc_erlang *system, struct sc_erlang_shares *shares,
                              struct sc_error *error);

/* Everything. Errors: as above, and SC_SYSTEM (memory for limited lines). */
enum sc_code sc_erlang_evaluate(const struct sc_erlang *system, struct sc_erlang_result *result,
                                struct sc_error *error);

/* The distribution of the wait at t_s >= 0. Errors: as above. With nobody arriving all four are NAN. */
enum sc_code sc_erlang_tail(const struct sc_erlang *system, double t_s, struct sc_erlang_tail *tail,
                            struct sc_error *error);

/* Probability of `count` calls in the system (0 in an unstable one). Errors: as above. */
enum sc_code sc_erlang_state(const struct sc_erlang *system, int64_t count, double *probability,
                             struct sc_error *error);

/* The service level by one definition from the tail at T: NAN where it is a ratio over nothing. */
double sc_erlang_level(const struct sc_erlang_tail *tail, enum sc_erlang_level level);

/* What may be unknown. */
enum sc_erlang_unknown {
    SC_UNKNOWN_AGENTS,   /* the fewest agents that reach the target */
    SC_UNKNOWN_LOAD,     /* the greatest load, handle time given */
    SC_UNKNOWN_HANDLE,   /* the longest handle time, calls per second (load_erl / handle_s) given */
    SC_UNKNOWN_WITHIN,   /* the shortest T */
    SC_UNKNOWN_LINES,    /* blocking: the fewest lines; other targets: the most */
    SC_UNKNOWN_PATIENCE, /* abandonment: the shortest mean patience; ASA: the longest */
};

enum sc_erlang_measure {
    SC_MEASURE_LEVEL,   /* service level by `level` within T is at least the value */
    SC_MEASURE_WAIT,    /* mean wait of answered calls in seconds is at most the value */
    SC_MEASURE_ABANDON, /* share that gives up is at most the value */
    SC_MEASURE_BLOCKED, /* share blocked is at most the value */
};

struct sc_erlang_target {
    enum sc_erlang_measure measure;
    enum sc_erlang_level level;
    double value;
};

/*
 * Solves for one unknown and sets it in the system; what the system holds there before is ignored (except that
 * load_erl / handle_s gives the calls where the handle time is unknown). With model B (lines = agents) pass
 * `tied_lines` = true, and lines follow agents. A continuous unknown inverts exactly: evaluated there, the system
 * gives the target back to the last few digits. Whole unknowns meet it, and their neighbour does not.
 * Errors: SC_USAGE; SC_UNREACHABLE where no value meets the target, or every one does.
 */
enum sc_code sc_erlang_solve(struct sc_erlang *system, enum sc_erlang_unknown unknown,
                             const struct sc_erlang_target *target, bool tied_lines, struct sc_error *error);

#endif
