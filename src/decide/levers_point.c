/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a point of automated resolution is worth. The bot is made to resolve as much more as raises the automated
 * resolution rate (SPEC 4: returns do not count, nor do those who skip the bot) by 0.01; heads are added one by one
 * until the figure has moved as far. Between two whole numbers the heads are interpolated. All of it on common random
 * numbers, so small effects show.
 */
#include "decide/levers_private.h"

#include "estimate/interval.h"

#include <math.h>
#include <stdio.h>

enum { HEADS_MOST = 64, FIGURE_METRIC = 0, FIGURE_COST, FIGURE_RATE, FIGURE_HOURS, FIGURES };

struct valuation {
    struct sc_lever_work work; /* with a player of its own */
    struct sc_player player;
    const struct sc_lever_plan *bot, *heads;
    struct sc_series base, better, one, other; /* one and other: with so many heads and with one more */
    double more;                               /* resolved */
    int whole;                                 /* heads that are not enough yet */
    bool known;
};

/* The bot of the first channel that has one, and the heads of the pool that ranks this channel lowest. */
static void choose(const struct sc_scenario *s, const struct sc_lever_plan *plans, size_t count, struct valuation *v)
{
    int rank = 0;
    for (size_t i = 0; i < count && !v->bot; i++)
        if (plans[i].kind == SC_LEVER_AUTOMATION && s->channels[plans[i].channel].service.automation.given &&
            plans[i].now > 0)
            v->bot = &plans[i];
    for (size_t i = 0; v->bot && i < count; i++) {
        if (plans[i].kind != SC_LEVER_HEADS)
            continue;
        const struct sc_pool *pool = &s->pools[plans[i].pool];
        for (size_t k = 0; k < pool->skill_count; k++)
            if (pool->skills[k].channel == v->bot->channel && (!v->heads || pool->skills[k].rank < rank)) {
                v->heads = &plans[i];
                rank = pool->skills[k].rank;
            }
    }
}

static double mean_of(const struct sc_series *series, size_t figure)
{
    double y = 0, x = 0;
    for (size_t r = 0; r < series->replications; r++) {
        y += series->pair[r * series->figures + figure].y;
        x += series->pair[r * series->figures + figure].x;
    }
    return y / x;
}

/* A percent more resolved, then as much as makes a point of the rate. */
static enum sc_code improve(struct valuation *v, struct sc_error *error)
{
    bool reachable;
    double step = v->bot->now + 0.01 <= v->bot->high ? 0.01 : -0.01;
    enum sc_code code = sc_lever_play(&v->work, v->bot, v->bot->now + step, &v->better, &reachable, error);
    if (code != SC_OK || !reachable)
        return code;
    double rate = (mean_of(&v->better, FIGURE_RATE) - mean_of(&v->base, FIGURE_RATE)) / step;
    sc_series_release(&v->better);
    if (!(rate > 1e-3))
        return SC_OK;
    v->more = copysign(0.01, step) / rate;
    double position = sc_lever_round(v->bot, v->bot->now + v->more);
    if (position > v->bot->high || position < v->bot->low)
        return SC_OK;
    v->more = position - v->bot->now;
    code = sc_lever_play(&v->work, v->bot, position, &v->better, &reachable, error);
    v->known = code == SC_OK && reachable;
    return code;
}

/* Heads, or fewer heads where the bot was made worse, until they do as much. */
static enum sc_code match(struct valuation *v, struct sc_error *error)
{
    int sign = v->more > 0 ? 1 : -1;
    double wanted = mean_of(&v->better, FIGURE_METRIC);
    double gap = mean_of(&v->base, FIGURE_METRIC) - wanted;
    bool reachable, reached = false;
    enum sc_code code = sc_lever_play(&v->work, v->heads, v->heads->now, &v->one, &reachable, error);
    for (int h = 1; code == SC_OK && h <= HEADS_MOST && !reached; h++) {
        code = sc_lever_play(&v->work, v->heads, v->heads->now + sign * h, &v->other, &reachable, error);
        if (code != SC_OK || !reachable)
            break;
        double here = mean_of(&v->other, FIGURE_METRIC) - wanted;
        reached = (here >= 0) != (gap >= 0) || here == 0;
        if (!reached) {
            sc_series_release(&v->one);
            v->one = v->other;
            v->other = (struct sc_series){0};
            v->whole = h;
        }
    }
    v->known = v->known && reached;
    return code;
}

