/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Comparisons for people: a sentence an alternative and which is best, then what moved, figure by figure, or with many
 * alternatives a line each.
 */
#include "present/compare.h"

#include "present/compare_human.h"
#include "present/compare_words.h"
#include "present/figures.h"
#include "present/prose.h"
#include "present/table.h"
#include "staffcast/calendar.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { APART_MOST = 3, CELL_TEXT = 160, NAME_WIDTH = 30, LINE_TEXT = 1024 };

static void write_quietly(FILE *stream, const char *text, const struct sc_table_style *style)
{
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){text, sc_shade(style, SC_DIM)});
}

/* --- what moved --- */

/* What a table of differences shows of a channel, a pool and the whole, where it moved. */
struct shown {
    const char *metric, *words;
    enum { MOVED, ALWAYS, SHORT } when; /* SHORT: where it moved, and of what exists on one side alone */
};
static const struct shown channel_shown[] =
    {
        {"offered", "Offered", SHORT},
        {"automation_rate", "Automated", MOVED},
        {"service_level", "Service level", ALWAYS},
        {"abandon_rate", "Abandoned", SHORT},
        {"wait_mean_s", "ASA", SHORT},
        {"wait_p90_s", "P90 wait", MOVED},
        {"first_response_mean_s", "First reply", MOVED},
        {"handle_mean_s", "AHT", MOVED},
        {"oldest_max_s", "Oldest waiting", MOVED},
        {"satisfied", "Satisfied", MOVED},
        {"target_met", "Target met", ALWAYS},
        {"days_met", "Days met", MOVED},
        {"cost_per_contact", "Cost a contact", MOVED},
},
                          class_shown[] =
                              {
                                  {"service_level", "Service level", SHORT},
                                  {"abandon_rate", "Abandoned", MOVED},
                                  {"wait_mean_s", "ASA", MOVED},
},
                          pool_shown[] =
                              {
                                  {"scheduled_h", "Scheduled", SHORT}, {"present_h", "On duty", MOVED},
                                  {"busy_h", "Busy", MOVED},           {"occupancy", "Occupancy", SHORT},
                                  {"overtime_h", "Overtime", MOVED},   {"cost", "Cost", SHORT},
},
                          total_shown[] = {
                              {"service_level", "Service level", MOVED},
                              {"abandon_rate", "Abandoned", MOVED},
                              {"wait_mean_s", "ASA", MOVED},
                              {"cost", "Cost", MOVED},
                              {"cost_per_contact", "Cost a contact", MOVED},
                              {"cost_of_lost", "Cost of lost", MOVED},
                              {"automation_saving", "Automation saves", MOVED},
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct moved {
    struct sc_table *table;
    const char *where;        /* whose rows come; "" once it is named */
    double narrowest, widest; /* ratios of widths among the rows */
};

enum { MOVED_WHERE, MOVED_FIGURE, MOVED_BASE, MOVED_HERE, MOVED_DIFFERENCE, MOVED_COLUMNS };
static const struct sc_table_column moved_columns[MOVED_COLUMNS] = {
    [MOVED_WHERE] = {"Where", false}, [MOVED_FIGURE] = {"Figure", false},        [MOVED_BASE] = {"Base", true},
    [MOVED_HERE] = {"Here", true},    [MOVED_DIFFERENCE] = {"Difference", true},
};

static enum sc_code add_change(struct moved *moved, const struct shown *shown, enum sc_unit unit,
                               struct sc_change change, struct sc_error *error)
{
    char base[SC_HUMAN_TEXT], here[SC_HUMAN_TEXT], difference[SC_HUMAN_TEXT];
    const char *cells[MOVED_COLUMNS] = {
        [MOVED_WHERE] = moved->where,
        [MOVED_FIGURE] = shown->words,
        [MOVED_BASE] = sc_human_value(unit, change.base.mean, base),
        [MOVED_HERE] = sc_human_value(unit, change.here.mean, here),
        [MOVED_DIFFERENCE] = sc_human_difference(unit, change.difference, difference),
    };

    moved->where = "";
    if (change.width_ratio > 0) {
        moved->narrowest = fmin(moved->narrowest, change.width_ratio);
        moved->widest = fmax(moved->widest, change.width_ratio);
    }
    return sc_table_add(moved->table, cells, error);
}

/* One that says nothing on either side is not. */
static bool worth_a_row(const struct shown *shown, struct sc_change change)
{
    if (isnan(change.base.mean) && isnan(change.here.mean))
        return false;
    if (isnan(change.difference.mean))
        return shown->when != MOVED;
    return shown->when == ALWAYS || sc_difference_moved(change.difference);
}

static enum sc_code add_row(struct moved *moved, const char *where, const struct sc_compared_row *row,
                            const struct shown *shown, size_t count, struct sc_error *error)
{
    enum sc_code code = SC_OK;

    moved->where = where;
    for (size_t i = 0; code == SC_OK && i < count; i++) {
        int metric = sc_metric_find(row->metrics, row->count, shown[i].metric);
        struct sc_change change = sc_change_at(row, (size_t)metric);

        if (worth_a_row(&shown[i], change))
            code = add_change(moved, &shown[i], row->metrics[metric].unit, change, error);
    }
    return code;
}

static enum sc_code add_channel(struct moved *moved, const struct sc_compared_channel *channel, struct sc_error *error)
{
    enum sc_code code = add_row(moved, channel->row.name, &channel->row, channel_shown, COUNT(channel_shown), error);

    for (size_t i = 0; code == SC_OK && i < channel->class_count; i++) {
        char name[CELL_TEXT];

        snprintf(name, sizeof name, "  %s", channel->classes[i].name);
        code = add_row(moved, name, &channel->classes[i], class_shown, COUNT(class_shown), error);
    }
    return code;
}

/* A pool often has the name of the channel it serves. */
static enum sc_code add_pool(struct moved *moved, const struct sc_compared *alternative,
                             const struct sc_compared_row *row, struct sc_error *error)
{
    char name[CELL_TEXT];
    bool taken = false;

    for (size_t i = 0; i < alternative->channel_count; i++)
        taken = taken || strcmp(alternative->channels[i].row.name, row->name) == 0;
    snprintf(name, sizeof name, taken ? "%s (pool)" : "%s", row->name);
    return add_row(moved, name, row, pool_shown, COUNT(pool_shown), error);
}

/* Under its date the goal's figure, by its path without what kind of thing it belongs to. */
static enum sc_code add_goal(struct moved *moved, const struct sc_compared_goal *goal, struct sc_error *error)
{
    const char *dot = strchr(goal->row.name, '.');
    char date[32], by[CELL_TEXT];

    sc_date_format((goal->here != NULL ? goal->here : goal->base)->by_day, date);
    snprintf(by, sizeof by, "by %s", date);
    const struct shown shown[] = {{"figure", dot == NULL ? goal->row.name : dot + 1, ALWAYS},
                                  {"probability", "Goal reached", ALWAYS}};

    return add_row(moved, by, &goal->row, shown, COUNT(shown), error);
}

static enum sc_code add_all(struct moved *moved, const struct sc_compared *alternative, struct sc_error *error)
{
    enum sc_code code = SC_OK;

    for (size_t i = 0; code == SC_OK && i < alternative->channel_count; i++)
        code = add_channel(moved, &alternative->channels[i], error);
    for (size_t i = 0; code == SC_OK && i < alternative->pool_count; i++)
        code = add_pool(moved, alternative, &alternative->pools[i].row, error);
    for (size_t i = 0; code == SC_OK && i < alternative->goal_count; i++)
        code = add_goal(moved, &alternative->goals[i], error);
    /* Of a single channel the whole is the channel, but for money. */
    size_t first = alternative->channel_count > 1 ? 0 : 3;
    if (code == SC_OK)
        code = add_row(moved, "in all", &alternative->total, total_shown + first, COUNT(total_shown) - first, error);
    return code;
}

static void write_widths(FILE *stream, const struct moved *moved, const struct sc_table_style *style)
{
    char text[LINE_TEXT];

    if (!(moved->widest > 0))
        return;
    if (moved->widest - moved->narrowest < 0.005)
        snprintf(text, sizeof text,
                 "On the same random numbers the intervals are %.2f times as wide as those of "
                 "independent runs would be.",
                 moved->widest);
    else
        snprintf(text, sizeof text,
                 "On the same random numbers the intervals are %.2f to %.2f times as wide as those of "
                 "independent runs would be.",
                 moved->narrowest, moved->widest);
    write_quietly(stream, text, style);
}

static enum sc_code write_moved(FILE *stream, const struct sc_compared *alternative, bool named,
                                const struct sc_table_style *style, struct sc_error *error)
{
    struct moved moved = {.narrowest = INFINITY};
    enum sc_code code = sc_table_new(moved_columns, MOVED_COLUMNS, style->colour, &moved.table, error);

    if (code == SC_OK)
        code = add_all(&moved, alternative, error);
    if (code == SC_OK && sc_table_rows(moved.table) > 0) {
        fputc('\n', stream);
        if (named)
            fprintf(stream, "%s%s%s\n", sc_shade(style, SC_BOLD), alternative->name, sc_shade(style, SC_PLAIN));
        code = sc_table_print(moved.table, 0, stream, error);
        write_widths(stream, &moved, style);
    }
    sc_table_free(moved.table);
    return code;
}

/* --- many alternatives: a line each --- */

enum { OVERVIEW_CHANNELS = 2, OVERVIEW_COLUMNS = 5 };

/* The rows and metrics that are columns: those of the first channels with a target, or the totals'. */
struct overview {
    char heading[OVERVIEW_COLUMNS][CELL_TEXT];
    struct sc_table_column column[OVERVIEW_COLUMNS];
    size_t channel[OVERVIEW_CHANNELS]; /* of the base's */
    size_t channels, targets;
    bool cost;
};

/* As many letters as fit, and a mark of what is missing. */
static void cut(const char *name, char text[CELL_TEXT])
{
    snprintf(text, CELL_TEXT, "%s", name);
    if (sc_human_width(text) <= NAME_WIDTH && strlen(name) < CELL_TEXT)
        return;
    size_t length = strlen(text);
    while (length > 0 && (sc_human_width(text) > NAME_WIDTH - 1 || ((unsigned char)text[length] & 0xC0) == 0x80))
        text[--length] = '\0';
    snprintf(text + length, CELL_TEXT - length, "…");
}

static struct overview overview_of(const struct sc_comparison *comparison)
{
    const struct sc_compared *first = &comparison->alternatives[0];
    struct overview o = {.cost = false};
    size_t columns = 0;

    for (size_t i = 0; i < first->channel_count; i++)
        if (first->channels[i].base != NULL && sc_compared_target(&first->channels[i]) != NULL &&
            sc_compared_target(&first->channels[i])->answer_given && o.targets++ < OVERVIEW_CHANNELS)
            o.channel[o.channels++] = i;
    if (o.targets > OVERVIEW_CHANNELS)
        o.channels = 0;
    for (size_t i = 0; i < comparison->count; i++)
        o.cost = o.cost || sc_change_named(&comparison->alternatives[i].total, "cost").here.mean > 0;
    snprintf(o.heading[columns++], CELL_TEXT, "Alternative");
    for (size_t i = 0; i < o.channels; i++)
        snprintf(o.heading[columns++], CELL_TEXT, first->channel_count > 1 ? "Service level, %.40s" : "Service level",
                 first->channels[o.channel[i]].row.name);
    if (o.channels == 0)
        snprintf(o.heading[columns++], CELL_TEXT, "%s", o.targets > 0 ? "Service level" : "ASA");
    if (o.channels == 1)
        snprintf(o.heading[columns++], CELL_TEXT, "Target met");
    snprintf(o.heading[columns++], CELL_TEXT, "Cost a contact");
    for (size_t i = 0; i < OVERVIEW_COLUMNS; i++)
        o.column[i] = (struct sc_table_column){.right = i > 0};
    return o;
}

/* "73.1 %  +6.1 ± 0.4"; of the base the figure alone. */
static void write_cell(enum sc_unit unit, struct sc_change change, bool base, char text[CELL_TEXT])
{
    char value[SC_HUMAN_TEXT], difference[SC_HUMAN_TEXT];
    static const char points[] = " points";

    sc_human_value(unit, base ? change.base.mean : change.here.mean, value);
    if (base || isnan(change.difference.mean)) {
        snprintf(text, CELL_TEXT, "%s", value);
        return;
    }
    sc_human_difference(unit, change.difference, difference);
    char *unit_text = strstr(difference, points);
    if (unit_text != NULL)
        *unit_text = '\0';
    snprintf(text, CELL_TEXT, "%s  %s", value, difference);
}

static enum sc_code add_overview(const struct overview *o, struct sc_table *table,
                                 const struct sc_compared *alternative, bool base, struct sc_error *error)
{
    char text[OVERVIEW_COLUMNS][CELL_TEXT];
    const char *cells[OVERVIEW_COLUMNS];
    size_t column = 0;

    for (size_t i = 0; i < OVERVIEW_COLUMNS; i++) {
        cells[i] = text[i];
        text[i][0] = '\0';
    }
    cut(base ? "(base)" : alternative->name, text[column++]);
    for (size_t i = 0; i < o->channels; i++)
        write_cell(SC_UNIT_SHARE, sc_change_named(&alternative->channels[o->channel[i]].row, "service_level"), base,
                   text[column++]);
    if (o->channels == 0 && o->targets > 0)
        write_cell(SC_UNIT_SHARE, sc_change_named(&alternative->total, "service_level"), base, text[column++]);
    else if (o->channels == 0)
        write_cell(SC_UNIT_SECONDS, sc_change_named(&alternative->total, "wait_mean_s"), base, text[column++]);
    if (o->channels == 1) {
        struct sc_change met = sc_change_named(&alternative->channels[o->channel[0]].row, "target_met");
        double share = base ? met.base.mean : met.here.mean;

        if (!isnan(share))
            sc_sure_format(share, text[column]);
        column++;
    }
    if (o->cost)
        write_cell(SC_UNIT_MONEY, sc_change_named(&alternative->total, "cost_per_contact"), base, text[column]);
    return sc_table_add(table, cells, error);
}

static enum sc_code write_overview(FILE *stream, const struct sc_comparison *comparison,
                                   const struct sc_table_style *style, struct sc_error *error)
{
    struct overview o = overview_of(comparison);
    struct sc_table *table = NULL;

    for (size_t i = 0; i < OVERVIEW_COLUMNS; i++)
        o.column[i].heading = o.heading[i];
    enum sc_code code = sc_table_new(o.column, OVERVIEW_COLUMNS, style->colour, &table, error);

    if (code == SC_OK)
        code = add_overview(&o, table, &comparison->alternatives[0], true, error);
    for (size_t i = 0; code == SC_OK && i < comparison->count; i++)
        code = add_overview(&o, table, &comparison->alternatives[i], false, error);
    if (code == SC_OK) {
        fputc('\n', stream);
        code = sc_table_print(table, 0, stream, error);
    }
    sc_table_free(table);
    return code;
}

/* --- the whole --- */

static void write_title(FILE *stream, const struct sc_comparison *comparison, const struct sc_table_style *style)
{
    const struct sc_scenario *base = sc_model_scenario(comparison->base->model);
    char start[32];

    sc_date_format(base->start_day, start);
    fprintf(stream, "%s%s%s against %zu alternative%s\n", sc_shade(style, SC_BOLD), base->name,
            sc_shade(style, SC_PLAIN), comparison->count, comparison->count == 1 ? "" : "s");
    fprintf(stream,
            "%s%d day%s from %s · %zu replication%s of each, on the same random numbers · seed %" PRIu64 "%s\n\n",
            sc_shade(style, SC_DIM), base->days, base->days == 1 ? "" : "s", start, comparison->replications,
            comparison->replications == 1 ? "" : "s", comparison->seed, sc_shade(style, SC_PLAIN));
}

static bool has_target(const struct sc_comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++)
        for (size_t c = 0; c < comparison->alternatives[i].channel_count; c++)
            if (sc_compared_target(&comparison->alternatives[i].channels[c]) != NULL)
                return true;
    return false;
}

