# For the tests that look for what must be nowhere: PINs that stand out, and the search for them and for
# what the card tells of its owner. Sourced.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/world.sh"
export LC_ALL=C.UTF-8

# The card's own PINs, 1234 and ABC123, are part of many a table of digits: these take their place.
new_auth_pin=9517
new_sign_pin=QX52LMB7
new_text_pin=8306
wrong_auth_pin=6284
wrong_sign_pin=VR64TNK3
passphrase="kiyoi mizu no nagare 7"

# What must be in no log, no output, no memory: secrets [FILE], by default to `secrets`.
list_secrets() {
    printf '%s\t%s\n' "authentication PIN" "$new_auth_pin" "signing password" "$new_sign_pin" \
        "text PIN" "$new_text_pin" "refused PIN" "$wrong_auth_pin" "refused password" "$wrong_sign_pin" \
        passphrase "$passphrase" >secrets
}

# What the card tells of its owner, as the text, the certificate and the face have it.
list_person() {
    printf '%s\t%s\n' name 黒桐　幹也 "family name" 黒桐 address 東京都清瀬市観布子南１２－７－２０２ \
        "part of the address" 清瀬市 "date of birth, certificate" 319800217 "date of birth" 1980-02-17 \
        "date of birth, text" 19800217 "My Number" 537686677188 \
        "subject of the signing certificate" 202502240907273800303201003A >person
}

# found WORDS FILE...: says what of them is there; fails where nothing is.
found() {
    local status=0
    "$system/search-bytes.py" "$@" || status=$?
    [ "$status" -le 1 ] || fail "the search did not go on"
    return "$status"
}

nothing_found() { # WORDS FILE...
    local status=0
    "$system/search-bytes.py" "$@" || status=$?
    same "what the search says with its status" 1 "$status"
}

# The files of folders, with and without content: files_below FOLDER...
files_below() {
    find "$@" -type f
}

give_the_card_new_pins() {
    change auth "$AUTH_PIN" "$new_auth_pin"
    change sign "$SIGN_PIN" "$new_sign_pin"
    change text 1234 "$new_text_pin"
}

change() { # WHICH PIN NEW-PIN
    "$MYNAKEY" pin change "$1" --pin-file <(echo "$2") --new-pin-file <(echo "$3")
}
