/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Study files, and axes as the command line writes them: what is read, and what is said of a wrong one. */
#include "decide/points.h"
#include "staffcast/study.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Reads a study from a text; all that is said of it goes to `said`, without the folder. */
static struct sc_study *study_from(const char *text, char said[2048])
{
    char folder[] = "test_study.XXXXXX", path[64];
    struct sc_study *study = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    size_t length = 0;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/study.cfg", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    enum sc_code code = sc_study_read(path, &study, &faults, &error);
    unlink(path);
    rmdir(folder);
    assert_int_equal(code != SC_OK, study == NULL);
    said[0] = '\0';
    for (size_t i = 0; i < faults.count; i++)
        length +=
            (size_t)snprintf(said + length, 2048 - length, "%d: %s\n", faults.item[i].line, faults.item[i].message);
    sc_faults_release(&faults);
    return study;
}

static struct sc_study *fine(const char *text)
{
    char said[2048];
    struct sc_study *study = study_from(text, said);

    assert_string_equal(said, "");
    assert_non_null(study);
    return study;
}

static void faulty(const char *text, const char *expected)
{
    char said[2048];

    assert_null(study_from(text, said));
    assert_string_equal(said, expected);
}

static void a_study_has_bases_changes_alternatives_and_axes(void **state)
{
    struct sc_study *study = fine("base = ( \"desk.cfg\", \"/far/north.cfg\" );\n"
                                  "set = ( \"days = 5\" );\n"
                                  "alternatives = ( { name = \"four more\";\n"
                                  "  set = ( \"pools.a.extra += 4\",\n"
                                  "          \"level = 0.1\" ); } );\n"
                                  "axes = ( { path = \"pools.a.extra\"; values = [0, 2]; } );\n"
                                  "sample = { kind = \"latin\"; points = 12; seed = 7; };\n");

    (void)state;
    assert_int_equal(study->base_count, 2);
    assert_string_equal(strchr(study->bases[0], '/'), "/desk.cfg");
    assert_string_equal(study->bases[1], "/far/north.cfg");
    assert_int_equal(study->set_count, 1);
    assert_string_equal(study->set[0].text, "days = 5");
    assert_int_equal(study->set[0].origin.line, 2);
    assert_int_equal(study->alternative_count, 1);
    assert_string_equal(study->alternatives[0].name, "four more");
    assert_int_equal(study->alternatives[0].set_count, 2);
    assert_string_equal(study->alternatives[0].set[1].text, "level = 0.1");
    assert_int_equal(study->alternatives[0].set[1].origin.line, 5);
    assert_int_equal(study->axis_count, 1);
    assert_int_equal(study->axes[0].where.line, 6);
    assert_int_equal(study->sample.kind, SC_SAMPLE_LATIN);
    assert_int_equal(study->sample.points, 12);
    assert_int_equal(study->sample.seed, 7);
    sc_study_free(study);
}

