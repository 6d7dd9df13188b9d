/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sweeps: what the database holds, what is refused, shards and merging, looking at it. */
#include "base/arena.h"
#include "decide/sweep_private.h"
#include "model/laws.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char desk[] = "name = \"Desk\"; start = \"2026-01-05\"; days = 2; warmup = \"0 d\"; replications = 4;\n"
                           "channels = ( { name = \"phone\"; kind = \"live\"; hours = { all = \"08:00-12:00\"; };\n"
                           "  volume = { per_day = 120; spread = 0.1; }; handle = \"4 min\"; patience = \"2 min\";\n"
                           "  target = { answer = 0.8; within = \"20 s\"; };\n"
                           "  classes = ( { name = \"vip\"; share = 0.1; } ); } );\n"
                           "pools = ( { name = \"a\"; agents = 3; skills = ( { channel = \"phone\"; } );\n"
                           "  cost = { per_hour = 20.0; }; } );\n"
                           "goals = ( { metric = \"channels.phone.service_level\"; at_least = 0.8;\n"
                           "  by = \"2026-01-06\"; } );\n";

/* --- a folder of each test's own, in which the test is --- */

static int enter(void **state)
{
    char *folder = strdup("test_sweep.XXXXXX");

    *state = folder;
    if (folder == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    FILE *file = fopen("desk.cfg", "w");
    if (file == NULL || fputs(desk, file) < 0)
        return -1;
    return fclose(file);
}

static int leave(void **state)
{
    char command[128];

    if (chdir("..") != 0)
        return -1;
    snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    free(*state);
    return system(command);
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* --- sweeping --- */

static struct sc_study *study_of(const char *const *axes)
{
    const char *const base[] = {"desk.cfg"};
    struct sc_study *study = NULL;
    struct sc_error error = SC_ERROR_INIT;

    assert_int_equal(sc_study_new(base, 1, &study, &error), SC_OK);
    for (; axes != NULL && *axes != NULL; axes++)
        assert_int_equal(sc_study_vary(study, *axes, &error), SC_OK);
    return study;
}

static const char *const usual_axes[] = {"pools.a.extra=0..2", "channels.phone.volume.factor*=0.5,1", NULL};

/* Sweeps and returns the message; "" where it went well. */
static const char *sweep_with(const char *const *axes, struct sc_sweep_options options,
                              struct sc_sweep_outcome *outcome, char message[1024])
{
    struct sc_study *study = study_of(axes);
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_sweep_outcome own;
    enum sc_code code = sc_sweep_run(study, &options, outcome != NULL ? outcome : &own, &faults, &error);

    snprintf(message, 1024, "%s", code == SC_OK ? "" : error.message);
    if (code != SC_OK)
        assert_int_equal(code, options.metric_count > 0 ? SC_USAGE : SC_INPUT); /* --keep is the command line's */
    sc_faults_release(&faults);
    sc_study_free(study);
    return message;
}

static void sweep_fine(const char *const *axes, struct sc_sweep_options options, struct sc_sweep_outcome *outcome)
{
    char message[1024];

    assert_string_equal(sweep_with(axes, options, outcome, message), "");
}

/* All of a table as text. */
static char *dump(const char *database, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    assert_int_equal(sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK);
    while (sqlite3_step(query) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(query); i++)
            if (sqlite3_column_type(query, i) == SQLITE_FLOAT)
                fprintf(stream, "%a|", sqlite3_column_double(query, i));
            else
                fprintf(stream, "%s|", sqlite3_column_text(query, i) ? (char *)sqlite3_column_text(query, i) : "NULL");
        putc('\n', stream);
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    fclose(stream);
    return text;
}

static void assert_same(const char *one, const char *other)
{
    static const char *const tables[] = {"SELECT * FROM meta ORDER BY 1", "SELECT * FROM point ORDER BY 1",
                                         "SELECT * FROM figure ORDER BY 1, 2"};

    for (size_t i = 0; i < 3; i++) {
        char *a = dump(one, tables[i]), *b = dump(other, tables[i]);

        assert_true(strlen(a) > 10);
        assert_string_equal(a, b);
        free(a);
        free(b);
    }
}

static void change(const char *database, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* --- what is in it --- */

static void points_carry_their_overrides(void **state)
{
    struct sc_sweep_outcome outcome;

    (void)state;
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "d", .plan_only = true}, &outcome);
    assert_true(outcome.points == 6 && outcome.before == 0 && outcome.played == 0);
    char *points = dump("d", "SELECT * FROM point ORDER BY id");

    assert_string_equal(points, "1|Desk|[\"pools.a.extra = 0\", \"channels.phone.volume.factor *= 0.5\"]|\n"
                                "2|Desk|[\"pools.a.extra = 0\", \"channels.phone.volume.factor *= 1\"]|\n"
                                "3|Desk|[\"pools.a.extra = 1\", \"channels.phone.volume.factor *= 0.5\"]|\n"
                                "4|Desk|[\"pools.a.extra = 1\", \"channels.phone.volume.factor *= 1\"]|\n"
                                "5|Desk|[\"pools.a.extra = 2\", \"channels.phone.volume.factor *= 0.5\"]|\n"
                                "6|Desk|[\"pools.a.extra = 2\", \"channels.phone.volume.factor *= 1\"]|\n");
    free(points);
    char *meta = dump("d", "SELECT key FROM meta ORDER BY key");

    assert_string_equal(meta, "axes|\nmetrics|\nreplications|\nsample|\nscenario.1|\nscenario.1.file|\nschema|\nseed|\n"
                              "set|\nshard|\nversion|\n");
    free(meta);
    meta = dump("d", "SELECT value FROM meta WHERE key = 'scenario.1'");
    assert_memory_equal(meta, desk, sizeof desk - 1);
    free(meta);
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "d"}, &outcome);
    assert_true(outcome.points == 6 && outcome.before == 0 && outcome.played == 6);
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "d"}, &outcome);
    assert_true(outcome.points == 6 && outcome.before == 6 && outcome.played == 0);
}

