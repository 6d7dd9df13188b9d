/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Damaged scenarios and random overrides: whatever the text, reading ends with a scenario or with at least
 * one message, and never with a crash (the sanitizers watch over memory and undefined behaviour). Fixed
 * seeds.
 */
#include "support/scenario_text.h"

#include "scenario/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* splitmix64 (Vigna 2015). */
static uint64_t next_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static char *load_good(void)
{
    return scenario_load_text(SC_SOURCE_DIR "/tests/unit/every_setting.cfg");
}

static size_t below(uint64_t *state, size_t count)
{
    return count ? (size_t)(next_bits(state) % count) : 0;
}

/* What is likely to hurt when it stands in the wrong place. */
static const char *const words[] = {
    "",
    "\"",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    "=",
    "*",
    ".",
    "none",
    "1e400",
    "-1",
    "0",
    "99999999999999999999",
    "0xFFFFFFFFL",
    "true",
    "\"5 min\"",
    "\"-5 min\"",
    "\"100%\"",
    "\"101%\"",
    "nan",
    "/*",
    "*/",
    "#",
    "//",
    "@include \"x\"\n",
    "\\",
    "\"\\x00\"",
    "\"\\xff\"",
    "\r",
    "\n",
    "\xEF\xBB\xBF",
    "\xff",
    "( )",
    "[ ]",
    "{ }",
    "\"phone\"",
    "\"mail\"",
    "mon",
    "sun-thu = 3;",
    "holiday",
    "name = \"phone\";",
    "1.5",
    "2147483648",
    "4294967295L",
    "kind = \"chat\";",
    "\"24:00-00:00\"",
    "\"2026-02-30\"",
    "L",
    "e",
    "%",
};

/* One damage to the text, in place; `room` bounds its length. */
static void damage(char *text, size_t *length, size_t room, uint64_t *random)
{
    size_t at = below(random, *length + 1);
    const char *word = words[below(random, sizeof words / sizeof *words)];
    size_t size = strlen(word), cut;
    switch (below(random, 6)) {
    case 0: /* a byte becomes another */
        if (at < *length)
            text[at] = (char)next_bits(random);
        break;
    case 1: /* the end is lost */
        if (below(random, 4) == 0)
            *length = at;
        break;
    case 2: /* a part is lost */
        cut = below(random, 40);
        cut = cut < *length - at ? cut : *length - at;
        memmove(text + at, text + at + cut, *length - at - cut);
        *length -= cut;
        break;
    case 3: /* a word comes in */
        if (*length + size < room) {
            memmove(text + at + size, text + at, *length - at);
            memcpy(text + at, word, size);
            *length += size;
        }
        break;
    case 4: { /* a value is replaced */
        char *equals = memchr(text + at, '=', *length - at);
        size_t from = equals ? (size_t)(equals - text) + 1 : *length, to = from;
        while (to < *length && !strchr(";,)}\n", text[to]))
            to++;
        if (*length - (to - from) + size < room) {
            memmove(text + from + size, text + to, *length - to);
            memcpy(text + from, word, size);
            *length = *length - (to - from) + size;
        }
        break;
    }
    default: /* a part comes twice */
        cut = below(random, 60);
        cut = cut < *length - at ? cut : *length - at;
        if (*length + cut < room) {
            memmove(text + at + cut, text + at, *length - at);
            *length += cut;
        }
    }
}

/* Reads the text as a file would be; returns whether a scenario came out. */
static bool read_text(const char *text, size_t length, const char *override, struct sc_faults *faults)
{
    struct sc_document document = {.file = "fuzz.cfg", .folder = "", .arena = SC_ARENA_INIT};
    struct sc_scenario *scenario = NULL;
    struct sc_error error = SC_ERROR_INIT;
    bool readable = false;
    document.root =
        sc_document_parse(&document.arena, document.file, document.folder, text, length, NULL, faults);
    if (document.root && override)
        sc_document_override(&document, &(struct sc_override){.text = override}, 1, faults, &error);
    error = SC_ERROR_INIT;
    if (document.root) {
        enum sc_code code = sc_scenario_from_document(&document, &scenario, faults, &error);
        readable = scenario;
        assert_true(readable == (code == SC_OK));
        assert_true(readable == (faults->errors == 0));
    }
    if (!readable)
        assert_true(faults->errors > 0);
    for (size_t i = 0; i < faults->count; i++) {
        assert_true(faults->item[i].message[0] != '\0');
        /* The scan knows the grammar as well as libconfig does, and says more about it. */
        if (strstr(faults->item[i].message, "libconfig"))
            fail_msg("%s: %.*s", faults->item[i].message, (int)length, text);
    }
    sc_scenario_free(scenario);
    sc_arena_release(&document.arena);
    return readable;
}

