#!/usr/bin/env bash
# Several programs use one card at the same time.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

intrude() {
    "$MYNAKEY_BUILD/tests/system/intruder" 0 "$1"
}

signs() { # PROGRAM TOKEN
    rm -f letter.sig
    answers CKR_OK "$1" sign "$2" SHA256-RSA-PKCS letter.txt letter.sig
    signature_fits key.pem letter.txt letter.sig
}

two_programs_log_in() {
    local program
    for program in first second; do
        answers CKR_OK "$program" login Authentication "$AUTH_PIN"
        answers CKR_OK "$program" find Authentication
    done
}

they_sign_in_turn() {
    local i
    for i in {1..5}; do
        echo "round $i"
        signs first Authentication
        signs second Authentication
    done
}

a_third_that_does_this_in_between_does_not_hurt() { # select|reset|unpower
    local i
    for i in {1..3}; do
        echo "round $i"
        intrude "$1"
        signs first Authentication
        intrude "$1"
        signs second Authentication
    done
}

the_end_of_one_leaves_the_other_working() {
    answers CKR_OK first finalize
    signs second Authentication
}

# The signing password is kept nowhere: what another program closed stays closed.
the_signing_key_wants_its_password_again() {
    openssl x509 -in "$PKI/sign.pem" -pubkey -noout >key.pem
    answers CKR_OK second login Signature "$SIGN_PIN"
    answers CKR_OK second find Signature
    signs second Signature
    intrude select
    answers CKR_USER_NOT_LOGGED_IN second sign Signature SHA256-RSA-PKCS letter.txt letter.sig
    answers CKR_OK second login Signature "$SIGN_PIN"
    answers CKR_OK second find Signature
    signs second Signature
}

no_try_was_lost() {
    same "refused PINs" 0 "$(refused_verifies)"
}

# Both have kept the PIN that a third program changes. One of them finds out at the price of a try;
# the counter then warns the other.
a_changed_pin_costs_one_try_however_many_have_kept_it() {
    local refused
    refused=$(refused_verifies)
    answers CKR_OK third initialize
    answers CKR_OK third login Authentication "$AUTH_PIN"
    local program
    for program in second third; do
        answers CKR_OK "$program" find Authentication
    done
    pkcs11-tool --module "$MODULE" --token-label "JPKI Authentication" --change-pin \
        --login --pin "$AUTH_PIN" --new-pin 7777
    for program in second third second third; do
        must_fail grep CKR_OK <<<"$(call "$program" sign Authentication SHA256-RSA-PKCS letter.txt \
            letter.sig)"
    done
    same "refused PINs" $((refused + 1)) "$(refused_verifies)"
    answers CKR_OK third login Authentication 7777
    answers CKR_OK second login Authentication 7777
}

cd "$TMPDIR"
letter letter.txt
openssl x509 -in "$PKI/auth.pem" -pubkey -noout >key.pem
start_caller first
start_caller second
start_caller third
{ call first initialize && call second initialize; } >initialized
check two_programs_log_in
check they_sign_in_turn
check a_third_that_does_this_in_between_does_not_hurt select
check a_third_that_does_this_in_between_does_not_hurt reset
check a_third_that_does_this_in_between_does_not_hurt unpower
check the_end_of_one_leaves_the_other_working
check the_signing_key_wants_its_password_again
check no_try_was_lost
check a_changed_pin_costs_one_try_however_many_have_kept_it
finish
