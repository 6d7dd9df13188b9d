/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Covering a need with shifts: against all rosters of small cases, and what every roster must obey. */
#include "staffcast/shifts.h"

#include "staffcast/model.h"
#include "support/scenario_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static unsigned next_random(unsigned *state, unsigned below)
{
    *state = *state * 1103515245u + 12345u;
    return (*state >> 16) % below;
}

/* --- reading --- */

static char *write_rules(const char *text)
{
    char *path = strdup("shifts-XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    return path;
}

static struct sc_shift_rules *read_rules(const char *text, double interval_s)
{
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_shift_rules *rules = NULL;
    char *path = write_rules(text);
    enum sc_code code = sc_shift_rules_read(path, interval_s, &rules, &faults, &error);
    unlink(path);
    free(path);
    if (code != SC_OK)
        sc_faults_print(&faults, stderr);
    assert_int_equal(code, SC_OK);
    sc_faults_release(&faults);
    return rules;
}

static void a_file_says_what_is_allowed(void **state)
{
    (void)state;
    struct sc_shift_rules *rules = read_rules(
        "shifts = ( { name = \"full\"; pools = ( \"a\", \"b\" ); days = \"mon-wed,sat\"; starts = ( \"05:30\", "
        "\"06:00-07:00 every 15 min\" ); lengths = ( \"6 h\", \"8.5 h\" ); breaks = ( { lasts = \"15 min\"; between = "
        "( \"1 h\", \"2 h\" ); paid = true; }, { lasts = \"30 min\"; between = ( \"50%\", \"75%\" ); every = \"10 "
        "min\";"
        " if_over = \"6 h\"; } ); min = 2; max = 9; days_a_week = 5; days_off = \"together\"; }, { starts = \"22:00\"; "
        "lengths = \"8 h\"; } );",
        1800);
    const struct sc_shift_rule *full = &rules->rules[0], *night = &rules->rules[1];
    assert_int_equal(rules->count, 2);
    assert_string_equal(full->name, "full");
    assert_true(sc_shift_rule_is_for(full, "b") && !sc_shift_rule_is_for(full, "c") &&
                sc_shift_rule_is_for(night, "c"));
    for (int kind = 0; kind < SC_DAY_KINDS; kind++)
        assert_int_equal(full->day[kind], kind <= 2 || kind == 5);
    assert_int_equal(full->start_count, 6);
    assert_true(full->starts_s[0] == 19800 && full->starts_s[1] == 21600 && full->starts_s[5] == 25200);
    assert_true(full->length_count == 2 && full->lengths_s[0] == 30600 && full->lengths_s[1] == 21600);
    assert_true(full->breaks[0].paid && full->breaks[0].every_s == 1800 && !full->breaks[0].share);
    assert_true(full->breaks[1].share && full->breaks[1].from == 0.5 && full->breaks[1].if_over_s == 21600);
    assert_true(full->min == 2 && full->max == 9 && full->days_a_week == 5 && full->together);
    assert_string_equal(night->name, "2");
    assert_true(night->days_a_week == 0 && night->min == 0 && night->max == SC_SHIFT_HEADS_MOST);
    assert_true(rules->cell_s == 300);
    sc_shift_rules_free(rules);
}

static void faults_name_their_place_and_all_at_once(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"shifts = ( );", "no list of shifts"},
        {"shift = ( { starts = \"08:00\"; lengths = \"8 h\"; } );",
         "unknown setting (found shift); did you mean shifts?"},
        {"shifts = ( { lengths = \"8 h\"; } );", "a shift without starts"},
        {"shifts = ( { starts = \"08:00\"; } );", "a shift without lengths"},
        {"shifts = ( { starts = \"08:02\"; lengths = \"8 h\"; } );",
         "starts holds no time of a shift (found \"08:02\")"},
        {"shifts = ( { starts = \"08:00-07:00 every 1 h\"; lengths = \"8 h\"; } );", "starts holds no time of a shift"},
        {"shifts = ( { starts = \"08:00\"; lengths = \"24 h\"; } );", "a length is out of range (found \"24 h\")"},
        {"shifts = ( { starts = \"08:00\"; lengths = 8; } );", "a length is no duration"},
        {"shifts = ( { starts = \"08:00\"; lengths = \"8 h\"; min = 4; max = 3; } );",
         "max is below min (found 3 and 4)"},
        {"shifts = ( { starts = \"08:00\"; lengths = \"8 h\"; days = \"weekdays\"; } );", "days names no days"},
        {"shifts = ( { starts = \"08:00\"; lengths = \"8 h\"; days_off = \"any\"; } );", "days_off has no effect"},
        {"shifts = ( { starts = \"08:00\"; lengths = \"8 h\"; days_a_week = 8; } );",
         "days_a_week is no number of that kind"},
        {"shifts = ( { starts = \"08:00\"; lengths = \"8 h\"; breaks = ( { lasts = \"30 min\"; } ); } );",
         "a break without between"},
        {"shifts = ( { starts = \"08:00\"; lengths = \"4 h\"; breaks = ( { lasts = \"30 min\"; between = ( \"4 h\", "
         "\"5 h\" )"
         "; } ); } );",
         "a break has no room in the shift of 4 h"},
        {"shifts = ( { starts = \"08:00\"; lengths = \"8 h\"; breaks = ( { lasts = \"30 min\"; between = ( \"2 h\", "
         "\"4 h\" "
         "); }, { lasts = \"30 min\"; between = ( \"3 h\", \"5 h\" ); } ); } );",
         "the windows of two breaks overlap"},
        {"shifts = ( { starts = \"08:00\"; lengths = \"8 h\"; breaks = ( { lasts = \"30 min\"; between = ( \"20%\", "
         "\"5 h\" "
         "); } ); } );",
         "between does not rise"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sc_faults faults = {0};
        struct sc_error error = SC_ERROR_INIT;
        struct sc_shift_rules *rules = NULL;
        char *path = write_rules(cases[i].text);
        assert_int_equal(sc_shift_rules_read(path, 1800, &rules, &faults, &error), SC_INPUT);
        assert_null(rules);
        if (strstr(error.message, cases[i].message) == NULL)
            fail_msg("'%s' is not in '%s'", cases[i].message, error.message);
        assert_string_equal(error.file, path);
        unlink(path);
        free(path);
        sc_faults_release(&faults);
    }
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_shift_rules *rules = NULL;
    char *path = write_rules("shifts = (\n{ starts = 8;\n lengths = \"x\";\n min = -1;\n max = 0; } );");
    assert_int_equal(sc_shift_rules_read(path, 1800, &rules, &faults, &error), SC_INPUT);
    assert_int_equal(faults.errors, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(faults.item[i].line, 2 + i);
    assert_int_equal(sc_shift_rules_read("no such file", 1800, &rules, &faults, &error), SC_INPUT);
    unlink(path);
    free(path);
    sc_faults_release(&faults);
}

/* --- what every roster obeys --- */

static const struct sc_shift_rule *rule_of(const struct sc_cover_task *task, size_t rule)
{
    return &task->rules->rules[rule];
}

/* Recounts heads and paid hours from the shifts, and looks at every limit. */
static void check_cover(const struct sc_cover_task *task, const struct sc_cover *cover)
{
    size_t total = task->days * task->cells;
    int *on_duty = calloc(total + 2 * task->cells, sizeof *on_duty);
    double paid_h = 0;
    for (size_t s = 0; s < cover->shift_count; s++) {
        const struct sc_cover_shift *shift = &cover->shifts[s];
        const struct sc_shift_rule *rule = rule_of(task, shift->rule);
        int crew = 0;
        assert_true(shift->heads > 0 && rule->day[task->day_kind[shift->day]]);
        for (size_t o = 0; o < cover->shift_count; o++)
            if (cover->shifts[o].day == shift->day && cover->shifts[o].rule == shift->rule &&
                cover->shifts[o].from_s == shift->from_s && cover->shifts[o].lasts_s == shift->lasts_s)
                crew += cover->shifts[o].heads;
        assert_true(crew >= rule->min && crew <= rule->max);
        assert_int_equal(shift->break_count, rule->break_count);
        double paid_s = shift->lasts_s;
        for (double at = shift->from_s; at < shift->from_s + shift->lasts_s; at += task->cell_s) {
            bool away = false;
            for (size_t b = 0; b < shift->break_count; b++)
                away = away || (at >= shift->break_at_s[b] && at < shift->break_at_s[b] + shift->break_lasts_s[b]);
            size_t cell = shift->day * task->cells + (size_t)(at / task->cell_s);
            on_duty[task->cyclic ? cell % total : cell] += away ? 0 : shift->heads;
        }
        for (size_t b = 0; b < shift->break_count; b++) {
            const struct sc_shift_break *rest = &rule->breaks[b];
            double scale = rest->share ? shift->lasts_s : 1, since = shift->break_at_s[b] - shift->from_s;
            assert_true(since >= scale * rest->from - 1e-6 && since + rest->lasts_s <= scale * rest->to + 1e-6);
            assert_true(fmod(since, rest->every_s) == 0);
            paid_s -= rest->paid ? 0 : rest->lasts_s;
        }
        paid_h += shift->heads * paid_s / 3600;
    }
    int short_heads = 0;
    for (size_t i = 0; i < total; i++) {
        assert_int_equal(on_duty[i], cover->on_duty[i]);
        short_heads += task->need[i] > on_duty[i] ? task->need[i] - on_duty[i] : 0;
    }
    assert_int_equal(short_heads, cover->short_heads);
    assert_true(fabs(paid_h - cover->paid_h) < 1e-9);
    assert_true(cover->bound_h <= cover->paid_h + 1e-9);
    free(on_duty);
}

static struct sc_cover *solve(const struct sc_cover_task *task)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_cover *cover = NULL;
    if (sc_cover_solve(task, &cover, &error) != SC_OK)
        fail_msg("%s", error.message);
    check_cover(task, cover);
    return cover;
}

