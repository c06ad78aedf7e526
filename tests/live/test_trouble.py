"""ps on nodes in trouble: full mailboxes, churn, load, and nodes that stop or die."""

import json
import signal
import threading

import pytest

import nodes
import program
import wire

# Seconds to look at what lives for a few milliseconds, until enough of it was seen; generous, for slow hosts.
MANY_LOOKS = 4 * nodes.DEADLINE


def test_a_million_messages(node, otoscope):
    """It is the first by its mailbox, and looking at it does not mean walking through it again and again."""
    pid = node.patient("mailbox", 1_000_000)
    first, = otoscope.json("ps", "--sort", "message_queue_len", "-n", "1", node=node)
    assert (first["pid"], first["message_queue_len"]) == (pid, 1_000_000)
    assert first["memory"] == node.rpc(f'element(2, erlang:process_info(list_to_pid("{pid}"), memory))') > 16_000_000
    assert [r["pid"] for r in otoscope.json("ps", "--sort", "memory", "-n", "1", node=node)] == [pid]


@pytest.mark.timing
def test_a_million_messages_cost_little(node, otoscope):
    pid = node.patient("mailbox", 1_000_000)
    otoscope("ps", node=node)

    def cost(do):
        before = node.cpu_ns()
        do()
        return node.cpu_ns() - before
    walk = cost(lambda: node.rpc(f'[process_info(list_to_pid("{pid}"), memory) || _ <- lists:seq(1, 20)], ok')) / 20
    once = cost(lambda: otoscope("ps", "--sort", "message_queue_len", "--format", "json", node=node))
    assert once < 10 * walk, "once, with its memory"
    child = otoscope.start("ps", "--sort", "memory", "--watch", "50ms", "--format", "json", node=node)
    for _ in range(5):
        child.stdout.readline()
    ticks = cost(lambda: [child.stdout.readline() for _ in range(20)]) / 20
    assert ticks < walk, "again and again: not asked for what cannot have changed"


class Peak:
    """How much the node's resident memory grew at most, in MB, while this context lasted."""

    def __init__(self, node):
        self.node = node

    def __enter__(self):
        self.before = self.most = self.node.rss_bytes()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while not self.over.wait(0.001):
            self.most = max(self.most, self.node.rss_bytes())

    def __exit__(self, *what):
        self.over.set()
        self.thread.join()

    def mb(self):
        return (self.most - self.before) / 1e6


WHO = ("--columns", "pid,name,initial_call,label,parent,current_function,memory", "--format", "json")


def test_a_dictionary_that_shares(fresh_node, otoscope):
    """A few words in a dictionary that are 2^40 elements when they are copied: they are not asked for, or this node
    would be gone. Of processes that proc_lib started only where one key can be asked for (OTP 26.2), see below."""
    otoscope("ps", *WHO, node=fresh_node)
    bombs = [fresh_node.patient("started", "menagerie", "sharing", f"[{how}, big, 40]")
             for how in (("erlang",) if int(fresh_node.release) < 27 else ("erlang", "proc_lib"))]
    with Peak(fresh_node) as peak:
        rows = {r["pid"]: r for r in otoscope("ps", *WHO, node=fresh_node).json()}
    assert all(rows[bomb]["name"] for bomb in bombs)
    assert peak.mb() < 64


def test_what_is_copied_all_the_same(fresh_node, otoscope):
    """A limit, shown with 2^24 elements (268 MB): before OTP 26.2 the dictionary of a process of proc_lib, from then on
    a label. Nothing else tells who it is, and what is read is copied whole before any limit of ours holds."""
    otoscope("ps", *WHO, node=fresh_node)
    key = "big" if int(fresh_node.release) < 27 else "'$process_label'"
    bomb = fresh_node.patient("started", "menagerie", "sharing", f"[proc_lib, {key}, 24]")
    with Peak(fresh_node) as peak:
        rows = {r["pid"]: r for r in otoscope("ps", *WHO, node=fresh_node).json()}
    assert rows[bomb]["initial_call"] in ("erlang:apply/2", "proc_lib:init_p/3") and rows[bomb]["label"] is None
    assert 200 < peak.mb() < 600