/* Of what is shown. */
static void write_legend(FILE *stream, const struct sc_comparison *comparison, const struct sc_table_style *style)
{
    char text[512];

    snprintf(text, sizeof text, "What did not clearly move%s is left out; --format json and csv have it all.",
             has_target(comparison) ? " and is no target" : "");
    if (comparison->replications > 1)
        strcat(text, " ± is half the 95 % interval of the paired difference.");
    if (has_target(comparison))
        strcat(text, " Target met: share of replications that met it.");
    write_quietly(stream, text, style);
}

enum sc_code sc_compare_write_table(FILE *stream, const struct sc_comparison *comparison,
                                    const struct sc_table_style *style, struct sc_error *error)
{
    struct sc_noted noted = {stream, style};
    enum sc_code code = SC_OK;

    write_title(stream, comparison, style);
    for (size_t i = 0; i < comparison->count; i++)
        sc_compare_write_sentence(stream, comparison, &comparison->alternatives[i], style);
    if (comparison->selection != NULL)
        fputc('\n', stream);
    sc_compare_write_best(stream, comparison, style);
    if (comparison->count > 1)
        code = write_overview(stream, comparison, style, error);
    for (size_t i = 0; code == SC_OK && comparison->count <= APART_MOST && i < comparison->count; i++)
        if (!comparison->alternatives[i].same)
            code = write_moved(stream, &comparison->alternatives[i], comparison->count > 1, style, error);
    if (code != SC_OK)
        return code;
    if (comparison->count > 1 || !comparison->alternatives[0].same)
        write_legend(stream, comparison, style);
    if (!style->quiet)
        sc_compare_notes(comparison, sc_prose_note, &noted);
    return SC_OK;
}
