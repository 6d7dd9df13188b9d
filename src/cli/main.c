/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * staffcast: the program. One table of commands feeds the dispatch, the help and the suggestions; every command runs
 * through run_builtin, which also sees to it that what was printed has arrived.
 */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/say.h"
#include "staffcast/error.h"

#include <argp.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct command {
    const char *name, *help;
    int (*function)(int argc, char **argv);
};

static int command_help(int argc, char **argv);

static const struct command commands[] = {
    {"run", "simulate a scenario: waiting, service level, occupancy, cost", sc_command_run},
    {"staff", "how many people each half-hour needs, and their shifts", sc_command_staff},
    {"compare", "what-if on the same random numbers: differences with intervals", sc_command_compare},
    {"explain", "why a figure moved; what would meet a target", sc_command_explain},
    {"sweep", "a grid or sample of what-ifs into a database: parallel, resumable", sc_command_sweep},
    {"merge", "put the shards of a sweep together", sc_command_merge},
    {"plan", "when to hire, how many, and what happens otherwise", sc_command_plan},
    {"check", "validate a scenario without simulating it", sc_command_check},
    {"erlang", "Erlang B, C, A and X calculator, any unknown solved for", sc_command_erlang},
    {"init", "begin a scenario from a commented template", sc_command_init},
    {"completion", "print the completion script of a shell", sc_command_completion},
    {"help", "show the help of a command", command_help},
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

const char *argp_program_version = "staffcast " SC_VERSION;

/* --- standard output: what does not arrive is an error --- */

/* Ends the program where output was lost; at once, so that it is said once. */
static void check_output(void)
{
    struct sc_error error = SC_ERROR_INIT;

    if (sc_stream_check(stdout, "standard output", &error) != SC_OK)
        _exit(sc_say_error(&error));
}

/*
 * A standard stream that the caller closed would give its number to the next file opened, and the table would be
 * written into it. A place-holder that refuses writing keeps the number taken, and writing fails as it should.
 */
static void hold_standard_streams(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0)
            (void)!open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR);
}

/* --- commands --- */

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int refuse_command(const char *name)
{
    const char *names[COMMAND_COUNT];

    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = commands[i].name;
    const char *nearest = sc_nearest_name(name, names, COMMAND_COUNT);

    fprintf(stderr, "staffcast: unknown command '%s'", name);
    if (nearest != NULL)
        fprintf(stderr, "; did you mean '%s'?", nearest);
    fputs("\nTry 'staffcast --help'.\n", stderr);
    return SC_USAGE;
}

static int run_builtin(const struct command *command, int argc, char **argv)
{
    char name[64];

    snprintf(name, sizeof name, "staffcast %s", command->name);
    argv[0] = name;
    int status = command->function(argc, argv);

    check_output();
    return status;
}

static void print_help(FILE *stream)
{
    fputs("Usage: staffcast COMMAND [OPTION...] [ARGUMENT...]\n"
          "\n"
          "Simulates customer service, phones first: contacts that arrive, wait, give up\n"
          "or are answered by agents with skills and shifts, from a scenario file that\n"
          "says what the day looks like. Every figure comes with its uncertainty.\n"
          "\n"
          "Commands:\n", stream);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(stream, "  %-12s %s\n", commands[i].name, commands[i].help);
    fputs("\n"
          "  staffcast help COMMAND    what a command does, its options and examples\n"
          "  staffcast --version       the version\n"
          "\n"
          "Begin with:\n"
          "  staffcast init support-desk -o desk.cfg\n"
          "  staffcast run desk.cfg\n"
          "  staffcast run desk.cfg --set 'pools.front line.extra += 2'\n"
          "\n"
          "Exit status: 0 done, 1 a target is missed (with --gate), 2 wrong command line,\n"
          "3 wrong scenario or data, 4 system (disk, memory), 5 a target or precision\n"
          "cannot be reached, 6 a computation did not converge.\n", stream);
}

static int command_help(int argc, char **argv)
{
    char option[] = "--help";

    if (argc < 2 || argv[1][0] == '-') {
        print_help(stdout);
        return SC_OK;
    }
    if (argc > 2) {
        fputs("staffcast help: one command at a time\nTry 'staffcast --help'.\n", stderr);
        return SC_USAGE;
    }
    const struct command *command = find_command(argv[1]);

    if (command == NULL)
        return refuse_command(argv[1]);
    if (command->function == command_help) {
        print_help(stdout);
        return SC_OK;
    }
    char *arguments[] = {argv[0], option, NULL};

    return run_builtin(command, 2, arguments);
}

static int run_option(int argc, char **argv)
{
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "-?") == 0) {
        print_help(stdout);
        return SC_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts(argp_program_version);
        return SC_OK;
    }
    fprintf(stderr, "staffcast: unknown option '%s'%s\nTry 'staffcast --help'.\n", argv[1],
            argc > 2 ? "; options come after the command" : "");
    return SC_USAGE;
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    /* Writing to a closed pipe shall fail like any other write and end in an exit status, not in a signal. */
    signal(SIGPIPE, SIG_IGN);
    /* Text is UTF-8 wherever we run, and so must its width be; numbers stay in the C notation. */
    setlocale(LC_CTYPE, "C.UTF-8");
    gsl_set_error_handler_off();
    argp_err_exit_status = SC_USAGE;
    atexit(check_output); /* for argp, which leaves by exit() after --help and --version */

    if (argc < 2) {
        print_help(stderr);
        return SC_USAGE;
    }
    if (argv[1][0] == '-')
        return run_option(argc, argv);
    const struct command *command = find_command(argv[1]);

    if (command == NULL)
        return refuse_command(argv[1]);
    return run_builtin(command, argc - 1, argv + 1);
}
