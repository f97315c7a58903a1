#!/usr/bin/python3
"""pe-signature.py PROGRAM BYTES PKCS7: of a signed program for Windows (PE32+), as "Windows Authenticode Portable Executable
Signature Format" has it: the bytes that are signed, and the signature, which stands behind them."""

import pathlib
import struct
import sys

program, signed, pkcs7 = map(pathlib.Path, sys.argv[1:])
data = program.read_bytes()
optional = struct.unpack_from("<I", data, 60)[0] + 24
checksum, table = optional + 64, optional + 112 + 4 * 8
start, _ = struct.unpack_from("<II", data, table)
(length,) = struct.unpack_from("<I", data, start)
signed.write_bytes(data[:checksum] + data[checksum + 4 : table] + data[table + 8 : start])
pkcs7.write_bytes(data[start + 8 : start + length])
