/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scanner with a stack: each open bracket is a level with a state of its own, and every token is checked
 * against what the innermost level expects. The first break of the grammar ends the scan, since all after it
 * would be noise; a number that does not fit does not.
 */
#include "scenario/scan_grammar.h"

#include "base/number.h"
#include "base/text.h"
#include "scenario/document_private.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEEPEST_INCLUDE = 16 };

/* Makes room for one more; false without memory. */
static bool grow(struct sc_scan *scan, void **items, size_t count, size_t *room, size_t more, size_t size)
{
    if (count + more <= *room)
        return true;
    size_t want = 2 * *room + more + 64;
    void *larger = realloc(*items, want * size);
    if (!larger) {
        scan->faults->out_of_memory = true;
        scan->hopeless = true;
        return false;
    }
    *items = larger;
    *room = want;
    return true;
}

static void emit(struct sc_scan *scan, const char *text, size_t length)
{
    if (!grow(scan, (void **)&scan->joined, scan->length, &scan->room, length + 1, 1))
        return;
    memcpy(scan->joined + scan->length, text, length);
    scan->length += length;
    scan->joined[scan->length] = '\0';
    for (size_t i = 0; i < length; i++)
        scan->joined_line += text[i] == '\n';
}

static void begin_part(struct sc_scan *scan, const char *file, int line)
{
    if (!grow(scan, (void **)&scan->part, scan->parts, &scan->part_room, 1, sizeof *scan->part))
        return;
    scan->part[scan->parts++] = (struct sc_scan_part){scan->joined_line, file, line};
}

static void mark_broken(struct sc_scan *scan)
{
    if (grow(scan, (void **)&scan->broken, scan->brokens, &scan->broken_room, 1, sizeof *scan->broken))
        scan->broken[scan->brokens++] = scan->scalars;
}

/* --- tokens ------------------------------------------------------------------------------------------ */

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '*';
}

static bool is_name_part(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '*';
}

static void scan_word(struct sc_scan_scanner *s, struct sc_scan_source *in)
{
    const char *begin = in->p;
    while (in->p < in->end && is_name_part(*in->p))
        in->p++;
    size_t length = (size_t)(in->p - begin);
    char *name = sc_arena_text_part(s->scan->arena, begin, length);
    if (!name) {
        s->scan->hopeless = s->scan->faults->out_of_memory = true;
        return;
    }
    struct sc_scan_level *top = &s->level[s->depth];
    if (top->open == '{' && top->wants == SC_WANT_SEPARATOR)
        top->wants = SC_WANT_NAME; /* the separator may be left out */
    bool truth = strcasecmp(name, "true") == 0 || strcasecmp(name, "false") == 0;
    if (truth)
        sc_scan_take_scalar(s, in, name, "boolean");
    else
        sc_scan_take_name(s, in, name);
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && isdigit((unsigned char)*p))
        p++;
    return p;
}

/* The end of the number at in->p, and whether it is a real one. */
static const char *number_end(const struct sc_scan_source *in, bool *real, bool *hex)
{
    const char *p = in->p;
    *real = *hex = false;
    if (in->end - p > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && isxdigit((unsigned char)p[2])) {
        *hex = true;
        for (p += 2; p < in->end && isxdigit((unsigned char)*p);)
            p++;
        return p;
    }
    if (*p == '+' || *p == '-')
        p++;
    p = skip_digits(p, in->end);
    if (p < in->end && *p == '.') {
        *real = true;
        p = skip_digits(p + 1, in->end);
    }
    if (p < in->end && (*p == 'e' || *p == 'E')) {
        const char *q = p + 1;
        if (q < in->end && (*q == '+' || *q == '-'))
            q++;
        if (q < in->end && isdigit((unsigned char)*q)) {
            *real = true;
            p = skip_digits(q, in->end);
        }
    }
    return p;
}

/* Why libconfig would misread the number; NULL where it does not. */
static const char *number_fault(const char *text, bool real, bool hex, bool wide)
{
    if (real) {
        double value = strtod(text, NULL);
        if (!isfinite(value))
            return "a number too large to compute with (found %s); numbers end at 1.8e308";
        bool zero = strcspn(text, "123456789eE") == strcspn(text, "eE");
        return value == 0 && !zero ? "a number too small to compute with (found %s); write 0.0" : NULL;
    }
    errno = 0;
    int64_t value = strtoll(text, NULL, hex ? 16 : 10);
    if (errno)
        return "an integer that does not fit 64 bits (found %s); write it as a real number or a string";
    if (!wide && (value > INT32_MAX || value < INT32_MIN))
        return "an integer that does not fit 32 bits (found %s); write L behind it, or write it as a real "
               "number";
    return NULL;
}

