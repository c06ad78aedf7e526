"""The tracer cannot hurt: whatever ends it, the node is as it was before; while it runs, no more comes than may.

Driven by tests/tools/tracer_probe.c, which arms exactly what it is told. What `otoscope trace` arms is in
test_trace_plan.py.
"""

import json
import os
import random
import re
import signal
import subprocess

import pytest

import between
import nodes
import program
import wire

PROBE = os.path.join(program.ROOT, "build", "tests", "tools", "tracer_probe")
WORD_BASE = 0x6f740000
WORD = "erlang:system_info(trace_control_word)"
SESSIONS = "erlang:function_exported(erts_internal, trace_session_create, 3)"
CALLS_NOW_AND_THEN = "spawn(fun() -> (fun L() -> hot:f(1), receive after 200 -> L() end end)() end)"
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
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        errors="replace")
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
    nodes.wait_until(lambda: all(name for _, name in node.snapshot()["ports"]), "ports to be closed")
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
        end = p.end()
        assert (end["ended"], end["error"]) == ("lost", 5)
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


def test_the_command(warm, otoscope):
    """otoscope trace itself: one at a time, and killed it leaves nothing."""
    before = left(warm)
    child = otoscope.start("trace", "hot:f(_) -> return", "--time", "30s", node=warm)
    nodes.wait_until(lambda: warm.rpc(WORD) >= WORD_BASE, "it to be armed")
    second = otoscope("trace", "hot:g(_)", "--time", "1s", node=warm, check=6)
    assert "another otoscope" in second.stderr
    nodes.wait_until(lambda: len(warm.rpc(HELPERS)) == 1, "the second to be gone")
    child.kill()
    child.wait()
    same_but_connection(warm, before)


def test_only_messages_that_match(warm, otoscope):
    """What a receive says when its time is up is a message of the runtime, to which the pattern holds as to others."""
    waits = warm.rpc("spawn(fun() -> (fun L() -> receive _ -> L() after 20 -> L() end end)() end)")
    sends = warm.rpc(f'spawn(fun() -> P = list_to_pid("{waits}"), '
                     "(fun L(N) -> P ! {hello, N}, P ! other, receive after 100 -> L(N + 1) end end)(1) end)")
    done = otoscope("trace", "--receive", "{hello, _}", "--pid", waits, "-n", "5", "--template", "{event} {message}",
                    node=warm)
    assert re.fullmatch(r"(receive \{hello,\d+\}\n){5}", done.stdout), done
    both = otoscope("trace", "--receive", "timeout", "--pid", waits, "-n", "3", "--template", "{message}", node=warm)
    assert both.stdout == "timeout\n" * 3
    for pid in (sends, waits):
        kill(warm, pid)


def test_a_very_short_time(warm, otoscope):
    """It begins when all is armed, however long that takes."""
    for _ in range(3):
        assert "0 calls, ended by time\n" in otoscope("trace", "lists:_", "--pid", "init", "--time", "1ms", "--force",
                                                      node=warm).stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, "reader"])
def test_ended_in_order(warm, otoscope, how):
    """When the program is gone so are the patterns, and calls cost nothing."""
    before = left(warm)
    caller = warm.rpc(CALLS_NOW_AND_THEN)
    child = otoscope.start("trace", "hot:f(_)", "hot:g(_)", "--time", "30s", node=warm)
    assert "hot:f(1)" in child.stdout.readline()
    if how == "reader":
        child.stdout.close()
    else:
        child.send_signal(how)
    status = child.wait(nodes.DEADLINE)
    after = left(warm)
    assert status == (0 if how in (signal.SIGINT, signal.SIGQUIT, "reader") else -how)
    assert {key: after[key] for key in ("traced_functions", "control_word")} == {"traced_functions": [],
                                                                                "control_word": 0}
    kill(warm, caller)
    same_but_connection(warm, before)


