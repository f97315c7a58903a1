#!/usr/bin/env bash
# osslsigncode signs a program for Windows with a software certificate.
set -euo pipefail
. "$(dirname "$0")/pkcs12.sh"
needs osslsigncode openssl pkcs11-tool /usr/bin/python3 "$engine"
in_world

the_page_adds_the_file() {
    answer_page add "Passphrase of the file:" "$passphrase" >said
    is_as_on_the_page added said
}

the_page_reads_the_authority() {
    run_page authority
    cmp <(openssl x509 -in company-ca.pem -outform DER) <(openssl x509 -in above.pem -outform DER)
}

the_page_signs() {
    type_passphrase sign
    must_fail cmp -s setup.exe setup-signed.exe
}

the_page_verifies() {
    run_page verify >said
    is_as_on_the_page verified said
    grep -F "Subject: /CN=Employee code" said
}

# The content is signed without its tag and length (PKCS #7, 9.3), which OpenSSL is to be given so.
content_of() { # PKCS7
    local offset head length
    read -r offset head length < <(openssl asn1parse -inform DER -in "$1" | tr ':=' '  ' |
        awk '/1\.3\.6\.1\.4\.1\.311\.2\.1\.4$/ {found = NR} found && NR == found + 2 {print $1, $5, $7; exit}')
    tail -c +$((offset + head + 1)) "$1" | head -c "$length"
}

# The signature, which fits the content, which holds the hash of what the program was before it was signed.
openssl_verifies() {
    "$clients/pe-signature.py" setup-signed.exe signed.bytes signed.p7
    content_of signed.p7 >content
    openssl smime -verify -binary -purpose any -CAfile company-root.pem -inform DER -in signed.p7 \
        -content content -signer signer.pem -out read
    cmp <(openssl x509 -in signer.pem -outform DER) code.der
    same "the content's last bytes" "$(sha256sum <signed.bytes | cut -d' ' -f1)" \
        "$(tail -c 32 content | od -An -tx1 | tr -d ' \n')"
    cmp <(tail -c 512 signed.bytes) <(tail -c 512 setup.exe)
}

a_changed_program_does_not_verify() {
    cp setup-signed.exe changed.exe
    printf '\xcc' | dd of=changed.exe bs=1 seek=512 conv=notrunc 2>/dev/null
    must_fail cmp -s setup-signed.exe changed.exe
    must_fail osslsigncode verify -CAfile company-root.pem -in changed.exe
}

cd "$TMPDIR"
version osslsigncode --version
install_mynakey
make_company
make_pfx code digitalSignature codeSigning
"$clients/pe-program.py" setup.exe
check the_page_adds_the_file
check the_page_reads_the_authority
check the_page_signs
check the_page_verifies
check openssl_verifies
check a_changed_program_does_not_verify
rm setup-signed.exe
check a_wrong_passphrase_is_told wrong-passphrase type_passphrase sign
check a_missing_file_is_told code.pfx no-file run_page sign
check the_page_signs
finish_without_a_pin "$(package_version osslsigncode)" "program for Windows signed, software certificate"
