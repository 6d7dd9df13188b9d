/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compare-bank-1999 RUN.json OBSERVED.csv OUTPUT.md [NAME=RUN.json ...]
 *
 * Sets the simulated month beside the observed one: RUN.json is what `staffcast run scenarios/bank-1999.cfg --intervals
 * --format json` printed, OBSERVED.csv what derive-bank-1999 wrote. Further runs of the scenario with something changed
 * show what the figures hang on.
 */
#include "base/csv.h"
#include "base/file.h"
#include "paragraph.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 48, FIGURES = 3, TYPES = 16, VARIANTS = 16 };

enum figure { ABANDONED, WAIT, WITHIN };

struct range {
    double mean, low, high;
};

/* The same figures of either side, of the month, of a type or of a half-hour. Counts a day. */
struct row {
    char name[64];
    double offered, answered;
    struct range figure[FIGURES];
};

struct side {
    struct row month, slot[SLOTS], type[TYPES];
    bool has_slot[SLOTS];
    int types;
    double days, replications;
};

static const char *const titles[FIGURES] = {"abandoned", "mean wait of the answered (ASA)", "answered within 20 s"};

static const char *range_text(struct range range, int figure, bool interval, char text[64])
{
    double scale = figure == WAIT ? 1 : 100;
    const char *unit = figure == WAIT ? "s" : "%";
    if (isnan(range.mean))
        snprintf(text, 64, "–");
    else if (interval && !isnan(range.low))
        snprintf(text, 64, "%.1f %s [%.1f, %.1f]", range.mean * scale, unit, range.low * scale, range.high * scale);
    else
        snprintf(text, 64, "%.1f %s", range.mean * scale, unit);
    return text;
}

/* observed: the CSV */

static enum sc_code range_read(const struct sc_csv *csv, size_t row, const char *name, struct range *range,
                               struct sc_error *error)
{
    static const char *const endings[3] = {"", "_low", "_high"};
    double *number[3] = {&range->mean, &range->low, &range->high};
    for (int i = 0; i < 3; i++) {
        char column_name[64];
        size_t column;
        snprintf(column_name, sizeof column_name, "%s%s", name, endings[i]);
        if (sc_csv_require(csv, column_name, &column, error) != SC_OK ||
            sc_csv_number(csv, row, column, number[i], error) != SC_OK)
            return error->code;
    }
    return SC_OK;
}

static enum sc_code observed_row(const struct sc_csv *csv, size_t row, size_t name, struct row *out,
                                 struct sc_error *error)
{
    static const char *const names[FIGURES] = {"abandon_rate", "wait_mean_s", "service_level"};
    size_t offered, answered;
    snprintf(out->name, sizeof out->name, "%s", sc_csv_field(csv, row, name));
    if (sc_csv_require(csv, "offered", &offered, error) != SC_OK ||
        sc_csv_require(csv, "answered", &answered, error) != SC_OK ||
        sc_csv_number(csv, row, offered, &out->offered, error) != SC_OK ||
        sc_csv_number(csv, row, answered, &out->answered, error) != SC_OK)
        return error->code;
    for (int f = 0; f < FIGURES; f++)
        if (range_read(csv, row, names[f], &out->figure[f], error) != SC_OK)
            return error->code;
    return SC_OK;
}

static enum sc_code observed_read(const char *path, struct side *side, struct sc_error *error)
{
    struct sc_csv *csv = NULL;
    size_t scope, name, days;
    if (sc_csv_read(path, SC_CSV_BAD_FAILS, &csv, error) != SC_OK ||
        sc_csv_require(csv, "scope", &scope, error) != SC_OK || sc_csv_require(csv, "name", &name, error) != SC_OK ||
        sc_csv_require(csv, "days", &days, error) != SC_OK)
        goto done;
    for (size_t row = 0; row < sc_csv_rows(csv); row++) {
        const char *kind = sc_csv_field(csv, row, scope);
        int hour, minute;
        struct row *out = &side->month;
        if (strcmp(kind, "type") == 0 && side->types < TYPES)
            out = &side->type[side->types++];
        else if (strcmp(kind, "half-hour") == 0) {
            if (sscanf(sc_csv_field(csv, row, name), "%d:%d", &hour, &minute) != 2 || hour < 0 || hour > 23) {
                sc_csv_bad_field(csv, row, name, "a time of day", "write it as 13:30", error);
                goto done;
            }
            out = &side->slot[2 * hour + minute / 30];
            side->has_slot[2 * hour + minute / 30] = true;
        }
        if (observed_row(csv, row, name, out, error) != SC_OK ||
            sc_csv_number(csv, row, days, &side->days, error) != SC_OK)
            goto done;
    }
done:
    sc_csv_free(csv);
    return error->code;
}

