/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events of a coalition: of each scenario's events those overrides whose group is from that scenario. One that leads
 * nowhere in the coalition, or an event outside its days, is left out.
 */
#include "decide/explain_private.h"

#include "base/number.h"
#include "scenario/override.h"
#include "staffcast/calendar.h"

#include <string.h>

/* The days that are simulated; a warm-up that was left out is a week at most. */
static bool within(const struct sc_node *root, const struct sc_node *event)
{
    const struct sc_node *start = sc_node_child(root, "start"), *days = sc_node_child(root, "days");
    const struct sc_node *warmup = sc_node_child(root, "warmup"), *at = sc_node_child(event, "at");
    int64_t first = 0, day;
    double second, before = 7 * 86400.0;
    if (!at || at->kind != SC_NODE_STRING || !sc_instant_parse(at->text, &day, &second))
        return false;
    sc_date_parse("2026-01-05", &first);
    if (start && start->kind == SC_NODE_STRING)
        sc_date_parse(start->text, &first);
    if (warmup && warmup->kind == SC_NODE_STRING)
        sc_duration_parse(warmup->text, &before);
    else if (warmup)
        before = 0;
    int64_t count = days && days->kind == SC_NODE_INTEGER ? days->integer : 28;
    return day >= first - (int64_t)(before / 86400) && day < first + count;
}

/* Can it be applied? Tried on a copy of the scenario as it is without any events. */
static bool applies(struct sc_mixing *mixing, const char *text)
{
    struct sc_document *trial = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_override override = {.text = text, .origin = {"event", 1}};
    if (sc_document_clone(mixing->document, &trial, &error) != SC_OK) {
        mixing->no_memory = true;
        return false;
    }
    sc_document_change(trial, &override, true, &faults);
    bool fine = faults.errors == 0 && !faults.out_of_memory;
    sc_faults_release(&faults);
    sc_document_free(trial);
    return fine;
}

static struct sc_node *part_of(struct sc_mixing *mixing, const struct sc_node *event, int side)
{
    const struct sc_node *set = sc_node_child(event, "set");
    struct sc_node *part = sc_mixing_copy(mixing, event), *list = sc_mixing_new(mixing, SC_NODE_LIST, "set");
    bool one = set && set->kind == SC_NODE_STRING;
    if (!part || !list || !set)
        return NULL;
    for (const struct sc_node *at = one ? set : set->first; at; at = one ? NULL : at->next) {
        if (at->kind != SC_NODE_STRING || sc_mixing_side(mixing, sc_group_of_override(at->text)) != side ||
            !applies(mixing, at->text))
            continue;
        struct sc_node *copy = sc_mixing_copy(mixing, at);
        if (!copy)
            return NULL;
        copy->name = NULL;
        sc_node_append(list, copy);
    }
    sc_node_replace(part, sc_node_own(sc_node_child(part, "set")), list);
    return list->count > 0 ? part : NULL;
}

void sc_mixing_events(struct sc_mixing *mixing, struct sc_node *root)
{
    struct sc_node *events = sc_mixing_new(mixing, SC_NODE_LIST, "events");
    for (int side = 0; events && side < 2; side++) {
        const struct sc_node *from = sc_node_child(sc_document_root(mixing->mix->side[side]), "events");
        for (const struct sc_node *event = from ? from->first : NULL; event && !mixing->no_memory;
             event = event->next) {
            struct sc_node *part = within(root, event) ? part_of(mixing, event, side) : NULL;
            if (part)
                sc_node_append(events, part);
        }
    }
    if (events && events->count > 0)
        sc_node_append(root, events);
}
