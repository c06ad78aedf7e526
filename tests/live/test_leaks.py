"""leaks binary: who lets binaries go when its garbage is collected."""

import signal

import pytest

import program
import terminal

WRITE = ("--allow-write", "--yes")


def binaries(node, pid):
    """What recon counts: the length of the list, and the sum of its sizes."""
    return node.rpc(f"{{binary, L}} = process_info(list_to_pid(\"{pid}\"), binary), "
                    "[length(L), lists:sum([S || {_, S, _} <- L])]")


def memory_of(node, pid):
    return node.rpc(f"element(2, process_info(list_to_pid(\"{pid}\"), memory))")


def test_binaries_before_and_after(node, otoscope):
    """As recon:bin_leak/1 has it: their number before a garbage collection, less their number after it."""
    leaky, keeping = node.patient("leaky", 500, 1000), node.patient("binaries", 300, 1000)
    before, kept, memory = binaries(node, leaky), binaries(node, keeping), memory_of(node, leaky)
    assert before[0] >= 500
    rows = otoscope.json("leaks", "binary", *WRITE, node=node)
    after = binaries(node, leaky)
    row = next(r for r in rows if r["pid"] == leaky)
    assert (row["binaries_before"], row["binaries_after"]) == (before[0], after[0])
    assert row["binaries_freed"] == before[0] - after[0] >= 500
    assert row["bytes_freed"] == before[1] - after[1] >= 500_000
    assert row["memory_freed"] == memory - memory_of(node, leaky) and row["name"] == "erlang:apply/2"
    assert rows[0] is row or rows[0]["binaries_freed"] >= row["binaries_freed"], "the most first"
    assert keeping not in {r["pid"] for r in rows} and binaries(node, keeping) == kept
    assert leaky not in {r["pid"] for r in otoscope.json("leaks", "binary", *WRITE, node=node)}, "it has none any more"


def test_only_the_likely_ones(node, otoscope):
    """Those with few bytes are left alone."""
    small, large = node.patient("leaky", 10, 1000), node.patient("leaky", 100, 10_000)
    before = binaries(node, small)
    rows = otoscope.json("leaks", "binary", *WRITE, "--likely", node=node)
    assert large in {r["pid"] for r in rows} and small not in {r["pid"] for r in rows}
    assert binaries(node, small) == before and binaries(node, large)[0] < 100


def test_nobody_is_likely(fresh_node, otoscope):
    otoscope("leaks", "binary", *WRITE, "--likely", node=fresh_node)
    assert otoscope.json("leaks", "binary", *WRITE, "--likely", node=fresh_node) == []


def test_options_of_every_table(node, otoscope):
    for n in (50, 200, 100):
        node.patient("leaky", n, 1000)
    text = otoscope("leaks", "binary", *WRITE, "--sort", "+bytes_freed", "--where", "binaries_freed > 40", "-n", "2",
                    "--columns", "binaries_freed,bytes_freed", node=node).lines()
    assert text[0].split() == ["FREED", "BYTES"] and len(text) == 3
    assert [int(line.split()[0]) // 10 for line in text[1:]] == [5, 10]
    assert otoscope("leaks", "binary", *WRITE, "--sort", "nothing", node=node, check=2).stderr


def test_more_binaries_than_can_be_listed(node, otoscope):
    """Then it is the bytes that are told, as the runtime counts them."""
    leaky = node.patient("leaky", 600_000, 72)
    rows = {r["pid"]: r for r in otoscope.json("leaks", "binary", *WRITE, node=node)}
    row = rows[leaky]
    assert row["binaries_before"] is row["binaries_after"] is row["binaries_freed"] is None
    assert row["bytes_freed"] >= 600_000 * 72 and binaries(node, leaky)[0] < 10


@pytest.mark.parametrize("release", ["25"])
def test_it_is_refused_unless_allowed(node, otoscope):
    said = otoscope("leaks", "binary", "nobody@127.0.0.1", check=2).stderr
    assert "otoscope only reads" in said and "--allow-write" in said, "before anything is dialled"
    said = otoscope("leaks", "binary", "--allow-write", node=node, check=2).stderr
    assert node.name in said and "--yes" in said
    for words in (["leaks"], ["leaks", "memory"], ["leaks", "binary", "more", "and"]):
        otoscope(*words, "--allow-write", check=2)


@pytest.mark.parametrize("release", ["25"])
def test_it_asks_first(node, otoscope):
    """How many processes that would be; and nothing happens to them after a no."""
    leaky = node.patient("leaky", 100, 1000)
    before = binaries(node, leaky)
    count = node.rpc("length(processes())")
    t = terminal.Terminal(["leaks", "binary", "--allow-write"], otoscope.home, node=node, columns=200)
    try:
        question = t.wait("[y/N]")
        asked = next(int(word) for word in question.split() if word.isdigit())
        assert abs(asked - count) < 10 and f"processes of '{node.name}'?" in question
        t.send("n\n")
        t.wait("did not collect")
        assert binaries(node, leaky) == before
    finally:
        t.stop()


def test_it_can_be_stopped(fresh_node, otoscope):
    """What it knows by then is shown, and nothing is left."""
    node = fresh_node
    otoscope("leaks", "binary", *WRITE, node=node)
    leaky = node.patient("leaky", 100, 1000)
    node.patient("idle", 5000)
    node.alone()
    before = node.snapshot()
    child = otoscope.start("leaks", "binary", *WRITE, "--format", "csv", "--verbose", node=node)
    program.heard(child, "call 9 ")
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=program.TIMEOUT)
    assert "stopped after " in err and out.startswith("pid,name,binaries_freed"), (out, err)
    node.alone()
    after = node.snapshot()
    assert after["processes"] == before["processes"] and node.logged() == ""
    assert binaries(node, leaky)[0] in range(0, 200)
