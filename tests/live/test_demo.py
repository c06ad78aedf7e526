"""./dev demo finds every disease, and ends what it started however it ends itself."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios

import pytest

import nodes
import program

DEMO = os.path.join(program.ROOT, "demo", "run")
DISEASES = 7  # one of them twice


def environment(directory, **extra):
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(directory), "TMPDIR": str(directory),
            "OTOSCOPE": program.path(), "OTOSCOPE_COOKIE": "of-another-node", "COLUMNS": "80", **extra}


def started(directory):
    """{pid: command line} of what lives in this directory."""
    found = {}
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/environ", "rb") as f:
                if f"TMPDIR={directory}\0".encode() not in f.read():
                    continue
            with open(f"/proc/{entry}/cmdline", "rb") as f:
                found[int(entry)] = f.read().replace(b"\0", b" ").decode(errors="replace")
        except (OSError, ValueError):
            pass
    return found


def left(directory):
    return started(directory) or os.listdir(directory)


@pytest.fixture
def sleeper(tmp_path):
    """A program in the place of otoscope that waits for ever."""
    path = tmp_path.parent / f"{tmp_path.name}-sleeper"
    path.write_text("#!/bin/sh\nexec sleep 600\n")
    path.chmod(0o755)
    return str(path)


def test_finds_every_disease(tmp_path):
    done = subprocess.run([DEMO], env=environment(tmp_path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    found = [line for line in done.stdout.splitlines() if line.startswith("=> ")]
    assert len(found) >= DISEASES, done.stdout
    assert max(map(len, found)) <= 80, done.stdout
    assert not left(tmp_path)


def on_a_terminal(tmp_path, answer):
    """What it writes on one of 80 columns, when this is typed where the screens are offered, and q on these."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    child = subprocess.Popen([DEMO], env=environment(tmp_path, TERM="xterm"), stdin=its, stdout=its, stderr=its)
    os.close(its)
    shown = b""
    typed = [(b"Enter opens them", answer), (b"shop_mailer", b"q")]
    seen = 0
    try:
        while data := os.read(ours, 65536):
            shown += data
            if typed and typed[0][0] in shown[seen:]:
                seen = len(shown)
                os.write(ours, typed.pop(0)[1])
    except OSError:  # the last one who could write is gone
        pass
    os.close(ours)
    assert child.wait(timeout=nodes.DEADLINE) == 0, shown.decode()
    return shown


def test_opens_the_screens(tmp_path):
    shown = on_a_terminal(tmp_path, b"\r").decode()
    assert "\x1b[?1049h" in shown and "\x1b[?1049l" in shown
    assert not left(tmp_path)


def test_fits_a_terminal_of_80_columns(tmp_path):
    shown = on_a_terminal(tmp_path, b"\x04")
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).replace("\r\n", "\n").split("\n")
    wide = [line for line in lines if len(line.split("\r")[-1]) > 80 and not line.startswith("$ ")]
    assert not wide
    assert len([line for line in lines if line.startswith("=> ")]) >= DISEASES


def test_says_so_when_it_finds_nothing(tmp_path):
    done = subprocess.run([DEMO], env=environment(tmp_path, OTOSCOPE="/bin/false"), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 1
    assert "demo:" in done.stderr
    assert not left(tmp_path)


def test_needs_the_program(tmp_path):
    done = subprocess.run([DEMO], env=environment(tmp_path, OTOSCOPE=str(tmp_path / "none")), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 1
    assert "./dev build" in done.stderr


# When it is ended: the word that must stand in some command line of its processes by then.
MOMENTS = {"at once": "demo/run", "while it compiles": "erlc", "while the node starts": "beam",
           "in the middle": "sleep 600"}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("how", ["SIGINT to all", "SIGTERM", "SIGKILL"])
def test_ends_what_it_started(tmp_path, sleeper, moment, how):
    child = subprocess.Popen([DEMO], env=environment(tmp_path, OTOSCOPE=sleeper), stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    word = MOMENTS[moment]
    nodes.wait_until(lambda: any(word in line for line in started(tmp_path).values()), moment)
    if how == "SIGINT to all":  # as Ctrl-C in a terminal
        os.killpg(child.pid, signal.SIGINT)
    elif how == "SIGTERM":
        child.terminate()
    else:
        child.kill()
    child.wait(timeout=nodes.DEADLINE)
    # killed before it could hand its directory on, it leaves an empty one
    nobody = how == "SIGKILL" and moment == "at once"
    nodes.wait_until(lambda: not (started if nobody else left)(tmp_path), "its processes and its directory to go")
