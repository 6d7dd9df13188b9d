/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * += and *= on numbers: of a scalar, of all that is in a group or an array, of the mean of a law.
 */
#include "scenario/override.h"
#include "scenario/read.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct sc_setting number_row = {.name = "number", .kind = SC_SET_NUMBER};
static const struct sc_setting duration_row = {.name = "duration", .kind = SC_SET_DURATION};

static double result(const struct sc_change *change, double value)
{
    switch (change->op) {
    case SC_CHANGE_SCALE:
        return value * change->amount;
    case SC_CHANGE_BLEND:
        return value + (change->amount - value) * change->share;
    default:
        return value + change->amount;
    }
}

/* What a scalar measures, as far as changing it goes. */
enum measure { NOTHING, PLAIN, TIME };

static enum measure measure_of(const struct sc_node *node, const struct sc_setting *row, double *value)
{
    bool time = row->kind == SC_SET_DURATION || row->kind == SC_SET_DAYS_LONG || row->kind == SC_SET_LAW;
    bool plain = row->kind == SC_SET_NUMBER || row->kind == SC_SET_WHOLE || row->kind == SC_SET_COUNT ||
                 row->kind == SC_SET_SHARE || row->kind == SC_SET_SPREAD || row->kind == SC_SET_WEEK_NUMBER ||
                 row->kind == SC_SET_NUMBERS || row->kind == SC_SET_CLOCK || row->kind == SC_SET_STAFFING;
    if (node->kind == SC_NODE_INTEGER || node->kind == SC_NODE_REAL) {
        *value = node->kind == SC_NODE_INTEGER ? (double)node->integer : node->real;
        return plain ? PLAIN : time && *value == 0 ? TIME : NOTHING;
    }
    if (node->kind != SC_NODE_STRING)
        return NOTHING;
    if (time && sc_duration_parse_signed(node->text, value))
        return TIME;
    return plain && sc_percent_parse(node->text, value) ? PLAIN : NOTHING;
}

/* Writes a number into the node, whole numbers as integers. */
static void write_plain(struct sc_node *node, double value)
{
    bool whole = value == floor(value) && fabs(value) < 0x1p53;
    node->kind = whole ? SC_NODE_INTEGER : SC_NODE_REAL;
    if (whole)
        node->integer = (int64_t)value;
    else
        node->real = value;
}

static void write_time(struct sc_change *change, struct sc_node *node, double value)
{
    char text[SC_NUMBER_TEXT];
    const char *copy = sc_arena_text(&change->document->arena, sc_duration_format(value, text));
    if (!copy) {
        change->faults->out_of_memory = true;
        return;
    }
    node->kind = SC_NODE_STRING;
    node->text = copy;
}

static void change_scalar(struct sc_change *change, struct sc_node *node, const struct sc_setting *row,
                          bool direct)
{
    double value = 0;
    char found[SC_FOUND_TEXT];
    enum measure measure = measure_of(node, row, &value);
    bool fits = change->op == SC_CHANGE_SCALE
                    ? measure != NOTHING
                    : (measure == PLAIN && change->number) || (measure == TIME && change->duration);
    if (!fits) {
        if (!direct)
            return;
        if (measure == NOTHING)
            sc_change_fault(change, "'%s' is no number (found %s); use = to change it", row->name,
                            sc_node_found(node, found));
        else
            sc_change_fault(change, "'%s' cannot grow by that (found %s); add %s", row->name, change->operand,
                            measure == TIME ? "a duration such as 20 s" : "a number such as 2");
        return;
    }
    double new = result(change, value);
    bool heads = row->kind == SC_SET_COUNT || row->kind == SC_SET_WHOLE || row->kind == SC_SET_STAFFING;
    if (change->share < 1.0 && heads)
        new = nearbyint(new);
    if (!isfinite(new)) {
        sc_change_fault(change, "'%s' becomes too large to compute with; use a smaller factor", row->name);
        return;
    }
    change->found++;
    if (new == value)
        return;
    change->changed++;
    node->where = change->place;
    if (measure == TIME)
        write_time(change, node, new);
    else
        write_plain(node, new);
}

/* An empirical law without `mean` has that of its file, which is then written out. */
static void change_sample(struct sc_change *change, struct sc_node *node, bool direct)
{
    struct sc_arena *arena = &change->document->arena;
    struct sc_reader reader = {.arena = arena, .faults = change->faults, .document = change->document};
    struct sc_law law = {.kind = SC_LAW_NONE};
    sc_read_law(&reader, node, false, &law);
    struct sc_node *mean = sc_node_new(arena, SC_NODE_STRING, "mean", change->place);
    if (!mean || law.kind == SC_LAW_NONE) {
        change->faults->out_of_memory = change->faults->out_of_memory || !mean;
        return;
    }
    write_time(change, mean, law.mean_s);
    change_scalar(change, mean, &duration_row, direct);
    sc_node_append(node, mean);
}

static void change_law(struct sc_change *change, struct sc_node *node, bool direct)
{
    struct sc_node *mean = (struct sc_node *)(uintptr_t)sc_node_child(node, "mean");
    if (mean) {
        change_scalar(change, mean, &duration_row, direct);
    } else if (sc_node_child(node, "file")) {
        change_sample(change, node, direct);
    } else {
        /* The mean of uniform and triangular laws moves when all their points do. */
        for (struct sc_node *child = node->first; child; child = child->next)
            if (strcmp(child->name, "min") == 0 || strcmp(child->name, "mode") == 0 ||
                strcmp(child->name, "max") == 0)
                change_scalar(change, child, &duration_row, direct);
    }
}

static const struct sc_setting *row_of_child(const struct sc_setting *row, const struct sc_node *child)
{
    size_t base;
    switch (row->kind) {
    case SC_SET_WEEK_NUMBER:
    case SC_SET_CLOCK:
    case SC_SET_NUMBERS:
        return &number_row;
    case SC_SET_STAFFING:
        return child->name && sc_schema_find(row->schema, child->name, &base) ? NULL : &number_row;
    default:
        return row->schema && child->name ? sc_schema_find(row->schema, child->name, &base) : NULL;
    }
}

void sc_change_numbers(struct sc_change *change, struct sc_node *node, const struct sc_setting *row,
                       bool direct)
{
    size_t found = change->found;
    if (node->kind == SC_NODE_BROKEN)
        return;
    if (node->kind != SC_NODE_GROUP && node->kind != SC_NODE_LIST && node->kind != SC_NODE_ARRAY) {
        change_scalar(change, node, row, direct);
        return;
    }
    if (row->kind == SC_SET_LAW && node->kind == SC_NODE_GROUP) {
        change_law(change, node, direct);
        return;
    }
    for (struct sc_node *child = node->first; child; child = child->next) {
        const struct sc_setting *inner = row_of_child(row, child);
        /* A clock within days, and an element of a list, are of the kind of what holds them. */
        if (child->kind == SC_NODE_ARRAY || child->kind == SC_NODE_LIST)
            inner = inner && inner != &number_row ? inner : row;
        else if (!child->name && child->kind == SC_NODE_GROUP)
            inner = row;
        if (inner)
            sc_change_numbers(change, child, inner, false);
    }
    if (direct && found == change->found)
        sc_change_fault(change, "'%s' holds no number that could change so; use = to write it", row->name);
}
