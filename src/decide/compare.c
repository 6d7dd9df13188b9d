/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparisons: plays them (paired.h) and lays the figures of both sides beside each other by name. */
#include "staffcast/compare.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

static const struct sc_metric work_metrics[] = {
    {"contacts", SC_UNIT_COUNT, "handlings of that channel"},
    {"busy_h", SC_UNIT_HOURS, "hours with one of its contacts in hand"},
};
static const struct sc_metric event_metrics[] = {
    {"queue_max", SC_UNIT_NUMBER, "longest queue until all was well again"},
    {"recovery_s", SC_UNIT_SECONDS, "until every target held for an hour"},
};
enum { TWO = 2 };

/* The comparison as others see it, and what it is made of. */
struct comparison {
    struct sc_comparison seen; /* first: the one is the other's address */
    struct sc_paired *paired;
    struct sc_arena arena;
};

/* Both sides of one alternative while its rows are laid out. */
struct sides {
    struct sc_arena *arena;
    const struct sc_model *base_model, *model;
    const struct sc_scenario *base_scenario, *scenario;
    const struct sc_result *base, *here;
    const struct sc_difference *difference;
};

static enum sc_code array(struct sc_arena *arena, size_t count, size_t size, void *out, struct sc_error *error)
{
    void *memory = sc_arena_array(arena, count, size);
    if (memory == NULL)
        return sc_error_memory(error);
    memcpy(out, &memory, sizeof memory);
    return SC_OK;
}

/* Differences from `at` on, where the row exists on both sides. */
static const struct sc_difference *differences(const struct sides *s, bool both, size_t at)
{
    return both ? &s->difference[at] : NULL;
}

/* Two figures that stand next to each other in no array. */
static enum sc_code two_figures(const struct sides *s, struct sc_figure first, struct sc_figure second,
                                const struct sc_figure **figures, struct sc_error *error)
{
    struct sc_figure *copy = NULL;
    enum sc_code code = array(s->arena, TWO, sizeof *copy, &copy, error);
    if (code != SC_OK)
        return code;
    copy[0] = first;
    copy[1] = second;
    *figures = copy;
    return SC_OK;
}

/* --- channels --- */

/* b and h: numbers on the two sides, or -1. */
static struct sc_compared_row channel_row(const struct sides *s, ptrdiff_t b, ptrdiff_t h)
{
    const struct sc_channel_result *base = b < 0 ? NULL : &s->base->channels[b];
    const struct sc_channel_result *here = h < 0 ? NULL : &s->here->channels[h];
    return (struct sc_compared_row){
        .name = base != NULL ? base->name : here->name,
        .metrics = sc_channel_metrics,
        .count = sc_channel_metric_count,
        .base = base != NULL ? base->figure : NULL,
        .here = here != NULL ? here->figure : NULL,
        .difference = differences(s, b >= 0 && h >= 0, h < 0 ? 0 : sc_pairs_of_channel(s->model, (size_t)h)),
    };
}

static struct sc_compared_row class_row(const struct sides *s, ptrdiff_t b, ptrdiff_t h, ptrdiff_t class_b,
                                        ptrdiff_t class_h)
{
    const struct sc_channel_result *base = class_b < 0 ? NULL : &s->base->channels[b].classes[class_b];
    const struct sc_channel_result *here = class_h < 0 ? NULL : &s->here->channels[h].classes[class_h];
    bool both = class_b >= 0 && class_h >= 0;
    return (struct sc_compared_row){
        .name = base != NULL ? base->name : here->name,
        .metrics = sc_channel_metrics,
        .count = sc_channel_metric_count,
        .base = base != NULL ? base->figure : NULL,
        .here = here != NULL ? here->figure : NULL,
        .difference = differences(s, both, both ? sc_pairs_of_class(s->model, (size_t)h, (size_t)class_h) : 0),
    };
}

