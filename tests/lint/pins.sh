#!/usr/bin/env bash
# A PIN reaches the card by one way only: the table "The way of a PIN" in docs/pin-safety.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

declare -A allowed
while IFS='|' read -r _ functions files _; do
    for function in ${functions//[\`,]/ }; do allowed[$function]=${files//[\`,]/ }; done
done < <(sed -n '/^| function | called only from |/,/^$/{/^| `/p}' docs/pin-safety.md)

# Where FUNCTION is called: not where it is declared or defined, which begins a line.
callers_of() {
    grep -rlE "^[[:space:]].*\b$1\(" src --include='*.c' || true
}

the_table_has_the_whole_way() {
    local function
    for function in send_verify mn_pin_verify mn_card_pin_verify mn_owner_visit_verify; do
        [ -n "${allowed[$function]-}" ] || fail "no line for $function"
    done
}

is_called_only_from_where_the_table_says() { # FUNCTION
    local file place found
    for file in $(callers_of "$1"); do
        found=no
        for place in ${allowed[$1]}; do
            [[ $file != "$place"* ]] || found=yes
        done
        [ "$found" = yes ] || fail "$file calls $1"
    done
}

# ISO/IEC 7816-4, 11.6.6: the instruction has one name, and that is used for the question and the PIN.
only_one_file_knows_the_command() {
    same "files with VERIFY" src/card/pin.c "$(grep -rlE 'ins = *(INS_VERIFY|0x20\b)' src)"
}

check the_table_has_the_whole_way
for function in "${!allowed[@]}"; do check is_called_only_from_where_the_table_says "$function"; done
check only_one_file_knows_the_command
finish
