/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of cross-checks share.
 */
#ifndef STAFFCAST_SCENARIO_CHECK_H
#define STAFFCAST_SCENARIO_CHECK_H

#include "scenario/read.h"

/* Elements of a list with the same name. */
void sc_check_names(struct sc_reader *reader, const struct sc_node *list, const char *what);

/* Whether the setting `name` of `node` was written and names one of `count` elements, so that `index` means
 * something. */
bool sc_resolved(const struct sc_node *node, const char *name, int index, size_t count);

#endif
