/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The general reader: walks a document by the tables and fills the structs.
 */
#include "scenario/read.h"

#include "base/number.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- scalars into fields ----------------------------------------------------------------------------- */

static void store_number(const struct sc_setting *row, char *field, double value)
{
    switch (row->kind) {
    case SC_SET_COUNT:
    case SC_SET_DAYS_LONG:
    case SC_SET_WORD:
    case SC_SET_CHANNEL:
    case SC_SET_CLASS:
        *(int *)field = (int)value;
        break;
    case SC_SET_DATE:
        *(int64_t *)field = (int64_t)value;
        break;
    case SC_SET_NUMBER:
    case SC_SET_WHOLE:
    case SC_SET_SHARE:
    case SC_SET_DURATION:
    case SC_SET_TIME:
        *(double *)field = value;
        break;
    default:
        break;
    }
}

static void read_count(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                       char *field)
{
    double value;
    if (sc_read_whole(reader, node, &value) && sc_read_in_range(reader, node, row, value))
        store_number(row, field, value);
}

static void read_share(struct sc_reader *reader, const struct sc_node *node, double *share)
{
    double value;
    bool number = node->kind == SC_NODE_INTEGER || node->kind == SC_NODE_REAL;
    if (number)
        value = node->kind == SC_NODE_INTEGER ? (double)node->integer : node->real;
    else if (node->kind != SC_NODE_STRING || !sc_percent_parse(node->text, &value)) {
        sc_reader_wrong(reader, node, "is no share",
                        "write a number from 0 to 1, or a string such as \"80%\"");
        return;
    }
    if (!(value >= 0 && value <= 1)) {
        sc_reader_wrong(reader, node, "is no share",
                        "write a number from 0 to 1, or a string such as \"80%\"");
        return;
    }
    *share = value;
}

static void read_duration(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                          double *field)
{
    double value;
    if (!sc_read_duration(reader, node, &value) || !sc_read_in_range(reader, node, row, value))
        return;
    bool listed = !row->words;
    for (const struct sc_word *word = row->words; word && word->text; word++)
        listed = listed || value == word->value;
    if (!listed) {
        char right[160];
        size_t used = (size_t)snprintf(right, sizeof right, "write ");
        for (const struct sc_word *word = row->words; word->text && used < sizeof right; word++)
            used += (size_t)snprintf(right + used, sizeof right - used, "%s\"%s\"",
                                     word == row->words ? "" : word[1].text ? ", " : " or ", word->text);
        sc_reader_wrong(reader, node, "has no such value", right);
        return;
    }
    *field = value;
}

static void read_days_long(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                           int *field)
{
    double value;
    if (!sc_read_duration(reader, node, &value))
        return;
    if (value / 86400 != floor(value / 86400)) {
        sc_reader_wrong(reader, node, "is no number of whole days", "write one such as \"7 d\"");
        return;
    }
    if (sc_read_in_range(reader, node, row, value / 86400))
        *field = (int)(value / 86400);
}

static void read_seed(struct sc_reader *reader, const struct sc_node *node, uint64_t *seed)
{
    if (node->kind == SC_NODE_INTEGER && node->integer >= 0)
        *seed = (uint64_t)node->integer;
    else if (node->kind != SC_NODE_STRING || !sc_seed_parse(node->text, seed))
        sc_reader_wrong(reader, node, "is no seed",
                        "write a whole number from 0 to 18446744073709551615, large ones in quotes");
}

static void read_name(struct sc_reader *reader, const struct sc_node *node, const char **name)
{
    const char *text;
    if (!sc_read_text(reader, node, &text))
        return;
    size_t length = strlen(text);
    if (!length)
        sc_reader_wrong(reader, node, "is empty", "write a name");
    else if (strpbrk(text, ".*[]=\"") || strpbrk(text, "\n\r\t"))
        sc_reader_wrong(reader, node, "has a character that names may not have",
                        "write it without . * [ ] = \" and line ends");
    else if (text[0] == ' ' || text[length - 1] == ' ')
        sc_reader_wrong(reader, node, "begins or ends with a space", "write it without");
    else
        *name = text;
}

static void read_time(struct sc_reader *reader, const struct sc_node *node, double *second)
{
    if (node->kind != SC_NODE_STRING || !sc_time_parse(node->text, second))
        sc_reader_wrong(reader, node, "is no time of day", "write one such as \"08:30\"");
}

