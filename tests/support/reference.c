/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>

void wait_sums_add(struct trial_sums *sums, const struct sc_contact_record *record)
{
    bool answered = record->outcome == SC_OUTCOME_ANSWERED;
    if (!record->counted || sc_model_type_channel(sums->model, (size_t)record->type) != 0 ||
        !(answered || record->outcome == SC_OUTCOME_ABANDONED))
        return;
    double wait = record->left_s - record->joined_s, *own = sums->own + (answered ? ANSWERED_N : LOST_N);
    own[0] += 1;
    own[1] += wait;
    own[2] += wait * wait;
    sums->own[JOINED_N] += 1;
    sums->own[WAITED_N] += !answered || wait > 0;
}

void assert_agrees_with_system(const struct trial *trial, const struct sc_erlang_result *reference, double most_error)
{
    const struct sc_erlang_shares *shares = &reference->shares;
    assert_agrees("waiting probability", trial_own(trial, WAITED_N, JOINED_N), shares->wait_probability, most_error);
    assert_agrees("mean wait of the answered, s", trial_channel(trial, 0, "wait_mean_s"), reference->wait_mean_s,
                  most_error);
    assert_agrees("its variance, s^2", trial_own_variance(trial, ANSWERED_WW, ANSWERED_W, ANSWERED_N),
                  reference->wait_variance_s2, 4 * most_error);
    assert_agrees("mean wait of all, s", trial_channel(trial, 0, "wait_all_mean_s"), reference->wait_all_mean_s,
                  most_error);
    assert_agrees("mean queue", trial_channel(trial, 0, "queue_mean"), reference->queue_mean, most_error);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), shares->occupancy, most_error);
    static const char *const level[SC_LEVELS] = {"service_level_by.offered", "service_level_by.no-short",
                                                 "service_level_by.answered", "service_level_by.met"};
    for (int i = 0; i < SC_LEVELS; i++)
        assert_agrees(level[i], trial_channel(trial, 0, level[i]), reference->service_level[i], most_error);
    if (shares->abandoned > 0) {
        assert_agrees("abandoned", trial_channel(trial, 0, "abandon_rate"), shares->abandoned, 2 * most_error);
        assert_agrees("mean wait of the lost, s", trial_own(trial, LOST_W, LOST_N), reference->wait_lost_mean_s,
                      2 * most_error);
        /* A fixed patience has none but what rounding leaves. */
        double variance = reference->wait_lost_variance_s2, least = 1e-9 * pow(reference->wait_lost_mean_s, 2);
        if (variance > least)
            assert_agrees("its variance, s^2", trial_own_variance(trial, LOST_WW, LOST_W, LOST_N), variance,
                          4 * most_error);
        else
            assert_true(fabs(trial_own_variance(trial, LOST_WW, LOST_W, LOST_N).value) <= least);
    }
    if (shares->blocked > 0)
        assert_agrees("blocked", trial_share(trial, 0, "blocked", "offered"), shares->blocked, 4 * most_error);
}

struct sc_erlang_result reference_system(const struct sc_erlang *system)
{
    struct sc_erlang_result result;
    struct sc_error error = SC_ERROR_INIT;
    if (sc_erlang_evaluate(system, &result, &error) != SC_OK)
        fail_msg("%s", error.message);
    assert_true(result.shares.stable);
    return result;
}

double reference_integral(double (*f)(double x, void *context), void *context, double a, double b)
{
    enum { PIECES = 1000 };
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(PIECES);
    assert_non_null(workspace);
    gsl_function function = {f, context};
    double value, error;
    int code = isinf(b) ? gsl_integration_qagiu(&function, a, 0, 1e-11, PIECES, workspace, &value, &error)
                        : gsl_integration_qag(&function, a, b, 0, 1e-11, PIECES, GSL_INTEG_GAUSS31, workspace, &value,
                                              &error);
    gsl_integration_workspace_free(workspace);
    assert_int_equal(code, GSL_SUCCESS);
    return value;
}
