/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to know of a comparison, whether targets are met in it, and its figures by their name. */
#include "present/compare.h"

#include <math.h>
#include <string.h>

static const struct sc_figure nothing = {NAN, NAN, NAN};

struct sc_change sc_change_at(const struct sc_compared_row *row, size_t metric)
{
    return (struct sc_change){
        .base = row->base != NULL ? row->base[metric] : nothing,
        .here = row->here != NULL ? row->here[metric] : nothing,
        .difference = row->difference != NULL ? row->difference[metric].figure : nothing,
        .width_ratio = row->difference != NULL ? row->difference[metric].width_ratio : NAN,
    };
}

struct sc_change sc_change_named(const struct sc_compared_row *row, const char *metric)
{
    int index = sc_metric_find(row->metrics, row->count, metric);

    return index < 0 ? (struct sc_change){nothing, nothing, nothing, NAN} : sc_change_at(row, (size_t)index);
}

bool sc_compare_targets_met(const struct sc_comparison *comparison)
{
    const struct sc_selection *selection = comparison->selection;
    bool met = true;

    for (size_t i = 0; i <= comparison->count; i++) {
        const struct sc_result *result = i == 0 ? comparison->base : comparison->alternatives[i - 1].result;
        bool counts = selection != NULL ? i == selection->best : i > 0;

        met = met && (!counts || sc_run_targets_met(&(struct sc_played){.scenario = sc_model_scenario(result->model),
                                                                        .result = result}));
    }
    return met;
}

/*
 * What frames the figures is the base's; sides that do not last as long or begin on another day compare apples with
 * pears, in counts at least.
 */
static void note_frame(const struct sc_comparison *comparison, const struct sc_compared *alternative,
                       void (*say)(void *context, const char *note), void *context)
{
    const struct sc_scenario *base = sc_model_scenario(comparison->base->model);
    const struct sc_scenario *here = sc_model_scenario(alternative->result->model);
    char note[512];

    if (here->days != base->days) {
        snprintf(note, sizeof note,
                 "'%.200s' counts %d days and the base %d: counts, hours and costs are sums over them, "
                 "so only rates and times compare",
                 alternative->name, here->days, base->days);
        say(context, note);
    } else if (here->start_day != base->start_day) {
        snprintf(note, sizeof note, "'%.200s' begins on another day than the base, so their days differ in kind",
                 alternative->name);
        say(context, note);
    }
    if (here->seed != base->seed) {
        snprintf(note, sizeof note,
                 "the seed of '%.200s' is not used: all are played with the same, or nothing would be "
                 "gained",
                 alternative->name);
        say(context, note);
    }
    if (here->replications != base->replications && (size_t)base->replications == comparison->replications) {
        snprintf(note, sizeof note,
                 "the replications of '%.200s' are not used: all are played as often as the base; use --replications "
                 "for another number",
                 alternative->name);
        say(context, note);
    }
    if (strcmp(here->currency, base->currency) != 0) {
        snprintf(note, sizeof note, "'%.200s' counts money in %.16s and the base in %.16s: costs do not compare",
                 alternative->name, here->currency, base->currency);
        say(context, note);
    }
}

struct once {
    const struct sc_comparison *comparison;
    size_t alternative; /* whose notes are said; the base's are said already */
    void (*say)(void *context, const char *note);
    void *context;
    bool found;
    const char *note;
};

static void look_for(void *context, const char *note)
{
    struct once *once = context;

    once->found = once->found || strcmp(note, once->note) == 0;
}

/* Says what neither the base nor an alternative before has said. */
static void say_once(void *context, const char *note)
{
    struct once *once = context;
    struct once search = {.note = note};

    for (size_t i = 0; i <= once->alternative && !search.found; i++) {
        const struct sc_result *result = i == 0 ? once->comparison->base : once->comparison->alternatives[i - 1].result;

        sc_run_notes(&(struct sc_played){.scenario = sc_model_scenario(result->model), .result = result}, look_for,
                     &search);
    }
    if (!search.found)
        once->say(once->context, note);
}

/* The best by a cost that nobody has named is no finding. */
static void note_money(const struct sc_selection *selection, void (*say)(void *context, const char *note),
                       void *context)
{
    bool costs = false;

    if (selection == NULL || selection->unit != SC_UNIT_MONEY)
        return;
    for (size_t i = 0; i < selection->count; i++)
        costs = costs || selection->contenders[i].value != 0;
    if (!costs)
        say(context, "nothing costs anything in these scenarios, so none is the best by it; cost = { per_hour = 24.0; "
                     "} of a pool says what its heads cost");
}

void sc_compare_notes(const struct sc_comparison *comparison, void (*say)(void *context, const char *note),
                      void *context)
{
    const struct sc_scenario *base = sc_model_scenario(comparison->base->model);

    note_money(comparison->selection, say, context);
    sc_run_notes(&(struct sc_played){.scenario = base, .result = comparison->base}, say, context);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct sc_result *result = comparison->alternatives[i].result;
        struct once once = {.comparison = comparison, .alternative = i, .say = say, .context = context};

        note_frame(comparison, &comparison->alternatives[i], say, context);
        sc_run_notes(&(struct sc_played){.scenario = sc_model_scenario(result->model), .result = result}, say_once,
                     &once);
    }
}
