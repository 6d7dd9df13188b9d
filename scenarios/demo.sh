#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../tests/support/setup.sh"

if [[ ${1-} == --help || ${1-} == -h ]]; then
    cat <<'TEXT'
usage: scenarios/demo.sh [OPTION OF staffcast run ...]

Installs the Debian packages that are missing (as root or with sudo), builds staffcast into build/ and plays
scenarios/bank-1999.cfg, a real bank's call centre. Can be run again and again; options are handed on:
scenarios/demo.sh --set 'pools.*.extra += 1'
TEXT
    exit
fi

packages_need build
build release -DSC_TESTS=OFF || fail "the build failed; the full output is in build/build.log"
say "playing scenarios/bank-1999.cfg"
cd "$root"
exec build/staffcast run "$@" scenarios/bank-1999.cfg
