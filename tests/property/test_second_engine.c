/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two engines, one story: over random small scenarios in which every mechanism meets every other, the engine tells of
 * each contact exactly what a second one tells that follows the rules in plain lists (support/reference_engine.h), in
 * the same order and to the last bit of each instant, and comes to the same sums.
 */
#include "base/random.h"
#include "support/random_mechanisms.h"
#include "support/random_scenario.h"
#include "support/reference_engine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SCENARIOS = 600 };

struct heard {
    const struct reference_story *story;
    const char *text;
    size_t at;
    bool differs;
};

static void tell(const char *who, const struct sc_contact_record *r)
{
    fprintf(
        stderr,
        "%-9s contact %016llx type %d outcome %d pool %d%s: arrived %.6f joined %.6f left %.6f handle %.6f wrap %.6f\n",
        who, (unsigned long long)r->key, r->type, (int)r->outcome, r->pool, r->follow_up ? " (follow-up)" : "",
        r->arrived_s, r->joined_s, r->left_s, r->handle_s, r->wrap_up_s);
}

static void hear(void *context, const struct sc_contact_record *record)
{
    struct heard *h = context;
    if (h->differs)
        return;
    const struct sc_contact_record *told = h->at < h->story->records ? &h->story->record[h->at] : NULL;
    h->differs = !told || told->key != record->key || told->type != record->type || told->pool != record->pool ||
                 told->outcome != record->outcome || told->follow_up != record->follow_up ||
                 told->counted != record->counted || told->arrived_s != record->arrived_s ||
                 told->joined_s != record->joined_s || told->left_s != record->left_s ||
                 told->handle_s != record->handle_s || told->wrap_up_s != record->wrap_up_s;
    if (h->differs) {
        fprintf(stderr, "record %zu\n", h->at);
        tell("engine", record);
        if (told)
            tell("reference", told);
    }
    h->at++;
}

static const char *const field_name[] = {"demand",
                                         "arrivals",
                                         "deflected",
                                         "automated",
                                         "automated_returned",
                                         "gave_up",
                                         "diverted",
                                         "offered",
                                         "answered",
                                         "abandoned",
                                         "balked",
                                         "blocked",
                                         "dismissed",
                                         "diverted_waiting",
                                         "called_back",
                                         "callbacks_kept",
                                         "open_at_end",
                                         "in_automation_at_end",
                                         "touches",
                                         "retried",
                                         "transferred",
                                         "recontacts",
                                         "entered_automation",
                                         "answered_within",
                                         "lost_within",
                                         "lost_short",
                                         "late_open",
                                         "judged_answered",
                                         "judged_lost",
                                         "wait_answered_s",
                                         "wait_lost_s",
                                         "first_response_s",
                                         "first_responses",
                                         "resolution_s",
                                         "resolved",
                                         "handle_s",
                                         "handlings",
                                         "satisfied",
                                         "satisfaction_base"};

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-6 + 1e-9 * fabs(a);
}

static bool same_tally(const char *what, size_t index, const struct sc_tally *a, const struct sc_tally *b)
{
    const double *x = (const double *)a, *y = (const double *)b;
    bool same = true;
    for (size_t f = 0; f < sizeof field_name / sizeof *field_name; f++)
        if (!near(x[f], y[f])) {
            fprintf(stderr, "%s %zu: %s is %.9g, the reference says %.9g\n", what, index, field_name[f], x[f], y[f]);
            same = false;
        }
    if (!near(a->automation_cost, b->automation_cost) || !near(a->lost_cost, b->lost_cost)) {
        fprintf(stderr, "%s %zu: costs %g %g, the reference says %g %g\n", what, index, a->automation_cost,
                a->lost_cost, b->automation_cost, b->lost_cost);
        same = false;
    }
    return same;
}

