#!/usr/bin/env bash
# What a program's memory holds, once it has logged out, of the PINs and of what the signing certificate tells
# of the card's owner: a core file of the whole program is searched.
set -euo pipefail
. "$(dirname "$0")/secrecy.sh"
. "$(dirname "$0")/soft.sh"
command -v gcore >/dev/null || cannot_run "gdb is not installed"
in_world
cd "$TMPDIR"

# The two primes and the exponent of an RSA key: list_key FILE
list_key() {
    openssl pkey -in "$1" -noout -text | tr -d ' :\n' |
        sed -E 's/.*privateExponent([0-9a-f]+)prime1([0-9a-f]+)prime2([0-9a-f]+)exponent1.*/\1\n\2\n\3\n/' |
        sed -E 's/^(00)?(.{64}).*/part of the private key\thex:\2/' >key
    same "numbers" 3 "$(grep -c hex: key)"
}

# A program of our own, which reads what it is told from a pipe and keeps none of it: what is found is the
# module's. Its environment tells no PIN either.
start_host() {
    start_program host env -u AUTH_PIN -u SIGN_PIN "$MYNAKEY_BUILD/tests/system/caller" "$MODULE"
}

# core FILE [GDB-OPTION...]: a core file of the host, which goes on.
core() {
    gdb --batch -nx -iex 'set auto-solib-add off' -iex 'set debuginfod enabled off' "${@:2}" \
        -p "${caller_pids[0]}" -ex "generate-core-file $1" >gdb.said 2>&1 || { cat gdb.said && false; }
    [ -s "$1" ] || { cat gdb.said && false; }
}

# With the memory that was asked to be left out of core files.
whole_memory() { # FILE
    core "$1" -ex 'set use-coredump-filter off' -ex 'set dump-excluded-mappings on'
}

no_word_is_there_before_anything_was_done() {
    whole_memory before
    nothing_found secrets before
    nothing_found person before
    nothing_found key before
}

log_in() {
    answers CKR_OK host login Authentication "$new_auth_pin"
    answers CKR_OK host login Signature "$new_sign_pin"
    answers CKR_OK host login rsa "$passphrase"
}

use_all_keys() {
    local role
    for role in Authentication Signature rsa; do
        answers CKR_OK host find "$role"
        answers CKR_OK host read "$role"
        answers CKR_OK host sign "$role" SHA256-RSA-PKCS letter.txt "$role.sig"
    done
}

wrong_pins_are_refused() {
    answers CKR_PIN_INCORRECT host login Authentication "$wrong_auth_pin"
    answers CKR_PIN_INCORRECT host login Signature "$wrong_sign_pin"
    answers CKR_PIN_INCORRECT host login rsa "$wrong_sign_pin"
}

all_keys_sign() {
    log_in
    use_all_keys
    signature_fits sign.pub letter.txt Signature.sig
    signature_fits rsa.pub letter.txt rsa.sig
}

# So the search finds what is there.
logged_in_certificate_and_key_are_found() {
    core "in"
    found person "in" | tee here
    grep -F "name, as it is" here
    grep -F "address, as it is" here
    found key "in"
}

# The authentication PIN may be kept for the life of a login.
logged_in_no_pin_is_in_a_core_file() {
    nothing_found secrets "in"
}

the_kept_pin_is_found_in_the_memory_that_core_files_leave_out() {
    whole_memory in-whole
    same "what is found" "authentication PIN, as it is: 1" \
        "$(found secrets in-whole | sed 's/^[^:]*: //; s/ times.*//')"
}

# One logout takes the power from the card, so the signing key, whose password is not kept, goes first.
log_out() {
    local role
    for role in Signature Authentication rsa; do answers CKR_OK host logout "$role"; done
}

close_the_sessions() {
    local role
    for role in Authentication Signature rsa; do answers CKR_OK host close "$role"; done
}

# A program notices at its next call to a token.
take_the_card() {
    local role
    card remove
    until_the_card_is_gone
    for role in Authentication Signature; do
        answers CKR_DEVICE_REMOVED host sign "$role" SHA256-RSA-PKCS letter.txt "$role.sig"
        call host close "$role"
    done
    answers CKR_OK host logout rsa
}

finalize() {
    answers CKR_OK host finalize
}

nothing_is_left_after() { # LOG_OUT|...
    "$1"
    whole_memory "$1.core"
    nothing_found secrets "$1.core"
    nothing_found person "$1.core"
    nothing_found key "$1.core"
}

in_use_again() {
    log_in
    use_all_keys
}

list_person
letter letter.txt
openssl x509 -inform DER -in "$PKI/sign.der" -pubkey -noout >sign.pub
# The host takes words.
passphrase=${passphrase// /-}
make_authority
make_certificate rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
"$MYNAKEY" soft add rsa.pfx --passphrase-file <(echo "$passphrase") >/dev/null
list_secrets
list_key rsa.key
give_the_card_new_pins >/dev/null
start_host
answers CKR_OK host initialize >/dev/null

check no_word_is_there_before_anything_was_done
check wrong_pins_are_refused
check all_keys_sign
check logged_in_certificate_and_key_are_found
check logged_in_no_pin_is_in_a_core_file
check the_kept_pin_is_found_in_the_memory_that_core_files_leave_out
check nothing_is_left_after log_out
check in_use_again
check nothing_is_left_after close_the_sessions
check in_use_again
check nothing_is_left_after take_the_card
check put_the_card_back
check in_use_again
check nothing_is_left_after finalize
finish
