/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop: every number is played once and folded in order; it ends where the fold has enough, and where one fails. */
#include "estimate/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 1000 };

struct count {
    int played[MOST];       /* by number; each is touched by the one thread that plays it */
    size_t expected;        /* the next number that may be folded */
    size_t enough, failing; /* the fold has enough at, playing fails at; MOST: never */
    int buffers, scratches;
};

static enum sc_code start(void *context, void **scratch, struct sc_error *error)
{
    struct count *count = context;
    (void)error;
    __atomic_add_fetch(&count->scratches, 1, __ATOMIC_RELAXED);
    *scratch = count;
    return SC_OK;
}

static void finish(void *context, void *scratch)
{
    struct count *count = scratch;
    assert_ptr_equal(context, scratch);
    __atomic_sub_fetch(&count->scratches, 1, __ATOMIC_RELAXED);
}

static enum sc_code brought_new(void *context, void **brought, struct sc_error *error)
{
    struct count *count = context;
    __atomic_add_fetch(&count->buffers, 1, __ATOMIC_RELAXED);
    *brought = calloc(1, sizeof(size_t));
    return *brought == NULL ? sc_error_memory(error) : SC_OK;
}

static void brought_free(void *context, void *brought)
{
    struct count *count = context;
    __atomic_sub_fetch(&count->buffers, 1, __ATOMIC_RELAXED);
    free(brought);
}

static enum sc_code play(void *context, void *scratch, size_t number, void *brought, struct sc_error *error)
{
    struct count *count = scratch;
    (void)context;
    count->played[number]++;
    *(size_t *)brought = number;
    if (number == count->failing)
        return sc_error_set(error, SC_NUMERIC, "number %zu fails", number);
    return SC_OK;
}

static enum sc_code fold(void *context, size_t number, void *brought, bool *more, struct sc_error *error)
{
    struct count *count = context;
    (void)error;
    if (number != count->expected || *(size_t *)brought != number)
        return sc_error_set(error, SC_NUMERIC, "number %zu came in place of %zu", number, count->expected);
    count->expected++;
    *more = number != count->enough;
    return SC_OK;
}

static enum sc_code run(struct count *count, size_t first, int threads, size_t *folded, struct sc_error *error)
{
    const struct sc_loop loop = {
        .first = first, .end = MOST, .threads = threads, .context = count, .start = start, .finish = finish,
        .brought_new = brought_new, .brought_free = brought_free, .play = play, .fold = fold,
    };
    count->expected = first;
    enum sc_code code = sc_loop_run(&loop, folded, error);
    assert_int_equal(count->buffers, 0);
    assert_int_equal(count->scratches, 0);
    return code;
}

static void each_number_is_played_once_and_folded_in_order(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 7; threads += 3) {
        struct count count = {.enough = MOST, .failing = MOST};
        struct sc_error error = SC_ERROR_INIT;
        size_t folded = 0;
        assert_int_equal(run(&count, 10, threads, &folded, &error), SC_OK);
        assert_int_equal(folded, MOST - 10);
        for (size_t i = 0; i < MOST; i++)
            assert_int_equal(count.played[i], i >= 10);
    }
}

static void it_ends_where_the_fold_has_enough(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 7; threads += 3) {
        struct count count = {.enough = 499, .failing = MOST};
        struct sc_error error = SC_ERROR_INIT;
        size_t folded = 0, played = 0;
        assert_int_equal(run(&count, 0, threads, &folded, &error), SC_OK);
        assert_int_equal(folded, 500);
        for (size_t i = 0; i < MOST; i++)
            played += (size_t)count.played[i];
        assert_true(played >= 500 && played <= 500 + 64); /* nobody is ahead by more than the window */
    }
}

static void a_failure_ends_it_and_is_told(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 7; threads += 3) {
        struct count count = {.enough = MOST, .failing = 321};
        struct sc_error error = SC_ERROR_INIT;
        size_t folded = 0;
        assert_int_equal(run(&count, 0, threads, &folded, &error), SC_NUMERIC);
        assert_string_equal(error.message, "number 321 fails");
        assert_true(folded <= 321);
    }
}

static void nothing_to_do_is_done(void **state)
{
    struct count count = {.enough = MOST, .failing = MOST};
    struct sc_error error = SC_ERROR_INIT;
    size_t folded = 1;
    (void)state;
    assert_int_equal(run(&count, MOST, 2, &folded, &error), SC_OK);
    assert_int_equal(folded, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_is_played_once_and_folded_in_order),
        cmocka_unit_test(it_ends_where_the_fold_has_enough),
        cmocka_unit_test(a_failure_ends_it_and_is_told),
        cmocka_unit_test(nothing_to_do_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
