/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Histories in a scenario (SPEC 5): a replay repeats a file's counts, or its instants, exactly; a forecast
 * and a profile have its means; a profile scatters from day to day as the file does, unless the scenario says
 * otherwise.
 */
#include "staffcast/history.h"
#include "support/trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* A folder with a scenario and a file of data beside it. */
static char folder[64], scenario_path[96], data_path[96];

static int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "%s/staffcast-history-XXXXXX", P_tmpdir);
    if (!mkdtemp(folder))
        return -1;
    snprintf(scenario_path, sizeof scenario_path, "%s/desk.cfg", folder);
    snprintf(data_path, sizeof data_path, "%s/calls.csv", folder);
    return 0;
}

static int folder_remove(void **state)
{
    (void)state;
    unlink(scenario_path);
    unlink(data_path);
    return rmdir(folder);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void write_scenario(const char *volume)
{
    char text[1024];
    snprintf(text, sizeof text,
             "start = \"2026-01-05\"; days = 7; warmup = \"0 d\"; interval = \"30 min\"; seed = \"8\";\n"
             "channels = ( { name = \"phone\"; volume = { %s };\n"
             "               hours = { mon-fri = \"08:00-12:00\"; }; handle = \"2 s\"; } );\n"
             "pools = ( { name = \"desk\"; agents = 40; skills = ( { channel = \"phone\"; } ); } );\n",
             volume);
    write_text(scenario_path, text);
}

/* Four weeks of mornings, by half-hour; every count another, none on Thursday mornings at 10:00. */
enum { WEEKS = 4, WEEKDAYS = 5, CELLS = 8, INTERVALS = 7 * 48 };

static double count_of(int week, int weekday, int cell)
{
    static const double busy[WEEKS] = {1.0, 1.3, 0.8, 0.9};
    return weekday == 3 && cell == 4 ? 0 : floor((20 + 3 * weekday + 7 * cell) * busy[week]);
}

static void write_counts(void)
{
    FILE *file = fopen(data_path, "w");
    assert_non_null(file);
    fputs("when;calls\n", file);
    for (int week = 0; week < WEEKS; week++)
        for (int w = 0; w < WEEKDAYS; w++)
            for (int i = 0; i < CELLS; i++) /* from 2026-01-05 on */
                fprintf(file, "2026-01-%02d %02d:%02d;%.0f\n", 5 + 7 * week + w, 8 + i / 2, i % 2 * 30,
                        count_of(week, w, i));
    assert_int_equal(fclose(file), 0);
}

#define COLUMNS "columns = { start = \"when\"; contacts = \"calls\"; };"

/* Means, and squares about `wanted` of the first week: [0 …) and [INTERVALS …). */
static void counts_finish(struct trial_sums *sums, const struct sc_replication *r,
                          const struct sc_intervals *intervals)
{
    (void)r;
    for (size_t i = 0; i < INTERVALS; i++) {
        double n = (double)intervals->channel[i].offered;
        size_t weekday = i / 48, cell = i % 48 - 16;
        double wanted =
            weekday < WEEKDAYS && i % 48 >= 16 && cell < CELLS ? count_of(0, (int)weekday, (int)cell) : 0;
        sums->own[i] = n;
        sums->own[INTERVALS + i] = (n - wanted) * (n - wanted);
    }
}

static struct trial *play(const char *volume, size_t replications)
{
    write_counts();
    write_scenario(volume);
    return trial_play(&(struct trial_plan){.file = scenario_path,
                                           .replications = replications,
                                           .own = 2 * INTERVALS,
                                           .finish = counts_finish,
                                           .intervals = true});
}

static size_t interval_of(int weekday, int cell)
{
    return (size_t)(weekday * 48 + 16 + cell);
}

static double mean_of(int weekday, int cell)
{
    double sum = 0;
    for (int week = 0; week < WEEKS; week++)
        sum += count_of(week, weekday, cell);
    return sum / WEEKS;
}

/* What the scenario's own spread and the common one would do to the counts, a replay does not see. */
static void replay_repeats_the_counts(void **state)
{
    (void)state;
    struct trial *trial = play("history = { file = \"calls.csv\"; use = \"replay\"; " COLUMNS " };", 5);
    for (size_t r = 0; r < trial->replications; r++)
        for (size_t i = 0; i < INTERVALS; i++)
            assert_true(trial->sum[r * trial->own + INTERVALS + i] == 0);
    trial_free(trial);
}

/* Uniform inside the interval: of 20 and more contacts in 1800 s the offsets have mean 1/2 and variance 1/12.
 */
static void offsets_add(struct trial_sums *sums, const struct sc_contact_record *record)
{
    double offset = fmod(record->arrived_s, 1800) / 1800;
    sums->own[0]++;
    sums->own[1] += offset;
    sums->own[2] += (offset - 0.5) * (offset - 0.5);
}

static void replay_spreads_evenly_in_the_interval(void **state)
{
    (void)state;
    write_counts();
    write_scenario("history = { file = \"calls.csv\"; use = \"replay\"; " COLUMNS " };");
    struct trial *trial = trial_play(
        &(struct trial_plan){.file = scenario_path, .replications = 200, .own = 3, .contact = offsets_add});
    assert_agrees("mean offset", trial_own(trial, 1, 0), 0.5, 0.005);
    assert_agrees("variance of the offset", trial_own(trial, 2, 0), 1 / 12.0, 0.005);
    trial_free(trial);
}

/* The instants of a log, and only those of the channel. */
static const double instants[] = {8 * 3600 + 1, 8 * 3600 + 1, 8 * 3600 + 59, 11 * 3600 + 3599};

static void instants_check(struct trial_sums *sums, const struct sc_contact_record *record)
{
    size_t n = (size_t)sums->own[0]++;
    assert_true(n < sizeof instants / sizeof *instants);
    sums->own[1] += fabs(record->arrived_s - instants[n]);
}

static void replay_repeats_the_instants_of_a_log(void **state)
{
    (void)state;
    write_text(data_path, "arrived,channel\n2026-01-05 11:59:59,phone\n2026-01-05 08:00:01,phone\n"
                          "2026-01-05 08:00:30,chat\n2026-01-05 08:00:01,phone\n2026-01-05 08:00:59,phone\n");
    write_scenario("history = { file = \"calls.csv\"; use = \"replay\"; };");
    struct trial *trial = trial_play(&(struct trial_plan){.file = scenario_path,
                                                          .overrides = {"days = 1"},
                                                          .replications = 3,
                                                          .own = 2,
                                                          .contact = instants_check});
    for (size_t r = 0; r < trial->replications; r++) {
        assert_true(trial->sum[r * trial->own] == 4);
        assert_true(trial->sum[r * trial->own + 1] < 1e-4); /* the grid of simulated time */
    }
    trial_free(trial);
}

/* The counts of those dates are the means of a Poisson number. */
static void forecast_has_the_counts_as_means(void **state)
{
    (void)state;
    struct trial *trial = play("history = { file = \"calls.csv\"; use = \"forecast\"; " COLUMNS " };", 4000);
    for (int w = 0; w < WEEKDAYS; w++)
        for (int i = 0; i < CELLS; i++) {
            char what[64];
            double count = count_of(0, w, i);
            snprintf(what, sizeof what, "mean of weekday %d, interval %d", w, i);
            if (count == 0) {
                assert_true(trial_own_mean(trial, interval_of(w, i)).value == 0);
                continue;
            }
            assert_agrees(what, trial_own_mean(trial, interval_of(w, i)), count, 0.01);
            snprintf(what, sizeof what, "variance of weekday %d, interval %d", w, i);
            assert_agrees(what, trial_own_mean(trial, INTERVALS + interval_of(w, i)), count, 0.05);
        }
    trial_free(trial);
}

static void day_finish(struct trial_sums *sums, const struct sc_replication *r,
                       const struct sc_intervals *intervals)
{
    (void)intervals;
    double monday = 0;
    for (int i = 0; i < CELLS; i++)
        monday += mean_of(0, i);
    sums->own[0] = (r->day[0].demand - monday) * (r->day[0].demand - monday);
}

/* Variance of a Monday's contacts under a profile: mu + cv^2 mu^2. */
static void profile_scatters(const char *more, double cv)
{
    char volume[256];
    double monday = 0;
    for (int i = 0; i < CELLS; i++)
        monday += mean_of(0, i);
    snprintf(volume, sizeof volume, "history = { file = \"calls.csv\"; " COLUMNS " }; %s", more);
    write_counts();
    write_scenario(volume);
    struct trial *trial = trial_play(
        &(struct trial_plan){.file = scenario_path, .replications = 20000, .own = 1, .finish = day_finish});
    assert_agrees("variance of a Monday", trial_own_mean(trial, 0), monday + cv * cv * monday * monday, 0.03);
    trial_free(trial);
}

static void profile_has_the_means_and_the_scatter_of_the_file(void **state)
{
    (void)state;
    struct trial *trial = play("history = { file = \"calls.csv\"; " COLUMNS " };", 4000);
    for (int w = 0; w < WEEKDAYS; w++)
        for (int i = 0; i < CELLS; i++) {
            char what[64];
            double mean = mean_of(w, i);
            snprintf(what, sizeof what, "mean of weekday %d, interval %d", w, i);
            if (mean == 0)
                assert_true(trial_own_mean(trial, interval_of(w, i)).value == 0);
            else
                assert_agrees(what, trial_own_mean(trial, interval_of(w, i)), mean, 0.01);
        }
    trial_free(trial);
    struct sc_history *history = NULL;
    struct sc_history_grid grid;
    struct sc_history_profile profile;
    struct sc_error error = SC_ERROR_INIT;
    static const char *const columns[] = {"start=when,contacts=calls"};
    assert_int_equal(sc_history_read(data_path, &(struct sc_history_options){columns, 1, false}, &history,
                                     &error),
                     SC_OK);
    assert_int_equal(sc_history_grid_init(&grid, history, 0, NULL, &error), SC_OK);
    assert_int_equal(sc_history_profile_init(&profile, &grid, &error), SC_OK);
    assert_true(profile.cv > 0.15 && profile.cv < 0.3); /* of factors 1, 1.3, .8, .9 */
    profile_scatters("", profile.cv);
    profile_scatters("spread = 0.0;", 0);
    profile_scatters("spread = 0.1;", 0.1);
    sc_history_profile_release(&profile);
    sc_history_grid_release(&grid);
    sc_history_free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replay_repeats_the_counts),
        cmocka_unit_test(replay_spreads_evenly_in_the_interval),
        cmocka_unit_test(replay_repeats_the_instants_of_a_log),
        cmocka_unit_test(forecast_has_the_counts_as_means),
        cmocka_unit_test(profile_has_the_means_and_the_scatter_of_the_file),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