/* simulated: the JSON of a run */

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static struct range figure(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return (struct range){number(value, "mean"), number(value, "low"), number(value, "high")};
}

static void simulated_row(const json_t *object, double days, struct row *row)
{
    row->offered = figure(object, "offered").mean / days;
    row->answered = figure(object, "answered").mean / days;
    row->figure[ABANDONED] = figure(object, "abandon_rate");
    row->figure[WAIT] = figure(object, "wait_mean_s");
    row->figure[WITHIN] = figure(object, "service_level");
}

static double at(const json_t *series, const char *key, size_t index)
{
    const json_t *value = json_array_get(json_object_get(series, key), index);
    return json_is_number(value) ? json_number_value(value) : 0; /* null: nothing happened then */
}

/* Adds up the days and channels of each half-hour. */
static void slots_fill(const json_t *intervals, double days, struct side *side)
{
    const json_t *starts = json_object_get(intervals, "start"), *channels = json_object_get(intervals, "channels");
    double lost[SLOTS] = {0}, wait[SLOTS] = {0}, within[SLOTS] = {0};
    size_t index, channel;
    const json_t *start, *series;
    json_array_foreach(starts, index, start)
    {
        int hour, minute;
        const char *text = json_string_value(start);
        if (!text || strlen(text) < 16 || sscanf(text + 11, "%d:%d", &hour, &minute) != 2)
            continue;
        int slot = 2 * hour + minute / 30;
        json_array_foreach(channels, channel, series)
        {
            double offered = at(series, "offered", index), answered = at(series, "answered", index);
            side->slot[slot].offered += offered / days;
            side->slot[slot].answered += answered / days;
            lost[slot] += at(series, "abandoned", index) / days;
            wait[slot] += answered * at(series, "wait_mean_s", index) / days;
            within[slot] += offered * at(series, "service_level", index) / days;
        }
    }
    for (int s = 0; s < SLOTS; s++) {
        struct row *row = &side->slot[s];
        side->has_slot[s] = row->offered > 0;
        row->figure[ABANDONED] = (struct range){lost[s] / row->offered, NAN, NAN};
        row->figure[WAIT] = (struct range){wait[s] / row->answered, NAN, NAN};
        row->figure[WITHIN] = (struct range){within[s] / row->offered, NAN, NAN};
    }
}

static enum sc_code simulated_read(const char *path, double days, struct side *side, struct sc_error *error)
{
    json_error_t fault;
    json_t *run = json_load_file(path, 0, &fault);
    const json_t *channel;
    size_t index;
    if (!run)
        return sc_error_set_at(error, SC_INPUT, path, fault.line, "%s", fault.text);
    const char *schema = json_string_value(json_object_get(run, "schema"));
    if (!schema || strcmp(schema, "staffcast.run/1") != 0) {
        sc_error_set_at(
            error, SC_INPUT, path, 0,
            "not the result of a run (schema \"%s\"); give the output of staffcast run --intervals --format json",
            schema ? schema : "none");
        goto done;
    }
    side->days = days;
    side->replications = number(run, "replications");
    simulated_row(json_object_get(run, "totals"), days, &side->month);
    json_array_foreach(json_object_get(run, "channels"), index, channel)
    {
        if (side->types == TYPES)
            break;
        snprintf(side->type[side->types].name, sizeof side->type[0].name, "%s",
                 json_string_value(json_object_get(channel, "name")));
        simulated_row(channel, days, &side->type[side->types++]);
    }
    slots_fill(json_object_get(run, "intervals"), days, side);
done:
    json_decref(run);
    return error->code;
}

/* the page */

static void row_write(FILE *out, const struct row *observed, const struct row *simulated, bool interval)
{
    char a[64], b[64];
    fprintf(out, "| %s | %.1f | %.1f |", observed->name, observed->offered, simulated->offered);
    for (int f = 0; f < FIGURES; f++)
        fprintf(out, " %s | %s |", range_text(observed->figure[f], f, true, a),
                range_text(simulated->figure[f], f, interval, b));
    fputc('\n', out);
}

