/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slurm by its own commands (sbatch, squeue, sinfo, scancel), which every cluster has in the same form, and not by its
 * library, whose interface changes from release to release.
 */
#include "staffcast/sweep.h"

#include "base/file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SHARDS_MOST = 1000, OUTPUT_MOST = 65536, WORDS_MOST = 256 };

struct cluster {
    const struct sc_slurm_options *options;
    struct sc_slurm_outcome outcome;
    char *folder; /* of the shards */
    struct sc_error *error;
};

/* --- commands ---------------------------------------------------------------------------------------- */

/* In the child: both outputs go to the pipe. */
static void become(const char *const *words, int output)
{
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execvp(words[0], (char *const *)words);
    dprintf(STDERR_FILENO, "cannot run '%s' (%s); is Slurm installed here?", words[0], strerror(errno));
    _exit(127);
}

/* Runs a command and takes all that it prints. Returns its status, or -1 where it could not be begun. */
static int run_command(const char *const *words, char output[OUTPUT_MOST])
{
    int ends[2], status = 0;
    size_t length = 0;
    if (pipe(ends) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0)
        become(words, ends[1]);
    close(ends[1]);
    while (child > 0 && length + 1 < OUTPUT_MOST) {
        ssize_t got = read(ends[0], output + length, OUTPUT_MOST - 1 - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    output[length] = '\0';
    close(ends[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    while (length > 0 && isspace((unsigned char)output[length - 1]))
        output[--length] = '\0';
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What went wrong in one line. */
static enum sc_code refuse(struct cluster *cluster, const char *command, char *output)
{
    for (char *at = output; *at; at++)
        if (*at == '\n')
            *at = ' ';
    return sc_error_set(cluster->error, SC_SYSTEM, "%s failed (%.400s)", command, *output ? output : "it said nothing");
}

/* The number in what sbatch --parsable prints, among its warnings: "123" or "123;cluster". */
static bool find_job(const char *output, char job[32])
{
    for (const char *line = output; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        size_t digits = strspn(line, "0123456789");
        if (digits > 0 && digits < 31 && strchr(";\n", line[digits])) {
            memcpy(job, line, digits);
            job[digits] = '\0';
            return true;
        }
    }
    return false;
}

/* --- scripts ----------------------------------------------------------------------------------------- */

/* A word for a shell. */
static void put_word(FILE *stream, const char *word)
{
    fputs(" '", stream);
    for (; *word; word++) {
        if (*word == '\'')
            fputs("'\\''", stream);
        else
            putc(*word, stream);
    }
    putc('\'', stream);
}

static enum sc_code write_script(struct cluster *cluster, const char *name, void (*write)(struct cluster *, FILE *))
{
    struct sc_file file = SC_FILE_INIT;
    char *path = NULL;
    if (asprintf(&path, "%s/%s", cluster->folder, name) < 0)
        return sc_error_memory(cluster->error);
    enum sc_code code = sc_file_open(&file, path, cluster->error);
    if (code == SC_OK) {
        fputs("#!/bin/sh\nexec", file.stream);
        write(cluster, file.stream);
        putc('\n', file.stream);
        code = sc_file_complete(&file, cluster->error);
    }
    if (code == SC_OK)
        code = sc_file_publish(&file, cluster->error);
    sc_file_release(&file);
    free(path);
    return code;
}

static void write_task(struct cluster *cluster, FILE *stream)
{
    const struct sc_slurm_options *options = cluster->options;
    put_word(stream, options->program);
    fprintf(stream, " sweep --quiet --wait --threads %d --shard \"$SLURM_ARRAY_TASK_ID/%u\" --database",
            options->threads > 0 ? options->threads : 1, cluster->outcome.shards);
    put_word(stream, cluster->folder);
    fputs("/shard-\"$SLURM_ARRAY_TASK_ID\".sqlite", stream);
    /* Last, for they may end the options. */
    for (size_t i = 0; i < options->argument_count; i++)
        put_word(stream, options->arguments[i]);
}

static void write_merge(struct cluster *cluster, FILE *stream)
{
    put_word(stream, cluster->options->program);
    fputs(" merge --quiet --replace", stream);
    put_word(stream, cluster->options->database);
    for (unsigned i = 1; i <= cluster->outcome.shards; i++) {
        put_word(stream, cluster->folder);
        fprintf(stream, "/shard-%u.sqlite", i);
    }
}

/* --- submitting -------------------------------------------------------------------------------------- */

/* Words of a command line, put together piece by piece. */
struct words {
    char *word[WORDS_MOST];
    size_t count;
    bool failed;
};

static void add_word(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_word(struct words *words, const char *format, ...)
{
    va_list arguments;
    char *word = NULL;
    va_start(arguments, format);
    if (words->count + 1 >= WORDS_MOST || vasprintf(&word, format, arguments) < 0)
        words->failed = true;
    else
        words->word[words->count++] = word;
    va_end(arguments);
}

static void words_release(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->word[i]);
}

static enum sc_code submit(struct cluster *cluster, struct words *words, char job[32])
{
    char *output = malloc(OUTPUT_MOST);
    enum sc_code code = SC_OK;
    if (!output || words->failed)
        code = sc_error_memory(cluster->error);
    else if (run_command((const char *const *)words->word, output) != 0 || !find_job(output, job))
        code = refuse(cluster, "sbatch", output);
    free(output);
    return code;
}

static const char *short_name(const char *database)
{
    const char *slash = strrchr(database, '/');
    return slash ? slash + 1 : database;
}

/* What the jobs have in common. */
static void begin_job(const struct cluster *cluster, struct words *words, const char *does)
{
    add_word(words, "sbatch");
    add_word(words, "--parsable");
    add_word(words, "--requeue");
    add_word(words, "--job-name=%s %s", does, short_name(cluster->options->database));
}

/* With the user's own options behind ours, so that they win. */
static enum sc_code submit_job(struct cluster *cluster, struct words *words, const char *script, char job[32])
{
    for (size_t i = 0; i < cluster->options->sbatch_count; i++)
        add_word(words, "%s", cluster->options->sbatch[i]);
    add_word(words, "%s/%s", cluster->folder, script);
    enum sc_code code = submit(cluster, words, job);
    words_release(words);
    return code;
}

static enum sc_code submit_array(struct cluster *cluster)
{
    int threads = cluster->options->threads;
    struct words words = {.count = 0};
    begin_job(cluster, &words, "sweep");
    add_word(&words, "--array=1-%u", cluster->outcome.shards);
    add_word(&words, "--open-mode=append");
    add_word(&words, "--cpus-per-task=%d", threads > 0 ? threads : 1);
    add_word(&words, "--output=%s/shard-%%a.log", cluster->folder);
    return submit_job(cluster, &words, "shard.sh", cluster->outcome.array);
}

static enum sc_code submit_merge(struct cluster *cluster)
{
    struct words words = {.count = 0};
    begin_job(cluster, &words, "merge");
    add_word(&words, "--dependency=afterok:%s", cluster->outcome.array);
    add_word(&words, "--kill-on-invalid-dep=yes");
    add_word(&words, "--output=%s/merge.log", cluster->folder);
    enum sc_code code = submit_job(cluster, &words, "merge.sh", cluster->outcome.merge);
    if (code != SC_OK) {
        const char *const cancel[] = {"scancel", cluster->outcome.array, NULL};
        char *output = malloc(OUTPUT_MOST);
        if (output)
            (void)run_command(cancel, output);
        free(output);
    }
    return code;
}

/* --- jobs that were submitted before ----------------------------------------------------------------- */

static enum sc_code note_jobs(struct cluster *cluster)
{
    struct sc_file file = SC_FILE_INIT;
    char *path = NULL;
    if (asprintf(&path, "%s/jobs", cluster->folder) < 0)
        return sc_error_memory(cluster->error);
    enum sc_code code = sc_file_open(&file, path, cluster->error);
    if (code == SC_OK) {
        fprintf(file.stream, "%s %s %u\n", cluster->outcome.array, cluster->outcome.merge, cluster->outcome.shards);
        code = sc_file_complete(&file, cluster->error);
    }
    if (code == SC_OK)
        code = sc_file_publish(&file, cluster->error);
    sc_file_release(&file);
    free(path);
    return code;
}

/* The shards of an earlier submission, running or not; 0: there was none. */
static unsigned find_jobs(struct cluster *cluster)
{
    char *path = NULL;
    unsigned shards = 0;
    if (asprintf(&path, "%s/jobs", cluster->folder) < 0)
        return 0;
    FILE *stream = fopen(path, "r");
    if (stream && fscanf(stream, "%31s %31s %u", cluster->outcome.array, cluster->outcome.merge, &shards) != 3)
        shards = 0;
    if (stream)
        fclose(stream);
    free(path);
    return shards;
}

/* Is the job pending or running? Where Slurm does not answer it is taken to be: the answer will come. */
static bool is_active(const char *job, bool *answered)
{
    char option[64], *output = malloc(OUTPUT_MOST);
    snprintf(option, sizeof option, "--jobs=%s", job);
    const char *const words[] = {"squeue", "--noheader", "--format=%T", option, NULL};
    int status = output ? run_command(words, output) : -1;
    bool unknown = status != 0 && output && strstr(output, "Invalid job id");
    bool active = status == 0 ? output[0] != '\0' : !unknown;
    *answered = status == 0 || unknown;
    free(output);
    return active;
}

/* --- following --------------------------------------------------------------------------------------- */

static char *shard_file(const struct cluster *cluster, unsigned shard, const char *ending)
{
    char *path = NULL;
    return asprintf(&path, "%s/shard-%u.%s", cluster->folder, shard, ending) < 0 ? NULL : path;
}

/* Points with figures in all shards; those that cannot be read just now count as before. */
static uint64_t count_done(const struct cluster *cluster, unsigned *unfinished)
{
    uint64_t sum = 0;
    *unfinished = 0;
    for (unsigned i = cluster->outcome.shards; i > 0; i--) {
        struct sc_error ignored = SC_ERROR_INIT;
        uint64_t points = 0, done = 0;
        char *path = shard_file(cluster, i, "sqlite");
        if (!path || sc_sweep_count(path, &points, &done, &ignored) != SC_OK || done < points)
            *unfinished = i;
        sum += done;
        free(path);
    }
    return sum;
}

static void pause_s(double seconds)
{
    struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&time, NULL);
}

/* The last line of a log. */
static void last_line(const char *path, char text[400])
{
    FILE *stream = path ? fopen(path, "r") : NULL;
    char line[400];
    text[0] = '\0';
    while (stream && fgets(line, sizeof line, stream))
        if (line[strspn(line, " \n")])
            strcpy(text, line);
    text[strcspn(text, "\n")] = '\0';
    if (stream)
        fclose(stream);
}

/* Both jobs are over, and there is no result: why? */
static enum sc_code tell_failure(struct cluster *cluster)
{
    unsigned unfinished = 0;
    char text[400], *log = NULL;
    (void)count_done(cluster, &unfinished);
    if (unfinished > 0)
        log = shard_file(cluster, unfinished, "log");
    else if (asprintf(&log, "%s/merge.log", cluster->folder) < 0)
        log = NULL;
    last_line(log, text);
    enum sc_code code = unfinished > 0
                            ? sc_error_set(cluster->error, SC_SYSTEM,
                                           "shard %u of %u did not finish (%s); see '%s', then give the same "
                                           "command again, which goes on",
                                           unfinished, cluster->outcome.shards, text[0] ? text : "its log says nothing",
                                           log ? log : "its log")
                            : sc_error_set(cluster->error, SC_SYSTEM,
                                           "the shards were not merged (%s); see '%s', then give the same "
                                           "command again",
                                           text[0] ? text : "its log says nothing", log ? log : "its log");
    free(log);
    return code;
}

static void remove_folder(const struct cluster *cluster)
{
    DIR *folder = opendir(cluster->folder);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)) != NULL) {
        char *path = NULL;
        if (entry->d_name[0] != '.' && asprintf(&path, "%s/%s", cluster->folder, entry->d_name) >= 0) {
            unlink(path);
            free(path);
        }
    }
    if (folder)
        closedir(folder);
    rmdir(cluster->folder);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static enum sc_code follow(struct cluster *cluster)
{
    enum { PATIENCE_S = 1800 };
    const struct sc_slurm_options *options = cluster->options;
    uint64_t points = 0, done = 0;
    struct sc_error ignored = SC_ERROR_INIT;
    double heard_s = now_s();
    bool answered = true;
    while (is_active(cluster->outcome.merge, &answered)) {
        double begin_s = now_s();
        unsigned unfinished;
        if (answered)
            heard_s = begin_s;
        else if (begin_s > heard_s + PATIENCE_S)
            return sc_error_set(cluster->error, SC_SYSTEM,
                                "Slurm has not answered for half an hour; the jobs %s and %s may "
                                "still run: give the same command again to follow them",
                                cluster->outcome.array, cluster->outcome.merge);
        if (options->progress)
            options->progress(options->progress_context, (size_t)count_done(cluster, &unfinished),
                              (size_t)options->points);
        /* Looking must not be a burden to the disk that the shards lie on. */
        pause_s(1 + 10 * (now_s() - begin_s));
    }
    if (sc_sweep_count(options->database, &points, &done, &ignored) != SC_OK || done < points ||
        points != options->points)
        return tell_failure(cluster);
    remove_folder(cluster);
    return SC_OK;
}

/* --- all of it --------------------------------------------------------------------------------------- */

/* As many shards as the largest partition has processors for. */
static unsigned usual_shards(const struct cluster *cluster)
{
    const char *const words[] = {"sinfo", "--noheader", "--format=%C", NULL};
    int threads = cluster->options->threads > 0 ? cluster->options->threads : 1;
    unsigned most = 0, total;
    char *output = malloc(OUTPUT_MOST);
    if (output && run_command(words, output) == 0)
        for (const char *line = output; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
            if (sscanf(line, "%*u/%*u/%*u/%u", &total) == 1 && total / (unsigned)threads > most)
                most = total / (unsigned)threads;
    free(output);
    return most < 1 ? 1 : most > SHARDS_MOST ? SHARDS_MOST : most;
}

static enum sc_code submit_all(struct cluster *cluster)
{
    enum sc_code code = write_script(cluster, "shard.sh", write_task);
    if (code == SC_OK)
        code = write_script(cluster, "merge.sh", write_merge);
    if (code == SC_OK)
        code = submit_array(cluster);
    if (code == SC_OK)
        code = submit_merge(cluster);
    return code == SC_OK ? note_jobs(cluster) : code;
}

enum sc_code sc_slurm_run(const struct sc_slurm_options *options, struct sc_slurm_outcome *outcome,
                          struct sc_error *error)
{
    struct cluster cluster = {.options = options, .error = error};
    bool answered;
    if (asprintf(&cluster.folder, "%s.shards", options->database) < 0)
        return sc_error_memory(error);
    unsigned before = find_jobs(&cluster);
    cluster.outcome.followed = before > 0 && is_active(cluster.outcome.merge, &answered);
    /* Shards that were begun are gone on with, whatever the cluster's size is today. */
    cluster.outcome.shards = before > 0 ? before : options->shards > 0 ? options->shards : usual_shards(&cluster);
    if (cluster.outcome.shards > options->points)
        cluster.outcome.shards = (unsigned)options->points;
    bool folder_is_new = access(cluster.folder, F_OK) != 0;
    enum sc_code code = sc_directory_make(cluster.folder, error);
    if (code == SC_OK && before > 0 && options->shards > 0 && before != options->shards)
        code =
            sc_error_set(error, SC_INPUT, "'%s' was begun with %u shards (here %u); go on with these, or remove '%s'",
                         options->database, before, options->shards, cluster.folder);
    if (code == SC_OK && !cluster.outcome.followed)
        code = submit_all(&cluster);
    if (code != SC_OK && folder_is_new && !cluster.outcome.array[0])
        remove_folder(&cluster); /* nobody will ever look into it */
    if (code == SC_OK && !options->detach)
        code = follow(&cluster);
    if (code == SC_OK)
        *outcome = cluster.outcome;
    free(cluster.folder);
    return code;
}
