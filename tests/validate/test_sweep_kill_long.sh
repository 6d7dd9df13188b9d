#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A sweep killed at 50 random instants; see tests/property/test_sweep_kill.py.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/../property/test_sweep_kill.py" "$1" 50
