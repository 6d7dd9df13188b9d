/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan as CSV: a row a figure under its path. */
#include "present/plan.h"

#include "present/csv.h"
#include "present/plan_sentence.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdarg.h>

/* A row; the path is printed from a format. Names hold no dots (SPEC 1), so a path takes apart again. */
static void write_row(FILE *stream, struct sc_figure figure, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void write_row(FILE *stream, struct sc_figure figure, const char *format, ...)
{
    char path[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    sc_csv_put_text(stream, path);
    putc(',', stream);
    sc_csv_put_number(stream, figure.mean);
    putc(',', stream);
    sc_csv_put_number(stream, figure.low);
    putc(',', stream);
    sc_csv_put_number(stream, figure.high);
    putc('\n', stream);
}

static struct sc_figure certain(double value)
{
    return (struct sc_figure){value, value, value};
}

static void write_pools(FILE *stream, const char *prefix, const char *name, const struct sc_plan *plan,
                        const struct sc_plan_month *month)
{
    for (size_t p = 0; p < plan->scenario->pool_count; p++) {
        const struct sc_plan_pool_month *pool = &month->pools[p];
        const struct {
            const char *name;
            struct sc_figure figure;
        } rows[] = {
            {"headcount", pool->headcount}, {"left", pool->left},
            {"hired", pool->hired},         {"in_training", pool->in_training},
            {"ramping", pool->ramping},     {"available_fte", pool->available},
            {"net_fte", pool->net},         {"required_fte", certain(pool->required)},
            {"gap_fte", pool->gap},
        };

        for (size_t i = 0; plan->scenario->pools[p].people.given && i < sizeof rows / sizeof rows[0]; i++)
            write_row(stream, rows[i].figure, "%smonths.%s.pools.%s.%s", prefix, name, plan->scenario->pools[p].name,
                      rows[i].name);
    }
}

static void party_path(const struct sc_plan *plan, size_t party, char *text, size_t size)
{
    const struct sc_plan_party *p = &plan->parties[party];
    const struct sc_channel *channel = &plan->scenario->channels[p->channel];

    if (p->class_index < 0)
        snprintf(text, size, "%s", channel->name);
    else
        snprintf(text, size, "%s.classes.%s", channel->name, channel->classes[p->class_index].name);
}

static void write_month(FILE *stream, const char *prefix, const struct sc_plan *plan, const struct sc_plan_month *month)
{
    struct sc_date date = sc_date_from_day(month->first_day);
    char name[16], party[512];

    snprintf(name, sizeof name, "%04d-%02d", date.year, date.month);
    write_pools(stream, prefix, name, plan, month);
    for (size_t t = 0; t < plan->target_count; t++) {
        party_path(plan, plan->targets[t].party, party, sizeof party);
        write_row(stream, month->targets[t].share, "%smonths.%s.channels.%s.%s", prefix, name, party,
                  plan->targets[t].answer ? "service_level" : "abandon_rate");
    }
    for (size_t p = 0; p < plan->party_count; p++) {
        party_path(plan, p, party, sizeof party);
        write_row(stream, month->party_met[p], "%smonths.%s.channels.%s.target_met", prefix, name, party);
    }
    write_row(stream, month->met, "%smonths.%s.met", prefix, name);
    write_row(stream, month->cost, "%smonths.%s.cost", prefix, name);
    write_row(stream, certain(month->cost_per_contact), "%smonths.%s.cost_per_contact", prefix, name);
}

static void write_lever(FILE *stream, const char *prefix, const struct sc_plan_lever *lever)
{
    const char *name = sc_plan_lever_name(lever->kind);

    write_row(stream, certain(lever->heads_difference), "%slevers.%s.heads_difference", prefix, name);
    write_row(stream, lever->cost_difference, "%slevers.%s.cost_difference", prefix, name);
    write_row(stream, lever->least_met, "%slevers.%s.least_met", prefix, name);
}

static void write_plan(FILE *stream, const char *prefix, const struct sc_plan *plan)
{
    for (size_t i = 0; i < plan->plan.hire_count; i++) {
        const struct sc_plan_hire *hire = &plan->plan.hires[i];
        char start[11];

        sc_date_format(hire->start_day, start);
        write_row(stream, certain(hire->count), "%shires.%s.%s", prefix, plan->scenario->pools[hire->pool].name, start);
    }
    for (size_t p = 0; p < plan->party_count; p++) {
        char party[512], from[11];

        if (!plan->misses[p].missed)
            continue;
        party_path(plan, p, party, sizeof party);
        sc_date_format(plan->misses[p].first_day, from);
        write_row(stream, plan->misses[p].chance, "%swithout.%s.%s", prefix, party, from);
    }
    for (size_t m = 0; m < plan->month_count; m++)
        write_month(stream, prefix, plan, &plan->plan.months[m]);
    write_row(stream, plan->plan.cost, "%scost", prefix);
    for (size_t i = 0; i < plan->lever_count; i++)
        write_lever(stream, prefix, &plan->levers[i]);
}

void sc_plan_write_csv(FILE *stream, const struct sc_plan *plan, const struct sc_plan *optimum)
{
    fputs("metric,mean,low,high\n", stream);
    write_plan(stream, "", plan);
    if (optimum != NULL)
        write_plan(stream, "optimum.", optimum);
}
