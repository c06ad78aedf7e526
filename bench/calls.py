"""Pairs: calls that are traced, by otoscope and by recon_trace, against the same calls untraced; large arguments."""

import json
import time

from measure import median, peak_growth

CALLS = 1_000_000
LIMIT = 100
BIG_CALLS, BIG_LENGTH = 2000, 65_536


class Trace:
    """otoscope trace, from the moment that the function has its pattern to its end."""

    def __init__(self, bench, node, function, *args):
        self.child = bench.otoscope(node, "trace", function + args[0], *args[1:], "--format", "jsonl")
        module, name, arity = function.replace(":", "/").split("/")
        until = time.monotonic() + 10
        while node.rpc(f"erlang:trace_info({{{module},{name},{arity}}}, all) =:= {{all, false}}"):
            if time.monotonic() > until or self.child.poll() is not None:
                raise RuntimeError(f"nothing is traced: {self.child.stderr.read()}")

    def end(self):
        out, err = self.child.communicate(timeout=60)
        if self.child.returncode != 0:
            raise RuntimeError(f"status {self.child.returncode}: {err}")
        return [json.loads(line) for line in out.splitlines()]

    def stop(self):
        self.child.send_signal(2)
        return self.end()


def recon(node, function, action, limit):
    """recon_trace, with what it prints dropped."""
    module, name, _ = function.replace(":", "/").split("/")
    what = "'_'" if not action else "[{'_', [], [{return_trace}]}]"
    if node.rpc(f"hot:recon({{{module},{name},{what}}}, {limit})") != 1:
        raise RuntimeError("recon traces nothing")


def clear(node):
    node.rpc("recon_trace:clear()")


# What is done to a run of hot:run(CALLS, callers): a name, and how it is begun and ended.
def traced_runs(bench, node, run):
    """{what: (result of the run, calls that were told)}."""
    found = {"bare": (run(), 0)}
    for what, args in (("ours", ["", "-n", str(LIMIT)]), ("returns", [" -> return", "-n", str(LIMIT)])):
        trace = Trace(bench, node, "hot:f/1", *args)
        took = run()
        found[what] = took, trace.stop()[-1]["calls"] if trace.child.poll() is None else trace.end()[-1]["calls"]
    trace = Trace(bench, node, "hot:f/1", "", "--count")
    took = run()
    found["count"] = took, sum(row.get("calls") or 0 for row in trace.stop())
    if bench.recon_ebin:
        for what, action in (("recon", False), ("recon returns", True)):
            recon(node, "hot:f/1", action, LIMIT)
            found[what] = run(), 0
            clear(node)
    return found


def callers(bench, rounds):
    """{callers: {what: (median of us, most calls told)}}: CALLS calls by so many."""
    found = {}
    node = bench.crowd(0)
    try:
        for count in (1, 100):
            got = {}
            for i in range(rounds + 1):
                runs = traced_runs(bench, node, lambda: node.rpc(f"hot:run({CALLS}, {count})", timeout=120))
                for what, result in runs.items():
                    if i > 0:  # what is loaded once is loaded
                        got.setdefault(what, []).append(result)
            found[count] = {what: (median([us for us, _ in all_]), max(told for _, told in all_))
                            for what, all_ in got.items()}
    finally:
        node.stop()
    return found


def large(bench):
    """{what: (us of BIG_CALLS calls, rise of resident memory, longest mailbox)}, each on a fresh node."""
    found = {}

    def one(what, begin, end):
        node = bench.crowd(0)
        try:
            node.rpc("hot:big_run(10, 10)")
            began = begin(node)
            result = []
            node.rpc("hot:watch_boxes()")
            rise = peak_growth(node, lambda: result.append(
                node.rpc(f"hot:big_run({BIG_CALLS}, {BIG_LENGTH})", timeout=200)))
            found[what] = result[0], rise, node.rpc("hot:longest_box()")
            end(node, began)
        finally:
            node.stop()

    def ours(*args):
        def begin(node):
            bench.once(node, "system")
            return Trace(bench, node, "hot:big/1", "", "-n", str(LIMIT), *args)
        return begin

    one("bare", lambda node: None, lambda node, _: None)
    one("ours", ours(), lambda _, trace: trace.stop() if trace.child.poll() is None else trace.end())
    one("whole", ours("--args"), lambda _, trace: trace.stop() if trace.child.poll() is None else trace.end())
    if bench.recon_ebin:
        one("recon", lambda node: recon(node, "hot:big/1", False, LIMIT), lambda node, _: clear(node))
    return found
