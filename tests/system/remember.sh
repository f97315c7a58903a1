#!/usr/bin/env bash
# `mynakey remember` and `mynakey forget`: the signing certificate is shown before login where its owner
# wanted that, and nowhere else.
set -euo pipefail
. "$(dirname "$0")/world.sh"
export LC_ALL=C.UTF-8

kept=${XDG_DATA_HOME-}/mynakey/remembered
other_serial=0000000020500004

# Exit status, then a verb with its options, without any terminal.
verb_gives() { # STATUS VERB OPTION...
    local status=0
    setsid --wait "$MYNAKEY" "${@:2}" >said 2>&1 || status=$?
    cat said
    same "exit status" "$1" "$status"
}

remember() { # OPTION...
    verb_gives 0 remember --yes --pin-file - "$@" <<<"$SIGN_PIN"
}

# The same at a terminal, the questions answered: at_terminal STATUS [QUESTION ANSWER]... -- OPTION...
at_terminal() {
    local status=0 words=("${@:2}") place=0
    while [ "${words[place]}" != -- ]; do place=$((place + 1)); done
    "$system/at-terminal.py" "${words[@]::place}" -- "$MYNAKEY" remember "${words[@]:place+1}" >said ||
        status=$?
    cat said
    same "exit status" "$1" "$status"
}

nothing_is_kept() {
    [ -z "$(ls -A "$kept" 2>/dev/null)" ] || fail "kept: $(ls -A "$kept")"
}

# What a program sees that does not log in.
public_objects() { # [SLOT]
    pkcs11-tool --module "$MODULE_SIGN" ${1:+--slot "$1"} --list-objects
}

the_certificate_is_hidden() {
    public_objects >objects
    cat objects
    must_fail grep "type = user" objects
    must_fail grep -E "label: +JPKI Signature$" objects
}

# Certificate and public key, and no PIN for it.
the_certificate_is_shown() {
    local before
    before=$(verifies)
    public_objects >objects
    cat objects
    same "objects of the owner" 2 "$(grep -cE "label: +JPKI Signature$" objects)"
    grep "Public Key Object; RSA 2048 bits" objects
    must_fail grep "Private Key Object" objects
    pkcs11-tool --module "$MODULE_SIGN" --read-object --type cert --id 02 --output-file shown.der
    cmp shown.der "$PKI/sign.der"
    same "VERIFY commands" "$before" "$(verifies)"
}

status_says() { # true|false
    "$MYNAKEY" status --json >said
    cat said
    grep "\"signing_certificate_remembered\": $1" said
    "$MYNAKEY" status >said
    if [ "$1" = true ]; then
        grep "^    A copy of it is kept here" said
    else
        grep -E "^  Signing certificate +shown only after its password" said
    fi
}

# --- asking --------------------------------------------------------------------------------------------

# Consent is asked for before the password, which is not shown.
a_refused_consent_keeps_nothing() {
    local before answer
    before=$(verifies)
    for answer in no '' yesterday; do
        at_terminal 1 "Keep a copy? [yes/no]" "$answer" --
        grep "nothing was done" said
    done
    must_fail grep "Signing password" said
    [ ! -e "$kept" ]
    same "VERIFY commands" "$before" "$(verifies)"
}

without_terminal_and_consent_nothing_is_kept() {
    verb_gives 1 remember --pin-file - <<<"$SIGN_PIN"
    grep -e "--yes" said
    verb_gives 1 remember --yes
    grep -e "--pin-file" said
    nothing_is_kept
    same "VERIFY commands" 0 "$(verifies)"
}

the_owner_is_told_what_is_kept_and_where() {
    at_terminal 1 "Keep a copy? [yes/no]" no --
    grep "name, address, date of" said
    grep -F "    $kept" said
    grep "serial 0000000020500003" said
    grep "mynakey forget" said
}

a_wrong_password_is_sent_once_and_keeps_nothing() {
    at_terminal 1 "Keep a copy? [yes/no]" yes "Signing password:" WRONG1 --
    grep "The PIN is wrong; one try was used" said
    grep "4 of 5 tries are left" said
    must_fail grep WRONG1 said
    same "VERIFY commands" 1 "$(verifies)"
    nothing_is_kept
}

a_password_of_the_wrong_shape_costs_nothing() {
    local before
    before=$(verifies)
    verb_gives 1 remember --yes --pin-file - <<<ABC12
    grep "no try was used" said
    same "VERIFY commands" "$before" "$(verifies)"
    nothing_is_kept
}

