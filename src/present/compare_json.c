/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparisons as JSON, schema staffcast.compare/1 (SPEC 4). */
#include "present/compare.h"

#include "present/figures.h"
#include "present/json.h"
#include "staffcast/calendar.h"

#include <inttypes.h>
#include <string.h>

static void write_change(struct sc_json *json, const char *key, struct sc_change change)
{
    sc_json_object_begin(json, key, true);
    sc_json_figure(json, "base", change.base);
    sc_json_figure(json, "here", change.here);
    sc_json_figure(json, "difference", change.difference);
    sc_json_number(json, "width_ratio", change.width_ratio);
    sc_json_end(json);
}

/* The metrics from `first` on that share their name up to the dot: an inner object. Returns the one after them. */
static size_t write_group(struct sc_json *json, const struct sc_compared_row *row, size_t first, bool defined)
{
    char group[64];
    const char *name = row->metrics[first].name;
    size_t length = strcspn(name, "."), last = first;

    snprintf(group, sizeof group, "%.*s", (int)length, name);
    if (defined)
        sc_json_object_begin(json, group, false);
    else
        sc_json_null(json, group);
    for (; last < row->count && strncmp(row->metrics[last].name, name, length + 1) == 0; last++)
        if (defined)
            write_change(json, row->metrics[last].name + length + 1, sc_change_at(row, last));
    if (defined)
        sc_json_end(json);
    return last;
}

/* level: there is a target on either side that a service level could refer to. */
static void write_row(struct sc_json *json, const struct sc_compared_row *row, size_t from, size_t to, bool level)
{
    for (size_t i = from; i < to;) {
        if (strchr(row->metrics[i].name, '.') != NULL) {
            i = write_group(json, row, i, level);
        } else {
            write_change(json, row->metrics[i].name, sc_change_at(row, i));
            i++;
        }
    }
}

static bool class_has_level(const struct sc_channel *channel, const char *name)
{
    for (size_t i = 0; channel != NULL && i < channel->class_count; i++)
        if (strcmp(channel->classes[i].name, name) == 0)
            return channel->classes[i].service.target.given && channel->classes[i].service.target.answer_given;
    return false;
}

static bool has_level(const struct sc_channel *channel)
{
    return channel != NULL && sc_channel_has_level(channel);
}

static void write_channel(struct sc_json *json, const struct sc_compared_channel *channel)
{
    int first_verdict = sc_metric_find(channel->row.metrics, channel->row.count, "target_met");
    size_t middle = first_verdict < 0 ? channel->row.count : (size_t)first_verdict;
    bool level = has_level(channel->base) || has_level(channel->here);

    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", channel->row.name);
    write_row(json, &channel->row, 0, middle, level);
    sc_json_array_begin(json, "classes", false);
    for (size_t i = 0; i < channel->class_count; i++) {
        const struct sc_compared_row *row = &channel->classes[i];

        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "name", row->name);
        write_row(json, row, 0, row->count,
                  class_has_level(channel->base, row->name) || class_has_level(channel->here, row->name));
        sc_json_end(json);
    }
    sc_json_end(json);
    write_row(json, &channel->row, middle, channel->row.count, level);
    sc_json_end(json);
}

static void write_pool(struct sc_json *json, const struct sc_compared_pool *pool)
{
    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", pool->row.name);
    write_row(json, &pool->row, 0, pool->row.count, true);
    sc_json_array_begin(json, "by_channel", false);
    for (size_t i = 0; i < pool->work_count; i++) {
        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "channel", pool->work[i].name);
        write_row(json, &pool->work[i], 0, pool->work[i].count, true);
        sc_json_end(json);
    }
    sc_json_end(json);
    sc_json_end(json);
}

static void write_dated(struct sc_json *json, const struct sc_compared *alternative)
{
    sc_json_array_begin(json, "events", false);
    for (size_t i = 0; i < alternative->event_count; i++) {
        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "name", alternative->events[i].name);
        write_row(json, &alternative->events[i], 0, alternative->events[i].count, true);
        sc_json_end(json);
    }
    sc_json_end(json);
    sc_json_array_begin(json, "goals", false);
    for (size_t i = 0; i < alternative->goal_count; i++) {
        const struct sc_compared_goal *goal = &alternative->goals[i];
        const struct sc_goal *asked = goal->here != NULL ? goal->here : goal->base;
        char by[32];

        sc_date_format(asked->by_day, by);
        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "metric", asked->metric);
        sc_json_string(json, "by", by);
        sc_json_number(json, "wanted", asked->wanted);
        write_row(json, &goal->row, 0, goal->row.count, true);
        sc_json_end(json);
    }
    sc_json_end(json);
}

