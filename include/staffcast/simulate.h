/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One replication: an immutable model and a number in, plain figures out.
 *
 * Everything is counted by type, a type being the contacts of one channel and one class (or of no class), and
 * by the counted day on which the contact arrived; channels and totals are sums. Counts are kept as doubles (exact
 * below 2^53) so that one table of metrics can name them all. Ratios are never formed here: they are ratios of
 * totals over replications, which is the business of estimate.h.
 *
 * Sums by interval are whole numbers (times in microseconds), so that adding up replications in any order, on any
 * number of threads, gives the same bytes.
 */
#ifndef STAFFCAST_SIMULATE_H
#define STAFFCAST_SIMULATE_H

#include "staffcast/error.h"
#include "staffcast/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What happened to contacts: of one type and day of arrival, of a type, or of a channel. */
struct sc_tally {
    /* counts of SPEC 4, in its words */
    double demand, arrivals, deflected, automated, automated_returned, gave_up, diverted;
    double offered, answered, abandoned, balked, blocked, dismissed, diverted_waiting, called_back, callbacks_kept;
    double open_at_end, in_automation_at_end, touches, retried, transferred, recontacts;
    double entered_automation;
    /* service level (SPEC 2.1): A_T, B_T, B_S and L; judged only where the type has a target, else 0 */
    double answered_within, lost_within, lost_short, late_open;
    /* the denominators that go with them: A and B of the types that have a target */
    double judged_answered, judged_lost;
    /* sums of times in seconds */
    double wait_answered_s; /* of answered contacts, first handling */
    double wait_lost_s;     /* of abandoned, balked and dismissed ones */
    double first_response_s, first_responses;
    double resolution_s, resolved;       /* from the arrival of a case to the end of its last handling */
    double handle_s, handlings;          /* agent time (handle and wrap-up) of handlings, and their number */
    double satisfied, satisfaction_base; /* expected satisfied contacts; contacts that were asked */
    /* time averages: cover the counted days whoever arrived when */
    double queue_s;      /* integral of the number waiting */
    double queue_open_s; /* time over which it is averaged */
    /* maxima, of counted days; in sums over days the largest */
    double queue_max, oldest_max_s, wait_max_s;
    /* money */
    double automation_cost, lost_cost;
};

/* A pool over the counted days. */
struct sc_pool_tally {
    double scheduled_s, present_s, busy_s, overtime_s;
    double live_busy_s; /* busy without interruptible work */
    double holding_s;   /* integral of contacts in hand */
    double contacts;    /* handlings begun */
    double handled_s;   /* agent time of the handlings of SPEC's fee a minute */
};

/* A pool's work for one channel. */
struct sc_work_tally {
    double contacts, busy_s;
};

/* What an event did (events.c): the most that waited in all channels together from its beginning until all was well
   again, and the time from its beginning to the first hour in which every target holds; 0 where none was missed. */
struct sc_event_tally {
    double queue_max, recovery_s;
};

/* The end of a day in a channel: those waiting, and the wait so far of the oldest. */
struct sc_midnight_tally {
    double waiting, oldest_s;
};

/*
 * Waits by size. Cell 0 counts waits below 2^-7 s (zero waits above all); from there on each octave has 256 equal
 * cells, so that a cell is at most 1/256 = 0.4 % wide, up to 2^25 s (388 days), which the last cell closes.
 */
enum { SC_HISTOGRAM_OCTAVES = 32, SC_HISTOGRAM_CELLS = 1 + 256 * SC_HISTOGRAM_OCTAVES };

size_t sc_histogram_cell(double wait_s);
/* The lower end of a cell; of SC_HISTOGRAM_CELLS the upper end of the last. */
double sc_histogram_edge(size_t cell);

/* Sums by interval of arrival (queue: of time), over any number of replications; times in microseconds. */
struct sc_interval_cell {
    int64_t offered, answered, abandoned, blocked; /* abandoned: with balked */
    int64_t answered_within, lost_within, lost_short, late_open, judged_answered, judged_lost;
    int64_t wait_us, handle_us, handlings, queue_us; /* not with counts_only */
};
struct sc_interval_pool {
    int64_t scheduled_us, present_us, busy_us;
};

