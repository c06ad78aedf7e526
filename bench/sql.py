"""Pairs: statements over processes against the command that reads the same."""

import time

from measure import SETTLE, Meter, idle_rate, median

ONE = ("a statement over one cheap column of all processes, against ps --columns pid,reductions",
       ["sql", "SELECT pid, reductions FROM processes"], ["ps", "--columns", "pid,reductions"], "1.1")
GROUP = ("the same, grouped and summed up here",
         ["sql", "SELECT status, sum(reductions) FROM processes GROUP BY status"],
         ["ps", "--columns", "pid,status,reductions"], "1.1")
FIRST = ("the ten that did the most, with dear columns, against ps --sort reductions -n 10",
         ["sql", "SELECT pid, name, memory, current_function, reductions FROM processes "
                 "ORDER BY reductions DESC LIMIT 10"],
         ["ps", "--columns", "pid,name,memory,current_function,reductions", "--sort", "reductions", "-n", "10"], "1.5")


def measure(bench, processes, rounds):
    """[(what, ours in CPU ns of the node, theirs, goal)]"""
    node = bench.crowd(processes)
    found = []
    try:
        for what, ours, theirs, goal in (ONE, GROUP, FIRST):
            got = {"ours": [], "theirs": []}
            for command in (ours, theirs):
                bench.once(node, *command)  # what is loaded once is loaded
            time.sleep(1)
            meter = Meter(node, idle_rate(node))
            for _ in range(rounds):
                for key, command in (("ours", ours), ("theirs", theirs)):
                    meter.mark()
                    bench.once(node, *command)
                    time.sleep(SETTLE)
                    got[key].append(meter.mark())
            found.append((what, median(got["ours"]), median(got["theirs"]), goal))
    finally:
        node.stop()
    return found
