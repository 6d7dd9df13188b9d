/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small random scenarios in which mechanisms meet: chat with slots, deferred and interruptible work, bots, diversions,
 * touches, recontacts, callbacks, overflow, backlogs, closing and leaving. A few dozen contacts a day and one to three
 * heads a pool, so that a second engine may be slow. Durations are mostly fixed and whole half minutes, and some
 * scenarios have nothing but a backlog: then much happens at one instant.
 */
#ifndef STAFFCAST_TESTS_RANDOM_MECHANISMS_H
#define STAFFCAST_TESTS_RANDOM_MECHANISMS_H

#include <stdint.h>

/* The text of the scenario of that seed; the caller frees. */
char *random_mechanisms_text(uint64_t seed);

#endif
