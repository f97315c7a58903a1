#!/usr/bin/env bash
# Logins by PAM with the authentication token: pam_p11, which knows people by their public keys, and
# pam_pkcs11, which knows them by their certificates. The users exist in this world only.
set -euo pipefail
. "$(dirname "$0")/program.sh"
p11=$(compgen -G '/lib/*/security/pam_p11.so' || true)
pkcs11=$(compgen -G '/lib/*/security/pam_pkcs11.so' || compgen -G '/lib/security/pam_pkcs11.so' || true)
needs /usr/bin/python3 ssh-keygen openssl pkcs11-tool "${p11:-pam_p11}" "${pkcs11:-pam_pkcs11}"
in_world

# Two users; the card's key and certificate are taro's.
make_users() {
    local user
    for user in taro jiro; do
        mkdir -p "$user/.ssh"
        echo "$user:x:0:0::$TMPDIR/$user:/bin/sh" >>/etc/passwd
    done
    ssh-keygen -q -t rsa -N '' -f other
    cp other.pub jiro/.ssh/authorized_keys
    rm -rf /etc/pam_pkcs11
}

the_page_makes_the_services() {
    HOME=$TMPDIR/taro run_page key
    run_page authority
    run_page people
    run_page settings-pkcs11
    run_page service-p11
    run_page service-pkcs11
}

authenticate() { # SERVICE USER
    PIN=$(typed_pin_of auth) timeout 60 "$clients/pam-login.py" /etc/pam.d "$1" "$2"
}

the_owner_of_the_card_enters() { # SERVICE
    with_logins 1 authenticate "$1" taro
}

another_user_does_not_enter() { # SERVICE
    local status=0
    authenticate "$1" jiro || status=$?
    same status 1 "$status"
}

cd "$TMPDIR"
version dpkg-query --show libpam-p11
version dpkg-query --show libpam-pkcs11
install_mynakey
make_users
check the_page_makes_the_services
for service in card-p11 card-pkcs11; do
    check the_owner_of_the_card_enters "$service"
    check another_user_does_not_enter "$service"
done
check a_wrong_pin_is_told_and_sent_once auth wrong-pin-p11 authenticate card-p11 taro
check a_wrong_pin_is_told_and_sent_once auth wrong-pin authenticate card-pkcs11 taro
for service in card-p11 card-pkcs11; do
    check with_one_try_left auth must_fail authenticate "$service" taro
    check without_the_card must_fail authenticate "$service" taro
done
finish_with_the_card "pam_p11 $(package_version libpam-p11), pam_pkcs11 $(package_version libpam-pkcs11)" \
    "login by key and by certificate, authentication token"
