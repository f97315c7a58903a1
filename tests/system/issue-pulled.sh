#!/usr/bin/env bash
# The card is pulled while `mynakey issue` is at work.
set -euo pipefail
. "$(dirname "$0")/issuing.sh"
in_world

# Pulls it at the first command of the run, then at the second, and so on until a run is not touched.
a_card_pulled_at_any_command_leaves_nothing() {
    enter pulled
    local n status
    printf '%s\n' "$SIGN_PIN" >"$TMPDIR/pin"
    printf '%s\n' "$passphrase" >"$TMPDIR/passphrase"
    for ((n = 1; n < 100; n++)); do
        card reset-count
        card fault "$n:removed"
        status=0
        "$MYNAKEY" issue --no-add --yes --key p256 --anchor "$PKI/sign-ca.pem" \
            --pin-file "$TMPDIR/pin" --passphrase-file "$TMPDIR/passphrase" >"$TMPDIR/said" 2>&1 || status=$?
        [ "$(card count)" -ge "$n" ] || break
        [ "$status" -ne 0 ] || [ -e MyNumCert.pfx ] || fail "it says it is done"
        if [ "$status" -eq 0 ]; then break; fi
        nothing_is_here
        put_the_card_back
    done
    echo "$n commands"
    [ "$n" -gt 8 ] && [ "$n" -lt 100 ]
    same "exit status of the one that was let be" 0 "$status"
}

check a_card_pulled_at_any_command_leaves_nothing
finish
