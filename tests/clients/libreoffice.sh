#!/usr/bin/env bash
# LibreOffice without a display: a PDF exported with a signature, and a signed ODF document, through a
# profile of NSS whose module offers the signing token alone.
set -euo pipefail
. "$(dirname "$0")/profile.sh"
needs soffice modutil certutil pdfsig xmlsec1 unzip openssl /usr/bin/python3
/usr/bin/python3 -c 'import uno' 2>/dev/null || cannot_run "python3-uno is not installed"
in_world

# It logs in before it lists certificates, and stays logged in.
libreoffice_signs_and_asks_once() {
    PIN=$SIGN_PIN with_logins 1 timeout --signal=KILL 150 "$clients/libreoffice-sign.py" \
        profile "$PKI/sign.der" "$(label_of sign)" . | tee said
    same "PINs given" 1 "$(grep -cx "PIN given" said)"
    must_fail grep "cancelled" said
}

pdfsig_verifies_the_pdf() {
    pdfsig -nssdir sql:empty signed.pdf >said
    cat said
    same signatures 1 "$(grep -c "Signature is Valid" said)"
    grep "Certificate is Trusted" said
    grep "Total document signed" said
}

openssl_verifies_the_pdf() {
    "$clients/pdf-signature.py" signed.pdf signed.bytes signed.cms
    openssl cms -verify -binary -purpose any -CAfile "$PKI/sign-ca.pem" -inform DER -in signed.cms \
        -content signed.bytes -signer signer.pem -out read
    cmp signed.bytes read
    cmp <(openssl x509 -in signer.pem -outform DER) "$PKI/sign.der"
}

# verify_odf FOLDER: references in the signature are names of the package's files.
verify_odf() {
    (cd "$1" && xmlsec1 --verify --trusted-pem "$PKI/sign-ca.pem" --enabled-key-data x509 \
        --id-attr:Id SignedProperties --id-attr:Id SignatureProperty \
        META-INF/documentsignatures.xml)
}

xmlsec1_verifies_the_odf() {
    local part
    mkdir odf && unzip -q -d odf signed.odt
    verify_odf odf >said 2>&1 || { cat said && return 1; }
    cat said
    grep -x OK said
    for part in content.xml styles.xml META-INF/manifest.xml; do
        grep -q "URI=\"$part\"" odf/META-INF/documentsignatures.xml
    done
    tr -d '\n' <odf/META-INF/documentsignatures.xml | tr '<' '\n' |
        sed -n 's/^X509Certificate>//p' | grep -xF "$(base64 -w 0 "$PKI/sign.der")"
}

a_changed_odf_is_not_valid() {
    cp -r odf changed
    sed -i 's/quick brown/quick green/' changed/content.xml
    must_fail cmp odf/content.xml changed/content.xml
    must_fail verify_odf changed
}

cd "$TMPDIR"
version soffice --version
make_profile profile "$MODULE_SIGN"
make_empty_profile empty
check libreoffice_signs_and_asks_once
check pdfsig_verifies_the_pdf
check openssl_verifies_the_pdf
check xmlsec1_verifies_the_odf
check a_changed_odf_is_not_valid
finish_with_the_card