static void read_window(struct sc_reader *reader, const struct sc_node *node, double *window)
{
    double at;
    if (node->kind == SC_NODE_STRING && sc_time_parse(node->text, &at))
        window[0] = window[1] = at;
    else if (node->kind != SC_NODE_STRING || !sc_time_range_parse(node->text, &window[0], &window[1]))
        sc_reader_wrong(reader, node, "is no time of day",
                        "write one such as \"12:00\", or a window such as \"11:30-13:30\"");
}

static void read_class(struct sc_reader *reader, const struct sc_node *node, const struct sc_skill *skill,
                       int *class_index)
{
    const struct sc_node *channel = sc_node_element(reader->channels, (size_t)skill->channel);
    const struct sc_node *classes = sc_node_child(channel, "classes");
    const struct sc_node *name = sc_node_child(channel, "name");
    int index = 0;
    if (node->kind != SC_NODE_STRING) {
        sc_reader_wrong(reader, node, "is no name of a class", "write one in quotes");
        return;
    }
    if (skill->channel < 0)
        return; /* has its fault */
    for (const struct sc_node *at = classes ? classes->first : NULL; at; at = at->next, index++) {
        const struct sc_node *key = sc_node_child(at, "name");
        if (key && key->kind == SC_NODE_STRING && strcmp(key->text, node->text) == 0) {
            *class_index = index;
            return;
        }
    }
    if (name && name->kind == SC_NODE_STRING)
        sc_reader_fault(reader, node,
                        "the channel \"%s\" has no such class (found \"%s\"); add it to its classes",
                        name->text, node->text);
}

static void read_list(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                      char *base)
{
    const struct sc_schema *schema = row->schema;
    if (node->kind != SC_NODE_LIST) {
        char right[96];
        snprintf(right, sizeof right, "write a list of groups, ( { … }, { … } ), %s each", schema->what);
        sc_reader_wrong(reader, node, "is no list", right);
        return;
    }
    char *elements = sc_arena_array(reader->arena, node->count, schema->size);
    if (!elements) {
        reader->faults->out_of_memory = true;
        return;
    }
    /* Set first, for checks of elements that look at their owner. */
    *(const void **)(base + row->offset) = elements;
    *(size_t *)(base + row->count_at) = node->count;
    const struct sc_service *outer = reader->inherited;
    reader->inherited =
        NULL; /* an element is whole: a class replaces a list, it does not complete its elements */
    size_t i = 0;
    for (const struct sc_node *at = node->first; at; at = at->next, i++) {
        char *element = elements + i * schema->size;
        const struct sc_node *key = schema->key ? sc_node_child(at, schema->key) : NULL;
        bool named = key && key->kind == SC_NODE_STRING && key->text[0];
        size_t errors = reader->faults->errors, before = sc_reader_enter(reader, named ? key->text : NULL, i);
        bool was = reader->defaults;
        reader->defaults = true;
        sc_read_defaults(reader, schema, element);
        if (schema->prepare)
            schema->prepare(element, base);
        reader->defaults = was;
        sc_read_group(reader, schema, at, element);
        if (reader->faults->errors > errors)
            sc_reader_mark_faulty(reader, at);
        sc_reader_leave(reader, before);
    }
    reader->inherited = outer;
}

/* --- rows and groups --------------------------------------------------------------------------------- */

static void read_spread(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                        char *field)
{
    size_t base;
    if (node->kind == SC_NODE_GROUP)
        sc_read_group(reader, row->schema, node, field);
    else
        sc_read_setting(reader, sc_schema_find(row->schema, row->shorthand, &base), node, field);
}

static void read_target_clock(struct sc_reader *reader, const struct sc_setting *row,
                              const struct sc_node *node, struct sc_target *target)
{
    int word;
    if (node->kind == SC_NODE_GROUP) {
        sc_read_hours(reader, node, &target->own_clock);
        target->clock = SC_CLOCK_OWN;
    } else if (sc_read_word(reader, node, row->words, &word)) {
        target->clock = (enum sc_target_clock)word;
    }
}

