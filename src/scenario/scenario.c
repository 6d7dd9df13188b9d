/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scenarios as a whole: from file or document to the struct, and their end.
 */
#include "staffcast/scenario.h"

#include "scenario/read.h"

#include <stdlib.h>
#include <string.h>

/* A scenario and the memory that it lies in; the scenario comes first, so that its address is the box's. */
struct scenario_box {
    struct sc_scenario scenario;
    struct sc_arena arena;
    struct sc_document *document; /* what it was read from, for variants of it */
};

const struct sc_document *sc_scenario_document(const struct sc_scenario *scenario)
{
    return ((const struct scenario_box *)scenario)->document;
}

void sc_scenario_free(struct sc_scenario *scenario)
{
    struct scenario_box *box = (struct scenario_box *)scenario;
    if (!box)
        return;
    sc_document_free(box->document);
    sc_arena_release(&box->arena);
    free(box);
}

/* The name of a file without folder and ending. */
static const char *name_of_file(struct sc_arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file, *dot = strrchr(name, '.');
    return sc_arena_text_part(arena, name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

enum sc_code sc_scenario_from_document(const struct sc_document *document, struct sc_scenario **scenario,
                                       struct sc_faults *faults, struct sc_error *error)
{
    struct scenario_box *box = calloc(1, sizeof *box);
    if (!box)
        return sc_error_memory(error);
    struct sc_reader reader = {
        .arena = &box->arena,
        .faults = faults,
        .document = document,
        .root = document->root,
        .scenario = &box->scenario,
        .channels = sc_node_child(document->root, "channels"),
    };
    if (reader.channels && reader.channels->kind != SC_NODE_LIST)
        reader.channels = NULL;
    box->scenario.file = sc_arena_text(&box->arena, document->file);
    box->scenario.name = name_of_file(&box->arena, document->file);
    box->scenario.skip_bad_rows = document->skip_bad_rows;
    reader.defaults = true;
    sc_read_defaults(&reader, &sc_schema_scenario, (char *)&box->scenario);
    reader.defaults = false;
    sc_read_group(&reader, &sc_schema_scenario, document->root, (char *)&box->scenario);
    sc_check_scenario(&reader);
    if (!box->scenario.file || !box->scenario.name)
        faults->out_of_memory = true;
    sc_faults_sort(faults, document->file);
    enum sc_code code = sc_faults_judge(faults, error);
    if (code == SC_OK)
        code = sc_document_clone(document, &box->document, error);
    if (code == SC_OK)
        *scenario = &box->scenario;
    else
        sc_scenario_free(&box->scenario);
    return code;
}

enum sc_code sc_scenario_read(const char *file, const char *const *overrides, size_t override_count,
                              struct sc_scenario **scenario, struct sc_faults *faults, struct sc_error *error)
{
    struct sc_document *document = NULL;
    enum sc_code code = sc_document_read(file, &document, faults, error);
    for (size_t i = 0; i < override_count && document; i++) {
        /* A faulty override is in `faults`, which the reading below judges: all faults come out together. */
        struct sc_error ignored = SC_ERROR_INIT;
        struct sc_override override = {.text = overrides[i]};
        if (sc_document_override(document, &override, 1, faults, &ignored) == SC_SYSTEM) {
            code = sc_error_memory(error);
            break;
        }
    }
    if (code == SC_OK)
        code = sc_scenario_from_document(document, scenario, faults, error);
    sc_document_free(document);
    return code;
}
