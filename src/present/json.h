/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A streaming JSON writer: values go out as they are named, nothing is kept but the nesting.
 *
 * It is our own because a number must be the shortest text that reads back to the same double (0.1, not
 * 0.10000000000000001 as general libraries print it), and because figures belong on one line.
 *
 * Calls must nest properly: in an object every value has a key, in an array none, which is asserted. Write errors
 * stay in the stream (ferror), for its owner to see.
 */
#ifndef STAFFCAST_PRESENT_JSON_H
#define STAFFCAST_PRESENT_JSON_H

#include "staffcast/estimate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { SC_JSON_DEPTH_MOST = 16 };

struct sc_json {
    FILE *stream;
    int depth;
    int line_depth; /* depth of the outermost open container that is on one line; 0: none */
    struct {
        bool object, filled;
    } level[SC_JSON_DEPTH_MOST];
};

void sc_json_init(struct sc_json *json, FILE *stream);

/*
 * A value begins with its key, NULL in an array and at the top. Containers opened with `one_line` hold everything
 * inside them on the same line, `{ "a": 1, "b": 2 }`; others give each value a line of its own, indented by two.
 */
void sc_json_object_begin(struct sc_json *json, const char *key, bool one_line);
void sc_json_array_begin(struct sc_json *json, const char *key, bool one_line);
void sc_json_end(struct sc_json *json);

/* A finite number reads back exactly; any other is null. */
void sc_json_number(struct sc_json *json, const char *key, double value);
/* UTF-8; bytes that are none come out as U+FFFD, so that the text is valid JSON whatever a file contained. */
void sc_json_string(struct sc_json *json, const char *key, const char *text);
void sc_json_bool(struct sc_json *json, const char *key, bool value);
void sc_json_null(struct sc_json *json, const char *key);
/* { "mean": x, "low": l, "high": h }; null as a whole where there is nothing to tell of. */
void sc_json_figure(struct sc_json *json, const char *key, struct sc_figure figure);

#endif
