/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static enum sc_code error_fill(struct sc_error *error, enum sc_code code, const char *file, int line,
                               const char *format, va_list arguments)
{
    if (error->code != SC_OK)
        return error->code;
    error->code = code;
    error->line = line;
    error->file[0] = '\0';
    if (file) {
        size_t length = strlen(file);
        if (length < sizeof error->file)
            memcpy(error->file, file, length + 1);
        else
            snprintf(error->file, sizeof error->file, "...%s", file + length - (sizeof error->file - 4));
    }
    vsnprintf(error->message, sizeof error->message, format, arguments);
    return code;
}

enum sc_code sc_error_set(struct sc_error *error, enum sc_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    code = error_fill(error, code, NULL, 0, format, arguments);
    va_end(arguments);
    return code;
}

enum sc_code sc_error_set_at(struct sc_error *error, enum sc_code code, const char *file, int line,
                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    code = error_fill(error, code, file, line, format, arguments);
    va_end(arguments);
    return code;
}

enum sc_code sc_error_memory(struct sc_error *error)
{
    return sc_error_set(error, SC_SYSTEM, "out of memory");
}
