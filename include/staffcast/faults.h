/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Faults: everything that is wrong in a scenario, gathered before reading fails, so that a user mends all of
 * it in one go.
 */
#ifndef STAFFCAST_FAULTS_H
#define STAFFCAST_FAULTS_H

#include "staffcast/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Where something was written; line is 0, and file the text of the override, where it came from an override.
 */
struct sc_where {
    const char *file;
    int line;
};

struct sc_fault {
    bool warning;
    const char *file; /* NULL: none */
    int line;         /* 0: none */
    const char *message;
};

struct sc_faults {
    struct sc_fault *item; /* [count], owned */
    size_t count;
    size_t errors;
    bool out_of_memory; /* a fault could not be kept */
    bool skip_bad_rows; /* set by the caller: rows of data files that cannot be read are left out and told of as
                           warnings. It goes with what is read, and with all that is made of that */
};

/* Adds a fault; texts are copied. One that is there already, word by word, is not added again. */
void sc_faults_add(struct sc_faults *faults, bool warning, struct sc_where where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Sorts by file (`first_file` first, overrides last, in the order they were found) and line. */
void sc_faults_sort(struct sc_faults *faults, const char *first_file);

/* SC_OK without errors; otherwise fills `error` with the first error, or with "out of memory". */
enum sc_code sc_faults_judge(const struct sc_faults *faults, struct sc_error *error);

/* `FILE:LINE: message` or `FILE:LINE: warning: message`, a line each. */
void sc_faults_print(const struct sc_faults *faults, FILE *stream);

/* Ready for the next reading: `skip_bad_rows` stays. */
void sc_faults_release(struct sc_faults *faults);

#endif
