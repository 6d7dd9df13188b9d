/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The distribution of a time-varying queue and its steps forward in time; see staffcast/transient.h. */
#ifndef STAFFCAST_THEORY_FORWARD_H
#define STAFFCAST_THEORY_FORWARD_H

#include "staffcast/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Probabilities: first those of "busy <= agents" by number in the system, 0 ... agents + queue_max; then
 * one row for each number busy above, agents + 1 ... busy_max, by number waiting, 0 ... queue_max.
 */
struct sc_line {
    int64_t agents, busy_max; /* busy_max >= agents */
    int64_t queue_max;
    bool limited;             /* queue_max is a real limit, else a cut */
    double arrive, serve, give_up; /* rates per second; serve: of one agent */
    double *p;                /* owned */
    double *integral;         /* owned: of p over time since sc_line_restart */
    double astray;            /* probability that was cut off */
};

size_t sc_line_size(const struct sc_line *line);
size_t sc_line_index(const struct sc_line *line, int64_t busy, int64_t waiting);

/* `calls` in the system for certain. places < 0: no limit. Release after success. Errors: SC_SYSTEM. */
enum sc_code sc_line_init(struct sc_line *line, int64_t agents, int64_t calls, int64_t places, struct sc_error *error);
void sc_line_release(struct sc_line *line);

/* Changes the heads on duty. Errors: SC_SYSTEM. */
enum sc_code sc_line_staff(struct sc_line *line, int64_t agents, struct sc_error *error);

/* Lets `seconds` pass; at most `allowance` of probability goes astray. Errors: SC_SYSTEM. */
enum sc_code sc_line_advance(struct sc_line *line, double seconds, double allowance, struct sc_error *error);

/* Sets the integral to 0 and gives up states that no longer hold anything. */
enum sc_code sc_line_restart(struct sc_line *line, struct sc_error *error);

#endif
