/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/schema_rows.h"

/* --- laws and day factors ---------------------------------------------------------------------------- */

static const struct sc_word law_words[] = {
    {"exponential", SC_LAW_EXPONENTIAL}, {"fixed", SC_LAW_FIXED},
    {"lognormal", SC_LAW_LOGNORMAL}, {"gamma", SC_LAW_GAMMA},
    {"erlang", SC_LAW_ERLANG}, {"weibull", SC_LAW_WEIBULL},
    {"uniform", SC_LAW_UNIFORM}, {"triangular", SC_LAW_TRIANGULAR},
    {"empirical", SC_LAW_EMPIRICAL}, {NULL, 0},
};

/* `file` has no field: the law's reader turns it into a sample. */
static const struct sc_setting law_rows[] = {
    {"dist", SC_SET_WORD, AT(sc_law, kind), .standard = "exponential", .words = law_words,
     .help = "the family of the law"},
    {"mean", SC_SET_DURATION, AT(sc_law, mean_s), .above_low = true, .help = "the mean duration"},
    {"cv", SC_SET_NUMBER, AT(sc_law, cv), .standard = "1", .high = 100,
     .help = "standard deviation divided by mean"},
    {"k", SC_SET_COUNT, AT(sc_law, k), .low = 1, .high = 10000, .help = "erlang: number of stages"},
    {"min", SC_SET_DURATION, AT(sc_law, min_s), .help = "uniform, triangular: the shortest"},
    {"mode", SC_SET_DURATION, AT(sc_law, mode_s), .help = "triangular: the most frequent"},
    {"max", SC_SET_DURATION, AT(sc_law, max_s), .help = "uniform, triangular: the longest"},
    {"file", SC_SET_FILE, AT(sc_law, sample_s),
     .help = "empirical: a file with one duration in seconds a line"},
    {"by_time", SC_SET_CLOCK, AT(sc_law, by_time), .help = "factors on the mean, by time of arrival"},
};
const struct sc_schema sc_schema_law = {.what = "a law", .size = sizeof(struct sc_law), ROWS(law_rows)};

static const struct sc_setting spread_rows[] = {
    {"cv", SC_SET_NUMBER, AT(sc_spread, cv), .standard = "0", .high = SC_GAMMA_CV_MOST,
     .help = "coefficient of variation of a gamma factor of mean 1, one draw a day"},
    {"memory", SC_SET_NUMBER, AT(sc_spread, memory), .standard = "0", .high = 1, .below_high = true,
     .help = "correlation of the factors of two days in a row"},
};
const struct sc_schema sc_schema_spread = {.what = "a spread",
                                           .size = sizeof(struct sc_spread),
                                           ROWS(spread_rows)};

/* --- volume ------------------------------------------------------------------------------------------ */

static const struct sc_setting drift_rows[] = {
    {"cv", SC_SET_NUMBER, AT(sc_volume, drift_cv), .standard = "0", .high = 10, .required = true,
     .help = "coefficient of variation of the factor"},
    {"half_life", SC_SET_DURATION, AT(sc_volume, drift_half_life_s), .above_low = true, .required = true,
     .help = "the time in which the correlation halves"},
};
static const struct sc_schema schema_drift = {.what = "a drift",
                                              .size = sizeof(struct sc_volume),
                                              ROWS(drift_rows)};

static const struct sc_word history_words[] = {
    {"profile", SC_HISTORY_PROFILE}, {"forecast", SC_HISTORY_FORECAST},
    {"replay", SC_HISTORY_REPLAY}, {NULL, 0},
};
static const struct sc_setting history_rows[] = {
    {"file", SC_SET_FILE, AT(sc_volume, history_file), .required = true,
     .help = "a CSV file of counts or contacts"},
    {"use", SC_SET_WORD, AT(sc_volume, history_use), .standard = "profile", .words = history_words,
     .help = "profile: means by weekday; forecast: the counts are means; replay: exactly those"},
    {"columns", SC_SET_COLUMNS, AT(sc_volume, history_columns), COUNT_AT(sc_volume, history_column_count),
     .help = "the file's own names of columns"},
};
static const struct sc_schema schema_history = {
    .what = "a history", .size = sizeof(struct sc_volume),
    .where_at = offsetof(struct sc_volume, history_where) + 1, ROWS(history_rows)};

