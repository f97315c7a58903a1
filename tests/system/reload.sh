#!/usr/bin/env bash
# A host loads the module, signs and lets go of it a hundred times, more or less tidily: nothing grows.
set -euo pipefail
. "$(dirname "$0")/world.sh"
in_world

rounds=100

# Without these the C library keeps what was freed, and counts it as used.
export GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0

# What there is after ten rounds and after the last: warm BYTES DESCRIPTORS THREADS MAPPINGS
reload() { # WAY
    "$MYNAKEY_BUILD/tests/host/reloader" "$MODULE" "$1" "$AUTH_PIN" "$rounds" >"$1.figures"
    same "rounds" "10 $rounds" "$(cut -d ' ' -f 1 "$1.figures" | xargs)"
}

# One block of the smallest size a round, which is 32 bytes, would be more than this.
heap_allowed=2048
# One mapping in ten rounds would be more than this.
mappings_allowed=8

# Holds that there is no more at the end of one way than at the beginning of another, or of the same.
no_more_than() { # BEGINNING END
    local bytes files threads mappings bytes2 files2 threads2 mappings2
    read -r _ bytes files threads mappings < <(head -n 1 "$1.figures")
    read -r _ bytes2 files2 threads2 mappings2 < <(tail -n 1 "$2.figures")
    echo "bytes $bytes $bytes2, descriptors $files $files2, threads $threads $threads2," \
        "mappings $mappings $mappings2"
    [ "$bytes2" -le $((bytes + heap_allowed)) ]
    [ "$mappings2" -le $((mappings + mappings_allowed)) ]
    same descriptors "$files" "$files2"
    same threads "$threads" "$threads2"
}

pins_sent_by() { # COMMAND...
    local before
    before=$(verifies)
    "$@" >&2
    echo $(($(verifies) - before))
}

a_host_that_ends_it_does_not_grow() {
    same "PINs sent" "$rounds" "$(pins_sent_by reload closed)"
    no_more_than closed closed
}

sessions_left_open_are_gone_with_the_end() {
    same "PINs sent" "$rounds" "$(pins_sent_by reload open)"
    no_more_than open open
}

# The module stays, and with it what the host has begun.
a_host_that_never_ends_it_does_not_grow() {
    same "PINs sent" "$rounds" "$(pins_sent_by reload unended)"
    no_more_than unended unended
}

a_host_that_leaves_everything_gets_it_back_at_the_end() {
    same "PINs sent" 1 "$(pins_sent_by reload left)"
    no_more_than closed left
}

no_pin_was_refused() {
    same "refused PINs" 0 "$(refused_verifies)"
}

cd "$TMPDIR"
check a_host_that_ends_it_does_not_grow
check sessions_left_open_are_gone_with_the_end
check a_host_that_never_ends_it_does_not_grow
check a_host_that_leaves_everything_gets_it_back_at_the_end
check no_pin_was_refused
for way in closed open unended left; do
    echo "# $way: round, bytes, descriptors, threads, mappings: $(paste -sd ';' "$way.figures")"
done
finish
