#!/usr/bin/env bash
# `mynakey status`: what is there and how many tries are left, at no risk.
set -euo pipefail
. "$(dirname "$0")/world.sh"
export LC_ALL=C

status_is() { # EXIT STATUS OPTION...
    local status=0
    "$MYNAKEY" status "${@:2}" >said || status=$?
    cat said
    same "exit status" "$1" "$status"
}

it_tells_the_tries_left() { # AUTH SIGN
    status_is 0
    grep -x "Reader: Virtual PCD 00 00" said
    grep "^  Authentication PIN .*  $1" said
    grep "^  Signature password .*  $2" said
}

# As status writes an instant: in the zone of its reader.
end_of() { # CERTIFICATE
    local end
    end=$(openssl x509 -inform DER -in "$1" -noout -enddate)
    date -d "${end#*=}" "+%Y-%m-%d %H:%M:%S %Z"
}

days_until_the_end_of() { # CERTIFICATE
    local end
    end=$(openssl x509 -inform DER -in "$1" -noout -enddate)
    echo $((($(date -d "${end#*=}" +%s) - $(date +%s)) / 86400))
}

it_tells_until_when_the_certificate_is_valid() {
    export TZ=Asia/Tokyo
    status_is 0
    grep -F "  Authentication certificate               valid until $(end_of "$PKI/auth.der") ($(
        days_until_the_end_of "$PKI/auth.der") days left)" said
    grep -F " 23:59:59 JST (" said
    grep -E "^  Signing certificate +shown only after its password \('mynakey show sign'\)" said
    must_fail grep "municipal office" said
    status_is 0 --json
    python3 - "$(days_until_the_end_of "$PKI/auth.der")" said <<'END'
import json, sys
card = next(r for r in json.load(open(sys.argv[2]))["readers"] if r["card_present"])
auth, sign = card["roles"]
assert auth["days_left"] == int(sys.argv[1]) and auth["state"] == "good" and not auth["expired"], auth
assert auth["valid_until"].endswith("T14:59:59Z"), auth
assert sign["certificate"] and not sign["readable"] and "valid_until" not in sign, sign
END
}

# Its owner wanted a copy to be kept: then it is shown, with the name in it.
it_tells_what_a_copy_tells() {
    export LC_ALL=C.UTF-8
    "$MYNAKEY" remember --yes --pin-file - <<<"$SIGN_PIN"
    status_is 0
    grep -F "  Signing certificate                      高崎　花子, valid until $(end_of "$PKI/sign-substituted.der") ($(
        days_until_the_end_of "$PKI/sign-substituted.der") days left)" said
    grep -F "The municipal office renews it from three months before its end" said
    grep -F "'mynakey forget'" said
    status_is 0 --json
    grep '"holder": "高崎　花子"' said
    grep '"state": "ends-soon"' said
    "$MYNAKEY" forget
    status_is 0
    must_fail grep 高崎 said
    same "VERIFY commands, of remember alone" 1 "$(verifies)"
}

it_tells_that_the_certificate_has_expired() {
    status_is 0
    grep -F "  Authentication certificate               EXPIRED on $(end_of "$PKI/auth-expired.der")" said
    grep -F "The municipal office issues a new one" said
    status_is 0 --json
    grep '"state": "expired"' said
}

it_tells_which_programs_have_the_module() {
    status_is 0
    grep -E "^  OpenSSH +not set up: 'mynakey setup ssh'" said
    "$MYNAKEY" setup ssh --write --host example.org --yes
    status_is 0
    grep -E "^  OpenSSH +set up" said
    status_is 0 --json
    python3 - said <<'END'
import json, sys
ssh = [p for p in json.load(open(sys.argv[1]))["programs"] if p["program"] == "ssh"]
assert len(ssh) == 1 and ssh[0]["places"] == ssh[0]["set_up"] == 1, ssh
END
    "$MYNAKEY" setup ssh --undo --yes
    status_is 0
    grep -E "^  OpenSSH +not set up" said
}

# What docs/owner.md promises is all that there is.
its_keys_are_documented() {
    status_is 0 --json
    python3 - said "$system/../../docs/owner.md" <<'END'
import json, re, sys
def keys(value):
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from keys(below)
    elif isinstance(value, list):
        for one in value:
            yield from keys(one)
page = open(sys.argv[2]).read()
missing = {k for k in keys(json.load(open(sys.argv[1]))) if f"`{k}`" not in page}
assert not missing, missing
END
}

colours_are_in() { # FILE
    grep -q $'\033' "$1"
}

