#!/usr/bin/env bash
# OpenSSL's command with the engine "pkcs11" of libp11.
set -euo pipefail
. "$(dirname "$0")/openssl.sh"
needs openssl curl pkcs11-tool /usr/bin/python3 "$engine"
in_world

key_options=(-engine pkcs11 -keyform engine)

# The engine has certificates for programs that ask it; OpenSSL's own command does not.
certificate_for() { # ROLE
    echo "$PKI/$1.pem"
}

cd "$TMPDIR"
version openssl version
version dpkg-query --show libengine-pkcs11-openssl
install_mynakey
make_public_server
check the_page_reads_the_certificate auth 0
check the_page_reads_the_certificate sign 1
check the_page_signs auth
check the_page_signs sign
check the_page_verifies
check the_page_signs_cms
check the_page_makes_a_request
check the_page_authenticates TLSv1.2
check the_page_authenticates TLSv1.3
for role in auth sign; do
    for hash in sha256 sha384 sha512 sha1; do
        check dgst_signs "$role" "$hash"
    done
    check dgst_signs_with_pss "$role"
    check cms_signs "$role"
    check req_makes_a_request "$role"
    check s_client_authenticates "$role" TLSv1.2
    check s_client_authenticates "$role" TLSv1.3
done
letter letter.txt
check a_wrong_pin_is_told_and_sent_once auth wrong-pin type_page auth dgst-auth
check the_last_try_is_kept_back sign last-try type_page sign dgst-sign
check a_missing_card_is_told no-card type_page auth dgst-auth
check fails_as_on_the_page module-not-found run_page wrong-module
finish_with_the_card "$(package_version libengine-pkcs11-openssl), OpenSSL $(package_version openssl)" \
    "dgst, cms, req and s_client with TLS 1.2 and 1.3, both tokens"
