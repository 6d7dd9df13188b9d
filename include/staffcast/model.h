/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A model: a scenario made ready to be played. Immutable once built, so any number of threads may read it.
 *
 * Time is seconds from the midnight that begins the first simulated day (the warm-up's first, if there is one).
 * Contacts are of types: type = one class of one channel, or the rest of that channel. The types of a channel are
 * neighbours, the rest of it first, then its classes in the order of the file.
 */
#ifndef STAFFCAST_MODEL_H
#define STAFFCAST_MODEL_H

#include "staffcast/error.h"
#include "staffcast/scenario.h"

struct sc_model;

/*
 * Builds the model of a scenario, which must outlive it. Tables of laws are made here, by GSL's inverse functions:
 * some tenths of a millisecond a law.
 * Errors: SC_INPUT (what only shows when laws and rosters are worked out), SC_SYSTEM (memory), SC_NUMERIC.
 */
enum sc_code sc_model_build(const struct sc_scenario *scenario, struct sc_model **model, struct sc_error *error);
void sc_model_free(struct sc_model *model);

const struct sc_scenario *sc_model_scenario(const struct sc_model *model);
size_t sc_model_types(const struct sc_model *model);
/* First type of a channel; the channel has 1 + its classes types from there on. */
size_t sc_model_type(const struct sc_model *model, size_t channel);
/* Channel of a type, and its class there (-1: of no class). */
size_t sc_model_type_channel(const struct sc_model *model, size_t type);
int sc_model_type_class(const struct sc_model *model, size_t type);
/* Warm-up days that are simulated before the counted ones. */
int sc_model_warmup_days(const struct sc_model *model);
/* Another seed for the same model, for held-out runs; the model must not be in use. */
void sc_model_set_seed(struct sc_model *model, uint64_t seed);
/* Mean contacts that arrive (new demand) in each interval of the counted days: mean_arrivals[days * 86400 / interval].
 */
void sc_model_mean_arrivals(const struct sc_model *model, size_t channel, double *mean_arrivals);
/* Mean heads on duty in each such interval by the roster alone. Errors: SC_SYSTEM (memory). */
enum sc_code sc_model_mean_heads(const struct sc_model *model, size_t pool, double *heads, struct sc_error *error);

/*
 * Restaffing: a model with heads of one's own by interval, which shares all else with the one that it was made from
 * (which must outlive it), so that trying other heads costs microseconds and no tables. The heads are on duty: neither
 * absence nor planned shrinkage, nor what events do to rosters, acts on them. Days of the warm-up have the heads of the
 * first counted day of the same kind; where there is none they keep the roster of the model.
 *
 * `most[pools]` is the most heads that a pool will ever be given (memory of the engine goes with it). Initially all
 * heads are 0. Freed with sc_model_free. Errors: SC_SYSTEM.
 */
enum sc_code sc_model_restaff(const struct sc_model *model, const int *most, struct sc_model **restaffed,
                              struct sc_error *error);
/* Sets the heads of a pool of such a model, [days * 86400 / interval]; each at most `most`. The model must not be in
   use. */
void sc_model_set_heads(struct sc_model *restaffed, size_t pool, const int *heads);

#endif
