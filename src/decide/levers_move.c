/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Moving a lever until the figure is at the level wanted. On common random numbers the figure is a function of the
 * position, nearly smooth, so its root can be found: steps away from where it is until the level is crossed, each
 * as long as the slope so far suggests; then the Illinois method (a secant that cannot get stuck; Dowell & Jarratt
 * 1971) between the two sides, for whole numbers until they are neighbours.
 *
 * The figure at the root is not known exactly: [low, high] is its interval. Had it truly been high, less would have
 * been needed, by (high - mean) / slope; so the interval of the position is that of the figure over its slope (the
 * delta method), with the slope measured over just that distance, for at smaller ones chance would show.
 */
#include "decide/levers_private.h"

#include "estimate/interval.h"
#include "estimate/paired.h"

#include <math.h>
#include <stdlib.h>

enum { STEPS_MOST = 14, ROUNDS_MOST = 14 };

/* A position that was played. */
struct place {
    double at, gap; /* position; figure less level wanted */
    struct sc_figure figure;
    struct sc_series series;
};

struct mover {
    const struct sc_lever_work *work;
    const struct sc_lever_plan *plan;
    struct place now, near, far; /* near and far: the last two steps; later both sides of the level */
    bool bound;                  /* far is the end of the range */
};

static void place_release(struct place *place)
{
    sc_series_release(&place->series);
}

/* Takes over what `from` holds. */
static void place_move(struct place *to, struct place *from)
{
    place_release(to);
    *to = *from;
    from->series = (struct sc_series){0};
}

static enum sc_code visit(struct mover *mover, double position, struct place *place, bool *reachable,
                          struct sc_error *error)
{
    struct place new = {.at = sc_lever_round(mover->plan, position)};
    enum sc_code code = sc_lever_play(mover->work, mover->plan, new.at, &new.series, reachable, error);
    if (code != SC_OK || !*reachable)
        return code;
    new.figure = sc_series_figure(&new.series, mover->work->metric, 0);
    new.gap = new.figure.mean - mover->work->wanted;
    *reachable = !isnan(new.gap);
    if (*reachable)
        place_move(place, &new);
    else
        place_release(&new);
    return SC_OK;
}

static double half_of(struct sc_figure figure)
{
    return figure.high > figure.low ? (figure.high - figure.low) / 2 : 0;
}

static bool crossed(double gap, double other)
{
    return (gap >= 0) != (other >= 0);
}

/* --- away from where it is --- */

static double first_step(const struct sc_lever_plan *plan)
{
    if (plan->whole)
        return fmax(1, round(0.05 * plan->now));
    return plan->kind == SC_LEVER_CONTACTS || plan->kind == SC_LEVER_HANDLE || plan->kind == SC_LEVER_TOUCHES
               ? 0.05 * plan->now
               : 0.02;
}

static double clip(const struct sc_lever_plan *plan, double position)
{
    return fmin(fmax(position, plan->low), plan->high);
}

/* Is the figure nearer to the level than where it began? */
static bool helps(const struct mover *mover, const struct place *place)
{
    return crossed(place->gap, mover->now.gap) || fabs(place->gap) < fabs(mover->now.gap);
}

/* A first step in a direction, and a longer one where that is too short to show. */
static enum sc_code begin(struct mover *mover, int direction, bool *helped, struct sc_error *error)
{
    const struct sc_lever_plan *plan = mover->plan;
    double step = first_step(plan);
    enum sc_code code = SC_OK;
    *helped = false;
    for (int i = 0; code == SC_OK && i < 3 && !*helped; i++, step *= 4) {
        double position = sc_lever_round(plan, clip(plan, plan->now + direction * step));
        bool reachable = position != plan->now;
        if (reachable)
            code = visit(mover, position, &mover->far, &reachable, error);
        if (code == SC_OK && reachable)
            *helped = helps(mover, &mover->far);
    }
    return code;
}

/* The next step: to where the slope so far leads and a bit further, but neither timid nor wild. */
static double next_position(const struct mover *mover)
{
    double now = mover->now.at, gone = mover->far.at - now;
    double slope = (mover->far.gap - mover->now.gap) / gone;
    double needed = slope != 0 ? -mover->now.gap / slope * 1.15 : 4 * gone;
    double factor = fmin(fmax(needed / gone, 1.5), 4);
    double position = now + gone * factor;
    if (mover->plan->whole && fabs(position - mover->far.at) < 1)
        position = mover->far.at + (gone > 0 ? 1 : -1);
    return clip(mover->plan, position);
}

