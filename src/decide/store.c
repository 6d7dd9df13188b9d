/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/store.h"

#include "staffcast/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_MS = 120000, APPLICATION_ID = 0x53434657 };
/* SQLite locks some bytes from 2^30 on. */
static const off_t lock_byte = (off_t)1 << 62;

static const char tables[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE point (id INTEGER PRIMARY KEY, scenario TEXT NOT NULL, overrides TEXT NOT NULL) STRICT;"
    "CREATE TABLE figure (point INTEGER NOT NULL REFERENCES point (id), metric TEXT NOT NULL, mean REAL, low REAL,"
    " high REAL, PRIMARY KEY (point, metric)) STRICT, WITHOUT ROWID;";

/* --- what it was made of ----------------------------------------------------------------------------- */

enum sc_code sc_meta_add(struct sc_meta *meta, const char *key, const char *value, struct sc_error *error)
{
    struct sc_meta_row *grown = realloc(meta->row, (meta->count + 1) * sizeof *grown);
    if (!grown)
        return sc_error_memory(error);
    meta->row = grown;
    struct sc_meta_row row = {strdup(key), strdup(value)};
    if (!row.key || !row.value) {
        free(row.key);
        free(row.value);
        return sc_error_memory(error);
    }
    meta->row[meta->count++] = row;
    return SC_OK;
}

const char *sc_meta_get(const struct sc_meta *meta, const char *key)
{
    for (size_t i = 0; i < meta->count; i++)
        if (strcmp(meta->row[i].key, key) == 0)
            return meta->row[i].value;
    return NULL;
}

void sc_meta_release(struct sc_meta *meta)
{
    for (size_t i = 0; i < meta->count; i++) {
        free(meta->row[i].key);
        free(meta->row[i].value);
    }
    free(meta->row);
    *meta = (struct sc_meta){NULL, 0};
}

/* --- opening and closing ----------------------------------------------------------------------------- */

enum sc_code sc_store_fail(struct sc_store *store, struct sc_error *error)
{
    int reason = store->db ? sqlite3_errcode(store->db) : SQLITE_NOMEM;
    if (reason == SQLITE_NOTADB)
        return sc_error_set(error, SC_INPUT, "'%s' is no database of a sweep; name another one", store->file);
    if (reason == SQLITE_CORRUPT)
        return sc_error_set(error, SC_INPUT, "'%s' is damaged (%s); sweep afresh into another one", store->file,
                            sqlite3_errmsg(store->db));
    if (reason == SQLITE_NOMEM)
        return sc_error_memory(error);
    return sc_error_set(error, SC_SYSTEM, "cannot use the database '%s' (%s)", store->file, sqlite3_errmsg(store->db));
}

static enum sc_code run_sql(struct sc_store *store, const char *sql, struct sc_error *error)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? SC_OK : sc_store_fail(store, error);
}

static enum sc_code take_lock(struct sc_store *store, bool wait, struct sc_error *error)
{
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = lock_byte, .l_len = 1};
    store->lock = open(store->file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (store->lock < 0)
        return sc_error_set(error, SC_SYSTEM, "cannot open the database '%s' (%s)", store->file, strerror(errno));
    while (fcntl(store->lock, F_OFD_SETLK, &range) != 0) {
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return sc_error_set(error, SC_SYSTEM, "cannot lock the database '%s' (%s)", store->file, strerror(errno));
        if (!wait && errno != EINTR)
            return sc_error_set(error, SC_INPUT,
                                "another sweep is at work on '%s'; let it end, or name another "
                                "database with --database",
                                store->file);
        usleep(500000);
    }
    return SC_OK;
}

static enum sc_code open_database(struct sc_store *store, int flags, struct sc_error *error)
{
    if (sqlite3_open_v2(store->file, &store->db, flags, NULL) != SQLITE_OK)
        return sc_store_fail(store, error);
    sqlite3_busy_timeout(store->db, BUSY_MS);
    return SC_OK;
}

