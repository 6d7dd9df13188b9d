/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "log.h"

#include "base/csv.h"
#include "staffcast/calendar.h"

#include <stdlib.h>
#include <string.h>

enum column {
    DATE,
    TYPE,
    PRIORITY,
    VRU_ENTRY,
    VRU_S,
    QUEUE_START,
    QUEUE_S,
    OUTCOME,
    SERVICE_START,
    SERVICE_S,
    AGENT,
    COLUMNS
};

static const char *const column_names[COLUMNS] = {"date",          "type",        "priority", "vru_entry",
                                                  "vru_s",         "queue_start", "queue_s",  "outcome",
                                                  "service_start", "service_s",   "agent"};

const char *bank_weekday_name(int weekday)
{
    static const char *const names[BANK_WEEKDAYS] = {"sun", "mon", "tue", "wed", "thu"};
    return names[weekday];
}

const char *bank_type_code(int type)
{
    static const char *const codes[BANK_TYPES] = {"PS", "NW", "NE", "TT", "IN", "PE"};
    return codes[type];
}

const char *bank_type_name(int type)
{
    static const char *const names[BANK_TYPES] = {"regular",   "new customers", "stock exchange",
                                                  "callbacks", "internet",      "english"};
    return names[type];
}

int bank_slot(const struct bank_call *call)
{
    return (int)(call->arrived_s / BANK_SLOT_S);
}

int bank_weekday(int64_t day_number)
{
    int weekday = (sc_weekday(day_number) + 1) % 7; /* Monday 0 … Sunday 6 to Sunday 0 … Saturday 6 */
    return weekday < BANK_WEEKDAYS ? weekday : -1;
}

struct row {
    const struct sc_csv *csv;
    const size_t *column;
    size_t row;
};

static const char *text(const struct row *row, enum column column)
{
    return sc_csv_field(row->csv, row->row, row->column[column]);
}

static enum sc_code number(const struct row *row, enum column column, double *value, struct sc_error *error)
{
    return sc_csv_number(row->csv, row->row, row->column[column], value, error);
}

static enum sc_code clock_time(const struct row *row, enum column column, double *second, struct sc_error *error)
{
    const char *field = text(row, column);
    char padded[16] = "0"; /* the log writes 7:02:47 */
    if (strlen(field) + 2 <= sizeof padded)
        strcpy(padded + (strlen(field) == 7), field);
    if (!sc_time_parse(padded, second))
        return sc_csv_bad_field(row->csv, row->row, row->column[column], "a time of day", "write it as 13:05:20",
                                error);
    return SC_OK;
}

static int type_of(const char *code)
{
    for (int type = 0; type < BANK_TYPES; type++)
        if (strcmp(code, bank_type_code(type)) == 0)
            return type;
    return -1;
}

static int agent_of(struct bank_log *log, const char *name)
{
    if (!*name)
        return -1;
    for (int i = 0; i < log->agents; i++)
        if (strcmp(log->agent_name[i], name) == 0)
            return i;
    if (log->agents == BANK_MAX_AGENTS || strlen(name) >= sizeof log->agent_name[0])
        return -1;
    strcpy(log->agent_name[log->agents], name);
    return log->agents++;
}

/* The index of a day, a new one if need be; -1 where there is no room for another. */
static int day_of(struct bank_log *log, int64_t day_number)
{
    for (int i = 0; i < log->days; i++)
        if (log->day_number[i] == day_number)
            return i;
    if (log->days == BANK_MAX_DAYS)
        return -1;
    int weekday = bank_weekday(day_number);
    log->day_number[log->days] = day_number;
    log->weekday[log->days] = weekday;
    log->days_of[weekday]++;
    return log->days++;
}

static enum sc_code call_times(const struct row *row, struct bank_call *call, struct sc_error *error)
{
    double entry, vru, wait = 0;
    if (clock_time(row, VRU_ENTRY, &entry, error) != SC_OK || number(row, VRU_S, &vru, error) != SC_OK ||
        number(row, QUEUE_S, &wait, error) != SC_OK || number(row, SERVICE_S, &call->service_s, error) != SC_OK)
        return error->code;
    call->queued = *text(row, QUEUE_START) != '\0';
    call->arrived_s = entry + (vru > 0 ? vru : 0);
    if (call->queued && clock_time(row, QUEUE_START, &call->arrived_s, error) != SC_OK)
        return error->code;
    call->wait_s = call->queued ? wait : 0;
    call->start_s = call->arrived_s + call->wait_s;
    if (call->answered && *text(row, SERVICE_START) && clock_time(row, SERVICE_START, &call->start_s, error) != SC_OK)
        return error->code;
    if (call->start_s < call->arrived_s - 43200) /* past midnight */
        call->start_s += 86400;
    return SC_OK;
}

