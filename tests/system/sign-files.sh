#!/usr/bin/env bash
# `mynakey sign`: which files are signed and which are not, further signers, time stamps.
set -euo pipefail
. "$(dirname "$0")/signing.sh"
in_world --none

# with_pfx STATUS WORD...: with the software certificate that all of these use.
with_pfx() {
    sign "$1" --with "$store/${key:-p256}.pfx" --passphrase-file "$store/passphrase" "${@:2}"
}

# --- which files ------------------------------------------------------------------------------------

files_of_any_name_and_size_are_signed() {
    enter any
    local file names=("with blanks" $'new\nline' 署名する文書.pdf --with -x empty "percent%s")
    for file in "${names[@]}"; do echo "$file" >"./$file"; done
    : >empty
    truncate -s 50M large
    names+=(large)
    with_pfx 0 -- "${names[@]}"
    for file in "${names[@]}"; do openssl_accepts "./$file" "$store/ca.pem"; done
    must_fail grep -x "line.mnsgn" "$TMPDIR/said" # a line of its own could say anything
}

what_is_signed_stays_as_it_is() {
    enter stays
    chmod 400 letter.txt
    stat -c '%i %Y %Z %a' letter.txt >before
    with_pfx 0 letter.txt
    stat -c '%i %Y %Z %a' letter.txt | cmp - before
}

a_bad_file_is_named_and_the_others_go_on() {
    enter bad
    echo one >one
    mkdir folder
    mkfifo pipe
    with_pfx 1 nothing letter.txt folder pipe one
    said "nothing: No such file"
    said "folder: this is a folder"
    said "pipe: "
    said "Signed: 2. Not signed: 3."
    openssl_accepts letter.txt "$store/ca.pem"
    openssl_accepts one "$store/ca.pem"
    same signatures 2 "$(find . -name '*.mnsgn' | wc -l)"
}

what_cannot_be_read_is_told() {
    enter unreadable
    with_pfx 1 --output memory.mnsgn /proc/self/mem
    said "/proc/self/mem: Input/output error"
    no_signature_is_here
}

where_nothing_can_be_signed_nobody_is_asked() {
    enter nothing
    without_terminal 1 --with "$store/p256.pfx" nothing
    must_fail said "passphrase"
    mkdir empty
    without_terminal 1 --with "$store/p256.pfx" --recursive empty
    said "nothing to sign"
}

folders_are_signed_with_all_that_is_in_them() {
    enter folders
    mkdir -p folder/deep/deeper elsewhere
    echo 1 >folder/a
    echo 2 >folder/deep/b
    echo 3 >folder/deep/deeper/c
    echo 4 >elsewhere/d
    ln -s ../elsewhere folder/link
    ln -s ../elsewhere/d folder/file-link
    mkfifo folder/pipe
    with_pfx 0 --recursive folder
    said "Signed: 3. Not signed: 0. Left out: 3."
    said "folder/link (a symbolic link)"
    local file
    for file in folder/a folder/deep/b folder/deep/deeper/c; do openssl_accepts "$file" "$store/ca.pem"; done
    same "signatures" 3 "$(find . -name '*.mnsgn' | wc -l)"
    # A second time its own signatures are there.
    with_pfx 0 --recursive --force folder
    same "signatures" 3 "$(find . -name '*.mnsgn' | wc -l)"
    with_pfx 1 --recursive folder
    said "folder/deep/b: it has a signature already"
}

# The most memory that signing the file took, in KiB.
memory_for() { # FILE
    python3 - "$MYNAKEY" sign --with "$store/p256.pfx" --passphrase-file "$store/passphrase" "$1" <<'END_OF_PROGRAM'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END_OF_PROGRAM
}

memory_does_not_grow_with_the_file() {
    enter memory
    truncate -s 300M large
    local for_small for_large
    for_small=$(memory_for letter.txt)
    for_large=$(memory_for large)
    echo "$for_small KiB, $for_large KiB"
    [ "$for_large" -lt $((for_small + 30000)) ]
}

a_signature_is_not_overwritten() {
    enter there
    echo old >letter.txt.mnsgn
    without_terminal 1 --with "$store/p256.pfx" letter.txt
    said "--force"
    same content old "$(cat letter.txt.mnsgn)"
    with_pfx 0 --force letter.txt
    openssl_accepts letter.txt "$store/ca.pem"
}

