#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the shape of the source tree: what may include what, what each file must hold, what may lie where.

The order of the folders is the order of the data flow, and is read from CMakeLists.txt. A public header
include/staffcast/x.h belongs to the first folder that is called x or has a source x.c; OWNER names the rest.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md",
    "src", "include", "scenarios", "results", "tests",
}
MAX_LINES = 600
MAX_COLUMNS = 120
SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
# Public headers that are named neither like a folder nor like a source file.
OWNER = {"erlang": "theory"}
# Absolute paths that only exist on one machine. Each pattern is broken up so that it does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:" + "|".join(["ho" "me/", "wo" "rk/", "ro" "ot/", "t" "mp/"]) + ")")
SOURCE = (".c", ".h", ".py", ".sh", ".cmake")

faults = []


def fault(path, line, message):
    faults.append(f"{path}:{line}: {message}" if line else f"{path}: {message}")


def tree():
    """Files of the tree, relative to it: what git would commit, or all but hidden and build folders."""
    if shutil.which("git"):
        listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                capture_output=True, check=False)
        names = [name for name in listed.stdout.decode().split("\0") if name] if listed.returncode == 0 else []
        if names:
            return sorted(name for name in names if os.path.isfile(os.path.join(ROOT, name)))
    found = []
    for folder, folders, names in os.walk(ROOT):
        if folder == ROOT:
            folders[:] = [name for name in folders if name != ".git" and not re.fullmatch(r"build(-.*)?", name)]
        found += [os.path.relpath(os.path.join(folder, name), ROOT) for name in names]
    return sorted(found)


def read(path):
    # Inputs of tests may be broken on purpose.
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace", newline="") as file:
        return file.read()


def folder_order():
    return re.search(r"set\(SC_FOLDERS ([a-z ]+)\)", read("CMakeLists.txt")).group(1).split() + ["cli"]


def check_top_level(files):
    for name in sorted({path.split("/")[0] for path in files}):
        if name not in TOP_LEVEL and not name.startswith("."):
            fault(name, 0, "not one of the entries that the top level may hold")


def check_text(path, text):
    is_code = path.endswith(SOURCE) or text.startswith("#!")
    is_source = is_code or path.endswith("CMakeLists.txt")
    lines = text.split("\n")
    if is_code and not any(SPDX in line for line in lines[:2]):
        fault(path, 1, f"no licence line; the first line (after #!) would say {SPDX}")
    if is_source and len(lines) - 1 > MAX_LINES:
        fault(path, 0, f"{len(lines) - 1} lines; at most {MAX_LINES} are wanted")
    for number, line in enumerate(lines, 1):
        if path.endswith((".c", ".h")):
            if "\t" in line:
                fault(path, number, "a tab; four spaces are wanted")
            if len(line) > MAX_COLUMNS:
                fault(path, number, f"{len(line)} columns; at most {MAX_COLUMNS} are wanted")
        if path.endswith(".md") and "/" not in path and len(line) > MAX_COLUMNS and not line.startswith("|"):
            fault(path, number, f"{len(line)} columns; at most {MAX_COLUMNS} are wanted")
        if is_source and line != line.rstrip():
            fault(path, number, "blanks at the end of the line")
        if MACHINE_PATH.search(line):
            fault(path, number, "an absolute path that other machines do not have")
    if is_source and text and not text.endswith("\n"):
        fault(path, len(lines), "no line feed at the end of the file")


def header_owner(name, files, order):
    for folder in order:
        if name == folder or f"src/{folder}/{name}.c" in files:
            return folder
    return OWNER.get(name)


def check_includes(files, order):
    known = set(files)
    rank = {folder: position for position, folder in enumerate(order)}
    owner = {}
    for path in files:
        match = re.fullmatch(r"include/staffcast/(\w+)\.h", path)
        if match:
            owner[match.group(1)] = header_owner(match.group(1), known, order)
            if owner[match.group(1)] is None:
                fault(path, 0, "belongs to no folder of src (none is called so or has a source of that name); "
                      "OWNER of tests/structure.py would name it")
    for path in files:
        match = re.fullmatch(r"(?:src/(\w+)/.*|include/staffcast/(\w+))\.[ch]", path)
        if not match:
            if path.startswith(("src/", "include/")) and path.endswith((".c", ".h")):
                fault(path, 0, "lies in none of the folders src/FOLDER/ and include/staffcast/")
            continue
        mine = match.group(1) or owner[match.group(2)]
        if mine is None:
            continue
        if mine not in rank:
            fault(path, 0, f"folder {mine} is not in the order: {' '.join(order)}")
            continue
        for number, line in enumerate(read(path).split("\n"), 1):
            found = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
            if not found:
                continue
            name = found.group(1)
            if f"include/{name}" in known:
                theirs = owner[os.path.basename(name)[:-2]]
                if theirs is None:
                    continue
            elif f"src/{name}" in known:
                theirs = name.split("/")[0]
                if path.startswith("include/"):
                    fault(path, number, f"a public header includes the private {name}")
                    continue
            else:
                fault(path, number, f'"{name}" is no header of the project; "staffcast/x.h" or "folder/x.h" is wanted')
                continue
            if rank.get(theirs, -1) > rank[mine]:
                fault(path, number, f"{mine} includes {name} of {theirs}, which comes after it: {' '.join(order)}")


def check_headers_alone(files):
    """Each header compiles as the only one of a file: public ones also as C++, for those who embed the library."""
    options = [f"-I{ROOT}/include", f"-I{ROOT}/src", f"-I{ROOT}/tests", "-fsyntax-only", "-Wall", "-Wextra", "-Werror"]
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            if not path.endswith(".h"):
                continue
            name = f"{ROOT}/{path}"
            jobs = [("c", ["gcc", "-std=gnu17", "-D_GNU_SOURCE"], f'#include "{name}"\n#include "{name}"\n')]
            if path.startswith("include/"):
                jobs.append(("cc", ["g++", "-std=c++17", "-Wno-missing-field-initializers"],
                             f'extern "C" {{\n#include "{name}"\n}}\n'))
            for suffix, compiler, text in jobs:
                source = os.path.join(folder, f"alone.{suffix}")
                with open(source, "w", encoding="utf-8") as file:
                    file.write(text)
                run = subprocess.run(compiler + options + [source], capture_output=True, text=True, check=False)
                if run.returncode != 0:
                    fault(path, 0, f"does not compile alone with {compiler[0]}:\n{run.stderr.rstrip()}")


def main():
    files = tree()
    order = folder_order()
    check_top_level(files)
    for path in files:
        check_text(path, read(path))
    check_includes(files, order)
    check_headers_alone(files)
    for line in faults:
        print(line)
    print(f"{len(files)} files, {len(faults)} faults")
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