static const struct sc_setting volume_rows[] = {
    {"per_day", SC_SET_WEEK_NUMBER, AT(sc_volume, per_day), .high = 1e9,
     .help = "mean of contacts of one open day"},
    {"shape", SC_SET_CLOCK, AT(sc_volume, shape), .help = "how a day's contacts spread over it, relative"},
    {"factor", SC_SET_NUMBER, AT(sc_volume, factor), .standard = "1", .high = 1e6, .help = "on everything"},
    {"spread", SC_SET_SPREAD, AT(sc_volume, spread), GIVEN_AT(sc_volume, spread_given), .standard = "0",
     .schema = &sc_schema_spread, .shorthand = "cv", .help = "the channel's own day factor"},
    {"drift", SC_SET_GROUP, .offset = 0, .schema = &schema_drift,
     .help = "factor within the day"},
    {"growth", SC_SET_NUMBER, AT(sc_volume, growth), .standard = "0", .low = -1, .high = 10,
     .above_low = true, .help = "a month, compounding daily from the start"},
    {"season", SC_SET_NUMBERS, AT(sc_volume, season), .standard = "1", .fixed_count = 12, .high = 1e6,
     .help = "12 factors, January first"},
    {"history", SC_SET_GROUP, .offset = 0, .schema = &schema_history,
     .help = "volume from a file, instead of per_day and shape"},
};
static const struct sc_schema schema_volume = {.what = "a volume",
                                               .size = sizeof(struct sc_volume),
                                               WHERE_AT(sc_volume),
                                               ROWS(volume_rows),
                                               .finish = sc_volume_finish};

static const struct sc_setting backlog_rows[] = {
    {"count", SC_SET_WHOLE, AT(sc_backlog, count), .standard = "0", .high = 1e9, .required = true,
     .help = "contacts waiting at the very beginning"},
    {"age", SC_SET_DURATION, AT(sc_backlog, age_s), .standard = "0",
     .help = "the age of the oldest; uniform from 0"},
};
static const struct sc_schema schema_backlog = {.what = "a backlog", .size = sizeof(struct sc_backlog),
                                                ROWS(backlog_rows)};

/* --- what a contact meets ---------------------------------------------------------------------------- */

static const struct sc_setting retry_rows[] = {
    {"share", SC_SET_SHARE, AT(sc_retry, share), .standard = "0", .required = true,
     .help = "of abandoned, balked and blocked contacts that come again"},
    {"after", SC_SET_LAW, AT(sc_retry, after), .schema = &sc_schema_law, .shorthand = "mean",
     .help = "how much later"},
    {"attempts", SC_SET_COUNT, AT(sc_retry, attempts), .standard = "1", .high = 1000000,
     .help = "how often at most"},
};
static const struct sc_schema schema_retry = {.what = "a retry",
                                              .size = sizeof(struct sc_retry),
                                              ROWS(retry_rows),
                                              .finish = sc_retry_finish};

static const struct sc_setting automation_rows[] = {
    {"resolves", SC_SET_SHARE, AT(sc_automation, resolves), .standard = "0",
     .help = "share of contacts it resolves"},
    {"gives_up", SC_SET_SHARE, AT(sc_automation, gives_up), .standard = "0",
     .help = "share that leaves in it"},
    {"takes", SC_SET_LAW, AT(sc_automation, takes), .schema = &sc_schema_law, .shorthand = "mean",
     .help = "how long a contact is in it; left out: no time"},
    {"returns", SC_SET_SHARE, AT(sc_automation, returns), .standard = "0",
     .help = "share of the resolved that were not, and come back to the queue"},
    {"returns_after", SC_SET_LAW, AT(sc_automation, returns_after), .schema = &sc_schema_law,
     .shorthand = "mean", .help = "how much later"},
    {"cost", SC_SET_NUMBER, AT(sc_automation, cost), .standard = "0", .high = 1e12, .help = "a contact"},
    {"cost_per_resolved", SC_SET_NUMBER, AT(sc_automation, cost_per_resolved), .standard = "0", .high = 1e12,
     .help = "a resolved contact, on top"},
    {"hours", SC_SET_HOURS, AT(sc_automation, hours), .help = "when it works; left out: around the clock"},
};
static const struct sc_schema schema_automation = {.what = "an automation",
                                                   .size = sizeof(struct sc_automation),
                                                   ROWS(automation_rows),
                                                   .finish = sc_automation_finish};

