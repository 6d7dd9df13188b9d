/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges, pieces and rules: which targets must hold, and in which periods. */
#include "decide/staff_problem.h"
#include "model/internal.h"

#include <stdlib.h>

/* --- judges --- */

static bool hours_equal(const struct sc_week_hours *a, const struct sc_week_hours *b)
{
    if (a->given != b->given)
        return false;
    for (int day = 0; a->given && day < SC_DAY_KINDS; day++)
        if (a->named[day] != b->named[day] ||
            (a->named[day] && (a->from_s[day] != b->from_s[day] || a->to_s[day] != b->to_s[day])))
            return false;
    return true;
}

/* Whether a class asks something of its own. */
static bool targets_equal(const struct sc_target *a, const struct sc_target *b)
{
    return a->given == b->given && a->answer_given == b->answer_given && a->abandon_given == b->abandon_given &&
           (!a->answer_given ||
            (a->answer == b->answer && a->within_s == b->within_s && a->counts == b->counts &&
             a->short_s == b->short_s && a->clock == b->clock && hours_equal(&a->own_clock, &b->own_clock))) &&
           (!a->abandon_given || a->abandon == b->abandon);
}

static void judges_add(struct sc_staff_problem *problem, size_t channel, int class_index,
                       const struct sc_target *target)
{
    const struct sc_model_channel *m = &problem->model->channels[channel];
    struct sc_staff_judge judge = {.channel = channel,
                                   .group = problem->channel_group[channel],
                                   .class_index = class_index,
                                   .counts = target->counts,
                                   .first_type = m->first_type + (class_index < 0 ? 0 : 1 + (size_t)class_index),
                                   .types = class_index < 0 ? m->types : 1,
                                   .deferred = m->channel->kind == SC_DEFERRED,
                                   .per = problem->per};
    if (judge.per == SC_STAFF_INTERVAL && (judge.deferred || class_index >= 0))
        judge.per = SC_STAFF_DAY;
    if (target->answer_given) {
        judge.wanted = target->answer;
        problem->judges[problem->judge_count++] = judge;
    }
    if (target->abandon_given) {
        judge.abandon = true;
        judge.wanted = target->abandon;
        problem->judges[problem->judge_count++] = judge;
    }
}

static enum sc_code judges_build(struct sc_staff_problem *problem, struct sc_error *error)
{
    problem->judges = sc_arena_array(&problem->arena, 2 * problem->model->type_count, sizeof *problem->judges);
    if (!problem->judges)
        return sc_error_memory(error);
    for (size_t c = 0; c < problem->scenario->channel_count; c++) {
        const struct sc_channel *channel = &problem->scenario->channels[c];
        judges_add(problem, c, -1, &channel->service.target);
        for (size_t k = 0; k < channel->class_count; k++)
            if (!targets_equal(&channel->service.target, &channel->classes[k].service.target))
                judges_add(problem, c, (int)k, &channel->classes[k].service.target);
    }
    if (problem->judge_count == 0)
        return sc_error_set_at(error, SC_INPUT, problem->scenario->file, 0,
                               "no channel has a target, so no heads are needed; "
                               "write one, such as target = { answer = 0.8; within = \"20 s\"; }");
    return SC_OK;
}

void sc_staff_judge_sum(const struct sc_staff_judge *judge, const struct sc_interval_cell *sum, double *surplus,
                        double *base)
{
    if (judge->abandon) {
        *base = (double)(sum->offered - sum->blocked);
        *surplus = judge->wanted * *base - (double)sum->abandoned;
        return;
    }
    double met = (double)sum->answered_within;
    *base = (double)(sum->judged_answered + sum->judged_lost + sum->late_open);
    if (judge->counts == SC_COUNT_NO_SHORT)
        *base -= (double)sum->lost_short;
    else if (judge->counts == SC_COUNT_ANSWERED)
        *base = (double)sum->judged_answered;
    else if (judge->counts == SC_COUNT_MET)
        met += (double)sum->lost_within;
    *surplus = met - judge->wanted * *base;
}

/* --- periods --- */

