#!/usr/bin/env bash
# curl with key and certificate both named by pkcs11: URIs, through OpenSSL's engine "pkcs11".
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs openssl curl /usr/bin/python3 "$engine"
in_world

curl_authenticates() { # ROLE TLSv1.x
    start_server "$1" "$2"
    server_refuses_strangers
    with_logins 1 type_page "$1" "$1" >page
    cat page
    grep "^Authenticated: $2 " page
    server_saw "$1" "$2"
}

the_page_is_written_into_a_file() { # ROLE TLSv1.x
    start_server "$1" "$2"
    with_logins 1 type_page auth file
    grep "^Authenticated: $2 " page.html
    server_saw "$1" "$2"
}

without_the_card_the_server_refuses() {
    start_server auth TLSv1.2
    fails_as_on_the_page refused run_page without
}

visit() {
    start_server auth TLSv1.3
    type_page auth auth
}

cd "$TMPDIR"
version curl --version
install_mynakey
make_public_server
check curl_authenticates auth TLSv1.2
check curl_authenticates auth TLSv1.3
check the_page_is_written_into_a_file auth TLSv1.3
check without_the_card_the_server_refuses
check a_wrong_pin_is_told_and_sent_once auth wrong-pin visit
check the_last_try_is_kept_back auth last-try visit
check a_missing_card_is_told no-card visit
finish_with_the_card "$(package_version curl)" "login by certificate, TLS 1.2 and 1.3"
