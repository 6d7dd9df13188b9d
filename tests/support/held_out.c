/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/held_out.h"

#include "base/random.h"
#include "decide/plan_engine.h"
#include "estimate/loop.h"
#include "estimate/metrics.h"
#include "estimate/pairs.h"
#include "model/internal.h"
#include "model/workforce.h"
#include "staffcast/calendar.h"
#include "support/held_out_people.h"

#include <gsl/gsl_cdf.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Burn-out: people leave by how busy the others were, who are busy by who has left. A path is played again until nobody
   leaves on another day; each time more of its days are settled, mostly all of them by the fourth. */
enum { POOLS_MOST = 8, PLAYED_MOST = 40 };
static const uint64_t OTHER_SEED = 987654321;
static const double FACTOR_MOST = 4.0;

/* One thread. */
struct player {
    const struct held_out *test;
    struct sc_workforce workforce;
    struct sc_model *model;
    struct sc_workspace *workspace;
    struct sc_replication *replication;
    struct held_out_people *people[POOLS_MOST]; /* NULL: a pool without */
    double *occupancy;                          /* [days][2], live busy and on-duty time of a pool */
};

static void people_of(const void *context, size_t pool, int64_t date, uint64_t replication, struct sc_crew *crew)
{
    const struct player *player = context;
    (void)replication;
    if (!player->people[pool])
        return;
    held_out_people_crew(player->people[pool], date, crew);
    assert_true(crew->factor <= FACTOR_MOST);
}

static enum sc_code player_new(void *context, void **out, struct sc_error *error)
{
    const struct held_out *test = context;
    struct player *player = calloc(1, sizeof *player);
    size_t days = (size_t)(test->end_day - test->first_day);
    enum sc_code code = SC_OK;
    player->test = test;
    player->workforce = (struct sc_workforce){people_of, player, FACTOR_MOST};
    player->occupancy = calloc(2 * days, sizeof *player->occupancy);
    *out = player;
    for (size_t p = 0; p < test->scenario->pool_count; p++)
        if (test->scenario->pools[p].people.given)
            player->people[p] = held_out_people_new(&test->scenario->pools[p].people, test->first_day, days);
    if (code == SC_OK)
        code = sc_model_people(sc_plan_engine_model(test->engine, 0), &player->workforce, &player->model, error);
    if (code == SC_OK)
        code = sc_workspace_new(player->model, &player->workspace, error);
    if (code == SC_OK)
        code = sc_replication_new(player->model, &player->replication, error);
    if (code == SC_OK)
        sc_model_set_seed(player->model, OTHER_SEED);
    return code;
}

static void player_free(void *context, void *item)
{
    struct player *player = item;
    (void)context;
    for (size_t p = 0; p < POOLS_MOST; p++)
        held_out_people_free(player->people[p]);
    free(player->occupancy);
    sc_workspace_free(player->workspace);
    sc_replication_free(player->replication);
    sc_model_free(player->model);
    free(player);
}

/* Does a channel keep its target in a month? -1: nothing to judge. */
static int channel_kept(const struct held_out *test, const struct sc_replication *r, size_t channel,
                        const struct held_out_month *month)
{
    const struct sc_target *target = &test->scenario->channels[channel].service.target;
    struct sc_tally sum = {.demand = 0.0};
    size_t first = (size_t)(month->first_day - test->first_day);
    for (size_t d = first; d < first + (size_t)month->days; d++)
        sc_tally_sum(&sum, &r->day[channel * r->days + d]);
    struct sc_pair service = sc_service_pair(&sum, target->counts);
    double joined = sum.offered - sum.blocked;
    int kept = -1;
    if (target->answer_given && service.x > 0.0)
        kept = service.y >= target->answer * service.x;
    if (target->abandon_given && joined > 0.0)
        kept = kept != 0 && sum.abandoned + sum.balked <= target->abandon * joined;
    return kept;
}

/* Puts in those who leave by the occupancy of the replication just played, or (`first`) regardless of it. Says whether
   anybody is elsewhere than before. */
static bool path_people(struct player *player, uint64_t number, bool first)
{
    const struct held_out *test = player->test;
    struct sc_cohort *cohorts = calloc(test->hire_count + 1, sizeof *cohorts);
    bool changed = false;
    for (size_t p = 0; p < test->scenario->pool_count; p++) {
        const struct sc_pool *pool = &test->scenario->pools[p];
        const struct sc_pool_tally *day = &player->replication->pool_day[p * player->replication->days];
        bool burns_out = pool->people.burnout_points > 0;
        size_t n = 0;
        if (!pool->people.given || (!first && !burns_out))
            continue;
        for (size_t i = 0; i < test->hire_count; i++)
            if (test->hires[i].pool == p)
                cohorts[n++] = test->hires[i].cohort;
        for (size_t d = 0; d < player->replication->days && !first; d++) {
            player->occupancy[2 * d] = day[d].live_busy_s;
            player->occupancy[2 * d + 1] = day[d].present_s + day[d].overtime_s;
        }
        uint64_t key = sc_key_name(sc_key(sc_key(0x9e091e, OTHER_SEED), number), pool->name);
        bool moved = held_out_people_fill(player->people[p], cohorts, n, key, first ? NULL : player->occupancy);
        changed = changed || (moved && burns_out);
    }
    free(cohorts);
    return first || changed;
}

