#!/usr/bin/env bash
# NSS's own tools: what Firefox, Thunderbird, LibreOffice and pdfsig see of the module.
set -euo pipefail
. "$(dirname "$0")/profile.sh"
needs modutil certutil cmsutil openssl
in_world

modutil_shows_both_tokens() {
    with_logins 0 modutil -dbdir sql:profile -list >listed
    cat listed
    same tokens "JPKI Authentication JPKI Signature" \
        "$(sed -n 's/^\ttoken: \(JPKI .*\)$/\1/p' listed | LC_ALL=C sort | xargs)"
}

# The authentication certificate is shown without the PIN.
certutil_lists_the_certificate_as_ours() { # ROLE LOGINS
    with_logins "$2" certutil -L -d sql:profile -h "$(label_of "$1")" -f "$1.pin" >listed
    cat listed
    grep -E "^$(label_of "$1"):$(label_of "$1") +u,u,u *$" listed
}

certutil_lists_the_key() { # ROLE
    with_logins 1 certutil -K -d sql:profile -h "$(label_of "$1")" -f "$1.pin" >listed
    cat listed
    same keys 1 "$(grep -c "^<.*> rsa " listed)"
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
    certutil -K -d sql:profile -h all -f "$1" || true
}

a_file_with_both_pins_opens_both_tokens() {
    {
        echo "$(label_of auth):$AUTH_PIN"
        echo "$(label_of sign):$SIGN_PIN"
    } >both.pin
    with_logins 2 certutil -K -d sql:profile -h all -f both.pin >listed
    cat listed
    same keys 2 "$(grep -c "^<.*> rsa " listed)"
}

cmsutil_signs() { # ROLE USAGE
    letter letter.txt
    with_logins 1 cmsutil -S -Y NONE -d sql:profile -u "$2" -N "$(label_of "$1"):$(label_of "$1")" \
        -H SHA256 -f "$1.pin" -G -i letter.txt -o letter.cms
    openssl cms -verify -purpose any -CAfile "$PKI/$1-ca.pem" -inform DER -in letter.cms -out read.txt
    cmp letter.txt <(tr -d '\r' <read.txt)
}

cd "$TMPDIR"
version dpkg-query --show libnss3-tools
make_profile profile "$MODULE"
for role in auth sign; do
    printf %s "$(pin_of "$role")" >"$role.pin"
done
check modutil_shows_both_tokens
check certutil_lists_the_certificate_as_ours auth 0
check certutil_lists_the_certificate_as_ours sign 1
for role in auth sign; do
    check certutil_lists_the_key "$role"
    check one_pin_for_all_tokens_reaches_only_its_own "$role"
done
check a_file_with_both_pins_opens_both_tokens
check cmsutil_signs auth 0 # for TLS clients, which its certificate is for
check cmsutil_signs sign 4 # for signers of mail
finish_with_the_card
