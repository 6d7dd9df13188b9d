/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The model: N(day, i) is Poisson with mean m(weekday, i) D(day) W(day, i). D is gamma with mean 1, its
 * correlation between days k apart g(k); ln W is a stationary Gaussian AR(1), W of mean 1, afresh each day.
 * So relative counts N / m of one day have covariance C(h) = (1 + cv_D^2) exp(s^2 2^(-h / half_life)) - 1 at
 * a distance h, s^2 = ln(1 + cv_W^2), and 1 / m more at h = 0; of two days cv_D^2 g(k). Everything else is
 * adding up, with the weekday's mean of a few days taken off: with P the projection on those means, (I - P) S
 * (I - P) instead of S.
 */
#include "staffcast/demand_fit.h"

#include "data/demand_sample.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HERMITE_TERMS = 10, MOST_ITERATIONS = 2000 };
#define MOST_MEMORY 0.995
#define NEGLIGIBLE_CV 1e-3

/* --- the correlation of gamma factors --- */

/* Squares of the normalised Hermite coefficients of the gamma quantile, order 1 …, by the trapezoidal rule.
 */
static void hermite_fill(double cv, double square[HERMITE_TERMS])
{
    const double step = 0.5, edge = 6.0; /* the rule converges faster than any power */
    double coefficient[HERMITE_TERMS] = {0}, shape = 1 / (cv * cv);
    for (int i = -(int)(edge / step); i <= (int)(edge / step); i++) {
        double z = i * step, low = 1, here = z;
        double factor = z < 0 ? gsl_cdf_gamma_Pinv(gsl_cdf_ugaussian_P(z), shape, 1 / shape)
                              : gsl_cdf_gamma_Qinv(gsl_cdf_ugaussian_Q(z), shape, 1 / shape);
        for (int n = 0; n < HERMITE_TERMS; n++) { /* here: He_(n+1) / sqrt((n+1)!) */
            coefficient[n] += (factor - 1) * here * gsl_ran_ugaussian_pdf(z) * step;
            double next = (z * here - sqrt(n + 1.0) * low) / sqrt(n + 2.0);
            low = here;
            here = next;
        }
    }
    for (int n = 0; n < HERMITE_TERMS; n++)
        square[n] = coefficient[n] * coefficient[n];
}

static double hermite_sum(const double square[HERMITE_TERMS], double rho)
{
    double sum = 0, whole = 0, power = rho;
    for (int n = 0; n < HERMITE_TERMS; n++, power *= rho) {
        sum += square[n] * power;
        whole += square[n];
    }
    return sum / whole;
}

double sc_gamma_copula_correlation(double cv, double rho)
{
    double square[HERMITE_TERMS];
    if (cv < 0.02)
        return rho; /* the factor is as good as linear in the normal variable */
    hermite_fill(cv, square);
    return hermite_sum(square, rho);
}

/* --- expected statistics --- */

/* Sums of m_j m_k by distance in cells: what the covariances of a weekday's sums are made of. */
struct weekday_products {
    double *whole, *morning, *afternoon, *across; /* [cells] each, over pairs j < k; morning: both in it, … */
    double *level[SC_DEMAND_LEVELS];     /* [cells in an interval]: mean over intervals of m_j m_k / M */
    double level_size[SC_DEMAND_LEVELS]; /* mean over intervals of M */
    double total, half[2];
};

struct expectation {
    struct sc_demand_sample sample;
    struct weekday_products weekday[SC_DEMAND_WEEKDAYS];
    double *storage;
    double *covariance;                /* [days * days], of relative totals */
    double (*row)[SC_DEMAND_WEEKDAYS]; /* [days] */
    double *drift;                     /* [cells]: exp(s^2 rho^h) - 1 */
    double *memory;                    /* [largest gap + 1]: g(k) */
    size_t gaps;
};

static void products_of_levels(const struct sc_demand_sample *s, int weekday, struct weekday_products *p)
{
    const double *m = s->mean + (size_t)weekday * s->cells;
    for (int level = 0; level < SC_DEMAND_LEVELS; level++) {
        size_t group = s->group[level];
        double intervals = sc_demand_intervals(s, level, weekday);
        for (size_t i = s->from[level]; i < s->to[level] && group; i += group) {
            double whole = sc_demand_sum(m, i, i + group);
            p->level_size[level] += whole / intervals;
            for (size_t j = i; j < i + group && whole > 0; j++)
                for (size_t k = j; k < i + group; k++)
                    p->level[level][k - j] += (j == k ? 1 : 2) * m[j] * m[k] / whole / intervals;
        }
    }
}

