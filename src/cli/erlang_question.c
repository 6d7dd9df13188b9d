/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/erlang.h"

#include "base/number.h"

#include <math.h>
#include <string.h>

static const char *const option_names[SC_ASKS] = {
    [SC_ASK_CALLS] = "calls",       [SC_ASK_PER] = "per",         [SC_ASK_LOAD] = "load",
    [SC_ASK_HANDLE] = "handle",     [SC_ASK_AGENTS] = "agents",   [SC_ASK_PATIENCE] = "patience",
    [SC_ASK_LINES] = "lines",       [SC_ASK_RETRY] = "retry",     [SC_ASK_WITHIN] = "within",
    [SC_ASK_ANSWER] = "answer",     [SC_ASK_WAIT] = "wait",       [SC_ASK_ABANDON] = "abandon",
    [SC_ASK_BLOCKED] = "blocked",
};

const char *sc_erlang_option(enum sc_erlang_quantity quantity)
{
    return option_names[quantity];
}

/* ------------------------------------------------------------------------------------------------------------ */
/* Reading */

static enum sc_code set_number(const char *name, const char *text, double *value, struct sc_error *error)
{
    if (!sc_number_parse(text, value) || *value < 0)
        return sc_error_set(error, SC_USAGE,
                            "%s is wrong (found '%s'); a number from 0 up, such as 42 or 9.5", name, text);
    return SC_OK;
}

static enum sc_code set_whole(const char *name, const char *text, int64_t least, double *value, struct sc_error *error)
{
    int64_t whole;
    if (!sc_integer_parse(text, &whole) || whole < least || whole > 100000000)
        return sc_error_set(error, SC_USAGE, "%s is wrong (found '%s'); a whole number from %lld up", name, text,
                            (long long)least);
    *value = (double)whole;
    return SC_OK;
}

static enum sc_code set_duration(const char *name, const char *text, bool zero, double *value, struct sc_error *error)
{
    if (!sc_duration_parse(text, value) || (*value == 0 && !zero))
        return sc_error_set(error, SC_USAGE,
                            "%s is wrong (found '%s'); a duration%s with its unit, such as 180s, '3 min' or "
                            "0.5h",
                            name, text, zero ? "" : " above 0");
    return SC_OK;
}

enum sc_code sc_erlang_question_set(struct sc_erlang_question *question, enum sc_erlang_quantity quantity,
                                    const char *name, const char *text, struct sc_error *error)
{
    double value = 0;
    enum sc_code code = SC_OK;
    switch (quantity) {
    case SC_ASK_CALLS:
    case SC_ASK_LOAD:
        code = set_number(name, text, &value, error);
        break;
    case SC_ASK_AGENTS:
        code = set_whole(name, text, 0, &value, error);
        if (code == SC_OK && value > SC_ERLANG_AGENTS_MAX)
            code = sc_error_set(error, SC_USAGE, "%s is wrong (found '%s'); at most %d", name, text,
                                SC_ERLANG_AGENTS_MAX);
        break;
    case SC_ASK_LINES:
        code = set_whole(name, text, 1, &value, error);
        break;
    case SC_ASK_PER:
    case SC_ASK_HANDLE:
    case SC_ASK_PATIENCE:
        code = set_duration(name, text, false, &value, error);
        break;
    case SC_ASK_WITHIN:
    case SC_ASK_WAIT:
        code = set_duration(name, text, true, &value, error);
        break;
    default:
        if (!sc_share_parse(text, &value))
            code = sc_error_set(error, SC_USAGE, "%s is wrong (found '%s'); a share such as 80%% or 0.8", name, text);
        break;
    }
    if (code == SC_OK) {
        question->given[quantity] = true;
        question->value[quantity] = value;
    }
    return code;
}

/* ------------------------------------------------------------------------------------------------------------ */
/* What is known, and against what */

