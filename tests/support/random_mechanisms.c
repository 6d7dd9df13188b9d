/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/random_mechanisms.h"

#include "base/random.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHANNELS_MOST = 4 };
enum kind { LIVE, CHAT, DEFERRED };

struct writer {
    FILE *out;
    uint64_t key, draws;
    int channels, pools;
    enum kind kind[CHANNELS_MOST];
    bool classed[CHANNELS_MOST];
    bool fixed; /* all durations on the grid of half minutes */
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
#define AMONG(w, ...) among(w, (const double[]){__VA_ARGS__}, (int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)))

static const char *word(struct writer *w, const char *const *choice, int n)
{
    return choice[below(w, n)];
}
#define WORD(w, ...)                                                                                                   \
    word(w, (const char *const[]){__VA_ARGS__}, (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)))

static void law_write(struct writer *w, const char *name, int half_minutes)
{
    if (w->fixed || chance(w, 0.5))
        fprintf(w->out, "%s = { dist = \"fixed\"; mean = \"%d s\"; }; ", name, 30 * half_minutes);
    else
        fprintf(w->out, "%s = { dist = \"%s\"; mean = \"%d s\"; cv = 0.8; }; ", name, WORD(w, "lognormal", "gamma"),
                30 * half_minutes);
}

static int other(struct writer *w, int channel)
{
    return (channel + 1 + below(w, w->channels - 1)) % w->channels;
}

/* --- channels --- */

static void automation_write(struct writer *w)
{
    fprintf(w->out, "automation = { resolves = %g; gives_up = %g; cost = 0.25; cost_per_resolved = 0.5; ",
            AMONG(w, 0.2, 0.5), AMONG(w, 0, 0.2));
    if (chance(w, 0.8))
        law_write(w, "takes", 1 + below(w, 6));
    if (chance(w, 0.6)) {
        fprintf(w->out, "returns = 0.5; ");
        law_write(w, "returns_after", (int)AMONG(w, 20, 200, 1000));
    }
    if (chance(w, 0.5))
        fprintf(w->out, "hours = { all = \"%s\"; }; ", WORD(w, "00:00-09:00", "10:00-16:00", "18:00-24:00"));
    fprintf(w->out, "};\n");
}

static void divert_write(struct writer *w, int channel)
{
    int n = 1 + below(w, 2);
    fprintf(w->out, "divert = ( ");
    for (int i = 0; i < n; i++) {
        fprintf(w->out, "%s{ to = \"c%d\"; share = %g; ", i ? ", " : "", other(w, channel), AMONG(w, 0.3, 1.0));
        int kind = below(w, 5);
        if (kind >= 2)
            fprintf(w->out, "after_wait = \"%d s\"; ", 30 * (int)AMONG(w, 0, 2, 4, 20));
        else if (kind == 1)
            fprintf(w->out, "if_wait_over = \"%d s\"; ", 30 * (int)AMONG(w, 0, 1, 4, 100));
        fprintf(w->out, "}");
    }
    fprintf(w->out, " );\n");
}

static void target_write(struct writer *w, enum kind kind)
{
    fprintf(w->out, "target = { answer = 0.8; within = \"%d s\"; ",
            30 * (kind == DEFERRED ? (int)AMONG(w, 10, 120, 960) : (int)AMONG(w, 0, 1, 4)));
    if (chance(w, 0.3))
        fprintf(w->out, "short = \"%d s\"; ", 30 * below(w, 3));
    if (chance(w, 0.4))
        fputs(WORD(w, "clock = \"open\"; ", "clock = { mon-fri = \"09:00-17:00\"; sun = \"10:00-12:00\"; }; "), w->out);
    fprintf(w->out, "}; ");
}

