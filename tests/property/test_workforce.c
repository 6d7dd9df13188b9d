/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People behind rosters: how many heads a multiplied roster has, how fast they are, and that nothing else changes.
 */
#include "model/internal.h"
#include "model/workforce.h"
#include "support/random_scenario.h"
#include "support/scenario_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t current_seed;

#define HOLDS(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            random_scenario_print(current_seed);                                                             \
            fail_msg("seed %llu: %s", (unsigned long long)current_seed, #condition);                         \
        }                                                                                                    \
    } while (0)

/* The same people in all pools on all days. */
static void always(const void *context, size_t pool, int64_t date, uint64_t replication, struct sc_crew *crew)
{
    (void)pool;
    (void)date;
    (void)replication;
    *crew = *(const struct sc_crew *)context;
}

/* A player whose model has people. */
struct peopled {
    struct player player;
    struct sc_workforce workforce;
    struct sc_model *written; /* the model that it borrows from */
};

static struct peopled *peopled_new(const char *text, struct sc_workforce workforce)
{
    struct peopled *p = calloc(1, sizeof *p);
    struct sc_error error = SC_ERROR_INIT;
    p->player = player_new(text, NULL, 0);
    p->workforce = workforce;
    p->written = p->player.model;
    sc_workspace_free(p->player.workspace);
    assert_int_equal(sc_model_people(p->written, &p->workforce, &p->player.model, &error), SC_OK);
    assert_int_equal(sc_workspace_new(p->player.model, &p->player.workspace, &error), SC_OK);
    return p;
}

static void peopled_free(struct peopled *p)
{
    struct sc_model *written = p->written;
    struct sc_scenario *scenario = p->player.scenario;
    sc_workspace_free(p->player.workspace);
    sc_replication_free(p->player.replication);
    free(p->player.intervals->channel);
    free(p->player.intervals->pool);
    free(p->player.intervals);
    sc_model_free(p->player.model);
    sc_model_free(written);
    sc_scenario_free(scenario);
    free(p);
}

static void people_as_written_change_no_byte(void **state)
{
    (void)state;
    static const struct sc_crew as_written = {.factor = 1.0};
    for (current_seed = 100; current_seed < 160; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct player plain = player_new(text, NULL, 0);
        struct peopled *p = peopled_new(text, (struct sc_workforce){always, &as_written, 1.0});
        player_play(&plain, 1, NULL, NULL);
        player_play(&p->player, 1, NULL, NULL);
        HOLDS(replication_digest(plain.replication) == replication_digest(p->player.replication));
        peopled_free(p);
        player_free(&plain);
        free(text);
    }
}

/* --- heads --- */

#define CENTRE(roster)                                                                                       \
    "name = \"x\"; start = \"2026-01-05\"; days = 2; warmup = \"0 d\"; seed = \"1\";"                        \
    "channels = ( { name = \"phone\"; hours = { all = \"08:00-18:00\"; }; volume = { per_day = 900; };"    \
    "  handle = \"5 min\"; wrap_up = \"30 s\"; patience = \"4 min\"; } );"                                 \
    "pools = ( { name = \"p\"; " roster " skills = ( { channel = \"phone\"; } ); } );"

static const char *const rosters[] = {
    CENTRE("agents = 7; extra = 2;"),
    CENTRE("staffing = [0,0,0,0,0,0,0,3,5,8,9,9,7,7,8,9,5,2,1,0,0,0,0,0];"),
    CENTRE("shifts = ( { days = \"all\"; from = \"08:00\"; to = \"16:30\"; agents = 5; },"
           "           { days = \"all\"; from = \"12:00\"; to = \"18:00\"; agents = 3; },"
           "           { days = \"all\"; from = \"22:00\"; to = \"06:00\"; agents = 2; } ); extra = 1;"),
};

/* Heads on duty and paid heads of a day's roster at each of 48 half-hours. */
static void half_hours(const struct sc_model *model, int day, uint64_t number, int heads[48], int paid[48])
{
    struct sc_level *levels = malloc(model->pools[0].levels_most * sizeof *levels);
    uint64_t key = number == UINT64_MAX ? 0 : sc_key(model->seed_key, number);
    size_t count = sc_roster_peopled(model, 0, day, number, key, levels), at = 0;
    assert_true(count > 0 && count <= model->pools[0].levels_most);
    for (int i = 0; i < 48; i++) {
        while (at + 1 < count && levels[at + 1].at_s <= i * 1800.0)
            at++;
        heads[i] = levels[at].heads;
        paid[i] = levels[at].paid;
        assert_true(heads[i] >= 0 && heads[i] <= model->pools[0].heads_most);
    }
    free(levels);
}

/* Over replications the mean heads of every half-hour are roster times factor (times who is not absent or away):
   with N replications a mean of floor(x + U) scatters by at most .5 / sqrt N, absences by more. */
