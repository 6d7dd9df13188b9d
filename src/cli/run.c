/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast run: reads the scenarios, plays them, prints what came of it. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/results.h"
#include "cli/say.h"
#include "staffcast/beside.h"
#include "staffcast/estimate.h"
#include "staffcast/model.h"
#include "staffcast/present.h"
#include "staffcast/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char documentation[] =
    "Simulates each SCENARIO and prints what came of it: first whether the targets are met, then a table of the "
    "channels, one of the pools, and the totals. Every figure is the mean over the replications with its 95% "
    "confidence interval."
    "\v"
    "Examples:\n"
    "  staffcast run desk.cfg\n"
    "  staffcast run desk.cfg --set 'pools.front line.extra += 2'\n"
    "  staffcast run desk.cfg --set 'channels.*.volume.factor *= 1.1'\n"
    "  staffcast run desk.cfg --precision 0.5%\n"
    "  staffcast run desk.cfg --format json | jq '.channels[0].service_level'\n"
    "  staffcast run north.cfg south.cfg -o results --intervals --quiet\n"
    "\n"
    "-o DIR writes DIR/NAME.json, DIR/NAME.csv and DIR/NAME.txt for a scenario NAME.cfg, with --intervals also "
    "DIR/NAME-intervals.csv, a row an interval. A file appears whole or not at all; one of the same name is "
    "replaced.\n"
    "\n"
    "--intervals with --format json or csv adds by_day and intervals, means over the replications: in CSV under paths "
    "such as intervals.2026-01-05 08:30.channels.phone.offered.\n"
    "\n"
    "The same scenario, seed and version give the same figures, whatever the number of threads. Several scenarios "
    "print a JSON array, or a CSV with their names in the first column. Colour is used on a terminal, unless "
    "NO_COLOR is set.\n"
    "\n"
    "Exit status: 0 done, 1 a target or goal is missed (with --gate), 2 wrong command line, 3 wrong scenario or data, "
    "4 system (disk, memory), 5 the precision cannot be reached.\n";

enum { KEY_GATE = 0x200, KEY_INTERVALS };
enum { GROUP_OUTPUT = 2, GROUP_GATE = 3 };

static const struct argp_option options[] = {
    {"gate", KEY_GATE, NULL, 0, "End with status 1 if a target or goal is missed: for scripts", GROUP_GATE},
    {"intervals", KEY_INTERVALS, NULL, 0, "Add figures by day and by interval", GROUP_OUTPUT},
    {0},
};

