"""A terminal under the screens: what they look like there, and what is left of them.

The program is tests/tools/screen.c: it has nothing but a screen.
"""

import os
import random
import re
import shutil
import signal
import termios
import time

import pytest

import program

FIRST = "what was there before"
TOOL = os.path.join(os.path.dirname(program.path()), "tests", "tools", "screen")


@pytest.fixture
def screen(terminal):
    """Starts the program in a terminal where something stands already."""

    def start(*args, ready="the last line", before="", **options):
        script = f'echo "{FIRST}"; read -r go; {before} exec "$0" "$@" 2>errors'
        t = terminal(argv=["/bin/sh", "-c", script, TOOL, *args], **options)
        t.wait(FIRST)
        t.before = termios.tcgetattr(t.child.child_fd), set(t.screen.mode)
        t.send("\n")
        if ready:
            t.wait(ready)
        return t

    return start


@pytest.fixture
def shell(terminal):
    """An interactive shell that can start it."""
    t = terminal(argv=["/bin/bash", "--norc", "--noprofile", "-i"],
                 env={"PS1": "ready$ ", "screen": TOOL, "HISTFILE": None})
    t.wait("ready$")
    t.send("stty -a >before; echo was $((1+1))\r")
    t.wait("was 2")
    return t


def as_before(t):
    modes, private = t.before
    assert termios.tcgetattr(t.child.child_fd) == modes
    assert t.screen.mode == private
    assert t.screen.other is None and not t.screen.cursor.hidden
    assert t.lines()[0] == FIRST
    assert "the last line" not in t.text()


def same_modes(t, home):
    """What a shell's terminal is like is what it was."""
    t.asked = getattr(t, "asked", 0) + 1
    t.send(f"\x15stty -a >after; echo now $((1000+{t.asked}))\r")
    t.wait(f"now {1000 + t.asked}")
    before, after = ((home / name).read_text().split(";", 3)[3] for name in ("before", "after"))
    assert after == before
    assert not t.screen.cursor.hidden


def ends(t):
    """Waits for the end, and leaves the terminal open: it can be asked what it is like."""
    while t.child.isalive():
        t.read()
    while t.read(0):
        pass


def waited(t):
    """Waits for the end while nobody reads the terminal: how it ended."""
    end = time.monotonic() + program.TIMEOUT
    while t.child.ptyproc.isalive() and time.monotonic() < end:
        time.sleep(0.01)
    assert not t.child.ptyproc.isalive()
    return t.child.ptyproc.signalstatus


def test_a_screen_of_its_own(screen):
    t = screen()
    assert t.screen.other and FIRST not in t.text()
    assert t.lines()[1].startswith("80x24 drawn 1 ")
    assert termios.tcgetattr(t.child.child_fd)[3] & (termios.ECHO | termios.ICANON | termios.ISIG) == 0


@pytest.mark.parametrize("key", ["q", "X", "A", "S", "K", "M"])
def test_gives_the_terminal_back_when_it_ends(screen, key):
    """Returns, exits, aborts, crashes, has no stack, has no memory."""
    t = screen(env={} if key == "q" else {"ASAN_OPTIONS": "detect_leaks=0"})
    t.send(key)
    ends(t)
    as_before(t)
    assert t.child.exitstatus in {"q": [0], "X": [3], "M": [8]}.get(key, [None, 1])


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "QUIT", "USR1", "ABRT", "SEGV", "BUS", "FPE", "ALRM"])
def test_gives_the_terminal_back_when_it_is_killed(screen, name):
    t = screen()
    os.kill(t.child.pid, getattr(signal, f"SIG{name}"))
    ends(t)
    as_before(t)
    assert t.child.signalstatus == getattr(signal, f"SIG{name}") or t.child.exitstatus == 1  # a sanitizer's


def test_ends_when_the_terminal_is_gone(screen):
    for before in ("", "trap '' HUP;"):
        t = screen(before=before)
        os.close(t.child.child_fd)
        t.child.closed = t.child.ptyproc.closed = True
        assert waited(t) == (None if before else signal.SIGHUP)


