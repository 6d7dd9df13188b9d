/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mixing two scenarios as documents: each setting is taken from the one or the other by its group. Every coalition
 * must be a scenario that can be played, so there are rules for what leans on something that is not there:
 *
 *  - Elements go together by name. Channels and classes that only one scenario has come with its volume. Without it
 *    such a class stays, with the share 0, where a pool would have nothing else to do; such a channel stays, without
 *    volume of its own, there and where a diversion, transfer or recontact leads to it. Else they are not there, nor
 *    are the skills for them.
 *  - A pool that only one scenario has comes with its staffing. Without it it stays, without heads, where nobody else
 *    could serve somebody.
 *  - Skills: explain_skills.c. Events: explain_events.c.
 *
 * The coalitions of none and of all are the two scenarios themselves.
 */
#include "decide/explain_private.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sc_node *sc_node_own(const struct sc_node *node)
{
    return (struct sc_node *)(uintptr_t)node;
}

const char *sc_name_of(const struct sc_node *element, const char *key)
{
    const struct sc_node *name = sc_node_child(element, key);
    return name && name->kind == SC_NODE_STRING ? name->text : NULL;
}

const struct sc_node *sc_named(const struct sc_node *list, const char *name)
{
    for (const struct sc_node *at = list && name ? list->first : NULL; at; at = at->next) {
        const char *here = sc_name_of(at, "name");
        if (here && strcmp(here, name) == 0)
            return at;
    }
    return NULL;
}

int sc_mixing_side(const struct sc_mixing *mixing, int group)
{
    return group != SC_GROUP_NONE && (mixing->mask >> group & 1);
}

struct sc_node *sc_mixing_copy(struct sc_mixing *mixing, const struct sc_node *node)
{
    struct sc_node *copy = sc_node_copy(&mixing->document->arena, node);
    mixing->no_memory = mixing->no_memory || !copy;
    return copy;
}

struct sc_node *sc_mixing_new(struct sc_mixing *mixing, enum sc_node_kind kind, const char *name)
{
    struct sc_node *node = sc_node_new(&mixing->document->arena, kind, name, (struct sc_where){NULL, 0});
    mixing->no_memory = mixing->no_memory || !node;
    return node;
}

static void append_copy(struct sc_mixing *mixing, struct sc_node *parent, const struct sc_node *node)
{
    struct sc_node *copy = node ? sc_mixing_copy(mixing, node) : NULL;
    if (copy)
        sc_node_append(parent, copy);
}

static void remove_child(struct sc_node *group, const char *name)
{
    const struct sc_node *child = sc_node_child(group, name);
    if (child)
        sc_node_remove(group, sc_node_own(child));
}

/* The settings of two groups, each from its side; those that `later` names are put together by themselves. */
static struct sc_node *mix_group(struct sc_mixing *mixing, enum sc_group_table table, const struct sc_node *const of[2],
                                 const char *const *later)
{
    struct sc_node *group = sc_mixing_new(mixing, SC_NODE_GROUP, of[0]->name);
    if (!group)
        return NULL;
    group->where = of[0]->where;
    for (int round = 0; round < 2; round++)
        for (const struct sc_node *at = of[round]->first; at; at = at->next) {
            bool skipped = round == 1 && sc_node_child(of[0], at->name);
            for (const char *const *name = later; *name; name++)
                skipped = skipped || strcmp(*name, at->name) == 0;
            if (!skipped)
                append_copy(mixing, group,
                            sc_node_child(of[sc_mixing_side(mixing, sc_group_of_setting(table, at->name))], at->name));
        }
    return group;
}

static const char *const nothing[] = {NULL};

static void set_number(struct sc_mixing *mixing, struct sc_node *group, const char *name, int64_t value)
{
    struct sc_node *node = sc_mixing_new(mixing, SC_NODE_INTEGER, name);
    remove_child(group, name);
    if (!node)
        return;
    node->integer = value;
    sc_node_append(group, node);
}

/* --- channels --- */

