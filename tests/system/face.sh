#!/usr/bin/env bash
# `mynakey face`: what is on the card's face, from its chip, and whether it is genuine.
set -euo pipefail
. "$(dirname "$0")/world.sh"
export LC_ALL=C.UTF-8

number_b="S55.2.17 2035 2285"
answer=$number_b
face_gives() { # STATUS OPTION...
    local status=0
    setsid --wait "$MYNAKEY" face --pin-file - "${@:2}" <<<"$answer" >said 2>told || status=$?
    cat said told
    same "exit status" "$1" "$status"
}

# At a terminal that answers what it can show: on_screen ANSWER OPTION...
on_screen() {
    local status=0
    printf '%s\n' "$answer" >number
    TERM=xterm "$system/at-terminal.py" $'\e[c' "$1" -- "$MYNAKEY" face --pin-file number "${@:2}" >said ||
        status=$?
    same "exit status" 0 "$status"
}

tries_are() { # REFERENCE=TRIES
    card tries | tee tries
    grep -w "$1" tries
}

sends() { # VERIFIES COMMAND...
    local before
    before=$(verifies)
    "${@:2}"
    same "VERIFY commands" "$1" "$(($(verifies) - before))"
}

# --- what is shown ---------------------------------------------------------------------------------

the_face_is_shown_with_number_b() {
    sends 1 face_gives 0
    diff - said <<'END'
Face of the card
  Date of birth  1980-02-17 (昭和 55)
  Sex            male
  Card expires   2035-02-17 (令和 17)
  Pictures are not shown on this screen: --out DIR writes them to files,
  --open opens them.
Proof
  The data are signed by the key in this card's certificate (1322121/000), and were not
  changed since.
  The card proved that it has the key that was signed with them: it is no copy
  of another card's data.
  Whether that certificate is the government's was not checked: mynakey does
  not know the key that signed it (6000023/001). If you have it: --ca-key FILE.
  The expiry date is not among what is signed.
END
    tries_are surface-b=10
    card open | tee open
    must_fail grep =1 open
}

number_a_opens_it_too() {
    answer="5376-8667-7188"
    sends 1 face_gives 0 --by-number-a
    grep "Date of birth  1980-02-17" said
    must_fail grep 5376 said
    tries_are surface-a=10
}

programs_get_the_same() {
    face_gives 0 --json --out json
    python3 - said <<'END'
import json, sys
said = json.load(open(sys.argv[1]))
proof = said.pop("proof")
assert said == {"birth_date": "1980-02-17", "sex": "male", "expires": "2035-02-17",
                "files": ["json/name.png", "json/address.png", "json/photo.jp2", "json/photo.png"]}, said
assert (proof["data"], proof["card"], proof["authority"]) == ("good", "good", "not-checked"), proof
END
}

it_speaks_japanese() {
    speak_japanese
    face_gives 0
    grep -x "  有効期限  2035年2月17日（令和17年）" said
    grep "署名されていて、その後書き換えられていません" said
    answer="S55.2.17 2035 9999"
    face_gives 1
    grep "1回使いました" told
    answer=$number_b
    face_gives 0
    "$MYNAKEY" face --help | grep "使い方: mynakey face"
}

# --- pictures --------------------------------------------------------------------------------------

# What the decoders of others see in a file: picture_is FILE FORMAT WIDTHxHEIGHT
picture_is() {
    python3 - "$@" <<'END'
import struct, sys
name, kind, size = sys.argv[1:]
data = open(name, "rb").read()
if kind == "PNG":
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    found = struct.unpack(">II", data[16:24])
else:
    assert data[4:8] == b"jP  "
    at = data.index(b"ihdr") + 4
    found = struct.unpack(">II", data[at:at + 8])[::-1]
assert "%dx%d" % found == size, found
END
}

the_pictures_are_written_for_their_owner_alone() {
    (umask 0 && face_gives 0 --out pictures)
    same "files" "address.png name.png photo.jp2 photo.png" "$(cd pictures && echo *)"
    same "modes" "600" "$(stat -c %a pictures/* | sort -u)"
    same "mode of the folder" 700 "$(stat -c %a pictures)"
    picture_is pictures/name.png PNG 264x24
    picture_is pictures/address.png PNG 312x48
    picture_is pictures/photo.jp2 JP2 144x180
    picture_is pictures/photo.png PNG 144x180
}

