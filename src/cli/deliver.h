/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command found, handed over: the files that -o DIR asks for, and what --format asks for on standard output. */
#ifndef STAFFCAST_CLI_DELIVER_H
#define STAFFCAST_CLI_DELIVER_H

#include "cli/options.h"
#include "staffcast/error.h"
#include "staffcast/present.h"

#include <stdio.h>

struct sc_delivery {
    const char *command;       /* "compare": its files are DIR/NAME-compare.txt, .json and .csv … */
    const char *scenario_file; /* … with the NAME of this one */
    const void *found;         /* for the writer */
    enum sc_code (*write)(FILE *stream, const void *found, enum sc_format format, const struct sc_table_style *style,
                          struct sc_error *error);
};

/*
 * Writes the files, which appear together or not at all, and then standard output. DIR must be there. Errors:
 * SC_SYSTEM and those of the writer; after one nothing more is written.
 */
enum sc_code sc_deliver(const struct sc_delivery *delivery, const struct sc_common *common, struct sc_error *error);

#endif
