/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/say.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int sc_say_error(const struct sc_error *error)
{
    if (error->file[0] == '\0')
        fprintf(stderr, "staffcast: %s\n", error->message);
    else if (error->line == 0)
        fprintf(stderr, "%s: %s\n", error->file, error->message);
    else
        fprintf(stderr, "%s:%d: %s\n", error->file, error->line, error->message);
    return (int)error->code;
}

void sc_say_note(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("staffcast: note: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

void sc_say_note_of(void *context, const char *note)
{
    (void)context;
    sc_say_note("%s", note);
}

bool sc_say_in_colour(void)
{
    const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) && (refused == NULL || refused[0] == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

void sc_say_faults(const struct sc_faults *faults, bool quiet)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct sc_fault *fault = &faults->item[i];

        if (fault->warning && quiet)
            continue;
        fputs(fault->file == NULL ? "staffcast" : fault->file, stderr);
        if (fault->file != NULL && fault->line > 0)
            fprintf(stderr, ":%d", fault->line);
        fprintf(stderr, ": %s%s\n", fault->warning ? "warning: " : "", fault->message);
    }
}

int sc_say_reading(const struct sc_faults *faults, const struct sc_error *error, bool quiet)
{
    sc_say_faults(faults, quiet);
    if (error->code != SC_OK && faults->errors == 0)
        return sc_say_error(error);
    return (int)error->code;
}

/* --- the nearest name --- */

const char *sc_nearest_name(const char *text, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    int fewest = 0;

    for (size_t i = 0; i < count; i++) {
        int length = (int)strlen(names[i]);
        int here = sc_text_distance(text, names[i]);

        if (strlen(text) > 2 && strncmp(text, names[i], strlen(text)) == 0)
            here = 1; /* cut short */
        /* Distances are in halves. A third of the word and a letter may be wrong, but never all of it. */
        if (here <= 2 * (1 + length / 3) && here < 2 * length && (nearest == NULL || here < fewest)) {
            nearest = names[i];
            fewest = here;
        }
    }
    return nearest;
}
