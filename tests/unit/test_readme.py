# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: test_readme.py PROGRAM

What README.md shows is what the program prints. The block that begins with `name` is desk.cfg; of every block that
begins with "$ " the commands are run, one behind the other, and must print the lines that follow: all of them, but for
those that a line "…" stands for.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def blocks(text):
    return [match.group(1) for match in re.finditer(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def examples(block):
    """(command, [line, …]) of a block; a command goes on behind a backslash."""
    found = []
    for line in block.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line.rstrip())
    return found


def fits(wanted, printed):
    """Whether the lines are those printed, "…" being any number of them."""
    if not wanted:
        return not printed
    if wanted[0] == "…":
        return any(fits(wanted[1:], printed[skipped:]) for skipped in range(len(printed) + 1))
    return bool(printed) and wanted[0] == printed[0] and fits(wanted[1:], printed[1:])


def main():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        found = blocks(file.read())
    shown = [example for block in found if block.startswith("$ ") for example in examples(block)]
    failed = 0
    with tempfile.TemporaryDirectory() as room:
        os.symlink(os.path.abspath(sys.argv[1]), os.path.join(room, "staffcast"))
        with open(os.path.join(room, "desk.cfg"), "w", encoding="utf-8") as file:
            file.write(next(block for block in found if block.startswith("name ")))
        environment = dict(os.environ, PATH=room + ":" + os.environ["PATH"], LC_ALL="C.UTF-8", TERM="dumb")
        for command, wanted in shown:
            done = subprocess.run(["bash", "-c", command], cwd=room, env=environment, capture_output=True, timeout=600,
                                  check=False)
            printed = [line.rstrip() for line in done.stdout.decode().splitlines()]
            if done.returncode != 0 or not fits(wanted, printed):
                failed += 1
                print(f"FAIL  {command} ends with {done.returncode} and prints\n" + "\n".join(printed) +
                      "\nbut in README.md stands\n" + "\n".join(wanted) + "\n" + done.stderr.decode())
    print(f"{len(shown) - failed} of {len(shown)} examples of README.md are as they stand there")
    sys.exit(1 if failed or len(shown) < 4 else 0)


main()
