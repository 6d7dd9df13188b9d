/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a sweep is made of, as the database remembers it: everything that its figures depend on.
 *
 * Scenarios are kept by the name of their file without its folder, so that a sweep may go on in another folder or on
 * another machine. Of data files (histories, rosters, samples) only size and hash are kept.
 */
#include "decide/sweep_private.h"

#include "base/random.h"
#include "scenario/document_private.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the texts of the scenarios ---------------------------------------------------------------------- */

struct texts {
    struct sc_meta *meta;
    size_t number; /* of the scenario, from 1 */
    const struct sc_document *document;
    struct sc_error *error;
};

static const char *base_name(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? slash + 1 : file;
}

static enum sc_code add(struct texts *texts, const char *what, const char *name, const char *value)
{
    char key[512];
    snprintf(key, sizeof key, "scenario.%zu%s%s%s%s", texts->number, *what ? "." : "", what, *name ? "." : "", name);
    return sc_meta_get(texts->meta, key) ? SC_OK : sc_meta_add(texts->meta, key, value, texts->error);
}

static enum sc_code add_text(struct texts *texts, const char *what, const char *name, const char *path)
{
    size_t length = 0;
    char *text = sc_file_load(path, &length);
    if (!text)
        return sc_error_set_at(texts->error, SC_INPUT, path, 0, "cannot read the file (%s)", strerror(errno));
    enum sc_code code = add(texts, what, name, text);
    free(text);
    return code;
}

/* A file that is not there is the business of whoever reads the scenario. */
static enum sc_code add_data(struct texts *texts, const char *name)
{
    struct sc_arena arena = SC_ARENA_INIT;
    const char *path = sc_document_path(&arena, texts->document->folder, name);
    size_t length = 0;
    char *bytes = path ? sc_file_load(path, &length) : NULL, value[80];
    enum sc_code code = path ? SC_OK : sc_error_memory(texts->error);
    if (bytes) {
        uint64_t hash = 0;
        for (size_t i = 0; i < length; i++)
            hash = sc_mix(hash * 257 + (unsigned char)bytes[i] + 1);
        snprintf(value, sizeof value, "%zu bytes, hash %016" PRIx64, length, hash);
        code = add(texts, "data", name, value);
    }
    free(bytes);
    sc_arena_release(&arena);
    return code;
}

/* Files that were included, and files of data, wherever the scenario names them. */
static enum sc_code add_files(struct texts *texts, const struct sc_node *node)
{
    enum sc_code code = SC_OK;
    const char *main_file = sc_document_file(texts->document), *folder = texts->document->folder;
    size_t skip = strlen(folder);
    if (node->where.file && strcmp(node->where.file, main_file) != 0 && node->where.line > 0) {
        bool beside = strncmp(node->where.file, folder, skip) == 0;
        code = add_text(texts, "include", node->where.file + (beside ? skip : 0), node->where.file);
    }
    if (code == SC_OK && node->kind == SC_NODE_STRING && node->name && strcmp(node->name, "file") == 0)
        code = add_data(texts, node->text);
    bool holds = node->kind == SC_NODE_GROUP || node->kind == SC_NODE_LIST || node->kind == SC_NODE_ARRAY;
    for (const struct sc_node *child = holds ? node->first : NULL; child && code == SC_OK; child = child->next)
        code = add_files(texts, child);
    return code;
}

static enum sc_code add_scenario(struct sc_meta *meta, size_t number, const struct sc_document *document,
                                 struct sc_error *error)
{
    struct texts texts = {meta, number, document, error};
    const char *file = sc_document_file(document);
    enum sc_code code = add(&texts, "file", "", base_name(file));
    if (code == SC_OK)
        code = add_text(&texts, "", "", file);
    return code == SC_OK ? add_files(&texts, sc_document_root(document)) : code;
}

/* --- settings ---------------------------------------------------------------------------------------- */

static enum sc_code add_format(struct sc_meta *meta, struct sc_error *error, const char *key, const char *format, ...)
{
    char *value = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&value, format, arguments);
    va_end(arguments);
    if (length < 0)
        return sc_error_memory(error);
    enum sc_code code = sc_meta_add(meta, key, value, error);
    free(value);
    return code;
}

