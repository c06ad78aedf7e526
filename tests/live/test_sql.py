"""SQL over real nodes: sums and groups against what the node says, joins, windows, several sources, what it asks."""

import os
import re
import signal

import pytest

import program
from test_record import end, more_readings, recorder


@pytest.fixture
def sleepers(node):
    """The pids of 40 processes that do nothing."""
    pids = node.rpc("""
        Waits = fun F(P) ->
            case process_info(P, status) of {status, waiting} -> P; _ -> erlang:yield(), F(P) end end,
        [Waits(P) || P <- [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, 40)]]""")
    yield pids
    node.rpc("[exit(list_to_pid(P), kill) || P <- [%s]], ok" % ", ".join(f'"{pid}"' for pid in pids))


def sql(otoscope, node, statement, *options, **more):
    return otoscope.json("sql", statement, *options, node=node, **more)


def test_counts_and_sums_are_those_of_the_node(node, otoscope):
    node.patient("idle", 50)
    before = node.rpc("[length(processes()), erlang:memory(atom)]")
    rows = sql(otoscope, node, "SELECT count(*) AS n, (SELECT bytes FROM memory WHERE name = 'atom') AS atom "
                               "FROM processes")
    after = node.rpc("[length(processes()), erlang:memory(atom)]")
    assert before[0] <= rows[0]["n"] <= after[0] + 5  # the helper that reads is one of them
    assert before[1] <= rows[0]["atom"] <= after[1]


def test_groups_are_those_of_the_node(node, otoscope, sleepers):
    listed = ", ".join(f'"{pid}"' for pid in sleepers)
    truth = node.rpc(f"lists:sum([element(2, erlang:process_info(list_to_pid(P), memory)) || P <- [{listed}]])")
    rows = sql(otoscope, node, "SELECT status, count(*) AS n, sum(memory) AS memory FROM processes "
                               f"WHERE pid IN ({listed}) GROUP BY status".replace('"', "'"))
    assert rows == [{"status": "waiting", "n": 40, "memory": truth}]


def test_a_process_by_its_pid_is_asked_for_alone(node, otoscope, sleepers):
    pid = sleepers[0]
    every = otoscope("sql", "SELECT pid, memory FROM processes", "--verbose", node=node)
    one = otoscope("sql", f"SELECT pid, memory FROM processes WHERE pid = '{pid}'", "--verbose", "--format", "json",
                   node=node)
    assert [row["pid"] for row in one.json()] == [pid]
    read = [int(re.search(r"(\d+) bytes in\n", r.stderr).group(1)) for r in (every, one)]
    assert read[1] < read[0] / 2
    short = pid.strip("<>")
    assert sql(otoscope, node, f"SELECT pid FROM processes WHERE pid = '#PID<{short}>'") == [{"pid": pid}]


def test_tables_joined_by_their_owner(node, otoscope):
    node.used_patients = True
    owner = node.rpc("""
        S = self(), P = spawn(fun() -> register(sql_owner, self()), [ets:new(sql_owned, []) || _ <- [1, 2, 3]],
        S ! ready, receive stop -> ok end end), receive ready -> P end""")
    try:
        rows = sql(otoscope, node, "SELECT p.pid, p.name, count(*) AS tables, sum(e.size) AS objects FROM ets e "
                                   "JOIN processes p ON p.pid = e.owner WHERE e.name = 'sql_owned' GROUP BY p.pid")
        assert rows == [{"pid": owner, "name": "sql_owner", "tables": 3, "objects": 0}]
        rows = sql(otoscope, node, "SELECT count(*) AS n FROM ets e LEFT JOIN processes p ON p.pid = e.owner "
                                   "WHERE p.pid IS NULL")
        assert rows == [{"n": 0}]
    finally:
        node.rpc(f'list_to_pid("{owner}") ! stop, ok')


