"""Pairs: the tables apps, supervisors and modules against what observer_cli and observer do for their panels."""

import json
import time

from measure import SETTLE, Meter, Relay, idle_rate, median

CHILDREN = 20_000
PAIRS = [("apps", "peers:applications"), ("supervisors", "peers:supervision"), ("modules", "peers:modules")]


def ours(bench, node, meter, relay, args, got):
    meter.mark()
    seen = relay.down
    child = bench.otoscope(node, *args, "--watch", "1s", "--format", "json", "--host", "127.0.0.1",
                           "--port", str(relay.port))
    try:
        for key in ("first", "again", "again"):
            if not json.loads(child.stdout.readline()):
                raise RuntimeError(f"{args[0]}: no rows: {child.stderr.read()}")
            time.sleep(SETTLE)
            got[key].append(meter.mark())
            got[key + " bytes"].append(relay.down - seen)
            seen = relay.down
    finally:
        child.kill()
        child.wait()
    time.sleep(SETTLE)


def measure(bench, processes, rounds):
    """{table: {what: median}}: CPU of the node in ns, bytes that it sent."""
    node = bench.crowd(processes)
    node.rpc(f"peers:tree({CHILDREN})", timeout=60)
    relay = Relay(node.port)
    found = {}
    try:
        for table, theirs in PAIRS:
            bench.once(node, table)  # what is loaded once is loaded
            node.call(theirs, timeout=120)
            time.sleep(1)
            meter = Meter(node, idle_rate(node))
            got = {key: [] for key in ("theirs", "first", "again", "first bytes", "again bytes")}
            for _ in range(rounds):
                meter.mark()
                node.call(theirs, timeout=120)
                time.sleep(SETTLE)
                got["theirs"].append(meter.mark())
                ours(bench, node, meter, relay, [table], got)
            found[table] = {key: median(values) for key, values in got.items()}
    finally:
        relay.close()
        node.stop()
    return found
