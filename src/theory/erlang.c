/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/erlang.h"

#include "theory/root.h"
#include "theory/states.h"

#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_log.h>

#include <math.h>

/* A queue of so many lines takes seconds to add up; more is the same as no limit. */
static const int64_t LINES_MAX = 100000000;

double sc_erlang_b(int64_t agents, double load_erl)
{
    return 1 / (1 + sc_states_free_sum(agents, load_erl));
}

double sc_erlang_c(int64_t agents, double load_erl)
{
    if (load_erl >= (double)agents)
        return 1;
    double waits = (double)agents / ((double)agents - load_erl);
    return waits / (waits + sc_states_free_sum(agents, load_erl));
}

enum sc_code sc_erlang_validate(const struct sc_erlang *system, struct sc_error *error)
{
    if (!(system->load_erl >= 0) || isinf(system->load_erl))
        return sc_error_set(error, SC_USAGE, "the load is wrong (%g erlang); a number from 0 up", system->load_erl);
    if (!(system->handle_s > 0) || isinf(system->handle_s))
        return sc_error_set(error, SC_USAGE, "the handle time is wrong (%g s); above 0", system->handle_s);
    if (!(system->patience_s > 0))
        return sc_error_set(error, SC_USAGE, "the patience is wrong (%g s); above 0", system->patience_s);
    if (!(system->retry_share >= 0 && system->retry_share <= 1))
        return sc_error_set(error, SC_USAGE, "the share that tries again is wrong (%g); from 0 to 1",
                            system->retry_share);
    if (system->within_s < 0 || isinf(system->within_s))
        return sc_error_set(error, SC_USAGE, "the threshold is wrong (%g s); from 0 up", system->within_s);
    if (system->agents < 0 || system->agents > SC_ERLANG_AGENTS_MAX)
        return sc_error_set(error, SC_USAGE, "the agents are wrong (%lld); from 0 to %d", (long long)system->agents,
                            SC_ERLANG_AGENTS_MAX);
    if (system->lines < system->agents)
        return sc_error_set(error, SC_USAGE, "too few lines (%lld for %lld agents); a line for each agent at least",
                            (long long)system->lines, (long long)system->agents);
    if (system->lines > LINES_MAX && system->lines != SC_ERLANG_UNLIMITED)
        return sc_error_set(error, SC_USAGE, "too many lines (%lld); at most %lld, or no limit",
                            (long long)system->lines, (long long)LINES_MAX);
    return SC_OK;
}

static double giving_up(const struct sc_erlang *system)
{
    return isinf(system->patience_s) ? 0 : system->handle_s / system->patience_s;
}

static int64_t places(const struct sc_erlang *system)
{
    return system->lines == SC_ERLANG_UNLIMITED ? SC_ERLANG_UNLIMITED : system->lines - system->agents;
}

/* Work that comes in is all done or lost, whatever the load. */
static bool always_stable(const struct sc_erlang *system)
{
    if (system->agents == 0)
        return places(system) == 0 || giving_up(system) > 0;
    return system->lines != SC_ERLANG_UNLIMITED || giving_up(system) > 0;
}

static double answered_share(const struct sc_states *states)
{
    return states->free + (double)states->agents / states->load * states->waiting;
}

/* ------------------------------------------------------------------------------------------------------------ */
/* Redials: A (1 - r) + r * (load carried at A) = a. The left side grows with A, since the load carried does. */

static double redial_excess(double attempts, void *context)
{
    const struct sc_erlang *system = context;
    struct sc_states states;
    sc_states_solve(attempts, giving_up(system), system->agents, places(system), false, &states);
    double r = system->retry_share;
    return attempts * ((1 - r) + r * answered_share(&states)) - system->load_erl;
}

static enum sc_code solve_redials(const struct sc_erlang *system, double *attempts, struct sc_error *error)
{
    struct sc_erlang copy = *system;
    struct sc_root_end low = {system->load_erl, redial_excess(system->load_erl, &copy)}, high = low;
    for (int i = 0; high.value < 0; ++i) {
        if (i == 1000 || isinf(high.x))
            return sc_error_set(error, SC_NUMERIC, "the redials do not settle (%g erlang of first calls, %lld agents)",
                                system->load_erl, (long long)system->agents);
        low = high;
        high.x *= 2;
        high.value = redial_excess(high.x, &copy);
    }
    if (low.value < 0)
        sc_root_narrow(redial_excess, &copy, &low, &high);
    *attempts = fabs(high.value) < fabs(low.value) ? high.x : low.x;
    return SC_OK;
}

