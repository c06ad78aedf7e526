"""Screens against what they should be: the cases of tests/cli/screens.

A case is a file, NAME.screen: a script of `otoscope top --script` (src/view/script.h says what may stand in one), with
what each of its `screen` and `styles` commands writes below it, each line of that behind "| ". Lines that begin with
"%" are for us:

    %recording NAME      what it looks at: tests/cli/screens/NAME.recording, in the words of tests/tools/recording.c.
                         Without a name: those lines follow, up to %end
    %beside web2.oto     the same again under another name, as a second source
    %arguments --ascii   more arguments
    %environment NO_COLOR=1
    %lost                what the recording has last is what a source answers that is lost by a line `lose`, and comes
                         back by a line `return` (tests/tools/lost.c)
    %tracing             what the recording has last is what a source answers; a line `form` opens the form in which it
                         is said what is to be traced, `calls` a trace that has ended (tests/tools/tracing.c)
    %status 5            how the program ends, if not with 0
    %stderr WORDS        what it says then

Each # line is a comment. `./dev screens --update` writes into the cases what the screens are now: read the difference.
"""

import difflib
import os
import pathlib
import shlex
import shutil
import subprocess

import pytest

import program

CASES = pathlib.Path(__file__).parent / "screens"
WRITTEN = ("screen", "styles")
END = "--\n"


class Case:
    """One file, taken apart."""

    def __init__(self, path):
        self.path = path
        self.text = path.read_text(encoding="utf-8", errors="surrogateescape")
        self.recording = None  # lines for the tool that makes one
        self.beside = []
        self.arguments = []
        self.environment = {}
        self.tool = None
        self.status = 0
        self.stderr = ""
        self.kept = []  # all lines but those of the screens
        lines = iter(self.text.splitlines())
        for line in lines:
            if line.startswith("%"):
                self.kept.append(line)
                self.head(line, lines)
            elif not line.startswith("|"):
                self.kept.append(line)

    def head(self, line, lines):
        word, _, rest = line[1:].partition(" ")
        if word == "recording" and rest:
            self.recording = (CASES / f"{rest}.recording").read_text(encoding="utf-8", errors="surrogateescape")
        elif word == "recording":
            self.recording = ""
            for inner in lines:
                self.kept.append(inner)
                if inner == "%end":
                    break
                self.recording += inner + "\n"
        elif word == "beside":
            self.beside += shlex.split(rest)
        elif word == "arguments":
            self.arguments += shlex.split(rest)
        elif word == "environment":
            self.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        elif word in ("lost", "tracing"):
            self.tool = word
        elif word == "status":
            self.status = int(rest)
        elif word == "stderr":
            self.stderr = rest
        else:
            raise AssertionError(f"{self.path}: there is no %{word}")

    def script(self):
        """Line numbers are those of the file without its screens."""
        inside = False
        lines = []
        for line in self.kept:
            ours = inside or line.startswith("%")
            if line.startswith("%recording"):
                inside = line == "%recording"
            elif line == "%end":
                inside = False
            lines.append("#" if ours else line)
        return "\n".join(lines) + "\n"

    def filled(self, screens):
        """The file with these screens."""
        screens = iter(screens)
        out = []
        for kept, line in zip(self.kept, self.script().splitlines()):
            out.append(kept)
            if line.split()[:1] and line.split()[0] in WRITTEN:
                out += [("| " + shown).rstrip(" ") for shown in next(screens, [])]
        for left in screens:  # of a wait that was in vain
            out += ["| " + shown for shown in left]
        return "\n".join(out) + "\n"


def shown(stdout):
    """The screens that a script wrote, each a list of lines without those at the end that are empty."""
    screens = []
    for screen in stdout.split(END)[:-1]:
        lines = screen.split("\n")[:-1]
        while lines and not lines[-1]:
            lines.pop()
        screens.append(lines)
    return screens


def make_recording(lines, path):
    tool = os.path.join(os.path.dirname(program.path()), "tests", "tools", "make-recording")
    subprocess.run([tool, path], input=lines.encode(errors="surrogateescape"), timeout=program.TIMEOUT, check=True)


def run(case, directory):
    """Its arguments are relative: the directory is not the same each time."""
    script = directory / "script"
    script.write_text(case.script(), encoding="utf-8", errors="surrogateescape")
    argv = [os.path.join(os.path.dirname(program.path()), "tests", "tools", case.tool)] if case.tool else \
        [program.path(), "top"]
    if case.recording is not None:
        make_recording(case.recording, directory / "shop.oto")
        for name in case.beside:
            shutil.copy(directory / "shop.oto", directory / name)
        argv += [word for name in ["shop.oto", *case.beside] for word in ("--source", name)] if case.beside else \
            ["shop.oto"]
    argv += ["--script", "script", *case.arguments]
    return subprocess.run(argv, cwd=directory, env=program.environment(directory, extra=case.environment),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=program.TIMEOUT, check=False)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.screen")), ids=lambda path: path.stem)
def test_screen(path, tmp_path):
    case = Case(path)
    done = run(case, tmp_path)
    stderr = done.stderr.decode(errors="replace")
    now = case.filled(shown(done.stdout.decode(errors="surrogateescape")))
    if os.environ.get("OTOSCOPE_UPDATE_SCREENS") and now != case.text:
        path.write_text(now, encoding="utf-8", errors="surrogateescape")
    elif now != case.text:
        differences = difflib.unified_diff(case.text.splitlines(), now.splitlines(), "as it should be", "as it is",
                                           lineterm="")
        pytest.fail("\n".join([stderr, *differences]).encode(errors="backslashreplace").decode(), pytrace=False)
    assert done.returncode == case.status, stderr
    assert case.stderr in stderr and (case.stderr or not stderr), stderr


def test_a_wrong_screen_is_noticed(tmp_path):
    """A harness that cannot fail is worth nothing."""
    path = tmp_path / "wrong.screen"
    path.write_text("%recording shop\nsize 40x6\nwait\nscreen\n| this is not what stands there\n")
    case = Case(path)
    screens = shown(run(case, tmp_path).stdout.decode())
    assert len(screens) == 1 and screens[0]
    assert case.filled(screens) != case.text
    assert "| this is not" not in case.filled(screens)


@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize("name", ["shop", "hostile"])
def test_random_keys(tmp_path, name, seed):
    """Ten thousand keys and more, at any size: no crash, no leak (the sanitizers say), no glyph that is none."""
    make_recording((CASES / f"{name}.recording").read_text(encoding="utf-8", errors="surrogateescape"),
                   tmp_path / "shop.oto")
    done = subprocess.run([os.path.join(os.path.dirname(program.path()), "tests", "tools", "monkey"),
                           "shop.oto", str(seed), "1500"], cwd=tmp_path, env=program.environment(tmp_path),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=4 * program.TIMEOUT, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")
