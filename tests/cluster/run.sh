#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/cluster/run.sh PROGRAM
#
# A sweep over a real Slurm cluster of two nodes, one of which is lost in the middle. The merged database must have, row
# for row, what the same sweep gives on one machine. Needs root and the packages of packages_cluster; where
# these cannot be had it says so and ends with status 77, which ctest counts as skipped.
set -u
[[ $# -eq 1 ]] || { echo "usage: tests/cluster/run.sh PROGRAM" >&2; exit 2; }
program=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/setup.sh"
source "$here/slurm.sh"

skip() { echo "SKIPPED: the cluster test was not run: $*"; exit 77; }
have() { command -v slurmctld slurmd sbatch munged ip nsenter unshare >/dev/null; }

((EUID == 0)) || skip "it needs root, for the network of its nodes"
if ! have; then
    packages_cluster=${packages_cluster-slurm-wlm munge iproute2}
    (packages_need cluster) || skip "Slurm cannot be installed"
    have || skip "Slurm is not there"
fi

room=$(mktemp -d)
failed=0
leave()
{
    [[ -n ${sweeper-} ]] && kill "$sweeper" 2>/dev/null
    cluster_down
    rm -rf "$room"
}
trap leave EXIT
ip netns add "sc${cluster_tag}try" 2>/dev/null && ip netns del "sc${cluster_tag}try" ||
    skip "this machine allows no network namespaces"

# check WHAT CONDITION...
check()
{
    local what=$1
    shift
    if "$@"; then
        echo "ok    $what"
    else
        failed=$((failed + 1))
        echo "FAIL  $what: $*"
    fi
}

# Where the time went, for whoever reads a failure.
tell()
{
    local log
    for log in "$room"/cluster/*.log "$room"/sweep.err "$room"/study.sqlite.shards/*.log; do
        [[ -s $log ]] && { echo "--- $log"; tail -n 30 "$log"; }
    done
}

# --- a sweep of some seconds ---

cd "$room" || exit 1
cp "$here/study.cfg" "$here/desk.cfg" .
"$program" sweep study.cfg --database alone.sqlite --quiet >/dev/null || { echo "FAIL  the sweep on one machine"; exit 1; }

cluster_up "$room/cluster" || { tell; skip "the cluster did not start"; }
timeout 10 sinfo --Node --long

# done_of SHARD: how many of its points have figures.
done_of()
{
    python3 - "$room/study.sqlite.shards/shard-$1.sqlite" <<'PY'
import os, sqlite3, sys
if not os.path.exists(sys.argv[1]):
    print(0)
else:
    try:
        print(sqlite3.connect(sys.argv[1], timeout=60).execute("SELECT count(DISTINCT point) FROM figure").fetchone()[0])
    except sqlite3.OperationalError:
        print(0)
PY
}

# lose_node HOW NODE: sweeps over the cluster, and when a task on NODE has done a part of its points the node is lost.
lose_node()
{
    local how=$1 node=$2 i shard part lost= array status again state=
    "$program" sweep study.cfg --slurm --shards 4 --quiet >sweep.out 2>sweep.err &
    sweeper=$!
    for ((i = 0; i < 900; i++)); do
        shard=$(timeout 10 squeue --noheader --states=RUNNING --nodelist="$node" --format=%K 2>/dev/null)
        if [[ $shard =~ ^[0-9]+$ ]]; then
            part=$(done_of "$shard")
            ((part > 0 && part < points / 4)) && { lost=$shard; break; }
        fi
        kill -0 "$sweeper" 2>/dev/null || break
        sleep 0.2
    done
    check "a task runs on the node that will be lost" test -n "$lost"
    [[ -n $lost ]] || { tell; exit 1; }
    array=$(cut -d' ' -f1 study.sqlite.shards/jobs)
    "cluster_$how" "$node"
    echo "$how   $node, with $part of $((points / 4)) points of shard $lost done"

    # Followed twice: the second command finds the jobs of the first.
    "$program" sweep study.cfg --slurm --shards 4 --quiet >again.out 2>again.err &
    again=$!
    # A task whose daemon alone is gone may end, and be heard of, before the node is given up: then nothing was lost.
    for ((i = 0; i < 600; i++)); do
        state=$(timeout 10 scontrol show job "${array}_$lost" 2>/dev/null)
        grep -q 'Restarts=[1-9]' <<<"$state" && break
        [[ $how == mute ]] && grep -q 'JobState=COMPLETED' <<<"$state" && break
        sleep 0.5
    done
    check "the lost task was put into the queue again, or ended" test "$i" -lt 600
    grep -q 'Restarts=[1-9]' <<<"$state" || echo "      the task ended by itself"
    wait "$sweeper"
    check "the sweep ended well" test $? -eq 0
    sweeper=
    wait "$again"
    status=$?
    check "so did the command that only followed" test "$status" -eq 0
    check "nothing but the database is left" test "$(echo study.sqlite*)" = study.sqlite
    check "the merged database is that of one machine" python3 compare.py
}

cat >compare.py <<'PY'
import sqlite3
one, other = (sqlite3.connect(name) for name in ("alone.sqlite", "study.sqlite"))
for table in ("meta", "point", "figure"):
    query = f"SELECT * FROM {table} ORDER BY 1, 2"
    rows = one.execute(query).fetchall()
    assert rows == other.execute(query).fetchall(), table
    print(f"      {len(rows)} rows of {table} alike")
PY

points=$(python3 -c 'import sqlite3; print(sqlite3.connect("alone.sqlite").execute("SELECT count(*) FROM point").fetchone()[0])')

# Its power goes: the task dies, and a new one goes on where it was.
lose_node cut west
cluster_start west
rm study.sqlite
# Its daemon dies: the task goes on unheard, and the new one must wait for it, or both would write.
lose_node mute east
((failed == 0)) || tell
exit $((failed > 0))
