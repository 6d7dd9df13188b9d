/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Axes: their numbers, and how the command line writes them.
 */
#include "decide/study_private.h"

#include "base/number.h"
#include "decide/points.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- numbers ----------------------------------------------------------------------------------------- */

bool sc_axis_number_parse(const char *text, double *value, enum sc_axis_unit *unit)
{
    if (sc_number_parse(text, value))
        *unit = SC_AXIS_NUMBER;
    else if (sc_percent_parse(text, value))
        *unit = SC_AXIS_PERCENT;
    else if (sc_duration_parse_signed(text, value))
        *unit = SC_AXIS_DURATION;
    else
        return false;
    return true;
}

bool sc_axis_unit_join(enum sc_axis_unit *unit, bool *known, double value, enum sc_axis_unit other)
{
    if (value == 0 && other == SC_AXIS_NUMBER)
        return true;
    if (*known && *unit != other)
        return false;
    *unit = other;
    *known = true;
    return true;
}

const char *sc_axis_range_fault(const struct sc_axis *axis)
{
    if (axis->effect == SC_AXIS_TIMES && axis->unit == SC_AXIS_DURATION)
        return "a factor that is a duration; factors are plain numbers";
    switch (axis->levels) {
    case SC_AXIS_STEPS:
        return axis->step == 0 && axis->count > 1 ? "a step of 0 that leads nowhere; write another" : NULL;
    case SC_AXIS_EVEN:
        return axis->count < 2          ? "one level cannot be both ends of a range; write at least 2 steps"
               : axis->from == axis->to ? "a range whose ends are one; write values = [ … ]"
                                        : NULL;
    case SC_AXIS_BETWEEN:
        return axis->from < axis->to ? NULL : "a range that ends where or before it begins; write the lower end first";
    default:
        return NULL;
    }
}

/*
 * What a person would have written: 0.1 + 2 x 0.1 is 0.3. `scale` is the largest number that the value was made of;
 * digits beyond its fifteenth are the rounding of doubles.
 */
static double tidy(double value, double scale)
{
    char text[400];
    int decimals = 14 - (int)floor(log10(scale));
    if (!(scale > 0) || decimals < 0 || decimals > 300)
        return value;
    snprintf(text, sizeof text, "%.*f", decimals, value);
    return strtod(text, NULL);
}

double sc_axis_level(const struct sc_axis *axis, size_t level)
{
    double i = (double)level;
    if (axis->levels == SC_AXIS_STEPS)
        return level == 0 ? axis->from
                          : tidy(axis->from + i * axis->step, fmax(fabs(axis->from), fabs(i * axis->step)));
    if (level == 0)
        return axis->from;
    if (level + 1 == axis->count)
        return axis->to;
    return tidy(axis->from + i * (axis->to - axis->from) / (double)(axis->count - 1),
                fmax(fabs(axis->from), fabs(axis->to)));
}

double sc_axis_between(const struct sc_axis *axis, double share)
{
    double value = tidy(axis->from + share * (axis->to - axis->from), fmax(fabs(axis->from), fabs(axis->to)));
    return fmin(axis->to, fmax(axis->from, value));
}

int sc_axis_override(const struct sc_axis *axis, const char *value, char *text, size_t room)
{
    static const char *const operators[] = {[SC_AXIS_SET] = "=", [SC_AXIS_TIMES] = "*=", [SC_AXIS_PLUS] = "+="};
    return snprintf(text, room, "%s %s %s", axis->path, operators[axis->effect], value);
}

const char *sc_axis_text(const struct sc_axis *axis, double value, char text[SC_NUMBER_TEXT])
{
    return axis->unit == SC_AXIS_DURATION && value != 0 ? sc_duration_format(value, text)
                                                        : sc_number_format(value, text);
}

/* --- the command line -------------------------------------------------------------------------------- */

