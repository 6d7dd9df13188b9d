# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays transcripts of the command line and compares them with what was written down. See run.sh."""
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# What differs from run to run and from version to version.
VARYING = (
    (re.compile(r'"wall_s": [-+.0-9e]+'), '"wall_s": 0.5'),
    (re.compile(r'"version": "[^"]*"'), '"version": "X"'),
    (re.compile(r"^staffcast [0-9]+\.[0-9]+\.[0-9]+$", re.MULTILINE), "staffcast X"),
)


def play(command, room, environment):
    done = subprocess.run(["bash", "-c", command], cwd=room, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=300, check=False)
    text = done.stdout.decode() + done.stderr.decode()
    for pattern, replacement in VARYING:
        text = pattern.sub(replacement, text)
    if text and not text.endswith("\n"):
        text += "(no end of line)\n"
    return text + (f"[{done.returncode}]\n" if done.returncode else "")


def replay(path, program):
    """The transcript as it is now. Each has a directory of its own, with the scenarios in it."""
    played = []
    with tempfile.TemporaryDirectory() as room:
        for name in os.listdir(HERE):
            if name.endswith(".cfg"):
                shutil.copy(os.path.join(HERE, name), room)
        os.mkdir(os.path.join(room, "bin"))
        os.symlink(program, os.path.join(room, "bin", "staffcast"))
        environment = {"PATH": os.path.join(room, "bin") + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm",
                       "HOME": room}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith("# "): # so output may not begin like that: print it with something before
                    played.append(line)
                elif line.startswith("$ "):
                    played.append(line + play(line[2:].rstrip("\n"), room, environment))
    return "".join(played)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--update"]
    update = len(arguments) < len(sys.argv) - 1
    if not arguments:
        sys.exit("usage: tests/golden/run.sh PROGRAM [--update] [NAME...]")
    program = os.path.abspath(arguments[0])
    names = arguments[1:] or sorted(name[:-4] for name in os.listdir(HERE) if name.endswith(".txt"))
    if not names:
        sys.exit("tests/golden: no transcripts")
    failed = 0
    for name in names:
        path = os.path.join(HERE, name + ".txt")
        with open(path, encoding="utf-8") as file:
            written = file.read()
        now = replay(path, program)
        if now == written:
            print(f"ok    {name}")
        elif update:
            with open(path, "w", encoding="utf-8") as file:
                file.write(now)
            print(f"new   {name}")
        else:
            failed += 1
            print(f"FAIL  {name}")
            sys.stdout.writelines(difflib.unified_diff(written.splitlines(True), now.splitlines(True),
                                                       "as written", "now", n=3))
    print(f"{len(names) - failed} of {len(names)} transcripts as written")
    sys.exit(1 if failed else 0)


main()