static void every_way_of_naming_levels_is_read(void **state)
{
    struct sc_study *study = fine("base = \"desk.cfg\";\n"
                                  "axes = ( { path = \"a\"; values = ( 0, 0.5, \"20 s\", true, \"longest-idle\" ); },\n"
                                  "  { path = \"b\"; times = [0.9, 1.0, 1.1]; },\n"
                                  "  { path = \"c\"; from = 0.1; to = 0.5; steps = 9; },\n"
                                  "  { path = \"d\"; start = \"4 min\"; step = \"20 s\"; steps = 7; },\n"
                                  "  { path = \"e\"; from = 0; to = \"1 h\"; },\n"
                                  "  { path = \"f\"; plus = { from = \"0%\"; to = \"10%\"; steps = 3; }; } );\n");
    const char *const values[] = {"0", "0.5", "20 s", "true", "longest-idle"};

    (void)state;
    assert_int_equal(study->axes[0].count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(study->axes[0].values[i], values[i]);
    assert_int_equal(study->axes[1].effect, SC_AXIS_TIMES);
    assert_string_equal(study->axes[1].values[1], "1");
    assert_int_equal(study->axes[2].levels, SC_AXIS_EVEN);
    assert_int_equal(study->axes[2].count, 9);
    assert_int_equal(study->axes[3].levels, SC_AXIS_STEPS);
    assert_int_equal(study->axes[3].unit, SC_AXIS_DURATION);
    assert_true(study->axes[3].from == 240 && study->axes[3].step == 20);
    assert_int_equal(study->axes[4].levels, SC_AXIS_BETWEEN);
    assert_int_equal(study->axes[4].unit, SC_AXIS_DURATION);
    assert_true(study->axes[4].to == 3600);
    assert_int_equal(study->axes[5].effect, SC_AXIS_PLUS);
    assert_int_equal(study->axes[5].unit, SC_AXIS_PERCENT);
    assert_true(study->axes[5].to == 0.1);
    sc_study_free(study);
}

static void faults_of_a_study_are_told_with_their_lines(void **state)
{
    (void)state;
    faulty("axes = ( );\n", "0: a study without a base; write base = \"SCENARIO.cfg\"\n");
    faulty("base = 5;\naxis = ( );\n", "1: base is no scenario (found 5); write the name of a file, or a list of them\n"
                                       "2: unknown setting of a study (found 'axis'); the nearest is 'axes'\n");
    faulty("base = ( \"a.cfg\",\n \"a.cfg\" );\n", "2: a scenario is named twice (found \"a.cfg\"); name each once\n");
    faulty("base = \"a.cfg\";\nset = \"x = 1\";\n",
           "2: set is no list of overrides (found \"x = 1\"); write set = ( \"PATH = VALUE\" )\n");
    faulty("base = \"a.cfg\";\nset = ( 3 );\n", "2: no override (found 3); write it in quotes: \"PATH = VALUE\"\n");
    faulty("base = \"a.cfg\";\nalternatives = (\n { name = \"one\"; set = ( \"x = 1\" ); },\n { name = \"one\"; },\n"
           " { set = ( \"x = 1\" ); });\n",
           "4: an alternative that changes nothing; write set = ( \"PATH = VALUE\" )\n"
           "4: two alternatives have one name (found 'one'); give them different ones\n"
           "5: an alternative without a name; write name = \"…\"\n");
    faulty("base = \"a.cfg\";\nsample = { kind = \"sobool\"; points = 8; };\n",
           "2: no kind of sample (found \"sobool\"); kind is \"grid\", \"latin\" or \"sobol\"\n");
    faulty("base = \"a.cfg\";\nsample = { kind = \"sobol\"; points = 0; };\n",
           "2: no number of points (found 0); write points = 256\n");
    faulty("base = \"a.cfg\";\nsample = { kind = \"sobol\"; points = 4; seed = 2; };\n",
           "2: a seed has no effect here (found 2); only a latin hypercube is drawn; leave it out\n");
}

static void axis_fault(const char *axis, const char *expected)
{
    char text[512], whole[1024];

    snprintf(text, sizeof text, "base = \"a.cfg\";\naxes = ( %s );\n", axis);
    snprintf(whole, sizeof whole, "2: %s\n", expected);
    faulty(text, whole);
}

static void faults_of_an_axis_are_told(void **state)
{
    (void)state;
    axis_fault("3", "no axis (found 3); write { path = \"…\"; values = [ … ]; }");
    axis_fault("{ values = [1]; }", "an axis without a path; write path = \"…\"");
    axis_fault("{ path = \"p\"; }",
               "an axis without 'from'; write values = [ … ], or from, to and steps, or start, step and steps");
    axis_fault("{ path = \"p\"; values = [ ]; }", "an axis without values (found an array [ ]); write some, as in "
                                                  "[0, 2, 4]");
    axis_fault("{ path = \"p\"; values = [1, 2, 1]; }", "a value that the axis has already (found 1); name each once");
    axis_fault("{ path = \"p\"; values = 3; }", "no levels of an axis (found 3); write an array, as in [0, 2, 4]");
    axis_fault("{ path = \"p\"; times = ( \"20 s\", \"x\" ); }",
               "no number (found \"x\"); write a number, \"10%\" or \"20 s\"");
    axis_fault("{ path = \"p\"; values = [1]; times = [2]; }",
               "an axis with both 'values' and 'times'; one of them is enough");
    axis_fault("{ path = \"p\"; from = 1; to = \"20 s\"; steps = 3; }",
               "another unit than the rest of the axis (found \"20 s\"); write all numbers of an axis alike");
    axis_fault("{ path = \"p\"; from = 1; to = 2; steps = 0; }",
               "steps is no number of levels (found 0); write a whole number from 1 to 1000000");
    axis_fault("{ path = \"p\"; from = 1; to = 2; steps = 1; }",
               "one level cannot be both ends of a range; write at least 2 steps");
    axis_fault("{ path = \"p\"; from = 2; to = 1; }",
               "a range that ends where or before it begins; write the lower end first");
    axis_fault("{ path = \"p\"; start = 1; step = 0; steps = 4; }", "a step of 0 that leads nowhere; write another");
    axis_fault("{ path = \"p\"; start = 1; step = 2; }", "an axis without 'steps'; write how many levels it has");
    axis_fault("{ path = \"p\"; valeus = [1]; from = 1; to = 2; }",
               "unknown setting of an axis (found 'valeus'); the nearest is 'values'");
}

/* --- the command line -------------------------------------------------------------------------------- */

static struct sc_study *empty(void)
{
    const char *const base[] = {"desk.cfg"};
    struct sc_study *study = NULL;
    struct sc_error error = SC_ERROR_INIT;

    assert_int_equal(sc_study_new(base, 1, &study, &error), SC_OK);
    return study;
}

/* All levels of an axis of the command line, as overrides with "; " between. */
static void vary(const char *text, const char *expected)
{
    struct sc_study *study = empty();
    struct sc_points *points = NULL;
    struct sc_point_reader reader;
    struct sc_error error = SC_ERROR_INIT;
    char all[1024] = "";

    assert_int_equal(sc_study_vary(study, text, &error), SC_OK);
    assert_int_equal(sc_points_new(study, &points, &error), SC_OK);
    assert_int_equal(sc_point_reader_init(&reader, points, &error), SC_OK);
    for (uint64_t i = 0; i < sc_points_count(points); i++) {
        assert_int_equal(sc_point_read(&reader, i, &error), SC_OK);
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? "; " : "", reader.override[0].text);
    }
    assert_string_equal(all, expected);
    sc_point_reader_release(&reader);
    sc_points_free(points);
    sc_study_free(study);
}