struct settings {
    struct sc_common common;
    bool gate, intervals;
    char **files; /* within argv */
    size_t file_count;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->child_inputs[1] = &settings->common;
        return 0;
    case KEY_INTERVALS:
        settings->intervals = true;
        return 0;
    case KEY_GATE:
        settings->gate = true;
        return 0;
    case ARGP_KEY_ARGS:
        settings->files = state->argv + state->next;
        settings->file_count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no scenario; name at least one file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* One scenario on its way from file to figures. */
struct play {
    struct sc_scenario *scenario;
    struct sc_model *model;
    struct sc_result *result;
    struct sc_beside *beside; /* NULL: theory failed */
};

static void release_plays(struct play *plays, size_t count)
{
    for (size_t i = 0; plays != NULL && i < count; i++) {
        sc_beside_free(plays[i].beside);
        sc_result_free(plays[i].result);
        sc_model_free(plays[i].model);
        sc_scenario_free(plays[i].scenario);
    }
    free(plays);
}

/* Two scenarios of the same name would write over each other's results. */
static int refuse_same_names(const struct settings *settings)
{
    int status = SC_OK;

    for (size_t i = 0; status == SC_OK && i < settings->file_count; i++) {
        for (size_t j = 0; status == SC_OK && j < i; j++) {
            char *one = sc_results_name(settings->files[i]), *other = sc_results_name(settings->files[j]);

            if (one != NULL && other != NULL && strcmp(one, other) == 0) {
                fprintf(stderr, "staffcast run: the results of '%s' and '%s' would have the same names in '%s'; run "
                        "them apart\n", settings->files[j], settings->files[i], settings->common.directory);
                status = SC_USAGE;
            }
            free(one);
            free(other);
        }
    }
    return status;
}

static int load(struct play *play, const char *file, const struct sc_common *common)
{
    struct sc_faults faults = {.skip_bad_rows = common->skip_bad_rows};
    struct sc_error error = SC_ERROR_INIT;
    enum sc_code code = sc_scenario_read(file, common->set, common->set_count, &play->scenario, &faults, &error);
    int status = sc_say_reading(&faults, &error, common->quiet);

    sc_faults_release(&faults);
    if (code != SC_OK)
        return status;
    if (sc_model_build(play->scenario, &play->model, &error) != SC_OK)
        return sc_say_error(&error);
    return SC_OK;
}

/* All of them, so that every faulty file is told of at once; the first failure gives the status. */
static int load_all(struct play *plays, const struct settings *settings)
{
    int status = SC_OK;

    for (size_t i = 0; i < settings->file_count; i++) {
        int here = load(&plays[i], settings->files[i], &settings->common);

        if (status == SC_OK)
            status = here;
    }
    return status;
}

static int play(struct play *play, const struct settings *settings)
{
    const struct sc_common *common = &settings->common;
    struct sc_error error = SC_ERROR_INIT;
    struct sc_progress progress;
    struct sc_run_options run = {
        .replications = (size_t)common->replications,
        .precision = common->precision,
        .seed = common->seed,
        .seed_given = common->seed_given,
        .threads = common->threads,
        .intervals = settings->intervals,
        .progress = sc_progress_draw,
        .progress_context = &progress,
    };

    sc_progress_init(&progress, play->scenario->name, common->quiet);
    enum sc_code code = sc_run(play->model, &run, &play->result, &error);

    sc_progress_erase(&progress);
    if (code != SC_OK)
        return sc_say_error(&error);
    /* Theory is an extra: where it fails the simulation is none the worse. */
    if (sc_beside_new(play->model, &play->beside, &error) != SC_OK && !common->quiet)
        sc_say_note("what theory says is left out: %s", error.message);
    return SC_OK;
}

static int print(const struct sc_played *played, size_t count, const struct sc_common *common)
{
    struct sc_table_style style = {.colour = sc_say_in_colour(), .quiet = common->quiet};
    struct sc_error error = SC_ERROR_INIT;

    switch (common->format) {
    case SC_FORMAT_JSON:
        sc_run_write_json(stdout, played, count, count > 1);
        break;
    case SC_FORMAT_CSV:
        sc_run_write_csv(stdout, played, count, true);
        break;
    case SC_FORMAT_TABLE:
        for (size_t i = 0; i < count; i++) {
            if (i > 0)
                fputc('\n', stdout);
            if (sc_run_write_table(stdout, &played[i], &style, &error) != SC_OK)
                return sc_say_error(&error);
        }
        break;
    }
    /* The table has the notes in it; data alone goes to standard output, so its notes go beside. */
    for (size_t i = 0; common->format != SC_FORMAT_TABLE && !common->quiet && i < count; i++)
        sc_run_notes(&played[i], sc_say_note_of, NULL);
    return SC_OK;
}

static int deliver(const struct play *plays, const struct settings *settings)
{
    struct sc_played *played = calloc(settings->file_count, sizeof *played);
    struct sc_error error = SC_ERROR_INIT;
    int status = SC_OK;
    bool met = true;

    if (played == NULL) {
        sc_error_memory(&error);
        return sc_say_error(&error);
    }
    for (size_t i = 0; i < settings->file_count; i++) {
        played[i] = (struct sc_played){
            .scenario = plays[i].scenario, .result = plays[i].result, .beside = plays[i].beside};
        met = met && sc_run_targets_met(&played[i]);
    }
    if (settings->common.directory != NULL &&
        sc_results_write(settings->common.directory, played, settings->file_count, &error) != SC_OK)
        status = sc_say_error(&error);
    if (status == SC_OK)
        status = print(played, settings->file_count, &settings->common);
    if (status == SC_OK && settings->gate && !met)
        status = SC_GATE;
    free(played);
    return status;
}

static int run(const struct settings *settings)
{
    struct sc_error error = SC_ERROR_INIT;
    struct play *plays = calloc(settings->file_count, sizeof *plays);
    int status = SC_OK;

    if (plays == NULL) {
        sc_error_memory(&error);
        return sc_say_error(&error);
    }
    if (settings->common.directory != NULL)
        status = refuse_same_names(settings);
    if (status == SC_OK)
        status = load_all(plays, settings);
    /* Before the work, not after it: a directory that cannot be made is better known at once. */
    if (status == SC_OK && settings->common.directory != NULL &&
        sc_directory_make(settings->common.directory, &error) != SC_OK)
        status = sc_say_error(&error);
    for (size_t i = 0; status == SC_OK && i < settings->file_count; i++)
        status = play(&plays[i], settings);
    if (status == SC_OK)
        status = deliver(plays, settings);
    release_plays(plays, settings->file_count);
    return status;
}

int sc_command_run(int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &sc_common_argp}, {.argp = &sc_precision_argp}, {0}};
    const struct argp argp = {options, parse, "SCENARIO...", documentation, children, NULL, NULL};
    struct settings settings = {.gate = false};

    sc_options_parse(&argp, argc, argv, &settings);
    int status = run(&settings);

    sc_common_release(&settings.common);
    return status;
}
