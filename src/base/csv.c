/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thin wrapper over libcsv, which cuts text into fields and nothing more. What it leaves to its caller is done
 * here: the byte order mark, the delimiter, line numbers, and the check that every row is as long as the header.
 *
 * libcsv does not count lines, so it is fed line by line. A row runs over a line's end only inside quotes, that is
 * when the number of quotation marks so far is odd (a doubled quote inside quotes keeps the parity).
 *
 * All texts lie one behind the other in one buffer, which may move while it grows: fields are kept as offsets.
 */
#include "base/csv.h"

#include "base/number.h"

#include <csv.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sc_csv {
    char *path;
    char delimiter;
    char *text; /* every field with its final zero */
    size_t text_length, text_capacity;
    size_t *field; /* offsets into text: columns + rows * columns of them, the header first */
    size_t field_count, field_capacity;
    size_t columns, rows;
    int *line; /* of each row */
    size_t line_capacity;
    int *skipped;
    size_t skipped_count, skipped_capacity;
};

struct reading {
    struct sc_csv *csv;
    struct sc_error *error;
    enum sc_csv_bad bad;
    size_t row_fields; /* fields of the row so far */
    size_t row_first;  /* field_count and text_length when the row began */
    size_t row_text;
    int row_line;
    bool header_done;
};

/* Makes room for `needed` elements by doubling. */
static bool array_reserve(void **array, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity)
        return true;
    size_t more = *capacity ? *capacity : 64;
    while (more < needed) {
        if (more > SIZE_MAX / 2 / size)
            return false;
        more *= 2;
    }
    void *moved = realloc(*array, more * size);
    if (!moved)
        return false;
    *array = moved;
    *capacity = more;
    return true;
}

static void field_end(void *data, size_t length, void *state)
{
    struct reading *reading = state;
    struct sc_csv *csv = reading->csv;
    if (reading->error->code != SC_OK)
        return;
    if (!array_reserve((void **)&csv->text, &csv->text_capacity, csv->text_length + length + 1, 1) ||
        !array_reserve((void **)&csv->field, &csv->field_capacity, csv->field_count + 1, sizeof *csv->field)) {
        sc_error_memory(reading->error);
        return;
    }
    csv->field[csv->field_count++] = csv->text_length;
    if (length)
        memcpy(csv->text + csv->text_length, data, length);
    csv->text[csv->text_length + length] = '\0';
    csv->text_length += length + 1;
    reading->row_fields++;
}

static void header_end(struct reading *reading)
{
    struct sc_csv *csv = reading->csv;
    csv->columns = reading->row_fields;
    for (size_t i = 0; i < csv->columns; i++) {
        if (!*sc_csv_name(csv, i)) {
            sc_error_set_at(reading->error, SC_INPUT, csv->path, reading->row_line,
                            "column %zu of the header has no name; name it or take it out", i + 1);
            return;
        }
        for (size_t j = 0; j < i; j++)
            if (strcmp(sc_csv_name(csv, i), sc_csv_name(csv, j)) == 0) {
                sc_error_set_at(reading->error, SC_INPUT, csv->path, reading->row_line,
                                "columns %zu and %zu have the same name (\"%s\"); rename or remove one", j + 1, i + 1,
                                sc_csv_name(csv, i));
                return;
            }
    }
    reading->header_done = true;
}

/* A row of the wrong length fails or is taken back and remembered by its line. */
static void row_uneven(struct reading *reading)
{
    struct sc_csv *csv = reading->csv;
    if (reading->bad == SC_CSV_BAD_FAILS) {
        sc_error_set_at(reading->error, SC_INPUT, csv->path, reading->row_line,
                        "the row has %zu field%s (the header has %zu); every row needs as many as the header",
                        reading->row_fields, reading->row_fields == 1 ? "" : "s", csv->columns);
        return;
    }
    csv->field_count = reading->row_first;
    csv->text_length = reading->row_text;
    if (!array_reserve((void **)&csv->skipped, &csv->skipped_capacity, csv->skipped_count + 1, sizeof(int)))
        sc_error_memory(reading->error);
    else
        csv->skipped[csv->skipped_count++] = reading->row_line;
}

static void row_end(int terminator, void *state)
{
    (void)terminator;
    struct reading *reading = state;
    struct sc_csv *csv = reading->csv;
    if (reading->error->code != SC_OK)
        return;
    if (!reading->header_done)
        header_end(reading);
    else if (reading->row_fields != csv->columns)
        row_uneven(reading);
    else if (!array_reserve((void **)&csv->line, &csv->line_capacity, csv->rows + 1, sizeof(int)))
        sc_error_memory(reading->error);
    else
        csv->line[csv->rows++] = reading->row_line;
    reading->row_fields = 0;
    reading->row_first = csv->field_count;
    reading->row_text = csv->text_length;
}

