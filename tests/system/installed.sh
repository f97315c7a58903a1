#!/usr/bin/env bash
# Installed, the module is found by everything that uses p11-kit, with no further word.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

it_is_installed_in_this_world() {
    make_p11_kit_private
    install_in_this_world
}

p11_kit_lists_both_tokens() {
    p11-kit list-modules >listed
    cat listed
    same tokens "JPKI Authentication JPKI Signature" "$(tokens_of mynakey <listed)"
}

p11tool_lists_everything() { # ROLE
    GNUTLS_PIN=$(pin_of "$1") p11tool --batch --login --list-all "$(url_of "$1")" >listed
    cat listed
    grep "Type: Private key" listed
    grep "Type: X.509 Certificate" listed
    grep "Type: Public key" listed
}

# It signs with the private key and verifies with the public one.
p11tool_signs_and_verifies() { # ROLE
    local key
    key="$(url_of "$1");object=$(object_of "$1");type=private"
    GNUTLS_PIN=$(pin_of "$1") p11tool --batch --login --test-sign "$key" >said 2>&1
    cat said
    grep -x "Verifying against public key in the token... ok" said
}

url_of() {
    local label
    label=$(label_of "$1")
    echo "pkcs11:token=${label// /%20}"
}

# p11tool wants a private key by its label or number.
object_of() {
    GNUTLS_PIN=$(pin_of "$1") p11tool --batch --login --list-privkeys "$(url_of "$1")" |
        sed -n 's/.*;object=\([^;]*\).*/\1/p'
}

cd "$TMPDIR"
check it_is_installed_in_this_world
check p11_kit_lists_both_tokens
for role in auth sign; do
    check p11tool_lists_everything "$role"
    check p11tool_signs_and_verifies "$role"
done
finish
