/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast check: says what is wrong in a scenario, without playing it. */
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/say.h"
#include "staffcast/model.h"
#include "staffcast/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char documentation[] =
    "Reads each SCENARIO, applies the overrides, and says everything that is wrong with it, by file and line."
    "\v"
    "Examples:\n"
    "  staffcast check desk.cfg\n"
    "  staffcast check desk.cfg --set 'channels.phone.patience = 3 min'\n"
    "\n"
    "Exit status: 0 every scenario can be played (there may be warnings), 2 wrong command line, 3 wrong "
    "scenario or "
    "data, 4 system (memory).\n";

enum { KEY_SET = 0x200, KEY_SKIP_BAD_ROWS, KEY_FORMAT };

static const struct argp_option options[] = {
    {"set", KEY_SET, "OVERRIDE", 0,
     "Change a setting first: 'PATH = VALUE', 'PATH += VALUE' or 'PATH *= FACTOR'. "
     "May be repeated; applied in the order given",
     1},
    {"skip-bad-rows", KEY_SKIP_BAD_ROWS, NULL, 0,
     "Leave out the rows of histories and rosters that cannot be read, and say which, as other commands do with it",
     1},
    SC_OPTION_REFUSED("format", KEY_FORMAT, "FORMAT"),
    {0},
};

struct settings {
    struct sc_common common; /* what every command has */
    const char **set;        /* [set_count] */
    size_t set_count;
    char **files; /* within argv */
    size_t file_count;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->common;
        /* No more overrides than words. */
        settings->set = calloc((size_t)state->argc, sizeof *settings->set);
        return settings->set ? 0 : ENOMEM;
    case KEY_SET:
        settings->set[settings->set_count++] = argument;
        return 0;
    case KEY_SKIP_BAD_ROWS:
        settings->common.skip_bad_rows = true;
        return 0;
    case KEY_FORMAT:
        argp_error(state, "check has no data to print; leave --format out, its exit status tells programs enough");
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

/* "1 channel", "2 channels". */
static void print_count(size_t count, const char *what, const char *after)
{
    printf("%zu %s%s%s", count, what, count == 1 ? "" : "s", after);
}

static int check_file(const char *file, const struct settings *settings)
{
    struct sc_scenario *scenario = NULL;
    struct sc_faults faults = {.skip_bad_rows = settings->common.skip_bad_rows};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_model *model = NULL;
    enum sc_code code = sc_scenario_read(file, settings->set, settings->set_count, &scenario, &faults, &error);
    int status = sc_say_reading(&faults, &error, settings->common.quiet);
    /* What a history holds is read with the model only. */
    if (code == SC_OK && sc_model_build(scenario, &model, &error) != SC_OK)
        status = sc_say_error(&error);
    if (status == SC_OK && !settings->common.quiet) {
        printf("%s: fine: %s, ", file, scenario->name);
        print_count(scenario->channel_count, "channel", ", ");
        print_count(scenario->pool_count, "pool", ", ");
        print_count((size_t)scenario->days, "day", faults.count ? ", " : "");
        if (faults.count)
            print_count(faults.count, "warning", "");
        putchar('\n');
    }
    sc_model_free(model);
    sc_scenario_free(scenario);
    sc_faults_release(&faults);
    return status;
}

int sc_command_check(int argc, char **argv)
{
    static const struct argp_child children[] = {{&sc_say_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "SCENARIO...", documentation, children, NULL, NULL};
    struct settings settings = {.set = NULL};
    int status = 0;
    sc_options_parse(&argp, argc, argv, &settings);
    for (size_t i = 0; i < settings.file_count; i++) {
        int one = check_file(settings.files[i], &settings);
        status = one > status ? one : status;
    }
    free(settings.set);
    sc_common_release(&settings.common);
    return status;
}
