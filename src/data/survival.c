/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/survival.h"

#include <math.h>
#include <stdlib.h>

static int spell_compare(const void *a, const void *b)
{
    const struct sc_spell *x = a, *y = b;
    return (x->time > y->time) - (x->time < y->time);
}

static enum sc_code spells_check(const struct sc_spell *spells, size_t count, struct sc_error *error)
{
    if (!count)
        return sc_error_set(error, SC_INPUT, "there is no spell to estimate from; give at least one");
    for (size_t i = 0; i < count; i++)
        if (!(spells[i].time >= 0) || isinf(spells[i].time))
            return sc_error_set(error, SC_INPUT, "a spell lasts no proper time (found %g s); times are 0 and up",
                                spells[i].time);
    return SC_OK;
}

enum sc_code sc_survival_estimate(struct sc_spell *spells, size_t count, struct sc_survival *curve,
                                  struct sc_error *error)
{
    if (spells_check(spells, count, error) != SC_OK)
        return error->code;
    struct sc_survival made = {.spells = count};
    double *block = malloc(5 * count * sizeof *block);
    if (!block)
        return sc_error_memory(error);
    made.time = block;
    made.at_risk = block + count;
    made.deaths = block + 2 * count;
    made.survival = block + 3 * count;
    made.variance = block + 4 * count;
    qsort(spells, count, sizeof *spells, spell_compare);
    made.longest = spells[count - 1].time;
    double survival = 1, greenwood = 0;
    for (size_t first = 0, next; first < count; first = next) {
        double deaths = 0, at_risk = (double)(count - first);
        for (next = first; next < count && spells[next].time == spells[first].time; next++)
            deaths += spells[next].event;
        if (deaths == 0)
            continue;
        survival *= 1 - deaths / at_risk;
        /* at the last step nobody is left: S = 0, known without error as far as the formula goes */
        greenwood += at_risk > deaths ? deaths / (at_risk * (at_risk - deaths)) : 0;
        made.time[made.steps] = spells[first].time;
        made.at_risk[made.steps] = at_risk;
        made.deaths[made.steps] = deaths;
        made.survival[made.steps] = survival;
        made.variance[made.steps] = survival * survival * greenwood;
        made.steps++;
        made.events += (size_t)deaths;
    }
    *curve = made;
    return SC_OK;
}

void sc_survival_release(struct sc_survival *curve)
{
    free(curve->time); /* one block holds all five arrays */
    *curve = (struct sc_survival){0};
}

double sc_survival_at(const struct sc_survival *curve, double time)
{
    size_t low = 0, high = curve->steps; /* first step after `time` */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (curve->time[middle] <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? curve->survival[low - 1] : 1;
}

double sc_survival_quantile(const struct sc_survival *curve, double share)
{
    for (size_t i = 0; i < curve->steps; i++)
        if (curve->survival[i] <= 1 - share)
            return curve->time[i];
    return INFINITY;
}

void sc_survival_restricted_moments(const struct sc_survival *curve, double limit, double *mean, double *square)
{
    double from = 0, survival = 1, first = 0, second = 0;
    for (size_t i = 0; i < curve->steps && curve->time[i] < limit; i++) {
        double to = curve->time[i];
        first += survival * (to - from);
        second += survival * (to * to - from * from);
        from = to;
        survival = curve->survival[i];
    }
    first += survival * (limit - from);
    second += survival * (limit * limit - from * from);
    *mean = first;
    *square = second;
}
