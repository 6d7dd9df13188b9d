/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rosters made cheaper: covers by what heads are worth, and what is left when nobody can go. */
#include "decide/shifts_change.h"
#include "decide/shifts_late.h"
#include "decide/shifts_trial.h"
#include "staffcast/model.h"
#include "staffcast/staff.h"
#include "support/scenario_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static unsigned next_random(unsigned *state, unsigned below)
{
    *state = *state * 1103515245u + 12345u;
    return (*state >> 16) % below;
}

/* --- covers by what heads are worth, against all rosters --- */

enum { CELLS = 8, KINDS = 4, HEADS_MOST = 3 };
static const double cell_s = 10800;

struct worth {
    double paid_h, late;
    int lacking; /* heads that would still leave fewer late */
};

static struct worth worth_of(const struct sc_cover_task *task, const int *heads)
{
    const struct sc_shift_rule *rule = task->rules->rules;
    struct worth all = {.late = 0};
    int there[CELLS] = {0};
    for (int k = 0; k < KINDS; k++) {
        int start = (int)(rule->starts_s[k / 2] / cell_s), length = (int)(rule->lengths_s[k % 2] / cell_s);
        for (int i = start; i < start + length && i < CELLS; i++)
            there[i] += heads[k];
        all.paid_h += heads[k] * rule->lengths_s[k % 2] / 3600;
    }
    for (int i = 0; i < CELLS; i++) {
        int more = there[i] - task->need[i] < SC_LATE_MORE ? there[i] - task->need[i] : SC_LATE_MORE;
        all.late += task->late[i] * pow(task->keep[i], more);
        all.lacking += task->late[i] > 0 ? SC_LATE_MORE - more : 0;
    }
    return all;
}

/* The cheapest that leaves no more late than that, and of those the one that leaves the fewest. */
static struct worth best_within(const struct sc_cover_task *task, double late_most)
{
    struct worth best = {.paid_h = INFINITY};
    for (int code = 0; code < 256; code++) {
        const int heads[KINDS] = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3};
        struct worth here = worth_of(task, heads);
        if (here.late <= late_most * (1 + 1e-9) &&
            (here.paid_h < best.paid_h || (here.paid_h == best.paid_h && here.late < best.late)))
            best = here;
    }
    return best;
}

static struct worth solve(const struct sc_cover_task *task)
{
    const struct sc_shift_rule *rule = task->rules->rules;
    struct sc_cover *cover = NULL;
    struct sc_error error = SC_ERROR_INIT;
    int heads[KINDS] = {0};
    assert_int_equal(sc_cover_solve(task, &cover, &error), SC_OK);
    for (size_t s = 0; s < cover->shift_count; s++)
        heads[2 * (cover->shifts[s].from_s == rule->starts_s[1]) +
              (cover->shifts[s].lasts_s == rule->lengths_s[1])] += cover->shifts[s].heads;
    sc_cover_free(cover);
    return worth_of(task, heads);
}

/* What is late is priced in whole thousandths of what may be; each head that lacks may be off by so much. */
static void the_cheapest_for_what_heads_are_worth(void **state)
{
    unsigned random = 3;
    int bound = 0, free = 0;
    (void)state;
    for (int trial = 0; trial < 120; trial++) {
        double starts_s[2], lengths_s[2] = {4 * 10800, 2 * 10800}, late[CELLS] = {0}, keep[CELLS], most, all = 0;
        struct sc_shift_rule rule = {.name = "x",
                                     .starts_s = starts_s,
                                     .start_count = 2,
                                     .lengths_s = lengths_s,
                                     .length_count = 2,
                                     .max = HEADS_MOST};
        struct sc_shift_rules rules = {.rules = &rule, .count = 1, .cell_s = cell_s};
        int need[CELLS] = {0}, kind = 0, first = (int)next_random(&random, 3);
        starts_s[0] = cell_s * first;
        starts_s[1] = starts_s[0] + cell_s * (1 + next_random(&random, 2));
        for (int day = 0; day < SC_DAY_KINDS; day++)
            rule.day[day] = true;
        for (int i = 0; i < CELLS; i++) {
            keep[i] = 0.3 + 0.05 * next_random(&random, 12);
            if (i < first || i >= first + 4)
                continue;
            need[i] = (int)next_random(&random, 4);
            late[i] = 0.5 * next_random(&random, 9);
            all += late[i];
        }
        struct sc_cover_task task = {.rules = &rules,
                                     .pool = "x",
                                     .cell_s = cell_s,
                                     .days = 1,
                                     .cells = CELLS,
                                     .day_kind = &kind,
                                     .need = need,
                                     .late = late,
                                     .keep = keep,
                                     .late_most = &most};
        most = all * (0.4 + 0.1 * next_random(&random, 16));
        struct worth best = best_within(&task, most);
        if (isinf(best.paid_h) || all == 0)
            continue;
        struct worth found = solve(&task);
        assert_true(found.paid_h == best.paid_h && found.late <= most * (1 + 1e-6) &&
                    found.late <= best.late + 1e-3 * most * found.lacking);
        bound += best.paid_h > 0;
        free += best.late < 0.9 * most;
    }
    assert_true(bound > 20 && free > 5);
}

