#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: scenarios/findings.sh BUILD_FOLDER
#
# Plays the what-ifs of scenarios/findings.conf with the program built into BUILD_FOLDER, and writes results/findings.md,
# the table of findings in README.md and the references results/scenarios/NAME.csv. Read the difference before you
# commit it: a finding that is no longer one fails.
set -euo pipefail
[[ $# -eq 1 && $1 != -* ]] || { echo "usage: scenarios/findings.sh BUILD_FOLDER" >&2; exit 2; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$1/scenarios/findings" "$root/scenarios" "$root/results/findings.md" "$root/README.md"
bash "$root/tests/validate/test_scenarios.sh" "$1/staffcast" --update
