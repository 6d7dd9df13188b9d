/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Agents: how long a call takes, what they do between two calls, which calls they take, and how many were there.
 *
 * The log has no roster. An agent is taken to be on duty from the first to the last call of the day, but for gaps
 * above a quarter of an hour in which calls were waiting (or above an hour). Pauses in which none was are idle time;
 * the shorter ones with a queue must count as work: that is the wrap-up, the time from the end of a call to the start
 * of the next while the queue was not empty, censored when the queue empties first. So all time with a call waiting
 * is either off the roster or in the wrap-up.
 */
#include "figures.h"
#include "staffcast/variation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One agent's day. */
struct shift {
    const struct bank_call **service; /* by start */
    const bool *off_after;
    size_t count;
    int day, agent, pool;
};

const char *bank_pool_name(int pool)
{
    static const char *const names[BANK_POOLS] = {"stock exchange desk", "all-round", "new customers", "regular",
                                                  "away from the phone"};
    return names[pool];
}

static double end_of(const struct bank_call *call)
{
    return call->start_s + call->service_s;
}

static int service_compare(const void *a, const void *b)
{
    const struct bank_call *x = *(const struct bank_call *const *)a, *y = *(const struct bank_call *const *)b;
    if (x->day != y->day)
        return x->day - y->day;
    if (x->agent != y->agent)
        return x->agent - y->agent;
    return (x->start_s > y->start_s) - (x->start_s < y->start_s);
}

static void services_release(struct bank_services *services)
{
    free(services->call);
    free(services->off_after);
}

/* All but off_after, which is all false. */
static enum sc_code services_sort(const struct bank_log *log, struct bank_services *services, struct sc_error *error)
{
    services->call = malloc((log->calls + 1) * sizeof *services->call);
    services->off_after = calloc(log->calls + 1, sizeof *services->off_after);
    if (!services->call || !services->off_after)
        return sc_error_memory(error);
    for (size_t i = 0; i < log->calls; i++)
        if (log->call[i].answered && log->call[i].agent >= 0)
            services->call[services->count++] = &log->call[i];
    qsort(services->call, services->count, sizeof *services->call, service_compare);
    return SC_OK;
}

/* The next agent's day from `at` on. */
static struct shift shift_next(const struct bank_services *services, size_t at)
{
    const struct bank_call *first = services->call[at];
    struct shift shift = {.service = services->call + at,
                          .off_after = services->off_after + at,
                          .day = first->day,
                          .agent = first->agent};
    while (at + shift.count < services->count && services->call[at + shift.count]->day == shift.day &&
           services->call[at + shift.count]->agent == shift.agent)
        shift.count++;
    return shift;
}

/*
 * The pool of a shift, by the calls it took: new customers (NW) and the stock exchange (NE) are for those who have the
 * skill, and who has it meets such calls every day; above 40 % NE: the desk.
 */
static int pool_of(const struct shift *shift)
{
    size_t nw = 0, ne = 0;
    for (size_t i = 0; i < shift->count; i++) {
        nw += shift->service[i]->type == BANK_NW;
        ne += shift->service[i]->type == BANK_NE;
    }
    if (5 * ne > 2 * shift->count)
        return BANK_DESK;
    return nw && ne ? BANK_BOTH : nw ? BANK_NEW : BANK_REST;
}

/* When a day's queue of regular customers, whom nearly every agent serves, is not empty: [0], [1], … ascending. */
static size_t queue_spells(const struct bank_log *log, int day, double (*spell)[2])
{
    size_t count = 0;
    for (size_t i = 0; i < log->calls; i++) { /* by arrival */
        const struct bank_call *call = &log->call[i];
        if (call->day != day || !call->queued || call->type != BANK_PS)
            continue;
        double end = call->arrived_s + call->wait_s;
        if (count && call->arrived_s <= spell[count - 1][1])
            spell[count - 1][1] = fmax(spell[count - 1][1], end);
        else {
            spell[count][0] = call->arrived_s;
            spell[count++][1] = end;
        }
    }
    return count;
}

/* Seconds of a stretch during which the queue was not empty. */
static double queue_overlap(double (*queue)[2], size_t queues, double from, double to)
{
    double sum = 0;
    for (size_t q = 0; q < queues && queue[q][0] < to; q++)
        sum += fmax(fmin(queue[q][1], to) - fmax(queue[q][0], from), 0);
    return sum;
}