def test_a_node_that_stands_still(warm, otoscope):
    """Whether it ended there is not known, and not claimed."""
    before = left(warm)
    child = otoscope.start("trace", "hot:f(_)", "--time", "30s", node=warm)
    caller = warm.rpc(CALLS_NOW_AND_THEN)
    assert "hot:f(1)" in child.stdout.readline()
    assert child.poll() is None, "what few calls there are is shown at once"
    with warm.stopped():
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=nodes.DEADLINE)
    assert child.returncode == 6
    assert re.search(r"otoscope: [1-9]\d* calls?: ", said) and "did not say that the trace has ended" in said
    kill(warm, caller)
    same_but_connection(warm, before)


@pytest.mark.parametrize("term, status, said", [
    ("lists:foldl(fun(_, A) -> [A | A] end, [], lists:seq(1, 23))", 0,
     "ended: the tracer on the node was killed\n  somebody killed it, or one event took more memory than it may have"),
    ("lists:foldl(fun(_, A) -> [A] end, [], lists:seq(1, 20000))", 6,
     "0 calls: a part of the answer cannot be read: a term is nested deeper than the limit, at byte"),
], ids=["shared", "deep"])
def test_what_is_too_large(warm, otoscope, term, status, said):
    """It is said what it was, and what to try."""
    before = left(warm)
    caller = warm.rpc(f"spawn(fun() -> X = {term}, (fun L() -> hot:f(X), receive after 200 -> L() end end)() end)")
    done = otoscope("trace", "hot:f/1", "--args", "--time", "20s", node=warm, check=status)
    kill(warm, caller)
    assert said in done.stderr and "is cut on the node" in done.stderr, done
    same_but_connection(warm, before)


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


def test_the_window(warm, probe):
    """A thousand large arguments are asked for, and come faster than they can be sent: a hundred wait at a time."""
    p = probe(warm, "fn=hot:h/1", "pid=all", "flags=call", "n=1000", "whole", "bytes=2000000000", "queue=2000",
              "quiet")
    p.until("armed")
    before = warm.rss_bytes()
    warm.rpc("hot:runs(h, hot:big(65536), {1, 3000})")
    assert warm.rss_bytes() - before < 500 << 20
    caller = forever(warm, "h")  # there is room for small ones again, and again
    end = p.end()
    kill(warm, caller)
    assert (end["ended"], end["seen_calls"]) == ("count", 1000)


def test_queue(warm, probe):
    """Nobody counts what is scheduled but the tracer: its queue ends that."""
    p = probe(warm, "pid=all", "flags=running", "n=60000", "queue=5", "quiet", "time=10000")
    p.until("armed")
    warm.rpc("hot:runs(f, 1, {200, 20000})")
    assert p.end()["ended"] == "queue"


@pytest.mark.parametrize("how", ["time", "stop", "queue"])
def test_what_waits_at_the_end(warm, probe, how):
    """60,000 calls and their returns wait, the work of many seconds: when it is over they are counted, not handled."""
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call,return_to,arity", "n=60000", "quiet",
              "queue=30000" if how == "queue" else "queue=200000", "time=1000" if how == "time" else "time=60000")
    p.until("armed")
    warm.rpc("hot:run(f, 1, 60000)")
    if how == "stop":
        p.stop()
    end = p.end()
    assert end["ended"] == how
    assert end["lost"] > 0 and end["events"] + end["lost"] >= (30000 if how == "queue" else 60000)


def test_rate(warm, probe):
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call,arity", "n=1000", "rate=20/10000", "quiet", "time=20000")
    p.until("armed")
    warm.rpc("hot:run(f, 1, 100)")
    end = p.end()
    assert (end["ended"], end["seen_calls"]) == ("rate", 20)


def test_a_rate_that_is_kept(warm, probe):
    """Four calls in each of several periods: none is reached, the count is."""
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call,arity", "n=20", "rate=10/150", "time=20000")
    p.until("armed")
    for _ in range(5):
        warm.rpc("hot:run(f, 1, 4), receive after 400 -> ok end")
    end = p.end()
    assert (end["ended"], end["seen_calls"]) == ("count", 20)


