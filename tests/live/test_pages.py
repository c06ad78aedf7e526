"""The pages of `otoscope top`: of a process, a port, a row, on real nodes."""

import os

import pytest

import nodes


def held(node, kind, *args):
    """A process of tests/patients/patient_foreign.erl."""
    node.used_patients = True
    return node.rpc(f"patient_foreign:{kind}({', '.join(map(str, args))})")


def screens(otoscope, node, lines, *args, size="100x50"):
    """What a script writes, a text a screen."""
    script = os.path.join(otoscope.home, "page.script")
    with open(script, "w", encoding="utf-8") as f:
        f.write(f"size {size}\nwait\n" + "\n".join(lines) + "\n")
    return otoscope("top", "--script", script, *args, node=node).stdout.split("--\n")[:-1]


def opened(word):
    """The lines of a script that go to a page."""
    return ["key :", f"type go {word}", "key <enter>", "wait 1 info", "wait status"]


def alive(node, pid):
    return node.rpc(f'is_process_alive(list_to_pid("{pid}"))')


def test_info(node, otoscope):
    """By its name; what is shown is what the node says."""
    pid = node.patient("registered", '"shop_cache"')
    screen, = screens(otoscope, node, opened("shop_cache") + ["wait fullsweep_after", "screen"])
    assert f"{pid} shop_cache" in screen.splitlines()[1]
    for words in ("registered_name", "shop_cache", "waiting", "patient:wait/0", "memory", "garbage collection",
                  "fullsweep_after", "reductions"):
        assert words in screen, words


def test_what_is_linked_can_be_walked(node, otoscope):
    """From a supervisor's child to the supervisor, and back; names stand beside the pids."""
    sup = node.patient("started", "menagerie", "supervisor", "[]")
    child = node.rpc(f'menagerie:child_of(list_to_pid("{sup}"))')
    links, above, back, named = screens(otoscope, node, opened(child) + [
        "key 2", f"wait {sup} menagerie_supervisor", "screen", "key j<enter>", f"wait {child} > {sup}",
        "wait status", "screen", "key <escape>", "wait ancestors", "screen", "key Gk<enter>",
        f"wait {child} > {sup}", "screen"])
    assert f"links 1\n {sup} menagerie_supervisor" in links
    assert "monitors 0" in links and "ancestors" in links
    assert above.splitlines()[1].startswith(f"{child} > {sup}") and "menagerie" in above
    assert back.splitlines()[1].startswith(f"{child} ") and "links 1" in back
    assert named.splitlines()[1].startswith(f"{child} > {sup}"), "ancestors are known by name"


FAR = "binary_to_term(<<131,88,119,6,\"far@ho\",0,0,0,9,0,0,0,0,0,0,0,7>>)"


def test_pids_of_other_nodes_are_not_followed(node, otoscope):
    pid = node.patient("dictionary", f"[{{far, {FAR}}}]")
    screen, = screens(otoscope, node, opened(pid) + ["key 5", "wait far", "key j<enter>", "screen"])
    assert "far@ho.9.0" in screen and "that is of another node" in screen


def test_the_stack_is_live(node, otoscope):
    screen, = screens(otoscope, node, opened(node.patient("plain")) + ["key 3", "wait patient:wait/0", "screen"])
    assert "waiting\n patient:wait/0" in screen


def test_messages_and_their_shapes(node, otoscope):
    pid = node.patient("mailbox", 30)
    first, more = screens(otoscope, node, opened(pid) + [
        "key 4", "wait 30 messages", "screen", "key m", "wait 30 x", "screen"])
    assert "the first 10 are shown" in first and "10 x " in first
    assert "the first" not in more


def test_state_as_a_tree(node, otoscope):
    """It opens, closes, and is searched in what is closed, too."""
    pid = held(node, "gen_server", "types")
    closed, found, folded = screens(otoscope, node, opened(pid) + [
        "key 6", "wait function", "screen", "key /", "type tail", "key <enter>*", "screen", "key <home>-", "screen"],
        "--redact", "--syntax", "erlang")
    assert "- #{...} 14 keys" in closed and "+ list => [1,{two},[3|tail]]" in closed
    assert "password => [redacted]" in closed and "hush" not in closed
    assert "\x1b" not in closed and "\\e[31mred" in closed
    tree = found[found.index("  - list"):].splitlines()[:7]
    assert tree == ["  - list => [...] 3", "      1 1", "    - 2 {...} 1", "        1 two", "    - 3 [...] 1",
                    "        1 3", "        | tail"]
    assert "+ #{...}" in folded and "list =>" not in folded


def test_a_state_of_fifty_thousand_terms(node, otoscope):
    """All that can be asked for opens at once, and is searched to its end."""
    pid = held(node, "gen_server", "pairs")
    last, = screens(otoscope, node, opened(pid) + ["key 6", "wait [...] 1000000", "key m", "wait asking", "wait asked",
                                                   "key G", "screen"], "--timeout", "30s")
    assert "more)" in last


