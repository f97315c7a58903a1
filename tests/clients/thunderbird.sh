#!/usr/bin/env bash
# Thunderbird without a display sends a mail signed with the signature key: with the certificate behind its
# password, which Thunderbird asks for to find it, and with the certificate remembered (`mynakey remember`), where
# it asks when it signs. The same with a software certificate, beside the card.
set -euo pipefail
. "$(dirname "$0")/profile.sh"
. "$(dirname "$0")/pkcs12.sh"
needs thunderbird modutil certutil cmsutil openssl /usr/bin/python3
in_world

the_page_has_the_certificate_remembered() {
    with_logins 1 answer_page remember "Keep a copy? [yes/no]" yes "Signing password:" "$SIGN_PIN"
}

# NSS's own tools see it then without the password, and sign with it.
certutil_lists_it_without_the_password() {
    with_logins 0 certutil -L -d sql:profile -h "$(label_of sign)" </dev/null >listed
    cat listed
    grep -E "^$(label_of sign):$(label_of sign) +u,u,u *$" listed
}

cmsutil_signs_with_it() {
    letter letter.txt
    printf %s "$SIGN_PIN" >sign.pin
    with_logins 1 cmsutil -S -Y NONE -d sql:profile -u 4 -N "$(label_of sign):$(label_of sign)" \
        -H SHA256 -f sign.pin -G -i letter.txt -o letter.cms
    openssl cms -verify -purpose any -CAfile "$PKI/sign-ca.pem" -inform DER -in letter.cms -out read.txt
}

# The folder profile, where Thunderbird's profiles are. A new one each time: what NSS has seen once it keeps.
make_new_profile() {
    local home=$HOME/.thunderbird
    rm -rf "$home" mail
    mkdir -p "$home"
    make_empty_profile "$home/test"
    printf '%s\n' '[Profile0]' Name=test IsRelative=1 Path=test Default=1 >"$home/profiles.ini"
    ln -sfn "$home/test" profile
    answer_page setup "Go on? [yes/no]" yes >told
    is_as_on_the_page set-up told
    run_page setup-list | grep -F ": set up with $MODULE_SIGN"
}

# What people are to import and to compare is the authority's certificate.
the_page_reads_the_authority() {
    with_logins 0 run_page authority
    cmp sign-ca.der <(openssl x509 -in "$PKI/sign-ca.pem" -outform DER)
}

the_page_takes_it_back() {
    run_page forget
    must_fail certutil_lists_it_without_the_password
    run_page soft-undo
    answer_page undo "Go on? [yes/no]" yes
    run_page setup-list | grep -F "test: not set up"
}

# What is told goes into said: thunderbird_sends LOGINS TOKEN PIN CERTIFICATE
thunderbird_sends() {
    rm -f mail
    PIN=$3 with_logins "$1" timeout --signal=KILL 250 "$clients/thunderbird-mail.py" profile \
        "$2" "$4" mail >said || { cat said && return 1; }
    cat said
    same "PINs given" 1 "$(grep -c "^PIN given: .*$2" said)"
    must_fail grep "cancelled" said
}

thunderbird_signs_a_mail_and_asks_once() {
    make_new_profile
    thunderbird_sends 1 "$(label_of sign)" "$SIGN_PIN" "$PKI/sign.der"
}

the_mail_is_signed_by_the_card() {
    the_mail_verifies "$PKI/sign-ca.pem" "$PKI/sign.der"
}

# Verified by OpenSSL, which is told the authority and nothing else.
the_mail_verifies() { # AUTHORITY CERTIFICATE
    head -n 30 mail
    grep -i '^Content-Type: multipart/signed' mail
    openssl cms -verify -in mail -purpose any -CAfile "$1" -signer signer.pem -out read.txt
    grep "The quick brown fox jumps over the lazy dog" read.txt
    cmp <(openssl x509 -in signer.pem -outform DER) "$2"
}

a_changed_mail_does_not_verify() {
    sed 's/quick brown/quick browm/' mail >changed
    must_fail cmp -s mail changed
    must_fail openssl cms -verify -in changed -purpose any -CAfile "$PKI/sign-ca.pem" -out read.txt
}

# --- a software certificate ------------------------------------------------------------------------

# In a profile that knows the card too.
the_page_adds_a_software_certificate() {
    make_new_profile
    answer_page soft-add "Passphrase of the file:" "$passphrase"
    run_page soft-module
    certutil -A -d sql:profile -n "Company root" -t C,C,C -a -i company-root.pem
    with_logins 0 certutil -L -d sql:profile -h "Company Mail" </dev/null >listed
    grep -E "^Company Mail:Company Mail +u,u,u *$" listed
}

thunderbird_signs_with_the_software_certificate_and_asks_once() {
    thunderbird_sends 0 "Company Mail" "$passphrase" mail.der
}

the_mail_is_signed_by_the_software_certificate() {
    the_mail_verifies company-root.pem mail.der
}

# By NSS, which is what Thunderbird decrypts with.
mail_to_the_software_certificate_is_decrypted() {
    letter letter.txt
    printf %s "$passphrase" >passphrase
    openssl cms -encrypt -aes-256-cbc -in letter.txt -binary -outform DER -out letter.p7m mail.pem
    with_logins 0 cmsutil -D -d sql:profile -f passphrase -i letter.p7m -o letter.dec
    cmp letter.txt letter.dec
}

cd "$TMPDIR"
version dpkg-query --show thunderbird
install_mynakey
check the_page_reads_the_authority
check thunderbird_signs_a_mail_and_asks_once
check the_mail_is_signed_by_the_card
check a_changed_mail_does_not_verify
make_new_profile >made
check the_page_has_the_certificate_remembered
check certutil_lists_it_without_the_password
check cmsutil_signs_with_it
check thunderbird_signs_a_mail_and_asks_once
check the_mail_is_signed_by_the_card
make_company
make_pfx mail digitalSignature,keyEncipherment emailProtection -addext subjectAltName=email:taro@example.jp
check the_page_adds_a_software_certificate
check thunderbird_signs_with_the_software_certificate_and_asks_once
check the_mail_is_signed_by_the_software_certificate
check mail_to_the_software_certificate_is_decrypted
check the_page_takes_it_back
finish_with_the_card "$(package_version thunderbird)" \
    "signed mail, with the certificate remembered and without, signing token; software certificate"
