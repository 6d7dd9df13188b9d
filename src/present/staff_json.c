/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Staffings as JSON, schema staffcast.staff/1 (SPEC 4). */
#include "present/staff.h"

#include "present/figures.h"
#include "present/json.h"
#include "staffcast/calendar.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Metrics with the same name up to a dot are an inner object of that name, null where there is no target for it. */
static void write_metrics(struct sc_json *json, const struct sc_channel_result *channel, bool level)
{
    for (size_t i = 0; i < sc_channel_metric_count;) {
        const char *name = sc_channel_metrics[i].name, *dot = strchr(name, '.');
        char group[64];

        if (dot == NULL) {
            sc_json_figure(json, name, channel->figure[i++]);
            continue;
        }
        size_t length = (size_t)(dot - name);

        snprintf(group, sizeof group, "%.*s", (int)length, name);
        if (level)
            sc_json_object_begin(json, group, false);
        else
            sc_json_null(json, group);
        for (; i < sc_channel_metric_count && strncmp(sc_channel_metrics[i].name, name, length + 1) == 0; i++)
            if (level)
                sc_json_figure(json, sc_channel_metrics[i].name + length + 1, channel->figure[i]);
        if (level)
            sc_json_end(json);
    }
}

/* --- arrays by interval --- */

static void write_heads(struct sc_json *json, const char *key, const int *heads, size_t count)
{
    sc_json_array_begin(json, key, true);
    for (size_t i = 0; i < count; i++)
        sc_json_number(json, NULL, heads[i]);
    sc_json_end(json);
}

static void write_formula(struct sc_json *json, const char *key, const struct sc_staffed *staffed, size_t c,
                          const int *heads)
{
    sc_json_array_begin(json, key, true);
    for (size_t i = 0; i < staffed->staff->count; i++) {
        int here = sc_audit_formula_heads(&staffed->scenario->channels[c], &staffed->staff->formulas[c], heads, i);

        sc_json_number(json, NULL, here < 0 ? NAN : here);
    }
    sc_json_end(json);
}

static void write_numbers(struct sc_json *json, const char *key, const double *values, size_t count)
{
    sc_json_array_begin(json, key, true);
    for (size_t i = 0; i < count; i++)
        sc_json_number(json, NULL, values[i]);
    sc_json_end(json);
}

static void write_start(struct sc_json *json, const struct sc_staffed *staffed, size_t interval, const char *key)
{
    size_t a_day = (size_t)lround(86400 / staffed->staff->interval_s);
    char start[32];

    sc_instant_format(staffed->scenario->start_day + (int64_t)(interval / a_day),
                      (double)(interval % a_day) * staffed->staff->interval_s, start);
    sc_json_string(json, key, start);
}

/* --- pools and channels --- */

static void write_pool(struct sc_json *json, const struct sc_staffed *staffed, size_t p)
{
    const struct sc_audit_pool *audit = &staffed->audit->pools[p];
    size_t count = staffed->staff->count;

    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", staffed->scenario->pools[p].name);
    write_heads(json, "agents", staffed->staff->pools[p].heads, count);
    write_heads(json, "scheduled", audit->scheduled, count);
    sc_json_number(json, "on_duty_h", audit->on_duty_h);
    sc_json_number(json, "absence", staffed->scenario->pools[p].absence);
    sc_json_number(json, "planned", staffed->scenario->pools[p].planned);
    sc_json_number(json, "scheduled_h", audit->scheduled_h);
    sc_json_number(json, "paid_h", audit->paid_h);
    sc_json_number(json, "paid_h_a_week", audit->paid_h_a_week);
    sc_json_number(json, "hours_per_week", audit->hours_a_week);
    sc_json_number(json, "fte", audit->fte);
    sc_json_number(json, "overhead", audit->overhead);
    sc_json_number(json, "headcount", audit->headcount);
    sc_json_number(json, "cost", audit->cost);
    sc_json_end(json);
}

