/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How each metric is made from a replication. A metric is declared once, in metrics.c: name, unit, help and recipe.
 * Most recipes are two sums of fields of a tally, so the tables are data and one evaluator serves them all.
 */
#ifndef STAFFCAST_ESTIMATE_METRICS_H
#define STAFFCAST_ESTIMATE_METRICS_H

#include "staffcast/estimate.h"

enum sc_rule {
    SC_RULE_SUM,        /* mean a replication of `over` */
    SC_RULE_RATIO,      /* over / under */
    SC_RULE_WHERE,      /* mean of `over` over the replications whose `under` is not 0 */
    SC_RULE_SERVICE,    /* service level, each type by its own target */
    SC_RULE_SERVICE_AS, /* the same by the definition in `argument` (enum sc_counts) */
    SC_RULE_COST,       /* cost of the row a replication; divided by `under` where there is one */
    SC_RULE_TARGET,     /* replications that met the target */
    SC_RULE_DAYS,       /* days that met the target */
    SC_RULE_WAIT,       /* the quantile `argument` of waits … */
    SC_RULE_RESPONSE,   /* … and of first responses: from histograms, no pairs */
    SC_RULE_SAVING,     /* what automation saves: from sections, no pairs */
};

enum { SC_TERMS = 5 };

/* A term is the index of a double in the tally, plus 1; negative: subtracted; 0: no more terms. */
struct sc_recipe {
    enum sc_rule rule;
    double argument;
    double scale;  /* of `over`; 0 means 1 */
    double trials; /* of shares of time: so much of `under` counts as one trial; 0: `under` counts trials */
    int over[SC_TERMS], under[SC_TERMS];
};

/* Beside sc_channel_metrics, sc_pool_metrics and sc_total_metrics, of their lengths. */
extern const struct sc_recipe sc_channel_recipes[];
extern const struct sc_recipe sc_pool_recipes[];
extern const struct sc_recipe sc_total_recipes[];

double sc_terms_sum(const int *terms, const void *tally);

/* Numerator and denominator of a service level (SPEC 2.1) from the judged counts of a tally. */
struct sc_pair sc_service_pair(const struct sc_tally *tally, enum sc_counts counts);

#endif
