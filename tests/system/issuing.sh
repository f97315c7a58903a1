# For the tests of the verbs that make certificates. Sourced.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/world.sh"
export LC_ALL=C

passphrase="kiyoi mizu no nagare 7"

# --- running it ------------------------------------------------------------------------------------

# issue STATUS OPTION...: in the folder that is current. What it said is in `said`.
issue() {
    local status=0
    printf '%s\n' "$SIGN_PIN" >"$TMPDIR/pin"
    printf '%s\n' "$passphrase" >"$TMPDIR/passphrase"
    "$MYNAKEY" issue --pin-file "$TMPDIR/pin" --passphrase-file "$TMPDIR/passphrase" --yes \
        --anchor "$PKI/sign-ca.pem" "${@:2}" >"$TMPDIR/said" 2>&1 || status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

# An own folder for a test.
enter() {
    mkdir -p "$TMPDIR/$1"
    cd "$TMPDIR/$1"
}

nothing_is_here() {
    same "files here" "" "$(ls -A)"
}

said() {
    grep -F -- "$1" "$TMPDIR/said"
}

# Runs the rest and holds how many PINs reached the card.
with_verifies() { # COUNT COMMAND...
    local before
    before=$(verifies)
    "${@:2}"
    same "VERIFY commands" "$1" "$(($(verifies) - before))"
}

# refuses STATUS VERIFIES WORDS OPTION...: nothing is left, and the reason is told.
refuses() {
    with_verifies "$2" issue "$1" --no-add --key p256 "${@:4}"
    said "$3"
    nothing_is_here
}
