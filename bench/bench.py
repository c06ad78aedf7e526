"""Measures pairs in one run and prints a table of ratios in Markdown. Never fails for being slow."""

import argparse
import datetime
import os
import platform
import shutil
import sys
import time

import calls
import ets
import panels
import recordings
import runtime
import sql
import system_pairs
import top
from measure import (ROWS, Bench, Meter, Relay, Watch, cpu_ns, idle_rate, median, memory_bytes, peak_growth, program,
                     reference_round, seconds, watch_round, window_round)
from net import net_pairs

USES = """Pairs are measured in one run, in turns; the table is of medians. See the head of doc/bench.md."""


class Row:
    def __init__(self, what, ours, theirs, ratio, goal):
        self.cells = (what, ours, theirs, f"{ratio:.3f}" if ratio is not None else "", goal)


def ms(ns):
    return f"{ns / 1e6:.1f} ms"


def mb(n):
    return f"{n / 1e6:.1f} MB"


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def cpu_pairs(bench, processes, rounds, ticks):
    """The CPU time of the node's OS process: ours against proc_count of the same round."""
    node = bench.crowd(processes)
    relay = Relay(node.port)
    meter = Meter(node, 0)
    counter, windower = ("recon_count", "recon_window") if bench.recon_ebin else ("proc_count", "proc_window")
    sorts = ["reductions", "message_queue_len", "memory"]
    got = {"count": [], "window": [], "proc_window": [], "bytes": []}
    for sort in sorts:
        got[sort], got["first " + sort] = [], []
    try:
        bench.once(node, "ps", "-n", str(ROWS))  # what is loaded once is loaded
        reference_round(meter, f"reference:{counter}")
        meter.rate = idle_rate(node)
        for i in range(rounds):
            say(f"{processes} processes: round {i + 1} of {rounds}")
            for sort in sorts:
                got["count"].append(reference_round(meter, f"reference:{counter}"))
                first, steady, carried = watch_round(bench, meter, sort, ticks, relay)
                got["first " + sort].append(first)
                got[sort] += steady
                if sort == "reductions":
                    got["bytes"] += carried
            got["count"].append(reference_round(meter, f"reference:{counter}"))
            got["window"].append(window_round(bench, meter))
            if i < 2:
                got["proc_window"].append(reference_round(meter, f"reference:{windower}"))
    finally:
        relay.close()
        node.stop()
    count = median(got["count"])

    def row(what, key, goal):
        value = median(got[key])
        return Row(what, ms(value), ms(count), value / count, goal)
    name = "recon:" if bench.recon_ebin else ""
    window = median(got["proc_window"])
    return [
        row("steady refresh by reductions", "reductions", "0.15"),
        row("steady refresh by message_queue_len", "message_queue_len", "0.25"),
        row("steady refresh by memory", "memory", "0.25"),
        row("first refresh by memory, with attaching", "first memory", "0.8"),
        row("first refresh by reductions, with attaching", "first reductions", ""),
        row("window of reductions over 1 s", "window", "0.3"),
        Row(f"(for comparison) {name}proc_window over 1 s", ms(window), ms(count), window / count, ""),
        Row("bytes a process to us, steady refresh by reductions", f"{median(got['bytes']) / processes:.1f}", "",
            None, "48"),
    ], meter.rate


def panel_pairs(bench, processes, rounds):
    """The tables that observer_cli and observer have a panel for."""
    say(f"{processes} processes: apps, supervisors, modules")
    rows = []
    for table, got in panels.measure(bench, processes, rounds).items():
        for key, what in (("first", "first, with attaching"), ("again", "again")):
            rows.append(Row(f"`{table}`, {what}; bytes to us", f"{ms(got[key])}; {mb(got[key + ' bytes'])}",
                            ms(got["theirs"]), got[key] / got["theirs"], ""))
    return rows


def recording_pair(bench, processes, rounds):
    """A sample of a recording."""
    say(f"{processes} processes: record")
    got = recordings.measure(bench, processes, rounds)
    return [Row(f"`record`: a sample of {processes:,} processes; bytes in the file, the first and the others, "
                "against process_info/2 of all into a compressed term",
                f"{ms(got['ours'])}; {got['whole'] / 1e3:.1f} kB, {got['more'] / 1e3:.1f} kB",
                f"{ms(got['theirs'])}; {got['theirs bytes'] / 1e3:.1f} kB", got["ours"] / got["theirs"], ""),
            Row("`record`: our own CPU a sample", ms(got["own"]), "", None, "")]


