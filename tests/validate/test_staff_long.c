/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How good staffings are. Twenty random centres with several skills: over ten million contacts that the search has not
 * seen no target is short by more than .01 + 4 standard errors, and the cost is within 3 % (or one head) of the best
 * that looking at all staffings finds (ten small centres) or a long random search (ten large ones). Ten centres whose
 * days spread by 10 %: the share of 20,000 unseen days that meet the target is at least the confidence asked less .01;
 * with one head fewer it is lower on the same days, and above the confidence by chance at the most. Rewrites
 * results/staffing-search.md; with a name of tests ('large*') as argument it runs those and writes to standard output.
 */
#include "base/random.h"
#include "support/staff_scenario.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CENTRES = 10, DAYS = 20000, WANDERINGS = 300 };
static const double contacts_unseen = 1e7;

static FILE *results;
static bool to_stdout; /* a part of the tests writes no file */

static int open_results(void **state)
{
    (void)state;
    results = to_stdout ? stdout : fopen(SC_SOURCE_DIR "/results/staffing-search.md", "w");
    if (!results)
        return 1;
    fprintf(results, "# How good the staffing search is\n\n"
                     "Written by `tests/validate/test_staff_long.c` (`tests/run.sh validate`). Random centres with "
                     "specialists and\ngeneralists at different wages (`tests/support/staff_scenario.c`).\n");
    return 0;
}

static int close_results(void **state)
{
    (void)state;
    return to_stdout ? 0 : fclose(results);
}

/* The worst rule on numbers that the search has not seen: its slack, and that in standard errors. */
static double unseen(const struct staff_case *centre, const struct sc_staff_options *options,
                     const struct sc_staff *staff, double *errors, bool *is_short)
{
    struct staff_own *own = staff_own_new(centre, options, staff, sc_key_name(staff->seed, "unseen"));
    staff_own_play(own, own->heads, 16);
    size_t replications = (size_t)ceil(contacts_unseen / (own->player.contacts / 16.0));
    staff_own_play(own, own->heads, replications);
    double worst = INFINITY;
    *is_short = false;
    for (size_t r = 0; r < own->problem.rule_count; r++) {
        double slack = sc_staff_slack(&own->base, r), error = sc_staff_slack_error(&own->base, r);
        if (slack < worst) {
            worst = slack;
            *errors = slack / error;
        }
        *is_short = *is_short || slack + 0.01 + 4.0 * error < 0.0;
    }
    staff_own_free(own);
    return worst;
}

static void check_centre(uint64_t seed, bool large)
{
    struct sc_staff_options options = {.per = SC_STAFF_INTERVAL};
    char *text = staff_scenario_text(seed, (struct staff_shape){.large = large});
    struct staff_case centre = staff_case_new(text, NULL, 0);
    struct sc_staff *staff = staff_case_find(&centre, &options);
    struct staff_own *own = staff_own_new(&centre, &options, staff, staff_case_seed(&centre));
    double cost = staff_own_cost(own, own->heads), allowed = fmax(0.03 * cost, staff_own_dearest(own)), errors = 0.0;
    bool is_short;
    double slack = unseen(&centre, &options, staff, &errors, &is_short), best;
    if (large)
        best = staff_own_wander(own, own->heads, WANDERINGS, seed, staff->replications);
    else
        best = staff_own_exhaust(own, cost - allowed - 1e-9 * cost, staff->replications);
    fprintf(results, "| %d | %zu | %zu | %.2f | ", (int)seed, own->problem.cell_count, staff->replications, cost);
    if (large)
        fprintf(results, "%.2f", best);
    else
        fprintf(results, "%s", isinf(best) ? "none" : "cheaper");
    fprintf(results, " | %+.4f | %+.1f |\n", slack, errors);
    fflush(results);
    assert_false(is_short);
    assert_true(large ? cost - best <= allowed : isinf(best));
    staff_own_free(own);
    sc_staff_free(staff);
    staff_case_free(&centre);
    free(text);
}