# Another decoder makes the same of the photograph.
the_photograph_is_converted_truly() {
    face_gives 0 --out truly
    opj_decompress -quiet -i truly/photo.jp2 -o truly/other.pgm
    python3 - truly/photo.png truly/other.pgm <<'END'
import struct, sys, zlib
png = open(sys.argv[1], "rb").read()
at, parts = 8, b""
while at < len(png):
    size, kind = struct.unpack(">I4s", png[at:at + 8])
    if kind == b"IDAT":
        parts += png[at + 8:at + 8 + size]
    at += 12 + size
raw, width, height = zlib.decompress(parts), 144, 180
rows, last = [], bytes(width)
for y in range(height):
    kind, row = raw[y * (width + 1)], bytearray(raw[y * (width + 1) + 1:(y + 1) * (width + 1)])
    for x in range(width):
        a, b, c = row[x - 1] if x else 0, last[x], last[x - 1] if x else 0
        p = a + b - c
        near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        row[x] = (row[x] + (0, a, b, (a + b) // 2, near)[kind]) & 255
    rows.append(bytes(row))
    last = rows[-1]
pgm = open(sys.argv[2], "rb").read()
assert b"".join(rows) == pgm[-width * height:]
END
}

a_file_that_is_there_is_not_replaced() {
    mkdir mine
    echo precious >mine/photo.png
    sends 0 face_gives 1 --out mine
    grep -e "--force" told
    same "files" photo.png "$(ls mine)"
    same "content" precious "$(cat mine/photo.png)"
    face_gives 0 --out mine --force
    picture_is mine/photo.png PNG 144x180
    same "modes" "600" "$(stat -c %a mine/* | sort -u)"
}

a_folder_that_cannot_be_used_costs_no_try() {
    echo >blocked
    sends 0 face_gives 1 --out blocked
    sends 0 face_gives 1 --out blocked/below
}

# The desktop's program is one that only tells what it was asked for.
the_pictures_are_opened() {
    mkdir -p bin
    # shellcheck disable=SC2016 # it is for the other shell
    printf '#!/bin/sh\necho "$1" >>%q\n' "$PWD/opened" >bin/xdg-open
    chmod +x bin/xdg-open
    PATH=$PWD/bin:$PATH face_gives 0 --open
    sed 's/.*\///' opened | diff - <(printf '%s\n' photo.png name.png address.png)
    local folder
    folder=$(dirname "$(head -n 1 opened)")
    [ "$(dirname "$folder")" = "$XDG_RUNTIME_DIR" ]
    same "mode" 700 "$(stat -c %a "$folder")"
    grep "rm -r $folder" said
    printf '#!/bin/sh\nexit 3\n' >bin/xdg-open
    PATH=$PWD/bin:$PATH face_gives 1 --open --out shut
    grep "xdg-open could not open" told
}

without_a_folder_that_goes_at_logout_it_wants_one() {
    XDG_RUNTIME_DIR='' face_gives 1 --open
    grep -e "--out DIR" told
}

the_terminal_shows_what_it_says_that_it_can() {
    on_screen $'\e[?62;4;22c'
    grep -aq $'\eP' said
    must_fail grep -aq $'\e_Ga=T' said
    on_screen $'\e_Gi=31;OK\e\\\e[?62c'
    grep -aq $'\e_Ga=T,f=100,m=0;iVBOR' said
    must_fail grep -aq $'\eP' said
    on_screen $'\e[?62;22c'
    grep -a "not shown on this screen" said
    must_fail grep -aqE $'\e(P|_Ga=T)' said
}

a_terminal_that_could_print_the_question_is_not_asked() {
    local term
    printf '%s\n' "$answer" >number
    for term in dumb linux ''; do
        TERM=$term "$system/at-terminal.py" -- "$MYNAKEY" face --pin-file number >said
        must_fail grep -aq $'\e' said
        grep -a "not shown on this screen" said
    done
}

# --- tries -----------------------------------------------------------------------------------------

a_wrong_number_is_sent_once() {
    answer="S55.2.17 2035 9999"
    sends 1 face_gives 1 --out never
    grep "One try was used" told
    grep "9 tries are left" told
    tries_are surface-b=9
    [ -z "$(ls -A never)" ]
    answer=$number_b
    face_gives 0
    tries_are surface-b=10
}

a_mistyped_number_costs_nothing() {
    for answer in 537686677189 53768667718 5376866771888 "53768667718x" ""; do
        sends 0 face_gives 1 --by-number-a
    done
    for answer in "S65.2.17 2035 2285" "S55.2.17 1935 2285" "S55.2.17 2035" 55021720352285; do
        sends 0 face_gives 1
        grep "no try was used" told
    done
    tries_are surface-a=10
    tries_are surface-b=10
}

a_card_with_three_tries_is_one_too() {
    card set tries_number=3
    face_gives 0
    grep "Tries left: 3" told
    card set tries_number=0
    sends 0 face_gives 1
    grep "is locked" told
    card set tries_number=10
}

words_that_make_no_sense_are_refused() {
    sends 0 face_gives 2 --nonsense
    sends 0 face_gives 2 more
}

# --- the proof -------------------------------------------------------------------------------------

the_certificate_is_compared_with_the_owners_key() {
    face_gives 0 --ca-key "$PKI/surface-ca.pub"
    grep "signed by the key that you gave (named 6000023/001 in it)" said
    face_gives 15 --ca-key "$PKI/text-ca.pub"
    grep "NOT SIGNED by the key that you gave" said
}

what_was_altered_is_told() {
    local what
    for what in birth photo; do
        card set "altered=$what"
        face_gives 10
        grep "FORGED OR DAMAGED" said
        must_fail grep "were not" said
        face_gives 10 --json
        grep '"data": "bad"' said
    done
    card set altered=none
    face_gives 0
}

a_copy_is_told_from_the_card() {
    card set copied=1
    face_gives 11
    grep "A COPY" said
    card set copied=0
}

what_the_card_does_not_give_is_not_claimed() {
    card set cv_certificate=0
    face_gives 0
    grep "Signature not checked" said
    must_fail grep "signed by the key" said
    face_gives 15 --ca-key "$PKI/surface-ca.pub"
    grep "gives no certificate" said
    card set cv_certificate=1
}

# The question is the last thing but one that the card is told.
a_card_that_declines_the_question_is_not_proved() {
    local before_last
    card reset-count
    face_gives 0 --ca-key "$PKI/surface-ca.pub"
    before_last=$(($(card count) - 1))
    card fault "$before_last:sw:6A81"
    face_gives 41 --ca-key "$PKI/surface-ca.pub"
    grep "was not checked" said
    grep "it may be a copy" told
    card fault "$before_last:sw:6A81"
    face_gives 41 --json --ca-key "$PKI/surface-ca.pub"
    grep '"card": "absent"' said
    card fault "$before_last:sw:6A81"
    face_gives 0 # nobody asked for it
    grep "was not checked" said
    must_fail grep "copy" told
}

# --- accidents -------------------------------------------------------------------------------------

a_card_that_leaves_ends_it_without_a_second_try() {
    local at
    for at in 8 10 20; do
        card reset-count
        card fault "$at:removed"
        face_gives 1 --out "left-$at"
        [ -z "$(ls -A "left-$at")" ]
        put_the_card_back
    done
    face_gives 0
    tries_are surface-b=10
}

nothing_of_the_person_is_in_the_log() {
    printf 'log-level = debug\nlog-file = %s\n' "$WORLD/debug.log" >settings
    MYNAKEY_CONFIG=$PWD/settings face_gives 0
    answer=537686677188
    MYNAKEY_CONFIG=$PWD/settings face_gives 0 --by-number-a
    [ -s "$WORLD/debug.log" ]
    must_fail grep -aiE "537686677188|353337363836|31393830|55021720|3535303231|89504E47|6A502020" \
        "$WORLD/debug.log"
}

without_a_card_there_is_nothing() {
    card remove
    until_the_card_is_gone
    face_gives 3
}

with_one_card() {
    check the_face_is_shown_with_number_b
    check number_a_opens_it_too
    check programs_get_the_same
    check it_speaks_japanese
    check the_pictures_are_written_for_their_owner_alone
    check the_photograph_is_converted_truly
    check a_file_that_is_there_is_not_replaced
    check a_folder_that_cannot_be_used_costs_no_try
    check the_pictures_are_opened
    check without_a_folder_that_goes_at_logout_it_wants_one
    check the_terminal_shows_what_it_says_that_it_can
    check a_terminal_that_could_print_the_question_is_not_asked
    check a_wrong_number_is_sent_once
    check a_mistyped_number_costs_nothing
    check a_card_with_three_tries_is_one_too
    check words_that_make_no_sense_are_refused
    check the_certificate_is_compared_with_the_owners_key
    check what_was_altered_is_told
    check a_copy_is_told_from_the_card
    check what_the_card_does_not_give_is_not_claimed
    check a_card_that_declines_the_question_is_not_proved
    check a_card_that_leaves_ends_it_without_a_second_try
    check nothing_of_the_person_is_in_the_log
    check without_a_card_there_is_nothing
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    "with_$1"
    finish
fi
must_be_possible
relay "$with_card" -- "$0" one_card
finish
