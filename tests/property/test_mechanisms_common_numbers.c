/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Common random numbers where every mechanism meets every other: a what-if that touches only staffing or routing
 * leaves each new contact its number, its arrival and its own draws, so that alternatives differ by what was changed
 * and not by luck. Seen by an observer, contact by contact. Follow-ups are left out: they hang on what became of the
 * contact before them.
 */
#include "support/random_mechanisms.h"
#include "support/random_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SCENARIOS = 40 };

static uint64_t current_seed;
static char *current_text;

#define HOLDS(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "--- scenario of seed %llu ---\n%s---\n", (unsigned long long)current_seed, current_text); \
            fail_msg("seed %llu: %s", (unsigned long long)current_seed, #condition);                                   \
        }                                                                                                              \
    } while (0)

/* --- new contacts of a replication, by key --- */

struct known {
    struct sc_contact_record record; /* the last of it */
    size_t order;                    /* in which it was told */
    bool called_back;                /* it was told of before, when it took the offer of a callback */
};

struct crowd {
    struct known *known;
    size_t count, room;
};

static void remember(void *context, const struct sc_contact_record *r)
{
    struct crowd *crowd = context;
    if (r->follow_up)
        return;
    if (crowd->count == crowd->room) {
        crowd->room = crowd->room ? 2 * crowd->room : 256;
        crowd->known = realloc(crowd->known, crowd->room * sizeof *crowd->known);
        assert_non_null(crowd->known);
    }
    crowd->known[crowd->count] = (struct known){.record = *r, .order = crowd->count};
    crowd->count++;
}

static int by_key(const void *a, const void *b)
{
    const struct known *x = a, *y = b;
    if (x->record.key != y->record.key)
        return x->record.key > y->record.key ? 1 : -1;
    return (x->order > y->order) - (x->order < y->order);
}

/* One entry a contact. Only one that took the offer of a callback may be told of again: when it is reached. */
static void merge(struct crowd *crowd)
{
    size_t n = 0;
    for (size_t i = 0; i < crowd->count; i++) {
        struct known *last = n ? &crowd->known[n - 1] : NULL;
        if (last && last->record.key == crowd->known[i].record.key) {
            HOLDS(last->record.outcome == SC_OUTCOME_CALLED_BACK);
            HOLDS(crowd->known[i].record.outcome == SC_OUTCOME_ANSWERED);
            last->record = crowd->known[i].record;
            last->called_back = true;
        } else {
            crowd->known[n++] = crowd->known[i];
        }
    }
    crowd->count = n;
}

static struct crowd crowd_of(const char *override)
{
    struct player p = player_new(current_text, &override, override ? 1 : 0);
    struct crowd crowd = {0};
    player_play(&p, 1, NULL, &(struct sc_observer){remember, &crowd});
    if (crowd.count)
        qsort(crowd.known, crowd.count, sizeof *crowd.known, by_key);
    merge(&crowd);
    player_free(&p);
    return crowd;
}

/* --- the draws of one contact under two ways --- */

struct seen {
    size_t contacts, handled_in_both, impatient_in_both, called_back_in_both, bots, moved;
};

static bool ends_with_bot(enum sc_outcome outcome)
{
    return outcome == SC_OUTCOME_AUTOMATED || outcome == SC_OUTCOME_GAVE_UP;
}

/* What a contact meets before any agent is drawn for it alone; only a line that is taken may come before. */
static void compare_before_agents(const struct sc_contact_record *a, const struct sc_contact_record *b)
{
    HOLDS((a->outcome == SC_OUTCOME_DEFLECTED) == (b->outcome == SC_OUTCOME_DEFLECTED));
    if (ends_with_bot(a->outcome))
        HOLDS(b->outcome == a->outcome || b->outcome == SC_OUTCOME_BLOCKED);
    if (ends_with_bot(b->outcome))
        HOLDS(a->outcome == b->outcome || a->outcome == SC_OUTCOME_BLOCKED);
}

