#!/usr/bin/env bash
# The whole story, with three people who each have a home of their own: the owner of a card has a
# certificate issued and vouched for, signs with it, and a receiver verifies, until it is withdrawn.
# What the receiver finds, OpenSSL alone finds too.
set -euo pipefail
. "$(dirname "$0")/issuing.sh"
in_world
command -v nginx >/dev/null || cannot_run "nginx is not installed"

site=http://127.0.0.1:8180

# as WHO COMMAND...: with that person's home and nobody else's.
as() {
    local home=$TMPDIR/people/$1
    mkdir -p "$home"
    env HOME="$home" XDG_CONFIG_HOME="$home/.config" XDG_DATA_HOME="$home/.local/share" \
        XDG_CACHE_HOME="$home/.cache" "${@:2}"
}

# gives STATUS WHO COMMAND...: what it said is in `said`.
gives() {
    local status=0
    as "${@:2}" >"$TMPDIR/said" 2>&1 </dev/null || status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

owner_says() {
    gives 0 owner "$MYNAKEY" "$@"
}

office_says() {
    gives 0 office "$MYNAKEY" authority "$@"
}

number_in() { # JSON
    python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["number"])' "$1"
}

# --- before anything can be verified ----------------------------------------------------------------

an_authority_is_set_up() {
    echo "office passphrase 2026 aozora" >office.pass
    office_says init --name "Example Validity Office" --site "$site" --passphrase-file office.pass --yes
}

the_owner_has_a_certificate_issued_and_sends_it() {
    owner_says issue --pin-file pin --passphrase-file owner.pass --yes --anchor "$PKI/sign-ca.pem" \
        --with-birth-year --own-mail owner@example.jp --mail office@example.jp --site "$site" --out first
    ls first.pfx first.cer first.mnsgn first.eml
}

the_office_reviews_what_came_by_mail() {
    office_says review first.eml --anchor "$PKI/sign-ca.pem"
}

approval_gives_the_number() { # EXPECTED
    as office "$MYNAKEY" authority approve first.eml --anchor "$PKI/sign-ca.pem" --answer answer.eml --yes --json \
        >approved.json
    cat approved.json
    same number "$1" "$(number_in approved.json)"
    python3 - answer.eml "$site" <<'END'
import email, email.policy, sys
text = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default).get_body().get_content()
assert sys.argv[2] in text, text
END
}

the_site_is_published() {
    office_says publish "$TMPDIR/site" --passphrase-file office.pass
    ls -R "$TMPDIR/site"
}

a_web_server_serves_it() {
    mkdir -p nginx
    cat >nginx/nginx.conf <<END
daemon off;
pid $PWD/nginx/pid;
error_log $PWD/nginx/error.log;
events {}
http {
    include /etc/nginx/mime.types;
    access_log $PWD/nginx/access.log;
    client_body_temp_path $PWD/nginx/body;
    proxy_temp_path $PWD/nginx/proxy;
    fastcgi_temp_path $PWD/nginx/fastcgi;
    uwsgi_temp_path $PWD/nginx/uwsgi;
    scgi_temp_path $PWD/nginx/scgi;
    server {
        listen 127.0.0.1:8180;
        root $TMPDIR/site;
        include $TMPDIR/site/nginx.conf;
    }
}
END
    chmod 755 "$TMPDIR" # the server's workers are another user's
    nginx -c "$PWD/nginx/nginx.conf" -e "$PWD/nginx/error.log" >nginx/said 2>&1 &
    echo $! >nginx/started
    for _ in {1..100}; do
        ! curl --max-time 10 --silent --fail --output fetched.cer "$site/authority.cer" || break
        sleep 0.1
    done
    cmp fetched.cer "$TMPDIR/site/authority.cer"
    curl --max-time 10 --silent --head "$site/validity/1.ors" | tr -d '\r' | grep -i "^Content-Type: application/ocsp-response"
}

no_name_is_on_the_site() {
    must_fail grep -rE "黒桐|清瀬|example\.jp.*owner|owner@" "$TMPDIR/site"
    # Nor in what is inside of the answers.
    openssl ocsp -respin "$TMPDIR/site/validity/1.ors" -noverify -text >said
    must_fail grep -E "黒桐|清瀬" said
}

# --- signing and verifying --------------------------------------------------------------------------

three_files_are_signed_with_one_passphrase() {
    letter letter.txt
    head -c 300000 /dev/urandom >picture.bin
    : >empty
    owner_says sign --with "$PWD/$1.pfx" --passphrase-file owner.pass letter.txt picture.bin empty
    ls letter.txt.mnsgn picture.bin.mnsgn empty.mnsgn
}

