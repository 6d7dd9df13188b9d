/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of a plan: its months, weeks and teams, the classes that could be opened, and what is played of it. */
#include "decide/plan_private.h"

#include "model/internal.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <string.h>

/*
 * Contacts that curves and verdicts may play together (chats take longer), and the part of them that is for the curves.
 */
static const double work_usual = 8.0e7, work_chats = 2.5e7, part_of_curves = 0.2;
/* What is left divided by this gives the paths of a verdict: a choice plays a third of them, then half as many three or
   four times, given hires play them once. Both are so about the same work. */
static const double verdicts_chosen = 2.6, verdict_given = 1.4;
enum { CURVES_LEAST = 4, CURVES_MOST = 32, VERIFY_LEAST = 10, VERIFY_MOST = 1000, SCANS = 10 };
/* Of a curve: long enough for a usual backlog; a week of it would be half of all that is played. Of a month with
   deferred work that is played alone: a month that begins with what two bad weeks left is a worse month. */
enum { CURVE_WARMUP_DAYS = 3, MONTH_WARMUP_DAYS = 14 };

static int64_t days_of(double seconds)
{
    return (int64_t)ceil(seconds / 86400.0);
}

/* --- months and weeks --- */

static enum sc_code calendar_build(struct planner *planner, struct sc_error *error)
{
    size_t *piece_end = sc_arena_array(&planner->arena, planner->piece_count + planner->month_count, sizeof *piece_end);
    size_t *month_end = piece_end + planner->piece_count;
    if (!piece_end)
        return sc_error_memory(error);
    for (size_t q = 0; q < planner->piece_count; q++)
        piece_end[q] = (size_t)(planner->pieces[q].first_day + planner->pieces[q].days - planner->first_day);
    for (size_t m = 0; m < planner->month_count; m++)
        month_end[m] = (size_t)(planner->months[m].first_day + planner->months[m].days - planner->first_day);
    planner->calendar = (struct sc_people_calendar){.first_day = planner->first_day,
                                                    .days = (size_t)(planner->end_day - planner->first_day),
                                                    .short_end = piece_end,
                                                    .long_end = month_end,
                                                    .shorts = planner->piece_count,
                                                    .longs = planner->month_count};
    return SC_OK;
}

static enum sc_code months_build(struct planner *planner, struct sc_error *error)
{
    int count = planner->scenario->plan.months > 0 ? planner->scenario->plan.months : 12;
    struct sc_date date = sc_date_from_day(planner->first_day);
    planner->months = sc_arena_array(&planner->arena, (size_t)count, sizeof *planner->months);
    planner->pieces = sc_arena_array(&planner->arena, 7 * (size_t)count, sizeof *planner->pieces);
    if (!planner->months || !planner->pieces)
        return sc_error_memory(error);
    int64_t day = planner->first_day;
    for (int i = 0; i < count; i++) {
        struct plan_month *month = &planner->months[i];
        struct sc_date next = {date.year + (date.month == 12), date.month % 12 + 1, 1};
        int64_t end = sc_day_from_date(next);
        *month = (struct plan_month){.year = date.year,
                                     .month = date.month,
                                     .first_day = day,
                                     .days = (int)(end - day),
                                     .first_piece = planner->piece_count};
        while (day < end) {
            int64_t monday = day - sc_weekday(day) + 7, until = monday < end ? monday : end;
            planner->pieces[planner->piece_count++] =
                (struct plan_piece){.first_day = day, .days = (int)(until - day), .month = (size_t)i};
            day = until;
        }
        month->pieces = planner->piece_count - month->first_piece;
        date = next;
    }
    planner->month_count = (size_t)count;
    planner->end_day = day;
    return calendar_build(planner, error);
}

/* --- teams and their classes --- */

