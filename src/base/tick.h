/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The grid of time. Every instant and every duration in the engine is a whole multiple of 2^-20 s (about a
 * microsecond), held in a double. Sums and differences of such numbers are exact up to 2^33 s (272 years), so "answered
 * within 20 s" is decided exactly, two events are at one instant or they are not, and sums of times do not depend on
 * their order.
 */
#ifndef SC_BASE_TICK_H
#define SC_BASE_TICK_H

/* Rounds seconds to the grid: adding 1.5 * 2^32 leaves 20 bits behind the point. For |seconds| < 2^31. */
static inline double sc_tick(double seconds)
{
    const double shift = 0x1.8p32;
    return (seconds + shift) - shift;
}

/* The longest time that is meaningful (34 years); longer draws are cut to it, they end after any simulation. */
#define SC_TICK_MOST 0x1p30

#endif
