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
 *   shift   what is left between them on average, month by month
 *   scatter how margins lie about that line (plan_scatter.c): it replaces the scatter of the curves' own replications,
 *           for it has all in it that the curves left out
 */
#include "decide/plan_private.h"

#include <math.h>

double sc_plan_mended(const struct planner *planner, size_t month, size_t at, size_t target)
{
    const struct plan_curve *curve = &planner->curves[month];
    return curve->bend[target] * planner->evidence.read[at + target] + curve->shift[target];
}

bool sc_plan_is_missed(const struct planner *planner, size_t month, size_t path)
{
    const double *played = &planner->evidence.played[plan_evidence_at(planner, month, path)];
    for (size_t t = 0; t < planner->target_count; t++)
        if (planner->curves[month].active[t] && played[t] < 0.0)
            return true;
    return false;
}

/* --- bend and shift --- */

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
        double x = plan_margin_near(evidence->read[at]), y = plan_margin_near(evidence->played[at]);
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
        sum += plan_margin_near(bend * evidence->read[at] + shift) - plan_margin_near(evidence->played[at]);
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
            double x = sc_plan_mended(planner, month, at, t), y = evidence->played[at + t];
            if (isnan(y))
                continue;
            off += sc_plan_share(wanted + y) - sc_plan_share(wanted + x + plan_margin_near(y) - plan_margin_near(x));
            n++;
        }
        planner->curves[month].share_off[t] = n > 0.0 ? off / n : 0.0;
    }
}

/* How far the mean margin is known, by how the paths lie about the curve. */
static void share_doubt(struct planner *planner, size_t month, size_t target)
{
    double squares = 0.0, n = 0.0;
    for (size_t r = 0; r < planner->evidence.paths; r++) {
        size_t at = plan_evidence_at(planner, month, r);
        double off = plan_margin_near(planner->evidence.played[at + target]) -
                     plan_margin_near(sc_plan_mended(planner, month, at, target));
        if (isnan(off))
            continue;
        squares += off * off;
        n++;
    }
    planner->curves[month].share_doubt[target] = sqrt(squares / fmax(1.0, n - 1.0) / fmax(1.0, n));
}

enum sc_code sc_plan_mend(struct planner *planner, struct sc_error *error)
{
    bend_and_shift(planner);
    for (size_t m = 0; m < planner->month_count; m++) {
        shares_mend(planner, m);
        for (size_t t = 0; t < planner->target_count; t++)
            share_doubt(planner, m, t);
    }
    return sc_plan_scatter_mend(planner, error);
}
