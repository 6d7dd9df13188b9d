/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Published figures but for those that take minutes (test_published_long.c). With the name of a file as its argument
 * the program plays all of them and writes the comparison there: this is how results/published.md is made.
 */
#include "support/published.h"

#include <stddef.h>

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : NULL;
    return published_compare(SC_SOURCE_DIR "/tests/validate/scenarios", path ? PUBLISHED_ALL : PUBLISHED_SHORT, path);
}
