"""schedulers and msacc against what the node counts itself, and the flags that they need."""

import json
import signal

import pytest

import nodes
import program
import traced
import wire

KINDS = ["scheduler", "dirty_cpu", "dirty_io"]
STATES = ["emulator", "gc", "port", "check_io", "aux", "other", "sleep"]

WALL_TIME = "erlang:statistics(scheduler_wall_time_all)"
FLAG_ON = "erlang:statistics(scheduler_wall_time) =/= undefined"
MSACC_ON = "witness:microstate_accounting()"


def numbers(node):
    """{name: id of statistics}"""
    counts = node.rpc("[erlang:system_info(S) || S <- [schedulers, dirty_cpu_schedulers, dirty_io_schedulers]]")
    names = [f"{kind}/{i + 1}" for kind, n in zip(KINDS, counts) for i in range(n)]
    return {name: i + 1 for i, name in enumerate(names)}


def holder(node, flag):
    """A process of the node's own that has turned a flag on, as another tool does."""
    return node.rpc(f"Me = self(), P = spawn(fun() -> erlang:system_flag({flag}, true), Me ! on, "
                    "receive off -> Me ! {off, erlang:system_flag(" + flag + ", false)} end end), "
                    "receive on -> P end")


def tell(node, pid, word):
    node.rpc(f"list_to_pid(\"{pid}\") ! {word}")


def end(node, pid):
    node.rpc(f'P = list_to_pid("{pid}"), R = monitor(process, P), exit(P, kill), '
             "receive {'DOWN', R, _, _, _} -> ok end")


def test_schedulers(node, otoscope):
    """The counters lie between what they were before and after; the share is what two of them give."""
    with traced.returns(node, "erlang:statistics/1", "[scheduler_wall_time_all]") as returned:
        rows = {r["name"]: r for r in otoscope.json("schedulers", node=node)}
    first, second = [{one[0]: one[1:] for one in value} for _, _, value in returned]
    ids = numbers(node)
    assert list(rows) == list(ids)
    for name, i in ids.items():
        row = rows[name]
        (active, total), (active_before, total_before) = second[i], first[i]
        assert (row["active"], row["total"]) == (active, total)
        assert row["utilisation"] == pytest.approx((active - active_before) / (total - total_before))
        assert f"{row['type']}/{row['id']}" == name and row["online"] is True
    assert node.rpc(FLAG_ON) is False


def test_one_spinning_process_is_one_busy_scheduler(start_node, otoscope, release):
    node = start_node(release, args=["+S", "2"])
    node.patient("spinning")
    rows = otoscope.json("schedulers", node=node)
    assert 0.9 < sum(r["utilisation"] for r in rows if r["type"] == "scheduler") <= 2
    assert max(r["active_tasks"] for r in rows if r["active_tasks"] is not None) >= 1


def test_run_queues(start_node, otoscope, release):
    """Five spinners on one scheduler: one runs, four wait."""
    node = start_node(release, args=["+S", "1"])
    for _ in range(5):
        node.patient("spinning")
    rows = {r["name"]: r for r in otoscope.json("schedulers", node=node)}
    assert rows["scheduler/1"]["run_queue"] >= 3 and rows["scheduler/1"]["active_tasks"] >= 5
    assert rows["scheduler/1"]["utilisation"] > 0.9
    # dirty schedulers share a queue a type
    assert rows["dirty_io/1"]["run_queue"] == 0 and rows["dirty_io/2"]["run_queue"] is None


def test_schedulers_that_are_offline(start_node, otoscope, release):
    node = start_node(release, args=["+S", "3:2", "+SDcpu", "3:1"])
    rows = otoscope.json("schedulers", node=node)
    assert [r["name"] for r in rows if not r["online"]] == ["scheduler/3", "dirty_cpu/2", "dirty_cpu/3"]
    assert all(r["utilisation"] < 0.01 for r in rows if not r["online"])


def watched(otoscope, node, table, *args):
    return otoscope.start(table, "--watch", "150ms", "--format", "json", *args, node=node)


