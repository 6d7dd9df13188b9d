/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures by their path, and which direction of them is better. */
#include "staffcast/selection.h"

#include "staffcast/paired.h"

#include <string.h>

/* The text after "HEAD.", or NULL. An element's own name ends at a dot, so "phone" is not taken for "phone 2". */
static const char *after(const char *text, const char *head)
{
    size_t length = strlen(head);
    return strncmp(text, head, length) == 0 && text[length] == '.' ? text + length + 1 : NULL;
}

/* Where the rest of a path is looked up. */
struct place {
    size_t row;
    const struct sc_metric *metrics;
    size_t count;
    const char *rest;
};

static bool find_class(const struct sc_model *model, size_t c, const char *rest, struct place *place)
{
    const struct sc_channel *channel = &sc_model_scenario(model)->channels[c];
    for (size_t k = 0; k < channel->class_count; k++)
        if ((place->rest = after(rest, channel->classes[k].name)) != NULL) {
            place->row = sc_pairs_of_class(model, c, k);
            return true;
        }
    return false;
}

static bool find_channel(const struct sc_model *model, const char *rest, struct place *place)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    place->metrics = sc_channel_metrics;
    place->count = sc_channel_metric_count;
    for (size_t c = 0; c < s->channel_count; c++) {
        const char *inside = after(rest, s->channels[c].name);
        if (inside == NULL)
            continue;
        place->rest = after(inside, "classes");
        if (place->rest != NULL)
            return find_class(model, c, place->rest, place);
        place->rest = inside;
        place->row = sc_pairs_of_channel(model, c);
        return true;
    }
    return false;
}

static bool find_pool(const struct sc_model *model, const char *rest, struct place *place)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    place->metrics = sc_pool_metrics;
    place->count = sc_pool_metric_count;
    for (size_t p = 0; p < s->pool_count; p++)
        if ((place->rest = after(rest, s->pools[p].name)) != NULL) {
            place->row = sc_pairs_of_pool(model, p);
            return true;
        }
    return false;
}

static bool find_place(const struct sc_model *model, const char *path, struct place *place)
{
    const char *rest;
    if ((rest = after(path, "channels")) != NULL)
        return find_channel(model, rest, place);
    if ((rest = after(path, "pools")) != NULL)
        return find_pool(model, rest, place);
    *place = (struct place){sc_pairs_of_total(model), sc_total_metrics, sc_total_metric_count, after(path, "totals")};
    return place->rest != NULL;
}

/* Quantiles and the saving are made of all replications together. */
static bool has_pairs(const struct sc_metric *metric)
{
    static const char *const without[] = {"wait_p50_s",           "wait_p80_s",       "wait_p90_s",
                                          "wait_p95_s",           "wait_p99_s",       "first_response_p50_s",
                                          "first_response_p90_s", "automation_saving"};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        if (strcmp(metric->name, without[i]) == 0)
            return false;
    return true;
}

enum sc_code sc_metric_locate(const struct sc_model *model, const char *path, size_t *pair,
                              const struct sc_metric **metric, struct sc_error *error)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    struct place place;
    if (!find_place(model, path, &place))
        return sc_error_set(error, SC_INPUT,
                            "'%s' names no figure of '%s'; write totals.cost_per_contact, "
                            "channels.NAME.service_level, channels.NAME.classes.NAME.wait_mean_s or "
                            "pools.NAME.occupancy, with a NAME of the scenario",
                            path, s->name);
    int index = sc_metric_find(place.metrics, place.count, place.rest);
    if (index < 0)
        return sc_error_set(error, SC_INPUT, "'%s' is no figure ('%.*s' has %s … %s)", path,
                            (int)(place.rest - path - 1), path, place.metrics[0].name,
                            place.metrics[place.count - 1].name);
    if (!has_pairs(&place.metrics[index]))
        return sc_error_set(error, SC_INPUT,
                            "'%s' is made of all replications together and has no value in each; "
                            "take a mean or a share, such as wait_mean_s or service_level",
                            path);
    *pair = place.row + (size_t)index;
    *metric = &place.metrics[index];
    return SC_OK;
}

enum sc_direction sc_metric_direction(const struct sc_metric *metric)
{
    static const char *const more[] = {"answered",        "service_level",       "service_level_by.",
                                       "automation_rate", "bot_resolution_rate", "containment_rate",
                                       "satisfied",       "target_met",          "days_met",
                                       "callbacks_kept"};
    static const char *const less[] = {"abandon", "balked",     "blocked", "dismissed",       "gave_up",
                                       "retried", "recontacts", "wait_",   "first_response_", "resolution_",
                                       "queue_",  "oldest_",    "cost",    "open_at_end",     "overtime_h"};
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (strncmp(metric->name, more[i], strlen(more[i])) == 0)
            return SC_DIRECTION_HIGHEST;
    for (size_t i = 0; i < sizeof less / sizeof less[0]; i++)
        if (strncmp(metric->name, less[i], strlen(less[i])) == 0)
            return SC_DIRECTION_LOWEST;
    return SC_DIRECTION_OWN;
}
