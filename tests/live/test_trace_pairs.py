"""Which call a return belongs to, and how long it took, for functions whose calls are known: tests/patients/
patient_calls.erl. Durations are right or null: the model of tests/unit/test_pair.c, with real runtimes."""

import json
import re
import signal
import subprocess
import threading

import pytest

import nodes
import program


class Tracing:
    """otoscope trace of processes that wait, until so many calls were seen."""

    def __init__(self, node, calls, count, *words):
        self.node = node
        self.pids = node.rpc(f"patient_calls:ready({calls})")
        pids = [word for pid in self.pids for word in ("--pid", pid)]
        env = {**node.farm.environment(), "HOME": node.home}
        argv = [program.path(), "trace", node.name, "--port", str(node.port), "-n", str(count), "--time", "15s",
                "--format", "jsonl", *pids, *(words or ["patient_calls:_"])]
        self.process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)

    def run(self):
        """Its events, in order."""
        said = []
        reader = threading.Thread(target=lambda: said.extend(self.process.communicate(timeout=40)))
        reader.start()
        pids = ",".join(f"list_to_pid(\"{pid}\")" for pid in self.pids)
        self.node.rpc(f"patient_calls:go([{pids}])")
        reader.join()
        assert self.process.returncode == 0, said[1]
        return [json.loads(line) for line in said[0].splitlines()]


def traced(node, calls, count, *words):
    """[(what, number, function, duration)] of calls and returns, in order, and the events."""
    events = [e for e in Tracing(node, calls, count, *words).run() if "number" in e]
    starts = {}
    for e in events:
        if e["event"] == "call":
            assert e["number"] == len(starts) + 1, "calls are numbered as they come"
            starts[e["number"]] = e
        else:
            call = starts[e["number"]]
            assert (call["pid"], call["function"]) == (e["pid"], e["function"])
    return events


def ends(events):
    """Returns and exceptions as "function number", a "?" behind those whose duration is not known."""
    return [f"{e['function']} {e['number']}" + ("?" if e["duration_ns"] is None else "")
            for e in events if e["event"] in ("return", "exception")]


def durations(events):
    return {e["number"]: e["duration_ns"] for e in events if e["event"] in ("return", "exception")}


def test_body_recursion(node):
    events = traced(node, "[{fac, 5}]", 7)
    assert ends(events) == ["fac 7", "fac 6", "fac 5", "fac 4", "fac 3", "fac 2", "run 1"]
    took = durations(events)
    assert all(took[i] > took[i + 1] > 0 for i in range(1, 7))


def test_return_trace_sees_exceptions_too(node):
    """So that every call ends, what comes behind is not in it, and nothing is waited for."""
    events = traced(node, "[{boom, error}]", 2, "patient_calls:_ fun(_) -> return_trace() end",
                    "patient_calls:_ fun([_, _]) -> return_trace() end")
    assert [e["event"] for e in events] == ["call", "call", "exception", "return"]
    assert ends(events) == ["boom 2", "run 1"]


def test_calls_that_do_not_return(node, otoscope):
    """Their ends would be waited for until the time is up; how many there are is said."""
    caller = node.rpc("spawn(fun() -> (fun L() -> spawn_link(fun() -> patient_calls:waits(twice, 1) end), "
                      "receive after 200 -> L() end end)() end)")
    child = otoscope.start("trace", "patient_calls:waits/2 -> return", "--time", "30s", node=node)
    assert "waits(twice,1)" in child.stdout.readline()
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=nodes.DEADLINE)
    node.rpc(f'exit(list_to_pid("{caller}"), kill)')
    assert re.search(r"otoscope: (\d+) calls?, ended by stop, \1 had not returned\n", said)


def test_deep_recursion_beyond_the_limit(node):
    """The calls that were let through return when the recursion is over."""
    events = traced(node, "[{fac, 200}]", 10)
    assert ends(events) == [f"fac {n}" for n in range(10, 1, -1)] + ["run 1"]
    took = durations(events)
    assert all(took[i] > took[i + 1] > 0 for i in range(1, 10))


