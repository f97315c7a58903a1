#!/usr/bin/env bash
# The module in another process, over p11-kit's protocol: p11-kit server on a socket, and p11-kit
# remote started for each program by p11-kit's settings.
set -euo pipefail
. "$(dirname "$0")/program.sh"
modules=$(pkg-config --variable=p11_module_path p11-kit-1)
needs /usr/bin/python3 p11-kit pkcs11-tool openssl "$modules/p11-kit-client.so" "$modules/../p11-kit-proxy.so"
in_world

the_page_lists_both_tokens() {
    with_logins 0 run_page list >listed
    is_as_on_the_page listed listed
    same tokens "JPKI Authentication JPKI Signature" "$(tokens_of mynakey <listed)"
}

# It ends with the test, or by the page's command.
start_p11_kit_server() {
    source_page server
    end_with_the_test "$P11_KIT_SERVER_PID"
    until_true test -S "${P11_KIT_SERVER_ADDRESS#unix:path=}"
}

# Of the two kinds of PSS only the one that takes a hash value gets through p11-kit's protocol.
signs_and_verifies() { # MODULE ROLE MECHANISM
    local options=() verify=()
    letter letter.txt
    cp letter.txt input
    if [ "$3" = RSA-PKCS-PSS ]; then
        openssl dgst -sha256 -binary letter.txt >input
        options=(--hash-algorithm SHA256 --mgf MGF1-SHA256 --salt-len 32)
        verify=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32)
    fi
    MODULE=$1 with_logins 1 tool "$2" --sign --mechanism "$3" --label "$(label_of "$2")" \
        "${options[@]}" --input-file input --output-file letter.sig
    openssl x509 -in "$PKI/$2.pem" -pubkey -noout >key.pub
    signature_fits key.pub letter.txt letter.sig "${verify[@]}"
}

the_server_shows_both_tokens() {
    start_p11_kit_server
    with_logins 0 run_page slots >listed
    cat listed
    same tokens "JPKI Authentication JPKI Signature" \
        "$(sed -n 's/^ *token label *: *//p' listed | LC_ALL=C sort | xargs)"
}

the_page_signs_through_the_server() {
    start_p11_kit_server
    letter letter.txt
    with_logins 1 type_page auth sign
    openssl x509 -in "$PKI/auth.pem" -pubkey -noout >key.pub
    signature_fits key.pub letter.txt letter.sig
    run_page stop
    fails_as_on_the_page no-server run_page slots
}

sign_through_the_server() {
    start_p11_kit_server
    type_page auth sign
}

a_signature_through_the_server_verifies() { # ROLE MECHANISM
    start_p11_kit_server
    signs_and_verifies "$modules/p11-kit-client.so" "$@"
}

# One after the other, each with a connection and a login of its own.
the_server_serves_five_programs() {
    local _
    start_p11_kit_server
    for _ in {1..5}; do
        signs_and_verifies "$modules/p11-kit-client.so" auth SHA256-RSA-PKCS
    done
}

p11_kit_remote_shows_both_tokens() {
    with_logins 0 p11-kit list-modules >listed
    cat listed
    same tokens "JPKI Authentication JPKI Signature" "$(tokens_of mynakey-remote <listed)"
}

a_signature_through_p11_kit_remote_verifies() { # ROLE MECHANISM
    signs_and_verifies "$modules/../p11-kit-proxy.so" "$@"
}

cd "$TMPDIR"
version dpkg-query --show p11-kit
install_mynakey
check the_page_lists_both_tokens
check the_server_shows_both_tokens
for role in auth sign; do
    check a_signature_through_the_server_verifies "$role" SHA256-RSA-PKCS
    check a_signature_through_the_server_verifies "$role" RSA-PKCS-PSS
done
check the_server_serves_five_programs
check the_page_signs_through_the_server
letter letter.txt
check a_wrong_pin_is_told_and_sent_once auth wrong-pin sign_through_the_server
check the_last_try_is_kept_back auth last-try sign_through_the_server
rm /etc/pkcs11/modules/mynakey.module
run_page remote
check p11_kit_remote_shows_both_tokens
for role in auth sign; do
    check a_signature_through_p11_kit_remote_verifies "$role" SHA256-RSA-PKCS
    check a_signature_through_p11_kit_remote_verifies "$role" RSA-PKCS-PSS
done
finish_with_the_card "$(package_version p11-kit)" "list-modules, server and remoting, both tokens"
