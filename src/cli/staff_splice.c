/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changing the text of a scenario in place. The text has been read before, so it is well-formed; this walks it by the
 * grammar of libconfig (names, values, terminators that may be left out, three kinds of comment) and no further than
 * it must.
 */
#include "cli/staff_write.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- walking --- */

static const char *skip_line(const char *at)
{
    return at + strcspn(at, "\n");
}

/* Over spaces, comments and @include lines. */
static const char *skip_space(const char *at)
{
    for (;;) {
        at += strspn(at, " \t\r\n\f\v");
        if (at[0] == '#' || (at[0] == '/' && at[1] == '/') || at[0] == '@') {
            at = skip_line(at);
        } else if (at[0] == '/' && at[1] == '*') {
            const char *end = strstr(at + 2, "*/");
            at = end != NULL ? end + 2 : at + strlen(at);
        } else {
            return at;
        }
    }
}

static const char *skip_string(const char *at)
{
    for (at++; *at != '\0' && *at != '"'; at++)
        if (*at == '\\' && at[1] != '\0')
            at++;
    return *at == '"' ? at + 1 : at;
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '*';
}

static const char *skip_name(const char *at)
{
    while (is_name(*at))
        at++;
    return at;
}

/* Over one value; strings side by side are one. */
static const char *skip_value(const char *at)
{
    int depth = 0;
    do {
        at = skip_space(at);
        if (*at == '\0')
            return at;
        if (strchr("({[", *at) != NULL) {
            depth++;
            at++;
        } else if (strchr(")}]", *at) != NULL) {
            depth--;
            at++;
        } else if (*at == '"') {
            at = skip_string(at);
            while (*skip_space(at) == '"')
                at = skip_string(skip_space(at));
        } else if (depth > 0 && strchr("=:;,", *at) != NULL) {
            at++;
        } else {
            at += strcspn(at, " \t\r\n\f\v;,(){}[]\"#=:");
        }
    } while (depth > 0);
    return at;
}

/* NAME = VALUE; as parts of the text. */
struct setting {
    const char *name, *name_end, *value, *end; /* end: behind the terminator, or the value where there is none */
};

/* The next setting from `at` on; false at the end of the group. */
static bool next_setting(const char *at, struct setting *setting)
{
    at = skip_space(at);
    if (!is_name(*at))
        return false;
    setting->name = at;
    setting->name_end = skip_name(at);
    at = skip_space(setting->name_end);
    if (*at != '=' && *at != ':')
        return false;
    setting->value = skip_space(at + 1);
    setting->end = skip_value(setting->value);
    at = skip_space(setting->end);
    if (*at == ';' || *at == ',')
        setting->end = at + 1;
    return true;
}

static bool is_named(const struct setting *setting, const char *name)
{
    size_t length = (size_t)(setting->name_end - setting->name);
    return strlen(name) == length && strncmp(setting->name, name, length) == 0;
}

/* --- rosters --- */

static bool is_roster(const struct setting *setting)
{
    static const char *const names[] = {"agents", "hours", "shifts", "staffing", "extra"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (is_named(setting, names[i]))
            return true;
    return false;
}

static void put(FILE *out, const char *from, const char *to)
{
    fwrite(from, 1, (size_t)(to - from), out);
}

/* Where a setting that goes had lines for itself alone, they go too. */
static void widen(const char *begin, const char **from, const char **to)
{
    const char *front = *from, *back = *to + strspn(*to, " \t");
    while (front > begin && (front[-1] == ' ' || front[-1] == '\t'))
        front--;
    if ((front == begin || front[-1] == '\n') && *back == '\n') {
        *from = front;
        *to = back + 1;
    }
}

/* Copies a pool from its brace on with another roster; returns the end of the pool. `from` is what was copied so far.
 */
static const char *splice_pool(FILE *out, const char *begin, const char *brace, const char *from,
                               const struct sc_new_roster *roster)
{
    struct setting setting;
    bool done = false;
    for (const char *at = brace + 1; next_setting(at, &setting); at = setting.end) {
        const char *first = setting.name, *end = setting.end;
        if (!is_roster(&setting))
            continue;
        if (!done) {
            put(out, from, first);
            fprintf(out, "%s = %s;", roster->setting, roster->text);
            done = true;
        } else {
            widen(begin, &first, &end);
            put(out, from, first);
        }
        from = end;
    }
    const char *close = skip_value(brace);
    if (!done) {
        put(out, from, close - 1);
        fprintf(out, "  %s = %s; ", roster->setting, roster->text);
        from = close - 1;
    }
    put(out, from, close);
    return close;
}

char *sc_splice_rosters(const char *text, const struct sc_new_roster *rosters, size_t count, struct sc_error *error)
{
    struct setting setting = {.end = text};
    char *made = NULL;
    size_t length, pool = 0;
    while (next_setting(setting.end, &setting) && !is_named(&setting, "pools"))
        ;
    if (setting.name == NULL || !is_named(&setting, "pools") || *setting.value != '(')
        return NULL;
    FILE *out = open_memstream(&made, &length);
    if (out == NULL) {
        sc_error_memory(error);
        return NULL;
    }
    const char *from = text, *at = skip_space(setting.value + 1);
    for (; *at == '{' && pool < count; pool++) {
        from = splice_pool(out, text, at, from, &rosters[pool]);
        at = skip_space(from);
        if (*at == ',')
            at = skip_space(at + 1);
    }
    fputs(from, out);
    if (fclose(out) != 0)
        sc_error_memory(error);
    if (error->code == SC_OK && pool == count && *at == ')')
        return made;
    free(made);
    return NULL;
}

/* --- files --- */

/* Puts the folder in front of the name in the string at `at`, unless it is an absolute one. */
static const char *put_moved(FILE *out, const char *at, const char *folder)
{
    fprintf(out, "\"%s", at[1] == '/' ? "" : folder);
    const char *end = skip_string(at);
    put(out, at + 1, end);
    return end;
}

char *sc_splice_folder(const char *text, const char *folder)
{
    char *made = NULL;
    size_t length;
    FILE *out = open_memstream(&made, &length);
    if (out == NULL)
        return NULL;
    for (const char *at = text; *at != '\0';) {
        const char *from = at;
        if (*at == '#' || (*at == '/' && (at[1] == '/' || at[1] == '*'))) {
            at = *at == '#' || at[1] == '/' ? skip_line(at)
                 : strstr(at, "*/") != NULL ? strstr(at, "*/") + 2
                                            : at + strlen(at);
            put(out, from, at);
        } else if (*at == '"') {
            at = skip_string(at);
            put(out, from, at);
        } else if (is_name(*at) || *at == '@') {
            bool include = *at == '@', file;
            at = skip_name(at + include);
            file = !include && at - from == 4 && strncmp(from, "file", 4) == 0;
            const char *value = at + strspn(at, " \t");
            if (file && (*value == '=' || *value == ':'))
                value = skip_space(value + 1);
            put(out, from, (file || include) && *value == '"' ? value : at);
            if ((file || include) && *value == '"')
                at = put_moved(out, value, folder);
        } else {
            putc(*at++, out);
        }
    }
    if (fclose(out) == 0)
        return made;
    free(made);
    return NULL;
}