def runtime_pairs(bench, rounds):
    """What recon is asked for of allocators and schedulers."""
    rows = []
    against = {"allocators": "ten questions to recon_alloc", "schedulers": "recon:scheduler_usage(1000)"}
    for (name, count), got in runtime.measure(bench, rounds).items():
        say(f"{name}, {count} schedulers")
        for key, what in (("first", "first, with attaching"), ("again", "again")):
            rows.append(Row(f"`{name}` of {count} schedulers, {what}, against {against[name]}; bytes to us",
                            f"{ms(got[key])}; {mb(got[key + ' bytes'])}", ms(got["theirs"]),
                            got[key] / got["theirs"], ""))
    return rows


def ets_pairs(bench, rounds):
    """The largest ETS tables."""
    rows = []
    for count, got in ets.measure(bench, rounds).items():
        say(f"{count} ETS tables")
        for key, what in (("first", "first, with attaching"), ("again", "again")):
            rows.append(Row(f"`ets --sort memory -n 20` of {count:,} tables, {what}; against ets:info/1 of all, there",
                            ms(got[key]), ms(got["top"]), got[key] / got["top"], ""))
        rows.append(Row(f"the same again, against ets:info/1 of all by rpc; bytes to us, of {count:,} tables",
                        f"{ms(got['again'])}; {mb(got['again bytes'])}", f"{ms(got['all'])}; {mb(got['all bytes'])}",
                        got["again"] / got["all"], ""))
    return rows


def system_rows(bench, rounds):
    say("system, leaks binary")
    return [Row(what, ms(ours), ms(theirs), ours / theirs if theirs else None, "")
            for what, ours, theirs in system_pairs.measure(bench, rounds)]


def memory_pair(bench, processes, rounds):
    """By how much the node's resident memory rises; a fresh node for each, since memory is kept for later."""
    counter = "recon_count" if bench.recon_ebin else "proc_count"
    got = {"reductions": [], "memory": [], "count": []}

    def watch(node, sort):
        w = Watch(bench, node, sort, "1s")
        try:
            for _ in range(3):
                w.line()
        finally:
            w.close()
    for i in range(rounds):
        say(f"resident memory: round {i + 1} of {rounds}")
        for key in got:
            node = bench.crowd(processes)
            try:
                bench.once(node, "memory")
                node.call("erlang:node")
                act = ((lambda: node.call(f"reference:{counter}", timeout=120)) if key == "count"
                       else (lambda: watch(node, key)))
                got[key].append(peak_growth(node, act))
            finally:
                node.stop()
    count = median(got["count"])
    return [Row(f"rise of resident memory, three refreshes by {sort}", mb(median(got[sort])), mb(count),
                median(got[sort]) / count, "0.25") for sort in ("reductions", "memory")]


def own_cost(bench, processes, ticks):
    """What otoscope itself takes at a refresh a second."""
    rows = []
    small = bench.crowd(0)
    watch = Watch(bench, small, "reductions", "1s")
    watch.line()
    base = memory_bytes(watch.child.pid, "VmHWM")
    watch.close()
    small.stop()
    node = bench.crowd(processes)
    try:
        for sort in ("reductions", "memory"):
            say(f"{processes} processes: otoscope itself, by {sort}")
            watch = Watch(bench, node, sort, "1s")
            try:
                for _ in range(2):
                    watch.line()
                cpu, start = cpu_ns(watch.child.pid), time.monotonic()
                for _ in range(ticks):
                    watch.line()
                took = time.monotonic() - start
                core = (cpu_ns(watch.child.pid) - cpu) / 1e9 / took
                peak = memory_bytes(watch.child.pid, "VmHWM")
            finally:
                watch.close()
            each = (peak - base) / processes
            rows += [
                Row(f"otoscope's memory a process, {processes:,} processes, by {sort}", f"{each:.0f} bytes", "", None,
                    "200"),
                Row(f"otoscope's CPU, {processes:,} processes, a refresh each {took / ticks:.1f} s, by {sort}",
                    f"{core:.2f} of a core", "", None, "0.3"),
            ]
    finally:
        node.stop()
    return rows


def one_shot(bench, rounds):
    """From the command to its end, in wall time, against a small node."""
    node = bench.crowd(0)
    env = bench.environment(node)
    ours = [program.path(), "memory", node.name]
    erl_call = ["erl_call", "-c", node.cookie, "-name", node.name, "-a", "erlang memory"]
    text = f"io:format(\"~p~n\", [rpc:call('{node.name}', erlang, memory, [])]), halt()."
    erl = ["erl", "-noshell", "-hidden", "-name", "asks@127.0.0.1", "-setcookie", node.cookie, "-start_epmd", "false",
           "-eval", text]
    got = {"ours": [], "erl_call": [], "erl": []}
    has_erl_call = shutil.which("erl_call") is not None
    try:
        seconds(ours, env)
        for i in range(rounds):
            got["ours"].append(seconds(ours, env))
            if has_erl_call:
                got["erl_call"].append(seconds(erl_call, env))
            if i % 10 == 0:
                got["erl"].append(seconds(erl, env))
    finally:
        node.stop()
    mine = median(got["ours"])

    def row(what, key, goal):
        value = median(got[key])
        return Row(what, f"{mine * 1e3:.2f} ms", f"{value * 1e3:.2f} ms", mine / value, goal)
    rows = [row("one-shot memory, against erl_call -a 'erlang memory'", "erl_call", "1.5")] if has_erl_call else []
    return rows + [row("one-shot memory, against erl -noshell -eval rpc:call(...)", "erl", "0.02")]


