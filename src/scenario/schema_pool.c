/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/schema_rows.h"

static const struct sc_setting break_rows[] = {
    {"at", SC_SET_TIME_WINDOW, AT(sc_break, from_s), .required = true,
     .help = "a window over which the breaks are spread, or one time for all"},
    {"lasts", SC_SET_DURATION, AT(sc_break, lasts_s), .above_low = true, .high = 86400, .required = true,
     .help = "length of the break"},
    {"paid", SC_SET_BOOL, AT(sc_break, paid), .standard = "false", .help = "whether it counts as paid time"},
};
static const struct sc_schema schema_break = {.what = "a break",
                                              .size = sizeof(struct sc_break),
                                              WHERE_AT(sc_break),
                                              ROWS(break_rows)};

static const struct sc_setting shift_rows[] = {
    {"days", SC_SET_DAYS, AT(sc_shift, day), .standard = "all", .help = "the days it begins on"},
    {"from", SC_SET_TIME, AT(sc_shift, from_s), .required = true, .help = "when it begins"},
    {"to", SC_SET_TIME, AT(sc_shift, to_s), .required = true,
     .help = "when it ends; before `from`: on the next day"},
    {"agents", SC_SET_COUNT, AT(sc_shift, agents), .high = SC_MOST_HEADS, .required = true, .help = "heads"},
    {"breaks", SC_SET_LIST, AT(sc_shift, breaks), COUNT_AT(sc_shift, break_count), .schema = &schema_break,
     .help = "when heads are away"},
};
static const struct sc_schema schema_shift = {.what = "a shift",
                                              .size = sizeof(struct sc_shift),
                                              WHERE_AT(sc_shift),
                                              ROWS(shift_rows),
                                              .finish = sc_shift_finish};

static const struct sc_setting roster_rows[] = {
    {"file", SC_SET_FILE, AT(sc_pool, roster_file), .required = true,
     .help = "a CSV file with start and agents"},
    {"columns", SC_SET_COLUMNS, AT(sc_pool, roster_columns), COUNT_AT(sc_pool, roster_column_count),
     .help = "the file's own names of columns"},
};
static const struct sc_schema schema_roster = {.what = "a roster",
                                               .size = sizeof(struct sc_pool),
                                               ROWS(roster_rows)};

static const struct sc_setting shrinkage_rows[] = {
    {"planned", SC_SET_SHARE, AT(sc_pool, planned), .standard = "0",
     .help = "share of scheduled time that is planned away: meetings, training"},
    {"absence", SC_SET_SHARE, AT(sc_pool, absence), .standard = "0",
     .help = "probability that a head misses a day"},
};
static const struct sc_schema schema_shrinkage = {.what = "a shrinkage", .size = sizeof(struct sc_pool),
                                                  ROWS(shrinkage_rows)};

static const struct sc_setting skill_rows[] = {
    {"channel", SC_SET_CHANNEL, AT(sc_skill, channel), .unset = -1, .required = true,
     .help = "the channel it can handle"},
    {"class", SC_SET_CLASS, AT(sc_skill, class_index), .unset = -1, .last = true,
     .help = "only that class; left out: all that no other skill of the pool names"},
    {"rank", SC_SET_COUNT, AT(sc_skill, rank), .standard = "1", .high = 1000000, .help = "lower goes first"},
    {"speed", SC_SET_NUMBER, AT(sc_skill, speed), .standard = "1", .high = 1e6, .above_low = true,
     .help = "divides handle and wrap-up time"},
    {"at_once", SC_SET_COUNT, AT(sc_skill, at_once), .standard = "1", .low = 1, .high = 1000,
     .help = "chats that an agent handles side by side"},
    {"slowdown", SC_SET_NUMBERS, AT(sc_skill, slowdown), COUNT_AT(sc_skill, slowdowns), .high = 1e6,
     .above_low = true, .help = "how much longer each takes with 1, 2, … in hand"},
    {"interruptible", SC_SET_BOOL, AT(sc_skill, interruptible), .standard = "false",
     .help = "put down when a live or chat contact finds nobody free"},
    {"after", SC_SET_DURATION, AT(sc_skill, after_s), .standard = "0",
     .help = "taken only once it has waited that long"},
};
static const struct sc_schema schema_skill = {.what = "a skill",
                                              .key = "channel",
                                              .size = sizeof(struct sc_skill),
                                              WHERE_AT(sc_skill),
                                              ROWS(skill_rows),
                                              .finish = sc_skill_finish};

