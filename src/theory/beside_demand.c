/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "theory/beside_demand.h"

#include "staffcast/calendar.h"

#include <math.h>
#include <stdlib.h>

static const double day_s = 86400;

int sc_courses_day_kind(const struct sc_scenario *scenario, size_t day)
{
    int64_t date = scenario->start_day + (int64_t)day;
    for (size_t i = 0; i < scenario->holiday_count; ++i)
        if (scenario->holidays[i] == date)
            return SC_HOLIDAY;
    return sc_weekday(date);
}

const struct sc_skill *sc_skill_for(const struct sc_pool *pool, size_t channel)
{
    const struct sc_skill *found = NULL;
    for (size_t i = 0; i < pool->skill_count; ++i) {
        const struct sc_skill *skill = &pool->skills[i];
        if ((size_t)skill->channel == channel && (!found || (found->class_index >= 0 && skill->class_index < 0)))
            found = skill;
    }
    return found;
}

/* An instant of the counted days, by which laws and bots may change. */
struct moment {
    int weekday;
    bool holiday;
    double at_s; /* since midnight */
};

static double time_factor(const struct sc_week_clock *week, struct moment moment)
{
    if (!week->given)
        return 1;
    const struct sc_clock *clock = &week->day[moment.weekday];
    if (moment.holiday && week->day[SC_HOLIDAY].cells > 0)
        clock = &week->day[SC_HOLIDAY];
    return clock->cells == 0 ? 1 : clock->value[(int)(moment.at_s / day_s * clock->cells)];
}

static bool bot_works(const struct sc_automation *bot, struct moment moment)
{
    int kind = moment.holiday && bot->hours.holiday ? SC_HOLIDAY : moment.weekday;
    if (!bot->given)
        return false;
    return !bot->hours.given ||
           (bot->hours.named[kind] && moment.at_s >= bot->hours.from_s[kind] && moment.at_s < bot->hours.to_s[kind]);
}

/* Share of new contacts that come to join the queue. */
static double reaching(const struct sc_service *service, bool skips_bot, struct moment moment)
{
    double share = 1 - service->deflect;
    if (!skips_bot && bot_works(&service->automation, moment))
        share *= fmax(0, 1 - service->automation.resolves - service->automation.gives_up);
    for (size_t i = 0; i < service->diverts; ++i)
        if (service->divert[i].after_wait_s < 0 && service->divert[i].if_wait_over_s < 0)
            share *= 1 - service->divert[i].share;
    return share;
}

/* Sums over the classes of a channel, each by its share of the contacts that reach the queue. */
struct mixture {
    double reach, work_s, give_up_per_s;
};

static void mix(struct mixture *mixture, const struct sc_service *service, double share, double handle_factor,
                bool skips_bot, struct moment moment)
{
    double weight = share * reaching(service, skips_bot, moment);
    double handle_s = service->handle.mean_s * time_factor(&service->handle.by_time, moment);
    double wrap_up_s = service->wrap_up.kind == SC_LAW_NONE
                           ? 0
                           : service->wrap_up.mean_s * time_factor(&service->wrap_up.by_time, moment);
    double patience_s = service->patience.kind == SC_LAW_NONE
                            ? INFINITY
                            : service->patience.mean_s * time_factor(&service->patience.by_time, moment);
    mixture->reach += weight;
    mixture->work_s += weight * (handle_factor * handle_s + wrap_up_s);
    mixture->give_up_per_s += weight / patience_s;
}

static struct mixture mixture_of(const struct sc_channel *channel, struct moment moment)
{
    struct mixture mixture = {0};
    double rest = 1;
    for (size_t i = 0; i < channel->class_count; ++i) {
        const struct sc_class *class = &channel->classes[i];
        mix(&mixture, &class->service, class->share, class->handle_factor, class->skip_automation, moment);
        rest -= class->share;
    }
    if (rest > 1e-12)
        mix(&mixture, &channel->service, rest, 1, false, moment);
    return mixture;
}

static enum sc_code course_new(struct sc_course *course, size_t count, struct sc_error *error)
{
    double *block = calloc(4 * count, sizeof *block);
    if (!block)
        return sc_error_memory(error);
    *course = (struct sc_course){block, block + count, block + 2 * count, block + 3 * count};
    return SC_OK;
}

