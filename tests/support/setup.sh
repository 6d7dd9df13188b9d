# SPDX-License-Identifier: GPL-3.0-or-later
#
# What scenarios/demo.sh and tests/run.sh share: the Debian packages, and how to build quietly.
# Sourced, never run. The lists below are the only ones; a package goes where it is first needed.

packages_build="gcc libc6-dev make cmake pkg-config
    libgsl-dev libconfig-dev libjansson-dev libsmartcols-dev libcsv-dev libsqlite3-dev libglpk-dev"
packages_test="libcmocka-dev g++ python3 python3-mpmath"
packages_tsan="clang libclang-rt-dev libomp-dev"
packages_coverage="gcovr"
packages_bench="valgrind"
packages_cluster="slurm-wlm munge iproute2"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '== %s\n' "$*"; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# packages_need LIST...: installs those that are missing, and calls apt only then.
packages_need()
{
    local list name log missing=() as_root=()
    for list in "$@"; do
        list=packages_$list
        for name in ${!list}; do
            [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
        done
    done
    if ((${#missing[@]} == 0)); then
        say "packages: all there"
        return
    fi
    if ! command -v apt-get >/dev/null; then
        say "packages: no apt-get here; if the build fails, install what Debian calls: ${missing[*]}"
        return
    fi
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            fail "packages are missing, and this is neither root nor is sudo there; have root run: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "packages: installing ${missing[*]}"
    log=$(mktemp)
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
    { quietly "$log" "${apt[@]}" update </dev/null &&
        quietly "$log" "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null; } ||
        fail "packages could not be installed; as root run: apt-get install ${missing[*]}"
    rm -f "$log"
}

# quietly LOG COMMAND...: output goes to LOG, and to the terminal only when the command fails.
quietly()
{
    local log=$1
    shift
    "$@" >"$log" 2>&1 && return
    tail -n 60 "$log"
    return 1
}

# build PRESET [CMAKE OPTION...]: configures and builds; sets build_dir.
build()
{
    local preset=$1 cache fresh=()
    shift
    build_dir=$root/build
    [[ $preset == release ]] || build_dir=$root/build-$preset
    mkdir -p "$build_dir"
    cache=$build_dir/CMakeCache.txt
    # A tree that was copied or moved keeps the paths of the old place: begin afresh.
    if [[ -f $cache ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
        fresh=(--fresh)
    fi
    say "building ($preset, into ${build_dir#"$root"/})"
    (cd "$root" && quietly "$build_dir/configure.log" cmake "${fresh[@]}" --preset "$preset" "$@") &&
        quietly "$build_dir/build.log" cmake --build "$build_dir" -j "$(nproc)"
}
