#!/usr/bin/env bash
# The card is pulled, or the command told to end, while `mynakey pin change` is at work: what it says of the
# PIN is true.
set -euo pipefail
. "$(dirname "$0")/pins.sh"
in_world

present=1234 next=9072

# What was said, held against the card: the PIN that is proved costs no try. Swaps the two where it was
# changed.
it_said_the_truth() {
    local swap=$present outcome
    if grep -q "changed\.$" said; then
        outcome=changed
    elif grep -q "NOT KNOWN" said; then
        outcome=unknown
        the_card_has text=3
    elif grep -qE "nothing was sent|Nothing was changed|not changed" said; then
        outcome=unchanged
    else
        fail "nothing is said of the PIN"
    fi
    echo "$outcome" >>outcomes
    pin 0 status
    if [ "$outcome" = unknown ]; then
        # As it is told to: the new one first, which tells by itself.
        printf '%s\n' "$next" >present
        "$MYNAKEY" pin verify text --pin-file present && outcome=changed
    fi
    if [ "$outcome" = changed ]; then present=$next next=$swap; fi
    pin_verify 0 text "$present"
    the_card_has text=3
    everything_is_closed
}

change_with() { # FAULT
    card reset-count
    card fault "$1"
    printf '%s\n' "$present" >present
    printf '%s\n' "$next" >next
    "$MYNAKEY" pin change text --pin-file present --new-pin-file next >said 2>&1 || true
    cat said
}

# At the first command of the run, then at the second, and so on until a run is not touched.
what_is_said_is_true_wherever_it_is_pulled() { # removed|removed-after
    local n
    rm -f outcomes
    for ((n = 1; n < 40; n++)); do
        change_with "$n:$1"
        [ "$(card count)" -ge "$n" ] || break
        put_the_card_back
        if ! grep -q "changed\.$" said && ! grep -q "PIN for name" said; then
            # The card had not been found yet, or no PIN asked of it.
            pin_verify 0 text "$present"
            continue
        fi
        it_said_the_truth
    done
    says "PIN for name and address: changed."
    present=$next
    "$MYNAKEY" pin status >said 2>&1 || true # the fault that waits has to meet a command
    put_the_card_back
    [ "$present" = 1234 ] || pin_change 0 text "$present" 1234
    echo "$n commands"
    cat outcomes
    [ "$n" -gt 8 ] && [ "$n" -lt 40 ]
    grep -x unchanged outcomes
    [ "$1" != removed-after ] || grep -x unknown outcomes
}

# A signal waits until it has been told what became of the PIN; then the command ends by it.
a_signal_in_the_midst_ends_it_after_the_report() {
    local pid status=0 before
    before=$(verifies)
    card set command_us=300000
    printf '%s\n' "$present" >present
    printf '%s\n' "$next" >next
    "$MYNAKEY" pin change text --pin-file present --new-pin-file next >said 2>&1 &
    pid=$!
    while [ "$(verifies)" -eq "$before" ]; do sleep 0.05; done
    kill -TERM "$pid"
    wait "$pid" || status=$?
    card set command_us=0
    cat said
    same "exit status" 143 "$status"
    says "PIN for name and address: changed."
    pin_verify 0 text "$next"
    everything_is_closed
    pin_change 0 text "$next" "$present"
}

# Of several, one is changed; how to go on is told before the signal ends it.
a_signal_among_several_ends_it_after_how_to_go_on() {
    local pid status=0 before
    before=$(verifies)
    card set command_us=300000
    printf '%s\n' "$present" >present
    printf '%s\n' "$next" >next
    "$MYNAKEY" pin change --all --pin-file present --new-pin-file next >said 2>&1 &
    pid=$!
    while [ "$(verifies)" -eq "$before" ]; do sleep 0.05; done
    kill -TERM "$pid"
    wait "$pid" || status=$?
    card set command_us=0
    cat said
    same "exit status" 143 "$status"
    says "Authentication PIN: changed."
    says "PIN of the card, resident register application: not touched"
    says "They are not alike yet."
    everything_is_closed
    pin_change 0 auth "$next" "$present"
}

cd "$TMPDIR"
check a_signal_in_the_midst_ends_it_after_the_report
check a_signal_among_several_ends_it_after_how_to_go_on
check what_is_said_is_true_wherever_it_is_pulled removed
check what_is_said_is_true_wherever_it_is_pulled removed-after
finish
