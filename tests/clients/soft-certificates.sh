#!/usr/bin/env bash
# Software certificates with NSS's tools, GnuTLS and OpenSSL's engine: signatures and decrypted mail.
set -euo pipefail
. "$(dirname "$0")/program.sh"
. "$(dirname "$0")/../system/soft.sh"
needs openssl certutil cmsutil modutil p11tool
in_world

make_profile() {
    mkdir nss
    certutil -N -d sql:nss --empty-password
    certutil -A -d sql:nss -n "Company CA" -t C,C,C -a -i ca.pem
    modutil -force -dbdir sql:nss -add mynakey -libfile "$MODULE_SOFT"
}

nss_lists_the_key() {
    certutil -K -d sql:nss -h "Employee rsa" -f passphrase | grep "< 0> rsa"
    certutil -K -d sql:nss -h "Employee p256" -f passphrase | grep "< 0> ec"
}

nss_signs() { # NAME
    letter letter.txt
    cmsutil -S -d sql:nss -u 4 -N "Employee $1:Employee $1" -H SHA256 -f passphrase -G -i letter.txt \
        -o letter.cms
    openssl cms -verify -in letter.cms -inform DER -CAfile ca.pem -purpose any | cmp - letter.txt
}

nss_decrypts_mail() {
    letter letter.txt
    openssl cms -encrypt -aes-256-cbc -in letter.txt -binary -outform DER -out letter.enc rsa.pem
    cmsutil -D -d sql:nss -f passphrase -i letter.enc -o letter.dec
    cmp letter.txt letter.dec
}

gnutls_signs() {
    GNUTLS_PIN=$passphrase p11tool --provider "$MODULE_SOFT" --login --test-sign \
        "pkcs11:token=Employee%20$1;object=Employee%20$1;type=private"
}

openssls_engine_signs() {
    letter letter.txt
    PKCS11_MODULE_PATH=$MODULE_SOFT openssl dgst -engine pkcs11 -keyform engine -sha256 \
        -sign "pkcs11:token=Employee%20$1;type=private;pin-value=correct%20horse" -out sig letter.txt
    openssl dgst -sha256 -verify "$1.pub" -signature sig letter.txt | grep -x "Verified OK"
}

cd "$TMPDIR"
version openssl version
make_certificates
for name in rsa p256; do add "$name.pfx" >added; done
check make_profile
check nss_lists_the_key
check nss_signs rsa
check nss_signs p256
check nss_decrypts_mail
check gnutls_signs rsa
check gnutls_signs p256
if [ -n "$(find /usr/lib -path '*engines-3/pkcs11.so' | head -n 1)" ]; then
    check openssls_engine_signs rsa
    check openssls_engine_signs p256
fi
finish
