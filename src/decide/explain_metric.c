/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose figure a path names, and what the targets of a scenario ask of which figure. */
#include "decide/explain_private.h"

#include "decide/metric_path.h"
#include "staffcast/selection.h"

#include <math.h>
#include <stdio.h>

double sc_metric_most(const struct sc_metric *metric)
{
    return metric->unit == SC_UNIT_SHARE ? 1 : INFINITY;
}

/* --- whose it is, and what is asked of it --- */

struct sc_metric_owner sc_metric_owner_of(const struct sc_scenario *s, const char *path)
{
    struct sc_metric_owner owner = {-1, -1, -1};
    const char *rest, *name;
    if ((rest = sc_path_after(path, "pools")))
        for (size_t p = 0; p < s->pool_count; p++)
            if (sc_path_after(rest, s->pools[p].name))
                owner.pool = (int)p;
    if ((rest = sc_path_after(path, "channels")))
        for (size_t c = 0; c < s->channel_count; c++) {
            if (!(name = sc_path_after(rest, s->channels[c].name)))
                continue;
            owner.channel = (int)c;
            name = sc_path_after(name, "classes");
            for (size_t k = 0; name && k < s->channels[c].class_count; k++)
                if (sc_path_after(name, s->channels[c].classes[k].name))
                    owner.class_index = (int)k;
        }
    return owner;
}

static bool same_target(const struct sc_target *a, const struct sc_target *b)
{
    return a->given == b->given && a->answer_given == b->answer_given && a->abandon_given == b->abandon_given &&
           a->answer == b->answer && a->within_s == b->within_s && a->abandon == b->abandon && a->counts == b->counts;
}

/* The goals of a target, told of one by one. */
static void each_of_target(const struct sc_target *target, const char *path,
                           void (*each)(void *context, const struct sc_wanted *wanted), void *context)
{
    char text[SC_METRIC_TEXT];
    if (!target->given)
        return;
    if (target->answer_given) {
        snprintf(text, sizeof text, "%s.service_level", path);
        each(context, &(struct sc_wanted){text, target->answer, true});
    }
    if (target->abandon_given) {
        snprintf(text, sizeof text, "%s.abandon_rate", path);
        each(context, &(struct sc_wanted){text, target->abandon, false});
    }
}

void sc_wanted_each(const struct sc_scenario *s, void (*each)(void *context, const struct sc_wanted *wanted),
                    void *context)
{
    char path[SC_METRIC_TEXT - 32];
    for (size_t c = 0; c < s->channel_count; c++) {
        const struct sc_channel *channel = &s->channels[c];
        snprintf(path, sizeof path, "channels.%s", channel->name);
        each_of_target(&channel->service.target, path, each, context);
        for (size_t k = 0; k < channel->class_count; k++) {
            const struct sc_class *class = &channel->classes[k];
            snprintf(path, sizeof path, "channels.%s.classes.%s", channel->name, class->name);
            if (!same_target(&class->service.target, &channel->service.target))
                each_of_target(&class->service.target, path, each, context);
        }
    }
}

int sc_explain_direction(const struct sc_metric *metric)
{
    enum sc_direction direction = sc_metric_direction(metric);

    return direction == SC_DIRECTION_HIGHEST ? 1 : direction == SC_DIRECTION_LOWEST ? -1 : 0;
}
