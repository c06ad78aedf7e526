"""Pairs: allocators and schedulers against what recon does, on nodes with few and with many schedulers."""

import time

import panels
from measure import SETTLE, Meter, Relay, idle_rate, median

PAIRS = [("allocators", "allocators"), ("schedulers", "scheduler_usage")]
SCHEDULERS = [2, 64]


def measure(bench, rounds):
    """{(table, schedulers): {what: median}}: CPU of the node in ns, bytes that it sent."""
    found = {}
    for count in SCHEDULERS:
        node = bench.crowd(1000, more=["+S", f"{count}:{count}"])
        relay = Relay(node.port)
        try:
            for table, function in PAIRS:
                theirs = f"runtime_peers:{'recon_' if bench.recon_ebin else ''}{function}"
                bench.once(node, table)  # what is loaded once is loaded
                node.call(theirs)
                time.sleep(1)
                meter = Meter(node, idle_rate(node))
                got = {key: [] for key in ("theirs", "first", "again", "first bytes", "again bytes")}
                for _ in range(rounds):
                    meter.mark()
                    node.call(theirs)
                    time.sleep(SETTLE)
                    got["theirs"].append(meter.mark())
                    panels.ours(bench, node, meter, relay, [table], got)
                found[table, count] = {key: median(values) for key, values in got.items()}
        finally:
            relay.close()
            node.stop()
    return found
