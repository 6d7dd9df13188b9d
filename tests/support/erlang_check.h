/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of Erlang's formulas have in common. */
#ifndef STAFFCAST_TESTS_ERLANG_CHECK_H
#define STAFFCAST_TESTS_ERLANG_CHECK_H

#include "staffcast/erlang.h"

/* |found - wanted| <= relative * |wanted| + absolute, in double precision; says so with file and line where not. */
#define assert_near(found, wanted, relative, absolute)                                                               \
    erlang_assert_near(#found, found, wanted, relative, absolute, __FILE__, __LINE__)

void erlang_assert_near(const char *what, double found, double wanted, double relative, double absolute,
                        const char *file, int line);

/* Evaluates a system that must be fine. */
struct sc_erlang_result erlang_evaluated(struct sc_erlang system);
struct sc_erlang_shares erlang_shares(struct sc_erlang system);
struct sc_erlang_tail erlang_tail_at(struct sc_erlang system, double t_s);

#endif