static const struct sc_setting divert_rows[] = {
    {"to", SC_SET_CHANNEL, AT(sc_divert, to), .unset = -1, .required = true,
     .help = "the channel it goes to"},
    {"share", SC_SET_SHARE, AT(sc_divert, share), .standard = "1", .help = "of those that it is offered to"},
    {"if_wait_over", SC_SET_DURATION, AT(sc_divert, if_wait_over_s), .unset = -1,
     .help = "on joining, where the estimated wait is longer; left out: always"},
    {"after_wait", SC_SET_DURATION, AT(sc_divert, after_wait_s), .unset = -1,
     .help = "from the queue, after that wait"},
};
static const struct sc_schema schema_divert = {.what = "a diversion",
                                               .key = "to",
                                               .size = sizeof(struct sc_divert),
                                               WHERE_AT(sc_divert),
                                               ROWS(divert_rows),
                                               .finish = sc_divert_finish};

static const struct sc_setting touches_rows[] = {
    {"mean", SC_SET_NUMBER, AT(sc_touches, mean), .standard = "1", .low = 1, .high = 1e6,
     .help = "mean number of handlings of a case"},
    {"reply_after", SC_SET_LAW, AT(sc_touches, reply_after), .schema = &sc_schema_law, .shorthand = "mean",
     .help = "how long the customer takes between two"},
    {"same_agent", SC_SET_BOOL, AT(sc_touches, same_agent), .standard = "false",
     .help = "the case waits for the agent that had it"},
};
static const struct sc_schema schema_touches = {.what = "a group of touches",
                                                .size = sizeof(struct sc_touches),
                                                ROWS(touches_rows),
                                                .finish = sc_touches_finish};

static const struct sc_setting recontact_rows[] = {
    {"share", SC_SET_SHARE, AT(sc_recontact, share), .standard = "0", .required = true,
     .help = "of the answered that contact again: 1 - first contact resolution"},
    {"after", SC_SET_LAW, AT(sc_recontact, after), .schema = &sc_schema_law, .shorthand = "mean",
     .help = "how much later"},
    {"to", SC_SET_CHANNEL, AT(sc_recontact, to), .unset = -1, .help = "where; left out: the same channel"},
};
static const struct sc_schema schema_recontact = {.what = "a recontact", .size = sizeof(struct sc_recontact),
                                                  ROWS(recontact_rows), .finish = sc_recontact_finish};

static const struct sc_setting transfer_rows[] = {
    {"to", SC_SET_CHANNEL, AT(sc_transfer, to), .unset = -1, .required = true,
     .help = "the channel it goes to"},
    {"share", SC_SET_SHARE, AT(sc_transfer, share), .standard = "0", .required = true,
     .help = "of the answered"},
};
static const struct sc_schema schema_transfer = {.what = "a transfer",
                                                 .key = "to",
                                                 .size = sizeof(struct sc_transfer),
                                                 WHERE_AT(sc_transfer),
                                                 ROWS(transfer_rows)};

static const struct sc_setting callback_rows[] = {
    {"offer_over", SC_SET_DURATION, AT(sc_callback, offer_over_s), .standard = "0",
     .help = "offered where the estimated wait is longer"},
    {"accept", SC_SET_SHARE, AT(sc_callback, accept), .standard = "0", .required = true,
     .help = "share that accepts"},
    {"within", SC_SET_DURATION, AT(sc_callback, within_s), .above_low = true, .required = true,
     .help = "the promise"},
    {"reached", SC_SET_SHARE, AT(sc_callback, reached), .standard = "1", .help = "share that picks up"},
};
static const struct sc_schema schema_callback = {.what = "a callback", .size = sizeof(struct sc_callback),
                                                 ROWS(callback_rows)};

