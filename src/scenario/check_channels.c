/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of channels that look beyond one group: names, sums of shares, volumes against hours, settings
 * without effect.
 */
#include "scenario/check.h"

#include "base/number.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Sums of decimal shares such as .7 + .2 + .1 may come out a little over 1. */
static const double sum_slack = 1e-9;

void sc_check_names(struct sc_reader *reader, const struct sc_node *list, const char *what)
{
    if (!list || list->kind != SC_NODE_LIST)
        return;
    size_t index = 0;
    for (const struct sc_node *node = list->first; node; node = node->next, index++) {
        const struct sc_node *name = sc_node_child(node, "name");
        if (!name || name->kind != SC_NODE_STRING)
            continue;
        for (const struct sc_node *before = list->first; before != node; before = before->next) {
            const struct sc_node *other = sc_node_child(before, "name");
            if (!other || other->kind != SC_NODE_STRING || strcmp(other->text, name->text) != 0)
                continue;
            if (other->where.line)
                sc_reader_fault(reader, name,
                                "two %s have the name \"%s\" (found before in line %d); give each its own",
                                what, name->text, other->where.line);
            else
                sc_reader_fault(reader, name, "two %s have the name \"%s\"; give each its own", what,
                                name->text);
            break;
        }
    }
}

/* The channel's range of one kind of day; false where it is closed. */
static bool open_on(const struct sc_channel *channel, int day, double *from, double *to)
{
    if (!channel->hours.given) {
        *from = 0;
        *to = 86400;
        return day != SC_HOLIDAY;
    }
    *from = channel->hours.from_s[day];
    *to = channel->hours.to_s[day];
    return channel->hours.named[day];
}

/* The weight of a shape within the opening hours of a day. */
static double weight_within(const struct sc_clock *clock, double from, double to)
{
    double sum = 0, cell_s = 86400.0 / clock->cells;
    for (int i = 0; i < clock->cells; i++) {
        double begin = fmax(from, i * cell_s), end = fmin(to, (i + 1) * cell_s);
        if (end > begin)
            sum += clock->value[i] * (end - begin) / cell_s;
    }
    return sum;
}

static void check_shape(struct sc_reader *reader, const struct sc_node *node,
                        const struct sc_channel *channel)
{
    const struct sc_volume *volume = &channel->volume;
    bool outside[288] = {false}, inside[288] = {false};
    int cells = 0;
    for (int day = 0; day < SC_HOLIDAY; day++) {
        const struct sc_clock *clock = &volume->shape.day[day];
        double from, to;
        if (!open_on(channel, day, &from, &to) || !(volume->per_day.value[day] > 0))
            continue;
        if (!clock->cells) {
            sc_reader_warn(reader, node,
                           "%s is open but has no shape: its contacts spread evenly over its hours",
                           sc_day_kind_name(day));
            continue;
        }
        if (!(weight_within(clock, from, to) > 0)) {
            sc_reader_fault(reader, node, "the shape has no weight in the hours of %s, which has a volume; "
                            "write numbers above 0 there", sc_day_kind_name(day));
            return;
        }
        cells = cells == 0 || cells == clock->cells ? clock->cells : -1;
        for (int i = 0; i < clock->cells; i++) {
            double begin = i * (86400.0 / clock->cells), end = begin + 86400.0 / clock->cells;
            bool is_inside = begin < to && end > from;
            inside[i] = inside[i] || is_inside;
            outside[i] = outside[i] || (!is_inside && clock->value[i] > 0);
        }
    }
    for (int i = 0; cells > 0 && i < cells; i++)
        if (outside[i] && !inside[i]) {
            sc_reader_warn(
                reader, node,
                "weights outside the opening hours have no effect (found at %02d:%02d); write 0 there",
                i * (1440 / cells) / 60, i * (1440 / cells) % 60);
            break;
        }
}

