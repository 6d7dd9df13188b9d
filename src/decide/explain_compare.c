/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In what two scenarios differ, by groups. Settings are compared by what they say, not by how they are written, as far
 * as that shows without reading them as a scenario. What slips through (a default written out) makes a group that
 * changes nothing: its part is 0.
 */
#include "decide/explain_private.h"

#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- do two nodes say the same? --- */

/* A number, a percentage or a duration, each of a kind of its own. */
static char value_of(const struct sc_node *node, double *value)
{
    switch (node->kind) {
    case SC_NODE_INTEGER:
        *value = (double)node->integer;
        return 'n';
    case SC_NODE_REAL:
        *value = node->real;
        return 'n';
    case SC_NODE_STRING:
        if (sc_percent_parse(node->text, value))
            return 'n';
        return sc_duration_parse(node->text, value) ? 's' : 'x';
    default:
        return 'x';
    }
}

static bool same_file(const char *one, const char *other)
{
    size_t one_length = 0, other_length = 0;
    char *a = sc_file_load(one, &one_length), *b = sc_file_load(other, &other_length);
    bool same = a && b && one_length == other_length && memcmp(a, b, one_length) == 0;
    free(a);
    free(b);
    return same;
}

static bool same_scalar(const struct sc_node *one, const struct sc_node *other)
{
    double a, b;
    char kind = value_of(one, &a), other_kind = value_of(other, &b);
    if (kind != 'x' || other_kind != 'x')
        return (kind == other_kind || (a == 0 && b == 0 && kind != 'x' && other_kind != 'x')) && a == b;
    if (one->kind != other->kind)
        return false;
    if (one->kind == SC_NODE_BOOL)
        return one->truth == other->truth;
    if (one->kind != SC_NODE_STRING)
        return false;
    bool file = one->name && other->name && strcmp(one->name, "file") == 0 && strcmp(other->name, "file") == 0;
    return strcmp(one->text, other->text) == 0 || (file && same_file(one->text, other->text));
}

static bool is_list(const struct sc_node *node)
{
    return node->kind == SC_NODE_LIST || node->kind == SC_NODE_ARRAY;
}

static bool same_children(const struct sc_node *one, const struct sc_node *other)
{
    if (one->count != other->count)
        return false;
    const struct sc_node *b = other->first;
    for (const struct sc_node *a = one->first; a; a = a->next, b = b->next)
        if (!sc_node_same(a, one->kind == SC_NODE_GROUP ? sc_node_child(other, a->name) : b))
            return false;
    return true;
}

bool sc_node_same(const struct sc_node *one, const struct sc_node *other)
{
    if (!one || !other)
        return one == other;
    bool group = one->kind == SC_NODE_GROUP, other_group = other->kind == SC_NODE_GROUP;
    if (group != other_group) { /* "5 min" is { mean = "5 min"; }, and 0.1 of a spread { cv = 0.1; } */
        const struct sc_node *of = group ? one : other, *bare = group ? other : one;
        return of->count == 1 && !is_list(bare) &&
               (strcmp(of->first->name, "mean") == 0 || strcmp(of->first->name, "cv") == 0) &&
               same_scalar(of->first, bare);
    }
    if (group)
        return same_children(one, other);
    if (is_list(one) || is_list(other))
        return is_list(one) && is_list(other) && same_children(one, other);
    return same_scalar(one, other);
}

/* --- what is different, in words --- */

struct comparison {
    struct sc_mix *mix;
    size_t room[SC_GROUP_COUNT];
    bool no_memory;
};

static void add(struct comparison *c, int group, const char *path, const char *how)
{
    struct sc_mix *mix = c->mix;
    char *text = sc_arena_printf(&mix->arena, "%s: %s", path, how);
    mix->differing |= 1u << group;
    if (mix->changes[group] == c->room[group]) {
        size_t room = 2 * c->room[group] + 4;
        const char **larger = sc_arena_array(&mix->arena, room, sizeof *larger);
        if (!larger) {
            c->no_memory = true;
            return;
        }
        for (size_t i = 0; i < mix->changes[group]; i++)
            larger[i] = mix->change[group][i];
        mix->change[group] = larger;
        c->room[group] = room;
    }
    if (text)
        mix->change[group][mix->changes[group]++] = text;
    else
        c->no_memory = true;
}

static const char *path_of(struct comparison *c, const char *path, const char *name)
{
    const char *text = sc_arena_printf(&c->mix->arena, "%s%s%s", path, path[0] ? "." : "", name);
    c->no_memory = c->no_memory || !text;
    return text ? text : name;
}

/* A value as a person would write it: strings without their quotes. */
static const char *word_of(const struct sc_node *node, char text[SC_FOUND_TEXT])
{
    if (!node)
        return "none";
    if (node->kind == SC_NODE_GROUP || is_list(node))
        return "changed";
    sc_node_found(node, text);
    size_t length = strlen(text);
    if (node->kind == SC_NODE_STRING && length >= 2) {
        memmove(text, text + 1, length - 2);
        text[length - 2] = '\0';
        return text;
    }
    return sc_node_found(node, text);
}