@pytest.mark.parametrize("values", [[], ["values", "spec=[{'_', [], [{exception_trace}]}]"]])
def test_throttle(warm, probe, values):
    """A hot function: so many in each period, and then no more until the next. Its caller waits now and then: OTP 23
    takes a pattern off only behind what it has to free of calls that the pattern saw."""
    caller = warm.rpc("hot:pauses()")
    p = probe(warm, "fn=hot:f/1", *values, "pid=all", "flags=call,arity", "n=40", "rate=10/200", "throttle",
              "time=30000")
    p.until("armed")
    end = p.end()
    kill(warm, caller)
    assert (end["ended"], end["seen_calls"]) == ("count", 40)
    stamps = [int(line["text"].rstrip("}").split(",")[-1]) for line in p.events("call")]
    assert stamps[39] - stamps[0] > 3 * 150e6  # three periods in between


def test_throttled_above_what_the_tracer_can(warm, probe):
    """Calls come faster than they can be handled: the next period waits for that, and the queue stays short."""
    caller = forever(warm)
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call,arity", "n=4500", "rate=1500/100", "throttle", "queue=3500",
              "quiet", "time=60000")
    p.until("armed")
    end = p.end()
    kill(warm, caller)
    assert (end["ended"], end["seen_calls"]) == ("count", 4500)


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


# Others

@pytest.mark.parametrize("word,said", [(7, "in use (7)"), (WORD_BASE, "another otoscope"),
                                       (WORD_BASE + 60000, "another otoscope")])
def test_the_control_word_is_taken(warm, probe, word, said):
    warm.rpc(f"erlang:system_flag(trace_control_word, {word})")
    end = probe(warm, *ALL).end()
    assert end["error"] == 6 and said in end["what"] and "--force" in end["hint"]
    assert warm.rpc(WORD) == word
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call", "n=5", "force")
    p.until("armed")
    warm.rpc("hot:run(f, 1, 50)")
    assert p.end()["seen_calls"] == 5
    assert warm.rpc(WORD) == (7 if word == 7 else 0)  # one of ours that was left is nobody's
    warm.rpc("erlang:system_flag(trace_control_word, 0)")


def test_two_one_after_the_other(warm, probe):
    caller = forever(warm)
    first = probe(warm, "fn=hot:g/1", "pid=all", "flags=call", "time=20000")
    first.until("armed")
    second = probe(warm, "fn=hot:f/1", "pid=all", "flags=call").end()
    assert second["error"] == 6 and "another otoscope" in second["what"]
    warm.rpc("hot:run(g, 1, 3)")
    first.stop()
    assert first.end()["seen_calls"] == 3
    kill(warm, caller)


def test_several_at_the_same_instant(warm, probe):
    """At most one of them traces, and each other one is told so."""
    for _ in range(3):
        all_of_them = [probe(warm, "fn=hot:f/1", "pid=all", "flags=call", "time=300") for _ in range(4)]
        ends = [p.end() for p in all_of_them]
        spans = [p for p, end in zip(all_of_them, ends) if not end["error"]]
        assert 1 <= len(spans)
        for p, end in zip(all_of_them, ends):
            assert end["error"] == 0 or "another otoscope" in end["what"]
            assert ("armed" in p.lines[0]) == (end["error"] == 0)
        nodes.wait_until(lambda: warm.rpc(WORD) == 0, "the word to be put back")


def test_the_control_word_is_taken_meanwhile(warm, probe):
    """Another tool sets it while we count with it: nothing more is let through, and theirs stays."""
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call", "n=10", "time=20000", "quiet")
    p.until("armed")
    warm.rpc("hot:run(f, 1, 3)")
    warm.rpc("erlang:system_flag(trace_control_word, 7)")
    warm.rpc("hot:run(f, 1, 100)")
    p.stop()
    assert p.end()["seen_calls"] == 3
    assert warm.rpc(WORD) == 7
    warm.rpc("erlang:system_flag(trace_control_word, 0)")