/* --- rosters --- */

static const char text[] =
    "start = \"2026-01-05\"; days = 7; interval = \"60 min\"; seed = \"3\";\n"
    "channels = ( { name = \"phone\"; hours = { mon-fri = \"09:00-17:00\"; }; volume = { per_day = 240; };\n"
    "  handle = \"4 min\"; patience = \"3 min\"; target = { answer = 0.8; within = \"20 s\"; }; } );\n"
    "pools = ( { name = \"front line\"; agents = 4; shrinkage = { absence = 0.05; };\n"
    "  skills = ( { channel = \"phone\"; } ); } );\n";

enum { DAYS = 7, A_DAY = 24, COUNT = DAYS * A_DAY };

struct played {
    struct sc_scenario *scenario;
    struct sc_model *model;
    struct sc_shift_roster *roster;
    struct sc_staff_options options;
};

static struct played play(const struct sc_shift_rules *rules, enum sc_staff_per per, int heads)
{
    struct played played = {.scenario = scenario_from_text(text, NULL, 0),
                            .options = {.per = per, .held_out = 200, .threads = 1}};
    struct sc_error error = SC_ERROR_INIT;
    int need[COUNT] = {0};
    for (int i = 0; i < COUNT; i++)
        need[i] = i / A_DAY < 5 && i % A_DAY >= 9 && i % A_DAY < 17 ? heads : 0;
    assert_int_equal(sc_model_build(played.scenario, &played.model, &error), SC_OK);
    if (sc_shift_roster_find(played.model, rules, need, &played.options, &played.roster, &error) != SC_OK)
        fail_msg("%s", error.message);
    assert_int_equal(played.roster->judged->missed, 0);
    return played;
}

static void release(struct played *played)
{
    sc_shift_roster_free(played->roster);
    sc_model_free(played->model);
    sc_scenario_free(played->scenario);
}

/* On the numbers by which it was made cheaper a target is missed without any one of its posts. */
static void check_minimal(struct played *played)
{
    struct sc_shift_trial trial;
    struct sc_shift_post *posts = NULL;
    struct sc_error error = SC_ERROR_INIT;
    size_t count = 0;
    assert_int_equal(sc_shift_trial_init(&trial, played->roster, played->model, &played->options, &error), SC_OK);
    assert_int_equal(sc_shift_posts(played->roster->plan, &posts, &count, &error), SC_OK);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        bool stays = true;
        if (sc_shift_post_take(played->roster->plan, &posts[i])) {
            assert_int_equal(sc_shift_trial_play(&trial, &stays, &error), SC_OK);
            assert_false(stays);
        } else {
            assert_int_equal(sc_shift_trial_undo(&trial, &error), SC_OK);
        }
    }
    free(posts);
    sc_shift_trial_release(&trial);
}

static const double starts_s[] = {8 * 3600, 9 * 3600, 10 * 3600, 11 * 3600, 13 * 3600};
static const double lengths_s[] = {8 * 3600, 6 * 3600, 4 * 3600};

static struct sc_shift_rule a_rule(void)
{
    struct sc_shift_rule rule = {.name = "x",
                                 .starts_s = starts_s,
                                 .start_count = 5,
                                 .lengths_s = lengths_s,
                                 .length_count = 3,
                                 .breaks = {{.lasts_s = 3600, .every_s = 3600, .from = 2 * 3600, .to = 5 * 3600,
                                             .if_over_s = 4 * 3600}},
                                 .break_count = 1,
                                 .max = SC_SHIFT_HEADS_MOST};
    for (int day = 0; day < SC_DAY_KINDS; day++)
        rule.day[day] = true;
    return rule;
}

static void nobody_can_go_from_a_roster(void **state)
{
    struct sc_shift_rule rule = a_rule();
    struct sc_shift_rules rules = {.rules = &rule, .count = 1, .cell_s = 3600};
    (void)state;
    for (int per = SC_STAFF_INTERVAL; per <= SC_STAFF_WEEK; per++) {
        struct played played = play(&rules, (enum sc_staff_per)per, 7);
        assert_true(played.roster->trims > 0);
        check_minimal(&played);
        release(&played);
    }
}

