#!/usr/bin/env python3
"""Makes a manual page from the part that is written by hand. What the project says elsewhere already is taken from
there, so that the page cannot tell of an option that does not exist, nor leave one out:

    @VERSION@                the version
    @VERBS@                  the verbs, as the command's own --help tells them
    @SETTINGS@               the table of docs/settings.md
    @MECHANISMS HEADING@     the names in the table of mechanisms below that heading of docs/datasheet.md

    make-page.py PAGE.in VERSION COMMAND DOCS-FOLDER >PAGE
"""
import os
import re
import subprocess
import sys


def help_of(command, *words):
    said = subprocess.run([command, *words, "--help"], env={**os.environ, "LC_ALL": "C"}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, text=True)
    return said.stdout if said.returncode == 0 else None


def verbs_of(text):
    listed = text[text.index("\nVerbs"):]
    return re.findall(r"^  ([a-z][a-z-]*) ", listed, re.MULTILINE)


def usage_of(text):
    """The lines after 'Usage:', joined where they go on, and what stands below them."""
    head, _, rest = text.partition("\n\n")
    lines = []
    for line in head.removeprefix("Usage: ").splitlines():
        line = line.strip()
        if line.startswith("mynakey ") or not lines:
            lines.append(line)
        else:
            lines[-1] += " " + line
    return lines, rest


def subverbs_of(verb, text):
    found = []
    for line in usage_of(text)[0]:
        match = re.match(rf"mynakey {verb} ([a-z][a-z|-]*)(?: |$)", line)
        for name in match.group(1).split("|") if match else ():
            if name not in found:
                found.append(name)
    return found


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\\&" + text if text.startswith(".") else text


def paragraphs_of(text):
    return [part.strip("\n") for part in re.split(r"\n\s*\n", text) if part.strip()]


def option_of(line):
    """The name and the beginning of the words of a line such as '  --all  remove all'."""
    match = re.match(r"^  (\S.*?)(?:\s{2,}(\S.*))?$", line)
    return (match.group(1), match.group(2) or "") if match else None


def write_list(lines, out):
    for line in lines:
        option = option_of(line)
        if option:
            out.append(".TP")
            out.append(".B " + escaped(option[0]))
            if option[1]:
                out.append(escaped(option[1]))
        else:
            out.append(escaped(line.strip()))


def write_paragraph(part, out):
    lines = part.splitlines()
    first = next((i for i, line in enumerate(lines) if line.startswith("  ")), len(lines))
    if first > 0:
        out.append(".PP")
        out.extend(escaped(line.strip()) for line in lines[:first])
    write_list(lines[first:], out)


def write_verb(title, text, out):
    usage, rest = usage_of(text)
    out.append(f".SS {escaped(title)}")
    for number, line in enumerate(usage):
        if number:
            out.append(".br")
        out.append(".B " + escaped(line))
    for part in paragraphs_of(rest):
        write_paragraph(part, out)


def verbs_as_page(command):
    out = []
    for verb in verbs_of(help_of(command)):
        text = help_of(command, verb)
        if text is None:
            sys.exit(f"mynakey {verb} --help fails")
        write_verb(verb, text, out)
        for sub in subverbs_of(verb, text):
            inner = help_of(command, verb, sub)
            if inner is not None and inner != text:
                write_verb(f"{verb} {sub}", inner, out)
    return "\n".join(out)


def rows_below(path, heading):
    """The cells of each row of the first table below a heading, without the table's own heading."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text = text[text.index(heading + "\n"):]
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE).group(0)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


def plain(markdown):
    return escaped(re.sub(r"`([^`]*)`", r"\1", markdown))


def settings_as_page(docs):
    out = []
    for name, values, words in rows_below(f"{docs}/settings.md", "# Settings"):
        choices = plain(values.replace("` `", " | "))
        out += [".TP", f'.BR {plain(name)} " = " "{choices}"', plain(words)]
    return "\n".join(out)


def mechanisms_as_page(docs, heading):
    return ",\n".join(escaped(row[0]) for row in rows_below(f"{docs}/datasheet.md", heading)) + "."


def main():
    source, version, command, docs = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        page = file.read().replace("@VERSION@", version)
    if "@VERBS@" in page:
        page = page.replace("@VERBS@", verbs_as_page(command))
    if "@SETTINGS@" in page:
        page = page.replace("@SETTINGS@", settings_as_page(docs))
    page = re.sub(r"@MECHANISMS (.*)@", lambda found: mechanisms_as_page(docs, found.group(1)), page)
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(page)


main()
