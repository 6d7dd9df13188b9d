/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explanations in words: names of metrics, positions of levers, and what to do. */
#include "present/explain.h"

#include "decide/explain_private.h"

#include "staffcast/selection.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool skip(const char **text, const char *prefix)
{
    size_t length = strlen(prefix);

    if (strncmp(*text, prefix, length) != 0)
        return false;
    *text += length;
    return true;
}

/* "service_level_by.no-short" as "service level by no-short"; the unit's letter goes. */
static void spell(const char *metric, char *text, size_t room)
{
    size_t length = strlen(metric);

    if (length > 2 && (strcmp(metric + length - 2, "_s") == 0 || strcmp(metric + length - 2, "_h") == 0))
        length -= 2;
    snprintf(text, room, "%.*s", (int)length, metric);
    for (char *p = text; *p != '\0'; p++)
        if (*p == '_' || *p == '.')
            *p = ' ';
}

const char *sc_explain_metric_words(const char *path, char text[SC_EXPLAIN_TEXT])
{
    const char *rest = path;
    char metric[96], owner[SC_EXPLAIN_TEXT - 128] = "all";

    if (!skip(&rest, "totals.") && (skip(&rest, "channels.") || skip(&rest, "pools."))) {
        size_t length = strcspn(rest, ".");

        snprintf(owner, sizeof owner, "%.*s", (int)length, rest);
        rest += length + (rest[length] == '.');
        if (skip(&rest, "classes.")) {
            size_t used = strlen(owner);

            length = strcspn(rest, ".");
            snprintf(owner + used, sizeof owner - used, ", %.*s", (int)length, rest);
            rest += length + (rest[length] == '.');
        }
    }
    spell(rest, metric, sizeof metric);
    snprintf(text, SC_EXPLAIN_TEXT, "%s of %s", metric, owner);
    return text;
}

/* --- levers --- */

static bool is_share(enum sc_lever_kind kind)
{
    return kind != SC_LEVER_CONTACTS && kind != SC_LEVER_HANDLE && kind != SC_LEVER_HEADS && kind != SC_LEVER_TOUCHES;
}

/* So many decimals that a half-width keeps a digit. */
static int decimals_for(double half, int usual)
{
    if (!(half > 0))
        return usual;
    return half >= 9.5 ? 0 : half >= 0.095 ? 1 : 2;
}

static double half_of(struct sc_figure figure)
{
    return figure.high > figure.low ? (figure.high - figure.low) / 2 : NAN;
}

/* value unit ± half; "" as the half-width where there is none. */
static void write_number(const char *sign, double value, double half, const char *unit, int usual,
                         char text[SC_HUMAN_TEXT])
{
    int decimals = decimals_for(half, usual);
    char number[SC_HUMAN_TEXT], chance[SC_HUMAN_TEXT];

    sc_human_number(value, decimals, number);
    if (half > 0)
        snprintf(text, SC_HUMAN_TEXT, "%s%.20s%s ± %.20s", sign, number, unit, sc_human_number(half, decimals, chance));
    else
        snprintf(text, SC_HUMAN_TEXT, "%s%.40s%s", sign, number, unit);
}

/* In minutes: −2 min 10 s ± 8 s. */
static void write_duration(const char *sign, double seconds, double half, char text[SC_HUMAN_TEXT])
{
    struct sc_figure figure = {seconds, half > 0 ? seconds - half : NAN, half > 0 ? seconds + half : NAN};
    char plain[SC_HUMAN_TEXT];

    snprintf(text, SC_HUMAN_TEXT, "%s%.56s", sign, sc_human_duration_figure(figure, plain));
}

const char *sc_lever_position_words(const struct sc_lever *lever, struct sc_figure figure, char text[SC_HUMAN_TEXT])
{
    double half = half_of(figure);

    if (isnan(figure.mean))
        snprintf(text, SC_HUMAN_TEXT, "–");
    else if (lever->kind == SC_LEVER_HANDLE)
        sc_human_duration_figure(figure, text);
    else if (lever->kind == SC_LEVER_HEADS)
        sc_human_number(figure.mean, 0, text);
    else if (lever->kind == SC_LEVER_TOUCHES)
        write_number("", figure.mean, half, "", 2, text);
    else
        write_number("", 100 * figure.mean, 100 * half, " %", figure.mean * 100 == round(figure.mean * 100) ? 0 : 1,
                     text);
    return text;
}

const char *sc_lever_change_words(const struct sc_lever *lever, bool bare, char text[SC_HUMAN_TEXT])
{
    double change = lever->position - lever->now;
    double half = bare ? NAN : half_of(lever->exact);
    const char *sign = change < 0 ? "−" : "+";
    char heads[SC_HUMAN_TEXT];

    if (change == 0 && bare)
        snprintf(text, SC_HUMAN_TEXT, "none");
    else if (lever->kind == SC_LEVER_HANDLE && (fabs(change) >= 120 || half >= 120))
        write_duration(sign, fabs(change), half, text);
    else if (lever->kind == SC_LEVER_HANDLE)
        write_number(sign, fabs(change), half, " s", 0, text);
    else if (lever->kind == SC_LEVER_CONTACTS)
        write_number(sign, 100 * fabs(change), 100 * half, " %", 1, text);
    else if (lever->kind == SC_LEVER_HEADS && !(half > 0))
        write_number(sign, fabs(change), NAN, "", 0, text);
    else if (lever->kind == SC_LEVER_HEADS)
        snprintf(text, SC_HUMAN_TEXT, "%s%.20s (%.1f ± %.1f)", change == 0 ? "" : sign,
                 sc_human_number(fabs(change), 0, heads), fabs(lever->exact.mean - lever->now), half);
    else if (lever->kind == SC_LEVER_TOUCHES)
        write_number(sign, fabs(change), half, "", 2, text);
    else
        write_number(sign, 100 * fabs(change), 100 * half, is_share(lever->kind) ? " points" : "", 1, text);
    return text;
}

