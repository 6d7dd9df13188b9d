#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/golden/run.sh PROGRAM [--update] [NAME...]
#
# Plays the transcripts tests/golden/NAME.txt: "$ COMMAND" lines, each followed by what it prints (standard output,
# then standard error) and, if it is not 0, its exit status in brackets. --update writes down what is printed now;
# read the difference before you commit it.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/transcript.py" "$@"