static enum sc_code tell(const struct valuation *v, const struct sc_scenario *s, struct sc_automation_point *point,
                         struct sc_error *error)
{
    const struct sc_series *series[3] = {&v->better, &v->one, &v->other};
    const struct sc_people *people = &s->pools[v->heads->pool].people;
    double step = mean_of(&v->other, FIGURE_METRIC) - mean_of(&v->one, FIGURE_METRIC);
    double rest = (mean_of(&v->better, FIGURE_METRIC) - mean_of(&v->one, FIGURE_METRIC)) / step;
    /* The heads h solve better = one + rest * (other - one); what chance there is in that, over the slope. */
    double weight[3] = {1 / step, -(1 - rest) / step, -rest / step};
    struct sc_figure chance;
    enum sc_code code = sc_series_combine(series, 3, weight, FIGURE_METRIC, &chance, error);
    if (code != SC_OK)
        return code;
    double heads = v->whole + rest, years = s->days / 365.25, weeks = s->days / 7.0;
    int sign = v->more > 0 ? 1 : -1;
    double hours = sign * (mean_of(&v->other, FIGURE_HOURS) - mean_of(&v->one, FIGURE_HOURS)) / weeks;
    double full = hours / (people->given ? people->hours_per_week : 40);
    double head_cost = sign * (mean_of(&v->other, FIGURE_COST) - mean_of(&v->one, FIGURE_COST)) / years;
    double bot_cost = sign * (mean_of(&v->better, FIGURE_COST) - mean_of(&v->base, FIGURE_COST)) / years;
    point->known = true;
    point->channel = v->bot->element;
    point->pool = v->heads->element;
    point->resolves = fabs(v->more);
    point->heads = (struct sc_figure){heads, heads + chance.low, heads + chance.high};
    point->full_time = (struct sc_figure){heads * full, point->heads.low * full, point->heads.high * full};
    point->money_a_year =
        v->heads->priced ? (struct sc_figure){heads * head_cost - bot_cost, point->heads.low * head_cost - bot_cost,
                                              point->heads.high * head_cost - bot_cost}
                         : sc_figure_unknown(NAN);
    return SC_OK;
}

enum sc_code sc_levers_point(const struct sc_lever_work *work, const struct sc_scenario *scenario,
                             const struct sc_lever_plan *plans, size_t count, struct sc_automation_point *point,
                             struct sc_error *error)
{
    struct valuation v = {.work = *work, .player = *work->player};
    char rate[SC_METRIC_TEXT], hours[SC_METRIC_TEXT];
    const char *figures[FIGURES] = {work->player->figure[0], "totals.cost", rate, hours};
    bool reachable;
    *point = (struct sc_automation_point){.known = false};
    choose(scenario, plans, count, &v);
    if (!v.bot || !v.heads)
        return SC_OK;
    snprintf(rate, sizeof rate, "channels.%s.automation_rate", v.bot->element);
    snprintf(hours, sizeof hours, "pools.%s.scheduled_h", v.heads->element);
    v.work.player = &v.player;
    v.player.figure = figures;
    v.player.figures = FIGURES;
    enum sc_code code = sc_lever_play(&v.work, v.bot, v.bot->now, &v.base, &reachable, error);
    if (code == SC_OK)
        code = improve(&v, error);
    if (code == SC_OK && v.known)
        code = match(&v, error);
    if (code == SC_OK && v.known)
        code = tell(&v, scenario, point, error);
    sc_series_release(&v.base);
    sc_series_release(&v.better);
    sc_series_release(&v.one);
    sc_series_release(&v.other);
    return code;
}