static enum sc_code lay_channel(const struct sides *s, ptrdiff_t b, ptrdiff_t h, struct sc_compared_channel *channel,
                                struct sc_error *error)
{
    *channel = (struct sc_compared_channel){
        .row = channel_row(s, b, h),
        .base = b < 0 ? NULL : &s->base_scenario->channels[b],
        .here = h < 0 ? NULL : &s->scenario->channels[h],
    };
    size_t base_classes = b < 0 ? 0 : channel->base->class_count, classes = h < 0 ? 0 : channel->here->class_count;
    enum sc_code code = array(s->arena, base_classes + classes, sizeof *channel->classes, &channel->classes, error);
    for (size_t k = 0; code == SC_OK && k < base_classes; k++)
        channel->classes[channel->class_count++] =
            class_row(s, b, h, (ptrdiff_t)k,
                      h < 0 ? -1 : sc_class_index(channel->here, channel->base->classes[k].name));
    for (size_t k = 0; code == SC_OK && k < classes; k++)
        if (b < 0 || sc_class_index(channel->base, channel->here->classes[k].name) < 0)
            channel->classes[channel->class_count++] = class_row(s, b, h, -1, (ptrdiff_t)k);
    return code;
}

static enum sc_code lay_channels(const struct sides *s, struct sc_compared *to, struct sc_error *error)
{
    const struct sc_scenario *b = s->base_scenario, *h = s->scenario;
    enum sc_code code =
        array(s->arena, b->channel_count + h->channel_count, sizeof *to->channels, &to->channels, error);
    for (size_t c = 0; code == SC_OK && c < b->channel_count; c++)
        code = lay_channel(s, (ptrdiff_t)c, sc_channel_index(h, b->channels[c].name),
                           &to->channels[to->channel_count++], error);
    for (size_t c = 0; code == SC_OK && c < h->channel_count; c++)
        if (sc_channel_index(b, h->channels[c].name) < 0)
            code = lay_channel(s, -1, (ptrdiff_t)c, &to->channels[to->channel_count++], error);
    return code;
}

/* --- pools --- */

static const struct sc_pool_channel_result *find_work(const struct sc_pool_result *pool, const char *channel)
{
    for (size_t i = 0; pool != NULL && i < pool->channel_count; i++)
        if (strcmp(pool->by_channel[i].channel, channel) == 0)
            return &pool->by_channel[i];
    return NULL;
}

static enum sc_code add_work(const struct sides *s, ptrdiff_t h, const struct sc_pool_channel_result *base,
                             const struct sc_pool_channel_result *here, struct sc_compared_pool *pool,
                             struct sc_error *error)
{
    struct sc_compared_row *row = &pool->work[pool->work_count++];
    *row = (struct sc_compared_row){.name = base != NULL ? base->channel : here->channel,
                                    .metrics = work_metrics,
                                    .count = TWO};
    enum sc_code code = SC_OK;
    if (base != NULL)
        code = two_figures(s, base->contacts, base->busy_h, &row->base, error);
    if (code == SC_OK && here != NULL)
        code = two_figures(s, here->contacts, here->busy_h, &row->here, error);
    if (base == NULL || here == NULL)
        return code;
    size_t channel = (size_t)sc_channel_index(s->scenario, row->name);
    row->difference = differences(s, true, sc_pairs_of_work(s->model, (size_t)h, channel));
    return code;
}

