#!/usr/bin/env bash
# Everything that has to do with a secret is done once, with the log at its highest level; then it is looked for
# PINs, passphrases and personal data wherever they could have got: the log, what was said, the cache, files that
# were left behind, the command lines and the environment of programs that were started.
set -euo pipefail
. "$(dirname "$0")/secrecy.sh"
in_world
cd "$TMPDIR"
mkdir said shown left work
world=$TMPDIR
log=$WORLD/mynakey.log
cat >mynakey.conf <<END
log-level = debug
log-file = $log
END

# What is run here says what it says in a file of its own, where nothing of the owner's is to be: says FILE
# STATUS COMMAND... The folder for passing files is another, so that what is left there is seen.
says() {
    local status=0
    env MYNAKEY_CONFIG="$world/mynakey.conf" TMPDIR="$world/left" setsid --wait "${@:3}" >>"$1" 2>&1 </dev/null ||
        status=$?
    cat "$1"
    same "exit status" "$2" "$status"
}

# The same for what tells of the owner because that is what it is for.
shows() { # NAME STATUS WORD...
    says "$TMPDIR/shown/$1" "$2" "$MYNAKEY" "${@:3}"
}

quiet() { # NAME STATUS WORD...
    says "$TMPDIR/said/$1" "$2" "$MYNAKEY" "${@:3}"
}

module() { # NAME STATUS ROLE OPTION...
    says "$TMPDIR/said/$1" "$2" pkcs11-tool --module "$MODULE" --token-label "$(label_of "$3")" "${@:4}"
}

# Each PIN and each passphrase is in a file of its own name.
write_pins() {
    local each
    for each in auth:1234 sign:ABC123 text:1234 new-auth:"$new_auth_pin" new-sign:"$new_sign_pin" \
        new-text:"$new_text_pin" wrong-auth:"$wrong_auth_pin" wrong-sign:"$wrong_sign_pin" \
        passphrase:"$passphrase" face:"S55.2.17 2035 2285"; do
        (umask 077 && printf '%s\n' "${each#*:}" >"$TMPDIR/${each%%:*}.pin")
    done
}

pins_are_changed() {
    module change-auth 0 auth --login --pin "$AUTH_PIN" --change-pin --new-pin "$new_auth_pin"
    quiet change-sign 0 pin change sign --pin-file "$TMPDIR/sign.pin" --new-pin-file "$TMPDIR/new-sign.pin"
    quiet change-text 0 pin change text --pin-file "$TMPDIR/text.pin" --new-pin-file "$TMPDIR/new-text.pin"
}

wrong_pins_are_refused() {
    module wrong-auth 1 auth --login --pin "$wrong_auth_pin" --list-objects
    module wrong-sign 1 sign --login --pin "$wrong_sign_pin" --list-objects
    quiet wrong-sign 1 pin verify sign --pin-file "$TMPDIR/wrong-sign.pin"
    quiet wrong-text 1 pin verify text --pin-file "$TMPDIR/wrong-auth.pin"
    quiet right-text 0 pin verify text --pin-file "$TMPDIR/new-text.pin"
}

the_module_lists_and_signs() {
    module slots 0 auth --list-slots
    module objects 0 sign --list-objects
    module sign-auth 0 auth --login --pin "$new_auth_pin" --sign --id 01 --mechanism SHA256-RSA-PKCS \
        --input-file letter.txt --output-file work/auth.sig
    module sign-sign 0 sign --login --pin "$new_sign_pin" --sign --id 02 --mechanism SHA256-RSA-PKCS \
        --input-file letter.txt --output-file work/sign.sig
    module certificate 0 sign --login --pin "$new_sign_pin" --read-object --type cert --id 02 \
        --output-file work/sign.der
    cmp work/sign.der "$PKI/sign.der"
}

the_command_looks() {
    quiet status 0 status
    quiet status 0 status --json
    quiet pin-status 0 pin status
    quiet show-auth 0 show auth --detail
    quiet check 15 check auth
    quiet trace 0 trace
    "$MYNAKEY" doctor >said/doctor 2>&1 || true
    shows show-sign 0 show sign --pin-file "$TMPDIR/new-sign.pin"
    shows text 0 text --pin-file "$TMPDIR/new-text.pin" --my-number --yes
    shows face 0 face --pin-file "$TMPDIR/face.pin" --out "$TMPDIR/work"
}

the_command_remembers_and_forgets() {
    shows remember 0 remember --yes --pin-file "$TMPDIR/new-sign.pin"
    quiet forget 0 forget --all
}

