/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of explain share: groups of settings, mixtures of two scenarios, and playing for one metric. */
#ifndef STAFFCAST_DECIDE_EXPLAIN_PRIVATE_H
#define STAFFCAST_DECIDE_EXPLAIN_PRIVATE_H

#include "base/arena.h"
#include "decide/metric_path.h"
#include "model/laws.h"
#include "scenario/document_private.h"
#include "staffcast/explain.h"
#include "staffcast/scenario.h"

/* --- explanations own what they say (explain.c) --- */

struct sc_explanation_box {
    struct sc_explanation explanation; /* first: the one is a pointer to the other */
    struct sc_arena arena;
};

/* --- which setting belongs to which group (explain_groups.c) --- */

/* The tables of settings that have groups. NONE: of no group, for `run` does not look at it. */
enum sc_group_table { SC_TABLE_SCENARIO, SC_TABLE_CHANNEL, SC_TABLE_CLASS, SC_TABLE_POOL };
enum { SC_GROUP_NONE = -1, SC_METRIC_TEXT = 512 };
int sc_group_of_setting(enum sc_group_table table, const char *name);

/* The group of what an override changes; SC_GROUP_OTHER where its path says nothing. */
int sc_group_of_override(const char *text);

/* --- two scenarios made ready to be mixed (explain_mix.c) --- */

struct sc_mix {
    struct sc_document *side[2]; /* before, after; without goals, plan and people, files by full names */
    unsigned differing;          /* bit g: they differ in group g */
    struct sc_arena arena;
    const char **change[SC_GROUP_COUNT]; /* [changes[g]], in the arena */
    size_t changes[SC_GROUP_COUNT];
};

/* Both documents must describe valid scenarios. Errors: SC_SYSTEM. */
enum sc_code sc_mix_new(const struct sc_document *before, const struct sc_document *after, struct sc_mix **mix,
                        struct sc_error *error);
void sc_mix_free(struct sc_mix *mix);

/* The coalition of the groups in `mask` (bit g: as after). Borrows from the mix. Errors: SC_SYSTEM. */
enum sc_code sc_mix_document(const struct sc_mix *mix, unsigned mask, struct sc_document **document,
                             struct sc_error *error);

/* Fills differing, change and changes (explain_compare.c). Errors: SC_SYSTEM. */
enum sc_code sc_mix_compare(struct sc_mix *mix, struct sc_error *error);
/* Whether two nodes say the same: 1 and 1.0, 80 % and 0.8, "60 s" and "1 min" do. NULL: not written. */
bool sc_node_same(const struct sc_node *one, const struct sc_node *other);

/* Pieces of mixing that have files of their own: skills (explain_skills.c), events (explain_events.c). */

/* What is being put together. */
struct sc_mixing {
    const struct sc_mix *mix;
    unsigned mask;
    struct sc_document *document; /* the new one; its arena holds what is made */
    bool no_memory;
};
/* 0 or 1: whose settings of a group it has. */
int sc_mixing_side(const struct sc_mixing *mixing, int group);
/* Of a channel list's element by name. */
const struct sc_node *sc_named(const struct sc_node *list, const char *name);
const char *sc_name_of(const struct sc_node *element, const char *key);
struct sc_node *sc_mixing_copy(struct sc_mixing *mixing, const struct sc_node *node);
struct sc_node *sc_mixing_new(struct sc_mixing *mixing, enum sc_node_kind kind, const char *name);
/* A pool that is there, but has nobody. */
struct sc_node *sc_mixing_headless(struct sc_mixing *mixing, const struct sc_node *pool);
/* Mutable views of a document that is the caller's. */
struct sc_node *sc_node_own(const struct sc_node *node);

void sc_mixing_fit_skills(struct sc_mixing *mixing, struct sc_node *channels, struct sc_node *pools);
void sc_mixing_events(struct sc_mixing *mixing, struct sc_node *root);

/* --- paths of metrics (explain_metric.c) --- */

/* The range that differences of the metric lie in. */
double sc_metric_most(const struct sc_metric *metric);
/* 1: more is better; -1: less is; 0: nobody can tell. */
int sc_explain_direction(const struct sc_metric *metric);

/* Whose figure it is, by index; -1: of none such. */
struct sc_metric_owner {
    int channel, class_index, pool;
};
struct sc_metric_owner sc_metric_owner_of(const struct sc_scenario *scenario, const char *path);

/* What the scenario's targets ask, in the order of the file. */
struct sc_wanted {
    const char *path;
    double level;
    bool at_least;
};
void sc_wanted_each(const struct sc_scenario *scenario, void (*each)(void *context, const struct sc_wanted *wanted),
                    void *context);

/* --- playing for some figures (explain_play.c) --- */

struct sc_series {
    size_t replications, room;
    size_t figures;       /* names asked for */
    struct sc_pair *pair; /* [replications * figures] */
};
void sc_series_release(struct sc_series *series);

struct sc_player {
    const char *const *figure; /* [figures]: paths of metrics; the first decides on the precision */
    size_t figures;
    size_t replications;
    double precision;
    uint64_t seed;
    int threads;
    void (*progress)(void *context, size_t done, size_t planned);
    void *progress_context;
    size_t done, planned; /* replications, over all plays */
};

/*
 * Plays the models on the same replications; series[m] is filled. With a precision the number of replications is found
 * first: by the difference of the last from the first model where there are several, else by the figure itself; it is
 * the player's from then on, and the precision is gone. Errors: SC_SYSTEM, SC_UNREACHABLE, SC_INPUT.
 */
enum sc_code sc_player_play(struct sc_player *player, const struct sc_model *const *models, size_t count,
                            struct sc_series *series, struct sc_error *error);

/* A scenario and its model from a document; tables of laws are taken from the shelf (NULL: none) where it has them. */
struct sc_built {
    struct sc_scenario *scenario;
    struct sc_model *model;
    struct sc_arena arena; /* of tables that found no place on the shelf */
};
enum sc_code sc_built_make(const struct sc_document *document, struct sc_law_shelf *shelf, struct sc_built *built,
                           struct sc_error *error);
void sc_built_release(struct sc_built *built);

/* --- Shapley values (shapley.c) --- */

/* Weights of all coalitions of `players` in the value of one of them: weight[1 << players]. They sum to 0. */
void sc_shapley_weights(unsigned players, unsigned player, double *weight);

#endif