/* Where a unit without quotes follows a number (3 min), its end; else `p`. */
static const char *unit_end(const struct sc_scan_source *in, const char *p)
{
    static const char *const units[] = {"min", "s", "h", "d", "w", "%"};
    const char *q = p;
    while (q < in->end && (*q == ' ' || *q == '\t'))
        q++;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(units[i]);
        if ((size_t)(in->end - q) < length || strncmp(q, units[i], length) != 0)
            continue;
        const char *r = q + length;
        if (r < in->end && is_name_part(*r))
            continue;
        while (r < in->end && (*r == ' ' || *r == '\t'))
            r++;
        return r < in->end && (*r == '=' || *r == ':') ? p : q + length;
    }
    return p;
}

static void scan_number(struct sc_scan_scanner *s, struct sc_scan_source *in)
{
    bool real, hex, wide = false;
    const char *begin = in->p, *end = number_end(in, &real, &hex);
    char text[64];
    size_t length = (size_t)(end - begin);
    if (!real && end < in->end && *end == 'L') {
        wide = true;
        end += end + 1 < in->end && end[1] == 'L' ? 2 : 1;
    }
    const char *after = end;
    while (after < in->end && (is_name_part(*after) || *after == '.' || *after == '%' || *after == '_'))
        after++;
    if (after == end)
        after = unit_end(in, end);
    size_t whole = (size_t)(after - begin);
    snprintf(text, sizeof text, "%.*s", (int)(whole < sizeof text ? whole : sizeof text - 1), begin);
    bool digits = false;
    for (const char *p = begin; p < end; p++)
        digits = digits || isdigit((unsigned char)*p);
    if (after != end || !digits || length >= sizeof text) {
        SCAN_HOPELESS(
            s, sc_scan_place(s->scan, in),
            "no number (found %s); values with a unit or %% are strings, such as \"20 s\" or \"80%%\"", text);
        return;
    }
    const char *fault = number_fault(text, real, hex, wide);
    if (fault) {
        /* The format is one of the literals above. */
        char message[160];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(message, sizeof message, fault, text);
#pragma GCC diagnostic pop
        sc_faults_add(s->scan->faults, false, sc_scan_place(s->scan, in), "%s", message);
        mark_broken(s->scan);
    }
    in->p = end;
    sc_scan_take_scalar(s, in, text, real ? "real" : wide ? "long integer" : "integer");
}

static void scan_string(struct sc_scan_scanner *s, struct sc_scan_source *in)
{
    struct sc_where where = sc_scan_place(s->scan, in);
    int first_line = in->line;
    const char *begin = ++in->p;
    for (; in->p < in->end && *in->p != '"'; in->p++) {
        if (*in->p == '\n')
            in->line++;
        if (*in->p == '\\' && in->p + 1 < in->end) {
            if (in->end - in->p > 3 && (in->p[1] == 'x' || in->p[1] == 'X') && in->p[2] == '0' &&
                in->p[3] == '0')
                SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                              "a string with a zero byte (found \\x00); remove it");
            if (*++in->p == '\n')
                in->line++;
        }
    }
    if (in->p >= in->end) {
        SCAN_HOPELESS(s, where, "a string that is never closed; write the closing quote");
        return;
    }
    char text[48];
    size_t length = (size_t)(in->p - begin);
    snprintf(text, sizeof text, "\"%.*s%s\"", (int)(length < 30 ? length : 30), begin,
             length < 30 ? "" : "…");
    if (in->line != first_line) {
        SCAN_HOPELESS(
            s, where,
            "a string that runs over the end of its line; write the closing quote in the same line");
        return;
    }
    in->p++;
    const struct sc_scan_level *top = &s->level[s->depth];
    if (top->open == '{' && top->wants == SC_WANT_SEPARATOR && top->after_string) {
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "two strings follow each other (found %s); a ';' or ',' is missing between them", text);
        return;
    }
    sc_scan_take_scalar(s, in, text, "string");
}

