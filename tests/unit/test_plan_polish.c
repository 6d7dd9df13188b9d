/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heads in classes made cheaper: never dearer, never against a row or a class size, and the best of a small case. */
#include "decide/plan_program.h"

#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { CLASSES = 5, ROWS = 4, LARGEST = 4, CASES = 300 };

struct small {
    double cost[CLASSES], value[ROWS * CLASSES], low[ROWS], high[ROWS], sum[ROWS], kept_sum[ROWS];
    int least[CLASSES], most[CLASSES], kept[CLASSES];
};

static struct plan_rows small_draw(struct small *s, uint64_t key)
{
    for (size_t k = 0; k < CLASSES; k++) {
        s->cost[k] = 1.0 + (double)(CLASSES - k) + sc_uniform(sc_key(key, k));
        s->least[k] = 1 + (int)(2.0 * sc_uniform(sc_key(key, 10 + k)));
        s->most[k] = LARGEST;
        for (size_t r = 0; r < ROWS; r++)
            s->value[r * CLASSES + k] = k <= r + 1 ? sc_uniform(sc_key(key, 100 + r * CLASSES + k)) : 0.0;
    }
    for (size_t r = 0; r < ROWS; r++) {
        s->low[r] = 2.0 * sc_uniform(sc_key(key, 200 + r));
        s->high[r] = INFINITY;
    }
    return (struct plan_rows){CLASSES, ROWS,  s->cost, s->least, s->most, s->value, s->low, s->high,
                              s->sum,  s->kept_sum, s->kept};
}

static double cost_of(const struct small *s, const int *heads)
{
    double cost = 0.0;
    for (size_t k = 0; k < CLASSES; k++)
        cost += heads[k] * s->cost[k];
    return cost;
}

static bool holds(const struct small *s, const int *heads)
{
    for (size_t r = 0; r < ROWS; r++) {
        double sum = 0.0;
        for (size_t k = 0; k < CLASSES; k++)
            sum += heads[k] * s->value[r * CLASSES + k];
        if (sum < s->low[r] - 1e-9)
            return false;
    }
    for (size_t k = 0; k < CLASSES; k++)
        if (heads[k] != 0 && (heads[k] < s->least[k] || heads[k] > s->most[k]))
            return false;
    return true;
}

static double best_of_all(const struct small *s)
{
    double best = INFINITY;
    int count = 1;
    for (size_t k = 0; k < CLASSES; k++)
        count *= LARGEST + 1;
    for (int i = 0; i < count; i++) {
        int heads[CLASSES], rest = i;
        for (size_t k = 0; k < CLASSES; k++, rest /= LARGEST + 1)
            heads[k] = rest % (LARGEST + 1);
        if (holds(s, heads))
            best = fmin(best, cost_of(s, heads));
    }
    return best;
}

static void heads_get_cheaper_within_the_rows(void **state)
{
    (void)state;
    double over = 0.0, all = 0.0;
    for (uint64_t i = 0; i < CASES; i++) {
        struct small small;
        struct plan_rows rows = small_draw(&small, sc_key(4711, i));
        int heads[CLASSES] = {LARGEST, LARGEST, LARGEST, LARGEST, LARGEST};
        if (!holds(&small, heads))
            continue;
        double before = cost_of(&small, heads), best = best_of_all(&small);
        sc_plan_polish(&rows, heads);
        assert_true(holds(&small, heads) && cost_of(&small, heads) <= before);
        assert_true(cost_of(&small, heads) >= best - 1e-9);
        over += cost_of(&small, heads) - best;
        all += best;
    }
    print_message("dearer than the best of all by %.2f %% on average\n", 100.0 * over / all);
    assert_true(all > 0.0 && over < 0.02 * all);
}

static void rows_that_cannot_hold_are_told(void **state)
{
    (void)state;
    struct small small;
    struct plan_rows rows = small_draw(&small, 1);
    int heads[CLASSES] = {0};
    small.low[0] = 1e6;
    sc_plan_rows_sum(&rows, heads);
    assert_false(sc_plan_recreate(&rows, heads, SIZE_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(heads_get_cheaper_within_the_rows),
                                       cmocka_unit_test(rows_that_cannot_hold_are_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
