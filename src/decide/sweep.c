/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sweep itself: points go through the ordered loop (loop.h), a point a thread; whoever folds writes their figures.
 */
#include "staffcast/sweep.h"

#include "decide/sweep_private.h"
#include "estimate/loop.h"
#include "model/laws.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first figures are written soon, so that there is something to see; then less and less often. */
static const double commit_first_s = 0.1, commit_most_s = 1.5;

struct sweep {
    const struct sc_study *study;
    const struct sc_sweep_options *options;
    struct sc_points *points;
    struct sc_sweep_bases bases;
    struct sc_law_shelf *shelf;
    struct sc_store store;
    uint64_t *missing; /* [missing_count], ids */
    size_t missing_count;
    uint64_t own; /* points of this database */
    double committed_s, commit_after_s;
    bool open; /* a transaction is */
    bool begun; /* the database is this sweep's own */
};

/* --- the scenarios ----------------------------------------------------------------------------------- */

static void bases_release(struct sc_sweep_bases *bases)
{
    for (size_t i = 0; i < bases->count; i++) {
        sc_scenario_free(bases->scenario[i]);
        sc_document_free(bases->document[i]);
        sc_document_free(bases->written[i]);
    }
    free(bases->scenario);
    free(bases->document);
    free(bases->written);
}

/* The names tell the points of several scenarios apart. */
static enum sc_code check_names(const struct sc_study *study, const struct sc_sweep_bases *bases,
                                struct sc_error *error)
{
    for (size_t i = 0; i < bases->count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(bases->scenario[i]->name, bases->scenario[j]->name) == 0)
                return sc_error_set(error, SC_INPUT,
                                    "two scenarios are called '%s' ('%s' and '%s'), and their points "
                                    "could not be told apart; give one another name",
                                    bases->scenario[i]->name, study->bases[j], study->bases[i]);
    return SC_OK;
}

static enum sc_code read_base(struct sweep *sweep, size_t i, struct sc_faults *faults, struct sc_error *error)
{
    struct sc_sweep_bases *bases = &sweep->bases;
    enum sc_code code = sc_document_read(sweep->study->bases[i], &bases->written[i], faults, error);
    if (code != SC_OK)
        return code;
    if (sc_document_is_study(bases->written[i]))
        return sc_error_set_at(error, SC_INPUT, sweep->study->bases[i], 0,
                               "a study where a scenario should be; sweep "
                               "one study at a time");
    code = sc_document_clone(bases->written[i], &bases->document[i], error);
    if (code == SC_OK)
        code = sc_document_override(bases->document[i], sweep->study->set, sweep->study->set_count, faults, error);
    return code == SC_OK ? sc_scenario_from_document(bases->document[i], &bases->scenario[i], faults, error) : code;
}

static enum sc_code read_bases(struct sweep *sweep, struct sc_faults *faults, struct sc_error *error)
{
    struct sc_sweep_bases *bases = &sweep->bases;
    size_t count = sweep->study->base_count;
    bases->written = calloc(count, sizeof(struct sc_document *));
    bases->document = calloc(count, sizeof(struct sc_document *));
    bases->scenario = calloc(count, sizeof(struct sc_scenario *));
    if (!bases->written || !bases->document || !bases->scenario)
        return sc_error_memory(error);
    bases->count = count;
    enum sc_code code = SC_OK;
    for (size_t i = 0; code == SC_OK && i < count; i++)
        code = read_base(sweep, i, faults, error);
    return code == SC_OK ? check_names(sweep->study, bases, error) : code;
}

/* --- one point --------------------------------------------------------------------------------------- */

/* What a point brings: its figures, the paths one behind the other. */
struct brought {
    uint64_t id;
    char *paths;
    size_t used, room;
    struct {
        size_t path; /* in paths */
        struct sc_figure figure;
    } * row;
    size_t rows, row_room;
    const struct sc_sweep_options *options;
    bool failed; /* no memory */
};

