/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measures the engine against the textbook kernel on the workloads W1 and W2, and prints Markdown.
 *
 *   bench compare [ROUNDS]           speed of both, turn by turn in one process, and whether their figures agree
 *   bench threads [ROUNDS]           wall time on one thread and on two
 *   bench memory WORKLOAD CONTACTS   peak memory of a run of about that many contacts in many replications
 *   bench timeline CONTACTS          peak memory of a run of about that many contacts of W1 in one replication
 *   bench engine WORKLOAD CONTACTS   plays only: for a profiler
 *   bench kernel WORKLOAD CONTACTS   the same of the kernel
 *
 * On a shared machine speeds drift by tens of per cent within seconds. So the two take turns, a turn lasts some
 * tenths of a second, and what counts is the median over the rounds of the ratio of neighbours.
 */
#include "bench/textbook.h"
#include "staffcast/estimate.h"
#include "staffcast/model.h"
#include "staffcast/scenario.h"
#include "staffcast/simulate.h"

#include <gsl/gsl_errno.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS_MAX = 101, FIGURES = 4 };

struct workload {
    const char *name, *file;
    double contacts_per_replication; /* about, warm-up included */
    int kernel_days_per_turn;
    struct textbook_centre (*centre)(void);
    double known[FIGURES]; /* exact (W1) or agreed by other simulators (W2); NaN: not known */
    double known_error[FIGURES]; /* standard errors of these */
};

static const char *const figure_names[FIGURES] = {
    "answered within 20 s of offered", "abandoned of offered", "mean wait of all, s", "occupancy",
};

static const struct workload workloads[] = {
    {"W1", SC_BENCH_DIR "/w1.cfg", 144000, 100, textbook_w1, {.731105, .063447, 11.4205, .936553}, {0}},
    {"W2", SC_BENCH_DIR "/w2.cfg", 6000, 250, textbook_w2, {.8388, .0447, 7.34, NAN}, {.00075, .0003, .04, NAN}},
};
enum { WORKLOADS = sizeof workloads / sizeof workloads[0] };

struct engine {
    struct sc_scenario *scenario;
    struct sc_model *model;
    struct sc_workspace *workspace;
    struct sc_replication *replication;
    uint64_t next; /* replication number */
};

/* What a turn measures. */
struct turn {
    double contacts, cpu_s;
    double figure[FIGURES];
};

static void give_up(const struct sc_error *error)
{
    fprintf(stderr, "bench: %s:%d: %s\n", error->file, error->line, error->message);
    exit(error->code);
}

/* `override` may be NULL. */
static struct engine engine_open(const struct workload *workload, const char *override)
{
    struct engine engine = {0};
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    if (sc_scenario_read(workload->file, &override, override != NULL, &engine.scenario, &faults, &error) != SC_OK
        || sc_model_build(engine.scenario, &engine.model, &error) != SC_OK
        || sc_workspace_new(engine.model, &engine.workspace, &error) != SC_OK
        || sc_replication_new(engine.model, &engine.replication, &error) != SC_OK)
        give_up(&error);
    sc_faults_release(&faults);
    return engine;
}

static void engine_close(struct engine *engine)
{
    sc_replication_free(engine->replication);
    sc_workspace_free(engine->workspace);
    sc_model_free(engine->model);
    sc_scenario_free(engine->scenario);
}

