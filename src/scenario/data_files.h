/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the data files of a scenario (histories, rosters; SPEC 5) have in common. */
#ifndef STAFFCAST_SCENARIO_DATA_FILES_H
#define STAFFCAST_SCENARIO_DATA_FILES_H

#include "scenario/read.h"

/* The scenario's names of columns as [count] texts "start=DateTime", in the arena; NULL: no memory. */
const char **sc_column_pairs(struct sc_arena *arena, const struct sc_column *columns, size_t count);

/*
 * Rows that are left out because they cannot be read: a warning each (of very many the first), and in the end how many
 * of all rows they were. `before`: how many of the file were left out before this one.
 */
void sc_left_out_row(struct sc_reader *reader, const char *file, size_t before, int line, const char *fault);
void sc_left_out_sum(struct sc_reader *reader, const char *file, size_t left_out, size_t rows);

/* Tells of the rows that the histories of the channels are read without. */
void sc_check_histories(struct sc_reader *reader);

#endif