/* After which calls does the agent go off duty? The desk has a queue of its own: there only the gap tells. */
static enum sc_code off_duty_find(const struct bank_log *log, struct bank_services *services, struct sc_error *error)
{
    double(*queue)[2] = malloc((log->calls + 1) * sizeof *queue);
    size_t queues = 0;
    int day = -1;
    if (!queue)
        return sc_error_memory(error);
    for (size_t at = 0; at < services->count;) {
        struct shift shift = shift_next(services, at);
        bool desk = pool_of(&shift) == BANK_DESK;
        double to = 0;
        if (shift.day != day)
            queues = queue_spells(log, day = shift.day, queue);
        for (size_t i = 0; i < shift.count; i++) {
            to = fmax(to, end_of(shift.service[i]));
            double gap = i + 1 < shift.count ? shift.service[i + 1]->start_s - to : INFINITY;
            services->off_after[at + i] =
                gap > BANK_LONGEST_IDLE_S ||
                (gap > BANK_OFF_DUTY_S && (desk || queue_overlap(queue, queues, to, to + gap) > BANK_HARDLY_S));
        }
        at += shift.count;
    }
    free(queue);
    return SC_OK;
}

/*
 * Calls `visit` for every spell on duty of a shift: from the start of a service to the end of another. First calls
 * come mostly in the minutes after a full hour, last ones end before one: the shift then began or ended on the hour.
 */
static void duty_visit(const struct shift *shift, void (*visit)(double from, double to, void *data), void *data)
{
    double from = shift->service[0]->start_s, to = end_of(shift->service[0]);
    if (from - 3600 * floor(from / 3600) < BANK_SHIFT_EDGE_S)
        from = 3600 * floor(from / 3600);
    for (size_t i = 1; i < shift->count; i++) {
        if (shift->off_after[i - 1]) {
            visit(from, to, data);
            from = shift->service[i]->start_s;
        }
        to = fmax(to, end_of(shift->service[i]));
    }
    if (3600 * ceil(to / 3600) - to < BANK_SHIFT_EDGE_S)
        to = 3600 * ceil(to / 3600);
    visit(from, to, data);
}

struct presence {
    double *slot; /* [BANK_SLOTS], added to: `per_second` for each second on duty */
    double per_second;
    double seconds;
};

static void presence_add(double from, double to, void *data)
{
    struct presence *presence = data;
    presence->seconds += to - from;
    for (int j = (int)(from / BANK_SLOT_S); j < BANK_SLOTS && j * BANK_SLOT_S < to; j++) {
        double overlap = fmin(to, (j + 1) * BANK_SLOT_S) - fmax(from, j * BANK_SLOT_S);
        presence->slot[j] += fmax(overlap, 0) * presence->per_second;
    }
}

static double correlation(const double *x, const double *y, int n)
{
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        mx += x[i] / n;
        my += y[i] / n;
    }
    for (int i = 0; i < n; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / sqrt(xx * yy);
}

/* A head stays or stays away until the pool is owed, or owes, this much of one. */
#define HEADS_STAY 0.7

/*
 * Whole heads of a weekday. Every pool but the all-round one has whole heads for half-hours: what it is owed is carried
 * over, and a head rather stays than comes and goes. The all-round pool makes up the difference to the total, which
 * with few heads is no trifle: in sixths of a head, that is by five minutes, the odd head in the last minutes of one
 * half-hour and the first of the next.
 */
static void roster_round(struct bank_agents *agents, int weekday)
{
    double owed[BANK_POOLS] = {0}, total_owed = 0;
    int before[BANK_POOLS] = {0};
    for (int j = BANK_OPEN_SLOT; j < BANK_SLOTS; j++) {
        int cell = j * BANK_SLOT_CELLS;
        for (int p = 0; p < BANK_POOLS; p++) {
            total_owed += agents->heads[p][weekday][j];
            if (p == BANK_BOTH)
                continue;
            owed[p] += agents->heads[p][weekday][j];
            if (fabs(owed[p] - before[p]) > HEADS_STAY)
                before[p] = (int)fmax(round(owed[p]), 0);
            owed[p] -= before[p];
            total_owed -= before[p];
            for (int k = 0; k < BANK_SLOT_CELLS; k++)
                agents->roster[p][weekday][cell + k] = before[p];
        }
        int sixths = (int)fmax(round(BANK_SLOT_CELLS * total_owed), 0), odd = sixths % BANK_SLOT_CELLS;
        total_owed -= (double)sixths / BANK_SLOT_CELLS;
        for (int k = 0; k < BANK_SLOT_CELLS; k++) {
            bool extra = j % 2 ? k < odd : k >= BANK_SLOT_CELLS - odd;
            agents->roster[BANK_BOTH][weekday][cell + k] = sixths / BANK_SLOT_CELLS + extra;
        }
    }
}