static const struct sc_word counts_words[] = {
    {"offered", SC_COUNT_OFFERED}, {"no-short", SC_COUNT_NO_SHORT},
    {"answered", SC_COUNT_ANSWERED}, {"met", SC_COUNT_MET},
    {NULL, 0},
};
static const struct sc_word clock_words[] = {
    {"wall", SC_CLOCK_WALL}, {"open", SC_CLOCK_OPEN}, {NULL, 0}};
static const struct sc_setting target_rows[] = {
    {"answer", SC_SET_SHARE, AT(sc_target, answer), GIVEN_AT(sc_target, answer_given),
     .help = "share to be answered in time"},
    {"within", SC_SET_DURATION, AT(sc_target, within_s), GIVEN_AT(sc_target, within_given), .unset = 20,
     .help = "what in time means"},
    {"counts", SC_SET_WORD, AT(sc_target, counts), .standard = "offered", .words = counts_words,
     .help = "which definition of service level"},
    {"short", SC_SET_DURATION, AT(sc_target, short_s), .unset = -1, .same_as = "within",
     .help = "who gives up sooner does not count under no-short"},
    {"clock", SC_SET_TARGET_CLOCK, .offset = 0, .standard = "wall", .words = clock_words,
     .help = "wall; open: only the channel's hours count; or hours of its own"},
    {"abandon", SC_SET_SHARE, AT(sc_target, abandon), GIVEN_AT(sc_target, abandon_given), .unset = 1,
     .help = "lost at most"},
};
static const struct sc_schema schema_target = {.what = "a target",
                                               .size = sizeof(struct sc_target),
                                               WHERE_AT(sc_target),
                                               ROWS(target_rows),
                                               .finish = sc_target_finish};

static const struct sc_setting satisfaction_rows[] = {
    {"wait", SC_SET_DURATION, AT(sc_satisfaction_point, wait_s), .required = true, .help = "after that wait"},
    {"share", SC_SET_SHARE, AT(sc_satisfaction_point, share), .required = true,
     .help = "so many are satisfied"},
};
static const struct sc_schema schema_satisfaction = {
    .what = "a point of satisfaction", .size = sizeof(struct sc_satisfaction_point), ROWS(satisfaction_rows)};

static const struct sc_word at_close_words[] = {
    {"drain", SC_DRAIN}, {"dismiss", SC_DISMISS}, {"keep", SC_KEEP}, {NULL, 0}};

static const struct sc_setting service_rows[] = {
    {"at_close", SC_SET_WORD, AT(sc_service, at_close), .unset = -1, .words = at_close_words,
     .help = "what becomes of those waiting; drain for live, dismiss for chat, keep for deferred"},
    {"handle", SC_SET_LAW, AT(sc_service, handle), .required = true, .schema = &sc_schema_law,
     .shorthand = "mean", .help = "time with the customer"},
    {"wrap_up", SC_SET_LAW, AT(sc_service, wrap_up), .schema = &sc_schema_law, .shorthand = "mean",
     .help = "work after the customer has left; left out: none"},
    {"patience", SC_SET_LAW, AT(sc_service, patience), .schema = &sc_schema_law, .shorthand = "mean",
     .help = "left out: waits for ever"},
    {"balk", SC_SET_SHARE, AT(sc_service, balk), .standard = "0",
     .help = "leaves at once when it would have to wait"},
    {"queue_limit", SC_SET_COUNT, AT(sc_service, queue_limit), .unset = -1, .high = 1e9,
     .help = "that many waiting: the next is blocked; left out: no limit"},
    {"retry", SC_SET_GROUP, AT(sc_service, retry), .schema = &schema_retry,
     .help = "lost contacts that come again"},
    {"priority", SC_SET_NUMBER, AT(sc_service, priority), .standard = "0", .low = -1e9, .high = 1e9,
     .help = "higher goes first"},
    {"ageing", SC_SET_NUMBER, AT(sc_service, ageing), .standard = "0", .high = 1e9,
     .help = "added to priority for every second waited, under routing \"score\""},
    {"automation", SC_SET_GROUP, AT(sc_service, automation),
     .given_at = offsetof(struct sc_service, automation.given) + 1, .schema = &schema_automation,
     .help = "what a bot or menu does before a person"},
    {"deflect", SC_SET_SHARE, AT(sc_service, deflect), .standard = "0",
     .help = "kept from arriving at all"},
    {"divert", SC_SET_LIST, AT(sc_service, divert), COUNT_AT(sc_service, diverts), .schema = &schema_divert,
     .help = "contacts that go to another channel instead"},
    {"touches", SC_SET_GROUP, AT(sc_service, touches), .schema = &schema_touches,
     .help = "cases that need several handlings"},
    {"recontact", SC_SET_GROUP, AT(sc_service, recontact), .schema = &schema_recontact,
     .help = "answered contacts that come again"},
    {"transfer", SC_SET_LIST, AT(sc_service, transfer), COUNT_AT(sc_service, transfers),
     .schema = &schema_transfer, .help = "answered contacts that go on to another channel"},
    {"callback", SC_SET_GROUP, AT(sc_service, callback),
     .given_at = offsetof(struct sc_service, callback.given) + 1, .schema = &schema_callback,
     .help = "the offer to be called instead of waiting"},
    {"target", SC_SET_GROUP, AT(sc_service, target),
     .given_at = offsetof(struct sc_service, target.given) + 1, .schema = &schema_target,
     .help = "what good service means"},
    {"satisfaction", SC_SET_LIST, AT(sc_service, satisfaction), COUNT_AT(sc_service, satisfaction_points),
     .schema = &schema_satisfaction, .help = "share of satisfied contacts by wait"},
    {"cost_per_lost", SC_SET_NUMBER, AT(sc_service, cost_per_lost), .standard = "0", .high = 1e12,
     .help = "what a lost contact costs the company"},
};
const struct sc_schema sc_schema_service = {.what = "a channel", .size = sizeof(struct sc_service),
                                            ROWS(service_rows)};

