/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The levers of a scenario that bear on a metric: those of its channel and of the pools that serve it; of a pool those
 * of the channels it serves; of the totals all. A lever of a channel moves the classes that write the same setting
 * themselves along with it, by the same factor or the same points.
 */
#include "decide/levers_private.h"

#include "base/number.h"
#include "estimate/paired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct listing {
    const struct sc_built *built;
    const struct sc_document *document;
    struct sc_arena *arena;
    struct sc_lever_plan *plan;
    size_t plans, room;
    bool no_memory;
};

static const struct {
    const char *what, *setting; /* %s of ELEMENT; below the channel or pool */
    int help;
} kinds[SC_LEVER_COUNT] = {
    [SC_LEVER_CONTACTS] = {"contacts of %s", "volume.factor", -1},
    [SC_LEVER_HANDLE] = {"handle time of %s", "handle", -1},
    [SC_LEVER_HEADS] = {"heads of %s", "extra", 1},
    [SC_LEVER_AUTOMATION] = {"automation of %s", "automation.resolves", 1},
    [SC_LEVER_DEFLECT] = {"deflection of %s", "deflect", 1},
    [SC_LEVER_RECONTACT] = {"recontacts of %s", "recontact.share", -1},
    [SC_LEVER_TOUCHES] = {"touches of %s", "touches.mean", -1},
    [SC_LEVER_ABSENCE] = {"absence of %s", "shrinkage.absence", -1},
    [SC_LEVER_PLANNED] = {"planned shrinkage of %s", "shrinkage.planned", -1},
};

/* A text with a %s, for names may hold anything else. */
static const char *fill(struct listing *list, const char *pattern, const char *name)
{
    size_t before = (size_t)(strstr(pattern, "%s") - pattern);
    const char *text = sc_arena_printf(list->arena, "%.*s%s%s", (int)before, pattern, name, pattern + before + 2);
    list->no_memory = list->no_memory || !text;
    return text;
}

static struct sc_lever_plan *add(struct listing *list, enum sc_lever_kind kind, int channel, int pool)
{
    const struct sc_scenario *s = list->built->scenario;
    if (list->plans == list->room) {
        size_t room = 2 * list->room + 16;
        struct sc_lever_plan *larger = sc_arena_array(list->arena, room, sizeof *larger);
        if (!larger) {
            list->no_memory = true;
            return NULL;
        }
        if (list->plans > 0)
            memcpy(larger, list->plan, list->plans * sizeof *larger);
        list->plan = larger;
        list->room = room;
    }
    struct sc_lever_plan *plan = &list->plan[list->plans];
    const char *element = pool >= 0 ? s->pools[pool].name : s->channels[channel].name;
    *plan = (struct sc_lever_plan){
        .kind = kind,
        .channel = channel,
        .pool = pool,
        .help = kinds[kind].help,
        .element = sc_arena_text(list->arena, element),
        .name = fill(list, kinds[kind].what, element),
        .path =
            sc_arena_array(list->arena, 1 + (channel >= 0 ? s->channels[channel].class_count : 0), sizeof *plan->path),
    };
    if (!plan->element || !plan->path) {
        list->no_memory = true;
        return NULL;
    }
    const char *path =
        sc_arena_printf(list->arena, "%s.%s.%s", pool >= 0 ? "pools" : "channels", element, kinds[kind].setting);
    list->no_memory = list->no_memory || !path;
    plan->path[plan->paths++] = path;
    list->plans++;
    return plan;
}

/* Classes whose own words would leave the channel's move without effect on them. */
static void add_classes(struct listing *list, struct sc_lever_plan *plan)
{
    const struct sc_channel *channel = &list->built->scenario->channels[plan->channel];
    const struct sc_node *node = sc_named(sc_node_child(sc_document_root(list->document), "channels"), channel->name);
    const struct sc_node *classes = sc_node_child(node, "classes");
    const char *setting = kinds[plan->kind].setting;
    char group[64];
    size_t length = strcspn(setting, ".");
    memcpy(group, setting, length);
    group[length] = '\0';
    for (const struct sc_node *at = classes ? classes->first : NULL; at; at = at->next) {
        const struct sc_node *own = sc_node_child(at, group);
        if (!own || (setting[length] == '.' && own->kind == SC_NODE_GROUP && !sc_node_child(own, setting + length + 1)))
            continue;
        const char *path =
            sc_arena_printf(list->arena, "channels.%s.classes.%s.%s", channel->name, sc_name_of(at, "name"), setting);
        list->no_memory = list->no_memory || !path;
        plan->path[plan->paths++] = path;
    }
}

/* --- of a channel --- */

static void add_share(struct listing *list, enum sc_lever_kind kind, int channel, int pool, double now, double high)
{
    struct sc_lever_plan *plan = add(list, kind, channel, pool);
    if (!plan)
        return;
    plan->now = now;
    plan->low = 0;
    plan->high = high;
    if (channel >= 0)
        add_classes(list, plan);
}

