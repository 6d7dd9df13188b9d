/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was observed: the month, by type and by half-hour, a mean day's counts and the three figures that the scenario
 * is judged by, each with the 95 % interval that its scatter over the days gives. The days are a sample too: with
 * nineteen of them the observed figure itself is uncertain, and a simulation cannot be asked to be nearer than that.
 */
#include "figures.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { WITHIN_S = 20 };

/* Sums of one day: `of` counts numerators, in the order of the columns. */
struct day_sums {
    double offered, answered, within, wait, busy;
};

struct interval {
    double value, low, high;
};

/* A ratio of totals over days with the interval of a ratio estimator by residuals (Cochran 1977, section 2.11). */
static struct interval ratio(const double *above, const double *below, int days)
{
    double a = 0, b = 0, squares = 0;
    for (int d = 0; d < days; d++) {
        a += above[d];
        b += below[d];
    }
    for (int d = 0; d < days; d++)
        squares += pow(above[d] - a / b * below[d], 2);
    double error = sqrt(squares * days / (days - 1)) / b * gsl_cdf_tdist_Pinv(0.975, days - 1);
    return (struct interval){a / b, a / b - error, a / b + error};
}

static void interval_write(FILE *out, struct interval interval, int digits)
{
    fprintf(out, ",%.*f,%.*f,%.*f", digits, interval.value, digits, interval.low, digits, interval.high);
}

static void row_write(FILE *out, const struct bank_log *log, const char *scope, const char *name,
                      const struct day_sums *day)
{
    double offered[BANK_MAX_DAYS], lost[BANK_MAX_DAYS], answered[BANK_MAX_DAYS], within[BANK_MAX_DAYS];
    double wait[BANK_MAX_DAYS], busy[BANK_MAX_DAYS], total = 0, kept = 0;
    for (int d = 0; d < log->days; d++) {
        total += offered[d] = day[d].offered;
        kept += answered[d] = day[d].answered;
        lost[d] = day[d].offered - day[d].answered;
        within[d] = day[d].within;
        wait[d] = day[d].wait;
        busy[d] = day[d].busy;
    }
    fprintf(out, "%s,%s,%d,%.3f,%.3f", scope, name, log->days, total / log->days, kept / log->days);
    interval_write(out, ratio(lost, offered, log->days), 5);
    interval_write(out, ratio(wait, answered, log->days), 3);
    interval_write(out, ratio(within, offered, log->days), 5);
    interval_write(out, ratio(busy, answered, log->days), 3);
    fputc('\n', out);
}

/* type or slot -1: all of them */
static void sums_fill(const struct bank_log *log, int type, int slot, struct day_sums *day)
{
    for (int d = 0; d < log->days; d++)
        day[d] = (struct day_sums){0};
    for (size_t i = 0; i < log->calls; i++) {
        const struct bank_call *call = &log->call[i];
        if ((type >= 0 && call->type != type) || (slot >= 0 && bank_slot(call) != slot))
            continue;
        struct day_sums *sums = &day[call->day];
        sums->offered++;
        if (!call->answered)
            continue;
        sums->answered++;
        sums->within += call->wait_s <= WITHIN_S;
        sums->wait += call->wait_s;
        sums->busy += call->service_s;
    }
}

void bank_observed_write(FILE *out, const struct bank_log *log)
{
    struct day_sums day[BANK_MAX_DAYS];
    char start[24];
    fprintf(out, "scope,name,days,offered,answered,abandon_rate,abandon_rate_low,abandon_rate_high,"
                 "wait_mean_s,wait_mean_s_low,wait_mean_s_high,service_level,service_level_low,service_level_high,"
                 "service_s,service_s_low,service_s_high\n");
    sums_fill(log, -1, -1, day);
    row_write(out, log, "month", "all", day);
    for (int type = 0; type < BANK_TYPES; type++) {
        sums_fill(log, type, -1, day);
        row_write(out, log, "type", bank_type_name(type), day);
    }
    for (int slot = BANK_OPEN_SLOT; slot < BANK_SLOTS; slot++) {
        sums_fill(log, -1, slot, day);
        snprintf(start, sizeof start, "%02d:%02d", slot / 2, slot % 2 * 30);
        row_write(out, log, "half-hour", start, day);
    }
}
