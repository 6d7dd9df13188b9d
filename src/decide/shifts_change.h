/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small changes to a plan of shifts: a head less, or one that comes for less instead. Heads of a shift go and come
 * together on all days that are alike, those of a tour on its days, in all weeks that are alike.
 */
#ifndef STAFFCAST_DECIDE_SHIFTS_CHANGE_H
#define STAFFCAST_DECIDE_SHIFTS_CHANGE_H

#include "decide/shifts_private.h"

/* The heads of one shift of a pool, or of one tour. */
struct sc_shift_post {
    size_t pool;
    size_t shift; /* of the first of the days that are alike */
    size_t tour;  /* of the first of the weeks that are alike; SIZE_MAX: no tours */
    double idle;  /* share of its time in which there are heads to spare */
    double paid_h;
};

/* Of one head. */
double sc_shift_paid_h(const struct sc_cover_shift *shift);

/* All posts of a plan that have heads: the most idle first, of equals in the order of the plan. The caller frees.
   Errors: SC_SYSTEM. */
enum sc_code sc_shift_posts(const struct sc_shift_plan *plan, struct sc_shift_post **posts, size_t *count,
                            struct sc_error *error);

/* A head less; where that leaves fewer than the rule bears, the whole crew goes. False: there is nobody, or a tour's
   crew would be too small. The plan may then have been changed in part: go back. */
bool sc_shift_post_take(struct sc_shift_plan *plan, const struct sc_shift_post *post);

/* Shifts that cost less than that of a post which was taken, and cover of what lacks without it the most first; at most
   `most` of them. The caller frees. */
struct sc_shift_offer {
    struct sc_shift_kind kind;
    int slot[SC_SHIFT_BREAKS_MOST];
    int gain; /* cells with too few heads that it covers */
};
size_t sc_shift_offers(const struct sc_scenario *scenario, const struct sc_shift_plan *plan,
                       const struct sc_shift_post *post, const struct sc_shift_kind *kinds, size_t kind_count,
                       struct sc_shift_offer *offers, size_t most);
/* A head of the offer on the days of the post. Errors: SC_SYSTEM. */
enum sc_code sc_shift_post_give(struct sc_shift_plan *plan, const struct sc_shift_post *post,
                                const struct sc_shift_offer *offer, struct sc_error *error);

#endif
