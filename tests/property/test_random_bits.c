/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hash that all draws come from: its bits are even, numbers that follow each other have nothing in
 * common, nor have the draws of one contact for different purposes. Each bound is passed by chance less than
 * once in 10^8.
 */
#include "base/random.h"

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NUMBERS = 1 << 20, PURPOSES = 29 };

static double chi_square(const uint32_t *count, size_t cells, double expected)
{
    double sum = 0.0;
    for (size_t i = 0; i < cells; i++)
        sum += (count[i] - expected) * (count[i] - expected) / expected;
    return sum;
}

static void assert_even(const uint32_t *count, size_t cells, double draws)
{
    double x = chi_square(count, cells, draws / (double)cells);
    double dof = (double)cells - 1.0;
    /* Too even is as suspicious as too uneven. */
    assert_true(x < gsl_cdf_chisq_Qinv(1e-9, dof) && x > gsl_cdf_chisq_Pinv(1e-9, dof));
}

/* Bits of consecutive numbers of many parents: each byte, and pairs of neighbours' nibbles. */
static void test_bits_of_consecutive_numbers_are_even(void **state)
{
    (void)state;
    static const uint64_t parents[] = {0, 1, 2, UINT64_MAX, SC_GOLDEN};
    for (size_t p = 0; p < sizeof parents / sizeof *parents; p++)
        for (int shift = 0; shift < 64; shift += 8) {
            uint32_t byte[256] = {0}, pair[256] = {0};
            uint64_t before = sc_key(parents[p], NUMBERS);
            for (uint64_t n = 0; n < NUMBERS; n++) {
                uint64_t bits = sc_key(parents[p], n);
                byte[bits >> shift & 255]++;
                pair[(bits >> shift & 15) << 4 | (before >> shift & 15)]++;
                before = bits;
            }
            assert_even(byte, 256, NUMBERS);
            assert_even(pair, 256, NUMBERS);
        }
}

/* The keys of contacts are hashes of hashes: replication, channel, day, order. All that is low in one level
 * must not show. */
static void test_first_draws_of_all_levels_are_even(void **state)
{
    (void)state;
    uint32_t cell[1024] = {0};
    double draws = 0.0;
    for (uint64_t replication = 0; replication < 64; replication++)
        for (uint64_t day = 20458; day < 20458 + 64; day++)
            for (uint64_t order = 0; order < 64; order++)
                for (uint64_t purpose = 0; purpose < 4; purpose++) {
                    uint64_t contact = sc_key(sc_key(sc_key(sc_key(0, 1), replication), day), order);
                    cell[sc_key(contact, purpose) >> 54]++;
                    draws++;
                }
    assert_even(cell, 1024, draws);
}

static void test_purposes_have_nothing_in_common(void **state)
{
    (void)state;
    enum { CONTACTS = 1 << 16 };
    double *sum = calloc(PURPOSES * PURPOSES, sizeof *sum);
    double *next = calloc(PURPOSES, sizeof *next);
    double u[PURPOSES], before[PURPOSES] = {0};
    for (uint64_t n = 0; n < CONTACTS; n++) {
        for (uint64_t p = 0; p < PURPOSES; p++)
            u[p] = (sc_uniform(sc_key(sc_key(99, n), p)) - 0.5) * sqrt(12.0);
        for (int a = 0; a < PURPOSES; a++) {
            next[a] += n ? u[a] * before[a] : 0.0;
            for (int b = 0; b < a; b++)
                sum[a * PURPOSES + b] += u[a] * u[b];
        }
        memcpy(before, u, sizeof before);
    }
    /* A correlation times sqrt(n) is normal; 6.8 is passed once in 10^11, and there are 435 of them. */
    for (int a = 0; a < PURPOSES; a++) {
        assert_true(fabs(next[a]) / sqrt(CONTACTS) < 6.8);
        for (int b = 0; b < a; b++)
            assert_true(fabs(sum[a * PURPOSES + b]) / sqrt(CONTACTS) < 6.8);
    }
    free(sum);
    free(next);
}

/* One bit changed anywhere in the parent or the number changes half of the bits. */
static void test_every_bit_counts(void **state)
{
    (void)state;
    for (int bit = 0; bit < 64; bit++) {
        double parent = 0.0, number = 0.0;
        for (uint64_t n = 0; n < 4096; n++) {
            uint64_t key = sc_key(5, n);
            parent += __builtin_popcountll(sc_key(key ^ 1ULL << bit, 3) ^ sc_key(key, 3));
            number += __builtin_popcountll(sc_key(7, key ^ 1ULL << bit) ^ sc_key(7, key));
        }
        /* 32 bits of 64 on average; 4096 times 16 is the variance. */
        assert_true(fabs(parent - 32.0 * 4096) < 6.8 * sqrt(16.0 * 4096));
        assert_true(fabs(number - 32.0 * 4096) < 6.8 * sqrt(16.0 * 4096));
    }
}

static void test_names_and_numbers_make_different_keys(void **state)
{
    (void)state;
    static const char *const names[] = {"phone", "phonf", "ophne", "Phone", "phone ", "", "p"};
    for (size_t a = 0; a < sizeof names / sizeof *names; a++) {
        assert_true(sc_key_name(0, names[a]) != sc_key_name(1, names[a]));
        for (size_t b = 0; b < a; b++)
            assert_true(sc_key_name(0, names[a]) != sc_key_name(0, names[b]));
    }
}

static void test_uniform_never_meets_its_ends(void **state)
{
    (void)state;
    assert_true(sc_uniform(0) > 0.0);
    assert_true(sc_uniform(UINT64_MAX) < 1.0);
    assert_true(sc_uniform(UINT64_MAX) > 1.0 - 0x1p-50 && sc_uniform(0) < 0x1p-50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits_of_consecutive_numbers_are_even),
        cmocka_unit_test(test_first_draws_of_all_levels_are_even),
        cmocka_unit_test(test_purposes_have_nothing_in_common),
        cmocka_unit_test(test_every_bit_counts),
        cmocka_unit_test(test_names_and_numbers_make_different_keys),
        cmocka_unit_test(test_uniform_never_meets_its_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