static void check_mean_heads(const char *text, double factor, double present_share, double sd)
{
    enum { N = 4000 };
    struct sc_crew crew = {.factor = factor};
    struct peopled *p = peopled_new(text, (struct sc_workforce){always, &crew, factor});
    int written[48], paid[48], heads[48];
    double sum[48] = {0}, sum_paid[48] = {0};
    half_hours(p->written, 1, UINT64_MAX, written, paid);
    for (uint64_t r = 0; r < N; r++) {
        int now_paid[48];
        half_hours(p->player.model, 1, r, heads, now_paid);
        for (int i = 0; i < 48; i++) {
            sum[i] += heads[i];
            sum_paid[i] += now_paid[i];
        }
    }
    for (int i = 0; i < 48; i++) {
        assert_true(fabs(sum_paid[i] / N - factor * paid[i]) <= 6.0 * 1.0 / sqrt(N));
        assert_true(fabs(sum[i] / N - factor * present_share * written[i]) <= 6.0 * sd / sqrt(N));
    }
    peopled_free(p);
}

static void mean_heads_are_the_roster_times_the_factor(void **state)
{
    (void)state;
    static const double factors[] = {0.0, 0.07, 0.5, 0.93, 1.0, 1.31, 2.77};
    for (size_t i = 0; i < sizeof rosters / sizeof *rosters; i++)
        for (size_t k = 0; k < sizeof factors / sizeof *factors; k++)
            check_mean_heads(rosters[i], factors[k], 1.0, 1.0); /* shifts and their extra: two roundings and a half */
}

static void absence_and_planned_shrinkage_come_on_top(void **state)
{
    (void)state;
    static const char *const shrunk[] = {
        CENTRE("agents = 40; shrinkage = { absence = 0.1; planned = 0.2; };"),
        CENTRE("shifts = ( { days = \"all\"; from = \"08:00\"; to = \"16:00\"; agents = 40; } );"
               "shrinkage = { absence = 0.1; planned = 0.2; };"),
    };
    /* Binomial absence of some 60 heads: a standard deviation below sqrt(60 * .1 * .9) * .8 + 2 < 4. */
    for (size_t i = 0; i < sizeof shrunk / sizeof *shrunk; i++)
        check_mean_heads(shrunk[i], 1.43, 0.9 * 0.8, 4.0);
}

/* What is left of a head goes to the next interval, or shift: a day's sum is never off by a head. */
static void parts_of_heads_are_carried_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rosters / sizeof *rosters; i++) {
        struct sc_crew crew = {.factor = 0.0};
        struct peopled *p = peopled_new(rosters[i], (struct sc_workforce){always, &crew, 1.5});
        int written[48], heads[48], paid[48];
        half_hours(p->written, 1, UINT64_MAX, written, paid);
        for (crew.factor = 0.05; crew.factor < 1.5; crew.factor += 0.11)
            for (uint64_t r = 0; r < 50; r++) {
                double wanted = 0.0, got = 0.0;
                half_hours(p->player.model, 1, r, heads, paid);
                for (int h = 0; h < 48; h++) {
                    wanted += crew.factor * written[h];
                    got += heads[h];
                    /* In no interval is it off by a head; a shift is whole, so there two and the extra may be. */
                    assert_true(fabs(heads[h] - crew.factor * written[h]) < (i == 2 ? 4.0 : 1.0));
                }
                if (i < 2)
                    assert_true(fabs(got - wanted) < 1.0);
            }
        peopled_free(p);
    }
}

/* Shifts of 5, 3 and 2 with 0.5 of the people: 5 of them in all, of each shift the half rounded up or down. */
static void shifts_share_their_people(void **state)
{
    (void)state;
    struct sc_crew crew = {.factor = 0.5};
    struct peopled *p = peopled_new(
        CENTRE("shifts = ( { days = \"all\"; from = \"06:00\"; to = \"08:00\"; agents = 5; },"
               "           { days = \"all\"; from = \"09:00\"; to = \"11:00\"; agents = 3; },"
               "           { days = \"all\"; from = \"12:00\"; to = \"14:00\"; agents = 2; } );"),
        (struct sc_workforce){always, &crew, 0.5});
    bool up = false, down = false;
    for (uint64_t r = 0; r < 40; r++) {
        int heads[48], paid[48];
        half_hours(p->player.model, 1, r, heads, paid);
        assert_true((heads[12] == 2 && heads[18] == 2) || (heads[12] == 3 && heads[18] == 1));
        assert_int_equal(heads[24], 1);
        up = up || heads[12] == 3;
        down = down || heads[12] == 2;
    }
    assert_true(up && down);
    peopled_free(p);
}

