"""memory and system against what the node says of itself."""

import json
import os
import re
import signal
import time

import pytest

import program

KINDS = {"total", "processes", "processes_used", "system", "atom", "atom_used", "binary", "code", "ets"}


def memory_of(node):
    return node.rpc("maps:from_list(erlang:memory())")


def close(shown, before, after, slack):
    """Is it between what it was before and after, give or take what otoscope's own visit moves?"""
    return min(before, after) - slack <= shown <= max(before, after) + slack


def test_memory(node, otoscope):
    otoscope("memory", node=node)
    node.alone()
    before = memory_of(node)
    shown = otoscope.json("memory", node=node)
    after = memory_of(node)
    assert set(shown) == KINDS == set(before)
    for kind in KINDS:
        assert close(shown[kind], before[kind], after[kind], 2 << 20), (kind, before, shown, after)
    assert shown["total"] == shown["processes"] + shown["system"]
    assert shown["code"] == before["code"] and shown["atom_used"] == before["atom_used"]


def test_memory_as_a_table(node, otoscope):
    rows = list(otoscope.json("memory", "--columns", "name,bytes,share", "--sort", "bytes", node=node))
    assert {r["name"] for r in rows} == KINDS
    assert rows[0]["name"] == "total" and rows[0]["share"] == 1
    assert all(r["share"] == pytest.approx(r["bytes"] / rows[0]["bytes"]) for r in rows)
    text = otoscope("memory", node=node).lines()
    assert text[0].split() == ["KIND", "BYTES", "SHARE"] and text[1].split()[0] == "total"


def test_memory_over_a_window(node, otoscope):
    """What grows meanwhile is a growth, what shrinks is a negative one, and after - before is the growth."""
    keeping = node.patient("binaries", 1, 40_000_000)
    begin = time.monotonic_ns()
    child = otoscope.start("memory", "--window", "2s", "--format", "json", "--verbose", node=node)
    program.heard(child, "the window is open")
    with program.stopped(child):
        node.patient("heap", 2_000_000)
        node.rpc(f'P = list_to_pid("{keeping}"), R = monitor(process, P), exit(P, kill), '
                 "receive {'DOWN', R, _, _, _} -> erlang:garbage_collect() end")
    out, err = child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == 0, err
    got = json.loads(out)
    assert set(got) == {"before", "after", "growth", "window_ns"}
    assert set(got["before"]) == set(got["after"]) == set(got["growth"]) == KINDS
    assert 2e9 <= got["window_ns"] < time.monotonic_ns() - begin
    assert got["growth"] == {kind: got["after"][kind] - got["before"][kind] for kind in KINDS}
    assert got["growth"]["processes"] > 10_000_000
    assert got["growth"]["binary"] < -30_000_000


def test_memory_watched(node, otoscope):
    child = otoscope.start("memory", "--watch", "100ms", "--format", "jsonl", node=node)
    samples = [json.loads(child.stdout.readline()) for _ in range(3)]
    assert all(set(s) == KINDS for s in samples)
    child.send_signal(signal.SIGINT)
    assert child.wait(timeout=program.TIMEOUT) == 0


