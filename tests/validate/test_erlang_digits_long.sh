#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Ten digits of Erlang's formulas, up to a million agents: some minutes.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/erlang_digits.py" "$1"
