"""Ports and sockets: the CPU and the bytes of a refresh, against what is used inside the node today."""

import time

from measure import SETTLE, Meter, Relay, Watch, idle_rate, median, reference_round


def refreshes(bench, meter, args, ticks, relay):
    """CPU and bytes of each sample after the first one."""
    watch = Watch(bench, meter.node, "", "1s", relay, args)
    cpu, carried = [], []
    try:
        watch.line()
        time.sleep(SETTLE)
        meter.mark()
        for _ in range(ticks):
            seen = relay.down
            watch.line()
            time.sleep(SETTLE)
            cpu.append(meter.mark())
            carried.append(relay.down - seen)
    finally:
        watch.close()
    return cpu, carried


PAIRS = [
    ("20 busiest of {n:,} sockets", ["sockets", "--sort", "recv_oct", "-n", "20"], "inet_page",
     "recon:inet_count(recv_oct, 20) and what observer_cli asks about each row"),
    ("all {n:,} ports", ["ports"], "port_list", "port_info/1 and six items of each port, as observer lists them"),
]


def net_pairs(bench, sockets, rounds, ticks):
    """Rows of the table."""
    node = bench.crowd(0, ["+Q", str(max(4 * sockets, 16384))])
    relay = Relay(node.port)
    meter = Meter(node, 0)
    rows = []
    try:
        node.rpc(f"net_reference:start({sockets})", timeout=120)
        meter.rate = idle_rate(node)
        for what, args, function, reference in PAIRS:
            ours, carried, theirs = [], [], []
            for _ in range(rounds):
                theirs += [reference_round(meter, f"net_reference:{function}") for _ in range(2)]
                cpu, down = refreshes(bench, meter, args, ticks, relay)
                ours += cpu
                carried += down
            what = what.format(n=sockets)
            rows.append((f"{what}: a refresh, against {reference}", f"{median(ours) / 1e6:.1f} ms",
                         f"{median(theirs) / 1e6:.1f} ms", median(ours) / median(theirs), ""))
            rows.append((f"{what}: bytes a socket to us", f"{median(carried) / sockets:.1f}", "", None, ""))
    finally:
        relay.close()
        node.stop()
    return rows
