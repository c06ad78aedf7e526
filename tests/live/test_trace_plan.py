"""What trace says it will do before it does it, with --dry-run: which functions, which processes, who is in the way."""

import contextlib
import re

import pytest

ATOMS = "erlang:system_info(atom_count)"
WORD = "erlang:system_info(trace_control_word)"


class Plan:
    """What was said: .functions, .processes, ... are the lines of each heading, joined."""

    def __init__(self, result):
        self.parts = {}
        head = ""
        for line in result.stdout.splitlines():
            head = line[:11].strip() or head
            self.parts.setdefault(head, []).append(line[11:])

    def __getattr__(self, name):
        return "\n".join(self.parts.get(name, []))


@pytest.fixture
def plan(otoscope):
    """plan(node, words...) gives the Plan."""
    return lambda node, *words: Plan(otoscope("trace", *words, "--dry-run", node=node))


@pytest.fixture
def refused(otoscope):
    """refused(node, status, words...) gives what was said instead, the hint too."""
    def refused(node, status, *words):
        result = otoscope("trace", *words, "--dry-run", node=node, check=status)
        assert result.stdout == ""
        return result.stderr
    return refused


def armed(plan):
    """{"m:f/1 and 2 more": specification}: what --verbose says of each group."""
    lines = plan.armed.split("\n")
    starts = [i for i, line in enumerate(lines) if re.match(r"\S+/\d+.*?: \[\{", line)]
    ends = starts[1:] + [len(lines)]
    return dict("".join(lines[a:b]).split(": ", 1) for a, b in zip(starts, ends))


def count_of(functions):
    return int(functions.split()[0].rstrip(":")) if functions[0].isdigit() else 1


# Functions

def own(module):
    return (f"[[F, A] || {{F, A}} <- {module}:module_info(functions), F =/= module_info, "
            f"hd(atom_to_list(F)) =/= $-]")


def test_functions(plan, node):
    assert plan(node, "lists:seq/2").functions == "lists:seq/2"
    assert plan(node, "lists:seq").functions == "2: lists:seq/2, lists:seq/3"
    assert plan(node, "lists:seq(_, _)").functions == "lists:seq/2"
    assert plan(node, "lists:seq fun([A, B]) when A < B -> ok; ([_, _, 1]) -> ok end").functions == (
        "2: lists:seq/2, lists:seq/3")
    assert plan(node, "lists:seq/2", "maps:get/2", "lists:seq/3").functions == (
        "3 of 2 modules: lists:seq/2, lists:seq/3, maps:get/2")


def test_all_of_a_module_local_ones_too(plan, node):
    functions = node.rpc(own("patient"))
    exported = node.rpc("length(patient:module_info(exports))")
    assert len(functions) > exported - 2
    assert count_of(plan(node, "patient:_").functions) == len(functions)
    assert count_of(plan(node, "patient").functions) == len(functions)
    assert count_of(plan(node, "patient:_/2").functions) == sum(1 for _, arity in functions if arity == 2)


def test_made_by_the_compiler_only_when_it_is_named(plan, refused, node):
    name, arity = node.rpc("hd([[F, A] || {F, A} <- patient:module_info(functions), hd(atom_to_list(F)) =:= $-])")
    assert plan(node, f"patient:'{name}'").functions.endswith(f"/{arity}")
    assert plan(node, "lists:module_info").functions == "2: lists:module_info/0, lists:module_info/1"


def test_a_function_of_any_module(plan, node):
    plan(node, "_:handle_call/3")
    modules = node.rpc("[M || M <- erlang:loaded(), lists:member({handle_call, 3}, "
                       "erlang:get_module_info(M, functions))]")
    said = plan(node, "_:handle_call/3").functions
    assert said.startswith(f"{len(modules)} of {len(modules)} modules: ")


def test_wildcards_are_counted_first(plan, refused, node):
    said = refused(node, 6, "_:_/2")
    number = int(re.search(r"that is (\d+) functions of \d+ modules, more than 500", said).group(1))
    assert "--force" in said
    assert plan(node, "_:_/2", "--force").functions.startswith(f"{number} of ")