enum sc_code sc_store_open(struct sc_store *store, const char *file, bool wait, struct sc_error *error)
{
    struct sc_store opened = SC_STORE_INIT;
    struct stat status;
    if (stat(file, &status) == 0 && !S_ISREG(status.st_mode))
        return sc_error_set(error, SC_INPUT, "'%s' is no file; name a database", file);
    opened.file = strdup(file);
    enum sc_code code = opened.file ? take_lock(&opened, wait, error) : sc_error_memory(error);
    if (code == SC_OK)
        code = open_database(&opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
    if (code == SC_OK)
        code = run_sql(&opened, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;", error);
    if (code == SC_OK)
        *store = opened;
    else
        sc_store_close(&opened);
    return code;
}

enum sc_code sc_store_open_read(struct sc_store *store, const char *file, struct sc_error *error)
{
    struct sc_store opened = SC_STORE_INIT;
    struct stat status;
    bool is_new = false;
    if (stat(file, &status) != 0)
        return sc_error_set(error, SC_INPUT, "cannot read the database '%s' (%s); name one that a sweep made", file,
                            strerror(errno));
    if (!S_ISREG(status.st_mode))
        return sc_error_set(error, SC_INPUT, "'%s' is no file; name a database that a sweep made", file);
    opened.file = strdup(file);
    /* For writing where that is allowed: what a killed sweep left half-written must first be undone. */
    enum sc_code code = opened.file ? open_database(&opened, SQLITE_OPEN_READWRITE, error) : sc_error_memory(error);
    if (code == SC_OK)
        code = sc_store_is_new(&opened, &is_new, error);
    if (code == SC_OK && is_new)
        code = sc_error_set(error, SC_INPUT, "'%s' is empty; name a database that a sweep made", file);
    if (code == SC_OK)
        *store = opened;
    else
        sc_store_close(&opened);
    return code;
}

void sc_store_close(struct sc_store *store)
{
    sqlite3_finalize(store->put_point);
    sqlite3_finalize(store->put_figure);
    sqlite3_close(store->db);
    if (store->lock >= 0)
        close(store->lock); /* last: closing any descriptor of the file lets go of SQLite's own locks */
    free(store->file);
    *store = SC_STORE_INIT;
}

/* --- contents ---------------------------------------------------------------------------------------- */

enum sc_code sc_store_number(struct sc_store *store, const char *sql, uint64_t *number, struct sc_error *error)
{
    sqlite3_stmt *query = NULL;
    enum sc_code code = SC_OK;
    if (sqlite3_prepare_v2(store->db, sql, -1, &query, NULL) != SQLITE_OK || sqlite3_step(query) != SQLITE_ROW)
        code = sc_store_fail(store, error);
    else
        *number = (uint64_t)sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return code;
}

enum sc_code sc_store_is_new(struct sc_store *store, bool *is_new, struct sc_error *error)
{
    uint64_t application = 0, things = 0;
    enum sc_code code = sc_store_number(store, "SELECT count(*) FROM sqlite_schema", &things, error);
    if (code == SC_OK && things > 0)
        code = sc_store_number(store, "PRAGMA application_id", &application, error);
    if (code == SC_OK && things > 0 && application != APPLICATION_ID)
        return sc_error_set(error, SC_INPUT, "'%s' is a database of something else; name another one", store->file);
    if (code == SC_OK)
        *is_new = things == 0;
    return code;
}

enum sc_code sc_store_begin(struct sc_store *store, struct sc_error *error)
{
    return run_sql(store, "BEGIN IMMEDIATE", error);
}

enum sc_code sc_store_commit(struct sc_store *store, struct sc_error *error)
{
    return run_sql(store, "COMMIT", error);
}

static enum sc_code put_meta(struct sc_store *store, const struct sc_meta *meta, struct sc_error *error)
{
    sqlite3_stmt *put = NULL;
    enum sc_code code = SC_OK;
    if (sqlite3_prepare_v2(store->db, "INSERT INTO meta VALUES (?, ?)", -1, &put, NULL) != SQLITE_OK)
        code = sc_store_fail(store, error);
    for (size_t i = 0; code == SC_OK && i < meta->count; i++) {
        sqlite3_bind_text(put, 1, meta->row[i].key, -1, SQLITE_STATIC);
        sqlite3_bind_text(put, 2, meta->row[i].value, -1, SQLITE_STATIC);
        if (sqlite3_step(put) != SQLITE_DONE || sqlite3_reset(put) != SQLITE_OK)
            code = sc_store_fail(store, error);
    }
    sqlite3_finalize(put);
    return code;
}

enum sc_code sc_store_create(struct sc_store *store, const struct sc_meta *meta, struct sc_error *error)
{
    char identify[64];
    snprintf(identify, sizeof identify, "PRAGMA application_id = %d", APPLICATION_ID);
    enum sc_code code = sc_store_begin(store, error);
    if (code == SC_OK)
        code = run_sql(store, identify, error);
    if (code == SC_OK)
        code = run_sql(store, tables, error);
    return code == SC_OK ? put_meta(store, meta, error) : code;
}

enum sc_code sc_store_meta(struct sc_store *store, struct sc_meta *meta, struct sc_error *error)
{
    sqlite3_stmt *query = NULL;
    struct sc_meta read = {NULL, 0};
    enum sc_code code = SC_OK;
    int step = SQLITE_ERROR;
    if (sqlite3_prepare_v2(store->db, "SELECT key, value FROM meta ORDER BY key", -1, &query, NULL) == SQLITE_OK)
        while (code == SC_OK && (step = sqlite3_step(query)) == SQLITE_ROW)
            code = sc_meta_add(&read, (const char *)sqlite3_column_text(query, 0),
                               (const char *)sqlite3_column_text(query, 1), error);
    if (code == SC_OK && step != SQLITE_DONE)
        code = sc_store_fail(store, error);
    sqlite3_finalize(query);
    if (code == SC_OK)
        *meta = read;
    else
        sc_meta_release(&read);
    return code;
}

/* The statement, prepared when it is first asked for. */
static sqlite3_stmt *statement(struct sc_store *store, sqlite3_stmt **kept, const char *sql)
{
    if (!*kept)
        sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL);
    return *kept;
}

static enum sc_code finish_put(struct sc_store *store, sqlite3_stmt *put, struct sc_error *error)
{
    return sqlite3_step(put) == SQLITE_DONE && sqlite3_reset(put) == SQLITE_OK ? SC_OK : sc_store_fail(store, error);
}

/* Unknown is NULL, as it is empty in a CSV. */
static void bind_number(sqlite3_stmt *put, int index, double value)
{
    if (isfinite(value))
        sqlite3_bind_double(put, index, value);
    else
        sqlite3_bind_null(put, index);
}

enum sc_code sc_store_put_point(struct sc_store *store, uint64_t id, const char *scenario, const char *overrides,
                                struct sc_error *error)
{
    sqlite3_stmt *put = statement(store, &store->put_point, "INSERT INTO point VALUES (?, ?, ?)");
    if (!put)
        return sc_store_fail(store, error);
    sqlite3_bind_int64(put, 1, (sqlite3_int64)id);
    sqlite3_bind_text(put, 2, scenario, -1, SQLITE_STATIC);
    sqlite3_bind_text(put, 3, overrides, -1, SQLITE_STATIC);
    return finish_put(store, put, error);
}

enum sc_code sc_store_put_figure(struct sc_store *store, uint64_t point, const char *metric, struct sc_figure figure,
                                 struct sc_error *error)
{
    sqlite3_stmt *put = statement(store, &store->put_figure, "INSERT INTO figure VALUES (?, ?, ?, ?, ?)");
    if (!put)
        return sc_store_fail(store, error);
    sqlite3_bind_int64(put, 1, (sqlite3_int64)point);
    sqlite3_bind_text(put, 2, metric, -1, SQLITE_STATIC);
    bind_number(put, 3, figure.mean);
    bind_number(put, 4, figure.low);
    bind_number(put, 5, figure.high);
    return finish_put(store, put, error);
}

enum sc_code sc_store_missing(struct sc_store *store, uint64_t **ids, size_t *count, struct sc_error *error)
{
    static const char sql[] =
        "SELECT id FROM point WHERE NOT EXISTS (SELECT 1 FROM figure WHERE point = id) ORDER BY id";
    sqlite3_stmt *query = NULL;
    uint64_t *found = NULL, points = 0;
    size_t n = 0;
    int step = SQLITE_ERROR;
    enum sc_code code = sc_store_number(store, "SELECT count(*) FROM point", &points, error);
    if (code == SC_OK && !(found = malloc((size_t)points * sizeof *found + 1)))
        code = sc_error_memory(error);
    if (code == SC_OK && sqlite3_prepare_v2(store->db, sql, -1, &query, NULL) == SQLITE_OK)
        while ((step = sqlite3_step(query)) == SQLITE_ROW && n < points)
            found[n++] = (uint64_t)sqlite3_column_int64(query, 0);
    if (code == SC_OK && step != SQLITE_DONE)
        code = sc_store_fail(store, error);
    sqlite3_finalize(query);
    if (code == SC_OK) {
        *ids = found;
        *count = n;
    } else {
        free(found);
    }
    return code;
}

enum sc_code sc_sweep_count(const char *database, uint64_t *points, uint64_t *done, struct sc_error *error)
{
    struct sc_store store = SC_STORE_INIT;
    uint64_t all = 0, some = 0;
    enum sc_code code = sc_store_open_read(&store, database, error);
    if (code == SC_OK)
        code = sc_store_number(&store, "SELECT count(*) FROM point", &all, error);
    if (code == SC_OK)
        code =
            sc_store_number(&store, "SELECT count(*) FROM point WHERE EXISTS (SELECT 1 FROM figure WHERE point = id)",
                            &some, error);
    sc_store_close(&store);
    if (code == SC_OK) {
        *points = all;
        *done = some;
    }
    return code;
}
