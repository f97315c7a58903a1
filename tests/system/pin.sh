#!/usr/bin/env bash
# `mynakey pin`: every PIN of the card shown, proved and changed, and what was sent counted on the card.
set -euo pipefail
. "$(dirname "$0")/pins.sh"

pin_in_use() { # WHICH
    case $1 in
    sign) echo "$SIGN_PIN" ;;
    *) echo 1234 ;;
    esac
}

other_pin() { # WHICH
    case $1 in
    sign) echo KW7MZP29 ;;
    *) echo 9072 ;;
    esac
}

# The names that the card has for what a word names.
references() { # WHICH
    case $1 in
    card) echo common juki ;;
    *) echo "$1" ;;
    esac
}

full() { # REFERENCE
    case $1 in
    sign) echo 5 ;;
    *) echo 3 ;;
    esac
}

all_are_full() {
    the_card_has auth=3 sign=5 text=3 common=3 juki=3
}

# --- status ------------------------------------------------------------------------------------------

status_tells_every_counter() {
    with_verifies 0 pin 0 status
    says "Reader: Virtual PCD 00 00"
    grep -E "^  Authentication PIN +3 of 3 tries left$" said
    grep -E "^  Signing password +5 of 5 tries left$" said
    grep -E "^  PIN for name and address +3 of 3 tries left$" said
    grep -E "^  PIN of the card, common application +3 of 3 tries left$" said
    grep -E "^  PIN of the card, resident register application +3 of 3 tries left$" said
    grep -E "^  Number B for the text data +10 tries left$" said
}

status_says_the_same_to_programs() {
    with_verifies 0 pin 0 status --json
    python3 - said <<'END'
import json, sys
pins = {pin["pin"]: pin for pin in json.load(open(sys.argv[1]))["pins"]}
assert pins["authentication"] == {"pin": "authentication", "exists": True, "tries_left": 3, "tries_max": 3}
assert pins["signature"]["tries_left"] == 5
assert pins["text-b"] == {"pin": "text-b", "exists": True, "tries_left": 10, "tries_max": None}
assert len(pins) == 10
END
}

# --- one PIN -----------------------------------------------------------------------------------------

a_right_pin_is_told_as_right() { # WHICH
    local each count=0
    for each in $(references "$1"); do count=$((count + 1)); done
    with_verifies "$count" pin_verify 0 "$1" "$(pin_in_use "$1")"
    same "lines of good news" "$count" "$(grep -c "right. All $(full "$1") tries are there again" said)"
}

# Of the card's two, the second is not tried after the first refused it.
a_wrong_pin_costs_one_try() { # WHICH
    local first
    first=$(references "$1" | cut -d' ' -f1)
    with_verifies 1 pin_verify 1 "$1" "$(other_pin "$1")"
    says "wrong. One try was used, $(($(full "$first") - 1)) of $(full "$first") are left"
    the_card_has "$first=$(($(full "$first") - 1))"
    [ "$1" != card ] || the_card_has juki=3
}

the_right_one_gives_it_back() { # WHICH
    pin_verify 0 "$1" "$(pin_in_use "$1")"
    all_are_full
}

a_wrong_shape_sends_nothing() { # WHICH PIN
    with_verifies 0 pin_verify 1 "$1" "$2"
    says "no try was used"
    with_verifies 0 pin_change 1 "$1" "$2" "$(other_pin "$1")"
    with_verifies 0 pin_change 1 "$1" "$(pin_in_use "$1")" "$2"
    says "nothing was changed"
    all_are_full
}

the_same_one_is_no_new_one() {
    with_verifies 0 pin_change 1 text 1234 1234
    says "the new one is the old one"
    with_verifies 0 pin_change 1 sign ABC123 abc123
    says "the new one is the old one"
}

a_change_with_a_wrong_pin_changes_nothing() { # WHICH
    local new=4821
    [ "$1" != sign ] || new=QX52LMB7
    with_verifies 1 pin_change 1 "$1" "$(other_pin "$1")" "$new"
    says "wrong. One try was used"
    pin_verify 0 "$1" "$(pin_in_use "$1")"
    all_are_full
}

it_is_changed_and_changed_back() { # WHICH
    local each count=0
    for each in $(references "$1"); do count=$((count + 1)); done
    with_verifies "$count" pin_change 0 "$1" "$(pin_in_use "$1")" "$(other_pin "$1")"
    same "changed" "$count" "$(grep -c ': changed\.$' said)"
    with_verifies "$count" pin_verify 0 "$1" "$(other_pin "$1")"
    with_verifies 1 pin_verify 1 "$1" "$(pin_in_use "$1")"
    with_verifies "$count" pin_change 0 "$1" "$(other_pin "$1")" "$(pin_in_use "$1")"
    all_are_full
}

