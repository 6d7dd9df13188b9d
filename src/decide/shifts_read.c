/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading what shifts are allowed. The tree is that of a document; every fault is told with its place, and all of them
 * at once.
 */
#include "staffcast/shifts.h"

#include "base/arena.h"
#include "base/number.h"
#include "base/text.h"
#include "decide/shifts_private.h"
#include "staffcast/calendar.h"
#include "staffcast/document.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double day_s = 86400, grain_s = 300;
enum { STARTS_MOST = 288, LENGTHS_MOST = 64 };

struct reader {
    struct sc_arena *arena;
    struct sc_faults *faults;
    double interval_s;
    const char *file; /* as the rules keep it */
};

#define FAULT(reader, node, ...) sc_faults_add((reader)->faults, false, (node)->where, __VA_ARGS__)

static bool in_grain(double seconds)
{
    return fmod(seconds, grain_s) == 0;
}

/* --- single values --- */

static bool read_whole(const struct reader *reader, const struct sc_node *node, int least, int most, int *value)
{
    if (node->kind != SC_NODE_INTEGER || node->integer < least || node->integer > most) {
        FAULT(reader, node, "%s is no number of that kind; write a whole number from %d to %d", node->name, least,
              most);
        return false;
    }
    *value = (int)node->integer;
    return true;
}

static bool read_bool(const struct reader *reader, const struct sc_node *node, bool *value)
{
    if (node->kind != SC_NODE_BOOL) {
        FAULT(reader, node, "%s is neither true nor false; write one of them", node->name);
        return false;
    }
    *value = node->truth;
    return true;
}

/* A duration in steps of five minutes, above 0 and at most a day. */
static bool read_duration(const struct reader *reader, const struct sc_node *node, const char *what, double *seconds)
{
    double value;
    if (node->kind != SC_NODE_STRING || !sc_duration_parse(node->text, &value)) {
        FAULT(reader, node, "%s is no duration; write one such as \"30 min\" or \"8 h\"", what);
        return false;
    }
    if (!(value > 0 && value < day_s) || !in_grain(value)) {
        FAULT(reader, node, "%s is out of range (found \"%s\"); write a multiple of 5 min below 24 h", what,
              node->text);
        return false;
    }
    *seconds = value;
    return true;
}

/* The elements of a list or array, or a single value as a list of one. */
static size_t elements(const struct sc_node *node)
{
    return node->kind == SC_NODE_LIST || node->kind == SC_NODE_ARRAY ? node->count : 1;
}

static const struct sc_node *element(const struct sc_node *node, size_t index)
{
    return node->kind == SC_NODE_LIST || node->kind == SC_NODE_ARRAY ? sc_node_element(node, index) : node;
}

/* --- the settings of a shift --- */

static void read_days(const struct reader *reader, const struct sc_node *node, bool day[SC_DAY_KINDS])
{
    bool found[SC_DAY_KINDS] = {false};
    const char *part = node->kind == SC_NODE_STRING ? node->text : "";
    for (;;) {
        size_t length = strcspn(part, ","), rest = length;
        const char *begin = part;
        unsigned set;
        enum sc_days_level level;
        for (; rest > 0 && *begin == ' '; rest--)
            begin++;
        while (rest > 0 && begin[rest - 1] == ' ')
            rest--;
        if (!sc_days_parse(begin, rest, &set, &level)) {
            FAULT(reader, node, "days names no days; write a string such as \"mon-fri\" or \"sat,sun\"");
            return;
        }
        for (int i = 0; i < SC_DAY_KINDS; i++)
            found[i] = found[i] || (set >> i & 1);
        if (part[length] == '\0')
            break;
        part += length + 1;
    }
    memcpy(day, found, sizeof found);
}

static int compare_rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int compare_falling(const void *a, const void *b)
{
    return compare_rising(b, a);
}

/* Sorts and drops what is there twice. */
static size_t tidy(double *values, size_t count, int (*compare)(const void *, const void *))
{
    size_t kept = 0;
    qsort(values, count, sizeof *values, compare);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || values[kept - 1] != values[i])
            values[kept++] = values[i];
    return kept;
}

