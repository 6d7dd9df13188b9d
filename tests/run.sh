#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/support/setup.sh"

usage()
{
    cat <<'TEXT'
usage: tests/run.sh [COMMAND]

Installs the Debian packages that are missing (as root or with sudo), builds everything and runs the tests.

  all       what every change must pass (the default): all tests of the release build but the long ones, as root also a
            sweep over a real Slurm cluster, and the quick ones again with invariant checks and the address and
            undefined-behaviour sanitizers
  quick     unit, property, bad-input, golden and structure tests of the release build: minutes
  validate  all, the long checks, and the thread sanitizer
  asan      the quick tests, but for those that compare the bytes of many runs, with gcc's address and
            undefined-behaviour sanitizers and invariant checks
  tsan      the quick tests with clang's thread sanitizer
  coverage  the quick tests, and which lines of src/ they reach
  bench     speed of the formulas, of sweeps, and of the engine against a textbook kernel; rewrites
            results/erlang.md, results/sweep.md and results/benchmark.md

Builds go to build/ and build-*/. The last line is "N passed, N failed"; the exit status is 0 if none failed.
TEXT
}

passed=0
failed=0
not_quick='validate|long|cluster'

# run_tests PRESET [CTEST OPTION...]
run_tests()
{
    local preset=$1 status summary total lost skipped options=(-DSC_TESTS=ON)
    shift
    # A user's newer compiler may warn of more than ours; the sanitizers make gcc warn of what is not there.
    [[ -n ${CI-} && $preset == release ]] && options+=(-DCMAKE_COMPILE_WARNING_AS_ERROR=ON)
    build "$preset" "${options[@]}" || {
        say "the $preset build failed; the full output is in ${build_dir#"$root"/}"
        failed=$((failed + 1))
        return
    }
    say "testing ($preset)"
    summary=$build_dir/tests.xml
    rm -f "$summary"
    (cd "$root" && ctest --preset "$preset" -j "$(nproc)" --output-junit "$summary" "$@")
    status=$?
    total=$(sed -n 's/^[[:space:]]*tests="\([0-9]*\)".*/\1/p' "$summary" | head -n 1)
    lost=$(sed -n 's/^[[:space:]]*failures="\([0-9]*\)".*/\1/p' "$summary" | head -n 1)
    # ctest fails for more reasons than a test that fails: a program that was not built, no tests at all.
    ((status == 0 || ${lost:-0} > 0)) || lost=1
    skipped=$(sed -n 's/^[[:space:]]*skipped="\([0-9]*\)".*/\1/p' "$summary" | head -n 1)
    if ((${skipped:-0} > 0)); then
        say "SKIPPED: ${skipped} tests of the $preset build could not be run here; they are named above"
        grep -o 'SKIPPED: .*' "$summary"
    fi
    failed=$((failed + ${lost:-0}))
    passed=$((passed + ${total:-0} - ${lost:-0} - ${skipped:-0}))
}

# Tests that play the same runs over and over to compare them add nothing here: test_conservation and test_second_engine
# walk the same code. Nor do the long searches of the decisions: their parts have tests of their own.
not_asan='same_bytes|common_(random_)?numbers|late_looks|explain_(levers|mix|parts)|selection|compare_program|sweep_kill'
not_asan+='|test_(staff|plan|shifts|shift_roster|workforce)$|golden/(staff|plan|explain|compare|sweep)$'
asan() { run_tests asan -LE "$not_quick|tree" -E "$not_asan"; }
tsan() { run_tests tsan -LE "$not_quick|tree"; }

case ${1-all} in
all)
    packages_need build test
    run_tests release -LE long
    asan
    ;;
quick)
    packages_need build test
    run_tests release -LE "$not_quick"
    ;;
validate)
    packages_need build test tsan
    run_tests release
    asan
    tsan
    ;;
asan)
    packages_need build test
    asan
    ;;
tsan)
    packages_need build test tsan
    tsan
    ;;
coverage)
    packages_need build test coverage
    run_tests coverage -LE "$not_quick|tree"
    gcovr --root "$root" --filter "$root/src/" --exclude-unreachable-branches "$build_dir"
    ;;
bench)
    packages_need build test bench
    build release -DSC_TESTS=ON || fail "the build failed; the full output is in build/build.log"
    "$root/tests/bench/erlang.sh" "$build_dir"
    "$root/tests/bench/sweep.sh" "$build_dir/staffcast"
    exec "$root/tests/bench/run.sh" "$build_dir"
    ;;
--help | -h)
    usage
    exit
    ;;
*)
    usage >&2
    exit 2
    ;;
esac
echo "$passed passed, $failed failed"
exit $((failed > 0))
