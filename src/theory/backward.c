/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "theory/backward.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double EVENTS = 200;

struct rows {
    int64_t agents, rows, positions; /* rows b = agents ... agents + rows - 1 */
    double serve, give_up;
};

static size_t size_of(const struct rows *rows)
{
    return (size_t)(rows->rows * rows->positions);
}

/*
 * One event of the uniform clock, backwards: value after it, from value before it. `at_service` is the
 * value of being taken (1 for "served", 0 for "lost"), `at_loss` that of giving up.
 */
static void event(const struct rows *rows, double clock, double at_service, double at_loss, const double *from,
                  double *to)
{
    double give_up = rows->give_up / clock;
    for (int64_t row = 0; row < rows->rows; ++row) {
        const double *value = from + row * rows->positions;
        double *result = to + row * rows->positions;
        double finish = (double)(rows->agents + row) * rows->serve / clock;
        for (int64_t k = 0; k < rows->positions; ++k) {
            double ahead = (double)k * give_up, nearer = k > 0 ? value[k - 1] : at_service;
            double finished = row > 0 ? value[k - rows->positions] : nearer;
            result[k] = value[k] * (1 - finish - ahead - give_up) + finish * finished + ahead * nearer +
                        give_up * at_loss;
        }
    }
}

/* Lets `seconds` pass backwards on value[], scratch[2] of the same size. */
static void pass(const struct rows *rows, double seconds, double at_service, double at_loss, double *value,
                 double *scratch)
{
    size_t size = size_of(rows);
    double *power = scratch, *next = scratch + size;
    double clock = (double)(rows->agents + rows->rows - 1) * rows->serve + (double)rows->positions * rows->give_up;
    if (clock <= 0)
        return;
    int steps = (int)ceil(clock * seconds / EVENTS);
    for (int i = 0; i < steps; ++i) {
        double mean = clock * seconds / steps, weight = exp(-mean), rest = -expm1(-mean);
        memcpy(power, value, size * sizeof *power);
        for (size_t k = 0; k < size; ++k)
            value[k] = weight * power[k];
        for (double events = 1; rest > 1e-15 && events < 4 * EVENTS + 200; ++events) {
            event(rows, clock, at_service, at_loss, power, next);
            double *swap = power;
            power = next;
            next = swap;
            weight *= mean / events;
            rest -= weight;
            for (size_t k = 0; k < size; ++k)
                value[k] += weight * power[k];
        }
    }
}

/* The value just before heads change from those of `before` to those of `after`, in which it is known. */
static void change(const struct rows *before, const struct rows *after, double at_service, const double *value,
                   double *result)
{
    for (int64_t row = 0; row < before->rows; ++row) {
        int64_t busy = before->agents + row;
        for (int64_t k = 0; k < before->positions; ++k) {
            int64_t free = after->agents > busy ? after->agents - busy : 0, place = k - free;
            int64_t row_after = busy + free - after->agents;
            result[row * before->positions + k] =
                place < 0 ? at_service : value[row_after * after->positions + place];
        }
    }
}

/* Rows needed in each part: from its heads up to the most that can be busy by then. */
static void plan_rows(const struct sc_ahead *ahead, size_t count, int64_t busy_max, const struct rows *common,
                      struct rows *parts)
{
    for (size_t k = 0; k < count; ++k) {
        int64_t busy = busy_max > ahead[k].agents ? busy_max : ahead[k].agents;
        parts[k] = *common;
        parts[k].agents = ahead[k].agents;
        parts[k].rows = busy - ahead[k].agents + 1;
        busy_max = busy;
    }
}

enum sc_code sc_fate_init(struct sc_fate *fate, const struct sc_ahead *ahead, size_t count, int64_t busy_max,
                          int64_t positions, double serve_per_s, double give_up_per_s, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    struct rows common = {.positions = positions, .serve = serve_per_s, .give_up = give_up_per_s};
    struct rows *parts = calloc(count, sizeof *parts);
    double *values[2] = {NULL, NULL}, *scratch = NULL;
    size_t size = 0;
    if (!parts)
        return sc_error_memory(error);
    plan_rows(ahead, count, busy_max, &common, parts);
    for (size_t k = 0; k < count; ++k)
        size = size_of(&parts[k]) > size ? size_of(&parts[k]) : size;
    values[0] = calloc(size, sizeof *values[0]);
    values[1] = calloc(size, sizeof *values[1]);
    scratch = malloc(2 * size * sizeof *scratch);
    if (!values[0] || !values[1] || !scratch) {
        code = sc_error_memory(error);
        goto done;
    }
    for (int which = 0; which < 2; ++which) {
        for (size_t k = count; k-- > 0;) {
            pass(&parts[k], ahead[k].lasts_s, which == 0, which == 1, values[which], scratch);
            if (k > 0) {
                change(&parts[k - 1], &parts[k], which == 0, values[which], scratch);
                memcpy(values[which], scratch, size_of(&parts[k - 1]) * sizeof *scratch);
            }
        }
    }
    *fate = (struct sc_fate){.agents = parts[0].agents, .busy_max = parts[0].agents + parts[0].rows - 1,
                             .positions = positions, .served = values[0], .lost = values[1]};
    values[0] = values[1] = NULL;
done:
    free(values[0]);
    free(values[1]);
    free(scratch);
    free(parts);
    return code;
}

void sc_fate_release(struct sc_fate *fate)
{
    free(fate->served);
    free(fate->lost);
    fate->served = fate->lost = NULL;
}
