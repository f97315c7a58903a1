#!/usr/bin/env bash
# `mynakey doctor`: what keeps a card from being used, and the command that mends it.
set -euo pipefail
. "$(dirname "$0")/world.sh"
export LC_ALL=C.UTF-8

# doctor STATUS OPTION...
doctor() {
    local status=0
    timeout 60 "$MYNAKEY" doctor "${@:2}" >said 2>&1 || status=$?
    cat said
    same "exit status" "$1" "$status"
}

says() {
    grep -F -- "$1" said
}

# --- a machine made of files -----------------------------------------------------------------------------

# A device on USB below ./root: usb NUMBER VENDOR PRODUCT CLASS [KERNEL-DRIVER]
usb() {
    local folder=root/sys/bus/usb/devices
    mkdir -p "$folder/1-$1" "$folder/1-$1:1.0"
    echo "$2" >"$folder/1-$1/idVendor"
    echo "$3" >"$folder/1-$1/idProduct"
    echo "Reader $1" >"$folder/1-$1/product"
    echo "$4" >"$folder/1-$1:1.0/bInterfaceClass"
    [ -z "${5-}" ] || ln -s "../../../../bus/usb/drivers/$5" "$folder/1-$1:1.0/driver"
}

# The driver of the service that knows one reader by its name, and all that speak its protocol.
install_libccid() {
    mkdir -p root/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents
    cat >root/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist <<'END'
<dict>
	<key>ifdVendorID</key>
	<array>
		<string>0x08E6</string>
		<string>0x054C</string>
	</array>
	<key>ifdProductID</key>
	<array>
		<string>0x3437</string>
		<string>0x0DC8</string>
	</array>
</dict>
END
}

new_machine() {
    rm -rf root
    mkdir -p root/sys/bus/usb/devices
}

a_reader_that_the_kernel_holds_is_told() { # DRIVER MODULE
    new_machine
    install_libccid
    usb 2 054c 06c1 ff "$1"
    doctor 1 --root root
    says "WRONG: Reader 2 (USB 054c:06c1): the kernel's driver $1 holds it"
    says "    echo 'blacklist $2' | sudo tee /etc/modprobe.d/mynakey-nfc.conf"
    says "    sudo modprobe -r $2"
}

the_package_that_a_reader_needs_is_named() {
    new_machine
    usb 2 04e6 5116 0b
    usb 3 072f 90cc 00
    usb 4 054c 0dc9 ff
    doctor 1 --root root
    says "WRONG: Reader 2 (USB 04e6:5116): its driver is not installed."
    says "WRONG: Reader 3 (USB 072f:90cc): its maker's driver is not installed."
    says "    sudo apt install libacsccid1"
    says "WRONG: Reader 4 (USB 054c:0dc9)"
    says "    sudo apt install libccid"
    grep -c "systemctl restart pcscd" said
}

a_reader_with_a_driver_is_good() {
    new_machine
    install_libccid
    usb 2 04e6 5116 0b
    usb 4 054c 0dc8 ff
    usb 5 046d c31c 03
    doctor 0 --root root
    says "good: Reader 2 (USB 04e6:5116): a driver for it is installed."
    says "good: Reader 4 (USB 054c:0dc8): a driver for it is installed."
    must_fail grep "Reader 5" said
}

a_reader_that_no_driver_knows_is_told_of() {
    new_machine
    install_libccid
    usb 2 054c 06c3 ff
    doctor 0 --root root
    says "look: Reader 2 (USB 054c:06c3): no driver"
}

# --- the service -----------------------------------------------------------------------------------------

a_good_machine_is_told_as_such() {
    new_machine
    doctor 0 --root root
    says "good: The smart card service (pcscd) runs, and you may use it."
    says "good: Virtual PCD 00 00: a My Number Card is in it."
    same "VERIFY commands" 0 "$(verifies)"
}

programs_read_the_same() {
    new_machine
    usb 2 054c 06c1 ff port100
    doctor 1 --root root --json
    python3 - said <<'END'
import json, sys
findings = json.load(open(sys.argv[1]))["findings"]
state = {finding["about"]: finding["state"] for finding in findings}
assert state["service"] == "good" and state["kernel-driver"] == "bad", state
held = next(finding for finding in findings if finding["about"] == "kernel-driver")
assert "modprobe -r port100" in held["remedy"]
END
}

a_module_that_is_not_there_is_told() {
    local module
    module=$(grep -aoE '/[[:alnum:]/_.-]+/mynakey-pkcs11\.so' "$MYNAKEY" | head -n 1)
    new_machine
    mount -t tmpfs mynakey "$(dirname "$module")"
    doctor 1 --root root
    says "WRONG: The module is not at "
}

a_service_that_does_not_run_is_told() {
    new_machine
    stop_service
    doctor 1 --root root
    says "WRONG: The smart card service (pcscd) is not installed."
    says "    sudo apt install pcscd libccid"
    mkdir -p root/usr/sbin
    cp /bin/true root/usr/sbin/pcscd
    doctor 1 --root root
    says "WRONG: The smart card service (pcscd) is installed, but does not answer."
    says "    sudo systemctl enable --now pcscd.socket"
    start_service 1
}

it_speaks_japanese() {
    speak_japanese
    new_machine
    usb 2 054c 06c1 ff port100
    doctor 1 --root root
    says "よし: スマートカードのサービス（pcscd）は動いていて、使えます。"
    says "だめ: Reader 2 (USB 054c:06c1)"
    says "カーネルのドライバーport100"
}

on_fresh() {
    install_in_this_world
    check a_good_machine_is_told_as_such
    check a_reader_that_the_kernel_holds_is_told port100 port100
    check a_reader_that_the_kernel_holds_is_told pn533_usb pn533_usb
    check the_package_that_a_reader_needs_is_named
    check a_reader_with_a_driver_is_good
    check a_reader_that_no_driver_knows_is_told_of
    check programs_read_the_same
    check it_speaks_japanese
    check a_service_that_does_not_run_is_told
    check a_module_that_is_not_there_is_told
}

# --- other cards -----------------------------------------------------------------------------------------

a_card_of_another_kind_is_told() {
    new_machine
    doctor 1 --root root
    says "WRONG: Virtual PCD 00 00: This card is not a My Number Card"
}

on_foreign() {
    install_in_this_world
    check a_card_of_another_kind_is_told
}

# A card the wrong way round does not even answer to reset.
a_card_that_does_not_answer_is_to_be_turned() {
    new_machine
    doctor 3 --root root
    says "look: Virtual PCD 00 00: no card answers. If there is one, turn it"
}

on_mute() {
    install_in_this_world
    check a_card_that_does_not_answer_is_to_be_turned
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    "on_$1"
    finish
fi
must_be_possible
for persona in fresh foreign mute; do
    echo "# persona $persona"
    unseen=()
    [ "$persona" != mute ] || unseen=(--unseen)
    relay "$with_card" --persona "$persona" "${unseen[@]}" -- "$0" "$persona"
done
finish
