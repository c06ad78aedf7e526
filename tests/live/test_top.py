"""The screens of a live node, on a terminal: what they show, and what becomes of them when the node goes."""

import os
import re
import signal

import pytest

import wire
from test_leave_nothing import MORE_ATOMS, settled, wait_for_same

PROCESSES = re.compile(r"^\s*<0\.\d+\.\d+>")


def rows(screen):
    """The lines of the process table."""
    return [line for line in screen.lines() if PROCESSES.match(line)]


def top(terminal, node, *args, **options):
    """The first screen, with rows."""
    screen = terminal("top", "--every", "200ms", *args, node=node, **options)
    screen.wait(lambda t: len(rows(t)) > 3)
    return screen


def quit_at_once(screen):
    screen.send("q")
    assert screen.status() == 0


def test_the_first_screen(node, terminal):
    node.patient("idle", 100)
    screen = top(terminal, node)
    heading = next(line for line in screen.lines() if "PID" in line and "NAME" in line)
    assert "REDS" in heading and "MEMORY" in heading and "MSGQ" in heading
    assert node.short_name[:12] in screen.lines()[0]
    assert len(rows(screen)) >= 5
    screen.wait(lambda t: any("code_server" in line or "init" in line for line in rows(t)) or len(rows(t)) > 8)
    quit_at_once(screen)


# 2,000 processes a second are born, and live for a moment.
BIRTHS = """register(births, spawn(fun() ->
    Live = fun() -> receive after 20 -> ok end end,
    Birth = fun(Again) -> [spawn(Live) || _ <- lists:seq(1, 40)], receive after 20 -> Again(Again) end end,
    Birth(Birth)
end))"""


def test_ranking_while_processes_are_born_and_die(start_node, terminal, release):
    node = start_node(release)
    screen = top(terminal, node, columns=120)
    assert node.rpc(BIRTHS) is True
    screen.wait("births")
    for keys in ["m", "r", "Q", "m", "I", ">", "<", "I", "r", "G", "\x1b[H"] * 6:
        seen = len(screen.raw)
        screen.send(keys)
        screen.wait(lambda t, seen=seen: len(t.raw) > seen + 100)
    found = rows(screen)
    assert len(found) >= 10 and len({line.split()[0] for line in found}) == len(found)  # nobody twice
    assert all(re.match(r"\s*<0\.\d+\.\d+>", line) for line in found)
    screen.send("/births\r")
    screen.wait(lambda t: len(rows(t)) == 1 and "births" in rows(t)[0])
    quit_at_once(screen)


def test_supervisors_are_a_tree(node, terminal):
    screen = top(terminal, node)
    screen.send("3")
    screen.wait(lambda t: re.search(r"▾ .*kernel_sup", t.text()) and "kernel_safe_sup" in t.text())
    screen.send("\x1b[H\x1b[D")
    screen.wait(lambda t: re.search(r"▸ \(\d+\) ", t.text()))
    screen.send("*")
    screen.wait(lambda t: not re.search(r"▸ \(\d+\) ", t.text()))
    quit_at_once(screen)


def test_threads_are_those_of_the_process(node, terminal):
    """The operating system tells of them, while the node is looked at through its distribution."""
    screen = top(terminal, node, columns=120)
    screen.send(":table threads\r")
    screen.wait(lambda t: re.search(r"^\d+ .*(1_scheduler|erts_sched_1)", t.text(), re.M))
    with node.stopped():
        screen.wait("stopped")
    quit_at_once(screen)


# The node goes, and comes back

def test_stopped_and_continued(node, terminal):
    screen = top(terminal, node)
    with node.stopped():
        screen.wait("no answer for")
        assert len(rows(screen)) > 3  # the last good data
        screen.wait(lambda t: re.search(r"no answer for ([5-9]|\d\d)", t.text()))  # its age grows
        assert "reconnecting" not in screen.text()
    screen.wait(lambda t: "no answer" not in t.text())
    assert node.rpc("nodes(hidden)") == ["otoscope-1@otoscope"]
    assert b"reconnecting" not in screen.raw
    quit_at_once(screen)


