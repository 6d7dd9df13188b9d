/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The results of `run` for people: what was found, then the figures, then what to know of them. A manager reads the
 * first lines, a planner the tables.
 */
#include "staffcast/present.h"

#include "present/beside.h"
#include "present/figures.h"
#include "present/human.h"
#include "present/prose.h"
#include "present/run_dated.h"
#include "present/run_day.h"
#include "present/table.h"
#include "staffcast/calendar.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_TEXT = 2048, LEAD_TEXT = 64 };

/* A sequence where colour is wanted, nothing where not. */
/* What is there for those who look for it. */
static void write_quietly(FILE *stream, const char *text, const struct sc_table_style *style)
{
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){text, sc_shade(style, SC_DIM)});
}

static void write_title(FILE *stream, const struct sc_played *played, const struct sc_table_style *style)
{
    char start[32];

    sc_date_format(played->scenario->start_day, start);
    fprintf(stream, "%s%s%s\n%s", sc_shade(style, SC_BOLD), played->scenario->name, sc_shade(style, SC_PLAIN),
            sc_shade(style, SC_DIM));
    fprintf(stream, "%d day%s from %s · %zu replication%s · seed %" PRIu64, played->scenario->days,
            played->scenario->days == 1 ? "" : "s", start, played->result->replications,
            played->result->replications == 1 ? "" : "s", played->result->seed);
    fprintf(stream, "%s\n\n", sc_shade(style, SC_PLAIN));
}

/* --- findings --- */

struct finding {
    FILE *stream;
    const struct sc_played *played;
    const struct sc_table_style *style;
    size_t count;
};

/* "78.3 % ± 0.6 answered within 20 s, target 80 %" and the like for abandonment. */
static void describe_target(const struct sc_verdict *verdict, char text[LINE_TEXT])
{
    const struct sc_target *target = verdict->target;
    char share[SC_HUMAN_TEXT], within[SC_HUMAN_TEXT], wanted[SC_HUMAN_TEXT];
    int length = 0;

    text[0] = '\0';
    if (target->answer_given)
        length = snprintf(text, LINE_TEXT, "%s %s within %s, target %s",
                          sc_human_share_figure(sc_channel_figure(verdict->figures, "service_level"), share),
                          verdict->deferred ? "first replied to" : "answered",
                          sc_human_duration(target->within_s, within), sc_human_share(target->answer, wanted));
    if (target->abandon_given)
        snprintf(text + length, LINE_TEXT - (size_t)length, "%s%s abandoned, at most %s", length > 0 ? "; " : "",
                 sc_human_share_figure(sc_channel_figure(verdict->figures, "abandon_rate"), share),
                 sc_human_share(target->abandon, wanted));
}

/* How often a single day (or, of one day, a replication) meets it: on average is not every day. */
static void describe_days(const struct sc_verdict *verdict, int days, char text[LEAD_TEXT])
{
    struct sc_figure share = sc_channel_figure(verdict->figures, days > 1 ? "days_met" : "target_met");
    char number[SC_HUMAN_TEXT];

    text[0] = '\0';
    if (!isfinite(share.mean))
        return;
    if (share.mean > 0 && share.mean < 0.01)
        snprintf(number, sizeof number, "under 1 %%");
    else if (share.mean < 1 && share.mean > 0.99)
        snprintf(number, sizeof number, "over 99 %%");
    else
        snprintf(number, sizeof number, "%.0f %%", 100 * share.mean);
    snprintf(text, LEAD_TEXT, " (met on %.12s of days)", number);
}

static void write_finding(void *context, const struct sc_verdict *verdict)
{
    struct finding *finding = context;
    const struct sc_table_style *style = finding->style;
    char lead[512], text[LINE_TEXT], line[LINE_TEXT + 768], days[LEAD_TEXT];
    const char *mark = !verdict->judged ? "– " : verdict->met ? "✓ " : "✗ ";
    const char *colour = !verdict->judged ? SC_DIM : verdict->met ? SC_GREEN : SC_RED;

    describe_target(verdict, text);
    describe_days(verdict, finding->played->scenario->days, days);
    snprintf(lead, sizeof lead, "%s%s%s: ", verdict->channel, verdict->class_name != NULL ? ", " : "",
             verdict->class_name != NULL ? verdict->class_name : "");
    if (!verdict->judged)
        snprintf(line, sizeof line, "%snothing came that could be judged", lead);
    else
        snprintf(line, sizeof line, "%s%s: %s%s%s", lead, text, verdict->met ? "met" : "missed", days,
                 verdict->uncertain ? ", too close to call: the target lies within the uncertainty" : "");
    sc_prose_print(finding->stream, (struct sc_prose){mark, sc_shade(style, colour)}, (struct sc_prose){line, NULL});
    finding->count++;
}

