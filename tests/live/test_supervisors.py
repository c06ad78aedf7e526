"""supervisors and children against what the supervisors themselves say."""

import json
import signal

import pytest

import nodes
import program

# [[Supervisor, Child, supervisor | worker]] of all below a supervisor.
BELOW = """fun T(S) ->
    lists:append([[[S, P, K] | case K of supervisor -> T(P); worker -> [] end]
                  || {_, P, K, _} <- try supervisor:which_children(S) catch _:_ -> [] end, is_pid(P)])
    end"""
COUNTS = "maps:from_list(supervisor:count_children({}))"
ACTIVE = ["answer", "strategy", "intensity", "period_ns", "restarts", "specs", "active", "supervisors", "workers", "id",
          "restart"]
TREE = ["tree_top", "tree_rest", "tree_simple", "tree_empty"]


def tree(otoscope, node, table="children", *options):
    return {row["pid"]: row for row in otoscope.json(table, *options, node=node)}


def below(node, *roots):
    said = []
    for root in roots:
        pid = root if root.startswith("<") else node.rpc(f"whereis({root})")
        said += node.rpc(f'T = {BELOW}, T(list_to_pid("{pid}"))')
    return {tuple(row) for row in said}


def edges(rows, *roots):
    """{(parent, child, kind)} of all below these names or pids."""
    inside = {pid for pid, row in rows.items() if row["name"] in roots or pid in roots}
    found = set()
    for pid, row in rows.items():  # a parent comes before its children
        if row["parent"] in inside:
            inside.add(pid)
            found.add((row["parent"], pid, row["kind"]))
    return found


def check_depths(rows):
    order = list(rows)
    for pid, row in rows.items():
        if row["parent"] is None:
            assert row["depth"] == 0
        else:
            assert row["depth"] == rows[row["parent"]]["depth"] + 1
            assert order.index(row["parent"]) < order.index(pid)


@pytest.fixture
def patients(quiet_node):
    quiet_node.used_patients = True
    return dict(quiet_node.rpc("patient_tree:tree()"))


# The passive tree

def test_of_the_node_itself(node, otoscope):
    rows = tree(otoscope, node)
    # these two are no supervisors to a call, and know their one process alone
    bridged = {edge for edge in edges(rows, "kernel_sup") if rows[edge[0]]["module"] in ("standard_error", "user_sup")}
    assert edges(rows, "kernel_sup") - bridged == below(node, "kernel_sup")
    assert {row["application"] for row in rows.values()} == {"kernel"}
    root, = [row for row in rows.values() if row["name"] == "kernel_sup"]
    assert root["depth"] == 0 and root["parent"] is None and root["module"] == "kernel"
    check_depths(rows)


def test_of_patients(quiet_node, otoscope, patients):
    """Children of all kinds: of proc_lib, spawned, a supervisor's own, without a name, stopped, never started."""
    rows = tree(otoscope, quiet_node)
    said = below(quiet_node, "tree_top")
    assert edges(rows, "tree_top") == said
    assert len(said) == 6 + 2 + 7
    check_depths(rows)
    shown = {name: rows[patients[name]] for name in TREE}
    assert {name: row["children"] for name, row in shown.items()} == {
        "tree_top": 6, "tree_rest": 2, "tree_simple": 7, "tree_empty": 0}
    assert all(row["kind"] == "supervisor" and row["module"] == "patient_tree" for row in shown.values())
    assert [row["children"] for row in rows.values() if row["kind"] == "worker"] == [None] * len(
        [row for row in rows.values() if row["kind"] == "worker"])


def test_supervisors_are_the_children_that_are_supervisors(quiet_node, otoscope, patients):
    rows = tree(otoscope, quiet_node, "supervisors")
    everyone = tree(otoscope, quiet_node)
    assert rows == {pid: row for pid, row in everyone.items() if row["kind"] == "supervisor"}


def test_a_supervisor_that_a_worker_started(quiet_node, otoscope):
    """It is under the supervisor of that worker in one table, and under the worker in the other."""
    pid = quiet_node.rpc("patient_tree:between()")
    quiet_node.used_patients = True
    top, worker, sup = pid
    assert tree(otoscope, quiet_node)[sup]["parent"] == worker
    assert tree(otoscope, quiet_node, "supervisors")[sup]["parent"] == top


@pytest.mark.parametrize("strategy", ["one_for_one", "simple_one_for_one"])
def test_20000_children(quiet_node, otoscope, strategy, release):
    quiet_node.used_patients = True
    pid = quiet_node.rpc(f"patient_tree:big({strategy}, 20000)", timeout=60)
    said = below(quiet_node, pid)
    rows = tree(otoscope, quiet_node)
    assert len(said) == 20000 and edges(rows, pid) == said
    assert rows[pid]["children"] == 20000
    # before OTP 26.2 it can only be told by its children, and is not asked
    known = int(release) >= 27
    assert rows[pid]["kind"] == ("supervisor" if known else None)
    row = tree(otoscope, quiet_node, "supervisors", "--active")[pid]
    assert row["children"] == 20000
    assert (row["active"], row["answer"]) == ((20000, "ok") if known else (None, None))


