/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/reference_engine.h"

#include "support/reference_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* --- contacts and what is told of them --- */

struct ref_contact *ref_new_contact(struct ref *r)
{
    if (r->contacts == r->room) {
        r->room = r->room ? 2 * r->room : 64;
        r->contact = realloc(r->contact, r->room * sizeof(struct ref_contact *));
        assert_non_null(r->contact);
    }
    struct ref_contact *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->follow_up = c->agent = -1;
    c->patience_at = INFINITY;
    c->serial = r->serials++;
    return r->contact[r->contacts++] = c;
}

void ref_sweep(struct ref *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->contacts; i++)
        if (r->contact[i]->place == GONE)
            free(r->contact[i]);
        else
            r->contact[kept++] = r->contact[i];
    r->contacts = kept;
}

void ref_record(struct ref *r, const struct ref_contact *c, enum sc_outcome outcome, int pool, double handle,
                double wrap_up)
{
    struct reference_story *s = r->story;
    if (s->records == s->room) {
        s->room = s->room ? 2 * s->room : 256;
        s->record = realloc(s->record, s->room * sizeof *s->record);
        assert_non_null(s->record);
    }
    size_t warmup = r->model->type_count * (size_t)r->model->days;
    s->record[s->records++] = (struct sc_contact_record){.key = c->key,
                                                         .type = c->type,
                                                         .pool = pool,
                                                         .outcome = outcome,
                                                         .follow_up = c->follow_up >= 0,
                                                         .counted = c->cell != (int)warmup,
                                                         .arrived_s = c->arrived,
                                                         .joined_s = c->joined,
                                                         .left_s = r->now,
                                                         .handle_s = handle,
                                                         .wrap_up_s = wrap_up};
}

int ref_cell_now(const struct ref *r, int type)
{
    int day = (int)(r->now / SC_DAY_S) - r->model->warmup_days;
    return day < 0 ? (int)r->model->type_count * r->model->days : type * r->model->days + day;
}

/* --- clocks --- */

/* Hours of the clock of a type's target on a day that may lie before the first. */
static bool clock_hours(const struct ref *r, const struct ref_contact *c, int day, double *from, double *to)
{
    const struct sc_target *target = &service_of(r, c)->target;
    int weekday = (int)(((r->model->day_kind[0] % 7 + (int64_t)day) % 7 + 7) % 7);
    int kind = day < 0 ? weekday : r->model->day_kind[day];
    const struct sc_model_channel *channel = &r->model->channels[type_of(r, c)->channel];
    *from = target->clock == SC_CLOCK_OPEN ? channel->open_from_s[kind] : target->own_clock.from_s[kind < 7 ? kind : 7];
    *to = target->clock == SC_CLOCK_OPEN ? channel->open_to_s[kind] : target->own_clock.to_s[kind < 7 ? kind : 7];
    return target->clock == SC_CLOCK_OPEN ? channel->open[kind] : target->own_clock.named[kind < 7 ? kind : 7];
}

double ref_elapsed(const struct ref *r, const struct ref_contact *c, double from, double to)
{
    if (service_of(r, c)->target.clock == SC_CLOCK_WALL)
        return to - from;
    double sum = 0.0, low, high;
    for (int day = (int)floor(from / SC_DAY_S); day * SC_DAY_S < to; day++)
        if (clock_hours(r, c, day, &low, &high))
            sum += fmax(0.0, fmin(to, day * SC_DAY_S + high) - fmax(from, day * SC_DAY_S + low));
    return sum;
}

/* --- what counts --- */

static double since(const struct ref *r, const struct ref_contact *c)
{
    return type_of(r, c)->kind == SC_DEFERRED ? c->arrived : c->joined;
}

static void judge(struct ref *r, const struct ref_contact *c, double took)
{
    const struct sc_target *target = &service_of(r, c)->target;
    if (!target->answer_given)
        return;
    cell_of(r, c)->judged_answered++;
    cell_of(r, c)->answered_within += took <= sc_tick(target->within_s);
}

static void satisfy(struct ref *r, const struct ref_contact *c, double took)
{
    if (service_of(r, c)->satisfaction_points == 0)
        return;
    cell_of(r, c)->satisfaction_base++;
    cell_of(r, c)->satisfied += sc_satisfied(service_of(r, c), took);
}

