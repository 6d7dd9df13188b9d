/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often the interval of a needed position holds the true one, which many replications tell. */
#include "staffcast/explain.h"
#include "support/explain_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The interval of a needed position holds the true one in most of 30 experiments: 95 % of them are promised. */
static void test_interval_of_needed(void **state)
{
    (void)state;
    struct sc_explanation *truth =
        explain_levers_of(NULL, &(struct sc_explain_options){.replications = 300, .seed = 5, .seed_given = true});
    double contacts = explain_lever_named(truth, "contacts of phone")->needed.mean;
    double handle = explain_lever_named(truth, "handle time of phone")->needed.mean;
    int held_contacts = 0, held_handle = 0;
    for (uint64_t seed = 100; seed < 130; seed++) {
        const struct sc_explain_options options = {.replications = 12, .seed = seed, .seed_given = true};
        struct sc_explanation *e = explain_levers_of(NULL, &options);
        struct sc_figure one = explain_lever_named(e, "contacts of phone")->needed;
        struct sc_figure other = explain_lever_named(e, "handle time of phone")->needed;
        held_contacts += one.low <= contacts && contacts <= one.high;
        held_handle += other.low <= handle && handle <= other.high;
        sc_explanation_free(e);
    }
    printf("held %d and %d of 30\n", held_contacts, held_handle);
    /* Ten misses of 30, each with probability 0.05, have a probability of 10^-6. */
    assert_true(held_contacts > 20 && held_handle > 20);
    sc_explanation_free(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_interval_of_needed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
