/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves mended by what was played: an engine that is a straight line of them is found again, whatever the batches. */
#include "decide/plan_private.h"

#include "base/random.h"

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { MONTHS = 3, PATHS = 400, FIRST = 150 };
static const double scatter = 0.3;

/* Two targets, the second of which is not judged on every fifth path. */
struct made {
    struct planner planner;
    struct plan_month months[MONTHS];
    struct plan_curve curves[MONTHS];
    struct sc_plan_target targets[2];
    bool active[MONTHS][2];
    double numbers[MONTHS][7][2], played[MONTHS * PATHS * 2], read[MONTHS * PATHS * 2];
    double scatter[MONTHS][2 * SC_PLAN_SCATTER_NODES * SC_PLAN_SCATTER_RANKS], ranks[MONTHS * PATHS * 2];
    double critical[MONTHS][2 * SC_PLAN_SCATTER_RANKS];
};

static double normal(uint64_t key)
{
    return gsl_cdf_ugaussian_Pinv(sc_uniform(sc_key(0x3e4d, key)));
}

/* What is read is 0.2 + 0.5 z; played, it is 0.7 of that, less 0.1 a month, with scatter. */
static void fill(struct made *made)
{
    memset(made, 0, sizeof *made);
    made->planner = (struct planner){.months = made->months,
                                     .month_count = MONTHS,
                                     .curves = made->curves,
                                     .targets = made->targets,
                                     .target_count = 2,
                                     .ranks = made->ranks,
                                     .evidence = {.most = PATHS, .played = made->played, .read = made->read}};
    made->targets[0] = made->targets[1] = (struct sc_plan_target){.answer = true, .wanted = 0.8};
    for (size_t m = 0; m < MONTHS; m++) {
        double(*number)[2] = made->numbers[m];
        made->active[m][0] = made->active[m][1] = true;
        number[0][0] = number[0][1] = 1.0;
        made->curves[m] = (struct plan_curve){.active = made->active[m],
                                              .scatter = made->scatter[m],
                                              .critical = made->critical[m],
                                              .bend = number[0],
                                              .shift = number[1],
                                              .lift_doubt = number[2],
                                              .moved = number[3],
                                              .share_off = number[4],
                                              .share_doubt = number[5],
                                              .lift = number[6]};
        for (size_t r = 0; r < PATHS; r++)
            for (size_t t = 0; t < 2; t++) {
                size_t at = plan_evidence_at(&made->planner, m, r) + t;
                made->read[at] = 0.2 + 0.5 * normal(at);
                made->played[at] = t == 1 && r % 5 == 0
                                       ? NAN
                                       : 0.7 * made->read[at] - 0.1 * (double)m + scatter * normal(1000000 + at);
            }
    }
}

static void mend(struct made *made, size_t paths)
{
    struct sc_error error = SC_ERROR_INIT;
    made->planner.evidence.paths = paths;
    assert_int_equal(sc_plan_mend(&made->planner, &error), SC_OK);
}

static void a_straight_line_is_found(void **state)
{
    (void)state;
    static struct made made;
    fill(&made);
    mend(&made, PATHS);
    for (size_t m = 0; m < MONTHS; m++)
        for (size_t t = 0; t < 2; t++) {
            const struct plan_curve *curve = &made.curves[m];
            double n = t == 0 ? PATHS : 0.8 * PATHS;
            /* Least squares on all months, drawn to 1 by two squares: 5 standard errors and that. */
            double bend_se = scatter / (0.5 * sqrt(MONTHS * n)), drawn = 0.3 * 2.0 / (0.25 * MONTHS * n);
            assert_true(fabs(curve->bend[t] - 0.7) < 5.0 * bend_se + 1.5 * drawn);
            double shift_se = sqrt(scatter * scatter / n + 0.04 * bend_se * bend_se);
            assert_true(fabs(curve->shift[t] + 0.1 * (double)m) < 5.0 * shift_se + 0.3 * drawn);
            assert_true(fabs(curve->share_doubt[t] / (scatter / sqrt(n)) - 1.0) < 5.0 / sqrt(2.0 * n));
            /* What margins are off by where most paths are: normal, known by some two thirds of them. */
            double middle = sc_plan_scatter_off(curve, t, 0.2, 0.5);
            double high = sc_plan_scatter_off(curve, t, 0.2, gsl_cdf_ugaussian_P(1.0));
            assert_true(fabs(middle) < 5.0 * sqrt(1.57) * scatter / sqrt(0.6 * n));
            assert_true(fabs(high - scatter) < 5.0 * 1.6 * scatter / sqrt(0.6 * n));
        }
}

/* Verdicts are taken together: what the first brought is not forgotten, nor counted twice. */
static void batches_are_taken_together(void **state)
{
    (void)state;
    static struct made once, twice;
    fill(&once);
    fill(&twice);
    mend(&once, PATHS);
    mend(&twice, FIRST);
    assert_true(twice.curves[0].shift[0] != once.curves[0].shift[0]);
    mend(&twice, PATHS);
    assert_memory_equal(once.numbers, twice.numbers, sizeof once.numbers);
    assert_memory_equal(once.scatter, twice.scatter, sizeof once.scatter);
    assert_memory_equal(once.ranks, twice.ranks, sizeof once.ranks);
    for (size_t m = 0; m < MONTHS; m++)
        assert_true(once.curves[m].odds == twice.curves[m].odds);
}

/*
 * An engine that is no line: where a target is nearly missed margins are a quarter lower, and scatter is a third of
 * what it is elsewhere. The chance of a miss is nevertheless known better than by counting misses.
 */
