/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Erlang's formulas cost: nanoseconds a call, the median of several rounds, as rows of a table. Loads differ from
 * call to call, so that nothing can be taken out of the loop.
 */
#include "staffcast/erlang.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 15 };

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double shares(int64_t agents, double load_erl, double patience_s)
{
    struct sc_erlang system = {load_erl, 180, patience_s, 0, NAN, agents, SC_ERLANG_UNLIMITED};
    struct sc_erlang_shares found;
    struct sc_error error = SC_ERROR_INIT;
    return sc_erlang_shares(&system, &found, &error) == SC_OK ? found.wait_probability + found.abandoned : NAN;
}

static double b(int64_t agents, double load_erl)
{
    return sc_erlang_b(agents, load_erl);
}

static double c(int64_t agents, double load_erl)
{
    return sc_erlang_c(agents, load_erl);
}

static double a(int64_t agents, double load_erl)
{
    return shares(agents, load_erl, 300);
}

static double all_of_a(int64_t agents, double load_erl)
{
    struct sc_erlang system = {load_erl, 180, 300, 0, 20, agents, SC_ERLANG_UNLIMITED};
    struct sc_erlang_result found;
    struct sc_error error = SC_ERROR_INIT;
    return sc_erlang_evaluate(&system, &found, &error) == SC_OK ? found.service_level[SC_LEVEL_OFFERED] : NAN;
}

static const struct {
    const char *name;
    double (*call)(int64_t agents, double load_erl);
} formulas[] = {{"B: blocked", b},
                {"C: waiting", c},
                {"A: waiting, abandoned, occupancy", a},
                {"A: everything, with the service level", all_of_a}};

static double median_ns(double (*call)(int64_t agents, double load_erl), int64_t agents, int calls, double *sum)
{
    double round[ROUNDS];
    for (int r = 0; r < ROUNDS; ++r) {
        double start = now_ns();
        for (int i = 0; i < calls; ++i)
            *sum += call(agents, (double)agents * (0.85 + 0.1 * i / calls));
        round[r] = (now_ns() - start) / calls;
    }
    qsort(round, ROUNDS, sizeof *round, compare);
    return round[ROUNDS / 2];
}

int main(void)
{
    static const int64_t sizes[] = {5, 50, 500, 10000, 1000000};
    double sum = 0;
    puts("| ns a call, agents: | 5 | 50 | 500 | 10,000 | 1,000,000 |\n| --- | --- | --- | --- | --- | --- |");
    for (size_t f = 0; f < sizeof formulas / sizeof *formulas; ++f) {
        printf("| %s |", formulas[f].name);
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; ++k)
            printf(" %.0f |", median_ns(formulas[f].call, sizes[k], sizes[k] < 1000 ? 20000 : 1000, &sum));
        putchar('\n');
    }
    return isnan(sum);
}
