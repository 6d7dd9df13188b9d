/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document as text. */
#include "cli/staff_write.h"

#include "base/number.h"
#include "staffcast/document.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_scalar(const struct sc_node *node)
{
    return node->kind != SC_NODE_GROUP && node->kind != SC_NODE_LIST && node->kind != SC_NODE_ARRAY;
}

static void put_string(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', out);
        if (*text == '\n')
            fputs("\\n", out);
        else
            putc(*text, out);
    }
    putc('"', out);
}

static void put_scalar(FILE *out, const struct sc_node *node)
{
    char number[SC_NUMBER_TEXT];
    if (node->kind == SC_NODE_INTEGER)
        fprintf(out, "%" PRId64 "%s", node->integer, node->integer > INT32_MAX || node->integer < INT32_MIN ? "L" : "");
    else if (node->kind == SC_NODE_REAL) {
        sc_number_format(node->real, number);
        fprintf(out, "%s%s", number, strpbrk(number, ".e") == NULL ? ".0" : "");
    } else if (node->kind == SC_NODE_STRING)
        put_string(out, node->text);
    else
        fputs(node->truth ? "true" : "false", out);
}

static void put_settings(FILE *out, const struct sc_node *group, int indent);

static void put_value(FILE *out, const struct sc_node *node, int indent)
{
    if (is_scalar(node)) {
        put_scalar(out, node);
        return;
    }
    if (node->kind == SC_NODE_GROUP) {
        fputs("{\n", out);
        put_settings(out, node, indent + 2);
        fprintf(out, "%*s}", indent, "");
        return;
    }
    fputc(node->kind == SC_NODE_LIST ? '(' : '[', out);
    int column = 0;
    for (const struct sc_node *child = node->first; child != NULL; child = child->next) {
        fputs(child == node->first ? "" : ",", out);
        if (!is_scalar(child) || column++ % 24 == 0)
            fprintf(out, "\n%*s", indent + 2, "");
        else
            fputc(' ', out);
        put_value(out, child, indent + 2);
    }
    fputs(node->kind == SC_NODE_LIST ? " )" : " ]", out);
}

static void put_settings(FILE *out, const struct sc_node *group, int indent)
{
    for (const struct sc_node *child = group->first; child != NULL; child = child->next) {
        fprintf(out, "%*s%s = ", indent, "", child->name);
        put_value(out, child, indent);
        fputs(";\n", out);
    }
}

char *sc_settings_text(const struct sc_node *root)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return NULL;
    put_settings(out, root, 0);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