def test_of_several_patterns_wildcards_come_last(plan, node):
    said = plan(node, "lists:_/2", "lists:seq(7, _)", "lists:seq/2 -> return", "--arity", "--verbose")
    assert "wildcards last" in said.functions
    spec = armed(said)["lists:seq/2"]
    assert spec.index("[7,'_']") < spec.index("exception_trace") < len(spec)
    assert spec.count("get_tcw") >= 3  # each of the three counts
    assert all("exception_trace" not in other for name, other in armed(said).items() if "seq/2" not in name)


MISSES = {
    "lists:sqe": (1, "no function 'lists:sqe'", "did you mean 'seq'?"),
    "lists:seq/4": (1, "no function 'lists:seq/4'", "there it takes 2 and 3 arguments"),
    "lists:seq(_)": (1, "no function 'lists:seq/1'", "there it takes 2 and 3 arguments"),
    "lists:nothing_like_this": (1, "no function 'lists:nothing_like_this'", "inlined"),
    "lits:seq": (1, "no module 'lits'", "did you mean 'lists'?"),
    "no_such_module_at_all:f": (1, "no module 'no_such_module_at_all'", "otoscope modules"),
    "_:no_such_function_at_all": (1, "no module of node", "no_such_function_at_all"),
    "maps:_/99": (1, "with 99 arguments", ""),
    "maps:get(no_such_atom_at_all, _)": (1, "'no_such_atom_at_all'", "otoscope makes none"),
    "maps:get fun([A, B]) when A =:= no_such_atom_at_all -> ok end": (1, "'no_such_atom_at_all'", "cannot match"),
    "maps:get(_, #{1 := {ok, [no_such_atom_at_all]}})": (1, "'no_such_atom_at_all'", "cannot match"),
}


@pytest.mark.parametrize("words", MISSES)
def test_why_nothing_is_meant(refused, node, words):
    status, what, hint = MISSES[words]
    said = refused(node, status, words)
    assert what in said and hint in said


def test_a_module_that_is_not_loaded_stays_so(refused, fresh_node):
    node = fresh_node
    loaded = "erlang:module_loaded(digraph_utils)"
    assert node.rpc(loaded) is False
    said = refused(node, 1, "digraph_utils:_")
    assert "is not loaded" in said or "no module" in said
    assert "digraph_utils.beam" in said and "trace it after that" in said
    assert node.rpc(loaded) is False


def test_embedded_mode(refused, start_node):
    node = start_node("25", args=["-mode", "embedded"])
    node.rpc("[code:delete(pace), code:purge(pace)]")
    assert "embedded mode" in refused(node, 1, "pace:_")


def test_no_atoms_are_made(otoscope, fresh_node):
    node = fresh_node
    words = ["lists:seq(A, B) when A < B", "lists:_ -> return", "--stack", "--caller", "--verbose", "--children"]
    otoscope("trace", *words, "--dry-run", node=node)
    otoscope("trace", "xq_module:_", "--dry-run", node=node, check=1)
    otoscope("trace", "lists:seq", "--app", "kernel", "--dry-run", node=node)
    node.alone()
    before = node.rpc(ATOMS)
    for i in range(10):
        otoscope("trace", f"xq_module{i}:xq_f", "--dry-run", node=node, check=1)
        otoscope("trace", f"lists:xq_f{i}", "--dry-run", node=node, check=1)
        otoscope("trace", f"lists:seq(xq_a{i}, #{{xq_k{i} := #{{}}}})", "--dry-run", node=node, check=1)
        otoscope("trace", "lists:seq", "--pid", f"xq_name{i}", "--dry-run", node=node, check=1)
        otoscope("trace", "lists:seq", "--app", f"xq_app{i}", "--dry-run", node=node, check=1)
        otoscope("trace", *words, "--dry-run", node=node)
    assert node.rpc(ATOMS) == before


TEN_THOUSAND = """
    Forms = [{attribute, 1, module, many}, {attribute, 1, export, [{list_to_atom("f" ++ integer_to_list(N)), 1}
             || N <- lists:seq(1, 10000)]} |
             [{function, 2, list_to_atom("f" ++ integer_to_list(N)), 1, [{clause, 2, [{var, 2, 'X'}], [],
             [{var, 2, 'X'}]}]} || N <- lists:seq(1, 10000)]],
    {ok, M, Code} = compile:forms(Forms, [no_copt]), {module, M} = code:load_binary(M, "many.beam", Code), ok"""


