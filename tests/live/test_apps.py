"""apps against what the node says of its applications, and the sums over their processes."""

import nodes

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


def test_sums(node, otoscope):
    """Of a node where nothing moves but what the question moves itself."""
    for _ in range(5):
        node.patient("mailbox", 50)
    node.rpc("menagerie:start()")
    otoscope("apps", node=node)
    node.alone()
    before = node.rpc(SUMS)
    rows = apps(otoscope, node)
    node.alone()
    after = node.rpc(SUMS)
    for name in before:
        row = rows[name]
        assert row["processes"] - before[name][0] in range(-3, 6), name
        assert abs(row["memory"] - before[name][1]) < 400_000, name
        assert before[name][2] <= row["reductions"] <= after[name][2] + 200_000, name
    assert rows["(none)"]["message_queue_len"] >= 250
    assert node.logged() == ""


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