/* --- all rosters of small cases --- */

enum { HOURS = 8, SLOTS_MOST = 8, HEADS_MOST = 3 };

/* A day of 8 cells of 3 hours. Each column is a shift with its break; `kind` numbers start and length. */
struct choice {
    int on[HOURS], kind;
    double paid_h;
};

/* The least paid hours of all rosters with at most 3 heads a column; INFINITY: none covers. */
static double least_paid(const struct choice *choices, int count, const int *need, int min, int max)
{
    double best = INFINITY;
    int heads[SLOTS_MOST] = {0};
    for (;;) {
        int crew[SLOTS_MOST] = {0};
        double paid_h = 0;
        bool good = true;
        for (int c = 0; c < count; c++) {
            paid_h += heads[c] * choices[c].paid_h;
            crew[choices[c].kind] += heads[c];
        }
        for (int k = 0; k < SLOTS_MOST; k++)
            good = good && (crew[k] == 0 || (crew[k] >= min && crew[k] <= max));
        for (int i = 0; good && paid_h < best && i < HOURS; i++) {
            int there = 0;
            for (int c = 0; c < count; c++)
                there += heads[c] * choices[c].on[i];
            good = there >= need[i];
        }
        if (good && paid_h < best)
            best = paid_h;
        int c = 0;
        while (c < count && heads[c] == HEADS_MOST)
            heads[c++] = 0;
        if (c == count)
            return best;
        heads[c]++;
    }
}

