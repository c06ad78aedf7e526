"""otoscope match: expressions and their match specifications, without a node; the examples of doc/match.md."""

import os
import re
import subprocess

import pytest

import program

PAGE = os.path.join(program.ROOT, "doc", "match.md")


@pytest.mark.parametrize("text, spec", [
    ("maps:get(ccc, _) -> return", "[{[ccc,'_'],[],[{exception_trace}]}]"),
    ("lists:_", "[{'_',[],[]}]"),
    ("lists", "[{'_',[],[]}]"),
    ("mod:fun/2", "[{['_','_'],[],[]}]"),
    ("mod:fun(X, [H|_]) when X > 1, is_list(H) -> return;stack",
     "[{['$1',['$2'|'_']],[{'>','$1',1},{is_list,'$2'}],[{exception_trace},{message,{current_stacktrace}}]}]"),
    ("fun([A, _]) when is_list(A); A > 1 -> return_trace() end",
     "[{['$1','_'],[{is_list,'$1'}],[{return_trace}]},{['$1','_'],[{'>','$1',1}],[{return_trace}]}]"),
    ("fun(X = {a, _}) -> X end", "[{{a,'_'},[],['$_']}]"),
    ("[{['$1','_'],[{'>','$1',5}],[{return_trace}]}]", "[{['$1','_'],[{'>','$1',5}],[{return_trace}]}]"),
    ("Map.get(_, key) when key == :ccc -> return", '[{[:_, :"$1"], [{:==, :"$1", :ccc}], [{:exception_trace}]}]'),
    (":lists.seq(_, 1)", "[{[:_, 1], [], []}]"),
    ("MyApp.Repo.all/2", "[{[:_, :_], [], []}]"),
    ("fn [_, key] when key == :ccc -> return_trace() end", '[{[:_, :"$1"], [{:==, :"$1", :ccc}], [{:return_trace}]}]'),
    ("fn {a, b} -> {b, a} end", '[{{:"$1", :"$2"}, [], [{{:"$2", :"$1"}}]}]'),
    ('M.f(%{id: 1}, [a: 1], "text")', '[{[%{id: 1}, [a: 1], "text"], [], []}]'),
    ('[{[:"$1", :_], [{:>, :"$1", 5}], [{:return_trace}]}]', '[{[:"$1", :_], [{:>, :"$1", 5}], [{:return_trace}]}]'),
])
def test_prints_the_specification_on_one_line_in_the_expression_s_own_syntax(otoscope, text, spec):
    result = otoscope("match", text)
    assert (result.stdout, result.stderr) == (spec + "\n", "")
    assert otoscope("match", "-", input=text + "\n").stdout == spec + "\n"


def test_a_specification_for_no_arguments_is_harmless(otoscope):
    """'$_' in a clause for no arguments ends emulators."""
    assert otoscope("match", "fun(X = []) when X =/= a -> message({X}) end").stdout == (
        "[{[],[{'=/=',[],a}],[{message,{{[]}}}]}]\n")
    assert otoscope("match", "[{[],[],[{message,'$_'}]},{'_',[],['$_']}]").stdout == (
        "[{[],[],[{message,[]}]},{'_',[],['$_']}]\n")
    assert otoscope("match", "fun(X = {}) -> {X, '$_'} end").stdout == "[{{},[],[{{{{}},{const,'$_'}}}]}]\n"


def test_syntax_is_that_of_the_expression_too(otoscope):
    assert otoscope("match", "lists", "--syntax", "erlang").stdout == "[{'_',[],[]}]\n"
    assert otoscope("match", ":lists.seq/2", "--syntax", "elixir").stdout == "[{[:_, :_], [], []}]\n"
    assert otoscope("match", "[{[], [], []}]", "--syntax", "elixir").stdout == "[{[], [], []}]\n"
    assert otoscope("match", "[{[], [], []}]").stdout == "[{[],[],[]}]\n"
    assert "column 1" in otoscope("match", ":lists.seq/2", "--syntax", "erlang", check=2).stderr


