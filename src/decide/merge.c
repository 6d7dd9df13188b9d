/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shards of a sweep, put together. Point p lies in shard (p - 1) mod n + 1 of n, so all shards are read side by side, a
 * point from each in turn, and the result is written from its first row to its last.
 */
#include "decide/sweep_private.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct shard {
    struct sc_store store;
    struct sc_meta meta;
    unsigned number, of;
    uint64_t points;
    sqlite3_stmt *point, *figure; /* figure stands on the next row to write, if any is left */
    bool more;
};

/* --- do they belong together? ------------------------------------------------------------------------ */

static enum sc_code open_shard(struct shard *shard, const char *file, struct sc_error *error)
{
    uint64_t done = 0;
    enum sc_code code = sc_store_open_read(&shard->store, file, error);
    if (code == SC_OK)
        code = sc_store_meta(&shard->store, &shard->meta, error);
    if (code != SC_OK)
        return code;
    const char *text = sc_meta_get(&shard->meta, "shard");
    if (!text || sscanf(text, "%u/%u", &shard->number, &shard->of) != 2 || shard->number < 1 ||
        shard->number > shard->of)
        return sc_error_set(error, SC_INPUT, "'%s' does not say which shard it is; sweep it again", file);
    code = sc_sweep_count(file, &shard->points, &done, error);
    if (code == SC_OK && done < shard->points)
        return sc_error_set(error, SC_INPUT,
                            "'%s' has figures of only %llu of its %llu points; finish it first (sweep "
                            "again with --shard %s)",
                            file, (unsigned long long)done, (unsigned long long)shard->points, text);
    return code;
}

static enum sc_code compare_meta(const struct shard *first, const struct shard *other, struct sc_error *error)
{
    for (size_t i = 0; i < first->meta.count; i++) {
        const struct sc_meta_row *row = &first->meta.row[i];
        const char *there = sc_meta_get(&other->meta, row->key);
        if (strcmp(row->key, "shard") == 0 || (there && strcmp(there, row->value) == 0))
            continue;
        bool short_text = there && strlen(there) < 60 && strlen(row->value) < 60;
        return sc_error_set(error, SC_INPUT,
                            "'%s' and '%s' are not of one sweep: %s differs%s%s%s%s%s; merge the shards "
                            "of one",
                            first->store.file, other->store.file, row->key, short_text ? " (" : "",
                            short_text ? row->value : "", short_text ? " and " : "", short_text ? there : "",
                            short_text ? ")" : "");
    }
    if (first->meta.count != other->meta.count)
        return sc_error_set(error, SC_INPUT,
                            "'%s' and '%s' are not of one sweep: they have other scenarios; merge the "
                            "shards of one",
                            first->store.file, other->store.file);
    return SC_OK;
}

/* Brings the shards into their order; each must be there, once. */
static enum sc_code order_shards(struct shard *shards, size_t count, struct sc_error *error)
{
    for (size_t i = 1; i < count; i++)
        if (shards[i].of != shards[0].of)
            return sc_error_set(error, SC_INPUT,
                                "'%s' is shard %u of %u, but '%s' is of %u; merge the shards of one "
                                "sweep",
                                shards[i].store.file, shards[i].number, shards[i].of, shards[0].store.file,
                                shards[0].of);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (shards[i].number == shards[j].number)
                return sc_error_set(error, SC_INPUT, "shard %u of %u is there twice ('%s' and '%s'); leave one out",
                                    shards[i].number, shards[i].of, shards[j].store.file, shards[i].store.file);
    for (unsigned number = 1; number <= shards[0].of; number++) {
        size_t at = 0;
        while (at < count && shards[at].number != number)
            at++;
        if (at == count)
            return sc_error_set(error, SC_INPUT, "shard %u of %u is missing; name all of them", number, shards[0].of);
        struct shard other = shards[number - 1];
        shards[number - 1] = shards[at];
        shards[at] = other;
    }
    return SC_OK;
}

static enum sc_code open_shards(struct shard *shards, const char *const *files, size_t count, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    struct rlimit files_most;
    /* A shard takes a descriptor; a thousand may be more than a process is given without asking. */
    if (getrlimit(RLIMIT_NOFILE, &files_most) == 0) {
        files_most.rlim_cur = files_most.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files_most);
    }
    for (size_t i = 0; code == SC_OK && i < count; i++)
        code = open_shard(&shards[i], files[i], error);
    for (size_t i = 1; code == SC_OK && i < count; i++)
        code = compare_meta(&shards[0], &shards[i], error);
    return code == SC_OK ? order_shards(shards, count, error) : code;
}

/* --- putting them together --------------------------------------------------------------------------- */

static enum sc_code next_figure(struct shard *shard, struct sc_error *error)
{
    int step = sqlite3_step(shard->figure);
    shard->more = step == SQLITE_ROW;
    return step == SQLITE_ROW || step == SQLITE_DONE ? SC_OK : sc_store_fail(&shard->store, error);
}

