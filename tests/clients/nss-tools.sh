#!/usr/bin/env bash
# NSS's own tools: what Firefox, Thunderbird, LibreOffice and pdfsig see of the module.
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs modutil certutil cmsutil openssl pkcs11-tool /usr/bin/python3
in_world

the_page_makes_a_profile() {
    with_logins 0 run_page authorities
    cmp auth-ca.der <(openssl x509 -in "$PKI/auth-ca.pem" -outform DER)
    cmp sign-ca.der <(openssl x509 -in "$PKI/sign-ca.pem" -outform DER)
    with_logins 0 run_page profile >said 2>&1
    is_as_on_the_page added said
}

the_page_shows_both_tokens() {
    with_logins 0 run_page tokens >listed
    cat listed
    same tokens "JPKI Authentication JPKI Signature" \
        "$(sed -n 's/^\ttoken: \(JPKI .*\)$/\1/p' listed | LC_ALL=C sort | xargs)"
}

# The authentication certificate is shown without the PIN.
the_page_lists_the_certificate_as_ours() { # ROLE LOGINS
    with_logins "$2" type_page "$1" "certificates-$1" "$2" >listed
    cat listed
    grep -E "^$(label_of "$1"):$(label_of "$1") +u,u,u *$" listed
}

the_page_lists_the_key() { # ROLE
    with_logins 1 type_page "$1" "key-$1" >listed
    cat listed
    same keys 1 "$(grep -c "^<.*> rsa " listed)"
}

the_page_signs() {
    letter letter.txt
    with_logins 1 type_page sign cms
    openssl_reads_the_signature sign
}

# NSS offers the one PIN to every token, in their order; a PIN that has not the token's shape must not
# reach the card.
one_pin_for_all_tokens_reaches_only_its_own() { # ROLE
    with_logins 1 list_keys_of_all_tokens "$1.pin" >listed
    cat listed
    same keys 1 "$(grep -c "^<.*> rsa " listed)"
}

# It fails where a token stays closed.
list_keys_of_all_tokens() { # FILE_OF_PINS
    certutil -K -d sql:nss -h all -f "$1" || true
}

a_file_with_both_pins_opens_both_tokens() {
    {
        echo "$(label_of auth):$AUTH_PIN"
        echo "$(label_of sign):$SIGN_PIN"
    } >both.pin
    with_logins 2 certutil -K -d sql:nss -h all -f both.pin >listed
    cat listed
    same keys 2 "$(grep -c "^<.*> rsa " listed)"
}

cmsutil_signs() { # ROLE USAGE
    letter letter.txt
    with_logins 1 cmsutil -S -Y NONE -d sql:nss -u "$2" -N "$(label_of "$1"):$(label_of "$1")" \
        -H SHA256 -f "$1.pin" -G -i letter.txt -o letter.cms
    openssl_reads_the_signature "$1"
}

openssl_reads_the_signature() { # ROLE
    openssl cms -verify -purpose any -CAfile "$PKI/$1-ca.pem" -inform DER -in letter.cms -out read.txt
    cmp letter.txt <(tr -d '\r' <read.txt)
}

cd "$TMPDIR"
version dpkg-query --show libnss3-tools
install_mynakey
for role in auth sign; do
    printf %s "$(pin_of "$role")" >"$role.pin"
done
check the_page_makes_a_profile
check the_page_shows_both_tokens
check the_page_lists_the_certificate_as_ours auth 0
check the_page_lists_the_certificate_as_ours sign 1
for role in auth sign; do
    check the_page_lists_the_key "$role"
    check one_pin_for_all_tokens_reaches_only_its_own "$role"
done
check a_file_with_both_pins_opens_both_tokens
check the_page_signs
check cmsutil_signs auth 0 # for TLS clients, which its certificate is for
check cmsutil_signs sign 4 # for signers of mail
check a_wrong_pin_is_told_and_sent_once auth wrong-pin type_page auth key-auth
check the_last_try_is_kept_back auth last-try type_page auth key-auth
check a_missing_card_is_told no-card run_page key-auth
check fails_as_on_the_page usage type_page sign wrong-usage
check fails_as_on_the_page no-module run_page wrong-module
finish_with_the_card "$(package_version libnss3-tools)" "modutil, certutil and cmsutil, both tokens"
