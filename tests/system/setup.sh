#!/usr/bin/env bash
# `mynakey setup`: programs are told of the module where they look for it, people see it before, and
# all of it can be taken back. NSS's own modutil reads what was written.
set -euo pipefail
. "$(dirname "$0")/world.sh"
. "$(dirname "$0")/soft.sh"
command -v modutil >/dev/null || cannot_run "modutil is not installed"
in_world
export LC_ALL=C.UTF-8

firefox=$HOME/.mozilla/firefox
wide="仕事 用.default"

setup() {
    "$MYNAKEY" setup "$@"
}

# setup WORD..., which has to end so: ends STATUS WORD...
ends() {
    local status=0
    setup "${@:2}" >said 2>&1 || status=$?
    cat said
    same "exit status" "$1" "$status"
}

make_database() { # FOLDER
    mkdir -p "$1"
    certutil -N -d "sql:$1" --empty-password
}

new_home() {
    rm -rf "$HOME"
    mkdir -p "$HOME"
}

# Three profiles: one with a wide name, one elsewhere, one that was never used; and what else such a
# file may hold.
make_firefox() {
    new_home
    make_database "$firefox/$wide"
    make_database "$HOME/elsewhere"
    mkdir "$firefox/abc.unused"
    printf '%s\n' '[Install1234]' 'Default=abc.unused' 'Locked=1' '' \
        '[Profile0]' 'Name=仕事' 'IsRelative=1' "Path=$wide" '' \
        '[Profile1]' 'Name=elsewhere' 'IsRelative=0' "Path=$HOME/elsewhere" 'Locked=1' '' \
        '[Profile2]' 'Name=unused' 'IsRelative=1' 'Path=abc.unused' 'Default=1' '' \
        '[Profile3]' 'Name=lost' 'IsRelative=1' '' \
        '[Profile4]' 'Name=gone' 'IsRelative=1' 'Path=gone' '' \
        '[General]' 'Version=2' >"$firefox/profiles.ini"
    printf '[Profile5]\nName=\xff\x1b[2J\nIsRelative=0\nPath=/nowhere/\xff\n' >>"$firefox/profiles.ini"
}

library_of() { # FOLDER
    modutil -dbdir "sql:$1" -list mynakey 2>/dev/null | sed -n 's/^Library file: //p'
}

files_of() { # FOLDER
    (cd "$1" && find . -type f -name 'pkcs11.txt*' -exec sha256sum {} + | LC_ALL=C sort)
}

nothing_but_the_module_is_in() { # FOLDER
    same "modules" "NSS Internal PKCS #11 Module mynakey" \
        "$(modutil -dbdir "sql:$1" -list | sed -n 's/^ *[0-9]*\. //p' | xargs)"
}

it_says_where_the_module_is() {
    same both "$installed/mynakey-pkcs11.so" "$(setup --module)"
    same auth "$installed/mynakey-auth-pkcs11.so" "$(setup --module auth)"
    same sign "$installed/mynakey-sign-pkcs11.so" "$(setup --module --token sign)"
    same soft "$installed/mynakey-soft-pkcs11.so" "$(setup --module soft)"
    same "two of them" "$installed/mynakey-auth-soft-pkcs11.so" "$(setup --module auth-soft)"
}

firefox_gets_the_authentication_token() {
    make_firefox
    ends 0 firefox --yes
    grep -Fx "    + library=$installed/mynakey-auth-pkcs11.so" said
    grep -Fx "    + name=mynakey" said
    for profile in "$firefox/$wide" "$HOME/elsewhere"; do
        same library "$installed/mynakey-auth-pkcs11.so" "$(library_of "$profile")"
        nothing_but_the_module_is_in "$profile"
    done
    [ ! -e "$firefox/abc.unused/pkcs11.txt" ]
}

modutil_sees_the_card_in_it() {
    modutil -dbdir "sql:$firefox/$wide" -list | grep "token: JPKI Authentication"
    must_fail grep "token: JPKI Signature" <(modutil -dbdir "sql:$firefox/$wide" -list)
}

