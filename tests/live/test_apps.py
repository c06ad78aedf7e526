"""apps against what the node says of its applications, and the sums over their processes."""

import json

import pytest

import nodes
import program

# {Application: [processes, memory, reductions, messages]} of all processes, by their group leader.
SUMS = """maps:map(fun(_, L) -> [length(L) | [lists:sum([element(2, erlang:process_info(P, K)) || P <- L])
        || K <- [memory, reductions, message_queue_len]]] end,
    lists:foldl(fun({A, P}, M) -> maps:update_with(A, fun(L) -> [P | L] end, [P], M) end, #{},
        [{case application:get_application(P) of {ok, A} -> A; undefined -> '(none)' end, P}
         || P <- processes(), P =/= self(),
            {group_leader, G} <- [erlang:process_info(P, group_leader)], node(G) =:= node()]))"""


def apps(otoscope, node, *options):
    return {row["name"]: row for row in otoscope.json("apps", *options, node=node)}


def texts(triples):
    return f"[[N, list_to_binary(D), list_to_binary(V)] || {{N, D, V}} <- {triples}]"


def test_all_that_are_loaded(node, otoscope):
    node.rpc("application:load(tools)")
    rows = apps(otoscope, node)
    loaded = node.rpc(texts("application:loaded_applications()"))
    assert [[n, rows[n]["description"], rows[n]["version"]] for n, _, _ in loaded] == loaded
    assert set(rows) - {n for n, _, _ in loaded} <= {"(none)", "(remote)"}
    running = {n for n, _, _ in node.rpc(texts("application:which_applications()"))}
    assert {n for n, row in rows.items() if row["status"] == "running"} == running
    assert rows["tools"]["status"] == "loaded" and rows["tools"]["processes"] == 0
    assert rows["kernel"]["restart_type"] == "permanent"
    assert rows["kernel"]["master"] == node.rpc("element(2, hd(ets:lookup(ac_tab, {application_master, kernel})))")


@pytest.fixture
def app(quiet_node):
    """A node with the application patient_app."""
    quiet_node.used_patients = True
    quiet_node.rpc("patient_tree:app()")
    yield quiet_node
    quiet_node.rpc("patient_tree:stop()")


def test_sums(app, otoscope):
    """Of an application where nothing moves: to the byte. The reductions are those from before they were read."""
    app.rpc("[begin [P ! {job, I} || I <- lists:seq(1, 30)] end "
            "|| {_, P, _, _} <- supervisor:which_children(patient_app_sup)]")
    apps(otoscope, app)
    app.alone()
    before = app.rpc(SUMS)["patient_app"]
    row = apps(otoscope, app)["patient_app"]
    after = app.rpc(SUMS)["patient_app"]
    assert before[:2] == after[:2] and before[3] == after[3], "it does not stand still"
    assert [row["processes"], row["memory"], row["message_queue_len"]] == [5, before[1], 60] and before[3] == 60
    assert before[2] <= row["reductions"] <= after[2] <= before[2] + 20
    assert {key: row[key] for key in ("version", "status", "restart_type", "description")} == {
        "version": "1.2.3", "status": "running", "restart_type": "temporary",
        "description": "an application\\nof patients"}


def test_sums_of_all(node, otoscope):
    """Each process is counted once, and for the application that the processes table tells; we are not."""
    node.patient("idle", 500)
    for _ in range(3):
        node.patient("mailbox", 50)
    apps(otoscope, node)
    node.alone()
    before = node.rpc(SUMS)
    rows = apps(otoscope, node)
    assert "(remote)" not in rows
    by_process = otoscope.json("ps", "--columns", "application,group_leader", node=node)
    for name in before:
        assert rows[name]["processes"] - before[name][0] in range(-3, 6), name
        assert abs(rows[name]["memory"] - before[name][1]) < 400_000, name
        assert rows[name]["message_queue_len"] - before[name][3] in range(-3, 6), name
    for name in before.keys() - {"(none)"}:
        counted = len([row for row in by_process if row["application"] == name])
        assert abs(counted - rows[name]["processes"]) < 5
    assert rows["(none)"]["message_queue_len"] >= 150 and rows["(none)"]["processes"] >= 503
    assert node.logged() == ""


