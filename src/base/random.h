/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random numbers without state.
 *
 * A draw is a hash of what it is for: seed, replication, contact and purpose. Nothing depends on the order in which
 * draws are made, so a what-if that reroutes a contact, adds a head or skips a draw leaves every other draw as it was
 * (common random numbers), and any thread may make any draw.
 *
 * The mixer is the finaliser of SplitMix64 (Steele, Lea, Flood 2014; constants by D. Stafford, variant 13). A key plus
 * purpose times an odd constant, mixed, is exactly one output of a SplitMix64 generator started at that key.
 */
#ifndef SC_BASE_RANDOM_H
#define SC_BASE_RANDOM_H

#include <stdint.h>

#define SC_GOLDEN 0x9e3779b97f4a7c15ULL /* 2^64 / golden ratio, odd: spreads small numbers over all bits */

static inline uint64_t sc_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/* The number of a thing inside another: replication of a seed, day of a channel, contact of a day, draw of a contact.
 */
static inline uint64_t sc_key(uint64_t parent, uint64_t number)
{
    return sc_mix(parent + (number + 1) * SC_GOLDEN);
}

/* A key from a name, so that adding an element to a scenario leaves the draws of the others alone (FNV-1a). */
static inline uint64_t sc_key_name(uint64_t parent, const char *name)
{
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3ULL;
    return sc_key(parent, hash);
}

/* Uniform in (0, 1): 53 bits and a half, so that neither end is ever met. */
static inline double sc_uniform(uint64_t bits)
{
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

#endif
