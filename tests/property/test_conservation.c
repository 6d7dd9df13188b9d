/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nothing is lost and nothing counted twice: laws that hold in each replication of each scenario, whatever
 * its mechanisms. Times are whole ticks of 2^-20 s, so sums of them are exact and compared exactly.
 */
#include "model/internal.h"
#include "support/random_scenario.h"
#include "support/scenario_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SCENARIOS = 300, REPLICATIONS = 2 };

static uint64_t current_seed;

#define HOLDS(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            random_scenario_print(current_seed);                                                             \
            fail_msg("seed %llu: %s", (unsigned long long)current_seed, #condition);                         \
        }                                                                                                    \
    } while (0)

/* Sums by an observer: the same figures from single contacts, without the engine's own tallies. */
struct witness {
    const struct sc_model *model;
    double from_s, end_s;
    struct sc_tally *type; /* [types] */
    double *queue_s;       /* [channels] */
    double *busy_s;        /* [pools * channels] */
    double diverted_waiting_late;
    double records;
};

static double overlap(double from, double to, double low, double high)
{
    double a = fmax(from, low), b = fmin(to, high);
    return b > a ? b - a : 0.0;
}

static void witness_waiting(struct witness *w, const struct sc_contact_record *r, struct sc_tally *t)
{
    size_t channel = sc_model_type_channel(w->model, (size_t)r->type);
    w->queue_s[channel] += overlap(r->joined_s, r->left_s, w->from_s, w->end_s);
    if (r->counted && r->outcome == SC_OUTCOME_ANSWERED)
        t->wait_answered_s += r->left_s - r->joined_s;
}

/* How long an agent of average speed is busy with it: the record has the work before the skill's speed. */
static double duration_of(const struct witness *w, const struct sc_contact_record *r)
{
    const struct sc_type *type = &w->model->types[r->type];
    for (size_t i = 0; i < type->route_count; i++)
        if (type->routes[i].pool == r->pool)
            return sc_tick(r->handle_s * type->routes[i].pace) + sc_tick(r->wrap_up_s * type->routes[i].pace);
    fail_msg("a pool has answered what it has no skill for");
    return 0.0;
}

static void witness_contact(void *context, const struct sc_contact_record *r)
{
    struct witness *w = context;
    struct sc_tally *t = &w->type[r->type];
    size_t channel = sc_model_type_channel(w->model, (size_t)r->type);
    size_t channels = sc_model_scenario(w->model)->channel_count;
    w->records++;
    HOLDS(r->joined_s >= r->arrived_s && r->left_s >= r->joined_s && r->left_s <= w->end_s);
    witness_waiting(w, r, t);
    if (r->outcome == SC_OUTCOME_ANSWERED)
        w->busy_s[(size_t)r->pool * channels + channel] +=
            overlap(r->left_s, r->left_s + duration_of(w, r), w->from_s, w->end_s);
    HOLDS(r->counted == (r->arrived_s >= w->from_s));
    if (!r->counted)
        return;
    t->arrivals++;
    t->demand += !r->follow_up;
    t->answered += r->outcome == SC_OUTCOME_ANSWERED;
    t->abandoned += r->outcome == SC_OUTCOME_ABANDONED;
    t->balked += r->outcome == SC_OUTCOME_BALKED;
    t->blocked += r->outcome == SC_OUTCOME_BLOCKED;
    t->dismissed += r->outcome == SC_OUTCOME_DISMISSED;
    t->diverted += r->outcome == SC_OUTCOME_DIVERTED;
    t->diverted_waiting += r->outcome == SC_OUTCOME_DIVERTED_WAITING;
    t->open_at_end += r->outcome == SC_OUTCOME_OPEN;
    if (r->outcome == SC_OUTCOME_ANSWERED)
        t->handle_s += duration_of(w, r);
    if (r->outcome == SC_OUTCOME_ABANDONED || r->outcome == SC_OUTCOME_DISMISSED)
        t->wait_lost_s += r->left_s - r->joined_s;
}