# Another tool: a tracer with its own pattern and flags, that counts what it gets. Ends with its messages counted.
OTHER = """
    Me = self(),
    P = spawn(fun() ->
        register(other_tracer, self()),
        %s,
        Me ! ready,
        F = fun G(N) -> receive {get, From} -> From ! {got, N}, G(N); stop -> ok; _ -> G(N + 1) end end,
        F(0)
    end),
    receive ready -> P end"""
OTHER_LEGACY = """
    erlang:trace_pattern({hot, h, 1}, [{'_', [], []}], [local]), erlang:trace(existing_processes, true, [call])"""
OTHER_SESSION = """
    S = trace:session_create(other, self(), []),
    trace:function(S, {hot, h, 1}, [{'_', [], []}], [local]), trace:function(S, {hot, f, 1}, [{'_', [], []}], [local]),
    trace:process(S, all, true, [call]),
    put(session, S)"""


def heard(node):
    return node.rpc("other_tracer ! {get, self()}, receive {got, N} -> N end")


def calls_of(node, pid, function, n):
    node.rpc(f'P = list_to_pid("{pid}"), P ! {{self(), {function}, {n}}}, receive {{P, done}} -> ok end')


CALLER = """
    spawn(fun() -> F = fun G() -> receive {P, W, N} -> [hot:W(1) || _ <- lists:seq(1, N)], P ! {self(), done}, G();
                                           stop -> ok end end, F() end)"""


def test_another_tool_with_sessions(warm, probe):
    """OTP 27: it traces the same function and the same process."""
    if not sessions(warm):
        pytest.skip("no trace sessions")
    caller = warm.rpc(CALLER)
    other = warm.rpc(OTHER % OTHER_SESSION)
    p = probe(warm, "fn=hot:f/1", f"pid={caller}", "flags=call", "n=10")
    p.until("armed")
    calls_of(warm, caller, "f", 50)
    assert p.end()["seen_calls"] == 10
    calls_of(warm, caller, "h", 5)
    nodes.wait_until(lambda: heard(warm) == 55, "its messages")
    kill(warm, other)
    kill(warm, caller)
    nodes.wait_until(lambda: warm.rpc("[erlang:garbage_collect(P) || P <- processes()], "
                                      "length(trace:session_info(all))") <= 1, "its session to be gone")


@pytest.mark.parametrize("legacy", [True, False])
def test_another_tool_without_sessions(warm, probe, legacy):
    """It traces another function of the same processes: theirs goes on, and is theirs afterwards."""
    if legacy is False and not sessions(warm):
        pytest.skip("no trace sessions")
    caller = warm.rpc(CALLER)
    other = warm.rpc(OTHER % OTHER_LEGACY)
    words = ["legacy"] if legacy else []
    p = probe(warm, "fn=hot:f/1", f"pid={caller}", "flags=call", "n=10", "time=1000", *words)
    armed = p.until("armed")
    assert (armed["processes"], armed["skipped"]) == ((0, 1) if legacy else (1, 0))
    calls_of(warm, caller, "h", 5)
    end = p.end()
    assert (end["seen_calls"], end["ended"]) == (0, "time")
    nodes.wait_until(lambda: heard(warm) == 5, "its messages")
    calls_of(warm, caller, "h", 5)
    nodes.wait_until(lambda: heard(warm) == 10, "more of its messages")
    assert warm.rpc(f'erlang:trace_info(list_to_pid("{caller}"), tracer)') == ["tracer", other]
    warm.rpc("erlang:trace_pattern({hot, h, 1}, false, [local])")
    kill(warm, other)
    kill(warm, caller)