static double clock_s(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(const double *value, size_t count)
{
    double sorted[ROUNDS_MAX];
    memcpy(sorted, value, count * sizeof *value);
    qsort(sorted, count, sizeof *sorted, by_size);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/* Full statistics, a replication at a time, as sc_run does it but for the folding. */
static struct turn engine_turn(struct engine *engine, const struct workload *workload, double contacts)
{
    struct turn turn = {0};
    struct sc_error error = SC_ERROR_INIT;
    double offered = 0, within = 0, abandoned = 0, wait_s = 0, busy_s = 0, staffed_s = 0;
    double begin_s = clock_s(CLOCK_PROCESS_CPUTIME_ID);
    for (double played = 0; played < contacts; played += workload->contacts_per_replication) {
        struct sc_replication *one = engine->replication;
        if (sc_simulate(engine->model, engine->next++, engine->workspace, one, NULL, NULL, &error) != SC_OK)
            give_up(&error);
        turn.contacts += one->contacts_simulated;
        for (size_t channel = 0; channel < one->channels; channel++) {
            const struct sc_tally *tally = &one->channel[channel];
            offered += tally->offered;
            within += tally->answered_within;
            abandoned += tally->abandoned;
            wait_s += tally->wait_answered_s + tally->wait_lost_s;
        }
        for (size_t pool = 0; pool < one->pools; pool++) {
            busy_s += one->pool[pool].busy_s;
            staffed_s += one->pool[pool].present_s + one->pool[pool].overtime_s;
        }
    }
    turn.cpu_s = clock_s(CLOCK_PROCESS_CPUTIME_ID) - begin_s;
    turn.figure[0] = within / offered;
    turn.figure[1] = abandoned / offered;
    turn.figure[2] = wait_s / offered;
    turn.figure[3] = busy_s / staffed_s;
    return turn;
}

/* The same contacts with all estimates and their intervals, on one thread. */
static struct turn run_turn(const struct engine *engine, const struct workload *workload, double contacts)
{
    struct turn turn = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_run_options options = {.threads = 1};
    struct sc_result *result = NULL;
    options.replications = (size_t)ceil(contacts / workload->contacts_per_replication);
    double begin_s = clock_s(CLOCK_PROCESS_CPUTIME_ID);
    if (sc_run(engine->model, &options, &result, &error) != SC_OK)
        give_up(&error);
    turn.cpu_s = clock_s(CLOCK_PROCESS_CPUTIME_ID) - begin_s;
    turn.contacts = result->contacts_simulated;
    sc_result_free(result);
    return turn;
}

static struct turn kernel_turn(const struct workload *workload, int days, unsigned long seed)
{
    static struct textbook_figures figures;
    struct textbook_centre centre = workload->centre();
    struct turn turn = {0};
    memset(&figures, 0, sizeof figures);
    double begin_s = clock_s(CLOCK_PROCESS_CPUTIME_ID);
    textbook_play(&centre, days, seed, &figures);
    turn.cpu_s = clock_s(CLOCK_PROCESS_CPUTIME_ID) - begin_s;
    struct textbook_cell total = textbook_total(&figures);
    turn.contacts = (double)total.offered;
    double busy_s = 0, staffed_s = 0;
    for (size_t group = 0; group < centre.groups; group++) {
        busy_s += figures.busy_s[group];
        staffed_s += figures.staffed_s[group];
    }
    turn.figure[0] = (double)total.answered_in_20_s / (double)total.offered;
    turn.figure[1] = (double)total.abandoned / (double)total.offered;
    turn.figure[2] = total.wait_s / (double)total.offered;
    turn.figure[3] = busy_s / staffed_s;
    return turn;
}

static void mean_and_error(const struct turn *turn, size_t rounds, size_t figure, double *mean, double *error)
{
    double sum = 0, squares = 0;
    for (size_t round = 0; round < rounds; round++)
        sum += turn[round].figure[figure];
    *mean = sum / (double)rounds;
    for (size_t round = 0; round < rounds; round++)
        squares += pow(turn[round].figure[figure] - *mean, 2);
    *error = rounds > 1 ? sqrt(squares / (double)(rounds - 1) / (double)rounds) : INFINITY;
}

/* Prints the figures of both beside what is known; false when two of them differ by more than 4.5 standard errors. */
static bool print_agreement(const struct workload *workload, const struct turn *engine, const struct turn *kernel,
                            size_t rounds)
{
    bool agree = true;
    printf("| %s | engine | kernel | known |\n| --- | --- | --- | --- |\n", workload->name);
    for (size_t figure = 0; figure < FIGURES; figure++) {
        double here, here_error, there, there_error;
        double known = workload->known[figure], known_error = workload->known_error[figure];
        mean_and_error(engine, rounds, figure, &here, &here_error);
        mean_and_error(kernel, rounds, figure, &there, &there_error);
        printf("| %s | %.5f ± %.5f | %.5f ± %.5f | ", figure_names[figure], here, here_error, there, there_error);
        if (isnan(known))
            printf("|\n");
        else
            printf("%g |\n", known);
        /* agents that stay after the end of the day are counted differently, so occupancy only where it is known */
        if (!isnan(known)) {
            agree = agree && fabs(here - there) <= 4.5 * hypot(here_error, there_error);
            agree = agree && fabs(here - known) <= 4.5 * hypot(here_error, known_error);
        }
    }
    printf("\n± one standard error. %s\n\n", agree ? "They agree." : "THEY DO NOT AGREE.");
    return agree;
}

static bool compare(const struct workload *workload, size_t rounds)
{
    static struct turn engine_turns[ROUNDS_MAX], run_turns[ROUNDS_MAX], kernel_turns[ROUNDS_MAX];
    double engine_speed[ROUNDS_MAX], run_speed[ROUNDS_MAX], kernel_speed[ROUNDS_MAX];
    double engine_ratio[ROUNDS_MAX], run_ratio[ROUNDS_MAX];
    struct engine engine = engine_open(workload, NULL);
    double contacts = kernel_turn(workload, workload->kernel_days_per_turn, 1).contacts; /* warms up, too */
    engine_turn(&engine, workload, contacts / 10);
    for (size_t round = 0; round < rounds; round++) {
        engine_turns[round] = engine_turn(&engine, workload, contacts);
        kernel_turns[round] = kernel_turn(workload, workload->kernel_days_per_turn, 2 + round);
        run_turns[round] = run_turn(&engine, workload, contacts);
        engine_speed[round] = engine_turns[round].contacts / engine_turns[round].cpu_s / 1e6;
        kernel_speed[round] = kernel_turns[round].contacts / kernel_turns[round].cpu_s / 1e6;
        run_speed[round] = run_turns[round].contacts / run_turns[round].cpu_s / 1e6;
        engine_ratio[round] = engine_speed[round] / kernel_speed[round];
        run_ratio[round] = run_speed[round] / kernel_speed[round];
    }
    engine_close(&engine);
    printf("| %s, million contacts a CPU second, median of %zu | speed | times the kernel |\n| --- | --- | --- |\n",
           workload->name, rounds);
    printf("| engine, full statistics | %.2f | %.2f |\n", median(engine_speed, rounds), median(engine_ratio, rounds));
    printf("| the same with estimates (`run` on one thread) | %.2f | %.2f |\n", median(run_speed, rounds),
           median(run_ratio, rounds));
    printf("| textbook kernel | %.2f | 1 |\n\n", median(kernel_speed, rounds));
    return print_agreement(workload, engine_turns, kernel_turns, rounds);
}

static double run_wall_s(const struct engine *engine, size_t replications, int threads)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_run_options options = {.replications = replications, .threads = threads};
    struct sc_result *result = NULL;
    double begin_s = clock_s(CLOCK_MONOTONIC);
    if (sc_run(engine->model, &options, &result, &error) != SC_OK)
        give_up(&error);
    sc_result_free(result);
    return clock_s(CLOCK_MONOTONIC) - begin_s;
}

static void threads(const struct workload *workload, size_t rounds)
{
    double ratio[ROUNDS_MAX];
    struct engine engine = engine_open(workload, NULL);
    size_t replications = (size_t)ceil(6e6 / workload->contacts_per_replication / 32) * 32;
    for (size_t round = 0; round < rounds; round++) {
        double alone_s = run_wall_s(&engine, replications, 1);
        ratio[round] = alone_s / run_wall_s(&engine, replications, 2);
    }
    engine_close(&engine);
    printf("| %s | %.2f |\n", workload->name, median(ratio, rounds));
}

/* Peak resident memory of this process so far. */
static long peak_kb(void)
{
    char line[256];
    long kb = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "VmHWM: %ld kB", &kb) == 1)
            break;
    }
    if (file)
        fclose(file);
    return kb;
}

