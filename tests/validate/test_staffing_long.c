/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The benchmark W2 and a real bank staffed so that 80 % are answered within 20 s in every half-hour. Rewrites
 * results/staffing.md and results/staffing-bank-1999.md.
 */
#include "support/staff_scenario.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { BANK_REPLICATIONS = 200 };
/* A month of half-hours, each with its own target: more than a user would wait for. */
static const double contacts_most = 1e9;

static const char *const weekday[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

/* --- a file --- */

static struct staff_case case_of_file(const char *path)
{
    char *whole = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct staff_case made;
    assert_true(asprintf(&whole, SC_SOURCE_DIR "/%s", path) > 0);
    if (sc_scenario_read(whole, NULL, 0, &made.scenario, &faults, &error) != SC_OK ||
        sc_model_build(made.scenario, &made.model, &error) != SC_OK)
        fail_msg("%s", error.message);
    sc_faults_release(&faults);
    free(whole);
    return made;
}

static const struct sc_staff_verdict *verdict_at(const struct sc_staff *staff, size_t channel, size_t interval)
{
    for (size_t v = 0; v < staff->verdict_count; v++)
        if (staff->verdicts[v].channel == channel && staff->verdicts[v].first == interval)
            return &staff->verdicts[v];
    return NULL;
}

/* Short of its target by more than a hundredth and four standard errors of chance. */
static size_t short_verdicts(const struct sc_staff *staff)
{
    size_t missed = 0;
    for (size_t v = 0; v < staff->verdict_count; v++) {
        const struct sc_staff_verdict *verdict = &staff->verdicts[v];
        missed += verdict->figure + 0.01 + 4.0 * verdict->error < verdict->wanted;
    }
    return missed;
}

static int heads_at(const struct sc_staff *staff, size_t pools, size_t interval)
{
    int heads = 0;
    for (size_t p = 0; p < pools; p++)
        heads += staff->pools[p].heads[interval];
    return heads;
}

/* --- tables --- */

/* A day: what Erlang C and A ask for each channel alone, heads by pool, and what was answered in time, held out. */
static void day_write(FILE *out, const struct staff_case *centre, const struct sc_staff *staff, size_t day)
{
    const struct sc_scenario *s = centre->scenario;
    size_t a_day = (size_t)(86400.0 / s->interval_s);
    fprintf(out, "| from |");
    for (size_t c = 0; c < s->channel_count; c++)
        fprintf(out, " %s: C, A |", s->channels[c].name);
    for (size_t p = 0; p < s->pool_count; p++)
        fprintf(out, " %s |", s->pools[p].name);
    fprintf(out, " heads |");
    for (size_t c = 0; c < s->channel_count; c++)
        fprintf(out, " %s in time |", s->channels[c].name);
    fprintf(out, "\n| --- |");
    for (size_t i = 0; i < 2 * s->channel_count + s->pool_count + 1; i++)
        fprintf(out, " --: |");
    fprintf(out, "\n");
    for (size_t i = day * a_day; i < (day + 1) * a_day; i++) {
        if (heads_at(staff, s->pool_count, i) == 0)
            continue;
        int minutes = (int)((double)(i % a_day) * s->interval_s / 60.0);
        fprintf(out, "| %02d:%02d |", minutes / 60, minutes % 60);
        for (size_t c = 0; c < s->channel_count; c++)
            fprintf(out, " %d, %d |", staff->formulas[c].erlang_c[i], staff->formulas[c].erlang_a[i]);
        for (size_t p = 0; p < s->pool_count; p++)
            fprintf(out, " %d |", staff->pools[p].heads[i]);
        fprintf(out, " %d |", heads_at(staff, s->pool_count, i));
        for (size_t c = 0; c < s->channel_count; c++) {
            const struct sc_staff_verdict *v = verdict_at(staff, c, i);
            if (v)
                fprintf(out, " %.3f |", v->figure);
            else
                fprintf(out, " |");
        }
        fprintf(out, "\n");
    }
    fprintf(out, "\n");
}

static void summary_write(FILE *out, const struct staff_case *centre, const struct sc_staff *staff)
{
    double worst = INFINITY, now = 0.0, *heads = calloc(staff->count, sizeof *heads);
    struct sc_error error = SC_ERROR_INIT;
    assert_non_null(heads);
    for (size_t p = 0; p < centre->scenario->pool_count; p++) {
        assert_int_equal(sc_model_mean_heads(centre->model, p, heads, &error), SC_OK);
        for (size_t i = 0; i < staff->count; i++)
            now += heads[i] * staff->interval_s / 3600.0;
    }
    for (size_t v = 0; v < staff->verdict_count; v++)
        worst = fmin(worst, (staff->verdicts[v].figure - staff->verdicts[v].wanted) / staff->verdicts[v].error);
    free(heads);
    fprintf(out,
            "Head-hours on duty: %.1f; the scenario's own roster has %.1f. Channels by themselves, each with a team of "
            "its own by Erlang A: %.1f, so pooling saves %.1f. Search: %zu replications, checked and reported on %zu "
            "others. Of %zu targets (channel and half-hour) %zu are short by more than .01 + 4 standard errors on "
            "these; the lowest stands %.1f standard errors %s its target.\n\n",
            staff->head_hours, now, staff->alone_head_hours, staff->pooling_saves_h, staff->replications,
            staff->held_out, staff->verdict_count, short_verdicts(staff), fabs(worst), worst < 0 ? "below" : "above");
}

/* Heads of all pools by half-hour, a column for each day of the first full week that has any. */
static void week_write(FILE *out, const struct staff_case *centre, const struct sc_staff *staff, size_t first)
{
    const struct sc_scenario *s = centre->scenario;
    size_t a_day = (size_t)(86400.0 / s->interval_s);
    fprintf(out, "| from |");
    for (size_t day = first; day < first + 5; day++)
        fprintf(out, " %s |", weekday[((size_t)s->start_day + 3 + day) % 7]);
    fprintf(out, "\n| --- | --: | --: | --: | --: | --: |\n");
    for (size_t i = 0; i < a_day; i++) {
        int any = 0, minutes = (int)((double)i * s->interval_s / 60.0);
        for (size_t day = first; day < first + 5; day++)
            any += heads_at(staff, s->pool_count, day * a_day + i);
        if (any == 0)
            continue;
        fprintf(out, "| %02d:%02d |", minutes / 60, minutes % 60);
        for (size_t day = first; day < first + 5; day++)
            fprintf(out, " %d |", heads_at(staff, s->pool_count, day * a_day + i));
        fprintf(out, "\n");
    }
    fprintf(out, "\n");
}

static const char preface[] =
    "Written by `tests/validate/test_staffing_long.c` (`tests/run.sh validate`): heads on duty so that 80 % of all\n"
    "offered contacts are answered within 20 s in every half-hour, in expectation, found by `staffcast staff`. "
    "Absence\n"
    "and planned shrinkage come on top. Figures in time are of numbers that the search has not seen.\n\n";

static void check_file(const char *scenario, const char *page, const char *title, size_t replications, bool week)
{
    struct sc_staff_options options = {
        .per = SC_STAFF_INTERVAL, .replications = replications, .contacts_most = contacts_most};
    struct staff_case centre = case_of_file(scenario);
    struct sc_staff *staff = staff_case_find(&centre, &options);
    FILE *out = fopen(page, "w");
    assert_non_null(out);
    fprintf(out, "# %s\n\n", title);
    fputs(preface, out);
    summary_write(out, &centre, staff);
    if (week) {
        fprintf(out, "Heads of all pools, first week:\n\n");
        week_write(out, &centre, staff, 0);
        fprintf(out, "Monday, by pool:\n\n");
    }
    day_write(out, &centre, staff, week ? 1 : 0);
    fclose(out);
    assert_int_equal(short_verdicts(staff), 0);
    sc_staff_free(staff);
    staff_case_free(&centre);
}

static void w2_as_asked(void **state)
{
    (void)state;
    check_file("tests/bench/w2.cfg", SC_SOURCE_DIR "/results/staffing.md", "W2 staffed", 0, false);
}

static void bank_as_asked(void **state)
{
    (void)state;
    check_file("scenarios/bank-1999.cfg", SC_SOURCE_DIR "/results/staffing-bank-1999.md",
               "The bank of January 1999 staffed", BANK_REPLICATIONS, true);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {cmocka_unit_test(w2_as_asked), cmocka_unit_test(bank_as_asked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
