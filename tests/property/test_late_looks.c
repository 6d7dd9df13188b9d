/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine takes short cuts for centres of usual phone calls that nobody observes: it looks late at who has given up
 * and at who has finished (lapse.c, plain.c). With an observer it takes the long way, event by event, which the second
 * engine proves. Both must leave the same bytes, over random centres of every shape that the short cuts allow: half of
 * them with instants and durations on a coarse grid, so that ends, patience, arrivals and the calendar often meet.
 *
 * Who asks for no more than counts of contacts by interval leaves the engine its short cuts. These counts must be those
 * of the long way, cell for cell: in such centres, and where all other mechanisms and events on a date meet. And a
 * model may stop before its end: what was counted until then stands.
 */
#include "base/random.h"
#include "model/internal.h"
#include "support/random_mechanisms.h"
#include "support/random_scenario.h"

#include <gsl/gsl_errno.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { SCENARIOS = 200, REPLICATIONS = 3, DAYS = 2 };

struct writer {
    FILE *out;
    uint64_t key, draws;
    bool grid;
    char folder[32];
};

static int below(struct writer *w, int n)
{
    return (int)(sc_uniform(sc_key(w->key, w->draws++)) * n);
}

/* A duration of so many seconds at most: on the grid a fixed one of some half-minutes. */
static void law(struct writer *w, const char *name, int most_s)
{
    if (w->grid)
        fprintf(w->out, "%s = { dist = \"fixed\"; mean = \"%d s\"; }; ", name, 30 * (1 + below(w, most_s / 30)));
    else
        fprintf(w->out, "%s = \"%d s\"; ", name, 1 + below(w, most_s));
}

/* Instants of two days, on the half-minutes, some of them twice. */
static void log_write(struct writer *w, int channel)
{
    char path[64];
    snprintf(path, sizeof path, "%s/c%d.csv", w->folder, channel);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("arrived\n", file);
    int step = 1 + below(w, 6);
    for (int day = 0; day < DAYS; day++)
        for (int at = 16 * 60; at < 34 * 60; at += below(w, 2 * step)) /* half-minutes; 0: two at one instant */
            fprintf(file, "2026-01-%02d %02d:%02d:%02d\n", 5 + day, at / 120, at / 2 % 60, at % 2 * 30);
    assert_int_equal(fclose(file), 0);
}

static void channel_write(struct writer *w, int channel)
{
    fprintf(w->out, "{ name = \"c%d\"; kind = \"live\"; ", channel);
    if (w->grid || below(w, 2))
        fputs("hours = { all = \"08:00-17:00\"; }; ", w->out);
    if (w->grid) {
        log_write(w, channel);
        fprintf(w->out, "volume = { history = { file = \"c%d.csv\"; use = \"replay\"; }; }; ", channel);
    } else {
        fprintf(w->out, "volume = { per_day = %d; spread = %g; }; ", 20 + below(w, 2000), below(w, 2) * 0.3);
    }
    law(w, "handle", 600);
    if (below(w, 5))
        law(w, "patience", below(w, 2) ? 120 : 3600);
    if (below(w, 2))
        fprintf(w->out, "target = { answer = 0.8; within = \"%d s\"; }; ", 30 * below(w, 3));
    fprintf(w->out, "at_close = \"%s\"; priority = %d; cost_per_lost = 1.5; ",
            (const char *const[]){"drain", "dismiss", "keep"}[below(w, 3)], below(w, 2));
    if (below(w, 3) == 0)
        fputs("classes = ( { name = \"vip\"; share = 0.2; priority = 3; } ); ", w->out);
    fputs("}", w->out);
}

