/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walking a path through the tree. Settings on the way that were not written are put in for the time of the
 * walk, with their default, and taken out again if nothing in them changed.
 *
 * `fallback` is the node that holds where a setting was not written: a class's settings are its channel's.
 */
#include "scenario/override.h"
#include "scenario/read.h"

#include "base/text.h"
#include "staffcast/calendar.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void walk_group(struct sc_change *change, size_t depth, struct sc_node *group,
                       const struct sc_schema *schema, const struct sc_node *fallback);

static struct sc_node *child_of(const struct sc_node *node, const char *name)
{
    return (struct sc_node *)(uintptr_t)sc_node_child(node, name);
}

static bool is_last(const struct sc_change *change, size_t depth)
{
    return depth + 1 == change->parts;
}

static bool removes(const struct sc_change *change)
{
    return change->op == SC_CHANGE_SET && strcmp(change->operand, "none") == 0;
}

/* The path so far, for messages. */
static const char *path_to(const struct sc_change *change, size_t depth, char text[SC_PATH_TEXT])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < depth && used < SC_PATH_TEXT; i++) {
        const struct sc_path_part *part = &change->part[i];
        used +=
            (size_t)(part->name ? snprintf(text + used, SC_PATH_TEXT - used, "%s%s", i ? "." : "", part->name)
                                : snprintf(text + used, SC_PATH_TEXT - used, "[%zu]", part->index));
    }
    return text;
}

static struct sc_node *copy_of(struct sc_change *change, const struct sc_node *node)
{
    struct sc_node *copy = sc_node_copy(&change->document->arena, node);
    if (!copy)
        change->faults->out_of_memory = true;
    return copy;
}

struct sc_node *sc_change_expand(struct sc_change *change, const struct sc_node *node, const char *name)
{
    struct sc_node *group = sc_node_new(&change->document->arena, SC_NODE_GROUP, node->name, node->where);
    struct sc_node *inner = copy_of(change, node);
    if (!group || !inner) {
        change->faults->out_of_memory = true;
        return NULL;
    }
    inner->name = name;
    sc_node_append(group, inner);
    return group;
}

/* --- the end of the path
 * ------------------------------------------------------------------------------------- */

static bool may_change_in_event(const struct sc_setting *row)
{
    switch (row->kind) {
    case SC_SET_NUMBER:
    case SC_SET_WHOLE:
    case SC_SET_COUNT:
    case SC_SET_SHARE:
    case SC_SET_DURATION:
    case SC_SET_LAW:
    case SC_SET_WEEK_NUMBER:
    case SC_SET_CLOCK:
    case SC_SET_NUMBERS:
    case SC_SET_STAFFING:
        return true;
    default:
        return false;
    }
}

static void set_child(struct sc_change *change, struct sc_node *parent, struct sc_node *node,
                      const struct sc_setting *row, const char *name)
{
    change->found++;
    if (removes(change)) {
        if (!node)
            return;
        sc_node_remove(parent, node);
        change->changed++;
        return;
    }
    struct sc_node *value = sc_change_value(change, row);
    if (!value)
        return;
    change->changed++;
    if (node) {
        sc_node_replace(parent, node, value);
    } else {
        value->name = name;
        sc_node_append(parent, value);
    }
}

/* A new node with the default of a row, put into the group by the caller; NULL, with a fault, without one. */
static struct sc_node *standard_of(struct sc_change *change, const struct sc_node *group,
                                   const struct sc_setting *row, const struct sc_node *fallback)
{
    const struct sc_node *other = fallback       ? fallback
                                  : row->same_as ? sc_node_child(group, row->same_as)
                                                 : NULL;
    struct sc_node *node = NULL;
    if (other) {
        node = copy_of(change, other);
    } else if (row->standard) {
        node = sc_node_from_standard(&change->document->arena, row);
        change->faults->out_of_memory = change->faults->out_of_memory || !node;
    } else if (!change->every) {
        sc_change_fault(change, "'%s' is not written and has no default; write it with =", row->name);
    }
    if (node && row->fixed_count) {
        struct sc_node *array = sc_node_new(&change->document->arena, SC_NODE_LIST, row->name, change->place);
        for (size_t i = 0; array && i < row->fixed_count; i++) {
            struct sc_node *element = copy_of(change, node);
            if (element) {
                element->name = NULL;
                sc_node_append(array, element);
            }
        }
        node = array;
    }
    if (node)
        node->name = row->name;
    return node;
}

