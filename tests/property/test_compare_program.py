#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""staffcast compare from outside: both sides are what `run` says, differences are theirs, the same bytes on any number
of threads, sides that do not match, and how much common random numbers buy.

    test_compare_program.py STAFFCAST
"""
import csv
import io
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIGURE = {"mean", "low", "high"}
CHANGE = {"base", "here", "difference", "width_ratio"}
checks = failures = 0


def check(what, fine, found=""):
    global checks, failures
    checks += 1
    if not fine:
        failures += 1
        print(f"FAIL  {what}: {str(found)[:600]}")


def text_of(*words, status=0):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False)
    check(f"exit status of {words}", done.returncode == status, f"{done.returncode} {done.stderr}")
    return done.stdout


def load(*words, status=0):
    return json.loads(text_of(*words, "--format", "json", "--quiet", status=status))


# --- both sides are what run says ---

def named(elements, key="name"):
    return {element[key]: element for element in elements}


def side_of(compared, side, run, where):
    """Walks one side of a comparison beside the result of run: every figure of run, and no other."""
    for key, value in run.items():
        if key in ("name", "channel", "metric", "by", "wanted", "theory"):
            continue
        here = f"{where}.{key}"
        if isinstance(value, list):
            name = "channel" if key == "by_channel" else "name"
            others = named(compared[key], name)
            for element in value:
                side_of(others[element[name]], side, element, f"{here}.{element[name]}")
        elif value is None and compared[key] is None:
            check(here, True)
        elif value is None or set(value) == FIGURE:
            check(f"{here} ({side})", compared[key][side] == value, (compared[key][side], value))
            check(f"keys of {here}", set(compared[key]) == CHANGE, compared[key])
        else:
            side_of(compared[key], side, value, here)


def is_null(figure):
    return figure is None or figure["mean"] is None


def differences_of(compared, where, single=False):
    """Every difference is here - base to the bit, with its mean inside its interval."""
    seen = 0
    if isinstance(compared, list):
        return sum(differences_of(element, f"{where}[{i}]", single) for i, element in enumerate(compared))
    if not isinstance(compared, dict):
        return 0
    if set(compared) != CHANGE:
        return sum(differences_of(value, f"{where}.{key}", single) for key, value in compared.items())
    base, here, difference, ratio = (compared[key] for key in ("base", "here", "difference", "width_ratio"))
    if is_null(base) or is_null(here):
        check(f"{where}: no difference of nothing", difference is None, compared)
        return 1
    check(f"{where}: here - base", difference["mean"] == here["mean"] - base["mean"], compared)
    if single:
        check(f"{where}: no interval", difference["low"] is None and difference["high"] is None, compared)
    else:
        check(f"{where}: mean in its interval",
              difference["low"] is None or difference["low"] <= difference["mean"] <= difference["high"], compared)
    check(f"{where}: ratio of widths", ratio is None or 0 <= ratio < 2, compared)
    seen += 1
    return seen


def check_against_run(file, overrides, options=()):
    change = [word for override in overrides for word in ("--set", override)]
    compared = load("compare", file, *change, *options)
    base, here = load("run", file, *options), load("run", file, *change, *options)
    alternative = compared["alternatives"][0]
    check("schema", compared["schema"] == "staffcast.compare/1", compared["schema"])
    check("the first keys are those of the specification",
          list(compared)[:3] == ["schema", "base", "alternatives"] and
          list(alternative)[:5] == ["name", "overrides", "channels", "pools", "totals"], (compared.keys(), alternative.keys()))
    check("base", compared["base"] == base["scenario"])
    check("overrides", alternative["overrides"] == list(overrides))
    for key in ("channels", "pools", "events"):
        for side, run in (("base", base), ("here", here)):
            others = named(alternative[key])
            for element in run[key]:
                side_of(others[element["name"]], side, element, f"{file}.{key}.{element['name']}")
    for side, run in (("base", base), ("here", here)):
        side_of(alternative["totals"], side, run["totals"], f"{file}.totals")
        for one, other in zip(alternative["goals"], run["goals"]):
            for key in ("figure", "probability"):
                check(f"goal's {key}", one[key][side] == other[key], (one, other))
    seen = differences_of(alternative, file, single=compared["replications"] == 1)
    check(f"{file}: figures", seen > 70, seen)
    check("contacts", compared["contacts_simulated"] == base["contacts_simulated"] + here["contacts_simulated"])
    return compared


MIXED = """
name = "Mixed"; start = "2026-01-05"; days = 4; warmup = "1 d"; replications = 33; seed = "5"; spread = 0.2;
channels = (
  { name = "chat"; kind = "chat"; hours = { all = "08:00-16:00"; }; volume = { per_day = 90; }; handle = "7 min";
    patience = "4 min"; automation = { resolves = 0.2; takes = "60 s"; cost = 0.1; };
    target = { answer = 0.7; within = "60 s"; };
    classes = ( { name = "vip"; share = 0.2; priority = 2; target = { answer = 0.9; within = "30 s"; }; } ); },
  { name = "mail"; kind = "deferred"; volume = { per_day = 60; }; handle = "6 min"; backlog = { count = 20; age = "1 d"; };
    target = { answer = 0.8; within = "4 h"; }; satisfaction = ( { wait = "1 h"; share = 0.9; }, { wait = "9 h"; share = 0.4; } ); },
  { name = "silent"; hours = { all = "08:00-16:00"; }; volume = { per_day = 0; }; handle = "1 min"; }
);
pools = ( { name = "all"; agents = 3; hours = { all = "08:00-18:00"; }; cost = { per_hour = 20; };
  skills = ( { channel = "chat"; at_once = 2; slowdown = [1.0, 1.3]; }, { channel = "mail"; rank = 2; },
             { channel = "silent"; } ); } );
