#!/usr/bin/env bash
# GnuTLS: p11tool, certtool and gnutls-cli with the module given by name.
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs p11tool certtool gnutls-cli openssl curl /usr/bin/python3
in_world

# A GnuTLS program with our module and a role's PIN: gnutls_as ROLE COMMAND [OPTION...]
gnutls_as() {
    GNUTLS_PIN=$(pin_of "$1") "$2" --provider "$MODULE" "${@:3}"
}

the_page_lists_both_tokens() {
    with_logins 0 run_page tokens >listed
    cat listed
    same tokens "JPKI Authentication JPKI Signature" \
        "$(sed -n 's/^\tLabel: //p' listed | LC_ALL=C sort | xargs)"
}

the_page_lists_everything() {
    with_logins 5 type_page auth list >listed
    cat listed
    grep -F "Type: Private key (RSA-2048)" listed
    grep -F "Type: Public key (RSA-2048)" listed
    same certificates 2 "$(grep -cF "Type: X.509 Certificate (RSA-2048)" listed)"
}

the_page_exports_the_certificates() {
    with_logins 0 run_page certificate-auth
    cmp <(openssl x509 -in auth.pem -outform DER) "$PKI/auth.der"
    with_logins 1 type_page sign certificate-sign
    cmp <(openssl x509 -in sign.pem -outform DER) "$PKI/sign.der"
}

the_page_tests_the_key() {
    with_logins 1 type_page sign test >said
    is_as_on_the_page tested said
}

the_page_signs() {
    letter letter.txt
    with_logins 1 type_page sign cms
    openssl_reads_the_signature sign
}

the_page_authenticates() { # TLSv1.x
    start_server auth "$1"
    server_refuses_strangers
    with_logins 2 type_page auth tls >said
    cat said
    until_true test -s server.seen
    server_saw auth "$1"
}

# For each object it opens a session, and logs in there again.
p11tool_lists_everything() { # ROLE
    with_logins 5 gnutls_as "$1" p11tool --batch --login --list-all "$(url_of "$1")" >listed
    cat listed
    grep -F "Type: Private key (RSA-2048)" listed
    grep -F "Type: Public key (RSA-2048)" listed
    same certificates 2 "$(grep -cF "Type: X.509 Certificate (RSA-2048)" listed)"
}

p11tool_exports_the_certificate() { # ROLE
    with_logins 1 gnutls_as "$1" p11tool --batch --login --export "$(url_of "$1" cert)" >exported.pem
    cmp <(openssl x509 -in exported.pem -outform DER) "$PKI/$1.der"
}

p11tool_signs_and_verifies() { # ROLE
    with_logins 1 gnutls_as "$1" p11tool --batch --login --test-sign "$(url_of "$1" private)" \
        >said 2>&1
    cat said
    grep -x "Verifying against public key in the token... ok" said
}

certtool_signs() { # ROLE
    letter letter.txt
    with_logins 1 gnutls_as "$1" certtool --p7-detached-sign --hash SHA256 \
        --load-certificate "$PKI/$1.pem" --load-privkey "$(url_of "$1" private)" \
        --infile letter.txt --outfile letter.p7
    openssl_reads_the_signature "$1"
}

openssl_reads_the_signature() { # ROLE
    openssl cms -verify -binary -purpose any -CAfile "$PKI/$1-ca.pem" -inform PEM \
        -in <(sed s/PKCS7/CMS/ letter.p7) -content letter.txt -out read.txt
    cmp letter.txt read.txt
}

# It logs in for the key, and once more for a certificate that only the PIN shows.
gnutls_cli_authenticates() { # ROLE TLSv1.x
    start_server "$1" "$2"
    server_refuses_strangers
    ask_and_wait | with_logins 2 gnutls_as "$1" gnutls-cli --x509cafile server-ca.pem \
        --priority "NORMAL:-VERS-ALL:+VERS-TLS${2#TLSv}" --port "$server_port" \
        --x509certfile "$(url_of "$1" cert)" --x509keyfile "$(url_of "$1" private)" localhost >said
    cat said
    server_saw "$1" "$2"
}

cd "$TMPDIR"
version gnutls-cli --version
install_mynakey
make_public_server
check the_page_lists_both_tokens
check the_page_lists_everything
check the_page_exports_the_certificates
check the_page_tests_the_key
check the_page_signs
check the_page_authenticates TLSv1.2
check the_page_authenticates TLSv1.3
for role in auth sign; do
    check p11tool_lists_everything "$role"
    check p11tool_exports_the_certificate "$role"
    check p11tool_signs_and_verifies "$role"
    check certtool_signs "$role"
    check gnutls_cli_authenticates "$role" TLSv1.2
    check gnutls_cli_authenticates "$role" TLSv1.3
done
check a_wrong_pin_is_told_and_sent_once sign wrong-pin type_page sign test
check the_last_try_is_kept_back sign last-try type_page sign test
check a_missing_card_is_told no-card run_page test
check fails_as_on_the_page no-module run_page unknown
finish_with_the_card "$(package_version gnutls-bin)" \
    "p11tool and certtool, both tokens; gnutls-cli with TLS 1.2 and 1.3"