static bool conserves(const struct sc_tally *t)
{
    return t->arrivals ==
               t->deflected + t->automated + t->gave_up + t->diverted + t->offered + t->in_automation_at_end &&
           t->offered == t->answered + t->abandoned + t->balked + t->blocked + t->dismissed + t->diverted_waiting +
                             t->called_back + t->open_at_end;
}

static bool same_sums(const struct player *p, const struct reference_story *story)
{
    const struct sc_replication *r = p->replication;
    bool same = r->contacts_simulated == story->contacts;
    for (size_t t = 0; t < r->types; t++) {
        struct sc_tally sum = {.demand = 0.0};
        for (size_t day = 0; day < r->days; day++)
            for (size_t f = 0; f < sizeof sum / sizeof(double); f++)
                ((double *)&sum)[f] += ((const double *)&story->tally[t * r->days + day])[f];
        same = same_tally("type", t, &r->type[t], &sum) && same;
        if (!near(r->type[t].queue_s, story->queue_s[t])) {
            fprintf(stderr, "type %zu: queue_s is %.9g, the reference says %.9g\n", t, r->type[t].queue_s,
                    story->queue_s[t]);
            same = false;
        }
        if (!conserves(&r->type[t])) {
            fprintf(stderr, "type %zu: contacts are lost or counted twice\n", t);
            same = false;
        }
    }
    static const char *const pool_field[] = {"scheduled_s", "present_s",   "busy_s",
                                             "overtime_s",  "live_busy_s", "holding_s"};
    for (size_t i = 0; i < r->pools; i++)
        for (size_t f = 0; f < sizeof pool_field / sizeof *pool_field; f++)
            if (!near(((const double *)&r->pool[i])[f], ((const double *)&story->pool[i])[f])) {
                fprintf(stderr, "pool %zu: %s is %.9g, the reference says %.9g\n", i, pool_field[f],
                        ((const double *)&r->pool[i])[f], ((const double *)&story->pool[i])[f]);
                same = false;
            }
    for (size_t i = 0; i < r->pools * r->channels; i++)
        if (!near(r->work[i].busy_s, story->work[i].busy_s) || r->work[i].contacts != story->work[i].contacts) {
            fprintf(stderr, "work %zu: %.9g s and %g contacts, the reference says %.9g and %g\n", i, r->work[i].busy_s,
                    r->work[i].contacts, story->work[i].busy_s, story->work[i].contacts);
            same = false;
        }
    return same;
}

