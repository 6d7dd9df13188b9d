/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "theory/forward.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Events (in the uniform clock) of one step: exp(-EVENTS) is far inside the range of a double. */
static const double EVENTS = 200;

/* Probabilities below this, all together, are as good as nothing. */
static const double NOTHING = 1e-18;

static const double STATES_MAX = 1e8;

size_t sc_line_size(const struct sc_line *line)
{
    int64_t width = line->queue_max + 1;
    return (size_t)(line->agents + width + (line->busy_max - line->agents) * width);
}

size_t sc_line_index(const struct sc_line *line, int64_t busy, int64_t waiting)
{
    if (busy <= line->agents)
        return (size_t)(busy + waiting);
    int64_t width = line->queue_max + 1;
    return (size_t)(line->agents + width + (busy - line->agents - 1) * width + waiting);
}

/* Puts the states of `line` into a new layout; p and integral change hands. What has no place there is astray. */
static enum sc_code relayout(struct sc_line *line, int64_t agents, int64_t busy_max, int64_t queue_max,
                             struct sc_error *error)
{
    struct sc_line next = *line;
    next.agents = agents;
    next.busy_max = busy_max;
    next.queue_max = queue_max;
    if (((double)busy_max - (double)agents + 1) * ((double)queue_max + 1) + (double)agents > STATES_MAX)
        return sc_error_set(error, SC_SYSTEM,
                            "too many states (more than %g); fewer heads, or a shorter time", STATES_MAX);
    size_t size = sc_line_size(&next);
    next.p = calloc(size, sizeof *next.p);
    next.integral = calloc(size, sizeof *next.integral);
    if (!next.p || !next.integral) {
        free(next.p);
        free(next.integral);
        return sc_error_memory(error);
    }
    for (int64_t busy = 0; busy <= line->busy_max; ++busy) {
        int64_t last = busy < line->agents ? 0 : line->queue_max;
        for (int64_t waiting = 0; waiting <= last; ++waiting) {
            size_t from = sc_line_index(line, busy, waiting);
            int64_t taken = busy < agents ? (agents - busy < waiting ? agents - busy : waiting) : 0;
            int64_t to_busy = busy + taken, to_waiting = waiting - taken;
            if (to_busy > busy_max || to_waiting > queue_max) {
                next.astray += line->p[from];
                continue;
            }
            size_t to = sc_line_index(&next, to_busy, to_waiting);
            next.p[to] += line->p[from];
            next.integral[to] += line->integral[from];
        }
    }
    free(line->p);
    free(line->integral);
    *line = next;
    return SC_OK;
}

enum sc_code sc_line_init(struct sc_line *line, int64_t agents, int64_t calls, int64_t places, struct sc_error *error)
{
    int64_t queue = calls > agents ? calls - agents : 0, room = queue + 16 + (int64_t)(2 * sqrt((double)agents));
    *line = (struct sc_line){.agents = agents, .busy_max = agents, .queue_max = places >= 0 ? places : room,
                             .limited = places >= 0};
    size_t size = sc_line_size(line);
    line->p = calloc(size, sizeof *line->p);
    line->integral = calloc(size, sizeof *line->integral);
    if (!line->p || !line->integral) {
        sc_line_release(line);
        return sc_error_memory(error);
    }
    line->p[calls] = 1;
    return SC_OK;
}

void sc_line_release(struct sc_line *line)
{
    free(line->p);
    free(line->integral);
    line->p = line->integral = NULL;
}

/* The most busy with more than nothing in them. */
static int64_t busy_needed(const struct sc_line *line, int64_t at_least)
{
    double held = 0;
    for (int64_t busy = line->busy_max; busy > at_least; --busy) {
        int64_t last = busy < line->agents ? 0 : line->queue_max;
        for (int64_t waiting = 0; waiting <= last; ++waiting)
            held += line->p[sc_line_index(line, busy, waiting)];
        if (held > NOTHING)
            return busy;
    }
    return at_least;
}

enum sc_code sc_line_staff(struct sc_line *line, int64_t agents, struct sc_error *error)
{
    if (agents == line->agents)
        return SC_OK;
    /* With more heads the same calls need less room in the queue, with fewer a few more at most (none is taken). */
    return relayout(line, agents, busy_needed(line, agents), line->queue_max, error);
}

static int64_t queue_needed(const struct sc_line *line)
{
    double held = 0;
    for (int64_t waiting = line->queue_max; waiting > 0; --waiting) {
        for (int64_t busy = line->agents; busy <= line->busy_max; ++busy)
            held += line->p[sc_line_index(line, busy, waiting)];
        if (held > NOTHING)
            return waiting;
    }
    return 0;
}

enum sc_code sc_line_restart(struct sc_line *line, struct sc_error *error)
{
    memset(line->integral, 0, sc_line_size(line) * sizeof *line->integral);
    int64_t busy = busy_needed(line, line->agents), queue = line->queue_max;
    if (!line->limited) {
        int64_t wanted = queue_needed(line);
        wanted += wanted / 4 + 16;
        if (2 * wanted + 32 < queue)
            queue = wanted;
    }
    if (busy == line->busy_max && queue == line->queue_max)
        return SC_OK;
    return relayout(line, line->agents, busy, queue, error);
}

