/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Agents: how long a call takes, what they do between two calls, which calls they take, and how many were there.
 *
 * The log has no roster. An agent is taken to be on duty from the first to the last call of the day, but for gaps
 * above a quarter of an hour. Shorter pauses are on duty, and must then count as work where a call was waiting: that
 * is the wrap-up, the time from the end of a call to the start of the next while the queue was not empty. It is
 * censored when the queue empties first. The two belong together: time is either off the roster or in the wrap-up.
 */
#include "figures.h"
#include "staffcast/variation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One agent's day. */
struct shift {
    const struct bank_call **service; /* by start */
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

/* Answered calls with their agent, by day, agent and start. */
static const struct bank_call **services_sort(const struct bank_log *log, size_t *count)
{
    const struct bank_call **service = malloc((log->calls + 1) * sizeof *service);
    *count = 0;
    for (size_t i = 0; service && i < log->calls; i++)
        if (log->call[i].answered && log->call[i].agent >= 0)
            service[(*count)++] = &log->call[i];
    if (service)
        qsort(service, *count, sizeof *service, service_compare);
    return service;
}

/* The next agent's day from `at` on. */
static struct shift shift_next(const struct bank_call **service, size_t count, size_t at)
{
    struct shift shift = {.service = service + at, .day = service[at]->day, .agent = service[at]->agent};
    while (at + shift.count < count && service[at + shift.count]->day == shift.day &&
           service[at + shift.count]->agent == shift.agent)
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

/* Calls `visit` for every spell on duty of a shift: from the start of a service to the end of another. */
static void duty_visit(const struct shift *shift, void (*visit)(double from, double to, void *data), void *data)
{
    double from = shift->service[0]->start_s, to = end_of(shift->service[0]);
    for (size_t i = 1; i < shift->count; i++) {
        if (shift->service[i]->start_s - to > BANK_OFF_DUTY_S) {
            visit(from, to, data);
            from = shift->service[i]->start_s;
        }
        to = fmax(to, end_of(shift->service[i]));
    }
    visit(from, to, data);
}

struct presence {
    double *slot;  /* [BANK_SLOTS], added to: `per_second` for each second on duty */
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

/*
 * Whole heads for a half-hour and weekday. Rounded so that nothing is lost: what a pool is owed is carried over, and
 * all pools together are at the rounded total. A head rather stays in its pool than comes and goes every half-hour.
 */
static void heads_round(const double *heads, const int *before, double *owed, double *total_owed, int *whole)
{
    int left = 0;
    for (int p = 0; p < BANK_POOLS; p++) {
        owed[p] += heads[p];
        *total_owed += heads[p];
        whole[p] = (int)fmax(floor(owed[p]), 0);
        left -= whole[p];
    }
    left += (int)fmax(round(*total_owed), 0);
    for (; left != 0; left += left > 0 ? -1 : 1) {
        int chosen = -1, step = left > 0 ? 1 : -1;
        double best = -INFINITY;
        for (int p = 0; p < BANK_POOLS; p++) {
            double stays = abs(whole[p] + step - before[p]) < abs(whole[p] - before[p]) ? 0.3 : 0;
            double gain = step * (owed[p] - whole[p]) + stays;
            if ((step > 0 || whole[p] > 0) && gain > best) {
                best = gain;
                chosen = p;
            }
        }
        if (chosen < 0)
            break;
        whole[chosen] += step;
    }
    for (int p = 0; p < BANK_POOLS; p++) {
        owed[p] -= whole[p];
        *total_owed -= whole[p];
    }
}

static void roster_round(struct bank_agents *agents)
{
    for (int w = 0; w < BANK_WEEKDAYS; w++) {
        double owed[BANK_POOLS] = {0}, total_owed = 0;
        int before[BANK_POOLS] = {0};
        for (int j = BANK_OPEN_SLOT; j < BANK_SLOTS; j++) {
            double heads[BANK_POOLS];
            int whole[BANK_POOLS];
            for (int p = 0; p < BANK_POOLS; p++)
                heads[p] = agents->heads[p][w][j];
            heads_round(heads, before, owed, &total_owed, whole);
            for (int p = 0; p < BANK_POOLS; p++)
                agents->roster[p][w][j] = before[p] = whole[p];
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

static void presence_derive(const struct bank_log *log, const struct bank_call **service, size_t count,
                            struct bank_agents *agents, double *agent_seconds)
{
    double day_calls[BANK_MAX_DAYS] = {0};
    for (size_t i = 0; i < log->calls; i++)
        day_calls[log->call[i].day]++;
    for (size_t at = 0; at < count;) {
        struct shift shift = shift_next(service, count, at);
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

/* Moves idle heads that are away from the phone to their pool: 1 - ready share of what is neither busy nor in wrap-up. */
static void away_split(const struct bank_log *log, const struct bank_call **service, size_t count,
                       struct bank_agents *agents)
{
    double busy[BANK_WEEKDAYS][BANK_SLOTS] = {{0}};
    for (size_t i = 0; i < count; i++) {
        int weekday = log->weekday[service[i]->day];
        struct presence work = {.slot = busy[weekday], .per_second = 1.0 / BANK_SLOT_S / log->days_of[weekday]};
        presence_add(service[i]->start_s, end_of(service[i]) + agents->wrap_mean, &work);
    }
    for (int i = 0; i < BANK_WEEKDAYS; i++)
        for (int j = 0; j < BANK_SLOTS; j++) {
            double total = 0, away;
            for (int p = 0; p < BANK_AWAY; p++)
                total += agents->heads[p][i][j];
            away = (1 - agents->ready.share) * fmax(total - busy[i][j], 0);
            for (int p = 0; p < BANK_AWAY && total > 0; p++)
                agents->heads[p][i][j] *= 1 - away / total;
            agents->heads[BANK_AWAY][i][j] = away;
            agents->hours[BANK_AWAY] += away * log->days_of[i] * BANK_SLOT_S / 3600;
        }
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

static void wrap_add(const struct shift *shift, double (*queue)[2], size_t queues, struct sc_spell *spells, size_t *count)
{
    size_t q = 0;
    for (size_t i = 0; i + 1 < shift->count; i++) {
        double end = end_of(shift->service[i]), next = shift->service[i + 1]->start_s;
        while (q < queues && queue[q][1] <= end)
            q++;
        if (q == queues || queue[q][0] > end || next - end > BANK_OFF_DUTY_S || next < end - 1)
            continue;
        /* the call that empties the queue is the one that the agent takes: a few seconds later he has it */
        bool taken = next <= queue[q][1] + 3;
        spells[*count].event = taken;
        spells[(*count)++].time = fmax(taken ? next - end : queue[q][1] - end, 0.5);
    }
}

static enum sc_code wrap_derive(const struct bank_log *log, const struct bank_call **service, size_t count,
                                struct bank_agents *agents, struct sc_error *error)
{
    struct sc_spell *spells = malloc((count + 1) * sizeof *spells);
    double(*queue)[2] = malloc((log->calls + 1) * sizeof *queue);
    struct sc_survival curve = {0};
    double square;
    size_t queues = 0;
    int day = -1;
    if (!spells || !queue) {
        sc_error_memory(error);
        goto done;
    }
    for (size_t at = 0; at < count;) {
        struct shift shift = shift_next(service, count, at);
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
 * The spread between agents, of the handle time relative to the mean of its type (calls with a known agent). The scenario's mean is that of an
 * average head on duty, while the mean of the log is that of a call, and fast agents take more calls: so each agent's
 * factor is weighed by the time on duty. cv^2 + 1 is a product of the agents' spread and one agent's own.
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
    size_t count;
    double agent_seconds[BANK_MAX_AGENTS] = {0};
    const struct bank_call **service = services_sort(log, &count);
    *agents = (struct bank_agents){0};
    if (!service)
        return sc_error_memory(error);
    presence_derive(log, service, count, agents, agent_seconds);
    handle_moments(log, agents->handle);
    if (handle_laws(service, count, agents->handle, error) != SC_OK ||
        between_derive(log, service, count, agent_seconds, agents, error) != SC_OK ||
        wrap_derive(log, service, count, agents, error) != SC_OK ||
        bank_ready_derive(log, service, count, &agents->ready, error) != SC_OK)
        goto done;
    away_split(log, service, count, agents);
    roster_round(agents);
    for (int t = 0; t < BANK_TYPES; t++)
        if (handle_by_time(service, count, t, &agents->handle[t], error) != SC_OK)
            goto done;
done:
    free(service);
    return error->code;
}
