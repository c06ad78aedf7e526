"""The nodes that the other live tests stand on. Nothing here needs otoscope."""

import glob
import os
import signal
import subprocess
import sys

import pytest

import nodes

HERE = os.path.dirname(os.path.abspath(__file__))


def test_release_answers(node, release):
    assert node.rpc("list_to_binary(erlang:system_info(otp_release))") == release
    assert node.rpc("node()") == node.name
    assert node.rpc_text("{erlang:get_cookie(), [1,2], \"a\"}") == f"{{{node.cookie},[1,2],[97]}}"


def test_pid_is_the_beam(node):
    with open(f"/proc/{node.pid}/comm") as f:
        assert "beam" in f.read()
    assert node.pid == node.process.pid
    assert node.rpc("list_to_integer(os:getpid())") == node.pid


def test_elixir_answers(elixir_node, release):
    version = elixir_node.rpc("'Elixir.System':version()")
    assert version.startswith({"23": "1.10", "25": "1.14"}.get(release, "1."))
    elixir_node.used_patients = True
    pid = elixir_node.rpc("patient:started('Elixir.Shop.Cache', start, [])")
    assert elixir_node.rpc("whereis('Elixir.Shop.Cache')") == pid
    assert elixir_node.rpc("'Elixir.Shop.Cache':put(<<\"ink\">>, 2)") == "ok"
    assert elixir_node.rpc("'Elixir.Shop.Cache':fetch(<<\"ink\">>)") == ["ok", 2]


def test_erlang_node_has_no_elixir(node):
    assert node.rpc("code:is_loaded('Elixir.Kernel')") is False
    assert node.rpc("code:which('Elixir.Kernel')") == "non_existing"


def test_rpc_encodes(node):
    assert node.rpc('#{a => 1, <<"b">> => [2.5, true, undefined, {x, "hi"}], 3 => <<255, 10>>}') == {
        "a": 1, "b": [2.5, True, None, ["x", [104, 105]]], "3": "\xff\n"}
    assert node.rpc("self()").startswith("<0.")
    assert node.rpc("[1|2]") == "[1|2]"
    assert node.rpc(r'<<"\"\\ü€"/utf8>>') == '"\\ü€'
    assert node.rpc("[$\\e, 1 bsl 70]") == [27, 1 << 70]
    with pytest.raises(nodes.RpcError, match="badarith"):
        node.rpc("1/0")
    with pytest.raises(nodes.RpcError, match="went"):
        node.rpc("exit(went)")


def test_is_found_by_epmd_and_on_its_port(node, farm):
    assert farm.epmd_names()[node.short_name] == node.port


def test_logs_nothing_by_itself_and_what_it_logs_is_seen(fresh_node):
    assert fresh_node.logged() == ""
    fresh_node.rpc("logger:error(\"seen me\")")
    nodes.wait_until(lambda: "seen me" in fresh_node.logged(), "the log line")


def test_snapshot_is_stable(fresh_node):
    before = fresh_node.snapshot()
    assert fresh_node.snapshot() == before
    fresh_node.rpc("register(left, spawn(fun() -> receive after infinity -> ok end end))")
    after = fresh_node.snapshot()
    assert set(after["registered"]) - set(before["registered"]) == {"left"}
    assert len(after["processes"]) == len(before["processes"]) + 1
    assert after["atoms"] > before["atoms"]


def test_snapshot_sees_tracing(fresh_node):
    before = fresh_node.snapshot()
    fresh_node.patient("plain")
    assert before["traced_functions"] == []
    fresh_node.rpc("erlang:trace_pattern({lists, seq, 2}, true, [local])")
    fresh_node.rpc("erlang:trace(whereis(patient_keeper), true, [call, {tracer, whereis(init)}])")
    after = fresh_node.snapshot()
    assert after["traced_functions"] == [["lists", "seq", 2]]
    assert [p["trace"] for p in after["processes"] if p["what"] == "patient_keeper"] == [["call"]]


def test_asking_by_call_loads_nothing(fresh_node):
    before = fresh_node.snapshot()
    assert "erl_scan" not in before["modules"]
    assert fresh_node.snapshot()["modules"] == before["modules"]


def test_embedded_mode(start_node, release):
    node = start_node(release, args=["-mode", "embedded"])
    assert node.rpc("code:get_mode()") == "embedded"
    node.patient("plain")


def test_without_epmd(start_node, release, farm):
    node = start_node(release, epmd=False)
    assert node.short_name not in farm.epmd_names()
    assert node.rpc("is_alive()") is True
    listeners = subprocess.run(["cat", f"/proc/{node.pid}/net/tcp"], stdout=subprocess.PIPE, text=True, check=True)
    assert f":{node.port:04X} " in listeners.stdout


def test_ipv6(ipv6, start_node, release):
    node = start_node(release, host="::1", args=["-proto_dist", "inet6_tcp"])
    assert node.rpc("node()") == f"{node.short_name}@::1"
    assert node.port


def test_without_distribution(start_node, release):
    assert start_node(release, distributed=False).rpc("node()") == "nonode@nohost"