static enum sc_code team_check(const struct planner *planner, const struct sc_pool *pool, struct sc_error *error)
{
    const struct sc_people *people = &pool->people;
    if (people->headcount == 0)
        return sc_error_set_at(error, SC_INPUT, people->where.file, people->where.line,
                               "the people of pool '%s' have a headcount of 0; write how many heads its roster is for",
                               pool->name);
    if (people->ramps > SC_RAMPS_MOST)
        return sc_error_set_at(error, SC_INPUT, people->where.file, people->where.line,
                               "a ramp of %zu months; write %d at most", people->ramps, SC_RAMPS_MOST);
    for (size_t i = 0; i < people->hire_count; i++) {
        char found[11], start[11];
        if (people->hires[i].start_day >= planner->first_day)
            continue;
        sc_date_format(people->hires[i].start_day, found);
        sc_date_format(planner->first_day, start);
        return sc_error_set_at(
            error, SC_INPUT, people->where.file, people->where.line,
            "hires of pool '%s' begin before the plan (found %s, the plan begins on %s); count those "
            "who are there already in headcount",
            pool->name, found, start);
    }
    return SC_OK;
}

static enum sc_code team_build(struct planner *planner, size_t pool, struct sc_error *error)
{
    const struct sc_pool *p = &planner->scenario->pools[pool];
    struct plan_team *team = &planner->teams[planner->team_count];
    struct sc_cohort *given = sc_arena_array(&planner->arena, p->people.hire_count, sizeof *given);
    if (!given)
        return sc_error_memory(error);
    for (size_t i = 0; i < p->people.hire_count; i++)
        given[i] = (struct sc_cohort){.start_day = p->people.hires[i].start_day,
                                      .until_day = p->people.hires[i].until_day,
                                      .count = p->people.hires[i].count};
    *team = (struct plan_team){.pool = pool,
                               .people = &p->people,
                               .given = given,
                               .given_count = planner->options.mode == SC_PLAN_OPTIMISE ? 0 : p->people.hire_count,
                               .first_class = planner->class_count,
                               .salary_per_day = p->people.salary_per_month / SC_MONTH_DAYS,
                               .net_share = (1.0 - p->planned) * (1.0 - p->absence)};
    int64_t lead = days_of(p->people.lead_s), every = days_of(p->people.class_every_s);
    int64_t training = days_of(p->people.training_s);
    for (int64_t start = planner->first_day + lead; start + training < planner->end_day; start += every)
        planner->classes[planner->class_count++] =
            (struct plan_class){.team = planner->team_count, .decide_day = start - lead, .start_day = start};
    team->classes = planner->class_count - team->first_class;
    planner->team_count++;
    return SC_OK;
}

static enum sc_code teams_build(struct planner *planner, struct sc_error *error)
{
    const struct sc_scenario *scenario = planner->scenario;
    size_t classes = 0;
    bool given = false;
    enum sc_code code = SC_OK;
    for (size_t i = 0; i < scenario->pool_count; i++) {
        const struct sc_people *people = &scenario->pools[i].people;
        if (!people->given)
            continue;
        given = given || people->hire_count > 0;
        classes += 2 + (size_t)((planner->end_day - planner->first_day) / days_of(people->class_every_s));
    }
    size_t teams = 0;
    for (size_t i = 0; i < scenario->pool_count; i++)
        teams += scenario->pools[i].people.given;
    if (teams > SC_PLAN_TEAMS_MOST)
        return sc_error_set_at(error, SC_INPUT, scenario->file, 0, "%zu pools have `people`; a plan takes %d at most",
                               teams, SC_PLAN_TEAMS_MOST);
    if (classes == 0)
        return sc_error_set_at(error, SC_INPUT, scenario->file, 0,
                               "no pool has `people`; say how many there are, how they leave and how "
                               "they are hired");
    if (planner->options.mode == SC_PLAN_AUTO)
        planner->options.mode = given ? SC_PLAN_EVALUATE : SC_PLAN_OPTIMISE;
    planner->teams = sc_arena_array(&planner->arena, scenario->pool_count, sizeof *planner->teams);
    planner->classes = sc_arena_array(&planner->arena, classes, sizeof *planner->classes);
    if (!planner->teams || !planner->classes)
        return sc_error_memory(error);
    for (size_t i = 0; i < scenario->pool_count && code == SC_OK; i++)
        if (scenario->pools[i].people.given) {
            code = team_check(planner, &scenario->pools[i], error);
            if (code == SC_OK)
                code = team_build(planner, i, error);
        }
    return code;
}

