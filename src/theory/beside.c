/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/beside.h"

#include "theory/beside_demand.h"
#include "theory/beside_sums.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* Intervals that Erlang is asked about in all, and seconds that the forward equations may take, by their estimate. */
enum { INTERVALS_MOST = 16000 };
static const double forward_budget_s = 0.3;

/* --- which channels, and why --- */

/* Do only agents that hold one contact at a time serve the channel? */
static bool one_at_a_time(const struct sc_scenario *scenario, size_t channel)
{
    for (size_t p = 0; p < scenario->pool_count; ++p)
        for (size_t i = 0; i < scenario->pools[p].skill_count; ++i)
            if ((size_t)scenario->pools[p].skills[i].channel == channel && scenario->pools[p].skills[i].at_once > 1)
                return false;
    return true;
}

/* Has the channel one pool, and that pool no other channel? */
static bool is_alone(const struct sc_scenario *scenario, size_t channel)
{
    size_t pools = 0;
    for (size_t p = 0; p < scenario->pool_count; ++p) {
        const struct sc_pool *pool = &scenario->pools[p];
        if (!sc_skill_for(pool, channel))
            continue;
        ++pools;
        for (size_t i = 0; i < pool->skill_count; ++i)
            if ((size_t)pool->skills[i].channel != channel || pool->skills[i].after_s > 0)
                return false;
    }
    return pools == 1;
}

/* Do contacts come back to the channel, or to it from others? */
static bool comes_back(const struct sc_scenario *scenario, size_t channel)
{
    for (size_t c = 0; c < scenario->channel_count; ++c) {
        const struct sc_service *service = &scenario->channels[c].service;
        bool own = c == channel;
        if (own && (service->retry.share > 0 || service->touches.mean > 1 ||
                    (service->automation.given && service->automation.returns > 0)))
            return true;
        if (service->recontact.share > 0 && (size_t)service->recontact.to == channel)
            return true;
        for (size_t i = 0; i < service->transfers; ++i)
            if ((size_t)service->transfer[i].to == channel)
                return true;
        for (size_t i = 0; i < service->diverts; ++i)
            if ((size_t)service->divert[i].to == channel || (own && service->divert[i].share > 0))
                return true;
    }
    return false;
}

static bool has_trunk(const struct sc_scenario *scenario, size_t channel)
{
    for (size_t t = 0; t < scenario->trunk_count; ++t)
        for (size_t i = 0; i < scenario->trunks[t].channel_count; ++i)
            if ((size_t)scenario->trunks[t].channels[i] == channel)
                return true;
    return false;
}

static bool same(double a, double b)
{
    return a == b || fabs(a - b) <= 1e-9 * (fabs(a) + fabs(b));
}

/* Does what the channel meets change from interval to interval? */
static bool varies(const struct sc_course *course, size_t count)
{
    for (size_t i = 1; i < count; ++i)
        if (!same(course->arrivals[i], course->arrivals[0]) || !same(course->heads[i], course->heads[0]) ||
            !same(course->handle_s[i], course->handle_s[0]) || !same(course->patience_s[i], course->patience_s[0]))
            return true;
    return false;
}

static bool gives_up(const struct sc_channel *channel)
{
    bool any = channel->service.patience.kind != SC_LAW_NONE;
    for (size_t i = 0; i < channel->class_count; ++i)
        any = any || channel->classes[i].service.patience.kind != SC_LAW_NONE;
    return any;
}

static unsigned pool_reasons(const struct sc_scenario *scenario, size_t channel)
{
    unsigned reasons = 0;
    for (size_t p = 0; p < scenario->pool_count; ++p) {
        const struct sc_pool *pool = &scenario->pools[p];
        if (!sc_skill_for(pool, channel))
            continue;
        reasons |= pool->absence > 0 || pool->planned > 0 ? SC_REASON_SHRINKAGE : 0;
        reasons |= pool->speed_spread > 0 ? SC_REASON_SPEED : 0;
    }
    return reasons;
}

