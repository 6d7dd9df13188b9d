/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variants of a scenario: the rules that hold while events are in force. */
#include "scenario/override.h"
#include "scenario/read.h"

#include <stdint.h>

/* Events and goals are the whole scenario's, not a variant's. */
static void remove_setting(struct sc_document *document, const char *name)
{
    struct sc_node *node = (struct sc_node *)(uintptr_t)sc_node_child(document->root, name);
    if (node)
        sc_node_remove(document->root, node);
}

enum sc_code sc_scenario_variant(const struct sc_scenario *scenario, const struct sc_override *overrides, size_t count,
                                 struct sc_scenario **variant, struct sc_error *error)
{
    struct sc_document *clone = NULL;
    struct sc_faults faults = {0};
    enum sc_code code = sc_document_clone(sc_scenario_document(scenario), &clone, error);
    if (code != SC_OK)
        goto done;
    remove_setting(clone, "events");
    remove_setting(clone, "goals");
    for (size_t i = 0; i < count; i++)
        sc_document_change(clone, &overrides[i], true, &faults);
    code = sc_faults_judge(&faults, error);
    if (code == SC_OK)
        code = sc_scenario_from_document(clone, variant, &faults, error);
done:
    sc_faults_release(&faults);
    sc_document_free(clone);
    return code;
}