/* ------------------------------------------------------------------------------------------------------------ */

/* Rate at which a state with `waiting` calls loses one without an arrival. */
static double leave_rate(const struct sc_line *line, int64_t number)
{
    if (number <= line->agents)
        return (double)number * line->serve;
    return (double)line->agents * line->serve + (double)(number - line->agents) * line->give_up;
}

/* One event of the uniform clock: to = from P. Returns what went over the cut. */
static double event(const struct sc_line *line, double clock, const double *from, double *to)
{
    int64_t last = line->agents + line->queue_max, width = line->queue_max + 1;
    double arrive = line->arrive / clock, over = 0;
    double leave = 0; /* from number to number - 1, already divided */
    for (int64_t number = 0; number <= last; ++number) {
        double next = number < last ? leave_rate(line, number + 1) / clock : 0;
        bool blocked = number == last && line->limited;
        to[number] = from[number] * (1 - (blocked ? 0 : arrive) - leave) + (number > 0 ? from[number - 1] * arrive : 0)
                     + (number < last ? from[number + 1] * next : 0);
        leave = next;
    }
    if (!line->limited)
        over += from[last] * arrive;
    for (int64_t busy = line->agents + 1; busy <= line->busy_max; ++busy) {
        const double *row = from + line->agents + width + (busy - line->agents - 1) * width;
        double *row_to = to + (row - from), *below = busy == line->agents + 1 ? to + line->agents : row_to - width;
        double finish = (double)busy * line->serve / clock, lose = line->give_up / clock;
        for (int64_t waiting = 0; waiting < width; ++waiting) {
            bool top = waiting == width - 1;
            double out = finish + (double)waiting * lose + (top && line->limited ? 0 : arrive);
            row_to[waiting] = row[waiting] * (1 - out) + (waiting > 0 ? row[waiting - 1] * arrive : 0)
                              + (top ? 0 : row[waiting + 1] * (double)(waiting + 1) * lose);
            below[waiting] += row[waiting] * finish;
        }
        if (!line->limited)
            over += row[width - 1] * arrive;
    }
    return over;
}

struct work {
    double *power, *next, *sum, *integral; /* one block */
    size_t size;
};

static enum sc_code work_fit(struct work *work, size_t size, struct sc_error *error)
{
    if (size <= work->size)
        return SC_OK;
    double *memory = realloc(work->power, 4 * size * sizeof *memory);
    if (!memory)
        return sc_error_memory(error);
    work->power = memory;
    work->next = memory + size;
    work->sum = memory + 2 * size;
    work->integral = memory + 3 * size;
    work->size = size;
    return SC_OK;
}

/* One step of at most EVENTS. Returns what would go astray; the line is unchanged where that exceeds the allowance. */
static double step(struct sc_line *line, double clock, double seconds, double allowance, struct work *work)
{
    size_t size = sc_line_size(line);
    double mean = clock * seconds, weight = exp(-mean), rest = -expm1(-mean), astray = 0, enough = 0.5 * allowance;
    memcpy(work->power, line->p, size * sizeof *work->power);
    for (size_t k = 0; k < size; ++k) {
        work->sum[k] = weight * work->power[k];
        work->integral[k] = rest / clock * work->power[k];
    }
    /* rest = P(more than `events` events): as a sum it would keep an error of 1e-16, which is small enough. */
    for (double events = 1; rest > fmin(enough, 1e-12) && events < 4 * EVENTS + 200; ++events) {
        double over = event(line, clock, work->power, work->next);
        astray += over * rest;
        if (astray > enough)
            return astray + enough;
        double *swap = work->power;
        work->power = work->next;
        work->next = swap;
        weight *= mean / events;
        rest = fmax(0, rest - weight);
        for (size_t k = 0; k < size; ++k) {
            work->sum[k] += weight * work->power[k];
            work->integral[k] += rest / clock * work->power[k];
        }
    }
    memcpy(line->p, work->sum, size * sizeof *line->p);
    for (size_t k = 0; k < size; ++k)
        line->integral[k] += work->integral[k];
    line->astray += astray + rest;
    return astray + rest;
}

enum sc_code sc_line_advance(struct sc_line *line, double seconds, double allowance, struct sc_error *error)
{
    struct work work = {0};
    double left = seconds;
    double *block = NULL;
    enum sc_code code = SC_OK;
    while (left > 0 && code == SC_OK) {
        double clock = line->arrive + (double)line->busy_max * line->serve + (double)line->queue_max * line->give_up;
        if (clock <= 0)
            clock = 1 / seconds; /* nothing can happen */
        double now = fmin(left, EVENTS / clock);
        size_t size = sc_line_size(line);
        if (size > work.size) {
            work.power = block;
            code = work_fit(&work, size, error);
            block = code == SC_OK ? work.power : block;
        }
        if (code == SC_OK) {
            double share = allowance * now / seconds;
            if (step(line, clock, now, share, &work) <= share)
                left = left - now < 1e-12 * seconds ? 0 : left - now;
            else
                code = relayout(line, line->agents, line->busy_max, line->queue_max + line->queue_max / 2 + 16, error);
        }
    }
    free(block);
    return code;
}
