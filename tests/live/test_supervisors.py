"""supervisors and children against what the supervisors themselves say."""

# [[Parent, Child, Type]] of all supervisors below kernel_sup and the patients' own.
TRUTH = """fun T(S) ->
    lists:append([[[S, P, K] | case K of supervisor -> T(P); worker -> [] end]
                  || {_, P, K, M} <- try supervisor:which_children(S) catch _:_ -> [] end, is_pid(P), M =/= bridge])
    end"""


def tree(otoscope, node, table="children", *options):
    return {row["pid"]: row for row in otoscope.json(table, *options, node=node)}


def test_as_the_supervisors_say(node, otoscope):
    root = node.rpc("whereis(kernel_sup)")
    said = node.rpc(f"T = {TRUTH}, T(whereis(kernel_sup))")
    rows = tree(otoscope, node)
    below = {pid for pid, row in rows.items() if row["depth"] > 0 and row["application"] == "kernel"}
    shown = {(rows[pid]["parent"], pid, rows[pid]["kind"]) for pid in below}
    bridged = {row for row in shown if rows[row[0]]["module"] in ("standard_error", "user_sup")}
    assert shown - bridged == {tuple(row) for row in said}
    assert rows[root]["name"] == "kernel_sup" and rows[root]["depth"] == 0 and rows[root]["parent"] is None
    for pid in below:
        assert rows[pid]["depth"] == rows[rows[pid]["parent"]]["depth"] + 1
    for pid, row in rows.items():
        if row["kind"] == "supervisor":
            assert row["children"] == len([r for r in rows.values() if r["parent"] == pid]), row


def test_supervisors_alone(node, otoscope):
    rows = tree(otoscope, node, "supervisors")
    everyone = tree(otoscope, node)
    assert rows == {pid: row for pid, row in everyone.items() if row["kind"] == "supervisor"}
