/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scenario with its staffing put in: the text of the file that was read, comments and all, in which only the rosters
 * of the pools are other ones.
 */
#ifndef STAFFCAST_CLI_STAFF_WRITE_H
#define STAFFCAST_CLI_STAFF_WRITE_H

#include "present/staff.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes the scenario to `path`: each pool gets `shifts` where shifts were asked for, else `staffing` by the clock and
 * kind of day; where days of one kind differ, `staffing = { file = …; }` and the file beside it. Heads are those on the
 * roster, before absence and shrinkage. A link in the place of the file beside it is followed. What was written is read
 * back, and must say the same, before it gets its name.
 *
 * Where the text cannot be kept (`overridden`: --set has changed it; or the pools stand in an included file) the
 * settings are written anew, without comments, and a note says so once the file is there. `path`: as sc_file_target
 * gives it. Errors: SC_SYSTEM, SC_INPUT.
 */
enum sc_code sc_staff_write_scenario(const char *path, const struct sc_staffed *staffed, bool overridden, bool quiet,
                                     struct sc_error *error);

/* --- the parts (staff_splice.c, staff_settings.c) --- */

/* A setting of a pool in the place of its roster. */
struct sc_new_roster {
    const char *setting; /* "staffing", "shifts", "agents" */
    char *text;          /* its value, owned */
};

/* The text with other rosters: pools in their order. NULL: the pools are not in it as a list of groups (or no memory:
   then `error` is set). The caller frees. */
char *sc_splice_rosters(const char *text, const struct sc_new_roster *rosters, size_t count, struct sc_error *error);

/* The text with names of files that are looked up beside it made to lie in `folder` ("../cases/"). NULL: no memory. */
char *sc_splice_folder(const char *text, const char *folder);

/* The settings of a document as text. NULL: no memory. The caller frees. */
struct sc_node;
char *sc_settings_text(const struct sc_node *root);

#endif