def test_many_supervisors(quiet_node, otoscope):
    """300 under each other, and each answers."""
    quiet_node.used_patients = True
    pid = quiet_node.rpc("patient_tree:nested(300)")
    rows = tree(otoscope, quiet_node, "supervisors", "--active")
    assert edges(rows, pid) == below(quiet_node, pid) and len(edges(rows, pid)) == 300
    assert {row["answer"] for row in rows.values() if row["parent"]} >= {"ok"}
    assert max(row["depth"] for row in rows.values()) == 300
    text = otoscope("supervisors", pid, node=quiet_node)
    assert len(text.lines()) == 302 and max(map(len, text.lines())) < 200


def test_liars(quiet_node, otoscope):
    """What processes say of themselves may be anything: none is lost, none comes twice, and it ends."""
    quiet_node.used_patients = True
    pids = quiet_node.rpc("patient_tree:liars()")
    rows = otoscope.json("supervisors", node=quiet_node)
    shown = {row["pid"]: row for row in rows}
    assert len(shown) == len(rows) and set(pids) <= set(shown)
    assert {shown[pid]["module"] for pid in pids} == {"Liar"}
    check_depths(shown)
    assert {pid for pid in pids if shown[pid]["children"] != 0} == set()
    otoscope("children", node=quiet_node)


def test_nobody_is_asked(quiet_node, otoscope, patients):
    """Without --active no supervisor does anything: its reductions show only that its heap was looked at."""
    otoscope("children", node=quiet_node)
    ask = "[element(2, erlang:process_info(whereis(N), reductions)) || N <- [tree_top, tree_rest, tree_simple]]"
    before = quiet_node.rpc(ask)
    otoscope("supervisors", node=quiet_node)
    otoscope("children", node=quiet_node)
    assert all(after - first <= 12 for first, after in zip(before, quiet_node.rpc(ask)))


# --active

