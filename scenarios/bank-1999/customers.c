/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Callers: how long they would wait, who is served first, who leaves at once. */
#include "figures.h"

#include <math.h>
#include <stdlib.h>

/* Fewer hang-ups than this tell no law of their own. */
enum { ENOUGH_EVENTS = 50 };

static bool in_segment(const struct bank_call *call, int segment)
{
    return segment == BANK_ANY || (call->priority == 2) == (segment == BANK_VIP);
}

/* type -1: all types */
static size_t spells_collect(const struct bank_log *log, int type, int segment, struct sc_spell *spells, size_t *events)
{
    size_t count = 0;
    *events = 0;
    for (size_t i = 0; i < log->calls; i++) {
        const struct bank_call *call = &log->call[i];
        if (!call->queued || (type >= 0 && call->type != type) || !in_segment(call, segment))
            continue;
        spells[count].time = call->wait_s < 0.5 ? 0.5 : call->wait_s; /* a recorded 0 is half a second */
        spells[count++].event = !call->answered;
        *events += !call->answered;
    }
    return count;
}

static enum sc_code patience_derive(const struct bank_log *log, int type, int segment, struct sc_spell *spells,
                                    struct bank_patience *patience, struct sc_error *error)
{
    struct sc_survival curve;
    patience->spells = spells_collect(log, type, segment, spells, &patience->events);
    if (patience->events < ENOUGH_EVENTS) {
        patience->pooled = true;
        patience->spells = spells_collect(log, -1, BANK_ANY, spells, &patience->events);
    }
    if (sc_fit_all(spells, patience->spells, patience->fit, &patience->best, error) != SC_OK ||
        sc_survival_estimate(spells, patience->spells, &curve, error) != SC_OK)
        return error->code;
    patience->survival_60 = sc_survival_at(&curve, 60);
    patience->survival_300 = sc_survival_at(&curve, 300);
    sc_survival_release(&curve);
    return SC_OK;
}

static void shares_fill(const struct bank_log *log, struct bank_customers *customers)
{
    double queued[BANK_TYPES] = {0}, all = 0, at_once = 0;
    for (size_t i = 0; i < log->calls; i++) {
        const struct bank_call *call = &log->call[i];
        if (!call->queued)
            continue;
        all++;
        at_once += !call->answered && call->wait_s <= 1;
        queued[call->type]++;
        customers->identified_share[call->type] += call->priority > 0;
        customers->vip_share[call->type] += call->priority == 2;
    }
    for (int t = 0; t < BANK_TYPES; t++) {
        customers->identified_share[t] /= fmax(queued[t], 1);
        customers->vip_share[t] /= fmax(queued[t], 1);
    }
    customers->balked_share = at_once / all;
}

/* Of pairs in which `late` queued after `early` and one was served while the other waited: who was first? */
struct pairs {
    double all, late_first;
};

/*
 * Compares two queued calls of one day: does a step of priority make up for having come later? Only lags clearly
 * inside the head start can tell, and only if one of the two is answered while the other waits.
 */
static void pair_add(const struct bank_call *early, const struct bank_call *late, double longest_lag,
                     struct pairs *pairs)
{
    double lag = late->arrived_s - early->arrived_s;
    double early_end = early->arrived_s + early->wait_s, late_end = late->arrived_s + late->wait_s;
    if (lag <= 2 || lag >= longest_lag || early_end <= late->arrived_s)
        return;
    bool late_first = late->answered && late_end + 1 < early_end;
    bool early_first = early->answered && early_end + 1 < late_end;
    pairs->all += late_first || early_first;
    pairs->late_first += late_first;
}

static void day_pairs(const struct bank_call *call, size_t count, struct pairs *vip, struct pairs *known)
{
    for (size_t i = 0; i < count; i++) {
        if (!call[i].queued)
            continue;
        for (size_t j = i + 1; j < count && call[j].arrived_s < call[i].arrived_s + BANK_HEAD_START_S; j++) {
            const struct bank_call *early = &call[i], *late = &call[j];
            if (!late->queued || late->type != BANK_PS)
                continue;
            if (early->type == BANK_PS && early->priority == 1 && late->priority == 2)
                pair_add(early, late, BANK_HEAD_START_S - 5, vip);
            if (early->type == BANK_NW && early->priority == 0 && late->priority == 1)
                pair_add(early, late, 60, known);
        }
    }
}

/* On which days does the order of service show the head start, and for how many of the VIP calls? */
static void priority_derive(const struct bank_log *log, struct bank_customers *customers)
{
    struct pairs vip[2] = {{0, 0}}, known[2] = {{0, 0}};
    double queued_calls = 0, queued_in_force = 0;
    for (size_t first = 0, next; first < log->calls; first = next) {
        struct pairs day_vip = {0}, day_known = {0};
        double queued = 0;
        for (next = first; next < log->calls && log->call[next].day == log->call[first].day; next++)
            queued += log->call[next].queued;
        day_pairs(log->call + first, next - first, &day_vip, &day_known);
        int in_force = day_vip.late_first > 0.1 * day_vip.all;
        if (in_force && !customers->days_in_force)
            customers->first_in_force = log->day_number[log->call[first].day];
        customers->days_in_force += in_force;
        vip[in_force].all += day_vip.all;
        vip[in_force].late_first += day_vip.late_first;
        known[in_force].all += day_known.all;
        known[in_force].late_first += day_known.late_first;
        queued_calls += queued;
        queued_in_force += in_force * queued;
    }
    customers->in_force_share = queued_in_force / queued_calls;
    customers->step_share = vip[1].late_first / fmax(vip[1].all, 1);
    customers->step_pairs = (size_t)vip[1].all;
    customers->step_pairs_before = (size_t)vip[0].all;
    customers->over_unknown = known[1].late_first / fmax(known[1].all, 1);
    customers->over_unknown_before = known[0].late_first / fmax(known[0].all, 1);
}

enum sc_code bank_customers_derive(const struct bank_log *log, struct bank_customers *customers, struct sc_error *error)
{
    struct sc_spell *spells = malloc(log->calls * sizeof *spells);
    *customers = (struct bank_customers){0};
    if (!spells)
        return sc_error_memory(error);
    shares_fill(log, customers);
    priority_derive(log, customers);
    for (int type = 0; type < BANK_TYPES && error->code == SC_OK; type++)
        for (int segment = 0; segment < BANK_SEGMENTS && error->code == SC_OK; segment++)
            patience_derive(log, type, segment, spells, &customers->patience[type][segment], error);
    free(spells);
    return error->code;
}
