#!/usr/bin/python3
"""pe-program.py OUT: a program for Windows that ends at once with status 0, as small as one can be that is fit to be
signed ("PE Format": a header of MS-DOS, the COFF header, the optional header of PE32+ and one section)."""

import pathlib
import struct
import sys

ALIGNMENT, PAGE = 0x200, 0x1000
code = b"\x31\xc0\xc3"  # xor eax, eax; ret


def padded(piece, size=ALIGNMENT):
    return piece + bytes(-len(piece) % size)


dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 112 + 16 * 8, 0x22)
optional = struct.pack("<HBBIIIII", 0x20B, 0, 0, ALIGNMENT, 0, 0, PAGE, PAGE)
optional += struct.pack("<QII", 0x140000000, PAGE, ALIGNMENT)  # where it is loaded
optional += struct.pack("<HHHHHH", 6, 0, 0, 0, 6, 0)  # versions: Windows Vista and later
optional += struct.pack("<IIIIHH", 0, 2 * PAGE, ALIGNMENT, 0, 3, 0)  # a console's program
optional += struct.pack("<QQQQII", 0x100000, PAGE, 0x100000, PAGE, 0, 16)  # stack, heap
optional += bytes(16 * 8)  # no tables; the signature becomes the fifth
section = b".text\0\0\0" + struct.pack("<IIIIIIHHI", len(code), PAGE, ALIGNMENT, ALIGNMENT, 0, 0, 0, 0, 0x60000020)

pathlib.Path(sys.argv[1]).write_bytes(padded(dos + coff + optional + section) + padded(code))
