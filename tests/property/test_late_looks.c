/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine takes short cuts for centres of usual phone calls that nobody observes: it looks late at who has given up
 * and at who has finished (lapse.c, plain.c). With an observer it takes the long way, event by event, which the second
 * engine proves. Both must leave the same bytes, over random centres of every shape that the short cuts allow: half of
 * them with instants and durations on a coarse grid, so that ends, patience, arrivals and the calendar often meet.
 */
#include "base/random.h"
#include "support/random_scenario.h"

#include <gsl/gsl_errno.h>

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
        cmocka_unit_test(long_queues_are_timed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
