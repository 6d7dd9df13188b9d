/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/json.h"

#include "base/number.h"

#include <assert.h>
#include <math.h>

void sc_json_init(struct sc_json *json, FILE *stream)
{
    *json = (struct sc_json){.stream = stream};
}

/*
 * Length of the well-formed UTF-8 sequence at `text`, 0 where there is none (Unicode 15, table 3-7: no overlong
 * forms, no surrogates, nothing above U+10FFFF).
 */
static size_t sequence_length(const unsigned char *text)
{
    unsigned char lead = text[0], low = 0x80, high = 0xBF;
    size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;

    if (lead == 0xE0)
        low = 0xA0;
    else if (lead == 0xED)
        high = 0x9F;
    else if (lead == 0xF0)
        low = 0x90;
    else if (lead == 0xF4)
        high = 0x8F;
    for (size_t i = 1; i < length; i++) {
        if (text[i] < low || text[i] > high)
            return 0;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

static void write_text(FILE *stream, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    putc('"', stream);
    while (*at != '\0') {
        size_t length = sequence_length(at);

        if (*at == '"' || *at == '\\')
            fprintf(stream, "\\%c", *at);
        else if (*at == '\n')
            fputs("\\n", stream);
        else if (*at == '\t')
            fputs("\\t", stream);
        else if (*at < 0x20 || *at == 0x7F)
            fprintf(stream, "\\u%04x", (unsigned)*at);
        else if (length == 0)
            fputs("\xEF\xBF\xBD", stream);
        else
            fwrite(at, 1, length, stream);
        at += length == 0 ? 1 : length;
    }
    putc('"', stream);
}

/* Comma, line break and key: all that comes before a value. */
static void begin_value(struct sc_json *json, const char *key)
{
    if (json->depth > 0) {
        bool filled = json->level[json->depth - 1].filled;

        assert((key != NULL) == json->level[json->depth - 1].object);
        json->level[json->depth - 1].filled = true;
        if (filled)
            putc(',', json->stream);
        if (json->line_depth == 0)
            fprintf(json->stream, "\n%*s", 2 * json->depth, "");
        else if (filled || json->level[json->depth - 1].object)
            putc(' ', json->stream);
    } else {
        assert(key == NULL);
    }
    if (key != NULL) {
        write_text(json->stream, key);
        fputs(": ", json->stream);
    }
}

static void open_container(struct sc_json *json, const char *key, bool object, bool one_line)
{
    assert(json->depth < SC_JSON_DEPTH_MOST);
    begin_value(json, key);
    json->level[json->depth].object = object;
    json->level[json->depth].filled = false;
    json->depth++;
    if (one_line && json->line_depth == 0)
        json->line_depth = json->depth;
    putc(object ? '{' : '[', json->stream);
}

void sc_json_object_begin(struct sc_json *json, const char *key, bool one_line)
{
    open_container(json, key, true, one_line);
}

void sc_json_array_begin(struct sc_json *json, const char *key, bool one_line)
{
    open_container(json, key, false, one_line);
}

void sc_json_end(struct sc_json *json)
{
    assert(json->depth > 0);
    json->depth--;
    bool object = json->level[json->depth].object, filled = json->level[json->depth].filled;

    if (filled && json->line_depth == 0)
        fprintf(json->stream, "\n%*s", 2 * json->depth, "");
    else if (filled && object)
        putc(' ', json->stream);
    putc(object ? '}' : ']', json->stream);
    if (json->line_depth > json->depth)
        json->line_depth = 0;
    if (json->depth == 0)
        putc('\n', json->stream);
}

void sc_json_number(struct sc_json *json, const char *key, double value)
{
    char text[SC_NUMBER_TEXT];

    begin_value(json, key);
    fputs(isfinite(value) ? sc_number_format(value, text) : "null", json->stream);
}

void sc_json_string(struct sc_json *json, const char *key, const char *text)
{
    begin_value(json, key);
    write_text(json->stream, text);
}

void sc_json_bool(struct sc_json *json, const char *key, bool value)
{
    begin_value(json, key);
    fputs(value ? "true" : "false", json->stream);
}

void sc_json_null(struct sc_json *json, const char *key)
{
    begin_value(json, key);
    fputs("null", json->stream);
}

void sc_json_figure(struct sc_json *json, const char *key, struct sc_figure figure)
{
    if (isnan(figure.mean)) {
        sc_json_null(json, key);
        return;
    }
    sc_json_object_begin(json, key, true);
    sc_json_number(json, "mean", figure.mean);
    sc_json_number(json, "low", figure.low);
    sc_json_number(json, "high", figure.high);
    sc_json_end(json);
}
