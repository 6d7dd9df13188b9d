/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast explain: why a figure moved between two scenarios; what would bring it to its target in one. */
#include "present/explain.h"
#include "base/file.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/deliver.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "staffcast/document.h"
#include "staffcast/explain.h"
#include "staffcast/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char documentation[] =
    "Of one scenario: how far each lever alone (contacts, handle time, heads, automation, deflection, recontacts, "
    "shrinkage) would have to move to meet the target, with its interval, its cost where the scenario knows it, and "
    "the "
    "override that does it. Where the target is met: how much room each lever has.\n"
    "\n"
    "Of two scenarios: why the figure moved from the one to the other. What they differ in is sorted into groups of "
    "inputs: volume, handle time, patience, automation, deflection, follow-ups, staffing, skills and routing, other. "
    "Of each you see what it does alone, and its part of the whole difference (Shapley value); the parts add up."
    "\v"
    "Examples:\n"
    "  staffcast explain desk.cfg\n"
    "  staffcast explain desk.cfg --metric channels.phone.abandon_rate --to 3%\n"
    "  staffcast explain january.cfg march.cfg\n"
    "  staffcast explain january.cfg march.cfg --metric totals.cost --format json\n"
    "\n"
    "METRIC is a path as in the CSV of 'run': channels.phone.service_level, channels.phone.classes.vip.wait_mean_s, "
    "pools.front line.occupancy, totals.cost. Left out, it is that of the first target: of one scenario the first that "
    "is missed.\n"
    "\n"
    "All scenarios are played on the same random numbers; --set changes both. Channels, classes and pools are matched "
    "by "
    "name; one that only one scenario has belongs to the volume, a pool to the staffing.\n"
    "\n"
    "-o DIR writes DIR/NAME-explain.json, .csv and .txt for a (first) scenario NAME.cfg.\n"
    "\n"
    "Exit status: 0 done, 2 wrong command line or metric, 3 wrong scenario, 4 system (disk, memory), 5 the precision "
    "cannot be reached.\n";

enum { KEY_METRIC = 0x200, KEY_TO, KEY_INTERVALS, GROUP_WHICH = 3 };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "What is explained:", GROUP_WHICH},
    {"metric", KEY_METRIC, "METRIC", 0, "The figure to explain", GROUP_WHICH},
    {"to", KEY_TO, "VALUE", 0,
     "Another level than the target's to bring it to: a share (85% or 0.85), a duration (30 s), a number", GROUP_WHICH},
    SC_OPTION_REFUSED("intervals", KEY_INTERVALS, NULL),
    {0},
};

struct settings {
    struct sc_common common;
    const char *metric;
    double to;
    bool to_given;
    char **files; /* within argv */
    size_t file_count;
};