def test_a_process_without_manners_says_so(node, otoscope):
    screen, = screens(otoscope, node, opened(node.patient("plain")) + ["key 6", "wait system messages", "screen"])
    assert "takes no system messages" in screen


def test_dictionary(node, otoscope):
    pid = node.patient("dictionary", '[{{shop, key}, [1, 2]}, {token, "hush"}]')
    screen, = screens(otoscope, node, opened(pid) + ["key 5", "wait shop", "screen"], "--redact", "--syntax", "erlang")
    assert "+ {shop,key} => [1,2]" in screen and "token => [redacted]" in screen and "hush" not in screen


def test_one_that_dies_stays_with_its_age(node, otoscope):
    pid = node.patient("plain")
    node.rpc(f'timer:apply_after(1500, erlang, send, [list_to_pid("{pid}"), stop])')
    screen, = screens(otoscope, node, opened(pid) + ["wait gone, read", "screen"], "--every", "250ms")
    assert "patient:wait/0" in screen and "memory" in screen


WRITE = "--allow-write"


def test_kill_asks_and_kills(node, otoscope):
    pid = node.patient("registered", '"victim"')
    asked, left = screens(otoscope, node, opened("victim") + ["key K", "screen", "key n", "screen"], WRITE)
    assert f"kill {pid} victim on '{node.name}'? y/n" in asked and "nothing was done" in left
    assert alive(node, pid)
    _, said, = screens(otoscope, node, opened("victim") + [
        "key K", "screen", "key x", "key y", "wait killed", "screen"], WRITE)
    assert f"{pid} victim: killed" in said
    nodes.wait_until(lambda: not alive(node, pid), "it to die")
    assert node.logged() == ""


def test_collect(node, otoscope):
    pid = node.patient("leaky", 500, 1000)
    screen, = screens(otoscope, node, opened(pid) + ["key W", "wait y/n", "key y", "wait garbage collected", "screen"],
                      WRITE)
    assert "before" in screen and "after" in screen
    assert node.rpc(f'length(element(2, process_info(list_to_pid("{pid}"), binary)))') < 10


@pytest.mark.parametrize("release", ["25"])
@pytest.mark.parametrize("key", ["K", "W"])
def test_nothing_is_written_without_the_option(node, otoscope, key):
    pid = node.patient("leaky", 100, 1000)
    screen, = screens(otoscope, node, opened(pid) + [f"key {key}", "screen", "key y", "pass 300ms"])
    assert "--allow-write" in screen and "y/n" not in screen
    assert alive(node, pid)
    assert node.rpc(f'length(element(2, process_info(list_to_pid("{pid}"), binary)))') >= 100


@pytest.mark.parametrize("release", ["25"])
def test_what_is_pasted_answers_no_question(node, otoscope):
    """Escape leaves it, too."""
    pid = node.patient("plain")
    screen, = screens(otoscope, node, opened(pid) + ["key K", "key <escape>", "screen"], WRITE)
    assert "nothing was done" in screen and alive(node, pid)


def test_port(node, otoscope):
    """Its page, and the way to its owner."""
    row = next(r for r in otoscope.json("sockets", node=node) if r["backend"] == "port" and r["state"] == "ACCEPTING")
    row_screen, detail = screens(otoscope, node, [
        "key :", f"type go {row['id']}", "key <enter>", "wait owner", "screen", "key 2", "wait options", "screen"],
        size="100x60")
    assert row["owner"] in row_screen and "statistics" in detail and "recv_oct" in detail


@pytest.mark.parametrize("release", ["25"])
def test_any_row_has_a_page(node, otoscope):
    screen, = screens(otoscope, node, ["key <tab>", "wait kernel", "key <enter>", "wait description", "screen"])
    assert "version" in screen and "all that" not in screen


def test_objects_of_an_ets_table(node, otoscope):
    """The first ones, as trees; more of them by a key; the owner is one Enter away."""
    owner = node.patient("table", "page_objects", 60000)
    row, few, more, above = screens(otoscope, node, [
        "key :", "type ets", "key <enter>", "wait page_objects", "key <home><enter>", "wait protection", "screen",
        "key 2", "wait the first 20 of 60000", "key j*", "screen",
        "key <home>m", "wait the first 200 of 60000", "screen",
        "key 1", "wait owner_name", "key jjjjj<enter>", "wait initial_call", "screen"], "--syntax", "erlang")
    assert "page_objects" in row.splitlines()[1] and "60.0 k" in row or "60000" in row
    assert "- [...] 20" in few and "- 1 {...} 2" in few
    assert "- [...] 200" in more
    assert above.splitlines()[1].startswith(f"page_objects > {owner}"), above


