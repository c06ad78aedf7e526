"""otoscope top on recordings that grow, that are damaged, or that are long."""

import os
import sqlite3
import subprocess

import pytest

import program

TOOL = os.path.join(os.path.dirname(program.path()), "tests", "tools", "make-recording")


def sample(second, reductions, extra=""):
    return (f"@sample 2026-11-23T12:{second // 60:02}:{second % 60:02}Z\n@table processes\n"
            f"pid,name,reductions,memory,message_queue_len,status\n<0.1.0>,init,{reductions},1000,0,waiting\n{extra}")


@pytest.fixture
def writer(tmp_path):
    """Writes a recording beside the test, and goes on as long as the test does."""
    child = subprocess.Popen([TOOL, tmp_path / "shop.oto"], stdin=subprocess.PIPE, text=True)

    def write(lines):
        child.stdin.write(lines)
        child.stdin.flush()

    yield write
    child.stdin.close()
    child.wait(program.TIMEOUT)


def screens(child):
    """The screens that a script writes, as they come."""
    lines = []
    for line in child.stdout:
        if line == "--\n":
            yield "".join(lines)
            lines = []
        else:
            lines.append(line)


def start(otoscope, tmp_path, script):
    path = tmp_path / "script"
    path.write_text(script)
    return otoscope.start("top", "shop.oto", "--script", path, cwd=tmp_path)


def until(otoscope, path, samples):
    """A sample is written when the next one begins."""
    while True:
        info = otoscope("info", path, "--format", "json", check=None)
        if info.status == 0 and info.json()["samples"] >= samples:
            return


def test_a_recording_that_grows_is_followed(otoscope, tmp_path, writer):
    writer(sample(0, 100) + sample(2, 300) + sample(4, 900) + "@sample 2026-11-23T12:00:06Z\n")
    until(otoscope, tmp_path / "shop.oto", 3)
    child = start(otoscope, tmp_path, """
        size 80x10
        wait
        screen
        wait sample 4 of 4
        wait
        screen
        key (
        wait
        screen
        wait sample 1 of 5
        wait
        screen
        """)
    shown = screens(child)
    first = next(shown)
    assert "sample 3 of 3 following" in first and "300 1000" not in first
    assert "12:00:04" in first and " 300 " in first, "the rate is against the sample before"
    writer("@table processes\npid,name,reductions,memory,message_queue_len,status\n<0.1.0>,init,1000,1000,0,waiting\n"
           "@sample 2026-11-23T12:00:08Z\n")
    fourth = next(shown)
    assert "sample 4 of 4 following" in fourth and "12:00:06" in fourth and " 50 " in fourth
    assert "sample 1 of 4 growing" in next(shown)
    writer("@table processes\npid,name,reductions,memory,message_queue_len,status\n<0.1.0>,init,1000,1000,0,waiting\n"
           "@sample 2026-11-23T12:00:10Z\n")
    last = next(shown)
    assert "sample 1 of 5 growing" in last and "12:00:00" in last, "who looks at the past stays there"
    assert child.wait(program.TIMEOUT) == 0


def test_the_oldest_samples_go_while_they_are_looked_at(otoscope, tmp_path):
    """A recording of bounded size, gone on with: the moment that is shown is no longer there."""
    def write(first, last):
        lines = "".join(sample(n, n * 100, "".join(f"<0.{p + 10}.0>,{os.urandom(16).hex()},{n * p},{n + p},0,waiting\n"
                                                   for p in range(300))) for n in range(first, last))
        subprocess.run([TOOL, tmp_path / "shop.oto", "200000"], input=lines, text=True, check=True)

    write(0, 5)
    child = start(otoscope, tmp_path, """
        size 80x10
        wait
        key (
        wait
        screen
        wait 12:01:
        wait
        screen
        """)
    shown = screens(child)
    assert "12:00:00 UTC sample 1 of 5" in next(shown)
    write(5, 130)
    assert "12:01:" in next(shown)
    assert child.wait(program.TIMEOUT) == 0


def long_one(recording):
    return recording("".join(sample(n, n * 100) for n in range(100)))


def test_damaged_rows_are_told_and_others_shown(otoscope, recording, tmp_path):
    """A reading that is damaged is told on its screen; sample by sample one gets to others."""
    path = long_one(recording)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE readings SET rows = x'0102' WHERE id = 80")
    db.close()
    child = start(otoscope, tmp_path, """
        size 100x10
        wait
        screen
        type :at 12:00:10
        key <enter>
        wait
        screen
        key P
        wait
        screen
        """)
    end, early, peak = screens(child)
    assert "is damaged: reading" in end and "sample 100 of 100" in end
    assert "is damaged" not in early and "sample 11 of 100" in early and " 100 " in early
    assert "is damaged" in peak
    assert child.wait(program.TIMEOUT) == 0


@pytest.mark.parametrize("damage", [
    "UPDATE samples SET at = 'monday'", "UPDATE samples SET at = id * -1", "UPDATE samples SET run = 77",
    "DELETE FROM runs", "UPDATE runs SET ended = -1, lost = 1, why = x'1b5b326aff'", "DELETE FROM samples",
    "UPDATE readings SET at = 9223372036854775807", "UPDATE readings SET whole = id + 1", "DELETE FROM columns",
    "UPDATE readings SET nrows = -1", "UPDATE readings SET tab = 77", "UPDATE samples SET at = 9223372036854775807",
    "UPDATE samples SET id = id * 1000003", "UPDATE columns SET id = id + 77", "UPDATE tables SET name = 'memory'",
])
def test_a_recording_that_is_wrong(otoscope, recording, tmp_path, damage):
    """Whatever it says: no crash (the sanitizers say), and a screen."""
    path = long_one(recording)
    with sqlite3.connect(path) as db:
        db.execute(damage)
    db.close()
    child = start(otoscope, tmp_path, """
        size 80x12
        wait
        screen
        key (.P<c-p>{},)
        wait
        key c
        wait
        key <escape><enter>8
        wait
        screen
        """)
    assert len(list(screens(child))) == 2
    assert child.wait(program.TIMEOUT) == 0, child.stderr.read()


def test_a_click_on_the_time_line(terminal, recording):
    """It goes to the sample that is nearest."""
    screen = terminal("top", long_one(recording))
    screen.wait("sample 100 of 100")
    lines = screen.lines()
    row = next(i for i, line in enumerate(lines) if "sample 100 of 100" in line)
    for column, wanted in [(lines[row].index("─"), "sample 1 of 100"), (78, "sample 97 of 100")]:
        screen.send(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m")
        screen.wait(wanted)
    screen.send("q")
    assert screen.status() == 0


def test_what_is_no_recording(otoscope, recording, tmp_path):
    path = long_one(recording)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 77")
    db.close()
    (tmp_path / "script").write_text("wait\nscreen\n")
    newer = otoscope("top", path, "--script", tmp_path / "script", check=7)
    assert "format 77" in newer.stderr and "newer otoscope" in newer.stderr and newer.stdout == ""
    (tmp_path / "half.oto").write_bytes(path.read_bytes()[:3000])
    half = otoscope("top", tmp_path / "half.oto", "--script", tmp_path / "script", check=7)
    assert "damaged" in half.stderr and half.stdout == ""
