/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a document into a scenario by the tables of the language: what the files that do it share.
 *
 * A fault never stops the reading: the field keeps its default, and what follows is read on, so that all
 * faults come out at once. Messages name a setting by its path, as an override would.
 */
#ifndef STAFFCAST_SCENARIO_READ_H
#define STAFFCAST_SCENARIO_READ_H

#include "scenario/document_private.h"
#include "scenario/schema.h"
#include "staffcast/scenario.h"

enum { SC_PATH_TEXT = 512 };

struct sc_file_name {
    const char *text;
    struct sc_file_name *next;
};

struct sc_reader {
    struct sc_arena *arena;
    struct sc_faults *faults;
    const struct sc_document *document;
    const struct sc_node *root;
    struct sc_scenario *scenario;
    struct sc_file_name *file_names;
    const struct sc_node *channels; /* the list, for references by name; or NULL */
    bool defaults;                  /* defaults are being filled: no faults, nothing is `given` */
    const struct sc_service *inherited; /* in a class: the channel's */
    const struct sc_node **faulty;  /* [faulties], in the arena: settings with a fault in them */
    size_t faulties, faulty_room;
    char path[SC_PATH_TEXT];
    size_t path_length;
};

/* The document that a scenario was read from; owned by the scenario. */
const struct sc_document *sc_scenario_document(const struct sc_scenario *scenario);

/* --- faults: `PATH is wrong (found …); right` -------------------------------------------------------- */

void sc_reader_wrong(struct sc_reader *reader, const struct sc_node *node, const char *wrong,
                     const char *right);
/* A fault or warning at a node; the text begins with the path of the group that is being read and ": ". */
void sc_reader_fault(struct sc_reader *reader, const struct sc_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void sc_reader_warn(struct sc_reader *reader, const struct sc_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Whether reading a node, or anything in it, gave a fault. Cross-checks pass over such settings: what they
 * hold is not what was meant. False for NULL.
 */
bool sc_reader_is_faulty(const struct sc_reader *reader, const struct sc_node *node);
void sc_reader_mark_faulty(struct sc_reader *reader, const struct sc_node *node);

/* The path goes down by a name or, where it is NULL, by an index; returns what sc_reader_leave needs. */
size_t sc_reader_enter(struct sc_reader *reader, const char *name, size_t index);
void sc_reader_leave(struct sc_reader *reader, size_t length);

/* --- values ------------------------------------------------------------------------------------------ */

/* Each returns false, with a fault, where the node is none such; the output is then untouched. */
bool sc_read_number(struct sc_reader *reader, const struct sc_node *node, double *value);
bool sc_read_whole(struct sc_reader *reader, const struct sc_node *node, double *value);
bool sc_read_text(struct sc_reader *reader, const struct sc_node *node, const char **text);
bool sc_read_duration(struct sc_reader *reader, const struct sc_node *node, double *seconds);
bool sc_read_word(struct sc_reader *reader, const struct sc_node *node, const struct sc_word *words,
                  int *value);
bool sc_read_in_range(struct sc_reader *reader, const struct sc_node *node, const struct sc_setting *row,
                      double value);
bool sc_read_channel(struct sc_reader *reader, const struct sc_node *node, int *channel);

void sc_read_law(struct sc_reader *reader, const struct sc_node *node, bool inherits, struct sc_law *law);
void sc_read_hours(struct sc_reader *reader, const struct sc_node *node, struct sc_week_hours *hours);
/* What the cells of a clock mean, which decides their range. */
enum sc_cells { SC_CELLS_WEIGHTS, SC_CELLS_FACTORS, SC_CELLS_HEADS };
void sc_read_week_clock(struct sc_reader *reader, const struct sc_node *node, enum sc_cells cells,
                        struct sc_week_clock *clock);
void sc_read_week_number(struct sc_reader *reader, const struct sc_node *node, const struct sc_setting *row,
                         struct sc_week_number *number);
void sc_read_days(struct sc_reader *reader, const struct sc_node *node, bool day[SC_DAY_KINDS]);
void sc_read_staffing(struct sc_reader *reader, const struct sc_node *node, const struct sc_setting *row,
                      struct sc_pool *pool);
void sc_read_roster_file(struct sc_reader *reader, const struct sc_node *node, struct sc_pool *pool);
/* Arrays and lists of single values, into the fields that the row names of the struct at `base`. */
void sc_read_numbers(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                     char *base);
void sc_read_channels(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                      char *base);
void sc_read_dates(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                   char *base);
void sc_read_texts(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                   char *base);
void sc_read_columns(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                     char *base);
/* The name of a file beside the scenario; false, with a fault, where it cannot be read. */
bool sc_read_file_name(struct sc_reader *reader, const struct sc_node *node, const char **path);

/* One row, and a whole group, into the struct at `base`. */
void sc_read_setting(struct sc_reader *reader, const struct sc_setting *row, const struct sc_node *node,
                     char *base);
void sc_read_group(struct sc_reader *reader, const struct sc_schema *schema, const struct sc_node *node,
                   char *base);
void sc_read_defaults(struct sc_reader *reader, const struct sc_schema *schema, char *base);

/* The place of a node, with a file name that lives as long as the scenario. */
struct sc_where sc_reader_place(struct sc_reader *reader, const struct sc_node *node);

/* A node for a default as it is written in the tables; NULL without memory. */
struct sc_node *sc_node_from_standard(struct sc_arena *arena, const struct sc_setting *row);

/* --- after reading ----------------------------------------------------------------------------------- */

/* What depends on more than one group: references, sums, settings without effect. */
void sc_check_scenario(struct sc_reader *reader);
void sc_check_channels(struct sc_reader *reader);
void sc_check_pools(struct sc_reader *reader);
void sc_check_dates(struct sc_reader *reader);

#endif
