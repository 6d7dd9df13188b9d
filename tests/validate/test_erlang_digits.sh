#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Ten digits of Erlang's formulas, on a coarse grid; test_erlang_digits_long.sh takes the whole.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/erlang_digits.py" "$1" --quick
