/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario and the results as texts that a person reads. */
#include "bank.h"
#include "paragraph.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdbool.h>

/* Nothing is known of the bank's agents: what is written for them is invented, to have somebody answer. */
#define INVENTED_HANDLE_S 240.0
#define INVENTED_SLACK 1.0 /* heads above the mean load, in square roots of it */

enum { SCENARIO_DAYS = 28, WEEKDAYS = 5, SHAPE_CELLS = 96, STAFFING_CELLS = 48, DAY_MIN = 1440 };

int bank_2003_days(const struct bank_2003 *bank)
{
    return (int)(bank->grid.day[bank->grid.days - 1] - bank->grid.day[0]) + 1;
}

/* Mean contacts in the cells from … to - 1 of a weekday. */
static double mean_of(const struct bank_2003 *bank, int weekday, size_t from, size_t to)
{
    double sum = 0;
    for (size_t i = from; i < to; i++)
        sum += bank->profile.mean[(size_t)weekday * bank->profile.cells + i];
    return sum;
}

/* First and last cell with contacts on any day: the hours. */
static void hours_find(const struct bank_2003 *bank, size_t *first, size_t *end)
{
    *first = bank->profile.cells;
    *end = 0;
    for (size_t i = 0; i < bank->profile.cells; i++)
        for (int w = 0; w < WEEKDAYS; w++)
            if (mean_of(bank, w, i, i + 1) > 0) {
                *first = i < *first ? i : *first;
                *end = i + 1;
            }
}

static void date_write(FILE *out, int64_t day)
{
    char text[11];
    sc_date_format(day, text);
    fprintf(out, "\"%s\"", text);
}

static bool is_missing(const struct sc_history_grid *grid, int64_t day)
{
    for (size_t d = 0; d < grid->days; d++)
        if (grid->day[d] == day)
            return false;
    return sc_weekday(day) < WEEKDAYS;
}

int bank_2003_holidays(const struct sc_history_grid *grid, int64_t end)
{
    int count = 0;
    for (int64_t day = grid->day[0]; day < end && day < grid->day[grid->days - 1]; day++)
        count += is_missing(grid, day);
    return count;
}

void bank_2003_holidays_write(FILE *out, const struct sc_history_grid *grid, int64_t end)
{
    int count = 0;
    for (int64_t day = grid->day[0]; day < end && day < grid->day[grid->days - 1]; day++)
        if (is_missing(grid, day)) {
            fprintf(out, "%s", count++ ? ", " : "( ");
            date_write(out, day);
        }
    fprintf(out, count ? " )" : "( )");
}

static void head_write(FILE *out, const struct bank_2003 *bank)
{
    const struct sc_history_grid *grid = &bank->grid;
    bank_paragraph_write(
        out, "# ", "# ",
        "A real bank's phones: calls by five minutes at a large North American bank, %zu weekdays of 2003.",
        grid->days);
    fprintf(out, "#\n");
    bank_paragraph_write(
        out, "# ", "# ",
        "Data: bank_calls of the R package fpp3 (R. J. Hyndman and G. Athanasopoulos), from J. Weinberg, "
        "L. D. Brown and J. R. Stroud (2007), J. Amer. Statist. Assoc. 102, 1185-1198. Written by the "
        "program derive-bank-2003 (scenarios/bank-2003/) from the counts: not a figure of the demand is "
        "typed in by hand. What the simulated calls have in common with the observed ones stands in "
        "results/bank-2003.md. The data tells nothing of the agents: handle time, patience and roster "
        "are invented.");
    fprintf(out, "\nname     = \"Bank 2003\";\nstart    = ");
    date_write(out, grid->day[0]);
    fprintf(out, ";\ndays     = %d;              # the first of the history's %d\n", SCENARIO_DAYS,
            bank_2003_days(bank));
    fprintf(out,
            "warmup   = \"0 d\";           # closed at night: every day begins empty\n"
            "interval = \"5 min\";         # the grid of drift\nseed     = \"2003\";\nreplications = 10;\n");
    if (bank_2003_holidays(grid, grid->day[0] + SCENARIO_DAYS) > 0) {
        fprintf(out, "holidays = ");
        bank_2003_holidays_write(out, grid, grid->day[0] + SCENARIO_DAYS);
        fprintf(out, ";   # weekdays that the history does not have\n");
    }
}

