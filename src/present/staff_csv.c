/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Staffings as CSV: a row a figure under its path. */
#include "present/staff.h"

#include "present/csv.h"
#include "present/figures.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdarg.h>

struct rows {
    FILE *stream;
    const char *scenario; /* NULL: no column for it */
};

static void write_row(const struct rows *rows, struct sc_figure figure, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void write_row(const struct rows *rows, struct sc_figure figure, const char *format, ...)
{
    char path[1024];
    va_list parts;

    va_start(parts, format);
    vsnprintf(path, sizeof path, format, parts);
    va_end(parts);
    if (rows->scenario != NULL) {
        sc_csv_put_text(rows->stream, rows->scenario);
        putc(',', rows->stream);
    }
    sc_csv_put_row(rows->stream, (const char *const[]){path, NULL}, figure);
}

/* A number that is not estimated. */
static struct sc_figure plain(double value)
{
    return (struct sc_figure){value, NAN, NAN};
}

static void write_channel(const struct rows *rows, const struct sc_staffed *staffed, size_t c)
{
    const struct sc_channel_result *result = &sc_staffed_result(staffed)->channels[c];
    const struct sc_audit_channel *audit = &staffed->audit->channels[c];
    const char *name = staffed->scenario->channels[c].name;

    for (size_t i = 0; i < sc_channel_metric_count; i++)
        write_row(rows, result->figure[i], "channels.%s.%s", name, sc_channel_metrics[i].name);
    write_row(rows, plain(audit->work_h), "channels.%s.work_h", name);
    write_row(rows, plain(audit->erlang_c_h), "channels.%s.erlang_c_h", name);
    write_row(rows, plain(audit->erlang_a_h), "channels.%s.erlang_a_h", name);
}

static void write_pool(const struct rows *rows, const struct sc_staffed *staffed, size_t p)
{
    const struct sc_audit_pool *audit = &staffed->audit->pools[p];
    const char *name = staffed->scenario->pools[p].name;

    write_row(rows, plain(audit->on_duty_h), "pools.%s.on_duty_h", name);
    write_row(rows, plain(audit->scheduled_h), "pools.%s.scheduled_h", name);
    write_row(rows, plain(audit->paid_h), "pools.%s.paid_h", name);
    write_row(rows, plain(audit->paid_h_a_week), "pools.%s.paid_h_a_week", name);
    write_row(rows, plain(audit->fte), "pools.%s.fte", name);
    write_row(rows, plain(audit->headcount), "pools.%s.headcount", name);
    write_row(rows, plain(audit->cost), "pools.%s.cost", name);
}

static void write_intervals(const struct rows *rows, const struct sc_staffed *staffed, size_t p)
{
    const char *name = staffed->scenario->pools[p].name;
    size_t a_day = (size_t)lround(86400 / staffed->staff->interval_s);

    for (size_t i = 0; i < staffed->staff->count; i++) {
        char start[32];

        sc_instant_format(staffed->scenario->start_day + (int64_t)(i / a_day),
                          (double)(i % a_day) * staffed->staff->interval_s, start);
        write_row(rows, plain(staffed->staff->pools[p].heads[i]), "pools.%s.agents.%s", name, start);
        write_row(rows, plain(staffed->audit->pools[p].scheduled[i]), "pools.%s.scheduled.%s", name, start);
        if (staffed->shifts != NULL)
            write_row(rows, plain(staffed->shifts->pools[p].on_duty[i]), "pools.%s.rostered.%s", name, start);
    }
}

void sc_staff_write_csv(FILE *stream, const struct sc_staffed *staffed, size_t count)
{
    fputs(count > 1 ? "scenario,metric,mean,low,high\n" : "metric,mean,low,high\n", stream);
    for (size_t s = 0; s < count; s++) {
        const struct sc_staffed *here = &staffed[s];
        struct rows rows = {stream, count > 1 ? here->scenario->name : NULL};

        write_row(&rows, plain(here->audit->headcount), "headcount");
        write_row(&rows, plain(here->audit->cost), "cost");
        for (size_t p = 0; p < here->scenario->pool_count; p++)
            write_pool(&rows, here, p);
        for (size_t c = 0; c < here->scenario->channel_count; c++)
            write_channel(&rows, here, c);
        for (size_t p = 0; p < here->scenario->pool_count; p++)
            write_intervals(&rows, here, p);
    }
}
