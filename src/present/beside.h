/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What theory says beside the simulation: as a table with its reasons, and as JSON. */
#ifndef STAFFCAST_PRESENT_BESIDE_H
#define STAFFCAST_PRESENT_BESIDE_H

#include "present/json.h"
#include "staffcast/present.h"

/* A blank line and the block; nothing where no channel has anything. Errors: SC_SYSTEM. */
enum sc_code sc_beside_write_table(FILE *stream, const struct sc_played *played, const struct sc_table_style *style,
                                   struct sc_error *error);

/* The key "theory" of a channel. */
void sc_beside_write_json(struct sc_json *json, const struct sc_beside_channel *channel);

#endif
