/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which group of inputs a setting belongs to. What no table names is "other". */
#include "decide/explain_private.h"

#include <ctype.h>
#include <string.h>

struct row {
    const char *name;
    int group;
};

static const struct row scenario_rows[] = {
    {"spread", SC_GROUP_VOLUME},   {"level", SC_GROUP_VOLUME},      {"holidays", SC_GROUP_VOLUME},
    {"routing", SC_GROUP_ROUTING}, {"trunks", SC_GROUP_ROUTING},    {"name", SC_GROUP_NONE},
    {"seed", SC_GROUP_NONE},       {"replications", SC_GROUP_NONE}, {"currency", SC_GROUP_NONE},
    {"goals", SC_GROUP_NONE},      {"plan", SC_GROUP_NONE},
};

/* What a service may hold, of a channel and of a class. The kind goes with the skills: they must fit it. */
static const struct row channel_rows[] = {
    {"name", SC_GROUP_NONE},
    {"kind", SC_GROUP_ROUTING},
    {"hours", SC_GROUP_VOLUME},
    {"volume", SC_GROUP_VOLUME},
    {"backlog", SC_GROUP_VOLUME},
    {"share", SC_GROUP_VOLUME},
    {"handle", SC_GROUP_HANDLE},
    {"wrap_up", SC_GROUP_HANDLE},
    {"handle_factor", SC_GROUP_HANDLE},
    {"patience", SC_GROUP_PATIENCE},
    {"balk", SC_GROUP_PATIENCE},
    {"callback", SC_GROUP_PATIENCE},
    {"automation", SC_GROUP_AUTOMATION},
    {"skip_automation", SC_GROUP_AUTOMATION},
    {"deflect", SC_GROUP_DEFLECTION},
    {"divert", SC_GROUP_DEFLECTION},
    {"retry", SC_GROUP_FOLLOW_UPS},
    {"touches", SC_GROUP_FOLLOW_UPS},
    {"recontact", SC_GROUP_FOLLOW_UPS},
    {"transfer", SC_GROUP_FOLLOW_UPS},
    {"queue_limit", SC_GROUP_ROUTING},
    {"priority", SC_GROUP_ROUTING},
    {"ageing", SC_GROUP_ROUTING},
};

static const struct row pool_rows[] = {
    {"name", SC_GROUP_NONE},       {"people", SC_GROUP_NONE},        {"hours", SC_GROUP_STAFFING},
    {"agents", SC_GROUP_STAFFING}, {"shifts", SC_GROUP_STAFFING},    {"staffing", SC_GROUP_STAFFING},
    {"extra", SC_GROUP_STAFFING},  {"shrinkage", SC_GROUP_STAFFING}, {"speed_spread", SC_GROUP_HANDLE},
    {"skills", SC_GROUP_ROUTING},
};

static int find(const struct row *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].group;
    return SC_GROUP_OTHER;
}

#define FIND(rows, name) find(rows, sizeof(rows) / sizeof *(rows), name)

int sc_group_of_setting(enum sc_group_table table, const char *name)
{
    switch (table) {
    case SC_TABLE_SCENARIO:
        return FIND(scenario_rows, name);
    case SC_TABLE_CHANNEL:
    case SC_TABLE_CLASS:
        return FIND(channel_rows, name);
    case SC_TABLE_POOL:
        break;
    }
    return FIND(pool_rows, name);
}

const char *sc_explain_group_name(enum sc_explain_group group)
{
    static const char *const names[] = {
        [SC_GROUP_VOLUME] = "volume",         [SC_GROUP_HANDLE] = "handle time",
        [SC_GROUP_PATIENCE] = "patience",     [SC_GROUP_AUTOMATION] = "automation",
        [SC_GROUP_DEFLECTION] = "deflection", [SC_GROUP_FOLLOW_UPS] = "follow-ups",
        [SC_GROUP_STAFFING] = "staffing",     [SC_GROUP_ROUTING] = "skills and routing",
        [SC_GROUP_OTHER] = "other",
    };
    return names[group];
}

/* --- overrides --- */

enum { PARTS_MOST = 5, PART_TEXT = 64 };

/* The names of a path between its dots, without indices; [0] behind a name is a part of its own, written "[". */
static int split(const char *text, char part[PARTS_MOST][PART_TEXT])
{
    size_t length = strcspn(text, "=");
    int parts = 0;
    if (length > 0 && (text[length - 1] == '+' || text[length - 1] == '*'))
        length--;
    for (size_t i = 0; i < length && parts < PARTS_MOST; i++) {
        size_t size = 0;
        for (; i < length && text[i] != '.' && text[i] != '['; i++)
            if (size + 1 < PART_TEXT && (size > 0 || !isspace((unsigned char)text[i])))
                part[parts][size++] = text[i];
        while (size > 0 && isspace((unsigned char)part[parts][size - 1]))
            size--;
        part[parts++][size] = '\0';
        while (i < length && text[i] == '[') {
            i += strcspn(text + i, ".");
            if (parts < PARTS_MOST)
                strcpy(part[parts++], "[");
        }
    }
    return parts;
}

int sc_group_of_override(const char *text)
{
    char part[PARTS_MOST][PART_TEXT];
    int parts = split(text, part);
    if (parts >= 5 && strcmp(part[0], "channels") == 0 && strcmp(part[2], "classes") == 0)
        return sc_group_of_setting(SC_TABLE_CLASS, part[4]);
    if (parts >= 3 && strcmp(part[0], "channels") == 0)
        return sc_group_of_setting(SC_TABLE_CHANNEL, part[2]);
    if (parts >= 3 && strcmp(part[0], "pools") == 0)
        return sc_group_of_setting(SC_TABLE_POOL, part[2]);
    int group = parts >= 1 ? sc_group_of_setting(SC_TABLE_SCENARIO, part[0]) : SC_GROUP_OTHER;
    return group == SC_GROUP_NONE ? SC_GROUP_OTHER : group;
}
