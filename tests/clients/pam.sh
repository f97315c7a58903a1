#!/usr/bin/env bash
# Logins by PAM with the authentication token: pam_p11, which knows people by their public keys, and
# pam_pkcs11, which knows them by their certificates. The users exist in this world only.
set -euo pipefail
. "$(dirname "$0")/program.sh"
p11=$(compgen -G '/lib/*/security/pam_p11.so' || true)
pkcs11=$(compgen -G '/lib/*/security/pam_pkcs11.so' || compgen -G '/lib/security/pam_pkcs11.so' || true)
needs /usr/bin/python3 ssh-keygen openssl "${p11:-pam_p11}" "${pkcs11:-pam_pkcs11}"
needs "$(compgen -G '/usr/lib/*/libnss_wrapper.so' || echo libnss_wrapper)"
in_world

# Two users; the card's key and certificate are taro's.
make_users() {
    mkdir -p taro/.ssh jiro/.ssh services authorities
    printf '%s:x:0:0::%s:/bin/sh\n' root /root taro "$TMPDIR/taro" jiro "$TMPDIR/jiro" >passwd
    printf 'root:x:0:\n' >group
    openssl x509 -in "$PKI/auth.pem" -noout -pubkey >auth.pub
    ssh-keygen -i -m PKCS8 -f auth.pub >taro/.ssh/authorized_keys
    ssh-keygen -q -t rsa -N '' -f other
    cp other.pub jiro/.ssh/authorized_keys
    echo "$(openssl x509 -in "$PKI/auth.pem" -noout -fingerprint -sha1 | cut -d= -f2) -> taro" >people
}

make_services() {
    cp "$PKI/auth-ca.pem" authorities/ && openssl rehash authorities
    echo "auth required $p11 $MODULE_AUTH" >services/pam_p11
    echo "auth required $pkcs11 config_file=$TMPDIR/pam_pkcs11.conf" >services/pam_pkcs11
    cat >pam_pkcs11.conf <<END
pam_pkcs11 {
    use_pkcs11_module = mynakey;
    pkcs11_module mynakey {
        module = $MODULE_AUTH;
        slot_num = 0;
        ca_dir = $TMPDIR/authorities;
        crl_dir = $TMPDIR/authorities;
        cert_policy = ca, signature;
    }
    use_mappers = digest;
    mapper digest {
        module = internal;
        algorithm = "sha1";
        mapfile = file://$TMPDIR/people;
    }
}
END
}

authenticate() { # SERVICE USER
    LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD=$TMPDIR/passwd NSS_WRAPPER_GROUP=$TMPDIR/group \
        PIN=$AUTH_PIN timeout 60 "$clients/pam-login.py" services "$1" "$2"
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
make_users
make_services
for service in pam_p11 pam_pkcs11; do
    check the_owner_of_the_card_enters "$service"
    check another_user_does_not_enter "$service"
done
finish_with_the_card
