#!/usr/bin/env bash
# The pages of the programs (docs/clients): the same commands in both languages, and a test that runs them.
# That the test runs all of them, it holds itself.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

pages() {
    find docs/clients -name '*.md' ! -name README.md | LC_ALL=C sort
}

# The fenced blocks of a section, with the lines between the fences.
blocks() { # PAGE SECTION
    awk -v "section=## $2" '/^## / {here = $0 == section} !here {next}
        /^```/ {inside = !inside; print; next} inside' "$1"
}

has_the_same_blocks_in_both_languages() { # PAGE
    [ -n "$(blocks "$1" English)" ] || fail "no blocks"
    diff <(blocks "$1" 日本語) <(blocks "$1" English)
}

has_nothing_but_blocks_with_names() { # PAGE
    local names
    names=$(blocks "$1" English | sed -n '/^```./p')
    must_fail grep -vE '^```(sh|text) [a-z0-9-]+$' <<<"$names"
    same "names that come twice" "" "$(LC_ALL=C sort <<<"$names" | uniq -d)"
    same sections "## 日本語 ## English" "$(grep '^## ' "$1" | xargs)"
}

has_a_test() { # PAGE
    local name
    name=$(basename "$1" .md)
    [ -x "tests/clients/$name.sh" ] || fail "no tests/clients/$name.sh"
    grep -q "'$name'" tests/clients/meson.build || fail "meson does not know the test"
    grep -qE '^finish_with(_the_card|out_a_pin)' "tests/clients/$name.sh" || fail "the test does not ask for what was run"
}

is_in_the_table() { # PAGE
    grep -qF "](docs/clients/$(basename "$1"))" README.md || fail "README.md does not name it"
    grep -qF "]($(basename "$1"))" docs/clients/README.md || fail "docs/clients/README.md does not name it"
}

check test -n "$(pages)"
for page in $(pages); do
    check has_the_same_blocks_in_both_languages "$page"
    check has_nothing_but_blocks_with_names "$page"
    check has_a_test "$page"
    check is_in_the_table "$page"
done
finish
