"""How a trace is shown: records by their fields where the module's file has debug information, and every format."""

import csv
import io
import json

import pytest

STRIP = """
    File = code:which(patient_records), {ok, Whole} = file:read_file(File), Stripped = File ++ ".stripped",
    {ok, {_, Bin}} = beam_lib:strip(Whole),
    ok = file:write_file(Stripped, Bin), {module, _} = code:load_binary(patient_records, Stripped, Bin), ok"""
UNSTRIP = """
    ok = file:delete(code:which(patient_records)), code:purge(patient_records), code:purge(patient_records),
    {module, _} = code:load_file(patient_records), code:purge(patient_records), ok"""


def running(node):
    node.rpc("patient_records:start()")
    yield node
    node.rpc("patient_records:stop()")


@pytest.fixture
def shop(node):
    yield from running(node)


@pytest.fixture
def elixir_shop(elixir_node):
    yield from running(elixir_node)


@pytest.fixture
def stripped_shop(fresh_node):
    fresh_node.rpc(STRIP)
    yield from running(fresh_node)
    fresh_node.rpc(UNSTRIP)


@pytest.fixture
def trace(otoscope):
    """trace(node, words...) gives the lines that were written."""
    return lambda node, *words: otoscope("trace", *words, node=node).stdout.splitlines()


@pytest.fixture
def events(otoscope):
    return lambda node, *words: otoscope("trace", *words, "--format", "jsonl", node=node).jsonl()


def test_records_are_shown(trace, shop):
    lines = trace(shop, "patient_records:price(_) -> return", "-n", "2", "--syntax", "erlang")
    assert [line.split("  ", 1)[1] for line in lines if "(#" in line] == [
        "patient_records:price(#item{name = tea,price = 3})"] * 2
    assert [line.split(") ")[1] for line in lines if "->" in line] == ["-> 3"] * 2


def test_records_in_patterns(events, shop):
    found = events(shop, "patient_records:sell(#cart{id = 3}, _) -> return", "-n", "3")
    calls = [e for e in found if e["event"] == "call"]
    assert len(calls) >= 3 and all("#cart{id = 3,items = [" in e["args"][0] for e in calls)
    assert {(e["class"], e["reason"]) for e in found if e["event"] == "exception"} == {("exit", "no_money")}
    assert not [e for e in found if e["event"] == "return"]


def test_secret_fields_are_masked(trace, shop):
    assert any('password = "abc"' in line for line in trace(shop, "patient_records:sell", "-n", "1"))
    lines = trace(shop, "patient_records:sell", "-n", "1", "--redact")
    assert any("password = [redacted]" in line for line in lines) and "abc" not in "".join(lines)


def test_in_elixirs_syntax(trace, elixir_shop):
    lines = trace(elixir_shop, ":patient_records.price(_)", "-n", "1")
    assert any("  :patient_records.price(item(name: :tea, price: 3))" in line for line in lines)


@pytest.mark.parametrize("expression, status, said", [
    ("patient_records:sell(#cart{price = 3}, _)", 2, "record 'cart' has no field 'price'"),
    ("patient_records:sell(#bag{}, _)", 1, "record 'bag' is not known"),
])
def test_what_is_no_record(otoscope, shop, expression, status, said):
    assert said in otoscope("trace", expression, node=shop, check=status).stderr


def test_without_debug_information(otoscope, trace, stripped_shop):
    lines = trace(stripped_shop, "patient_records:price", "-n", "1", "--syntax", "erlang")
    assert any("patient_records:price({item,tea,3})" in line for line in lines)
    said = otoscope("trace", "patient_records:sell(#cart{}, _)", node=stripped_shop, check=1).stderr
    assert "has no debug information" in said


def test_no_name_of_the_module_becomes_an_atom(trace, fresh_node):
    """Unpacking debug information on the node would make one of each variable."""
    fresh_node.rpc("patient_records:start()")
    trace(fresh_node, "patient_records:sell", "-n", "1")
    assert fresh_node.rpc("try binary_to_existing_atom(<<\"AVariableThatNo\", \"OtherModuleHas\">>, utf8) "
                          "catch error:badarg -> none end") == "none"
    fresh_node.rpc("patient_records:stop()")


def test_max_size(trace, otoscope, shop):
    for size, said in (("30", "... ("), ("0", "made = ")):
        lines = trace(shop, "patient_records:sell", "--max-size", size, "-n", "1")
        assert said in lines[0] and ("made = " in lines[0]) == (size == "0")
    assert "--max-size" in otoscope("record", "x.oto", "--max-size", "0", node=shop, check=2).stderr