def test_ten_thousand_functions(plan, refused, otoscope, fresh_node):
    node = fresh_node
    node.rpc(TEN_THOUSAND)
    assert "that is 10000 functions of 1 module" in refused(node, 6, "many:_")
    assert "did you mean 'f1000'?" in refused(node, 1, "many:f1000x")
    said = plan(node, "many:_", "--force")
    assert said.functions.startswith("10000: many:f1/1")
    assert "only what they are" in said.shown  # a projection for each would take the node seconds
    assert "setting the patterns of 10000 functions" in said.cost


def test_names_of_elixir(plan, refused, elixir_node):
    node = elixir_node
    assert plan(node, "Enum.map/2").functions == "Enum.map/2"
    assert plan(node, "Enum.map(_, _) -> return").functions == "Enum.map/2"
    assert plan(node, ":lists.seq(_, n) when n > 1").functions == ":lists.seq/2"
    assert plan(node, "Elixir.Enum.map/2").functions == "Enum.map/2"
    functions = node.rpc(own("'Elixir.Enum'"))
    assert count_of(plan(node, "Enum").functions) == len(functions) > 100
    assert "did you mean 'map'?" in refused(node, 1, "Enum.mapp/2")
    assert "did you mean 'Enum'?" in refused(node, 1, "Enmu.map/2")
    assert "no module 'No.Such.Module'" in refused(node, 1, "No.Such.Module.f/1")


def test_records_of_the_node(plan, refused, node):
    said = plan(node, "code_server:loop(#state{root = R}) -> return", "--verbose")
    assert said.functions == "code_server:loop/1"
    assert "{state," in said.armed
    assert "has no field 'rooot'" in refused(node, 2, "code_server:loop(#state{rooot = R})")
    assert "record 'no_such' is not known" in refused(node, 1, "code_server:loop(#no_such{})")
    assert "of which module" in refused(node, 1, "_:loop(#state{root = R})")
    assert "code_server:loop" in plan(node, "_:loop(code_server#state{root = R})").functions


# Processes

def test_all_by_default(plan, node):
    assert plan(node, "lists:seq").processes == "all"
    assert plan(node, "lists:seq", "--pid", "existing", "--pid", "new").processes == "all"
    assert plan(node, "lists:seq", "--pid", "existing").processes == "all that are there now"


@pytest.mark.parametrize("word", ["kernel_sup", "'kernel_sup'", ":kernel_sup", "{}", "<{}>", "#PID<{}>"])
def test_one_in_any_form(plan, node, word):
    pid = node.rpc("whereis(kernel_sup)")
    assert plan(node, "lists:seq", "--pid", word.format(pid.strip("<>"))).processes == f"1: {pid}"


def test_several(plan, node):
    init, sup = node.rpc("[whereis(init), whereis(kernel_sup)]")
    said = plan(node, "lists:seq", "--pid", sup, "--pid", "init", "--pid", "kernel_sup", "--pid", "new", "--children")
    assert said.processes == (f"those that are spawned from now on, and 2: {init}, {sup}, and those that they spawn")


def test_global_names(plan, node):
    pid = node.patient("idle", 0) or node.rpc(
        "begin P = patient:plain(), yes = global:register_name({shop, 1}, P), P end")
    said = plan(node, "lists:seq", "--pid", "{global, {shop, 1}}").processes
    assert said == f"1: {pid}"


@pytest.mark.parametrize("word", ["nobody", "'all'", "<0.999999.0>", "{global, nobody}"])
def test_one_that_is_not_there(refused, node, word):
    assert "no process" in refused(node, 1, "lists:seq", "--pid", word)


def pids_of(node, otoscope, column, value):
    rows = otoscope.json("ps", "--columns", "pid," + column, "-n", "0", node=node)
    return sorted(row["pid"] for row in rows if row[column] == value)


def test_by_application(plan, refused, otoscope, quiet_node):
    node = quiet_node
    said = plan(node, "lists:seq", "--app", "kernel").processes
    assert said.startswith(f"{len(pids_of(node, otoscope, 'application', 'kernel'))}: <0.")
    assert plan(node, "lists:seq", "--app", ":kernel").processes == said
    assert "did you mean 'kernel'?" in refused(node, 1, "lists:seq", "--app", "kernle")


