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


def count(output, trouble):
    """What a program's TAP says, with a result for a program that breaks off or lies."""
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
    lie = ""
    if broken or nothing or (trouble and failed == 0):
        failed += 1
        lie = f"not ok {passed + failed + skipped} - it ends as it should ({trouble or 'too few results'})"
    return (passed, failed, skipped), lie


def programs(path):
    """Name, output, error output and how it ended, empty for well, of each program in a file."""
    if path.suffix == ".tap":
        status = path.with_suffix(".status")
        code = status.read_text().strip() if status.exists() else "none"
        yield path.stem, path.read_text(errors="replace"), "", "" if code == "0" else f"status {code}"
        return
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            test = json.loads(line)
            name = test["name"].replace(" / ", ": ").replace("mynakey:", "")
            trouble = f"{test['result']} after {test['duration']:.0f} s"
            if test["result"] in ("OK", "SKIP", "EXPECTEDFAIL"):
                trouble = ""
            yield name, test.get("stdout", ""), test.get("stderr", ""), trouble


def main():
    run, totals = sys.argv[1], [0, 0, 0]
    for path in map(pathlib.Path, sys.argv[2:]):
        for name, output, errors, trouble in sorted(programs(path)):
            counts, lie = count(output, trouble)
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
                if lie:
                    print(f"      {lie}", file=sys.stderr)
    print(*totals)


if __name__ == "__main__":
    main()
