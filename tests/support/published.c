/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/published.h"

#include "support/published_figures.h"
#include "support/trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

/* How a published measure comes from a test's own sums: a / b, mean of a, or the variance a / c - (b / c)^2; x scale.
 */
struct measure {
    const char *name;
    enum { SHARE, MEAN, VARIANCE } how;
    size_t a, b, c;
    double scale;
};

/* --- the long run: waits, and the square of the queue --- */

enum {
    S_N, S_W, S_WW, S_01, S_02,     /* served: number, sums of waits and squares, number with W <= .1 and .2 units */
    A_N, A_W, A_WW, A_01, A_02,     /* gave up: the same */
    AT_ONCE, OFFERED, Q, QQ, IN_SYSTEM, TIME,
    MORE_CALLS, MORE_WORK_S,        /* controls: calls and handle times beyond what is expected */
    STEADY_SUMS,
};
enum { STEADY_CALLS_A_DAY = 29376, STEADY_HANDLE_S = 300 };

static const struct measure steady_measures[] = {
    {"P(W=0)", SHARE, AT_ONCE, OFFERED, 0, 1},
    {"P(A)", SHARE, A_N, OFFERED, 0, 1},
    {"E[Q]", SHARE, Q, TIME, 0, 1},
    {"Var(Q)", VARIANCE, QQ, Q, TIME, 1},
    {"E[N]", SHARE, IN_SYSTEM, TIME, 0, 1},
    {"E[W|S]", SHARE, S_W, S_N, 0, 1 / 300.0},
    {"Var(W|S)", VARIANCE, S_WW, S_W, S_N, 1 / 90000.0},
    {"E[W|A]", SHARE, A_W, A_N, 0, 1 / 300.0},
    {"Var(W|A)", VARIANCE, A_WW, A_W, A_N, 1 / 90000.0},
    {"P(W<=.1|S)", SHARE, S_01, S_N, 0, 1},
    {"P(W<=.1|A)", SHARE, A_01, A_N, 0, 1},
    {"P(W<=.2|S)", SHARE, S_02, S_N, 0, 1},
    {"P(W<=.2|A)", SHARE, A_02, A_N, 0, 1},
};

/*
 * The queue over time, from contacts that are told of when they leave it. Leaves come in order; joins nearly so, for
 * only who gives up overtakes. Whoever joined before one that is answered has left before, so up to there all is known.
 */
struct sweep {
    double join[8192], leave[8192];
    size_t joins, leaves;
    double time_s, queue;
};

static void sweep_until(struct sweep *sweep, double known_s, double *own)
{
    const double counted_from_s = 86400;
    size_t i = 0, j = 0;
    for (;;) {
        bool join = i < sweep->joins && (j == sweep->leaves || sweep->join[i] <= sweep->leave[j]);
        if (!join && j == sweep->leaves)
            break;
        double at = join ? sweep->join[i] : sweep->leave[j];
        if (at >= known_s)
            break;
        double span = fmax(at, counted_from_s) - fmax(sweep->time_s, counted_from_s);
        own[Q] += span * sweep->queue;
        own[QQ] += span * sweep->queue * sweep->queue;
        sweep->queue += join ? 1 : -1;
        sweep->time_s = at;
        i += join;
        j += !join;
    }
    sweep->joins -= i;
    sweep->leaves -= j;
    memmove(sweep->join, sweep->join + i, sweep->joins * sizeof *sweep->join);
    memmove(sweep->leave, sweep->leave + j, sweep->leaves * sizeof *sweep->leave);
}

static void sweep_add(struct sweep *sweep, double joined_s, double left_s)
{
    size_t i = sweep->joins++;
    for (; i > 0 && sweep->join[i - 1] > joined_s; i--)
        sweep->join[i] = sweep->join[i - 1];
    sweep->join[i] = joined_s;
    sweep->leave[sweep->leaves++] = left_s;
}

static void steady_contact(struct trial_sums *sums, const struct sc_contact_record *record)
{
    struct sweep *sweep = (struct sweep *)sums->state;
    double wait = record->left_s - record->joined_s;
    bool answered = record->outcome == SC_OUTCOME_ANSWERED, abandoned = record->outcome == SC_OUTCOME_ABANDONED;
    if (wait > 0)
        sweep_add(sweep, record->joined_s, record->left_s);
    if (answered && sweep->leaves > 8000)
        sweep_until(sweep, record->joined_s, sums->own);
    if (!record->counted)
        return;
    sums->own[OFFERED] += 1;
    sums->own[MORE_WORK_S] += answered ? record->handle_s - STEADY_HANDLE_S : 0;
    sums->own[AT_ONCE] += answered && wait == 0;
    if (!answered && !abandoned)
        return;
    double *own = sums->own + (answered ? S_N : A_N);
    own[0] += 1;
    own[1] += wait;
    own[2] += wait * wait;
    own[3] += wait <= 30;
    own[4] += wait <= 60;
}

