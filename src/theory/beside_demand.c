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
    int kind = moment.holiday && bot->hours.named[SC_HOLIDAY] ? SC_HOLIDAY : moment.weekday;
    if (!bot->given)
        return false;
    return !bot->hours.given || (bot->hours.named[kind] && moment.at_s >= bot->hours.from_s[kind] &&
                                 moment.at_s < bot->hours.to_s[kind]);
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
            course->handle_s[i] = any ? mixture.work_s / mixture.reach : scenario->channels[channel].service.handle.mean_s;
            course->patience_s[i] = any && mixture.give_up_per_s > 0 ? mixture.reach / mixture.give_up_per_s : INFINITY;
        }
    }
}

/* How strongly a channel pulls at the heads of a pool that serves it: its load, in heads. */
static double pull(const struct sc_scenario *scenario, const struct sc_courses *courses, const struct sc_skill *skill,
                   size_t interval)
{
    const struct sc_course *course = &courses->channel[skill->channel];
    double work = course->arrivals[interval] * course->handle_s[interval] / skill->speed;
    if (skill->interruptible)
        return 0;
    if (scenario->channels[skill->channel].kind == SC_CHAT && skill->at_once > 1) {
        size_t full = (size_t)skill->at_once < skill->slowdowns ? (size_t)skill->at_once : skill->slowdowns;
        work *= (full > 0 ? skill->slowdown[full - 1] : 1) / skill->at_once;
    }
    return work;
}

/* Splits the heads of a pool between its channels; speed[] gathers heads times speed. */
static void split_heads(struct sc_courses *courses, const struct sc_scenario *scenario, const struct sc_pool *pool,
                        const double *heads, double *const *speed)
{
    size_t served = 0;
    double there = (1 - pool->absence) * (1 - pool->planned);
    for (size_t c = 0; c < courses->channels; ++c)
        served += sc_skill_for(pool, c) != NULL;
    for (size_t i = 0; i < courses->count; ++i) {
        double whole = 0;
        for (size_t c = 0; c < courses->channels; ++c) {
            const struct sc_skill *skill = sc_skill_for(pool, c);
            whole += skill ? pull(scenario, courses, skill, i) : 0;
        }
        for (size_t c = 0; c < courses->channels; ++c) {
            const struct sc_skill *skill = sc_skill_for(pool, c);
            if (!skill)
                continue;
            double share = served == 1 ? 1 : whole > 0 ? pull(scenario, courses, skill, i) / whole : 0;
            courses->channel[c].heads[i] += share * heads[i] * there;
            speed[c][i] += share * heads[i] * there * skill->speed;
        }
    }
}

static enum sc_code fill_heads(struct sc_courses *courses, const struct sc_model *model, struct sc_error *error)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    double *block = calloc((courses->channels + 1) * courses->count, sizeof *block);
    double **speed = calloc(courses->channels, sizeof *speed);
    enum sc_code code = block && speed ? SC_OK : sc_error_memory(error);
    for (size_t c = 0; code == SC_OK && c < courses->channels; ++c)
        speed[c] = block + (c + 1) * courses->count;
    for (size_t p = 0; code == SC_OK && p < scenario->pool_count; ++p) {
        code = sc_model_mean_heads(model, p, block, error);
        if (code == SC_OK)
            split_heads(courses, scenario, &scenario->pools[p], block, speed);
    }
    for (size_t c = 0; code == SC_OK && c < courses->channels; ++c)
        for (size_t i = 0; i < courses->count; ++i)
            if (speed[c][i] > 0)
                courses->channel[c].handle_s[i] *= courses->channel[c].heads[i] / speed[c][i];
    free(speed);
    free(block);
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