openssl_alone_accepts_each_signature() { # CERTIFICATE
    local file
    openssl x509 -inform DER -in "$1.cer" -out signer.pem
    for file in letter.txt picture.bin empty; do
        openssl cms -verify -cades -binary -inform DER -in "$file.mnsgn" -content "$file" -CAfile signer.pem \
            -purpose any -out /dev/null
    done
}

openssl_alone_accepts_the_validity_data() { # NUMBER CERTIFICATE STATE
    openssl x509 -inform DER -in "$TMPDIR/site/authority.cer" -out authority.pem
    openssl x509 -inform DER -in "$2.cer" -out signer.pem
    openssl ocsp -respin "$TMPDIR/site/validity/$1.ors" -sha256 -issuer signer.pem -cert signer.pem \
        -VAfile authority.pem -no_nonce >said 2>&1
    cat said
    grep "Response verify OK" said
    grep "^signer.pem: $3" said
}

the_receiver_trusts_the_office() {
    local print
    print=$(openssl x509 -inform DER -in fetched.cer -noout -fingerprint -sha256 | sed 's/.*=//')
    gives 0 receiver "$MYNAKEY" trust "$site" --yes --fingerprint "$print"
}

verify_gives() { # STATUS NUMBER
    gives "$1" receiver "$MYNAKEY" verify letter.txt picture.bin empty --number "$2" --site "$site"
}

the_receiver_finds_all_three_good() { # NUMBER
    verify_gives 0 "$1"
    grep "黒桐" "$TMPDIR/said"
    grep "Example Validity Office" "$TMPDIR/said"
}

a_stranger_is_told_that_the_office_is_not_trusted() { # NUMBER
    gives 15 stranger "$MYNAKEY" verify letter.txt --number "$1" --site "$site"
}

a_changed_file_is_told() {
    cp letter.txt other.txt && cp letter.txt.mnsgn other.txt.mnsgn
    echo "and one line more" >>other.txt
    gives 10 receiver "$MYNAKEY" verify other.txt --number 1 --site "$site"
}

# --- withdrawn, and issued anew ---------------------------------------------------------------------

the_certificate_is_withdrawn() {
    cp "$TMPDIR/site/validity/1.ors" before.ors
    office_says revoke 1 --reason keyCompromise --yes
    the_site_is_published
}

the_receiver_is_told_so() {
    verify_gives 12 1
}

# Kept by somebody who wishes it were still true.
the_answer_of_before_is_refused() {
    gives 18 receiver "$MYNAKEY" verify letter.txt --validity before.ors --authority fetched.cer
}

the_owner_gets_another_certificate() {
    owner_says issue --pin-file pin --passphrase-file owner.pass --yes --anchor "$PKI/sign-ca.pem" \
        --site "$site" --out second
    as office "$MYNAKEY" authority reissue 1 second.cer second.mnsgn --anchor "$PKI/sign-ca.pem" --yes --json \
        >approved.json
    cat approved.json
    same number 2 "$(number_in approved.json)"
    the_site_is_published
    rm letter.txt.mnsgn picture.bin.mnsgn empty.mnsgn
}

the_log_holds_all_that_was_done() {
    office_says log --check
    gives 0 office "$MYNAKEY" authority log
    must_fail grep -E "黒桐|清瀬" "$TMPDIR/said"
}

the_server_ends() {
    kill "$(cat nginx/started)"
}

cd "$TMPDIR"
echo "$SIGN_PIN" >pin
echo "$passphrase" >owner.pass
check an_authority_is_set_up
check the_owner_has_a_certificate_issued_and_sends_it
check the_office_reviews_what_came_by_mail
check approval_gives_the_number 1
check the_site_is_published
check a_web_server_serves_it
check no_name_is_on_the_site
check three_files_are_signed_with_one_passphrase first
check openssl_alone_accepts_each_signature first
check openssl_alone_accepts_the_validity_data 1 first good
check a_stranger_is_told_that_the_office_is_not_trusted 1
check the_receiver_trusts_the_office
check the_receiver_finds_all_three_good 1
check a_changed_file_is_told
check the_certificate_is_withdrawn
check openssl_alone_accepts_the_validity_data 1 first revoked
check the_receiver_is_told_so
check the_answer_of_before_is_refused
check the_owner_gets_another_certificate
check three_files_are_signed_with_one_passphrase second
check openssl_alone_accepts_each_signature second
check openssl_alone_accepts_the_validity_data 2 second good
check the_receiver_finds_all_three_good 2
check the_log_holds_all_that_was_done
check the_server_ends
finish
