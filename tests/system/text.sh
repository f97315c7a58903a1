#!/usr/bin/env bash
# `mynakey text`: name and address from the card, their signature checked, one VERIFY and no more.
set -euo pipefail
. "$(dirname "$0")/world.sh"
export LC_ALL=C.UTF-8

# Exit status, then options; the answer to the question for a PIN or number is in $answer.
answer=1234
text_gives() { # STATUS OPTION...
    local status=0
    setsid --wait "$MYNAKEY" text --pin-file - "${@:2}" <<<"$answer" >said 2>told || status=$?
    cat said told
    same "exit status" "$1" "$status"
}

# The same at a terminal: at_terminal STATUS [QUESTION ANSWER]... -- OPTION...
at_terminal() {
    local status=0 words=("${@:2}") place=0
    while [ "${words[place]}" != -- ]; do place=$((place + 1)); done
    "$system/at-terminal.py" "${words[@]::place}" -- "$MYNAKEY" text "${words[@]:place+1}" >said ||
        status=$?
    cat said
    same "exit status" "$1" "$status"
}

tries_are() { # REFERENCE=TRIES
    card tries | tee tries
    grep -w "$1" tries
}

# PINs sent so far, then a command, then how many it has sent.
sends() { # VERIFIES COMMAND...
    local before
    before=$(verifies)
    "${@:2}"
    same "VERIFY commands" "$1" "$(($(verifies) - before))"
}

# --- what is shown ---------------------------------------------------------------------------------

the_text_is_shown_after_its_pin() {
    sends 1 text_gives 0
    diff - said <<'END'
Text of the card
  Name           黒桐　幹也
  Address        東京都清瀬市観布子南１２－７－２０２
  Date of birth  1980-02-17 (昭和 55)
  Sex            male
Proof
  The data are signed by the key in this card's certificate (1322121/000), and were not
  changed since.
  The card proved that it has the key that was signed with them: it is no copy
  of another card's data.
  Whether that certificate is the government's was not checked: mynakey does
  not know the key that signed it (6000033/001). If you have it: --ca-key FILE.
END
    grep -x "Tries left: 3 (PIN for name and address)" told
    tries_are text=3
}

the_card_is_closed_afterwards() {
    text_gives 0
    card open | tee open
    must_fail grep =1 open
}

programs_get_the_same() {
    text_gives 0 --json
    python3 - said <<'END'
import json, sys
said = json.load(open(sys.argv[1]))
proof = said.pop("proof")
assert said == {"name": "黒桐　幹也", "address": "東京都清瀬市観布子南１２－７－２０２",
                "birth_date": "1980-02-17", "sex": "male"}, said
assert proof == {"data": "good", "card": "good", "authority": "not-checked", "issuer_key": "1322121/000",
                 "authority_key": "6000033/001"}, proof
END
}

number_b_opens_it_however_the_date_is_written() {
    local answer date
    for date in 1980-02-17 S55.2.17 昭和55年2月17日; do
        answer="$date 2035 2285"
        sends 1 text_gives 0 --by-number-b
        grep "黒桐　幹也" said
    done
    tries_are text-b=10
}

number_b_is_asked_for_in_its_parts() {
    sends 1 at_terminal 0 "Date of birth" S55.2.17 "Year in which the card expires" 2035 \
        "Security code" 2285 -- --by-number-b
    grep "黒桐　幹也" said
    must_fail grep 2285 said
}

a_length_in_two_bytes_makes_no_difference() {
    card set long_lengths=1
    text_gives 0
    grep "黒桐　幹也" said
    grep "were not" said
    card set long_lengths=0
}

it_speaks_japanese() {
    speak_japanese
    text_gives 0
    grep -x "  氏名      黒桐　幹也" said
    grep -x "  生年月日  1980年2月17日（昭和55年）" said
    grep "署名されていて、その後書き換えられていません" said
    answer=9999
    text_gives 1
    grep "1回使いました" told
    answer=1234
    text_gives 0
    "$MYNAKEY" text --help | grep "使い方: mynakey text"
}

what_cannot_be_written_is_told() {
    local status=0
    "$MYNAKEY" text --pin-file - <<<1234 >/dev/full 2>told || status=$?
    cat told
    same "exit status" 1 "$status"
    grep "could not be written" told
}

# It would be the first file or socket that is opened: pcscd, the log.
where_the_output_is_closed_nothing_else_gets_it() {
    local status=0
    printf 'log-level = debug\nlog-file = %s\n' "$WORLD/output.log" >settings
    MYNAKEY_CONFIG=$PWD/settings "$MYNAKEY" text --pin-file - <<<1234 >&- 2>told || status=$?
    cat told
    same "exit status" 1 "$status"
    grep "could not be written" told
    [ -s "$WORLD/output.log" ]
    must_fail grep "Text of the card" "$WORLD/output.log"
}

