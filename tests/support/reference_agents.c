/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/reference_inside.h"

#include <math.h>

/* --- what an agent is and has --- */

const struct sc_skill *ref_skill(const struct ref *r, int pool, int type)
{
    const struct sc_pool *p = &r->scenario->pools[pool];
    const struct sc_skill *general = NULL;
    for (size_t i = 0; i < p->skill_count; i++) {
        const struct sc_skill *s = &p->skills[i];
        if (s->channel != r->model->types[type].channel)
            continue;
        if (s->class_index >= 0 && s->class_index == r->model->types[type].class_index)
            return s;
        if (s->class_index < 0)
            general = s;
    }
    return general;
}

static enum sc_channel_kind kind_of(const struct ref *r, const struct ref_contact *c)
{
    return r->scenario->channels[type_of(r, c)->channel].kind;
}

bool ref_is_waiting(const struct ref_contact *c)
{
    return c->place == QUEUED || c->place == FOR_AGENT;
}

/* A contact in the agent's hand, or NULL. */
static struct ref_contact *in_hand_of(const struct ref *r, int agent)
{
    for (size_t i = 0; i < r->contacts; i++)
        if (r->contact[i]->place == HELD && r->contact[i]->agent == agent)
            return r->contact[i];
    return NULL;
}

static int in_hand(const struct ref *r, int agent)
{
    int n = 0;
    for (size_t i = 0; i < r->contacts; i++)
        n += r->contact[i]->place == HELD && r->contact[i]->agent == agent;
    return n;
}

static int here(const struct ref *r, int pool)
{
    int n = 0;
    for (int a = 0; a < r->agents; a++)
        n += r->agent[a].pool == pool && r->agent[a].here;
    return n;
}

/* While a pool has too many heads those with the highest numbers take nothing more. */
static bool stays(const struct ref *r, int agent)
{
    int pool = r->agent[agent].pool, before = 0;
    if (here(r, pool) <= r->level[pool])
        return true;
    for (int a = 0; a < agent; a++)
        before += r->agent[a].pool == pool && r->agent[a].here;
    return before < r->level[pool];
}

/* --- work that is shared or may be put down --- */

static double pace(const struct ref *r, const struct ref_contact *c, int n)
{
    const struct sc_skill *s = c->skill;
    double slow = s->slowdowns == 0 ? 1.0 : s->slowdown[((size_t)n < s->slowdowns ? (size_t)n : s->slowdowns) - 1];
    return 1.0 / s->speed * (c->left ? 1.0 : r->agent[c->agent].factor) * slow;
}

/* Takes the work done since the last change off what is left. */
static void account(struct ref *r, int agent)
{
    double span = r->now - r->agent[agent].accounted;
    int n = in_hand(r, agent);
    r->agent[agent].accounted = r->now;
    for (size_t i = 0; i < r->contacts && span > 0.0; i++) {
        struct ref_contact *c = r->contact[i];
        if (c->place != HELD || c->agent != agent || c->alone)
            continue;
        double *part = c->left ? &c->wrap_up : &c->handle;
        *part = fmax(0.0, *part - span / pace(r, c, n));
        c->spent += span * (1.0 / n);
    }
}

static void retime(struct ref *r, int agent)
{
    int n = in_hand(r, agent);
    for (size_t i = 0; i < r->contacts; i++) {
        struct ref_contact *c = r->contact[i];
        if (c->place == HELD && c->agent == agent && !c->alone)
            c->until = r->now + sc_tick((c->left ? c->wrap_up : c->handle) * pace(r, c, n));
    }
}

void ref_hold(struct ref *r, int agent, struct ref_contact *c)
{
    account(r, agent);
    r->agent[agent].idle = false;
    r->agent[agent].assigned = r->now;
    c->place = HELD;
    c->agent = agent;
    c->begun = false;
    c->begin_order = r->begins++;
    if (!c->alone)
        retime(r, agent);
}

static void put_down(struct ref *r, struct ref_contact *c)
{
    account(r, c->agent);
    c->place = PUT_DOWN;
    c->begun = true;
}

