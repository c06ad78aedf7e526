"""Fixtures for everything that runs the program."""

import os
import signal
import subprocess
import textwrap

import pytest

import program
import terminal as terminals


def pytest_configure():
    """What starts us beside something else may have us ignore Ctrl-C, and so every program that a test starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def otoscope(tmp_path):
    """Runs the program: see program.Otoscope."""
    if not os.access(program.path(), os.X_OK):
        pytest.fail(f"there is no program {program.path()}: ./dev build", pytrace=False)
    runner = program.Otoscope(tmp_path)
    yield runner
    runner.stop()


@pytest.fixture
def otoscope_json(otoscope):
    """Runs the program with --format json; gives the parsed answer."""
    return otoscope.json


@pytest.fixture
def recording(tmp_path):
    """Makes recordings without a node: recording("@sample 12:00:00 ...", name="a.oto") gives the path. The words are
    those of tests/tools/recording.c."""
    tool = os.path.join(os.path.dirname(program.path()), "tests", "tools", "make-recording")

    def make(lines, name="shop.oto", max_size=0):
        path = tmp_path / name
        done = subprocess.run([tool, path, str(max_size)], input=textwrap.dedent(lines), text=True,
                              timeout=program.TIMEOUT, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, done.stderr
        return path

    return make


@pytest.fixture
def terminal(tmp_path):
    """Starts the program in a terminal: terminal("top", node=node, rows=24, columns=80). See terminal.Terminal."""
    opened = []

    def start(*args, **options):
        opened.append(terminals.Terminal(args, tmp_path, **options))
        return opened[-1]

    yield start
    for one in opened:
        one.stop()
