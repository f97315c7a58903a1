#!/usr/bin/python3
"""search-bytes.py WORDS FILE...: looks in the files for each line of WORDS ("what it is<TAB>text"), in UTF-8,
in UTF-16 of both byte orders, as a log writes bytes (hexadecimal digits, in pairs or not) and in base64, and
prints what is found and where. A file that is one of a certificate's many digits has any four of them sooner or
later: in texts, what is all digits counts where it stands by itself. A text that begins with "hex:" is a number, which
memory may have with its last byte first. Status 0 when anything was found, 1 when
nothing, 2 when there was nothing to look in."""

import base64
import os
import re
import sys


def forms(text):
    if text.startswith("hex:"):
        number = bytes.fromhex(text[4:])
        yield "as it is", number
        yield "backwards", number[::-1]
        return
    plain = text.encode()
    yield "as it is", plain
    for coding in "utf-16-be", "utf-16-le":
        yield coding, text.encode(coding)
    for digits in plain.hex(), plain.hex().upper():
        yield "hex", digits.encode()
        pairs = [digits[i : i + 2] for i in range(0, len(digits), 2)]
        yield "hex", " ".join(pairs).encode()
        yield "hex", ":".join(pairs).encode()
    # What stands in base64 at each of the three places where a text can begin, less its torn ends.
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + plain)
        from_here = (before * 8 + 5) // 6
        yield "base64", whole[from_here : (before + len(plain)) * 8 // 6]


def words(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, text = line.rstrip("\n").split("\t")
            yield name, text


def pattern(text, form):
    if form == "as it is" and text.isdigit():
        return re.compile(rb"(?<![0-9A-Fa-f])" + text + rb"(?![0-9A-Fa-f])")
    return re.compile(re.escape(text))


def looks(wanted, path, content):
    is_text = b"\0" not in content
    for name, form, text in wanted:
        places = [hit.start() for hit in pattern(text, form if is_text else "").finditer(content)]
        if places:
            yield f"{path}: {name}, {form}: {len(places)} times, first at {places[0]}"


def main():
    # Four digits are three bytes in base64, which are found in anything.
    wanted = [
        (name, form, text)
        for name, whole in words(sys.argv[1])
        for form, text in forms(whole)
        if form != "base64" or len(text) >= 8
    ]
    files = [path for path in sys.argv[2:] if os.path.isfile(path)]
    if not files or not wanted:
        print("nothing to look for, or nothing to look in")
        return 2
    found = []
    for path in files:
        with open(path, "rb") as file:
            found += looks(wanted, path, file.read())
    print("\n".join(found))
    return 0 if found else 1


sys.exit(main())