/* What a channel, or a class of it, may have. */
static void service_write(struct writer *w, int channel, double often)
{
    enum kind kind = w->kind[channel];
    if (chance(w, 0.5 * often))
        law_write(w, "wrap_up", 1 + below(w, 3));
    if (kind != DEFERRED && chance(w, 0.5 * often))
        law_write(w, "patience", 1 + below(w, 12));
    if (chance(w, 0.15 * often))
        fprintf(w->out, "balk = 0.3; ");
    if (chance(w, 0.2 * often))
        fprintf(w->out, "queue_limit = %d; ", below(w, 5));
    if (chance(w, 0.3 * often)) {
        fprintf(w->out, "retry = { share = 0.8; attempts = %d; ", 1 + below(w, 2));
        law_write(w, "after", (int)AMONG(w, 2, 20, 700));
        fprintf(w->out, "}; ");
    }
    if (chance(w, 0.3 * often))
        fprintf(w->out, "priority = %d; ", below(w, 3) - 1);
    if (chance(w, 0.3 * often))
        fprintf(w->out, "ageing = %g; ", AMONG(w, 0.01, 0.1));
    if (chance(w, 0.4 * often))
        fprintf(w->out, "at_close = \"%s\"; ", WORD(w, "drain", "dismiss", "keep"));
    if (chance(w, 0.35 * often))
        automation_write(w);
    if (chance(w, 0.15 * often))
        fprintf(w->out, "deflect = 0.2; ");
    if (w->channels > 1 && chance(w, 0.35 * often))
        divert_write(w, channel);
    if (chance(w, 0.4 * often)) {
        fprintf(w->out, "touches = { mean = %g; same_agent = %s; ", AMONG(w, 1.5, 2.5),
                WORD(w, "true", "true", "false"));
        law_write(w, "reply_after", (int)AMONG(w, 4, 40, 600));
        fprintf(w->out, "}; ");
    }
    if (chance(w, 0.3 * often)) {
        fprintf(w->out, "recontact = { share = 0.4; to = \"c%d\"; ", below(w, w->channels));
        law_write(w, "after", (int)AMONG(w, 4, 120, 900));
        fprintf(w->out, "}; ");
    }
    if (w->channels > 1 && chance(w, 0.25 * often))
        fprintf(w->out, "transfer = ( { to = \"c%d\"; share = 0.3; } ); ", other(w, channel));
    if (kind != DEFERRED && chance(w, 0.35 * often))
        fprintf(w->out, "callback = { offer_over = \"%d s\"; accept = 0.6; within = \"%d min\"; reached = 0.7; };\n",
                30 * (int)AMONG(w, 0, 2, 10), (int)AMONG(w, 2, 30));
    if (chance(w, 0.6 * often))
        target_write(w, kind);
    if (chance(w, 0.4 * often))
        fprintf(w->out, "satisfaction = ( { wait = \"30 s\"; share = 0.9; }, { wait = \"%d min\"; share = 0.4; } );\n",
                kind == DEFERRED ? 600 : 10);
    if (chance(w, 0.2 * often))
        fprintf(w->out, "cost_per_lost = 2.5; ");
}

static void channel_write(struct writer *w, int channel)
{
    static const char *const kinds[] = {"live", "chat", "deferred"};
    enum kind kind = w->kind[channel];
    bool empty = w->fixed && chance(w, 0.5);
    fprintf(w->out, "{ name = \"c%d\"; kind = \"%s\"; ", channel, kinds[kind]);
    if (chance(w, 0.7))
        fprintf(w->out, "hours = { all = \"%s\"; %s}; ",
                WORD(w, "08:00-12:00", "09:00-17:00", "00:00-24:00", "14:00-24:00", "00:00-11:00"),
                chance(w, 0.3) ? "tue = \"closed\"; " : "");
    if (!empty)
        fprintf(w->out, "volume = { per_day = %d; }; ", 10 + below(w, 60));
    if (empty || chance(w, 0.3))
        fprintf(w->out, "backlog = { count = %d; age = \"%s\"; }; ", 1 + below(w, 15), WORD(w, "0 s", "2 min", "3 d"));
    fprintf(w->out, "\n");
    law_write(w, "handle", 2 + below(w, kind == LIVE ? 10 : 30));
    service_write(w, channel, 1.0);
    if (w->classed[channel]) {
        fprintf(w->out, "classes = ( { name = \"vip\"; share = %g; %s", AMONG(w, 0.2, 0.6),
                chance(w, 0.3) ? "handle_factor = 1.5; " : "");
        service_write(w, channel, 0.4);
        fprintf(w->out, "} ); ");
    }
    fprintf(w->out, "}");
}

/* --- pools --- */

