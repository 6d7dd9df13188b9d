/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading study files: from the document tree to struct sc_study, all faults in one go.
 */
#include "staffcast/study.h"

#include "base/number.h"
#include "base/text.h"
#include "decide/study_private.h"
#include "scenario/document_private.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    struct sc_study *study;
    struct sc_arena *arena;
    struct sc_faults *faults;
    const char *folder; /* of the study, with its final slash */
};

/* --- memory ------------------------------------------------------------------------------------------ */

static struct sc_study *study_alloc(const char *file)
{
    struct sc_study_box *box = calloc(1, sizeof *box);
    if (!box)
        return NULL;
    box->arena = SC_ARENA_INIT;
    box->study.file = sc_arena_text(&box->arena, file);
    box->study.sample.seed = 1;
    if (box->study.file)
        return &box->study;
    sc_study_free(&box->study);
    return NULL;
}

void sc_study_free(struct sc_study *study)
{
    if (!study)
        return;
    sc_arena_release(sc_study_arena(study));
    free(study);
}

void *sc_study_grown(struct sc_study *study, const void *array, size_t count, size_t size, const void *element)
{
    char *grown = sc_arena_array(sc_study_arena(study), count + 1, size);
    if (!grown)
        return NULL;
    if (count)
        memcpy(grown, array, count * size);
    memcpy(grown + count * size, element, size);
    return grown;
}

static void *room(struct reader *reader, size_t count, size_t size)
{
    void *array = sc_arena_array(reader->arena, count, size);
    reader->faults->out_of_memory = reader->faults->out_of_memory || !array;
    return array;
}

static const char *text_of(struct reader *reader, const char *text)
{
    const char *copy = text ? sc_arena_text(reader->arena, text) : NULL;
    reader->faults->out_of_memory = reader->faults->out_of_memory || (text && !copy);
    return copy;
}

static struct sc_where place_of(struct reader *reader, const struct sc_node *node)
{
    return (struct sc_where){text_of(reader, node->where.file), node->where.line};
}

/* --- what is wrong ----------------------------------------------------------------------------------- */

static void wrong(struct reader *reader, const struct sc_node *node, const char *what, const char *right)
{
    char found[SC_FOUND_TEXT];
    if (node->kind != SC_NODE_BROKEN) /* has its fault already */
        sc_faults_add(reader->faults, false, node->where, "%s (found %s); %s", what, sc_node_found(node, found), right);
}

/* Every setting of the group must be one of these names. */
static void check_names(struct reader *reader, const struct sc_node *group, const char *what, const char *const *names,
                        size_t count)
{
    for (const struct sc_node *child = group->first; child; child = child->next) {
        bool known = false;
        for (size_t i = 0; i < count; i++)
            known = known || strcmp(child->name, names[i]) == 0;
        if (!known)
            sc_faults_add(reader->faults, false, child->where,
                          "unknown setting of %s (found '%s'); the nearest is '%s'", what, child->name,
                          sc_text_nearest(child->name, names, count));
    }
}
#define CHECK_NAMES(reader, group, what, names) check_names(reader, group, what, names, sizeof names / sizeof *names)

static bool is_sequence(const struct sc_node *node)
{
    return node->kind == SC_NODE_LIST || node->kind == SC_NODE_ARRAY;
}

/* --- texts ------------------------------------------------------------------------------------------- */

static const char *read_text(struct reader *reader, const struct sc_node *node, const char *what, const char *right)
{
    if (node->kind != SC_NODE_STRING || !node->text[strspn(node->text, " \t\n")]) {
        wrong(reader, node, what, right);
        return NULL;
    }
    return text_of(reader, node->text);
}