/* One setting: a group is gone into, so that what is told of is as small as it can be. */
static void compare_setting(struct comparison *c, int group, const char *path, const struct sc_node *before,
                            const struct sc_node *after)
{
    char one[SC_FOUND_TEXT], other[SC_FOUND_TEXT], how[2 * SC_FOUND_TEXT + 8];
    if (sc_node_same(before, after))
        return;
    if (before && after && before->kind == SC_NODE_GROUP && after->kind == SC_NODE_GROUP) {
        for (const struct sc_node *at = before->first; at; at = at->next)
            compare_setting(c, group, path_of(c, path, at->name), at, sc_node_child(after, at->name));
        for (const struct sc_node *at = after->first; at; at = at->next)
            if (!sc_node_child(before, at->name))
                compare_setting(c, group, path_of(c, path, at->name), NULL, at);
        return;
    }
    bool holds = (before && (before->kind == SC_NODE_GROUP || is_list(before))) ||
                 (after && (after->kind == SC_NODE_GROUP || is_list(after)));
    if (!before)
        snprintf(how, sizeof how, holds ? "added" : "none → %s", word_of(after, other));
    else if (!after)
        snprintf(how, sizeof how, holds ? "removed" : "%s → none", word_of(before, one));
    else if (holds)
        snprintf(how, sizeof how, "changed");
    else
        snprintf(how, sizeof how, "%s → %s", word_of(before, one), word_of(after, other));
    add(c, group, path, how);
}

/* All settings of a group that has a table, but those of which `skip` (ends with NULL) speaks elsewhere. */
static void compare_table(struct comparison *c, enum sc_group_table table, const char *path,
                          const struct sc_node *before, const struct sc_node *after, const char *const *skip)
{
    for (int round = 0; round < 2; round++) {
        const struct sc_node *here = round == 0 ? before : after;
        for (const struct sc_node *at = here->first; at; at = at->next) {
            int group = sc_group_of_setting(table, at->name);
            bool skipped = group == SC_GROUP_NONE || (round == 1 && sc_node_child(before, at->name));
            for (const char *const *name = skip; *name; name++)
                skipped = skipped || strcmp(*name, at->name) == 0;
            if (!skipped)
                compare_setting(c, group, path_of(c, path, at->name), sc_node_child(before, at->name),
                                sc_node_child(after, at->name));
        }
    }
}

/* Elements that only one of two lists has. */
static void compare_presence(struct comparison *c, int group, const char *path, const struct sc_node *before,
                             const struct sc_node *after)
{
    for (const struct sc_node *at = before ? before->first : NULL; at; at = at->next)
        if (!sc_named(after, sc_name_of(at, "name")))
            add(c, group, path_of(c, path, sc_name_of(at, "name")), "removed");
    for (const struct sc_node *at = after ? after->first : NULL; at; at = at->next)
        if (!sc_named(before, sc_name_of(at, "name")))
            add(c, group, path_of(c, path, sc_name_of(at, "name")), "added");
}

static void compare_channel(struct comparison *c, const char *path, const struct sc_node *before,
                            const struct sc_node *after)
{
    static const char *const skip[] = {"classes", NULL}, *const none[] = {NULL};
    const struct sc_node *one = sc_node_child(before, "classes"), *other = sc_node_child(after, "classes");
    const char *classes = path_of(c, path, "classes");
    compare_table(c, SC_TABLE_CHANNEL, path, before, after, skip);
    compare_presence(c, SC_GROUP_VOLUME, classes, one, other);
    for (const struct sc_node *at = one ? one->first : NULL; at; at = at->next) {
        const struct sc_node *twin = sc_named(other, sc_name_of(at, "name"));
        if (twin)
            compare_table(c, SC_TABLE_CLASS, path_of(c, classes, sc_name_of(at, "name")), at, twin, none);
    }
}

/* --- skills: those for what both scenarios have --- */

static bool both_have(const struct sc_mix *mix, const struct sc_node *skill)
{
    const char *channel = sc_name_of(skill, "channel"), *class_name = sc_name_of(skill, "class");
    for (int side = 0; side < 2; side++) {
        const struct sc_node *root = sc_document_root(mix->side[side]);
        const struct sc_node *here = sc_named(sc_node_child(root, "channels"), channel);
        if (!here || (class_name && !sc_named(sc_node_child(here, "classes"), class_name)))
            return false;
    }
    return true;
}

static const struct sc_node *next_shared(const struct sc_mix *mix, const struct sc_node *skill)
{
    while (skill && !both_have(mix, skill))
        skill = skill->next;
    return skill;
}