/* Length of the UTF-8 sequence at `s` (of `left` bytes), 0 if it is none: Unicode 15, table 3-7. */
static size_t utf8_length(const unsigned char *s, size_t left)
{
    if (s[0] == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || left < length)
        return 0;
    unsigned low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
    unsigned high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

static enum sc_code text_check(const char *path, const char *text, size_t length, struct sc_error *error)
{
    int line = 1;
    for (size_t i = 0; i < length;) {
        size_t step = utf8_length((const unsigned char *)text + i, length - i);
        if (!step)
            return sc_error_set_at(error, SC_INPUT, path, line,
                                   "the text is not UTF-8 (found the byte 0x%02x); save the file as UTF-8",
                                   (unsigned char)text[i]);
        line += text[i] == '\n';
        i += step;
    }
    return SC_OK;
}

/* The delimiter is what the header has most of outside quotes; a header of one column has none: comma. */
static char delimiter_find(const char *text, size_t length)
{
    size_t commas = 0, semicolons = 0, tabs = 0, i = 0;
    bool quoted = false;
    while (i < length && (text[i] == '\n' || text[i] == '\r'))
        i++;
    for (; i < length && (quoted || text[i] != '\n'); i++) {
        quoted ^= text[i] == '"';
        if (quoted)
            continue;
        commas += text[i] == ',';
        semicolons += text[i] == ';';
        tabs += text[i] == '\t';
    }
    return semicolons > commas && semicolons >= tabs ? ';' : tabs > commas ? '\t' : ',';
}

static enum sc_code file_load(const char *path, char **text, size_t *length, struct sc_error *error)
{
    char *data = NULL;
    size_t used = 0, capacity = 0;
    FILE *file = fopen(path, "rb");
    if (!file) {
        sc_error_set_at(error, errno == ENOENT ? SC_INPUT : SC_SYSTEM, path, 0, "cannot be read (%s)", strerror(errno));
        goto done;
    }
    size_t got;
    do {
        if (!array_reserve((void **)&data, &capacity, used + 65536, 1)) {
            sc_error_memory(error);
            goto done;
        }
        got = fread(data + used, 1, capacity - used, file);
        used += got;
    } while (got > 0);
    if (ferror(file)) {
        sc_error_set_at(error, SC_SYSTEM, path, 0, "cannot be read (%s)", strerror(errno));
        goto done;
    }
    *text = data;
    *length = used;
    data = NULL;
done:
    if (file)
        fclose(file);
    free(data);
    return error->code;
}

/* Feeds libcsv line by line, so that every row knows the line it began on. */
static enum sc_code text_parse(struct csv_parser *parser, struct reading *reading, const char *text, size_t length)
{
    struct sc_csv *csv = reading->csv;
    bool open = false;
    int line = 0;
    for (size_t at = 0; at < length && reading->error->code == SC_OK;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t step = end ? (size_t)(end - text) + 1 - at : length - at;
        line++;
        if (!open)
            reading->row_line = line;
        for (size_t i = at; i < at + step; i++)
            open ^= text[i] == '"';
        if (csv_parse(parser, text + at, step, field_end, row_end, reading) != step)
            return sc_error_set_at(reading->error, csv_error(parser) == CSV_ENOMEM ? SC_SYSTEM : SC_INPUT, csv->path,
                                   line,
                                   "a quotation mark stands inside an unquoted field or before text; "
                                   "quote the whole field and double the marks inside it");
        at += step;
    }
    if (reading->error->code != SC_OK)
        return reading->error->code;
    if (open || csv_fini(parser, field_end, row_end, reading) != 0)
        return sc_error_set_at(reading->error, SC_INPUT, csv->path, reading->row_line,
                               "a quotation mark is never closed (it opens on this row); close it");
    if (reading->error->code == SC_OK && !reading->header_done)
        return sc_error_set_at(reading->error, SC_INPUT, csv->path, 0,
                               "the file is empty; its first row must name the columns");
    return reading->error->code;
}

enum sc_code sc_csv_read(const char *path, enum sc_csv_bad bad, struct sc_csv **csv, struct sc_error *error)
{
    char *text = NULL;
    size_t length = 0, skip = 0;
    struct csv_parser parser;
    bool parsing = false;
    struct sc_csv *table = calloc(1, sizeof *table);
    if (!table || !(table->path = strdup(path))) {
        sc_error_memory(error);
        goto done;
    }
    if (file_load(path, &text, &length, error) != SC_OK)
        goto done;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        skip = 3;
    if (text_check(path, text + skip, length - skip, error) != SC_OK)
        goto done;
    table->delimiter = delimiter_find(text + skip, length - skip);
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) {
        sc_error_memory(error);
        goto done;
    }
    parsing = true;
    csv_set_delim(&parser, (unsigned char)table->delimiter);
    struct reading reading = {.csv = table, .error = error, .bad = bad};
    if (text_parse(&parser, &reading, text + skip, length - skip) != SC_OK)
        goto done;
    *csv = table;
    table = NULL;
done:
    if (parsing)
        csv_free(&parser);
    free(text);
    sc_csv_free(table);
    return error->code;
}

