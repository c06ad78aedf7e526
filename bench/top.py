"""Pairs: the screens of top, on a terminal, against what people start today."""

import os
import re
import time

from measure import Meter, Relay, at_rest, cpu_ns, idle_rate, median, memory_bytes, program, reference_round
from screen import PID, Screen

PROMPT = re.compile(rb"\)1> ")
ENDED = 1.5  # seconds until what served a screen is gone from the node

# Keys that show something else each time that they are pressed in turn; the first pair ranks by another column, whose
# values are there.
KEYS = [
    ("a row down, up", b"jk"), ("the last row, the first", [b"G", b"\033[H"]),
    ("a page down, up", [b"\033[6~", b"\033[5~"]), ("the order turned around", b"II"),
    ("a column to the left, right", b"<>"),
]


def start(bench, node, *args, relay=None, rows=24, columns=80):
    by_relay = ["--host", "127.0.0.1", "--port", str(relay.port)] if relay else []
    return Screen([program.path(), "top", node.name, *args, *by_relay], bench.environment(node), rows, columns)


def first_screens(bench, rounds, observer_cli):
    """{what: [seconds from its start to its first rows, or to its prompt]}"""
    node = bench.crowd(0)
    env = {"PATH": os.environ["PATH"], **bench.environment(node)}
    remsh = ["erl", "-hidden", "-name", "asks@127.0.0.1", "-setcookie", node.cookie, "-start_epmd", "false",
             "-remsh", node.name]
    got = {"ours": [], "remsh": [], "observer_cli": []}

    def one(key, argv, pattern, after):
        screen = Screen(argv, env)
        got[key].append(screen.until(pattern))
        screen.close()
        time.sleep(after)
    try:
        bench.once(node, "ps", "-n", "1")  # what is loaded once is loaded
        one("ours", [program.path(), "top", node.name], PID, 0.2)
        got["ours"].clear()
        for i in range(rounds):
            for _ in range(3):
                one("ours", [program.path(), "top", node.name], PID, 0.2)
            one("remsh", remsh, PROMPT, ENDED)
            if observer_cli:
                one("observer_cli", [observer_cli, node.name, node.cookie, "1500"], PID, ENDED)
    finally:
        node.stop()
    return got


def pressed(screen, keys, times):
    """(seconds to the end of the frame that follows, seconds of CPU that we took for it), for each time that one of the
    keys is pressed."""
    took = []
    for i in range(times):
        key = keys[i % len(keys)]
        before = cpu_ns(screen.child.pid)
        took.append((screen.press(key if isinstance(key, bytes) else bytes([key])),
                     (cpu_ns(screen.child.pid) - before) / 1e9))
        screen.drain(0.02)
    return took


def key_to_redraw(bench, processes, seconds):
    """([(what, pressed())], bytes of memory): on a node with so many processes, while it is asked all the time."""
    node = bench.crowd(processes)
    found = []
    screen = start(bench, node)
    try:
        found.append(("first rows", [(screen.until(PID), cpu_ns(screen.child.pid) / 1e9)]))
        screen.drain(4)
        for what, keys in KEYS:
            found.append((what, pressed(screen, keys, 20)))
        letters = [b"w", b"o", b"r", b"k"] + 4 * [b"\x7f"]
        for what, before, keys in (("a filter typed", b"/", letters), ("grouped, and not", b"", [b"g", b"\033"])):
            if before:
                screen.press(before)
            screen.drain(6)
            found.append((what, pressed(screen, keys, 16)))
            if before:
                screen.press(b"\033")
            screen.drain(1)
        for what, key in (("by reductions", b"r"), ("by memory", b"m")):
            screen.press(key)
            screen.drain(5)
            took = []
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                took += pressed(screen, b"jk", 2)
            found.append((f"a row down, up, at any moment of the sweeps {what}", took))
        memory = memory_bytes(screen.child.pid, "VmHWM")
    finally:
        screen.close()
        node.stop()
    return found, memory


def watched(meter, relay, screen, seconds):
    """Per second: CPU of the node in ns, of ours in ns, bytes to us, bytes to the node, bytes to the terminal."""
    screen.drain(2)
    meter.mark()
    down, up, own, start_at = relay.down, relay.up, cpu_ns(screen.child.pid), time.monotonic()
    drawn = screen.drain(seconds)
    took = time.monotonic() - start_at
    return [n / took for n in (meter.mark(), cpu_ns(screen.child.pid) - own, relay.down - down, relay.up - up, drawn)]


SCREENS = [("home", []), ("another table (ets)", [b":table ets\r"]), ("paused", [b"p"])]


def refreshes(bench, processes, rounds, seconds):
    """{screen: [medians of watched()]} at an interval of a second, and of one call of proc_count."""
    node = bench.crowd(processes)
    relay = Relay(node.port)
    meter = Meter(node, 0)
    counter = "recon_count_reductions" if bench.recon_ebin else "proc_count_reductions"
    got = {name: [] for name, _ in SCREENS}
    counted = []
    try:
        bench.once(node, "ps", "-n", "20")
        reference_round(meter, f"reference:{counter}")
        at_rest(node)
        meter.rate = idle_rate(node)
        for _ in range(rounds):
            counted.append(reference_round(meter, f"reference:{counter}"))
            screen = start(bench, node, "--every", "1s", relay=relay)
            try:
                screen.until(PID)
                for name, keys in SCREENS:
                    for key in keys:
                        screen.press(key)
                    got[name].append(watched(meter, relay, screen, seconds))
            finally:
                screen.close()
            time.sleep(0.5)
            counted.append(reference_round(meter, f"reference:{counter}"))
    finally:
        relay.close()
        node.stop()
    return {name: [median(column) for column in zip(*values)] for name, values in got.items()}, median(counted)


def own_cost(bench, processes, seconds):
    """(a share of a core, bytes a second to the terminal, memory, growth of it) of the home screen as it comes."""
    node = bench.crowd(processes)
    screen = start(bench, node)
    try:
        screen.until(PID)
        screen.drain(4)
        before, own, at = memory_bytes(screen.child.pid, "VmRSS"), cpu_ns(screen.child.pid), time.monotonic()
        drawn = screen.drain(seconds)
        took = time.monotonic() - at
        memory = memory_bytes(screen.child.pid, "VmRSS")
        return ((cpu_ns(screen.child.pid) - own) / 1e9 / took, drawn / took, memory, memory - before)
    finally:
        screen.close()
        node.stop()
