/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/markov.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct markov {
    size_t states;
    double *rate; /* [states * states], from row to column */
};

struct markov *markov_new(size_t states)
{
    struct markov *chain = malloc(sizeof *chain);
    assert_non_null(chain);
    *chain = (struct markov){states, calloc(states * states, sizeof *chain->rate)};
    assert_non_null(chain->rate);
    return chain;
}

void markov_add(struct markov *chain, size_t from, size_t to, double rate)
{
    assert_true(from < chain->states && to < chain->states && rate >= 0);
    if (from != to)
        chain->rate[from * chain->states + to] += rate;
}

/* Takes state k out: whoever goes there goes on to where k goes, in the shares in which k does. */
static void eliminate(struct markov *chain, size_t k, double *out)
{
    const double *row = &chain->rate[k * chain->states];
    double total = 0;
    for (size_t j = 0; j < k; j++)
        total += row[j];
    out[k] = total;
    if (total == 0)
        return; /* cannot be left towards the rest: must not be reached */
    for (size_t i = 0; i < k; i++) {
        double into = chain->rate[i * chain->states + k] / total;
        if (into == 0)
            continue;
        double *to = &chain->rate[i * chain->states];
        for (size_t j = 0; j < k; j++)
            to[j] += into * row[j];
    }
}

double *markov_solve(struct markov *chain)
{
    size_t n = chain->states;
    double *out = calloc(n, sizeof *out), *p = calloc(n, sizeof *p);
    assert_true(out && p);
    for (size_t k = n; k-- > 1;)
        eliminate(chain, k, out);
    p[0] = 1;
    double sum = 1;
    for (size_t k = 1; k < n; k++) {
        for (size_t i = 0; i < k; i++)
            p[k] += p[i] * chain->rate[i * n + k];
        assert_true(p[k] == 0 || out[k] > 0);
        p[k] = p[k] > 0 ? p[k] / out[k] : 0;
        sum += p[k];
    }
    for (size_t k = 0; k < n; k++)
        p[k] /= sum;
    free(out);
    free(chain->rate);
    free(chain);
    return p;
}
