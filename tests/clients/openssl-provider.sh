#!/usr/bin/env bash
# OpenSSL's command with the provider "pkcs11", which Debian has since its version 13.
set -euo pipefail
. "$(dirname "$0")/program.sh"
provider=$(openssl version -m | sed 's/^MODULESDIR: "\(.*\)"$/\1/')/pkcs11.so
needs openssl curl pkcs11-tool /usr/bin/python3 "$provider"
in_world

make_settings() { # FILE LINE_ABOUT_THE_PROVIDER...
    cat >"$1" <<END
openssl_conf = init
[init]
providers = providers
[providers]
default = default_sect
pkcs11 = pkcs11_sect
[default_sect]
activate = 1
[pkcs11_sect]
module = $provider
pkcs11-module-path = $MODULE
$(printf '%s\n' "${@:2}")
activate = 1
[req]
distinguished_name = name
[name]
END
}

# openssl with the provider, one login: openssl_as ROLE COMMAND [OPTION...]
openssl_as() {
    OPENSSL_CONF=$1.cnf with_logins 1 openssl "${@:2}"
}

storeutl_shows_the_certificate() { # ROLE LOGINS
    OPENSSL_CONF=$1.cnf with_logins "$2" openssl storeutl -certs "$(url_of "$1" cert)" >shown
    cmp <(openssl x509 -in shown -outform DER) "$PKI/$1.der"
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
        -CAfile server-ca.pem -verify_return_error -cert "$(url_of "$1" cert)" \
        -key "$(url_of "$1" private)" -ign_eof >page
    grep "^Authenticated: $2 " page
    server_saw "$1" "$2"
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

cd "$TMPDIR"
version openssl version
version dpkg-query --show pkcs11-provider
make_server_certificate
for role in auth sign; do
    printf %s "$(pin_of "$role")" >"$role.pin"
    make_settings "$role.cnf" "pkcs11-module-token-pin = file:$TMPDIR/$role.pin"
done
make_settings everywhere.cnf "pkcs11-module-load-behavior = early"
check storeutl_shows_the_certificate auth 0
check storeutl_shows_the_certificate sign 1
for role in auth sign; do
    for hash in sha256 sha384 sha512; do
        check dgst_signs "$role" "$hash"
    done
    check dgst_signs_with_pss "$role"
    check cms_signs "$role"
    check req_makes_a_request "$role"
    check s_client_authenticates "$role" TLSv1.2
    check s_client_authenticates "$role" TLSv1.3
    check a_program_with_the_module_signs_as_ever "$role"
done
check the_command_shows_the_card_as_ever
check a_program_that_wants_no_card_needs_none
finish_with_the_card
