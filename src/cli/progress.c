/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BAR_CELLS = 30 };
/* A run that takes less shows nothing: a bar that flashes by says less than none. */
static const double first_s = 0.3, every_s = 0.1;

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void sc_progress_init(struct sc_progress *progress, const char *name, bool quiet)
{
    const char *terminal = getenv("TERM");

    *progress = (struct sc_progress){.name = name, .next_s = now_s() + first_s};
    progress->shown = !quiet && isatty(STDERR_FILENO) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

void sc_progress_draw(void *context, size_t done, size_t planned)
{
    struct sc_progress *progress = context;
    double now = now_s();

    if (!progress->shown || now < progress->next_s)
        return;
    progress->next_s = now + every_s;
    progress->drawn = true;
    fprintf(stderr, "\r\033[K%.40s  ", progress->name);
    if (planned > 0) {
        size_t filled = done >= planned ? BAR_CELLS : done * BAR_CELLS / planned;

        for (size_t i = 0; i < BAR_CELLS; i++)
            fputs(i < filled ? "█" : "░", stderr);
        fprintf(stderr, "  %zu of %zu", done, planned);
    } else {
        fprintf(stderr, "%zu replications", done);
    }
    fflush(stderr);
}

void sc_progress_erase(struct sc_progress *progress)
{
    if (!progress->drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->drawn = false;
}
