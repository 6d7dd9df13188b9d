/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What depends on the day: opening hours, numbers and clocks by days.
 */
#include "scenario/read.h"

#include "base/number.h"
#include "staffcast/calendar.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/*
 * A group by days, resolved: the node that holds for each kind of day, NULL where none does. A day overrides
 * a range, a range overrides `all`.
 */
struct by_day {
    const struct sc_node *node[SC_DAY_KINDS];
};

static void resolve_days(struct sc_reader *reader, const struct sc_node *group, struct by_day *days)
{
    int level_of[SC_DAY_KINDS];
    memset(days, 0, sizeof *days);
    for (const struct sc_node *child = group->first; child; child = child->next) {
        unsigned set;
        enum sc_days_level level;
        if (!sc_days_parse(child->name, strlen(child->name), &set, &level)) {
            sc_reader_fault(reader, child,
                            "no day (found '%s'); write mon … sun, a range such as mon-fri, all, or holiday",
                            child->name);
            continue;
        }
        size_t before = sc_reader_enter(reader, child->name, 0);
        for (int day = 0; day < SC_DAY_KINDS; day++) {
            if (!(set >> day & 1))
                continue;
            if (days->node[day] && level_of[day] == (int)level)
                sc_reader_fault(reader, child,
                                "%s is named twice at one level (found in %s and %s); name it once",
                                sc_day_kind_name(day), days->node[day]->name, child->name);
            else if (!days->node[day] || level_of[day] < (int)level) {
                days->node[day] = child;
                level_of[day] = (int)level;
            }
        }
        sc_reader_leave(reader, before);
    }
    if (!group->first)
        sc_reader_wrong(reader, group, "names no day", "write one such as all = …;");
}

/* --- opening hours ----------------------------------------------------------------------------------- */

static bool read_range(struct sc_reader *reader, const struct sc_node *node, double *from, double *to)
{
    double first, last;
    if (node->kind != SC_NODE_STRING || !sc_time_range_parse(node->text, &first, &last)) {
        sc_reader_wrong(reader, node, "is no range of the day",
                        "write one such as \"08:00-20:00\", or \"closed\"");
        return false;
    }
    if (first > last) {
        sc_reader_wrong(reader, node, "goes across midnight",
                        "end it at 24:00, and let the next day begin at 00:00");
        return false;
    }
    if (first == last) {
        sc_reader_wrong(reader, node, "is an empty range",
                        "write \"00:00-24:00\" for the whole day, or \"closed\"");
        return false;
    }
    *from = first;
    *to = last;
    return true;
}

static bool is_closed(const struct sc_node *node)
{
    return node->kind == SC_NODE_STRING && strcmp(node->text, "closed") == 0;
}

void sc_read_hours(struct sc_reader *reader, const struct sc_node *node, struct sc_week_hours *hours)
{
    struct by_day days;
    struct sc_week_hours new = {.given = true, .where = sc_reader_place(reader, node)};
    if (node->kind == SC_NODE_STRING) {
        memset(&days, 0, sizeof days);
        for (int day = 0; day < SC_HOLIDAY; day++)
            days.node[day] = node;
    } else if (node->kind == SC_NODE_GROUP) {
        resolve_days(reader, node, &days);
    } else {
        sc_reader_wrong(reader, node, "are no hours", "write a group such as { mon-fri = \"08:00-20:00\"; }");
        return;
    }
    new.holiday = days.node[SC_HOLIDAY] != NULL;
    for (int day = 0; day < SC_DAY_KINDS; day++) {
        const struct sc_node *at = days.node[day];
        if (!at || is_closed(at))
            continue;
        size_t before = reader->path_length;
        if (at != node)
            sc_reader_enter(reader, at->name, 0);
        new.named[day] = read_range(reader, at, &new.from_s[day], &new.to_s[day]);
        sc_reader_leave(reader, before);
    }
    *hours = new;
}

/* --- numbers by days --------------------------------------------------------------------------------- */

void sc_read_week_number(struct sc_reader *reader, const struct sc_node *node, const struct sc_setting *row,
                         struct sc_week_number *number)
{
    struct sc_week_number new = {.given = true};
    if (node->kind != SC_NODE_GROUP) {
        double value;
        if (!sc_read_number(reader, node, &value) || !sc_read_in_range(reader, node, row, value))
            return;
        for (int day = 0; day < SC_HOLIDAY; day++) {
            new.named[day] = true;
            new.value[day] = value;
        }
        *number = new;
        return;
    }
    struct by_day days;
    resolve_days(reader, node, &days);
    for (int day = 0; day < SC_DAY_KINDS; day++) {
        double value;
        if (!days.node[day])
            continue;
        size_t before = sc_reader_enter(reader, days.node[day]->name, 0);
        if (sc_read_number(reader, days.node[day], &value) &&
            sc_read_in_range(reader, days.node[day], row, value)) {
            new.named[day] = true;
            new.value[day] = value;
        }
        sc_reader_leave(reader, before);
    }
    *number = new;
}

/* --- by the clock ------------------------------------------------------------------------------------ */

static bool is_clock_size(size_t count)
{
    return count == 24 || count == 48 || count == 72 || count == 96 || count == 144 || count == 288;
}