/* Starts and lengths of a rule with one break of a cell in the cells 1 … 2 of the shift. */
static int list_choices(const struct sc_shift_rule *rule, bool cyclic, struct choice *choices)
{
    int count = 0;
    for (size_t s = 0; s < rule->start_count; s++)
        for (size_t l = 0; l < rule->length_count; l++)
            for (int slot = 0; slot < (rule->break_count > 0 ? 2 : 1); slot++) {
                struct choice choice = {.kind = (int)(s * rule->length_count + l)};
                int start = (int)(rule->starts_s[s] / 10800), length = (int)(rule->lengths_s[l] / 10800);
                for (int i = start; i < start + length; i++)
                    if (cyclic || i < HOURS)
                        choice.on[i % HOURS] += rule->break_count == 0 || i != start + 1 + slot;
                choice.paid_h = 3.0 * (length - (rule->break_count > 0));
                choices[count++] = choice;
            }
    return count;
}

static void nothing_is_cheaper_than_the_cover(void **state)
{
    unsigned random = 7;
    int covered = 0;
    (void)state;
    for (int trial = 0; trial < 150; trial++) {
        double starts_s[2], lengths_s[2] = {4 * 10800, 3 * 10800};
        struct sc_shift_rule rule = {.name = "x",
                                     .starts_s = starts_s,
                                     .start_count = 2,
                                     .lengths_s = lengths_s,
                                     .length_count = 1 + next_random(&random, 2),
                                     .max = HEADS_MOST};
        struct sc_shift_rules rules = {.rules = &rule, .count = 1, .cell_s = 10800};
        starts_s[0] = 10800.0 * next_random(&random, 3);
        starts_s[1] = starts_s[0] + 10800.0 * (1 + next_random(&random, 4));
        for (int kind = 0; kind < SC_DAY_KINDS; kind++)
            rule.day[kind] = true;
        rule.break_count = next_random(&random, 2);
        rule.breaks[0] = (struct sc_shift_break){.lasts_s = 10800, .every_s = 10800, .from = 10800, .to = 3 * 10800};
        if (lengths_s[rule.length_count - 1] < 4 * 10800 && rule.break_count > 0)
            rule.length_count = 1;
        rule.min = (int)next_random(&random, 3);
        struct choice choices[SLOTS_MOST];
        bool cyclic = next_random(&random, 2);
        int count = list_choices(&rule, cyclic, choices), need[HOURS], kind = 0;
        for (int i = 0; i < HOURS; i++)
            need[i] = (int)next_random(&random, 3);
        struct sc_cover_task task = {.rules = &rules,
                                     .pool = "x",
                                     .cell_s = 10800,
                                     .days = 1,
                                     .cells = HOURS,
                                     .day_kind = &kind,
                                     .need = need,
                                     .cyclic = cyclic};
        double best = least_paid(choices, count, need, rule.min, rule.max);
        struct sc_cover *cover = solve(&task);
        assert_int_equal(isinf(best), cover->short_heads > 0);
        assert_true(cover->optimal);
        if (isfinite(best)) {
            assert_true(fabs(cover->paid_h - best) < 1e-9 && fabs(cover->bound_h - best) < 1e-9);
            covered++;
        }
        sc_cover_free(cover);
    }
    assert_true(covered > 20);
}

