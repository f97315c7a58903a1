#!/usr/bin/env bash
# Software certificates with the programs that have a page for the card: signatures, decrypted mail, and TLS.
# No PIN reaches the card. Signing a program for Windows has its own test, osslsigncode.sh.
set -euo pipefail
. "$(dirname "$0")/pkcs12.sh"
. "$(dirname "$0")/../system/soft.sh"
needs openssl certutil cmsutil modutil pdfsig p11tool ssh-keygen ssh-agent keytool jarsigner unzip curl \
    /usr/bin/python3
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

engine_url() { # NAME
    echo "pkcs11:token=Employee%20$1;type=private;pin-value=correct%20horse"
}

openssls_engine_signs_cms() { # NAME
    letter letter.txt
    PKCS11_MODULE_PATH=$MODULE_SOFT openssl cms -sign -engine pkcs11 -keyform engine -binary -md sha256 \
        -signer "$1.pem" -inkey "$(engine_url "$1")" -in letter.txt -outform DER -nodetach -out letter.cms
    openssl cms -verify -in letter.cms -inform DER -CAfile ca.pem -purpose any | cmp - letter.txt
}

openssls_engine_decrypts_cms() { # OPENSSL-OPTION...
    letter letter.txt
    openssl cms -encrypt -aes-256-cbc -binary -in letter.txt -outform DER -out letter.enc -recip rsa.pem "$@"
    PKCS11_MODULE_PATH=$MODULE_SOFT openssl cms -decrypt -engine pkcs11 -keyform engine -recip rsa.pem \
        -inkey "$(engine_url rsa)" -inform DER -in letter.enc -out letter.dec
    cmp letter.txt letter.dec
}

# What the helpers of TLS want of a role's certificates, of ours.
make_server() {
    local name
    PKI=$PWD/pki
    mkdir "$PKI"
    for name in rsa p256; do
        cp ca.pem "$PKI/$name-ca.pem"
        openssl x509 -in "$name.pem" -outform DER -out "$PKI/$name.der"
    done
    make_server_certificate
}

curl_authenticates() { # NAME TLSv1.x
    start_server "$1" "$2"
    server_refuses_strangers
    PKCS11_MODULE_PATH=$MODULE_SOFT curl --silent --show-error --max-time 60 --cacert server-ca.pem \
        --cert "pkcs11:token=Employee%20$1;object=Employee%20$1;type=cert" --key "$(engine_url "$1")" "$server_url"
    server_saw "$1" "$2"
}

gnutls_cli_authenticates() { # NAME TLSv1.x
    local url="pkcs11:token=Employee%20$1;object=Employee%20$1"
    start_server "$1" "$2"
    ask_and_wait | GNUTLS_PIN=$passphrase gnutls-cli --provider "$MODULE_SOFT" --x509cafile server-ca.pem \
        --priority "NORMAL:-VERS-ALL:+VERS-TLS${2#TLSv}" --port "$server_port" \
        --x509certfile "$url;type=cert" --x509keyfile "$url;type=private" localhost
    server_saw "$1" "$2"
}

# OpenSSH lists the keys without a passphrase, and its agent signs with them.
ssh_keygen_lists_the_keys() {
    local name
    ssh-keygen -D "$MODULE_SOFT" </dev/null >listed
    cat listed
    for name in rsa p256; do
        ssh-keygen -i -m PKCS8 -f "$name.pub" >"$name.ssh"
        grep -F "$(cut -d' ' -f2 "$name.ssh")" listed
    done
}

ssh_agent_signs() { # NAME
    letter letter.txt
    rm -f letter.txt.sig
    ssh-keygen -Y sign -q -n file -f "$1.ssh" letter.txt
    echo "employee namespaces=\"file\" $(cat "$1.ssh")" >allowed
    ssh-keygen -Y verify -f allowed -I employee -n file -s letter.txt.sig <letter.txt
}

ssh_agents_have_the_keys() {
    local SSH_AUTH_SOCK SSH_AGENT_PID name
    eval "$(ssh-agent -s -P "$MODULE_SOFT")"
    end_with_the_test "$SSH_AGENT_PID"
    export SSH_AUTH_SOCK
    with_passphrase ssh-add -s "$MODULE_SOFT"
    for name in "$@"; do ssh_agent_signs "$name"; done
    end_test_processes
}

jarsigner_signs() { # NAME ALGORITHM SLOT
    letter letter.txt
    jar --create --file letter.jar letter.txt 2>/dev/null
    printf '%s\n' "name = soft" "library = $MODULE_SOFT" "slot = $3" >soft.cfg
    rm -rf META-INF
    passphrase=$passphrase jarsigner -keystore NONE -storetype PKCS11 -storepass:env passphrase \
        -addProvider SunPKCS11 -providerArg soft.cfg -digestalg SHA-256 -sigalg "$2" \
        -signedjar signed.jar letter.jar "Employee $1" >said || { cat said && return 1; }
    unzip -q signed.jar 'META-INF/*'
    openssl cms -verify -binary -purpose any -CAfile ca.pem -inform DER -in META-INF/EMPLOYEE.[RE]* \
        -content META-INF/EMPLOYEE.SF -out read
    cmp META-INF/EMPLOYEE.SF read
}

# It has one passphrase for one token: there is no other.
pdfsig_signs() {
    "$MYNAKEY" soft remove 2
    letter letter.txt
    "$clients/pdf-letter.py" letter.txt letter.pdf
    rm -f signed.pdf
    pdfsig letter.pdf signed.pdf -add-signature -nssdir sql:nss -nss-pwd "$passphrase" \
        -nick "Employee rsa:Employee rsa" -digest SHA256
    openssl x509 -in rsa.pem -outform DER -out rsa.der
    pdf_is_signed_by ca.pem rsa.der
}

cd "$TMPDIR"
version openssl version
make_certificates
for name in rsa p256; do add "$name.pfx" >added; done
make_server
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
    check openssls_engine_signs_cms rsa
    check openssls_engine_signs_cms p256
    check openssls_engine_decrypts_cms
    check openssls_engine_decrypts_cms -keyopt rsa_padding_mode:oaep
    check openssls_engine_decrypts_cms -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256
    for name in rsa p256; do
        check curl_authenticates "$name" TLSv1.2
        check curl_authenticates "$name" TLSv1.3
    done
fi
for name in rsa p256; do
    check gnutls_cli_authenticates "$name" TLSv1.2
    check gnutls_cli_authenticates "$name" TLSv1.3
done
check ssh_keygen_lists_the_keys
check ssh_agents_have_the_keys rsa p256
check jarsigner_signs rsa SHA256withRSA 129
check jarsigner_signs p256 SHA256withECDSA 130
check pdfsig_signs
finish_without_a_pin
