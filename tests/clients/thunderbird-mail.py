#!/usr/bin/python3 -B
"""thunderbird-mail.py PROFILE TOKEN CERTIFICATE MAIL: Thunderbird without a display sends a signed message to a mail
server of this script's own, which puts what came into the file MAIL. Its identity has CERTIFICATE (a DER file) as
the account settings leave it. TOKEN's PIN, in the environment, is given once; every other dialog is cancelled.
Told on standard output: the dialogs, what became of the message, and Thunderbird's exit status."""

import base64
import os
import pathlib
import socketserver
import struct
import sys
import threading
import time

from marionette import Program

profile, token, certificate, mail = sys.argv[1:]
pin = os.environ.pop("PIN")
sender = "taro@example.jp"


class MailServer(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as it takes for one message."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 localhost")
        for line in self.rfile:
            word = line.strip().upper()
            if word.startswith(b"EHLO"):
                self.say("250-localhost\r\n250 8BITMIME")
            elif word == b"DATA":
                self.say("354 go on")
                pathlib.Path(mail).write_bytes(self.message())
                self.say("250 taken")
            elif word == b"QUIT":
                self.say("221 goodbye")
                return
            else:
                self.say("250 yes")

    def message(self):
        lines = b""
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines += line.removeprefix(b".")
        return lines


def elements(der):
    """Those of DER that are in one constructed element: (whole, content) each."""
    while der:
        length, head = der[1], 2
        if length & 0x80:
            head += length & 0x7F
            length = int.from_bytes(der[2:head], "big")
        yield der[: head + length], der[head : head + length]
        der = der[head + length :]


def key_of(der):
    """The name by which Mozilla's programs know a certificate: its serial number and issuer."""
    _, content = next(elements(der))
    _, to_be_signed = next(elements(content))
    _, (_, serial), _, (issuer, _), *_ = elements(to_be_signed)
    lengths = struct.pack(">IIII", 0, 0, len(serial), len(issuer))
    return base64.b64encode(lengths + serial + issuer).decode()


server = socketserver.TCPServer(("127.0.0.1", 0), MailServer)
threading.Thread(target=server.serve_forever, daemon=True).start()

identity = {
    "fullName": "Taro",
    "useremail": sender,
    "valid": True,
    "smtpServer": "smtp1",
    "fcc": False,  # no copy is put by
    "signing_cert_name": token,
    "signing_cert_dbkey": key_of(pathlib.Path(certificate).read_bytes()),
    "sign_mail": True,
}
local_folders = {
    "type": "none",
    "hostname": "Local Folders",
    "name": "Local Folders",
    "userName": "nobody",
    "directory-rel": "[ProfD]Mail/Local Folders",
}
mail_server = {
    "hostname": "127.0.0.1",
    "port": server.server_address[1],
    "authMethod": 1,  # none
    "try_ssl": 0,
    "type": "smtp",
}
settings = {
    "app.update.enabled": False,
    "app.donation.eoy.version.viewed": 999,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.shell.checkDefaultClient": False,
    "mail.spotlight.firstRunDone": True,
    "mailnews.start_page.enabled": False,
    "mail.accountmanager.accounts": "account1",
    "mail.accountmanager.defaultaccount": "account1",
    "mail.accountmanager.localfoldersserver": "server1",
    "mail.account.account1.server": "server1",
    "mail.account.account1.identities": "id1",
    "mail.smtpservers": "smtp1",
    "mail.smtp.defaultserver": "smtp1",
}
for prefix, group in (
    ("mail.identity.id1.", identity),
    ("mail.server.server1.", local_folders),
    ("mail.smtpserver.smtp1.", mail_server),
):
    settings |= {prefix + name: value for name, value in group.items()}

# What the compose window does when its owner sends: the same services below it.
SEND = r"""
const [sender] = arguments;
const {MailServices} = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");

const listener = {
  QueryInterface: ChromeUtils.generateQI(["nsIMsgSendListener"]),
  onStartSending() {},
  onProgress() {},
  onSendProgress() {},
  onStatus() {},
  onGetDraftFolderURI() {},
  onTransportSecurityError() {},
  onSendNotPerformed() { tell("message: not sent"); },
  onStopSending(id, status) { tell(status === 0 ? "message: sent" : "message: failed, 0x" + (status >>> 0).toString(16)); },
};

async function send() {
  const identity = MailServices.accounts.allIdentities.find(one => one.email === sender);
  const fields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
  fields.from = sender;
  fields.to = "hanako@example.jp";
  fields.subject = "A letter";
  fields.body = "The quick brown fox jumps over the lazy dog.\r\n";
  fields.forcePlainText = true;
  const secure = Cc["@mozilla.org/messengercompose/composesecure;1"].createInstance(Ci.nsIMsgComposeSecure);
  secure.signMessage = true;
  secure.requireEncryptMessage = false;
  fields.composeSecure = secure;
  const sending = Cc["@mozilla.org/messengercompose/send;1"].createInstance(Ci.nsIMsgSend);
  await sending.createAndSendMessage(null, identity, "account1", fields, false, false,
    Ci.nsIMsgSend.nsMsgDeliverNow, null, "text/plain", fields.body, null, null, listener, "", null,
    Ci.nsIMsgCompType.New);
}

Services.wm.getMostRecentWindow(null).setTimeout(
  () => send().catch(error => tell("message: failed, " + error)), 300);
"""


def wait_until_sent(thunderbird):
    """All that was told."""
    end = time.monotonic() + 120
    while "message:" not in thunderbird.told() and time.monotonic() < end:
        time.sleep(0.3)
    return thunderbird.told()


with Program("thunderbird", profile, settings) as thunderbird:
    thunderbird.answer_dialogs(token, pin)
    thunderbird.run(SEND, sender, sandbox="answers")
    told = wait_until_sent(thunderbird)
    print(told, end="")
    status = thunderbird.quit()
    print("Thunderbird ended with status", status)
    sys.exit(status if "message: sent\n" in told else 1)
