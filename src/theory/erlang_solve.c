/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any one unknown. Every figure moves one way with every unknown, so each is found by going from a guess in doubling
 * steps until the target is met on one side and missed on the other, then by narrowing.
 */
#include "staffcast/erlang.h"

#include "theory/root.h"

#include <math.h>

/* Range in which a continuous unknown is looked for, in erlang or seconds. */
static const double SMALLEST = 1e-9, GREATEST = 1e12;

static const int64_t LINES_SEARCHED = 1000000;

struct search {
    struct sc_erlang system;
    enum sc_erlang_unknown unknown;
    struct sc_erlang_target target;
    bool tied_lines;
    double rate_per_s; /* calls, where the handle time is unknown */
    struct sc_error *error;
};

/* How far the target is met: 0 and above where it is. */
static double slack(struct search *search)
{
    const struct sc_erlang_target *target = &search->target;
    struct sc_erlang *system = &search->system;
    struct sc_erlang_result result;
    struct sc_erlang_shares shares;
    struct sc_erlang_tail tail;
    double found = NAN;
    if (system->load_erl == 0)
        return 0; /* nobody calls: nothing is missed */
    switch (target->measure) {
    case SC_MEASURE_LEVEL:
        if (sc_erlang_tail(system, system->within_s, &tail, search->error) == SC_OK)
            found = sc_erlang_level(&tail, target->level) - target->value;
        break;
    case SC_MEASURE_WAIT:
        if (sc_erlang_evaluate(system, &result, search->error) == SC_OK)
            found = target->value - result.wait_mean_s;
        break;
    case SC_MEASURE_ABANDON:
        if (sc_erlang_shares(system, &shares, search->error) == SC_OK)
            found = shares.stable ? target->value - shares.abandoned : -1;
        break;
    case SC_MEASURE_BLOCKED:
        if (sc_erlang_shares(system, &shares, search->error) == SC_OK)
            found = shares.stable ? target->value - shares.blocked : -1;
        break;
    }
    return isnan(found) ? -INFINITY : found;
}

/* ------------------------------------------------------------------------------------------------------------ */
/* Whole unknowns */

static bool met_at(struct search *search, int64_t whole)
{
    if (search->unknown == SC_UNKNOWN_AGENTS) {
        search->system.agents = whole;
        if (search->tied_lines)
            search->system.lines = whole;
    } else {
        search->system.lines = whole;
    }
    return slack(search) >= 0;
}

/*
 * The first number in low ... high at which the answer is `wanted`, from a guess on; high + 1 where there is none. The
 * answer changes at most once, to `wanted`.
 */
static int64_t first_at(struct search *search, int64_t low, int64_t high, int64_t guess, bool wanted)
{
    int64_t no = low - 1, yes = high + 1, at = guess < low ? low : guess > high ? high : guess;
    for (int64_t step = 1; no + 1 < yes && search->error->code == SC_OK; step *= 2) {
        bool answer = met_at(search, at) == wanted;
        if (answer)
            yes = at;
        else
            no = at;
        if (no >= low && yes <= high)
            break;
        at = answer ? (at - step < low ? low : at - step) : (at > high - step ? high : at + step);
    }
    while (no + 1 < yes && search->error->code == SC_OK) {
        int64_t middle = no + (yes - no) / 2;
        if (met_at(search, middle) == wanted)
            yes = middle;
        else
            no = middle;
    }
    return yes;
}

static const char *target_text(const struct sc_erlang_target *target)
{
    switch (target->measure) {
    case SC_MEASURE_LEVEL:
        return "service level";
    case SC_MEASURE_WAIT:
        return "mean wait";
    case SC_MEASURE_ABANDON:
        return "abandonment";
    default:
        return "blocking";
    }
}

static enum sc_code out_of_reach(const struct search *search, const char *unknown, const char *why)
{
    return sc_error_set(search->error, SC_UNREACHABLE, "no %s gives the %s asked for (%g); %s", unknown,
                        target_text(&search->target), search->target.value, why);
}

static enum sc_code solve_agents(struct search *search)
{
    struct sc_erlang *system = &search->system;
    int64_t high = SC_ERLANG_AGENTS_MAX, low = 1;
    if (!search->tied_lines && system->lines < high)
        high = system->lines;
    if (system->load_erl == 0) {
        met_at(search, 0);
        return SC_OK;
    }
    if (!search->tied_lines && system->lines < 1)
        return sc_error_set(search->error, SC_USAGE, "too few lines (%lld); at least one", (long long)system->lines);
    double guess = ceil(fmin(system->load_erl + 0.5 * sqrt(system->load_erl), 2e6));
    int64_t found = first_at(search, low, high, (int64_t)guess, true);
    if (search->error->code != SC_OK)
        return search->error->code;
    if (found > high)
        return out_of_reach(search, "number of agents", high < SC_ERLANG_AGENTS_MAX ? "give more lines"
                                                        : "give a target that can be met, or less load");
    met_at(search, found);
    return search->error->code;
}

static enum sc_code solve_lines(struct search *search)
{
    struct sc_erlang *system = &search->system;
    int64_t low = system->agents > 1 ? system->agents : 1;
    bool blocking = search->target.measure == SC_MEASURE_BLOCKED;
    if (!blocking && met_at(search, SC_ERLANG_UNLIMITED))
        return search->error->code; /* any number of lines will do */
    int64_t found = first_at(search, low, LINES_SEARCHED + low, low + 8, blocking);
    if (search->error->code != SC_OK)
        return search->error->code;
    if (blocking && found > LINES_SEARCHED + low)
        return out_of_reach(search, "number of lines",
                            "with too few agents more lines only hold more calls; give more agents");
    if (!blocking && found == low)
        return out_of_reach(search, "number of lines", "it is missed even without waiting places; give more agents");
    met_at(search, blocking ? found : found - 1);
    return search->error->code;
}

