/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/random_scenario.h"

#include "base/random.h"
#include "support/scenario_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_CHANNELS = 4, MOST_CLASSES = 2 };

struct writer {
    FILE *out;
    uint64_t key, draws;
    int channels, pools;
    int classes[MOST_CHANNELS];
    int channel; /* being written */
};

static int below(struct writer *w, int n)
{
    return (int)(sc_uniform(sc_key(w->key, w->draws++)) * n);
}

static bool chance(struct writer *w, double share)
{
    return sc_uniform(sc_key(w->key, w->draws++)) < share;
}

static double among(struct writer *w, const double *choice, int n)
{
    return choice[below(w, n)];
}
#define AMONG(w, ...)                                                                                        \
    among(w, (const double[]){__VA_ARGS__}, (int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)))

static const char *word(struct writer *w, const char *const *choice, int n)
{
    return choice[below(w, n)];
}
#define WORD(w, ...)                                                                                         \
    word(w, (const char *const[]){__VA_ARGS__},                                                              \
         (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)))

/* --- values
 * ------------------------------------------------------------------------------------------------- */

static void clock_write(struct writer *w, const char *name, const double *choice, int choices)
{
    int cells = chance(w, 0.7) ? 24 : 48;
    fprintf(w->out, "%s = ( ", name);
    for (int i = 0; i < cells; i++)
        fprintf(w->out, "%s%g", i ? ", " : "", choice[below(w, choices)]);
    fprintf(w->out, " ); ");
}

/* A law with a mean near mean_s. */
static void law_write(struct writer *w, const char *name, int mean_s)
{
    int kind = below(w, 9);
    if (kind == 0) {
        fprintf(w->out, "%s = \"%d s\";\n", name, mean_s);
        return;
    }
    fprintf(w->out, "%s = { ", name);
    if (kind == 1)
        fprintf(w->out, "dist = \"exponential\"; mean = \"%d s\"; ", mean_s);
    else if (kind == 2 || kind == 3)
        fprintf(w->out, "dist = \"fixed\"; mean = \"%d s\"; ", mean_s - mean_s % 30 + 30);
    else if (kind == 4)
        fprintf(w->out, "dist = \"lognormal\"; mean = \"%d s\"; cv = %g; ", mean_s,
                AMONG(w, 0.5, 0.8, 1.0, 1.4));
    else if (kind == 5)
        fprintf(w->out, "dist = \"%s\"; mean = \"%d s\"; cv = %g; ", WORD(w, "gamma", "weibull"), mean_s,
                AMONG(w, 0.5, 1.2));
    else if (kind == 6)
        fprintf(w->out, "dist = \"erlang\"; mean = \"%d s\"; k = %d; ", mean_s, 1 + below(w, 4));
    else if (kind == 7)
        fprintf(w->out, "dist = \"uniform\"; min = \"%d s\"; max = \"%d s\"; ", mean_s / 2, mean_s * 3 / 2);
    else
        fprintf(w->out, "dist = \"triangular\"; min = \"%d s\"; mode = \"%d s\"; max = \"%d s\"; ",
                mean_s / 3, mean_s, mean_s * 2);
    if (chance(w, 0.25))
        clock_write(w, "by_time", (const double[]){0.7, 1.0, 1.2, 1.5}, 4);
    fprintf(w->out, "};\n");
}

/* --- what a contact meets: settings of a channel, or of a class of it
 * ---------------------------------------- */

/* Another channel than the one that is being written. */
static int other_channel(struct writer *w)
{
    return (w->channel + 1 + below(w, w->channels - 1)) % w->channels;
}

static void wrap_up_write(struct writer *w)
{
    law_write(w, "wrap_up", 20 + below(w, 60));
}

static void patience_write(struct writer *w)
{
    law_write(w, "patience", 30 + below(w, 300));
}

static void balk_write(struct writer *w)
{
    fprintf(w->out, "balk = %g; ", AMONG(w, 0.02, 0.2, 1.0));
}

static void queue_limit_write(struct writer *w)
{
    fprintf(w->out, "queue_limit = %d; ", (int)AMONG(w, 0, 1, 3, 8));
}

static void retry_write(struct writer *w)
{
    fprintf(w->out, "retry = { share = %g; attempts = %d; ", AMONG(w, 0.3, 0.7, 1.0), 1 + below(w, 3));
    law_write(w, "after", 60 + below(w, 3000));
    fprintf(w->out, "}; ");
}