static void skip_comment(struct sc_scan_scanner *s, struct sc_scan_source *in)
{
    if (in->p[1] != '*') {
        while (in->p < in->end && *in->p != '\n')
            in->p++;
        return;
    }
    struct sc_where where = sc_scan_place(s->scan, in);
    for (in->p += 2; in->p + 1 < in->end; in->p++) {
        if (in->p[0] == '*' && in->p[1] == '/') {
            in->p += 2;
            return;
        }
        in->line += in->p[0] == '\n';
    }
    SCAN_HOPELESS(s, where, "a comment that is never closed; write */ behind it");
}

/* --- files ------------------------------------------------------------------------------------------- */

static void scan_source(struct sc_scan_scanner *s, struct sc_scan_source *in);

static void include_file(struct sc_scan_scanner *s, struct sc_scan_source *in, const char *name)
{
    struct sc_scan *scan = s->scan;
    struct sc_where where = sc_scan_place(scan, in);
    struct stat status;
    size_t length = 0;
    const char *path = sc_document_path(scan->arena, scan->folder, name);
    if (!path) {
        scan->hopeless = scan->faults->out_of_memory = true;
        return;
    }
    for (const struct sc_scan_source *outer = in; outer; outer = outer->includer)
        if (strcmp(outer->file, path) == 0) {
            SCAN_HOPELESS(s, where, "a file that includes itself (found \"%s\"); remove one of the @include",
                          name);
            return;
        }
    if (in->depth + 1 > DEEPEST_INCLUDE) {
        SCAN_HOPELESS(s, where,
                      "files are included too deep (found more than %d levels); include them from one file",
                      DEEPEST_INCLUDE);
        return;
    }
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        SCAN_HOPELESS(s, where, "no file to include (found a folder or device, %s); name a file", path);
        return;
    }
    char *text = sc_file_load(path, &length);
    if (!text) {
        SCAN_HOPELESS(s, where,
                      "cannot read the file to include (%s: %s); it is looked up beside the scenario", path,
                      strerror(errno));
        return;
    }
    emit(scan, "\n", 1);
    begin_part(scan, path, 1);
    struct sc_scan_source inner = {path, text, text + length, text, 1, in, in->depth + 1};
    scan_source(s, &inner);
    emit(scan, "\n", 1);
    begin_part(scan, in->file, in->line);
    free(text);
}

/* At an '@': what it includes is scanned in its place. */
static void scan_include(struct sc_scan_scanner *s, struct sc_scan_source *in)
{
    static const char directive[] = "@include";
    const char *begin = in->p;
    while (begin > in->text && (begin[-1] == ' ' || begin[-1] == '\t'))
        begin--;
    const char *p = in->p + sizeof directive - 1;
    bool right = (begin == in->text || begin[-1] == '\n') && in->end - in->p > (long)sizeof directive &&
                 strncmp(in->p, directive, sizeof directive - 1) == 0 && (*p == ' ' || *p == '\t');
    while (right && p < in->end && (*p == ' ' || *p == '\t'))
        p++;
    const char *close =
        right && p < in->end && *p == '"' ? memchr(p + 1, '"', (size_t)(in->end - p - 1)) : NULL;
    if (!close || memchr(p, '\n', (size_t)(close - p)) || close == p + 1) {
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "no include (found '@'); write @include \"FILE\" in a line of its own");
        return;
    }
    const char *name = sc_arena_text_part(s->scan->arena, p + 1, (size_t)(close - p - 1));
    if (!name) {
        s->scan->hopeless = s->scan->faults->out_of_memory = true;
        return;
    }
    in->p = close + 1;
    include_file(s, in, name);
}

