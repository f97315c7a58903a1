#!/usr/bin/env bash
# `mynakey verify` and `mynakey trust`, with a real web server: what is right is told, and everything
# that somebody could slip in is refused for its own reason.
set -euo pipefail
. "$(dirname "$0")/issuing.sh"
in_world
export LC_ALL=C.UTF-8 TZ=Asia/Tokyo

http=http://127.0.0.1:8080
https=https://localhost:8443
odd=http://127.0.0.1:8090
files=$WORLD/files

# --- the world's web servers -----------------------------------------------------------------------

make_tls() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$WORLD/tls.key" -out "$WORLD/tls.pem" -days 30 \
        -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>"$WORLD/openssl.out"
    cp "$WORLD/tls.pem" "$WORLD/known-cas.pem"
}

# nginx as one process, so that it ends with its process id.
start_nginx() {
    mkdir -p "$WORLD/nginx"
    : >"$WORLD/access.log"
    cat >"$WORLD/nginx.conf" <<END
daemon off;
master_process off;
pid $WORLD/nginx.pid;
error_log $WORLD/nginx.log;
events {}
http {
    access_log $WORLD/access.log;
    client_body_temp_path $WORLD/nginx; proxy_temp_path $WORLD/nginx; fastcgi_temp_path $WORLD/nginx;
    uwsgi_temp_path $WORLD/nginx; scgi_temp_path $WORLD/nginx;
    server {
        listen 127.0.0.1:8080;
        root $files/site;
        location /up/ { return 302 $https\$request_uri; }
        location /moved/ { rewrite ^/moved/(.*)$ /\$1 redirect; }
    }
    server {
        listen 127.0.0.1:8443 ssl;
        ssl_certificate $WORLD/tls.pem;
        ssl_certificate_key $WORLD/tls.key;
        root $files/site;
        location /down/ { rewrite ^/down/(.*)$ $http/\$1 redirect; }
        location /up/ { rewrite ^/up/(.*)$ /\$1 redirect; }
    }
}
END
    nginx -c "$WORLD/nginx.conf" >"$WORLD/nginx.out" 2>&1 &
    until_it_answers 8080
    until_it_answers 8443
}

# A server as nobody wants it: says nothing, says no end of it, or says too much.
start_odd_server() {
    cat >"$WORLD/odd.py" <<'END'
import http.server, os, time

class Odd(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/silent/"):
            self.rfile.read()
        self.send_response(200)
        if self.path.startswith("/large/"):
            self.send_header("Content-Length", str(10**9))
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"0" * 65536)
        except OSError:
            pass

    def log_message(self, *words):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", 8090), Odd).serve_forever()
END
    python3 "$WORLD/odd.py" >"$WORLD/odd.out" 2>&1 &
    until_it_answers 8090
}

until_it_answers() { # PORT
    local _
    for _ in {1..600}; do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.1
    done
    fail "no server on port $1"
}

# The world's own certificate authorities, as the machine's.
know_tls() {
    mkdir -p /etc/ssl/certs
    mount --bind "$WORLD/known-cas.pem" /etc/ssl/certs/ca-certificates.crt
}

requests() {
    wc -l <"$WORLD/access.log"
}

# --- asking ----------------------------------------------------------------------------------------

# A person of their own for a test: an empty home, and the files.
enter_as_somebody() { # NAME
    export XDG_DATA_HOME=$TMPDIR/data-$1
    rm -rf "$TMPDIR/work-$1" "$XDG_DATA_HOME"
    cp -r "$files" "$TMPDIR/work-$1"
    cd "$TMPDIR/work-$1"
    site_as_it_was
}