# Each row of `system`: what the node says, for those that stand still.
SYSTEM = {
    "node": "node()",
    "otp_release": "list_to_binary(erlang:system_info(otp_release))",
    "erts_version": "list_to_binary(erlang:system_info(version))",
    "emulator": "try erlang:system_info(emu_flavor) catch _:_ -> undefined end",
    "architecture": "list_to_binary(erlang:system_info(system_architecture))",
    "wordsize": "erlang:system_info({wordsize, external})",
    "port_count": "erlang:system_info(port_count)",
    "atom_count": "erlang:system_info(atom_count)",
    "ets_count": "try erlang:system_info(ets_count) catch _:_ -> undefined end",
    "module_count": "length(erlang:loaded())",
    "logical_processors": "case erlang:system_info(logical_processors) of unknown -> undefined; N -> N end",
    "schedulers": "erlang:system_info(schedulers)",
    "schedulers_online": "erlang:system_info(schedulers_online)",
    "dirty_cpu_schedulers_online": "erlang:system_info(dirty_cpu_schedulers_online)",
    "dirty_io_schedulers": "erlang:system_info(dirty_io_schedulers)",
    "net_ticktime_ns": "net_kernel:get_net_ticktime() * 1000000000",
    "multi_scheduling": "erlang:system_info(multi_scheduling)",
    "creation": "erlang:system_info(creation)",
    "build_type": "erlang:system_info(build_type)",
    "endian": "erlang:system_info(endian)",
    "nif_version": "list_to_binary(erlang:system_info(nif_version))",
    "driver_version": "list_to_binary(erlang:system_info(driver_version))",
    "os_type": "element(2, os:type())",
    "os_pid": "list_to_integer(os:getpid())",
    "ets_limit": "erlang:system_info(ets_limit)",
    "persistent_term_count": "maps:get(count, persistent_term:info())",
    "persistent_term_bytes": "maps:get(memory, persistent_term:info())",
    "logical_processors_online": "case erlang:system_info(logical_processors_online) of unknown -> undefined; "
                                 "N -> N end",
    "logical_processors_available": "case erlang:system_info(logical_processors_available) of unknown -> undefined; "
                                    "N -> N end",
    "cpu_quota": "case erlang:system_info(cpu_quota) of unknown -> undefined; N -> N end",
    "dirty_cpu_schedulers": "erlang:system_info(dirty_cpu_schedulers)",
    "scheduler_bind_type": "erlang:system_info(scheduler_bind_type)",
    "multi_scheduling_blockers": "length(erlang:system_info(multi_scheduling_blockers))",
    "async_threads": "erlang:system_info(thread_pool_size)",
    "min_heap_size_bytes": "8 * element(2, erlang:system_info(min_heap_size))",
    "min_bin_vheap_size_bytes": "8 * element(2, erlang:system_info(min_bin_vheap_size))",
    "fullsweep_after": "element(2, erlang:system_info(fullsweep_after))",
    "message_queue_data": "erlang:system_info(message_queue_data)",
    "time_warp_mode": "erlang:system_info(time_warp_mode)",
    "time_offset": "erlang:system_info(time_offset)",
    "dist_buf_busy_limit": "erlang:system_info(dist_buf_busy_limit)",
    "delayed_node_table_gc_ns": "erlang:system_info(delayed_node_table_gc) * 1000000000",
    "outstanding_system_requests_limit": "try erlang:system_info(outstanding_system_requests_limit) "
                                         "catch _:_ -> undefined end",
    "dynamic_trace": "erlang:system_info(dynamic_trace)",
    "logger_level": "maps:get(level, logger:get_primary_config())",
    "max_heap_size_bytes": "undefined",
    "system_monitor": "undefined",
}
# Those that are true or false; in one column with all else they are texts.
FLAGS = {
    "debug_compiled": "erlang:system_info(debug_compiled)",
    "smp_support": "erlang:system_info(smp_support)",
    "threads": "erlang:system_info(threads)",
    "kernel_poll": "erlang:system_info(kernel_poll)",
    "port_parallelism": "erlang:system_info(port_parallelism)",
    "time_correction": "erlang:system_info(time_correction)",
    "async_dist": "try erlang:system_info(async_dist) catch _:_ -> undefined end",
}
LIMITS = {"process_count": "process_limit", "port_count": "port_limit", "atom_count": "atom_limit"}
MEMORY = {f"memory_{kind}_bytes": kind for kind in ("total", "processes", "binary", "ets", "atom", "code")}
LOGGERS = {"logger_queue.logger", "logger_queue.logger_proxy", "logger_queue.default"}
# What only grows: between what it was before and after.
COUNTERS = {
    "uptime_ns": "erlang:convert_time_unit(erlang:monotonic_time() - erlang:system_info(start_time), native, "
                 "nanosecond)",
    "reductions": "element(1, erlang:statistics(reductions))",
    "context_switches": "element(1, erlang:statistics(context_switches))",
    "garbage_collections": "element(1, erlang:statistics(garbage_collection))",
    "gc_reclaimed_bytes": "element(2, erlang:statistics(garbage_collection)) * erlang:system_info(wordsize)",
    "io_input_bytes": "element(2, element(1, erlang:statistics(io)))",
    "io_output_bytes": "element(2, element(2, erlang:statistics(io)))",
    "cpu_time_ns": "element(1, erlang:statistics(runtime)) * 1000000",
}


