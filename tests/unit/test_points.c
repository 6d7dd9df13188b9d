/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points of grids and samples: exact values, and the properties that samples are chosen for. */
#include "decide/points.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sc_study *study_of(const char *const *axes, const char *sample)
{
    const char *const bases[] = {"a.cfg", "b.cfg"};
    struct sc_study *study = NULL;
    struct sc_error error = SC_ERROR_INIT;

    assert_int_equal(sc_study_new(bases, 2, &study, &error), SC_OK);
    for (; *axes != NULL; axes++)
        assert_int_equal(sc_study_vary(study, *axes, &error), SC_OK);
    if (sample != NULL)
        assert_int_equal(sc_study_sample(study, sample, &error), SC_OK);
    return study;
}

struct opened {
    struct sc_study *study;
    struct sc_points *points;
    struct sc_point_reader reader;
};

static struct opened open_points(const char *const *axes, const char *sample)
{
    struct opened opened = {.study = study_of(axes, sample)};
    struct sc_error error = SC_ERROR_INIT;

    assert_int_equal(sc_points_new(opened.study, &opened.points, &error), SC_OK);
    assert_int_equal(sc_point_reader_init(&opened.reader, opened.points, &error), SC_OK);
    return opened;
}

static void close_points(struct opened *opened)
{
    sc_point_reader_release(&opened->reader);
    sc_points_free(opened->points);
    sc_study_free(opened->study);
}

static void read_point(struct opened *opened, uint64_t number)
{
    struct sc_error error = SC_ERROR_INIT;

    assert_int_equal(sc_point_read(&opened->reader, number, &error), SC_OK);
}

/* The value of the axis in the point last read. */
static double value_of(const struct opened *opened, size_t axis)
{
    return strtod(strchr(opened->reader.override[axis].text, '=') + 1, NULL);
}

static void a_grid_has_every_combination_the_last_axis_fastest(void **state)
{
    const char *const axes[] = {"p=1..2", "q*=0.5,1,2", "r=x,y", NULL};
    struct opened opened = open_points(axes, NULL);
    uint64_t number = 0;

    (void)state;
    assert_int_equal(sc_points_count(opened.points), 24);
    for (size_t base = 0; base < 2; base++)
        for (int p = 1; p <= 2; p++)
            for (int q = 0; q < 3; q++)
                for (int r = 0; r < 2; r++) {
                    char first[32];

                    read_point(&opened, number++);
                    snprintf(first, sizeof first, "p = %d", p);
                    assert_int_equal(opened.reader.base, base);
                    assert_string_equal(opened.reader.override[0].text, first);
                    assert_string_equal(opened.reader.override[1].text, q == 0   ? "q *= 0.5"
                                                                        : q == 1 ? "q *= 1"
                                                                                 : "q *= 2");
                    assert_string_equal(opened.reader.override[2].text, r == 0 ? "r = x" : "r = y");
                }
    close_points(&opened);
}

/* Level i is start + i step, whatever came before it; and reads as a person would have written it. */
static void steps_never_pile_up(void **state)
{
    const struct sc_axis tenth = {.levels = SC_AXIS_STEPS, .count = 1000000, .from = 0, .step = 0.1};
    const struct sc_axis down = {.levels = SC_AXIS_STEPS, .count = 10, .from = 0.3, .step = -0.1};
    const struct sc_axis even = {.levels = SC_AXIS_EVEN, .count = 1001, .from = -1, .to = 1};
    char text[SC_NUMBER_TEXT], wanted[SC_NUMBER_TEXT];

    (void)state;
    for (size_t i = 0; i < tenth.count; i++) {
        snprintf(wanted, sizeof wanted, "%zu.%zu", i / 10, i % 10);
        assert_true(sc_axis_level(&tenth, i) == strtod(wanted, NULL));
    }
    assert_string_equal(sc_number_format(sc_axis_level(&tenth, 3), text), "0.3");
    assert_string_equal(sc_number_format(sc_axis_level(&tenth, 999999), text), "99999.9");
    assert_true(sc_axis_level(&down, 3) == 0);
    assert_string_equal(sc_number_format(sc_axis_level(&down, 4), text), "-0.1");
    assert_true(sc_axis_level(&even, 0) == -1 && sc_axis_level(&even, 1000) == 1 && sc_axis_level(&even, 500) == 0);
    for (size_t i = 0; i < even.count; i++)
        assert_true(fabs(sc_axis_level(&even, i) - ((double)i - 500) / 500) < 1e-15);
}

