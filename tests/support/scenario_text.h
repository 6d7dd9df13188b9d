/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scenarios from strings, for tests.
 */
#ifndef STAFFCAST_TESTS_SCENARIO_TEXT_H
#define STAFFCAST_TESTS_SCENARIO_TEXT_H

#include "staffcast/scenario.h"

/*
 * Reads the text as a scenario file and applies the overrides. On any fault the test fails with the faults
 * printed; warnings pass. The caller frees with sc_scenario_free.
 */
struct sc_scenario *scenario_from_text(const char *text, const char *const *overrides, size_t count);

/*
 * Reads the text and returns what is printed about it (faults and warnings, with the file named "text.cfg");
 * "" where nothing is. *scenario is NULL on faults. The caller frees both. `scenario` may be NULL.
 */
char *scenario_faults(const char *text, const char *const *overrides, size_t count,
                      struct sc_scenario **scenario);

/* The text of a file, or the test fails; the caller frees. */
char *scenario_load_text(const char *path);

#endif
