/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sentences of a comparison. */
#ifndef STAFFCAST_PRESENT_COMPARE_WORDS_H
#define STAFFCAST_PRESENT_COMPARE_WORDS_H

#include "present/compare.h"

/* The target that a channel is judged by: the alternative's, or where that has none the base's; NULL: none. */
const struct sc_target *sc_compared_target(const struct sc_compared_channel *channel);

/* "4 more agents: service level +6.1 ± 0.4 points, 96 % sure to meet 80 % in 20 s, 1.18 USD more per contact" */
void sc_compare_write_sentence(FILE *stream, const struct sc_comparison *comparison,
                               const struct sc_compared *alternative, const struct sc_table_style *style);

/* Which is best, with what confidence, and what became of the others; nothing without a selection. */
void sc_compare_write_best(FILE *stream, const struct sc_comparison *comparison, const struct sc_table_style *style);

/* "96 %"; "over 99 %" for what would be rounded to certainty. */
const char *sc_sure_format(double share, char text[16]);

#endif
