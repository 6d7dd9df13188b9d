/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scenarios that `staffcast init` begins with. They are written as files, src/cli/templates/NAME.cfg, and CMake
 * turns them into the table that is declared here.
 */
#ifndef STAFFCAST_CLI_TEMPLATES_H
#define STAFFCAST_CLI_TEMPLATES_H

#include <stddef.h>

struct sc_template {
    const char *file; /* NAME of NAME.cfg */
    const char *text;
};

extern const struct sc_template sc_templates[];
extern const size_t sc_template_count;

#endif
