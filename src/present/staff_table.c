/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A staffing for people: what is needed, in one sentence; where the targets are tightest; heads by half-hour; every
 * step from contacts to people; the shifts; what to know of it all.
 */
#include "present/staff.h"

#include "present/figures.h"
#include "present/human.h"
#include "present/prose.h"
#include "present/staff_days.h"
#include "present/table.h"
#include "staffcast/calendar.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_TEXT = 2048, MORE_TIMES = 4 };

static void write_quietly(FILE *stream, const char *text, const struct sc_table_style *style)
{
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){text, sc_shade(style, SC_DIM)});
}

/* --- the finding --- */

static void write_title(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style)
{
    const struct sc_staff *staff = staffed->staff;
    char start[32], confidence[64] = "on average (no confidence asked)", text[SC_HUMAN_TEXT];

    if (staff->confidence > 0)
        snprintf(confidence, sizeof confidence, "confidence %s", sc_human_share(staff->confidence, text));
    sc_date_format(staffed->scenario->start_day, start);
    fprintf(stream, "%s%s%s\n%s", sc_shade(style, SC_BOLD), staffed->scenario->name, sc_shade(style, SC_PLAIN),
            sc_shade(style, SC_DIM));
    fprintf(stream, "%d day%s from %s · per %s · %s · seed %" PRIu64 "%s\n\n", staffed->scenario->days,
            staffed->scenario->days == 1 ? "" : "s", start, sc_staff_per_name(staff->per), confidence, staffed->seed,
            sc_shade(style, SC_PLAIN));
}

/* Short by less than this share a target is as good as held. */
static const double nearly = 0.01;

/* How far a verdict is from its bound: below 0 it misses. */
static double slack(const struct sc_staff *staff, const struct sc_staff_verdict *verdict)
{
    if (staff->confidence > 0)
        return verdict->met - staff->confidence;
    return verdict->abandon ? verdict->wanted - verdict->figure : verdict->figure - verdict->wanted;
}

/* What can be said of a verdict: short by more than chance explains, held (or so nearly that it makes no difference),
   or neither of both by so few replications. */
enum standing { STANDS_MISSED, STANDS_HELD, STANDS_OPEN };

static enum standing standing(const struct sc_staff *staff, const struct sc_staff_verdict *verdict, bool missed)
{
    if (missed)
        return STANDS_MISSED;
    return slack(staff, verdict) >= -nearly ? STANDS_HELD : STANDS_OPEN;
}

/* What stands over all targets: the worst of them. */
static enum standing standing_of_all(const struct sc_staffed *staffed)
{
    const struct sc_staff *staff = staffed->judged != NULL ? staffed->judged : staffed->staff;
    enum standing all = staff->missed > 0 ? STANDS_MISSED : STANDS_HELD;

    for (size_t v = 0; v < staff->verdict_count && all == STANDS_HELD; v++)
        if (!isnan(staff->verdicts[v].figure))
            all = standing(staff, &staff->verdicts[v], staff->verdicts[v].missed);
    return all;
}

static bool anything_judged(const struct sc_staff *staff)
{
    for (size_t v = 0; v < staff->verdict_count; v++)
        if (!isnan(staff->verdicts[v].figure))
            return true;
    return false;
}

