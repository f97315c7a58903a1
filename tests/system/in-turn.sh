#!/usr/bin/env bash
# Two programs sign a hundred times each with one key, side by side, and a third one selects another
# application of the card in between.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

signatures=100

# A signature under PKCS #1 v1.5 has no random part: all are the one that OpenSSL has found good.
sign_once() {
    answers CKR_OK first sign Authentication SHA256-RSA-PKCS letter.txt good.sig
    signature_fits key.pem letter.txt good.sig
}

both_log_in() {
    local program
    for program in first second; do
        answers CKR_OK "$program" initialize
        answers CKR_OK "$program" login Authentication "$AUTH_PIN"
        answers CKR_OK "$program" find Authentication
    done
    sign_once
}

is_good() { # PROGRAM
    same "$1" CKR_OK "$(hear "$1")"
    cmp good.sig "$1.sig"
    rm "$1.sig"
}

# Both are told before either is heard, so they meet at the card. DISTURB is called between the two.
both_sign_so_often() { # TIMES [DISTURB]
    local i program
    for ((i = 0; i < $1; i++)); do
        tell first sign Authentication SHA256-RSA-PKCS letter.txt first.sig
        ${2-}
        tell second sign Authentication SHA256-RSA-PKCS letter.txt second.sig
        is_good first
        is_good second
    done
}

another_selects() {
    "$MYNAKEY_BUILD/tests/system/intruder" 0 select
}

side_by_side_they_sign_a_hundred_times_with_one_pin_each() {
    both_sign_so_often "$signatures"
    same "PINs sent" 2 "$(verifies)"
}

# What another program has closed is opened again with the PIN that was kept, once for each time that it
# was closed: the key is the card's, so that one program opens it for both.
with_a_third_in_between_too() {
    local before sent
    before=$(verifies)
    both_sign_so_often "$signatures" another_selects
    sent=$(($(verifies) - before))
    echo "PINs sent again: $sent"
    [ "$sent" -gt 0 ]
    [ "$sent" -le "$signatures" ]
    echo "$sent" >sent
}

no_try_was_lost() {
    same "refused PINs" 0 "$(refused_verifies)"
    same "tries left" "$(cat tries.before)" "$(card tries)"
}

cd "$TMPDIR"
letter letter.txt
openssl x509 -in "$PKI/auth.pem" -pubkey -noout >key.pem
card tries >tries.before
start_caller first
start_caller second
check both_log_in
check side_by_side_they_sign_a_hundred_times_with_one_pin_each
check with_a_third_in_between_too
check no_try_was_lost
echo "# two programs, $((4 * signatures)) signatures; a third selected $signatures times," \
    "PINs sent again $(cat sent), refused $(refused_verifies)"
finish
