/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scenario language as data: one table a group, one row a setting. The tables drive reading, range
 * checks, the "did you mean" of unknown names, the defaults that overrides start from, and the reference
 * page. To add a setting, add a row and a field.
 */
#ifndef STAFFCAST_SCENARIO_SCHEMA_H
#define STAFFCAST_SCENARIO_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a setting holds, and in brackets the type of the field it is read into. */
enum sc_setting_kind {
    SC_SET_TEXT,        /* any text (const char *) */
    SC_SET_NAME,        /* a text that paths can name: without . * [ ] = " (const char *) */
    SC_SET_NUMBER,      /* (double) */
    SC_SET_WHOLE,       /* a whole number (double) */
    SC_SET_COUNT,       /* a whole number (int) */
    SC_SET_SHARE,       /* [0, 1] or a text with % (double) */
    SC_SET_DURATION,    /* (double, seconds) */
    SC_SET_DAYS_LONG,   /* a duration of whole days (int) */
    SC_SET_BOOL,        /* (bool) */
    SC_SET_WORD,        /* one of `words` (int) */
    SC_SET_DATE,        /* (int64_t, day number) */
    SC_SET_INSTANT,     /* (struct sc_instant_field) */
    SC_SET_TIME,        /* "08:30" (double, seconds since midnight) */
    SC_SET_TIME_WINDOW, /* "08:30" or "08:30-10:00" (double[2]) */
    SC_SET_SEED,        /* (uint64_t) */
    SC_SET_FILE,        /* a file beside the scenario, which must exist (const char *) */
    SC_SET_DAYS,        /* "mon-fri,sun" (bool[SC_DAY_KINDS]) */
    SC_SET_LAW,         /* (struct sc_law) */
    SC_SET_SPREAD,      /* (struct sc_spread) */
    SC_SET_HOURS,       /* (struct sc_week_hours) */
    SC_SET_CLOCK,       /* by the clock (struct sc_week_clock) */
    SC_SET_STAFFING,    /* by the clock, or a group with a file (struct sc_pool) */
    SC_SET_WEEK_NUMBER, /* a number or a group by days (struct sc_week_number) */
    SC_SET_NUMBERS,     /* an array (const double *, size_t) or, with `fixed_count`, (double[]) */
    SC_SET_TARGET_CLOCK,/* "wall", "open" or hours (struct sc_target) */
    SC_SET_CHANNEL,     /* the name of a channel (int) */
    SC_SET_CHANNELS,    /* names of channels (const int *, size_t) */
    SC_SET_CLASS,       /* the name of a class of the channel of the same group (int); read after it */
    SC_SET_DATES,       /* (const int64_t *, size_t), sorted */
    SC_SET_TEXTS,       /* (const char *const *, size_t) */
    SC_SET_COLUMNS,     /* a group of texts with free names (const struct sc_column *, size_t) */
    SC_SET_GROUP,       /* a group of its own table (the struct, in place) */
    SC_SET_LIST,        /* a list of groups (const struct *, size_t) */
    SC_SET_INCLUDE,     /* no setting: the rows of another table belong here too */
};

struct sc_instant_field {
    int64_t day;
    double second;
};

struct sc_word {
    const char *text; /* NULL ends the table */
    int value;
};

struct sc_schema;

/* Of a gamma law, and so of spreads and the level: above, nearly all it draws is 0, and it cannot be tabulated. */
#define SC_GAMMA_CV_MOST 2.5

struct sc_setting {
    const char *name;
    enum sc_setting_kind kind;
    size_t offset;         /* of the field in the group's struct */
    size_t count_at;       /* arrays and lists: offset of the size_t with their length */
    size_t given_at;       /* offset + 1 of a bool that says whether it was written; 0: none */
    const char *standard;  /* default, as it would be written in a file; NULL: none */
    double unset;          /* numbers without a default: what the field holds where nothing was written */
    const char *same_as;   /* the default is the value of that setting of the same group */
    double low, high;      /* numbers, durations: the range; both 0: 0 and up */
    bool above_low;        /* low itself is out */
    bool below_high;       /* high itself is out */
    size_t fixed_count;    /* SC_SET_NUMBERS: exactly so many, in place */
    const struct sc_word *words;
    const struct sc_schema *schema; /* group, list, include, and the group form of law and spread */
    const char *shorthand; /* the setting of `schema` that a bare value stands for */
    bool required;
    bool last;             /* read after the other settings of its group, which it builds on */
    const char *help;
};

struct sc_reader;
struct sc_node;

struct sc_schema {
    const char *what;      /* "a channel", for messages */
    const char *key;       /* elements of a list of these are named by that setting in paths; NULL: by [0] */
    size_t size;
    size_t where_at;       /* offset + 1 of a struct sc_where; 0: none */
    const struct sc_setting *setting;
    size_t settings;
    /* Fills a new list element before it is read; NULL: the defaults of the rows. */
    void (*prepare)(void *element, const void *owner);
    /* After all settings were read: defaults that depend on others, checks within the group. */
    void (*finish)(struct sc_reader *reader, const struct sc_node *node, void *group);
};

extern const struct sc_schema sc_schema_scenario;
extern const struct sc_schema sc_schema_channel, sc_schema_service, sc_schema_class, sc_schema_law,
    sc_schema_spread;
extern const struct sc_schema sc_schema_pool, sc_schema_people;

/* The row of that name, also from included tables, whose fields begin at *base; NULL where there is none. */
const struct sc_setting *sc_schema_find(const struct sc_schema *schema, const char *name, size_t *base);

/* The name of the row nearest to `name`. */
const char *sc_schema_nearest(const struct sc_schema *schema, const char *name);

#endif