static void large_and_small_numbers_keep_their_digits(void **state)
{
    const struct sc_axis large = {.levels = SC_AXIS_EVEN, .count = 4, .from = 1e15, .to = 4e15};
    const struct sc_axis small = {.levels = SC_AXIS_EVEN, .count = 4, .from = 1e-9, .to = 4e-9};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_true(sc_axis_level(&large, i) == 1e15 * (double)(i + 1));
        assert_true(fabs(sc_axis_level(&small, i) / (1e-9 * (double)(i + 1)) - 1) < 1e-15);
    }
}

static void a_permutation_has_every_number_once(void **state)
{
    static const uint64_t counts[] = {1, 2, 3, 4, 5, 16, 17, 100, 1000, 4097};

    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (uint64_t key = 0; key < 3; key++) {
            unsigned char *seen = calloc(counts[c], 1);
            size_t fixed = 0;

            for (uint64_t i = 0; i < counts[c]; i++) {
                uint64_t at = sc_permuted(key, counts[c], i);

                assert_true(at < counts[c]);
                assert_int_equal(seen[at], 0);
                seen[at] = 1;
                fixed += at == i;
            }
            /* A random permutation leaves one number in its place on average; 12 has probability 10^-9. */
            assert_true(counts[c] < 100 || fixed < 12);
            free(seen);
        }
}

/* Of N points each N-th part of each axis holds one. */
static void a_latin_hypercube_fills_every_part_of_every_axis_once(void **state)
{
    const char *const axes[] = {"p=0:1", "q=10:20", "r=1..7", NULL};
    enum { POINTS = 700 };
    struct opened opened = open_points(axes, "latin:700");
    int first[POINTS] = {0}, second[POINTS] = {0}, level[7] = {0};
    double together = 0;

    (void)state;
    for (uint64_t i = 0; i < POINTS; i++) {
        read_point(&opened, i);
        double p = value_of(&opened, 0), q = value_of(&opened, 1);

        first[(int)(p * POINTS)]++;
        second[(int)((q - 10) / 10 * POINTS)]++;
        level[(int)value_of(&opened, 2) - 1]++;
        together += (p - 0.5) * ((q - 10) / 10 - 0.5);
    }
    for (int i = 0; i < POINTS; i++) {
        assert_int_equal(first[i], 1);
        assert_int_equal(second[i], 1);
    }
    for (int i = 0; i < 7; i++)
        assert_int_equal(level[i], POINTS / 7);
    /* The axes are paired at random: a correlation of standard deviation 1 / sqrt(N); five of these are 10^-6. */
    assert_true(fabs(together / POINTS * 12) < 5 / sqrt(POINTS));
    close_points(&opened);
}

static void another_axis_leaves_the_draws_of_the_others(void **state)
{
    const char *const one[] = {"p=0:1", NULL}, *const two[] = {"q=0:1", "p=0:1", NULL};
    struct opened a = open_points(one, "latin:50"), b = open_points(two, "latin:50");

    (void)state;
    for (uint64_t i = 0; i < 50; i++) {
        read_point(&a, i);
        read_point(&b, i);
        assert_true(value_of(&a, 0) == value_of(&b, 1));
        assert_true(value_of(&b, 0) != value_of(&b, 1));
    }
    close_points(&a);
    close_points(&b);
}

