#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: tests/validate/plan_results.py PROGRAM [FILE]

Runs the commands "$ staffcast ..." that the fenced blocks of results/plan.md (or FILE) begin with, and writes down
what they print now. The prose around them is yours to read again. Minutes.
"""
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    program = pathlib.Path(sys.argv[1]).resolve()
    page = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else ROOT / "results/plan.md"
    blocks = page.read_text().split("```\n")
    for i, block in enumerate(blocks):
        if not block.startswith("$ staffcast "):
            continue
        command = block.split("\n", 1)[0]
        print(command, file=sys.stderr)
        said = subprocess.run([program, *shlex.split(command)[2:]], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                              check=True)
        blocks[i] = f"{command}\n{said.stdout}"
    page.write_text("```\n".join(blocks))


if __name__ == "__main__":
    main()
