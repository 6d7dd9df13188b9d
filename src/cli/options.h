/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line. Options are described once, in tables of argp: they feed parsing, help, the suggestion for an
 * unknown option, and (through the help) the shell completion.
 */
#ifndef STAFFCAST_CLI_OPTIONS_H
#define STAFFCAST_CLI_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sc_format { SC_FORMAT_TABLE, SC_FORMAT_JSON, SC_FORMAT_CSV };

/* The options that commands have in common (SPEC 3). */
struct sc_common {
    const char **set; /* [set_count], --set in their order; sc_common_release */
    size_t set_count;
    int replications; /* 0: the scenario's */
    double precision; /* 0: none */
    uint64_t seed;
    bool seed_given;
    int threads;      /* 0: one a core */
    enum sc_format format;
    const char *directory; /* -o, NULL: none */
    bool skip_bad_rows, quiet;
};

/*
 * For the `children` of a command's argp, which takes those whose options it has and no others, so that its help lists
 * what it does; the child's input is a struct sc_common, all zero to begin with.
 */
extern const struct argp sc_common_argp;    /* of all that simulate: what is simulated, and all below but --precision */
extern const struct argp sc_precision_argp; /* --precision */
extern const struct argp sc_plain_argp;     /* --format and those of sc_say_argp: for what prints data, no simulation */
extern const struct argp sc_say_argp;       /* --quiet and --lang, which every command has */

void sc_common_release(struct sc_common *common);

/*
 * Parses a command line, argv[0] being "staffcast COMMAND". A wrong one ends the program with status 2 and a message
 * that names the nearest option; --help, --usage and --version end it with 0.
 */
void sc_options_parse(const struct argp *argp, int argc, char **argv, void *input);

/*
 * An option that other commands have and this one cannot have: not in the help; the command's parser tells what to do
 * instead.
 */
#define SC_OPTION_REFUSED(name, key, argument) {name, key, argument, OPTION_HIDDEN, NULL, 0}

/* Reads a whole number from least to most for the option that is being parsed, or ends with status 2. */
int sc_option_integer(struct argp_state *state, const char *option, const char *text, int least, int most);

#endif