struct lookup {
    sqlite3_stmt *query;
    size_t seen;
};

static void compare_figure(void *context, const char *path, struct sc_figure figure)
{
    struct lookup *lookup = context;
    const double wanted[] = {figure.mean, figure.low, figure.high};

    sqlite3_bind_text(lookup->query, 2, path, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(lookup->query), SQLITE_ROW);
    for (int i = 0; i < 3; i++) {
        if (isfinite(wanted[i]))
            assert_true(sqlite3_column_double(lookup->query, i) == wanted[i]);
        else
            assert_int_equal(sqlite3_column_type(lookup->query, i), SQLITE_NULL);
    }
    sqlite3_reset(lookup->query);
    lookup->seen++;
}

/* Every figure of a point is, to the bit, that of a run with its overrides. */
static void compare_point(sqlite3 *db, int point, const char *const *overrides, size_t count)
{
    struct lookup lookup = {NULL, 0};
    struct sc_scenario *scenario = NULL;
    struct sc_model *model = NULL;
    struct sc_result *result = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    const struct sc_run_options run = {.threads = 2};

    assert_int_equal(sc_scenario_read("desk.cfg", overrides, count, &scenario, &faults, &error), SC_OK);
    assert_int_equal(sc_model_build(scenario, &model, &error), SC_OK);
    assert_int_equal(sc_run(model, &run, &result, &error), SC_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT mean, low, high FROM figure WHERE point = ? AND metric = ?", -1,
                                        &lookup.query, NULL),
                     SQLITE_OK);
    sqlite3_bind_int(lookup.query, 1, point);
    sc_result_visit(result, compare_figure, &lookup);
    sqlite3_finalize(lookup.query);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM figure WHERE point = ?", -1, &lookup.query, NULL),
                     SQLITE_OK);
    sqlite3_bind_int(lookup.query, 1, point);
    assert_int_equal(sqlite3_step(lookup.query), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int64(lookup.query, 0), lookup.seen);
    sqlite3_finalize(lookup.query);
    sc_result_free(result);
    sc_model_free(model);
    sc_scenario_free(scenario);
    sc_faults_release(&faults);
}