static enum sc_code add_json(struct sc_meta *meta, const char *key, json_t *json, struct sc_error *error)
{
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    enum sc_code code = text ? sc_meta_add(meta, key, text, error) : sc_error_memory(error);
    free(text);
    json_decref(json);
    return code;
}

static json_t *axis_json(const struct sc_axis *axis)
{
    static const char *const effects[] = {[SC_AXIS_SET] = "=", [SC_AXIS_TIMES] = "*=", [SC_AXIS_PLUS] = "+="};
    char from[SC_NUMBER_TEXT], other[SC_NUMBER_TEXT];
    json_t *json = json_pack("{s:s, s:s}", "path", axis->path, "effect", effects[axis->effect]);
    if (!json)
        return NULL;
    if (axis->levels == SC_AXIS_VALUES) {
        json_t *values = json_array();
        for (size_t i = 0; values && i < axis->count; i++)
            json_array_append_new(values, json_string(axis->values[i]));
        json_object_set_new(json, "values", values);
        return json;
    }
    bool stepped = axis->levels == SC_AXIS_STEPS;
    json_object_set_new(json, stepped ? "start" : "from", json_string(sc_axis_text(axis, axis->from, from)));
    json_object_set_new(json, stepped ? "step" : "to",
                        json_string(sc_axis_text(axis, stepped ? axis->step : axis->to, other)));
    if (axis->count)
        json_object_set_new(json, "steps", json_integer((json_int_t)axis->count));
    return json;
}

static enum sc_code add_axes(struct sc_meta *meta, const struct sc_study *study, struct sc_error *error)
{
    static const char *const kinds[] = {"grid", "latin", "sobol"};
    json_t *set = json_array(), *axes = json_array();
    for (size_t i = 0; i < study->set_count; i++)
        json_array_append_new(set, json_string(study->set[i].text));
    for (size_t i = 0; i < study->axis_count; i++)
        json_array_append_new(axes, axis_json(&study->axes[i]));
    enum sc_code code = add_json(meta, "set", set, error);
    if (code == SC_OK)
        code = add_json(meta, "axes", axes, error);
    else
        json_decref(axes);
    if (code == SC_OK && study->sample.kind == SC_SAMPLE_LATIN)
        return add_format(meta, error, "sample", "latin, %" PRIu64 " points, seed %" PRIu64, study->sample.points,
                          study->sample.seed);
    if (code == SC_OK && study->sample.kind == SC_SAMPLE_SOBOL)
        return add_format(meta, error, "sample", "sobol, %" PRIu64 " points", study->sample.points);
    return code == SC_OK ? sc_meta_add(meta, "sample", kinds[study->sample.kind], error) : code;
}

static enum sc_code add_metrics(struct sc_meta *meta, const struct sc_sweep_options *options, struct sc_error *error)
{
    json_t *metrics = json_array();
    for (size_t i = 0; i < options->metric_count; i++)
        json_array_append_new(metrics, json_string(options->metrics[i]));
    return add_json(meta, "metrics", metrics, error);
}

/* One number where all scenarios agree, else theirs in their order. */
static enum sc_code add_numbers(struct sc_meta *meta, const char *key, const uint64_t *number, size_t count,
                                struct sc_error *error)
{
    char text[600] = "", *end = text;
    bool same = true;
    for (size_t i = 1; i < count; i++)
        same = same && number[i] == number[0];
    for (size_t i = 0; i < (same ? 1 : count) && end < text + sizeof text - 30; i++)
        end += sprintf(end, "%s%" PRIu64, i ? ", " : "", number[i]);
    return sc_meta_add(meta, key, text, error);
}

static enum sc_code add_run(struct sc_meta *meta, const struct sc_sweep_options *options,
                            const struct sc_sweep_bases *bases, struct sc_error *error)
{
    uint64_t *seed = calloc(bases->count + 1, sizeof *seed), *replications = calloc(bases->count + 1, sizeof *seed);
    enum sc_code code = seed && replications ? SC_OK : sc_error_memory(error);
    for (size_t i = 0; code == SC_OK && i < bases->count; i++) {
        seed[i] = options->seed_given ? options->seed : bases->scenario[i]->seed;
        replications[i] = options->replications ? options->replications : (uint64_t)bases->scenario[i]->replications;
    }
    if (code == SC_OK)
        code = add_numbers(meta, "seed", seed, bases->count, error);
    if (code == SC_OK && options->precision > 0)
        code = add_format(meta, error, "precision", "%.17g", options->precision);
    else if (code == SC_OK)
        code = add_numbers(meta, "replications", replications, bases->count, error);
    free(seed);
    free(replications);
    return code;
}

