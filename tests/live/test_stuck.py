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


class Hold:
    """A process that is stuck in native code until free()."""

    def __init__(self, node, how, seen=()):
        self.file = os.path.join(node.home, how)
        with open(self.file, "w"):
            pass
        node.rpc("stuck:leave()")
        for _, _ in zip(range(3), seen):  # ticks take our connection off that scheduler too
            pass
        self.pid = node.patient("started", "stuck", "start", f'[{how}, "{self.file}"]')

    def free(self):
        os.unlink(self.file)


def ticks(child):
    for line in child.stdout:
        yield {r["pid"]: r for r in json.loads(line)}


WATCH = ("ps", "--watch", "100ms", "--timeout", "2s", "--columns", "pid,status,reductions,memory,name", "--format",
         "json")


def test_a_scheduler_that_is_held(native, otoscope, tmp_path):
    """What already watches finds the process that does not answer: it is a row without values, all others are whole,
    and it is not asked again for a while. Nobody can attach meanwhile, and is told why: OTP's own handshake makes its
    challenge of statistics that every scheduler has to give."""
    told = tmp_path / "told"
    with open(told, "w") as stderr:
        child = otoscope.start(*WATCH, "--verbose", node=native, stderr=stderr)
    seen = ticks(child)
    before = next(seen)
    stuck = Hold(native, "hold", seen).pid
    found = next(rows for rows in seen if stuck in rows)
    assert found[stuck] == {"pid": stuck, "status": None, "reductions": None, "memory": None, "name": None}
    assert set(found) >= set(before)
    assert all(r["memory"] and r["name"] for pid, r in found.items() if pid in before)
    for _ in range(5):
        assert next(seen)[stuck]["status"] is None

    said = otoscope("ps", "--timeout", "2s", node=native, check=3).stderr
    assert "handshake not finished in time" in said and "one of its schedulers is stuck" in said

    child.send_signal(signal.SIGINT)
    child.communicate(timeout=nodes.DEADLINE)
    err = told.read_text()
    assert child.returncode in (0, 5), (child.returncode, err)
    assert err.count(f"1 row could not be read in time: {stuck}") == 1, err
    assert err.count("holds up the sweep") == 1, "it is not remembered: " + err


def test_who_answers_again_is_asked_again(native, otoscope):
    """A process that was stuck is looked for anew after a second, then after two, after four: not only half a minute
    later. Meanwhile all others are whole, and their readings are not held up."""
    child = otoscope.start(*WATCH, node=native)
    seen = ticks(child)
    before = next(seen)
    hold = Hold(native, "hold", seen)
    stuck = hold.pid
    next(rows for rows in seen if rows.get(stuck, {"status": "?"})["status"] is None)
    hold.free()
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
    stuck = Hold(native, "hold_dirty").pid
    nodes.wait_until(lambda: native.rpc(f'erlang:process_info(list_to_pid("{stuck}"), current_function)')
                     == ["current_function", ["stuck", "hold_dirty", 1]], "the native code")
    done = otoscope("ps", "--columns", "pid,status,current_function,memory,initial_call",
                    "--where", f"pid = {stuck}", "--format", "json", "--syntax", "erlang", node=native)
    row, = done.json()
    assert row["status"] == "running" and row["memory"] > 1000
    assert (row["current_function"], row["initial_call"]) == ("stuck:hold_dirty/1", "erlang:apply/2")
    assert done.stderr == ""


def test_others_who_trace_are_looked_for_beside_it(native, otoscope):
    """Before OTP 27 processes are asked who traces them: also one that is in native code."""
    stuck = Hold(native, "hold_dirty").pid
    nodes.wait_until(lambda: native.rpc(f'erlang:process_info(list_to_pid("{stuck}"), current_function)')
                     == ["current_function", ["stuck", "hold_dirty", 1]], "the native code")
    for whom in ("all", stuck):
        done = otoscope("trace", "lists:seq/2", "--pid", whom, "--dry-run", node=native)
        assert "functions  lists:seq/2" in done.stdout


def test_a_process_that_is_stuck_does_not_hold_up_the_others(native, otoscope):
    """Its garbage is not collected while it is in native code; all others' is."""
    stuck = Hold(native, "hold_dirty").pid
    nodes.wait_until(lambda: native.rpc(f'erlang:process_info(list_to_pid("{stuck}"), current_function)')
                     == ["current_function", ["stuck", "hold_dirty", 1]], "the native code")
    leaky = [native.patient("leaky", 100, 1000) for _ in range(3)]
    done = otoscope("leaks", "binary", "--allow-write", "--yes", "--timeout", "500ms", "--format", "json", node=native)
    assert f"1 process did not answer: {stuck}" in done.stderr
    freed = {r["pid"]: r["binaries_freed"] for r in done.json()}
    assert stuck not in freed and all(freed[pid] >= 100 for pid in leaky)


@pytest.mark.parametrize("table", ["apps", "supervisors", "children"])
def test_tables_made_of_processes_go_on(native, otoscope, table):
    """With a process that answers nothing they are made of all others, and say that one is missing."""
    child = otoscope.start(table, "--watch", "100ms", "--timeout", "1s", "--format", "json", node=native)
    seen = ({r["name"]: r for r in json.loads(line)} for line in child.stdout)
    before = next(seen)
    Hold(native, "hold", seen)
    name = "kernel" if table == "apps" else "kernel_sup"
    for _ in range(6):
        row = next(seen)[name]
        assert row["children" if table != "apps" else "memory"]
        assert set(before) <= set(next(seen))
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=nodes.DEADLINE)
    assert "1 row could not be read in time" in err
