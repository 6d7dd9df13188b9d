/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is derived from the log, and becomes the scenario. Times in seconds; weekdays Sunday 0 … Thursday 4. */
#ifndef BANK_1999_FIGURES_H
#define BANK_1999_FIGURES_H

#include "log.h"
#include "staffcast/fit.h"

#include <stdio.h>

/* Of customers who hang up, the share who call again within the hour: identified customers of the same log, over the
 * year, 26 to 38 %; the month's rows carry no customer. How long they wait before they do is not known: 10 minutes. */
#define BANK_RETRY_SHARE 0.32
#define BANK_RETRY_AFTER_S 600.0
#define BANK_RETRY_ATTEMPTS 3

/* A gap between two services of an agent above this is time off duty, unless hardly a call waited in it … */
#define BANK_OFF_DUTY_S 900.0
/* … that is, for less than this in all; and above this it is off duty whatever the queue was. */
#define BANK_HARDLY_S 60.0
#define BANK_LONGEST_IDLE_S 3600.0
/* Shifts begin and end on the hour: a first call that begins, or a last that ends, this near to it tells so. */
#define BANK_SHIFT_EDGE_S 600.0
/* The head start that a step of priority gives, by the log's documentation. */
#define BANK_HEAD_START_S 90.0
/* Effects at this level of significance are modelled, others taken for chance. */
#define BANK_SIGNIFICANT 0.001

struct bank_demand {
    double counted[BANK_TYPES][BANK_WEEKDAYS][BANK_SLOTS]; /* mean contacts a day that asked for an agent */
    double lost[BANK_TYPES][BANK_WEEKDAYS][BANK_SLOTS];    /* of those, hung up in the queue */
    double per_day[BANK_TYPES][BANK_WEEKDAYS];             /* new demand */
    double shape[BANK_TYPES][BANK_WEEKDAYS][BANK_SLOTS];
    double shape_p[BANK_TYPES]; /* of "all weekdays have one shape" */
    bool shape_by_weekday[BANK_TYPES];
    int shape_cells[BANK_TYPES];                                /* 48, or 24 for rare types */
    double total[BANK_TYPES];                                   /* contacts in the month */
    double common_cv, own_cv[BANK_TYPES], total_cv[BANK_TYPES]; /* of contacts for each agent hour of the day */
    double raw_common_cv, raw_own_cv[BANK_TYPES], raw_total_cv[BANK_TYPES]; /* of contacts as such */
    double first_half, second_half; /* mean contacts a day in the first and the second half of the month */
};

enum bank_segment { BANK_ANY, BANK_VIP, BANK_NOT_VIP, BANK_SEGMENTS };

struct bank_patience {
    struct sc_fit fit[SC_FIT_LAWS];
    size_t best, spells, events;
    bool pooled;                      /* too few hang-ups: those of all types together */
    double survival_60, survival_300; /* Kaplan-Meier */
};

struct bank_customers {
    struct bank_patience patience[BANK_TYPES][BANK_SEGMENTS];
    double identified_share[BANK_TYPES]; /* of queued calls, those with priority 1 or 2 */
    double vip_share[BANK_TYPES];        /* of queued calls, priority 2 */
    int days_in_force;                   /* days on which the head start shows, and their share of the queued calls */
    int64_t first_in_force;
    double in_force_share;
    double step_share; /* of VIP calls on those days, those that overtake other customers */
    size_t step_pairs, step_pairs_before;
    double over_unknown,
        over_unknown_before; /* customers served before an unidentified caller up to 60 s ahead of them */
    double balked_share;     /* hung up within a second of queueing, of all queued */
};

struct bank_handle {
    struct sc_fit fit[SC_FIT_LAWS];
    size_t best, services;
    double short_share;                /* below 10 s */
    double mean, cv;                   /* of all services */
    double scenario_mean, scenario_cv; /* for an average head on duty, one agent's own */
    int by_time_cells;                 /* 0: no effect shown */
    double by_time_p;
    double by_time[BANK_SLOTS];
};

/* The last pool is no group of agents but the heads of all that are away from the phone: see ready.c. */
enum bank_pool { BANK_DESK, BANK_BOTH, BANK_NEW, BANK_REST, BANK_AWAY, BANK_POOLS };

struct bank_agents {
    struct bank_handle handle[BANK_TYPES];
    double between_cv; /* between agents, of the mean handle time */
    double between_p;
    double head_factor; /* mean factor of a head on duty when that of a call is 1 */
    struct sc_fit wrap_fit[SC_FIT_LAWS];
    size_t wrap_best, wrap_spells, wrap_events;
    double wrap_mean, wrap_cv, wrap_median;
    double heads[BANK_POOLS][BANK_WEEKDAYS][BANK_SLOTS]; /* mean heads on duty */
    int roster[BANK_POOLS][BANK_WEEKDAYS][BANK_CELLS];   /* the same in whole heads, by five minutes */
    double hours[BANK_POOLS];                            /* agent hours of the month */
    double served[BANK_POOLS][BANK_TYPES];
    bool skill[BANK_POOLS][BANK_TYPES];
    double day_hours[BANK_MAX_DAYS];    /* agent hours of each day */
    double presence_volume_correlation; /* of those and the day's calls */
    struct bank_ready {
        size_t arrivals, queued; /* regular calls that found no queue and an agent idle, and waited all the same */
        double share;            /* of idle agents, those who take a call at once */
        double delay_s;          /* median wait of those who waited all the same and were answered */
    } ready;
};

const char *bank_pool_name(int pool);

/* Needs the hours of the agents. */
enum sc_code bank_demand_derive(const struct bank_log *log, const struct bank_agents *agents,
                                struct bank_demand *demand, struct sc_error *error);
enum sc_code bank_customers_derive(const struct bank_log *log, struct bank_customers *customers,
                                   struct sc_error *error);
enum sc_code bank_agents_derive(const struct bank_log *log, struct bank_agents *agents, struct sc_error *error);

/* Answered calls with their agent, by day, agent and start. */
struct bank_services {
    const struct bank_call **call;
    bool *off_after; /* the agent goes off duty after the call: the last of the day, or a long gap */
    size_t count;
};

enum sc_code bank_ready_derive(const struct bank_log *log, const struct bank_services *services,
                               struct bank_ready *ready, struct sc_error *error);

/* Writes the scenario, and the observed figures; errors show on the stream. */
void bank_scenario_write(FILE *out, const struct bank_log *log, const struct bank_demand *demand,
                         const struct bank_customers *customers, const struct bank_agents *agents);
void bank_observed_write(FILE *out, const struct bank_log *log);

#endif
