#!/usr/bin/env bash
# `mynakey check`: what is found out about a certificate, and that no more is said.
set -euo pipefail
. "$(dirname "$0")/world.sh"
export LC_ALL=C.UTF-8 TZ=Asia/Tokyo

check_is() { # EXIT STATUS WORD... (the signing password is on standard input)
    local status=0
    setsid --wait "$MYNAKEY" check "${@:2}" >said 2>&1 <<<"$SIGN_PIN" || status=$?
    cat said
    same "exit status" "$1" "$status"
}

with_verifies() { # COUNT COMMAND...
    local before
    before=$(verifies)
    "${@:2}"
    same "VERIFY commands" "$1" "$(($(verifies) - before))"
}

row() { # LABEL VALUE
    grep -E "^  $1 +" said | grep -F -- "$2"
}

# --- lists of revocations ------------------------------------------------------------------------------

# A list of the authority sign-ca or auth-ca: make_list NAME CA OPTION... (revoked serials are in $revoked)
make_list() {
    local serial
    : >index
    for serial in ${revoked-}; do
        printf 'R\t%s\t%s,keyCompromise\t%s\tunknown\t/CN=somebody\n' "$(date -u -d +1year +%y%m%d000000Z)" \
            "$(date -u -d -1day +%y%m%d000000Z)" "$serial" >>index
    done
    cat >crl.cnf <<END
[ca]
default_ca = this
[this]
database   = index
default_md = sha256
END
    openssl ca -config crl.cnf -gencrl -keyfile "$PKI/$2.key" -cert "$PKI/$2.pem" -out "$1.pem" "${@:3}" 2>openssl.log ||
        { cat openssl.log && false; }
    openssl crl -in "$1.pem" -outform DER -out "$1.der"
}

serial_of() { # CERTIFICATE
    openssl x509 -in "$1" -noout -serial | sed 's/.*=//'
}

# --- without a list ------------------------------------------------------------------------------------

a_test_card_is_not_taken_for_a_real_one() {
    with_verifies 0 check_is 15
    row Issuer "NOT TRUSTED: it leads to no CA that JPKI has published"
    row Time "days left)"
    row Use "good: for signatures and logins"
    row Revocation "NOT CHECKED"
}

an_anchor_is_told_not_to_be_jpki() {
    with_verifies 0 check_is 0 auth --anchor "$PKI/auth-ca.pem"
    row Issuer "leads to what --anchor gave, which is not JPKI: it proves nothing of a real card"
    row Revocation "NOT CHECKED"
    with_verifies 0 check_is 15 auth --anchor "$PKI/sign-ca.pem"
    with_verifies 0 check_is 1 auth --anchor /dev/null
    with_verifies 0 check_is 1 sign --anchor none.pem --pin-file -
}

it_says_why_revocation_is_not_checked_and_where_it_is() {
    check_is 0 auth --anchor "$PKI/auth-ca.pem"
    grep -F "registered" said
    grep -F "有効性確認" said
    grep -F "municipal office" said
    grep -F -- "--crl" said
}

sign_wants_its_password_once() {
    with_verifies 1 check_is 0 sign --anchor "$PKI/sign-ca.pem" --pin-file -
    row Use "good: for signatures that bind whoever makes them"
    with_verifies 0 check_is 1 sign --anchor "$PKI/sign-ca.pem" # nobody can be asked
    "$MYNAKEY" remember --yes --pin-file - <<<"$SIGN_PIN"
    with_verifies 0 check_is 0 sign --anchor "$PKI/sign-ca.pem"
    grep -F "(the copy that is kept here)" said
    "$MYNAKEY" forget
}

# --- with a list ---------------------------------------------------------------------------------------

a_list_without_it_says_good() { # FORM
    revoked=00BADBAD make_list good auth-ca -crldays 3
    check_is 0 auth --anchor "$PKI/auth-ca.pem" --crl "good.$1"
    row Revocation "good: not in the list of $(date +%Y-%m-%d)"
    must_fail grep -F "有効性確認" said
}

a_list_with_it_says_revoked() { # FORM
    revoked=$(serial_of "$PKI/auth.pem") make_list bad auth-ca -crldays 3
    check_is 12 auth --anchor "$PKI/auth-ca.pem" --crl "bad.$1"
    row Revocation "REVOKED on "
    row Revocation "(keyCompromise)"
    check_is 12 auth --anchor "$PKI/auth-ca.pem" --crl "bad.$1" --json
    python3 - said <<'END'
import json, sys
found = json.load(open(sys.argv[1]))
assert found["revocation"] == "revoked" and found["reason"] == "keyCompromise" and "revoked_at" in found, found
END
}