static void read_bases(struct reader *reader, const struct sc_node *node)
{
    static const char what[] = "base is no scenario", right[] = "write the name of a file, or a list of them";
    bool many = is_sequence(node);
    size_t count = many ? node->count : 1;
    const char **bases = room(reader, count, sizeof *bases);
    if (!count)
        wrong(reader, node, what, right);
    const struct sc_node *at = many ? node->first : node;
    for (size_t i = 0; bases && i < count; i++, at = at->next) {
        const char *name = read_text(reader, at, what, right);
        bases[i] = name ? sc_document_path(reader->arena, reader->folder, name) : NULL;
        reader->faults->out_of_memory = reader->faults->out_of_memory || (name && !bases[i]);
        for (size_t j = 0; name && j < i; j++)
            if (bases[j] && bases[i] && strcmp(bases[i], bases[j]) == 0)
                wrong(reader, at, "a scenario is named twice", "name each once");
    }
    reader->study->bases = bases;
    reader->study->base_count = count;
}

static void read_set(struct reader *reader, const struct sc_node *node, const struct sc_override **set, size_t *count)
{
    struct sc_override *overrides;
    if (!node)
        return;
    if (!is_sequence(node)) {
        wrong(reader, node, "set is no list of overrides", "write set = ( \"PATH = VALUE\" )");
        return;
    }
    overrides = room(reader, node->count, sizeof *overrides);
    size_t read = 0;
    for (const struct sc_node *at = node->first; overrides && at; at = at->next) {
        const char *text = read_text(reader, at, "no override", "write it in quotes: \"PATH = VALUE\"");
        if (text)
            overrides[read++] = (struct sc_override){.text = text, .origin = place_of(reader, at)};
    }
    *set = overrides;
    *count = read;
}

/* --- alternatives ------------------------------------------------------------------------------------ */

static void read_alternative(struct reader *reader, const struct sc_node *node, struct sc_alternative *alternative)
{
    static const char *const names[] = {"name", "set"};
    if (node->kind != SC_NODE_GROUP) {
        wrong(reader, node, "no alternative", "write { name = \"…\"; set = ( \"PATH = VALUE\" ); }");
        return;
    }
    CHECK_NAMES(reader, node, "an alternative", names);
    const struct sc_node *name = sc_node_child(node, "name");
    alternative->where = place_of(reader, node);
    if (name)
        alternative->name = read_text(reader, name, "no name", "write it in quotes");
    else
        sc_faults_add(reader->faults, false, node->where, "an alternative without a name; write name = \"…\"");
    if (!sc_node_child(node, "set"))
        sc_faults_add(reader->faults, false, node->where,
                      "an alternative that changes nothing; write set = ( \"PATH = VALUE\" )");
    read_set(reader, sc_node_child(node, "set"), &alternative->set, &alternative->set_count);
}

static void read_alternatives(struct reader *reader, const struct sc_node *node)
{
    if (!is_sequence(node)) {
        wrong(reader, node, "alternatives is no list", "write alternatives = ( { name = \"…\"; set = ( … ); } )");
        return;
    }
    struct sc_alternative *alternatives = room(reader, node->count, sizeof *alternatives);
    size_t i = 0;
    for (const struct sc_node *at = node->first; alternatives && at; at = at->next, i++) {
        read_alternative(reader, at, &alternatives[i]);
        for (size_t j = 0; j < i; j++)
            if (alternatives[i].name && alternatives[j].name && strcmp(alternatives[i].name, alternatives[j].name) == 0)
                sc_faults_add(reader->faults, false, at->where,
                              "two alternatives have one name (found '%s'); give "
                              "them different ones",
                              alternatives[i].name);
    }
    reader->study->alternatives = alternatives;
    reader->study->alternative_count = i;
}

/* --- axes -------------------------------------------------------------------------------------------- */

static bool read_number(struct reader *reader, const struct sc_node *node, double *value, enum sc_axis_unit *unit)
{
    *unit = SC_AXIS_NUMBER;
    if (node->kind == SC_NODE_INTEGER)
        *value = (double)node->integer;
    else if (node->kind == SC_NODE_REAL)
        *value = node->real;
    else if (node->kind != SC_NODE_STRING || !sc_axis_number_parse(node->text, value, unit)) {
        wrong(reader, node, "no number", "write a number, \"10%\" or \"20 s\"");
        return false;
    }
    return true;
}

