/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Overrides, taken apart: what the files that parse, find and change share.
 *
 *     pools.front line.extra += 4
 *     ^^^^^^^^^^^^^^^^^^^^^^ ^^ ^
 *     path: four parts     op  operand
 *
 * The path is walked through the tree with the tables of the language beside it, so that a setting that was
 * not written is found too, with its default.
 */
#ifndef STAFFCAST_SCENARIO_OVERRIDE_H
#define STAFFCAST_SCENARIO_OVERRIDE_H

#include "scenario/document_private.h"
#include "scenario/schema.h"

/* BLEND: a part of the way to a new value. */
enum sc_change_op { SC_CHANGE_SET, SC_CHANGE_ADD, SC_CHANGE_SCALE, SC_CHANGE_BLEND };

struct sc_path_part {
    const char *name; /* NULL: by index */
    size_t index;
    bool every;       /* "*" */
};

enum { SC_MOST_PARTS = 24 };

struct sc_change {
    struct sc_document *document;
    struct sc_faults *faults;
    struct sc_where place; /* of all faults and of all nodes that are written */
    const char *quoted;    /* the override's text, where the place does not show it; or NULL */
    struct sc_path_part part[SC_MOST_PARTS];
    size_t parts;
    enum sc_change_op op;
    const char *operand; /* its text */
    double amount;       /* of all but SET, where `number` */
    double share;        /* how much of the change is made; 1: all of it */
    bool number;         /* the operand is a plain number or a percentage */
    bool duration;       /* the operand has a unit of time; amount is in seconds */
    bool numbers_only;   /* in an event: structure may not change */

    unsigned every;      /* within how many "*"; what does not fit is passed over there */
    unsigned loose;      /* within how many "*" over settings of different kinds */
    size_t found;        /* settings that the path led to */
    size_t changed;      /* of those, the ones that are different now */
    bool faulty;
};

/* Applies one override; `numbers_only`: as in an event, where structure may not change. */
void sc_document_change(struct sc_document *document, const struct sc_override *override, bool numbers_only,
                        struct sc_faults *faults);

/* A fault of the override. */
void sc_change_fault(struct sc_change *change, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Walks the path from the root of the document and changes what it leads to. */
void sc_change_walk(struct sc_change *change);

/* The value of `PATH = VALUE` as a new node named after the row (which may be NULL); NULL with a fault. */
struct sc_node *sc_change_value(struct sc_change *change, const struct sc_setting *row);

/*
 * Adds to or scales every number in the node: of a law its mean, of a group all that is in it. `direct`: the
 * path names this very node, so that what cannot be changed is a fault.
 */
void sc_change_numbers(struct sc_change *change, struct sc_node *node, const struct sc_setting *row,
                       bool direct);

/* A group for a bare value that stands for one of its settings: "5 min" becomes { mean = "5 min"; }. */
struct sc_node *sc_change_expand(struct sc_change *change, const struct sc_node *node, const char *name);

#endif
