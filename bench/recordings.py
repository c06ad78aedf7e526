"""A pair: a sample of all processes in a recording against the same items written to a file by the node itself."""

import os
import sqlite3
import tempfile
import time

from measure import SETTLE, Meter, idle_rate, median

EVERY = 1


def stored(path):
    """The bytes of each reading so far."""
    if not os.path.exists(path) or os.path.getsize(path) == 0:
        return []
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return [size for size, in db.execute("SELECT length(rows) FROM readings WHERE rows IS NOT NULL ORDER BY id")]
    except sqlite3.OperationalError:
        return []  # it is being made
    finally:
        db.close()


def next_reading(path, have, child):
    until = time.monotonic() + 60
    while len(stored(path)) <= have:
        if child.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"record: {child.stderr.read() if child.poll() is not None else 'no sample'}")
        time.sleep(0.05)


def ours(bench, node, meter, rounds, got, where):
    path = os.path.join(where, "bench.oto")
    child = bench.otoscope(node, "record", path, "--every", f"{EVERY}s", "--tables", "processes")
    try:
        next_reading(path, 0, child)  # which reads dear columns of everybody
        time.sleep(SETTLE)
        for _ in range(rounds):
            have = len(stored(path))
            meter.mark()
            next_reading(path, have, child)
            got["ours"].append(meter.mark())
        status = os.sysconf("SC_CLK_TCK")
        with open(f"/proc/{child.pid}/stat") as f:
            words = f.read().rsplit(")", 1)[1].split()
        got["own"].append((int(words[11]) + int(words[12])) / status * 1e9 / len(stored(path)))
    finally:
        child.terminate()
        child.wait()
    sizes = stored(path)
    got["whole"].append(sizes[0])
    got["more"] += sizes[1:]


def measure(bench, processes, rounds):
    """{what: median}: CPU of the node in ns a sample, bytes in the file."""
    node = bench.crowd(processes)
    got = {key: [] for key in ("ours", "own", "theirs", "whole", "more", "theirs bytes")}
    try:
        node.call("peers:snapshot", timeout=120)
        time.sleep(1)
        meter = Meter(node, idle_rate(node))
        for _ in range(rounds):
            meter.mark()
            got["theirs bytes"].append(node.call("peers:snapshot", timeout=120))
            time.sleep(SETTLE)
            got["theirs"].append(meter.mark())
        with tempfile.TemporaryDirectory() as where:
            ours(bench, node, meter, rounds, got, where)
    finally:
        node.stop()
    return {key: median(values) for key, values in got.items()}
