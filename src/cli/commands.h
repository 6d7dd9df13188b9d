/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands: one function each, called with argv[0] = "staffcast NAME" and the rest of the command line, and
 * returning the exit status (enum sc_code). The table of them is in main.c.
 */
#ifndef STAFFCAST_CLI_COMMANDS_H
#define STAFFCAST_CLI_COMMANDS_H

int sc_command_run(int argc, char **argv);
int sc_command_staff(int argc, char **argv);
int sc_command_compare(int argc, char **argv);
int sc_command_erlang(int argc, char **argv);
int sc_command_explain(int argc, char **argv);
int sc_command_sweep(int argc, char **argv);
int sc_command_merge(int argc, char **argv);
int sc_command_plan(int argc, char **argv);
int sc_command_check(int argc, char **argv);
int sc_command_init(int argc, char **argv);
int sc_command_completion(int argc, char **argv);

#endif
