/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Batch mode. Rows are answered and written in blocks, each block by one thread into a buffer of its own;
 * buffers go out in the order of the file, so the output is the same for any number of threads.
 */
#include "cli/erlang.h"

#include "base/csv.h"
#include "base/number.h"
#include "base/text.h"
#include "present/csv.h"
#include "present/json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_ROWS = 2048, BLOCKS_AT_ONCE = 32, FIGURES_MOST = 40 };

/* How a column is called, and what it is. In columns ending in _s a bare number is seconds. */
static const struct {
    const char *name;
    enum sc_erlang_quantity quantity;
} known[] = {
    {"calls", SC_ASK_CALLS},       {"contacts", SC_ASK_CALLS},
    {"load_erl", SC_ASK_LOAD},     {"load", SC_ASK_LOAD},
    {"handle_s", SC_ASK_HANDLE},   {"handle", SC_ASK_HANDLE},
    {"agents", SC_ASK_AGENTS},     {"patience_s", SC_ASK_PATIENCE},
    {"patience", SC_ASK_PATIENCE}, {"lines", SC_ASK_LINES},
    {"retry", SC_ASK_RETRY},       {"within_s", SC_ASK_WITHIN},
    {"within", SC_ASK_WITHIN},     {"answer", SC_ASK_ANSWER},
    {"wait_s", SC_ASK_WAIT},       {"wait", SC_ASK_WAIT},
    {"abandon", SC_ASK_ABANDON},   {"blocked", SC_ASK_BLOCKED},
    {"per_s", SC_ASK_PER},         {"per", SC_ASK_PER},
};
enum { KNOWN = sizeof known / sizeof *known };

struct batch {
    const struct sc_erlang_question *question;
    const struct sc_csv *csv;
    bool as_json;
    size_t column[KNOWN]; /* SIZE_MAX: not in the file */
    bool shown[FIGURES_MOST]; /* figures that get a column */
};

struct block {
    char *text;
    size_t size, unanswered;
    struct sc_error error;
};

static enum sc_code find_columns(struct batch *batch, struct sc_error *error)
{
    bool any = false;
    int owner[SC_ASKS];
    for (int k = 0; k < SC_ASKS; ++k)
        owner[k] = -1;
    for (int k = 0; k < KNOWN; ++k) {
        batch->column[k] = SIZE_MAX;
        if (!sc_csv_find(batch->csv, known[k].name, &batch->column[k]))
            continue;
        int before = owner[known[k].quantity];
        if (before >= 0)
            return sc_error_set_at(error, SC_INPUT, sc_csv_path(batch->csv), 1,
                                   "two columns for the same (%s and %s); one of them", known[before].name,
                                   known[k].name);
        owner[known[k].quantity] = k;
        any = true;
    }
    if (!any)
        return sc_error_set_at(error, SC_INPUT, sc_csv_path(batch->csv), 1,
                               "no column that could be worked with (the first is "
                               "'%s'); calls or contacts, load_erl, handle_s, agents, ...",
                               sc_csv_name(batch->csv, 0));
    return SC_OK;
}

/* A field may be left empty: then the option holds, or nothing is known. */
static enum sc_code read_row(const struct batch *batch, size_t row, struct sc_erlang_question *question,
                             struct sc_error *error)
{
    for (int k = 0; k < KNOWN; ++k) {
        if (batch->column[k] == SIZE_MAX)
            continue;
        const char *name = known[k].name, *text = sc_csv_field(batch->csv, row, batch->column[k]);
        size_t length = strlen(name);
        bool seconds = length > 2 && strcmp(name + length - 2, "_s") == 0;
        enum sc_erlang_quantity quantity = known[k].quantity;
        double value;
        if (text[0] == '\0')
            continue;
        struct sc_error wrong = SC_ERROR_INIT;
        if (seconds && sc_number_parse(text, &value)) {
            bool zero = quantity == SC_ASK_WITHIN || quantity == SC_ASK_WAIT;
            if (value < 0 || (value == 0 && !zero))
                return sc_error_set_at(error, SC_INPUT, sc_csv_path(batch->csv), sc_csv_line(batch->csv, row),
                                       "%s is wrong (found '%s'); seconds %s", name, text,
                                       zero ? "from 0 up" : "above 0");
            question->given[quantity] = true;
            question->value[quantity] = value;
        } else if (sc_erlang_question_set(question, quantity, name, text, &wrong) != SC_OK) {
            return sc_error_set_at(error, SC_INPUT, sc_csv_path(batch->csv), sc_csv_line(batch->csv, row),
                                   "%s", wrong.message);
        }
    }
    return SC_OK;
}

static void choose_figures(struct batch *batch)
{
    struct sc_erlang_answer none = {.model = 'c'};
    const char *name;
    double value;
    size_t column;
    for (size_t k = 0; (name = sc_erlang_figure(batch->question, &none, k, &value)) != NULL; ++k) {
        /* What was given, in the file or as an option, needs no further column. */
        batch->shown[k] = !sc_csv_find(batch->csv, name, &column);
        for (int quantity = 0; quantity < SC_ASKS; ++quantity) {
            const char *option = sc_erlang_option((enum sc_erlang_quantity)quantity);
            size_t length = strlen(option);
            bool same = strncmp(option, name, length) == 0 &&
                        (name[length] == '\0' || strcmp(name + length, "_s") == 0);
            bool result = strcmp(name, "blocked") == 0;
            if (same && !result && batch->question->given[quantity])
                batch->shown[k] = false;
        }
        if (strcmp(name, "calls") == 0 && sc_csv_find(batch->csv, "contacts", &column))
            batch->shown[k] = false;
        if (strcmp(name, "service_level_by.offered") == 0 || strcmp(name, "queue_mean") == 0 ||
            strcmp(name, "attempts_erl") == 0)
            batch->shown[k] = false;
        if (strcmp(name, "lines") == 0 || strcmp(name, "retry") == 0 || strcmp(name, "patience_s") == 0 ||
            strcmp(name, "per_s") == 0)
            batch->shown[k] = batch->shown[k] && batch->question->solve >= 0;
    }
}