/* --- beginning and ending --- */

void ref_begin(struct ref *r, int agent, struct ref_contact *c)
{
    const struct sc_type *type = type_of(r, c);
    r->look = r->look || c->place == QUEUED;
    c->skill = ref_skill(r, r->agent[agent].pool, c->type);
    if (c->begun) {
        ref_hold(r, agent, c);
        return;
    }
    double handle = sc_draw_s(r->model, &type->handle, c->key, SC_FOR_HANDLE, c->arrived), wrap_up = 0.0;
    if (type->wrap_up.kind != SC_DRAW_NONE)
        wrap_up = sc_draw_s(r->model, &type->wrap_up, c->key, SC_FOR_WRAP_UP, c->arrived);
    if (c->touch)
        cell_of(r, c)->touches++;
    else if (!c->callback)
        ref_answer(r, c);
    ref_record(r, c, SC_OUTCOME_ANSWERED, r->agent[agent].pool, handle, wrap_up);
    r->story->work[(size_t)r->agent[agent].pool * r->scenario->channel_count + (size_t)type->channel].contacts +=
        r->now >= r->model->counted_from_s;
    c->alone = kind_of(r, c) != SC_CHAT && !c->skill->interruptible;
    c->handle = handle;
    c->wrap_up = wrap_up;
    if (c->alone) {
        double slow = 1.0 / c->skill->speed;
        c->handle = sc_tick(handle * r->agent[agent].factor * slow);
        c->wrap_up = sc_tick(wrap_up * slow);
        c->until = r->now + c->handle;
        struct sc_tally *t = cell_of(r, c);
        t->handlings++;
        t->handle_s += c->handle + c->wrap_up;
        if (!ref_follows_up(r, c)) { /* its end is known already */
            t->resolved++;
            t->resolution_s += c->until - (c->touch ? c->case_arrived : c->arrived);
        }
    }
    ref_hold(r, agent, c);
}

void ref_part_over(struct ref *r, struct ref_contact *c)
{
    int agent = c->agent;
    account(r, agent);
    if (!c->left) {
        c->left = true;
        c->left_at = r->now;
        ref_release_lines(r, c);
        if (kind_of(r, c) == SC_DEFERRED && !c->touch && !c->callback)
            ref_respond(r, c, r->now);
        if (c->wrap_up > 0.0) {
            c->until = r->now + c->wrap_up;
            retime(r, agent);
            return;
        }
    }
    c->place = GONE;
    if (!c->alone) {
        cell_of(r, c)->handlings++;
        cell_of(r, c)->handle_s += c->spent;
    }
    retime(r, agent);
    if (!c->alone || ref_follows_up(r, c))
        ref_follow_handling(r, c, agent);
    ref_look(r, agent);
}

/* --- the order of those who wait --- */

/* In the queue of a type what was begun comes first, then the order of joining. */
static bool queue_before(const struct ref_contact *a, const struct ref_contact *b)
{
    if (a->begun != b->begun)
        return a->begun;
    return a->joined != b->joined ? a->joined < b->joined : a->join_order < b->join_order;
}

static bool opened(const struct ref_contact *c, int pool, const struct sc_skill *skill)
{
    return !(skill->after_s > 0.0) || c->begun || c->opened[pool];
}

/* The contact of a type that competes for an agent of a pool; agent -1: only what stands in the queue. */
static struct ref_contact *first_of(const struct ref *r, int pool, int agent, int type, bool leaving)
{
    const struct sc_skill *skill = ref_skill(r, pool, type);
    int channel = r->model->types[type].channel;
    struct ref_contact *head = NULL, *mine = NULL, *down = NULL;
    for (size_t i = 0; i < r->contacts; i++) {
        struct ref_contact *c = r->contact[i];
        if (c->place == QUEUED && c->type == type && (!head || queue_before(c, head)))
            head = c;
        if (agent >= 0 && c->place == FOR_AGENT && c->agent == agent && c->type == type &&
            (!mine || c->join_order < mine->join_order))
            mine = c;
        if (agent >= 0 && c->place == PUT_DOWN && c->agent == agent && type_of(r, c)->channel == channel &&
            (!down || c->begin_order > down->begin_order))
            down = c;
    }
    if (down) /* the remainder before anything else of its channel */
        return !leaving && down->type == type ? down : NULL;
    if (head && !opened(head, pool, skill))
        head = NULL;
    if (!leaving)
        return mine && (!head || mine->joined < head->joined) ? mine : head;
    const struct sc_service *service = head ? service_of(r, head) : NULL;
    return head && !r->open[channel] && service->at_close == SC_DRAIN ? head : NULL;
}

