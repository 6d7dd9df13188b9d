/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The coverage study: 20,000 runs of 10 and of 50 one-day replications for each spread, in a calm and a quiet
 * call centre. Some ten minutes on two cores. Rewrites results/coverage.md, also where a limit is missed.
 */
#include "support/coverage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { EXPERIMENTS = 20000, CENTRES = 2, SPREADS = 3 };

static const struct {
    const char *name;
    double handle_mean_s, patience_mean_s;
} centre[CENTRES] = {{"calm", 90, 180}, {"quiet", 60, 300}};
static const double spread[SPREADS] = {0, 0.1, 0.32};

static void begin(FILE *file)
{
    fprintf(file,
            "# Coverage of the 95 %% intervals\n\n"
            "Written by `tests/validate/test_coverage_long.c` (`tests/run.sh validate`).\n\n"
            "A call centre of 13 hours, 4 to 8 agents and 60 to 200 calls an hour (`tests/support/small_centre.c`),\n"
            "one day a replication; %d runs a line, each of days of its own. *Calm* and *quiet*: mean handle time 90\n"
            "and 60 s, mean patience 3 and 5 min, both exponential. *Spread*: cv of the day factor. *Held*: share of\n"
            "runs whose interval holds the true value, which is that of all runs together. *Under* and *above*:\n"
            "intervals that lie wholly on that side of it. *Delta*: held by the plain delta method (residuals and\n"
            "Student's t). *Width*: mean width, of the delta method's. The standard deviation of a share near .95 is\n"
            ".0015.\n\n"
            "| centre | spread | runs of | figure | true | held | wanted | under | above | delta | width |\n"
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
            EXPERIMENTS);
}

static void limits_print(FILE *file, struct coverage_limits wanted)
{
    if (wanted.least == 0)
        fprintf(file, "| – ");
    else if (wanted.most == 1)
        fprintf(file, "| ≥ %.3f ", wanted.least);
    else
        fprintf(file, "| %.3f – %.3f ", wanted.least, wanted.most);
}

/* Prints the lines of one centre and spread; returns how many limits are missed. */
static int lines(FILE *file, int c, int s)
{
    const struct coverage_case subject = {spread[s], centre[c].handle_mean_s, centre[c].patience_mean_s};
    struct coverage_cell cell[COVERAGE_SIZES][COVERAGE_METRICS];
    int missed = 0;
    coverage_measure(&subject, EXPERIMENTS, cell);
    for (size_t i = 0; i < COVERAGE_SIZES; i++)
        for (int m = 0; m < COVERAGE_METRICS; m++) {
            const struct coverage_cell *v = &cell[i][m];
            struct coverage_limits wanted = coverage_wanted(spread[s], i);
            bool good = v->held >= wanted.least && v->held <= wanted.most;
            missed += !good;
            fprintf(file, "| %s | %g | %zu | %s | %.5g | %.4f%s ", centre[c].name, spread[s], coverage_size[i],
                    coverage_metric_name[m], v->truth, v->held, good ? "" : " **missed**");
            limits_print(file, wanted);
            fprintf(file, "| %.4f | %.4f | %.4f | %.2f |\n", v->under, v->above, v->delta, v->stretch);
        }
    fflush(file);
    return missed;
}

static void intervals_hold_what_they_claim(void **state)
{
    (void)state;
    FILE *file = fopen(SC_SOURCE_DIR "/results/coverage.md", "w");
    assert_non_null(file);
    int missed = 0;
    begin(file);
    for (int c = 0; c < CENTRES; c++)
        for (int s = 0; s < SPREADS; s++)
            missed += lines(file, c, s);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(missed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(intervals_hold_what_they_claim)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