static void head_write(FILE *out, const char *first)
{
    fprintf(out,
            "| %s | contacts a day | simulated | abandoned | simulated | ASA | simulated | in 20 s | simulated "
            "|\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
            first);
}

static void month_write(FILE *out, const struct side *observed, const struct side *simulated)
{
    char a[64], b[64];
    fprintf(out, "| the month | observed | simulated | difference |\n|---|--:|--:|--:|\n");
    fprintf(out, "| contacts a day that asked for an agent | %.1f | %.1f | %+.1f |\n", observed->month.offered,
            simulated->month.offered, simulated->month.offered - observed->month.offered);
    for (int f = 0; f < FIGURES; f++) {
        double difference = simulated->month.figure[f].mean - observed->month.figure[f].mean;
        fprintf(out, "| %s | %s | %s | %+.1f %s |\n", titles[f], range_text(observed->month.figure[f], f, true, a),
                range_text(simulated->month.figure[f], f, true, b), difference * (f == WAIT ? 1 : 100),
                f == WAIT ? "s" : "points");
    }
    fputc('\n', out);
}

/* How near the half-hours are: inside the observed interval, mean difference by contacts, correlation. */
static void nearness_write(FILE *out, const struct side *observed, const struct side *simulated)
{
    fprintf(out, "| by half-hour | inside the observed interval | mean difference | mean absolute difference | "
                 "correlation |\n|---|--:|--:|--:|--:|\n");
    for (int f = 0; f < FIGURES; f++) {
        double n = 0, inside = 0, weight = 0, bias = 0, distance = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
        for (int s = 0; s < SLOTS; s++) {
            if (!observed->has_slot[s] || !simulated->has_slot[s])
                continue;
            struct range o = observed->slot[s].figure[f];
            double m = simulated->slot[s].figure[f].mean, w = observed->slot[s].offered;
            n++;
            inside += m >= o.low && m <= o.high;
            weight += w;
            bias += w * (m - o.mean);
            distance += w * fabs(m - o.mean);
            x += o.mean;
            y += m;
            xx += o.mean * o.mean;
            yy += m * m;
            xy += o.mean * m;
        }
        double scale = f == WAIT ? 1 : 100;
        fprintf(out, "| %s | %.0f of %.0f | %+.1f %s | %.1f %s | %.2f |\n", titles[f], inside, n, bias / weight * scale,
                f == WAIT ? "s" : "points", distance / weight * scale, f == WAIT ? "s" : "points",
                (xy - x * y / n) / sqrt((xx - x * x / n) * (yy - y * y / n)));
    }
    fputc('\n', out);
}

static void variants_write(FILE *out, const struct side *observed, const struct side *simulated, char *const *name,
                           const struct side *variant, int variants)
{
    char text[FIGURES][64];
    fprintf(out, "| the scenario with | abandoned | ASA | in 20 s |\n|---|--:|--:|--:|\n");
    for (int i = -2; i < variants; i++) {
        const struct side *side = i == -2 ? observed : i == -1 ? simulated : &variant[i];
        for (int f = 0; f < FIGURES; f++)
            range_text(side->month.figure[f], f, true, text[f]);
        fprintf(out, "| %s | %s | %s | %s |\n",
                i == -2   ? "(observed)"
                : i == -1 ? "nothing changed"
                          : name[i],
                text[0], text[1], text[2]);
    }
    fputc('\n', out);
}

static struct row part_of_day(const struct side *side, int from, int to)
{
    struct row row = {.offered = 0};
    double lost = 0, wait = 0, within = 0;
    for (int s = from; s < to; s++) {
        const struct row *slot = &side->slot[s];
        if (!side->has_slot[s])
            continue;
        row.offered += slot->offered;
        row.answered += slot->answered;
        lost += slot->offered * slot->figure[ABANDONED].mean;
        wait += slot->answered * slot->figure[WAIT].mean;
        within += slot->offered * slot->figure[WITHIN].mean;
    }
    row.figure[ABANDONED] = (struct range){lost / row.offered, NAN, NAN};
    row.figure[WAIT] = (struct range){wait / row.answered, NAN, NAN};
    row.figure[WITHIN] = (struct range){within / row.offered, NAN, NAN};
    return row;
}

