/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents from strings, and a small desk to explain. */
#ifndef STAFFCAST_TESTS_EXPLAIN_CASE_H
#define STAFFCAST_TESTS_EXPLAIN_CASE_H

#include "staffcast/document.h"
#include "staffcast/explain.h"

/* Reads the text as a scenario file and applies the overrides, up to the first NULL. The test fails on any fault. */
struct sc_document *explain_document(const char *text, const char *const *overrides);

/* A phone line and mails, a week of which two days of eight hours are open, two pools; exponential laws, which are
   built fast. */
extern const char explain_desk[];

/* Fails unless the two agree to 1e-9, relative to the larger of 1 and the second. */
void assert_same(const char *what, double value, double expected);

#endif
