/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/points.h"

#include "base/random.h"

#include <gsl/gsl_qrng.h>
#include <stdlib.h>
#include <string.h>

/* A state of Sobol's sequence is kept for every so many points, so that a reader may begin anywhere. */
enum { SOBOL_STRIDE = 4096 };

struct sc_points {
    const struct sc_study *study;
    uint64_t each;    /* points of one scenario */
    gsl_qrng **sobol; /* [states]: state s has given point s * SOBOL_STRIDE */
    size_t states;
};

uint64_t sc_permuted(uint64_t key, uint64_t count, uint64_t number)
{
    enum { ROUNDS = 6 };
    int half = 1;
    while (half < 32 && (1ULL << 2 * half) < count)
        half++;
    uint64_t mask = (1ULL << half) - 1;
    do {
        uint64_t left = number >> half, right = number & mask;
        for (uint64_t round = 0; round < ROUNDS; round++) {
            uint64_t next = left ^ (sc_key(sc_key(key, round), right) & mask);
            left = right;
            right = next;
        }
        number = left << half | right;
    } while (number >= count);
    return number;
}

static enum sc_code sobol_fill(struct sc_points *points, struct sc_error *error)
{
    size_t axes = points->study->axis_count;
    double share[SC_SOBOL_AXES_MOST];
    points->states = (size_t)((points->each + SOBOL_STRIDE - 1) / SOBOL_STRIDE);
    points->sobol = calloc(points->states, sizeof(gsl_qrng *));
    gsl_qrng *running = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)axes);
    enum sc_code code = points->sobol && running ? SC_OK : sc_error_memory(error);
    for (uint64_t i = 0; code == SC_OK && i < points->each; i++) {
        if (i > 0)
            gsl_qrng_get(running, share);
        if (i % SOBOL_STRIDE == 0 && !(points->sobol[i / SOBOL_STRIDE] = gsl_qrng_clone(running)))
            code = sc_error_memory(error);
    }
    if (running)
        gsl_qrng_free(running);
    return code;
}

enum sc_code sc_points_new(const struct sc_study *study, struct sc_points **out, struct sc_error *error)
{
    enum sc_code code = sc_study_check(study, error);
    if (code != SC_OK)
        return code;
    uint64_t each = study->sample.kind == SC_SAMPLE_GRID ? 1 : study->sample.points;
    for (size_t i = 0; study->sample.kind == SC_SAMPLE_GRID && i < study->axis_count && each <= SC_POINTS_MOST; i++)
        each *= study->axes[i].count;
    if (each > SC_POINTS_MOST || each * study->base_count > SC_POINTS_MOST)
        return sc_error_set(error, SC_INPUT, "too many points (found more than %u); take fewer levels, or a sample",
                            SC_POINTS_MOST);
    struct sc_points *points = calloc(1, sizeof *points);
    if (!points)
        return sc_error_memory(error);
    *points = (struct sc_points){.study = study, .each = each};
    if (study->sample.kind == SC_SAMPLE_SOBOL)
        code = sobol_fill(points, error);
    if (code == SC_OK)
        *out = points;
    else
        sc_points_free(points);
    return code;
}

void sc_points_free(struct sc_points *points)
{
    if (!points)
        return;
    for (size_t i = 0; points->sobol && i < points->states; i++)
        if (points->sobol[i])
            gsl_qrng_free(points->sobol[i]);
    free(points->sobol);
    free(points);
}

uint64_t sc_points_count(const struct sc_points *points)
{
    return points->each * points->study->base_count;
}

/* --- one point --------------------------------------------------------------------------------------- */

enum sc_code sc_point_reader_init(struct sc_point_reader *reader, const struct sc_points *points,
                                  struct sc_error *error)
{
    size_t axes = points->study->axis_count, room = 1;
    *reader = (struct sc_point_reader){.points = points, .count = axes};
    for (size_t i = 0; i < axes; i++) {
        const struct sc_axis *axis = &points->study->axes[i];
        size_t longest = SC_NUMBER_TEXT;
        for (size_t j = 0; axis->values && j < axis->count; j++)
            longest = strlen(axis->values[j]) > longest ? strlen(axis->values[j]) : longest;
        room += strlen(axis->path) + longest + sizeof " *= ";
    }
    reader->text = malloc(room);
    reader->room = room;
    reader->override = calloc(axes + 1, sizeof *reader->override);
    reader->share = calloc(axes + 1, sizeof *reader->share);
    if (reader->text && reader->override && reader->share)
        return SC_OK;
    sc_point_reader_release(reader);
    return sc_error_memory(error);
}