static enum sc_code lay_pool(const struct sides *s, ptrdiff_t b, ptrdiff_t h, struct sc_compared_pool *pool,
                             struct sc_error *error)
{
    const struct sc_pool_result *base = b < 0 ? NULL : &s->base->pools[b];
    const struct sc_pool_result *here = h < 0 ? NULL : &s->here->pools[h];
    size_t base_work = base != NULL ? base->channel_count : 0, work = here != NULL ? here->channel_count : 0;
    *pool = (struct sc_compared_pool){
        .row = {
            .name = base != NULL ? base->name : here->name,
            .metrics = sc_pool_metrics,
            .count = sc_pool_metric_count,
            .base = base != NULL ? base->figure : NULL,
            .here = here != NULL ? here->figure : NULL,
            .difference = differences(s, b >= 0 && h >= 0, h < 0 ? 0 : sc_pairs_of_pool(s->model, (size_t)h)),
        }};
    enum sc_code code = array(s->arena, base_work + work, sizeof *pool->work, &pool->work, error);
    for (size_t i = 0; code == SC_OK && i < base_work; i++)
        code = add_work(s, h, &base->by_channel[i], find_work(here, base->by_channel[i].channel), pool, error);
    for (size_t i = 0; code == SC_OK && i < work; i++)
        if (find_work(base, here->by_channel[i].channel) == NULL)
            code = add_work(s, h, NULL, &here->by_channel[i], pool, error);
    return code;
}

static enum sc_code lay_pools(const struct sides *s, struct sc_compared *to, struct sc_error *error)
{
    const struct sc_scenario *b = s->base_scenario, *h = s->scenario;
    enum sc_code code = array(s->arena, b->pool_count + h->pool_count, sizeof *to->pools, &to->pools, error);
    for (size_t p = 0; code == SC_OK && p < b->pool_count; p++)
        code = lay_pool(s, (ptrdiff_t)p, sc_pool_index(h, b->pools[p].name), &to->pools[to->pool_count++], error);
    for (size_t p = 0; code == SC_OK && p < h->pool_count; p++)
        if (sc_pool_index(b, h->pools[p].name) < 0)
            code = lay_pool(s, -1, (ptrdiff_t)p, &to->pools[to->pool_count++], error);
    return code;
}

/* --- what is tied to dates --- */

static enum sc_code add_event(const struct sides *s, ptrdiff_t b, ptrdiff_t h, struct sc_compared *to,
                              struct sc_error *error)
{
    const struct sc_event_result *base = b < 0 ? NULL : &s->base->events[b], *here = h < 0 ? NULL : &s->here->events[h];
    struct sc_compared_row *row = &to->events[to->event_count++];
    enum sc_code code = SC_OK;
    *row = (struct sc_compared_row){
        .name = (base != NULL ? base : here)->event->name,
        .metrics = event_metrics,
        .count = TWO,
        .difference = differences(s, b >= 0 && h >= 0, h < 0 ? 0 : sc_pairs_of_event(s->model, (size_t)h)),
    };
    if (base != NULL)
        code = two_figures(s, base->queue_max, base->recovery_s, &row->base, error);
    if (code == SC_OK && here != NULL)
        code = two_figures(s, here->queue_max, here->recovery_s, &row->here, error);
    return code;
}

/* Which of the alternative's is the base's of that number; -1: none. */
static ptrdiff_t event_here(const struct sides *s, size_t event)
{
    for (size_t h = 0; h < s->scenario->event_count; h++)
        if (sc_event_index(s->base_scenario, s->scenario, h) == (ptrdiff_t)event)
            return (ptrdiff_t)h;
    return -1;
}

static ptrdiff_t goal_here(const struct sides *s, size_t goal)
{
    for (size_t h = 0; h < s->scenario->goal_count; h++)
        if (sc_goal_index(s->base_scenario, s->scenario, h) == (ptrdiff_t)goal)
            return (ptrdiff_t)h;
    return -1;
}

static enum sc_code lay_events(const struct sides *s, struct sc_compared *to, struct sc_error *error)
{
    size_t b_count = s->base_scenario->event_count, h_count = s->scenario->event_count;
    enum sc_code code = array(s->arena, b_count + h_count, sizeof *to->events, &to->events, error);
    for (size_t b = 0; code == SC_OK && b < b_count; b++)
        code = add_event(s, (ptrdiff_t)b, event_here(s, b), to, error);
    for (size_t h = 0; code == SC_OK && h < h_count; h++)
        if (sc_event_index(s->base_scenario, s->scenario, h) < 0)
            code = add_event(s, -1, (ptrdiff_t)h, to, error);
    return code;
}

