/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV files as people have them: exported from a telephone system, saved from a spreadsheet.
 *
 * The first row names the columns; their order is free. The delimiter (comma, semicolon or tab) is the one that the
 * header has most of; lines end in LF or CRLF; a byte order mark is dropped; fields may be quoted, and quoted ones
 * may hold delimiters and line breaks. Empty lines are passed over. The text must be UTF-8.
 *
 * A table is read whole and is immutable afterwards but for the names of its columns. All texts that it hands out
 * belong to it and end with sc_csv_free. Rows and columns count from 0; lines of the file, in messages, from 1.
 */
#ifndef STAFFCAST_BASE_CSV_H
#define STAFFCAST_BASE_CSV_H

#include "staffcast/error.h"

#include <stdbool.h>
#include <stddef.h>

struct sc_csv;

/* What to do with a row that has not as many fields as the header. */
enum sc_csv_bad { SC_CSV_BAD_FAILS, SC_CSV_BAD_SKIPPED };

/*
 * Reads a file. Errors: SC_SYSTEM (cannot be read, memory), SC_INPUT with the line (no header, two columns of one
 * name, a column without a name, a stray quote, a quote never closed, not UTF-8, a row of another length).
 * Takes time and memory in proportion to the file.
 */
enum sc_code sc_csv_read(const char *path, enum sc_csv_bad bad, struct sc_csv **csv, struct sc_error *error);
void sc_csv_free(struct sc_csv *csv);

const char *sc_csv_path(const struct sc_csv *csv);
char sc_csv_delimiter(const struct sc_csv *csv);
size_t sc_csv_rows(const struct sc_csv *csv);
size_t sc_csv_columns(const struct sc_csv *csv);
const char *sc_csv_name(const struct sc_csv *csv, size_t column);
/* Line on which a row begins. */
int sc_csv_line(const struct sc_csv *csv, size_t row);
/* The text of a field, without quotes, and without the spaces around an unquoted one; "" if it is empty. */
const char *sc_csv_field(const struct sc_csv *csv, size_t row, size_t column);
/* Rows left out because of SC_CSV_BAD_SKIPPED, and the lines they began on. */
size_t sc_csv_skipped(const struct sc_csv *csv);
int sc_csv_skipped_line(const struct sc_csv *csv, size_t index);

/*
 * Renames columns: "start=DateTime,contacts=Calls" lets the column DateTime be asked for as start. All or none.
 * Errors: SC_INPUT (not of that form, no such column, a name that is there already).
 */
enum sc_code sc_csv_map(struct sc_csv *csv, const char *columns, struct sc_error *error);

/* Finds a column; false, and `column` untouched, if there is none of that name. */
bool sc_csv_find(const struct sc_csv *csv, const char *name, size_t *column);
/* The same, where it is an error (SC_INPUT) that the column is missing. */
enum sc_code sc_csv_require(const struct sc_csv *csv, const char *name, size_t *column, struct sc_error *error);

/* Reads a field as a finite number. Errors: SC_INPUT with file and line. */
enum sc_code sc_csv_number(const struct sc_csv *csv, size_t row, size_t column, double *number, struct sc_error *error);

/* The error of a field that is not what it should be: "FILE:LINE: COLUMN is not WHAT (found "…"); FIX". */
enum sc_code sc_csv_bad_field(const struct sc_csv *csv, size_t row, size_t column, const char *what, const char *fix,
                              struct sc_error *error);

#endif
