"""The settings of the screens: read at the start, changed there, kept in their file."""

import os
import pathlib

import pytest

SHOP = (pathlib.Path(__file__).parent / "screens" / "shop.recording").read_text(encoding="utf-8")
FILE = os.path.join(".config", "otoscope", "top.conf")


@pytest.fixture(name="top")
def fixture_top(otoscope, recording):
    """Runs a script on a small recording: the result, with the lines of its screens."""
    shop = recording(SHOP)

    def run(script, *args, **options):
        return otoscope("top", shop, "--script", "-", *args, input="size 200x8\nwait\n" + script, **options)

    return run


def write(home, text):
    path = pathlib.Path(home, FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def words(line):
    return line.split()


def test_the_file_says_what_is_shown(top, otoscope):
    write(otoscope.home, "# mine\nfirst = ports\ncolumns.ports = id, memory\nsort.ports = +memory\n")
    done = top("screen\n")
    assert words(done.lines()[1]) == ["PORT", "MEMORY▲"]
    assert done.stderr == ""


def test_another_place(top, otoscope, tmp_path):
    write(otoscope.home, "first = ets\n")
    there = tmp_path / "else" / "otoscope"
    there.mkdir(parents=True)
    (there / "top.conf").write_text("first = ports\n")
    assert words(top("screen\n", env={"XDG_CONFIG_HOME": str(tmp_path / "else")}).lines()[1])[0] == "PORT"
    # one that is no absolute path is none: the specification says so
    assert words(top("screen\n", env={"XDG_CONFIG_HOME": "else"}).lines()[1])[0] == "ID"


def test_what_is_wrong_is_told_and_the_rest_taken(top, otoscope):
    path = write(otoscope.home, "interval = soon\nfirst = ports\ncolour = never\n")
    done = top("screen\n")
    assert words(done.lines()[1])[0] == "PORT"
    told = done.stderr.splitlines()
    assert told[0].startswith(f"otoscope: {path}: line 1: ") and "soon" in told[0]
    assert told[1] == f"otoscope: {path}: line 3: there is no setting 'colour': did you mean 'color'?"
    assert len(told) == 2
    assert "line 1" in done.stdout


def test_what_was_changed_is_kept(top, otoscope):
    path = write(otoscope.home, "# mine\nfuture = yes\nfirst = ports\n")
    top("key :\ntype columns id,links\nkey <enter>\nkey :\ntype sort links\nkey <enter>\n"
        "key :\ntype interval 5s\nkey <enter>\nkey S\nscreen\n")
    assert path.read_text() == ("# mine\nfuture = yes\nfirst = ports\ncolumns.ports = id,links\nsort.ports = links\n"
                                "interval = 5s\n")
    assert words(top("screen\n").lines()[1]) == ["PORT", "LINKS▼"]


def test_a_file_that_is_not_read_whole_is_not_written(top, otoscope):
    path = write(otoscope.home, "# mine\n" * 50000)
    shown = top("key :\ntype set mouse off\nkey <enter>\nkey :\ntype save\nkey <enter>\nscreen\n")
    assert "too large to be changed" in shown.stdout
    assert path.read_text(encoding="utf-8") == "# mine\n" * 50000


def test_a_setting_that_there_is_not_has_no_value(top):
    shown = top("key :\ntype set intervall\nkey <enter>\nscreen\n")
    assert "there is no setting 'intervall': did you mean 'interval'?" in shown.stdout


def test_nothing_is_written_unasked(top, otoscope):
    top("key :\ntype interval 5s\nkey <enter>\nkey q\n")
    assert not os.path.exists(os.path.join(otoscope.home, ".config"))
    assert not os.path.exists(os.path.join(otoscope.home, ".local"))


def test_no_home_is_no_error(top):
    for env in ({"HOME": None}, {"HOME": "/nowhere"}, {"HOME": "/dev/null"}):
        done = top("screen\n", env=env)
        assert "PID" in done.stdout and done.stderr == ""
    done = top("key :\ntype set mouse off\nkey <enter>\nkey S\nscreen\n", env={"HOME": None})
    assert "set $XDG_CONFIG_HOME or $HOME" in done.stdout
    done = top("key :\ntype set mouse off\nkey <enter>\nkey S\nscreen\n", env={"HOME": "/dev/null"})
    assert "cannot write '/dev/null/.config/otoscope/top.conf'" in done.stdout


def test_a_script_is_a_file_or_a_pipe(otoscope, recording, tmp_path):
    shop = recording(SHOP)
    wrong = otoscope("top", shop, "--script", tmp_path, check=8)
    assert f"cannot read '{tmp_path}'" in wrong.stderr
    missing = otoscope("top", shop, "--script", "/nowhere", check=8)
    assert "cannot read '/nowhere': No such file" in missing.stderr
    typed = otoscope("top", shop, "--script", "-", input="size 80x5\nkye q\n", check=2)
    assert "line 2: there is no 'kye'" in typed.stderr
