/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text of an override: path, operator, value.
 */
#include "scenario/override.h"

#include "base/number.h"
#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sc_change_fault(struct sc_change *change, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (change->quoted)
        sc_faults_add(change->faults, false, change->place, "'%s': %s", change->quoted, message);
    else
        sc_faults_add(change->faults, false, change->place, "%s", message);
    change->faulty = true;
}

static const char *trimmed(struct sc_arena *arena, const char *begin, const char *end)
{
    while (begin < end && isspace((unsigned char)*begin))
        begin++;
    while (end > begin && isspace((unsigned char)end[-1]))
        end--;
    return sc_arena_text_part(arena, begin, (size_t)(end - begin));
}

/* --- the path ---------------------------------------------------------------------------------------- */

static bool add_part(struct sc_change *change, struct sc_path_part part)
{
    if (change->parts == SC_MOST_PARTS) {
        sc_change_fault(change, "a path that is too long (found more than %d parts); no setting lies so deep",
                        SC_MOST_PARTS);
        return false;
    }
    change->part[change->parts++] = part;
    return true;
}

/* One part between dots: a name, "*", and indices in brackets behind it. */
static bool parse_part(struct sc_change *change, const char *text)
{
    size_t length = strcspn(text, "[");
    if (length) {
        const char *name = sc_arena_text_part(&change->document->arena, text, length);
        if (!name || !add_part(change, (struct sc_path_part){.name = name, .every = strcmp(name, "*") == 0}))
            return false;
    } else if (!text[0]) {
        sc_change_fault(change, "a path with nothing between two dots or at an end; write NAME.NAME = VALUE");
        return false;
    }
    for (const char *p = text + length; *p;) {
        char *end;
        unsigned long index = *p == '[' && isdigit((unsigned char)p[1]) ? strtoul(p + 1, &end, 10) : 0;
        if (*p != '[' || !isdigit((unsigned char)p[1]) || *end != ']') {
            sc_change_fault(change, "no index (found '%s'); write [0] for the first element", p);
            return false;
        }
        if (!add_part(change, (struct sc_path_part){.index = index}))
            return false;
        p = end + 1;
    }
    return true;
}

static bool parse_path(struct sc_change *change, const char *path)
{
    for (const char *begin = path;; begin++) {
        const char *end = begin + strcspn(begin, ".");
        const char *part = sc_arena_text_part(&change->document->arena, begin, (size_t)(end - begin));
        if (!part) {
            change->faults->out_of_memory = true;
            return false;
        }
        if (!parse_part(change, part))
            return false;
        if (!*end)
            return true;
        begin = end;
    }
}

/* --- the value --------------------------------------------------------------------------------------- */

static bool wants_text(const struct sc_setting *row)
{
    if (!row)
        return false;
    switch (row->kind) {
    case SC_SET_TEXT:
    case SC_SET_NAME:
    case SC_SET_CHANNEL:
    case SC_SET_CLASS:
    case SC_SET_FILE:
    case SC_SET_TEXTS:
    case SC_SET_CHANNELS:
    case SC_SET_COLUMNS:
        return true;
    default:
        return false;
    }
}

static bool is_plain_value(const char *text)
{
    double number;
    return sc_number_parse(text, &number) || strcasecmp(text, "true") == 0 ||
           strcasecmp(text, "false") == 0 || text[0] == '\0' || strspn(text, "0123456789L") == strlen(text);
}

/* Puts quotes around bare durations and words inside brackets: ( { to = chat; } ) becomes ( { to = "chat"; }
 * ). */
static const char *quote_words(struct sc_change *change, const char *text)
{
    char *out = sc_arena_alloc(&change->document->arena, 3 * strlen(text) + 1), *to = out;
    char before = '{'; /* the last mark outside of strings */
    if (!out)
        return NULL;
    for (const char *p = text; *p;) {
        if (*p == '"') {
            do {
                if (*p == '\\' && p[1])
                    *to++ = *p++;
                *to++ = *p++;
            } while (*p && *p != '"');
            if (*p)
                *to++ = *p++;
            before = '"';
        } else if (strchr("{}()[],;=: \t\n", *p)) {
            before = strchr(" \t\n", *p) ? before : *p;
            *to++ = *p++;
        } else {
            size_t length = strcspn(p, "{}()[],;=\"");
            while (length > 1 && isspace((unsigned char)p[length - 1]))
                length--;
            char *word = sc_arena_text_part(&change->document->arena, p, length);
            if (!word)
                return NULL;
            bool value = strchr("=:([,", before) && p[length + strspn(p + length, " \t")] != '=' &&
                         !is_plain_value(word);
            to += sprintf(to, value ? "\"%s\"" : "%s", word);
            p += length;
        }
    }
    *to = '\0';
    return out;
}

static struct sc_node *parse_brackets(struct sc_change *change)
{
    const char *text = change->operand[0] == '"' ? change->operand : quote_words(change, change->operand);
    char *whole = text ? sc_arena_printf(&change->document->arena, "value = %s;", text) : NULL;
    if (!whole) {
        change->faults->out_of_memory = true;
        return NULL;
    }
    struct sc_node *root =
        sc_document_parse(&change->document->arena, change->place.file, change->document->folder, whole,
                          strlen(whole), &change->place, change->faults);
    if (!root) {
        change->faulty = true;
        return NULL;
    }
    if (root->count != 1 || root->first->kind == SC_NODE_BROKEN) {
        sc_change_fault(change, "more than one value (found %s); write one", change->operand);
        return NULL;
    }
    return root->first;
}