def sample(child):
    line = child.stdout.readline()
    assert line, f"ended: {child.stderr.read()}"
    return {r["name"]: r for r in json.loads(line)}


def grown(before, after):
    """What the share of each is when it is since this sample; None when it can't be."""
    spans = {name: row["total"] - before[name]["total"] for name, row in after.items()}
    if min(spans.values()) <= 0:
        return None
    return {name: pytest.approx((row["active"] - before[name]["active"]) / spans[name]) for name, row in after.items()}


def test_the_share_is_since_the_reading_before(node, otoscope):
    child = watched(otoscope, node, "schedulers")
    samples = [sample(child) for _ in range(5)]
    assert node.rpc(FLAG_ON) is True
    child.send_signal(signal.SIGINT)
    child.wait()
    # samples that come within 100 ms, on a host that is late, share their base
    shown = {name: row["utilisation"] for name, row in samples[4].items()}
    assert shown in [grown(before, samples[4]) for before in samples[:4]]
    nodes.wait_until(lambda: node.rpc(FLAG_ON) is False, "the flag to be put back")


def test_ranked_and_filtered_in_two_steps_is_one_reading(node, otoscope):
    """The second step comes at once after the first: its share is over the same time, not over an instant."""
    node.patient("spinning")
    rows = otoscope.json("schedulers", "--sort", "utilisation", "-n", "1", node=node)
    assert len(rows) == 1 and rows[0]["type"] == "scheduler" and rows[0]["utilisation"] > 0.3
    rates = otoscope.json("schedulers", "--window", "300ms", "--columns", "name,utilisation,active_rate,total_rate",
                          "--sort", "active_rate", "-n", "1", node=node)
    assert len(rates) == 1 and 0 < rates[0]["active_rate"] <= rates[0]["total_rate"]
    assert rates[0]["utilisation"] is not None


# Microstates

MSACC_NAMES = {"dirty_cpu_scheduler": "dirty_cpu", "dirty_io_scheduler": "dirty_io"}


def by_thread(reading):
    return {f"{MSACC_NAMES.get(one['type'], one['type'])}/{one['id']}": one["counters"] for one in reading}


def test_msacc(node, otoscope):
    node.patient("spinning")
    with traced.returns(node, "erlang:statistics/1", "[microstate_accounting]") as returned:
        rows = {r["name"]: r for r in otoscope.json("msacc", node=node)}
    first, second = [by_thread(value) for _, _, value in returned]
    assert set(rows) == set(second)
    for name, row in rows.items():
        spent = {state: second[name][state] - first[name][state] for state in second[name]}
        total = sum(spent.values())
        assert {s: row[s] for s in spent} == {s: pytest.approx(t / total) for s, t in spent.items()}
        assert row["busy"] == pytest.approx(1 - spent["sleep"] / total)
        assert sum(row[s] for s in spent) == pytest.approx(1)
    assert {"poll/0", "aux/1", "scheduler/1", "dirty_cpu/1", "dirty_io/1"} <= set(rows)
    assert max(r["emulator"] for r in rows.values()) > 0.5
    assert set(STATES) <= set(spent)
    nodes.wait_until(lambda: node.rpc(MSACC_ON) is False, "the flag to be put back")


# The flags

FLAGS = [("schedulers", FLAG_ON), ("msacc", MSACC_ON)]


def ended(child, how):
    child.send_signal(how)
    child.communicate(timeout=program.TIMEOUT)


@pytest.mark.parametrize("table, on", FLAGS)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_flags_are_put_back(node, otoscope, table, on, how):
    assert node.rpc(on) is False
    child = watched(otoscope, node, table)
    sample(child)
    assert node.rpc(on) is True
    ended(child, how)
    nodes.wait_until(lambda: node.rpc(on) is False, "the flag to be put back")


@pytest.mark.parametrize("table, on", FLAGS)
def test_connection_cut(node, otoscope, request, table, on):
    cable = wire.Wire(node.port)
    request.addfinalizer(cable.close)
    child = watched(otoscope, node, table, "--host", "127.0.0.1", "--port", str(cable.port))
    sample(child)
    cable.cut()
    child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == 5
    nodes.wait_until(lambda: node.rpc(on) is False, "the flag to be put back")


