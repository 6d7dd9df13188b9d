/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/staff_player.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Surplus is made of whole contacts times simple shares; what is nearer to 0 than this is 0. */
static const float nothing = 1e-4F;
/* What slack may be below 0 by rounding. */
static const double rounding = 1e-9;

enum sc_code sc_staff_base_init(struct sc_staff_base *base, const struct sc_staff_problem *problem,
                                struct sc_error *error)
{
    *base = (struct sc_staff_base){.heads = calloc(problem->cell_count + 1, sizeof *base->heads),
                                   .value = calloc(3 * problem->rule_count + 1, sizeof *base->value)};
    if (!base->heads || !base->value) {
        sc_staff_base_release(base);
        return sc_error_memory(error);
    }
    base->weight = base->value + problem->rule_count;
    base->square = base->weight + problem->rule_count;
    return SC_OK;
}

void sc_staff_base_release(struct sc_staff_base *base)
{
    free(base->heads);
    free(base->value);
    free(base->surplus);
    free(base->piece_surplus);
    free(base->piece_base);
    *base = (struct sc_staff_base){.heads = NULL};
}

void sc_staff_base_set(struct sc_staff_base *base, const struct sc_staff_problem *problem, const int *heads)
{
    if (heads != base->heads)
        memcpy(base->heads, heads, problem->cell_count * sizeof *heads);
    memset(base->value, 0, 3 * problem->rule_count * sizeof *base->value);
    base->count = 0;
    base->cost = 0.0;
    for (size_t i = 0; i < problem->cell_count; i++)
        base->cost += heads[i] * problem->cells[i].cost;
}

double sc_staff_piece_value(const struct sc_staff_problem *problem, float surplus, float base)
{
    if (problem->confidence <= 0.0)
        return surplus;
    return base > 0.0F ? (surplus >= -nothing) - problem->confidence : 0.0;
}

void sc_staff_rule_value(const struct sc_staff_problem *problem, const struct sc_staff_base *base, size_t rule,
                         size_t replication, double *value, double *weight)
{
    const struct sc_staff_rule *r = &problem->rules[rule];
    const float *surplus = base->piece_surplus + replication * problem->piece_count;
    const float *base_of = base->piece_base + replication * problem->piece_count;
    *value = *weight = 0.0;
    for (size_t i = r->first_piece; i < r->first_piece + r->pieces; i++) {
        *value += sc_staff_piece_value(problem, surplus[i], base_of[i]);
        *weight += problem->confidence > 0.0 ? base_of[i] > 0.0F : base_of[i];
    }
}

void sc_staff_base_first(struct sc_staff_base *base, const struct sc_staff_problem *problem, size_t count)
{
    memset(base->value, 0, 3 * problem->rule_count * sizeof *base->value);
    for (size_t n = 0; n < count; n++)
        for (size_t r = 0; r < problem->rule_count; r++) {
            double value, weight;
            sc_staff_rule_value(problem, base, r, n, &value, &weight);
            base->value[r] += value;
            base->weight[r] += weight;
            base->square[r] += value * value;
        }
    base->count = count;
}

double sc_staff_slack(const struct sc_staff_base *base, size_t rule)
{
    if (!(base->weight[rule] > 0.0))
        return INFINITY;
    double forgiven = base->forgiven > 0.0 ? base->forgiven * sc_staff_slack_error(base, rule) : 0.0;
    return base->value[rule] / base->weight[rule] + forgiven + (base->lift ? base->lift[rule] : 0.0);
}

double sc_staff_slack_error(const struct sc_staff_base *base, size_t rule)
{
    double n = (double)base->count, mean = base->value[rule] / n;
    double variance = fmax(0.0, base->square[rule] / n - mean * mean);
    return base->weight[rule] > 0.0 ? sqrt(variance * n) / base->weight[rule] : 0.0;
}

size_t sc_staff_short(const struct sc_staff_base *base, const struct sc_staff_problem *problem)
{
    size_t n = 0;
    for (size_t r = 0; r < problem->rule_count; r++)
        n += sc_staff_slack(base, r) < -rounding;
    return n;
}

/* The slack of a rule of which nothing is late. */
static double slack_most(const struct sc_staff_problem *problem, size_t rule)
{
    const struct sc_staff_judge *judge = &problem->judges[problem->rules[rule].judge];
    if (problem->confidence > 0.0)
        return 1.0 - problem->confidence;
    return judge->abandon ? judge->wanted : 1.0 - judge->wanted;
}

/* However much worse the rest was: more than no late contact cannot be asked of the part. */
void sc_staff_lift(const struct sc_staff_base *base, const struct sc_staff_problem *problem, size_t count, double *lift)
{
    for (size_t r = 0; r < problem->rule_count; r++) {
        double value = 0.0, weight = 0.0;
        for (size_t n = 0; n < count; n++) {
            double v, w;
            sc_staff_rule_value(problem, base, r, n, &v, &w);
            value += v;
            weight += w;
        }
        lift[r] = weight > 0.0 ? base->value[r] / base->weight[r] - value / weight : 0.0;
        lift[r] += base->lift ? base->lift[r] : 0.0;
        lift[r] = fmax(lift[r], -0.5 * slack_most(problem, r));
    }
}

size_t sc_staff_falls(const struct sc_staff_base *base, const struct sc_staff_base *beside,
                      const struct sc_staff_problem *problem, double errors, bool *falls)
{
    double n = (double)base->count;
    size_t found = 0;
    for (size_t r = 0; r < problem->rule_count; r++) {
        double slack = sc_staff_slack(base, r), sum = 0.0, square = 0.0;
        falls[r] = slack < -rounding;
        for (size_t i = 0; i < base->count && falls[r] && errors > 0.0; i++) {
            double with, without, weight;
            sc_staff_rule_value(problem, base, r, i, &with, &weight);
            sc_staff_rule_value(problem, beside, r, i, &without, &weight);
            sum += with - without;
            square += (with - without) * (with - without);
        }
        falls[r] = falls[r] && slack + errors * sqrt(fmax(0.0, square - sum * sum / n)) / base->weight[r] < -rounding;
        found += falls[r];
    }
    return found;
}
