/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How margins lie about the curves.
 *
 * A path's margin is not what the curve says of its people and its demand: the contacts of the month are drawn, and a
 * curve of mean strengths leaves out who was there on which day. What it leaves out depends on where the path is: a
 * team that waits on nobody differs by other things than one that is swamped. So what the engine played is told by
 * what the curve said of it: about each reading on a grid, the ranks (quantiles) of the played margins less the
 * readings, with the paths that were read near it counting most (a kernel estimate of the conditional distribution, as
 * in Nadaraya 1964 and Watson 1964, "Smooth regression analysis"). Targets that share people go badly together, others
 * do not: a path of the projection takes the ranks that the targets of a played path had among their like (an empirical
 * copula).
 *
 * What this foretells of the played paths themselves is then set beside how many of them missed the month, and the odds
 * of a miss are mended by it as far as the number of paths can tell (odds_fit). A mean shift of the curves, with a
 * scatter that is the same everywhere, put chances off by up to four points: what is true on average need not be so
 * where a target is nearly missed.
 */
#include "decide/plan_private.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>

enum { NODES = SC_PLAN_SCATTER_NODES, RANKS = SC_PLAN_SCATTER_RANKS };
/* Of so few paths, up to so many neighbours on each side tell of a month, too. */
enum { POINTS_LEAST = 300, NEIGHBOURS_MOST = 3 };
/* So many paths' ranks are enough for a mean over all paths. */
enum { RANKS_MOST = 150 };
static const double step = 2.0 * PLAN_MARGIN_MOST / (NODES - 1);

/* --- reading it --- */

/* Between which nodes a reading lies, and how far. */
struct between {
    const double *low, *high; /* [RANKS] */
    double part;
};

static struct between between_of(const struct plan_curve *curve, size_t target, double reading)
{
    double at = (plan_margin_near(reading) + PLAN_MARGIN_MOST) / step;
    size_t node = at < NODES - 2 ? (size_t)at : NODES - 2;
    const double *low = &curve->scatter[(target * NODES + node) * RANKS];
    return (struct between){low, low + RANKS, at - (double)node};
}

static double at_rank(const struct between *between, size_t rank)
{
    return between->low[rank] + between->part * (between->high[rank] - between->low[rank]);
}

/* Where a rank lies among those that are known: between which, and how far. */
static size_t rank_below(double rank, double *part)
{
    double at = rank * RANKS - 0.5;
    at = at < 0.0 ? 0.0 : at > RANKS - 1.0 ? RANKS - 1.0 : at;
    size_t below = at < RANKS - 2 ? (size_t)at : RANKS - 2;
    *part = at - (double)below;
    return below;
}

double sc_plan_scatter_off(const struct plan_curve *curve, size_t target, double reading, double rank)
{
    struct between between = between_of(curve, target, reading);
    double part;
    size_t below = rank_below(rank, &part);
    double low = at_rank(&between, below), high = at_rank(&between, below + 1);
    return low + part * (high - low);
}

double sc_plan_scatter_critical(const struct plan_curve *curve, size_t target, double rank)
{
    double part;
    const double *critical = &curve->critical[target * RANKS + rank_below(rank, &part)];
    return critical[0] + part * (critical[1] - critical[0]);
}

/* The share of ranks at which a target is missed whose curve reads so. */
static double share_missed(const struct plan_curve *curve, size_t target, double reading)
{
    const double *critical = &curve->critical[target * RANKS];
    size_t first = 0, end = RANKS; /* the first rank that meets it lies in first ... end */
    while (first < end) {
        size_t middle = (first + end) / 2;
        if (critical[middle] > reading)
            first = middle + 1;
        else
            end = middle;
    }
    if (first == 0 || first == RANKS)
        return first == 0 ? 0.0 : 1.0;
    return ((double)first - 0.5 + (critical[first - 1] - reading) / (critical[first - 1] - critical[first])) / RANKS;
}

/* The share of ranks at which the margin of a target whose curve reads so is below a margin. */
static double share_below(const struct plan_curve *curve, size_t target, double reading, double margin)
{
    struct between between = between_of(curve, target, reading);
    double want = margin - reading;
    size_t first = 0, end = RANKS; /* the first rank that is not below lies in first ... end */
    while (first < end) {
        size_t middle = (first + end) / 2;
        if (at_rank(&between, middle) < want)
            first = middle + 1;
        else
            end = middle;
    }
    if (first == 0 || first == RANKS)
        return first == 0 ? 0.0 : 1.0;
    double low = at_rank(&between, first - 1), high = at_rank(&between, first);
    return ((double)first - 0.5 + (want - low) / (high - low)) / RANKS;
}

