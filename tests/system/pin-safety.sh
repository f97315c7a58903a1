#!/usr/bin/env bash
# The rules of docs/pin-safety.md, proved by counting on the card's own record what was sent to it.
set -euo pipefail
. "$(dirname "$0")/world.sh"

# --- a fresh card: each of these in a world of its own ------------------------------------------------

the_same_wrong_pin_costs_one_try() { # TOKEN PIN
    local i
    for i in {1..10}; do
        echo "login $i"
        answers CKR_PIN_INCORRECT program login "$1" "$2"
    done
    same "VERIFY commands" 1 "$(verifies)"
}

# As a browser does when its list of modules is changed, and each p11-kit program.
a_program_that_loads_the_module_anew_does_not_repeat_it() { # TOKEN PIN
    answers CKR_OK program reload
    answers CKR_OK program initialize
    answers CKR_PIN_INCORRECT program login "$1" "$2"
    same "VERIFY commands" 1 "$(verifies)"
}

the_right_pin_gives_all_tries_back() { # TOKEN PIN
    grep CKF_USER_PIN_COUNT_LOW <<<"$(call program flags "$1")"
    answers CKR_OK program login "$1" "$2"
    must_fail grep -E "COUNT_LOW|FINAL_TRY|LOCKED" <<<"$(call program flags "$1")"
    answers CKR_OK program logout "$1"
}

a_pin_of_the_wrong_shape_costs_none() { # TOKEN PIN
    local before
    before=$(verifies)
    answers CKR_PIN_INCORRECT program login "$1" "$2"
    same "VERIFY commands" "$before" "$(verifies)"
}

small_letters_are_made_capitals() {
    answers CKR_OK program login Signature abc123
    answers CKR_OK program logout Signature
}

two_wrong_pins_leave_the_last_try_alone() {
    local before
    before=$(verifies)
    answers CKR_PIN_INCORRECT program login Authentication 1111
    answers CKR_PIN_INCORRECT program login Authentication 2222
    answers CKR_PIN_LOCKED program login Authentication 3333
    answers CKR_PIN_LOCKED program login Authentication "$AUTH_PIN"
    same "VERIFY commands" $((before + 2)) "$(verifies)"
}

looking_at_everything_sends_no_pin() {
    pkcs11-tool --module "$MODULE" --list-slots
    pkcs11-tool --module "$MODULE" --token-label "JPKI Signature" --list-objects
    pkcs11-tool --module "$MODULE" --token-label "JPKI Authentication" --list-mechanisms
    same "VERIFY commands" 0 "$(verifies)"
}

on_fresh() {
    check looking_at_everything_sends_no_pin
    check the_same_wrong_pin_costs_one_try Authentication 4321
    check a_program_that_loads_the_module_anew_does_not_repeat_it Authentication 4321
    check the_right_pin_gives_all_tries_back Authentication "$AUTH_PIN"
    local pin
    for pin in 1 123 12345 12a4 12.4; do
        check a_pin_of_the_wrong_shape_costs_none Authentication "$pin"
    done
    for pin in ABC12 ABCDEFGHIJKLMNOPQ ABC-123 ABC_123; do
        check a_pin_of_the_wrong_shape_costs_none Signature "$pin"
    done
    check small_letters_are_made_capitals
    check two_wrong_pins_leave_the_last_try_alone
}

# --- cards in trouble -----------------------------------------------------------------------------------

nothing_is_sent_for_a_pin_that_is_blocked() { # TOKEN PIN
    grep CKF_USER_PIN_LOCKED <<<"$(call program flags "$1")"
    answers CKR_PIN_LOCKED program login "$1" "$2"
    same "VERIFY commands" 0 "$(verifies)"
}

the_last_try_is_kept_back() { # TOKEN PIN
    local flags
    flags=$(call program flags "$1")
    grep CKF_USER_PIN_FINAL_TRY <<<"$flags"
    must_fail grep CKF_USER_PIN_LOCKED <<<"$flags"
    answers CKR_PIN_LOCKED program login "$1" "$2"
    same "VERIFY commands" 0 "$(verifies)"
}

the_other_role_works() { # TOKEN PIN
    answers CKR_OK program login "$1" "$2"
    same "VERIFY commands" 1 "$(verifies)"
}

the_owner_may_let_programs_use_the_last_try() { # ROLE
    echo "spare-last-try = no" >mynakey.conf
    MYNAKEY_CONFIG=$PWD/mynakey.conf tool "$1" --list-objects --type privkey
    same "VERIFY commands" 2 "$(verifies)"
}

on_auth_blocked() {
    check nothing_is_sent_for_a_pin_that_is_blocked Authentication "$AUTH_PIN"
    check the_other_role_works Signature "$SIGN_PIN"
}

on_sign_blocked() {
    check nothing_is_sent_for_a_pin_that_is_blocked Signature "$SIGN_PIN"
    check the_other_role_works Authentication "$AUTH_PIN"
}

on_last_try_auth() {
    check the_last_try_is_kept_back Authentication "$AUTH_PIN"
    check the_other_role_works Signature "$SIGN_PIN"
    check the_owner_may_let_programs_use_the_last_try auth
}

on_last_try_sign() {
    check the_last_try_is_kept_back Signature "$SIGN_PIN"
    check the_other_role_works Authentication "$AUTH_PIN"
    check the_owner_may_let_programs_use_the_last_try sign
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    start_caller program
    call program initialize >initialized
    "on_${1//-/_}"
    finish
fi
must_be_possible
for persona in fresh auth-blocked sign-blocked last-try-auth last-try-sign; do
    echo "# persona $persona"
    relay "$with_card" --persona "$persona" -- "$0" "$persona"
done
finish