def test_every_format_has_the_same_events(otoscope, shop):
    words = ["trace", "patient_records:sell(_, _) -> return", "-n", "4"]
    array = otoscope.json(*words, node=shop)
    lines = otoscope(*words, "--format", "jsonl", node=shop).jsonl()
    rows = list(csv.DictReader(io.StringIO(otoscope(*words, "--format", "csv", node=shop).stdout)))
    for found in (array[:-1], lines[:-1], rows):
        kinds = [e["event"] for e in found]
        assert kinds.count("call") >= 4 and kinds.count("exception") >= 1
        assert kinds.count("call") == kinds.count("return") + kinds.count("exception")
        ends = {e["number"]: e for e in found if e["event"] != "call"}
        for call in (e for e in found if e["event"] == "call"):
            assert int(ends[call["number"]]["duration_ns"]) > 0
            assert (call["module"], call["function"], int(call["arity"])) == ("patient_records", "sell", 2)
            assert call["name"] == "patient_records"
    for end in (array[-1], lines[-1]):
        assert (end["event"], end["why"]) == ("end", "count") and end["calls"] >= 4


def test_a_template(trace, shop):
    lines = trace(shop, "patient_records:price", "-n", "1", "--template", "{event}\\t{name} {{{mfa}}} {class}")
    assert lines[0] == "call\tpatient_records {patient_records:price/1} -"


def test_a_template_is_checked_before_anything(otoscope, shop):
    said = otoscope("trace", "lists:seq", "--template", "{duratoin}", node=shop, check=2).stderr
    assert "a template has no {duratoin}: line 1, column 2" in said and "did you mean {duration}?" in said


def test_names_that_would_steer_a_terminal(otoscope, shop):
    for words in ([], ["--format", "jsonl"], ["--format", "csv"], ["--template", "{call} {mfa}"]):
        out = otoscope("trace", "patient_records:'x\\e[2J\\n'", "-n", "2", *words, node=shop).stdout
        assert "x" in out and "\x1b" not in out and "xe[2J" not in out
        if words == ["--format", "jsonl"]:
            assert all(json.loads(line)["event"] for line in out.splitlines())


def test_by_a_variable_inside_an_argument(otoscope, shop):
    rows = otoscope.json("trace", "patient_records:sell(#cart{id = Id}, _) -> return", "--by", "Id", "-n", "40",
                         "--sort", "+value", node=shop)
    assert [row["value"] for row in rows] == ["0", "1", "2", "3"]
    assert sum(row["calls"] for row in rows) >= 40
    assert [row["exceptions"] > 0 for row in rows] == [False, False, False, True]
    assert all(row["time_ns"] >= row["slowest_ns"] >= row["time_per_call_ns"] > 0 for row in rows)


def test_files_and_lines(events, shop, release):
    """Of a caller from OTP 25 on, of a stack where it is no dump: from OTP 26 on."""
    call = events(shop, "patient_records:price/1", "--stack", "--caller", "-n", "1")[0]
    assert (call["caller"]["file"] is not None) == (int(release) >= 25)
    assert call["stack"] and any(at["file"] for at in call["stack"]) == (int(release) >= 26)


def test_by_an_argument_that_no_function_has(otoscope, node):
    """Known only when the node told which functions there are; where one has it the others are (others)."""
    assert otoscope("trace", "lists:seq", "--by", "3", "-n", "1", "--time", "1ms", node=node).status == 0
    said = otoscope("trace", "lists:seq", "--by", "4", "--time", "1s", node=node, check=2)
    assert "no function that is traced has an argument 4" in said.stderr and said.stdout == ""
    assert "lists:seq/3 has 3" in said.stderr


def test_a_histogram(otoscope, shop):
    words = ["trace", "patient_records:sell", "patient_records:price", "--histogram", "-n", "40"]
    rows = otoscope.json(*words, node=shop)
    assert {row["subject"].split("/")[0][-5:] for row in rows} == {":sell", "price"}
    for row in rows:
        assert row["from_ns"] < row["to_ns"] and row["min_ns"] <= row["median_ns"] <= row["p99_ns"] <= row["max_ns"]
    for subject in {row["subject"] for row in rows}:
        mine = [row for row in rows if row["subject"] == subject]
        assert 0 < sum(row["count"] for row in mine) <= mine[0]["calls"]
    text = otoscope(*words, node=shop).stdout
    assert "sell/2: " in text and "median" in text and "\u2588" in text
    assert "\u2588" not in otoscope(*words, "--ascii", node=shop).stdout


def test_a_histogram_by_value(otoscope, shop):
    rows = otoscope.json("trace", "patient_records:sell(#cart{id = Id}, _) -> return", "--by", "Id", "--histogram",
                         "-n", "20", node=shop)
    assert {row["subject"] for row in rows} == {"0", "1", "2", "3"}
