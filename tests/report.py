#!/usr/bin/python3
"""What matters of the log of a part of the tests that failed, for ./dev.

report.py brief PART LOG            the failing tests, a line each
report.py details DIRECTORY PART... what they said, from DIRECTORY/PART.log, within a few screens in all
"""

import os
import re
import sys

WIDTH = 200  # of a line
BRIEF = 40  # lines of a part
BLOCK = 32  # lines of a failing test
DETAILS = 200  # lines of all parts

PYTEST_BLOCK = re.compile(r"_{3,} .* _{3,}$")
PYTEST_SECTION = re.compile(r"=+ (.*) =+$")
WRONG = re.compile(r"runtime error:|(ERROR|SUMMARY): \w*Sanitizer|Assertion .* failed|^dev: |\berror:")


def cut(line):
    return line if len(line) <= WIDTH else line[:WIDTH - 3] + "..."


def head(lines, most):
    """The first of them; what is left out is counted."""
    if len(lines) <= most:
        return lines
    return lines[:most - 1] + [f"... {len(lines) - most + 1} lines more"]


def blocks(lines, begins, belongs=None):
    """Groups of lines: one that begins a block, and those after it that belong to it."""
    found, open_block = [], False
    for line in lines:
        if begins(line):
            found.append([line])
            open_block = True
        elif open_block and (belongs is None or belongs(line)):
            found[-1].append(line)
        else:
            open_block = False
    return found


def sections(lines):
    """pytest's sections by their titles."""
    found, title = {}, ""
    for line in lines:
        match = PYTEST_SECTION.match(line)
        if match:
            title = match.group(1)
        else:
            found.setdefault(title, []).append(line)
    return found


def pytest_brief(lines):
    summary = sections(lines).get("short test summary info", [])
    return [line for line in summary if line.startswith(("FAILED ", "ERROR "))]


def pytest_details(lines):
    parts = sections(lines)
    return blocks(parts.get("ERRORS", []) + parts.get("FAILURES", []), PYTEST_BLOCK.match)


def unit_logs(lines):
    """What meson shows of a program that failed: from its line of the list to the rule below its output."""
    found = blocks(lines, lambda line: re.match(r" *\d+/\d+ .* (FAIL|TIMEOUT|ERROR) ", line),
                   lambda line: not re.match(r" *\d+/\d+ |Summary of Failures|Ok: ", line))
    noise = re.compile(r"\[ RUN |\[ +OK \]|\[=+\]|\u2015+|>>> |std(out|err):$|\[  PASSED  \]")
    return [[line for line in block if not noise.match(line)] for block in found if len(block) > 1]


def unit_brief(lines):
    found = []
    for block in unit_logs(lines):
        said = [line for line in block[1:] if re.match(r"\[  (FAILED |ERROR  |  LINE  )", line) or WRONG.search(line)]
        found += [block[0].strip()] + ["  " + line for line in dict.fromkeys(said) if "listed below" not in line]
    return found


def script_blocks(lines):
    """Fuzz targets and checks: FAIL, and what is indented below."""
    return blocks(lines, lambda line: line.startswith("FAIL "), lambda line: line.startswith("      "))


def script_brief(lines):
    return [line for block in script_blocks(lines) for line in head(block, 6)]


PYTEST = (pytest_brief, pytest_details)
SCRIPT = (script_brief, script_blocks)
PARTS = {"units": (unit_brief, unit_logs), "fuzz": SCRIPT, "lint": SCRIPT}


def brief(part, lines):
    """A part that did not come to its tests says why at its end."""
    found = PARTS.get(part, PYTEST)[0](lines)
    if not found:
        found = [line for line in lines[:-10] if WRONG.search(line)][:10] + lines[-10:]
    return [cut(line) for line in head(found, BRIEF)]


def details(part, lines):
    found = []
    for block in PARTS.get(part, PYTEST)[1](lines):
        found += [cut(line) for line in head(block, BLOCK)]
    return found


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read().expandtabs().split("\n")
    return ["".join(c if c.isprintable() else "?" for c in line.rstrip()) for line in lines if line.strip()]


def main(what, *args):
    if what == "brief":
        for line in brief(args[0], read(args[1])):
            print(f"        {line}")
        return
    said = []
    for part in args[1:]:
        found = details(part, read(os.path.join(args[0], part + ".log")))
        said += [f"------ {part}"] + found if found else []
    print("\n".join(head(said, DETAILS)))


if __name__ == "__main__":
    main(*sys.argv[1:])
