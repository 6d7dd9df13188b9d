/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each lever is worth, and what to know of a plan's figures. */
#include "present/plan_sentence.h"

#include "present/human.h"
#include "present/table.h"
#include "staffcast/calendar.h"

#include <math.h>

const char *sc_plan_lever_name(enum sc_plan_lever_kind kind)
{
    static const char *const names[] = {
        [SC_LEVER_DELAY] = "delay",   [SC_LEVER_FEWER] = "one_fewer",   [SC_LEVER_AUTOMATION] = "automation",
        [SC_LEVER_TARGET] = "target", [SC_LEVER_OVERTIME] = "overtime", [SC_LEVER_NOTHING] = "nothing",
    };

    return names[kind];
}

enum { LEVER_CELL = 96 };

static void what_text(const struct sc_plan_lever *lever, char text[LEVER_CELL])
{
    static const char *const what[] = {
        [SC_LEVER_DELAY] = "every class a month later",
        [SC_LEVER_FEWER] = "one head fewer at first",
        [SC_LEVER_AUTOMATION] = "bots resolve 2 points more",
        [SC_LEVER_TARGET] = "targets 5 points lower",
        [SC_LEVER_OVERTIME] = "overtime instead of hires",
        [SC_LEVER_NOTHING] = "nobody is hired",
    };

    snprintf(text, LEVER_CELL, "%s", what[lever->kind]);
}

static void heads_text(int change, char text[LEVER_CELL])
{
    snprintf(text, LEVER_CELL, "%s%d", change < 0 ? "−" : change > 0 ? "+" : "", change < 0 ? -change : change);
}

/* "−23,277 ±410" */
static void cost_text(struct sc_figure change, char text[LEVER_CELL])
{
    char human[SC_HUMAN_TEXT], half[SC_HUMAN_TEXT];

    if (isnan(change.mean))
        snprintf(text, LEVER_CELL, "–");
    else if (fabs(change.mean) < 0.5)
        snprintf(text, LEVER_CELL, "0");
    else
        snprintf(text, LEVER_CELL, "%s%s ±%s", change.mean < 0 ? "−" : "+", sc_human_money(fabs(change.mean), human),
                 sc_human_money(fmax(1.0, round(0.5 * (change.high - change.low))), half));
}

/* "5.5 h a week (5.1–5.9)", of a head in the worst month. */
static void overtime_text(const struct sc_figure *hours, char text[LEVER_CELL])
{
    if (hours->mean > 8.0)
        snprintf(text, LEVER_CELL, "%.1f h a week: too much", hours->mean);
    else
        snprintf(text, LEVER_CELL, "%.1f h a week (%.1f–%.1f)", hours->mean, hours->low, hours->high);
}

/* Does the lever plan anew, and so as to keep every month? */
static bool is_planned(enum sc_plan_lever_kind kind)
{
    return kind == SC_LEVER_AUTOMATION || kind == SC_LEVER_TARGET;
}

/* What becomes of the worst month. */
static void effect_text(const struct sc_plan *plan, const struct sc_plan_lever *lever, char text[LEVER_CELL])
{
    const struct sc_figure *met = &lever->least_met;
    struct sc_date date = {0};

    if (lever->worst_month >= 0)
        date = sc_date_from_day(plan->plan.months[lever->worst_month].first_day);
    if (!lever->reached)
        snprintf(text, LEVER_CELL, "no way to keep targets");
    else if (lever->kind == SC_LEVER_OVERTIME)
        overtime_text(&lever->amount, text);
    else if (is_planned(lever->kind) || met->mean >= plan->confidence - 0.01)
        snprintf(text, LEVER_CELL, "every month kept");
    else
        snprintf(text, LEVER_CELL, "%04d-%02d: %.0f %% (%.0f–%.0f %%)", date.year, date.month, 100.0 * met->mean,
                 100.0 * met->low, 100.0 * met->high);
}

enum sc_code sc_plan_write_levers(FILE *stream, const struct sc_plan *plan, const struct sc_table_style *style,
                                  struct sc_error *error)
{
    static const struct sc_table_column columns[] = {{"Instead", false},
                                                     {"Heads", true},
                                                     {"Cost", true},
                                                     {"Worst month", false}};
    struct sc_table *table = NULL;
    enum sc_code code = SC_OK;

    if (plan->lever_count == 0)
        return SC_OK;
    fprintf(stream, "%sWhat else%s, against the plan and on the same random numbers\n", style->colour ? SC_BOLD : "",
            style->colour ? SC_PLAIN : "");
    code = sc_table_new(columns, 4, style->colour, &table, error);
    for (size_t i = 0; code == SC_OK && i < plan->lever_count; i++) {
        const struct sc_plan_lever *lever = &plan->levers[i];
        char what[LEVER_CELL], heads[LEVER_CELL], cost[LEVER_CELL], effect[LEVER_CELL];

        what_text(lever, what);
        snprintf(heads, sizeof heads, "–");
        if (lever->reached)
            heads_text(lever->heads_difference, heads);
        cost_text(lever->cost_difference, cost);
        effect_text(plan, lever, effect);
        code = sc_table_add(table, (const char *const[]){what, heads, cost, effect}, error);
    }
    if (code == SC_OK)
        code = sc_table_print(table, 2, stream, error);
    if (code == SC_OK)
        fputc('\n', stream);
    sc_table_free(table);
    return code;
}