/* Contacts by 5 minutes, its mean over a quarter of an hour. */
static void shape_write(FILE *out, const struct bank_2003 *bank, size_t first, size_t end)
{
    size_t group = bank->profile.cells / SHAPE_CELLS;
    fprintf(out, "      # mean calls in five minutes, by quarter of an hour\n      shape = {\n");
    for (int w = 0; w < WEEKDAYS; w++) {
        fprintf(out, "        %s = [", sc_day_kind_name(w));
        for (size_t i = 0; i < SHAPE_CELLS; i++) {
            size_t from = fmax((double)(i * group), (double)first),
                   to = fmin((double)((i + 1) * group), (double)end);
            fprintf(out, "%s%.1f",
                    i == 0   ? ""
                    : i % 16 ? ", "
                             : ",\n          ",
                    from < to ? mean_of(bank, w, from, to) / (double)(to - from) : 0.0);
        }
        fprintf(out, "];\n");
    }
    fprintf(out, "      };\n");
}

static void volume_write(FILE *out, const struct bank_2003 *bank, size_t first, size_t end)
{
    const struct sc_demand_fit *fit = &bank->fit;
    fprintf(out, "    volume = {\n      per_day = { ");
    for (int w = 0; w < WEEKDAYS; w++)
        fprintf(out, "%s = %.1f; ", sc_day_kind_name(w), mean_of(bank, w, 0, bank->profile.cells));
    fprintf(out, "};\n");
    shape_write(out, bank, first, end);
    bank_paragraph_write(
        out, "      # ", "      # ",
        "Calls are far from Poisson: their index of dispersion is %.1f by five minutes and %.1f by the "
        "hour. A part of that is common to a whole day and goes over to the next; the other comes and "
        "goes within the day. Both by the method of moments: how dispersion grows with the interval, how "
        "mornings go with afternoons, days with the next and with those a week later.",
        fit->observed[SC_DEMAND_DISPERSION_5].value, fit->observed[SC_DEMAND_DISPERSION_60].value);
    fprintf(out, "      spread = { cv = %.4f; memory = %.3f; };\n", fit->scatter.spread_cv,
            fit->scatter.memory);
    fprintf(out, "      drift  = { cv = %.4f; half_life = \"%.1f min\"; };\n    };\n", fit->scatter.drift_cv,
            fit->scatter.drift_half_life_s / 60);
}

static void time_text(size_t cell, size_t cells, char text[8])
{
    size_t minute = cell * DAY_MIN / cells;
    snprintf(text, 8, "%02u:%02u", (unsigned)(minute / 60 % 25), (unsigned)(minute % 60));
}

static void pool_write(FILE *out, const struct bank_2003 *bank)
{
    size_t group = bank->profile.cells / STAFFING_CELLS;
    bank_paragraph_write(
        out, "# ", "# ",
        "Invented: the heads that a planner would roster who knows the mean calls of each weekday and "
        "half-hour and nothing else, load + %.0f x its square root.",
        INVENTED_SLACK);
    fprintf(out, "pools = (\n  { name = \"agents\";\n    staffing = {\n");
    for (int w = 0; w < WEEKDAYS; w++) {
        fprintf(out, "      %s = [", sc_day_kind_name(w));
        for (size_t i = 0; i < STAFFING_CELLS; i++) {
            double load =
                mean_of(bank, w, i * group, (i + 1) * group) * INVENTED_HANDLE_S / (86400.0 / STAFFING_CELLS);
            fprintf(out, "%s%.0f",
                    i == 0   ? ""
                    : i % 24 ? ", "
                             : ",\n        ",
                    ceil(load + INVENTED_SLACK * sqrt(load)));
        }
        fprintf(out, "];\n");
    }
    fprintf(out, "    };\n    skills = ( { channel = \"phone\"; } ); }\n);\n");
}

