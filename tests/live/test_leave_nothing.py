"""What otoscope leaves behind on a node: nothing. The modules that its first use loads are in doc/safety.md."""

import os
import re
import signal
import time

import pytest

import nodes
import program
import wire

NAMES = [f"otoscope-{n}@otoscope" for n in range(1, 9)]
# What the first visit may add to the atom table. Apart from these: what connecting adds, whoever connects, and the
# names of its allocators' counters, which the VM makes when somebody first asks for erlang:memory/0.
FIRST_ATOMS = {"interactive": 560, "embedded": 64}
CONNECT_ATOMS = {"interactive": 300, "embedded": 8}
MEMORY_ATOMS = 400
MORE_ATOMS = 16
MORE_ATTACHES = 1000

# Every command of today, with ways to end that are no mistake.
VISITS = [
    (["ps"], [0]),
    (["ps", "--sort", "memory", "-n", "5"], [0]),
    (["ps", "--window", "100ms", "--sort", "reductions_rate"], [0]),
    (["ps", "--where", "message_queue_len > 0", "--columns", "pid,name,label,application"], [0]),
    (["ets"], [0]),
    (["ets", "--sort", "size", "-n", "3", "--columns", "id,system,owner_name,fixed_by"], [0]),
    (["ets", "ac_tab"], [0]),
    (["ets", "ac_tab", "--rows", "5"], [0]),
    (["ets", "ac_tab", "--rows", "5", "--whole", "--format", "jsonl"], [0]),
    (["mnesia"], [0]),
    (["mnesia_system"], [0]),
    (["schedulers"], [0]),
    (["msacc"], [0]),
    (["environment"], [0]),
    (["atoms"], [0]),
    (["ports"], [0]),
    (["ports", "port:0"], [0]),
    (["sockets"], [0]),
    (["sockets", "--sort", "recv_oct", "-n", "1"], [0]),
    (["sockets", "#Socket<0.1.2.3>"], [1]),
    (["dist"], [0]),
    (["apps"], [0]),
    (["apps", "--window", "100ms"], [0]),
    (["supervisors", "--active"], [0]),
    (["children", "kernel_sup"], [0]),
    (["modules", "--columns", "name,sticky,exports,functions,nifs,file_size,old_code_processes"], [0]),
    (["info"], [0]),
    (["info", "kernel_sup"], [0]),
    (["state", "kernel_sup"], [0]),
    (["state", "init"], [6]),
    (["messages", "kernel_sup"], [0]),
    (["stack", "kernel_sup"], [0]),
    (["call", "erlang:system_info(process_count)"], [0]),
    (["call", "erlang:no_such_function()"], None),
    (["leaks", "binary", "--allow-write", "--yes"], [0]),
    (["info", "nobody_of_this_name"], [1]),
]


def visit(otoscope, node, visits=VISITS):
    for args, statuses in visits:
        done = otoscope(*args, node=node, check=None)
        assert statuses is None or done.status in statuses, done


def left(snapshot, ignore=()):
    """A snapshot without what is only counted."""
    return {key: sorted(map(str, value)) if isinstance(value, list) else value
            for key, value in snapshot.items() if key not in ("atoms", *ignore)}


def settled(node):
    """A snapshot that is like the one before it: nothing of an earlier visit is ending any more."""
    seen = [None, node.snapshot()]

    def alike():
        seen[:] = [seen[1], node.snapshot()]
        return left(seen[0]) == left(seen[1])
    nodes.wait_until(alike, "nothing to end any more")
    return seen[1]


def wait_for_same(node, before, ignore=()):
    """The node gets to be as it was. (The connection's own processes take a moment to end.)"""
    want = left(before, ignore)
    try:
        nodes.wait_until(lambda: left(node.snapshot(), ignore) == want, "nothing left")
    except TimeoutError:
        now = left(node.snapshot(), ignore)
        differ = {key: [[one for one in a if one not in b] for a, b in ((want[key], now[key]), (now[key], want[key]))]
                  if isinstance(now[key], list) else (want[key], now[key]) for key in want if now[key] != want[key]}
        assert not differ  # what is gone, and what came


def documented_modules(release):
    """The modules that doc/safety.md says an interactive node of this release loads at the first use."""
    with open(os.path.join(program.ROOT, "doc", "safety.md")) as f:
        row = re.search(rf"^\| {release} \|([^|]*)\|", f.read(), re.M)
    return set(re.findall(r"`(\w+)`", row.group(1)))