/* --- tours --- */

static bool in_a_row(int set)
{
    for (int first = 0; first < 7; first++) {
        bool row = true;
        int days = __builtin_popcount((unsigned)set);
        for (int i = 0; i < days; i++)
            row = row && (set >> (first + i) % 7 & 1);
        if (row)
            return true;
    }
    return false;
}

/* The least heads that cover the days' needs, each working on the days of one of the sets. */
static int least_heads(const int *sets, int count, const int *need, int most)
{
    int heads[16] = {0}, best = INT32_MAX;
    for (;;) {
        int sum = 0;
        bool good = true;
        for (int s = 0; s < count; s++)
            sum += heads[s];
        for (int day = 0; good && sum < best && day < 7; day++) {
            int there = 0;
            for (int s = 0; s < count; s++)
                there += heads[s] * (sets[s] >> day & 1);
            good = there >= need[day];
        }
        if (good && sum < best)
            best = sum;
        int s = 0;
        while (s < count && heads[s] == most)
            heads[s++] = 0;
        if (s == count)
            return best;
        heads[s]++;
    }
}

static void tours_have_their_days_off(void **state)
{
    unsigned random = 11;
    (void)state;
    for (int trial = 0; trial < 40; trial++) {
        static const double start_s = 28800, length_s = 28800;
        int days_a_week = trial % 2 ? 5 : 6, sets[16], count = 0, need[21] = {0}, by_day[7], kinds[7];
        struct sc_shift_rule rule = {.name = "x",
                                     .starts_s = &start_s,
                                     .start_count = 1,
                                     .lengths_s = &length_s,
                                     .length_count = 1,
                                     .max = SC_SHIFT_HEADS_MOST,
                                     .days_a_week = days_a_week,
                                     .together = true};
        struct sc_shift_rules rules = {.rules = &rule, .count = 1, .cell_s = 28800};
        for (int set = 1; set < 128; set++)
            if (__builtin_popcount((unsigned)set) == days_a_week && in_a_row(set))
                sets[count++] = set;
        assert_int_equal(count, 7);
        for (int day = 0; day < 7; day++) {
            rule.day[day] = true;
            kinds[day] = day;
            need[3 * day + 1] = by_day[day] = (int)next_random(&random, 4);
        }
        struct sc_cover_task task = {.rules = &rules,
                                     .pool = "x",
                                     .cell_s = 28800,
                                     .days = 7,
                                     .cells = 3,
                                     .day_kind = kinds,
                                     .need = need,
                                     .cyclic = true};
        struct sc_cover *cover = solve(&task);
        int heads = 0, there[7] = {0};
        for (size_t t = 0; t < cover->tour_count; t++) {
            int set = 0;
            for (int day = 0; day < 7; day++) {
                set |= cover->tours[t].works[day] << day;
                there[day] += cover->tours[t].works[day] ? cover->tours[t].heads : 0;
            }
            assert_int_equal(__builtin_popcount((unsigned)set), days_a_week);
            assert_true(in_a_row(set));
            heads += cover->tours[t].heads;
        }
        for (size_t s = 0; s < cover->shift_count; s++)
            there[cover->shifts[s].day] -= cover->shifts[s].heads;
        for (int day = 0; day < 7; day++)
            assert_int_equal(there[day], 0);
        assert_int_equal(cover->short_heads, 0);
        assert_true(cover->optimal);
        assert_int_equal(heads, least_heads(sets, count, by_day, 3));
        sc_cover_free(cover);
    }
}

