#!/usr/bin/env bash
# The module's file name decides what it offers: both tokens, or one of them.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

offers() { # MODULE LABELS
    same "tokens of $(basename "$1")" "$2" \
        "$(pkcs11-tool --module "$1" --list-slots | sed -n 's/^ *token label *: *//p' |
            LC_ALL=C sort | xargs)"
}

the_auth_name_offers_authentication_only() {
    offers "$MODULE_AUTH" "JPKI Authentication"
}

the_sign_name_offers_signature_only() {
    offers "$MODULE_SIGN" "JPKI Signature"
}

the_plain_name_offers_both() {
    offers "$MODULE" "JPKI Authentication JPKI Signature"
}

# p11-kit loads both into one process, as a browser with two entries would.
both_names_live_in_one_process() {
    make_p11_kit_private
    echo "module: $MODULE_AUTH" >/etc/pkcs11/modules/mynakey-auth.module
    echo "module: $MODULE_SIGN" >/etc/pkcs11/modules/mynakey-sign.module
    p11-kit list-modules >listed
    cat listed
    same "the auth entry's tokens" "JPKI Authentication" "$(tokens_of mynakey-auth <listed)"
    same "the sign entry's tokens" "JPKI Signature" "$(tokens_of mynakey-sign <listed)"
}

cd "$TMPDIR"
check the_plain_name_offers_both
check the_auth_name_offers_authentication_only
check the_sign_name_offers_signature_only
check both_names_live_in_one_process
finish
