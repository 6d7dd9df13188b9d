/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/scenario_text.h"

#include "scenario/document_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Writes the text into a new folder of its own; returns the path, which the caller frees after removal. */
static char *write_text(const char *text, char folder[64])
{
    snprintf(folder, 64, "%s/staffcast-test-XXXXXX", P_tmpdir);
    char *path = NULL;
    if (!mkdtemp(folder) || asprintf(&path, "%s/text.cfg", folder) < 0)
        fail_msg("cannot make a temporary folder");
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        fail_msg("cannot write %s", path);
    return path;
}

char *scenario_faults(const char *text, const char *const *overrides, size_t count,
                      struct sc_scenario **scenario)
{
    char folder[64], *printed = NULL;
    size_t size = 0;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_scenario *read = NULL;
    char *path = write_text(text, folder);
    enum sc_code code = sc_scenario_read(path, overrides, count, &read, &faults, &error);
    unlink(path);
    rmdir(folder);
    assert_int_equal(code != SC_OK, read == NULL);
    /* The folder's name differs from run to run; messages are compared without it. */
    for (size_t i = 0; i < faults.count; i++)
        if (faults.item[i].file && strcmp(faults.item[i].file, path) == 0)
            memmove((char *)faults.item[i].file, path + strlen(folder) + 1, strlen(path) - strlen(folder));
    FILE *stream = open_memstream(&printed, &size);
    sc_faults_print(&faults, stream);
    if (code != SC_OK && !faults.count)
        fprintf(stream, "%s\n", error.message);
    fclose(stream);
    sc_faults_release(&faults);
    free(path);
    if (scenario)
        *scenario = read;
    else
        sc_scenario_free(read);
    return printed;
}

struct sc_scenario *scenario_from_text(const char *text, const char *const *overrides, size_t count)
{
    struct sc_scenario *scenario = NULL;
    char *printed = scenario_faults(text, overrides, count, &scenario);
    if (!scenario)
        fail_msg("the scenario does not read:\n%s", printed);
    free(printed);
    return scenario;
}

char *scenario_load_text(const char *path)
{
    size_t length = 0;
    char *text = sc_file_load(path, &length);
    if (!text)
        fail_msg("cannot read %s", path);
    return text;
}