static void scan_token(struct sc_scan_scanner *s, struct sc_scan_source *in)
{
    char c = *in->p;
    bool two = in->end - in->p > 1;
    if (c == '\n') {
        in->line++;
        in->p++;
    } else if (c == ' ' || c == '\t' || c == '\f' || (c == '\r' && two && in->p[1] == '\n')) {
        in->p++;
    } else if (c == '#' || (c == '/' && two && (in->p[1] == '/' || in->p[1] == '*'))) {
        skip_comment(s, in);
    } else if (c == '"') {
        scan_string(s, in);
    } else if (is_name_start(c)) {
        scan_word(s, in);
    } else if (isdigit((unsigned char)c) || c == '.' || c == '+' || c == '-') {
        scan_number(s, in);
    } else if (c == '{' || c == '(' || c == '[') {
        sc_scan_open_bracket(s, in, c);
        in->p++;
    } else if (c == '}' || c == ')' || c == ']') {
        sc_scan_close_bracket(s, in, c);
        in->p++;
    } else if (c == '=' || c == ':' || c == ';' || c == ',') {
        sc_scan_take_mark(s, in, c);
        in->p++;
    } else if (isprint((unsigned char)c)) {
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "a character that has no meaning here (found '%c'); texts are written in quotes", c);
    } else {
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "a character that has no meaning here (found byte 0x%02x); texts are written in quotes",
                      (unsigned)(unsigned char)c);
    }
}

static bool check_encoding(struct sc_scan_scanner *s, struct sc_scan_source *in)
{
    size_t length = (size_t)(in->end - in->p);
    if (length >= 3 && memcmp(in->p, "\xEF\xBB\xBF", 3) == 0) {
        sc_faults_add(s->scan->faults, false, sc_scan_place(s->scan, in),
                      "the file begins with a byte order mark; save it as UTF-8 without one");
        in->p += 3;
        length -= 3;
    }
    for (const char *p = in->p; p + 1 <= in->end; p++)
        if (*p == '\r' && (p + 1 == in->end || p[1] != '\n')) {
            SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                          "a carriage return without a line feed; save the file with LF or CRLF line ends");
            return false;
        }
    if (sc_text_is_utf8(in->p, length))
        return true;
    const char *p = in->p;
    for (; p < in->end; in->line++) {
        const char *end = memchr(p, '\n', (size_t)(in->end - p));
        size_t part = end ? (size_t)(end - p) : (size_t)(in->end - p);
        if (!sc_text_is_utf8(p, part))
            break;
        p += part + 1;
    }
    SCAN_HOPELESS(s, sc_scan_place(s->scan, in), "no UTF-8 text (found other bytes); save the file as UTF-8");
    return false;
}

static void scan_source(struct sc_scan_scanner *s, struct sc_scan_source *in)
{
    int depth = s->depth;
    if (!check_encoding(s, in))
        return;
    while (in->p < in->end && !s->scan->hopeless) {
        const char *begin = in->p;
        if (*in->p == '@')
            scan_include(s, in);
        else {
            scan_token(s, in);
            emit(s->scan, begin, (size_t)(in->p - begin));
        }
    }
    if (s->scan->hopeless)
        return;
    const struct sc_scan_level *top = &s->level[s->depth];
    if (s->depth > depth)
        SCAN_HOPELESS(s, top->where, "'%c' is never closed; write '%c'", top->open,
                      sc_scan_closing(top->open));
    else if (s->depth < depth)
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "the file closes a bracket that it does not open; remove it");
    else if (s->depth == 0 && (top->wants == SC_WANT_EQUALS || top->wants == SC_WANT_VALUE) && !in->includer)
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "setting '%s' has no value (found the end of the file); write %s = …;", top->name,
                      top->name);
}

void sc_scan_run(struct sc_scan *scan, const char *file, const char *text, size_t length)
{
    struct sc_scan_scanner s = {.scan = scan};
    struct sc_scan_source source = {file, text, text + length, text, 1, NULL, 0};
    s.level[0] = (struct sc_scan_level){.open = '{', .where = {file, 1}, .wants = SC_WANT_NAME};
    scan->joined_line = 1;
    begin_part(scan, file, 1);
    emit(scan, "", 0);
    scan_source(&s, &source);
    emit(scan, "\n", 1); /* libconfig refuses a comment that ends with the file */
}

struct sc_where sc_scan_where(const struct sc_scan *scan, int joined_line)
{
    if (scan->fixed)
        return *scan->fixed;
    size_t i = scan->parts;
    while (i > 1 && scan->part[i - 1].joined_line > joined_line)
        i--;
    const struct sc_scan_part *part = &scan->part[i - 1];
    return (struct sc_where){part->file, part->line + joined_line - part->joined_line};
}

void sc_scan_release(struct sc_scan *scan)
{
    free(scan->joined);
    free(scan->part);
    free(scan->broken);
    scan->joined = NULL;
    scan->part = NULL;
    scan->broken = NULL;
}