static struct witness witness_new(const struct player *p)
{
    size_t channels = p->scenario->channel_count;
    return (struct witness){.model = p->model,
                            .from_s = sc_model_warmup_days(p->model) * 86400.0,
                            .end_s = (sc_model_warmup_days(p->model) + p->scenario->days) * 86400.0,
                            .type = calloc(sc_model_types(p->model), sizeof(struct sc_tally)),
                            .queue_s = calloc(channels, sizeof(double)),
                            .busy_s = calloc(channels * p->scenario->pool_count, sizeof(double))};
}

static void witness_free(struct witness *w)
{
    free(w->type);
    free(w->queue_s);
    free(w->busy_s);
}

/* --- the laws
 * ------------------------------------------------------------------------------------------------ */

static void check_conserved(const struct sc_tally *t)
{
    HOLDS(t->arrivals ==
          t->deflected + t->automated + t->gave_up + t->diverted + t->offered + t->in_automation_at_end);
    HOLDS(t->offered == t->answered + t->abandoned + t->balked + t->blocked + t->dismissed +
                            t->diverted_waiting + t->called_back + t->open_at_end);
    HOLDS(t->demand <= t->arrivals);
    HOLDS(t->answered_within <= t->judged_answered && t->judged_answered <= t->answered);
    HOLDS(t->judged_lost <= t->abandoned + t->balked + t->dismissed);
    HOLDS(t->lost_within <= t->judged_lost && t->lost_short <= t->judged_lost);
    HOLDS(t->late_open <= t->open_at_end + t->diverted_waiting);
    HOLDS(t->automated_returned <= t->automated && t->callbacks_kept <= t->called_back);
    HOLDS(t->retried <= t->abandoned + t->balked + t->blocked);
    HOLDS(t->wait_max_s * t->answered >= t->wait_answered_s && t->wait_max_s <= t->wait_answered_s);
}

/* Field by field; maxima are the largest, and what a channel has as a whole (queue) is no sum over its types.
 */
static void check_sum(const struct sc_tally *whole, const struct sc_tally *part, size_t parts, bool of_days)
{
    struct sc_tally sum = {.demand = 0.0};
    double *to = (double *)&sum;
    for (size_t i = 0; i < parts; i++)
        for (size_t f = 0; f < sizeof sum / sizeof *to; f++)
            to[f] += ((const double *)&part[i])[f];
    sum.queue_max = sum.oldest_max_s = sum.wait_max_s = 0.0;
    for (size_t i = 0; i < parts; i++) {
        sum.queue_max = fmax(sum.queue_max, part[i].queue_max);
        sum.oldest_max_s = fmax(sum.oldest_max_s, part[i].oldest_max_s);
        sum.wait_max_s = fmax(sum.wait_max_s, part[i].wait_max_s);
    }
    if (!of_days) {
        HOLDS(sum.queue_max <= whole->queue_max);
        sum.queue_max = whole->queue_max;
        sum.queue_open_s = whole->queue_open_s;
    }
    for (size_t f = 0; f < sizeof sum / sizeof *to; f++)
        HOLDS(fabs(to[f] - ((const double *)whole)[f]) <= 1e-12 * fabs(to[f]));
}

static void check_queue(const struct sc_tally *t, double seconds)
{
    HOLDS(t->queue_s <= t->queue_max * t->queue_open_s);
    HOLDS(t->queue_open_s <= seconds);
    HOLDS(t->queue_max == 0.0 ? t->queue_s == 0.0 : true);
}

static void check_histogram(const struct sc_tally *t, const uint32_t *cell)
{
    double count = 0.0, low = 0.0, high = 0.0;
    size_t last = 0;
    for (size_t i = 0; i < SC_HISTOGRAM_CELLS; i++) {
        if (cell[i] == 0)
            continue;
        count += cell[i];
        low += cell[i] * sc_histogram_edge(i);
        high += cell[i] * sc_histogram_edge(i + 1);
        last = i;
    }
    HOLDS(count == t->answered);
    HOLDS(low <= t->wait_answered_s && t->wait_answered_s <= high);
    HOLDS(count == 0.0 || sc_histogram_cell(t->wait_max_s) == last);
}