static void roster_write(struct writer *w)
{
    int kind = below(w, 3);
    if (kind == 0) {
        fprintf(w->out, "agents = %d; ", 1 + below(w, 3));
        if (chance(w, 0.6))
            fprintf(w->out, "hours = { all = \"%s\"; }; ",
                    WORD(w, "08:00-12:00", "09:00-17:00", "00:00-24:00", "11:00-23:00"));
    } else if (kind == 1) {
        fprintf(w->out, "staffing = ( ");
        for (int i = 0; i < 24; i++)
            fprintf(w->out, "%s%d", i ? ", " : "", below(w, 4));
        fprintf(w->out, " ); ");
    } else {
        fprintf(w->out,
                "shifts = ( { days = \"all\"; from = \"08:00\"; to = \"16:00\"; agents = %d; "
                "breaks = ( { at = \"12:00\"; lasts = \"30 min\"; } ); }, "
                "{ days = \"all\"; from = \"%s\"; to = \"%s\"; agents = 1; } ); ",
                1 + below(w, 3), WORD(w, "12:00", "22:00"), WORD(w, "20:00", "06:00"));
    }
    if (chance(w, 0.3))
        fprintf(w->out, "speed_spread = 0.3; ");
    fprintf(w->out, "\n");
}

static void skill_write(struct writer *w, int channel, bool of_class, bool first)
{
    enum kind kind = w->kind[channel];
    fprintf(w->out, "%s{ channel = \"c%d\"; ", first ? "" : ", ", channel);
    if (of_class)
        fprintf(w->out, "class = \"vip\"; ");
    if (chance(w, 0.6))
        fprintf(w->out, "rank = %d; ", 1 + below(w, 3));
    if (chance(w, 0.3))
        fprintf(w->out, "speed = %g; ", AMONG(w, 0.5, 2));
    if (chance(w, 0.25))
        fprintf(w->out, "after = \"%d s\"; ", 30 * (int)AMONG(w, 0, 1, 2, 4, 20));
    if (kind == CHAT && chance(w, 0.8)) {
        fprintf(w->out, "at_once = %d; ", 1 + below(w, 3));
        if (chance(w, 0.7))
            fputs(WORD(w, "slowdown = [1.0]; ", "slowdown = [1.5]; "), w->out);
    }
    if (kind == DEFERRED && chance(w, 0.7))
        fprintf(w->out, "interruptible = true; ");
    fprintf(w->out, "}");
}

static void skills_write(struct writer *w, int pool)
{
    bool first = true;
    fprintf(w->out, "skills = ( ");
    for (int c = 0; c < w->channels; c++) {
        if (c % w->pools == pool || (pool >= w->channels && c == 0) || chance(w, 0.5)) {
            skill_write(w, c, false, first);
            first = false;
        }
        if (w->classed[c] && chance(w, 0.3)) {
            skill_write(w, c, true, first);
            first = false;
        }
    }
    fprintf(w->out, " ); }");
}

/* --- the whole --- */

char *random_mechanisms_text(uint64_t seed)
{
    char *text = NULL;
    size_t size = 0;
    struct writer w = {.out = open_memstream(&text, &size), .key = sc_key(0x3ec, seed)};
    w.channels = 1 + below(&w, CHANNELS_MOST);
    w.pools = 1 + below(&w, 3);
    w.fixed = chance(&w, 0.5);
    for (int c = 0; c < w.channels; c++) {
        w.kind[c] = (enum kind)below(&w, 3);
        w.classed[c] = chance(&w, 0.3);
    }
    fprintf(w.out, "start = \"2026-01-0%d\"; days = %d; warmup = \"%d d\"; seed = \"%llu\";\n", 3 + below(&w, 5),
            1 + below(&w, 2), below(&w, 2), (unsigned long long)seed);
    fprintf(w.out, "routing = { agent = \"%s\"; contact = \"%s\"; };\n", WORD(&w, "longest-idle", "random", "in-order"),
            WORD(&w, "rank", "rank", "longest-wait", "score", "target"));
    if (chance(&w, 0.2))
        fprintf(w.out, "holidays = ( \"2026-01-06\" );\n");
    if (chance(&w, 0.3))
        fprintf(w.out, "trunks = ( { lines = %d; channels = ( \"c0\" ); } );\n", 1 + below(&w, 4));
    fprintf(w.out, "channels = (\n");
    for (int c = 0; c < w.channels; c++) {
        fputs(c ? ",\n" : "", w.out);
        channel_write(&w, c);
    }
    fprintf(w.out, " );\npools = (\n");
    for (int p = 0; p < w.pools; p++) {
        fprintf(w.out, "%s{ name = \"p%d\"; ", p ? ",\n" : "", p);
        roster_write(&w);
        skills_write(&w, p);
    }
    fprintf(w.out, " );\n");
    fclose(w.out);
    return text;
}