static void figures_are_those_of_a_run(void **state)
{
    /* More laws than the shelf of shared tables has room for, so that points with and without it are met. */
    const char *const axes[] = {"channels.phone.handle.dist=lognormal", "channels.phone.handle.cv=0.5:1.5:300", NULL};
    sqlite3 *db = NULL;

    (void)state;
    assert_true(300 > SC_LAW_SHELF_TABLES);
    sweep_fine(axes, (struct sc_sweep_options){.database = "d"}, NULL);
    assert_int_equal(sqlite3_open_v2("d", &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    const char *const first[] = {"channels.phone.handle.dist = lognormal", "channels.phone.handle.cv = 0.5"};
    const char *const last[] = {"channels.phone.handle.dist = lognormal", "channels.phone.handle.cv = 1.5"};
    compare_point(db, 1, first, 2);
    compare_point(db, 300, last, 2);
    sqlite3_close(db);
}

static void threads_and_interruptions_leave_no_trace(void **state)
{
    (void)state;
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "one", .threads = 1}, NULL);
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "two", .threads = 2}, NULL);
    assert_same("one", "two");
    change("two", "DELETE FROM figure WHERE point IN (2, 3, 6)");
    struct sc_sweep_outcome outcome;
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "two", .threads = 2}, &outcome);
    assert_true(outcome.before == 3 && outcome.played == 3);
    assert_same("one", "two");
}

static void only_wanted_figures_are_kept(void **state)
{
    const char *const keep[] = {"channels.*.service_level", "totals.cost"};
    char message[1024];

    (void)state;
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "d", .metrics = keep, .metric_count = 2}, NULL);
    char *kept = dump("d", "SELECT DISTINCT metric FROM figure ORDER BY 1");

    assert_string_equal(kept,
                        "channels.phone.classes.vip.service_level|\nchannels.phone.service_level|\ntotals.cost|\n");
    free(kept);
    const char *const none[] = {"channels.fax.*"};
    sweep_with(usual_axes, (struct sc_sweep_options){.database = "e", .metrics = none, .metric_count = 1}, NULL,
               message);
    assert_non_null(strstr(message, "no figure fits --keep 'channels.fax.*'"));
}

/* --- what is refused --- */

static void refused(const char *const *axes, struct sc_sweep_options options, const char *expected)
{
    char message[1024];

    assert_string_equal(sweep_with(axes, options, NULL, message), expected);
}

static void another_sweep_on_the_same_database_is_refused(void **state)
{
    const char *const other[] = {"pools.a.extra=0..3", "channels.phone.volume.factor*=0.5,1", NULL};
    struct sc_sweep_options options = {.database = "d"}, seed = options, more = options;
    char message[1024];

    (void)state;
    sweep_fine(usual_axes, options, NULL);
    refused(
        other, options,
        "'d' was begun with other axes ([{\"path\":\"pools.a.extra\",\"effect\":\"=\",\"start\":\"0\",\"step\":\"1\","
        "\"steps\":3},{\"path\":\"channels.phone.volume.factor\",\"effect\":\"*=\",\"values\":[\"0.5\",\"1\"]}]; here "
        "[{\"path\":\"pools.a.extra\",\"effect\":\"=\",\"start\":\"0\",\"step\":\"1\",\"steps\":4},{\"path\":"
        "\"channels.phone.volume.factor\",\"effect\":\"*=\",\"values\":[\"0.5\",\"1\"]}]); go on as it was begun, or "
        "name another database with --database");
    seed.seed = 77;
    seed.seed_given = true;
    refused(usual_axes, seed,
            "'d' was begun with another seed (1; here 77); go on as it was begun, or name another "
            "database with --database");
    more.replications = 5;
    refused(usual_axes, more,
            "'d' was begun with other replications (4; here 5); go on as it was begun, or name another "
            "database with --database");
    change("d", "UPDATE meta SET value = '0.0.9' WHERE key = 'version'");
    sweep_with(usual_axes, options, NULL, message);
    assert_non_null(strstr(message,
                           "'d' was begun by another version (0.0.9; this is " SC_VERSION "), whose figures may "
                           "differ; finish it with that, or name another database with --database"));
    change("d", "UPDATE meta SET value = '" SC_VERSION "' WHERE key = 'version'");
    sweep_fine(usual_axes, options, NULL);
    char changed[sizeof desk];
    strcpy(changed, desk);
    memcpy(strstr(changed, "4 min"), "5 min", 5);
    write_file("desk.cfg", changed);
    refused(usual_axes, options,
            "'d' was begun with another text of 'desk.cfg' (line 3 differs); go on as it was begun, or "
            "name another database with --database");
}