static void products_fill(const struct sc_demand_sample *s, int weekday, struct weekday_products *p)
{
    const double *m = s->mean + (size_t)weekday * s->cells;
    for (size_t j = 0; j < s->cells; j++)
        for (size_t k = j; k < s->cells; k++) {
            double product = (j == k ? 1 : 2) * m[j] * m[k];
            p->whole[k - j] += product;
            if (k < s->noon)
                p->morning[k - j] += product;
            else if (j >= s->noon)
                p->afternoon[k - j] += product;
            else
                p->across[k - j] += m[j] * m[k]; /* cov(morning, afternoon): each pair once */
        }
    p->half[0] = sc_demand_sum(m, 0, s->noon);
    p->half[1] = sc_demand_sum(m, s->noon, s->cells);
    p->total = p->half[0] + p->half[1];
    products_of_levels(s, weekday, p);
}

static enum sc_code expectation_init(struct expectation *e, const struct sc_history_grid *grid,
                                     struct sc_error *error)
{
    *e = (struct expectation){0};
    if (sc_demand_sample_init(&e->sample, grid, error) != SC_OK)
        return error->code;
    const struct sc_demand_sample *s = &e->sample;
    e->gaps = (size_t)(s->day[s->days - 1] - s->day[0]) + 1;
    e->storage = calloc(SC_DEMAND_WEEKDAYS * (4 + SC_DEMAND_LEVELS) * s->cells, sizeof *e->storage);
    e->covariance = calloc(s->days * s->days, sizeof *e->covariance);
    e->row = calloc(s->days, sizeof *e->row);
    e->drift = calloc(s->cells, sizeof *e->drift);
    e->memory = calloc(e->gaps, sizeof *e->memory);
    if (!e->storage || !e->covariance || !e->row || !e->drift || !e->memory)
        return sc_error_memory(error);
    double *next = e->storage;
    for (int w = 0; w < SC_DEMAND_WEEKDAYS; w++) {
        struct weekday_products *p = &e->weekday[w];
        double **array[] = {&p->whole,    &p->morning,  &p->afternoon, &p->across,
                            &p->level[0], &p->level[1], &p->level[2],  &p->level[3]};
        for (size_t i = 0; i < sizeof array / sizeof *array; i++, next += s->cells)
            *array[i] = next;
        if (s->of_weekday[w] > 0)
            products_fill(s, w, p);
    }
    return SC_OK;
}

static void expectation_release(struct expectation *e)
{
    sc_demand_sample_release(&e->sample);
    free(e->storage);
    free(e->covariance);
    free(e->row);
    free(e->drift);
    free(e->memory);
}

static double weighted(const double *product, const double *covariance, size_t count)
{
    double sum = 0;
    for (size_t h = 0; h < count; h++)
        sum += product[h] * covariance[h];
    return sum;
}

/* C(h) into e->drift and g(k) into e->memory. */
static void laws_fill(struct expectation *e, const struct sc_demand_scatter *scatter)
{
    double day = scatter->spread_cv * scatter->spread_cv,
           sigma2 = log1p(scatter->drift_cv * scatter->drift_cv);
    double square[HERMITE_TERMS] = {1};
    if (scatter->spread_cv >= 0.02)
        hermite_fill(scatter->spread_cv, square);
    for (size_t h = 0; h < e->sample.cells; h++) {
        double rho = exp2(-(double)h * e->sample.interval_s / scatter->drift_half_life_s);
        e->drift[h] = (1 + day) * exp(sigma2 * (sigma2 > 0 ? rho : 0)) - 1;
    }
    for (size_t k = 0; k < e->gaps; k++)
        e->memory[k] = hermite_sum(square, pow(scatter->memory, (double)k));
}

/* Mean of g over the pairs of different days of a weekday. */
static double memory_mean(const struct expectation *e, int weekday)
{
    const struct sc_demand_sample *s = &e->sample;
    double sum = 0, n = s->of_weekday[weekday];
    for (size_t a = 0; a < s->days; a++)
        for (size_t b = a + 1; b < s->days && s->weekday[a] == weekday; b++)
            if (s->weekday[b] == weekday)
                sum += 2 * e->memory[s->day[b] - s->day[a]];
    return sum / (n * (n - 1));
}

static void within_fill(const struct expectation *e, double day_variance, double *expected)
{
    const struct sc_demand_sample *s = &e->sample;
    double weekdays = 0, halves[3] = {0};
    for (int k = 0; k < SC_DEMAND_STATISTICS; k++)
        expected[k] = 0;
    for (int w = 0; w < SC_DEMAND_WEEKDAYS; w++) {
        const struct weekday_products *p = &e->weekday[w];
        if (!(s->of_weekday[w] > 0))
            continue;
        weekdays++;
        double common = day_variance * memory_mean(e, w), freedom = s->of_weekday[w] - 1;
        for (int level = 0; level < SC_DEMAND_LEVELS; level++)
            expected[level] += s->group[level] ? 1 + weighted(p->level[level], e->drift, s->group[level]) -
                                                     common * p->level_size[level]
                                               : NAN;
        double first = p->half[0], second = p->half[1];
        halves[0] +=
            freedom * (weighted(p->morning, e->drift, s->cells) / first / first + 1 / first - common);
        halves[1] +=
            freedom * (weighted(p->afternoon, e->drift, s->cells) / second / second + 1 / second - common);
        halves[2] += freedom * (weighted(p->across, e->drift, s->cells) / first / second - common);
    }
    for (int level = 0; level < SC_DEMAND_LEVELS; level++)
        expected[level] /= weekdays;
    expected[SC_DEMAND_HALVES] = halves[2] / sqrt(halves[0] * halves[1]);
}

