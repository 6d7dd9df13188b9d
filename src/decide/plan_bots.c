/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Better bots on the engine: the first paths of the last verdict are played again, with the same people and the same
 * random numbers, where bots resolve two points more. What differs is the bots' doing.
 *
 * Margins move by about as much in one month as in another, so a target's move is the mean over all months, and its
 * standard error comes from how paths differ.
 */
#include "decide/plan_private.h"

#include "estimate/interval.h"
#include "scenario/read.h"
#include "staffcast/calendar.h"
#include "staffcast/document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool sc_plan_has_bots(const struct planner *planner)
{
    for (size_t c = 0; c < planner->scenario->channel_count; c++)
        if (planner->scenario->channels[c].service.automation.given)
            return true;
    return false;
}

/* The scenario with an event more, after all others: so it adds to what they set. */
static enum sc_code better_scenario(const struct planner *planner, struct sc_scenario **better, struct sc_error *error)
{
    const struct sc_scenario *scenario = planner->scenario;
    struct sc_document *document = NULL;
    struct sc_faults faults = {0};
    char *text = NULL, date[11];
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return sc_error_memory(error);
    sc_date_format(planner->first_day, date);
    fprintf(stream, "events += { name = \"better bots\"; at = \"%s\"; set = ( ", date);
    for (size_t c = 0, n = 0; c < scenario->channel_count; c++)
        if (scenario->channels[c].service.automation.given)
            fprintf(stream, "%s\"channels.%s.automation.resolves += %g\"", n++ > 0 ? ", " : "",
                    scenario->channels[c].name, PLAN_LEVER_POINTS);
    fputs(" ); }", stream);
    enum sc_code code = fclose(stream) == 0 ? SC_OK : sc_error_memory(error);
    struct sc_override change = {.text = text, .part = 1.0};
    if (code == SC_OK)
        code = sc_document_clone(sc_scenario_document(scenario), &document, error);
    if (code == SC_OK)
        code = sc_document_override(document, &change, 1, &faults, error);
    if (code == SC_OK)
        code = sc_scenario_from_document(document, better, &faults, error);
    sc_faults_release(&faults);
    sc_document_free(document);
    free(text);
    return code;
}

/* Mean and standard error over paths. */
static void mean_fill(const double *value, size_t paths, double *mean, double *half)
{
    double sum = 0.0, squares = 0.0, n = (double)paths;
    for (size_t r = 0; r < paths; r++) {
        sum += value[r];
        squares += value[r] * value[r];
    }
    *mean = sum / n;
    *half = sc_student_quantile(paths - 1) * sqrt(fmax(0.0, squares / n - *mean * *mean) / (n - 1.0));
}

/* How a target's margin moves on a path, mean over the months where it is judged. */
static double moved_on(const struct planner *planner, const double *margin, size_t paths, size_t r, size_t target)
{
    size_t targets = planner->target_count;
    double sum = 0.0, n = 0.0;
    for (size_t m = 0; m < planner->month_count; m++) {
        double before = planner->evidence.played[plan_evidence_at(planner, m, planner->played.first + r) + target];
        double after = margin[(m * paths + r) * targets + target];
        if (isnan(before) || isnan(after) || (before > PLAN_MARGIN_MOST && after > PLAN_MARGIN_MOST))
            continue;
        sum += fmin(PLAN_MARGIN_MOST, after) - fmin(PLAN_MARGIN_MOST, before);
        n++;
    }
    return n > 0.0 ? sum / n : 0.0;
}

static enum sc_code compare(struct planner *planner, size_t paths, struct plan_bots *bots, struct sc_error *error)
{
    size_t margins = planner->month_count * paths * planner->target_count;
    double *numbers = calloc(margins + 2 * paths, sizeof *numbers), *cost = numbers + margins, *moved = cost + paths;
    enum sc_code code = numbers ? sc_plan_replay(planner, paths, numbers, cost, error) : sc_error_memory(error);
    for (size_t t = 0; t < planner->target_count && code == SC_OK; t++) {
        for (size_t r = 0; r < paths; r++)
            moved[r] = moved_on(planner, numbers, paths, r, t);
        mean_fill(moved, paths, &bots->margin[t], &bots->margin_half[t]);
    }
    if (code == SC_OK) {
        for (size_t r = 0; r < paths; r++)
            moved[r] = cost[r] - planner->played.cost[r];
        mean_fill(moved, paths, &bots->cost, &bots->cost_half);
    }
    free(numbers);
    return code;
}

/* On the engine with better bots, which is as before afterwards. */
static enum sc_code play(struct planner *planner, const struct sc_scenario *better, size_t paths,
                         struct plan_bots *bots, struct sc_error *error)
{
    enum sc_code code =
        sc_plan_engine_change(planner->engine, better, planner->stretches, planner->stretch_count, error);
    if (code != SC_OK)
        return code;
    struct sc_error at_last = SC_ERROR_INIT;
    code = compare(planner, paths, bots, error);
    enum sc_code back =
        sc_plan_engine_change(planner->engine, planner->scenario, planner->stretches, planner->stretch_count, &at_last);
    if (code == SC_OK && back != SC_OK)
        *error = at_last;
    return code == SC_OK ? back : code;
}

enum sc_code sc_plan_bots_play(struct planner *planner, struct plan_bots *bots, struct sc_error *error)
{
    size_t paths = planner->played.paths < SC_PLAN_BOTS_PATHS ? planner->played.paths : SC_PLAN_BOTS_PATHS;
    double *margins = sc_arena_array(&planner->arena, 2 * planner->target_count, sizeof *margins);
    struct sc_scenario *better = NULL;
    struct sc_error found = SC_ERROR_INIT;
    if (!margins)
        return sc_error_memory(error);
    *bots = (struct plan_bots){.margin = margins, .margin_half = margins + planner->target_count};
    if (paths < 2) /* one tells no interval */
        return SC_OK;
    enum sc_code code = better_scenario(planner, &better, &found);
    if (code == SC_OK)
        code = play(planner, better, paths, bots, &found);
    bots->possible = code == SC_OK;
    sc_scenario_free(better);
    if (code == SC_OK || code == SC_INPUT)
        return SC_OK; /* input: there is no room for two points more, at the start or after an event */
    *error = found;
    return code;
}
