"""ets: every column against what the node says of its tables."""

import pytest

PLAIN = ["size", "memory", "type", "protection", "owner", "named_table", "keypos", "compressed", "read_concurrency",
         "decentralized_counters", "fixed"]


@pytest.fixture
def zoo(node):
    """{kind: id} of tables of all kinds, their ids as the node writes them."""
    node.used_patients = True
    return dict(node.rpc("patient_ets:zoo()"))


def truth(node):
    return dict(node.rpc("patient_ets:info()"))


def shown_id(ident):
    """The id of a table as otoscope shows what the node calls so."""
    if ident is None:
        return "undefined"
    if ident.startswith("Elixir."):
        return ident[7:]
    if ident[0].isupper():
        return ":" + ident
    return ident.replace("\x1b", "\\e").replace("\r", "\\r").replace("\n", "\\n")


def tables(otoscope, node, *options):
    return {row["id"]: row for row in otoscope.json("ets", *options, node=node)}


def test_columns(node, otoscope, zoo):
    """All that stands still is shown as it is: our patients, and of the node's own what did not change meanwhile."""
    before = truth(node)
    rows = tables(otoscope, node)
    after = truth(node)
    # connections, ours among them, have a row in sys_dist
    still = {i for i in before if before[i] == after.get(i) and i != "sys_dist"}
    assert still >= set(zoo.values())
    assert {shown_id(i) for i in still} <= set(rows)
    for ident in still:
        row, said = rows[shown_id(ident)], before[ident]
        assert {c: row[c] for c in PLAIN} == {c: said[c] for c in PLAIN}, ident
        assert row["heir"] == (None if said["heir"] == "none" else said["heir"])
        assert row["write_concurrency"] == str(said["write_concurrency"]).lower()
        assert row["object_bytes"] == (said["memory"] // said["size"] if said["size"] else None)
        assert row["name"] == shown_id(said["name"]).lstrip(":")
    for column in PLAIN + ["heir", "write_concurrency"]:
        assert len({str(rows[shown_id(i)][column]) for i in zoo.values()}) > 1 or column in ("fixed", "owner"), column
