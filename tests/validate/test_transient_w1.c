/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The forward equations against the simulation, minute by minute: W1 from empty, and a day of demand and staffing that
 * rise and drop. What each minute holds is made from the records of the contacts alone.
 */
#include "staffcast/beside.h"
#include "staffcast/transient.h"
#include "support/erlang_check.h"
#include "support/trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MINUTES = 60, MINUTE_S = 60, FIRST_S = 8 * 3600, WITHIN_S = 20 };

/* Sums of minute m at m * FIGURES; AT: at its end. */
enum { ARRIVALS, WAITED, IN_TIME, LOST, BUSY_S, QUEUE_S, BUSY_AT, QUEUE_AT, FULL_AT, FIGURES };
static const char *const names[FIGURES] = {"arrivals",  "waited",      "answered in time", "gave up",        "busy x s",
                                           "queue x s", "busy at end", "queue at end",     "all busy at end"};

/* Counts a stay [from, to) towards the minutes: its seconds, and the ends of minutes that fall into it. What begins at
   a change of staffing is there just after it, as in the forward equations. */
static void stay(double *own, int seconds, int at_end, double from_s, double to_s)
{
    for (int m = (int)fmax(0, ceil(from_s / MINUTE_S) - 1); m < MINUTES && m * MINUTE_S < to_s; m++) {
        double low = fmax(from_s, m * MINUTE_S), high = fmin(to_s, (m + 1) * MINUTE_S);
        own[m * FIGURES + seconds] += fmax(0, high - low);
        own[m * FIGURES + at_end] += to_s > (m + 1) * MINUTE_S;
    }
}

static void minute_contact(struct trial_sums *sums, const struct sc_contact_record *record)
{
    double joined = record->joined_s - FIRST_S, left = record->left_s - FIRST_S;
    bool answered = record->outcome == SC_OUTCOME_ANSWERED;
    int minute = (int)(joined / MINUTE_S), end = (int)(left / MINUTE_S);
    if (minute < MINUTES) {
        double *own = sums->own + minute * FIGURES;
        own[ARRIVALS] += 1;
        own[WAITED] += left > joined;
        own[IN_TIME] += answered && left - joined <= WITHIN_S;
    }
    if (!answered && end < MINUTES)
        sums->own[end * FIGURES + LOST] += 1;
    stay(sums->own, QUEUE_S, QUEUE_AT, joined, left);
    if (answered)
        stay(sums->own, BUSY_S, BUSY_AT, left, left + record->handle_s);
}

/* Heads by quarter of an hour. */
struct staffing {
    int heads[4];
    double per_hour[4];
};
static const struct staffing w1 = {{50, 50, 50, 50}, {600, 600, 600, 600}};
static const struct staffing uneven = {{20, 30, 12, 16}, {280, 300, 340, 120}};

static void full_at(struct trial_sums *sums, const struct staffing *staffing)
{
    for (int m = 0; m < MINUTES; m++) {
        int next = (m + 1) / 15 < 4 ? (m + 1) / 15 : 3;
        sums->own[m * FIGURES + FULL_AT] = sums->own[m * FIGURES + BUSY_AT] >= staffing->heads[next];
    }
}

static void w1_finish(struct trial_sums *sums, const struct sc_replication *replication,
                      const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    full_at(sums, &w1);
}

static void uneven_finish(struct trial_sums *sums, const struct sc_replication *replication,
                          const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    full_at(sums, &uneven);
}

/* The scenario from 8 to 9 o'clock; agents stay on for those who come last. */
static void write_scenario(const struct staffing *staffing, char *text, size_t size)
{
    double total = 0;
    int length;
    for (int k = 0; k < 4; k++)
        total += staffing->per_hour[k] / 4;
    length = snprintf(text, size,
                      "start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; seed = \"32\"; interval = \"15 min\";"
                      "channels = ( { name = \"calls\"; hours = { all = \"08:00-09:00\"; }; handle = \"5 min\";"
                      "  patience = \"3 min\"; target = { answer = 0.8; within = \"20 s\"; };"
                      "  volume = { per_day = %g; shape = [",
                      total);
    for (int k = 0; k < 96; k++)
        length += snprintf(text + length, size - (size_t)length, "%s%.1f", k > 0 ? ", " : "",
                           k >= 32 && k < 36 ? staffing->per_hour[k - 32] : 0);
    length += snprintf(text + length, size - (size_t)length,
                       "]; }; } ); pools = ( { name = \"agents\"; skills = ( { channel = \"calls\"; } ); staffing = [");
    for (int k = 0; k < 96; k++)
        length += snprintf(text + length, size - (size_t)length, "%s%d", k > 0 ? ", " : "",
                           k < 32 ? 0 : staffing->heads[k < 36 ? k - 32 : 3]);
    snprintf(text + length, size - (size_t)length, "]; } );");
}

static struct sc_transient_point *forward(const struct staffing *staffing)
{
    struct sc_transient_piece pieces[5];
    for (int k = 0; k < 5; k++)
        pieces[k] =
            (struct sc_transient_piece){900, staffing->per_hour[k < 4 ? k : 3] / 3600, staffing->heads[k < 4 ? k : 3]};
    struct sc_transient transient = {pieces, 5, 300, 180, WITHIN_S, SC_ERLANG_UNLIMITED, 0, MINUTE_S, 1e-9};
    struct sc_transient_point *points = calloc(sc_transient_points(&transient), sizeof *points);
    struct sc_error error = SC_ERROR_INIT;
    assert_non_null(points);
    if (sc_transient_solve(&transient, points, NULL, &error) != SC_OK)
        fail_msg("%s", error.message);
    return points;
}

