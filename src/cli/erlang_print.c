/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/erlang.h"

#include "base/number.h"
#include "present/csv.h"
#include "present/human.h"
#include "present/json.h"
#include "present/prose.h"
#include "present/table.h"

#include <math.h>
#include <string.h>

static const char *const level_names[SC_LEVELS] = {
    [SC_LEVEL_OFFERED] = "offered", [SC_LEVEL_NO_SHORT] = "no-short", [SC_LEVEL_ANSWERED] = "answered",
    [SC_LEVEL_MET] = "met"};

void sc_erlang_print_json(FILE *stream, const struct sc_erlang_question *question,
                          const struct sc_erlang_answer *answer)
{
    static const char by[] = "service_level_by.";
    struct sc_json json;
    char model[2] = {answer->model, '\0'};
    const char *name;
    double value;
    bool inside = false;
    sc_json_init(&json, stream);
    sc_json_object_begin(&json, NULL, false);
    sc_json_string(&json, "schema", "staffcast.erlang/1");
    sc_json_string(&json, "model", model);
    for (size_t k = 0; (name = sc_erlang_figure(question, answer, k, &value)) != NULL; ++k) {
        bool part = strncmp(name, by, sizeof by - 1) == 0;
        if (part && !inside)
            sc_json_object_begin(&json, "service_level_by", true);
        if (!part && inside)
            sc_json_end(&json);
        inside = part;
        sc_json_number(&json, part ? name + sizeof by - 1 : name, value);
        if (strcmp(name, "occupancy") == 0)
            sc_json_bool(&json, "stable", answer->result.shares.stable);
    }
    if (answer->solved >= 0)
        sc_json_string(&json, "solved_for", sc_erlang_option((enum sc_erlang_quantity)answer->solved));
    else
        sc_json_null(&json, "solved_for");
    sc_json_end(&json);
}

void sc_erlang_print_csv(FILE *stream, const struct sc_erlang_question *question,
                         const struct sc_erlang_answer *answer)
{
    const char *name;
    double value;
    fputs("metric,mean,low,high\n", stream);
    for (size_t k = 0; (name = sc_erlang_figure(question, answer, k, &value)) != NULL; ++k) {
        sc_csv_put_text(stream, name);
        fputc(',', stream);
        sc_csv_put_number(stream, value);
        fputs(",,\n", stream);
        if (strcmp(name, "occupancy") == 0)
            fprintf(stream, "stable,%d,,\n", answer->result.shares.stable);
    }
}

/* ------------------------------------------------------------------------------------------------------------ */
/* For people */

static const char *human_load(double load, char *text, size_t size)
{
    if (load < 1000)
        snprintf(text, size, "%.*f", load < 99.995 ? 2 : 1, load);
    else
        sc_human_count(load, text);
    return text;
}