/* ------------------------------------------------------------------------------------------------------------ */

/* The states of a system; *stable tells whether there are any. */
static enum sc_code solve(const struct sc_erlang *system, bool moments, bool *stable, struct sc_states *states,
                          struct sc_error *error)
{
    enum sc_code code = sc_erlang_validate(system, error);
    if (code != SC_OK)
        return code;
    double attempts = system->load_erl;
    *states = (struct sc_states){.load = attempts};
    *stable = true;
    if (attempts == 0)
        return SC_OK;
    if (!always_stable(system)) {
        *stable = attempts < (double)system->agents;
    } else if (system->retry_share == 1) {
        /* Nobody gives up for good, so every first call must be answered in the end. */
        *stable = attempts < (double)system->agents;
    }
    if (!*stable)
        return SC_OK;
    if (system->retry_share > 0 && always_stable(system)) {
        code = solve_redials(system, &attempts, error);
        if (code != SC_OK)
            return code;
    }
    sc_states_solve(attempts, giving_up(system), system->agents, places(system), moments, states);
    return SC_OK;
}

static void shares_of(const struct sc_erlang *system, const struct sc_states *states, bool stable,
                      struct sc_erlang_shares *shares)
{
    double n = (double)system->agents, a = states->load;
    if (a == 0) {
        /* Nobody calls: shares of calls are over nothing; what a caller would meet is not. */
        *shares = (struct sc_erlang_shares){.stable = true, .attempts_erl = 0, .no_wait = n > 0,
            .wait_probability = n > 0 ? 0 : 1, .blocked = system->lines == 0 ? 1 : 0, .abandoned = NAN,
            .answered = NAN, .occupancy = n > 0 ? 0 : NAN};
    } else if (!stable) {
        *shares = (struct sc_erlang_shares){.stable = false, .attempts_erl = system->retry_share < 1 ? a : INFINITY,
            .wait_probability = 1, .answered = 1, .occupancy = n > 0 ? 1 : NAN};
        if (system->retry_share < 1 || !always_stable(system))
            shares->attempts_erl = a;
    } else {
        double answered = answered_share(states);
        *shares = (struct sc_erlang_shares){.stable = true, .attempts_erl = a, .blocked = states->full,
            .no_wait = states->free / states->joined,
            .wait_probability = (states->edge + states->waiting - states->full) / states->joined,
            .abandoned = giving_up(system) / a * states->queue_mean / states->joined,
            .answered = answered / states->joined, .occupancy = n > 0 ? a * answered / n : NAN};
        if (places(system) == 0)
            shares->wait_probability = 0; /* who joins is answered at once */
    }
}

enum sc_code sc_erlang_shares(const struct sc_erlang *system, struct sc_erlang_shares *shares,
                              struct sc_error *error)
{
    struct sc_states states;
    bool stable;
    enum sc_code code = solve(system, false, &stable, &states, error);
    if (code == SC_OK)
        shares_of(system, &states, stable, shares);
    return code;
}

double sc_erlang_level(const struct sc_erlang_tail *tail, enum sc_erlang_level level)
{
    double within = tail->answered_within, answered = within + tail->answered_later;
    double of = 1, good = within;
    switch (level) {
    case SC_LEVEL_NO_SHORT:
        of = within + tail->answered_later + tail->lost_later;
        break;
    case SC_LEVEL_ANSWERED:
        of = answered;
        break;
    case SC_LEVEL_MET:
        good = within + tail->lost_within;
        break;
    default:
        break;
    }
    return of > 0 ? fmin(1, good / of) : NAN;
}

static enum sc_code tail_of(const struct sc_erlang *system, const struct sc_states *states, bool stable, double t_s,
                            struct sc_erlang_tail *tail, struct sc_error *error)
{
    if (states->load == 0) {
        *tail = (struct sc_erlang_tail){NAN, NAN, NAN, NAN};
        return SC_OK;
    }
    if (!stable) {
        *tail = (struct sc_erlang_tail){.answered_later = 1};
        return SC_OK;
    }
    struct sc_states_tail waits;
    enum sc_code code = sc_states_tail(states, t_s / system->handle_s, &waits, error);
    if (code != SC_OK)
        return code;
    double joined = states->joined;
    *tail = (struct sc_erlang_tail){.answered_within = (states->free + waits.served_within) / joined,
        .answered_later = waits.served_later / joined, .lost_within = waits.lost_within / joined,
        .lost_later = waits.lost_later / joined};
    return SC_OK;
}

