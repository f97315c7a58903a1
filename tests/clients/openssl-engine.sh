#!/usr/bin/env bash
# OpenSSL's command with the engine "pkcs11" of libp11.
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs openssl curl /usr/bin/python3 "$engine"
in_world

# openssl with the engine, one login: openssl_as ROLE COMMAND [OPTION...]
openssl_as() {
    OPENSSL_CONF=$1.cnf with_logins 1 openssl "$2" -engine pkcs11 -keyform engine "${@:3}"
}

dgst_signs() { # ROLE HASH
    letter letter.txt
    openssl_as "$1" dgst "-$2" -sign "$(url_of "$1" private)" -out letter.sig letter.txt
    openssl x509 -in "$PKI/$1.pem" -pubkey -noout >key.pub
    openssl dgst "-$2" -verify key.pub -signature letter.sig letter.txt
}

dgst_signs_with_pss() { # ROLE
    local pss=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest)
    letter letter.txt
    openssl_as "$1" dgst -sha256 -sign "$(url_of "$1" private)" "${pss[@]}" -out letter.sig letter.txt
    openssl x509 -in "$PKI/$1.pem" -pubkey -noout >key.pub
    signature_fits key.pub letter.txt letter.sig "${pss[@]}"
}

cms_signs() { # ROLE
    letter letter.txt
    openssl_as "$1" cms -sign -binary -md sha256 -signer "$PKI/$1.pem" -inkey "$(url_of "$1" private)" \
        -in letter.txt -outform DER -out letter.cms
    openssl cms -verify -binary -purpose any -CAfile "$PKI/$1-ca.pem" -inform DER -in letter.cms \
        -content letter.txt -out read.txt
    cmp letter.txt read.txt
}

req_makes_a_request() { # ROLE
    openssl_as "$1" req -new -key "$(url_of "$1" private)" -subj /CN=somebody -out request.pem
    openssl req -in request.pem -verify -noout
    cmp <(openssl req -in request.pem -noout -pubkey) <(openssl x509 -in "$PKI/$1.pem" -noout -pubkey)
}

s_client_authenticates() { # ROLE TLSv1.x
    start_server "$1" "$2"
    server_refuses_strangers
    printf 'GET / HTTP/1.0\r\n\r\n' | openssl_as "$1" s_client -connect "localhost:$server_port" \
        -CAfile server-ca.pem -verify_return_error -cert "$PKI/$1.pem" \
        -key "$(url_of "$1" private)" -ign_eof >page
    grep "^Authenticated: $2 " page
    server_saw "$1" "$2"
}

cd "$TMPDIR"
version openssl version
version dpkg-query --show libengine-pkcs11-openssl
make_server_certificate
for role in auth sign; do
    make_engine_settings "$role"
    for hash in sha256 sha384 sha512 sha1; do
        check dgst_signs "$role" "$hash"
    done
    check dgst_signs_with_pss "$role"
    check cms_signs "$role"
    check req_makes_a_request "$role"
    check s_client_authenticates "$role" TLSv1.2
    check s_client_authenticates "$role" TLSv1.3
done
finish_with_the_card
