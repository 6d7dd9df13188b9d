/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast compare: the base and its alternatives on the same random numbers. */
#include "present/compare.h"
#include "base/file.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/deliver.h"
#include "cli/compare_sides.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "staffcast/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char documentation[] =
    "Plays a scenario and alternatives to it on the same random numbers, and prints what is different: every figure of "
    "'run' on both sides, and the difference with a 95% confidence interval that is often many times narrower than "
    "that of independent runs.\n"
    "\n"
    "The first SCENARIO is the base; each further one is an alternative, and so is the base changed by --set. "
    "Channels, classes and pools are matched by name. A study file may be named instead of the base: it holds the base "
    "and alternatives, base = \"desk.cfg\"; alternatives = ( { name = \"four more\"; set = ( … ); } );"
    "\v"
    "Examples:\n"
    "  staffcast compare desk.cfg --set 'pools.front line.extra += 4'\n"
    "  staffcast compare desk.cfg --alt four --set '…' --alt five --set '…'\n"
    "  staffcast compare before.cfg after.cfg --precision 0.5%\n"
    "  staffcast compare study.cfg --best totals.cost --indifference 500\n"
    "  staffcast compare study.cfg --format csv > what-if.csv\n"
    "\n"
    "--precision X plays on until the difference in every target's figure is known to within X.\n"
    "\n"
    "--best METRIC tells which alternative, or the base, is best and how sure that is: it plays on until all others "
    "are found worse, or what is left differs by less than the indifference zone. Whenever the best is ahead of all "
    "others by that much, it is the one named in 95 of 100 studies (Kim and Nelson 2001).\n"
    "\n"
    "-o DIR writes DIR/NAME-compare.json, .csv and .txt for a base or study NAME.cfg.\n"
    "\n"
    "Exit status: 0 done, 1 a target or goal is missed by an alternative, or with --best by the best (with --gate), "
    "2 wrong command line, 3 wrong scenario or data, 4 system (disk, memory), 5 the precision cannot be reached, or "
    "the best cannot be told.\n";

enum { KEY_GATE = 0x200, KEY_ALT, KEY_BEST, KEY_LOWEST, KEY_HIGHEST, KEY_INDIFFERENCE, KEY_INTERVALS };
enum { GROUP_WHAT = 1, GROUP_GATE = 3, GROUP_BEST = 4 }; /* 2: the output's */

static const struct argp_option options[] = {
    {"alt", KEY_ALT, "NAME", 0,
     "Begin an alternative of this name, made of the --set that follow; those before the first --alt make one of their "
     "own",
     GROUP_WHAT},
    {NULL, 0, NULL, 0, "Which is best:", GROUP_BEST},
    {"best", KEY_BEST, "METRIC", 0,
     "Tell which is best by this figure, such as totals.cost_per_contact or channels.phone.service_level",
     GROUP_BEST},
    {"indifference", KEY_INDIFFERENCE, "X", 0,
     "Differences below X do not matter; left out: half a point of a share, "
     "1% of the base's figure of all else",
     GROUP_BEST},
    {"lowest", KEY_LOWEST, NULL, 0, "The lowest is best, whatever the figure", GROUP_BEST},
    {"highest", KEY_HIGHEST, NULL, 0, "The highest is best", GROUP_BEST},
    {"gate", KEY_GATE, NULL, 0,
     "End with status 1 if an alternative misses a target or goal (with --best: if the best "
     "does): for scripts",
     GROUP_GATE},
    SC_OPTION_REFUSED("intervals", KEY_INTERVALS, NULL),
    {0},
};

struct settings {
    struct sc_common common;
    struct sc_set_group *groups;
    size_t group_count;
    struct sc_selection_options selection; /* metric NULL: none */
    bool percent;                          /* of the indifference zone */
    bool gate;
    char **files; /* within argv */
    size_t file_count;
};

/* --- the command line --- */

/* A new group begins with the next --set; the one before ends there. */
static void begin_group(struct settings *settings, struct argp_state *state, const char *name)
{
    struct sc_set_group *grown = realloc(settings->groups, (settings->group_count + 1) * sizeof *grown);

    if (grown == NULL)
        argp_failure(state, SC_SYSTEM, 0, "out of memory");
    settings->groups = grown;
    size_t now = settings->common.set_count;

    /* What was --set before the first --alt is an alternative without a name. */
    if (settings->group_count > 0)
        grown[settings->group_count - 1].end = now;
    grown[settings->group_count++] = (struct sc_set_group){.name = name, .first = name == NULL ? 0 : now};
}

