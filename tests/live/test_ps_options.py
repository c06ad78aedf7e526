"""What the options of every table do, shown on ps."""

import csv
import datetime
import io
import json
import signal
import time

import pytest

import nodes
import program

MB = 1 << 20


def rows(otoscope, node, *options):
    return otoscope.json("ps", *options, node=node)


@pytest.fixture
def ranked(node):
    """Patients with mailboxes of 0, 10 ... 50 messages and heaps of different sizes; {pid: messages}, largest last."""
    pids = {node.patient("mailbox", n): n for n in range(0, 60, 10)}
    pids.update({node.patient("heap", 100_000 * n): 0 for n in (1, 3, 9)})
    return pids


@pytest.mark.parametrize("sort, key, down", [
    ("message_queue_len", "message_queue_len", True), ("+message_queue_len", "message_queue_len", False),
    ("-message_queue_len", "message_queue_len", True), ("memory", "memory", True), ("+memory", "memory", False),
    ("total_heap_size", "total_heap_size", True), ("reductions", "reductions", True),
    ("+name", "name", False), ("name", "name", False), ("-name", "name", True),
    ("pid", "pid", False), ("-pid", "pid", True), ("binary_memory", "binary_memory", True),
])
def test_sort(node, otoscope, ranked, sort, key, down):
    """Numbers from the top, texts and pids from A, unless the sign says otherwise; nulls come last in both cases."""
    def value(row):
        if key == "pid":
            return [int(n) for n in row["pid"].strip("<>").split(".")[::-1]]
        return row[key].encode() if isinstance(row[key], str) else row[key]
    got = [value(r) for r in rows(otoscope, node, "--sort", sort, "--columns", f"pid,{key}")]
    there = [v for v in got if v is not None]
    assert there == sorted(there, reverse=down)
    assert got == there + [None] * (len(got) - len(there))
    assert len(there) >= len(ranked)


def test_the_first_rows_are_those_of_the_whole(node, otoscope, ranked):
    """Ranking some rows and reading the rest for these alone gives what reading everything does."""
    whole = rows(otoscope, node, "--sort", "message_queue_len")[:5]
    some = rows(otoscope, node, "--sort", "message_queue_len", "-n", "5")
    assert [r["message_queue_len"] for r in some] == [50, 40, 30, 20, 10]
    for r in whole + some:
        r.pop("reductions")  # each reading of memory costs one
    assert some == whole


@pytest.mark.parametrize("column", ["memory", "total_heap_size", "binary_memory", "links"])
def test_n_by_a_column_that_costs(node, otoscope, ranked, column):
    binaries, linked = node.patient("binaries", 20, 100_000), node.patient("linked", 30)
    node.rpc("[erlang:garbage_collect(P) || P <- processes()]")  # what served other tests may still have its heap
    first = rows(otoscope, node, "--sort", column, "-n", "1", "--columns", f"pid,{column}")
    biggest = {"memory": list(ranked)[-1], "total_heap_size": list(ranked)[-1], "binary_memory": binaries,
               "links": linked}[column]
    assert [r["pid"] for r in first] == [biggest]


def test_n(node, otoscope, ranked):
    assert len(rows(otoscope, node, "-n", "3")) == 3
    assert len(rows(otoscope, node, "-n", "0")) > 20
    assert len(rows(otoscope, node)) > 20
    assert len(otoscope("ps", node=node).lines()) > 21


def test_twenty_rows_on_a_terminal_only(node, terminal, ranked):
    t = terminal("ps", node=node, rows=60, columns=120)
    assert t.status() == 0
    assert [line for line in t.lines() if line][0].split()[0] == "PID"
    assert len([line for line in t.lines() if line.startswith("<0.")]) == 20


