"""A node that answers what no node does: otoscope ends in time, with a status, and without taking all memory."""

import json
import os
import random
import struct

import pytest

import between
import nodes
import program

MB = 1 << 20


@pytest.fixture
def hostile(node):
    made = []

    def start(**options):
        made.append(between.Between(node, **options))
        return made[-1]

    yield start
    for one in made:
        one.close()


def run(otoscope, node, port, *args):
    """The status, what it said, and the most memory that it had."""
    child = otoscope.start(*args, "--port", port, node=node)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, child.stderr.read(), usage.ru_maxrss * 1024


def integer(n):
    size = max(1, (n.bit_length() + 7) // 8)
    return bytes([110, size, n < 0]) + abs(n).to_bytes(size, "little")


@pytest.mark.skipif("asan" in program.path(), reason="a sanitizer takes memory of its own")
@pytest.mark.parametrize("release", ["25"])
@pytest.mark.parametrize("count", [-1, 10**8, 2**31, 2**63 - 1, 2**64])
def test_the_number_of_processes_is_checked_before_it_is_believed(node, otoscope, hostile, count):
    sizes = b"l\0\0\0\2" + integer(count) + b"a\x08j"
    proxy = hostile(answers={"lists:map": sizes})
    status, said, memory = run(otoscope, node, proxy.port, "ps")
    assert memory < 256 * MB
    if count == 10**8:
        assert (status, said) == (0, "")
    else:
        assert status == 6 and "cannot read the processes: the answer" in said


@pytest.mark.parametrize("release", ["25"])
@pytest.mark.parametrize("part", [b"h\2jj", between.atom("foo"), b"h\2l\0\0\0\1a\1jl\0\0\0\1a\1j", b"\xff",
                                  b"l" + struct.pack(">I", 2**31) + b"j"])
def test_parts_without_end(node, otoscope, hostile, part):
    proxy = hostile(part=part)
    status, said, _ = run(otoscope, node, proxy.port, "ps", "--timeout", "1h")  # it does not just give up
    assert status == 6 and "a part of the answer" in said


# What is asked, the call that it takes on the node, and what the reader knows it as.
ASKED = [
    (["ps"], "lists:map", "cannot read the processes"),
    (["memory"], "erlang:memory", "cannot read the table 'memory'"),
    (["system"], "erl_eval:exprs", "cannot read the table 'system'"),
    (["info"], "erl_eval:exprs", "cannot read the table 'system'"),
    (["state", "kernel_sup"], "erl_eval:exprs", "cannot look for process 'kernel_sup'"),
    (["call", "erlang:node()"], "erl_eval:exprs", "erlang:node/0"),
    (["environment"], "erl_eval:exprs", "cannot read the table 'environment'"),
]


@pytest.mark.parametrize("release", ["25"])
@pytest.mark.parametrize("answer, why", [(between.atom("foo"), "is not what was asked for"),
                                         (None, "no answer within 2 s")], ids=["nonsense", "silence"])
@pytest.mark.parametrize("args, function, what", ASKED, ids=lambda a: a[0] if isinstance(a, list) else None)
def test_a_failure_says_what_was_asked(node, otoscope, hostile, args, function, what, answer, why):
    """And not which function of the node was to answer: that is ours to know."""
    proxy = hostile(answers={function: answer})
    status, said, _ = run(otoscope, node, proxy.port, *args, "--timeout", "2s")
    assert status > 0, status
    first, *rest = said.splitlines()
    assert first.startswith("otoscope: ") and what in first, said
    assert function not in said and "exprs" not in said, said
    if answer is None and args[0] == "call":
        assert status == 5 and "did not return within 2000 ms" in first
    else:
        assert status == (5 if answer is None else 6) and why in first, said
    assert len(rest) == (answer is None), "what to try, where there is something"


# What becomes rows of all tables, but for those that send what the node names a message.
SPOILED = [["ets", "--columns", "name,size,fixed_by,fixed_for_ns,owner_name,application,system"], ["ets", "ac_tab"],
           ["ets", "ac_tab", "--rows", "20"], ["mnesia"], ["mnesia_system"], ["ports"], ["ports", "port:0"],
           ["sockets"], ["dist"], ["apps"], ["supervisors"], ["children"], ["modules"],
           ["modules", "--columns", "name,version,old_code_pids"], ["allocators"], ["allocator_instances"],
           ["schedulers", "--window", "20ms"], ["msacc", "--window", "20ms"], ["system"], ["environment"], ["atoms"],
           ["snapshot"], ["memory"], ["info"], ["ps", "--window", "20ms"], ["ets", "--window", "20ms"],
           ["sql", "SELECT * FROM ets LEFT JOIN processes ON owner = pid LEFT JOIN ports USING (owner)"]]
SEEDS = 4


@pytest.mark.parametrize("release", ["27"])
@pytest.mark.parametrize("args", SPOILED, ids=lambda a: "-".join(a[:2]) if isinstance(a, list) else None)
def test_answers_of_any_shape(node, otoscope, hostile, args):
    """Rows or an error; nothing that steers a terminal; no crash (the sanitized program says so by its status)."""
    for seed in range(SEEDS):
        rng = random.Random(f"{args} {seed}")

        def spoil(data, rng=rng):
            return between.spoiled(data, rng) if rng.random() < 0.5 else data

        proxy = hostile(answers={f: spoil for f in ("erl_eval:exprs", "lists:map", "erlang:memory",
                                                    "lists:zipwith", "erlang:system_info")}, parts=spoil)
        done = otoscope(*args, "--port", proxy.port, "--timeout", "5s", node=node, check=None)
        assert done.status in (0, 1, 6), (seed, done)
        assert (done.stdout + done.stderr).replace("\n", "").isprintable(), (seed, done)


PLANS = [["lists:_", "maps:get(_, #{a := 1}) -> return;stack", "--app", "kernel", "--pid", "init"], ["_:_"],
         ["no_such_module:f"], ["lists:sqe"], ["_:handle_call(_, _, #state{name = N})", "--initial-call", "erlang"],
         ["code_server:loop(#state{root = R})", "--send", "_", "--caller"], ["lists:seq", "--time-spent"]]


@pytest.mark.parametrize("release", ["25", "27"])
@pytest.mark.parametrize("words", PLANS, ids=lambda words: words[0])
def test_plans_of_any_shape(node, otoscope, hostile, words):
    """What is said before anything is traced."""
    for seed in range(SEEDS):
        rng = random.Random(f"{words} {seed}")

        def spoil(data, rng=rng):
            return between.spoiled(data, rng) if rng.random() < 0.5 else data

        proxy = hostile(answers={"erl_eval:exprs": spoil, "lists:zipwith": spoil}, parts=spoil)
        done = otoscope("trace", *words, "--dry-run", "--port", proxy.port, "--timeout", "5s", node=node, check=None)
        assert done.status in (0, 1, 2, 6), (seed, done)
        assert not any(c in done.stdout + done.stderr for c in "\x1b\x9b\r"), (seed, done)


ONE = b"l\0\0\0\1" + b"l\0\0\0\1j%s" + b"j"  # [[[] | Message]]
BY = b"X" + between.atom("a@b") + struct.pack(">III", 7, 0, 1)
FUNCTION = b"h\3" + between.atom("lists") + between.atom("seq") + b"a\2"


def traced(tag, *rest):
    """{2, [[[] | {trace_ts, Pid, Tag, lists:seq/2, ..., 1}]]}"""
    return b"h\2a\2" + ONE % (bytes([104, 5 + len(rest)]) + between.atom("trace_ts") + BY + between.atom(tag) +
                             FUNCTION + b"".join(rest) + b"a\1")


@pytest.mark.parametrize("release", ["25"])
@pytest.mark.parametrize("again, more", [
    (traced("call"), []), (traced("return_from", b"a\1"), []), (traced("anything"), []), (b"h\2a\2j", []),
    (b"h\1a\5", []), (b"h\3a\3a\0l\0\0\0\1h\3a\1a\1a\1j", ["--time-spent"])],
    ids=["calls", "ends", "others", "nothing", "alive", "counters"])
def test_a_trace_has_an_end(node, otoscope, hostile, again, more):
    """No node has us read, and write, more than was asked for."""
    def endless(data):
        return [data] + [again] * 5000 if data.startswith(b"h\7a\1") else data  # it is armed

    proxy = hostile(parts=endless)
    what = "lists:seq/2" if more else "lists:seq/2 -> return"
    done = otoscope("trace", what, "-n", "20", "--pid", "init", *more, "--time", "20s", "--format", "jsonl",
                    "--port", proxy.port, node=node, check=None)
    assert done.status == 6, done
    assert done.stderr.endswith("a part of the answer is not what was asked for\n"), done
    assert len(done.lines()) <= 21, "20 and the end"


@pytest.mark.parametrize("release", ["27"])
def test_what_a_node_can_do_is_not_learnt_from_silence(node, otoscope, hostile):
    """A trial that got no answer in time is made again."""
    pid = node.patient("labelled", "cache")
    proxy = hostile(answers={"erlang:process_info": None})
    child = otoscope.start("ps", "--watch", "100ms", "--format", "json", "--columns", "label", "--where",
                           f"pid = {pid}", "--syntax", "erlang", "--port", proxy.port, node=node)
    assert json.loads(child.stdout.readline()) == [{"label": None}]
    proxy.answers.clear()
    nodes.wait_until(lambda: json.loads(child.stdout.readline()) == [{"label": "cache"}], "the label")


def looked_into(parts, queue_len):
    """Answers the question for messages, and only that: {Ref, ok, Parts, Info, true}."""
    pairs = b"l\0\0\0\1h\2" + between.atom("message_queue_len") + integer(queue_len) + b"j"

    def answer(reason):
        before, ref, _ = reason.partition(b"h\5Z")
        if not ref:
            return reason
        ref += reason[len(before + ref):][:2]  # how many words
        node_end = between.atom_end(reason, len(before + ref))
        mark = reason[len(before) + 2:node_end + 4 + 4 * ref[-1]]
        return before + b"h\5" + mark + between.atom("ok") + parts + pairs + between.atom("true")

    return answer


@pytest.mark.parametrize("release", ["25"])
@pytest.mark.parametrize("queue_len", [-2**63, 2**63 - 1])
def test_how_many_messages_wait_is_checked_before_it_is_believed(node, otoscope, hostile, queue_len):
    proxy = hostile(answers={"erl_eval:exprs": looked_into(b"l\0\0\0\1a\1j", queue_len)})
    status, said, _ = run(otoscope, node, proxy.port, "messages", "init")
    assert (status, said) == (0, "")


@pytest.mark.parametrize("release", ["25"])
def test_more_messages_than_were_asked_for(node, otoscope, hostile):
    count = 100000
    parts = b"l" + struct.pack(">I", count) + b"".join(between.atom(f"m{i}") for i in range(count)) + b"j"
    proxy = hostile(answers={"erl_eval:exprs": looked_into(parts, count)})
    status, said, _ = run(otoscope, node, proxy.port, "messages", "init")
    assert status == 6 and "cannot read the messages" in said


@pytest.mark.parametrize("release", ["25"])
@pytest.mark.parametrize("answers, status, said", [
    ({"erlang:binary_to_term": between.atom("false")}, 6, "does not tell its atoms by number"),
    ({"erlang:system_info": integer(-1)}, 6, "cannot read the table 'atoms'"),
    ({"erlang:system_info": between.atom("many")}, 6, "cannot read the table 'atoms'"),
    ({"erlang:binary_to_term": between.atom("true")}, 6, "cannot read the table 'atoms'"),
    ({"erlang:system_info": integer(2**40)}, 6, "cannot read the table 'atoms'"),
], ids=["cannot", "negative", "nonsense", "no-list", "too-many"])
def test_what_it_says_of_its_atoms_is_checked(node, otoscope, hostile, answers, status, said):
    proxy = hostile(answers=answers)
    assert run(otoscope, node, proxy.port, "atoms")[0] == status
    assert said in run(otoscope, node, proxy.port, "atoms")[1]