def test_churn(node, otoscope):
    """Processes that die between two requests are no rows, no errors, and no half rows."""
    node.patient("churn", 50)
    lasting = set(node.rpc("[whereis(N) || N <- [init, kernel_sup, patient_keeper]]"))
    everybody = set()

    def look():
        for options in ([], ["--sort", "memory", "-n", "30"], ["--window", "100ms"],
                        ["--sort", "memory_growth", "-n", "200", "--window", "50ms"],
                        ["--columns", "pid,links,monitors,binary_memory,trap_exit"]):
            done = otoscope("ps", "--format", "json", *options, node=node)
            assert done.stderr == ""
            rows = done.json()
            pids = {r["pid"] for r in rows}
            assert len(pids) == len(rows) and (pids >= lasting or "-n" in options)
            for r in rows:
                for column in ("status", "memory", "current_function", "initial_call", "trap_exit", "links", "name"):
                    assert r.get(column, "") is not None, (options, r)
            everybody.update(pids)
        return len(everybody) > 100
    nodes.wait_until(look, "many of them to be seen", MANY_LOOKS)


@pytest.mark.parametrize("columns", ["links,monitors,monitored_by", "binary_count,binary_memory"])
def test_who_dies_while_it_is_counted_is_no_row(node, otoscope, columns):
    """Nothing was counted of it, which is not the same as 0."""
    own = {r["pid"] for r in otoscope.json("ps", "--columns", "pid", node=node)}
    node.patient("mayflies", 100)
    seen = set()

    def look():
        for row in otoscope.json("ps", "--columns", f"pid,priority,{columns}", node=node):
            if row["priority"] == "high" and row["pid"] not in own:
                assert all(row[c] for c in columns.split(",")), row
                seen.add(row["pid"])
        return len(seen) > 100
    nodes.wait_until(look, "many of them to be seen", MANY_LOOKS)


def test_churn_watched(node, otoscope):
    node.patient("churn", 50)
    child = otoscope.start("ps", "--watch", "20ms", "--window", "20ms", "--format", "json", node=node)
    born = 0
    samples = iter(child.stdout.readline, "")
    while born < 100:
        for r in json.loads(next(samples)):
            assert (r["reductions_rate"] is None) == r["born"], r
            born += r["born"]
    child.send_signal(signal.SIGINT)
    _, err = finish(child)
    assert (child.returncode, err) == (0, "")


def test_under_load(node, otoscope):
    """All schedulers are busy with a hundred processes that spin. Our helpers are of low priority: the VM passes such a
    process over seven times before it runs it, so that an answer takes a multiple of the run queue.

    Measured on OTP 25, 2 schedulers, `ps -n 20` and `ps --format json` (everything of everybody), in seconds:

        spinning   low (as it is)   normal       high
              20     0.05   0.07    0.01  0.02   0.01  0.04
             100     0.2    1.0     0.4   1.0    0.2   0.03
            1000     2.3   12.6     1.2   9.8    0.3   2.9

    The dear columns need each process to run once; what ranks by reductions and the mailbox is quick."""
    spinning = {node.patient("spinning") for _ in range(100)}
    # long enough for each of them to run within it
    done = otoscope("ps", "--window", "2s", "--timeout", "60s", "-n", "100", "--format", "json", node=node, timeout=120)
    assert {r["pid"] for r in done.json()} == spinning
    assert all(r["memory"] and r["current_function"] and r["initial_call"] for r in done.json())
    assert done.stderr == ""


@pytest.mark.slow
def test_under_heavy_load(start_node, otoscope):
    """A thousand: late, but whole. With too little time it is bounded too, and says what to do."""
    node = start_node("25", args=["+S", "2:2"])
    for _ in range(10):
        node.rpc("[patient:spinning() || _ <- lists:seq(1, 100)]", timeout=120)
    rows = otoscope.json("ps", "-n", "20", "--columns", "pid,reductions,memory", "--timeout", "60s", node=node,
                         timeout=120)
    assert len(rows) == 20 and all(r["memory"] for r in rows)
    done = otoscope("ps", "-n", "20", "--timeout", "300ms", node=node, check=None, timeout=120)
    assert done.status in (0, 3, 5)
    assert done.status == 0 or "--timeout" in done.stderr


# Nodes that stop

def attached(otoscope, node, *options):
    """A ps that is connected, and has its first reading where it has a window."""
    child = otoscope.start("ps", "--verbose", "--format", "json", *options, node=node)
    return program.heard(child, "the window is open" if "--window" in options else "erl_eval:exprs: answered")


def finish(child):
    """What it still says, and its end. (communicate() would forget what readline() has buffered.)"""
    out, err = child.stdout.read(), child.stderr.read()
    child.wait(timeout=program.TIMEOUT)
    return out, err


def said(err):
    """Its messages, without what --verbose adds."""
    return [line for line in err.splitlines() if not line[len("otoscope:"):].lstrip()[:1].isdigit()]