# Each is compared with the same thing done in Python to all rows.
WHERE = [
    ("message_queue_len = 30", lambda r: r["message_queue_len"] == 30),
    ("message_queue_len != 0", lambda r: r["message_queue_len"] != 0),
    ("message_queue_len > 20", lambda r: r["message_queue_len"] > 20),
    ("message_queue_len<20", lambda r: r["message_queue_len"] < 20),
    ("message_queue_len > 0.03k", lambda r: r["message_queue_len"] > 30),
    ("memory > 1MB", lambda r: r["memory"] > MB),
    ("memory < 1MB", lambda r: r["memory"] < MB),
    ("heap_size > 0.5MiB", lambda r: r["heap_size"] > 0.5 * MB),
    ("name = find_me", lambda r: r["name"] == "find_me"),
    ("name != find_me", lambda r: r["name"] != "find_me"),
    ("name ~ ^find", lambda r: r["name"].startswith("find")),
    ("name ~ e$", lambda r: r["name"].endswith("e")),
    ("name > g", lambda r: r["name"] > "g"),
    ("registered_name = null", lambda r: r["registered_name"] is None),
    ("registered_name != null", lambda r: r["registered_name"] is not None),
    ("registered_name != find_me", lambda r: r["registered_name"] != "find_me"),
    ("status = 'suspended'", lambda r: r["status"] == "suspended"),
    ("trap_exit = true", lambda r: r["trap_exit"]),
    ("trap_exit != true", lambda r: not r["trap_exit"]),
    ("pid = <0.0.0>", lambda r: r["pid"] == "<0.0.0>"),
    ("pid = #PID<0.0.0>", lambda r: r["pid"] == "<0.0.0>"),
    ("application = kernel", lambda r: r["application"] == "kernel"),
]


def test_where(node, otoscope, ranked):
    columns = ("--columns", "pid,name,registered_name,message_queue_len,memory,heap_size,status,trap_exit,application",
               "--sort", "pid")
    quiet = {*ranked, node.patient("registered", '"find_me"'), node.patient("suspended"),
             *node.rpc("[whereis(init), whereis(kernel_sup)]")}
    everything = [r for r in rows(otoscope, node, *columns) if r["pid"] in quiet]
    for predicate, holds in WHERE:
        wanted = [r["pid"] for r in everything if holds(r)]
        assert 0 < len(wanted) < len(quiet), f"{predicate}: nothing is tested"
        got = [r["pid"] for r in rows(otoscope, node, "--where", predicate, *columns) if r["pid"] in quiet]
        assert got == wanted, predicate


def test_where_twice_and_sort_and_n(node, otoscope, ranked):
    got = rows(otoscope, node, "--where", "message_queue_len > 10", "--where", "message_queue_len < 50",
               "--sort", "message_queue_len", "-n", "2", "--columns", "message_queue_len")
    assert got == [{"message_queue_len": 40}, {"message_queue_len": 30}]


def test_where_nothing_holds(node, otoscope):
    assert rows(otoscope, node, "--where", "message_queue_len > 1G") == []
    assert len(otoscope("ps", "--where", "message_queue_len > 1G", node=node).lines()) == 1
    assert otoscope("ps", "--where", "message_queue_len > 1G", "--format", "jsonl", node=node).stdout == ""


@pytest.mark.parametrize("options, said", [
    (["--sort", "memry"], ["--sort", "'memry'", "did you mean memory?"]),
    (["--columns", "pid,nam"], ["--columns", "'nam'", "did you mean name?"]),
    (["--where", "memory >"], ["a value is missing at character 9"]),
    (["--where", "memory => 1"], ["'=>'", "at character 8"]),
    (["--where", "memory > 10QB"], ["10QB"]),
    (["--where", "name ~ ["], ["regular expression"]),
    (["--window", "soon"], ["--window", "soon"]),
    (["--format", "xml"], ["xml", "json"]),
    (["--syntax", "lisp"], ["lisp", "erlang or elixir"]),
])
def test_wrong_words_are_told_before_anything_is_dialled(otoscope, options, said):
    done = otoscope("ps", "nobody@127.0.0.1", *options, env={"ERL_EPMD_PORT": str(nodes.free_port())}, check=2)
    assert done.stdout == ""
    for word in said:
        assert word in done.stderr


def test_columns_in_the_order_that_was_asked(node, otoscope):
    for r in rows(otoscope, node, "--columns", "status,pid,heap_size"):
        assert list(r) == ["status", "pid", "heap_size"]
    as_csv = otoscope("ps", "--columns", "status,pid", "--columns", "heap_size", "--format", "csv", node=node)
    assert as_csv.lines()[0] == "status,pid,heap_size"


def test_formats_say_the_same(node, otoscope, ranked):
    columns = ("--columns", "pid,name,message_queue_len,heap_size,registered_name,trap_exit", "--sort", "pid")
    pids = set(ranked)

    def of_patients(found):
        return [r for r in found if r["pid"] in pids]
    as_json = of_patients(rows(otoscope, node, *columns))
    as_jsonl = of_patients(otoscope("ps", *columns, "--format", "jsonl", node=node).jsonl())
    as_csv = of_patients(csv.DictReader(io.StringIO(otoscope("ps", *columns, "--format", "csv", node=node).stdout)))
    assert len(as_json) == len(ranked)
    assert as_jsonl == as_json
    assert as_csv == [{k: "" if v is None else json.dumps(v) if not isinstance(v, str) else v for k, v in r.items()}
                      for r in as_json]


