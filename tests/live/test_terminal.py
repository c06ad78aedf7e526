"""What people see on a terminal and in a pipe: width, colour, waiting, an end in the middle."""

import fcntl
import os
import re
import signal
import struct
import subprocess
import termios

import pytest

import nodes
import program


def test_lines_end_at_the_width_of_the_terminal(node, terminal):
    narrow = terminal("ps", "-n", "3", node=node, columns=50)
    assert narrow.status() == 0
    heading, *rows = [line for line in narrow.lines() if line]
    assert len(rows) == 3  # nothing wrapped
    hidden = re.fullmatch(r"PID .* REDS .*\+(\d+)", heading)
    assert hidden, heading
    wide = terminal("ps", "-n", "3", node=node, columns=300)
    assert wide.status() == 0
    every = re.split("  +", wide.lines()[0].strip())
    assert len(every) == len(re.split("  +", heading)) - 1 + int(hidden[1])


def test_how_many_more_rows_there_are(node, terminal, otoscope):
    """Who did not say how many is shown twenty on a terminal, and told so; who did is not."""
    node.patient("idle", 30)
    count = node.rpc("length(processes())")
    said = terminal("ps", node=node, rows=40)
    assert said.status() == 0
    shown = re.fullmatch(r"20 of (\d+) rows; -n 0 shows all", [line for line in said.lines() if line][-1])
    assert abs(int(shown[1]) - count) < 10
    few = terminal("ps", "--where", "name = kernel_sup", node=node)
    asked = terminal("ps", "-n", "3", node=node)
    assert few.status() == asked.status() == 0 and "rows;" not in few.text() + asked.text()
    assert "rows;" not in otoscope("ps", node=node).stdout
    # These show all that was asked for: a branch, and the part of os_memory beside memory.
    for args in (["children", "kernel_safe_sup"], ["memory"]):
        whole = terminal(*args, node=node, rows=40)
        assert whole.status() == 0 and "rows;" not in whole.text()


@pytest.mark.parametrize("options, cut", [((), "…"), (("--ascii",), "...")])
def test_a_cut_text_says_so(node, terminal, options, cut):
    said = terminal("ps", "--columns", "initial_call,pid", "--where", "initial_call ~ application_master", *options,
                    node=node, columns=30)
    assert said.status() == 0
    assert cut in said.lines()[1]


def test_nothing_is_cut_in_a_pipe(node, otoscope):
    assert "…" not in otoscope("ps", node=node).stdout


def test_the_heading_is_bold_unless_colour_is_not_wanted(node, terminal, otoscope):
    bold = terminal("memory", node=node)
    assert bold.status() == 0
    assert bold.cell(0, 0).bold
    for options in ({"env": {"NO_COLOR": "1"}}, {"env": {"TERM": "dumb"}}):
        plain = terminal("memory", node=node, **options)
        assert plain.status() == 0
        assert not plain.cell(0, 0).bold
    assert "\033" not in otoscope("memory", node=node).stdout
    assert "\033[1m" in otoscope("memory", "--color", "always", node=node).stdout


def test_says_what_takes_long_and_takes_it_back(node, terminal):
    screen = terminal("ps", "--window", "1500ms", "-n", "2", node=node)
    screen.wait(lambda t: f"measuring '{node.name}'".encode() in t.raw)
    assert screen.status() == 0
    assert "measuring" not in screen.text()
    assert screen.lines()[0].startswith("PID")


def test_a_reader_that_has_enough_ends_it_quietly(node, otoscope):
    child = otoscope.start("ps", "--format", "csv", "--watch", "10ms", node=node)
    assert child.stdout.readline().startswith("pid,")
    child.stdout.close()
    assert child.wait(timeout=program.TIMEOUT) == 0
    assert child.stderr.read() == ""


def test_an_output_that_cannot_be_written_ends_it(node, tmp_path):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(program.arguments(["ps", "--watch", "10ms"], node), stdout=full, stderr=subprocess.PIPE,
                              env=program.environment(tmp_path, node), timeout=program.TIMEOUT, check=False)
    assert done.returncode == 8
    assert done.stderr.decode().splitlines() == ["otoscope: cannot write the output: No space left on device"]


def test_a_signal_that_ends_it_is_told_to_the_shell(node, otoscope):
    for number in (signal.SIGINT, signal.SIGTERM):
        child = otoscope.start("ps", "--window", "60s", "--verbose", node=node)
        program.heard(child, "answered")
        child.send_signal(number)
        assert child.wait(timeout=program.TIMEOUT) == -number


def test_a_signal_ends_it_when_nobody_takes_its_output(node, otoscope):
    """It waits for room in the pipe, and that it ends then is no failure of the output. (The first signal ends a write
    of which something went out, and glibc writes the rest.)"""
    ours, its = os.pipe()
    size = fcntl.fcntl(its, fcntl.F_SETPIPE_SZ, 4096)
    child = otoscope.start("ps", "--watch", "50ms", "--format", "json", node=node, stdout=its)
    os.close(its)
    with open(ours, "rb") as reader:
        nodes.wait_until(lambda: struct.unpack("i", fcntl.ioctl(reader, termios.FIONREAD, bytes(4)))[0] == size,
                         "a full pipe")
        nodes.wait_until(lambda: child.send_signal(signal.SIGTERM) or child.poll() is not None, "its end")
    assert (child.returncode, child.stderr.read()) == (-signal.SIGTERM, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_was_ignored_before_it_began_stays_ignored(node, otoscope, number):
    """As nohup has it, and a shell for what runs in the background."""
    child = otoscope.start("ps", "--watch", "50ms", "-n", "1", "--format", "jsonl", node=node,
                           preexec_fn=lambda: signal.signal(number, signal.SIG_IGN))
    assert child.stdout.readline()
    child.send_signal(number)
    for _ in range(5):
        assert child.stdout.readline(), child.stderr.read()
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=program.TIMEOUT)
    assert (child.returncode, said) == (-signal.SIGTERM, "")


def test_memory_of_two_sources_is_an_object_a_node(start_node, release, node, otoscope_json):
    other = start_node(release=release, cookie=node.cookie)
    memory = otoscope_json("memory", "--source", other.name, "--source", node.name,
                           env={"OTOSCOPE_COOKIE": node.cookie, "ERL_EPMD_PORT": str(node.farm.epmd_port)})
    assert list(memory) == [other.name, node.name]
    assert all(len(kinds) == 9 and kinds["total"] > kinds["processes"] > 0 for kinds in memory.values())


def test_what_it_costs_is_told_at_the_end(node, otoscope):
    said = otoscope("memory", "--verbose", node=node).stderr
    assert f"'{node.name}' was asked" in said and "bytes in" in said
    assert node.cookie not in said


def test_a_bare_name_and_no_name(start_node, release, otoscope, tmp_path):
    alone = start_node(release=release)
    env = {"OTOSCOPE_COOKIE": alone.cookie, "ERL_EPMD_PORT": str(alone.farm.epmd_port)}
    assert "total" in otoscope("memory", alone.name.split("@")[0], env=env).stdout
    assert "total" in otoscope("memory", f"os:{alone.pid}", env=env).stdout
    cookie = tmp_path / "cookie"
    cookie.write_text(alone.cookie)
    os.chmod(cookie, 0o400)
    assert "total" in otoscope("--cookie-file", str(cookie), "memory", "--source", alone.name,
                               env={**env, "OTOSCOPE_COOKIE": None}).stdout