an_old_list_says_nothing() {
    make_list old auth-ca -crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z
    check_is 41 auth --anchor "$PKI/auth-ca.pem" --crl old.pem
    row Revocation "NOT KNOWN: not in the list of 2020-01-01"
    # What was revoked then still is.
    revoked=$(serial_of "$PKI/auth.pem") make_list old auth-ca -crl_lastupdate 20200101000000Z \
        -crl_nextupdate 20200201000000Z
    check_is 12 auth --anchor "$PKI/auth-ca.pem" --crl old.pem
}

anothers_list_says_nothing() {
    revoked=$(serial_of "$PKI/auth.pem") make_list other sign-ca -crldays 3
    check_is 41 auth --anchor "$PKI/auth-ca.pem" --crl other.pem
    row Revocation "NOT KNOWN: the list cannot be used"
    : >empty.pem
    check_is 1 auth --anchor "$PKI/auth-ca.pem" --crl empty.pem
    # Nor does one that is not trusted: it says so of the certificate too.
    make_list good auth-ca -crldays 3
    check_is 15 auth --crl good.pem
    row Revocation "NOT KNOWN: the list cannot be used"
}

a_changed_list_says_nothing() {
    revoked=$(serial_of "$PKI/auth.pem") make_list bad auth-ca -crldays 3
    printf '\377' | dd of=bad.der bs=1 seek=$(($(stat -c %s bad.der) - 9)) conv=notrunc status=none
    check_is 41 auth --anchor "$PKI/auth-ca.pem" --crl bad.der
    head -c 100 bad.der >cut.der
    check_is 41 auth --anchor "$PKI/auth-ca.pem" --crl cut.der
    check_is 41 auth --anchor "$PKI/auth-ca.pem" --crl "$PKI/auth.pem"
    check_is 1 auth --anchor "$PKI/auth-ca.pem" --crl none.crl
}

# An authority for lists alone, whose list speaks for the certificates of auth-ca too (RFC 5280, 5.2.5): it is
# built here byte by byte, for OpenSSL makes none with the extension that names whose certificate an entry is of.
an_indirect_list_counts_with_its_issuer() {
    cat >issuer.cnf <<END
[req]
distinguished_name = name
prompt = no
[name]
CN = Issuer of lists
[extensions]
keyUsage = critical, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
keyUsage = digitalSignature
crlDistributionPoints = point
[point]
fullname = URI:http://lists.invalid/1
CRLissuer = dirName:name
END
    openssl req -new -newkey rsa:2048 -nodes -keyout issuer.key -config issuer.cnf -out issuer.csr 2>/dev/null
    openssl x509 -req -in issuer.csr -CA "$PKI/auth-ca.pem" -CAkey "$PKI/auth-ca.key" -set_serial 77 -days 9 \
        -extfile issuer.cnf -extensions extensions -out issuer.pem 2>/dev/null
    openssl x509 -in issuer.pem -outform DER -out issuer.der
    openssl req -new -newkey rsa:2048 -nodes -keyout leaf.key -subj "/CN=leaf" -out leaf.csr 2>/dev/null
    openssl x509 -req -in leaf.csr -CA "$PKI/auth-ca.pem" -CAkey "$PKI/auth-ca.key" -set_serial 78 -days 9 \
        -extfile issuer.cnf -extensions leaf -outform DER -out leaf.der 2>/dev/null
    cat >sequence.py <<'END'
import datetime, subprocess, sys
def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    return bytes([tag]) + (bytes([n]) if n < 128 else bytes([0x82, n >> 8, n & 255])) + body
def inside(der):
    n = der[1]
    skip = 2 if n < 128 else 2 + (n & 127)
    return der[skip:]
def parts(der):
    out, at = [], 0
    while at < len(der):
        n, skip = der[at + 1], 2
        if n >= 128:
            skip = 2 + (n & 127)
            n = int.from_bytes(der[at + 2 : at + skip], "big")
        out.append(der[at : at + skip + n])
        at += skip + n
    return out
def fields(path):
    return parts(inside(parts(inside(open(path, "rb").read()))[0]))
leaf, ca, issuer = (fields(p) for p in sys.argv[1:4])
sha256 = tlv(0x30, bytes.fromhex("06092A864886F70D01010B0500"))
time = lambda days: tlv(0x17, (datetime.datetime.utcnow() + datetime.timedelta(days)).strftime("%y%m%d%H%M%SZ").encode())
oid = lambda last: bytes([6, 3, 0x55, 0x1D, last])
critical = bytes([1, 1, 255])
whose = tlv(0x30, oid(29), critical, tlv(4, tlv(0x30, tlv(0xA4, leaf[3]))))
entry = tlv(0x30, leaf[1], time(-1), tlv(0x30, whose))
scope = tlv(0x30, oid(28), critical, tlv(4, tlv(0x30, bytes([0x84, 1, 255]))))
number = tlv(0x30, oid(20), tlv(4, bytes([2, 1, 1])))
body = tlv(0x30, bytes([2, 1, 1]), sha256, issuer[5], time(-1), time(3), tlv(0x30, entry), tlv(0xA0, tlv(0x30, number, scope)))
open("body", "wb").write(body)
subprocess.run(["openssl", "dgst", "-sha256", "-sign", "issuer.key", "-out", "signature", "body"], check=True)
open("indirect.der", "wb").write(tlv(0x30, body, sha256, tlv(3, b"\0", open("signature", "rb").read())))
END
    python3 sequence.py leaf.der "$PKI/auth-ca.der" issuer.der
    openssl crl -inform DER -in indirect.der -noout -text | grep -F "Indirect CRL"
    check_is 41 leaf.der --anchor "$PKI/auth-ca.pem" --crl indirect.der
    check_is 12 leaf.der --anchor "$PKI/auth-ca.pem" --crl indirect.der --crl-issuer issuer.pem
    row Revocation "REVOKED on "
    # It does not speak for those that name no other issuer of lists.
    check_is 41 auth --anchor "$PKI/auth-ca.pem" --crl indirect.der --crl-issuer issuer.pem
    row Revocation "NOT KNOWN: the list does not speak for this certificate"
}