static double score(const struct ref *r, const struct ref_contact *c)
{
    const struct sc_service *service = service_of(r, c);
    double wait = r->now - c->joined;
    if (r->scenario->contact_rule == SC_CONTACT_SCORE)
        return service->priority + service->ageing * wait;
    if (r->scenario->contact_rule == SC_CONTACT_LONGEST_WAIT)
        return wait;
    if (!service->target.answer_given)
        return -INFINITY;
    return ref_elapsed(r, c, kind_of(r, c) == SC_DEFERRED ? c->arrived : c->joined, r->now) -
           sc_tick(service->target.within_s);
}

/* Whether the routing rule puts a before b for agents of a pool. */
static bool rule_before(const struct ref *r, int pool, const struct ref_contact *a, const struct ref_contact *b)
{
    if (r->scenario->contact_rule == SC_CONTACT_RANK) {
        int rank_a = ref_skill(r, pool, a->type)->rank, rank_b = ref_skill(r, pool, b->type)->rank;
        if (rank_a != rank_b)
            return rank_a < rank_b;
        if (service_of(r, a)->priority != service_of(r, b)->priority)
            return service_of(r, a)->priority > service_of(r, b)->priority;
    } else if (score(r, a) != score(r, b)) {
        return score(r, a) > score(r, b);
    }
    if (a->joined != b->joined)
        return a->joined < b->joined;
    return a->type != b->type ? a->type < b->type : false;
}

static struct ref_contact *choose(const struct ref *r, int agent, bool leaving)
{
    int pool = r->agent[agent].pool;
    struct ref_contact *best = NULL;
    for (int t = 0; t < (int)r->model->type_count; t++) {
        if (!ref_skill(r, pool, t))
            continue;
        struct ref_contact *c = first_of(r, pool, agent, t, leaving);
        if (c && (!best || rule_before(r, pool, c, best)))
            best = c;
    }
    return best;
}

/* Whether another waiting contact of the agent's skills comes before this one. */
static bool another_first(const struct ref *r, int agent, const struct ref_contact *c)
{
    for (int t = 0; t < (int)r->model->type_count; t++) {
        if (!ref_skill(r, r->agent[agent].pool, t))
            continue;
        struct ref_contact *other = first_of(r, r->agent[agent].pool, agent, t, false);
        if (other && other != c && rule_before(r, r->agent[agent].pool, other, c))
            return true;
    }
    return false;
}

/* --- from the contact's side --- */

static bool has_room(const struct ref *r, int agent, const struct ref_contact *c, const struct sc_skill *skill)
{
    const struct ref_contact *held = in_hand_of(r, agent);
    if (!r->agent[agent].here || r->agent[agent].idle)
        return r->agent[agent].idle;
    return kind_of(r, c) == SC_CHAT && held && kind_of(r, held) == SC_CHAT && in_hand(r, agent) < skill->at_once &&
           stays(r, agent) && !another_first(r, agent, c);
}

static int lowest_rank(const struct ref *r, const struct ref_contact *c)
{
    int lowest = INT32_MAX;
    for (int a = 0; a < r->agents; a++) {
        const struct sc_skill *skill = ref_skill(r, r->agent[a].pool, c->type);
        if (skill && skill->rank < lowest && opened(c, r->agent[a].pool, skill) && has_room(r, a, c, skill))
            lowest = skill->rank;
    }
    return lowest;
}

