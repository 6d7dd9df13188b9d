/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A search about a solution of the integer program, in two steps that are repeated until neither makes it cheaper:
 *
 *   moves   heads are taken off a class, or off one and put into another
 *   ruin    a class is closed, the rows are satisfied again by the heads that do most for their cost, and moves follow
 *           (ruin and recreate: Schrimpf et al. 2000, "Record breaking optimization results")
 *
 * It takes some thousandths of a second where branch and bound takes seconds to find as much.
 */
#include "decide/plan_program.h"

#include <math.h>
#include <string.h>

enum { TRIES_MOST = 1000000, RECREATED_MOST = 1000, RUINS_MOST = 8 };

static bool is_size(const struct plan_rows *rows, size_t k, int heads)
{
    return heads == 0 || (heads >= rows->least[k] && heads <= rows->most[k]);
}

static double cost_of(const struct plan_rows *rows, const int *heads)
{
    double sum = 0.0;
    for (size_t k = 0; k < rows->classes; k++)
        sum += heads[k] * rows->cost[k];
    return sum;
}

static void change(const struct plan_rows *rows, int *heads, size_t k, int more)
{
    heads[k] += more;
    for (size_t r = 0; r < rows->rows; r++)
        rows->sum[r] += more * rows->value[r * rows->classes + k];
}

/* Do the rows hold with so many more heads in two classes? */
static bool fits(const struct plan_rows *rows, size_t k, int more_k, size_t l, int more_l)
{
    for (size_t r = 0; r < rows->rows; r++) {
        const double *value = rows->value + r * rows->classes;
        double sum = rows->sum[r] + more_k * value[k] + more_l * value[l];
        if (sum < rows->low[r] || sum > rows->high[r])
            return false;
    }
    return true;
}

/* Puts what is taken off class k into another, where that is cheaper. */
static bool move_to(const struct plan_rows *rows, int *heads, size_t k, int less, int *tries)
{
    for (size_t l = 0; l < rows->classes; l++)
        for (int more = 1; l != k && heads[l] + more <= rows->most[l]; more++) {
            if (more * rows->cost[l] >= less * rows->cost[k])
                break;
            if (!is_size(rows, l, heads[l] + more))
                continue;
            if (--*tries < 0)
                return false;
            if (fits(rows, k, -less, l, more)) {
                change(rows, heads, k, -less);
                change(rows, heads, l, more);
                return true;
            }
        }
    return false;
}

static bool move_any(const struct plan_rows *rows, int *heads, int *tries)
{
    for (size_t k = 0; k < rows->classes; k++)
        for (int less = heads[k]; less > 0; less--)
            if (is_size(rows, k, heads[k] - less) && fits(rows, k, -less, k, 0)) {
                change(rows, heads, k, -less);
                return true;
            }
    for (size_t k = 0; k < rows->classes; k++)
        for (int less = 1; less <= heads[k]; less++)
            if (is_size(rows, k, heads[k] - less) && move_to(rows, heads, k, less, tries))
                return true;
    return false;
}

/* By how much rows are below what they must be at least; INFINITY where one is above what it may be. */
static double missing(const struct plan_rows *rows, size_t k, int more)
{
    double sum = 0.0;
    for (size_t r = 0; r < rows->rows; r++) {
        double here = rows->sum[r] + more * rows->value[r * rows->classes + k];
        if (here > rows->high[r])
            return INFINITY;
        sum += fmax(0.0, rows->low[r] - here);
    }
    return sum;
}

bool sc_plan_recreate(const struct plan_rows *rows, int *heads, size_t closed)
{
    double now = missing(rows, 0, 0);
    for (int i = 0; i < RECREATED_MOST && now > 0.0 && now < INFINITY; i++) {
        size_t best = SIZE_MAX;
        double most = 0.0;
        for (size_t k = 0; k < rows->classes; k++) {
            int more = heads[k] > 0 ? 1 : rows->least[k];
            double gain = k == closed || !is_size(rows, k, heads[k] + more)
                              ? 0.0
                              : (now - missing(rows, k, more)) / (more * rows->cost[k]);
            if (gain > most) {
                most = gain;
                best = k;
            }
        }
        if (best == SIZE_MAX)
            return false;
        change(rows, heads, best, heads[best] > 0 ? 1 : rows->least[best]);
        now = missing(rows, 0, 0);
    }
    return now <= 0.0;
}

/* Closes a class and goes on from there; all as before where that leads nowhere. */
static bool ruin(const struct plan_rows *rows, int *heads, size_t k, int *tries)
{
    double before = cost_of(rows, heads);
    memcpy(rows->kept, heads, rows->classes * sizeof *heads);
    memcpy(rows->kept_sum, rows->sum, rows->rows * sizeof *rows->sum);
    change(rows, heads, k, -heads[k]);
    *tries -= (int)rows->classes;
    if (sc_plan_recreate(rows, heads, k)) {
        while (*tries > 0 && move_any(rows, heads, tries))
            ;
        if (cost_of(rows, heads) < before * (1.0 - 1e-9))
            return true;
    }
    memcpy(heads, rows->kept, rows->classes * sizeof *heads);
    memcpy(rows->sum, rows->kept_sum, rows->rows * sizeof *rows->sum);
    return false;
}

void sc_plan_rows_sum(const struct plan_rows *rows, const int *heads)
{
    for (size_t r = 0; r < rows->rows; r++) {
        rows->sum[r] = 0.0;
        for (size_t k = 0; k < rows->classes; k++)
            rows->sum[r] += heads[k] * rows->value[r * rows->classes + k];
    }
}

void sc_plan_polish(const struct plan_rows *rows, int *heads)
{
    int tries = TRIES_MOST;
    bool better = true;
    sc_plan_rows_sum(rows, heads);
    while (tries > 0 && move_any(rows, heads, &tries))
        ;
    for (int i = 0; i < RUINS_MOST && better; i++) {
        better = false;
        for (size_t k = 0; k < rows->classes && tries > 0; k++)
            if (heads[k] > 0 && ruin(rows, heads, k, &tries))
                better = true;
    }
}
