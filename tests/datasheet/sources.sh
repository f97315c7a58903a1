#!/usr/bin/env bash
# docs/datasheet.md names every function of the module's lists and every return code that its
# sources have, and no others.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

page=docs/datasheet.md

# What the compiler sees of the sources: comments may speak of anything.
code_of() { # FILE...
    local file
    for file in "$@"; do "${CC:-cc}" -fpreprocessed -dD -E -P "$file" 2>/dev/null; done
}

# The names that both texts have to have, one a line on standard input of each.
the_same_names() { # NAMES-OF-THE-SOURCES NAMES-OF-THE-PAGE
    [ -n "$1" ] || fail "the sources have none: is the pattern right?"
    diff --label sources --label "$page" --unified=0 <(echo "$1") <(echo "$2")
}

names() { # PATTERN
    grep -oE "$1" | LC_ALL=C sort -u
}

every_return_code_of_the_sources_is_named_and_no_other() {
    the_same_names "$(code_of src/token/*.c src/cryptoki/*.c | names '\bCKR_[A-Z_]+')" \
        "$(names '\bCKR_[A-Z_]+' <"$page")"
}

every_return_code_is_in_the_table_of_return_codes() {
    the_same_names "$(names '\bCKR_[A-Z_]+' <"$page")" \
        "$(sed -n '/^## Return codes/,/^## Mech/s/^| \(CKR_[A-Z_]*\) |.*/\1/p' "$page" | LC_ALL=C sort)"
}

every_function_of_the_lists_is_named_and_no_other() {
    the_same_names "$(code_of src/cryptoki/interfaces.c | grep -oE '\bF\(C_[A-Za-z]+|\.C_[A-Za-z]+ *=' |
        names 'C_[A-Za-z]+')" "$(names '\bC_[A-Za-z]+' <"$page")"
}

check every_return_code_of_the_sources_is_named_and_no_other
check every_return_code_is_in_the_table_of_return_codes
check every_function_of_the_lists_is_named_and_no_other
finish
