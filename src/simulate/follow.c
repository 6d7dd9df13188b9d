/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes of a contact later. A follow-up is a contact of its own, numbered by (parent, kind, ordinal), that comes
 * in at a later instant; one that would come in closed hours comes on the next open day at a time drawn from its
 * profile.
 */
#include "simulate/engine.h"

/* The first time at or after an instant at which a channel can receive. Infinite where there is none in the simulated
 * days. */
static double receivable_at(struct sc_workspace *w, uint32_t channel, double at_s, uint64_t key)
{
    const struct sc_model *model = w->model;
    for (int day = (int)(at_s / SC_DAY_S); day < sc_model_days(model); day++) {
        double from, to, midnight = day * SC_DAY_S;
        if (!sc_channel_hours(model, channel, day, &from, &to) || at_s >= midnight + to)
            continue;
        if (at_s >= midnight + from)
            return at_s;
        const struct sc_profile *profile = sc_channel_profile(model, channel, day);
        double u = sc_uniform(sc_key(key, SC_FOR_NEXT_DAY));
        double time = profile->pieces > 0 ? sc_profile_time(profile, u) : from + u * (to - from);
        return sc_tick(midnight + time - 0x1p-21);
    }
    return INFINITY;
}

/* Plans a contact that was made from another. */
static void plan(struct sc_workspace *w, struct contact *child, double at_s)
{
    if (at_s >= w->model->end_s)
        return;
    child->arrived_s = at_s;
    child->serial = w->serial++;
    uint32_t index = sc_contact_keep(w, child);
    if (index != SC_NONE)
        sc_timer_set(w, index, at_s, TIMER_ARRIVAL);
}

/* The same, but never into closed hours. */
static void plan_in_hours(struct sc_workspace *w, struct contact *child, double at_s)
{
    plan(w, child, receivable_at(w, (uint32_t)w->model->types[child->type].channel, at_s, child->key));
}

static struct contact child_of(const struct contact *parent, enum sc_follow_up kind, unsigned ordinal, uint32_t type)
{
    return (struct contact){.key = sc_follow_up_key(parent->key, kind, ordinal),
                            .patience_s = INFINITY,
                            .timer = SC_NONE,
                            .agent = SC_NONE,
                            .handle_s = -1.0,
                            .type = (uint16_t)type,
                            .follow_up = (uint8_t)(1 + kind)};
}

void sc_follow_loss(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_type *type = contact->rules;
    const struct sc_retry *retry = &type->service->retry;
    if (contact->attempts >= retry->attempts || !happens(retry->share, contact->key, SC_FOR_RETRY))
        return;
    tally_of(w, contact)->retried++;
    struct contact child = child_of(contact, SC_FOLLOW_RETRY, 0, contact->type);
    child.attempts = contact->attempts + 1;
    plan_in_hours(w, &child,
                  w->now_s +
                      sc_draw_s(w->model, &type->retry_after, contact->key, SC_FOR_RETRY_AFTER, contact->arrived_s));
}

void sc_follow_move(struct sc_workspace *w, const struct contact *contact, enum sc_follow_up kind, int channel)
{
    struct contact child = child_of(contact, kind, 0, contact->rules->in_channel[channel]);
    child.diverted_joining = contact->diverted_joining || kind == SC_FOLLOW_DIVERT;
    child.diverted_waiting = contact->diverted_waiting || kind == SC_FOLLOW_DIVERT_WAITING;
    child.attempts = contact->attempts;
    plan(w, &child, w->now_s);
}

void sc_follow_automated(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_type *type = contact->rules;
    if (!happens(type->service->automation.returns, contact->key, SC_FOR_RETURN))
        return;
    tally_of(w, contact)->automated_returned++;
    struct contact child = child_of(contact, SC_FOLLOW_RETURN, 0, contact->type);
    double after = type->returns_after.kind == SC_DRAW_NONE ? 0.0
                                                            : sc_draw_s(w->model, &type->returns_after, contact->key,
                                                                        SC_FOR_RETURN_AFTER, contact->arrived_s);
    plan_in_hours(w, &child, w->now_s + after);
}

/* The pool passes the case on; true where it does. */
static bool transfer(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_service *service = contact->rules->service;
    double u = sc_uniform(sc_key(contact->key, SC_FOR_TRANSFER)), until = 0.0;
    for (size_t i = 0; i < service->transfers; i++) {
        until += service->transfer[i].share;
        if (u < until) {
            tally_of(w, contact)->transferred++;
            sc_follow_move(w, contact, SC_FOLLOW_TRANSFER, service->transfer[i].to);
            return true;
        }
    }
    return false;
}

/* The customer replies and the case needs another handling; true where it does. The cell stays that of the case. */
static bool touch_again(struct sc_workspace *w, const struct contact *contact, uint32_t agent)
{
    const struct sc_type *type = contact->rules;
    if (!happens(type->touch_again, contact->key, SC_FOR_TOUCH))
        return false;
    struct contact child = child_of(contact, SC_FOLLOW_TOUCH, 0, contact->type);
    child.touch = true;
    child.cell = contact->cell;
    child.case_s = contact->touch ? contact->case_s : contact->arrived_s;
    child.agent = type->service->touches.same_agent ? agent : SC_NONE;
    double after = type->reply_after.kind == SC_DRAW_NONE
                       ? 0.0
                       : sc_draw_s(w->model, &type->reply_after, contact->key, SC_FOR_REPLY_AFTER, contact->arrived_s);
    plan_in_hours(w, &child, w->now_s + after);
    return true;
}

static void recontact(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_type *type = contact->rules;
    const struct sc_recontact *again = &type->service->recontact;
    if (!happens(again->share, contact->key, SC_FOR_RECONTACT))
        return;
    tally_of(w, contact)->recontacts++;
    struct contact child = child_of(contact, SC_FOLLOW_RECONTACT, 0, type->in_channel[again->to]);
    double after =
        type->recontact_after.kind == SC_DRAW_NONE
            ? 0.0
            : sc_draw_s(w->model, &type->recontact_after, contact->key, SC_FOR_RECONTACT_AFTER, contact->arrived_s);
    plan_in_hours(w, &child, w->now_s + after);
}

void sc_follow_handling(struct sc_workspace *w, const struct contact *contact, uint32_t agent, double handled_s)
{
    bool transferred = transfer(w, contact);
    if (!transferred && touch_again(w, contact, agent))
        return;
    struct sc_tally *tally = tally_of(w, contact);
    tally->resolution_s += handled_s - (contact->touch ? contact->case_s : contact->arrived_s);
    tally->resolved++;
    if (!transferred)
        recontact(w, contact);
}