/* A level as an override writes it. */
static const char *read_value(struct reader *reader, const struct sc_node *node, bool number)
{
    char text[SC_NUMBER_TEXT];
    double value;
    enum sc_axis_unit unit;
    if (number && !read_number(reader, node, &value, &unit))
        return NULL;
    switch (node->kind) {
    case SC_NODE_INTEGER: {
        const char *copy = sc_arena_printf(reader->arena, "%lld", (long long)node->integer);
        reader->faults->out_of_memory = reader->faults->out_of_memory || !copy;
        return copy;
    }
    case SC_NODE_REAL:
        return text_of(reader, sc_number_format(node->real, text));
    case SC_NODE_BOOL:
        return node->truth ? "true" : "false";
    case SC_NODE_STRING:
        return read_text(reader, node, "an empty value", "write what stands behind the = of an override");
    default:
        wrong(reader, node, "no value", "write a number or a text; a group or list goes in quotes: \"{ … }\"");
        return NULL;
    }
}

static void read_values(struct reader *reader, const struct sc_node *node, struct sc_axis *axis)
{
    const char **values = room(reader, node->count, sizeof *values);
    size_t count = 0;
    axis->levels = SC_AXIS_VALUES;
    if (!node->count)
        wrong(reader, node, "an axis without values", "write some, as in [0, 2, 4]");
    for (const struct sc_node *at = node->first; values && at; at = at->next) {
        values[count] = read_value(reader, at, axis->effect == SC_AXIS_TIMES);
        for (size_t j = 0; values[count] && j < count && node->count <= 1000; j++)
            if (strcmp(values[j], values[count]) == 0)
                wrong(reader, at, "a value that the axis has already", "name each once");
        count += values[count] != NULL;
    }
    axis->values = values;
    axis->count = count;
}

/* Reads the number of that name, which must be there; its unit joins those of the axis. */
static bool read_end(struct reader *reader, const struct sc_node *group, const char *name, struct sc_axis *axis,
                     bool *known, double *value)
{
    const struct sc_node *node = sc_node_child(group, name);
    enum sc_axis_unit unit;
    if (!node) {
        sc_faults_add(reader->faults, false, group->where,
                      "an axis without '%s'; write values = [ … ], or from, to and "
                      "steps, or start, step and steps",
                      name);
        return false;
    }
    if (!read_number(reader, node, value, &unit))
        return false;
    if (sc_axis_unit_join(&axis->unit, known, *value, unit))
        return true;
    wrong(reader, node, "another unit than the rest of the axis", "write all numbers of an axis alike");
    return false;
}

static bool read_steps(struct reader *reader, const struct sc_node *node, struct sc_axis *axis)
{
    if (node->kind != SC_NODE_INTEGER || node->integer < 1 || node->integer > SC_LEVELS_MOST) {
        wrong(reader, node, "steps is no number of levels", "write a whole number from 1 to 1000000");
        return false;
    }
    axis->count = (size_t)node->integer;
    return true;
}

/* from, to, steps or start, step, steps. */
static void read_range(struct reader *reader, const struct sc_node *group, struct sc_axis *axis)
{
    bool stepped = sc_node_child(group, "start") || sc_node_child(group, "step"), known = false;
    bool fine = read_end(reader, group, stepped ? "start" : "from", axis, &known, &axis->from) &&
                (stepped ? read_end(reader, group, "step", axis, &known, &axis->step)
                         : read_end(reader, group, "to", axis, &known, &axis->to));
    const struct sc_node *steps = sc_node_child(group, "steps");
    axis->levels = stepped ? SC_AXIS_STEPS : steps ? SC_AXIS_EVEN : SC_AXIS_BETWEEN;
    if (stepped && !steps)
        sc_faults_add(reader->faults, false, group->where, "an axis without 'steps'; write how many levels it has");
    else if (steps)
        fine = read_steps(reader, steps, axis) && fine;
    const char *fault = fine ? sc_axis_range_fault(axis) : NULL;
    if (fault)
        sc_faults_add(reader->faults, false, group->where, "%s", fault);
}