static void files_that_the_scenario_names_are_looked_at(void **state)
{
    const char *const axes[] = {"pools.a.extra=0..1", NULL};
    char text[2 * sizeof desk], *law = NULL;

    (void)state;
    strcpy(text, desk);
    law = strstr(text, "\"4 min\"");
    snprintf(text + (law - text), sizeof text - (size_t)(law - text),
             "{ dist = \"empirical\"; file = \"times.txt\"; }%s", strstr(desk, "\"4 min\"") + 7);
    write_file("desk.cfg", text);
    write_file("times.txt", "100\n200\n300\n");
    sweep_fine(axes, (struct sc_sweep_options){.database = "d"}, NULL);
    write_file("times.txt", "100\n200\n301\n");
    refused(axes, (struct sc_sweep_options){.database = "d"},
            "'d' was begun with other data in 'times.txt'; go on as it "
            "was begun, or name another database with --database");
}

static void what_is_no_database_of_a_sweep_is_left_alone(void **state)
{
    (void)state;
    write_file("text",
               "no database at all, but a text of some length, longer than the head of one would be ............\n");
    refused(usual_axes, (struct sc_sweep_options){.database = "text"},
            "'text' is no database of a sweep; name another one");
    change("other", "CREATE TABLE t (x)");
    refused(usual_axes, (struct sc_sweep_options){.database = "other"},
            "'other' is a database of something else; name another one");
    assert_int_equal(mkdir("folder", 0777), 0);
    refused(usual_axes, (struct sc_sweep_options){.database = "folder"}, "'folder' is no file; name a database");
}

static void two_sweeps_on_one_database_are_refused(void **state)
{
    struct sc_store store = SC_STORE_INIT;
    struct sc_error error = SC_ERROR_INIT;

    (void)state;
    assert_int_equal(sc_store_open(&store, "d", false, &error), SC_OK);
    refused(usual_axes, (struct sc_sweep_options){.database = "d"},
            "another sweep is at work on 'd'; let it end, or name another database with --database");
    sc_store_close(&store);
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "d"}, NULL);
}

static void a_wrong_point_is_found_before_the_first_is_played(void **state)
{
    const char *const half[] = {"channels.phone.volume.factor*=0.5,1", "pools.a.extra=0:1:3", NULL};
    const char *const wrong[] = {"pools.b.extra=0..2", NULL};
    char message[1024];

    (void)state;
    sweep_with(half, (struct sc_sweep_options){.database = "d"}, NULL, message);
    assert_non_null(strstr(message, "(at point 2: channels.phone.volume.factor *= 0.5, pools.a.extra = 0.5)"));
    assert_int_equal(access("d", F_OK), -1);
    sweep_with(wrong, (struct sc_sweep_options){.database = "d"}, NULL, message);
    assert_non_null(strstr(message, "(at point 1: pools.b.extra = 0)"));
    assert_int_equal(access("d", F_OK), -1);
}

static void more_shards_than_points_are_refused(void **state)
{
    (void)state;
    refused(usual_axes, (struct sc_sweep_options){.database = "d", .shard = 1, .shards = 7},
            "more shards than points (found 7 for 6); use fewer");
}

/* --- shards --- */

static void sweep_shards(unsigned shards)
{
    for (unsigned i = 1; i <= shards; i++) {
        char name[16];

        snprintf(name, sizeof name, "s%u", i);
        sweep_fine(usual_axes, (struct sc_sweep_options){.database = name, .shard = i, .shards = shards}, NULL);
    }
}

static void merge_refused(const char *out, const char *const *files, size_t count, const char *expected)
{
    struct sc_error error = SC_ERROR_INIT;

    assert_int_equal(sc_sweep_merge(out, files, count, false, &error), SC_INPUT);
    assert_string_equal(error.message, expected);
    assert_true(strcmp(out, "m") != 0 || access(out, F_OK) == -1);
}

static void merged_shards_are_the_whole(void **state)
{
    const char *const files[] = {"s3", "s1", "s4", "s2"};
    struct sc_error error = SC_ERROR_INIT;

    (void)state;
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "whole"}, NULL);
    sweep_shards(4);
    assert_int_equal(sc_sweep_merge("merged", files, 4, false, &error), SC_OK);
    assert_same("whole", "merged");
    assert_int_equal(remove("s1"), 0);
    sweep_shards(1);
    assert_same("whole", "s1");
}