static const struct workload *workload_named(const char *name)
{
    for (size_t index = 0; index < WORKLOADS; index++) {
        if (strcmp(workloads[index].name, name) == 0)
            return &workloads[index];
    }
    fprintf(stderr, "bench: no workload %s; there are W1 and W2\n", name);
    exit(2);
}

static size_t rounds_from(int count, char **word, size_t default_rounds)
{
    long rounds = count > 2 ? strtol(word[2], NULL, 10) : (long)default_rounds;
    return rounds < 2 ? 2 : rounds > ROUNDS_MAX ? ROUNDS_MAX : (size_t)rounds;
}

int main(int count, char **word)
{
    gsl_set_error_handler_off();
    const char *what = count > 1 ? word[1] : "";
    bool agree = true;
    if (strcmp(what, "compare") == 0) {
        for (size_t index = 0; index < WORKLOADS; index++)
            agree = compare(&workloads[index], rounds_from(count, word, 21)) && agree;
    } else if (strcmp(what, "threads") == 0) {
        for (size_t index = 0; index < WORKLOADS; index++)
            threads(&workloads[index], rounds_from(count, word, 9));
    } else if (strcmp(what, "memory") == 0 && count == 4) {
        const struct workload *workload = workload_named(word[2]);
        struct engine engine = engine_open(workload, NULL);
        struct turn turn = run_turn(&engine, workload, strtod(word[3], NULL));
        printf("| %s | %.0f | %.1f |\n", workload->name, turn.contacts, (double)peak_kb() / 1024);
        engine_close(&engine);
    } else if (strcmp(what, "timeline") == 0 && count == 3) {
        const struct workload *workload = workload_named("W1");
        char override[64];
        snprintf(override, sizeof override, "days = %.0f", ceil(strtod(word[2], NULL) / 14400));
        struct engine engine = engine_open(workload, override);
        struct turn turn = run_turn(&engine, workload, 1);
        printf("| W1, one replication | %.0f | %.1f |\n", turn.contacts, (double)peak_kb() / 1024);
        engine_close(&engine);
    } else if (strcmp(what, "engine") == 0 && count == 4) {
        struct engine engine = engine_open(workload_named(word[2]), NULL);
        printf("%.0f\n", engine_turn(&engine, workload_named(word[2]), strtod(word[3], NULL)).contacts);
        engine_close(&engine);
    } else if (strcmp(what, "kernel") == 0 && count == 4) {
        const struct workload *workload = workload_named(word[2]);
        double contacts_per_day = strcmp(workload->name, "W1") == 0 ? 14400 : 6000;
        int days = (int)ceil(strtod(word[3], NULL) / contacts_per_day);
        printf("%.0f\n", kernel_turn(workload, days, 1).contacts);
    } else {
        fputs("usage: bench compare [ROUNDS] | threads [ROUNDS] | memory|engine|kernel W1|W2 CONTACTS |"
              " timeline CONTACTS\n", stderr);
        return 2;
    }
    return agree ? 0 : 1;
}