void sc_point_reader_release(struct sc_point_reader *reader)
{
    free(reader->text);
    free(reader->override);
    free(reader->share);
    if (reader->sobol)
        gsl_qrng_free(reader->sobol);
    *reader = (struct sc_point_reader){.base = 0};
}

/* Where a point of Sobol's sequence lies on each axis, in [0, 1). */
static enum sc_code sobol_read(struct sc_point_reader *reader, uint64_t number, struct sc_error *error)
{
    const struct sc_points *points = reader->points;
    uint64_t stride = number / SOBOL_STRIDE;
    if (!reader->sobol || number + 1 < reader->sobol_next || number >= reader->sobol_next + SOBOL_STRIDE) {
        gsl_qrng *clone = gsl_qrng_clone(points->sobol[stride]);
        if (!clone)
            return sc_error_memory(error);
        if (reader->sobol)
            gsl_qrng_free(reader->sobol);
        reader->sobol = clone;
        reader->sobol_next = stride * SOBOL_STRIDE + 1;
        if (number == stride * SOBOL_STRIDE && number > 0) {
            /* The state is behind this very point: begin one stride before. */
            gsl_qrng_memcpy(clone, points->sobol[stride - 1]);
            reader->sobol_next = (stride - 1) * SOBOL_STRIDE + 1;
        }
    }
    if (number == 0)
        memset(reader->share, 0, points->study->axis_count * sizeof *reader->share);
    while (reader->sobol_next <= number) {
        gsl_qrng_get(reader->sobol, reader->share);
        reader->sobol_next++;
    }
    return SC_OK;
}

static void latin_read(struct sc_point_reader *reader, uint64_t number)
{
    const struct sc_points *points = reader->points;
    for (size_t i = 0; i < points->study->axis_count; i++) {
        /* By the path: a further axis leaves the others' points as they were. */
        uint64_t key =
            sc_key_name(sc_key(points->study->sample.seed, points->study->axes[i].effect), points->study->axes[i].path);
        uint64_t part = sc_permuted(key, points->each, number);
        double place = sc_uniform(sc_key(sc_key(key, 1000), number));
        reader->share[i] = ((double)part + place) / (double)points->each;
    }
}

/* The level of each axis in a grid, the last axis fastest. */
static size_t grid_level(const struct sc_study *study, size_t axis, uint64_t number)
{
    for (size_t i = study->axis_count; --i > axis;)
        number /= study->axes[i].count;
    return (size_t)(number % study->axes[axis].count);
}

enum sc_code sc_point_read(struct sc_point_reader *reader, uint64_t number, struct sc_error *error)
{
    const struct sc_points *points = reader->points;
    const struct sc_study *study = points->study;
    uint64_t own = number % points->each;
    char *text = reader->text;
    enum sc_code code = SC_OK;
    reader->base = (size_t)(number / points->each);
    if (study->sample.kind == SC_SAMPLE_SOBOL)
        code = sobol_read(reader, own, error);
    else if (study->sample.kind == SC_SAMPLE_LATIN)
        latin_read(reader, own);
    for (size_t i = 0; code == SC_OK && i < study->axis_count; i++) {
        const struct sc_axis *axis = &study->axes[i];
        char digits[SC_NUMBER_TEXT];
        size_t level = study->sample.kind == SC_SAMPLE_GRID ? grid_level(study, i, own)
                                                            : (size_t)(reader->share[i] * (double)axis->count);
        if (axis->count && level >= axis->count)
            level = axis->count - 1; /* a share next to 1, rounded up */
        const char *value = axis->levels == SC_AXIS_VALUES ? axis->values[level]
                            : axis->levels == SC_AXIS_BETWEEN
                                ? sc_axis_text(axis, sc_axis_between(axis, reader->share[i]), digits)
                                : sc_axis_text(axis, sc_axis_level(axis, level), digits);
        reader->override[i] = (struct sc_override){.text = text, .origin = axis->where};
        text += sc_axis_override(axis, value, text, reader->room - (size_t)(text - reader->text)) + 1;
    }
    return code;
}