static enum sc_code brought_new(void *context, void **out, struct sc_error *error)
{
    const struct sweep *sweep = context;
    struct brought *brought = calloc(1, sizeof *brought);
    if (!brought)
        return sc_error_memory(error);
    brought->options = sweep->options;
    *out = brought;
    return SC_OK;
}

static void brought_free(void *context, void *memory)
{
    struct brought *brought = memory;
    (void)context;
    free(brought->paths);
    free(brought->row);
    free(brought);
}

static bool wanted(const struct sc_sweep_options *options, const char *path)
{
    bool fits = options->metric_count == 0;
    for (size_t i = 0; !fits && i < options->metric_count; i++)
        fits = sc_path_fits(path, options->metrics[i]);
    return fits;
}

/* Makes room for `more` elements of a size behind `used`. */
static void *grow(void *array, size_t *room, size_t used, size_t more, size_t size)
{
    if (used + more <= *room)
        return array;
    size_t larger = 2 * *room + more + 64;
    void *grown = realloc(array, larger * size);
    if (grown)
        *room = larger;
    return grown;
}

static void bring(void *context, const char *path, struct sc_figure figure)
{
    struct brought *brought = context;
    size_t length = strlen(path) + 1;
    if (brought->failed || !wanted(brought->options, path))
        return;
    char *paths = grow(brought->paths, &brought->room, brought->used, length, 1);
    void *row = paths ? grow(brought->row, &brought->row_room, brought->rows, 1, sizeof *brought->row) : NULL;
    brought->paths = paths ? paths : brought->paths;
    if (!row) {
        brought->failed = true;
        return;
    }
    brought->row = row;
    memcpy(brought->paths + brought->used, path, length);
    brought->row[brought->rows].path = brought->used;
    brought->row[brought->rows++].figure = figure;
    brought->used += length;
}

/* The scenario of a point. */
static enum sc_code point_scenario(const struct sweep *sweep, const struct sc_point_reader *reader,
                                   struct sc_scenario **scenario, struct sc_faults *faults, struct sc_error *error)
{
    struct sc_document *document = NULL;
    enum sc_code code = sc_document_clone(sweep->bases.document[reader->base], &document, error);
    if (code == SC_OK)
        code = sc_document_override(document, reader->override, reader->count, faults, error);
    if (code == SC_OK)
        code = sc_scenario_from_document(document, scenario, faults, error);
    sc_document_free(document);
    return code;
}

static enum sc_code play_point(const struct sweep *sweep, const struct sc_scenario *scenario, struct brought *brought,
                               struct sc_error *error)
{
    struct sc_arena arena = SC_ARENA_INIT; /* of tables that found no place on the shelf */
    struct sc_law_cache cache = {.arena = &arena, .shelf = sweep->shelf};
    struct sc_model *model = NULL;
    struct sc_result *result = NULL;
    const struct sc_run_options run = {
        .replications = sweep->options->replications,
        .precision = sweep->options->precision,
        .seed = sweep->options->seed,
        .seed_given = sweep->options->seed_given,
        .threads = 1,
    };
    enum sc_code code = sc_model_build_span(scenario, NULL, &cache, &model, error);
    if (code == SC_OK)
        code = sc_run(model, &run, &result, error);
    if (code == SC_OK) {
        brought->used = brought->rows = 0;
        sc_result_visit(result, bring, brought);
        if (brought->failed)
            code = sc_error_memory(error);
        else if (brought->rows == 0)
            code = sc_error_set(error, SC_USAGE,
                                "no figure fits --keep '%s'; write a path such as "
                                "channels.*.service_level",
                                sweep->options->metrics[0]);
    }
    sc_result_free(result);
    sc_model_free(model);
    sc_arena_release(&arena);
    return code;
}

/* An error of a point says which. */
static void name_point(const struct sc_point_reader *reader, uint64_t id, const struct sc_error *cause,
                       struct sc_error *error)
{
    char changes[400] = "";
    size_t length = 0;
    for (size_t i = 0; i < reader->count && length < sizeof changes; i++)
        length += (size_t)snprintf(changes + length, sizeof changes - length, "%s%s", i ? ", " : ": ",
                                   reader->override[i].text);
    sc_error_set_at(error, cause->code, cause->file[0] ? cause->file : NULL, cause->line, "%s (at point %llu%s)",
                    cause->message, (unsigned long long)id, changes);
}