def test_active(quiet_node, otoscope, patients):
    rows = tree(otoscope, quiet_node, "supervisors", "--active")
    for name, pid in patients.items():
        said = quiet_node.rpc(COUNTS.format(name))
        state = quiet_node.rpc(f"S = sys:get_state({name}), [element(3, S), element(6, S), element(7, S)]")
        row = rows[pid]
        assert {key: row[key] for key in said} == said
        assert [row["strategy"], row["intensity"], row["period_ns"] // 10**9] == state
        assert row["answer"] == "ok" and row["restarts"] == 0
    assert rows[patients["tree_rest"]]["specs"] == 3 and rows[patients["tree_rest"]]["active"] == 2
    bridge = [row for row in rows.values() if row["name"] == "standard_error_sup"][0]
    assert {bridge[key] for key in ACTIVE[:-2]} == {None} and bridge["id"] == "standard_error"


def test_names_of_children(quiet_node, otoscope, patients):
    """What which_children tells of those that run, and the restart type of their specifications."""
    rows = tree(otoscope, quiet_node, "children", "--active")
    for sup in TREE[:2]:
        said = dict(quiet_node.rpc(f"""[[P, [list_to_binary(io_lib:format("~0tp", [I])), maps:get(restart, M)]]
            || {{I, P, _, _}} <- supervisor:which_children({sup}), is_pid(P),
            {{ok, M}} <- [supervisor:get_childspec({sup}, I)]]"""))
        assert {pid: [rows[pid]["id"], rows[pid]["restart"]] for pid in said} == said
    assert "{plain,1}" in {row["id"] for row in rows.values()}
    assert [row["id"] for row in rows.values() if row["parent"] == patients["tree_simple"]] == [None] * 7
    assert rows[patients["tree_top"]]["id"] is None


def test_names_that_are_large(quiet_node, otoscope):
    """Of a name a part is given; of many children the first are named."""
    quiet_node.used_patients = True
    pid = quiet_node.rpc("patient_tree:named_by(200)")
    rows = tree(otoscope, quiet_node, "children", pid, "--active", "--syntax", "erlang")
    ids = [row["id"] for row in rows.values() if row["parent"] == pid]
    assert len(ids) == 200 and len([i for i in ids if i]) == 100
    assert all("..." in i and len(i) < 200 for i in ids if i)


def test_restarts(quiet_node, otoscope):
    quiet_node.used_patients = True
    pid = quiet_node.rpc("patient_tree:restarts(5)")
    row = tree(otoscope, quiet_node, "supervisors", "--active")[pid]
    assert row["restarts"] == 5 and row["intensity"] == 100 and row["period_ns"] == 3600 * 10**9


def test_one_that_does_not_answer(quiet_node, otoscope, patients):
    """Its row says so, the others go on; what it was asked does nothing when it comes to it."""
    top, hanging = quiet_node.rpc("patient_tree:busy()")
    rows = tree(otoscope, quiet_node, "supervisors", "--active", "--timeout", "1s")
    assert rows[hanging]["answer"] == "timeout" and rows[hanging]["parent"] == top
    assert rows[hanging]["specs"] is None and rows[hanging]["strategy"] is None
    assert rows[top]["answer"] == "ok" and rows[patients["tree_top"]]["answer"] == "ok"
    assert rows[top]["children"] == 1
    child = quiet_node.rpc(f'{{links, L}} = process_info(list_to_pid("{hanging}"), links), length(L)')
    assert child >= 1


def test_a_long_mailbox_is_not_made_longer(quiet_node, otoscope):
    top, hanging = quiet_node.rpc("patient_tree:busy()")
    quiet_node.used_patients = True
    queue = f'element(2, process_info(list_to_pid("{hanging}"), message_queue_len))'
    quiet_node.rpc(f'[list_to_pid("{hanging}") ! {{job, I}} || I <- lists:seq(1, 2000)]')
    before = quiet_node.rpc(queue)
    rows = tree(otoscope, quiet_node, "supervisors", "--active")
    assert rows[hanging]["answer"] == "queue" and rows[hanging]["message_queue_len"] == before
    assert quiet_node.rpc(queue) == before


def test_columns_of_the_supervisors_need_the_word(node, otoscope):
    for options in (["--columns", "name,specs"], ["--where", "specs > 1"], ["--sort", "+restarts"],
                    ["--window", "1s", "--sort", "restarts_growth"]):
        result = otoscope("supervisors", *options, node=node, check=2)
        assert "--active" in result.stderr
    assert set(otoscope.json("supervisors", node=node)[0]) & set(ACTIVE) == set()
    rows = otoscope.json("supervisors", "--active", "--where", "specs > 0", "--columns", "name,specs", node=node)
    assert rows and all(set(row) == {"name", "specs"} and row["specs"] > 0 for row in rows)


def test_watched_and_killed(quiet_node, otoscope, patients):
    """kill -9 in the middle of --active: nothing is left."""
    quiet_node.rpc("patient_tree:busy()")
    otoscope("supervisors", "--active", node=quiet_node)
    quiet_node.alone()
    before = quiet_node.rpc("length(processes())")
    child = otoscope.start("supervisors", "--active", "--watch", "10ms", "--format", "json", node=quiet_node)
    assert len(json.loads(child.stdout.readline())) > 5
    child.send_signal(signal.SIGKILL)
    child.wait()
    quiet_node.alone()
    nodes.wait_until(lambda: quiet_node.rpc("length(processes())") <= before, "the helpers to be gone")


# What people see

def test_drawn(quiet_node, otoscope, patients):
    text = otoscope("children", "tree_top", "--columns", "name", node=quiet_node).stdout
    assert text.startswith("NAME\ntree_top\n├─ patient_server:init/1\n├─ ")
    assert "\n├─ tree_rest\n│  ├─ " in text and text.count("\n│  └─ ") == 2 and "\n└─ tree_empty" in text
    lines = otoscope("children", "tree_top", "--columns", "name", "--ascii", node=quiet_node).lines()
    assert all(line.isascii() for line in lines)
    drawn = "\n".join(lines)
    assert drawn.startswith("NAME\ntree_top\n|- patient_server:init/1\n|- ")
    assert "\n|- tree_rest\n|  |- " in drawn and drawn.count("\n|  `- ") == 2 and "\n`- tree_empty" in drawn


def test_branches(quiet_node, otoscope, patients):
    everyone = tree(otoscope, quiet_node)
    for word in ("tree_top", patients["tree_top"], ":tree_top", patients["tree_top"].strip("<>")):
        rows = tree(otoscope, quiet_node, "children", word)
        assert set(rows) == {pid for _, pid, _ in edges(everyone, "tree_top")} | {patients["tree_top"]}
    assert {row["application"] for row in tree(otoscope, quiet_node, "children", "kernel").values()} == {"kernel"}
    assert len(tree(otoscope, quiet_node, "children", "tree_top", "-n", "3")) == 3
    rows = otoscope.json("children", "tree_top", "--sort", "children", "--columns", "children", node=quiet_node)
    assert [row["children"] for row in rows[:3]] == [7, 6, 2]
    missing = otoscope("children", "tree_nobody", node=quiet_node, check=1)
    assert "tree_nobody" in missing.stderr
    assert otoscope("children", "tree_top", "--where", "depth = 1", node=quiet_node, check=2).stdout == ""


def test_over_a_window(quiet_node, otoscope):
    quiet_node.used_patients = True
    pid = quiet_node.rpc("patient_tree:big(simple_one_for_one, 10)")
    child = otoscope.start("supervisors", "--window", "1s", "--format", "json", "--verbose", node=quiet_node)
    program.heard(child, "the window is open")
    with program.stopped(child):
        quiet_node.rpc(f'[supervisor:start_child(list_to_pid("{pid}"), []) || _ <- lists:seq(1, 5)]')
    out, err = child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == 0, err
    row, = [row for row in json.loads(out) if row["pid"] == pid]
    assert row["children"] == 15 and row["children_growth"] == 5


# Elixir

def test_elixir(quiet_elixir_node, otoscope):
    node = quiet_elixir_node
    node.used_patients = True
    pids = dict(node.rpc("[{N, patient:started('Elixir.Shop.Tree', N, [])} || N <- [dynamic, tasks, registry, plain]]"))
    rows = tree(otoscope, node, "children", "--active")
    names = {"dynamic": "Shop.Dynamic", "tasks": "Shop.Tasks", "plain": "Shop.Supervisor"}
    for kind, name in names.items():
        row = rows[pids[kind]]
        assert (row["name"], row["kind"], row["answer"]) == (name, "supervisor", "ok"), row
        said = node.rpc(f"""'Elixir.{'DynamicSupervisor' if kind != 'plain' else 'Supervisor'}':count_children(
            list_to_pid("{pids[kind]}"))""")
        assert {key: row[key] for key in said} == said
    assert rows[pids["dynamic"]]["children"] == 4 and rows[pids["tasks"]]["children"] == 3
    assert (rows[pids["dynamic"]]["intensity"], rows[pids["dynamic"]]["period_ns"]) == (7, 11 * 10**9)
    assert rows[pids["dynamic"]]["strategy"] == "one_for_one"
    assert [row["id"] for row in rows.values() if row["parent"] == pids["plain"]] == ["Agent"]
    partitions = [row for row in rows.values() if row["parent"] == pids["registry"]]
    assert len(partitions) == 3 and all(row["name"].startswith("Shop.Registry.PIDPartition") for row in partitions)
    assert "Logger.Supervisor" in {row["name"] for row in rows.values()}
    text = otoscope("children", "Shop.Dynamic", node=node).lines()
    assert len(text) == 6


# Elsewhere

def test_recorded(quiet_node, otoscope, patients, tmp_path):
    """A recording draws the same tree."""
    path = tmp_path / "tree.oto"
    otoscope("record", path, "--for", "1s", "--tables", "supervisors,children", node=quiet_node)
    for command in (["supervisors"], ["children", "tree_top"], ["children", "tree_top", "--columns", "name"]):
        assert otoscope(command[0], path, *command[1:]).stdout == otoscope(*command, node=quiet_node).stdout


def test_in_sql(quiet_node, otoscope, patients):
    """Both tables are read at once, again and again: neither takes for known what the other is still asking."""
    for _ in range(5):
        rows = otoscope.json("sql", "SELECT s.name, count(*) AS n FROM children c JOIN supervisors s "
                             "ON c.parent = s.pid WHERE s.name LIKE 'tree%' GROUP BY s.pid ORDER BY n DESC",
                             node=quiet_node)
        assert rows == [{"name": "tree_simple", "n": 7}, {"name": "tree_top", "n": 6}, {"name": "tree_rest", "n": 2}]
    rows = otoscope.json("sql", "SELECT name, specs FROM supervisors WHERE name = 'tree_rest'", node=quiet_node)
    assert rows == [{"name": "tree_rest", "specs": 3}]


def test_hostile_names(quiet_node, otoscope):
    """What would steer a terminal is not written, in the tree as elsewhere."""
    quiet_node.used_patients = True
    names = ["\x1b[31mred", "two\nlines", "right\u202eto left", "caf\u00e9"]
    for name in names:
        quiet_node.rpc(f"patient_tree:hostile([{', '.join(str(ord(c)) for c in name)}])")
    for options in ([], ["--ascii"], ["--format", "json"], ["--format", "csv"]):
        out = otoscope("children", *options, node=quiet_node).stdout
        assert "\x1b" not in out and "\u202e" not in out and "two\nlines" not in out
        assert "31mred" in out and ("caf\u00e9" in out) == (options != ["--ascii"])
    assert "two\\nlines" in otoscope("children", "--columns", "name", node=quiet_node).stdout
    assert otoscope.json("children", "caf\u00e9", node=quiet_node)[0]["children"] == 1