/* Reads one row; `kept` says whether it is a call that the scenario is about. */
static enum sc_code call_read(struct bank_log *log, const struct row *row, struct bank_call *call, bool *kept,
                              struct sc_error *error)
{
    int64_t day_number;
    double priority;
    *kept = false;
    *call = (struct bank_call){.answered = strcmp(text(row, OUTCOME), "AGENT") == 0};
    if (!sc_date_parse(text(row, DATE), &day_number))
        return sc_csv_bad_field(row->csv, row->row, row->column[DATE], "a date", "write it as 1999-01-31", error);
    if (bank_weekday(day_number) < 0)
        return SC_OK;
    if (call_times(row, call, error) != SC_OK || number(row, PRIORITY, &priority, error) != SC_OK)
        return error->code;
    call->priority = (int)priority;
    call->type = type_of(text(row, TYPE));
    if (strcmp(text(row, OUTCOME), "PHANTOM") == 0)
        log->phantom++;
    else if (call->type < 0 || (!call->answered && !call->queued))
        log->in_vru++;
    else if (call->arrived_s < BANK_OPEN_SLOT * BANK_SLOT_S || call->arrived_s >= 86400)
        log->closed++;
    else {
        call->day = day_of(log, day_number);
        call->agent = agent_of(log, text(row, AGENT));
        if (call->day < 0)
            return sc_csv_bad_field(row->csv, row->row, row->column[DATE], "in the same month as the rest",
                                    "give one month at a time", error);
        *kept = true;
    }
    return SC_OK;
}

/* The log's rows are in no order: numbers the days by date. */
static void days_sort(struct bank_log *log)
{
    int rank[BANK_MAX_DAYS] = {0}, weekday[BANK_MAX_DAYS];
    int64_t number[BANK_MAX_DAYS];
    for (int i = 0; i < log->days; i++)
        for (int j = 0; j < log->days; j++)
            rank[i] += log->day_number[j] < log->day_number[i];
    for (int i = 0; i < log->days; i++) {
        number[rank[i]] = log->day_number[i];
        weekday[rank[i]] = log->weekday[i];
    }
    memcpy(log->day_number, number, sizeof *number * (size_t)log->days);
    memcpy(log->weekday, weekday, sizeof *weekday * (size_t)log->days);
    for (size_t i = 0; i < log->calls; i++)
        log->call[i].day = rank[log->call[i].day];
}

static int call_compare(const void *a, const void *b)
{
    const struct bank_call *x = a, *y = b;
    if (x->day != y->day)
        return x->day - y->day;
    return (x->arrived_s > y->arrived_s) - (x->arrived_s < y->arrived_s);
}

static void missing_find(struct bank_log *log)
{
    for (int64_t day = log->day_number[0]; day < log->day_number[log->days - 1]; day++) {
        bool found = bank_weekday(day) < 0;
        for (int i = 0; i < log->days; i++)
            found |= log->day_number[i] == day;
        if (!found && log->missing_days < BANK_MAX_DAYS)
            log->missing[log->missing_days++] = day;
    }
}

enum sc_code bank_log_read(const char *path, struct bank_log *log, struct sc_error *error)
{
    struct sc_csv *csv = NULL;
    struct bank_log made = {0};
    size_t column[COLUMNS];
    if (sc_csv_read(path, SC_CSV_BAD_FAILS, &csv, error) != SC_OK)
        goto done;
    for (int i = 0; i < COLUMNS; i++)
        if (sc_csv_require(csv, column_names[i], &column[i], error) != SC_OK)
            goto done;
    made.call = malloc((sc_csv_rows(csv) + 1) * sizeof *made.call);
    if (!made.call) {
        sc_error_memory(error);
        goto done;
    }
    for (struct row row = {csv, column, 0}; row.row < sc_csv_rows(csv); row.row++) {
        bool kept;
        if (call_read(&made, &row, &made.call[made.calls], &kept, error) != SC_OK)
            goto done;
        made.calls += kept;
    }
    if (!made.calls) {
        sc_error_set_at(error, SC_INPUT, path, 0, "there is no call on a weekday; give the log of a month");
        goto done;
    }
    days_sort(&made);
    qsort(made.call, made.calls, sizeof *made.call, call_compare);
    missing_find(&made);
    *log = made;
    made.call = NULL;
done:
    free(made.call);
    sc_csv_free(csv);
    return error->code;
}

void bank_log_release(struct bank_log *log)
{
    free(log->call);
    *log = (struct bank_log){0};
}
