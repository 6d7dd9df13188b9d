/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Theory beside a simulation: what Erlang's formulas would have said of each channel, and why they say something else.
 *
 * The usual method takes every interval by itself, as if its mean arrivals and its heads had lasted for ever, asks
 * Erlang C or A, and weighs the answers by arrivals (the stationary independent period by period approach; Green,
 * Kolesar & Soares 2001, "Improving the SIPP approach", Operations Research 49). Here:
 *
 *   arrivals  mean new contacts of the interval that reach the queue: without what is deflected, stays with the bot or
 *             is always diverted, and without everything that comes back or from elsewhere
 *   handle    mean handle and wrap-up time over the classes, divided by the mean speed of the heads
 *   patience  exponential; people give up at the mean rate over the classes
 *   heads     of the roster less absence and planned shrinkage. Heads of pools with several channels are split so that
 *             the channels have as equal heads per load in that interval as skills allow (work that may be interrupted
 *             counts for nothing). Channels that pools join and that come out equal are one queue: each meets the load
 *             and the heads of them all, as if any head took any contact ("complete resource pooling"; Harrison &
 *             Lopez 1999, Queueing Systems 33). k + f heads are k for a share 1 - f of the interval, else k + 1.
 *
 * A channel that has pools of its own alone, in demand or staffing that changes, is also given
 *
 *   offered load  Erlang A (C where nobody gives up) at the modified offered load (staffcast/offered_load.h)
 *   transient     the forward equations (staffcast/transient.h), one day of each kind standing for all: the middle one
 *                 of each weekday and of the holidays, whole heads, shrinkage carried over from interval to interval
 *
 * Of long horizons only every so many days are asked of Erlang, and of large systems no forward equations are solved,
 * so that all of it takes some tenths of a second at most.
 */
#ifndef STAFFCAST_BESIDE_H
#define STAFFCAST_BESIDE_H

#include "staffcast/error.h"
#include "staffcast/model.h"

#include <stdbool.h>
#include <stddef.h>

enum sc_beside_method { SC_BESIDE_C, SC_BESIDE_A, SC_BESIDE_LAGGED, SC_BESIDE_TRANSIENT, SC_BESIDE_METHODS };

/* All by contacts that reach the queue. NAN: not known, or over nothing. */
struct sc_beside_figures {
    bool said;            /* false: the method does not apply, all else is NAN */
    double service_level; /* by the channel's own target and definition; NAN without one */
    double abandon_rate;
    double wait_mean_s;      /* of answered contacts; NAN in an unstable system, and from the forward equations */
    double wait_all_mean_s;  /* of all */
    double wait_probability; /* not taken at once */
    double unstable_share;   /* of contacts: come when the queue would grow without end */
};

/* Why theory and simulation differ: the reasons that apply to a channel, as a set of bits. */
enum sc_beside_reason {
    SC_REASON_PATIENCE = 1 << 0,     /* nobody gives up in Erlang C, though people would */
    SC_REASON_STATIONARY = 1 << 1,   /* each interval is taken as if it lasted for ever */
    SC_REASON_SPREAD = 1 << 2,       /* arrivals at the mean, no day-to-day spread */
    SC_REASON_SKILLS = 1 << 3,       /* shared heads as if they were one queue */
    SC_REASON_CLASSES = 1 << 4,      /* classes are mixed into one */
    SC_REASON_COMEBACK = 1 << 5,     /* what comes back or from elsewhere is left out */
    SC_REASON_HANDLE_LAW = 1 << 6,   /* exponential handle times */
    SC_REASON_PATIENCE_LAW = 1 << 7, /* exponential patience */
    SC_REASON_LIMIT = 1 << 8,        /* no queue limit */
    SC_REASON_TRUNKS = 1 << 9,       /* no busy lines */
    SC_REASON_BALK = 1 << 10,        /* nobody balks */
    SC_REASON_CALLBACK = 1 << 11,    /* no callbacks */
    SC_REASON_SHRINKAGE = 1 << 12,   /* absence at its mean */
    SC_REASON_SPEED = 1 << 13,       /* all heads equally fast */
    SC_REASON_EVENTS = 1 << 14,      /* what changes on a date is left out */
};

/* Why nothing is said at all. */
enum sc_beside_silence {
    SC_BESIDE_SPEAKS,
    SC_BESIDE_DEFERRED, /* a backlog is no queue in equilibrium */
    SC_BESIDE_SLOTS,    /* heads that hold several contacts at once */
    SC_BESIDE_NOTHING,  /* no new contacts in the counted days, or nobody to take them */
};

struct sc_beside_channel {
    enum sc_beside_silence silence;
    unsigned reasons;
    bool too_large; /* the forward equations apply, but would take too long */
    struct sc_beside_figures figures[SC_BESIDE_METHODS];
};

struct sc_beside {
    size_t channel_count;
    struct sc_beside_channel *channels; /* [channel_count], in the order of the scenario */
};

/* What the forward equations are solved to: the most that any probability is off. */
#define SC_BESIDE_TOLERANCE 1e-6

/* To be freed with sc_beside_free. Errors: SC_SYSTEM (memory), SC_NUMERIC. */
enum sc_code sc_beside_new(const struct sc_model *model, struct sc_beside **beside, struct sc_error *error);
/* NULL is fine. */
void sc_beside_free(struct sc_beside *beside);

#endif
