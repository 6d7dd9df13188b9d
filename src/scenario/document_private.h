/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of this folder share about documents: the representation, and building nodes.
 */
#ifndef STAFFCAST_SCENARIO_DOCUMENT_PRIVATE_H
#define STAFFCAST_SCENARIO_DOCUMENT_PRIVATE_H

#include "base/arena.h"
#include "staffcast/document.h"

struct sc_document {
    const char *file;
    const char *folder; /* with the final slash, or "": where all other files are looked up */
    struct sc_node *root;
    bool skip_bad_rows; /* of the data files of its scenario */
    struct sc_arena arena; /* owns the nodes and all of the above */
};

/* All of these return NULL when there is no memory. */
struct sc_node *sc_node_new(struct sc_arena *arena, enum sc_node_kind kind, const char *name,
                            struct sc_where where);
struct sc_node *sc_node_copy(struct sc_arena *arena, const struct sc_node *node);

void sc_node_append(struct sc_node *parent, struct sc_node *child);
void sc_node_remove(struct sc_node *parent, struct sc_node *child);
/* Puts `by` where `old` was; `by` takes its name. */
void sc_node_replace(struct sc_node *parent, struct sc_node *old, struct sc_node *by);

/*
 * Parses a text of settings into a new group. Places are in `file` and what it includes from `folder`. Where
 * `fixed` is not NULL, it is the place of all nodes and faults. NULL where the text is no document; the
 * faults say why.
 */
struct sc_node *sc_document_parse(struct sc_arena *arena, const char *file, const char *folder,
                                  const char *text, size_t length, const struct sc_where *fixed,
                                  struct sc_faults *faults);

/* The whole file; NULL and errno where it cannot be read. The caller frees. */
char *sc_file_load(const char *path, size_t *length);

/* FOLDER/NAME for a relative name. */
const char *sc_document_path(struct sc_arena *arena, const char *folder, const char *name);

/* A node's value for a message: "text", 3.5, a group …; at most 60 characters or so. */
enum { SC_FOUND_TEXT = 96 };
const char *sc_node_found(const struct sc_node *node, char text[SC_FOUND_TEXT]);

#endif
