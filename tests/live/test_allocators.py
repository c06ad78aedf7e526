"""The allocators against recon_alloc's formulas, on the very terms that the node gave otoscope.

What erlang:system_info({allocator, A}) returned to otoscope's helper is traced on the node, so that both sides work on
the same reading, also while the node allocates. The formulas are those of recon_alloc 2.5: memory/2, fragmentation/1,
average_block_sizes/1, sbcs_to_mbcs/1, cache_hit_rates/0.
"""

import collections
import contextlib
import json

import pytest

import traced

NOW, MAX = 1, 3  # places in {Name, Now, MaxSinceTheLastLook, Max}

# The properties of each instance as pairs that JSON can have.
EACH = "{P, Args, [{N, lists:keydelete(versions, 1, Props)} || V =/= false, {instance, N, Props} <- V]}"


@contextlib.contextmanager
def readings(node):
    """[{allocator: {number: properties}}] of each helper that read them while this context lasts."""
    found = []
    with traced.returns(node, "erlang:system_info/1", "[{allocator, '_'}]", EACH) as returned:
        yield found
    by_helper = collections.OrderedDict()
    for helper, [[_, allocator]], instances in returned:
        by_helper.setdefault(helper, {})[allocator] = {
            number: {p[0]: p[1] for p in properties if len(p) == 2} for number, properties in instances}
    found.extend(by_helper.values())


# The formulas

def level(properties, kind, what, place):
    """What recon calls container_value: of multiblock carriers with the pool's, as it is now."""
    total = 0
    kinds = [kind, "mbcs_pool"] if kind == "mbcs" and place == NOW else [kind]
    for k in kinds:
        entries = {e[0]: e for e in properties.get(k, [])}
        if what in ("count", "size") and entries:
            total += sum(dict((e[0], e) for e in owner[1])[what][place] for owner in entries["blocks"][1])
        elif entries:
            total += entries[what][place]
    return total


def divided(a, b, nothing):
    return nothing if a == 0 and b == 0 else None if b == 0 else a / b


def expected(instances):
    """The columns of a row that stands for these instances."""
    row = {}
    for suffix, place in (("", NOW), ("_max", MAX)):
        sums = {}
        for kind in ("mbcs", "sbcs"):
            for name, what in (("used", "size"), ("blocks", "count"), ("carriers", "carriers"),
                               ("allocated", "carriers_size")):
                sums[f"{kind}_{name}"] = sum(level(p, kind, what, place) for p in instances)
        used = sums["mbcs_used"] + sums["sbcs_used"]
        allocated = sums["mbcs_allocated"] + sums["sbcs_allocated"]
        row.update({key + suffix: value for key, value in sums.items()})
        row.update({"used" + suffix: used, "allocated" + suffix: allocated, "unused" + suffix: allocated - used,
                    "usage" + suffix: used / allocated if allocated else None})
        for kind in ("mbcs", "sbcs"):
            row[f"{kind}_usage{suffix}"] = divided(sums[f"{kind}_used"], sums[f"{kind}_allocated"], 1)
            row[f"{kind}_block_size{suffix}"] = divided(sums[f"{kind}_used"], sums[f"{kind}_blocks"], 0)
        row["sbcs_to_mbcs" + suffix] = divided(sums["sbcs_blocks"], sums["mbcs_blocks"], 0)
    return row


def expected_mseg(instances):
    status = [dict((e[0], e) for e in dict(p["memkind"])["status"]) for p in instances]
    calls = [dict((e[0], e) for e in dict(p["memkind"])["calls"]) for p in instances]
    hits = sum(s["cache_hits"][1] for s in status)
    asked = sum(c["mseg_alloc"][1] * 10**9 + c["mseg_alloc"][2] for c in calls)
    return {"cache_hits": hits, "cache_calls": asked, "cache_hit_rate": divided(hits, asked, 1),
            "segments": sum(s["segments"][1] for s in status),
            "segments_size": sum(s["segments_size"][1] for s in status),
            "segments_size_max": sum(s["segments_size"][3] for s in status),
            "cached_segments": sum(s["cached_segments"][1] for s in status), "used": None, "allocated": None}


def check(row, want, who):
    for name, value in want.items():
        assert row[name] == (pytest.approx(value) if isinstance(value, float) else value), (who, name, row, want)