/* Twice or half the people, where that is whole, are the roster written so: to the byte, absences and own speeds
   included. (Of shifts the heads that are added have numbers of their own, and so other absences.) */
static void whole_multiples_are_rosters_written_so(void **state)
{
    (void)state;
#define AWAY "shrinkage = { absence = 0.1; planned = 0.07; }; speed_spread = 0.3;"
    static const char *const pairs[][2] = {
        {CENTRE("agents = 6; extra = 2;" AWAY), CENTRE("agents = 12; extra = 4;" AWAY)},
        {CENTRE("staffing = [0,0,0,0,0,0,0,0,4,6,7,7,6,6,7,8,5,2,1,0,0,0,0,0];" AWAY),
         CENTRE("staffing = [0,0,0,0,0,0,0,0,8,12,14,14,12,12,14,16,10,4,2,0,0,0,0,0];" AWAY)},
        {CENTRE("shifts = ( { days = \"all\"; from = \"08:00\"; to = \"14:00\"; agents = 5;"
                "  breaks = ( { at = \"10:00\"; lasts = \"15 min\"; } ); },"
                "  { days = \"all\"; from = \"13:00\"; to = \"02:00\"; agents = 3; } ); extra = 1;"),
         CENTRE("shifts = ( { days = \"all\"; from = \"08:00\"; to = \"14:00\"; agents = 10;"
                "  breaks = ( { at = \"10:00\"; lasts = \"15 min\"; } ); },"
                "  { days = \"all\"; from = \"13:00\"; to = \"02:00\"; agents = 6; } ); extra = 2;")},
    };
    static const struct sc_crew factors[] = {{.factor = 2.0}, {.factor = 0.5}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        for (size_t k = 0; k < 2; k++) {
            struct player plain = player_new(pairs[i][1 - k], NULL, 0);
            struct peopled *p = peopled_new(pairs[i][k], (struct sc_workforce){always, &factors[k], 2.0});
            for (uint64_t r = 0; r < 3; r++) {
                player_play(&plain, r, NULL, NULL);
                player_play(&p->player, r, NULL, NULL);
                assert_true(plain.replication->channel[0].answered > 500.0);
                assert_true(replication_digest(plain.replication) == replication_digest(p->player.replication));
            }
            peopled_free(p);
            player_free(&plain);
        }
}

/* --- speeds --- */

static const struct sc_crew mixed = {
    .factor = 1.0, .groups = 4, .group = {{0.6, 2.0}, {0.8, 0.0}, {0.95, 1.5}, {1.0, 6.5}}};

static void every_head_is_of_a_group_with_its_share(void **state)
{
    (void)state;
    enum { N = 100000 };
    for (uint32_t head = 0; head < 50; head += 7) {
        int slow = 0, middle = 0, full = 0;
        for (int i = 0; i < N; i++) {
            double speed = sc_crew_speed(&mixed, (i + 0.5) / N, head);
            slow += speed == 0.6;
            middle += speed == 0.95;
            full += speed == 1.0;
        }
        assert_int_equal(slow + middle + full, N);
        assert_true(abs(slow - N / 5) <= 2 && abs(middle - 3 * N / 20) <= 2);
    }
}

/* Of the first F heads, F a Fibonacci number, a group that is an arc of the circle has its share up to two heads: the
   inequality of Denjoy and Koksma (Herman 1979, VI.3), for the variation of an arc's indicator is 2. */
static void those_on_duty_are_spread_over_the_groups(void **state)
{
    (void)state;
    static const int fibonacci[] = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144};
    for (size_t k = 0; k < sizeof fibonacci / sizeof *fibonacci; k++)
        for (int i = 0; i < 1000; i++) {
            int slow = 0, middle = 0;
            for (int head = 0; head < fibonacci[k]; head++) {
                double speed = sc_crew_speed(&mixed, (i + 0.5) / 1000, (uint32_t)head);
                slow += speed == 0.6;
                middle += speed == 0.95;
            }
            assert_true(fabs(slow - 0.2 * fibonacci[k]) <= 2.0 && fabs(middle - 0.15 * fibonacci[k]) <= 2.0);
        }
}

/* --- what stays as it is --- */

enum { HEARD_MOST = 200000 };
struct heard {
    struct sc_contact_record *record;
    size_t count;
};

static void hear(void *context, const struct sc_contact_record *record)
{
    struct heard *heard = context;
    if (heard->count < HEARD_MOST && !record->follow_up)
        heard->record[heard->count++] = *record;
}

static int record_compare(const void *a, const void *b)
{
    const struct sc_contact_record *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->outcome == SC_OUTCOME_ANSWERED) - (y->outcome == SC_OUTCOME_ANSWERED);
}

