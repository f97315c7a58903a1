#!/usr/bin/python3
"""pdf-signature.py PDF BYTES CMS: takes the one signature of a PDF apart (ISO 32000, 12.8.1): the bytes
that it covers, which have to be everything but itself, and the signature, CMS."""

import re
import sys

pdf, covered, cms = sys.argv[1:]
with open(pdf, "rb") as file:
    document = file.read()

ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", document)
if len(ranges) != 1:
    sys.exit(f"{len(ranges)} signatures")
start, length, rest, rest_length = map(int, ranges[0])
if start != 0 or rest + rest_length != len(document):
    sys.exit("the signature does not cover the whole document")
gap = document[length:rest].strip()
if not re.fullmatch(rb"<[0-9A-Fa-f]+>", gap):
    sys.exit("something else than the signature is not covered")

# What was kept for it and not used is filled with zeros. A length of 0x80 means that it ends itself.
signature = bytes.fromhex(gap[1:-1].decode("ascii"))
if signature[1] < 0x80:
    signature = signature[: 2 + signature[1]]
elif signature[1] > 0x80:
    octets = signature[1] - 0x80
    signature = signature[: 2 + octets + int.from_bytes(signature[2 : 2 + octets], "big")]

with open(covered, "wb") as file:
    file.write(document[:length] + document[rest:])
with open(cms, "wb") as file:
    file.write(signature)
