#!/usr/bin/env bash
# What an authority publishes: that all of it is there and right, that OpenSSL and a web server take
# it, and that nothing half is ever there. Needs no card; the requests' way into the registry is
# another test's.
set -euo pipefail
. "$(dirname "$0")/../tap.sh"

top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(realpath "$MYNAKEY_BUILD")
mynakey=$build/src/cli/mynakey
world=$(mktemp -d)
end_everything() {
    [ ! -s "$world/nginx.pid" ] || kill "$(cat "$world/nginx.pid")" # of a test that broke off
    rm -rf "$world"
}
trap end_everything EXIT
mkdir "$world/home"
export HOME=$world/home XDG_DATA_HOME=$world/data LC_ALL=C.UTF-8
unset XDG_CONFIG_HOME LANGUAGE
cd "$world"
registry=$XDG_DATA_HOME/mynakey/authority/registry.db

authority() { # WORD OPTION...
    "$mynakey" authority "$@"
}

publish() { # OPTION...
    authority publish "$@" --passphrase-file passphrase
}

make_authority() {
    echo "correct horse battery staple" >passphrase
    authority init --name "Test & Co" --site https://validity.example --key p256 --yes \
        --passphrase-file passphrase
    "$build/tests/system/registrar" "$registry" 3
    openssl x509 -inform DER -in "$XDG_DATA_HOME/mynakey/authority/authority.cer" -out authority.pem
}

# What OpenSSL says of the number, by the commands of docs/formats.md.
openssl_says() { # SITE NUMBER
    openssl x509 -inform DER -in "$2.cer" -out C.pem
    openssl ocsp -respin "$1/validity/$2.ors" -sha256 -issuer C.pem -cert C.pem -VAfile authority.pem \
        -no_nonce >said 2>&1
    grep -x 'Response verify OK' said
    sed -n 's/^C.pem: //p' said
}

is_whole() { # SITE
    same files "./.htaccess ./.mynakey-site ./authority.cer ./index.html ./nginx.conf ./revoked.crl ./validity" \
        "$(cd "$1" && find . -mindepth 1 -maxdepth 1 | LC_ALL=C sort | xargs)"
    same numbers "1.ors 2.ors 3.ors" "$(cd "$1/validity" && echo *)"
    openssl crl -inform DER -in "$1/revoked.crl" -CAfile authority.pem -noout 2>&1 | grep -x 'verify OK'
}

a_site_has_all_its_files_and_openssl_takes_each() {
    local number
    publish site | grep '3 new answers, and the list'
    is_whole site
    for number in 1 2 3; do
        openssl_says site "$number" | grep -x good
    done
    cmp site/authority.cer "$XDG_DATA_HOME/mynakey/authority/authority.cer"
    must_fail grep -r "架空\|hanako\|19850401\|$(id -un)@" site
}

where_nothing_changed_no_passphrase_is_needed() {
    authority publish site | grep 'Nothing has changed'
    same answers 0 "$(authority publish site --json | sed 's/.*"answers":\([0-9]*\).*/\1/')"
}

a_revocation_writes_its_answer_and_the_list_only() {
    local before
    before=$(stat -c %i site/validity/1.ors site/validity/3.ors site/index.html)
    authority revoke 2 --reason keyCompromise --yes
    publish site | grep '1 new answers, and the list'
    same "other files" "$before" "$(stat -c %i site/validity/1.ors site/validity/3.ors site/index.html)"
    openssl_says site 2 | grep -x revoked
    grep 'Reason: keyCompromise' said
    openssl_says site 1 | grep -x good
    openssl crl -inform DER -in site/revoked.crl -noout -text >list
    same entries 1 "$(grep -c 'Serial Number' list)"
    grep "$(openssl x509 -inform DER -in 2.cer -noout -serial | sed s/serial=//)" list
}

# A web server that listens on a socket, for there may be no network here.
start_server() {
    cat >server.conf <<END
daemon off;
pid $world/nginx.pid;
error_log $world/nginx.log;
events { }
http {
    access_log off;
    client_body_temp_path $world/t1; proxy_temp_path $world/t2; fastcgi_temp_path $world/t3;
    uwsgi_temp_path $world/t4; scgi_temp_path $world/t5;
    server { listen unix:$world/socket; root $world/site; include $world/site/nginx.conf; }
}
END
    # The server lets go of root's rights, and its helpers have to get at the files.
    chmod 755 "$world"
    PATH=$PATH:/usr/sbin nginx -c "$world/server.conf" -g "user $(id -un);" 2>/dev/null &
    server=$!
    until [ -S socket ]; do kill -0 "$server"; done
}

