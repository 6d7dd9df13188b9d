/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of what is tied to dates: holidays, events, goals.
 */
#include "base/text.h"
#include "scenario/check.h"
#include "scenario/override.h"
#include "staffcast/calendar.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The last day of a plan's months, the first of which is that of `start`. */
static int64_t plan_end(const struct sc_scenario *scenario)
{
    struct sc_date date = sc_date_from_day(scenario->start_day);
    int month = date.month - 1 + scenario->plan.months;
    return sc_day_from_date((struct sc_date){date.year + month / 12, month % 12 + 1, 1}) - 1;
}

/* The first and the last day that are simulated, by `plan` too; a warm-up that was left out is a week at most. */
static void timeline(const struct sc_scenario *scenario, int64_t *first, int64_t *last)
{
    *first = scenario->start_day - (scenario->warmup_given ? scenario->warmup_days : 7);
    *last = scenario->start_day + scenario->days - 1;
    if (scenario->plan.given && plan_end(scenario) > *last)
        *last = plan_end(scenario);
}

static void check_holidays(struct sc_reader *reader)
{
    const struct sc_node *list = sc_node_child(reader->root, "holidays");
    int64_t first, last, day;
    timeline(reader->scenario, &first, &last);
    for (const struct sc_node *at = list ? list->first : NULL; at; at = at->next)
        if (at->kind == SC_NODE_STRING && sc_date_parse(at->text, &day) && (day < first || day > last))
            sc_reader_warn(reader, at, "the holiday %s has no effect: it lies outside the days simulated",
                           at->text);
}

/* `holiday` is a name of days only, so wherever it is written it means one. */
static void check_holiday_names(struct sc_reader *reader, const struct sc_node *node)
{
    bool holds = node->kind == SC_NODE_GROUP || node->kind == SC_NODE_LIST;
    for (const struct sc_node *child = holds ? node->first : NULL; child; child = child->next) {
        if (child->name && strcmp(child->name, "holiday") == 0)
            sc_faults_add(reader->faults, true, child->where, "holiday has no effect: there are no holidays");
        else
            check_holiday_names(reader, child);
    }
}

/* --- events ------------------------------------------------------------------------------------------ */

/*
 * Applies an event's overrides to a copy of the document and reads that: what is at fault now, in places that
 * the event wrote, is the event's fault.
 */
static void try_event(struct sc_reader *reader, const struct sc_node *event)
{
    const struct sc_node *set = sc_node_child(event, "set");
    struct sc_document *clone = NULL;
    struct sc_scenario *scenario = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    size_t errors = reader->faults->errors;
    if (sc_document_clone(reader->document, &clone, &error) != SC_OK)
        goto done;
    bool one = set->kind == SC_NODE_STRING;
    for (const struct sc_node *at = one ? set : set->first; at; at = one ? NULL : at->next) {
        struct sc_override override = {.text = at->text, .origin = at->where};
        if (at->kind == SC_NODE_STRING)
            sc_document_change(clone, &override, true, reader->faults);
    }
    if (reader->faults->errors > errors)
        goto done;
    struct sc_node *events = (struct sc_node *)(uintptr_t)sc_node_child(clone->root, "events");
    struct sc_node *goals = (struct sc_node *)(uintptr_t)sc_node_child(clone->root, "goals");
    if (events)
        sc_node_remove(clone->root, events);
    if (goals)
        sc_node_remove(clone->root, goals);
    struct sc_error found = SC_ERROR_INIT;
    sc_scenario_from_document(clone, &scenario, &faults, &found);
    for (size_t i = 0; i < faults.count; i++) {
        const struct sc_fault *fault = &faults.item[i];
        for (const struct sc_node *at = one ? set : set->first; at; at = one ? NULL : at->next)
            if (!fault->warning && fault->line == at->where.line && fault->file && at->where.file &&
                strcmp(fault->file, at->where.file) == 0) {
                sc_faults_add(reader->faults, false, at->where, "%s", fault->message);
                break;
            }
    }
done:
    if (error.code == SC_SYSTEM || faults.out_of_memory)
        reader->faults->out_of_memory = true;
    sc_scenario_free(scenario);
    sc_faults_release(&faults);
    sc_document_free(clone);
}

