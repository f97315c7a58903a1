# For the tests of programs: what people type and see stands in the program's page, docs/clients/PROGRAM.md,
# and is run and held from there. Sourced by program.sh.
# shellcheck shell=bash

# shellcheck disable=SC2154 # program.sh says where they are
page=$clients/../../docs/clients/$(basename "$0" .sh).md

# A block of the page, which has a name: sh for what is typed, text for what is seen. Where the build or
# p11-kit has other folders than the page's, with those.
page_block() { # sh|text BLOCK
    awk -v "fence=\`\`\`$1 $2" '/^## / {here = $0 == "## English"} /^```$/ {inside = 0}
        inside {print} here && $0 == fence {inside = 1}' "$page" |
        sed -e "s|/usr/local/lib/x86_64-linux-gnu/pkcs11|${installed:?install_mynakey comes first}|" \
            -e "s|/usr/lib/x86_64-linux-gnu/pkcs11|$(pkg-config --variable=p11_module_path p11-kit-1)|" |
        grep . || fail "the page has no block $1 $2" >&2
}

run_page() { # BLOCK
    local commands
    commands=$(page_block sh "$1")
    echo "$1" >>"$WORLD/run"
    bash -euo pipefail -c "$commands"
}

# The same in this shell, which keeps what it sets.
source_page() { # BLOCK
    local commands
    commands=$(page_block sh "$1")
    echo "$1" >>"$WORLD/run"
    eval "$commands"
}

# The same at a terminal, where ROLE's PIN is typed when it is asked for: once, or TIMES times.
type_page() { # ROLE BLOCK [TIMES]
    local commands
    commands=$(page_block sh "$2")
    echo "$2" >>"$WORLD/run"
    type_pin "$1" "${3:-1}" bash -euo pipefail -c "$commands"
}

# The same at a terminal, where each QUESTION is answered.
answer_page() { # BLOCK [QUESTION ANSWER]...
    local commands
    commands=$(page_block sh "$1")
    echo "$1" >>"$WORLD/run"
    "$system/at-terminal.py" "${@:2}" -- bash -euo pipefail -c "$commands"
}

# A COMMAND that asks for ROLE's PIN at its terminal: type_pin ROLE TIMES COMMAND...
type_pin() {
    PIN=$(typed_pin_of "$1") timeout 100 "$clients/type-pin.py" "${@:2}"
}

# Every line of a block of what is seen is a line of FILE, or a part of one.
is_as_on_the_page() { # BLOCK FILE
    local line lines
    cat "$2"
    lines=$(page_block text "$1")
    echo "$1" >>"$WORLD/seen"
    while IFS= read -r line; do
        grep -qF -- "$line" "$2" || fail "the page shows: $line"
    done <<<"$lines"
}

page_blocks() { # sh|text
    sed -n "/^## English\$/,\$s/^\`\`\`$1 //p" "$page" | LC_ALL=C sort
}

every_command_of_the_page_was_run() {
    [ -n "$(page_blocks sh)" ] || fail "the page has no commands"
    diff <(page_blocks sh) <(LC_ALL=C sort -u "$WORLD/run")
}

all_that_the_page_shows_was_seen() {
    diff <(page_blocks text) <(LC_ALL=C sort -u "$WORLD/seen" 2>/dev/null)
}

# --- what goes wrong -------------------------------------------------------------------------------

# A PIN that could be right, but is not.
wrong_pin_of() { # ROLE [NUMBER]
    case $1 in
    auth) echo "900${2:-0}" ;;
    sign) echo "WRONG${2:-0}" ;;
    esac
}

# What somebody types who means ROLE's PIN.
typed_pin_of() { # ROLE
    if [ -n "${mistaken-}" ]; then wrong_pin_of "$1"; else pin_of "$1"; fi
}

# The tests that spend tries on purpose give them back, if need be with the last one.
give_tries_back() { # ROLE
    echo "spare-last-try = no" >"$WORLD/spend.conf"
    MYNAKEY_CONFIG=$WORLD/spend.conf tool "$1" --list-objects --type privkey >/dev/null
    refused_verifies >"$WORLD/refused"
}

refused_on_purpose() {
    cat "$WORLD/refused" 2>/dev/null || echo 0
}

# Runs COMMAND, which fails and says what the page's BLOCK shows: fails_as_on_the_page BLOCK COMMAND...
fails_as_on_the_page() {
    must_fail "${@:2}" >failed 2>&1 || { cat failed && return 1; }
    is_as_on_the_page "$1" failed
}

a_wrong_pin_is_told_and_sent_once() { # ROLE BLOCK COMMAND...
    local before mistaken=yes
    before=$(verifies)
    fails_as_on_the_page "${@:2}"
    same "PINs sent" $((before + 1)) "$(verifies)"
    give_tries_back "$1"
}

the_last_try_is_kept_back() { # ROLE BLOCK COMMAND...
    with_one_try_left "$1" fails_as_on_the_page "${@:2}"
}

# COMMAND sends nothing.
with_one_try_left() { # ROLE COMMAND...
    local before number
    for number in $([ "$1" = auth ] && echo 1 2 || echo 1 2 3 4); do
        must_fail pkcs11-tool --module "$MODULE" --token-label "$(label_of "$1")" --login \
            --pin "$(wrong_pin_of "$1" "$number")" --list-objects
    done
    before=$(verifies)
    "${@:2}"
    same "PINs sent" "$before" "$(verifies)"
    give_tries_back "$1"
}

a_missing_card_is_told() { # BLOCK COMMAND...
    without_the_card fails_as_on_the_page "$@"
}

without_the_card() { # COMMAND...
    card remove
    until_the_card_is_gone
    "$@"
    card insert
    "$MYNAKEY_BUILD/tests/system/card_seen" 1
}
