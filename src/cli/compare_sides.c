/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every alternative is a document: a file of its own, or a clone of the base with overrides. Faults of all of them go
 * into one list, where what is wrong in the base already is not told again for each alternative.
 */
#include "cli/compare_sides.h"

#include "cli/say.h"
#include "staffcast/document.h"
#include "staffcast/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct loading {
    struct sc_sides *sides;
    const struct sc_sides_wanted *wanted;
    struct sc_document *base; /* with the study's common overrides */
    struct sc_faults faults;
    struct sc_error error;
};

static int refuse(const char *format, const char *text)
{
    fputs("staffcast compare: ", stderr);
    fprintf(stderr, format, text);
    fputs("\nTry 'staffcast compare --help'.\n", stderr);
    return SC_USAGE;
}

/* --- one side --- */

static enum sc_code add_side(struct loading *l, const char *name, const char *const *overrides, size_t count,
                             const struct sc_document *document)
{
    struct sc_side *grown = realloc(l->sides->side, (l->sides->count + 1) * sizeof *grown);

    if (grown == NULL)
        return sc_error_memory(&l->error);
    l->sides->side = grown;
    struct sc_side *side = &grown[l->sides->count++];

    *side = (struct sc_side){.overrides = calloc(count + 1, sizeof *side->overrides), .override_count = count};
    if (side->overrides == NULL)
        return sc_error_memory(&l->error);
    for (size_t i = 0; i < count; i++)
        side->overrides[i] = overrides[i];
    enum sc_code code = sc_scenario_from_document(document, &side->scenario, &l->faults, &l->error);

    if (code != SC_OK)
        return code;
    side->name = strdup(name != NULL ? name : side->scenario->name);
    return side->name != NULL ? SC_OK : sc_error_memory(&l->error);
}

/* An alternative that is the base with changes. A faulty change is a fault, so reading fails afterwards. */
static enum sc_code add_changed(struct loading *l, const char *name, const struct sc_override *set, size_t count)
{
    struct sc_document *document = NULL;
    struct sc_error ignored = SC_ERROR_INIT;
    const char **texts = calloc(count + 1, sizeof *texts);
    enum sc_code code = texts == NULL ? sc_error_memory(&l->error) : sc_document_clone(l->base, &document, &l->error);

    for (size_t i = 0; code == SC_OK && i < count; i++)
        texts[i] = set[i].text;
    if (code == SC_OK && sc_document_override(document, set, count, &l->faults, &ignored) == SC_SYSTEM)
        code = sc_error_memory(&l->error);
    if (code == SC_OK)
        code = add_side(l, name, texts, count, document);
    sc_document_free(document);
    free(texts);
    return code;
}

/* The overrides of an alternative without a name are its name. */
static char *join(const char *const *texts, size_t count)
{
    char *joined = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&joined, &length);

    if (stream == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        fprintf(stream, "%s%s", i > 0 ? "; " : "", texts[i]);
    if (fclose(stream) != 0) {
        free(joined);
        return NULL;
    }
    return joined;
}

static enum sc_code add_group(struct loading *l, const struct sc_set_group *group)
{
    const char *const *set = l->wanted->set + group->first;
    size_t count = group->end - group->first;
    struct sc_override *overrides = calloc(count + 1, sizeof *overrides);
    char *name = group->name != NULL ? strdup(group->name) : join(set, count);
    enum sc_code code = SC_OK;

    if (overrides == NULL || name == NULL)
        code = sc_error_memory(&l->error);
    for (size_t i = 0; code == SC_OK && i < count; i++)
        overrides[i].text = set[i];
    if (code == SC_OK)
        code = add_changed(l, name, overrides, count);
    free(overrides);
    free(name);
    return code;
}

/* --- files --- */

/* A study brings the base, what is common to all, and alternatives. */
static int begin_study(struct loading *l, const struct sc_document *document, const char *file)
{
    struct sc_error ignored = SC_ERROR_INIT;

    if (sc_study_from_document(document, &l->sides->study, &l->faults, &l->error) != SC_OK)
        return l->error.code;
    const struct sc_study *study = l->sides->study;

    if (study->axis_count > 0)
        return refuse("'%s' has axes; they are for 'staffcast sweep'", file);
    if (study->base_count != 1)
        return refuse("'%s' has several bases; one is what the alternatives are compared with", file);
    if (sc_document_read(study->bases[0], &l->base, &l->faults, &l->error) != SC_OK)
        return l->error.code;
    if (sc_document_override(l->base, study->set, study->set_count, &l->faults, &ignored) == SC_SYSTEM)
        return sc_error_memory(&l->error);
    return SC_OK;
}

