#!/usr/bin/env bash
# The pages lead somewhere: every link within the project has its file, every page is reached from the first
# one, and the Japanese first page tells of nothing that the other pages do not know.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

pages() {
    find . -name '*.md' -not -path './build*' -not -path './.git/*' | sed 's,^\./,,' | LC_ALL=C sort
}

# The files of the project that a page links to.
links_of() { # PAGE
    grep -oE '\]\([^)]+\)' "$1" | sed 's/^](//; s/)$//; s/#.*//' | grep -vE '^([a-z]+:|$)' | LC_ALL=C sort -u
}

every_link_has_its_file() {
    local page link broken=0
    for page in $(pages); do
        for link in $(links_of "$page"); do
            [ -e "$(dirname "$page")/$link" ] || { echo "$page: $link" && broken=1; }
        done
    done
    [ "$broken" -eq 0 ]
}

every_page_is_reached_from_the_first() {
    local page
    for page in docs/*.md; do
        links_of README.md | grep -qxF "$page" || fail "README.md does not name $page"
    done
}

# The name of the command and its verb, of every line that shows a command.
commands_of() { # PAGE
    sed -nE 's/^    (\$ )?(\.\/[a-z]+\.sh|mynakey [a-z-]+( (--?[a-z-]+|[a-z-]+)\b)?).*/\2/p' "$1" | LC_ALL=C sort -u
}

the_japanese_page_shows_commands_that_the_others_know() {
    local command
    [ -n "$(commands_of README.ja.md)" ] || fail "README.ja.md shows no command"
    commands_of README.ja.md | while read -r command; do
        grep -qF -- "$command" README.md docs/*.md || fail "only README.ja.md knows '$command'"
    done
}

# What is said to prove something.
tests_in="[\`]tests/[a-z0-9_./-]+[\`]"

every_test_that_a_page_names_is_there() {
    local test missing=0
    for test in $(pages | xargs grep -ohE "$tests_in" | tr -d '\`' | LC_ALL=C sort -u); do
        [ -e "$test" ] || { echo "$test" && missing=1; }
    done
    [ "$missing" -eq 0 ]
}

each_protection_names_its_proof() {
    local row
    grep -E '^\| A[0-9]' docs/threat-model.md | grep -v '^| A[0-9] |' >/dev/null || fail "no rows"
    while read -r row; do
        grep -qE "${tests_in}[^|]*\|$" <<<"$row" || fail "without a proof: $row"
    done < <(sed -n '/^## Who attacks/,/^## What nobody/p' docs/threat-model.md | grep -E '^\| A[0-9]')
}

check every_link_has_its_file
check every_test_that_a_page_names_is_there
check each_protection_names_its_proof
check every_page_is_reached_from_the_first
check the_japanese_page_shows_commands_that_the_others_know
finish
