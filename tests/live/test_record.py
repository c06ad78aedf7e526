"""record: what the file says is what the node said, whatever happens to the node, the recorder or the disk."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import time

import pytest

import nodes
import program
from test_leave_nothing import wait_for_same

# Tables in which something changes all the time.
MOVING = "allocators,allocator_instances,system"


def info(otoscope, path):
    """What the file says of itself; None as long as there is no whole one."""
    done = otoscope("info", path, "--format", "json", check=None)
    return done.json() if done.status == 0 else None


def samples(otoscope, path):
    if not os.path.exists(path):
        return 0
    said = info(otoscope, path)
    return said["samples"] if said else 0


def info_tables(otoscope, path):
    """How often each table was read so far."""
    said = info(otoscope, path) if os.path.exists(path) else None
    return {t["name"]: t["readings"] for t in said["tables"]} if said else {}


def more_samples(otoscope, path, more=2):
    """Waits until that many were begun and ended from now on; gives the time of the last one."""
    have = samples(otoscope, path)
    nodes.wait_until(lambda: samples(otoscope, path) >= have + more, "more samples")
    return info(otoscope, path)["to"]


def more_readings(otoscope, path, table, more=2):
    """The same of one table: one that takes long is not in every sample."""
    have = info_tables(otoscope, path).get(table, 0)
    nodes.wait_until(lambda: info_tables(otoscope, path).get(table, 0) >= have + more, f"readings of {table}")
    return info(otoscope, path)["to"]


def recorder(otoscope, node, path, *options):
    return otoscope.start("record", path, "--every", "100ms", *options, node=node)


def end(child, sig=signal.SIGINT):
    child.send_signal(sig)
    _, err = child.communicate(timeout=program.TIMEOUT)
    return child.returncode, err


def whole(path):
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_what_it_says_is_what_the_node_said(node, otoscope, tmp_path):
    """Processes that come and go while it is written, at the moments at which the node was asked."""
    path = tmp_path / "a.oto"
    columns = ["--columns", "pid,name,initial_call,memory,message_queue_len,status,application", "--sort", "+pid"]
    child = recorder(otoscope, node, path, "--tables", "processes,ets")
    seen = []
    for _ in range(3):
        pid = node.patient("heap", 30_000)
        more_readings(otoscope, path, "processes")
        rows = otoscope.json("ps", *columns, "--where", f"pid = {pid}", node=node)
        at = more_readings(otoscope, path, "processes")
        seen.append((at, pid, rows))
        node.rpc(f'exit(list_to_pid("{pid}"), kill)')
    more_readings(otoscope, path, "processes")
    assert end(child) == (0, "")
    for at, pid, rows in seen:
        assert len(rows) == 1
        assert otoscope.json("ps", path, *columns, "--at", at, "--where", f"pid = {pid}") == rows
        others = [p for _, p, _ in seen if p != pid]
        then = {r["pid"] for r in otoscope.json("ps", path, "--at", at, "--columns", "pid")}
        assert pid in then and not then & set(others)
    assert {r["pid"] for r in otoscope.json("ps", path)} & {p for _, p, _ in seen} == set()
    assert not os.path.exists(f"{path}-wal"), "it is one file at the end"
    assert info(otoscope, path)["state"] == "complete"
    whole(path)


def test_every_table_is_there(node, otoscope, tmp_path):
    """Each command that shows a table shows it of the file with the same columns, and the rows that stay the same."""
    path = tmp_path / "a.oto"
    otoscope("record", path, "--for", "1ms", node=node)
    tables = [t["name"] for t in info(otoscope, path)["tables"]]
    assert {"processes", "memory", "system", "ets", "ports", "applications", "allocators"} <= set(tables)
    for table in tables:
        stored, live = otoscope.json(table, path), otoscope.json(table, node=node)
        if isinstance(stored, dict):
            assert stored.keys() == live.keys(), table
            continue
        assert bool(live) == bool(stored), table
        if stored:
            key = list(stored[0])[0]
            same = {str(r[key]) for r in stored} & {str(r[key]) for r in live}
            assert stored[0].keys() == live[0].keys() and len(same) * 2 >= len(stored), (table, stored, live)


def test_windows_have_the_real_rates(node, otoscope, tmp_path):
    path = tmp_path / "a.oto"
    child = recorder(otoscope, node, path, "--tables", "processes,memory")
    nodes.wait_until(lambda: info_tables(otoscope, path).get("processes", 0) > 3, "readings of the processes")
    first = info(otoscope, path)["to"]
    assert end(child)[0] == 0
    now = otoscope.json("memory", path, "--at", first, "--window", "50ms")
    assert now["after"] == otoscope.json("memory", path, "--at", first) and now["window_ns"] > 0
    assert now["growth"]["total"] == now["after"]["total"] - now["before"]["total"]
    row = otoscope.json("ps", path, "--window", "100ms", "--where", "name = init")[0]
    assert row["born"] is False and row["reductions_rate"] is not None


def test_beside_a_live_node(node, otoscope, tmp_path):
    """One window over both: of the recording nothing is waited for, of the node the window is."""
    path = tmp_path / "a.oto"
    child = recorder(otoscope, node, path, "--tables", "memory")
    more_samples(otoscope, path)
    assert end(child)[0] == 0
    rows = otoscope.json("memory", "--source", node.name, "--source", path, "--window", "200ms", "--columns",
                         "node,name,bytes,bytes_growth", env={"OTOSCOPE_COOKIE": node.cookie, "ERL_EPMD_PORT":
                                                              str(node.farm.epmd_port)})
    assert {r["node"] for r in rows} == {node.name, str(path)}
    assert all(r["bytes_growth"] is not None for r in rows)
    both = otoscope("memory", "--source", node.name, "--source", path, "--watch", "1s", check=2,
                    env={"OTOSCOPE_COOKIE": node.cookie, "ERL_EPMD_PORT": str(node.farm.epmd_port)})
    assert "not of both" in both.stderr


def test_the_end_of_the_node(fresh_node, otoscope, tmp_path):
    """Killed in the middle: the last sample stays, the file says when and why, and so does who shows it."""
    path = tmp_path / "a.oto"
    child = recorder(otoscope, fresh_node, path)
    more_samples(otoscope, path, 3)
    with program.stopped(child):  # so that the loss and the time for the next sample come at once
        fresh_node.kill(signal.SIGKILL)
        until = time.monotonic() + 0.1
        nodes.wait_until(lambda: time.monotonic() > until, "the next sample to be due")
    _, err = child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == 5 and "lost" in err
    said = info(otoscope, path)
    assert said["state"] == "the node was lost" and "lost" in said["why"] and said["name"] == fresh_node.name
    last = otoscope("ps", path, "--format", "json")
    assert any(r["name"] == "init" for r in last.json())
    assert "the last of it" in last.stderr and said["why"] in last.stderr
    assert not os.path.exists(f"{path}-wal")
    whole(path)


@pytest.mark.skipif("san" in program.path(), reason="a sanitizer keeps what was freed")
@pytest.mark.parametrize("release", ["25"])
def test_a_long_recording_takes_no_more_memory(node, otoscope, tmp_path):
    path = tmp_path / "a.oto"
    child = recorder(otoscope, node, path, "--every", "1ms", "--tables", "memory", "--max-size", "300kB")

    def memory():
        with open(f"/proc/{child.pid}/status") as f:
            return int(re.search(r"RssAnon:\s+(\d+) kB", f.read()).group(1))

    def written():
        return sqlite3.connect(path).execute("SELECT max(id) FROM samples").fetchone()[0] or 0

    nodes.wait_until(lambda: path.exists() and samples(otoscope, path), "the first sample")
    nodes.wait_until(lambda: written() > 100, "some samples")
    before = memory()
    nodes.wait_until(lambda: written() > 700, "many samples")
    assert memory() - before < 400
    end(child)


def test_one_writer(node, otoscope, tmp_path):
    path = tmp_path / "a.oto"
    child = recorder(otoscope, node, path, "--tables", "memory")
    more_samples(otoscope, path)
    second = otoscope("record", path, node=node, check=8)
    assert "another otoscope" in second.stderr
    assert info(otoscope, path)["state"] == "being written"
    more_samples(otoscope, path)
    assert end(child)[0] == 0


def test_only_the_same_source_is_gone_on_with(node, otoscope, start_node, tmp_path):
    path = tmp_path / "a.oto"
    for _ in range(2):
        otoscope("record", path, "--for", "1ms", "--tables", "memory", node=node)
    assert info(otoscope, path)["runs"] == 2 and info(otoscope, path)["samples"] == 2
    other = start_node("25")
    refused = otoscope("record", path, "--for", "1ms", node=other, check=6)
    assert node.name in refused.stderr and other.name in refused.stderr
    assert info(otoscope, path)["samples"] == 2


@pytest.mark.parametrize("release", ["25"])
def test_a_killed_recorder(node, otoscope, tmp_path):
    """At any moment, many times, also while the file is made: what is there opens, and is gone on with."""
    path = tmp_path / "a.oto"
    r = random.Random(3)
    had = 0
    for turn in range(30):
        child = otoscope.start("record", path, "--every", "1ms", "--tables", "processes,memory", "--max-size",
                               "200kB", node=node)
        if turn % 5 == 4:
            more_samples(otoscope, path)
        try:  # the moment is what is random here: nothing is waited for
            child.wait(r.uniform(0, 0.1 if turn % 2 else 0.03))
        except subprocess.TimeoutExpired:
            child.kill()
        child.communicate(timeout=program.TIMEOUT)
        if not os.path.exists(path) or os.path.getsize(path) == 0:
            continue
        shown = otoscope("info", path, "--format", "json", check=None)
        if not had and shown.status == 7:
            assert "nothing was recorded" in shown.stderr or os.path.getsize(path) == 0, shown
            continue
        said = shown.json()
        assert said["state"] == "its writer was ended from outside" or said["samples"] == 0, said
        if said["samples"]:
            assert any(row["name"] == "init" for row in otoscope.json("ps", path))
            assert said["to"] >= (had or said["to"])
            had = said["to"]
        whole(path)
    assert had, "it was never left alone for a sample"
    otoscope("record", path, "--for", "1ms", node=node)
    assert info(otoscope, path)["state"] == "complete" and not os.path.exists(f"{path}-wal")


def test_leaves_nothing(fresh_node, otoscope, tmp_path):
    """Processes, names, tables and flags of the node: as before, at the planned end and after kill -9."""
    otoscope("record", tmp_path / "first.oto", "--for", "1ms", node=fresh_node)
    fresh_node.alone()
    before = fresh_node.snapshot()
    otoscope("record", tmp_path / "a.oto", "--for", "300ms", "--every", "100ms", node=fresh_node)
    wait_for_same(fresh_node, before)
    child = recorder(otoscope, fresh_node, tmp_path / "b.oto")
    more_samples(otoscope, tmp_path / "b.oto")
    child.kill()
    child.communicate(timeout=program.TIMEOUT)
    wait_for_same(fresh_node, before)


@pytest.mark.parametrize("release", ["25"])
@pytest.mark.parametrize("sig, status", [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM),
                                         (signal.SIGHUP, -signal.SIGHUP)])
def test_a_signal_ends_it(node, otoscope, tmp_path, sig, status):
    path = tmp_path / "a.oto"
    child = recorder(otoscope, node, path, "--tables", "memory")
    more_samples(otoscope, path)
    assert end(child, sig) == (status, "")
    assert info(otoscope, path)["state"] == "complete" and os.listdir(tmp_path) == ["a.oto"]


@pytest.mark.parametrize("release", ["25"])
def test_a_bounded_file(node, otoscope, tmp_path):
    """However long: the file, and what is beside it while it is written."""
    path = tmp_path / "a.oto"
    child = otoscope.start("record", path, "--every", "1ms", "--tables", MOVING, "--max-size", "100kB", node=node)

    def turned_over():
        said = info(otoscope, path) if os.path.exists(path) else None
        assert not said or os.path.getsize(path) <= 100 * 1024
        return said and said["samples"] > 10 and said["from"] > begin

    nodes.wait_until(lambda: os.path.exists(path) and samples(otoscope, path) > 0, "a sample")
    begin = info(otoscope, path)["from"]
    nodes.wait_until(turned_over, "the oldest samples to go")
    assert os.path.getsize(f"{path}-wal") < 1 << 20
    assert end(child)[0] == 0
    assert os.path.getsize(path) <= 100 * 1024
    first = info(otoscope, path)["from"]
    for table in MOVING.split(","):
        assert otoscope.json(table, path, "--at", first) and otoscope.json(table, path)


@pytest.mark.parametrize("release", ["25"])
def test_progress_on_a_terminal(node, terminal, tmp_path):
    screen = terminal("record", tmp_path / "a.oto", "--every", "100ms", "--for", "1h", "--tables", "memory", node=node)
    screen.wait("2 samples")
    assert "kB" in screen.text() and "left" in screen.text()
    screen.send("\x03")
    assert screen.status() == 0


@pytest.mark.parametrize("release", ["25"])
def test_a_full_disk(node, otoscope, tmp_path):
    """Where nothing more can be written: an error, and the samples until then."""
    path = tmp_path / "a.oto"
    argv = program.arguments(["record", path, "--every", "1ms", "--tables", MOVING], node)
    child = subprocess.run(["prlimit", "--fsize=100000", *argv], env=program.environment(tmp_path, node),
                           timeout=program.TIMEOUT, stderr=subprocess.PIPE, text=True, check=False)
    assert child.returncode in (8, -signal.SIGXFSZ), child
    said = info(otoscope, path)
    assert said["samples"] > 0 and otoscope.json("allocators", path)


@pytest.mark.parametrize("release", ["25"])
def test_a_node_that_stands_still(node, otoscope, tmp_path):
    """What could not be read is told once, on stderr and in the file; then it goes on."""
    path = tmp_path / "a.oto"
    child = recorder(otoscope, node, path, "--tables", "memory,system", "--timeout", "200ms")
    more_samples(otoscope, path)
    with node.stopped():
        nodes.wait_until(lambda: all(t["failures"] for t in info(otoscope, path)["tables"]), "failures in the file")
        shown = otoscope("memory", path, "--format", "json")
        assert shown.json()["total"] > 0 and "later: " in shown.stderr
    more_samples(otoscope, path)
    nodes.wait_until(lambda: otoscope("memory", path).stderr == "", "a reading after that")
    status, err = end(child)
    assert status == 0 and err.count("cannot read the table 'memory'") == 1, err
