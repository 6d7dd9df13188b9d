/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The points of a study: each a scenario and the overrides that make it what it is.
 *
 * Points are never held in memory: each is worked out from its number when it is asked for. In a grid the scenario
 * changes slowest and the last axis fastest. A sample has the same points for every scenario:
 *
 * Latin hypercube (McKay, Beckman, Conover 1979): of N points each N-th part of each axis holds exactly one. Which one
 * is a permutation of the parts, by axis: a keyed Feistel network on the numbers below a power of 4, walked until it
 * lands below N (Black, Rogaway 2002, "cycle walking"), so that no table is needed. The place within the part is drawn.
 *
 * Sobol's sequence (1967) by GSL, at most 40 axes, with the origin as its first point, which GSL leaves out: the first
 * 2^k points then fill every axis evenly (Owen 2022, "On dropping the first Sobol' point").
 */
#ifndef STAFFCAST_DECIDE_POINTS_H
#define STAFFCAST_DECIDE_POINTS_H

#include "base/number.h"
#include "staffcast/study.h"

enum { SC_SOBOL_AXES_MOST = 40 };
#define SC_POINTS_MOST 100000000u

/* A level of a numeric axis; a number between its ends; either as text; the override of a value (as snprintf). */
double sc_axis_level(const struct sc_axis *axis, size_t level);
double sc_axis_between(const struct sc_axis *axis, double share);
const char *sc_axis_text(const struct sc_axis *axis, double value, char text[SC_NUMBER_TEXT]);
int sc_axis_override(const struct sc_axis *axis, const char *value, char *text, size_t room);

/* A permutation of 0 … count - 1, by key. */
uint64_t sc_permuted(uint64_t key, uint64_t count, uint64_t number);

struct sc_points;

/* The study must outlive the points. Errors: SC_INPUT (too many; see sc_study_check), SC_SYSTEM. */
enum sc_code sc_points_new(const struct sc_study *study, struct sc_points **points, struct sc_error *error);
void sc_points_free(struct sc_points *points);
uint64_t sc_points_count(const struct sc_points *points);

/* A reader of points: what it read last is valid until it reads again. One a thread. */
struct sc_point_reader {
    size_t base;                  /* which scenario */
    struct sc_override *override; /* [count]; of the axes alone, in their order */
    size_t count;
    const struct sc_points *points;
    char *text;
    size_t room;
    void *sobol; /* where in the sequence it is */
    uint64_t sobol_next;
    double *share;
};
enum sc_code sc_point_reader_init(struct sc_point_reader *reader, const struct sc_points *points,
                                  struct sc_error *error);
void sc_point_reader_release(struct sc_point_reader *reader);
/* Works out point `number` (from 0). Cheap in rising order. Errors: SC_SYSTEM. */
enum sc_code sc_point_read(struct sc_point_reader *reader, uint64_t number, struct sc_error *error);

#endif
