/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast sweep --slurm: what the tasks on the nodes are told, and following them. */
#include "cli/sweep.h"

#include "base/number.h"
#include "cli/progress.h"
#include "cli/say.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The arguments of a task: everything that says what is swept. */
struct arguments {
    char **word; /* [count] */
    size_t count;
    bool failed;
};

static void add(struct arguments *arguments, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct arguments *arguments, const char *format, ...)
{
    char **grown = realloc(arguments->word, (arguments->count + 1) * sizeof *grown), *word = NULL;
    va_list values;

    if (grown != NULL)
        arguments->word = grown;
    va_start(values, format);
    if (grown == NULL || vasprintf(&word, format, values) < 0)
        arguments->failed = true;
    else
        arguments->word[arguments->count++] = word;
    va_end(values);
}

static void collect(const struct sc_sweep_settings *settings, struct arguments *arguments)
{
    const struct sc_common *common = &settings->common;
    char number[SC_NUMBER_TEXT];

    for (size_t i = 0; i < common->set_count; i++)
        add(arguments, "--set=%s", common->set[i]);
    for (size_t i = 0; i < settings->vary_count; i++)
        add(arguments, "--vary=%s", settings->vary[i]);
    for (size_t i = 0; i < settings->keep_count; i++)
        add(arguments, "--keep=%s", settings->keep[i]);
    if (settings->sample != NULL)
        add(arguments, "--sample=%s", settings->sample);
    if (common->replications > 0)
        add(arguments, "--replications=%d", common->replications);
    if (common->precision > 0)
        add(arguments, "--precision=%s", sc_number_format(common->precision, number));
    if (common->skip_bad_rows)
        add(arguments, "--skip-bad-rows");
    if (common->seed_given)
        add(arguments, "--seed=%" PRIu64, common->seed);
    add(arguments, "--");
    for (size_t i = 0; i < settings->file_count; i++)
        add(arguments, "%s", settings->files[i]);
}

int sc_sweep_submit(const struct sc_sweep_settings *settings, const char *database, uint64_t points)
{
    struct arguments arguments = {NULL, 0, false};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_progress progress;
    struct sc_slurm_outcome outcome;
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    enum sc_code code = SC_OK;

    program[length < 0 ? 0 : length] = '\0';
    collect(settings, &arguments);
    if (arguments.failed)
        code = sc_error_memory(&error);
    else if (length < 0)
        code = sc_error_set(&error, SC_SYSTEM, "cannot tell where this program lies, which the nodes must know");
    const struct sc_slurm_options options = {
        .database = database,
        .program = program,
        .arguments = (const char *const *)arguments.word,
        .argument_count = arguments.count,
        .points = points,
        .shards = settings->tasks,
        .threads = settings->common.threads,
        .sbatch = settings->sbatch,
        .sbatch_count = settings->sbatch_count,
        .detach = settings->detach,
        .progress = sc_progress_draw,
        .progress_context = &progress,
    };

    sc_progress_init(&progress, "points", settings->common.quiet);
    if (code == SC_OK)
        code = sc_slurm_run(&options, &outcome, &error);
    sc_progress_erase(&progress);
    if (code == SC_OK && settings->detach && !settings->common.quiet) {
        if (settings->common.format == SC_FORMAT_TABLE)
            printf("job %s with %u tasks, merged by job %s; the same command without --detach follows them\n",
                   outcome.array, outcome.shards, outcome.merge);
        else /* there is no data yet that could stand alone on standard output */
            sc_say_note("job %s with %u tasks, merged by job %s", outcome.array, outcome.shards, outcome.merge);
    }
    for (size_t i = 0; i < arguments.count; i++)
        free(arguments.word[i]);
    free(arguments.word);
    return code == SC_OK ? SC_OK : sc_say_error(&error);
}
