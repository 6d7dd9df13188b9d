/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader of a staffing should know of it, and words that its texts share. */
#include "present/staff.h"

#include "present/human.h"

#include <stdio.h>

enum { NOTE_MOST = 768 };

const struct sc_result *sc_staffed_result(const struct sc_staffed *staffed)
{
    return staffed->judged != NULL ? staffed->judged->result : staffed->staff->result;
}

const char *sc_staff_per_name(enum sc_staff_per per)
{
    static const char *const names[] = {[SC_STAFF_INTERVAL] = "interval",
                                        [SC_STAFF_DAY] = "day",
                                        [SC_STAFF_WEEK] = "week",
                                        [SC_STAFF_HORIZON] = "horizon"};

    return names[per];
}

const char *sc_staff_per_words(const struct sc_staffed *staffed, char *text, size_t size)
{
    double interval_s = staffed->staff->interval_s;

    if (staffed->staff->per == SC_STAFF_HORIZON)
        snprintf(text, size, "over the whole horizon");
    else if (staffed->staff->per != SC_STAFF_INTERVAL)
        snprintf(text, size, "in every %s", sc_staff_per_name(staffed->staff->per));
    else if (interval_s == 1800 || interval_s == 3600)
        snprintf(text, size, "in every %s", interval_s == 1800 ? "half-hour" : "hour");
    else
        snprintf(text, size, "in every %.0f minutes", interval_s / 60);
    return text;
}

static void note_people(const struct sc_staffed *staffed, void (*say)(void *context, const char *note), void *context)
{
    char note[NOTE_MOST], names[NOTE_MOST / 2];
    size_t length = 0;

    for (size_t p = 0; p < staffed->scenario->pool_count && length < sizeof names; p++)
        if (!staffed->audit->pools[p].people_given && staffed->audit->pools[p].paid_h > 0)
            length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", length > 0 ? ", " : "",
                                       staffed->scenario->pools[p].name);
    if (length == 0)
        return;
    snprintf(note, sizeof note,
             "no people (%s): the headcount takes 40 paid hours a week and no overhead; people = { "
             "headcount = …; hours_per_week = 37.5; overhead = 0.1; } says what is true",
             names);
    say(context, note);
}

static void note_volume(const struct sc_staffed *staffed, void (*say)(void *context, const char *note), void *context)
{
    if (staffed->scenario->spread.cv == 0 && staffed->scenario->level == 0)
        say(context, "spread and level are 0: the volume is taken as known, so these heads are enough on fewer days "
                     "than it seems; spread = 0.1 is a usual day-to-day variation");
    if (staffed->staff->confidence == 0)
        say(context, "no confidence was asked for: the targets hold on average, which misses them every other day or "
                     "so; --confidence 90% staffs for nine of ten");
}

static void note_horizon(const struct sc_staffed *staffed, void (*say)(void *context, const char *note), void *context)
{
    char note[NOTE_MOST], text[SC_HUMAN_TEXT];

    if (staffed->scenario->days >= 7 || staffed->audit->weeks == 1)
        return;
    snprintf(note, sizeof note,
             "the horizon of %d day%s is taken for %s of a week, its open days for all open weekdays",
             staffed->scenario->days, staffed->scenario->days == 1 ? "" : "s",
             sc_human_share(staffed->audit->weeks, text));
    say(context, note);
}

/* Heads are found on duty; whether as many are there when people are absent at random is another matter. */
static void note_scheduled(const struct sc_staffed *staffed, void (*say)(void *context, const char *note),
                           void *context)
{
    const struct sc_staff *scheduled = staffed->scheduled;
    char note[NOTE_MOST];

    if (scheduled == NULL || scheduled->missed == 0)
        return;
    snprintf(
        note, sizeof note,
        "absence and planned shrinkage take a share of the heads scheduled in the mean; played at random, %zu of %zu "
        "targets and periods are missed, so schedule some more where the roster is small",
        scheduled->missed, scheduled->verdict_count);
    say(context, note);
}

static void note_shifts(const struct sc_staffed *staffed, void (*say)(void *context, const char *note), void *context)
{
    char note[NOTE_MOST];

    for (size_t p = 0; staffed->shifts != NULL && p < staffed->shifts->pool_count; p++) {
        const struct sc_shift_plan_pool *pool = &staffed->shifts->pools[p];
        const char *name = staffed->scenario->pools[p].name;

        if (pool->short_heads > 0) {
            snprintf(note, sizeof note,
                     "no allowed shift covers all that pool '%s' needs: %.1f head-hours are short; "
                     "wider starts, other lengths or a higher max would",
                     name, pool->short_heads * staffed->shifts->rules->cell_s / 3600);
            say(context, note);
        }
        if (!pool->optimal && pool->cover_h > 0) {
            snprintf(note, sizeof note,
                     "the cover of pool '%s' is at most %.1f %% above the fewest paid hours possible "
                     "(%.1f h, at least %.1f h): the search was ended there",
                     name, 100 * (pool->cover_h - pool->bound_h) / pool->cover_h, pool->cover_h, pool->bound_h);
            say(context, note);
        }
    }
}

void sc_staffed_notes(const struct sc_staffed *staffed, void (*say)(void *context, const char *note), void *context)
{
    for (size_t i = 0; i < staffed->staff->note_count; i++)
        say(context, staffed->staff->notes[i]);
    note_volume(staffed, say, context);
    note_people(staffed, say, context);
    note_horizon(staffed, say, context);
    note_scheduled(staffed, say, context);
    note_shifts(staffed, say, context);
}