static void check_channels(const struct player *p)
{
    const struct sc_replication *r = p->replication;
    for (size_t c = 0; c < r->channels; c++) {
        size_t first = sc_model_type(p->model, c), types = 1 + p->scenario->channels[c].class_count;
        check_conserved(&r->channel[c]);
        check_queue(&r->channel[c], 86400.0 * p->scenario->days);
        check_sum(&r->channel[c], &r->type[first], types, false);
        check_sum(&r->channel[c], &r->day[c * r->days], r->days, true);
        for (size_t d = 0; d < r->days; d++) {
            check_conserved(&r->day[c * r->days + d]);
            check_queue(&r->day[c * r->days + d], 86400.0);
        }
        for (size_t t = first; t < first + types; t++) {
            check_conserved(&r->type[t]);
            check_histogram(&r->type[t], &r->wait_histogram[t * SC_HISTOGRAM_CELLS]);
        }
    }
}

static void check_pools(const struct player *p)
{
    const struct sc_replication *r = p->replication;
    for (size_t i = 0; i < r->pools; i++) {
        const struct sc_pool_tally *pool = &r->pool[i];
        double busy = 0.0, contacts = 0.0;
        for (size_t c = 0; c < r->channels; c++) {
            busy += r->work[i * r->channels + c].busy_s;
            contacts += r->work[i * r->channels + c].contacts;
            HOLDS(sc_pool_serves(&p->scenario->pools[i], c) || r->work[i * r->channels + c].busy_s == 0.0);
        }
        HOLDS(busy == pool->busy_s && contacts == pool->contacts);
        HOLDS(pool->busy_s <= pool->present_s + pool->overtime_s);
        HOLDS(pool->scheduled_s >= pool->present_s && pool->overtime_s <= pool->busy_s);
        HOLDS(pool->live_busy_s <= pool->busy_s && pool->holding_s >= pool->busy_s);
    }
}

/* Heads of different speeds: an observer does not see how long a handling takes. */
static bool heads_differ(const struct player *p)
{
    return p->scenario->pools[0].speed_spread > 0.0;
}

/* What the engine counted against what an observer saw. */
static void check_witness(const struct player *p, const struct witness *w)
{
    const struct sc_replication *r = p->replication;
    double came = 0.0, new_ones = 0.0, moved = 0.0, retried = 0.0;
    for (size_t t = 0; t < r->types; t++) {
        const struct sc_tally *a = &r->type[t], *b = &w->type[t];
        HOLDS(a->arrivals == b->arrivals && a->demand == b->demand && a->answered == b->answered);
        HOLDS(a->abandoned == b->abandoned && a->balked == b->balked && a->blocked == b->blocked);
        HOLDS(a->dismissed == b->dismissed && a->diverted == b->diverted && a->open_at_end == b->open_at_end);
        HOLDS(a->diverted_waiting == b->diverted_waiting);
        HOLDS(a->wait_answered_s == b->wait_answered_s && a->wait_lost_s == b->wait_lost_s);
        HOLDS(heads_differ(p) || a->handle_s == b->handle_s);
        came += a->arrivals;
        new_ones += a->demand;
        moved += a->diverted + a->diverted_waiting;
        retried += a->retried + a->transferred;
    }
    HOLDS(r->contacts_simulated == w->records);
    if (w->from_s == 0.0) {
        HOLDS(came == r->contacts_simulated);
        HOLDS(came - new_ones >= moved && came - new_ones <= moved + retried);
    }
    for (size_t c = 0; c < r->channels; c++)
        HOLDS(r->channel[c].queue_s == w->queue_s[c]);
    for (size_t i = 0; i < r->pools * r->channels; i++)
        HOLDS(heads_differ(p) || r->work[i].busy_s == w->busy_s[i]);
}