static enum sc_code add_goal(const struct sides *s, ptrdiff_t b, ptrdiff_t h, struct sc_compared *to,
                             struct sc_error *error)
{
    const struct sc_goal_result *base = b < 0 ? NULL : &s->base->goals[b], *here = h < 0 ? NULL : &s->here->goals[h];
    struct sc_compared_goal *goal = &to->goals[to->goal_count++];
    const struct sc_goal_result *any = base != NULL ? base : here;
    struct sc_metric *metrics = NULL;
    enum sc_code code = array(s->arena, TWO, sizeof *metrics, &metrics, error);
    if (code != SC_OK)
        return code;
    metrics[0] = (struct sc_metric){"figure", any->metric->unit, any->metric->help};
    metrics[1] = (struct sc_metric){"probability", SC_UNIT_SHARE, "share of replications that reach the goal"};
    *goal = (struct sc_compared_goal){
        .base = base != NULL ? base->goal : NULL,
        .here = here != NULL ? here->goal : NULL,
        .row = {.name = any->goal->metric,
                .metrics = metrics,
                .count = TWO,
                .difference = differences(s, b >= 0 && h >= 0, h < 0 ? 0 : sc_pairs_of_goal(s->model, (size_t)h))},
    };
    if (base != NULL)
        code = two_figures(s, base->figure, base->probability, &goal->row.base, error);
    if (code == SC_OK && here != NULL)
        code = two_figures(s, here->figure, here->probability, &goal->row.here, error);
    return code;
}

static enum sc_code lay_goals(const struct sides *s, struct sc_compared *to, struct sc_error *error)
{
    size_t b_count = s->base_scenario->goal_count, h_count = s->scenario->goal_count;
    enum sc_code code = array(s->arena, b_count + h_count, sizeof *to->goals, &to->goals, error);
    for (size_t b = 0; code == SC_OK && b < b_count; b++)
        code = add_goal(s, (ptrdiff_t)b, goal_here(s, b), to, error);
    for (size_t h = 0; code == SC_OK && h < h_count; h++)
        if (sc_goal_index(s->base_scenario, s->scenario, h) < 0)
            code = add_goal(s, -1, (ptrdiff_t)h, to, error);
    return code;
}

/* --- the whole --- */

static enum sc_code lay_texts(struct sc_arena *arena, const struct sc_what_if *from, struct sc_compared *to,
                              struct sc_error *error)
{
    const char **overrides = NULL;
    enum sc_code code = array(arena, from->override_count, sizeof *overrides, &overrides, error);
    if (code != SC_OK)
        return code;
    to->name = sc_arena_text(arena, from->name);
    to->overrides = overrides;
    to->override_count = from->override_count;
    for (size_t i = 0; i < from->override_count; i++) {
        overrides[i] = sc_arena_text(arena, from->overrides[i]);
        if (overrides[i] == NULL)
            return sc_error_memory(error);
    }
    return to->name != NULL ? SC_OK : sc_error_memory(error);
}

static enum sc_code lay(struct comparison *c, const struct sc_model *base, const struct sc_what_if *what_if, size_t a,
                        struct sc_error *error)
{
    struct sc_compared *to = &c->seen.alternatives[a];
    const struct sides sides = {
        .arena = &c->arena,
        .base_model = base,
        .model = what_if->model,
        .base_scenario = sc_model_scenario(base),
        .scenario = sc_model_scenario(what_if->model),
        .base = c->paired->result[0],
        .here = c->paired->result[a + 1],
        .difference = c->paired->difference[a + 1],
    };
    to->result = sides.here;
    to->same = c->paired->same[a + 1];
    to->total = (struct sc_compared_row){
        .name = "totals",
        .metrics = sc_total_metrics,
        .count = sc_total_metric_count,
        .base = sides.base->total,
        .here = sides.here->total,
        .difference = differences(&sides, true, sc_pairs_of_total(what_if->model)),
    };
    enum sc_code code = lay_texts(&c->arena, what_if, to, error);
    if (code == SC_OK)
        code = lay_channels(&sides, to, error);
    if (code == SC_OK)
        code = lay_pools(&sides, to, error);
    if (code == SC_OK)
        code = lay_events(&sides, to, error);
    if (code == SC_OK)
        code = lay_goals(&sides, to, error);
    return code;
}

