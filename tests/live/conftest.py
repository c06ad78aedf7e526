"""Fixtures for the live tests: real nodes. See nodes.py for what a Node can do.

  node, elixir_node                one that all tests of the session share, on each release; patients end with the test
  quiet_node, quiet_elixir_node    the same, without a log: for supervisors, whose end is noted there
  fresh_node, fresh_elixir_node    one of the test's own, on each release
  start_node(release="25", ...)    nodes with options, ended with the test
  share_node(release, ...)         the same, ended with the session, for all who want these options
  release                          "23", "25", "27", "29": what the above go by

--otp 25,29 (or $OTOSCOPE_OTP) runs on these releases only. A release that is not installed is skipped, aloud; with
$OTOSCOPE_OTP_REQUIRED=1 it fails instead.
"""

import os
import random
import subprocess

import pytest

import nodes


def pytest_addoption(parser):
    parser.addoption("--otp", default=os.environ.get("OTOSCOPE_OTP", ",".join(nodes.RELEASES)), metavar="RELEASES",
                     help="the OTP releases to run live tests on, for example 25,29")
    parser.addoption("--seed", default=os.environ.get("OTOSCOPE_SEED"), type=int, metavar="N",
                     help="makes the same random texts again")


def pytest_generate_tests(metafunc):
    if "release" in metafunc.fixturenames and not any(
            "release" in str(mark.args[0]).replace(" ", "").split(",")
            for mark in metafunc.definition.iter_markers("parametrize")):
        chosen = metafunc.config.getoption("--otp").replace(" ", "").split(",")
        metafunc.parametrize("release", chosen, ids=lambda r: f"otp{r}", scope="session")


@pytest.fixture(scope="session")
def farm():
    f = nodes.Farm()
    yield f
    f.stop()


def need(farm, release):
    if release not in farm.releases:
        said = f"OTP {release} not available (tests/otp/fetch brings it)"
        if os.environ.get("OTOSCOPE_OTP_REQUIRED"):
            pytest.fail(said, pytrace=False)
        pytest.skip(said)


def shared(farm, release, **options):
    need(farm, release)
    node = farm.share(release, **options)
    node.alone()
    yield node
    node.clear()


def fresh(farm, release, **options):
    need(farm, release)
    node = farm.start(release, **options)
    yield node
    node.stop()


@pytest.fixture
def node(farm, release):
    yield from shared(farm, release)


@pytest.fixture
def quiet_node(farm, release):
    yield from shared(farm, release, args=["-kernel", "logger_level", "none"])


@pytest.fixture
def quiet_elixir_node(farm, release):
    yield from shared(farm, release, elixir=True, args=["-kernel", "logger_level", "none"])


@pytest.fixture
def elixir_node(farm, release):
    yield from shared(farm, release, elixir=True)


@pytest.fixture
def fresh_node(farm, release):
    yield from fresh(farm, release)


@pytest.fixture
def fresh_elixir_node(farm, release):
    yield from fresh(farm, release, elixir=True)


@pytest.fixture
def start_node(farm):
    started = []

    def start(release="25", **options):
        need(farm, release)
        started.append(farm.start(release, **options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def share_node(farm):
    """share_node(release, **options): one that all tests of the session share with who asks for the same options."""
    def share(release, **options):
        need(farm, release)
        node = farm.share(release, **options)
        node.alone()
        return node

    return share


@pytest.fixture(scope="session")
def seed(request):
    """Another one each time; a test that fails says it, and --seed repeats it."""
    given = request.config.getoption("--seed")
    return random.randrange(1, 1 << 31) if given is None else given


@pytest.fixture(scope="session")
def ipv6():
    if not nodes.has_ipv6():
        pytest.skip("no IPv6 on this host")


@pytest.fixture(scope="session")
def certificate(farm):
    """A PEM file with a key and a certificate of itself, in a directory that all nodes see."""
    path = os.path.join(farm.dir, "tls.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", path + ".key", "-out",
                    path + ".crt", "-days", "2", "-subj", "/CN=test"], check=True, stderr=subprocess.DEVNULL)
    with open(path, "w") as out:
        for part in (".key", ".crt"):
            with open(path + part) as f:
                out.write(f.read())
    return path
