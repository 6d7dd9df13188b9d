/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Days that are not even: staffing that rises and drops, against the forward equations; hours of rosters, to the
 * second; and how many contacts come.
 */
#include "staffcast/transient.h"
#include "support/markov.h"
#include "support/trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* --- staffing that changes --- */

enum { STEPS = 8, STEP_S = 1800, STEP_SUMS = 4 };
enum { STEP_ARRIVALS, STEP_BUSY_S, STEP_QUEUE_S, STEP_IN_TIME };

/* Four sums for each half-hour from 8 to 12. */
static void steps_finish(struct trial_sums *sums, const struct sc_replication *replication,
                         const struct sc_intervals *intervals)
{
    (void)replication;
    for (size_t i = 0; i < STEPS; i++) {
        const struct sc_interval_cell *cell = &intervals->channel[16 + i];
        double *own = sums->own + i * STEP_SUMS;
        own[STEP_ARRIVALS] = (double)cell->offered;
        own[STEP_IN_TIME] = (double)cell->answered_within;
        own[STEP_QUEUE_S] = 1e-6 * (double)cell->queue_us;
        own[STEP_BUSY_S] = 1e-6 * (double)intervals->pool[16 + i].busy_us;
    }
}

/* From empty at 8; by the hour 10, 16, 7 and 9 agents: from 16 to 7 while most are busy. */
static void staffing_drops(void **state)
{
    (void)state;
    struct trial_plan plan = {
        .replications = 12000,
        .own = STEPS * STEP_SUMS,
        .finish = steps_finish,
        .intervals = true,
        .text = "start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; seed = \"21\"; interval = \"30 min\";"
                "channels = ( { name = \"calls\"; hours = { all = \"08:00-12:00\"; }; volume = { per_day = 640; "
                "               shape = [0, 0, 0, 0, 0, 0, 0, 0, 140, 200, 160, 140, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
                "0]; };"
                "               handle = \"4 min\"; patience = \"3 min\"; target = { answer = 0.8; within = \"20 s\"; "
                "}; } );"
                "pools = ( { name = \"agents\"; skills = ( { channel = \"calls\"; } );"
                "  staffing = [0, 0, 0, 0, 0, 0, 0, 0, 10, 16, 7, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]; } );"};
    static const struct sc_transient_piece pieces[] = {
        {3600, 140 / 3600.0, 10}, {3600, 200 / 3600.0, 16}, {3600, 160 / 3600.0, 7}, {3600, 140 / 3600.0, 9},
        {3600, 140 / 3600.0, 9}, /* a call of the last minute is still answered */
    };
    const struct sc_transient forward = {.pieces = pieces,
                                         .count = 5,
                                         .handle_s = 240,
                                         .patience_s = 180,
                                         .within_s = 20,
                                         .places = SC_ERLANG_UNLIMITED,
                                         .step_s = STEP_S,
                                         .tolerance = 1e-9};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_transient_point *point = calloc(sc_transient_points(&forward), sizeof *point);
    assert_non_null(point);
    if (sc_transient_solve(&forward, point, NULL, &error) != SC_OK)
        fail_msg("%s", error.message);
    struct trial *trial = trial_play(&plan);
    for (size_t i = 0; i < STEPS; i++) {
        const struct sc_transient_point *p = &point[i + 1];
        size_t own = i * STEP_SUMS;
        print_message(" %zu:%02d\n", 8 + i / 2, i % 2 ? 30 : 0);
        assert_agrees("arrivals", trial_own_mean(trial, own + STEP_ARRIVALS), p->arrivals, 0.002);
        assert_agrees("busy agents x s", trial_own_mean(trial, own + STEP_BUSY_S), p->busy_mean * STEP_S, 0.005);
        assert_agrees("waiting x s", trial_own_mean(trial, own + STEP_QUEUE_S), p->queue_mean * STEP_S, 0.05);
        assert_agrees("answered in 20 s", trial_own_mean(trial, own + STEP_IN_TIME), p->answered_in_time, 0.01);
    }
    free(point);
    trial_free(trial);
}

/* --- hours of rosters --- */

struct roster_case {
    const char *pool;          /* how the heads are written */
    double scheduled_h, present_h;
};

/* From Monday, 5 January 2026, for a week; Wednesday is a holiday. */
static void roster_hours(void **state)
{
    const struct roster_case *subject = *state;
    char text[2048];
    snprintf(text, sizeof text,
             "start = \"2026-01-05\"; days = 7; warmup = \"1 d\"; seed = \"22\"; holidays = ( \"2026-01-07\" );"
             "channels = ( { name = \"calls\"; hours = { mon-fri = \"08:00-18:00\"; sat = \"09:00-13:00\"; };"
             "               volume = { per_day = 20; }; handle = \"3 min\"; } );"
             "pools = ( { name = \"agents\"; %s skills = ( { channel = \"calls\"; } ); } );", subject->pool);
    struct trial_plan plan = {.text = text, .replications = 3};
    struct trial *trial = trial_play(&plan);
    assert_agrees("scheduled hours", trial_pool(trial, 0, "scheduled_h"), subject->scheduled_h, 0);
    assert_agrees("present hours", trial_pool(trial, 0, "present_h"), subject->present_h, 0);
    trial_free(trial);
}