static void compare(const struct known *known_a, const struct known *known_b, struct seen *seen)
{
    const struct sc_contact_record *a = &known_a->record, *b = &known_b->record;
    HOLDS(a->key == b->key);
    HOLDS(a->arrived_s == b->arrived_s && a->type == b->type && a->counted == b->counted);
    compare_before_agents(a, b);
    if (a->outcome == SC_OUTCOME_ANSWERED && b->outcome == SC_OUTCOME_ANSWERED) {
        HOLDS(a->joined_s == b->joined_s);
        HOLDS(a->handle_s == b->handle_s && a->wrap_up_s == b->wrap_up_s);
        seen->handled_in_both++;
        seen->called_back_in_both += known_a->called_back && known_b->called_back;
    } else if (a->outcome == SC_OUTCOME_ABANDONED && b->outcome == SC_OUTCOME_ABANDONED) {
        HOLDS(a->left_s == b->left_s); /* patience is the contact's own */
        seen->impatient_in_both++;
    }
    seen->contacts++;
    seen->bots += ends_with_bot(a->outcome);
    seen->moved += a->outcome != b->outcome || a->left_s != b->left_s || a->pool != b->pool;
}

/* Every new contact is in both. One that is in a bot at the end is told of in neither, unless it found no line. */
static void compare_all(const struct crowd *base, const struct crowd *other, struct seen *seen)
{
    for (size_t i = 0, j = 0; i < base->count || j < other->count;) {
        const struct known *a = i < base->count ? &base->known[i] : NULL;
        const struct known *b = j < other->count ? &other->known[j] : NULL;
        if (a && b && a->record.key == b->record.key) {
            compare(a, b, seen);
            i++;
            j++;
        } else if (a && (!b || a->record.key < b->record.key)) {
            HOLDS(a->record.outcome == SC_OUTCOME_BLOCKED);
            i++;
        } else {
            HOLDS(b->record.outcome == SC_OUTCOME_BLOCKED);
            j++;
        }
    }
}

static void leaves_contacts_alone(uint64_t first_seed, const char *override)
{
    struct seen seen = {0};
    for (current_seed = first_seed; current_seed < first_seed + SCENARIOS; current_seed++) {
        current_text = random_mechanisms_text(current_seed);
        struct crowd base = crowd_of(NULL), other = crowd_of(override);
        compare_all(&base, &other, &seen);
        free(base.known);
        free(other.known);
        free(current_text);
    }
    /* The what-if must have done something, and every kind of draw been seen, or nothing is proven. */
    print_message("%s: of %zu contacts %zu fared otherwise; in both ways %zu were handled, %zu lost patience, %zu were "
                  "called back and reached; %zu ended in a bot\n",
                  override, seen.contacts, seen.moved, seen.handled_in_both, seen.impatient_in_both,
                  seen.called_back_in_both, seen.bots);
    assert_true(seen.contacts > 1000 && seen.moved > 0);
    assert_true(seen.handled_in_both > 0 && seen.impatient_in_both > 0 && seen.bots > 0 &&
                seen.called_back_in_both > 0);
}

static void test_staffing_leaves_draws_alone(void **state)
{
    (void)state;
    leaves_contacts_alone(15000, "pools.*.extra += 1");
    leaves_contacts_alone(15100, "pools.p0.extra += 2");
    leaves_contacts_alone(15200, "pools.*.shrinkage = { planned = 0.2; absence = 0.2; }");
    leaves_contacts_alone(15300, "pools.*.speed_spread = 0.5");
}

static void test_routing_leaves_draws_alone(void **state)
{
    (void)state;
    leaves_contacts_alone(15400, "routing.agent = random");
    leaves_contacts_alone(15500, "routing.agent = in-order");
    leaves_contacts_alone(15600, "routing.contact = longest-wait");
    leaves_contacts_alone(15700, "routing.contact = score");
    leaves_contacts_alone(15800, "routing.contact = target");
}

static void test_skills_leave_draws_alone(void **state)
{
    (void)state;
    leaves_contacts_alone(15900, "pools.p0.skills.c0.rank = 5");
    leaves_contacts_alone(16000, "pools.p0.skills.c0.speed = 1.5");
    leaves_contacts_alone(16100, "pools.p0.skills.c0.after = 45 s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_staffing_leaves_draws_alone),
        cmocka_unit_test(test_routing_leaves_draws_alone),
        cmocka_unit_test(test_skills_leave_draws_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
