#!/usr/bin/env bash
# The card is taken away while a program uses it, and comes back.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

sign_once() {
    call program sign Authentication SHA256-RSA-PKCS letter.txt letter.sig
}

a_program_signs() {
    answers CKR_OK program login Authentication "$AUTH_PIN"
    answers CKR_OK program find Authentication
    same sign CKR_OK "$(sign_once)"
}

without_the_card_it_is_told_so() {
    card remove
    until_the_card_is_gone
    grep -xE "CKR_DEVICE_REMOVED|CKR_SESSION_HANDLE_INVALID|CKR_TOKEN_NOT_PRESENT" <<<"$(sign_once)"
    same tokens CKR_OK "$(call program tokens)"
}

an_event_tells_of_it() {
    answers "CKR_OK 1" program event
    answers "CKR_OK 2" program event
    answers CKR_NO_EVENT program event
}

with_the_card_again_a_new_login_is_needed() {
    card insert
    "$MYNAKEY_BUILD/tests/system/card_seen" 1
    same tokens "CKR_OK [JPKI Authentication] [JPKI Signature]" "$(call program tokens)"
    must_fail grep -x CKR_OK <<<"$(sign_once)"
}

the_program_goes_on() {
    call program close Authentication
    a_program_signs
    certificate_of auth read.der
    signature_fits read.der.pub letter.txt letter.sig
}

no_pin_was_refused() {
    same "refused PINs" 0 "$(refused_verifies)"
}

cd "$TMPDIR"
letter letter.txt
start_caller program
{ call program initialize && call program event; } >initialized
check a_program_signs
check without_the_card_it_is_told_so
check an_event_tells_of_it
check with_the_card_again_a_new_login_is_needed
check the_program_goes_on
check no_pin_was_refused
finish
