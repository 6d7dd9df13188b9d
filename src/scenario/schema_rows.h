/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shorthands for the tables of the scenario language, and the hooks that they name.
 */
#ifndef STAFFCAST_SCENARIO_SCHEMA_ROWS_H
#define STAFFCAST_SCENARIO_SCHEMA_ROWS_H

#include "scenario/schema.h"
#include "staffcast/scenario.h"

#define AT(type, member) .offset = offsetof(struct type, member)
#define COUNT_AT(type, member) .count_at = offsetof(struct type, member)
#define GIVEN_AT(type, member) .given_at = offsetof(struct type, member) + 1
#define WHERE_AT(type) .where_at = offsetof(struct type, where) + 1
#define ROWS(table) .setting = table, .settings = sizeof(table) / sizeof(table)[0]

enum { SC_MOST_HEADS = 1000000 };

struct sc_reader;
struct sc_node;

void sc_class_prepare(void *element, const void *owner);
void sc_class_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_channel_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_volume_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_retry_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_automation_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_divert_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_touches_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_recontact_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_target_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_shift_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_pool_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_skill_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_people_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_event_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_goal_finish(struct sc_reader *reader, const struct sc_node *node, void *group);
void sc_plan_finish(struct sc_reader *reader, const struct sc_node *node, void *group);

#endif