def window(app, otoscope, meanwhile, seconds=1):
    child = otoscope.start("apps", "--window", f"{seconds}s", "--format", "json", "--verbose", node=app)
    program.heard(child, "the window is open")
    with program.stopped(child):
        meanwhile()
    out, err = child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == 0, err
    return {row["name"]: row for row in json.loads(out)}["patient_app"]


def test_over_a_window(app, otoscope):
    row = window(app, otoscope, lambda: app.rpc("[patient_tree:work(4000000), patient:plain()], ok"))
    assert row["processes_growth"] == 1 and isinstance(row["memory_growth"], int)
    # what a process did before it was first seen in the window counts
    assert row["reductions_rate"] > 500_000


def test_who_dies_takes_no_reductions_back(app, otoscope):
    """Sums over those that live go down when one dies; work done does not."""
    pid = app.rpc("patient_tree:work(9000000)")
    end = (f'P = list_to_pid("{pid}"), R = monitor(process, P), exit(P, kill), '
           "receive {'DOWN', R, _, _, _} -> ok end")
    row = window(app, otoscope, lambda: app.rpc(end))
    assert row["processes_growth"] == -1
    assert 0 <= row["reductions_rate"] < 100_000
    assert row["reductions"] > 9_000_000


def test_statuses(quiet_node, otoscope):
    node = quiet_node
    node.used_patients = True
    node.rpc("patient_tree:app({starts, patient_slow})")
    try:
        node.rpc('patient_tree:app({loaded, "patient_loaded"})')
        nodes.wait_until(lambda: node.rpc("proplists:get_value(starting, application:info()) =/= []"), "it to start")
        rows = apps(otoscope, node)
        assert rows["patient_slow"]["status"] == "starting"
        assert rows["patient_loaded"]["status"] == "loaded" and rows["patient_loaded"]["restart_type"] is None
        assert rows["stdlib"]["status"] == "running"
    finally:
        node.rpc("""application:unload(patient_loaded),
            [exit(P, kill) || P <- processes(), {_, {patient_tree, slow, 0}} <- [process_info(P, current_function)]]""")
        node.clear()
        nodes.wait_until(lambda: node.rpc("proplists:get_value(starting, application:info()) =:= []"), "it to end")
        node.rpc("application:unload(patient_slow)")


def test_hostile_names(quiet_node, otoscope):
    """A name is any atom."""
    names = ["\x1b[31mred", "two\nlines", "caf\u00e9", "Elixir.Shop", "(none)", "comma,\"quote"]
    made = [f"[{', '.join(str(ord(c)) for c in name)}]" for name in names]
    quiet_node.used_patients = True
    for name in made:
        quiet_node.rpc(f"patient_tree:app({{loaded, {name}}})")
    try:
        for form in ("text", "json", "jsonl", "csv"):
            out = otoscope("apps", "--format", form, node=quiet_node).stdout
            assert "\x1b" not in out and "31mred" in out and "two\nlines" not in out
        rows = apps(otoscope, quiet_node)
        assert {"caf\u00e9", "Shop", "comma,\"quote", "two\\nlines"} <= set(rows)
        assert len(rows) >= len(names) + 2
    finally:
        for name in made:
            quiet_node.rpc(f"application:unload(list_to_atom({name}))")


def test_elixir(elixir_node, otoscope):
    rows = apps(otoscope, elixir_node)
    assert rows["elixir"]["status"] == "running" and rows["logger"]["processes"] > 1
    assert rows["elixir"]["version"] == elixir_node.rpc("'Elixir.System':version()")
    said = elixir_node.rpc(SUMS)
    assert {name: rows[name]["processes"] for name in ("elixir", "logger")} == {
        name: said[name][0] for name in ("elixir", "logger")}


def test_the_controller_is_stuck(node, otoscope):
    """The table tells what the tables tell: the controller is asked, and not waited for."""
    node.rpc("sys:suspend(application_controller)")
    try:
        rows = apps(otoscope, node)
    finally:
        node.rpc("sys:resume(application_controller)")
    assert rows["kernel"]["status"] == "running" and rows["kernel"]["processes"] > 10
    assert rows["stdlib"]["status"] is None
    nodes.wait_until(lambda: node.rpc("process_info(whereis(application_controller), message_queue_len)")[1] == 0,
                     "the controller to go on")
