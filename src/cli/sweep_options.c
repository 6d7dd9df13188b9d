/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char documentation[] =
    "Plays every point of a study, one or many scenarios under all combinations of the levels of some axes (or a "
    "sample "
    "of them), and keeps the figures in one SQLite database. It may be ended at any time: the same command goes on "
    "where "
    "it was. FILE is a study, or scenarios together with --vary."
    "\v"
    "Examples:\n"
    "  staffcast sweep study.cfg\n"
    "  staffcast sweep desk.cfg --vary 'pools.front line.extra=0..8'\n"
    "  staffcast sweep desk.cfg --vary 'pools.front line.extra=0..8' --vary 'channels.*.volume.factor*=0.9,1,1.1'\n"
    "  staffcast sweep desk.cfg --vary 'channels.chat.automation.resolves=0.1:0.5' --sample sobol:256\n"
    "  staffcast sweep --show desk.sqlite --metric channels.phone.service_level\n"
    "  staffcast sweep --show desk.sqlite --format csv > figures.csv\n"
    "  staffcast sweep study.cfg --shard 2/8          # on eight machines, then: staffcast merge\n"
    "  staffcast sweep study.cfg --slurm --sbatch=--partition=long\n"
    "\n"
    "Levels: 38..46 are whole numbers; 0.1:0.5:9 is from, to and how many; 0.1:0.5 all between, for samples; otherwise "
    "values with commas between. PATH*= makes factors of them, PATH+= adds them.\n"
    "\n"
    "The database: point (id, scenario, overrides), figure (point, metric, mean, low, high), meta (key, value). A "
    "point's figures are those that run gives with its overrides. Another version, scenario or study on the same "
    "database is refused.\n"
    "\n"
    "On a cluster, folder, scenarios and program must be under the same paths on all nodes. The shards lie in "
    "FILE.shards until they are merged; given again, the command follows its jobs.\n"
    "\n"
    "Exit status: 0 done, 2 wrong command line, 3 wrong study, scenario or database, 4 system (disk, memory, Slurm), "
    "5 the precision cannot be reached.\n";

enum {
    KEY_VARY = 0x200,
    KEY_SAMPLE,
    KEY_KEEP,
    KEY_DATABASE,
    KEY_SHARD,
    KEY_PLAN,
    KEY_WAIT,
    KEY_SLURM,
    KEY_SHARDS,
    KEY_SBATCH,
    KEY_DETACH,
    KEY_SHOW,
    KEY_METRIC,
    KEY_BEST,
    KEY_BY,
    KEY_HIGHEST,
    KEY_LOWEST,
    KEY_INTERVALS,
};

enum { GROUP_WHAT = 1, GROUP_SWEEP = 3, GROUP_CLUSTER, GROUP_SHOW };

static const struct argp_option options[] = {
    {"vary", KEY_VARY, "PATH=LEVELS", 0, "An axis, such as 'pools.front line.extra=0..8'. May be repeated", GROUP_WHAT},
    {"sample", KEY_SAMPLE, "KIND:N", 0,
     "N points spread over the axes instead of all combinations: latin:N (a Latin hypercube) or sobol:N", GROUP_WHAT},
    {NULL, 0, NULL, 0, "Sweeping:", GROUP_SWEEP},
    {"database", KEY_DATABASE, "FILE", 0,
     "The database; left out: NAME.sqlite of FILE NAME.cfg, with -o in that "
     "directory",
     GROUP_SWEEP},
    {"keep", KEY_KEEP, "PATTERN", 0,
     "Keep only figures whose path fits, such as 'channels.*.service_level'; left out: "
     "all. May be repeated",
     GROUP_SWEEP},
    {"plan", KEY_PLAN, NULL, 0, "Write down the points, but play none", GROUP_SWEEP},
    {"shard", KEY_SHARD, "I/N", 0, "Only every N-th point, beginning with the I-th: a part for this machine",
     GROUP_SWEEP},
    {"wait", KEY_WAIT, NULL, 0, "Where another sweep is at work on the database, wait for its end", GROUP_SWEEP},
    {NULL, 0, NULL, 0, "On a Slurm cluster:", GROUP_CLUSTER},
    {"slurm", KEY_SLURM, NULL, 0, "Submit a job array and a merging job, and follow them to their end", GROUP_CLUSTER},
    {"shards", KEY_SHARDS, "N", 0, "Tasks of the array; left out: one a processor of the cluster", GROUP_CLUSTER},
    {"sbatch", KEY_SBATCH, "OPTION", 0, "A further option for sbatch, such as --partition=long. May be repeated",
     GROUP_CLUSTER},
    {"detach", KEY_DETACH, NULL, 0, "Submit, and do not wait for the end", GROUP_CLUSTER},
    {NULL, 0, NULL, 0, "Looking at the result:", GROUP_SHOW},
    {"show", KEY_SHOW, "DATABASE", 0, "Only show what is in a database", GROUP_SHOW},
    {"metric", KEY_METRIC, "PATH", 0,
     "The figure to judge by; left out: totals.service_level, or totals.wait_mean_s where "
     "nothing has a target",
     GROUP_SHOW},
    {"best", KEY_BEST, "N", 0, "Show the N best points (10)", GROUP_SHOW},
    {"by", KEY_BY, "PATH[,PATH]", 0, "Axes of the table (or scenario); left out: the first two", GROUP_SHOW},
    {"highest", KEY_HIGHEST, NULL, 0, "The best is the highest", GROUP_SHOW},
    {"lowest", KEY_LOWEST, NULL, 0, "The best is the lowest; left out: as the figure is usually wanted", GROUP_SHOW},
    SC_OPTION_REFUSED("intervals", KEY_INTERVALS, NULL),
    {0},
};

