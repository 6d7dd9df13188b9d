/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `staffcast erlang` is asked, and how the one unknown is found: shared by the single question of the
 * command line and the rows of a batch.
 */
#ifndef STAFFCAST_CLI_ERLANG_H
#define STAFFCAST_CLI_ERLANG_H

#include "staffcast/erlang.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Everything that can be given. Times in seconds. */
enum sc_erlang_quantity {
    SC_ASK_CALLS,
    SC_ASK_PER,
    SC_ASK_LOAD,
    SC_ASK_HANDLE,
    SC_ASK_AGENTS,
    SC_ASK_PATIENCE,
    SC_ASK_LINES,
    SC_ASK_RETRY,
    SC_ASK_WITHIN,
    SC_ASK_ANSWER,  /* targets: at least */
    SC_ASK_WAIT,    /* at most */
    SC_ASK_ABANDON,
    SC_ASK_BLOCKED,
    SC_ASKS,
};

struct sc_erlang_question {
    char model; /* b, c, a, x; 0: by what is given */
    enum sc_erlang_level counts;
    int solve; /* the quantity to be solved for; -1: the one that is left out */
    bool given[SC_ASKS];
    double value[SC_ASKS];
};

struct sc_erlang_answer {
    char model;
    int solved;         /* enum sc_erlang_quantity; -1: nothing was unknown */
    bool has_times;     /* the handle time is known */
    bool has_calls;     /* --per is known, so calls are */
    double per_s;
    struct sc_erlang_target targets[SC_ASKS - SC_ASK_ANSWER]; /* what shall be reached */
    size_t target_count;
    struct sc_erlang system;
    struct sc_erlang_result result;
};

/* Name of the option, without dashes. */
const char *sc_erlang_option(enum sc_erlang_quantity quantity);

/*
 * Works out what is unknown and solves for it. Errors: SC_USAGE (too much, too little, or against each other), else as
 * sc_erlang_solve.
 */
enum sc_code sc_erlang_answer_find(const struct sc_erlang_question *question, struct sc_erlang_answer *answer,
                                   struct sc_error *error);

/* Sets a quantity from its text, as on the command line. Errors: SC_USAGE with `name` in the message. */
enum sc_code sc_erlang_question_set(struct sc_erlang_question *question, enum sc_erlang_quantity quantity,
                                    const char *name, const char *text, struct sc_error *error);

/* The answer for people, and for programs. Errors: SC_SYSTEM. */
enum sc_code sc_erlang_print_table(FILE *stream, const struct sc_erlang_question *question,
                                   const struct sc_erlang_answer *answer, bool colour, struct sc_error *error);
void sc_erlang_print_json(FILE *stream, const struct sc_erlang_question *question,
                          const struct sc_erlang_answer *answer);
void sc_erlang_print_csv(FILE *stream, const struct sc_erlang_question *question,
                         const struct sc_erlang_answer *answer);

/* A figure of the answer by its number, in the order of the JSON; NULL after the last. NaN: none. */
const char *sc_erlang_figure(const struct sc_erlang_question *question, const struct sc_erlang_answer *answer,
                             size_t number, double *value);

/*
 * Every row of a CSV file is a question of its own, on top of `question`; the file comes out again with the
 * answers in further columns (as_json: as an array of objects). *unanswered: rows without an answer.
 * Errors: SC_INPUT with the line, SC_SYSTEM.
 */
enum sc_code sc_erlang_batch(const char *path, const struct sc_erlang_question *question, bool as_json, FILE *stream,
                             size_t *unanswered, struct sc_error *error);

#endif
