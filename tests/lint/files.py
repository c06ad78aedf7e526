"""Which files there are to check: what git tracks, and what is new and not ignored."""

import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def all_files():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, stdout=subprocess.PIPE,
                         check=True).stdout
    return sorted(p for p in set(os.fsdecode(out).split("\0")) if p and os.path.isfile(os.path.join(ROOT, p)))


def c_files():
    return [p for p in all_files() if p.endswith((".c", ".h"))]


def scripts(*interpreters):
    """The files whose first line names one of these interpreters."""
    found = []
    for path in all_files():
        with open(os.path.join(ROOT, path), "rb") as f:
            first = f.readline(100)
        if first.startswith(b"#!") and first.decode(errors="replace").split("/")[-1].split()[-1] in interpreters:
            found.append(path)
    return found


def read(path):
    with open(os.path.join(ROOT, path), errors="surrogateescape") as f:
        return f.read()
