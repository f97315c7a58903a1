#!/usr/bin/env bash
# The simulated card is faithful: OpenSC's module, written by others for the real card, reads its
# certificates and signs with both of its keys.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

opensc_module=$(find /usr/lib -name opensc-pkcs11.so -not -type d | head -n 1)

opensc_label() {
    case $1 in
    auth) echo "JPKI (User Authentication PIN)" ;;
    sign) echo "JPKI (Digital Signature PIN)" ;;
    esac
}

opensc() { # ROLE OPTION...
    pkcs11-tool --module "$opensc_module" --token-label "$(opensc_label "$1")" --login \
        --pin "$(pin_of "$1")" "${@:2}"
}

opensc_lists_a_key_and_its_certificate() {
    opensc "$1" --list-objects >objects
    grep "Private Key Object; RSA" objects
    grep "Certificate Object" objects
}

opensc_signs_with_the_key() {
    local id
    id=$(opensc "$1" --list-objects --type privkey | sed -n 's/^  ID: *//p')
    openssl x509 -in "$PKI/$1.pem" -pubkey -noout >key.pem
    letter letter.txt
    opensc "$1" --sign --mechanism SHA256-RSA-PKCS --id "$id" --input-file letter.txt \
        --output-file letter.sig
    signature_fits key.pem letter.txt letter.sig
}

opensc_reads_the_certificate_that_was_issued() {
    local id
    id=$(opensc "$1" --list-objects --type privkey | sed -n 's/^  ID: *//p')
    opensc "$1" --read-object --type cert --id "$id" --output-file read.der
    cmp read.der "$PKI/$1.der"
}

cd "$TMPDIR"
for role in auth sign; do
    check opensc_lists_a_key_and_its_certificate "$role"
    check opensc_reads_the_certificate_that_was_issued "$role"
    check opensc_signs_with_the_key "$role"
done
finish
