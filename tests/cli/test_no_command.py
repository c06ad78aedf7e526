"""A command line without a command: the screens on a terminal, help or an error elsewhere."""

import pathlib

import pytest

import program

SHOP = (pathlib.Path(__file__).parent / "screens" / "shop.recording").read_text(encoding="utf-8")
SCRIPT = "size 80x10\nwait\nscreen\n"


@pytest.fixture(name="shop")
def fixture_shop(recording):
    return recording(SHOP)


def test_a_source_on_a_terminal_is_looked_at(terminal, shop):
    screen = terminal(shop)
    screen.wait("gen_server:loop/7")
    screen.send("q")
    assert screen.status() == 0


def test_a_file_of_this_directory_too(terminal, shop):
    screen = terminal(shop.name)
    screen.wait("gen_server:loop/7")
    screen.send("q")
    assert screen.status() == 0


def test_a_command_is_no_source(terminal, recording):
    recording(SHOP, name="version")
    assert terminal("version").status() == 0


def test_options_alone(terminal, shop):
    screen = terminal("--source", shop)
    screen.wait("gen_server:loop/7")
    screen.send("q")
    assert screen.status() == 0
    assert terminal("--source", shop, "--help").status() == 0


def test_a_mistyped_command_stays_one(terminal):
    screen = terminal("pss")
    screen.wait("there is no command 'pss'")
    screen.wait("did you mean ps?")
    assert screen.status() == 2


def test_more_than_a_source(terminal, shop):
    screen = terminal(shop, "what")
    screen.wait("top does not know what to do with 'what'")
    assert screen.status() == 2


def test_no_terminal(otoscope, shop):
    assert otoscope().stdout.startswith("otoscope looks into")
    wrong = otoscope(shop, check=2)
    assert f"a command is missing before '{shop}'" in wrong.stderr and "top, for a terminal" in wrong.stderr
    wrong = otoscope("top", shop, check=2)
    assert "top needs a terminal: standard input is none" in wrong.stderr and "--script FILE" in wrong.stderr


def test_no_terminal_on_one_side(terminal, shop):
    """Nobody is dialled then: the node need not be there."""
    screen = terminal(argv=["sh", "-c", f"{program.path()} top nobody@127.0.0.1 | cat; echo done"])
    screen.wait("done")
    assert "top needs a terminal: standard output is none" in screen.text()


def test_a_script_needs_no_terminal(otoscope, shop):
    assert "gen_server:loop/7" in otoscope(shop, "--script", "-", input=SCRIPT).stdout
    assert "gen_server:loop/7" in otoscope("--source", shop, "--script", "-", input=SCRIPT).stdout