static void write_finding(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style)
{
    const struct sc_audit *audit = staffed->audit;
    char line[LINE_TEXT], per[64], heads[SC_HUMAN_TEXT], hours[SC_HUMAN_TEXT], duty[SC_HUMAN_TEXT], cost[SC_HUMAN_TEXT],
        share[SC_HUMAN_TEXT], when[SC_HUMAN_TEXT + 32] = "on average";
    enum standing all = standing_of_all(staffed);
    int length;

    if (staffed->staff->confidence > 0)
        snprintf(when, sizeof when, "with %s confidence", sc_human_share(staffed->staff->confidence, share));
    if (audit->headcount > 0)
        length = snprintf(line, sizeof line,
                          "%s %s needed: %s hours on duty, %s paid, %s %s %s%s",
                          sc_human_count(audit->headcount, heads), audit->headcount == 1 ? "person is" : "people are",
                          sc_human_count(audit->on_duty_h, duty), sc_human_count(audit->paid_h, hours),
                          all == STANDS_MISSED ? "and yet not every target holds" : "so that every target holds",
                          sc_staff_per_words(staffed, per, sizeof per), when,
                          all == STANDS_OPEN ? ", as far as so few replications can tell" : "");
    else if (!anything_judged(staffed->judged != NULL ? staffed->judged : staffed->staff))
        length = snprintf(line, sizeof line, "Nobody is needed: no contact comes that could be judged");
    else
        length = snprintf(line, sizeof line, "Nobody is needed: every target holds %s with no heads at all",
                          sc_staff_per_words(staffed, per, sizeof per));
    if (audit->cost > 0)
        snprintf(line + length, sizeof line - (size_t)length, "; they cost %s %.32s over the %d day%s",
                 sc_human_money(audit->cost, cost), staffed->scenario->currency, staffed->scenario->days,
                 staffed->scenario->days == 1 ? "" : "s");
    snprintf(line + strlen(line), sizeof line - strlen(line), ".");
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){line, sc_shade(style, SC_BOLD)});
}

static void describe_verdict(const struct sc_staffed *staffed, const struct sc_staff *staff,
                             const struct sc_staff_verdict *verdict, bool missed, char line[LINE_TEXT])
{
    const struct sc_channel *channel = &staffed->scenario->channels[verdict->channel];
    size_t a_day = (size_t)lround(86400 / staff->interval_s);
    char start[32], figure[SC_HUMAN_TEXT], wanted[SC_HUMAN_TEXT], met[SC_HUMAN_TEXT];
    const struct sc_target *target =
        verdict->class_index >= 0 ? &channel->classes[verdict->class_index].service.target : &channel->service.target;
    char within[SC_HUMAN_TEXT], what[128] = "abandoned";

    sc_instant_format(staffed->scenario->start_day + (int64_t)(verdict->first / a_day),
                      (double)(verdict->first % a_day) * staff->interval_s, start);
    if (!verdict->abandon)
        snprintf(what, sizeof what, "%s within %s", channel->kind == SC_DEFERRED ? "first replied to" : "answered",
                 sc_human_duration(target->within_s, within));
    double error = verdict->error < 1e-6 ? 0 : verdict->error;
    int length =
        snprintf(line, LINE_TEXT, "%s%s%s: %s %s%s, %s %s", channel->name, verdict->class_index >= 0 ? ", " : "",
                 verdict->class_index >= 0 ? channel->classes[verdict->class_index].name : "",
                 sc_human_share_figure((struct sc_figure){verdict->figure, verdict->figure - 1.96 * error,
                                                          verdict->figure + 1.96 * error},
                                       figure),
                 what, staff->per == SC_STAFF_HORIZON ? "" : " at the tightest",
                 verdict->abandon ? "at most" : "target", sc_human_share(verdict->wanted, wanted));
    if (staff->per != SC_STAFF_HORIZON)
        length +=
            snprintf(line + length, LINE_TEXT - (size_t)length, " (%s from %s)", sc_staff_per_name(staff->per), start);
    if (staff->confidence > 0)
        length += snprintf(line + length, LINE_TEXT - (size_t)length, "; met in %s of replications",
                           sc_human_share(round(1000 * verdict->met) / 1000, met));
    bool close = staff->confidence > 0 ? fabs(slack(staff, verdict)) < 2 * verdict->met_error
                                       : fabs(slack(staff, verdict)) < 2 * verdict->error;

    if (!missed && standing(staff, verdict, missed) == STANDS_OPEN)
        snprintf(line + length, LINE_TEXT - (size_t)length,
                 ": too few replications to tell; --replications %zu tells more", MORE_TIMES * staff->held_out);
    else
        snprintf(line + length, LINE_TEXT - (size_t)length, "%s",
                 missed  ? ": missed"
                 : close ? ", within the uncertainty"
                         : "");
}