static void small_centres(void **state)
{
    (void)state;
    fprintf(results,
            "\n## All staffings looked at\n\nTwo hours, two channels, up to three pools; *cheaper*: whether any "
            "staffing that costs less by more than 3 %% or one\nhead holds on the same numbers. *Unseen*: the "
            "worst target over ten million other contacts, as a share and in standard\nerrors.\n\n"
            "| centre | cells | days | cost | cheaper | unseen | errors |\n"
            "| --: | --: | --: | --: | --- | --: | --: |\n");
    for (uint64_t seed = 101; seed < 101 + CENTRES; seed++)
        check_centre(seed, false);
}

static void large_centres(void **state)
{
    (void)state;
    fprintf(results,
            "\n## A long random search\n\nEight hours by half-hours, two to four channels. *Random*: the best "
            "cost that %d random steps from there find.\n\n"
            "| centre | cells | days | cost | random | unseen | errors |\n"
            "| --: | --: | --: | --: | --: | --: | --: |\n",
            WANDERINGS);
    for (uint64_t seed = 201; seed < 201 + CENTRES; seed++)
        check_centre(seed, true);
}

/* The lowest share of days that meet the target, of all channels. */
static double share_met(struct staff_own *own, const int *heads)
{
    double least = INFINITY;
    staff_own_play(own, heads, DAYS);
    for (size_t r = 0; r < own->problem.rule_count; r++)
        least = fmin(least, own->problem.confidence + sc_staff_slack(&own->base, r));
    return least;
}

/* How far above the confidence one head fewer may seem to stand by chance: four standard errors, of the search's days
   and of the unseen ones. One head of a hundred, for half an hour, changes the share of good days by a thousandth. */
static double by_chance(double confidence, double days_searched)
{
    return 4.0 * sqrt(confidence * (1.0 - confidence) * (1.0 / DAYS + 1.0 / days_searched));
}

static size_t cheapest_cell(const struct staff_own *own)
{
    size_t cheapest = SIZE_MAX;
    for (size_t i = 0; i < own->problem.cell_count; i++)
        if (own->heads[i] > 0 &&
            (cheapest == SIZE_MAX || own->problem.cells[i].cost < own->problem.cells[cheapest].cost))
            cheapest = i;
    return cheapest;
}

static void confident_days(void **state)
{
    static const double asked[] = {0.8, 0.9};
    (void)state;
    fprintf(results,
            "\n## Confidence\n\nDays that spread by 10 %%, the target asked of every day; *met*: share of %d "
            "unseen days, of the worst channel; *one\nfewer*: with one head fewer in the cheapest interval.\n\n"
            "| centre | asked | cost | met | one fewer |\n| --: | --: | --: | --: | --: |\n",
            DAYS);
    for (int i = 0; i < CENTRES; i++) {
        struct sc_staff_options options = {.per = SC_STAFF_DAY, .confidence = asked[i % 2]};
        char *text = staff_scenario_text((uint64_t)(301 + i), (struct staff_shape){.large = i % 2, .spread = 0.1});
        struct staff_case centre = staff_case_new(text, NULL, 0);
        struct sc_staff *staff = staff_case_find(&centre, &options);
        struct staff_own *own = staff_own_new(&centre, &options, staff, sc_key_name(staff->seed, "unseen"));
        double met = share_met(own, own->heads), cost = staff_own_cost(own, own->heads);
        own->heads[cheapest_cell(own)]--;
        double fewer = share_met(own, own->heads);
        fprintf(results, "| %d | %.2f | %.2f | %.4f | %.4f |\n", 301 + i, options.confidence,
                cost, met, fewer);
        fflush(results);
        assert_true(met >= options.confidence - 0.01);
        assert_true(fewer < met);
        assert_true(fewer < options.confidence + by_chance(options.confidence, (double)staff->replications));
        staff_own_free(own);
        sc_staff_free(staff);
        staff_case_free(&centre);
        free(text);
    }
}

int main(int argc, char **argv)
{
    to_stdout = argc > 1;
    if (to_stdout)
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_centres),
        cmocka_unit_test(large_centres),
        cmocka_unit_test(confident_days),
    };
    return cmocka_run_group_tests(tests, open_results, close_results);
}