static bool read_level(const char *text, double *value)
{
    return sc_percent_parse(text, value) || sc_duration_parse(text, value);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->child_inputs[1] = &settings->common;
        return 0;
    case KEY_METRIC:
        settings->metric = argument;
        return 0;
    case KEY_TO:
        if (!read_level(argument, &settings->to))
            argp_error(state, "--to takes a share, a duration or a number, such as 85%%, '30 s' or 1200 (found '%s')",
                       argument);
        settings->to_given = true;
        return 0;
    case KEY_INTERVALS:
        argp_error(state, "explain has no --intervals; it explains one figure of the whole");
        return 0;
    case ARGP_KEY_ARGS:
        settings->files = state->argv + state->next;
        settings->file_count = (size_t)(state->argc - state->next);
        if (settings->file_count > 2)
            argp_error(state, "%zu scenarios; explain takes one, or one before and one after", settings->file_count);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no scenario; name one file, or one before and one after");
        return 0;
    case ARGP_KEY_SUCCESS:
        if (settings->to_given && settings->file_count == 2)
            argp_error(state, "--to is for one scenario; of two, explain tells why the figure moved");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* --- reading --- */

/* The document with its overrides; it describes a valid scenario, of which all faults and warnings have been told. */
static int load(const char *file, const struct sc_common *common, struct sc_document **out)
{
    struct sc_document *document = NULL;
    struct sc_scenario *scenario = NULL;
    struct sc_faults faults = {.skip_bad_rows = common->skip_bad_rows};
    struct sc_error error = SC_ERROR_INIT;
    enum sc_code code = sc_document_read(file, &document, &faults, &error);

    for (size_t i = 0; i < common->set_count && document != NULL; i++) {
        /* Its fault is in `faults`, which the reading below judges: all come out together. */
        struct sc_error ignored = SC_ERROR_INIT;
        struct sc_override override = {.text = common->set[i]};

        sc_document_override(document, &override, 1, &faults, &ignored);
    }
    if (code == SC_OK)
        code = sc_scenario_from_document(document, &scenario, &faults, &error);
    int status = sc_say_reading(&faults, &error, common->quiet);

    if (code == SC_OK) {
        *out = document;
        document = NULL;
    }
    sc_scenario_free(scenario);
    sc_document_free(document);
    sc_faults_release(&faults);
    return code == SC_OK ? SC_OK : status;
}

/* --- working --- */

static int work(struct sc_document *const *document, const struct settings *settings,
                struct sc_explanation **explanation)
{
    const struct sc_common *common = &settings->common;
    struct sc_error error = SC_ERROR_INIT;
    struct sc_progress progress;
    const struct sc_explain_options wanted = {
        .metric = settings->metric,
        .to = settings->to,
        .to_given = settings->to_given,
        .replications = (size_t)common->replications,
        .precision = common->precision,
        .seed = common->seed,
        .seed_given = common->seed_given,
        .threads = common->threads,
        .progress = sc_progress_draw,
        .progress_context = &progress,
    };

    sc_progress_init(&progress, settings->files[0], common->quiet);
    enum sc_code code = settings->file_count == 2
                            ? sc_explain_difference(document[0], document[1], &wanted, explanation, &error)
                            : sc_explain_levers(document[0], &wanted, explanation, &error);

    sc_progress_erase(&progress);
    return code == SC_OK ? SC_OK : sc_say_error(&error);
}

/* --- printing --- */

static enum sc_code write_format(FILE *stream, const void *explanation, enum sc_format format,
                                 const struct sc_table_style *style, struct sc_error *error)
{
    switch (format) {
    case SC_FORMAT_JSON:
        sc_explain_write_json(stream, explanation);
        return SC_OK;
    case SC_FORMAT_CSV:
        sc_explain_write_csv(stream, explanation);
        return SC_OK;
    case SC_FORMAT_TABLE:
        break;
    }
    return sc_explain_write_table(stream, explanation, style, error);
}

static int deliver(const struct sc_explanation *explanation, const struct settings *settings)
{
    const struct sc_common *common = &settings->common;
    const struct sc_delivery delivery = {
        .command = "explain", .scenario_file = settings->files[0], .found = explanation, .write = write_format};
    struct sc_error error = SC_ERROR_INIT;

    if (sc_deliver(&delivery, common, &error) != SC_OK)
        return sc_say_error(&error);
    if (common->format != SC_FORMAT_TABLE && !common->quiet)
        sc_explain_notes(explanation, sc_say_note_of, NULL);
    return SC_OK;
}

static int explain(const struct settings *settings)
{
    struct sc_document *document[2] = {NULL, NULL};
    struct sc_explanation *explanation = NULL;
    struct sc_error error = SC_ERROR_INIT;
    int status = SC_OK;

    /* Both, so that the faults of both are told at once. */
    for (size_t i = 0; i < settings->file_count; i++) {
        int here = load(settings->files[i], &settings->common, &document[i]);

        if (status == SC_OK)
            status = here;
    }
    /* Before the work, not after it: a directory that cannot be made is better known at once. */
    if (status == SC_OK && settings->common.directory != NULL &&
        sc_directory_make(settings->common.directory, &error) != SC_OK)
        status = sc_say_error(&error);
    if (status == SC_OK)
        status = work(document, settings, &explanation);
    if (status == SC_OK)
        status = deliver(explanation, settings);
    sc_explanation_free(explanation);
    sc_document_free(document[0]);
    sc_document_free(document[1]);
    return status;
}

int sc_command_explain(int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &sc_common_argp}, {.argp = &sc_precision_argp}, {0}};
    const struct argp argp = {options, parse, "SCENARIO\nBEFORE AFTER", documentation, children, NULL, NULL};
    struct settings settings = {.file_count = 0};

    sc_options_parse(&argp, argc, argv, &settings);
    int status = explain(&settings);

    sc_common_release(&settings.common);
    return status;
}
