/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A document: the text of a scenario (or of a study) as a tree, before anything is known of its meaning.
 *
 * Every what-if is an edit of this tree: read a document, clone it, override settings of the clone, and read
 * a scenario from it. Each node knows the file and line it was written in, or the override that wrote it, so
 * that messages about a changed setting name the change.
 *
 * The tree is that of a libconfig file: groups of named settings, lists and arrays of unnamed elements, and
 * scalars. A file included with @include is part of the tree of the file that includes it; all files are
 * looked up beside the first.
 */
#ifndef STAFFCAST_DOCUMENT_H
#define STAFFCAST_DOCUMENT_H

#include "staffcast/error.h"
#include "staffcast/faults.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sc_node_kind {
    SC_NODE_GROUP,
    SC_NODE_LIST,
    SC_NODE_ARRAY,
    SC_NODE_INTEGER,
    SC_NODE_REAL,
    SC_NODE_STRING,
    SC_NODE_BOOL,
    SC_NODE_BROKEN, /* a scalar that could not be read and has its fault already */
};

struct sc_node {
    enum sc_node_kind kind;
    const char *name; /* NULL for an element of a list or array, and for the root */
    struct sc_where where;
    struct sc_node *next;         /* in the same group, list or array, in the order of the file */
    struct sc_node *first, *last; /* group, list, array */
    size_t count;                 /* of children */
    union {
        int64_t integer;
        double real;      /* finite */
        const char *text; /* UTF-8 */
        bool truth;
    };
};

struct sc_document;

/*
 * Reads a file. On SC_INPUT every fault is in `faults` and the first also in `error`. A document may come
 * back (SC_OK) although there are faults: single numbers that do not fit are marked as broken, so that the
 * rest can still be checked; sc_scenario_from_document fails then. Errors: SC_INPUT (no such file, syntax),
 * SC_SYSTEM (memory).
 */
enum sc_code sc_document_read(const char *file, struct sc_document **document, struct sc_faults *faults,
                              struct sc_error *error);

/* An independent copy. Errors: SC_SYSTEM. */
enum sc_code sc_document_clone(const struct sc_document *document, struct sc_document **clone, struct sc_error *error);

/* NULL is fine. */
void sc_document_free(struct sc_document *document);

/* The group of all settings of the file; owned by the document. */
const struct sc_node *sc_document_root(const struct sc_document *document);

/* As named when the document was read. */
const char *sc_document_file(const struct sc_document *document);

/* The setting of that name in a group; NULL where there is none or `node` is NULL or no group. */
const struct sc_node *sc_node_child(const struct sc_node *node, const char *name);

/* The element of that number; NULL beyond the end. */
const struct sc_node *sc_node_element(const struct sc_node *node, size_t index);

/*
 * Overrides, the one language of every what-if: `PATH = VALUE`, `PATH += VALUE`, `PATH *= FACTOR`.
 *
 * A path walks settings by name and list elements by theirs (skills by `channel`, diversions and transfers by
 * `to`, all that match), by [0], [1], …, or all by `*`. A setting that was not written has its default, in a
 * class that of its channel; a day that was not written has what holds on it by a range or `all`. += and *=
 * act on every number of a group or array and on the mean of a law; += with a group appends to a list; = none
 * removes. Quotes of durations and words may be left out.
 *
 * They are applied in their order; one that is faulty is reported and skipped. `origin` is the place that
 * messages name; where its file is NULL it is made of the text: --set 'TEXT'.
 * Errors: SC_INPUT (faults), SC_SYSTEM.
 */
struct sc_override {
    const char *text;
    struct sc_where origin;
    double part; /* of the way from what is there to what it says, above 0; 0 and 1: all of it. Heads are rounded */
};
enum sc_code sc_document_override(struct sc_document *document, const struct sc_override *overrides, size_t count,
                                  struct sc_faults *faults, struct sc_error *error);

struct sc_scenario;

/*
 * Reads and checks the scenario that a document describes; sc_scenario_read is document, overrides and this
 * in one. On SC_INPUT every fault is in `faults`, sorted by file and line, and the first also in `error`.
 */
enum sc_code sc_scenario_from_document(const struct sc_document *document, struct sc_scenario **scenario,
                                       struct sc_faults *faults, struct sc_error *error);

/*
 * The scenario with some numbers changed, as its events say: overrides of numbers, durations and laws on what it was
 * read from, without events and goals of its own. Errors: SC_INPUT (the first fault), SC_SYSTEM.
 */
enum sc_code sc_scenario_variant(const struct sc_scenario *scenario, const struct sc_override *overrides, size_t count,
                                 struct sc_scenario **variant, struct sc_error *error);

#endif
