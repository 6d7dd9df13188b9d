/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explanations for people: what was found, the table, what to do, notes. */
#include "present/explain.h"

#include "present/compare_human.h"
#include "present/prose.h"
#include "present/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE_TEXT = 3 * SC_EXPLAIN_TEXT, CHANGES_MOST = 4 };

static void say(FILE *stream, const char *text)
{
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){text, NULL});
}

static void write_title(FILE *stream, const struct sc_explanation *e, const struct sc_table_style *style)
{
    fprintf(stream, "%s%s%s%s%s\n", sc_shade(style, SC_BOLD), e->before_name, e->two ? " → " : "",
            e->two ? e->after_name : "", sc_shade(style, SC_PLAIN));
    fprintf(stream, "%s%s · %d day%s · %zu replication%s · seed %" PRIu64 "%s\n\n", sc_shade(style, SC_DIM), e->metric,
            e->days, e->days == 1 ? "" : "s", e->replications, e->replications == 1 ? "" : "s", e->seed,
            sc_shade(style, SC_PLAIN));
}

/* 67 % ± 3; 38 ± 1 s; 12,300 ± 400. */
static const char *value_words(const struct sc_explanation *e, struct sc_figure figure, char text[SC_HUMAN_TEXT])
{
    switch (e->unit) {
    case SC_UNIT_SHARE:
        return sc_human_share_figure(figure, text);
    case SC_UNIT_SECONDS:
        return sc_human_duration_figure(figure, text);
    case SC_UNIT_MONEY:
        return sc_human_money_figure(figure, text);
    default:
        return sc_human_value(e->unit, figure.mean, text);
    }
}

/* --- two scenarios --- */

static void write_difference(FILE *stream, const struct sc_explanation *e)
{
    char words[SC_EXPLAIN_TEXT], before[SC_HUMAN_TEXT], after[SC_HUMAN_TEXT], by[SC_HUMAN_TEXT], part[SC_HUMAN_TEXT];
    char line[LINE_TEXT];
    const struct sc_explain_part *most = NULL;
    double change = e->difference.mean;
    int length;

    sc_explain_metric_words(e->metric, words);
    value_words(e, e->before, before);
    value_words(e, e->after, after);
    if (change == 0)
        length = snprintf(line, sizeof line, "The %s is %s in both", words, before);
    else
        length =
            snprintf(line, sizeof line, "The %s %s from %s to %s", words, change > 0 ? "rose" : "fell", before, after);

    for (size_t i = 0; i < e->parts; i++)
        if (change * e->part[i].part.mean > 0 && (most == NULL || fabs(e->part[i].part.mean) > fabs(most->part.mean)))
            most = &e->part[i];
    if (change != 0)
        length += snprintf(line + length, sizeof line - (size_t)length, ": %s",
                           sc_human_difference(e->unit, e->difference, by));
    if (most != NULL && e->parts > 1)
        length += snprintf(line + length, sizeof line - (size_t)length, "; %s did most of that, %s", most->name,
                           sc_human_difference(e->unit, most->part, part));
    if (e->parts == 1)
        length +=
            snprintf(line + length, sizeof line - (size_t)length, "; nothing but %s has changed", e->part[0].name);
    if (e->parts == 0)
        snprintf(line + length, sizeof line - (size_t)length, "; they do not differ");
    else if (e->difference.low <= 0 && e->difference.high >= 0 && change != 0)
        snprintf(line + length, sizeof line - (size_t)length, "; it may be chance, for the interval holds 0");
    strncat(line, ".", sizeof line - strlen(line) - 1);
    say(stream, line);
    fputc('\n', stream);
}

enum { PART_NAME, PART_FIRST, PART_PART, PART_LAST, PART_OF_IT, PART_COLUMNS };

static const struct sc_table_column part_columns[PART_COLUMNS] = {
    [PART_NAME] = {"Input", false}, [PART_FIRST] = {"Alone", true}, [PART_PART] = {"Its part", true},
    [PART_LAST] = {"Last", true},   [PART_OF_IT] = {"Of it", true},
};

/* Changes that cancel in all orders leave a last digit of the sum, which is no part. */
static struct sc_figure without_last_digit(const struct sc_explanation *e, struct sc_figure part)
{
    bool digit = fabs(part.mean) < 1e-12 * (fabs(e->before.mean) + fabs(e->after.mean));

    return digit ? (struct sc_figure){0, 0, 0} : part;
}

