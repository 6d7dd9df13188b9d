/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rosters in the language of scenarios. */
#include "decide/shifts_private.h"

#include "base/number.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double day_s = 86400;

static size_t a_day_of(const struct sc_scenario *scenario)
{
    return (size_t)lround(day_s / scenario->interval_s);
}

/* The first counted day of a kind; `days` where there is none. */
static size_t first_of(const struct sc_scenario *scenario, int kind)
{
    size_t day = 0;
    while (day < (size_t)scenario->days && sc_plan_day_kind(scenario, day) != kind)
        day++;
    return day;
}

bool sc_staffing_by_kind(const struct sc_scenario *scenario, const int *heads)
{
    size_t a_day = a_day_of(scenario);
    for (size_t day = 0; day < (size_t)scenario->days; day++) {
        size_t like = first_of(scenario, sc_plan_day_kind(scenario, day));
        if (memcmp(heads + day * a_day, heads + like * a_day, a_day * sizeof *heads) != 0)
            return false;
    }
    return true;
}

/* "mon", "mon-fri", "sat,sun". */
static void put_days(FILE *stream, unsigned kinds)
{
    bool first = true;
    for (int kind = 0; kind < SC_DAY_KINDS; kind++) {
        int last = kind;
        if (!(kinds >> kind & 1))
            continue;
        while (last < 6 && (kinds >> (last + 1) & 1))
            last++;
        fprintf(stream, "%s%s", first ? "" : ",", sc_day_kind_name(kind));
        if (last - kind >= 2) {
            fprintf(stream, "-%s", sc_day_kind_name(last));
            kind = last;
        }
        first = false;
    }
}

/* --- heads by the clock --- */

static void put_row(FILE *stream, const int *heads, size_t a_day, int indent)
{
    fputs("[", stream);
    for (size_t i = 0; i < a_day; i++) {
        if (i > 0)
            fputs(i % 24 == 0 && a_day > 24 ? ",\n" : ", ", stream);
        if (i > 0 && i % 24 == 0)
            fprintf(stream, "%*s", indent, "");
        fprintf(stream, "%d", heads[i]);
    }
    fputs("]", stream);
}

char *sc_staffing_text(const struct sc_scenario *scenario, const int *heads, int indent)
{
    size_t a_day = a_day_of(scenario), length;
    char *text = NULL;
    unsigned done = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL)
        return NULL;
    fputs("{", stream);
    for (int kind = 0; kind < SC_DAY_KINDS; kind++) {
        size_t day = first_of(scenario, kind);
        const int *row = heads + day * a_day;
        int last = kind;
        if (day == (size_t)scenario->days || (done >> kind & 1))
            continue;
        /* Neighbouring weekdays that are alike are named as a range. */
        for (int next = kind + 1; next < 7 && last == next - 1; next++) {
            size_t other = first_of(scenario, next);
            if (other < (size_t)scenario->days && memcmp(row, heads + other * a_day, a_day * sizeof *row) == 0)
                last = next;
        }
        fprintf(stream, "\n%*s%s", indent + 2, "", sc_day_kind_name(kind));
        if (last > kind)
            fprintf(stream, "-%s", sc_day_kind_name(last));
        fputs(" = ", stream);
        put_row(stream, row, a_day, indent + 4);
        fputs(";", stream);
        for (int i = kind; i <= last; i++)
            done |= 1u << i;
    }
    fputs(" }", stream);
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

/* --- shifts --- */

static void put_time(FILE *stream, double second)
{
    int minutes = (int)lround(fmod(second, day_s) / 60);
    fprintf(stream, "\"%02d:%02d\"", minutes / 60, minutes % 60);
}

static bool same_shift(const struct sc_cover_shift *a, const struct sc_cover_shift *b)
{
    bool same =
        a->from_s == b->from_s && a->lasts_s == b->lasts_s && a->heads == b->heads && a->break_count == b->break_count;
    for (size_t i = 0; same && i < a->break_count; i++)
        same = a->break_at_s[i] == b->break_at_s[i] && a->break_lasts_s[i] == b->break_lasts_s[i] &&
               a->break_paid[i] == b->break_paid[i];
    return same;
}

/* The kinds of day that have this very shift: those of the first day of each kind. */
static unsigned kinds_of(const struct sc_scenario *scenario, const struct sc_shift_plan_pool *pool,
                         const struct sc_cover_shift *shift, bool *first)
{
    unsigned kinds = 0;
    *first = true;
    for (size_t s = 0; s < pool->shift_count; s++) {
        const struct sc_cover_shift *other = &pool->shifts[s];
        int kind = sc_plan_day_kind(scenario, other->day);
        if (other->day != first_of(scenario, kind) || !same_shift(other, shift))
            continue;
        kinds |= 1u << kind;
        *first = *first && !(other < shift);
    }
    return kinds;
}

static void put_shift(FILE *stream, const struct sc_cover_shift *shift, unsigned kinds)
{
    char lasts[SC_NUMBER_TEXT];
    double to_s = shift->from_s + shift->lasts_s;
    fputs("{ days = \"", stream);
    put_days(stream, kinds);
    fputs("\"; from = ", stream);
    put_time(stream, shift->from_s);
    fputs("; to = ", stream);
    if (to_s == day_s)
        fputs("\"24:00\"", stream);
    else
        put_time(stream, to_s);
    fprintf(stream, "; agents = %d;", shift->heads);
    for (size_t b = 0; b < shift->break_count; b++) {
        fputs(b == 0 ? " breaks = ( { at = " : ", { at = ", stream);
        put_time(stream, shift->break_at_s[b]);
        fprintf(stream, "; lasts = \"%s\";%s }", sc_duration_format(shift->break_lasts_s[b], lasts),
                shift->break_paid[b] ? " paid = true;" : "");
    }
    fputs(shift->break_count > 0 ? " ); }" : " }", stream);
}

char *sc_shift_plan_text(const struct sc_scenario *scenario, const struct sc_shift_plan_pool *pool, int indent)
{
    char *text = NULL;
    size_t length;
    bool any = false;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL)
        return NULL;
    fputs("(", stream);
    for (size_t s = 0; s < pool->shift_count; s++) {
        const struct sc_cover_shift *shift = &pool->shifts[s];
        bool first;
        unsigned kinds = kinds_of(scenario, pool, shift, &first);
        if (shift->heads == 0 || !first || shift->day != first_of(scenario, sc_plan_day_kind(scenario, shift->day)))
            continue;
        fprintf(stream, "%s\n%*s", any ? "," : "", indent + 2, "");
        put_shift(stream, shift, kinds);
        any = true;
    }
    fputs(" )", stream);
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}
