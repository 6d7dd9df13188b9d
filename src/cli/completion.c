/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shell completion. The script asks the program itself: commands come from `staffcast --help`, options from the help
 * of the command, so that it knows what this version knows.
 */
#include "cli/commands.h"
#include "cli/options.h"
#include "staffcast/error.h"

#include <stdio.h>
#include <string.h>

static const char bash_script[] =
    "# bash completion of staffcast\n"
    "_staffcast()\n"
    "{\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words=\n"
    "    COMPREPLY=()\n"
    "    if [ \"$COMP_CWORD\" -eq 1 ] || [ \"$previous\" = help ]; then\n"
    "        words=$(\"${COMP_WORDS[0]}\" --help 2>/dev/null |\n"
    "            sed -n '/^Commands:/,/^$/s/^  \\([a-z]*\\) .*/\\1/p')\n"
    "        COMPREPLY=($(compgen -W \"$words --help --version\" -- \"$word\"))\n"
    "        return\n"
    "    fi\n"
    "    case $previous in\n"
    "    --format) COMPREPLY=($(compgen -W 'table json csv' -- \"$word\")); return ;;\n"
    "    --lang) COMPREPLY=($(compgen -W 'en' -- \"$word\")); return ;;\n"
    "    -o|--output) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n"
    "    esac\n"
    "    case $word in\n"
    "    -*) words=$(\"${COMP_WORDS[0]}\" \"${COMP_WORDS[1]}\" --help 2>/dev/null |\n"
    "            sed -n 's/^ *\\(-[a-zA-Z?], \\)\\{0,1\\}\\(--[a-z-]*\\).*/\\2/p')\n"
    "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
    "    *) COMPREPLY=($(compgen -f -X '!*.cfg' -- \"$word\") $(compgen -d -- \"$word\")) ;;\n"
    "    esac\n"
    "}\n"
    "complete -o filenames -F _staffcast staffcast\n";

static const char documentation[] =
    "Prints a script that teaches the shell the commands and options of staffcast. SHELL is bash, the default."
    "\v"
    "To use it from now on:\n"
    "  staffcast completion bash > ~/.local/share/bash-completion/completions/staffcast\n"
    "or in this shell alone:\n"
    "  source <(staffcast completion bash)\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    if (strcmp(argument, "bash") != 0 || state->arg_num > 0)
        argp_error(state, "unknown shell '%s'; bash exists", argument);
    return 0;
}

int sc_command_completion(int argc, char **argv)
{
    const struct argp argp = {.parser = parse, .args_doc = "[SHELL]", .doc = documentation};

    sc_options_parse(&argp, argc, argv, NULL);
    fputs(bash_script, stdout);
    return SC_OK;
}
