#!/usr/bin/env bash
# Cards, readers and the PC/SC service itself come and go while programs run.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

authentication_again() { # NAME
    answers CKR_OK "$1" login Authentication "$AUTH_PIN"
    answers CKR_OK "$1" find Authentication
    answers CKR_OK "$1" sign Authentication SHA256-RSA-PKCS letter.txt letter.sig
}

# Each costs one PIN, and none is refused.
with_one_pin() { # COMMAND...
    local before
    before=$(verifies)
    "$@"
    same "PINs sent" $((before + 1)) "$(verifies)"
    same "PINs refused" 0 "$(refused_verifies)"
}

take_the_card() {
    card remove
    until_the_card_is_gone
}

put_the_card_back() {
    card insert
    "$MYNAKEY_BUILD/tests/system/card_seen" 1
}

# Both slots of a reader are told, each once.
both_events_are() { # NAME SLOT SLOT
    same "first event" "CKR_OK $2" "$(hear "$1")"
    answers "CKR_OK $3" "$1" wait
    answers CKR_NO_EVENT "$1" event
}

# --- a program that waits for events ----------------------------------------------------------------

a_waiting_program_is_told_that_the_card_leaves() {
    with_one_pin authentication_again program
    tell program wait
    take_the_card
    both_events_are program 1 2
}

the_sessions_of_a_card_that_left_say_so_once() {
    answers CKR_DEVICE_REMOVED program sign Authentication SHA256-RSA-PKCS letter.txt letter.sig
    answers CKR_SESSION_HANDLE_INVALID program sign Authentication SHA256-RSA-PKCS letter.txt letter.sig
    answers CKR_TOKEN_NOT_PRESENT program token 1
    answers "CKR_OK 1 2 3 4" program slots
    same tokens CKR_OK "$(call program tokens)"
}

a_waiting_program_is_told_that_the_card_comes() {
    tell program wait
    put_the_card_back
    both_events_are program 1 2
    same tokens "CKR_OK [JPKI Authentication] [JPKI Signature]" "$(call program tokens)"
}

with_the_card_back_one_login_is_enough() {
    answers CKR_SESSION_HANDLE_INVALID program close Authentication
    with_one_pin authentication_again program
}

# --- the service and its readers --------------------------------------------------------------------

# All events until there is none: each of the first SLOTS slots has had one. A service goes down and comes up step by step, so some may have two.
events_are_told() { # NAME SLOTS
    local answer told
    told=$(hear "$1")
    answer=$(call "$1" event)
    while [ "$answer" != CKR_NO_EVENT ]; do
        told+=$'\n'$answer
        answer=$(call "$1" event)
    done
    same events "$(seq -f "CKR_OK %g" "$2")" "$(sort -u <<<"$told")"
}

a_waiting_program_is_told_that_the_service_ends() {
    tell program wait
    stop_service
    events_are_told program 4
    answers CKR_OK program slots
    answers CKR_TOKEN_NOT_PRESENT program token 1
    must_fail grep -x CKR_OK \
        <<<"$(call program sign Authentication SHA256-RSA-PKCS letter.txt letter.sig)"
}

a_program_may_be_there_before_the_service() {
    answers CKR_OK early initialize
    answers CKR_OK early slots
    answers CKR_NO_EVENT early event
}

add_a_reader() {
    cp "$WORLD/libifdvpcd.so" "$WORLD/libifdvpcd2.so" # it has one state for all its readers
    cat >>"$WORLD/reader.conf" <<END
FRIENDLYNAME "Another PCD"
DEVICENAME   /dev/null:0x8C8B
LIBPATH      $WORLD/libifdvpcd2.so
CHANNELID    0x8C8B
END
}

a_waiting_program_is_told_of_the_service_and_a_new_reader() {
    add_a_reader
    tell program wait
    start_service 1
    events_are_told program 8
    answers "CKR_OK 1 2 3 4 5 6 7 8" program slots # the old readers' slots, and then the new
    answers CKR_TOKEN_NOT_PRESENT program token 5
    same tokens "CKR_OK [JPKI Authentication] [JPKI Signature]" "$(call program tokens)"
}