it_has_colours_on_a_terminal_only() {
    export TERM=xterm
    "$MYNAKEY" status >plain
    must_fail colours_are_in plain
    script --quiet --return --command "$MYNAKEY status" /dev/null >coloured
    colours_are_in coloured
    NO_COLOR=1 script --quiet --return --command "$MYNAKEY status" /dev/null >shown
    must_fail colours_are_in shown
    TERM=dumb script --quiet --return --command "$MYNAKEY status" /dev/null >shown
    must_fail colours_are_in shown
    # They say nothing that the words do not.
    same text "$(cat plain)" "$(sed $'s/\033\\[[0-9;]*m//g' coloured | tr -d '\r')"
}

it_speaks_japanese() {
    speak_japanese
    status_is 0
    grep -xF "カードリーダー: Virtual PCD 00 00" said
    grep -xF "  カード                                       マイナンバーカード、製造番号 0000000020500003" said
    grep -F "残り3回（3回のうち）" said
    grep -xE "  利用者証明用電子証明書 +[0-9]+年[0-9]+月[0-9]+日 .*まで有効（残り[0-9]+日）" said
    must_fail grep -E "[a-z]+ (left|is|the) " said
    PCSCLITE_CSOCK_NAME=$PWD/nobody status_is 3
    grep -x "カードリーダーを使えません。スマートカードのサービス（pcscd）が動いていません。" said
    grep "「mynakey doctor」" said
}

# --- watching ------------------------------------------------------------------------------------------

start_watch() { # OPTION...
    : >watched
    "$MYNAKEY" status --watch "$@" >watched 2>&1 &
    watch=$!
}

# Until the text was printed so many times: watched_says COUNT PATTERN
watched_says() {
    local _
    for _ in {1..600}; do
        [ "$(grep -c -- "$2" watched)" -lt "$1" ] || return 0
        sleep 0.1
    done
    cat watched
    fail "not said $1 times: $2"
}

# A job in the background does not hear Ctrl-C.
end_watch() {
    local status=0
    kill -TERM "$watch"
    wait "$watch" || status=$?
    same "exit status" 143 "$status"
}

it_shows_again_what_has_changed() {
    start_watch
    watched_says 1 "3 of 3 tries left"
    card remove
    watched_says 3 "no card in the reader" # the second reader has none either
    put_the_card_back
    watched_says 2 "3 of 3 tries left"
    must_fail pkcs11-tool --module "$MODULE" --token-label "JPKI Authentication" --login --pin 9999 --list-objects
    watched_says 1 "2 of 3 tries left"
    end_watch
    cat watched
    grep -E "^--- .* ---$" watched
    must_fail colours_are_in watched
    same "VERIFY commands, of the wrong PIN alone" 1 "$(verifies)"
}

# A loop without sleep would ask the card thousands of times.
it_sleeps_while_nothing_changes() {
    local before
    start_watch
    watched_says 1 "tries left"
    before=$(commands)
    sleep 7
    [ $(($(commands) - before)) -lt 50 ] || fail "$(($(commands) - before)) commands"
    same "times shown" 1 "$(grep -c "^--- " watched)"
    end_watch
}

it_tells_programs_a_line_for_each_change() {
    start_watch --json
    watched_says 1 '"card_present":true'
    card remove
    until_the_card_is_gone
    watched_says 2 '^{'
    end_watch
    put_the_card_back
    python3 - watched <<'END'
import json, sys
first, second = [json.loads(line) for line in open(sys.argv[1])][:2]
assert any(r["card_present"] for r in first["readers"]) and not any(r["card_present"] for r in second["readers"])
END
}

on_a_terminal_it_draws_over_and_ends_with_ctrl_c() {
    local status=0
    TERM=xterm python3 - "$MYNAKEY" >shown <<'END' || status=$?
import os, pty, sys, termios
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], [sys.argv[1], "status", "--watch"])
before = termios.tcgetattr(terminal)
shown = b""
while b"(Ctrl-C ends this)" not in shown:
    shown += os.read(terminal, 4096)
os.write(terminal, b"\x03")
status = os.waitpid(child, 0)[1]
sys.stdout.buffer.write(shown)
assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == 2, status
assert termios.tcgetattr(terminal) == before
assert shown.startswith(b"\x1b[H\x1b[J"), shown[:20]
END
    cat shown
    same status 0 "$status"
}

a_watch_that_cannot_be_written_ends() {
    local status=0
    "$MYNAKEY" status --watch >/dev/full 2>said || status=$?
    same "exit status" 1 "$status"
    grep "could not be written" said
}

