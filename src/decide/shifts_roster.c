/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Playing a roster of shifts, and mending it where a target is missed. */
#include "decide/shifts_private.h"
#include "scenario/read.h"
#include "staffcast/document.h"
#include "staffcast/estimate.h"
#include "staffcast/model.h"
#include "staffcast/staff.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPAIRS_MOST = 12 };
static const double day_s = 86400;

/* --- the scenario with the shifts --- */

static const struct sc_node *find_pool(const struct sc_document *document, const char *name)
{
    const struct sc_node *pools = sc_node_child(sc_document_root(document), "pools");
    for (size_t i = 0; pools != NULL && i < pools->count; i++) {
        const struct sc_node *pool = sc_node_element(pools, i), *own = sc_node_child(pool, "name");
        if (own != NULL && own->kind == SC_NODE_STRING && strcmp(own->text, name) == 0)
            return pool;
    }
    return NULL;
}

static enum sc_code override(struct sc_document *document, const char *pool, const char *setting, const char *value,
                             struct sc_error *error)
{
    struct sc_faults faults = {0};
    struct sc_override change = {0};
    char *text = NULL;
    if (asprintf(&text, "pools.%s.%s = %s", pool, setting, value) < 0)
        return sc_error_memory(error);
    change.text = text;
    enum sc_code code = sc_document_override(document, &change, 1, &faults, error);
    sc_faults_release(&faults);
    free(text);
    return code;
}

enum sc_code sc_document_reroster(struct sc_document *document, const char *pool, const char *setting,
                                  const char *value, struct sc_error *error)
{
    static const char *const settings[] = {"agents", "hours", "shifts", "staffing", "extra"};
    enum sc_code code = SC_OK;
    for (size_t i = 0; code == SC_OK && i < sizeof settings / sizeof settings[0]; i++)
        if (sc_node_child(find_pool(document, pool), settings[i]) != NULL)
            code = override(document, pool, settings[i], "none", error);
    return code == SC_OK ? override(document, pool, setting, value, error) : code;
}

static enum sc_code with_shifts(const struct sc_scenario *scenario, const struct sc_shift_plan *plan,
                                struct sc_scenario **shifted, struct sc_error *error)
{
    struct sc_document *clone = NULL;
    struct sc_faults faults = {0};
    enum sc_code code = sc_document_clone(sc_scenario_document(scenario), &clone, error);
    for (size_t p = 0; code == SC_OK && p < scenario->pool_count; p++) {
        const struct sc_shift_plan_pool *pool = &plan->pools[p];
        char *text = sc_shift_plan_text(scenario, pool, 0);
        if (text == NULL)
            code = sc_error_memory(error);
        else if (pool->shift_count > 0)
            code = sc_document_reroster(clone, scenario->pools[p].name, "shifts", text, error);
        else
            code = sc_document_reroster(clone, scenario->pools[p].name, "agents", "0", error);
        free(text);
    }
    if (code == SC_OK)
        code = sc_scenario_from_document(clone, shifted, &faults, error);
    sc_faults_release(&faults);
    sc_document_free(clone);
    return code;
}

static enum sc_code with_staffing(const struct sc_scenario *scenario, const int *need, size_t count,
                                  struct sc_scenario **staffed, struct sc_error *error)
{
    struct sc_document *clone = NULL;
    struct sc_faults faults = {0};
    enum sc_code code = sc_document_clone(sc_scenario_document(scenario), &clone, error);
    for (size_t p = 0; code == SC_OK && p < scenario->pool_count; p++) {
        char *text = sc_staffing_text(scenario, need + p * count, 0);
        code = text == NULL ? sc_error_memory(error)
                            : sc_document_reroster(clone, scenario->pools[p].name, "staffing", text, error);
        free(text);
    }
    if (code == SC_OK)
        code = sc_scenario_from_document(clone, staffed, &faults, error);
    sc_faults_release(&faults);
    sc_document_free(clone);
    return code;
}

/* --- the model to be played --- */

static bool by_kind(const struct sc_shift_plan *plan)
{
    for (size_t p = 0; p < plan->pool_count; p++)
        if (!plan->pools[p].by_kind)
            return false;
    return true;
}

