/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of a staffing's text: heads by half-hour, and shifts. */
#ifndef STAFFCAST_PRESENT_STAFF_DAYS_H
#define STAFFCAST_PRESENT_STAFF_DAYS_H

#include "present/staff.h"

/* A table a day; days that are alike stand as one. Errors: SC_SYSTEM. */
enum sc_code sc_staff_write_days(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style,
                                 struct sc_error *error);

/* The shifts of each pool, and what they have over. Errors: SC_SYSTEM. */
enum sc_code sc_staff_write_shifts(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style,
                                   struct sc_error *error);

#endif
