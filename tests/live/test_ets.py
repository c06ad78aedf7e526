"""ets: every column against what the node says of its tables; the details of one."""

import json
import re

import pytest

import program

PLAIN = ["size", "memory", "type", "protection", "owner", "named_table", "keypos", "compressed", "read_concurrency",
         "decentralized_counters", "fixed"]


@pytest.fixture
def zoo(node):
    """{kind: id} of tables of all kinds, their ids as the node writes them."""
    node.used_patients = True
    return dict(node.rpc("patient_ets:zoo()"))


def truth(node):
    return dict(node.rpc("patient_ets:info()"))


def shown_id(ident):
    """The id of a table as otoscope shows what the node calls so."""
    if ident is None:
        return "undefined"
    if ident.startswith("Elixir."):
        return ident[7:]
    if ident[0].isupper():
        return ":" + ident
    return ident.replace("\x1b", "\\e").replace("\r", "\\r").replace("\n", "\\n")


def tables(otoscope, node, *options):
    return {row["id"]: row for row in otoscope.json("ets", *options, node=node)}


def test_columns(node, otoscope, zoo):
    """All that stands still is shown as it is: our patients, and of the node's own what did not change meanwhile."""
    before = truth(node)
    rows = tables(otoscope, node)
    after = truth(node)
    # connections, ours among them, have a row in sys_dist
    still = {i for i in before if before[i] == after.get(i) and i != "sys_dist"}
    assert still >= set(zoo.values())
    assert {shown_id(i) for i in still} <= set(rows)
    for ident in still:
        row, said = rows[shown_id(ident)], before[ident]
        assert {c: row[c] for c in PLAIN} == {c: said[c] for c in PLAIN}, ident
        assert row["heir"] == (None if said["heir"] == "none" else said["heir"])
        assert row["write_concurrency"] == str(said["write_concurrency"]).lower()
        assert row["object_bytes"] == (said["memory"] // said["size"] if said["size"] else None)
        assert row["name"] == shown_id(said["name"]).lstrip(":")
    for column in PLAIN + ["heir", "write_concurrency"]:
        assert len({str(rows[shown_id(i)][column]) for i in zoo.values()}) > 1 or column in ("fixed", "owner"), column


def test_every_column_is_tested(node, otoscope):
    row = otoscope.json("ets", "-n", "1", node=node)[0]
    assert set(row) == set(PLAIN) | {"id", "name", "owner_name", "application", "system", "heir", "object_bytes",
                                     "write_concurrency", "fixed_for_ns", "fixed_by"}


def test_growths(node, otoscope):
    """What is put into a table while the window is open is its growth; a table that is made meanwhile is born."""
    node.rpc("patient_ets:owned([{grows, {fun ets:new/2, grows, [named_table, public]}}], none)")
    node.used_patients = True
    child = otoscope.start("ets", "--window", "2s", "--format", "json", "--verbose", "--columns",
                           "id,size_growth,memory_growth,born", node=node)
    program.heard(child, "the window is open")
    with program.stopped(child):
        before = node.rpc("{ets:info(grows, size), ets:info(grows, memory) * erlang:system_info(wordsize)}")
        node.rpc("[ets:insert(grows, {I, lists:duplicate(10, I)}) || I <- lists:seq(1001, 1500)]")
        node.rpc("patient_ets:owned([{late, {fun ets:new/2, late, [named_table, public]}}], none)")
        after = node.rpc("{ets:info(grows, size), ets:info(grows, memory) * erlang:system_info(wordsize)}")
    out, err = child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == 0, err
    rows = {row.pop("id"): row for row in json.loads(out)}
    assert rows["grows"] == {"size_growth": 500, "memory_growth": after[1] - before[1], "born": False}
    assert rows["late"] == {"size_growth": None, "memory_growth": None, "born": True}


def test_owners(node, otoscope, zoo, release):
    rows = tables(otoscope, node)
    assert {rows[shown_id(i)]["owner_name"] for i in zoo.values()} == {"zoo_owner"}
    assert {rows[shown_id(i)]["application"] for i in zoo.values()} == {None}
    assert rows["inet_db"]["owner_name"] == "inet_db" and rows["inet_db"]["application"] == "kernel"
    nameless = node.patient("table", "nameless", 1)
    rows = tables(otoscope, node)
    assert rows["nameless"]["owner"] == nameless
    assert rows["nameless"]["owner_name"] == node.rpc(
        f"{{M, F, A}} = element(2, process_info(list_to_pid(\"{nameless}\"), initial_call)),"
        'list_to_binary(io_lib:format("~w:~w/~w", [M, F, A]))')


def test_system_tables(node, otoscope, zoo):
    """All that a fresh node has is OTP's own, and nothing else is."""
    rows = tables(otoscope, node)
    ours = {shown_id(i) for i in zoo.values()}
    assert {i for i, row in rows.items() if not row["system"]} == ours
    shown = otoscope.json("ets", "--where", "system = false", "--columns", "id", node=node)
    assert {row["id"] for row in shown} == ours


def test_elixir_system_tables(elixir_node, otoscope):
    assert {i for i, row in tables(otoscope, elixir_node).items() if not row["system"]} == set()


def test_fixed_tables(node, otoscope, zoo):
    """How long, and by how many; a table that nobody goes through has neither."""
    for _ in range(2):
        node.rpc("patient_ets:fixed(zoo_named)")
    row = tables(otoscope, node)["zoo_named"]
    since = node.rpc("{T, _} = ets:info(zoo_named, safe_fixed_monotonic_time),"
                     "erlang:convert_time_unit(erlang:monotonic_time() - T, native, nanosecond)")
    assert row["fixed"] is True and row["fixed_by"] == 2 and 0 < row["fixed_for_ns"] < since
    others = [r for i, r in tables(otoscope, node).items() if i != "zoo_named"]
    assert {(r["fixed"], r["fixed_by"], r["fixed_for_ns"]) for r in others} == {(False, None, None)}


def test_tables_that_come_and_go(node, otoscope):
    """A table that ends between two questions about it is left out; all others are there, and whole."""
    lasting = set(node.rpc("[element(1, T) || T <- patient_ets:info()]"))
    for _ in range(5):
        node.rpc("patient_ets:mayflies(100)")
    node.used_patients = True
    for options in ([], ["--sort", "size", "-n", "50"],
                    ["--where", "type = set", "--columns", "id,type,memory,owner"]):
        rows = otoscope.json("ets", *options, node=node)
        assert all(row.get("type", "set") and row["memory"] > 0 and row["owner"] for row in rows)
        if not options:
            assert {row["id"] for row in rows} >= {shown_id(i) for i in lasting}


@pytest.fixture(scope="session")
def crowd(farm):
    """A node with 20,000 tables of one owner."""
    node = farm.share("27", args=["-crowd"]) if "27" in farm.releases else farm.share("25", args=["-crowd"])
    node.rpc("patient_ets:many(20000)")
    return node


def test_20000_tables(crowd, otoscope):
    """All are there with all columns, and add up to what the node says."""
    said = crowd.rpc("L = [{ets:info(T, size), ets:info(T, memory)} || T <- ets:all(), ets:info(T, name) =:= many],"
                     "{length(L), lists:sum([S || {S, _} <- L]), lists:sum([M || {_, M} <- L])}")
    rows = [row for row in otoscope.json("ets", node=crowd) if row["name"] == "many"]
    assert said[0] == len(rows) == len({row["id"] for row in rows}) == 20000
    assert sum(row["size"] for row in rows) == said[1]
    assert sum(row["memory"] for row in rows) == said[2] * 8
    assert len({row["owner"] for row in rows}) == 1 and {row["keypos"] for row in rows} == {1}


def test_the_largest_of_20000_cost_little(crowd, otoscope):
    """What ranks is asked of all, the rest of those that are shown: well below what one column of ets:info/1 takes."""
    done = otoscope("ets", "--sort", "memory", "-n", "20", "--format", "json", "--verbose", node=crowd)
    rows = json.loads(done.stdout)
    largest = crowd.rpc("lists:sublist(lists:reverse(lists:sort([ets:info(T, memory) * 8 || T <- ets:all()])), 20)")
    assert [row["memory"] for row in rows] == largest
    assert all(None not in (row["name"], row["size"], row["type"], row["owner"], row["owner_name"]) for row in rows)
    read = int(re.search(r"closed;.* (\d+) bytes in", done.stderr).group(1))
    assert read < 60 * 20000


# One table

def test_one_table(node, otoscope, zoo):
    """All columns of the table, as one object."""
    rows = tables(otoscope, node)
    for kind in ("set", "named", "module", "heir"):
        assert otoscope.json("ets", zoo[kind], node=node) == rows[shown_id(zoo[kind])]
    text = dict(re.split(r"  +", line, maxsplit=1) for line in otoscope("ets", "zoo_named", node=node).lines())
    assert text["name"] == "zoo_named" and text["owner name"] == "zoo_owner" and text["keypos"] == "1"


@pytest.mark.parametrize("word, kind", [
    ("zoo_named", "named"), (":zoo_named", "named"), ("'zoo_named'", "named"), (" zoo_named ", "named"),
    ("Shop.Cache", "module"), ("'Elixir.Shop.Cache'", "module"), ("'Shop.Cache'", "alias"),
    (':"Shop.Cache"', "alias"), (':"Elixir.Shop.Cache"', "module"), (":Shop.Cache", "alias"),
    ("Elixir.Shop.Cache", "module"), ("undefined", "nothing"),
    ("caf\u00e9 \U0001F980", "utf8"), ("\\e[31mred\\r\\n", "escape"),
    (':"\\e[31mred\\r\\n"', "escape"), ("ordered_set", "ordered_set"), ("zoo_heir", "heir")])
def test_words_for_a_table(node, otoscope, zoo, word, kind):
    assert otoscope.json("ets", word, node=node)["id"] == shown_id(zoo[kind])


def test_references(node, otoscope, zoo):
    for word in (zoo["set"], zoo["set"].replace("#Ref<", "#Reference<")):
        assert otoscope.json("ets", word, node=node)["id"] == zoo["set"]


def test_a_name_of_several(node, otoscope, zoo):
    done = otoscope("ets", "twin", node=node, check=2)
    assert "2 tables have the name 'twin'" in done.stderr
    assert {zoo["twin_1"], zoo["twin_2"]} == set(re.findall(r"#Ref<[0-9.]+>", done.stderr))


def test_no_such_table(node, otoscope, zoo):
    done = otoscope("ets", "zoo_namd", node=node, check=1)
    assert "no ETS table 'zoo_namd'" in done.stderr and "did you mean 'zoo_named'?" in done.stderr
    assert "lists them" in otoscope("ets", "#Ref<0.1.2.3>", "--rows", "5", node=node, check=1).stderr


@pytest.mark.parametrize("args", [
    ["--rows", "5"], ["--whole"], ["code_names", "--sort", "size"], ["code_names", "--where", "size > 1"],
    ["code_names", "--window", "1s"], ["code_names", "--columns", "id"], ["code_names", "--rows", "-1"],
    ["code_names", "--rows", "5", "--watch", "1s"], ["code_names", "other"]])
def test_usage(otoscope, args):
    otoscope("ets", "nobody@nowhere", *args, check=2)


def test_recorded(node, otoscope, zoo, tmp_path):
    """A recording tells all about a table too, but not what is in it."""
    path = str(tmp_path / "tables.oto")
    otoscope("record", path, "--for", "100ms", "--tables", "ets", node=node)
    assert otoscope.json("ets", path, "Shop.Cache")["owner_name"] == "zoo_owner"
    assert otoscope.json("ets", path, zoo["set"])["id"] == zoo["set"]
    assert "no ETS table 'zoo_namd'" in otoscope("ets", path, "zoo_namd", check=1).stderr
    assert "is not a live node" in otoscope("ets", path, "zoo_named", "--rows", "3", check=6).stderr
