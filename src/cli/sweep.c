/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast sweep: plays all points of a study into a database, here or on a cluster, and shows what came of it. */
#include "cli/sweep.h"

#include "base/file.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/results.h"
#include "cli/say.h"
#include "present/human.h"
#include "present/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- the study --------------------------------------------------------------------------------------- */

static int read_file_study(const struct sc_sweep_settings *settings, struct sc_study **study)
{
    struct sc_faults faults = {.skip_bad_rows = settings->common.skip_bad_rows};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_document *document = NULL;
    enum sc_code code = SC_OK;
    bool is_study = false;

    for (size_t i = 0; code == SC_OK && i < settings->file_count; i++) {
        code = sc_document_read(settings->files[i], &document, &faults, &error);
        is_study = is_study || (code == SC_OK && sc_document_is_study(document));
        sc_document_free(document);
        document = NULL;
        faults.errors == 0 ? sc_faults_release(&faults) : (void)0;
    }
    if (code == SC_OK && is_study && settings->file_count > 1)
        code = sc_error_set(&error, SC_USAGE, "a study together with other files; sweep one study at a time");
    if (code == SC_OK && is_study)
        code = sc_study_read(settings->files[0], study, &faults, &error);
    else if (code == SC_OK)
        code = sc_study_new((const char *const *)settings->files, settings->file_count, study, &error);
    int status = sc_say_reading(&faults, &error, settings->common.quiet);

    sc_faults_release(&faults);
    return code == SC_OK ? SC_OK : status;
}

/* The study as the files and the command line describe it. */
static int make_study(const struct sc_sweep_settings *settings, struct sc_study **study)
{
    struct sc_error error = SC_ERROR_INIT;
    enum sc_code code = SC_OK;
    int status = read_file_study(settings, study);

    if (status != SC_OK)
        return status;
    for (size_t i = 0; code == SC_OK && i < settings->common.set_count; i++)
        code = sc_study_set(*study, settings->common.set[i], &error);
    for (size_t i = 0; code == SC_OK && i < settings->vary_count; i++)
        code = sc_study_vary(*study, settings->vary[i], &error);
    if (code == SC_OK && settings->sample != NULL)
        code = sc_study_sample(*study, settings->sample, &error);
    if (code == SC_OK && (*study)->axis_count == 0 && (*study)->sample.kind == SC_SAMPLE_GRID)
        code = sc_error_set(&error, SC_USAGE, "nothing varies; write --vary PATH=38..46, or axes in a study file");
    return code == SC_OK ? SC_OK : sc_say_error(&error);
}

/* NAME.sqlite, in the directory of -o; of a shard NAME-2-of-8.sqlite. NULL: no memory. */
static char *database_name(const struct sc_sweep_settings *settings)
{
    const char *directory = settings->common.directory;
    char *name = sc_results_name(settings->files[0]), *path = NULL;

    if (settings->database != NULL) {
        path = strdup(settings->database);
    } else if (name != NULL) {
        char shard[48] = "";

        if (settings->shards > 1)
            snprintf(shard, sizeof shard, "-%u-of-%u", settings->shard, settings->shards);
        if (asprintf(&path, "%s%s%s%s.sqlite", directory != NULL ? directory : "", directory != NULL ? "/" : "", name,
                     shard) < 0)
            path = NULL;
    }
    free(name);
    return path;
}

/* --- showing ----------------------------------------------------------------------------------------- */

/* Notes on the figures go beside the data; where there are none to look at there is nothing to note. */
static void note_figures(const struct sc_sweep_settings *settings, const char *database)
{
    const struct sc_sweep_question question = {.rows = 1};
    struct sc_error ignored = SC_ERROR_INIT;
    struct sc_sweep_view *view = NULL;

    if (settings->common.quiet || sc_sweep_look(database, &question, &view, &ignored) != SC_OK)
        return;
    sc_sweep_notes(view, sc_say_note_of, NULL);
    sc_sweep_view_free(view);
}

static int show_csv(const struct sc_sweep_settings *settings, const char *database)
{
    struct sc_error error = SC_ERROR_INIT;
    enum sc_code code = settings->metric != NULL
                            ? sc_sweep_write_csv(stdout, database, &settings->metric, 1, &error)
                            : sc_sweep_write_csv(stdout, database, settings->keep, settings->keep_count, &error);

    if (code == SC_OK)
        note_figures(settings, database);
    return code == SC_OK ? SC_OK : sc_say_error(&error);
}

static int show(const struct sc_sweep_settings *settings, const char *database)
{
    const struct sc_sweep_question question = {
        .metric = settings->metric,
        .best = settings->best,
        .rows = (size_t)settings->rows,
        .by = {settings->by[0], settings->by[1]},
    };
    struct sc_table_style style = {.colour = sc_say_in_colour(), .quiet = settings->common.quiet};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_sweep_view *view = NULL;

    if (settings->common.format == SC_FORMAT_CSV)
        return show_csv(settings, database);
    enum sc_code code = sc_sweep_look(database, &question, &view, &error);

    if (code == SC_OK && settings->common.format == SC_FORMAT_JSON)
        sc_sweep_write_json(stdout, view);
    else if (code == SC_OK)
        code = sc_sweep_write_table(stdout, view, &style, &error);
    if (code == SC_OK && settings->common.format == SC_FORMAT_JSON && !settings->common.quiet)
        sc_sweep_notes(view, sc_say_note_of, NULL);
    sc_sweep_view_free(view);
    return code == SC_OK ? SC_OK : sc_say_error(&error);
}