void sc_csv_free(struct sc_csv *csv)
{
    if (!csv)
        return;
    free(csv->path);
    free(csv->text);
    free(csv->field);
    free(csv->line);
    free(csv->skipped);
    free(csv);
}

const char *sc_csv_path(const struct sc_csv *csv)
{
    return csv->path;
}
char sc_csv_delimiter(const struct sc_csv *csv)
{
    return csv->delimiter;
}
size_t sc_csv_rows(const struct sc_csv *csv)
{
    return csv->rows;
}
size_t sc_csv_columns(const struct sc_csv *csv)
{
    return csv->columns;
}
size_t sc_csv_skipped(const struct sc_csv *csv)
{
    return csv->skipped_count;
}
int sc_csv_skipped_line(const struct sc_csv *csv, size_t index)
{
    return csv->skipped[index];
}
int sc_csv_line(const struct sc_csv *csv, size_t row)
{
    return csv->line[row];
}

const char *sc_csv_name(const struct sc_csv *csv, size_t column)
{
    return csv->text + csv->field[column];
}

const char *sc_csv_field(const struct sc_csv *csv, size_t row, size_t column)
{
    return csv->text + csv->field[(row + 1) * csv->columns + column];
}

bool sc_csv_find(const struct sc_csv *csv, const char *name, size_t *column)
{
    for (size_t i = 0; i < csv->columns; i++)
        if (strcmp(sc_csv_name(csv, i), name) == 0) {
            *column = i;
            return true;
        }
    return false;
}

/* Lists the columns of a table for a message, cut where it gets long. */
static void names_list(const struct sc_csv *csv, char *list, size_t size)
{
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < csv->columns && used + 4 < size; i++) {
        int added = snprintf(list + used, size - used, "%s%s", i ? ", " : "", sc_csv_name(csv, i));
        if ((size_t)added >= size - used) {
            memcpy(list + size - 4, "...", 4);
            return;
        }
        used += (size_t)added;
    }
}

enum sc_code sc_csv_require(const struct sc_csv *csv, const char *name, size_t *column, struct sc_error *error)
{
    if (sc_csv_find(csv, name, column))
        return SC_OK;
    char list[256];
    names_list(csv, list, sizeof list);
    return sc_error_set_at(error, SC_INPUT, csv->path, 1,
                           "there is no column \"%s\" (found %s); add it, or say columns = { %s = \"NAME\"; } in the "
                           "scenario", name, list, name);
}

enum sc_code sc_csv_map(struct sc_csv *csv, const char *columns, struct sc_error *error)
{
    char *copy = strdup(columns), *rest = copy, *saved = NULL;
    size_t *target = calloc(csv->columns, sizeof *target); /* offset of the new name, +1 */
    size_t text_length = csv->text_length, column, other;
    if (!copy || !target) {
        sc_error_memory(error);
        goto done;
    }
    for (char *part; (part = strtok_r(rest, ",", &saved)); rest = NULL) {
        char *file_name = strchr(part, '=');
        if (!file_name || file_name == part || !file_name[1]) {
            sc_error_set(error, SC_INPUT, "columns are mapped as NAME=COLUMN,… (found \"%s\")", part);
            goto done;
        }
        *file_name++ = '\0';
        if (!sc_csv_find(csv, file_name, &column)) {
            char list[256];
            names_list(csv, list, sizeof list);
            sc_error_set_at(error, SC_INPUT, csv->path, 1, "there is no column \"%s\" to be used as %s (found %s)",
                            file_name, part, list);
            goto done;
        }
        if (sc_csv_find(csv, part, &other) && other != column) {
            sc_error_set_at(error, SC_INPUT, csv->path, 1,
                            "there is a column \"%s\" already; \"%s\" cannot be used as it too", part, file_name);
            goto done;
        }
        size_t length = strlen(part) + 1;
        if (!array_reserve((void **)&csv->text, &csv->text_capacity, text_length + length, 1)) {
            sc_error_memory(error);
            goto done;
        }
        memcpy(csv->text + text_length, part, length);
        target[column] = text_length + 1;
        text_length += length;
    }
    csv->text_length = text_length;
    for (column = 0; column < csv->columns; column++)
        if (target[column])
            csv->field[column] = target[column] - 1;
done:
    free(copy);
    free(target);
    return error->code;
}

enum sc_code sc_csv_bad_field(const struct sc_csv *csv, size_t row, size_t column, const char *what, const char *fix,
                              struct sc_error *error)
{
    return sc_error_set_at(error, SC_INPUT, csv->path, sc_csv_line(csv, row), "%s is not %s (found \"%.60s\"); %s",
                           sc_csv_name(csv, column), what, sc_csv_field(csv, row, column), fix);
}

enum sc_code sc_csv_number(const struct sc_csv *csv, size_t row, size_t column, double *number, struct sc_error *error)
{
    if (sc_number_parse(sc_csv_field(csv, row, column), number))
        return SC_OK;
    return sc_csv_bad_field(csv, row, column, "a number", "write it with a point, as 12.5", error);
}