static enum sc_code restaff(const struct sc_model *model, const struct sc_shift_plan *plan, struct sc_model **played,
                            struct sc_error *error)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    int *most = calloc(plan->pool_count, sizeof *most), *heads = calloc(plan->pool_count * plan->count, sizeof *heads);
    enum sc_code code = most != NULL && heads != NULL ? SC_OK : sc_error_memory(error);
    for (size_t p = 0; code == SC_OK && p < plan->pool_count; p++) {
        double there = (1 - scenario->pools[p].absence) * (1 - scenario->pools[p].planned);
        for (size_t i = 0; i < plan->count; i++) {
            int *here = &heads[p * plan->count + i];
            *here = (int)floor(plan->pools[p].on_duty[i] * there + 1e-9);
            most[p] = *here > most[p] ? *here : most[p];
        }
    }
    if (code == SC_OK)
        code = sc_model_restaff(model, most, played, error);
    for (size_t p = 0; code == SC_OK && p < plan->pool_count; p++)
        sc_model_set_heads(*played, p, heads + p * plan->count);
    free(most);
    free(heads);
    return code;
}

enum sc_code sc_shift_roster_build(struct sc_shift_roster *roster, const struct sc_model *model, struct sc_error *error)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    struct sc_error refused = SC_ERROR_INIT;
    sc_model_free(roster->model);
    sc_scenario_free(roster->scenario);
    roster->model = NULL;
    roster->scenario = NULL;
    if (by_kind(roster->plan)) {
        enum sc_code code = with_shifts(scenario, roster->plan, &roster->scenario, &refused);
        if (code == SC_OK)
            code = sc_model_build(roster->scenario, &roster->model, &refused);
        if (code == SC_OK)
            return SC_OK;
        if (code != SC_INPUT)
            return sc_error_set(error, code, "%s", refused.message);
    }
    sc_scenario_free(roster->scenario);
    roster->scenario = NULL;
    return restaff(model, roster->plan, &roster->model, error);
}

static void tell_play(void *context, enum sc_staff_stage stage, double contacts)
{
    const struct sc_staff_options *options = context;
    (void)stage;
    options->progress(options->progress_context, SC_STAFF_PLAYS, contacts);
}

static void tell_cover(void *context, double share)
{
    const struct sc_staff_options *options = context;
    options->progress(options->progress_context, SC_STAFF_COVERS, share);
}

enum sc_code sc_shift_roster_judge(struct sc_shift_roster *roster, const struct sc_model *model,
                                   const struct sc_staff_options *options, struct sc_error *error)
{
    struct sc_staff_options told = *options;
    told.progress = options->progress != NULL ? tell_play : NULL;
    told.progress_context = (void *)options;
    enum sc_code code = sc_shift_roster_build(roster, model, error);
    return code == SC_OK ? sc_staff_judge(roster->model, &told, &roster->judged, error) : code;
}

static void forget(struct sc_shift_roster *roster)
{
    sc_staff_free(roster->judged);
    sc_model_free(roster->model);
    sc_scenario_free(roster->scenario);
    sc_shift_plan_free(roster->plan);
    *roster = (struct sc_shift_roster){.repairs = roster->repairs};
}

/* --- repairs --- */

/* The cheapest pool that serves the channel and works in the period; SIZE_MAX: none. */
static size_t pool_for(const struct sc_scenario *scenario, const struct sc_shift_plan *plan,
                       const struct sc_staff_verdict *verdict)
{
    size_t best = SIZE_MAX;
    for (size_t p = 0; p < scenario->pool_count; p++) {
        bool works = false;
        for (size_t i = verdict->first; i < verdict->first + verdict->intervals; i++)
            works = works || plan->pools[p].need[i] > 0;
        if (works && sc_pool_serves(&scenario->pools[p], verdict->channel) &&
            (best == SIZE_MAX || scenario->pools[p].cost_per_hour < scenario->pools[best].cost_per_hour))
            best = p;
    }
    return best;
}

/* A head more where the roster has just what was asked for (where it has less, no shift brings it). Returns whether
   there was any such place. */
static bool raise_need(const struct sc_scenario *scenario, const struct sc_shift_plan *plan,
                       const struct sc_staff_verdict *verdict, int *need)
{
    size_t p = pool_for(scenario, plan, verdict);
    bool raised = false;
    for (size_t i = verdict->first; p != SIZE_MAX && i < verdict->first + verdict->intervals; i++) {
        const struct sc_shift_plan_pool *pool = &plan->pools[p];
        if (pool->need[i] == 0 || pool->on_duty[i] != pool->need[i])
            continue;
        if (need[p * plan->count + i] == pool->need[i])
            need[p * plan->count + i]++;
        raised = true;
    }
    return raised;
}

