"""What the operating system says of a node: threads, which asks nobody else, and os_memory."""

import glob
import os
import time

import pytest

import nodes
import traced
import wire

# What no answer of the node and no cookie of ours is needed for.
WRONG = {"OTOSCOPE_COOKIE": "wrong"}


def tasks(node):
    """{tid: name}"""
    found = {}
    for path in glob.glob(f"/proc/{node.pid}/task/*/comm"):
        with open(path) as f:
            found[int(path.split("/")[4])] = f.read().rstrip("\n")
    return found


def cpu_times(node):
    found = {}
    for tid in tasks(node):
        with open(f"/proc/{node.pid}/task/{tid}/schedstat") as f:
            found[tid] = [int(word) for word in f.read().split()[:2]]
    return found


def test_threads(node, otoscope):
    node.patient("spinning")
    before = cpu_times(node)
    rows = {r["tid"]: r for r in otoscope.json("threads", node=node)}
    after = cpu_times(node)
    names = tasks(node)
    assert {tid: r["name"] for tid, r in rows.items()} == names
    for tid, row in rows.items():
        for column, place in (("cpu_ns", 0), ("wait_ns", 1)):
            assert before[tid][place] <= row[column] <= after[tid][place], (tid, column)
        assert row["user_ns"] + row["system_ns"] <= row["cpu_ns"] + 50_000_000
        assert row["voluntary_switches"] >= 0 and row["processor"] < os.cpu_count()
        assert 0 <= row["utilisation"] <= 1
    counts = node.rpc("[erlang:system_info(S) || S <- [schedulers, dirty_cpu_schedulers, dirty_io_schedulers]]")
    for kind, n in zip(("scheduler", "dirty_cpu", "dirty_io"), counts):
        assert sorted(r["id"] for r in rows.values() if r["type"] == kind) == list(range(1, n + 1)), kind
    assert {"poll", "aux"} <= {r["type"] for r in rows.values()}
    # the spinning process is on a scheduler's thread
    assert max(rows.values(), key=lambda r: r["cpu_ns"])["type"] in ("scheduler", "other")


def test_threads_by_os_pid_and_over_a_window(node, otoscope):
    node.patient("spinning")
    rows = otoscope.json("threads", f"os:{node.pid}", "--window", "300ms", "--sort", "cpu_ns_rate", "-n", "1",
                         env={"ERL_EPMD_PORT": str(node.farm.epmd_port)})
    assert rows[0]["type"] == "scheduler" and rows[0]["cpu_ns_rate"] > 0


def test_threads_needs_no_cookie_and_no_answer(start_node, release, otoscope):
    """On a node that is stopped, and with a wrong cookie; the node writes nothing about it."""
    node = start_node(release)
    with node.stopped():
        began = time.monotonic()
        rows = otoscope.json("threads", node=node, env=WRONG)
        assert time.monotonic() - began < nodes.DEADLINE
    assert {r["state"] for r in rows} == {"stopped"}
    assert all(r["utilisation"] == 0 for r in rows)
    running = otoscope.json("threads", node=node, env=WRONG)
    assert {r["tid"] for r in running} == set(tasks(node)) and "stopped" not in {r["state"] for r in running}
    assert node.call("witness:visitors") == 0 and node.logged() == ""


def test_a_node_that_takes_no_connections(start_node, release, otoscope):
    node = start_node(release, distributed=False)
    assert {r["tid"] for r in otoscope.json("threads", f"os:{node.pid}")} == set(tasks(node))


def test_a_node_that_cannot_be_asked_may_be_looked_at(start_node, release, otoscope):
    node = start_node(release)
    with node.stopped():
        done = otoscope("schedulers", "--timeout", "200ms", node=node, check=None)
    assert done.status in (3, 5)
    assert f"otoscope threads os:{node.pid} asks the operating system instead" in done.stderr


@pytest.mark.parametrize("word, status", [("os:1", 3), ("nobody@nowhere.invalid", 6)])
def test_what_is_no_node_of_this_host(otoscope, farm, word, status):
    done = otoscope("threads", word, env={"ERL_EPMD_PORT": str(farm.epmd_port)}, check=None)
    assert done.status == status, done


# os_memory

def group_of(pid):
    """(limit, current) of the innermost control group, or of the one around it that has the lowest limit."""
    with open(f"/proc/{pid}/cgroup") as f:
        lines = [line.rstrip("\n").split(":", 2) for line in f]
    one = [path for _, names, path in lines if "memory" in names.split(",")]
    base, limit_name, current_name = "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
    if not one:
        one = [path for number, names, path in lines if number == "0"]
        base, limit_name, current_name = "/sys/fs/cgroup", "memory.max", "memory.current"
    best = None
    path = one[0].rstrip("/") if one else ""
    while one:
        try:
            with open(f"{base}{path}/{limit_name}") as f:
                word = f.read().strip()
            if word != "max" and int(word) < 2**60 and (best is None or int(word) < best[0]):
                with open(f"{base}{path}/{current_name}") as f:
                    best = int(word), int(f.read())
        except OSError:
            pass
        if not path:
            break
        path = path.rpartition("/")[0]
    return best