/* ------------------------------------------------------------------------------------------------------------ */
/* Continuous unknowns */

static void set_unknown(struct search *search, double x)
{
    struct sc_erlang *system = &search->system;
    switch (search->unknown) {
    case SC_UNKNOWN_LOAD:
        system->load_erl = x;
        break;
    case SC_UNKNOWN_HANDLE:
        system->handle_s = x;
        system->load_erl = search->rate_per_s * x;
        break;
    case SC_UNKNOWN_WITHIN:
        system->within_s = x;
        break;
    default:
        system->patience_s = x;
        break;
    }
}

static double slack_at(double x, void *context)
{
    struct search *search = context;
    set_unknown(search, x);
    return slack(search);
}

/*
 * Where the slack changes sign: met below (rising false) or above (rising true). Takes the end that meets
 * the target.
 */
static enum sc_code solve_number(struct search *search, const char *name, double guess, bool rising)
{
    struct sc_root_end low = {guess, slack_at(guess, search)}, high = low;
    bool low_met = !rising;
    while ((low.value >= 0) != low_met && low.x > SMALLEST) {
        high = low;
        low.x /= 2;
        low.value = slack_at(low.x, search);
    }
    while ((high.value >= 0) == low_met && high.x < GREATEST) {
        low = high;
        high.x *= 2;
        high.value = slack_at(high.x, search);
    }
    if (search->error->code != SC_OK)
        return search->error->code;
    if ((low.value >= 0) != low_met || (high.value >= 0) == low_met) {
        bool met = low.value >= 0;
        return out_of_reach(search, name,
                            met ? "any will do, so there is none to be named"
                                : "give a target that can be met");
    }
    if (isinf(low.value) || isinf(high.value)) {
        /* Regula falsi needs numbers: halve until both ends have them, or they are neighbours. */
        for (int i = 0; i < 200 && (isinf(low.value) || isinf(high.value)); ++i) {
            struct sc_root_end middle = {0.5 * (low.x + high.x), 0};
            if (!(middle.x > low.x && middle.x < high.x))
                break;
            middle.value = slack_at(middle.x, search);
            if ((middle.value >= 0) == low_met)
                low = middle;
            else
                high = middle;
        }
    }
    if (!isinf(low.value) && !isinf(high.value))
        sc_root_narrow(slack_at, search, &low, &high);
    set_unknown(search, low_met ? low.x : high.x);
    return search->error->code;
}

static enum sc_code solve_within(struct search *search)
{
    set_unknown(search, 0);
    if (slack(search) >= 0 || search->error->code != SC_OK)
        return search->error->code;
    return solve_number(search, "threshold", search->system.handle_s / 10, true);
}

static enum sc_code target_check(const struct sc_erlang *system, enum sc_erlang_unknown unknown,
                                 const struct sc_erlang_target *target, struct sc_error *error)
{
    bool share = target->measure != SC_MEASURE_WAIT;
    if (!(target->value >= 0) || (share && target->value > 1) || isinf(target->value))
        return sc_error_set(error, SC_USAGE, "the target is wrong (%g); %s", target->value,
                            share ? "a share from 0 to 1" : "seconds from 0 up");
    if (target->measure == SC_MEASURE_LEVEL && unknown != SC_UNKNOWN_WITHIN && isnan(system->within_s))
        return sc_error_set(error, SC_USAGE, "a service level without a threshold; give the time to answer within");
    if (unknown == SC_UNKNOWN_WITHIN && target->measure != SC_MEASURE_LEVEL)
        return sc_error_set(error, SC_USAGE, "a threshold can only be found for a service level; give one");
    if (unknown == SC_UNKNOWN_PATIENCE && target->measure != SC_MEASURE_ABANDON && target->measure != SC_MEASURE_WAIT)
        return sc_error_set(error, SC_USAGE, "patience can only be found for an abandonment or a mean wait; give one");
    return SC_OK;
}

enum sc_code sc_erlang_solve(struct sc_erlang *system, enum sc_erlang_unknown unknown,
                             const struct sc_erlang_target *target, bool tied_lines, struct sc_error *error)
{
    struct search search = {.system = *system, .unknown = unknown, .target = *target, .tied_lines = tied_lines,
                            .error = error};
    enum sc_code code = target_check(system, unknown, target, error);
    if (code != SC_OK)
        return code;
    bool perfect = target->measure == SC_MEASURE_LEVEL ? target->value == 1 : target->value == 0;
    if (perfect && system->load_erl > 0)
        return out_of_reach(&search, "system", "some call always comes at a bad moment; a target short of perfection");
    double agents = (double)(system->agents > 0 ? system->agents : 1);
    switch (unknown) {
    case SC_UNKNOWN_AGENTS:
        code = solve_agents(&search);
        break;
    case SC_UNKNOWN_LOAD:
        code = solve_number(&search, "load", 0.75 * agents, false);
        break;
    case SC_UNKNOWN_HANDLE:
        search.rate_per_s = system->load_erl / system->handle_s;
        code = solve_number(&search, "handle time",
                            search.rate_per_s > 0 ? 0.75 * agents / search.rate_per_s : 1, false);
        break;
    case SC_UNKNOWN_WITHIN:
        code = solve_within(&search);
        break;
    case SC_UNKNOWN_LINES:
        code = solve_lines(&search);
        break;
    case SC_UNKNOWN_PATIENCE:
        code = solve_number(&search, "patience", system->handle_s, target->measure == SC_MEASURE_ABANDON);
        break;
    }
    if (code == SC_OK)
        *system = search.system;
    return code;
}
