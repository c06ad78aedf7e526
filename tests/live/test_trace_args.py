"""What a trace shows of arguments: the target cuts them in a match specification, and what is shown is the beginning of
what was passed. tests/tools/trace_probe.c makes the specification, and reads and judges what came of it."""

import os
import random
import subprocess

import pytest

import program

COUNT = 100


def probe(*words, given=None):
    tool = os.path.join(os.path.dirname(program.path()), "tests", "tools", "trace_probe")
    done = subprocess.run([tool, *words], input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stdout
    return done.stdout


def spec(words, clause="{'_', [], []}"):
    """The specification as Erlang, of a clause {Head, Guards, []}."""
    made = probe("make", *words, clause).strip()
    return (f"((fun({{Head, Message, _, _}}) -> [{{Head, element(2, {clause}), [{{message, Message}}]}}] end)"
            f"({made}))")


def part(release):
    return ["part"] if int(release) >= 25 else []


def seed():
    return int(os.environ.get("OTOSCOPE_SEED") or random.randrange(1, 1 << 31))


def check(words, lines, at):
    """All are right. Returns how many."""
    said = probe("check", *words, given=lines)
    assert "\n" not in said.strip() and said.endswith(" checked\n"), f"OTOSCOPE_SEED={at} repeats it\n{said}"
    return int(said.split()[0])


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_is_shown_is_the_beginning_of_what_was_passed(node, release, depth):
    words = [f"depth={depth}", "arity=1", *part(release)]
    at = seed()
    lines = node.rpc(f"patient_terms:projected({spec(words)}, 1, {{{at}, {COUNT}}})")
    assert check(words, lines, at) > COUNT


@pytest.mark.parametrize("arity, head", [(3, "'_'"), (3, "['_', '$3', '_']"), (3, "'$7'"), (-1, "'_'"), (-1, "'$1'"),
                                         (3, "['$1', ['$2' | '_'], '_']"), (-1, "['_', '_', '_']")])
def test_several_arguments(node, release, arity, head):
    """However the head of the clause names them."""
    words = ["depth=1", f"arity={arity}", *part(release)]
    at = seed()
    clause = f"{{{head}, [], []}}"
    lines = node.rpc(f"""patient_terms:projected({spec(words, clause)} ++ [{{'_', [], [{{message, none}}]}}], 3,
                                                {{{at}, {COUNT}}})""")
    none = "6400046e6f6e65"  # those that the head does not match
    lines = "".join(line + "\n" for line in lines.splitlines() if not line.endswith(none)
                    and not line.endswith("77046e6f6e65"))
    assert check(words, lines, at) >= (1 if "|" in head else COUNT / 3)


def test_no_arguments(node, release):
    for arity, head in (("0", "'_'"), ("-1", "'_'"), ("-1", "[]"), ("0", "[]")):
        words = ["depth=1", f"arity={arity}", *part(release)]
        clause = f"{{{head}, [], []}}"
        lines = node.rpc(f"patient_terms:projected({spec(words, clause)}, 0, {{1, 1}})")
        assert check(words, lines, 1) > 0


@pytest.mark.parametrize("depth", [1, 2])
def test_of_calls(node, release, depth):
    """As the runtime sends it."""
    words = [f"depth={depth}", "arity=1", *part(release)]
    at = seed()
    lines = node.rpc(f"patient_terms:traced({spec(words)}, {{patient_terms, called, 1}}, {{{at}, {COUNT}}})")
    assert check(words, lines, at) > COUNT


def shown(node, release, terms, *words):
    """What is shown of each, in a list of one argument."""
    words = ["arity=1", *part(release), *words]
    hexed = node.rpc(f"""
        begin
            Spec = {spec(words)},
            iolist_to_binary([begin
                {{ok, R, _, []}} = erlang:match_spec_test([T], Spec, trace),
                [[io_lib:format("~2.16.0b", [B]) || <<B>> <= term_to_binary(R)], "\\n"]
            end || T <- {terms}])
        end""")
    return [line[1:-1] for line in probe("show", *words, given=hexed).splitlines()]


def test_cuts_say_what_was_left_out(node, release):
    assert shown(node, release, """[lists:seq(1, 65536), list_to_tuple(lists:seq(1, 8)), lists:duplicate(60, $x),
                                    [1, 2 | 3], #{a => 1}, #{'__struct__' => 'Elixir.Date', day => 1}, [[[[x]]]],
                                    {1, {2, {3, 4}}}, fun() -> ok end]""") == [
        "[1,2,3,4,5,... (65531 more)]",
        "{1,2,3,4,5,6,... (2 more)}",
        '"' + 45 * "x" + '"... (15 more)',
        "[1,2,...]",
        "#{... (1 more)}",
        "#{'__struct__' => 'Elixir.Date',... (1 more)}",
        "[[[... (1 more)]]]",
        "{1,{2,{... (2 more)}}}",
        "... (a function)",
    ]


def test_binaries(node, release):
    start = 64 * "x"
    assert shown(node, release, "[binary:copy(<<$x>>, N) || N <- [64, 128, 129, 100000]]") == [
        f'<<"{64 * "x"}">>',
        f'<<"{128 * "x"}">>',
        f'<<"{start}"... (65 more bytes)>>' if release != "23" else "<<... (129 more bytes)>>",
        f'<<"{start}"... (99936 more bytes)>>' if release != "23" else "<<... (100000 more bytes)>>",
    ]


def test_values_of_keys(node, release):
    """Those that the pattern names."""
    assert shown(node, release, "[#{a => 1, b => {2, 3}, c => 4}, #{x => 1}, #{}, #{b => false}, {#{a => 1}}]",
                 "keys=[a,b]") == ["#{a => 1,b => {2,3},... (1 more)}", "#{... (1 more)}", "#{}", "#{b => false}",
                                   "{#{a => 1}}"]


def note(node, words):
    """What is read out of a call of patient_terms:called/1 by noted/0."""
    hexed = node.rpc(f"""
        begin
            Me = self(),
            T = spawn(fun() -> receive M -> Me ! {{got, M}} end end),
            erlang:trace_pattern({{patient_terms, called, 1}}, {spec(words)}, [local]),
            {{_, R}} = spawn_monitor(fun() ->
                erlang:trace(self(), true, [{{tracer, T}}, call, arity]),
                {{patient_terms:noted()}}
            end),
            receive {{'DOWN', R, _, _, _}} -> ok end,
            {{trace, _, call, _, Sent}} = receive {{got, M}} -> M end,
            erlang:trace_pattern({{patient_terms, called, 1}}, false, [local]),
            iolist_to_binary([[io_lib:format("~2.16.0b", [B]) || <<B>> <= term_to_binary(Sent)], "\\n"])
        end""")
    return probe("show", *words, given=hexed).strip()


def test_caller(node, release):
    assert note(node, ["whole", "caller"]) == "caller patient_terms:noted/0"
    if release != "23":
        said = note(node, ["whole", "caller", "caller_line"])
        assert said.startswith("caller patient_terms:noted/0 ") and "patient_terms.erl:" in said


def test_stack(node, release):
    stack = "stack" if int(release) >= 27 else "dump"
    said = note(node, ["whole", stack])
    assert said.startswith("stack patient_terms:noted/0") and "stack erl_eval:" in said
    assert ("patient_terms.erl:" in said) == (stack == "stack")


def test_an_expression_of_its_own(node):
    words = ["arity=1", "depth=0", "extra=[self]"]
    assert shown(node, "23", "[x]", *words[1:])[0].endswith("extra [self")
