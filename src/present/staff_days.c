/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/staff_days.h"

#include "present/human.h"
#include "present/prose.h"
#include "present/table.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t a_day_of(const struct sc_staffed *staffed)
{
    return (size_t)lround(86400 / staffed->staff->interval_s);
}

/* --- days that are alike --- */

static bool alike(const struct sc_staffed *staffed, size_t one, size_t other)
{
    size_t a_day = a_day_of(staffed), size = a_day * sizeof(int);

    for (size_t p = 0; p < staffed->scenario->pool_count; p++) {
        const int *heads = staffed->staff->pools[p].heads;
        const int *on_duty = staffed->shifts != NULL ? staffed->shifts->pools[p].on_duty : heads;

        if (memcmp(heads + one * a_day, heads + other * a_day, size) != 0 ||
            memcmp(on_duty + one * a_day, on_duty + other * a_day, size) != 0)
            return false;
    }
    return true;
}

static bool any_heads(const struct sc_staffed *staffed, size_t day)
{
    size_t a_day = a_day_of(staffed);

    for (size_t p = 0; p < staffed->scenario->pool_count; p++)
        for (size_t i = day * a_day; i < (day + 1) * a_day; i++)
            if (staffed->staff->pools[p].heads[i] > 0)
                return true;
    return false;
}

static void write_heading(FILE *stream, const struct sc_staffed *staffed, size_t day)
{
    size_t like = 0;
    char date[32];

    for (size_t other = day + 1; other < (size_t)staffed->scenario->days; other++)
        like += alike(staffed, day, other);
    sc_date_format(staffed->scenario->start_day + (int64_t)day, date);
    fprintf(stream, "%s %s", sc_day_kind_name(sc_weekday(staffed->scenario->start_day + (int64_t)day)), date);
    if (like > 0)
        fprintf(stream, " and %zu day%s like it", like, like == 1 ? "" : "s");
    fputc('\n', stream);
}

/* --- heads by half-hour --- */

enum { LEAD_COLUMNS = 3 }; /* time, contacts, load; then the pools, then Erlang C and A */

static bool has_shrinkage(const struct sc_pool *pool)
{
    return pool->absence > 0 || pool->planned > 0;
}

/* "11", with shrinkage "11 / 13", with shifts and what they have "11 / 13 / 14". */
static void write_cell(const struct sc_staffed *staffed, size_t p, size_t i, char text[SC_HUMAN_TEXT])
{
    int length = snprintf(text, SC_HUMAN_TEXT, "%d", staffed->staff->pools[p].heads[i]);

    if (has_shrinkage(&staffed->scenario->pools[p]))
        length +=
            snprintf(text + length, SC_HUMAN_TEXT - (size_t)length, " / %d", staffed->audit->pools[p].scheduled[i]);
    if (staffed->shifts != NULL)
        snprintf(text + length, SC_HUMAN_TEXT - (size_t)length, " / %d", staffed->shifts->pools[p].on_duty[i]);
}

/* Heads that the channels ask for by a formula, added up; "–" where it does not speak of one that has contacts. */
static void write_formula(const struct sc_staffed *staffed, size_t i, bool patient, char text[SC_HUMAN_TEXT])
{
    int sum = 0;

    for (size_t c = 0; c < staffed->scenario->channel_count; c++) {
        const struct sc_staff_formulas *formulas = &staffed->staff->formulas[c];
        int heads = sc_audit_formula_heads(&staffed->scenario->channels[c], formulas,
                                           patient ? formulas->erlang_c : formulas->erlang_a, i);

        if (!formulas->judged)
            continue;
        if (heads < 0 && formulas->arrivals[i] > 0)
            sum = -1;
        else if (sum >= 0 && heads > 0)
            sum += heads;
    }
    if (sum < 0)
        snprintf(text, SC_HUMAN_TEXT, "–");
    else
        snprintf(text, SC_HUMAN_TEXT, "%d", sum);
}