static enum sc_code add_part(struct sc_table *table, const struct sc_explanation *e, const char *name,
                             struct sc_figure first, struct sc_figure part, struct sc_figure last,
                             struct sc_error *error)
{
    char text[PART_COLUMNS][SC_HUMAN_TEXT] = {"", "", "", "", ""};
    const char *cells[PART_COLUMNS] = {name, text[1], text[2], text[3], text[4]};

    if (!isnan(first.mean))
        sc_human_difference(e->unit, first, text[PART_FIRST]);
    part = without_last_digit(e, part);
    sc_human_difference(e->unit, part, text[PART_PART]);
    if (!isnan(last.mean))
        sc_human_difference(e->unit, last, text[PART_LAST]);
    if (sc_difference_moved(e->difference))
        snprintf(text[PART_OF_IT], SC_HUMAN_TEXT, "%s%.0f %%", part.mean * e->difference.mean < 0 ? "−" : "",
                 100 * fabs(part.mean / e->difference.mean));
    return sc_table_add(table, cells, error);
}

static enum sc_code write_parts(FILE *stream, const struct sc_explanation *e, const struct sc_table_style *style,
                                struct sc_error *error)
{
    struct sc_table *table = NULL;
    struct sc_figure none = {NAN, NAN, NAN};
    enum sc_code code = sc_table_new(part_columns, PART_COLUMNS, style->colour, &table, error);

    if (code == SC_OK)
        sc_table_fold(table);
    for (size_t i = 0; code == SC_OK && i < e->parts; i++)
        code = add_part(table, e, e->part[i].name, e->parts > 1 ? e->part[i].first : none, e->part[i].part,
                        e->parts > 1 ? e->part[i].last : none, error);
    if (code == SC_OK && e->parts > 1)
        code = add_part(table, e, "together", none, e->difference, none, error);
    if (code == SC_OK)
        code = sc_table_print(table, 0, stream, error);
    sc_table_free(table);
    return code;
}

static void write_changes(FILE *stream, const struct sc_explanation *e)
{
    char line[LINE_TEXT];

    for (size_t i = 0; i < e->parts; i++) {
        const struct sc_explain_part *part = &e->part[i];
        size_t length = 0;

        for (size_t k = 0; k < part->changes && k < CHANGES_MOST && length < sizeof line; k++)
            length += (size_t)snprintf(line + length, sizeof line - length, "%s%s", k > 0 ? "; " : "", part->change[k]);
        if (part->changes > CHANGES_MOST && length < sizeof line)
            snprintf(line + length, sizeof line - length, "; and %zu more", part->changes - CHANGES_MOST);
        char lead[64];

        snprintf(lead, sizeof lead, "%s: ", part->name);
        sc_prose_print(stream, (struct sc_prose){lead, NULL}, (struct sc_prose){line, NULL});
    }
}

/* The mixtures of two scenarios that share little may have nothing that the figure could be of. */
static bool parts_known(const struct sc_explanation *e)
{
    for (size_t i = 0; i < e->parts; i++)
        if (isnan(e->part[i].part.mean))
            return false;
    return true;
}

static enum sc_code write_two(FILE *stream, const struct sc_explanation *e, const struct sc_table_style *style,
                              struct sc_error *error)
{
    write_difference(stream, e);
    if (e->parts == 0)
        return SC_OK;
    bool known = parts_known(e);
    enum sc_code code = known ? write_parts(stream, e, style, error) : SC_OK;

    if (code != SC_OK)
        return code;
    if (known)
        fputc('\n', stream);
    write_changes(stream, e);
    if (known && e->parts > 1)
        sc_prose_print(stream, (struct sc_prose){"", NULL},
                       (struct sc_prose){"Alone: with all else as before. Last: with all else as after. Its part: "
                                         "the mean over all orders in which the inputs could have changed (Shapley "
                                         "value); the parts add up to the whole.",
                                         sc_shade(style, SC_DIM)});
    return SC_OK;
}

/* --- one scenario --- */

static void write_wanted(FILE *stream, const struct sc_explanation *e, const struct sc_table_style *style)
{
    char words[SC_EXPLAIN_TEXT], now[SC_HUMAN_TEXT], level[SC_HUMAN_TEXT], by[SC_HUMAN_TEXT], line[LINE_TEXT];
    double gap = fabs(e->before.mean - e->wanted);
    bool close = e->before.low <= e->wanted && e->before.high >= e->wanted;

    snprintf(line, sizeof line, "The %s is %s, %s %s: %s by %s%s.", sc_explain_metric_words(e->metric, words),
             value_words(e, e->before, now), e->at_least ? "wanted at least" : "wanted at most",
             e->unit == SC_UNIT_SHARE ? sc_human_share(e->wanted, level) : sc_human_value(e->unit, e->wanted, level),
             e->met ? "met" : "missed",
             /* the sign says nothing that the words do not */
             sc_human_difference(e->unit, (struct sc_figure){gap, gap, gap}, by) + (by[0] == '+'),
             close ? ", too close to call" : "");
    sc_prose_print(stream, (struct sc_prose){e->met ? "✓ " : "✗ ", sc_shade(style, e->met ? SC_GREEN : SC_RED)},
                   (struct sc_prose){line, NULL});
}

