#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

if [[ $# -ne 1 || $1 == --help ]]; then
    cat <<'TEXT'
usage: tests/bench/erlang.sh BUILD_FOLDER

Measures Erlang's formulas and a batch of a million rows, and writes results/erlang.md. Wants an otherwise idle machine.
TEXT
    exit 2
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# batch OPTIONS...: wall seconds for a million rows.
batch()
{
    local from to
    from=$(date +%s.%N)
    "$build/staffcast" erlang --batch "$work/rows.csv" --per 30min --within 20s -q "$@" >"$work/out.csv"
    to=$(date +%s.%N)
    [[ $(wc -l <"$work/out.csv") -eq 1000001 ]] || { echo 'a row is missing' >&2; exit 1; }
    awk -v from="$from" -v to="$to" 'BEGIN { printf "%.1f", to - from }'
}

awk 'BEGIN { print "start,calls,handle_s"
             for (i = 0; i < 1000000; i++) printf "%d,%d,%d\n", i, 1 + i * 7919 % 397, 120 + i % 121 }' >"$work/rows.csv"
processor=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
{
    echo "# Erlang's formulas"
    echo
    echo "Written by \`tests/bench/erlang.sh\` on: ${processor:-unknown processor}, $(nproc) processors seen," \
        "$(gcc --version | head -n 1). Digits are another matter: \`tests/validate/erlang_digits.py\`."
    echo
    "$build/tests/bench/bench_erlang"
    echo
    echo "| \`staffcast erlang --batch\`, a million rows | wall seconds |"
    echo "| --- | --- |"
    echo "| Erlang C with 50 agents | $(batch --agents 50) |"
    echo "| Erlang A with 50 agents | $(batch --agents 50 --patience 5min) |"
    echo "| agents for 80 % in 20 s, Erlang C | $(batch --answer 80%) |"
    echo "| agents for 80 % in 20 s, Erlang A | $(batch --answer 80% --patience 5min) |"
} | tee "$work/erlang.md"
cp "$work/erlang.md" "$root/results/erlang.md"