def test_options_reach_the_node(start_node, release):
    node = start_node(release, name="shop", code="application:set_env(kernel, greeting, hi).",
                      env={"RELEASE_COOKIE": "x y"}, args=["+P", "1024"])
    assert node.name == "shop@127.0.0.1"
    assert node.rpc("application:get_env(kernel, greeting)") == ["ok", "hi"]
    assert node.rpc('list_to_binary(os:getenv("RELEASE_COOKIE"))') == "x y"
    assert node.rpc("erlang:system_info(process_limit)") == 1024


def test_a_node_that_cannot_start_says_why(start_node, release):
    with pytest.raises(nodes.NodeError, match="wrong_on_purpose"):
        start_node(release, code="error(wrong_on_purpose).")


def test_ends_by_pid_and_leaves_nothing(farm, start_node, release):
    before = farm.processes()
    node = start_node(release)
    node.rpc("inet:getaddr(\"localhost\", inet)")  # has a child process look it up
    name, pid = node.short_name, node.pid
    assert pid in farm.processes()
    node.stop()
    nodes.wait_until(lambda: not set(farm.processes()) - set(before), "its children to end")
    nodes.wait_until(lambda: name not in farm.epmd_names(), "epmd to notice")


RUNNER = """
import sys, time
sys.path.insert(0, sys.argv[1])
import nodes
farm = nodes.Farm()
node = farm.start(sys.argv[2])
print(farm.mark, node.pid, farm.epmd.pid, flush=True)
time.sleep(600)
"""


def test_ends_with_a_killed_test_run(release, farm):
    if release not in farm.releases:
        pytest.skip(f"OTP {release} not available")
    runner = subprocess.Popen([sys.executable, "-c", RUNNER, HERE, release], stdout=subprocess.PIPE, text=True)
    mark, pid, epmd_pid = runner.stdout.readline().split()
    runner.kill()
    runner.wait()
    runner.stdout.close()
    for orphan in (pid, epmd_pid):
        nodes.wait_until(lambda: not os.path.exists(f"/proc/{orphan}"), "the orphan's end")
    subprocess.run(["rm", "-rf", os.path.join(farm.bind_dir(), mark)], check=True)


def test_cpu_and_memory_are_read(node):
    node.patient("plain")
    idle = node.cpu_ns()
    node.rpc("lists:sum(lists:seq(1, 3000000))")
    assert node.cpu_ns() - idle > 10_000_000
    assert node.rss_bytes() > 10_000_000


def test_stopped_node_goes_on(start_node):
    node = start_node("25")
    node.kill(signal.SIGSTOP)
    with pytest.raises(nodes.NodeError):
        node.rpc("1", timeout=0.2)
    node.kill(signal.SIGCONT)


# The patients

PATIENTS = [
    ("mailbox", [1000], "message_queue_len", 1000),
    ("mailbox", [1000, "off_heap"], "message_queue_data", "off_heap"),
    ("hibernated", [], "current_function", ["erlang", "hibernate", 3]),
    ("suspended", [], "status", "suspended"),
    ("plain", [], "status", "waiting"),
    ("registered", ['"\\e[31mred"'], "registered_name", "\x1b[31mred"),
    ("labelled", ["{cache, 1}"], "dictionary", [["$process_label", ["cache", 1]]]),
    ("dictionary", ["[{a, 1}]"], "dictionary", [["a", 1]]),
    ("server", ["shop_server", "#{a => 1}"], "registered_name", "shop_server"),
]


@pytest.mark.parametrize("make, args, item, value", PATIENTS, ids=[p[0] + str(i) for i, p in enumerate(PATIENTS)])
def test_patient(node, make, args, item, value):
    pid = node.patient(make, *args)
    info = f'erlang:process_info(list_to_pid("{pid}"), {item})'
    nodes.wait_until(lambda: node.rpc(info) == [item, value], f"{item} = {value}")
    node.clear()
    assert node.rpc(info) is None


def test_patient_server_has_its_state(node):
    pid = node.patient("server", '{state, [1, 2], <<"x">>}')
    assert node.rpc(f'sys:get_state(list_to_pid("{pid}"))') == ["state", [1, 2], "x"]


def test_patient_spins(node):
    pid = node.patient("spinning", "spinner")
    reductions = f'element(2, erlang:process_info(list_to_pid("{pid}"), reductions))'
    first = node.rpc(reductions)
    nodes.wait_until(lambda: node.rpc(reductions) > first + 100_000, "reductions")


def test_patients_by_the_hundred_thousand(node):
    before = node.rpc("erlang:system_info(process_count)")
    assert node.patient("idle", 100_000) == 100_000
    assert node.rpc("erlang:system_info(process_count)") >= before + 100_000
    node.clear()
    assert node.rpc("erlang:system_info(process_count)") <= before + 1


@pytest.mark.parametrize("make, args", [
    ("binaries", [10, 100_000]), ("hoarder", [10]), ("heap", [10_000]), ("linked", [5]), ("monitored", [5]),
    ("table", ["shelf", 100]), ("caller", [10]), ("caller", [0]), ("timer", [100_000]), ("churn", [5]), ("deaf", []),
])
def test_patient_lives(node, make, args):
    pid = node.patient(make, *args)
    assert node.rpc(f'is_process_alive(list_to_pid("{pid}"))') is True


def test_every_patient_source_is_compiled(node, elixir_node, farm):
    for path in glob.glob(os.path.join(nodes.TESTS, "patients", "*.erl")):
        module = os.path.basename(path)[:-4]
        assert node.rpc(f"code:ensure_loaded({module})") == ["module", module]
