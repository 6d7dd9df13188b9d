#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

if [[ $# -lt 1 || $1 == --help ]]; then
    cat <<'TEXT'
usage: tests/bench/run.sh BUILD_FOLDER [ROUNDS [LARGEST]]

Runs the benchmark and writes results/benchmark.md. ROUNDS (21): turns of engine and kernel. LARGEST (1e8): contacts
of the largest memory measurement; 1e9 takes some minutes. Wants an otherwise idle machine.
TEXT
    exit 2
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bench=$1/tests/bench/bench
rounds=${2-21}
largest=${3-1e8}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Instructions a contact, from two lengths of run, so that reading and building the model drop out.
instructions()
{
    local length played counts=()
    for length in 288000 864000; do
        played=$(valgrind --tool=callgrind --callgrind-out-file="$work/out" --log-file="$work/log" \
            "$bench" "$1" "$2" "$length")
        counts+=("$(sed -n 's/.*Collected : //p' "$work/log")" "$played")
    done
    awk -v a="${counts[0]}" -v m="${counts[1]}" -v b="${counts[2]}" -v n="${counts[3]}" \
        'BEGIN { printf "%.0f", (b - a) / (n - m) }'
}

processor=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
{
    echo "# Benchmark"
    echo
    echo "Written by \`tests/run.sh bench\` on: ${processor:-unknown processor}, $(nproc) processors seen," \
        "$(gcc --version | head -n 1), version $("$1/staffcast" --version 2>/dev/null | head -n 1 || true)."
    echo "The workloads are \`tests/bench/w1.cfg\` and \`w2.cfg\`, the kernel is \`tests/bench/textbook.c\`. Engine and"
    echo "kernel take turns in one process; speeds depend on the machine and on what else it does, the ratio much less."
    echo
    echo "## Speed"
    echo
    "$bench" compare "$rounds"
    echo "## Instructions a contact"
    echo
    echo "| | engine | kernel |"
    echo "| --- | --- | --- |"
    for workload in W1 W2; do
        echo "| $workload | $(instructions engine $workload) | $(instructions kernel $workload) |"
    done
    echo
    echo "## Two threads"
    echo
    echo "| \`run\` | wall time of one thread / of two, median |"
    echo "| --- | --- |"
    "$bench" threads 9
    echo
    echo "## Memory"
    echo
    echo "| \`run\` | contacts | peak MiB |"
    echo "| --- | --- | --- |"
    for workload in W1 W2; do
        "$bench" memory $workload 1e6
        "$bench" memory $workload "$largest"
    done
    "$bench" timeline 1e6
    "$bench" timeline 1e7
} | tee "$work/benchmark.md"
cp "$work/benchmark.md" "$root/results/benchmark.md"
