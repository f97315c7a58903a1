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
    grep "^  Authentication.*: $1" said
    grep "^  Signature.*: $2" said
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
    cat >openssl.cnf <<END
openssl_conf = init
[init]
providers = providers
[providers]
default = default_section
host = host_section
[default_section]
activate = 1
[host_section]
module = $MYNAKEY_BUILD/tests/host/host-provider.so
activate = 1
END
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
        ;;
    last-try-auth)
        check it_tells_the_tries_left "1 of 3" "5 of 5"
        check it_says_the_same_to_programs 1 5
        ;;
    sign-blocked)
        check it_tells_the_tries_left "3 of 3" BLOCKED
        check it_says_the_same_to_programs 3 0
        ;;
    no-sign-certificate) check it_tells_the_tries_left "3 of 3" "no certificate" ;;
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
for persona in fresh last-try-auth sign-blocked no-sign-certificate foreign; do
    echo "# persona $persona"
    relay "$with_card" --persona "$persona" -- "$0" "$persona"
done
finish
