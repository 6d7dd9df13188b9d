/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 16384 };

struct sc_arena_block {
    struct sc_arena_block *before;
    size_t used, size;
    alignas(max_align_t) unsigned char data[];
};

void *sc_arena_alloc(struct sc_arena *arena, size_t size)
{
    const size_t unit = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t need = (size + unit) / unit * unit; /* at least one unit, so that size 0 is an address too */
    if (!arena->block || arena->block->size - arena->block->used < need) {
        size_t room = need > BLOCK_SIZE / 4 ? need : BLOCK_SIZE;
        struct sc_arena_block *block = calloc(1, sizeof *block + room);
        if (!block)
            return NULL;
        block->size = room;
        if (arena->block && room != BLOCK_SIZE) {
            /* A large piece goes behind the current block, whose room is still of use. */
            block->used = need;
            block->before = arena->block->before;
            arena->block->before = block;
            return block->data;
        }
        block->before = arena->block;
        arena->block = block;
    }
    void *piece = arena->block->data + arena->block->used;
    arena->block->used += need;
    return piece;
}

void *sc_arena_array(struct sc_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return sc_arena_alloc(arena, count * size);
}

char *sc_arena_text_part(struct sc_arena *arena, const char *text, size_t length)
{
    char *copy = sc_arena_alloc(arena, length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *sc_arena_text(struct sc_arena *arena, const char *text)
{
    return sc_arena_text_part(arena, text, strlen(text));
}

char *sc_arena_printf(struct sc_arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : sc_arena_alloc(arena, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void sc_arena_release(struct sc_arena *arena)
{
    while (arena->block) {
        struct sc_arena_block *before = arena->block->before;
        free(arena->block);
        arena->block = before;
    }
}