a_second_time_changes_no_byte() {
    local before
    before=$(files_of "$HOME")
    ends 0 firefox --yes
    grep "set up already" said
    same files "$before" "$(files_of "$HOME")"
}

another_token_can_be_chosen_for_one_profile() {
    ends 0 firefox --yes --profile 仕事 --token both
    same library "$installed/mynakey-pkcs11.so" "$(library_of "$firefox/$wide")"
    same library "$installed/mynakey-auth-pkcs11.so" "$(library_of "$HOME/elsewhere")"
    ends 0 firefox --yes --profile "$HOME/elsewhere/" --token sign
    same library "$installed/mynakey-sign-pkcs11.so" "$(library_of "$HOME/elsewhere")"
}

all_is_taken_back_to_the_byte() {
    local before
    make_firefox
    before=$(files_of "$HOME")
    ends 0 firefox --yes
    ends 0 firefox --yes --token both
    ends 0 firefox --yes --undo
    same files "$before" "$(files_of "$HOME")"
    same library "" "$(library_of "$firefox/$wide")"
    ends 0 firefox --yes --undo
    grep "nothing of mynakey" said
}

# Firefox 147 and later look below ~/.config, and a link may lead there from where they looked before.
two_ways_to_one_profile_are_one_change() {
    make_firefox
    mkdir -p "$HOME/.config/mozilla"
    ln -s "$firefox" "$HOME/.config/mozilla/firefox"
    ends 0 firefox --yes
    same "times shown" 2 "$(grep -c "+ name=mynakey" said)"
    for profile in "$firefox/$wide" "$HOME/elsewhere"; do
        same modules 1 "$(grep -c name=mynakey "$profile/pkcs11.txt")"
    done
    ends 0 firefox --yes --undo
    must_fail grep -r name=mynakey "$HOME"
}

# Other people's modules stay, those that came since too.
foreign_modules_stay() {
    local opensc before
    opensc=$(compgen -G '/usr/lib/*/opensc-pkcs11.so' | head -n 1)
    make_firefox
    modutil -force -dbdir "sql:$HOME/elsewhere" -add before -libfile "$opensc"
    before=$(cat "$HOME/elsewhere/pkcs11.txt")
    ends 0 firefox --yes
    same "what was there" "$before" "$(head -n "$(wc -l <<<"$before")" "$HOME/elsewhere/pkcs11.txt")"
    modutil -force -dbdir "sql:$HOME/elsewhere" -delete before
    modutil -force -dbdir "sql:$HOME/elsewhere" -add since -libfile "$opensc"
    ends 0 firefox --yes --undo
    modutil -dbdir "sql:$HOME/elsewhere" -list | grep " since$"
    must_fail grep -E "^name=(mynakey|before)" "$HOME/elsewhere/pkcs11.txt"
}