static void parts_write(FILE *out, const struct side *observed, const struct side *simulated)
{
    static const struct {
        const char *name;
        int from, to;
    } part[] = {{"7:00 to 9:30", 14, 19},
                {"9:30 to 16:00", 19, 32},
                {"16:00 to 18:00", 32, 36},
                {"18:00 to 24:00", 36, 48}};
    char a[64], b[64];
    fprintf(out, "| part of the day | abandoned | simulated | ASA | simulated | in 20 s | simulated "
                 "|\n|---|--:|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        struct row o = part_of_day(observed, part[i].from, part[i].to),
                   s = part_of_day(simulated, part[i].from, part[i].to);
        fprintf(out, "| %s |", part[i].name);
        for (int f = 0; f < FIGURES; f++)
            fprintf(out, " %s | %s |", range_text(o.figure[f], f, false, a), range_text(s.figure[f], f, false, b));
        fputc('\n', out);
    }
    fputc('\n', out);
}

static const struct row *type_named(const struct side *side, const char *name)
{
    static const struct row none = {.offered = 0, .figure = {{NAN, NAN, NAN}, {NAN, NAN, NAN}, {NAN, NAN, NAN}}};
    for (int i = 0; i < side->types; i++)
        if (strcmp(side->type[i].name, name) == 0)
            return &side->type[i];
    return &none;
}

/* The reasons that are known, with the figures that show them. */
static void left_write(FILE *out, const struct side *observed, const struct side *simulated)
{
    const struct row *o = &observed->month, *s = &simulated->month;
    const struct row *back_o = type_named(observed, "callbacks"), *back_s = type_named(simulated, "callbacks");
    struct row early_o = part_of_day(observed, 14, 19), early_s = part_of_day(simulated, 14, 19);
    double inside = 0;
    for (int f = 0; f < FIGURES; f++)
        inside += s->figure[f].mean >= o->figure[f].low && s->figure[f].mean <= o->figure[f].high;
    bank_paragraph_write(
        out, "", "",
        "Of the three figures of the month %.0f lie inside the observed interval. The simulated ASA is "
        "off by %+.1f s and the simulated abandonment by %+.1f points, the share in 20 s by %+.1f "
        "points: waits in the log are more even than the simulated ones, with fewer calls answered at "
        "once and fewer that wait for minutes. What is known of the reasons:",
        inside, s->figure[WAIT].mean - o->figure[WAIT].mean,
        100 * (s->figure[ABANDONED].mean - o->figure[ABANDONED].mean),
        100 * (s->figure[WITHIN].mean - o->figure[WITHIN].mean));
    fputc('\n', out);
    bank_paragraph_write(
        out, "* ", "  ",
        "**The roster reacts, a scenario's does not.** In the log more agents are on duty on busy days; "
        "the scenario has one roster a weekday. Its day-to-day spread is already that of contacts for "
        "each agent hour, so a part of this is allowed for; the table has the month without any spread, "
        "which is the most that it can explain.");
    bank_paragraph_write(
        out, "* ", "  ",
        "**Few heads, each with a speed of its own.** Slow and fast agents, 28 people, share the shifts "
        "of the log; a head of the model keeps its speed through all the shifts of its number, so some "
        "simulated months are slow as a whole, and they lose more than the fast ones gain. The table has "
        "the month with agents alike, as fast as the log's calls.");
    bank_paragraph_write(
        out, "* ", "  ",
        "**Who is at the phone** is inferred. From 7:00 to 9:30, when shifts begin, the simulated ASA is "
        "%.1f s and the observed one %.1f s: an agent counts from the first call, or from the full hour "
        "just before it, so who was there earlier without a call is probably missed. And how soon idle "
        "agents come when a call waits is one delay for all; with all of them ready at once: see the "
        "table.",
        early_s.figure[WAIT].mean, early_o.figure[WAIT].mean);
    bank_paragraph_write(
        out, "* ", "  ",
        "**Callbacks** find an agent free more often than other calls do, as if they were placed when "
        "one is; simulated as ordinary calls they wait %.1f s instead of %.1f s, and %.1f %% instead of "
        "%.1f %% hang up.",
        back_s->figure[WAIT].mean, back_o->figure[WAIT].mean, 100 * back_s->figure[ABANDONED].mean,
        100 * back_o->figure[ABANDONED].mean);
    bank_paragraph_write(
        out, "* ", "  ",
        "**The head start** of customers and VIP shows on 13 of the 19 days; the scenario has it on all. "
        "Without it: see the table. It moves calls past each other, and the totals little.");
    bank_paragraph_write(
        out, "* ", "  ",
        "**Retries** are an assumption (the month's log has no customer numbers): demand is reduced by "
        "as many as the log's hang-ups would have made, so that the contacts a day agree.");
    fputc('\n', out);
}

