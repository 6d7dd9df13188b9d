/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures by their path, and which direction of them is better. */
#include "staffcast/selection.h"

#include "decide/metric_path.h"

#include <string.h>

enum sc_code sc_metric_locate(const struct sc_model *model, const char *path, size_t *pair,
                              const struct sc_metric **metric, struct sc_error *error)
{
    const struct sc_metric *found = sc_metric_of_path(model, path, pair);
    if (found == NULL)
        return sc_metric_refuse(model, path, error);
    *metric = found;
    return SC_OK;
}

enum sc_direction sc_metric_direction(const struct sc_metric *metric)
{
    static const char *const more[] = {"answered",        "service_level",       "service_level_by.",
                                       "automation_rate", "bot_resolution_rate", "containment_rate",
                                       "satisfied",       "target_met",          "days_met",
                                       "callbacks_kept"};
    static const char *const less[] = {"abandon", "balked",     "blocked", "dismissed",       "gave_up",
                                       "retried", "recontacts", "wait_",   "first_response_", "resolution_",
                                       "queue_",  "oldest_",    "cost",    "open_at_end",     "overtime_h"};
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (strncmp(metric->name, more[i], strlen(more[i])) == 0)
            return SC_DIRECTION_HIGHEST;
    for (size_t i = 0; i < sizeof less / sizeof less[0]; i++)
        if (strncmp(metric->name, less[i], strlen(less[i])) == 0)
            return SC_DIRECTION_LOWEST;
    return SC_DIRECTION_OWN;
}
