/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of laws, built once for all laws that differ in nothing but their mean. */
#ifndef SC_MODEL_LAWS_H
#define SC_MODEL_LAWS_H

#include "model/internal.h"

struct sc_law_table {
    enum sc_law_kind kind;
    double cv;
    const struct sc_quantile_table *table;
    struct sc_law_table *next;
};

struct sc_law_cache {
    struct sc_arena *arena; /* of the model: owns the tables */
    struct sc_law_table *first;
};

/* The table of a law of mean 1. */
enum sc_code sc_law_table(struct sc_law_cache *cache, enum sc_law_kind kind, double cv,
                          const struct sc_quantile_table **table, struct sc_error *error);

#endif