static void page_write(FILE *out, const struct side *observed, const struct side *simulated, char *const *name,
                       const struct side *variant, int variants)
{
    fprintf(out, "# Bank 1999: the simulated month beside the observed one\n");
    fputc('\n', out);
    bank_paragraph_write(out, "", "",
                         "The %.0f weekdays of January 1999 in the log of a small bank's call centre (data: I. Guedj "
                         "and A. Mandelbaum, Technion), and `scenarios/bank-1999.cfg`, which the program "
                         "`derive-bank-1999` made from that log. Every figure of the scenario comes from the log by a "
                         "rule; none was fitted to the outcome, but the rules were thought over with the outcome in "
                         "view (how ready idle agents are, and what of the busy days the roster followed, were added "
                         "then).",
                         observed->days);
    fputc('\n', out);
    bank_paragraph_write(out, "", "",
                         "In brackets 95 %% intervals: of the simulation over %.0f replications of the month; of the "
                         "observation over its days, a sample themselves, so nearer than that no simulation can be "
                         "asked to be. Shares are of all contacts that asked for an agent. This page is written by "
                         "`scenarios/bank-1999/compare.sh BUILD_FOLDER`.",
                         simulated->replications);
    fputc('\n', out);
    month_write(out, observed, simulated);
    nearness_write(out, observed, simulated);
    fprintf(out, "## What is left between them\n\n");
    parts_write(out, observed, simulated);
    left_write(out, observed, simulated);
    if (variants > 0)
        variants_write(out, observed, simulated, name, variant, variants);
    fprintf(out, "## By type of call\n\n");
    head_write(out, "type");
    for (int i = 0; i < observed->types; i++)
        for (int j = 0; j < simulated->types; j++)
            if (strcmp(observed->type[i].name, simulated->type[j].name) == 0)
                row_write(out, &observed->type[i], &simulated->type[j], true);
    fprintf(out, "\n## By half-hour\n\n");
    head_write(out, "from");
    for (int s = 0; s < SLOTS; s++)
        if (observed->has_slot[s])
            row_write(out, &observed->slot[s], &simulated->slot[s], false);
}

struct work {
    struct side observed, simulated, variant[VARIANTS];
    char *name[VARIANTS];
};

static enum sc_code all_read(struct work *work, int count, char **argument, struct sc_error *error)
{
    if (observed_read(argument[2], &work->observed, error) != SC_OK ||
        simulated_read(argument[1], work->observed.days, &work->simulated, error) != SC_OK)
        return error->code;
    for (int i = 4; i < count; i++) {
        char *path = strchr(argument[i], '=');
        if (!path || i - 4 == VARIANTS)
            return sc_error_set(error, SC_USAGE,
                                "a further run is given as NAME=RUN.json, at most %d of them (found \"%s\")", VARIANTS,
                                argument[i]);
        *path++ = '\0';
        work->name[i - 4] = argument[i];
        if (simulated_read(path, work->observed.days, &work->variant[i - 4], error) != SC_OK)
            return error->code;
    }
    return SC_OK;
}

int main(int count, char **argument)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_file file = SC_FILE_INIT;
    struct work *work = calloc(1, sizeof *work);
    if (count < 4) {
        fprintf(stderr, "usage: compare-bank-1999 RUN.json OBSERVED.csv OUTPUT.md [NAME=RUN.json ...]\n");
        free(work);
        return SC_USAGE;
    }
    if (!work)
        sc_error_memory(&error);
    else if (all_read(work, count, argument, &error) == SC_OK && sc_file_open(&file, argument[3], &error) == SC_OK) {
        page_write(file.stream, &work->observed, &work->simulated, work->name, work->variant, count - 4);
        if (sc_file_complete(&file, &error) == SC_OK)
            sc_file_publish(&file, &error);
        sc_file_release(&file);
    }
    if (error.code != SC_OK && error.line > 0)
        fprintf(stderr, "%s:%d: %s\n", error.file, error.line, error.message);
    else if (error.code != SC_OK)
        fprintf(stderr, "%s%s%s\n", error.file, *error.file ? ": " : "", error.message);
    free(work);
    return error.code;
}
