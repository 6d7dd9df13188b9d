/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of `sweep`, and its part that hands a sweep to a cluster. */
#ifndef STAFFCAST_CLI_SWEEP_H
#define STAFFCAST_CLI_SWEEP_H

#include "cli/options.h"
#include "staffcast/sweep.h"

struct sc_sweep_settings {
    struct sc_common common;
    char **files; /* [file_count], within argv */
    size_t file_count;
    const char **vary; /* [vary_count] */
    size_t vary_count;
    const char **keep; /* [keep_count] */
    size_t keep_count;
    const char **sbatch; /* [sbatch_count] */
    size_t sbatch_count;
    const char *sample, *database, *show, *metric;
    const char *by[2];
    char *by_text; /* what `by` lies in */
    enum sc_sweep_best best;
    int rows;
    unsigned shard, shards; /* 0 of 0: not given */
    unsigned tasks;         /* --shards; 0: not given */
    bool plan, wait, slurm, detach;
};

/* Parses the command line, or ends the program. */
void sc_sweep_parse(int argc, char **argv, struct sc_sweep_settings *settings);
void sc_sweep_settings_release(struct sc_sweep_settings *settings);

/* Submits the sweep to Slurm and follows it; returns the exit status. */
int sc_sweep_submit(const struct sc_sweep_settings *settings, const char *database, uint64_t points);

#endif
