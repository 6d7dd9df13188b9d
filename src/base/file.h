/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Safe writing: a file appears under its name whole or not at all.
 *
 * What is written goes to a temporary file in the same directory, which is flushed to the disk and then renamed, a
 * step that the file system does at once. Whatever goes wrong before (disk full, no permission) the temporary file is
 * removed and an older file of that name is still there as it was. Several files that belong together are first all
 * completed, then all published.
 */
#ifndef STAFFCAST_BASE_FILE_H
#define STAFFCAST_BASE_FILE_H

#include "staffcast/error.h"

#include <stdio.h>

struct sc_file {
    FILE *stream; /* write here; NULL once completed */
    char *path, *temporary;
};

/* All zero: nothing to publish, nothing to release. */
#define SC_FILE_INIT ((struct sc_file){.stream = NULL})

/*
 * The file that writing to `path` means: links are followed, and it is a regular one or not there yet. The caller frees
 * *target. Errors: SC_SYSTEM (a folder, device or pipe; a link that leads nowhere; memory).
 */
enum sc_code sc_file_target(const char *path, char **target, struct sc_error *error);

/* Opens the temporary file of `path`. Errors: SC_SYSTEM. */
enum sc_code sc_file_open(struct sc_file *file, const char *path, struct sc_error *error);

/* Flushes, brings the bytes to the disk and closes the stream. Errors: SC_SYSTEM, for a failed write before too. */
enum sc_code sc_file_complete(struct sc_file *file, struct sc_error *error);

/* Gives a completed file its name. Errors: SC_SYSTEM. */
enum sc_code sc_file_publish(struct sc_file *file, struct sc_error *error);

/* Removes what was not published. Fine on a file that never was opened or was published, and when called twice. */
void sc_file_release(struct sc_file *file);

/* Makes the directory and the missing ones above it; fine where it exists. Errors: SC_SYSTEM. */
enum sc_code sc_directory_make(const char *path, struct sc_error *error);

/*
 * Flushes a stream that is not a file of its own, such as standard output, and tells whether everything written to it
 * so far arrived. `name` is for the message: "cannot write to NAME (No space left on device)". Errors: SC_SYSTEM.
 */
enum sc_code sc_stream_check(FILE *stream, const char *name, struct sc_error *error);

#endif
