#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every NAME.cfg here is a bad scenario, and NAME.expected what `staffcast check` must say of it, to the letter.
# Comments at the top of a scenario may set:
#   # args: --set '…'    more words for the command line
#   # exit: 0            the exit status, 3 where it is not said
set -u

usage()
{
    echo "usage: tests/bad/run.sh STAFFCAST [--update]"
    echo "Compares what STAFFCAST says of each bad scenario; --update writes what it says now as expected."
}

if [ $# -lt 1 ] || [ "$1" = --help ]; then
    usage
    exit 2
fi
program=$(realpath "$1")
update=${2-}
cd "$(dirname "$0")" || exit 4
passed=0
failed=0
for scenario in *.cfg; do
    name=${scenario%.cfg}
    expected_status=$(sed -n 's/^# exit: \([0-9]*\).*/\1/p' "$scenario" | head -n 1)
    eval "arguments=($(sed -n 's/^# args: //p' "$scenario" | head -n 1))"
    said=$("$program" check "$scenario" ${arguments[@]+"${arguments[@]}"} 2>&1 >/dev/null; echo "exit $?")
    if [ "$update" = --update ]; then
        printf '%s\n' "$said" >"$name.expected"
    fi
    if [ "$said" = "$(cat "$name.expected" 2>/dev/null)" ] && [ "${said##*exit }" = "${expected_status:-3}" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $name"
        diff <(cat "$name.expected" 2>/dev/null) <(printf '%s\n' "$said") | sed 's/^/    /'
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