def check_calls(row, allocator, instances):
    own = allocator.replace("alloc", "")
    for column, verb in (("allocs", "alloc"), ("frees", "free"), ("reallocs", "realloc")):
        calls = [dict((c[0], c) for c in p["calls"])[own + verb] for p in instances]
        assert row[column] == sum(c[1] * 10**9 + c[2] for c in calls), (allocator, column)


def check_foreign(row, allocator, instances):
    foreign = sum(e[1] for p in instances for kind in ("mbcs", "sbcs", "mbcs_pool") for entry in p.get(kind, [])
                  if entry[0] == "blocks" for owner in entry[1] if owner[0] != allocator
                  for e in owner[1] if e[0] == "size")
    assert row["foreign_used"] == foreign, allocator


def check_pool(row, instances):
    pools = [dict((e[0], e) for e in p["mbcs_pool"]) for p in instances if "mbcs_pool" in p]
    assert row["pool_carriers"] == sum(p["carriers"][1] for p in pools)
    assert row["pool_allocated"] == sum(p["carriers_size"][1] for p in pools)
    assert row["pool_used"] == sum(e[1] for p in pools for o in p["blocks"][1] for e in o[1] if e[0] == "size")


def check_all(rows, read):
    assert set(rows) == {a for a, instances in read.items() if instances}
    for allocator, row in rows.items():
        instances = list(read[allocator].values())
        if allocator == "mseg_alloc":
            check(row, expected_mseg(instances), allocator)
            continue
        check(row, expected(instances), allocator)
        check_calls(row, allocator, instances)
        check_foreign(row, allocator, instances)
        check_pool(row, instances)


def test_each_allocator(node, otoscope):
    """Under allocation churn."""
    node.patient("allocating", 4)
    node.patient("hoarder", 200)
    node.patient("binaries", 2, 1_000_000)
    with readings(node) as read:
        rows = {r["allocator"]: r for r in otoscope.json("allocators", node=node)}
    assert len(read) == 1
    check_all(rows, read[0])
    # what must be there for this to mean something
    assert 0 < rows["binary_alloc"]["usage"] < 1 and rows["binary_alloc"]["mbcs_blocks"] > 100
    assert rows["binary_alloc"]["sbcs_blocks"] >= 2 and rows["binary_alloc"]["sbcs_to_mbcs"] > 0
    assert set(node.rpc("erlang:system_info(alloc_util_allocators)")) | {"mseg_alloc"} == set(read[0])


def test_each_instance(node, otoscope):
    node.patient("allocating", 4)
    with readings(node) as read:
        rows = otoscope.json("allocator_instances", node=node)
    by_name = {r["name"]: r for r in rows}
    want = {f"{a}/{n}": (a, n, p) for a, instances in read[0].items() for n, p in instances.items()}
    assert set(by_name) == set(want)
    for name, (allocator, number, properties) in want.items():
        row = by_name[name]
        assert (row["allocator"], row["instance"]) == (allocator, number)
        if allocator == "mseg_alloc":
            check(row, expected_mseg([properties]), name)
        else:
            check(row, expected([properties]), name)
    # recon_alloc:fragmentation/1 puts the largest (1 - usage) * carrier size first
    shown = [r["unused"] for r in rows if r["unused"] is not None]
    assert shown == sorted(shown, reverse=True)


def test_calls_have_rates(node, otoscope):
    node.patient("allocating", 4)
    rows = {r["allocator"]: r for r in otoscope.json("allocators", "--window", "300ms", node=node)}
    assert rows["binary_alloc"]["allocs_rate"] > 10
    assert rows["binary_alloc"]["used_growth"] is not None


def test_an_allocator_that_is_turned_off(start_node, release, otoscope):
    """It has no rows, and no table fails for it."""
    node = start_node(release, args=["+MBe", "false", "+S", "3"])
    rows = {r["allocator"] for r in otoscope.json("allocators", node=node)}
    assert "binary_alloc" not in rows and "eheap_alloc" in rows
    names = {r["name"] for r in otoscope.json("allocator_instances", node=node)}
    assert "eheap_alloc/3" in names and "eheap_alloc/4" not in names


def test_text_fits_a_narrow_terminal(node, otoscope):
    lines = otoscope("allocators", node=node).lines()
    assert lines[0].split()[:5] == ["ALLOCATOR", "USED", "ALLOCATED", "UNUSED", "USAGE"]
    assert max(map(len, lines)) <= 80 and json.dumps(lines).count("nan") == 0