static enum sc_code add_interval(struct sc_table *table, const struct sc_staffed *staffed, size_t i,
                                 char (*text)[SC_HUMAN_TEXT], const char **cells, struct sc_error *error)
{
    size_t pools = staffed->scenario->pool_count, columns = LEAD_COLUMNS + pools + 2;
    int minutes = (int)lround((double)(i % a_day_of(staffed)) * staffed->staff->interval_s / 60);
    double contacts = 0, load_erl = 0;

    for (size_t c = 0; c < staffed->scenario->channel_count; c++) {
        contacts += staffed->staff->formulas[c].arrivals[i];
        load_erl += staffed->staff->formulas[c].load_erl[i];
    }
    for (size_t k = 0; k < columns; k++)
        cells[k] = text[k];
    snprintf(text[0], SC_HUMAN_TEXT, "%02d:%02d", minutes / 60, minutes % 60);
    sc_human_count(contacts, text[1]);
    sc_human_count(load_erl, text[2]);
    for (size_t p = 0; p < pools; p++)
        write_cell(staffed, p, i, text[LEAD_COLUMNS + p]);
    write_formula(staffed, i, true, text[LEAD_COLUMNS + pools]);
    write_formula(staffed, i, false, text[LEAD_COLUMNS + pools + 1]);
    return sc_table_add(table, cells, error);
}

static bool is_quiet(const struct sc_staffed *staffed, size_t i)
{
    for (size_t p = 0; p < staffed->scenario->pool_count; p++)
        if (staffed->staff->pools[p].heads[i] > 0 ||
            (staffed->shifts != NULL && staffed->shifts->pools[p].on_duty[i] > 0))
            return false;
    return true;
}

static enum sc_code write_day(FILE *stream, const struct sc_staffed *staffed, size_t day, bool colour,
                              struct sc_error *error)
{
    size_t pools = staffed->scenario->pool_count, columns = LEAD_COLUMNS + pools + 2, a_day = a_day_of(staffed);
    struct sc_table_column *column = calloc(columns, sizeof *column);
    const char **cells = calloc(columns, sizeof *cells);
    char(*text)[SC_HUMAN_TEXT] = calloc(columns, sizeof *text);
    struct sc_table *table = NULL;
    enum sc_code code = column != NULL && cells != NULL && text != NULL ? SC_OK : sc_error_memory(error);

    if (code == SC_OK) {
        static const char *const leads[LEAD_COLUMNS] = {"Time", "Contacts", "Load"};

        for (size_t k = 0; k < columns; k++)
            column[k] = (struct sc_table_column){k < LEAD_COLUMNS ? leads[k] : "Erlang C", k > 0};
        for (size_t p = 0; p < pools; p++)
            column[LEAD_COLUMNS + p].heading = staffed->scenario->pools[p].name;
        column[columns - 1].heading = "Erlang A";
        code = sc_table_new(column, columns, colour, &table, error);
    }
    for (size_t i = day * a_day; code == SC_OK && i < (day + 1) * a_day; i++)
        if (!is_quiet(staffed, i))
            code = add_interval(table, staffed, i, text, cells, error);
    if (code == SC_OK)
        code = sc_table_print(table, 0, stream, error);
    sc_table_free(table);
    free(column);
    free(cells);
    free(text);
    return code;
}

enum sc_code sc_staff_write_days(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style,
                                 struct sc_error *error)
{
    bool shrinks = false, any = false;
    char line[512];
    enum sc_code code = SC_OK;

    for (size_t day = 0; code == SC_OK && day < (size_t)staffed->scenario->days; day++) {
        bool before = !any_heads(staffed, day);

        for (size_t other = 0; !before && other < day; other++)
            before = alike(staffed, day, other);
        if (before)
            continue;
        write_heading(stream, staffed, day);
        code = write_day(stream, staffed, day, style->colour, error);
        any = true;
    }
    for (size_t p = 0; p < staffed->scenario->pool_count; p++)
        shrinks = shrinks || has_shrinkage(&staffed->scenario->pools[p]);
    if (code != SC_OK || !any)
        return code;
    snprintf(line, sizeof line,
             "Heads on duty%s%s. Load: work in progress, in heads. Erlang: heads by the formulas, a "
             "team for every channel.",
             shrinks ? " / scheduled" : "", staffed->shifts != NULL ? " / in by the shifts" : "");
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){line, sc_shade(style, SC_DIM)});
    fputc('\n', stream);
    return SC_OK;
}

