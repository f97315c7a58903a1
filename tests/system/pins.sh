# For the tests of `mynakey pin`. Sourced.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/world.sh"
export LC_ALL=C.UTF-8

# pin STATUS WORD...: mynakey pin, without any terminal. What it said is in `said`.
pin() {
    local status=0
    setsid --wait "$MYNAKEY" pin "${@:2}" >said 2>&1 </dev/null || status=$?
    cat said
    same "exit status" "$1" "$status"
}

# pin_verify STATUS WHICH PIN
pin_verify() {
    printf '%s\n' "$3" >present
    pin "$1" verify "$2" --pin-file present
}

# pin_change STATUS WHICH|--all PIN NEW-PIN
pin_change() {
    printf '%s\n' "$3" >present
    printf '%s\n' "$4" >next
    pin "$1" change "$2" --pin-file present --new-pin-file next
}

# At a terminal, the questions answered: at_terminal STATUS [QUESTION ANSWER]... -- WORD...
at_terminal() {
    local status=0 words=("${@:2}") place=0
    while [ "${words[place]}" != -- ]; do place=$((place + 1)); done
    "$system/at-terminal.py" "${words[@]::place}" -- "$MYNAKEY" pin "${words[@]:place+1}" >said || status=$?
    cat said
    same "exit status" "$1" "$status"
}

says() {
    grep -F -- "$1" said
}

# Tries left as the card itself has them: the_card_has text=2 auth=3...
the_card_has() {
    local each tries
    tries=" $(card tries) "
    for each; do [[ $tries == *" $each "* ]] || fail "not $each:$tries"; done
}

everything_is_closed() {
    must_fail grep -o '[a-z_]*=1' <<<"$(card open)"
}

# Runs the rest and holds how many PINs reached the card, and that it is closed afterwards.
with_verifies() { # COUNT COMMAND...
    local before
    before=$(verifies)
    "${@:2}"
    same "VERIFY commands" "$1" "$(($(verifies) - before))"
    everything_is_closed
}
