"""mnesia and mnesia_system against what Mnesia says of itself."""

import pytest

from nodes import wait_until

SETUP = """
    ok = mnesia:start(),
    {{atomic, ok}} = mnesia:create_table(cart, [{{ram_copies, [node()]}}, {{attributes, [key, owner, total]}},
                                              {{index, [total, owner]}}, {{record_name, basket}}, {{load_order, 3}}]),
    {{atomic, ok}} = mnesia:create_table(stock, [{{disc_copies, [node()]}}, {{type, ordered_set}},
                                               {{access_mode, read_only}}, {{majority, true}}]),
    {{atomic, ok}} = mnesia:create_table(history, [{{disc_only_copies, [node()]}}, {{type, bag}}]),
    {{atomic, ok}} = mnesia:create_table('Elixir.Shop.Session', [{{local_content, true}}]),
    ok = mnesia:wait_for_tables([cart, stock, history, 'Elixir.Shop.Session'], 10000),
    [ok = mnesia:dirty_write(cart, {{basket, I, ann, I}}) || I <- lists:seq(1, 20)],
    [ok = mnesia:dirty_write({{history, I, I}}) || I <- lists:seq(1, 7)],
    ok = mnesia:sync_log()"""

# Each column: what the node says of the table T.
TRUTH = {
    "type": "I(type)",
    "size": "I(size)",
    "memory": "I(memory) * case I(storage_type) of disc_only_copies -> 1; _ -> erlang:system_info(wordsize) end",
    "storage": "I(storage_type)",
    "loaded": "I(where_to_read) =/= nowhere",
    "copies": "length(I(all_nodes))",
    "stopped_nodes": "N(I(all_nodes) -- mnesia:system_info(running_db_nodes))",
    "owner": "case I(storage_type) of disc_only_copies -> dets:info(T, owner); _ -> ets:info(T, owner) end",
    "index": "N([lists:nth(P - 1, I(attributes)) || P <- I(index)])",
    "read_from": "I(where_to_read)",
    "loaded_from": "I(load_node)",
    "load_reason": 'list_to_binary(io_lib:format("~0tp", [I(load_reason)]))',
    "ram_copies": "N(I(ram_copies))",
    "disc_copies": "N(I(disc_copies))",
    "disc_only_copies": "N(I(disc_only_copies))",
    "external_copies": "undefined",
    "master_nodes": "N(I(master_nodes))",
    "access_mode": "I(access_mode)",
    "load_order": "I(load_order)",
    "majority": "I(majority)",
    "local_content": "I(local_content)",
    "record_name": "I(record_name)",
    "attributes": "N(I(attributes))",
    "subscribers": "length(I(subscribers))",
    "checkpoints": "length(I(checkpoints))",
}


@pytest.fixture
def mnesia(fresh_node):
    """A node with tables of all kinds of storage."""
    fresh_node.rpc(f'application:load(mnesia), application:set_env(mnesia, dir, "{fresh_node.home}/db"),'
                   "ok = mnesia:create_schema([node()])")
    fresh_node.rpc(SETUP.format())
    return fresh_node


def truth(node):
    each = ", ".join(f"{column} => {said}" for column, said in TRUTH.items())
    return dict(node.rpc(f"""
        N = fun([]) -> undefined; (L) -> list_to_binary(lists:join(", ", [atom_to_list(A) || A <- L])) end,
        [{{T, (fun() -> I = fun(K) -> mnesia:table_info(T, K) end, #{{{each}}} end)()}}
         || T <- mnesia:system_info(tables)]"""))


def shown(otoscope, node):
    return {row.pop("name"): row for row in otoscope.json("mnesia", "--syntax", "erlang", node=node)}


def facts(otoscope, node):
    return {row["name"]: row["value"] for row in otoscope.json("mnesia_system", node=node)}


@pytest.mark.parametrize("table", ["mnesia", "mnesia_system"])
def test_where_it_does_not_run(node, otoscope, table):
    done = otoscope(table, "--format", "json", node=node)
    assert done.json() == []
    assert done.stderr == f"otoscope: '{node.name}': Mnesia does not run there\n"
    text = otoscope(table, node=node)
    assert len(text.lines()) == 1 and text.lines()[0].startswith("NAME ")
    assert node.rpc("[M || {M, _} <- code:all_loaded(), lists:prefix(\"mnesia\", atom_to_list(M))]") == []


def test_columns(mnesia, otoscope):
    rows = shown(otoscope, mnesia)
    said = truth(mnesia)
    assert set(rows) == {name.removeprefix("Elixir.") for name in said}
    for name, wanted in said.items():
        row = rows[name.removeprefix("Elixir.")]
        assert {c: row[c] for c in TRUTH if c not in ("record_name", "memory")} == {
            c: wanted[c] for c in TRUTH if c not in ("record_name", "memory")}
        assert row["record_name"] == wanted["record_name"].removeprefix("Elixir.")
        assert row["memory"] == wanted["memory"] > 0
        assert row["system"] == (name == "schema")
        assert row["owner_name"] == ("dets:init/2" if name == "history" else "mnesia_monitor")
    assert set(rows["cart"]) == set(TRUTH) | {"owner_name", "system"}
    assert rows["cart"]["index"] in ("owner, total", "total, owner") and rows["cart"]["size"] == 20
    assert {row["storage"] for row in rows.values()} == {"ram_copies", "disc_copies", "disc_only_copies"}