static void write_findings(FILE *stream, const struct sc_played *played, const struct sc_table_style *style)
{
    struct finding finding = {stream, played, style, 0};

    sc_verdicts(played, write_finding, &finding);
    if (finding.count == 0)
        write_quietly(stream, "No channel has a target.", style);
    sc_run_write_dated(stream, played, style);
    fputc('\n', stream);
}

/* --- channels --- */

static bool any_channel_of_kind(const struct sc_scenario *scenario, enum sc_channel_kind kind)
{
    for (size_t i = 0; i < scenario->channel_count; i++)
        if (scenario->channels[i].kind == kind)
            return true;
    return false;
}

enum { CHANNEL_NAME, CHANNEL_OFFERED, CHANNEL_LEVEL, CHANNEL_ABANDONED, CHANNEL_WAIT, CHANNEL_P90, CHANNEL_RESPONSE,
       CHANNEL_HANDLE, CHANNEL_COLUMNS };

static const struct sc_table_column channel_columns[CHANNEL_COLUMNS] = {
    [CHANNEL_NAME] = {"Channel", false},     [CHANNEL_OFFERED] = {"Offered", true},
    [CHANNEL_LEVEL] = {"Service level", true}, [CHANNEL_ABANDONED] = {"Abandoned", true},
    [CHANNEL_WAIT] = {"ASA", true},          [CHANNEL_P90] = {"P90 wait", true},
    [CHANNEL_RESPONSE] = {"First reply", true}, [CHANNEL_HANDLE] = {"AHT", true},
};

static enum sc_code add_channel(struct sc_table *table, const struct sc_channel_result *result, bool is_class,
                                bool deferred, struct sc_error *error)
{
    char name[512], text[CHANNEL_COLUMNS][SC_HUMAN_TEXT];
    const char *cells[CHANNEL_COLUMNS];
    struct sc_figure level = sc_channel_figure(result, "service_level");

    snprintf(name, sizeof name, "%s%s", is_class ? "  " : "", result->name);
    for (int i = 0; i < CHANNEL_COLUMNS; i++)
        cells[i] = text[i];
    cells[CHANNEL_NAME] = name;
    sc_human_count(sc_channel_figure(result, "offered").mean, text[CHANNEL_OFFERED]);
    text[CHANNEL_LEVEL][0] = '\0';
    if (isfinite(level.mean))
        sc_human_share_figure(level, text[CHANNEL_LEVEL]);
    sc_human_share_figure(sc_channel_figure(result, "abandon_rate"), text[CHANNEL_ABANDONED]);
    sc_human_duration_figure(sc_channel_figure(result, "wait_mean_s"), text[CHANNEL_WAIT]);
    sc_human_duration(sc_channel_figure(result, "wait_p90_s").mean, text[CHANNEL_P90]);
    text[CHANNEL_RESPONSE][0] = '\0';
    if (deferred)
        sc_human_duration_figure(sc_channel_figure(result, "first_response_mean_s"), text[CHANNEL_RESPONSE]);
    sc_human_duration(sc_channel_figure(result, "handle_mean_s").mean, text[CHANNEL_HANDLE]);
    return sc_table_add(table, cells, error);
}

static enum sc_code write_channels(FILE *stream, const struct sc_played *played, const struct sc_table_style *style,
                                   struct sc_error *error)
{
    const struct sc_scenario *scenario = played->scenario;
    bool deferred = any_channel_of_kind(scenario, SC_DEFERRED);
    struct sc_table *table = NULL;
    enum sc_code code = sc_table_new(channel_columns, CHANNEL_COLUMNS, style->colour, &table, error);

    if (code == SC_OK)
        sc_table_fold(table);
    for (size_t i = 0; code == SC_OK && i < scenario->channel_count; i++) {
        const struct sc_channel_result *result = &played->result->channels[i];

        code = add_channel(table, result, false, deferred, error);
        for (size_t j = 0; code == SC_OK && j < result->class_count; j++)
            code = add_channel(table, &result->classes[j], true, deferred, error);
    }
    if (code == SC_OK)
        code = sc_table_print(table, 0, stream, error);
    sc_table_free(table);
    return code;
}

static const char *definition_name(enum sc_counts counts)
{
    static const char *const names[] = {
        [SC_COUNT_OFFERED] = "offered", [SC_COUNT_NO_SHORT] = "no-short", [SC_COUNT_ANSWERED] = "answered",
        [SC_COUNT_MET] = "met"};

    return names[counts];
}