const double *sc_plan_scatter_ranks(const struct planner *planner, size_t month, double pick)
{
    const struct plan_curve *curve = &planner->curves[month];
    size_t path = curve->first_ranks + (size_t)(pick * (double)curve->ranks_count);
    return curve->ranks_count > 0 ? &planner->ranks[path * planner->target_count] : NULL;
}

/* --- from what was played --- */

/* A path that was played: where the curve read it, and by how much it was off. */
struct point {
    double reading, off, weight;
};

/* By what they were off by; all else only so that sums do not go by the sort. */
static int point_compare(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    if (x->off != y->off)
        return x->off > y->off ? 1 : -1;
    if (x->reading != y->reading)
        return x->reading > y->reading ? 1 : -1;
    return (x->weight > y->weight) - (x->weight < y->weight);
}

/* What a point counts for a reading. */
static double weight_at(const struct point *point, double reading, double width)
{
    static const double far = 1e-6; /* where no path was near, the nearest tell */
    double away = (point->reading - reading) / width, near = 1.0 / (1.0 + away * away);
    return point->weight * (near * near + far);
}

/* The ranks of what points, which are in order of what they were off by, tell of a reading. */
static void node_fill(const struct point *point, size_t count, double reading, double *off)
{
    /* The more points, the nearer ones tell enough: by the fifth root, as for densities (Silverman 1986, 3.4). */
    double width = 1.5 * pow((double)count, -0.2), all = 0.0, so_far = 0.0;
    size_t rank = 0;
    for (size_t i = 0; i < count; i++)
        all += weight_at(&point[i], reading, width);
    for (size_t i = 0; i < count; i++) {
        so_far += weight_at(&point[i], reading, width);
        while (rank < RANKS && (so_far >= ((double)rank + 0.5) / RANKS * all || i + 1 == count))
            off[rank++] = point[i].off;
    }
}

/* Better readings are no worse margins: by at least a fifth of what they are better. What breaks that is chance; the
   mean of the least change upwards and the least change downwards is taken. */
static void nodes_order(double *off)
{
    static const double least = 0.2;
    for (size_t rank = 0; rank < RANKS; rank++) {
        double up[NODES], down = INFINITY;
        for (size_t node = 0; node < NODES; node++) {
            double margin = (1.0 - least) * step * (double)node + off[node * RANKS + rank];
            up[node] = node > 0 ? fmax(up[node - 1], margin) : margin;
        }
        for (size_t node = NODES; node-- > 0;) {
            double tilt = (1.0 - least) * step * (double)node;
            down = fmin(down, tilt + off[node * RANKS + rank]);
            off[node * RANKS + rank] = 0.5 * (up[node] + down) - tilt;
        }
    }
}

/*
 * The readings at which paths of each rank just meet a target. What a path lacks is told in readings, for these go with
 * heads as the curve does, whatever margins do far below 0: tangents go by it. Where no reading would do, as if margins
 * rose by a fifth of what readings do.
 */
static void critical_fill(const double *off, double *critical)
{
    static const double rise = 0.2;
    for (size_t rank = 0; rank < RANKS; rank++) {
        double before = 0.0, here = 0.0, at = -PLAN_MARGIN_MOST;
        size_t node = 0;
        for (; node < NODES; node++, before = here) {
            at = step * (double)node - PLAN_MARGIN_MOST;
            here = at + off[node * RANKS + rank];
            if (here >= 0.0)
                break;
        }
        critical[rank] = node == NODES ? at - here / rise : node == 0 ? at - here : at - step * here / (here - before);
        if (rank > 0)
            critical[rank] = fmin(critical[rank], critical[rank - 1]);
    }
}

/* Puts the points in order. */
static void scatter_fill(struct plan_curve *curve, size_t target, struct point *point, size_t count)
{
    double *off = &curve->scatter[target * NODES * RANKS];
    if (count == 0)
        return;
    qsort(point, count, sizeof *point, point_compare);
    for (size_t node = 0; node < NODES; node++)
        node_fill(point, count, step * (double)node - PLAN_MARGIN_MOST, off + node * RANKS);
    nodes_order(off);
    critical_fill(off, &curve->critical[target * RANKS]);
}