/* Arrivals, and times at speed 1. */
static void fill_demand(struct sc_courses *courses, const struct sc_model *model, size_t channel)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    struct sc_course *course = &courses->channel[channel];
    sc_model_mean_arrivals(model, channel, course->arrivals);
    for (size_t day = 0; day < courses->count / courses->a_day; ++day) {
        struct moment moment = {.weekday = sc_weekday(scenario->start_day + (int64_t)day),
                                .holiday = sc_courses_day_kind(scenario, day) == SC_HOLIDAY};
        for (size_t k = 0; k < courses->a_day; ++k) {
            size_t i = day * courses->a_day + k;
            moment.at_s = ((double)k + 0.5) * courses->interval_s;
            struct mixture mixture = mixture_of(&scenario->channels[channel], moment);
            bool any = mixture.reach > 0;
            course->arrivals[i] *= mixture.reach;
            course->handle_s[i] =
                any ? mixture.work_s / mixture.reach : scenario->channels[channel].service.handle.mean_s;
            course->patience_s[i] = any && mixture.give_up_per_s > 0 ? mixture.reach / mixture.give_up_per_s : INFINITY;
        }
    }
}

/* --- heads --- */

/* The load that a channel puts on the heads of a pool, in heads. */
static double load_of(const struct sc_scenario *scenario, const struct sc_courses *courses,
                      const struct sc_skill *skill, size_t interval)
{
    const struct sc_course *course = &courses->channel[skill->channel];
    double load = course->arrivals[interval] / courses->interval_s * course->handle_s[interval] / skill->speed;
    if (skill->interruptible)
        return 0;
    if (scenario->channels[skill->channel].kind == SC_CHAT && skill->at_once > 1) {
        size_t full = (size_t)skill->at_once < skill->slowdowns ? (size_t)skill->at_once : skill->slowdowns;
        load *= (full > 0 ? skill->slowdown[full - 1] : 1) / skill->at_once;
    }
    return load;
}

/* How the heads of all pools are split in one interval. */
struct split {
    size_t pools, channels;
    const struct sc_skill **skill; /* [pools * channels], NULL: none */
    double *load;                  /* [pools * channels] */
    double *heads;                 /* [pools * channels] */
    double *given;                 /* [channels], by all pools */
    double *there;                 /* [pools] */
};

static enum sc_code split_new(struct split *split, const struct sc_scenario *scenario, struct sc_error *error)
{
    size_t pools = scenario->pool_count, channels = scenario->channel_count, pairs = pools * channels;
    double *block = calloc(2 * pairs + channels + pools, sizeof *block);
    const struct sc_skill **skill = calloc(pairs, sizeof *skill);
    if (!block || !skill) {
        free(block);
        free(skill);
        return sc_error_memory(error);
    }
    *split =
        (struct split){pools, channels, skill, block, block + pairs, block + 2 * pairs, block + 2 * pairs + channels};
    for (size_t p = 0; p < pools; ++p)
        for (size_t c = 0; c < channels; ++c)
            skill[p * channels + c] = sc_skill_for(&scenario->pools[p], c);
    return SC_OK;
}

/*
 * Splits the heads of one pool so that the least heads per load of its channels is as high as it can be, given what
 * other pools give: as water finds its level. Returns the largest change.
 */
static double level(struct split *split, size_t pool)
{
    const struct sc_skill **skill = split->skill + pool * split->channels;
    double *load = split->load + pool * split->channels, *heads = split->heads + pool * split->channels;
    double ratio = INFINITY, change = 0;
    for (bool settled = false; !settled;) {
        double whole = split->there[pool], loads = 0;
        for (size_t c = 0; c < split->channels; ++c) {
            double others = split->given[c] - heads[c];
            if (!skill[c] || !(load[c] > 0) || others >= ratio * load[c])
                continue;
            whole += others;
            loads += load[c];
        }
        double lower = loads > 0 ? whole / loads : 0;
        settled = !(lower < ratio * (1 - 1e-12));
        ratio = lower;
    }
    for (size_t c = 0; c < split->channels; ++c) {
        double others = split->given[c] - heads[c];
        double now = skill[c] && load[c] > 0 ? fmax(0, ratio * load[c] - others) : 0;
        change = fmax(change, fabs(now - heads[c]));
        split->given[c] = others + now;
        heads[c] = now;
    }
    return change;
}

