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

/* Levers of the desk with these overrides; one of them, which must be there. The test fails on any fault. */
struct sc_explanation *explain_levers_of(const char *const *changes, const struct sc_explain_options *options);
const struct sc_lever *explain_lever_named(const struct sc_explanation *e, const char *name);

/* The explanation as JSON; the caller frees. */
char *explain_json_of(const struct sc_explanation *e);

/* Fails unless the two agree to 1e-9, relative to the larger of 1 and the second. */
void assert_same(const char *what, double value, double expected);

#endif
