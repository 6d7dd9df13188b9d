/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan for the manager: the decision in a sentence, the hires, the months, and what to know of them. */
#include "present/plan.h"

#include "present/human.h"
#include "present/plan_sentence.h"
#include "present/prose.h"
#include "present/table.h"
#include "staffcast/calendar.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { CELL = 64, COLUMNS_MOST = 24 };

static void month_text(const struct sc_plan_month *month, char text[CELL])
{
    struct sc_date date = sc_date_from_day(month->first_day);

    snprintf(text, CELL, "%04d-%02d", date.year, date.month);
}

/* Heads with one decimal; a minus that can be read. */
static void heads_text(double heads, char text[CELL])
{
    if (isnan(heads))
        snprintf(text, CELL, "–");
    else if (heads < -0.05)
        snprintf(text, CELL, "−%.1f", -heads);
    else
        snprintf(text, CELL, "%.1f", fabs(heads));
}

static void percent_text(double share, char text[CELL])
{
    if (isnan(share))
        snprintf(text, CELL, "–");
    else if (share > 0.99 && share < 1.0)
        snprintf(text, CELL, ">99 %%");
    else if (share > 0.0 && share < 0.01)
        snprintf(text, CELL, "<1 %%");
    else
        snprintf(text, CELL, "%.0f %%", 100.0 * share);
}

/* --- the hires --- */

static enum sc_code write_hires(FILE *stream, const struct sc_plan *plan, const struct sc_table_style *style,
                                struct sc_error *error)
{
    static const struct sc_table_column columns[] = {{"Decide by", false},  {"Pool", false},
                                                     {"Positions", true},   {"Training from", false},
                                                     {"Full speed", false}, {"Until", false},
                                                     {"Can wait to", false}};
    struct sc_table *table = NULL;
    enum sc_code code = plan->plan.hire_count > 0 ? sc_table_new(columns, 7, style->colour, &table, error) : SC_OK;

    for (size_t i = 0; code == SC_OK && i < plan->plan.hire_count; i++) {
        const struct sc_plan_hire *hire = &plan->plan.hires[i];
        const struct sc_people *people = &plan->scenario->pools[hire->pool].people;
        double ramp = 0.0;
        char decide[11], start[11], full[11], until[11] = "", last[11] = "", count[CELL];

        for (size_t month = 0; month < people->ramps; month++)
            if (people->ramp[month] != 1.0)
                ramp = (double)(month + 1) * SC_MONTH_DAYS;
        sc_date_format(hire->decide_day, decide);
        sc_date_format(hire->start_day, start);
        sc_date_format(hire->start_day + (int64_t)(ceil(people->training_s / 86400.0) + ceil(ramp)), full);
        if (hire->until_day != INT64_MAX)
            sc_date_format(hire->until_day, until);
        if (plan->optimised && !hire->given)
            sc_date_format(hire->last_day, last);
        snprintf(count, sizeof count, "%d", hire->count);
        code = sc_table_add(table,
                            (const char *const[]){decide, plan->scenario->pools[hire->pool].name, count, start, full,
                                                  until, last},
                            error);
    }
    if (code == SC_OK && table != NULL)
        code = sc_table_print(table, 0, stream, error);
    if (code == SC_OK && table != NULL)
        fputc('\n', stream);
    sc_table_free(table);
    return code;
}

/* --- the waterfall of a pool --- */