static void a_large_week_says_how_far_from_the_best_it_may_be(void **state)
{
    (void)state;
    struct sc_shift_rules *rules =
        read_rules("shifts = ( { starts = \"06:00-14:00 every 1 h\"; lengths = ( \"8 h\", \"6 h\" ); breaks = ( { "
                   "lasts = \"30 min\"; "
                   "between = ( \"2 h\", \"4 h\" ); } ); days_a_week = 5; days_off = \"together\"; max = 8; } );",
                   1800);
    int need[7 * 48] = {0}, kinds[7] = {0, 1, 2, 3, 4, 5, 6};
    unsigned random = 3;
    for (int day = 0; day < 7; day++)
        for (int i = 12; i < 44; i++)
            need[day * 48 + i] = 4 + (int)next_random(&random, 3) + (i > 18 && i < 34 ? 6 : 0);
    struct sc_cover_task task = {.rules = rules,
                                 .pool = "x",
                                 .cell_s = 1800,
                                 .days = 7,
                                 .cells = 48,
                                 .day_kind = kinds,
                                 .need = need,
                                 .cyclic = true,
                                 .work = 1e7};
    struct sc_cover *cover = solve(&task), *again = solve(&task);
    assert_int_equal(cover->short_heads, 0);
    assert_true(cover->bound_h >= 0.9 * cover->paid_h);
    /* Ended by its work and not by the clock: the same roster again. */
    assert_int_equal(cover->shift_count, again->shift_count);
    assert_true(cover->paid_h == again->paid_h && cover->bound_h == again->bound_h);
    for (size_t s = 0; s < cover->shift_count; s++)
        assert_true(cover->shifts[s].from_s == again->shifts[s].from_s &&
                    cover->shifts[s].heads == again->shifts[s].heads);
    sc_cover_free(cover);
    sc_cover_free(again);
    sc_shift_rules_free(rules);
}