/* `+=` on a list of groups, names or dates appends. */
static bool appends(const struct sc_change *change, const struct sc_setting *row)
{
    if (change->op != SC_CHANGE_ADD)
        return false;
    if (row->kind == SC_SET_CHANNELS || row->kind == SC_SET_DATES || row->kind == SC_SET_TEXTS)
        return true;
    return row->kind == SC_SET_LIST && !change->number && !change->duration;
}

static void append(struct sc_change *change, struct sc_node *parent, struct sc_node *list,
                   const struct sc_setting *row, const struct sc_node *fallback)
{
    struct sc_node *value = sc_change_value(change, row);
    if (!value)
        return;
    if (row->kind == SC_SET_LIST && value->kind != SC_NODE_GROUP && value->kind != SC_NODE_LIST) {
        sc_change_fault(change, "no element for '%s' (found %s); write { NAME = VALUE; … }", row->name,
                        change->operand);
        return;
    }
    if (!list) {
        list = fallback ? copy_of(change, fallback)
                        : sc_node_new(&change->document->arena, SC_NODE_LIST, row->name, change->place);
        if (!list) {
            change->faults->out_of_memory = true;
            return;
        }
        sc_node_append(parent, list);
    }
    if (list->kind != SC_NODE_LIST && list->kind != SC_NODE_ARRAY)
        return; /* will be refused when it is read */
    change->found++;
    change->changed++;
    if (value->kind != SC_NODE_LIST && value->kind != SC_NODE_ARRAY) {
        value->name = NULL;
        sc_node_append(list, value);
        return;
    }
    for (struct sc_node *next, *element = value->first; element; element = next) {
        next = element->next;
        sc_node_append(list, element);
    }
}

static void act_on_child(struct sc_change *change, struct sc_node *parent, const struct sc_setting *row,
                         const struct sc_node *fallback)
{
    struct sc_node *node = child_of(parent, row->name);
    if (change->numbers_only && !may_change_in_event(row)) {
        sc_change_fault(change, "'%s' cannot change on a date; events change numbers, durations and laws",
                        row->name);
        return;
    }
    if (change->op == SC_CHANGE_SET) {
        set_child(change, parent, node, row, row->name);
        return;
    }
    if (appends(change, row)) {
        append(change, parent, node, row, fallback);
        return;
    }
    bool written = node;
    if (!written && !(node = standard_of(change, parent, row, fallback)))
        return;
    size_t changed = change->changed;
    sc_change_numbers(change, node, row, !change->every);
    if (!written && change->changed > changed)
        sc_node_append(parent, node);
}

/* --- elements
 * ------------------------------------------------------------------------------------------------ */

static bool element_matches(const struct sc_path_part *part, const struct sc_node *element, size_t index,
                            const char *key)
{
    if (part->every)
        return true;
    if (!part->name)
        return index == part->index;
    const struct sc_node *name = key ? sc_node_child(element, key) : NULL;
    return name && name->kind == SC_NODE_STRING && strcmp(name->text, part->name) == 0;
}

