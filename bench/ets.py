"""Pairs: the 20 largest ETS tables against ets:info/1 of all of them, where they are and over the network."""

import time

from measure import SETTLE, Meter, Relay, idle_rate, median
from panels import ours

COUNTS = (2_000, 20_000)
OURS = ["ets", "--sort", "memory", "-n", "20"]


def theirs(meter, function, got):
    meter.mark()
    got.append(meter.node.call(f"ets_peers:{function}", timeout=120))
    time.sleep(SETTLE)
    return meter.mark()


def measure(bench, rounds):
    """{tables: {what: median}}: CPU of the node in ns, bytes that it sent."""
    found = {}
    for count in COUNTS:
        node = bench.crowd(0)
        node.rpc(f"ets_peers:tables({count})", timeout=60)
        relay = Relay(node.port)
        got = {key: [] for key in ("top", "all", "first", "again", "first bytes", "again bytes")}
        sizes = []
        try:
            bench.once(node, *OURS)  # what is loaded once is loaded
            node.call("ets_peers:all", timeout=120)
            meter = Meter(node, idle_rate(node))
            for _ in range(rounds):
                got["top"].append(theirs(meter, "top", []))
                got["all"].append(theirs(meter, "all", sizes))
                ours(bench, node, meter, relay, OURS, got)
        finally:
            relay.close()
            node.stop()
        found[count] = {key: median(values) for key, values in got.items()} | {"all bytes": median(sizes)}
    return found
