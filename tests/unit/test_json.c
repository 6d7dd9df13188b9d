/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON writer: what it writes is JSON to another library, and reads back exactly. */
#include "present/json.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct text {
    FILE *stream;
    char *bytes;
    size_t length;
    struct sc_json json;
};

static void text_begin(struct text *text)
{
    text->bytes = NULL;
    text->stream = open_memstream(&text->bytes, &text->length);
    assert_non_null(text->stream);
    sc_json_init(&text->json, text->stream);
}

static json_t *text_parse(struct text *text)
{
    json_error_t error;

    fclose(text->stream);
    json_t *root = json_loads(text->bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &error);

    if (root == NULL)
        fail_msg("line %d: %s in %s", error.line, error.text, text->bytes);
    return root;
}

/* xorshift64* (Vigna 2016): any fixed stream of bits will do here. */
static uint64_t next_bits(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static double from_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static void check_round_trip(const double *values, size_t count)
{
    struct text text;

    text_begin(&text);
    sc_json_array_begin(&text.json, NULL, false);
    for (size_t i = 0; i < count; i++)
        sc_json_number(&text.json, NULL, values[i]);
    sc_json_end(&text.json);
    json_t *root = text_parse(&text);

    assert_int_equal(json_array_size(root), count);
    for (size_t i = 0; i < count; i++) {
        double back = json_real_value(json_array_get(root, i));

        if (memcmp(&back, &values[i], sizeof back) != 0)
            fail_msg("number %zu: wrote %a, read %a", i, values[i], back);
    }
    json_decref(root);
    free(text.bytes);
}

/* Every exponent and sign alike, subnormal numbers included. */
static void random_bit_patterns_read_back_exactly(void **state)
{
    enum { COUNT = 100000 };
    double *values = malloc(COUNT * sizeof *values);
    uint64_t bits = 1;

    (void)state;
    for (size_t i = 0; i < COUNT;) {
        double value = from_bits(next_bits(&bits));

        if (isfinite(value) && value != 0)
            values[i++] = value;
    }
    check_round_trip(values, COUNT);
    free(values);
}

/* Numbers as results have them: shares, times, counts. */
static void usual_magnitudes_read_back_exactly(void **state)
{
    enum { COUNT = 100000 };
    double *values = malloc(COUNT * sizeof *values);
    uint64_t bits = 2;

    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        values[i] = (double)(next_bits(&bits) >> 11) * 0x1p-53 * pow(10, (double)(i % 9));
    check_round_trip(values, COUNT);
    free(values);
}

static void extremes_read_back_exactly(void **state)
{
    const double values[] = {0.1, 1.0 / 3, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740993.0,
                             1e15, 1e22, 123456789012345678.0, 0.30000000000000004, 1e-7};

    (void)state;
    check_round_trip(values, sizeof values / sizeof values[0]);
}

static void check_text(struct text *text, const char *expected)
{
    fclose(text->stream);
    assert_string_equal(text->bytes, expected);
    free(text->bytes);
}

static void numbers_are_short(void **state)
{
    const double values[] = {0.1, 42, -0.0, 1e6, 0.78299999999999992};
    struct text text;

    (void)state;
    text_begin(&text);
    sc_json_array_begin(&text.json, NULL, true);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        sc_json_number(&text.json, NULL, values[i]);
    sc_json_end(&text.json);
    check_text(&text, "[0.1, 42, 0, 1000000, 0.7829999999999999]\n");
}

static void what_is_not_finite_is_null(void **state)
{
    struct text text;

    (void)state;
    text_begin(&text);
    sc_json_array_begin(&text.json, NULL, true);
    sc_json_number(&text.json, NULL, NAN);
    sc_json_number(&text.json, NULL, INFINITY);
    sc_json_number(&text.json, NULL, -INFINITY);
    sc_json_end(&text.json);
    check_text(&text, "[null, null, null]\n");
}

static void layout_is_indented_and_figures_are_on_a_line(void **state)
{
    struct text text;

    (void)state;
    text_begin(&text);
    sc_json_object_begin(&text.json, NULL, false);
    sc_json_string(&text.json, "name", "a");
    sc_json_object_begin(&text.json, "figure", true);
    sc_json_number(&text.json, "mean", 1);
    sc_json_array_begin(&text.json, "inner", false);
    sc_json_bool(&text.json, NULL, true);
    sc_json_bool(&text.json, NULL, false);
    sc_json_end(&text.json);
    sc_json_end(&text.json);
    sc_json_array_begin(&text.json, "list", false);
    sc_json_null(&text.json, NULL);
    sc_json_object_begin(&text.json, NULL, false);
    sc_json_end(&text.json);
    sc_json_end(&text.json);
    sc_json_array_begin(&text.json, "none", false);
    sc_json_end(&text.json);
    sc_json_end(&text.json);
    check_text(&text, "{\n"
                      "  \"name\": \"a\",\n"
                      "  \"figure\": { \"mean\": 1, \"inner\": [true, false] },\n"
                      "  \"list\": [\n"
                      "    null,\n"
                      "    {}\n"
                      "  ],\n"
                      "  \"none\": []\n"
                      "}\n");
}

static void check_string(const char *written, const char *read)
{
    struct text text;

    text_begin(&text);
    sc_json_string(&text.json, NULL, written);
    json_t *root = text_parse(&text);

    assert_string_equal(json_string_value(root), read);
    json_decref(root);
    free(text.bytes);
}

static void strings_read_back(void **state)
{
    static const char *const same[] = {
        "", "plain", "quote \" and \\ slash /", "tab\tline\nreturn\rbell\a\x01\x1f\x7f", "한국어 상담", "é € 𝄞",
        "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "</script>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        check_string(same[i], same[i]);
}

/* Each byte that begins no well-formed sequence becomes one replacement character (U+FFFD). */
static void malformed_utf8_is_replaced(void **state)
{
    (void)state;
    check_string("a\x80z", "a\xEF\xBF\xBDz");                              /* a continuation alone */
    check_string("a\xC3", "a\xEF\xBF\xBD");                                /* cut short by the end */
    check_string("\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD");                  /* overlong */
    check_string("\xE0\x80\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  /* overlong */
    check_string("\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  /* a surrogate */
    check_string("\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); /* above U+10FFFF */
    check_string("\xFFok", "\xEF\xBF\xBDok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_bit_patterns_read_back_exactly),
        cmocka_unit_test(usual_magnitudes_read_back_exactly),
        cmocka_unit_test(extremes_read_back_exactly),
        cmocka_unit_test(numbers_are_short),
        cmocka_unit_test(what_is_not_finite_is_null),
        cmocka_unit_test(layout_is_indented_and_figures_are_on_a_line),
        cmocka_unit_test(strings_read_back),
        cmocka_unit_test(malformed_utf8_is_replaced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
