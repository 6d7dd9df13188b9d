/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into the database of a sweep, which others may be working on: all answers are of one instant. */
#ifndef STAFFCAST_DECIDE_SWEEP_LOOK_H
#define STAFFCAST_DECIDE_SWEEP_LOOK_H

#include "decide/sweep_private.h"

/* An axis as the database remembers it. */
struct sc_look_axis {
    char *path, *effect;
    size_t place; /* of its override in a point's */
    bool has_levels;
};

struct sc_look {
    struct sc_store store;
    struct sc_meta meta;
    struct sc_look_axis *axis; /* [axes] */
    size_t axes;
    struct sc_error *error;
};

/* Errors: SC_INPUT (no sweep's database), SC_SYSTEM. To be closed in any case; all errors of a look go to `error`. */
enum sc_code sc_look_open(struct sc_look *look, const char *database, struct sc_error *error);
void sc_look_close(struct sc_look *look);

/* Errors: SC_SYSTEM. */
enum sc_code sc_look_prepare(struct sc_look *look, const char *sql, sqlite3_stmt **query);
enum sc_code sc_look_scenarios(struct sc_look *look, size_t *scenarios); /* how many there are */

/* A column of a row: NaN and "" where it is NULL. */
double sc_look_number(sqlite3_stmt *query, int column);
const char *sc_look_text(sqlite3_stmt *query, int column);

/* Reads id, scenario, overrides, metric, mean, low, high; the row is the caller's to release. Errors: SC_SYSTEM. */
enum sc_code sc_look_row(struct sc_sweep_row *row, sqlite3_stmt *query, struct sc_error *error);
void sc_look_row_release(struct sc_sweep_row *row);

#endif
