/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/run_day.h"

#include "present/human.h"
#include "present/series.h"
#include "present/table.h"

#include <math.h>
#include <stdlib.h>

/* The same time of every day. */
static struct sc_stretch time_of_day(const struct sc_played *played, size_t i)
{
    return (struct sc_stretch){i, played->result->intervals->count, sc_intervals_a_day(played->scenario)};
}

static void write_clock(const struct sc_scenario *scenario, size_t i, char text[SC_HUMAN_TEXT])
{
    int minutes = (int)lround((double)i * scenario->interval_s / 60);

    snprintf(text, SC_HUMAN_TEXT, "%02d:%02d", minutes / 60, minutes % 60);
}

static const char *plain_share(double share, char text[SC_HUMAN_TEXT])
{
    if (isfinite(share))
        snprintf(text, SC_HUMAN_TEXT, "%.1f %%", 100 * share);
    else
        text[0] = '\0';
    return text;
}

enum { TIME, OFFERED, LEVEL, ABANDONED, WAIT, HANDLE, QUEUE, CHANNEL_COLUMNS };

static enum sc_code add_channel_row(struct sc_table *table, const struct sc_played *played, size_t channel, size_t i,
                                    struct sc_error *error)
{
    struct sc_channel_point point = sc_channel_point(played, channel, time_of_day(played, i));
    char text[CHANNEL_COLUMNS][SC_HUMAN_TEXT];
    const char *cells[CHANNEL_COLUMNS];

    if (point.offered <= 0 && point.queue_mean < 0.005)
        return SC_OK;
    for (int j = 0; j < CHANNEL_COLUMNS; j++)
        cells[j] = text[j];
    write_clock(played->scenario, i, text[TIME]);
    sc_human_count(point.offered / played->scenario->days, text[OFFERED]);
    plain_share(point.service_level, text[LEVEL]);
    plain_share(point.abandon_rate, text[ABANDONED]);
    sc_human_duration(point.wait_mean_s, text[WAIT]);
    sc_human_duration(point.handle_mean_s, text[HANDLE]);
    snprintf(text[QUEUE], SC_HUMAN_TEXT, "%.1f", point.queue_mean);
    return sc_table_add(table, cells, error);
}

static enum sc_code write_channel_day(FILE *stream, const struct sc_played *played, size_t channel,
                                      const struct sc_table_style *style, struct sc_error *error)
{
    const struct sc_table_column columns[CHANNEL_COLUMNS] = {
        [TIME] = {played->scenario->channels[channel].name, false},
        [OFFERED] = {"Offered", true},
        [LEVEL] = {"Service level", true},
        [ABANDONED] = {"Abandoned", true},
        [WAIT] = {"ASA", true},
        [HANDLE] = {"AHT", true},
        [QUEUE] = {"Waiting", true},
    };
    struct sc_table *table = NULL;
    enum sc_code code = sc_table_new(columns, CHANNEL_COLUMNS, style->colour, &table, error);

    if (code == SC_OK)
        sc_table_fold(table);
    for (size_t i = 0; code == SC_OK && i < sc_intervals_a_day(played->scenario); i++)
        code = add_channel_row(table, played, channel, i, error);
    if (code == SC_OK && sc_table_rows(table) > 0) {
        fputc('\n', stream);
        code = sc_table_print(table, 0, stream, error);
    }
    sc_table_free(table);
    return code;
}

/* One column a pool: busy of on duty. */
static enum sc_code add_pools_row(struct sc_table *table, const struct sc_played *played, size_t i,
                                  struct sc_error *error)
{
    size_t pools = played->scenario->pool_count;
    char (*text)[SC_HUMAN_TEXT] = calloc(pools + 1, sizeof *text);
    const char **cells = calloc(pools + 1, sizeof *cells);
    bool present = false;
    enum sc_code code = SC_OK;

    if (text == NULL || cells == NULL) {
        code = sc_error_memory(error);
        goto done;
    }
    write_clock(played->scenario, i, text[0]);
    cells[0] = text[0];
    for (size_t j = 0; j < pools; j++) {
        struct sc_pool_point point = sc_pool_point(played, j, time_of_day(played, i));

        cells[j + 1] = text[j + 1];
        if (point.present < 0.05 && point.busy < 0.05)
            continue;
        present = true;
        snprintf(text[j + 1], SC_HUMAN_TEXT, "%.1f of %.1f", point.busy, point.present);
    }
    if (present)
        code = sc_table_add(table, cells, error);
done:
    free(text);
    free(cells);
    return code;
}

static enum sc_code write_pools_day(FILE *stream, const struct sc_played *played, const struct sc_table_style *style,
                                    struct sc_error *error)
{
    size_t pools = played->scenario->pool_count;
    struct sc_table_column *columns = calloc(pools + 1, sizeof *columns);
    struct sc_table *table = NULL;
    enum sc_code code;

    if (columns == NULL)
        return sc_error_memory(error);
    columns[0] = (struct sc_table_column){"Heads busy", false};
    for (size_t j = 0; j < pools; j++)
        columns[j + 1] = (struct sc_table_column){played->scenario->pools[j].name, true};
    code = sc_table_new(columns, pools + 1, style->colour, &table, error);
    if (code == SC_OK)
        sc_table_fold(table);
    for (size_t i = 0; code == SC_OK && i < sc_intervals_a_day(played->scenario); i++)
        code = add_pools_row(table, played, i, error);
    if (code == SC_OK && sc_table_rows(table) > 0) {
        fputc('\n', stream);
        code = sc_table_print(table, 0, stream, error);
    }
    sc_table_free(table);
    free(columns);
    return code;
}

enum sc_code sc_run_write_day(FILE *stream, const struct sc_played *played, const struct sc_table_style *style,
                              struct sc_error *error)
{
    enum sc_code code = SC_OK;

    fprintf(stream, "\n%sBy time of day", style->colour ? SC_BOLD : "");
    if (played->scenario->days > 1)
        fprintf(stream, ": means over the %d days, closed ones included", played->scenario->days);
    fprintf(stream, "%s\n", style->colour ? SC_PLAIN : "");
    for (size_t i = 0; code == SC_OK && i < played->scenario->channel_count; i++)
        code = write_channel_day(stream, played, i, style, error);
    if (code == SC_OK && played->scenario->pool_count > 0)
        code = write_pools_day(stream, played, style, error);
    return code;
}