static void roster_write(struct writer *w)
{
    static const char *const kinds[] = {"agents", "shifts", "staffing"};
    const char *kind = kinds[below(w, 3)];
    if (kind[0] == 'a') {
        fprintf(w->out, "agents = %d; ", 1 + below(w, 25));
    } else if (kind[1] == 'h') {
        fprintf(w->out, "shifts = ( { days = \"all\"; from = \"07:30\"; to = \"%02d:00\"; agents = %d; }, ",
                12 + below(w, 9), 1 + below(w, 12));
        fprintf(w->out, "{ days = \"all\"; from = \"%02d:30\"; to = \"17:00\"; agents = %d; } ); ", 9 + below(w, 4),
                1 + below(w, 12));
    } else {
        fputs("staffing = ( ", w->out);
        for (int i = 0; i < 24; i++)
            fprintf(w->out, "%s%d", i ? ", " : "", below(w, 4) ? below(w, 15) : 0);
        fputs(" ); ", w->out);
    }
    if (below(w, 3) == 0)
        fputs("speed_spread = 0.3; ", w->out);
    if (below(w, 3) == 0)
        fputs("shrinkage = { planned = 0.1; absence = 0.1; }; ", w->out);
}

/* The text of a random centre; the caller frees it. */
static char *centre_text(struct writer *w)
{
    char *text = NULL;
    size_t size = 0;
    int channels = 1 + below(w, 3), pools = below(w, 2) ? 1 : 1 + below(w, 3);
    w->out = open_memstream(&text, &size);
    fprintf(w->out, "name = \"t\"; start = \"2026-01-05\"; days = %d; warmup = \"%d d\"; replications = 1;\n", DAYS,
            w->grid ? 0 : below(w, 2));
    fputs("channels = ( ", w->out);
    for (int c = 0; c < channels; c++) {
        fputs(c ? ",\n" : "", w->out);
        channel_write(w, c);
    }
    fputs(" );\npools = ( ", w->out);
    for (int p = 0; p < pools; p++) {
        fprintf(w->out, "%s{ name = \"p%d\"; ", p ? ",\n" : "", p);
        roster_write(w);
        fputs("skills = ( ", w->out);
        for (int c = 0, n = 0; c < channels; c++)
            if (p == 0 || below(w, 2) || (c == channels - 1 && n == 0))
                fprintf(w->out, "%s{ channel = \"c%d\"; rank = %d; }", n++ ? ", " : "", c, 1 + below(w, 2));
        fputs(" ); }", w->out);
    }
    static const char *const agent[] = {"longest-idle", "random", "in-order"};
    static const char *const contact[] = {"rank", "longest-wait", "target"};
    fprintf(w->out, " );\nrouting = { agent = \"%s\"; contact = \"%s\"; };\n", agent[below(w, 3)],
            contact[below(w, 3)]);
    fclose(w->out);
    return text;
}

static void see(void *context, const struct sc_contact_record *record)
{
    (void)record;
    ++*(size_t *)context;
}

