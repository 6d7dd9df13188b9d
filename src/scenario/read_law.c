/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Laws: a bare duration, or a group whose settings depend on its `dist`.
 */
#include "scenario/read.h"

#include "base/number.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which settings each kind of law needs (upper case) and takes: m mean, c cv, k, a min, o mode, b max, f
 * file. */
static const struct {
    enum sc_law_kind kind;
    const char *name;
    const char *uses;
} laws[] = {
    {SC_LAW_EXPONENTIAL, "exponential", "M"}, {SC_LAW_FIXED, "fixed", "M"},
    {SC_LAW_LOGNORMAL, "lognormal", "Mc"},    {SC_LAW_GAMMA, "gamma", "Mc"},
    {SC_LAW_ERLANG, "erlang", "MK"},          {SC_LAW_WEIBULL, "weibull", "Mc"},
    {SC_LAW_UNIFORM, "uniform", "AB"},        {SC_LAW_TRIANGULAR, "triangular", "AOB"},
    {SC_LAW_EMPIRICAL, "empirical", "Fm"},
};
static const struct {
    char letter;
    const char *name;
} letters[] = {{'m', "mean"}, {'c', "cv"},  {'k', "k"},   {'a', "min"},
               {'o', "mode"}, {'b', "max"}, {'f', "file"}};

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* One line of a sample; false with a fault. */
static bool read_sample_line(struct sc_reader *reader, const char *file, int line, char *text, double *value)
{
    char *end = text + strlen(text);
    while (end > text && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t'))
        *--end = '\0';
    if (!sc_number_parse(text, value)) {
        sc_faults_add(reader->faults, false, (struct sc_where){file, line},
                      "no duration (found \"%.40s\"); write one number of seconds a line", text);
        return false;
    }
    if (*value < 0) {
        sc_faults_add(reader->faults, false, (struct sc_where){file, line},
                      "a negative duration (found %.40s); write 0 or more seconds", text);
        return false;
    }
    return true;
}

/* The file of an empirical law: one duration in seconds a line, empty lines apart. */
static void read_sample(struct sc_reader *reader, const struct sc_node *node, struct sc_law *law)
{
    const char *file;
    size_t length = 0, count = 0;
    int line = 1, faults = 0;
    if (!sc_read_file_name(reader, node, &file))
        return;
    char *text = sc_file_load(file, &length);
    if (!text) {
        sc_reader_fault(reader, node, "cannot read the file (%s: %s)", file, strerror(errno));
        return;
    }
    size_t lines = 1;
    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    double *sample = sc_arena_array(reader->arena, lines, sizeof *sample);
    char *at = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
    for (; sample && at && at < text + length && faults < 20; line++) {
        char *next = strchr(at, '\n');
        if (next)
            *next++ = '\0';
        if (at[strspn(at, " \t\r")] != '\0') {
            if (read_sample_line(reader, file, line, at, &sample[count]))
                count++;
            else
                faults++;
        }
        at = next;
    }
    free(text);
    if (!sample) {
        reader->faults->out_of_memory = true;
        return;
    }
    if (faults)
        return;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += sample[i];
    if (!(sum > 0) || !isfinite(sum)) {
        sc_reader_fault(reader, node,
                        "the file holds no duration above 0 (%s); write one number of seconds a line", file);
        return;
    }
    qsort(sample, count, sizeof *sample, compare_numbers);
    double factor =
        law->mean_s > 0 ? law->mean_s / (sum / (double)count) : 1; /* `mean` stretches the sample */
    for (size_t i = 0; i < count; i++)
        sample[i] *= factor;
    law->sample_s = sample;
    law->samples = count;
    law->mean_s = sum / (double)count * factor;
}

/* What is left out but needed, and what is written but has no effect. */
static bool check_settings(struct sc_reader *reader, const struct sc_node *node, bool inherited,
                           const struct sc_law *law)
{
    size_t which = 0;
    bool right = true;
    while (laws[which].kind != law->kind)
        which++;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        const struct sc_node *child = sc_node_child(node, letters[i].name);
        bool takes = strchr(laws[which].uses, letters[i].letter) ||
                     strchr(laws[which].uses, letters[i].letter - 'a' + 'A');
        bool needs = strchr(laws[which].uses, letters[i].letter - 'a' + 'A');
        bool same = letters[i].letter == 'c' && ((law->kind == SC_LAW_EXPONENTIAL && law->cv == 1) ||
                                                 (law->kind == SC_LAW_FIXED && law->cv == 0));
        if (child && !takes && !same) {
            sc_reader_fault(reader, child,
                            "%s has no effect on the law \"%s\"; remove it, or choose another dist",
                            letters[i].name, laws[which].name);
            right = false;
        }
        if (!child && needs && !inherited) {
            sc_reader_fault(reader, node, "the law \"%s\" needs %s; write %s = …;", laws[which].name,
                            letters[i].name, letters[i].name);
            right = false;
        }
    }
    return right;
}

