/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stretches of a plan: on their dates they have the contacts of the whole timeline, and jobs give the same bytes
 * whatever plays them.
 */
#include "decide/plan_engine.h"
#include "model/internal.h"
#include "staffcast/calendar.h"
#include "support/random_scenario.h"
#include "support/scenario_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* All that makes demand depend on the date: growth, season, holidays, factors that remember, drift, events of every
   kind. Two pools have people, one has none. */
static const char *const company =
    "name = \"company\"; start = \"2026-01-12\"; days = 14; warmup = \"2 d\"; seed = \"5\"; level = 0.1;"
    "spread = { cv = 0.1; memory = 0.6; }; holidays = ( \"2026-03-02\" ); fixed_per_month = 1000;"
    "plan = { months = 4; };"
    "events = ( { name = \"campaign\"; at = \"2026-03-03 10:00\"; lasts = \"30 h\";"
    "             set = ( \"channels.phone.volume.factor *= 3\" ); },"
    "           { name = \"bot\"; at = \"2026-02-02\"; over = \"6 w\";"
    "             set = ( \"channels.chat.deflect = 0.3\", \"channels.phone.volume.factor *= 0.5\" ); },"
    "           { name = \"desk\"; at = \"2026-02-20\"; set = ( \"pools.front.extra += 2\" ); } );"
    "channels = ( { name = \"phone\"; hours = { mon-fri = \"08:00-18:00\"; }; backlog = { count = 3; age = \"1 h\"; };"
    "    volume = { per_day = 150; growth = 0.05; spread = 0.1; drift = { cv = 0.1; half_life = \"2 h\"; };"
    "               season = [1.0, 1.2, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]; };"
    "    handle = \"5 min\"; wrap_up = \"30 s\"; patience = \"4 min\";"
    "    target = { answer = 0.8; within = \"20 s\"; }; },"
    "  { name = \"chat\"; kind = \"chat\"; hours = { all = \"08:00-20:00\"; };"
    "    volume = { per_day = 60; growth = -0.02; };"
    "    handle = \"8 min\"; patience = \"5 min\"; },"
    "  { name = \"mail\"; kind = \"deferred\"; volume = { per_day = 40; }; handle = \"6 min\";"
    "    target = { answer = 0.9; within = \"8 h\"; }; } );"
    "pools = ( { name = \"front\"; hours = { all = \"08:00-18:00\"; }; agents = 3; shrinkage = { absence = 0.05; };"
    "    skills = ( { channel = \"phone\"; }, { channel = \"mail\"; rank = 2; interruptible = true; } );"
    "    people = { headcount = 5; overhead = 0.1; ramp = [0.5, 0.8, 1.0]; salary_per_month = 3000; }; },"
    "  { name = \"chatters\"; hours = { all = \"08:00-20:00\"; }; agents = 2;"
    "    skills = ( { channel = \"chat\"; at_once = 2; } );"
    "    people = { headcount = 4; ramp = [0.6]; salary_per_month = 3000; }; },"
    "  { name = \"others\"; agents = 1; skills = ( { channel = \"mail\"; } ); } );";

static int64_t date(const char *text)
{
    int64_t day;
    assert_true(sc_date_parse(text, &day));
    return day;
}

static struct sc_plan_engine *engine_new(const struct sc_scenario *scenario, const struct sc_plan_stretch *stretches,
                                         size_t count)
{
    struct sc_plan_engine *engine = NULL;
    struct sc_error error = SC_ERROR_INIT;
    if (sc_plan_engine_new(scenario, stretches, count, &engine, &error) != SC_OK)
        fail_msg("%s", error.message);
    return engine;
}

/* --- demand --- */

enum { HEARD_MOST = 100000 };
struct heard {
    int64_t first_day; /* of the timeline */
    struct {
        uint64_t key;
        double at; /* s since 1970 */
        int type;
    } contact[HEARD_MOST];
    size_t count;
    int64_t from, to; /* days that are heard */
};