/* The three starts of every weekday, whatever heads there are. */
static void all_starts(struct sc_shift_plan_pool *pool, const double *from_s, double lasts_s)
{
    struct sc_cover_shift *shifts = realloc(pool->shifts, 15 * sizeof *shifts);
    assert_non_null(shifts);
    pool->shifts = shifts;
    pool->shift_count = 15;
    for (size_t s = 0; s < pool->shift_count; s++)
        shifts[s] = (struct sc_cover_shift){.day = s / 3, .from_s = from_s[s % 3], .lasts_s = lasts_s};
}

/* All rosters of so many heads at the three starts of a day, on the numbers by which the roster was made cheaper. */
static int holding(struct sc_shift_trial *trial, const double *starts, int heads)
{
    struct sc_error error = SC_ERROR_INIT;
    int holds = 0;
    for (int a = 0; a <= heads; a++)
        for (int b = 0; a + b <= heads; b++) {
            struct sc_shift_plan_pool *pool = &trial->roster->plan->pools[0];
            const int of[] = {a, b, heads - a - b};
            bool stays = false;
            all_starts(pool, starts, 4 * 3600);
            for (size_t s = 0; s < pool->shift_count; s++)
                pool->shifts[s].heads = of[s % 3];
            sc_shift_plan_count(trial->roster->plan, pool);
            assert_int_equal(sc_shift_trial_play(trial, &stays, &error), SC_OK);
            holds += stays;
        }
    return holds;
}

/* Shifts of one length, so that cheaper is a head less: none of all such rosters holds. */
static void no_roster_with_a_head_less_holds(void **state)
{
    static const double three_s[] = {9 * 3600, 11 * 3600, 13 * 3600}, four_h[] = {4 * 3600};
    struct sc_shift_rule rule = a_rule();
    struct sc_shift_rules rules = {.rules = &rule, .count = 1, .cell_s = 3600};
    (void)state;
    struct sc_shift_trial trial;
    struct sc_error error = SC_ERROR_INIT;
    rule.starts_s = three_s;
    rule.start_count = 3;
    rule.lengths_s = four_h;
    rule.length_count = 1;
    struct played played = play(&rules, SC_STAFF_DAY, 6);
    int heads = (int)lround(played.roster->plan->pools[0].paid_h / 20);
    assert_int_equal(sc_shift_trial_init(&trial, played.roster, played.model, &played.options, &error), SC_OK);
    assert_int_equal(holding(&trial, three_s, heads - 1), 0);
    assert_true(holding(&trial, three_s, heads) > 0);
    sc_shift_trial_release(&trial);
    release(&played);
}

/* Few heads at noon; the same on all days that are alike, nothing where nobody calls. */
static void heads_are_worth_most_where_most_is_late(void **state)
{
    struct sc_shift_rule rule = a_rule();
    struct sc_shift_rules rules = {.rules = &rule, .count = 1, .cell_s = 3600};
    struct played played = play(&rules, SC_STAFF_DAY, 6);
    struct sc_shift_trial trial;
    struct sc_shift_late late;
    struct sc_error error = SC_ERROR_INIT;
    (void)state;
    assert_int_equal(sc_shift_trial_init(&trial, played.roster, played.model, &played.options, &error), SC_OK);
    int *cells = played.roster->plan->pools[0].cells;
    for (int i = 0; i < COUNT; i++)
        cells[i] = i % A_DAY < 11 ? 7 : i % A_DAY < 14 ? 4 : 6;
    assert_int_equal(sc_shift_late_find(&late, &trial, 0, &error), SC_OK);
    for (int i = 0; i < COUNT; i++) {
        bool open = i / A_DAY < 5 && i % A_DAY >= 9 && i % A_DAY < 17;
        assert_true(open ? late.late[i] > 0 && late.keep[i] > 0 && late.keep[i] < 1 : late.late[i] == 0);
        assert_true(late.late[i] == late.late[i % A_DAY] || i / A_DAY >= 5);
        if (open)
            assert_int_equal(late.heads[i], cells[i]);
        /* The first head more spares more where there are four than where there are seven. */
        if (i % A_DAY == 12 && open)
            assert_true(late.late[i] * (1 - late.keep[i]) > 2 * late.late[i - 2] * (1 - late.keep[i - 2]));
    }
    sc_shift_late_release(&late);
    sc_shift_trial_release(&trial);
    release(&played);
}

static void nobody_can_go_from_tours(void **state)
{
    struct sc_shift_rule rule = a_rule();
    struct sc_shift_rules rules = {.rules = &rule, .count = 1, .cell_s = 3600};
    (void)state;
    rule.days_a_week = 4;
    struct played played = play(&rules, SC_STAFF_DAY, 6);
    assert_true(played.roster->trims > 0);
    check_minimal(&played);
    release(&played);
}