static void check_volume(struct sc_reader *reader, const struct sc_node *node,
                         const struct sc_channel *channel)
{
    const struct sc_node *volume = sc_node_child(node, "volume"), *per_day = sc_node_child(volume, "per_day");
    const struct sc_node *hours = sc_node_child(node, "hours");
    double from, to;
    bool open = false;
    for (int day = 0; day < SC_DAY_KINDS; day++)
        open = open || open_on(channel, day, &from, &to);
    if (hours && channel->hours.given && !open && !sc_reader_is_faulty(reader, hours))
        sc_reader_fault(reader, hours, "a channel that never opens; name a day with its hours");
    for (const struct sc_node *at = per_day && per_day->kind == SC_NODE_GROUP ? per_day->first : NULL; at;
         at = at->next) {
        unsigned days;
        enum sc_days_level level;
        bool any = !sc_days_parse(at->name, strlen(at->name), &days, &level);
        for (int day = 0; day < SC_DAY_KINDS && !any; day++)
            any = (days >> day & 1) && open_on(channel, day, &from, &to);
        if (!any && !sc_reader_is_faulty(reader, hours))
            sc_reader_warn(reader, at, "a volume on %s has no effect: the channel is closed then", at->name);
    }
    if (channel->volume.shape.given && open && !sc_reader_is_faulty(reader, hours) &&
        !sc_reader_is_faulty(reader, volume))
        check_shape(reader, sc_node_child(volume, "shape"), channel);
}

static void check_sums(struct sc_reader *reader, const struct sc_node *node, const struct sc_service *service,
                       int channel)
{
    char text[SC_NUMBER_TEXT];
    const struct sc_node *transfer = sc_node_child(node, "transfer"), *divert = sc_node_child(node, "divert");
    double sum = 0;
    size_t i = 0;
    for (const struct sc_node *at = transfer ? transfer->first : NULL; at && i < service->transfers;
         at = at->next, i++) {
        sum += service->transfer[i].share;
        if (service->transfer[i].to == channel && sc_node_child(at, "to"))
            sc_reader_fault(reader, at, "a transfer to the channel itself; name another, or use touches");
    }
    if (transfer && sum > 1 + sum_slack)
        sc_reader_fault(reader, transfer,
                        "the shares of transfers are more than everybody (found %s together); "
                        "write shares of 1 or less together",
                        sc_number_format(sum, text));
    i = 0;
    for (const struct sc_node *at = divert ? divert->first : NULL; at && i < service->diverts;
         at = at->next, i++)
        if (service->divert[i].to == channel && sc_node_child(at, "to"))
            sc_reader_fault(reader, at, "a diversion to the channel itself; name another");
}

/* Settings that the routing rule, the kind or another setting makes meaningless. */
static void check_effects(struct sc_reader *reader, const struct sc_node *node,
                          const struct sc_channel *channel, const struct sc_service *service)
{
    enum sc_contact_rule rule = reader->scenario->contact_rule;
    const struct sc_node *ageing = sc_node_child(node, "ageing"), *priority = sc_node_child(node, "priority");
    const struct sc_node *at_close = sc_node_child(node, "at_close"),
                         *patience = sc_node_child(node, "patience");
    if (ageing && service->ageing != 0 && rule != SC_CONTACT_SCORE)
        sc_reader_warn(reader, ageing, "ageing has no effect without routing.contact = \"score\"");
    if (priority && service->priority != 0 && (rule == SC_CONTACT_LONGEST_WAIT || rule == SC_CONTACT_TARGET))
        sc_reader_warn(reader, priority, "priority has no effect under routing.contact = \"%s\"",
                       rule == SC_CONTACT_TARGET ? "target" : "longest-wait");
    if (at_close && !channel->hours.given)
        sc_reader_warn(reader, at_close, "at_close has no effect: the channel is open around the clock");
    if (patience && service->queue_limit == 0)
        sc_reader_warn(reader, patience, "patience has no effect: queue_limit is 0, nobody waits");
    if (sc_node_child(node, "callback") && channel->kind == SC_DEFERRED)
        sc_reader_warn(reader, sc_node_child(node, "callback"),
                       "a callback on a deferred channel: nobody waits on the line there");
}

static bool names_class(const struct sc_scenario *scenario, int channel, int class_index)
{
    for (size_t i = 0; i < scenario->pool_count; i++)
        for (size_t j = 0; j < scenario->pools[i].skill_count; j++) {
            const struct sc_skill *skill = &scenario->pools[i].skills[j];
            if (skill->channel == channel && skill->class_index == class_index)
                return true;
        }
    return false;
}