static void priority_write(struct writer *w)
{
    fprintf(w->out, "priority = %d; ", below(w, 4) - 1);
}

static void ageing_write(struct writer *w)
{
    fprintf(w->out, "ageing = %g; ", AMONG(w, 0.01, 0.1));
}

static void at_close_write(struct writer *w)
{
    fprintf(w->out, "at_close = \"%s\"; ", WORD(w, "drain", "dismiss", "keep"));
}

static void target_write(struct writer *w)
{
    fprintf(w->out, "target = { answer = 0.8; within = \"%d s\"; counts = \"%s\"; ", (int)AMONG(w, 0, 20, 60),
            WORD(w, "offered", "no-short", "answered", "met"));
    if (chance(w, 0.4))
        fprintf(w->out, "short = \"%d s\"; ", (int)AMONG(w, 5, 30));
    if (chance(w, 0.4))
        fprintf(w->out, "abandon = 0.05; ");
    fprintf(w->out, "}; ");
}

static void divert_write(struct writer *w)
{
    if (w->channels == 1)
        return;
    int n = 1 + below(w, 3);
    fprintf(w->out, "divert = ( ");
    for (int i = 0; i < n; i++) {
        fprintf(w->out, "%s{ to = \"c%d\"; share = %g; ", i ? ", " : "", other_channel(w),
                AMONG(w, 0.1, 0.3, 1.0));
        int kind = below(w, 5);
        if (kind >= 3)
            fprintf(w->out, "after_wait = \"%d s\"; ", (int)AMONG(w, 0, 20, 60, 180));
        else if (kind >= 1)
            fprintf(w->out, "if_wait_over = \"%d s\"; ", (int)AMONG(w, 0, 30, 120));
        fprintf(w->out, "}");
    }
    fprintf(w->out, " );\n");
}

static void transfer_write(struct writer *w)
{
    if (w->channels == 1)
        return;
    fprintf(w->out, "transfer = ( { to = \"c%d\"; share = %g; } ", other_channel(w), AMONG(w, 0.1, 0.4));
    if (chance(w, 0.3))
        fprintf(w->out, ", { to = \"c%d\"; share = 0.2; } ", other_channel(w));
    fprintf(w->out, "); ");
}

static void cost_per_lost_write(struct writer *w)
{
    fprintf(w->out, "cost_per_lost = %g; ", AMONG(w, 0.5, 12.25));
}

struct part {
    void (*write)(struct writer *w);
    double share; /* of scenarios that have it */
};

static const struct part settings_of_service[] = {
    {wrap_up_write, 0.4}, {patience_write, 0.6}, {balk_write, 0.2},     {queue_limit_write, 0.25},
    {retry_write, 0.4},   {priority_write, 0.4}, {ageing_write, 0.3},   {at_close_write, 0.5},
    {target_write, 0.6},  {divert_write, 0.35},  {transfer_write, 0.3}, {cost_per_lost_write, 0.2},
};

/* Each of a table's settings, with its share times `factor`. */
static void parts_write(struct writer *w, const struct part *part, size_t count, double factor)
{
    for (size_t i = 0; i < count; i++)
        if (chance(w, part[i].share * factor))
            part[i].write(w);
}
#define PARTS_WRITE(w, table, factor) parts_write(w, table, sizeof(table) / sizeof *(table), factor)

/* --- channels
 * ------------------------------------------------------------------------------------------------ */

static const char *const class_name[] = {
    "vip", "gold"}; /* alike in all channels: contacts keep their class on the way */

static void classes_write(struct writer *w)
{
    if (w->classes[w->channel] == 0)
        return;
    fprintf(w->out, "classes = ( ");
    for (int i = 0; i < w->classes[w->channel]; i++) {
        fprintf(w->out, "%s{ name = \"%s\"; share = %g; ", i ? ",\n  " : "", class_name[i],
                AMONG(w, 0.1, 0.5));
        if (chance(w, 0.4))
            fprintf(w->out, "handle_factor = %g; ", AMONG(w, 0.5, 1.5));
        if (chance(w, 0.3))
            law_write(w, "handle", 60 + below(w, 300));
        PARTS_WRITE(w, settings_of_service, 0.6);
        fprintf(w->out, "}");
    }
    fprintf(w->out, " );\n");
}