static void add_alternative(struct settings *settings, struct argp_state *state, const char *name)
{
    if (name[0] == '\0')
        argp_error(state, "--alt takes a name (found nothing)");
    if (settings->group_count == 0 && settings->common.set_count > 0)
        begin_group(settings, state, NULL);
    begin_group(settings, state, name);
}

static void end_groups(struct settings *settings, struct argp_state *state)
{
    if (settings->group_count == 0 && settings->common.set_count > 0)
        begin_group(settings, state, NULL);
    if (settings->group_count > 0)
        settings->groups[settings->group_count - 1].end = settings->common.set_count;
    for (size_t i = 0; i < settings->group_count; i++)
        if (settings->groups[i].first == settings->groups[i].end)
            argp_error(state, "alternative '%s' changes nothing; say how by --set after --alt",
                       settings->groups[i].name);
}

static void read_indifference(struct settings *settings, struct argp_state *state, const char *text)
{
    if (!sc_percent_parse(text, &settings->selection.indifference) || settings->selection.indifference <= 0)
        argp_error(state, "--indifference takes a number above 0, of a share also with %% (found '%s')", text);
    settings->percent = strchr(text, '%') != NULL;
}

static void check(const struct settings *settings, struct argp_state *state)
{
    const struct sc_selection_options *selection = &settings->selection;

    if (selection->metric == NULL && (selection->indifference > 0 || selection->direction != SC_DIRECTION_OWN))
        argp_error(state, "--indifference, --lowest and --highest belong to --best METRIC");
}

