#!/usr/bin/env bash
# OpenSSL's command with the provider "pkcs11", which Debian has since its version 13.
set -euo pipefail
. "$(dirname "$0")/openssl.sh"
provider=$(openssl version -m | sed 's/^MODULESDIR: "\(.*\)"$/\1/')/pkcs11.so
needs openssl curl pkcs11-tool /usr/bin/python3 "$provider"
in_world

# The page's settings are in the environment.
key_options=()

certificate_for() { # ROLE
    url_of "$1" cert
}

# The page's settings, and the provider loaded before anybody asks for it.
make_settings_for_everybody() {
    sed '/^\[pkcs11_provider\]/a pkcs11-module-load-behavior = early' openssl-mynakey.cnf >everywhere.cnf
    grep early everywhere.cnf
}

# --- the provider in every process that uses OpenSSL, whether or not it wants the card ----------------

# Our module uses OpenSSL too: there the provider, and with it the module, is loaded by the module.
a_program_with_the_module_signs_as_ever() { # ROLE
    letter letter.txt
    OPENSSL_CONF=everywhere.cnf with_logins 1 tool "$1" --sign --mechanism SHA256-RSA-PKCS \
        --label "$(label_of "$1")" --input-file letter.txt --output-file letter.sig
    openssl x509 -in "$PKI/$1.pem" -pubkey -noout >key.pub
    signature_fits key.pub letter.txt letter.sig
}

the_command_shows_the_card_as_ever() {
    with_logins 0 "$MYNAKEY" status >without
    OPENSSL_CONF=everywhere.cnf with_logins 0 timeout 60 "$MYNAKEY" status >with
    cat with
    diff without with
}

a_program_that_wants_no_card_needs_none() {
    letter letter.txt
    OPENSSL_CONF=everywhere.cnf with_logins 0 openssl dgst -sha256 letter.txt >with
    openssl dgst -sha256 letter.txt >without
    diff without with
}

the_page_makes_settings() {
    run_page settings
    make_settings_for_everybody
}

cd "$TMPDIR"
version openssl version
version dpkg-query --show pkcs11-provider
install_mynakey
make_public_server
check the_page_makes_settings
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
    check a_program_with_the_module_signs_as_ever "$role"
done
check the_command_shows_the_card_as_ever
check a_program_that_wants_no_card_needs_none
letter letter.txt
check a_wrong_pin_is_told_and_sent_once auth wrong-pin type_page auth dgst-auth
check the_last_try_is_kept_back sign last-try type_page sign dgst-sign
check a_missing_card_is_told no-card run_page dgst-auth
check fails_as_on_the_page no-loader run_page without-settings
export OPENSSL_CONF=$TMPDIR/openssl-mynakey.cnf
for role in auth sign; do
    for hash in sha256 sha384 sha512; do
        check dgst_signs "$role" "$hash"
    done
    check dgst_signs_with_pss "$role"
    check cms_signs "$role"
    check req_makes_a_request "$role"
    check s_client_authenticates "$role" TLSv1.2
    check s_client_authenticates "$role" TLSv1.3
done
finish_with_the_card "$(package_version pkcs11-provider), OpenSSL $(package_version openssl)" \
    "dgst, storeutl, cms, req and s_client with TLS 1.2 and 1.3, both tokens"
