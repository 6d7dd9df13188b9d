/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario as a text that a person reads: each figure with a comment that says where it comes from. */
#include "figures.h"
#include "paragraph.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <string.h>

struct writer {
    FILE *out;
    const struct bank_log *log;
    const struct bank_demand *demand;
    const struct bank_customers *customers;
    const struct bank_agents *agents;
};

static void head_write(const struct writer *w)
{
    char first[11], last[11];
    const struct bank_log *log = w->log;
    double offered = 0;
    for (int t = 0; t < BANK_TYPES; t++)
        offered += w->demand->total[t];
    sc_date_format(log->day_number[0], first);
    sc_date_format(log->day_number[log->days - 1], last);
    bank_paragraph_write(
        w->out, "# ", "# ",
        "A real call centre: a small Israeli bank, the %d weekdays (Sunday to Thursday) of January 1999 "
        "in its log.",
        log->days);
    fprintf(w->out, "#\n");
    bank_paragraph_write(
        w->out, "# ", "# ",
        "Data: \"Anonymous bank\" call-centre data, I. Guedj and A. Mandelbaum, Technion, Haifa; free for "
        "use with acknowledgement. Written by the program derive-bank-1999 (scenarios/bank-1999/) from "
        "the log of every call: not a figure is typed in by hand, and a change belongs into the "
        "program. What was observed stands in results/bank-1999-observed.csv, the simulated month beside "
        "it in results/bank-1999.md.");
    fprintf(w->out, "#\n");
    bank_paragraph_write(
        w->out, "# ", "# ",
        "A call enters a voice response unit and asks it for an agent, or not: only those who asked are "
        "contacts here (%.0f in the month). Left out: %zu that ended in the unit, %zu phantoms of the "
        "log, %zu outside 7:00 to 24:00.",
        offered, log->in_vru, log->phantom, log->closed);
    fprintf(w->out, "\n");
    fprintf(w->out, "name     = \"Bank 1999\";\nstart    = \"%s\";    # the first Sunday of the log\n", first);
    fprintf(w->out,
            "days     = %d;              # to %s\nwarmup   = \"0 d\";           # closed at night: every day begins "
            "empty\n",
            (int)(log->day_number[log->days - 1] - log->day_number[0]) + 1, last);
    fprintf(w->out, "interval = \"30 min\";\nseed     = \"1999\";\nreplications = 30;\n");
    if (log->missing_days) {
        fprintf(w->out, "holidays = ( ");
        for (int i = 0; i < log->missing_days; i++) {
            sc_date_format(log->missing[i], first);
            fprintf(w->out, "%s\"%s\"", i ? ", " : "", first);
        }
        fprintf(w->out, " );   # weekdays on which the log has no call at all\n");
    }
    fprintf(w->out, "\n");
    bank_paragraph_write(w->out, "# ", "# ",
                         "Busy days are busy for all types: common cv by the covariances between the types' daily "
                         "counts, weekday means taken out (method of moments, Poisson part removed). Of the counts as "
                         "such it is %.3f, but much of that is a slow decline (%.0f contacts a day in the first half "
                         "of the log, %.0f in the second) that the roster followed: daily agent hours go with the "
                         "calls, correlation %.2f. The roster below is the same for all weeks, so the spread here, and "
                         "each type's own below, are those of the contacts for each agent hour of the day: what the "
                         "roster did not follow.",
                         w->demand->raw_common_cv, w->demand->first_half, w->demand->second_half,
                         w->agents->presence_volume_correlation);
    fprintf(w->out, "spread   = %.3f;\n\n", w->demand->common_cv);
}

/* By the clock: a line for six hours. */
static void numbers_write(const struct writer *w, const double *number, int count)
{
    fprintf(w->out, "[");
    for (int j = 0; j < count; j++)
        fprintf(w->out, "%s%.3f", j == 0 ? "" : j % (count / 4) ? ", " : ",\n          ", number[j]);
    fprintf(w->out, "]");
}