/* --- what to do --- */

static int direction_of(const char *path)
{
    const char *name = strrchr(path, '.');
    const struct sc_metric metric = {.name = name != NULL ? name + 1 : path, .unit = SC_UNIT_NUMBER};

    if (strstr(path, ".service_level") != NULL)
        return 1;
    return sc_metric_direction(&metric) == SC_DIRECTION_HIGHEST ? 1 : -1;
}

static void advise_on_parts(const struct sc_explanation *e, char text[2 * SC_EXPLAIN_TEXT])
{
    static const char *const worse[SC_GROUP_COUNT] = {
        [SC_GROUP_VOLUME] = "What did most is the volume: more contacts call for hiring, or for keeping them away.",
        [SC_GROUP_HANDLE] = "What did most is the handle time: an inefficient workflow calls for automation, a "
                            "knowledge gap for training; only more contacts call for hiring.",
        [SC_GROUP_PATIENCE] = "What did most is what those who wait do: the work has not grown.",
        [SC_GROUP_AUTOMATION] = "What did most is the automation: mending it comes before hiring.",
        [SC_GROUP_DEFLECTION] = "What did most is the deflection: mending what kept contacts away comes before hiring.",
        [SC_GROUP_FOLLOW_UPS] = "What did most are the follow-ups: contacts that come back point to a knowledge gap, "
                                "which calls for training.",
        [SC_GROUP_STAFFING] = "What did most is the staffing: fewer heads are there when contacts come.",
        [SC_GROUP_ROUTING] = "What did most is who takes what: skills and routing cost nothing to put back.",
        [SC_GROUP_OTHER] = "What did most is none of the work: targets, costs or the period have changed.",
    };
    const struct sc_explain_part *most = NULL;

    for (size_t i = 0; i < e->parts; i++)
        if (!isnan(e->part[i].part.mean) && (most == NULL || fabs(e->part[i].part.mean) > fabs(most->part.mean)))
            most = &e->part[i];
    /* Only for a part that did harm, and beyond doubt. */
    if (most == NULL || direction_of(e->metric) * most->part.mean >= 0 || !(most->part.low * most->part.high > 0))
        return;
    snprintf(text, 2 * SC_EXPLAIN_TEXT, "%s", worse[most->group]);
}

/* The best ranked of the first of these kinds that gets there. */
static const struct sc_lever *reaching(const struct sc_explanation *e, const enum sc_lever_kind *kinds, size_t count)
{
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < e->levers; i++)
            if (e->lever[i].kind == kinds[k] && e->lever[i].end == SC_LEVER_REACHES)
                return &e->lever[i];
    return NULL;
}

static void append(char text[2 * SC_EXPLAIN_TEXT], bool *first, const char *cause, const char *cure,
                   const struct sc_lever *lever)
{
    char change[SC_HUMAN_TEXT];
    size_t used = strlen(text);

    if (lever == NULL)
        return;
    snprintf(text + used, 2 * SC_EXPLAIN_TEXT - used, "%s%s for %s (%s %s)", *first ? "" : ", ", cause, cure,
             lever->name, sc_lever_change_words(lever, true, change));
    *first = false;
}

static void advise_on_levers(const struct sc_explanation *e, char text[2 * SC_EXPLAIN_TEXT])
{
    static const enum sc_lever_kind hire[] = {SC_LEVER_HEADS}, automate[] = {SC_LEVER_AUTOMATION, SC_LEVER_HANDLE},
                                    train[] = {SC_LEVER_RECONTACT, SC_LEVER_HANDLE}, prevent[] = {SC_LEVER_DEFLECT};
    bool first = true;

    if (e->met)
        return;
    append(text, &first, "More contacts call", "hiring", reaching(e, hire, 1));
    append(text, &first, first ? "An inefficient workflow calls" : "an inefficient workflow", "automation",
           reaching(e, automate, 2));
    append(text, &first, first ? "A knowledge gap calls" : "a knowledge gap", "training", reaching(e, train, 2));
    append(text, &first, first ? "Questions that need no person call" : "questions that need no person",
           "a knowledge base", reaching(e, prevent, 1));
    if (!first)
        strncat(text, ".", 2 * SC_EXPLAIN_TEXT - strlen(text) - 1);
}

void sc_explain_advice(const struct sc_explanation *e, char text[2 * SC_EXPLAIN_TEXT])
{
    text[0] = '\0';
    if (e->two)
        advise_on_parts(e, text);
    else
        advise_on_levers(e, text);
}
