"""atoms: the newest first, and none is made by looking."""

NAMES = ["\x1b[31mred\x1b[0m", "two\nlines", "Zoë ☃", "Elixir.MyApp.Cache", "", "it's", "x" * 255, "☃" * 255,
         "$with space"]
SHOWN = ["\\e[31mred\\e[0m", "two\\nlines", "Zoë ☃", "MyApp.Cache", "", "it's", "x" * 255, "☃" * 255,
         "$with space"]


def count(node):
    return node.rpc("erlang:system_info(atom_count)")


def test_the_newest_are_first(node, otoscope):
    otoscope("atoms", node=node)
    before = count(node)
    node.rpc('[list_to_atom("leak_" ++ integer_to_list(I)) || I <- lists:seq(1, 300)], ok')
    grown = count(node)
    rows = otoscope.json("atoms", node=node)
    assert len(rows) == 100 and [r["index"] for r in rows] == list(range(grown - 1, grown - 101, -1))
    leaked = [r["name"] for r in rows if r["name"].startswith("leak_")]
    assert len(leaked) >= 90 and leaked == [f"leak_{i}" for i in range(300, 300 - len(leaked), -1)]
    all_of_them = otoscope.json("atoms", "-n", "0", "--where", "name ~ ^leak_", "--sort", "+index", node=node)
    assert [r["name"] for r in all_of_them][-300:] == [f"leak_{i}" for i in range(1, 301)]
    assert all(r["index"] >= before for r in all_of_them[-300:])
    assert count(node) == grown, "looking makes no atom"


def test_each_atom_is_what_the_node_has(node, otoscope):
    """Their names and lengths, by their numbers."""
    for name in NAMES:
        node.rpc(f"list_to_atom({list(map(ord, name))}), ok")
    before = count(node)
    rows = otoscope.json("atoms", "-n", "0", node=node)
    assert len(rows) == len({r["index"] for r in rows}) and before <= len(rows) <= count(node)
    truth = node.rpc("[length(atom_to_list(binary_to_term(<<131, $K, I:24>>))) || "
                     f"I <- lists:seq(0, {len(rows)} - 1)]")
    assert [r["length"] for r in reversed(rows)] == truth[:len(rows)]
    shown = {r["name"]: r["length"] for r in rows}
    for name, text in zip(NAMES, SHOWN):
        assert shown[text] == len(name), (name, text)


def test_rows_by_their_numbers_and_new_ones(node, otoscope):
    assert [r["name"] for r in otoscope.json("atoms", "--where", "index < 2", node=node)] == ["true", "false"]
    text = otoscope("atoms", "-n", "3", node=node).lines()
    assert text[0].split() == ["INDEX", "NAME", "LENGTH"] and len(text) == 4
    born = otoscope.json("atoms", "--window", "100ms", "-n", "0", "--where", "born = true", node=node)
    assert len(born) < 50
