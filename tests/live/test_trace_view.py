"""Tracing on the screens of `otoscope top`: what is typed, planned, seen, and that nothing of it stays on the node,
however it ends."""

import json
import os
import re
import signal

import pytest

import between
import nodes

# Calls a function that nobody else calls, a few hundred times a second.
SHOPPER = """register(shopper, spawn(fun() ->
    F = fun G(N) -> calendar:is_leap_year(N), receive after 3 -> G(N + 1) end end, F(2001) end))"""
CALL = "calendar:is_leap_year/1"
TRACED = """
    W = erlang:system_flag(trace_control_word, 0),
    erlang:system_flag(trace_control_word, W),
    {W, [P || P <- processes(), {flags, [_ | _]} <- [erlang:trace_info(P, flags)]],
     erlang:trace_info(new, flags), erlang:trace_info({calendar, is_leap_year, 1}, all),
     try length(trace:session_info(all)) catch error:undef -> 0 end,
     [P || P <- processes(), process_info(P, priority) =/= {priority, low}, P =/= whereis(shopper),
      process_info(P, current_function) =:= {current_function, {prim_eval, 'receive', 2}}]}"""
NOTHING = "{0,[],{flags,[]},{all,false},"
ENDED = "as many calls as were asked for"


def traced(node):
    return node.rpc(f"iolist_to_binary(io_lib:format(\"~0p\", [begin {TRACED} end]))")


def wait_for_nothing(node):
    nodes.wait_until(lambda: traced(node) == node.before, "no trace left")


@pytest.fixture
def shop(start_node, release):
    node = start_node(release)
    assert node.rpc(SHOPPER) is True
    node.before = traced(node)
    assert node.before.startswith(NOTHING)
    return node


def top(terminal, node, word=None):
    """The screens, with a line of their command line."""
    screen = terminal("top", "--every", "500ms", node=node, columns=120, rows=30)
    screen.wait("PID")
    if word:
        screen.send(f":{word}\r")
    return screen


def page(terminal, node):
    screen = top(terminal, node, "go shopper")
    screen.wait("registered_name")
    return screen


def quit_at_once(screen):
    screen.send("q")
    assert screen.status() == 0


def running(terminal, node, expression=CALL):
    """Something that would run for half a minute."""
    screen = top(terminal, node, "go shopper")
    screen.wait("registered_name")
    screen.send("t")
    screen.wait("calls of")
    screen.send(f"{expression}\t\t\x15" + "50000\r")
    screen.wait("Enter begins")
    assert traced(node) == node.before
    screen.send("\r")
    screen.wait(lambda t: re.search(r"\d+ of 50000 calls", t.text()) and rows(t))
    assert traced(node) != node.before
    return screen


def rows(screen):
    return [line for line in screen.lines() if re.match(r"\d\d:\d\d:\d\d\.\d{3} <0\.\d+\.\d+>", line)]


def test_of_one_process(shop, terminal):
    """From its page to the limit, and one call in full; nothing is armed before it was said."""
    screen = page(terminal, shop)
    pid = re.search(r"<0\.\d+\.\d+>", screen.lines()[1])[0]
    screen.send("t")
    screen.wait(f"trace {pid} shopper")
    screen.send(f"{CALL}\t\t\x15" + "7\r")
    screen.wait("Enter begins")
    assert screen.text().count(CALL) > 1  # not only in the title
    screen.send("\r")
    screen.wait(ENDED)
    wait_for_nothing(shop)
    screen.wait(lambda t: len(rows(t)) == 7)
    years = [int(re.search(r"is_leap_year\((\d+)\)", row)[1]) for row in rows(screen)]
    assert years == list(range(years[0], years[0] + 7))
    assert all(pid in row and "shopper" in row for row in rows(screen))
    screen.wait(lambda t: all(re.search(r"\d (u|n|m|)s$", row) for row in rows(t)))  # how long each took
    screen.send("\x1b[H\r")
    screen.wait("arguments")
    assert "calendar:is_leap_year/1 took" in screen.text() and re.search(rf"1 {years[0]}$", screen.text(), re.M)
    screen.send("P")
    screen.wait("registered_name")
    quit_at_once(screen)


