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

/* The first and the last day that are simulated; a warm-up that was left out is a week at most. */
static void timeline(const struct sc_scenario *scenario, int64_t *first, int64_t *last)
{
    *first = scenario->start_day - (scenario->warmup_given ? scenario->warmup_days : 7);
    *last = scenario->start_day + scenario->days - 1;
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
    struct sc_faults faults = {NULL, 0, 0, false};
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
    sc_scenario_build(clone, reader->accept_later ? SC_BUILD_ACCEPT_LATER : 0, &scenario, &faults, &found);
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

static const char *const channel_figures[] = {
    "demand",
    "arrivals",
    "deflected",
    "automated",
    "automated_returned",
    "gave_up",
    "diverted",
    "offered",
    "answered",
    "abandoned",
    "balked",
    "blocked",
    "dismissed",
    "diverted_waiting",
    "called_back",
    "callbacks_kept",
    "open_at_end",
    "in_automation_at_end",
    "touches",
    "retried",
    "transferred",
    "recontacts",
    "service_level",
    "abandon_rate",
    "automation_rate",
    "bot_resolution_rate",
    "containment_rate",
    "wait_mean_s",
    "wait_all_mean_s",
    "wait_p50_s",
    "wait_p80_s",
    "wait_p90_s",
    "wait_p95_s",
    "wait_p99_s",
    "wait_max_s",
    "first_response_mean_s",
    "first_response_p50_s",
    "first_response_p90_s",
    "resolution_mean_s",
    "handle_mean_s",
    "queue_mean",
    "queue_max",
    "oldest_max_s",
    "satisfied",
    "cost_per_contact",
    "cost_per_case",
    "target_met",
    "days_met",
};
static const char *const pool_figures[] = {
    "scheduled_h", "present_h", "busy_h", "overtime_h", "occupancy", "live_occupancy", "at_once_mean", "cost",
};
static const char *const total_figures[] = {
    "offered", "answered",         "abandoned",     "service_level", "abandon_rate",      "wait_mean_s",
    "cost",    "cost_per_contact", "cost_per_case", "cost_of_lost",  "automation_saving",
};

static void check_figure(struct sc_reader *reader, const struct sc_node *node, const char *figure,
                         const char *const *known, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(figure, known[i]) == 0)
            return;
    sc_reader_fault(reader, node, "no such figure (found \"%s\"); the nearest is \"%s\"", figure,
                    sc_text_nearest(figure, known, count));
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

static void check_metric(struct sc_reader *reader, const struct sc_node *node)
{
    const char *rest;
    if (strncmp(node->text, "channels.", 9) == 0) {
        if ((rest = skip_element(reader, node, node->text + 9, "channels")))
            check_figure(reader, node, rest, channel_figures,
                         sizeof channel_figures / sizeof *channel_figures);
    } else if (strncmp(node->text, "pools.", 6) == 0) {
        if ((rest = skip_element(reader, node, node->text + 6, "pools")))
            check_figure(reader, node, rest, pool_figures, sizeof pool_figures / sizeof *pool_figures);
    } else if (strncmp(node->text, "totals.", 7) == 0) {
        check_figure(reader, node, node->text + 7, total_figures,
                     sizeof total_figures / sizeof *total_figures);
    } else {
        sc_reader_fault(
            reader, node,
            "no metric (found \"%s\"); write channels.NAME.FIGURE, pools.NAME.FIGURE or totals.FIGURE",
            node->text);
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
        if (metric && metric->kind == SC_NODE_STRING)
            check_metric(reader, metric);
        if (by && by->kind == SC_NODE_STRING && sc_date_parse(by->text, &day)) {
            if (day < first || day > last)
                sc_reader_fault(
                    reader, by,
                    "the goal lies outside the days that count (found %s); write a date within them",
                    by->text);
            else if (goal->over_days < 0)
                goal->over_days = day - first + 1 < 28 ? (int)(day - first + 1) : 28;
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
    check_holidays(reader);
    if (!reader->scenario->holiday_count && !sc_node_child(reader->root, "holidays"))
        check_holiday_names(reader, reader->root);
    check_events(reader);
    check_goals(reader);
}
