#!/usr/bin/env bash
# Secrets asked for by pinentry in the terminal's place: a real one, and a stand-in that says what it was
# asked and answers what it was told to.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world
export LC_ALL=C.UTF-8

# pinentry_answers LINE...: what the stand-in says to GETPIN. To CONFIRM it says yes.
pinentry_answers() {
    printf '%s\n' "$@" >answer
    cat >stand-in <<'END'
#!/usr/bin/env bash
here=$(dirname "$0")
echo "OK Pleased to meet you"
while read -r command; do
    echo "$command" >>"$here/asked"
    case $command in
    GETPIN) cat "$here/answer" ;;
    OPTION*) echo "ERR 83886254 Unknown option" ;;
    *) echo "OK" ;;
    esac
done
END
    chmod +x stand-in
    rm -f asked
}

# With the stand-in and no terminal.
remember() { # STATUS OPTION...
    local status=0
    "$MYNAKEY" forget --all
    MYNAKEY_PINENTRY=$PWD/stand-in setsid --wait "$MYNAKEY" remember "${@:2}" >said 2>&1 </dev/null || status=$?
    cat said
    same "exit status" "$1" "$status"
}

verifies_are() {
    same "VERIFY commands" "$1" "$(verifies)"
}

a_secret_is_taken_from_it() {
    pinentry_answers "S PASSWORD_FROM_CACHE" "D $SIGN_PIN" OK
    remember 0 --yes
    cat asked
    grep -x "SETPROMPT Signing password" asked
    grep "^SETDESC The signing password has 6 to 16 characters.*%0A.*lock it" asked
    same "times asked" 1 "$(grep -c GETPIN asked)"
    verifies_are 1
}

it_is_asked_for_a_decision_too() {
    pinentry_answers "D $SIGN_PIN" OK
    remember 0
    grep -B1 -x CONFIRM asked | grep "^SETDESC "
}

an_answer_is_decoded() {
    pinentry_answers "D %41%42c%31%32%33" OK
    remember 0 --yes
    verifies_are 3
}

nothing_is_sent_where_the_person_declines() { # LINE...
    pinentry_answers "$@"
    remember 1 --yes
    grep "nothing was entered" said
    verifies_are 3
}

nothing_is_sent_where_it_does_not_work() { # PROGRAM
    local status=0
    "$MYNAKEY" forget --all
    MYNAKEY_PINENTRY=$1 setsid --wait "$MYNAKEY" remember --yes >said 2>&1 </dev/null || status=$?
    cat said
    same "exit status" 1 "$status"
    grep -- "pinentry could not ask; use --pin-file FILE" said
    verifies_are 3
}

set_to_nothing_it_is_not_used() {
    local status=0
    "$MYNAKEY" forget --all
    DISPLAY=:9 MYNAKEY_PINENTRY='' setsid --wait "$MYNAKEY" remember --yes >said 2>&1 </dev/null || status=$?
    grep "there is no terminal to ask at" said
    same "exit status" 1 "$status"
}

a_real_one_asks_at_the_terminal() {
    "$MYNAKEY" forget --all
    # The dialog shows a prompt of its own below the description.
    MYNAKEY_PINENTRY=pinentry-tty "$system/at-terminal.py" "Signing password" "$SIGN_PIN" \
        -- "$MYNAKEY" remember --yes >said || {
        cat said
        return 1
    }
    cat said
    must_fail grep "$SIGN_PIN" said
    verifies_are 4
}

cd "$TMPDIR"
check a_secret_is_taken_from_it
check it_is_asked_for_a_decision_too
check an_answer_is_decoded
check nothing_is_sent_where_the_person_declines "ERR 83886179 Operation cancelled <Pinentry>"
check nothing_is_sent_where_the_person_declines OK
check nothing_is_sent_where_the_person_declines "D" OK
check nothing_is_sent_where_the_person_declines "D %4" OK
check nothing_is_sent_where_the_person_declines "D ABC123" "D ABC124" OK
check nothing_is_sent_where_it_does_not_work /nonexistent/pinentry
check nothing_is_sent_where_it_does_not_work true
check nothing_is_sent_where_it_does_not_work yes
check set_to_nothing_it_is_not_used
check a_real_one_asks_at_the_terminal
finish