static void check_classes(struct sc_reader *reader, const struct sc_node *node,
                          const struct sc_channel *channel, int index)
{
    const struct sc_node *classes = sc_node_child(node, "classes");
    double sum = 0;
    if (!classes || classes->kind != SC_NODE_LIST || channel->class_count != classes->count)
        return;
    sc_check_names(reader, classes, "classes of a channel");
    const struct sc_node *at = classes->first;
    for (size_t i = 0; i < channel->class_count; i++, at = at->next) {
        const struct sc_class *class = &channel->classes[i];
        if (at->kind != SC_NODE_GROUP || !class->name)
            continue;
        size_t before = sc_reader_enter(reader, "classes", 0);
        sc_reader_enter(reader, class->name, 0);
        sum += class->share;
        if (sc_node_child(at, "share") && class->share == 0)
            sc_reader_warn(reader, sc_node_child(at, "share"), "no contact is of this class: its share is 0");
        if (at->count <= 2 && !names_class(reader->scenario, index, (int)i))
            sc_reader_warn(reader, at,
                           "the class has no effect: no skill names it and it has no settings of its own");
        check_sums(reader, at, &class->service, index);
        check_effects(reader, at, channel, &class->service);
        sc_reader_leave(reader, before);
    }
    char text[SC_NUMBER_TEXT];
    if (sum > 1 + sum_slack)
        sc_reader_fault(reader, classes, "the shares of classes are more than everybody (found %s together); "
                        "write shares of 1 or less together", sc_number_format(sum, text));
}

/* Whether contacts come in by any way. */
static bool has_inflow(const struct sc_scenario *scenario, int index)
{
    const struct sc_channel *channel = &scenario->channels[index];
    if (channel->volume.per_day.given || channel->volume.history_file || channel->backlog.count > 0)
        return true;
    for (size_t i = 0; i < scenario->channel_count; i++) {
        const struct sc_channel *other = &scenario->channels[i];
        for (size_t j = 0; j <= other->class_count; j++) {
            const struct sc_service *service =
                j < other->class_count ? &other->classes[j].service : &other->service;
            for (size_t k = 0; k < service->diverts; k++)
                if (service->divert[k].to == index && service->divert[k].share > 0)
                    return true;
            for (size_t k = 0; k < service->transfers; k++)
                if (service->transfer[k].to == index && service->transfer[k].share > 0)
                    return true;
            if (service->recontact.to == index && (int)i != index && service->recontact.share > 0)
                return true;
        }
    }
    return false;
}

void sc_check_channels(struct sc_reader *reader)
{
    const struct sc_scenario *scenario = reader->scenario;
    const struct sc_node *list = reader->channels;
    if (!list || scenario->channel_count != list->count)
        return;
    if (!list->count) {
        sc_reader_fault(reader, list, "a scenario without channels; write at least one");
        return;
    }
    sc_check_names(reader, list, "channels");
    bool any_volume = false;
    const struct sc_node *node = list->first;
    for (size_t i = 0; i < scenario->channel_count; i++, node = node->next) {
        const struct sc_channel *channel = &scenario->channels[i];
        any_volume = any_volume || sc_node_child(node, "volume") || sc_node_child(node, "backlog");
        if (node->kind != SC_NODE_GROUP || !channel->name)
            continue;
        size_t before = sc_reader_enter(reader, "channels", 0);
        sc_reader_enter(reader, channel->name, 0);
        check_volume(reader, node, channel);
        check_sums(reader, node, &channel->service, (int)i);
        check_effects(reader, node, channel, &channel->service);
        check_classes(reader, node, channel, (int)i);
        if (!sc_node_child(node, "volume") && !has_inflow(scenario, (int)i))
            sc_reader_warn(reader, node,
                           "no contact ever comes in: there is no volume, and nothing leads here");
        sc_reader_leave(reader, before);
    }
    if (!any_volume)
        sc_reader_fault(reader, list, "no channel has a volume; write volume = { per_day = … };");
}