/* --- rosters of scenarios --- */

static const char scenario_text[] =
    "start = \"2026-01-05\"; days = 14; interval = \"30 min\";"
    "channels = ( { name = \"phone\"; volume = { per_day = 400; }; handle = \"4 min\"; patience = \"3 min\"; target = "
    "{ "
    "answer = 0.8; within = \"20 s\"; }; } );"
    "pools = ( { name = \"front line\"; agents = 4; skills = ( { channel = \"phone\"; } ); } );";

/* What is written as shifts has the heads of the plan when it is read back, nights included. */
static void check_text(const char *rules_text, const int *need, bool week_by_week)
{
    struct sc_scenario *scenario = scenario_from_text(scenario_text, NULL, 0);
    struct sc_shift_rules *rules = rules_text != NULL ? read_rules(rules_text, 1800) : NULL;
    struct sc_shift_plan *plan = NULL;
    struct sc_error error = SC_ERROR_INIT;
    if (rules == NULL)
        assert_int_equal(sc_shift_rules_standard(1800, &rules, &error), SC_OK);
    if (sc_shift_plan_new(scenario, rules, need, &plan, &error) != SC_OK)
        fail_msg("%s", error.message);
    const struct sc_shift_plan_pool *pool = &plan->pools[0];
    assert_int_equal(pool->short_heads, 0);
    for (size_t i = 0; i < plan->count; i++)
        assert_true(pool->on_duty[i] >= need[i]);
    assert_int_equal(pool->by_kind, !week_by_week);
    if (!week_by_week) {
        char *value = sc_shift_plan_text(scenario, pool, 4), *set = NULL;
        assert_true(asprintf(&set, "pools.front line.shifts = %s", value) > 0);
        const char *overrides[] = {"pools.front line.agents = none", set};
        struct sc_scenario *back = scenario_from_text(scenario_text, overrides, 2);
        struct sc_model *model = NULL;
        double heads[14 * 48];
        size_t each = (size_t)(1800 / rules->cell_s);
        assert_int_equal(sc_model_build(back, &model, &error), SC_OK);
        assert_int_equal(sc_model_mean_heads(model, 0, heads, &error), SC_OK);
        for (size_t i = 0; i < plan->count; i++) {
            double mean = 0;
            for (size_t k = 0; k < each; k++)
                mean += pool->cells[i * each + k] / (double)each;
            assert_true(fabs(heads[i] - mean) < 1e-9);
        }
        sc_model_free(model);
        sc_scenario_free(back);
        free(value);
        free(set);
    }
    sc_shift_plan_free(plan);
    sc_shift_rules_free(rules);
    sc_scenario_free(scenario);
}

