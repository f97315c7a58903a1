#!/usr/bin/env bash
# Every persona of the simulated card, as pkcs11-tool sees it.
set -euo pipefail
. "$(dirname "$0")/world.sh"

labels() {
    pkcs11-tool --module "$MODULE" --list-slots | sed -n 's/^ *token label *: *//p' |
        LC_ALL=C sort | xargs
}

both_tokens_are_there() {
    same tokens "JPKI Authentication JPKI Signature" "$(labels)"
}

no_token_is_there() {
    same tokens "" "$(labels)"
}

the_authentication_token_is_there() {
    [[ $(labels) == "JPKI Authentication"* ]]
}

its_key_signs() { # ROLE
    certificate_of "$1" read.der
    letter letter.txt
    tool "$1" --sign --mechanism SHA256-RSA-PKCS --id "$(id_of "$1" privkey)" \
        --input-file letter.txt --output-file letter.sig
    signature_fits read.der.pub letter.txt letter.sig
}

its_key_does_not_sign() { # ROLE
    letter letter.txt
    must_fail tool "$1" --sign --mechanism SHA256-RSA-PKCS --id 01 --input-file letter.txt \
        --output-file letter.sig
}

the_certificate_is() { # ROLE FILE
    certificate_of "$1" read.der
    cmp read.der "$PKI/$2.der"
}

mechanisms() { # ROLE
    pkcs11-tool --module "$MODULE" --token-label "$(label_of "$1")" --list-mechanisms
}

pss_is_offered() { # ROLE
    mechanisms "$1" >offered
    grep "^ *RSA-PKCS-PSS," offered
    grep "^ *SHA256-RSA-PKCS-PSS," offered
}

pss_is_not_offered() { # ROLE
    mechanisms "$1" >offered
    grep "^ *RSA-PKCS," offered
    must_fail grep PSS offered
}

everything_works() {
    check both_tokens_are_there
    check its_key_signs auth
    check its_key_signs sign
}

meet() { # PERSONA
    case $1 in
    fresh | short-apdu | no-sfi | slow | forged-text | forged-photo | copied)
        everything_works
        check pss_is_offered auth
        check pss_is_offered sign
        ;;
    no-pss)
        everything_works
        check pss_is_not_offered auth
        check pss_is_not_offered sign
        ;;
    expired)
        everything_works
        check the_certificate_is auth auth-expired
        check the_certificate_is sign sign-expired
        ;;
    substituted)
        everything_works
        check the_certificate_is sign sign-substituted
        ;;
    auth-blocked | last-try-auth)
        check both_tokens_are_there
        check its_key_does_not_sign auth
        check its_key_signs sign
        ;;
    sign-blocked | last-try-sign)
        check both_tokens_are_there
        check its_key_signs auth
        check its_key_does_not_sign sign
        ;;
    no-sign-certificate)
        check the_authentication_token_is_there
        check its_key_signs auth
        check its_key_does_not_sign sign
        ;;
    phone)
        check the_authentication_token_is_there
        check its_key_signs auth
        ;;
    foreign | juki | mute) check no_token_is_there ;;
    *) check is_a_persona_that_this_test_knows "$1" ;;
    esac
}

is_a_persona_that_this_test_knows() {
    fail "say in personas.sh what is expected of it"
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    meet "$1"
    finish
fi
must_be_possible
cardsim=${MYNAKEY_BUILD:?}/tests/cardsim/mynakey-cardsim
for persona in $("$cardsim" --list-personas | cut -f1); do
    echo "# persona $persona"
    options=(--persona "$persona")
    [ "$persona" != mute ] || options+=(--unseen)
    relay "$with_card" "${options[@]}" -- "$0" "$persona"
done
finish