static void write_channel(struct sc_json *json, const struct sc_staffed *staffed, size_t c)
{
    const struct sc_channel *channel = &staffed->scenario->channels[c];
    const struct sc_staff_formulas *formulas = &staffed->staff->formulas[c];
    const struct sc_audit_channel *audit = &staffed->audit->channels[c];
    size_t count = staffed->staff->count;

    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", channel->name);
    write_formula(json, "erlang_c", staffed, c, formulas->erlang_c);
    write_formula(json, "erlang_a", staffed, c, formulas->erlang_a);
    write_metrics(json, &sc_staffed_result(staffed)->channels[c], sc_channel_has_level(channel));
    write_formula(json, "alone", staffed, c, formulas->alone);
    write_numbers(json, "contacts", formulas->arrivals, count);
    write_numbers(json, "load_erl", formulas->load_erl, count);
    sc_json_number(json, "work_h", audit->work_h);
    sc_json_number(json, "erlang_c_h", audit->erlang_c_h);
    sc_json_number(json, "erlang_a_h", audit->erlang_a_h);
    sc_json_end(json);
}

/* --- the audit --- */

static void write_steps(struct sc_json *json, const struct sc_staffed *staffed)
{
    const struct sc_audit *audit = staffed->audit;

    sc_json_object_begin(json, "steps", false);
    sc_json_number(json, "contacts", audit->contacts);
    sc_json_number(json, "work_h", audit->work_h);
    sc_json_number(json, "on_duty_h", audit->on_duty_h);
    sc_json_number(json, "scheduled_h", audit->scheduled_h);
    sc_json_number(json, "paid_h", audit->paid_h);
    sc_json_number(json, "weeks", audit->weeks);
    sc_json_number(json, "paid_h_a_week", audit->paid_h / audit->weeks);
    sc_json_number(json, "fte", audit->fte);
    sc_json_number(json, "headcount", audit->headcount);
    sc_json_end(json);
    sc_json_object_begin(json, "pooling", false);
    sc_json_number(json, "erlang_c_h", audit->erlang_c_h);
    sc_json_number(json, "erlang_a_h", audit->erlang_a_h);
    sc_json_number(json, "alone_h", audit->alone_h);
    sc_json_number(json, "on_duty_h", audit->on_duty_h);
    sc_json_number(json, "saves_h", audit->teams > 1 ? audit->alone_h - audit->on_duty_h : NAN);
    sc_json_end(json);
}

static void write_verdicts(struct sc_json *json, const struct sc_staffed *staffed, const struct sc_staff *staff)
{
    sc_json_array_begin(json, "verdicts", false);
    for (size_t v = 0; v < staff->verdict_count; v++) {
        const struct sc_staff_verdict *verdict = &staff->verdicts[v];
        const struct sc_channel *channel = &staffed->scenario->channels[verdict->channel];

        sc_json_object_begin(json, NULL, true);
        sc_json_string(json, "channel", channel->name);
        if (verdict->class_index >= 0)
            sc_json_string(json, "class", channel->classes[verdict->class_index].name);
        else
            sc_json_null(json, "class");
        sc_json_string(json, "of", verdict->abandon ? "abandon" : "answer");
        write_start(json, staffed, verdict->first, "start");
        sc_json_number(json, "intervals", (double)verdict->intervals);
        sc_json_number(json, "wanted", verdict->wanted);
        sc_json_number(json, "figure", verdict->figure);
        sc_json_number(json, "error", verdict->error);
        sc_json_number(json, "met", verdict->met);
        sc_json_number(json, "met_error", verdict->met_error);
        sc_json_number(json, "contacts", verdict->contacts);
        sc_json_bool(json, "missed", verdict->missed);
        sc_json_end(json);
    }
    sc_json_end(json);
}

/* --- shifts --- */

static void write_time(struct sc_json *json, const char *key, double second)
{
    char text[16];
    int minutes = (int)lround(second / 60) % 1440;

    snprintf(text, sizeof text, "%02d:%02d", minutes / 60, minutes % 60);
    sc_json_string(json, key, text);
}