static void hear(void *context, const struct sc_contact_record *r)
{
    struct heard *h = context;
    double at = (double)h->first_day * SC_DAY_S + r->arrived_s;
    if (r->follow_up || r->outcome == SC_OUTCOME_CALLED_BACK || at < (double)h->from * SC_DAY_S ||
        at >= (double)h->to * SC_DAY_S || h->count == HEARD_MOST)
        return;
    h->contact[h->count].key = r->key;
    h->contact[h->count].at = at;
    h->contact[h->count++].type = r->type;
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The new contacts of some dates, by their numbers. */
static void listen(const struct sc_model *model, uint64_t replication, int64_t from, int64_t to, struct heard *heard)
{
    struct sc_workspace *workspace = NULL;
    struct sc_replication *figures = NULL;
    struct sc_error error = SC_ERROR_INIT;
    *heard = (struct heard){.first_day = model->first_day, .from = from, .to = to};
    assert_int_equal(sc_workspace_new(model, &workspace, &error), SC_OK);
    assert_int_equal(sc_replication_new(model, &figures, &error), SC_OK);
    assert_int_equal(sc_simulate(model, replication, workspace, figures, NULL, &(struct sc_observer){hear, heard},
                                 &error), SC_OK);
    qsort(heard->contact, heard->count, sizeof *heard->contact, by_key);
    sc_replication_free(figures);
    sc_workspace_free(workspace);
}

/* The week of the campaign in the middle of a step-by-step event and after a holiday, played by itself, and the whole
   four months: the same contacts at the same instants. */
static void a_stretch_has_the_contacts_of_the_whole_timeline(void **state)
{
    (void)state;
    static struct heard whole, part;
    struct sc_scenario *scenario = scenario_from_text(company, NULL, 0);
    const struct sc_plan_stretch stretches[] = {{scenario->start_day, 108, 0, NULL, 0},
                                                {date("2026-03-01"), 7, 3, NULL, 0},
                                                {date("2026-04-21"), 9, 0, NULL, 0},
                                                {date("2026-01-12"), 5, -1, NULL, 0}};
    struct sc_plan_engine *engine = engine_new(scenario, stretches, 4);
    assert_int_equal(sc_plan_engine_warmup(engine, 3), 2);
    for (size_t s = 1; s < 4; s++)
        for (uint64_t r = 0; r < 3; r++) {
            /* On the last day some may still be with nobody when it ends; all others are told. */
            int64_t from = stretches[s].first_day, to = from + stretches[s].days;
            listen(sc_plan_engine_model(engine, 0), r, from, to, &whole);
            listen(sc_plan_engine_model(engine, s), r, from, to, &part);
            assert_true(whole.count > 500 && whole.count == part.count);
            for (size_t i = 0; i < whole.count; i++) {
                assert_true(whole.contact[i].key == part.contact[i].key);
                assert_true(whole.contact[i].type == part.contact[i].type);
                /* Instants are on a grid; sums of other size may round to its next point. */
                assert_true(fabs(whole.contact[i].at - part.contact[i].at) < 1e-5);
            }
        }
    sc_plan_engine_free(engine);
    sc_scenario_free(scenario);
}

/* 14 days with 2 of warm-up are the scenario's own: `run` on it, event and all, plays the same. */
static void the_first_days_are_those_of_run(void **state)
{
    (void)state;
    static struct heard run, part;
    struct player p = player_new(company, NULL, 0);
    const struct sc_plan_stretch first = {p.scenario->start_day, 14, 2, NULL, 0};
    struct sc_plan_engine *engine = engine_new(p.scenario, &first, 1);
    listen(p.model, 4, first.first_day - 2, first.first_day + 14, &run);
    listen(sc_plan_engine_model(engine, 0), 4, first.first_day - 2, first.first_day + 14, &part);
    assert_true(run.count > 1000 && run.count == part.count);
    assert_memory_equal(run.contact, part.contact, run.count * sizeof *run.contact);
    sc_plan_engine_free(engine);
    player_free(&p);
}

/* Backlogs wait at the start of the plan and nowhere else. */
static void only_the_beginning_has_the_backlog(void **state)
{
    (void)state;
    struct sc_scenario *scenario = scenario_from_text(company, NULL, 0);
    const struct sc_plan_stretch stretches[] = {{scenario->start_day, 7, 0, NULL, 0},
                                                {scenario->start_day + 7, 7, 0, NULL, 0}};
    struct sc_plan_engine *engine = engine_new(scenario, stretches, 2);
    assert_true(sc_plan_engine_model(engine, 0)->backlogged);
    assert_false(sc_plan_engine_model(engine, 1)->backlogged);
    sc_plan_engine_free(engine);
    sc_scenario_free(scenario);
}

static void the_level_is_that_of_the_demand(void **state)
{
    (void)state;
    struct sc_scenario *scenario = scenario_from_text(company, (const char *[]){"spread = 0"}, 1);
    const struct sc_plan_stretch stretch = {scenario->start_day, 7, 0, NULL, 0};
    struct sc_plan_engine *engine = engine_new(scenario, &stretch, 1);
    struct sc_model model = *sc_plan_engine_model(engine, 0);
    double sum = 0.0, squares = 0.0;
    enum { N = 2000 };
    sc_model_set_seed(&model, 77);
    for (uint64_t r = 0; r < N; r++) {
        struct sc_rates rates;
        double *own = malloc(2 * sc_demand_pieces_most(&model) * sizeof *own);
        double level = sc_plan_engine_level(engine, 77, r);
        sc_demand_day(&model, 2, 0, sc_key(model.seed_key, r), own, &rates);
        assert_true(rates.factor == level);
        sum += level;
        squares += level * level;
        free(own);
    }
    /* Gamma of mean 1 and cv 0.1. */
    assert_true(fabs(sum / N - 1.0) < 6.0 * 0.1 / sqrt(N));
    assert_true(fabs(squares / N - 1.01) < 6.0 * 0.25 / sqrt(N));
    sc_plan_engine_free(engine);
    sc_scenario_free(scenario);
}

/* --- jobs --- */

struct caller {
    struct sc_pair *pairs; /* [jobs * count] */
    size_t count, next;
    const struct sc_plan_job *jobs;
    double factor;
    size_t progress;
};

static void some_people(void *context, const struct sc_plan_job *job, size_t pool, int64_t day,
                        struct sc_workforce_day *out)
{
    const struct caller *caller = context;
    assert_true(pool < 2); /* the third has none */
    out->factor = caller->factor * (job->people == 1 ? 1.1 : 0.8) * (day % 3 == 0 ? 0.9 : 1.0);
    out->share[0] = 0.25;
    if (pool == 0)
        out->share[1] = 0.25;
}

static enum sc_code keep(void *context, const struct sc_plan_job *job, const struct sc_pair *pairs,
                         struct sc_error *error)
{
    struct caller *caller = context;
    (void)error;
    assert_ptr_equal(job, &caller->jobs[caller->next]); /* in their order */
    memcpy(&caller->pairs[caller->next++ * caller->count], pairs, caller->count * sizeof *pairs);
    return SC_OK;
}

static void progress(void *context, size_t done, size_t planned)
{
    struct caller *caller = context;
    assert_true(done == ++caller->progress && planned == 48);
}

static void any_number_of_threads_gives_the_same_bytes(void **state)
{
    (void)state;
    enum { JOBS = 48 };
    static const int threads[] = {1, 2, 7};
    struct sc_scenario *scenario = scenario_from_text(company, NULL, 0);
    const struct sc_plan_stretch stretches[] = {{scenario->start_day, 3, 0, NULL, 0},
                                                {scenario->start_day + 40, 7, 1, NULL, 0},
                                                {scenario->start_day + 70, 5, -1, NULL, 0}};
    struct sc_plan_engine *engine = engine_new(scenario, stretches, 3);
    struct sc_plan_job jobs[JOBS];
    size_t count = sc_pairs_count(sc_plan_engine_model(engine, 0));
    struct sc_pair *kept[3];
    for (size_t i = 0; i < JOBS; i++)
        jobs[i] = (struct sc_plan_job){.stretch = i % 3, .seed = 1 + i % 2, .replication = i / 6, .people = i % 4 / 2};
    for (size_t t = 0; t < 3; t++) {
        struct caller caller = {.pairs = calloc(JOBS * count, sizeof(struct sc_pair)), .count = count, .jobs = jobs,
                                .factor = 1.0};
        struct sc_plan_play play = {.jobs = jobs, .count = JOBS, .threads = threads[t], .factor_most = 1.5,
                                    .context = &caller, .people = some_people, .fold = keep, .progress = progress,
                                    .progress_context = &caller};
        struct sc_error error = SC_ERROR_INIT;
        assert_int_equal(sc_plan_engine_play(engine, &play, &error), SC_OK);
        assert_true(caller.next == JOBS && caller.progress == JOBS);
        kept[t] = caller.pairs;
        assert_memory_equal(kept[0], kept[t], JOBS * count * sizeof **kept);
    }
    /* Job 0 and 2 differ in stretch, 0 and 1 in seed too: nothing is the same by accident. */
    size_t demand = sc_pairs_of_channel(sc_plan_engine_model(engine, 0), 0);
    assert_true(kept[0][demand].y != kept[0][count + demand].y);
    for (size_t t = 0; t < 3; t++)
        free(kept[t]);
    sc_plan_engine_free(engine);
    sc_scenario_free(scenario);
}

static void as_written(void *context, const struct sc_plan_job *job, size_t pool, int64_t day,
                       struct sc_workforce_day *out)
{
    (void)context;
    (void)job;
    (void)pool;
    (void)day;
    out->factor = 1.0;
}

/* People as written, on the scenario's own days: the pairs of `run`, but for its events. Fixed costs are those of the
   stretch's days. */
static void people_as_written_give_the_pairs_of_a_run(void **state)
{
    (void)state;
    struct player p = player_new(company, NULL, 0);
    const struct sc_plan_stretch first = {p.scenario->start_day, 14, 2, NULL, 0};
    struct sc_plan_engine *engine = engine_new(p.scenario, &first, 1);
    const struct sc_plan_job job = {.seed = 5, .replication = 3};
    size_t count = sc_pairs_count(sc_plan_engine_model(engine, 0));
    struct sc_pair *run = calloc(sc_pairs_count(p.model), sizeof *run);
    struct caller caller = {.pairs = calloc(count, sizeof(struct sc_pair)), .count = count, .jobs = &job};
    struct sc_plan_play play = {.jobs = &job, .count = 1, .context = &caller, .people = as_written, .fold = keep};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_plan_engine_play(engine, &play, &error), SC_OK);
    player_play(&p, 3, NULL, NULL);
    sc_pairs_fill(p.model, p.replication, run);
    assert_true(count == sc_pairs_of_event(p.model, 0));
    assert_memory_equal(run, caller.pairs, count * sizeof *run);
    free(run);
    free(caller.pairs);
    sc_plan_engine_free(engine);
    player_free(&p);
}