enum { PRESENT_MOST = 48 };

static void present_finish(struct trial_sums *sums, const struct sc_replication *replication,
                           const struct sc_intervals *intervals)
{
    (void)replication;
    for (size_t i = 0; i < PRESENT_MOST; i++)
        sums->own[i] = 1e-6 * (double)intervals->pool[i].present_us;
}

/* Breaks of half an hour from 12 to 13 for five: they go at 12:00, 12:07:30, … 12:30. All at once: 5 from 15:00. */
static void breaks_spread_evenly(void **state)
{
    (void)state;
    struct trial_plan plan = {
        .replications = 2,
        .own = PRESENT_MOST,
        .finish = present_finish,
        .intervals = true,
        .text = "start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; interval = \"30 min\";"
                "channels = ( { name = \"calls\"; hours = { all = \"08:00-18:00\"; }; volume = { per_day = 20; };"
                "               handle = \"3 min\"; } );"
                "pools = ( { name = \"agents\"; skills = ( { channel = \"calls\"; } );"
                "  shifts = ( { days = \"all\"; from = \"09:00\"; to = \"16:45\"; agents = 5;"
                "    breaks = ( { at = \"12:00-13:00\"; lasts = \"30 min\"; }, { at = \"15:00\"; lasts = \"10 min\"; } "
                "); } ); } );"};
    struct trial *trial = trial_play(&plan);
    for (size_t i = 0; i < PRESENT_MOST; i++) {
        double minutes = i < 18 || i > 33 ? 0 : 5 * 30;
        if (i == 24 || i == 25)
            minutes = 5 * 30 - (30 + 22.5 + 15 + 7.5);
        if (i == 30)
            minutes = 5 * 20;
        if (i == 33)
            minutes = 5 * 15;
        assert_agrees("present, s", trial_own_mean(trial, i), minutes * 60, 0);
    }
    trial_free(trial);
}

/* --- how many come --- */

enum { CAME, CAME_CAME, DAYS, COME_SUMS };

static void come_finish(struct trial_sums *sums, const struct sc_replication *replication,
                        const struct sc_intervals *intervals)
{
    (void)intervals;
    for (size_t day = 0; day < replication->days; day++) {
        double came = replication->day[day].demand;
        sums->own[CAME] += came;
        sums->own[CAME_CAME] += came * came;
        sums->own[DAYS] += 1;
    }
}

/* Poisson given the day's factor, a gamma of mean 1: variance m + (cv m)^2. */
static void volume_spreads(void **state)
{
    const double *spread = *state;
    char text[1024];
    snprintf(text, sizeof text,
             "start = \"2026-01-05\"; days = 10; warmup = \"0 d\"; seed = \"23\"; spread = %f;"
             "channels = ( { name = \"calls\"; volume = { per_day = 300; factor = 1.2; spread = %f; };"
             "               handle = \"30 s\"; } );"
             "pools = ( { name = \"agents\"; agents = 10; skills = ( { channel = \"calls\"; } ); } );",
             spread[0], spread[1]);
    struct trial_plan plan = {.text = text, .replications = 2000, .own = COME_SUMS, .finish = come_finish};
    struct trial *trial = trial_play(&plan);
    double m = 360, cv2 = (1 + spread[0] * spread[0]) * (1 + spread[1] * spread[1]) - 1;
    assert_agrees("contacts a day", trial_own(trial, CAME, DAYS), m, 0.003);
    assert_agrees("their variance", trial_own_variance(trial, CAME_CAME, CAME, DAYS), m + cv2 * m * m, 0.03);
    trial_free(trial);
}

/* --- any free agent alike --- */

