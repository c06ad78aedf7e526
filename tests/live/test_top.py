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
