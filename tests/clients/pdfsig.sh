#!/usr/bin/env bash
# pdfsig of poppler, through a profile of NSS whose module offers the signing token alone.
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs pdfsig pkcs11-tool modutil certutil openssl /usr/bin/python3
in_world

the_page_makes_a_profile() {
    with_logins 0 run_page authority
    cmp sign-ca.der <(openssl x509 -in "$PKI/sign-ca.pem" -outform DER)
    with_logins 0 run_page profile
}

the_page_signs() {
    with_logins 1 type_page sign sign
    [ -s signed.pdf ]
}

# Without the card.
the_page_verifies() {
    without_the_card with_logins 0 run_page verify >said
    is_as_on_the_page verified said
    same signatures 1 "$(grep -c "Signature is Valid" said)"
}

# Nothing is said, or not why, and nothing written.
it_ends_without_a_word() { # COMMAND...
    local status=0
    rm -f signed.pdf
    "$@" >said 2>&1 || status=$?
    cat said
    same "exit status" 3 "$status"
    must_fail grep -vxE "Password: (signDocument: error getting signature info)?" said
    must_fail test -e signed.pdf
}

openssl_verifies() {
    pdf_is_signed_by "$PKI/sign-ca.pem" "$PKI/sign.der"
}

a_changed_document_is_not_valid() {
    sed 's/quick brown/quick green/' signed.pdf >changed.pdf
    must_fail cmp signed.pdf changed.pdf
    pdfsig -nssdir sql:pdf changed.pdf >said || true
    cat said
    must_fail grep "Signature is Valid" said
}

cd "$TMPDIR"
version pdfsig -v
letter letter.txt
"$clients/pdf-letter.py" letter.txt letter.pdf
install_mynakey
check the_page_makes_a_profile
check the_page_signs
check the_page_verifies
check openssl_verifies
check a_changed_document_is_not_valid
check a_wrong_pin_is_told_and_sent_once sign wrong-pin type_page sign sign
check with_one_try_left sign it_ends_without_a_word type_page sign sign
check without_the_card it_ends_without_a_word type_page sign sign
finish_with_the_card "$(package_version poppler-utils)" "PDF signed and verified, signing token"
