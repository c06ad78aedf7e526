"""Finds the diseases of the demo's shop with otoscope alone: shows each command as a person would type it, what it
answered, and one sentence that follows from its JSON. Ends with status 1 when a disease was not found.
"""

import json
import os
import signal
import subprocess
import sys

OTOSCOPE, NODE = sys.argv[1:]
COLOURS = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

missed = []
children = []
ended = False


def style(code, text):
    return f"\x1b[{code}m{text}\x1b[0m" if COLOURS else text


def typed(words):
    """The words as they would be typed."""
    def quote(word):
        return word if all(c.isalnum() or c in "-_+.,@/:=" for c in word) else f"'{word}'"
    return " ".join(quote(w) for w in words)


def start(line):
    """otoscope with this command line, told to end when we are."""
    children.append(subprocess.Popen([OTOSCOPE, *line], stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    if ended:
        end()
    return children[-1]


def answer(child):
    """What it wrote, when it came to its end and all was well."""
    try:
        out, err = child.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        child.kill()
        out, err = child.communicate()
    if ended:
        sys.exit(130)
    if child.returncode != 0:
        sys.exit(f"demo: {' '.join(child.args)}: status {child.returncode}: {err.decode(errors='replace')}")
    return out.decode(errors="replace")


def ask(*words):
    """Shows the command and its answer; gives the answer of the same command in JSON, asked at the same time."""
    command, *rest = words
    line = [command, NODE, *rest]
    print(style("1", f"$ otoscope {typed(line)}"), flush=True)
    as_json, as_text = start([*line, "--format", "json"]), start(line)
    print(answer(as_text), end="", flush=True)
    return json.loads(answer(as_json))


def say(disease, found, sentence):
    """The finding, when it is one."""
    if found:
        print(style("1;32", f"=> {sentence}"), end="\n\n", flush=True)
    else:
        print(style("1;31", f"=> not found: {disease}"), end="\n\n", flush=True)
        missed.append(disease)


def end(*_):
    """Ends ourselves and what we started; a child that is being started at this moment is ended by start()."""
    global ended
    ended = True
    for child in children:
        child.kill()


signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
ask("ps"); say("x", True, "ok")