/* --- shifts --- */

static void put_clock(double second, char text[8])
{
    int minutes = (int)lround(second / 60) % 1440;

    snprintf(text, 8, "%02d:%02d", minutes / 60 % 24, minutes % 60);
}

enum { SHIFT_DAYS, SHIFT_POOL, SHIFT_FROM, SHIFT_TO, SHIFT_HEADS, SHIFT_BREAKS, SHIFT_COLUMNS };

static enum sc_code add_shift(struct sc_table *table, const struct sc_staffed *staffed, size_t p,
                              const struct sc_cover_shift *shift, struct sc_error *error)
{
    char days[64], from[8], to[8], heads[16], breaks[256] = "", date[32];
    const char *cells[SHIFT_COLUMNS] = {days, staffed->scenario->pools[p].name, from, to, heads, breaks};
    size_t length = 0;

    sc_date_format(staffed->scenario->start_day + (int64_t)shift->day, date);
    snprintf(days, sizeof days, "%s %s",
             sc_day_kind_name(sc_weekday(staffed->scenario->start_day + (int64_t)shift->day)), date);
    put_clock(shift->from_s, from);
    put_clock(shift->from_s + shift->lasts_s, to);
    snprintf(heads, sizeof heads, "%d", shift->heads);
    for (size_t b = 0; b < shift->break_count; b++) {
        char at[8];

        put_clock(shift->break_at_s[b], at);
        length += (size_t)snprintf(breaks + length, sizeof breaks - length, "%s%s (%.0f min)", b > 0 ? ", " : "", at,
                                   shift->break_lasts_s[b] / 60);
    }
    return sc_table_add(table, cells, error);
}

static enum sc_code add_tour(struct sc_table *table, const struct sc_staffed *staffed, size_t p,
                             const struct sc_cover_tour *tour, struct sc_error *error)
{
    char days[64] = "", from[8], to[8], heads[16];
    const char *cells[SHIFT_COLUMNS] = {days, staffed->scenario->pools[p].name, from, to, heads, ""};
    size_t length = 0;

    for (size_t day = 0; day < 7; day++)
        if (tour->works[day])
            length += (size_t)snprintf(days + length, sizeof days - length, "%s%s", length > 0 ? " " : "",
                                       sc_day_kind_name(sc_weekday(staffed->scenario->start_day +
                                                                   (int64_t)(tour->first_day + day))));
    put_clock(tour->from_s, from);
    put_clock(tour->from_s + tour->lasts_s, to);
    snprintf(heads, sizeof heads, "%d", tour->heads);
    return sc_table_add(table, cells, error);
}

/* Tours say it all for the week; without them each shift of the days that stand for others. */
static enum sc_code add_pool(struct sc_table *table, const struct sc_staffed *staffed, size_t p, struct sc_error *error)
{
    const struct sc_shift_plan_pool *pool = &staffed->shifts->pools[p];
    enum sc_code code = SC_OK;

    for (size_t t = 0; code == SC_OK && t < pool->tour_count; t++)
        if (pool->tours[t].first_day == pool->tours[0].first_day)
            code = add_tour(table, staffed, p, &pool->tours[t], error);
    for (size_t s = 0; code == SC_OK && s < pool->shift_count; s++) {
        bool before = staffed->shifts->rules->rules[pool->shifts[s].rule].days_a_week > 0;

        for (size_t other = 0; !before && other < pool->shifts[s].day; other++)
            before = alike(staffed, pool->shifts[s].day, other);
        if (!before)
            code = add_shift(table, staffed, p, &pool->shifts[s], error);
    }
    return code;
}

