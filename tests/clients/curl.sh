#!/usr/bin/env bash
# curl with key and certificate both named by pkcs11: URIs, through OpenSSL's engine "pkcs11".
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs openssl curl /usr/bin/python3 "$engine"
in_world

curl_authenticates() { # ROLE TLSv1.x
    start_server "$1" "$2"
    server_refuses_strangers
    OPENSSL_CONF=$1.cnf with_logins 1 curl --silent --show-error --max-time 60 \
        --cacert server-ca.pem --engine pkcs11 --cert-type ENG --cert "$(url_of "$1" cert)" \
        --key-type ENG --key "$(url_of "$1" private)" "$server_url" >page
    cat page
    grep "^Authenticated: $2 " page
    server_saw "$1" "$2"
}

cd "$TMPDIR"
version curl --version
make_server_certificate
make_engine_settings auth
check curl_authenticates auth TLSv1.2
check curl_authenticates auth TLSv1.3
finish_with_the_card