/* The tightest period of each target, on numbers that chose nothing. */
static void write_verdicts(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style)
{
    const struct sc_staff *staff = staffed->judged != NULL ? staffed->judged : staffed->staff;
    char line[LINE_TEXT];

    for (size_t v = 0; v < staff->verdict_count;) {
        size_t end = v, tightest = SIZE_MAX;
        bool missed = false;

        for (; end < staff->verdict_count && staff->verdicts[end].channel == staff->verdicts[v].channel &&
               staff->verdicts[end].class_index == staff->verdicts[v].class_index &&
               staff->verdicts[end].abandon == staff->verdicts[v].abandon;
             end++) {
            missed = missed || staff->verdicts[end].missed;
            if (!isnan(staff->verdicts[end].figure) &&
                (tightest == SIZE_MAX ||
                 slack(staff, &staff->verdicts[end]) < slack(staff, &staff->verdicts[tightest])))
                tightest = end;
        }
        if (tightest != SIZE_MAX) {
            describe_verdict(staffed, staff, &staff->verdicts[tightest], missed, line);
            static const char *const marks[] = {"✗ ", "✓ ", "? "}, *const shades[] = {SC_RED, SC_GREEN, SC_BOLD};
            enum standing how = standing(staff, &staff->verdicts[tightest], missed);

            sc_prose_print(stream, (struct sc_prose){marks[how], sc_shade(style, shades[how])},
                           (struct sc_prose){line, NULL});
        }
        v = end;
    }
    fputc('\n', stream);
}

/* --- the steps --- */

enum { STEP_POOL, STEP_DUTY, STEP_SCHEDULED, STEP_PAID, STEP_WEEK, STEP_FTE, STEP_HEADS, STEP_COST, STEP_COLUMNS };

static enum sc_code add_step(struct sc_table *table, const struct sc_staffed *staffed, size_t p, struct sc_error *error)
{
    const struct sc_audit_pool *pool = &staffed->audit->pools[p];
    const double hours[] = {pool->on_duty_h, pool->scheduled_h, pool->paid_h, pool->paid_h_a_week};
    char text[STEP_COLUMNS][SC_HUMAN_TEXT], number[SC_HUMAN_TEXT];
    const char *cells[STEP_COLUMNS];

    for (int i = 0; i < STEP_COLUMNS; i++)
        cells[i] = text[i];
    cells[STEP_POOL] = staffed->scenario->pools[p].name;
    for (int i = 0; i < 4; i++)
        snprintf(text[STEP_DUTY + i], SC_HUMAN_TEXT, "%.40s h", sc_human_count(hours[i], number));
    snprintf(text[STEP_FTE], SC_HUMAN_TEXT, "%.1f", pool->fte);
    sc_human_count(pool->headcount, text[STEP_HEADS]);
    text[STEP_COST][0] = '\0';
    if (pool->cost > 0)
        sc_human_money(pool->cost, text[STEP_COST]);
    return sc_table_add(table, cells, error);
}

/* What the steps are made of, by pool where pools have shares of their own. */
static void write_rules(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style)
{
    char line[LINE_TEXT] = "Scheduled: on duty / ((1 - absence) (1 - planned)), every interval rounded up. Full-time: "
                           "paid hours a week / those of a head. People: full-time / (1 - overhead), rounded up.";

    write_quietly(stream, line, style);
    for (size_t p = 0; p < staffed->scenario->pool_count; p++) {
        const struct sc_pool *pool = &staffed->scenario->pools[p];
        const struct sc_audit_pool *audit = &staffed->audit->pools[p];
        char absence[SC_HUMAN_TEXT], planned[SC_HUMAN_TEXT], overhead[SC_HUMAN_TEXT];

        if (pool->absence == 0 && pool->planned == 0 && !audit->people_given)
            continue;
        snprintf(line, sizeof line, "%.256s: absence %s, planned %s, %g h a week, overhead %s", pool->name,
                 sc_human_share(pool->absence, absence), sc_human_share(pool->planned, planned), audit->hours_a_week,
                 sc_human_share(audit->overhead, overhead));
        write_quietly(stream, line, style);
    }
}