static void the_command_line_writes_axes_too(void **state)
{
    (void)state;
    vary("p=38..41", "p = 38; p = 39; p = 40; p = 41");
    vary("p = -1..1", "p = -1; p = 0; p = 1");
    vary("p=0.1:0.5:9", "p = 0.1; p = 0.15; p = 0.2; p = 0.25; p = 0.3; p = 0.35; p = 0.4; p = 0.45; p = 0.5");
    vary("a.mean=4 min:6 min:5", "a.mean = 4 min; a.mean = 4.5 min; a.mean = 5 min; a.mean = 5.5 min; a.mean = 6 min");
    vary("p*=0.9,1,1.1", "p *= 0.9; p *= 1; p *= 1.1");
    vary("p+=0..2", "p += 0; p += 1; p += 2");
    vary("channels.*=none,3", "channels.* = none; channels.* = 3");
    vary("channels.*.volume.factor*=0.5:1:2", "channels.*.volume.factor *= 0.5; channels.*.volume.factor *= 1");
    vary("hours.mon=08:00-20:00,09:00-18:00", "hours.mon = 08:00-20:00; hours.mon = 09:00-18:00");
    vary("pools.a.staffing.file=../a.csv,b.csv", "pools.a.staffing.file = ../a.csv; pools.a.staffing.file = b.csv");
    vary("e.at=2026-01-05 10:30,2026-01-06 10:30", "e.at = 2026-01-05 10:30; e.at = 2026-01-06 10:30");
    vary("p=\"a:b:c\",\"1..\"", "p = \"a:b:c\"; p = \"1..\"");
    vary("spread={ cv = 0.1, memory = 0.5 },0", "spread = { cv = 0.1, memory = 0.5 }; spread = 0");
}