/* Whoever is there, the same contacts arrive at the same times, and what they need is the same. */
static void contacts_stay_as_they_are(void **state)
{
    (void)state;
    static const struct sc_crew fewer = {.factor = 0.6, .groups = 2, .group = {{0.5, 1.0}, {1.0, 2.0}}};
    struct heard a = {calloc(HEARD_MOST, sizeof *a.record), 0}, b = {calloc(HEARD_MOST, sizeof *b.record), 0};
    size_t both_answered = 0;
    for (current_seed = 400; current_seed < 415; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct player plain = player_new(text, NULL, 0);
        struct peopled *p = peopled_new(text, (struct sc_workforce){always, &fewer, 1.0});
        a.count = b.count = 0;
        player_play(&plain, 0, NULL, &(struct sc_observer){hear, &a});
        player_play(&p->player, 0, NULL, &(struct sc_observer){hear, &b});
        qsort(a.record, a.count, sizeof *a.record, record_compare);
        qsort(b.record, b.count, sizeof *b.record, record_compare);
        for (size_t i = 0, j = 0; i < a.count && j < b.count;) {
            const struct sc_contact_record *x = &a.record[i], *y = &b.record[j];
            if (x->key != y->key) { /* in a bot at the end, or called back: told in one only, or twice */
                x->key < y->key ? i++ : j++;
                continue;
            }
            HOLDS(x->arrived_s == y->arrived_s && x->type == y->type);
            if (x->outcome == SC_OUTCOME_ANSWERED && y->outcome == SC_OUTCOME_ANSWERED) {
                HOLDS(x->handle_s == y->handle_s && x->wrap_up_s == y->wrap_up_s);
                both_answered++;
            }
            i++, j++;
        }
        peopled_free(p);
        player_free(&plain);
        free(text);
    }
    assert_true(both_answered > 300);
    free(a.record);
    free(b.record);
}

/* --- any people --- */

/* Any number of people of any speeds, by pool, date and replication. */
static void anybody(const void *context, size_t pool, int64_t date, uint64_t replication, struct sc_crew *crew)
{
    uint64_t key = sc_key(sc_key(sc_key(*(const uint64_t *)context, pool), (uint64_t)date), replication);
    crew->factor = floor(sc_uniform(sc_key(key, 0)) * 9.0) * 0.25; /* 0, 0.25 … 2 */
    crew->groups = (size_t)(sc_uniform(sc_key(key, 1)) * 4.0);
    for (size_t i = 0; i < crew->groups; i++)
        crew->group[i] = (struct sc_crew_group){0.5 + sc_uniform(sc_key(key, 2 + i)), 0.01 + (double)i};
}

/* In builds that check the engine's invariants this checks them too. */
static void nothing_is_lost_whoever_is_there(void **state)
{
    (void)state;
    for (current_seed = 500; current_seed < 550; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct peopled *p = peopled_new(text, (struct sc_workforce){anybody, &current_seed, 2.0});
        for (uint64_t r = 0; r < 3; r++) {
            player_play(&p->player, r, NULL, NULL);
            const struct sc_replication *played = p->player.replication;
            uint64_t digest = replication_digest(played);
            for (size_t c = 0; c < played->channels; c++) {
                const struct sc_tally *t = &played->channel[c];
                HOLDS(t->arrivals == t->deflected + t->automated + t->gave_up + t->diverted + t->offered +
                                         t->in_automation_at_end);
                HOLDS(t->offered == t->answered + t->abandoned + t->balked + t->blocked + t->dismissed +
                                        t->diverted_waiting + t->called_back + t->open_at_end);
            }
            for (size_t i = 0; i < played->pools; i++) {
                const struct sc_pool_tally *t = &played->pool[i];
                HOLDS(t->present_s <= t->scheduled_s * (1.0 + 1e-12) + 1e-6 || t->scheduled_s == 0.0);
                HOLDS(t->busy_s <= (t->present_s + t->overtime_s) * (1.0 + 1e-12) + 1e-6);
            }
            player_play(&p->player, r, NULL, NULL);
            HOLDS(replication_digest(played) == digest);
        }
        peopled_free(p);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_as_written_change_no_byte),
        cmocka_unit_test(mean_heads_are_the_roster_times_the_factor),
        cmocka_unit_test(absence_and_planned_shrinkage_come_on_top),
        cmocka_unit_test(parts_of_heads_are_carried_over),
        cmocka_unit_test(shifts_share_their_people),
        cmocka_unit_test(whole_multiples_are_rosters_written_so),
        cmocka_unit_test(every_head_is_of_a_group_with_its_share),
        cmocka_unit_test(those_on_duty_are_spread_over_the_groups),
        cmocka_unit_test(contacts_stay_as_they_are),
        cmocka_unit_test(nothing_is_lost_whoever_is_there),
    };
    return cmocka_run_group_tests_name("workforce", tests, NULL, NULL);
}
