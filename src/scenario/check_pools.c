/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of pools, skills, hires and trunks: who serves what, and settings without effect.
 */
#include "scenario/check.h"

#include "staffcast/calendar.h"

#include <string.h>

static void check_skill(struct sc_reader *reader, const struct sc_node *node, const struct sc_skill *skill)
{
    const struct sc_channel *channel = &reader->scenario->channels[skill->channel];
    const struct sc_node *at_once = sc_node_child(node, "at_once"),
                         *slowdown = sc_node_child(node, "slowdown");
    const struct sc_node *interruptible = sc_node_child(node, "interruptible");
    if (at_once && skill->at_once > 1 && channel->kind != SC_CHAT)
        sc_reader_fault(
            reader, at_once,
            "at_once on a channel that is no chat; its contacts are handled one at a time, write 1");
    if (slowdown && channel->kind != SC_CHAT)
        sc_reader_fault(reader, slowdown, "slowdown on a channel that is no chat has no effect; remove it");
    if (interruptible && skill->interruptible && channel->kind != SC_DEFERRED)
        sc_reader_fault(reader, interruptible,
                        "interruptible work must be deferred; write it for a deferred channel");
}

static void check_skills(struct sc_reader *reader, const struct sc_node *node, const struct sc_pool *pool)
{
    const struct sc_node *list = sc_node_child(node, "skills");
    if (!list || list->kind != SC_NODE_LIST || list->count != pool->skill_count)
        return;
    if (!list->count)
        sc_reader_fault(reader, list, "a pool without skills; name at least one channel");
    const struct sc_node *at = list->first;
    for (size_t i = 0; i < pool->skill_count; i++, at = at->next) {
        const struct sc_skill *skill = &pool->skills[i];
        if (!sc_resolved(at, "channel", skill->channel, reader->scenario->channel_count))
            continue;
        check_skill(reader, at, skill);
        if (sc_node_child(at, "class") && skill->class_index < 0)
            continue;
        for (size_t j = 0; j < i; j++)
            if (pool->skills[j].channel == skill->channel &&
                pool->skills[j].class_index == skill->class_index &&
                sc_resolved(sc_node_element(list, j), "channel", skill->channel,
                            reader->scenario->channel_count)) {
                sc_reader_fault(
                    reader, at,
                    "the pool has this skill already; name each channel, or each class of it, once");
                break;
            }
    }
}

static void check_heads(struct sc_reader *reader, const struct sc_node *node, const struct sc_pool *pool)
{
    const struct sc_node *extra = sc_node_child(node, "extra");
    int least = 0, most = 0; /* of the heads where there are any */
    if (pool->roster == SC_ROSTER_AGENTS) {
        least = most = pool->agents;
    } else if (pool->roster == SC_ROSTER_SHIFTS) {
        for (size_t i = 0; i < pool->shift_count; i++)
            if (pool->shifts[i].agents > 0) {
                least = least == 0 || pool->shifts[i].agents < least ? pool->shifts[i].agents : least;
                most += pool->shifts[i].agents;
            }
    } else if (pool->roster == SC_ROSTER_STAFFING) {
        for (int day = 0; day < SC_DAY_KINDS; day++)
            for (int i = 0; i < pool->staffing.day[day].cells; i++) {
                int heads = (int)pool->staffing.day[day].value[i];
                least = heads > 0 && (least == 0 || heads < least) ? heads : least;
                most = heads > most ? heads : most;
            }
    } else {
        return;
    }
    bool written =
        sc_node_child(node, "agents") || sc_node_child(node, "shifts") || sc_node_child(node, "staffing");
    if (!written || sc_reader_is_faulty(reader, sc_node_child(node, "agents")) ||
        sc_reader_is_faulty(reader, sc_node_child(node, "shifts")) || sc_reader_is_faulty(reader, extra) ||
        sc_reader_is_faulty(reader, sc_node_child(node, "staffing")))
        return;
    if (most == 0)
        sc_reader_warn(reader, node, "the pool never has a head on duty%s",
                       extra && pool->extra ? "; extra adds only where the roster is above 0" : "");
    else if (extra && least + pool->extra < 0)
        sc_reader_fault(
            reader, extra,
            "extra takes more heads than there are (found %d where the roster has %d); write %d or more",
            pool->extra, least, -least);
}

static bool covers(const struct sc_scenario *scenario, int channel, int class_index)
{
    for (size_t i = 0; i < scenario->pool_count; i++)
        for (size_t j = 0; j < scenario->pools[i].skill_count; j++) {
            const struct sc_skill *skill = &scenario->pools[i].skills[j];
            if (skill->channel == channel && (skill->class_index < 0 || skill->class_index == class_index))
                return true;
        }
    return false;
}

