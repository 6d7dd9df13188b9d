/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/figures.h"

#include <math.h>

static struct sc_figure find(const struct sc_metric *metrics, size_t count, const struct sc_figure *figures,
                             const char *name)
{
    int index = sc_metric_find(metrics, count, name);

    return index < 0 ? (struct sc_figure){NAN, NAN, NAN} : figures[index];
}

struct sc_figure sc_channel_figure(const struct sc_channel_result *channel, const char *metric)
{
    return find(sc_channel_metrics, sc_channel_metric_count, channel->figure, metric);
}

struct sc_figure sc_pool_figure(const struct sc_pool_result *pool, const char *metric)
{
    return find(sc_pool_metrics, sc_pool_metric_count, pool->figure, metric);
}

struct sc_figure sc_total_figure(const struct sc_result *result, const char *metric)
{
    return find(sc_total_metrics, sc_total_metric_count, result->total, metric);
}

static bool has_answer(const struct sc_target *target)
{
    return target->given && target->answer_given;
}

bool sc_channel_has_level(const struct sc_channel *channel)
{
    bool has = has_answer(&channel->service.target);

    for (size_t i = 0; i < channel->class_count; i++)
        has = has || has_answer(&channel->classes[i].service.target);
    return has;
}

/* A class inherits its channel's target; only one of its own is judged apart. */
static bool is_own_target(const struct sc_target *own, const struct sc_target *channel)
{
    if (!own->given)
        return false;
    return !channel->given || own->where.line != channel->where.line || own->answer_given != channel->answer_given ||
           own->answer != channel->answer || own->within_s != channel->within_s || own->counts != channel->counts ||
           own->abandon_given != channel->abandon_given || own->abandon != channel->abandon;
}

/* One half of a target: `figure` should be at least (or at most) `wanted`. */
static void judge(struct sc_verdict *verdict, struct sc_figure figure, double wanted, bool at_least)
{
    if (isnan(figure.mean))
        return;
    verdict->judged = true;
    if (at_least ? figure.mean < wanted : figure.mean > wanted)
        verdict->met = false;
    if (figure.low <= wanted && wanted <= figure.high && figure.low < figure.high)
        verdict->uncertain = true;
}

static struct sc_verdict judge_target(const struct sc_target *target, const struct sc_channel_result *figures)
{
    struct sc_verdict verdict = {.target = target, .figures = figures, .met = true};

    if (target->answer_given)
        judge(&verdict, sc_channel_figure(figures, "service_level"), target->answer, true);
    if (target->abandon_given)
        judge(&verdict, sc_channel_figure(figures, "abandon_rate"), target->abandon, false);
    return verdict;
}

void sc_verdicts(const struct sc_played *played, void (*each)(void *context, const struct sc_verdict *verdict),
                 void *context)
{
    for (size_t i = 0; i < played->scenario->channel_count; i++) {
        const struct sc_channel *channel = &played->scenario->channels[i];
        const struct sc_channel_result *figures = &played->result->channels[i];
        const struct sc_target *target = &channel->service.target;
        struct sc_verdict verdict;

        if (target->given) {
            verdict = judge_target(target, figures);
            verdict.channel = channel->name;
            verdict.deferred = channel->kind == SC_DEFERRED;
            each(context, &verdict);
        }
        for (size_t j = 0; j < channel->class_count; j++) {
            const struct sc_class *here = &channel->classes[j];

            if (!is_own_target(&here->service.target, target))
                continue;
            verdict = judge_target(&here->service.target, &figures->classes[j]);
            verdict.channel = channel->name;
            verdict.class_name = here->name;
            verdict.deferred = channel->kind == SC_DEFERRED;
            each(context, &verdict);
        }
    }
}

static void note_miss(void *context, const struct sc_verdict *verdict)
{
    bool *all_met = context;

    if (verdict->judged && !verdict->met)
        *all_met = false;
}

bool sc_run_targets_met(const struct sc_played *played)
{
    bool all_met = true;

    sc_verdicts(played, note_miss, &all_met);
    for (size_t i = 0; i < played->scenario->goal_count; i++) {
        const struct sc_goal_result *goal = &played->result->goals[i];

        all_met = all_met && (isnan(goal->figure.mean) || sc_goal_reached(goal->goal, goal->figure.mean));
    }
    return all_met;
}