/* Covariances of the totals, relative to their weekday's true mean, and their sums by weekday. */
struct totals {
    const double *covariance; /* [days * days] */
    size_t days;
    const int *weekday;
    double (*row)[SC_DEMAND_WEEKDAYS];                    /* [days]: mean over the days of a weekday */
    double group[SC_DEMAND_WEEKDAYS][SC_DEMAND_WEEKDAYS]; /* mean over both */
};

static void totals_fill(struct expectation *e, double day_variance, struct totals *t)
{
    const struct sc_demand_sample *s = &e->sample;
    for (size_t a = 0; a < s->days; a++) {
        const struct weekday_products *p = &e->weekday[s->weekday[a]];
        for (size_t b = 0; b < s->days; b++) {
            int other = s->weekday[b];
            double c = a == b ? weighted(p->whole, e->drift, s->cells) / (p->total * p->total) + 1 / p->total
                              : day_variance * e->memory[llabs(s->day[a] - s->day[b])];
            e->covariance[a * s->days + b] = c;
            t->row[a][other] += c / s->of_weekday[other];
            t->group[s->weekday[a]][other] += c / (s->of_weekday[other] * s->of_weekday[s->weekday[a]]);
        }
    }
}

/* The same with the weekday's mean of the sample taken off. */
static double centred(const struct totals *t, size_t a, size_t b)
{
    int x = t->weekday[a], y = t->weekday[b];
    return t->covariance[a * t->days + b] - t->row[a][y] - t->row[b][x] + t->group[x][y];
}

static void between_fill(struct expectation *e, double day_variance, double *expected)
{
    const struct sc_demand_sample *s = &e->sample;
    double product[2] = {0}, first[2] = {0}, second[2] = {0}; /* of the next day, and of a week later */
    struct totals t = {.covariance = e->covariance, .days = s->days, .weekday = s->weekday, .row = e->row};
    for (size_t i = 0; i < s->days * SC_DEMAND_WEEKDAYS; i++)
        t.row[i / SC_DEMAND_WEEKDAYS][i % SC_DEMAND_WEEKDAYS] = 0;
    totals_fill(e, day_variance, &t);
    for (size_t a = 0; a < s->days; a++)
        for (int k = 0; k < 2; k++) {
            size_t b = k ? s->next_week[a] : a + 1;
            if (b >= s->days)
                continue;
            product[k] += centred(&t, a, b);
            first[k] += centred(&t, a, a);
            second[k] += centred(&t, b, b);
        }
    expected[SC_DEMAND_DAYS] = product[0] / sqrt(first[0] * second[0]);
    expected[SC_DEMAND_WEEK] = product[1] / sqrt(first[1] * second[1]);
}

static void expectation_fill(struct expectation *e, const struct sc_demand_scatter *scatter, double *expected)
{
    double day_variance = scatter->spread_cv * scatter->spread_cv;
    laws_fill(e, scatter);
    within_fill(e, day_variance, expected);
    between_fill(e, day_variance, expected);
}

enum sc_code sc_demand_statistics_expect(const struct sc_history_grid *grid,
                                         const struct sc_demand_scatter *scatter, double *expected,
                                         struct sc_error *error)
{
    struct expectation e;
    if (expectation_init(&e, grid, error) == SC_OK)
        expectation_fill(&e, scatter, expected);
    expectation_release(&e);
    return error->code;
}

/* --- the fit --- */

struct search {
    struct expectation expectation;
    struct sc_demand_fit *fit;
};

/* Settings from four free numbers: logarithms, and the logit of memory. */
static struct sc_demand_scatter scatter_of(const gsl_vector *v)
{
    return (struct sc_demand_scatter){
        .spread_cv = exp(gsl_vector_get(v, 0)),
        .memory = MOST_MEMORY / (1 + exp(-gsl_vector_get(v, 1))),
        .drift_cv = exp(gsl_vector_get(v, 2)),
        .drift_half_life_s = exp(gsl_vector_get(v, 3)),
    };
}