/* Only one way of naming levels may be used. */
static const struct sc_node *find_levels(struct reader *reader, const struct sc_node *group)
{
    static const char *const ways[] = {"values", "times", "plus", "from", "start"};
    const struct sc_node *levels = NULL;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const struct sc_node *here = sc_node_child(group, ways[i]);
        if (here && levels)
            sc_faults_add(reader->faults, false, here->where, "an axis with both '%s' and '%s'; one of them is enough",
                          levels->name, here->name);
        else if (here)
            levels = here;
    }
    return levels;
}

static void read_axis(struct reader *reader, const struct sc_node *node, struct sc_axis *axis)
{
    static const char *const names[] = {"path", "values", "times", "plus", "from", "to", "steps", "start", "step"};
    static const char *const range_names[] = {"from", "to", "steps", "start", "step"};
    if (node->kind != SC_NODE_GROUP) {
        wrong(reader, node, "no axis", "write { path = \"…\"; values = [ … ]; }");
        return;
    }
    CHECK_NAMES(reader, node, "an axis", names);
    const struct sc_node *path = sc_node_child(node, "path");
    axis->where = place_of(reader, node);
    if (path)
        axis->path = read_text(reader, path, "no path", "write one such as \"pools.front line.extra\"");
    else
        sc_faults_add(reader->faults, false, node->where, "an axis without a path; write path = \"…\"");
    const struct sc_node *levels = find_levels(reader, node);
    bool own = levels && strcmp(levels->name, "from") && strcmp(levels->name, "start");
    if (own && strcmp(levels->name, "values"))
        axis->effect = strcmp(levels->name, "times") ? SC_AXIS_PLUS : SC_AXIS_TIMES;
    if (!own) {
        read_range(reader, node, axis);
    } else if (is_sequence(levels)) {
        read_values(reader, levels, axis);
    } else if (levels->kind == SC_NODE_GROUP && axis->effect != SC_AXIS_SET) {
        CHECK_NAMES(reader, levels, "a range", range_names);
        read_range(reader, levels, axis);
    } else {
        wrong(reader, levels, "no levels of an axis", "write an array, as in [0, 2, 4]");
    }
}

static void read_axes(struct reader *reader, const struct sc_node *node)
{
    if (!is_sequence(node)) {
        wrong(reader, node, "axes is no list", "write axes = ( { path = \"…\"; values = [ … ]; } )");
        return;
    }
    struct sc_axis *axes = room(reader, node->count, sizeof *axes);
    size_t i = 0;
    for (const struct sc_node *at = node->first; axes && at; at = at->next)
        read_axis(reader, at, &axes[i++]);
    reader->study->axes = axes;
    reader->study->axis_count = i;
}

static void read_sample(struct reader *reader, const struct sc_node *node)
{
    static const char *const names[] = {"kind", "points", "seed"};
    static const char *const kinds[] = {"grid", "latin", "sobol"};
    struct sc_sample *sample = &reader->study->sample;
    if (node->kind != SC_NODE_GROUP) {
        wrong(reader, node, "no sample", "write sample = { kind = \"sobol\"; points = 256; }");
        return;
    }
    CHECK_NAMES(reader, node, "a sample", names);
    sample->where = place_of(reader, node);
    const struct sc_node *kind = sc_node_child(node, "kind"), *points = sc_node_child(node, "points");
    const struct sc_node *seed = sc_node_child(node, "seed");
    int found = -1;
    for (int i = 0; kind && kind->kind == SC_NODE_STRING && i < 3; i++)
        found = strcmp(kind->text, kinds[i]) == 0 ? i : found;
    if (found < 0)
        wrong(reader, kind ? kind : node, "no kind of sample", "kind is \"grid\", \"latin\" or \"sobol\"");
    else
        sample->kind = (enum sc_sample_kind)found;
    if (found == SC_SAMPLE_GRID && points)
        wrong(reader, points, "a grid has all its points", "leave points out");
    else if (found > 0 && (!points || points->kind != SC_NODE_INTEGER || points->integer < 1))
        wrong(reader, points ? points : node, "no number of points", "write points = 256");
    else if (found > 0)
        sample->points = (uint64_t)points->integer;
    if (seed && found >= 0 && found != SC_SAMPLE_LATIN)
        wrong(reader, seed, "a seed has no effect here", "only a latin hypercube is drawn; leave it out");
    else if (seed && seed->kind == SC_NODE_INTEGER && seed->integer >= 0)
        sample->seed = (uint64_t)seed->integer;
    else if (seed && (seed->kind != SC_NODE_STRING || !sc_seed_parse(seed->text, &sample->seed)))
        wrong(reader, seed, "no seed", "write a whole number from 0 to 2^64 - 1");
}