/* A chat's agent: fewest in hand, then longest since the last assignment. */
static int find_chat(const struct ref *r, const struct ref_contact *c, int rank)
{
    int best = -1;
    for (int a = 0; a < r->agents; a++) {
        const struct sc_skill *skill = ref_skill(r, r->agent[a].pool, c->type);
        if (!skill || skill->rank != rank || !opened(c, r->agent[a].pool, skill) || !has_room(r, a, c, skill))
            continue;
        int n = in_hand(r, a), least = best < 0 ? 0 : in_hand(r, best);
        if (best < 0 || n < least || (n == least && r->agent[a].assigned < r->agent[best].assigned))
            best = a;
    }
    return best;
}

/* The agent of a pool that is idle and has `skip` before it in the order of becoming so; -1: none. */
static int idle_of(const struct ref *r, int pool, int skip)
{
    int best = -1;
    unsigned long after = 0;
    for (int turn = 0; turn <= skip; turn++) {
        best = -1;
        for (int a = 0; a < r->agents; a++)
            if (r->agent[a].pool == pool && r->agent[a].idle && r->agent[a].idle_order >= after &&
                (best < 0 || r->agent[a].idle_order < r->agent[best].idle_order))
                best = a;
        if (best >= 0)
            after = r->agent[best].idle_order + 1;
    }
    return best;
}

static int idle_in(const struct ref *r, int pool)
{
    int n = 0;
    for (int a = 0; a < r->agents; a++)
        n += r->agent[a].pool == pool && r->agent[a].idle;
    return n;
}

/* Which of a type's pools this is, by rank and then the file: part of the key of a random choice. */
static uint64_t place_among_pools(const struct ref *r, int pool, int type)
{
    uint64_t place = 0;
    int rank = ref_skill(r, pool, type)->rank;
    for (int p = 0; p < (int)r->scenario->pool_count; p++) {
        const struct sc_skill *s = ref_skill(r, p, type);
        place += s && (s->rank < rank || (s->rank == rank && p < pool));
    }
    return place;
}

static int find_idle(const struct ref *r, const struct ref_contact *c, int rank)
{
    enum sc_agent_rule rule = r->scenario->agent_rule;
    int best = -1, free_so_far = 0;
    for (int p = 0; p < (int)r->scenario->pool_count; p++) {
        const struct sc_skill *skill = ref_skill(r, p, c->type);
        int idle = idle_in(r, p);
        if (!skill || skill->rank != rank || !opened(c, p, skill) || idle == 0)
            continue;
        free_so_far += idle;
        bool better = best < 0;
        if (!better && rule == SC_AGENT_LONGEST_IDLE)
            better = r->agent[idle_of(r, p, 0)].idle_since < r->agent[idle_of(r, best, 0)].idle_since;
        if (!better && rule == SC_AGENT_RANDOM)
            better =
                sc_uniform(sc_key(sc_key(c->key, SC_FOR_AGENT), place_among_pools(r, p, c->type))) * free_so_far < idle;
        best = better ? p : best;
    }
    int skip = 0;
    if (rule == SC_AGENT_RANDOM && r->model->pools[best].head_speed)
        skip = (int)(sc_uniform(sc_key(c->key, SC_FOR_AGENT)) * idle_in(r, best));
    return idle_of(r, best, skip);
}

int ref_find(const struct ref *r, const struct ref_contact *c)
{
    int rank = lowest_rank(r, c);
    if (rank == INT32_MAX)
        return -1;
    return kind_of(r, c) == SC_CHAT ? find_chat(r, c, rank) : find_idle(r, c, rank);
}

/* The work begun last that a pool could put down. */
static struct ref_contact *last_begun(const struct ref *r, int pool)
{
    struct ref_contact *last = NULL;
    for (size_t i = 0; i < r->contacts; i++) {
        struct ref_contact *c = r->contact[i];
        if (c->place == HELD && !c->alone && c->skill->interruptible && r->agent[c->agent].pool == pool &&
            (!last || c->begin_order > last->begin_order))
            last = c;
    }
    return last;
}