static void element_missing(struct sc_change *change, size_t depth, const struct sc_node *list,
                            const char *key)
{
    char path[SC_PATH_TEXT];
    const struct sc_path_part *part = &change->part[depth];
    const char *nearest = NULL;
    if (change->every)
        return;
    path_to(change, depth, path);
    for (const struct sc_node *element = list->first; element && key && part->name; element = element->next) {
        const struct sc_node *name = sc_node_child(element, key);
        if (name && name->kind == SC_NODE_STRING &&
            (!nearest || sc_text_distance(part->name, name->text) < sc_text_distance(part->name, nearest)))
            nearest = name->text;
    }
    if (!part->name)
        sc_change_fault(change, "%s has no such element (found [%zu]); it has %zu, from [0] on", path,
                        part->index, list->count);
    else if (nearest)
        sc_change_fault(change, "%s has no such element (found '%s'); the nearest is '%s'", path, part->name,
                        nearest);
    else
        sc_change_fault(change, "%s has no such element (found '%s'); name elements by [0], [1], …", path,
                        part->name);
}

static void act_on_element(struct sc_change *change, struct sc_node *list, struct sc_node *element,
                           const struct sc_setting *row)
{
    static const struct sc_setting number = {.name = "the element", .kind = SC_SET_NUMBER};
    bool numbers = row->kind == SC_SET_CLOCK || row->kind == SC_SET_NUMBERS || row->kind == SC_SET_STAFFING;
    if (change->numbers_only && !numbers) {
        sc_change_fault(
            change, "an element of '%s' cannot change on a date; events change numbers, durations and laws",
            row->name);
        return;
    }
    if (change->op != SC_CHANGE_SET) {
        sc_change_numbers(change, element, numbers ? &number : row, !change->every);
        return;
    }
    change->found++;
    if (removes(change)) {
        sc_node_remove(list, element);
        change->changed++;
        return;
    }
    struct sc_node *value = sc_change_value(change, row->kind == SC_SET_LIST ? NULL : row);
    if (!value)
        return;
    if (list->kind == SC_NODE_ARRAY)
        list->kind = SC_NODE_LIST; /* which may mix integers and reals */
    sc_node_replace(list, element, value);
    change->changed++;
}

static void walk_list(struct sc_change *change, size_t depth, struct sc_node *list,
                      const struct sc_setting *row, const struct sc_node *fallback)
{
    const struct sc_path_part *part = &change->part[depth];
    const char *key = row->kind == SC_SET_LIST ? row->schema->key : NULL;
    size_t index = 0, matches = 0;
    if (list->kind != SC_NODE_LIST && list->kind != SC_NODE_ARRAY)
        return; /* will be refused when it is read */
    change->every += part->every;
    for (struct sc_node *next, *element = list->first; element; element = next, index++) {
        next = element->next;
        if (!element_matches(part, element, index, key))
            continue;
        matches++;
        if (is_last(change, depth))
            act_on_element(change, list, element, row);
        else if (row->kind == SC_SET_LIST && element->kind == SC_NODE_GROUP)
            walk_group(change, depth + 1, element, row->schema,
                       row->schema == &sc_schema_class ? fallback : NULL);
        else if (!change->every)
            sc_change_fault(change, "an element of '%s' has no settings of its own; end the path there",
                            row->name);
    }
    change->every -= part->every;
    if (!matches)
        element_missing(change, depth, list, key);
}

/* --- days
 * ---------------------------------------------------------------------------------------------------- */

/* What holds on a day in a group by days, by the rule that ranges override `all`; NULL where nothing does. */
static const struct sc_node *holds_on(const struct sc_node *group, int day)
{
    const struct sc_node *best = NULL;
    int best_level = -1;
    for (const struct sc_node *child = group->first; child; child = child->next) {
        unsigned days;
        enum sc_days_level level;
        if (sc_days_parse(child->name, strlen(child->name), &days, &level) && (days >> day & 1) &&
            (int)level > best_level) {
            best = child;
            best_level = (int)level;
        }
    }
    return best;
}

