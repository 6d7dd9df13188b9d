/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/run_dated.h"

#include "present/human.h"
#include "present/prose.h"
#include "present/table.h"
#include "staffcast/calendar.h"

#include <math.h>

enum { LINE_TEXT = 2048 };

static const char *unit_figure(enum sc_unit unit, struct sc_figure figure, char text[SC_HUMAN_TEXT])
{
    switch (unit) {
    case SC_UNIT_SHARE:
        return sc_human_share_figure(figure, text);
    case SC_UNIT_SECONDS:
        return sc_human_duration_figure(figure, text);
    default:
        return sc_human_money_figure(figure, text);
    }
}

static const char *unit_value(enum sc_unit unit, double value, char text[SC_HUMAN_TEXT])
{
    switch (unit) {
    case SC_UNIT_SHARE:
        return sc_human_share(value, text);
    case SC_UNIT_SECONDS:
        return sc_human_duration(value, text);
    default:
        return sc_human_money(value, text);
    }
}

static void write_line(FILE *stream, const struct sc_table_style *style, const char *mark, const char *colour,
                       const char *line)
{
    sc_prose_print(stream, (struct sc_prose){mark, style->colour ? colour : ""}, (struct sc_prose){line, NULL});
}

/* "goal channels.phone.service_level, 28 days by 2026-01-31: 82.3 % ± 0.6, at least 80 %: reached, in 93 % of
   replications" */
static void write_goal(FILE *stream, const struct sc_table_style *style, const struct sc_goal_result *result)
{
    const struct sc_goal *goal = result->goal;
    struct sc_figure figure = result->figure;
    const char *unit = result->metric->unit == SC_UNIT_HOURS ? " h" : "";
    bool judged = !isnan(figure.mean), reached = judged && sc_goal_reached(goal, figure.mean);
    char line[LINE_TEXT], by[32], value[SC_HUMAN_TEXT], wanted[SC_HUMAN_TEXT], often[SC_HUMAN_TEXT];

    sc_date_format(goal->by_day, by);
    int length = snprintf(line, sizeof line, "goal %.1024s, %d day%s by %s: ", goal->metric, goal->over_days,
                          goal->over_days == 1 ? "" : "s", by);

    if (!judged) {
        snprintf(line + length, sizeof line - (size_t)length, "nothing came that could be judged");
        write_line(stream, style, "– ", SC_DIM, line);
        return;
    }
    snprintf(line + length, sizeof line - (size_t)length, "%s%s, %s %s%s: %s, in %s of replications%s",
             unit_figure(result->metric->unit, figure, value), unit, goal->at_least ? "at least" : "at most",
             unit_value(result->metric->unit, goal->wanted, wanted), unit, reached ? "reached" : "missed",
             sc_human_share_figure(result->probability, often),
             figure.low <= goal->wanted && goal->wanted <= figure.high && figure.low < figure.high
                 ? "; too close to call on average" : "");
    write_line(stream, style, reached ? "✓ " : "✗ ", reached ? SC_GREEN : SC_RED, line);
}

/* "outage: at worst 214 waiting, all well again after 5 h 30 min ± 12 min" */
static void write_event(FILE *stream, const struct sc_table_style *style, const struct sc_event_result *event)
{
    char line[LINE_TEXT], waiting[SC_HUMAN_TEXT], after[SC_HUMAN_TEXT];
    int length = snprintf(line, sizeof line, "%.1024s: at worst %s waiting", event->event->name,
                          sc_human_count(event->queue_max.mean, waiting));

    if (event->recovery_s.mean > 0)
        snprintf(line + length, sizeof line - (size_t)length, ", all well again after %s",
                 sc_human_duration_figure(event->recovery_s, after));
    else if (!isnan(event->recovery_s.mean))
        snprintf(line + length, sizeof line - (size_t)length, ", no target missed");
    write_line(stream, style, "· ", SC_DIM, line);
}

void sc_run_write_dated(FILE *stream, const struct sc_played *played, const struct sc_table_style *style)
{
    for (size_t i = 0; i < played->scenario->goal_count; i++)
        write_goal(stream, style, &played->result->goals[i]);
    /* Of those after these days (a plan has more) there is nothing to say. */
    for (size_t i = 0; i < played->scenario->event_count; i++)
        if (!isnan(played->result->events[i].queue_max.mean))
            write_event(stream, style, &played->result->events[i]);
}
