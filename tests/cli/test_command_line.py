"""The command line where no node answers: statuses, errors and what to try, help, version, output that breaks."""

import os
import re
import signal
import socket
import subprocess
import time

import pytest

import program

NOBODY = ["--host", "127.0.0.1", "--port", "1"]  # nothing listens there


@pytest.mark.parametrize("args, what, hint", [
    (["sp"], "there is no command 'sp'", "did you mean ps?"),
    (["xyzzy"], "there is no command 'xyzzy'", "otoscope help lists the commands"),
    (["shop@web1"], "a command is missing before 'shop@web1'", "try otoscope ps shop@web1"),
    (["ps", "--srot", "x"], "there is no option '--srot'", "did you mean --sort?"),
    (["ps", "--cookie", "sesame"], "there is no option '--cookie'", "use --cookie-file or $OTOSCOPE_COOKIE"),
    (["ps", "-n"], "-n needs a value: N", ""),
    (["ps", "-n", "many"], "-n: 'many' is not a number", ""),
    (["ps", "--window", "soon"], "--window: 'soon' is not a duration", "write it like 250ms"),
    (["ps", "--format", "xml"], "--format: there is no format 'xml'", "formats: text, json, jsonl, csv"),
    (["ps", "shop", "more"], "ps does not know what to do with 'more'", "usage: otoscope ps [SOURCE] [OPTIONS]"),
    (["ps", "a@b", "c@d"], "ps does not know what to do with 'c@d'", "of several, each goes behind a --source"),
    (["nodes", "--window", "1s"], "nodes does not take --window", "otoscope help nodes"),
    (["version", "-n", "5"], "version does not take -n", ""),
    (["completion"], "completion needs SHELL", "usage: otoscope completion SHELL"),
    (["completion", "tcsh"], "there is no completion for 'tcsh'", "shells: bash, zsh, fish"),
    (["help", "sp"], "there is no command 'sp'", "did you mean ps?"),
    # What fits no argument, no column and no table is known before anything is dialled.
    (["ports", "a@127.0.0.1", "0.6", "--sort", "input"],
     "ports 0.6 shows one of them: --sort is for the list of all", ""),
    (["ports", "a@127.0.0.1", "what"], "'what' is no port and no socket", "a port is #Port<0.6>"),
    (["sockets", "a@127.0.0.1", "0.6", "-n", "3"], "sockets 0.6 shows one of them: -n is for the list of all", ""),
    (["ets", "a@127.0.0.1", "t", "--watch", "1s"], "ets t shows one of them: --watch is for the list of all", ""),
    (["supervisors", "a@127.0.0.1", "--columns", "specs"], "column 'specs' is what a supervisor itself says",
     "--active sends"),
    (["ps", "a@127.0.0.1", *NOBODY, "--sort", "memroy"], "processes has no column 'memroy'", "did you mean memory?"),
    (["ps", "a@127.0.0.1", *NOBODY, "--columns", "pid,xyzzy"], "processes has no column 'xyzzy'", "columns: pid, name"),
    (["ps", "a@127.0.0.1", *NOBODY, "--where", "memory >= 5"],
     "--where 'memory >= 5': '>=' at character 8 is not a comparison", "= != < > and ~"),
    (["ps", "a@127.0.0.1", *NOBODY, "--where", "pid = shop"], "'shop' is not a pid", ""),
    (["ps", "a@127.0.0.1", *NOBODY, "--sort", "reductions_rate"], "no column 'reductions_rate' without --window",
     "--window 1s adds reductions_rate"),
    (["ps", "a@127.0.0.1", *NOBODY, "--where", "memory_rate > 1"], "no column 'memory_rate' without --window",
     "--window 1s adds memory_growth"),
    (["system", "a@127.0.0.1", *NOBODY, "--sort", "time_to_limit"], "without --window", "adds time_to_limit_ns"),
    (["ps", "a@127.0.0.1", *NOBODY, "--sort", "msgq"], "no column 'msgq'", "did you mean message_queue_len?"),
    (["ps", "a@127.0.0.1", *NOBODY, "--columns", "pid,REDS"], "no column 'REDS'", "did you mean reductions?"),
    (["nodes", "--sort", "nmae"], "nodes has no column 'nmae'", "did you mean name?"),
])
def test_a_wrong_command_line_is_status_2_and_says_what_to_try(otoscope, args, what, hint):
    result = otoscope(*args, check=2)
    lines = result.stderr.splitlines()
    assert lines[0].startswith("otoscope: ") and what in lines[0]
    assert hint in "".join(lines[1:])
    assert len(lines) <= 2 and result.stdout == ""


@pytest.mark.parametrize("args", [["ps"], ["memory"], ["ps", "--source", "b@127.0.0.1"]])
def test_no_connection_is_status_3(otoscope, args):
    result = otoscope(args[0], "--source", "a@127.0.0.1", *args[1:], *NOBODY, env={"OTOSCOPE_COOKIE": "x"}, check=3)
    assert result.stdout == ""
    assert len(re.findall(r"^otoscope: ", result.stderr, re.M)) == (2 if len(args) > 1 else 1)


def test_files_are_told_apart_by_their_content(otoscope, tmp_path):
    (tmp_path / "erl_crash.dump").write_bytes(b"=erl_crash_dump:0.5\nMon Nov 23\n")
    (tmp_path / "other").write_bytes(b"=erl")
    assert "is a crash dump" in otoscope("ps", "erl_crash.dump", check=6).stderr
    assert "neither a recording, a snapshot nor a crash dump" in otoscope("ps", "other", check=7).stderr
    assert "No such file or directory" in otoscope("ps", "./nothing", check=8).stderr
    assert "cannot open '/nowhere/x'" in otoscope("memory", "/nowhere/x", check=8).stderr