def test_stopped_before(node, otoscope):
    with node.stopped():
        done = otoscope("ps", "--timeout", "500ms", node=node, check=3)
    assert done.stdout == ""
    assert done.stderr.startswith("otoscope: handshake not finished in time")
    assert "a stopped node" in done.stderr and "--timeout" in done.stderr
    otoscope("ps", node=node)


def test_stopped_in_the_middle(node, otoscope):
    child = attached(otoscope, node, "--window", "2s", "--timeout", "2s")
    with node.stopped():
        out, err = finish(child)
    assert (child.returncode, out) == (5, "")
    message, hint = said(err)
    assert message == f"otoscope: cannot read the processes: node '{node.name}' gave no answer within 2 s"
    assert "--timeout" in hint


def test_stopped_and_going_on(node, otoscope):
    """A watch says it once, and goes on when the node does."""
    pid = node.patient("mailbox", 5)
    child = otoscope.start("ps", "--watch", "100ms", "--timeout", "2s", "--format", "json", "--columns",
                           "message_queue_len", "--where", f"pid = {pid}", "--verbose", node=node)
    child.stdout.readline()
    lines = []
    with node.stopped():
        while sum(": node " in line and "gave no answer" in line for line in lines) < 2:
            lines.append(child.stderr.readline())
    node.rpc(f'list_to_pid("{pid}") ! more')
    nodes.wait_until(lambda: json.loads(child.stdout.readline()) == [{"message_queue_len": 6}], "it to go on")
    child.send_signal(signal.SIGINT)
    _, err = finish(child)
    assert child.returncode == 5, "something was missed"
    message, hint = said("".join(lines) + err)
    assert "gave no answer" in message and "--timeout" in hint
    nodes.wait_until(lambda: node.rpc("length([P || P <- processes(), {_, L} <- [process_info(P, group_leader)], "
                                      "node(L) =/= node()])") == 0, "our helpers to be gone")


# Nodes that die

@pytest.mark.parametrize("options", [["--window", "1h"], ["--watch", "10s"], ["--watch", "50ms"]])
def test_died(start_node, release, otoscope, options):
    node = start_node(release)
    child = attached(otoscope, node, *options)
    node.stop()
    out, err = finish(child)
    assert child.returncode == 5, err
    message, *_ = said(err)
    assert node.name in message and "lost" in message, err
    for line in out.splitlines():
        json.loads(line)


def test_died_in_the_middle_of_an_answer(start_node, otoscope):
    """Nothing is printed of an answer that did not come to its end."""
    node = start_node("25")
    node.patient("idle", 200_000)
    cable = wire.Wire(node.port, most=1_000_000, then=node.stop)
    child = otoscope.start("ps", "--format", "json", "--host", "127.0.0.1", "--port", cable.port, node=node)
    out, err = finish(child)
    cable.close()
    assert cable.carried == 1_000_000
    assert (child.returncode, out) == (5, "")
    assert node.name in said(err)[0] and "lost" in said(err)[0]


# Many

def test_a_hundred_thousand(start_node, otoscope):
    """The first rows are the right ones, of a hundred thousand; a row only reads what is dear of itself."""
    node = start_node("25")
    node.patient("idle", 100_000)
    queues = [node.patient("mailbox", 1000 - n) for n in range(25)]
    heaps = [node.patient("heap", 2_000_000 - 50_000 * n) for n in range(25)]
    tired = [node.patient("started", "pace", "tired", f"[{6000 - 100 * n}]") for n in range(25)]

    def first(column):
        return [r["pid"] for r in otoscope.json("ps", "--sort", column, "-n", "20", node=node)
                if r["pid"] in own]
    own = {*queues, *heaps, *tired}
    assert first("message_queue_len") == queues[:20]
    by_memory = node.rpc("[{M, P} || P <- processes(), {memory, M} <- [erlang:process_info(P, memory)], M > 1000000]")
    wanted = [pid for _, pid in sorted(by_memory, key=lambda row: -row[0])]
    assert first("memory") == [p for p in wanted if p in own][:20]
    assert first("reductions") == [p for p in tired if p in own][:20]


def test_a_node_whose_processes_begin_large(start_node, otoscope, release):
    """+hms makes a least heap that is more than what our helpers may have."""
    node = start_node(release, args=["+hms", "200000"])
    done = otoscope("ps", node=node, check=6)
    assert "would not start a process for us" in done.stderr and "(+hms)" in done.stderr