static bool check_range(struct sc_reader *reader, const struct sc_node *node, const struct sc_law *law)
{
    const struct sc_node *cv = sc_node_child(node, "cv");
    if (law->kind == SC_LAW_UNIFORM && !(law->min_s < law->max_s)) {
        sc_reader_fault(reader, node, "min is not below max; write the shorter first, or dist = \"fixed\"");
        return false;
    }
    if (law->kind == SC_LAW_TRIANGULAR &&
        !(law->min_s <= law->mode_s && law->mode_s <= law->max_s && law->min_s < law->max_s)) {
        sc_reader_fault(reader, node,
                        "min, mode and max are not in this order; mode lies between min and max");
        return false;
    }
    if (law->kind == SC_LAW_GAMMA && law->cv > SC_GAMMA_CV_MOST) {
        sc_reader_fault(reader, cv ? cv : node,
                        "a gamma law with cv %g; write %g or less, or dist = \"lognormal\"", law->cv,
                        SC_GAMMA_CV_MOST);
        return false;
    }
    return true;
}

static void read_group(struct sc_reader *reader, const struct sc_node *node, bool inherits,
                       struct sc_law *law)
{
    struct sc_law new = {.kind = SC_LAW_EXPONENTIAL, .cv = 1};
    bool right = true;
    bool inherited = inherits && law->kind != SC_LAW_NONE && !sc_node_child(node, "dist");
    if (inherited)
        new = *law;
    new.where = sc_reader_place(reader, node);
    for (const struct sc_node *child = node->first; child; child = child->next) {
        size_t base, errors = reader->faults->errors;
        const struct sc_setting *row = sc_schema_find(&sc_schema_law, child->name, &base);
        if (!row) {
            sc_reader_fault(reader, child, "unknown setting of a law (found '%s'); the nearest is '%s'",
                            child->name, sc_schema_nearest(&sc_schema_law, child->name));
            right = false;
            continue;
        }
        size_t before = sc_reader_enter(reader, child->name, 0);
        if (row->kind == SC_SET_CLOCK)
            sc_read_week_clock(reader, child, SC_CELLS_FACTORS, &new.by_time);
        else if (row->kind != SC_SET_FILE)
            sc_read_setting(reader, row, child, (char *)&new);
        if (reader->faults->errors != errors || child->kind == SC_NODE_BROKEN)
            right = false;
        sc_reader_leave(reader, before);
    }
    if (!right || !check_settings(reader, node, inherited, &new) || !check_range(reader, node, &new)) {
        /* The fault is told; that the law is missing would not be true. */
        *law = (struct sc_law){.kind = SC_LAW_EXPONENTIAL, .mean_s = 60, .cv = 1};
        return;
    }
    if (new.kind == SC_LAW_UNIFORM)
        new.mean_s = (new.min_s + new.max_s) / 2;
    else if (new.kind == SC_LAW_TRIANGULAR)
        new.mean_s = (new.min_s + new.mode_s + new.max_s) / 3;
    else if (new.kind == SC_LAW_EMPIRICAL && sc_node_child(node, "file")) {
        size_t before = sc_reader_enter(reader, "file", 0);
        read_sample(reader, sc_node_child(node, "file"), &new);
        sc_reader_leave(reader, before);
    }
    *law = new;
}

void sc_read_law(struct sc_reader *reader, const struct sc_node *node, bool inherits, struct sc_law *law)
{
    static const struct sc_setting mean = {.kind = SC_SET_DURATION, .above_low = true};
    double mean_s;
    if (node->kind == SC_NODE_GROUP) {
        read_group(reader, node, inherits, law);
        return;
    }
    if (node->kind == SC_NODE_LIST || node->kind == SC_NODE_ARRAY) {
        sc_reader_wrong(reader, node, "is no law",
                        "write a duration such as \"5 min\", or a group { dist = …; mean = …; }");
        return;
    }
    if (sc_read_duration(reader, node, &mean_s) && sc_read_in_range(reader, node, &mean, mean_s))
        *law = (struct sc_law){.kind = SC_LAW_EXPONENTIAL, .mean_s = mean_s, .cv = 1,
                               .where = sc_reader_place(reader, node)};
}
