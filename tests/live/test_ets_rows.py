"""ets TABLE --rows N: what a table holds, however large or hostile it is."""

import csv
import io
import json

import pytest


def filled(node, name, objects, options=""):
    """A table of this name with objects, each a text of Erlang; a fun gives one when it is put in."""
    node.used_patients = True
    node.rpc(f"patient_ets:filled({name}, [{options}], [{', '.join(objects)}])")
    return name


def rows(otoscope, node, table, *options, count=20, syntax="erlang"):
    return otoscope.json("ets", table, "--rows", str(count), "--syntax", syntax, *options, node=node)


def objects(got):
    return [row["object"] for row in got["objects"]]


@pytest.mark.parametrize("kind", ["set", "ordered_set", "bag", "duplicate_bag"])
@pytest.mark.parametrize("protection", ["public", "protected"])
def test_types(node, otoscope, kind, protection):
    """The first objects, in the table's order, each with its key; and how many are left out."""
    filled(node, "goods", [f"{{{i % 7}, item, {i}}}" for i in range(30)], f"{kind}, {protection}")
    all_of = node.rpc('[list_to_binary(io_lib:format("~0tp", [O])) || O <- ets:tab2list(goods)]')
    got = rows(otoscope, node, "goods", count=100)
    assert sorted(objects(got)) == sorted(all_of) and got["left_out"] == 0
    assert all(row["object"].startswith("{" + row["key"] + ",item,") and not row["cut"] for row in got["objects"])
    few = rows(otoscope, node, "goods", count=4)
    assert few["objects"] == got["objects"][:4] and few["left_out"] == len(all_of) - 4 and few["size"] == len(all_of)
    if kind == "ordered_set":
        assert objects(got) == all_of
    assert node.rpc("ets:info(goods, fixed)") is False


def test_formats(node, otoscope):
    filled(node, "goods", ["{b, 2}", "{a, 1}"], "ordered_set, {keypos, 2}")
    want = [{"key": "1", "object": "{a,1}", "cut": False}, {"key": "2", "object": "{b,2}", "cut": False}]
    options = ("ets", "goods", "-n", "5", "--syntax", "erlang")
    assert otoscope(*options, "--format", "json", node=node).json() == {
        "id": "goods", "size": 2, "left_out": 0, "why": None, "objects": want}
    lines = otoscope(*options, "--format", "jsonl", node=node).stdout.splitlines()
    assert [json.loads(line) for line in lines] == want
    table = list(csv.DictReader(io.StringIO(otoscope(*options, "--format", "csv", node=node).stdout)))
    assert table == [{**row, "cut": "false"} for row in want]
    assert otoscope(*options, node=node).lines() == ["goods has 2 objects", "{a,1}", "{b,2}"]
    assert otoscope("ets", "goods", "--rows", "1", node=node).lines()[0] == "goods has 2 objects, 1 of them is shown"
    assert objects(rows(otoscope, node, "goods", syntax="elixir")) == ["{:a, 1}", "{:b, 2}"]


def test_empty(node, otoscope):
    filled(node, "nothing_in_it", [])
    assert rows(otoscope, node, "nothing_in_it")["objects"] == []
    assert otoscope("ets", "nothing_in_it", "--rows", "3", node=node).lines() == ["nothing_in_it has 0 objects"]
    assert otoscope("ets", "nothing_in_it", "--rows", "3", "--format", "jsonl", node=node).stdout == ""


def test_more_than_there_can_be(node, otoscope):
    filled(node, "goods", ["{%d}" % i for i in range(1100)], "ordered_set")
    for count in ("0", "5000"):
        got = rows(otoscope, node, "goods", count=count)
        assert objects(got) == ["{%d}" % i for i in range(1000)] and got["left_out"] == 100


def test_private(node, otoscope):
    filled(node, "mine", ["{1}"], "private")
    owner = node.rpc("ets:info(mine, owner)")
    done = otoscope("ets", "mine", "--rows", "3", node=node, check=6)
    assert f"table 'mine' is private: only its owner {owner} can read it" in done.stderr
    assert otoscope.json("ets", "mine", node=node)["size"] == 1


def test_without_a_name(node, otoscope):
    ident = dict(node.rpc("patient_ets:zoo()"))["twin_2"]
    node.used_patients = True
    assert rows(otoscope, node, ident)["id"] == ident


HOSTILE = {
    '{1, "\\e[31mred\\b"}': '{1,"\\e[31mred\\b"}',
    "{2, <<255, 254, 0>>}": "{2,<<255,254,0>>}",
    "{3, list_to_atom(\"\\e]0;x\\b\")}": "{3,'\\e]0;x\\b'}",
    "{4, fun erlang:length/1}": "{4,fun erlang:length/1}",
    "{5, #{[] => {}}}": "{5,#{[] => {}}}",
    "{6, [improper | tail]}": "{6,[improper|tail]}",
    "{7, 1 bsl 70, -1.5}": "{7,1180591620717411303424,-1.5}",
}


def test_hostile_objects(node, otoscope):
    """Nothing of it steers a terminal, and all of it is shown as it is."""
    filled(node, "hostile", HOSTILE, "ordered_set")
    assert objects(rows(otoscope, node, "hostile")) == list(HOSTILE.values())
    done = otoscope("ets", "hostile", "--rows", "9", node=node)
    assert not set(map(chr, range(32))) - {"\n"} & set(done.stdout)
    filled(node, "closures", ["{1, fun(X) -> X end}"])
    assert "#Fun<" in objects(rows(otoscope, node, "closures"))[0]


