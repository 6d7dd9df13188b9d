/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of one caller in a time-varying queue: the backward equations of its way through the line.
 *
 * The caller holds position i = 1, 2, ... with b busy heads, b >= agents. Each event brings it nearer: with
 * b = agents a completion takes the first in line; with b > agents a completion sends a head home; those
 * ahead give up. Later arrivals do not matter.
 */
#ifndef STAFFCAST_THEORY_BACKWARD_H
#define STAFFCAST_THEORY_BACKWARD_H

#include "staffcast/error.h"

#include <stddef.h>
#include <stdint.h>

/* Heads on duty over a part of the time that lies before the caller, in the order of time. */
struct sc_ahead {
    double lasts_s;
    int64_t agents;
};

struct sc_fate {
    int64_t agents, busy_max,
        positions; /* at the caller's arrival; rows b = agents ... busy_max, i = 1 ... positions */
    double *served, *lost;               /* owned: [(busy_max - agents + 1) * positions] within the whole time */
};

/* busy_max: the most busy that is asked about. Release after success. Errors: SC_SYSTEM. */
enum sc_code sc_fate_init(struct sc_fate *fate, const struct sc_ahead *ahead, size_t count, int64_t busy_max,
                          int64_t positions, double serve_per_s, double give_up_per_s, struct sc_error *error);
void sc_fate_release(struct sc_fate *fate);

#endif