static const char *hours_choose(struct writer *w)
{
    return WORD(w, "{ all = \"08:00-18:00\"; }",
                "{ mon-fri = \"08:00-20:00\"; sat = \"09:00-13:00\"; holiday = \"10:00-14:00\"; }",
                "{ all = \"00:00-24:00\"; sun = \"10:15-24:00\"; }",
                "{ all = \"00:00-07:30\"; holiday = \"00:00-24:00\"; }",
                "{ all = \"14:00-24:00\"; tue-wed = \"00:00-09:00\"; thu = \"closed\"; }");
}

static void volume_write(struct writer *w)
{
    int per_day = 30 + below(w, 400);
    fprintf(w->out, "volume = { ");
    if (chance(w, 0.6))
        fprintf(w->out, "per_day = %d; ", per_day);
    else
        fprintf(w->out, "per_day = { all = %d; mon-wed = %d; tue = %d; holiday = %d; }; ", per_day,
                per_day / 2, per_day * 2, per_day / 3);
    if (chance(w, 0.5))
        clock_write(w, "shape", (const double[]){0.2, 0.5, 1.0, 1.4}, 4);
    if (chance(w, 0.3))
        fprintf(w->out, "factor = %g; ", AMONG(w, 0.5, 1.25));
    if (chance(w, 0.3))
        fprintf(w->out, "spread = %g; ", AMONG(w, 0.1, 0.4));
    fprintf(w->out, "};\n");
}

static void channel_write(struct writer *w)
{
    fprintf(w->out, "{ name = \"c%d\"; ", w->channel);
    if (chance(w, 0.5))
        fprintf(w->out, "kind = \"live\"; ");
    if (chance(w, 0.75))
        fprintf(w->out, "hours = %s;\n", hours_choose(w));
    if (w->channel == 0 || chance(w, 0.8))
        volume_write(w);
    law_write(w, "handle", 60 + below(w, 300));
    PARTS_WRITE(w, settings_of_service, 1.0);
    classes_write(w);
    fprintf(w->out, "}");
}

/* --- pools
 * --------------------------------------------------------------------------------------------------- */

static void shift_write(struct writer *w)
{
    static const char *const days[] = {"all", "mon-fri", "mon,tue,sat-sun", "all,holiday"};
    static const char *const times[] = {"from = \"08:00\"; to = \"16:30\"",
                                        "from = \"12:15\"; to = \"20:00\"",
                                        "from = \"22:00\"; to = \"06:00\"",
                                        "from = \"09:00\"; to = \"13:00\""};
    static const char *const windows[] = {"11:30-13:30", "14:00-16:00", "23:30-02:00", "10:00-12:00"};
    static const char *const instants[] = {"12:00", "15:00", "01:00", "11:00"};
    int time = below(w, 4);
    fprintf(w->out, "{ days = \"%s\"; %s; agents = %d; ", word(w, days, 4), times[time], 1 + below(w, 4));
    if (chance(w, 0.6))
        fprintf(w->out, "breaks = ( { at = \"%s\"; lasts = \"%d min\"; %s} ); ",
                chance(w, 0.5) ? windows[time] : instants[time], (int)AMONG(w, 15, 30),
                chance(w, 0.4) ? "paid = true; " : "");
    fprintf(w->out, "}");
}

static void roster_write(struct writer *w)
{
    int kind = below(w, 3);
    if (kind == 0) {
        int agents = 1 + below(w, 5);
        fprintf(w->out, "agents = %d; ", agents);
        if (chance(w, 0.5))
            fprintf(w->out, "hours = %s; ", hours_choose(w));
        if (chance(w, 0.3))
            fprintf(w->out, "extra = %d; ", agents > 1 && chance(w, 0.5) ? -1 : 2);
    } else if (kind == 1) {
        clock_write(w, "staffing", (const double[]){0, 1, 2, 4}, 4);
        if (chance(w, 0.3))
            fprintf(w->out, "extra = 1; ");
    } else {
        int shifts = 1 + below(w, 3);
        fprintf(w->out, "shifts = ( ");
        for (int i = 0; i < shifts; i++) {
            fputs(i ? ", " : "", w->out);
            shift_write(w);
        }
        fprintf(w->out, " ); ");
        if (chance(w, 0.3))
            fprintf(w->out, "extra = 1; ");
    }
    fputs("\n", w->out);
}