enum sc_code sc_sweep_meta(const struct sc_study *study, const struct sc_sweep_options *options,
                           const struct sc_sweep_bases *bases, struct sc_meta *meta, struct sc_error *error)
{
    struct sc_meta made = {NULL, 0};
    enum sc_code code = sc_meta_add(&made, "version", SC_VERSION, error);
    if (code == SC_OK)
        code = sc_meta_add(&made, "schema", SC_SWEEP_SCHEMA, error);
    for (size_t i = 0; code == SC_OK && i < bases->count; i++)
        code = add_scenario(&made, i + 1, bases->written[i], error);
    if (code == SC_OK)
        code = add_axes(&made, study, error);
    if (code == SC_OK)
        code = add_run(&made, options, bases, error);
    if (code == SC_OK && bases->written[0]->skip_bad_rows)
        code = sc_meta_add(&made, "skip-bad-rows", "yes", error);
    if (code == SC_OK)
        code = add_metrics(&made, options, error);
    if (code == SC_OK)
        code = add_format(&made, error, "shard", "%u/%u", options->shard, options->shards);
    if (code == SC_OK)
        *meta = made;
    else
        sc_meta_release(&made);
    return code;
}

/* --- is it the same? --------------------------------------------------------------------------------- */

static int first_difference(const char *a, const char *b)
{
    int line = 1;
    for (; *a && *a == *b; a++, b++)
        line += *a == '\n';
    return line;
}

static enum sc_code refuse(const char *file, const char *key, const char *stored, const char *mine,
                           const struct sc_meta *meta, struct sc_error *error)
{
    static const char way_out[] = "go on as it was begun, or name another database with --database";
    char which[64];
    if (strcmp(key, "version") == 0 || strcmp(key, "schema") == 0)
        return sc_error_set(error, SC_INPUT,
                            "'%s' was begun by another %s (%s; this is %s), whose figures may differ; "
                            "finish it with that, or name another database with --database",
                            file, key, stored, mine);
    if (strncmp(key, "scenario.", 9) != 0)
        return sc_error_set(error, SC_INPUT, "'%s' was begun with %s %s (%s; here %s); %s", file,
                            key[strlen(key) - 1] == 's' ? "other" : "another", key, stored ? stored : "none",
                            mine ? mine : "none", way_out);
    if (!stored || !mine)
        return sc_error_set(error, SC_INPUT, "'%s' was begun with other scenarios or files of theirs ('%s' is %s); %s",
                            file, key, stored ? "only there" : "only here", way_out);
    snprintf(which, sizeof which, "scenario.%lu.file", strtoul(key + 9, NULL, 10));
    const char *name = sc_meta_get(meta, which);
    bool data = strstr(key, ".data.") != NULL;
    if (data || strstr(key, ".include."))
        name = strchr(strchr(key + 9, '.') + 1, '.') + 1;
    if (data)
        return sc_error_set(error, SC_INPUT, "'%s' was begun with other data in '%s'; %s", file, name, way_out);
    if (strcmp(key, which) == 0)
        return sc_error_set(error, SC_INPUT, "'%s' was begun with the scenario '%s' (here '%s'); %s", file, stored,
                            mine, way_out);
    return sc_error_set(error, SC_INPUT, "'%s' was begun with another text of '%s' (line %d differs); %s", file, name,
                        first_difference(stored, mine), way_out);
}

enum sc_code sc_sweep_meta_compare(const char *file, const struct sc_meta *stored, const struct sc_meta *mine,
                                   struct sc_error *error)
{
    for (size_t i = 0; i < mine->count; i++) {
        const char *there = sc_meta_get(stored, mine->row[i].key);
        if (!there || strcmp(there, mine->row[i].value) != 0)
            return refuse(file, mine->row[i].key, there, mine->row[i].value, mine, error);
    }
    for (size_t i = 0; i < stored->count; i++)
        if (!sc_meta_get(mine, stored->row[i].key))
            return refuse(file, stored->row[i].key, stored->row[i].value, NULL, stored, error);
    return SC_OK;
}