def test_by_initial_call(plan, refused, otoscope, node):
    node.patient("idle", 7)
    for word in ("patient:wait/0", "patient:wait", "patient"):
        said = plan(node, "lists:seq", "--initial-call", word).processes
        assert said.startswith("7: ")
    assert plan(node, "lists:seq", "--initial-call", "patient:wait/0", "--pid", "init").processes.startswith("8: ")
    assert "began with" in refused(node, 1, "lists:seq", "--initial-call", "patient:no_such")
    assert "both" in refused(node, 1, "lists:seq", "--initial-call", "patient:wait", "--app", "kernel")


@pytest.mark.parametrize("release", ["25", "29"])
def test_of_a_hundred_thousand(plan, start_node, release):
    node = start_node(release, args=["+P", "262144"])
    kernel = plan(node, "lists:seq", "--app", "kernel").processes
    node.patient("idle", 100000)
    assert plan(node, "lists:seq", "--app", "kernel").processes == kernel
    assert plan(node, "lists:seq", "--initial-call", "patient:wait/0").processes.startswith("100000: <0.")


# Others who trace

@contextlib.contextmanager
def other(node, what):
    """Another tool, whose tracer is called other_tracer, does this meanwhile."""
    node.rpc(f"""
        Me = self(),
        spawn(fun() -> register(other_tracer, self()), {what}, Me ! ready, receive stop -> ok end end),
        receive ready -> ok end""")
    try:
        yield
    finally:
        node.rpc("""
            Ref = monitor(process, other_tracer), other_tracer ! stop, receive {'DOWN', Ref, _, _, _} -> ok end,
            erlang:trace_pattern({lists, seq, '_'}, false, [local, call_count]), erlang:trace_pattern(send, true, []),
            erlang:trace_pattern('receive', true, []), ok""")


