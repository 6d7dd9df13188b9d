/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/random_company.h"

#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Which channels there are, and whose they are. */
enum { PHONE, SECOND, CHAT, EMAIL, CHANNELS };
enum { OPEN_HOURS = 8, POOLS_MOST = 3 };

struct company {
    FILE *out;
    uint64_t key, draws;
    bool has[CHANNELS];
    int pool_of[CHANNELS];
    int pools;
    double load_erl[POOLS_MOST]; /* of an open hour, in heads */
    bool grows;
};

static double between(struct company *c, double low, double high)
{
    return low + (high - low) * sc_uniform(sc_key(c->key, c->draws++));
}

static int whole(struct company *c, int low, int high)
{
    return (int)floor(between(c, low, high + 1.0));
}

static bool chance(struct company *c, double share)
{
    return between(c, 0.0, 1.0) < share;
}

/* Demand of a channel, and its work into the load of its pool: `heads_a_contact` is below 1 where several are held at
   once. */
static void volume_write(struct company *c, int channel, double low, double high, double handle_s,
                         double heads_a_contact)
{
    double per_day = between(c, low, high);
    fprintf(c->out, "    volume = { per_day = %.0f; growth = %.3f; ", per_day, c->grows ? between(c, 0.01, 0.05) : 0.0);
    if (!c->grows || chance(c, 0.3)) { /* up to a third more about July */
        double height = between(c, 0.05, 0.2);
        fprintf(c->out, "season = [");
        for (int month = 0; month < 12; month++)
            fprintf(c->out, "%s%.2f", month ? ", " : "", 1.0 - height * cos(2.0 * 3.141592653589793 * month / 12.0));
        fprintf(c->out, "]; ");
    }
    fprintf(c->out, "};\n    handle = { dist = \"lognormal\"; mean = \"%.0f s\"; cv = %.1f; };\n", handle_s,
            between(c, 0.6, 1.0));
    c->load_erl[c->pool_of[channel]] += heads_a_contact * per_day * handle_s / (OPEN_HOURS * 3600.0);
}

static void live_write(struct company *c, int channel, const char *name, double most)
{
    fprintf(c->out, "  { name = \"%s\"; hours = { mon-fri = \"09:00-17:00\"; };\n", name);
    volume_write(c, channel, 0.4 * most, most, between(c, 200.0, 480.0), 1.0);
    fprintf(c->out, "    patience = \"%d min\";\n    target = { answer = %.2f; within = \"%d s\"; %s};\n  }",
            whole(c, 2, 5), between(c, 0.7, 0.85), 15 * whole(c, 2, 6), chance(c, 0.3) ? "abandon = 0.08; " : "");
}

static void chat_write(struct company *c)
{
    fprintf(c->out, "  { name = \"chat\"; kind = \"chat\"; hours = { mon-fri = \"09:00-17:00\"; };\n");
    volume_write(c, CHAT, 80.0, 200.0, between(c, 360.0, 600.0), 0.5);
    if (chance(c, 0.5))
        fprintf(c->out, "    automation = { resolves = %.2f; gives_up = 0.04; takes = \"90 s\"; returns = 0.08; "
                        "returns_after = \"2 h\"; };\n", between(c, 0.1, 0.3));
    fprintf(c->out, "    patience = \"4 min\";\n    target = { answer = %.2f; within = \"60 s\"; };\n  }",
            between(c, 0.7, 0.85));
}

static void email_write(struct company *c)
{
    fprintf(c->out, "  { name = \"e-mail\"; kind = \"deferred\"; hours = { mon-fri = \"09:00-17:00\"; };\n");
    volume_write(c, EMAIL, 50.0, 140.0, between(c, 300.0, 540.0), 1.0);
    fprintf(c->out, "    target = { answer = %.2f; within = \"%d h\"; clock = \"open\"; };\n  }", between(c, 0.75, 0.9),
            whole(c, 2, 8));
}

static void channels_write(struct company *c)
{
    const char *comma = "";
    fprintf(c->out, "channels = (\n");
    for (int channel = 0; channel < CHANNELS; channel++) {
        if (!c->has[channel])
            continue;
        fprintf(c->out, "%s", comma);
        comma = ",\n";
        if (channel == PHONE)
            live_write(c, channel, "phone", 320.0);
        else if (channel == SECOND)
            live_write(c, channel, "second line", 160.0);
        else if (channel == CHAT)
            chat_write(c);
        else
            email_write(c);
    }
    fprintf(c->out, "\n);\n");
}