def test_secrets(node, otoscope):
    filled(node, "accounts", ['{password, "hunter2"}', '{2, #{token => "hunter3", name => "ann"}}'], "ordered_set")
    assert "hunter" in str(rows(otoscope, node, "accounts"))
    for syntax in ("erlang", "elixir"):
        got = rows(otoscope, node, "accounts", "--redact", syntax=syntax)
        assert "hunter" not in str(got) and "ann" in str(got)
    assert "hunter" not in otoscope("ets", "accounts", "--rows", "9", "--redact", node=node).stdout


SHARED = "fun() -> {1, lists:foldl(fun(_, T) -> [T | T] end, [], lists:seq(1, 17))} end"
HUGE = "fun() -> {1, small, lists:seq(1, 4000000)} end"  # 64 MB


def peak(node):
    """The most memory that the node ever had, in bytes."""
    with open(f"/proc/{node.pid}/status") as f:
        return next(int(line.split()[1]) * 1024 for line in f if line.startswith("VmHWM:"))


def test_objects_that_are_large(node, otoscope):
    """They are reduced: many parts, a long list, a binary that is not even copied."""
    filled(node, "large", ["{0, small}", SHARED, "fun() -> {2, lists:seq(1, 100000)} end",
                           "fun() -> {3, binary:copy(<<\"x\">>, 100000000)} end"], "ordered_set")
    before = peak(node)
    done = otoscope("ets", "large", "--rows", "9", "--format", "json", "--syntax", "erlang", node=node)
    assert len(done.stdout) < 100_000
    got = done.json()["objects"]
    assert [(row["key"], row["cut"]) for row in got] == [("0", False), ("1", True), ("2", True), ("3", True)]
    assert "more" in got[2]["object"] and got[3]["object"].startswith('{3,<<"xxxx')
    assert peak(node) - before < 50_000_000


@pytest.mark.parametrize("kind", ["set", "ordered_set"])
def test_an_object_larger_than_may_be_copied(fresh_node, otoscope, kind):
    """It is not copied; what is small in it and beside it is shown."""
    node = fresh_node
    more = ["{2, atom, 1.5, <<\"binary\">>}", "{{user, 3}, {a, b}, {1, 2, 3, 4, 5}, #{}, \"list\", []}", "{'_', any}",
            "{'$1', \"any\"}", "{" + ", ".join(map(str, range(5, 45))) + "}", "{1 bsl 100}", "{#{}, 1}"]
    filled(node, "mixed", more + [HUGE], kind)
    node.rpc("[garbage_collect(P) || P <- processes()], ok")
    before = peak(node)
    got = rows(otoscope, node, "mixed")
    assert peak(node) - before < 30_000_000
    assert set(objects(got)) == {
        "{1,small,[...]}", '{2,atom,1.5,<<"binary">>}', "{{user,3},{a,b},{...},#{...},[...],[]}", "{'_',any}",
        "{'$1',...}", "{" + ",".join(map(str, range(5, 37))) + ",... (8 more)}", "..."}
    assert "larger than 16 MB" in got["why"] and {row["key"] for row in got["objects"]} >= {"1", "2", "{user,3}", "'_'"}
    assert "--whole" in otoscope("ets", "mixed", "--rows", "9", node=node).stdout
    assert node.rpc("ets:info(mixed, fixed)") is False


def test_whole(fresh_node, otoscope):
    """Who wants it has it copied: up to our own limit."""
    node = fresh_node
    filled(node, "many", ["fun() -> [{I, lists:seq(1, 5)} || I <- lists:seq(1, 150000)] end"], "ordered_set")
    assert objects(rows(otoscope, node, "many", count=2)) == ["{1,[...]}", "{2,[...]}"]
    assert objects(rows(otoscope, node, "many", "--whole", count=2)) == ["{1,[1,2,3,4,5]}", "{2,[1,2,3,4,5]}"]
    filled(node, "one", ["{0, small}", HUGE], "ordered_set")
    done = otoscope("ets", "one", "--whole", "--format", "jsonl", "--syntax", "erlang", node=node, check=6)
    assert [json.loads(line)["object"] for line in done.stdout.splitlines()] == ["{0,small}"]
    assert "takes more memory than it may" in done.stderr
    assert node.logged() == ""


@pytest.mark.parametrize("options, why", [("bag", "all objects of a key"), ("duplicate_bag", "all objects of a key"),
                                         ("compressed", "unpacked")])
def test_large_tables_that_give_no_parts(fresh_node, otoscope, options, why):
    filled(fresh_node, "stiff", ["fun() -> [{I, lists:seq(1, 50)} || I <- lists:seq(1, 60000)] end"], options)
    before = peak(fresh_node)
    assert why in otoscope("ets", "stiff", "--rows", "3", node=fresh_node, check=6).stderr
    assert peak(fresh_node) - before < 30_000_000
    assert len(rows(otoscope, fresh_node, "stiff", "--whole", count=3)["objects"]) == 3


def test_a_table_that_ends_meanwhile(node, otoscope):
    """It is gone, or what was read of it is shown and that it is gone: never anything else."""
    node.rpc("""patient_ets:owned([{keeper, {fun(_, _) ->
        spawn_link(fun Loop() ->
            {P, M} = spawn_monitor(fun() ->
                ets:insert(ets:new(brief, [named_table]), [{I, lists:seq(1, 20)} || I <- lists:seq(1, 100)]),
                receive after rand:uniform(8) -> ok end end),
            receive {'DOWN', M, process, P, _} -> Loop() end end),
        ets:new(keeper_of_brief, [])
        end, keeper, []}}], none)""")
    node.used_patients = True
    for _ in range(20):
        done = otoscope("ets", "brief", "--rows", "100", node=node, check=None)
        gone = done.status == 1 and ("is gone" in done.stderr or "no ETS table" in done.stderr)
        assert done.status == 0 or gone, done