MEMORY = [(["memory"], [0]), (["memory", "--window", "100ms"], [0]), (["allocators"], [0]),
          (["allocator_instances"], [0]), (["system"], [0])]


@pytest.fixture
def warm_node(fresh_node, otoscope):
    """A node that has been visited before, and has nobody there."""
    visit(otoscope, fresh_node, VISITS + MEMORY)
    fresh_node.alone()
    return fresh_node


# What the first visit leaves

def connect(peer, node):
    """A plain Erlang node connects to the node and goes again."""
    assert peer.rpc(f"erlang:set_cookie('{node.name}', '{node.cookie}'), "
                    f"net_kernel:hidden_connect_node('{node.name}')") is True
    peer.rpc(f"erlang:disconnect_node('{node.name}')")


@pytest.mark.parametrize("mode", ["interactive", "embedded"])
def test_first_visit(start_node, otoscope, release, mode):
    node = start_node(release, args=["-mode", mode])
    at_first = node.snapshot()
    connect(start_node(release), node)
    connected = node.snapshot()
    visit(otoscope, node)
    visited = node.snapshot()
    visit(otoscope, node, MEMORY)
    asked = node.snapshot()
    wait_for_same(node, at_first, ignore=["modules"])

    loaded = set(asked["modules"]) - set(at_first["modules"])
    atoms = [after["atoms"] - before["atoms"]
             for before, after in ((at_first, connected), (connected, visited), (visited, asked))]
    print(f"| {release} | {' '.join(f'`{m}`' for m in sorted(loaded))} | {atoms[0]} | {atoms[1]} | {atoms[2]} | {mode}")
    assert atoms[0] <= CONNECT_ATOMS[mode]
    assert atoms[1] <= FIRST_ATOMS[mode]
    assert atoms[2] <= MEMORY_ATOMS
    assert loaded <= (documented_modules(release) if mode == "interactive" else set())
    assert node.logged() == ""


# What a later visit leaves

def test_visit(warm_node, otoscope):
    before = warm_node.snapshot()
    visit(otoscope, warm_node, VISITS + MEMORY)
    wait_for_same(warm_node, before)
    assert warm_node.logged() == ""


def test_a_thousand_more_attaches(warm_node, otoscope):
    before = warm_node.snapshot()
    cheap = [v for v in VISITS + MEMORY if "--window" not in v[0] and v[0][0] not in ("schedulers", "msacc")]
    for i in range(MORE_ATTACHES):
        visit(otoscope, warm_node, [cheap[i % len(cheap)]])
    assert warm_node.snapshot()["atoms"] - before["atoms"] <= MORE_ATOMS
    wait_for_same(warm_node, before)
    assert warm_node.logged() == ""


@pytest.mark.parametrize("word", ["state", "messages", "stack", "info", "ps", "call"])
def test_words_of_the_user_make_no_atoms(warm_node, otoscope, word):
    made_up = f"zz{os.urandom(6).hex()}"
    argument = {"ps": ["--where", f"name = {made_up}"], "call": [f"erlang:{made_up}({made_up}1)"]}.get(word, [made_up])
    otoscope(word, *argument, node=warm_node, check=None)
    before = warm_node.snapshot()["atoms"]
    otoscope(word, *[a.replace(made_up, made_up + "2") for a in argument], node=warm_node, check=None)
    assert warm_node.snapshot()["atoms"] == before


def watching(otoscope, node, *args):
    """otoscope ps that has given its first sample and gives more."""
    child = otoscope.start("ps", "--watch", "100ms", "-n", "5", "--format", "json", *args, node=node)
    assert child.stdout.readline().startswith("["), child.stderr.read()
    return child


def test_hidden_while_it_looks(warm_node, otoscope):
    child = watching(otoscope, warm_node)
    assert warm_node.rpc("nodes()") == []
    assert warm_node.rpc("nodes(hidden)") == NAMES[:1]
    assert warm_node.rpc("global:registered_names()") == []
    child.kill()


# Ends that nobody planned

def test_killed_while_it_watches(warm_node, otoscope):
    before = warm_node.snapshot()
    for _ in range(5):
        child = watching(otoscope, warm_node)
        child.kill()
        child.wait()
    wait_for_same(warm_node, before)
    assert warm_node.logged() == ""