/* Service level is a word for four things; the one used is named and the others stand beside it. */
static void write_definitions(FILE *stream, const struct sc_channel *channel, const struct sc_channel_result *result,
                              const struct sc_table_style *style)
{
    static const char *const metrics[] = {
        [SC_COUNT_OFFERED] = "service_level_by.offered", [SC_COUNT_NO_SHORT] = "service_level_by.no-short",
        [SC_COUNT_ANSWERED] = "service_level_by.answered", [SC_COUNT_MET] = "service_level_by.met"};
    enum sc_counts used = channel->service.target.counts;
    char text[LINE_TEXT], share[SC_HUMAN_TEXT];

    if (!channel->service.target.given || !channel->service.target.answer_given ||
        !isfinite(sc_channel_figure(result, "service_level").mean))
        return;
    int length = snprintf(text, sizeof text, "%.256s: service level as \"%s\";", channel->name, definition_name(used));

    for (int i = SC_COUNT_OFFERED, said = 0; i <= SC_COUNT_MET; i++)
        if (i != (int)used)
            length += snprintf(text + length, sizeof text - (size_t)length, "%s %s %s", said++ > 0 ? "," : "",
                               definition_name((enum sc_counts)i),
                               sc_human_share_figure((struct sc_figure){sc_channel_figure(result, metrics[i]).mean,
                                                                        NAN, NAN}, share));
    write_quietly(stream, text, style);
}

/* What else became of contacts, where it happened at all. */
static void write_fates(FILE *stream, const struct sc_channel_result *result, const struct sc_table_style *style)
{
    static const struct {
        const char *metric, *words;
    } fates[] = {
        {"deflected", "deflected"}, {"automated", "automated"}, {"gave_up", "gave up in automation"},
        {"diverted", "diverted on joining"}, {"balked", "balked"}, {"blocked", "blocked"},
        {"dismissed", "dismissed at closing"}, {"diverted_waiting", "diverted from the queue"},
        {"called_back", "called back"}, {"retried", "retried"}, {"transferred", "transferred"},
        {"touches", "further handlings"}, {"recontacts", "recontacts"}, {"open_at_end", "open at the end"},
    };
    char text[LINE_TEXT], number[SC_HUMAN_TEXT];
    int length = snprintf(text, sizeof text, "%.256s:", result->name), said = 0;

    for (size_t i = 0; i < sizeof fates / sizeof fates[0]; i++) {
        double count = sc_channel_figure(result, fates[i].metric).mean;

        if (count > 0)
            length += snprintf(text + length, sizeof text - (size_t)length, "%s %s %s", said++ > 0 ? "," : "",
                               count < 0.05 ? "under 0.1" : sc_human_count(count, number), fates[i].words);
    }
    if (said > 0)
        write_quietly(stream, text, style);
}

static void write_legend(FILE *stream, const struct sc_played *played, const struct sc_table_style *style)
{
    const struct sc_scenario *scenario = played->scenario;
    char text[LINE_TEXT];

    for (size_t i = 0; i < scenario->channel_count; i++)
        write_definitions(stream, &scenario->channels[i], &played->result->channels[i], style);
    for (size_t i = 0; i < scenario->channel_count; i++)
        write_fates(stream, &played->result->channels[i], style);
    snprintf(text, sizeof text, "Counts are means over replications of %d day%s; ± is half the 95 %% confidence "
             "interval. ASA: mean wait of the answered; P90 wait: nine in ten of them waited no longer; AHT: handle "
             "time with wrap-up.", scenario->days, scenario->days == 1 ? "" : "s");
    write_quietly(stream, text, style);
}

/* --- pools and totals --- */

enum { POOL_NAME, POOL_SCHEDULED, POOL_PRESENT, POOL_BUSY, POOL_OCCUPANCY, POOL_OVERTIME, POOL_COST, POOL_COLUMNS };

static enum sc_code add_pool(struct sc_table *table, const struct sc_pool_result *result, struct sc_error *error)
{
    static const struct {
        int column;
        const char *metric;
    } hours[] = {{POOL_SCHEDULED, "scheduled_h"}, {POOL_PRESENT, "present_h"}, {POOL_BUSY, "busy_h"}};
    char text[POOL_COLUMNS][SC_HUMAN_TEXT], number[SC_HUMAN_TEXT];
    const char *cells[POOL_COLUMNS];
    double cost = sc_pool_figure(result, "cost").mean, overtime_h = sc_pool_figure(result, "overtime_h").mean;

