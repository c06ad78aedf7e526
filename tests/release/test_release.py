"""The released program: one static file that runs where there is nothing else.

$OTOSCOPE_RELEASE is the program; ./dev test release builds it and sets that.
"""

import json
import os
import shutil
import subprocess

import pytest

import nodes

PROGRAM = os.environ.get("OTOSCOPE_RELEASE")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="$OTOSCOPE_RELEASE is not set: ./dev test release")


@pytest.fixture
def alone(tmp_path):
    """How to start it in a directory that has nothing else: no /etc, no /proc, no /dev, no terminfo, no locale."""
    root = tmp_path / "root"
    root.mkdir()
    shutil.copy(PROGRAM, root / "otoscope")
    enter = ["chroot", str(root), "/otoscope"]
    yield enter if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user"] + enter
    assert os.listdir(root) == ["otoscope"]


@pytest.fixture
def nowhere(alone):
    """Runs it there."""

    def run(*args, env=None):
        return subprocess.run([*alone, *args], env={"PATH": os.environ["PATH"], **(env or {})},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=60)

    return run


@pytest.fixture
def attaches(nowhere):
    if "memory" not in nowhere("help").stdout:
        pytest.skip("this otoscope cannot attach yet")


@pytest.fixture(scope="module")
def node():
    farm = nodes.Farm()
    yield farm.start(sorted(farm.releases)[-1])
    farm.stop()


def test_asks_for_no_library():
    headers = subprocess.run(["readelf", "-ldW", PROGRAM], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "INTERP" not in headers and "(NEEDED)" not in headers


def test_version(nowhere):
    done = nowhere("version")
    assert done.returncode == 0 and done.stdout.startswith("otoscope "), done


def test_help(nowhere, attaches):
    done = nowhere("help")
    assert done.returncode == 0 and "memory" in done.stdout and done.stderr == "", done


def test_memory_of_a_node(nowhere, attaches, node):
    env = {"OTOSCOPE_COOKIE": node.cookie, "ERL_EPMD_PORT": str(node.farm.epmd_port)}
    done = nowhere("memory", node.name, "--format", "json", env=env)
    assert done.returncode == 0, done
    assert json.loads(done.stdout)["total"] > 1_000_000


def test_sql_over_a_node(nowhere, attaches, node):
    env = {"OTOSCOPE_COOKIE": node.cookie, "ERL_EPMD_PORT": str(node.farm.epmd_port)}
    done = nowhere("sql", node.name, "SELECT count(*) > 10 AS many FROM processes ORDER BY 1", "--format", "json",
                   env=env)
    assert done.returncode == 0, done
    assert json.loads(done.stdout) == [{"many": 1}]


@pytest.mark.parametrize("term, colors", [("xterm-256color", 256), ("screen", 8), ("linux", 8), ("vt100", 0),
                                          ("alacritty", 256), ("nobody-knows-it", 8)])
def test_screens_of_a_node(alone, attaches, node, terminal, term, colors):
    """The terminal that it inherits is all that it has."""
    env = {"OTOSCOPE_COOKIE": node.cookie, "ERL_EPMD_PORT": str(node.farm.epmd_port), "TERM": term, "LANG": None}
    t = terminal(argv=[*alone, "top", node.name], env=env)
    t.wait("REDS/s")
    t.wait("kernel_sup")
    assert (b";38;5;" in t.raw) == (colors == 256)
    assert any(t.cell(row, 0).reverse for row in range(24))
    t.send("q")
    assert t.status() == 0
    assert not t.screen.other and not t.screen.cursor.hidden


def test_a_host_that_is_not_there_is_said(nowhere, attaches):
    done = nowhere("memory", "nobody@nowhere.invalid")
    assert done.returncode in (3, 4) and done.stderr.startswith("otoscope: "), done
