/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A second engine, written to be read: the rules of the scenario language one by one, in plain lists that are walked
 * for whatever comes next. No heaps, no links, nothing that is kept up to date when it can be worked out. It is given
 * the same contacts and the same draws as the engine and must tell the same story of each contact and come to the same
 * sums; where the two differ, one of them has misread the rules.
 *
 * What it takes from the model: the draws, the profiles and day factors of arrivals, the levels of the rosters and the
 * hours. Skills, routing, waiting, handling, diversions, follow-ups, clocks and counting are its own.
 */
#ifndef STAFFCAST_TESTS_REFERENCE_ENGINE_H
#define STAFFCAST_TESTS_REFERENCE_ENGINE_H

#include "staffcast/simulate.h"

/* What came of it. Sums by type are over the counted days; the caller frees with reference_release. */
struct reference_story {
    struct sc_contact_record *record; /* in the order in which outcomes became known */
    size_t records, room;
    struct sc_tally *tally;     /* [types * days + 1], type by type, the last for what the warm-up brought;
                                   all but the queue's averages and maxima */
    double *queue_s;            /* [types]: the integral of the number waiting, over the counted days */
    struct sc_pool_tally *pool; /* [pools] */
    struct sc_work_tally *work; /* [pools * channels] */
    double contacts;            /* all that came, warm-up included */
};

/* Plays a replication of the model. The test fails on lack of memory. */
void reference_play(const struct sc_model *model, uint64_t number, struct reference_story *story);
void reference_release(struct reference_story *story);

#endif