standard_input_has_both() {
    local status=0
    printf '1234\n9072\n' | "$MYNAKEY" pin change text --pin-file - --new-pin-file - >said 2>&1 || status=$?
    cat said
    same "exit status" 0 "$status"
    pin_change 0 text 9072 1234
}

a_weak_one_is_spoken_against() { # PIN WORDS
    pin_change 0 text 1234 "$1"
    says "the new one is weak: $2"
    pin_change 0 text "$1" 1234
    says "the new one is weak: it is a row of digits"
}

a_weak_password_is_spoken_against() { # PASSWORD WORDS
    pin_change 0 sign "$SIGN_PIN" "$1"
    says "the new one is weak: $2"
    pin_change 0 sign "$1" "$SIGN_PIN"
}

# --- at the terminal -----------------------------------------------------------------------------------

the_rules_come_before_the_question() {
    with_verifies 1 at_terminal 0 "Signing password: " abc123 "New signing password: " kw7mzp29 \
        "once more: " kw7mzp29 -- change sign
    python3 - said <<'END'
import sys
said = open(sys.argv[1]).read()
places = [said.index(words) for words in (
    "6 to 16 characters, A-Z and 0-9; small letters", "Five mistakes lock it", "Signing password: ",
    "make up a sentence", "New signing password: ", "once more: ", "changed.")]
assert places == sorted(places), places
assert "mzp" not in said.lower()
END
    pin_change 0 sign KW7MZP29 "$SIGN_PIN"
}

two_that_differ_are_no_new_one() {
    with_verifies 0 at_terminal 1 "address: " 1234 "New PIN for name and address: " 9072 "once more: " 9073 \
        -- change text
    says "not the same"
}

a_weak_one_wants_a_yes() {
    with_verifies 0 at_terminal 1 "address: " 1234 "New PIN for name and address: " 7777 "once more: " 7777 \
        "Take it all the same? [yes/no]" no -- change text
    with_verifies 1 at_terminal 0 "address: " 1234 "New PIN for name and address: " 7777 "once more: " 7777 \
        "Take it all the same? [yes/no]" yes -- change text
    pin_change 0 text 7777 1234
}

without_a_terminal_the_options_are_named() {
    with_verifies 0 pin 1 verify auth
    says "use --pin-file FILE"
    printf '1234\n' >present
    with_verifies 0 pin 1 change auth --pin-file present
    says "use --new-pin-file FILE"
}

# --- the last try --------------------------------------------------------------------------------------

# Two wrong ones are spent on it first.
the_last_try_is_kept_back() {
    pin_verify 1 text 1111
    pin_verify 1 text 2222
    says "The last try is kept back"
    the_card_has text=1
    with_verifies 0 pin_verify 1 text 1234
    says "a person has to decide this"
    with_verifies 0 pin_change 1 text 1234 9072
    says "'mynakey pin verify text' uses it"
    pin 0 status
    says "1 try left: one more mistake locks it"
    the_card_has text=1
}

it_is_used_only_after_a_yes() {
    with_verifies 0 at_terminal 1 "Use the last try? [yes/no]" no -- verify text
    says "ONE TRY IS LEFT"
    the_card_has text=1
}

the_right_one_frees_it() {
    with_verifies 1 at_terminal 0 "Use the last try? [yes/no]" yes "address: " 1234 -- verify text
    says "All 3 tries are there again"
    the_card_has text=3
}

the_settings_may_let_it_be_used() {
    pin_verify 1 text 1111
    pin_verify 1 text 2222
    echo "spare-last-try = no" >mynakey.conf
    MYNAKEY_CONFIG=$PWD/mynakey.conf pin_change 0 text 1234 9072
    pin_change 0 text 9072 1234
}

# For the end: nothing opens it again.
a_wrong_last_try_locks_it_and_the_way_out_is_told() {
    pin_verify 1 juki 1111
    pin_verify 1 juki 2222
    with_verifies 1 at_terminal 1 "Use the last try? [yes/no]" yes "card: " 3333 -- verify juki
    says "that was the last try: it is locked now"
    says "office of the municipality"
    the_card_has juki=0
}

a_locked_one_is_not_sent() {
    with_verifies 0 pin_verify 1 juki 1234
    says "it is locked, no try is left"
    says "office of the municipality"
    with_verifies 0 pin_change 1 card 1234 9072
    with_verifies 0 pin_change 1 --all 1234 9072
    says "it is locked, no try is left"
    pin 0 status
    says "LOCKED: the office of your municipality"
}