static enum sc_code write_pool(FILE *stream, const struct sc_plan *plan, size_t pool,
                               const struct sc_table_style *style, struct sc_error *error)
{
    static const struct sc_table_column columns[] = {{"Month", false}, {"Begin", true},  {"Left", true},
                                                     {"Hired", true},  {"Train", true},  {"Ramp", true},
                                                     {"Full", true},   {"Avail.", true}, {"Net", true},
                                                     {"Need", true},   {"Gap", true},    {"Busy", true}};
    enum { COUNT = sizeof columns / sizeof columns[0] };
    struct sc_table *table = NULL;
    enum sc_code code = sc_table_new(columns, COUNT, style->colour, &table, error);

    fprintf(stream, "%s%s%s, heads by month: in training, ramping, full; available, net\n", sc_shade(style, SC_BOLD),
            plan->scenario->pools[pool].name, sc_shade(style, SC_PLAIN));
    if (code == SC_OK)
        sc_table_fold(table);
    for (size_t m = 0; code == SC_OK && m < plan->month_count; m++) {
        const struct sc_plan_pool_month *here = &plan->plan.months[m].pools[pool];
        const double heads[] = {here->begin.mean,   here->left.mean, here->hired.mean,     here->in_training.mean,
                                here->ramping.mean, here->full.mean, here->available.mean, here->net.mean,
                                here->required,     here->gap.mean};
        char text[COUNT][CELL];
        const char *cells[COUNT];

        month_text(&plan->plan.months[m], text[0]);
        for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
            heads_text(heads[i], text[i + 1]);
        percent_text(here->occupancy.mean, text[COUNT - 1]);
        for (size_t i = 0; i < COUNT; i++)
            cells[i] = text[i];
        code = sc_table_add(table, cells, error);
        if (code == SC_OK && here->gap.mean < 0.0)
            sc_table_colour(table, 10, SC_RED);
    }
    if (code == SC_OK)
        code = sc_table_print(table, 2, stream, error);
    fputc('\n', stream);
    sc_table_free(table);
    return code;
}

/* --- service and cost --- */

static void party_heading(const struct sc_plan *plan, const struct sc_plan_target *target, char text[CELL])
{
    const struct sc_plan_party *party = &plan->parties[target->party];
    const struct sc_channel *channel = &plan->scenario->channels[party->channel];
    const char *name = party->class_index < 0 ? channel->name : channel->classes[party->class_index].name;

    snprintf(text, CELL, "%.40s%s, %%", name, target->answer ? "" : " lost");
}

/* "83.1 ±0.9": in percent, as the heading says. */
static void share_text(struct sc_figure share, char text[CELL])
{
    double half = 50.0 * (share.high - share.low);

    if (isnan(share.mean))
        snprintf(text, CELL, "–");
    else if (half < 0.05)
        snprintf(text, CELL, "%.1f", 100.0 * share.mean);
    else
        snprintf(text, CELL, "%.1f ±%.1f", 100.0 * share.mean, half);
}

static enum sc_code write_months(FILE *stream, const struct sc_plan *plan, const struct sc_table_style *style,
                                 struct sc_error *error)
{
    size_t shown = plan->target_count < COLUMNS_MOST - 5 ? plan->target_count : COLUMNS_MOST - 5, count = shown + 5;
    struct sc_table_column columns[COLUMNS_MOST];
    char heading[COLUMNS_MOST][CELL], text[COLUMNS_MOST][CELL];
    const char *cells[COLUMNS_MOST];
    struct sc_table *table = NULL;

    columns[0] = (struct sc_table_column){"Month", false};
    for (size_t t = 0; t < shown; t++) {
        party_heading(plan, &plan->targets[t], heading[t]);
        columns[1 + t] = (struct sc_table_column){heading[t], true};
    }
    columns[shown + 1] = (struct sc_table_column){"All met", true};
    columns[shown + 2] = (struct sc_table_column){"Without", true};
    columns[shown + 3] = (struct sc_table_column){"Cost", true};
    columns[shown + 4] = (struct sc_table_column){"A contact", true};
    enum sc_code code = sc_table_new(columns, count, style->colour, &table, error);

    if (code == SC_OK)
        sc_table_fold(table);
    for (size_t m = 0; code == SC_OK && m < plan->month_count; m++) {
        const struct sc_plan_month *month = &plan->plan.months[m];

        month_text(month, text[0]);
        for (size_t t = 0; t < shown; t++)
            share_text(month->targets[t].share, text[1 + t]);
        percent_text(month->met.mean, text[shown + 1]);
        percent_text(plan->without.months[m].met.mean, text[shown + 2]);
        sc_human_money(month->cost.mean, text[shown + 3]);
        sc_human_money(month->cost_per_contact, text[shown + 4]);
        for (size_t i = 0; i < count; i++)
            cells[i] = text[i];
        code = sc_table_add(table, cells, error);
        if (code == SC_OK && month->met.mean < plan->confidence - 0.01)
            sc_table_colour(table, shown + 1, SC_RED);
    }
    fprintf(stream, "%sService and cost%s by month; All met: the chance that every target is kept\n",
            sc_shade(style, SC_BOLD), sc_shade(style, SC_PLAIN));
    if (code == SC_OK)
        code = sc_table_print(table, 2, stream, error);
    sc_table_free(table);
    return code;
}

