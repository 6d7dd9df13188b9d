/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `compare` compares: from scenario files, a study and the command line to models. */
#ifndef STAFFCAST_CLI_COMPARE_SIDES_H
#define STAFFCAST_CLI_COMPARE_SIDES_H

#include "staffcast/model.h"
#include "staffcast/scenario.h"

#include <stdbool.h>
#include <stddef.h>

/* An alternative of the command line: --set first … end - 1. */
struct sc_set_group {
    const char *name; /* of --alt; NULL: has none */
    size_t first, end;
};

struct sc_side {
    char *name;
    const char **overrides; /* [override_count], texts of others */
    size_t override_count;
    struct sc_scenario *scenario;
    struct sc_model *model;
};

/* Zeroed at the start; [0] is the base. */
struct sc_sides {
    struct sc_side *side;
    size_t count;
    struct sc_study *study; /* owner of the texts of its alternatives */
};

struct sc_sides_wanted {
    char *const *files; /* [file_count]: the base, or a study, and others */
    size_t file_count;
    const char *const *set;            /* all --set */
    const struct sc_set_group *groups; /* [group_count] */
    size_t group_count;
    bool skip_bad_rows, quiet;
};

/*
 * Reads them, all faults of all sides at once. A faulty side is told of on standard error. Returns the exit status.
 * `sides` is the caller's to release in any case.
 */
int sc_sides_load(struct sc_sides *sides, const struct sc_sides_wanted *wanted);
void sc_sides_release(struct sc_sides *sides);

#endif
