"""State, messages, dictionary: what is foreign is shown without being copied, and the node does not feel it."""

import contextlib
import json
import time

import pytest

import nodes
import program

MB = 1 << 20
GROWTH = 64 * MB
LATENCY_US = 100_000


def held(node, kind, *args):
    """A process of tests/patients/patient_foreign.erl."""
    node.used_patients = True
    return node.rpc(f"patient_foreign:{kind}({', '.join(map(str, args))})")


# The processes that work for a visitor.
HELPERS = "[P || P <- processes(), process_info(P, priority) =:= {priority, low}]"


def go_on(node, pid):
    """Lets a busy process come out of its callback, and to its mailbox."""
    node.rpc(f'list_to_pid("{pid}") ! go_on')
    nodes.wait_until(lambda: queue_len(node, pid) == 0, "it to read its mailbox")


def queue_len(node, pid):
    return node.rpc(f'element(2, process_info(list_to_pid("{pid}"), message_queue_len))')


def peak_rss(node):
    with open(f"/proc/{node.pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) * 1024 for line in f if line.startswith("VmHWM"))


@contextlib.contextmanager
def unmoved(node):
    """The node's memory stays, and its processes go on answering each other, while the block runs: as soon as those of
    a node beside it that nobody looks at, but for LATENCY_US."""
    calm = node.farm.share(node.release, env={})
    worst = {n: f'patient_foreign:worst(list_to_pid("{held(n, "echo")}"))' for n in (node, calm)}
    for n in worst:
        n.rpc(worst[n])
    with open(f"/proc/{node.pid}/clear_refs", "w", encoding="ascii") as f:
        f.write("5")
    before = peak_rss(node)
    yield
    grown = peak_rss(node) - before
    latency, calms = node.rpc(worst[node]), calm.rpc(worst[calm])
    calm.clear()
    assert grown < GROWTH, f"{grown / MB:.0f} MB"
    assert latency < LATENCY_US + calms


SYS = ["gen_server", "gen_statem", "gen_event", "special", "hibernated"]
VALUES = ["doubled", "doubled_tuples", "doubled_maps", "million", "pairs", "gigabyte", "map", "tuple", "deep", "string",
          "integer", "same_list", "improper"]


@pytest.fixture(autouse=True)
def nothing_logged(request):
    """Each test here leaves the log of its node as it was."""
    node = request.getfixturevalue("node") if "node" in request.fixturenames else None
    before = node.logged() if node else ""
    yield
    if node:
        assert node.logged() == before


@pytest.mark.parametrize("kind", SYS)
def test_state_of_every_behaviour(node, otoscope_json, kind):
    pid = held(node, kind, "types")
    answer = otoscope_json("state", pid, "--syntax", "erlang", node=node)
    state = answer["handlers"][1]["state"] if kind == "gen_event" else answer["state"]
    for part in ("atom => 'two words'", "bits => <<5:3>>", "[3|tail]", "fun lists:map/2", 'string => "text"',
                 "big => 1267650600228229401496703205376", f"pid => {pid}", "<<98,121,116,101,115,0,255>>"):
        assert part in state
    assert answer["pid"] == pid and answer["cut"] is False
    if kind == "gen_statem":
        assert state.startswith("{here,#{")
    if kind == "gen_event":
        assert answer["state"] is None
        assert [h["id"] for h in answer["handlers"]] == ["second", "false"]
        assert answer["handlers"][0]["state"] == "small"
    assert "\x1b" not in state and "\x9b" not in state


def test_state_of_supervisors(node, otoscope_json):
    assert "one_for_one" in otoscope_json("state", held(node, "supervisor", "x"), node=node)["state"]
    assert "kernel_safe_sup" in otoscope_json("state", "kernel_sup", node=node)["state"]


@pytest.mark.parametrize("kind", SYS)
def test_state_that_is_larger_than_all_memory(node, otoscope_json, kind):
    pid = held(node, kind, "doubled")
    with unmoved(node):
        answer = otoscope_json("state", pid, node=node)
    assert answer["cut"] is True
    assert len(json.dumps(answer)) < 500_000
    if kind != "gen_event":
        assert queue_len(node, pid) == 0


@pytest.mark.parametrize("value", VALUES)
def test_state_of_every_size(node, otoscope_json, value):
    pid = held(node, "gen_server", value)
    with unmoved(node):
        answer = otoscope_json("state", pid, node=node)
    assert answer["cut"] is True
    assert 0 < len(answer["state"]) < 500_000
    assert queue_len(node, pid) == 0


def test_what_was_left_out_is_counted(node, otoscope_json):
    state = otoscope_json("state", held(node, "gen_server", "million"), node=node)["state"]
    shown = state.count(",")
    assert state.startswith("[1,2,3,") and state.endswith(f",... ({1000000 - shown} more)]")
    assert "more bytes)" in otoscope_json("state", held(node, "gen_server", "gigabyte"), node=node)["state"]
    state = otoscope_json("state", held(node, "gen_server", "map"), "-n", "400", node=node)["state"]
    assert state.count("=>") == 100 and state.endswith(",... (299900 more)}")


def test_n_bounds_the_terms(node, otoscope_json):
    pid = held(node, "gen_server", "doubled_tuples")
    few = otoscope_json("state", pid, "-n", "50", node=node)
    many = otoscope_json("state", pid, "-n", "5000", node=node)
    assert few["cut"] and many["cut"]
    assert few["state"].count("{") < 100 < many["state"].count("{")


def test_the_state_is_unchanged(node, otoscope):
    pid = held(node, "gen_server", "types")
    before = node.rpc(f'patient_foreign:hash(list_to_pid("{pid}"))')
    for _ in range(10):
        otoscope("state", pid, node=node)
        otoscope("messages", pid, node=node)
    assert node.rpc(f'patient_foreign:hash(list_to_pid("{pid}"))') == before


def test_a_hibernated_process_hibernates_again(node, otoscope):
    pid = held(node, "hibernated", "types")
    heap = f'element(2, process_info(list_to_pid("{pid}"), total_heap_size))'
    before = node.rpc(heap)
    otoscope("state", pid, node=node)
    nodes.wait_until(lambda: node.rpc(heap) == before, "hibernation")


def test_a_process_of_gen_sys_that_is_suspended_answers(node, otoscope_json):
    pid = held(node, "gen_server", "types")
    node.rpc(f'sys:suspend(list_to_pid("{pid}"))')
    assert "two words" in otoscope_json("state", pid, node=node)["state"]


def test_state_in_elixirs_syntax_and_redacted(node, otoscope):
    pid = held(node, "gen_server", "types")
    shown = otoscope("state", pid, "--syntax", "elixir", "--redact", node=node).stdout
    assert 'string: ~c"text"' in shown and "&:lists.map/2" in shown
    assert "hush" not in shown
    assert all(c >= " " or c == "\n" for c in shown) and "\x9b" not in shown
    assert r"\e[31mred" in shown


@pytest.mark.parametrize("elixir", ["'Elixir.Agent'", "'Elixir.Shop.Cache'", "'Elixir.DynamicSupervisor'"])
def test_state_of_elixirs_processes(elixir_node, otoscope_json, elixir):
    node = elixir_node
    node.used_patients = True
    if "Agent" in elixir:
        started = "'Elixir.Agent', start, [fun() -> #{counter => 41} end]"
    elif "Cache" in elixir:
        started = "'Elixir.Shop.Cache', start, [foreign_cache]"
    else:
        started = "'Elixir.DynamicSupervisor', start_link, [[{strategy, one_for_one}]]"
    pid = node.rpc(f"patient:started({started})")
    state = otoscope_json("state", pid, node=node)["state"]
    assert {"'Elixir.Agent'": "%{counter: 41}", "'Elixir.Shop.Cache'": "%Shop.Item{",
            "'Elixir.DynamicSupervisor'": "%DynamicSupervisor{"}[elixir] in state


def test_no_manners_no_message(node, otoscope):
    plain = [node.patient(kind) for kind in ("plain", "hibernated", "spinning")]
    for pid in [*plain, node.patient("mailbox", 5)]:
        before = queue_len(node, pid)
        result = otoscope("state", pid, node=node, check=6)
        assert "takes no system messages" in result.stderr and "otoscope stack" in result.stderr
        assert queue_len(node, pid) == before
    assert otoscope("state", "init", node=node, check=6).stdout == ""


def test_a_caller_of_gen_server_is_no_gen_server(node, otoscope):
    deaf = node.patient("deaf")
    node.used_patients = True
    pid = node.rpc('patient:started(erlang, spawn, [fun() -> catch gen_server:call(list_to_pid("' + deaf +
                   '"), x, infinity) end])')
    nodes.wait_until(lambda: "gen" in node.rpc_text(f'process_info(list_to_pid("{pid}"), current_function)'), "call")
    otoscope("state", pid, node=node, check=6)
    assert queue_len(node, pid) == 0


def test_busy(node, otoscope):
    pid = held(node, "busy", "types")
    result = otoscope("state", pid, "--timeout", "2s", node=node, check=5)
    assert "is busy in patient_foreign:handle_cast/2" in result.stderr and "within 2000 ms" in result.stderr
    # Our question is still there: once it is read it does nothing, and the process is as it was.
    assert queue_len(node, pid) == 2
    go_on(node, pid)
    assert "two words" in otoscope("state", pid, node=node).stdout


def test_free_a_moment_too_late(node, otoscope):
    """Our question was answered after its time with nothing, and that answer was there before we gave up."""
    pid = held(node, "busy", "types")
    child = otoscope.start("state", pid, "--timeout", "1s", node=node)
    nodes.wait_until(lambda: queue_len(node, pid) == 2, "our question")
    asked = time.monotonic()
    helper, = node.rpc(HELPERS)
    holder = node.patient("holding", f'list_to_pid("{helper}")')
    nodes.wait_until(lambda: time.monotonic() > asked + 1, "its time to be over")
    go_on(node, pid)
    node.rpc(f'exit(list_to_pid("{holder}"), kill)')
    _, err = child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == 5 and "within 1000 ms" in err, err
    assert "two words" in otoscope("state", pid, node=node).stdout


def test_killed_while_it_waits(node, otoscope):
    pid = held(node, "busy", "types")
    child = otoscope.start("state", pid, node=node)
    nodes.wait_until(lambda: queue_len(node, pid) == 2, "our question")
    child.kill()
    child.wait()
    nodes.wait_until(lambda: node.rpc(HELPERS) == [], "the helper's end")
    go_on(node, pid)
    assert "two words" in otoscope("state", pid, node=node).stdout


def test_dies_while_it_is_asked(node, otoscope):
    pid = held(node, "busy", "types")
    child = otoscope.start("state", pid, "--timeout", "1h", node=node)
    nodes.wait_until(lambda: queue_len(node, pid) == 2, "our question")
    node.rpc(f'exit(list_to_pid("{pid}"), kill)')
    out, err = child.communicate(timeout=program.TIMEOUT)
    assert (child.returncode, out) == (1, "") and "is gone" in err


def test_nobody(node, otoscope):
    pid = node.patient("plain")
    node.rpc(f'exit(list_to_pid("{pid}"), kill)')
    for command in ("state", "messages", "stack", "info"):
        assert otoscope(command, pid, node=node, check=1).stderr.startswith("otoscope: no process")
        otoscope(command, "nobody_is_called_so", node=node, check=1)


def test_a_tight_heap_limit_is_respected(node, otoscope):
    pid = held(node, "limited", "types", 20000)
    assert "max_heap_size" in otoscope("state", pid, node=node, check=6).stderr
    assert node.rpc(f'is_process_alive(list_to_pid("{pid}"))') is True
    wide = held(node, "limited", "types", 2000000)
    assert "two words" in otoscope("state", wide, node=node).stdout


def test_state_behind_a_long_mailbox_is_not_asked(node, otoscope):
    pid = held(node, "mailbox", "small", 20000)
    node.rpc(f'erlang:suspend_process(list_to_pid("{pid}"))')
    assert "20000 messages in its mailbox" in otoscope("state", pid, node=node, check=6).stderr
    assert queue_len(node, pid) == 20000


# Messages


@pytest.mark.parametrize("value", ["types", "pairs"])
def test_no_messages(node, otoscope, otoscope_json, value):
    pid = held(node, "gen_server", value)
    answer = otoscope_json("messages", pid, node=node)
    assert (answer["message_queue_len"], answer["left_out"], answer["why"]) == (0, 0, None)
    assert "has 0 messages" in otoscope("messages", pid, node=node).stdout


def test_messages_of_a_process_without_manners(node, otoscope, otoscope_json):
    pid = node.patient("mailbox", 25)
    answer = otoscope_json("messages", pid, "-n", "3", "--syntax", "erlang", node=node)
    assert answer["message_queue_len"] == 25 and answer["left_out"] == 22 and answer["why"] is None
    assert [m["message"] for m in answer["messages"]] == ["{job,1}", "{job,2}", "{job,3}"]
    assert answer["shapes"] == [{"shape": "{job,_}", "count": 3}]
    rows = otoscope("messages", pid, "-n", "2", "--format", "jsonl", node=node).jsonl()
    assert [r["index"] for r in rows] == [1, 2]
    text = otoscope("messages", pid, "-n", "2", node=node).stdout
    assert "25 messages, the first 2 are shown" in text
    assert queue_len(node, pid) == 25


def test_messages_of_a_gen_server(node, otoscope_json):
    pid = held(node, "mailbox", "types", 20)
    answer = otoscope_json("messages", pid, node=node)
    assert answer["message_queue_len"] == 20 and len(answer["messages"]) == 10
    assert answer["messages"][0]["message"].startswith("{monster,") and answer["messages"][1]["message"] == "{job,2}"
    assert queue_len(node, pid) == 20


@pytest.mark.parametrize("where", ["on_heap", "off_heap"])
def test_a_million_messages(node, otoscope, otoscope_json, where):
    pid = node.patient("mailbox", 1000000, where)
    with unmoved(node):
        answer = otoscope_json("messages", pid, node=node)
    assert answer["message_queue_len"] == 1000000 == answer["left_out"]
    assert answer["messages"] == [] and "too long" in answer["why"]
    assert "has 1000000 messages" in otoscope("messages", pid, node=node).stdout


@pytest.mark.parametrize("value", ["doubled", "pairs", "gigabyte", "map"])
def test_a_message_that_is_larger_than_all_memory(node, otoscope_json, value):
    pid = held(node, "mailbox", value, 20)
    with unmoved(node):
        answer = otoscope_json("messages", pid, node=node)
    assert answer["messages"][0]["cut"] is True
    assert [m["message"] for m in answer["messages"][1:]] == [f"{{job,{i}}}" for i in range(2, 11)]
    assert queue_len(node, pid) == 20


def test_messages_that_refer_to_large_literals_are_not_copied(start_node, release, otoscope_json):
    node = start_node(release)
    node.rpc_text("persistent_term:put(large, lists:seq(1, 600000))")
    pid = node.patient("plain")
    node.rpc(f'[list_to_pid("{pid}") ! {{x, persistent_term:get(large)}} || _ <- lists:seq(1, 50)], ok')
    with unmoved(node):
        answer = otoscope_json("messages", pid, node=node)
    assert answer["message_queue_len"] == 50 and answer["messages"] == [] and "copied" in answer["why"]


def test_limit_a_message_that_shares_and_was_sent_to_itself(fresh_node, otoscope_json):
    """What cannot be seen from outside (doc/safety.md): only a message that a process sent to itself shares parts, and
    of one without manners messages are copied. Twenty doublings take some words there, and 16 MB in a copy."""
    node = fresh_node
    pid = held(node, "sent", "doubled_some")
    assert node.rpc(f'element(2, process_info(list_to_pid("{pid}"), memory))') < 100_000
    with open(f"/proc/{node.pid}/clear_refs", "w", encoding="ascii") as f:
        f.write("5")
    before = peak_rss(node)
    answer = otoscope_json("messages", pid, node=node)
    assert answer["messages"][0]["cut"] is True
    assert 8 * MB < peak_rss(node) - before < 2 * GROWTH


@pytest.mark.parametrize("where", ["on_heap", "off_heap"])
def test_looking_at_messages_keeps_them(node, otoscope, where):
    """Contents and order of a mailbox are the same after many looks, while others make the process collect garbage."""
    pid = held(node, "mailbox", "types", 300, where)
    messages = f'element(2, process_info(list_to_pid("{pid}"), messages))'
    before = node.rpc_text(f"erlang:phash2({messages})")
    node.used_patients = True
    node.rpc('patient:started(erlang, spawn, [fun L() -> erlang:garbage_collect(list_to_pid("' + pid + '")), '
             'process_info(list_to_pid("' + pid + '"), [memory, current_stacktrace]), L() end])')
    for _ in range(20):
        otoscope("messages", pid, "-n", "50", node=node)
    assert node.rpc_text(f"erlang:phash2({messages})") == before


# Dictionaries, stacks, info


def test_dictionary(node, otoscope, otoscope_json):
    pid = node.patient("dictionary", r'[{colour, <<"\e[31mred">>}, {password, "hush"}]')
    answer = otoscope_json("info", pid, "--redact", "--syntax", "erlang", node=node)
    assert r'{colour,<<"\e[31mred">>}' in answer["meta"]["dictionary"]
    assert "hush" not in json.dumps(answer)
    assert "hush" in otoscope("info", pid, node=node).stdout


def test_a_dictionary_that_is_larger_than_all_memory(node, otoscope_json, release):
    if release in ("23", "25"):
        pytest.skip("before OTP 26.2 the name of a process comes from a copy of its dictionary: doc/safety.md")
    pid = held(node, "dictionary", "doubled")
    with unmoved(node):
        answer = otoscope_json("info", pid, "--syntax", "erlang", node=node)
    assert any(entry.startswith("{thing,[") for entry in answer["meta"]["dictionary"])
    assert "{'$initial_call',{patient_foreign,init,1}}" in answer["meta"]["dictionary"]


def test_info_of_a_busy_process(node, otoscope_json):
    pid = held(node, "busy", "types")
    answer = otoscope_json("info", pid, "--timeout", "1h", node=node)  # who waits for it waits for too long
    assert answer["meta"]["dictionary"] is None and answer["location"]["stack"]


def test_info_is_what_the_node_says(node, otoscope_json):
    pid = held(node, "gen_server", "types")
    truth = node.rpc(f'[element(2, process_info(list_to_pid("{pid}"), K)) || '
                     'K <- [memory, total_heap_size, reductions]]')
    info = otoscope_json("info", pid, "--syntax", "erlang", node=node)
    assert info["pid"] == pid and info["location"]["initial_call"] == "patient_foreign:init/1"
    assert info["location"]["stack"][0].startswith("gen_server:loop")
    assert "patient_keeper" in info["meta"]["ancestors"][0]
    word = node.rpc("erlang:system_info(wordsize)")
    assert info["memory"]["total_heap_size"] == truth[1] * word
    assert abs(info["memory"]["memory"] - truth[0]) < 10000
    assert truth[2] <= info["work"]["reductions"] < truth[2] + 1000


def test_info_of_the_node(node, otoscope_json, release):
    info = otoscope_json("info", node=node)
    assert info["name"] == node.name and info["otp_release"] == release and info["elixir_version"] is None
    assert info["attached"]["cookie_from"] == "$OTOSCOPE_COOKIE" and node.cookie not in json.dumps(info)
    assert info["attached"]["our_name"].startswith("otoscope-")
    assert info["limits"]["process_count"]["limit"] == node.rpc("erlang:system_info(process_limit)")
    assert {c["name"]: c["has"] for c in info["capabilities"]}["label"] is (release in ("27", "29"))
    assert info["cost"]["requests"] > 0 and info["cost"]["bytes_in"] > 0
    assert info["cost"]["helpers_ns"] > 0


def test_stack(node, otoscope_json, otoscope):
    answer = otoscope_json("stack", node.patient("deaf"), "--syntax", "erlang", node=node)
    assert answer["status"] == "waiting"
    assert answer["stack"][0].startswith("patient_server:handle_cast/2 (")
    assert "patient_server.erl:" in answer["stack"][0]
    assert any(frame.startswith("gen_server:") for frame in answer["stack"])
    spinning = otoscope_json("stack", node.patient("spinning"), node=node)
    assert spinning["status"] in ("running", "runnable", "waiting", "garbage_collecting")
    assert "patient.spin/1" in otoscope("stack", node.patient("spinning"), "--syntax", "elixir", node=node).stdout


def test_nothing_is_left(node, otoscope):
    pid, plain = held(node, "gen_server", "doubled"), node.patient("plain")
    everything = [["state", pid], ["messages", pid], ["messages", plain], ["info", pid], ["stack", pid], ["info"],
                  ["call", "erlang:memory()"]]
    for command in everything:
        otoscope(*command, node=node)
    node.alone()
    before = node.snapshot()
    for command in everything:
        otoscope(*command, node=node)
    node.alone()
    after = node.snapshot()
    assert {k: (before[k], after[k]) for k in after if after[k] != before[k]} == {}


def test_atoms(fresh_node, otoscope):
    node = fresh_node
    pid = node.patient("plain")
    server = held(node, "gen_server", "types")

    def all_of_it(number):
        for command in (["state", server], ["messages", pid], ["messages", server], ["info", server], ["info"],
                        ["stack", pid], ["call", "erlang:memory()"]):
            otoscope(*command, node=node)
        name = f"surely_no_name_like_this_{number}"
        otoscope("state", name, node=node, check=1)
        otoscope("call", f"{name}_m:{name}_f({name}_a)", "--allow-write", "--yes", node=node, check=1)
        otoscope("call", f"lists:reverse([{name}_a])", "--allow-write", "--yes", node=node, check=1)

    all_of_it(0)
    node.alone()
    before = node.rpc("erlang:system_info(atom_count)")
    for number in range(1, 6):
        all_of_it(number)
    after = node.rpc("erlang:system_info(atom_count)")
    made = node.rpc(f"[catch binary_to_term(<<131, 75, I:24>>) || I <- lists:seq({before}, {after} - 1)]")
    assert after == before, made