static void volume_write(const struct writer *w, int t)
{
    const struct bank_demand *d = w->demand;
    double lost = 0;
    for (int i = 0; i < BANK_WEEKDAYS; i++)
        for (int j = 0; j < BANK_SLOTS; j++)
            lost += d->lost[t][i][j] * w->log->days_of[i];
    fprintf(w->out, "    volume = {\n");
    bank_paragraph_write(
        w->out, "      # ", "      # ",
        "new demand: %.0f contacts in the month by the log, less the repeated calls of the %.0f who hung "
        "up (retry)",
        d->total[t], lost);
    fprintf(w->out, "      per_day = { ");
    for (int i = 0; i < BANK_WEEKDAYS; i++)
        fprintf(w->out, "%s = %.2f; ", bank_weekday_name(i), d->per_day[t][i]);
    fprintf(w->out,
            "};\n      # by %s; do the weekdays differ in shape? p = %.2g by the F test of quasi-Poisson counts%s\n",
            d->shape_cells[t] == BANK_SLOTS ? "half-hour" : "hour (a rare type)", d->shape_p[t],
            d->shape_by_weekday[t]             ? ": yes"
            : d->shape_p[t] < BANK_SIGNIFICANT ? ": yes, but too few to tell how"
                                               : ": no");
    if (!d->shape_by_weekday[t]) {
        fprintf(w->out, "      shape = ");
        numbers_write(w, d->shape[t][0], d->shape_cells[t]);
        fprintf(w->out, ";\n");
    } else {
        fprintf(w->out, "      shape = {\n");
        for (int i = 0; i < BANK_WEEKDAYS; i++) {
            fprintf(w->out, "        %s = ", bank_weekday_name(i));
            numbers_write(w, d->shape[t][i], d->shape_cells[t]);
            fprintf(w->out, ";\n");
        }
        fprintf(w->out, "      };\n");
    }
    fprintf(w->out,
            "      spread = %.3f;   # of its own, beside the common one (together cv %.3f; of the counts as such "
            "%.3f)\n    };\n",
            d->own_cv[t], d->total_cv[t], d->raw_total_cv[t]);
}

static void fits_comment(const struct writer *w, const struct sc_fit *fit, size_t best, const char *indent)
{
    for (int law = 0; law < SC_FIT_LAWS; law++)
        fprintf(w->out, "%s%s%s AIC %+.0f, distance %.3f%s", law % 2 ? "" : indent, law % 2 ? "; " : "# ",
                sc_fit_law_name((enum sc_fit_law)law), fit[law].aic - fit[best].aic, fit[law].distance,
                law % 2 ? "\n" : "");
}

static void handle_write(const struct writer *w, int t)
{
    const struct bank_handle *h = &w->agents->handle[t];
    bank_paragraph_write(w->out, "    # ", "    # ",
                         "%zu services, mean %.1f s, cv %.2f; %.1f %% of them under 10 s (agents who hang up), which "
                         "count as answered. The mean is that of a head, %.3f times that of a call (fast agents take "
                         "more calls); the cv is one agent's own. The law by the best fit to services of 10 s and "
                         "more:",
                         h->services, h->mean, h->cv, 100 * h->short_share, w->agents->head_factor);
    fits_comment(w, h->fit, h->best, "    ");
    fprintf(w->out, "    handle = { dist = \"%s\"; mean = \"%.1f s\"; cv = %.3f;", sc_fit_law_name(h->fit[h->best].law),
            h->scenario_mean, h->scenario_cv);
    if (h->by_time_cells) {
        fprintf(w->out, "\n      # by %s of arrival: F test p = %.2g\n      by_time = ",
                h->by_time_cells == BANK_SLOTS ? "half-hour" : "hour", h->by_time_p);
        numbers_write(w, h->by_time, h->by_time_cells);
        fprintf(w->out, "; };\n");
    } else
        fprintf(w->out, " };   # no effect of the time of day shows: F test p = %.2g\n", h->by_time_p);
}

static void law_write(const struct writer *w, const struct sc_fit *fit)
{
    fprintf(w->out, "patience = { dist = \"%s\"; mean = \"%.1f s\"; ", sc_fit_law_name(fit->law), fit->mean);
    if (fit->law != SC_FIT_EXPONENTIAL)
        fprintf(w->out, "cv = %.3f; ", fit->cv);
    fprintf(w->out, "}");
}

static void patience_comment(const struct writer *w, const struct bank_patience *p, const char *who)
{
    bank_paragraph_write(w->out, "    # ", "    # ",
                         "%s: %zu hang-ups among %zu queued%s, the answered censored; Kaplan-Meier S(60 s) = %.3f, "
                         "S(300 s) = %.3f; mean %.0f s if "
                         "it were exponential. The law by fit:",
                         who, p->events, p->spells, p->pooled ? " (all types: this one has too few)" : "",
                         p->survival_60, p->survival_300, p->fit[SC_FIT_EXPONENTIAL].mean);
    fits_comment(w, p->fit, p->best, "    ");
}

static void priorities_comment(const struct writer *w)
{
    const struct bank_customers *c = w->customers;
    char date[11];
    sc_date_format(c->first_in_force, date);
    bank_paragraph_write(w->out, "    # ", "    # ",
                         "Priority is a head start in the queue, in seconds: %.0f for customers who identified "
                         "themselves, another %.0f for VIP. The order of service shows it from %s on (%d of %d days, "
                         "%.0f %% of queued contacts, so it is modelled for all): of %zu pairs within the head start, "
                         "VIP overtook other customers in %.0f %%, before in none of %zu. Either all of a VIP's pairs "
                         "or none: that share of VIP has the second step. (Customers overtook unidentified callers up "
                         "to 60 s ahead of them in %.0f %% of pairs, before in %.0f %%, by agents who may not serve "
                         "those.)",
                         BANK_HEAD_START_S, BANK_HEAD_START_S, date, c->days_in_force, w->log->days,
                         100 * c->in_force_share, c->step_pairs, 100 * c->step_share, c->step_pairs_before,
                         100 * c->over_unknown, 100 * c->over_unknown_before);
}