static int show_plan(const struct sc_sweep_settings *settings, const char *database)
{
    struct sc_error error = SC_ERROR_INIT;
    enum sc_code code = SC_OK;

    if (settings->common.format == SC_FORMAT_JSON)
        code = sc_sweep_write_plan_json(stdout, database, &error);
    else if (settings->common.format == SC_FORMAT_CSV)
        code = sc_sweep_write_plan_csv(stdout, database, &error);
    return code == SC_OK ? SC_OK : sc_say_error(&error);
}

/* --- sweeping ---------------------------------------------------------------------------------------- */

static struct sc_sweep_options sweep_options(const struct sc_sweep_settings *settings, const char *database)
{
    const struct sc_common *common = &settings->common;

    return (struct sc_sweep_options){
        .database = database,
        .replications = (size_t)common->replications,
        .precision = common->precision,
        .seed = common->seed,
        .seed_given = common->seed_given,
        .threads = common->threads,
        .shard = settings->shard,
        .shards = settings->shards,
        .metrics = settings->keep,
        .metric_count = settings->keep_count,
        .plan_only = settings->plan,
        .wait = settings->wait,
    };
}

static void say_outcome(const struct sc_sweep_settings *settings, const char *database,
                        const struct sc_sweep_outcome *outcome)
{
    char points[SC_HUMAN_TEXT], before[SC_HUMAN_TEXT];

    sc_human_count((double)outcome->points, points);
    sc_human_count((double)outcome->before, before);
    if (settings->common.quiet || settings->common.format != SC_FORMAT_TABLE)
        return;
    if (settings->plan)
        printf("%s points planned in %s, %s of them played\n", points, database, before);
    else if (outcome->before == outcome->points)
        printf("%s: all %s points had been played\n", database, points);
    else if (outcome->before > 0)
        printf("%s: %s points, %s of them played before\n", database, points, before);
    else
        printf("%s: %s points\n", database, points);
    if (!settings->plan)
        putchar('\n');
}

static int run_sweep(const struct sc_sweep_settings *settings, const struct sc_study *study,
                     const struct sc_sweep_options *options, struct sc_sweep_outcome *outcome)
{
    struct sc_faults faults = {.skip_bad_rows = settings->common.skip_bad_rows};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_progress progress;
    struct sc_sweep_options own = *options;

    own.progress = sc_progress_draw;
    own.progress_context = &progress;
    sc_progress_init(&progress, "points", settings->common.quiet);
    enum sc_code code = sc_sweep_run(study, &own, outcome, &faults, &error);

    sc_progress_erase(&progress);
    int status = sc_say_reading(&faults, &error, settings->common.quiet);

    sc_faults_release(&faults);
    return code == SC_OK ? SC_OK : status;
}

/* On the cluster, once what is swept has been looked at here. */
static int run_cluster(const struct sc_sweep_settings *settings, const struct sc_study *study, const char *database)
{
    struct sc_sweep_options options = sweep_options(settings, database);
    struct sc_sweep_outcome outcome;
    bool there = access(database, F_OK) == 0;

    options.check_only = !there;
    options.plan_only = there;
    int status = run_sweep(settings, study, &options, &outcome);

    if (status != SC_OK || (there && outcome.before == outcome.points))
        return status;
    if (there) {
        fprintf(stderr,
                "staffcast: '%s' was begun without --slurm and is not complete; go on without it, or name another "
                "database with --database\n",
                database);
        return SC_INPUT;
    }
    return sc_sweep_submit(settings, database, outcome.points);
}

static int sweep(const struct sc_sweep_settings *settings)
{
    struct sc_study *study = NULL;
    struct sc_error error = SC_ERROR_INIT;
    struct sc_sweep_outcome outcome = {0};
    char *database = NULL;
    int status = make_study(settings, &study);

    if (status != SC_OK)
        goto done;
    database = database_name(settings);
    if (database == NULL)
        status = sc_error_memory(&error);
    else if (settings->database == NULL && settings->common.directory != NULL &&
             sc_directory_make(settings->common.directory, &error) != SC_OK)
        status = sc_say_error(&error);
    if (status == SC_OK && settings->slurm) {
        status = run_cluster(settings, study, database);
        if (status == SC_OK && !settings->detach)
            status = show(settings, database);
    } else if (status == SC_OK) {
        struct sc_sweep_options options = sweep_options(settings, database);

        status = run_sweep(settings, study, &options, &outcome);
        if (status == SC_OK)
            say_outcome(settings, database, &outcome);
        if (status == SC_OK && settings->plan)
            status = show_plan(settings, database);
        else if (status == SC_OK && !(settings->common.quiet && settings->shards > 1))
            status = show(settings, database);
    }
done:
    free(database);
    sc_study_free(study);
    return status;
}

int sc_command_sweep(int argc, char **argv)
{
    struct sc_sweep_settings settings = {.rows = 10};

    sc_sweep_parse(argc, argv, &settings);
    int status = settings.show != NULL ? show(&settings, settings.show) : sweep(&settings);

    sc_sweep_settings_release(&settings);
    return status;
}
