/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision in a sentence: what to do by when, and what happens otherwise. */
#include "present/plan_sentence.h"

#include "staffcast/calendar.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

enum { HIRES_SPELT = 6, HIRES_MOST = 512 };

struct text {
    char *at;
    size_t used;
};

static void put(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int added = vsnprintf(text->at + text->used, SC_PLAN_SENTENCE - text->used, format, arguments);
    va_end(arguments);
    if (added > 0)
        text->used += (size_t)added;
    if (text->used >= SC_PLAN_SENTENCE)
        text->used = SC_PLAN_SENTENCE - 1;
}

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

/* "12 January", with the year where it is not the plan's first. */
static void put_date(struct text *text, const struct sc_plan *plan, int64_t day)
{
    struct sc_date date = sc_date_from_day(day), first = sc_date_from_day(plan->first_day);

    put(text, "%d %s", date.day, months[date.month - 1]);
    if (date.year != first.year)
        put(text, " %d", date.year);
}

static void put_month(struct text *text, const struct sc_plan_month *month)
{
    struct sc_date date = sc_date_from_day(month->first_day);

    put(text, "%s %d", months[date.month - 1], date.year);
}

static void put_chance(struct text *text, double chance)
{
    if (chance > 0.99)
        put(text, "over 99 %%");
    else if (chance < 0.01)
        put(text, "under 1 %%");
    else
        put(text, "%.0f %%", 100.0 * chance);
}

static size_t teams_of(const struct sc_plan *plan)
{
    size_t teams = 0;

    for (size_t p = 0; p < plan->scenario->pool_count; p++)
        teams += plan->scenario->pools[p].people.given;
    return teams;
}

/* The classes of a pool, or of all: "6 positions by 12 January and 4 by 6 April"; `named` where the first says what. */
static void put_classes(struct text *text, const struct sc_plan *plan, const size_t *hires, size_t count, bool named)
{
    const struct sc_plan_hire *all = plan->plan.hires;
    size_t spelt = count <= HIRES_SPELT ? count : HIRES_SPELT - 1;
    int rest = 0;

    for (size_t i = 0; i < spelt; i++) {
        const struct sc_plan_hire *hire = &all[hires[i]];

        if (i > 0)
            put(text, i + 1 == count ? " and " : ", ");
        put(text, "%d%s by ", hire->count, i > 0 || !named ? "" : hire->count == 1 ? " position" : " positions");
        put_date(text, plan, hire->decide_day);
    }
    for (size_t i = spelt; i < count; i++)
        rest += all[hires[i]].count;
    if (rest > 0) {
        put(text, " and %d more until ", rest);
        put_date(text, plan, all[hires[count - 1]].decide_day);
    }
}

static size_t hires_of(const struct sc_plan *plan, size_t pool, size_t hires[HIRES_MOST], int *heads)
{
    size_t count = 0;

    *heads = 0;
    for (size_t i = 0; i < plan->plan.hire_count && count < HIRES_MOST; i++)
        if (plan->plan.hires[i].pool == pool) {
            hires[count++] = i;
            *heads += plan->plan.hires[i].count;
        }
    return count;
}

/* By pool where there are several: "Open 7 positions in front line (2 by 8 June and 5 by 17 August) and 1 in …". */
static void put_hires(struct text *text, const struct sc_plan *plan)
{
    size_t hires[HIRES_MOST], pools = 0, done = 0;
    int heads;

    for (size_t p = 0; p < plan->scenario->pool_count; p++)
        pools += hires_of(plan, p, hires, &heads) > 0;
    put(text, "Open ");
    for (size_t p = 0; p < plan->scenario->pool_count; p++) {
        size_t count = hires_of(plan, p, hires, &heads);

        if (count == 0)
            continue;
        if (teams_of(plan) == 1) {
            put_classes(text, plan, hires, count, true);
            break;
        }
        if (done > 0)
            put(text, done + 1 == pools ? " and " : ", ");
        put(text, "%d%s in %s (", heads,
            done > 0     ? ""
            : heads == 1 ? " position"
                         : " positions",
            plan->scenario->pools[p].name);
        put_classes(text, plan, hires, count, false);
        put(text, ")");
        done++;
    }
    put(text, ". ");
}

/* "the phone target", "the target of phone, vip". */
static void put_party(struct text *text, const struct sc_plan *plan, size_t party)
{
    const struct sc_plan_party *p = &plan->parties[party];
    const struct sc_channel *channel = &plan->scenario->channels[p->channel];

    if (p->class_index < 0)
        put(text, "the %s target", channel->name);
    else
        put(text, "the target of %s, %s,", channel->name, channel->classes[p->class_index].name);
}

