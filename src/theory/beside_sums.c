/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "theory/beside_sums.h"

#include "staffcast/erlang.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct sc_asked sc_asked_of(const struct sc_channel *channel)
{
    const struct sc_target *target = &channel->service.target;
    if (!target->given || !target->answer_given)
        return (struct sc_asked){NAN, NAN, SC_COUNT_OFFERED};
    return (struct sc_asked){target->within_s, target->short_s, target->counts};
}

/* A whole number of agents. */
static enum sc_code add_whole(struct sc_sums *sums, const struct sc_erlang *system, double arrivals,
                              struct sc_asked asked, struct sc_error *error)
{
    struct sc_erlang_result result;
    struct sc_erlang_tail within = {0}, brief = {0};
    bool level = !isnan(asked.within_s);
    enum sc_code code = sc_erlang_evaluate(system, &result, error);
    if (code == SC_OK && level && result.shares.stable)
        code = sc_erlang_tail(system, asked.within_s, &within, error);
    if (code == SC_OK && level && result.shares.stable && asked.counts == SC_COUNT_NO_SHORT)
        code = sc_erlang_tail(system, asked.short_s, &brief, error);
    if (code != SC_OK)
        return code;
    sums->arrivals += arrivals;
    if (!result.shares.stable) {
        /* Those who come wait ever longer; in the long run nobody is answered in time. */
        sums->unstable += arrivals;
        sums->waited += arrivals;
        sums->answered += arrivals;
        return SC_OK;
    }
    sums->answered += arrivals * result.shares.answered;
    sums->lost += arrivals * result.shares.abandoned;
    sums->waited += arrivals * result.shares.wait_probability;
    sums->within += arrivals * within.answered_within;
    sums->lost_within += arrivals * within.lost_within;
    sums->lost_short += arrivals * brief.lost_within;
    if (result.shares.answered > 0)
        sums->wait_answered_s += arrivals * result.shares.answered * result.wait_mean_s;
    sums->wait_all_s += arrivals * result.wait_all_mean_s;
    return SC_OK;
}

enum sc_code sc_sums_add(struct sc_sums *sums, struct sc_met met, struct sc_asked asked, struct sc_error *error)
{
    struct sc_erlang system = {.load_erl = met.load_erl,
                               .handle_s = met.handle_s,
                               .patience_s = met.patience_s,
                               .within_s = NAN,
                               .lines = SC_ERLANG_UNLIMITED};
    /* Heads are sums of products: 9.9999999 is 10. */
    double heads = fmin(met.heads, SC_ERLANG_AGENTS_MAX), low = floor(heads + 1e-9), more = fmax(0, heads - low);
    enum sc_code code = SC_OK;
    if (!(met.arrivals > 0))
        return SC_OK;
    system.agents = (int64_t)low;
    if (more < 1)
        code = add_whole(sums, &system, met.arrivals * (1 - more), asked, error);
    if (code == SC_OK && more > 1e-9) {
        ++system.agents;
        code = add_whole(sums, &system, met.arrivals * more, asked, error);
    }
    return code;
}

static double level_of(const struct sc_sums *sums, struct sc_asked asked)
{
    if (isnan(asked.within_s))
        return NAN;
    switch (asked.counts) {
    case SC_COUNT_NO_SHORT:
        return sums->within / (sums->arrivals - sums->lost_short);
    case SC_COUNT_ANSWERED:
        return sums->answered > 0 ? sums->within / sums->answered : NAN;
    case SC_COUNT_MET:
        return (sums->within + sums->lost_within) / sums->arrivals;
    default:
        return sums->within / sums->arrivals;
    }
}

/* Ten digits: the last ones of exp differ between platforms, and results must not. */
static double rounded(double value)
{
    char text[32];
    if (!isfinite(value))
        return NAN;
    snprintf(text, sizeof text, "%.10g", value);
    return strtod(text, NULL);
}

struct sc_beside_figures sc_sums_figures(const struct sc_sums *sums, struct sc_asked asked)
{
    if (!(sums->arrivals > 0))
        return (struct sc_beside_figures){false, NAN, NAN, NAN, NAN, NAN, NAN};
    bool stable = sums->unstable <= 0;
    double level = level_of(sums, asked);
    return (struct sc_beside_figures){
        .said = true,
        .service_level = rounded(level < 1      ? level
                                 : isnan(level) ? NAN
                                                : 1),
        .abandon_rate = rounded(sums->lost / sums->arrivals),
        .wait_mean_s = stable && sums->answered > 0 ? rounded(sums->wait_answered_s / sums->answered) : NAN,
        .wait_all_mean_s = stable ? rounded(sums->wait_all_s / sums->arrivals) : NAN,
        .wait_probability = rounded(fmin(1, sums->waited / sums->arrivals)),
        .unstable_share = rounded(sums->unstable / sums->arrivals),
    };
}