/* GSL's sequence behind the origin; in any order of reading. */
static void sobol_points_are_those_of_gsl_after_the_origin(void **state)
{
    const char *const axes[] = {"p=0:1", "q=0:1", "r=0:1", NULL};
    enum { POINTS = 10000 };
    struct opened opened = open_points(axes, "sobol:10000");
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, 3);
    double(*wanted)[3] = calloc(POINTS, sizeof *wanted);

    (void)state;
    for (int i = 1; i < POINTS; i++)
        gsl_qrng_get(sequence, wanted[i]);
    for (uint64_t i = 0; i < POINTS; i++) {
        /* Forwards, and then jumping about, the states that are kept among the stops. */
        uint64_t number = i < 5000 ? 2 * i : (i * 7919) % POINTS;

        if (i % 100 == 99)
            number = i / 100 % 3 * 4096;
        read_point(&opened, number);
        for (size_t k = 0; k < 3; k++)
            assert_true(value_of(&opened, k) == wanted[number][k]);
    }
    gsl_qrng_free(sequence);
    free(wanted);
    close_points(&opened);
}

/* The first 2^k points have one in each of 2^k parts of each axis; of two axes, in each of 2^k squares. */
static void sobol_points_fill_the_axes_evenly(void **state)
{
    const char *const axes[] = {"p=0:1", "q=0:1", NULL};
    struct opened opened = open_points(axes, "sobol:1024");
    int first[1024] = {0}, second[1024] = {0}, square[32][32] = {{0}};

    (void)state;
    for (uint64_t i = 0; i < 1024; i++) {
        read_point(&opened, i);
        double p = value_of(&opened, 0), q = value_of(&opened, 1);

        first[(int)(p * 1024)]++;
        second[(int)(q * 1024)]++;
        square[(int)(p * 32)][(int)(q * 32)]++;
    }
    for (int i = 0; i < 1024; i++) {
        assert_int_equal(first[i], 1);
        assert_int_equal(second[i], 1);
        assert_int_equal(square[i / 32][i % 32], 1);
    }
    close_points(&opened);
}

static void a_sample_is_the_same_for_every_scenario(void **state)
{
    const char *const axes[] = {"p=0:1", NULL};
    struct opened opened = open_points(axes, "latin:10");
    double value[10];

    (void)state;
    assert_int_equal(sc_points_count(opened.points), 20);
    for (uint64_t i = 0; i < 20; i++) {
        read_point(&opened, i);
        assert_int_equal(opened.reader.base, i / 10);
        if (i < 10)
            value[i] = value_of(&opened, 0);
        else
            assert_true(value[i - 10] == value_of(&opened, 0));
    }
    close_points(&opened);
}

static void too_many_points_are_refused(void **state)
{
    const char *const axes[] = {"p=1..1000000", "q=1..1000000", "r=1..1000000", "s=1..1000000", NULL};
    struct sc_study *study = study_of(axes, NULL);
    struct sc_points *points = NULL;
    struct sc_error error = SC_ERROR_INIT;

    (void)state;
    assert_int_equal(sc_points_new(study, &points, &error), SC_INPUT);
    assert_string_equal(error.message, "too many points (found more than 100000000); take fewer levels, or a sample");
    assert_null(points);
    sc_study_free(study);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grid_has_every_combination_the_last_axis_fastest),
        cmocka_unit_test(steps_never_pile_up),
        cmocka_unit_test(large_and_small_numbers_keep_their_digits),
        cmocka_unit_test(a_permutation_has_every_number_once),
        cmocka_unit_test(a_latin_hypercube_fills_every_part_of_every_axis_once),
        cmocka_unit_test(another_axis_leaves_the_draws_of_the_others),
        cmocka_unit_test(sobol_points_are_those_of_gsl_after_the_origin),
        cmocka_unit_test(sobol_points_fill_the_axes_evenly),
        cmocka_unit_test(a_sample_is_the_same_for_every_scenario),
        cmocka_unit_test(too_many_points_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
