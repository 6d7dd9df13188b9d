/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/estimate.h"

#include "estimate/metrics.h"

#include <stddef.h>
#include <string.h>

/* A field of a tally as a term. */
#define T(field) ((int)(offsetof(struct sc_tally, field) / sizeof(double)) + 1)
#define P(field) ((int)(offsetof(struct sc_pool_tally, field) / sizeof(double)) + 1)

#define OVER(...) .over = {__VA_ARGS__}
#define UNDER(...) .under = {__VA_ARGS__}
#define SUM(...) .rule = SC_RULE_SUM, OVER(__VA_ARGS__)
#define HOURS(...) .rule = SC_RULE_SUM, .scale = 1.0 / 3600, OVER(__VA_ARGS__)
#define RATIO(over, under) .rule = SC_RULE_RATIO, over, under
#define WHERE(over, under) .rule = SC_RULE_WHERE, over, under
#define SERVICE .rule = SC_RULE_SERVICE
#define SERVICE_AS(counts) .rule = SC_RULE_SERVICE_AS, .argument = (counts)
#define COST .rule = SC_RULE_COST
#define COST_PER(under) .rule = SC_RULE_COST, under
#define TARGET .rule = SC_RULE_TARGET
#define DAYS .rule = SC_RULE_DAYS
#define WAIT(p) .rule = SC_RULE_WAIT, .argument = (p)
#define RESPONSE(p) .rule = SC_RULE_RESPONSE, .argument = (p)
#define SAVING .rule = SC_RULE_SAVING
/* A share of agent time: the chance events behind it come by the hour rather than by the second. An hour is a
   cautious trial, for where a share shows no scatter. */
#define TIME_SHARE(over, under) .rule = SC_RULE_RATIO, .trials = 3600, over, under

#define HANDLED T(answered), T(automated), -T(automated_returned)
#define LOST T(abandoned), T(balked)
#define JOINED T(offered), -T(blocked)

