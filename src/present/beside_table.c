/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/beside.h"

#include "present/figures.h"
#include "present/human.h"
#include "present/prose.h"
#include "present/table.h"

#include <math.h>
#include <stdio.h>

enum { LINE_TEXT = 2048 };
enum { NAME, METHOD, LEVEL, ABANDONED, WAIT, COLUMNS };

static const struct sc_table_column columns[COLUMNS] = {
    [NAME] = {"Channel", false},       [METHOD] = {"By", false},     [LEVEL] = {"Service level", true},
    [ABANDONED] = {"Abandoned", true}, [WAIT] = {"Mean wait", true},
};

static const char *const method_names[SC_BESIDE_METHODS] = {[SC_BESIDE_C] = "Erlang C",
                                                            [SC_BESIDE_A] = "Erlang A",
                                                            [SC_BESIDE_LAGGED] = "Erlang, lagged load",
                                                            [SC_BESIDE_TRANSIENT] = "forward equations"};

static void write_quietly(FILE *stream, const char *text, const struct sc_table_style *style)
{
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){text, style->colour ? SC_DIM : ""});
}

static enum sc_code add_simulated(struct sc_table *table, const struct sc_channel_result *result,
                                  struct sc_error *error)
{
    struct sc_figure level = sc_channel_figure(result, "service_level");
    char text[COLUMNS][SC_HUMAN_TEXT] = {""};

    if (isfinite(level.mean))
        sc_human_share_figure(level, text[LEVEL]);
    sc_human_share_figure(sc_channel_figure(result, "abandon_rate"), text[ABANDONED]);
    sc_human_duration_figure(sc_channel_figure(result, "wait_all_mean_s"), text[WAIT]);
    return sc_table_add(table, (const char *[]){result->name, "simulation", text[LEVEL], text[ABANDONED], text[WAIT]},
                        error);
}

static void write_share(double share, char text[SC_HUMAN_TEXT])
{
    sc_human_share_figure((struct sc_figure){share, NAN, NAN}, text);
}

static enum sc_code add_method(struct sc_table *table, const struct sc_beside_figures *figures, const char *name,
                               struct sc_error *error)
{
    char text[COLUMNS][SC_HUMAN_TEXT] = {""};

    if (isfinite(figures->service_level))
        write_share(figures->service_level, text[LEVEL]);
    write_share(figures->abandon_rate, text[ABANDONED]);
    if (figures->unstable_share > 0)
        snprintf(text[WAIT], SC_HUMAN_TEXT, "unstable");
    else
        sc_human_duration(figures->wait_all_mean_s, text[WAIT]);
    return sc_table_add(table, (const char *[]){"", name, text[LEVEL], text[ABANDONED], text[WAIT]}, error);
}

static enum sc_code write_figures(FILE *stream, const struct sc_played *played, const struct sc_table_style *style,
                                  struct sc_error *error)
{
    struct sc_table *table = NULL;
    enum sc_code code = sc_table_new(columns, COLUMNS, style->colour, &table, error);

    for (size_t c = 0; code == SC_OK && c < played->beside->channel_count; c++) {
        const struct sc_beside_channel *channel = &played->beside->channels[c];

        if (channel->silence != SC_BESIDE_SPEAKS)
            continue;
        code = add_simulated(table, &played->result->channels[c], error);
        for (int method = 0; code == SC_OK && method < SC_BESIDE_METHODS; method++)
            if (channel->figures[method].said)
                code = add_method(table, &channel->figures[method], method_names[method], error);
    }
    if (code == SC_OK)
        code = sc_table_print(table, 0, stream, error);
    sc_table_free(table);
    return code;
}

/* --- reasons --- */

