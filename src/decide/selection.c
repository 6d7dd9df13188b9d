/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kim and Nelson's procedure, with values that are as good as larger is better (s = -1 turns the others round).
 *
 * First stage: n0 batches of every contender. S2_il is the variance of the differences of the batch values of i and l,
 * which is where common random numbers pay: what both have in common is not in it. Then, after r batches, i is out when
 * for some l that is still in
 *     s R_i(r) < s R_l(r) - W_il(r),   W_il(r) = max(0, delta / (2 r) (h2 S2_il / delta^2 - r)),
 * a triangle that closes at r = h2 S2_il / delta^2. Looking only every SC_BLOCK replications looks at fewer points of
 * the path than the procedure allows, which errs less often, not more.
 */
#include "staffcast/selection.h"

#include "estimate/paired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = SC_SELECTION_BATCH * SC_SELECTION_FIRST }; /* replications of the first stage */
_Static_assert(FIRST % SC_BLOCK == 0, "the first stage ends where it is looked at");

struct selector {
    struct sc_pair sum; /* over the replications so far */
    struct sc_pair batch[SC_SELECTION_FIRST];
    size_t pair; /* where the metric is in the model's pairs */
    size_t replications;
    double behind; /* the best of those in, when last looked at */
    bool out;
};

struct sc_selector {
    const struct sc_model *const *models;
    const struct sc_selection_options *options;
    const struct sc_metric *metric;
    double sign; /* +1: more is better */
    double confidence, indifference;
    size_t count, played, decided; /* replications of those still in: added; looked at */
    struct selector *contender;    /* [count] */
    struct sc_pair *block;         /* [blocks * count]: sums of SC_BLOCK replications */
    size_t blocks, room;
    double *variance; /* [count * count], of batches */
};

double sc_selection_h2(size_t count, size_t first, double confidence)
{
    double freedom = (double)first - 1;
    double eta = (pow(2 * (1 - confidence) / (double)(count - 1), -2 / freedom) - 1) / 2;
    return 2 * eta * freedom;
}

/* --- setting up --- */

static enum sc_code direction_of(const struct sc_selector *s, double *sign, struct sc_error *error)
{
    enum sc_direction direction = s->options->direction;
    if (direction == SC_DIRECTION_OWN)
        direction = sc_metric_direction(s->metric);
    if (direction == SC_DIRECTION_OWN)
        return sc_error_set(error, SC_INPUT,
                            "of %s neither more nor less is better by itself; say --highest or --lowest",
                            s->options->metric);
    *sign = direction == SC_DIRECTION_HIGHEST ? 1 : -1;
    return SC_OK;
}

enum sc_code sc_selector_new(const struct sc_model *const *models, size_t count,
                             const struct sc_selection_options *options, struct sc_selector **out,
                             struct sc_error *error)
{
    struct sc_selector *s = calloc(1, sizeof *s);
    enum sc_code code = SC_OK;
    if (s == NULL)
        return sc_error_memory(error);
    s->models = models;
    s->options = options;
    s->count = count;
    s->confidence = options->confidence > 0 ? options->confidence : 0.95;
    s->contender = calloc(count + 1, sizeof *s->contender);
    s->variance = calloc(count * count + 1, sizeof *s->variance);
    if (s->contender == NULL || s->variance == NULL)
        code = sc_error_memory(error);
    for (size_t i = 0; code == SC_OK && i < count; i++)
        code = sc_metric_locate(models[i], options->metric, &s->contender[i].pair, &s->metric, error);
    if (code == SC_OK)
        code = direction_of(s, &s->sign, error);
    if (code == SC_OK)
        *out = s;
    else
        sc_selector_free(s);
    return code;
}

void sc_selector_free(struct sc_selector *s)
{
    if (s == NULL)
        return;
    free(s->contender);
    free(s->block);
    free(s->variance);
    free(s);
}

/* --- taking replications in --- */

static void add(struct sc_pair *sum, struct sc_pair value)
{
    sum->y += value.y;
    sum->x += value.x;
}

static enum sc_code block_room(struct sc_selector *s, size_t block, struct sc_error *error)
{
    if (block < s->room)
        return SC_OK;
    size_t room = 2 * block + 8;
    struct sc_pair *grown = realloc(s->block, room * s->count * sizeof *grown);
    if (grown == NULL)
        return sc_error_memory(error);
    memset(grown + s->room * s->count, 0, (room - s->room) * s->count * sizeof *grown);
    s->block = grown;
    s->room = room;
    return SC_OK;
}