/* Goals of some days: those of the first five and of the other nine add up to what the stretch has as a whole. */
static void the_parts_of_a_stretch_add_up(void **state)
{
    (void)state;
    static const char *const metrics[] = {"channels.phone.service_level", "channels.mail.service_level",
                                          "channels.phone.abandon_rate", "totals.cost", "pools.front.scheduled_h"};
    enum { METRICS = sizeof metrics / sizeof *metrics };
    struct sc_scenario *scenario = scenario_from_text(company, NULL, 0);
    struct sc_goal goals[2 * METRICS];
    for (size_t i = 0; i < METRICS; i++) {
        goals[2 * i] = (struct sc_goal){metrics[i], .by_day = scenario->start_day + 4, .over_days = 5};
        goals[2 * i + 1] = (struct sc_goal){metrics[i], .by_day = scenario->start_day + 13, .over_days = 9};
    }
    const struct sc_plan_stretch stretch = {scenario->start_day, 14, 2, goals, 2 * METRICS};
    struct sc_plan_engine *engine = engine_new(scenario, &stretch, 1);
    const struct sc_model *model = sc_plan_engine_model(engine, 0);
    const struct sc_plan_job job = {.seed = 5, .replication = 3};
    size_t count = sc_pairs_count(model);
    struct caller caller = {.pairs = calloc(count, sizeof(struct sc_pair)), .count = count, .jobs = &job};
    struct sc_plan_play play = {.jobs = &job, .count = 1, .context = &caller, .people = as_written, .fold = keep};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_plan_engine_play(engine, &play, &error), SC_OK);
    size_t level = (size_t)sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "service_level");
    size_t abandoned = (size_t)sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "abandon_rate");
    const size_t whole[METRICS] = {
        sc_pairs_of_channel(model, 0) + level, sc_pairs_of_channel(model, 2) + level,
        sc_pairs_of_channel(model, 0) + abandoned,
        sc_pairs_of_total(model) + (size_t)sc_metric_find(sc_total_metrics, sc_total_metric_count, "cost"),
        sc_pairs_of_pool(model, 0) + (size_t)sc_metric_find(sc_pool_metrics, sc_pool_metric_count, "scheduled_h")};
    for (size_t i = 0; i < METRICS; i++) {
        double first = caller.pairs[sc_pairs_of_goal(model, 2 * i)].y;
        double sum = first + caller.pairs[sc_pairs_of_goal(model, 2 * i + 1)].y;
        assert_true(first > 0.0 && first < sum);
        assert_true(fabs(sum - caller.pairs[whole[i]].y) < 1e-9 * sum);
    }
    free(caller.pairs);
    sc_plan_engine_free(engine);
    sc_scenario_free(scenario);
}

