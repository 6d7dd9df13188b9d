/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Errors: how a function says that it failed, and why.
 *
 * Every fallible function returns enum sc_code and takes a caller-owned struct sc_error as its last
 * argument. On failure the error is filled and all other outputs are untouched. The first cause wins:
 * filling an error that is already set changes nothing, so clean-up code may fail without hiding why.
 *
 * The values are the exit statuses of the program.
 */
#ifndef STAFFCAST_ERROR_H
#define STAFFCAST_ERROR_H

#include <stdbool.h>

enum sc_code {
    SC_OK = 0,
    SC_GATE = 1,        /* --gate was given and a goal or target is missed */
    SC_USAGE = 2,       /* the command line is wrong */
    SC_INPUT = 3,       /* a scenario or a data file is wrong */
    SC_SYSTEM = 4,      /* no memory, disk full, file not writable */
    SC_UNREACHABLE = 5, /* a target or a precision cannot be reached */
    SC_NUMERIC = 6,     /* a computation did not converge */
};

struct sc_error {
    enum sc_code code;
    int line;           /* 0: none */
    char file[256];     /* "": none; cut at the front with "..." when longer */
    char message[768];  /* lower case, no full stop: what is wrong (what was found); what would be right */
};

#define SC_ERROR_INIT ((struct sc_error){.code = SC_OK})

/* Sets the error unless it is set already. Returns the code that the error now has. */
enum sc_code sc_error_set(struct sc_error *error, enum sc_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with a place; file may be NULL and line 0. */
enum sc_code sc_error_set_at(struct sc_error *error, enum sc_code code, const char *file, int line,
                             const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Out of memory, said the same way everywhere. */
enum sc_code sc_error_memory(struct sc_error *error);

#endif
