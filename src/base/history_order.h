/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a history in time: what interval counts must keep to, and how a log is brought into order. */
#ifndef STAFFCAST_BASE_HISTORY_ORDER_H
#define STAFFCAST_BASE_HISTORY_ORDER_H

#include "staffcast/history.h"

/* Finds the length of the intervals and checks their order, their grid and that none is missing. */
enum sc_code sc_history_check(struct sc_history *history, struct sc_error *error);

/* Sorts a log by arrival; rows of one instant stay in the order of the file. */
enum sc_code sc_history_sort(struct sc_history *history, struct sc_error *error);

#endif