#define CHANNEL_METRICS(M)                                                                                   \
    M("demand", COUNT, "new contacts from the volume and the backlog", SUM(T(demand)))                       \
    M("arrivals", COUNT, "new contacts, retries, returns, recontacts, transfers and diversions in", SUM(T(arrivals)))\
    M("deflected", COUNT, "kept from arriving", SUM(T(deflected)))                                           \
    M("automated", COUNT, "resolved by automation", SUM(T(automated)))                                       \
    M("automated_returned", COUNT, "resolved by automation, but came back", SUM(T(automated_returned)))      \
    M("gave_up", COUNT, "gave up in automation", SUM(T(gave_up)))                                            \
    M("diverted", COUNT, "diverted to another channel on joining", SUM(T(diverted)))                         \
    M("offered", COUNT, "joined or tried to join an agent queue", SUM(T(offered)))                           \
    M("answered", COUNT, "answered by an agent", SUM(T(answered)))                                           \
    M("abandoned", COUNT, "left the queue, out of patience", SUM(T(abandoned)))                              \
    M("balked", COUNT, "left at once because they would have had to wait", SUM(T(balked)))                   \
    M("blocked", COUNT, "met a full queue or no trunk", SUM(T(blocked)))                                     \
    M("dismissed", COUNT, "sent away at closing", SUM(T(dismissed)))                                         \
    M("diverted_waiting", COUNT, "diverted to another channel from the queue", SUM(T(diverted_waiting)))     \
    M("called_back", COUNT, "accepted a callback", SUM(T(called_back)))                                      \
    M("callbacks_kept", COUNT, "callbacks made in time", SUM(T(callbacks_kept)))                             \
    M("open_at_end", COUNT, "still waiting or in hand at the end", SUM(T(open_at_end)))                      \
    M("in_automation_at_end", COUNT, "still in automation at the end", SUM(T(in_automation_at_end)))         \
    M("touches", COUNT, "further handlings of the same cases", SUM(T(touches)))                              \
    M("retried", COUNT, "tried again after being lost", SUM(T(retried)))                                     \
    M("transferred", COUNT, "handed on to another channel by an agent", SUM(T(transferred)))                 \
    M("recontacts", COUNT, "came back because the case was not settled", SUM(T(recontacts)))                 \
    M("service_level", SHARE, "share answered within the target's time, as the target counts", SERVICE)      \
    M("service_level_by.offered", SHARE, "answered in time of answered, lost and late",                      \
      SERVICE_AS(SC_COUNT_OFFERED))                                                                          \
    M("service_level_by.no-short", SHARE, "the same without those lost within the short time",               \
      SERVICE_AS(SC_COUNT_NO_SHORT))                                                                         \
    M("service_level_by.answered", SHARE, "answered in time of answered", SERVICE_AS(SC_COUNT_ANSWERED))     \
    M("service_level_by.met", SHARE, "answered or lost in time of answered, lost and late",                  \
      SERVICE_AS(SC_COUNT_MET))                                                                              \
    M("abandon_rate", SHARE, "abandoned and balked of offered but not blocked", RATIO(OVER(LOST), UNDER(JOINED)))\
    M("automation_rate", SHARE, "resolved for good by automation, of all that arrived",                      \
      RATIO(OVER(T(automated), -T(automated_returned)), UNDER(T(arrivals), -T(deflected), -T(automated_returned))))\
    M("bot_resolution_rate", SHARE, "resolved for good by automation, of those that entered it",             \
      RATIO(OVER(T(automated), -T(automated_returned)), UNDER(T(entered_automation))))                       \
    M("containment_rate", SHARE, "never asked for an agent, of those that entered automation",               \
      RATIO(OVER(T(automated), T(gave_up)), UNDER(T(entered_automation))))                                   \
    M("wait_mean_s", SECONDS, "mean wait of answered contacts (ASA)",                                        \
      RATIO(OVER(T(wait_answered_s)), UNDER(T(answered))))                                                   \
    M("wait_all_mean_s", SECONDS, "mean wait of answered and lost contacts",                                 \
      RATIO(OVER(T(wait_answered_s), T(wait_lost_s)),                                                        \
            UNDER(T(answered), T(abandoned), T(balked), T(dismissed))))                                      \
    M("wait_p50_s", SECONDS, "half of the answered contacts waited no longer", WAIT(0.50))                   \
    M("wait_p80_s", SECONDS, "80 % of the answered contacts waited no longer", WAIT(0.80))                   \
    M("wait_p90_s", SECONDS, "90 % of the answered contacts waited no longer", WAIT(0.90))                   \
    M("wait_p95_s", SECONDS, "95 % of the answered contacts waited no longer", WAIT(0.95))                   \
    M("wait_p99_s", SECONDS, "99 % of the answered contacts waited no longer", WAIT(0.99))                   \
    M("wait_max_s", SECONDS, "longest wait of an answered contact", WHERE(OVER(T(wait_max_s)), UNDER(T(answered))))\
    M("first_response_mean_s", SECONDS, "mean time from arrival to the end of the first handling",           \
      RATIO(OVER(T(first_response_s)), UNDER(T(first_responses))))                                           \
    M("first_response_p50_s", SECONDS, "half of the first responses took no longer", RESPONSE(0.50))         \
    M("first_response_p90_s", SECONDS, "90 % of the first responses took no longer", RESPONSE(0.90))         \
    M("resolution_mean_s", SECONDS, "mean time from arrival to the end of the last handling",                \
      RATIO(OVER(T(resolution_s)), UNDER(T(resolved))))                                                      \
    M("handle_mean_s", SECONDS, "mean agent time of a handling, wrap-up included (AHT)",                     \
      RATIO(OVER(T(handle_s)), UNDER(T(handlings))))                                                         \
    M("queue_mean", NUMBER, "mean number waiting while the channel is open or has a queue",                  \
      RATIO(OVER(T(queue_s)), UNDER(T(queue_open_s))))                                                       \
    M("queue_max", NUMBER, "longest queue", SUM(T(queue_max)))                                               \
    M("oldest_max_s", SECONDS, "greatest age of a waiting contact", SUM(T(oldest_max_s)))                    \
    M("satisfied", SHARE, "expected share of satisfied customers",                                           \
      RATIO(OVER(T(satisfied)), UNDER(T(satisfaction_base))))                                                \
    M("cost_per_contact", MONEY, "cost of a contact that was answered or resolved by automation",            \
      COST_PER(UNDER(HANDLED)))                                                                              \
    M("cost_per_case", MONEY, "cost of a new contact", COST_PER(UNDER(T(demand))))                           \
    M("target_met", SHARE, "share of replications that met the target", TARGET)                              \
    M("days_met", SHARE, "share of days that met the target", DAYS)

#define OCCUPANCY_BASE UNDER(P(present_s), P(overtime_s))