enum sc_code sc_erlang_tail(const struct sc_erlang *system, double t_s, struct sc_erlang_tail *tail,
                            struct sc_error *error)
{
    struct sc_states states;
    bool stable;
    if (!(t_s >= 0))
        return sc_error_set(error, SC_USAGE, "the time is wrong (%g s); from 0 up", t_s);
    enum sc_code code = solve(system, false, &stable, &states, error);
    return code == SC_OK ? tail_of(system, &states, stable, t_s, tail, error) : code;
}

static void waits_of(const struct sc_erlang *system, const struct sc_states *states, struct sc_erlang_result *result)
{
    double a = states->load, handle = system->handle_s, answered = answered_share(states);
    double waited = (double)states->agents / a * states->waiting, mean = states->served_mean;
    result->wait_mean_s = result->wait_variance_s2 = result->wait_lost_mean_s = result->wait_lost_variance_s2 = NAN;
    if (answered > 0) {
        /* A mixture of those answered at once and those answered after a wait. */
        double share = waited / answered, at_once = states->free / answered;
        result->wait_mean_s = waited > 0 ? share * mean * handle : 0;
        result->wait_variance_s2 =
            waited > 0 ? share * (states->served_variance + at_once * mean * mean) * handle * handle : 0;
    }
    if (giving_up(system) > 0 && states->queue_mean > 0) {
        result->wait_lost_mean_s = states->lost_mean * handle;
        result->wait_lost_variance_s2 = states->lost_variance * handle * handle;
    }
    result->wait_all_mean_s = states->joined > 0 ? states->queue_mean / a / states->joined * handle : NAN;
    result->busy_mean = a * answered_share(states);
    result->queue_mean = states->queue_mean;
    result->queue_variance = states->queue_variance;
    result->system_mean = result->busy_mean + result->queue_mean;
}

static void waits_of_nothing(const struct sc_erlang *system, bool stable, struct sc_erlang_result *result)
{
    double waits = stable ? NAN : INFINITY, queue = stable ? 0 : INFINITY;
    result->wait_mean_s = result->wait_all_mean_s = result->wait_variance_s2 = waits;
    result->wait_lost_mean_s = result->wait_lost_variance_s2 = NAN;
    result->busy_mean = stable ? 0 : (double)system->agents;
    result->queue_mean = result->queue_variance = result->system_mean = queue;
}

enum sc_code sc_erlang_evaluate(const struct sc_erlang *system, struct sc_erlang_result *result,
                                struct sc_error *error)
{
    struct sc_states states;
    struct sc_erlang_result found = {.wait_mean_s = NAN};
    struct sc_erlang_tail tail = {NAN, NAN, NAN, NAN};
    bool stable, levels = !isnan(system->within_s);
    enum sc_code code = solve(system, true, &stable, &states, error);
    if (code == SC_OK && levels)
        code = tail_of(system, &states, stable, system->within_s, &tail, error);
    if (code != SC_OK)
        return code;
    shares_of(system, &states, stable, &found.shares);
    for (int level = 0; level < SC_LEVELS; ++level)
        found.service_level[level] =
            levels && states.load > 0 ? sc_erlang_level(&tail, (enum sc_erlang_level)level) : NAN;
    if (!stable || states.load == 0)
        waits_of_nothing(system, stable, &found);
    else
        waits_of(system, &states, &found);
    *result = found;
    return SC_OK;
}

enum sc_code sc_erlang_state(const struct sc_erlang *system, int64_t count, double *probability,
                             struct sc_error *error)
{
    struct sc_states states;
    bool stable;
    enum sc_code code = solve(system, false, &stable, &states, error);
    if (code != SC_OK)
        return code;
    double p = states.edge, n = (double)system->agents, g = giving_up(system);
    if (states.load == 0) {
        p = count == 0;
    } else if (!stable || count < 0 || count > system->lines) {
        p = 0;
    } else if (count >= system->agents) {
        for (int64_t j = 1; j <= count - system->agents && p > 0; ++j)
            p *= states.load / (n + (double)j * g);
    } else {
        /* Downwards from "all busy"; where that is too small to hold, the agents are as good as infinitely many. */
        for (int64_t k = system->agents; k > count; --k)
            p *= (double)k / states.load;
        if (states.edge < 1e-290) {
            double k = (double)count, a = states.load;
            p = k > 0
                    ? exp(k * gsl_sf_log_1plusx_mx((a - k) / k)) / (sqrt(2 * M_PI * k) * gsl_sf_gammastar(k))
                    : exp(-a);
        }
    }
    *probability = p;
    return SC_OK;
}