static enum sc_code choose_model(const struct sc_erlang_question *question, char *model, struct sc_error *error)
{
    const bool *given = question->given;
    char chosen = question->model;
    if (!chosen)
        chosen = given[SC_ASK_RETRY] ? 'x' : given[SC_ASK_PATIENCE] || question->solve == SC_ASK_PATIENCE ? 'a' : 'c';
    bool patient = chosen == 'b' || chosen == 'c';
    if (patient && (given[SC_ASK_PATIENCE] || question->solve == SC_ASK_PATIENCE))
        return sc_error_set(error, SC_USAGE,
                            "--patience has no effect with --model %c, in which nobody gives up; --model a",
                            chosen);
    if (patient && given[SC_ASK_ABANDON])
        return sc_error_set(error, SC_USAGE,
                            "--abandon has no effect with --model %c, in which nobody gives up; --model a",
                            chosen);
    if (chosen != 'x' && given[SC_ASK_RETRY])
        return sc_error_set(error, SC_USAGE, "--retry has no effect with --model %c; --model x", chosen);
    if (chosen == 'x' && !given[SC_ASK_RETRY])
        return sc_error_set(
            error, SC_USAGE,
            "--model x needs --retry, the share of the lost that try again; such as --retry 30%%");
    if (chosen == 'x' && !given[SC_ASK_PATIENCE] && !given[SC_ASK_LINES] && question->solve != SC_ASK_PATIENCE)
        return sc_error_set(error, SC_USAGE,
                            "--retry has no effect where nobody is lost; --patience or --lines with it");
    if (chosen == 'b' && (given[SC_ASK_LINES] || question->solve == SC_ASK_LINES))
        return sc_error_set(
            error, SC_USAGE,
            "--lines has no effect with --model b, which has one line an agent; --model c with --lines");
    if (chosen == 'b' && given[SC_ASK_WAIT])
        return sc_error_set(error, SC_USAGE, "--wait has no effect with --model b, in which nobody waits; --blocked");
    *model = chosen;
    return SC_OK;
}

/* The quantities that are left out though the model needs them; --calls stands for the demand. */
static size_t missing_of(const struct sc_erlang_question *question, char model, int *missing)
{
    const bool *given = question->given;
    size_t count = 0;
    bool per_call = given[SC_ASK_CALLS] || given[SC_ASK_PER];
    if (!given[SC_ASK_AGENTS])
        missing[count++] = SC_ASK_AGENTS;
    if (given[SC_ASK_CALLS] && given[SC_ASK_LOAD]) {
        /* both: the handle time follows, or is too much */
    } else if (!given[SC_ASK_CALLS] && !given[SC_ASK_LOAD]) {
        missing[count++] = per_call && given[SC_ASK_HANDLE] ? SC_ASK_CALLS : SC_ASK_LOAD;
    } else if (given[SC_ASK_CALLS] && !given[SC_ASK_HANDLE]) {
        missing[count++] = SC_ASK_HANDLE;
    }
    if (given[SC_ASK_ANSWER] && !given[SC_ASK_WITHIN] && model != 'b')
        missing[count++] = SC_ASK_WITHIN;
    if (model == 'a' && !given[SC_ASK_PATIENCE])
        missing[count++] = SC_ASK_PATIENCE;
    return count;
}

static enum sc_code check_demand(const struct sc_erlang_question *question, char model, struct sc_error *error)
{
    const bool *given = question->given;
    if (given[SC_ASK_CALLS] && !given[SC_ASK_PER])
        return sc_error_set(error, SC_USAGE, "--calls without --per; in what time they come, such as --per 30min");
    if (given[SC_ASK_LOAD] && given[SC_ASK_CALLS] && given[SC_ASK_HANDLE])
        return sc_error_set(error, SC_USAGE, "--load, --calls and --handle are one too many; two of them");
    if (given[SC_ASK_LOAD] && given[SC_ASK_CALLS] &&
        (question->value[SC_ASK_CALLS] == 0 || question->value[SC_ASK_LOAD] == 0))
        return sc_error_set(
            error, SC_USAGE,
            "--load and --calls do not give the handle time (%g erlang, %g calls); both above 0, "
            "or --handle",
            question->value[SC_ASK_LOAD], question->value[SC_ASK_CALLS]);
    bool times = given[SC_ASK_HANDLE] || given[SC_ASK_CALLS];
    bool needed = given[SC_ASK_PATIENCE] || given[SC_ASK_WITHIN] || given[SC_ASK_ANSWER] ||
                  given[SC_ASK_WAIT] || model == 'a';
    if (!times && needed && model != 'b')
        return sc_error_set(error, SC_USAGE,
                            "--handle is missing; the mean handle time, such as --handle 180s, against which "
                            "other times are measured");
    return SC_OK;
}