/* Steps on until the level is crossed or the range ends; a place that cannot be built halves the step. */
static enum sc_code seek(struct mover *mover, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    struct place next = {.at = 0};
    for (int i = 0; code == SC_OK && i < STEPS_MOST && !crossed(mover->far.gap, mover->now.gap); i++) {
        double position = sc_lever_round(mover->plan, next_position(mover));
        bool reachable = false;
        for (int k = 0; code == SC_OK && k < 10 && !reachable && position != mover->far.at; k++) {
            code = visit(mover, position, &next, &reachable, error);
            if (!reachable)
                position = sc_lever_round(mover->plan, (position + mover->far.at) / 2);
        }
        if (code != SC_OK || !reachable) {
            mover->bound = true;
            break;
        }
        if (!crossed(next.gap, mover->now.gap) && fabs(next.gap) >= fabs(mover->far.gap) && i > 2) {
            place_release(&next); /* it does not get any nearer */
            next = (struct place){.at = 0};
            mover->bound = true;
            break;
        }
        place_move(&mover->near, &mover->far);
        place_move(&mover->far, &next);
    }
    place_release(&next);
    return code;
}

/* --- between both sides of the level --- */

static enum sc_code take_base(struct mover *mover, struct place *place, struct sc_error *error)
{
    bool reachable;
    return visit(mover, mover->plan->now, place, &reachable, error);
}

static enum sc_code narrow(struct mover *mover, struct sc_error *error)
{
    const struct sc_lever_plan *plan = mover->plan;
    double near_gap = mover->near.gap, far_gap = mover->far.gap; /* halved where one side stays: Illinois */
    double least = plan->whole ? 1 : 2e-5 * (plan->kind == SC_LEVER_HANDLE ? plan->now : 1);
    int stayed = 0;
    enum sc_code code = SC_OK;
    for (int i = 0; code == SC_OK && i < ROUNDS_MOST && fabs(mover->far.at - mover->near.at) > least * 1.5; i++) {
        struct place *best = fabs(mover->near.gap) < fabs(mover->far.gap) ? &mover->near : &mover->far;
        struct place middle = {.at = 0};
        bool reachable;
        if (!plan->whole && fabs(best->gap) <= 0.05 * half_of(best->figure))
            break;
        double position = mover->near.at + (mover->far.at - mover->near.at) * near_gap / (near_gap - far_gap);
        position = sc_lever_round(plan, position);
        if (position == mover->near.at || position == mover->far.at)
            position = sc_lever_round(plan, (mover->near.at + mover->far.at) / 2);
        if (position == mover->near.at || position == mover->far.at)
            break;
        code = visit(mover, position, &middle, &reachable, error);
        if (code != SC_OK || !reachable)
            break;
        if (crossed(middle.gap, mover->near.gap)) {
            place_move(&mover->far, &middle);
            far_gap = mover->far.gap;
            near_gap = stayed == 1 ? near_gap / 2 : mover->near.gap;
            stayed = 1;
        } else {
            place_move(&mover->near, &middle);
            near_gap = mover->near.gap;
            far_gap = stayed == 2 ? far_gap / 2 : mover->far.gap;
            stayed = 2;
        }
    }
    return code;
}

/* --- what is told of it --- */

static struct sc_figure over_slope(double at, struct sc_figure figure, double slope)
{
    double one = at - (figure.high - figure.mean) / slope, other = at + (figure.mean - figure.low) / slope;
    return (struct sc_figure){at, fmin(one, other), fmax(one, other)};
}

/* Brings the ends of an interval within bounds, the mean between them; where there is none none is made up. */
static void keep_within(struct sc_figure *figure, double low, double high)
{
    if (isnan(figure->low) || isnan(figure->high))
        return;
    figure->low = fmin(fmax(figure->low, low), figure->mean);
    figure->high = fmax(fmin(figure->high, high), figure->mean);
}

static enum sc_code measure_slope(struct mover *mover, const struct place *root, double coarse, double *slope,
                                  struct sc_error *error)
{
    double reach = fmin(fabs(half_of(root->figure) / coarse), 0.25 * (mover->plan->high - mover->plan->low));
    double side[2] = {clip(mover->plan, root->at - reach), clip(mover->plan, root->at + reach)};
    struct place place[2] = {{.at = root->at}, {.at = root->at}};
    bool reachable[2] = {true, true};
    enum sc_code code = SC_OK;
    *slope = coarse;
    for (int i = 0; code == SC_OK && i < 2; i++) {
        place[i].at = root->at;
        place[i].gap = root->gap;
        if (sc_lever_round(mover->plan, side[i]) != root->at)
            code = visit(mover, side[i], &place[i], &reachable[i], error);
    }
    if (code == SC_OK && place[1].at > place[0].at) {
        double measured = (place[1].gap - place[0].gap) / (place[1].at - place[0].at);
        if (measured * coarse > 0)
            *slope = measured;
    }
    place_release(&place[0]);
    place_release(&place[1]);
    return code;
}

static enum sc_code tell_costs(const struct mover *mover, const struct place *place, struct sc_lever *lever,
                               struct sc_error *error)
{
    const struct sc_lever_work *work = mover->work;
    const struct sc_series *series[2] = {&work->base, &place->series};
    double weight[2] = {-1 / work->months, 1 / work->months};
    struct sc_figure unknown = sc_figure_unknown(NAN);
    lever->cost_per_month = lever->running_per_month = unknown;
    if (!work->costs)
        return SC_OK;
    if (place->at == mover->plan->now) {
        lever->running_per_month = (struct sc_figure){0, 0, 0};
    } else {
        enum sc_code code = sc_series_combine(series, 2, weight, 1, &lever->running_per_month, error);
        if (code != SC_OK)
            return code;
    }
    if (mover->plan->priced)
        lever->cost_per_month = lever->running_per_month;
    return SC_OK;
}