@pytest.mark.parametrize("release", ["25"])
def test_objects_of_a_private_table_cannot_be_read(node, otoscope):
    node.patient("table", "page_private", 60000, "[named_table, private]")
    screen, = screens(otoscope, node, [
        "key :", "type ets", "key <enter>", "wait page_private", "key <home><enter>", "wait protection", "key 2",
        "wait only its owner", "screen"])
    assert "is private" in screen


def test_objects_of_mnesia(fresh_node, otoscope):
    fresh_node.rpc("begin ok = mnesia:start(), {atomic, ok} = mnesia:create_table(cart, [{attributes, [k, v]}]), "
                   "[ok = mnesia:dirty_write({cart, I, <<\"pear\">>}) || I <- lists:seq(1, 5)], ok end")
    screen, = screens(otoscope, fresh_node, [
        "key :", "type mnesia", "key <enter>", "wait cart", "key :", "type sort size", "key <enter>", "wait",
        "key <home><enter>", "wait storage", "key 2", "wait {cart,", "screen"], "--syntax", "erlang")
    assert "cart" in screen.splitlines()[1] and '{cart,3,<<"pear">>}' in screen and "- [...] 5" in screen


def test_all_that_are_marked_are_killed(node, otoscope):
    """After one question for all of them."""
    pids = [node.patient("registered", f'"marked_{i}"') for i in range(3)]
    spared = node.patient("registered", '"spared"')
    asked, said = screens(otoscope, node, [
        "key /", "type marked_", "key <enter>", "wait marked_2", "key M", "wait 3 marked",
        "key K", "wait y/n", "screen", "key y", "wait 3 processes: killed", "screen"], WRITE)
    assert f"kill 3 processes on '{node.name}'? y/n" in asked and "3 processes: killed" in said
    nodes.wait_until(lambda: not any(alive(node, pid) for pid in pids), "them to die")
    assert alive(node, spared)


def test_the_page_of_a_node_that_was_restarted(start_node, terminal, release):
    """While it is lost the page stays; afterwards the same pid is somebody else's, and nothing is done to it."""
    first = start_node(release)
    pid = first.patient("registered", '"page_victim"')
    screen = terminal("top", "--every", "200ms", "--allow-write", node=first)
    screen.wait("init")
    screen.send(":go page_victim\r")
    screen.wait("patient:wait/0")
    first.stop()
    screen.wait("reconnecting")
    assert "patient:wait/0" in screen.text()
    second = start_node(release, name=first.short_name, cookie=first.cookie)
    screen.wait("node restarted, read")
    assert f"{pid} page_victim" in screen.text() and "patient:wait/0" in screen.text()
    screen.send("K")
    screen.wait("is gone")
    assert second.running() and second.rpc("erlang:is_process_alive(whereis(init))")
    screen.send("q")
    assert screen.status() == 0


def test_marks_of_a_node_that_was_restarted(start_node, terminal, release):
    """What was marked is no more: the same pid is somebody else's."""
    first = start_node(release)
    first.patient("registered", '"mark_victim"')
    screen = terminal("top", "--every", "200ms", "--allow-write", node=first, columns=120)
    screen.wait("init")
    screen.send("/mark_victim\r")
    screen.wait("1 of ")
    screen.send(" ")
    screen.wait("1 marked")
    first.stop()
    screen.wait("reconnecting")
    second = start_node(release, name=first.short_name, cookie=first.cookie)
    screen.wait("0 of ")
    assert "marked" not in next(line for line in screen.lines() if "0 of " in line)
    screen.send("K")
    screen.wait("there is no row here")
    assert second.running()
    screen.send("q")
    assert screen.status() == 0


def test_the_largest_binaries(node, otoscope):
    pid = node.patient("binaries", 30, 1000)
    screen, = screens(otoscope, node, opened(pid) + ["key 7", "wait the largest", "screen"])
    assert "binary_count" in screen and "  30 x   1.0 kB, 1 reference, 1 from this heap" in screen, screen


def standing(node):
    """What a visitor must leave as it was. (What the first visits have the node load: test_leave_nothing.py.)"""
    left = {key: value for key, value in node.snapshot().items() if key not in ("atoms", "modules", "ports")}
    return {**left, "processes": {p["pid"] for p in left["processes"]}}


def test_nothing_is_left(fresh_node, otoscope):
    """All sections of a page, twice; then the node is as it was, and nothing waits for whom was asked."""
    node = fresh_node
    pid = held(node, "gen_server", "types")
    sections = [line for i in range(1, 9) for line in (f"key {i}", "wait", "key r", "wait")]
    screens(otoscope, node, opened(pid) + sections)
    node.alone()
    before = standing(node)
    screens(otoscope, node, opened(pid) + sections)
    node.alone()
    nodes.wait_until(lambda: standing(node) == before, "nothing to be left")
    assert node.rpc(f'element(2, process_info(list_to_pid("{pid}"), message_queue_len))') == 0
    assert node.logged() == ""
