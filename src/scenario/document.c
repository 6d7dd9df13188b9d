/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/document_private.h"

#include "base/number.h"
#include "base/text.h"
#include "scenario/scan.h"

#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- nodes ------------------------------------------------------------------------------------------- */

struct sc_node *sc_node_new(struct sc_arena *arena, enum sc_node_kind kind, const char *name,
                            struct sc_where where)
{
    struct sc_node *node = sc_arena_alloc(arena, sizeof *node);
    if (!node)
        return NULL;
    node->kind = kind;
    node->where = where;
    if (name && !(node->name = sc_arena_text(arena, name)))
        return NULL;
    return node;
}

struct sc_node *sc_node_copy(struct sc_arena *arena, const struct sc_node *node)
{
    struct sc_node *copy = sc_node_new(arena, node->kind, node->name, node->where);
    if (!copy)
        return NULL;
    switch (node->kind) {
    case SC_NODE_GROUP:
    case SC_NODE_LIST:
    case SC_NODE_ARRAY:
        for (const struct sc_node *child = node->first; child; child = child->next) {
            struct sc_node *twin = sc_node_copy(arena, child);
            if (!twin)
                return NULL;
            sc_node_append(copy, twin);
        }
        break;
    case SC_NODE_STRING:
        if (!(copy->text = sc_arena_text(arena, node->text)))
            return NULL;
        break;
    case SC_NODE_INTEGER:
        copy->integer = node->integer;
        break;
    case SC_NODE_REAL:
        copy->real = node->real;
        break;
    case SC_NODE_BOOL:
        copy->truth = node->truth;
        break;
    case SC_NODE_BROKEN:
        break;
    }
    return copy;
}

void sc_node_append(struct sc_node *parent, struct sc_node *child)
{
    child->next = NULL;
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
}

void sc_node_remove(struct sc_node *parent, struct sc_node *child)
{
    struct sc_node *before = NULL;
    for (struct sc_node *at = parent->first; at; before = at, at = at->next) {
        if (at != child)
            continue;
        if (before)
            before->next = child->next;
        else
            parent->first = child->next;
        if (parent->last == child)
            parent->last = before;
        parent->count--;
        child->next = NULL;
        return;
    }
}

void sc_node_replace(struct sc_node *parent, struct sc_node *old, struct sc_node *by)
{
    by->name = old->name;
    by->next = old->next;
    if (parent->first == old)
        parent->first = by;
    for (struct sc_node *at = parent->first; at; at = at->next)
        if (at->next == old)
            at->next = by;
    if (parent->last == old)
        parent->last = by;
    old->next = NULL;
}

const struct sc_node *sc_node_child(const struct sc_node *node, const char *name)
{
    if (!node || node->kind != SC_NODE_GROUP)
        return NULL;
    for (const struct sc_node *child = node->first; child; child = child->next)
        if (strcmp(child->name, name) == 0)
            return child;
    return NULL;
}

const struct sc_node *sc_node_element(const struct sc_node *node, size_t index)
{
    if (!node || (node->kind != SC_NODE_LIST && node->kind != SC_NODE_ARRAY))
        return NULL;
    const struct sc_node *child = node->first;
    while (child && index--)
        child = child->next;
    return child;
}

const char *sc_node_found(const struct sc_node *node, char text[SC_FOUND_TEXT])
{
    char number[SC_NUMBER_TEXT];
    switch (node->kind) {
    case SC_NODE_GROUP:
        return "a group { }";
    case SC_NODE_LIST:
        return "a list ( )";
    case SC_NODE_ARRAY:
        return "an array [ ]";
    case SC_NODE_INTEGER:
        snprintf(text, SC_FOUND_TEXT, "%lld", (long long)node->integer);
        return text;
    case SC_NODE_REAL:
        snprintf(text, SC_FOUND_TEXT, "%s", sc_number_format(node->real, number));
        return text;
    case SC_NODE_STRING:
        if (strlen(node->text) <= 60) {
            snprintf(text, SC_FOUND_TEXT, "\"%s\"", node->text);
        } else {
            int cut = 60; /* not within a character of several bytes */
            while (cut > 0 && ((unsigned char)node->text[cut] & 0xC0) == 0x80)
                cut--;
            snprintf(text, SC_FOUND_TEXT, "\"%.*s…\"", cut, node->text);
        }
        return text;
    case SC_NODE_BOOL:
        return node->truth ? "true" : "false";
    case SC_NODE_BROKEN:
        break;
    }
    return "nothing";
}