static void a_plan_reads_back_as_it_was_written(void **state)
{
    int need[14 * 48] = {0};
    (void)state;
    for (int i = 0; i < 14 * 48; i++)
        need[i] = i % 48 >= 16 && i % 48 < 36 ? 3 + i / 48 % 7 : 0;
    check_text(NULL, need, false);
    check_text(
        "shifts = ( { starts = \"07:00-10:00 every 15 min\"; lengths = ( \"8 h\", \"5 h\" ); breaks = ( { lasts = "
        "\"15 min\"; between = ( \"2 h\", \"3 h\" ); every = \"15 min\"; paid = true; }, { lasts = \"30 min\"; "
        "between = ( \"3.5 h\", \"4.5 h\" ); } ); } );",
        need, false);
    for (int i = 0; i < 14 * 48; i++)
        need[i] = i % 48 >= 14 && i % 48 < 40 ? 5 + i / 48 % 7 % 5 : 2;
    check_text("shifts = ( { starts = ( \"06:00\", \"14:00\", \"22:00\" ); lengths = ( \"8 h\" ); } );", need, false);
    check_text("shifts = ( { starts = \"00:00-20:00 every 4 h\"; lengths = \"8 h\"; breaks = ( { lasts = \"30 min\"; "
               "between = ( \"33%\", \"67%\" ); } ); days_a_week = 5; days_off = \"any\"; } );",
               need, false);
    need[10 * 48 + 20] += 4;
    check_text("shifts = ( { starts = ( \"06:00\", \"14:00\", \"22:00\" ); lengths = ( \"8 h\" ); } );", need, true);
}

static void a_pool_without_shifts_is_refused(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"shifts = ( { pools = \"back line\"; starts = \"08:00\"; lengths = \"8 h\"; } );", "there is no such pool"},
    };
    int need[14 * 48] = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_shift_plan *plan = NULL;
    (void)state;
    need[20] = 1;
    struct sc_scenario *scenario = scenario_from_text(scenario_text, NULL, 0);
    struct sc_shift_rules *rules = read_rules(cases[0].text, 1800);
    assert_int_equal(sc_shift_plan_new(scenario, rules, need, &plan, &error), SC_INPUT);
    assert_non_null(strstr(error.message, cases[0].message));
    assert_null(plan);
    sc_shift_rules_free(rules);
    sc_scenario_free(scenario);
}

static void staffing_is_written_by_kind_of_day(void **state)
{
    struct sc_scenario *scenario = scenario_from_text(scenario_text, NULL, 0), *back;
    struct sc_error error = SC_ERROR_INIT;
    struct sc_model *model = NULL;
    int need[14 * 48] = {0};
    double heads[14 * 48];
    char *set = NULL;
    (void)state;
    for (int i = 0; i < 14 * 48; i++)
        need[i] = i % 48 >= 16 ? i % 5 + (i / 48 % 7 >= 5) : 0;
    for (int i = 0; i < 14 * 48; i++)
        need[i] = need[i / 48 % 7 * 48 + i % 48];
    assert_true(sc_staffing_by_kind(scenario, need));
    char *value = sc_staffing_text(scenario, need, 4);
    assert_true(asprintf(&set, "pools.front line.staffing = %s", value) > 0);
    const char *overrides[] = {"pools.front line.agents = none", set};
    back = scenario_from_text(scenario_text, overrides, 2);
    assert_int_equal(sc_model_build(back, &model, &error), SC_OK);
    assert_int_equal(sc_model_mean_heads(model, 0, heads, &error), SC_OK);
    for (int i = 0; i < 14 * 48; i++)
        assert_true(heads[i] == need[i]);
    need[8 * 48 + 30]++;
    assert_false(sc_staffing_by_kind(scenario, need));
    sc_model_free(model);
    sc_scenario_free(back);
    sc_scenario_free(scenario);
    free(value);
    free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_says_what_is_allowed),
        cmocka_unit_test(faults_name_their_place_and_all_at_once),
        cmocka_unit_test(nothing_is_cheaper_than_the_cover),
        cmocka_unit_test(tours_have_their_days_off),
        cmocka_unit_test(a_large_week_says_how_far_from_the_best_it_may_be),
        cmocka_unit_test(a_plan_reads_back_as_it_was_written),
        cmocka_unit_test(a_pool_without_shifts_is_refused),
        cmocka_unit_test(staffing_is_written_by_kind_of_day),
    };
    return cmocka_run_group_tests_name("shifts", tests, NULL, NULL);
}
