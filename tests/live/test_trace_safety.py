"""The tracer cannot hurt: whatever ends it, the node is as it was before; while it runs, no more comes than may.

Driven by tests/tools/tracer_probe.c, which arms exactly what it is told. What `otoscope trace` makes of words is in
test_trace.py.
"""

import json
import os
import signal
import subprocess

import pytest

import nodes
import program
import wire

PROBE = os.path.join(program.ROOT, "build", "tests", "tools", "tracer_probe")
WORD_BASE = 0x6f740000
WORD = "erlang:system_info(trace_control_word)"
SESSIONS = "erlang:function_exported(erts_internal, trace_session_create, 3)"
# [Guardian, Tracer]: processes of ours at high priority, the second a child of the first
HELPERS = """
    [[G, T] || G <- processes(), erlang:process_info(G, initial_call) =:= {initial_call, {erpc, execute_call, 4}},
     T <- case erlang:process_info(G, links) of {_, L} -> L; _ -> [] end, is_pid(T), node(T) =:= node(),
     erlang:process_info(T, message_queue_data) =:= {message_queue_data, off_heap}]"""


class Probe:
    """A tracer_probe that runs. Lines are what it printed, as objects."""

    def __init__(self, node, *words, port=None):
        self.node = node
        env = {**node.farm.environment(), "NODE_PROBE_COOKIE": node.cookie}
        where = ["--port", str(port)] if port else ["--epmd-port", str(node.farm.epmd_port)]
        self.process = subprocess.Popen([PROBE, *where, node.name, *words], env=env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = []

    def until(self, key):
        """The first line with this key; those before it are kept."""
        while True:
            line = self.process.stdout.readline()
            assert line, f"ended: {self.lines} {self.process.stderr.read()}"
            self.lines.append(json.loads(line))
            if key in self.lines[-1]:
                return self.lines[-1]
            assert "ended" not in self.lines[-1], self.lines[-1]

    def stop(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self):
        """Its last line."""
        self.lines += [json.loads(line) for line in self.process.stdout]
        self.process.wait()
        assert self.lines, self.process.stderr.read()
        return self.lines[-1]

    def events(self, kind=None):
        return [line for line in self.lines if "event" in line and kind in (None, line["event"])]

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def probe():
    started = []

    def start(node, *words, **options):
        started.append(Probe(node, *words, **options))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        for pipe in (one.process.stdin, one.process.stdout, one.process.stderr):
            pipe.close()


def left(node):
    return {key: sorted(map(str, value)) if isinstance(value, list) else value
            for key, value in node.snapshot().items() if key not in ("atoms", "modules")}


def same(node, before):
    """The node gets to be as it was: no process, flag, pattern, session, name or table more, and its control word."""
    try:
        nodes.wait_until(lambda: left(node) == before, "nothing left", timeout=15)
    except TimeoutError:
        assert left(node) == before


@pytest.fixture
def warm(node, probe):
    """A node with what a trace makes it load, and hot. Afterwards it must be as it was."""
    node.rpc("[code:ensure_loaded(M) || M <- [hot, trace, crypto]]")
    assert probe(node, "fn=hot:f/1", "pid=all", "flags=call", "time=1").end()["ended"] == "time"
    node.alone()
    before = left(node)
    logged = node.logged()
    yield node
    node.alone()
    same(node, before)
    assert node.logged() == logged


def sessions(node):
    return node.rpc(SESSIONS)


def forever(node, function="f"):
    return node.rpc(f"hot:forever({function})")


def kill(node, pid):
    node.rpc(f'exit(list_to_pid("{pid}"), kill)')


ALL = ["fn=hot:f/1", "fn=hot:g/1", "spec=[{'_', [], []}]", "pid=all", "flags=call,return_to,arity", "quiet"]


# Ends

def test_count(warm, probe):
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call", "n=10")
    assert p.until("armed")["functions"] == 1
    warm.rpc("hot:run(f, 7, 100)")
    assert p.end()["ended"] == "count"
    assert [line["text"].split(",")[3:6] for line in p.events()] == [["{hot", "f", "[7]}"]] * 10
    assert warm.rpc(WORD) == 0


@pytest.mark.parametrize("how", ["stop", "time", "kill", "cut", "stopped", "cable", "tracer", "guardian", "both"])
def test_ends(warm, probe, how):
    """Armed on all processes and on hot functions that nobody calls, with a trace that would last half a minute."""
    before = left(warm)
    w = wire.Wire(warm.port) if how in ("cut", "cable") else None
    p = probe(warm, *ALL, *(["time=300"] if how == "time" else []), "n=1000", port=w and w.port)
    armed = p.until("armed")
    assert armed["functions"] == 2 and armed["processes"] >= 30
    if how == "stop":
        p.stop()
    elif how == "kill":
        p.kill()
    elif how == "cut":
        w.cut()
    elif how == "stopped":
        p.process.send_signal(signal.SIGSTOP)
    elif how == "cable":
        w.freeze()
    elif how in ("tracer", "guardian", "both"):
        guardian, tracer = warm.rpc(HELPERS)[0]
        which = {"tracer": [tracer], "guardian": [guardian], "both": [guardian, tracer]}[how]
        warm.rpc("[exit(list_to_pid(P), kill) || P <- [" + ",".join(f'"{w}"' for w in which) + "]]")
    same_but_connection(warm, before)
    p.process.send_signal(signal.SIGCONT)
    if how in ("stop", "time", "stopped", "tracer", "guardian", "both"):
        end = p.end()
        assert end["ended"] == {"stop": "stop", "time": "time", "stopped": "silence"}.get(how, "killed")
        assert end["error"] == (6 if how in ("guardian", "both") else 0)
    elif how == "cut":
        assert p.end()["error"] == 5
    if w:
        w.close()


def same_but_connection(node, before):
    """As same(), while somebody may still be connected, and be served."""
    keys = ("registered", "ets", "trace", "traced_functions", "trace_sessions", "control_word")
    want = {key: before[key] for key in keys}

    def now():
        state = left(node)
        flags = node.rpc("[P || P <- processes(), erlang:trace_info(P, flags) =/= {flags, []}, is_process_alive(P)]")
        return {**{key: state[key] for key in keys}, "flags": flags, "helpers": node.rpc(HELPERS)}

    want = {**want, "flags": [], "helpers": []}
    try:
        nodes.wait_until(lambda: now() == want, "nothing left", timeout=15)
    except TimeoutError:
        assert now() == want


def test_stopped_in_the_middle_of_a_flood(warm, probe):
    """The connection is full of large arguments when we are stopped: nobody of ours may be held up by that."""
    before = left(warm)
    p = probe(warm, "fn=hot:h/1", "pid=all", "flags=call", "n=1000", "whole", "bytes=400000000", "queue=10000", "quiet")
    p.until("armed")
    p.process.send_signal(signal.SIGSTOP)
    caller = warm.rpc("spawn(fun() -> hot:runs(h, hot:big(65536), {1, 200}) end)")
    same_but_connection(warm, before)
    p.kill()
    kill(warm, caller)


@pytest.mark.parametrize("who", ["tracer", "guardian", "both"])
def test_killed_while_it_traces(warm, probe, who):
    caller = forever(warm)
    p = probe(warm, "fn=hot:f/1", "spec=[{'_', [], [{exception_trace}]}]", "pid=all", "flags=call", "n=60000", "values",
              "rate=100/100", "throttle", "quiet")
    p.until("armed")
    pids = dict(zip(("guardian", "tracer"), warm.rpc(HELPERS)[0]))
    for pid in pids.values() if who == "both" else [pids[who]]:
        kill(warm, pid)
    assert p.end()["ended"] == "killed"
    kill(warm, caller)


# How much comes

def test_many_callers(warm, probe):
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call,return_to,arity", "n=100", "time=10000", "quiet")
    p.until("armed")
    assert warm.rpc("hot:runs(f, 1, {100, 10000})") == 1000000
    closed = [line for line in (p.until("closed"),) if line["closed"] == "count"]
    assert closed
    p.stop()
    end = p.end()
    assert end["seen_calls"] == 100 and end["seen_returns"] <= 100
    assert end["lost"] <= 2 * warm.rpc("erlang:system_info(schedulers)")
    assert end["ended"] == "count"


def test_deep_recursion_with_values(warm, probe):
    """Each call that is seen returns once, however many frames there are."""
    p = probe(warm, "fn=hot:fac/1", "spec=[{'_', [], [{exception_trace}]}]", "values", "pid=all", "flags=call,arity",
              "n=50", "time=10000")
    p.until("armed")
    warm.rpc("hot:run(fac, 2000, 3)")
    end = p.end()
    assert (end["ended"], end["seen_calls"], end["seen_returns"]) == ("count", 50, 50)
    assert {line["text"].split(",")[2] for line in p.events("return_from")} == {"return_from"}


def test_exceptions(warm, probe):
    p = probe(warm, "fn=hot:boom/1", "spec=[{'_', [], [{exception_trace}]}]", "values", "pid=all", "flags=call", "n=5",
              "time=10000")
    p.until("armed")
    warm.rpc("hot:run(boom, 1, 5)")
    assert p.end()["ended"] == "count"
    assert len(p.events("exception_from")) == 5 and "{error,{boom,1}}" in p.events("exception_from")[0]["text"]


def test_large_arguments(warm, probe):
    """2,000 calls with a list of a megabyte: as many copies as are asked for and no more, one after the other."""
    p = probe(warm, "fn=hot:h/1", "pid=all", "flags=call", "n=50", "whole", "bytes=200000000", "quiet")
    p.until("armed")
    before = warm.rss_bytes()
    warm.rpc("hot:runs(h, hot:big(65536), {1, 2000})")
    end = p.end()
    assert (end["ended"], end["seen_calls"]) == ("count", 50)
    assert warm.rss_bytes() - before < 300 << 20


def test_large_arguments_cut_there(warm, probe):
    p = probe(warm, "fn=hot:h/1", "pid=all", "flags=call,arity", "n=50", "cut", "quiet")
    p.until("armed")
    before = warm.rss_bytes()
    warm.rpc("hot:runs(h, hot:big(65536), {1, 2000})")
    assert p.end()["seen_calls"] == 50
    assert warm.rss_bytes() - before < 100 << 20


def test_bytes(warm, probe):
    """The tracer may hold ten megabytes: it ends long before a thousand arguments of one."""
    p = probe(warm, "fn=hot:h/1", "pid=all", "flags=call", "n=1000", "whole", "bytes=10000000", "quiet")
    p.until("armed")
    warm.rpc("hot:runs(h, hot:big(65536), {1, 2000})")
    end = p.end()
    assert end["ended"] == "bytes" and end["seen_calls"] < 1000


def test_queue(warm, probe):
    """Nobody counts what is scheduled but the tracer: its queue ends that."""
    p = probe(warm, "pid=all", "flags=running", "n=60000", "queue=5", "quiet", "time=10000")
    p.until("armed")
    warm.rpc("hot:runs(f, 1, {200, 20000})")
    assert p.end()["ended"] == "queue"


def test_rate(warm, probe):
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call,arity", "n=1000", "rate=20/10000", "quiet", "time=20000")
    p.until("armed")
    warm.rpc("hot:run(f, 1, 100)")
    end = p.end()
    assert (end["ended"], end["seen_calls"]) == ("rate", 20)


def test_a_rate_that_is_kept(warm, probe):
    """Five calls in each of several periods: none is reached, the count is."""
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call,arity", "n=20", "rate=10/150", "time=20000")
    p.until("armed")
    for _ in range(4):
        warm.rpc("hot:run(f, 1, 5), receive after 400 -> ok end")
    end = p.end()
    assert (end["ended"], end["seen_calls"]) == ("count", 20)


@pytest.mark.parametrize("values", [[], ["values", "spec=[{'_', [], [{exception_trace}]}]"]])
def test_throttle(warm, probe, values):
    """A hot function: so many in each period, and then no more until the next."""
    caller = forever(warm)
    p = probe(warm, "fn=hot:f/1", *values, "pid=all", "flags=call,arity", "n=40", "rate=10/200", "throttle",
              "time=30000")
    p.until("armed")
    end = p.end()
    kill(warm, caller)
    assert (end["ended"], end["seen_calls"]) == ("count", 40)
    stamps = [int(line["text"].rstrip("}").split(",")[-1]) for line in p.events("call")]
    assert stamps[39] - stamps[0] > 3 * 150e6  # three periods in between


# What is traced

@pytest.mark.parametrize("function,code", [
    ("maps:get/2", "lists:foreach(fun(_) -> maps:get(a, #{a => 1}) end, [1, 2, 3, 4, 5, 6, 7, 8, 9])"),
    ("erlang:md5/1", "lists:foreach(fun(_) -> erlang:md5(<<1>>) end, [1, 2, 3, 4, 5, 6, 7, 8, 9])"),
    ("crypto:strong_rand_bytes/1", "lists:foreach(fun(_) -> crypto:strong_rand_bytes(1) end, lists:seq(1, 9))"),
    ("lists:foldl/3", "[lists:foldl(fun(A, B) -> A + B end, 0, [1]) || _ <- lists:seq(1, 9)]"),
    ("erlang:send/2", "[erlang:send(self(), x) || _ <- lists:seq(1, 9)]"),
    ("erlang:send/3", "[erlang:send(self(), x, [noconnect]) || _ <- lists:seq(1, 9)]"),
    ("erlang:monotonic_time/1", "[erlang:monotonic_time(millisecond) || _ <- lists:seq(1, 9)]"),
    ("erl_eval:bindings/1", "[erl_eval:bindings([]) || _ <- lists:seq(1, 9)]"),
    ("erlang:binary_to_term/1", "[erlang:binary_to_term(<<131, 106>>) || _ <- lists:seq(1, 9)]"),
])
def test_functions_of_the_runtime(warm, probe, function, code):
    """NIFs, BIFs, dirty ones, and what erl_eval itself calls: its own calls are not traced."""
    helpers = set()
    p = probe(warm, f"fn={function}", "spec=[{'_', [], [{exception_trace}]}]", "values", "pid=all", "flags=call,arity",
              "n=3", "time=10000")
    p.until("armed")
    helpers.update(pid for pair in warm.rpc(HELPERS) for pid in pair)
    warm.rpc(code)
    end = p.end()
    assert end["seen_calls"] == 3 and end["seen_returns"] <= 3
    callers = {line["text"].split(",")[1] for line in p.events()}
    assert callers and not callers & helpers
