/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call centre of 13 hours, 4 to 8 agents and 60 to 200 calls an hour, made in C: the subject of statistical tests. */
#ifndef STAFFCAST_TESTS_SMALL_CENTRE_H
#define STAFFCAST_TESTS_SMALL_CENTRE_H

#include "staffcast/scenario.h"

/* The parts refer to each other, so it must not be copied. */
struct small_centre {
    struct sc_scenario scenario;
    struct sc_channel channel;
    struct sc_pool pool;
    struct sc_skill skill;
    double slowdown[1];
    double calls[24], heads[24]; /* by the hour */
};

/* One day a replication; spread: cv of the day factor. */
void small_centre_init(struct small_centre *centre, double spread, double handle_mean_s, double patience_mean_s);

#endif