/* --- files ------------------------------------------------------------------------------------------- */

char *sc_file_load(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = NULL;
    size_t used = 0, room = 0;
    for (;;) {
        if (room - used < 4096) {
            char *larger = realloc(text, room = 2 * room + 8192);
            if (!larger) {
                errno = ENOMEM;
                goto failed;
            }
            text = larger;
        }
        size_t got = fread(text + used, 1, room - used - 1, file);
        used += got;
        if (!got)
            break;
    }
    if (ferror(file))
        goto failed;
    fclose(file);
    text[used] = '\0';
    *length = used;
    return text;
failed:;
    int why = errno;
    free(text);
    fclose(file);
    errno = why;
    return NULL;
}

const char *sc_document_path(struct sc_arena *arena, const char *folder, const char *name)
{
    return sc_arena_printf(arena, "%s%s", name[0] == '/' ? "" : folder, name);
}

/* --- from libconfig's tree to ours ------------------------------------------------------------------- */

struct conversion {
    struct sc_arena *arena;
    const struct sc_scan *scan;
    struct sc_faults *faults;
    size_t scalars, brokens; /* passed so far */
};

static enum sc_node_kind kind_of(const config_setting_t *setting)
{
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_GROUP:
        return SC_NODE_GROUP;
    case CONFIG_TYPE_LIST:
        return SC_NODE_LIST;
    case CONFIG_TYPE_ARRAY:
        return SC_NODE_ARRAY;
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        return SC_NODE_INTEGER;
    case CONFIG_TYPE_FLOAT:
        return SC_NODE_REAL;
    case CONFIG_TYPE_STRING:
        return SC_NODE_STRING;
    default:
        return SC_NODE_BOOL;
    }
}

/* libconfig's lines are those of the joined text; a lost node would shift all scalars, so there is none. */
static struct sc_node *convert(struct conversion *c, const config_setting_t *setting)
{
    enum sc_node_kind kind = kind_of(setting);
    struct sc_where where = sc_scan_where(c->scan, (int)config_setting_source_line(setting));
    struct sc_node *node = sc_node_new(c->arena, kind, config_setting_name(setting), where);
    if (!node)
        return NULL;
    if (kind == SC_NODE_GROUP || kind == SC_NODE_LIST || kind == SC_NODE_ARRAY) {
        for (int i = 0; i < config_setting_length(setting); i++) {
            struct sc_node *child = convert(c, config_setting_get_elem(setting, (unsigned)i));
            if (!child)
                return NULL;
            sc_node_append(node, child);
        }
        return node;
    }
    size_t number = c->scalars++;
    if (c->brokens < c->scan->brokens && c->scan->broken[c->brokens] == number) {
        c->brokens++;
        node->kind = SC_NODE_BROKEN;
    } else if (kind == SC_NODE_INTEGER) {
        node->integer = config_setting_type(setting) == CONFIG_TYPE_INT ? config_setting_get_int(setting)
                                                                        : config_setting_get_int64(setting);
    } else if (kind == SC_NODE_REAL) {
        node->real = config_setting_get_float(setting);
    } else if (kind == SC_NODE_BOOL) {
        node->truth = config_setting_get_bool(setting);
    } else {
        const char *text = config_setting_get_string(setting);
        if (!sc_text_is_utf8(text, strlen(text))) {
            sc_faults_add(c->faults, false, where,
                          "a string is no UTF-8 text (found \\x escapes); write the characters");
            node->kind = SC_NODE_BROKEN;
        } else if (!(node->text = sc_arena_text(c->arena, text))) {
            return NULL;
        }
    }
    return node;
}

