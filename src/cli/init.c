/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staffcast init: a commented scenario to begin with. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/say.h"
#include "cli/templates.h"
#include "staffcast/error.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char documentation[] =
    "Writes a commented scenario to begin with: to FILE, or to standard output. TEMPLATE is one of the names that "
    "--list prints; left out, it is phone. All figures in it are placeholders for your own."
    "\v"
    "Examples:\n"
    "  staffcast init --list\n"
    "  staffcast init support-desk -o desk.cfg\n"
    "  staffcast run desk.cfg\n"
    "\n"
    "A FILE that exists is never overwritten.\n"
    "\n"
    "Exit status: 0 done, 2 wrong command line or FILE exists, 4 system (disk).\n";

enum { KEY_LIST = 0x200 };

static const struct argp_option options[] = {
    {"list", KEY_LIST, NULL, 0, "List the templates", 1},
    {"output", 'o', "FILE", 0, "Write the scenario to this file, which must not exist yet", 1},
    {"quiet", 'q', NULL, 0, "Do not say what was written", 1},
    {0},
};

/* The names as users say them, with what they are for; the default is the first. */
static const struct {
    const char *name, *file, *help;
} offers[] = {
    {"phone", "phone", "one phone line and its team: the place to begin"},
    {"support-desk", "support-desk", "phone, chat with a bot and e-mail; two teams that help out, VIPs"},
    {"digital", "digital", "chat, e-mail and social media, no phone"},
    {"24/7", "24-7", "the phone day and night; messages: a bot at night, people by day"},
};
enum { OFFERS = sizeof offers / sizeof offers[0] };

struct settings {
    const char *name, *file; /* file: NULL for standard output */
    bool list, quiet;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case KEY_LIST:
        settings->list = true;
        return 0;
    case 'o':
        if (argument[0] == '\0')
            argp_error(state, "-o takes a file (found nothing)");
        settings->file = argument;
        return 0;
    case 'q':
        settings->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            argp_error(state, "one template at a time (found '%s' and '%s')", settings->name, argument);
        settings->name = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void list_templates(FILE *stream)
{
    for (size_t i = 0; i < OFFERS; i++)
        fprintf(stream, "  %-13s %s\n", offers[i].name, offers[i].help);
}

/* "24-7" is as good as "24/7": it is what the file is called. */
static const char *template_text(const char *name)
{
    for (size_t i = 0; i < OFFERS; i++) {
        if (strcmp(offers[i].name, name) != 0 && strcmp(offers[i].file, name) != 0)
            continue;
        for (size_t t = 0; t < sc_template_count; t++)
            if (strcmp(sc_templates[t].file, offers[i].file) == 0)
                return sc_templates[t].text;
    }
    return NULL;
}

static int refuse_template(const char *name)
{
    const char *names[OFFERS];

    for (size_t i = 0; i < OFFERS; i++)
        names[i] = offers[i].name;
    const char *nearest = sc_nearest_name(name, names, OFFERS);

    fprintf(stderr, "staffcast init: no such template (found '%s')", name);
    if (nearest != NULL)
        fprintf(stderr, "; did you mean '%s'?", nearest);
    fputs("\nThere are:\n", stderr);
    list_templates(stderr);
    return SC_USAGE;
}

/* Only ever creates the file ("x"), so that two at once do not overwrite each other either. */
static int write_file(const char *path, const char *text)
{
    struct sc_error error = SC_ERROR_INIT;
    FILE *file = fopen(path, "wx");

    if (file == NULL && errno == EEXIST) {
        fprintf(stderr,
                "staffcast init: '%s' exists and is left as it is; name another file with -o, or remove it first\n",
                path);
        return SC_USAGE;
    }
    if (file == NULL) {
        sc_error_set_at(&error, SC_SYSTEM, path, 0, "cannot create the file (%s)", strerror(errno));
        return sc_say_error(&error);
    }
    fputs(text, file);
    sc_stream_check(file, path, &error);
    if (fclose(file) != 0)
        sc_error_set(&error, SC_SYSTEM, "cannot write to %s (%s)", path, strerror(errno));
    if (error.code != SC_OK) {
        remove(path);
        return sc_say_error(&error);
    }
    return SC_OK;
}

int sc_command_init(int argc, char **argv)
{
    static const struct argp argp = {options, parse, "[TEMPLATE]", documentation, NULL, NULL, NULL};
    struct settings settings = {.name = offers[0].name};

    sc_options_parse(&argp, argc, argv, &settings);
    if (settings.list) {
        list_templates(stdout);
        return SC_OK;
    }
    const char *text = template_text(settings.name);

    if (text == NULL)
        return refuse_template(settings.name);
    if (settings.file == NULL) {
        fputs(text, stdout);
        return SC_OK;
    }
    int status = write_file(settings.file, text);

    if (status == SC_OK && !settings.quiet)
        printf("wrote %s; next: staffcast run %s\n", settings.file, settings.file);
    return status;
}