void ref_answer(struct ref *r, const struct ref_contact *c)
{
    struct sc_tally *t = cell_of(r, c);
    double wait = r->now - c->joined;
    t->answered++;
    t->wait_answered_s += wait;
    t->wait_max_s = fmax(t->wait_max_s, wait);
    if (type_of(r, c)->kind != SC_DEFERRED) {
        judge(r, c, ref_elapsed(r, c, c->joined, r->now));
        satisfy(r, c, wait);
    }
}

void ref_respond(struct ref *r, const struct ref_contact *c, double at)
{
    struct sc_tally *t = cell_of(r, c);
    t->first_responses++;
    t->first_response_s += at - c->arrived;
    judge(r, c, ref_elapsed(r, c, c->arrived, at));
    satisfy(r, c, at - c->arrived);
}

void ref_lose(struct ref *r, const struct ref_contact *c)
{
    const struct sc_service *service = service_of(r, c);
    struct sc_tally *t = cell_of(r, c);
    t->wait_lost_s += r->now - c->joined;
    t->lost_cost += service->cost_per_lost;
    t->satisfaction_base += service->satisfaction_points > 0;
    if (!service->target.answer_given)
        return;
    double took = ref_elapsed(r, c, since(r, c), r->now);
    t->judged_lost++;
    t->lost_within += took <= sc_tick(service->target.within_s);
    t->lost_short += took <= sc_tick(service->target.short_s);
}

/* Neither answered nor lost, and longer on its way than T. */
void ref_count_late(struct ref *r, const struct ref_contact *c)
{
    const struct sc_target *target = &service_of(r, c)->target;
    cell_of(r, c)->late_open +=
        target->answer_given && ref_elapsed(r, c, since(r, c), r->now) > sc_tick(target->within_s);
}

/* --- lines --- */

static bool lines_use(const struct ref *r, size_t trunk, int channel)
{
    for (size_t i = 0; i < r->scenario->trunks[trunk].channel_count; i++)
        if (r->scenario->trunks[trunk].channels[i] == channel)
            return true;
    return false;
}

static bool take_lines(struct ref *r, struct ref_contact *c)
{
    int channel = type_of(r, c)->channel;
    if (c->trunk)
        return true;
    for (size_t t = 0; t < r->scenario->trunk_count; t++)
        if (lines_use(r, t, channel) && r->lines_used[t] >= r->scenario->trunks[t].lines)
            return false;
    c->trunk = true;
    for (size_t t = 0; t < r->scenario->trunk_count; t++)
        r->lines_used[t] += lines_use(r, t, channel);
    return true;
}

void ref_release_lines(struct ref *r, struct ref_contact *c)
{
    for (size_t t = 0; t < r->scenario->trunk_count && c->trunk; t++)
        r->lines_used[t] -= lines_use(r, t, type_of(r, c)->channel);
    c->trunk = false;
}

/* --- what comes of a contact later --- */

bool ref_follows_up(const struct ref *r, const struct ref_contact *c)
{
    const struct sc_service *s = service_of(r, c);
    return s->transfers > 0 || s->touches.mean > 1.0 || s->recontact.share > 0.0;
}

bool ref_happens(double share, const struct ref_contact *c, uint64_t purpose)
{
    return share > 0.0 && sc_uniform(sc_key(c->key, purpose)) < share;
}

static double draw_after(const struct ref *r, const struct ref_contact *c, const struct sc_draw *draw,
                         enum sc_purpose purpose)
{
    return draw->kind == SC_DRAW_NONE ? 0.0 : sc_draw_s(r->model, draw, c->key, purpose, c->arrived);
}

/* The first instant at or after `at` at which the channel can receive. */
static double in_hours(const struct ref *r, int channel, double at, uint64_t key)
{
    for (int day = (int)(at / SC_DAY_S); day < sc_model_days(r->model); day++) {
        double from, to, midnight = day * SC_DAY_S;
        if (!sc_channel_hours(r->model, (size_t)channel, day, &from, &to) || at >= midnight + to)
            continue;
        if (at >= midnight + from)
            return at;
        const struct sc_profile *profile = &r->model->channels[channel].profile[r->model->day_kind[day]];
        double u = sc_uniform(sc_key(key, SC_FOR_NEXT_DAY));
        return sc_tick(midnight + (profile->pieces > 0 ? sc_profile_time(profile, u) : from + u * (to - from)) -
                       0x1p-21);
    }
    return INFINITY;
}

