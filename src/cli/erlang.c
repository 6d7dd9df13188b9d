/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast erlang: one question on the command line, or a file of them. */
#include "cli/erlang.h"

#include "base/file.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/say.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char documentation[] =
    "Erlang's formulas, any one unknown solved for: agents, load, calls, handle time, threshold, lines or "
    "patience. "
    "Leave out what you want to know and say what shall be reached."
    "\v"
    "Examples:\n"
    "  staffcast erlang --calls 100 --per 30min --handle 180s --patience 5min --answer 80% --within 20s\n"
    "  staffcast erlang --calls 100 --per 30min --handle 180s --agents 14 --within 20s\n"
    "  staffcast erlang --per 30min --handle 180s --agents 14 --answer 80% --within 20s\n"
    "  staffcast erlang --model b --load 20 --blocked 1%\n"
    "  staffcast erlang --calls 100 --per 30min --handle 180s --agents 12 --abandon 4% --solve patience\n"
    "  staffcast erlang --per 30min --patience 5min --answer 80% --within 20s --batch intervals.csv\n"
    "\n"
    "Models: b, whoever finds all agents busy is lost; c, everybody waits for ever; a, callers give up "
    "(--patience); x, some "
    "of the lost try again (--retry). Left out: x with --retry, a with --patience, else c. --lines limits "
    "the calls "
    "in service and waiting in models c, a and x. With model b, --answer is the share that is not blocked.\n"
    "\n"
    "Service level is of the calls that are not blocked: offered, answered within T / all; no-short, the "
    "same without those who give up "
    "within T; answered, of the answered; met, answered or gone within T.\n"
    "\n"
    "--batch FILE reads a CSV with any of the columns calls (or contacts), load_erl, handle_s, agents, "
    "patience_s, lines, retry, "
    "within_s, answer, wait_s, abandon, blocked; options fill in what has no column. Every row comes out "
    "with its answer.\n"
    "\n"
    "Exit status: 0 done, 2 wrong command line, 3 wrong data in a batch, 4 system, 5 the target cannot be "
    "reached.\n";

enum { KEY_QUANTITY = 0x200, KEY_MODEL = KEY_QUANTITY + SC_ASKS, KEY_COUNTS, KEY_SOLVE, KEY_BATCH };
enum { GROUP_DEMAND = 3, GROUP_SYSTEM, GROUP_TARGET, GROUP_BATCH };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "What comes in:", GROUP_DEMAND},
    {"calls", KEY_QUANTITY + SC_ASK_CALLS, "N", 0, "Calls in the time of --per", 0},
    {"per", KEY_QUANTITY + SC_ASK_PER, "DURATION", 0, "Such as 30min, 1h, 1d", 0},
    {"load", KEY_QUANTITY + SC_ASK_LOAD, "ERLANG", 0,
     "Load instead of calls: calls in an hour x handle time in hours", 0},
    {"handle", KEY_QUANTITY + SC_ASK_HANDLE, "DURATION", 0, "Mean handle time (AHT)", 0},
    {NULL, 0, NULL, 0, "Who takes it:", GROUP_SYSTEM},
    {"model", KEY_MODEL, "b|c|a|x", 0, "Which of Erlang's formulas; left out: by what else is given", 0},
    {"agents", KEY_QUANTITY + SC_ASK_AGENTS, "N", 0, "Agents on duty, 0 to 1,000,000", 0},
    {"patience", KEY_QUANTITY + SC_ASK_PATIENCE, "DURATION", 0, "Mean time a caller is willing to wait", 0},
    {"lines", KEY_QUANTITY + SC_ASK_LINES, "N", 0, "Calls in service and waiting, at most", 0},
    {"retry", KEY_QUANTITY + SC_ASK_RETRY, "SHARE", 0,
     "Of those who give up or are blocked, how many try again", 0},
    {NULL, 0, NULL, 0, "What shall be reached:", GROUP_TARGET},
    {"answer", KEY_QUANTITY + SC_ASK_ANSWER, "SHARE", 0, "At least so many are answered within T", 0},
    {"within", KEY_QUANTITY + SC_ASK_WITHIN, "DURATION", 0, "T, the threshold of the service level", 0},
    {"counts", KEY_COUNTS, "NAME", 0,
     "Definition of service level: offered (the default), no-short, answered or met", 0},
    {"wait", KEY_QUANTITY + SC_ASK_WAIT, "DURATION", 0, "The mean wait of the answered (ASA) is at most this",
     0},
    {"abandon", KEY_QUANTITY + SC_ASK_ABANDON, "SHARE", 0, "At most so many give up", 0},
    {"blocked", KEY_QUANTITY + SC_ASK_BLOCKED, "SHARE", 0, "At most so many are blocked", 0},
    {"solve", KEY_SOLVE, "NAME", 0,
     "What to solve for, where more than one thing could be meant: agents, load, calls, handle, "
     "within, lines or patience",
     0},
    {NULL, 0, NULL, 0, "Many at once:", GROUP_BATCH},
    {"batch", KEY_BATCH, "FILE", 0, "Answer every row of a CSV file", 0},
    {0},
};