static enum sc_code begin_reading(struct shard *shard, struct sc_error *error)
{
    static const char points[] = "SELECT id, scenario, overrides FROM point ORDER BY id";
    static const char figures[] = "SELECT point, metric, mean, low, high FROM figure ORDER BY point, metric";
    sqlite3_exec(shard->store.db, "PRAGMA cache_size = -256", NULL, NULL, NULL);
    if (sqlite3_prepare_v2(shard->store.db, points, -1, &shard->point, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(shard->store.db, figures, -1, &shard->figure, NULL) != SQLITE_OK)
        return sc_store_fail(&shard->store, error);
    return next_figure(shard, error);
}

static double column_number(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL ? NAN : sqlite3_column_double(row, column);
}

/* The next point of a shard, which must be this one, with its figures. */
static enum sc_code copy_point(struct shard *shard, struct sc_store *out, uint64_t id, struct sc_error *error)
{
    if (sqlite3_step(shard->point) != SQLITE_ROW || (uint64_t)sqlite3_column_int64(shard->point, 0) != id)
        return sc_error_set(error, SC_INPUT, "'%s' lacks point %llu, which belongs to shard %u of %u; sweep it again",
                            shard->store.file, (unsigned long long)id, shard->number, shard->of);
    enum sc_code code = sc_store_put_point(out, id, (const char *)sqlite3_column_text(shard->point, 1),
                                           (const char *)sqlite3_column_text(shard->point, 2), error);
    while (code == SC_OK && shard->more && (uint64_t)sqlite3_column_int64(shard->figure, 0) == id) {
        struct sc_figure figure = {column_number(shard->figure, 2), column_number(shard->figure, 3),
                                   column_number(shard->figure, 4)};
        code = sc_store_put_figure(out, id, (const char *)sqlite3_column_text(shard->figure, 1), figure, error);
        if (code == SC_OK)
            code = next_figure(shard, error);
    }
    return code;
}

/* What all have in common; of the whole it is as if there were one shard. */
static enum sc_code whole_meta(const struct shard *first, struct sc_meta *meta, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    for (size_t i = 0; code == SC_OK && i < first->meta.count; i++) {
        const struct sc_meta_row *row = &first->meta.row[i];
        code = sc_meta_add(meta, row->key, strcmp(row->key, "shard") == 0 ? "1/1" : row->value, error);
    }
    return code;
}

static enum sc_code copy_all(struct shard *shards, size_t count, struct sc_store *out, struct sc_error *error)
{
    struct sc_meta meta = {NULL, 0};
    bool is_new = false;
    uint64_t points = 0;
    enum sc_code code = sc_store_is_new(out, &is_new, error);
    if (code == SC_OK && !is_new)
        code = sc_error_set(error, SC_INPUT, "'%s' is in the way; remove it", out->file);
    if (code == SC_OK)
        code = whole_meta(&shards[0], &meta, error);
    if (code == SC_OK)
        code = sc_store_create(out, &meta, error);
    for (size_t i = 0; code == SC_OK && i < count; i++) {
        points += shards[i].points;
        code = begin_reading(&shards[i], error);
    }
    for (uint64_t id = 1; code == SC_OK && id <= points; id++)
        code = copy_point(&shards[(id - 1) % count], out, id, error);
    if (code == SC_OK)
        code = sc_store_commit(out, error);
    sc_meta_release(&meta);
    return code;
}

static void settle_directory(char *path)
{
    int descriptor = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

/* Into a file beside it, which takes its name when it is complete. */
static enum sc_code write_whole(struct shard *shards, size_t count, const char *out, struct sc_error *error)
{
    struct sc_store store = SC_STORE_INIT;
    char *temporary = NULL;
    if (asprintf(&temporary, "%s.merging", out) < 0)
        return sc_error_memory(error);
    enum sc_code code = sc_store_open(&store, temporary, false, error);
    bool ours = code == SC_OK;
    if (code == SC_OK)
        code = copy_all(shards, count, &store, error);
    if (code == SC_OK && rename(temporary, out) != 0)
        code = sc_error_set(error, SC_SYSTEM, "cannot write '%s' (%s)", out, strerror(errno));
    sc_store_close(&store);
    if (code != SC_OK && ours)
        unlink(temporary);
    if (code == SC_OK)
        settle_directory(temporary);
    free(temporary);
    return code;
}

static bool is_same_file(const char *one, const char *other)
{
    struct stat a, b;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

enum sc_code sc_sweep_merge(const char *out, const char *const *files, size_t count, bool replace,
                            struct sc_error *error)
{
    struct shard *shards = calloc(count + 1, sizeof *shards);
    if (!shards)
        return sc_error_memory(error);
    for (size_t i = 0; i < count; i++)
        shards[i].store = SC_STORE_INIT;
    enum sc_code code = SC_OK;
    if (count == 0)
        code = sc_error_set(error, SC_INPUT, "no shards to merge; name their databases");
    for (size_t i = 0; code == SC_OK && i < count; i++)
        if (is_same_file(out, files[i]))
            code = sc_error_set(error, SC_INPUT, "'%s' is one of the shards; name another one for the result", out);
    if (code == SC_OK && !replace && access(out, F_OK) == 0)
        code = sc_error_set(error, SC_INPUT, "'%s' exists already; name another one for the result, or use --replace",
                            out);
    if (code == SC_OK)
        code = open_shards(shards, files, count, error);
    if (code == SC_OK)
        code = write_whole(shards, count, out, error);
    for (size_t i = 0; i < count; i++) {
        sqlite3_finalize(shards[i].point);
        sqlite3_finalize(shards[i].figure);
        sc_store_close(&shards[i].store);
        sc_meta_release(&shards[i].meta);
    }
    free(shards);
    return code;
}
