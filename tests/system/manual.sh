#!/usr/bin/env bash
# The manual pages say what the code does, and every program that shows manual pages can show them.
set -euo pipefail
. "$(dirname "$0")/../tap.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)
mynakey=$MYNAKEY_BUILD/src/cli/mynakey
man=$MYNAKEY_BUILD/docs/man

is_shown_without_a_warning() { # PAGE
    local said
    said=$(LC_ALL=C.UTF-8 groff -man -Tutf8 -ww -rLL=100n "$1" 2>&1 >/dev/null)
    same "what groff says of $(basename "$1")" "" "$said"
}

plain() { # PAGE
    LC_ALL=C.UTF-8 groff -man -Tutf8 -P-cbou -rLL=200n -rHY=0 "$1"
}

every_verb_has_a_section() {
    local verb
    for verb in $("$mynakey" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'); do
        plain "$man/mynakey.1" | grep -x "   $verb" || fail "$verb has none"
    done
}

# The part that is written by hand may name options, too.
every_option_that_is_named_exists() {
    local option
    while read -r option; do
        case $option in --help | --version | --variable) continue ;; esac
        options_of_all_verbs | grep -x -- "$option" || fail "$option is no option of any verb"
    done < <(sed 's/\\-/-/g' "$top/docs/man/mynakey.1.in" "$top/docs/man/mynakey-pkcs11.7.in" |
        grep -oE -- '--[a-z][a-z-]+' | LC_ALL=C sort -u)
}

options_of_all_verbs() {
    plain "$man/mynakey.1" | sed -n '/^VERBS/,/^PINS/p' | grep -oE -- '--[a-z][a-z-]+'
}

every_setting_is_in_the_page_and_no_other() {
    local in_code in_page
    in_code=$(sed -n '/^} table\[\]/,/^};/s/^ *{"\([a-z-]*\)".*/\1/p' "$top/src/base/settings.c" | LC_ALL=C sort)
    in_page=$(plain "$man/mynakey.conf.5" | sed -n '/^SETTINGS/,/^EXAMPLE/s/^       \([a-z-]*\) = .*/\1/p' |
        LC_ALL=C sort)
    [ "$(wc -l <<<"$in_code")" -gt 5 ] || fail "the table of settings was not found"
    same settings "$in_code" "$in_page"
}

the_example_is_understood() {
    local scratch said
    scratch=$(mktemp -d)
    plain "$man/mynakey.conf.5" | sed -n '/^EXAMPLE/,/^SEE/{/^[A-Z]/d;s/^ *//;p}' |
        sed "s#^log-file = .*#log-file = $scratch/log#" >"$scratch/mynakey.conf"
    cat "$scratch/mynakey.conf"
    grep -c = "$scratch/mynakey.conf"
    MYNAKEY_CONFIG=$scratch/mynakey.conf "$mynakey" status || true
    said=$(cat "$scratch/log")
    rm -r "$scratch"
    must_fail grep -i "passed over" <<<"$said"
}

every_module_is_named() {
    local module
    for module in "$MYNAKEY_BUILD"/src/cryptoki/mynakey*.so; do
        plain "$man/mynakey-pkcs11.7" | grep -o "$(basename "$module")" || fail "$module is not"
    done
}

every_mechanism_of_the_datasheet_is_named() {
    local name
    while read -r name; do
        plain "$man/mynakey-pkcs11.7" | grep -ow "$name" || fail "$name is not"
    done < <(sed -n '/^## Mechanisms/,$s/^| \(CKM_[A-Z0-9_]*\) .*/\1/p' "$top/docs/datasheet.md")
}

for page in mynakey.1 mynakey.conf.5 mynakey-pkcs11.7; do
    check is_shown_without_a_warning "$man/$page"
done
check every_verb_has_a_section
check every_option_that_is_named_exists
check every_setting_is_in_the_page_and_no_other
check the_example_is_understood
check every_module_is_named
check every_mechanism_of_the_datasheet_is_named
finish