struct settings {
    struct sc_common common;
    struct sc_erlang_question question;
    const char *batch;
};

static void read_model(struct argp_state *state, struct sc_erlang_question *question, const char *text)
{
    if (strlen(text) != 1 || !strchr("bcaxBCAX", text[0]))
        argp_error(state, "unknown model '%s'; b, c, a and x exist", text);
    question->model = (char)(text[0] | 0x20);
}

static void read_counts(struct argp_state *state, struct sc_erlang_question *question, const char *text)
{
    static const char *const names[SC_LEVELS] = {
        [SC_LEVEL_OFFERED] = "offered", [SC_LEVEL_NO_SHORT] = "no-short", [SC_LEVEL_ANSWERED] = "answered",
        [SC_LEVEL_MET] = "met"};
    for (int level = 0; level < SC_LEVELS; ++level) {
        if (strcmp(text, names[level]) == 0) {
            question->counts = (enum sc_erlang_level)level;
            return;
        }
    }
    argp_error(state, "unknown definition '%s'; --counts takes offered, no-short, answered or met", text);
}

static void read_solve(struct argp_state *state, struct sc_erlang_question *question, const char *text)
{
    static const enum sc_erlang_quantity solvable[] = {SC_ASK_AGENTS, SC_ASK_LOAD, SC_ASK_CALLS, SC_ASK_HANDLE,
                                                       SC_ASK_WITHIN, SC_ASK_LINES, SC_ASK_PATIENCE};
    for (size_t k = 0; k < sizeof solvable / sizeof *solvable; ++k) {
        if (strcmp(text, sc_erlang_option(solvable[k])) == 0) {
            question->solve = (int)solvable[k];
            return;
        }
    }
    argp_error(state, "cannot solve for '%s'; agents, load, calls, handle, within, lines or patience", text);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;
    if (key >= KEY_QUANTITY && key < KEY_QUANTITY + SC_ASKS) {
        enum sc_erlang_quantity quantity = (enum sc_erlang_quantity)(key - KEY_QUANTITY);
        struct sc_error error = SC_ERROR_INIT;
        char name[32];
        snprintf(name, sizeof name, "--%s", sc_erlang_option(quantity));
        if (sc_erlang_question_set(&settings->question, quantity, name, argument, &error) != SC_OK)
            argp_error(state, "%s", error.message);
        return 0;
    }
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->common;
        return 0;
    case KEY_MODEL:
        read_model(state, &settings->question, argument);
        return 0;
    case KEY_COUNTS:
        read_counts(state, &settings->question, argument);
        return 0;
    case KEY_SOLVE:
        read_solve(state, &settings->question, argument);
        return 0;
    case KEY_BATCH:
        settings->batch = argument;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "nothing is known of '%s'; a file goes with --batch", argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int answer_one(const struct settings *settings)
{
    const struct sc_erlang_question *question = &settings->question;
    struct sc_erlang_answer answer;
    struct sc_error error = SC_ERROR_INIT;
    enum sc_code code = sc_erlang_answer_find(question, &answer, &error);
    if (code == SC_OK) {
        if (settings->common.format == SC_FORMAT_JSON)
            sc_erlang_print_json(stdout, question, &answer);
        else if (settings->common.format == SC_FORMAT_CSV)
            sc_erlang_print_csv(stdout, question, &answer);
        else
            code = sc_erlang_print_table(stdout, question, &answer, sc_say_in_colour(), &error);
    }
    if (code == SC_USAGE)
        fprintf(stderr, "staffcast erlang: %s\nTry 'staffcast erlang --help'.\n", error.message);
    else if (code != SC_OK)
        sc_say_error(&error);
    return (int)code;
}

static int answer_many(const struct settings *settings)
{
    struct sc_error error = SC_ERROR_INIT;
    size_t unanswered = 0;
    enum sc_code code = sc_erlang_batch(settings->batch, &settings->question, settings->common.format == SC_FORMAT_JSON,
                                        stdout, &unanswered, &error);
    if (code != SC_OK)
        return sc_say_error(&error);
    if (unanswered > 0) {
        if (!settings->common.quiet)
            sc_say_note("%zu %s no answer, because the target cannot be reached; %s left empty", unanswered,
                        unanswered == 1 ? "row has" : "rows have", unanswered == 1 ? "it is" : "they are");
        return SC_UNREACHABLE;
    }
    return SC_OK;
}

int sc_command_erlang(int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &sc_plain_argp}, {0}};
    static const struct argp argp = {.options = options, .parser = parse, .doc = documentation, .children = children};
    struct settings settings = {.question = {.solve = -1}};
    if (argc < 2) {
        fputs("staffcast erlang: nothing to work out; try\n"
              "  staffcast erlang --calls 100 --per 30min --handle 180s --patience 5min --answer 80% --within 20s\n"
              "or 'staffcast erlang --help'.\n", stderr);
        return SC_USAGE;
    }
    sc_options_parse(&argp, argc, argv, &settings);
    int status = settings.batch ? answer_many(&settings) : answer_one(&settings);
    sc_common_release(&settings.common);
    return status;
}
