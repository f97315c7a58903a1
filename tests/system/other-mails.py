#!/usr/bin/env python3
"""The files of a request in mails as other programs than ours send them.

other-mails.py CER MNSGN FOLDER             one mail of each kind
other-mails.py --mailbox FILE [CER MNSGN]...   a mailbox (mbox) with other mails between
other-mails.py --only CER FILE              a mail with one of the files
other-mails.py --twice CER MNSGN FILE       a mail with each of them twice
"""

import email.encoders
import email.policy
import mailbox
import os
import sys
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText


def read(path):
    with open(path, "rb") as file:
        return file.read()


def attachment(content, kind, name, charset=None, encode=email.encoders.encode_base64):
    part = MIMEBase(*kind.split("/"))
    part.set_payload(content)
    encode(part)
    if name is not None:
        part.add_header("Content-Disposition", "attachment",
                        filename=(charset, "", name) if charset else name)
    return part


def encode_quopri(part):
    """Every byte in hexadecimal: what is no text must not be taken for lines."""
    content = part.get_payload(decode=True)
    lines = [content[at:at + 24] for at in range(0, len(content), 24)]
    part.set_payload("=\n".join("".join(f"={byte:02X}" for byte in line) for line in lines))
    part["Content-Transfer-Encoding"] = "quoted-printable"


def mail(*parts, sender="Mikiya <mikiya@example.jp>"):
    message = MIMEMultipart()
    message["From"] = sender
    message["To"] = "authority@example.jp"
    message["Subject"] = Header("MyNumSignの証明書発行希望", "utf-8")
    message.attach(MIMEText("証明書の発行を希望します。\n", "plain", "utf-8"))
    for part in parts:
        message.attach(part)
    return message


def plain(certificate, signature):
    return [attachment(certificate, "application/octet-stream", "MyNumCert.cer"),
            attachment(signature, "application/octet-stream", "MyNumCert.mnsgn")]


def gmail(certificate, signature):
    """Text in two forms, types guessed from the names."""
    message = mail(attachment(certificate, "application/x-x509-ca-cert", "MyNumCert.cer"),
                   attachment(signature, "application/octet-stream", "MyNumCert.mnsgn"))
    both = MIMEMultipart("alternative")
    both.attach(MIMEText("hello\n", "plain"))
    both.attach(MIMEText("<p>hello</p>\n", "html"))
    message.attach(both)
    return message


def thunderbird(certificate, signature):
    """Names in Japanese by RFC 2231, quoted-printable."""
    return mail(attachment(certificate, "application/pkix-cert", "証明書.cer", "utf-8",
                           encode_quopri),
                attachment(signature, "application/pkcs7-signature", "証明書.mnsgn", "utf-8"))


def outlook(certificate, signature):
    """Names in encoded words, against the standard."""
    parts = []
    for content, name in ((certificate, "=?UTF-8?B?6Ki85piO5pu4LmNlcg==?="),
                          (signature, "=?UTF-8?B?6Ki85piO5pu4Lm1uc2du?=")):
        part = attachment(content, "application/octet-stream", None)
        part["Content-Disposition"] = f'attachment; filename="{name}"'
        parts.append(part)
    return mail(*parts)


def nameless(certificate, signature):
    """No names at all."""
    return mail(attachment(certificate, "application/octet-stream", None),
                attachment(signature, "application/octet-stream", None))


def forwarded(certificate, signature):
    return mail(MIMEMessage(mail(*plain(certificate, signature), sender="other@example.jp")))


def signed(certificate, signature):
    """Signed by its sender, too: that signature is not the card's."""
    message = MIMEMultipart("signed", protocol="application/pkcs7-signature", micalg="sha-256")
    inside = mail(*plain(certificate, signature))
    for field in ("From", "To", "Subject"):
        message[field] = inside[field]
        del inside[field]
    message.attach(inside)
    message.attach(attachment(signature, "application/pkcs7-signature", "smime.p7s"))
    return message


def pictured(certificate, signature):
    return mail(MIMEApplication(b"\x89PNG\r\n\x1a\n" * 1000, "png", name="logo.png"),
                *plain(certificate, signature))


def write(path, message):
    with open(path, "wb") as file:
        file.write(message.as_bytes(policy=email.policy.compat32.clone(linesep="\r\n")))


def write_mailbox(path, files):
    box = mailbox.mbox(path)
    box.add(mail())
    for certificate, signature in zip(files[::2], files[1::2]):
        box.add(mail(*plain(read(certificate), read(signature))))
        box.add(mail(MIMEText("From here on\nFrom there\n", "plain")))
    box.close()


def main():
    words = sys.argv[1:]
    if words[0] == "--mailbox":
        write_mailbox(words[1], words[2:])
    elif words[0] == "--only":
        write(words[2], mail(attachment(read(words[1]), "application/pkix-cert", words[1])))
    elif words[0] == "--twice":
        content = read(words[1]), read(words[2])
        write(words[3], mail(*plain(*content), *plain(*content)))
    else:
        os.makedirs(words[2])
        for kind in (gmail, thunderbird, outlook, nameless, forwarded, signed, pictured):
            write(f"{words[2]}/{kind.__name__}.eml", kind(read(words[0]), read(words[1])))


main()
