"""`otoscope top` in a terminal: what tests/cli/test_screens.py cannot see."""

import os
import pathlib
import re
import signal
import termios
import time

import pytest

import program

SHOP = (pathlib.Path(__file__).parent / "screens" / "shop.recording").read_text(encoding="utf-8")
FIRST = "stood before"


@pytest.fixture
def top(terminal, recording):
    """The screens of a recording, in a terminal where something stands already."""

    def start(*args, lines=SHOP, before="", ready="PID ", **options):
        script = f'echo "{FIRST}"; read -r go; {before} exec "$0" "$@"'
        t = terminal(argv=["/bin/sh", "-c", script, program.path(), "top", recording(lines), *args], **options)
        t.wait(FIRST)
        t.before = termios.tcgetattr(t.child.child_fd), set(t.screen.mode)
        t.send("\n")
        t.wait(ready)
        return t

    return start


def ended(t):
    """Waits for the end; the terminal is as it was."""
    end = time.monotonic() + program.TIMEOUT
    while t.child.isalive() and time.monotonic() < end:
        t.read()
    while t.read(0):
        pass
    assert not t.child.isalive()
    modes, private = t.before
    assert termios.tcgetattr(t.child.child_fd) == modes
    assert t.screen.mode == private and t.screen.other is None and not t.screen.cursor.hidden
    assert t.lines()[0] == FIRST and not any(t.lines()[2:]), t.text()


def test_the_first_screen_and_q(top):
    t = top()
    t.wait("orders")
    assert FIRST not in t.text() and "Enter open" in t.text()
    t.send("q")
    ended(t)
    assert t.child.exitstatus == 0


@pytest.mark.parametrize("name", ["TERM", "HUP", "INT", "QUIT", "SEGV", "ABRT"])
def test_killed(top, name):
    t = top(before="exec 2>errors;")  # where a sanitizer says what happened
    os.kill(t.child.pid, getattr(signal, f"SIG{name}"))
    ended(t)


def test_a_source_that_is_not_there_takes_no_terminal(terminal, tmp_path):
    t = terminal("top", tmp_path / "nothing.oto")
    assert t.status() != 0
    assert b"\x1b" not in t.raw and "nothing.oto" in t.text()


@pytest.mark.parametrize("rows, columns", [(5, 20), (24, 80), (100, 300)])
def test_any_size(top, rows, columns):
    t = top(rows=rows, columns=columns)
    for key in "jj?":
        t.send(key)
    t.wait("Keys")
    t.resize(24, 80)
    t.wait(lambda t: "Keys" in t.text() and "? help" in t.lines()[23])
    t.send("\x1b")
    t.wait("orders")
    t.send("q")
    ended(t)


def test_resized_again_and_again(top):
    t = top()
    for i in range(40):
        t.child.setwinsize(5 + i * 7 % 60, 20 + i * 31 % 200)
        t.send("jkjk\t"[i % 5])
        t.read(0)
    t.resize(24, 80)
    t.send("q")
    ended(t)


def test_a_terminal_of_any_size_is_answered(top):
    """One that calls itself larger than any is drawn on as far as there may be one."""
    t = top()
    t.child.setwinsize(65535, 65535)
    t.wait(lambda t: b"[2048;" in bytes(t.raw[-4096:]))
    t.resize(24, 80)
    t.wait("Enter open")
    t.send("q")
    ended(t)


def test_continued_after_ctrl_z(terminal, recording):
    shop = recording(SHOP)
    t = terminal(argv=["/bin/bash", "--norc", "--noprofile", "-i"],
                 env={"PS1": "ready$ ", "otoscope": program.path(), "HISTFILE": None})
    t.wait("ready$")
    t.send(f"$otoscope top {shop}\r")
    t.wait("orders")
    t.send("\x1a")
    t.wait("Stopped")
    assert "orders" not in t.text() and not t.screen.cursor.hidden
    t.send("fg\r")
    t.wait("orders")
    t.send("/sto")
    t.wait(lambda t: "orders" not in t.text() and "stock" in t.text())
    t.send("\x1a")
    t.wait(lambda t: t.text().count("Stopped") == 2)
    t.send("fg\r")
    t.wait("stock")
    t.send("\r")
    t.send("q")
    t.wait(lambda t: not t.screen.other)
    assert "orders" not in t.text()


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "vt100"}])
def test_without_colours(top, env):
    t = top(env=env)
    t.wait("orders")
    looks = {p for found in re.findall(rb"\x1b\[([\d;]*)m", bytes(t.raw)) for p in found.split(b";")}
    assert b"7" in looks and not any(len(p) > 1 for p in looks), looks
    t.send("j")
    t.wait(lambda t: any(t.cell(row, 1).reverse and t.cell(row, 1).data == "0" for row in range(9, 20)))
    t.send("q")
    ended(t)


def test_a_paste_does_nothing_but_where_something_is_typed(top):
    t = top()
    t.send("\x1b[200~q\rq\x03\x1b[201~")
    t.send("/")
    t.send("\x1b[200~sto\rck\x1b[201~")
    t.wait("sto ck")
    t.send("\x1b")
    t.wait("Enter open")
    t.send("q")
    ended(t)


def test_names_that_would_steer_it(top):
    assert "orders" in SHOP
    t = top(lines=SHOP.replace("orders", "\x1b[2J\x1b]0;owned\x07\x9b31m中文e\u0301"))
    t.wait(r"<0.111.0> \e[2J")
    t.send("\r")
    t.wait("<0.111.0>")
    t.send("q")
    ended(t)
    assert t.screen.title == "" and b"owned\x07" not in t.raw