#define POOL_METRICS(M)                                                                                      \
    M("scheduled_h", HOURS, "hours on the roster", HOURS(P(scheduled_s)))                                    \
    M("present_h", HOURS, "hours on duty after shrinkage and breaks", HOURS(P(present_s)))                   \
    M("busy_h", HOURS, "hours with a contact in hand", HOURS(P(busy_s)))                                     \
    M("overtime_h", HOURS, "hours worked beyond the roster", HOURS(P(overtime_s)))                           \
    M("occupancy", SHARE, "busy of present and overtime", TIME_SHARE(OVER(P(busy_s)), OCCUPANCY_BASE))       \
    M("live_occupancy", SHARE, "the same without interruptible work",                                        \
      TIME_SHARE(OVER(P(live_busy_s)), OCCUPANCY_BASE))                                                      \
    M("at_once_mean", NUMBER, "contacts in hand of a busy agent", RATIO(OVER(P(holding_s)), UNDER(P(busy_s))))\
    M("cost", MONEY, "hours and fees", COST)

#define TOTAL_METRICS(M)                                                                                     \
    M("offered", COUNT, "joined or tried to join an agent queue", SUM(T(offered)))                           \
    M("answered", COUNT, "answered by an agent", SUM(T(answered)))                                           \
    M("abandoned", COUNT, "left the queue, out of patience", SUM(T(abandoned)))                              \
    M("service_level", SHARE, "share answered in time, each channel by its own target", SERVICE)             \
    M("abandon_rate", SHARE, "abandoned and balked of offered but not blocked", RATIO(OVER(LOST), UNDER(JOINED)))\
    M("wait_mean_s", SECONDS, "mean wait of answered contacts (ASA)",                                        \
      RATIO(OVER(T(wait_answered_s)), UNDER(T(answered))))                                                   \
    M("cost", MONEY, "pools, automation and fixed costs", COST)                                              \
    M("cost_per_contact", MONEY, "cost of a contact that was answered or resolved by automation",            \
      COST_PER(UNDER(HANDLED)))                                                                              \
    M("cost_per_case", MONEY, "cost of a new contact", COST_PER(UNDER(T(demand))))                           \
    M("cost_of_lost", MONEY, "what lost contacts cost the company", SUM(T(lost_cost)))                       \
    M("automation_saving", MONEY, "agent time that automation avoids, less what it costs", SAVING)

#define PUBLIC(name, unit, help, ...) {name, SC_UNIT_##unit, help},
#define PRIVATE(name, unit, help, ...) {__VA_ARGS__},

const struct sc_metric sc_channel_metrics[] = {CHANNEL_METRICS(PUBLIC)};
const struct sc_metric sc_pool_metrics[] = {POOL_METRICS(PUBLIC)};
const struct sc_metric sc_total_metrics[] = {TOTAL_METRICS(PUBLIC)};
const struct sc_recipe sc_channel_recipes[] = {CHANNEL_METRICS(PRIVATE)};
const struct sc_recipe sc_pool_recipes[] = {POOL_METRICS(PRIVATE)};
const struct sc_recipe sc_total_recipes[] = {TOTAL_METRICS(PRIVATE)};
const size_t sc_channel_metric_count = sizeof sc_channel_metrics / sizeof sc_channel_metrics[0];
const size_t sc_pool_metric_count = sizeof sc_pool_metrics / sizeof sc_pool_metrics[0];
const size_t sc_total_metric_count = sizeof sc_total_metrics / sizeof sc_total_metrics[0];

_Static_assert(sizeof(struct sc_tally) % sizeof(double) == 0, "a tally is made of doubles only");
_Static_assert(sizeof(struct sc_pool_tally) % sizeof(double) == 0, "a pool's tally is made of doubles only");

int sc_metric_find(const struct sc_metric *metrics, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(metrics[i].name, name) == 0)
            return (int)i;
    return -1;
}

double sc_terms_sum(const int *terms, const void *tally)
{
    const double *value = tally;
    double sum = 0;
    for (int i = 0; i < SC_TERMS && terms[i] != 0; i++)
        sum += terms[i] > 0 ? value[terms[i] - 1] : -value[-terms[i] - 1];
    return sum;
}

struct sc_pair sc_service_pair(const struct sc_tally *t, enum sc_counts counts)
{
    double all = t->judged_answered + t->judged_lost + t->late_open;
    switch (counts) {
    case SC_COUNT_NO_SHORT:
        return (struct sc_pair){t->answered_within, all - t->lost_short};
    case SC_COUNT_ANSWERED:
        return (struct sc_pair){t->answered_within, t->judged_answered};
    case SC_COUNT_MET:
        return (struct sc_pair){t->answered_within + t->lost_within, all};
    case SC_COUNT_OFFERED:
        break;
    }
    return (struct sc_pair){t->answered_within, all};
}
