/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of shifts, however they came: their grid, the shifts that they allow, the sets of days of a tour. */
#include "decide/shifts_private.h"

#include "base/arena.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct sc_shift_rules *sc_shift_rules_new(struct sc_error *error)
{
    struct sc_shift_rules *rules = calloc(1, sizeof *rules);
    struct sc_arena *arena = calloc(1, sizeof *arena);
    if (rules == NULL || arena == NULL) {
        free(rules);
        free(arena);
        sc_error_memory(error);
        return NULL;
    }
    *arena = SC_ARENA_INIT;
    rules->memory = arena;
    return rules;
}

void sc_shift_rules_free(struct sc_shift_rules *rules)
{
    if (rules == NULL)
        return;
    sc_arena_release(rules->memory);
    free(rules->memory);
    free(rules);
}

bool sc_shift_rule_is_for(const struct sc_shift_rule *rule, const char *pool)
{
    for (size_t i = 0; i < rule->pool_count; i++)
        if (strcmp(rule->pools[i], pool) == 0)
            return true;
    return rule->pool_count == 0;
}

struct sc_break_window sc_break_window(const struct sc_shift_break *rest, double length_s)
{
    double scale = rest->share ? length_s : 1;
    struct sc_break_window window = {.from_s = rest->every_s * ceil(scale * rest->from / rest->every_s - 1e-9)};
    double room = scale * rest->to + 1e-6 - rest->lasts_s - window.from_s;
    window.count = room >= 0 ? (size_t)floor(room / rest->every_s) + 1 : 0;
    window.to_s = window.from_s + (double)(window.count > 0 ? window.count - 1 : 0) * rest->every_s + rest->lasts_s;
    return window;
}

/* --- the grid --- */

/* Times are whole multiples of five minutes, the interval too. */
static double common(double a_s, double b_s)
{
    int64_t a = (int64_t)a_s, b = (int64_t)b_s;
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return (double)a;
}

void sc_shift_rules_settle(struct sc_shift_rules *rules, double interval_s)
{
    double cell_s = interval_s;
    for (size_t r = 0; r < rules->count; r++) {
        const struct sc_shift_rule *rule = &rules->rules[r];
        for (size_t i = 0; i < rule->start_count; i++)
            cell_s = common(cell_s, rule->starts_s[i]);
        for (size_t i = 0; i < rule->length_count; i++)
            cell_s = common(cell_s, rule->lengths_s[i]);
        for (size_t b = 0; b < rule->break_count; b++)
            cell_s = common(common(cell_s, rule->breaks[b].lasts_s), rule->breaks[b].every_s);
    }
    rules->cell_s = cell_s;
}

/* --- the standard rules --- */

enum sc_code sc_shift_rules_standard(double interval_s, struct sc_shift_rules **rules, struct sc_error *error)
{
    static const double lengths_s[] = {8 * 3600, 4 * 3600};
    enum { STARTS = 48 };
    struct sc_shift_rules *made = sc_shift_rules_new(error);
    if (made == NULL)
        return SC_SYSTEM;
    struct sc_shift_rule *rule = sc_arena_array(made->memory, 1, sizeof *rule);
    double *starts_s = sc_arena_array(made->memory, STARTS, sizeof *starts_s);
    if (rule == NULL || starts_s == NULL) {
        sc_shift_rules_free(made);
        return sc_error_memory(error);
    }
    for (int i = 0; i < STARTS; i++)
        starts_s[i] = 1800.0 * i;
    *rule = (struct sc_shift_rule){
        .name = "standard",
        .starts_s = starts_s,
        .start_count = STARTS,
        .lengths_s = lengths_s,
        .length_count = 2,
        .breaks = {{.lasts_s = 1800, .every_s = 1800, .from = 1.0 / 3, .to = 2.0 / 3, .share = true}},
        .break_count = 1,
        .max = SC_SHIFT_HEADS_MOST};
    for (int i = 0; i < SC_DAY_KINDS; i++)
        rule->day[i] = true;
    made->rules = rule;
    made->count = 1;
    sc_shift_rules_settle(made, interval_s);
    *rules = made;
    return SC_OK;
}

/* --- shifts of a start and a length --- */

static int cells_of(double seconds, double cell_s)
{
    return (int)lround(seconds / cell_s);
}

static void fill_kind(struct sc_shift_kind *kind, const struct sc_cover_task *task, size_t rule_index, double start_s,
                      double length_s)
{
    const struct sc_shift_rule *rule = &task->rules->rules[rule_index];
    double cell_s = task->cell_s;
    *kind = (struct sc_shift_kind){.rule = rule,
                                   .rule_index = rule_index,
                                   .start = cells_of(start_s, cell_s),
                                   .length = cells_of(length_s, cell_s)};
    kind->paid = kind->length;
    for (size_t b = 0; b < rule->break_count; b++) {
        const struct sc_shift_break *rest = &rule->breaks[b];
        struct sc_break_window window = sc_break_window(rest, length_s);
        if (length_s <= rest->if_over_s || window.count == 0)
            continue;
        kind->rest[kind->rests].rest = rest;
        kind->rest[kind->rests].first = cells_of(window.from_s, cell_s);
        kind->rest[kind->rests].step = cells_of(rest->every_s, cell_s);
        kind->rest[kind->rests].count = (int)window.count;
        kind->rest[kind->rests].lasts = cells_of(rest->lasts_s, cell_s);
        kind->paid -= rest->paid ? 0 : kind->rest[kind->rests].lasts;
        kind->rests++;
    }
}

struct sc_shift_kind *sc_shift_kinds(const struct sc_cover_task *task, size_t *count, struct sc_error *error)
{
    size_t most = 1, n = 0;
    for (size_t r = 0; r < task->rules->count; r++)
        most += task->rules->rules[r].start_count * task->rules->rules[r].length_count;
    struct sc_shift_kind *kinds = calloc(most, sizeof *kinds);
    if (kinds == NULL) {
        sc_error_memory(error);
        return NULL;
    }
    for (size_t r = 0; r < task->rules->count; r++) {
        const struct sc_shift_rule *rule = &task->rules->rules[r];
        for (size_t s = 0; sc_shift_rule_is_for(rule, task->pool) && s < rule->start_count; s++)
            for (size_t l = 0; l < rule->length_count; l++)
                fill_kind(&kinds[n++], task, r, rule->starts_s[s], rule->lengths_s[l]);
    }
    *count = n;
    return kinds;
}

/* --- tours --- */

/* Do the set bits of seven lie in a row, the last day being followed by the first? */
static bool in_a_row(unsigned set)
{
    int edges = 0;
    for (int day = 0; day < 7; day++)
        edges += (set >> day & 1) != (set >> (day + 1) % 7 & 1);
    return edges <= 2;
}

size_t sc_tour_sets(const struct sc_shift_rule *rule, const int *day_kind, unsigned sets[SC_TOUR_SETS_MOST])
{
    size_t count = 0;
    for (unsigned set = 1; set < 128; set++) {
        bool allowed = __builtin_popcount(set) == rule->days_a_week && (!rule->together || in_a_row(set));
        for (int day = 0; allowed && day < 7; day++)
            allowed = !(set >> day & 1) || rule->day[day_kind[day]];
        if (allowed)
            sets[count++] = set;
    }
    return count;
}
