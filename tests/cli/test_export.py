"""What is on the screen, written into files."""

import csv
import json
import os
import pathlib

import pytest

SHOP = (pathlib.Path(__file__).parent / "screens" / "shop.recording").read_text(encoding="utf-8")


@pytest.fixture(name="say")
def fixture_say(otoscope, recording):
    """Says this on the command line of the screen of ports: gives the last screen."""
    shop = recording(SHOP)

    def run(*lines, size="200x40", check=0):
        script = f"size {size}\nkey :\ntype ports\nkey <enter>\nwait\n"
        for line in lines:
            script += f"key :\ntype {line}\nkey <enter>\n"
        return otoscope("top", shop, "--script", "-", input=script + "screen\n", check=check).stdout

    return run


def test_rows_in_each_format(say, tmp_path):
    names = ("a.csv", "a.json", "a.jsonl", "a.txt")
    assert "2 rows written to" in say("sort name", "columns id,name,memory", *(f"write {tmp_path}/{n}" for n in names))
    with open(tmp_path / "a.csv", encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    assert [row["name"] for row in rows] == ["tcp_inet", "cat"]
    assert list(rows[0]) == ["id", "name", "memory"]
    assert json.loads((tmp_path / "a.json").read_text()) == [
        {"id": row["id"], "name": row["name"], "memory": int(row["memory"])} for row in rows]
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 2
    assert (tmp_path / "a.txt").read_text().split()[:3] == ["PORT", "NAME", "MEMORY"]


def test_only_the_rows_that_are_left(say, tmp_path):
    assert "1 rows written" in say("where name = cat", f"write {tmp_path}/a.csv")
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 2


def test_a_file_that_is_there_stays(say, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("mine\n")
    assert "File exists: 'write!' and 'screen!' replace it" in say(f"write {path}")
    assert path.read_text() == "mine\n"
    assert "2 rows written" in say(f"write! {path}")
    assert "mine" not in path.read_text()


def test_what_is_no_file_is_not_taken_away(say, tmp_path):
    path = tmp_path / "full"
    path.symlink_to("/dev/full")
    assert "No space left on device" in say(f"screen! {path}")
    assert path.is_symlink()


def test_a_name_that_says_nothing(say, tmp_path):
    for name in ("a", "a.xml", "a.text", "csv", "dir.csv/a"):
        assert "csv, json, jsonl or txt" in say(f"write {tmp_path}/{name}")
        assert not os.path.exists(tmp_path / name)
    assert "into which file?" in say("write")
    assert "cannot write '/nowhere/a.csv': No such file or directory" in say("write /nowhere/a.csv")


def test_the_screen(say, tmp_path):
    shown = say(f"screen {tmp_path}/a.screen", size="100x9")
    written = (tmp_path / "a.screen").read_text()
    assert "tcp_inet" in written and len(written.splitlines()) == 9
    assert written.splitlines()[:8] == shown.splitlines()[:8]
    assert ":screen" not in written
