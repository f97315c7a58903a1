#!/usr/bin/env python3
"""Brings the table of programs in README.md up to date with what runs of the tests have proved.

    ./check.sh | tee run; tests/clients/table.py run
    tests/clients/table.py build/meson-logs/testlog.txt...

Each test of a program whose tests all passed says "proved: PROGRAM VERSION on SYSTEM: WHAT"; PROGRAM is the
title of its page in docs/clients. What a run says nothing of stays as it was. No test needs the table
to name the versions that are installed: it says what was proved, and when."""

import datetime
import pathlib
import re
import sys

top = pathlib.Path(__file__).resolve().parents[2]
readme = top / "README.md"
SYSTEMS = ["Debian 12", "Debian 13"]
PROVED = re.compile(r"proved: (?P<program>.*) on (?P<system>Debian \d+): (?P<what>.*)$")
HEAD = re.compile(r"\| program \|(.*)\|$")


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def pages():
    """Title and path of each page; of two titles the longer is met first."""
    found = {}
    for path in (top / "docs/clients").glob("*.md"):
        if path.name != "README.md":
            title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
            found[title] = path.relative_to(top).as_posix()
    return dict(sorted(found.items(), key=lambda page: -len(page[0])))


def main(runs):
    lines = readme.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if HEAD.match(line))
    end = next(i for i in range(start, len(lines)) if not lines[i].startswith("|"))
    head, rows = cells(lines[start]), {}
    for line in lines[start + 2 : end]:
        program, *rest = cells(line)
        rows[re.sub(r"\[(.*)\]\(.*\)", r"\1", program)] = rest

    titles = pages()
    for run in runs:
        date = datetime.date.fromtimestamp(pathlib.Path(run).stat().st_mtime)
        for line in pathlib.Path(run).read_text(encoding="utf-8", errors="replace").splitlines():
            proved = PROVED.search(line)
            if not proved:
                continue
            title = next((t for t in titles if proved["program"].startswith(t + " ")), None)
            if title is None:
                sys.exit(f"no page in docs/clients has the title: {proved['program']}")
            row = rows.setdefault(title, ["", "", ""])
            column = SYSTEMS.index(proved["system"])
            row[0], row[1 + column] = proved["what"], proved["program"].removeprefix(title + " ")
            head[2 + column] = f"{proved['system']}, {date}"

    table = [f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    for title, row in sorted(rows.items(), key=lambda row: row[0].lower()):
        program = f"[{title}]({titles[title]})" if title in titles else title
        table.append(f"| {program} | {' | '.join(row)} |")
    lines[start:end] = table
    readme.write_text("\n".join(lines) + "\n", encoding="utf-8")


main(sys.argv[1:])