/* --- studies ----------------------------------------------------------------------------------------- */

bool sc_document_is_study(const struct sc_document *document)
{
    const struct sc_node *root = sc_document_root(document);
    return !sc_node_child(root, "channels") &&
           (sc_node_child(root, "base") || sc_node_child(root, "axes") || sc_node_child(root, "alternatives"));
}

static void read_study(struct reader *reader, const struct sc_node *root)
{
    static const char *const names[] = {"base", "set", "alternatives", "axes", "sample"};
    const struct sc_node *base = sc_node_child(root, "base");
    const struct sc_node *alternatives = sc_node_child(root, "alternatives");
    const struct sc_node *axes = sc_node_child(root, "axes"), *sample = sc_node_child(root, "sample");
    CHECK_NAMES(reader, root, "a study", names);
    if (base)
        read_bases(reader, base);
    else
        sc_faults_add(reader->faults, false, (struct sc_where){reader->study->file, 0},
                      "a study without a base; write base = \"SCENARIO.cfg\"");
    read_set(reader, sc_node_child(root, "set"), &reader->study->set, &reader->study->set_count);
    if (alternatives)
        read_alternatives(reader, alternatives);
    if (axes)
        read_axes(reader, axes);
    if (sample)
        read_sample(reader, sample);
}

enum sc_code sc_study_from_document(const struct sc_document *document, struct sc_study **study,
                                    struct sc_faults *faults, struct sc_error *error)
{
    struct sc_study *new = study_alloc(sc_document_file(document));
    if (!new)
        return sc_error_memory(error);
    struct reader reader = {new, sc_study_arena(new), faults, document->folder};
    read_study(&reader, sc_document_root(document));
    sc_faults_sort(faults, new->file);
    enum sc_code code = sc_faults_judge(faults, error);
    if (code == SC_OK)
        *study = new;
    else
        sc_study_free(new);
    return code;
}

enum sc_code sc_study_read(const char *file, struct sc_study **study, struct sc_faults *faults, struct sc_error *error)
{
    struct sc_document *document = NULL;
    enum sc_code code = sc_document_read(file, &document, faults, error);
    if (code == SC_OK)
        code = sc_study_from_document(document, study, faults, error);
    sc_document_free(document);
    return code;
}

enum sc_code sc_study_new(const char *const *bases, size_t base_count, struct sc_study **study, struct sc_error *error)
{
    struct sc_study *new = study_alloc("");
    const char **copies = new ? sc_arena_array(sc_study_arena(new), base_count, sizeof *copies) : NULL;
    for (size_t i = 0; copies && i < base_count; i++)
        if (!(copies[i] = sc_arena_text(sc_study_arena(new), bases[i])))
            copies = NULL;
    if (!copies) {
        sc_study_free(new);
        return sc_error_memory(error);
    }
    new->bases = copies;
    new->base_count = base_count;
    *study = new;
    return SC_OK;
}

enum sc_code sc_study_set(struct sc_study *study, const char *text, struct sc_error *error)
{
    struct sc_override override = {.text = sc_arena_text(sc_study_arena(study), text)};
    void *grown = sc_study_grown(study, study->set, study->set_count, sizeof override, &override);
    if (!override.text || !grown)
        return sc_error_memory(error);
    study->set = grown;
    study->set_count++;
    return SC_OK;
}
