"""The screens of a node with 100,000 processes, and what they ask of it."""

import re
import time

import pytest

import nodes

MANY = 100_000
RECEIVED = """lists:sum([Bytes || {_, Port} <- erlang:system_info(dist_ctrl), is_port(Port),
                          {ok, [{recv_oct, Bytes}]} <- [inet:getstat(Port, [recv_oct])]])"""
ROW = re.compile(r"^\s*(<0\.\d+\.\d+>) ")


def rows(screen):
    return [line for line in screen.lines() if ROW.match(line)]


def counted(screen):
    """How many rows there are, by the line of the table; 0: it does not say."""
    found = re.search(r"([\d,]+) rows", screen.text())
    return int(found[1].replace(",", "")) if found else 0


@pytest.fixture
def crowd(start_node):
    node = start_node("25", args=["+P", "262144"])
    node.patient("idle", MANY)
    return node


def test_a_hundred_thousand_processes(crowd, terminal):
    big = crowd.patient("heap", 2_000_000)
    named = crowd.patient("registered", '"needle"')
    screen = terminal("top", node=crowd, rows=40, columns=120)
    screen.wait(lambda t: counted(t) > MANY)
    # A column that is asked of everybody, and then only of whom it may have changed.
    screen.send("m")
    screen.wait(lambda t: rows(t) and ROW.match(rows(t)[0])[1] == big)
    screen.send("G")
    screen.wait(lambda t: rows(t) and big not in t.text())
    screen.send("\033[H")
    screen.wait(lambda t: big in t.text())
    # Who a process is, is asked of all of them for this.
    screen.send("/needle\r")
    screen.wait(lambda t: len(rows(t)) == 1 and ROW.match(rows(t)[0])[1] == named)
    screen.send("\033")
    screen.wait(lambda t: len(rows(t)) > 10)
    # Nothing holds the end up, also not an answer that is under way.
    screen.send("mq")
    assert screen.status() == 0
    crowd.alone()


def test_ends_while_the_first_answer_is_under_way(crowd, terminal):
    screen = terminal("top", node=crowd)
    screen.wait("asking")
    screen.send("q")
    assert screen.status() == 0
    crowd.alone()


def test_a_pause_asks_for_nothing(node, terminal):
    screen = terminal("top", "--every", "50ms", node=node)
    screen.wait(lambda t: len(rows(t)) > 3)
    screen.send("p")
    screen.wait("paused")
    seen = [0]

    def still():
        seen.append(node.rpc(RECEIVED))
        return len(seen) > 10 and len(set(seen[-10:])) == 1
    nodes.wait_until(still, "what was asked for before the pause")

    def quiet():
        """For twenty intervals, but for ticks, of four bytes each."""
        seen.append(node.rpc(RECEIVED))
        time.sleep(1)
        return node.rpc(RECEIVED) - seen[-1] <= 8
    nodes.wait_until(quiet, "nothing to be asked")
    screen.send("p")
    nodes.wait_until(lambda: node.rpc(RECEIVED) > seen[-1] + 1000, "new requests")
