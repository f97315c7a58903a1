#!/usr/bin/env bash
# OpenSC's pkcs11-tool with our module: what most people try first.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

both_tokens_are_listed() {
    pkcs11-tool --module "$MODULE" --list-slots >slots
    same tokens "JPKI Authentication JPKI Signature" \
        "$(sed -n 's/^ *token label *: *//p' slots | LC_ALL=C sort | xargs)"
}

public_objects_are_listed_without_a_pin() {
    pkcs11-tool --module "$MODULE" --token-label "JPKI Authentication" --list-objects >objects
    grep "Certificate Object" objects
    grep "Public Key Object" objects
    must_fail grep "Private Key Object" objects
}

the_signing_certificate_is_not_shown_before_login() {
    pkcs11-tool --module "$MODULE" --token-label "JPKI Signature" --list-objects >objects
    grep "Certificate Object" objects # of the authority
    pkcs11-tool --module "$MODULE" --token-label "JPKI Signature" --read-object --type cert \
        --id "$(id_of sign privkey)" --output-file early.der || true
    [ ! -e early.der ] || must_fail cmp early.der "$PKI/sign.der"
}

key_and_certificate_share_their_number() {
    tool "$1" --list-objects >objects
    grep "Private Key Object; RSA" objects
    [ -n "$(id_of "$1" privkey)" ]
    tool "$1" --list-objects --type cert | grep -x "  ID: *$(id_of "$1" privkey)"
    tool "$1" --list-objects --type pubkey | grep -x "  ID: *$(id_of "$1" privkey)"
}

the_certificate_is_the_one_that_was_issued() {
    certificate_of "$1" read.der
    cmp read.der "$PKI/$1.der"
}

the_ca_certificate_is_shown_too() {
    local id
    for id in $(tool "$1" --list-objects --type cert | sed -n 's/^  ID: *//p'); do
        tool "$1" --read-object --type cert --id "$id" --output-file some.der
        ! cmp some.der "$PKI/$1-ca.der" || return 0
    done
    fail "no object is $1-ca.der"
}

a_signature_verifies() { # ROLE MECHANISM
    local verify=() options=()
    certificate_of "$1" read.der
    letter letter.txt
    cp letter.txt input
    case $2 in
    RSA-PKCS) # the caller makes the DigestInfo (RFC 8017, 9.2) of SHA-256
        {
            printf '\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20'
            openssl dgst -sha256 -binary letter.txt
        } >input ;;
    RSA-PKCS-PSS)
        openssl dgst -sha256 -binary letter.txt >input
        options=(--hash-algorithm SHA256) ;;
    esac
    case $2 in
    *PSS)
        options+=(--mgf MGF1-SHA256 --salt-len 32)
        verify=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha256) ;;
    esac
    tool "$1" --sign --mechanism "$2" --id "$(id_of "$1" privkey)" "${options[@]}" \
        --input-file input --output-file letter.sig
    signature_fits read.der.pub letter.txt letter.sig "${verify[@]}"
}

# Its exit status says nothing: what counts is what it prints.
its_self_test_finds_no_errors() {
    tool "$1" --test >said 2>&1
    cat said
    grep -x "No errors" said
    grep "all 4 signature functions seem to work" said
    grep "SHA256-RSA-PKCS: OK" said
}

its_threads_end_well() {
    eight_threads_end_well
}

# The child initialises the module in its own right; the parent goes on.
its_child_begins_anew() {
    tool auth --test-fork --list-objects --type privkey >said 2>&1
    cat said
    grep "C_Initialize in forked child process" said
    must_fail grep "C_Initialize.*CKR_" said
    grep "Private Key Object" said
}

a_wrong_pin_is_refused() {
    must_fail pkcs11-tool --module "$MODULE" --token-label "$(label_of "$1")" --login --pin "$2" \
        --list-objects >said 2>&1
    cat said
    grep CKR_PIN_INCORRECT said
}

change_pin() { # ROLE OLD NEW
    pkcs11-tool --module "$MODULE" --token-label "$(label_of "$1")" --change-pin --pin "$2" \
        --new-pin "$3"
}

log_in_with() { # ROLE PIN
    pkcs11-tool --module "$MODULE" --token-label "$(label_of "$1")" --login --pin "$2" \
        --list-objects --type privkey | grep "Private Key Object"
}

a_changed_pin_is_the_cards_new_one() { # ROLE OLD NEW
    change_pin "$1" "$2" "$3"
    log_in_with "$1" "$3"
    must_fail log_in_with "$1" "$2"
    change_pin "$1" "$3" "$2"
    log_in_with "$1" "$2"
}

cd "$TMPDIR"
check both_tokens_are_listed
check public_objects_are_listed_without_a_pin
check the_signing_certificate_is_not_shown_before_login
for role in auth sign; do
    check key_and_certificate_share_their_number "$role"
    check the_certificate_is_the_one_that_was_issued "$role"
    check the_ca_certificate_is_shown_too "$role"
    for mechanism in RSA-PKCS SHA256-RSA-PKCS SHA256-RSA-PKCS-PSS RSA-PKCS-PSS; do
        check a_signature_verifies "$role" "$mechanism"
    done
    check its_self_test_finds_no_errors "$role"
done
check its_threads_end_well
check its_child_begins_anew
check a_wrong_pin_is_refused auth 4321
check a_wrong_pin_is_refused sign WRONG99
check a_changed_pin_is_the_cards_new_one auth "$AUTH_PIN" 9876
check a_changed_pin_is_the_cards_new_one sign "$SIGN_PIN" NEWPASS2
finish