/* A scenario beside its logs. */
static struct sc_scenario *centre_read(const struct writer *w, const char *text)
{
    char path[64];
    struct sc_scenario *scenario = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    snprintf(path, sizeof path, "%s/centre.cfg", w->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    if (sc_scenario_read(path, NULL, 0, &scenario, &faults, &error) != SC_OK)
        fail_msg("%s\n%s", error.message, text);
    sc_faults_release(&faults);
    return scenario;
}

static void folder_remove(const char *folder)
{
    char path[64];
    for (int c = 0; c < 3; c++) {
        snprintf(path, sizeof path, "%s/c%d.csv", folder, c);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/centre.cfg", folder);
    unlink(path);
    rmdir(folder);
}

static void both_ways_leave_the_same_bytes(void **state)
{
    size_t seen = 0, abandoned = 0, overtime = 0;
    (void)state;
    for (uint64_t seed = 0; seed < SCENARIOS; seed++) {
        struct writer w = {.key = sc_key(2026, seed), .grid = seed % 2 == 0, .folder = P_tmpdir "/late-XXXXXX"};
        assert_non_null(mkdtemp(w.folder));
        char *text = centre_text(&w);
        struct player p = player_of(centre_read(&w, text));
        struct sc_observer observer = {see, &seen};
        for (uint64_t number = 0; number < REPLICATIONS; number++) {
            player_play(&p, number, NULL, NULL);
            uint64_t quick = replication_digest(p.replication);
            player_play(&p, number, NULL, &observer);
            if (replication_digest(p.replication) != quick)
                fail_msg("seed %d, replication %d:\n%s", (int)seed, (int)number, text);
            for (size_t c = 0; c < p.replication->channels; c++)
                abandoned += (size_t)p.replication->channel[c].abandoned;
            for (size_t i = 0; i < p.replication->pools; i++)
                overtime += p.replication->pool[i].overtime_s > 0.0;
        }
        player_free(&p);
        free(text);
        folder_remove(w.folder);
    }
    /* It is no proof where nothing happens. */
    assert_true(seen > 400000);
    assert_true(abandoned > 40000);
    assert_true(overtime > 200);
}

/* --- counts by interval --- */

enum { COUNTED = 100 };
enum { COUNTS = offsetof(struct sc_interval_cell, wait_us) / sizeof(int64_t) };

/* What has been counted in all scenarios together. */
struct counted {
    int64_t sum[COUNTS];
};

static struct sc_intervals sums_new(const struct player *p, size_t rows, bool by_type, bool counts_only)
{
    struct sc_intervals sums = {.count = p->intervals->count, .by_type = by_type, .counts_only = counts_only};
    sums.channel = calloc(rows * sums.count, sizeof *sums.channel);
    sums.pool = counts_only ? NULL : calloc(p->replication->pools * sums.count, sizeof *sums.pool);
    return sums;
}

static void sums_free(struct sc_intervals *sums)
{
    free(sums->channel);
    free(sums->pool);
}

/* The counts are those of all sums, and no times were added to them. */
static void cells_compare(const struct sc_interval_cell *all, const struct sc_interval_cell *counts, size_t cells,
                          struct counted *counted, const char *text)
{
    for (size_t i = 0; i < cells; i++) {
        if (memcmp(&all[i], &counts[i], COUNTS * sizeof(int64_t)) != 0)
            fail_msg("cell %d:\n%s", (int)i, text);
        if (counts[i].wait_us || counts[i].handle_us || counts[i].handlings || counts[i].queue_us)
            fail_msg("times in cell %d:\n%s", (int)i, text);
        for (size_t k = 0; k < COUNTS; k++)
            counted->sum[k] += ((const int64_t *)&all[i])[k];
    }
}

/* Who asks for times, too, gets them: all handlings of a replication, and the heads that are paid. */
static void times_check(const struct sc_intervals *sums, const struct sc_replication *r, size_t rows, const char *text)
{
    double handlings = 0.0, scheduled_us = 0.0, handled = 0.0, scheduled_s = 0.0;
    for (size_t i = 0; i < rows * sums->count; i++)
        handlings += (double)sums->channel[i].handlings;
    for (size_t i = 0; i < r->pools * sums->count; i++)
        scheduled_us += (double)sums->pool[i].scheduled_us;
    for (size_t c = 0; c < r->channels; c++)
        handled += r->channel[c].handlings;
    for (size_t i = 0; i < r->pools; i++)
        scheduled_s += r->pool[i].scheduled_s;
    if (handlings != handled || (scheduled_us > 0.0) != (scheduled_s > 0.0))
        fail_msg("%g of %g handlings, %g us of %g s:\n%s", handlings, handled, scheduled_us, scheduled_s, text);
}

/* Some replications three times: for all sums, for the counts, and for these while someone looks on. */
static void counts_compare(struct player *p, bool by_type, struct counted *counted, const char *text)
{
    enum { ALL, COUNTS_ALONE, COUNTS_WATCHED, WAYS };
    size_t seen = 0, rows = by_type ? p->replication->types : p->replication->channels;
    size_t events = p->scenario->event_count * sizeof *p->replication->event;
    struct sc_observer observer = {see, &seen};
    struct sc_event_tally *event = malloc(events + 1);
    struct sc_intervals sums[WAYS];
    for (int way = 0; way < WAYS; way++)
        sums[way] = sums_new(p, rows, by_type, way != ALL);
    for (uint64_t number = 0; number < REPLICATIONS; number++) {
        player_play(p, number, &sums[ALL], NULL);
        uint64_t digest = replication_digest(p->replication);
        memcpy(event, p->replication->event, events);
        if (number == 0)
            times_check(&sums[ALL], p->replication, rows, text);
        for (int way = COUNTS_ALONE; way < WAYS; way++) {
            player_play(p, number, &sums[way], way == COUNTS_WATCHED ? &observer : NULL);
            if (replication_digest(p->replication) != digest || memcmp(event, p->replication->event, events) != 0)
                fail_msg("replication %d, way %d:\n%s", (int)number, way, text);
        }
    }
    cells_compare(sums[ALL].channel, sums[COUNTS_ALONE].channel, rows * sums[ALL].count, counted, text);
    cells_compare(sums[ALL].channel, sums[COUNTS_WATCHED].channel, rows * sums[ALL].count, counted, text);
    for (int way = 0; way < WAYS; way++)
        sums_free(&sums[way]);
    free(event);
}

/* More than so many of each count, in the order of struct sc_interval_cell: it is no proof where nothing happens. */
static void assert_counted(const struct counted *counted, const int64_t *least)
{
    for (size_t k = 0; k < COUNTS; k++)
        if (counted->sum[k] <= least[k])
            fail_msg("count %d is only %lld", (int)k, (long long)counted->sum[k]);
}

static void counts_are_the_same_by_late_looks(void **state)
{
    static const int64_t least[COUNTS] = {1000000, 700000, 300000, -1, 250000, 40000, 40000, 500, 400000, 200000};
    struct counted counted = {{0}};
    (void)state;
    for (uint64_t seed = 0; seed < COUNTED; seed++) {
        struct writer w = {.key = sc_key(2027, seed), .grid = seed % 2 == 0, .folder = P_tmpdir "/late-XXXXXX"};
        assert_non_null(mkdtemp(w.folder));
        char *text = centre_text(&w);
        struct player p = player_of(centre_read(&w, text));
        counts_compare(&p, seed % 4 < 2, &counted, text);
        player_free(&p);
        free(text);
        folder_remove(w.folder);
    }
    assert_counted(&counted, least);
}

/* An event on the first day, in a third of the scenarios. */
static void any_scenario(uint64_t seed, char *text, struct counted *counted)
{
    char event[200];
    const char *set = event;
    int first = strstr(text, "start = \"2026-01-0")[18] - '0';
    snprintf(event, sizeof event,
             "events = ( { name = \"e\"; at = \"2026-01-%02d 10:00\"; lasts = \"90 min\"; "
             "set = ( \"channels.c0.handle *= 3\" ); } )", first);
    struct player p = player_new(text, &set, seed % 3 == 0);
    counts_compare(&p, seed % 3 != 0 && seed % 2, counted, text);
    player_free(&p);
    free(text);
}

static void counts_are_the_same_wherever_mechanisms_meet(void **state)
{
    static const int64_t least[COUNTS] = {400000, 200000, 100000, 60000, 100000, 20000, 20000, 7000, 140000, 60000};
    struct counted counted = {{0}};
    (void)state;
    for (uint64_t seed = 0; seed < COUNTED; seed++) {
        any_scenario(seed, random_scenario_text(70000 + seed), &counted);
        any_scenario(seed, random_mechanisms_text(80000 + seed), &counted);
    }
    assert_counted(&counted, least);
}

/* What a replication that stops early has counted: all who came until then, and of those who had come long enough
   before it also who was answered in time; nothing that the whole replication has not. */
static void stopped_compare(const struct player *p, const struct sc_intervals *whole,
                            const struct sc_intervals *stopped, size_t type, size_t until, struct counted *counted,
                            const char *text)
{
    const struct sc_model *model = p->model;
    size_t decided = (size_t)ceil(model->types[type].within_s / model->scenario->interval_s);
    for (size_t i = 0; i < whole->count; i++) {
        const struct sc_interval_cell *all = &whole->channel[type * whole->count + i];
        const struct sc_interval_cell *part = &stopped->channel[type * whole->count + i];
        bool same = i >= until || part->offered == all->offered;
        if (i + decided < until)
            same = same && part->answered_within == all->answered_within;
        if (!same || part->offered > all->offered || part->answered > all->answered || part->abandoned > all->abandoned)
            fail_msg("interval %d of a stop before %d:\n%s", (int)i, (int)until, text);
        for (size_t k = 0; k < COUNTS; k++)
            counted->sum[k] += ((const int64_t *)part)[k];
    }
}

static void a_stop_takes_nothing_from_what_was_before(void **state)
{
    static const int64_t least[COUNTS] = {100000, 50000, 20000, -1, 20000, -1, -1, -1, -1, -1};
    struct counted counted = {{0}};
    (void)state;
    for (uint64_t seed = 0; seed < COUNTED; seed++) {
        struct writer w = {.key = sc_key(2028, seed), .grid = seed % 2 == 0, .folder = P_tmpdir "/late-XXXXXX"};
        assert_non_null(mkdtemp(w.folder));
        char *text = centre_text(&w);
        struct player p = player_of(centre_read(&w, text));
        size_t rows = p.replication->types, until = p.intervals->count * (1 + seed % 5) / 6;
        struct sc_intervals whole = sums_new(&p, rows, true, true), stopped = sums_new(&p, rows, true, true);
        player_play(&p, 0, &whole, NULL);
        p.model->stop_s = p.model->counted_from_s + (double)until * p.scenario->interval_s;
        player_play(&p, 0, &stopped, NULL);
        for (size_t type = 0; type < rows; type++)
            stopped_compare(&p, &whole, &stopped, type, until, &counted, text);
        sums_free(&whole);
        sums_free(&stopped);
        player_free(&p);
        free(text);
        folder_remove(w.folder);
    }
    assert_counted(&counted, least);
}

/* A queue that grows beyond what lapses, again and again, and is emptied. */
static void long_queues_are_timed(void **state)
{
    static const char text[] =
        "name = \"t\"; start = \"2026-01-05\"; days = 1; replications = 1;\n"
        "channels = ( { name = \"c\"; kind = \"live\"; volume = { per_day = 60000; }; handle = \"5 min\"; "
        "patience = \"10 min\"; target = { answer = 0.8; within = \"20 s\"; }; } );\n"
        "pools = ( { name = \"p\"; staffing = ( 250, 20, 250, 20, 250, 0, 0, 250, 200, 190, 200, 210, 250, 20, 250, "
        "20, 250, 20, 250, 20, 0, 0, 250, 250 ); skills = ( { channel = \"c\"; } ); } );\n";
    struct player p = player_new(text, NULL, 0);
    size_t seen = 0;
    struct sc_observer observer = {see, &seen};
    (void)state;
    player_play(&p, 0, NULL, NULL);
    uint64_t quick = replication_digest(p.replication);
    assert_true(p.replication->channel[0].queue_max > 300.0);
    player_play(&p, 0, NULL, &observer);
    assert_int_equal(replication_digest(p.replication), quick);
    player_free(&p);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_leave_the_same_bytes),
        cmocka_unit_test(counts_are_the_same_by_late_looks),
        cmocka_unit_test(counts_are_the_same_wherever_mechanisms_meet),
        cmocka_unit_test(a_stop_takes_nothing_from_what_was_before),
        cmocka_unit_test(long_queues_are_timed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