static unsigned reasons_of(const struct sc_scenario *scenario, size_t c, const struct sc_course *course, size_t count)
{
    const struct sc_channel *channel = &scenario->channels[c];
    const struct sc_service *service = &channel->service;
    bool spread =
        scenario->spread.cv > 0 || scenario->level > 0 || channel->volume.spread.cv > 0 || channel->volume.drift_cv > 0;
    unsigned reasons = pool_reasons(scenario, c);
    reasons |= gives_up(channel) ? SC_REASON_PATIENCE : 0;
    reasons |= varies(course, count) ? SC_REASON_STATIONARY : 0;
    reasons |= spread ? SC_REASON_SPREAD : 0;
    reasons |= is_alone(scenario, c) ? 0 : SC_REASON_SKILLS;
    reasons |= channel->class_count > 0 ? SC_REASON_CLASSES : 0;
    reasons |= comes_back(scenario, c) ? SC_REASON_COMEBACK : 0;
    reasons |=
        service->handle.kind != SC_LAW_EXPONENTIAL || service->wrap_up.kind != SC_LAW_NONE ? SC_REASON_HANDLE_LAW : 0;
    reasons |= service->patience.kind != SC_LAW_NONE && service->patience.kind != SC_LAW_EXPONENTIAL
                   ? SC_REASON_PATIENCE_LAW
                   : 0;
    reasons |= service->queue_limit >= 0 ? SC_REASON_LIMIT : 0;
    reasons |= has_trunk(scenario, c) ? SC_REASON_TRUNKS : 0;
    reasons |= service->balk > 0 ? SC_REASON_BALK : 0;
    reasons |= service->callback.given ? SC_REASON_CALLBACK : 0;
    reasons |= scenario->event_count > 0 ? SC_REASON_EVENTS : 0;
    return reasons;
}

static enum sc_beside_silence silence_of(const struct sc_scenario *scenario, size_t c, const struct sc_course *course,
                                         size_t count)
{
    double arrivals = 0, heads = 0;
    if (scenario->channels[c].kind == SC_DEFERRED)
        return SC_BESIDE_DEFERRED;
    if (!one_at_a_time(scenario, c))
        return SC_BESIDE_SLOTS;
    for (size_t i = 0; i < count; ++i) {
        arrivals += course->arrivals[i];
        heads += course->heads[i];
    }
    return arrivals > 0 && heads > 0 ? SC_BESIDE_SPEAKS : SC_BESIDE_NOTHING;
}

/* --- the usual method --- */

/* Days from one that is asked about to the next; no multiple of seven, so that all weekdays take part. */
static size_t stride(const struct sc_courses *courses)
{
    size_t step = 1, days = courses->count / courses->a_day;
    while (days / step * courses->a_day * courses->channels > INTERVALS_MOST && step < days)
        ++step;
    return step % 7 == 0 ? step + 1 : step;
}

/* Labels channels that pools join, directly or through others, with the same number. */
static void find_groups(const struct sc_scenario *scenario, size_t *group)
{
    for (size_t c = 0; c < scenario->channel_count; ++c)
        group[c] = c;
    for (bool settled = false; !settled;) {
        settled = true;
        for (size_t p = 0; p < scenario->pool_count; ++p) {
            const struct sc_pool *pool = &scenario->pools[p];
            size_t least = SIZE_MAX;
            for (size_t i = 0; i < pool->skill_count; ++i) {
                size_t c = (size_t)pool->skills[i].channel;
                if (scenario->channels[c].kind == SC_DEFERRED || !one_at_a_time(scenario, c))
                    continue;
                if (least != SIZE_MAX && group[c] != least)
                    settled = false;
                least = group[c] < least ? group[c] : least;
            }
            for (size_t i = 0; i < pool->skill_count; ++i) {
                size_t c = (size_t)pool->skills[i].channel;
                if (scenario->channels[c].kind != SC_DEFERRED && one_at_a_time(scenario, c))
                    group[c] = least;
            }
        }
    }
}

/* Heads per work of a channel. */
static double level_of(const struct sc_course *course, size_t interval)
{
    return course->heads[interval] / (course->arrivals[interval] * course->handle_s[interval]);
}

