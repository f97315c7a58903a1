#!/usr/bin/env bash
# Java's provider SunPKCS11: keytool and jarsigner with the signing token.
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs java keytool jarsigner openssl unzip pkcs11-tool /usr/bin/python3
in_world

# Letters, digits and blanks of a label become the name of the entry.
the_page_lists_the_key() {
    with_logins 1 type_page sign list >listed
    is_as_on_the_page entry listed
    sed -n "/^Alias name: $(label_of sign)$/,/^Alias name/p" listed >entry
    grep -x "Entry type: PrivateKeyEntry" entry
    grep -F "SHA256: $(openssl x509 -in "$PKI/sign.pem" -noout -fingerprint -sha256 | cut -d= -f2)" entry
}

the_page_makes_a_request() {
    with_logins 1 type_page sign request
    openssl req -in request.pem -verify -noout
    cmp <(openssl req -in request.pem -noout -pubkey) <(openssl x509 -in "$PKI/sign.pem" -noout -pubkey)
}

the_page_signs() {
    with_logins 1 type_page sign sign >said
    is_as_on_the_page signed said
    rm -rf META-INF && unzip -q signed.jar 'META-INF/*'
}

the_page_verifies() {
    run_page authority
    cmp sign-ca.der <(openssl x509 -in "$PKI/sign-ca.pem" -outform DER)
    without_the_card with_logins 0 run_page verify >said
    is_as_on_the_page verified said
    grep "^smk .* letter.txt$" said
}

openssl_verifies() {
    openssl cms -verify -binary -purpose any -CAfile "$PKI/sign-ca.pem" -inform DER \
        -in META-INF/JPKI_SIG.RSA -content META-INF/JPKI_SIG.SF -signer signer.pem -out read
    cmp META-INF/JPKI_SIG.SF read
    cmp <(openssl x509 -in signer.pem -outform DER) "$PKI/sign.der"
}

cd "$TMPDIR"
version java -version
export JAVA_TOOL_OPTIONS="-Duser.home=$HOME -Duser.language=en -Xshare:auto"
letter letter.txt
jar --create --file letter.jar letter.txt 2>/dev/null
install_mynakey
run_page settings
check the_page_lists_the_key
check the_page_makes_a_request
check the_page_signs
check the_page_verifies
check openssl_verifies
check a_wrong_pin_is_told_and_sent_once sign wrong-pin type_page sign list
check the_last_try_is_kept_back sign last-try type_page sign list
check a_missing_card_is_told no-card run_page list
check fails_as_on_the_page no-module run_page wrong-module
finish_with_the_card "$(java --version 2>&1 | awk '$1 == "openjdk" {print $2}')" \
    "keytool and jarsigner, signing token"