static void check_events(struct sc_reader *reader)
{
    const struct sc_scenario *scenario = reader->scenario;
    const struct sc_node *list = sc_node_child(reader->root, "events");
    int64_t first, last;
    timeline(scenario, &first, &last);
    for (size_t i = 0; i < scenario->event_count; i++) {
        const struct sc_event *event = &scenario->events[i];
        const struct sc_node *node = sc_node_element(list, i), *at = sc_node_child(node, "at"),
                             *set = sc_node_child(node, "set");
        int64_t day;
        double second;
        if (!event->name)
            continue;
        size_t before = sc_reader_enter(reader, "events", 0);
        sc_reader_enter(reader, event->name, 0);
        if (at && at->kind == SC_NODE_STRING && sc_instant_parse(at->text, &day, &second) &&
            (day < first || day > last))
            sc_reader_fault(
                reader, at,
                "the event lies outside the days simulated (found %s); write an instant within them",
                at->text);
        if (set && (set->kind == SC_NODE_STRING || set->kind == SC_NODE_LIST || set->kind == SC_NODE_ARRAY))
            try_event(reader, node);
        sc_reader_leave(reader, before);
    }
}

/* --- goals ------------------------------------------------------------------------------------------- */

/*
 * The figures that a goal can name: those that each replication has by itself, and so quantiles and the automation's
 * saving are none. Costs of a channel are known of all days together only, and so is a service level that is made of
 * several definitions.
 */
enum known { BY_DAY, AS_A_WHOLE, OF_ONE_DEFINITION, NEVER };
struct figure {
    const char *name;
    enum known known;
};

