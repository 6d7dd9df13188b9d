/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which figure of one model is the same as which of another: by names, for numbers change when an element is added. */
#include "estimate/paired.h"

#include <string.h>

ptrdiff_t sc_channel_index(const struct sc_scenario *s, const char *name)
{
    for (size_t c = 0; c < s->channel_count; c++)
        if (strcmp(s->channels[c].name, name) == 0)
            return (ptrdiff_t)c;
    return -1;
}

ptrdiff_t sc_class_index(const struct sc_channel *channel, const char *name)
{
    for (size_t k = 0; k < channel->class_count; k++)
        if (strcmp(channel->classes[k].name, name) == 0)
            return (ptrdiff_t)k;
    return -1;
}

ptrdiff_t sc_pool_index(const struct sc_scenario *s, const char *name)
{
    for (size_t p = 0; p < s->pool_count; p++)
        if (strcmp(s->pools[p].name, name) == 0)
            return (ptrdiff_t)p;
    return -1;
}

static bool same_goal(const struct sc_goal *one, const struct sc_goal *other)
{
    return strcmp(one->metric, other->metric) == 0 && one->by_day == other->by_day &&
           one->over_days == other->over_days && one->at_least == other->at_least;
}

/* Events and goals may be alike in name: the first is matched with the first, the second with the second. */
ptrdiff_t sc_event_index(const struct sc_scenario *base, const struct sc_scenario *here, size_t event)
{
    size_t before = 0;
    for (size_t i = 0; i < event; i++)
        before += strcmp(here->events[i].name, here->events[event].name) == 0;
    for (size_t i = 0; i < base->event_count; i++)
        if (strcmp(base->events[i].name, here->events[event].name) == 0 && before-- == 0)
            return (ptrdiff_t)i;
    return -1;
}

ptrdiff_t sc_goal_index(const struct sc_scenario *base, const struct sc_scenario *here, size_t goal)
{
    size_t before = 0;
    for (size_t i = 0; i < goal; i++)
        before += same_goal(&here->goals[i], &here->goals[goal]);
    for (size_t i = 0; i < base->goal_count; i++)
        if (same_goal(&base->goals[i], &here->goals[goal]) && before-- == 0)
            return (ptrdiff_t)i;
    return -1;
}

/* A row of figures: `count` pairs from `at` on are those of the base from `from` on; from -1: it has none. */
static void match_row(ptrdiff_t *match, size_t at, ptrdiff_t from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        match[at + i] = from < 0 ? -1 : from + (ptrdiff_t)i;
}

static void match_channels(const struct sc_model *base, const struct sc_model *here, ptrdiff_t *match)
{
    const struct sc_scenario *b = sc_model_scenario(base), *h = sc_model_scenario(here);
    for (size_t c = 0; c < h->channel_count; c++) {
        const struct sc_channel *channel = &h->channels[c];
        ptrdiff_t there = sc_channel_index(b, channel->name);
        match_row(match, sc_pairs_of_channel(here, c),
                  there < 0 ? -1 : (ptrdiff_t)sc_pairs_of_channel(base, (size_t)there), sc_channel_metric_count);
        for (size_t k = 0; k < channel->class_count; k++) {
            ptrdiff_t k_there = there < 0 ? -1 : sc_class_index(&b->channels[there], channel->classes[k].name);
            match_row(match, sc_pairs_of_class(here, c, k),
                      k_there < 0 ? -1 : (ptrdiff_t)sc_pairs_of_class(base, (size_t)there, (size_t)k_there),
                      sc_channel_metric_count);
        }
    }
}

static void match_pools(const struct sc_model *base, const struct sc_model *here, ptrdiff_t *match)
{
    const struct sc_scenario *b = sc_model_scenario(base), *h = sc_model_scenario(here);
    for (size_t p = 0; p < h->pool_count; p++) {
        ptrdiff_t there = sc_pool_index(b, h->pools[p].name);
        match_row(match, sc_pairs_of_pool(here, p), there < 0 ? -1 : (ptrdiff_t)sc_pairs_of_pool(base, (size_t)there),
                  sc_pool_metric_count);
        for (size_t c = 0; c < h->channel_count; c++) {
            ptrdiff_t c_there = sc_channel_index(b, h->channels[c].name);
            match_row(match, sc_pairs_of_work(here, p, c),
                      there < 0 || c_there < 0 ? -1 : (ptrdiff_t)sc_pairs_of_work(base, (size_t)there, (size_t)c_there),
                      2);
        }
    }
}

void sc_paired_match(const struct sc_model *base, const struct sc_model *here, ptrdiff_t *match)
{
    const struct sc_scenario *b = sc_model_scenario(base), *h = sc_model_scenario(here);
    match_channels(base, here, match);
    match_pools(base, here, match);
    match_row(match, sc_pairs_of_total(here), (ptrdiff_t)sc_pairs_of_total(base), sc_total_metric_count);
    for (size_t i = 0; i < h->event_count; i++) {
        ptrdiff_t there = sc_event_index(b, h, i);
        match_row(match, sc_pairs_of_event(here, i), there < 0 ? -1 : (ptrdiff_t)sc_pairs_of_event(base, (size_t)there),
                  2);
    }
    for (size_t i = 0; i < h->goal_count; i++) {
        ptrdiff_t there = sc_goal_index(b, h, i);
        match_row(match, sc_pairs_of_goal(here, i), there < 0 ? -1 : (ptrdiff_t)sc_pairs_of_goal(base, (size_t)there),
                  2);
    }
}
