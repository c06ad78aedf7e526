"""modules against what the node says of its code."""

import pytest

TRUTH = {
    "path": "case code:is_loaded(M) of {file, F} when is_list(F) -> list_to_binary(F); {file, F} -> F end",
    "old_code": "erlang:check_old_code(M)",
    "exports": "length(M:module_info(exports))",
    "functions": "length(M:module_info(functions))",
    "nifs": "length(M:module_info(nifs))",
    "md5": "list_to_binary([io_lib:format(\"~2.16.0b\", [B]) || <<B>> <= M:module_info(md5)])",
    "version": "case proplists:get_value(vsn, M:module_info(attributes)) of "
               "[V] when is_integer(V) -> integer_to_binary(V); _ -> undefined end",
    "source": "list_to_binary(proplists:get_value(source, M:module_info(compile), \"\"))",
    "application": "case code:which(M) of preloaded -> erts; F -> list_to_binary(hd(string:lexemes("
                   "filename:basename(filename:dirname(filename:dirname(F))), \"-\"))) end",
    "file_size": "case code:which(M) of preloaded -> undefined; F -> filelib:file_size(F) end",
}
OTP = ("M =/= witness, code:is_loaded(M) =/= false, "
       "not is_list(code:which(M)) orelse lists:prefix(\"/usr/lib\", code:which(M))")


def modules(otoscope, node, columns, *options):
    return {row["name"]: row for row in otoscope.json("modules", "--columns", "name," + columns, *options, node=node)}


@pytest.mark.parametrize("column", TRUTH)
def test_column(node, otoscope, column):
    said = dict(node.rpc(f"[[M, {TRUTH[column]}] || M <- erlang:loaded(), {OTP}]"))
    rows = modules(otoscope, node, column)
    assert len(said) > 60 and (len(set(map(str, said.values()))) > 1 or column == "old_code")
    assert {name: rows[name][column] or None for name in said} == {name: v or None for name, v in said.items()}


def test_all_that_are_loaded(node, otoscope):
    otoscope("modules", node=node)
    loaded = node.rpc("erlang:loaded()")
    assert set(modules(otoscope, node, "old_code")) == set(loaded)


def test_sticky(node, otoscope, release):
    rows = modules(otoscope, node, "sticky")
    said = dict(node.rpc("[[M, code:is_sticky(M)] || M <- erlang:loaded()]"))
    assert {name: rows[name]["sticky"] for name in said} == (
        said if int(release) >= 26 else {name: None for name in said})


# A module NAME whose version 1 is run by N processes.
MADE = """
    Make = fun(V) ->
        {ok, M, Code} = compile:forms([
            {attribute, 1, module, NAME}, {attribute, 1, vsn, V}, {attribute, 2, export, [{run, 0}]},
            {function, 3, run, 0, [{clause, 3, [], [], [{'receive', 3, [{clause, 3, [{atom, 3, stop}], [],
                [{string, 3, V}]}]}]}]}]),
        {module, M} = code:load_binary(M, "/opt/shop-1.2/ebin/x.beam", Code), M end,
    M = Make("1.6"),
    Pids = [patient:started(erlang, spawn, [M, run, []]) || _ <- lists:seq(1, N)],"""


def made(node, name, processes, then):
    node.used_patients = True
    return node.rpc(MADE.replace("NAME", name).replace("N)", f"{processes})") + then + ", Pids")


def unloaded(node, name):
    node.clear()
    node.rpc(f"code:purge({name}), code:delete({name}), code:purge({name})")


def test_old_code(node, otoscope):
    pids = made(node, "shop_price", 7, 'Make("1.7"), patient:started(erlang, spawn, [M, run, []])')
    row = modules(otoscope, node, "application,version,old_code,old_code_processes,old_code_pids,path")["shop_price"]
    *first, more = row.pop("old_code_pids").split()
    assert set(first) < set(pids) and len(set(first)) == 5 and more == "..."
    assert row == {"name": "shop_price", "application": "shop", "version": "1.7", "old_code": True,
                   "old_code_processes": 7, "path": "/opt/shop-1.2/ebin/x.beam"}
    node.rpc("[begin R = monitor(process, P), exit(P, kill), receive {'DOWN', R, _, _, _} -> ok end end || "
             f"T <- {pids[1:]}, P <- [list_to_pid(T)]]".replace("'<", '"<').replace(">'", '>"'))
    rows = modules(otoscope, node, "old_code_processes,old_code_pids", "--where", "old_code = true")
    assert rows == {"shop_price": {"name": "shop_price", "old_code_processes": 1, "old_code_pids": pids[0]}}
    unloaded(node, "shop_price")
    assert modules(otoscope, node, "name", "--where", "old_code = true") == {}


def test_only_old_code(node, otoscope):
    """A module that was deleted and is still run: what the node tells of current code is not there."""
    pid, = made(node, "shop_gone", 1, "code:delete(M)")
    assert "shop_gone" in node.rpc("erlang:loaded()")
    rows = modules(otoscope, node, "old_code,md5,exports,old_code_pids")
    assert rows["shop_gone"] == {"name": "shop_gone", "old_code": True, "md5": None, "exports": 0,
                                 "old_code_pids": pid}
    unloaded(node, "shop_gone")


def test_elixir(elixir_node, otoscope):
    rows = modules(otoscope, elixir_node, "application,path")
    assert rows["Enum"]["application"] == "elixir" and rows["Enum"]["path"].endswith("/Elixir.Enum.beam")
    assert not [name for name in rows if name.startswith("Elixir.")]
    assert rows["elixir"]["application"] == "elixir" and rows["lists"]["application"] == "stdlib"


def test_the_code_server_is_stuck(node, otoscope, release):
    otoscope("modules", "--columns", "name,path,exports", node=node)  # what a visit loads is loaded
    node.patient("holding", "whereis(code_server)")
    rows = modules(otoscope, node, "path,exports")
    again = modules(otoscope, node, "old_code")
    assert rows["lists"]["exports"] > 50 and set(again) == set(rows)
    assert bool(rows["lists"]["path"]) == (int(release) >= 26)