# Holds the lock of a profile as Firefox does, until it is killed: then the link stays, as Firefox's.
hold_profile() { # FOLDER
    python3 -c '
import fcntl, os, signal, sys
lock = open(sys.argv[1] + "/.parentlock", "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
os.symlink(f"127.0.0.1:+{os.getpid()}", sys.argv[1] + "/lock")
signal.pause()' "$1" &
    while [ ! -L "$1/lock" ]; do sleep 0.1; done
}

it_refuses_while_firefox_runs() {
    local before
    make_firefox
    before=$(files_of "$HOME")
    hold_profile "$HOME/elsewhere"
    ends 1 firefox --yes
    grep "Firefox is running (process $!)" said
    grep "Close it" said
    same files "$before" "$(files_of "$HOME")"
    ends 0 --list
    kill $!
    wait $! || true
}

# The link alone is what Firefox leaves when it falls.
a_lock_that_was_left_behind_is_no_hindrance() {
    [ -L "$HOME/elsewhere/lock" ]
    ends 0 firefox --yes
    same library "$installed/mynakey-auth-pkcs11.so" "$(library_of "$HOME/elsewhere")"
}

it_says_what_cannot_be_written() {
    local before
    make_firefox
    before=$(files_of "$HOME")
    mount --bind "$HOME/elsewhere" "$HOME/elsewhere"
    mount -o remount,bind,ro "$HOME/elsewhere"
    ends 1 firefox --yes
    umount "$HOME/elsewhere"
    grep "elsewhere/pkcs11.txt cannot be changed: Read-only file system" said
    same files "$before" "$(files_of "$HOME")"
}

it_asks_and_takes_no_answer_for_no() {
    local before
    make_firefox
    before=$(files_of "$HOME")
    setsid --wait "$MYNAKEY" setup firefox >said 2>&1 </dev/null && fail "went on"
    cat said
    grep -e "--yes" said
    same files "$before" "$(files_of "$HOME")"
}

a_sandboxed_firefox_is_told_of_and_left_alone() { # snap|flatpak ROOT
    local root=$HOME/$2
    new_home
    make_database "$root/x.default"
    printf '[Profile0]\nName=x\nIsRelative=1\nPath=x.default\n' >"$root/profiles.ini"
    ends 1 firefox --yes
    grep "this Firefox is a $1" said
    must_fail grep name=mynakey "$root/x.default/pkcs11.txt"
    setup --list | grep "  x ($1): not set up"
}

a_program_that_is_not_there_is_said_so() {
    new_home
    ends 1 firefox --yes
    grep "Start Firefox once" said
    ends 1 thunderbird --yes
    ends 1 libreoffice --yes
    ends 1 firefox --yes --profile nobody
    grep "no profile 'nobody'" said
}

thunderbird_gets_the_signature_token() {
    new_home
    make_database "$HOME/.thunderbird/x.default"
    ends 0 thunderbird --yes
    same library "$installed/mynakey-sign-pkcs11.so" "$(library_of "$HOME/.thunderbird/x.default")"
    must_fail grep -i friendly "$HOME/.thunderbird/x.default/pkcs11.txt"
}

# --- with a software certificate -------------------------------------------------------------------

put_a_certificate_on_the_shelf() {
    add "$PWD/p256.pfx"
    rm -f said
}

firefox_gets_the_software_certificate_too() {
    make_firefox
    put_a_certificate_on_the_shelf
    ends 0 firefox --yes
    same library "$installed/mynakey-auth-soft-pkcs11.so" "$(library_of "$firefox/$wide")"
    modutil -dbdir "sql:$firefox/$wide" -list >listed
    grep "token: JPKI Authentication" listed
    grep "token: Employee p256" listed
    must_fail grep "token: JPKI Signature" listed
    ends 0 firefox --yes --token auth
    same library "$installed/mynakey-auth-pkcs11.so" "$(library_of "$firefox/$wide")"
}

thunderbird_and_libreoffice_get_it_in_place_of_the_card() {
    local profile=$HOME/.thunderbird/x.default
    make_libreoffice
    make_database "$profile"
    ends 0 thunderbird --yes
    same library "$installed/mynakey-sign-pkcs11.so" "$(library_of "$profile")"
    put_a_certificate_on_the_shelf
    ends 0 thunderbird --yes
    same library "$installed/mynakey-soft-pkcs11.so" "$(library_of "$profile")"
    modutil -dbdir "sql:$profile" -list >listed
    grep "token: Employee p256" listed
    must_fail grep "token: JPKI" listed
    ends 0 libreoffice --yes
    grep "set up already" said
    ends 0 libreoffice --yes --token sign
    same library "$installed/mynakey-sign-pkcs11.so" "$(library_of "$profile")"
}

ssh_has_no_use_for_it() {
    new_home
    put_a_certificate_on_the_shelf
    ends 0 ssh
    grep -Fx "    ssh-keygen -D $installed/mynakey-auth-pkcs11.so" said
}

# --- LibreOffice -----------------------------------------------------------------------------------

office=$HOME/.config/libreoffice/4

make_libreoffice() {
    new_home
    mkdir -p "$office/user"
    printf '%s\n' '<?xml version="1.0" encoding="UTF-8"?>' \
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">' \
        '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooLocale" oor:op="fuse"><value>ja</value></prop></item>' \
        '</oor:items>' >"$office/user/registrymodifications.xcu"
}

libreoffice_gets_a_database_of_its_own() {
    local before own=$HOME/.local/share/mynakey/nss
    make_libreoffice
    before=$(sha256sum "$office/user/registrymodifications.xcu")
    ends 0 libreoffice --yes
    grep -F "<prop oor:name=\"CertDir\" oor:op=\"fuse\"><value>$own</value>" \
        "$office/user/registrymodifications.xcu"
    xmllint_reads "$office/user/registrymodifications.xcu"
    grep -Fx "library=$installed/mynakey-sign-pkcs11.so" "$own/pkcs11.txt"
    setup --list | grep -Fx "  $own: set up with $installed/mynakey-sign-pkcs11.so"
    ends 0 libreoffice --yes
    grep "set up already" said
    ends 0 libreoffice --yes --undo
    same settings "$before" "$(sha256sum "$office/user/registrymodifications.xcu")"
    [ ! -e "$own/pkcs11.txt" ]
}

xmllint_reads() {
    python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$1"
}

# Whoever chose another folder since keeps it.
what_is_chosen_after_setup_stays() {
    make_libreoffice
    ends 0 libreoffice --yes
    make_database "$HOME/chosen"
    sed -i "s|<value>$HOME/.local/share/mynakey/nss<|<value>$HOME/chosen<|" \
        "$office/user/registrymodifications.xcu"
    ends 0 libreoffice --yes --undo
    grep -F "<value>$HOME/chosen</value>" "$office/user/registrymodifications.xcu"
}

libreoffice_shares_with_thunderbird() {
    make_libreoffice
    make_database "$HOME/.thunderbird/x.default"
    ends 0 libreoffice --yes
    same library "$installed/mynakey-sign-pkcs11.so" "$(library_of "$HOME/.thunderbird/x.default")"
    must_fail grep CertDir "$office/user/registrymodifications.xcu"
}

what_libreoffice_is_set_to_is_used() {
    make_libreoffice
    make_database "$HOME/a & b"
    sed -i 's|</oor:items>|<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="CertDir" oor:op="fuse"><value>'"$HOME"'/a \&amp; b</value></prop></item>\n&|' \
        "$office/user/registrymodifications.xcu"
    ends 0 libreoffice --yes
    same library "$installed/mynakey-sign-pkcs11.so" "$(library_of "$HOME/a & b")"
    ends 1 libreoffice --yes --profile "$HOME"
    grep "choose others in its window" said
}

it_refuses_while_libreoffice_runs() {
    local before
    make_libreoffice
    before=$(sha256sum "$office/user/registrymodifications.xcu")
    printf '[Lockdata]\nUser=x\nHost=another.example\nIPCServer=true\n' >"$office/.lock"
    ends 1 libreoffice --yes
    grep "LibreOffice is running" said
    cp "$(command -v sleep)" soffice.bin
    printf '[Lockdata]\nHost=%s\n' "$(uname -n)" >"$office/.lock"
    ./soffice.bin 600 &
    while [ "$(cat "/proc/$!/comm")" != soffice.bin ]; do sleep 0.1; done
    ends 1 libreoffice --yes
    same settings "$before" "$(sha256sum "$office/user/registrymodifications.xcu")"
    kill $!
    wait $! || true
    ends 0 libreoffice --yes
}

# --- OpenSSH, p11-kit ------------------------------------------------------------------------------

ssh_is_told_how_and_nothing_is_written() {
    new_home
    ends 0 ssh
    grep -Fx "    ssh-keygen -D $installed/mynakey-auth-pkcs11.so" said
    grep -Fx "    ssh-add -s $installed/mynakey-auth-pkcs11.so" said
    [ ! -e "$HOME/.ssh" ]
    ends 2 ssh --write
    ends 2 ssh --write --host $'a\nPort 1'
}

ssh_gets_one_block() {
    local before
    new_home
    mkdir -m 700 "$HOME/.ssh" dotfiles
    printf 'Host x.example\n    Port 2222' >dotfiles/config
    chmod 640 dotfiles/config
    ln -s "$PWD/dotfiles/config" "$HOME/.ssh/config"
    before=$(sha256sum dotfiles/config)
    ends 0 ssh --yes --write --host "a.example *.b.example"
    ends 0 ssh --yes --write --host "a.example *.b.example"
    grep "set up already" said
    same blocks 1 "$(grep -c "mynakey: begin" "$HOME/.ssh/config")"
    [ -L "$HOME/.ssh/config" ]
    same mode 640 "$(stat -c %a dotfiles/config)"
    same library "$installed/mynakey-auth-pkcs11.so" "$(provider_for c.b.example)"
    same port 2222 "$(ssh -F "$HOME/.ssh/config" -G x.example | sed -n 's/^port //p')"
    same library "" "$(provider_for x.example)"
    ends 0 ssh --yes --write --host c.example
    same library "$installed/mynakey-auth-pkcs11.so" "$(provider_for c.example)"
    same library "" "$(provider_for a.example)"
    ends 0 ssh --yes --undo
    same config "$before" "$(sha256sum dotfiles/config)"
    same files config "$(ls dotfiles)"
    rm -rf dotfiles
}

# Between the question and the answer, in an editor or by a synchronising program.
what_was_written_meanwhile_is_not_lost() {
    new_home
    mkdir -m 700 "$HOME/.ssh"
    echo "Host old.example" >"$HOME/.ssh/config"
    MYNAKEY=$MYNAKEY python3 - >said 2>&1 <<'END'
import os, pty
child, terminal = pty.fork()
if child == 0:
    os.execv(os.environ["MYNAKEY"], ["mynakey", "setup", "ssh", "--write", "--host", "a.example"])
said = b""
while b"[yes/no]" not in said:
    said += os.read(terminal, 4096)
with open(os.environ["HOME"] + "/.ssh/config", "a") as config:
    config.write("Host new.example\n")
os.write(terminal, b"yes\n")
try:
    while True:
        said += os.read(terminal, 4096)
except OSError:
    pass
print(said.decode(), "status", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
END
    cat said
    grep "changed meanwhile" said
    grep "status 1$" said
    same config "$(printf 'Host old.example\nHost new.example')" "$(cat "$HOME/.ssh/config")"
    same files config "$(ls "$HOME/.ssh")"
}

provider_for() { # HOST
    ssh -F "$HOME/.ssh/config" -G "$1" | sed -n 's/^pkcs11provider //p' | grep -vx none || true
}

ssh_gets_a_new_file_that_goes_again() {
    new_home
    ends 0 ssh --yes --write --host a.example
    same mode 600 "$(stat -c %a "$HOME/.ssh/config")"
    ends 0 ssh --yes --undo
    [ ! -e "$HOME/.ssh/config" ]
}

p11_kit_has_the_systems_file() {
    new_home
    ends 0 p11-kit --yes
    grep "the system has it already" said
}

as_somebody() {
    setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$PWD/person" \
        XDG_CONFIG_HOME="$PWD/person/.config" XDG_DATA_HOME="$PWD/person/.local/share" "$@"
}

p11_kit_gets_a_file_for_one_person() {
    mkdir -m 755 person
    chown 65534:65534 person
    chmod 755 "$WORLD" "$TMPDIR"
    mv /etc/pkcs11/modules/mynakey.module .
    as_somebody "$MYNAKEY" setup p11-kit --yes
    as_somebody "$MYNAKEY" setup p11-kit --yes | grep "set up already"
    as_somebody p11-kit list-modules >listed
    cat listed
    grep "^\(module: \)\?mynakey" listed
    as_somebody "$MYNAKEY" setup p11-kit --yes --undo
    [ ! -e person/.config/pkcs11/modules/mynakey.module ]
    as_somebody "$MYNAKEY" setup firefox --yes && fail "no Firefox is there"
    mv mynakey.module /etc/pkcs11/modules/
    rm -rf person
}

somebody_elses_files_are_left_alone() {
    make_firefox
    chown -R 65534 "$HOME/elsewhere"
    ends 1 firefox --yes --profile elsewhere
    grep "belongs to another user" said
    must_fail grep name=mynakey "$HOME/elsewhere/pkcs11.txt"
}

# --- the list --------------------------------------------------------------------------------------

the_list_tells_who_knows_the_module() {
    make_firefox
    ends 0 firefox --yes --profile elsewhere
    ends 0 --list
    grep -x "  elsewhere: set up with $installed/mynakey-auth-pkcs11.so" said
    grep -x "  仕事: not set up" said
    grep -x "  unused: not used yet" said
    grep -x "Thunderbird: not found" said
    must_fail grep $'\e' said
}

the_list_says_the_same_to_programs() {
    setup --list --json >said
    python3 - "$installed" <<'END'
import json, sys
told = json.load(open("said"))
assert told["module"] == sys.argv[1] + "/mynakey-pkcs11.so" and told["module_installed"] is True
programs = {p["program"]: p for p in told["programs"]}
assert set(programs) == {"firefox", "thunderbird", "libreoffice", "ssh", "p11-kit"}, programs
places = {p["profile"]: p for p in programs["firefox"]["places"]}
assert set(places) == {"仕事", "elsewhere", "unused"}, places
assert places["elsewhere"]["library"] == sys.argv[1] + "/mynakey-auth-pkcs11.so"
assert places["elsewhere"]["library_present"] is True
assert [places[n]["state"] for n in ("仕事", "elsewhere", "unused")] == ["absent", "done", "unused"]
assert programs["thunderbird"] == {"program": "thunderbird", "found": False, "places": []}
END
}

it_takes_no_nonsense() {
    ends 2
    ends 2 emacs
    ends 2 firefox thunderbird
    ends 2 firefox --token pin
    ends 2 firefox --json
    ends 2 firefox --write --host a
    ends 2 --frobnicate
    ends 0 --help
}

without_the_module_nothing_is_told_of_it() {
    make_firefox
    mount -t tmpfs mynakey "$installed"
    ends 1 firefox --yes
    grep "is not installed" said
    ends 1 --module
    umount "$installed"
    must_fail grep name=mynakey "$HOME/elsewhere/pkcs11.txt"
}

cd "$TMPDIR"
make_certificates
make_p11_kit_private
install_in_this_world
MYNAKEY=/usr/local/bin/mynakey
installed=$(dirname "$(find /usr/local/lib* -name mynakey-pkcs11.so | head -n 1)")
check it_says_where_the_module_is
check firefox_gets_the_authentication_token
check modutil_sees_the_card_in_it
check a_second_time_changes_no_byte
check another_token_can_be_chosen_for_one_profile
check all_is_taken_back_to_the_byte
check two_ways_to_one_profile_are_one_change
check foreign_modules_stay
check it_refuses_while_firefox_runs
check a_lock_that_was_left_behind_is_no_hindrance
check it_says_what_cannot_be_written
check it_asks_and_takes_no_answer_for_no
check a_sandboxed_firefox_is_told_of_and_left_alone snap snap/firefox/common/.mozilla/firefox
check a_sandboxed_firefox_is_told_of_and_left_alone flatpak .var/app/org.mozilla.firefox/config/mozilla/firefox
check a_program_that_is_not_there_is_said_so
check thunderbird_gets_the_signature_token
check firefox_gets_the_software_certificate_too
check thunderbird_and_libreoffice_get_it_in_place_of_the_card
check ssh_has_no_use_for_it
check libreoffice_gets_a_database_of_its_own
check what_is_chosen_after_setup_stays
check libreoffice_shares_with_thunderbird
check what_libreoffice_is_set_to_is_used
check it_refuses_while_libreoffice_runs
check ssh_is_told_how_and_nothing_is_written
check ssh_gets_one_block
check ssh_gets_a_new_file_that_goes_again
check what_was_written_meanwhile_is_not_lost
check p11_kit_has_the_systems_file
if [ "$(awk '{print $3}' /proc/self/uid_map)" -gt 65534 ]; then # who is root here can be others
    check p11_kit_gets_a_file_for_one_person
    check somebody_elses_files_are_left_alone
fi
check the_list_tells_who_knows_the_module
check the_list_says_the_same_to_programs
check it_takes_no_nonsense
check without_the_module_nothing_is_told_of_it
finish