def test_json_names_functions_plainly(otoscope_json):
    assert otoscope_json("match", "'my mod':'Fun'(1) -> return") == {
        "module": "my mod", "function": "Fun", "arity": 1, "spec": "[{[1],[],[{exception_trace}]}]", "warnings": []}
    assert otoscope_json("match", "MyApp.Repo.all/2") == {
        "module": "MyApp.Repo", "function": "all", "arity": 2, "spec": "[{[:_, :_], [], []}]", "warnings": []}
    assert otoscope_json("match", "lists:_") == {
        "module": "lists", "function": None, "arity": None, "spec": "[{'_',[],[]}]", "warnings": []}
    assert otoscope_json("match", "fun([_]) -> true end") == {
        "module": None, "function": None, "arity": None, "spec": "[{['_'],[],[true]}]", "warnings": []}


def test_other_formats(otoscope):
    assert otoscope("match", "a:b(X)", "--format", "jsonl").jsonl() == [{
        "module": "a", "function": "b", "arity": 1, "spec": "[{['$1'],[],[]}]",
        "warnings": [{"line": 1, "column": 5, "text": "variable 'X' is used nowhere: '_' matches the same"}]}]
    rows = otoscope("match", "a:b({X, Y}) when X > 1, Y", "--format", "csv").stdout.split("\r\n")
    assert rows == ["module,function,arity,spec,warnings", "a,b,1,\"[{[{'$1','$2'}],[{'>','$1',1},'$2'],[]}]\",", ""]
    assert otoscope("match", "a:b(X)", "--format", "csv").stdout.split("\r\n")[1] == (
        "a,b,1,\"[{['$1'],[],[]}]\",1 5 variable 'X' is used nowhere: '_' matches the same")


def test_warnings_are_lines_with_a_place_and_no_failure(otoscope):
    text = "fun([A, B,\n     \u00e9]) when B == B ->\n  A end".replace("\u00e9", "C")
    result = otoscope("match", "-", input=text)
    assert result.stdout == "[{['$1','$2','$3'],[{'==','$2','$2'}],['$1']}]\n"
    assert result.stderr.splitlines() == [
        "otoscope: warning: variable 'C' is used nowhere: '_' matches the same: line 2, column 6",
        "otoscope: warning: this compares a variable with itself: it is always true: line 2, column 15"]


def test_columns_are_characters_not_bytes(otoscope):
    warned = otoscope("match", 'a:b("\u20ac\u20ac\u20ac", X)').stderr
    assert warned.endswith("line 1, column 12\n")
    failed = otoscope("match", 'a:b("\u20ac\u20ac\u20ac", X) when Y', check=2).stderr.splitlines()
    assert failed[0].endswith("line 1, column 20")
    assert failed[2].index("^") == failed[1].index("Y")


@pytest.mark.parametrize("text, column, why, advice", [
    ("fun([X]) -> Y end", 13, "variable 'Y' is not bound", "is 'X' meant?"),
    ("m:f(X) when foo(X)", 13, "foo/1 is no function that a match specification knows", ""),
    ("m:f(X) when lists:member(X, [a])", 13, "lists:member/2 can't be called", ""),
    ("fun([X = {a, _}]) -> X end", 6, "'=' can name only the whole head", "compare in the guard"),
    ("m:f(#user{name = N})", 5, "record 'user' is not known", "write the tuple"),
    ('M.f("ab" <> r)', 10, "compares whole binaries, not how they begin", 'binary_part(r, 0, 2) == "ab"'),
    ("M.f(x) when String.length(x) > 3", 13, "'String.length/1' can't be called", "byte_size"),
    ("m:f(A) -> foo", 11, "'foo' is no action", ""),
    ("m:f(A) when return_trace() -> return", 13, "return_trace", ""),
    ("m:f(", 5, "", ""),
    ("*:f", 1, "", ""),
    ("", 1, "nothing is there to match", ""),
])
def test_an_error_has_its_column_its_reason_and_what_to_write_instead(otoscope, text, column, why, advice):
    result = otoscope("match", text, check=2)
    lines = result.stderr.splitlines()
    assert result.stdout == ""
    assert lines[0].startswith("otoscope: ") and why in lines[0]
    assert lines[0].endswith(f": line 1, column {column}")
    if text:
        assert lines[1] == "  " + text and lines[2] == " " * (column + 1) + "^"
    assert advice in "".join(lines[3:])