def test_of_all_processes_with_values(shop, terminal, tmp_path):
    """A word of the command line, and again; what is not true is found and left out; into a file."""
    screen = top(terminal, shop, f"trace {CALL} -> return")
    screen.wait("Enter begins")
    screen.send("\r")
    screen.wait(ENDED)
    wait_for_nothing(shop)
    screen.send("\x1bOS-> true\r")  # F4
    screen.wait(lambda t: "with '-> true'" in t.text() and rows(t))
    assert all("-> true" in row for row in rows(screen)) and len(rows(screen)) < 30
    screen.send("\x1b")
    screen.wait(lambda t: "with '->" not in t.text())
    screen.send("r")
    screen.wait(lambda t: "-> false" in t.text() and re.search(r"\d+ of 100 calls|100 calls$", t.text(), re.M))
    screen.wait(ENDED)
    screen.send("w")
    screen.wait(":write")
    screen.send("calls.txt\r")
    screen.wait("200 events written to calls.txt")
    wait_for_nothing(shop)
    quit_at_once(screen)
    with open(tmp_path / "calls.txt", encoding="utf-8") as f:
        events = [json.loads(line) for line in f]
    assert [e["event"] for e in events].count("call") == [e["event"] for e in events].count("return") == 100
    assert events[-1]["event"] == "end" and events[-1]["why"] == "count"


@pytest.mark.parametrize("end", ["s", "escape", "back"])
def test_ended_by_a_key(shop, terminal, end):
    screen = running(terminal, shop)
    screen.send({"s": "s", "escape": "\x1b", "back": ":home\r"}[end])  # the last leaves the screen while it runs
    screen.wait("REDS" if end == "back" else "ended by you")
    wait_for_nothing(shop)
    quit_at_once(screen)


@pytest.mark.parametrize("end", ["quit", "SIGTERM", "SIGKILL"])
def test_ended_with_the_program(shop, terminal, end):
    screen = running(terminal, shop)
    if end == "quit":
        screen.send("q")
    else:
        os.kill(screen.child.pid, getattr(signal, end))
    assert screen.status() == {"quit": 0, "SIGTERM": -signal.SIGTERM, "SIGKILL": -signal.SIGKILL}[end]
    wait_for_nothing(shop)


def test_stopped_like_by_ctrl_z(shop, terminal):
    """The node does not wait for us; that it did not is said when we are there again."""
    screen = running(terminal, shop)
    os.kill(screen.child.pid, signal.SIGSTOP)
    try:
        wait_for_nothing(shop)
    finally:
        os.kill(screen.child.pid, signal.SIGCONT)
    screen.wait("the node did not hear from us in time")
    quit_at_once(screen)


def test_a_lost_node(shop, terminal):
    screen = running(terminal, shop)
    shop.stop()
    screen.wait("reconnecting")
    screen.wait(lambda t: "calls, " not in t.text() and rows(t))  # what was seen stays
    quit_at_once(screen)


def test_a_node_that_speaks_nonsense(shop, terminal):
    """Nobody was killed, and it is not said."""
    liar = between.Between(shop, parts=lambda data: [data, b"h\1a\x63"] if data.startswith(b"h\7a\1") else data)
    screen = terminal("top", "--every", "500ms", "--port", liar.port, node=shop, columns=120, rows=30)
    screen.wait("PID")
    screen.send(f":trace {CALL}\r")
    screen.wait("Enter begins")
    screen.send("\r")
    screen.wait("is not what was asked for")
    assert "it failed; " in screen.text() and "killed" not in screen.text()
    quit_at_once(screen)
    liar.close()
    wait_for_nothing(shop)


def test_lost_before_it_began(shop, terminal):
    """A plan of a node that is not there any more arms nothing."""
    screen = top(terminal, shop, f"trace {CALL}")
    screen.wait("Enter begins")
    shop.stop()
    screen.wait("reconnecting")
    screen.send("\r")
    screen.wait("was lost since this was planned")
    quit_at_once(screen)