def test_is_continued_after_ctrl_z(shell, tmp_path):
    t = shell
    t.send("$screen\r")
    t.wait("the last line")
    t.send("\x1a")
    t.wait("Stopped")
    assert t.screen.other is None and "the last line" not in t.text()
    same_modes(t, tmp_path)
    t.resize(30, 100)
    t.send("fg\r")
    t.wait("100x30 drawn")
    t.wait(lambda t: t.lines()[29].endswith("the last line"))
    t.send("x")
    t.wait("key x")
    t.send("q")
    t.wait(lambda t: t.text().count("ready$") >= 3 and not t.screen.other)
    same_modes(t, tmp_path)


@pytest.mark.parametrize("name", ["STOP", "TSTP"])
def test_is_continued_after_it_was_stopped(shell, tmp_path, name):
    t = shell
    t.send("$screen\r")
    t.wait("the last line")
    group = os.tcgetpgrp(t.child.child_fd)
    os.kill(group, getattr(signal, f"SIG{name}"))
    t.wait("Stopped")
    t.send("clear; echo again$((5+6))\r")
    t.wait("again11")
    t.send("fg\r")
    t.wait("a screen")
    t.wait("the last line")
    t.send("x")
    t.wait("key x")
    t.send("q")
    t.wait(lambda t: not t.screen.other)
    same_modes(t, tmp_path)


def test_does_not_stop_where_nobody_would_continue_it(screen):
    t = screen(before="trap '' TSTP;")
    t.send("\x1a")
    t.wait("key Ctrl-Z")
    os.kill(t.child.pid, signal.SIGTSTP)
    t.send("x")
    t.wait("key x")
    t.send("q")
    ends(t)
    as_before(t)


