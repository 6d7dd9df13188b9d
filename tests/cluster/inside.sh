#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/cluster/inside.sh PROGRAM FOLDER
#
# The test itself, in namespaces that run.sh has made: all that is begun here ends with this process.
set -u
program=$1
room=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/slurm.sh"
failed=0

# phase WHAT: says where it is, for whoever waits and for run.sh.
phase()
{
    echo "$*" >"$room/phase"
    printf '%4d s  %s\n' "$SECONDS" "$*"
}

# check WHAT CONDITION...
check()
{
    local what=$1
    shift
    if "$@"; then
        echo "ok      $what"
    else
        failed=$((failed + 1))
        echo "FAIL    $what: $*"
    fi
}

# until_true SECONDS COMMAND...: waits until the command is true; false where it never is.
until_true()
{
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}

# ends_well PID: its status, once it is over; kills it where it does not come to an end.
ends_well()
{
    until_true 150 eval "! kill -0 $1 2>/dev/null" || kill -KILL "$1"
    wait "$1"
}

# What the parts have written, for whoever reads a failure.
tell()
{
    local log
    for log in "$room"/cluster/*.log "$room"/*.err "$room"/study.sqlite.shards/*.log; do
        [[ -s $log ]] && { echo "--- $log"; tail -n 30 "$log"; }
    done
}

give_up()
{
    failed=$((failed + 1))
    echo "FAIL    $*"
    tell
    exit 1
}

# count FILE QUERY: a number out of a database that may be at work; 0 where it cannot be had.
count()
{
    python3 - "$@" <<'PY'
import os, sqlite3, sys
try:
    print(sqlite3.connect(sys.argv[1], timeout=2).execute(sys.argv[2]).fetchone()[0] if os.path.exists(sys.argv[1]) else 0)
except sqlite3.OperationalError:
    print(0)
PY
}

done_of() { count "$room/study.sqlite.shards/shard-$1.sqlite" "SELECT count(DISTINCT point) FROM figure"; }

# job FIELD: of the task of the shard that is lost.
job() { timeout 10 scontrol show job "${array}_$shard" 2>/dev/null | grep -o "\b$1=[A-Za-z0-9]*" | head -n 1 | cut -d= -f2; }
begun_again() { [[ $(job Restarts) == [1-9]* && $(job JobState) == RUNNING ]]; }

# catch_task NODE: waits for a task on NODE that has done a part of its points, and halts it there. Sets shard and part.
catch_task()
{
    shard=$(timeout 10 squeue --noheader --states=RUNNING --nodelist="$1" --format=%K 2>/dev/null)
    [[ $shard =~ ^[0-9]+$ ]] || return 1
    (($(done_of "$shard") > 0)) || return 1
    cluster_halt "$1"
    part=$(done_of "$shard")
    ((part > 0 && part < points / 4)) && [[ -n $(cluster_tasks "$1") ]] && return
    cluster_go_on "$1"
    return 1
}

# lose_node HOW NODE: sweeps over the cluster, and when a task on NODE has done a part of its points the node is lost.
lose_node()
{
    local how=$1 node=$2 sweeper again shard part array
    phase "$how $node: the sweep begins"
    "$program" sweep study.cfg --slurm --shards 4 --quiet >sweep.out 2>sweep.err &
    sweeper=$!
    until_true 120 catch_task "$node" || give_up "no task could be caught on $node"
    array=$(cut -d' ' -f1 study.sqlite.shards/jobs)
    "cluster_$how" "$node"
    phase "$how $node: lost, with $part of $((points / 4)) points of shard $shard done; Slurm must notice"

    # Followed twice: the second command finds the jobs of the first.
    "$program" sweep study.cfg --slurm --shards 4 --quiet >again.out 2>again.err &
    again=$!
    until_true 150 begun_again || give_up "the lost task was not begun again ($(job JobState))"
    echo "ok      the lost task was begun again"
    if [[ $how == mute ]]; then
        # It lives on, and the new one must wait for it, or both would write.
        sleep 2
        check "the new task waits for the old one" test "$(done_of "$shard")" -eq "$part" -a "$(job JobState)" = RUNNING
        cluster_go_on "$node"
    fi
    phase "$how $node: the rest"
    check "the sweep ended well" ends_well "$sweeper"
    check "so did the command that only followed" ends_well "$again"
    check "nothing but the database is left" test "$(echo study.sqlite*)" = study.sqlite
    check "the merged database is that of one machine" python3 compare.py
}

cat >"$room/compare.py" <<'PY'
import sqlite3
one, other = (sqlite3.connect(name) for name in ("alone.sqlite", "study.sqlite"))
for table in ("meta", "point", "figure"):
    query = f"SELECT * FROM {table} ORDER BY 1, 2"
    rows = one.execute(query).fetchall()
    assert rows == other.execute(query).fetchall(), table
    print(f"        {len(rows)} rows of {table} alike")
PY

cd "$room" || exit 1
cp "$here/study.cfg" "$here/desk.cfg" .
phase "the sweep on one machine"
timeout 120 "$program" sweep study.cfg --database alone.sqlite --quiet >/dev/null || give_up "the sweep on one machine"
points=$(count alone.sqlite "SELECT count(*) FROM point")

phase "the cluster starts"
cluster_up "$room/cluster" || {
    tell
    echo "SKIPPED: the cluster test was not run: the cluster did not start"
    exit 77
}
timeout 10 sinfo --Node --long

# Its power goes: the task dies, and a new one goes on where it was.
lose_node cut west
cluster_start west
rm -f study.sqlite
# Its daemon dies: the task goes on unheard.
lose_node mute east
phase "the end"
((failed == 0)) || tell
exit $((failed > 0))
