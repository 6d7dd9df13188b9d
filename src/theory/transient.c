/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/transient.h"

#include "theory/backward.h"
#include "theory/forward.h"

#include <math.h>
#include <stdlib.h>

enum { HEADS_MAX = 100000 };

/* The course of one solution. */
struct course {
    const struct sc_transient *input;
    struct sc_line line;
    size_t piece;          /* the current one */
    double piece_end_s;    /* when it ends */
    double now_s, total_s;
    struct sc_fate fate;   /* of arrivals now, while fate_end_s says so */
    double fate_until_s;   /* the fate holds for arrivals up to this time; -1: none */
};

static double total_of(const struct sc_transient *input)
{
    double total = 0;
    for (size_t k = 0; k < input->count; ++k)
        total += input->pieces[k].lasts_s;
    return total;
}

size_t sc_transient_points(const struct sc_transient *transient)
{
    double total = total_of(transient);
    if (!(transient->step_s > 0) || !(total >= 0) || total / transient->step_s > 1e9)
        return 0;
    return 1 + (size_t)ceil(total / transient->step_s * (1 - 1e-12));
}

static enum sc_code check(const struct sc_transient *input, struct sc_error *error)
{
    if (input->count == 0 || !(input->step_s > 0) || sc_transient_points(input) == 0)
        return sc_error_set(error, SC_USAGE,
                            "nothing to solve (%zu pieces, steps of %g s); at least one piece, steps above 0",
                            input->count, input->step_s);
    if (!(input->handle_s > 0) || isinf(input->handle_s) || !(input->patience_s > 0))
        return sc_error_set(error, SC_USAGE, "handle time %g s or patience %g s is wrong; above 0", input->handle_s,
                            input->patience_s);
    if (input->within_s < 0 || isinf(input->within_s))
        return sc_error_set(error, SC_USAGE, "the threshold is wrong (%g s); from 0 up", input->within_s);
    if (!(input->tolerance > 0 && input->tolerance <= 0.1))
        return sc_error_set(error, SC_USAGE, "the tolerance is wrong (%g); above 0, at most 0.1", input->tolerance);
    if (input->at_start < 0 || input->at_start > 10 * HEADS_MAX || input->places < 0)
        return sc_error_set(error, SC_USAGE, "calls at the start (%lld) or places (%lld) are wrong; from 0 up",
                            (long long)input->at_start, (long long)input->places);
    for (size_t k = 0; k < input->count; ++k) {
        const struct sc_transient_piece *piece = &input->pieces[k];
        if (!(piece->lasts_s > 0) || !(piece->arrivals_per_s >= 0) || isinf(piece->lasts_s) ||
            isinf(piece->arrivals_per_s) || piece->agents < 0 || piece->agents > HEADS_MAX)
            return sc_error_set(error, SC_USAGE, "piece %zu is wrong (%g s, %g arrivals a second, %lld heads); "
                                "a time above 0, a rate from 0 up and 0 to %d heads", k, piece->lasts_s,
                                piece->arrivals_per_s, (long long)piece->agents, HEADS_MAX);
    }
    if (input->places != SC_ERLANG_UNLIMITED && input->at_start > input->pieces[0].agents + input->places)
        return sc_error_set(error, SC_USAGE, "more calls at the start (%lld) than lines; fewer",
                            (long long)input->at_start);
    return SC_OK;
}

/* ------------------------------------------------------------------------------------------------------------ */

/* Heads over the time to answer within of an arrival now. ahead[]: as many as there are pieces. */
static size_t look_ahead(const struct course *course, struct sc_ahead *ahead)
{
    const struct sc_transient *input = course->input;
    double left = input->within_s, from = course->now_s, end = course->piece_end_s;
    size_t count = 0;
    for (size_t k = course->piece; left > 0; end += input->pieces[k].lasts_s) {
        bool last = k + 1 == input->count;
        double lasts = last ? left : fmin(left, end - from);
        /* What is left of a piece that ends now is nothing. */
        if (lasts > 1e-9 * input->within_s || count == 0) {
            if (count > 0 && ahead[count - 1].agents == input->pieces[k].agents)
                ahead[count - 1].lasts_s += lasts;
            else
                ahead[count++] = (struct sc_ahead){lasts, input->pieces[k].agents};
        }
        left -= lasts;
        if (last)
            break;
        /* Heads that come at the very end still take who waits then: within T is up to T and T itself. */
        if (left <= 0 && count > 0 && end - from <= lasts * (1 + 1e-9))
            ahead[count++] = (struct sc_ahead){0, input->pieces[k + 1].agents};
        from = end;
        ++k;
    }
    return count;
}

