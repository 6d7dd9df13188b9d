/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast merge: puts the shards of a sweep together. */
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/say.h"
#include "present/csv.h"
#include "present/human.h"
#include "present/json.h"
#include "staffcast/sweep.h"

#include <math.h>
#include <stdio.h>

static const char documentation[] =
    "Puts the shards of a sweep, each swept with --shard I/N, together into one database DATABASE, which has row for "
    "row "
    "what the sweep has when it is run as a whole."
    "\v"
    "Example:\n"
    "  staffcast sweep study.cfg --shard 1/2 --database a.sqlite\n"
    "  staffcast sweep study.cfg --shard 2/2 --database b.sqlite\n"
    "  staffcast merge study.sqlite a.sqlite b.sqlite\n"
    "\n"
    "Every shard must be there, once and complete, and all of one version, study, scenarios and seed. DATABASE appears "
    "whole or not at all.\n"
    "\n"
    "Exit status: 0 done, 2 wrong command line, 3 the shards do not belong together, 4 system (disk, memory).\n";

enum { KEY_REPLACE = 0x200 };

static const struct argp_option options[] = {
    {"replace", KEY_REPLACE, NULL, 0, "Replace DATABASE where it exists", 1},
    {0},
};

struct settings {
    struct sc_common common;
    bool replace;
    char **files; /* [count], the first is the result */
    size_t count;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->common;
        return 0;
    case KEY_REPLACE:
        settings->replace = true;
        return 0;
    case ARGP_KEY_ARGS:
        settings->files = state->argv + state->next;
        settings->count = (size_t)(state->argc - state->next);
        if (settings->count < 2)
            argp_error(state, "no shards; name the result and then all shards");
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no shards; name the result and then all shards");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* --- what came of it --- */

struct merged {
    const char *database;
    size_t shards;
    uint64_t points;
};

static void print(const struct merged *merged, const struct sc_common *common)
{
    const double points = (double)merged->points, shards = (double)merged->shards;
    char text[SC_HUMAN_TEXT];
    struct sc_json json;

    switch (common->format) {
    case SC_FORMAT_JSON:
        sc_json_init(&json, stdout);
        sc_json_object_begin(&json, NULL, false);
        sc_json_string(&json, "schema", "staffcast.merge/1");
        sc_json_string(&json, "database", merged->database);
        sc_json_number(&json, "points", points);
        sc_json_number(&json, "shards", shards);
        sc_json_end(&json);
        break;
    case SC_FORMAT_CSV:
        fputs(SC_CSV_HEADER, stdout);
        sc_csv_put_row(stdout, (const char *const[]){"points", NULL}, (struct sc_figure){points, NAN, NAN});
        sc_csv_put_row(stdout, (const char *const[]){"shards", NULL}, (struct sc_figure){shards, NAN, NAN});
        break;
    case SC_FORMAT_TABLE:
        if (!common->quiet)
            printf("%s: %s points of %zu shards\n", merged->database, sc_human_count(points, text), merged->shards);
        break;
    }
}

int sc_command_merge(int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &sc_plain_argp}, {0}};
    const struct argp argp = {options, parse, "DATABASE SHARD...", documentation, children, NULL, NULL};
    struct settings settings = {.replace = false};
    struct sc_error error = SC_ERROR_INIT;
    uint64_t done = 0;

    sc_options_parse(&argp, argc, argv, &settings);
    struct merged merged = {settings.files[0], settings.count - 1, 0};
    enum sc_code code = sc_sweep_merge(merged.database, (const char *const *)settings.files + 1, merged.shards,
                                       settings.replace, &error);

    if (code == SC_OK)
        code = sc_sweep_count(merged.database, &merged.points, &done, &error);
    if (code == SC_OK)
        print(&merged, &settings.common);
    sc_common_release(&settings.common);
    return code == SC_OK ? SC_OK : sc_say_error(&error);
}
