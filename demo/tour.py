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


def style(code, text):
    return f"\x1b[{code}m{text}\x1b[0m" if COLOURS else text


def typed(words):
    """The words as they would be typed."""
    def quote(word):
        return word if all(c.isalnum() or c in "-_+.,@/:=" for c in word) else f"'{word}'"
    return " ".join(quote(w) for w in words)


def ask(*words):
    """Shows the command and its answer; gives the answer of the same command in JSON, asked at the same time."""
    command, *rest = words
    line = [command, NODE, *rest]
    print(style(1, f"$ otoscope {typed(line)}"), flush=True)
    as_json = subprocess.Popen([OTOSCOPE, *line, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        shown = subprocess.run([OTOSCOPE, *line], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
        out, err = as_json.communicate(timeout=30)
    finally:
        as_json.kill()
        as_json.wait()
    print(shown.stdout.decode(errors="replace"), end="", flush=True)
    if as_json.returncode != 0:
        sys.exit(f"demo: {typed(line)}: status {as_json.returncode}: {err.decode(errors='replace')}")
    return json.loads(out)


def say(disease, found, sentence):
    """The finding, when it is one."""
    if found:
        print(style("1;32", f"=> {sentence}"), end="\n\n", flush=True)
    else:
        print(style("1;31", f"=> not found: {disease}"), end="\n\n", flush=True)
        missed.append(disease)


def stop(*_):
    sys.exit(130)


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
ask("ps"); say("x", True, "ok")
