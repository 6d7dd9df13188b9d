/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/plan_engine.h"

#include "estimate/loop.h"
#include "model/laws.h"
#include "model/workforce.h"

#include <math.h>
#include <stdlib.h>

static const double FACTOR_MOST = 4.0;

/* A stretch as a model. What is counted looks at the days of a scenario: so it gets one of its own, which differs from
   the plan's in its days and goals and has no events to judge. */
struct stretch {
    struct sc_model *built;
    struct sc_scenario scenario;
    struct sc_model model; /* `built`, of that scenario */
    double contacts;
};

struct sc_plan_engine {
    struct stretch *stretch;
    size_t count;
    struct sc_law_cache laws; /* of all stretches that there ever were */
    struct sc_arena arena;    /* of their tables */
};

/* --- models --- */

/* Mean contacts of new demand by day, warm-up included, before the random factors. */
static double contacts_of(const struct sc_model *model)
{
    double sum = 0.0;
    for (size_t c = 0; c < model->scenario->channel_count; c++)
        for (int day = 0; day < sc_model_days(model); day++)
            sum += sc_channel_profile(model, c, day)->total * model->channels[c].scale[day];
    return sum;
}

static enum sc_code stretch_build(const struct sc_scenario *scenario, const struct sc_plan_stretch *asked,
                                  struct sc_law_cache *cache, struct stretch *stretch, struct sc_error *error)
{
    struct sc_span span = {asked->first_day, asked->days, asked->warmup_days};
    if (span.warmup_days < 0)
        span.warmup_days = sc_model_span_warmup(scenario, span.first_day);
    enum sc_code code = sc_model_build_span(scenario, &span, cache, &stretch->built, error);
    if (code != SC_OK)
        return code;
    stretch->scenario = *scenario;
    stretch->scenario.days = span.days;
    stretch->scenario.event_count = 0;
    stretch->scenario.goals = asked->goals;
    stretch->scenario.goal_count = asked->goal_count;
    stretch->model = *stretch->built;
    stretch->model.scenario = &stretch->scenario;
    stretch->contacts = contacts_of(stretch->built);
    return SC_OK;
}

static void stretches_free(struct stretch *stretch, size_t count)
{
    for (size_t i = 0; stretch && i < count; i++)
        sc_model_free(stretch[i].built);
    free(stretch);
}

enum sc_code sc_plan_engine_change(struct sc_plan_engine *engine, const struct sc_scenario *scenario,
                                   const struct sc_plan_stretch *stretches, size_t count, struct sc_error *error)
{
    struct stretch *stretch = calloc(count + 1, sizeof *stretch);
    enum sc_code code = stretch ? SC_OK : sc_error_memory(error);
    for (size_t i = 0; i < count && code == SC_OK; i++)
        code = stretch_build(scenario, &stretches[i], &engine->laws, &stretch[i], error);
    if (code != SC_OK) {
        stretches_free(stretch, count);
        return code;
    }
    stretches_free(engine->stretch, engine->count);
    engine->stretch = stretch;
    engine->count = count;
    return SC_OK;
}

enum sc_code sc_plan_engine_new(const struct sc_scenario *scenario, const struct sc_plan_stretch *stretches,
                                size_t count, struct sc_plan_engine **out, struct sc_error *error)
{
    struct sc_plan_engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        return sc_error_memory(error);
    engine->arena = SC_ARENA_INIT;
    engine->laws = (struct sc_law_cache){.arena = &engine->arena};
    enum sc_code code = sc_plan_engine_change(engine, scenario, stretches, count, error);
    if (code == SC_OK)
        *out = engine;
    else
        sc_plan_engine_free(engine);
    return code;
}

void sc_plan_engine_free(struct sc_plan_engine *engine)
{
    if (!engine)
        return;
    stretches_free(engine->stretch, engine->count);
    sc_arena_release(&engine->arena);
    free(engine);
}

const struct sc_model *sc_plan_engine_model(const struct sc_plan_engine *engine, size_t stretch)
{
    return &engine->stretch[stretch].model;
}

int sc_plan_engine_warmup(const struct sc_plan_engine *engine, size_t stretch)
{
    return engine->stretch[stretch].model.warmup_days;
}

double sc_plan_engine_contacts(const struct sc_plan_engine *engine, size_t stretch)
{
    return engine->stretch[stretch].contacts;
}

double sc_plan_engine_level(const struct sc_plan_engine *engine, uint64_t seed, uint64_t replication)
{
    struct sc_model model = engine->stretch[0].model;
    sc_model_set_seed(&model, seed);
    return sc_demand_level(&model, sc_key(model.seed_key, replication));
}

double sc_plan_engine_level_at(const struct sc_plan_engine *engine, uint64_t uniform)
{
    const struct sc_model *model = &engine->stretch[0].model;
    return model->level_factor ? fmax(0.0, sc_quantile(model->level_factor, uniform)) : 1.0;
}

/* --- playing --- */

struct playing {
    const struct sc_plan_engine *engine;
    const struct sc_plan_play *play;
    struct sc_workforce room; /* only its `most` is ever looked at */
    struct sc_model **model;  /* [stretches], with room for the most people; NULL where no job plays it */
    size_t longest;           /* stretch with the most days */
    size_t done;
};

/* Of one thread. */
struct scratch {
    struct sc_model model;           /* of the job being played, which all workspaces refer to */
    struct sc_workspace **workspace; /* [stretches], made when first needed */
    struct sc_replication *replication;
};

/* The people of one job, as the model asks for them. */
struct job_people {
    const struct sc_plan_play *play;
    const struct sc_plan_job *job;
    const struct sc_scenario *scenario;
    double most;
    bool *too_many;
};