/* A contact made from another; NULL where it would come after the end. */
static struct ref_contact *follow(struct ref *r, const struct ref_contact *parent, enum sc_follow_up kind, int channel,
                                  double at, bool hours)
{
    uint64_t key = sc_follow_up_key(parent->key, kind, 0);
    double when = hours ? in_hours(r, channel, at, key) : at;
    if (when >= r->model->end_s)
        return NULL;
    struct ref_contact *c = ref_new_contact(r);
    c->key = key;
    c->place = PLANNED;
    c->follow_up = (int)kind;
    c->until = c->arrived = when;
    c->type = (int)type_of(r, parent)->in_channel[channel];
    return c;
}

void ref_try_again(struct ref *r, const struct ref_contact *c)
{
    const struct sc_retry *retry = &service_of(r, c)->retry;
    if (c->attempts >= retry->attempts || !ref_happens(retry->share, c, SC_FOR_RETRY))
        return;
    cell_of(r, c)->retried++;
    struct ref_contact *child =
        follow(r, c, SC_FOLLOW_RETRY, type_of(r, c)->channel,
               r->now + draw_after(r, c, &type_of(r, c)->retry_after, SC_FOR_RETRY_AFTER), true);
    if (child)
        child->attempts = c->attempts + 1;
}

void ref_move(struct ref *r, const struct ref_contact *c, enum sc_follow_up kind, int channel)
{
    struct ref_contact *child = follow(r, c, kind, channel, r->now, false);
    if (!child)
        return;
    child->attempts = c->attempts;
    child->diverted_joining = c->diverted_joining || kind == SC_FOLLOW_DIVERT;
    child->diverted_waiting = c->diverted_waiting || kind == SC_FOLLOW_DIVERT_WAITING;
}

static bool transfer(struct ref *r, const struct ref_contact *c)
{
    const struct sc_service *service = service_of(r, c);
    double u = sc_uniform(sc_key(c->key, SC_FOR_TRANSFER)), until = 0.0;
    for (size_t i = 0; i < service->transfers; i++) {
        until += service->transfer[i].share;
        if (u < until) {
            cell_of(r, c)->transferred++;
            ref_move(r, c, SC_FOLLOW_TRANSFER, service->transfer[i].to);
            return true;
        }
    }
    return false;
}

void ref_follow_handling(struct ref *r, const struct ref_contact *c, int agent)
{
    const struct sc_service *service = service_of(r, c);
    double began = c->touch ? c->case_arrived : c->arrived;
    bool moved = transfer(r, c);
    if (!moved && ref_happens(1.0 - 1.0 / service->touches.mean, c, SC_FOR_TOUCH)) {
        struct ref_contact *child =
            follow(r, c, SC_FOLLOW_TOUCH, type_of(r, c)->channel,
                   r->now + draw_after(r, c, &type_of(r, c)->reply_after, SC_FOR_REPLY_AFTER), true);
        if (!child)
            return;
        child->touch = true;
        child->cell = c->cell;
        child->type = c->type;
        child->case_arrived = began;
        child->agent = service->touches.same_agent ? agent : -1;
        return;
    }
    cell_of(r, c)->resolved++;
    cell_of(r, c)->resolution_s += c->left_at - began;
    if (moved || !ref_happens(service->recontact.share, c, SC_FOR_RECONTACT))
        return;
    cell_of(r, c)->recontacts++;
    follow(r, c, SC_FOLLOW_RECONTACT, service->recontact.to,
           r->now + draw_after(r, c, &type_of(r, c)->recontact_after, SC_FOR_RECONTACT_AFTER), true);
}

bool ref_reached(struct ref *r, const struct ref_contact *c)
{
    const struct sc_callback *callback = &service_of(r, c)->callback;
    cell_of(r, c)->callbacks_kept += r->now - c->joined <= sc_tick(callback->within_s);
    return ref_happens(callback->reached, c, SC_FOR_REACHED);
}

/* --- joining --- */

