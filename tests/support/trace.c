/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/trace.h"

#include "support/random_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct listener {
    const struct sc_model *model;
    const struct trace_line *lines;
    size_t count, at;
    int heard; /* channels that are compared */
    bool differs;
};

static void listen(void *context, const struct sc_contact_record *r)
{
    struct listener *l = context;
    int channel = (int)sc_model_type_channel(l->model, (size_t)r->type);
    if (channel >= l->heard)
        return;
    const struct trace_line *line = l->at < l->count ? &l->lines[l->at] : NULL;
    bool same = line && line->channel == channel && line->outcome == r->outcome && line->pool == r->pool &&
                line->joined_s == r->joined_s && line->left_s == r->left_s;
    if (!same)
        print_error("line %zu: channel %d, outcome %d, pool %d, joined %.6f, left %.6f\n", l->at, channel,
                    (int)r->outcome, r->pool, r->joined_s, r->left_s);
    l->differs = l->differs || !same;
    l->at++;
}

struct sc_replication *trace_play(const char *text, const struct trace_line *lines, size_t count, int silent)
{
    struct player p = player_new(text, NULL, 0);
    struct listener l = {.model = p.model,
                         .lines = lines,
                         .count = count,
                         .heard = (int)p.scenario->channel_count - silent};
    player_play(&p, 0, NULL, &(struct sc_observer){listen, &l});
    if (l.differs || l.at != count)
        fail_msg("%zu outcomes, %zu worked out by hand; those that differ are above", l.at, count);
    struct sc_replication *figures = p.replication;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_replication_new(p.model, &p.replication, &error), SC_OK); /* the figures are the caller's */
    player_free(&p);
    return figures;
}