def test_system(mnesia, otoscope):
    said = dict(mnesia.rpc("""
        S = fun mnesia:system_info/1,
        [{version, list_to_binary(S(version))}, {directory, list_to_binary(S(directory))}, {running_nodes, node()},
         {is_running, S(is_running)}, {use_dir, <<"true">>}, {schema_location, S(schema_location)}, {tables, 5},
         {local_tables, 5}, {transaction_commits, S(transaction_commits)}, {stopped_nodes, undefined},
         {transaction_failures, S(transaction_failures)}, {transaction_restarts, S(transaction_restarts)},
         {transaction_log_writes, S(transaction_log_writes)}, {held_locks, 0}, {lock_queue, 0}, {tm_queue, 0},
         {checkpoints, 0}, {tables_not_loaded, 0}, {dump_log_write_threshold, S(dump_log_write_threshold)}]"""))
    got = facts(otoscope, mnesia)
    assert {name: got[name] for name in said} == said


def test_locks(mnesia, otoscope):
    """One transaction holds a lock, another one, that began before it, waits for it: a younger one would give way."""
    mnesia.rpc("""
        Asker = self(),
        F = fun(Begun) -> spawn(fun() -> mnesia:transaction(fun() ->
                Asker ! {begun, self()}, Begun(),
                mnesia:write_lock_table(cart), Asker ! locked, receive stop -> ok end end) end) end,
        Old = F(fun() -> receive lock -> ok end end), receive {begun, Old} -> ok end,
        F(fun() -> ok end), receive locked -> Old ! lock end""")
    wait_until(lambda: mnesia.rpc("length(mnesia:system_info(lock_queue))") == 1, "the second to wait")
    got = facts(otoscope, mnesia)
    assert got["held_locks"] == mnesia.rpc("length(mnesia:system_info(held_locks))") == 1
    assert got["lock_queue"] == 1


def test_copies_elsewhere(start_node, otoscope):
    """A table that is only on the other node is remote, without size; when that one stops, it is among the stopped."""
    here, there = start_node("25"), start_node("25", cookie="shared")
    here.rpc(f"erlang:set_cookie('{there.name}', shared), pong = net_adm:ping('{there.name}')")
    assert there.rpc("mnesia:start()") == here.rpc("mnesia:start()") == "ok"
    here.rpc(f"""{{ok, [_]}} = mnesia:change_config(extra_db_nodes, ['{there.name}']),
        {{atomic, ok}} = mnesia:create_table(far, [{{ram_copies, ['{there.name}']}}]),
        {{atomic, ok}} = mnesia:create_table(both, [{{ram_copies, [node(), '{there.name}']}}])""")
    far = shown(otoscope, here)["far"]
    assert (far["storage"], far["size"], far["memory"], far["copies"]) == ("remote", None, None, 1)
    assert (far["loaded"], far["read_from"], far["stopped_nodes"]) == (True, there.name, None)
    assert set(facts(otoscope, here)["running_nodes"].split(", ")) == {here.name, there.name}

    there.rpc("mnesia:stop()")
    wait_until(lambda: here.rpc("length(mnesia:system_info(running_db_nodes))") == 1, "the other to be missed")
    rows = shown(otoscope, here)
    assert (rows["far"]["loaded"], rows["far"]["stopped_nodes"]) == (False, there.name)
    assert (rows["both"]["loaded"], rows["both"]["copies"], rows["both"]["stopped_nodes"]) == (True, 2, there.name)
    got = facts(otoscope, here)
    assert (got["running_nodes"], got["stopped_nodes"], got["tables_not_loaded"]) == (here.name, there.name, 1)


def test_tables_that_come_and_go(fresh_node, otoscope):
    """A table that is made or deleted meanwhile harms no other's row."""
    fresh_node.rpc("""ok = mnesia:start(), [{atomic, ok} = mnesia:create_table(T, []) || T <- [one, two]],
        spawn(fun Loop() -> [{atomic, ok} = mnesia:create_table(T, []) || T <- [a, b, c]],
                            [{atomic, ok} = mnesia:delete_table(T) || T <- [a, b, c]], Loop() end)""")
    for _ in range(5):
        rows = shown(otoscope, fresh_node)
        assert set(rows) >= {"schema", "one", "two"} and set(rows) <= {"schema", "one", "two", "a", "b", "c"}
        assert all(rows[name]["storage"] == "ram_copies" and rows[name]["size"] == 0 for name in ("one", "two"))
        assert facts(otoscope, fresh_node)["is_running"] == "yes"
