#!/usr/bin/env bash
# A room includes only what the table in docs/architecture.md grants it.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

declare -A granted
while IFS='|' read -r _ room rooms _; do
    room=${room// /} rooms=${rooms//,/ }
    granted[$room]=" $room $rooms "
done < <(sed -n '/^| room | may include |/,/^$/{/^| [a-z]/p}' docs/architecture.md | sed 1d)

the_table_names_every_room() {
    local folder
    for folder in src/*/; do
        folder=$(basename "$folder")
        [ -n "${granted[$folder]-}" ] || fail "no line for $folder"
    done
    [ "${#granted[@]}" -eq "$(find src -mindepth 1 -maxdepth 1 -type d | wc -l)" ] ||
        fail "the table has lines for rooms that do not exist"
}

a_room_keeps_to_its_layer() {
    local room=$1 file target bad=0
    while IFS=: read -r file target; do
        target=${target#*\"} target=${target%%/*}
        [[ ${granted[$room]} == *" $target "* ]] || {
            echo "$file includes $target/"
            bad=1
        }
    done < <(grep -rHE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"[^"]*/' "src/$room" --include='*.[ch]')
    [ "$bad" -eq 0 ]
}

# "card.h" instead of "card/card.h" would slip through the rule above.
every_include_names_its_room() {
    must_fail grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]+("[^"/]*"|"\.)' src --include='*.[ch]'
}

check the_table_names_every_room
for room in "${!granted[@]}"; do
    [ ! -d "src/$room" ] || check a_room_keeps_to_its_layer "$room"
done
check every_include_names_its_room
finish
