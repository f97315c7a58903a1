#!/usr/bin/env bash
# Nothing costs more card commands than tests/bench/budgets allows.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../system/world.sh"
must_be_possible

measured=$(mktemp)
trap 'rm -f "$measured"' EXIT

is_measured() { # CARD
    "$with_card" --persona "$1" -- "$here/measure" ours | sed "s/^/$1 /" >>"$measured"
}

takes_at_most() { # CARD WHAT MOST
    local number
    number=$(awk -v "card=$1" -v "what=$2" '$1 == card && $2 == what {print $3}' "$measured")
    echo "$1 $2: ${number:-not measured}, at most $3"
    [ "$number" -le "$3" ]
}

for card in fresh short-apdu no-sfi; do check is_measured "$card"; done
while read -r card what most _; do
    check takes_at_most "$card" "$what" "$most"
done < <(grep -v '^#' "$here/budgets")
finish