a_link_in_the_place_of_the_signature_is_not_followed() {
    enter link
    echo precious >precious
    ln -s precious letter.txt.mnsgn
    with_pfx 1 letter.txt
    with_pfx 1 --force letter.txt
    same content precious "$(cat precious)"
}

a_folder_that_cannot_be_written_is_told_before_the_question() {
    enter read-only
    mkdir folder
    mount -t tmpfs mynakey folder
    letter folder/letter.txt
    mount -o remount,ro folder
    without_terminal 1 --with "$store/p256.pfx" folder/letter.txt
    said "Read-only file system"
    umount folder
}

a_full_disk_leaves_nothing() {
    enter disk
    mkdir folder
    mount -t tmpfs -o size=8k mynakey folder
    letter folder/letter.txt
    echo small >folder/small
    with_pfx 1 folder/letter.txt
    said "no room left"
    same "files" "letter.txt small" "$(find folder -type f -printf '%f\n' | sort | xargs)"
    umount folder
}

the_users_mask_holds() {
    enter mask
    umask 077
    with_pfx 0 letter.txt
    same mode 600 "$(stat -c %a letter.txt.mnsgn)"
}

the_signature_may_go_elsewhere() {
    enter output
    mkdir folder
    with_pfx 0 letter.txt --output folder/other.mnsgn
    mv folder/other.mnsgn letter.txt.mnsgn
    openssl_accepts letter.txt "$store/ca.pem"
}

standard_input_is_signed() {
    enter input
    with_pfx 0 - --output letter.txt.mnsgn < <(cat letter.txt)
    openssl_accepts letter.txt "$store/ca.pem"
}

words_that_do_not_go_together_are_told() {
    enter words
    sign 2
    sign 2 - --with "$store/p256.pfx"
    sign 2 - --with "$store/p256.pfx" --output x --passphrase-file -
    sign 2 letter.txt letter.txt --output x
    sign 2 --recursive . --output x
    sign 2 letter.txt --force --add
    sign 2 letter.txt --nonsense
    no_signature_is_here
}

it_speaks_japanese() {
    enter japanese
    speak_japanese
    with_pfx 1 letter.txt nothing
    said "署名した: 1、署名しなかった: 1"
}

# --- a further signer -------------------------------------------------------------------------------

signers() { # FILE
    openssl cms -cmsout -print -inform DER -in "$1" -out printed
    grep -c "d.issuerAndSerialNumber" printed || true
}

a_further_signer_leaves_the_first_as_it_was() {
    enter further
    with_pfx 0 letter.txt
    openssl asn1parse -inform DER -in letter.txt.mnsgn | grep -c "ecdsa-with-SHA256"
    cp letter.txt.mnsgn first
    key=rsa with_pfx 0 letter.txt --add
    same signers 2 "$(signers letter.txt.mnsgn)"
    openssl_accepts letter.txt "$store/ca.pem"
    # Each signature of the first file is in the second.
    python3 - <<'END_OF_PROGRAM'
first, both = open("first", "rb").read(), open("letter.txt.mnsgn", "rb").read()
end = first[-72:]  # the signature of P-256, the last of the file
assert end in both and len(both) > len(first)
END_OF_PROGRAM
}

to_a_changed_file_no_signature_is_added() {
    enter further-changed
    with_pfx 0 letter.txt
    cp letter.txt.mnsgn first
    echo more >>letter.txt
    key=rsa with_pfx 1 letter.txt --add
    said "changed after it was signed"
    cmp first letter.txt.mnsgn
}

to_nonsense_no_signature_is_added() {
    enter further-nonsense
    echo nonsense >letter.txt.mnsgn
    key=rsa with_pfx 1 letter.txt --add
    same content nonsense "$(cat letter.txt.mnsgn)"
    rm letter.txt.mnsgn
    without_terminal 1 --with "$store/p256.pfx" letter.txt --add
    said "there is no signature yet"
}

# --- time stamps ------------------------------------------------------------------------------------

make_time_stamper() {
    mkdir "$store/tsa"
    openssl req -newkey rsa:2048 -nodes -keyout "$store/tsa/tsa.key" -subj "/CN=Time Stamp Authority" \
        -out "$store/tsa/tsa.csr"
    echo "extendedKeyUsage = critical, timeStamping" >"$store/tsa/usage"
    openssl x509 -req -in "$store/tsa/tsa.csr" -CA "$store/ca.pem" -CAkey "$store/ca.key" -CAcreateserial \
        -days 90 -extfile "$store/tsa/usage" -out "$store/tsa/tsa.pem"
    cat >"$store/tsa/tsa.cnf" <<'END_OF_SETTINGS'
[tsa]
default_tsa = this
[this]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
END_OF_SETTINGS
    echo 01 >"$store/tsa/serial"
}

