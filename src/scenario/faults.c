/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/faults.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

void sc_faults_add(struct sc_faults *faults, bool warning, struct sc_where where, const char *format, ...)
{
    char *message = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&message, format, arguments);
    va_end(arguments);
    if (length < 0) {
        faults->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < faults->count; i++) {
        const struct sc_fault *known = &faults->item[i];
        if (known->line == where.line && same_text(known->file, where.file) &&
            same_text(known->message, message)) {
            free(message);
            return;
        }
    }
    char *file = where.file ? strdup(where.file) : NULL;
    struct sc_fault *item = realloc(faults->item, (faults->count + 1) * sizeof *item);
    if (item)
        faults->item = item;
    if (!item || (where.file && !file)) {
        faults->out_of_memory = true;
        free(file);
        free(message);
        return;
    }
    item[faults->count++] = (struct sc_fault){warning, file, where.line, message};
    faults->errors += !warning;
}

static int place_rank(const struct sc_fault *fault, const char *first_file)
{
    if (!fault->file)
        return 0;
    if (fault->line == 0)
        return same_text(fault->file, first_file) ? 1 : 3; /* an override has no line */
    return same_text(fault->file, first_file) ? 1 : 2;
}

static int compare_places(const struct sc_fault *a, const struct sc_fault *b, const char *first_file)
{
    int rank = place_rank(a, first_file), other = place_rank(b, first_file);
    if (rank != other)
        return rank < other ? -1 : 1;
    if (rank == 2) {
        int order = strcmp(a->file, b->file);
        if (order)
            return order;
    }
    return a->line < b->line ? -1 : a->line > b->line;
}

void sc_faults_sort(struct sc_faults *faults, const char *first_file)
{
    /* Insertion keeps the order found among equals; there are a few hundred faults at the very most. */
    for (size_t i = 1; i < faults->count; i++) {
        struct sc_fault fault = faults->item[i];
        size_t j = i;
        for (; j > 0 && compare_places(&fault, &faults->item[j - 1], first_file) < 0; j--)
            faults->item[j] = faults->item[j - 1];
        faults->item[j] = fault;
    }
}

enum sc_code sc_faults_judge(const struct sc_faults *faults, struct sc_error *error)
{
    if (faults->out_of_memory)
        return sc_error_memory(error);
    for (size_t i = 0; i < faults->count; i++) {
        const struct sc_fault *fault = &faults->item[i];
        if (!fault->warning)
            return sc_error_set_at(error, SC_INPUT, fault->file, fault->line, "%s", fault->message);
    }
    return SC_OK;
}

void sc_faults_print(const struct sc_faults *faults, FILE *stream)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct sc_fault *fault = &faults->item[i];
        if (fault->file && fault->line)
            fprintf(stream, "%s:%d: ", fault->file, fault->line);
        else if (fault->file)
            fprintf(stream, "%s: ", fault->file);
        fprintf(stream, "%s%s\n", fault->warning ? "warning: " : "", fault->message);
    }
}

void sc_faults_release(struct sc_faults *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        free((char *)faults->item[i].file);
        free((char *)faults->item[i].message);
    }
    free(faults->item);
    *faults = (struct sc_faults){.skip_bad_rows = faults->skip_bad_rows};
}