    for (int i = 0; i < POOL_COLUMNS; i++)
        cells[i] = text[i];
    cells[POOL_NAME] = result->name;
    for (size_t i = 0; i < sizeof hours / sizeof hours[0]; i++)
        snprintf(text[hours[i].column], SC_HUMAN_TEXT, "%.40s h",
                 sc_human_count(sc_pool_figure(result, hours[i].metric).mean, number));
    sc_human_share_figure(sc_pool_figure(result, "occupancy"), text[POOL_OCCUPANCY]);
    text[POOL_OVERTIME][0] = text[POOL_COST][0] = '\0';
    if (overtime_h >= 0.05)
        snprintf(text[POOL_OVERTIME], SC_HUMAN_TEXT, "%.40s h", sc_human_count(overtime_h, number));
    if (cost > 0)
        sc_human_money(cost, text[POOL_COST]);
    return sc_table_add(table, cells, error);
}

static enum sc_code write_pools(FILE *stream, const struct sc_played *played, const struct sc_table_style *style,
                                struct sc_error *error)
{
    char cost[64];
    const struct sc_table_column columns[POOL_COLUMNS] = {
        [POOL_NAME] = {"Pool", false},          [POOL_SCHEDULED] = {"Scheduled", true},
        [POOL_PRESENT] = {"On duty", true},     [POOL_BUSY] = {"Busy", true},
        [POOL_OCCUPANCY] = {"Occupancy", true}, [POOL_OVERTIME] = {"Overtime", true},
        [POOL_COST] = {cost, true},
    };
    struct sc_table *table = NULL;

    snprintf(cost, sizeof cost, "Cost, %.32s", played->scenario->currency);
    enum sc_code code = sc_table_new(columns, POOL_COLUMNS, style->colour, &table, error);

    if (code == SC_OK)
        sc_table_fold(table);
    for (size_t i = 0; code == SC_OK && i < played->scenario->pool_count; i++)
        code = add_pool(table, &played->result->pools[i], error);
    if (code == SC_OK)
        code = sc_table_print(table, 0, stream, error);
    sc_table_free(table);
    return code;
}

static void write_totals(FILE *stream, const struct sc_played *played)
{
    const struct sc_result *result = played->result;
    struct sc_figure level = sc_total_figure(result, "service_level"), cost = sc_total_figure(result, "cost");
    double lost = sc_total_figure(result, "cost_of_lost").mean;
    const char *currency = played->scenario->currency;
    char line[LINE_TEXT], text[SC_HUMAN_TEXT], other[SC_HUMAN_TEXT];
    int length = snprintf(line, sizeof line, "In all: %s offered, %s answered",
                          sc_human_count(sc_total_figure(result, "offered").mean, text),
                          sc_human_count(sc_total_figure(result, "answered").mean, other));

    if (isfinite(level.mean))
        length += snprintf(line + length, sizeof line - (size_t)length, ", service level %s",
                           sc_human_share_figure(level, text));
    length += snprintf(line + length, sizeof line - (size_t)length, ", %s abandoned",
                       sc_human_share_figure(sc_total_figure(result, "abandon_rate"), text));
    if (cost.mean > 0)
        length += snprintf(line + length, sizeof line - (size_t)length, "; cost %s %.32s, %s a contact handled",
                           sc_human_money_figure(cost, text), currency,
                           sc_human_money(sc_total_figure(result, "cost_per_contact").mean, other));
    if (lost > 0)
        snprintf(line + length, sizeof line - (size_t)length, "; lost contacts cost another %s %.32s",
                 sc_human_money(lost, text), currency);
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){line, NULL});
}

/* --- the whole --- */

enum sc_code sc_run_write_table(FILE *stream, const struct sc_played *played, const struct sc_table_style *style,
                                struct sc_error *error)
{
    struct sc_noted noted = {stream, style};
    enum sc_code code;

    write_title(stream, played, style);
    write_findings(stream, played, style);
    code = write_channels(stream, played, style, error);
    if (code != SC_OK)
        return code;
    write_legend(stream, played, style);
    fputc('\n', stream);
    code = write_pools(stream, played, style, error);
    if (code != SC_OK)
        return code;
    fputc('\n', stream);
    write_totals(stream, played);
    code = sc_beside_write_table(stream, played, style, error);
    if (code == SC_OK && played->result->intervals != NULL)
        code = sc_run_write_day(stream, played, style, error);
    if (code == SC_OK && !style->quiet)
        sc_run_notes(played, sc_prose_note, &noted);
    return code;
}
