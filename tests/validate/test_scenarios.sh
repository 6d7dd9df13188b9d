#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/validate/test_scenarios.sh PROGRAM [--update]
#
# The shipped scenarios check without a warning and give their references results/scenarios/NAME.csv to the byte; the
# findings in results/findings.md and README.md are what the what-ifs give, each larger than its paired interval.
# --update writes the references down as they are now.
set -euo pipefail
[[ $# -ge 1 ]] || { echo "usage: test_scenarios.sh PROGRAM [--update]" >&2; exit 2; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$1 update=${2-}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
failed=0 count=0

# same FILE NOW: the file as written down and as it is now; says where they part.
same()
{
    count=$((count + 1))
    if cmp -s "$1" "$2"; then
        return
    elif [[ $update == --update ]]; then
        mkdir -p "$(dirname "$1")"
        cp "$2" "$1"
        echo "new   ${1#"$root"/}"
    else
        echo "FAIL  ${1#"$root"/}"
        diff "$1" "$2" | head -n 6 || true
        failed=$((failed + 1))
    fi
}

for scenario in "$root"/scenarios/*.cfg; do
    name=$(basename "$scenario" .cfg)
    [[ $name == bank-* ]] && continue # derived from data, each with a result of its own
    "$program" check "$scenario" > "$room/check" 2>&1 || true
    if [[ $(wc -l < "$room/check") -ne 1 ]] || ! grep -q ': fine: ' "$room/check"; then
        echo "FAIL  staffcast check scenarios/$name.cfg"
        cat "$room/check"
        failed=$((failed + 1))
    fi
    "$program" run --quiet --format csv "$scenario" > "$room/$name.csv"
    same "$root/results/scenarios/$name.csv" "$room/$name.csv"
done

findings=$(dirname "$program")/scenarios/findings
cp "$root/README.md" "$room/README.md"
if "$findings" "$root/scenarios" "$room/findings.md" "$room/README.md"; then
    same "$root/results/findings.md" "$room/findings.md"
    same "$root/README.md" "$room/README.md"
else
    failed=$((failed + 1))
fi
((count > 0)) || { echo "no scenarios"; exit 1; }
echo "$((count - failed)) of $count as written"
exit $((failed > 0))
