/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small Markov chains in continuous time, solved exactly: references for the simulation. */
#ifndef STAFFCAST_TESTS_MARKOV_H
#define STAFFCAST_TESTS_MARKOV_H

#include <stddef.h>

struct markov;

/* A chain of `states` states, numbered from 0, without transitions. The test fails where memory does. */
struct markov *markov_new(size_t states);
void markov_add(struct markov *chain, size_t from, size_t to, double rate);

/*
 * The stationary probabilities of an irreducible chain; the chain is used up and freed. States that cannot be reached
 * from state 0 may exist (they get 0). By the elimination of Grassmann, Taksar and Heyman (1985, Oper. Res. 33), which
 * subtracts nothing and so loses no digits. O(states^3 / 3). The caller frees.
 */
double *markov_solve(struct markov *chain);

#endif
