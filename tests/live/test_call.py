"""One remote call: literals of both syntaxes, bounded values, no atoms, no change unasked."""

import pytest

import nodes

WRITE = ("--allow-write", "--yes")


def test_reads_without_being_allowed_to_write(node, otoscope, otoscope_json):
    assert int(otoscope("call", "erlang:memory(total)", node=node).stdout) > 1000000
    assert otoscope("call", "Elixir.System.no_such_thing()", node=node, check=2).stdout == ""
    assert otoscope("call", ":erlang.whereis(:init)", node=node).stdout == node.rpc("whereis(init)") + "\n"
    answer = otoscope_json("call", "erlang:whereis(kernel_sup)", node=node)
    assert answer == {"module": "erlang", "function": "whereis", "arity": 1, "value": node.rpc("whereis(kernel_sup)"),
                      "class": None, "reason": None, "cut": False, "stack": [], "stack_left_out": 0}


def test_pids_are_the_targets(node, otoscope):
    pid = node.patient("mailbox", 3)
    said = otoscope("call", f"erlang:process_info({pid}, message_queue_len)", node=node).stdout
    assert said == "{message_queue_len,3}\n"
    said = otoscope("call", f":erlang.process_info(#PID{pid}, [:message_queue_len, :status])", "--syntax", "elixir",
                    node=node).stdout
    assert said == "[message_queue_len: 3, status: :waiting]\n"


@pytest.mark.parametrize("call", [
    "lists:reverse([1])", "erlang:halt()", "init:stop()", "erlang:process_info(<0.1.0>, messages)",
    "erlang:process_info(<0.1.0>, [status, dictionary])", "erlang:process_info(<0.1.0>)", "erlang:system_info(procs)",
    "erlang:get_cookie()", "ets:lookup(ac_tab, x)", "application:set_env(kernel, a, b)"])
def test_what_may_write_is_refused(node, otoscope, call):
    assert "--allow-write" in otoscope("call", call, node=node, check=2).stderr
    unasked = otoscope("call", call, "--allow-write", node=node, check=2).stderr
    assert "--yes" in unasked and call in unasked and node.name in unasked
    assert node.running()


def test_values_of_both_syntaxes(node, otoscope):
    erlang = "erlang:list_to_tuple([1.5, \"text\", <<\"bytes\">>, #{a => [b|c]}, 'two words'])"
    node.rpc("['two words', a, b, c]")
    assert otoscope("call", erlang, *WRITE, "--syntax", "erlang", node=node).stdout == \
        "{1.5,\"text\",<<\"bytes\">>,#{a => [b|c]},'two words'}\n"
    elixir = ":erlang.list_to_tuple([1.5, 'text', \"bytes\", %{a: [:b | :c]}, :\"two words\"])"
    assert otoscope("call", elixir, *WRITE, "--syntax", "elixir", node=node).stdout == \
        '{1.5, ~c"text", "bytes", %{a: [:b | :c]}, :"two words"}\n'


def test_a_value_that_is_larger_than_all_memory(node, otoscope_json):
    node.patient("plain")
    node.rpc("code:ensure_loaded(patient_foreign)")
    for value in ("doubled", "doubled_tuples", "doubled_maps", "gigabyte"):
        before = node.rss_bytes()
        answer = otoscope_json("call", f"patient_foreign:value({value})", *WRITE, "--timeout", "25s",
                               node=node)
        assert answer["cut"] is True and len(answer["value"]) < 500_000
        assert value == "gigabyte" or node.rss_bytes() - before < 64 << 20


def test_a_call_that_needs_too_much_is_ended(node, otoscope):
    result = otoscope("call", "lists:seq(1, 100000000)", *WRITE, node=node, check=6)
    assert "needed more than 32 MB" in result.stderr
    assert node.logged() == ""


def test_a_call_that_takes_too_long_is_ended(node, otoscope):
    result = otoscope("call", "timer:sleep(3600000)", *WRITE, "--timeout", "2s", node=node, check=5)
    assert "'timer:sleep/1' did not return within 2000 ms" in result.stderr
    sleeping = "process_info(P, current_function) =:= {current_function, {timer, sleep, 1}}"
    nodes.wait_until(lambda: node.rpc(f"[P || P <- processes(), {sleeping}]") == [], "its end")


def test_what_is_not_there(node, otoscope):
    def hint(call):
        return otoscope("call", call, *WRITE, node=node, check=1).stderr

    assert "no function 'no_module_called_so:x/0'" in hint("no_module_called_so:x()")
    assert "no function 'lists:no_function_called_so/0'" in hint("lists:no_function_called_so()")
    assert "no function 'lists:reverse/0'" in hint("lists:reverse()")
    assert "an argument of 'lists:reverse/1' has a name" in hint("lists:reverse([no_atom_called_so])")


def test_exceptions(node, otoscope):
    result = otoscope("call", "lists:reverse(7)", *WRITE, "--format", "json", node=node, check=6)
    answer = result.json()
    assert (answer["class"], answer["reason"], answer["value"]) == ("error", "function_clause", None)
    assert answer["stack"][0].startswith("lists:reverse/1") and not any("erl_eval" in s for s in answer["stack"])
    assert "lists:reverse/1 ended with error: function_clause" in result.stderr
    assert "ended with exit: normal" in otoscope("call", "erlang:exit(normal)", *WRITE, node=node, check=6).stderr
    thrown = otoscope("call", "erlang:throw({error, ok})", *WRITE, node=node, check=6)
    assert "ended with throw: {error,ok}" in thrown.stderr
    assert node.logged() == ""


def test_what_a_call_prints_does_not_hang_it(node, otoscope):
    for call in (r'io:format("hello ~p~n", ["x"])', r'io:put_chars("hello")'):
        assert otoscope("call", call, *WRITE, node=node).stdout == "ok\n"
    assert "error" in otoscope("call", r'io:get_line("name? ")', *WRITE, node=node).stdout


@pytest.mark.parametrize("text, place", [("erlang", 7), ("erlang:memory(X)", 15), ("erlang:memory(", 15), ("", 1)])
def test_mistakes_have_a_place(node, otoscope, text, place):
    assert f"at character {place} " in otoscope("call", text, node=node, check=2).stderr


def test_escape_sequences(node, otoscope):
    said = otoscope("call", r'erlang:list_to_tuple([<<"\e[31m">>, "\e]0;x"])', *WRITE, node=node).stdout
    assert "\x1b" not in said and r"\e[31m" in said
    said = otoscope("call", r'erlang:error({<<"\e[31m">>})', *WRITE, node=node, check=6)
    assert "\x1b" not in said.stderr + said.stdout


@pytest.mark.parametrize("word", ["<0.81", "<0.81.0", "81", "81.0", "0.81.0.", "#PID<0.1>", "#Port<0.1>"])
@pytest.mark.parametrize("command", ["info", "stack"])
def test_half_a_pid_is_no_name(node, otoscope, command, word):
    said = otoscope(command, word, node=node, check=2).stderr
    assert f"'{word}' is neither a pid nor a name" in said and "<0.81.0>" in said