static enum sc_code play(void *context, void *scratch, size_t number, void *memory, struct sc_error *error)
{
    const struct sweep *sweep = context;
    struct sc_point_reader *reader = scratch;
    struct brought *brought = memory;
    struct sc_scenario *scenario = NULL;
    struct sc_faults faults = {0};
    struct sc_error cause = SC_ERROR_INIT;
    brought->id = sweep->missing[number];
    enum sc_code code = sc_point_read(reader, brought->id - 1, error);
    if (code != SC_OK)
        return code;
    code = point_scenario(sweep, reader, &scenario, &faults, &cause);
    if (code == SC_OK)
        code = play_point(sweep, scenario, brought, &cause);
    if (code != SC_OK)
        name_point(reader, brought->id, &cause, error);
    sc_scenario_free(scenario);
    sc_faults_release(&faults);
    return code;
}

static enum sc_code start(void *context, void **scratch, struct sc_error *error)
{
    const struct sweep *sweep = context;
    struct sc_point_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return sc_error_memory(error);
    enum sc_code code = sc_point_reader_init(reader, sweep->points, error);
    if (code == SC_OK)
        *scratch = reader;
    else
        free(reader);
    return code;
}

static void finish(void *context, void *scratch)
{
    (void)context;
    if (scratch)
        sc_point_reader_release(scratch);
    free(scratch);
}

/* --- writing it down --------------------------------------------------------------------------------- */

static enum sc_code commit(struct sweep *sweep, struct sc_error *error)
{
    enum sc_code code = sweep->open ? sc_store_commit(&sweep->store, error) : SC_OK;
    sweep->open = false;
    sweep->committed_s = omp_get_wtime();
    sweep->commit_after_s = fmin(2 * sweep->commit_after_s, commit_most_s);
    return code;
}

static enum sc_code fold(void *context, size_t number, void *memory, bool *more, struct sc_error *error)
{
    struct sweep *sweep = context;
    const struct brought *brought = memory;
    enum sc_code code = SC_OK;
    (void)more;
    if (!sweep->open) {
        code = sc_store_begin(&sweep->store, error);
        sweep->open = code == SC_OK;
    }
    for (size_t i = 0; code == SC_OK && i < brought->rows; i++)
        code = sc_store_put_figure(&sweep->store, brought->id, brought->paths + brought->row[i].path,
                                   brought->row[i].figure, error);
    if (code == SC_OK && omp_get_wtime() > sweep->committed_s + sweep->commit_after_s)
        code = commit(sweep, error);
    if (code == SC_OK && sweep->options->progress)
        sweep->options->progress(sweep->options->progress_context,
                                 (size_t)sweep->own - sweep->missing_count + number + 1, (size_t)sweep->own);
    return code;
}

static enum sc_code play_missing(struct sweep *sweep, size_t *played, struct sc_error *error)
{
    struct sc_loop loop = {
        .end = sweep->missing_count,
        .threads = sweep->options->threads,
        .context = sweep,
        .start = start,
        .finish = finish,
        .brought_new = brought_new,
        .brought_free = brought_free,
        .play = play,
        .fold = fold,
    };
    sweep->committed_s = omp_get_wtime();
    sweep->commit_after_s = commit_first_s;
    enum sc_code code = sc_loop_run(&loop, played, error);
    /* What was folded before a failure counts: it is whole. */
    struct sc_error late = SC_ERROR_INIT;
    enum sc_code last = commit(sweep, code == SC_OK ? error : &late);
    return code == SC_OK ? last : code;
}

/* --- planning ---------------------------------------------------------------------------------------- */

