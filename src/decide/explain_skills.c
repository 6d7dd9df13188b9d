/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Skills of a coalition. They come from the side that has the routing; then
 *  - those for a channel or class that is not there go,
 *  - what the channel's kind does not allow goes: several at once is for chats, being put down for deferred work,
 *  - contacts that nobody could take bring the skills they have in the scenario that their volume is from, else in the
 *    other one, in all pools that have them there; where none of these pools is there, it is put there without heads.
 */
#include "decide/explain_private.h"

#include "base/number.h"

#include <string.h>

static bool names(const struct sc_node *skill, const char *key, const char *name)
{
    const char *here = sc_name_of(skill, key);
    return here && strcmp(here, name) == 0;
}

static void drop(struct sc_node *group, const char *name)
{
    const struct sc_node *child = sc_node_child(group, name);
    if (child)
        sc_node_remove(group, sc_node_own(child));
}

/* A share of 0.8 or "80%"; 0 where it is neither. */
static double share_of(const struct sc_node *node)
{
    double share = 0;
    if (node && node->kind == SC_NODE_INTEGER)
        share = (double)node->integer;
    else if (node && node->kind == SC_NODE_REAL)
        share = node->real;
    else if (node && node->kind == SC_NODE_STRING && !sc_percent_parse(node->text, &share))
        share = 0;
    return share;
}

static void fit(const struct sc_node *channels, struct sc_node *skills)
{
    for (struct sc_node *next, *skill = skills->first; skill; skill = next) {
        const struct sc_node *channel = sc_named(channels, sc_name_of(skill, "channel"));
        const char *class_name = sc_name_of(skill, "class"), *kind = channel ? sc_name_of(channel, "kind") : NULL;
        next = skill->next;
        if (!channel || (class_name && !sc_named(sc_node_child(channel, "classes"), class_name))) {
            sc_node_remove(skills, skill);
            continue;
        }
        if (!kind || strcmp(kind, "chat") != 0) {
            drop(skill, "at_once");
            drop(skill, "slowdown");
        }
        if (!kind || strcmp(kind, "deferred") != 0)
            drop(skill, "interruptible");
    }
}

/* Does the skill take contacts of the class (NULL: of no class)? */
static bool takes(const struct sc_node *skill, const char *channel, const char *class_name)
{
    const char *only = sc_name_of(skill, "class");
    return names(skill, "channel", channel) && (!only || (class_name && strcmp(only, class_name) == 0));
}

static bool covered(const struct sc_node *pools, const char *channel, const char *class_name)
{
    for (const struct sc_node *pool = pools->first; pool; pool = pool->next) {
        const struct sc_node *skills = sc_node_child(pool, "skills");
        for (const struct sc_node *skill = skills ? skills->first : NULL; skill; skill = skill->next)
            if (takes(skill, channel, class_name))
                return true;
    }
    return false;
}

static bool has_skill(const struct sc_node *skills, const struct sc_node *like)
{
    for (const struct sc_node *skill = skills->first; skill; skill = skill->next)
        if (sc_node_same(sc_node_child(skill, "channel"), sc_node_child(like, "channel")) &&
            sc_node_same(sc_node_child(skill, "class"), sc_node_child(like, "class")))
            return true;
    return false;
}

/* Gives the pools the skills for those contacts that the same pools have in one of the scenarios. */
static void bring(struct sc_mixing *mixing, struct sc_node *pools, int side, const char *channel,
                  const char *class_name)
{
    const struct sc_node *theirs = sc_node_child(sc_document_root(mixing->mix->side[side]), "pools");
    for (const struct sc_node *pool = theirs->first; pool; pool = pool->next) {
        const struct sc_node *from = sc_node_child(pool, "skills");
        const struct sc_node *here = sc_named(pools, sc_name_of(pool, "name"));
        struct sc_node *skills = sc_node_own(sc_node_child(here, "skills"));
        for (const struct sc_node *skill = from ? from->first : NULL; skill && skills; skill = skill->next) {
            struct sc_node *copy =
                takes(skill, channel, class_name) && !has_skill(skills, skill) ? sc_mixing_copy(mixing, skill) : NULL;
            if (copy)
                sc_node_append(skills, copy);
        }
    }
}

/* The pools that could serve them and are not there, without heads. */
static void add_pools(struct sc_mixing *mixing, struct sc_node *pools, int side, const char *channel,
                      const char *class_name)
{
    const struct sc_node *theirs = sc_node_child(sc_document_root(mixing->mix->side[side]), "pools");
    for (const struct sc_node *pool = theirs->first; pool; pool = pool->next) {
        const struct sc_node *skills = sc_node_child(pool, "skills");
        bool serves = false;
        for (const struct sc_node *skill = skills ? skills->first : NULL; skill; skill = skill->next)
            serves = serves || takes(skill, channel, class_name);
        struct sc_node *copy =
            serves && !sc_named(pools, sc_name_of(pool, "name")) ? sc_mixing_headless(mixing, pool) : NULL;
        if (copy)
            sc_node_append(pools, copy);
    }
}

static void cover(struct sc_mixing *mixing, struct sc_node *pools, const char *channel, const char *class_name)
{
    int side = sc_mixing_side(mixing, SC_GROUP_VOLUME);
    if (!covered(pools, channel, class_name))
        bring(mixing, pools, side, channel, class_name);
    if (!covered(pools, channel, class_name))
        bring(mixing, pools, !side, channel, class_name);
    if (!covered(pools, channel, class_name))
        add_pools(mixing, pools, side, channel, class_name);
    if (!covered(pools, channel, class_name))
        add_pools(mixing, pools, !side, channel, class_name);
}

void sc_mixing_fit_skills(struct sc_mixing *mixing, struct sc_node *channels, struct sc_node *pools)
{
    for (const struct sc_node *channel = channels->first; channel; channel = channel->next) {
        const struct sc_node *classes = sc_node_child(channel, "classes");
        const char *name = sc_name_of(channel, "name");
        double classed = 0;
        for (const struct sc_node *at = classes ? classes->first : NULL; at; at = at->next) {
            cover(mixing, pools, name, sc_name_of(at, "name"));
            classed += share_of(sc_node_child(at, "share"));
        }
        if (classed < 1 - 1e-9)
            cover(mixing, pools, name, NULL);
    }
    /* Last, for what was brought must fit too. */
    for (struct sc_node *pool = pools->first; pool; pool = pool->next)
        if (sc_node_child(pool, "skills"))
            fit(channels, sc_node_own(sc_node_child(pool, "skills")));
}