/* Has the side that the volume is from what the skill is for? */
static bool is_there(const struct sc_mixing *mixing, const struct sc_node *skill)
{
    const struct sc_node *root = sc_document_root(mixing->mix->side[sc_mixing_side(mixing, SC_GROUP_VOLUME)]);
    const struct sc_node *channel = sc_named(sc_node_child(root, "channels"), sc_name_of(skill, "channel"));
    const char *class_name = sc_name_of(skill, "class");
    return channel && (!class_name || sc_named(sc_node_child(channel, "classes"), class_name));
}

/* Would a pool have nothing to do but for a class that is not there? */
static bool class_needed(const struct sc_mixing *mixing, const struct sc_node *pools, const char *channel,
                         const char *class_name)
{
    for (const struct sc_node *pool = pools->first; pool; pool = pool->next) {
        const struct sc_node *skills = sc_node_child(pool, "skills");
        bool other = false, this_one = false;
        for (const struct sc_node *at = skills ? skills->first : NULL; at; at = at->next) {
            const char *its_channel = sc_name_of(at, "channel"), *its_class = sc_name_of(at, "class");
            other = other || is_there(mixing, at);
            this_one = this_one || (its_channel && its_class && strcmp(its_channel, channel) == 0 &&
                                    strcmp(its_class, class_name) == 0);
        }
        if (this_one && !other)
            return true;
    }
    return false;
}

static void mix_classes(struct sc_mixing *mixing, struct sc_node *channel, const struct sc_node *const of[2],
                        const struct sc_node *pools)
{
    const struct sc_node *list[2] = {sc_node_child(of[0], "classes"), sc_node_child(of[1], "classes")};
    int side = sc_mixing_side(mixing, SC_GROUP_VOLUME);
    if (!list[0] && !list[1])
        return;
    struct sc_node *classes = sc_mixing_new(mixing, SC_NODE_LIST, "classes");
    /* The order of classes decides which draws are whose, so it is that of the shares. */
    for (int round = 0; classes && round < 2; round++) {
        int here = round == 0 ? side : !side;
        for (const struct sc_node *at = list[here] ? list[here]->first : NULL; at; at = at->next) {
            const struct sc_node *twin = sc_named(list[!here], sc_name_of(at, "name"));
            if (round == 1 && (twin || !class_needed(mixing, pools, sc_name_of(of[0], "name"), sc_name_of(at, "name"))))
                continue;
            const struct sc_node *pair[2] = {here == 0 ? at : twin, here == 0 ? twin : at};
            struct sc_node *class_node =
                twin ? mix_group(mixing, SC_TABLE_CLASS, pair, nothing) : sc_mixing_copy(mixing, at);
            if (!class_node)
                return;
            if (round == 1)
                set_number(mixing, class_node, "share", 0);
            sc_node_append(classes, class_node);
        }
    }
    if (classes && classes->count > 0)
        sc_node_append(channel, classes);
}

static bool refers_in(const struct sc_node *service, const char *name)
{
    static const char *const lists[] = {"divert", "transfer"};
    const char *to = sc_name_of(sc_node_child(service, "recontact"), "to");
    if (to && strcmp(to, name) == 0)
        return true;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct sc_node *list = sc_node_child(service, lists[i]);
        for (const struct sc_node *at = list ? list->first : NULL; at; at = at->next)
            if ((to = sc_name_of(at, "to")) && strcmp(to, name) == 0)
                return true;
    }
    return false;
}

static bool refers(const struct sc_node *channel, const char *name)
{
    const struct sc_node *classes = sc_node_child(channel, "classes");
    bool does = refers_in(channel, name);
    for (const struct sc_node *at = classes ? classes->first : NULL; at && !does; at = at->next)
        does = refers_in(at, name);
    return does;
}

/* Does a channel that stays lead to one that is not there, or has a pool no skill without it? */
static bool is_needed(const struct sc_node *channels, const struct sc_node *pools, const char *name)
{
    for (const struct sc_node *at = channels->first; at; at = at->next)
        if (refers(at, name))
            return true;
    for (const struct sc_node *pool = pools->first; pool; pool = pool->next) {
        const struct sc_node *skills = sc_node_child(pool, "skills");
        bool other = false, this_one = false;
        for (const struct sc_node *at = skills ? skills->first : NULL; at; at = at->next) {
            const char *channel = sc_name_of(at, "channel");
            other = other || sc_named(channels, channel);
            this_one = this_one || (channel && strcmp(channel, name) == 0);
        }
        if (this_one && !other)
            return true;
    }
    return false;
}