enum { LEVER_NAME, LEVER_NOW, LEVER_NEEDED, LEVER_CHANGE, LEVER_COST, LEVER_COLUMNS };

static enum sc_code add_lever(struct sc_table *table, const struct sc_lever *lever, struct sc_error *error)
{
    char text[LEVER_COLUMNS][SC_HUMAN_TEXT] = {"", "", "", "", ""};
    const char *cells[LEVER_COLUMNS] = {lever->name, text[1], text[2], text[3], text[4]};
    struct sc_figure now = {lever->now, NAN, NAN};

    sc_lever_position_words(lever, now, text[LEVER_NOW]);
    sc_lever_position_words(lever, lever->needed, text[LEVER_NEEDED]);
    sc_lever_change_words(lever, false, text[LEVER_CHANGE]);
    if (!isnan(lever->cost_per_month.mean))
        sc_human_difference(SC_UNIT_MONEY, lever->cost_per_month, text[LEVER_COST]);
    return sc_table_add(table, cells, error);
}

static enum sc_code write_levers(FILE *stream, const struct sc_explanation *e, const struct sc_table_style *style,
                                 struct sc_error *error)
{
    char cost[64];
    struct sc_table_column columns[LEVER_COLUMNS] = {
        [LEVER_NAME] = {"Lever", false},
        [LEVER_NOW] = {"Now", true},
        [LEVER_NEEDED] = {e->met ? "Would do" : "Needed", true},
        [LEVER_CHANGE] = {e->met ? "Room" : "Change", true},
        [LEVER_COST] = {cost, true},
    };
    struct sc_table *table = NULL;

    snprintf(cost, sizeof cost, "%.32s a month", e->currency);
    enum sc_code code = sc_table_new(columns, LEVER_COLUMNS, style->colour, &table, error);

    if (code == SC_OK)
        sc_table_fold(table);
    for (size_t i = 0; code == SC_OK && i < e->levers; i++)
        if (e->lever[i].end == SC_LEVER_REACHES)
            code = add_lever(table, &e->lever[i], error);
    if (code == SC_OK && sc_table_rows(table) > 0) {
        say(stream, e->met ? "Each of these alone could give way so far, and it would still be met:"
                           : "Each of these alone would meet it:");
        fputc('\n', stream);
        code = sc_table_print(table, 0, stream, error);
    } else if (code == SC_OK) {
        say(stream, e->met ? "No lever, moved as far as it goes, would make it missed."
                           : "No lever alone meets it, as far as it can go.");
    }
    sc_table_free(table);
    return code;
}

/* Those that do not get there: how far they get. */
static void write_others(FILE *stream, const struct sc_explanation *e)
{
    char position[SC_HUMAN_TEXT], value[SC_HUMAN_TEXT], line[LINE_TEXT];

    for (size_t i = 0; i < e->levers; i++) {
        const struct sc_lever *lever = &e->lever[i];

        if (lever->end == SC_LEVER_REACHES)
            continue;
        if (lever->end == SC_LEVER_IDLE)
            snprintf(line, sizeof line, "%s: %s", lever->name,
                     e->met ? "moving it does no harm" : "moving it does not help");
        else
            snprintf(line, sizeof line, "%s: %s, at %s it is %s", lever->name,
                     e->met ? "still met at the end of its range" : "not enough",
                     sc_lever_position_words(lever, (struct sc_figure){lever->position, NAN, NAN}, position),
                     value_words(e, lever->metric, value));
        sc_prose_print(stream, (struct sc_prose){"– ", NULL}, (struct sc_prose){line, NULL});
    }
}

static void write_overrides(FILE *stream, const struct sc_explanation *e, const struct sc_table_style *style)
{
    bool any = false;

    for (size_t i = 0; i < e->levers; i++)
        any = any || (e->lever[i].end == SC_LEVER_REACHES && e->lever[i].position != e->lever[i].now);
    if (!any)
        return;
    fprintf(stream, "\n%sTo try one:%s\n", sc_shade(style, SC_DIM), sc_shade(style, SC_PLAIN));
    for (size_t i = 0; i < e->levers; i++) {
        const struct sc_lever *lever = &e->lever[i];

        if (lever->end != SC_LEVER_REACHES || lever->position == lever->now)
            continue;
        for (size_t k = 0; k < lever->overrides; k++)
            fprintf(stream, "%s--set '%s'%s", k == 0 ? "  " : " ", lever->override[k],
                    k + 1 == lever->overrides ? "\n" : "");
    }
}