/*
 * Every figure of every minute. One of some five hundred is further than four standard errors from the truth once in
 * thirty runs, three are once in a hundred thousand if they were independent; none may be as far as one in a million.
 */
static void compare(const struct staffing *staffing,
                    void (*finish)(struct trial_sums *, const struct sc_replication *, const struct sc_intervals *))
{
    static char text[4096];
    double worst = 0;
    int far = 0, compared = 0;
    write_scenario(staffing, text, sizeof text);
    struct trial_plan plan = {
        .text = text, .replications = 20000, .own = MINUTES * FIGURES, .contact = minute_contact, .finish = finish};
    struct sc_transient_point *points = forward(staffing);
    struct trial *trial = trial_play(&plan);
    for (size_t m = 0; m < MINUTES; m++) {
        const struct sc_transient_point *p = &points[m + 1];
        const double wanted[FIGURES] = {
            p->arrivals, p->waited, p->answered_in_time, p->lost, p->busy_mean * MINUTE_S, p->queue_mean * MINUTE_S,
            p->busy,     p->queue,  p->wait_probability};
        for (size_t f = 0; f < FIGURES; f++) {
            struct estimate estimate = trial_own_mean(trial, m * FIGURES + f);
            char what[64];
            /* What has hardly happened in all replications says nothing, and its error is not normal. */
            if (estimate.error > 0.1 * wanted[f] || estimate.error <= 0)
                continue;
            snprintf(what, sizeof what, "minute %zu: %s", m + 1, names[f]);
            assert_agrees(what, estimate, wanted[f], 0.1);
            double distance = fabs(estimate.value - wanted[f]) / estimate.error;
            worst = fmax(worst, distance);
            far += distance > 4;
            compared++;
        }
    }
    print_message("  the furthest: %.2f standard errors; beyond 4: %d of %d\n", worst, far, compared);
    assert_true(far < 3 && compared > 450);
    trial_free(trial);
    free(points);
}

static void w1_from_empty(void **state)
{
    (void)state;
    compare(&w1, w1_finish);
}

static void demand_and_staffing_change(void **state)
{
    (void)state;
    compare(&uneven, uneven_finish);
}

/* W1's known figures, to their last printed digit, once it has settled. */
static void w1_in_the_limit(void **state)
{
    (void)state;
    const struct sc_transient_piece piece = {36000, 1.0 / 6, 50};
    struct sc_transient transient = {&piece, 1, 300, 180, WITHIN_S, SC_ERLANG_UNLIMITED, 0, 3600, 1e-9};
    struct sc_transient_point points[11];
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_transient_solve(&transient, points, NULL, &error), SC_OK);
    const struct sc_transient_point *last = &points[10];
    assert_near(last->wait_probability, 0.457965, 0, 5.1e-7);
    assert_near(last->lost / last->arrivals, 0.063447, 0, 5.1e-7);
    /* The rounded share of the line above times 180 s. */
    assert_near(last->queue_mean * 3600 / last->arrivals, 11.4205, 0, 1e-4);
    assert_near(last->answered_in_time / last->arrivals, 0.731105, 0, 5.1e-7);
    assert_near(last->busy_mean / 50, 0.936553, 0, 5.1e-7);
    /* It was not there from the start. */
    assert_true(points[1].waited / points[1].arrivals < 0.45);
}

/* What a run says of itself: the day's forward equations are the truth, intervals taken by themselves are not. */
static void beside_a_run(void **state)
{
    (void)state;
    static char text[4096];
    write_scenario(&uneven, text, sizeof text);
    struct trial_plan plan = {.text = text, .replications = 20000};
    struct trial *trial = trial_play(&plan);
    struct sc_beside *beside = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_beside_new(trial->model, &beside, &error), SC_OK);
    const struct sc_beside_figures *figures = beside->channels[0].figures;
    const struct sc_beside_figures *day = &figures[SC_BESIDE_TRANSIENT];
    assert_true(day->said);
    assert_agrees("service level", trial_channel(trial, 0, "service_level"), day->service_level, 0.002);
    assert_agrees("gave up", trial_channel(trial, 0, "abandon_rate"), day->abandon_rate, 0.01);
    assert_agrees("mean wait", trial_channel(trial, 0, "wait_all_mean_s"), day->wait_all_mean_s, 0.01);
    /* From empty, and with a drop: the usual method is points off, the lagged load less so. */
    double usual = fabs(figures[SC_BESIDE_A].service_level - day->service_level);
    double lagged = fabs(figures[SC_BESIDE_LAGGED].service_level - day->service_level);
    print_message("  Erlang A is off by %.4f, with the lagged load by %.4f\n", usual, lagged);
    assert_true(usual > 0.02 && lagged < usual);
    sc_beside_free(beside);
    trial_free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(w1_from_empty),
        cmocka_unit_test(demand_and_staffing_change),
        cmocka_unit_test(w1_in_the_limit),
        cmocka_unit_test(beside_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