static void write_shift(struct sc_json *json, const struct sc_staffed *staffed, const struct sc_cover_shift *shift)
{
    char date[32];

    sc_json_object_begin(json, NULL, true);
    sc_date_format(staffed->scenario->start_day + (int64_t)shift->day, date);
    sc_json_string(json, "day", date);
    sc_json_string(json, "shift", staffed->shifts->rules->rules[shift->rule].name);
    write_time(json, "from", shift->from_s);
    write_time(json, "to", shift->from_s + shift->lasts_s);
    sc_json_number(json, "agents", shift->heads);
    sc_json_array_begin(json, "breaks", true);
    for (size_t b = 0; b < shift->break_count; b++) {
        sc_json_object_begin(json, NULL, true);
        write_time(json, "at", shift->break_at_s[b]);
        sc_json_number(json, "lasts_s", shift->break_lasts_s[b]);
        sc_json_bool(json, "paid", shift->break_paid[b]);
        sc_json_end(json);
    }
    sc_json_end(json);
    sc_json_end(json);
}

static void write_tour(struct sc_json *json, const struct sc_staffed *staffed, const struct sc_cover_tour *tour)
{
    char date[32];

    sc_json_object_begin(json, NULL, true);
    sc_date_format(staffed->scenario->start_day + (int64_t)tour->first_day, date);
    sc_json_string(json, "week", date);
    sc_json_string(json, "shift", staffed->shifts->rules->rules[tour->rule].name);
    write_time(json, "from", tour->from_s);
    write_time(json, "to", tour->from_s + tour->lasts_s);
    sc_json_number(json, "agents", tour->heads);
    sc_json_array_begin(json, "days", true);
    for (size_t day = 0; day < 7; day++)
        if (tour->works[day])
            sc_json_string(json, NULL,
                           sc_day_kind_name(
                               sc_weekday(staffed->scenario->start_day + (int64_t)(tour->first_day + day))));
    sc_json_end(json);
    sc_json_end(json);
}

static void write_difference(struct sc_json *json, const char *key, const int *more, const int *less, size_t count)
{
    sc_json_array_begin(json, key, true);
    for (size_t i = 0; i < count; i++)
        sc_json_number(json, NULL, more[i] > less[i] ? more[i] - less[i] : 0);
    sc_json_end(json);
}

static void write_pool_shifts(struct sc_json *json, const struct sc_staffed *staffed, size_t p)
{
    const struct sc_shift_plan_pool *pool = &staffed->shifts->pools[p];
    const int *wanted = staffed->audit->pools[p].scheduled;
    size_t count = staffed->shifts->count;

    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", staffed->scenario->pools[p].name);
    write_heads(json, "need", pool->need, count);
    write_heads(json, "on_duty", pool->on_duty, count);
    write_difference(json, "over", pool->on_duty, wanted, count);
    write_difference(json, "under", wanted, pool->on_duty, count);
    sc_json_number(json, "paid_h", pool->paid_h);
    sc_json_number(json, "cover_h", pool->cover_h);
    sc_json_number(json, "bound_h", pool->bound_h);
    sc_json_bool(json, "optimal", pool->optimal);
    sc_json_number(json, "patterns", (double)pool->patterns);
    sc_json_number(json, "short", pool->short_heads);
    sc_json_array_begin(json, "shifts", false);
    for (size_t s = 0; s < pool->shift_count; s++)
        write_shift(json, staffed, &pool->shifts[s]);
    sc_json_end(json);
    sc_json_array_begin(json, "tours", false);
    for (size_t t = 0; t < pool->tour_count; t++)
        write_tour(json, staffed, &pool->tours[t]);
    sc_json_end(json);
    sc_json_end(json);
}