static int load_base(struct loading *l, const char *file)
{
    struct sc_document *document = NULL;
    int status = sc_document_read(file, &document, &l->faults, &l->error);

    if (status != SC_OK)
        return status;
    if (sc_document_is_study(document)) {
        status = begin_study(l, document, file);
        sc_document_free(document);
    } else {
        l->base = document;
    }
    if (status == SC_OK)
        status = add_side(l, NULL, NULL, 0, l->base);
    return status;
}

static int load_file(struct loading *l, const char *file)
{
    struct sc_document *document = NULL;
    int status = sc_document_read(file, &document, &l->faults, &l->error);

    if (status == SC_OK && sc_document_is_study(document))
        status = refuse("the study '%s' must come first; it names the base", file);
    else if (status == SC_OK)
        status = add_side(l, NULL, NULL, 0, document);
    sc_document_free(document);
    return status;
}

/* --- names --- */

static bool taken(const struct sc_sides *sides, size_t side)
{
    for (size_t i = 0; i < sides->count; i++)
        if (i != side && strcmp(sides->side[i].name, sides->side[side].name) == 0)
            return true;
    return false;
}

/* Scenario files may have the same name inside, as copies do: then the file is the name. Others must differ. */
static int name_apart(struct loading *l)
{
    struct sc_sides *sides = l->sides;

    for (size_t i = 1; i < sides->count; i++) {
        struct sc_side *side = &sides->side[i];

        if (!taken(sides, i))
            continue;
        if (side->override_count > 0)
            return refuse("two alternatives, or one and the base, are named '%s'; give each a name of its own",
                          side->name);
        char *name = strdup(side->scenario->file);

        if (name == NULL)
            return sc_error_memory(&l->error);
        free(side->name);
        side->name = name;
    }
    return SC_OK;
}

/* --- all --- */

static int load_alternatives(struct loading *l)
{
    const struct sc_sides_wanted *wanted = l->wanted;
    const struct sc_study *study = l->sides->study;
    int status = SC_OK, here;

    for (size_t i = 0; study != NULL && i < study->alternative_count; i++) {
        const struct sc_alternative *alternative = &study->alternatives[i];

        here = add_changed(l, alternative->name, alternative->set, alternative->set_count);
        status = status == SC_OK ? here : status;
    }
    for (size_t i = 1; i < wanted->file_count; i++) {
        here = load_file(l, wanted->files[i]);
        status = status == SC_OK ? here : status;
    }
    for (size_t i = 0; i < wanted->group_count; i++) {
        here = add_group(l, &wanted->groups[i]);
        status = status == SC_OK ? here : status;
    }
    if (status == SC_OK && l->sides->count < 2)
        status = refuse("nothing to compare '%s' with; name another scenario, or change it by --set", wanted->files[0]);
    return status == SC_OK ? name_apart(l) : status;
}

static int build_models(struct loading *l)
{
    for (size_t i = 0; i < l->sides->count; i++)
        if (sc_model_build(l->sides->side[i].scenario, &l->sides->side[i].model, &l->error) != SC_OK)
            return sc_say_error(&l->error);
    return SC_OK;
}

int sc_sides_load(struct sc_sides *sides, const struct sc_sides_wanted *wanted)
{
    struct loading l = {.sides = sides, .wanted = wanted, .error = SC_ERROR_INIT};

    l.faults.skip_bad_rows = wanted->skip_bad_rows;
    int status = load_base(&l, wanted->files[0]);

    if (status == SC_OK)
        status = load_alternatives(&l);
    if (status == SC_USAGE)
        sc_say_faults(&l.faults, true);
    else
        sc_say_reading(&l.faults, &l.error, wanted->quiet);
    if (status == SC_OK)
        status = build_models(&l);
    sc_faults_release(&l.faults);
    sc_document_free(l.base);
    return status;
}

void sc_sides_release(struct sc_sides *sides)
{
    for (size_t i = 0; i < sides->count; i++) {
        struct sc_side *side = &sides->side[i];

        sc_model_free(side->model);
        sc_scenario_free(side->scenario);
        free(side->overrides);
        free(side->name);
    }
    free(sides->side);
    sc_study_free(sides->study);
}
