#!/usr/bin/env python3
"""Counts tests: one line for each test program, what it says that it has proved, all that a failing one
says, and sums.

    tally.py RUN FILE...

RUN is the name of the run. A FILE is either meson's testlog.json, whose programs print TAP, or the
TAP of one program (NAME.tap, with its exit status in NAME.status). The last line is
"PASSED FAILED SKIPPED" for check.sh to add up; what is for people goes to standard error.
"""

import json
import pathlib
import re
import sys

RESULT = re.compile(r"^(not )?ok\b(?P<rest>[^#]*(?P<skip># *SKIP\b)?.*)$", re.IGNORECASE)
PASSED = re.compile(r"^ok\b(?!.*# *SKIP\b)", re.IGNORECASE)
PROVED = "# proved: "
PLAN = re.compile(r"^1\.\.(?P<count>\d+)(?P<skip> *# *SKIP)?", re.IGNORECASE)


def count(output, status_ok):
    """What a program's TAP says; a program that breaks off or lies is a failure more."""
    passed = failed = skipped = 0
    plan = None
    for line in output.splitlines():
        result, planned = RESULT.match(line), PLAN.match(line)
        if result and result["skip"]:
            skipped += 1
        elif result and result[1]:
            failed += 1
        elif result:
            passed += 1
        elif planned:
            plan = int(planned["count"])
            if planned["skip"]:
                skipped += 1
                plan = None
    broken = plan is not None and plan != passed + failed + skipped
    nothing = passed + failed + skipped == 0
    if broken or nothing or (not status_ok and failed == 0):
        failed += 1
    return passed, failed, skipped


def programs(path):
    """Name, output, error output and whether it ended well, of each program in a file."""
    if path.suffix == ".tap":
        status = path.with_suffix(".status")
        ok = status.exists() and status.read_text().strip() == "0"
        yield path.stem, path.read_text(errors="replace"), "", ok
        return
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            test = json.loads(line)
            name = test["name"].replace(" / ", ": ").replace("mynakey:", "")
            ok = test["result"] in ("OK", "SKIP", "EXPECTEDFAIL")
            yield name, test.get("stdout", ""), test.get("stderr", ""), ok


def main():
    run, totals = sys.argv[1], [0, 0, 0]
    for path in map(pathlib.Path, sys.argv[2:]):
        for name, output, errors, ok in sorted(programs(path)):
            counts = count(output, ok)
            totals = [a + b for a, b in zip(totals, counts)]
            words = (f"{n} {what}" for n, what in zip(counts, ("passed", "failed", "skipped")) if n)
            print(f"  {run}: {name}: {', '.join(words)}", file=sys.stderr)
            for line in output.splitlines():
                if line.startswith(PROVED):
                    print(f"      {line.removeprefix('# ')}", file=sys.stderr)
            if counts[1] or counts[2]:
                for line in (output + errors).splitlines():
                    if not PASSED.match(line):
                        print(f"      {line}", file=sys.stderr)
    print(*totals)


if __name__ == "__main__":
    main()