events = ( { name = "storm"; at = "2026-01-06 10:00"; lasts = "3 h"; set = ( "channels.chat.volume.factor *= 3" ); } );
goals = ( { metric = "channels.chat.service_level"; at_least = 0.6; by = "2026-01-08"; over = "4 d"; } );
"""


def check_sides(room):
    mixed = os.path.join(room, "mixed.cfg")
    with open(mixed, "w", encoding="utf-8") as file:
        file.write(MIXED)
    check_against_run(mixed, ["pools.all.extra += 1", "channels.chat.automation.resolves = 0.3"])
    check_against_run(mixed, ["channels.*.volume.factor *= 1.05"], ("--replications", "7", "--seed", "3"))
    check_against_run(mixed, ["pools.all.agents = 4"], ("--replications", "1"))
    check_against_run(os.path.join(TESTS, "golden", "desk.cfg"), ["channels.phone.handle.mean *= 0.9"])
    check_against_run(os.path.join(TESTS, "golden", "dated.cfg"), ["pools.desk.agents = 2"])
    return mixed


# --- the same on any number of threads, and exactly the same of the same ---

def check_bytes(mixed):
    asked = ["compare", mixed, "--alt", "a", "--set", "pools.all.extra += 1", "--alt", "b", "--set",
             "channels.chat.patience = 5 min", "--best", "totals.cost_per_contact", "--indifference", "0.05"]
    for form in ("json", "csv"):
        texts = [re.sub(r'"wall_s": [-+.0-9e]+', "", text_of(*asked, "--format", form, "--quiet", "--threads", n))
                 for n in ("1", "2", "7")]
        check(f"the same {form} on 1, 2 and 7 threads", texts[0] == texts[1] == texts[2] and len(texts[0]) > 1000)


def walk(node):
    if isinstance(node, dict) and set(node) == CHANGE:
        yield node
    elif isinstance(node, (dict, list)):
        for value in node.values() if isinstance(node, dict) else node:
            yield from walk(value)


def check_same(mixed):
    compared = load("compare", mixed, "--alt", "twice", "--set", "pools.all.extra += 1", "--alt", "again", "--set",
                    "pools.all.extra += 1", "--alt", "not at all", "--set", "pools.all.extra = 0")
    twice, again, same = compared["alternatives"]
    for key in ("channels", "pools", "totals", "events", "goals"):
        check(f"alternatives alike have the same {key}", twice[key] == again[key])
        for change in walk(same[key]):
            difference = change["difference"]
            check("no change is exactly none",
                  difference is None or set(difference.values()) <= {0, None}, change)
            check("and has no width", change["width_ratio"] in (0, None), change)
    check("it says so", same["same"] is True and twice["same"] is False)
    table = text_of("compare", mixed, "--alt", "not at all", "--set", "pools.all.extra = 0", "--quiet")
    check("in words too", "not at all: changes nothing" in table, table)


# --- sides that do not match ---

def check_mismatch(room, mixed):
    other = os.path.join(room, "other.cfg")
    with open(other, "w", encoding="utf-8") as file:
        file.write(MIXED.replace('name = "mail"', 'name = "letters"').replace('channel = "mail"', 'channel = "letters"')
                   .replace('name = "vip"', 'name = "gold"').replace('name = "Mixed"', 'name = "Other"')
                   .replace('name = "storm"', 'name = "flood"'))
    compared = load("compare", mixed, other)
    alternative = compared["alternatives"][0]
    check("the alternative has its own name", alternative["name"] == "Other" and alternative["overrides"] == [])
    channels = named(alternative["channels"])
    check("channels of both", list(channels) == ["chat", "mail", "silent", "letters"], list(channels))
    check("classes of both", list(named(channels["chat"]["classes"])) == ["vip", "gold"])
    for change in walk(channels["mail"]):
        check("only in the base", change["here"] is None and change["difference"] is None, change)
    for change in walk(channels["letters"]):
        check("only here", change["base"] is None and change["difference"] is None, change)
    check("channels in both are compared", channels["chat"]["offered"]["difference"]["mean"] is not None)
    events = named(alternative["events"])
    check("events of both", list(events) == ["storm", "flood"] and events["storm"]["queue_max"]["here"] is None)
    work = named(alternative["pools"][0]["by_channel"], "channel")
    check("work of both", list(work) == ["chat", "mail", "silent", "letters"] and work["mail"]["contacts"]["here"] is None
          and work["chat"]["contacts"]["difference"] is not None, list(work))
    differences_of(alternative, "mismatch")
    text_of("compare", mixed, other, "--quiet")
    copy = os.path.join(room, "copy.cfg")
    shutil.copy(mixed, copy)
    check("a copy goes by its file", load("compare", mixed, copy)["alternatives"][0]["name"] == copy)


# --- CSV ---

def check_csv(mixed):
    asked = ["compare", mixed, "--alt", "one, more", "--set", "pools.all.extra += 1", "--quiet"]
    compared = json.loads(text_of(*asked, "--format", "json"))["alternatives"][0]
    rows = list(csv.DictReader(io.StringIO(text_of(*asked, "--format", "csv"))))
    check("columns", list(rows[0]) == ["metric", "mean", "low", "high"])
    begin = "alternatives.one, more."
    check("all of that alternative", all(row["metric"].startswith(begin) for row in rows))
    paths = {row["metric"][len(begin):]: row for row in rows}
    check("no path twice", len(paths) == len(rows))

    def number(text):
        return None if text == "" else float(text)

    def match(change, path):
        for part in ("difference", "base", "here"):
            row = paths.pop(f"{path}.{part}")
            figure = change[part] or {"mean": None, "low": None, "high": None}
            check(f"{path} {part}", all(figure[key] == number(row[key]) for key in ("mean", "low", "high")), (row, change))
        row = paths.pop(f"{path}.width_ratio")
        check(f"{path} width_ratio", number(row["mean"]) == change["width_ratio"], row)
        check(f"{path} width_ratio has no interval", row["low"] == row["high"] == "", row)

    def descend(node, path):
        for key, value in node.items():
            if isinstance(value, dict) and set(value) == CHANGE:
                match(value, f"{path}.{key}")
            elif isinstance(value, dict):
                descend(value, f"{path}.{key}")
            elif isinstance(value, list) and key in ("classes", "by_channel"):
                for element in value:
                    descend(element, f"{path}.{key}.{element['name' if key == 'classes' else 'channel']}")

    for key in ("channels", "pools", "events"):
        for element in compared[key]:
            descend(element, f"{key}.{element['name']}")
    descend(compared["totals"], "totals")
    for goal in compared["goals"]:
        descend(goal, f"goals.{goal['metric']}.{goal['by']}")
    left = [path for path in paths if ".service_level_by." not in path]
    check("JSON and CSV have the same figures", not left, left)


# --- what common random numbers buy ---

def check_widths():
    """Of W2, where one head among some fifty has .16 of the independent width, and 5 % more volume .29."""
    w2 = os.path.join(TESTS, "bench", "w2.cfg")
    compared = load("compare", w2, "--replications", "200", "--alt", "one more", "--set", "pools.[0].extra += 1", "--alt",
                    "5 % more", "--set", "channels.*.volume.factor *= 1.05")
    for alternative, least, most in zip(compared["alternatives"], (0.10, 0.20), (0.24, 0.42)):
        level = alternative["totals"]["service_level"]
        check(f"{alternative['name']}: narrower", least < level["width_ratio"] < most, level)
        widths = {side: level[side]["high"] - level[side]["low"] for side in ("base", "here", "difference")}
        ratio = widths["difference"] / math.hypot(widths["base"], widths["here"])
        # The intervals themselves: the ratio of standard errors but for their skewness.
        check(f"{alternative['name']}: as the intervals are", abs(ratio / level["width_ratio"] - 1) < 0.15, ratio)


# --- precision ---

def check_precision(mixed):
    for file, change, metrics in (
            (mixed, "pools.all.extra += 1", ("service_level",)),
            (os.path.join(TESTS, "golden", "quiet.cfg"), "pools.one.agents = 2", ())):
        if not metrics:
            continue
        compared = load("compare", file, "--set", change, "--precision", "0.02")
        count = compared["replications"]
        check("blocks of 32, at least 64", count % 32 == 0 and count >= 64, count)
        for channel in compared["alternatives"][0]["channels"]:
            difference = channel["service_level"]["difference"]
            if difference is not None:
                check("as narrow as asked", (difference["high"] - difference["low"]) / 2 < 0.02, difference)
        again = load("compare", file, "--set", change, "--replications", str(count))
        for channel, other in zip(compared["alternatives"][0]["channels"], again["alternatives"][0]["channels"]):
            check("as so many replications", channel == other)
        if count > 64:
            before = load("compare", file, "--set", change, "--replications", str(count - 32))
            check("and no block earlier", any(
                c["service_level"]["difference"] and (c["service_level"]["difference"]["high"] -
                                                      c["service_level"]["difference"]["low"]) / 2 >= 0.02
                for c in before["alternatives"][0]["channels"]))
    text_of("compare", mixed, "--set", "pools.all.extra += 1", "--precision", "0.3", "--gate", "--quiet", status=1)


# --- which is best ---

def check_best(mixed):
    asked = ["compare", mixed, "--replications", "10"]
    for i in range(1, 4):
        asked += ["--alt", f"{i} more", "--set", f"pools.all.extra += {i}"]
    best = load(*asked, "--best", "channels.chat.service_level")["best"]
    check("more heads, more service", best["name"] == "3 more" and best["direction"] == "highest", best)
    check("the base is a contender", [c["name"] for c in best["contenders"]] == ["Mixed", "1 more", "2 more", "3 more"])
    check("the default zone", best["indifference"] == 0.005 and best["confidence"] == 0.95)
    check("one is left", best["apart"] and sum(not c["out"] for c in best["contenders"]) == 1)
    check("and nobody is nearer than the zone", [c["behind"] >= 0.005 for c in best["contenders"]] == [True] * 3 + [False])
    best = load(*asked, "--best", "pools.all.cost")["best"]
    check("fewer heads, less cost", best["name"] == "Mixed" and best["base"] and best["direction"] == "lowest", best)
    check("one percent of the base", abs(best["indifference"] / 0.01 - best["contenders"][0]["value"]) < 1e-9 *
          best["contenders"][0]["value"], best)
    best = load(*asked, "--best", "pools.all.cost", "--highest")["best"]
    check("unless asked otherwise", best["name"] == "3 more", best)
    best = load(*asked, "--best", "channels.chat.service_level", "--indifference", "90%")["best"]
    check("a zone that takes all in ends at once", best["replications"] == 64 and not best["apart"], best)
    # The promise does not depend on how many replications the comparison had.
    few, many = (load("compare", mixed, "--alt", "x", "--set", "pools.all.extra += 1", "--replications", n, "--best",
                      "totals.cost_per_contact")["best"] for n in ("3", "130"))
    check("the same selection whatever was played before", few == many, (few, many))


# --- studies, files, gates ---

def check_study(room, mixed):
    study = os.path.join(room, "study.cfg")
    with open(study, "w", encoding="utf-8") as file:
        file.write('base = "mixed.cfg"; set = ( "replications = 12" );\n'
                   'alternatives = ( { name = "one"; set = ( "pools.all.extra += 1" ); },\n'
                   '  { name = "more bot"; set = ( "channels.chat.automation.resolves += 0.1", "pools.all.extra += 1" ); } );\n')
    from_study = load("compare", study)
    from_line = load("compare", mixed, "--replications", "12", "--alt", "one", "--set", "pools.all.extra += 1", "--alt",
                     "more bot", "--set", "channels.chat.automation.resolves += 0.1", "--set", "pools.all.extra += 1")
    for one in (from_study, from_line):
        one.pop("wall_s")
        one.pop("file")
        for alternative in one["alternatives"]:
            alternative.pop("file")
    check("a study is its command line", from_study == from_line)
    three = load("compare", study, "--set", "pools.all.extra += 2")
    check("--set adds to it", [a["name"] for a in three["alternatives"]] == ["one", "more bot", "pools.all.extra += 2"])
    place = os.path.join(room, "out")
    printed = text_of("compare", study, "-o", place, "--format", "csv", "--quiet")
    check("files", sorted(os.listdir(place)) == ["study-compare.csv", "study-compare.json", "study-compare.txt"])
    with open(os.path.join(place, "study-compare.csv"), encoding="utf-8") as file:
        check("the file is what is printed", file.read() == printed)


def check_wrong(room, mixed):
    axes = os.path.join(room, "axes.cfg")
    with open(axes, "w", encoding="utf-8") as file:
        file.write('base = "mixed.cfg"; axes = ( { path = "pools.all.extra"; values = [1, 2]; } );\n')
    for status, words in (
            (2, ["compare"]), (2, ["compare", mixed]), (2, ["compare", mixed, "--alt", "x"]),
            (2, ["compare", mixed, "--alt", "x", "--set", "pools.all.extra = 1", "--alt", "x", "--set", "pools.all.extra = 2"]),
            (2, ["compare", mixed, "--set", "pools.all.extra = 1", "--lowest"]),
            (2, ["compare", mixed, "--set", "pools.all.extra = 1", "--best", "totals.nothing"]),
            (2, ["compare", mixed, "--set", "pools.all.extra = 1", "--best", "channels.fax.offered"]),
            (2, ["compare", mixed, "--set", "pools.all.extra = 1", "--best", "channels.chat.wait_p90_s"]),
            (2, ["compare", mixed, "--set", "pools.all.extra = 1", "--best", "pools.all.cost", "--indifference", "1%"]),
            (2, ["compare", mixed, "--set", "pools.all.extra = 1", "--best", "pools.all.cost", "--indifference", "0"]),
            (2, ["compare", mixed, "--set", "pools.all.extra = 1", "--best", "pools.all.cost", "--lowest", "--highest"]),
            (2, ["compare", mixed, "--set", "pools.all.extra = 1", "--intervals"]),
            (2, ["compare", axes, "--set", "pools.all.extra = 1"]), (2, ["compare", mixed, axes]),
            (3, ["compare", mixed, "--set", "pools.all.agent = 3"]), (3, ["compare", mixed, "missing.cfg"]),
            (2, ["compare", mixed, "--set", "pools.all.extra = 1", "--best", "pools.all.present_h"])):
        text_of(*words, status=status)
    text_of("compare", mixed, "--set", "pools.all.agents = 1", "--gate", "--quiet", status=1)
    text_of("compare", mixed, "--set", "pools.all.agents = 30", "--set", "channels.mail.target = none", "--gate",
            "--quiet", status=0)
    # With a selection the gate is that of the best, here the base.
    text_of("compare", mixed, "--set", "pools.all.agents = 30", "--set", "channels.mail.target = none", "--best",
            "pools.all.cost", "--gate", "--quiet", status=1)


def main():
    with tempfile.TemporaryDirectory() as room:
        mixed = check_sides(room)
        check_bytes(mixed)
        check_same(mixed)
        check_mismatch(room, mixed)
        check_csv(mixed)
        check_widths()
        check_precision(mixed)
        check_best(mixed)
        check_study(room, mixed)
        check_wrong(room, mixed)
    print(f"{checks - failures} of {checks} checks passed")
    sys.exit(1 if failures else 0)


main()