both_programs_go_on() {
    call program close Authentication
    with_one_pin authentication_again program
    with_one_pin authentication_again early
}

a_card_in_the_new_reader_is_used() {
    until_the_world_ends "$MYNAKEY_BUILD/tests/cardsim/mynakey-cardsim" --port 35979 --pki "$PKI" \
        --record "$WORLD/another.log" >"$WORLD/another.out" 2>&1
    "$MYNAKEY_BUILD/tests/system/card_seen" 2
    answers CKR_OK early token 5
    answers CKR_OK early close Authentication
    answers CKR_OK early open Authentication 4
    answers CKR_OK early login Authentication "$AUTH_PIN"
    answers CKR_OK early find Authentication
    answers CKR_OK early sign Authentication SHA256-RSA-PKCS letter.txt letter.sig
    grep -E '^[0-9]+ ..20[0-9A-F]*\*\*.* 9000 ' "$WORLD/another.log"
}

# --- OpenSC's own test ------------------------------------------------------------------------------

# It asks for the return key before each step; x ends a part of the test.
start_the_tool() {
    mkfifo tool.in
    pkcs11-tool --module "$MODULE" --test-hotplug <tool.in >tool.out 2>&1 &
    exec {tool_in}>tool.in
}

until_it_says() { # TIMES TEXT
    local _
    for _ in {1..300}; do
        if [ "$(grep -oF "$2" tool.out | wc -l)" -ge "$1" ]; then return 0; fi
        sleep 0.1
    done
    cat tool.out
    fail "pkcs11-tool does not say for the $1th time: $2"
}

until_it_asks() { # TIMES
    until_it_says "$1" "Please press return"
}

# What it says between this question and the next is: step NUMBER TEXT TOKENS
step() {
    echo >&"$tool_in"
    step_ends "$@"
}

step_ends() {
    local said
    until_it_asks $(($1 + 1))
    said=$(tr '\n' ' ' <tool.out | sed 's/Please press return/\n/g' | sed -n "$(($1 + 1))p")
    grep -F "$2" <<<"$said"
    same "tokens in step $1" "$3" "$(grep -o "token label *: JPKI" <<<"$said" | wc -l)"
}

the_tool_lists_what_is_there() {
    until_it_asks 1
    step 1 "Available slots" 2
    take_the_card
    step 2 "Available slots" 0
    put_the_card_back
    step 3 "Available slots" 2
    echo x >&"$tool_in"
    until_it_asks 5
}

the_tool_is_told_what_happened_and_what_happens() {
    step 5 "event on slot 0x1" 2
    step 6 "event on slot 0x2" 2
    echo >&"$tool_in"
    until_it_says 3 "Calling C_WaitForSlotEvent"
    take_the_card
    step_ends 7 "event on slot 0x1" 0
    step 8 "event on slot 0x2" 0
    echo >&"$tool_in"
    until_it_says 5 "Calling C_WaitForSlotEvent"
    put_the_card_back
    step_ends 9 "event on slot 0x1" 2
}

the_tool_ends_well() {
    echo x >&"$tool_in"
    until_it_says 1 "Using slot 0 with a present token"
}

cd "$TMPDIR"
letter letter.txt
start_the_tool
start_caller program
{ call program initialize && call program event; } >initialized
check a_waiting_program_is_told_that_the_card_leaves
check the_sessions_of_a_card_that_left_say_so_once
check a_waiting_program_is_told_that_the_card_comes
check with_the_card_back_one_login_is_enough
check the_tool_lists_what_is_there
check the_tool_is_told_what_happened_and_what_happens
check the_tool_ends_well
exec {tool_in}>&-
check a_waiting_program_is_told_that_the_service_ends
start_caller early
check a_program_may_be_there_before_the_service
check a_waiting_program_is_told_of_the_service_and_a_new_reader
check both_programs_go_on
check a_card_in_the_new_reader_is_used
finish
