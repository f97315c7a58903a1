#!/usr/bin/env bash
# What a sanitizer finds in a module makes the test fail, also where the program that loaded it takes
# no notice.
set -euo pipefail
. "$(dirname "$0")/world.sh"
must_be_possible

pkcs11_tool_with() { # FAULT
    local status=0
    # shellcheck disable=SC2016 # $0 is the inner shell's
    FAULT=$1 "$with_card" -- sh -c 'pkcs11-tool --module "$0" --list-slots; true' \
        "$MYNAKEY_BUILD/tests/system/libfaulty_module.so" >said 2>&1 || status=$?
    cat said
    return "$status"
}

it_is_noticed() { # FAULT TEXT
    local status=0
    pkcs11_tool_with "$1" >report || status=$?
    cat report
    same "exit status" 99 "$status"
    grep "$2" report
    grep faulty_module.c report
}

no_mistake_makes_no_noise() {
    pkcs11_tool_with nothing
}

cd "$(mktemp -d)"
check it_is_noticed overflow heap-buffer-overflow
check it_is_noticed undefined "signed integer overflow"
check no_mistake_makes_no_noise
rm -rf "$PWD"
finish
