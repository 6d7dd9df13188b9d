/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures that others have published (published_figures.h), from scenario files. Each must agree within 4.5 combined
 * standard errors and half a unit of its last printed digit, and be three times as sharp as the published one.
 */
#ifndef STAFFCAST_TESTS_PUBLISHED_H
#define STAFFCAST_TESTS_PUBLISHED_H

enum published_part {
    PUBLISHED_SHORT, /* all but … */
    PUBLISHED_LONG,  /* … those that take minutes */
    PUBLISHED_ALL,
};

/*
 * Plays the scenarios of a part, found in a folder, and compares row by row. Where `path` is not NULL the comparison is
 * also written there. Returns the number of tests that failed, or 4 where the file cannot be written.
 */
int published_compare(const char *scenarios, enum published_part part, const char *path);

#endif