/* A pool takes a type of call if it gets at least a third of the calls of that type that an average hour gets. */
static void skills_find(struct bank_agents *agents)
{
    double hours = 0, served[BANK_TYPES] = {0};
    for (int p = 0; p < BANK_AWAY; p++) {
        hours += agents->hours[p];
        for (int t = 0; t < BANK_TYPES; t++)
            served[t] += agents->served[p][t];
    }
    for (int p = 0; p < BANK_AWAY; p++)
        for (int t = 0; t < BANK_TYPES; t++)
            agents->skill[p][t] = 3 * agents->served[p][t] / agents->hours[p] > served[t] / hours;
    for (int t = 0; t < BANK_TYPES; t++)
        agents->skill[BANK_AWAY][t] = true;
    agents->skill[BANK_BOTH][BANK_NE] = agents->skill[BANK_REST][BANK_NE] = true; /* by the definition of the pools */
}

static void presence_derive(const struct bank_log *log, const struct bank_services *services,
                            struct bank_agents *agents, double *agent_seconds)
{
    double day_calls[BANK_MAX_DAYS] = {0};
    for (size_t i = 0; i < log->calls; i++)
        day_calls[log->call[i].day]++;
    for (size_t at = 0; at < services->count;) {
        struct shift shift = shift_next(services, at);
        int pool = pool_of(&shift), weekday = log->weekday[shift.day];
        struct presence presence = {.slot = agents->heads[pool][weekday],
                                    .per_second = 1.0 / BANK_SLOT_S / log->days_of[weekday]};
        duty_visit(&shift, presence_add, &presence);
        agents->hours[pool] += presence.seconds / 3600;
        agents->day_hours[shift.day] += presence.seconds / 3600;
        agent_seconds[shift.agent] += presence.seconds;
        for (size_t i = 0; i < shift.count; i++)
            agents->served[pool][shift.service[i]->type]++;
        at += shift.count;
    }
    agents->presence_volume_correlation = correlation(agents->day_hours, day_calls, log->days);
    skills_find(agents);
}

/* Moves heads that are away from the phone to their pool: of those between two calls, who are not ready nor in wrap-up.
 */
static void away_split(const struct bank_log *log, const struct bank_call **service, size_t count,
                       struct bank_agents *agents)
{
    double busy[BANK_WEEKDAYS][BANK_SLOTS] = {{0}}, wrap[BANK_WEEKDAYS][BANK_SLOTS] = {{0}};
    for (size_t i = 0; i < count; i++) {
        int weekday = log->weekday[service[i]->day];
        struct presence part = {.slot = busy[weekday], .per_second = 1.0 / BANK_SLOT_S / log->days_of[weekday]};
        presence_add(service[i]->start_s, end_of(service[i]), &part);
        part.slot = wrap[weekday];
        presence_add(end_of(service[i]), end_of(service[i]) + agents->wrap_mean, &part);
    }
    for (int i = 0; i < BANK_WEEKDAYS; i++)
        for (int j = 0; j < BANK_SLOTS; j++) {
            double total = 0, away;
            for (int p = 0; p < BANK_AWAY; p++)
                total += agents->heads[p][i][j];
            away = fmax((1 - agents->ready.share) * fmax(total - busy[i][j], 0) - wrap[i][j], 0);
            for (int p = 0; p < BANK_AWAY && total > 0; p++) {
                double moved = agents->heads[p][i][j] * away / total;
                agents->heads[p][i][j] -= moved;
                agents->hours[p] -= moved * log->days_of[i] * BANK_SLOT_S / 3600;
            }
            agents->heads[BANK_AWAY][i][j] = away;
            agents->hours[BANK_AWAY] += away * log->days_of[i] * BANK_SLOT_S / 3600;
        }
}