/* What was played of a target in a month; returns how many points that is. */
static size_t points_take(const struct planner *planner, size_t month, size_t target, double weight,
                          struct point *point)
{
    size_t count = 0;
    for (size_t r = 0; r < planner->evidence.paths; r++) {
        size_t at = plan_evidence_at(planner, month, r);
        double played = planner->evidence.played[at + target];
        double reading = plan_margin_near(sc_plan_mended(planner, month, at, target));
        if (!isnan(played))
            point[count++] = (struct point){reading, plan_margin_near(played) - reading, weight};
    }
    return count;
}

/* The ranks of the paths of a month. Where several would do (all contacts were in favour), one of them by chance; NAN
   where the target was not judged. */
static void ranks_fill(struct planner *planner, size_t month)
{
    static const double same = 1e-9;
    const struct plan_curve *curve = &planner->curves[month];
    size_t targets = planner->target_count;
    for (size_t r = 0; r < planner->evidence.paths; r++)
        for (size_t t = 0; t < targets; t++) {
            size_t at = plan_evidence_at(planner, month, r);
            double played = plan_margin_near(planner->evidence.played[at + t]);
            double reading = plan_margin_near(sc_plan_mended(planner, month, at, t));
            double low = share_below(curve, t, reading, played - same);
            double high = share_below(curve, t, reading, played + same);
            planner->ranks[(month * planner->evidence.paths + r) * targets + t] =
                isnan(played) ? NAN : low + (high - low) * sc_uniform(sc_key(sc_key(planner->seed, 0x4a2c), at + t));
        }
}

/* A month's own paths and, where these are few, those of its neighbours. */
static void month_fill(struct planner *planner, size_t month, struct point *point)
{
    static const double of_neighbours = 0.3;
    struct plan_curve *curve = &planner->curves[month];
    size_t paths = planner->evidence.paths, near = 0;
    while (near < NEIGHBOURS_MOST && (2 * near + 1) * paths < POINTS_LEAST)
        near++;
    size_t first = month > near ? month - near : 0;
    size_t end = month + near < planner->month_count ? month + near + 1 : planner->month_count;
    curve->first_ranks = first * paths;
    curve->ranks_count = (end - first) * paths;
    for (size_t t = 0; t < planner->target_count; t++) {
        size_t count = 0;
        for (size_t m = first; m < end; m++)
            count += points_take(planner, m, t, m == month ? 1.0 : of_neighbours, point + count);
        scatter_fill(&planner->curves[month], t, point, count);
    }
}

enum sc_code sc_plan_scatter_begin(struct planner *planner, size_t month, size_t target, const double *off,
                                   size_t count, double part, struct sc_error *error)
{
    struct point *point = calloc(count + 1, sizeof *point);
    if (!point)
        return sc_error_memory(error);
    for (size_t i = 0; i < count; i++)
        point[i] = (struct point){0.0, part * off[i], 1.0};
    scatter_fill(&planner->curves[month], target, point, count);
    free(point);
    return SC_OK;
}

/* --- the odds of a miss --- */

static double with_odds(double missed, double factor)
{
    return missed <= 0.0 || missed >= 1.0 ? missed : missed * factor / (1.0 - missed + missed * factor);
}

/* The chances from which that one is so many standard errors off are the ends of an interval as of Wilson 1927,
   "Probable inference, the law of succession, and statistical inference". */
double sc_plan_believed(const struct plan_curve *curve, double missed, double doubts)
{
    double chance = with_odds(missed, exp(curve->odds)), doubt = doubts * curve->doubt, square = doubt * doubt;
    double middle = chance + 0.5 * square;
    double half = sqrt(fmax(0.0, middle * middle - (1.0 + square) * chance * chance));
    return (middle + (doubts < 0.0 ? -half : half)) / (1.0 + square);
}

double sc_plan_allowed(const struct plan_curve *curve, double missed, double doubts)
{
    double chance = fmax(0.0, missed - doubts * curve->doubt * sqrt(missed * (1.0 - missed)));
    return with_odds(chance, exp(-curve->odds));
}