def test_syntax(node, otoscope):
    pid = node.patient("plain")
    for syntax, function in (("erlang", "patient:wait/0"), ("elixir", ":patient.wait/0")):
        got = rows(otoscope, node, "--where", f"pid = {pid}", "--syntax", syntax)
        assert [r["current_function"] for r in got] == [function]
    assert rows(otoscope, node, "--where", f"pid = {pid}")[0]["current_function"] == "patient:wait/0"


# The window

def start_window(otoscope, node, *options):
    """A ps whose first reading is done."""
    child = otoscope.start("ps", "--window", "2s", "--format", "json", "--verbose", *options, node=node)
    return program.heard(child, "the window is open")


def finish(child):
    out, err = child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == 0, err
    return {r["pid"]: r for r in json.loads(out)}


def test_window(node, otoscope):
    growing, shrinking, dying = (node.patient("mailbox", n) for n in (10, 1000, 5))
    flushed = node.patient("started", "history", "special", "[2]")
    node.rpc(f"[list_to_pid(\"{flushed}\") ! {{letter, I}} || I <- lists:seq(1, 500)]")
    child = start_window(otoscope, node, "--columns",
                         "pid,born,reductions_rate,message_queue_len,message_queue_len_growth,heap_size_growth")
    with program.stopped(child):
        node.rpc(f"[list_to_pid(\"{growing}\") ! more || _ <- lists:seq(1, 300)]")
        node.rpc(f"history:tell(list_to_pid(\"{flushed}\"), take)")
        node.rpc(f"exit(list_to_pid(\"{dying}\"), kill)")
        newborn = node.patient("mailbox", 7)
    after = finish(child)

    assert after[growing]["message_queue_len"] == 310
    assert after[growing]["message_queue_len_growth"] == 300
    assert after[flushed]["message_queue_len"] == 0
    assert after[flushed]["message_queue_len_growth"] == -500
    assert after[shrinking]["message_queue_len_growth"] == 0
    assert after[shrinking]["reductions_rate"] == 0
    assert dying not in after
    assert after[newborn] == {"pid": newborn, "born": True, "reductions_rate": None, "message_queue_len": 7,
                              "message_queue_len_growth": None, "heap_size_growth": None}
    assert {pid for pid, r in after.items() if r["born"]} >= {newborn}
    assert {after[p]["born"] for p in (growing, flushed, shrinking)} == {False}


def test_window_of_memory_is_signed(node, otoscope):
    one, other = (node.patient("started", "history", "special", "[2]") for _ in "ab")

    def tell(pid, what):
        node.rpc(f"P = list_to_pid(\"{pid}\"), history:tell(P, {what}), history:still([P])")

    def memory(pid):
        return node.rpc(f"element(2, erlang:process_info(list_to_pid(\"{pid}\"), memory))")
    tell(other, "{grow, 100000}")
    before = {p: memory(p) for p in (one, other)}
    child = start_window(otoscope, node, "--columns", "pid,memory,memory_growth", "--sort", "memory_growth")
    with program.stopped(child):
        tell(one, "{grow, 50000}")
        tell(other, "drop")
        tell(other, "collect")
    after = finish(child)
    assert after[one]["memory_growth"] == memory(one) - before[one] > 500_000
    assert after[other]["memory_growth"] == memory(other) - before[other] < -500_000
    assert list(after)[0] == one


def test_window_rates_are_right(node, otoscope):
    """Two that work and one whose mailbox grows: what they did is no less than between two moments within the window,
    and no more than between two around it."""
    pids = [node.patient("started", "pace", "worker", f"[{n}, 10]") for n in (10, 1)]
    filling = node.patient("started", "pace", "filler", "[20, 10]")

    def counts():
        worked = [f'element(2, process_info(list_to_pid("{p}"), reductions))' for p in pids]
        return time.monotonic(), node.rpc(f"[{', '.join(worked)}, "
                                          f'element(2, process_info(list_to_pid("{filling}"), message_queue_len))]')
    before, at_first = counts()
    child = start_window(otoscope, node, "--columns", "pid,reductions_rate,message_queue_len_growth")
    with program.stopped(child):
        opened, low = counts()
        closing, high = nodes.wait_until(lambda: (now := counts())[0] > opened + 1.5 and now, "some work")
    got = finish(child)
    after, at_last = counts()
    assert high[2] - low[2] <= got[filling]["message_queue_len_growth"] <= at_last[2] - at_first[2]
    for i, pid in enumerate(pids):
        rate = got[pid]["reductions_rate"]
        assert (high[i] - low[i]) / (after - before) <= rate <= (at_last[i] - at_first[i]) / (closing - opened)
        assert high[i] > low[i], "nothing is tested"