def state(pid):
    """As ps shows it."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        return f.read().rsplit(")", 1)[1].split()[0]


def test_waits_in_the_background(shell, tmp_path):
    """Started there, and sent there: it is stopped, and draws nothing."""
    t = shell
    t.send("$screen &\r")
    pid = int(re.search(r"\[1\] (\d+)\s", t.wait(lambda t: re.search(r"\[1\] \d+\s", t.text()))).group(1))
    t.wait(lambda t: state(pid) == "T")
    same_modes(t, tmp_path)
    t.send("fg\r")
    t.wait("the last line")
    t.send("\x1a")
    t.wait("ready$")
    t.send("clear; bg\r")
    t.wait("&\n")
    t.wait(lambda t: state(pid) == "T")
    assert not t.screen.other
    same_modes(t, tmp_path)
    t.send("clear; kill %1; wait; echo end$((3+4))\r")
    t.wait("end7")
    assert "drawn" not in t.text()
    same_modes(t, tmp_path)


def test_resized_at_any_time(screen):
    rng = random.Random(4)
    t = screen()
    for _ in range(60):
        t.child.setwinsize(rng.randint(1, 100), rng.randint(1, 300))
        if rng.random() < 0.3:
            t.send("n")
        t.read(0)
    t.screen.resize(33, 111)
    t.child.setwinsize(33, 111)
    t.wait("111x33 drawn")
    t.wait(lambda t: t.lines()[32].endswith("the last line"))
    assert t.lines()[0] == "a screen"
    assert sum("the last line" in line for line in t.lines()) == 1


def test_takes_what_nobody_reads(screen):
    """A terminal that is not read is not waited for; then only the last picture counts."""
    t = screen()
    drawn = len(t.raw)
    for _ in range(400):
        t.child.setwinsize(60, 200)
        t.child.setwinsize(61, 201)
        t.send("n")
    t.screen.resize(61, 201)
    t.child.setwinsize(61, 201)
    t.wait(lambda t: re.search(r"key n", t.text()) and t.lines()[60].endswith("the last line"))
    t.send("xy")
    t.wait("key y")
    assert len(t.raw) - drawn < 400 * 1000


def test_ends_though_nobody_reads(screen):
    t = screen()
    for i in range(50):
        t.child.setwinsize(60 + i % 2, 200)
        t.send("n")
    os.kill(t.child.pid, signal.SIGTERM)
    assert waited(t) == signal.SIGTERM
    assert termios.tcgetattr(t.child.child_fd) == t.before[0]


def test_wide_and_combining_characters_and_hostile_ones(screen):
    t = screen()
    for picture in range(1, 4):
        t.send("n")
        t.wait(f"drawn {picture + 1}")
        t.wait(lambda t: t.lines()[8].startswith(" " * (picture + 5) + "box"))
        lines = t.lines()
        assert lines[4] == " " * (picture + 1) + "wide 中文 end"
        assert lines[5] == " " * (picture + 2) + "combining é ä end"
        assert lines[6] == " " * (picture + 3) + "emoji 😀 end"
        assert lines[7] == " " * (picture + 4) + r"hostile \e[2J\e]0;title\x07 \xFF\xFE end"
        assert lines[8] == " " * (picture + 5) + "box ─│ braille ⣿ end"
    assert t.screen.title == ""


def colors(t):
    """The kinds of colours that it has been told."""
    parameters = re.findall(rb"\x1b\[0([;\d]*)m", bytes(t.raw))
    kinds = {"256" for p in parameters if b";38;5;" in p}
    rest = [re.sub(rb";38;5;\d+", b"", p) for p in parameters]
    kinds |= {"16" for p in rest if re.search(rb";9\d", p)}
    return kinds | {"8" for p in rest if re.search(rb";3\d", p)}


@pytest.mark.parametrize("env, kinds", [
    ({}, {"256"}),
    ({"TERM": "tmux-256color"}, {"256"}),
    ({"TERM": "xterm"}, {"8"}),
    ({"TERM": "xterm", "COLORTERM": "truecolor"}, {"256"}),
    ({"TERM": "linux"}, {"8"}),
    ({"TERM": "vt100"}, set()),
    ({"TERM": "nobody-knows-it"}, {"8"}),
    ({"TERM": "nobody-knows-it-256color"}, {"256"}),
    ({"TERM": "xterm-kitty"}, {"256"}),
    ({"TERM": "alacritty"}, {"256"}),
    ({"NO_COLOR": "1"}, set()),
])
def test_colors_that_the_terminal_has(screen, env, kinds):
    t = screen(env=env)
    assert colors(t) == kinds
    assert t.cell(0, 0).reverse and t.cell(23, 79).reverse
    t.send("q")
    ends(t)
    assert t.screen.mode == t.before[1] and t.screen.other is None


@pytest.mark.parametrize("env", [{"LANG": "de_DE.ISO-8859-1"}, {"LC_ALL": "ru_RU.KOI8-R"},
                                 {"LANG": "C", "TERM": "vt220"}])
def test_ascii_where_there_is_no_utf8(screen, env):
    t = screen(env=env)
    assert max(t.raw) < 0x80
    assert r"wide \x{4E2D}\x{6587} end" in t.text()


@pytest.mark.parametrize("env", [{"LANG": None}, {"LANG": "C"}, {"LANG": "POSIX"}, {"LANG": "de_DE.utf8"},
                                 {"LC_ALL": "xx_XX.UTF-8"}])
def test_utf8_where_nothing_says_otherwise(screen, env):
    assert "wide 中文 end" in screen(env=env).text()


def test_the_linux_console_has_no_glyphs_of_charts(screen):
    assert "braille no" in screen(env={"TERM": "linux"}).text()
    assert "braille yes" in screen().text()


@pytest.mark.parametrize("term", ["dumb", "vt52", ""])
def test_terminals_that_show_no_screens_are_refused(screen, tmp_path, term):
    t = screen(ready=None, env={"TERM": term})
    ends(t)
    assert t.child.exitstatus == 6 and b"\x1b" not in t.raw
    assert (term or "it is not known") in (tmp_path / "errors").read_text()


def test_entries_that_are_not_on_the_host_are_built_in(screen, tmp_path):
    """Also a broken entry of somebody's own is passed over."""
    where = tmp_path / "x"
    where.mkdir()
    (where / "xterm-256color").write_bytes(b"\x1a\x01rubbish")
    t = screen(env={"TERMINFO": str(tmp_path)})
    assert colors(t) == {"256"} and t.screen.other


def test_any_bytes_may_be_typed(screen):
    rng = random.Random(7)
    t = screen()
    harmless = bytes(set(range(256)) - set(b"qXASKM\x1a"))
    for _ in range(40):
        t.child.send(bytes(rng.choice(harmless) for _ in range(500)))
        t.read(0)
    t.child.send(b"\x18\x1b[201~\x1b[A")  # the end of what may have been begun
    t.wait("key Up")
    t.send("q")
    ends(t)
    as_before(t)


