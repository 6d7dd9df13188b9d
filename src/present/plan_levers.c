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
        [SC_LEVER_FEWER] = "one head fewer in the first class",
        [SC_LEVER_AUTOMATION] = "bots resolve two points more, fewer hires",
        [SC_LEVER_TARGET] = "targets five points lower, fewer hires",
        [SC_LEVER_OVERTIME] = "overtime instead of hires",
        [SC_LEVER_NOTHING] = "nobody is hired, nothing else is done",
    };

    snprintf(text, LEVER_CELL, "%s", what[lever->kind]);
}

static void change_text(double change, bool money, char text[LEVER_CELL])
{
    char human[SC_HUMAN_TEXT];

    if (isnan(change) || change == 0.0)
        snprintf(text, LEVER_CELL, "%s", isnan(change) ? "–" : "0");
    else if (money)
        snprintf(text, LEVER_CELL, "%s%s", change < 0 ? "−" : "+", sc_human_money(fabs(change), human));
    else
        snprintf(text, LEVER_CELL, "%s%.0f", change < 0 ? "−" : "+", fabs(change));
}

/* What becomes of the worst month. */
static void effect_text(const struct sc_plan *plan, const struct sc_plan_lever *lever, char text[LEVER_CELL])
{
    struct sc_date date = {0};

    if (lever->worst_month >= 0)
        date = sc_date_from_day(plan->plan.months[lever->worst_month].first_day);
    if (!lever->reached)
        snprintf(text, LEVER_CELL, "no way to keep the targets");
    else if (lever->kind == SC_LEVER_OVERTIME)
        snprintf(text, LEVER_CELL, "up to %.1f h a head and week (%04d-%02d)%s", lever->amount, date.year, date.month,
                 lever->amount > 8.0 ? ": too much" : "");
    else if (lever->least_met >= plan->confidence - 0.01)
        snprintf(text, LEVER_CELL, "every month kept");
    else
        snprintf(text, LEVER_CELL, "%04d-%02d kept with a chance of %.0f %%", date.year, date.month,
                 100.0 * lever->least_met);
}

enum sc_code sc_plan_write_levers(FILE *stream, const struct sc_plan *plan, const struct sc_table_style *style,
                                  struct sc_error *error)
{
    static const struct sc_table_column columns[] = {{"Instead", false},
                                                     {"Heads", true},
                                                     {"Cost", true},
                                                     {"And then", false}};
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
        change_text(lever->reached ? lever->heads_difference : NAN, false, heads);
        change_text(lever->cost_difference, true, cost);
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
    if (plan->lever_count > 0)
        say(context, "what levers are worth is projected, on the people, the demand and the chance of the plan's own "
                     "paths, and not played on the engine again; better bots are taken as the hours of work they save");
    note_shift(plan, say, context);
    if (plan->missed_ratio > 1.1) {
        snprintf(note, sizeof note,
                 "drafts of the plan missed their targets %.1f times as often on the engine as foretold; the plan was "
                 "chosen with that much in reserve, and the chances shown are before it",
                 plan->missed_ratio);
        say(context, note);
    }
}
