/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Single values: each getter looks at what the node is before it reads it, so that nothing is converted
 * silently.
 */
#include "scenario/read.h"

#include "base/number.h"
#include "base/text.h"
#include "staffcast/calendar.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* --- faults ------------------------------------------------------------------------------------------ */

void sc_reader_wrong(struct sc_reader *reader, const struct sc_node *node, const char *wrong,
                     const char *right)
{
    char found[SC_FOUND_TEXT];
    if (reader->defaults)
        return;
    if (node->kind == SC_NODE_BROKEN) {
        /* Told when the file was read; but its faults may have been left behind with another what-if. */
        if (!reader->faults->errors)
            sc_reader_fault(reader, node, "a value that could not be read; see the faults of the file");
        return;
    }
    sc_faults_add(reader->faults, false, node->where, "%s %s (found %s); %s", reader->path, wrong,
                  sc_node_found(node, found), right);
}

static void report(struct sc_reader *reader, bool warning, const struct sc_node *node, const char *format,
                   va_list arguments)
{
    char message[1024];
    vsnprintf(message, sizeof message, format, arguments);
    sc_faults_add(reader->faults, warning, node->where, "%s%s%s", reader->path,
                  reader->path_length ? ": " : "", message);
}

void sc_reader_fault(struct sc_reader *reader, const struct sc_node *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(reader, false, node, format, arguments);
    va_end(arguments);
}

void sc_reader_warn(struct sc_reader *reader, const struct sc_node *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(reader, true, node, format, arguments);
    va_end(arguments);
}

size_t sc_reader_enter(struct sc_reader *reader, const char *name, size_t index)
{
    size_t before = reader->path_length, room = SC_PATH_TEXT - before;
    int length = name ? snprintf(reader->path + before, room, "%s%s", before ? "." : "", name)
                      : snprintf(reader->path + before, room, "[%zu]", index);
    if (length > 0)
        reader->path_length += (size_t)length < room ? (size_t)length : room - 1;
    return before;
}

void sc_reader_leave(struct sc_reader *reader, size_t length)
{
    reader->path_length = length;
    reader->path[length] = '\0';
}

bool sc_reader_is_faulty(const struct sc_reader *reader, const struct sc_node *node)
{
    for (size_t i = 0; node && i < reader->faulties; i++)
        if (reader->faulty[i] == node)
            return true;
    return false;
}

void sc_reader_mark_faulty(struct sc_reader *reader, const struct sc_node *node)
{
    if (reader->faulties == reader->faulty_room) {
        size_t room = 2 * reader->faulty_room + 16;
        const struct sc_node **larger = sc_arena_array(reader->arena, room, sizeof(*larger));
        if (!larger) {
            reader->faults->out_of_memory = true;
            return;
        }
        if (reader->faulties)
            memcpy(larger, reader->faulty, reader->faulties * sizeof(*larger));
        reader->faulty = larger;
        reader->faulty_room = room;
    }
    reader->faulty[reader->faulties++] = node;
}

struct sc_where sc_reader_place(struct sc_reader *reader, const struct sc_node *node)
{
    if (!node->where.file)
        return node->where;
    for (const struct sc_file_name *known = reader->file_names; known; known = known->next)
        if (strcmp(known->text, node->where.file) == 0)
            return (struct sc_where){known->text, node->where.line};
    struct sc_file_name *name = sc_arena_alloc(reader->arena, sizeof *name);
    const char *text = name ? sc_arena_text(reader->arena, node->where.file) : NULL;
    if (!text) {
        reader->faults->out_of_memory = true;
        return (struct sc_where){NULL, node->where.line};
    }
    *name = (struct sc_file_name){text, reader->file_names};
    reader->file_names = name;
    return (struct sc_where){text, node->where.line};
}

/* --- numbers ----------------------------------------------------------------------------------------- */

bool sc_read_number(struct sc_reader *reader, const struct sc_node *node, double *value)
{
    double percent;
    if (node->kind == SC_NODE_INTEGER) {
        *value = (double)node->integer;
        return true;
    }
    if (node->kind == SC_NODE_REAL) {
        *value = node->real;
        return true;
    }
    if (node->kind == SC_NODE_STRING && strchr(node->text, '%') && sc_percent_parse(node->text, &percent)) {
        *value = percent;
        return true;
    }
    sc_reader_wrong(reader, node, "is no number", "write a number such as 1.5, without quotes");
    return false;
}

bool sc_read_whole(struct sc_reader *reader, const struct sc_node *node, double *value)
{
    double number;
    if (node->kind == SC_NODE_INTEGER) {
        number = (double)node->integer;
    } else if (node->kind == SC_NODE_REAL && node->real == floor(node->real)) {
        number = node->real;
    } else {
        sc_reader_wrong(reader, node, "is no whole number", "write one such as 12, without quotes");
        return false;
    }
    *value = number;
    return true;
}

bool sc_read_duration(struct sc_reader *reader, const struct sc_node *node, double *seconds)
{
    double value;
    bool zero = (node->kind == SC_NODE_INTEGER && node->integer == 0) ||
                (node->kind == SC_NODE_REAL && node->real == 0);
    if (zero) {
        *seconds = 0;
        return true;
    }
    if (node->kind == SC_NODE_INTEGER || node->kind == SC_NODE_REAL) {
        sc_reader_wrong(reader, node, "has no unit",
                        "write a string such as \"20 s\" (units s, min, h, d, w)");
        return false;
    }
    if (node->kind != SC_NODE_STRING || !sc_duration_parse_signed(node->text, &value)) {
        sc_reader_wrong(reader, node, "is no duration",
                        "write a string such as \"20 s\" (units s, min, h, d, w)");
        return false;
    }
    *seconds = value;
    return true;
}

