/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A progress bar on standard error: only on a terminal, erased at the end. */
#ifndef STAFFCAST_CLI_PROGRESS_H
#define STAFFCAST_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct sc_progress {
    const char *name;  /* of what is played */
    double next_s;     /* when to draw again, by a clock that only goes forward */
    bool shown, drawn; /* shown: there is a terminal; drawn: there is something to erase */
};

void sc_progress_init(struct sc_progress *progress, const char *name, bool quiet);
/* A struct sc_run_options.progress; `context` is a struct sc_progress. */
void sc_progress_draw(void *context, size_t done, size_t planned);
/* Instead of a bar, where nobody knows how much there is to do: what is being done, and how far it has come. */
void sc_progress_say(struct sc_progress *progress, const char *text);
/* A bar of a work whose parts are nobody's business: its share done, in percent. */
void sc_progress_share(struct sc_progress *progress, double share);
void sc_progress_erase(struct sc_progress *progress);

#endif