/* Takes "PATH=", "PATH*=" or "PATH+=" apart; in "channels.*=" the star is the path's. */
static const char *split_path(struct sc_arena *arena, const char *text, struct sc_axis *axis)
{
    const char *equals = strchr(text, '='), *end = equals;
    if (!equals)
        return NULL;
    axis->effect = SC_AXIS_SET;
    if (end > text && (end[-1] == '+' || (end[-1] == '*' && !(end > text + 1 && end[-2] == '.'))))
        axis->effect = *--end == '+' ? SC_AXIS_PLUS : SC_AXIS_TIMES;
    while (text < end && isspace((unsigned char)*text))
        text++;
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    axis->path = sc_arena_text_part(arena, text, (size_t)(end - text));
    return equals + 1;
}

/* "38..46" */
static bool parse_whole_range(struct sc_arena *arena, const char *text, struct sc_axis *axis)
{
    const char *dots = strstr(text, "..");
    int64_t from, to;
    const char *left = dots ? sc_arena_text_part(arena, text, (size_t)(dots - text)) : NULL;
    if (!left || !sc_integer_parse(left, &from) || !sc_integer_parse(dots + 2, &to) || to < from ||
        llabs(from) > SC_LEVELS_MOST || llabs(to) > SC_LEVELS_MOST || to - from >= SC_LEVELS_MOST)
        return false;
    axis->levels = SC_AXIS_STEPS;
    axis->from = (double)from;
    axis->step = 1;
    axis->count = (size_t)(to - from) + 1;
    return true;
}

/* "0.1:0.5:9" or "0.1:0.5" */
static bool parse_range(struct sc_arena *arena, const char *text, struct sc_axis *axis)
{
    const char *part[4];
    size_t parts = 0;
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ":");
        if (parts == 3 || !(part[parts++] = sc_arena_text_part(arena, at, length)))
            return false;
        at += length;
        if (!*at)
            break;
    }
    enum sc_axis_unit first, second;
    int64_t steps = 0;
    bool known = false;
    if (parts < 2 || !sc_axis_number_parse(part[0], &axis->from, &first) ||
        !sc_axis_number_parse(part[1], &axis->to, &second) ||
        !sc_axis_unit_join(&axis->unit, &known, axis->from, first) ||
        !sc_axis_unit_join(&axis->unit, &known, axis->to, second))
        return false;
    if (parts == 3 && (!sc_integer_parse(part[2], &steps) || steps < 1 || steps > SC_LEVELS_MOST))
        return false;
    axis->levels = parts == 3 ? SC_AXIS_EVEN : SC_AXIS_BETWEEN;
    axis->count = (size_t)steps;
    return true;
}

/* The end of a value: the next comma outside of brackets and quotes. */
static const char *value_end(const char *text)
{
    int depth = 0;
    bool quoted = false;
    for (; *text && (quoted || depth > 0 || *text != ','); text++) {
        if (*text == '"')
            quoted = !quoted;
        else if (!quoted && strchr("([{", *text))
            depth++;
        else if (!quoted && strchr(")]}", *text))
            depth--;
    }
    return text;
}

static bool is_number(const char *text)
{
    double value;
    enum sc_axis_unit unit;
    return sc_axis_number_parse(text, &value, &unit);
}

/* "08:00", "08:00-20:00", "2026-01-05 10:30": every colon is within a time of the day. */
static bool is_clock(const char *text)
{
    for (const char *colon = strchr(text, ':'); colon; colon = strchr(colon + 1, ':'))
        if (colon == text || !isdigit((unsigned char)colon[-1]) || !isdigit((unsigned char)colon[1]) ||
            !isdigit((unsigned char)colon[2]) || isalnum((unsigned char)colon[3]) || colon[3] == '.' || colon[3] == ':')
            return false;
    return true;
}

/*
 * What was meant as a range and is none would pass as a value: "3..0" is no number, but a word. Two dots are a range
 * where a number is on either side ("../roster.csv" is a file), colons where they are not those of a time of the day;
 * what stands in quotes or brackets is a value.
 */