def test_two_calls_in_one(node):
    """fib(4)"""
    events = traced(node, "[{fib, 4}]", 10)
    assert sorted(ends(events)) == sorted([f"fib {n}" for n in range(2, 11)] + ["run 1"])
    took = durations(events)
    assert took[2] > took[3] + took[8] and took[3] > took[4] + took[7] and took[4] > took[5] + took[6]


def test_mutual_recursion(node):
    events = traced(node, "[{even, 4}]", 6)
    assert ends(events) == ["even 6", "odd 5", "even 4", "odd 3", "even 2", "run 1"]


def test_tail_recursion_has_one_end(node):
    events = traced(node, "[{loop, 3}]", 5)
    assert ends(events) == ["loop 5", "loop 4", "loop 3", "loop 2", "run 1"]
    assert len({e["time"] for e in events if e["event"] == "return" and e["function"] == "loop"}) == 1
    assert ends(traced(node, "[{chain, x}]", 4)) == ["last 4", "middle 3", "chain 2", "run 1"]


def test_through_functions_that_are_not_traced(node):
    """lists:map/2 and a fun: walk([1, [2, 3], 4])"""
    events = traced(node, "[{walk, [1, [2, 3], 4]}]", 7)
    said = ends(events)
    assert said[-1] == "run 1" and sorted(s.rstrip("?") for s in said) == sorted(
        [f"walk {n}" for n in range(2, 8)] + ["run 1"])
    assert said[0] == "walk 3"


def test_one_after_another(node):
    assert ends(traced(node, "[{outer, 1}]", 4)) == ["twice 3", "twice 4", "outer 2", "run 1"]


@pytest.mark.parametrize("kind", ["throw", "error", "exit"])
def test_exceptions_through_frames(node, release, kind):
    """caught({2, Kind}): boom and three thrown() are over with one exception, which caught() catches."""
    over = ["boom 6", "thrown 5", "thrown 4", "thrown 3"]
    if int(release) < 27:
        over = ["boom 6?", "thrown 5?", "thrown 4?", "thrown 3"]
    assert ends(traced(node, f"[{{caught, {{2, {kind}}}}}]", 7)) == [*over, "twice 7", "caught 2", "run 1"]


def test_an_exception_in_recursion(node, release):
    """deep(5): which of them it went through is not known, but nothing wrong is said."""
    said = ends(traced(node, "[{deep, 5}]", 7))
    assert said[-1] == "run 1"
    assert sorted(s.rstrip("?") for s in said) == sorted([f"deep {n}" for n in range(2, 8)] + ["run 1"])
    assert {"deep 3?", "deep 4?", "deep 5?", "deep 6?"} <= set(said) and "deep 2" in said


def test_several_processes(node):
    calls = "[{fac, 3}, {loop, 3}, {even, 2}, {fac, 4}]"
    events = traced(node, calls, 5 + 5 + 4 + 6)
    assert len(durations(events)) == 20 and None not in durations(events).values()


@pytest.mark.parametrize("function, argument, count", [("fac", "5", 7), ("fib", "4", 10), ("even", "4", 6),
                                                       ("loop", "3", 5), ("walk", "[1, [2, 3], 4]", 7)])
def test_values(node, function, argument, count):
    """With values each return names its function: all durations are known."""
    events = traced(node, f"[{{{function}, {argument}}}]", count, "patient_calls:_ -> return")
    returns = [e for e in events if e["event"] == "return"]
    assert len(returns) == count and None not in durations(events).values()
    assert returns[-1]["function"] == "run" and returns[-1]["value"].startswith("{done,")


def test_values_and_exceptions(node):
    events = traced(node, "[{caught, {2, error}}]", 7, "patient_calls:_ -> return")
    assert [(e["event"], e["function"]) for e in events if e["event"] != "call"] == [
        ("exception", "boom"), ("exception", "thrown"), ("exception", "thrown"), ("exception", "thrown"),
        ("return", "twice"), ("return", "caught"), ("return", "run")]
    assert None not in durations(events).values()