static void check_cover(struct sc_reader *reader, const struct sc_node *node,
                        const struct sc_channel *channel, int index)
{
    double classed = 0;
    bool any = covers(reader->scenario, index, -1);
    for (size_t i = 0; i < channel->class_count; i++) {
        classed += channel->classes[i].share;
        any = any || covers(reader->scenario, index, (int)i);
    }
    if (!any) {
        sc_reader_fault(reader, node, "no pool serves this channel; add it to the skills of one");
        return;
    }
    for (size_t i = 0; i < channel->class_count; i++)
        if (!covers(reader->scenario, index, (int)i) && channel->classes[i].name)
            sc_reader_fault(reader, sc_node_element(sc_node_child(node, "classes"), i),
                            "no pool serves the class \"%s\"; add a skill for it, or one without class",
                            channel->classes[i].name);
    if (classed < 1 - 1e-9 && !covers(reader->scenario, index, -1))
        sc_reader_fault(reader, node,
                        "no pool serves the contacts that are of no class; add a skill without class");
}

static void check_trunks(struct sc_reader *reader)
{
    const struct sc_scenario *scenario = reader->scenario;
    const struct sc_node *list = sc_node_child(reader->root, "trunks");
    for (size_t i = 0; i < scenario->trunk_count; i++)
        for (size_t j = 0; j < i; j++)
            for (size_t k = 0; k < scenario->trunks[i].channel_count; k++)
                for (size_t l = 0; l < scenario->trunks[j].channel_count; l++) {
                    int channel = scenario->trunks[i].channels[k];
                    if (channel == scenario->trunks[j].channels[l] && scenario->channels[channel].name)
                        sc_reader_fault(reader, sc_node_child(sc_node_element(list, i), "channels"),
                                        "the channel \"%s\" is on two trunks; name it once",
                                        scenario->channels[channel].name);
                }
}

/* A plan reaches to the end of its last month. */
static int64_t plan_end(const struct sc_scenario *scenario)
{
    struct sc_date date = sc_date_from_day(scenario->start_day);
    int months = date.month - 1 + (scenario->plan.months > 0 ? scenario->plan.months : 12);
    return sc_day_from_date((struct sc_date){date.year + months / 12, months % 12 + 1, 1});
}

static void check_hires(struct sc_reader *reader, const struct sc_node *node, const struct sc_people *people)
{
    const struct sc_node *hires = sc_node_child(sc_node_child(node, "people"), "hires");
    int64_t end = plan_end(reader->scenario);
    char last[11];
    sc_date_format(end - 1, last);
    for (size_t i = 0; hires && i < people->hire_count; i++)
        if (people->hires[i].start_day >= end)
            sc_reader_warn(reader, sc_node_element(hires, i),
                           "hires that begin after the plan have no effect (it reaches to %s); plan more months, or "
                           "write an earlier start",
                           last);
}

void sc_check_pools(struct sc_reader *reader)
{
    const struct sc_scenario *scenario = reader->scenario;
    const struct sc_node *list = sc_node_child(reader->root, "pools");
    if (!list || list->kind != SC_NODE_LIST || scenario->pool_count != list->count)
        return;
    if (!list->count) {
        sc_reader_fault(reader, list, "a scenario without pools; write at least one");
        return;
    }
    sc_check_names(reader, list, "pools");
    const struct sc_node *node = list->first;
    for (size_t i = 0; i < scenario->pool_count; i++, node = node->next) {
        const struct sc_pool *pool = &scenario->pools[i];
        if (node->kind != SC_NODE_GROUP || !pool->name)
            continue;
        size_t before = sc_reader_enter(reader, "pools", 0);
        sc_reader_enter(reader, pool->name, 0);
        check_skills(reader, node, pool);
        check_heads(reader, node, pool);
        check_hires(reader, node, &pool->people);
        sc_reader_leave(reader, before);
    }
    bool skills_known = true;
    for (node = list->first; node; node = node->next)
        skills_known = skills_known && sc_node_child(node, "skills") &&
                       sc_node_child(node, "skills")->count &&
                       !sc_reader_is_faulty(reader, sc_node_child(node, "skills"));
    node = skills_known && reader->channels ? reader->channels->first : NULL;
    for (size_t i = 0; i < scenario->channel_count && node; i++, node = node->next) {
        bool twice = false;
        for (size_t j = 0; j < i && scenario->channels[i].name; j++)
            twice = twice || (scenario->channels[j].name &&
                              !strcmp(scenario->channels[i].name, scenario->channels[j].name));
        if (node->kind != SC_NODE_GROUP || !scenario->channels[i].name || twice)
            continue;
        size_t before = sc_reader_enter(reader, "channels", 0);
        sc_reader_enter(reader, scenario->channels[i].name, 0);
        check_cover(reader, node, &scenario->channels[i], (int)i);
        sc_reader_leave(reader, before);
    }
    check_trunks(reader);
}