/* The one unknown, or -1. */
static enum sc_code choose_unknown(const struct sc_erlang_question *question, char model, int *unknown,
                                   struct sc_error *error)
{
    int missing[SC_ASKS];
    size_t count = missing_of(question, model, missing);
    if (question->solve >= 0) {
        if (question->given[question->solve])
            return sc_error_set(error, SC_USAGE, "--%s is both given and to be solved for; one of the two",
                                option_names[question->solve]);
        bool listed = false;
        for (size_t k = 0; k < count; ++k) {
            bool same = missing[k] == question->solve ||
                        (missing[k] == SC_ASK_LOAD && question->solve == SC_ASK_CALLS) ||
                        (missing[k] == SC_ASK_CALLS && question->solve == SC_ASK_LOAD);
            if (same)
                listed = true;
        }
        if (!listed)
            missing[count++] = question->solve;
    }
    if (count > 1)
        return sc_error_set(error, SC_USAGE, "too little is known: --%s and --%s are both left out; one of them",
                            option_names[missing[0]], option_names[missing[1]]);
    *unknown = count == 1 ? missing[0] : -1;
    if (question->solve >= 0)
        *unknown = question->solve;
    return SC_OK;
}

static struct sc_erlang_target target_of(const struct sc_erlang_question *question, char model, int quantity)
{
    static const enum sc_erlang_measure measures[SC_ASKS] = {
        [SC_ASK_ANSWER] = SC_MEASURE_LEVEL, [SC_ASK_WAIT] = SC_MEASURE_WAIT, [SC_ASK_ABANDON] = SC_MEASURE_ABANDON,
        [SC_ASK_BLOCKED] = SC_MEASURE_BLOCKED};
    struct sc_erlang_target target = {measures[quantity], question->counts, question->value[quantity]};
    if (model == 'b' && quantity == SC_ASK_ANSWER) {
        /* Nobody waits, so the share answered is that not blocked. */
        target.measure = SC_MEASURE_BLOCKED;
        target.value = 1 - target.value;
    }
    return target;
}

static struct sc_erlang system_of(const struct sc_erlang_question *question, char model, bool *has_times)
{
    const bool *given = question->given;
    const double *value = question->value;
    double rate_per_s = given[SC_ASK_CALLS] ? value[SC_ASK_CALLS] / value[SC_ASK_PER] : NAN;
    double handle = given[SC_ASK_HANDLE] ? value[SC_ASK_HANDLE] : 1, load = given[SC_ASK_LOAD] ? value[SC_ASK_LOAD] : 1;
    if (given[SC_ASK_CALLS] && given[SC_ASK_LOAD])
        handle = load / rate_per_s;
    else if (given[SC_ASK_CALLS])
        load = rate_per_s * handle;
    int64_t agents = given[SC_ASK_AGENTS] ? (int64_t)value[SC_ASK_AGENTS] : 0;
    *has_times = given[SC_ASK_HANDLE] || given[SC_ASK_CALLS];
    return (struct sc_erlang){
        .load_erl = load,
        .handle_s = handle,
        .patience_s = given[SC_ASK_PATIENCE] ? value[SC_ASK_PATIENCE] : INFINITY,
        .retry_share = given[SC_ASK_RETRY] ? value[SC_ASK_RETRY] : 0,
        .within_s = given[SC_ASK_WITHIN] ? value[SC_ASK_WITHIN] : NAN,
        .agents = agents,
        .lines = model == 'b' ? agents : given[SC_ASK_LINES] ? (int64_t)value[SC_ASK_LINES] : SC_ERLANG_UNLIMITED,
    };
}

/* ------------------------------------------------------------------------------------------------------------ */

static enum sc_erlang_unknown unknown_of(int quantity)
{
    switch (quantity) {
    case SC_ASK_AGENTS:
        return SC_UNKNOWN_AGENTS;
    case SC_ASK_HANDLE:
        return SC_UNKNOWN_HANDLE;
    case SC_ASK_WITHIN:
        return SC_UNKNOWN_WITHIN;
    case SC_ASK_LINES:
        return SC_UNKNOWN_LINES;
    case SC_ASK_PATIENCE:
        return SC_UNKNOWN_PATIENCE;
    default:
        return SC_UNKNOWN_LOAD;
    }
}

