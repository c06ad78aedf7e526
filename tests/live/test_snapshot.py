"""snapshot writes what recon_alloc:snapshot_load/1 reads, and such a file is a source."""

import fcntl
import functools
import os
import stat

import pytest

import traced

# Properties in full, as pairs and tuples that JSON can have; erts_mmap has no instances.
EACH = """{element(2, hd(Args)), [{N, Props} || A <- [element(2, hd(Args))], A =/= erts_mmap, V =/= false,
                                              {instance, N, Props} <- V]}"""

# What snapshot_load/1 takes the file for, and what it makes of it.
LOAD = """
    {{ok, [{{Memory, Allocs}}]}} = file:consult("{path}"),
    true = lists:all(fun({{{{A, N}}, Props}}) -> is_atom(A) andalso is_integer(N) andalso
                         lists:keymember(versions, 1, Props) =:= false end, Allocs),
    {each}"""


def load(node, path, each):
    return node.rpc(LOAD.format(path=path, each=each))


@pytest.fixture
def path(node):
    """A file that the node sees too."""
    made = os.path.join(node.home, "snapshot.terms")
    yield made
    if os.path.exists(made):
        os.unlink(made)


def summed(allocator, key, blocks):
    """{blocks, [{Owner, [{count, ...}, {size, ...}]}]} as recon's format_blocks/3 has it."""
    def total(what, places):
        parts = [e for _, sizes in blocks for e in sizes if e[0] == what]
        return [sum(e[i + 1] for e in parts) for i in range(places)]
    places = 1 if key == "mbcs_pool" else 3
    return [["blocks", *total("count", places)], ["blocks_size", *total("size", places)],
            ["foreign_blocks", [b for b in blocks if b[0] != allocator]], ["raw_blocks", blocks]]


def shaped(allocator, properties):
    out = []
    for pair in sorted((p for p in properties if len(p) == 2), key=lambda p: p[0]):
        key, value = pair
        if isinstance(value, list):
            value = [e for one in value for e in (
                summed(allocator, key, one[1]) if isinstance(one, list) and one and one[0] == "blocks" else [one])]
        out.append([key, value])
    return out


def test_the_file_has_the_shape_of_recon(node, otoscope, path):
    """Under churn, on the terms that the node gave for this very file."""
    node.patient("allocating", 5)
    with traced.returns(node, "erlang:system_info/1", "[{allocator, '_'}]", EACH) as returned:
        otoscope("snapshot", path, node=node)
    got = load(node, path, "[{A, N, Props} || {{A, N}, Props} <- Allocs, A =/= erts_mmap]")
    want = [[a, n, shaped(a, props)] for a, instances in returned for n, props in instances]
    assert [row[:2] for row in got] == [row[:2] for row in want]
    for have, wanted in zip(got, want):
        assert have == wanted
    allocators = load(node, path, "[A || {{A, _}, _} <- Allocs]")
    assert allocators[:2] == ["erts_mmap", "sys_alloc"] and {"mseg_alloc", "binary_alloc"} <= set(allocators)
    kinds = load(node, path, "[K || {K, V} <- Memory, is_integer(V)]")
    assert kinds == node.rpc("[K || {K, _} <- erlang:memory()]")
    assert not os.path.exists(path + ".part")


# recon_alloc's formulas, on what is in such a file: {What, current | max} -> number, of some instances.
CONTAINER = """
    Container = fun(Props, Pos, Type, What) ->
        Of = fun(T) -> case proplists:get_value(T, Props) of
                 undefined -> 0;
                 Vs -> case lists:keyfind(What, 1, Vs) of false -> 0; E -> element(Pos, E) end end end,
        case {Type, Pos} of {mbcs, 2} -> Of(mbcs) + Of(mbcs_pool); _ -> Of(Type) end end,
    Sum = fun(Pos, What) ->
        fun(Props) -> Container(Props, Pos, sbcs, What) + Container(Props, Pos, mbcs, What) end end,
    Util = [{A, P} || {{A, _}, P} <- Allocs, lists:keymember(mbcs, 1, P)],
    [{A, [lists:sum(lists:map(Sum(Pos, What), [P || {B, P} <- Util, B =:= A]))
          || Pos <- [2, 4], What <- [blocks_size, carriers_size]],
         [lists:sum([Container(P, 2, T, W) || {B, P} <- Util, B =:= A])
          || T <- [mbcs, sbcs], W <- [blocks, blocks_size]]}
     || A <- lists:usort([A || {A, _} <- Util])]"""


