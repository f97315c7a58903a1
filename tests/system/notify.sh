#!/usr/bin/env bash
# `mynakey notify`: what ends soon is told, once a day on the desktop, and costs nothing.
set -euo pipefail
. "$(dirname "$0")/world.sh"
export LC_ALL=C

# Programs that only note what they were called with, in front of the real ones.
make_stand_in() { # NAME [STATUS]
    mkdir -p "$TMPDIR/bin"
    cat >"$TMPDIR/bin/$1" <<END
#!/bin/sh
printf '%s|' "\$@" >>"$TMPDIR/$1.calls"
echo >>"$TMPDIR/$1.calls"
exit ${2:-0}
END
    chmod +x "$TMPDIR/bin/$1"
}

gives() { # STATUS WORD...
    local status=0
    PATH=$TMPDIR/bin:$PATH "$MYNAKEY" "${@:2}" >said 2>&1 || status=$?
    cat said
    same "exit status" "$1" "$status"
}

notifications() {
    cat "$TMPDIR/notify-send.calls" 2>/dev/null || true
}

# As if nothing had been notified yet, on a desktop.
a_new_day() {
    rm -f "$XDG_DATA_HOME/mynakey/notified" "$TMPDIR"/*.calls
    make_stand_in notify-send
    export DISPLAY=:0
}

make_request() {
    rm -rf "$XDG_DATA_HOME/mynakey/soft"
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out k.csr -subj "/CN=Hanako" \
        2>/dev/null
}

put_on_shelf() {
    openssl pkcs12 -export -in c.pem -inkey k.pem -passout pass:kiyoi -out e.pfx
    "$MYNAKEY" soft add e.pfx --passphrase-file - <<<kiyoi
}

# A software certificate in place of all others, which ends in so many days: shelve DAYS
shelve() {
    make_request
    openssl x509 -req -in k.csr -signkey k.pem -days "$1" -out c.pem 2>/dev/null
    put_on_shelf
}

# The same, but it ended long ago.
shelve_ended() {
    make_request
    printf '%s\n' "[ca]" "default_ca = x" "[x]" "database = index" "serial = serial" "new_certs_dir = ." \
        "default_md = sha256" "policy = p" "[p]" "commonName = supplied" >ca.cnf
    : >index
    echo 01 >serial
    openssl ca -batch -selfsign -config ca.cnf -keyfile k.pem -in k.csr -startdate 20200101000000Z \
        -enddate 20200201000000Z -notext -out c.pem
    put_on_shelf
}

is_notified() { # URGENCY TITLE TEXT-BEGINNING
    grep -F -- "--app-name=mynakey|--urgency=$1|--|$2|$3" "$TMPDIR/notify-send.calls"
}

what_ends_late_is_not_told() {
    a_new_day
    shelve 91
    gives 0 notify
    grep -x "Nothing that can be seen ends within 90 days." said
    same notifications "" "$(notifications)"
    gives 42 notify --days 92 --print
    grep "^Software certificate 1: ends on .* (days left: 9[01]). Renew it: " said
}

the_nearer_the_end_the_more_urgent() {
    local days urgency
    for days in 80:low 20:normal 5:critical; do
        a_new_day
        urgency=${days#*:}
        shelve "${days%:*}"
        gives 42 notify
        grep "^Software certificate 1: ends on " said
        is_notified "$urgency" "Software certificate 1" "ends on "
        must_fail grep -i hanako said "$TMPDIR/notify-send.calls"
    done
}

what_has_ended_is_told() {
    a_new_day
    shelve_ended
    gives 42 notify
    grep "^Software certificate 1: ended on " said
    is_notified critical "Software certificate 1" "ended on "
}

a_second_look_on_one_day_shows_nothing_more() {
    a_new_day
    shelve 20
    gives 42 notify
    gives 42 notify
    grep "^Software certificate 1: ends on " said
    same "count of notifications" 1 "$(notifications | wc -l)"
    same "mode" 600 "$(stat -c %a "$XDG_DATA_HOME/mynakey/notified")"
    grep -xE "$(date +%F) 30 [0-9a-f]{32}" "$XDG_DATA_HOME/mynakey/notified"
    # It was another day, or another threshold.
    sed -i "s/^$(date +%F)/2020-01-01/" "$XDG_DATA_HOME/mynakey/notified"
    gives 42 notify
    same "count of notifications" 2 "$(notifications | wc -l)"
    must_fail grep 2020 "$XDG_DATA_HOME/mynakey/notified"
    sed -i "s/ 30 / 90 /" "$XDG_DATA_HOME/mynakey/notified"
    gives 42 notify
    same "count of notifications" 3 "$(notifications | wc -l)"
}

without_a_desktop_it_prints() {
    a_new_day
    shelve 20
    gives 42 notify --print
    (unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS && gives 42 notify)
    same notifications "" "$(notifications)"
    status=0
    rm "$TMPDIR/bin/notify-send"
    PATH=$TMPDIR/bin "$MYNAKEY" notify >said 2>&1 || status=$?
    same "exit status" 42 "$status"
    same "lines" 1 "$(wc -l <said)"
    [ ! -e "$XDG_DATA_HOME/mynakey/notified" ] || fail "noted, and nobody saw it"
}

what_could_not_be_shown_is_shown_again() {
    a_new_day
    shelve 20
    make_stand_in notify-send 1
    gives 42 notify
    grep -x "mynakey: notify-send could not show it" said
    a_new_day
    gives 42 notify
    same "count of notifications" 1 "$(notifications | wc -l)"
}

validity_data_are_looked_at() {
    a_new_day
    shelve 200
    mkdir -p v && (cd v && "$MYNAKEY_BUILD/tests/system/verify_files")
    gives 0 notify --authority v/authority.cer --validity v/site/7.ors
    gives 42 notify --authority v/authority.cer --validity v/7-expired.ors
    grep "^Validity data v/7-expired.ors: ended on .* Get newer ones from the authority." said
    is_notified critical "Validity data v/7-expired.ors" "ended on "
    gives 1 notify --authority v/impostor.cer --validity v/site/7.ors
    grep "^mynakey: v/site/7.ors: " said
    gives 1 notify --authority v/authority.cer --validity v/none.ors
}

off_words_are_refused() {
    gives 2 notify --days 0
    gives 2 notify --days soon
    gives 2 notify --validity x.ors
    gives 2 notify now
    gives 2 setup notify --list
    gives 2 setup notify --token auth
    gives 2 setup notify --profile x
}

setup_turns_the_timer_on_and_off() {
    make_stand_in systemctl
    gives 1 setup notify
    [ ! -e "$TMPDIR/systemctl.calls" ] || fail "nobody said yes"
    gives 0 setup notify --yes
    grep -xF "    systemctl --user enable --now mynakey-notify.timer" said
    same call "--user|enable|--now|mynakey-notify.timer|" "$(cat "$TMPDIR/systemctl.calls")"
    rm "$TMPDIR/systemctl.calls"
    gives 0 setup notify --undo --yes
    same call "--user|disable|--now|mynakey-notify.timer|" "$(cat "$TMPDIR/systemctl.calls")"
    make_stand_in systemctl 1
    gives 1 setup notify --yes
    grep "systemctl could not do that" said
    must_fail grep Done said
}

# The timer and the service are where the build puts them for systemd.
the_units_call_the_command() {
    local service=$MYNAKEY_BUILD/contrib/systemd/mynakey-notify.service
    grep -E "^ExecStart=/.*/mynakey notify " "$service"
    grep -x "SuccessExitStatus=42" "$service"
    grep -x "Persistent=true" "$system/../../contrib/systemd/mynakey-notify.timer"
}

