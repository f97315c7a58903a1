#!/usr/bin/env bash
# Firefox without a display authenticates to a server with the card's certificate. Its dialogs are
# answered as a person would; a picture of the page stays in the build folder.
set -euo pipefail
. "$(dirname "$0")/firefox-led.sh"
needs firefox-esr modutil certutil openssl curl /usr/bin/python3
in_world

serial=$(serial_of "$PKI/auth.pem")

make_firefox_profile_with() { # MODULE
    make_firefox_profile
    the_page_tells_firefox "$1"
}

the_page_tells_firefox() { # MODULE
    if [ "$1" = "$MODULE_AUTH" ]; then
        answer_page setup "Go on? [yes/no]" yes >told
        is_as_on_the_page set-up told
    else
        run_page setup-both
    fi
    run_page setup-list | grep -F ": set up with $1"
}

the_page_takes_it_back() {
    answer_page undo "Go on? [yes/no]" yes
    run_page setup-list | grep -F "test: not set up"
}

start_firefox() { # MODULE
    make_firefox_profile_with "$1"
    mkdir -p "$MYNAKEY_BUILD/tests/clients"
    lead_firefox "$(label_of auth)" "$AUTH_PIN" "$serial"
}

# A server of its own for each visit, so that no connection and no TLS session is there already.
start_next_server() { # TLSv1.x
    server_port=$((server_port + 1))
    server_url=https://localhost:$server_port/
    start_server auth "$1"
    server_refuses_strangers
}

# One PIN is given in its dialog, and none but that one reaches the card.
firefox_authenticates() { # TLSv1.x PICTURE
    local picture=$MYNAKEY_BUILD/tests/clients/$2.png
    start_next_server "$1"
    rm -f "$picture"
    with_logins 1 firefox visit "$server_url" "$picture"
    grep -x "page: $server_url" said
    grep "^text: Authenticated: $1 " said
    same "PINs given" 1 "$(grep -c "^PIN given: .*$(label_of auth)" said)"
    server_saw auth "$1"
    [ -s "$picture" ]
}

it_chose_the_certificate() {
    grep -F "[$serial]" said
}

the_page_does_not_come_and_no_pin_is_sent() {
    start_next_server TLSv1.3
    with_logins 0 firefox visit "$server_url" without-the-card.png
    grep "^page: about:neterror" said
    must_fail grep "^PIN given" said
    [ ! -s server.seen ]
}

# The same Firefox, which is not told of anything.
it_goes_on_when_the_card_was_taken_out_and_put_back() { # PICTURE
    card remove
    until_the_card_is_gone
    the_page_does_not_come_and_no_pin_is_sent
    card insert
    "$MYNAKEY_BUILD/tests/system/card_seen" 1
    firefox_authenticates TLSv1.3 "$1"
}

firefox_authenticates_and_asks_once() { # TLSv1.x
    start_firefox "$MODULE_AUTH"
    firefox_authenticates "$1" "firefox-$1"
    it_chose_the_certificate
    must_fail grep "cancelled" said
    firefox_quits
}

firefox_authenticates_again_with_the_card_put_back() {
    start_firefox "$MODULE_AUTH"
    firefox_authenticates TLSv1.3 firefox-TLSv1.3
    it_chose_the_certificate
    must_fail grep "cancelled" said
    it_goes_on_when_the_card_was_taken_out_and_put_back firefox-card-put-back
    firefox_quits
}

# The other token's certificate is shown only with its password: it may ask for that too, and goes on
# when it gets none.
firefox_does_so_with_both_tokens_there() {
    start_firefox "$MODULE"
    firefox_authenticates TLSv1.3 firefox-both-tokens
    it_chose_the_certificate
    it_goes_on_when_the_card_was_taken_out_and_put_back firefox-both-tokens-put-back
    firefox_quits
}

cd "$TMPDIR"
version firefox-esr --version
install_mynakey
make_server_certificate
check firefox_authenticates_and_asks_once TLSv1.2
check firefox_authenticates_again_with_the_card_put_back
check firefox_does_so_with_both_tokens_there
check the_page_takes_it_back
finish_with_the_card "$(package_version firefox-esr)" \
    "login with TLS 1.2 and 1.3, card taken out and put back, authentication token"