static void add_text(struct argp_state *state, const char ***list, size_t *count, const char *text)
{
    const char **grown = realloc(*list, (*count + 1) * sizeof *grown);

    if (grown == NULL)
        argp_failure(state, SC_SYSTEM, 0, "out of memory");
    grown[(*count)++] = text;
    *list = grown;
}

static void read_shard(struct sc_sweep_settings *settings, struct argp_state *state, const char *text)
{
    int end = 0;

    if (sscanf(text, "%u/%u%n", &settings->shard, &settings->shards, &end) != 2 || text[end] != '\0' ||
        strspn(text, "0123456789/") != strlen(text) || settings->shards > 1000000 || settings->shard < 1 ||
        settings->shard > settings->shards)
        argp_error(state, "--shard takes I/N, such as 2/8 for the second of eight (found '%s')", text);
}

static void read_by(struct sc_sweep_settings *settings, struct argp_state *state, const char *text)
{
    settings->by_text = strdup(text);
    if (settings->by_text == NULL)
        argp_failure(state, SC_SYSTEM, 0, "out of memory");
    char *comma = strchr(settings->by_text, ',');

    settings->by[0] = settings->by_text;
    if (comma != NULL) {
        *comma = '\0';
        settings->by[1] = comma + 1;
    }
    if (settings->by[0][0] == '\0' || (comma != NULL && comma[1] == '\0'))
        argp_error(state, "--by takes one or two paths with a comma between (found '%s')", text);
}

/* What goes together and what does not. */
static void check(const struct sc_sweep_settings *settings, struct argp_state *state)
{
    if (settings->show != NULL && settings->file_count > 0)
        argp_error(state, "--show looks at a database and takes no further files (found '%s')", settings->files[0]);
    if (settings->show == NULL && settings->file_count == 0)
        argp_error(state, "nothing to sweep; name a study or a scenario");
    if (settings->slurm && settings->shards > 0)
        argp_error(state, "--slurm makes the shards itself; leave --shard out");
    if (!settings->slurm && (settings->tasks > 0 || settings->sbatch_count > 0 || settings->detach))
        argp_error(state, "--shards, --sbatch and --detach are for --slurm; add it");
    if (settings->slurm && settings->plan)
        argp_error(state, "--plan plays nothing that a cluster could help with; leave --slurm out");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct sc_sweep_settings *settings = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->child_inputs[1] = &settings->common;
        return 0;
    case KEY_VARY:
        add_text(state, &settings->vary, &settings->vary_count, argument);
        return 0;
    case KEY_SAMPLE:
        settings->sample = argument;
        return 0;
    case KEY_KEEP:
        add_text(state, &settings->keep, &settings->keep_count, argument);
        return 0;
    case KEY_DATABASE:
        if (argument[0] == '\0')
            argp_error(state, "--database takes a file (found nothing)");
        settings->database = argument;
        return 0;
    case KEY_SHARD:
        read_shard(settings, state, argument);
        return 0;
    case KEY_PLAN:
        settings->plan = true;
        return 0;
    case KEY_WAIT:
        settings->wait = true;
        return 0;
    case KEY_SLURM:
        settings->slurm = true;
        return 0;
    case KEY_SHARDS:
        settings->tasks = (unsigned)sc_option_integer(state, "shards", argument, 1, 100000);
        return 0;
    case KEY_SBATCH:
        add_text(state, &settings->sbatch, &settings->sbatch_count, argument);
        return 0;
    case KEY_DETACH:
        settings->detach = true;
        return 0;
    case KEY_SHOW:
        settings->show = argument;
        return 0;
    case KEY_METRIC:
        settings->metric = argument;
        return 0;
    case KEY_BEST:
        settings->rows = sc_option_integer(state, "best", argument, 1, 100000);
        return 0;
    case KEY_BY:
        read_by(settings, state, argument);
        return 0;
    case KEY_HIGHEST:
        settings->best = SC_BEST_HIGHEST;
        return 0;
    case KEY_LOWEST:
        settings->best = SC_BEST_LOWEST;
        return 0;
    case KEY_INTERVALS:
        argp_error(state, "a sweep keeps no figures by interval; leave --intervals out, or use run for single points");
        return 0;
    case ARGP_KEY_ARGS:
        settings->files = state->argv + state->next;
        settings->file_count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_END:
        check(settings, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void sc_sweep_parse(int argc, char **argv, struct sc_sweep_settings *settings)
{
    static const struct argp_child children[] = {{.argp = &sc_common_argp}, {.argp = &sc_precision_argp}, {0}};
    const struct argp argp = {options, parse, "FILE...\n--show DATABASE", documentation, children, NULL, NULL};

    sc_options_parse(&argp, argc, argv, settings);
}

void sc_sweep_settings_release(struct sc_sweep_settings *settings)
{
    sc_common_release(&settings->common);
    free(settings->vary);
    free(settings->keep);
    free(settings->sbatch);
    free(settings->by_text);
}