/* The only channel of a pool has all its heads, demand or not; the number of channels that have any. */
static size_t only_channel(const struct split *split, size_t pool, size_t *only)
{
    size_t count = 0;
    for (size_t c = 0; c < split->channels; ++c)
        if (split->skill[pool * split->channels + c]) {
            *only = c;
            ++count;
        }
    return count;
}

static void split_interval(struct split *split, bool shared)
{
    for (size_t c = 0; c < split->channels; ++c)
        split->given[c] = 0;
    for (size_t p = 0; p < split->pools; ++p) {
        size_t only = 0, channels = only_channel(split, p, &only);
        for (size_t c = 0; c < split->channels; ++c) {
            double *heads = &split->heads[p * split->channels + c];
            *heads = channels == 1 && c == only ? split->there[p] : 0;
            split->given[c] += *heads;
        }
    }
    double change = INFINITY;
    for (int sweep = 0; shared && change > 1e-6 && sweep < 50; ++sweep) {
        change = 0;
        for (size_t p = 0; p < split->pools; ++p) {
            size_t only;
            if (only_channel(split, p, &only) > 1)
                change = fmax(change, level(split, p));
        }
    }
}

static void take_heads(struct sc_courses *courses, const struct split *split, size_t interval)
{
    for (size_t c = 0; c < split->channels; ++c) {
        double heads = 0, speed = 0;
        for (size_t p = 0; p < split->pools; ++p) {
            size_t at = p * split->channels + c;
            heads += split->heads[at];
            speed += split->skill[at] ? split->heads[at] * split->skill[at]->speed : 0;
        }
        courses->channel[c].heads[interval] = heads;
        if (speed > 0)
            courses->channel[c].handle_s[interval] *= heads / speed;
    }
}

static enum sc_code fill_heads(struct sc_courses *courses, const struct sc_model *model, struct sc_error *error)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    struct split split = {0};
    double *roster = calloc(scenario->pool_count * courses->count, sizeof *roster);
    bool shared = false;
    enum sc_code code = roster ? split_new(&split, scenario, error) : sc_error_memory(error);
    for (size_t p = 0; code == SC_OK && p < scenario->pool_count; ++p) {
        size_t only;
        code = sc_model_mean_heads(model, p, roster + p * courses->count, error);
        shared = shared || only_channel(&split, p, &only) > 1;
    }
    for (size_t i = 0; code == SC_OK && i < courses->count; ++i) {
        for (size_t p = 0; p < split.pools; ++p) {
            const struct sc_pool *pool = &scenario->pools[p];
            split.there[p] = roster[p * courses->count + i] * (1 - pool->absence) * (1 - pool->planned);
            for (size_t c = 0; shared && c < split.channels; ++c) {
                const struct sc_skill *skill = split.skill[p * split.channels + c];
                split.load[p * split.channels + c] = skill ? load_of(scenario, courses, skill, i) : 0;
            }
        }
        split_interval(&split, shared);
        take_heads(courses, &split, i);
    }
    free(split.load);
    free(split.skill);
    free(roster);
    return code;
}

enum sc_code sc_courses_init(struct sc_courses *courses, const struct sc_model *model, struct sc_error *error)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    struct sc_courses made = {.a_day = (size_t)(day_s / scenario->interval_s + 0.5),
                              .interval_s = scenario->interval_s,
                              .channels = scenario->channel_count};
    enum sc_code code = SC_OK;
    made.count = made.a_day * (size_t)scenario->days;
    made.channel = calloc(made.channels, sizeof *made.channel);
    if (!made.channel)
        code = sc_error_memory(error);
    for (size_t c = 0; code == SC_OK && c < made.channels; ++c) {
        code = course_new(&made.channel[c], made.count, error);
        if (code == SC_OK)
            fill_demand(&made, model, c);
    }
    if (code == SC_OK)
        code = fill_heads(&made, model, error);
    if (code == SC_OK)
        *courses = made;
    else
        sc_courses_release(&made);
    return code;
}

void sc_courses_release(struct sc_courses *courses)
{
    for (size_t c = 0; courses->channel && c < courses->channels; ++c)
        free(courses->channel[c].arrivals);
    free(courses->channel);
}