static const struct sc_setting cost_rows[] = {
    {"per_hour", SC_SET_NUMBER, AT(sc_pool, cost_per_hour), .standard = "0", .high = 1e12,
     .help = "a scheduled hour"},
    {"overtime", SC_SET_NUMBER, AT(sc_pool, overtime_factor), .standard = "1", .high = 1e6,
     .help = "factor on per_hour for overtime"},
    {"per_contact", SC_SET_NUMBER, AT(sc_pool, cost_per_contact), .standard = "0", .high = 1e12,
     .help = "a contact"},
    {"per_minute", SC_SET_NUMBER, AT(sc_pool, cost_per_minute), .standard = "0", .high = 1e12,
     .help = "a minute of work"},
};
static const struct sc_schema schema_cost = {.what = "a cost",
                                             .size = sizeof(struct sc_pool),
                                             ROWS(cost_rows)};

/* --- people ------------------------------------------------------------------------------------------ */

static const struct sc_setting people_class_rows[] = {
    {"min", SC_SET_COUNT, AT(sc_people, class_min), .standard = "1", .low = 1, .high = SC_MOST_HEADS,
     .help = "fewest hires in a training class"},
    {"max", SC_SET_COUNT, AT(sc_people, class_max), .standard = "1000000", .low = 1, .high = SC_MOST_HEADS,
     .help = "most hires in a training class"},
    {"every", SC_SET_DURATION, AT(sc_people, class_every_s), .standard = "1 w", .low = 86400,
     .high = 86400.0 * 366, .help = "how often one can begin"},
};
static const struct sc_schema schema_people_class = {.what = "a training class",
                                                     .size = sizeof(struct sc_people),
                                                     ROWS(people_class_rows)};

static const struct sc_setting hire_rows[] = {
    {"start", SC_SET_DATE, AT(sc_hire, start_day), .required = true, .help = "first day of training"},
    {"count", SC_SET_COUNT, AT(sc_hire, count), .low = 1, .high = SC_MOST_HEADS, .required = true,
     .help = "heads"},
    {"until", SC_SET_DATE, AT(sc_hire, until_day), .unset = -1,
     .help = "last day of temporary staff; left out: for good"},
};
static const struct sc_schema schema_hire = {.what = "a hire",
                                             .size = sizeof(struct sc_hire),
                                             ROWS(hire_rows)};

static const struct sc_setting burnout_rows[] = {
    {"occupancy", SC_SET_SHARE, AT(sc_burnout_point, occupancy), .required = true,
     .help = "at that occupancy"},
    {"factor", SC_SET_NUMBER, AT(sc_burnout_point, factor), .high = 1000, .required = true,
     .help = "on attrition"},
};
static const struct sc_schema schema_burnout = {.what = "a point of burn-out",
                                                .size = sizeof(struct sc_burnout_point),
                                                ROWS(burnout_rows)};