/* Pools of 3 and 1 without a queue: a chain of (busy in the first, busy in the second). */
static void random_among_pools(void **state)
{
    (void)state;
    struct trial_plan plan = {
        .replications = 200,
        .text =
            "start = \"2026-01-05\"; days = 10; warmup = \"1 d\"; seed = \"24\"; "
            "channels = ( { name = \"calls\"; volume = { per_day = 960; }; handle = \"3 min\"; queue_limit = 0; } );"
            "pools = ( { name = \"three\"; agents = 3; skills = ( { channel = \"calls\"; } ); },"
            "          { name = \"one\"; agents = 1; skills = ( { channel = \"calls\"; speed = 2.0; } ); } );"
            "routing = { agent = \"random\"; };"};
    struct markov *chain = markov_new(8);
    for (size_t three = 0; three <= 3; three++)
        for (size_t one = 0; one <= 1; one++) {
            size_t here = 2 * three + one;
            double free_agents = (double)(4 - three - one);
            if (three < 3)
                markov_add(chain, here, here + 2, 960 / 86400.0 * (double)(3 - three) / free_agents);
            if (one < 1)
                markov_add(chain, here, here + 1, 960 / 86400.0 / free_agents);
            if (three > 0)
                markov_add(chain, here, here - 2, (double)three / 180);
            if (one > 0)
                markov_add(chain, here, here - 1, 1 / 90.0);
        }
    double *p = markov_solve(chain), busy_three = 0, busy_one = 0, blocked = p[7];
    for (size_t i = 0; i < 8; i++) {
        busy_three += p[i] * (double)(i / 2);
        busy_one += p[i] * (double)(i % 2);
    }
    free(p);
    struct trial *trial = trial_play(&plan);
    assert_agrees("occupancy of three", trial_pool(trial, 0, "occupancy"), busy_three / 3, 0.005);
    assert_agrees("occupancy of one", trial_pool(trial, 1, "occupancy"), busy_one, 0.005);
    assert_agrees("blocked", trial_share(trial, 0, "blocked", "offered"), blocked, 0.01);
    trial_free(trial);
}

int main(void)
{
    /* The holiday is a Wednesday: the channel is closed and the pool off, unless the roster says otherwise. */
    static const struct roster_case rosters[] = {
        {"agents = 3;", 3 * (4 * 10 + 4), 3 * (4 * 10 + 4)},
        {"agents = 3; extra = 2; hours = { mon-tue = \"08:00-12:30\"; holiday = \"10:00-11:00\"; };", 5 * 10, 5 * 10},
        {"shifts = ( { days = \"mon-fri\"; from = \"08:00\"; to = \"16:30\"; agents = 14;"
         "             breaks = ( { at = \"11:30-13:30\"; lasts = \"30 min\"; } ); } );",
         14 * 8 * 4, 14 * 8 * 4},
        {"shifts = ( { days = \"mon-fri\"; from = \"08:00\"; to = \"16:30\"; agents = 14;"
         "             breaks = ( { at = \"11:30-13:30\"; lasts = \"30 min\"; paid = true; } ); } );",
         14 * 8.5 * 4, 14 * 8 * 4},
        /* Past midnight. The one that begins on the day before the week, a Sunday, reaches into it until 6; the last
           ends with the week. */
        {"shifts = ( { days = \"all\"; from = \"22:00\"; to = \"06:00\"; agents = 2; } );", 2 * (6 + 5 * 8 + 2),
         2 * (6 + 5 * 8 + 2)},
        {"shifts = ( { days = \"sat,sun\"; from = \"09:00\"; to = \"12:00\"; agents = 2; },"
         "           { days = \"sun,holiday\"; from = \"11:00\"; to = \"13:20\"; agents = 3; } ); extra = 1;",
         2 * 2 * 3 + 3 * 7.0 / 3 * 2 + (3 + 7.0 / 3 + 4 + 1.0 / 3),
         2 * 2 * 3 + 3 * 7.0 / 3 * 2 + (3 + 7.0 / 3 + 4 + 1.0 / 3)},
        {"staffing = { mon = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];"
         "             sat-sun = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]; };",
         10 + 2 * 8, 10 + 2 * 8},
    };
    static const double none[] = {0, 0}, own[] = {0, 0.2}, common[] = {0.25, 0}, both[] = {0.2, 0.15};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(staffing_drops),
        {"hours of agents", roster_hours, NULL, NULL, (void *)&rosters[0]},
        {"hours of agents with hours and extra", roster_hours, NULL, NULL, (void *)&rosters[1]},
        {"hours of shifts with breaks", roster_hours, NULL, NULL, (void *)&rosters[2]},
        {"hours of shifts with paid breaks", roster_hours, NULL, NULL, (void *)&rosters[3]},
        {"hours of shifts past midnight", roster_hours, NULL, NULL, (void *)&rosters[4]},
        {"hours of shifts with extra and a holiday", roster_hours, NULL, NULL, (void *)&rosters[5]},
        {"hours of staffing", roster_hours, NULL, NULL, (void *)&rosters[6]},
        cmocka_unit_test(breaks_spread_evenly),
        {"volume without spread", volume_spreads, NULL, NULL, (void *)none},
        {"volume with its own spread", volume_spreads, NULL, NULL, (void *)own},
        {"volume with the common spread", volume_spreads, NULL, NULL, (void *)common},
        {"volume with both", volume_spreads, NULL, NULL, (void *)both},
        cmocka_unit_test(random_among_pools),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