static void skill_write(struct writer *w, int channel, const char *class_of, bool first)
{
    fprintf(w->out, "%s{ channel = \"c%d\"; ", first ? "" : ", ", channel);
    if (class_of)
        fprintf(w->out, "class = \"%s\"; ", class_of);
    if (chance(w, 0.6))
        fprintf(w->out, "rank = %d; ", 1 + below(w, 3));
    if (chance(w, 0.3))
        fprintf(w->out, "speed = %g; ", AMONG(w, 0.8, 1.25));
    if (chance(w, 0.25))
        fprintf(w->out, "after = \"%d s\"; ", (int)AMONG(w, 0, 20, 60, 180));
    fprintf(w->out, "}");
}

/* Every channel has a home pool that takes all of it; others take it, or a class of it, by chance. */
static void skills_write(struct writer *w, int pool)
{
    bool first = true;
    fprintf(w->out, "skills = ( ");
    for (int c = 0; c < w->channels; c++) {
        bool home = c % w->pools == pool || (pool >= w->channels && c == 0);
        if (home || chance(w, 0.35)) {
            skill_write(w, c, NULL, first);
            first = false;
        }
        for (int k = 0; k < w->classes[c]; k++)
            if (chance(w, 0.3)) {
                skill_write(w, c, class_name[k], first);
                first = false;
            }
    }
    fprintf(w->out, " );\n");
}

static void cost_write(struct writer *w)
{
    fprintf(w->out, "cost = { per_hour = 24; overtime = 1.5; per_contact = 0.5; per_minute = 0.1; }; ");
}

static const struct part settings_of_pool[] = {{cost_write, 0.4}};

static void pool_write(struct writer *w, int pool)
{
    fprintf(w->out, "{ name = \"p%d\"; ", pool);
    roster_write(w);
    PARTS_WRITE(w, settings_of_pool, 1.0);
    skills_write(w, pool);
    fprintf(w->out, "}");
}

/* --- the whole
 * ------------------------------------------------------------------------------------------------ */

static void routing_write(struct writer *w)
{
    fprintf(w->out, "routing = { agent = \"%s\"; contact = \"%s\"; };\n",
            WORD(w, "longest-idle", "random", "in-order"),
            WORD(w, "rank", "longest-wait", "score", "target"));
}

static void trunks_write(struct writer *w)
{
    fprintf(w->out, "trunks = ( { lines = %d; channels = ( \"c0\"", (int)AMONG(w, 1, 3, 10));
    if (w->channels > 1 && chance(w, 0.5))
        fprintf(w->out, ", \"c1\"");
    fprintf(w->out, " ); }");
    if (w->channels > 2 && chance(w, 0.5))
        fprintf(w->out, ", { lines = %d; channels = ( \"c2\" ); }", (int)AMONG(w, 2, 6));
    fprintf(w->out, " );\n");
}

static void holidays_write(struct writer *w)
{
    fprintf(w->out, "holidays = ( \"2026-01-0%d\" );\n", 5 + below(w, 4));
}

static void warmup_write(struct writer *w)
{
    fprintf(w->out, "warmup = \"%d d\";\n", below(w, 3));
}

static void spread_write(struct writer *w)
{
    fprintf(w->out, "spread = %g;\n", AMONG(w, 0.1, 0.32));
}

static void interval_write(struct writer *w)
{
    fprintf(w->out, "interval = \"%d min\";\n", (int)AMONG(w, 5, 15, 20, 60));
}

static const struct part settings_of_scenario[] = {
    {routing_write, 0.8}, {trunks_write, 0.3}, {holidays_write, 0.3},
    {warmup_write, 0.85}, {spread_write, 0.3}, {interval_write, 0.5},
};