# mynakey with a status to hold; what it said is in `said`: gives STATUS VERB WORD...
gives() {
    local status=0
    "$MYNAKEY" "${@:2}" >"$TMPDIR/said" 2>&1 || status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

fingerprint() { # CERTIFICATE
    openssl x509 -inform DER -in "$1" -noout -fingerprint -sha256 | cut -d= -f2
}

trust() { # SITE [CERTIFICATE]
    gives 0 trust "$1" --yes --fingerprint "$(fingerprint "${2:-authority.cer}")"
}

# Puts something else where the site has number 7, for this test: the others have their own copy.
site_says() { # FILE
    cp "$1" "$files/site/validity/7.ors"
}

site_as_it_was() {
    cp "$files/site/7.ors" "$files/site/validity/7.ors"
    cp "$files/authority.cer" "$files/site/authority.cer"
}

# --- trust -----------------------------------------------------------------------------------------

a_site_is_trusted_after_its_fingerprint_was_compared() {
    enter_as_somebody compare
    gives 0 trust "$http/" --yes --fingerprint "$(fingerprint authority.cer | tr -d : | tr A-F a-f)"
    said "架空市有効性確認室"
    said "$(fingerprint authority.cer)"
    said "ECDSA 256"
    gives 0 trust "$http"
    said "trusted already"
    gives 0 trust --list
    said "$http"
    gives 0 trust --list --json
    python3 -c 'import json, sys
[site] = json.load(open(sys.argv[1]))
assert site["site"] == sys.argv[2] and site["fingerprint"] == sys.argv[3], site' \
        "$TMPDIR/said" "$http" "$(fingerprint authority.cer)"
    same "mode" 600 "$(stat -c %a "$XDG_DATA_HOME"/mynakey/trusted/*)"
}

it_asks_before_it_trusts() {
    enter_as_somebody asks
    "$system/at-terminal.py" "do you trust this authority" no -- "$MYNAKEY" trust "$http" &&
        fail "no was taken for yes"
    gives 0 trust --list
    said "No site is trusted"
    "$system/at-terminal.py" "do you trust this authority" yes -- "$MYNAKEY" trust "$http"
    gives 0 trust --list
    said "$http"
}

without_a_terminal_nothing_is_trusted() {
    enter_as_somebody no-terminal
    gives 1 trust "$http"
    gives 2 trust "$http" --yes
    said "--fingerprint"
    gives 15 trust "$http" --yes --fingerprint "$(fingerprint impostor.cer)"
    gives 0 trust --list
    said "No site is trusted"
}

another_certificate_than_before_is_refused() {
    enter_as_somebody changed-authority
    trust "$http"
    cp impostor.cer "$files/site/authority.cer"
    gives 15 trust "$http" --yes --fingerprint "$(fingerprint impostor.cer)"
    said "$(fingerprint authority.cer)"
    said "mynakey trust --remove $http"
    site_as_it_was
    gives 0 verify letter --number 7 --site "$http"
    gives 0 trust --remove "$http"
    gives 1 trust --remove "$http"
    gives 15 verify letter --number 7 --site "$http"
}

a_site_that_does_not_give_a_certificate_is_told() {
    enter_as_somebody no-certificate
    gives 16 trust "$http/nothing"
    said 404
    gives 16 trust http://127.0.0.1:9
    gives 16 trust https://no-such-host.invalid
    gives 2 trust ftp://127.0.0.1/
    gives 2 trust file:///etc
    gives 2 trust "http://somebody:secret@127.0.0.1:8080"
    cp letter "$files/site/authority.cer"
    gives 1 trust "$http" --yes --fingerprint "$(fingerprint authority.cer)"
    said "is no certificate of an authority"
    site_as_it_was
}

tls_is_checked_and_never_left() {
    enter_as_somebody tls
    gives 16 trust "$https" # before the machine knows the server's certificate
    said "prove"
    know_tls
    trust "$https"
    trust "$http/moved" # a redirect of http to http
    trust "$http/up"    # and one to https, twice
    gives 16 trust "$https/down"
    said "$http/authority.cer"
    gives 16 trust "$https/up/down"
    gives 0 verify letter --number 7 --site "$https"
}

servers_that_do_not_end_are_given_up() {
    enter_as_somebody odd
    gives 16 trust "$odd/silent" --timeout 1
    said "in time"
    gives 16 trust "$odd/endless"
    said "too large"
    gives 16 trust "$odd/large"
    said "too large"
    gives 2 trust "$odd" --timeout 0
    gives 2 trust "$odd" --timeout soon
    gives 16 verify letter --number 7 --site "$odd/endless" --authority authority.cer
}

# --- what is right ---------------------------------------------------------------------------------

everything_is_told_of_a_good_file() {
    enter_as_somebody good
    trust "$http"
    gives 0 verify letter --number 7 --site "$http"
    said "unchanged since it was signed"
    said "架空　太郎"
    said "東京都架空市中央１－２－３"
    said "1985"
    said "as the signer says"
    said "$(fingerprint taro.cer)"
    said "number 7: good"
    said "$http/validity/7.ors"
    said "架空市有効性確認室, which you trust for $http"
    said "$(fingerprint authority.cer)"
    said "nobody but the signer says so"
    said "GOOD"
    must_fail said "NOT GOOD"
}

the_one_trusted_site_need_not_be_named() {
    enter_as_somebody one-site
    gives 2 verify letter --number 7
    trust "$http"
    gives 0 verify letter --number 7
    trust "$http/moved"
    gives 2 verify letter --number 7
    said "several sites"
}

the_authority_may_be_named_instead() {
    enter_as_somebody named
    gives 0 verify letter --number 7 --site "$http" --authority authority.cer
    said "which --authority names"
    gives 15 verify letter --number 7 --site "$http" --authority impostor.cer
    gives 1 verify letter --number 7 --site "$http" --authority letter
}

programs_are_told_the_same() {
    enter_as_somebody json
    trust "$http"
    gives 0 verify --json letter --number 7
    python3 - "$TMPDIR/said" "$(fingerprint taro.cer)" <<'END'
import json, sys
report = json.load(open(sys.argv[1]))
assert report["status"] == 0 and report["problem"] == "none", report
[file] = report["files"]
assert file["file"] == "letter" and file["signature"] == "letter.mnsgn" and file["problem"] is None
[signature] = file["signatures"]
assert signature["unchanged"] and signature["authentic"] and signature["time_stamp"] is None
assert signature["not_checked"] == ["time"], signature
signer = signature["signer"]
assert signer["name"] == "架空　太郎" and signer["birth_year"] == 1985 and signer["self_signed"]
assert signer["fingerprint"] == sys.argv[2]
assert signer["validity_data"]["number"] == 7 and signer["validity_data"]["state"] == "good"
END
    echo "$RANDOM" >>letter
    gives 10 verify --json letter --number 7
    python3 -c 'import json, sys
report = json.load(open(sys.argv[1]))
assert report["status"] == 10 and report["files"][0]["problem"] == "changed", report' "$TMPDIR/said"
}

many_files_are_one_question() {
    enter_as_somebody many
    trust "$http"
    local before
    before=$(requests)
    gives 0 verify many/* --number 7 --number 8
    same requests 2 "$(($(requests) - before))"
    same lines 5 "$(grep -c '^many/.: GOOD' "$TMPDIR/said")"
    said "架空　花子"
    before=$(requests)
    gives 17 verify many/* --number 7
    same requests 1 "$(($(requests) - before))"
    same lines 4 "$(grep -c '^many/.: GOOD' "$TMPDIR/said")"
    said "about another certificate"
}

the_help_fits_a_screen() {
    local verb
    for verb in verify trust; do
        "$MYNAKEY" "$verb" --help >"$TMPDIR/help"
        must_fail grep -E ".{81}" "$TMPDIR/help"
        [ "$(wc -l <"$TMPDIR/help")" -le 24 ] || fail "$verb is too long"
    done
}

people_are_told_in_japanese() {
    enter_as_somebody japanese
    trust "$http"
    speak_japanese
    gives 0 verify letter --number 7
    said "署名されたときのままです"
    said "有効性情報"
    gives 0 trust --list
    said "フィンガープリント"
}

# --- what is not -----------------------------------------------------------------------------------

without_a_question_nothing_is_asked() {
    enter_as_somebody quiet
    trust "$http"
    local before
    before=$(requests)
    gives 19 verify letter
    said "nobody was asked"
    same requests 0 "$(($(requests) - before))"
    gives 2 verify letter --site "$http"
    gives 2 verify --number 7
    gives 2 verify letter --number 0
    gives 2 verify letter --number 07
    gives 2 verify letter --number ../7
    gives 2 verify letter --number 99999999999999999999
}

validity_data_beside_the_file_are_not_used() {
    enter_as_somebody beside
    trust "$http"
    cp site/7.ors .
    gives 19 verify letter
    said "7.ors lies beside the file and is not used"
    gives 2 verify letter letter.mnsgn 7.ors
    said "7.ors are validity data"
    gives 0 verify letter --validity 7.ors
    said "whether the authority has said anything newer"
    gives 2 verify letter --validity 7.ors --number 7
}

a_changed_file_is_told() {
    enter_as_somebody changed
    trust "$http"
    printf x | dd of=letter bs=1 seek=3 conv=notrunc status=none
    gives 10 verify letter --number 7
    said "NOT what was signed"
    : >letter
    gives 10 verify letter --number 7
    gives 10 verify many/1 many/2.mnsgn --number 7 # another file's signature
    rm letter
    gives 1 verify letter --number 7
    mkfifo letter
    gives 1 verify letter --number 7
    said "no ordinary file"
}

a_signature_that_is_none_is_told() {
    enter_as_somebody no-signature
    trust "$http"
    local size
    size=$(stat -c %s letter.mnsgn)
    for at in 0 1 20 $((size / 2)) $((size - 1)); do
        head -c "$at" "$files/letter.mnsgn" >letter.mnsgn
        gives 11 verify letter --number 7
    done
    (cat "$files/letter.mnsgn" && echo) >letter.mnsgn
    gives 11 verify letter --number 7
    cp letter letter.mnsgn
    gives 11 verify letter --number 7
    cp taro.cer letter.mnsgn
    gives 11 verify letter --number 7
    cp site/7.ors letter.mnsgn
    gives 11 verify letter --number 7
    head -c 20000000 /dev/zero >letter.mnsgn
    gives 11 verify letter --number 7
    said "more memory or time"
    rm letter.mnsgn
    gives 1 verify letter --number 7
    said "there is no signature"
    mkdir letter.mnsgn
    gives 11 verify letter --number 7
}

# Some bytes of each; that every single one is covered is held where the formats are made.
a_changed_byte_is_not_taken() { # FILE STATUSES
    enter_as_somebody byte
    local size at status byte
    size=$(stat -c %s "$1")
    for ((at = 0; at < size; at += size / 19)); do
        cp "$files/$1" "$1"
        byte=$(od -An -tu1 -j "$at" -N 1 "$1")
        printf %b "\\x$(printf %x $((byte ^ 32)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
        status=0
        "$MYNAKEY" verify letter --validity site/7.ors --authority authority.cer >"$TMPDIR/said" 2>&1 ||
            status=$?
        [[ " $2 " == *" $status "* ]] || fail "byte $at of $1: status $status: $(cat "$TMPDIR/said")"
    done
}

a_revoked_certificate_stays_revoked() {
    enter_as_somebody revoked
    trust "$http"
    gives 0 verify letter --number 7
    site_says 7-revoked.ors
    gives 12 verify letter --number 7
    said "keyCompromise"
    said "REVOKED"
    # The old answer again, from the site and from a file.
    site_as_it_was
    gives 18 verify letter --number 7
    said "older than those of"
    gives 18 verify letter --validity 7-before.ors
    gives 12 verify letter --validity 7-revoked.ors
    site_says 7-newest.ors
    gives 0 verify letter --number 7
    site_as_it_was
}

each_wrong_answer_has_its_reason() {
    enter_as_somebody answers
    trust "$http"
    gives 14 verify letter --number 4711
    said "no validity data with the number 4711"
    gives 16 verify letter --number 7 --site http://127.0.0.1:9 --authority authority.cer
    gives 17 verify letter --number 8
    site_says site/8.ors
    gives 17 verify letter --number 7
    said "those of number 8"
    site_says 7-forged.ors
    gives 15 verify letter --number 7
    said "$(fingerprint impostor.cer)"
    site_says 7-expired.ors
    gives 13 verify letter --number 7
    site_says 7-ahead.ors
    gives 13 verify letter --number 7
    site_as_it_was
    gives 0 verify letter --number 7 # one from ahead was not remembered
    cp letter "$files/site/validity/7.ors"
    gives 19 verify letter --number 7
    head -c 100 site/7.ors >"$files/site/validity/7.ors"
    gives 19 verify letter --number 7
    head -c 200000 /dev/zero >"$files/site/validity/7.ors"
    gives 16 verify letter --number 7
    said "too large"
    site_as_it_was
    gives 13 verify letter stale.mnsgn --number 9
    said "not valid now"
}

files_of_validity_data_are_checked_as_well() {
    enter_as_somebody statements
    gives 15 verify letter --validity site/7.ors
    said "$(fingerprint authority.cer)"
    gives 13 verify letter --validity 7-expired.ors --authority authority.cer
    gives 0 verify letter --validity site/7.ors --authority authority.cer
    gives 17 verify letter --validity site/8.ors --authority authority.cer
    gives 0 verify letter --validity site/8.ors --validity site/7.ors --authority authority.cer
    gives 15 verify letter --validity 7-forged.ors --authority authority.cer
    gives 19 verify letter --validity letter --authority authority.cer
    gives 19 verify letter --validity nowhere.ors --authority authority.cer
    head -c 100000 /dev/zero >large.ors
    gives 19 verify letter --validity large.ors --authority authority.cer
}

names_cannot_speak_to_the_terminal() {
    enter_as_somebody escape
    local evil
    evil=$(printf 'evil\033[2J\033]0;owned\007')
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -utf8 \
        -subj "/CN=$evil" 2>"$TMPDIR/openssl.out"
    mv letter "$evil"
    openssl cms -sign -binary -cades -in "$evil" -signer cert.pem -inkey key.pem -outform DER \
        -md sha256 -out "$evil.mnsgn"
    openssl x509 -in cert.pem -outform DER -out evil.cer
    cp evil.cer "$files/site/authority.cer"
    for words in "verify $evil" "verify $evil letter" "verify $evil --json" \
        "verify $evil --authority $evil" "trust $http"; do
        # shellcheck disable=SC2086 # the name has no blank
        "$MYNAKEY" $words >said 2>&1 && fail "$words"
        cat -v said
        grep evil said
        must_fail grep -q -e "$(printf '\033')" -e "$(printf '\007')" said
    done
    site_as_it_was
}

# --- time stamps, and several signers ---------------------------------------------------------------

make_time_stamper() {
    mkdir "$WORLD/tsa"
    openssl req -newkey rsa:2048 -nodes -keyout "$WORLD/tsa/tsa.key" -subj "/CN=Time Stamp Authority" \
        -out "$WORLD/tsa/tsa.csr"
    echo "extendedKeyUsage = critical, timeStamping" >"$WORLD/tsa/usage"
    openssl x509 -req -in "$WORLD/tsa/tsa.csr" -signkey "$WORLD/tsa/tsa.key" -days 90 \
        -extfile "$WORLD/tsa/usage" -out "$WORLD/tsa/tsa.pem"
    cat >"$WORLD/tsa/tsa.cnf" <<'END'
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
END
    echo 01 >"$WORLD/tsa/serial"
} >"$WORLD/tsa.out" 2>&1

# Until the test ends its standard input is open.
start_time_stamper() {
    mkfifo "$WORLD/tsa/open"
    "$system/time-stamper.py" "$WORLD/tsa" <"$WORLD/tsa/open" &
    exec 7>"$WORLD/tsa/open"
    until [ -e "$WORLD/tsa/port" ]; do sleep 0.1; done
    tsa=http://127.0.0.1:$(cat "$WORLD/tsa/port")
}

signs() { # WHO WORD...
    echo passphrase >"$TMPDIR/passphrase"
    gives 0 sign --with "$1.pfx" --passphrase-file "$TMPDIR/passphrase" "${@:2}"
}

a_time_stamp_is_told() {
    enter_as_somebody stamp
    trust "$http"
    signs taro letter --force --timestamp "$tsa/stamp"
    gives 0 verify letter --number 7
    said "Time Stamp Authority"
    said "whether the time stamp's authority can be trusted"
    gives 0 verify letter --number 7 --tsa "$WORLD/tsa/tsa.pem"
    said "Time Stamp Authority, which --tsa names"
    must_fail said "whether the time stamp's authority can be trusted"
    gives 15 verify letter --number 7 --tsa authority.cer
    said "no authority that --tsa names"
}

a_time_stamp_does_not_undo_a_revocation() {
    enter_as_somebody stamp-revoked
    trust "$http"
    signs taro letter --force --timestamp "$tsa/stamp"
    sleep 1.1 # the next second
    "$MYNAKEY_BUILD/tests/system/verify_files" revoke
    site_says 7-just-revoked.ors
    gives 12 verify letter --number 7 --tsa "$WORLD/tsa/tsa.pem"
    said "the time stamp proves that it was signed before"
    gives 12 verify letter --number 7
    must_fail said "the time stamp proves"
    site_as_it_was
}

several_signers_are_each_told() {
    enter_as_somebody signers
    trust "$http"
    signs hanako letter --add
    gives 0 verify letter --number 7 --number 8
    said "Signature 1 of 2"
    said "架空　太郎"
    said "Signature 2 of 2"
    said "架空　花子"
    gives 17 verify letter --number 7
    site_says 7-revoked.ors
    gives 12 verify letter --number 7 --number 8
    same "good signatures" 1 "$(grep -c "GOOD: all of this holds" "$TMPDIR/said")"
    site_as_it_was
}

# --- signatures by cards ---------------------------------------------------------------------------

the_card_signs_a_certificate() {
    enter_as_somebody card
    issue 0 --no-add --key p256
    [ -e MyNumCert.mnsgn ]
}

make_list() { # NAME OPTION...
    openssl ca -gencrl -config <(
        printf '[ca]\ndefault_ca=x\n[x]\ndatabase=%s\ndefault_md=sha256\n' "$WORLD/index-$1"
    ) -keyfile "$PKI/${ca:-sign-ca}.key" -cert "$PKI/${ca:-sign-ca}.pem" "${@:2}" 2>"$TMPDIR/openssl.out" |
        openssl crl -outform DER -out "$1.crl"
}

a_cards_signature_is_told_with_what_was_not_checked() {
    cd "$TMPDIR/work-card"
    gives 15 verify MyNumCert.cer
    said "黒桐　幹也"
    gives 0 verify MyNumCert.cer --anchor "$PKI/sign-ca.pem"
    said "NONE of those that JPKI has published"
    said "whether the CA has revoked the certificate"
    gives 15 verify MyNumCert.cer --anchor "$PKI/auth-ca.pem"
    gives 1 verify MyNumCert.cer --anchor MyNumCert.mnsgn.none
}

a_cas_list_is_asked() {
    cd "$TMPDIR/work-card"
    local serial
    serial=$(openssl x509 -in "$PKI/sign.pem" -noout -serial | cut -d= -f2)
    : >"$WORLD/index-none"
    make_list none -crldays 30
    printf 'R\t400101000000Z\t261101000000Z,keyCompromise\t%s\tunknown\t/C=JP\n' "$serial" >"$WORLD/index-all"
    make_list all -crldays 30
    : >"$WORLD/index-old"
    make_list old -crl_lastupdate 20240101000000Z -crl_nextupdate 20240201000000Z
    gives 0 verify MyNumCert.cer --anchor "$PKI/sign-ca.pem" --crl none.crl
    said "not in the CA's list"
    must_fail said "whether the CA has revoked"
    gives 12 verify MyNumCert.cer --anchor "$PKI/sign-ca.pem" --crl all.crl
    gives 13 verify MyNumCert.cer --anchor "$PKI/sign-ca.pem" --crl old.crl
    gives 19 verify MyNumCert.cer --anchor "$PKI/sign-ca.pem" --crl MyNumCert.cer
    : >empty.crl
    gives 1 verify MyNumCert.cer --anchor "$PKI/sign-ca.pem" --crl empty.crl
    printf x | dd of=none.crl bs=1 seek=$(($(stat -c %s none.crl) - 9)) conv=notrunc status=none
    gives 19 verify MyNumCert.cer --anchor "$PKI/sign-ca.pem" --crl none.crl
}

a_list_that_does_not_fit_one_file_leaves_the_others() {
    cd "$TMPDIR/work-card"
    trust "$http"
    : >"$WORLD/index-other"
    ca=auth-ca make_list other -crldays 30
    gives 19 verify MyNumCert.cer letter --number 7 --anchor "$PKI/sign-ca.pem" --crl other.crl
    said "MyNumCert.cer: NOT GOOD: the list of --crl does not speak of the signer's certificate"
    said "letter: GOOD"
}

mkdir "$files"
(cd "$files" && "$MYNAKEY_BUILD/tests/system/verify_files")
mkdir "$files/site/validity"
cp "$files"/site/[789].ors "$files/site/validity/"
cp "$files/authority.cer" "$files/site/"
chmod -R a+rX "$files"
make_tls
start_nginx
start_odd_server
make_time_stamper
start_time_stamper

check a_site_is_trusted_after_its_fingerprint_was_compared
check it_asks_before_it_trusts
check without_a_terminal_nothing_is_trusted
check another_certificate_than_before_is_refused
check a_site_that_does_not_give_a_certificate_is_told
check tls_is_checked_and_never_left
check servers_that_do_not_end_are_given_up
check everything_is_told_of_a_good_file
check the_one_trusted_site_need_not_be_named
check the_authority_may_be_named_instead
check programs_are_told_the_same
check many_files_are_one_question
check the_help_fits_a_screen
check people_are_told_in_japanese
check without_a_question_nothing_is_asked
check validity_data_beside_the_file_are_not_used
check a_changed_file_is_told
check a_signature_that_is_none_is_told
check a_changed_byte_is_not_taken letter 10
check a_changed_byte_is_not_taken letter.mnsgn "10 11 13 15 17 19"
check a_changed_byte_is_not_taken site/7.ors "15 19"
check a_revoked_certificate_stays_revoked
check each_wrong_answer_has_its_reason
check files_of_validity_data_are_checked_as_well
check names_cannot_speak_to_the_terminal
check a_time_stamp_is_told
check a_time_stamp_does_not_undo_a_revocation
check several_signers_are_each_told
check the_card_signs_a_certificate
check a_cards_signature_is_told_with_what_was_not_checked
check a_cas_list_is_asked
check a_list_that_does_not_fit_one_file_leaves_the_others
finish