def test_killed_at_any_moment(warm_node, otoscope):
    warm_node.patient("idle", 2000)
    before = warm_node.snapshot()
    for i in range(40):
        args = ["ps", "--sort", "memory"] if i % 2 else ["ps", "--window", "1s"]
        child = otoscope.start(*args, node=warm_node)
        time.sleep(i * 0.0015)  # the moment is the case here, not an event
        child.kill()
        child.wait()
    wait_for_same(warm_node, before)
    # what a node may say of a handshake that was broken off: doc/safety.md
    reports = re.split(r"^(?==[A-Z]+ REPORT=)", warm_node.logged(), flags=re.M)
    assert not [report for report in reports if report and "Net kernel got {dist_ctrlr," not in report]


def test_interrupted(warm_node, otoscope):
    before = warm_node.snapshot()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        child = watching(otoscope, warm_node)
        child.send_signal(sign)
        child.wait()
    wait_for_same(warm_node, before)
    assert warm_node.logged() == ""


@pytest.fixture
def wire_to(request):
    def to(node):
        made = wire.Wire(node.port)
        request.addfinalizer(made.close)
        return made
    return to


def test_connection_cut(warm_node, otoscope, wire_to):
    before = warm_node.snapshot()
    cable = wire_to(warm_node)
    child = watching(otoscope, warm_node, "--host", "127.0.0.1", "--port", str(cable.port))
    cable.cut()
    _, said = child.communicate(timeout=nodes.DEADLINE)
    assert child.returncode == 5, said
    assert warm_node.name in said
    wait_for_same(warm_node, before)
    assert warm_node.logged() == ""


def test_cable_pulled(start_node, otoscope, release, wire_to):
    """Nobody tells the node; it finds out within its net_ticktime, and writes its own words about that into its log."""
    node = start_node(release, args=["-kernel", "net_ticktime", "4"])
    visit(otoscope, node)
    node.alone()
    before = node.snapshot()
    cable = wire_to(node)
    child = watching(otoscope, node, "--host", "127.0.0.1", "--port", str(cable.port))
    cable.freeze()
    assert len(node.snapshot()["processes"]) > len(before["processes"])
    wait_for_same(node, before, ignore=["modules"])  # what writes the log
    nodes.wait_until(lambda: "not responding" in node.logged(), "its words")
    assert node.logged().count("not responding") == 1
    child.kill()


# Readers that take their time

@pytest.mark.parametrize("args", [["ps", "--format", "json"], ["ps", "--watch", "100ms", "--format", "json"],
                                  ["sql", "SELECT a.* FROM processes a, processes b"]], ids=lambda a: a[1])
@pytest.mark.parametrize("release", ["25"])
def test_a_pager_holds_up_no_connection(start_node, otoscope, release, args):
    """A node that hears nothing within its net_ticktime would write that into its log."""
    node = start_node(release, args=["-kernel", "net_ticktime", "2"])
    node.patient("idle", 3000)
    child = otoscope.start(*args, node=node)
    assert child.stdout.read(1)
    # the node's own time goes by, in which it asks for a sign four times
    node.rpc("receive after 5000 -> ok end")
    assert node.logged() == ""
    assert node.rpc("nodes(hidden)") == NAMES[:1]
    child.send_signal(signal.SIGINT)
    child.stdout.read()
    assert child.wait(nodes.DEADLINE) in (0, -signal.SIGINT)


# Limits and deadlines

def test_limits_and_deadlines_leave_and_log_nothing(warm_node, otoscope):
    node = warm_node
    node.patient("server", "big_one", "lists:seq(1, 300000)")
    node.patient("mailbox", 100_000)
    node.patient("spinning", "spinner")
    before = node.snapshot()
    visit(otoscope, node, [
        (["state", "big_one"], None),
        (["call", "lists:seq(1, 30000000)"], None),
        (["call", "binary:copy(<<1:800000>>, 1000)"], None),
        (["ps", "--sort", "memory", "--timeout", "1ms"], None),
        (["ps", "--sort", "memory", "--timeout", "10ms"], None),
        (["memory", "--timeout", "1ms"], None),
        (["stack", "spinner"], [0]),
        (["info", "spinner"], [0]),
    ])
    wait_for_same(node, before, ignore=["modules"])
    assert node.logged() == ""


# Several at once

