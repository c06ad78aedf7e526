"""Processes inside native code, and a scheduler that they hold."""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest

import nodes

SOURCE = os.path.join(nodes.TESTS, "patients", "stuck_nif.c")


@pytest.fixture(scope="session")
def nif(farm):
    """The path of the compiled stuck_nif.c without its ending, where all nodes see it."""
    header = shutil.which("erl") and subprocess.run(
        ["erl", "-noinput", "-eval", "io:put_chars(code:root_dir()), halt()."], stdout=subprocess.PIPE, text=True,
        check=True).stdout + "/usr/include"
    path = os.path.join(farm.dir, "stuck_nif")
    if not header or not os.path.exists(header + "/erl_nif.h"):
        pytest.skip("no erl_nif.h (Debian: erlang-dev)")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-I", header, SOURCE, "-o",
                    path + ".so"], check=True)
    return path


@pytest.fixture
def native(start_node, release, nif):
    """A node with four schedulers that has the native code."""
    node = start_node(release, args=["+S", "4:4"])
    loaded = node.rpc(f'stuck:load("{nif}")')
    if loaded != "ok":
        pytest.skip(f"OTP {release} does not load a NIF that was built here: {loaded}")
    return node


def spin(node, how, ms):
    return node.patient("started", "stuck", "start", f"[{how}, {ms}]")


def ticks(child):
    for line in child.stdout:
        yield {r["pid"]: r for r in json.loads(line)}


COLUMNS = ("--columns", "pid,status,reductions,memory,name", "--format", "json")


def test_a_scheduler_that_is_held(native, otoscope):
    """What already watches finds the process that does not answer: it is a row without values, all others are whole,
    and it is not asked again for a while. Nobody can attach meanwhile, and is told why: OTP's own handshake makes its
    challenge of statistics that every scheduler has to give."""
    child = otoscope.start("ps", "--watch", "100ms", "--timeout", "500ms", *COLUMNS, node=native)
    seen = ticks(child)
    before = next(seen)
    stuck = spin(native, "spin", 6000)
    began = time.monotonic()
    found = next(rows for rows in seen if stuck in rows)
    assert time.monotonic() - began < 4
    assert found[stuck] == {"pid": stuck, "status": None, "reductions": None, "memory": None, "name": None}
    assert set(found) >= set(before)
    assert all(r["memory"] and r["name"] for pid, r in found.items() if pid in before)

    after = time.monotonic()
    for _ in range(5):
        assert next(seen)[stuck]["status"] is None
    assert time.monotonic() - after < 2, "it is remembered"

    said = otoscope("ps", "--timeout", "700ms", node=native, check=3).stderr
    assert time.monotonic() - began < 6, "nothing is tested"
    assert "handshake not finished in time" in said and "one of its schedulers is stuck" in said

    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=10)
    assert child.returncode in (0, 5), err
    assert err.count(f"1 row could not be read in time: {stuck}") == 1, err


def test_who_answers_again_is_asked_again(native, otoscope):
    """A process that was stuck is looked for anew after a second, then after two, after four: not only half a minute
    later. Meanwhile all others are whole, and their readings are not held up."""
    child = otoscope.start("ps", "--watch", "100ms", "--timeout", "500ms", *COLUMNS, node=native)
    seen = ticks(child)
    before = next(seen)
    stuck = spin(native, "spin", 4000)
    next(rows for rows in seen if rows.get(stuck, {"status": "?"})["status"] is None)
    began = time.monotonic()
    for rows in seen:
        assert all(rows[pid]["memory"] for pid in before if pid in rows)
        if rows[stuck]["status"] is not None:
            break
    assert rows[stuck]["memory"] > 1000 and rows[stuck]["name"] == "erlang:apply/2"
    assert time.monotonic() - began < 20
    native.rpc(f'exit(list_to_pid("{stuck}"), kill)')
    assert any(stuck not in rows for rows in seen)


def test_a_dirty_scheduler_that_is_held(native, otoscope):
    """Dirty native code holds up nobody: its process answers all the same."""
    stuck = spin(native, "spin_dirty", 3000)
    nodes.wait_until(lambda: native.rpc(f'erlang:process_info(list_to_pid("{stuck}"), current_function)')
                     == ["current_function", ["stuck", "spin_dirty", 1]], "the native code")
    done = otoscope("ps", "--timeout", "1s", "--columns", "pid,status,current_function,memory,initial_call",
                    "--where", f"pid = {stuck}", "--format", "json", "--syntax", "erlang", node=native)
    row, = done.json()
    assert row["status"] == "running" and row["memory"] > 1000
    assert (row["current_function"], row["initial_call"]) == ("stuck:spin_dirty/1", "erlang:apply/2")
    assert done.stderr == ""