/* A single value into its field; false where the row holds more than that. */
static bool read_scalar(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                        char *field)
{
    double number;
    switch (row->kind) {
    case SC_SET_TEXT:
        sc_read_text(reader, node, (const char **)field);
        break;
    case SC_SET_NAME:
        read_name(reader, node, (const char **)field);
        break;
    case SC_SET_NUMBER:
        if (sc_read_number(reader, node, &number) && sc_read_in_range(reader, node, row, number))
            store_number(row, field, number);
        break;
    case SC_SET_WHOLE:
    case SC_SET_COUNT:
        read_count(reader, row, node, field);
        break;
    case SC_SET_SHARE:
        read_share(reader, node, (double *)field);
        break;
    case SC_SET_DURATION:
        read_duration(reader, row, node, (double *)field);
        break;
    case SC_SET_DAYS_LONG:
        read_days_long(reader, row, node, (int *)field);
        break;
    case SC_SET_BOOL:
        if (node->kind == SC_NODE_BOOL)
            *(bool *)field = node->truth;
        else
            sc_reader_wrong(reader, node, "is neither true nor false", "write true or false, without quotes");
        break;
    case SC_SET_WORD:
        sc_read_word(reader, node, row->words, (int *)field);
        break;
    case SC_SET_DATE:
        if (node->kind != SC_NODE_STRING || !sc_date_parse(node->text, (int64_t *)field))
            sc_reader_wrong(reader, node, "is no date", "write one such as \"2026-01-05\"");
        break;
    case SC_SET_INSTANT: {
        struct sc_instant_field *instant = (struct sc_instant_field *)field;
        if (node->kind != SC_NODE_STRING || !sc_instant_parse(node->text, &instant->day, &instant->second))
            sc_reader_wrong(reader, node, "is no instant", "write one such as \"2026-01-14 10:00\"");
        break;
    }
    case SC_SET_TIME:
        read_time(reader, node, (double *)field);
        break;
    case SC_SET_TIME_WINDOW:
        read_window(reader, node, (double *)field);
        break;
    case SC_SET_SEED:
        read_seed(reader, node, (uint64_t *)field);
        break;
    case SC_SET_FILE:
        sc_read_file_name(reader, node, (const char **)field);
        break;
    case SC_SET_DAYS:
        sc_read_days(reader, node, (bool *)field);
        break;
    default:
        return false;
    }
    return true;
}

static void read_value(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                       char *base)
{
    char *field = base + row->offset;
    if (read_scalar(reader, row, node, field))
        return;
    switch (row->kind) {
    case SC_SET_LAW:
        sc_read_law(reader, node, reader->inherited, (struct sc_law *)field);
        break;
    case SC_SET_SPREAD:
        read_spread(reader, row, node, field);
        break;
    case SC_SET_HOURS:
        sc_read_hours(reader, node, (struct sc_week_hours *)field);
        break;
    case SC_SET_CLOCK:
        sc_read_week_clock(reader, node, SC_CELLS_WEIGHTS, (struct sc_week_clock *)field);
        break;
    case SC_SET_STAFFING:
        sc_read_staffing(reader, node, row, (struct sc_pool *)base);
        break;
    case SC_SET_WEEK_NUMBER:
        sc_read_week_number(reader, node, row, (struct sc_week_number *)field);
        break;
    case SC_SET_NUMBERS:
        sc_read_numbers(reader, row, node, base);
        break;
    case SC_SET_TARGET_CLOCK:
        read_target_clock(reader, row, node, (struct sc_target *)base);
        break;
    case SC_SET_CHANNEL:
        sc_read_channel(reader, node, (int *)field);
        break;
    case SC_SET_CHANNELS:
        sc_read_channels(reader, row, node, base);
        break;
    case SC_SET_CLASS:
        read_class(reader, node, (const struct sc_skill *)base, (int *)field);
        break;
    case SC_SET_DATES:
        sc_read_dates(reader, row, node, base);
        break;
    case SC_SET_TEXTS:
        sc_read_texts(reader, row, node, base);
        break;
    case SC_SET_COLUMNS:
        sc_read_columns(reader, row, node, base);
        break;
    case SC_SET_GROUP:
        sc_read_group(reader, row->schema, node, field);
        break;
    case SC_SET_LIST:
        read_list(reader, row, node, base);
        break;
    default:
        break;
    }
}

void sc_read_setting(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                     char *base)
{
    if (node->kind == SC_NODE_BROKEN) {
        sc_reader_wrong(reader, node, "", "");
        sc_reader_mark_faulty(reader, node);
        return;
    }
    size_t errors = reader->faults->errors;
    if (row->given_at && !reader->defaults)
        *(bool *)(base + row->given_at - 1) = true;
    read_value(reader, row, node, base);
    if (reader->faults->errors > errors)
        sc_reader_mark_faulty(reader, node);
}