static void vary_fault(const char *text, const char *expected)
{
    struct sc_study *study = empty();
    struct sc_error error = SC_ERROR_INIT;

    assert_int_equal(sc_study_vary(study, text, &error), SC_USAGE);
    assert_string_equal(error.message, expected);
    assert_int_equal(study->axis_count, 0);
    sc_study_free(study);
}

static void range_fault(const char *levels, const char *form)
{
    char text[64], fault[256], expected[512];

    snprintf(text, sizeof text, "p=%s", levels);
    snprintf(fault, sizeof fault, form, levels);
    snprintf(expected, sizeof expected, "--vary '%s': %s", text, fault);
    vary_fault(text, expected);
}

static void wrong_axes_of_the_command_line_are_refused(void **state)
{
    (void)state;
    vary_fault("p", "--vary 'p': no levels (found no '='); write PATH=38..46 or PATH=0.1:0.5:9");
    vary_fault("=1", "--vary '=1': no path before the '='; write PATH=38..46");
    vary_fault("p=", "--vary 'p=': no levels (found ''); write 38..46, 0.1:0.5:9 (from, to, steps), 0.1:0.5 or values "
                     "with commas between");
    vary_fault("p=1,,2",
               "--vary 'p=1,,2': no levels (found '1,,2'); write 38..46, 0.1:0.5:9 (from, to, steps), 0.1:0.5 "
               "or values with commas between");
    vary_fault("p=1,2,1", "--vary 'p=1,2,1': a value twice (found '1,2,1'); name each once");
    vary_fault("p*=a,b", "--vary 'p*=a,b': no factor (found 'a,b'); factors are plain numbers");
    vary_fault("p*=1 s:2 s:3", "--vary 'p*=1 s:2 s:3': a factor that is a duration; factors are plain numbers");
    static const char whole[] =
        "no range of whole numbers (found '%s'); write the lower end, two dots and the upper end, as in 38..46";
    static const char range[] = "no range (found '%s'); write from, to and how many, at least 2, as in 0.1:0.5:9, or "
                                "0.1:0.5 for a sample; a text with colons goes in quotes";
    range_fault("3..0", whole);
    range_fault("1..", whole);
    range_fault("..5", whole);
    range_fault("..", whole);
    range_fault("1.5..3", whole);
    range_fault("0..a", whole);
    range_fault("0..2000000", whole);
    range_fault("1..3,5", whole);
    range_fault("0.1:0.5:0", range);
    range_fault("a:b:c", range);
    range_fault("1:2:3:4", range);
    range_fault("0.1:", range);
    range_fault("1 min:2:3", range);
    range_fault("0.1:0.5:2.5", range);
    vary_fault("p=0.1:0.5:1",
               "--vary 'p=0.1:0.5:1': one level cannot be both ends of a range; write at least 2 steps");
    vary_fault("p*=3..0", "--vary 'p*=3..0': no range of whole numbers (found '3..0'); write the lower end, two dots "
                          "and the upper end, as in 38..46");
    vary_fault("p=2:1", "--vary 'p=2:1': a range that ends where or before it begins; write the lower end first");
}

static void check_fault(const char *first, const char *second, const char *sample, const char *expected)
{
    struct sc_study *study = empty();
    struct sc_error error = SC_ERROR_INIT;

    assert_true(!first || sc_study_vary(study, first, &error) == SC_OK);
    assert_true(!second || sc_study_vary(study, second, &error) == SC_OK);
    assert_true(!sample || sc_study_sample(study, sample, &error) == SC_OK);
    assert_int_equal(sc_study_check(study, &error), *expected ? SC_USAGE : SC_OK);
    assert_string_equal(error.message, expected);
    sc_study_free(study);
}