def test_another_tools_pattern_is_never_overwritten(warm, probe):
    warm.rpc("erlang:trace_pattern({hot, h, 1}, [{'_', [], [{return_trace}]}], [local])")
    end = probe(warm, "fn=hot:f/1", "fn=hot:h/1", "pid=all", "flags=call", "legacy").end()
    assert end["error"] == 6 and "hot:h/1" in end["what"]
    assert warm.rpc("erlang:trace_info({hot, h, 1}, match_spec)") == ["match_spec", [["_", [], [["return_trace"]]]]]
    assert warm.rpc_text("erlang:trace_info({hot, f, 1}, traced)") == "{traced,false}"
    warm.rpc("erlang:trace_pattern({hot, h, 1}, false, [local])")


@pytest.mark.parametrize("what,setup,restore", [
    ("new processes", "erlang:trace(new_processes, true, [procs, {tracer, whereis(init)}])",
     "erlang:trace(new_processes, false, [all])"),
    ("messages", "erlang:trace_pattern(send, [{['_', x], [], []}], [])", "erlang:trace_pattern(send, true, [])"),
])
def test_what_there_is_one_of_is_never_overwritten(warm, probe, what, setup, restore):
    look = "{erlang:trace_info(new_processes, flags), erlang:trace_info(send, match_spec)}"
    warm.rpc(setup)
    before = warm.rpc_text(look)
    end = probe(warm, "pid=all", "flags=send,procs", "send=[{'_', [], []}]", "legacy").end()
    assert end["error"] == 6 and what in end["what"]
    assert warm.rpc_text(look) == before
    warm.rpc(restore)


# What happens to what is traced

def test_pids_that_are_gone(warm, probe):
    gone = warm.rpc("{P, R} = spawn_monitor(fun() -> ok end), receive {'DOWN', R, _, _, _} -> P end")
    caller = warm.rpc(CALLER)
    p = probe(warm, "fn=hot:f/1", f"pid={gone}", f"pid={caller}", "flags=call", "time=20000")
    armed = p.until("armed")
    assert (armed["processes"], armed["skipped"]) == (1, 1)
    calls_of(warm, caller, "f", 3)
    kill(warm, caller)  # it dies while it is traced: the trace goes on
    p.stop()
    assert p.end()["seen_calls"] == 3


def test_reloaded_and_purged(warm, probe):
    p = probe(warm, "fn=hot:f/1", "pid=all", "flags=call", "time=20000")
    p.until("armed")
    warm.rpc("hot:run(f, 1, 3)")
    warm.rpc("code:purge(hot), {module, hot} = code:load_file(hot), code:purge(hot)")
    warm.rpc("hot:run(f, 1, 3)")
    p.stop()
    end = p.end()
    assert end["error"] == 0 and end["seen_calls"] >= 3


@pytest.mark.parametrize("words", [[], ["--format", "jsonl"]])
def test_the_node_halts(start_node, release, otoscope, words):
    """One sentence says how many calls there were and that the node is gone; the status is that of a lost node."""
    node = start_node(release)
    node.rpc(CALLS_NOW_AND_THEN)
    child = otoscope.start("trace", "hot:f(_)", "--time", "30s", *words, node=node)
    assert child.stdout.readline()
    node.kill(signal.SIGKILL)
    out, said = child.communicate(timeout=nodes.DEADLINE)
    said = said.split("otoscope: ")[1:]
    assert child.returncode == 5 and len(said) == 1
    if words:
        assert json.loads(out.splitlines()[-1])["why"] == "lost"
    else:
        assert re.match(r"\d+ calls?: the connection to node .* was lost\n", said[0])


