#!/usr/bin/env bash
# Builds everything and runs every test; the last line counts them.
#
#     ./check.sh            gcc, clang, sanitizers, and both Debians from nothing (needs root for the
#                           last: without it they are skipped)
#     ./check.sh --quick    gcc only, and without what takes long
#
# Missing Debian packages are installed (as root or through sudo). With CI=true in the environment a
# skipped test counts as a failed one.
set -euo pipefail
cd "$(dirname "$0")"
. tests/packages.sh

packages=("${packages_to_build[@]}" "${packages_to_run[@]}" "${packages_to_test[@]}")
quick=
case ${1-} in
--quick) quick=yes ;;
'')
    packages+=(clang shellcheck debootstrap git "${packages_for_clients[@]}")
    # Debian 12 has them; where they are not, the tests of formatting and analysis are not part of the list.
    if grep -q '^VERSION_CODENAME=bookworm' /etc/os-release; then
        packages+=(clang-format-14 clang-tidy-14 cppcheck)
    fi
    ;;
*)
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac

logs=$(mktemp -d)
lanes=()
end_everything() {
    local lane
    for lane in "${lanes[@]}"; do kill -- "-$lane" 2>/dev/null || true; done
    rm -rf "$logs"
}
trap end_everything EXIT

# For what has no tests to count.
count_a_failure() { # NAME WHAT
    echo "0 1 0" >"$logs/$1.sums"
    echo "  $1: $2: 1 failed" >>"$logs/$1.lines"
}

# Shows a finished run as one block (others may run beside it) and keeps its sums.
report() { # NAME FILE-FOR-TALLY...
    python3 tests/tally.py "$@" 2>"$logs/$1.lines" >"$logs/$1.sums" ||
        count_a_failure "$1" "counting its tests"
    flock "$logs" cat "$logs/$1.lines"
}

report_a_failed_build() { # NAME
    count_a_failure "$1" "the build"
    cat "$logs/$1.log" >>"$logs/$1.lines"
    flock "$logs" cat "$logs/$1.lines"
}

# build_and_test NAME COMPILER SUITES TARGETS MESON-OPTION...: builds in build-NAME and runs tests there.
# SUITES are options of `meson test`, TARGETS of ninja; without targets everything is built.
build_and_test() {
    local name=$1 compiler=$2 folder=build-$1 setup=() suites targets
    read -ra suites <<<"$3"
    read -ra targets <<<"$4"
    shift 4
    [ ! -e "$folder/build.ninja" ] || setup=(--reconfigure)
    if ! { CC=$compiler meson setup "${setup[@]}" "$folder" --werror "$@" && ninja -C "$folder" "${targets[@]}"; } \
        >"$logs/$name.log" 2>&1; then
        report_a_failed_build "$name"
        return
    fi
    # Most system tests wait for other programs most of the time.
    meson test -C "$folder" --no-rebuild "${suites[@]}" --num-processes 4 --timeout-multiplier 3 \
        >"$logs/$name.log" 2>&1 || true
    report "$name" "$folder/meson-logs/testlog.json"
}

with_gcc() { # SUITES
    build_and_test gcc gcc "$1" ''
    [ ! -e build-gcc/build.ninja ] || flock "$logs" tests/bench/run build-gcc ||
        echo "  gcc: the benchmark could not run"
}

# What another compiler sees and makes; how programs act together has nothing to do with it. Nor has how
# well it optimises.
with_clang() {
    build_and_test clang clang '--suite unit --suite cryptoki --suite fuzz' '' -Doptimization=0
}

# Optimised as little as makes what is built both soon built and soon run.
with_sanitizers() {
    UBSAN_OPTIONS=print_stacktrace=1 build_and_test sanitizers gcc '--no-suite clients --no-suite lint' '' \
        -Doptimization=1 -Db_sanitize=address,undefined -Dc_args=-fno-sanitize-recover=undefined
}

with_thread_sanitizer() {
    build_and_test threads gcc '--suite threads' threads -Db_sanitize=thread
}

# This machine's own release is already tested by all of the above: the other one gets the quick check.
on_a_fresh_machine() { # SUITE
    local status=0 more=(--check)
    ! grep -q "^VERSION_CODENAME=$1" /etc/os-release || more=()
    tests/system/fresh-machine.sh "$1" "${more[@]}" >"$logs/$1.tap" 2>&1 || status=$?
    echo "$status" >"$logs/$1.status"
    report "fresh $1" "$logs/$1.tap"
}

install_packages "${packages[@]}"
started=$SECONDS
if [ -n "$quick" ]; then
    # Other people's programs, which want many packages, are for the full run; so is what has little to
    # do with the machine that it runs on.
    with_gcc '--no-suite clients --no-suite stress --no-suite analysis'
else
    set -m # each lane a process group of its own, so that nothing outlives an interrupted check
    on_a_fresh_machine trixie </dev/null &
    lanes+=($!)
    # All others give way to it: it takes longest by itself, and would else end last, alone.
    renice "$(($(nice) + 5))" -p $$ >/dev/null
    (
        with_gcc ''
        with_clang
    ) </dev/null &
    lanes+=($!)
    with_sanitizers </dev/null &
    lanes+=($!)
    (
        on_a_fresh_machine bookworm
        with_thread_sanitizer
    ) </dev/null &
    lanes+=($!)
    for lane in "${lanes[@]}"; do
        wait "$lane" || { count_a_failure "part $lane" "it broke off" && cat "$logs/part $lane.lines"; }
    done
    lanes=()
fi

read -r passed failed skipped < <(cat "$logs"/*.sums | awk '{p += $1; f += $2; s += $3} END {print p+0, f+0, s+0}')
if [ "$failed" -gt 0 ]; then
    # Once more, for whoever begins to read at the end.
    echo "failed:"
    grep -hE '[1-9][0-9]* failed|not ok [0-9]+ ' "$logs"/*.lines
fi
echo "in $(((SECONDS - started) / 60)) min $(((SECONDS - started) % 60)) s:"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] && { [ "$skipped" -eq 0 ] || [ "${CI-}" != true ]; }