static double distance_of(const struct sc_demand_fit *fit, const double *expected)
{
    double sum = 0;
    for (int k = 0; k < SC_DEMAND_STATISTICS; k++) {
        const struct sc_demand_figure *f = &fit->observed[k];
        if (!isnan(f->value))
            sum += pow((expected[k] - f->value) / f->error, 2);
    }
    return sum;
}

static double search_distance(const gsl_vector *v, void *context)
{
    struct search *search = context;
    struct sc_demand_scatter scatter = scatter_of(v);
    double expected[SC_DEMAND_STATISTICS];
    /* far outside of what a history can tell, and of what the formulas stand */
    if (scatter.spread_cv > 2 || scatter.drift_cv > 2 || scatter.drift_half_life_s > 7 * 86400.0 ||
        scatter.drift_half_life_s < 1 || scatter.spread_cv < 1e-5 || scatter.drift_cv < 1e-5)
        return 1e12;
    expectation_fill(&search->expectation, &scatter, expected);
    double distance = distance_of(search->fit, expected);
    return isfinite(distance) ? distance : 1e12;
}

static enum sc_code search_run(struct search *search, double half_life_s, double *best,
                               struct sc_error *error)
{
    gsl_vector *start = gsl_vector_alloc(4), *step = gsl_vector_alloc(4);
    gsl_multimin_fminimizer *minimizer = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, 4);
    gsl_multimin_function function = {search_distance, 4, search};
    if (!start || !step || !minimizer) {
        sc_error_memory(error);
        goto done;
    }
    const double from[4] = {log(0.05), 1.0, log(0.05), log(half_life_s)};
    for (size_t i = 0; i < 4; i++)
        gsl_vector_set(start, i, from[i]);
    gsl_vector_set_all(step, 0.5);
    gsl_multimin_fminimizer_set(minimizer, &function, start, step);
    int iteration = 0;
    while (gsl_multimin_fminimizer_size(minimizer) > 1e-5 && iteration++ < MOST_ITERATIONS)
        if (gsl_multimin_fminimizer_iterate(minimizer))
            break;
    if (!(gsl_multimin_fminimizer_minimum(minimizer) < 1e12)) {
        sc_error_set(error, SC_NUMERIC, "the fit of spread and drift does not converge; give more days");
        goto done;
    }
    if (gsl_multimin_fminimizer_minimum(minimizer) < *best) {
        *best = gsl_multimin_fminimizer_minimum(minimizer);
        search->fit->scatter = scatter_of(gsl_multimin_fminimizer_x(minimizer));
    }
done:
    if (minimizer)
        gsl_multimin_fminimizer_free(minimizer);
    gsl_vector_free(start);
    gsl_vector_free(step);
    return error->code;
}

/* What is too small to matter is nothing, and what goes with it too. */
static void scatter_round(struct sc_demand_scatter *scatter)
{
    if (scatter->spread_cv < NEGLIGIBLE_CV)
        scatter->spread_cv = scatter->memory = 0;
    if (scatter->drift_cv < NEGLIGIBLE_CV)
        scatter->drift_cv = 0;
}

enum sc_code sc_demand_fit_estimate(const struct sc_history_grid *grid, struct sc_bootstrap bootstrap,
                                    struct sc_demand_fit *fit, struct sc_error *error)
{
    static const double half_life_s[] = {1200, 7200, 28800};
    struct sc_demand_fit found = {.distance = INFINITY};
    struct search search = {.fit = &found};
    if (sc_demand_statistics_estimate(grid, bootstrap, found.observed, error) != SC_OK)
        return error->code;
    if (isnan(found.observed[SC_DEMAND_DISPERSION_30].value) || isnan(found.observed[SC_DEMAND_HALVES].value))
        return sc_error_set(
            error, SC_INPUT,
            "drift within the day cannot be told from the spread of whole days (intervals of %g s, or no "
            "contacts in one half of a day); give intervals of 30 min or less with contacts before and "
            "after 12:00",
            grid->interval_s);
    for (int k = 0; k < SC_DEMAND_STATISTICS; k++)
        if (!isnan(found.observed[k].value) && !(found.observed[k].error > 0))
            return sc_error_set(error, SC_INPUT, "the %s does not vary between resamples; give more days",
                                sc_demand_statistic_name((enum sc_demand_statistic)k));
    if (expectation_init(&search.expectation, grid, error) != SC_OK)
        goto done;
    /* from several half-lives: the sum of squares may have more than one valley */
    for (size_t i = 0; i < sizeof half_life_s / sizeof *half_life_s && error->code == SC_OK; i++)
        search_run(&search, half_life_s[i], &found.distance, error);
    if (error->code != SC_OK)
        goto done;
    scatter_round(&found.scatter);
    expectation_fill(&search.expectation, &found.scatter, found.expected);
    found.distance = distance_of(&found, found.expected);
    *fit = found;
done:
    expectation_release(&search.expectation);
    return error->code;
}