def test_a_cookie_file_that_is_not_there_is_a_system_error(otoscope):
    result = otoscope("ps", "a@127.0.0.1", *NOBODY, "--cookie-file", "nowhere", check=8)
    assert "nowhere" in result.stderr


def test_without_a_command_it_helps(otoscope):
    helped = otoscope().stdout
    assert helped == otoscope("help").stdout == otoscope("--help").stdout
    for command in ("ps, processes", "memory", "nodes", "completion SHELL", "help [COMMAND]", "version"):
        assert f"\n  {command} " in helped
    assert "--where 'COL OP VALUE'" in helped


def test_helps_with_a_command(otoscope):
    helped = otoscope("help", "ps").stdout
    assert helped == otoscope("ps", "--help").stdout == otoscope("help", "processes").stdout
    assert "usage: otoscope ps [SOURCE] [OPTIONS]" in helped
    assert re.search(r"^  message_queue_len +messages that wait in the mailbox", helped, re.M)
    assert "--allow-write" not in helped
    assert "--source" not in otoscope("nodes", "-h").stdout


@pytest.mark.parametrize("command, argument", [("trace", "EXPR"), ("ets", "TABLE")])
def test_a_word_that_is_no_node_is_taken_as_what_the_command_takes(otoscope, command, argument):
    """However many nodes there are: 'no_such_node_at_all' is not one of them."""
    said = otoscope(command, "no_such_node_at_all", check=None).stderr
    assert said.endswith(f"  no node of this host is called 'no_such_node_at_all': it was taken as {argument}\n")
    assert "taken as" not in otoscope("ps", "no_such_node_at_all", check=3).stderr


@pytest.mark.parametrize("syntax, words", [
    ("erlang", ["Shop.b(x) when x > 1"]), ("erlang", [":shop.b(_, x)"]), ("erlang", ["--send", "{:ok, x}"]),
    ("elixir", ["shop:b(X, _)"]), ("elixir", ["shop:b fun(_) -> return_trace() end"]),
])
def test_an_expression_in_the_other_language(otoscope, syntax, words):
    said = otoscope("trace", "a@127.0.0.1", *NOBODY, *words, "--syntax", syntax, check=2).stderr
    is_, as_ = ("Elixir", "Erlang") if syntax == "erlang" else ("Erlang", "Elixir")
    assert said.endswith(f"\n  that is {is_}, and --syntax has it read as {as_}: leave that out\n")
    wrong = otoscope("trace", "a@127.0.0.1", *NOBODY, "shop:b(", "--syntax", syntax, check=2).stderr
    assert "leave that out" not in wrong


def test_version(otoscope):
    assert re.fullmatch(r"otoscope \d+\.\d+\.\d+\n", otoscope("version").stdout)
    assert otoscope("--version").stdout == otoscope("version").stdout == otoscope("ps", "--version").stdout


def test_an_output_that_cannot_be_written_is_status_8(otoscope):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program.path(), "help"], stdout=full, stderr=subprocess.PIPE, timeout=30, check=False)
    assert done.returncode == 8
    assert done.stderr == b"otoscope: cannot write the output: No space left on device\n"


def test_a_reader_that_goes_away_is_no_error(otoscope):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([program.path(), "help"], stdout=writer, stderr=subprocess.PIPE, timeout=30, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_options_end_at_two_dashes(otoscope):
    assert "there is no command '--sort'" in otoscope("--", "--sort", check=2).stderr


def test_foreign_letters_in_words_do_not_reach_the_terminal(otoscope):
    result = otoscope("ps\033[2J", check=2)
    assert "\033" not in result.stderr


@pytest.mark.parametrize("closed", [[0], [1], [2], [0, 1], [1, 2], [0, 1, 2]])
def test_nothing_meant_for_people_goes_into_a_connection(otoscope, tmp_path, closed):
    """A closed output leaves its number to what is opened next."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        shut = " ".join(f"{fd}>&-" for fd in closed)
        child = subprocess.Popen(
            ["sh", "-c", f'exec "$@" {shut}', "sh", program.path(), "ps", "shop@127.0.0.1", "--port", str(port),
             "--verbose", "--timeout", "300ms"],
            env=program.environment(tmp_path, extra={"OTOSCOPE_COOKIE": "x"}), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        server.settimeout(30)
        connection, _ = server.accept()
        with connection:
            connection.settimeout(30)
            said = b"".join(iter(lambda: connection.recv(4096), b""))
        child.communicate(timeout=30)
    assert child.returncode == 3
    assert b"otoscope-1@otoscope" in said and b"handshake" not in said and b"shop" not in said


def test_a_pipe_that_nobody_writes_to_is_no_recording(otoscope, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "neither a recording" in otoscope("ps", tmp_path / "pipe", check=7).stderr


def test_a_cookie_may_come_through_a_pipe_and_ctrl_c_ends_the_wait(otoscope, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    child = otoscope.start("ps", "a@127.0.0.1", "--port", "1", "--cookie-file", pipe)
    with open(pipe, "wb") as f:  # waits until it is opened for reading
        f.write(b"secret\n")
    assert child.wait(30) == 3

    child = otoscope.start("ps", "a@127.0.0.1", "--port", "1", "--cookie-file", pipe)
    writer = os.open(pipe, os.O_WRONLY)
    while child.poll() is None:  # one that comes before it waits is not seen
        child.send_signal(signal.SIGINT)
        time.sleep(0.05)
    assert child.returncode == -signal.SIGINT
    os.close(writer)