def test_what_cannot_be_traced(shop, terminal):
    """It is said on the screen, and one goes on from there."""
    screen = page(terminal, shop)
    screen.send("tcalendar:no_such_thing/1\r")
    screen.wait(lambda t: re.search(r"no_such_thing", t.lines()[1]) and "looking" not in t.text() and
                re.search(r"no .*function|nothing|not", t.text()))
    screen.send("\x1b")
    screen.wait("calls of")
    screen.send("\x15" + f"{CALL}\r")
    screen.wait("Enter begins")
    screen.send("\x1b")
    screen.wait("calls of")
    screen.send("\x1b")
    screen.wait("registered_name")
    assert traced(shop) == shop.before
    screen.send(":trace calendar:(\r")
    screen.wait(lambda t: "column" in t.lines()[-1])
    screen.send("\x1b")
    screen.wait(lambda t: ":trace" not in t.text())
    quit_at_once(screen)


OTHER = """Me = self(), spawn(fun() ->
    register(other, self()),
    1 = erlang:trace(whereis(shopper), true, [call]),
    1 = erlang:trace_pattern({calendar, is_leap_year, 1}, true, [local]),
    Me ! traced,
    Take = fun Again(N) -> receive {trace, _, call, _} -> Again(N + 1); {seen, P} -> P ! {seen, N}, Again(N) end end,
    Take(0)
end), receive traced -> true end"""
SEEN = "other ! {seen, self()}, receive {seen, N} -> N end"


def test_another_tool_traces(shop, terminal, release):
    """From OTP 27 on both see what they want; before, the screen says who is in the way, and the other one goes on."""
    assert shop.rpc(OTHER) is True
    screen = page(terminal, shop)
    screen.send("t")
    screen.wait("calls of")
    screen.send(f"{CALL}\t\t\x15" + "9\r")
    if int(release) < 27:
        screen.wait(lambda t: re.search("another tool|other tool", t.text()) and "Enter begins" not in t.text())
    else:
        screen.wait("Enter begins")
        screen.send("\r")
        screen.wait(ENDED)
        assert len(rows(screen)) == 9
    before = shop.rpc(SEEN)
    nodes.wait_until(lambda: shop.rpc(SEEN) > before + 20, "the other tool goes on")
    quit_at_once(screen)


def test_secrets_are_masked(shop, terminal):
    """In the list, as --redact asks for."""
    teller = """spawn(fun() -> F = fun G() -> catch calendar:is_leap_year([{password, hunter2}]),
                     receive after 3 -> G() end end, F() end)"""
    assert shop.rpc(f"register(teller, {teller})") is True
    screen = terminal("top", "--every", "500ms", "--redact", node=shop, columns=120, rows=30)
    screen.wait("PID")
    screen.send(f":trace {CALL.replace('/1', '([_])')}\r")
    screen.wait("Enter begins")
    screen.send("\r")
    screen.wait(ENDED)
    screen.wait(lambda t: rows(t) and all("password" in row and "redacted" in row for row in rows(t)))
    assert "hunter2" not in screen.text()
    assert shop.rpc("exit(whereis(teller), kill)") is True
    wait_for_nothing(shop)
    quit_at_once(screen)


def test_of_marked_processes(shop, terminal):
    """Two of the table's rows, of which one calls."""
    screen = top(terminal, shop, "filter shopper")
    screen.wait("1 of ")
    screen.send(" ")
    screen.wait("1 marked")
    screen.send(":filter code_server\r")
    screen.wait("rows · filter code_server")
    screen.send(" ")
    screen.wait("2 marked")
    screen.send("t")
    screen.wait("trace 2 processes")
    screen.send(f"{CALL}\t\t\x15" + "3\r")
    screen.wait("Enter begins")
    screen.send("\r")
    screen.wait(ENDED)
    assert len(rows(screen)) == 3 and all("shopper" in row for row in rows(screen))
    wait_for_nothing(shop)
    quit_at_once(screen)
