"""The runner and the terminal that the other tests use, tried on a small program in otoscope's place."""

import subprocess

import pytest

STAND_IN = """#!/bin/sh
case $1 in
args) printf '%s\\n' "$@" "${OTOSCOPE_COOKIE-none}" "$HOME" ;;
fail) echo out; echo err >&2; exit 3 ;;
json) echo '[{"a": 1}]' ;;
wait) exec sleep 60 ;;
screen)
    stty -echo -icanon
    printf '\\033[2J\\033[3;5H\\033[31mred\\033[0m\\033[4;1H'
    stty size
    key=$(dd bs=1 count=1 2>/dev/null)
    printf 'got %s' "$key"
    exit 5 ;;
esac
"""


@pytest.fixture(autouse=True)
def stand_in(tmp_path, monkeypatch):
    path = tmp_path / "stand-in"
    path.write_text(STAND_IN)
    path.chmod(0o755)
    monkeypatch.setenv("OTOSCOPE", str(path))
    monkeypatch.setenv("OTOSCOPE_COOKIE", "the caller's own")


class FakeNode:
    name = "shop@web1"
    cookie = "secret"

    class farm:
        epmd_port = 7


def test_runs_for_a_node_in_an_environment_of_its_own(otoscope, tmp_path):
    assert otoscope("args", "-n", 5).lines() == ["args", "-n", "5", "none", str(tmp_path)]
    assert otoscope("args", "-n", 5, node=FakeNode).lines()[:4] == ["args", "shop@web1", "-n", "5"]
    assert otoscope("args", node=FakeNode).lines()[2] == "secret"
    assert otoscope("args", node=FakeNode, env={"OTOSCOPE_COOKIE": None}).lines()[2] == "none"


def test_asks_for_the_status_that_is_wanted(otoscope):
    result = otoscope("fail", check=3)
    assert (result.stdout, result.stderr) == ("out\n", "err\n")
    with pytest.raises(AssertionError, match="wanted status 0"):
        otoscope("fail")
    with pytest.raises(subprocess.TimeoutExpired):
        otoscope("wait", timeout=0.2)


def test_reads_json(otoscope, otoscope_json):
    assert otoscope("json").json() == otoscope_json("json") == [{"a": 1}]


def test_what_was_started_beside_a_test_is_ended(otoscope):
    child = otoscope.start("wait")
    assert child.poll() is None
    otoscope.stop()
    assert child.returncode == -9


def test_shows_a_screen_and_types_at_it(terminal):
    screen = terminal("screen", rows=10, columns=40)
    screen.wait("10 40")
    assert screen.lines()[2] == "    red"
    assert screen.cell(2, 4).fg == "red"
    screen.send("q")
    screen.wait("got q")
    assert screen.status() == 5


def test_says_what_the_screen_showed_instead(terminal):
    with pytest.raises(AssertionError, match="red"):
        terminal("screen").wait("blue", timeout=0.3)