static double low_by(double read)
{
    return read < 0.5 ? 0.25 : 0.0;
}

static double scatter_at(double read)
{
    return read < 0.5 ? 0.1 : 0.3;
}

static void chances_are_those_of_the_engine(void **state)
{
    (void)state;
    enum { SERIES = 40 };
    static struct made made;
    double sum = 0.0, squares = 0.0, counting = 0.0;
    for (uint64_t series = 0; series < SERIES; series++) {
        fill(&made);
        double missed = 0.0, foretold = 0.0;
        for (size_t r = 0; r < PATHS; r++) {
            size_t at = plan_evidence_at(&made.planner, 1, r);
            double read = 0.6 + 0.6 * normal(sc_key(series, at));
            made.read[at] = read;
            made.played[at] = read - low_by(read) + scatter_at(read) * normal(sc_key(series, 1000000 + at));
            made.played[at + 1] = made.read[at + 1] = 2.0;
        }
        mend(&made, PATHS);
        for (size_t r = 0; r < PATHS; r++) {
            double read = made.read[plan_evidence_at(&made.planner, 1, r)];
            missed += gsl_cdf_ugaussian_P((low_by(read) - read) / scatter_at(read)) / PATHS;
            foretold += sc_plan_miss_foretold(&made.planner, 1, r) / PATHS;
        }
        foretold = sc_plan_believed(&made.curves[1], foretold, 0.0);
        sum += foretold - missed;
        squares += (foretold - missed) * (foretold - missed);
        counting += missed * (1.0 - missed) / PATHS;
    }
    print_message("chance of a miss: %+.4f off on average, %.4f root mean square; by counting %.4f\n", sum / SERIES,
                  sqrt(squares / SERIES), sqrt(counting / SERIES));
    assert_true(sqrt(squares / SERIES) < 0.6 * sqrt(counting / SERIES));
}

/* As many are believed to be missed as were, as far as their number tells; and the rest is in doubt. */
static void the_odds_go_with_the_misses(void **state)
{
    (void)state;
    static struct made made;
    fill(&made);
    mend(&made, PATHS);
    for (size_t m = 0; m < MONTHS; m++) {
        const struct plan_curve *curve = &made.curves[m];
        double missed = 0.0, foretold = 0.0;
        for (size_t r = 0; r < PATHS; r++) {
            missed += sc_plan_is_missed(&made.planner, m, r) ? 1.0 / PATHS : 0.0;
            foretold += sc_plan_miss_foretold(&made.planner, m, r) / PATHS;
        }
        double believed = sc_plan_believed(curve, foretold, 0.0), doubted = sc_plan_believed(curve, foretold, 1.0);
        assert_true(fabs(believed - missed) <= fabs(foretold - missed) + 1.0 / PATHS);
        /* Half a standard error of a count, of which who was there tells some, and a hundredth at most. */
        double count = sqrt(missed * (1.0 - missed) / PATHS);
        assert_true(doubted - believed > 0.25 * count && doubted - believed < 0.5 * count + 0.01);
        assert_true(fabs(sc_plan_allowed(curve, doubted, 1.0) - foretold) < 1e-9);
        /* No misses among those foretold are not never. */
        assert_true(sc_plan_believed(curve, 0.0, 0.0) == 0.0 && sc_plan_believed(curve, 0.0, -2.0) == 0.0);
        assert_true(sc_plan_believed(curve, 0.0, 2.0) > 0.0 && sc_plan_believed(curve, 1.0, -2.0) < 1.0);
    }
}

/* A month in which no path is met is foretold to be missed, one in which all are is not; a target that is never judged
   misses nothing, nor does one that a month has no contacts for. */
static void months_without_doubt(void **state)
{
    (void)state;
    static struct made made;
    fill(&made);
    made.active[2][1] = false;
    for (size_t r = 0; r < PATHS; r++) {
        const size_t at[] = {plan_evidence_at(&made.planner, 0, r), plan_evidence_at(&made.planner, 1, r),
                             plan_evidence_at(&made.planner, 2, r)};
        made.played[at[0]] = -4.0;
        made.read[at[0]] = r % 7 == 0 ? 5.0 : -3.0;
        made.played[at[0] + 1] = NAN;
        made.played[at[1]] = made.played[at[1] + 1] = 3.0;
        made.played[at[2]] = 1.0 + 0.1 * normal(r);
        made.played[at[2] + 1] = -1.0;
    }
    mend(&made, PATHS);
    for (size_t r = 0; r < PATHS; r++) {
        assert_true(sc_plan_is_missed(&made.planner, 0, r) && sc_plan_miss_foretold(&made.planner, 0, r) == 1.0);
        assert_true(!sc_plan_is_missed(&made.planner, 1, r) && sc_plan_miss_foretold(&made.planner, 1, r) == 0.0);
        assert_true(!sc_plan_is_missed(&made.planner, 2, r) && sc_plan_miss_foretold(&made.planner, 2, r) == 0.0);
        assert_true(isnan(sc_plan_scatter_ranks(&made.planner, 0, ((double)r + 0.5) / PATHS)[1]));
    }
    for (size_t m = 0; m < MONTHS; m++)
        assert_true(fabs(made.curves[m].odds) < 1e-9 && isfinite(made.curves[m].doubt));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_straight_line_is_found),
        cmocka_unit_test(batches_are_taken_together),
        cmocka_unit_test(chances_are_those_of_the_engine),
        cmocka_unit_test(the_odds_go_with_the_misses),
        cmocka_unit_test(months_without_doubt),
    };
    return cmocka_run_group_tests_name("curves mended by verdicts", tests, NULL, NULL);
}
