/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An arena: memory that is asked for piece by piece and given back all at once. A scenario is read into one,
 * so that its hundreds of small arrays and texts have one owner and one end.
 */
#ifndef STAFFCAST_BASE_ARENA_H
#define STAFFCAST_BASE_ARENA_H

#include <stddef.h>

struct sc_arena_block;

struct sc_arena {
    struct sc_arena_block *block; /* the newest; each links to the one before */
};

#define SC_ARENA_INIT ((struct sc_arena){NULL})

/* Zeroed memory aligned for any type, never NULL for size 0; NULL when there is none. */
void *sc_arena_alloc(struct sc_arena *arena, size_t size);

/* The same for an array; NULL also where count * size does not fit. */
void *sc_arena_array(struct sc_arena *arena, size_t count, size_t size);

/* Copies a text, or its first `length` bytes; NULL when there is no memory. */
char *sc_arena_text(struct sc_arena *arena, const char *text);
char *sc_arena_text_part(struct sc_arena *arena, const char *text, size_t length);

char *sc_arena_printf(struct sc_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

void sc_arena_release(struct sc_arena *arena);

#endif