it_says_the_same_to_programs() { # AUTH SIGN
    status_is 0 --json
    python3 - "$1" "$2" said <<'END'
import json, sys
card = next(r for r in json.load(open(sys.argv[3]))["readers"] if r["card_present"])
tries = {role["role"]: role["tries_left"] for role in card["roles"]}
assert tries == {"authentication": int(sys.argv[1]), "signature": int(sys.argv[2])}, tries
END
}

# Where the host's OpenSSL loads the module through a provider, it is loaded into this command too.
it_does_not_wait_for_a_module_in_its_own_process() {
    configure_a_provider
    OPENSSL_CONF=openssl.cnf MYNAKEY_MODULE=$MODULE timeout 60 "$MYNAKEY" status >said
    cat said
    grep "3 of 3 tries left" said
}

it_says_when_it_cannot_be_heard() { # OPTION...
    local status=0
    "$MYNAKEY" status "$@" >/dev/full 2>said || status=$?
    cat said
    same "exit status" 1 "$status"
    grep "could not be written" said
}

# pcscd hangs up on a user whom polkit does not allow, and reads nothing: so does this service.
it_names_a_service_that_refuses_the_user() {
    local service
    python3 -c '
import socket, time
listener = socket.socket(socket.AF_UNIX)
listener.bind("refusing")
listener.listen()
while True:
    caller = listener.accept()[0]
    while len(caller.recv(20, socket.MSG_PEEK)) < 20: # the whole greeting, which comes in two pieces
        time.sleep(0.01)
    caller.close()' &
    service=$!
    while [ ! -S refusing ]; do sleep 0.1; done
    PCSCLITE_CSOCK_NAME=$PWD/refusing status_is 3
    grep "polkit" said
    PCSCLITE_CSOCK_NAME=$PWD/refusing status_is 3 --json
    grep '"problem": "MN_E_NOT_ALLOWED"' said
    PCSCLITE_CSOCK_NAME=$PWD/refusing must_fail "$MYNAKEY" remember --yes 2>said
    grep "polkit" said
    kill "$service"
    wait "$service" || true
}

# Nobody listens, and systemd, which would start the service, is not asked in this world.
it_says_that_the_service_does_not_run() {
    PCSCLITE_CSOCK_NAME=$PWD/nobody status_is 3
    grep -x "No card reader can be reached: the smart card service (pcscd) does not run." said
    grep "'mynakey doctor' tells why" said
    must_fail grep "Is one connected" said
    PCSCLITE_CSOCK_NAME=$PWD/nobody status_is 3 --json
    python3 -c 'import json
said = json.load(open("said"))
assert said["problem"] == "MN_E_NO_SERVICE" and said["readers"] == [], said'
}

it_finds_no_card() {
    status_is 3
}

no_pin_was_sent() {
    same "VERIFY commands" 0 "$(verifies)"
}

meet() { # PERSONA
    case $1 in
    fresh)
        check it_tells_the_tries_left "3 of 3" "5 of 5"
        check it_says_the_same_to_programs 3 5
        check it_does_not_wait_for_a_module_in_its_own_process
        check it_says_when_it_cannot_be_heard
        check it_says_when_it_cannot_be_heard --json
        check it_names_a_service_that_refuses_the_user
        check it_says_that_the_service_does_not_run
        check it_tells_until_when_the_certificate_is_valid
        check it_tells_which_programs_have_the_module
        check its_keys_are_documented
        check it_has_colours_on_a_terminal_only
        check it_speaks_japanese
        check it_sleeps_while_nothing_changes
        check it_tells_programs_a_line_for_each_change
        check on_a_terminal_it_draws_over_and_ends_with_ctrl_c
        check a_watch_that_cannot_be_written_ends
        ;;
    watched)
        check it_shows_again_what_has_changed
        return
        ;;
    substituted)
        check it_tells_what_a_copy_tells
        return
        ;;
    expired) check it_tells_that_the_certificate_has_expired ;;
    last-try-auth)
        check it_tells_the_tries_left "1 of 3" "5 of 5"
        check it_says_the_same_to_programs 1 5
        ;;
    sign-blocked)
        check it_tells_the_tries_left "3 of 3" BLOCKED
        check it_says_the_same_to_programs 3 0
        ;;
    no-sign-certificate) check it_tells_the_tries_left "3 of 3" "not set" ;;
    foreign | mute) check it_finds_no_card ;;
    esac
    check no_pin_was_sent
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    meet "$1"
    finish
fi
must_be_possible
for persona in fresh last-try-auth sign-blocked no-sign-certificate expired substituted foreign; do
    echo "# persona $persona"
    relay "$with_card" --persona "$persona" -- "$0" "$persona"
done
relay "$with_card" --persona fresh -- "$0" watched
finish