# --- My Number -------------------------------------------------------------------------------------

my_number_is_shown_only_on_demand() {
    text_gives 0
    must_fail grep -E "5376|8667" said told
    text_gives 0 --my-number --yes
    grep -x "  My Number      5376 8667 7188" said
    grep "番号法" told
    text_gives 0 --my-number --yes --json
    grep '"my_number": "537686677188"' said
}

who_does_not_want_it_shown_spends_nothing() {
    sends 0 at_terminal 1 "Show it? [yes/no]" no -- --my-number
    grep "番号法" said
    sends 0 text_gives 1 --my-number
    must_fail grep 5376 said
}

number_b_does_not_open_it() {
    sends 0 text_gives 2 --my-number --by-number-b
    grep "does not open My Number" told
}

# --- tries -----------------------------------------------------------------------------------------

a_wrong_pin_is_sent_once() {
    answer=9999
    sends 1 text_gives 1
    grep "One try was used" told
    grep "2 tries are left" told
    must_fail grep 9999 said told
    tries_are text=2
    answer=1234
    text_gives 0
    tries_are text=3
}

what_cannot_be_right_costs_nothing() {
    for answer in 123 12345 12a4; do
        sends 0 text_gives 1
    done
    local line
    for line in "1980-02-30 2035 2285" "1980-02-17 35 2285" "1980-02-17 2035 228" "1980-02-17 2035" \
        "1867-01-01 2035 2285"; do
        answer=$line
        sends 0 text_gives 1 --by-number-b
        grep "no try was used" told
    done
    tries_are text-b=10
}

the_last_try_is_used_only_on_its_owners_word() {
    card set tries_pin=1
    sends 0 at_terminal 1 "Use the last try? [yes/no]" no --
    grep "One try is left" said
    sends 0 text_gives 1
    sends 1 at_terminal 0 "Use the last try? [yes/no]" yes "PIN for name and address:" 1234 --
    grep "黒桐　幹也" said
    card set tries_pin=3
}

a_locked_pin_is_not_sent() {
    card set tries_pin=0
    sends 0 text_gives 1
    grep "is locked" told
    grep "municipal office" told
    card set tries_pin=3
}

words_that_make_no_sense_are_refused() {
    sends 0 text_gives 2 --nonsense
    sends 0 text_gives 2 more
}

# --- the proof -------------------------------------------------------------------------------------

the_certificate_is_compared_with_the_owners_key() {
    text_gives 0 --ca-key "$PKI/text-ca.pub"
    grep "signed by the key that you gave (named 6000033/001 in it)" said
    text_gives 15 --ca-key "$PKI/surface-ca.pub"
    grep "NOT SIGNED by the key that you gave" said
    text_gives 15 --json --ca-key "$PKI/surface-ca.pub"
    grep '"authority": "bad"' said
}

a_key_that_is_none_costs_no_try() {
    sends 0 text_gives 1 --ca-key "$PKI/sign.pem"
    grep "no RSA public key" told
    sends 0 text_gives 1 --ca-key "$TMPDIR/nothing"
}

what_was_altered_is_told() {
    card set altered=address
    text_gives 10
    grep "FORGED OR DAMAGED" said
    grep "do not rely on what it says" told
    text_gives 10 --json
    grep '"data": "bad"' said
    card set altered=number
    text_gives 0
    text_gives 10 --my-number --yes
    grep "FORGED OR DAMAGED" said
    card set altered=none
}

a_copy_is_told_from_the_card() {
    card set copied=1
    text_gives 11
    grep "A COPY" said
    card set copied=0
}

what_the_card_does_not_give_is_not_claimed() {
    card set cv_certificate=0
    text_gives 0
    grep "Signature not checked" said
    must_fail grep "signed by the key" said
    text_gives 15 --ca-key "$PKI/text-ca.pub"
    grep "gives no certificate" said
    grep "do not rely on what it says" told
    card set cv_certificate=1
}

# The question is the last thing but one that the card is told.
a_card_that_declines_the_question_is_not_proved() {
    local before_last
    card reset-count
    text_gives 0 --ca-key "$PKI/text-ca.pub"
    before_last=$(($(card count) - 1))
    card fault "$before_last:sw:6A81"
    text_gives 41 --ca-key "$PKI/text-ca.pub"
    grep "was not checked" said
    grep "it may be a copy" told
    card fault "$before_last:sw:6A81"
    text_gives 41 --json --ca-key "$PKI/text-ca.pub"
    grep '"card": "absent"' said
    card fault "$before_last:sw:6A81"
    text_gives 0 # nobody asked for it
    grep "was not checked" said
    must_fail grep "copy" told
}