/* Of a study file it is the file that is wrong, with its line. */
static void axes_of_a_file_that_undo_each_other_are_refused(void **state)
{
    struct sc_study *study =
        fine("base = \"desk.cfg\";\naxes = ( { path = \"p.handle\"; times = [1.0, 2.0]; },\n"
             "  { path = \"p.handle.mean\"; values = (\"1 min\", \"2 min\"); } );\n");
    struct sc_error error = SC_ERROR_INIT;

    (void)state;
    assert_int_equal(sc_study_check(study, &error), SC_INPUT);
    assert_int_equal(error.line, 3);
    assert_string_equal(error.message, "the axis 'p.handle.mean =' undoes the axis 'p.handle *=' before it; leave one "
                                       "out, or put the second first");
    sc_study_free(study);
}

static void axes_and_sample_must_fit(void **state)
{
    struct sc_study *study = empty();
    struct sc_error error = SC_ERROR_INIT;

    (void)state;
    check_fault("p=0:1", NULL, NULL,
                "the axis 'p' is all between two ends, which a grid cannot take; say how many levels (FROM:TO:9), or "
                "sample it (--sample sobol:256)");
    check_fault(NULL, NULL, "sobol:8", "a sample of nothing (found no axes); name axes to sample");
    check_fault("p=1..2", "p=3..4", NULL, "the axis 'p =' undoes the axis 'p =' before it; leave one out");
    check_fault("p*=1,2", "p=3..4", NULL, "the axis 'p =' undoes the axis 'p *=' before it; leave one out");
    check_fault("p*=1,2", "p*=3,4", NULL, "the axis 'p *=' is on the same path as the axis 'p *=' before it; leave one "
                                          "out");
    check_fault("p=1,2", "p+=3,4", NULL, "the axis 'p +=' is on the same path as the axis 'p =' before it; leave one "
                                         "out");
    check_fault("channels.phone.volume.factor*=1,2", "channels.*.volume.factor=1,2", NULL,
                "the axis 'channels.*.volume.factor =' undoes the axis 'channels.phone.volume.factor *=' before it; "
                "leave one out, or put the second first");
    check_fault("a.b.c=1,2", "a.b={ c = 1; },{ c = 2; }", NULL,
                "the axis 'a.b =' undoes the axis 'a.b.c =' before it; leave one out, or put the second first");
    check_fault("a.handle+=1 s,2 s", "a.handle.mean=1 min,2 min", NULL,
                "the axis 'a.handle.mean =' undoes the axis 'a.handle +=' before it; leave one out, or put the second "
                "first");
    /* These all have a say. */
    check_fault("channels.*.volume.factor=1,2", "channels.phone.volume.factor*=1,2", NULL, "");
    check_fault("channels.*.volume.factor*=1,2", "channels.phone.volume.factor=1,2", NULL, "");
    check_fault("a.b=1,2", "a.bc=1,2", NULL, "");
    check_fault("a.bc=1,2", "a.b=1,2", NULL, "");
    check_fault("a.handle=1 min,2 min", "a.handle.mean*=1,2", NULL, "");
    check_fault("a.b.mean=1,2", "a.c.mean=1,2", NULL, "");
    assert_int_equal(sc_study_sample(study, "sobol", &error), SC_USAGE);
    assert_string_equal(error.message, "--sample: no sample (found 'sobol'); write grid, latin:100 or sobol:256");
    sc_study_free(study);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_study_has_bases_changes_alternatives_and_axes),
        cmocka_unit_test(every_way_of_naming_levels_is_read),
        cmocka_unit_test(faults_of_a_study_are_told_with_their_lines),
        cmocka_unit_test(faults_of_an_axis_are_told),
        cmocka_unit_test(the_command_line_writes_axes_too),
        cmocka_unit_test(wrong_axes_of_the_command_line_are_refused),
        cmocka_unit_test(axes_and_sample_must_fit),
        cmocka_unit_test(axes_of_a_file_that_undo_each_other_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