/* Of crews of three at least nobody goes alone, and yet the roster is no dearer than what it needs. */
static void crews_go_whole(void **state)
{
    struct sc_shift_rule rule = a_rule();
    struct sc_shift_rules rules = {.rules = &rule, .count = 1, .cell_s = 3600};
    (void)state;
    rule.min = 3;
    struct played played = play(&rules, SC_STAFF_DAY, 7);
    const struct sc_shift_plan_pool *pool = &played.roster->plan->pools[0];
    assert_true(pool->paid_h < pool->cover_h);
    for (size_t s = 0; s < pool->shift_count; s++) {
        int crew = 0;
        for (size_t i = 0; i < pool->shift_count; i++)
            if (pool->shifts[i].day == pool->shifts[s].day && pool->shifts[i].from_s == pool->shifts[s].from_s &&
                pool->shifts[i].lasts_s == pool->shifts[s].lasts_s)
                crew += pool->shifts[i].heads;
        assert_true(crew >= 3);
    }
    check_minimal(&played);
    release(&played);
}

/* --- exchanges --- */

/* Offers cost less than the head that went, and where it is given the place they cover is that which lacked. */
static void offers_cost_less_and_cover_what_lacks(void **state)
{
    struct sc_shift_rule rule = a_rule();
    struct sc_shift_rules rules = {.rules = &rule, .count = 1, .cell_s = 3600};
    struct played played = play(&rules, SC_STAFF_DAY, 5);
    struct sc_shift_plan *plan = NULL;
    struct sc_error error = SC_ERROR_INIT;
    struct sc_cover_task task = {.rules = &rules, .pool = "front line", .cell_s = 3600};
    struct sc_shift_post *posts = NULL;
    struct sc_shift_offer offers[3];
    size_t kind_count = 0, count = 0, offered = 0;
    int need[COUNT] = {0};
    (void)state;
    for (int i = 0; i < COUNT; i++)
        need[i] = i / A_DAY < 5 && i % A_DAY >= 9 && i % A_DAY < 17 ? 5 : 0;
    struct sc_shift_kind *kinds = sc_shift_kinds(&task, &kind_count, &error);
    assert_non_null(kinds);
    assert_int_equal(sc_shift_plan_new(played.scenario, &rules, need, &plan, &error), SC_OK);
    assert_int_equal(sc_shift_posts(plan, &posts, &count, &error), SC_OK);
    for (size_t i = 0; i < count; i++) {
        double before_h = plan->pools[0].paid_h;
        assert_true(sc_shift_post_take(plan, &posts[i]));
        double without_h = plan->pools[0].paid_h;
        /* The five days are alike. */
        assert_true(fabs(before_h - without_h - 5 * posts[i].paid_h) < 1e-9);
        size_t n = sc_shift_offers(played.scenario, plan, &posts[i], kinds, kind_count, offers, 3);
        for (size_t o = 0; o < n; o++)
            assert_true(offers[o].gain > 0 && (o == 0 || offers[o].gain <= offers[o - 1].gain) &&
                        offers[o].kind.paid < posts[i].paid_h);
        if (n > 0) {
            int lacked = 0, lacks = 0;
            for (int h = 0; h < A_DAY; h++)
                lacked += need[h] > plan->pools[0].on_duty[h] ? need[h] - plan->pools[0].on_duty[h] : 0;
            assert_int_equal(sc_shift_post_give(plan, &posts[i], &offers[0], &error), SC_OK);
            for (int h = 0; h < A_DAY; h++)
                lacks += need[h] > plan->pools[0].on_duty[h] ? need[h] - plan->pools[0].on_duty[h] : 0;
            assert_int_equal(lacked - lacks, offers[0].gain);
            assert_true(fabs(plan->pools[0].paid_h - without_h - 5.0 * offers[0].kind.paid) < 1e-9);
            offered++;
            break; /* the posts are those of the plan before */
        }
    }
    assert_true(offered > 0);
    free(posts);
    free(kinds);
    sc_shift_plan_free(plan);
    release(&played);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cheapest_for_what_heads_are_worth), cmocka_unit_test(no_roster_with_a_head_less_holds),
        cmocka_unit_test(heads_are_worth_most_where_most_is_late), cmocka_unit_test(nobody_can_go_from_a_roster),
        cmocka_unit_test(nobody_can_go_from_tours), cmocka_unit_test(crews_go_whole),
        cmocka_unit_test(offers_cost_less_and_cover_what_lacks),
    };
    return cmocka_run_group_tests_name("shift trim", tests, NULL, NULL);
}