static void act_on_day(struct sc_change *change, size_t depth, struct sc_node *group, struct sc_node *node,
                       const struct sc_setting *row, const char *name)
{
    bool written = child_of(group, name);
    if (!is_last(change, depth)) {
        if (node && (node->kind == SC_NODE_LIST || node->kind == SC_NODE_ARRAY)) {
            if (!written)
                sc_node_append(group, node);
            walk_list(change, depth + 1, node, row, NULL);
        } else if (!change->every) {
            sc_change_fault(change, "'%s' has no elements; end the path there", name);
        }
        return;
    }
    if (change->op == SC_CHANGE_SET) {
        if (!removes(change) || written) {
            set_child(change, group, written ? node : NULL, row, name);
        } else if (node && row->kind == SC_SET_HOURS) {
            node->kind = SC_NODE_STRING;
            node->text = "closed";
            sc_node_append(group, node);
            change->found++;
            change->changed++;
        } else {
            sc_change_fault(change, "'%s' is not written by itself and cannot be removed; write a value",
                            name);
        }
        return;
    }
    if (!node) {
        if (!change->every)
            sc_change_fault(change, "nothing is written for '%s'; write it with =", name);
        return;
    }
    size_t changed = change->changed;
    sc_change_numbers(change, node, row, !change->every);
    if (!written && change->changed > changed)
        sc_node_append(group, node);
}

static void walk_days(struct sc_change *change, size_t depth, struct sc_node *group,
                      const struct sc_setting *row)
{
    const struct sc_path_part *part = &change->part[depth];
    unsigned days;
    enum sc_days_level level;
    if (part->every) {
        change->every++;
        for (struct sc_node *next, *child = group->first; child; child = next) {
            next = child->next;
            act_on_day(change, depth, group, child, row, child->name);
        }
        change->every--;
        return;
    }
    if (!part->name || !sc_days_parse(part->name, strlen(part->name), &days, &level)) {
        sc_change_fault(change,
                        "no day (found '%s'); write mon … sun, a range such as mon-fri, all, or holiday",
                        part->name ? part->name : "an index");
        return;
    }
    struct sc_node *child = child_of(group, part->name);
    if (child || level == SC_DAYS_ALL) {
        act_on_day(change, depth, group, child, row, part->name);
        return;
    }
    /* A day by itself overrides whatever holds there now, and starts from it. */
    for (int day = 0; day < SC_DAY_KINDS; day++) {
        const char *name = sc_day_kind_name(day);
        if (!(days >> day & 1))
            continue;
        child = child_of(group, name);
        const struct sc_node *now = child ? NULL : holds_on(group, day);
        if (now && (child = copy_of(change, now)))
            child->name = name;
        act_on_day(change, depth, group, child, row, name);
    }
}

/* --- groups
 * -------------------------------------------------------------------------------------------------- */

static bool is_by_days(const struct sc_setting *row)
{
    return row->kind == SC_SET_HOURS || row->kind == SC_SET_WEEK_NUMBER || row->kind == SC_SET_CLOCK ||
           row->kind == SC_SET_STAFFING || row->kind == SC_SET_TARGET_CLOCK;
}

static bool is_sequence(const struct sc_node *node)
{
    return node->kind == SC_NODE_LIST || node->kind == SC_NODE_ARRAY;
}

/* Into a setting by days: a bare value holds on all days, and an array can be indexed at once. */
static void enter_days(struct sc_change *change, size_t depth, struct sc_node *parent, struct sc_node *node,
                       const struct sc_setting *row)
{
    const struct sc_path_part *part = &change->part[depth];
    unsigned days;
    enum sc_days_level level;
    if (row->kind == SC_SET_STAFFING &&
        (sc_node_child(node, "file") || (part->name && !strcmp(part->name, "file")))) {
        walk_group(change, depth, node, row->schema, NULL);
        return;
    }
    bool day = part->name && sc_days_parse(part->name, strlen(part->name), &days, &level);
    if (is_sequence(node) && !day) {
        walk_list(change, depth, node, row, NULL);
        return;
    }
    if (node->kind != SC_NODE_GROUP) {
        struct sc_node *group = sc_change_expand(change, node, "all");
        if (!group)
            return;
        sc_node_replace(parent, node, group);
        node = group;
    }
    walk_days(change, depth, node, row);
}

