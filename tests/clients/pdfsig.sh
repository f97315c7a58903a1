#!/usr/bin/env bash
# pdfsig of poppler, through a profile of NSS whose module offers the signing token alone: pdfsig gives
# its one PIN to the first token that asks.
set -euo pipefail
. "$(dirname "$0")/profile.sh"
needs pdfsig modutil certutil openssl /usr/bin/python3
in_world

pdfsig_signs() {
    with_logins 1 pdfsig letter.pdf signed.pdf -add-signature -nssdir sql:profile -nss-pwd "$SIGN_PIN" \
        -nick "$(label_of sign):$(label_of sign)" -digest SHA256 -reason test
    [ -s signed.pdf ]
}

# With a profile that knows the authority but has no module.
pdfsig_verifies() {
    with_logins 0 pdfsig -nssdir sql:empty signed.pdf >said
    cat said
    same signatures 1 "$(grep -c "Signature is Valid" said)"
    grep "Certificate is Trusted" said
    grep "Total document signed" said
}

openssl_verifies() {
    "$clients/pdf-signature.py" signed.pdf signed.bytes signed.cms
    openssl cms -verify -binary -purpose any -CAfile "$PKI/sign-ca.pem" -inform DER -in signed.cms \
        -content signed.bytes -signer signer.pem -out read
    cmp signed.bytes read
    cmp <(openssl x509 -in signer.pem -outform DER) "$PKI/sign.der"
}

a_changed_document_is_not_valid() {
    sed 's/quick brown/quick green/' signed.pdf >changed.pdf
    must_fail cmp signed.pdf changed.pdf
    pdfsig -nssdir sql:empty changed.pdf >said || true
    cat said
    must_fail grep "Signature is Valid" said
}

cd "$TMPDIR"
version pdfsig -v
letter letter.txt
"$clients/pdf-letter.py" letter.txt letter.pdf
make_profile profile "$MODULE_SIGN"
make_empty_profile empty
check pdfsig_signs
check pdfsig_verifies
check openssl_verifies
check a_changed_document_is_not_valid
finish_with_the_card