/* What the channel's contacts meet in an interval: the work, heads and patience of all that share its queue. */
static struct sc_met meets(const size_t *group, const struct sc_courses *courses, size_t channel, size_t interval)
{
    double level = level_of(&courses->channel[channel], interval);
    double arrivals = 0, work_s = 0, give_up_per_s = 0;
    struct sc_met met = {.arrivals = courses->channel[channel].arrivals[interval]};
    for (size_t c = 0; c < courses->channels; ++c) {
        const struct sc_course *course = &courses->channel[c];
        bool joined = group[c] == group[channel] && course->arrivals[interval] > 0 &&
                      fabs(level_of(course, interval) - level) <= 0.01 * level;
        if (c != channel && !joined)
            continue;
        arrivals += course->arrivals[interval];
        work_s += course->arrivals[interval] * course->handle_s[interval];
        give_up_per_s += course->arrivals[interval] / course->patience_s[interval];
        met.heads += course->heads[interval];
    }
    met.load_erl = work_s / courses->interval_s;
    met.handle_s = work_s / arrivals;
    met.patience_s = give_up_per_s > 0 ? arrivals / give_up_per_s : INFINITY;
    return met;
}

static enum sc_code usual(const size_t *group, const struct sc_courses *courses, size_t channel, struct sc_asked asked,
                          struct sc_beside_channel *beside, struct sc_error *error)
{
    bool impatient = beside->reasons & SC_REASON_PATIENCE;
    struct sc_sums c = {0}, a = {0};
    enum sc_code code = SC_OK;
    for (size_t day = 0; day < courses->count / courses->a_day; day += stride(courses)) {
        for (size_t i = day * courses->a_day; i < (day + 1) * courses->a_day && code == SC_OK; ++i) {
            if (!(courses->channel[channel].arrivals[i] > 0))
                continue;
            struct sc_met met = meets(group, courses, channel, i);
            if (impatient)
                code = sc_sums_add(&a, met, asked, error);
            met.patience_s = INFINITY;
            if (code == SC_OK)
                code = sc_sums_add(&c, met, asked, error);
        }
    }
    if (code != SC_OK)
        return code;
    beside->figures[SC_BESIDE_C] = sc_sums_figures(&c, asked);
    beside->figures[SC_BESIDE_A] = sc_sums_figures(&a, asked);
    return SC_OK;
}

/* --- the whole --- */

static enum sc_code fill(struct sc_beside *beside, const struct sc_model *model, const struct sc_courses *courses,
                         struct sc_error *error)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    double budget_s = forward_budget_s;
    size_t *group = calloc(scenario->channel_count, sizeof *group);
    enum sc_code code = group ? SC_OK : sc_error_memory(error);
    if (code == SC_OK)
        find_groups(scenario, group);
    for (size_t c = 0; c < beside->channel_count && code == SC_OK; ++c) {
        struct sc_beside_channel *channel = &beside->channels[c];
        const struct sc_course *course = &courses->channel[c];
        struct sc_sums none = {0};
        for (int method = 0; method < SC_BESIDE_METHODS; ++method)
            channel->figures[method] = sc_sums_figures(&none, (struct sc_asked){0});
        channel->silence = silence_of(scenario, c, course, courses->count);
        if (channel->silence != SC_BESIDE_SPEAKS)
            continue;
        channel->reasons = reasons_of(scenario, c, course, courses->count);
        code = usual(group, courses, c, sc_asked_of(&scenario->channels[c]), channel, error);
        bool alone = !(channel->reasons & (SC_REASON_SKILLS | SC_REASON_CLASSES));
        if (code == SC_OK && alone && channel->reasons & SC_REASON_STATIONARY)
            code = sc_beside_days(scenario, courses, c, &budget_s, channel, error);
    }
    free(group);
    return code;
}

enum sc_code sc_beside_new(const struct sc_model *model, struct sc_beside **beside, struct sc_error *error)
{
    size_t count = sc_model_scenario(model)->channel_count;
    struct sc_courses courses;
    enum sc_code code = sc_courses_init(&courses, model, error);
    if (code != SC_OK)
        return code;
    struct sc_beside *made = calloc(1, sizeof *made);
    struct sc_beside_channel *channels = calloc(count, sizeof *channels);
    if (!made || !channels) {
        code = sc_error_memory(error);
        free(channels);
        free(made);
        goto done;
    }
    *made = (struct sc_beside){count, channels};
    code = fill(made, model, &courses, error);
    if (code == SC_OK)
        *beside = made;
    else
        sc_beside_free(made);
done:
    sc_courses_release(&courses);
    return code;
}

void sc_beside_free(struct sc_beside *beside)
{
    if (beside)
        free(beside->channels);
    free(beside);
}