static int waiting_in(const struct ref *r, int channel)
{
    int n = 0;
    for (size_t i = 0; i < r->contacts; i++)
        n += ref_is_waiting(r->contact[i]) && type_of(r, r->contact[i])->channel == channel;
    return n;
}

void ref_enqueue(struct ref *r, struct ref_contact *c)
{
    c->place = QUEUED;
    c->join_order = r->joins++;
}

void ref_offer(struct ref *r, struct ref_contact *c)
{
    int agent = ref_agent_for(r, c);
    if (agent < 0)
        return;
    if (c->callback && !ref_reached(r, c)) {
        c->place = GONE;
        r->look = true;
        ref_look(r, agent);
        return;
    }
    ref_begin(r, agent, c);
}

static double next_head(const struct ref *r, int type)
{
    for (size_t i = r->at_entry; i < r->entries; i++)
        if (r->entry[i].kind == REF_LEVEL && r->entry[i].heads > 0 && ref_skill(r, r->entry[i].index, type))
            return r->entry[i].at;
    return INFINITY;
}

static double estimated_wait(const struct ref *r, const struct ref_contact *c)
{
    if (ref_find(r, c) >= 0)
        return 0.0;
    double oldest = 0.0;
    bool on_duty = false;
    for (size_t i = 0; i < r->contacts; i++) /* who waits for one agent tells nothing of the queue */
        if (r->contact[i]->place == QUEUED && type_of(r, r->contact[i])->channel == type_of(r, c)->channel)
            oldest = fmax(oldest, r->now - r->contact[i]->joined);
    for (int p = 0; p < (int)r->scenario->pool_count; p++)
        on_duty = on_duty || (ref_skill(r, p, c->type) && r->level[p] > 0);
    return on_duty ? oldest : fmax(oldest, next_head(r, c->type) - r->now);
}

static bool divert_joining(struct ref *r, struct ref_contact *c)
{
    const struct sc_service *service = service_of(r, c);
    for (size_t i = 0; i < service->diverts && !c->diverted_joining; i++) {
        const struct sc_divert *d = &service->divert[i];
        if (d->after_wait_s >= 0.0 || (d->if_wait_over_s >= 0.0 && estimated_wait(r, c) <= d->if_wait_over_s) ||
            !ref_happens(d->share, c, SC_FOR_DIVERT + i))
            continue;
        ref_release_lines(r, c);
        cell_of(r, c)->diverted++;
        ref_record(r, c, SC_OUTCOME_DIVERTED, -1, 0.0, 0.0);
        c->place = GONE;
        ref_move(r, c, SC_FOLLOW_DIVERT, d->to);
        return true;
    }
    return false;
}

void ref_gone(struct ref *r, struct ref_contact *c, double *count, enum sc_outcome outcome)
{
    r->look = r->look || c->place == QUEUED;
    c->place = GONE;
    ref_release_lines(r, c);
    ++*count;
    ref_record(r, c, outcome, -1, 0.0, 0.0);
}

static void block(struct ref *r, struct ref_contact *c)
{
    ref_gone(r, c, &cell_of(r, c)->blocked, SC_OUTCOME_BLOCKED);
    ref_try_again(r, c);
}

static void begin_to_wait(struct ref *r, struct ref_contact *c)
{
    const struct sc_callback *callback = &service_of(r, c)->callback;
    if (callback->given && estimated_wait(r, c) > callback->offer_over_s &&
        ref_happens(callback->accept, c, SC_FOR_CALLBACK)) {
        c->callback = true;
        ref_release_lines(r, c);
        cell_of(r, c)->called_back++;
        ref_record(r, c, SC_OUTCOME_CALLED_BACK, -1, 0.0, 0.0);
    } else if (type_of(r, c)->patience.kind != SC_DRAW_NONE) {
        c->patience_at = r->now + sc_draw_s(r->model, &type_of(r, c)->patience, c->key, SC_FOR_PATIENCE, c->arrived);
    }
    ref_enqueue(r, c);
}

