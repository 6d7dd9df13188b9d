/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The audit of a staffing: every step from the contacts to the heads that must be employed, so that anyone can check
 * the sums with a pocket calculator.
 *
 *   contacts   new contacts that reach the queue (mean)
 *   load       contacts x agent time of one: the hours of work that they bring
 *   on duty    what the search found: heads that are there and ready, by interval
 *   scheduled  heads on the roster, so that in the mean so many are on duty:
 *              on duty / ((1 - absence) (1 - planned shrinkage)), rounded up in every interval
 *   paid       scheduled hours; with shifts the hours of the shifts less unpaid breaks
 *   headcount  paid hours a week / hours a week of a head, and those that handle no contacts: / (1 - overhead);
 *              whole heads by pool
 *
 * A week: of seven days and more the mean week of the horizon; of a shorter horizon one in which every open weekday is
 * like the mean open day of it.
 */
#ifndef STAFFCAST_AUDIT_H
#define STAFFCAST_AUDIT_H

#include "staffcast/error.h"
#include "staffcast/scenario.h"
#include "staffcast/staff.h"

#include <stddef.h>

struct sc_audit_channel {
    double contacts;               /* over the horizon */
    double handle_s;               /* mean agent time of one; NAN without contacts */
    double work_h;                 /* contacts x handle_s, in hours */
    double erlang_c_h, erlang_a_h; /* head-hours by the formulas alone; NAN: they do not speak of it */
    double alone_h;     /* with a team of its own; NAN: nobody is there for its sake */
};

struct sc_audit_pool {
    int *scheduled;                        /* [count], by interval */
    double on_duty_h, scheduled_h, paid_h; /* over the horizon */
    double paid_h_a_week, hours_a_week;    /* hours_a_week: of one head */
    double overhead;
    double fte;        /* paid_h_a_week / hours_a_week */
    double headcount;  /* fte / (1 - overhead), rounded up */
    double cost;       /* paid_h x cost per hour */
    bool people_given; /* false: hours_a_week and overhead are the defaults of the language */
};

struct sc_audit {
    size_t count;
    double weeks;                      /* that the horizon stands for */
    struct sc_audit_channel *channels; /* [channels of the scenario] */
    struct sc_audit_pool *pools;       /* [pools of the scenario] */
    double contacts, work_h, on_duty_h, scheduled_h, paid_h, fte, headcount, cost;
    double erlang_c_h, erlang_a_h; /* sums over the channels that they speak of; NAN: of none */
    double alone_h;     /* sum over the channels: what pooling is compared with */
    int teams;          /* channels with such a team; of one there is nothing to pool */
    bool all_speak;                /* of every channel that is staffed for */
    void *memory;
};

/* Heads that must be scheduled so that `on_duty` are there in the mean. */
int sc_audit_scheduled(int on_duty, double absence, double planned);

/* How many weeks a horizon stands for. */
double sc_audit_weeks(const struct sc_scenario *scenario);

/* Heads that a formula asks for in an interval, `heads` being one of its arrays: -1 where it says nothing, 0 where no
   contact of a live channel or a chat comes. */
int sc_audit_formula_heads(const struct sc_channel *channel, const struct sc_staff_formulas *formulas,
                           const int *heads, size_t interval);

/* Works out all steps. The audit is the caller's (sc_audit_free). Errors: SC_SYSTEM. */
enum sc_code sc_audit_new(const struct sc_scenario *scenario, const struct sc_staff *staff, struct sc_audit **audit,
                          struct sc_error *error);
/* NULL is fine. */
void sc_audit_free(struct sc_audit *audit);

/* Replaces the paid hours of a pool, over the horizon, by those of its shifts, and works out all that follows. */
void sc_audit_set_paid(struct sc_audit *audit, const struct sc_scenario *scenario, size_t pool, double paid_h);

#endif