static void shards_that_do_not_belong_together_are_refused(void **state)
{
    const char *const missing[] = {"s1", "s3"}, *const twice[] = {"s1", "s2", "s1", "s3"};
    const char *const all[] = {"s1", "s2", "s3"}, *const mixed[] = {"s1", "s2", "of2"};
    const char *const gone[] = {"s1", "s2", "nothing"};

    (void)state;
    sweep_shards(3);
    merge_refused("m", missing, 2, "shard 2 of 3 is missing; name all of them");
    merge_refused("m", twice, 4, "shard 1 of 3 is there twice ('s1' and 's1'); leave one out");
    merge_refused("m", gone, 3,
                  "cannot read the database 'nothing' (No such file or directory); name one that a sweep "
                  "made");
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "of2", .shard = 2, .shards = 2}, NULL);
    merge_refused("m", mixed, 3, "'of2' is shard 2 of 2, but 's1' is of 3; merge the shards of one sweep");
    merge_refused("s1", all, 3, "'s1' is one of the shards; name another one for the result");
    write_file("there", "");
    merge_refused("there", all, 3, "'there' exists already; name another one for the result, or use --replace");
    change("s2", "DELETE FROM figure WHERE point = 5");
    merge_refused("m", all, 3,
                  "'s2' has figures of only 1 of its 2 points; finish it first (sweep again with --shard 2/3)");
    change("s2", "UPDATE meta SET value = '9' WHERE key = 'seed'");
    sweep_with(usual_axes,
               (struct sc_sweep_options){.database = "s2", .shard = 2, .shards = 3, .seed = 9, .seed_given = true},
               NULL, (char[1024]){0});
    merge_refused("m", all, 3, "'s1' and 's2' are not of one sweep: seed differs (1 and 9); merge the shards of one");
    change("s2", "UPDATE meta SET value = '1' WHERE key = 'seed'");
    change("s2", "UPDATE meta SET value = '0.0.9' WHERE key = 'version'");
    char expected[200];
    snprintf(expected, sizeof expected,
             "'s1' and 's2' are not of one sweep: version differs (%s and 0.0.9); merge the "
             "shards of one",
             SC_VERSION);
    merge_refused("m", all, 3, expected);
}

static void a_star_stands_for_any_text(void **state)
{
    (void)state;
    assert_true(sc_path_fits("totals.cost", "totals.cost") && sc_path_fits("totals.cost", "*"));
    assert_true(sc_path_fits("channels.a.wait_mean_s", "channels.*.wait_mean_s"));
    assert_true(sc_path_fits("channels.a.classes.b.x.wait_mean_s", "*.x.*_s*") && sc_path_fits("", "**"));
    assert_true(sc_path_fits("aab", "*ab") && sc_path_fits("ababac", "*abac"));
    assert_false(sc_path_fits("totals.costs", "totals.cost") || sc_path_fits("totals.cost", "totals.costs"));
    assert_false(sc_path_fits("aba", "*ab") || sc_path_fits("", "?") || sc_path_fits("a", "?"));
}

/* --- looking --- */