static const struct figure channel_figures[] = {
    {"demand", BY_DAY},
    {"arrivals", BY_DAY},
    {"deflected", BY_DAY},
    {"automated", BY_DAY},
    {"automated_returned", BY_DAY},
    {"gave_up", BY_DAY},
    {"diverted", BY_DAY},
    {"offered", BY_DAY},
    {"answered", BY_DAY},
    {"abandoned", BY_DAY},
    {"balked", BY_DAY},
    {"blocked", BY_DAY},
    {"dismissed", BY_DAY},
    {"diverted_waiting", BY_DAY},
    {"called_back", BY_DAY},
    {"callbacks_kept", BY_DAY},
    {"open_at_end", BY_DAY},
    {"in_automation_at_end", BY_DAY},
    {"touches", BY_DAY},
    {"retried", BY_DAY},
    {"transferred", BY_DAY},
    {"recontacts", BY_DAY},
    {"service_level", OF_ONE_DEFINITION},
    {"service_level_by.offered", BY_DAY},
    {"service_level_by.no-short", BY_DAY},
    {"service_level_by.answered", BY_DAY},
    {"service_level_by.met", BY_DAY},
    {"abandon_rate", BY_DAY},
    {"automation_rate", BY_DAY},
    {"bot_resolution_rate", BY_DAY},
    {"containment_rate", BY_DAY},
    {"wait_mean_s", BY_DAY},
    {"wait_all_mean_s", BY_DAY},
    {"wait_p50_s", NEVER},
    {"wait_p80_s", NEVER},
    {"wait_p90_s", NEVER},
    {"wait_p95_s", NEVER},
    {"wait_p99_s", NEVER},
    {"wait_max_s", BY_DAY},
    {"first_response_mean_s", BY_DAY},
    {"first_response_p50_s", NEVER},
    {"first_response_p90_s", NEVER},
    {"resolution_mean_s", BY_DAY},
    {"handle_mean_s", BY_DAY},
    {"queue_mean", BY_DAY},
    {"queue_max", BY_DAY},
    {"oldest_max_s", BY_DAY},
    {"satisfied", BY_DAY},
    {"cost_per_contact", AS_A_WHOLE},
    {"cost_per_case", AS_A_WHOLE},
    {"target_met", OF_ONE_DEFINITION},
    {"days_met", BY_DAY},
};
static const struct figure pool_figures[] = {
    {"scheduled_h", BY_DAY}, {"present_h", BY_DAY},      {"busy_h", BY_DAY},       {"overtime_h", BY_DAY},
    {"occupancy", BY_DAY},   {"live_occupancy", BY_DAY}, {"at_once_mean", BY_DAY}, {"cost", BY_DAY},
};
static const struct figure total_figures[] = {
    {"offered", BY_DAY},
    {"answered", BY_DAY},
    {"abandoned", BY_DAY},
    {"service_level", OF_ONE_DEFINITION},
    {"abandon_rate", BY_DAY},
    {"wait_mean_s", BY_DAY},
    {"cost", BY_DAY},
    {"cost_per_contact", BY_DAY},
    {"cost_per_case", BY_DAY},
    {"cost_of_lost", BY_DAY},
    {"automation_saving", NEVER},
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* NULL with a fault where there is none of that name. */
static const struct figure *find_figure(struct sc_reader *reader, const struct sc_node *node, const char *name,
                                        const struct figure *figures, size_t count)
{
    const char *names[COUNT(channel_figures)];
    for (size_t i = 0; i < count; i++) {
        names[i] = figures[i].name;
        if (strcmp(name, figures[i].name) == 0)
            return &figures[i];
    }
    sc_reader_fault(reader, node, "no such figure (found \"%s\"); the nearest is \"%s\"", name,
                    sc_text_nearest(name, names, count));
    return NULL;
}

/* After "channels." or "pools.": an element's name and a dot; returns what follows, NULL with a fault. */
static const char *skip_element(struct sc_reader *reader, const struct sc_node *node, const char *text,
                                const char *list)
{
    const struct sc_node *elements = sc_node_child(reader->root, list);
    for (const struct sc_node *at = elements ? elements->first : NULL; at; at = at->next) {
        const struct sc_node *name = sc_node_child(at, "name");
        size_t length = name && name->kind == SC_NODE_STRING ? strlen(name->text) : 0;
        if (length && strncmp(text, name->text, length) == 0 && text[length] == '.')
            return text + length + 1;
    }
    sc_reader_fault(reader, node, "no such element of %s (found \"%.*s\"); write %s.NAME.FIGURE", list,
                    (int)strcspn(text, "."), text, list);
    return NULL;
}

/* The figure that a metric names; channel: the one it belongs to, -1: a pool's or of all. NULL with a fault. */
static const struct figure *find_metric(struct sc_reader *reader, const struct sc_node *node, int *channel)
{
    const char *rest;
    *channel = -1;
    if (strncmp(node->text, "channels.", 9) == 0) {
        if (!(rest = skip_element(reader, node, node->text + 9, "channels")))
            return NULL;
        for (size_t c = 0; c < reader->scenario->channel_count; c++) {
            const char *name = reader->scenario->channels[c].name;
            if (name && strlen(name) == (size_t)(rest - node->text) - 10 &&
                strncmp(node->text + 9, name, strlen(name)) == 0)
                *channel = (int)c;
        }
        return find_figure(reader, node, rest, channel_figures, COUNT(channel_figures));
    }
    if (strncmp(node->text, "pools.", 6) == 0) {
        rest = skip_element(reader, node, node->text + 6, "pools");
        return rest ? find_figure(reader, node, rest, pool_figures, COUNT(pool_figures)) : NULL;
    }
    if (strncmp(node->text, "totals.", 7) == 0)
        return find_figure(reader, node, node->text + 7, total_figures, COUNT(total_figures));
    sc_reader_fault(reader, node,
                    "no metric (found \"%s\"); write channels.NAME.FIGURE, pools.NAME.FIGURE or totals.FIGURE",
                    node->text);
    return NULL;
}

/* Do a channel's contacts count by different definitions of the service level? */
static bool counts_differ(const struct sc_channel *channel)
{
    const struct sc_target *first = channel->service.target.given ? &channel->service.target : NULL;
    for (size_t k = 0; k < channel->class_count; k++) {
        const struct sc_target *target = &channel->classes[k].service.target;
        if (target->given && first && target->counts != first->counts)
            return true;
        if (target->given)
            first = target;
    }
    return false;
}

static bool is_share(const struct figure *figure)
{
    static const char *const shares[] = {"abandon_rate",     "automation_rate", "bot_resolution_rate",
                                         "containment_rate", "satisfied",       "target_met",
                                         "days_met",         "occupancy",       "live_occupancy"};
    bool share = strncmp(figure->name, "service_level", strlen("service_level")) == 0;
    for (size_t i = 0; i < COUNT(shares); i++)
        share = share || strcmp(figure->name, shares[i]) == 0;
    return share;
}

/* What is wanted of a share is one. */
static void check_wanted(struct sc_reader *reader, const struct sc_node *node, const struct figure *figure,
                         double wanted)
{
    const char *const name = sc_node_child(node, "at_least") ? "at_least" : "at_most";
    const struct sc_node *value = sc_node_child(node, name);
    if (!value || !is_share(figure) || (wanted >= 0 && wanted <= 1) || sc_reader_is_faulty(reader, value))
        return;
    size_t before = sc_reader_enter(reader, name, 0);
    sc_reader_wrong(reader, value, "is no share", "write a number from 0 to 1, or a string such as \"80%\"");
    sc_reader_leave(reader, before);
}

static void check_metric(struct sc_reader *reader, const struct sc_node *node, const struct sc_goal *goal)
{
    const struct sc_scenario *scenario = reader->scenario;
    const struct sc_node *metric = sc_node_child(node, "metric");
    bool whole = goal->over_days >= scenario->days;
    int channel;
    const struct figure *figure = find_metric(reader, metric, &channel);
    if (!figure)
        return;
    check_wanted(reader, node, figure, goal->wanted);
    if (figure->known == NEVER)
        sc_reader_fault(reader, metric,
                        "no replication has this figure by itself (found \"%s\"); write %s", figure->name,
                        channel < 0 ? "cost" : "a mean or the service level");
    if (figure->known == AS_A_WHOLE && !whole)
        sc_reader_fault(reader, metric,
                        "this figure is not known by day (found \"%s\"); write totals.%s, or a goal over all days "
                        "that count",
                        figure->name, figure->name);
    for (size_t c = 0; figure->known == OF_ONE_DEFINITION && !whole && c < scenario->channel_count; c++)
        if ((channel < 0 || (size_t)channel == c) && counts_differ(&scenario->channels[c])) {
            sc_reader_fault(reader, metric,
                            "contacts of %s count by several definitions, so this is not known by day (found \"%s\"); "
                            "write channels.%s.service_level_by.offered, or a goal over all days that count",
                            scenario->channels[c].name, figure->name, scenario->channels[c].name);
            return;
        }
}

static void check_goals(struct sc_reader *reader)
{
    struct sc_scenario *scenario = reader->scenario;
    const struct sc_node *list = sc_node_child(reader->root, "goals");
    int64_t first = scenario->start_day, last = first + scenario->days - 1;
    for (size_t i = 0; i < scenario->goal_count; i++) {
        struct sc_goal *goal = (struct sc_goal *)(uintptr_t)&scenario->goals[i];
        const struct sc_node *node = sc_node_element(list, i), *by = sc_node_child(node, "by");
        const struct sc_node *metric = sc_node_child(node, "metric");
        int64_t day;
        size_t before = sc_reader_enter(reader, "goals", 0);
        sc_reader_enter(reader, NULL, i);
        if (by && by->kind == SC_NODE_STRING && sc_date_parse(by->text, &day) && day >= first && goal->over_days < 0)
            goal->over_days = day - first + 1 < 28 ? (int)(day - first + 1) : 28;
        if (metric && metric->kind == SC_NODE_STRING)
            check_metric(reader, node, goal);
        if (by && by->kind == SC_NODE_STRING && sc_date_parse(by->text, &day)) {
            if (day < first || day > last)
                sc_reader_fault(
                    reader, by,
                    "the goal lies outside the days that count (found %s); write a date within them",
                    by->text);
            else if (day - goal->over_days + 1 < first)
                sc_reader_fault(reader, sc_node_child(node, "over"),
                                "the goal reaches back before the days that count; write a shorter time, or "
                                "a later date");
        }
        sc_reader_leave(reader, before);
    }
}

void sc_check_dates(struct sc_reader *reader)
{
    /* Where it is not known which days count, nothing can be told to lie outside them. */
    if (sc_reader_is_faulty(reader, sc_node_child(reader->root, "start")) ||
        sc_reader_is_faulty(reader, sc_node_child(reader->root, "days")))
        return;
    check_holidays(reader);
    if (!reader->scenario->holiday_count && !sc_node_child(reader->root, "holidays"))
        check_holiday_names(reader, reader->root);
    check_events(reader);
    check_goals(reader);
}