header_of() { # PATH NAME
    curl --silent --show-error --unix-socket socket -D - -o body "http://localhost/$1" |
        tr -d '\r' | sed -n "s/^$2: //Ip"
}

nginx_serves_it_as_what_it_is() {
    PATH=$PATH:/usr/sbin command -v nginx
    echo signature >site/letter.mnsgn
    start_server
    same type application/ocsp-response "$(header_of validity/1.ors content-type)"
    cmp body site/validity/1.ors
    same type application/octet-stream "$(header_of letter.mnsgn content-type)"
    same disposition attachment "$(header_of letter.mnsgn content-disposition)"
    same type application/pkix-crl "$(header_of revoked.crl content-type)"
    same type application/pkix-cert "$(header_of authority.cer content-type)"
    header_of .mynakey-site content-type
    grep '404 Not Found' body
    kill "$server"
    wait "$server" || true
    rm site/letter.mnsgn
}

a_folder_with_something_else_is_left_alone() {
    mkdir holiday
    echo sun >holiday/picture
    must_fail publish holiday 2>said
    grep 'something else in this folder' said
    same files picture "$(ls -A holiday)"
}

a_wrong_passphrase_leaves_nothing() {
    echo wrong >wrong
    must_fail authority publish fresh --passphrase-file wrong
    same left "" "$(find . -name 'fresh*')"
}

two_at_once_are_both_well() {
    publish twice >one &
    publish twice >two
    wait $!
    is_whole twice
    cat one two
    same answers 1 "$(cat one two | grep -c '3 new answers')"
}

# In mounts of its own, where a file system can be as small and as fixed as it has to be.
on_small_disk() { # FUNCTION
    local own=()
    ((EUID == 0)) || own=(--user --map-root-user)
    mkdir -p disk
    export -f "${1?}" authority publish is_whole openssl_says same fail must_fail
    export mynakey build world registry
    unshare "${own[@]}" --mount --propagation private bash -euo pipefail -c \
        "mount -t tmpfs -o size=256k tmpfs disk; $1"
}

full() {
    publish disk/site
    is_whole disk/site
    dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null || true
    authority revoke 1 --reason superseded --yes
    must_fail publish disk/site 2>said
    cat said
    grep 'no room left' said
    is_whole disk/site
    openssl_says disk/site 1 | grep -x good
    rm disk/filler
    publish disk/site
    openssl_says disk/site 1 | grep -x revoked
    dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null || true
    must_fail publish disk/another
    same left "" "$(find disk -name 'another*')"
}

fixed() {
    publish disk/site
    mount -o remount,ro disk
    authority revoke 3 --reason superseded --yes
    must_fail publish disk/site 2>said
    grep 'could not be read or written' said
    is_whole disk/site
    mount -o remount,rw disk
    publish disk/site
    openssl_says disk/site 3 | grep -x revoked
}

# WHAT is asked for again until it is so; the test's own time limit is the end.
until_it_is() { # COMMAND...
    until "$@" >/dev/null 2>&1; do sleep 0.1; done
}

says() { # SITE NUMBER STATE
    openssl_says "$1" "$2" | grep -x "$3"
}

a_watch_publishes_at_once_and_ends_when_told() {
    local status=0
    "$build/tests/system/registrar" "$registry" 1
    "$mynakey" authority publish seen --watch --passphrase-file passphrase >watched &
    until_it_is says seen 4 good
    authority revoke 4 --reason cessationOfOperation --yes
    until_it_is says seen 4 revoked
    kill -TERM $!
    wait $! || status=$?
    same status 0 "$status"
    grep '1 new answers, and the list' watched
}

the_units_are_such_as_systemd_takes() {
    local unit
    for unit in mynakey-publish.service mynakey-publish-watch.service; do
        grep -x "ExecStart=.*/mynakey authority publish.*" "$build/contrib/systemd/$unit"
    done
    mkdir units
    cp "$top"/contrib/systemd/*.timer "$build"/contrib/systemd/*.service units
    sed -i "s#^ExecStart=[^ ]*#ExecStart=$mynakey#" units/*.service
    sed -i '/^Documentation/d' units/*
    XDG_RUNTIME_DIR=$world systemd-analyze --user verify --man=no units/*.timer units/*.service
}

make_authority >/dev/null
check a_site_has_all_its_files_and_openssl_takes_each
check where_nothing_changed_no_passphrase_is_needed
check a_revocation_writes_its_answer_and_the_list_only
check nginx_serves_it_as_what_it_is
check a_folder_with_something_else_is_left_alone
check a_wrong_passphrase_leaves_nothing
check two_at_once_are_both_well
check on_small_disk full
check on_small_disk fixed
check a_watch_publishes_at_once_and_ends_when_told
check the_units_are_such_as_systemd_takes
finish