static void looking_finds_the_best_and_the_means(void **state)
{
    struct sc_sweep_question question = {.rows = 2};
    struct sc_sweep_view *view = NULL;
    struct sc_error error = SC_ERROR_INIT;

    (void)state;
    sweep_fine(usual_axes, (struct sc_sweep_options){.database = "d"}, NULL);
    change("d", "UPDATE figure SET mean = point * 0.125 WHERE metric = 'totals.service_level'");
    change("d", "UPDATE figure SET mean = NULL WHERE metric = 'totals.service_level' AND point = 6");
    assert_int_equal(sc_sweep_look("d", &question, &view, &error), SC_OK);
    assert_string_equal(view->metric, "totals.service_level");
    assert_true(view->highest && view->unit == SC_UNIT_SHARE && view->points == 6 && view->done == 6);
    assert_int_equal(view->best_count, 2);
    assert_true(view->best[0].point == 5 && view->best[0].figure.mean == 0.625 && view->best[1].point == 4);
    assert_string_equal(sc_override_value(view->best[0].override[0]), "2");
    assert_int_equal(view->side[0].count, 3);
    assert_int_equal(view->side[1].count, 2);
    assert_string_equal(view->side[1].level[0], "0.5");
    for (int i = 0; i < 5; i++)
        assert_true(view->mean[i] == (i + 1) * 0.125);
    assert_true(isnan(view->mean[5]));
    sc_sweep_view_free(view);

    question =
        (struct sc_sweep_question){.metric = "totals.cost", .rows = 1, .by = {"channels.phone.volume.factor", NULL}};
    change("d", "UPDATE figure SET mean = point WHERE metric = 'totals.cost'");
    assert_int_equal(sc_sweep_look("d", &question, &view, &error), SC_OK);
    assert_true(!view->highest && view->unit == SC_UNIT_MONEY && view->best[0].point == 1);
    assert_true(view->side[1].count == 0 && view->mean[0] == 3 &&
                view->mean[1] == 4); /* means of 1, 3, 5 and 2, 4, 6 */
    sc_sweep_view_free(view);

    question = (struct sc_sweep_question){.metric = "goals.channels.phone.service_level.2026-01-06.figure", .rows = 1};
    assert_int_equal(sc_sweep_look("d", &question, &view, &error), SC_OK);
    assert_true(view->highest && view->unit == SC_UNIT_SHARE);
    sc_sweep_view_free(view);
    question.best = SC_BEST_LOWEST;
    assert_int_equal(sc_sweep_look("d", &question, &view, &error), SC_OK);
    assert_false(view->highest);
    sc_sweep_view_free(view);

    question = (struct sc_sweep_question){.metric = "totals.costs", .rows = 1};
    assert_int_equal(sc_sweep_look("d", &question, &view, &error), SC_USAGE);
    assert_string_equal(error.message, "no figure 'totals.costs' in 'd'; the nearest is 'totals.cost'");
    question.metric = NULL;
    question.by[0] = "pools.a";
    error = SC_ERROR_INIT;
    assert_int_equal(sc_sweep_look("d", &question, &view, &error), SC_USAGE);
    assert_string_equal(error.message, "no axis 'pools.a' in 'd'; name one such as 'pools.a.extra', or 'scenario'");
}

/* --- tables of laws --- */

static void the_shelf_gives_one_table_to_all(void **state)
{
    struct sc_arena one = SC_ARENA_INIT, other = SC_ARENA_INIT;
    struct sc_law_shelf *shelf = NULL;
    struct sc_error error = SC_ERROR_INIT;
    const struct sc_quantile_table *a, *b, *c;

    (void)state;
    assert_int_equal(sc_law_shelf_new(&shelf, &error), SC_OK);
    struct sc_law_cache first = {.arena = &one, .shelf = shelf}, second = {.arena = &other, .shelf = shelf};
    assert_int_equal(sc_law_table(&first, SC_LAW_LOGNORMAL, 0.8, &a, &error), SC_OK);
    assert_int_equal(sc_law_table(&second, SC_LAW_LOGNORMAL, 0.8, &b, &error), SC_OK);
    assert_ptr_equal(a, b);
    for (int i = 1; i < SC_LAW_SHELF_TABLES; i++)
        assert_int_equal(sc_law_table(&first, SC_LAW_LOGNORMAL, 1 + 0.001 * i, &c, &error), SC_OK);
    /* Full: what comes now is a model's own, and of the same values. */
    assert_int_equal(sc_law_table(&first, SC_LAW_WEIBULL, 0.7, &a, &error), SC_OK);
    assert_int_equal(sc_law_table(&second, SC_LAW_WEIBULL, 0.7, &b, &error), SC_OK);
    assert_ptr_not_equal(a, b);
    assert_memory_equal(a, b, sizeof *a);
    assert_int_equal(sc_law_table(&second, SC_LAW_WEIBULL, 0.7, &c, &error), SC_OK);
    assert_ptr_equal(b, c);
    sc_arena_release(&one);
    sc_arena_release(&other);
    sc_law_shelf_free(shelf);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(points_carry_their_overrides),
        TEST(figures_are_those_of_a_run),
        TEST(threads_and_interruptions_leave_no_trace),
        TEST(only_wanted_figures_are_kept),
        TEST(another_sweep_on_the_same_database_is_refused),
        TEST(files_that_the_scenario_names_are_looked_at),
        TEST(what_is_no_database_of_a_sweep_is_left_alone),
        TEST(two_sweeps_on_one_database_are_refused),
        TEST(a_wrong_point_is_found_before_the_first_is_played),
        TEST(more_shards_than_points_are_refused),
        TEST(merged_shards_are_the_whole),
        TEST(shards_that_do_not_belong_together_are_refused),
        cmocka_unit_test(a_star_stands_for_any_text),
        TEST(looking_finds_the_best_and_the_means),
        cmocka_unit_test(the_shelf_gives_one_table_to_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
