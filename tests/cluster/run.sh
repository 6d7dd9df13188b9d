#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/cluster/run.sh PROGRAM
#
# A sweep over a real Slurm cluster of two nodes, one of which is lost in the middle. The merged database must have, row
# for row, what the same sweep gives on one machine. Needs root and the packages of packages_cluster; where
# these cannot be had it says so and ends with status 77, which ctest counts as skipped.
#
# The cluster lives in namespaces of its own (inside.sh): processes, network and mounts all go with their first process,
# however it ends, and after LIMIT_S it is ended.
set -u
[[ $# -eq 1 ]] || { echo "usage: tests/cluster/run.sh PROGRAM" >&2; exit 2; }
program=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/setup.sh"
LIMIT_S=600

skip() { echo "SKIPPED: the cluster test was not run: $*"; exit 77; }
have() { command -v slurmctld slurmd sbatch munged ip nsenter unshare >/dev/null; }
apart=(unshare --mount --net --pid --uts --fork --kill-child --mount-proc)

((EUID == 0)) || skip "it needs root, for the network of its nodes"
if ! have; then
    packages_cluster=${packages_cluster-slurm-wlm munge iproute2}
    (packages_need cluster) || skip "Slurm cannot be installed"
    have || skip "Slurm is not there"
fi
"${apart[@]}" true 2>/dev/null || skip "this machine allows no namespaces"

room=$(mktemp -d)
inside=
leave()
{
    [[ -z $inside ]] || { kill -KILL "$inside" && wait "$inside"; } 2>/dev/null
    rm -rf "$room"
}
trap leave EXIT
trap 'exit 1' INT TERM HUP

"${apart[@]}" bash "$here/inside.sh" "$program" "$room" </dev/null &
inside=$!
for ((waited = 0; waited < LIMIT_S; waited++)); do
    kill -0 "$inside" 2>/dev/null || break
    sleep 1
done
if kill -0 "$inside" 2>/dev/null; then
    echo "FAIL  not at its end after $LIMIT_S s; it was at: $(<"$room/phase")"
    exit 1
fi
wait "$inside"
status=$?
inside=
exit "$status"
