/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is to be done once a group is read: defaults that depend on its other settings, and checks within it.
 */
#include "scenario/read.h"
#include "scenario/schema_rows.h"

#include "base/number.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The node of a setting, or that of its group where it was not written. */
static const struct sc_node *at(const struct sc_node *node, const char *name)
{
    const struct sc_node *child = sc_node_child(node, name);
    return child ? child : node;
}

/* --- channels ---------------------------------------------------------------------------------------- */

static void settle_close(struct sc_channel *channel)
{
    if ((int)channel->service.at_close < 0)
        channel->service.at_close = channel->kind == SC_CHAT       ? SC_DISMISS
                                    : channel->kind == SC_DEFERRED ? SC_KEEP
                                                                   : SC_DRAIN;
}

static void settle_service(struct sc_reader *reader, const struct sc_node *node, int channel,
                           struct sc_service *service)
{
    if (service->target.short_s < 0)
        service->target.short_s = service->target.within_s;
    if (service->recontact.to < 0)
        service->recontact.to = channel;
    const struct sc_node *points = sc_node_child(node, "satisfaction");
    for (size_t i = 1; points && i < service->satisfaction_points; i++)
        if (!(service->satisfaction[i].wait_s > service->satisfaction[i - 1].wait_s))
            sc_reader_fault(reader, sc_node_element(points, i),
                            "the waits of satisfaction do not rise; write the points by rising wait");
}

/* Hooks get the group alone; its channel is found by the element of the list that holds it. */
static int index_of_channel(const struct sc_reader *reader, const struct sc_channel *channel)
{
    return (int)(channel - reader->scenario->channels);
}

void sc_class_prepare(void *element, const void *owner)
{
    /* The settings of the channel are read by now: `classes` is the last row of its table. */
    struct sc_channel *channel = (struct sc_channel *)(uintptr_t)owner;
    settle_close(channel);
    ((struct sc_class *)element)->service = channel->service;
}

void sc_class_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_class *class = group;
    if (sc_node_child(node, "skip_automation") && class->skip_automation && !class->service.automation.given)
        sc_reader_warn(reader, at(node, "skip_automation"),
                       "skip_automation has no effect: there is no automation");
}

void sc_channel_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    struct sc_channel *channel = group;
    int index = index_of_channel(reader, channel);
    const struct sc_node *classes = sc_node_child(node, "classes");
    settle_close(channel);
    settle_service(reader, node, index, &channel->service);
    for (size_t i = 0; i < channel->class_count; i++) {
        struct sc_class *class = (struct sc_class *)(uintptr_t)&channel->classes[i];
        settle_service(reader, sc_node_element(classes, i), index, &class->service);
    }
}

void sc_volume_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_volume *volume = group;
    const struct sc_node *history = sc_node_child(node, "history");
    if (history && sc_node_child(node, "per_day"))
        sc_reader_fault(reader, at(node, "per_day"), "per_day beside history; write one of the two");
    if (history && sc_node_child(node, "shape"))
        sc_reader_fault(reader, at(node, "shape"), "shape beside history; write one of the two");
    if (!history && !sc_node_child(node, "per_day"))
        sc_reader_fault(reader, node, "a volume without per_day; write per_day = … contacts of an open day");
    const struct sc_node *spread = sc_node_child(node, "spread");
    if (spread && volume->spread.memory != 0 && volume->spread.cv == 0)
        sc_reader_warn(reader, spread, "memory has no effect without cv");
}

void sc_retry_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_retry *retry = group;
    if (retry->share > 0 && retry->after.kind == SC_LAW_NONE && !sc_node_child(node, "after"))
        sc_reader_fault(reader, node, "a retry without after; write after = \"10 min\"; or the like");
    if (sc_node_child(node, "attempts") && retry->attempts == 0 && retry->share > 0)
        sc_reader_fault(reader, at(node, "attempts"),
                        "a retry with no attempts has no effect; write 1 or more, or remove retry");
}

