# For the tests of OpenSSL's command with the card's keys, through the engine or the provider. Sourced.
# The test has to say how:
#
#     key_options              the options by which openssl finds keys at all
#     certificate_for ROLE     what s_client takes for a certificate
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/program.sh"

# openssl with a key of ROLE's; on its standard input there is a question to a web server.
openssl_as() { # ROLE COMMAND [OPTION...]
    # shellcheck disable=SC2016,SC2154 # the inner shell's own; the test's
    type_pin "$1" 1 bash -c 'printf "GET / HTTP/1.0\r\n\r\n" | "$@"' - \
        openssl "$2" "${key_options[@]}" "${@:3}"
}

public_key_of() { # ROLE
    openssl x509 -in "$PKI/$1.pem" -pubkey -noout
}

dgst_verifies() { # ROLE HASH
    public_key_of "$1" >key.pub
    openssl dgst "-$2" -verify key.pub -signature letter.sig letter.txt
}

dgst_signs() { # ROLE HASH
    letter letter.txt
    with_logins 1 openssl_as "$1" dgst "-$2" -sign "$(url_of "$1" private)" -out letter.sig letter.txt
    dgst_verifies "$1" "$2"
}

dgst_signs_with_pss() { # ROLE
    local pss=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest)
    letter letter.txt
    with_logins 1 openssl_as "$1" dgst -sha256 -sign "$(url_of "$1" private)" "${pss[@]}" \
        -out letter.sig letter.txt
    public_key_of "$1" >key.pub
    signature_fits key.pub letter.txt letter.sig "${pss[@]}"
}

cms_verifies() { # ROLE
    openssl cms -verify -binary -purpose any -CAfile "$PKI/$1-ca.pem" -inform DER -in letter.cms \
        -content letter.txt -out read.txt
    cmp letter.txt read.txt
}

cms_signs() { # ROLE
    letter letter.txt
    with_logins 1 openssl_as "$1" cms -sign -binary -md sha256 -signer "$PKI/$1.pem" \
        -inkey "$(url_of "$1" private)" -in letter.txt -outform DER -out letter.cms
    cms_verifies "$1"
}

request_is_of() { # ROLE
    openssl req -in request.pem -verify -noout
    cmp <(openssl req -in request.pem -noout -pubkey) <(public_key_of "$1")
}

req_makes_a_request() { # ROLE
    with_logins 1 openssl_as "$1" req -new -key "$(url_of "$1" private)" -subj /CN=somebody -out request.pem
    request_is_of "$1"
}

s_client_authenticates() { # ROLE TLSv1.x
    start_server "$1" "$2"
    server_refuses_strangers
    with_logins 1 openssl_as "$1" s_client -connect "localhost:$server_port" -CAfile server-ca.pem \
        -verify_return_error -cert "$(certificate_for "$1")" -key "$(url_of "$1" private)" -ign_eof >page
    grep "^Authenticated: $2 " page
    server_saw "$1" "$2"
}

# --- the page --------------------------------------------------------------------------------------

the_page_signs() { # ROLE
    letter letter.txt
    with_logins 1 type_page "$1" "dgst-$1"
    dgst_verifies "$1" sha256
}

the_page_reads_the_certificate() { # ROLE LOGINS
    with_logins "$2" type_page "$1" "certificate-$1" "$2"
    cmp <(openssl x509 -in "$1.pem" -outform DER) "$PKI/$1.der"
}

# Its last command is the question whether it fits.
the_page_verifies() {
    letter letter.txt
    with_logins 1 type_page auth dgst-auth
    run_page verify >said
    is_as_on_the_page verified said
    sed -i 's/quick/quack/' letter.txt
    must_fail run_page verify
}

the_page_signs_cms() {
    letter letter.txt
    with_logins 1 type_page sign cms
    cms_verifies sign
}

the_page_makes_a_request() {
    with_logins 1 type_page auth request
    request_is_of auth
}

the_page_authenticates() { # TLSv1.x
    start_server auth "$1"
    server_refuses_strangers
    with_logins 1 type_page auth tls >page
    cat page
    grep "^Authenticated: $1 " page
    server_saw auth "$1"
}