struct sc_node *sc_change_value(struct sc_change *change, const struct sc_setting *row)
{
    struct sc_arena *arena = &change->document->arena;
    const char *text = change->operand;
    double real;
    int64_t integer;
    struct sc_node *node;
    if (strchr("{([\"", text[0])) {
        node = parse_brackets(change);
    } else {
        node = sc_node_new(arena, SC_NODE_STRING, NULL, change->place);
        if (!node) {
            change->faults->out_of_memory = true;
            return NULL;
        }
        bool truth = strcasecmp(text, "true") == 0;
        if (!wants_text(row) && (truth || strcasecmp(text, "false") == 0)) {
            node->kind = SC_NODE_BOOL;
            node->truth = truth;
        } else if (!wants_text(row) && sc_integer_parse(text, &integer)) {
            node->kind = SC_NODE_INTEGER;
            node->integer = integer;
        } else if (!wants_text(row) && (!row || row->kind != SC_SET_SEED) && sc_number_parse(text, &real)) {
            node->kind = SC_NODE_REAL;
            node->real = real;
        } else if (strchr(text, '"')) {
            sc_change_fault(
                change, "a value with a quote inside (found %s); write it without, or all of it in quotes",
                text);
            return NULL;
        } else {
            node->text = text;
        }
    }
    if (node)
        node->name = row ? row->name : NULL;
    return node;
}

/* --- applying ---------------------------------------------------------------------------------------- */

/* Reads the operand of += and *=. */
static bool parse_amount(struct sc_change *change)
{
    const char *text = change->operand;
    double value;
    if (text[0] == '"' && strlen(text) > 1 && text[strlen(text) - 1] == '"')
        text = sc_arena_text_part(&change->document->arena, text + 1, strlen(text) - 2);
    if (!text) {
        change->faults->out_of_memory = true;
        return false;
    }
    if (sc_percent_parse(text, &value)) {
        change->number = true;
        change->duration = value == 0;
    } else if (sc_duration_parse_signed(text, &value)) {
        change->duration = true;
    } else if (change->op == SC_CHANGE_SCALE) {
        sc_change_fault(change, "no factor (found %s); write a number such as 1.1", change->operand);
        return false;
    } else {
        return true; /* an element to append, which the list will look at */
    }
    if (change->op == SC_CHANGE_SCALE && !change->number) {
        sc_change_fault(change, "no factor (found %s); write a number such as 1.1", change->operand);
        return false;
    }
    change->amount = value;
    return true;
}

static bool parse_change(struct sc_change *change, const char *text)
{
    struct sc_arena *arena = &change->document->arena;
    const char *equals = strchr(text, '=');
    if (!sc_text_is_utf8(text, strlen(text))) {
        sc_change_fault(change, "no UTF-8 text; write the override as UTF-8");
        return false;
    }
    if (!equals) {
        sc_change_fault(change,
                        "no override (found no '='); write PATH = VALUE, PATH += VALUE or PATH *= FACTOR");
        return false;
    }
    const char *path_end = equals;
    if (equals > text && (equals[-1] == '+' || equals[-1] == '*')) {
        change->op = equals[-1] == '+' ? SC_CHANGE_ADD : SC_CHANGE_SCALE;
        path_end--;
        /* In "channels.*=" the star is the path's. */
        if (change->op == SC_CHANGE_SCALE && path_end > text && path_end[-1] == '.') {
            change->op = SC_CHANGE_SET;
            path_end++;
        }
    }
    const char *path = trimmed(arena, text, path_end);
    change->operand = trimmed(arena, equals + 1, equals + strlen(equals));
    if (!path || !change->operand) {
        change->faults->out_of_memory = true;
        return false;
    }
    if (!path[0]) {
        sc_change_fault(change, "no path before the operator; write PATH = VALUE");
        return false;
    }
    if (!change->operand[0]) {
        sc_change_fault(change, "no value behind the operator; write PATH = VALUE, or = none to remove");
        return false;
    }
    if (change->op == SC_CHANGE_SET && change->share < 1.0)
        change->op = SC_CHANGE_BLEND;
    return parse_path(change, path) && (change->op == SC_CHANGE_SET || parse_amount(change));
}

void sc_document_change(struct sc_document *document, const struct sc_override *override, bool numbers_only,
                        struct sc_faults *faults)
{
    struct sc_change change = {.document = document, .faults = faults, .place = override->origin,
                               .share = override->part > 0.0 ? override->part : 1.0, .numbers_only = numbers_only};
    if (change.place.file)
        change.quoted = override->text;
    else
        change.place.file = sc_arena_printf(&document->arena, "--set '%s'", override->text);
    if (!change.place.file) {
        faults->out_of_memory = true;
        return;
    }
    if (!parse_change(&change, override->text))
        return;
    if (change.op == SC_CHANGE_ADD)
        change.amount *= change.share;
    else if (change.op == SC_CHANGE_SCALE)
        change.amount = 1.0 + (change.amount - 1.0) * change.share;
    sc_change_walk(&change);
    bool neutral = (change.op == SC_CHANGE_SCALE && change.amount == 1) ||
                   (change.op == SC_CHANGE_ADD && change.number && change.amount == 0);
    if (change.faulty || faults->out_of_memory)
        return;
    if (!change.found)
        sc_change_fault(&change, "no setting fits the path; write one that does");
    else if (!change.changed && !neutral)
        sc_faults_add(faults, true, change.place, "%s%s%sthe override changes nothing",
                      change.quoted ? "'" : "", change.quoted ? change.quoted : "",
                      change.quoted ? "': " : "");
}

enum sc_code sc_document_override(struct sc_document *document, const struct sc_override *overrides,
                                  size_t count, struct sc_faults *faults, struct sc_error *error)
{
    size_t errors = faults->errors;
    for (size_t i = 0; i < count; i++)
        sc_document_change(document, &overrides[i], false, faults);
    return faults->errors > errors || faults->out_of_memory ? sc_faults_judge(faults, error) : SC_OK;
}