def status_of(pid):
    with open(f"/proc/{pid}/status") as f:
        words = dict(line.split(":", 1) for line in f if line.startswith("Vm"))
    return {name: int(words[key].split()[0]) * 1024
            for name, key in (("rss", "VmRSS"), ("rss_peak", "VmHWM"), ("swap", "VmSwap"), ("virtual", "VmSize"))}


def memory(otoscope, node, *args):
    return {r["name"]: r["bytes"] for r in otoscope.json("os_memory", *args, node=node)}


SIZES = "{P, Args, [{N, Props} || {instance, N, Props} <- V]}"


def sizes(returned):
    """(used, allocated) of what {allocator_sizes, A} returned."""
    used = allocated = 0
    for _, _, instances in returned:
        for _, properties in instances:
            for _, entries in properties:
                for entry in entries:
                    if entry[0] == "blocks":
                        used += sum(size[1] for _, parts in entry[1] for size in parts if size[0] == "size")
                    elif entry[0] == "carriers_size":
                        allocated += entry[1]
    return used, allocated


def check_memory(otoscope, node, *args, sees_groups=True):
    memory(otoscope, node, *args)
    before, limit = status_of(node.pid), group_of(node.pid) if sees_groups else None
    with traced.returns(node, "erlang:system_info/1", "[{allocator_sizes, '_'}]", SIZES) as returned:
        shown = memory(otoscope, node, *args)
    after = status_of(node.pid)
    for name, value in before.items():
        slack = 8 << 20
        assert min(value, after[name]) - slack <= shown[name] <= max(value, after[name]) + slack, name
    assert (shown["used"], shown["allocated"]) == sizes(returned)
    assert shown["unused"] == shown["allocated"] - shown["used"]
    assert shown["gap"] == shown["rss"] + shown["swap"] - shown["allocated"]
    assert shown["total"] == pytest.approx(node.rpc("erlang:memory(total)"), rel=0.2)
    assert shown["cgroup_limit"] == (limit and limit[0])
    with open("/proc/meminfo") as f:
        total = int(f.readline().split()[1]) * 1024
    assert shown["machine_total"] == total and 0 < shown["machine_available"] <= total
    return shown


def test_os_memory_from_outside(node, otoscope):
    node.patient("hoarder", 200)
    check_memory(otoscope, node)


def test_os_memory_through_the_node(node, otoscope, request):
    """Of a node that is not known to be of this host: its own /proc, read by itself."""
    cable = wire.Wire(node.port)
    request.addfinalizer(cable.close)
    there = ["--host", "127.0.0.1", "--port", str(cable.port)]
    check_memory(otoscope, node, *there, sees_groups=not node.root)
    far, near = memory(otoscope, node, *there), memory(otoscope, node)
    assert far.keys() == near.keys()
    groups = {"cgroup_current", "cgroup_limit"} if node.root else set()  # there is no /sys in another root
    assert {name for name, v in far.items() if v is None} - groups == {n for n, v in near.items() if v is None} - groups


def test_some_rows_of_os_memory(node, otoscope, request):
    """What only the operating system knows is not asked of the node's allocators."""
    cable = wire.Wire(node.port)
    request.addfinalizer(cable.close)
    for there in [], ["--host", "127.0.0.1", "--port", str(cable.port)]:
        with traced.returns(node, "erlang:system_info/1", "[{allocator_sizes, '_'}]", SIZES) as returned:
            [rss] = otoscope.json("sql", "SELECT bytes FROM os_memory WHERE name = 'rss'", *there, node=node)
        assert returned == []
        assert rss["bytes"] == pytest.approx(status_of(node.pid)["rss"], abs=16 << 20)
        assert otoscope.json("sql", "SELECT bytes FROM os_memory WHERE name = 'none'", *there, node=node) == []
    [gap] = otoscope.json("sql", "SELECT bytes FROM os_memory WHERE name = 'gap'", node=node)
    assert gap["bytes"] is not None


def test_memory_shows_the_gap_for_people(node, otoscope):
    lines = otoscope("memory", node=node).lines()
    shown = {line.split()[0] for line in lines}
    assert {"total", "used", "allocated", "rss", "gap", "machine_total"} <= shown
    assert max(map(len, lines)) <= 80
    # and only there: programs get what they always got
    assert len(otoscope("memory", "--columns", "name,bytes", node=node).lines()) == 10
    assert "rss" not in otoscope.json("memory", node=node)