/* "06:00", or "06:00-14:00 every 30 min": the times in it, both ends included. */
static bool parse_starts(const char *text, double *starts, size_t *count)
{
    double from, to, step = 0;
    char times[32];
    const char *every = strstr(text, " every ");
    if (every == NULL) {
        if (!sc_time_parse(text, &from) || from >= day_s || !in_grain(from) || *count == STARTS_MOST)
            return false;
        starts[(*count)++] = from;
        return true;
    }
    size_t length = (size_t)(every - text);
    if (length >= sizeof times)
        return false;
    memcpy(times, text, length);
    times[length] = '\0';
    if (!sc_time_range_parse(times, &from, &to) || to < from || !sc_duration_parse(every + 7, &step) || !(step > 0) ||
        !in_grain(step) || !in_grain(from))
        return false;
    for (size_t i = 0; from + (double)i * step <= to && from + (double)i * step < day_s; i++) {
        if (*count == STARTS_MOST)
            return false;
        starts[(*count)++] = from + (double)i * step;
    }
    return true;
}

static void read_starts(struct reader *reader, const struct sc_node *node, struct sc_shift_rule *rule)
{
    double *starts = sc_arena_array(reader->arena, STARTS_MOST, sizeof *starts);
    size_t count = 0;
    if (starts == NULL) {
        reader->faults->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < elements(node); i++) {
        const struct sc_node *here = element(node, i);
        if (here->kind != SC_NODE_STRING || !parse_starts(here->text, starts, &count)) {
            FAULT(reader, here,
                  "starts holds no time of a shift%s%s%s; write \"08:30\" or \"06:00-14:00 every 30 "
                  "min\", in multiples of 5 min",
                  here->kind == SC_NODE_STRING ? " (found \"" : "", here->kind == SC_NODE_STRING ? here->text : "",
                  here->kind == SC_NODE_STRING ? "\")" : "");
            return;
        }
    }
    rule->starts_s = starts;
    rule->start_count = tidy(starts, count, compare_rising);
}

static void read_lengths(struct reader *reader, const struct sc_node *node, struct sc_shift_rule *rule)
{
    size_t count = elements(node), read = 0;
    double *lengths = sc_arena_array(reader->arena, count, sizeof *lengths);
    if (lengths == NULL) {
        reader->faults->out_of_memory = true;
        return;
    }
    if (count > LENGTHS_MOST) {
        FAULT(reader, node, "lengths names %zu lengths; at most %d are possible", count, LENGTHS_MOST);
        return;
    }
    for (size_t i = 0; i < count; i++)
        read += read_duration(reader, element(node, i), "a length", &lengths[read]);
    rule->lengths_s = lengths;
    rule->length_count = tidy(lengths, read, compare_falling);
}

static void read_pools(struct reader *reader, const struct sc_node *node, struct sc_shift_rule *rule)
{
    size_t count = elements(node);
    const char **pools = sc_arena_array(reader->arena, count, sizeof *pools);
    if (pools == NULL) {
        reader->faults->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct sc_node *here = element(node, i);
        if (here->kind != SC_NODE_STRING) {
            FAULT(reader, here, "pools holds no name; write a list such as ( \"front line\" )");
            return;
        }
        pools[i] = sc_arena_text(reader->arena, here->text);
        if (pools[i] == NULL) {
            reader->faults->out_of_memory = true;
            return;
        }
    }
    rule->pools = pools;
    rule->pool_count = count;
}

/* --- breaks --- */

static void read_between(const struct reader *reader, const struct sc_node *node, struct sc_shift_break *rest)
{
    double value[2];
    int shares = 0;
    for (size_t i = 0; i < 2; i++) {
        const struct sc_node *end = sc_node_element(node, i);
        const char *text = node->count == 2 && end->kind == SC_NODE_STRING ? end->text : "";
        bool share = strchr(text, '%') != NULL;
        shares += share;
        if (!(share ? sc_share_parse(text, &value[i]) : sc_duration_parse(text, &value[i]))) {
            FAULT(reader, node,
                  "between is no window of a shift; write two durations since its beginning, ( \"3 h\", "
                  "\"5 h\" ), or two shares of it, ( \"33%%\", \"67%%\" )");
            return;
        }
    }
    if (shares == 1 || !(value[0] < value[1])) {
        FAULT(reader, node, "between does not rise; write its beginning, then its end, both durations or both shares");
        return;
    }
    rest->share = shares == 2;
    rest->from = value[0];
    rest->to = value[1];
}

static bool refuse_unknown(const struct reader *reader, const struct sc_node *group, const char *const *known,
                           size_t count)
{
    bool all = true;
    for (const struct sc_node *child = group->first; child != NULL; child = child->next) {
        size_t i = 0;
        while (i < count && strcmp(known[i], child->name) != 0)
            i++;
        if (i < count)
            continue;
        FAULT(reader, child, "unknown setting (found %s); did you mean %s?", child->name,
              sc_text_nearest(child->name, known, count));
        all = false;
    }
    return all;
}