files_are_signed_and_certificates_made() {
    cd work
    cp ../letter.txt .
    shows issue 0 issue --yes --key p256 --anchor "$PKI/sign-ca.pem" --pin-file "$TMPDIR/new-sign.pin" \
        --passphrase-file "$TMPDIR/passphrase.pin"
    shows soft-list 0 soft list --json
    quiet sign-soft 0 sign --with soft --passphrase-file "$TMPDIR/passphrase.pin" letter.txt
    shows sign-card 0 sign --with sign --yes --add --anchor "$PKI/sign-ca.pem" \
        --pin-file "$TMPDIR/new-sign.pin" letter.txt
    shows verify 19 verify letter.txt
    quiet wrong-passphrase 1 sign --with MyNumCert.pfx --force --passphrase-file "$TMPDIR/wrong-sign.pin" letter.txt
    quiet authority 0 authority init --authority "$TMPDIR/work/office" --name office --key p256 --yes \
        --passphrase-file "$TMPDIR/passphrase.pin"
    cd ..
}

# The card's words are asked for by a stand-in, which writes down how it and its parent were called, and what
# they have in their environment, once it has told the secret.
a_program_that_asks_learns_it_from_nobody() {
    cat >pinentry <<'END'
#!/usr/bin/env bash
here=$(dirname "$0")
echo "OK Pleased to meet you"
while read -r command; do
    case $command in
    GETPIN) echo "D $(<"$here/new-sign.pin")" && echo OK ;;
    *) echo OK ;;
    esac
    cat "/proc/$$/cmdline" "/proc/$$/environ" "/proc/$PPID/cmdline" "/proc/$PPID/environ" >>"$here/processes"
    echo "$command" >>"$here/asked"
done
END
    chmod +x pinentry
    export MYNAKEY_PINENTRY=$PWD/pinentry
    shows show-by-pinentry 0 show sign
    grep -x GETPIN asked
    [ -s processes ]
    grep -az "^MYNAKEY_PINENTRY=" processes | tr '\0' '\n'
    nothing_found secrets processes
}

# --- looking -----------------------------------------------------------------------------------------

everything_was_logged() {
    local count
    count=$(grep -c "> .. 20 00 .. data (secret)" "$log")
    [ "$count" -ge 15 ] || fail "of the PINs sent, $count are in the log"
}

what_is_planted_is_found() { # FORM WORDS
    local text
    case $1 in
    "as it is") text="the PIN is $new_auth_pin." ;;
    hexadecimal) text="> 00 20 00 80 data $(printf %s "$new_sign_pin" | od -An -v -tx1 | tr -d ' \n')" ;;
    spaced) text=$(printf %s "$new_auth_pin" | od -An -v -tx1) ;;
    UTF-16) text=$(printf 黒桐　幹也 | iconv -t UTF-16BE) ;;
    base64) text=$(printf 'x%s' "$passphrase" | base64) ;;
    esac
    { cat "$log" && printf '%s\n' "$text"; } >planted
    found "$2" planted
}

the_log_has_none_of_it() {
    nothing_found secrets "$log"
    nothing_found person "$log"
}

no_secret_was_said() {
    nothing_found secrets said/* shown/*
}

the_owner_is_told_of_only_where_that_is_the_purpose() {
    nothing_found person said/*
    found person shown/* >there
    local each
    for each in show-sign text issue verify; do grep -F "shown/$each:" there | head -n 1; done
}

# The signing certificate went through the module, and the authentication certificate is in the cache.
the_cache_has_none_of_it() {
    local files
    mapfile -t files < <(find "$XDG_CACHE_HOME" -type f)
    [ "${#files[@]}" -ge 2 ] || fail "there is nothing in the cache: ${files[*]}"
    nothing_found secrets "${files[@]}"
    nothing_found person "${files[@]}"
    find "$XDG_CACHE_HOME" >names
    nothing_found person names
}

# Of the files that were asked for, the .pfx is locked, and its passphrase is not beside it.
no_secret_is_in_a_file() {
    local files
    mapfile -t files < <(find "$HOME" work -type f)
    nothing_found secrets "${files[@]}"
}

nothing_was_left_behind() {
    same "files for passing use" "" "$(ls -A left)"
    same "files in the runtime folder" "" "$(ls -A "$XDG_RUNTIME_DIR")"
    same "what forget left" "" "$(find "$XDG_DATA_HOME/mynakey/remembered" -type f)"
}

list_secrets
list_person
write_pins
letter letter.txt
check pins_are_changed
check wrong_pins_are_refused
check the_module_lists_and_signs
check the_command_looks
check the_command_remembers_and_forgets
check files_are_signed_and_certificates_made
check a_program_that_asks_learns_it_from_nobody
check everything_was_logged
check what_is_planted_is_found "as it is" secrets
check what_is_planted_is_found hexadecimal secrets
check what_is_planted_is_found spaced secrets
check what_is_planted_is_found UTF-16 person
check what_is_planted_is_found base64 secrets
check the_log_has_none_of_it
check no_secret_was_said
check the_owner_is_told_of_only_where_that_is_the_purpose
check the_cache_has_none_of_it
check no_secret_is_in_a_file
check nothing_was_left_behind
finish
