#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/bench/sweep.sh PROGRAM [POINTS]
#
# What a sweep costs beside the simulation itself: POINTS (2,000) points of 20 days of W2 against one run of as many days,
# in turns, both on all cores. Wants a machine that does nothing else.
set -eu
program=$(realpath "$1")
points=${2-2000}
rounds=5
scenario=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/w2.cfg
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
TIMEFORMAT='%R %U'

# took COMMAND...: wall and processor seconds
took() { { time "$@" >/dev/null; } 2>&1; }
each=$((points / rounds))
for ((i = 0; i < rounds; i++)); do
    rm -f sweep.sqlite
    # An axis that changes nothing in the simulation: all points are the same work.
    echo "run $(took "$program" run "$scenario" --replications $((each * 20)) --format csv --quiet)"
    echo "sweep $(took "$program" sweep "$scenario" --vary "channels.t0.cost_per_lost=1..$each" --replications 20 \
        --database sweep.sqlite --quiet)"
done | awk -v points="$points" '
    { wall[$1] += $2; cpu[$1] += $3 }
    END {
        for (what in wall)
            printf "%-5s  %6.2f s wall  %6.2f s of processor time\n", what, wall[what], cpu[what]
        printf "%d points at %.1f %% of the speed of the run (processor time: %.1f %%)\n", points,
            100 * wall["run"] / wall["sweep"], 100 * cpu["run"] / cpu["sweep"]
    }'