static const struct sc_setting class_rows[] = {
    {"name", SC_SET_NAME, AT(sc_class, name), .required = true, .help = "of the class"},
    {"share", SC_SET_SHARE, AT(sc_class, share), .required = true, .help = "of the channel's contacts"},
    {"handle_factor", SC_SET_NUMBER, AT(sc_class, handle_factor), .standard = "1", .high = 1e6,
     .above_low = true, .help = "on the handle time"},
    {"skip_automation", SC_SET_BOOL, AT(sc_class, skip_automation), .standard = "false",
     .help = "goes straight to a person"},
    {"", SC_SET_INCLUDE, AT(sc_class, service), .schema = &sc_schema_service},
};
const struct sc_schema sc_schema_class = {.what = "a class", .key = "name", .size = sizeof(struct sc_class),
                                          WHERE_AT(sc_class), ROWS(class_rows), .prepare = sc_class_prepare,
                                          .finish = sc_class_finish};

/* --- channels ---------------------------------------------------------------------------------------- */

static const struct sc_word channel_words[] = {
    {"live", SC_LIVE}, {"chat", SC_CHAT}, {"deferred", SC_DEFERRED}, {NULL, 0}};

static const struct sc_setting channel_rows[] = {
    {"name", SC_SET_NAME, AT(sc_channel, name), .required = true, .help = "of the channel"},
    {"kind", SC_SET_WORD, AT(sc_channel, kind), .standard = "live", .words = channel_words,
     .help = "live: one at a time, now; chat: several at a time; deferred: can wait"},
    {"hours", SC_SET_HOURS, AT(sc_channel, hours),
     .help = "when contacts can arrive; left out: around the clock"},
    {"volume", SC_SET_GROUP, AT(sc_channel, volume), .schema = &schema_volume,
     .help = "how many contacts arrive"},
    {"backlog", SC_SET_GROUP, AT(sc_channel, backlog), .schema = &schema_backlog,
     .help = "contacts waiting at the very beginning"},
    {"", SC_SET_INCLUDE, AT(sc_channel, service), .schema = &sc_schema_service},
    {"classes", SC_SET_LIST, AT(sc_channel, classes), COUNT_AT(sc_channel, class_count),
     .schema = &sc_schema_class, .last = true, .help = "contacts that are treated differently"},
};
const struct sc_schema sc_schema_channel = {.what = "a channel",
                                            .key = "name",
                                            .size = sizeof(struct sc_channel),
                                            WHERE_AT(sc_channel),
                                            ROWS(channel_rows),
                                            .finish = sc_channel_finish};