static void write_point(FILE *stream, const struct sc_explanation *e)
{
    const struct sc_automation_point *point = &e->point;
    char money[SC_HUMAN_TEXT], chance[32] = "", line[LINE_TEXT];

    if (!point->known)
        return;
    if (point->heads.high > point->heads.low)
        snprintf(chance, sizeof chance, " ± %.2f", (point->heads.high - point->heads.low) / 2);
    int length = snprintf(line, sizeof line,
                          "A point of automated resolution of %s is worth %.2f%s heads of %s at every staffed time "
                          "(%.2f full-time)",
                          point->channel, point->heads.mean, chance, point->pool, point->full_time.mean);

    if (!isnan(point->money_a_year.mean))
        length += snprintf(line + length, sizeof line - (size_t)length, ", %s %.32s a year",
                           sc_human_money_figure(point->money_a_year, money), e->currency);
    snprintf(line + length, sizeof line - (size_t)length, ".");
    fputc('\n', stream);
    say(stream, line);
}

static enum sc_code write_one(FILE *stream, const struct sc_explanation *e, const struct sc_table_style *style,
                              struct sc_error *error)
{
    write_wanted(stream, e, style);
    enum sc_code code = write_levers(stream, e, style, error);

    if (code != SC_OK)
        return code;
    write_others(stream, e);
    write_overrides(stream, e, style);
    write_point(stream, e);
    return SC_OK;
}

/* --- the whole --- */

/* What the table of levers needs to be read, of what is in it. */
static void note_levers(const struct sc_explanation *e, void (*tell)(void *context, const char *note), void *context)
{
    size_t shown = 0, heads = 0;

    for (size_t i = 0; i < e->levers; i++)
        if (e->lever[i].end == SC_LEVER_REACHES) {
            shown++;
            heads += e->lever[i].kind == SC_LEVER_HEADS;
        }
    if (shown > 1)
        tell(context, "levers are ranked by how far each has to move: in percent of what it is now, shares in points");
    if (heads > 0)
        tell(context, "heads are at the fullest time of the roster and are added wherever it has any");
}

void sc_explain_notes(const struct sc_explanation *e, void (*tell)(void *context, const char *note), void *context)
{
    char note[LINE_TEXT], words[SC_EXPLAIN_TEXT];

    sc_note_replications(e->replications, tell, context);
    if (e->seeds_differ) {
        snprintf(note, sizeof note,
                 "the scenarios have seeds of their own; both are played with that of the one "
                 "before, %" PRIu64 ", so that they meet the same contacts",
                 e->seed);
        tell(context, note);
    }
    if (e->two && !parts_known(e)) {
        snprintf(note, sizeof note,
                 "no parts can be told: with some inputs as before and the others as after the %s is over nothing, as "
                 "where the scenarios have no channel or pool in common; channels and pools go together by name",
                 sc_explain_metric_words(e->metric, words));
        tell(context, note);
    }
    for (size_t i = 0; i < e->others; i++) {
        const char *quote = strchr(e->other[i], ' ') != NULL ? "'" : "";

        snprintf(note, sizeof note, "the %s is missed, too: --metric %s%s%s",
                 sc_explain_metric_words(e->other[i], words), quote, e->other[i], quote);
        tell(context, note);
    }
    if (!e->two && e->days % 7 != 0) {
        snprintf(note, sizeof note,
                 "the days that count, %d, are no whole weeks: what is told of a month or a year is "
                 "as if all its days were like these",
                 e->days);
        tell(context, note);
    }
    if (!e->two)
        note_levers(e, tell, context);
}

enum sc_code sc_explain_write_table(FILE *stream, const struct sc_explanation *e, const struct sc_table_style *style,
                                    struct sc_error *error)
{
    struct sc_noted noted = {stream, style};
    char advice[2 * SC_EXPLAIN_TEXT];

    write_title(stream, e, style);
    enum sc_code code = e->two ? write_two(stream, e, style, error) : write_one(stream, e, style, error);

    if (code != SC_OK)
        return code;
    sc_explain_advice(e, advice);
    if (advice[0] != '\0') {
        fputc('\n', stream);
        say(stream, advice);
    }
    if (!style->quiet)
        sc_explain_notes(e, sc_prose_note, &noted);
    return SC_OK;
}