static bool raise_all(const struct sc_scenario *scenario, const struct sc_shift_roster *roster, int *need)
{
    bool raised = false;
    for (size_t v = 0; v < roster->judged->verdict_count; v++)
        if (roster->judged->verdicts[v].missed)
            raised = raise_need(scenario, roster->plan, &roster->judged->verdicts[v], need) || raised;
    return raised;
}

/* Where days of a kind were alike they stay so: the dearest of them is asked for on all. */
static void level_kinds(const struct sc_scenario *scenario, const struct sc_shift_plan *plan, int *need)
{
    size_t a_day = (size_t)lround(day_s / plan->interval_s);
    for (size_t p = 0; p < plan->pool_count; p++)
        for (size_t day = 0; plan->pools[p].by_kind && day < plan->days; day++)
            for (size_t other = 0; other < plan->days; other++)
                for (size_t i = 0; sc_plan_day_kind(scenario, other) == sc_plan_day_kind(scenario, day) && i < a_day;
                     i++) {
                    int *here = &need[p * plan->count + day * a_day + i];
                    int there = need[p * plan->count + other * a_day + i];
                    *here = there > *here ? there : *here;
                }
}

enum sc_code sc_shift_roster_find(const struct sc_model *model, const struct sc_shift_rules *rules, const int *need,
                                  const struct sc_staff_options *options, struct sc_shift_roster **roster,
                                  struct sc_error *error)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    size_t cells = scenario->pool_count * (size_t)scenario->days * (size_t)lround(day_s / scenario->interval_s);
    const struct sc_plan_watch watch = {tell_cover, (void *)options};
    struct sc_shift_roster *made = calloc(1, sizeof *made);
    int *asked = malloc(cells * sizeof *asked);
    enum sc_code code = made != NULL && asked != NULL ? SC_OK : sc_error_memory(error);
    if (code == SC_OK)
        memcpy(asked, need, cells * sizeof *asked);
    for (bool settled = false; code == SC_OK && !settled;) {
        code = sc_shift_plan_watched(scenario, rules, asked, options->progress != NULL ? &watch : NULL, &made->plan,
                                     error);
        if (code == SC_OK)
            code = sc_shift_roster_judge(made, model, options, error);
        if (code != SC_OK)
            break;
        settled = made->judged->missed == 0 || made->repairs == REPAIRS_MOST || !raise_all(scenario, made, asked);
        if (settled)
            break;
        level_kinds(scenario, made->plan, asked);
        made->repairs++;
        forget(made);
    }
    if (code == SC_OK && made->judged->missed == 0)
        code = sc_shift_roster_trim(made, model, options, error);
    free(asked);
    if (code == SC_OK)
        *roster = made;
    else
        sc_shift_roster_free(made);
    return code;
}

enum sc_code sc_scheduled_play(const struct sc_model *model, const int *need, const struct sc_staff_options *options,
                               struct sc_shift_roster **roster, struct sc_error *error)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    size_t count = (size_t)scenario->days * (size_t)lround(day_s / scenario->interval_s);
    struct sc_error refused = SC_ERROR_INIT;
    for (size_t p = 0; p < scenario->pool_count; p++)
        if (!sc_staffing_by_kind(scenario, need + p * count))
            return SC_OK;
    struct sc_shift_roster *made = calloc(1, sizeof *made);
    if (made == NULL)
        return sc_error_memory(error);
    enum sc_code code = with_staffing(scenario, need, count, &made->scenario, &refused);
    if (code == SC_OK)
        code = sc_model_build(made->scenario, &made->model, &refused);
    if (code == SC_OK)
        code = sc_staff_judge(made->model, options, &made->judged, &refused);
    if (code == SC_OK) {
        *roster = made;
        return SC_OK;
    }
    sc_shift_roster_free(made);
    /* What cannot be written as a scenario (events change the roster) is not played, which is no failure. */
    return code == SC_INPUT ? SC_OK : sc_error_set(error, code, "%s", refused.message);
}

void sc_shift_roster_free(struct sc_shift_roster *roster)
{
    if (roster != NULL)
        forget(roster);
    free(roster);
}
