"""Every column of ps against what the node says of itself, at a moment when nothing moves."""

import pytest

# What the node says of a process P, a column at a time. mfa/3 is how the node writes a function.
TRUTH = {
    "pid": "list_to_binary(pid_to_list(P))",
    "registered_name": "case erlang:process_info(P, registered_name) of [] -> undefined; {_, N} -> N end",
    "reductions": "I(reductions)",
    "memory": "I(memory)",
    "message_queue_len": "I(message_queue_len)",
    "status": "I(status)",
    "heap_size": "I(heap_size) * W",
    "total_heap_size": "I(total_heap_size) * W",
    "stack_size": "I(stack_size) * W",
    "application": "case application:get_application(P) of {ok, A} -> A; undefined -> undefined end",
    "priority": "I(priority)",
    "trap_exit": "I(trap_exit)",
    "message_queue_data": "I(message_queue_data)",
    "group_leader": "I(group_leader)",
    "minor_gcs": "proplists:get_value(minor_gcs, I(garbage_collection))",
    "links": "length(I(links))",
    "monitors": "length(I(monitors))",
    "monitored_by": "length(I(monitored_by))",
    "binary_count": "length(I(binary))",
    "binary_memory": "lists:sum([S || {_, S, _} <- I(binary)])",
    "current_function": "F(I(current_function))",
    "initial_call": "F(case proc_lib:initial_call(P) of {M, N, L} -> {M, N, length(L)}; false -> I(initial_call) end)",
}

FUNCTION = {
    "erlang": 'fun({M, N, A}) -> iolist_to_binary(io_lib:format("~tw:~tw/~w", [M, N, A])) end',
    "elixir": """fun({M, N, A}) ->
        <<"&", Text/binary>> = 'Elixir.Kernel':inspect(erlang:make_fun(M, N, A)), Text end""",
}


def truth(node, column, pids, syntax="erlang"):
    """{pid: value} of what the node says of the column."""
    listed = ", ".join(f'list_to_pid("{p}")' for p in pids)
    return node.rpc(f"""
        W = erlang:system_info(wordsize),
        F = {FUNCTION[syntax]},
        menagerie:grid(fun(P) -> I = fun(K) -> element(2, erlang:process_info(P, K)) end, {TRUTH[column]} end,
                       [{listed}])""")


def ps(otoscope, node, columns, *options):
    return {row["pid"]: row for row in
            otoscope.json("ps", "--columns", "pid," + columns, "--syntax", "erlang", *options, node=node)}


@pytest.fixture
def menagerie(node):
    """{kind: pid}"""
    node.used_patients = True
    return dict(node.rpc("menagerie:start()"))


@pytest.fixture
def elixir_menagerie(elixir_node):
    elixir_node.used_patients = True
    return dict(elixir_node.rpc("menagerie:start_elixir()"))


@pytest.mark.parametrize("column", TRUTH)
def test_column(node, otoscope, menagerie, column):
    """All that stands still is shown as it is: our patients, and of the node's own what did not change meanwhile."""
    own = node.rpc("[whereis(N) || N <- [kernel_sup, init, logger, rex, user, net_sup, standard_error]]")
    pids = [p for p in list(menagerie.values()) + own if p]
    before = truth(node, column, pids)
    rows = ps(otoscope, node, column)
    after = truth(node, column, pids)
    still = {p for p in pids if before[p] == after[p]}
    assert still >= set(menagerie.values())
    assert {p: rows[p][column] for p in still} == {p: before[p] for p in still}
    assert len(set(map(str, before.values()))) > 1, "all the same: nothing is tested"


def test_every_column_is_tested(node, otoscope):
    with_node = otoscope.json("ps", "-n", "1", node=node)[0]
    hint = otoscope("ps", "--columns", "no_such_column", node=node, check=2).stderr.split("columns: ")[-1]
    columns = set(hint.strip().split(", "))
    assert set(with_node) <= columns
    assert columns == set(TRUTH) | {"name", "label", "parent"}


def test_columns_that_cost_are_shown_only_when_named(node, otoscope):
    asked = {"parent", "priority", "trap_exit", "message_queue_data", "group_leader", "minor_gcs", "links", "monitors",
             "monitored_by", "binary_count", "binary_memory"}
    shown = set(otoscope.json("ps", "-n", "1", node=node)[0])
    assert shown == set(TRUTH) - asked | {"name", "label"}


LABELS = {
    "erlang": {"label_1": "cache", "label_2": "{worker,17}", "label_3": "cart of ann", "label_4": '"charlist"',
               "label_5": "Shop.Cart", "label_6": "#{id => 1}", "label_7": "café"},
    "elixir": {"label_1": ":cache", "label_2": "{:worker, 17}", "label_3": "cart of ann", "label_4": '~c"charlist"',
               "label_5": "Shop.Cart", "label_6": "%{id: 1}", "label_7": "café"},
}


@pytest.mark.parametrize("syntax", LABELS)
def test_label(node, otoscope, menagerie, syntax):
    rows = ps(otoscope, node, "label", "--syntax", syntax)
    assert {kind: rows[menagerie[kind]]["label"] for kind in LABELS[syntax]} == LABELS[syntax]
    assert {rows[pid]["label"] for kind, pid in menagerie.items() if not kind.startswith("label_")} == {None}