def test_killed_and_started_again(start_node, terminal, release):
    first = start_node(release)
    screen = top(terminal, first)
    first.stop()
    screen.wait("reconnecting")
    assert len(rows(screen)) > 3
    screen.wait(lambda t: re.search(r"last answer [1-9].* ago", t.text()))
    second = start_node(release, name=first.short_name, cookie=first.cookie, code="register(reborn, spawn(fun() -> "
                        "F = fun(G) -> lists:seq(1, 20000), receive after 10 -> G(G) end end, F(F) end)).")
    screen.wait(lambda t: "reconnecting" not in t.text() and "reborn" in t.text())
    assert second.rpc("nodes(hidden)") == ["otoscope-1@otoscope"]
    quit_at_once(screen)


def test_quits_while_the_node_is_lost(start_node, terminal, release):
    node = start_node(release)
    screen = top(terminal, node)
    node.stop()
    screen.wait("reconnecting")
    quit_at_once(screen)


def test_refused_later(start_node, terminal, release):
    """It comes back with another cookie: that is said, and it is not pestered, since it logs each refusal."""
    first = start_node(release)
    screen = top(terminal, first)
    first.stop()
    screen.wait("reconnecting")
    second = start_node(release, name=first.short_name, cookie="another")
    screen.wait(lambda t: re.search(r"next try in (29|30)", t.text()) and "refused" in t.text())
    assert len(rows(screen)) > 3
    assert second.logged().count("not allowed") <= 3
    # its cookie is put right: a key tries at once
    second.rpc(f"erlang:set_cookie(node(), '{first.cookie}')")
    screen.send("R")
    screen.wait(lambda t: "reconnecting" not in t.text())
    quit_at_once(screen)


def test_lost_while_nobody_answers_for_it(start_node, terminal, release):
    """Without epmd, and the node at another port: its process is found."""
    first = start_node(release, epmd=False)
    screen = top(terminal, first)
    first.stop()
    screen.wait("reconnecting")
    second = start_node(release, name=first.short_name, cookie=first.cookie, epmd=False)
    assert second.port != first.port
    screen.wait(lambda t: "reconnecting" not in t.text())
    assert second.rpc("nodes(hidden)") == ["otoscope-1@otoscope"]
    quit_at_once(screen)


def test_a_process_that_is_gone_is_found_by_its_name(start_node, terminal, release):
    first = start_node(release)
    env = {"OTOSCOPE_COOKIE": first.cookie, "ERL_EPMD_PORT": str(first.farm.epmd_port)}
    screen = terminal("top", "--every", "200ms", f"os:{first.pid}", env=env)
    screen.wait(lambda t: len(rows(t)) > 3)
    first.stop()
    screen.wait("reconnecting")
    second = start_node(release, name=first.short_name, cookie=first.cookie)
    screen.wait(lambda t: "reconnecting" not in t.text())
    assert second.rpc("nodes(hidden)") == ["otoscope-1@otoscope"]
    quit_at_once(screen)


# Several

def sources(*nodes):
    return [word for node in nodes for word in ("--source", node.name)]


def test_several_nodes(start_node, terminal, release):
    """One that is lost stops nobody, and one that could not be reached at first comes later."""
    one = start_node(release, name=f"one{release}", cookie="shared")
    two = start_node(release, name=f"two{release}", cookie="shared")
    env = {"OTOSCOPE_COOKIE": "shared", "ERL_EPMD_PORT": str(one.farm.epmd_port)}
    screen = terminal("top", "--every", "200ms", *sources(one, two), "--source", f"three{release}@127.0.0.1", env=env,
                      columns=150)

    def state(name):
        line = next((line for line in screen.lines() if re.match(rf"\d {name}{release}@", line)), "")
        return re.search(r"\b(open|silent|reconnecting)\b", line + " nothing") and \
            re.search(r"\b(open|silent|reconnecting)\b", line)[1]

    screen.wait(lambda t: state("one") == state("two") == "open" and state("three") == "reconnecting")
    screen.wait(lambda t: re.search(rf"\d one{release}@.* \d.* MB .*\b{release}\b", t.text()))
    two.stop()
    screen.wait(lambda t: state("two") == "reconnecting" and state("one") == "open")
    start_node(release, name=f"three{release}", cookie="shared")
    screen.wait(lambda t: state("three") == "open")
    screen.send("\r")
    screen.wait(lambda t: len(rows(t)) > 3 and f"one{release}" in t.lines()[0])
    screen.send("\x1b[1;2C")  # the next one: lost, and its screen says so
    screen.wait("reconnecting")
    screen.send("0")
    screen.wait(lambda t: state("one") == "open")
    quit_at_once(screen)


