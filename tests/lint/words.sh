#!/usr/bin/env bash
# No unfinished work, and nothing of the place where it was written: no home folders, no hosts from
# which packages happened to come. (The patterns are written so that they do not find themselves.)
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

files() {
    git ls-files --cached --others --exclude-standard 2>/dev/null ||
        find . -type f -not -path './build*' -not -path './.git/*'
}

# The sample proves that the pattern finds what it is for. The inputs of the fuzzer are no text.
is_not_in_the_tree() { # PATTERN SAMPLE
    local found
    grep -qE -- "$1" <<<"$2" || fail "the pattern does not find '$2'"
    found=$(files | grep -vE '^(\./)?(LICENSE|tests/fuzz/corpus/)' | tr '\n' '\0' |
        xargs -0 -r grep -nIE -- "$1" /dev/null) || true
    [ -z "$found" ] || fail "$found"
}

no_work_is_left_marked() {
    is_not_in_the_tree '\b(TO''DO|FIX''ME|XX''X|HA''CK)\b' '/* TO''DO: more */'
}

no_conflict_is_left() {
    is_not_in_the_tree '^(<{7}|>{7}|={7}$)' '<<''<<<<< HEAD'
}

no_path_of_a_home_folder() {
    is_not_in_the_tree '(^|[^[:alnum:]_.~])/(ho''me|Us''ers|ro''ot|wo''rk)/[[:alnum:]]' 'x=/ho''me/taro'
}

no_host_that_serves_packages() {
    is_not_in_the_tree '(deb|ftp|security|snapshot)[.[:alnum:]]*\.deb''ian\.org|://[^ /]*mirr''or' \
        'http://deb.deb''ian.org/'
}

no_file_ends_without_a_newline() {
    local file bad=0
    while read -r file; do
        [ ! -s "$file" ] || [ -z "$(tail -c1 "$file" | tr -d '\n')" ] || { echo "$file" && bad=1; }
    done < <(files | grep -E '\.(c|h|sh|md|build|txt)$')
    [ "$bad" -eq 0 ]
}

no_line_ends_in_blanks() {
    is_not_in_the_tree '[[:blank:]]$' 'x '
}

# What a program that looks for faults is to pass over in a line.
what_is_suppressed_says_why() {
    local suppressed explained='NOLINT(NEXTLINE|BEGIN)?\([a-z.-]+\): [a-z]|NOLINTEND\('
    grep -qE "$explained" <<<'/* NOLINTNEXTLINE(bugprone-sizeof-expression): they are pointers */'
    must_fail grep -qE "$explained" <<<'/* NOLINT */'
    suppressed=$(grep -rnE 'NOLINT|cppcheck-suppress' src --include='*.[ch]' | grep -vE "$explained") || true
    [ -z "$suppressed" ] || fail "$suppressed"
}

check no_work_is_left_marked
check no_conflict_is_left
check no_path_of_a_home_folder
check no_host_that_serves_packages
check no_file_ends_without_a_newline
check no_line_ends_in_blanks
check what_is_suppressed_says_why
finish