static void wrap_add(const struct shift *shift, double (*queue)[2], size_t queues, struct sc_spell *spells,
                     size_t *count)
{
    size_t q = 0;
    for (size_t i = 0; i + 1 < shift->count; i++) {
        double end = end_of(shift->service[i]), next = shift->service[i + 1]->start_s;
        while (q < queues && queue[q][1] <= end)
            q++;
        if (q == queues || queue[q][0] > end || shift->off_after[i] || next < end - 1)
            continue;
        /* the call that empties the queue is the one that the agent takes: a few seconds later he has it */
        bool taken = next <= queue[q][1] + 3;
        spells[*count].event = taken;
        spells[(*count)++].time = fmax(taken ? next - end : queue[q][1] - end, 0.5);
    }
}

static enum sc_code wrap_derive(const struct bank_log *log, const struct bank_services *services,
                                struct bank_agents *agents, struct sc_error *error)
{
    struct sc_spell *spells = malloc((services->count + 1) * sizeof *spells);
    double(*queue)[2] = malloc((log->calls + 1) * sizeof *queue);
    struct sc_survival curve = {0};
    double square;
    size_t queues = 0;
    int day = -1;
    if (!spells || !queue) {
        sc_error_memory(error);
        goto done;
    }
    for (size_t at = 0; at < services->count;) {
        struct shift shift = shift_next(services, at);
        if (shift.day != day)
            queues = queue_spells(log, day = shift.day, queue);
        if (pool_of(&shift) != BANK_DESK)
            wrap_add(&shift, queue, queues, spells, &agents->wrap_spells);
        at += shift.count;
    }
    if (sc_fit_all(spells, agents->wrap_spells, agents->wrap_fit, &agents->wrap_best, error) != SC_OK ||
        sc_survival_estimate(spells, agents->wrap_spells, &curve, error) != SC_OK)
        goto done;
    agents->wrap_events = curve.events;
    sc_survival_restricted_moments(&curve, BANK_OFF_DUTY_S, &agents->wrap_mean, &square);
    agents->wrap_cv = sqrt(square / (agents->wrap_mean * agents->wrap_mean) - 1);
    agents->wrap_median = sc_survival_quantile(&curve, 0.5);
done:
    sc_survival_release(&curve);
    free(spells);
    free(queue);
    return error->code;
}

/* Of all answered calls, those too for which the log has no agent (nearly all of them cut off at once). */
static void handle_moments(const struct bank_log *log, struct bank_handle *handle)
{
    double sum[BANK_TYPES] = {0}, squares[BANK_TYPES] = {0};
    for (size_t i = 0; i < log->calls; i++) {
        const struct bank_call *call = &log->call[i];
        if (!call->answered)
            continue;
        sum[call->type] += call->service_s;
        squares[call->type] += call->service_s * call->service_s;
        handle[call->type].services++;
        handle[call->type].short_share += call->service_s < 10;
    }
    for (int t = 0; t < BANK_TYPES; t++) {
        double n = (double)handle[t].services;
        handle[t].mean = sum[t] / n;
        handle[t].cv = sqrt((squares[t] / n - handle[t].mean * handle[t].mean) * n / (n - 1)) / handle[t].mean;
        handle[t].short_share /= n;
    }
}

static enum sc_code handle_laws(const struct bank_call **service, size_t count, struct bank_handle *handle,
                                struct sc_error *error)
{
    struct sc_spell *spells = malloc((count + 1) * sizeof *spells);
    if (!spells)
        return sc_error_memory(error);
    for (int t = 0; t < BANK_TYPES && error->code == SC_OK; t++) {
        size_t used = 0;
        for (size_t i = 0; i < count; i++)
            if (service[i]->type == t && service[i]->service_s >= 10)
                spells[used++] = (struct sc_spell){service[i]->service_s, true};
        sc_fit_all(spells, used, handle[t].fit, &handle[t].best, error);
    }
    free(spells);
    return error->code;
}

