# TAP for tests in bash; sourced. A test is a function whose name is a sentence, or a command:
#
#     a_wrong_pin_is_refused() { ...; }
#     check a_wrong_pin_is_refused            prints "ok 1 - a wrong pin is refused"
#     check fits_the_certificate /tmp/a.pem   prints "ok 2 - fits the certificate a.pem"
#     finish
#
# Inside, every failing command ends the test (set -e), and what it printed is shown when it fails.
# shellcheck shell=bash

tap_count=0
tap_failed=0

tap_result() { # ok|not-ok SENTENCE [FILE WITH EXPLANATION]
    tap_count=$((tap_count + 1))
    if [ "$1" = ok ]; then
        echo "ok $tap_count - $2"
        return
    fi
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $2"
    [ -z "${3-}" ] || sed 's/^/#   /' "$3"
}

# Runs FUNCTION [ARGUMENT...] as one test. Not to be called in a condition: bash would then turn
# set -e off inside.
check() {
    local words=("${1//_/ }" "${@:2}") said status
    local sentence="${words[*]##*/}"
    said=$(mktemp)
    set +e
    (
        set -euo pipefail
        "$@"
    ) >"$said" 2>&1 </dev/null
    status=$?
    set -e
    if [ "$status" -eq 0 ]; then
        tap_result ok "$sentence"
    else
        echo "(status $status)" >>"$said"
        tap_result not-ok "$sentence" "$said"
    fi
    rm -f "$said"
}

# Runs COMMAND, which prints TAP itself, and takes its tests over as ours. A command that fails
# without telling a failed test is one failed test more.
relay() {
    local out status=0 line before=$tap_failed
    out=$(mktemp)
    "$@" >"$out" </dev/null || status=$?
    while IFS= read -r line; do
        case $line in
        'ok '*) tap_result ok "${line#* - }" ;;
        'not ok '*) tap_result not-ok "${line#* - }" ;;
        '1..'*) ;;
        *) printf '%s\n' "$line" ;;
        esac
    done <"$out"
    rm -f "$out"
    if [ "$status" -ne 0 ] && [ "$tap_failed" -eq "$before" ]; then
        tap_result not-ok "$* (status $status)"
    fi
}

finish() {
    echo "1..$tap_count"
    [ "$tap_failed" -eq 0 ] && [ "$tap_count" -gt 0 ]
    exit
}

# The whole test cannot run here: a loud skip, and in CI, where everything has to run, a failure.
cannot_run() {
    echo "$1" >&2
    if [ "${CI-}" = true ]; then
        tap_result not-ok "can run here: $1"
        finish
    fi
    echo "1..0 # SKIP $1"
    exit 0
}

fail() {
    echo "$*"
    return 1
}

# same WHAT EXPECTED ACTUAL
same() {
    [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# `! COMMAND` does not end a test; this does when COMMAND succeeds.
must_fail() {
    if "$@"; then fail "succeeded: $*"; fi
}
