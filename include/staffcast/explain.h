/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Explanations of one figure: why it moved between two scenarios, and what would bring it to where it should be.
 *
 * Why it moved. All that two scenarios differ in is sorted into groups of inputs. A coalition of groups is the scenario
 * whose settings of these groups are those of the scenario after, and all others those of the one before; v(S) is
 * the figure of coalition S. All coalitions meet the same random numbers. Two things are told of each group: what it
 * does alone, v({g}) - v({}), which a planner can check by hand, and its part of the whole difference,
 *     part(g) = sum over S without g of |S|! (k - |S| - 1)! / k! (v(S + g) - v(S))
 * (L. Shapley 1953, "A value for n-person games"): the mean of its effect over all orders in which the k groups could
 * have changed. Parts add up to the difference, whatever the groups do to each other.
 *
 * What would bring it there. Each lever (fewer contacts, shorter handling, more heads, a better bot …) is moved alone
 * until the figure is at the level wanted, on the same random numbers all along.
 */
#ifndef STAFFCAST_EXPLAIN_H
#define STAFFCAST_EXPLAIN_H

#include "staffcast/document.h"
#include "staffcast/error.h"
#include "staffcast/estimate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sc_explain_group {
    SC_GROUP_VOLUME,   /* how many contacts come, when, and in which mix: volume, hours, backlog, classes' shares */
    SC_GROUP_HANDLE,   /* handle and wrap-up time, the agents' own factors on them */
    SC_GROUP_PATIENCE, /* what those who wait do: patience, balking, callbacks */
    SC_GROUP_AUTOMATION,
    SC_GROUP_DEFLECTION, /* kept from arriving, or led to another channel */
    SC_GROUP_FOLLOW_UPS, /* retries, touches, recontacts, transfers */
    SC_GROUP_STAFFING,   /* rosters and shrinkage */
    SC_GROUP_ROUTING,    /* skills, priorities, limits, trunks, kinds of channel */
    SC_GROUP_OTHER,      /* targets, costs, the period, whatever remains */
    SC_GROUP_COUNT,
};
/* "volume", "handle time", … */
const char *sc_explain_group_name(enum sc_explain_group group);

struct sc_explain_part {
    enum sc_explain_group group;
    const char *name;
    struct sc_figure part;     /* Shapley value with its paired interval */
    struct sc_figure first;    /* the group alone, all others as before */
    struct sc_figure last;     /* the group alone, all others as after */
    const char *const *change; /* [changes]: "channels.phone.handle.mean: 4 min → 5 min" */
    size_t changes;
};

enum sc_lever_kind {
    SC_LEVER_CONTACTS,   /* position: factor on the volume */
    SC_LEVER_HANDLE,     /* mean handle time in seconds */
    SC_LEVER_HEADS,      /* heads at the fullest time of the roster; moved by `extra`, in whole numbers */
    SC_LEVER_AUTOMATION, /* share resolved by automation */
    SC_LEVER_DEFLECT,    /* share kept from arriving */
    SC_LEVER_RECONTACT,  /* share that comes back: 1 - first contact resolution */
    SC_LEVER_TOUCHES,    /* handlings of a case */
    SC_LEVER_ABSENCE,    /* probability that a head misses a day */
    SC_LEVER_PLANNED,    /* share of scheduled time that is planned away */
    SC_LEVER_COUNT,
};

/* What became of moving a lever. */
enum sc_lever_end {
    SC_LEVER_REACHES, /* at `needed` the figure is what is wanted */
    SC_LEVER_SHORT,   /* it helps, but at the end of its range the figure is not there yet */
    SC_LEVER_IDLE,    /* it does not move the figure, or only away */
};