/* Those of the side that has the volume, in its order; then, of the others, those that are needed, which may need more.
 */
static struct sc_node *mix_channels(struct sc_mixing *mixing, const struct sc_node *const of[2],
                                    const struct sc_node *pools)
{
    static const char *const later[] = {"classes", NULL};
    int side = sc_mixing_side(mixing, SC_GROUP_VOLUME);
    struct sc_node *channels = sc_mixing_new(mixing, SC_NODE_LIST, "channels");
    for (const struct sc_node *at = of[side]->first; channels && at; at = at->next) {
        const struct sc_node *twin = sc_named(of[!side], sc_name_of(at, "name"));
        const struct sc_node *pair[2] = {side == 0 ? at : twin, side == 0 ? twin : at};
        struct sc_node *channel = twin ? mix_group(mixing, SC_TABLE_CHANNEL, pair, later) : sc_mixing_copy(mixing, at);
        if (!channel)
            return NULL;
        if (twin)
            mix_classes(mixing, channel, pair, pools);
        sc_node_append(channels, channel);
    }
    for (bool more = channels != NULL; more;) {
        more = false;
        for (const struct sc_node *at = of[!side]->first; at && !mixing->no_memory; at = at->next) {
            const char *name = sc_name_of(at, "name");
            if (sc_named(channels, name) || !is_needed(channels, pools, name))
                continue;
            struct sc_node *copy = sc_mixing_copy(mixing, at);
            if (!copy)
                break;
            remove_child(copy, "volume");
            remove_child(copy, "backlog");
            sc_node_append(channels, copy);
            more = true;
        }
    }
    return channels;
}

/* --- pools --- */

struct sc_node *sc_mixing_headless(struct sc_mixing *mixing, const struct sc_node *pool)
{
    static const char *const heads[] = {"shifts", "staffing", "extra", "hours", "shrinkage"};
    struct sc_node *copy = sc_mixing_copy(mixing, pool);
    for (size_t i = 0; copy && i < sizeof heads / sizeof *heads; i++)
        remove_child(copy, heads[i]);
    if (copy)
        set_number(mixing, copy, "agents", 0);
    return copy;
}

/* Those of both, and those that only the side with the staffing has; in the order of the side that has the routing. */
static struct sc_node *mix_pools(struct sc_mixing *mixing, const struct sc_node *const of[2])
{
    static const char *const later[] = {"skills", NULL};
    int order = sc_mixing_side(mixing, SC_GROUP_ROUTING), staffing = sc_mixing_side(mixing, SC_GROUP_STAFFING);
    struct sc_node *pools = sc_mixing_new(mixing, SC_NODE_LIST, "pools");
    for (int round = 0; pools && round < 2; round++) {
        int here = round == 0 ? order : !order;
        for (const struct sc_node *at = of[here]->first; at; at = at->next) {
            const struct sc_node *twin = sc_named(of[!here], sc_name_of(at, "name"));
            const struct sc_node *pair[2] = {here == 0 ? at : twin, here == 0 ? twin : at};
            if (twin ? round == 1 : here != staffing)
                continue;
            struct sc_node *pool = twin ? mix_group(mixing, SC_TABLE_POOL, pair, later) : sc_mixing_copy(mixing, at);
            if (!pool)
                return NULL;
            if (twin)
                append_copy(mixing, pool, sc_node_child(pair[order], "skills"));
            sc_node_append(pools, pool);
        }
    }
    return pools;
}

/* --- the whole --- */

/* Lines keep only the channels that are there. */
static void fit_trunks(struct sc_node *trunks, const struct sc_node *channels)
{
    for (struct sc_node *next, *trunk = trunks ? trunks->first : NULL; trunk; trunk = next) {
        struct sc_node *list = sc_node_own(sc_node_child(trunk, "channels"));
        next = trunk->next;
        for (struct sc_node *after, *at = list ? list->first : NULL; at; at = after) {
            after = at->next;
            if (at->kind == SC_NODE_STRING && !sc_named(channels, at->text))
                sc_node_remove(list, at);
        }
        if (list && !list->count)
            sc_node_remove(trunks, trunk);
    }
}