def test_the_place_is_in_its_line(otoscope):
    failed = otoscope("match", "-", input="fun([X]) when X > 1,\n              Z -> X end", check=2).stderr.splitlines()
    assert failed[0].endswith("line 2, column 15")
    assert failed[1].strip() == "Z -> X end" and failed[2].index("^") == failed[1].index("Z")


def test_nothing_of_a_text_steers_the_terminal(otoscope):
    for text in ("m:f(\033[2J)", "m:f('\033[2J', X, \"\u202e\") when Y", "m:f('\033[2J', X)", "fun([\u009b]) -> x end"):
        result = otoscope("match", text, check=None)
        assert not re.search("[\033\u009b\u202e]", result.stdout + result.stderr), repr(result)


@pytest.mark.parametrize("text", [
    "(" * 5000, "m:f(" + "[" * 5000, "fun([" + "{" * 100000, "[" * 100000, "m:f(" + "-" * 50000,
    "M.f(" + "%{a: " * 9000, "m:f(X) when " + "not " * 9000 + "X", "a" * 70000])
def test_what_is_too_deep_or_too_long_is_an_error(otoscope, text):
    result = otoscope("match", "-", input=text, check=2)
    assert result.stderr.startswith("otoscope: ") and len(result.stderr.splitlines()[0]) < 600


def test_standard_input_that_is_no_text(otoscope):
    done = subprocess.run([program.path(), "match", "-"], input=b"m:f(\xff\x00)", stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=program.TIMEOUT, check=False)
    assert done.returncode == 2 and b"not valid UTF-8" in done.stderr
    done = subprocess.run([program.path(), "match", "-"], input=b"lists:seq/2 " + b" " * (2 << 20),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=program.TIMEOUT, check=False)
    assert done.returncode == 2 and done.stdout == b""


def test_needs_an_expression_and_no_node(otoscope):
    assert "match needs 'EXPR'" in otoscope("match", check=2).stderr
    assert "match does not know what to do with" in otoscope("match", "a:b", "c:d", check=2).stderr
    assert "match does not take --source" in otoscope("match", "a:b", "--source", "x@y", check=2).stderr


def test_help_and_completion_know_it(otoscope):
    helped = otoscope("help", "match").stdout
    assert "usage: otoscope match 'EXPR' [OPTIONS]" in helped and "--syntax" in helped and "--format" in helped
    assert "--source" not in helped
    said = helped[helped.index("\nEXPR is "):]
    assert said in otoscope("help", "trace").stdout and max(map(len, said.splitlines())) <= 90
    for expression in re.findall(r"'[^'\n]+'", said):
        otoscope("match", expression.strip("'"))
    for shell in ("bash", "zsh", "fish"):
        assert re.search(r"\bmatch\b", otoscope("completion", shell).stdout)


def examples():
    """(command, what comes out) of the page: blocks whose first line begins with "$ otoscope"."""
    with open(PAGE, encoding="utf-8") as f:
        page = f.read()
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", page, re.M | re.S):
        for command, said in re.findall(r"^\$ (otoscope .*)\n((?:(?!\$ ).*\n)*)", block, re.M):
            found.append((command, said))
    return found


def test_the_page_has_examples():
    assert len(examples()) > 20


@pytest.mark.parametrize("command, said", examples())
def test_the_examples_of_the_page_are_true(otoscope, command, said):
    env = {**program.environment(otoscope.home), "PATH": f"{os.path.dirname(program.path())}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", command], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=program.TIMEOUT, check=False)
    assert done.stdout.decode() == said
