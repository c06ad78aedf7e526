"""Runs tests/diff/matches.escript and match_diff on many texts at once."""

import os
import re
import shutil
import struct
import subprocess

import pytest

import program

DIFF = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "diff")


def fields(pairs):
    """[(b"c", bytes)] as the two programs read them."""
    return b"".join(kind + struct.pack(">I", len(text)) + text for kind, text in pairs)


def parse(data):
    found = []
    at = 0
    while at < len(data):
        length, = struct.unpack_from(">I", data, at + 1)
        found.append((data[at:at + 1], data[at + 5:at + 5 + length]))
        at += 5 + length
    return found


def form(text):
    """b"t" for a fun whose head is one of tables: not of a list."""
    head = r"fun\s*\(\s*(?:[\w@]+\s*=\s*)*[{#(]"
    return b"t" if re.match(head, text) else b"c"


class Difference:
    """Where a node and we are not of one mind about texts[number]."""

    def __init__(self, number, kind, ours, theirs):
        self.number = int(number)
        self.kind = kind  # "differ", "refused", "accepted", "syntax"
        self.ours = ours
        self.theirs = theirs

    def __repr__(self):
        return f"{self.kind}\n    ours:   {self.ours}\n    theirs: {self.theirs}"


class Matches:
    def __init__(self, farm):
        self.farm = farm
        self.dir = os.path.join(farm.dir, "matches")
        os.makedirs(self.dir, exist_ok=True)
        shutil.copy(os.path.join(DIFF, "matches.escript"), self.dir)

    def path(self, name):
        return os.path.join(self.dir, name)

    def escript(self, release, what, pairs):
        """What matches.escript of this release answers: [(b"+", bytes)]."""
        if release not in self.farm.releases:
            give_up = pytest.fail if os.environ.get("OTOSCOPE_OTP_REQUIRED") else pytest.skip
            give_up(f"OTP {release} not available (tests/otp/fetch brings it)")
        with open(self.path("in"), "wb") as f:
            f.write(fields(pairs))
        argv = ["escript", "matches.escript", what, "in", "out"]
        done = subprocess.run(self.farm.releases[release].wrap(argv, self.farm.bind_dir(), self.dir), cwd=self.dir,
                              env={**self.farm.environment(), "HOME": self.dir}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        assert done.returncode == 0, f"status {done.returncode}: {done.stdout}"
        with open(self.path("out"), "rb") as f:
            return parse(f.read())

    def node(self, release, texts, forms=None):
        """What ms_transform of this release makes of funs in Erlang. forms: b"c" or b"t" for each."""
        forms = forms or [form(t) for t in texts]
        return self.escript(release, "compile", [(f, t.encode()) for f, t in zip(forms, texts)])

    def elixir(self, texts):
        """What the host's Elixir and its ms_transform make of funs in Elixir."""
        if not shutil.which("elixir"):
            pytest.skip("no Elixir on this host")
        with open(self.path("in"), "wb") as f:
            f.write(b"".join(t.encode() + b"\0" for t in texts))
        oracle = os.path.join(os.path.dirname(DIFF), "match", "elixir_oracle.exs")
        subprocess.run(["elixir", oracle, self.path("in"), self.path("out")], cwd=self.dir, check=True,
                       env={**self.farm.environment(), "HOME": self.dir}, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        with open(self.path("out"), encoding="utf-8", newline="\n") as f:
            answers = f.read().split("\n")[:-1]
        assert len(answers) == len(texts)
        return [(b"=", a[3:].encode()) if a.startswith("ok ") else (b"-", a.encode()) for a in answers]

    def ours(self, syntax, texts, theirs=None):
        """What we make of texts, and how that differs: (results, [Difference]). syntax: b"e" or b"x"."""
        with open(self.path("texts"), "wb") as f:
            f.write(fields([(syntax, t.encode()) for t in texts]))
        argv = [os.path.join(os.path.dirname(program.path()), "tests", "diff", "match_diff"), self.path("texts"),
                self.path("ours")]
        if theirs is not None:
            with open(self.path("theirs"), "wb") as f:
                f.write(fields(theirs))
            argv.append(self.path("theirs"))
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=120)
        said = done.stdout.decode(errors="replace")
        assert done.returncode == 0, said
        with open(self.path("ours"), "rb") as f:
            results = parse(f.read())
        assert len(results) == len(texts)
        return results, [Difference(*line.split("\t")) for line in said.splitlines()]
