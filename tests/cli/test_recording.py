"""Recordings as a source: they are made without a node (the fixture `recording`)."""

import math
import os
import random
import shutil
import sqlite3
import struct
import zlib

import pytest

# Three samples of two lives of a node. In the second sample <0.2.0> is gone and <0.4.0> is new.
SHOP = """
    @source shop@web1 1
    @otp 27
    @sample 2026-11-23T12:00:00Z
    @table processes
    pid,name,registered_name,current_function,reductions,memory,message_queue_len,status,application
    <0.1.0>,init,init,init:loop/1,100,1000,0,waiting,
    <0.2.0>,worker,,gen_server:loop/7,50,500,3,waiting,shop
    <0.3.0>,busy,busy,lists:map/2,1000000,20000,0,running,shop
    @table memory
    name,bytes,share
    total,1000,1
    processes,400,0.4
    ets,100,0.1
    @table system
    name,value,limit,used,unit
    process_count,3,100,0.03,count
    @sample 2026-11-23T12:00:02Z
    @table processes
    pid,name,registered_name,current_function,reductions,memory,message_queue_len,status,application
    <0.1.0>,init,init,init:loop/1,100,1000,0,waiting,
    <0.3.0>,busy,busy,lists:map/2,3000000,10000,7,running,shop
    <0.4.0>,newborn,,gen_server:loop/7,10,100,0,waiting,shop
    @table memory
    name,bytes,share
    total,1500,1
    processes,400,0.26
    ets,600,0.4
    @sample 2026-11-23T12:00:10Z
    @table processes
    pid,name,registered_name,current_function,reductions,memory,message_queue_len,status,application
    <0.1.0>,init,init,init:loop/1,101,1000,0,waiting,
    <0.3.0>,busy,busy,lists:map/2,11000000,10000,0,running,shop
    @fail memory it takes too long
"""


@pytest.fixture
def shop(recording):
    return recording(SHOP)


def names(rows):
    return [r["name"] for r in rows]


def test_the_last_sample_is_what_is_shown(otoscope, shop):
    rows = otoscope.json("ps", shop)
    assert names(rows) == ["busy", "init"]
    assert rows[0] | {"pid": "<0.3.0>", "reductions": 11000000, "memory": 10000, "status": "running"} == rows[0]
    assert rows[1]["application"] is None and rows[1]["heap_size"] is None, "what was not recorded is null"


@pytest.mark.parametrize("at, wanted", [
    ("2026-11-23T12:00:00Z", ["busy", "init", "worker"]),
    ("2026-11-23T12:00:01.999Z", ["busy", "init", "worker"]),
    ("2026-11-23T13:00:02+01:00", ["busy", "init", "newborn"]),
    ("2026-11-23 12:00:09", ["busy", "init", "newborn"]),
    ("12:00:02", ["busy", "init", "newborn"]),
    ("-8s", ["busy", "init", "newborn"]),
    ("-8.001s", ["busy", "init", "worker"]),
    ("-10s", ["busy", "init", "worker"]),
    ("2030-01-01", ["busy", "init"]),
])
def test_at(otoscope, shop, at, wanted):
    assert names(otoscope.json("ps", shop, "--at", at)) == wanted


def test_nothing_is_that_early(otoscope, shop):
    early = otoscope("ps", shop, "--at", "2026-11-23T11:59:59Z", check=6)
    assert "that early" in early.stderr and "2026-11-23T12:00:00" in early.stderr
    assert otoscope("ps", shop, "--at", "-1h", check=6).stdout == ""


@pytest.mark.parametrize("at", ["yesterday", "25:00", "-", ""])
def test_a_moment_that_is_none(otoscope, shop, at):
    assert "--at" in otoscope("ps", shop, "--at", at, check=2).stderr


def test_a_live_node_only_knows_now(otoscope):
    assert "--at" in otoscope("ps", "nobody@127.0.0.1", "--at", "-1s", check=2).stderr