static const struct {
    enum sc_beside_reason reason;
    const char *words;
} reasons[] = {
    {SC_REASON_PATIENCE, "in Erlang C nobody gives up"},
    {SC_REASON_SPREAD, "arrivals come at their mean, without any day-to-day spread"},
    {SC_REASON_SKILLS, "channels that share heads are one queue, as if any head took any contact, without ranks and "
                       "priorities"},
    {SC_REASON_CLASSES, "classes are mixed into one"},
    {SC_REASON_COMEBACK, "contacts that come back or from other channels are left out"},
    {SC_REASON_HANDLE_LAW, "handle times are exponential"},
    {SC_REASON_PATIENCE_LAW, "patience is exponential"},
    {SC_REASON_LIMIT, "the queue has no limit"},
    {SC_REASON_TRUNKS, "there are always lines free"},
    {SC_REASON_BALK, "nobody balks"},
    {SC_REASON_CALLBACK, "nobody is called back"},
    {SC_REASON_SHRINKAGE, "absence is the same every day"},
    {SC_REASON_SPEED, "all heads are equally fast"},
    {SC_REASON_EVENTS, "what events change is left out"},
};

/* Adds to a text of LINE_TEXT bytes, as far as there is room. */
static void append(char text[LINE_TEXT], int *length, const char *separator, const char *words)
{
    int more = snprintf(text + *length, LINE_TEXT - (size_t)*length, "%s%s", separator, words);

    *length = *length + more < LINE_TEXT ? *length + more : LINE_TEXT - 1;
}

/* "phone: " where only one channel is spoken of. */
static int begin_text(char text[LINE_TEXT], const struct sc_played *played)
{
    const char *only = NULL;
    int length = 0;

    for (size_t c = 0; c < played->beside->channel_count; c++)
        if (played->beside->channels[c].silence == SC_BESIDE_SPEAKS) {
            if (only)
                return 0;
            only = played->scenario->channels[c].name;
        }
    append(text, &length, only ? only : "", only ? ": " : "");
    return length;
}

/* One sentence for the channels that are at times unstable: from where to where the shares of such contacts go. */
static void write_unstable(FILE *stream, const struct sc_played *played, const struct sc_table_style *style)
{
    char text[LINE_TEXT] = "", low[SC_HUMAN_TEXT], high[SC_HUMAN_TEXT];
    double least = 1, most = 0;
    int length = 0;

    for (size_t c = 0; c < played->beside->channel_count; c++) {
        const struct sc_beside_channel *channel = &played->beside->channels[c];
        double share = channel->figures[SC_BESIDE_C].unstable_share;

        if (channel->silence == SC_BESIDE_SPEAKS && share > 0) {
            append(text, &length, most > 0 ? ", " : "", played->scenario->channels[c].name);
            least = share < least ? share : least;
            most = share > most ? share : most;
        }
    }
    if (most == 0)
        return;
    append(text, &length, ": ", "");
    if (least > 1 - 1e-9) {
        append(text, &length, "", "there is always more work than heads can do, so Erlang C has no answer: its queue "
                                  "grows without end");
    } else {
        write_share(least, low);
        write_share(most, high);
        append(text, &length, "", low);
        if (most > least)
            append(text, &length, " to ", high);
        append(text, &length, " of contacts come when there is more work than heads can do; ",
               "in Erlang C their queue grows without end, and none of them counts as answered in time");
    }
    write_quietly(stream, text, style);
}

/* One sentence for all channels, with every reason that applies to any of them. */
static void write_reasons(FILE *stream, const struct sc_played *played, const char *interval,
                          const struct sc_table_style *style)
{
    unsigned all = 0;
    bool a = false;
    char text[LINE_TEXT] = "", stationary[128];

    for (size_t c = 0; c < played->beside->channel_count; c++) {
        const struct sc_beside_channel *channel = &played->beside->channels[c];

        if (channel->silence == SC_BESIDE_SPEAKS) {
            all |= channel->reasons;
            a = a || channel->figures[SC_BESIDE_A].said;
        }
    }
    int length = begin_text(text, played), said = 0;
    if ((all & ~(unsigned)SC_REASON_PATIENCE) == 0) {
        append(text, &length, "",
               a ? "in Erlang C nobody gives up; Erlang A knows all there is here"
                 : "Erlang C knows all there is here");
        write_quietly(stream, text, style);
        return;
    }
    append(text, &length, "",
           a ? "Erlang C and A differ from the simulation because " : "Erlang C differs from the simulation because ");
    if (all & SC_REASON_STATIONARY) {
        snprintf(stationary, sizeof stationary, "each %s is taken by itself, as if it lasted for ever", interval);
        append(text, &length, "", stationary);
        said++;
    }
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (all & reasons[i].reason)
            append(text, &length, said++ > 0 ? "; " : "", reasons[i].words);
    write_quietly(stream, text, style);
}

