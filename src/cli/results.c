/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/results.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *sc_results_name(const char *scenario_file)
{
    const char *slash = strrchr(scenario_file, '/');
    const char *base = slash != NULL ? slash + 1 : scenario_file;
    size_t length = strlen(base);

    if (length > 4 && strcmp(base + length - 4, ".cfg") == 0)
        length -= 4;
    return strndup(base, length);
}

enum { KIND_JSON, KIND_CSV, KIND_TABLE, KIND_INTERVALS, KIND_COUNT };
static const char *const endings[KIND_COUNT] = {".json", ".csv", ".txt", "-intervals.csv"};

static enum sc_code write_content(FILE *stream, int kind, const struct sc_played *played, struct sc_error *error)
{
    switch (kind) {
    case KIND_JSON:
        sc_run_write_json(stream, played, 1, false);
        break;
    case KIND_CSV:
        sc_run_write_csv(stream, played, 1, false);
        break;
    case KIND_INTERVALS:
        sc_run_write_intervals_csv(stream, played);
        break;
    default:
        return sc_run_write_table(stream, played, &(struct sc_table_style){.colour = false}, error);
    }
    return SC_OK;
}

static enum sc_code write_file(struct sc_file *file, const char *directory, int kind, const struct sc_played *played,
                               struct sc_error *error)
{
    char *name = sc_results_name(played->scenario->file), *path = NULL;
    enum sc_code code;

    if (name == NULL || asprintf(&path, "%s/%s%s", directory, name, endings[kind]) < 0) {
        path = NULL;
        code = sc_error_memory(error);
        goto done;
    }
    code = sc_file_open(file, path, error);
    if (code == SC_OK)
        code = write_content(file->stream, kind, played, error);
    if (code == SC_OK)
        code = sc_file_complete(file, error);
done:
    free(path);
    free(name);
    return code;
}

enum sc_code sc_results_write(const char *directory, const struct sc_played *played, size_t count,
                              struct sc_error *error)
{
    struct sc_file *files = calloc(count * KIND_COUNT, sizeof *files);
    enum sc_code code = files == NULL ? sc_error_memory(error) : sc_directory_make(directory, error);

    for (size_t i = 0; code == SC_OK && i < count * KIND_COUNT; i++) {
        const struct sc_played *here = &played[i / KIND_COUNT];
        int kind = (int)(i % KIND_COUNT);

        if (kind != KIND_INTERVALS || here->result->intervals != NULL)
            code = write_file(&files[i], directory, kind, here, error);
    }
    for (size_t i = 0; code == SC_OK && i < count * KIND_COUNT; i++)
        if (files[i].temporary != NULL)
            code = sc_file_publish(&files[i], error);
    for (size_t i = 0; files != NULL && i < count * KIND_COUNT; i++)
        sc_file_release(&files[i]);
    free(files);
    return code;
}
