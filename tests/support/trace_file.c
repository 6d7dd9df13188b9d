/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/trace_file.h"

#include <ctype.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void text_add(struct trace_text *text, const char *line)
{
    text->line = realloc(text->line, (text->count + 1) * sizeof *text->line);
    assert_non_null(text->line);
    text->line[text->count++] = strdup(line);
}

static void text_free(struct trace_text *text)
{
    for (size_t i = 0; i < text->count; i++)
        free(text->line[i]);
    free(text->line);
}

/* The rest of a line after a keyword; NULL where the line begins with another. */
static char *after(char *line, const char *keyword)
{
    size_t length = strlen(keyword);
    if (strncmp(line, keyword, length) != 0)
        return NULL;
    line += length;
    while (*line == ' ')
        line++;
    return line;
}

static struct trace *trace_add(struct trace_book *book, const char *file, int line, const char *name)
{
    book->trace = realloc(book->trace, (book->count + 1) * sizeof *book->trace);
    assert_non_null(book->trace);
    struct trace *trace = &book->trace[book->count++];
    const char *base = strrchr(file, '/');
    *trace = (struct trace){.file = strdup(base ? base + 1 : file), .name = strdup(name), .line = line};
    return trace;
}

/* Where the lines that follow a keyword go, and the line itself; NULL where the keyword is unknown. */
static struct trace_text *keyword(struct trace_book *book, struct trace *trace, char *line)
{
    const struct {
        const char *word;
        struct trace_text *own, *common;
    } words[] = {
        {"why:", trace ? &trace->why : NULL, NULL},
        {"scenario:", trace ? &trace->scenario : NULL, NULL},
        {"outcomes:", trace ? &trace->outcomes : NULL, NULL},
        {"figures:", trace ? &trace->figures : NULL, NULL},
        {"meets:", trace ? &trace->meets : NULL, NULL},
        {"without ", trace ? &trace->without : NULL, &book->without},
        {"shows:", trace ? &trace->shows : NULL, NULL},
        {"mechanism:", NULL, &book->mechanisms},
        {"must:", NULL, &book->must},
        {"apart:", NULL, &book->apart},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *rest = after(line, words[i].word);
        struct trace_text *text = trace ? words[i].own : words[i].common;
        if (!rest || !text)
            continue;
        if (*rest)
            text_add(text, rest);
        return text;
    }
    return NULL;
}

static void file_read(struct trace_book *book, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    struct trace *trace = NULL;
    struct trace_text *text = NULL;
    if (!file)
        fail_msg("cannot read %s", path);
    for (int number = 1; getline(&line, &room, file) > 0; number++) {
        size_t length = strlen(line);
        while (length > 0 && isspace((unsigned char)line[length - 1]))
            line[--length] = '\0';
        const char *name = after(line, "trace:");
        if (length == 0 || line[0] == '#')
            continue;
        if (name) {
            trace = trace_add(book, path, number, name);
            text = NULL;
        } else if (line[0] == ' ' && text) {
            text_add(text, line + strspn(line, " "));
        } else {
            text = keyword(book, trace, line);
            if (!text)
                fail_msg("%s:%d: not understood: %s", path, number, line);
        }
    }
    free(line);
    fclose(file);
}

struct trace_book trace_book_read(const char *folder)
{
    struct trace_book book = {0};
    char pattern[4096];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/mechanisms", folder);
    file_read(&book, pattern);
    snprintf(pattern, sizeof pattern, "%s/*.trace", folder);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        file_read(&book, found.gl_pathv[i]);
    globfree(&found);
    return book;
}

void trace_book_free(struct trace_book *book)
{
    for (size_t i = 0; i < book->count; i++) {
        struct trace *t = &book->trace[i];
        struct trace_text *texts[] = {&t->why,   &t->scenario, &t->outcomes, &t->figures,
                                      &t->meets, &t->without,  &t->shows};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            text_free(texts[k]);
        free(t->file);
        free(t->name);
    }
    free(book->trace);
    text_free(&book->mechanisms);
    text_free(&book->without);
    text_free(&book->must);
    text_free(&book->apart);
}

static size_t word_length(const char *word)
{
    return strcspn(word, " :");
}

int trace_mechanism(const struct trace_book *book, const char *name)
{
    size_t length = word_length(name);
    for (size_t i = 0; i < book->mechanisms.count; i++)
        if (word_length(book->mechanisms.line[i]) == length && strncmp(book->mechanisms.line[i], name, length) == 0)
            return (int)i;
    return -1;
}

void trace_pair(const struct trace_book *book, const char *line, int *a, int *b)
{
    const char *second = line + word_length(line);
    second += strspn(second, " ");
    const char *reason = strchr(line, ':');
    *a = trace_mechanism(book, line);
    *b = trace_mechanism(book, second);
    if (*a < 0 || *b < 0 || *a == *b || !reason || !reason[1])
        fail_msg("not two mechanisms and a text behind a colon: %s", line);
}