enum sc_code sc_selector_add(struct sc_selector *s, size_t replication, size_t model, const struct sc_pair *pairs,
                             struct sc_error *error)
{
    struct selector *c = &s->contender[model];
    struct sc_pair value = pairs[c->pair];
    size_t block = replication / SC_BLOCK;
    enum sc_code code = block_room(s, block, error);
    if (code != SC_OK)
        return code;
    if (replication < FIRST)
        add(&c->batch[replication / SC_SELECTION_BATCH], value);
    add(&s->block[block * s->count + model], value);
    s->played = replication + 1;
    return SC_OK;
}

/* --- screening --- */

static double ratio(struct sc_pair sum)
{
    return sum.y / sum.x;
}

/* The influence of a batch on the ratio of the first stage, about 0. */
static double influence(const struct selector *c, struct sc_pair first, size_t batch)
{
    return (c->batch[batch].y - ratio(first) * c->batch[batch].x) / (first.x / SC_SELECTION_FIRST);
}

static struct sc_pair first_stage(const struct selector *c)
{
    struct sc_pair sum = {0, 0};
    for (size_t b = 0; b < SC_SELECTION_FIRST; b++)
        add(&sum, c->batch[b]);
    return sum;
}

static void fill_variances(struct sc_selector *s)
{
    for (size_t i = 0; i < s->count; i++)
        for (size_t l = 0; l < s->count; l++) {
            const struct selector *one = &s->contender[i], *other = &s->contender[l];
            struct sc_pair first = first_stage(one), first_other = first_stage(other);
            double squares = 0;
            for (size_t b = 0; b < SC_SELECTION_FIRST; b++) {
                double apart = influence(one, first, b) - influence(other, first_other, b);
                squares += apart * apart;
            }
            s->variance[i * s->count + l] = squares / (SC_SELECTION_FIRST - 1);
        }
}

static enum sc_code begin_screening(struct sc_selector *s, struct sc_error *error)
{
    for (size_t i = 0; i < s->count; i++)
        if (!(first_stage(&s->contender[i]).x > 0))
            return sc_error_set(error, SC_INPUT,
                                "no %s in the first %d replications of %s: there is nothing to select by",
                                s->options->metric, FIRST, i == 0 ? "the base" : "an alternative");
    s->indifference = s->options->indifference;
    if (s->indifference == 0)
        s->indifference = s->metric->unit == SC_UNIT_SHARE ? 0.005 : 0.01 * fabs(ratio(first_stage(&s->contender[0])));
    if (!(s->indifference > 0))
        return sc_error_set(error, SC_INPUT,
                            "%s of the base is 0, so one percent of it is no indifference zone; give "
                            "one with --indifference",
                            s->options->metric);
    fill_variances(s);
    return SC_OK;
}

/* Half the width of the continuation region of two contenders after r batches. */
static double margin(const struct sc_selector *s, size_t i, size_t l, double batches)
{
    double delta = s->indifference, h2 = sc_selection_h2(s->count, SC_SELECTION_FIRST, s->confidence);
    return fmax(0, delta / (2 * batches) * (h2 * s->variance[i * s->count + l] / (delta * delta) - batches));
}

/* Judges i by those in; all are judged by what is known now, so the order does not matter. */
static void judge(struct sc_selector *s, const bool *in, size_t i, double batches)
{
    struct selector *c = &s->contender[i];
    c->behind = 0;
    for (size_t l = 0; l < s->count; l++) {
        if (!in[l] || l == i)
            continue;
        double behind = s->sign * ratio(s->contender[l].sum) - s->sign * ratio(c->sum);
        c->behind = fmax(c->behind, behind);
        c->out = c->out || behind > margin(s, i, l, batches);
    }
}

static size_t left_in(const struct sc_selector *s)
{
    size_t left = 0;
    for (size_t i = 0; i < s->count; i++)
        left += !s->contender[i].out;
    return left;
}

/* Nothing can separate those in any more: every triangle has closed. */
static bool closed(const struct sc_selector *s)
{
    double batches = (double)s->decided / SC_SELECTION_BATCH;
    for (size_t i = 0; i < s->count; i++)
        for (size_t l = 0; l < i; l++)
            if (!s->contender[i].out && !s->contender[l].out && margin(s, i, l, batches) > 0)
                return false;
    return true;
}

/* Takes the next block in and puts out who is behind. */
static void screen(struct sc_selector *s, bool *in)
{
    const struct sc_pair *block = &s->block[s->decided / SC_BLOCK * s->count];
    s->decided += SC_BLOCK;
    for (size_t i = 0; i < s->count; i++) {
        in[i] = !s->contender[i].out;
        if (in[i]) {
            add(&s->contender[i].sum, block[i]);
            s->contender[i].replications = s->decided;
        }
    }
    if (s->decided < FIRST)
        return;
    for (size_t i = 0; i < s->count; i++)
        if (in[i])
            judge(s, in, i, (double)s->decided / SC_SELECTION_BATCH);
}