static void group_add(struct sc_crew *crew, double speed, double heads)
{
    if (heads > 0.0)
        crew->group[crew->groups++] = (struct sc_crew_group){speed, heads};
}

void sc_plan_crew(const struct sc_people *people, const struct sc_workforce_day *day, struct sc_crew *crew)
{
    double tenured = 1.0;
    crew->factor = day->factor;
    crew->groups = 0;
    for (size_t i = 0; i < people->ramps && i < SC_RAMPS_MOST; i++) {
        group_add(crew, people->ramp[i], day->share[i]);
        tenured -= day->share[i];
    }
    group_add(crew, 1.0, tenured);
}

static void job_crew(const void *context, size_t pool, int64_t date, uint64_t replication, struct sc_crew *crew)
{
    const struct job_people *of = context;
    const struct sc_people *people = &of->scenario->pools[pool].people;
    struct sc_workforce_day day = {.factor = 1.0};
    (void)replication; /* the job's own */
    if (!people->given)
        return;
    of->play->people(of->play->context, of->job, pool, date, &day);
    if (!(day.factor <= of->most))
        *of->too_many = true;
    day.factor = fmax(0.0, fmin(day.factor, of->most));
    sc_plan_crew(people, &day, crew);
}

static enum sc_code scratch_new(void *context, void **out, struct sc_error *error)
{
    const struct playing *p = context;
    struct scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch)
        return sc_error_memory(error);
    scratch->workspace = calloc(p->engine->count, sizeof *scratch->workspace);
    enum sc_code code = scratch->workspace ? SC_OK : sc_error_memory(error);
    *out = scratch;
    if (code == SC_OK)
        code = sc_replication_new(p->model[p->longest], &scratch->replication, error);
    return code;
}

static void scratch_free(void *context, void *item)
{
    const struct playing *p = context;
    struct scratch *scratch = item;
    for (size_t i = 0; scratch->workspace && i < p->engine->count; i++)
        sc_workspace_free(scratch->workspace[i]);
    free(scratch->workspace);
    sc_replication_free(scratch->replication);
    free(scratch);
}

static enum sc_code pairs_new(void *context, void **out, struct sc_error *error)
{
    const struct playing *p = context;
    *out = calloc(sc_pairs_count(p->model[p->longest]) + 1, sizeof(struct sc_pair));
    return *out ? SC_OK : sc_error_memory(error);
}

static void pairs_free(void *context, void *pairs)
{
    (void)context;
    free(pairs);
}

static enum sc_code job_play(void *context, void *item, size_t number, void *pairs, struct sc_error *error)
{
    const struct playing *p = context;
    struct scratch *scratch = item;
    const struct sc_plan_job *job = &p->play->jobs[number];
    struct sc_workspace **workspace = &scratch->workspace[job->stretch];
    bool too_many = false;
    struct job_people people = {p->play, job, p->model[job->stretch]->scenario, p->room.most, &too_many};
    struct sc_workforce workforce = {job_crew, &people, p->room.most};
    struct sc_model *model = &scratch->model;
    enum sc_code code = SC_OK;
    *model = *p->model[job->stretch];
    model->workforce = &workforce;
    sc_model_set_seed(model, job->seed);
    if (!*workspace)
        code = sc_workspace_new(model, workspace, error);
    if (code != SC_OK)
        return code;
    scratch->replication->days = (size_t)model->days; /* it has room for more */
    code = sc_simulate(model, job->replication, *workspace, scratch->replication, NULL, NULL, error);
    if (code == SC_OK && too_many)
        code = sc_error_set(error, SC_USAGE, "more people than the plan has room for (more than %g times the roster)",
                            p->room.most);
    if (code == SC_OK)
        sc_pairs_fill(model, scratch->replication, pairs);
    return code;
}

static enum sc_code job_fold(void *context, size_t number, void *pairs, bool *more, struct sc_error *error)
{
    struct playing *p = context;
    (void)more;
    enum sc_code code = p->play->fold(p->play->context, &p->play->jobs[number], pairs, error);
    if (p->play->progress)
        p->play->progress(p->play->progress_context, ++p->done, p->play->count);
    return code;
}

/* The models of all stretches that are played, with room for people. */
static enum sc_code models_people(struct playing *p, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    p->longest = p->play->jobs[0].stretch;
    for (size_t i = 0; i < p->play->count && code == SC_OK; i++) {
        size_t stretch = p->play->jobs[i].stretch;
        const struct sc_model *model = &p->engine->stretch[stretch].model;
        if (!p->model[stretch])
            code = sc_model_people(model, &p->room, &p->model[stretch], error);
        if (model->days > p->engine->stretch[p->longest].model.days)
            p->longest = stretch;
    }
    return code;
}

enum sc_code sc_plan_engine_play(const struct sc_plan_engine *engine, const struct sc_plan_play *play,
                                 struct sc_error *error)
{
    double most = play->factor_most > 0.0 ? play->factor_most : FACTOR_MOST;
    struct playing playing = {.engine = engine, .play = play, .room = {NULL, NULL, fmax(1.0, most)}};
    if (play->count == 0)
        return SC_OK;
    playing.model = calloc(engine->count, sizeof *playing.model);
    if (!playing.model)
        return sc_error_memory(error);
    enum sc_code code = models_people(&playing, error);
    struct sc_loop loop = {
        .end = play->count,
        .threads = play->threads,
        .context = &playing,
        .start = scratch_new,
        .finish = scratch_free,
        .brought_new = pairs_new,
        .brought_free = pairs_free,
        .play = job_play,
        .fold = job_fold,
    };
    if (code == SC_OK)
        code = sc_loop_run(&loop, NULL, error);
    for (size_t i = 0; i < engine->count; i++)
        sc_model_free(playing.model[i]);
    free(playing.model);
    return code;
}