static const char *plural(int64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

/* What the solved quantity came to, as a subject: "14 agents", "a threshold of 23 s". */
static void subject(const struct sc_erlang_answer *answer, char *text, size_t size)
{
    const struct sc_erlang *system = &answer->system;
    char number[SC_HUMAN_TEXT], agents[SC_HUMAN_TEXT];
    sc_human_count((double)system->agents, agents);
    const char *noun = plural(system->agents, "agent", "agents");
    switch (answer->solved) {
    case SC_ASK_CALLS:
        snprintf(text, size, "%.7g calls per %s", system->load_erl / system->handle_s * answer->per_s,
                 sc_human_duration(answer->per_s, number));
        break;
    case SC_ASK_LOAD:
        snprintf(text, size, "%s erlang", human_load(system->load_erl, number, sizeof number));
        break;
    case SC_ASK_HANDLE:
        snprintf(text, size, "a handle time of %s", sc_human_duration(system->handle_s, number));
        break;
    case SC_ASK_WITHIN:
        snprintf(text, size, "a threshold of %s", sc_human_duration(system->within_s, number));
        break;
    case SC_ASK_PATIENCE:
        snprintf(text, size, "a patience of %s", sc_human_duration(system->patience_s, number));
        break;
    case SC_ASK_LINES:
        if (system->lines == SC_ERLANG_UNLIMITED)
            snprintf(text, size, "any number of lines");
        else
            snprintf(text, size, "%s %s", sc_human_count((double)system->lines, number),
                     plural(system->lines, "line", "lines"));
        break;
    default:
        snprintf(text, size, "%s %s", agents, noun);
        break;
    }
}

/* One measure of what it comes to, "88.8 % answered within 20 s", and what is wanted of it, where `target` is given. */
static void outcome_of(const struct sc_erlang_question *question, const struct sc_erlang_answer *answer,
                       enum sc_erlang_measure measure, const double *target, char *text, size_t size)
{
    const struct sc_erlang_result *result = &answer->result;
    char share[SC_HUMAN_TEXT], time[SC_HUMAN_TEXT], wanted[SC_HUMAN_TEXT];
    switch (measure) {
    case SC_MEASURE_LEVEL:
        snprintf(text, size, "%s answered within %s", sc_human_share(result->service_level[question->counts], share),
                 sc_human_duration(answer->system.within_s, time));
        break;
    case SC_MEASURE_WAIT:
        snprintf(text, size, "answered after %s on average", sc_human_duration(result->wait_mean_s, time));
        break;
    case SC_MEASURE_ABANDON:
        snprintf(text, size, "%s give up", sc_human_share(result->shares.abandoned, share));
        break;
    default:
        snprintf(text, size, "%s blocked", sc_human_share(result->shares.blocked, share));
        break;
    }
    if (target) {
        size_t length = strlen(text);
        bool times = measure == SC_MEASURE_WAIT;
        snprintf(text + length, size - length, " (wanted: %s%s)", measure == SC_MEASURE_LEVEL ? "" : "at most ",
                 times ? sc_human_duration(*target, wanted) : sc_human_share(*target, wanted));
    }
}

/* What it comes to: all that was wanted, or else what the model is asked about most. */
static void outcome(const struct sc_erlang_question *question, const struct sc_erlang_answer *answer, char *text,
                    size_t size)
{
    enum sc_erlang_measure usual = answer->model == 'b' ? SC_MEASURE_BLOCKED
                                   : isnan(answer->system.within_s) ? SC_MEASURE_WAIT : SC_MEASURE_LEVEL;
    if (answer->target_count == 0)
        outcome_of(question, answer, usual, NULL, text, size);
    for (size_t k = 0; k < answer->target_count; ++k) {
        size_t length = k == 0 ? 0 : strlen(text);
        if (k > 0)
            length += (size_t)snprintf(text + length, size - length, ", ");
        outcome_of(question, answer, answer->targets[k].measure, &answer->targets[k].value, text + length,
                   size - length);
    }
}

static void print_head(FILE *stream, const struct sc_erlang_question *question, const struct sc_erlang_answer *answer,
                       bool colour)
{
    const struct sc_erlang *system = &answer->system;
    char text[768], who[128], what[512], load[SC_HUMAN_TEXT];
    struct sc_prose none = {"", NULL};
    subject(answer, who, sizeof who);
    outcome(question, answer, what, sizeof what);
    human_load(system->load_erl, load, sizeof load);
    if (!answer->result.shares.stable) {
        snprintf(
            text, sizeof text,
            "Unstable: %s erlang of work for %lld %s. More comes in than is ever done, so the queue grows "
            "without end; it takes at least %.0f agents, or callers who give up (--patience).",
            load, (long long)system->agents, plural(system->agents, "agent", "agents"),
            floor(system->load_erl) + 1);
    } else if (system->load_erl == 0) {
        snprintf(text, sizeof text, "Nobody calls: no agent is needed, and there is no service level.");
    } else {
        snprintf(text, sizeof text, "%s: %s.", who, what);
        if (text[0] >= 'a' && text[0] <= 'z')
            text[0] = (char)(text[0] - 'a' + 'A');
    }
    sc_prose_print(stream, none, (struct sc_prose){text, colour ? SC_BOLD : NULL});
    fputc('\n', stream);
}

/* What went in, in a line, so that a printed table can be understood. */
static void print_inputs(FILE *stream, const struct sc_erlang_question *question, const struct sc_erlang_answer *answer)
{
    const struct sc_erlang *system = &answer->system;
    static const char *const models[] = {['b'] = "Erlang B (no waiting)",
                                         ['c'] = "Erlang C (nobody gives up)",
                                         ['a'] = "Erlang A (callers give up)",
                                         ['x'] = "Erlang X (some who give up try again)"};
    char text[768], number[SC_HUMAN_TEXT];
    size_t used = (size_t)snprintf(text, sizeof text, "%s: ", models[(unsigned char)answer->model]);
    if (answer->has_calls && answer->has_times)
        used += (size_t)snprintf(text + used, sizeof text - used, "%.7g calls per %s, ",
                                 system->load_erl / system->handle_s * answer->per_s,
                                 sc_human_duration(answer->per_s, number));
    if (answer->has_times)
        used += (size_t)snprintf(text + used, sizeof text - used, "handle time %s, ",
                                 sc_human_duration(system->handle_s, number));
    used += (size_t)snprintf(text + used, sizeof text - used, "load %s erlang",
                             human_load(system->load_erl, number, sizeof number));
    if (isfinite(system->patience_s))
        used += (size_t)snprintf(text + used, sizeof text - used, ", mean patience %s",
                                 sc_human_duration(system->patience_s, number));
    if (answer->model == 'x')
        used += (size_t)snprintf(text + used, sizeof text - used, ", %s of the lost try again",
                                 sc_human_share(system->retry_share, number));
    if (answer->model != 'b' && system->lines != SC_ERLANG_UNLIMITED)
        used += (size_t)snprintf(text + used, sizeof text - used, ", %s lines",
                                 sc_human_count((double)system->lines, number));
    if (!isnan(system->within_s))
        used += (size_t)snprintf(text + used, sizeof text - used, ". Service level within %s, by \"%s\"",
                                 sc_human_duration(system->within_s, number), level_names[question->counts]);
    snprintf(text + used, sizeof text - used, ". Shares are in per cent; busy: the occupancy of agents.");
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){text, NULL});
    fputc('\n', stream);
}