/* Priorities and classes: who of the callers of a type has which step, and whose patience is his own. */
static void classes_write(const struct writer *w, int t)
{
    const struct bank_customers *c = w->customers;
    const struct bank_patience *vip = &c->patience[t][BANK_VIP], *other = &c->patience[t][BANK_NOT_VIP];
    bool apart = !vip->pooled && !other->pooled && c->vip_share[t] > 0.05;
    bool known = c->identified_share[t] > 0.95, unknown = c->identified_share[t] < 0.05;
    const struct bank_patience *base = apart ? other : &c->patience[t][BANK_ANY];
    double two_steps = c->vip_share[t] * c->step_share;
    patience_comment(w, base, apart ? "patience of customers who are not VIP" : "patience");
    fprintf(w->out, "    ");
    law_write(w, &base->fit[base->best]);
    fprintf(w->out, ";\n");
    if (t == BANK_PS)
        priorities_comment(w);
    fprintf(w->out,
            "    # %.1f %% of the queued had identified themselves, %.1f %% are VIP.\n    priority = %.0f;\n    ageing "
            "  = 1.0;\n",
            100 * c->identified_share[t], 100 * c->vip_share[t], known ? BANK_HEAD_START_S : 0);
    if (unknown)
        return;
    if (apart)
        patience_comment(w, vip, "patience of VIP");
    fprintf(w->out, "    classes = (\n");
    if (!known)
        fprintf(w->out, "      { name = \"customer\"; share = %.4f; priority = %.0f; },\n",
                c->identified_share[t] - two_steps, BANK_HEAD_START_S);
    fprintf(w->out, "      { name = \"vip\"; share = %.4f; priority = %.0f;", two_steps, 2 * BANK_HEAD_START_S);
    if (apart) {
        fprintf(w->out, "\n        ");
        law_write(w, &vip->fit[vip->best]);
        fprintf(w->out, "; },\n      { name = \"vip, one step\"; share = %.4f; priority = %.0f;\n        ",
                c->vip_share[t] - two_steps, BANK_HEAD_START_S);
        law_write(w, &vip->fit[vip->best]);
        fprintf(w->out, ";");
    }
    fprintf(w->out, " } );\n");
}

static void wrap_write(const struct writer *w)
{
    const struct bank_agents *a = w->agents;
    const struct sc_fit *best = &a->wrap_fit[a->wrap_best];
    fprintf(w->out, "    wrap_up = { dist = \"%s\"; mean = \"%.1f s\"; cv = %.2f; };\n", sc_fit_law_name(best->law),
            a->wrap_mean, a->wrap_cv);
}

static void wrap_comment(const struct writer *w)
{
    const struct bank_agents *a = w->agents;
    bank_paragraph_write(w->out, "    # ", "    # ",
                         "From the end of a call to the start of the agent's next while the queue was not empty: %zu "
                         "such, censored in %zu more when the queue emptied; median %.0f s, mean %.1f s, cv %.2f by "
                         "Kaplan-Meier up to %.0f min (the rest is off duty). Mostly the few seconds to the next call, "
                         "now and then minutes away from the phone. The law by fit:",
                         a->wrap_events, a->wrap_spells - a->wrap_events, a->wrap_median, a->wrap_mean, a->wrap_cv,
                         BANK_OFF_DUTY_S / 60);
    fits_comment(w, a->wrap_fit, a->wrap_best, "    ");
}

static void channels_write(const struct writer *w)
{
    fprintf(w->out, "channels = (\n");
    for (int t = 0; t < BANK_TYPES; t++) {
        fprintf(w->out, "  { name = \"%s\";   # type %s of the log\n    kind = \"live\";\n", bank_type_name(t),
                bank_type_code(t));
        fprintf(w->out, "    hours = { sun = \"07:00-24:00\"; mon-thu = \"07:00-24:00\"; };\n");
        volume_write(w, t);
        handle_write(w, t);
        if (t == 0)
            wrap_comment(w);
        wrap_write(w);
        classes_write(w, t);
        if (t == 0)
            bank_paragraph_write(
                w->out, "    # ", "    # ",
                "No balking: only %.2f %% of the queued hung up within a second. Retries: 26 to 38 %% of the "
                "identified customers who hang up call again within the hour (the same log, over the year); "
                "this month's rows carry no customer, so the middle of that is taken, and the delay is "
                "assumed.",
                100 * w->customers->balked_share);
        fprintf(w->out, "    retry  = { share = %.2f; after = \"%.0f min\"; attempts = %d; };\n", BANK_RETRY_SHARE,
                BANK_RETRY_AFTER_S / 60, BANK_RETRY_ATTEMPTS);
        if (t == 0)
            fprintf(w->out,
                    "    # The bank's own target is not known; this is the usual one, for the service level.\n");
        fprintf(w->out, "    target = { answer = 0.80; within = \"20 s\"; };\n  }%s\n", t + 1 < BANK_TYPES ? "," : "");
    }
    fprintf(w->out, ");\n\n");
}