def test_nine_at_once(warm_node, otoscope):
    before = warm_node.snapshot()
    eight = [watching(otoscope, warm_node) for _ in NAMES]
    assert sorted(warm_node.rpc("nodes(hidden)")) == NAMES
    ninth = otoscope("memory", node=warm_node, check=None)
    assert ninth.status == 4, ninth
    assert warm_node.name in ninth.stderr
    for child in eight:  # none was cut off: each goes on
        for _ in range(2):
            assert child.stdout.readline().startswith("["), child.stderr.read()
    eight[3].kill()
    eight[3].wait()
    nodes.wait_until(lambda: otoscope("memory", node=warm_node, check=None).status == 0, "the name to be free")
    for child in eight:
        child.kill()
        child.wait()
    wait_for_same(warm_node, before)
    assert warm_node.logged() == ""


def test_nine_start_at_once(warm_node, otoscope):
    nine = [otoscope.start("ps", "--watch", "100ms", "-n", "3", "--format", "json", node=warm_node) for _ in range(9)]
    nodes.wait_until(lambda: [child for child in nine if child.poll() is not None], "one to be refused")
    ninth, = [child for child in nine if child.poll() is not None]
    assert ninth.returncode == 4 and warm_node.name in ninth.stderr.read()
    for child in nine:
        if child is not ninth:
            assert child.stdout.readline().startswith("["), child.stderr.read()
            child.send_signal(signal.SIGINT)
            _, said = child.communicate(timeout=nodes.DEADLINE)
            assert (child.returncode, said) == (0, "")
    assert warm_node.logged() == ""


def test_many_short_ones_at_once(warm_node, otoscope):
    """As a script does that takes several readings side by side: two under one name would be a line in the log."""
    for _ in range(20):
        eight = [otoscope.start("memory", node=warm_node) for _ in NAMES]
        for child in eight:
            _, said = child.communicate(timeout=nodes.DEADLINE)
            assert (child.returncode, said) == (0, "")
    assert warm_node.logged() == ""


# What a tick reads

SPARE_ROWS = 8  # as in src/tables/query.c
REDUCTIONS = "[[P, R] || P <- processes(), {_, R} <- [erlang:process_info(P, reductions)]]"


def reductions(node):
    """{pid: reductions}. This reading does not count as work of the process; that of a dear column does, as 1."""
    return dict(node.rpc(REDUCTIONS, timeout=120))


def moved(before, after):
    return {pid for pid in before if before[pid] != after.get(pid, before[pid])}


def check_ticks(otoscope, node, crowd, sort, first_reads_all):
    node.patient("idle", crowd)
    idle = set(node.rpc("[P || P <- processes(), erlang:process_info(P, initial_call) =:= "
                        "{initial_call, {patient, wait, 0}}]", timeout=120))
    at_first = {pid: r for pid, r in reductions(node).items() if pid in idle}
    assert len(at_first) == crowd

    child = otoscope.start("ps", "--sort", sort, "-n", "20", "--watch", "300ms", "--format", "json", node=node)
    visible = set()

    def ticks(n):
        for _ in range(n):
            rows = program.json.loads(child.stdout.readline())
            assert len(rows) == 20
            visible.update(row["pid"] for row in rows)
    try:
        ticks(1)
        if first_reads_all:  # this is seen from here, so its absence later means something
            assert len(moved(at_first, reductions(node))) >= crowd
        else:
            assert moved(at_first, reductions(node)) <= visible
        ticks(2)
        before = reductions(node)
        ticks(4)
        after = reductions(node)
        # a tick asks for some rows more than it shows, in place of those that may be gone by then
        assert len((moved(before, after) & idle) - visible) <= SPARE_ROWS
    finally:
        child.kill()
    assert len(visible & idle) <= 60  # rows of a quiet node do not wander


@pytest.mark.parametrize("sort, first_reads_all", [
    ("reductions", False), ("message_queue_len", False), ("memory", True)])
def test_later_ticks_read_dear_columns_of_visible_rows_only(fresh_node, otoscope, sort, first_reads_all):
    """On a node of its own: after code was purged a node looks into every process itself, a while later."""
    check_ticks(otoscope, fresh_node, 3000, sort, first_reads_all)


@pytest.mark.slow
def test_later_ticks_read_dear_columns_of_visible_rows_only_of_100000(start_node, otoscope):
    check_ticks(otoscope, start_node("25"), 100_000, "memory", True)