static const char *range_attempt_fault(struct sc_arena *arena, const char *value)
{
    const char *dots = strstr(value, "..");
    if (strpbrk(value, "\"([{"))
        return NULL;
    if (dots) {
        const char *left = sc_arena_text_part(arena, value, (size_t)(dots - value));
        if (!left)
            return "out of memory";
        if (is_number(left) || is_number(dots + 2) || !strcmp(value, ".."))
            return "no range of whole numbers (found '%s'); write the lower end, two dots and the upper end, as in "
                   "38..46";
    }
    if (strchr(value, ':') && !is_clock(value))
        return "no range (found '%s'); write from, to and how many, at least 2, as in 0.1:0.5:9, or 0.1:0.5 for a "
               "sample; a text with colons goes in quotes";
    return NULL;
}

/* "0.9,1,1.1" */
static const char *parse_values(struct sc_study *study, const char *text, struct sc_axis *axis)
{
    static const char form[] =
        "no levels (found '%s'); write 38..46, 0.1:0.5:9 (from, to, steps), 0.1:0.5 or values with commas between";
    const char *const *values = NULL;
    axis->levels = SC_AXIS_VALUES;
    for (const char *at = text;; at++) {
        const char *end = value_end(at);
        size_t blank = strspn(at, " \t"), length = (size_t)(end - at);
        const char *value = sc_arena_text_part(sc_study_arena(study), at + (blank < length ? blank : length),
                                               blank < length ? length - blank : 0);
        double number;
        enum sc_axis_unit unit;
        if (!value || !(values = sc_study_grown(study, values, axis->count, sizeof *values, &value)))
            return "out of memory";
        if (!*value)
            return form;
        const char *fault = range_attempt_fault(sc_study_arena(study), value);
        if (fault)
            return fault;
        if (axis->effect == SC_AXIS_TIMES && (!sc_axis_number_parse(value, &number, &unit) || unit == SC_AXIS_DURATION))
            return "no factor (found '%s'); factors are plain numbers";
        for (size_t i = 0; i < axis->count; i++)
            if (strcmp(values[i], value) == 0)
                return "a value twice (found '%s'); name each once";
        axis->count++;
        at = end;
        if (!*at)
            break;
    }
    axis->values = values;
    return NULL;
}

enum sc_code sc_study_vary(struct sc_study *study, const char *text, struct sc_error *error)
{
    struct sc_arena *arena = sc_study_arena(study);
    struct sc_axis axis = {.effect = SC_AXIS_SET};
    const char *levels = split_path(arena, text, &axis);
    if (!levels)
        return sc_error_set(error, SC_USAGE,
                            "--vary '%s': no levels (found no '='); write PATH=38..46 or "
                            "PATH=0.1:0.5:9",
                            text);
    if (!axis.path)
        return sc_error_memory(error);
    if (!*axis.path)
        return sc_error_set(error, SC_USAGE, "--vary '%s': no path before the '='; write PATH=38..46", text);
    bool range = parse_whole_range(arena, levels, &axis) || parse_range(arena, levels, &axis);
    const char *fault = range ? sc_axis_range_fault(&axis) : parse_values(study, levels, &axis);
    if (fault) {
        char message[512];
        snprintf(message, sizeof message, strstr(fault, "%s") ? fault : "%s", strstr(fault, "%s") ? levels : fault);
        return sc_error_set(error, SC_USAGE, "--vary '%s': %s", text, message);
    }
    void *grown = sc_study_grown(study, study->axes, study->axis_count, sizeof axis, &axis);
    if (!grown)
        return sc_error_memory(error);
    study->axes = grown;
    study->axis_count++;
    return SC_OK;
}

enum sc_code sc_study_sample(struct sc_study *study, const char *text, struct sc_error *error)
{
    static const char *const kinds[] = {"grid", "latin", "sobol"};
    const char *colon = strchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    int64_t points = 0;
    for (int i = 0; i < 3; i++) {
        if (strlen(kinds[i]) != length || strncmp(kinds[i], text, length) != 0)
            continue;
        if (i == SC_SAMPLE_GRID ? colon != NULL : !colon || !sc_integer_parse(colon + 1, &points) || points < 1)
            break;
        study->sample = (struct sc_sample){(enum sc_sample_kind)i, (uint64_t)points, 1, {NULL, 0}};
        return SC_OK;
    }
    return sc_error_set(error, SC_USAGE, "--sample: no sample (found '%s'); write grid, latin:100 or sobol:256", text);
}