void sc_automation_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_automation *automation = group;
    char sum[SC_NUMBER_TEXT];
    if (automation->resolves + automation->gives_up > 1 + 1e-9)
        sc_reader_fault(reader, at(node, "gives_up"),
                        "resolves and gives_up are more than everybody (found %s together); "
                        "write shares of 1 or less together",
                        sc_number_format(automation->resolves + automation->gives_up, sum));
    if (automation->returns > 0 && automation->returns_after.kind == SC_LAW_NONE &&
        !sc_node_child(node, "returns_after"))
        sc_reader_fault(reader, at(node, "returns"),
                        "returns without returns_after; write returns_after = \"4 h\"; or the like");
    if (automation->returns > 0 && automation->resolves == 0)
        sc_reader_warn(reader, at(node, "returns"), "returns has no effect: nothing is resolved");
    if (automation->returns == 0 && sc_node_child(node, "returns_after"))
        sc_reader_warn(reader, at(node, "returns_after"), "returns_after has no effect: nothing returns");
}

void sc_divert_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_divert *divert = group;
    if (divert->if_wait_over_s >= 0 && divert->after_wait_s >= 0)
        sc_reader_fault(reader, at(node, "after_wait"), "if_wait_over and after_wait in one diversion; "
                        "write two diversions, one on joining and one from the queue");
}

void sc_touches_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_touches *touches = group;
    if (touches->mean > 1 && touches->reply_after.kind == SC_LAW_NONE && !sc_node_child(node, "reply_after"))
        sc_reader_fault(reader, node,
                        "touches without reply_after; write reply_after = \"5 h\"; or the like");
    if (touches->mean == 1 && !sc_reader_is_faulty(reader, sc_node_child(node, "mean")))
        sc_reader_warn(reader, node, "touches has no effect: its mean is 1");
}

void sc_recontact_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_recontact *recontact = group;
    if (recontact->share > 0 && recontact->after.kind == SC_LAW_NONE && !sc_node_child(node, "after"))
        sc_reader_fault(reader, node, "a recontact without after; write after = \"1 d\"; or the like");
}

void sc_target_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_target *target = group;
    if (!node->count)
        sc_reader_fault(reader, node, "an empty target; write answer and within, or abandon");
    else if (target->answer_given && !target->within_given)
        sc_reader_fault(reader, at(node, "answer"),
                        "answer without within; write within = \"20 s\"; or the like");
}

/* --- pools ------------------------------------------------------------------------------------------- */

static void check_break(struct sc_reader *reader, const struct sc_node *node, const struct sc_shift *shift,
                        struct sc_break *pause)
{
    if (pause->to_s < pause->from_s)
        pause->to_s += 86400;
    if (pause->from_s < shift->from_s) {
        pause->from_s += 86400;
        pause->to_s += 86400;
    }
    bool at_once = pause->from_s == pause->to_s;
    if (pause->from_s < shift->from_s || pause->to_s > shift->to_s ||
        (at_once && pause->from_s + pause->lasts_s > shift->to_s))
        sc_reader_fault(reader, at(node, "at"), "a break outside its shift; write a time within");
    else if (!at_once && pause->lasts_s > pause->to_s - pause->from_s)
        sc_reader_fault(reader, at(node, "lasts"),
                        "a break longer than its window; write a wider window or a shorter break");
}

void sc_shift_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    struct sc_shift *shift = group;
    const struct sc_node *from = sc_node_child(node, "from"), *to = sc_node_child(node, "to");
    if (!from || !to || from->kind != SC_NODE_STRING || to->kind != SC_NODE_STRING)
        return;
    if (shift->from_s == shift->to_s) {
        sc_reader_fault(reader, to,
                        "a shift without length; write \"00:00\" and \"24:00\" for the whole day");
        return;
    }
    if (shift->to_s < shift->from_s)
        shift->to_s += 86400;
    const struct sc_node *breaks = sc_node_child(node, "breaks");
    for (size_t i = 0; i < shift->break_count; i++)
        check_break(reader, sc_node_element(breaks, i), shift,
                    (struct sc_break *)(uintptr_t)&shift->breaks[i]);
}