/* The period that begins with interval `first`, in intervals. */
static size_t period_length(const struct sc_staff_problem *problem, enum sc_staff_per per, size_t first)
{
    size_t length = per == SC_STAFF_INTERVAL ? 1 : per == SC_STAFF_DAY ? problem->a_day : 7 * problem->a_day;
    if (per == SC_STAFF_HORIZON || first + length > problem->count)
        length = problem->count - first;
    return length;
}

/* Two periods of one length are alike where their days are, in their order. */
static bool periods_alike(const struct sc_staff_problem *problem, size_t a, size_t b, size_t length)
{
    if (a % problem->a_day != b % problem->a_day)
        return false;
    for (size_t i = 0; i < length; i += problem->a_day)
        if (problem->day_kind[(a + i) / problem->a_day] != problem->day_kind[(b + i) / problem->a_day])
            return false;
    return true;
}

/* Which earlier period an interval or day is alike to, by kind of day and time; weeks are compared one by one. */
static size_t period_same(const struct sc_staff_problem *problem, enum sc_staff_per per, const size_t *first,
                          size_t periods, const size_t *seen, size_t i)
{
    if (per == SC_STAFF_INTERVAL || per == SC_STAFF_DAY)
        return seen[problem->day_kind[i / problem->a_day] * problem->a_day + i % problem->a_day];
    size_t length = period_length(problem, per, i), same = 0;
    while (same < periods &&
           (period_length(problem, per, first[same]) != length || !periods_alike(problem, first[same], i, length)))
        same++;
    return same < periods ? same : SIZE_MAX;
}

/* Finds the periods and to which rule each belongs; returns the number of periods. */
static size_t periods_find(const struct sc_staff_problem *problem, enum sc_staff_per per, size_t *first, size_t *rule,
                           size_t *seen, size_t *rules)
{
    size_t periods = 0;
    for (size_t i = 0; i < problem->kind_count * problem->a_day; i++)
        seen[i] = SIZE_MAX;
    *rules = 0;
    for (size_t i = 0; i < problem->count; i += period_length(problem, per, i)) {
        size_t same = period_same(problem, per, first, periods, seen, i);
        rule[periods] = same != SIZE_MAX ? rule[same] : (*rules)++;
        seen[problem->day_kind[i / problem->a_day] * problem->a_day + i % problem->a_day] = periods;
        first[periods++] = i;
    }
    return periods;
}

/* The rules of one judge: its periods, those alike together. */
static enum sc_code periods_build(struct sc_staff_problem *problem, size_t judge, struct sc_error *error)
{
    enum sc_staff_per per = problem->judges[judge].per;
    size_t *first = calloc(3 * problem->count, sizeof *first), rules;
    if (!first)
        return sc_error_memory(error);
    size_t *rule = first + problem->count, *seen = rule + problem->count;
    size_t periods = periods_find(problem, per, first, rule, seen, &rules), base = problem->rule_count;
    for (size_t p = 0; p < periods; p++)
        problem->rules[base + rule[p]].pieces++;
    for (size_t r = base; r < base + rules; r++) {
        problem->rules[r].judge = judge;
        problem->rules[r].first_piece = problem->piece_count;
        problem->piece_count += problem->rules[r].pieces;
        problem->rules[r].pieces = 0;
    }
    for (size_t p = 0; p < periods; p++) {
        struct sc_staff_rule *r = &problem->rules[base + rule[p]];
        problem->pieces[r->first_piece + r->pieces++] =
            (struct sc_staff_piece){base + rule[p], first[p], period_length(problem, per, first[p])};
    }
    problem->rule_count += rules;
    free(first);
    return SC_OK;
}

enum sc_code sc_staff_rules_build(struct sc_staff_problem *problem, struct sc_error *error)
{
    enum sc_code code = judges_build(problem, error);
    size_t most = problem->judge_count * problem->count;
    if (code != SC_OK)
        return code;
    problem->pieces = sc_arena_array(&problem->arena, most, sizeof *problem->pieces);
    problem->rules = sc_arena_array(&problem->arena, most, sizeof *problem->rules);
    if (!problem->pieces || !problem->rules)
        return sc_error_memory(error);
    for (size_t j = 0; j < problem->judge_count && code == SC_OK; j++)
        code = periods_build(problem, j, error);
    return code;
}
