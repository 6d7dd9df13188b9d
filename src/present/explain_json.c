/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explanations as JSON, schema staffcast.explain/1. */
#include "present/explain.h"

#include "present/json.h"

#include <inttypes.h>

static void write_texts(struct sc_json *json, const char *key, const char *const *text, size_t count)
{
    sc_json_array_begin(json, key, false);
    for (size_t i = 0; i < count; i++)
        sc_json_string(json, NULL, text[i]);
    sc_json_end(json);
}

static void write_part(struct sc_json *json, const struct sc_explain_part *part)
{
    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", part->name);
    sc_json_figure(json, "part", part->part);
    sc_json_figure(json, "first", part->first);
    sc_json_figure(json, "last", part->last);
    write_texts(json, "changes", part->change, part->changes);
    sc_json_end(json);
}

static const char *unit_of(enum sc_lever_kind kind)
{
    switch (kind) {
    case SC_LEVER_CONTACTS:
        return "factor";
    case SC_LEVER_HANDLE:
        return "s";
    case SC_LEVER_HEADS:
        return "heads";
    case SC_LEVER_TOUCHES:
        return "handlings";
    default:
        return "share";
    }
}

static void write_lever(struct sc_json *json, const struct sc_lever *lever)
{
    static const char *const ends[] = {
        [SC_LEVER_REACHES] = "reaches", [SC_LEVER_SHORT] = "short", [SC_LEVER_IDLE] = "idle"};

    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", lever->name);
    sc_json_number(json, "now", lever->now);
    sc_json_figure(json, "needed", lever->needed);
    sc_json_figure(json, "cost_per_month", lever->cost_per_month);
    sc_json_string(json, "unit", unit_of(lever->kind));
    sc_json_string(json, "element", lever->element);
    sc_json_string(json, "end", ends[lever->end]);
    sc_json_figure(json, "exact", lever->exact);
    sc_json_number(json, "position", lever->position);
    sc_json_figure(json, "figure", lever->metric);
    sc_json_figure(json, "running_per_month", lever->running_per_month);
    write_texts(json, "overrides", lever->override, lever->overrides);
    sc_json_end(json);
}

static void write_point(struct sc_json *json, const struct sc_automation_point *point)
{
    if (!point->known) {
        sc_json_null(json, "automation_point");
        return;
    }
    sc_json_object_begin(json, "automation_point", false);
    sc_json_string(json, "channel", point->channel);
    sc_json_string(json, "pool", point->pool);
    sc_json_number(json, "resolves", point->resolves);
    sc_json_figure(json, "heads", point->heads);
    sc_json_figure(json, "full_time", point->full_time);
    sc_json_figure(json, "money_a_year", point->money_a_year);
    sc_json_end(json);
}

static void write_wanted(struct sc_json *json, const struct sc_explanation *e)
{
    if (e->two) {
        sc_json_null(json, "wanted");
    } else {
        sc_json_object_begin(json, "wanted", true);
        sc_json_number(json, e->at_least ? "at_least" : "at_most", e->wanted);
        sc_json_bool(json, "met", e->met);
        sc_json_end(json);
    }
    write_point(json, &e->point);
    write_texts(json, "also_missed", e->other, e->others);
}

void sc_explain_write_json(FILE *stream, const struct sc_explanation *e)
{
    struct sc_json json;
    char seed[24];

    sc_json_init(&json, stream);
    sc_json_object_begin(&json, NULL, false);
    sc_json_string(&json, "schema", "staffcast.explain/1");
    sc_json_string(&json, "metric", e->metric);
    sc_json_figure(&json, "before", e->before);
    sc_json_figure(&json, "after", e->after);
    sc_json_figure(&json, "difference", e->difference);
    sc_json_array_begin(&json, "parts", false);
    for (size_t i = 0; i < e->parts; i++)
        write_part(&json, &e->part[i]);
    sc_json_end(&json);
    sc_json_array_begin(&json, "levers", false);
    for (size_t i = 0; i < e->levers; i++)
        write_lever(&json, &e->lever[i]);
    sc_json_end(&json);
    write_wanted(&json, e);
    sc_json_string(&json, "scenario", e->before_name);
    if (e->two)
        sc_json_string(&json, "scenario_after", e->after_name);
    sc_json_string(&json, "version", SC_VERSION);
    snprintf(seed, sizeof seed, "%" PRIu64, e->seed);
    sc_json_string(&json, "seed", seed);
    sc_json_number(&json, "replications", (double)e->replications);
    sc_json_number(&json, "days", e->days);
    sc_json_end(&json);
}
