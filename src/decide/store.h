/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database of a sweep.
 *
 * A rollback journal and full synchronisation, not a write-ahead log: that is safe against a crash of the machine at
 * any instant, works on network file systems (the shards of a cluster lie on one), and leaves a single file. With a
 * transaction every second or two it costs nothing.
 *
 * The lock that keeps a second sweep away is one of ours on a byte of the file far behind those that SQLite locks, and
 * belongs to the open file (an "open file description lock"): the system lets go of it when the process ends, however
 * it ends; readers are not kept out.
 */
#ifndef STAFFCAST_DECIDE_STORE_H
#define STAFFCAST_DECIDE_STORE_H

#include "staffcast/error.h"
#include "staffcast/estimate.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sc_store {
    char *file;
    int lock; /* -1: none, opened for reading */
    sqlite3 *db;
    sqlite3_stmt *put_point, *put_figure;
};
#define SC_STORE_INIT ((struct sc_store){.lock = -1})

/* What a database was made of. */
struct sc_meta {
    struct sc_meta_row {
        char *key, *value;
    } * row; /* [count] */
    size_t count;
};
/* Adds a row; texts are copied. Errors: SC_SYSTEM. */
enum sc_code sc_meta_add(struct sc_meta *meta, const char *key, const char *value, struct sc_error *error);
const char *sc_meta_get(const struct sc_meta *meta, const char *key); /* NULL: not there */
void sc_meta_release(struct sc_meta *meta);

/*
 * Opens a database to work on, making it if it is not there, and locks it; `wait` waits for the lock. Errors: SC_INPUT
 * (in use; no database), SC_SYSTEM.
 */
enum sc_code sc_store_open(struct sc_store *store, const char *file, bool wait, struct sc_error *error);
/* Opens one to read, which others may be working on. Errors: SC_INPUT (not there, not a sweep's), SC_SYSTEM. */
enum sc_code sc_store_open_read(struct sc_store *store, const char *file, struct sc_error *error);
/* Fine on one that was never opened. What is not committed is undone. */
void sc_store_close(struct sc_store *store);

/* Is there nothing in it yet? Errors: SC_INPUT (something else's database), SC_SYSTEM. */
enum sc_code sc_store_is_new(struct sc_store *store, bool *is_new, struct sc_error *error);
/* Begins a transaction; the first of a database makes its tables. Errors: SC_SYSTEM. */
enum sc_code sc_store_create(struct sc_store *store, const struct sc_meta *meta, struct sc_error *error);
enum sc_code sc_store_begin(struct sc_store *store, struct sc_error *error);
enum sc_code sc_store_commit(struct sc_store *store, struct sc_error *error);

enum sc_code sc_store_meta(struct sc_store *store, struct sc_meta *meta, struct sc_error *error);
/* Within a transaction. NaN is written as NULL. Errors: SC_SYSTEM. */
enum sc_code sc_store_put_point(struct sc_store *store, uint64_t id, const char *scenario, const char *overrides,
                                struct sc_error *error);
enum sc_code sc_store_put_figure(struct sc_store *store, uint64_t point, const char *metric, struct sc_figure figure,
                                 struct sc_error *error);
/* The ids of points without figures, rising; the caller frees. Errors: SC_SYSTEM. */
enum sc_code sc_store_missing(struct sc_store *store, uint64_t **ids, size_t *count, struct sc_error *error);
/* A number that a query gives. */
enum sc_code sc_store_number(struct sc_store *store, const char *sql, uint64_t *number, struct sc_error *error);

/* What SQLite says went wrong, as an error of ours. */
enum sc_code sc_store_fail(struct sc_store *store, struct sc_error *error);

#endif
