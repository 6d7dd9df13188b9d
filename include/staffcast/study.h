/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Studies: what is compared or swept.
 *
 * A study file is a libconfig file like a scenario, and names scenarios and changes of them:
 *
 *     base = "desk.cfg";                                   # or a list of files, looked up beside the study
 *     set  = ( "replications = 20" );                      # overrides of all of them, before any other
 *     alternatives = ( { name = "four more"; set = ( "pools.front line.extra += 4" ); } );
 *     axes = ( { path = "pools.front line.extra"; values = [0, 2, 4]; },
 *              { path = "channels.chat.automation.resolves"; from = 0.1; to = 0.5; steps = 9; },
 *              { path = "channels.phone.handle.mean"; start = "4 min"; step = "20 s"; steps = 7; },
 *              { path = "channels.*.volume.factor"; times = [0.9, 1.0, 1.1]; } );
 *     sample = { kind = "sobol"; points = 256; };          # left out: the grid of all levels
 *
 * `compare` reads the alternatives, `sweep` the axes. An axis is a path of the override language and the levels that it
 * takes: listed (`values`; `times` for factors: PATH *= LEVEL), so many from one end to the other, both included
 * (`from`, `to`, `steps`), or start + i step (`start`, `step`, `steps`). Without `steps` an axis is all between `from`
 * and `to`, which only a sample can take. Numbers may be plain, with % or durations, alike on one axis.
 */
#ifndef STAFFCAST_STUDY_H
#define STAFFCAST_STUDY_H

#include "staffcast/document.h"
#include "staffcast/error.h"
#include "staffcast/faults.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which override a level makes: PATH = LEVEL, PATH *= LEVEL, PATH += LEVEL. */
enum sc_axis_effect { SC_AXIS_SET, SC_AXIS_TIMES, SC_AXIS_PLUS };

enum sc_axis_levels {
    SC_AXIS_VALUES,  /* as listed */
    SC_AXIS_EVEN,    /* `count` from `from` to `to` */
    SC_AXIS_STEPS,   /* from + i step */
    SC_AXIS_BETWEEN, /* any number of [from, to]; count is 0 */
};

/* How numbers of an axis are written. */
enum sc_axis_unit { SC_AXIS_NUMBER, SC_AXIS_PERCENT, SC_AXIS_DURATION };

struct sc_axis {
    const char *path;
    struct sc_where where;
    enum sc_axis_effect effect;
    enum sc_axis_levels levels;
    enum sc_axis_unit unit;
    size_t count;              /* of levels */
    const char *const *values; /* [count] of SC_AXIS_VALUES, as an override writes them */
    double from, to, step;     /* of the others; percents as shares, durations in seconds */
};

struct sc_alternative {
    const char *name;
    struct sc_where where;
    const struct sc_override *set; /* [set_count]; each knows its line */
    size_t set_count;
};

enum sc_sample_kind { SC_SAMPLE_GRID, SC_SAMPLE_LATIN, SC_SAMPLE_SOBOL };

/* How points are chosen from the axes. */
struct sc_sample {
    enum sc_sample_kind kind;
    uint64_t points; /* of a grid 0: it has all */
    uint64_t seed;   /* of a latin hypercube */
    struct sc_where where;
};

struct sc_study {
    const char *file;
    const char *const *bases; /* [base_count], paths to open: the study's folder is in them */
    size_t base_count;
    const struct sc_override *set; /* [set_count], common to all */
    size_t set_count;
    const struct sc_alternative *alternatives; /* [alternative_count] */
    size_t alternative_count;
    const struct sc_axis *axes; /* [axis_count] */
    size_t axis_count;
    struct sc_sample sample;
};

enum { SC_LEVELS_MOST = 1000000 };

/*
 * Is it a study? A document that has a base, axes or alternatives and no channels of its own.
 */
bool sc_document_is_study(const struct sc_document *document);

/*
 * Reads a study. On SC_INPUT every fault is in `faults` (zeroed by the caller, and the caller's to release), sorted by
 * line, and the first also in `error`. The scenarios themselves are not looked at. Errors: SC_INPUT, SC_SYSTEM.
 */
enum sc_code sc_study_read(const char *file, struct sc_study **study, struct sc_faults *faults, struct sc_error *error);

/* The same from a document, which may be freed then. */
enum sc_code sc_study_from_document(const struct sc_document *document, struct sc_study **study,
                                    struct sc_faults *faults, struct sc_error *error);

/* A study of these scenarios without any change, to add to. Errors: SC_SYSTEM. */
enum sc_code sc_study_new(const char *const *bases, size_t base_count, struct sc_study **study, struct sc_error *error);

/* NULL is fine. */
void sc_study_free(struct sc_study *study);

/*
 * Adds an axis as the command line writes it: PATH=38..46 (whole numbers), PATH=0.1:0.5:9 (from, to, steps),
 * PATH=0.1:0.5 (all between, for samples), PATH=0.9,1,1.1 (values); PATH*= makes factors of the numbers, PATH+= adds
 * them. Errors: SC_USAGE (text that is none of these, or a range that is none), SC_SYSTEM.
 */
enum sc_code sc_study_vary(struct sc_study *study, const char *text, struct sc_error *error);

/* Adds an override common to all. Errors: SC_SYSTEM. */
enum sc_code sc_study_set(struct sc_study *study, const char *text, struct sc_error *error);

/*
 * Chooses the sample as the command line writes it: "grid", "latin:100" or "sobol:256". Errors: SC_USAGE.
 */
enum sc_code sc_study_sample(struct sc_study *study, const char *text, struct sc_error *error);

/*
 * Do the axes fit the sample? A grid takes levels only, a sample needs axes, and Sobol's points have at most 40
 * dimensions; no axis may be on the path of another or undo one before it. Errors: SC_INPUT, of what the command line
 * brought SC_USAGE.
 */
enum sc_code sc_study_check(const struct sc_study *study, struct sc_error *error);

#endif
