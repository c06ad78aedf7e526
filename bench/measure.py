"""The measuring: a crowded node, its CPU and memory as the operating system counts them, and otoscope against it."""

import glob
import json
import os
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(ROOT, "tests"))
sys.path.insert(0, os.path.join(ROOT, "tests", "live"))

import nodes  # noqa: E402
import program  # noqa: E402

SETTLE = 0.1  # seconds after an answer until what it set off on the node is over
ROWS = 20


def cpu_ns(pid):
    """The CPU time of a process, of all its threads, exact to the nanosecond."""
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        try:
            with open(path) as f:
                total += int(f.read().split()[0])
        except OSError:
            pass
    return total


def memory_bytes(pid, field):
    with open(f"/proc/{pid}/status") as f:
        for line in f:
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    raise KeyError(field)


def forget_peak(pid):
    """From now on VmHWM is the peak since now."""
    with open(f"/proc/{pid}/clear_refs", "w") as f:
        f.write("5")


def median(values):
    return statistics.median(values)


class Bench:
    """One run: the nodes, and where the reference implementations are."""

    def __init__(self, recon_ebin=None):
        self.farm = nodes.Farm()
        self.release = next(n for n, r in self.farm.releases.items() if not r.root)
        self.ebin = tempfile.mkdtemp(prefix="otoscope-bench-", dir=self.farm.dir)
        self.recon_ebin = recon_ebin
        subprocess.run(["erlc", "-o", self.ebin, *glob.glob(os.path.join(HERE, "*.erl"))], check=True)

    def close(self):
        self.farm.stop()

    def crowd(self, processes, more=()):
        """A fresh node with so many processes, at rest."""
        paths = [self.ebin] + ([self.recon_ebin] if self.recon_ebin else [])
        node = self.farm.start(self.release, args=["+P", str(max(2 * processes, 262144)), *more, "-pa", *paths])
        if processes:
            node.rpc(f"crowd:start({processes})", timeout=120)
            node.rpc("garbage_collect(), ok")
        at_rest(node)
        return node

    def environment(self, node):
        return program.environment(node.home, node)

    def otoscope(self, node, *args):
        return subprocess.Popen([program.path(), args[0], node.name, *args[1:]], env=self.environment(node),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def once(self, node, *args):
        """Runs otoscope to its end; gives its answer, parsed."""
        child = self.otoscope(node, *args, "--format", "json")
        out, err = child.communicate(timeout=60)
        if child.returncode != 0:
            raise RuntimeError(f"otoscope {' '.join(args)}: status {child.returncode}: {err.decode(errors='replace')}")
        return json.loads(out)


def at_rest(node, timeout=10):
    """Waits until the node burns less than 20 ms a second: until it has ended what its start set off."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        before = node.cpu_ns()
        time.sleep(0.25)
        if node.cpu_ns() - before < 5_000_000:
            return


def idle_rate(node, seconds=2):
    """CPU ns a second that the node burns with nobody looking."""
    before, start = node.cpu_ns(), time.monotonic()
    time.sleep(seconds)
    return (node.cpu_ns() - before) / (time.monotonic() - start)


class Meter:
    """CPU time of a node from one mark to the next, less what it burns by itself."""

    def __init__(self, node, rate):
        self.node, self.rate = node, rate
        self.mark()

    def mark(self):
        cpu, now = self.node.cpu_ns(), time.monotonic()
        spent = cpu - self.cpu - self.rate * (now - self.at) if hasattr(self, "cpu") else 0
        self.cpu, self.at = cpu, now
        return max(spent, 0)


class Relay:
    """A TCP relay in front of a node that counts the bytes: what really travelled, with frames and all."""

    def __init__(self, port):
        self.port_behind = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.down = self.up = 0
        threading.Thread(target=self._run, daemon=True).start()

    def close(self):
        self.listener.close()

    def _run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        with client, socket.create_connection(("127.0.0.1", self.port_behind)) as node:
            for s in (client, node):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                while True:
                    ready, _, _ = select.select([client, node], [], [])
                    for s in ready:
                        data = s.recv(1 << 18)
                        if not data:
                            return
                        if s is node:
                            self.down += len(data)
                            client.sendall(data)
                        else:
                            self.up += len(data)
                            node.sendall(data)
            except OSError:
                return


class Watch:
    """otoscope ps (or args) --watch D: lines of JSON that come for ever, a sample each."""

    def __init__(self, bench, node, sort, every, relay=None, args=None):
        by_relay = ["--host", "127.0.0.1", "--port", str(relay.port)] if relay else []
        args = args or ["ps", "--sort", sort, "-n", str(ROWS)]
        self.child = bench.otoscope(node, *args, "--watch", every, "--format", "json", *by_relay)

    def line(self, timeout=60):
        """The next sample, parsed."""
        ready, _, _ = select.select([self.child.stdout], [], [], timeout)
        text = self.child.stdout.readline() if ready else b""
        if not text:
            self.close()
            raise RuntimeError(f"no sample: {self.child.stderr.read().decode(errors='replace')}")
        return json.loads(text)

    def close(self):
        self.child.kill()
        self.child.wait()


def reference_round(meter, function):
    meter.mark()
    meter.node.call(function, timeout=120)
    time.sleep(SETTLE)
    return meter.mark()


def watch_round(bench, meter, sort, ticks, relay=None):
    """CPU of the first sample (with the attaching), the CPU of each later one, and the bytes of each later one."""
    meter.mark()
    watch = Watch(bench, meter.node, sort, "1s", relay)
    steady, carried = [], []
    try:
        rows = watch.line()
        if len(rows) != ROWS:
            raise RuntimeError(f"{len(rows)} rows")
        time.sleep(SETTLE)
        first = meter.mark()
        seen = relay.down if relay else 0
        for _ in range(ticks):
            watch.line()
            time.sleep(SETTLE)
            steady.append(meter.mark())
            if relay:
                carried.append(relay.down - seen)
                seen = relay.down
    finally:
        watch.close()
    time.sleep(SETTLE)
    meter.mark()
    return first, steady, carried


def window_round(bench, meter):
    meter.mark()
    bench.once(meter.node, "ps", "--window", "1s", "--sort", "reductions_rate", "-n", str(ROWS))
    time.sleep(SETTLE)
    return meter.mark()


def peak_growth(node, act):
    """How far the node's resident memory rises above what it is now, while act() runs."""
    before = memory_bytes(node.pid, "VmRSS")
    forget_peak(node.pid)
    act()
    return memory_bytes(node.pid, "VmHWM") - before


def seconds(argv, env):
    """The wall time of a command from start to end; it must end well."""
    start = time.perf_counter()
    done = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60)
    took = time.perf_counter() - start
    if done.returncode != 0 or not done.stdout.strip():
        raise RuntimeError(f"{argv}: status {done.returncode}: {done.stderr.decode(errors='replace')}")
    return took