static void too_many_people_are_refused(void **state)
{
    (void)state;
    struct sc_scenario *scenario = scenario_from_text(company, NULL, 0);
    const struct sc_plan_stretch stretch = {scenario->start_day, 2, 0, NULL, 0};
    struct sc_plan_engine *engine = engine_new(scenario, &stretch, 1);
    const struct sc_plan_job job = {.seed = 1};
    size_t count = sc_pairs_count(sc_plan_engine_model(engine, 0));
    struct caller caller = {.pairs = calloc(count, sizeof(struct sc_pair)), .count = count, .jobs = &job,
                            .factor = 3.0};
    struct sc_plan_play play = {.jobs = &job, .count = 1, .factor_most = 2.0, .context = &caller,
                                .people = some_people, .fold = keep};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_plan_engine_play(engine, &play, &error), SC_USAGE);
    assert_true(caller.next == 0);
    free(caller.pairs);
    sc_plan_engine_free(engine);
    sc_scenario_free(scenario);
}

/* Events may lie anywhere in the plan's months, the last of which is April, and not after; `run` says nothing of those
   that it does not come to. */
static void events_reach_to_the_end_of_the_plan(void **state)
{
    (void)state;
    struct sc_error error = SC_ERROR_INIT;
    struct sc_result *result = NULL;
    char *last = scenario_faults(company, (const char *[]){"events.desk.at = 2026-04-30"}, 1, NULL);
    char *after = scenario_faults(company, (const char *[]){"events.desk.at = 2026-05-01"}, 1, NULL);
    char *no_plan = scenario_faults(company, (const char *[]){"plan = none"}, 1, NULL);
    assert_string_equal(last, "");
    assert_non_null(strstr(after, "outside the days simulated (found 2026-05-01)"));
    assert_non_null(strstr(no_plan, "outside the days simulated (found 2026-03-03 10:00)"));
    struct player p = player_new(company, (const char *[]){"events.desk.at = 2026-01-14"}, 1);
    assert_int_equal(sc_run(p.model, &(struct sc_run_options){.replications = 2}, &result, &error), SC_OK);
    assert_true(isnan(result->events[0].queue_max.mean) && isnan(result->events[0].recovery_s.mean));
    assert_false(isnan(result->events[2].queue_max.mean));
    sc_result_free(result);
    player_free(&p);
    free(last);
    free(after);
    free(no_plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_reach_to_the_end_of_the_plan),
        cmocka_unit_test(a_stretch_has_the_contacts_of_the_whole_timeline),
        cmocka_unit_test(the_first_days_are_those_of_run),
        cmocka_unit_test(only_the_beginning_has_the_backlog),
        cmocka_unit_test(the_level_is_that_of_the_demand),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(people_as_written_give_the_pairs_of_a_run),
        cmocka_unit_test(the_parts_of_a_stretch_add_up),
        cmocka_unit_test(too_many_people_are_refused),
    };
    return cmocka_run_group_tests_name("the engine of a plan", tests, NULL, NULL);
}