static void pools_comment(const struct writer *w)
{
    const struct bank_agents *a = w->agents;
    bank_paragraph_write(w->out, "# ", "# ",
                         "Agents on duty: the log has no roster. Each is taken to be on duty from the first to the "
                         "last call of the day (from and to the full hour if it is within %.0f min), less gaps above "
                         "%.0f min in which calls waited for a minute and more, and all above an hour; other gaps are "
                         "work where a call was waiting, and so in the wrap-up, else idle time. Mean of the month by "
                         "weekday and half-hour, in whole heads: fractions are carried to the next half-hour, and the "
                         "all-round pool makes up for them by five minutes, which keeps the sum. Pools by the types of "
                         "call that an agent took that day; a pool has the skill for a type if it took at least a "
                         "third of what an average hour takes. Idle is not at the phone: of %zu regular calls that "
                         "found no queue and an agent idle, %zu waited all the same, those who were answered %.0f s "
                         "(median). If idle agents are ready independently, %.0f %% are (maximum likelihood). The "
                         "others are the last pool: heads taken from the rest, less those in wrap-up, who come when a "
                         "call has waited that long.",
                         BANK_SHIFT_EDGE_S / 60, BANK_OFF_DUTY_S / 60, a->ready.arrivals, a->ready.queued,
                         a->ready.delay_s, 100 * a->ready.share);
    fprintf(w->out, "# Agents differ: cv of their mean handle times %.3f (variance components, p %s .0001).\n",
            a->between_cv, a->between_p < 1e-4 ? "<" : ">");
}

/* A line for three hours, or one for all where only the half-hours differ. */
static void roster_write(const struct writer *w, const int *head, bool fine)
{
    int step = fine ? 1 : BANK_SLOT_CELLS;
    fprintf(w->out, "[");
    for (int k = 0; k < BANK_CELLS; k += step)
        fprintf(w->out, "%s%d", k == 0 ? "" : fine && k % 36 == 0 ? ",\n        " : k % 12 ? "," : ", ", head[k]);
    fprintf(w->out, "];\n");
}

static void pool_write(const struct writer *w, int p)
{
    const struct bank_agents *a = w->agents;
    fprintf(w->out,
            "  { name = \"%s\";   # %.0f agent hours in the month\n    speed_spread = %.3f;\n    staffing = {\n",
            bank_pool_name(p), a->hours[p], a->between_cv);
    for (int i = 0; i < BANK_WEEKDAYS; i++) {
        fprintf(w->out, "      %s = ", bank_weekday_name(i));
        roster_write(w, a->roster[p][i], p == BANK_BOTH);
    }
    fprintf(w->out, "    };\n    skills = (\n");
    bool first = true;
    for (int t = 0; t < BANK_TYPES; t++) {
        if (!a->skill[p][t])
            continue;
        /* the desk is asked first for its own calls and last for the others */
        bool desk = p == BANK_DESK, own = t == BANK_NE;
        fprintf(w->out, "%s      { channel = \"%s\"; rank = %d;", first ? "" : ",\n", bank_type_name(t),
                p == BANK_AWAY ? 3
                : desk == own  ? 1
                               : 2);
        if (p == BANK_AWAY)
            fprintf(w->out, " after = \"%.0f s\";", a->ready.delay_s);
        fprintf(w->out, " }");
        first = false;
    }
    fprintf(w->out, " );\n  }%s\n", p + 1 < BANK_POOLS ? "," : "");
}

void bank_scenario_write(FILE *out, const struct bank_log *log, const struct bank_demand *demand,
                         const struct bank_customers *customers, const struct bank_agents *agents)
{
    struct writer w = {out, log, demand, customers, agents};
    head_write(&w);
    channels_write(&w);
    pools_comment(&w);
    fprintf(out, "pools = (\n");
    for (int p = 0; p < BANK_POOLS; p++)
        pool_write(&w, p);
    fprintf(out, ");\n\n# Whoever has waited longest is next, the head start counted in: priority + 1 for every "
                 "second.\nrouting = { agent = \"longest-idle\"; contact = \"score\"; };\n");
}
