#!/usr/bin/env bash
# LibreOffice on a display that nobody sees: a PDF exported with a signature, and a signed ODF document,
# through a profile of NSS whose module offers the signing token alone. A macro gives the orders. The
# dialog for the PIN is LibreOffice's own, answered as a person would, on the keyboard; a picture of it
# stays in the build folder.
set -euo pipefail
. "$(dirname "$0")/profile.sh"
needs soffice Xvfb xdotool xwdtopnm pnmtopng modutil certutil pdfsig xmlsec1 unzip openssl /usr/bin/python3
in_world

# --- the display -----------------------------------------------------------------------------------

# The network is the world's own, other places for sockets and locks are not.
export DISPLAY=127.0.0.1:7

start_display() {
    mount -t tmpfs mynakey /var/lib/xkb # for files that are named by the display's number
    mkdir screen
    # It begins anew when its last client leaves, and is not there meanwhile, unless it is told not to.
    Xvfb :7 -noreset -nolock -nolisten unix -nolisten local -listen tcp -screen 0 480x240x24 -fbdir screen \
        >display.log 2>&1 &
    end_with_the_test $!
    until_true display_is_there
}

display_is_there() {
    xdotool getdisplaygeometry >/dev/null 2>&1
}

take_picture() { # FILE
    mkdir -p "${1%/*}"
    xwdtopnm screen/Xvfb_screen0 2>/dev/null | pnmtopng 2>/dev/null >"$1"
}

# --- LibreOffice -----------------------------------------------------------------------------------

# What a person's first start leaves, and a macro. The
# folder has a name of its own since LibreOffice hands its orders to a running one with the same folder,
# which it finds by a socket in /tmp, and /tmp is not the world's own.
make_settings() {
    local registry=http://openoffice.org/2001/registry library=http://openoffice.org/2000/library
    local script=http://openoffice.org/2000/script macros
    XDG_CONFIG_HOME=$(mktemp -d "$PWD/settings.XXXXXXXXXX")
    export XDG_CONFIG_HOME
    settings=$XDG_CONFIG_HOME/libreoffice/4
    macros=$settings/user/basic/Standard
    mkdir -p "$macros"
    cat >"$settings/user/registrymodifications.xcu" <<XML
<oor:items xmlns:oor="$registry">
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse">
<value>true</value></prop></item>
</oor:items>
XML
    cat >"$settings/user/basic/script.xlc" <<XML
<library:libraries xmlns:library="$library">
<library:library library:name="Standard" library:link="false"/>
</library:libraries>
XML
    cat >"$macros/script.xlb" <<XML
<library:library xmlns:library="$library" library:name="Standard" library:readonly="false">
<library:element library:name="Sign"/>
</library:library>
XML
    cat >"$macros/Sign.xba" <<XML
<script:module xmlns:script="$script" script:name="Sign" script:language="StarBasic"><![CDATA[
$(cat "$clients/libreoffice-sign.bas")
]]></script:module>
XML
}

# The number of the dialog's window, once the dialog is there.
dialog_of() { # PID
    while kill -0 "$1" 2>/dev/null; do
        xdotool search --onlyvisible --limit 1 --name '^Enter Password' 2>/dev/null && return
        sleep 0.2
    done
    fail "LibreOffice has ended and not asked for the PIN" >&2
}

# No second dialog is answered: it would mean that the PIN was not accepted.
answer_dialog() { # PID
    local window
    window=$(dialog_of "$1")
    xdotool windowfocus --sync "$window"
    printf '%s' "$SIGN_PIN" | xdotool type --file -
    take_picture "$MYNAKEY_BUILD/tests/clients/libreoffice.png"
    xdotool key Return
}

sign_documents() {
    local office
    FOLDER=$PWD SAL_USE_VCLPLUGIN=gen timeout --signal=KILL 250 soffice --norestore --nologo --nodefault \
        "-env:UserInstallation=file://$settings" macro:///Standard.Sign.Main &
    office=$!
    end_with_the_test "$office"
    answer_dialog "$office"
    wait "$office" || fail "LibreOffice ended with status $? after: $(cat told)"
}

# --- the tests -------------------------------------------------------------------------------------

the_page_tells_libreoffice() {
    answer_page setup "Go on? [yes/no]" yes >said
    is_as_on_the_page set-up said
    run_page setup-list | grep "set up with $MODULE_SIGN"
}

libreoffice_signs_and_asks_once() {
    start_display
    make_settings
    the_page_tells_libreoffice
    with_logins 1 sign_documents
    cat told
    same "certificates offered" 1 "$(grep -c '^offered: ' told)"
    grep -x "PDF written" told
    grep -x "ODF signed" told
    [ -s "$MYNAKEY_BUILD/tests/clients/libreoffice.png" ]
    answer_page undo "Go on? [yes/no]" yes
    run_page setup-list >said
    must_fail grep "$MODULE_SIGN" said
}

pdfsig_verifies_the_pdf() {
    pdfsig -nssdir sql:empty signed.pdf >said
    cat said
    same signatures 1 "$(grep -c "Signature is Valid" said)"
    grep "Certificate is Trusted" said
    grep "Total document signed" said
}

openssl_verifies_the_pdf() {
    pdf_is_signed_by "$PKI/sign-ca.pem" "$PKI/sign.der"
}

# The page is compressed, so the change is to the creator's name, "Writer" in UTF-16.
a_changed_pdf_is_not_valid() {
    sed 's/Creator<FEFF0057/Creator<FEFF0077/' signed.pdf >changed.pdf
    must_fail cmp signed.pdf changed.pdf
    pdfsig -nssdir sql:empty changed.pdf >said || true
    cat said
    grep "Signature #1" said
    must_fail grep "Signature is Valid" said
}

# What the signature refers to are names of the package's files.
verify_odf() { # FOLDER
    (cd "$1" && xmlsec1 --verify --trusted-pem "$PKI/sign-ca.pem" --enabled-key-data x509 \
        --id-attr:Id SignedProperties --id-attr:Id SignatureProperty \
        META-INF/documentsignatures.xml)
}

xmlsec1_verifies_the_odf() {
    local part
    mkdir odf && unzip -q -d odf signed.odt
    verify_odf odf >said 2>&1 || { cat said && return 1; }
    cat said
    grep -x OK said
    for part in content.xml styles.xml META-INF/manifest.xml; do
        grep -q "URI=\"$part\"" odf/META-INF/documentsignatures.xml
    done
    tr -d '\n' <odf/META-INF/documentsignatures.xml | tr '<' '\n' |
        sed -n 's/^X509Certificate>//p' | grep -xF "$(base64 -w 0 "$PKI/sign.der")"
}

a_changed_odf_is_not_valid() {
    cp -r odf changed
    sed -i 's/quick brown/quick green/' changed/content.xml
    must_fail cmp odf/content.xml changed/content.xml
    must_fail verify_odf changed
}

cd "$TMPDIR"
version soffice --version
install_mynakey
make_empty_profile empty
check libreoffice_signs_and_asks_once
check pdfsig_verifies_the_pdf
check openssl_verifies_the_pdf
check a_changed_pdf_is_not_valid
check xmlsec1_verifies_the_odf
check a_changed_odf_is_not_valid
finish_with_the_card "$(package_version libreoffice-core)" "PDF and ODF signed, signing token"
