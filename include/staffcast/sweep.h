/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sweeps: all points of a study played, their figures kept in one SQLite database.
 *
 *     point  (id, scenario, overrides)         id from 1; overrides a JSON array of strings
 *     figure (point, metric, mean, low, high)  metric a path as in the CSV of `run`; NULL for nothing
 *     meta   (key, value)                      version, schema, seed, replications, the scenario texts, …
 *
 * The figures of a point are, to the bit, those of `run` on its scenario with its overrides: what a point gives depends
 * on nothing but itself. So the sweep may be ended at any instant (kill -9, power) and begun again: all points are
 * written down before the first is played, a point's figures appear whole or not at all, and whoever comes next plays
 * those without figures. For the same reason the points may be played in shards, by several machines: shard i of n
 * plays points i, i + n, i + 2n, …, with their ids, into a database of its own, and merging puts them together.
 *
 * A database remembers what it was made of. Opening it with another version, scenario text, axes, seed or number of
 * replications is refused, for its figures would not belong together. One sweep at a time works on a database, which
 * is seen to by a lock on the file that goes with the process.
 */
#ifndef STAFFCAST_SWEEP_H
#define STAFFCAST_SWEEP_H

#include "staffcast/error.h"
#include "staffcast/estimate.h"
#include "staffcast/faults.h"
#include "staffcast/study.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SC_SWEEP_SCHEMA "staffcast.sweep/1"

struct sc_sweep_options {
    const char *database;
    size_t replications; /* of each point; 0: its scenario's */
    double precision;    /* 0: none */
    uint64_t seed;       /* instead of the scenarios' where seed_given */
    bool seed_given;
    int threads;                /* 0: one a core */
    unsigned shard, shards;     /* 1 … shards; 0 of 0 is 1 of 1 */
    const char *const *metrics; /* [metric_count]: only figures whose path fits one of these, '*' being any text */
    size_t metric_count;        /* 0: all figures */
    bool check_only;            /* look at study and scenarios and touch no database */
    bool plan_only;             /* write the points down and play none */
    bool wait;                  /* for another sweep on this database to end, instead of refusing */
    /* Points done and all points of this database; never from two threads at once. May be NULL. */
    void (*progress)(void *context, size_t done, size_t planned);
    void *progress_context;
};

struct sc_sweep_outcome {
    uint64_t points; /* of this database: of its shard */
    uint64_t before; /* had figures when the sweep began */
    uint64_t played;
    double wall_s;
};

/*
 * Plays what is missing. Memory does not grow with figures, and by 8 bytes with a point. Threads play a point each; the
 * figures are written in the order of the points, a transaction every second or two.
 *
 * Before the first point is played, the first point and those that differ from it in one axis are read, so that most
 * wrong paths and levels are found at once. Faults are in `faults`, as of sc_scenario_read. A point that fails ends the
 * sweep; what is done stays done.
 *
 * Errors: SC_INPUT (study, scenarios, a database that belongs to another sweep or is in use), SC_USAGE (axes, sample or
 * patterns that do not fit, where the command line brought them), SC_SYSTEM, SC_NUMERIC, SC_UNREACHABLE (a point does
 * not reach the precision).
 */
enum sc_code sc_sweep_run(const struct sc_study *study, const struct sc_sweep_options *options,
                          struct sc_sweep_outcome *outcome, struct sc_faults *faults, struct sc_error *error);

/*
 * How many points the database has, and how many of them have figures. It may be in use. Errors: SC_INPUT (none of
 * ours), SC_SYSTEM.
 */
enum sc_code sc_sweep_count(const char *database, uint64_t *points, uint64_t *done, struct sc_error *error);

/*
 * Puts the shards of one sweep together: the result has row for row what the sweep has when it is run as a whole. Every
 * shard must be there once and be complete, of one version, seed and so on. `out` appears whole or not at all; it must
 * not exist unless `replace`. Errors: SC_INPUT, SC_SYSTEM.
 */
enum sc_code sc_sweep_merge(const char *out, const char *const *shards, size_t count, bool replace,
                            struct sc_error *error);

/* --- on a cluster --- */

/*
 * A sweep as a job array of Slurm: task i of n sweeps shard i of n into DATABASE.shards/shard-i.sqlite, and a further
 * job, which waits for all of them, merges. Folder, scenarios and program must be under the same paths on all nodes.
 *
 * A task that is lost with its node is put into the queue again by Slurm and goes on with its shard; one whose node
 * only seemed lost, and that still runs, keeps the shard's lock, for which the new task waits. The jobs that were
 * submitted are written down, so that the same call a second time follows them instead of submitting new ones.
 */