/* When the heads next change, from now on; INFINITY: never. */
static double next_change(const struct course *course)
{
    double end = course->piece_end_s;
    for (size_t k = course->piece; k + 1 < course->input->count; ++k) {
        if (course->input->pieces[k + 1].agents != course->line.agents)
            return end;
        end += course->input->pieces[k + 1].lasts_s;
    }
    return INFINITY;
}

/* Makes the fate of arrivals now, unless the one at hand will do. */
static enum sc_code look(struct course *course, struct sc_error *error)
{
    const struct sc_line *line = &course->line;
    const struct sc_fate *fate = &course->fate;
    if (fate->served && course->now_s < course->fate_until_s && fate->agents == line->agents &&
        fate->busy_max >= line->busy_max && fate->positions > line->queue_max)
        return SC_OK;
    sc_fate_release(&course->fate);
    struct sc_ahead *ahead = malloc((course->input->count + 1) * sizeof *ahead);
    if (!ahead)
        return sc_error_memory(error);
    size_t count = look_ahead(course, ahead);
    if (count == 0)
        ahead[count++] = (struct sc_ahead){0, line->agents};
    double patience = course->input->patience_s;
    enum sc_code code =
        sc_fate_init(&course->fate, ahead, count, line->busy_max, line->queue_max + 1 + line->queue_max / 4,
                     1 / course->input->handle_s, isinf(patience) ? 0 : 1 / patience, error);
    free(ahead);
    double calm_until = next_change(course) - course->input->within_s;
    course->fate_until_s = calm_until > course->now_s ? calm_until : -1;
    return code;
}

struct figures {
    double waits, blocked, busy, queue, answered, lost;
};

/* Sums over states of p[] (probabilities, or their integral over time). */
static struct figures sums_of(const struct course *course, const double *p, bool levels)
{
    const struct sc_line *line = &course->line;
    const struct sc_fate *fate = &course->fate;
    struct figures sums = {0};
    for (int64_t busy = 0; busy < line->agents; ++busy) {
        sums.busy += (double)busy * p[busy];
        sums.answered += p[busy];
    }
    for (int64_t busy = line->agents; busy <= line->busy_max; ++busy) {
        const double *row = p + sc_line_index(line, busy, 0);
        for (int64_t waiting = 0; waiting <= line->queue_max; ++waiting) {
            double here = row[waiting];
            sums.waits += here;
            sums.busy += (double)busy * here;
            sums.queue += (double)waiting * here;
            if (waiting == line->queue_max && line->limited) {
                sums.blocked += here;
            } else if (levels) {
                size_t at = (size_t)((busy - line->agents) * fate->positions + waiting);
                sums.answered += here * fate->served[at];
                sums.lost += here * fate->lost[at];
            }
        }
    }
    return sums;
}

/* Lets time pass, from one event of the course (a step, a piece, a change that comes into view) to the next. */
static enum sc_code advance(struct course *course, double seconds, struct sc_error *error)
{
    /* Half of the tolerance is for the steps, by their length; the rest for states given up. */
    double allowance = 0.5 * course->input->tolerance * seconds / course->total_s;
    enum sc_code code = sc_line_advance(&course->line, seconds, allowance, error);
    course->now_s += seconds;
    return code;
}

/* Shares answered and lost within T of arrivals over the next `seconds`, times these, with a change of heads in view:
   Simpson's rule. Advances. */
static enum sc_code advance_in_view(struct course *course, double seconds, double *answered, double *lost,
                                    struct sc_error *error)
{
    enum { PANELS = 4 };
    double sum = 0, sum_lost = 0;
    enum sc_code code = SC_OK;
    for (int i = 0; i <= PANELS && code == SC_OK; ++i) {
        course->fate_until_s = -1;
        code = look(course, error);
        if (code != SC_OK)
            break;
        struct figures here = sums_of(course, course->line.p, true);
        double weight = i == 0 || i == PANELS ? 1 : i % 2 ? 4 : 2;
        sum += weight * here.answered;
        sum_lost += weight * here.lost;
        if (i < PANELS)
            code = advance(course, seconds / PANELS, error);
    }
    *answered = sum * seconds / (3 * PANELS);
    *lost = sum_lost * seconds / (3 * PANELS);
    return code;
}