/* Appends a text to a JSON array of strings. */
static char *put_json(char *to, const char *text, bool first)
{
    to += sprintf(to, first ? "\"" : ", \"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            *to++ = '\\';
        if ((unsigned char)*text < 0x20)
            to += sprintf(to, "\\u%04x", *text);
        else
            *to++ = *text;
    }
    *to++ = '"';
    return to;
}

/* The overrides of a point, those common to all first, as a JSON array in `text`. */
static void overrides_json(const struct sc_study *study, const struct sc_point_reader *reader, char *text)
{
    char *to = text;
    *to++ = '[';
    for (size_t i = 0; i < study->set_count; i++)
        to = put_json(to, study->set[i].text, i == 0);
    for (size_t i = 0; i < reader->count; i++)
        to = put_json(to, reader->override[i].text, study->set_count + i == 0);
    strcpy(to, "]");
}

static enum sc_code put_points(struct sweep *sweep, struct sc_error *error)
{
    const struct sc_sweep_options *options = sweep->options;
    struct sc_point_reader reader;
    size_t room = 8;
    enum sc_code code = sc_point_reader_init(&reader, sweep->points, error);
    if (code != SC_OK)
        return code;
    for (size_t i = 0; i < sweep->study->set_count; i++)
        room += 6 * strlen(sweep->study->set[i].text) + 8;
    room += 6 * reader.room + 8 * reader.count;
    char *text = malloc(room);
    if (!text)
        code = sc_error_memory(error);
    for (uint64_t i = options->shard - 1; code == SC_OK && i < sc_points_count(sweep->points); i += options->shards) {
        code = sc_point_read(&reader, i, error);
        if (code != SC_OK)
            break;
        overrides_json(sweep->study, &reader, text);
        code = sc_store_put_point(&sweep->store, i + 1, sweep->bases.scenario[reader.base]->name, text, error);
    }
    free(text);
    sc_point_reader_release(&reader);
    return code;
}

static enum sc_code check_point(struct sweep *sweep, struct sc_point_reader *reader, uint64_t number,
                                struct sc_faults *faults, struct sc_error *error)
{
    struct sc_scenario *scenario = NULL;
    struct sc_faults own = {0};
    struct sc_error cause = SC_ERROR_INIT;
    enum sc_code code = sc_point_read(reader, number, error);
    if (code != SC_OK)
        return code;
    code = point_scenario(sweep, reader, &scenario, &own, &cause);
    if (code != SC_OK)
        name_point(reader, number + 1, &cause, error);
    /* Only faults: that a change changes nothing is no news at the level where all began. */
    for (size_t i = 0; i < own.count; i++)
        if (!own.item[i].warning)
            sc_faults_add(faults, false, (struct sc_where){own.item[i].file, own.item[i].line}, "%s",
                          own.item[i].message);
    sc_faults_release(&own);
    sc_scenario_free(scenario);
    return code;
}

/* The first point of each scenario, and in a grid those that differ from it in one axis, of each axis some hundred. */
static enum sc_code check_points(struct sweep *sweep, struct sc_faults *faults, struct sc_error *error)
{
    enum { LOOKED_AT = 100 };
    const struct sc_study *study = sweep->study;
    struct sc_point_reader reader;
    enum sc_code code = sc_point_reader_init(&reader, sweep->points, error);
    if (code != SC_OK)
        return code;
    uint64_t each = sc_points_count(sweep->points) / study->base_count;
    for (size_t b = 0; code == SC_OK && b < study->base_count; b++) {
        uint64_t stride = each, first = b * each;
        code = check_point(sweep, &reader, first, faults, error);
        for (size_t a = 0; study->sample.kind == SC_SAMPLE_GRID && a < study->axis_count; a++) {
            size_t levels = study->axes[a].count, looked = levels < LOOKED_AT ? levels : LOOKED_AT;
            stride /= levels;
            for (size_t i = 1; code == SC_OK && i < looked; i++)
                code = check_point(sweep, &reader, first + stride * (i * (levels - 1) / (looked - 1)), faults, error);
        }
    }
    sc_point_reader_release(&reader);
    return code;
}

