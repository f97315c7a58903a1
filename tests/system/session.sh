#!/usr/bin/env bash
# docs/session.md is a session that took place: its commands still print the same, but for dates, keys and
# paths. `session.sh --record` writes the page anew.
set -euo pipefail
page=$(cd "$(dirname "$0")/../.." && pwd)/docs/session.md
. "$(dirname "$0")/world.sh"

[ -n "${WORLD-}" ] || {
    must_be_possible
    exec "$with_card" --persona fresh -- "$0" "$@"
}
export LC_ALL=C.UTF-8 TZ=Asia/Tokyo TERM=dumb
cd "$TMPDIR"

# The command at a terminal, with what is answered there: take [QUESTION ANSWER]... -- WORD...
take() {
    local words=("$@") place=0
    while [ "${words[place]}" != -- ]; do place=$((place + 1)); done
    echo "    $ mynakey ${words[*]:place+1}"
    COLUMNS=80 "$system/at-terminal.py" "${words[@]::place}" -- "$MYNAKEY" "${words[@]:place+1}" |
        tr -d '\r' | sed -e 's/[[:blank:]]*$//' -e 's/^\(.\)/    \1/'
    echo
}

session() {
    cat <<'END'
# A session at the terminal

What the owner of a card sees, from the tries left to the card's face. The card is the simulated one, its person does
not exist. What is typed for a PIN or for the security code is not shown. `tests/system/session.sh
--record` wrote this page, and run without that it holds that the commands still print the same, but for dates,
fingerprints and paths.

## What is there

No PIN is asked for.

END
    take -- status
    take -- show auth
    echo "## A new PIN"
    echo
    echo "1234 was it, 9072 it is now; neither is shown. The first of the three questions is the one that costs a try."
    echo
    take "Authentication PIN: " 1234 "New authentication PIN: " 9072 "once more: " 9072 -- pin change auth
    echo "## The card's face"
    echo
    echo "Asked for is what stands on the card: the date of birth, the year of its expiry, the security code."
    echo
    take "S55.2.17): " S55.2.17 "(2035): " 2035 "4 digits: " 2285 -- face --out face
    echo "The photo and the pictures of name and address are in the folder:"
    echo
    (cd face && echo '    $ ls face' && find . -type f -printf '    %f\n' | LC_ALL=C sort)
}

# What is another one on each day and each machine: whether the module is installed, too, and whether the reading
# takes so long that it is told.
masked() {
    sed -E -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9:]{8} JST)?/DATE/g' -e 's/[0-9]+ days? left/DAYS left/' \
        -e 's/([0-9A-F]{2}:){3,}[0-9A-F]{2}/HEX/g' -e 's!/[^ ]*/mynakey!/PATH/mynakey!g' "$@"
}

the_page_is_what_takes_place() {
    session >now.md
    diff <(masked "$page") <(masked now.md)
}

if [ "${1-}" = --record ]; then
    session >now.md
    cp now.md "$page"
    exit
fi
check the_page_is_what_takes_place
finish
