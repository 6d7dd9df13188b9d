/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How ready an idle agent is.
 *
 * A call that finds no queue and an agent idle should be answered at once. Here it often waits half a minute all the
 * same: idle agents are not always at the phone, and come when it has rung for a while. If each idle agent is ready
 * with probability r, independently, a call that finds k of them waits with probability (1 - r)^k; r is the maximum of
 * the likelihood over all regular calls that found no queue. The scenario has, beside the agents at the phone, a pool
 * of those away, who take a call once it has waited that half minute: 1 - r of the mean number between two calls, less
 * those who are in their wrap-up, which the scenario has besides.
 */
#include "figures.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_IDLE = 15 };

/* Agents on duty between two services at an instant of the day that the services first … next - 1 are of. */
static int idle_count(const struct bank_services *services, size_t first, size_t next, double at)
{
    int idle = 0;
    for (size_t i = first; i + 1 < next; i++) {
        const struct bank_call *call = services->call[i];
        if (!services->off_after[i] && call->start_s < at && call->start_s + call->service_s <= at &&
            services->call[i + 1]->start_s >= at - 0.5)
            idle++;
    }
    return idle < MOST_IDLE ? idle : MOST_IDLE;
}

static bool queue_is_empty(const struct bank_call *call, size_t calls, double at)
{
    for (size_t i = 0; i < calls && call[i].arrived_s < at - 1; i++)
        if (call[i].queued && call[i].arrived_s + call[i].wait_s > at + 1)
            return false;
    return true;
}

/* Newton's way would do; bisection on the score needs no care. Both counts by number of idle agents. */
static double ready_share(const double *at_once, const double *queued)
{
    double low = 1e-6, high = 1 - 1e-6; /* of 1 - r */
    for (int step = 0; step < 60; step++) {
        double away = 0.5 * (low + high), score = 0;
        for (int k = 1; k <= MOST_IDLE; k++)
            score += queued[k] * k / away - at_once[k] * k * pow(away, k - 1) / (1 - pow(away, k));
        if (score > 0)
            low = away;
        else
            high = away;
    }
    return 1 - 0.5 * (low + high);
}

static int double_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum sc_code bank_ready_derive(const struct bank_log *log, const struct bank_services *services,
                               struct bank_ready *ready, struct sc_error *error)
{
    double at_once[MOST_IDLE + 1] = {0}, queued[MOST_IDLE + 1] = {0}, *wait = malloc((log->calls + 1) * sizeof *wait);
    size_t waits = 0, service_first = 0, service_next;
    if (!wait)
        return sc_error_memory(error);
    for (size_t first = 0, next; first < log->calls; first = next, service_first = service_next) {
        int day = log->call[first].day;
        for (next = first; next < log->calls && log->call[next].day == day; next++)
            ;
        service_next = service_first;
        while (service_next < services->count && services->call[service_next]->day == day)
            service_next++;
        for (size_t i = first; i < next; i++) {
            const struct bank_call *call = &log->call[i];
            if (call->type != BANK_PS || !queue_is_empty(log->call + first, next - first, call->arrived_s))
                continue;
            int idle = idle_count(services, service_first, service_next, call->arrived_s);
            (call->queued ? queued : at_once)[idle]++;
            ready->arrivals += idle > 0;
            ready->queued += idle > 0 && call->queued;
            if (idle > 0 && call->queued && call->answered)
                wait[waits++] = call->wait_s;
        }
    }
    qsort(wait, waits, sizeof *wait, double_compare);
    ready->delay_s = waits ? wait[waits / 2] : 0;
    ready->share = ready_share(at_once, queued);
    free(wait);
    return SC_OK;
}