def test_window_ranks_by_rate(node, otoscope):
    """What worked much in its life is not what works now: without --sort a window ranks by the rate."""
    tired = node.patient("started", "pace", "tired", "[100000]")
    worker = node.patient("started", "pace", "worker", "[10, 10]")
    assert rows(otoscope, node, "-n", "1")[0]["pid"] == tired
    now = rows(otoscope, node, "--window", "300ms", "-n", "1")
    assert [r["pid"] for r in now] == [worker]
    up = rows(otoscope, node, "--window", "300ms", "--sort", "+reductions_rate", "-n", "5")
    assert [r["reductions_rate"] for r in up] == [0] * 5
    assert "REDS/s" in otoscope("ps", "--window", "100ms", "-n", "1", node=node).stdout


def test_window_filters_on_change(node, otoscope):
    filling = node.patient("started", "pace", "filler", "[20, 10]")
    got = rows(otoscope, node, "--window", "300ms", "--where", "message_queue_len_growth > 100", "--columns", "pid")
    assert got == [{"pid": filling}]


# Watching

def test_watch(node, otoscope):
    pid = node.patient("mailbox", 3)
    child = otoscope.start("ps", "--watch", "50ms", "--where", f"pid = {pid}", "--columns", "pid,message_queue_len",
                           "--format", "json", node=node)
    seen = [json.loads(child.stdout.readline()) for _ in range(3)]
    assert seen == [[{"pid": pid, "message_queue_len": 3}]] * 3
    node.rpc(f'list_to_pid("{pid}") ! more')
    nodes.wait_until(lambda: json.loads(child.stdout.readline()) == [{"pid": pid, "message_queue_len": 4}], "a message")
    node.rpc(f'exit(list_to_pid("{pid}"), kill)')
    nodes.wait_until(lambda: json.loads(child.stdout.readline()) == [], "its end")
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=program.TIMEOUT)
    assert (child.returncode, err) == (0, "")
    assert all(json.loads(line) == [] for line in out.splitlines()), "a last line is whole"


def test_samples_of_a_watch_are_told_apart(node, otoscope):
    words = ("ps", "--watch", "10ms", "--where", "registered_name = init", "--columns", "pid")
    text = otoscope.start(*words, node=node)
    seen = [text.stdout.readline() for _ in range(8)]
    moments = [datetime.datetime.fromisoformat(line.strip().replace("Z", "+00:00")) for line in seen[::4]]
    assert [line.split() for line in seen[1:4]] == [["PID"], ["<0.0.0>"], []]
    assert datetime.timedelta(0) < moments[1] - moments[0] < datetime.timedelta(seconds=nodes.DEADLINE)
    lines = otoscope.start(*words, "--format", "csv", node=node)
    assert [lines.stdout.readline() for _ in range(3)] == ["pid\n", "<0.0.0>\n", "<0.0.0>\n"]


def test_watch_keeps_its_pace(node, otoscope):
    """A tick never comes before its time, and what was missed is not made up for."""
    begin = time.monotonic()
    child = otoscope.start("ps", "--watch", "100ms", "-n", "1", "--format", "jsonl", node=node)
    assert child.stdout.readline()
    with program.stopped(child):
        standing = time.monotonic()
        nodes.wait_until(lambda: time.monotonic() > standing + 1, "ticks to be missed")
        stood = time.monotonic() - standing
    for _ in range(14):
        assert child.stdout.readline()
    # one of the fifteen may have been under way when it was stopped, and the next be due at once
    assert time.monotonic() - begin >= stood + 12 * 0.1


def test_watch_with_window(node, otoscope):
    filling = node.patient("started", "pace", "filler", "[20, 10]")
    child = otoscope.start("ps", "--watch", "200ms", "--window", "200ms", "--where", f"pid = {filling}",
                           "--columns", "message_queue_len,message_queue_len_growth", "--format", "json", node=node)
    seen = [json.loads(child.stdout.readline())[0] for _ in range(4)]
    for before, after in zip(seen, seen[1:]):
        assert after["message_queue_len"] - before["message_queue_len"] == after["message_queue_len_growth"]
    assert sum(r["message_queue_len_growth"] for r in seen) > 0


@pytest.mark.parametrize("options", [["--watch", "1h"], ["--window", "1h"], ["--watch", "10ms"]])
def test_ctrl_c(node, otoscope, options):
    child = otoscope.start("ps", "--format", "json", "--verbose", *options, node=node)
    program.heard(child, "answered")
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == (0 if "--watch" in options else -signal.SIGINT)