/* A share in per cent for a narrow column: two places only near 0 and 100. */
static void narrow_share(double share, char text[SC_HUMAN_TEXT])
{
    double percent = 100 * share;
    if (isnan(share))
        snprintf(text, SC_HUMAN_TEXT, "–");
    else if (percent <= 0 || percent >= 100)
        snprintf(text, SC_HUMAN_TEXT, "%.0f", percent);
    else
        snprintf(text, SC_HUMAN_TEXT, percent < 1 || (percent > 99 && percent < 99.995) ? "%.2f" : "%.1f", percent);
}

/* Seconds alone, so that the column stays narrow. */
static void narrow_seconds(double seconds, char text[SC_HUMAN_TEXT])
{
    if (isnan(seconds))
        snprintf(text, SC_HUMAN_TEXT, "–");
    else
        snprintf(text, SC_HUMAN_TEXT, seconds < 10 ? "%.1f" : "%.0f", seconds);
}

enum { AGENTS, LOAD, OCCUPANCY, WAITS, ASA, OFFERED, NO_SHORT, ANSWERED, MET, ABANDONED, BLOCKED, COLUMNS };

static enum sc_code add_row(struct sc_table *table, const struct sc_erlang_answer *answer, int64_t agents, bool colour,
                            struct sc_error *error)
{
    char cell[COLUMNS][SC_HUMAN_TEXT + 8];
    const char *cells[COLUMNS];
    struct sc_erlang system = answer->system;
    struct sc_erlang_result result;
    bool times = answer->has_times && answer->model != 'b';
    system.agents = agents;
    if (answer->model == 'b')
        system.lines = agents;
    enum sc_code code = sc_erlang_evaluate(&system, &result, error);
    if (code != SC_OK)
        return code;
    const struct sc_erlang_shares *shares = &result.shares;
    for (int k = 0; k < COLUMNS; ++k) {
        cells[k] = cell[k];
        cell[k][0] = '\0';
    }
    char number[SC_HUMAN_TEXT];
    snprintf(cell[AGENTS], sizeof cell[AGENTS], "%s%s", agents == answer->system.agents ? "> " : "",
             sc_human_count((double)agents, number));
    human_load(shares->attempts_erl, cell[LOAD], SC_HUMAN_TEXT);
    narrow_share(shares->occupancy, cell[OCCUPANCY]);
    if (answer->model != 'b')
        narrow_share(shares->wait_probability, cell[WAITS]);
    if (!shares->stable)
        snprintf(cell[ASA], sizeof cell[ASA], "unstable");
    else if (times)
        narrow_seconds(result.wait_mean_s, cell[ASA]);
    for (int level = 0; level < SC_LEVELS && !isnan(system.within_s); ++level)
        narrow_share(result.service_level[level], cell[OFFERED + level]);
    if (isfinite(system.patience_s))
        narrow_share(shares->abandoned, cell[ABANDONED]);
    if (system.lines != SC_ERLANG_UNLIMITED)
        narrow_share(shares->blocked, cell[BLOCKED]);
    code = sc_table_add(table, cells, error);
    if (code == SC_OK && colour && agents == answer->system.agents)
        for (size_t k = 0; k < COLUMNS; ++k)
            sc_table_colour(table, k, SC_BOLD);
    return code;
}

enum sc_code sc_erlang_print_table(FILE *stream, const struct sc_erlang_question *question,
                                   const struct sc_erlang_answer *answer, bool colour, struct sc_error *error)
{
    static const struct sc_table_column columns[COLUMNS] = {
        [AGENTS] = {"agents", true},     [LOAD] = {"load", true},         [OCCUPANCY] = {"busy", true},
        [WAITS] = {"wait", true},        [ASA] = {"ASA, s", true},           [OFFERED] = {"offered", true},
        [NO_SHORT] = {"no-short", true}, [ANSWERED] = {"answered", true}, [MET] = {"met", true},
        [ABANDONED] = {"gave up", true}, [BLOCKED] = {"blocked", true}};
    struct sc_table *table = NULL;
    enum sc_code code = sc_table_new(columns, COLUMNS, colour, &table, error);
    if (code != SC_OK)
        return code;
    print_head(stream, question, answer, colour);
    print_inputs(stream, question, answer);
    int64_t last = answer->system.agents + 5;
    for (int64_t agents = last - 8; agents <= last && code == SC_OK; ++agents) {
        bool lines_short = answer->model != 'b' && answer->system.lines < agents;
        if (agents >= (answer->system.agents < 1 ? 0 : 1) && agents <= SC_ERLANG_AGENTS_MAX && !lines_short)
            code = add_row(table, answer, agents, colour, error);
    }
    if (code == SC_OK)
        code = sc_table_print(table, 0, stream, error);
    sc_table_free(table);
    return code;
}