static const struct sc_setting people_rows[] = {
    {"headcount", SC_SET_COUNT, AT(sc_people, headcount), .low = 0, .high = SC_MOST_HEADS, .required = true,
     .help = "heads at the start"},
    {"overhead", SC_SET_SHARE, AT(sc_people, overhead), .standard = "0",
     .help = "share that handles no contacts"},
    {"attrition", SC_SET_SHARE, AT(sc_people, attrition), .standard = "0", .help = "a month, per head"},
    {"early_attrition", SC_SET_SHARE, AT(sc_people, early_attrition), .unset = -1, .same_as = "attrition",
     .help = "the same in the first 90 days; left out: as attrition"},
    {"lead", SC_SET_DURATION, AT(sc_people, lead_s), .standard = "0",
     .help = "from the decision to the first day"},
    {"training", SC_SET_DURATION, AT(sc_people, training_s), .standard = "0",
     .help = "off duty at the beginning"},
    {"ramp", SC_SET_NUMBERS, AT(sc_people, ramp), COUNT_AT(sc_people, ramps), .high = 1, .above_low = true,
     .help = "share of full speed by month after training"},
    {"class", SC_SET_GROUP, .offset = 0, .schema = &schema_people_class,
     .help = "limits of training classes"},
    {"hires", SC_SET_LIST, AT(sc_people, hires), COUNT_AT(sc_people, hire_count), .schema = &schema_hire,
     .help = "hires that are decided"},
    {"hours_per_week", SC_SET_NUMBER, AT(sc_people, hours_per_week), .standard = "40", .high = 168,
     .above_low = true, .help = "paid hours of a head"},
    {"salary_per_month", SC_SET_NUMBER, AT(sc_people, salary_per_month), .standard = "0", .high = 1e12,
     .help = "of a head; in a plan instead of per_hour"},
    {"cost_per_hire", SC_SET_NUMBER, AT(sc_people, cost_per_hire), .standard = "0", .high = 1e12,
     .help = "once"},
    {"burnout", SC_SET_LIST, AT(sc_people, burnout), COUNT_AT(sc_people, burnout_points),
     .schema = &schema_burnout, .help = "factor on attrition by occupancy"},
};
const struct sc_schema sc_schema_people = {.what = "a group of people",
                                           .size = sizeof(struct sc_people),
                                           WHERE_AT(sc_people),
                                           ROWS(people_rows),
                                           .finish = sc_people_finish};

/* --- pools ------------------------------------------------------------------------------------------- */

static const struct sc_setting pool_rows[] = {
    {"name", SC_SET_NAME, AT(sc_pool, name), .required = true, .help = "of the pool"},
    {"hours", SC_SET_HOURS, AT(sc_pool, hours),
     .help = "of `agents`; left out: those of its live and chat channels"},
    {"agents", SC_SET_COUNT, AT(sc_pool, agents), .standard = "0", .high = SC_MOST_HEADS,
     .help = "heads on duty in those hours"},
    {"shifts", SC_SET_LIST, AT(sc_pool, shifts), COUNT_AT(sc_pool, shift_count), .schema = &schema_shift,
     .help = "instead of agents"},
    {"staffing", SC_SET_STAFFING, .offset = 0, .schema = &schema_roster,
     .help = "heads by the clock, or from a file"},
    {"extra", SC_SET_COUNT, AT(sc_pool, extra), .standard = "0", .low = -SC_MOST_HEADS, .high = SC_MOST_HEADS,
     .help = "heads added wherever the roster is above 0"},
    {"shrinkage", SC_SET_GROUP, .offset = 0, .schema = &schema_shrinkage,
     .help = "scheduled heads that are not there"},
    {"speed_spread", SC_SET_NUMBER, AT(sc_pool, speed_spread), .standard = "0", .high = 10,
     .help = "cv of the agents' own factor on handle times"},
    {"skills", SC_SET_LIST, AT(sc_pool, skills), COUNT_AT(sc_pool, skill_count), .schema = &schema_skill,
     .required = true, .help = "what its agents can handle"},
    {"cost", SC_SET_GROUP, .offset = 0, .schema = &schema_cost, .help = "what it costs"},
    {"people", SC_SET_GROUP, AT(sc_pool, people), .given_at = offsetof(struct sc_pool, people.given) + 1,
     .schema = &sc_schema_people, .help = "who they are; only `plan` uses it"},
};
const struct sc_schema sc_schema_pool = {.what = "a pool", .key = "name", .size = sizeof(struct sc_pool),
                                         WHERE_AT(sc_pool), ROWS(pool_rows), .finish = sc_pool_finish};
