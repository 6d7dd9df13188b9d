/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All figures of a result under their paths. */
#include "decide/sweep_private.h"

#include "staffcast/calendar.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct visit {
    void (*each)(void *context, const char *path, struct sc_figure figure);
    void *context;
    char path[1024];
};

/* Puts the parts of a path behind its first `length` bytes, with dots between; ends with NULL. Returns its length. */
static size_t add_parts(struct visit *visit, size_t length, ...)
{
    va_list parts;
    va_start(parts, length);
    for (const char *part = va_arg(parts, const char *); part; part = va_arg(parts, const char *)) {
        size_t added = strlen(part), room = sizeof visit->path - length - 2;
        added = added < room ? added : room;
        if (length)
            visit->path[length++] = '.';
        memcpy(visit->path + length, part, added);
        length += added;
    }
    va_end(parts);
    visit->path[length] = '\0';
    return length;
}

static void visit_one(struct visit *visit, size_t length, const char *name, struct sc_figure figure)
{
    add_parts(visit, length, name, NULL);
    visit->each(visit->context, visit->path, figure);
}

static void visit_row(struct visit *visit, size_t length, const struct sc_metric *metrics, size_t count,
                      const struct sc_figure *figure)
{
    for (size_t i = 0; i < count; i++)
        visit_one(visit, length, metrics[i].name, figure[i]);
}

static void visit_channel(struct visit *visit, const struct sc_channel_result *channel)
{
    visit_row(visit, add_parts(visit, 0, "channels", channel->name, NULL), sc_channel_metrics, sc_channel_metric_count,
              channel->figure);
    for (size_t i = 0; i < channel->class_count; i++)
        visit_row(visit, add_parts(visit, 0, "channels", channel->name, "classes", channel->classes[i].name, NULL),
                  sc_channel_metrics, sc_channel_metric_count, channel->classes[i].figure);
}

static void visit_pool(struct visit *visit, const struct sc_pool_result *pool)
{
    visit_row(visit, add_parts(visit, 0, "pools", pool->name, NULL), sc_pool_metrics, sc_pool_metric_count,
              pool->figure);
    for (size_t i = 0; i < pool->channel_count; i++) {
        const struct sc_pool_channel_result *work = &pool->by_channel[i];
        size_t length = add_parts(visit, 0, "pools", pool->name, "by_channel", work->channel, NULL);
        visit_one(visit, length, "contacts", work->contacts);
        visit_one(visit, length, "busy_h", work->busy_h);
    }
}

/* As in the CSV: a goal goes by its date, and by a number where others have the same metric and date. */
static void visit_goal(struct visit *visit, const struct sc_goal_result *goals, size_t i)
{
    char by[32], place[64];
    int before = 0;
    for (size_t j = 0; j < i; j++)
        before +=
            goals[j].goal->by_day == goals[i].goal->by_day && strcmp(goals[j].goal->metric, goals[i].goal->metric) == 0;
    sc_date_format(goals[i].goal->by_day, by);
    snprintf(place, sizeof place, before > 0 ? "%s.%d" : "%s", by, before + 1);
    size_t length = add_parts(visit, 0, "goals", goals[i].goal->metric, place, NULL);
    visit_one(visit, length, "figure", goals[i].figure);
    visit_one(visit, length, "probability", goals[i].probability);
}

bool sc_path_fits(const char *path, const char *pattern)
{
    const char *star = NULL, *tried = NULL; /* the last star, and where what it stands for ends so far */
    while (*path) {
        if (*pattern == '*') {
            star = pattern++;
            tried = path;
        } else if (*pattern == *path) {
            pattern++;
            path++;
        } else if (star) {
            pattern = star + 1;
            path = ++tried;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

void sc_result_visit(const struct sc_result *result,
                     void (*each)(void *context, const char *path, struct sc_figure figure), void *context)
{
    const struct sc_scenario *scenario = sc_model_scenario(result->model);
    struct visit visit = {.each = each, .context = context};
    for (size_t i = 0; i < scenario->channel_count; i++)
        visit_channel(&visit, &result->channels[i]);
    for (size_t i = 0; i < scenario->pool_count; i++)
        visit_pool(&visit, &result->pools[i]);
    visit_row(&visit, add_parts(&visit, 0, "totals", NULL), sc_total_metrics, sc_total_metric_count, result->total);
    for (size_t i = 0; i < scenario->event_count; i++) {
        size_t length = add_parts(&visit, 0, "events", result->events[i].event->name, NULL);
        visit_one(&visit, length, "queue_max", result->events[i].queue_max);
        visit_one(&visit, length, "recovery_s", result->events[i].recovery_s);
    }
    for (size_t i = 0; i < scenario->goal_count; i++)
        visit_goal(&visit, result->goals, i);
}