/* Sums by interval of arrival are the sums of all: whole numbers exactly, times to half a microsecond a term. */
static bool same_intervals(const struct player *p)
{
    const struct sc_replication *r = p->replication;
    bool same = true;
    for (size_t c = 0; c < r->channels; c++) {
        struct sc_interval_cell sum = {.offered = 0};
        for (size_t i = 0; i < p->intervals->count; i++)
            for (size_t f = 0; f < sizeof sum / sizeof(int64_t); f++)
                ((int64_t *)&sum)[f] += ((const int64_t *)&p->intervals->channel[c * p->intervals->count + i])[f];
        const struct sc_tally *t = &r->channel[c];
        double slack = 1e-6 * (t->handlings + t->arrivals + 1.0) * (double)(p->intervals->count + 1);
        bool alike = (double)sum.offered == t->offered && (double)sum.answered == t->answered &&
                     (double)sum.abandoned == t->abandoned + t->balked && (double)sum.handlings == t->handlings &&
                     (double)sum.judged_answered == t->judged_answered && (double)sum.judged_lost == t->judged_lost &&
                     (double)sum.answered_within == t->answered_within && (double)sum.lost_within == t->lost_within &&
                     (double)sum.lost_short == t->lost_short && (double)sum.late_open == t->late_open &&
                     fabs((double)sum.wait_us * 1e-6 - t->wait_answered_s) <= slack &&
                     fabs((double)sum.handle_us * 1e-6 - t->handle_s) <= slack &&
                     fabs((double)sum.queue_us * 1e-6 - t->queue_s) <= slack;
        if (!alike)
            fprintf(stderr,
                    "channel %zu: by interval offered %g answered %g abandoned %g handlings %g judged %g %g late %g, "
                    "queue %.6f wait %.6f handle %.6f; in all %g %g %g %g %g %g %g, %.6f %.6f %.6f\n",
                    c, (double)sum.offered, (double)sum.answered, (double)sum.abandoned, (double)sum.handlings,
                    (double)sum.judged_answered, (double)sum.judged_lost, (double)sum.late_open,
                    (double)sum.queue_us * 1e-6, (double)sum.wait_us * 1e-6, (double)sum.handle_us * 1e-6, t->offered,
                    t->answered, t->abandoned + t->balked, t->handlings, t->judged_answered, t->judged_lost,
                    t->late_open, t->queue_s, t->wait_answered_s, t->handle_s);
        same = same && alike;
    }
    for (size_t i = 0; i < r->pools; i++) {
        double busy_s = 0.0, present_s = 0.0;
        for (size_t k = 0; k < p->intervals->count; k++) {
            busy_s += (double)p->intervals->pool[i * p->intervals->count + k].busy_us * 1e-6;
            present_s += (double)p->intervals->pool[i * p->intervals->count + k].present_us * 1e-6;
        }
        if (fabs(busy_s - r->pool[i].busy_s) > 1e-2 || fabs(present_s - r->pool[i].present_s) > 1e-2) {
            fprintf(stderr, "pool %zu: by interval busy %.6f s and present %.6f s, in all %.6f and %.6f\n", i, busy_s,
                    present_s, r->pool[i].busy_s, r->pool[i].present_s);
            same = false;
        }
    }
    return same;
}

/* How often each mechanism came about, for the whole of the scenarios. */
static void add_up(struct sc_tally *all, const struct sc_replication *r)
{
    for (size_t c = 0; c < r->channels; c++)
        for (size_t f = 0; f < sizeof *all / sizeof(double); f++)
            ((double *)all)[f] += ((const double *)&r->channel[c])[f];
}

static bool agree(uint64_t seed, const char *text, struct sc_tally *all)
{
    struct player p = player_new(text, NULL, 0);
    struct reference_story story;
    reference_play(p.model, 0, &story);
    struct heard heard = {.story = &story, .text = text};
    player_play(&p, 0, p.intervals, &(struct sc_observer){hear, &heard});
    bool same = !heard.differs && heard.at == story.records;
    if (!heard.differs && heard.at != story.records) {
        fprintf(stderr, "the engine tells of %zu outcomes, the reference of %zu\n", heard.at, story.records);
        tell("reference", &story.record[heard.at]);
    }
    same = same && same_sums(&p, &story) && same_intervals(&p);
    if (!same)
        fprintf(stderr, "--- scenario of seed %llu ---\n%s---\n", (unsigned long long)seed, text);
    add_up(all, p.replication);
    reference_release(&story);
    player_free(&p);
    return same;
}

static void both_tell_the_same(void **state)
{
    (void)state;
    struct sc_tally all = {.demand = 0.0};
    const char *only = getenv("SC_TEST_SEED");
    uint64_t first = only ? strtoull(only, NULL, 10) : 0, count = only ? 1 : SCENARIOS;
    int failures = 0;
    for (uint64_t seed = first; seed < first + count; seed++) {
        char *text = random_mechanisms_text(seed);
        failures += !agree(seed, text, &all);
        free(text);
        if (failures > 0)
            fail_msg("seed %llu", (unsigned long long)seed);
    }
    print_message(
        "  answered %g, abandoned %g, dismissed %g, diverted %g + %g, touches %g, recontacts %g, called back %g\n",
        all.answered, all.abandoned, all.dismissed, all.diverted, all.diverted_waiting, all.touches, all.recontacts,
        all.called_back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_tell_the_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