static void print_header(const struct batch *batch, FILE *stream)
{
    struct sc_erlang_answer none = {.model = 'c'};
    const char *name;
    double value;
    for (size_t k = 0; k < sc_csv_columns(batch->csv); ++k) {
        if (k > 0)
            fputc(',', stream);
        sc_csv_put_text(stream, sc_csv_name(batch->csv, k));
    }
    for (size_t k = 0; (name = sc_erlang_figure(batch->question, &none, k, &value)) != NULL; ++k)
        if (batch->shown[k])
            fprintf(stream, ",%s", name);
    fputs(",stable\n", stream);
}

static void print_row(const struct batch *batch, size_t row, const struct sc_erlang_answer *answer, FILE *stream)
{
    struct sc_erlang_answer none = {.model = 'c'};
    const char *name;
    double value;
    for (size_t k = 0; k < sc_csv_columns(batch->csv); ++k) {
        if (k > 0)
            putc_unlocked(',', stream);
        sc_csv_put_text(stream, sc_csv_field(batch->csv, row, k));
    }
    for (size_t k = 0; (name = sc_erlang_figure(batch->question, answer ? answer : &none, k, &value)) != NULL; ++k) {
        if (!batch->shown[k])
            continue;
        putc_unlocked(',', stream);
        if (answer)
            sc_csv_put_number(stream, value);
    }
    fputs(!answer ? ",\n" : answer->result.shares.stable ? ",1\n" : ",0\n", stream);
}

static void answer_block(const struct batch *batch, size_t from, size_t to, struct block *block)
{
    FILE *stream = open_memstream(&block->text, &block->size);
    if (!stream) {
        sc_error_memory(&block->error);
        return;
    }
    for (size_t row = from; row < to && block->error.code == SC_OK; ++row) {
        struct sc_erlang_question question = *batch->question;
        struct sc_erlang_answer answer;
        struct sc_error error = SC_ERROR_INIT;
        enum sc_code code = read_row(batch, row, &question, &block->error);
        if (code != SC_OK)
            break;
        code = sc_erlang_answer_find(&question, &answer, &error);
        if (code != SC_OK && code != SC_UNREACHABLE) {
            sc_error_set_at(&block->error, code == SC_USAGE ? SC_INPUT : code, sc_csv_path(batch->csv),
                            sc_csv_line(batch->csv, row), "%s", error.message);
            break;
        }
        block->unanswered += code != SC_OK;
        if (!batch->as_json) {
            print_row(batch, row, code == SC_OK ? &answer : NULL, stream);
        } else {
            if (row > 0)
                fputs(",\n", stream);
            if (code == SC_OK)
                sc_erlang_print_json(stream, &question, &answer);
            else
                fputs("null\n", stream);
        }
    }
    if (fclose(stream) != 0)
        sc_error_memory(&block->error);
}

enum sc_code sc_erlang_batch(const char *path, const struct sc_erlang_question *question, bool as_json, FILE *stream,
                             size_t *unanswered, struct sc_error *error)
{
    struct sc_csv *csv = NULL;
    enum sc_code code = sc_csv_read(path, SC_CSV_BAD_FAILS, &csv, error);
    if (code != SC_OK)
        return code;
    struct batch batch = {.question = question, .csv = csv, .as_json = as_json};
    size_t rows = sc_csv_rows(csv), refused = 0;
    code = find_columns(&batch, error);
    if (code == SC_OK) {
        choose_figures(&batch);
    }
    if (code == SC_OK && rows == 0) {
        if (as_json)
            fputs("[", stream);
        else
            print_header(&batch, stream);
    }
    for (size_t start = 0; start < rows && code == SC_OK; start += (size_t)BLOCK_ROWS * BLOCKS_AT_ONCE) {
        struct block blocks[BLOCKS_AT_ONCE] = {0};
#pragma omp parallel for schedule(dynamic, 1)
        for (int k = 0; k < BLOCKS_AT_ONCE; ++k) {
            size_t from = start + (size_t)k * BLOCK_ROWS, to = from + BLOCK_ROWS < rows ? from + BLOCK_ROWS : rows;
            if (from < to)
                answer_block(&batch, from, to, &blocks[k]);
        }
        for (int k = 0; k < BLOCKS_AT_ONCE; ++k) {
            if (code == SC_OK && blocks[k].error.code != SC_OK) {
                *error = blocks[k].error;
                code = error->code;
            }
            if (code == SC_OK && start == 0 && k == 0) { /* not before a first block is known to be good */
                if (as_json)
                    fputs("[\n", stream);
                else
                    print_header(&batch, stream);
            }
            if (code == SC_OK && blocks[k].text)
                fwrite(blocks[k].text, 1, blocks[k].size, stream);
            refused += blocks[k].unanswered;
            free(blocks[k].text);
        }
    }
    if (code == SC_OK && as_json)
        fputs("]\n", stream);
    if (code == SC_OK)
        *unanswered = refused;
    sc_csv_free(csv);
    return code;
}