def test_name_is_the_registered_name_or_the_label_or_the_initial_call(node, otoscope, menagerie):
    rows = ps(otoscope, node, "name,registered_name,label,initial_call")
    for row in rows.values():
        assert row["name"] == (row["registered_name"] or row["label"] or row["initial_call"])
    names = {kind: rows[pid]["name"] for kind, pid in menagerie.items()}
    assert names["registered"] == "menagerie_name"
    assert names["label_3"] == "cart of ann"
    assert names["server"] == "patient_server:init/1"
    assert names["supervisor"] == "menagerie_supervisor"
    assert names["child"] == "patient:wait/0"


def test_initial_call_of_a_process_with_a_huge_heap(node, otoscope, menagerie):
    """Before OTP 26.2 its dictionary is not read, since that would copy it whole: the start function is shown."""
    row = ps(otoscope, node, "initial_call,total_heap_size")[menagerie["huge_heap"]]
    assert row["total_heap_size"] > 1 << 20
    assert row["initial_call"] == truth(node, "initial_call", [menagerie["huge_heap"]])[menagerie["huge_heap"]]


def test_parent(node, otoscope, menagerie, release):
    """What the VM knows (OTP 25), else what proc_lib keeps, which can be a name."""
    rows = ps(otoscope, node, "parent")
    if int(release) >= 25:
        said = node.rpc("menagerie:grid(fun(P) -> element(2, erlang:process_info(P, parent)) end, ["
                        + ", ".join(f'list_to_pid("{p}")' for p in menagerie.values()) + "])")
        assert {p: rows[p]["parent"] for p in said} == said
        assert rows[menagerie["child"]]["parent"] == menagerie["supervisor"]
    else:
        assert rows[menagerie["child"]]["parent"] == "menagerie_supervisor"
        assert rows[menagerie["plain"]]["parent"] is None


def test_status(node, otoscope, menagerie):
    spinning = node.patient("spinning")
    rows = ps(otoscope, node, "status,current_function")
    assert rows[spinning]["status"] in ("running", "runnable")
    assert rows[menagerie["suspended"]]["status"] == "suspended"
    assert rows[menagerie["plain"]]["status"] == "waiting"
    assert rows[menagerie["hibernated"]] == {"pid": menagerie["hibernated"], "status": "waiting",
                                            "current_function": "erlang:hibernate/3"}


def test_is_all_of_them(node, otoscope, menagerie):
    """Nobody is missing, and there is nobody else than the node's own and our helper."""
    before = set(node.rpc("processes()"))
    shown = set(ps(otoscope, node, "status"))
    after = set(node.rpc("processes()"))
    assert shown >= before & after
    assert len(shown - before - after) <= 12, "our helpers and the connection's own"


@pytest.mark.parametrize("syntax", ["erlang", "elixir"])
def test_elixir_functions(elixir_node, otoscope, elixir_menagerie, syntax):
    pids = list(elixir_menagerie.values())
    rows = {row["pid"]: row for row in otoscope.json(
        "ps", "--columns", "pid,initial_call,current_function", "--syntax", syntax, node=elixir_node)}
    for column in ("initial_call", "current_function"):
        said = truth(elixir_node, column, pids, "elixir")
        erlang = truth(elixir_node, column, pids, "erlang")
        for pid in pids:
            wanted = said[pid] if syntax == "elixir" or erlang[pid].startswith("'Elixir.") else erlang[pid]
            assert rows[pid][column] == wanted, (column, pid)


def test_elixir_names(elixir_node, otoscope, elixir_menagerie):
    """Elixir is what a node with Elixir is shown in, without being told; names carry no prefix in any syntax."""
    rows = {row["pid"]: row for row in otoscope.json("ps", node=elixir_node)}
    kinds = {kind: rows[pid] for kind, pid in elixir_menagerie.items()}
    assert kinds["cache"]["registered_name"] == kinds["cache"]["name"] == "Shop.Cache"
    assert kinds["cache"]["initial_call"] == "Shop.Cache.init/1"
    assert kinds["agent"]["registered_name"] == "shop agent"
    assert kinds["supervisor"]["name"] == "Shop.Supervisor"
    assert kinds["plain"]["initial_call"].startswith(("Shop.Menagerie.", ":erlang.apply/2"))
    assert kinds["labelled"]["label"] == '{Shop.Cart, %Shop.Item{name: "pen", price: 2, tags: []}, "ann"}'
    assert {row["application"] for row in rows.values()} >= {"kernel", "logger", None}
    assert rows[elixir_node.rpc("whereis('Elixir.Logger.Supervisor')")]["application"] == "logger"


def test_reading_leaves_a_process_as_it_was(node, otoscope, menagerie):
    """The cheap columns leave no trace; a dear one is a signal and costs the process one reduction."""
    pids = [menagerie["plain"], menagerie["server"]]
    before = truth(node, "reductions", pids)
    ps(otoscope, node, "reductions,message_queue_len,status")
    assert truth(node, "reductions", pids) == before
    ps(otoscope, node, "reductions,memory")
    after = truth(node, "reductions", pids)
    assert {p: after[p] - before[p] for p in pids} == {p: 1 for p in pids}


def test_text_is_the_same_in_human_units(node, otoscope, menagerie):
    pid = menagerie["mailbox"]
    text = otoscope("ps", "--where", f"pid = {pid}", "--columns", "pid,name,message_queue_len,memory", node=node)
    heading, row = text.lines()
    memory = otoscope.json("ps", "--where", f"pid = {pid}", node=node)[0]["memory"]
    assert heading.split() == ["PID", "NAME", "MSGQ", "MEMORY"]
    words = row.split()
    assert words[0] == pid and words[2] == "100"
    assert abs(float(words[3]) * {"kB": 1024, "KB": 1024, "KiB": 1024, "MB": 1 << 20}[words[4]] - memory) < memory / 10