/* A limit as people read it: 3 min for durations, 0.8 for the rest. */
static const char *limit_text(const struct sc_setting *row, double value, char text[SC_NUMBER_TEXT])
{
    bool duration = row->kind == SC_SET_DURATION;
    if (row->kind == SC_SET_DAYS_LONG) {
        snprintf(text, SC_NUMBER_TEXT, "%.0f d", value);
        return text;
    }
    return duration ? sc_duration_format(value, text) : sc_number_format(value, text);
}

bool sc_read_in_range(struct sc_reader *reader, const struct sc_node *node, const struct sc_setting *row,
                      double value)
{
    const double longest_s = 36525.0 * 86400; /* a hundred years: whatever is longer is a slip of the pen */
    double high = row->high != 0 ? row->high : row->kind == SC_SET_DURATION ? longest_s : 1e15;
    char low_text[SC_NUMBER_TEXT], high_text[SC_NUMBER_TEXT], right[128];
    bool low_wrong = row->above_low ? !(value > row->low) : !(value >= row->low);
    bool high_wrong = row->below_high ? !(value < high) : !(value <= high);
    if (!low_wrong && !high_wrong)
        return true;
    limit_text(row, row->low, low_text);
    limit_text(row, high, high_text);
    const char *wrong = low_wrong && row->low == 0 && value < 0 ? "is negative"
                      : low_wrong && row->low == 0             ? "is zero"
                      : low_wrong                              ? "is too small"
                                                               : "is too large";
    if (low_wrong)
        snprintf(right, sizeof right, row->above_low ? "write more than %s" : "write %s or more", low_text);
    else
        snprintf(right, sizeof right, row->below_high ? "write less than %s" : "write %s or less", high_text);
    sc_reader_wrong(reader, node, wrong, right);
    return false;
}

/* --- words ------------------------------------------------------------------------------------------- */

bool sc_read_text(struct sc_reader *reader, const struct sc_node *node, const char **text)
{
    if (node->kind != SC_NODE_STRING) {
        sc_reader_wrong(reader, node, "is no text", "write it in quotes");
        return false;
    }
    const char *copy = sc_arena_text(reader->arena, node->text);
    if (!copy) {
        reader->faults->out_of_memory = true;
        return false;
    }
    *text = copy;
    return true;
}

bool sc_read_word(struct sc_reader *reader, const struct sc_node *node, const struct sc_word *words,
                  int *value)
{
    char right[256];
    const char *nearest = NULL;
    size_t used = (size_t)snprintf(right, sizeof right, "write ");
    for (const struct sc_word *word = words; word->text; word++) {
        if (node->kind == SC_NODE_STRING && strcmp(node->text, word->text) == 0) {
            *value = word->value;
            return true;
        }
        if (node->kind == SC_NODE_STRING &&
            (!nearest || sc_text_distance(node->text, word->text) < sc_text_distance(node->text, nearest)))
            nearest = word->text;
        if (used < sizeof right)
            used += (size_t)snprintf(right + used, sizeof right - used, "%s\"%s\"",
                                     word == words ? "" : word[1].text ? ", " : " or ", word->text);
    }
    if (nearest && sc_text_distance(node->text, nearest) <= 4 && used < sizeof right)
        snprintf(right + used, sizeof right - used, "; did you mean \"%s\"?", nearest);
    sc_reader_wrong(reader, node, "has no such value", right);
    return false;
}

bool sc_read_file_name(struct sc_reader *reader, const struct sc_node *node, const char **path)
{
    struct stat status;
    if (node->kind != SC_NODE_STRING || !node->text[0]) {
        sc_reader_wrong(reader, node, "is no name of a file", "write one in quotes");
        return false;
    }
    const char *found = sc_document_path(reader->arena, reader->document->folder, node->text);
    if (!found) {
        reader->faults->out_of_memory = true;
        return false;
    }
    if (stat(found, &status) != 0) {
        sc_reader_fault(reader, node, "cannot read the file (%s: %s); it is looked up beside the scenario",
                        found, strerror(errno));
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        sc_reader_fault(reader, node, "no file (found a folder or device, %s); name a file", found);
        return false;
    }
    *path = found;
    return true;
}

bool sc_read_channel(struct sc_reader *reader, const struct sc_node *node, int *channel)
{
    const char *nearest = NULL;
    if (node->kind != SC_NODE_STRING) {
        sc_reader_wrong(reader, node, "is no name of a channel", "write one in quotes");
        return false;
    }
    int index = 0;
    for (const struct sc_node *at = reader->channels ? reader->channels->first : NULL; at;
         at = at->next, index++) {
        const struct sc_node *name = sc_node_child(at, "name");
        if (!name || name->kind != SC_NODE_STRING)
            continue;
        if (strcmp(name->text, node->text) == 0) {
            *channel = index;
            return true;
        }
        if (!nearest || sc_text_distance(node->text, name->text) < sc_text_distance(node->text, nearest))
            nearest = name->text;
    }
    if (nearest)
        sc_reader_fault(reader, node, "no channel is named so (found \"%s\"); the nearest is \"%s\"",
                        node->text, nearest);
    else
        sc_reader_mark_faulty(reader, node); /* there are no channels to name, which is told elsewhere */
    return false;
}
