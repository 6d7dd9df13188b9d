/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include "base/number.h"
#include "cli/say.h"
#include "staffcast/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_SET = 0x100,
    KEY_REPLICATIONS,
    KEY_PRECISION,
    KEY_SEED,
    KEY_THREADS,
    KEY_SKIP_BAD_ROWS,
    KEY_FORMAT,
    KEY_LANG,
};

enum { GROUP_WHAT = 1, GROUP_OUTPUT = 2 };

static const struct argp_option common_options[] = {
    {NULL, 0, NULL, 0, "What is simulated:", GROUP_WHAT},
    {"set", KEY_SET, "OVERRIDE", 0,
     "Change a setting of the scenario: 'PATH = VALUE', 'PATH += VALUE' or 'PATH *= FACTOR'. May be repeated; "
     "applied in the order given", 0},
    {"replications", KEY_REPLICATIONS, "N", 0, "Play the scenario N times instead of as often as it says", 0},
    {"seed", KEY_SEED, "N", 0, "Other random numbers: 0 to 2^64 - 1, instead of the scenario's seed", 0},
    {"threads", KEY_THREADS, "N", 0, "Threads to use; left out: one a core. Never changes a result", 0},
    {"skip-bad-rows", KEY_SKIP_BAD_ROWS, NULL, 0,
     "Leave out the rows of histories and rosters that cannot be read, and say which, instead of refusing the file",
     0},
    {0},
};

static const struct argp_option precision_options[] = {
    {"precision", KEY_PRECISION, "X", 0,
     "Play it as often as it takes until every target is known to within X: 0.005 (or 0.5%) is half a point of "
     "service level, and half a percent of a time", GROUP_WHAT},
    {0},
};

static const struct argp_option format_options[] = {
    {"format", KEY_FORMAT, "FORMAT", 0, "table (for people, the default), json or csv (the data alone)", GROUP_OUTPUT},
    {0},
};

static const struct argp_option say_options[] = {
    {NULL, 0, NULL, 0, "Output:", GROUP_OUTPUT},
    {"quiet", 'q', NULL, 0, "No progress bar, no notes, no warnings: only results and errors", 0},
    {"lang", KEY_LANG, "LANGUAGE", 0, "Language of the table: en", 0},
    {0},
};

static const struct argp_option file_options[] = {
    {"output", 'o', "DIR", 0, "Write the results to files in this directory, which is made if it is missing",
     GROUP_OUTPUT},
    {0},
};

void sc_common_release(struct sc_common *common)
{
    free(common->set);
    common->set = NULL;
    common->set_count = 0;
}

int sc_option_integer(struct argp_state *state, const char *option, const char *text, int least, int most)
{
    int64_t value;

    if (!sc_integer_parse(text, &value) || value < least || value > most)
        argp_error(state, "--%s takes a whole number from %d to %d (found '%s')", option, least, most, text);
    return (int)value;
}

static void add_override(struct sc_common *common, struct argp_state *state, const char *text)
{
    const char **grown = realloc(common->set, (common->set_count + 1) * sizeof *grown);

    if (grown == NULL)
        argp_failure(state, SC_SYSTEM, 0, "out of memory");
    grown[common->set_count++] = text;
    common->set = grown;
}

static enum sc_format read_format(struct argp_state *state, const char *text)
{
    static const char *const formats[] = {
        [SC_FORMAT_TABLE] = "table", [SC_FORMAT_JSON] = "json", [SC_FORMAT_CSV] = "csv"};

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(text, formats[i]) == 0)
            return (enum sc_format)i;
    argp_error(state, "unknown format '%s'; table, json and csv exist", text);
    return SC_FORMAT_TABLE;
}