def test_an_overloaded_node(start_node, release, probe):
    """More spinning processes than schedulers, each in the traced function: our helpers go first."""
    node = start_node(release, args=["+S", "2"])
    node.rpc("code:ensure_loaded(trace)")
    before = left(node)
    node.rpc("Ps = [hot:forever(f) || _ <- lists:seq(1, 100)],"
             "spawn(fun() -> register(spinners, self()), receive stop -> [exit(P, kill) || P <- Ps] end end)")
    p = probe(node, "fn=hot:f/1", "pid=all", "flags=call,arity", "n=1000", "queue=5000", "quiet",
              "time=20000")
    p.until("armed")
    end = p.end()
    assert end["ended"] == "count" and end["seen_calls"] == 1000
    node.rpc("spinners ! stop")
    same_but_connection(node, before)


# Messages and process events

@pytest.mark.parametrize("legacy", [["legacy"], []])
def test_messages(warm, probe, legacy):
    receiver = warm.rpc("spawn(fun() -> receive stop -> ok end end)")
    p = probe(warm, "pid=all", "flags=send", "send=[{['_', {hello, '$1'}], [{'>', '$1', 10}], []}]", "n=5", *legacy)
    p.until("armed")
    warm.rpc(f'[list_to_pid("{receiver}") ! {{hello, I}} || I <- lists:seq(1, 100)]')
    assert p.end()["ended"] == "count"
    assert [f"{{hello,{i}}}" in line["text"] for i, line in zip(range(11, 16), p.events("send"))] == [True] * 5
    p = probe(warm, f"pid={receiver}", "flags=receive", "receive=[{['_', '_', {hello, '_'}], [], []}]", "n=5", *legacy)
    p.until("armed")
    warm.rpc(f'[list_to_pid("{receiver}") ! {{hello, I}} || I <- lists:seq(1, 100)]')
    end = p.end()
    assert (end["ended"], end["events"]) == ("count", 5)
    kill(warm, receiver)


def test_process_events(warm, probe):
    p = probe(warm, "pid=new", "flags=procs", "n=6", "time=20000")
    p.until("armed")
    warm.rpc("hot:runs(f, 1, {20, 1})")
    end = p.end()
    assert (end["ended"], end["events"]) == ("count", 6)
    assert {line["event"] for line in p.events()} <= {"spawned", "exit", "spawn", "link", "unlink"}


# Counters

@pytest.mark.parametrize("mode", ["count", "time", "memory"])
@pytest.mark.parametrize("legacy", [["legacy"], []])
def test_counters(warm, probe, mode, legacy):
    p = probe(warm, "fn=hot:f/1", "fn=hot:h/1", "pid=all", "flags=call", f"mode={mode}", "time=20000", *legacy)
    armed = p.lines or [json.loads(p.process.stdout.readline())]
    if "armed" not in armed[0]:
        assert mode == "memory" and armed[0]["error"] == 6
        return
    warm.rpc("hot:runs(f, 1, {20, 1000}), hot:runs(h, 1, {3, 10})")
    p.stop()
    end = p.end()
    counted = {line["counted"]: line for line in p.lines if "counted" in line}
    assert end["ended"] == "stop" and end["events"] == 0
    assert (counted["hot:f/1"]["calls"], counted["hot:h/1"]["calls"]) == (20000, 30)
    assert (counted["hot:f/1"]["ns"] > 0) == (mode == "time")
    assert (counted["hot:h/1"]["words"] == 90) == (mode == "memory")


# Who answers anything

@pytest.mark.parametrize("seed", range(6))
def test_a_node_that_says_anything(farm, start_node, probe, seed):
    """What the tracer says is spoiled on its way: we end, with a reason, and the node is clean."""
    rng = random.Random(seed)
    node = start_node()
    node.rpc("hot:f(1)")
    caller = forever(node)
    before = left(node)
    liar = between.Between(node, parts=lambda data: between.spoiled(data, rng) if rng.random() < 0.2 else data)
    p = probe(node, "fn=hot:f/1", "pid=all", "flags=call", "n=1000", "rate=10/100", "throttle", "time=1500",
              port=liar.port)
    end = p.end()
    assert p.process.returncode in (0, 6) and "ended" in end, end
    liar.close()
    same_but_connection(node, before)
    kill(node, caller)