double sc_plan_miss_foretold(const struct planner *planner, size_t month, size_t r)
{
    const struct plan_curve *curve = &planner->curves[month];
    size_t at = plan_evidence_at(planner, month, r), active = 0, missed = 0, all = 0;
    size_t stride = (curve->ranks_count + RANKS_MOST - 1) / RANKS_MOST, target[SC_PLAN_TARGETS_MOST];
    double below[SC_PLAN_TARGETS_MOST]; /* ranks below it miss the target */
    for (size_t t = 0; t < planner->target_count; t++) {
        double here = isnan(planner->evidence.played[at + t]) || !curve->active[t]
                          ? 0.0
                          : share_missed(curve, t, sc_plan_mended(planner, month, at, t));
        if (here > 0.0) {
            below[active] = here;
            target[active++] = t;
        }
    }
    if (active == 0)
        return 0.0;
    for (size_t j = r % stride; j < curve->ranks_count; j += stride, all++) {
        const double *rank = &planner->ranks[(curve->first_ranks + j) * planner->target_count];
        bool met = true;
        for (size_t i = 0; i < active && met; i++)
            met = isnan(rank[target[i]]) || (below[i] < 1.0 && rank[target[i]] >= below[i]);
        missed += !met;
    }
    return (double)missed / (double)all;
}

/* How often a month was missed and how often that was foretold, each path by its own people and demand, and the sum of
   the paths' variances: of the difference by chance, of which people and demand are therefore no part (a control
   variate). */
struct misses {
    double played, foretold, spread;
};

static struct misses misses_of(const struct planner *planner, size_t month)
{
    double n = (double)planner->evidence.paths;
    struct misses sum = {0};
    for (size_t r = 0; r < planner->evidence.paths; r++) {
        double here = sc_plan_miss_foretold(planner, month, r);
        sum.played += sc_plan_is_missed(planner, month, r) ? 1.0 / n : 0.0;
        sum.foretold += here / n;
        sum.spread += here * (1.0 - here);
    }
    return sum;
}

/* What part of the variance of misses is chance and not people and demand, all months together. */
static double part_of_chance(const struct planner *planner, const struct misses *misses)
{
    static const double before = 2.0; /* misses, in favour of all */
    double spread = before, all = before;
    for (size_t m = 0; m < planner->month_count; m++) {
        spread += misses[m].spread;
        all += (double)planner->evidence.paths * misses[m].foretold * (1.0 - misses[m].foretold);
    }
    return fmin(1.0, spread / all);
}

/*
 * Mends the odds of a miss until as many of a month's paths are foretold to be missed as were, as far as that is to be
 * believed: what is foretold is wrong by some `off` with any number of paths, and the number of misses by chance; each
 * is believed by the other's variance. The doubt is what is left of the former and, as what is foretold rests on these
 * paths, half the standard error of a count: so far off were the chances of random companies, by samples of 50 and of
 * 200 of their paths, from what 2,000 said. It is kept as a part of the standard deviation of a single miss, for other
 * plans miss more or less often.
 */
static void odds_fit(struct planner *planner, size_t month, const struct misses *misses, double part)
{
    static const double off = 0.01, of_count = 0.5;
    struct plan_curve *curve = &planner->curves[month];
    double n = (double)planner->evidence.paths, variance = fmax(misses->spread, 1.0) / n / n;
    double believed = off * off / (off * off + variance);
    double missed = misses->foretold + believed * (misses->played - misses->foretold);
    /* Half a path more on either side: neither never nor always. */
    double to = (n * missed + 0.5) / (n + 1.0), from = (n * misses->foretold + 0.5) / (n + 1.0);
    curve->odds = log(to / (1.0 - to)) - log(from / (1.0 - from));
    curve->doubt = sqrt((believed + of_count * of_count) * part / n);
}

static enum sc_code odds_mend(struct planner *planner, struct sc_error *error)
{
    struct misses *misses = calloc(planner->month_count, sizeof *misses);
    if (!misses)
        return sc_error_memory(error);
#pragma omp parallel for num_threads(sc_plan_threads(planner)) schedule(dynamic)
    for (int m = 0; m < (int)planner->month_count; m++)
        misses[m] = misses_of(planner, (size_t)m);
    double part = part_of_chance(planner, misses);
    for (size_t m = 0; m < planner->month_count; m++)
        odds_fit(planner, m, &misses[m], part);
    free(misses);
    return SC_OK;
}

enum sc_code sc_plan_scatter_mend(struct planner *planner, struct sc_error *error)
{
    struct point *point = calloc((2 * NEIGHBOURS_MOST + 1) * planner->evidence.paths + 1, sizeof *point);
    if (!point)
        return sc_error_memory(error);
    for (size_t m = 0; m < planner->month_count; m++) {
        month_fill(planner, m, point);
        ranks_fill(planner, m);
    }
    free(point);
    return odds_mend(planner, error);
}
