#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

if [[ $# -lt 1 || $1 == --help ]]; then
    cat <<'TEXT'
usage: tests/bench/sweep.sh PROGRAM [POINTS]

What a sweep costs beside the simulation itself: POINTS (2,000) points of 20 days of W2 against one run of as many days,
in turns, both on all cores. With the usual number of points it writes results/sweep.md. Wants a machine that does
nothing else; takes some minutes.
TEXT
    exit 2
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$(realpath "$1")
usual=2000
points=${2-$usual}
turns=5
each=$((points / turns))
scenario=$root/tests/bench/w2.cfg
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TIMEFORMAT='%R %U %S'

# took COMMAND...: wall, user and system seconds
took() { { time "$@" >/dev/null; } 2>&1; }

for ((i = 0; i < turns; i++)); do
    rm -f "$work/sweep.sqlite"
    # An axis that changes nothing in the simulation: all points are the same work.
    echo "run $(took "$program" run "$scenario" --replications $((each * 20)) --format csv --quiet)"
    echo "sweep $(took "$program" sweep "$scenario" --vary "channels.t0.cost_per_lost=1..$each" --replications 20 \
        --database "$work/sweep.sqlite" --quiet)"
done >"$work/turns"

processor=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
{
    echo "# Sweeps"
    echo
    echo "Written by \`tests/bench/sweep.sh\` on: ${processor:-unknown processor}, $(nproc) processors seen," \
        "$(gcc --version | head -n 1), version $("$program" --version | head -n 1)."
    echo "A sweep and a run of as many days of \`tests/bench/w2.cfg\` take turns, $turns times, both on all processors;" \
        "speeds depend"
    echo "on the machine and on what else it does, the ratio much less."
    echo
    awk -v points="$((each * turns))" '
        { wall[$1] += $2; cpu[$1] += $3 + $4 }
        $1 == "run" { before = $2 }
        $1 == "sweep" { ratio[++n] = before / $2 }
        END {
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && ratio[j] < ratio[j - 1]; j--) {
                    other = ratio[j]; ratio[j] = ratio[j - 1]; ratio[j - 1] = other
                }
            median = (ratio[int((n + 1) / 2)] + ratio[int((n + 2) / 2)]) / 2
            printf "| %d points of 20 days | wall seconds | processor seconds |\n| --- | --- | --- |\n", points
            printf "| one `run` of all days | %.1f | %.1f |\n", wall["run"], cpu["run"]
            printf "| `sweep` | %.1f | %.1f |\n", wall["sweep"], cpu["sweep"]
            printf "| speed of the sweep, of that of the run | %.0f %% (median of the turns %.0f %%) | %.0f %% |\n",
                100 * wall["run"] / wall["sweep"], 100 * median, 100 * cpu["run"] / cpu["sweep"]
        }' "$work/turns"
} | tee "$work/sweep.md"
[[ $points != "$usual" ]] || cp "$work/sweep.md" "$root/results/sweep.md"