static void test_damaged_texts(void **state)
{
    (void)state;
    enum { ROUNDS = 6000, ROOM = 16384 };
    uint64_t random = 20260105;
    size_t readable = 0;
    char *good = load_good(), *text = malloc(ROOM);
    size_t whole = strlen(good);
    assert_non_null(text);
    assert_true(whole < ROOM / 2);
    for (int round = 0; round < ROUNDS; round++) {
        size_t length = whole, damages = 1 + below(&random, 4);
        struct sc_faults faults = {0};
        memcpy(text, good, length);
        for (size_t i = 0; i < damages; i++)
            damage(text, &length, ROOM - 1, &random);
        /* A copy of exactly this size, so that reading past its end is seen. */
        char *exact = malloc(length + 1);
        assert_non_null(exact);
        memcpy(exact, text, length);
        exact[length] = '\0';
        readable += read_text(exact, length, NULL, &faults);
        free(exact);
        sc_faults_release(&faults);
    }
    free(text);
    free(good);
    /* The damage must neither be always fatal nor never be noticed, or the test would prove nothing. */
    assert_true(readable > ROUNDS / 50 && readable < ROUNDS * 49 / 50);
}

static const char *const pieces[] = {
    "channels", "pools",     "phone",   "mail",     "front line", "*",       "[0]",     "[1]",
    "[9]",      "volume",    "per_day", "mon",      "mon-fri",    "all",     "holiday", "shape",
    "season",   "handle",    "mean",    "cv",       "by_time",    "classes", "vip",     "patience",
    "retry",    "after",     "share",   "target",   "clock",      "within",  "short",   "divert",
    "transfer", "skills",    "rank",    "shifts",   "breaks",     "agents",  "extra",   "staffing",
    "file",     "hours",     "spread",  "memory",   "routing",    "agent",   "events",  "outage",
    "set",      "goals",     "trunks",  "channels", "holidays",   "seed",    "plan",    "months",
    "drift",    "half_life", "balk",    "name",     "automation", "takes",   "people",  "class",
    "columns",  "history",   "x",
};
static const char *const operators[] = {" = ", " += ", " *= ", "=", "+=", "*=", " ", " == ", ""};
static const char *const values[] = {
    "3",
    "0",
    "-1",
    "1.1",
    "5 min",
    "\"5 min\"",
    "80%",
    "none",
    "true",
    "{ }",
    "( )",
    "[ 1, 2 ]",
    "{ mean = 5 min; }",
    "1e308",
    "1e400",
    "{ channel = phone; }",
    "( { to = mail; share = 1; } )",
    "longest-wait",
    "08:00-20:00",
    "\"",
    "{",
    "a \"b\"",
    "99999999999",
    "",
    "nan",
    "2026-01-19",
    "{ all = 3; }",
    "( 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23 )",
    "phone",
};

static const char *pick(const char *const *list, size_t count, uint64_t *random)
{
    return list[below(random, count)];
}
#define PICK(list, random) pick(list, sizeof(list) / sizeof *(list), random)

static void test_random_overrides(void **state)
{
    (void)state;
    uint64_t random = 99;
    size_t readable = 0, rounds = 12000;
    char *good = load_good();
    for (size_t round = 0; round < rounds; round++) {
        char override[512] = "";
        size_t parts = below(&random, 2) ? 0 : 1 + below(&random, 3);
        struct sc_faults faults = {0};
        /* Most paths begin well, or none would lead anywhere. */
        static const char *const begins[] = {
            "channels.phone",
            "channels.*",
            "pools.front line",
            "channels.phone.volume",
            "channels.phone.classes.vip",
            "pools.*.shifts.*",
            "channels.mail.handle",
            "",
            "channels.phone.balk",
            "channels.*.patience",
            "pools.front line.extra",
            "channels.phone.volume.per_day",
            "channels.phone.retry",
            "channels.phone.classes.vip.retry",
            "pools.front line.skills",
            "channels.phone.hours.sat",
            "seed",
        };
        strcat(override, PICK(begins, &random));
        for (size_t i = 0; i < parts; i++) {
            const char *piece = PICK(pieces, &random);
            if (override[0] && piece[0] != '[')
                strcat(override, ".");
            strcat(override, piece);
            if (below(&random, 2))
                break;
        }
        strcat(override, PICK(operators, &random));
        strcat(override, PICK(values, &random));
        readable += read_text(good, strlen(good), override, &faults);
        sc_faults_release(&faults);
    }
    free(good);
    assert_true(readable > rounds / 50 && readable < rounds * 49 / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_texts),
        cmocka_unit_test(test_random_overrides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