def test_cable_pulled(start_node, otoscope, release, request):
    """Nobody tells the node; it finds out within its net_ticktime."""
    node = start_node(release, args=["-kernel", "net_ticktime", "4"])
    cable = wire.Wire(node.port)
    request.addfinalizer(cable.close)
    children = [watched(otoscope, node, table, "--host", "127.0.0.1", "--port", str(cable.port)) for table, _ in FLAGS]
    for child in children:
        sample(child)
    cable.freeze()
    assert [node.rpc(on) for _, on in FLAGS] == [True, True]
    nodes.wait_until(lambda: [node.rpc(on) for _, on in FLAGS] == [False, False], "the flags to be put back")
    for child in children:
        child.kill()


@pytest.mark.parametrize("table, on", FLAGS)
def test_killed_at_any_moment(node, otoscope, table, on):
    for i in range(12):
        child = watched(otoscope, node, table)
        if i % 3 == 2:
            sample(child)
        else:  # the moment is the case here, not an event
            with pytest.raises(program.subprocess.TimeoutExpired):
                child.wait(timeout=0.004 * i)
        ended(child, signal.SIGKILL)
    node.alone()
    nodes.wait_until(lambda: node.rpc(on) is False, "the flag to be put back")


@pytest.mark.parametrize("table, on, flag", [(*FLAGS[0], "scheduler_wall_time"), (*FLAGS[1], "microstate_accounting")])
def test_what_was_on_stays_on(node, otoscope, table, on, flag):
    other = holder(node, flag)
    try:
        otoscope(table, node=node)
        ended(watched(otoscope, node, table), signal.SIGKILL)
        node.alone()
        assert node.rpc(on) is True
    finally:
        tell(node, other, "off")
    nodes.wait_until(lambda: node.rpc(on) is False, "it to be off")


@pytest.mark.parametrize("table, on", FLAGS)
def test_two_at_once(node, otoscope, table, on):
    """The one that stays goes on counting, and puts the flag back in the end."""
    first = watched(otoscope, node, table)
    sample(first)
    second = watched(otoscope, node, table)
    sample(second)
    ended(first, signal.SIGKILL)
    # of microstates: turned off by the first, and on again by the second
    value = "busy" if table == "msacc" else "utilisation"
    nodes.wait_until(lambda: node.rpc("length(nodes(hidden))") == 1, "the first to be gone")
    nodes.wait_until(lambda: all(r[value] is not None for r in sample(second).values()) and node.rpc(on),
                     "the second to count")
    ended(second, signal.SIGKILL)
    nodes.wait_until(lambda: node.rpc(on) is False, "the flag to be put back")


def test_another_tool_uses_the_same_flag(node, otoscope):
    """recon:scheduler_usage/1 and its like turn it on, wait, and give back what it was: neither side notices."""
    child = watched(otoscope, node, "schedulers")
    before = sample(child)
    used = node.rpc("Was = erlang:system_flag(scheduler_wall_time, true), A = lists:sort(" + WALL_TIME + "), "
                    "receive after 100 -> ok end, B = lists:sort(" + WALL_TIME + "), "
                    "erlang:system_flag(scheduler_wall_time, Was), "
                    "[[T1 - T0, U1 - U0] || {{I, U0, T0}, {I, U1, T1}} <- lists:zip(A, B)]")
    assert all(total > 0 and 0 <= active <= total for total, active in used)
    after = sample(child)
    assert all(after[name]["total"] > row["total"] for name, row in before.items())  # nobody began anew
    ended(child, signal.SIGINT)
    nodes.wait_until(lambda: node.rpc(FLAG_ON) is False, "the flag to be put back")


def test_a_late_answer_is_an_error(node, otoscope):
    done = otoscope("msacc", "--timeout", "1us", node=node, check=None)
    assert done.status in (0, 3, 5)
    nodes.wait_until(lambda: node.rpc(MSACC_ON) is False, "the flag to be put back")
