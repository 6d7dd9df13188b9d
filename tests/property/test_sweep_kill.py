#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_sweep_kill.py PROGRAM [KILLS]

A sweep that is killed (kill -9) at random instants, again and again, must end with what one that is left alone gives:
nothing lost, nothing twice, and a sound database after every kill. Meanwhile a second sweep on it is refused, and anyone
may look.
"""
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

SCENARIO = """
name = "Desk"; start = "2026-01-05"; days = 5; warmup = "0 d"; replications = 10; seed = "5";
channels = (
  { name = "phone"; kind = "live"; hours = { mon-fri = "08:00-18:00"; }; volume = { per_day = 900; spread = 0.1; };
    handle = { dist = "lognormal"; mean = "4 min"; cv = 0.9; }; patience = "2 min";
    target = { answer = 0.8; within = "20 s"; }; } );
pools = ( { name = "front line"; agents = 8; skills = ( { channel = "phone"; } ); } );
"""
STUDY = """
base = "desk.cfg";
axes = ( { path = "pools.front line.extra"; start = 0; step = 1; steps = 4; },
         { path = "channels.phone.volume.factor"; times = { from = 0.5; to = 1.5; steps = %d; }; } );
"""


def rows(database, table):
    with sqlite3.connect(database, timeout=60) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()


def begin(program, database, threads):
    return subprocess.Popen([program, "sweep", "study.cfg", "--database", database, "--threads", str(threads)],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def sweep(program, database, threads):
    process = begin(program, database, threads)
    out, err = process.communicate()
    assert process.returncode == 0, (process.returncode, err)
    return out


def look(database, points):
    """What is there after a kill: points with figures, all of them whole."""
    if not os.path.exists(database) or os.path.getsize(database) == 0:
        return 0
    with sqlite3.connect(database, timeout=60) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return 0
        assert connection.execute("SELECT count(*) FROM point").fetchone() == (points,), "all points or none"
        counts = connection.execute("SELECT count(*) FROM figure GROUP BY point").fetchall()
        assert len(set(counts)) <= 1, "a point has some of its figures"
        return len(counts)


def refuse_second(program, database):
    """While one is at work the other is turned away, and shown the figures so far."""
    first = begin(program, database, 1)
    while not os.path.exists(database) or os.path.getsize(database) == 0:
        time.sleep(0.005)
    second = subprocess.run([program, "sweep", "study.cfg", "--database", database], capture_output=True, text=True)
    still = first.poll() is None
    shown = subprocess.run([program, "sweep", "--show", database, "--format", "json"], capture_output=True, text=True)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert still, "the first was over before the second began"
    assert second.returncode == 3, (second.returncode, second.stderr)
    assert "another sweep is at work on" in second.stderr, second.stderr
    assert shown.returncode in (0, 3), (shown.returncode, shown.stderr)  # 3: before the points are there


def main():
    program, kills = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 6
    steps = 25 if kills <= 10 else 150
    chance = random.Random(20260105)
    with tempfile.TemporaryDirectory() as room:
        os.chdir(room)
        with open("desk.cfg", "w", encoding="utf-8") as file:
            file.write(SCENARIO)
        with open("study.cfg", "w", encoding="utf-8") as file:
            file.write(STUDY % steps)
        began = time.monotonic()
        sweep(program, "whole.sqlite", 1)
        took = time.monotonic() - began
        refuse_second(program, "refused.sqlite")
        done, progress, instants = 0, 0, []
        for number in range(kills):
            process = begin(program, "killed.sqlite", 1 + number % 2)
            # From the first milliseconds, when the points are planned, to a good part of the whole.
            instants.append(0.002 * (min(3.0, took / 3) / 0.002) ** chance.random())
            try:
                process.wait(instants[-1])
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            process.wait()
            here = look("killed.sqlite", 4 * steps)
            assert here >= done, "points were lost"
            progress += here > done
            done = here
            if done == 4 * steps:  # begun again: what was killed in the middle is what counts
                os.remove("killed.sqlite")
                done = 0
        sweep(program, "killed.sqlite", 2)
        for table in ("meta", "point", "figure"):
            whole, killed = rows("whole.sqlite", table), rows("killed.sqlite", table)
            assert whole == killed, table
            assert whole, table
        print(f"{kills} kills after {min(instants):.3f} to {max(instants):.3f} s, {progress} of them with new points "
              f"written; {len(whole)} figures of {4 * steps} points as they were")


main()