static void add_channel(struct listing *list, int c)
{
    const struct sc_channel *channel = &list->built->scenario->channels[c];
    const struct sc_service *service = &channel->service;
    struct sc_lever_plan *plan;
    bool volume = channel->volume.per_day.given || channel->volume.history_file;
    if (volume && (plan = add(list, SC_LEVER_CONTACTS, c, -1))) {
        plan->now = 1;
        plan->low = 0.02;
        plan->high = 10;
    }
    if ((plan = add(list, SC_LEVER_HANDLE, c, -1))) {
        plan->now = service->handle.mean_s;
        plan->low = 0.02 * plan->now;
        plan->high = 10 * plan->now;
        add_classes(list, plan);
    }
    if (volume) {
        add_share(list, SC_LEVER_AUTOMATION, c, -1, service->automation.resolves, 1 - service->automation.gives_up);
        list->plan[list->plans - 1].priced = service->automation.cost > 0 || service->automation.cost_per_resolved > 0;
        add_share(list, SC_LEVER_DEFLECT, c, -1, service->deflect, 0.98);
    }
    if (service->recontact.share > 0)
        add_share(list, SC_LEVER_RECONTACT, c, -1, service->recontact.share, 1);
    if (service->touches.mean > 1 && (plan = add(list, SC_LEVER_TOUCHES, c, -1))) {
        plan->now = service->touches.mean;
        plan->low = 1;
        plan->high = 10 * plan->now;
        add_classes(list, plan);
    }
}

/* --- of a pool --- */

/* Most and fewest heads that the roster has where it has any: sums of shifts, cells of a clock, steps of a file. */
static enum sc_code roster_range(const struct listing *list, int p, double *most, double *fewest,
                                 struct sc_error *error)
{
    const struct sc_scenario *s = list->built->scenario;
    size_t count = (size_t)(s->days * 86400.0 / s->interval_s + 0.5);
    double *heads = calloc(count, sizeof *heads);
    enum sc_code code =
        heads ? sc_model_mean_heads(list->built->model, (size_t)p, heads, error) : sc_error_memory(error);
    *most = 0;
    *fewest = INFINITY;
    for (size_t i = 0; code == SC_OK && i < count; i++) {
        *most = fmax(*most, heads[i]);
        if (heads[i] > 0)
            *fewest = fmin(*fewest, heads[i]);
    }
    free(heads);
    return code;
}

static enum sc_code add_pool(struct listing *list, int p, struct sc_error *error)
{
    const struct sc_pool *pool = &list->built->scenario->pools[p];
    double most, fewest;
    enum sc_code code = roster_range(list, p, &most, &fewest, error);
    struct sc_lever_plan *plan;
    if (code != SC_OK)
        return code;
    if (most > 0 && (plan = add(list, SC_LEVER_HEADS, -1, p))) {
        plan->now = round(most);
        plan->low = plan->now - floor(fewest + 1e-9);
        plan->high = 4 * plan->now + 20;
        plan->whole = true;
        plan->priced = pool->cost_per_hour > 0;
    }
    if (pool->absence > 0)
        add_share(list, SC_LEVER_ABSENCE, -1, p, pool->absence, 1);
    if (pool->planned > 0)
        add_share(list, SC_LEVER_PLANNED, -1, p, pool->planned, 1);
    return SC_OK;
}

enum sc_code sc_levers_list(const struct sc_built *built, const struct sc_document *document, const char *metric,
                            struct sc_arena *arena, struct sc_lever_plan **plans, size_t *count, struct sc_error *error)
{
    const struct sc_scenario *s = built->scenario;
    struct listing list = {.built = built, .document = document, .arena = arena};
    struct sc_metric_owner owner = sc_metric_owner_of(s, metric);
    enum sc_code code = SC_OK;
    for (size_t c = 0; c < s->channel_count; c++)
        if (owner.channel < 0 ? owner.pool < 0 || sc_pool_serves(&s->pools[owner.pool], c) : (int)c == owner.channel)
            add_channel(&list, (int)c);
    for (size_t p = 0; code == SC_OK && p < s->pool_count; p++)
        if (owner.pool < 0 ? owner.channel < 0 || sc_pool_serves(&s->pools[p], (size_t)owner.channel)
                           : (int)p == owner.pool)
            code = add_pool(&list, (int)p, error);
    if (code == SC_OK && list.no_memory)
        code = sc_error_memory(error);
    *plans = list.plan;
    *count = list.plans;
    return code;
}

/* --- overrides --- */

double sc_lever_round(const struct sc_lever_plan *plan, double position)
{
    if (plan->whole)
        return plan->now + round(position - plan->now);
    if (plan->kind == SC_LEVER_HANDLE)
        return plan->now * (round(position / plan->now * 1e5) / 1e5);
    return plan->now + round((position - plan->now) * 1e5) / 1e5;
}

const char **sc_lever_overrides(const struct sc_lever_plan *plan, double position, struct sc_arena *arena)
{
    const char **text = sc_arena_array(arena, plan->paths, sizeof *text);
    char number[SC_NUMBER_TEXT];
    bool factor = plan->kind == SC_LEVER_CONTACTS || plan->kind == SC_LEVER_HANDLE;
    double by = plan->kind == SC_LEVER_HANDLE ? position / plan->now : factor ? position : position - plan->now;
    sc_number_format(round(by * 1e5) / 1e5, number);
    for (size_t i = 0; text && i < plan->paths; i++)
        if (!(text[i] = sc_arena_printf(arena, "%s %s %s", plan->path[i], factor ? "*=" : "+=", number)))
            return NULL;
    return text;
}