/* --- do they fit? ------------------------------------------------------------------------------------ */

/* What the command line says has no file. */
static enum sc_code code_of(const struct sc_where *where)
{
    return where->file ? SC_INPUT : SC_USAGE;
}

/* The length of the first part of a path. */
static size_t part_length(const char *path)
{
    return strcspn(path, ".");
}

/*
 * Does setting `path` leave nothing of what `changed` was given? So it is where it names the same or a group around it,
 * "*" being every element, or the mean of the law that was scaled.
 */
static bool covers(const char *path, const struct sc_axis *changed)
{
    const char *there = changed->path;
    while (*path && *there) {
        size_t here_length = part_length(path), there_length = part_length(there);
        bool every = here_length == 1 && *path == '*';
        if (!every && (here_length != there_length || strncmp(path, there, here_length) != 0))
            return false;
        path += here_length + (path[here_length] == '.');
        there += there_length + (there[there_length] == '.');
    }
    return !*path || (changed->effect != SC_AXIS_SET && strcmp(path, "mean") == 0);
}

static enum sc_code check_pair(const struct sc_axis *first, const struct sc_axis *second, struct sc_error *error)
{
    static const char *const signs[] = {[SC_AXIS_SET] = "=", [SC_AXIS_TIMES] = "*=", [SC_AXIS_PLUS] = "+="};
    const char *advice = "leave one out";
    if (strcmp(first->path, second->path) != 0) {
        if (second->effect != SC_AXIS_SET || !covers(second->path, first))
            return SC_OK;
        advice = "leave one out, or put the second first";
    }
    return sc_error_set_at(error, code_of(&second->where), second->where.file, second->where.line,
                           second->effect == SC_AXIS_SET
                               ? "the axis '%s %s' undoes the axis '%s %s' before it; %s"
                               : "the axis '%s %s' is on the same path as the axis '%s %s' before it; %s",
                           second->path, signs[second->effect], first->path, signs[first->effect], advice);
}

enum sc_code sc_study_check(const struct sc_study *study, struct sc_error *error)
{
    const struct sc_sample *sample = &study->sample;
    if (sample->kind != SC_SAMPLE_GRID && study->axis_count == 0)
        return sc_error_set_at(error, code_of(&sample->where), sample->where.file, sample->where.line,
                               "a sample of nothing (found no axes); name axes to sample");
    if (sample->kind == SC_SAMPLE_SOBOL && study->axis_count > SC_SOBOL_AXES_MOST)
        return sc_error_set_at(error, code_of(&sample->where), sample->where.file, sample->where.line,
                               "too many axes for Sobol's points (found %zu, at most %d); use kind = \"latin\"",
                               study->axis_count, SC_SOBOL_AXES_MOST);
    for (size_t i = 0; i < study->axis_count; i++) {
        const struct sc_axis *axis = &study->axes[i];
        if (sample->kind == SC_SAMPLE_GRID && axis->levels == SC_AXIS_BETWEEN)
            return sc_error_set_at(error, code_of(&axis->where), axis->where.file, axis->where.line,
                                   "the axis '%s' is all between two ends, which a grid cannot take; %s", axis->path,
                                   axis->where.file != NULL
                                       ? "give it steps, or sample it (sample = { kind = \"sobol\"; points = 256; })"
                                       : "say how many levels (FROM:TO:9), or sample it (--sample sobol:256)");
        for (size_t j = 0; j < i; j++) {
            enum sc_code code = check_pair(&study->axes[j], axis, error);
            if (code != SC_OK)
                return code;
        }
    }
    return SC_OK;
}