OTHERS = {
    "erlang:trace_pattern({lists, seq, 2}, true, [local])": ([], "'lists:seq/2' is traced already"),
    "erlang:trace(whereis(init), true, [procs])": ([], "its tracer is <0."),
    "erlang:trace(whereis(kernel_sup), true, [procs])": (["--pid", "init", "--pid", "kernel_sup"], "other_tracer"),
    "erlang:trace(new_processes, true, [procs])": (["--pid", "new"], "new processes"),
    "erlang:trace_pattern(send, [{['_', '_'], [], []}], [])": (["--send", "_"], "send"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_another_tool(plan, refused, node, release, what):
    words, why = OTHERS[what]
    with other(node, what):
        if int(release) >= 27:
            assert plan(node, "lists:seq", *words).functions.startswith("2: ")
        else:
            said = refused(node, 6, "lists:seq", *words, "--force")
            assert why in said and "end that one first" in said
    assert plan(node, "lists:seq", *words).functions.startswith("2: ")


def test_another_tool_elsewhere_is_no_matter(plan, node):
    with other(node, "erlang:trace(whereis(init), true, [procs])"):
        assert plan(node, "lists:seq", "--pid", "kernel_sup").functions.startswith("2: ")
    with other(node, "erlang:trace_pattern({lists, seq, 2}, true, [call_count])"):
        assert plan(node, "lists:seq").functions.startswith("2: ")


def test_another_counter(refused, plan, node, release):
    with other(node, "erlang:trace_pattern({lists, seq, 2}, true, [call_count])"):
        if int(release) >= 27:
            assert plan(node, "lists:seq", "--count").functions.startswith("2: ")
        else:
            assert "'lists:seq/2' is traced already" in refused(node, 6, "lists:seq", "--count")


@pytest.mark.parametrize("word,why", [(0x6f740001, "another otoscope"), (7, "is 7")])
def test_the_control_word_is_in_use(plan, refused, node, word, why):
    old = node.rpc(f"erlang:system_flag(trace_control_word, {word})")
    try:
        said = refused(node, 6, "lists:seq")
        assert why in said and "--force" in said
        assert plan(node, "lists:seq", "--force").functions.startswith("2: ")
        assert node.rpc(WORD) == word
    finally:
        node.rpc(f"erlang:system_flag(trace_control_word, {old})")


# What a release can

def test_memory_spent(plan, refused, node, release):
    if int(release) >= 26:
        assert "memory" in plan(node, "lists:seq", "--memory-spent").shown
    else:
        assert "needs OTP 26" in refused(node, 6, "lists:seq", "--memory-spent")


def test_stacks(plan, refused, node, release):
    said = plan(node, "lists:seq -> stack", "--verbose")
    assert "the stack" in said.shown
    assert ("process_dump" in said.armed) == (int(release) < 26)
    assert ("current_stacktrace" in said.armed) == (int(release) >= 26)
    words = "lists:seq fun(_) -> message(current_stacktrace()) end"
    if int(release) >= 26:
        assert plan(node, words).functions.startswith("2: ")
    else:
        assert "current_stacktrace" in refused(node, 6, words)


def test_an_action_of_a_newer_release(plan, refused, node, release):
    words = "lists:seq fun(_) -> message(caller_line()) end"
    if int(release) >= 25:
        assert plan(node, words).functions.startswith("2: ")
    else:
        assert "caller_line" in refused(node, 6, words)


# What is said

def test_what_is_said(plan, node, release):
    said = plan(node, "maps:get(1, _)")
    assert said.limits.startswith("it ends after 100 calls or 30 s\n")
    assert "to depth 2" in said.shown and "durations, without values" in said.shown
    assert "0.7 us a call that does not match" in said.cost
    assert ("trace sessions" in said.cost) == (int(release) < 27)
    assert "0.7 us" not in plan(node, "maps:get(_, _)").cost
    assert ("frees late" in said.cost) is (int(release) < 25)
    assert "frees late" not in plan(node, "maps:get(_, _)").cost
    said = plan(node, "maps:get/2 -> return", "--args", "-n", "7", "--time", "2s", "--rate", "5/100ms")
    assert said.limits.startswith("it ends after 7 calls or 2 s, or 5 in 100 ms\n")
    assert "whole arguments" in said.shown and "values" in said.shown
    assert "copies its arguments" in said.cost and "values are copied whole" in said.cost
    assert "others are not shown" in plan(node, "maps:get/2", "--rate", "5/1s", "--throttle").limits
    assert "instruction" in plan(node, "erlang:hd/1").functions


def test_on_a_narrow_terminal(node, terminal):
    """Lines go on below themselves: none is wider than the terminal, and no word is lost."""
    t = terminal("trace", "maps:get(a, _)", "--dry-run", node=node, rows=60, columns=50)
    assert t.status() == 0
    lines = [line.rstrip() for line in t.lines() if line.strip()]
    said = "0.7 us a call that does not match, until the trace ends"
    assert not any(said in line for line in lines)  # no line has room for it
    assert said in " ".join(line.strip() for line in lines)
    assert all(line.startswith(" " * 11) or line[:11].rstrip().isalpha() for line in lines)


COUNTED = {
    "calls": (["lists:seq/2"], "3 calls"),
    "one call": (["lists:seq/2", "-n", "1"], "1 call"),
    "messages": (["--send", "_", "--receive", "_"], "3 messages"),
    "process events": (["--events", "running"], "3 events"),
    "calls and messages": (["lists:seq/2", "--send", "_"], "3 events"),
}


@pytest.mark.parametrize("what", COUNTED)
def test_what_the_limits_count(plan, otoscope, node, what):
    words, many = COUNTED[what]
    pid = node.rpc("""
        F = fun G() -> self() ! lists:seq(1, 3), receive [_ | _] -> ok; stop -> exit(normal) end,
            receive stop -> ok after 5 -> G() end end,
        spawn(F)""")
    words = ["-n", "3", "--pid", pid, "--time", "20s", *words]
    try:
        assert f"it ends after {many} or " in plan(node, *words).limits
        assert f"above {many} in 1 s" in plan(node, *words, "--throttle").limits
        assert otoscope("trace", *words, node=node).stderr.endswith(f"otoscope: {many}, ended by count\n")
    finally:
        node.rpc(f'list_to_pid("{pid}") ! stop')


def test_nothing_is_traced(node, otoscope):
    before = node.rpc("witness:snapshot()")
    otoscope("trace", "lists:seq", "--dry-run", "--stack", "--caller", node=node)
    node.alone()
    after = node.rpc("witness:snapshot()")
    for what in ("trace", "traced_functions", "trace_sessions", "control_word", "registered"):
        assert before[what] == after[what]