int ref_agent_for(struct ref *r, struct ref_contact *c)
{
    int found = ref_find(r, c);
    if (found >= 0 || kind_of(r, c) == SC_DEFERRED)
        return found;
    /* Of the pool that ranks its work worst; among equals of the one that ranks the contact best, then of the first. */
    struct ref_contact *worst = NULL;
    for (int p = 0; p < (int)r->scenario->pool_count; p++) {
        const struct sc_skill *skill = ref_skill(r, p, c->type);
        struct ref_contact *work = last_begun(r, p);
        if (!skill || !work || !opened(c, p, skill))
            continue;
        int rank = worst ? ref_skill(r, r->agent[worst->agent].pool, c->type)->rank : 0;
        if (!worst || work->skill->rank > worst->skill->rank ||
            (work->skill->rank == worst->skill->rank && skill->rank < rank))
            worst = work;
    }
    if (!worst)
        return -1;
    put_down(r, worst);
    return worst->agent;
}

bool ref_own_free(const struct ref *r, const struct ref_contact *c)
{
    return has_room(r, c->agent, c, ref_skill(r, r->agent[c->agent].pool, c->type));
}

/* --- coming and going --- */

static void go(struct ref *r, int agent)
{
    r->agent[agent].here = r->agent[agent].idle = false;
    for (;;) { /* what it has put down, the latest first; then the touches that waited for it */
        struct ref_contact *next = NULL;
        for (size_t i = 0; i < r->contacts; i++) {
            struct ref_contact *c = r->contact[i];
            if (c->agent != agent || (c->place != PUT_DOWN && c->place != FOR_AGENT))
                continue;
            if (!next || (c->place == PUT_DOWN && (next->place != PUT_DOWN || c->begin_order > next->begin_order)) ||
                (c->place == FOR_AGENT && next->place == FOR_AGENT && c->join_order < next->join_order))
                next = c;
        }
        if (!next)
            return;
        next->agent = -1;
        ref_enqueue(r, next);
        ref_offer(r, next);
    }
}

void ref_look(struct ref *r, int agent)
{
    int pool = r->agent[agent].pool;
    bool leaving;
    for (;;) {
        int n = in_hand(r, agent);
        leaving = here(r, pool) > r->level[pool] && (n == 0 || !stays(r, agent));
        struct ref_contact *c = choose(r, agent, leaving);
        if (!c)
            break;
        bool chat = kind_of(r, c) == SC_CHAT;
        if (n > 0 && (!chat || n >= ref_skill(r, pool, c->type)->at_once))
            break;
        if (c->callback && !ref_reached(r, c)) {
            c->place = GONE;
            r->look = true;
            continue;
        }
        ref_begin(r, agent, c);
        if (!chat)
            return;
    }
    if (in_hand(r, agent) > 0)
        return;
    if (leaving) {
        go(r, agent);
        return;
    }
    r->agent[agent].idle = true;
    r->agent[agent].idle_since = r->now;
    r->agent[agent].idle_order = r->idles++;
}

/* The head with the highest number that is idle (or: on work that it can put down) goes; false: there is none. */
static bool last_goes(struct ref *r, int pool, bool idle)
{
    for (int a = r->agents - 1; a >= 0; a--) {
        if (r->agent[a].pool != pool || !r->agent[a].here)
            continue;
        struct ref_contact *held = in_hand_of(r, a);
        bool can_put_down = held && !held->alone && held->skill->interruptible;
        if (idle ? !r->agent[a].idle : !can_put_down)
            continue;
        if (!idle)
            put_down(r, held);
        go(r, a);
        return true;
    }
    return false;
}

void ref_set_level(struct ref *r, int pool, int heads, int paid)
{
    r->level[pool] = heads;
    r->paid[pool] = paid;
    while (here(r, pool) > heads && last_goes(r, pool, true))
        continue;
    while (here(r, pool) > heads && last_goes(r, pool, false))
        continue;
    while (here(r, pool) < heads) {
        int a = 0;
        while (r->agent[a].pool != pool || r->agent[a].here)
            a++;
        r->agent[a].here = true;
        ref_look(r, a);
    }
}