def top_screens(bench, rounds):
    """How soon there is something to be seen."""
    observer_cli = os.environ.get("OBSERVER_CLI")
    say("top: first screens")
    got = top.first_screens(bench, rounds, observer_cli)
    ours = median(got["ours"])
    against = [("remsh", "the prompt of `erl -remsh`")]
    if observer_cli:
        against.append(("observer_cli", "the first rows of observer_cli's escript"))
    return [Row(f"`top`: first rows, against {what}", ms(ours * 1e9), ms(median(got[key]) * 1e9),
                ours / median(got[key]), "0.05") for key, what in against]


def top_keys(bench, processes):
    """How soon a key is answered."""
    say(f"top: keys, {processes} processes")
    found, memory = top.key_to_redraw(bench, processes, 12)
    name = f"{processes:,} processes"
    rows = []
    for what, took in found:
        wall, cpu = zip(*took)
        rows.append(Row(f"`top`, {name}: {what}; the longest of {len(took)}; the most of our CPU",
                        f"{ms(median(wall) * 1e9)}; {ms(max(wall) * 1e9)}; {ms(max(cpu) * 1e9)}", "", None,
                        "" if what == "first rows" else "50 ms"))
    return rows + [Row(f"`top`, {name}: otoscope's memory at most, after all that", mb(memory), "", None, "")]


def top_refreshes(bench, processes, rounds):
    """What the screens cost the node, at an interval of a second."""
    say(f"top: refreshes, {processes} processes")
    got, count = top.refreshes(bench, processes, rounds, 8)
    few, _ = top.refreshes(bench, 0, 1, 8)
    rows = []
    for name, (cpu, own, down, up, drawn) in got.items():
        rows.append(Row(f"`top`, {processes:,} processes, {name}: the node's CPU a refresh, against "
                        "proc_count(reductions, 20); bytes to us, to the node, to the terminal",
                        f"{ms(cpu)}; {down / 1e3:.1f}, {up / 1e3:.1f}, {drawn / 1e3:.1f} kB", ms(count), cpu / count,
                        "0.15" if name == "home" else ""))
    head = few["home"][0]
    return rows + [Row("the same on a node with 50 processes: what the header costs", ms(head), ms(count), head / count,
                       ""),
                   Row(f"so, {processes:,} processes, home without the header", ms(got["home"][0] - head), ms(count),
                       (got["home"][0] - head) / count, "0.15")]


def top_own(bench, sizes):
    """What otoscope itself takes for its home screen."""
    rows = []
    for processes, goal in sizes:
        say(f"top: otoscope itself, {processes} processes")
        core, drawn, memory, growth = top.own_cost(bench, processes, 20)
        rows += [Row(f"`top`, {processes:,} processes: otoscope's CPU; bytes a second to the terminal; memory",
                     f"{core:.3f} of a core; {drawn / 1e3:.1f} kB; {mb(memory)}", "", None, goal)]
    return rows


def machine():
    model = "unknown"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as f:
        memory = int(f.readline().split()[1]) / 1024 / 1024
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, {system}, Linux {platform.release().split('-')[0]}"


def table(rows):
    lines = ["| what | otoscope | reference | ratio | to reach |", "|---|---:|---:|---:|---:|"]
    return "\n".join(lines + ["| " + " | ".join(row.cells) + " |" for row in rows])


def report(bench, options, rows, rate):
    reference = ("recon (`RECON_EBIN`)" if bench.recon_ebin else
                 "`bench/reference.erl`, which samples and sorts as recon:proc_count(memory, 20) does")
    command = "`./dev bench" + "".join(" " + a for a in options) + "`"
    return f"""
{datetime.date.today().isoformat()}, {command}. {machine()}. Target: OTP {bench.release}, started with
`+sbwt none +sbwtdcpu none +sbwtdio none`; at rest it used {rate / 1e6:.1f} ms of CPU a second, which is taken off.
Reference: {reference}.

{table(rows)}
"""


