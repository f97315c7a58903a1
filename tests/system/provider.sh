#!/usr/bin/env bash
# Hosts whose OpenSSL configuration has a provider that loads our module, initialises it and asks it for
# its slots, as soon as OpenSSL reads that configuration: with a card, whoever then uses the module.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

configured() { # COMMAND...
    OPENSSL_CONF=$TMPDIR/openssl.cnf MYNAKEY_MODULE=$MODULE "$@"
}

signs_with_both_keys() { # PROGRAM
    local role token
    for role in auth sign; do
        token=$(label_of "$role")
        answers CKR_OK "$1" login "${token#JPKI }" "$(pin_of "$role")"
        answers CKR_OK "$1" find "${token#JPKI }"
        answers CKR_OK "$1" sign "${token#JPKI }" SHA256-RSA-PKCS letter.txt letter.sig
        openssl x509 -in "$PKI/$role.pem" -pubkey -noout >key.pem
        signature_fits key.pem letter.txt letter.sig
    done
}

# The program has not used OpenSSL: our module is the first that does, inside of C_Initialize.
the_provider_comes_before_the_program_that_called() {
    answers CKR_CRYPTOKI_ALREADY_INITIALIZED program initialize
    signs_with_both_keys program
}

the_program_can_end_the_module_and_begin_anew() {
    answers CKR_OK program finalize
    answers CKR_OK program initialize
    signs_with_both_keys program
    answers CKR_OK program finalize
}

eight_threads_use_it_too() {
    configured eight_threads_end_well
}

our_own_command_shows_the_same() {
    "$MYNAKEY" status >without
    configured "$MYNAKEY" status >with
    grep Authentication with
    diff without with
}

a_program_that_wants_no_card_does_not_notice() {
    openssl dgst -sha256 letter.txt >without
    configured openssl dgst -sha256 letter.txt >with
    diff without with
}

no_pin_was_sent_but_by_the_logins() {
    same "PINs sent" 5 "$(verifies)"
    same "refused PINs" 0 "$(refused_verifies)"
}

cd "$TMPDIR"
letter letter.txt
configure_a_provider
configured start_caller program
check the_provider_comes_before_the_program_that_called
check the_program_can_end_the_module_and_begin_anew
check eight_threads_use_it_too
check our_own_command_shows_the_same
check a_program_that_wants_no_card_does_not_notice
check no_pin_was_sent_but_by_the_logins
finish