static void enter(struct sc_change *change, size_t depth, struct sc_node *parent, struct sc_node *node,
                  const struct sc_setting *row, const struct sc_node *fallback)
{
    if (row->shorthand && node->kind != SC_NODE_GROUP) {
        struct sc_node *group = sc_change_expand(change, node, row->shorthand);
        if (!group)
            return;
        sc_node_replace(parent, node, group);
        node = group;
    }
    if (is_by_days(row))
        enter_days(change, depth, parent, node, row);
    else if (row->schema && node->kind == SC_NODE_GROUP)
        walk_group(change, depth, node, row->schema, fallback);
    else if (is_sequence(node))
        walk_list(change, depth, node, row, row->schema == &sc_schema_class ? parent : NULL);
    else if (!change->loose)
        sc_change_fault(change, "'%s' has no settings of its own; end the path there", row->name);
}

static void walk_setting(struct sc_change *change, size_t depth, struct sc_node *group,
                         const struct sc_setting *row, const struct sc_node *fallback)
{
    struct sc_node *node = child_of(group, row->name);
    const struct sc_node *other = fallback ? sc_node_child(fallback, row->name) : NULL;
    if (is_last(change, depth)) {
        act_on_child(change, group, row, other);
        return;
    }
    if (node) {
        enter(change, depth + 1, group, node, row, other);
        return;
    }
    /* Not written: a copy of what holds, or an empty group, which stays only if something in it changes. */
    if (other)
        node = copy_of(change, other);
    else if (row->kind == SC_SET_GROUP || is_by_days(row))
        node = sc_node_new(&change->document->arena, SC_NODE_GROUP, row->name, change->place);
    else if (row->kind == SC_SET_LAW && change->op == SC_CHANGE_SET)
        node = sc_node_new(&change->document->arena, SC_NODE_GROUP, row->name, change->place);
    else
        node = standard_of(change, group, row, NULL);
    if (!node)
        return;
    node->where = change->place;
    sc_node_append(group, node);
    size_t changed = change->changed;
    enter(change, depth + 1, group, node, row, NULL);
    if (change->changed == changed && (node = child_of(group, row->name)))
        sc_node_remove(group, node);
}

static void walk_group(struct sc_change *change, size_t depth, struct sc_node *group,
                       const struct sc_schema *schema, const struct sc_node *fallback)
{
    const struct sc_path_part *part = &change->part[depth];
    char path[SC_PATH_TEXT];
    size_t base;
    if (part->every) {
        change->every++;
        change->loose++;
        for (struct sc_node *next, *child = group->first; child; child = next) {
            next = child->next;
            const struct sc_setting *row = sc_schema_find(schema, child->name, &base);
            if (row)
                walk_setting(change, depth, group, row, fallback);
        }
        change->every--;
        change->loose--;
        return;
    }
    const struct sc_setting *row = part->name ? sc_schema_find(schema, part->name, &base) : NULL;
    if (row)
        walk_setting(change, depth, group, row, fallback);
    else if (!change->loose && part->name)
        sc_change_fault(change, "unknown setting of %s (found '%s' in %s); the nearest is '%s'", schema->what,
                        part->name, depth ? path_to(change, depth, path) : "the path",
                        sc_schema_nearest(schema, part->name));
    else if (!change->loose)
        sc_change_fault(change, "an index into %s (found [%zu]); name one of its settings", schema->what,
                        part->index);
}

void sc_change_walk(struct sc_change *change)
{
    walk_group(change, 0, change->document->root, &sc_schema_scenario, NULL);
}
