/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/data_files.h"

#include "staffcast/history.h"

#include <stdio.h>

enum { LISTED_MOST = 100 };

const char **sc_column_pairs(struct sc_arena *arena, const struct sc_column *columns, size_t count)
{
    const char **pairs = sc_arena_array(arena, count, sizeof *pairs);

    for (size_t i = 0; pairs != NULL && i < count; i++)
        if ((pairs[i] = sc_arena_printf(arena, "%s=%s", columns[i].name, columns[i].header)) == NULL)
            return NULL;
    return pairs;
}

void sc_left_out_row(struct sc_reader *reader, const char *file, size_t before, int line, const char *fault)
{
    if (before < LISTED_MOST)
        sc_faults_add(reader->faults, true, (struct sc_where){file, line}, "left out: %s", fault);
}

void sc_left_out_sum(struct sc_reader *reader, const char *file, size_t left_out, size_t rows)
{
    char listed[64] = "";

    if (left_out > LISTED_MOST)
        snprintf(listed, sizeof listed, "; the first %d are listed", LISTED_MOST);
    if (left_out > 0)
        sc_faults_add(reader->faults, true, (struct sc_where){file, 0}, "%zu of %zu rows left out%s", left_out, rows,
                      listed);
}

/* What else is wrong with the file is the model's to say, which reads it for its figures. */
static void check_history(struct sc_reader *reader, const struct sc_volume *volume)
{
    const struct sc_history_options options = {
        .skip_bad_rows = true,
        .columns = sc_column_pairs(reader->arena, volume->history_columns, volume->history_column_count),
        .column_count = volume->history_column_count};
    struct sc_history *history = NULL;
    struct sc_error ignored = SC_ERROR_INIT;

    if (options.columns == NULL) {
        reader->faults->out_of_memory = true;
        return;
    }
    if (sc_history_read(volume->history_file, &options, &history, &ignored) != SC_OK)
        return;
    for (size_t i = 0; i < history->skip_count; i++)
        sc_left_out_row(reader, history->path, i, history->skip[i].line, history->skip[i].message);
    sc_left_out_sum(reader, history->path, history->skip_count, history->rows + history->skip_count);
    sc_history_free(history);
}

void sc_check_histories(struct sc_reader *reader)
{
    const struct sc_scenario *scenario = reader->scenario;

    for (size_t i = 0; scenario->skip_bad_rows && i < scenario->channel_count; i++)
        if (scenario->channels[i].volume.history_file != NULL)
            check_history(reader, &scenario->channels[i].volume);
}