static void steady_finish(struct trial_sums *sums, const struct sc_replication *replication,
                          const struct sc_intervals *intervals)
{
    (void)intervals;
    sweep_until((struct sweep *)sums->state, INFINITY, sums->own);
    sums->own[TIME] = 86400 * (double)replication->days;
    sums->own[MORE_CALLS] = sums->own[OFFERED] - STEADY_CALLS_A_DAY * (double)replication->days;
    sums->own[IN_SYSTEM] = replication->channel[0].queue_s + replication->pool[0].busy_s;
}

/* --- one queue, a day from empty --- */

enum { SERVED, GOOD, WAIT_S, ABANDONED, SERVED_OR_LATE, BLOCKED, SERVED_OR_BLOCKED, DISMISSED, SERVED_OR_DISMISSED,
       BUSY_OPEN_S, OPEN_S, DAY_SUMS };

static const struct measure day_measures[] = {
    {"contacts waited<AWT per day", MEAN, GOOD, 0, 0, 1},
    {"good/day", MEAN, GOOD, 0, 0, 1},
    {"SL=good/served", SHARE, GOOD, SERVED, 0, 1},
    {"good/served", SHARE, GOOD, SERVED, 0, 1},
    {"good/(served+abandoned after AWT)", SHARE, GOOD, SERVED_OR_LATE, 0, 1},
    {"good/(served+blocked)", SHARE, GOOD, SERVED_OR_BLOCKED, 0, 1},
    {"good/(served+disc)", SHARE, GOOD, SERVED_OR_DISMISSED, 0, 1},
    {"ASA min", SHARE, WAIT_S, SERVED, 0, 1 / 60.0},
    {"ASA served min", SHARE, WAIT_S, SERVED, 0, 1 / 60.0},
    {"ASA", SHARE, WAIT_S, SERVED, 0, 1 / 60.0},
    {"occupancy", SHARE, BUSY_OPEN_S, OPEN_S, 0, 1},
    {"abandoned/day", MEAN, ABANDONED, 0, 0, 1},
    {"blocked/day", MEAN, BLOCKED, 0, 0, 1},
    {"disconnected/day", MEAN, DISMISSED, 0, 0, 1},
};

static void day_contact(struct trial_sums *sums, const struct sc_contact_record *record)
{
    const double closing_s = 16 * 3600;
    if (record->outcome != SC_OUTCOME_ANSWERED)
        return;
    double end = record->left_s + record->handle_s;
    sums->own[BUSY_OPEN_S] += fmax(0, fmin(end, closing_s) - record->left_s);
}

static void day_finish(struct trial_sums *sums, const struct sc_replication *replication,
                       const struct sc_intervals *intervals)
{
    (void)intervals;
    const struct sc_tally *calls = &replication->channel[0];
    double *own = sums->own;
    own[SERVED] = calls->answered;
    own[GOOD] = calls->answered_within;
    own[WAIT_S] = calls->wait_answered_s;
    own[ABANDONED] = calls->abandoned;
    own[SERVED_OR_LATE] = calls->answered + calls->abandoned - calls->lost_within;
    own[BLOCKED] = calls->blocked;
    own[SERVED_OR_BLOCKED] = calls->answered + calls->blocked;
    own[DISMISSED] = calls->dismissed;
    own[SERVED_OR_DISMISSED] = calls->answered + calls->dismissed;
    own[OPEN_S] = 12 * 8 * 3600.0;
}

/* --- three types, two groups --- */

enum { MSK_SERVED, MSK_ABANDONED, MSK_GOOD, MSK_SERVED_OR_LATE, MSK_BUSY_S, MSK_CAPACITY_S, MSK_CELLS,
       MSK_SUMS = MSK_CELLS + 9 };

