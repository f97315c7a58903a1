#!/usr/bin/python3
"""libreoffice-sign.py PROFILE CERTIFICATE TOKEN OUT: LibreOffice on the NSS profile makes OUT/signed.pdf,
exported with a signature, and OUT/signed.odt, signed, both with the certificate in the DER file. TOKEN's
PIN, in the environment, goes into LibreOffice's own dialog, once.

There is no display. The option for that (--headless) would cancel every dialog, the one for the PIN
too; --invisible with the backend svp shows dialogs to programs: they are filled in by a second thread
through the interface for assistive technology."""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import traceback

import uno
from com.sun.star.beans import PropertyValue

profile, certificate_file, token = sys.argv[1:4]
out = pathlib.Path(sys.argv[4]).resolve()
pin = os.environ.pop("PIN")
pipe = "mynakey-test"

office = subprocess.Popen(
    ["soffice", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
     f"-env:UserInstallation={(out / 'settings').as_uri()}", f"--accept=pipe,name={pipe};urp;"],
    env=dict(os.environ, MOZILLA_CERTIFICATE_FOLDER="sql:" + profile, SAL_USE_VCLPLUGIN="svp"),
    start_new_session=True,
)


def connect():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            if office.poll() is not None:
                sys.exit("soffice has ended")
            time.sleep(0.2)


def create(name, *arguments):
    return services.createInstanceWithArgumentsAndContext(name, arguments, context)


def properties(**values):
    made = []
    for name, value in values.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        made.append(one)
    return tuple(made)


def any_of(values):
    return uno.Any("[]com.sun.star.beans.PropertyValue", values)


# --- the dialog ---


def parts_of(accessible):
    """What a window is made of, itself included."""
    part = accessible.getAccessibleContext()
    yield part
    for i in range(part.getAccessibleChildCount()):
        child = part.getAccessibleChild(i)
        if child is not None:
            yield from parts_of(child)


def is_a_field(part):
    wanted = uno.getTypeByName("com.sun.star.accessibility.XAccessibleEditableText")
    return part.queryInterface(wanted) is not None


def answer(window):
    """A dialog with a field to fill in is one for a PIN. A second one would mean that the first was
    not accepted, or is another token's: it is cancelled."""
    parts = list(parts_of(window))
    fields = [part for part in parts if is_a_field(part)]
    buttons = {part.getAccessibleName().strip("_"): part for part in parts}
    if not fields or "OK" not in buttons or "Cancel" not in buttons:
        return
    names = [part.getAccessibleName() for part in parts]
    if any(token in name for name in names) and not answered:
        fields[0].setText(pin)
        answered.append(token)
        print("PIN given", flush=True)
        buttons["OK"].doAccessibleAction(0)
    else:
        print("cancelled:", names, flush=True)
        buttons["Cancel"].doAccessibleAction(0)


def answer_dialogs():
    while True:
        time.sleep(0.2)
        try:
            for i in range(toolkit.getTopWindowCount()):
                answer(toolkit.getTopWindow(i))
        except Exception as what:  # windows vanish while they are looked at
            print("dialogs:", type(what).__name__, flush=True)


# --- signing ---


def find_certificate():
    with open(certificate_file, "rb") as file:
        wanted = file.read()
    for certificate in security.getSecurityEnvironment().getPersonalCertificates():
        print("offered:", certificate.SubjectName, flush=True)
        if bytes(certificate.Encoded.value) == wanted:
            return certificate
    sys.exit("the certificate is not offered")


def write_documents(certificate):
    document = desktop.loadComponentFromURL(
        "private:factory/swriter", "_blank", 0, properties(Hidden=True)
    )
    document.Text.setString("The quick brown fox jumps over the lazy dog.")
    signing = any_of(properties(SignPDF=True, SignatureCertificate=certificate))
    document.storeToURL(
        (out / "signed.pdf").as_uri(),
        properties(FilterName="writer_pdf_Export", FilterData=signing),
    )
    document.storeToURL((out / "signed.odt").as_uri(), properties(FilterName="writer8"))
    document.close(True)


def sign_odf(certificate):
    """In the storage's default format the signature would be accepted, and not be written."""
    read_write = 7
    storage = uno.invoke(
        create("com.sun.star.embed.StorageFactory"),
        "createInstanceWithArguments",
        (((out / "signed.odt").as_uri(), read_write, any_of(properties(StorageFormat="ZipFormat"))),),
    )
    signatures = create("com.sun.star.security.DocumentDigitalSignatures", "1.3", False)
    if not signatures.signDocumentWithCertificate(certificate, storage, None):
        sys.exit("the document was not signed")
    storage.commit()
    storage.dispose()


answered = []
status = 1
try:
    context = connect()
    services = context.ServiceManager
    desktop = create("com.sun.star.frame.Desktop")
    toolkit = create("com.sun.star.awt.Toolkit")
    security = create("com.sun.star.xml.crypto.SEInitializer").createSecurityContext("")
    threading.Thread(target=answer_dialogs, daemon=True).start()
    chosen = find_certificate()
    write_documents(chosen)
    sign_odf(chosen)
    with contextlib.suppress(Exception):  # it may be gone before it can answer
        desktop.terminate()
    status = office.wait(60)
    print("soffice ended with status", status)
except BaseException:  # sys.exit too: what comes below knows no other end
    traceback.print_exc()
finally:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(office.pid, signal.SIGKILL)
    sys.stdout.flush()
    os._exit(status)  # the thread may be in the middle of a call to what has ended