struct sc_node *sc_document_parse(struct sc_arena *arena, const char *file, const char *folder,
                                  const char *text, size_t length, const struct sc_where *fixed,
                                  struct sc_faults *faults)
{
    struct sc_scan scan = {.arena = arena, .faults = faults, .folder = folder, .fixed = fixed};
    struct sc_node *root = NULL;
    config_t config;
    config_init(&config);
    sc_scan_run(&scan, file, text, length);
    if (scan.hopeless)
        goto done;
    if (!config_read_string(&config, scan.joined)) {
        sc_faults_add(faults, false, sc_scan_where(&scan, config_error_line(&config)),
                      "%s (found by libconfig); write NAME = VALUE;", config_error_text(&config));
        goto done;
    }
    struct conversion conversion = {arena, &scan, faults, 0, 0};
    root = convert(&conversion, config_root_setting(&config));
    if (!root)
        faults->out_of_memory = true;
done:
    config_destroy(&config);
    sc_scan_release(&scan);
    return root;
}

/* --- documents --------------------------------------------------------------------------------------- */

static struct sc_document *document_new(const char *file)
{
    struct sc_document *document = calloc(1, sizeof *document);
    if (!document)
        return NULL;
    document->arena = SC_ARENA_INIT;
    const char *slash = strrchr(file, '/');
    document->file = sc_arena_text(&document->arena, file);
    document->folder = sc_arena_text_part(&document->arena, file, slash ? (size_t)(slash - file) + 1 : 0);
    if (document->file && document->folder)
        return document;
    sc_document_free(document);
    return NULL;
}

enum sc_code sc_document_read(const char *file, struct sc_document **document, struct sc_faults *faults,
                              struct sc_error *error)
{
    enum sc_code code = SC_OK;
    size_t length = 0;
    char *text = NULL;
    struct stat status;
    struct sc_document *new = document_new(file);
    if (!new)
        return sc_error_memory(error);
    if (stat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
        sc_faults_add(faults, false, (struct sc_where){file, 0}, "no scenario (found a folder); name a file");
        code = sc_faults_judge(faults, error);
        goto done;
    }
    text = sc_file_load(file, &length);
    if (!text) {
        sc_faults_add(faults, false, (struct sc_where){file, 0}, "cannot read the scenario (%s); name a file",
                      strerror(errno));
        code = sc_faults_judge(faults, error);
        goto done;
    }
    new->skip_bad_rows = faults->skip_bad_rows;
    new->root = sc_document_parse(&new->arena, new->file, new->folder, text, length, NULL, faults);
    if (!new->root) {
        sc_faults_sort(faults, file);
        code = sc_faults_judge(faults, error);
        goto done;
    }
    *document = new;
    new = NULL;
done:
    free(text);
    sc_document_free(new);
    return code;
}

/* Gives every node of a clone a file name that lives as long as the clone. */
static bool own_places(struct sc_document *document, struct sc_node *node, const char **file,
                       const char **own)
{
    if (node->where.file && node->where.file != *file) {
        /* Nodes of one file stand together, so remembering the last name is enough. */
        *file = node->where.file;
        if (!(*own = sc_arena_text(&document->arena, node->where.file)))
            return false;
    }
    if (node->where.file)
        node->where.file = *own;
    bool holds = node->kind == SC_NODE_GROUP || node->kind == SC_NODE_LIST || node->kind == SC_NODE_ARRAY;
    for (struct sc_node *child = holds ? node->first : NULL; child; child = child->next)
        if (!own_places(document, child, file, own))
            return false;
    return true;
}

enum sc_code sc_document_clone(const struct sc_document *document, struct sc_document **clone,
                               struct sc_error *error)
{
    struct sc_document *new = document_new(document->file);
    const char *file = NULL, *own = NULL;
    if (!new || !(new->root = sc_node_copy(&new->arena, document->root)) ||
        !own_places(new, new->root, &file, &own)) {
        sc_document_free(new);
        return sc_error_memory(error);
    }
    new->skip_bad_rows = document->skip_bad_rows;
    *clone = new;
    return SC_OK;
}

void sc_document_free(struct sc_document *document)
{
    if (!document)
        return;
    sc_arena_release(&document->arena);
    free(document);
}

const struct sc_node *sc_document_root(const struct sc_document *document)
{
    return document->root;
}

const char *sc_document_file(const struct sc_document *document)
{
    return document->file;
}