/* Does the mean depend on the time of the call? By half-hour for the most frequent type, else by hour. */
static enum sc_code handle_by_time(const struct bank_call **service, size_t count, int type, struct bank_handle *handle,
                                   struct sc_error *error)
{
    int cells = handle->services >= 10000 ? BANK_SLOTS : BANK_SLOTS / 2;
    double *value = malloc((handle->services + 1) * sizeof *value), sum[BANK_SLOTS] = {0}, n[BANK_SLOTS] = {0};
    int *cell = malloc((handle->services + 1) * sizeof *cell);
    struct sc_components components;
    size_t used = 0;
    if (!value || !cell) {
        sc_error_memory(error);
        goto done;
    }
    for (size_t i = 0; i < count; i++)
        if (service[i]->type == type) {
            value[used] = service[i]->service_s;
            cell[used] = bank_slot(service[i]) * cells / BANK_SLOTS;
            sum[cell[used]] += value[used];
            n[cell[used++]]++;
        }
    if (sc_components_estimate(value, cell, used, (size_t)cells, &components, error) != SC_OK)
        goto done;
    handle->by_time_p = components.p;
    handle->by_time_cells = components.p < BANK_SIGNIFICANT ? cells : 0;
    for (int j = 0; j < cells; j++)
        handle->by_time[j] = n[j] > 0 ? sum[j] / n[j] / components.mean : 1;
done:
    free(value);
    free(cell);
    return error->code;
}

/*
 * The spread between agents, of the handle time relative to the mean of its type (calls with a known agent). The
 * scenario's mean is that of an average head on duty, while the mean of the log is that of a call, and fast agents take
 * more calls: so each agent's factor is weighed by the time on duty. cv^2 + 1 is a product of the agents' spread and
 * one agent's own.
 */
static enum sc_code between_derive(const struct bank_log *log, const struct bank_call **service, size_t count,
                                   const double *agent_seconds, struct bank_agents *agents, struct sc_error *error)
{
    double *value = malloc((count + 1) * sizeof *value), sum[BANK_MAX_AGENTS] = {0}, n[BANK_MAX_AGENTS] = {0};
    int *agent = malloc((count + 1) * sizeof *agent);
    double factor = 0, seconds = 0, between;
    struct sc_components components;
    if (!value || !agent) {
        sc_error_memory(error);
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        agent[i] = service[i]->agent;
        value[i] = service[i]->service_s / agents->handle[service[i]->type].mean;
        sum[agent[i]] += value[i];
        n[agent[i]]++;
    }
    if (sc_components_estimate(value, agent, count, BANK_MAX_AGENTS, &components, error) != SC_OK)
        goto done;
    for (int a = 0; a < log->agents; a++)
        if (n[a] > 0) {
            factor += agent_seconds[a] * sum[a] / n[a];
            seconds += agent_seconds[a];
        }
    between = components.between_variance / (components.mean * components.mean);
    agents->between_cv = sqrt(between);
    agents->between_p = components.p;
    agents->head_factor = factor / seconds;
    for (int t = 0; t < BANK_TYPES; t++) {
        struct bank_handle *handle = &agents->handle[t];
        handle->scenario_mean = handle->mean * agents->head_factor;
        handle->scenario_cv = sqrt(fmax((1 + handle->cv * handle->cv) / (1 + between) - 1, 0.01));
    }
done:
    free(value);
    free(agent);
    return error->code;
}

enum sc_code bank_agents_derive(const struct bank_log *log, struct bank_agents *agents, struct sc_error *error)
{
    double agent_seconds[BANK_MAX_AGENTS] = {0};
    struct bank_services services = {0};
    *agents = (struct bank_agents){0};
    if (services_sort(log, &services, error) != SC_OK || off_duty_find(log, &services, error) != SC_OK)
        goto done;
    presence_derive(log, &services, agents, agent_seconds);
    handle_moments(log, agents->handle);
    if (handle_laws(services.call, services.count, agents->handle, error) != SC_OK ||
        between_derive(log, services.call, services.count, agent_seconds, agents, error) != SC_OK ||
        wrap_derive(log, &services, agents, error) != SC_OK ||
        bank_ready_derive(log, &services, &agents->ready, error) != SC_OK)
        goto done;
    away_split(log, services.call, services.count, agents);
    for (int weekday = 0; weekday < BANK_WEEKDAYS; weekday++)
        roster_round(agents, weekday);
    for (int t = 0; t < BANK_TYPES; t++)
        if (handle_by_time(services.call, services.count, t, &agents->handle[t], error) != SC_OK)
            goto done;
done:
    services_release(&services);
    return error->code;
}
