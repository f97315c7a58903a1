#!/usr/bin/env python3
"""Has a program that looks for faults read every file of src/, and tells what it found (TAP).

    analyse.py clang-tidy PROGRAM BUILD-FOLDER [FILE...]   what .clang-tidy lists
    analyse.py analyzer PROGRAM BUILD-FOLDER [FILE...]     the paths through each function, up to a number of steps
    analyse.py deep PROGRAM BUILD-FOLDER [FILE...]         the same to the analyzer's own bounds, as scan-build has it

How a file is compiled is what BUILD-FOLDER/compile_commands.json says. A file in which nothing was found is not read
again until it, one of its headers or the program changes.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time

TOP = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PLANTED = os.path.join(TOP, "tests", "analysis", "planted.c")
# Its own bound is 225000 steps for each function.
BOUNDED = ["-Xclang", "-analyzer-config", "-Xclang", "max-nodes=20000"]
# What a compiler writes, and what is its own business.
PAIRS = ("-o", "-MF", "-MQ", "-MT")
ALONE = re.compile(r"-(c|MD|g|O.|W.*|f(stack|cf|diagnostics)-.*|[UD]_FORTIFY_SOURCE.*)$")


class Tool:
    """A program, and how it is called."""

    def __init__(self, kind, program):
        self.kind, self.program = kind, program
        self.version = output_of([program, "--version"])[1]
        self.config = ""
        if kind == "clang-tidy":
            for folder, _, names in os.walk(TOP):
                if ".clang-tidy" in names and "/." not in folder:
                    with open(os.path.join(folder, ".clang-tidy"), encoding="utf-8") as file:
                        self.config += f"{folder}\n{file.read()}"

    def call(self, words, path):
        if self.kind == "clang-tidy":
            return [self.program, "--quiet", path, "--", *words]
        return [self.program, "--analyze", "--analyzer-output", "text", "-Xclang", "-analyzer-werror",
                *(BOUNDED if self.kind == "analyzer" else ()), *words, path]


def output_of(call, folder=TOP):
    done = subprocess.run(call, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def words_of(command, path):
    """What a compilation says of the language, the folders and the names; not what it says of its output."""
    words, given = [], iter(shlex.split(command))
    for word in given:
        if word in PAIRS:
            next(given)
        elif word.startswith("-") and not ALONE.match(word):
            words.append(word)
    return words


def sources(build):
    """Path, folder to compile in, and words, for every file of src/ that is compiled."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for entry in json.load(file):
            path = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
            if path.startswith(os.path.join(TOP, "src") + os.sep):
                yield path, entry["directory"], words_of(entry["command"], path)


def key_of(tool, words, path, folder):
    """Names what the answer hangs on; comments too, for they hold what is suppressed."""
    text = output_of(["clang", "-E", "-CC", *words, path], folder)[1]
    return hashlib.sha256("\0".join([tool.version, tool.config, *tool.call(words, path), text]).encode()).hexdigest()


def look(tool, words, path, folder, cache):
    """The key of an answer, and what was found."""
    key = key_of(tool, words, path, folder)
    if os.path.exists(os.path.join(cache, key)):
        return key, ""
    status, said = output_of(tool.call(words, path), folder)
    if status == 0:
        with open(os.path.join(cache, key), "w", encoding="utf-8"):
            return key, ""
    return key, said or f"{path}: status {status}"


def clean(tool, build, only):
    cache = os.path.join(build, "analysis", tool.kind)
    os.makedirs(cache, exist_ok=True)
    wanted = {os.path.abspath(name) for name in only}
    jobs = {path: (words, folder) for path, folder, words in sources(build) if not wanted or path in wanted}
    keys, found = set(), []
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for key, said in pool.map(lambda job: look(tool, job[1][0], job[0], job[1][1], cache), jobs.items()):
            keys.add(key)
            if said:
                found.append(said)
                print("#", said.rstrip().replace("\n", "\n# "), flush=True)
    for stale in set(os.listdir(cache)) - keys if not wanted else ():
        os.remove(os.path.join(cache, stale))
    print(f"# {len(jobs)} files")
    return len(jobs) > 0 and not found


def finds_what_was_planted(tool, build):
    """A tool that is called wrongly finds nothing anywhere."""
    headers = os.path.relpath(os.path.dirname(PLANTED), build)
    status, said = output_of(tool.call(["-std=c11", f"-I{headers}"], PLANTED), build)
    wanted = ["bugprone-sizeof-expression", "bugprone-integer-division"] if tool.kind == "clang-tidy" else [
        "[core.NullDereference]"]
    if status != 0 and all(name in said for name in wanted):
        return True
    print("#", said.replace("\n", "\n# "))
    return False


def main():
    kind, program, build, *only = sys.argv[1:]
    tool, build, started = Tool(kind, program), os.path.abspath(build), time.monotonic()
    results = {f"{kind} finds what was planted": finds_what_was_planted(tool, build),
               f"{kind} finds nothing in src": clean(tool, build, only)}
    print(f"# {time.monotonic() - started:.0f} s")
    for number, (name, passed) in enumerate(results.items(), 1):
        print("ok" if passed else "not ok", number, "-", name)
    print(f"1..{len(results)}")


main()
