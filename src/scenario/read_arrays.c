/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings of several values: arrays of numbers, lists of names and dates.
 */
#include "scenario/read.h"

#include "staffcast/calendar.h"

#include <string.h>

/* An array or list with its elements; NULL, with a fault, where the node is none. */
static void *new_elements(struct sc_reader *reader, const struct sc_node *node, size_t size, const char *what)
{
    if (node->kind != SC_NODE_ARRAY && node->kind != SC_NODE_LIST) {
        sc_reader_wrong(reader, node, "is no list", what);
        return NULL;
    }
    void *elements = sc_arena_array(reader->arena, node->count, size);
    if (!elements)
        reader->faults->out_of_memory = true;
    return elements;
}

void sc_read_numbers(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                     char *base)
{
    char *field = base + row->offset;
    double value;
    if (reader->defaults && sc_read_number(reader, node, &value)) {
        for (size_t i = 0; i < row->fixed_count; i++)
            ((double *)field)[i] = value;
        return;
    }
    double *values = new_elements(reader, node, sizeof *values, "write numbers such as [1.0, 1.5]");
    if (!values)
        return;
    if (row->fixed_count && node->count != row->fixed_count) {
        sc_reader_fault(reader, node, "the wrong number of values (found %zu); write %zu", node->count,
                        row->fixed_count);
        return;
    }
    if (!node->count) {
        sc_reader_fault(reader, node,
                        "an empty array; write numbers such as [1.0, 1.5], or leave the setting out");
        return;
    }
    size_t i = 0;
    bool right = true;
    for (const struct sc_node *at = node->first; at; at = at->next, i++) {
        size_t before = sc_reader_enter(reader, NULL, i);
        right =
            sc_read_number(reader, at, &values[i]) && sc_read_in_range(reader, at, row, values[i]) && right;
        sc_reader_leave(reader, before);
    }
    if (!right)
        return;
    if (row->fixed_count) {
        memcpy(field, values, row->fixed_count * sizeof *values);
    } else {
        *(const double **)field = values;
        *(size_t *)(base + row->count_at) = node->count;
    }
}

void sc_read_channels(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                      char *base)
{
    size_t count = 0;
    int *channels =
        new_elements(reader, node, sizeof *channels, "write names such as ( \"phone\", \"sales\" )");
    if (!channels)
        return;
    if (!node->count)
        sc_reader_fault(reader, node, "an empty list; name at least one channel");
    for (const struct sc_node *at = node->first; at; at = at->next) {
        int channel;
        if (!sc_read_channel(reader, at, &channel))
            continue;
        bool twice = false;
        for (size_t i = 0; i < count; i++)
            twice = twice || channels[i] == channel;
        if (twice)
            sc_reader_wrong(reader, at, "names a channel twice", "name each once");
        else
            channels[count++] = channel;
    }
    *(const int **)(base + row->offset) = channels;
    *(size_t *)(base + row->count_at) = count;
}

void sc_read_dates(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                   char *base)
{
    size_t count = 0;
    int64_t *dates = new_elements(reader, node, sizeof *dates, "write dates such as ( \"2026-01-19\" )");
    if (!dates)
        return;
    for (const struct sc_node *at = node->first; at; at = at->next) {
        int64_t date;
        if (at->kind != SC_NODE_STRING || !sc_date_parse(at->text, &date)) {
            sc_reader_wrong(reader, at, "is no date", "write one such as \"2026-01-19\"");
            continue;
        }
        size_t i = count;
        while (i > 0 && dates[i - 1] > date)
            i--;
        if (i > 0 && dates[i - 1] == date) {
            sc_reader_wrong(reader, at, "names a date twice", "name each once");
            continue;
        }
        memmove(dates + i + 1, dates + i, (count - i) * sizeof *dates);
        dates[i] = date;
        count++;
    }
    *(const int64_t **)(base + row->offset) = dates;
    *(size_t *)(base + row->count_at) = count;
}

void sc_read_texts(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                   char *base)
{
    size_t count = 0;
    bool one = node->kind == SC_NODE_STRING;
    const char **texts =
        one ? sc_arena_array(reader->arena, 1, sizeof *texts)
            : new_elements(reader, node, sizeof *texts, "write strings such as ( \"…\", \"…\" )");
    if (!texts)
        return;
    if (one)
        count += sc_read_text(reader, node, &texts[0]);
    for (const struct sc_node *at = one ? NULL : node->first; at; at = at->next)
        count += sc_read_text(reader, at, &texts[count]);
    if (!one && !node->count)
        sc_reader_fault(reader, node, "an empty list; write at least one string");
    *(const char ***)(base + row->offset) = texts;
    *(size_t *)(base + row->count_at) = count;
}

void sc_read_columns(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                     char *base)
{
    if (node->kind != SC_NODE_GROUP) {
        sc_reader_wrong(reader, node, "is no group", "write { start = \"Date\"; contacts = \"Calls\"; }");
        return;
    }
    struct sc_column *columns = sc_arena_array(reader->arena, node->count, sizeof *columns);
    size_t count = 0;
    if (!columns) {
        reader->faults->out_of_memory = true;
        return;
    }
    for (const struct sc_node *at = node->first; at; at = at->next) {
        columns[count].name = sc_arena_text(reader->arena, at->name);
        count += sc_read_text(reader, at, &columns[count].header) && columns[count].name;
    }
    *(const struct sc_column **)(base + row->offset) = columns;
    *(size_t *)(base + row->count_at) = count;
}
