/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/deliver.h"

#include "base/file.h"
#include "cli/results.h"
#include "cli/say.h"

#include <stdlib.h>

static const char *const endings[] = {[SC_FORMAT_TABLE] = "txt", [SC_FORMAT_JSON] = "json", [SC_FORMAT_CSV] = "csv"};
enum { FORMATS = sizeof endings / sizeof endings[0] };

static enum sc_code write_file(struct sc_file *file, const struct sc_delivery *delivery, const char *directory,
                               enum sc_format format, struct sc_error *error)
{
    const struct sc_table_style plain = {.colour = false};
    char *name = sc_results_name(delivery->scenario_file), *path = NULL;
    enum sc_code code;

    if (name == NULL || asprintf(&path, "%s/%s-%s.%s", directory, name, delivery->command, endings[format]) < 0) {
        path = NULL;
        code = sc_error_memory(error);
        goto done;
    }
    code = sc_file_open(file, path, error);
    if (code == SC_OK)
        code = delivery->write(file->stream, delivery->found, format, &plain, error);
    if (code == SC_OK)
        code = sc_file_complete(file, error);
done:
    free(path);
    free(name);
    return code;
}

static enum sc_code write_files(const struct sc_delivery *delivery, const char *directory, struct sc_error *error)
{
    struct sc_file files[FORMATS] = {SC_FILE_INIT, SC_FILE_INIT, SC_FILE_INIT};
    enum sc_code code = SC_OK;

    for (int i = 0; code == SC_OK && i < FORMATS; i++)
        code = write_file(&files[i], delivery, directory, (enum sc_format)i, error);
    for (int i = 0; code == SC_OK && i < FORMATS; i++)
        code = sc_file_publish(&files[i], error);
    for (int i = 0; i < FORMATS; i++)
        sc_file_release(&files[i]);
    return code;
}

enum sc_code sc_deliver(const struct sc_delivery *delivery, const struct sc_common *common, struct sc_error *error)
{
    const struct sc_table_style style = {.colour = sc_say_in_colour(), .quiet = common->quiet};
    enum sc_code code = SC_OK;

    if (common->directory != NULL)
        code = write_files(delivery, common->directory, error);
    return code == SC_OK ? delivery->write(stdout, delivery->found, common->format, &style, error) : code;
}
