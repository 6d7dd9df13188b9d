/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/metric_path.h"

#include "base/text.h"

#include <string.h>

const char *sc_path_after(const char *text, const char *name)
{
    size_t length = strlen(name);
    return strncmp(text, name, length) == 0 && text[length] == '.' ? text + length + 1 : NULL;
}

/* Quantiles and savings are made of all replications together: they have no pairs. */
static bool has_pairs(const struct sc_metric *metric)
{
    static const char *const without[] = {"wait_p50_s",           "wait_p80_s",       "wait_p90_s",
                                          "wait_p95_s",           "wait_p99_s",       "first_response_p50_s",
                                          "first_response_p90_s", "automation_saving"};
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (strcmp(metric->name, without[i]) == 0)
            return false;
    return true;
}

static const struct sc_metric *of_row(size_t row, const struct sc_metric *metrics, size_t count, const char *name,
                                      size_t *pair)
{
    int index = sc_metric_find(metrics, count, name);
    if (index < 0 || !has_pairs(&metrics[index]))
        return NULL;
    *pair = row + (size_t)index;
    return &metrics[index];
}

static const struct sc_metric *of_channel(const struct sc_model *model, size_t c, const char *rest, size_t *pair)
{
    const struct sc_channel *channel = &sc_model_scenario(model)->channels[c];
    const char *name = sc_path_after(rest, "classes");
    if (!name)
        return of_row(sc_pairs_of_channel(model, c), sc_channel_metrics, sc_channel_metric_count, rest, pair);
    for (size_t k = 0; k < channel->class_count; k++) {
        const char *metric = sc_path_after(name, channel->classes[k].name);
        if (metric)
            return of_row(sc_pairs_of_class(model, c, k), sc_channel_metrics, sc_channel_metric_count, metric, pair);
    }
    return NULL;
}

const struct sc_metric *sc_metric_of_path(const struct sc_model *model, const char *path, size_t *pair)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    const char *rest, *name;
    if ((rest = sc_path_after(path, "totals")))
        return of_row(sc_pairs_of_total(model), sc_total_metrics, sc_total_metric_count, rest, pair);
    if ((rest = sc_path_after(path, "channels")))
        for (size_t c = 0; c < s->channel_count; c++)
            if ((name = sc_path_after(rest, s->channels[c].name)))
                return of_channel(model, c, name, pair);
    if ((rest = sc_path_after(path, "pools")))
        for (size_t p = 0; p < s->pool_count; p++)
            if ((name = sc_path_after(rest, s->pools[p].name)))
                return of_row(sc_pairs_of_pool(model, p), sc_pool_metrics, sc_pool_metric_count, name, pair);
    return NULL;
}

/* --- what is wrong with a path --- */

/* What was begun and not ended is near, however much is lacking. */
static const char *nearest_metric(const char *name, const struct sc_metric *metrics, size_t count)
{
    const char *names[64];
    size_t n = 0;
    for (size_t i = 0; i < count && n < sizeof names / sizeof *names; i++)
        if (has_pairs(&metrics[i]))
            names[n++] = metrics[i].name;
    for (size_t i = 0; i < n && strlen(name) > 2; i++)
        if (strncmp(names[i], name, strlen(name)) == 0)
            return names[i];
    return sc_text_nearest(name, names, n);
}

/* The part of a path behind what it names, where it names an element of that list; NULL where it does not. */
static const char *behind(const struct sc_scenario *s, const char *path)
{
    const char *rest, *name;
    if ((rest = sc_path_after(path, "channels")))
        for (size_t c = 0; c < s->channel_count; c++)
            if ((name = sc_path_after(rest, s->channels[c].name)))
                return name;
    if ((rest = sc_path_after(path, "pools")))
        for (size_t p = 0; p < s->pool_count; p++)
            if ((name = sc_path_after(rest, s->pools[p].name)))
                return name;
    return sc_path_after(path, "totals");
}

static const char *nearest_element(const struct sc_scenario *s, const char *path)
{
    const char *names[64];
    size_t n = 0;
    bool pools = sc_path_after(path, "pools") != NULL;
    for (size_t i = 0; i < (pools ? s->pool_count : s->channel_count) && n < sizeof names / sizeof *names; i++)
        names[n++] = pools ? s->pools[i].name : s->channels[i].name;
    return sc_text_nearest(strchr(path, '.') ? strchr(path, '.') + 1 : path, names, n);
}

enum sc_code sc_metric_refuse(const struct sc_model *model, const char *path, struct sc_error *error)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    const char *rest = behind(s, path), *class_metric = rest ? sc_path_after(rest, "classes") : NULL;
    bool pool = sc_path_after(path, "pools"), total = sc_path_after(path, "totals");
    bool channel = sc_path_after(path, "channels");
    if (!pool && !total && !channel)
        return sc_error_set(error, SC_USAGE,
                            "no metric (found '%s'); write channels.NAME.FIGURE, pools.NAME.FIGURE or totals.FIGURE",
                            path);
    if (!rest)
        return sc_error_set_at(error, SC_USAGE, s->file, 0, "no such %s (found '%s'); the nearest is '%s'",
                               pool ? "pool" : "channel", path, nearest_element(s, path));
    if (class_metric && strchr(class_metric, '.'))
        class_metric = strchr(class_metric, '.') + 1;
    const char *name = class_metric ? class_metric : rest;
    if (strstr(name, "_p50_") || strstr(name, "_p80_") || strstr(name, "_p90_") || strstr(name, "_p95_") ||
        strstr(name, "_p99_") || strcmp(name, "automation_saving") == 0)
        return sc_error_set(error, SC_USAGE,
                            "no replication has this figure by itself (found '%s'); write a mean, a "
                            "cost or the service level",
                            path);
    return sc_error_set_at(error, SC_USAGE, s->file, 0, "no such figure (found '%s'); the nearest is '%s'", path,
                           pool    ? nearest_metric(name, sc_pool_metrics, sc_pool_metric_count)
                           : total ? nearest_metric(name, sc_total_metrics, sc_total_metric_count)
                                   : nearest_metric(name, sc_channel_metrics, sc_channel_metric_count));
}