static void choose_direction(struct settings *settings, struct argp_state *state, enum sc_direction direction)
{
    if (settings->selection.direction != SC_DIRECTION_OWN && settings->selection.direction != direction)
        argp_error(state, "--lowest and --highest exclude each other");
    settings->selection.direction = direction;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->child_inputs[1] = &settings->common;
        return 0;
    case KEY_ALT:
        add_alternative(settings, state, argument);
        return 0;
    case KEY_BEST:
        settings->selection.metric = argument;
        return 0;
    case KEY_INDIFFERENCE:
        read_indifference(settings, state, argument);
        return 0;
    case KEY_LOWEST:
        choose_direction(settings, state, SC_DIRECTION_LOWEST);
        return 0;
    case KEY_HIGHEST:
        choose_direction(settings, state, SC_DIRECTION_HIGHEST);
        return 0;
    case KEY_GATE:
        settings->gate = true;
        return 0;
    case KEY_INTERVALS:
        argp_error(state, "compare has no figures by interval; use 'staffcast run --intervals' on each");
        return 0;
    case ARGP_KEY_ARGS:
        settings->files = state->argv + state->next;
        settings->file_count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no scenario; name the base, and another or --set");
        return 0;
    case ARGP_KEY_END:
        end_groups(settings, state);
        check(settings, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* --- playing --- */

/* "0.5%" is a part of a whole; of seconds or money it would say nothing. Nor is more occupancy better by itself. */
static int check_selection(const struct settings *settings, const struct sc_model *model)
{
    struct sc_error error = SC_ERROR_INIT;
    const struct sc_metric *metric;
    size_t pair;

    if (settings->selection.metric == NULL)
        return SC_OK;
    if (sc_metric_locate(model, settings->selection.metric, &pair, &metric, &error) != SC_OK) {
        fprintf(stderr, "staffcast compare: --best: %s\n", error.message);
        return SC_USAGE;
    }
    if (settings->selection.direction == SC_DIRECTION_OWN && sc_metric_direction(metric) == SC_DIRECTION_OWN) {
        fprintf(stderr,
                "staffcast compare: of %s neither more nor less is better by itself; say --highest or --lowest\n",
                settings->selection.metric);
        return SC_USAGE;
    }
    if (settings->percent && metric->unit != SC_UNIT_SHARE) {
        fprintf(stderr, "staffcast compare: --indifference with %% is for shares; %s is none, so give a plain number\n",
                settings->selection.metric);
        return SC_USAGE;
    }
    return SC_OK;
}

static int play(const struct sc_sides *sides, const struct settings *settings, struct sc_comparison **comparison)
{
    const struct sc_common *common = &settings->common;
    struct sc_error error = SC_ERROR_INIT;
    struct sc_progress progress;
    struct sc_what_if *what_ifs = calloc(sides->count, sizeof *what_ifs);
    struct sc_compare_options compare = {
        .replications = (size_t)common->replications,
        .precision = common->precision,
        .seed = common->seed,
        .seed_given = common->seed_given,
        .threads = common->threads,
        .selection = settings->selection.metric != NULL ? &settings->selection : NULL,
        .progress = sc_progress_draw,
        .progress_context = &progress,
    };

    if (what_ifs == NULL) {
        sc_error_memory(&error);
        return sc_say_error(&error);
    }
    for (size_t i = 1; i < sides->count; i++)
        what_ifs[i - 1] = (struct sc_what_if){.name = sides->side[i].name,
                                              .overrides = sides->side[i].overrides,
                                              .override_count = sides->side[i].override_count,
                                              .model = sides->side[i].model};
    sc_progress_init(&progress, sides->side[0].name, common->quiet);
    enum sc_code code = sc_compare(sides->side[0].model, what_ifs, sides->count - 1, &compare, comparison, &error);

    sc_progress_erase(&progress);
    free(what_ifs);
    return code == SC_OK ? SC_OK : sc_say_error(&error);
}

/* --- results --- */

static enum sc_code write_format(FILE *stream, const void *comparison, enum sc_format format,
                                 const struct sc_table_style *style, struct sc_error *error)
{
    switch (format) {
    case SC_FORMAT_JSON:
        sc_compare_write_json(stream, comparison);
        return SC_OK;
    case SC_FORMAT_CSV:
        sc_compare_write_csv(stream, comparison);
        return SC_OK;
    case SC_FORMAT_TABLE:
        break;
    }
    return sc_compare_write_table(stream, comparison, style, error);
}

static int deliver(const struct sc_comparison *comparison, const struct settings *settings)
{
    const struct sc_common *common = &settings->common;
    const struct sc_delivery delivery = {
        .command = "compare", .scenario_file = settings->files[0], .found = comparison, .write = write_format};
    struct sc_error error = SC_ERROR_INIT;

    if (sc_deliver(&delivery, common, &error) != SC_OK)
        return sc_say_error(&error);
    if (common->format != SC_FORMAT_TABLE && !common->quiet)
        sc_compare_notes(comparison, sc_say_note_of, NULL);
    return settings->gate && !sc_compare_targets_met(comparison) ? SC_GATE : SC_OK;
}

static int compare(const struct settings *settings)
{
    struct sc_sides sides = {NULL, 0, NULL};
    struct sc_comparison *comparison = NULL;
    struct sc_error error = SC_ERROR_INIT;
    const struct sc_sides_wanted wanted = {.files = settings->files,
                                           .file_count = settings->file_count,
                                           .set = settings->common.set,
                                           .groups = settings->groups,
                                           .group_count = settings->group_count,
                                           .skip_bad_rows = settings->common.skip_bad_rows,
                                           .quiet = settings->common.quiet};
    int status = sc_sides_load(&sides, &wanted);

    if (status == SC_OK)
        status = check_selection(settings, sides.side[0].model);
    /* Before the work, not after it: a directory that cannot be made is better known at once. */
    if (status == SC_OK && settings->common.directory != NULL &&
        sc_directory_make(settings->common.directory, &error) != SC_OK)
        status = sc_say_error(&error);
    if (status == SC_OK)
        status = play(&sides, settings, &comparison);
    if (status == SC_OK)
        status = deliver(comparison, settings);
    sc_comparison_free(comparison);
    sc_sides_release(&sides);
    return status;
}

int sc_command_compare(int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &sc_common_argp}, {.argp = &sc_precision_argp}, {0}};
    const struct argp argp = {options, parse, "SCENARIO [SCENARIO...]", documentation, children, NULL, NULL};
    struct settings settings = {.gate = false};

    sc_options_parse(&argp, argc, argv, &settings);
    int status = compare(&settings);

    free(settings.groups);
    sc_common_release(&settings.common);
    return status;
}
