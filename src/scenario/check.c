/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/check.h"

#include "scenario/data_files.h"

bool sc_resolved(const struct sc_node *node, const char *name, int index, size_t count)
{
    return sc_node_child(node, name) && index >= 0 && (size_t)index < count;
}

void sc_check_scenario(struct sc_reader *reader)
{
    sc_check_channels(reader);
    sc_check_pools(reader);
    sc_check_dates(reader);
    sc_check_histories(reader);
}