struct sc_lever {
    enum sc_lever_kind kind;
    const char *name;    /* "heads of front line" */
    const char *element; /* channel or pool */
    double now;          /* position */
    enum sc_lever_end end;
    /* Position that the target needs. Of heads the smallest whole number, and `exact` the crossing between two whole
       ones. NaN unless reached. The interval is that of the figure, carried over by its slope. */
    struct sc_figure needed, exact;
    double position; /* where the rest is told of: needed, or the end of the range */
    struct sc_figure metric;
    struct sc_figure cost_per_month;    /* change of all costs; NaN where the scenario does not know the price */
    struct sc_figure running_per_month; /* the same without asking what the lever itself costs */
    const char *const *override;        /* [overrides] that put it there */
    size_t overrides;
    double effort; /* how far it has to move: of what it is, of a share in points; what levers are ranked by */
};

/* What a point (0.01) of the automated resolution rate is worth, at the scenario as it is. */
struct sc_automation_point {
    bool known;
    const char *channel, *pool;
    double resolves;               /* how much more automation has to resolve for that point */
    struct sc_figure heads;        /* on duty at every staffed time, that would move the figure alike */
    struct sc_figure full_time;    /* the same by hours a week */
    struct sc_figure money_a_year; /* cost of these heads less that of the bot; NaN without costs */
};

enum { SC_EXPLAIN_OTHERS = 8 };

struct sc_explanation {
    const char *metric; /* path: channels.phone.service_level */
    enum sc_unit unit;
    const char *currency;
    const char *before_name, *after_name; /* of the scenarios; their files where both have one name */
    size_t replications;
    uint64_t seed;
    bool seeds_differ; /* of the two scenarios: the one before has its way */
    int days;          /* of the scenario before */
    struct sc_figure before;
    /* two scenarios */
    bool two;
    struct sc_figure after, difference;
    struct sc_explain_part *part; /* [parts]: the groups that differ, in the order of the enumeration */
    size_t parts;
    /* one scenario */
    double wanted;
    bool at_least; /* at most where false */
    bool met;
    struct sc_lever *lever; /* [levers], ranked: those that reach first, by effort */
    size_t levers;
    struct sc_automation_point point;
    const char *other[SC_EXPLAIN_OTHERS]; /* metrics of other missed targets */
    size_t others;
};

struct sc_explain_options {
    const char *metric; /* NULL: see the functions */
    double to;          /* level wanted, where to_given; else the target's */
    bool to_given;
    size_t replications; /* 0: the scenario's (before) */
    double precision;    /* 0: none; else on the difference, or on the figure as it is (of a time: relative) */
    uint64_t seed;
    bool seed_given;
    int threads;
    void (*progress)(void *context, size_t done, size_t planned); /* replications; may be NULL */
    void *progress_context;
};

/*
 * Why the metric moved from `before` to `after`. Without a metric: the figure of the first target that both have.
 * Seed and replications are those of `before`, unless options say otherwise. With k groups that differ it plays 2^k
 * coalitions.
 *
 * Channels, classes and pools go together by name. What only one scenario has belongs to one group whole: channels and
 * classes to the volume, pools to the staffing. In a coalition where a channel is needed without its volume (somebody
 * diverts to it) it has none of its own; contacts that nobody would serve bring the skills for them, if need be in a
 * pool without heads; skills keep only what the kind of the channel allows; overrides of events go with the group of
 * what they change, and those that lead nowhere are left out.
 *
 * Errors: SC_INPUT (a scenario is faulty, the metric is over nothing, a coalition cannot be played), SC_SYSTEM,
 * SC_UNREACHABLE (precision), SC_USAGE (the metric does not exist; more coalitions and replications than fit into
 * memory).
 */
enum sc_code sc_explain_difference(const struct sc_document *before, const struct sc_document *after,
                                   const struct sc_explain_options *options, struct sc_explanation **explanation,
                                   struct sc_error *error);

/*
 * What would bring the metric to the level wanted, or how much room there is where it is met. Without a metric: that of
 * the first missed target, or of the first target. Errors: as above; SC_INPUT also where nothing says what is wanted.
 */
enum sc_code sc_explain_levers(const struct sc_document *document, const struct sc_explain_options *options,
                               struct sc_explanation **explanation, struct sc_error *error);

/* NULL is fine. */
void sc_explanation_free(struct sc_explanation *explanation);

#endif
