/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables of laws, built once for all laws that differ in nothing but their mean.
 *
 * A table takes some tenths of a millisecond to build (gamma: some milliseconds), which is much beside a short run. So
 * many models may share tables: a shelf of them, which any number of threads may use, stands behind the caches of the
 * models. A law that every model has is built once. The shelf holds only so many tables; a law that comes when it is
 * full (one cv after another, in a sweep over it) is built for its model alone.
 */
#ifndef SC_MODEL_LAWS_H
#define SC_MODEL_LAWS_H

#include "model/internal.h"

struct sc_law_table {
    enum sc_law_kind kind;
    double cv;
    const struct sc_quantile_table *table;
    struct sc_law_table *next;
};

struct sc_law_shelf;

struct sc_law_cache {
    struct sc_arena *arena; /* of the model: owns the tables */
    struct sc_law_table *first;
    struct sc_law_shelf *shelf; /* looked at before a table is built; NULL: none */
};

enum { SC_LAW_SHELF_TABLES = 256 };

/* Must outlive the models that were built with it. Errors: SC_SYSTEM. */
enum sc_code sc_law_shelf_new(struct sc_law_shelf **shelf, struct sc_error *error);
void sc_law_shelf_free(struct sc_law_shelf *shelf);

/* The table of a law of mean 1. */
enum sc_code sc_law_table(struct sc_law_cache *cache, enum sc_law_kind kind, double cv,
                          const struct sc_quantile_table **table, struct sc_error *error);

#endif