# --- all alike -----------------------------------------------------------------------------------------

all_four_become_alike() {
    with_verifies 4 pin_change 0 --all 1234 9072
    same "changed" 4 "$(grep -c ': changed\.$' said)"
    local which
    for which in auth text card; do pin_verify 0 "$which" 9072; done
    with_verifies 4 pin_change 0 --all 9072 1234
}

fits_a_terminal() { # LINES BEGINNING
    grep -F -A"$(($1 - 1))" -- "$2" said >paragraph
    [ "$(wc -L <paragraph)" -le 80 ] || fail "$(wc -L <paragraph) columns"
}

what_all_means_is_told_first() {
    with_verifies 0 pin 1 change --all # nobody is there to be asked
    fits_a_terminal 5 "All PINs of four digits become one"
}

# The text PIN is another one: authentication is changed, nothing after it is touched.
it_stops_at_the_first_refusal() {
    pin_change 0 text 1234 4821
    with_verifies 2 pin_change 1 --all 1234 9072
    says "Authentication PIN: changed."
    says "PIN for name and address: wrong"
    same "not touched" 2 "$(grep -c 'not touched' said)"
    fits_a_terminal 3 "They are not alike yet"
    the_card_has auth=3 text=2 common=3 juki=3
}

# What has the new one already is compared, which gives all its tries back, and not changed again.
the_next_run_goes_on() {
    with_verifies 4 at_terminal 0 "Authentication PIN: " 9072 "PIN for name and address: " 4821 \
        "PIN of the card: " 1234 "New authentication PIN: " 9072 "once more: " 9072 -- change --all
    says "Authentication PIN: right"
    same "changed" 3 "$(grep -c ': changed\.' said)"
    all_are_full
    pin_change 0 --all 9072 1234
}

the_two_of_the_card_may_differ() {
    pin_change 0 juki 1234 4821
    with_verifies 2 pin_change 1 card 1234 9072
    says "PIN of the card, common application: changed."
    says "PIN of the card, resident register application: wrong"
    says "'mynakey pin change juki'"
    says "changes the one that is left"
    pin_change 0 juki 4821 9072
    pin_change 0 card 9072 1234
    all_are_full
}

# --- other programs ------------------------------------------------------------------------------------

# The module opens the authentication key again by itself; the signing password is kept nowhere.
other_programs_notice_by_themselves() {
    local i
    letter letter.txt
    start_caller program
    answers CKR_OK program initialize
    answers CKR_OK program login Authentication "$AUTH_PIN"
    answers CKR_OK program login Signature "$SIGN_PIN"
    for i in Authentication Signature; do answers CKR_OK program find "$i"; done
    pin_verify 0 text 1234
    answers CKR_OK program sign Authentication SHA256-RSA-PKCS letter.txt letter.sig
    answers CKR_USER_NOT_LOGGED_IN program sign Signature SHA256-RSA-PKCS letter.txt letter.sig
    end_callers
}

# --- words and cards -----------------------------------------------------------------------------------

a_wrong_call_is_told() { # WORD...
    with_verifies 0 pin 2 "$@"
}

without_a_card_it_says_so() {
    card remove
    until_the_card_is_gone
    pin 3 status
    pin_verify 3 auth 1234
    put_the_card_back
}

it_speaks_japanese() {
    speak_japanese
    pin 0 status
    says "利用者証明用の暗証番号"
    says "残り3回（3回のうち）"
    pin_verify 1 auth 9072
    says "利用者証明用の暗証番号: 違います。1回減って、残りは2回です（3回のうち）"
    pin_verify 0 auth 1234
    says "合っています。残りは3回に戻りました。"
    pin_change 0 text 1234 7777
    says "新しいものは弱いものです。同じ数字が四つです"
    says "券面事項入力補助用の暗証番号: 変更しました。"
    pin_change 1 --all 1234 9072
    fits_a_terminal 4 "まだそろっていません"
    pin_change 0 auth 9072 1234
    at_terminal 0 "券面事項入力補助用の暗証番号: " 7777 "新しい暗証番号: " 4821 "（もう一度）: " 4821 -- change text
    says "3回間違えるとロックされます"
    pin_change 0 text 4821 1234
    with_verifies 0 pin 1 change --all
    fits_a_terminal 5 "数字4桁の暗証番号をすべて同じものにします"
    all_are_full
}

