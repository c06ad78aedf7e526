"""The prompt of sql: typed at on a terminal."""

import os
import signal
import stat

import pytest

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;"


@pytest.fixture
def prompt(node, terminal):
    """A prompt that waits, in a terminal."""
    def start(*args, **options):
        t = terminal("sql", *args, node=node, rows=40, **options)
        t.wait(lambda t: t.lines()[0] == "sql>")
        return t
    return start


def waits(t):
    """Is the last line that is not empty a fresh prompt?"""
    return [line for line in t.lines() if line][-1] == "sql>"


def ask(t, text):
    """Types it; what came behind its last line, when the prompt waits again."""
    t.send(text + "\n")
    t.wait(lambda t: text[-20:] in t.text().replace("\n", "") and waits(t))
    lines = [line for line in t.lines() if line]
    last = max(i for i, line in enumerate(lines) if line.startswith(("sql>", " ...>")) and line.endswith(text[-10:]))
    return lines[last + 1:-1]


def test_answers_until_ctrl_d(prompt):
    t = prompt()
    assert ask(t, "SELECT 1 + 1 AS two;") == ["two", "  2"]
    assert ask(t, "SELECT count(*) > 10 AS many FROM processes;") == ["many", "   1"]
    t.send("\x04")
    assert t.status() == 0


def test_a_statement_in_several_lines(prompt):
    t = prompt()
    t.send("SELECT 'a;b' AS t,\n")
    t.wait(lambda t: t.lines()[1] == " ...>")
    assert ask(t, "2 AS n; SELECT 3 AS m;") == ["t    n", "a;b  2", "m", "3"]


def test_errors_do_not_end_it(prompt):
    t = prompt()
    assert ask(t, "SELECT nmae FROM processes;") == [
        "otoscope: no such column: nmae: line 1, column 8", "  SELECT nmae FROM processes;", "         ^",
        "  did you mean name?"]
    assert ask(t, "DROP TABLE processes;")[0] == "otoscope: will not DROP processes: line 1, column 1"
    assert ask(t, ".tabels") == ["otoscope: there is no command '.tabels'", "  .help lists them"]
    t.send(".quit\n")
    assert t.status() == 0


def test_tells_what_there_is(prompt):
    t = prompt()
    assert any(line.startswith("memory ") for line in ask(t, ".tables"))
    assert [line.split()[1] for line in ask(t, ".schema memory")] == ["COLUMN", "name", "bytes", "share"]
    assert "did you mean memory?" in " ".join(ask(t, ".schema memroy"))
    assert len(ask(t, ".help")) == 5


def test_completes_words_tables_and_columns(prompt):
    t = prompt()
    t.send("SEL\t")
    t.wait(lambda t: t.lines()[0] == "sql> SELECT")
    t.send("m.by\t FROM memo\t m;")  # no table is named yet
    t.wait(lambda t: "FROM memory  m;" in t.text())
    t.send("\x03")
    t.wait(waits)
    t.send("select * from memory m where m.\t\t")
    t.wait(lambda t: "name   bytes  share" in t.text())
    t.send("by\t> 5e18;\n")
    t.wait(lambda t: "where m.bytes > 5e18;" in t.text() and waits(t))
    t.send(".sch\tmemory\n")
    t.wait(lambda t: ".schema memory" in t.text() and waits(t))


def test_ctrl_c_clears_the_line_and_ends_a_statement(prompt):
    t = prompt()
    t.send("SELECT nothing\nFROM nowhere")
    t.wait("...> FROM nowhere")
    t.send("\x03")
    t.wait(waits)
    assert ask(t, "SELECT 5 AS five;") == ["five", "   5"]
    t.send(FOREVER + "\n")
    t.wait(lambda t: "count(*) FROM n;" in t.text().replace("\n", ""))
    t.send("\x03")
    t.wait(lambda t: "otoscope: interrupted" in t.text() and waits(t))
    assert ask(t, "SELECT count(*) > 1 AS lives FROM memory;") == ["lives", "    1"]