def test_a_window_lies_between_two_samples(otoscope, shop):
    rows = otoscope.json("ps", shop, "--at", "12:00:02", "--window", "1s", "--columns",
                         "name,reductions_rate,memory_growth,message_queue_len_growth,born", "--sort", "name")
    assert list(rows) == [
        {"name": "busy", "reductions_rate": 1e6, "memory_growth": -10000, "message_queue_len_growth": 7, "born": False},
        {"name": "init", "reductions_rate": 0, "memory_growth": 0, "message_queue_len_growth": 0, "born": False},
        {"name": "newborn", "reductions_rate": None, "memory_growth": None, "message_queue_len_growth": None,
         "born": True}]


@pytest.mark.parametrize("window, rate", [("1s", 1e6), ("8s", 1e6), ("9s", 1e6), ("10s", 1e6), ("1h", 1e6)])
def test_the_span_is_the_real_one(otoscope, shop, window, rate):
    """The sample at the beginning is at least so old, or the oldest; the rate goes by how old it is."""
    row = otoscope.json("ps", shop, "--window", window, "-n", 1, "--columns", "reductions,reductions_rate")[0]
    assert row == {"reductions": 11000000, "reductions_rate": rate}


def test_memory_as_an_object(otoscope, shop):
    assert otoscope.json("memory", shop, "--at", "-8s") == {"total": 1500, "processes": 400, "ets": 600}
    got = otoscope.json("memory", shop, "--at", "12:00:02", "--window", "2s")
    assert got == {"before": {"total": 1000, "processes": 400, "ets": 100},
                   "after": {"total": 1500, "processes": 400, "ets": 600},
                   "growth": {"total": 500, "processes": 0, "ets": 500}, "window_ns": 2000000000}


def test_a_table_that_failed_later_is_told(otoscope, shop):
    """The last reading that there is, and that it is not of the end."""
    result = otoscope("memory", shop, "--format", "json")
    assert result.json()["total"] == 1500
    assert "it takes too long" in result.stderr and "2026-11-23T12:00:02" in result.stderr
    assert otoscope("memory", shop, "--at", "12:00:02").stderr == ""


def test_the_order_of_the_rows_is_kept(otoscope, shop):
    assert names(otoscope.json("memory", shop, "--columns", "name,bytes")) == ["total", "processes", "ets"]


def test_formats(otoscope, shop):
    text = otoscope("ps", shop, "--columns", "pid,name,memory,message_queue_len", "--at", "-8s").lines()
    assert text[0].split() == ["PID", "NAME", "MEMORY", "MSGQ"]
    assert text[1].split() == ["<0.3.0>", "busy", "9.8", "kB", "7"]
    assert otoscope("ps", shop, "--columns", "pid,name,memory", "--format", "csv").lines() == [
        "pid,name,memory", "<0.3.0>,busy,10000", "<0.1.0>,init,1000"]
    assert otoscope("ps", shop, "--columns", "name", "--format", "jsonl").lines() == ['{"name":"busy"}',
                                                                                     '{"name":"init"}']


def test_rows_are_filtered_and_ranked(otoscope, shop):
    at = ["--at", "-10s", "--columns", "name"]
    assert names(otoscope.json("ps", shop, *at, "--where", "application = shop", "--sort", "message_queue_len")) == \
        ["worker", "busy"]
    assert names(otoscope.json("ps", shop, *at, "-n", 1, "--sort", "+memory")) == ["worker"]
    assert names(otoscope.json("ps", shop, *at, "--where", "pid = <0.3.0>")) == ["busy"]


def test_several_sources(otoscope, recording, shop):
    other = recording("""
        @source till@web2
        @sample 2026-11-23T12:00:00Z
        @table processes
        pid,name,reductions
        <0.9.0>,till,5000000
        """, name="till.oto")
    rows = otoscope.json("ps", "--source", shop, "--source", other, "--columns", "node,name,reductions")
    assert [(r["node"], r["name"]) for r in rows] == [(str(shop), "busy"), (str(other), "till"), (str(shop), "init")]


def test_watch_goes_through_the_samples(otoscope, shop):
    """All of them without waiting; at least so far apart; from --at on."""
    def totals(*options):
        lines = otoscope("ps", shop, "--format", "jsonl", "--columns", "name", "--sort", "name", *options).stdout
        return lines.replace('{"name":', "").replace("}", "").replace('"', "").split()

    first, second, third = ["busy", "init", "worker"], ["busy", "init", "newborn"], ["busy", "init"]
    assert totals("--watch", "1ms") == first + second + third
    assert totals("--watch", "3s") == first + third
    assert totals("--watch", "1s", "--at", "12:00:01") == second + third
    text = otoscope("memory", shop, "--watch", "1ms", "--columns", "name,bytes").lines()
    assert text[0].startswith("2026-11-23T12:00:00")