static void write_cost(FILE *stream, const struct sc_plan *plan)
{
    char with[SC_HUMAN_TEXT], without[SC_HUMAN_TEXT], line[256];

    snprintf(line, sizeof line, "In all %s %s; without hires %s.", sc_human_money(plan->plan.cost.mean, with),
             plan->scenario->currency, sc_human_money(plan->without.cost.mean, without));
    sc_prose_print(stream, (struct sc_prose){"  ", NULL}, (struct sc_prose){line, NULL});
    fputc('\n', stream);
}

/* --- all of it --- */

static void write_note(void *context, const char *note)
{
    const struct sc_noted *noted = context;

    sc_prose_print(noted->stream, (struct sc_prose){"· ", NULL},
                   (struct sc_prose){note, sc_shade(noted->style, SC_DIM)});
}

static void write_title(FILE *stream, const struct sc_plan *plan, const struct sc_table_style *style)
{
    char start[11], end[11];

    sc_date_format(plan->first_day, start);
    sc_date_format(plan->end_day - 1, end);
    fprintf(stream, "%s%s%s\n%s", sc_shade(style, SC_BOLD), plan->scenario->name, sc_shade(style, SC_PLAIN),
            sc_shade(style, SC_DIM));
    fprintf(stream, "plan from %s to %s · confidence %g %% · %zu paths on the engine · seed %" PRIu64 "%s\n\n", start,
            end, 100.0 * plan->confidence, plan->engine_paths, plan->seed, sc_shade(style, SC_PLAIN));
}

static enum sc_code write_optimum(FILE *stream, const struct sc_plan *plan, const struct sc_plan *optimum,
                                  const struct sc_table_style *style, struct sc_error *error)
{
    char text[SC_PLAN_SENTENCE], given[SC_HUMAN_TEXT], cheapest[SC_HUMAN_TEXT], line[512];

    fprintf(stream, "%sThe cheapest plan beside it%s\n", sc_shade(style, SC_BOLD), sc_shade(style, SC_PLAIN));
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){sc_plan_sentence(optimum, text), NULL});
    snprintf(line, sizeof line, "It costs %s %s, the hires given %s.",
             sc_human_money(optimum->plan.cost.mean, cheapest), plan->scenario->currency,
             sc_human_money(plan->plan.cost.mean, given));
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){line, NULL});
    fputc('\n', stream);
    return write_hires(stream, optimum, style, error);
}

enum sc_code sc_plan_write_table(FILE *stream, const struct sc_plan *plan, const struct sc_plan *optimum,
                                 const struct sc_table_style *style, struct sc_error *error)
{
    char text[SC_PLAN_SENTENCE];
    struct sc_noted noted = {stream, style};

    sc_prose_print(stream, (struct sc_prose){"", NULL},
                   (struct sc_prose){sc_plan_sentence(plan, text), sc_shade(style, SC_BOLD)});
    fputc('\n', stream);
    write_title(stream, plan, style);
    enum sc_code code = write_hires(stream, plan, style, error);
    if (code == SC_OK && optimum != NULL)
        code = write_optimum(stream, plan, optimum, style, error);
    for (size_t p = 0; code == SC_OK && p < plan->scenario->pool_count; p++)
        if (plan->scenario->pools[p].people.given)
            code = write_pool(stream, plan, p, style, error);
    if (code == SC_OK)
        code = write_months(stream, plan, style, error);
    if (code == SC_OK)
        write_cost(stream, plan);
    if (code == SC_OK)
        code = sc_plan_write_levers(stream, plan, style, error);
    if (code == SC_OK && !style->quiet)
        sc_plan_notes(plan, write_note, &noted);
    return code;
}