def test_is_put_right_after_something_else_used_it(screen):
    t = screen()
    modes = termios.tcgetattr(t.child.child_fd)
    termios.tcsetattr(t.child.child_fd, termios.TCSANOW, t.before[0])
    t.screen.erase_in_display(2)
    t.send("\x0c\n")
    t.wait("the last line")
    assert termios.tcgetattr(t.child.child_fd) == modes


def test_keys_and_clicks(screen):
    t = screen()
    for sent, said in [("j", "key j 0,0"), ("\x1b[1;5A", "key Ctrl-Up"), ("\x1bOP", "key F1"), ("\x1b", "key Esc"),
                       ("\x1bx", "key Alt-x"), ("é", "key é"), ("\x1b[<0;11;6M", "key click 10,5"),
                       ("\x1b[<0;11;6M", "key double click 10,5"), ("\x1b[<65;3;4M", "key wheel down 2,3"),
                       ("\x1b[200~", "key paste "), ("q", "key q"), ("\x1b[201~", "key end of paste"),
                       ("\x03", "key Ctrl-C"), ("\x1c", "key Ctrl-\\"), ("\x13", "key Ctrl-S")]:
        t.send(sent)
        t.wait(said)


def test_the_keys_of_its_terminal(screen):
    """As terminfo names them for the console of Mach."""
    if not os.path.exists("/lib/terminfo/m/mach"):
        pytest.skip("this machine has no terminfo entry for mach")
    t = screen(env={"TERM": "mach-color"})
    for sent, said in [("\x1b[U", "key PgDn"), ("\x1b[Y", "key End"), ("\x1b[9", "key Del")]:
        t.send(sent)
        t.wait(said)


@pytest.mark.parametrize("name", ["tmux", "screen"])
def test_inside_another_terminal_program(terminal, tmp_path, name):
    if not shutil.which(name):
        pytest.skip(f"there is no {name}: ./dev setup")
    where = tmp_path / "sockets"
    where.mkdir(mode=0o700)
    script = tmp_path / "inside"
    script.write_text(f'echo "{FIRST}"\n{TOOL}\necho left $?\nread x\n')
    argv = {"tmux": ["tmux", "-f", "/dev/null", "-S", where / "socket", "new-session", "sh", script],
            "screen": ["screen", "-U", "-c", "/dev/null", "-m", "sh", script]}[name]
    t = terminal(argv=argv, env={"SCREENDIR": str(where), "SHELL": "/bin/sh"})
    try:
        t.wait("drawn 1")
        t.send("n")
        # What is between passes the picture on in pieces: the one below "drawn 2" may still be the first.
        t.wait(lambda t: t.lines()[8] == "      box ─│ braille ⣿ end")
        lines = t.lines()
        assert lines[4] == "  wide 中文 end"
        assert lines[5] == "   combining é ä end"
        assert t.cell(10, 8).fg != "default" or t.cell(10, 25).fg != "default"
        for sent, said in [("\x1b[A", "key Up"), ("\x1bOP", "key F1"), ("\x1bx", "key Alt-x"), ("é", "key é"),
                           ("\x1b[5~", "key PgUp"), ("\x1b[3~", "key Del")]:
            t.send(sent)
            t.wait(said)
        t.resize(30, 100)
        t.wait(lambda t: re.search(r"100x(29|30) drawn", t.text()) and "the last line" in t.text())
        t.send("q")
        t.wait("left 0")
        assert "the last line" not in t.text()
    finally:
        t.send("\n")
        t.status()


def test_inside_tmux_the_screen_before_comes_back(terminal, tmp_path):
    if not shutil.which("tmux"):
        pytest.skip("there is no tmux: ./dev setup")
    script = tmp_path / "inside"
    script.write_text(f'echo "{FIRST}"\nread go\n{TOOL}\necho left $?\nread x\n')
    t = terminal(argv=["tmux", "-f", "/dev/null", "-S", tmp_path / "socket", "new-session", "sh", script])
    t.wait(FIRST)
    t.send("\n")
    t.wait("the last line")
    assert FIRST not in t.text()
    t.send("X")
    t.wait("left 3")
    assert t.lines()[0] == FIRST and "the last line" not in t.text()
    t.send("\n")
    assert t.status() == 0