/* A new database gets its points; an old one must be of this sweep. */
static enum sc_code plan(struct sweep *sweep, struct sc_error *error)
{
    struct sc_meta mine = {NULL, 0}, stored = {NULL, 0};
    bool is_new = false;
    enum sc_code code = sc_sweep_meta(sweep->study, sweep->options, &sweep->bases, &mine, error);
    if (code == SC_OK)
        code = sc_store_is_new(&sweep->store, &is_new, error);
    if (code == SC_OK && is_new) {
        sweep->begun = true;
        code = sc_store_create(&sweep->store, &mine, error);
        if (code == SC_OK)
            code = put_points(sweep, error);
        if (code == SC_OK)
            code = sc_store_commit(&sweep->store, error);
    } else if (code == SC_OK) {
        code = sc_store_meta(&sweep->store, &stored, error);
        if (code == SC_OK)
            code = sc_sweep_meta_compare(sweep->options->database, &stored, &mine, error);
    }
    sc_meta_release(&mine);
    sc_meta_release(&stored);
    return code;
}

/* --- all of it --------------------------------------------------------------------------------------- */

static enum sc_code prepare(struct sweep *sweep, struct sc_faults *faults, struct sc_error *error)
{
    enum sc_code code = sc_points_new(sweep->study, &sweep->points, error);
    if (code == SC_OK)
        code = read_bases(sweep, faults, error);
    if (code == SC_OK)
        code = check_points(sweep, faults, error);
    if (code == SC_OK && sc_points_count(sweep->points) < sweep->options->shards)
        code = sc_error_set(error, SC_INPUT, "more shards than points (found %u for %llu); use fewer",
                            sweep->options->shards, (unsigned long long)sc_points_count(sweep->points));
    sweep->own = sweep->points ? sc_points_count(sweep->points) : 0;
    if (code != SC_OK || sweep->options->check_only)
        return code;
    code = sc_law_shelf_new(&sweep->shelf, error);
    if (code == SC_OK)
        code = sc_store_open(&sweep->store, sweep->options->database, sweep->options->wait, error);
    if (code == SC_OK)
        code = plan(sweep, error);
    if (code == SC_OK)
        code = sc_store_number(&sweep->store, "SELECT count(*) FROM point", &sweep->own, error);
    if (code == SC_OK)
        code = sc_store_missing(&sweep->store, &sweep->missing, &sweep->missing_count, error);
    return code;
}

/* A database that was begun here and has no figure yet holds nothing but the mistake that ended the sweep. */
static void drop_if_empty(struct sweep *sweep)
{
    struct sc_error ignored = SC_ERROR_INIT;
    uint64_t figures = 1;

    if (sweep->begun && sc_store_number(&sweep->store, "SELECT count(*) FROM figure", &figures, &ignored) == SC_OK &&
        figures == 0)
        unlink(sweep->options->database);
}

enum sc_code sc_sweep_run(const struct sc_study *study, const struct sc_sweep_options *options,
                          struct sc_sweep_outcome *outcome, struct sc_faults *faults, struct sc_error *error)
{
    struct sc_sweep_options own = *options;
    if (own.shards == 0)
        own.shard = own.shards = 1;
    struct sweep sweep = {.study = study, .options = &own, .store = SC_STORE_INIT};
    double begin_s = omp_get_wtime();
    size_t played = 0;
    enum sc_code code = prepare(&sweep, faults, error);
    if (code == SC_OK && !own.plan_only && !own.check_only)
        code = play_missing(&sweep, &played, error);
    if (code == SC_OK)
        *outcome = (struct sc_sweep_outcome){
            .points = sweep.own,
            .before = own.check_only ? 0 : sweep.own - sweep.missing_count,
            .played = played,
            .wall_s = omp_get_wtime() - begin_s,
        };
    if (code == SC_INPUT || code == SC_USAGE)
        drop_if_empty(&sweep);
    sc_store_close(&sweep.store);
    free(sweep.missing);
    sc_law_shelf_free(sweep.shelf);
    bases_release(&sweep.bases);
    sc_points_free(sweep.points);
    return code;
}
