"""The header of `otoscope top` and its charts, on real nodes: what the numbers are, and what they cost the node."""

import os
import re

import pytest

import nodes

LABELS = "sched|dirty|runq|reds/s|in/s|gc/s|total|procs|binary|ets|rss|ports|atoms|ctx/s|tasks|cpu"
NUMBERS = re.compile(rf"(?:^| )({LABELS}) +[^ a-z0-9-]* *(-|-?[0-9.]+(?: [a-zA-Z%]+)?)(?=[ !]|$)", re.M)
SCALES = {"k": 1e3, "M": 1e6, "G": 1e9, "B": 1, "kB": 2**10, "MB": 2**20, "GB": 2**30, "%": 0.01, "ns": 1, "us": 1e3,
          "ms": 1e6, "s": 1e9}


def screens(otoscope, node, lines, *args, size="132x45"):
    """What a script writes, a text a screen."""
    script = os.path.join(otoscope.home, "home.script")
    with open(script, "w", encoding="utf-8") as f:
        f.write(f"size {size}\n" + "\n".join(lines) + "\n")
    return otoscope("top", "--script", script, *args, node=node).stdout.split("--\n")[:-1]


def value(shown):
    number, _, unit = shown.partition(" ")
    return float(number) * SCALES.get(unit, 1)


def numbers(screen):
    """{label: value}; of two with one label that of the memory is called 'm procs'."""
    found = {}
    for label, shown in NUMBERS.findall(screen):
        if shown != "-":
            found["m " + label if re.search("B$", shown) and label in ("procs", "ets") else label] = value(shown)
    return found


# What we cost is told after two readings: then there are rates.
RATES = ["wait requests", "wait"]


def test_numbers_are_the_nodes(node, otoscope):
    node.patient("idle", 300)
    screen, = screens(otoscope, node, RATES + ["screen"], "--every", "300ms")
    shown = numbers(screen)
    asked = node.rpc("{erlang:system_info(process_count), erlang:system_info(port_count), "
                     "erlang:system_info(atom_count), erlang:memory(total), erlang:memory(code)}")
    assert shown["procs"] == pytest.approx(asked[0], abs=20)
    assert shown["ports"] == pytest.approx(asked[1], abs=5)
    assert shown["atoms"] == pytest.approx(asked[2], rel=0.02)
    assert shown["total"] == pytest.approx(asked[3], rel=0.2)
    assert {"sched", "dirty", "runq", "reds/s", "gc/s", "ctx/s", "rss", "binary", "m ets"} <= shown.keys()
    assert shown["reds/s"] > 0 and 0 <= shown["sched"] <= 1
    with open(f"/proc/{node.pid}/status") as f:
        rss = next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))
    assert shown["rss"] == pytest.approx(rss * 1024, rel=0.3)
    assert re.search(rf"OTP {node.release}\b.*up .*otoscope costs [0-9.]+ requests", screen)


def test_header_and_rows_at_80x24(node, otoscope):
    screen, = screens(otoscope, node, RATES + ["screen"], "--every", "300ms", size="80x24")
    lines = screen.splitlines()
    assert all(label in screen for label in ("sched", "dirty", "runq", "reds/s", "atoms", "rss", "otoscope costs"))
    assert sum(1 for line in lines if re.match(r"<0\.\d+\.\d+>", line)) >= 10
    assert max(map(len, lines)) <= 80


def test_busy_schedulers_are_marked(node, otoscope):
    pids = [node.patient("spinning") for _ in range(2 * node.rpc("erlang:system_info(schedulers_online)"))]
    try:
        screen, = screens(otoscope, node, RATES + ["wait !!", "screen"], "--every", "300ms")
        assert re.search(r"sched +[^ ]* +(8|9|10)\d? %!!", screen)
    finally:
        for pid in pids:
            node.rpc(f'exit(list_to_pid("{pid}"), kill)')


def test_the_history_goes_on_behind_other_screens(node, otoscope):
    """The header is read also while nobody sees it: its chart has no hole."""
    chart, = screens(otoscope, node, RATES + [
        "key <tab>", "wait applications", "pass 2s", "key H", "key <right>", "key <enter>", "wait memory of",
        "key +++", "screen"], "--every", "200ms", size="100x20")
    dots = [line[10:] for line in chart.splitlines() if line[9:10] in "│┼"]
    assert dots
    columns = {i for line in dots for i, c in enumerate(line) if "⠀" < c <= "⣿"}
    # Ten seconds are 89 columns: two of them and what was before are at least twenty, side by side.
    assert len(columns) >= 20 and max(columns) - min(columns) + 1 == len(columns)


def test_a_chart_goes_on_by_itself(node, otoscope):
    """A row's chart reads its row, though the table below it does not any more."""
    pid = node.patient("registered", '"charted"')
    before, after = screens(otoscope, node, [
        "wait", "key :", "type go charted", "key <enter>", "wait status", "key <escape>", "key /charted<enter>",
        "wait charted", "key :", "type chart memory", "key <enter>", "wait charted memory", "wait kB", "screen",
        "key :", "type add heap_size", "key <enter>", "wait charted heap_size", "screen"])
    assert f"{pid} charted memory" in before
    assert f"{pid} charted heap_size" in after
    node.rpc(f'exit(list_to_pid("{pid}"), kill)')


def test_flags_and_helpers_are_gone_afterwards(node, otoscope):
    screens(otoscope, node, RATES + ["screen"], "--every", "200ms")
    nodes.wait_until(lambda: node.rpc("nodes(hidden)") == [], "otoscope to be gone")
    nodes.wait_until(lambda: node.rpc("erlang:statistics(scheduler_wall_time)") is None, "the flag to be put back")


def test_a_row_that_is_gone_is_told(node, terminal):
    pid = node.patient("registered", '"charted"')
    screen = terminal("top", "--every", "200ms", node=node)
    screen.wait(lambda t: re.search(r"<0\.\d+\.\d+>", t.text()))
    screen.send("/charted\r")
    screen.wait(lambda t: re.search(rf"{pid} +charted", t.text()))
    screen.send("c")
    screen.wait("charted reductions")
    assert "not there any more" not in screen.text()
    node.rpc(f'exit(list_to_pid("{pid}"), kill)')
    screen.wait("it is not there any more")
    screen.send("q")
    assert screen.status() == 0
