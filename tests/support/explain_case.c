/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/explain_case.h"

#include "present/explain.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

const char explain_desk[] =
    "name = \"Desk\"; start = \"2026-01-05\"; days = 7; warmup = \"0 d\"; seed = \"11\"; replications = 40;\n"
    "channels = (\n"
    "  { name = \"phone\"; hours = { mon-tue = \"09:00-17:00\"; }; volume = { per_day = 400; };\n"
    "    handle = \"4 min\"; wrap_up = \"30 s\"; patience = \"3 min\"; deflect = 0.05;\n"
    "    automation = { resolves = 0.1; returns = 0.1; returns_after = \"1 h\"; cost_per_resolved = 0.5; };\n"
    "    retry = { share = 0.3; after = \"10 min\"; attempts = 2; };\n"
    "    recontact = { share = 0.1; after = \"2 h\"; };\n"
    "    target = { answer = 0.8; within = \"20 s\"; abandon = 0.05; }; },\n"
    "  { name = \"mail\"; kind = \"deferred\"; hours = { mon-tue = \"09:00-17:00\"; }; volume = { per_day = 60; };\n"
    "    handle = \"5 min\"; } );\n"
    "pools = (\n"
    "  { name = \"front line\"; agents = 4; hours = { mon-tue = \"09:00-17:00\"; };\n"
    "    shrinkage = { absence = 0.05; }; cost = { per_hour = 24.0; };\n"
    "    skills = ( { channel = \"phone\"; }, { channel = \"mail\"; rank = 2; interruptible = true; } ); },\n"
    "  { name = \"all-round\"; agents = 1; hours = { mon-tue = \"09:00-17:00\"; }; cost = { per_hour = 28.5; };\n"
    "    skills = ( { channel = \"mail\"; }, { channel = \"phone\"; rank = 2; } ); } );\n";

struct sc_document *explain_document(const char *text, const char *const *overrides)
{
    char path[128];
    struct sc_document *document = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    snprintf(path, sizeof path, "%s/staffcast-explain-XXXXXX", P_tmpdir);
    int descriptor = mkstemp(path);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        fail_msg("cannot write %s", path);
    if (sc_document_read(path, &document, &faults, &error) != SC_OK)
        fail_msg("%s", error.message);
    unlink(path);
    for (; overrides && *overrides; overrides++) {
        struct sc_override override = {.text = *overrides};
        if (sc_document_override(document, &override, 1, &faults, &error) != SC_OK)
            fail_msg("%s", error.message);
    }
    sc_faults_release(&faults);
    return document;
}

struct sc_explanation *explain_levers_of(const char *const *changes, const struct sc_explain_options *options)
{
    struct sc_document *document = explain_document(explain_desk, changes);
    struct sc_explanation *e = NULL;
    struct sc_error error = SC_ERROR_INIT;
    if (sc_explain_levers(document, options, &e, &error) != SC_OK)
        fail_msg("%s", error.message);
    sc_document_free(document);
    return e;
}

const struct sc_lever *explain_lever_named(const struct sc_explanation *e, const char *name)
{
    for (size_t i = 0; i < e->levers; i++)
        if (strcmp(e->lever[i].name, name) == 0)
            return &e->lever[i];
    fail_msg("no lever is named %s", name);
    return NULL;
}

char *explain_json_of(const struct sc_explanation *e)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    sc_explain_write_json(stream, e);
    assert_int_equal(fclose(stream), 0);
    return text;
}

void assert_same(const char *what, double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9 * fmax(1, fabs(expected))))
        fail_msg("%s: %.17g is not %.17g", what, value, expected);
}