static bool read_cell(struct sc_reader *reader, const struct sc_node *node, enum sc_cells cells,
                      double *value)
{
    static const struct sc_setting weights = {.kind = SC_SET_NUMBER, .high = 1e12};
    static const struct sc_setting factors = {.kind = SC_SET_NUMBER, .high = 1e6, .above_low = true};
    static const struct sc_setting heads = {.kind = SC_SET_COUNT, .high = 1e6};
    if (cells == SC_CELLS_HEADS)
        return sc_read_whole(reader, node, value) && sc_read_in_range(reader, node, &heads, *value);
    return sc_read_number(reader, node, value) &&
           sc_read_in_range(reader, node, cells == SC_CELLS_WEIGHTS ? &weights : &factors, *value);
}

static void read_clock(struct sc_reader *reader, const struct sc_node *node, enum sc_cells cells,
                       struct sc_clock *clock)
{
    if (node->kind != SC_NODE_ARRAY && node->kind != SC_NODE_LIST) {
        sc_reader_wrong(reader, node, "is nothing by the clock",
                        "write an array [ ] of 24, 48, 72, 96, 144 or 288 numbers");
        return;
    }
    if (!is_clock_size(node->count)) {
        sc_reader_fault(
            reader, node,
            "no division of the day (found %zu number%s); write 24, 48, 72, 96, 144 or 288 of them, "
            "from 00:00 to 24:00",
            node->count, node->count == 1 ? "" : "s");
        return;
    }
    double *value = sc_arena_array(reader->arena, node->count, sizeof *value);
    if (!value) {
        reader->faults->out_of_memory = true;
        return;
    }
    size_t i = 0, wrong = 0;
    double sum = 0;
    bool right = true;
    /* A clock in the wrong unit has 288 faults; three say it. */
    for (const struct sc_node *at = node->first; at && wrong < 3; at = at->next, i++) {
        size_t before = sc_reader_enter(reader, NULL, i);
        right = read_cell(reader, at, cells, &value[i]) && right;
        wrong += !right;
        sum += value[i];
        sc_reader_leave(reader, before);
    }
    if (right && cells == SC_CELLS_WEIGHTS && !(sum > 0)) {
        sc_reader_fault(reader, node,
                        "all weights are zero; write a number above 0 for the times when contacts arrive");
        return;
    }
    if (right)
        *clock = (struct sc_clock){(int)node->count, value};
}

void sc_read_week_clock(struct sc_reader *reader, const struct sc_node *node, enum sc_cells cells,
                        struct sc_week_clock *clock)
{
    struct sc_week_clock new = {.given = true, .where = sc_reader_place(reader, node)};
    if (node->kind != SC_NODE_GROUP) {
        struct sc_clock every = {0, NULL};
        read_clock(reader, node, cells, &every);
        for (int day = 0; day < SC_HOLIDAY; day++)
            new.day[day] = every;
        *clock = new;
        return;
    }
    struct by_day days;
    resolve_days(reader, node, &days);
    for (int day = 0; day < SC_DAY_KINDS; day++) {
        bool again = false;
        for (int before = 0; before < day && !again; before++)
            if (days.node[before] == days.node[day]) {
                new.day[day] = new.day[before];
                again = true;
            }
        if (again || !days.node[day])
            continue;
        size_t before = sc_reader_enter(reader, days.node[day]->name, 0);
        read_clock(reader, days.node[day], cells, &new.day[day]);
        sc_reader_leave(reader, before);
    }
    *clock = new;
}

/* --- days in a string: "mon-fri,sun"
 * ------------------------------------------------------------------------ */

void sc_read_days(struct sc_reader *reader, const struct sc_node *node, bool day[SC_DAY_KINDS])
{
    if (node->kind != SC_NODE_STRING) {
        sc_reader_wrong(reader, node, "names no days", "write a string such as \"mon-fri\" or \"sat,sun\"");
        return;
    }
    bool new[SC_DAY_KINDS] = {false}, single[SC_DAY_KINDS] = {false}, ranged[SC_DAY_KINDS] = {false};
    for (const char *part = node->text;;) {
        size_t length = strcspn(part, ",");
        const char *begin = part, *end = part + length;
        while (begin < end && *begin == ' ')
            begin++;
        while (end > begin && end[-1] == ' ')
            end--;
        unsigned set;
        enum sc_days_level level;
        if (!sc_days_parse(begin, (size_t)(end - begin), &set, &level)) {
            sc_reader_wrong(reader, node, "names no days",
                            "write a string such as \"mon-fri\" or \"sat,sun\"");
            return;
        }
        bool *seen = level == SC_DAYS_ONE ? single : level == SC_DAYS_RANGE ? ranged : new;
        for (int i = 0; i < SC_DAY_KINDS; i++) {
            if (!(set >> i & 1))
                continue;
            if (seen != new && seen[i]) {
                sc_reader_wrong(reader, node, "names a day twice", "name each day once");
                return;
            }
            seen[i] = new[i] = true;
        }
        if (!part[length])
            break;
        part += length + 1;
    }
    memcpy(day, new, sizeof new);
}

/* --- staffing
 * ----------------------------------------------------------------------------------------------- */

void sc_read_staffing(struct sc_reader *reader, const struct sc_node *node, const struct sc_setting *row,
                      struct sc_pool *pool)
{
    if (!sc_node_child(node, "file") && !sc_node_child(node, "columns")) {
        sc_read_week_clock(reader, node, SC_CELLS_HEADS, &pool->staffing);
        return;
    }
    sc_read_group(reader, row->schema, node, (char *)pool);
    if (pool->roster_file)
        sc_read_roster_file(reader, sc_node_child(node, "file"), pool);
}