enum { NOTE_MOST = 512 };

static bool has_spread(const struct sc_scenario *scenario)
{
    bool has = scenario->spread.cv > 0 || scenario->level > 0;

    for (size_t i = 0; i < scenario->channel_count; i++)
        has = has || scenario->channels[i].volume.spread.cv > 0 || scenario->channels[i].volume.drift_cv > 0;
    return has;
}

/* Where the engine wants a head more, or less, than the projection began with: why. */
static void note_shift(const struct sc_plan *plan, void (*say)(void *context, const char *note), void *context)
{
    char note[NOTE_MOST];
    size_t worst = 0;

    for (size_t m = 1; m < plan->month_count; m++)
        if (fabs(plan->plan.months[m].shift_heads) > fabs(plan->plan.months[worst].shift_heads))
            worst = m;
    double heads = plan->plan.months[worst].shift_heads;
    if (fabs(heads) <= 1.0)
        return;
    struct sc_date date = sc_date_from_day(plan->plan.months[worst].first_day);
    snprintf(
        note, sizeof note,
        "projection and engine differ by up to %.1f heads (%04d-%02d: the engine needs %s); the "
        "plan goes by the engine. The projection adds up strengths week by week; the engine plays whole heads with "
        "their absences, newcomers at their own speed, and queues that carry over",
        fabs(heads), date.year, date.month, heads > 0 ? "more" : "fewer");
    say(context, note);
}

/* What the date of a miss means, where one is told. */
static void note_misses(const struct sc_plan *plan, void (*say)(void *context, const char *note), void *context)
{
    for (size_t p = 0; p < plan->party_count; p++)
        if (plan->misses[p].missed) {
            say(context, "a target is missed from the first week on whose four weeks are missed with a chance above "
                         "50 %");
            return;
        }
}

/* How levers were compared, and why not otherwise. */
static void note_levers(const struct sc_plan *plan, void (*say)(void *context, const char *note), void *context)
{
    bool bots = false;

    if (plan->lever_count == 0)
        return;
    for (size_t i = 0; i < plan->lever_count; i++)
        bots = bots || plan->levers[i].kind == SC_LEVER_AUTOMATION;
    if (bots)
        say(context, "what else: better bots were played on the engine, on the plan's own people and contacts; all "
                     "other differences are path by path too, read from the curves that the engine verified at the "
                     "plan, for which it would need a hundred times the paths to tell them as well");
    else
        say(context, "what else: differences are path by path, on the same people and demand, read from the curves "
                     "that the engine verified at the plan: it would need a hundred times the paths to tell them as "
                     "well");
}

/* Where no number of heads is required of a pool. */
static void note_required(const struct sc_plan *plan, void (*say)(void *context, const char *note), void *context)
{
    for (size_t m = 0; m < plan->month_count; m++)
        for (size_t p = 0; p < plan->scenario->pool_count; p++)
            if (plan->scenario->pools[p].people.given && isnan(plan->plan.months[m].pools[p].required)) {
                say(context, "need –: more heads of that pool alone, the others as they are, would not keep every "
                             "target of that month as surely as a plan must");
                return;
            }
}

void sc_plan_notes(const struct sc_plan *plan, void (*say)(void *context, const char *note), void *context)
{
    char note[NOTE_MOST];

    if (!plan->scenario->plan.given)
        say(context, "the scenario has no `plan`: twelve months with a confidence of 90 % were taken; write "
                     "plan = { months = 12; confidence = 0.9; }");
    if (!has_spread(plan->scenario))
        say(context,
            "spread and level are 0: the volume of the coming months is taken as known, so the plan looks surer "
            "than it is; level = 0.05 says that the forecast as a whole may be off by 5 %");
    else if (plan->scenario->level <= 0.0)
        say(context, "level is 0: the forecast is taken as right on average over the months; level = 0.05 says that it "
                     "may be off by 5 % as a whole");
    for (size_t p = 0; p < plan->scenario->pool_count; p++) {
        const struct sc_pool *pool = &plan->scenario->pools[p];

        if (pool->people.given && pool->people.burnout_points > 0) {
            snprintf(note, sizeof note,
                     "burn-out of pool '%s' is an assumption of the scenario: attrition goes by a "
                     "factor of %g at %g %% live occupancy",
                     pool->name, pool->people.burnout[pool->people.burnout_points - 1].factor,
                     100.0 * pool->people.burnout[pool->people.burnout_points - 1].occupancy);
            say(context, note);
        }
        if (!pool->people.given) {
            snprintf(note, sizeof note, "pool '%s' has no people: its roster stays as it is", pool->name);
            say(context, note);
        }
    }
    note_misses(plan, say, context);
    note_levers(plan, say, context);
    note_shift(plan, say, context);
    note_required(plan, say, context);
}