# Until the test ends its standard input is open.
start_time_stamper() {
    mkfifo "$store/tsa/open"
    "$system/time-stamper.py" "$store/tsa" <"$store/tsa/open" &
    exec 7>"$store/tsa/open"
    until [ -e "$store/tsa/port" ]; do sleep 0.1; done
    tsa=http://127.0.0.1:$(cat "$store/tsa/port")
}

# The token that a signature has, and the signature's value, by their places in the file.
take_out_token() { # FILE
    python3 - "$1" <<'END_OF_PROGRAM'
import re, subprocess, sys
name = sys.argv[1]
der = open(name, "rb").read()
lines = subprocess.run(["openssl", "asn1parse", "-inform", "DER", "-in", name],
                       check=True, capture_output=True, text=True).stdout.splitlines()
places = [tuple(map(int, re.match(r" *(\d+):d=(\d+) +hl=(\d+) l= *(\d+)", line).groups())) for line in lines]
at = next(i for i, line in enumerate(lines) if "id-smime-aa-timeStampToken" in line)
start, _, head, length = places[at + 2]  # behind the OID a SET, in it the token
open("token", "wb").write(der[start:start + head + length])
value = next(i for i in range(at, 0, -1) if "OCTET STRING" in lines[i])
start, _, head, length = places[value]
open("value", "wb").write(der[start + head:start + head + length])
END_OF_PROGRAM
}

openssl_accepts_the_time_stamp() { # FILE
    take_out_token "$1.mnsgn"
    openssl ts -verify -token_in -in token -data value -CAfile "$store/ca.pem"
}

an_authority_confirms_the_time() {
    enter stamp
    echo one >one
    with_pfx 0 letter.txt one --timestamp "$tsa/stamp"
    local file
    for file in letter.txt one; do
        openssl_accepts "$file" "$store/ca.pem"
        openssl_accepts_the_time_stamp "$file"
    done
}

without_the_time_that_was_asked_for_nothing_is_signed() { # PLACE SENTENCE
    enter "stamp-$1"
    echo one >one
    with_pfx 1 letter.txt one --timestamp "$tsa/$1"
    said "$2"
    same "lines about it" 1 "$(grep -c "$tsa" "$TMPDIR/said")"
    no_signature_is_here
}

an_authority_that_is_not_there_is_told() {
    enter stamp-nobody
    with_pfx 1 letter.txt --timestamp http://127.0.0.1:9/
    said "http://127.0.0.1:9/"
    with_pfx 1 letter.txt --timestamp nonsense
    said "nonsense"
    no_signature_is_here
}

cd "$TMPDIR"
store=$PWD
{ make_certificates && make_time_stamper; } >"$WORLD/prepared" 2>&1 || { cat "$WORLD/prepared" && exit 1; }
start_time_stamper
check files_of_any_name_and_size_are_signed
check what_is_signed_stays_as_it_is
check a_bad_file_is_named_and_the_others_go_on
check what_cannot_be_read_is_told
check where_nothing_can_be_signed_nobody_is_asked
check folders_are_signed_with_all_that_is_in_them
check memory_does_not_grow_with_the_file
check a_signature_is_not_overwritten
check a_link_in_the_place_of_the_signature_is_not_followed
check a_folder_that_cannot_be_written_is_told_before_the_question
check a_full_disk_leaves_nothing
check the_users_mask_holds
check the_signature_may_go_elsewhere
check standard_input_is_signed
check words_that_do_not_go_together_are_told
check it_speaks_japanese
check a_further_signer_leaves_the_first_as_it_was
check to_a_changed_file_no_signature_is_added
check to_nonsense_no_signature_is_added
check an_authority_confirms_the_time
check without_the_time_that_was_asked_for_nothing_is_signed reject "gave no time stamp"
check without_the_time_that_was_asked_for_nothing_is_signed other "belongs to something else"
check without_the_time_that_was_asked_for_nothing_is_signed nonsense "not of the kind"
check without_the_time_that_was_asked_for_nothing_is_signed none "no such file"
check an_authority_that_is_not_there_is_told
exec 7>&-
finish