static enum sc_code lay_all(struct comparison *c, const struct sc_model *base, const struct sc_what_if *what_ifs,
                            size_t count, uint64_t seed, struct sc_error *error)
{
    struct sc_comparison *seen = &c->seen;
    enum sc_code code = array(&c->arena, count, sizeof *seen->alternatives, &seen->alternatives, error);
    seen->base = c->paired->result[0];
    seen->seed = seed;
    seen->replications = c->paired->replications;
    seen->contacts_simulated = seen->base->contacts_simulated;
    seen->wall_s = seen->base->wall_s;
    for (size_t a = 0; code == SC_OK && a < count; a++) {
        seen->count++;
        seen->contacts_simulated += c->paired->result[a + 1]->contacts_simulated;
        code = lay(c, base, &what_ifs[a], a, error);
    }
    return code;
}

static enum sc_code watch(void *context, size_t replication, size_t model, const struct sc_pair *pairs,
                          struct sc_error *error)
{
    return sc_selector_add(context, replication, model, pairs, error);
}

void sc_comparison_free(struct sc_comparison *comparison)
{
    struct comparison *c = (struct comparison *)comparison;
    if (c == NULL)
        return;
    sc_selection_free(c->seen.selection);
    sc_paired_free(c->paired);
    sc_arena_release(&c->arena);
    free(c);
}

/* Plays all, and takes along what a selection needs of it. */
static enum sc_code play(struct comparison *c, const struct sc_model *const *models, size_t count,
                         const struct sc_compare_options *options, uint64_t seed, struct sc_error *error)
{
    struct sc_selection_options selection = {0};
    struct sc_selector *selector = NULL;
    enum sc_code code = SC_OK;
    struct sc_paired_options paired = {
        .replications = options->replications,
        .precision = options->precision,
        .seed = seed,
        .threads = options->threads,
        .progress = options->progress,
        .progress_context = options->progress_context,
    };
    if (paired.replications == 0)
        paired.replications = (size_t)sc_model_scenario(models[0])->replications;
    if (options->selection != NULL) {
        selection = *options->selection;
        selection.seed = seed;
        selection.threads = options->threads;
        selection.progress = options->progress;
        selection.progress_context = options->progress_context;
        code = sc_selector_new(models, count, &selection, &selector, error);
        paired.watch = watch;
        paired.watch_context = selector;
    }
    if (code == SC_OK)
        code = sc_paired_run(models, count, &paired, &c->paired, error);
    if (code == SC_OK && selector != NULL)
        code = sc_selector_finish(selector, &c->seen.selection, error);
    sc_selector_free(selector);
    return code;
}

enum sc_code sc_compare(const struct sc_model *base, const struct sc_what_if *what_ifs, size_t count,
                        const struct sc_compare_options *options, struct sc_comparison **out, struct sc_error *error)
{
    uint64_t seed = options->seed_given ? options->seed : sc_model_scenario(base)->seed;
    struct comparison *c = calloc(1, sizeof *c);
    const struct sc_model **models = calloc(count + 1, sizeof *models);
    enum sc_code code = SC_OK;
    if (c == NULL || models == NULL) {
        code = sc_error_memory(error);
        goto done;
    }
    models[0] = base;
    for (size_t a = 0; a < count; a++)
        models[a + 1] = what_ifs[a].model;
    code = play(c, models, count + 1, options, seed, error);
    if (code == SC_OK)
        code = lay_all(c, base, what_ifs, count, seed, error);
    if (code == SC_OK) {
        *out = &c->seen;
        c = NULL;
    }
done:
    sc_comparison_free(c == NULL ? NULL : &c->seen);
    free(models);
    return code;
}