def test_watch_is_of_one_kind(otoscope, shop):
    assert otoscope("ps", shop, "--watch", "1s", "--window", "1s", "--at", "-8s").stdout


def test_info(otoscope, shop):
    info = otoscope.json("info", shop)
    assert info | {"name": "shop@web1", "kind": "recording", "otp_release": "27", "syntax": "erlang",
                   "from": "2026-11-23T12:00:00.000000Z", "to": "2026-11-23T12:00:10.000000Z", "samples": 3, "runs": 1,
                   "state": "complete", "why": "complete", "size": os.path.getsize(shop)} == info
    assert info["limits"] == {"process_count": {"value": 3, "limit": 100}}
    tables = {t["name"]: t for t in info["tables"]}
    assert tables["processes"] == {"name": "processes", "readings": 3, "failures": 0, "error": None}
    assert tables["memory"] == {"name": "memory", "readings": 2, "failures": 1, "error": "it takes too long"}
    assert "shop@web1" in otoscope("info", shop).stdout


@pytest.mark.parametrize("args", [["state", "init"], ["messages", "init"], ["stack", "init"], ["info", "init"],
                                  ["call", "erlang:node()"]])
def test_what_needs_a_live_node_says_so(otoscope, shop, args):
    said = otoscope(args[0], shop, args[1], check=6).stderr
    assert "live node" in said and "a recording tells what was in its tables" in said


def test_a_table_that_was_not_recorded(otoscope, shop):
    said = otoscope("ets", shop, check=6).stderr
    assert "has no table 'ets'" in said and "record --tables" in said


def test_a_recording_that_is_empty(otoscope, recording):
    path = recording("@sample 12:00:00Z\n".replace("12:", "2026-11-23T12:"))
    assert "no table" in otoscope("ps", path, check=6).stderr
    assert otoscope.json("info", path)["samples"] == 0


def test_the_loss_of_the_node_is_told(otoscope, recording):
    path = recording(SHOP + "    @lost the connection was lost\n")
    result = otoscope("ps", path)
    assert "2026-11-23T12:00:10" in result.stderr and "the connection was lost" in result.stderr
    assert otoscope("ps", path, "--at", "-8s").stderr == "", "only the last sample is the last"
    info = otoscope.json("info", path)
    assert info["state"] == "the node was lost" and info["why"] == "the connection was lost"


def test_a_killed_writer_leaves_the_last_whole_sample(otoscope, recording):
    path = recording(SHOP + "    @kill\n")
    assert names(otoscope.json("ps", path)) == ["busy", "init"]
    assert otoscope.json("info", path)["state"] == "its writer was ended from outside"


def test_a_recording_is_gone_on_with(otoscope, recording, shop):
    """Another life of the node: its samples are not compared with those of the first."""
    recording("""
        @source shop@web1 2
        @sample 2026-11-23T12:01:00Z
        @table processes
        pid,name,reductions
        <0.1.0>,init,7
        """)
    assert otoscope.json("info", shop) | {"runs": 2, "samples": 4} == otoscope.json("info", shop)
    assert otoscope.json("ps", shop, "--columns", "name,reductions") == [{"name": "init", "reductions": 7}]
    assert "no reading before" in otoscope("ps", shop, "--window", "1s", check=6).stderr
    assert names(otoscope.json("ps", shop, "--at", "12:00:00")) == ["busy", "init", "worker"]
    recording("""
        @source shop@web1 2
        @sample 2026-11-23T12:01:02Z
        @table processes
        pid,name,reductions
        <0.1.0>,init,27
        """)
    assert otoscope.json("ps", shop, "--window", "1s", "--columns", "reductions_rate")[0]["reductions_rate"] == 10