def ask(node, expressions):
    return node.rpc("#{" + ", ".join(f"{name} => {text}" for name, text in expressions.items()) + "}")


def test_system(node, otoscope):
    otoscope("system", node=node)
    ask(node, SYSTEM)
    node.alone()
    counters, still = ask(node, COUNTERS), ask(node, SYSTEM)
    rows = {r["name"]: r for r in otoscope.json("system", node=node)}
    node.alone()
    counters_after = ask(node, COUNTERS)
    shown = {name: rows[name]["value"] for name in rows}
    still["multi_scheduling"] = str(still["multi_scheduling"])
    # Our own connection is a port and a node more.
    still["port_count"] += 1
    assert {name: shown[name] for name in still} == still
    for name, value in counters.items():
        assert value <= shown[name] <= counters_after[name], name
    assert shown["node_count"] == node.rpc("length(nodes(connected))") + 1
    assert 0 <= shown["run_queue"] < 10 and 1 <= shown["active_tasks"] < 10
    assert shown["process_count"] - node.rpc("erlang:system_info(process_count)") in range(-2, 10)
    assert shown["elixir_version"] is None
    for name, limit in LIMITS.items():
        assert rows[name]["limit"] == node.rpc(f"erlang:system_info({limit})")
        assert rows[name]["used"] == pytest.approx(rows[name]["value"] / rows[name]["limit"])
    assert {name: shown[name] for name in FLAGS} == {
        name: None if value is None else str(value).lower() for name, value in ask(node, FLAGS).items()}
    memory = memory_of(node)
    for name, kind in MEMORY.items():
        assert close(shown[name], memory[kind], memory[kind], 4 << 20), (name, shown[name], memory[kind])
    assert 0 < shown["literal_bytes"] < memory["code"]
    assert shown["os_version"] == ".".join(map(str, node.rpc("os:version()")))
    # Our connection is one file descriptor more.
    assert shown["fd_count"] == len(os.listdir(f"/proc/{node.pid}/fd")) + 1
    assert 1 < shown["poll_fd_count"] < shown["fd_count"]
    files = node.rpc("lists:max([N || {max_fds, N} <- lists:flatten(erlang:system_info(check_io))])")
    assert rows["fd_count"]["limit"] == rows["poll_fd_count"]["limit"] == files
    assert all(shown[name] == 0 for name in LOGGERS) and rows["logger_queue.default"]["limit"] == 200
    assert set(rows) == {*still, *counters, *FLAGS, *LIMITS, *MEMORY, *LOGGERS, "literal_bytes", "os_version",
                         "fd_count", "poll_fd_count", "node_count", "run_queue", "active_tasks", "elixir_version"}
    assert all(r["help"] for r in rows.values())


def test_system_as_text_has_units(node, otoscope):
    """People read units, each row its own; programs base units and what they are of."""
    lines = otoscope("system", "--columns", "name,value", node=node).lines()
    shown = dict(line.split(None, 1) for line in lines)
    assert re.fullmatch(r"[\d.]+ (m?s|s)|\d+m \d\ds", shown["uptime_ns"]), shown["uptime_ns"]
    assert shown["net_ticktime_ns"] == "60.0 s" and shown["wordsize"] == "8 B"
    assert re.fullmatch(r"[\d.]+ [kM]?B", shown["io_input_bytes"])
    assert shown["creation"].isdigit() and shown["otp_release"].isdigit()
    units = {r["name"]: r["unit"] for r in otoscope.json("system", node=node)}
    assert units["uptime_ns"] == "ns" and units["io_input_bytes"] == "bytes"
    assert units["process_count"] == "count" and units["creation"] is None


def test_a_growth_has_the_unit_of_its_row(node, otoscope):
    text = otoscope("system", "--window", "200ms", "--columns", "name,value_growth",
                    "--where", "name = uptime_ns", node=node).lines()
    assert re.fullmatch(r"uptime_ns  +(2|3|4|5|6|7|8|9)\d\d ms|uptime_ns +[\d.]+ s", text[1]), text


def test_a_window_over_one_fact_shows_its_growth(node, otoscope):
    """Nothing in this table is dear: also of one row the change is there without being named."""
    heading, row = otoscope("system", "--window", "200ms", "--where", "name = uptime_ns", node=node).lines()
    assert "VALUE+" in heading.split() and row.startswith("uptime_ns"), (heading, row)