def test_what_is_not_known_is_null(node, otoscope):
    rows = sql(otoscope, node, "SELECT name IS NULL AS n, typeof(registered_name) AS t FROM processes "
                               "WHERE registered_name IS NULL LIMIT 1")
    assert rows == [{"n": 0, "t": "null"}]


def test_the_window_has_both_readings(node, otoscope, sleepers):
    pid = sleepers[0]
    rows = sql(otoscope, node, f"SELECT p.pid, p.reductions - b.reductions AS d, p.born, "
                               f"p.message_queue_len_growth AS g "
                               f"FROM processes p JOIN processes_before b USING (pid) WHERE pid = '{pid}'",
               "--window", "100ms")
    assert rows == [{"pid": pid, "d": 0, "born": 0, "g": 0}]


def test_one_node_that_is_lost_does_not_stop_the_other(otoscope, farm, start_node):
    node = start_node("25")
    other = start_node("25", cookie=node.cookie)
    other.patient("idle", 100)
    statement = "SELECT node, count(*) AS n FROM processes GROUP BY node ORDER BY n"
    env = {"OTOSCOPE_COOKIE": node.cookie, "ERL_EPMD_PORT": str(farm.epmd_port)}
    rows = otoscope.json("sql", "--source", other.name, "--source", node.name, statement, env=env)
    assert [row["node"] for row in rows] == [node.name, other.name]
    assert rows[1]["n"] > rows[0]["n"] + 50
    other.stop()
    done = otoscope("sql", "--source", other.name, "--source", node.name, statement, "--format", "json", env=env,
                    check=3)
    assert [row["node"] for row in done.json()] == [node.name]


def test_a_statement_that_is_wrong_dials_nobody(node, otoscope):
    done = otoscope("sql", "SELECT count(*), sum(memroy)\nFROM processes", "--verbose", node=node, check=2)
    assert done.stderr == ("otoscope: no such column: memroy: line 1, column 22\n"
                           "  SELECT count(*), sum(memroy)\n"
                           "                       ^\n"
                           "  did you mean memory?\n")
    assert "opening" not in done.stderr


def test_a_table_that_fails(fresh_node, otoscope):
    with fresh_node.stopped():
        done = otoscope("sql", "SELECT count(*) FROM processes, memory", "--timeout", "300ms", node=fresh_node,
                        check=None)
    assert done.status in (3, 5) and done.stdout == ""
    assert done.stderr.count("otoscope: ") == 1


FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "


def test_ctrl_c_ends_what_would_run_for_ever(node, otoscope):
    child = otoscope.start("sql", FOREVER + "SELECT count(*), (SELECT count(*) FROM memory) FROM n", "--verbose",
                           node=node)
    program.heard(child, "answered after")
    child.send_signal(signal.SIGINT)
    assert child.wait(program.TIMEOUT) == -signal.SIGINT
    assert child.stdout.read() == ""


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv"])
def test_a_result_without_end_streams(node, otoscope, form):
    child = otoscope.start("sql", FOREVER + "SELECT i, printf('%0500d', i) FROM n", "--format", form, node=node)
    for _ in range(20_000):
        assert child.stdout.readline()
    with open(f"/proc/{child.pid}/status") as f:
        peak = int(re.search(r"VmHWM:\s+(\d+) kB", f.read()).group(1))
    child.send_signal(signal.SIGINT)
    child.stdout.close()
    assert child.wait(program.TIMEOUT) in (0, -signal.SIGINT)
    if "build-san" not in program.path():
        assert peak < 150_000


def test_ctrl_c_between_large_rows(node, otoscope):
    """Of which a few take no time to step, and much to be written."""
    child = otoscope.start("sql", FOREVER + "SELECT zeroblob(4000000) FROM n", "--format", "jsonl", node=node)
    out = child.stdout.buffer
    assert out.read(1000)
    child.send_signal(signal.SIGINT)
    rest = sum(map(len, iter(lambda: out.read(1 << 20), b"")))
    assert child.wait(program.TIMEOUT) == -signal.SIGINT
    assert rest < 200 << 20