static void write_sums(FILE *stream, const struct sc_staffed *staffed)
{
    double paid_h = 0, cover_h = 0, bound_h = 0, needed_h = 0, over_h = 0, under_h = 0;
    bool reached = true;
    char line[1024], text[4][SC_HUMAN_TEXT];

    for (size_t p = 0; p < staffed->shifts->pool_count; p++) {
        const struct sc_shift_plan_pool *pool = &staffed->shifts->pools[p];

        paid_h += pool->paid_h;
        cover_h += pool->cover_h;
        bound_h += pool->bound_h;
        reached = reached && pool->short_heads == 0;
        for (size_t i = 0; i < staffed->shifts->count; i++) {
            int wanted = staffed->audit->pools[p].scheduled[i], there = pool->on_duty[i];
            double hours = staffed->shifts->interval_s / 3600;

            needed_h += wanted * hours;
            over_h += there > wanted ? (there - wanted) * hours : 0;
            under_h += there < wanted ? (wanted - there) * hours : 0;
        }
    }
    int length =
        snprintf(line, sizeof line, "Shifts: %s paid hours for %s scheduled ones, %s over and %s under.",
                 sc_human_count(paid_h, text[0]), sc_human_count(needed_h, text[1]), sc_human_count(over_h, text[2]),
                 sc_human_count(under_h, text[3]));

    length += snprintf(line + length, sizeof line - (size_t)length, " To cover every need%s takes %s, ",
                       reached ? "" : " that a shift reaches", sc_human_count(cover_h, text[0]));
    if (cover_h > bound_h + 0.01)
        length += snprintf(line + length, sizeof line - (size_t)length, "at least %s (gap %.1f %%).",
                           sc_human_count(bound_h, text[0]), 100 * (cover_h - bound_h) / cover_h);
    else
        length += snprintf(line + length, sizeof line - (size_t)length, "no fewer.");
    if (staffed->repairs > 0)
        length += snprintf(line + length, sizeof line - (size_t)length, " Played, and heads added %zu time%s.",
                           staffed->repairs, staffed->repairs == 1 ? "" : "s");
    if (staffed->trims > 0)
        snprintf(line + length, sizeof line - (size_t)length,
                 " Played, it was made cheaper in %zu step%s, and every target still holds.",
                 staffed->trims, staffed->trims == 1 ? "" : "s");
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){line, NULL});
}

/* A tour has the same shift on all its days, but its breaks lie where each day needs them least. */
static bool tours_have_breaks(const struct sc_staffed *staffed)
{
    for (size_t p = 0; p < staffed->shifts->pool_count; p++)
        for (size_t s = 0; s < staffed->shifts->pools[p].shift_count; s++) {
            const struct sc_cover_shift *shift = &staffed->shifts->pools[p].shifts[s];

            if (shift->break_count > 0 && staffed->shifts->rules->rules[shift->rule].days_a_week > 0)
                return true;
        }
    return false;
}

enum sc_code sc_staff_write_shifts(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style,
                                   struct sc_error *error)
{
    static const struct sc_table_column columns[SHIFT_COLUMNS] = {
        [SHIFT_DAYS] = {"Day", false}, [SHIFT_POOL] = {"Pool", false},  [SHIFT_FROM] = {"From", true},
        [SHIFT_TO] = {"To", true},     [SHIFT_HEADS] = {"Heads", true}, [SHIFT_BREAKS] = {"Breaks", false},
    };
    struct sc_table *table = NULL;
    enum sc_code code = sc_table_new(columns, SHIFT_COLUMNS, style->colour, &table, error);

    fputc('\n', stream);
    write_sums(stream, staffed);
    for (size_t p = 0; code == SC_OK && p < staffed->scenario->pool_count; p++)
        code = add_pool(table, staffed, p, error);
    if (code == SC_OK)
        code = sc_table_print(table, 0, stream, error);
    if (code == SC_OK && tours_have_breaks(staffed))
        sc_prose_print(stream, (struct sc_prose){"", NULL},
                       (struct sc_prose){"The breaks of tours differ from day to day; --write and --format json have "
                                         "them.", NULL});
    sc_table_free(table);
    return code;
}
