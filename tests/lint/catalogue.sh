#!/usr/bin/env bash
# Every sentence of the command has its Japanese.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

every_file_with_sentences_is_looked_through() {
    grep -rlE '\b(_|N_)\("' src/cli --include='*.c' | LC_ALL=C sort | grep -v '^src/cli/message.c$' >"$scratch/files"
    [ -s "$scratch/files" ]
    must_fail grep -vxFf src/cli/po/POTFILES "$scratch/files"
}

every_sentence_is_translated() {
    xgettext --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=WORDS:2 -f src/cli/po/POTFILES \
        -o "$scratch/all.pot"
    msgcmp src/cli/po/ja.po "$scratch/all.pot"
}

nothing_is_translated_twice_or_badly() {
    msgfmt --check-format --output-file=/dev/null src/cli/po/ja.po
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
check every_file_with_sentences_is_looked_through
check every_sentence_is_translated
check nothing_is_translated_twice_or_badly
finish
