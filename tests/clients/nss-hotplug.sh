#!/usr/bin/env bash
# A program that keeps NSS running, as browsers and mail programs do, while the card leaves and comes
# back.
set -euo pipefail
. "$(dirname "$0")/profile.sh"
needs modutil certutil openssl
in_world

# NSS looks at a token once a second at most, and until then believes what it saw.
says_at_last() { # EXPECTED ORDER...
    local said _
    for _ in {1..600}; do
        said=$(call nss "${@:2}")
        if [ "$said" = "$1" ]; then return 0; fi
        sleep 0.2
    done
    same "${*:2}" "$1" "$said"
}

both_tokens="[JPKI Authentication] [JPKI Signature]"

take_the_card() {
    card remove
    until_the_card_is_gone
}

put_the_card_back() {
    card insert
    "$MYNAKEY_BUILD/tests/system/card_seen" 1
}

shows_tokens_and_certificates() {
    says_at_last "$both_tokens" tokens
    says_at_last "$certificates_there" certificates
}

signs_with_one_pin() {
    with_logins 1 answers "signed 1 PIN" nss sign Authentication
    with_logins 0 answers "signed 0 PIN" nss sign Authentication
}

is_told_that_the_card_leaves() {
    tell nss wait
    take_the_card
    grep -F "(authentication) absent" <<<"$(hear nss)"
    grep -F "(signature) absent" <<<"$(call nss wait)"
}

shows_nothing_without_the_card() {
    says_at_last "" tokens
    says_at_last "" certificates
    with_logins 0 answers "SEC_ERROR_NO_TOKEN 0 PIN" nss sign Authentication
}

is_told_that_the_card_comes() {
    tell nss wait
    put_the_card_back
    grep -F "(authentication) present" <<<"$(hear nss)"
    grep -F "(signature) present" <<<"$(call nss wait)"
}

goes_on_after_a_change_that_it_did_not_see() {
    take_the_card
    put_the_card_back
    with_logins 1 says_at_last "signed 1 PIN" sign Authentication
    with_logins 0 says_at_last "signed 0 PIN" sign Authentication
}

cd "$TMPDIR"
version dpkg-query --show libnss3
make_profile profile "$MODULE"
start_program nss env PIN="$AUTH_PIN" "$MYNAKEY_BUILD/tests/clients/nss_caller" sql:profile mynakey
certificates_there=$(call nss certificates)
echo "# $certificates_there"
check shows_tokens_and_certificates
check signs_with_one_pin
check is_told_that_the_card_leaves
check shows_nothing_without_the_card
check is_told_that_the_card_comes
check shows_tokens_and_certificates
check signs_with_one_pin
check goes_on_after_a_change_that_it_did_not_see
end_callers
finish_with_the_card