void ref_join(struct ref *r, struct ref_contact *c)
{
    const struct sc_service *service = service_of(r, c);
    int channel = type_of(r, c)->channel, agent;
    c->joined = r->now;
    c->place = PLANNED; /* nowhere yet */
    if (divert_joining(r, c))
        return;
    cell_of(r, c)->offered++;
    if (!take_lines(r, c)) {
        block(r, c);
    } else if ((agent = ref_agent_for(r, c)) >= 0) {
        ref_begin(r, agent, c);
    } else if (service->queue_limit >= 0 && waiting_in(r, channel) >= service->queue_limit) {
        block(r, c);
    } else if (ref_happens(service->balk, c, SC_FOR_BALK)) {
        ref_lose(r, c);
        ref_gone(r, c, &cell_of(r, c)->balked, SC_OUTCOME_BALKED);
        ref_try_again(r, c);
    } else if (!r->open[channel] && service->at_close == SC_DISMISS) {
        ref_lose(r, c);
        ref_gone(r, c, &cell_of(r, c)->dismissed, SC_OUTCOME_DISMISSED);
    } else {
        begin_to_wait(r, c);
    }
}

void ref_join_touch(struct ref *r, struct ref_contact *c)
{
    int agent = c->agent;
    c->joined = r->now;
    if (agent >= 0 && r->agent[agent].here) {
        if (ref_own_free(r, c)) {
            ref_begin(r, agent, c);
            return;
        }
        c->place = FOR_AGENT;
        c->join_order = r->joins++;
        return;
    }
    c->agent = -1;
    agent = ref_agent_for(r, c);
    if (agent >= 0)
        ref_begin(r, agent, c);
    else
        ref_enqueue(r, c);
}

/* --- the bot --- */

static bool bot_on(const struct ref *r, const struct sc_automation *bot)
{
    int kind = r->model->day_kind[(int)(r->now / SC_DAY_S)];
    int day = kind >= 7 && bot->hours.named[SC_HOLIDAY] ? SC_HOLIDAY : kind % 7;
    double time = fmod(r->now, SC_DAY_S);
    return !bot->hours.given ||
           (bot->hours.named[day] && time >= bot->hours.from_s[day] && time < bot->hours.to_s[day]);
}

void ref_bot_done(struct ref *r, struct ref_contact *c)
{
    const struct sc_automation *bot = &service_of(r, c)->automation;
    double u = sc_uniform(sc_key(c->key, SC_FOR_AUTOMATION));
    if (u >= bot->resolves + bot->gives_up) {
        ref_join(r, c);
        return;
    }
    if (u >= bot->resolves) {
        ref_gone(r, c, &cell_of(r, c)->gave_up, SC_OUTCOME_GAVE_UP);
        return;
    }
    cell_of(r, c)->automation_cost += bot->cost_per_resolved;
    ref_gone(r, c, &cell_of(r, c)->automated, SC_OUTCOME_AUTOMATED);
    if (!ref_happens(bot->returns, c, SC_FOR_RETURN))
        return;
    cell_of(r, c)->automated_returned++;
    follow(r, c, SC_FOLLOW_RETURN, type_of(r, c)->channel,
           r->now + draw_after(r, c, &type_of(r, c)->returns_after, SC_FOR_RETURN_AFTER), true);
}

/* New demand, or a customer who comes anew. */
void ref_arrive(struct ref *r, struct ref_contact *c)
{
    const struct sc_service *service = service_of(r, c);
    const struct sc_class *class = NULL;
    if (type_of(r, c)->class_index >= 0)
        class = &r->scenario->channels[type_of(r, c)->channel].classes[type_of(r, c)->class_index];
    if (c->follow_up < 0 && ref_happens(service->deflect, c, SC_FOR_DEFLECT)) {
        ref_gone(r, c, &cell_of(r, c)->deflected, SC_OUTCOME_DEFLECTED);
        return;
    }
    if (!service->automation.given || (class && class->skip_automation) || !bot_on(r, &service->automation)) {
        ref_join(r, c);
        return;
    }
    c->joined = r->now;
    if (!take_lines(r, c)) {
        cell_of(r, c)->offered++;
        block(r, c);
        return;
    }
    cell_of(r, c)->entered_automation++;
    cell_of(r, c)->automation_cost += service->automation.cost;
    if (type_of(r, c)->automation_takes.kind == SC_DRAW_NONE) {
        ref_bot_done(r, c);
        return;
    }
    c->place = WITH_BOT;
    c->until = r->now + draw_after(r, c, &type_of(r, c)->automation_takes, SC_FOR_AUTOMATION_TIME);
}