void sc_pool_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    struct sc_pool *pool = group;
    const struct sc_node *agents = sc_node_child(node, "agents"), *shifts = sc_node_child(node, "shifts");
    const struct sc_node *staffing = sc_node_child(node, "staffing"), *hours = sc_node_child(node, "hours");
    pool->roster = shifts     ? SC_ROSTER_SHIFTS
                   : staffing ? (pool->roster_file ? SC_ROSTER_FILE : SC_ROSTER_STAFFING)
                              : SC_ROSTER_AGENTS;
    if (!agents && !shifts && !staffing)
        sc_reader_fault(reader, node, "a pool without heads; write agents, shifts or staffing");
    if (!!agents + !!shifts + !!staffing > 1)
        sc_reader_fault(reader, agents && shifts ? shifts : staffing,
                        "agents, shifts and staffing exclude each other; write one of them");
    else if (hours && !agents)
        sc_reader_fault(reader, hours, "hours has no effect beside %s; it belongs to agents",
                        shifts ? "shifts" : "staffing");
}

void sc_skill_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_skill *skill = group;
    if (skill->slowdowns > (size_t)skill->at_once)
        sc_reader_warn(reader, at(node, "slowdown"),
                       "slowdown has more numbers than at_once; the others have no effect");
}

void sc_people_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    struct sc_people *people = group;
    if (people->early_attrition < 0)
        people->early_attrition = people->attrition;
    if (people->overhead == 1)
        sc_reader_fault(reader, at(node, "overhead"),
                        "an overhead of 1 leaves nobody to handle contacts; write a share below 1");
    if (people->class_min > people->class_max)
        sc_reader_fault(reader, at(node, "class"), "class: min is above max; write the smaller first");
    for (size_t i = 0; i < people->hire_count; i++) {
        struct sc_hire *hire = (struct sc_hire *)(uintptr_t)&people->hires[i];
        if (hire->until_day == -1)
            hire->until_day = INT64_MAX;
        if (hire->until_day < hire->start_day)
            sc_reader_fault(reader, sc_node_element(sc_node_child(node, "hires"), i),
                            "until is before start; write a later date");
    }
    for (size_t i = 1; i < people->burnout_points; i++)
        if (!(people->burnout[i].occupancy > people->burnout[i - 1].occupancy))
            sc_reader_fault(reader, sc_node_element(sc_node_child(node, "burnout"), i),
                            "the occupancies of burnout do not rise; write the points by rising occupancy");
}

/* --- events and goals -------------------------------------------------------------------------------- */

void sc_event_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_event *event = group;
    if (event->lasts_s >= 0 && event->over_s >= 0)
        sc_reader_fault(reader, at(node, "over"), "lasts and over in one event; write one of the two");
}

void sc_goal_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    (void)group;
    const struct sc_node *least = sc_node_child(node, "at_least"), *most = sc_node_child(node, "at_most");
    if (!least && !most)
        sc_reader_fault(reader, node, "a goal without at_least or at_most; write one of the two");
    if (least && most)
        sc_reader_fault(reader, most, "at_least and at_most in one goal; write two goals");
}

void sc_plan_finish(struct sc_reader *reader, const struct sc_node *node, void *group)
{
    const struct sc_plan_settings *plan = group;
    const struct sc_node *confidence = sc_node_child(node, "confidence");
    if (confidence && !(plan->confidence > 0.0 && plan->confidence < 1.0))
        sc_reader_fault(reader, confidence,
                        "a confidence of %g: nothing is promised by 0, and nothing that is random is kept with 1; "
                        "write a number above 0 and below 1",
                        plan->confidence);
}