systemd_takes_the_units() {
    mkdir units
    cp "$system/../../contrib/systemd/mynakey-notify.timer" "$MYNAKEY_BUILD/contrib/systemd/mynakey-notify.service" units
    sed -i "s#^ExecStart=[^ ]*#ExecStart=$MYNAKEY#" units/mynakey-notify.service
    sed -i '/^Documentation/d' units/*
    XDG_RUNTIME_DIR=$TMPDIR systemd-analyze --user verify --man=no units/* 2>told || fail "$(cat told)"
    same "what it says" "" "$(cat told)"
}

it_speaks_japanese() {
    a_new_day
    speak_japanese
    shelve 20
    gives 42 notify
    grep -E "^ソフトウェア証明書1: [0-9]+年.*に期限が切れます（残り(19|20)日）。「mynakey renew」か" said
    is_notified normal "ソフトウェア証明書1" ""
    must_fail grep -E "[a-z]+ (left|is|the) " said
}

a_copy_is_looked_at_with_the_card_and_without() {
    "$MYNAKEY" remember --yes --pin-file - <<<"$SIGN_PIN"
    a_new_day
    gives 42 notify
    same "lines" 1 "$(wc -l <said)"
    grep -E "^Signing certificate of the card: ends on .* \(days left: (79|80)\). The municipal office" said
    is_notified low "Signing certificate of the card" "ends on "
    card remove
    until_the_card_is_gone
    gives 42 notify
    same "lines" 1 "$(wc -l <said)"
    same "count of notifications" 1 "$(notifications | wc -l)"
    same "VERIFY commands, of remember alone" 1 "$(verifies)"
}

the_card_is_looked_at() {
    a_new_day
    gives 42 notify
    grep "^Authentication certificate of the card: ended on " said
    is_notified critical "Authentication certificate of the card" "ended on "
}

no_pin_was_sent() {
    same "VERIFY commands" 0 "$(verifies)"
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    case $1 in
    substituted) check a_copy_is_looked_at_with_the_card_and_without ;;
    expired)
        check the_card_is_looked_at
        check no_pin_was_sent
        ;;
    fresh)
        check what_ends_late_is_not_told
        check no_pin_was_sent
        ;;
    none)
        check the_nearer_the_end_the_more_urgent
        check what_has_ended_is_told
        check a_second_look_on_one_day_shows_nothing_more
        check without_a_desktop_it_prints
        check what_could_not_be_shown_is_shown_again
        check validity_data_are_looked_at
        check off_words_are_refused
        check setup_turns_the_timer_on_and_off
        check the_units_call_the_command
        check systemd_takes_the_units
        check it_speaks_japanese
        ;;
    esac
    finish
fi
must_be_possible
for persona in fresh expired substituted; do
    echo "# persona $persona"
    relay "$with_card" --persona "$persona" -- "$0" "$persona"
done
relay "$with_card" --none -- "$0" none
finish
