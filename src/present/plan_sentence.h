/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision in a sentence, and the levers. */
#ifndef STAFFCAST_PRESENT_PLAN_SENTENCE_H
#define STAFFCAST_PRESENT_PLAN_SENTENCE_H

#include "present/plan.h"

enum { SC_PLAN_SENTENCE = 2048 };

/* "Open 6 positions by 12 January and 4 by 6 April. Without them …"; returns `text`. */
const char *sc_plan_sentence(const struct sc_plan *plan, char text[SC_PLAN_SENTENCE]);

/* What each lever is worth; nothing where none were looked at. Errors: SC_SYSTEM (memory). */
enum sc_code sc_plan_write_levers(FILE *stream, const struct sc_plan *plan, const struct sc_table_style *style,
                                  struct sc_error *error);

#endif
