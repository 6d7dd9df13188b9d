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

/* Whether it is time to draw again; then the line is begun. */
static bool begin_line(struct sc_progress *progress)
{
    double now = now_s();

    if (!progress->shown || now < progress->next_s)
        return false;
    progress->next_s = now + every_s;
    progress->drawn = true;
    fprintf(stderr, "\r\033[K%.40s  ", progress->name);
    return true;
}

static void draw_bar(size_t filled)
{
    for (size_t i = 0; i < BAR_CELLS; i++)
        fputs(i < filled ? "█" : "░", stderr);
}

void sc_progress_share(struct sc_progress *progress, double share)
{
    double within = share < 0.0 ? 0.0 : share > 1.0 ? 1.0 : share;

    if (!begin_line(progress))
        return;
    draw_bar((size_t)(within * BAR_CELLS));
    fprintf(stderr, "  %.0f %%", 100.0 * within);
    fflush(stderr);
}

void sc_progress_draw(void *context, size_t done, size_t planned)
{
    if (!begin_line(context))
        return;
    if (planned > 0) {
        draw_bar(done >= planned ? BAR_CELLS : done * BAR_CELLS / planned);
        fprintf(stderr, "  %zu of %zu", done, planned);
    } else {
        fprintf(stderr, "%zu replications", done);
    }
    fflush(stderr);
}

void sc_progress_say(struct sc_progress *progress, const char *text)
{
    if (!begin_line(progress))
        return;
    fputs(text, stderr);
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