/* Advances to `until_s`, which is at most the end of the piece, and adds to the point. */
static enum sc_code advance_to(struct course *course, double until_s, struct sc_transient_point *point,
                               struct sc_error *error)
{
    const struct sc_transient *input = course->input;
    bool levels = !isnan(input->within_s);
    enum sc_code code = SC_OK;
    while (course->now_s < until_s && code == SC_OK) {
        double view = levels ? next_change(course) - input->within_s : INFINITY, target = until_s;
        bool in_view = view <= course->now_s + 1e-9 * input->step_s;
        if (!in_view && view < until_s)
            target = view;
        double seconds = target - course->now_s, answered = NAN, lost = NAN, rate = course->line.arrive;
        code = sc_line_restart(&course->line, error);
        if (code == SC_OK && levels && in_view)
            code = advance_in_view(course, seconds, &answered, &lost, error);
        else if (code == SC_OK)
            code = advance(course, seconds, error);
        course->now_s = target;
        if (code == SC_OK && levels && !in_view) {
            /* The fate is the same throughout: ask for it as of the beginning. */
            course->now_s -= seconds;
            code = look(course, error);
            course->now_s = target;
        }
        if (code != SC_OK)
            break;
        struct figures passed = sums_of(course, course->line.integral, levels && !in_view);
        point->arrivals += rate * seconds;
        point->waited += rate * (passed.waits - passed.blocked);
        point->turned_away += rate * passed.blocked;
        point->lost += passed.queue * course->line.give_up;
        point->busy_mean += passed.busy;
        point->queue_mean += passed.queue;
        point->answered_in_time += rate * (in_view ? answered : levels ? passed.answered : NAN);
        point->lost_in_time += rate * (in_view ? lost : levels ? passed.lost : NAN);
    }
    return code;
}

static enum sc_code enter_piece(struct course *course, size_t piece, struct sc_error *error)
{
    const struct sc_transient_piece *entered = &course->input->pieces[piece];
    course->piece = piece;
    course->piece_end_s += entered->lasts_s;
    course->line.arrive = entered->arrivals_per_s;
    return sc_line_staff(&course->line, entered->agents, error);
}

static enum sc_code note(struct course *course, struct sc_transient_point *point, double since_s,
                         struct sc_error *error)
{
    bool levels = !isnan(course->input->within_s);
    enum sc_code code = levels ? look(course, error) : SC_OK;
    if (code != SC_OK)
        return code;
    struct figures here = sums_of(course, course->line.p, levels);
    double seconds = course->now_s - since_s, joins = 1 - here.blocked;
    point->time_s = course->now_s;
    point->wait_probability = fmin(1, here.waits);
    point->blocked = here.blocked;
    point->busy = here.busy;
    point->queue = here.queue;
    point->answered_within = levels && joins > 0 ? fmin(1, here.answered / joins) : NAN;
    point->lost_within = levels && joins > 0 ? here.lost / joins : NAN;
    if (seconds > 0) {
        point->busy_mean /= seconds;
        point->queue_mean /= seconds;
    }
    return code;
}

enum sc_code sc_transient_solve(const struct sc_transient *transient, struct sc_transient_point *points,
                                double *error_bound, struct sc_error *error)
{
    enum sc_code code = check(transient, error);
    if (code != SC_OK)
        return code;
    struct course course = {.input = transient, .total_s = total_of(transient), .fate_until_s = -1};
    size_t count = sc_transient_points(transient);
    bool unlimited = transient->places == SC_ERLANG_UNLIMITED;
    code = sc_line_init(&course.line, transient->pieces[0].agents, transient->at_start,
                        unlimited ? -1 : transient->places, error);
    if (code != SC_OK)
        return code;
    course.line.serve = 1 / transient->handle_s;
    course.line.give_up = isinf(transient->patience_s) ? 0 : 1 / transient->patience_s;
    code = enter_piece(&course, 0, error);
    for (size_t k = 0; k < count && code == SC_OK; ++k) {
        double since = course.now_s, until = k + 1 == count ? course.total_s : (double)k * transient->step_s;
        double none = isnan(transient->within_s) ? NAN : 0;
        points[k] = (struct sc_transient_point){.answered_in_time = none, .lost_in_time = none};
        if (k == 0)
            until = 0;
        while (code == SC_OK) {
            bool more = course.piece + 1 < transient->count;
            code = advance_to(&course, more ? fmin(until, course.piece_end_s) : until, &points[k], error);
            if (code != SC_OK || !more || until < course.piece_end_s)
                break;
            code = enter_piece(&course, course.piece + 1, error);
        }
        if (code == SC_OK)
            code = note(&course, &points[k], since, error);
    }
    if (code == SC_OK && error_bound)
        *error_bound = course.line.astray;
    sc_fate_release(&course.fate);
    sc_line_release(&course.line);
    return code;
}
