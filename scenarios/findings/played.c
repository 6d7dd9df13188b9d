/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "findings.h"

#include "staffcast/faults.h"
#include "staffcast/model.h"
#include "staffcast/scenario.h"
#include "staffcast/simulate.h"

#include <stdlib.h>
#include <string.h>

/* One thread's share of the replications. */
static enum sc_code play_some(struct played *played, size_t *next, struct sc_error *error)
{
    struct sc_workspace *workspace = NULL;
    struct sc_replication *replication = NULL;
    enum sc_code code = sc_workspace_new(played->model, &workspace, error);
    if (code == SC_OK)
        code = sc_replication_new(played->model, &replication, error);
    while (code == SC_OK) {
        size_t number;
#pragma omp atomic capture
        number = (*next)++;
        if (number >= played->replications)
            break;
        code = sc_simulate(played->model, number, workspace, replication, NULL, NULL, error);
        if (code == SC_OK)
            sc_pairs_fill(played->model, replication, played->pair + number * played->pairs);
    }
    sc_replication_free(replication);
    sc_workspace_free(workspace);
    return code;
}

enum sc_code played_make(struct played *played, const char *file, const char *const *set, size_t set_count,
                         struct sc_error *error)
{
    struct sc_faults faults = {0};
    size_t next = 0;
    *played = (struct played){.scenario = NULL};
    enum sc_code code = sc_scenario_read(file, set, set_count, &played->scenario, &faults, error);
    sc_faults_release(&faults);
    if (code != SC_OK || sc_model_build(played->scenario, &played->model, error) != SC_OK)
        return error->code;
    played->replications = (size_t)played->scenario->replications;
    played->pairs = sc_pairs_count(played->model);
    played->pair = calloc(played->replications * played->pairs, sizeof *played->pair);
    if (!played->pair)
        return sc_error_memory(error);
#pragma omp parallel
    {
        struct sc_error mine = SC_ERROR_INIT;
        if (play_some(played, &next, &mine) != SC_OK)
#pragma omp critical
            sc_error_set(error, mine.code, "%s", mine.message);
    }
    return error->code;
}

void played_release(struct played *played)
{
    free(played->pair);
    sc_model_free(played->model);
    sc_scenario_free(played->scenario);
    *played = (struct played){.scenario = NULL};
}

/* Does the text begin with NAME and a dot? Then what follows, else NULL. Names hold no dots. */
static const char *after_name(const char *text, const char *name)
{
    size_t length = strlen(name);
    return strncmp(text, name, length) == 0 && text[length] == '.' ? text + length + 1 : NULL;
}

/* The row of figures that the path leads into; returns the figure's name, NULL where it leads nowhere. */
static const char *row_find(const struct played *played, const char *path, size_t *row)
{
    const struct sc_scenario *s = played->scenario;
    const char *rest, *inner;
    if ((rest = after_name(path, "totals"))) {
        *row = sc_pairs_of_total(played->model);
        return rest;
    }
    for (size_t p = 0; (rest = after_name(path, "pools")) && p < s->pool_count; p++)
        if ((inner = after_name(rest, s->pools[p].name))) {
            *row = sc_pairs_of_pool(played->model, p);
            return inner;
        }
    for (size_t c = 0; (rest = after_name(path, "channels")) && c < s->channel_count; c++) {
        if (!(inner = after_name(rest, s->channels[c].name)))
            continue;
        *row = sc_pairs_of_channel(played->model, c);
        const char *classes = after_name(inner, "classes"), *of_class;
        for (size_t k = 0; classes && k < s->channels[c].class_count; k++)
            if ((of_class = after_name(classes, s->channels[c].classes[k].name))) {
                *row = sc_pairs_of_class(played->model, c, k);
                return of_class;
            }
        return classes ? NULL : inner;
    }
    return NULL;
}

enum sc_code place_find(const struct played *played, const char *path, struct place *place, struct sc_error *error)
{
    static const char *const without_pairs[] = {"wait_p", "first_response_p", "automation_saving"};
    const struct sc_metric *table = sc_channel_metrics;
    size_t row, count = sc_channel_metric_count;
    const char *name = row_find(played, path, &row);
    if (after_name(path, "pools")) {
        table = sc_pool_metrics;
        count = sc_pool_metric_count;
    } else if (after_name(path, "totals")) {
        table = sc_total_metrics;
        count = sc_total_metric_count;
    }
    int metric = name ? sc_metric_find(table, count, name) : -1;
    if (metric < 0)
        return sc_error_set(error, SC_INPUT, "no such figure (found '%s'); write channels.NAME.FIGURE", path);
    for (size_t i = 0; i < sizeof without_pairs / sizeof *without_pairs; i++)
        if (strncmp(name, without_pairs[i], strlen(without_pairs[i])) == 0)
            return sc_error_set(error, SC_INPUT, "'%s' is no ratio of sums and has no paired interval; take a mean",
                                path);
    *place = (struct place){&table[metric], row + (size_t)metric};
    return SC_OK;
}

enum sc_code figure_of(const struct played *played, const char *path, struct sc_figure *figure, enum sc_unit *unit,
                       struct sc_error *error)
{
    struct place place;
    struct sc_moments moments = {0};
    if (place_find(played, path, &place, error) != SC_OK)
        return error->code;
    for (size_t r = 0; r < played->replications; r++) {
        struct sc_pair pair = played->pair[r * played->pairs + place.pair];
        sc_moments_add(&moments, pair.y, pair.x);
    }
    *figure = sc_metric_estimate(place.metric, &moments);
    *unit = place.metric->unit;
    return SC_OK;
}

enum sc_code figure_difference(const struct played *base, const struct played *here, const char *path,
                               struct sc_figure *figure, enum sc_unit *unit, struct sc_error *error)
{
    struct place one, other;
    struct sc_pair_moments moments = {0};
    if (place_find(base, path, &one, error) != SC_OK || place_find(here, path, &other, error) != SC_OK)
        return error->code;
    if (base->replications != here->replications)
        return sc_error_set(error, SC_INPUT, "the alternatives have %zu and %zu replications; they must go in pairs",
                            base->replications, here->replications);
    for (size_t r = 0; r < base->replications; r++) {
        struct sc_pair a = base->pair[r * base->pairs + one.pair], b = here->pair[r * here->pairs + other.pair];
        sc_pair_moments_add(&moments, a.y, a.x, b.y, b.x);
    }
    *figure = sc_metric_difference_estimate(one.metric, &moments);
    *unit = one.metric->unit;
    return SC_OK;
}