static void write_alternative(struct sc_json *json, const struct sc_compared *alternative)
{
    bool level = false;

    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", alternative->name);
    sc_json_array_begin(json, "overrides", false);
    for (size_t i = 0; i < alternative->override_count; i++)
        sc_json_string(json, NULL, alternative->overrides[i]);
    sc_json_end(json);
    sc_json_array_begin(json, "channels", false);
    for (size_t i = 0; i < alternative->channel_count; i++) {
        write_channel(json, &alternative->channels[i]);
        level = level || has_level(alternative->channels[i].base) || has_level(alternative->channels[i].here);
    }
    sc_json_end(json);
    sc_json_array_begin(json, "pools", false);
    for (size_t i = 0; i < alternative->pool_count; i++)
        write_pool(json, &alternative->pools[i]);
    sc_json_end(json);
    sc_json_object_begin(json, "totals", false);
    write_row(json, &alternative->total, 0, alternative->total.count, level);
    sc_json_end(json);
    write_dated(json, alternative);
    sc_json_string(json, "file", sc_model_scenario(alternative->result->model)->file);
    sc_json_bool(json, "same", alternative->same);
    sc_json_end(json);
}

static const char *contender_name(const struct sc_comparison *comparison, size_t contender)
{
    return contender == 0 ? sc_model_scenario(comparison->base->model)->name
                          : comparison->alternatives[contender - 1].name;
}

static void write_best(struct sc_json *json, const struct sc_comparison *comparison)
{
    const struct sc_selection *selection = comparison->selection;

    sc_json_object_begin(json, "best", false);
    sc_json_string(json, "metric", selection->metric);
    sc_json_string(json, "direction", selection->lowest ? "lowest" : "highest");
    sc_json_string(json, "name", contender_name(comparison, selection->best));
    sc_json_bool(json, "base", selection->best == 0);
    sc_json_number(json, "indifference", selection->indifference);
    sc_json_number(json, "confidence", selection->confidence);
    sc_json_bool(json, "apart", selection->apart);
    sc_json_string(json, "procedure", "Kim and Nelson 2001");
    sc_json_number(json, "replications", (double)selection->replications);
    sc_json_array_begin(json, "contenders", false);
    for (size_t i = 0; i < selection->count; i++) {
        sc_json_object_begin(json, NULL, true);
        sc_json_string(json, "name", contender_name(comparison, i));
        sc_json_bool(json, "base", i == 0);
        sc_json_number(json, "value", selection->contenders[i].value);
        sc_json_number(json, "behind", selection->contenders[i].behind);
        sc_json_number(json, "replications", (double)selection->contenders[i].replications);
        sc_json_bool(json, "out", selection->contenders[i].out);
        sc_json_end(json);
    }
    sc_json_end(json);
    sc_json_end(json);
}

void sc_compare_write_json(FILE *stream, const struct sc_comparison *comparison)
{
    const struct sc_scenario *base = sc_model_scenario(comparison->base->model);
    struct sc_json json;
    char seed[24];

    sc_json_init(&json, stream);
    sc_json_object_begin(&json, NULL, false);
    sc_json_string(&json, "schema", "staffcast.compare/1");
    sc_json_string(&json, "base", base->name);
    sc_json_array_begin(&json, "alternatives", false);
    for (size_t i = 0; i < comparison->count; i++)
        write_alternative(&json, &comparison->alternatives[i]);
    sc_json_end(&json);
    snprintf(seed, sizeof seed, "%" PRIu64, comparison->seed);
    sc_json_string(&json, "file", base->file);
    sc_json_string(&json, "version", SC_VERSION);
    sc_json_string(&json, "seed", seed);
    sc_json_number(&json, "replications", (double)comparison->replications);
    sc_json_number(&json, "days", base->days);
    sc_json_number(&json, "contacts_simulated", comparison->contacts_simulated);
    sc_json_number(&json, "wall_s", comparison->wall_s);
    if (comparison->selection != NULL)
        write_best(&json, comparison);
    sc_json_end(&json);
}