static enum sc_code tell(struct mover *mover, const struct place *place, struct sc_lever *lever, struct sc_error *error)
{
    const struct sc_lever_plan *plan = mover->plan;
    bool shares = plan->kind != SC_LEVER_CONTACTS && plan->kind != SC_LEVER_HANDLE && plan->kind != SC_LEVER_TOUCHES &&
                  !plan->whole;
    lever->position = place->at;
    lever->metric = place->figure;
    lever->effort = fabs(place->at - plan->now) / (shares ? 1 : plan->now);
    lever->overrides = plan->paths;
    lever->override = sc_lever_overrides(plan, place->at, mover->work->arena);
    if (!lever->override)
        return sc_error_memory(error);
    return tell_costs(mover, place, lever, error);
}

static enum sc_code tell_whole(struct mover *mover, struct sc_lever *lever, struct sc_error *error)
{
    const struct sc_lever_work *work = mover->work;
    const struct place *near = &mover->near, *far = &mover->far;
    /* The side that meets what is wanted; ties are met on both. */
    bool far_meets = work->at_least ? far->gap >= 0 : far->gap <= 0;
    const struct place *met = far_meets ? far : near, *missed = far_meets ? near : far;
    double slope = (far->gap - near->gap) / (far->at - near->at);
    double exact = near->at - near->gap / slope;
    lever->exact = over_slope(exact, (struct sc_figure){met->figure.mean, met->figure.low, met->figure.high}, slope);
    lever->needed = (struct sc_figure){met->at, ceil(lever->exact.low - 1e-9), ceil(lever->exact.high - 1e-9)};
    if (met->at < missed->at) { /* fewer are needed: the largest whole number */
        lever->needed.low = floor(lever->exact.low + 1e-9);
        lever->needed.high = floor(lever->exact.high + 1e-9);
    }
    keep_within(&lever->needed, -INFINITY, INFINITY);
    return tell(mover, met, lever, error);
}

static enum sc_code tell_root(struct mover *mover, double coarse, struct sc_lever *lever, struct sc_error *error)
{
    const struct place *root = fabs(mover->near.gap) < fabs(mover->far.gap) ? &mover->near : &mover->far;
    double slope;
    enum sc_code code = measure_slope(mover, root, coarse, &slope, error);
    if (code != SC_OK)
        return code;
    lever->needed = over_slope(root->at, root->figure, slope);
    keep_within(&lever->needed, mover->plan->low, mover->plan->high);
    lever->exact = lever->needed;
    return tell(mover, root, lever, error);
}

static enum sc_code settle(struct mover *mover, bool helped, struct sc_lever *lever, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    if (!helped) {
        lever->end = SC_LEVER_IDLE;
        return tell(mover, &mover->now, lever, error);
    }
    if (!crossed(mover->far.gap, mover->now.gap)) {
        lever->end = SC_LEVER_SHORT;
        return tell(mover, &mover->far, lever, error);
    }
    lever->end = SC_LEVER_REACHES;
    if (mover->near.series.pair == NULL)
        code = take_base(mover, &mover->near, error);
    double coarse = (mover->far.gap - mover->near.gap) / (mover->far.at - mover->near.at);
    if (code == SC_OK)
        code = narrow(mover, error);
    if (code == SC_OK)
        code = mover->plan->whole ? tell_whole(mover, lever, error) : tell_root(mover, coarse, lever, error);
    return code;
}

enum sc_code sc_lever_move(const struct sc_lever_work *work, const struct sc_lever_plan *plan, struct sc_lever *lever,
                           struct sc_error *error)
{
    struct mover mover = {.work = work, .plan = plan};
    double gap = work->now.mean - work->wanted;
    bool met = work->at_least ? gap >= 0 : gap <= 0, helped = false;
    struct sc_figure unknown = sc_figure_unknown(NAN);
    *lever = (struct sc_lever){.kind = plan->kind,
                               .name = plan->name,
                               .element = plan->element,
                               .now = plan->now,
                               .needed = unknown,
                               .exact = unknown};
    mover.now = (struct place){.at = plan->now, .gap = gap, .figure = work->now};
    /* Where the target is met, room is looked for: the way that does harm. */
    int direction = (met ? -plan->help : plan->help);
    enum sc_code code = begin(&mover, direction, &helped, error);
    if (code == SC_OK && !helped) {
        place_release(&mover.far);
        mover.far = (struct place){.at = 0};
        code = begin(&mover, -direction, &helped, error);
    }
    if (code == SC_OK && helped)
        code = seek(&mover, error);
    if (code == SC_OK)
        code = settle(&mover, helped, lever, error);
    place_release(&mover.near);
    place_release(&mover.far);
    return code;
}
