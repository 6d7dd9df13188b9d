#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/cli/run.sh PROGRAM
#
# How the program behaves towards the system: full disks, closed outputs, terminals, exit statuses. What it prints is
# in the transcripts of tests/golden.
set -u
[[ $# -eq 1 ]] || { echo "usage: tests/cli/run.sh PROGRAM" >&2; exit 2; }
program=$(realpath "$1")
cases=$(cd "$(dirname "${BASH_SOURCE[0]}")/../golden" && pwd)
room=$(mktemp -d)
mounted=()
leave()
{
    local place
    for place in "${mounted[@]}"; do umount "$place"; done
    rm -rf "$room"
}
trap leave EXIT
cp "$cases"/*.cfg "$room"
cd "$room" || exit 1
mkdir bin
ln -s "$program" bin/staffcast
PATH=$room/bin:$PATH
unset NO_COLOR ARGP_HELP_FMT
export LC_ALL=C.UTF-8 TERM=xterm

checks=0
failed=0
# check WHAT CONDITION...: CONDITION is a command that must succeed.
check()
{
    local what=$1
    shift
    checks=$((checks + 1))
    if ! "$@"; then
        failed=$((failed + 1))
        echo "FAIL  $what: $*"
        [[ -s err ]] && sed 's/^/      stderr: /' err
    fi
}
# runs STATUS COMMAND...: standard error goes to err.
runs()
{
    local wanted=$1 got
    shift
    "$@" 2>err
    got=$?
    check "exit status of '$*' is $got" test "$got" -eq "$wanted"
}
is() { [[ $1 == "$2" ]]; }
contains() { grep -qF -- "$2" "$1"; }
lacks() { ! grep -qF -- "$2" "$1"; }
quietly() { "$@" >/dev/null; }

# --- standard output that takes nothing ---

full='staffcast: cannot write to standard output (No space left on device)'
to_full() { "$@" >/dev/full; }
to_closed() { "$@" >&-; }
to_gone() { { sleep 0.1; "$@"; echo $? >status; } | :; sleep 0.1; return "$(cat status)"; }
for command in 'run quiet.cfg' 'run quiet.cfg --format json' 'run desk.cfg --format csv --intervals -q' 'run --help' \
    'run --usage' 'run --version' '--help' '--version' 'help run' completion; do
    # shellcheck disable=SC2086 # words of a command
    runs 4 to_full staffcast $command
    check "the reason, once: $command" is "$(grep -v 'note:' err)" "$full"
    # shellcheck disable=SC2086
    runs 4 to_closed staffcast $command
    check "the reason: $command" contains err 'cannot write to standard output (Bad file descriptor)'
    # shellcheck disable=SC2086
    runs 4 to_gone staffcast $command
    check "the reason: $command" contains err 'cannot write to standard output (Broken pipe)'
done
# A closed standard output must not hand its number to a result file.
runs 4 to_closed staffcast run quiet.cfg -o kept --format json
check 'the file is whole' python3 -c 'import json; json.load(open("kept/quiet.json"))'
check 'and alone' is "$(ls kept | tr '\n' ' ')" 'quiet.csv quiet.json quiet.txt '

# --- directories that take nothing ---

runs 4 staffcast run quiet.cfg -o /proc/none
check 'it is named' contains err "cannot make the directory '/proc/none'"
touch taken
runs 4 staffcast run quiet.cfg -o taken
check 'it is named' contains err "cannot make the directory 'taken' (Not a directory)"
mkdir -p way/quiet.json
runs 4 staffcast run quiet.cfg -o way
check 'nothing is left but what was in the way' is "$(ls way | tr '\n' ' ')" 'quiet.json '
# mount_here PLACE OPTIONS: as root only.
mount_here()
{
    mkdir -p "$1"
    [[ $EUID -eq 0 ]] && mount -t tmpfs -o "$2" tmpfs "$1" 2>/dev/null && mounted+=("$room/$1")
}
if mount_here full size=16k; then
    runs 0 staffcast run quiet.cfg -o kept -q >/dev/null
    cp kept/quiet.json full/desk.json
    runs 4 staffcast run desk.cfg -o full --intervals
    check 'the reason' contains err '(No space left on device)'
    check 'the older file is as it was, and alone' is "$(ls full | tr '\n' ' ')" 'desk.json '
    check 'the older file is as it was' cmp full/desk.json kept/quiet.json
else
    echo 'note: not root, no small disk to fill'
fi
mount_here locked ro || chmod 500 locked
runs 4 staffcast run quiet.cfg -o locked
check 'it is named' contains err "cannot write 'locked/quiet."
runs 4 staffcast run quiet.cfg -o locked/deeper
check 'it is named' contains err "cannot make the directory 'locked/deeper'"

# --- scenarios with their staffing ---

staffs() { quietly staffcast staff team.cfg --per day --replications 60 --set 'seed = 8' "$@"; }
mkdir -p elsewhere
echo 'as it was' >elsewhere/kept.cfg
ln -s elsewhere/kept.cfg linked.cfg
runs 0 staffs --write linked.cfg
check 'a link stays one' test -L linked.cfg
check 'and is followed' contains elsewhere/kept.cfg 'staffing'
check 'what is left out is said' contains err "has the settings of 'team.cfg', but not its comments"
mkfifo pipe
for place in /dev/null elsewhere pipe; do
    runs 4 staffs --write "$place"
    check "it is named: $place" contains err "cannot write '$place' (a folder, device or pipe)"
    check 'nothing more is said' is "$(wc -l <err)" 1
done
check 'a pipe stays one' test -p pipe
check 'a device stays one' test -c /dev/null
runs 3 staffs --write new.cfg --set 'events = ( { name = "more"; at = "2026-01-06"; set = "pools.*.extra += 1"; } )'
check 'no word of a file that is not there' lacks err 'has the settings'
check 'which is not there' test ! -e new.cfg

# A roster with dates beside it: the same rule.
dated() { staffs --set 'days = 14' --set 'channels.phone.volume.growth = 0.9' --write dated.cfg; }
echo 'as it was' >elsewhere/roster.csv
ln -s elsewhere/roster.csv dated-front-line.csv
runs 0 dated
check 'a link stays one' test -L dated-front-line.csv
check 'and is followed' contains elsewhere/roster.csv 'start,agents'
runs 0 staffcast check dated.cfg -q
rm dated-front-line.csv dated.cfg
mkdir dated-front-line.csv
runs 4 dated
check 'it is named' contains err "cannot write 'dated-front-line.csv' (a folder, device or pipe)"
check 'nothing is left' test ! -e dated.cfg

# --- what a command refuses its help does not offer ---

while read -r command option value; do
    # shellcheck disable=SC2086 # may be empty
    runs 2 staffcast "$command" desk.cfg $option $value
    check "why, not that it is unknown: $command $option" lacks err 'unknown option'
    staffcast "$command" --help >help
    check "not in the help of $command" lacks help "  $option"
done <<'END'
check --format json
staff --intervals
staff --precision 0.01
plan --intervals
plan --precision 0.01
compare --intervals
explain --intervals
sweep --intervals
END
staffcast run --help >help
check 'but where it is understood' contains help '  --intervals'

# --- words and status agree ---

for replications in 1 2 4; do
    staffcast staff team.cfg --per day -q --replications $replications >out 2>err
    got=$?
    wanted=0
    contains out 'and yet not every target holds' && wanted=5
    check "staff with $replications replications ends with $got" test $got -eq $wanted
done

# --- exit statuses ---

runs 0 quietly staffcast run desk.cfg
runs 1 quietly staffcast run desk.cfg --gate --set 'channels.phone.target.answer = 0.9999'
runs 0 quietly staffcast run desk.cfg --gate --set 'channels.phone.target = { answer = 0.0001; within = "1 h"; }'
runs 0 quietly staffcast run quiet.cfg --gate
runs 2 quietly staffcast run
runs 3 quietly staffcast run missing.cfg
runs 3 quietly staffcast run quiet.cfg missing.cfg
check 'nothing is printed when a scenario is wrong' is "$(staffcast run quiet.cfg missing.cfg 2>/dev/null)" ''
runs 5 quietly staffcast staff team.cfg --replications 60 --set 'pools.front line.hours = { mon = "10:00-12:00"; }'
check 'nothing is printed where no heads were found' \
    is "$(staffcast staff team.cfg --replications 60 --set 'pools.front line.hours = { mon = "10:00-12:00"; }' 2>/dev/null)" ''
echo 'shifts = ( { starts = "09:00"; lengths = "4 h"; } );' >mornings.shifts
runs 5 quietly staffcast staff team.cfg --replications 60 --shifts=mornings.shifts
runs 0 quietly staffcast staff team.cfg --replications 60 --shifts --set 'channels.phone.target.answer = 0'
runs 5 quietly staffcast run quiet.cfg --precision 0.0000001 \
    --set 'channels.phone.target = { answer = 0.8; within = "20 s"; }' --set 'channels.phone.volume.spread = 0.5'

# --- the same bytes whatever the threads ---

for threads in 1 2 7; do
    staffcast run desk.cfg --format json --intervals --threads $threads -q | grep -v wall_s >"threads-$threads"
done
check '2 threads' cmp threads-1 threads-2
check '7 threads' cmp threads-1 threads-7
check 'there is something' test "$(wc -c <threads-1)" -gt 10000

# --- whole heads are whole ---

whole()
{
    python3 -c 'import json, sys
pools = json.load(sys.stdin)["intervals"]["pools"]
heads = [head for pool in pools for head in pool["scheduled"]]
sys.exit(not any(heads) or any(head != int(head) for head in heads))' <"$1"
}
# Heads that leave after the roster has dropped cut its intervals anywhere.
staffing='staffing = [0,0,0,0,0,0,0,0,0,9,7,4,9,5,3,8,6,0,0,0,0,0,0,0];'
sed "s/agents = 4;/$staffing/; s/per_day = 320/per_day = 900/" team.cfg >drops.cfg
staffcast run drops.cfg --format json --intervals -q >drops.json
check 'in intervals' whole drops.json

# --- the same figures in JSON and CSV, by day and by interval too ---

same_series()
{
    python3 -c 'import csv, json, sys
result = json.load(open("series.json"))
rows = {row["metric"]: row["mean"] for row in csv.DictReader(open("series.csv"))}
wanted = {}
for series in ("by_day", "intervals"):
    for at, start in enumerate(result[series]["start"]):
        for kind in ("channels", "pools"):
            for one in result[series][kind]:
                name = one["name"]
                for key in one.keys() - {"name"}:
                    wanted[f"{series}.{start}.{kind}.{name}.{key}"] = one[key][at]
        for key, value in result[series].get("totals", {}).items():
            wanted[f"{series}.{start}.totals.{key}"] = value[at]
found = {path: mean for path, mean in rows.items() if path.split(".")[0] in ("by_day", "intervals")}
wrong = [path for path in wanted.keys() | found.keys() if path not in wanted or path not in found or
         found[path] != "" and float(found[path]) != wanted[path] or found[path] == "" and wanted[path] is not None]
print(len(wanted), sorted(wrong)[:3])
sys.exit(not wanted or bool(wrong))'
}
staffcast run desk.cfg --format json --intervals -q >series.json
staffcast run desk.cfg --format csv --intervals -q >series.csv
check 'series' quietly same_series

# --- tables fit a line of 80 letters ---

narrow() { python3 -c 'import sys; sys.exit(max(map(len, sys.stdin.read().splitlines())) > 80)' <"$1"; }
for scenario in "$cases"/../../scenarios/*.cfg; do
    runs 0 staffcast run "$scenario" --replications 12 --intervals >out
    check "80 columns: ${scenario##*/}" narrow out
done

# --- terminals ---

escape=$'\033'
staffcast run desk.cfg --replications 500 >out 2>err
check 'no progress where there is no terminal' is "$(grep -v 'note:' err)" ''
check 'no colour where there is no terminal' lacks out "$escape"
# on_terminal COMMAND: its output, terminal and all, in the file screen.
on_terminal() { script -qec "$1" /dev/null </dev/null >screen; }
if command -v script >/dev/null; then
    on_terminal 'staffcast run desk.cfg --replications 3000 --threads 1'
    check 'a progress bar' contains screen '█'
    check 'which is erased' contains screen $'\r'"$escape[K$escape[1mSmall desk"
    check 'colour' contains screen "$escape[2mChannel"
    on_terminal 'staffcast run desk.cfg --replications 3000 --threads 1 --quiet'
    check 'no bar when quiet' lacks screen '█'
    on_terminal 'staffcast staff team.cfg --per day --shifts --threads 1'
    check 'a search says what it does' contains screen 'Small team  searching: '
    check 'and a roster' contains screen 'Small team  trimming: '
    check 'which is erased' contains screen $'\r'"$escape[K$escape[1mSmall team"
    on_terminal 'staffcast staff team.cfg --per day --shifts --threads 1 --quiet'
    check 'not when quiet' lacks screen 'searching'
    on_terminal 'NO_COLOR=1 staffcast run desk.cfg -q'
    check 'NO_COLOR' lacks screen "$escape"
    on_terminal 'NO_COLOR= staffcast run desk.cfg -q'
    check 'an empty NO_COLOR is none' contains screen "$escape[2mChannel"
    on_terminal 'TERM=dumb staffcast run desk.cfg --replications 3000 --threads 1'
    check 'a dumb terminal gets text' lacks screen "$escape"
    on_terminal 'staffcast run desk.cfg -q --format json'
    check 'data has no colour' lacks screen "$escape"
fi

# --- completion ---

complete_words()
{
    # shellcheck disable=SC2034 # read by the function of the script
    bash -c 'source <(staffcast completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _staffcast
             echo "${COMPREPLY[*]}"' bash "$@"
}
check 'commands' is "$(complete_words staffcast r)" run
check 'options' is "$(complete_words staffcast run --re)" --replications
check 'values' is "$(complete_words staffcast run --format c)" csv
check 'files' is "$(complete_words staffcast run des)" desk.cfg
check 'help' is "$(complete_words staffcast help ru)" run

echo "$((checks - failed)) of $checks checks passed"
exit $((failed > 0))