/* --- targets --- */

static void target_add(struct planner *planner, size_t channel, int class_index, const struct sc_target *target)
{
    if (!target->answer_given && !target->abandon_given)
        return;
    size_t party = planner->party_count++;
    planner->parties[party] = (struct sc_plan_party){.channel = channel, .class_index = class_index};
    if (target->answer_given)
        planner->targets[planner->target_count++] =
            (struct sc_plan_target){.party = party, .answer = true, .wanted = target->answer};
    if (target->abandon_given)
        planner->targets[planner->target_count++] = (struct sc_plan_target){.party = party, .wanted = target->abandon};
}

/* A class has its channel's target unless it writes one. */
static bool is_own_target(const struct sc_target *own, const struct sc_target *channel)
{
    if (!own->given)
        return false;
    return !channel->given || own->where.line != channel->where.line || own->answer_given != channel->answer_given ||
           own->answer != channel->answer || own->within_s != channel->within_s || own->counts != channel->counts ||
           own->abandon_given != channel->abandon_given || own->abandon != channel->abandon;
}

static enum sc_code targets_build(struct planner *planner, struct sc_error *error)
{
    const struct sc_scenario *scenario = planner->scenario;
    size_t most = 0;
    for (size_t c = 0; c < scenario->channel_count; c++)
        most += 2 * (1 + scenario->channels[c].class_count);
    planner->targets = sc_arena_array(&planner->arena, most, sizeof *planner->targets);
    planner->parties = sc_arena_array(&planner->arena, most, sizeof *planner->parties);
    if (!planner->targets || !planner->parties)
        return sc_error_memory(error);
    for (size_t c = 0; c < scenario->channel_count; c++) {
        const struct sc_channel *channel = &scenario->channels[c];
        const struct sc_target *target = &channel->service.target;
        target_add(planner, c, -1, target);
        for (size_t k = 0; k < channel->class_count; k++) {
            const struct sc_target *own = &channel->classes[k].service.target;
            if (is_own_target(own, target))
                target_add(planner, c, (int)k, own);
        }
    }
    if (planner->target_count > SC_PLAN_TARGETS_MOST)
        return sc_error_set_at(error, SC_INPUT, scenario->file, 0,
                               "channels and classes have %zu targets; a plan takes %d at most", planner->target_count,
                               SC_PLAN_TARGETS_MOST);
    if (planner->target_count == 0)
        return sc_error_set_at(error, SC_INPUT, scenario->file, 0,
                               "no channel has a target, so nothing says when there are too few "
                               "people; write a target such as { answer = 0.80; within = \"20 s\"; }");
    return SC_OK;
}

/* --- what is played --- */

static bool has_holiday(const struct planner *planner, int64_t from, int days)
{
    for (size_t i = 0; i < planner->scenario->holiday_count; i++)
        if (planner->scenario->holidays[i] >= from && planner->scenario->holidays[i] < from + days)
            return true;
    return false;
}

/* Whole weeks about the middle of a month, without holidays if there are such; a short month as it is. */
static struct sc_plan_stretch stretch_of(const struct planner *planner, const struct plan_month *month, int days)
{
    struct sc_plan_stretch best = {.first_day = month->first_day, .days = month->days, .warmup_days = -1};
    double least = INFINITY;
    if (days >= month->days)
        return best;
    for (int64_t from = month->first_day; from + days <= month->first_day + month->days; from++) {
        double off = fabs((double)(2 * (from - month->first_day) + days - month->days));
        if (sc_weekday(from) != 0)
            continue;
        if (has_holiday(planner, from, days))
            off += 100.0;
        if (off < least) {
            least = off;
            best.first_day = from;
            best.days = days;
        }
    }
    return best;
}