static error_t parse_format(int key, char *argument, struct argp_state *state)
{
    struct sc_common *common = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = common;
        return 0;
    case KEY_FORMAT:
        common->format = read_format(state, argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_say(int key, char *argument, struct argp_state *state)
{
    struct sc_common *common = state->input;

    switch (key) {
    case 'q':
        common->quiet = true;
        return 0;
    case KEY_LANG:
        if (strcmp(argument, "ko") == 0)
            argp_error(state, "Korean output is not available yet; leave --lang out or say --lang en");
        if (strcmp(argument, "en") != 0)
            argp_error(state, "unknown language '%s'; en exists", argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_files(int key, char *argument, struct argp_state *state)
{
    struct sc_common *common = state->input;

    if (key != 'o')
        return ARGP_ERR_UNKNOWN;
    if (argument[0] == '\0')
        argp_error(state, "-o takes a directory (found nothing)");
    common->directory = argument;
    return 0;
}

static error_t parse_precision(int key, char *argument, struct argp_state *state)
{
    struct sc_common *common = state->input;

    switch (key) {
    case KEY_PRECISION:
        if (!sc_percent_parse(argument, &common->precision) || common->precision <= 0 || common->precision >= 1)
            argp_error(state, "--precision takes a number between 0 and 1, or with %% (found '%s')", argument);
        return 0;
    case ARGP_KEY_END:
        if (common->precision > 0 && common->replications > 0)
            argp_error(state, "--precision and --replications exclude each other; --precision replicates until it "
                              "is reached");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_common(int key, char *argument, struct argp_state *state)
{
    struct sc_common *common = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->child_inputs[1] = common;
        return 0;
    case KEY_SET:
        add_override(common, state, argument);
        return 0;
    case KEY_REPLICATIONS:
        common->replications = sc_option_integer(state, "replications", argument, 1, 1000000);
        return 0;
    case KEY_SEED:
        if (!sc_seed_parse(argument, &common->seed))
            argp_error(state, "--seed takes a whole number from 0 to 2^64 - 1 (found '%s')", argument);
        common->seed_given = true;
        return 0;
    case KEY_SKIP_BAD_ROWS:
        common->skip_bad_rows = true;
        return 0;
    case KEY_THREADS:
        common->threads = sc_option_integer(state, "threads", argument, 1, 4096);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp sc_say_argp = {.options = say_options, .parser = parse_say};

static const struct argp_child plain_children[] = {{.argp = &sc_say_argp}, {0}};
const struct argp sc_plain_argp = {
    .options = format_options, .parser = parse_format, .children = plain_children};

const struct argp sc_precision_argp = {.options = precision_options, .parser = parse_precision};

static const struct argp file_argp = {.options = file_options, .parser = parse_files};

static const struct argp_child common_children[] = {
    {.argp = &sc_plain_argp},
    {.argp = &file_argp},
    {0},
};

const struct argp sc_common_argp = {
    .options = common_options, .parser = parse_common, .children = common_children};

/* --- unknown options, before argp sees them --- */

enum { OPTIONS_MOST = 64 };

struct option_list {
    const struct argp_option *option[OPTIONS_MOST];
    const char *name[OPTIONS_MOST];
    size_t count;
};

static const struct argp_option own_options[] = {
    {"help", '?', NULL, 0, NULL, 0}, {"usage", 0x1000, NULL, 0, NULL, 0}, {"version", 'V', NULL, 0, NULL, 0}, {0}};

static void list_options(struct option_list *list, const struct argp_option *options)
{
    for (; options != NULL && (options->name != NULL || options->key != 0 || options->doc != NULL); options++) {
        if (options->name == NULL || list->count == OPTIONS_MOST)
            continue;
        list->option[list->count] = options;
        list->name[list->count++] = options->name;
    }
}

static void list_argp(struct option_list *list, const struct argp *argp)
{
    list_options(list, argp->options);
    for (const struct argp_child *child = argp->children; child != NULL && child->argp != NULL; child++)
        list_argp(list, child->argp);
}

/* The option that a long name, perhaps shortened, stands for; NULL: none. */
static const struct argp_option *find_long(const struct option_list *list, const char *name, size_t length)
{
    for (size_t i = 0; i < list->count; i++)
        if (strlen(list->name[i]) == length && strncmp(list->name[i], name, length) == 0)
            return list->option[i];
    for (size_t i = 0; i < list->count; i++)
        if (strncmp(list->name[i], name, length) == 0)
            return list->option[i];
    return NULL;
}

static bool takes_next(const struct option_list *list, const char *word)
{
    for (size_t i = 0; word[0] == '-' && word[1] != '-' && i < list->count; i++)
        if (list->option[i]->key == word[1] && word[2] == '\0')
            return list->option[i]->arg != NULL;
    return false;
}

static void refuse_unknown(const struct option_list *list, int argc, char **argv)
{
    static char help[] = "--help";

    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "-h") == 0)
            argv[i] = help; /* argp knows it as -? only */
        if (takes_next(list, argv[i])) {
            i++;
            continue;
        }
        if (strncmp(argv[i], "--", 2) != 0)
            continue;
        size_t length = strcspn(argv[i] + 2, "=");
        const struct argp_option *option = find_long(list, argv[i] + 2, length);

        if (option == NULL) {
            char name[64];

            snprintf(name, sizeof name, "%.*s", (int)length, argv[i] + 2);
            const char *nearest = sc_nearest_name(name, list->name, list->count);

            fprintf(stderr, "%s: unknown option '--%s'", argv[0], name);
            if (nearest != NULL)
                fprintf(stderr, "; did you mean '--%s'?", nearest);
            fprintf(stderr, "\nTry '%s --help'.\n", argv[0]);
            exit(SC_USAGE);
        }
        if (option->arg != NULL && argv[i][2 + length] == '\0')
            i++;
    }
}

void sc_options_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    struct option_list list = {.count = 0};

    list_argp(&list, argp);
    list_options(&list, own_options);
    refuse_unknown(&list, argc, argv);
    /* Without argp's sentence on the arguments of short options, which tells a user of this program nothing. */
    setenv("ARGP_HELP_FMT", "no-dup-args-note", 0);
    argp_parse(argp, argc, argv, 0, NULL, input);
}
