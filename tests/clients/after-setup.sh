#!/usr/bin/env bash
# What `mynakey setup` wrote is read by the programs themselves: Firefox and LibreOffice, started as they
# are on a new machine, load the module. Whether they are able to use it is their own tests' matter.
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs firefox-esr soffice modutil certutil
in_world

loads() { # PID-OF-A-SESSION LIBRARY
    local maps
    for maps in /proc/[0-9]*/maps; do
        [ "$(cut -d' ' -f6 "${maps%/*}/stat" 2>/dev/null)" = "$1" ] || continue
        grep -q "$2\$" "$maps" 2>/dev/null && return
    done
    return 1
}

# --- Firefox ---------------------------------------------------------------------------------------

# Firefox's processes end with the first of them, and that with the test.
firefox_runs() { # FIREFOX-OPTION...
    MOZ_CRASHREPORTER_DISABLE=1 setsid firefox-esr --headless "$@" about:blank >>firefox.log 2>&1 &
    firefox=$!
    end_with_the_test "$firefox"
}

firefox_ends() {
    kill "$firefox"
    wait "$firefox" || true
}

modules_of_firefox() {
    find "$HOME" -name pkcs11.txt -path '*firefox*'
}

has_a_database() {
    [ -n "$(modules_of_firefox)" ]
}

firefox_makes_its_profile() {
    firefox_runs
    until_true has_a_database
    firefox_ends
    same profiles 1 "$(modules_of_firefox | wc -l)"
}

firefox_is_set_up() {
    "$MYNAKEY" setup firefox --yes
    "$MYNAKEY" setup --list | grep ": set up with $installed/mynakey-auth-pkcs11.so"
}

firefox_loads_the_module() {
    firefox_runs
    until_true loads "$firefox" "$installed/mynakey-auth-pkcs11.so"
    must_fail loads "$firefox" "$installed/mynakey-pkcs11.so"
}

# A Firefox that really runs holds its profile.
nothing_is_changed_while_it_runs() {
    local before
    before=$(sha256sum "$(modules_of_firefox)")
    must_fail "$MYNAKEY" setup firefox --undo --yes 2>said
    cat said
    grep "Firefox is running (process $firefox)" said
    same modules "$before" "$(sha256sum "$(modules_of_firefox)")"
}

firefox_loads_and_holds() {
    firefox_loads_the_module
    nothing_is_changed_while_it_runs
    firefox_ends
}

firefox_no_longer_loads_it() {
    "$MYNAKEY" setup firefox --undo --yes
    must_fail grep mynakey-auth "$(modules_of_firefox)"
}

# --- the same as NSS's own tool -----------------------------------------------------------------------

modutil_would_write_the_same() {
    local folder
    for folder in "$HOME/.thunderbird/a" by-modutil; do
        mkdir -p "$folder"
        certutil -N -d "sql:$folder" --empty-password
    done
    sed -i "s|configdir='[^']*'|configdir='here'|" "$HOME/.thunderbird/a/pkcs11.txt" by-modutil/pkcs11.txt
    "$MYNAKEY" setup thunderbird --yes
    modutil -force -dbdir sql:by-modutil -add mynakey -libfile "$installed/mynakey-sign-pkcs11.so"
    cmp "$HOME/.thunderbird/a/pkcs11.txt" by-modutil/pkcs11.txt
    rm -rf "$HOME/.thunderbird"
}

# --- LibreOffice -------------------------------------------------------------------------------------

office() { # OPTION...
    SAL_USE_VCLPLUGIN=svp timeout --signal=KILL 120 soffice --headless --norestore --nologo "$@"
}

libreoffice_makes_its_settings() {
    office --terminate_after_init
    [ -s "$XDG_CONFIG_HOME/libreoffice/4/user/registrymodifications.xcu" ]
}

libreoffice_is_set_up() {
    "$MYNAKEY" setup libreoffice --yes
    "$MYNAKEY" setup --list | grep ": set up with $installed/mynakey-sign-pkcs11.so"
}

# A macro has LibreOffice open its certificates, and waits until its libraries were looked at.
make_macro() {
    local macros=$XDG_CONFIG_HOME/libreoffice/4/user/basic/Standard
    mkdir -p "$macros"
    cat >"$macros/script.xlb" <<'XML'
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false"><library:element library:name="Certificates"/></library:library>
XML
    cat >"$macros/Certificates.xba" <<XML
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Certificates"
 script:language="StarBasic"><![CDATA[
Sub Main
    Dim context, ready
    context = CreateUnoService("com.sun.star.xml.crypto.SEInitializer").createSecurityContext("")
    ready = FreeFile()
    Open "$PWD/ready" For Output As #ready
    Close #ready
    Do Until FileExists("$PWD/seen")
        Wait 100
    Loop
    StarDesktop.terminate()
End Sub
]]></script:module>
XML
}

libreoffice_opens_its_certificates() {
    rm -f ready seen
    SAL_USE_VCLPLUGIN=svp setsid timeout --signal=KILL 250 soffice --headless --norestore --nologo \
        macro:///Standard.Certificates.Main &
    libreoffice=$!
    end_with_the_test "$libreoffice"
    until_true test -e ready
}

libreoffice_ends() {
    touch seen
    wait "$libreoffice"
}

libreoffice_loads_the_module() {
    make_macro
    libreoffice_opens_its_certificates
    loads "$libreoffice" "$installed/mynakey-sign-pkcs11.so"
    loads "$libreoffice" /libsoftokn3.so
    libreoffice_ends
}

libreoffice_no_longer_loads_it() {
    "$MYNAKEY" setup libreoffice --undo --yes
    libreoffice_opens_its_certificates
    loads "$libreoffice" /libsoftokn3.so
    must_fail loads "$libreoffice" "mynakey-[a-z0-9-]*.so"
    libreoffice_ends
}

cd "$TMPDIR"
# LibreOffice hands its orders to a running one with the same folder, which it finds by a socket in /tmp,
# and /tmp is not the world's own: so the folder has a name of its own.
XDG_CONFIG_HOME=$(mktemp -d "$HOME/config.XXXXXXXXXX")
export XDG_CONFIG_HOME
make_p11_kit_private
install_in_this_world
MYNAKEY=/usr/local/bin/mynakey
installed=$(dirname "$(find /usr/local/lib* -name mynakey-pkcs11.so | head -n 1)")
version firefox-esr --version
version soffice --version
check firefox_makes_its_profile
check firefox_is_set_up
check firefox_loads_and_holds
check firefox_no_longer_loads_it
check modutil_would_write_the_same
check libreoffice_makes_its_settings
check libreoffice_is_set_up
check libreoffice_loads_the_module
check libreoffice_no_longer_loads_it
check no_process_is_left
finish