# Two nodes

@pytest.fixture
def pair(node, start_node, release):
    other = start_node(release, cookie=node.cookie)
    return node, other


def both(pair, otoscope, *options, **more):
    one, other = pair
    return otoscope("ps", "--source", one.name, "--source", other.name, *options,
                    env={"OTOSCOPE_COOKIE": one.cookie, "ERL_EPMD_PORT": str(one.farm.epmd_port)}, **more)


def test_two_sources(pair, otoscope):
    queues = {n.name: n.patient("mailbox", size) for n, size in zip(pair, (100, 200))}
    got = both(pair, otoscope, "--sort", "message_queue_len", "-n", "2", "--format", "json").json()
    assert [(r["node"], r["pid"], r["message_queue_len"]) for r in got] == [
        (pair[1].name, queues[pair[1].name], 200), (pair[0].name, queues[pair[0].name], 100)]
    assert list(got[0])[0] == "node"
    one_node = both(pair, otoscope, "--where", f"node = {pair[0].name}", "--format", "json").json()
    assert {r["node"] for r in one_node} == {pair[0].name}
    assert "NODE" in both(pair, otoscope, "-n", "1").lines()[0]


def test_two_sources_with_window(pair, otoscope):
    fillers = [n.patient("started", "pace", "filler", f"[{count}, 10]") for n, count in zip(pair, (1, 50))]
    got = both(pair, otoscope, "--window", "500ms", "--sort", "message_queue_len_growth", "-n", "2",
               "--format", "json").json()
    assert [(r["node"], r["pid"]) for r in got] == [(pair[1].name, fillers[1]), (pair[0].name, fillers[0])]


def test_one_of_two_is_not_there(pair, otoscope):
    one, other = pair
    other.stop()
    done = both(pair, otoscope, "--format", "json", check=3)
    assert {r["node"] for r in done.json()} == {one.name}
    assert other.short_name in done.stderr


def test_one_of_two_dies_in_between(pair, otoscope):
    one, other = pair
    child = otoscope.start("ps", "--source", one.name, "--source", other.name, "--watch", "100ms", "--format", "json",
                           "-n", "1000", env={"OTOSCOPE_COOKIE": one.cookie, "ERL_EPMD_PORT": str(one.farm.epmd_port)})

    def seen():
        return {r["node"] for r in json.loads(child.stdout.readline())}
    assert seen() == {one.name, other.name}
    other.stop()
    nodes.wait_until(lambda: seen() == {one.name}, "the dead node's rows to go")
    assert seen() == {one.name}
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == 5
    assert other.name in err and len(err.splitlines()) < 10, err


def test_one_of_two_stops_for_a_while(pair, otoscope):
    one, other = pair
    with other.stopped():
        done = both(pair, otoscope, "--timeout", "3s", "--format", "json", check=3)
        assert {r["node"] for r in done.json()} == {one.name}


def test_what_a_reading_does_is_no_work_of_the_process(node, otoscope):
    """A dear column has the process answer, which costs it a reduction: an idle one has a rate of 0 all the same, in a
    window and when it is watched. (A process may be asked twice on a machine that is slow: then once more.)"""
    node.patient("registered", '"idler"')
    columns = ["--columns", "name,reductions_rate,memory_growth,total_heap_size"]

    def rates():
        once = rows(otoscope, node, "--window", "200ms", *columns)
        watch = ("ps", "--window", "200ms", "--watch", "200ms", "--format", "jsonl", *columns)
        child = otoscope.start(*watch, node=node)
        seen = [json.loads(child.stdout.readline()) for _ in range(3 * len(once))]
        child.kill()  # what one of us does is work to another
        node.alone()
        child = otoscope.start(*watch, "--where", "name = idler", node=node)
        seen += [json.loads(child.stdout.readline()) for _ in range(4)]
        child.kill()
        node.alone()
        return {r["reductions_rate"] for r in once + seen if r["name"] == "idler"}

    assert any(rates() == {0} for _ in range(4))


@pytest.mark.parametrize("window", [(), ("--window", "100ms")])
def test_who_looks_does_not_see_itself(node, otoscope, window):
    """The helper of the sweep is one of the node's processes while it looks at them: one of low priority."""
    everybody = rows(otoscope, node, "--columns", "pid,priority", *window)
    assert {row["priority"] for row in everybody} >= {"normal", "max"}
    assert not [row for row in everybody if row["priority"] == "low"]