struct sc_slurm_options {
    const char *database;
    const char *program;          /* this program, as the nodes find it */
    const char *const *arguments; /* [argument_count] of its `sweep`: all that says what is swept */
    size_t argument_count;
    uint64_t points;
    unsigned shards;           /* 0: as many as the cluster has processors, at most 1000 and the points */
    int threads;               /* of a task; 0: 1 */
    const char *const *sbatch; /* [sbatch_count], more options for the array */
    size_t sbatch_count;
    bool detach; /* submit and come back */
    /* Points with figures and all points, as sc_sweep_options.progress. */
    void (*progress)(void *context, size_t done, size_t planned);
    void *progress_context;
};
struct sc_slurm_outcome {
    char array[32], merge[32]; /* job ids */
    unsigned shards;
    bool followed; /* they had been submitted before */
};

/*
 * Submits, and unless `detach` follows until the merged database is there, whose shards are removed then. Errors:
 * SC_SYSTEM (no Slurm; what it says; a task that failed, with its log).
 */
enum sc_code sc_slurm_run(const struct sc_slurm_options *options, struct sc_slurm_outcome *outcome,
                          struct sc_error *error);

/* --- looking at a database; it may be in use --- */

/* A point and one of its figures. */
struct sc_sweep_row {
    uint64_t point;
    char *scenario;
    char **override; /* [override_count] */
    size_t override_count;
    char *metric;
    struct sc_figure figure;
};

/* One of two ways in which the points differ: an axis, or (path "scenario") the scenarios. */
struct sc_sweep_side {
    char *path, *effect; /* effect: "=", "*=" or "+=" */
    char **level;        /* [count], in rising order where they are numbers */
    size_t count;
};

enum sc_sweep_best { SC_BEST_USUAL, SC_BEST_HIGHEST, SC_BEST_LOWEST };

struct sc_sweep_question {
    const char *metric;      /* NULL: totals.service_level, or totals.wait_mean_s where nothing has a target */
    enum sc_sweep_best best; /* usual: what a centre wants of that metric */
    size_t rows;             /* how many of the best points */
    const char *by[2];       /* paths of axes, or "scenario"; NULL: the first that have several levels */
};

struct sc_sweep_view {
    char *file, *version, *seed, *replications, *metric;
    uint64_t points, done;
    size_t scenarios;
    struct sc_sweep_side
        *axis; /* [axis_count], of all axes, without levels; the last overrides of a point are theirs */
    size_t axis_count;
    enum sc_unit unit;
    bool highest;
    struct sc_sweep_row *best; /* [best_count], the best first; figures over nothing are left out */
    size_t best_count;
    struct sc_sweep_side side[2]; /* rows and columns; count 0: there is no such side */
    double *mean; /* [rows * columns] (columns 0: [rows]): mean over all points there; NaN: none has that figure */
};

/* Errors: SC_INPUT (no sweep's database), SC_USAGE (a metric or axis that it has not), SC_SYSTEM. */
enum sc_code sc_sweep_look(const char *database, const struct sc_sweep_question *question, struct sc_sweep_view **view,
                           struct sc_error *error);
void sc_sweep_view_free(struct sc_sweep_view *view);

/* Who is told what is in a database; rows are valid during the call. */
struct sc_sweep_reader {
    void *context;
    /* First of all: how many scenarios there are, and the paths of the axes (valid to the end), whose levels are the
       last axis_count overrides of each row. */
    void (*begin)(void *context, size_t scenarios, const char *const *axis, size_t axis_count);
    /* A point; its row has no metric. */
    void (*point)(void *context, const struct sc_sweep_row *row);
    /* A figure of the point before; NULL: only points are wanted. */
    void (*figure)(void *context, const struct sc_sweep_row *row);
};

/*
 * Tells of every point and its figures whose path fits one of the patterns (see sc_sweep_options.metrics), in the order
 * of points and paths. Errors: as above.
 */
enum sc_code sc_sweep_each(const char *database, const char *const *metrics, size_t metric_count,
                           const struct sc_sweep_reader *reader, struct sc_error *error);

/* The value in an override "PATH = VALUE" (or "+=", "*="), within its text. */
const char *sc_override_value(const char *override);

/*
 * The figures of a result, each with its path as in the CSV of `run` (staffcast/present.h), in that order.
 */
void sc_result_visit(const struct sc_result *result,
                     void (*visit)(void *context, const char *path, struct sc_figure figure), void *context);

#endif
