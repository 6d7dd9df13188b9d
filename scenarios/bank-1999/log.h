/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log of a bank's call centre, January 1999: one row a call.
 *
 * Source: I. Guedj and A. Mandelbaum, Technion, "Anonymous bank" call-centre data, free for use with acknowledgement.
 * A call enters the voice response unit (VRU); when it leaves it, it goes to a free agent or queues for one. Calls
 * that end in the VRU and the log's PHANTOM rows never asked for an agent and are left out here, as are the weekend
 * (Friday and Saturday) and what comes outside the opening hours of the weekdays, 7:00 to midnight.
 */
#ifndef BANK_1999_LOG_H
#define BANK_1999_LOG_H

#include "staffcast/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum bank_type { BANK_PS, BANK_NW, BANK_NE, BANK_TT, BANK_IN, BANK_PE, BANK_TYPES };
enum { BANK_WEEKDAYS = 5, BANK_SLOTS = 48, BANK_SLOT_S = 1800, BANK_OPEN_SLOT = 14, BANK_MAX_DAYS = 31 };
enum { BANK_CELLS = 288, BANK_SLOT_CELLS = BANK_CELLS / BANK_SLOTS };
enum { BANK_MAX_AGENTS = 64 };

/* A call that asked for an agent. Times are seconds from the midnight that begins its day. */
struct bank_call {
    int day; /* 0 … days - 1 */
    int type;
    int priority; /* of queued calls: 0 not identified, 1 customer, 2 VIP; of others not known for most types */
    int agent;    /* -1: none recorded */
    bool queued, answered;
    double arrived_s;          /* left the VRU */
    double wait_s;             /* in the queue */
    double start_s, service_s; /* of answered ones */
};

struct bank_log {
    struct bank_call *call; /* by day, then by arrival */
    size_t calls;
    int days;
    int64_t day_number[BANK_MAX_DAYS];
    int weekday[BANK_MAX_DAYS]; /* Sunday 0 … Thursday 4 */
    int days_of[BANK_WEEKDAYS];
    int64_t missing[BANK_MAX_DAYS]; /* weekdays between the first and the last that have no call */
    int missing_days;
    char agent_name[BANK_MAX_AGENTS][16];
    int agents;
    size_t phantom, in_vru, closed; /* left out on weekdays: phantoms, ended in the VRU, outside the hours */
};

/* "sun" … "thu"; "regular", "new customers", …; the log's own two letters. */
const char *bank_weekday_name(int weekday);
const char *bank_type_name(int type);
const char *bank_type_code(int type);
int bank_slot(const struct bank_call *call);
/* 0 … 4 for Sunday … Thursday, -1 on the weekend. */
int bank_weekday(int64_t day_number);

enum sc_code bank_log_read(const char *path, struct bank_log *log, struct sc_error *error);
void bank_log_release(struct bank_log *log);

#endif
