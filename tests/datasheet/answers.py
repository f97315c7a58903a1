#!/usr/bin/env python3
"""Every test that the datasheet names as an answer exists, and runs. Prints TAP.

    answers.py BUILD-FOLDER

A cell "proved by" is "PROGRAM: TEST, TEST; PROGRAM: TEST". PROGRAM is one of meson's tests; TEST is in its
sources and is added to what the program runs. A point without a test has a sentence of its own.
"""

import json
import pathlib
import re
import sys

PAGE = pathlib.Path(__file__).parents[2] / "docs/datasheet.md"
SECTION = "## What a reviewer asks\n"


def tables(text):
    """The rows of the section's tables, as lists of cells."""
    section = text[text.index(SECTION) + len(SECTION) :].split("\n## ")[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and not line.startswith("| ---") and cells[-1] != "proved by":
            yield cells


def named_tests(cell):
    """The pairs of program and test."""
    for part in filter(None, cell.split(";")):
        program, _, tests = part.partition(":")
        for test in tests.split(","):
            yield program.strip(), test.strip()


def sources_by_program(build):
    """The text of what each of meson's tests is made of."""
    info = pathlib.Path(build) / "meson-info"
    targets = json.loads((info / "intro-targets.json").read_text())
    made_of = {
        target["filename"][0]: [file for part in target["target_sources"] for file in part.get("sources", [])]
        for target in targets
    }
    texts = {}
    for test in json.loads((info / "intro-tests.json").read_text()):
        files = made_of.get(test["cmd"][0], test["cmd"])
        files = [pathlib.Path(file) for file in files]
        texts[test["name"]] = "\n".join(
            file.read_text() for file in files if file.suffix in (".c", ".sh") and file.is_file()
        )
    return texts


def runs(text, test):
    """Is the test there, and is it among those that are run?"""
    in_c = [rf"^START_TEST\({test}\)", rf"(add_\w*test|kinds_add)\(\w+,\s*{test}\b"]
    in_bash = [rf"^{test}\(\)", rf"^check {test}\b"]
    return any(all(re.search(each, text, re.M) for each in both) for both in (in_c, in_bash))


def faults(rows, texts):
    """What is wrong with the rows, a line each."""
    for cells in rows:
        if len(cells) != 3 or not cells[0] or not cells[1]:
            yield f"{cells[0]}: a point, an answer, and what proves it"
            continue
        for program, test in named_tests(cells[2]):
            if program not in texts:
                yield f"{cells[0]}: meson has no test {program}"
            elif not test or not runs(texts[program], test):
                yield f"{cells[0]}: {program} does not run {test or 'nothing'}"


def main():
    rows, texts = list(tables(PAGE.read_text())), sources_by_program(sys.argv[1])
    wrong = list(faults(rows, texts))
    by_test = sum(bool(cells[2]) for cells in rows)
    known = [["a point", "an answer", "cryptoki/general: finalize_takes_no_argument"]]
    invented = [
        ["a point", "an answer", "cryptoki/general: finalize_takes_no_arguments"],
        ["a point", "an answer", "cryptoki/nothing: finalize_takes_no_argument"],
        ["a point", "", ""],
        ["a point", "an answer", "sharing: three_programs_log_in"],
    ]
    seen = not list(faults(known, texts)) and all(list(faults([row], texts)) for row in invented)
    for number, (good, sentence) in enumerate(
        [
            (rows and not wrong, "every test that answers a reviewer exists and runs"),
            (seen, "a test that does not exist is found out"),
        ],
        1,
    ):
        print(f"{'ok' if good else 'not ok'} {number} - {sentence}")
    for line in wrong:
        print(f"#   {line}")
    said = len(rows) - by_test
    print(f"# proved: {len(rows)} points of a reviewer, {by_test} by tests and {said} by a sentence")
    print("1..2")
    sys.exit(0 if seen and rows and not wrong else 1)


main()
