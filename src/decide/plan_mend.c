/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mending the curves by what the engine played.
 *
 * The paths of all verdicts are taken together, each with what the curves as they were measured said of its people and
 * its demand: the drafts of a plan differ by a few heads, so what was played of one tells of the others, and an average
 * over all is where the choice of a plan went less by chance. So projection and engine agree where the plan is:
 *
 *   bend    a target's margin on the engine goes with that of the curves by a factor, which all months together tell;
 *           a curve measured on a week is too steep for a month of good and bad weeks, and pools that help each other
 *           do not just add up
 *   shift   what is left between them on average, month by month; its standard error is what the curve is still in
 *           doubt by
 *   scatter about the curve: it replaces that of the curves' own replications, for it has all in it that the curves
 *           left out. Neighbouring months lend theirs, for the tail of few paths is ragged.
 */
#include "decide/plan_private.h"

#include <math.h>

/* --- what was foretold of new paths --- */

/* What the curve says of a path, as it is mended so far. */
static double mended(const struct planner *planner, size_t month, size_t at, size_t target)
{
    const struct plan_curve *curve = &planner->curves[month];
    return curve->bend[target] * planner->evidence.read[at + target] + curve->shift[target];
}

/* Chance that a month of a path is missed, by what the curves say of its people and demand and by how the engine lay
   about them. */
static double miss_foretold(const struct planner *planner, size_t month, size_t r)
{
    const struct plan_curve *curve = &planner->curves[month];
    size_t targets = planner->target_count, missed = 0, at = plan_evidence_at(planner, month, r);
    const double *played = &planner->evidence.played[at];
    double part = sqrt(curve->share_of_month);
    for (size_t i = curve->first_residual; i < curve->first_residual + curve->residual_count; i++) {
        bool met = true;
        for (size_t t = 0; t < targets && met; t++)
            met = isnan(played[t]) ||
                  mended(planner, month, at, t) + part * planner->residual[i * targets + t] >= 0.0;
        missed += !met;
    }
    return curve->residual_count > 0 ? (double)missed / (double)curve->residual_count : 0.0;
}

static bool is_missed(const struct planner *planner, size_t month, size_t r)
{
    const double *played = &planner->evidence.played[plan_evidence_at(planner, month, r)];
    for (size_t t = 0; t < planner->target_count; t++)
        if (played[t] < 0.0)
            return true;
    return false;
}

/*
 * How many months the engine missed against what was foretold of the same people and the same demand, by the curves as
 * they were when the plan was chosen: chosen plans are where curves are too high by chance, and what they leave out
 * adds up. All months are counted together, for a month alone shows little. Months of a path go together, so what
 * chance does to the difference is seen from path to path.
 */
static void compare_missed(struct planner *planner, size_t first)
{
    double sum = 0.0, squares = 0.0, paths = (double)(planner->evidence.paths - first);
    for (size_t r = first; r < planner->evidence.paths; r++) {
        double played = 0.0, foretold = 0.0;
        for (size_t m = planner->first_helped; m < planner->month_count; m++) {
            played += is_missed(planner, m, r);
            foretold += miss_foretold(planner, m, r);
        }
        planner->missed_played += played;
        planner->missed_foretold += foretold;
        sum += played - foretold;
        squares += (played - foretold) * (played - foretold);
    }
    planner->missed_variance += (squares - sum * sum / paths) * paths / fmax(1.0, paths - 1.0);
}

/* --- bend and shift --- */

/* Where nearly all contacts are in favour of a target, or nearly none, log odds say little but how many contacts there
   were; curves are not shifted by that. */
static double kept_near(double margin)
{
    return isnan(margin) ? NAN : fmin(2.5, fmax(-2.5, margin));
}

/* Sums over the paths of a month that were judged. */
struct together {
    double n, played, read, read_squares, products;
};

static struct together sum_up(const struct planner *planner, size_t month, size_t target)
{
    const struct plan_evidence *evidence = &planner->evidence;
    struct together sum = {0};
    for (size_t r = 0; r < evidence->paths; r++) {
        size_t at = plan_evidence_at(planner, month, r) + target;
        double x = kept_near(evidence->read[at]), y = kept_near(evidence->played[at]);
        if (isnan(y))
            continue;
        sum.n++;
        sum.played += y;
        sum.read += x;
        sum.read_squares += x * x;
        sum.products += x * y;
    }
    return sum;
}

/*
 * The slope of a target's margins on the engine against those of the curves, about each month's means, all months
 * together (least squares), with `before` in favour of 1.
 */
static double bend_of(const struct planner *planner, size_t target)
{
    static const double before = 2.0, least = 0.2, most = 1.5;
    double squares = before, products = before;
    for (size_t m = 0; m < planner->month_count; m++) {
        struct together sum = sum_up(planner, m, target);
        if (sum.n < 2.0)
            continue;
        squares += sum.read_squares - sum.read * sum.read / sum.n;
        products += sum.products - sum.read * sum.played / sum.n;
    }
    return fmax(least, fmin(most, products / squares));
}