struct sc_node *sc_node_from_standard(struct sc_arena *arena, const struct sc_setting *row)
{
    double number;
    struct sc_node *node = sc_node_new(arena, SC_NODE_STRING, row->name, (struct sc_where){NULL, 0});
    if (!node)
        return NULL;
    if (strcmp(row->standard, "false") == 0 || strcmp(row->standard, "true") == 0) {
        node->kind = SC_NODE_BOOL;
        node->truth = row->standard[0] == 't';
    } else if (sc_number_parse(row->standard, &number)) {
        node->kind = number == floor(number) ? SC_NODE_INTEGER : SC_NODE_REAL;
        if (node->kind == SC_NODE_INTEGER)
            node->integer = (int64_t)number;
        else
            node->real = number;
    } else if (!(node->text = sc_arena_text(arena, row->standard))) {
        return NULL;
    }
    return node;
}

void sc_read_defaults(struct sc_reader *reader, const struct sc_schema *schema, char *base)
{
    for (size_t i = 0; i < schema->settings; i++) {
        const struct sc_setting *row = &schema->setting[i];
        if (row->kind == SC_SET_GROUP || row->kind == SC_SET_INCLUDE) {
            sc_read_defaults(reader, row->schema, base + row->offset);
        } else if (row->standard) {
            struct sc_node *node = sc_node_from_standard(reader->arena, row);
            if (node)
                read_value(reader, row, node, base);
            else
                reader->faults->out_of_memory = true;
        } else if (row->unset != 0) {
            store_number(row, base + row->offset, row->unset);
        }
    }
}

static void check_required(struct sc_reader *reader, const struct sc_schema *schema,
                           const struct sc_node *node)
{
    for (size_t i = 0; i < schema->settings; i++) {
        const struct sc_setting *row = &schema->setting[i];
        if (row->kind == SC_SET_INCLUDE && !reader->inherited)
            check_required(reader, row->schema, node);
        if (row->required && !sc_node_child(node, row->name))
            sc_reader_fault(reader, node, "%s without %s; write %s = …;", schema->what, row->name, row->name);
    }
}

static void unknown_setting(struct sc_reader *reader, const struct sc_schema *schema,
                            const struct sc_node *node)
{
    size_t base;
    if (schema == &sc_schema_class && sc_schema_find(&sc_schema_channel, node->name, &base))
        sc_reader_fault(reader, node, "a class has no %s of its own; write it for the channel", node->name);
    else
        sc_reader_fault(reader, node, "unknown setting of %s (found '%s'); the nearest is '%s'", schema->what,
                        node->name, sc_schema_nearest(schema, node->name));
}

static void read_rows(struct sc_reader *reader, const struct sc_schema *schema, const struct sc_node *node,
                      char *base, bool last)
{
    for (const struct sc_node *child = node->first; child; child = child->next) {
        size_t offset = 0;
        const struct sc_setting *row = sc_schema_find(schema, child->name, &offset);
        if (!row) {
            if (!last)
                unknown_setting(reader, schema, child);
            continue;
        }
        if (row->last != last)
            continue;
        size_t before = sc_reader_enter(reader, row->name, 0);
        sc_read_setting(reader, row, child, base + offset);
        sc_reader_leave(reader, before);
    }
}

void sc_read_group(struct sc_reader *reader, const struct sc_schema *schema, const struct sc_node *node,
                   char *base)
{
    if (node->kind != SC_NODE_GROUP) {
        sc_reader_wrong(reader, node, "is no group", "write { NAME = VALUE; … }");
        return;
    }
    if (schema->where_at)
        *(struct sc_where *)(base + schema->where_at - 1) = sc_reader_place(reader, node);
    const struct sc_service *outer = reader->inherited;
    if (schema == &sc_schema_class)
        reader->inherited = &((const struct sc_class *)base)->service;
    else if (schema == &sc_schema_channel)
        reader->inherited = NULL;
    read_rows(reader, schema, node, base, false);
    read_rows(reader, schema, node, base, true);
    if (!outer || schema == &sc_schema_class)
        check_required(reader, schema, node);
    if (schema->finish)
        schema->finish(reader, node, base);
    reader->inherited = outer;
}