# What it leaves

# Looks at every table for as long as it takes to be there.
TOUR = "wait\nkey <tab>\n" * 30


@pytest.fixture
def toured(start_node, release, otoscope, tmp_path):
    """A node that each screen has been looked at of, and nobody is there any more."""
    node = start_node(release)
    script = tmp_path / "tour"
    script.write_text(TOUR)
    otoscope("top", "--every", "200ms", "--script", str(script), node=node)
    node.alone()
    return node


def test_nothing_is_left_after_a_tour(toured, otoscope, tmp_path):
    before = settled(toured)
    otoscope("top", "--every", "200ms", "--script", str(tmp_path / "tour"), node=toured)
    wait_for_same(toured, before)
    assert toured.snapshot()["atoms"] - before["atoms"] <= MORE_ATOMS
    assert toured.logged() == ""


@pytest.mark.parametrize("end", ["q", "ctrl-c", "kill", "term", "hup", "closed"])
def test_nothing_is_left_however_it_ends(toured, terminal, end):
    before = settled(toured)
    screen = top(terminal, toured)
    screen.send("6")  # its flags are on while somebody looks
    screen.wait("scheduler/1")
    if end in ("q", "ctrl-c"):
        screen.send("q" if end == "q" else "\x03")
        assert screen.status() == 0
    elif end == "closed":
        screen.child.close(force=False)  # it hangs up
    else:
        number = {"kill": signal.SIGKILL, "term": signal.SIGTERM, "hup": signal.SIGHUP}[end]
        os.kill(screen.child.pid, number)
        assert screen.status() == -number
    wait_for_same(toured, before)
    assert toured.logged() == ""


def test_two_at_once(toured, terminal):
    before = settled(toured)
    one, two = top(terminal, toured), top(terminal, toured)
    assert sorted(toured.rpc("nodes(hidden)")) == ["otoscope-1@otoscope", "otoscope-2@otoscope"]
    quit_at_once(one)
    seen = len(two.raw)
    two.wait(lambda t: len(t.raw) > seen + 200)  # the other one goes on
    assert "reconnecting" not in two.text()
    quit_at_once(two)
    wait_for_same(toured, before)


# How it begins

def test_one_that_cannot_be_opened(node, terminal):
    """As every other command says it, and with the same status."""
    screen = terminal("top", "nobody@127.0.0.1", env={"ERL_EPMD_PORT": str(node.farm.epmd_port),
                                                     "OTOSCOPE_COOKIE": "x"})
    assert screen.status() == 3
    assert "otoscope:" in screen.text() and "nobody" in screen.text()
    refused = terminal("top", node.name, env={"ERL_EPMD_PORT": str(node.farm.epmd_port), "OTOSCOPE_COOKIE": "wrong"})
    assert refused.status() == 4


def test_the_port_mapper_holds_up_nothing(start_node, terminal, release, request):
    """It hangs while we look for the node again; keys are answered all the same."""
    node = start_node(release)
    mapper = wire.Wire(node.farm.epmd_port)
    request.addfinalizer(mapper.close)
    screen = top(terminal, node, "--timeout", "20s", env={"ERL_EPMD_PORT": str(mapper.port)})
    mapper.freeze()
    node.stop()
    screen.wait("trying")
    screen.send("?")
    screen.wait("Keys here")
    screen.send("\x1b")
    screen.wait(lambda t: "Keys here" not in t.text())
    assert "reconnecting" in screen.text()
    quit_at_once(screen)