/* The party that is missed first; -1: none is. */
static int first_miss(const struct sc_plan *plan)
{
    int first = -1;

    for (size_t p = 0; p < plan->party_count; p++)
        if (plan->misses[p].missed && (first < 0 || plan->misses[p].first_day < plan->misses[first].first_day))
            first = (int)p;
    return first;
}

static size_t worst_month(const struct sc_plan *plan, const struct sc_plan_outcome *outcome)
{
    size_t worst = 0;

    for (size_t m = 1; m < plan->month_count; m++)
        if (outcome->months[m].met.mean < outcome->months[worst].met.mean)
            worst = m;
    return worst;
}

/* How the chance of a miss goes on: its highest, where that says more than the first. */
static void put_rising(struct text *text, const struct sc_plan *plan, size_t party)
{
    const struct sc_plan_month *worst = NULL;

    for (size_t m = 0; m < plan->month_count; m++) {
        const struct sc_plan_month *month = &plan->without.months[m];

        if (!isnan(month->party_met[party].mean) &&
            (worst == NULL || month->party_met[party].mean < worst->party_met[party].mean))
            worst = month;
    }
    if (worst == NULL || 1.0 - worst->party_met[party].mean < plan->misses[party].chance.mean + 0.1)
        return;
    put(text, ", ");
    put_chance(text, 1.0 - worst->party_met[party].mean);
    put(text, " in ");
    put_month(text, worst);
}

/* From when on a miss is likelier than the plan accepts, where that is before it is likelier than not. */
static void put_at_risk(struct text *text, const struct sc_plan *plan, size_t party)
{
    const struct sc_plan_miss *miss = &plan->misses[party];

    if (miss->at_risk_day < 0 || miss->at_risk_day >= miss->first_day)
        return;
    put(text, "; above %g %% from the week of ", 100.0 * (1.0 - plan->confidence));
    put_date(text, plan, miss->at_risk_day);
}

static void put_without(struct text *text, const struct sc_plan *plan, const char *lead)
{
    int first = first_miss(plan);
    size_t worst = worst_month(plan, &plan->without);

    if (first >= 0) {
        put(text, "%s", lead);
        put_party(text, plan, (size_t)first);
        put(text, " is missed from the week of ");
        put_date(text, plan, plan->misses[first].first_day);
        put(text, " (chance ");
        put_chance(text, plan->misses[first].chance.mean);
        put_rising(text, plan, (size_t)first);
        put_at_risk(text, plan, (size_t)first);
        put(text, ").");
        return;
    }
    put(text, "%sno target is more likely missed than kept; the worst month is ", lead);
    put_month(text, &plan->without.months[worst]);
    put(text, ", kept with a chance of ");
    put_chance(text, plan->without.months[worst].met.mean);
    put(text, ".");
}

static void put_kept(struct text *text, const struct sc_plan *plan, const char *lead)
{
    size_t worst = worst_month(plan, &plan->plan);

    put(text, "%severy month keeps its targets with %g %% confidence; the tightest is ", lead,
        100.0 * plan->confidence);
    put_month(text, &plan->plan.months[worst]);
    put(text, " (");
    put_chance(text, plan->plan.months[worst].met.mean);
    put(text, "). ");
}

const char *sc_plan_sentence(const struct sc_plan *plan, char buffer[SC_PLAN_SENTENCE])
{
    struct text text = {buffer, 0};
    bool hires = plan->plan.hire_count > 0;

    buffer[0] = '\0';
    if (plan->optimised && hires) {
        put_hires(&text, plan);
        put_without(&text, plan, "Without them ");
    } else if (sc_plan_kept(plan)) {
        put_kept(&text, plan, hires ? "With the hires given " : "Nobody needs to be hired: ");
        if (hires)
            put_without(&text, plan, "Without them ");
    } else {
        const struct sc_plan_month *month = &plan->plan.months[plan->plan.first_missed];

        put(&text, hires ? "The hires given are not enough: the targets of " : "Nobody is hired, and the targets of ");
        put_month(&text, month);
        put(&text, " are kept with a chance of ");
        put_chance(&text, month->met.mean);
        put(&text, " only, not %g %%. ", 100.0 * plan->confidence);
        put_without(&text, plan, hires ? "Without any " : "So ");
    }
    return buffer;
}
