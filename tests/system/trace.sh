#!/usr/bin/env bash
# `mynakey trace`: every command of a session with the card, and nothing of its owner.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world
export LC_ALL=C.UTF-8

# The last digits of the card's serial number, as the card answers them.
serial=3230353030303033

# trace STATUS OPTION...: without any terminal.
trace() {
    local status=0
    setsid --wait "$MYNAKEY" trace "${@:2}" >said 2>&1 </dev/null || status=$?
    cat said
    same "exit status" "$1" "$status"
}

every_command_is_in_it_and_no_pin() {
    card reset-count
    trace 0
    same "commands" "$(card count)" "$(grep -c '^> ' said)"
    same "answers" "$(card count)" "$(grep -c '^< [0-9A-F]\{4\} after [0-9]* ms' said)"
    same "VERIFY commands" 0 "$(verifies)"
    grep -x "= tries of authentication: MN_OK 3" said
    grep -x "= certificates: MN_OK" said
    must_fail grep -F "(secret)" said
}

nothing_personal_is_in_it() {
    trace 0
    must_fail grep -F "$serial" said
    must_fail grep -F 0000000020500003 said
    must_fail grep -E "[0-9A-F]{60}" said
}

personal_data_want_a_yes() {
    trace 1 --include-personal
    grep -F "use --yes" said
    must_fail grep "^> " said
    trace 0 --include-personal --yes
    grep -F "$serial" said
}

it_asks_in_japanese() {
    speak_japanese
    "$system/at-terminal.py" "はい/いいえ" いいえ -- "$MYNAKEY" trace --include-personal >said || true
    cat said
    grep -F "製造番号" said
    must_fail grep "^> " said
}

without_a_card_it_says_so() {
    card remove
    until_the_card_is_gone
    trace 3
    grep -x "= find: MN_E_NO_CARD" said
}

cd "$TMPDIR"
check every_command_is_in_it_and_no_pin
check nothing_personal_is_in_it
check personal_data_want_a_yes
check it_asks_in_japanese
check without_a_card_it_says_so
finish