static enum sc_code solve(const struct sc_erlang_question *question, struct sc_erlang_answer *answer,
                          struct sc_error *error)
{
    size_t targets = 0;
    const struct sc_erlang start = answer->system;
    for (int quantity = SC_ASK_ANSWER; quantity < SC_ASKS; ++quantity)
        targets += question->given[quantity];
    const char *name = option_names[answer->solved];
    if (targets == 0)
        return sc_error_set(error, SC_USAGE,
                            "--%s is left out and there is no target to solve it for; give it, or a target: "
                            "--answer 80%% --within 20s, --wait 15s, --abandon 3%% or --blocked 1%%",
                            name);
    if (targets > 1 && answer->solved != SC_ASK_AGENTS)
        return sc_error_set(error, SC_USAGE,
                            "more than one target, which --%s cannot all hit exactly; one of them", name);
    for (int quantity = SC_ASK_ANSWER; quantity < SC_ASKS; ++quantity) {
        if (!question->given[quantity])
            continue;
        struct sc_erlang_target target = target_of(question, answer->model, quantity);
        struct sc_erlang system = start;
        enum sc_code code = sc_erlang_solve(&system, unknown_of(answer->solved), &target, answer->model == 'b', error);
        if (code != SC_OK)
            return code;
        /* Of several targets the one that needs the most agents. */
        if (targets == 1 || system.agents >= answer->system.agents)
            answer->system = system;
    }
    return SC_OK;
}

enum sc_code sc_erlang_answer_find(const struct sc_erlang_question *question, struct sc_erlang_answer *answer,
                                   struct sc_error *error)
{
    struct sc_erlang_answer found = {.per_s = question->value[SC_ASK_PER], .has_calls = question->given[SC_ASK_PER]};
    enum sc_code code = choose_model(question, &found.model, error);
    if (code == SC_OK)
        code = choose_unknown(question, found.model, &found.solved, error);
    if (code == SC_OK)
        code = check_demand(question, found.model, error);
    if (code != SC_OK)
        return code;
    if (found.solved == SC_ASK_CALLS && !(question->given[SC_ASK_PER] && question->given[SC_ASK_HANDLE]))
        return sc_error_set(error, SC_USAGE,
                            "calls need --per and --handle; in what time they come, such as --per 30min");
    found.system = system_of(question, found.model, &found.has_times);
    for (int quantity = SC_ASK_ANSWER; quantity < SC_ASKS; ++quantity)
        if (question->given[quantity])
            found.targets[found.target_count++] = target_of(question, found.model, quantity);
    if (found.solved >= 0)
        code = solve(question, &found, error);
    if (code == SC_OK)
        code = sc_erlang_evaluate(&found.system, &found.result, error);
    if (code == SC_OK)
        *answer = found;
    return code;
}

/* ------------------------------------------------------------------------------------------------------------ */

const char *sc_erlang_figure(const struct sc_erlang_question *question, const struct sc_erlang_answer *answer,
                             size_t number, double *value)
{
    const struct sc_erlang *system = &answer->system;
    const struct sc_erlang_result *result = &answer->result;
    const struct sc_erlang_shares *shares = &result->shares;
    double time = answer->has_times ? 1 : NAN;
    bool waits = answer->has_times || answer->model == 'b';
    const struct {
        const char *name;
        double value;
    } figures[] = {
        {"agents", (double)system->agents},
        {"load_erl", system->load_erl},
        {"wait_probability", shares->wait_probability},
        {"wait_mean_s", waits ? result->wait_mean_s : NAN},
        {"wait_all_mean_s", waits ? result->wait_all_mean_s : NAN},
        {"service_level", result->service_level[question->counts]},
        {"service_level_by.offered", result->service_level[SC_LEVEL_OFFERED]},
        {"service_level_by.no-short", result->service_level[SC_LEVEL_NO_SHORT]},
        {"service_level_by.answered", result->service_level[SC_LEVEL_ANSWERED]},
        {"service_level_by.met", result->service_level[SC_LEVEL_MET]},
        {"abandon_rate", shares->abandoned},
        {"blocked", shares->blocked},
        {"occupancy", shares->occupancy},
        {"calls", answer->has_calls && answer->has_times ? system->load_erl / system->handle_s * answer->per_s : NAN},
        {"per_s", answer->has_calls ? answer->per_s : NAN},
        {"handle_s", system->handle_s * time},
        {"patience_s", system->patience_s},
        {"lines", system->lines == SC_ERLANG_UNLIMITED ? NAN : (double)system->lines},
        {"retry", answer->model == 'x' ? system->retry_share : NAN},
        {"attempts_erl", shares->attempts_erl},
        {"within_s", system->within_s},
        {"queue_mean", result->queue_mean},
    };
    if (number >= sizeof figures / sizeof *figures)
        return NULL;
    *value = figures[number].value;
    return figures[number].name;
}
