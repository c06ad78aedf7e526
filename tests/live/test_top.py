"""The screens of a live node, on a terminal: what they show, and what becomes of them when the node goes."""

import re

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
    assert node.short_name in screen.text()
    assert len(rows(screen)) >= 5
    screen.wait(lambda t: any("code_server" in line or "init" in line for line in rows(t)) or len(rows(t)) > 8)
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