static enum sc_code path_play(struct player *player, uint64_t number, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    int played = 0;
    for (bool first = true; code == SC_OK && path_people(player, number, first); first = false) {
        assert_true(++played <= PLAYED_MOST);
        code = sc_simulate(player->model, number, player->workspace, player->replication, NULL, NULL, error);
    }
    return code;
}

static enum sc_code brought_new(void *context, void **out, struct sc_error *error)
{
    const struct held_out *test = context;
    (void)error;
    *out = calloc(test->month_count * test->scenario->channel_count, sizeof(int));
    return SC_OK;
}

static void brought_free(void *context, void *item)
{
    (void)context;
    free(item);
}

static enum sc_code play(void *context, void *scratch, size_t number, void *brought, struct sc_error *error)
{
    const struct held_out *test = context;
    struct player *player = scratch;
    int *kept = brought;
    enum sc_code code = path_play(player, number, error);
    for (size_t m = 0; code == SC_OK && m < test->month_count; m++)
        for (size_t c = 0; c < test->scenario->channel_count; c++)
            *kept++ = channel_kept(test, player->replication, c, &test->months[m]);
    return code;
}

static enum sc_code count(void *context, size_t number, void *brought, bool *more, struct sc_error *error)
{
    struct held_out *test = context;
    const int *kept = brought;
    (void)number;
    (void)more;
    (void)error;
    for (size_t m = 0; m < test->month_count; m++) {
        bool judged = false, all = true;
        for (size_t c = 0; c < test->scenario->channel_count; c++, kept++) {
            judged = judged || *kept >= 0;
            all = all && *kept != 0;
            test->months[m].missed[c] += *kept == 0;
        }
        test->months[m].judged += judged;
        test->months[m].kept += judged && all;
    }
    return SC_OK;
}

struct held_out *held_out_new(const struct sc_scenario *scenario)
{
    struct held_out *test = calloc(1, sizeof *test);
    struct sc_error error = SC_ERROR_INIT;
    struct sc_date date = sc_date_from_day(scenario->start_day);
    assert_true(scenario->plan.given && scenario->pool_count <= POOLS_MOST);
    for (size_t c = 0; c < scenario->channel_count; c++)
        for (size_t k = 0; k < scenario->channels[c].class_count; k++)
            assert_false(scenario->channels[c].classes[k].service.target.given &&
                         !scenario->channels[c].service.target.given);
    test->scenario = scenario;
    test->first_day = scenario->start_day;
    test->month_count = (size_t)scenario->plan.months;
    test->months = calloc(test->month_count, sizeof *test->months);
    int64_t first = test->first_day;
    for (size_t m = 0; m < test->month_count; m++) {
        date = (struct sc_date){date.month == 12 ? date.year + 1 : date.year, date.month % 12 + 1, 1};
        test->months[m] = (struct held_out_month){.first_day = first, .days = (int)(sc_day_from_date(date) - first)};
        test->months[m].missed = calloc(scenario->channel_count, sizeof *test->months[m].missed);
        first = sc_day_from_date(date);
    }
    test->end_day = first;
    const struct sc_plan_stretch whole = {test->first_day, (int)(test->end_day - test->first_day), -1, NULL, 0};
    if (sc_plan_engine_new(scenario, &whole, 1, &test->engine, &error) != SC_OK)
        fail_msg("%s", error.message);
    return test;
}

void held_out_free(struct held_out *test)
{
    sc_plan_engine_free(test->engine);
    for (size_t m = 0; m < test->month_count; m++)
        free(test->months[m].missed);
    free(test->months);
    free(test);
}

void held_out_clear(struct held_out *test)
{
    for (size_t m = 0; m < test->month_count; m++) {
        test->months[m].kept = test->months[m].judged = 0;
        for (size_t c = 0; c < test->scenario->channel_count; c++)
            test->months[m].missed[c] = 0;
    }
}

void held_out_play(struct held_out *test, const struct held_out_hire *hires, size_t hire_count, size_t first,
                   size_t end)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_loop loop = {.first = first, .end = end, .context = test, .start = player_new, .finish = player_free,
                           .brought_new = brought_new, .brought_free = brought_free, .play = play, .fold = count};
    test->hires = hires;
    test->hire_count = hire_count;
    if (sc_loop_run(&loop, NULL, &error) != SC_OK)
        fail_msg("%s", error.message);
}

/* The p at which the beta law's distribution is `error`. By bisection: GSL's inverse does not converge for all. */
static double beta_quantile(double error, double a, double b)
{
    double low = 0.0, high = 1.0;
    while (high - low > 1e-12) {
        double p = (low + high) / 2.0;
        *(gsl_cdf_beta_P(p, a, b) < error ? &low : &high) = p;
    }
    return low;
}

double held_out_at_least(const struct held_out_month *month, double error)
{
    double k = (double)month->kept, n = (double)month->judged;
    return k == 0.0 ? 0.0 : beta_quantile(error, k, n - k + 1.0);
}

double held_out_at_most(const struct held_out_month *month, double error)
{
    double k = (double)month->kept, n = (double)month->judged;
    return k == n ? 1.0 : beta_quantile(1.0 - error, k + 1.0, n - k);
}