def test_several_statements_and_watching(node, otoscope):
    text = ("CREATE TEMP VIEW v AS SELECT count(*) AS n FROM processes; -- a view\n"
            "SELECT n > 10 AS many FROM v; /* twice */ SELECT 'b' AS b;")
    done = otoscope("sql", text, "--format", "jsonl", node=node)
    assert done.jsonl() == [{"many": 1}, {"b": "b"}]
    child = otoscope.start("sql", text, "--format", "jsonl", "--watch", "10ms", node=node)
    lines = [child.stdout.readline() for _ in range(6)]
    assert lines == ['{"many":1}\n', '{"b":"b"}\n'] * 3
    child.send_signal(signal.SIGINT)
    assert child.wait(program.TIMEOUT) == 0


def test_a_table_keeps_an_answer(node, otoscope):
    text = ("CREATE TEMP TABLE t AS SELECT pid FROM processes; "
            "SELECT count(*) > 10 AS many FROM t JOIN processes USING (pid);")
    assert otoscope("sql", text, "--format", "jsonl", node=node).jsonl() == [{"many": 1}]


def test_statements_from_a_pipe(node, otoscope):
    text = "SELECT 1 AS a;\nSELECT count(*) > 0\n AS b FROM\nmemory; SELECT 3 AS c"
    done = otoscope("sql", "--format", "jsonl", node=node, input=text)
    assert done.jsonl() == [{"a": 1}, {"b": 1}, {"c": 3}]
    done = otoscope("sql", "--format", "jsonl", node=node, input="SELECT 1 AS a;\nSELEC 2;\nSELECT 3 AS c;\n", check=2)
    assert done.jsonl() == [{"a": 1}]
    assert otoscope("sql", node=node, input="-- nothing\n").stdout == ""


def test_explaining_reads_nothing(node, otoscope):
    done = otoscope("sql", "EXPLAIN QUERY PLAN SELECT memory FROM processes", "--format", "json", "--verbose",
                    node=node)
    assert "VIRTUAL TABLE" in done.json()[0]["detail"] and "process_info" not in done.stderr


def test_dear_columns_only_of_the_rows_that_need_them(node, otoscope, sleepers):
    """The ten that did the most, as ps ranks them: what is dear comes of few rows, in a second step."""
    text = "SELECT pid, name, memory, current_function FROM processes ORDER BY reductions DESC LIMIT 3"
    few = otoscope("sql", text, "--verbose", "--format", "json", node=node)
    every = otoscope("sql", text.replace(" LIMIT 3", ""), "--verbose", "--format", "json", node=node)
    assert len(few.json()) == 3 and len(every.json()) > 40
    truth = {row["pid"]: row["name"] for row in every.json()}
    assert all(truth[row["pid"]] == row["name"] and row["memory"] > 0 and row["current_function"]
               for row in few.json() if row["pid"] in truth)
    read = [int(re.search(r"(\d+) bytes in\n", r.stderr).group(1)) for r in (few, every)]
    assert read[0] < read[1]


def test_limits_and_options(node, otoscope):
    assert len(sql(otoscope, node, "SELECT pid FROM processes", "-n", "3")) == 3
    assert otoscope("sql", "SELECT 1", "--sort", "pid", node=node, check=2).stderr.startswith(
        "otoscope: sql does not take --sort")
    for option in (["--where", "a=1"], ["--columns", "pid"]):
        otoscope("sql", "SELECT 1", *option, node=node, check=2)
    text = otoscope("sql", "SELECT memory, memory AS m, sum(memory) FROM processes", node=node).lines()
    assert re.fullmatch(r" *[\d.]+ [kM]?B +[\d.]+ [kM]?B +[\d.]+ [kM]?B", text[1])
    assert otoscope("sql", "SELECT 1 AS \"a,b\", 'x' AS a", "--format", "csv", node=node).stdout == \
        '"a,b",a\n1,x\n'.replace("\n", "\r\n")