static enum sc_code write_steps(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style,
                                struct sc_error *error)
{
    char cost[64], line[LINE_TEXT], contacts[SC_HUMAN_TEXT], work[SC_HUMAN_TEXT];
    const struct sc_table_column columns[STEP_COLUMNS] = {
        [STEP_POOL] = {"Pool", false},   [STEP_DUTY] = {"On duty", true}, [STEP_SCHEDULED] = {"Scheduled", true},
        [STEP_PAID] = {"Paid", true},    [STEP_WEEK] = {"A week", true},  [STEP_FTE] = {"Full-time", true},
        [STEP_HEADS] = {"People", true}, [STEP_COST] = {cost, true},
    };
    struct sc_table *table = NULL;

    snprintf(line, sizeof line, "From contacts to people: %s contacts bring %s hours of work.",
             sc_human_count(staffed->audit->contacts, contacts), sc_human_count(staffed->audit->work_h, work));
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){line, NULL});
    snprintf(cost, sizeof cost, "Cost, %.32s", staffed->scenario->currency);
    enum sc_code code = sc_table_new(columns, STEP_COLUMNS, style->colour, &table, error);

    for (size_t p = 0; code == SC_OK && p < staffed->scenario->pool_count; p++)
        code = add_step(table, staffed, p, error);
    if (code == SC_OK)
        code = sc_table_print(table, 0, stream, error);
    sc_table_free(table);
    if (code == SC_OK)
        write_rules(stream, staffed, style);
    return code;
}

/* What the usual formulas would have asked for, and what pooling brings. */
static void write_formulas(FILE *stream, const struct sc_staffed *staffed)
{
    const struct sc_audit *audit = staffed->audit;
    double alone_h = audit->alone_h, saves_h = alone_h - audit->on_duty_h;
    char line[LINE_TEXT], a[SC_HUMAN_TEXT], c[SC_HUMAN_TEXT], own[SC_HUMAN_TEXT], duty[SC_HUMAN_TEXT],
        share[SC_HUMAN_TEXT];
    int length = 0;

    sc_human_count(audit->on_duty_h, duty);
    if (!isnan(audit->erlang_c_h))
        length = snprintf(line, sizeof line,
                          "By formulas, channel by channel%s: Erlang C asks for %s hours on duty "
                          "(nobody gives up in it), Erlang A for %s; the simulation for %s. ",
                          audit->all_speak ? "" : " (not of all channels)", sc_human_count(audit->erlang_c_h, c),
                          sc_human_count(audit->erlang_a_h, a), duty);
    if (audit->teams > 1 && saves_h > 0)
        length += snprintf(line + length, sizeof line - (size_t)length,
                           "A team of its own for every channel would need %s hours: sharing people saves %s.",
                           sc_human_count(alone_h, own), sc_human_share(round(1000 * saves_h / alone_h) / 1000, share));
    if (length > 0)
        sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){line, NULL});
}

/* --- the whole --- */

enum sc_code sc_staff_write_table(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style,
                                  struct sc_error *error)
{
    struct sc_noted noted = {stream, style};
    enum sc_code code;

    write_title(stream, staffed, style);
    write_finding(stream, staffed, style);
    write_verdicts(stream, staffed, style);
    code = sc_staff_write_days(stream, staffed, style, error);
    if (code == SC_OK)
        code = write_steps(stream, staffed, style, error);
    if (code != SC_OK)
        return code;
    fputc('\n', stream);
    write_formulas(stream, staffed);
    if (staffed->shifts != NULL)
        code = sc_staff_write_shifts(stream, staffed, style, error);
    if (code == SC_OK && !style->quiet)
        sc_staffed_notes(staffed, sc_prose_note, &noted);
    return code;
}