def test_a_chain_of_many_samples(otoscope, recording):
    """Longer than one segment; each is what it was."""
    lines = []
    for i in range(150):
        lines.append(f"@sample 2026-11-23T12:{i // 60:02}:{i % 60:02}Z\n@table processes\npid,name,reductions")
        lines += [f"<0.{n}.0>,p{n},{n * 10 + (i if n % 3 == 0 else 0)}" for n in range(i // 3, i // 3 + 20)]
    path = recording("\n".join(lines))
    for i in (0, 1, 59, 60, 61, 100, 149):
        rows = otoscope.json("ps", path, "--at", f"12:{i // 60:02}:{i % 60:02}", "--sort", "+pid", "--columns",
                             "name,reductions")
        assert list(rows) == [{"name": f"p{n}", "reductions": n * 10 + (i if n % 3 == 0 else 0)}
                              for n in range(i // 3, i // 3 + 20)]


def noise(samples, rows=400):
    """Samples that nothing makes small."""
    r = random.Random(1)
    for i in range(samples):
        yield f"@sample 2026-11-23T{12 + i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}Z\n@table processes\n" \
              "pid,name,reductions"
        for n in range(rows):
            yield f"<0.{n}.0>,{r.randbytes(8).hex()},{r.randrange(1 << 60)}"


def test_the_oldest_samples_go_when_the_file_is_full(otoscope, recording):
    most = 200_000
    path = recording("\n".join(noise(200)), max_size=most)
    assert os.path.getsize(path) <= most
    info = otoscope.json("info", path)
    assert 5 < info["samples"] < 100 and info["to"] == "2026-11-23T12:03:19.000000Z"
    assert len(otoscope.json("ps", path)) == 400
    assert "that early" in otoscope("ps", path, "--at", "12:00:00", check=6).stderr
    first = otoscope.json("ps", path, "--at", info["from"])
    assert len(first) == 400, "what is left begins with a whole sample"


def test_a_table_that_is_seldom_read_stays(otoscope, recording):
    lines = ["@sample 2026-11-23T11:00:00Z\n@table memory\nname,bytes\ntotal,42", *noise(200)]
    path = recording("\n".join(lines), max_size=200_000)
    assert otoscope.json("memory", path)["total"] == 42


def test_the_newest_sample_never_goes(otoscope, recording):
    path = recording("\n".join(noise(3)), max_size=1000)
    assert otoscope.json("info", path)["samples"] == 1 and len(otoscope.json("ps", path)) == 400


#
# Files that are not what they should be.
#

def test_a_file_that_is_something_else(otoscope, tmp_path):
    (tmp_path / "text").write_text("hello\n" * 100)
    assert "neither a recording" in otoscope("ps", tmp_path / "text", check=7).stderr
    (tmp_path / "empty").write_text("")
    otoscope("ps", tmp_path / "empty", check=7)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE t(x)")
    other.close()
    assert "neither a recording" in otoscope("ps", tmp_path / "other.db", check=7).stderr
    otoscope("ps", tmp_path / "not-there", "--source", tmp_path / "not-there", check=2)
    otoscope("ps", "--source", tmp_path / "not-there", check=8)


def test_record_never_overwrites_what_it_did_not_write(otoscope, tmp_path):
    """Told before anything is dialled."""
    (tmp_path / "text").write_text("hello\n")
    assert "never overwritten" in otoscope("record", "nobody@127.0.0.1", tmp_path / "text", check=7).stderr
    assert (tmp_path / "text").read_text() == "hello\n"


def test_record_wants_tables_that_there_are(otoscope, tmp_path):
    result = otoscope("record", "nobody@127.0.0.1", tmp_path / "a.oto", "--tables", "proceses", check=2)
    assert "did you mean processes" in result.stderr
    assert not (tmp_path / "a.oto").exists()


def change(path, sql, *args):
    db = sqlite3.connect(path)
    db.execute("PRAGMA writable_schema = 1")
    db.execute(sql, args)
    db.commit()
    db.close()


def test_a_newer_format_is_told(otoscope, shop):
    change(shop, "PRAGMA user_version = 2")
    assert "newer otoscope" in otoscope("ps", shop, check=7).stderr


@pytest.mark.parametrize("sql", [
    "DROP TABLE readings",
    "DROP TABLE samples",
    "ALTER TABLE readings RENAME COLUMN rows TO lines",
    "UPDATE sqlite_schema SET type = 'view', sql = 'CREATE VIEW runs AS SELECT 1' WHERE name = 'runs'",
    "UPDATE sqlite_schema SET sql = 'CREATE TABLE samples(id INTEGER PRIMARY KEY, at AS (zeroblob(1e9)))' "
    "WHERE name = 'samples'",
    "UPDATE readings SET rows = zeroblob(100)",
    "UPDATE readings SET rows = NULL",
    "UPDATE readings SET rows = x'789c030000000001'",
    "UPDATE readings SET rows = 17",
    "UPDATE readings SET size = size - 1",
    "UPDATE readings SET size = 1e15",
    "UPDATE readings SET size = -1",
    "UPDATE readings SET nrows = 1e9",
    "UPDATE readings SET nrows = -5",
    "UPDATE readings SET whole = id",
    "UPDATE readings SET rows = substr(rows, 1, length(rows) - 1)",
])
def test_a_damaged_file_says_what_is_wrong(otoscope, shop, sql):
    change(shop, sql)
    result = otoscope("ps", shop, check=7)
    assert "is damaged" in result.stderr and result.stdout == ""


@pytest.mark.parametrize("sql", [
    "DELETE FROM columns",
    "DELETE FROM tables",
    "DELETE FROM readings",
    "DELETE FROM runs",
    "DELETE FROM source",
    "UPDATE columns SET id = id + 1000000000",
    "UPDATE columns SET id = 63 - id",
    "UPDATE columns SET name = 'pid' WHERE name = 'status'",
    "UPDATE readings SET at = -at",
    "UPDATE samples SET at = -at",
    "UPDATE samples SET run = 99, segment = 99",
    "UPDATE readings SET tab = id",
    "UPDATE runs SET ended = 'x', why = zeroblob(1000000), otoscope = NULL",
    "UPDATE tables SET name = id",
    "UPDATE source SET value = x'ff00ff'",
])
def test_a_strange_file_does_no_harm(otoscope, shop, sql):
    """Rows or none, an error or none: the program answers."""
    change(shop, sql)
    for args in (["ps", shop], ["ps", shop, "--window", "1s"], ["ps", shop, "--watch", "1s"], ["info", shop],
                 ["memory", shop, "--at", "-1s"]):
        assert otoscope(*args, check=None).status in (0, 6, 7)


def number(n):
    """As src/source/recording_rows.h has it."""
    out = b""
    while n > 0x7f:
        out += bytes([n & 0x7f | 0x80])
        n >>= 7
    return out + bytes([n])


def write_rows(path, table, nrows, cells):
    """Puts a reading in the place of the last one. cells: of each column their type and the bytes of all of them."""
    db = sqlite3.connect(path)
    tab, = db.execute("SELECT id FROM tables WHERE name = ?", (table,)).fetchone()
    ids = dict(db.execute("SELECT name, id FROM columns WHERE tab = ?", (tab,)))
    rows = number(0) + number(1) + number(nrows * 2 + 1) + number(len(cells))
    for name, (kind, values) in cells.items():
        column = number(0) + number(nrows * 8 + kind) + values
        rows += number(ids[name]) + number(len(column)) + column
    db.execute("UPDATE readings SET whole = id, nrows = ?, size = ?, rows = ? WHERE id = (SELECT id FROM readings "
               "WHERE tab = ? AND whole > 0 ORDER BY at DESC LIMIT 1)", (nrows, len(rows), zlib.compress(rows), tab))
    db.commit()
    db.close()


STEERS = "\x1b]0;x\x07\x1b[31m\u202e\x9b"


@pytest.mark.parametrize("sql", [
    "UPDATE readings SET note = ?",
    "UPDATE readings SET note = cast(x'ff' AS TEXT) || ?",
    "UPDATE readings SET error = ?, whole = NULL WHERE sample = 3",
    "UPDATE runs SET lost = 1, ended = 1, why = ?",
    "UPDATE runs SET otp_release = ?",
    "UPDATE source SET value = ?",
    "UPDATE tables SET name = ? WHERE name = 'system'",
])
def test_no_text_of_a_file_steers_the_terminal(otoscope, shop, sql):
    change(shop, sql, STEERS)
    for args in (["ps", shop], ["ps", shop, "--watch", "1s"], ["info", shop], ["info", shop, "--format", "json"],
                 ["sql", shop, "SELECT name FROM processes"]):
        result = otoscope(*args, check=None)
        said = result.stdout + result.stderr
        assert said.replace("\r\n", "\n").replace("\n", "").isprintable(), result


@pytest.mark.parametrize("sql", [
    "SET at = 9223372036854775807 - id",
    "SET at = CASE id WHEN 1 THEN -9223372036854775808 ELSE 9223372036854775807 - id END",
    "SET at = 'x' || id",
    "SET at = id + 0.5",
])
def test_dates_that_are_none(otoscope, shop, sql):
    change(shop, "UPDATE readings " + sql)
    change(shop, "UPDATE samples " + sql)
    for args in (["ps"], ["ps", "--window", "1s"], ["ps", "--watch", "1ns"], ["info"],
                 ["sql", "SELECT name FROM processes"]):
        result = otoscope(args[0], shop, *args[1:], check=7)
        assert "a date in it is none" in result.stderr


REAL, TEXT, ID = 2, 4, 5


def test_numbers_that_are_none(otoscope, shop):
    """JSON has no word for them."""
    write_rows(shop, "memory", 3, {"name": (TEXT, b"".join(number(0) + number(1) + x for x in (b"a", b"b", b"c"))),
                                   "bytes": (REAL, struct.pack("<ddd", math.nan, math.inf, 5))})
    rows = otoscope("memory", shop, "--at", "-8s", "--columns", "name,bytes", "--format", "json").json()
    assert rows == [{"name": "a", "bytes": None}, {"name": "b", "bytes": None}, {"name": "c", "bytes": 5}]


def test_a_small_file_does_not_take_all_memory(otoscope, shop):
    """20,000 rows that share a text of a megabyte are a file of 40 kB."""
    long = b"x" * (1 << 20)
    write_rows(shop, "processes", 20000, {"pid": (ID, number(2) * 20000),
                                          "name": (TEXT, number(0) + number(len(long)) + long + number(1) * 19999)})
    result = otoscope("ps", shop, "--sort", "name", "--columns", "name", check=7)
    assert "is damaged" in result.stderr and "too many texts" in result.stderr


def test_bytes_that_were_turned(otoscope, shop, tmp_path):
    """Every page of the file spoiled in turn: no crash, and no rows without a word."""
    whole = shop.read_bytes()
    good = otoscope("ps", shop, "--format", "json").stdout
    r = random.Random(2)
    for _ in range(60):
        spoiled = bytearray(whole)
        at = r.randrange(100, len(whole))
        for i in range(at, min(at + r.choice((1, 8, 600)), len(whole))):
            spoiled[i] ^= r.randrange(1, 256)
        path = tmp_path / "spoiled.oto"
        path.write_bytes(spoiled)
        result = otoscope("ps", path, "--format", "json", check=None)
        assert result.status in (0, 6, 7), result
        assert result.stdout in (good, "") or result.status == 0


def test_a_file_that_was_cut(otoscope, shop, tmp_path):
    whole = shop.read_bytes()
    for n in range(4096, len(whole), 4096):
        path = tmp_path / "cut.oto"
        path.write_bytes(whole[:n])
        assert otoscope("ps", path, check=None).status in (0, 6, 7)


def test_a_directory_that_nobody_may_write_to(otoscope, shop, tmp_path):
    away = tmp_path / "archive"
    away.mkdir()
    shutil.copy(shop, away / "100% sure? #1.oto")
    away.chmod(0o555)
    try:
        assert names(otoscope.json("ps", away / "100% sure? #1.oto")) == ["busy", "init"]
    finally:
        away.chmod(0o755)


def test_people_with_sqlite(shop):
    """The file tells its history to whoever opens it with SQLite."""
    db = sqlite3.connect(shop)
    rows = db.execute("SELECT time, name, nrows, error FROM history ORDER BY time, name").fetchall()
    db.close()
    assert ("2026-11-23T12:00:00.000Z", "processes", 3, None) in rows
    assert rows[-2] == ("2026-11-23T12:00:10.000Z", "memory", None, "it takes too long")


def test_only_its_owner_may_read_it(shop):
    assert os.stat(shop).st_mode & 0o777 == 0o600
