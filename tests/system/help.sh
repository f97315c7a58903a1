#!/usr/bin/env bash
# What --help says fits a screen of 24 lines and 80 columns, of every verb and every verb of a verb.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

# "" and each verb with the words that its Usage names, one call a line.
calls() {
    local verb word
    echo
    for verb in $(LC_ALL=C "$MYNAKEY" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'); do
        echo "$verb"
        for word in $(LC_ALL=C "$MYNAKEY" "$verb" --help | sed -n '/^$/q;p' |
            grep -oE "mynakey $verb [a-z|-]+" | sed 's/.* //' | tr '|' '\n' | sort -u); do
            ! LC_ALL=C "$MYNAKEY" "$verb" "$word" --help >/dev/null 2>&1 || echo "$verb $word"
        done
    done
}

# Characters of double width count two.
size_of_each_help() { # <CALLS
    python3 -c '
import os, subprocess, sys, unicodedata
for call in sys.stdin.read().splitlines():
    said = subprocess.run([os.environ["MYNAKEY"], *call.split(), "--help"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, check=True).stdout.decode("utf-8").splitlines()
    wide = max(sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line) for line in said)
    print(len(said), wide, said[0].split(":")[0], "of: mynakey", call)'
}

each_fits() { # WORD-FOR-USAGE
    export MYNAKEY
    size_of_each_help <list >sizes
    cat sizes
    [ "$(wc -l <sizes)" -gt 30 ] || fail "few verbs were found"
    local lines wide usage rest
    while read -r lines wide usage rest; do
        same "the beginning $rest" "$1" "$usage"
        [ "$lines" -le 24 ] || fail "$lines lines $rest"
        [ "$wide" -le 80 ] || fail "$wide columns $rest"
    done <sizes
}

every_help_fits_a_screen() {
    each_fits Usage
}

every_help_fits_a_screen_in_japanese() {
    speak_japanese
    each_fits 使い方
}

cd "$TMPDIR"
calls >list
check every_help_fits_a_screen
check every_help_fits_a_screen_in_japanese
finish