/* Interval sums are in whole microseconds: each term rounds by half of one. */
static void check_intervals(const struct player *p)
{
    const struct sc_replication *r = p->replication;
    const struct sc_intervals *v = p->intervals;
    for (size_t c = 0; c < r->channels; c++) {
        struct sc_interval_cell sum = {.offered = 0};
        for (size_t i = 0; i < v->count; i++)
            for (size_t f = 0; f < sizeof sum / sizeof(int64_t); f++)
                ((int64_t *)&sum)[f] += ((const int64_t *)&v->channel[c * v->count + i])[f];
        const struct sc_tally *t = &r->channel[c];
        HOLDS((double)sum.offered == t->offered && (double)sum.answered == t->answered);
        HOLDS((double)sum.abandoned == t->abandoned + t->balked && (double)sum.handlings == t->handlings);
        HOLDS((double)sum.answered_within == t->answered_within &&
              (double)sum.judged_answered == t->judged_answered);
        HOLDS((double)sum.lost_within == t->lost_within && (double)sum.judged_lost == t->judged_lost);
        HOLDS((double)sum.lost_short == t->lost_short && (double)sum.late_open == t->late_open);
        double slack = 1e-6 * (t->offered + 1.0);
        HOLDS(fabs((double)sum.wait_us * 1e-6 - t->wait_answered_s) <= slack);
        HOLDS(fabs((double)sum.handle_us * 1e-6 - t->handle_s) <= slack);
        HOLDS(fabs((double)sum.queue_us * 1e-6 - t->queue_s) <=
              1e-6 * (r->contacts_simulated + 1.0) * (double)v->count);
    }
    for (size_t i = 0; i < r->pools; i++) {
        struct sc_interval_pool sum = {0, 0, 0};
        for (size_t k = 0; k < v->count; k++) {
            sum.scheduled_us += v->pool[i * v->count + k].scheduled_us;
            sum.present_us += v->pool[i * v->count + k].present_us;
            sum.busy_us += v->pool[i * v->count + k].busy_us;
        }
        double slack = 1e-6 * (r->contacts_simulated + 1.0) * 100.0;
        HOLDS(fabs((double)sum.busy_us * 1e-6 - r->pool[i].busy_s) <= slack);
        HOLDS(fabs((double)sum.present_us * 1e-6 - r->pool[i].present_s) <= slack);
        HOLDS(fabs((double)sum.scheduled_us * 1e-6 - r->pool[i].scheduled_s) <= slack);
    }
}

/* --- the test
 * -------------------------------------------------------------------------------------------------- */

/* How often each mechanism has come about: a property over scenarios in which nothing happens proves nothing.
 */
static void check_all_happened(const struct sc_tally *all, double overtime_s)
{
    assert_true(all->answered > 50000.0 && all->abandoned > 2000.0 && all->balked > 1000.0 &&
                all->blocked > 1000.0);
    assert_true(all->dismissed > 100.0 && all->diverted > 1000.0 && all->diverted_waiting > 500.0);
    assert_true(all->open_at_end > 100.0 && all->retried > 1000.0 && all->transferred > 1000.0);
    assert_true(all->late_open > 100.0 && all->lost_cost > 0.0 && overtime_s > 0.0);
}

static void test_every_replication_conserves(void **state)
{
    (void)state;
    struct sc_tally all = {.demand = 0.0};
    double overtime_s = 0.0;
    for (current_seed = 0; current_seed < SCENARIOS; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct sc_scenario *scenario = scenario_from_text(text, NULL, 0);
        if (current_seed % 3 ==
            0) /* heads of different speeds: the scenario language has no word for it yet */
            ((struct sc_pool *)(uintptr_t)scenario->pools)->speed_spread = 0.2;
        struct player p = player_of(scenario);
        for (uint64_t number = 0; number < REPLICATIONS; number++) {
            struct witness w = witness_new(&p);
            size_t channels = p.scenario->channel_count, pools = p.scenario->pool_count;
            memset(p.intervals->channel, 0, channels * p.intervals->count * sizeof *p.intervals->channel);
            memset(p.intervals->pool, 0, pools * p.intervals->count * sizeof *p.intervals->pool);
            player_play(&p, number, p.intervals, &(struct sc_observer){witness_contact, &w});
            check_channels(&p);
            check_pools(&p);
            check_witness(&p, &w);
            check_intervals(&p);
            for (size_t c = 0; c < channels; c++)
                for (size_t f = 0; f < sizeof all / sizeof(double); f++)
                    ((double *)&all)[f] += ((const double *)&p.replication->channel[c])[f];
            for (size_t i = 0; i < pools; i++)
                overtime_s += p.replication->pool[i].overtime_s;
            witness_free(&w);
        }
        player_free(&p);
        free(text);
    }
    check_all_happened(&all, overtime_s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_replication_conserves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
