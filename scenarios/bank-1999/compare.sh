#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Plays scenarios/bank-1999.cfg, and variants of it, and writes results/bank-1999.md.
# usage: scenarios/bank-1999/compare.sh BUILD_FOLDER [OPTION OF staffcast run ...]
set -euo pipefail
[[ $# -ge 1 ]] || { echo "usage: compare.sh BUILD_FOLDER [OPTION OF staffcast run ...]" >&2; exit 2; }
build=$1
shift
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

play() { # NAME [OPTION ...]
    local name=$1
    shift
    "$build/staffcast" run "$root/scenarios/bank-1999.cfg" --intervals --format json --replications 200 --quiet \
        "${options[@]}" "$@" > "$runs/$name.json"
}
options=("$@")
# what the speeds of the heads make of the mean handle time of a call, so that agents alike are as fast as the log's calls
factor=$(sed -n 's/.* is that of a head, \([0-9.]*\) times that of a call.*/\1/p' "$root/scenarios/bank-1999.cfg" | head -n 1)
play base
play no-spread --set 'spread = 0' --set 'channels.*.volume.spread = 0'
play alike --set 'pools.*.speed_spread = 0' --set "channels.*.handle.mean *= $(awk "BEGIN { print 1 / $factor }")"
play ready --set 'pools.away from the phone.skills.*.after = 0 s'
play no-head-start --set 'channels.*.priority = 0' --set 'channels.*.classes.*.priority = 0'
"$build/scenarios/compare-bank-1999" "$runs/base.json" "$root/results/bank-1999-observed.csv" "$root/results/bank-1999.md" \
    "no day-to-day spread=$runs/no-spread.json" "all agents alike, as fast as the log's calls=$runs/alike.json" \
    "all idle agents at the phone=$runs/ready.json" "no head start in the queue=$runs/no-head-start.json"
