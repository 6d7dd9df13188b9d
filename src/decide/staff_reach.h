/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a target can be reached at all, and what stands in the way. */
#ifndef STAFFCAST_DECIDE_STAFF_REACH_H
#define STAFFCAST_DECIDE_STAFF_REACH_H

#include "decide/staff_player.h"

/*
 * Plays more heads than anyone could want in every cell. SC_UNREACHABLE: a target is missed even so, by more than
 * chance explains; the message says which, and why if that can be told. Fills `contacts` with the contacts of a
 * replication.
 */
enum sc_code sc_staff_reach(struct sc_staff_player *player, const struct sc_staff_formulas *formulas, double *contacts,
                            struct sc_error *error);

#endif