static void write_silent(FILE *stream, const struct sc_played *played, const struct sc_table_style *style)
{
    static const char *const words[] = {
        [SC_BESIDE_DEFERRED] = "a backlog that is worked off",
        [SC_BESIDE_SLOTS] = "several contacts held at once",
    };
    char text[LINE_TEXT] = "Erlang's formulas do not know ";
    int length = 0, said = 0;

    while (text[length] != '\0')
        length++;
    for (int why = SC_BESIDE_DEFERRED; why <= SC_BESIDE_SLOTS; why++) {
        int named = 0;

        for (size_t c = 0; c < played->beside->channel_count; c++) {
            if (played->beside->channels[c].silence != (enum sc_beside_silence)why)
                continue;
            if (named == 0)
                append(text, &length, said++ > 0 ? ", nor " : "", words[why]);
            append(text, &length, named++ == 0 ? " (" : ", ", played->scenario->channels[c].name);
        }
        append(text, &length, named > 0 ? ")" : "", "");
    }
    if (said > 0)
        write_quietly(stream, text, style);
}

static void write_legend(FILE *stream, const struct sc_played *played, const char *interval,
                         const struct sc_table_style *style)
{
    bool speaks = false, days = false;
    char text[LINE_TEXT] = "Mean wait: of all, answered or not.";

    for (size_t c = 0; c < played->beside->channel_count; c++) {
        speaks = speaks || played->beside->channels[c].silence == SC_BESIDE_SPEAKS;
        days = days || played->beside->channels[c].figures[SC_BESIDE_TRANSIENT].said;
    }
    if (days)
        snprintf(text, sizeof text,
                 "Mean wait: of all, answered or not. Lagged load: work as it follows demand "
                 "(modified offered load). Forward equations: Erlang's queue followed through the day, exact to a "
                 "millionth; what Erlang misses of them is the error of taking each %s by itself.",
                 interval);
    if (speaks)
        write_quietly(stream, text, style);
}

/* "half-hour" where there is a word, else "15 min". */
static const char *interval_name(double interval_s, char text[SC_HUMAN_TEXT])
{
    if (interval_s == 1800)
        return "half-hour";
    if (interval_s == 3600)
        return "hour";
    snprintf(text, SC_HUMAN_TEXT, "%.0f minutes", interval_s / 60);
    return text;
}

enum sc_code sc_beside_write_table(FILE *stream, const struct sc_played *played, const struct sc_table_style *style,
                                   struct sc_error *error)
{
    const struct sc_beside *beside = played->beside;
    char buffer[SC_HUMAN_TEXT], text[LINE_TEXT];
    const char *interval = interval_name(played->scenario->interval_s, buffer);
    bool any = false;

    for (size_t c = 0; beside != NULL && c < beside->channel_count; c++)
        any = any || beside->channels[c].silence != SC_BESIDE_NOTHING;
    if (!any)
        return SC_OK;
    fputc('\n', stream);
    enum sc_code code = write_figures(stream, played, style, error);

    bool speaks = false;

    for (size_t c = 0; c < beside->channel_count; c++)
        speaks = speaks || beside->channels[c].silence == SC_BESIDE_SPEAKS;
    if (code == SC_OK && speaks) {
        write_reasons(stream, played, interval, style);
        write_unstable(stream, played, style);
    }
    for (size_t c = 0; code == SC_OK && c < beside->channel_count; c++) {
        const char *name = played->scenario->channels[c].name;

        if (beside->channels[c].silence != SC_BESIDE_SPEAKS)
            continue;
        if (beside->channels[c].too_large) {
            snprintf(text, sizeof text, "%.256s: too large for the forward equations to be solved in passing", name);
            write_quietly(stream, text, style);
        }
    }
    write_silent(stream, played, style);
    write_legend(stream, played, interval, style);
    return code;
}