def test_the_file_is_a_source(node, otoscope, path):
    """Its rows are what recon's formulas make of the file, and memory is the file's."""
    node.patient("allocating", 5)
    otoscope("snapshot", path, node=node)
    rows = {r["allocator"]: r for r in otoscope.json("allocators", path)}
    want = {a: (sums, blocks) for a, sums, blocks in load(node, path, CONTAINER)}
    assert set(rows) == {*want, "mseg_alloc"}
    for allocator, (sums, (mbcs, mbcs_size, sbcs, sbcs_size)) in want.items():
        row = rows[allocator]
        assert [row[c] for c in ("used", "allocated", "used_max", "allocated_max")] == sums, allocator
        assert [row[c] for c in ("mbcs_blocks", "mbcs_used", "sbcs_blocks", "sbcs_used")] == [
            mbcs, mbcs_size, sbcs, sbcs_size]
        assert row["usage"] == (pytest.approx(sums[0] / sums[1]) if sums[1] else None)
    assert otoscope.json("memory", path) == load(node, path, "maps:from_list(Memory)")
    instances = otoscope.json("allocator_instances", path)
    assert len(instances) == load(node, path, "length([1 || {{A, _}, _} <- Allocs, A =/= erts_mmap, A =/= sys_alloc])")
    assert otoscope("ps", path, check=None).status == 6


def test_the_plain_form_is_a_source_too(node, otoscope, path):
    """What recon's documentation tells to save where there is no recon."""
    node.rpc(f"""
        T = {{erlang:memory(), [{{A, erlang:system_info({{allocator, A}})}}
                                || A <- erlang:system_info(alloc_util_allocators) ++ [sys_alloc, mseg_alloc]]}},
        file:write_file("{path}", io_lib:format("~p.~n", [T]))""")
    rows = {r["allocator"]: r for r in otoscope.json("allocators", path)}
    assert set(rows) == {*node.rpc("erlang:system_info(alloc_util_allocators)"), "mseg_alloc"}
    sums = node.rpc(f"""
        {{ok, [{{_, Allocs}}]}} = file:consult("{path}"),
        [{{A, lists:sum([S || {{_, _, P}} <- Is, K <- [mbcs, sbcs, mbcs_pool], {{_, Vs}} <- [lists:keyfind(K, 1, P)],
                            S <- [element(2, lists:keyfind(carriers_size, 1, Vs))]])}}
         || {{A, Is}} <- Allocs, A =/= sys_alloc, A =/= mseg_alloc]""")
    assert {a: rows[a]["allocated"] for a, _ in sums} == dict(sums)


def test_to_standard_output(node, otoscope, path):
    out = otoscope("snapshot", node=node).stdout
    with open(path, "w") as f:
        f.write(out)
    assert load(node, path, "proplists:get_value(total, Memory)") > 1_000_000
    assert functools.reduce(max, map(len, out.splitlines())) > 80  # an instance a line


def test_a_file_that_cannot_be_written(node, otoscope):
    done = otoscope("snapshot", "/nonexistent/x.terms", node=node, check=None)
    assert done.status == 8 and "cannot write '/nonexistent/x.terms.part'" in done.stderr


def test_what_is_there_is_not_destroyed(node, otoscope, tmp_path):
    """No other file, no device, no link and what it leads to; an older snapshot is replaced."""
    other = tmp_path / "other"
    other.write_text("hello")
    assert "never overwritten" in otoscope("snapshot", other, node=node, check=7).stderr
    assert other.read_text() == "hello"

    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 1 << 20)
    otoscope("snapshot", fifo, node=node)
    assert os.read(reader, 1 << 20).startswith(b"{[{total,")
    os.close(reader)
    assert stat.S_ISFIFO(os.stat(fifo).st_mode)

    (tmp_path / "snap.part").symlink_to(other)  # as if somebody else had put it there
    otoscope("snapshot", tmp_path / "snap", node=node)
    (tmp_path / "link").symlink_to("snap")
    old = (tmp_path / "snap").stat().st_ino
    otoscope("snapshot", tmp_path / "link", node=node)
    assert (tmp_path / "link").is_symlink() and (tmp_path / "snap").stat().st_ino != old
    assert other.read_text() == "hello"
    assert otoscope.json("allocators", tmp_path / "link")


def test_damaged(otoscope, tmp_path):
    for text, status in (("{[{total,1},{proc", 7), ("{[{total,1}],[{{a,0},[}]}.", 7), ("{[{total,1}],x}.", 7),
                         ("{[{total,1}],[]}.", 0), ("{[{total,1}],[x,{},{y,z},{{a,b},c},{{a,1},[{mbcs,x}]}]}.", 0)):
        file = tmp_path / "x.terms"
        file.write_text(text)
        assert otoscope("allocators", str(file), check=None).status == status, text