static bool has_deferred(const struct planner *planner)
{
    for (size_t c = 0; c < planner->scenario->channel_count; c++)
        if (planner->scenario->channels[c].kind == SC_DEFERRED)
            return true;
    return false;
}

/* What the verdicts play: the horizon as one, so that a month begins with what the one before left. */
static enum sc_code verdict_stretches(struct planner *planner, struct sc_error *error)
{
    const struct sc_scenario *scenario = planner->scenario;
    size_t months = planner->month_count;
    planner->whole = true;
    for (size_t i = 0; i < planner->party_count; i++)
        planner->whole = planner->whole && planner->parties[i].class_index < 0 &&
                         scenario->channels[planner->parties[i].channel].class_count == 0;
    planner->stretch_count = planner->whole ? months + 1 : 2 * months;
    planner->stretches = sc_arena_array(&planner->arena, planner->stretch_count, sizeof *planner->stretches);
    if (!planner->stretches)
        return sc_error_memory(error);
    if (planner->whole) {
        struct sc_plan_stretch *horizon = &planner->stretches[months];
        *horizon = (struct sc_plan_stretch){.first_day = planner->first_day,
                                            .days = (int)(planner->end_day - planner->first_day),
                                            .warmup_days = -1};
        horizon->goals = sc_plan_month_goals(planner, &horizon->goal_count);
        return horizon->goals ? SC_OK : sc_error_memory(error);
    }
    for (size_t m = 0; m < months; m++) {
        struct sc_plan_stretch *month = &planner->stretches[months + m];
        *month = stretch_of(planner, &planner->months[m], planner->months[m].days);
        month->warmup_days = sc_model_span_warmup(scenario, month->first_day);
        if (m > 0 && has_deferred(planner) && month->warmup_days < MONTH_WARMUP_DAYS)
            month->warmup_days = MONTH_WARMUP_DAYS;
    }
    return SC_OK;
}

static enum sc_code engine_build(struct planner *planner, int days, struct sc_error *error)
{
    for (size_t m = 0; m < planner->month_count; m++) {
        struct sc_plan_stretch *stretch = &planner->stretches[m];
        *stretch = stretch_of(planner, &planner->months[m], days);
        stretch->warmup_days = sc_model_span_warmup(planner->scenario, stretch->first_day);
        if (stretch->warmup_days > CURVE_WARMUP_DAYS)
            stretch->warmup_days = CURVE_WARMUP_DAYS;
    }
    return planner->engine ? sc_plan_engine_change(planner->engine, planner->scenario, planner->stretches,
                                                   planner->stretch_count, error)
                           : sc_plan_engine_new(planner->scenario, planner->stretches, planner->stretch_count,
                                                &planner->engine, error);
}

/* Of the stretches first <= i < end. */
static double contacts_once(const struct planner *planner, size_t first, size_t end)
{
    double sum = 0.0;
    for (size_t i = first; i < end; i++)
        sum += sc_plan_engine_contacts(planner->engine, i);
    return fmax(1.0, sum);
}

