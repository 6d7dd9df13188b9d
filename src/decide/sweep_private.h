/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the sweep share. */
#ifndef STAFFCAST_DECIDE_SWEEP_PRIVATE_H
#define STAFFCAST_DECIDE_SWEEP_PRIVATE_H

#include "decide/points.h"
#include "decide/store.h"
#include "staffcast/document.h"
#include "staffcast/scenario.h"
#include "staffcast/sweep.h"

/* The scenarios of a study before any axis changes them. */
struct sc_sweep_bases {
    struct sc_document **written;  /* [count]: as in the file */
    struct sc_document **document; /* [count]: with the overrides common to all */
    struct sc_scenario **scenario; /* [count], of the latter */
    size_t count;
};

/* What a sweep is made of (sweep_meta.c), the texts of all files included. Errors: SC_INPUT (unreadable), SC_SYSTEM. */
enum sc_code sc_sweep_meta(const struct sc_study *study, const struct sc_sweep_options *options,
                           const struct sc_sweep_bases *bases, struct sc_meta *meta, struct sc_error *error);
/* Is the database that has `stored` of the same sweep as `mine`? Errors: SC_INPUT, with what differs. */
enum sc_code sc_sweep_meta_compare(const char *file, const struct sc_meta *stored, const struct sc_meta *mine,
                                   struct sc_error *error);

/* Whether a path fits a pattern, in which each '*' stands for any text. */
bool sc_path_fits(const char *path, const char *pattern);

#endif
