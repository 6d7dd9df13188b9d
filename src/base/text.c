/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 63 };

static int change_cost(char a, char b)
{
    if (a == b)
        return 0;
    return tolower((unsigned char)a) == tolower((unsigned char)b) ? 1 : 2;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

int sc_text_distance(const char *a, const char *b)
{
    size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
    int row[LONGEST + 1][LONGEST + 1];
    for (size_t i = 0; i <= n; i++)
        row[i][0] = 2 * (int)i;
    for (size_t j = 0; j <= m; j++)
        row[0][j] = 2 * (int)j;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            int best = least(row[i - 1][j] + 2, row[i][j - 1] + 2);
            best = least(best, row[i - 1][j - 1] + change_cost(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = least(best, row[i - 2][j - 2] + 2);
            row[i][j] = best;
        }
    return row[n][m];
}

const char *sc_text_nearest(const char *word, const char *const *candidates, size_t count)
{
    const char *nearest = NULL;
    int least_distance = 0;
    for (size_t i = 0; i < count; i++) {
        int distance = sc_text_distance(word, candidates[i]);
        if (!nearest || distance < least_distance) {
            nearest = candidates[i];
            least_distance = distance;
        }
    }
    return nearest;
}

/* Length of the well-formed sequence at p, at most `room` bytes; 0 where there is none. */
static size_t sequence_length(const unsigned char *p, size_t room)
{
    if (p[0] > 0 && p[0] < 0x80)
        return 1;
    size_t length = p[0] >= 0xC2 && p[0] <= 0xDF ? 2 : p[0] >= 0xE0 && p[0] <= 0xEF ? 3
                  : p[0] >= 0xF0 && p[0] <= 0xF4 ? 4 : 0;
    if (!length || length > room)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (p[i] < 0x80 || p[i] > 0xBF)
            return 0;
    bool overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
    bool surrogate = p[0] == 0xED && p[1] > 0x9F;
    bool beyond = p[0] == 0xF4 && p[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : length;
}

bool sc_text_is_utf8(const char *bytes, size_t length)
{
    const unsigned char *p = (const unsigned char *)bytes;
    for (size_t i = 0; i < length;) {
        size_t step = sequence_length(p + i, length - i);
        if (!step)
            return false;
        i += step;
    }
    return true;
}
