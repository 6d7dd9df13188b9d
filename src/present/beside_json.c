/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/beside.h"

static const char *const methods[SC_BESIDE_METHODS] = {[SC_BESIDE_C] = "erlang_c",
                                                       [SC_BESIDE_A] = "erlang_a",
                                                       [SC_BESIDE_LAGGED] = "offered_load",
                                                       [SC_BESIDE_TRANSIENT] = "transient"};

static const struct {
    enum sc_beside_reason reason;
    const char *name;
} reasons[] = {
    {SC_REASON_PATIENCE, "patience"},
    {SC_REASON_STATIONARY, "stationary"},
    {SC_REASON_SPREAD, "spread"},
    {SC_REASON_SKILLS, "skills"},
    {SC_REASON_CLASSES, "classes"},
    {SC_REASON_COMEBACK, "comeback"},
    {SC_REASON_HANDLE_LAW, "handle_law"},
    {SC_REASON_PATIENCE_LAW, "patience_law"},
    {SC_REASON_LIMIT, "queue_limit"},
    {SC_REASON_TRUNKS, "trunks"},
    {SC_REASON_BALK, "balk"},
    {SC_REASON_CALLBACK, "callback"},
    {SC_REASON_SHRINKAGE, "shrinkage"},
    {SC_REASON_SPEED, "speed_spread"},
    {SC_REASON_EVENTS, "events"},
};

static void write_figures(struct sc_json *json, const char *key, const struct sc_beside_figures *figures)
{
    if (!figures->said) {
        sc_json_null(json, key);
        return;
    }
    sc_json_object_begin(json, key, true);
    sc_json_number(json, "service_level", figures->service_level);
    sc_json_number(json, "abandon_rate", figures->abandon_rate);
    sc_json_number(json, "wait_mean_s", figures->wait_mean_s);
    sc_json_number(json, "wait_all_mean_s", figures->wait_all_mean_s);
    sc_json_number(json, "wait_probability", figures->wait_probability);
    sc_json_number(json, "unstable_share", figures->unstable_share);
    sc_json_end(json);
}

void sc_beside_write_json(struct sc_json *json, const struct sc_beside_channel *channel)
{
    sc_json_object_begin(json, "theory", false);
    for (int method = 0; method < SC_BESIDE_METHODS; method++)
        write_figures(json, methods[method], &channel->figures[method]);
    sc_json_array_begin(json, "reasons", true);
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (channel->reasons & reasons[i].reason)
            sc_json_string(json, NULL, reasons[i].name);
    sc_json_end(json);
    sc_json_end(json);
}