static void skills_write(struct company *c, int pool)
{
    fprintf(c->out, "    skills = ( ");
    const char *comma = "";
    for (int channel = 0; channel < CHANNELS; channel++) {
        static const char *const skill[CHANNELS] = {
            "{ channel = \"phone\"; rank = 1; }", "{ channel = \"second line\"; rank = 1; }",
            "{ channel = \"chat\"; rank = 1; at_once = 3; slowdown = [1.0, 1.2, 1.5]; }",
            "{ channel = \"e-mail\"; rank = 2; interruptible = true; }"};
        if (c->has[channel] && c->pool_of[channel] == pool) {
            fprintf(c->out, "%s%s", comma, skill[channel]);
            comma = ", ";
        }
    }
    if (pool > 0 && chance(c, 0.5)) /* help */
        fprintf(c->out, "%s{ channel = \"phone\"; rank = 3; after = \"20 s\"; }", comma);
    if (pool == 0 && c->has[EMAIL] && c->pool_of[EMAIL] != 0 && chance(c, 0.5))
        fprintf(c->out, "%s{ channel = \"e-mail\"; rank = 3; interruptible = true; }", comma);
    fprintf(c->out, " );\n");
}

static void pool_write(struct company *c, int pool)
{
    double shrinkage = between(c, 0.0, 0.12), load = c->load_erl[pool];
    int heads = (int)ceil((load + between(c, 0.6, 1.2) * sqrt(load) + 0.5) / (1.0 - shrinkage));
    double attrition = between(c, 0.01, 0.05);
    fprintf(c->out, "%s  { name = \"pool %d\"; agents = %d; hours = { mon-fri = \"09:00-17:00\"; };\n",
            pool ? ",\n" : "", pool + 1, heads);
    if (shrinkage > 0.06)
        fprintf(c->out, "    shrinkage = { planned = %.3f; absence = 0.05; };\n", shrinkage - 0.05);
    skills_write(c, pool);
    fprintf(c->out, "    people = { headcount = %d; attrition = %.3f; early_attrition = %.3f; lead = \"%d w\"; "
                    "training = \"%d w\";\n", heads, attrition, 1.5 * attrition, whole(c, 1, 4), whole(c, 1, 3));
    fprintf(c->out, "               ramp = [%.1f, %.1f]; class = { min = 1; max = %d; every = \"%d w\"; };\n",
            between(c, 0.5, 0.7), between(c, 0.8, 0.95), whole(c, 2, 4), 2 * whole(c, 1, 2));
    fprintf(c->out, "               salary_per_month = %d; cost_per_hire = 3000; }; }", 100 * whole(c, 34, 44));
}

char *random_company_text(uint64_t seed)
{
    char *text = NULL;
    size_t size = 0;
    struct company c = {.key = sc_key(0xc0, seed), .out = open_memstream(&text, &size)};
    assert_non_null(c.out);
    c.pools = whole(&c, 1, POOLS_MOST);
    c.grows = chance(&c, 0.7);
    c.has[PHONE] = true;
    for (int channel = 1; channel < CHANNELS; channel++)
        c.has[channel] = chance(&c, 0.6);
    if (!c.has[SECOND] && !c.has[CHAT])
        c.has[EMAIL] = true;
    for (int channel = 1, pool = 0; channel < CHANNELS; channel++)
        if (c.has[channel]) /* each pool has a channel of its own; there may be fewer than were drawn */
            c.pool_of[channel] = pool + 1 < c.pools ? ++pool : whole(&c, 0, pool);
    int used = 0;
    for (int channel = 0; channel < CHANNELS; channel++)
        if (c.has[channel] && c.pool_of[channel] > used)
            used = c.pool_of[channel];
    c.pools = used + 1;
    fprintf(c.out, "name = \"company %d\"; start = \"2026-01-05\"; days = 28; seed = \"%d\"; ", (int)seed,
            (int)seed + 1);
    fprintf(c.out, "spread = %.2f; level = %.3f;\n", between(&c, 0.04, 0.1), between(&c, 0.025, 0.05));
    fprintf(c.out, "plan = { months = %d; confidence = %s; };\n", whole(&c, 6, 9), chance(&c, 0.5) ? "0.8" : "0.9");
    channels_write(&c);
    fprintf(c.out, "pools = (\n");
    for (int pool = 0; pool < c.pools; pool++)
        pool_write(&c, pool);
    fprintf(c.out, "\n);\n");
    fclose(c.out);
    return text;
}