def test_system_of_elixir(elixir_node, otoscope):
    rows = {r["name"]: r["value"] for r in otoscope.json("system", node=elixir_node)}
    assert rows["elixir_version"] == elixir_node.rpc("'Elixir.System':version()")


def test_system_of_another_size(start_node, release, otoscope):
    node = start_node(release, args=["+S", "3:1", "+SDcpu", "3:2", "+P", "2000", "+Q", "3000", "-kernel",
                                     "net_ticktime", "17"])
    rows = {r["name"]: r for r in otoscope.json("system", node=node)}
    assert [rows[name]["value"] for name in ("schedulers", "schedulers_online", "net_ticktime_ns")] == [
        3, 1, 17_000_000_000]
    assert rows["process_count"]["limit"] == node.rpc("erlang:system_info(process_limit)") < 3000
    assert rows["port_count"]["limit"] == node.rpc("erlang:system_info(port_limit)") < 5000


def test_queues_of_the_logger(fresh_node, otoscope):
    """Of each handler that has a process of its own, and when it drops what comes."""
    node = fresh_node
    node.rpc("logger:add_handler('my\\e[31mhandler', logger_std_h, "
             "#{config => #{type => standard_error, drop_mode_qlen => 50}})")
    node.rpc("logger:add_handler(nobody, patient, #{config => #{}})")
    node.rpc("register(error_logger, spawn(fun() -> receive never -> ok end end)), "
             "[error_logger ! job || _ <- [1, 2, 3]]")
    rows = {r["name"]: r for r in otoscope.json("system", "--where", "name ~ ^logger_queue", node=node)}
    assert {name: (r["value"], r["limit"]) for name, r in rows.items()} == {
        "logger_queue.logger": (0, None), "logger_queue.logger_proxy": (0, None),
        "logger_queue.error_logger": (3, None), "logger_queue.default": (0, 200),
        "logger_queue.my\\e[31mhandler": (0, 50)}


def test_settings(start_node, release, otoscope):
    node = start_node(release, args=["+hms", "987", "+hmqd", "off_heap", "+hmax", "5000000", "+zdbbl", "2048", "+C",
                                     "multi_time_warp"], code="erlang:system_monitor(whereis(init), [busy_port]).")
    shown = {r["name"]: r["value"] for r in otoscope.json("system", node=node)}
    assert shown["min_heap_size_bytes"] == 987 * 8 and shown["max_heap_size_bytes"] == 5_000_000 * 8
    assert shown["message_queue_data"] == "off_heap" and shown["dist_buf_busy_limit"] == 2 << 20
    assert shown["time_warp_mode"] == "multi_time_warp" and shown["system_monitor"] == "<0.0.0>"


def test_time_to_the_limit_of_atoms(start_node, release, otoscope):
    """Atoms made at a known pace: what is left of the table lasts as long as it would at this pace."""
    node = start_node(release, args=["+t", "40000"])
    otoscope("system", "--window", "1s", node=node)
    node.rpc("pace:atoms(10, 10)")
    rows = {r["name"]: r for r in otoscope.json("system", "--window", "2s", node=node)}
    atoms = rows["atom_count"]
    left = (atoms["limit"] - atoms["value"]) / 1000
    assert atoms["limit"] == node.rpc("erlang:system_info(atom_limit)")
    assert 0.5 * left <= atoms["time_to_limit_ns"] / 1e9 <= 2 * left
    assert rows["port_count"]["value_growth"] == 0 and rows["port_count"]["time_to_limit_ns"] is None
    assert rows["uptime_ns"]["value_growth"] > 0 and rows["uptime_ns"]["time_to_limit_ns"] is None
    short = otoscope.json("system", "--window", "300ms", "--where", "name = atom_count", node=node)
    assert short[0]["value_growth"] > 0 and short[0]["time_to_limit_ns"] is None


def test_embedded_mode(start_node, release, otoscope):
    """Nothing is loaded by itself there."""
    node = start_node(release, args=["-mode", "embedded"])
    for command in ("system", "memory", "ps"):
        otoscope(command, node=node)
    assert node.logged() == ""