static void read_break(const struct reader *reader, const struct sc_node *node, struct sc_shift_break *rest)
{
    static const char *const known[] = {"lasts", "between", "every", "paid", "if_over"};
    const struct sc_node *child;
    *rest = (struct sc_shift_break){.every_s = reader->interval_s, .from = -1};
    if (node->kind != SC_NODE_GROUP) {
        FAULT(reader, node, "breaks holds no group; write ( { lasts = \"30 min\"; between = ( \"3 h\", \"5 h\" ); } )");
        return;
    }
    refuse_unknown(reader, node, known, sizeof known / sizeof known[0]);
    if ((child = sc_node_child(node, "lasts")) == NULL)
        FAULT(reader, node, "a break without lasts; write lasts = \"30 min\"");
    else
        read_duration(reader, child, "lasts", &rest->lasts_s);
    if ((child = sc_node_child(node, "between")) == NULL)
        FAULT(reader, node, "a break without between; write between = ( \"3 h\", \"5 h\" )");
    else
        read_between(reader, child, rest);
    if ((child = sc_node_child(node, "every")) != NULL)
        read_duration(reader, child, "every", &rest->every_s);
    if ((child = sc_node_child(node, "if_over")) != NULL)
        read_duration(reader, child, "if_over", &rest->if_over_s);
    if ((child = sc_node_child(node, "paid")) != NULL)
        read_bool(reader, child, &rest->paid);
}

/* Has every length room for its breaks, and do they keep out of each other's way? */
static void check_breaks(const struct reader *reader, const struct sc_node *node, const struct sc_shift_rule *rule)
{
    for (size_t l = 0; l < rule->length_count; l++) {
        char length[SC_NUMBER_TEXT];
        double free_from = 0;
        for (size_t b = 0; b < rule->break_count; b++) {
            const struct sc_shift_break *rest = &rule->breaks[b];
            struct sc_break_window window = sc_break_window(rest, rule->lengths_s[l]);
            sc_duration_format(rule->lengths_s[l], length);
            if (!(rest->lasts_s > 0) || rest->from < 0 || rule->lengths_s[l] <= rest->if_over_s)
                continue;
            if (window.count == 0 || window.to_s > rule->lengths_s[l]) {
                FAULT(reader, node,
                      "a break has no room in the shift of %s; widen between, say if_over = \"%s\" to "
                      "leave it out there, or a smaller every",
                      length, length);
                return;
            }
            if (window.from_s < free_from) {
                FAULT(reader, node,
                      "the windows of two breaks overlap in the shift of %s; write them one after the "
                      "other",
                      length);
                return;
            }
            free_from = window.to_s;
        }
    }
}

static void read_breaks(const struct reader *reader, const struct sc_node *node, struct sc_shift_rule *rule)
{
    size_t count = elements(node);
    if (node->kind != SC_NODE_LIST || count > SC_SHIFT_BREAKS_MOST) {
        FAULT(reader, node,
              "breaks is no list of at most %d breaks; write ( { lasts = \"30 min\"; between = ( \"3 h\","
              " \"5 h\" ); } )",
              SC_SHIFT_BREAKS_MOST);
        return;
    }
    for (size_t i = 0; i < count; i++)
        read_break(reader, sc_node_element(node, i), &rule->breaks[i]);
    rule->break_count = count;
}

/* --- shifts --- */

static void read_tours(const struct reader *reader, const struct sc_node *node, struct sc_shift_rule *rule)
{
    const struct sc_node *week = sc_node_child(node, "days_a_week"), *off = sc_node_child(node, "days_off");
    if (week != NULL)
        read_whole(reader, week, 1, 7, &rule->days_a_week);
    if (off == NULL)
        return;
    if (week == NULL)
        FAULT(reader, off, "days_off has no effect without days_a_week; write days_a_week = 5");
    else if (off->kind == SC_NODE_STRING && strcmp(off->text, "together") == 0)
        rule->together = true;
    else if (off->kind != SC_NODE_STRING || strcmp(off->text, "any") != 0)
        FAULT(reader, off, "days_off is none of its words; write \"together\" or \"any\"");
}

static void read_lists(struct reader *reader, const struct sc_node *node, struct sc_shift_rule *rule)
{
    const struct sc_node *child;
    if ((child = sc_node_child(node, "starts")) == NULL)
        FAULT(reader, node, "a shift without starts; write starts = \"06:00-14:00 every 30 min\"");
    else
        read_starts(reader, child, rule);
    if ((child = sc_node_child(node, "lengths")) == NULL)
        FAULT(reader, node, "a shift without lengths; write lengths = ( \"8 h\" )");
    else
        read_lengths(reader, child, rule);
    if ((child = sc_node_child(node, "pools")) != NULL)
        read_pools(reader, child, rule);
    if ((child = sc_node_child(node, "breaks")) != NULL) {
        read_breaks(reader, child, rule);
        check_breaks(reader, child, rule);
    }
}

