/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast plan: when to hire, how many, and what happens otherwise. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/deliver.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "present/plan.h"
#include "staffcast/plan.h"
#include "staffcast/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char documentation[] =
    "Says when to hire, how many, and what happens otherwise: for the months that the scenario's `plan` names, with "
    "demand growing and changing, people leaving at random, and hires that must be found, trained and ramped up. First "
    "the decision in a sentence, then the months."
    "\v"
    "The targets of a month are those of the channels, judged on all contacts of the month; a plan keeps them all at "
    "once with the probability `plan.confidence`. Where the people of a pool have `hires`, these are evaluated; "
    "without, the cheapest hires that keep every month are found, within class limits, lead time and budget.\n"
    "\n"
    "Examples:\n"
    "  staffcast plan desk.cfg\n"
    "  staffcast plan desk.cfg --set 'plan.confidence = 0.95'\n"
    "  staffcast plan desk.cfg --compare\n"
    "  staffcast plan desk.cfg --gate --quiet --format json\n"
    "\n"
    "Exit status: 0 done, 1 a month is missed (with --gate), 2 wrong command line, 3 wrong scenario or data, 4 system "
    "(disk, memory), 5 no plan keeps the targets: the message names the first month and the limit that binds.\n";

enum { KEY_GATE = 0x200, KEY_COMPARE, KEY_ADD, KEY_OPTIMISE, KEY_NO_LEVERS, KEY_PRECISION, KEY_INTERVALS };

static const struct argp_option options[] = {
    {"gate", KEY_GATE, NULL, 0, "End with status 1 if a month's targets are kept with less than the confidence asked "
     "for: for scripts", 3},
    {"compare", KEY_COMPARE, NULL, 0, "Evaluate the hires given and put the cheapest plan beside them", 3},
    {"add", KEY_ADD, NULL, 0, "Keep the hires given and find what is missing", 3},
    {"optimise", KEY_OPTIMISE, NULL, 0, "Leave the hires given out and find the cheapest plan", 3},
    {"no-levers", KEY_NO_LEVERS, NULL, 0, "Leave out what each lever is worth: faster", 3},
    SC_OPTION_REFUSED("precision", KEY_PRECISION, "X"),
    SC_OPTION_REFUSED("intervals", KEY_INTERVALS, NULL),
    {0},
};

struct settings {
    struct sc_common common;
    bool gate, compare, no_levers;
    enum sc_plan_mode mode;
    const char *file;
};

static void set_mode(struct settings *settings, struct argp_state *state, enum sc_plan_mode mode)
{
    if (settings->mode != SC_PLAN_AUTO || settings->compare)
        argp_error(state, "--compare, --add and --optimise exclude each other");
    settings->mode = mode;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->common;
        return 0;
    case KEY_GATE:
        settings->gate = true;
        return 0;
    case KEY_COMPARE:
        set_mode(settings, state, SC_PLAN_EVALUATE);
        settings->compare = true;
        return 0;
    case KEY_ADD:
        set_mode(settings, state, SC_PLAN_ADD);
        return 0;
    case KEY_OPTIMISE:
        set_mode(settings, state, SC_PLAN_OPTIMISE);
        return 0;
    case KEY_NO_LEVERS:
        settings->no_levers = true;
        return 0;
    case KEY_PRECISION:
        argp_error(state, "--precision is not for plan; --replications sets how many paths the engine plays");
        return 0;
    case KEY_INTERVALS:
        argp_error(state, "--intervals is not for plan; its figures go by month");
        return 0;
    case ARGP_KEY_ARG:
        if (settings->file != NULL)
            argp_error(state, "one scenario at a time (found '%s' after '%s')", argument, settings->file);
        settings->file = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no scenario; name a file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void tell(void *context, double share)
{
    sc_progress_share(context, share);
}

static int make(const struct sc_scenario *scenario, const struct settings *settings, enum sc_plan_mode mode,
                struct sc_plan **plan)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_progress progress;
    struct sc_plan_options with = {
        .mode = mode,
        .seed = settings->common.seed,
        .seed_given = settings->common.seed_given,
        .threads = settings->common.threads,
        .replications = (size_t)settings->common.replications,
        .levers = !settings->no_levers,
        .progress = tell,
        .progress_context = &progress,
    };

    sc_progress_init(&progress, scenario->name, settings->common.quiet);
    enum sc_code code = sc_plan_make(scenario, &with, plan, &error);

    sc_progress_erase(&progress);
    return code == SC_OK ? SC_OK : sc_say_error(&error);
}

/* What is printed: the plan, and the cheapest one beside it where --compare asks for it. */
struct found {
    const struct sc_plan *plan, *optimum;
};

static enum sc_code write_as(FILE *stream, const void *memory, enum sc_format format,
                             const struct sc_table_style *style, struct sc_error *error)
{
    const struct found *found = memory;

    switch (format) {
    case SC_FORMAT_JSON:
        sc_plan_write_json(stream, found->plan, found->optimum);
        return SC_OK;
    case SC_FORMAT_CSV:
        sc_plan_write_csv(stream, found->plan, found->optimum);
        return SC_OK;
    default:
        return sc_plan_write_table(stream, found->plan, found->optimum, style, error);
    }
}

static int deliver(const struct settings *settings, const struct sc_plan *plan, const struct sc_plan *optimum)
{
    const struct sc_common *common = &settings->common;
    const struct found found = {plan, optimum};
    const struct sc_delivery delivery = {
        .command = "plan", .scenario_file = settings->file, .found = &found, .write = write_as};
    struct sc_error error = SC_ERROR_INIT;

    if (sc_deliver(&delivery, common, &error) != SC_OK)
        return sc_say_error(&error);
    if (common->format != SC_FORMAT_TABLE && !common->quiet)
        sc_plan_notes(plan, sc_say_note_of, NULL);
    return settings->gate && !sc_plan_kept(plan) ? SC_GATE : SC_OK;
}

static int plan_scenario(const struct settings *settings)
{
    struct sc_scenario *scenario = NULL;
    struct sc_plan *plan = NULL, *optimum = NULL;
    struct sc_faults faults = {.skip_bad_rows = settings->common.skip_bad_rows};
    struct sc_error error = SC_ERROR_INIT;
    enum sc_code code = sc_scenario_read(settings->file, settings->common.set, settings->common.set_count, &scenario,
                                         &faults, &error);
    int status = sc_say_reading(&faults, &error, settings->common.quiet);

    sc_faults_release(&faults);
    if (code != SC_OK)
        return status;
    status = SC_OK;
    /* Before the work, not after it: a directory that cannot be made is better known at once. */
    if (settings->common.directory != NULL && sc_directory_make(settings->common.directory, &error) != SC_OK)
        status = sc_say_error(&error);
    if (status == SC_OK)
        status = make(scenario, settings, settings->mode, &plan);
    if (status == SC_OK && settings->compare)
        status = make(scenario, settings, SC_PLAN_OPTIMISE, &optimum);
    if (status == SC_OK)
        status = deliver(settings, plan, optimum);
    sc_plan_free(optimum);
    sc_plan_free(plan);
    sc_scenario_free(scenario);
    return status;
}

int sc_command_plan(int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &sc_common_argp}, {0}};
    const struct argp argp = {options, parse, "SCENARIO", documentation, children, NULL, NULL};
    struct settings settings = {.gate = false};

    sc_options_parse(&argp, argc, argv, &settings);
    int status = plan_scenario(&settings);

    sc_common_release(&settings.common);
    return status;
}
