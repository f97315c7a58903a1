#!/usr/bin/env bash
# A certificate that its owner has just issued, in Firefox and Thunderbird: as a token, with nothing more
# done than `mynakey setup`, and imported from its file.
set -euo pipefail
. "$(dirname "$0")/firefox-led.sh"
needs firefox-esr thunderbird certutil pk12util openssl curl /usr/bin/python3
in_world

passphrase="quite a long 7 passphrase"

it_is_issued_with_one_password() {
    printf '%s\n' "$SIGN_PIN" >pin
    printf '%s\n' "$passphrase" >passphrase
    with_logins 1 "$MYNAKEY" issue --yes --pin-file pin --passphrase-file passphrase \
        --anchor "$PKI/sign-ca.pem"
    openssl x509 -inform DER -in MyNumCert.cer -out MyNumCert.pem
}

# --- as a token ------------------------------------------------------------------------------------

firefox_is_set_up() {
    make_server_certificate
    make_firefox_profile
    "$MYNAKEY" setup firefox --yes
}

# The certificate is its own authority.
firefox_authenticates_with_it() { # TLSv1.x
    rm -f server.seen
    server_port=$((server_port + 1))
    "$clients/tls-server.py" "$server_port" server MyNumCert.pem "$1" server.seen >server.log 2>&1 &
    end_with_the_test $!
    until_true test -e server.seen
    with_logins 0 firefox visit "https://localhost:$server_port/" firefox.png
    grep "^text: Authenticated: $1 " said
    same "passphrases given" 1 "$(grep -c "^PIN given: .*MyNumCert" said)"
    same "seen by the server" "$1 $(sha256sum <MyNumCert.cer | cut -d' ' -f1)" "$(sort -u server.seen)"
}

thunderbird_sees_it() {
    local home=$HOME/.thunderbird
    mkdir -p "$home"
    make_empty_profile "$home/test"
    printf '%s\n' '[Profile0]' Name=test IsRelative=1 Path=test Default=1 >"$home/profiles.ini"
    "$MYNAKEY" setup thunderbird --yes
    certutil -L -d "sql:$home/test" -h MyNumCert </dev/null | grep -E "^MyNumCert:MyNumCert +u,u,u *$"
}

# --- from its file ---------------------------------------------------------------------------------

nss_tells_what_is_in_it() {
    make_empty_profile empty
    pk12util -l MyNumCert.pfx -d sql:empty -w passphrase >listed
    grep "^Certificate(has private key):" listed
    grep "^Key(shrouded):" listed
}

imported_by() { # PROGRAM PASSPHRASE
    rm -rf "import-$1"
    make_empty_profile "import-$1"
    PIN=$2 timeout --signal=KILL 250 "$clients/pfx-import.py" "$1" "import-$1" MyNumCert.pfx >said
    cat said
    grep -x "ended with status 0" said
}

it_imports_the_file() { # PROGRAM
    imported_by "$1" "$passphrase"
    grep -x "result 0" said
    certutil -K -d "sql:import-$1" | grep -E "^< 0> rsa "
    certutil -L -d "sql:import-$1" | grep -E " +u,u,u *$"
}

a_wrong_passphrase_imports_nothing() { # PROGRAM
    imported_by "$1" "quite a wrong 7 passphrase"
    must_fail grep -x "result 0" said
    must_fail certutil -K -d "sql:import-$1"
}

cd "$TMPDIR"
version firefox-esr --version
version dpkg-query --show thunderbird
install_mynakey
check it_is_issued_with_one_password
check firefox_is_set_up
lead_firefox MyNumCert "$passphrase" "$(serial_of MyNumCert.pem)"
check firefox_authenticates_with_it TLSv1.2
check firefox_quits
check firefox_is_set_up # anew: it remembers what it was answered
lead_firefox MyNumCert "$passphrase" "$(serial_of MyNumCert.pem)"
check firefox_authenticates_with_it TLSv1.3
check firefox_quits
check thunderbird_sees_it
check nss_tells_what_is_in_it
for program in firefox-esr thunderbird; do
    check it_imports_the_file "$program"
    check a_wrong_passphrase_imports_nothing "$program"
done
finish_with_the_card