static void compare_skills(struct comparison *c, const char *path, const struct sc_node *before,
                           const struct sc_node *after)
{
    const struct sc_node *one = next_shared(c->mix, before ? before->first : NULL);
    const struct sc_node *other = next_shared(c->mix, after ? after->first : NULL);
    for (; one && other; one = next_shared(c->mix, one->next), other = next_shared(c->mix, other->next)) {
        if (sc_node_same(one, other))
            continue;
        bool alike = sc_node_same(sc_node_child(one, "channel"), sc_node_child(other, "channel")) &&
                     sc_node_same(sc_node_child(one, "class"), sc_node_child(other, "class"));
        if (alike)
            compare_setting(c, SC_GROUP_ROUTING, path_of(c, path, sc_name_of(one, "channel")), one, other);
        else
            add(c, SC_GROUP_ROUTING, path, "changed");
    }
    if (one || other)
        add(c, SC_GROUP_ROUTING, path_of(c, path, sc_name_of(one ? one : other, "channel")), one ? "removed" : "added");
}

/* The rule "in-order", ties, and the random rule look at the order of pools. */
static bool same_order(const struct sc_node *before, const struct sc_node *after)
{
    const struct sc_node *other = after->first;
    for (const struct sc_node *at = before->first; at; at = at->next) {
        if (!sc_named(after, sc_name_of(at, "name")))
            continue;
        while (other && !sc_named(before, sc_name_of(other, "name")))
            other = other->next;
        if (!other || strcmp(sc_name_of(other, "name"), sc_name_of(at, "name")) != 0)
            return false;
        other = other->next;
    }
    return true;
}

/* --- events --- */

/* The first override of an event that the other list does not have alike, told by its text. */
static void compare_events(struct comparison *c, const struct sc_node *here, const struct sc_node *there,
                           const char *how)
{
    for (const struct sc_node *event = here ? here->first : NULL; event; event = event->next) {
        const struct sc_node *set = sc_node_child(event, "set");
        for (const struct sc_node *at = set && is_list(set) ? set->first : set; at;
             at = is_list(set) ? at->next : NULL) {
            bool found = false;
            for (const struct sc_node *other = there ? there->first : NULL; other && !found; other = other->next) {
                const struct sc_node *texts = sc_node_child(other, "set");
                for (const struct sc_node *text = texts && is_list(texts) ? texts->first : texts; text && !found;
                     text = is_list(texts) ? text->next : NULL)
                    found = sc_node_same(at, text) &&
                            sc_node_same(sc_node_child(event, "at"), sc_node_child(other, "at")) &&
                            sc_node_same(sc_node_child(event, "lasts"), sc_node_child(other, "lasts")) &&
                            sc_node_same(sc_node_child(event, "over"), sc_node_child(other, "over"));
            }
            if (!found && at->kind == SC_NODE_STRING)
                add(c, sc_group_of_override(at->text), path_of(c, "events", sc_name_of(event, "name")),
                    sc_arena_printf(&c->mix->arena, "%s (%s)", at->text, how));
        }
    }
}

enum sc_code sc_mix_compare(struct sc_mix *mix, struct sc_error *error)
{
    static const char *const skip[] = {"channels", "pools", "events", NULL}, *const pool_skip[] = {"skills", NULL};
    struct comparison c = {.mix = mix};
    const struct sc_node *root[2] = {sc_document_root(mix->side[0]), sc_document_root(mix->side[1])};
    const struct sc_node *channels[2], *pools[2];
    for (int side = 0; side < 2; side++) {
        channels[side] = sc_node_child(root[side], "channels");
        pools[side] = sc_node_child(root[side], "pools");
    }
    compare_table(&c, SC_TABLE_SCENARIO, "", root[0], root[1], skip);
    compare_presence(&c, SC_GROUP_VOLUME, "channels", channels[0], channels[1]);
    for (const struct sc_node *at = channels[0]->first; at; at = at->next)
        if (sc_named(channels[1], sc_name_of(at, "name")))
            compare_channel(&c, path_of(&c, "channels", sc_name_of(at, "name")), at,
                            sc_named(channels[1], sc_name_of(at, "name")));
    compare_presence(&c, SC_GROUP_STAFFING, "pools", pools[0], pools[1]);
    for (const struct sc_node *at = pools[0]->first; at; at = at->next) {
        const struct sc_node *twin = sc_named(pools[1], sc_name_of(at, "name"));
        const char *path = path_of(&c, "pools", sc_name_of(at, "name"));
        if (!twin)
            continue;
        compare_table(&c, SC_TABLE_POOL, path, at, twin, pool_skip);
        compare_skills(&c, path_of(&c, path, "skills"), sc_node_child(at, "skills"), sc_node_child(twin, "skills"));
    }
    if (!same_order(pools[0], pools[1]))
        add(&c, SC_GROUP_ROUTING, "pools", "in another order");
    compare_events(&c, sc_node_child(root[0], "events"), sc_node_child(root[1], "events"), "before");
    compare_events(&c, sc_node_child(root[1], "events"), sc_node_child(root[0], "events"), "after");
    return c.no_memory ? sc_error_memory(error) : SC_OK;
}