def test_what_is_shown_is_as_the_table_shows_it(node, otoscope):
    table = {row["pid"]: row for row in otoscope.json("ps", "--columns", "pid,name,trap_exit,initial_call,priority",
                                                      "-n", "0", node=node)}
    rows = sql(otoscope, node, "SELECT pid, name, trap_exit, initial_call, priority FROM processes")
    same = [row for row in rows if row["pid"] in table]
    assert len(same) > 20
    for row in same:
        want = table[row["pid"]]
        assert row == {**want, "trap_exit": int(want["trap_exit"]) if want["trap_exit"] is not None else None}


def test_every_table(node, otoscope):
    """Each can be read whole; SELECT * has the columns that it has as a command, and .schema has these and more."""
    told = otoscope("sql", "--format", "csv", node=node, input=".tables\n.schema\n").lines()
    split = told.index("table,column,unit,dear,help")
    names = [line.split(",")[0] for line in told[1:split]]
    assert len(names) > 5
    columns = {(line.split(",")[0], line.split(",")[1]) for line in told[split + 1:]}
    read = otoscope("sql", "".join(f"SELECT count(*) FROM (SELECT * FROM {name}); SELECT * FROM {name} LIMIT 0;"
                                   for name in names), "--format", "csv", node=node).lines()
    headings = dict(zip(names, read[2::3]))
    assert len(read) == 3 * len(names)
    assert all((name, column) in columns for name in names for column in headings[name].split(","))
    for name in ("processes", "ets"):
        assert otoscope(name, "-n", "1", "--format", "csv", node=node).lines()[0] == headings[name]


def test_a_recording(node, otoscope, tmp_path):
    path = tmp_path / "a.oto"
    child = recorder(otoscope, node, path, "--tables", "processes,memory")
    more_readings(otoscope, path, "processes")
    assert end(child) == (0, "")
    text = ("SELECT count(*) > 10 AS many, (SELECT bytes > 0 FROM memory WHERE name = 'total') AS memory "
            "FROM processes; SELECT count(*) > 10 AS both FROM processes p JOIN processes_before b USING (pid) "
            "WHERE p.reductions >= b.reductions AND p.reductions_rate >= 0")
    done = otoscope("sql", path, text, "--window", "100ms", "--format", "jsonl")
    assert done.jsonl() == [{"many": 1, "memory": 1}, {"both": 1}]
    done = otoscope("sql", path, "SELECT count(*) FROM system", check=6)
    assert done.stdout == "" and "no table 'system'" in done.stderr


def test_a_node_beside_its_own_past(node, otoscope, tmp_path):
    path = tmp_path / "a.oto"
    otoscope("record", path, "--every", "100ms", "--for", "150ms", "--tables", "memory", node=node)
    rows = otoscope.json("sql", "--source", node.name, "--source", path,
                         "SELECT count(DISTINCT node) AS nodes, count(*) AS n FROM memory WHERE name = 'total'",
                         env={"OTOSCOPE_COOKIE": node.cookie, "ERL_EPMD_PORT": str(node.farm.epmd_port)})
    assert rows == [{"nodes": 2, "n": 2}]


def document():
    """The statements of doc/sql.md, with what stands before each."""
    with open(os.path.join(program.ROOT, "doc", "sql.md"), encoding="utf-8") as f:
        return re.findall(r"([^\n]+):\n\n```sql\n(.*?)```", f.read(), re.S)


def test_the_statements_of_the_document(node, otoscope):
    assert len(document()) == 10
    for title, statement in document():
        window = ["--window", "50ms"] if "--window" in title else []
        done = otoscope("sql", statement, *window, node=node)
        assert done.stderr == "", (title, done)
        assert done.stdout