static const struct measure msk_measures[] = {
    {"served/day", MEAN, MSK_SERVED, 0, 0, 1},
    {"abandoned/day", MEAN, MSK_ABANDONED, 0, 0, 1},
    {"good/(served+ab>=AWT)", SHARE, MSK_GOOD, MSK_SERVED_OR_LATE, 0, 1},
    {"occupancy of group 0", SHARE, MSK_BUSY_S, MSK_CAPACITY_S, 0, 1},
    {"good type0 p0", MEAN, MSK_CELLS + 0, 0, 0, 1},
    {"good type0 p1", MEAN, MSK_CELLS + 1, 0, 0, 1},
    {"good type0 p2", MEAN, MSK_CELLS + 2, 0, 0, 1},
    {"good type1 p0", MEAN, MSK_CELLS + 3, 0, 0, 1},
    {"good type1 p1", MEAN, MSK_CELLS + 4, 0, 0, 1},
    {"good type1 p2", MEAN, MSK_CELLS + 5, 0, 0, 1},
    {"good type2 p0", MEAN, MSK_CELLS + 6, 0, 0, 1},
    {"good type2 p1", MEAN, MSK_CELLS + 7, 0, 0, 1},
    {"good type2 p2", MEAN, MSK_CELLS + 8, 0, 0, 1},
};

struct msk_state {
    double last_s;             /* end of the last call of group 0 */
};

static void msk_contact(struct trial_sums *sums, const struct sc_contact_record *record)
{
    struct msk_state *state = (struct msk_state *)sums->state;
    if (record->outcome != SC_OUTCOME_ANSWERED)
        return;
    size_t period = (size_t)((record->arrived_s - 8 * 3600) / 7200);
    sums->own[MSK_CELLS + 3 * record->type + (int)period] += record->left_s - record->joined_s < 20;
    if (record->pool == 0) {
        sums->own[MSK_BUSY_S] += record->handle_s;
        state->last_s = fmax(state->last_s, record->left_s + record->handle_s);
    }
}

static void msk_finish(struct trial_sums *sums, const struct sc_replication *replication,
                       const struct sc_intervals *intervals)
{
    (void)intervals;
    const struct msk_state *state = (const struct msk_state *)sums->state;
    double *own = sums->own;
    for (size_t i = 0; i < 3; i++) {
        const struct sc_tally *calls = &replication->channel[i];
        own[MSK_SERVED] += calls->answered;
        own[MSK_ABANDONED] += calls->abandoned;
        own[MSK_GOOD] += calls->answered_within;
        own[MSK_SERVED_OR_LATE] += calls->answered + calls->abandoned - calls->lost_within;
    }
    /* 12, 18 and 9 agents of two hours each, and 9 until the last call of the group ends; and who finishes late */
    own[MSK_CAPACITY_S] = (12 + 18) * 7200.0 + 9 * (state->last_s - 12 * 3600.0) + replication->pool[0].overtime_s;
}

/* --- what is compared --- */

struct subject {
    const char *name, *file;
    const struct measure *measures;
    size_t measure_count;
    struct trial_plan plan;
    bool is_long;              /* takes minutes */
};

#define LENGTH(a) (sizeof(a) / sizeof *(a))
#define STEADY(subject, name, is_long) \
    {subject, name, steady_measures, LENGTH(steady_measures), \
     {.own = STEADY_SUMS, .controls = 2, .state_size = sizeof(struct sweep), .contact = steady_contact, \
      .finish = steady_finish}, is_long}
#define DAY(subject, name) \
    {subject, name, day_measures, LENGTH(day_measures), \
     {.own = DAY_SUMS, .contact = day_contact, .finish = day_finish}, false}

static const struct subject subjects[] = {
    STEADY("M/E2/100/200+E2", "whitt-e2-e2", false),
    STEADY("M/M/100/200+M", "whitt-m-m", false),
    STEADY("M/M/100/200+E2", "whitt-m-e2", false),
    STEADY("M/M/100/200+LN(1,1)", "whitt-m-ln1", true),
    STEADY("M/M/100/200+LN(4,4)", "whitt-m-ln4", true),
    STEADY("M/M/100/200+M, mean 4", "whitt-m-m4", false),
    DAY("MMC", "mmc"),
    DAY("MMCAb", "mmc-ab"),
    DAY("MMCBlocked", "mmc-blocked"),
    DAY("MMCClrQ", "mmc-clrq"),
    {"SimpleMSK", "simple-msk", msk_measures, LENGTH(msk_measures),
     {.own = MSK_SUMS, .state_size = sizeof(struct msk_state), .contact = msk_contact, .finish = msk_finish}, false},
};

static struct estimate measure_estimate(const struct trial *trial, const struct measure *measure)
{
    struct estimate estimate = measure->how == SHARE  ? trial_own(trial, measure->a, measure->b)
                               : measure->how == MEAN ? trial_own_mean(trial, measure->a)
                                                      : trial_own_variance(trial, measure->a, measure->b, measure->c);
    estimate.value *= measure->scale;
    estimate.error *= measure->scale;
    return estimate;
}