on_fresh() {
    local which pin
    check status_tells_every_counter
    check status_says_the_same_to_programs
    for which in auth sign text card common juki; do
        check a_right_pin_is_told_as_right "$which"
        check a_wrong_pin_costs_one_try "$which"
        check the_right_one_gives_it_back "$which"
        check a_change_with_a_wrong_pin_changes_nothing "$which"
        check it_is_changed_and_changed_back "$which"
    done
    for pin in 123 12345 12a4; do check a_wrong_shape_sends_nothing auth "$pin"; done
    for pin in ABC12 ABCDEFGH123456789 ABC-123; do check a_wrong_shape_sends_nothing sign "$pin"; done
    check a_wrong_shape_sends_nothing card 12
    check the_same_one_is_no_new_one
    check standard_input_has_both
    check a_weak_one_is_spoken_against 0000 "it is one digit four times"
    check a_weak_one_is_spoken_against 4321 "it is a row of digits"
    check a_weak_one_is_spoken_against 4747 "it is two digits, repeated"
    check a_weak_one_is_spoken_against 0217 "it could be a date or a year"
    check a_weak_password_is_spoken_against QQ7QQ7Q "it has fewer than five different characters"
    check a_weak_password_is_spoken_against 90817263 "it has digits only"
    check the_rules_come_before_the_question
    check two_that_differ_are_no_new_one
    check a_weak_one_wants_a_yes
    check without_a_terminal_the_options_are_named
    check all_four_become_alike
    check what_all_means_is_told_first
    check it_stops_at_the_first_refusal
    check the_next_run_goes_on
    check the_two_of_the_card_may_differ
    check other_programs_notice_by_themselves
    check a_wrong_call_is_told
    check a_wrong_call_is_told unlock auth
    check a_wrong_call_is_told verify face
    check a_wrong_call_is_told verify
    check a_wrong_call_is_told verify --all
    check a_wrong_call_is_told verify auth sign
    check a_wrong_call_is_told change auth --json
    check a_wrong_call_is_told status auth
    check it_speaks_japanese
    check without_a_card_it_says_so
    check the_last_try_is_kept_back
    check it_is_used_only_after_a_yes
    check the_right_one_frees_it
    check the_settings_may_let_it_be_used
    check a_wrong_last_try_locks_it_and_the_way_out_is_told
    check a_locked_one_is_not_sent
}

# --- other cards ---------------------------------------------------------------------------------------

a_pin_that_is_not_there_is_told() {
    with_verifies 0 pin_verify 1 text 1234
    says "PIN for name and address: this card has none"
    with_verifies 0 pin_verify 1 card 1234
    says "this card has none"
    pin 0 status
    grep -E "^  PIN for name and address +this card has none$" said
}

the_others_are_made_alike_without_it() {
    with_verifies 1 pin_change 0 --all 1234 9072
    says "Authentication PIN: changed."
}

on_phone() {
    check a_pin_that_is_not_there_is_told
    check the_others_are_made_alike_without_it
}

nothing_is_sent_for_the_locked_one() {
    with_verifies 0 pin_verify 1 auth 1234
    says "nothing can log in with this card"
    with_verifies 0 pin_change 1 auth 1234 9072
    with_verifies 1 pin_verify 0 text 1234
}

on_auth_blocked() {
    check nothing_is_sent_for_the_locked_one
}

# What other verbs refuse for its sake, they say how to mend.
the_way_out_of_the_last_try_is_the_one_that_was_told() {
    local status=0
    printf '%s\n' "$SIGN_PIN" >present
    "$MYNAKEY" remember --yes --pin-file present >said 2>&1 || status=$?
    cat said
    same "exit status" 1 "$status"
    says "'mynakey pin verify sign' uses it"
    same "VERIFY commands" 0 "$(verifies)"
    with_verifies 1 at_terminal 0 "Use the last try? [yes/no]" yes "Signing password: " "$SIGN_PIN" \
        -- verify sign
    the_card_has sign=5
    "$MYNAKEY" remember --yes --pin-file present
}

on_last_try_sign() {
    check the_way_out_of_the_last_try_is_the_one_that_was_told
}

on_no_sfi() {
    local which
    for which in auth sign text card; do
        check a_wrong_pin_costs_one_try "$which"
        check it_is_changed_and_changed_back "$which"
    done
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    "on_${1//-/_}"
    finish
fi
must_be_possible
for persona in fresh phone auth-blocked last-try-sign no-sfi; do
    echo "# persona $persona"
    relay "$with_card" --persona "$persona" -- "$0" "$persona"
done
finish
