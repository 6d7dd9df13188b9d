/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Erlang A with patience of any law: M/M/n+G, unlimited lines, no redials.
 *
 * The virtual wait V (of a caller who would never give up) has, for t > 0, the density
 *   v(t) = P(all busy, none waiting) (n / h) exp(a H(t) / h - n t / h),  H(t) = integral of P(R > u) over u < t,
 * with h the mean handle time and R the patience (Baccelli & Hebuterne 1981; Zeltyn & Mandelbaum 2005, "Call centers
 * with impatient customers: many-server asymptotics of the M/M/n+G queue", Queueing Systems 51, section 2). A caller is
 * answered if R > V, after V, and else gives up after R; every figure is an integral against v, done numerically to
 * about eleven digits. The queue behind a caller who has waited t and heads it is Poisson with mean a H(t) / h.
 *
 * Laws are those of a scenario (struct sc_law; by_time has no meaning here and is ignored).
 * SC_LAW_EXPONENTIAL gives the figures of sc_erlang_evaluate by this other way.
 */
#ifndef STAFFCAST_PATIENCE_H
#define STAFFCAST_PATIENCE_H

#include "staffcast/erlang.h"
#include "staffcast/scenario.h"

/*
 * Everything about the system with that patience; its own patience_s, lines and retry_share are ignored. SC_LAW_NONE:
 * nobody gives up. Cost: a tenth of a millisecond; with an empirical law O(samples).
 * Errors: SC_USAGE (the system, or a law without agents), SC_NUMERIC.
 */
enum sc_code sc_erlang_evaluate_law(const struct sc_erlang *system, const struct sc_law *patience,
                                    struct sc_erlang_result *result, struct sc_error *error);

/* The distribution of the wait at t_s, as sc_erlang_tail. */
enum sc_code sc_erlang_tail_law(const struct sc_erlang *system, const struct sc_law *patience, double t_s,
                                struct sc_erlang_tail *tail, struct sc_error *error);

#endif