def test_ctrl_c_ends_a_window(prompt):
    t = prompt("--window", "60s")
    t.send("SELECT count(reductions_rate) FROM processes;\n")
    t.wait(lambda t: b"measuring" in t.raw)
    t.send("\x03")
    t.wait(lambda t: "otoscope: interrupted" in t.text() and waits(t))
    assert ask(t, "SELECT count(*) > 1 AS lives FROM memory;") == ["lives", "    1"]


def test_a_node_that_is_lost_is_told_and_the_prompt_goes_on(terminal, start_node):
    node = start_node("25")
    t = terminal("sql", node=node, rows=40)
    t.wait(lambda t: t.lines()[0] == "sql>")
    node.stop()
    said = ask(t, "SELECT count(*) FROM memory;")
    assert node.name in "".join(said)
    assert ask(t, "SELECT 1 AS a;") == ["a", "1"]
    t.send("\x04")
    assert t.status() == 0


def test_sigterm_ends_it_and_the_terminal_is_as_before(prompt):
    t = prompt()
    t.child.kill(signal.SIGTERM)
    assert t.status() == -signal.SIGTERM


def test_history_is_kept_for_its_owner_alone(prompt, otoscope):
    path = os.path.join(otoscope.home, ".local", "state", "otoscope", "history")
    t = prompt()
    ask(t, "SELECT 'ä' AS a;")
    t.send("\x04")
    assert t.status() == 0
    with open(path, encoding="utf-8") as f:
        assert f.read() == "SELECT 'ä' AS a;\n"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    t = prompt()
    t.send("\x1b[A")
    t.wait("sql> SELECT 'ä' AS a;")
    t.send("\x03")
    t.wait(waits)
    t.send("\x04")
    assert t.status() == 0


def test_history_in_the_place_of_xdg_and_nowhere_without_a_home(prompt, tmp_path):
    state = tmp_path / "state"
    t = prompt(env={"XDG_STATE_HOME": str(state)})
    ask(t, "SELECT 1;")
    t.send("\x04")
    assert t.status() == 0
    assert (state / "otoscope" / "history").read_text() == "SELECT 1;\n"
    t = prompt(env={"HOME": None, "XDG_STATE_HOME": None})
    ask(t, "SELECT 2;")
    t.send("\x04")
    assert t.status() == 0


def test_a_long_history_is_shortened(prompt, tmp_path):
    path = tmp_path / "state" / "otoscope" / "history"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"SELECT {i}, '{'x' * 60}';\n" for i in range(5000)))
    t = prompt(env={"XDG_STATE_HOME": str(tmp_path / "state")})
    t.send("\x1b[A")
    t.wait("sql> SELECT 4999,")
    lines = path.read_text().splitlines()
    assert len(lines) == 1000 and lines[0].startswith("SELECT 4000,")


@pytest.mark.parametrize("term", [None, "", "dumb", "no-such-terminal"])
def test_a_terminal_that_can_do_nothing(prompt, term):
    t = prompt(env={"TERM": term})
    assert ask(t, "SELECT 1 + 1 AS two;") == ["two", "  2"]
    t.send("SELECT")
    t.wait("sql> SELECT")
    t.send("\x03")
    t.wait(waits)
    assert ask(t, "SELECT 3 AS three;") == ["three", "    3"]
    t.send("\x04")
    assert t.status() == 0


def test_the_connection_lives_while_the_prompt_waits(terminal, farm, start_node):
    node = start_node("25", args=["-kernel", "net_ticktime", "2"])
    t = terminal("sql", node=node)
    t.wait(lambda t: t.lines()[0] == "sql>")
    # A node cuts off who was silent for so long; it tells us so.
    assert node.rpc("""
        ok = net_kernel:monitor_nodes(true, [{node_type, all}]),
        receive {nodedown, _, _} -> cut_off after 4000 -> connected end""") == "connected"
    assert ask(t, "SELECT count(*) > 1 AS lives FROM memory;") == ["lives", "    1"]
