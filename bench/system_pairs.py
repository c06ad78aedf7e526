"""Pairs: system against recon's node_stats, leaks binary against recon's bin_leak."""

import time

from measure import SETTLE, Meter, Watch, idle_rate, median

TICKS = 20
LEAKY = 10_000
WRITE = ("--allow-write", "--yes")


def system_rounds(bench, node, meter, rounds):
    """CPU of one reading each: theirs, and ours when it is read again."""
    ours, theirs = [], []
    for _ in range(rounds):
        meter.mark()
        for _ in range(TICKS):
            node.call("system_reference:node_stats")
        time.sleep(SETTLE)
        theirs.append(meter.mark() / TICKS)
        watch = Watch(bench, node, None, "50ms", args=["system"])
        try:
            watch.line()
            meter.mark()
            for _ in range(TICKS):
                watch.line()
            ours.append(meter.mark() / TICKS)
        finally:
            watch.close()
        time.sleep(SETTLE)
    return ours, theirs


def leak_rounds(bench, node, meter, rounds):
    got = {"all": [], "likely": [], "theirs": []}
    for _ in range(rounds):
        for key, act in (("theirs", lambda: node.call("system_reference:bin_leak", timeout=120)),
                         ("all", lambda: bench.once(node, "leaks", "binary", *WRITE)),
                         ("likely", lambda: bench.once(node, "leaks", "binary", *WRITE, "--likely"))):
            meter.mark()
            act()
            time.sleep(SETTLE)
            got[key].append(meter.mark())
    return got


def measure(bench, rounds):
    """[(what, ours in ns, theirs in ns)]"""
    node = bench.crowd(LEAKY)
    try:
        for args in (["system"], ["leaks", "binary", *WRITE], ["leaks", "binary", *WRITE, "--likely"]):
            bench.once(node, *args)  # what is loaded once is loaded
        node.call("system_reference:bin_leak", timeout=120)
        meter = Meter(node, idle_rate(node))
        ours, theirs = system_rounds(bench, node, meter, rounds)
        leaks = leak_rounds(bench, node, meter, rounds)
    finally:
        node.stop()
    return [
        ("system read again, 85 facts, against recon:node_stats_list(1, 0)", median(ours), median(theirs)),
        (f"leaks binary, {LEAKY:,} processes, with attaching, against recon:bin_leak(20)", median(leaks["all"]),
         median(leaks["theirs"])),
        (f"leaks binary --likely, {LEAKY:,} processes, with attaching", median(leaks["likely"]),
         median(leaks["theirs"])),
    ]