/* --- playing on --- */

struct further {
    struct sc_selector *selector;
    size_t *which; /* [models played]: their number among all */
    size_t models;
};

static enum sc_code fold_further(void *context, const struct sc_paired_view *view, bool *more, struct sc_error *error)
{
    struct further *further = context;
    struct sc_selector *s = further->selector;
    enum sc_code code = sc_selector_add(s, view->replication, further->which[view->model], view->pairs, error);
    *more = true;
    if (code == SC_OK && view->model + 1 == further->models && s->options->progress != NULL)
        s->options->progress(s->options->progress_context, view->replication + 1, 0);
    return code;
}

/* Plays those in up to (not with) that replication. */
static enum sc_code play_further(struct sc_selector *s, size_t end, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    struct further further = {.selector = s, .which = calloc(s->count, sizeof *further.which)};
    const struct sc_model **models = calloc(s->count, sizeof *models);
    if (further.which == NULL || models == NULL) {
        code = sc_error_memory(error);
        goto done;
    }
    for (size_t i = 0; i < s->count; i++)
        if (!s->contender[i].out) {
            models[further.models] = s->models[i];
            further.which[further.models++] = i;
        }
    const struct sc_paired_play play = {
        .models = models,
        .count = further.models,
        .seed = s->options->seed,
        .first = s->played,
        .end = end,
        .threads = s->options->threads,
        .context = &further,
        .fold = fold_further,
    };
    code = sc_paired_play(&play, error);
done:
    free(further.which);
    free(models);
    return code;
}

/* Screens block by block, playing what is missing, until it is decided. */
static enum sc_code decide(struct sc_selector *s, bool *in, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    while (code == SC_OK && (s->decided < FIRST || (left_in(s) > 1 && !closed(s)))) {
        if (s->decided >= SC_PRECISION_MOST)
            return sc_error_set(error, SC_UNREACHABLE,
                                "%d replications do not tell %zu of them apart to within %g; "
                                "give a larger --indifference",
                                SC_PRECISION_MOST, left_in(s), s->indifference);
        if (s->played < s->decided + SC_BLOCK)
            code = play_further(s, s->decided < FIRST ? FIRST : s->decided + SC_BLOCK, error);
        if (code == SC_OK && s->decided + SC_BLOCK == FIRST)
            code = begin_screening(s, error);
        if (code == SC_OK)
            screen(s, in);
    }
    return code;
}

/* --- the outcome --- */

static enum sc_code outcome_new(const struct sc_selector *s, struct sc_selection **out, struct sc_error *error)
{
    struct sc_selection *selection = calloc(1, sizeof *selection);
    char *metric = strdup(s->options->metric);
    struct sc_contender *contenders = calloc(s->count, sizeof *contenders);
    if (selection == NULL || metric == NULL || contenders == NULL) {
        free(selection);
        free(metric);
        free(contenders);
        return sc_error_memory(error);
    }
    *selection = (struct sc_selection){
        .metric = metric,
        .unit = s->metric->unit,
        .lowest = s->sign < 0,
        .indifference = s->indifference,
        .confidence = s->confidence,
        .replications = s->decided,
        .apart = true,
        .count = s->count,
        .contenders = contenders,
    };
    /* Of those in, one is ahead of all others, or as good as one before it. */
    while (s->contender[selection->best].out || s->contender[selection->best].behind > 0)
        selection->best++;
    for (size_t i = 0; i < s->count; i++) {
        const struct selector *c = &s->contender[i];
        contenders[i] = (struct sc_contender){ratio(c->sum), c->behind, c->replications, c->out};
        selection->apart = selection->apart && (i == selection->best || c->behind >= s->indifference);
    }
    *out = selection;
    return SC_OK;
}

enum sc_code sc_selector_finish(struct sc_selector *s, struct sc_selection **selection, struct sc_error *error)
{
    bool *in = calloc(s->count, sizeof *in);
    if (in == NULL)
        return sc_error_memory(error);
    enum sc_code code = decide(s, in, error);
    if (code == SC_OK)
        code = outcome_new(s, selection, error);
    free(in);
    return code;
}

void sc_selection_free(struct sc_selection *selection)
{
    if (selection == NULL)
        return;
    free((char *)selection->metric);
    free(selection->contenders);
    free(selection);
}

enum sc_code sc_select(const struct sc_model *const *models, size_t count, const struct sc_selection_options *options,
                       struct sc_selection **selection, struct sc_error *error)
{
    struct sc_selector *selector = NULL;
    enum sc_code code = sc_selector_new(models, count, options, &selector, error);
    if (code == SC_OK)
        code = sc_selector_finish(selector, selection, error);
    sc_selector_free(selector);
    return code;
}