void bank_2003_scenario_write(FILE *out, const struct bank_2003 *bank)
{
    size_t first, end;
    char from[8], to[8];
    hours_find(bank, &first, &end);
    time_text(first, bank->profile.cells, from);
    time_text(end, bank->profile.cells, to);
    head_write(out, bank);
    fprintf(out,
            "\nchannels = (\n  { name = \"phone\";\n    kind = \"live\";\n    hours = { mon-fri = \"%s-%s\"; "
            "};\n",
            from, to);
    volume_write(out, bank, first, end);
    fprintf(
        out,
        "    # invented, all of it\n    handle   = { dist = \"lognormal\"; mean = \"%.0f s\"; cv = 1.0; };\n"
        "    patience = \"3 min\";\n    target   = { answer = 0.80; within = \"20 s\"; }; }\n);\n\n",
        INVENTED_HANDLE_S);
    pool_write(out, bank);
}

/* --- results --- */

static bool inside(const struct sc_demand_figure *observed, double value)
{
    return value >= observed->low && value <= observed->high;
}

static void table_write(FILE *out, const struct bank_2003 *bank, const struct bank_2003_simulated *simulated)
{
    fprintf(out, "| statistic | observed | 95 %% interval | simulated | inside | by formula |\n"
                 "|---|--:|--:|--:|---|--:|\n");
    for (int k = 0; k < SC_DEMAND_STATISTICS; k++) {
        const struct sc_demand_figure *f = &bank->fit.observed[k];
        fprintf(out, "| %s | %.3f | %.3f to %.3f | %.3f ± %.3f | %s | %.3f |\n",
                sc_demand_statistic_name((enum sc_demand_statistic)k), f->value, f->low, f->high,
                simulated->mean[k], simulated->half_width[k], inside(f, simulated->mean[k]) ? "yes" : "no",
                bank->fit.expected[k]);
    }
}

void bank_2003_results_write(FILE *out, const struct bank_2003 *bank,
                             const struct bank_2003_simulated *simulated)
{
    const struct sc_demand_scatter *s = &bank->fit.scatter;
    int held = 0;
    for (int k = 0; k < SC_DEMAND_STATISTICS; k++)
        held += inside(&bank->fit.observed[k], simulated->mean[k]);
    fprintf(out, "# Bank 2003: simulated calls beside the observed ones\n\n");
    bank_paragraph_write(
        out, "", "",
        "Calls by five minutes at a large North American bank, %zu weekdays of 2003 (data: `bank_calls` of "
        "the R package fpp3, from Weinberg, Brown and Stroud 2007), and `scenarios/bank-2003.cfg`, which the "
        "program `derive-bank-2003` made from them. The profile is the mean by weekday and quarter of an "
        "hour; `spread = { cv = %.4f; memory = %.3f; }` and `drift = { cv = %.4f; half_life = \"%.1f min\"; "
        "}` are fitted to the statistics below by the method of moments (`staffcast/demand_fit.h`).",
        bank->grid.days, s->spread_cv, s->memory, s->drift_cv, s->drift_half_life_s / 60);
    fprintf(out, "\n");
    bank_paragraph_write(
        out, "", "",
        "All statistics are of counts less, or relative to, the mean of their weekday. The interval is that "
        "of the observed one by bootstrap: %d resamples of days in blocks of %d. Simulated is the mean over "
        "%d simulated histories of the same dates (the scenario over %d days, with the weekdays that the "
        "history does not have as holidays), each with statistics taken as those of the real one, ± "
        "its own 95 %% interval. This page is written by `derive-bank-2003 DATA_FOLDER OUTPUT_FOLDER`.",
        BANK_2003_RESAMPLES, BANK_2003_BLOCK_DAYS, BANK_2003_REPLICATIONS, bank_2003_days(bank));
    fprintf(out, "\n");
    table_write(out, bank, simulated);
    fprintf(out, "\n");
    bank_paragraph_write(out, "", "",
                         "%d of the %d simulated figures lie inside the interval of the observed one.", held,
                         SC_DEMAND_STATISTICS);
    fprintf(out, "\n");
    bank_paragraph_write(out, "", "",
                         "Poisson calls at the mean rate would have the dispersion 1 in every row, whatever "
                         "the interval, and correlations "
                         "near 0: a plan made on them takes every day for an average one.");
}