static void write_shifts(struct sc_json *json, const struct sc_staffed *staffed)
{
    const struct sc_shift_plan *plan = staffed->shifts;
    double paid_h = 0, cover_h = 0, bound_h = 0;

    if (plan == NULL) {
        sc_json_null(json, "shifts");
        return;
    }
    for (size_t p = 0; p < plan->pool_count; p++) {
        paid_h += plan->pools[p].paid_h;
        cover_h += plan->pools[p].cover_h;
        bound_h += plan->pools[p].bound_h;
    }
    sc_json_object_begin(json, "shifts", false);
    if (plan->rules->file != NULL)
        sc_json_string(json, "file", plan->rules->file);
    else
        sc_json_null(json, "file");
    sc_json_number(json, "paid_h", paid_h);
    sc_json_number(json, "cover_h", cover_h);
    sc_json_number(json, "bound_h", bound_h);
    sc_json_number(json, "gap", cover_h > 0 ? (cover_h - bound_h) / cover_h : 0);
    sc_json_number(json, "repairs", (double)staffed->repairs);
    sc_json_number(json, "trims", (double)staffed->trims);
    sc_json_array_begin(json, "pools", false);
    for (size_t p = 0; p < plan->pool_count; p++)
        write_pool_shifts(json, staffed, p);
    sc_json_end(json);
    sc_json_end(json);
}

/* --- the whole --- */

static void write_note(void *context, const char *note)
{
    sc_json_string(context, NULL, note);
}

static void write_run(struct sc_json *json, const struct sc_staffed *staffed)
{
    const struct sc_staff *staff = staffed->staff;
    char seed[32];

    sc_json_string(json, "scenario", staffed->scenario->name);
    sc_json_string(json, "file", staffed->scenario->file);
    sc_json_string(json, "version", SC_VERSION);
    snprintf(seed, sizeof seed, "%" PRIu64, staffed->seed);
    sc_json_string(json, "seed", seed);
    sc_json_string(json, "per", sc_staff_per_name(staff->per));
    sc_json_number(json, "confidence", staff->confidence > 0 ? staff->confidence : NAN);
    sc_json_number(json, "days", staffed->scenario->days);
    sc_json_string(json, "currency", staffed->scenario->currency);
    sc_json_number(json, "search_replications", (double)staff->replications);
    sc_json_number(json, "replications", (double)staff->held_out);
    sc_json_number(json, "contacts_simulated", staff->contacts_simulated);
    sc_json_number(json, "wall_s", staff->wall_s);
}

static void write_one(struct sc_json *json, const struct sc_staffed *staffed)
{
    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "schema", "staffcast.staff/1");
    sc_json_array_begin(json, "start", true);
    for (size_t i = 0; i < staffed->staff->count; i++)
        write_start(json, staffed, i, NULL);
    sc_json_end(json);
    sc_json_array_begin(json, "pools", false);
    for (size_t p = 0; p < staffed->scenario->pool_count; p++)
        write_pool(json, staffed, p);
    sc_json_end(json);
    sc_json_array_begin(json, "channels", false);
    for (size_t c = 0; c < staffed->scenario->channel_count; c++)
        write_channel(json, staffed, c);
    sc_json_end(json);
    sc_json_number(json, "headcount", staffed->audit->headcount);
    sc_json_number(json, "cost", staffed->audit->cost);
    write_run(json, staffed);
    write_steps(json, staffed);
    write_verdicts(json, staffed, staffed->judged != NULL ? staffed->judged : staffed->staff);
    sc_json_number(json, "scheduled_missed", staffed->scheduled != NULL ? (double)staffed->scheduled->missed : NAN);
    write_shifts(json, staffed);
    if (staffed->written != NULL)
        sc_json_string(json, "written", staffed->written);
    sc_json_array_begin(json, "notes", false);
    sc_staffed_notes(staffed, write_note, json);
    sc_json_end(json);
    sc_json_end(json);
}

void sc_staff_write_json(FILE *stream, const struct sc_staffed *staffed, size_t count, bool as_array)
{
    struct sc_json json;

    sc_json_init(&json, stream);
    if (as_array)
        sc_json_array_begin(&json, NULL, false);
    for (size_t i = 0; i < count; i++)
        write_one(&json, &staffed[i]);
    if (as_array)
        sc_json_end(&json);
}
