/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every pair of mechanisms that can meet, in a trace worked out by hand (tests/unit/traces; the form is in
 * support/trace_file.h). A pair of the list of mechanisms either meets in a trace, or the list says why it cannot; and
 * that the two do meet in the trace is proven: the effect of the one depends on the other. With the argument "pairs"
 * the program prints which pair meets where.
 */
#include "support/trace_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct trace_book book;

static void trace_test(void **state)
{
    trace_check(&book, *state);
}

static int name_length(size_t mechanism)
{
    return (int)strcspn(book.mechanisms.line[mechanism], ":");
}

/* How many of the lines are about two mechanisms; `first` becomes one of them. */
static size_t lines_about(const struct trace_text *text, int a, int b, const char **first)
{
    size_t found = 0;
    for (size_t i = 0; i < text->count; i++) {
        int x, y;
        trace_pair(&book, text->line[i], &x, &y);
        if ((x == a && y == b) || (x == b && y == a)) {
            *first = text->line[i];
            found++;
        }
    }
    return found;
}

static size_t traces_about(int a, int b, const struct trace **trace, const char **line)
{
    size_t found = 0;
    for (size_t i = 0; i < book.count; i++)
        if (lines_about(&book.trace[i].meets, a, b, line) > 0) {
            *trace = &book.trace[i];
            found++;
        }
    return found;
}

/* All n (n - 1) / 2 pairs: each meets in a trace, or is said not to meet, and never both. */
static void every_pair_meets(void **state)
{
    (void)state;
    size_t bad = 0;
    for (size_t a = 0; a < book.mechanisms.count; a++)
        for (size_t b = a + 1; b < book.mechanisms.count; b++) {
            const struct trace *trace = NULL;
            const char *line = NULL;
            size_t meets = traces_about((int)a, (int)b, &trace, &line);
            size_t apart = lines_about(&book.apart, (int)a, (int)b, &line);
            if ((meets > 0) + apart == 1)
                continue;
            print_error("%.*s and %.*s: in %zu traces, %zu times said never to meet\n", name_length(a),
                        book.mechanisms.line[a], name_length(b), book.mechanisms.line[b], meets, apart);
            bad++;
        }
    assert_int_equal(bad, 0);
}

static bool shown(const char *what)
{
    for (size_t i = 0; i < book.count; i++)
        for (size_t k = 0; k < book.trace[i].shows.count; k++)
            if (strcmp(book.trace[i].shows.line[k], what) == 0)
                return true;
    return false;
}

/* What must be shown is shown, and what is shown stands in the list. */
static void everything_is_shown(void **state)
{
    (void)state;
    size_t bad = 0;
    for (size_t i = 0; i < book.must.count; i++)
        if (!shown(book.must.line[i])) {
            print_error("no trace shows: %s\n", book.must.line[i]);
            bad++;
        }
    for (size_t i = 0; i < book.count; i++)
        for (size_t k = 0; k < book.trace[i].shows.count; k++) {
            bool known = false;
            for (size_t m = 0; m < book.must.count; m++)
                known = known || strcmp(book.must.line[m], book.trace[i].shows.line[k]) == 0;
            if (!known) {
                print_error("%s:%d: not in the list: %s\n", book.trace[i].file, book.trace[i].line,
                            book.trace[i].shows.line[k]);
                bad++;
            }
        }
    assert_int_equal(bad, 0);
}

/* Each trace has a name of its own, says what follows from what, and expects something. */
static void every_trace_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < book.count; i++) {
        const struct trace *t = &book.trace[i];
        if (t->why.count == 0 || t->scenario.count == 0 || t->outcomes.count == 0)
            fail_msg("%s:%d: the trace has no why, scenario or outcomes", t->file, t->line);
        for (size_t k = 0; k < i; k++)
            if (strcmp(book.trace[k].name, t->name) == 0)
                fail_msg("%s:%d: the name is not its own: %s", t->file, t->line, t->name);
    }
}

static void pairs_print(void)
{
    for (size_t a = 0; a < book.mechanisms.count; a++)
        for (size_t b = a + 1; b < book.mechanisms.count; b++) {
            const struct trace *trace = NULL;
            const char *line = "nowhere";
            traces_about((int)a, (int)b, &trace, &line);
            if (!trace)
                lines_about(&book.apart, (int)a, (int)b, &line);
            printf("%.*s, %.*s: %s%s%s\n", name_length(a), book.mechanisms.line[a], name_length(b),
                   book.mechanisms.line[b], trace ? trace->name : "never", trace ? "" : ": ", trace ? "" : line);
        }
}

int main(int argc, char **argv)
{
    book = trace_book_read(SC_SOURCE_DIR "/tests/unit/traces");
    if (argc > 1 && strcmp(argv[1], "pairs") == 0) {
        pairs_print();
        trace_book_free(&book);
        return 0;
    }
    struct CMUnitTest *tests = calloc(book.count + 3, sizeof *tests);
    size_t n = 0;
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_trace_is_whole);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_pair_meets);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(everything_is_shown);
    for (size_t i = 0; i < book.count; i++)
        tests[n++] = (struct CMUnitTest){book.trace[i].name, trace_test, NULL, NULL, &book.trace[i]};
    int failed = _cmocka_run_group_tests("traces", tests, n, NULL, NULL);
    free(tests);
    trace_book_free(&book);
    return failed;
}