def trace_rows(bench, rounds):
    """Traced calls against the same untraced, with recon_trace beside it."""
    rows = []
    for count, got in calls.callers(bench, rounds).items():
        say(f"trace: {count} callers")
        bare = got["bare"][0]
        for key, what, goal in (("ours", f"-n {calls.LIMIT}", "1.5"), ("returns", f"-n {calls.LIMIT}, -> return", ""),
                                ("count", "--count", "1.6"), ("recon", "recon_trace:calls, limit the same", ""),
                                ("recon returns", "recon_trace:calls with return_trace", "")):
            if key in got:
                told = f"; calls told at most {got[key][1]:,}" if "recon" not in key else ""
                rows.append(Row(f"{calls.CALLS:,} calls by {count}, {what}, against untraced{told}",
                                ms(got[key][0] * 1e3), ms(bare * 1e3), got[key][0] / bare, goal))
    say("trace: large arguments")
    got = calls.large(bench)
    bare, bare_rise, _ = got["bare"]
    theirs = got.get("recon")
    for key, what, goal in (("ours", "as shown by default", "0.002"), ("whole", "--args", "0.05")):
        took, rise, box = got[key]
        for name, ours, other, unit in (("time", took - bare, theirs and theirs[0] - bare, lambda us: ms(us * 1e3)),
                                        ("rise of memory", rise - bare_rise, theirs and theirs[1] - bare_rise, mb)):
            rows.append(Row(f"{calls.BIG_CALLS:,} calls with 1 MB, {what}: {name} more than untraced; "
                            f"longest mailbox {box}",
                            unit(max(ours, 0)), unit(other) if theirs else "", max(ours, 0) / other if theirs else None,
                            goal))
    return rows


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, epilog=USES)
    parser.add_argument("--processes", type=int, default=100_000, metavar="N", help="of the target (100000)")
    parser.add_argument("--many", type=int, default=500_000, metavar="N", help="where otoscope is measured (500000)")
    parser.add_argument("--sockets", type=int, default=2_000, metavar="N", help="where they are measured (2000)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="of each pair (5)")
    parts = ["cpu", "panels", "ets", "system", "memory", "net", "own", "oneshot", "runtime", "record",
             "sql", "top", "trace"]
    parser.add_argument("--only", choices=parts, help="one part of the table")
    parser.add_argument("--write", action="store_true", help="put the table into doc/bench.md")
    options = parser.parse_args()
    recon = os.environ.get("RECON_EBIN")
    if recon and not os.path.exists(os.path.join(recon, "recon.beam")):
        parser.error(f"there is no recon.beam in RECON_EBIN '{recon}'")
    if not os.access(program.path(), os.X_OK):
        parser.error(f"there is no program '{program.path()}': ./dev build")

    def wanted(part):
        return options.only in (None, part)
    bench = Bench(recon and os.path.abspath(recon))
    rows, rate = [], 0
    try:
        if wanted("oneshot"):
            rows += one_shot(bench, 10 * options.rounds)
        if wanted("cpu"):
            more, rate = cpu_pairs(bench, options.processes, options.rounds, 5)
            rows = more + rows
        if wanted("panels"):
            rows += panel_pairs(bench, options.processes, min(options.rounds, 3))
        if wanted("ets"):
            rows += ets_pairs(bench, min(options.rounds, 3))
        if wanted("record"):
            rows += recording_pair(bench, options.processes, min(options.rounds, 3))
        if wanted("runtime"):
            rows += runtime_pairs(bench, min(options.rounds, 3))
        if wanted("system"):
            rows += system_rows(bench, min(options.rounds, 3))
        if wanted("sql"):
            rows += [Row(what, ms(ours), ms(theirs), ours / theirs, goal)
                     for what, ours, theirs, goal in sql.measure(bench, options.processes, options.rounds)]
        if wanted("memory"):
            rows += memory_pair(bench, options.processes, min(options.rounds, 3))
        if wanted("net"):
            rows += [Row(*cells) for cells in net_pairs(bench, options.sockets, options.rounds, 3)]
        if wanted("top"):
            rows += top_screens(bench, options.rounds)
            rows += top_refreshes(bench, options.processes, min(options.rounds, 3))
            rows += top_own(bench, [(10_000, "0.05 of a core"), (options.processes, ""), (options.many, "")])
            rows += top_keys(bench, options.many)
        if wanted("trace"):
            rows += trace_rows(bench, options.rounds)
        if wanted("own"):
            rows += own_cost(bench, options.many, 8)
    finally:
        bench.close()
    text = report(bench, sys.argv[1:], rows, rate)
    print(text)
    if options.write:
        write(text)


MARKS = ("<!-- written by bench/run --write -->", "<!-- end -->")


def write(text):
    """Puts the table between the marks of doc/bench.md."""
    path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "doc", "bench.md")
    with open(path) as f:
        old = f.read()
    before, _, rest = old.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    with open(path, "w") as f:
        f.write(before + MARKS[0] + "\n" + text + "\n" + MARKS[1] + after)


if __name__ == "__main__":
    main()