static void mix_all(struct sc_mixing *mixing)
{
    static const char *const later[] = {"channels", "pools", "events", NULL};
    const struct sc_node *root[2], *channels[2], *pools[2];
    for (int side = 0; side < 2; side++) {
        root[side] = sc_document_root(mixing->mix->side[side]);
        channels[side] = sc_node_child(root[side], "channels");
        pools[side] = sc_node_child(root[side], "pools");
    }
    struct sc_node *new_root = mix_group(mixing, SC_TABLE_SCENARIO, root, later);
    struct sc_node *new_pools = mix_pools(mixing, pools);
    struct sc_node *new_channels = new_pools ? mix_channels(mixing, channels, new_pools) : NULL;
    if (mixing->no_memory)
        return;
    sc_mixing_fit_skills(mixing, new_channels, new_pools);
    fit_trunks(sc_node_own(sc_node_child(new_root, "trunks")), new_channels);
    sc_node_append(new_root, new_channels);
    sc_node_append(new_root, new_pools);
    mixing->document->root = new_root;
    sc_mixing_events(mixing, new_root);
}

enum sc_code sc_mix_document(const struct sc_mix *mix, unsigned mask, struct sc_document **document,
                             struct sc_error *error)
{
    struct sc_mixing mixing = {.mix = mix, .mask = mask & mix->differing};
    bool all = mixing.mask == mix->differing && mixing.mask != 0;
    enum sc_code code = sc_document_clone(mix->side[all], &mixing.document, error);
    if (code != SC_OK)
        return code;
    if (mixing.mask != 0 && !all)
        mix_all(&mixing);
    if (mixing.no_memory) {
        sc_document_free(mixing.document);
        return sc_error_memory(error);
    }
    *document = mixing.document;
    return SC_OK;
}

/* --- making them ready --- */

/* Names of files are looked up beside the scenario; of two folders only full names serve both. */
static bool full_names(struct sc_document *document, struct sc_node *node)
{
    char path[PATH_MAX];
    bool holds = node->kind == SC_NODE_GROUP || node->kind == SC_NODE_LIST;
    for (struct sc_node *child = holds ? node->first : NULL; child; child = child->next) {
        if (child->kind == SC_NODE_STRING && child->name && strcmp(child->name, "file") == 0) {
            const char *name = sc_document_path(&document->arena, document->folder, child->text);
            if (!name)
                return false;
            if (realpath(name, path) && !(child->text = sc_arena_text(&document->arena, path)))
                return false;
        } else if (!full_names(document, child)) {
            return false;
        }
    }
    return true;
}

/* What `run` does not look at would only be in the way: a goal may name a channel that a coalition has not. */
static void strip(struct sc_document *document)
{
    struct sc_node *pools = sc_node_own(sc_node_child(document->root, "pools"));
    remove_child(document->root, "goals");
    remove_child(document->root, "plan");
    for (struct sc_node *pool = pools ? pools->first : NULL; pool; pool = pool->next)
        remove_child(pool, "people");
}

enum sc_code sc_mix_new(const struct sc_document *before, const struct sc_document *after, struct sc_mix **out,
                        struct sc_error *error)
{
    struct sc_mix *mix = calloc(1, sizeof *mix);
    if (!mix)
        return sc_error_memory(error);
    enum sc_code code = sc_document_clone(before, &mix->side[0], error);
    if (code == SC_OK)
        code = sc_document_clone(after, &mix->side[1], error);
    bool one_folder = code == SC_OK && strcmp(mix->side[0]->folder, mix->side[1]->folder) == 0;
    for (int side = 0; code == SC_OK && side < 2; side++) {
        strip(mix->side[side]);
        if (!one_folder && !full_names(mix->side[side], mix->side[side]->root))
            code = sc_error_memory(error);
    }
    if (code == SC_OK)
        code = sc_mix_compare(mix, error);
    if (code == SC_OK)
        *out = mix;
    else
        sc_mix_free(mix);
    return code;
}

void sc_mix_free(struct sc_mix *mix)
{
    if (!mix)
        return;
    sc_document_free(mix->side[0]);
    sc_document_free(mix->side[1]);
    sc_arena_release(&mix->arena);
    free(mix);
}