char *random_scenario_text(uint64_t seed)
{
    char *text = NULL;
    size_t size = 0;
    struct writer w = {.out = open_memstream(&text, &size), .key = sc_key(0x5eed, seed)};
    w.channels = 1 + below(&w, MOST_CHANNELS);
    w.pools = 1 + below(&w, 4);
    for (int c = 0; c < w.channels; c++)
        w.classes[c] = chance(&w, 0.5) ? 1 + below(&w, MOST_CLASSES) : 0;
    fprintf(w.out, "name = \"random %llu\";\nstart = \"2026-01-0%d\";\ndays = %d;\nseed = \"%llu\";\n",
            (unsigned long long)seed, 3 + below(&w, 5), 1 + below(&w, 3), (unsigned long long)seed);
    PARTS_WRITE(&w, settings_of_scenario, 1.0);
    fprintf(w.out, "channels = (\n");
    for (w.channel = 0; w.channel < w.channels; w.channel++) {
        fputs(w.channel ? ",\n" : "", w.out);
        channel_write(&w);
    }
    fprintf(w.out, " );\npools = (\n");
    for (int p = 0; p < w.pools; p++) {
        fputs(p ? ",\n" : "", w.out);
        pool_write(&w, p);
    }
    fprintf(w.out, " );\n");
    fclose(w.out);
    return text;
}

void random_scenario_print(uint64_t seed)
{
    char *text = random_scenario_text(seed);
    fprintf(stderr, "--- scenario of seed %llu ---\n%s---\n", (unsigned long long)seed, text);
    free(text);
}

/* --- playing
 * ---------------------------------------------------------------------------------------------------- */

struct player player_new(const char *text, const char *const *overrides, size_t count)
{
    return player_of(scenario_from_text(text, overrides, count));
}

struct player player_of(struct sc_scenario *scenario)
{
    struct player p = {.scenario = scenario};
    struct sc_error error = SC_ERROR_INIT;
    if (sc_model_build(p.scenario, &p.model, &error) != SC_OK ||
        sc_workspace_new(p.model, &p.workspace, &error) != SC_OK ||
        sc_replication_new(p.model, &p.replication, &error) != SC_OK)
        fail_msg("%s", error.message);
    p.intervals = calloc(1, sizeof *p.intervals);
    p.intervals->count = (size_t)p.scenario->days * (size_t)(86400.0 / p.scenario->interval_s);
    p.intervals->channel =
        calloc(p.scenario->channel_count * p.intervals->count, sizeof *p.intervals->channel);
    p.intervals->pool = calloc(p.scenario->pool_count * p.intervals->count, sizeof *p.intervals->pool);
    return p;
}

void player_free(struct player *player)
{
    free(player->intervals->channel);
    free(player->intervals->pool);
    free(player->intervals);
    sc_replication_free(player->replication);
    sc_workspace_free(player->workspace);
    sc_model_free(player->model);
    sc_scenario_free(player->scenario);
}

void player_play(struct player *player, uint64_t number, struct sc_intervals *intervals,
                 const struct sc_observer *observer)
{
    struct sc_error error = SC_ERROR_INIT;
    if (sc_simulate(player->model, number, player->workspace, player->replication, intervals, observer,
                    &error) != SC_OK)
        fail_msg("%s", error.message);
}

static uint64_t digest_add(uint64_t digest, const void *data, size_t size)
{
    const unsigned char *byte = data;
    for (size_t i = 0; i < size; i++)
        digest = (digest ^ byte[i]) * 0x100000001b3ULL;
    return sc_mix(digest);
}

uint64_t replication_digest(const struct sc_replication *r)
{
    uint64_t digest = digest_add(1, &r->contacts_simulated, sizeof r->contacts_simulated);
    digest = digest_add(digest, r->type, r->types * sizeof *r->type);
    digest = digest_add(digest, r->channel, r->channels * sizeof *r->channel);
    digest = digest_add(digest, r->day, r->channels * r->days * sizeof *r->day);
    digest = digest_add(digest, r->pool, r->pools * sizeof *r->pool);
    digest = digest_add(digest, r->pool_day, r->pools * r->days * sizeof *r->pool_day);
    digest = digest_add(digest, r->midnight, r->channels * r->days * sizeof *r->midnight);
    digest = digest_add(digest, r->work, r->pools * r->channels * sizeof *r->work);
    digest = digest_add(digest, r->wait_histogram, r->types * SC_HISTOGRAM_CELLS * sizeof *r->wait_histogram);
    if (r->response_histogram)
        digest = digest_add(digest, r->response_histogram,
                            r->types * SC_HISTOGRAM_CELLS * sizeof *r->response_histogram);
    return digest;
}