static void read_rule(struct reader *reader, const struct sc_node *node, size_t index, struct sc_shift_rule *rule)
{
    static const char *const known[] = {"name",   "pools", "days", "starts",      "lengths",
                                        "breaks", "min",   "max",  "days_a_week", "days_off"};
    const struct sc_node *child;
    *rule = (struct sc_shift_rule){.min = 0, .max = SC_SHIFT_HEADS_MOST,
                                   .where = {reader->file, node->where.line}};
    for (int i = 0; i < SC_DAY_KINDS; i++)
        rule->day[i] = true;
    rule->name = sc_arena_printf(reader->arena, "%zu", index + 1);
    if (node->kind != SC_NODE_GROUP) {
        FAULT(reader, node, "shifts holds no group; write { starts = …; lengths = …; }");
        return;
    }
    refuse_unknown(reader, node, known, sizeof known / sizeof known[0]);
    if ((child = sc_node_child(node, "name")) != NULL && child->kind == SC_NODE_STRING)
        rule->name = sc_arena_text(reader->arena, child->text);
    else if (child != NULL)
        FAULT(reader, child, "name is no text; write name = \"early\"");
    if (rule->name == NULL)
        reader->faults->out_of_memory = true;
    if ((child = sc_node_child(node, "days")) != NULL)
        read_days(reader, child, rule->day);
    if ((child = sc_node_child(node, "min")) != NULL)
        read_whole(reader, child, 0, SC_SHIFT_HEADS_MOST, &rule->min);
    if ((child = sc_node_child(node, "max")) != NULL && read_whole(reader, child, 1, SC_SHIFT_HEADS_MOST, &rule->max) &&
        rule->max < rule->min)
        FAULT(reader, child, "max is below min (found %d and %d); write min, then max", rule->max, rule->min);
    read_lists(reader, node, rule);
    read_tours(reader, node, rule);
}

static void read_all(struct reader *reader, const struct sc_document *document, struct sc_shift_rules *rules)
{
    static const char *const known[] = {"shifts"};
    const struct sc_node *root = sc_document_root(document), *list = sc_node_child(root, "shifts");
    bool all_known = refuse_unknown(reader, root, known, 1);
    if (list == NULL && !all_known)
        return;
    if (list == NULL || list->kind != SC_NODE_LIST || list->count == 0) {
        struct sc_where where = list != NULL ? list->where : (struct sc_where){sc_document_file(document), 0};
        sc_faults_add(reader->faults, false, where,
                      "no list of shifts; write shifts = ( { starts = \"06:00-14:00 "
                      "every 30 min\"; lengths = ( \"8 h\" ); } );");
        return;
    }
    struct sc_shift_rule *made = sc_arena_array(reader->arena, list->count, sizeof *made);
    if (made == NULL) {
        reader->faults->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        read_rule(reader, sc_node_element(list, i), i, &made[i]);
    rules->rules = made;
    rules->count = list->count;
}

/* --- the whole --- */

enum sc_code sc_shift_rules_read(const char *file, double interval_s, struct sc_shift_rules **rules,
                                 struct sc_faults *faults, struct sc_error *error)
{
    struct sc_document *document = NULL;
    struct sc_shift_rules *made = sc_shift_rules_new(error);
    if (made == NULL)
        return SC_SYSTEM;
    made->file = sc_arena_text(made->memory, file);
    struct reader reader = {made->memory, faults, interval_s, made->file};
    enum sc_code code = made->file == NULL ? sc_error_memory(error) : SC_OK;
    if (code == SC_OK && access(file, R_OK) != 0)
        code = sc_error_set_at(error, SC_INPUT, file, 0, "cannot read the shifts (%s); name a file", strerror(errno));
    if (code == SC_OK)
        code = sc_document_read(file, &document, faults, error);
    if (code == SC_OK) {
        read_all(&reader, document, made);
        sc_faults_sort(faults, file);
        code = sc_faults_judge(faults, error);
    }
    if (code == SC_OK) {
        sc_shift_rules_settle(made, interval_s);
        *rules = made;
        made = NULL;
    }
    sc_document_free(document);
    sc_shift_rules_free(made);
    return code;
}