the_right_password_is_sent_once_and_keeps_the_certificate() {
    local before
    before=$(verifies)
    at_terminal 0 "Keep a copy? [yes/no]" yes "Signing password:" "$SIGN_PIN" --
    must_fail grep "$SIGN_PIN" said
    same "VERIFY commands" $((before + 1)) "$(verifies)"
    cmp "$kept"/*.cer "$PKI/sign.der"
}

only_its_owner_can_read_it() {
    same "mode of the folder" 700 "$(stat --format %a "$kept")"
    same "files" 1 "$(find "$kept" -type f | wc -l)"
    same "modes of the files" 600 "$(find "$kept" -type f -printf '%m\n')"
}

what_is_kept_is_not_asked_for_again() {
    local before
    before=$(verifies)
    verb_gives 0 remember
    grep "kept already" said
    same "VERIFY commands" "$before" "$(verifies)"
}

# --- using it -------------------------------------------------------------------------------------------

it_signs_with_the_key_of_what_is_shown() {
    letter letter.txt
    openssl x509 -inform DER -in shown.der -pubkey -noout >shown.pub
    pkcs11-tool --module "$MODULE_SIGN" --login --pin "$SIGN_PIN" --sign --mechanism SHA256-RSA-PKCS \
        --id 02 --input-file letter.txt --output-file letter.sig
    signature_fits shown.pub letter.txt letter.sig
}

the_authentication_token_is_as_it_was() {
    pkcs11-tool --module "$MODULE_AUTH" --list-objects >objects
    grep -E "label: +JPKI Authentication$" objects
    must_fail grep "JPKI Signature" objects
}

# The copy is another certificate than the card's: as if the municipal office had issued a new one.
a_renewed_certificate_is_not_passed_over() {
    local file
    file=$(find "$kept" -type f)
    cp "$PKI/sign-expired.der" "$file"
    pkcs11-tool --module "$MODULE_SIGN" --login --pin "$SIGN_PIN" --list-objects >objects 2>&1 || true
    grep CKR_DEVICE_REMOVED objects
    cmp "$file" "$PKI/sign.der"
    same "mode of the file" 600 "$(stat --format %a "$file")"
    pkcs11-tool --module "$MODULE_SIGN" --login --pin "$SIGN_PIN" --list-objects
    the_certificate_is_shown
}

what_is_no_certificate_is_dropped() {
    local file
    file=$(find "$kept" -type f)
    echo damaged >"$file"
    the_certificate_is_hidden
    [ ! -e "$file" ]
    remember
}

nothing_of_it_stands_in_the_log() {
    printf 'log-level = debug\nlog-file = %s\n' "$PWD/log" >mynakey.conf
    export MYNAKEY_CONFIG=$PWD/mynakey.conf
    verb_gives 0 forget
    remember
    the_certificate_is_shown
    "$MYNAKEY" status
    it_signs_with_the_key_of_what_is_shown
    [ "$(wc -l <log)" -gt 20 ]
    local found
    for found in 黒桐 幹也 清瀬 "$SIGN_PIN" "$kept" "$(basename "$kept"/*.cer .cer)"; do
        must_fail grep -F "$found" log
    done
    # in hexadecimal, too: the log writes commands so
    must_fail grep -iF "$(printf 黒桐 | od -An -tx1 | tr -d ' \n')" log
    must_fail grep -iE "$(printf 黒桐 | od -An -tx1 | sed 's/^ //; s/ / ?/g')" log
}

# --- forgetting -----------------------------------------------------------------------------------------

forgetting_removes_it() {
    verb_gives 0 forget
    grep Removed said
    nothing_is_kept
    verb_gives 0 forget
    grep "No copy is kept" said
}

forgetting_works_without_the_card() {
    remember
    card remove
    until_the_card_is_gone
    verb_gives 0 forget
    nothing_is_kept
    card insert
    "$MYNAKEY_BUILD/tests/system/card_seen" 1
}

forgetting_works_without_the_service() {
    remember
    PCSCLITE_CSOCK_NAME=$PWD/none verb_gives 0 forget
    nothing_is_kept
}

a_folder_that_cannot_be_written_is_told_before_the_password() {
    local before
    before=$(verifies)
    mkdir -p read-only
    mount -t tmpfs -o ro mynakey read-only
    XDG_DATA_HOME=$PWD/read-only verb_gives 1 remember --yes --pin-file - <<<"$SIGN_PIN"
    grep -F "no copy can be kept in $PWD/read-only/mynakey/remembered" said
    same "VERIFY commands" "$before" "$(verifies)"
    umount read-only
}

# With sudo, HOME may be that of the person who typed it.
root_keeps_nothing_in_somebodys_home() {
    local before
    before=$(verifies)
    mkdir theirs
    chown 65534 theirs
    XDG_DATA_HOME=$PWD/theirs verb_gives 1 remember --yes --pin-file - <<<"$SIGN_PIN"
    grep "belongs to another user" said
    same "files" "" "$(ls -A theirs)"
    same "VERIFY commands" "$before" "$(verifies)"
    rmdir theirs
}

words_that_make_no_sense_are_refused() {
    local words
    for words in "remember it" "remember --never" "forget it" "forget --all --reader x"; do
        # shellcheck disable=SC2086 # words
        verb_gives 2 $words
    done
}

with_one_card() {
    check the_certificate_is_hidden
    check status_says false
    check a_refused_consent_keeps_nothing
    check without_terminal_and_consent_nothing_is_kept
    check the_owner_is_told_what_is_kept_and_where
    check a_wrong_password_is_sent_once_and_keeps_nothing
    check a_password_of_the_wrong_shape_costs_nothing
    check the_certificate_is_hidden
    check the_right_password_is_sent_once_and_keeps_the_certificate
    check only_its_owner_can_read_it
    check the_certificate_is_shown
    check status_says true
    check what_is_kept_is_not_asked_for_again
    check it_signs_with_the_key_of_what_is_shown
    check the_authentication_token_is_as_it_was
    check a_renewed_certificate_is_not_passed_over
    check what_is_no_certificate_is_dropped
    check nothing_of_it_stands_in_the_log
    check forgetting_removes_it
    check the_certificate_is_hidden
    check status_says false
    check forgetting_works_without_the_card
    check forgetting_works_without_the_service
    check a_folder_that_cannot_be_written_is_told_before_the_password
    if [ "$(awk '{print $3}' /proc/self/uid_map)" -gt 65534 ]; then # who is root here can be others
        check root_keeps_nothing_in_somebodys_home
    fi
    check words_that_make_no_sense_are_refused
}

# --- two cards -----------------------------------------------------------------------------------------

slot_of() { # READER
    pkcs11-tool --module "$MODULE_SIGN" --list-slots |
        sed -n "s/^Slot .*(\(0x[0-9a-f]*\)): .* $1 (signature)\$/\1/p"
}

the_reader_has_to_be_named() {
    verb_gives 2 remember --yes --pin-file - <<<"$SIGN_PIN"
    grep "00 01" said
    nothing_is_kept
}

one_cards_copy_is_not_the_others() {
    remember --reader "00 00"
    public_objects "$(slot_of "00 00")" >objects
    grep -E "label: +JPKI Signature$" objects
    public_objects "$(slot_of "00 01")" >objects
    cat objects
    must_fail grep -E "label: +JPKI Signature$" objects
}

the_other_cards_copy_is_not_removed() {
    verb_gives 0 forget --reader "00 01"
    grep "for others" said
    same "copies" 1 "$(find "$kept" -type f | wc -l)"
}

without_a_card_it_has_to_be_said_which() {
    remember --reader "00 01"
    same "copies" 2 "$(find "$kept" -type f | wc -l)"
    PCSCLITE_CSOCK_NAME=$PWD/none verb_gives 3 forget
    grep -e "--all" said
    same "copies" 2 "$(find "$kept" -type f | wc -l)"
}

all_are_forgotten_at_once() {
    verb_gives 0 forget --all
    [ ! -e "$kept" ]
    verb_gives 0 forget --all
}

with_two_cards() {
    check the_reader_has_to_be_named
    check one_cards_copy_is_not_the_others
    check the_other_cards_copy_is_not_removed
    check without_a_card_it_has_to_be_said_which
    check all_are_forgotten_at_once
}

# --- a card that a login would be in vain for ---------------------------------------------------------------

no_password_is_asked_for() {
    verb_gives 1 remember --yes --pin-file - <<<"$SIGN_PIN"
    nothing_is_kept
    same "VERIFY commands" 0 "$(verifies)"
}

with_a_poor_card() {
    check no_password_is_asked_for
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    "with_$1"
    finish
fi
must_be_possible
relay "$with_card" -- "$0" one_card
relay "$with_card" --second --set serial=$other_serial -- "$0" two_cards
for persona in sign-blocked last-try-sign no-sign-certificate; do
    echo "# persona $persona"
    relay "$with_card" --persona "$persona" -- "$0" a_poor_card
done
finish