static double clamp(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

/* Curves from as long stretches as the work allows; the rest is for the verdicts. */
static enum sc_code work_plan(struct planner *planner, struct sc_error *error)
{
    static const int lengths[] = {31, 14, 7};
    double points = 1.0 + (double)planner->team_count * (PLAN_POINTS - 1), work = work_usual, once = 0.0;
    double verdicts = planner->options.mode == SC_PLAN_EVALUATE ? verdict_given : verdicts_chosen;
    size_t months = planner->month_count, length = 0;
    enum sc_code code = SC_OK;
    for (size_t c = 0; c < planner->scenario->channel_count; c++)
        if (planner->scenario->channels[c].kind == SC_CHAT)
            work = work_chats;
    for (bool fits = false; length < sizeof lengths / sizeof *lengths && !fits; length++) {
        code = engine_build(planner, lengths[length], error);
        if (code != SC_OK)
            return code;
        once = contacts_once(planner, 0, months);
        fits = (SCANS + CURVES_LEAST * points) * once <= part_of_curves * work;
    }
    planner->curve_replications =
        (size_t)clamp((part_of_curves * work / once - SCANS) / points, CURVES_LEAST, CURVES_MOST);
    double curves = (SCANS + points * (double)planner->curve_replications) * once;
    double month_once = contacts_once(planner, months, planner->stretch_count);
    planner->verify_replications =
        planner->options.replications > 0
            ? planner->options.replications
            : (size_t)clamp((work - curves) / verdicts / month_once, VERIFY_LEAST, VERIFY_MOST);
    planner->evidence.most = SC_PLAN_VERDICTS_MOST * planner->verify_replications;
    static const double usual = 1.0 / 3.0 + 3.0 * 0.5; /* verdicts of a choice; a fourth half may follow */
    planner->planned = curves + (planner->options.mode == SC_PLAN_EVALUATE ? 1.0 : usual) *
                                    (double)planner->verify_replications * month_once;
    if (planner->options.levers && sc_plan_has_bots(planner) && planner->options.mode != SC_PLAN_EVALUATE)
        planner->planned += SC_PLAN_BOTS_PATHS * month_once;
    return SC_OK;
}

static size_t first_helped(const struct planner *planner)
{
    int64_t day = INT64_MAX;
    for (size_t k = 0; k < planner->class_count; k++) {
        const struct sc_people *people = planner->teams[planner->classes[k].team].people;
        int64_t there = planner->classes[k].start_day + days_of(people->training_s);
        day = there < day ? there : day;
    }
    size_t month = 0;
    while (month < planner->month_count && planner->months[month].first_day < day)
        month++;
    return month;
}

enum sc_code sc_plan_frame_build(struct planner *planner, struct sc_error *error)
{
    const struct sc_plan_settings *settings = &planner->scenario->plan;
    planner->first_day = planner->scenario->start_day;
    planner->confidence = settings->months > 0 ? settings->confidence : 0.9;
    enum sc_code code = months_build(planner, error);
    if (code == SC_OK)
        code = teams_build(planner, error);
    if (code == SC_OK)
        code = targets_build(planner, error);
    planner->first_helped = first_helped(planner);
    if (code == SC_OK)
        code = verdict_stretches(planner, error);
    return code == SC_OK ? work_plan(planner, error) : code;
}

/* --- playing --- */

struct told {
    struct planner *planner;
    const struct sc_plan_play *play;
    double before, contacts;
};

static void tell(void *context, size_t done, size_t planned)
{
    struct told *told = context;
    double now = told->before + told->contacts * (double)done / (double)planned;
    double share = now / fmax(now, told->planner->planned);
    if (told->planner->options.progress)
        told->planner->options.progress(told->planner->options.progress_context, share);
}

enum sc_code sc_plan_play(struct planner *planner, const struct sc_plan_play *play, struct sc_error *error)
{
    struct told told = {.planner = planner, .play = play, .before = planner->done};
    struct sc_plan_play with = *play;
    for (size_t j = 0; j < play->count; j++)
        told.contacts += sc_plan_engine_contacts(planner->engine, play->jobs[j].stretch);
    with.threads = planner->options.threads;
    with.progress = tell;
    with.progress_context = &told;
    enum sc_code code = sc_plan_engine_play(planner->engine, &with, error);
    planner->done += told.contacts;
    planner->contacts_simulated += told.contacts;
    return code;
}
