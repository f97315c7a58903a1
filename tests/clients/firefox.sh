#!/usr/bin/env bash
# Firefox without a display authenticates to a server with the card's certificate. Its dialogs are
# answered as a person would; a picture of the page stays in the build folder.
set -euo pipefail
. "$(dirname "$0")/profile.sh"
needs firefox-esr modutil certutil openssl curl /usr/bin/python3
in_world

serial=$(openssl x509 -in "$PKI/auth.pem" -noout -serial | cut -d= -f2 | sed 's/..\B/&:/g')

# A new one each time: Firefox remembers what it was answered.
make_firefox_profile() { # MODULE
    rm -rf profile
    make_profile profile "$1"
    certutil -A -d sql:profile -n "test server's authority" -t C,, -a -i server-ca.pem
}

firefox_visits() { # MODULE TLSv1.x
    make_firefox_profile "$1"
    start_server auth "$2"
    server_refuses_strangers
    mkdir -p "$MYNAKEY_BUILD/tests/clients"
    PIN=$AUTH_PIN with_logins 1 timeout --signal=KILL 200 "$clients/firefox-visit.py" profile \
        "$server_url" "$(label_of auth)" "$serial" "$MYNAKEY_BUILD/tests/clients/firefox-$2.png" |
        tee said
    grep "^text: Authenticated: $2 " said
    same "PINs given" 1 "$(grep -c "^PIN given: .*$(label_of auth)" said)"
    grep -F "[$serial]" said
    server_saw auth "$2"
    [ -s "$MYNAKEY_BUILD/tests/clients/firefox-$2.png" ]
}

firefox_authenticates_and_asks_once() { # TLSv1.x
    firefox_visits "$MODULE_AUTH" "$1"
    must_fail grep "cancelled" said
}

# The other token's certificate is shown only with its password: it may ask for that too, and goes on
# when it gets none.
firefox_authenticates_with_both_tokens_there() { # TLSv1.x
    firefox_visits "$MODULE" "$1"
}

cd "$TMPDIR"
version firefox-esr --version
make_server_certificate
check firefox_authenticates_and_asks_once TLSv1.2
check firefox_authenticates_and_asks_once TLSv1.3
check firefox_authenticates_with_both_tokens_there TLSv1.3
finish_with_the_card
