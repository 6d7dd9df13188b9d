#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""staffcast erlang from outside: the keys of its JSON, unknowns that invert, and the rows of a batch.

    test_erlang_program.py STAFFCAST
"""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
KEYS = ["schema", "model", "agents", "load_erl", "wait_probability", "wait_mean_s", "wait_all_mean_s", "service_level",
        "service_level_by", "abandon_rate", "blocked", "occupancy", "stable"]
LEVELS = ["offered", "no-short", "answered", "met"]
checks = failures = 0


def check(what, fine, found=""):
    global checks, failures
    checks += 1
    if not fine:
        failures += 1
        print(f"FAIL  {what}: {found}")


def run(*options, status=0):
    done = subprocess.run([PROGRAM, "erlang", *options], capture_output=True, text=True, check=False)
    check(f"exit status of {options}", done.returncode == status, f"{done.returncode} {done.stderr}")
    return done.stdout


def ask(given):
    options = [word for name, value in given.items() for word in (f"--{name}", str(value))]
    return json.loads(run(*options, "--format", "json"))


def near(found, wanted, relative):
    return found is not None and abs(found - wanted) <= relative * abs(wanted)


# --- keys ---

BASE = {"calls": 100, "per": "30min", "handle": "180s", "agents": 12, "within": "20s"}
SYSTEMS = {
    "b": {"model": "b", "load": 10, "agents": 12},
    "c": {**BASE},
    "a": {**BASE, "patience": "5min"},
    "a with lines": {**BASE, "patience": "5min", "lines": 15},
    "x": {**BASE, "patience": "5min", "retry": 0.4},
}
for name, system in SYSTEMS.items():
    answer = ask(system)
    check(f"keys of {name}", [key for key in answer if key in KEYS] == KEYS, list(answer))
    check(f"model of {name}", answer["schema"] == "staffcast.erlang/1" and answer["model"] == name[0], answer["model"])
    check(f"definitions of {name}", list(answer["service_level_by"]) == LEVELS, answer["service_level_by"])
    for key, value in answer.items():
        plain = value is None or isinstance(value, (int, float, str, bool)) or key == "service_level_by"
        check(f"{key} of {name} is plain", plain, value)
over = ask({"load": 12, "handle": "3min", "agents": 10, "within": "20s"})
check("an overload is no wait", over["stable"] is False and over["wait_mean_s"] is None, over)

# --- unknowns ---

# Every option that says how much of something there is, and how to write a number from the answer back.
QUANTITIES = {
    "calls": ("calls", "{!r}"), "load": ("load_erl", "{!r}"), "handle": ("handle_s", "{!r}s"),
    "within": ("within_s", "{!r}s"), "patience": ("patience_s", "{!r}s"),
}
TARGETS = {"answer": ("service_level", "{!r}"), "wait": ("wait_mean_s", "{!r}s"), "abandon": ("abandon_rate", "{!r}"),
           "blocked": ("blocked", "{!r}")}
CASES = [  # system, unknown, target
    ("c", "calls", "answer"), ("c", "handle", "answer"), ("c", "within", "answer"), ("c", "calls", "wait"),
    ("c", "handle", "wait"), ("a", "calls", "answer"), ("a", "handle", "answer"), ("a", "within", "answer"),
    ("a", "calls", "wait"), ("a", "calls", "abandon"), ("a", "handle", "abandon"), ("a", "patience", "abandon"),
    ("a", "patience", "wait"), ("x", "calls", "answer"), ("x", "handle", "abandon"), ("x", "patience", "abandon"),
    ("b", "load", "blocked"), ("a with lines", "calls", "blocked"),
]
for name, unknown, target in CASES:
    for counts in LEVELS if target == "answer" else LEVELS[:1]:
        what = f"{name}: {unknown} from {target} ({counts})"
        system = {**SYSTEMS[name], "counts": counts}
        known = ask(system)
        key, text = QUANTITIES[unknown]
        figure, target_text = TARGETS[target]
        wanted = known[figure]
        question = {option: value for option, value in system.items() if option != unknown}
        if not (target == "answer" or "within" not in question):
            del question["within"]
        question[target] = target_text.format(wanted)
        question["solve"] = unknown
        solved = ask(question)
        check(f"{what} finds it", near(solved[key], known[key], 1e-9), (solved[key], known[key]))
        again = ask({**{option: value for option, value in system.items() if option != unknown},
                     unknown: text.format(solved[key])})
        check(f"{what} inverts", near(again[figure], wanted, 1e-12), (again[figure], wanted))
        check(f"{what} says so", solved["solved_for"] == unknown, solved["solved_for"])

# Whole unknowns meet the target, and one fewer (of lines for a level: one more) does not.
for name, target in (("c", {"answer": 0.8}), ("a", {"answer": 0.95}), ("x", {"answer": 0.8}), ("c", {"wait": "15s"}),
                     ("a", {"abandon": 0.03}), ("b", {"blocked": 0.01}), ("b", {"answer": 0.99})):
    system = {option: value for option, value in SYSTEMS[name].items() if option != "agents"}
    solved = ask({**system, **target})
    option, wanted = next(iter(target.items()))
    figure = {"answer": "service_level", "wait": "wait_mean_s", "abandon": "abandon_rate", "blocked": "blocked"}[option]
    if name == "b":
        figure, wanted = "blocked", 0.01
    limit = 15 if option == "wait" else wanted
    for agents, meets in ((solved["agents"], True), (solved["agents"] - 1, False)):
        value = ask({**system, "agents": agents})[figure]
        met = value is not None and (value >= limit if option == "answer" and name != "b" else value <= limit)
        check(f"{name}, {target}: {agents} agents", met == meets, value)
lines = ask({**BASE, "patience": "5min", "blocked": 0.01, "solve": "lines"})["lines"]
blocked = [ask({**BASE, "patience": "5min", "lines": n})["blocked"] for n in (lines, lines - 1)]
check("lines", blocked[0] <= 0.01 < blocked[1], (lines, blocked))

# --- batch ---


def batch(text, *options, status=0):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(text)
        file.flush()
        return run("--batch", file.name, *options, status=status)


rows = [(calls, handle, agents) for calls in (0, 7, 100, 250.5) for handle in (60, 185.5) for agents in (1, 12, 30)]
head = "label,calls,handle_s,agents\n"
text = head + "".join(f'"row {i}, so",{c},{h},{n}\n' for i, (c, h, n) in enumerate(rows))
answers = list(csv.DictReader(io.StringIO(batch(text, "--per", "30min", "--patience", "4min", "--within", "20s"))))
check("rows", len(answers) == len(rows), len(answers))
for i, ((calls, handle, agents), row) in enumerate(zip(rows, answers)):
    single = ask({"calls": calls, "per": "30min", "handle": f"{handle}s", "agents": agents, "patience": "4min",
                  "within": "20s"})
    check("what was in a row stays", row["label"] == f"row {i}, so" and row["agents"] == str(agents), row)
    for key in ("wait_probability", "wait_mean_s", "service_level", "abandon_rate", "occupancy"):
        same = row[key] == "" if single[key] is None else float(row[key] or "nan") == single[key]
        check(f"row {i}: {key}", same, (row[key], single[key]))
check("as JSON", len(json.loads(batch(text, "--per", "30min", "--within", "20s", "--format", "json"))) == len(rows))
# Many blocks on any number of threads come out in order.
many = "".join(f"{n % 90 + 1},{n}\n" for n in range(30000))
threads = []
for count in ("1", "4"):
    os.environ["OMP_NUM_THREADS"] = count
    threads.append(batch("load_erl,id\n" + many, "--answer", "80%", "--within", "20s", "--handle", "180s"))
check("any number of threads", threads[0] == threads[1])
check("in order", [row["id"] for row in csv.DictReader(io.StringIO(threads[0]))] == [str(n) for n in range(30000)])
for text, line in (("calls,agents\n5,1\n5,x\n", 3), ("calls,agents\n5,1.5\n", 2), ("calls,agents\n-1,4\n", 2),
                   ("calls,agents\nnan,4\n", 2), ("calls,agents\n1e400,4\n", 2), ("calls,agents\n5\n", 2)):
    done = subprocess.run([PROGRAM, "erlang", "--batch", "/dev/stdin", "--per", "1h", "--handle", "3min"], input=text,
                          capture_output=True, text=True, check=False)
    check(f"bad row {text!r}", done.returncode == 3 and f":{line}: " in done.stderr, (done.returncode, done.stderr))

check("enough was checked", checks > 500, checks)
print(f"{checks - failures} of {checks} checks passed")
sys.exit(1 if failures else 0)