# --- the rest ------------------------------------------------------------------------------------------

a_wrong_use_is_told() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out use.pem -days 9 -subj "/CN=use" \
        -addext keyUsage=keyEncipherment 2>/dev/null
    check_is 40 use.pem --anchor use.pem
    row Use "WRONG: the certificate does not allow it"
}

a_certificate_of_ones_own_is_no_failure() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out own.pem -days 200 -subj "/CN=own" \
        -addext keyUsage=digitalSignature -addext basicConstraints=CA:FALSE 2>/dev/null
    openssl pkcs12 -export -in own.pem -inkey k.pem -out own.pfx -passout pass:something
    "$MYNAKEY" soft add own.pfx --cert own.pem
    check_is 0 soft
    row Issuer "NOT CHECKED: signed with its own key"
    must_fail grep -F "有効性確認" said
}

# Whoever asks a script to believe a file has made it, too.
a_file_that_only_vouches_for_itself_is_not_trusted() {
    check_is 15 own.pem
    row Issuer "NOT CHECKED: signed with its own key"
}

programs_get_all_of_it() {
    revoked=$(serial_of "$PKI/auth.pem") make_list bad auth-ca -crldays 3
    "$MYNAKEY" check auth --json --anchor "$PKI/auth-ca.pem" --crl bad.pem >said || true
    "$MYNAKEY" check auth --json --crl bad.pem >untrusted || true
    python3 - "$system/../../docs/owner.md" said untrusted <<'END'
import json, sys
page, *found = open(sys.argv[1]).read(), *(json.load(open(f)) for f in sys.argv[2:])
assert found[0]["chain"] == "given" and found[0]["use"] is True, found[0]
assert found[1]["chain"] == "untrusted" and found[1]["revocation"] == "list-unusable", found[1]
missing = {k for one in found for k in one if f"`{k}`" not in page}
assert not missing, missing
END
}

it_speaks_japanese() {
    speak_japanese
    check_is 0 auth --anchor "$PKI/auth-ca.pem"
    row 期限 "まで有効（残り"
    row 失効の確認 未確認
    grep -F "個人には公開されていない" said
    must_fail grep -E "good|NOT|leads" said
}

an_expired_one_is_told() {
    with_verifies 0 check_is 13 auth --anchor "$PKI/auth-ca.pem"
    row Time "EXPIRED on"
    row Issuer "leads to what --anchor gave"
}

no_card_is_told() {
    with_verifies 0 check_is 3
    with_verifies 0 check_is 2 auth more
}

meet() { # PERSONA
    case $1 in
    fresh)
        check a_test_card_is_not_taken_for_a_real_one
        check an_anchor_is_told_not_to_be_jpki
        check it_says_why_revocation_is_not_checked_and_where_it_is
        check sign_wants_its_password_once
        for form in pem der; do
            check a_list_without_it_says_good "$form"
            check a_list_with_it_says_revoked "$form"
        done
        check an_old_list_says_nothing
        check anothers_list_says_nothing
        check a_changed_list_says_nothing
        check an_indirect_list_counts_with_its_issuer
        check a_wrong_use_is_told
        check a_certificate_of_ones_own_is_no_failure
    check a_file_that_only_vouches_for_itself_is_not_trusted
        check programs_get_all_of_it
        check it_speaks_japanese
        ;;
    expired) check an_expired_one_is_told ;;
    foreign) check no_card_is_told ;;
    esac
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    meet "$1"
    finish
fi
must_be_possible
for persona in fresh expired foreign; do
    echo "# persona $persona"
    relay "$with_card" --persona "$persona" -- "$0" "$persona"
done
finish
