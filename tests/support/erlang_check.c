/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/erlang_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void erlang_assert_near(const char *what, double found, double wanted, double relative, double absolute,
                        const char *file, int line)
{
    if (fabs(found - wanted) <= relative * fabs(wanted) + absolute)
        return;
    print_error("%s is %.17g, should be %.17g\n", what, found, wanted);
    _fail(file, line);
}

struct sc_erlang_result erlang_evaluated(struct sc_erlang system)
{
    struct sc_erlang_result result;
    struct sc_error error = SC_ERROR_INIT;
    if (sc_erlang_evaluate(&system, &result, &error) != SC_OK)
        fail_msg("%s", error.message);
    return result;
}

struct sc_erlang_shares erlang_shares(struct sc_erlang system)
{
    struct sc_erlang_shares shares;
    struct sc_error error = SC_ERROR_INIT;
    if (sc_erlang_shares(&system, &shares, &error) != SC_OK)
        fail_msg("%s", error.message);
    return shares;
}

struct sc_erlang_tail erlang_tail_at(struct sc_erlang system, double t_s)
{
    struct sc_erlang_tail tail;
    struct sc_error error = SC_ERROR_INIT;
    if (sc_erlang_tail(&system, t_s, &tail, &error) != SC_OK)
        fail_msg("%s", error.message);
    return tail;
}