/* By how much the bent curve lies too high on average with a shift, margins taken as far as they tell something. */
static double mean_above(const struct planner *planner, size_t month, size_t target, double shift)
{
    const struct plan_evidence *evidence = &planner->evidence;
    double sum = 0.0, n = 0.0, bend = planner->curves[month].bend[target];
    for (size_t r = 0; r < evidence->paths; r++) {
        size_t at = plan_evidence_at(planner, month, r) + target;
        if (isnan(evidence->played[at]))
            continue;
        sum += kept_near(bend * evidence->read[at] + shift) - kept_near(evidence->played[at]);
        n++;
    }
    return n > 0.0 ? sum / n : 0.0;
}

/*
 * The shift with which a bent curve says on average what the engine said; the least one, where margins are beyond what
 * tells. (Not the mean difference: a curve that is far above where margins tell something would seem to be at its edge,
 * and stay too high by the rest.) By bisection.
 */
static double shift_of(const struct planner *planner, size_t month, size_t target)
{
    static const double most = 10.0, enough = 1e-9;
    double above = mean_above(planner, month, target, 0.0);
    if (fabs(above) <= enough)
        return 0.0;
    double near = 0.0, far = above > 0.0 ? -most : most;
    for (int i = 0; i < 50; i++) {
        double middle = 0.5 * (near + far), here = mean_above(planner, month, target, middle);
        *(fabs(here) > enough && (here > 0.0) == (above > 0.0) ? &near : &far) = middle;
    }
    return far;
}

static void bend_and_shift(struct planner *planner)
{
    for (size_t t = 0; t < planner->target_count; t++) {
        double bend = bend_of(planner, t);
        for (size_t m = 0; m < planner->month_count; m++) {
            struct plan_curve *curve = &planner->curves[m];
            struct together sum = sum_up(planner, m, t);
            curve->bend[t] = bend;
            curve->shift[t] = shift_of(planner, m, t);
            curve->moved[t] = (sum.played - sum.read) / fmax(1.0, sum.n);
        }
    }
}

/*
 * Shares by the mended curves are too near to the one wanted where nearly all contacts are in favour, for there the
 * curves were not mended but bent: by how much, on average.
 */
static void shares_mend(struct planner *planner, size_t month)
{
    const struct plan_evidence *evidence = &planner->evidence;
    for (size_t t = 0; t < planner->target_count; t++) {
        double wanted = sc_plan_wanted(&planner->targets[t]), off = 0.0, n = 0.0;
        for (size_t r = 0; r < evidence->paths; r++) {
            size_t at = plan_evidence_at(planner, month, r);
            double x = mended(planner, month, at, t), y = evidence->played[at + t];
            if (isnan(y))
                continue;
            off += sc_plan_share(wanted + y) - sc_plan_share(wanted + x + kept_near(y) - kept_near(x));
            n++;
        }
        planner->curves[month].share_off[t] = n > 0.0 ? off / n : 0.0;
    }
}

/* --- scatter --- */

/* How each path lies about the curves: [months][paths][targets]. */
static void residuals_replace(struct planner *planner)
{
    size_t targets = planner->target_count, paths = planner->evidence.paths;
    double part = sqrt((double)paths / fmax(1.0, (double)paths - 1.0));
    for (size_t m = 0; m < planner->month_count; m++)
        for (size_t r = 0; r < paths; r++)
            for (size_t t = 0; t < targets; t++) {
                size_t at = plan_evidence_at(planner, m, r);
                double here = kept_near(planner->evidence.played[at + t]) - kept_near(mended(planner, m, at, t));
                planner->residual[(m * paths + r) * targets + t] = isnan(here) ? 0.0 : part * here;
            }
}

/* Gives a month its own scatter and that of as many neighbours as make RESIDUALS_LEAST, and its doubt by that. */
static void residuals_share(struct planner *planner, size_t month)
{
    enum { RESIDUALS_LEAST = 300, NEIGHBOURS_MOST = 3 };
    struct plan_curve *curve = &planner->curves[month];
    size_t targets = planner->target_count, paths = planner->evidence.paths, near = 0;
    while (near < NEIGHBOURS_MOST && (2 * near + 1) * paths < RESIDUALS_LEAST)
        near++;
    size_t first = month > near ? month - near : 0;
    size_t end = month + near < planner->month_count ? month + near + 1 : planner->month_count;
    curve->first_residual = first * paths;
    curve->residual_count = (end - first) * paths;
    curve->share_of_month = 1.0;
    for (size_t t = 0; t < targets; t++) {
        double squares = 0.0;
        for (size_t i = first * paths; i < end * paths; i++)
            squares += planner->residual[i * targets + t] * planner->residual[i * targets + t];
        curve->doubt[t] = sqrt(squares / (double)curve->residual_count / (double)paths);
    }
}

void sc_plan_mend(struct planner *planner, size_t first)
{
    if (first > 0) /* the first verdict only brings the curves near */
        compare_missed(planner, first);
    bend_and_shift(planner);
    for (size_t m = 0; m < planner->month_count; m++)
        shares_mend(planner, m);
    residuals_replace(planner);
    for (size_t m = 0; m < planner->month_count; m++)
        residuals_share(planner, m);
}
