/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that build studies share: the memory of a study, and numbers of axes. */
#ifndef STAFFCAST_DECIDE_STUDY_PRIVATE_H
#define STAFFCAST_DECIDE_STUDY_PRIVATE_H

#include "base/arena.h"
#include "staffcast/study.h"

/* The study comes first, so that its address is the box's. */
struct sc_study_box {
    struct sc_study study;
    struct sc_arena arena;
};

static inline struct sc_arena *sc_study_arena(struct sc_study *study)
{
    return &((struct sc_study_box *)study)->arena;
}

/* Reads "38", "10%" or "20 s"; false where it is none of them. */
bool sc_axis_number_parse(const char *text, double *value, enum sc_axis_unit *unit);

/* Brings the units of two numbers of one axis together, where the bare 0 fits to any; false where they differ. */
bool sc_axis_unit_join(enum sc_axis_unit *unit, bool *known, double value, enum sc_axis_unit other);

/* A copy of the array with one element more; NULL: no memory. */
void *sc_study_grown(struct sc_study *study, const void *array, size_t count, size_t size, const void *element);

/* What is wrong with a range, and what would be right; NULL: nothing. */
const char *sc_axis_range_fault(const struct sc_axis *axis);

#endif