static const struct measure *measure_find(const struct subject *subject, const char *name)
{
    for (size_t i = 0; i < subject->measure_count; i++)
        if (strcmp(subject->measures[i].name, name) == 0)
            return &subject->measures[i];
    fail_msg("%s: no such measure: %s", subject->name, name);
    return NULL;
}

static int digits_after_point(const char *value)
{
    const char *point = strchr(value, '.');
    return point ? (int)strlen(point + 1) : 0;
}

/* One row; returns whether it holds, and writes it to the table. */
static bool compare(const struct published *row, struct estimate estimate, FILE *table)
{
    int digits = digits_after_point(row->value);
    double rounding = 0.5 * pow(10, -digits), value = strtod(row->value, NULL);
    double published_error = row->half_width / gsl_cdf_ugaussian_Qinv(0.025);
    double half_width = estimate.error * gsl_cdf_tdist_Qinv(0.025, (double)estimate.freedom);
    double combined = hypot(published_error, estimate.error), off = estimate.value - value;
    bool agrees = fabs(off) <= 4.5 * combined + rounding;
    bool sharp = row->half_width == 0 || half_width <= row->half_width / 3;
    print_message("  %-36s %9s +- %-8g %11.6f +- %.6f  %+.2f%s%s\n", row->measure, row->value, row->half_width,
                  estimate.value, half_width, off / combined, agrees ? "" : "  DIFFERS", sharp ? "" : "  TOO WIDE");
    if (table) {
        char published_width[32] = "exact";
        if (row->half_width > 0)
            snprintf(published_width, sizeof published_width, "± %g", row->half_width);
        fprintf(table, "| %s | %s | %s %s | %.*f ± %.2g | %+.1f |\n", row->subject, row->measure, row->value,
                published_width, digits + 2, estimate.value, half_width, off / combined);
    }
    return agrees && sharp;
}

struct context {
    const struct subject *subject;
    const char *scenarios;
    FILE *table;               /* NULL: not wanted */
};

static void agrees_with_what_is_published(void **state)
{
    const struct context *context = *state;
    const struct subject *subject = context->subject;
    struct trial_plan plan = subject->plan;
    char file[4096];
    snprintf(file, sizeof file, "%s/%s.cfg", context->scenarios, subject->file);
    plan.file = file;
    struct trial *trial = trial_play(&plan);
    size_t rows = 0, held = 0;
    for (size_t i = 0; i < LENGTH(published); i++) {
        if (strcmp(published[i].subject, subject->name) != 0)
            continue;
        rows++;
        held += compare(&published[i], measure_estimate(trial, measure_find(subject, published[i].measure)),
                        context->table);
    }
    trial_free(trial);
    assert_true(rows > 0);
    assert_int_equal(held, rows);
}

static void every_row_has_a_scenario(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(published); i++) {
        bool found = false;
        for (size_t j = 0; j < LENGTH(subjects); j++)
            found = found || strcmp(published[i].subject, subjects[j].name) == 0;
        if (!found)
            fail_msg("nobody plays %s", published[i].subject);
    }
}

static FILE *table_open(const char *path)
{
    FILE *table = fopen(path, "w");
    if (!table) {
        perror(path);
        exit(4);
    }
    fputs("# Published figures, reproduced\n\n"
          "Each figure that others have published beside the same figure simulated from a scenario in\n"
          "tests/validate/scenarios, both with half-widths of 95 % intervals, and their distance in combined standard\n"
          "errors (of an exact figure: without its rounding). Sources: tests/support/published_figures.h. Written by\n"
          "`build/tests/test_published results/published.md`.\n\n"
          "| case | figure | published | simulated | distance |\n| --- | --- | --- | --- | --- |\n", table);
    return table;
}

int published_compare(const char *scenarios, enum published_part part, const char *path)
{
    FILE *table = path ? table_open(path) : NULL;
    struct context context[LENGTH(subjects)];
    struct CMUnitTest tests[LENGTH(subjects) + 1] = {cmocka_unit_test(every_row_has_a_scenario)};
    size_t count = 1;
    for (size_t i = 0; i < LENGTH(subjects); i++) {
        if (part != PUBLISHED_ALL && subjects[i].is_long != (part == PUBLISHED_LONG))
            continue;
        context[i] = (struct context){&subjects[i], scenarios, table};
        tests[count++] = (struct CMUnitTest){subjects[i].name, agrees_with_what_is_published, NULL, NULL, &context[i]};
    }
    int failed = _cmocka_run_group_tests("published figures", tests, count, NULL, NULL);
    if (table && fclose(table) != 0) {
        perror(path);
        return 4;
    }
    return failed;
}