/*
 * Optional sums by interval; zeroed by the caller, added to by each replication. With counts_only no more is added than
 * the counts of contacts, offered to judged_lost: the same numbers, but a replication takes hardly longer than without
 * sums (3 to 6 %; with all sums 20 to 120 %), since the engine keeps the short cuts of those that nobody watches.
 */
struct sc_intervals {
    size_t count;                     /* counted intervals */
    struct sc_interval_cell *channel; /* [channels * count], channel by channel */
    bool by_type; /* instead by type, [types * count] in `channel`; not of a model that watches its events */
    bool counts_only;
    struct sc_interval_pool *pool; /* [pools * count]; unused with counts_only, may be NULL then */
};

/* What one replication gives. All arrays are the caller's (sc_replication_new) and are overwritten. */
struct sc_replication {
    double contacts_simulated;          /* all arrivals, warm-up included */
    struct sc_tally *type;              /* [types] */
    struct sc_tally *channel;           /* [channels] */
    struct sc_tally *day;               /* [channels * days], channel by channel; queue_* and *_max by day of time */
    struct sc_midnight_tally *midnight; /* [channels * days], channel by channel */
    struct sc_pool_tally *pool;         /* [pools] */
    struct sc_pool_tally *pool_day;     /* [pools * days], pool by pool; a handling alone counts on the day it began */
    struct sc_event_tally *event;       /* [events of the scenario] */
    struct sc_work_tally *work;         /* [pools * channels], pool by pool */
    uint32_t *wait_histogram;           /* [types * SC_HISTOGRAM_CELLS], waits of answered contacts */
    uint32_t *response_histogram;       /* the same of first responses; NULL where no channel is deferred */
    size_t channels, types, pools, days;
};

enum sc_code sc_replication_new(const struct sc_model *model, struct sc_replication **replication,
                                struct sc_error *error);
void sc_replication_free(struct sc_replication *replication);

/* How a contact left the queue, or what became of it. */
enum sc_outcome {
    SC_OUTCOME_ANSWERED,
    SC_OUTCOME_ABANDONED,
    SC_OUTCOME_BALKED,
    SC_OUTCOME_BLOCKED,
    SC_OUTCOME_DISMISSED,
    SC_OUTCOME_DIVERTED_WAITING,
    SC_OUTCOME_DIVERTED,
    SC_OUTCOME_DEFLECTED,
    SC_OUTCOME_AUTOMATED,
    SC_OUTCOME_GAVE_UP,
    SC_OUTCOME_CALLED_BACK,
    SC_OUTCOME_OPEN,
};

/*
 * One contact as an observer sees it at the moment its outcome is known. Times in seconds from the midnight of the
 * first simulated day, warm-up included. A contact that accepts a callback is told twice, then and when it is
 * answered; a touch is told as answered; who is with a bot at the end is not told.
 */
struct sc_contact_record {
    uint64_t key;   /* the contact's own number: the same under every what-if */
    int type, pool; /* pool: -1 unless answered */
    enum sc_outcome outcome;
    bool follow_up;                     /* retry, return, recontact, transfer, touch */
    bool counted;                       /* it arrived in the counted days */
    double arrived_s, joined_s, left_s; /* left: the queue */
    double handle_s, wrap_up_s;         /* drawn for an answered one, before skill and agent change them; else 0 */
};
struct sc_observer {
    void (*contact)(void *context, const struct sc_contact_record *record);
    void *context;
};

/* Scratch memory of the engine, one a thread; grows with the contacts in the system and is reused. */
struct sc_workspace;
enum sc_code sc_workspace_new(const struct sc_model *model, struct sc_workspace **workspace, struct sc_error *error);
void sc_workspace_free(struct sc_workspace *workspace);

/*
 * Plays replication `number` (0, 1, …) of the model. The result depends on the model (its seed included) and the
 * number alone. `intervals` and `observer` may be NULL. Cost: some 100 ns a contact.
 * Errors: SC_SYSTEM (memory).
 */
enum sc_code sc_simulate(const struct sc_model *model, uint64_t number, struct sc_workspace *workspace,
                         struct sc_replication *replication, struct sc_intervals *intervals,
                         const struct sc_observer *observer, struct sc_error *error);

#endif