# --- accidents -------------------------------------------------------------------------------------

a_card_that_leaves_ends_it_without_a_second_try() {
    local at
    for at in 6 8 9 12; do
        card reset-count
        card fault "$at:removed"
        text_gives 1
        must_fail grep "黒桐" said
        put_the_card_back
    done
    card tries
    text_gives 0
    tries_are text=3
}

# The signal comes while the card is open, and waits until it is closed.
# At each command in turn, until it is the one with the PIN in it.
an_answer_that_was_lost_is_told() {
    local at before
    before=$(verifies)
    for at in 4 5 6 7 8 9; do
        card reset-count
        card fault "$at:removed-after"
        must_fail "$MYNAKEY" text --pin-file - <<<1234 >said 2>told
        cat told
        put_the_card_back
        [ "$(verifies)" = "$before" ] || break
    done
    same "VERIFY commands" 1 "$(($(verifies) - before))"
    grep "it was sent, but the answer did not come back" told
    grep "mynakey pin status" told
    text_gives 0
}

a_command_that_is_ended_in_the_middle_leaves_the_card_closed() {
    local before pid status=0 _
    before=$(verifies)
    card set command_us=200000
    "$MYNAKEY" text --pin-file - <<<1234 >said 2>told &
    pid=$!
    for _ in {1..600}; do
        [ "$(verifies)" -eq "$before" ] || break
        sleep 0.1
    done
    kill -TERM "$pid"
    wait "$pid" || status=$?
    card set command_us=0
    cat said told
    same "exit status" 143 "$status"
    card open | tee open
    must_fail grep =1 open
    must_fail grep "黒桐" said
    text_gives 0
}

nothing_of_the_person_is_in_the_log() {
    printf 'log-level = debug\nlog-file = %s\n' "$WORLD/debug.log" >settings
    MYNAKEY_CONFIG=$PWD/settings text_gives 0 --my-number --yes
    answer="S55.2.17 2035 2285"
    MYNAKEY_CONFIG=$PWD/settings text_gives 0 --by-number-b
    [ -s "$WORLD/debug.log" ]
    must_fail grep -aiE "黒桐|清瀬|537686677188|353337363836|E9BB92|31393830|55021720" "$WORLD/debug.log"
}

without_a_card_there_is_nothing() {
    card remove
    until_the_card_is_gone
    text_gives 3
}

with_one_card() {
    check the_text_is_shown_after_its_pin
    check the_card_is_closed_afterwards
    check programs_get_the_same
    check number_b_opens_it_however_the_date_is_written
    check number_b_is_asked_for_in_its_parts
    check a_length_in_two_bytes_makes_no_difference
    check it_speaks_japanese
    check what_cannot_be_written_is_told
    check where_the_output_is_closed_nothing_else_gets_it
    check my_number_is_shown_only_on_demand
    check who_does_not_want_it_shown_spends_nothing
    check number_b_does_not_open_it
    check a_wrong_pin_is_sent_once
    check what_cannot_be_right_costs_nothing
    check the_last_try_is_used_only_on_its_owners_word
    check a_locked_pin_is_not_sent
    check words_that_make_no_sense_are_refused
    check the_certificate_is_compared_with_the_owners_key
    check a_key_that_is_none_costs_no_try
    check what_was_altered_is_told
    check a_copy_is_told_from_the_card
    check what_the_card_does_not_give_is_not_claimed
    check a_card_that_declines_the_question_is_not_proved
    check a_card_that_leaves_ends_it_without_a_second_try
    check an_answer_that_was_lost_is_told
    check a_command_that_is_ended_in_the_middle_leaves_the_card_closed
    check nothing_of_the_person_is_in_the_log
    check without_a_card_there_is_nothing
}

# A phone that acts as a card has the JPKI application and no other.
it_is_told_that_there_is_no_text() {
    text_gives 1
    grep "has no such data" told
    same "VERIFY commands" 0 "$(verifies)"
}

with_a_phone() {
    check it_is_told_that_there_is_no_text
}

the_text_is_shown_all_the_same() {
    text_gives 0
    grep "黒桐　幹也" said
    grep "were not" said
}

with_another_card() {
    check the_text_is_shown_all_the_same
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    "with_$1"
    finish
fi
must_be_possible
relay "$with_card" -- "$0" one_card
relay "$with_card" --persona phone -- "$0" a_phone
for switches in "end_of_file=6282" "end_of_file=6C" "sfi=0" "sfi_sets_current=0"; do
    echo "# $switches"
    relay "$with_card" --set "$switches" -- "$0" another_card
done
finish
