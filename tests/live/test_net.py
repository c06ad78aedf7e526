"""ports, sockets and dist against what the node itself says."""

import json
import re
import resource

import pytest

import nodes
import program

BACKENDS = ["port", "socket"]
SOCKET_COLUMNS = {"id", "backend", "protocol", "domain", "type", "state", "local", "peer", "owner", "owner_name",
                  "application", "recv_oct", "send_oct", "oct", "recv_cnt", "send_cnt", "cnt", "send_pend", "busy",
                  "recv_max", "recv_avg", "recv_dvi", "send_max", "send_avg", "memory", "local_address", "local_port",
                  "peer_address", "peer_port"}


def by_id(rows):
    return {row["id"]: row for row in rows}


def start(node, backend):
    node.used_patients = True
    return node.rpc(f"plumber:start({backend})")


def truth(node, backend, pid):
    return node.rpc(f'plumber:truth({backend}, list_to_pid("{pid}"))')


@pytest.mark.parametrize("backend", BACKENDS)
def test_sockets(node, otoscope, backend):
    """Every column of sockets of every kind."""
    pid = start(node, backend)
    known = truth(node, backend, pid)
    rows = by_id(otoscope.json("sockets", node=node))
    assert len(known) >= 7
    for socket, columns in known.items():
        assert set(columns) | {"id"} == SOCKET_COLUMNS == set(rows[socket])
        assert {c: rows[socket][c] for c in columns} == columns


@pytest.mark.parametrize("backend", BACKENDS)
def test_sockets_in_two_steps(node, otoscope, backend):
    """What is dear is read of the shown ones alone, and is the same."""
    pid = start(node, backend)
    known = truth(node, backend, pid)
    rows = by_id(otoscope.json("sockets", "-n", "6", "--sort", "recv_oct", "--where", f"backend = {backend}",
                               "--where", "local_port != 0", node=node))
    assert len(rows) == 6
    mine = [socket for socket in rows if socket in known]
    assert len(mine) >= 3
    for socket in mine:
        assert {c: rows[socket][c] for c in known[socket]} == known[socket]
    amounts = [row["recv_oct"] for row in rows.values()]
    assert amounts == sorted(amounts, reverse=True)


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_an_owner_that_changes(node, otoscope, kind):
    """Behind the server that gen_tcp and gen_udp have for a socket of the socket module."""
    node.used_patients = True
    opened = {"tcp": "gen_tcp:listen(0, [{inet_backend, socket}])", "udp": "gen_udp:open(0, [{inet_backend, socket}])"}
    pid = node.rpc(f"patient:started(plumber, opened, [undefined, fun() -> catch {opened[kind]} end])")
    found = node.rpc(f"""plumber:do(list_to_pid("{pid}"), fun({{ok, {{'$inet', _, {{_, {{_, Ref}}}}}}}}) ->
        "#Ref" ++ R = erlang:ref_to_list(Ref), list_to_binary("#Socket" ++ R); (_) -> none end)""")
    if found == "none":
        pytest.skip(f"no {kind} with that back end on this release")

    def owner():
        return by_id(otoscope.json("sockets", "--columns", "id,owner,protocol", node=node))[found]

    assert owner() == {"id": found, "owner": pid, "protocol": kind}
    other = node.patient("plain")
    node.rpc(f"""plumber:do(list_to_pid("{pid}"), fun({{ok, S}}) ->
        ok = gen_{kind}:controlling_process(S, list_to_pid("{other}")) end)""")
    assert owner()["owner"] == other
    assert otoscope.json("sockets", found, node=node)["meta"]["owner"] == other


def test_owners_in_elixirs_syntax(elixir_node, otoscope):
    pid = start(elixir_node, "socket")
    known = truth(elixir_node, "socket", pid)
    rows = by_id(otoscope.json("sockets", node=elixir_node))
    assert {rows[socket]["owner"] for socket in known} == {pid}
    names = {row["owner_name"] for row in rows.values()}
    assert names >= {"plumber_socket", "net_kernel", ":inet_tcp_dist.do_accept/7"}


def test_sctp(node, otoscope):
    node.used_patients = True
    if not node.rpc("try gen_sctp:open() of {ok, S} -> gen_sctp:close(S), true; _ -> false catch _:_ -> false end"):
        pytest.skip("no SCTP in this kernel")
    start(node, "port")
    rows = otoscope.json("sockets", "--where", "protocol = sctp", node=node)
    assert [(r["type"], r["state"]) for r in rows] == [("seqpacket", "LISTEN")]


def window(otoscope, node, table, key, meanwhile, *options):
    """The rows after a window in which only that happened; and the most that the window can have lasted, in seconds."""
    child = otoscope.start(table, "--window", "500ms", "--format", "json", "--verbose", *options, node=node)
    program.heard(child, "the window is open")
    with program.stopped(child):
        meanwhile()
    out, err = child.communicate(timeout=program.TIMEOUT)
    assert child.returncode == 0, err
    return {row[key]: row for row in json.loads(out)}


@pytest.mark.parametrize("backend", BACKENDS)
def test_rates(node, otoscope, backend):
    """Rates are of what moved: all of them times one and the same span give the bytes."""
    pid = start(node, backend)
    moved = []

    def move():
        for kind, n in [("tcp", 1000), ("local", 777)]:
            moved.append((n, *node.rpc(f'plumber:move(list_to_pid("{pid}"), {kind}, {n})')))

    rows = window(otoscope, node, "sockets", "id", move)
    spans = []
    for n, client, server in moved:
        spans.append(n / rows[client]["send_oct_rate"])
        spans.append(n / rows[server]["recv_oct_rate"])
        spans.append(n / rows[server]["oct_rate"])
        spans.append(1 / rows[client]["send_cnt_rate"])
        assert rows[client]["recv_oct_rate"] == rows[server]["send_oct_rate"] == 0
        assert rows[client]["born"] is False
    assert len(moved) == 2 and 0.5 <= min(spans)
    assert spans == pytest.approx([spans[0]] * len(spans))


def test_born_in_the_window(node, otoscope):
    rows = window(otoscope, node, "sockets", "id", lambda: start(node, "socket"))
    born = [row for row in rows.values() if row["born"]]
    assert len(born) >= 7 and all(row["recv_oct_rate"] is None for row in born)
    assert {row["backend"] for row in born} == {"socket"}


# Ports

PORT_COLUMNS = {"id", "name", "type", "owner", "owner_name", "application", "input", "output", "queue_size", "memory",
                "os_pid", "registered_name", "links", "monitors", "parallelism", "locking"}


def test_ports(node, otoscope):
    """Every column of every port that stands still."""
    pid = start(node, "port")
    node.rpc(f'plumber:do(list_to_pid("{pid}"), fun([{{_, S}} | _]) -> register(plumber_listener, S) end)')
    node.rpc("plumber:commands([\"cat\", \"sleep 1000\"])")
    before = node.rpc("plumber:ports(erlang:ports())")
    rows = by_id(otoscope.json("ports", node=node))
    after = node.rpc("plumber:ports(erlang:ports())")
    still = {p for p in before if before[p] == after.get(p)}
    assert len(still) >= 10
    for port in still:
        assert set(rows[port]) == PORT_COLUMNS
        assert {c: rows[port][c] for c in before[port]} == before[port]
    mine = [row for row in rows.values() if row["owner"] == pid]
    assert {row["owner_name"] for row in mine} == {"plumber_port"}
    assert "plumber_listener" in {row["registered_name"] for row in mine}
    assert {row["type"] for row in mine} >= {"tcp", "udp"}
    assert {(row["name"], row["type"]) for row in rows.values()} >= {("cat", "program"), ("forker", "forker")}


def test_port_types(node, otoscope):
    """recon:port_types/0 from the columns."""
    start(node, "port")
    node.alone()
    known = node.rpc("""lists:foldl(fun(P, A) -> {name, N} = erlang:port_info(P, name),
        maps:update_with(list_to_binary(N), fun(C) -> C + 1 end, 1, A) end, #{}, erlang:ports())""")
    names = [row["name"] for row in otoscope.json("ports", "--columns", "name,type", node=node)]
    names.remove("tcp_inet")  # our own connection
    assert {name: names.count(name) for name in set(names)} == known


HOSTILE = ["cat # \\e[31m red \\n \\x{1b}]0;title\\a", "cat # caf\\x{e9}", "cat # 'quoted' \\\"and\\\" %s %n"]


def test_hostile_commands(node, otoscope):
    """What a command holds steers no terminal and breaks no format, and a long one does not come whole."""
    node.used_patients = True
    listed = ", ".join(f'"{c}"' for c in HOSTILE)
    ids = node.rpc(f"plumber:commands([{listed}, \"cat # \" ++ lists:duplicate(100000, $x)])")
    rows = by_id(otoscope.json("ports", node=node))
    shown = [rows[i]["name"] for i in ids]
    assert shown[0].startswith("cat # \\e[31m red \\n \\e]0;title")
    assert shown[1] == "cat # caf\u00e9"
    assert len(shown[3]) == 256
    assert all(c.isprintable() for name in shown for c in name)
    text = otoscope("ports", node=node).stdout
    assert "\x1b" not in text and "\a" not in text
    one = otoscope.json("ports", ids[3], node=node)
    assert len(one["meta"]["name"]) == 4096 and one["meta"]["os_pid"] > 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_stuck(node, otoscope, backend):
    """A peer that does not read: what waits is shown, and nobody waits with it."""
    node.used_patients = True
    stuck = node.rpc(f"plumber:stuck({backend})")

    def row():
        return by_id(otoscope.json("sockets", "--columns", "id,busy,send_pend,state", node=node))[stuck]

    nodes.wait_until(lambda: row()["busy"], "the sender to wait")
    assert row()["state"] == "CONNECTED"
    if backend == "port":
        assert row()["send_pend"] > 1_000_000
        port = by_id(otoscope.json("ports", node=node))[stuck]
        assert port["queue_size"] > 1_000_000
        assert otoscope.json("ports", stuck, node=node)["inet"]["statistics"]["send_pend"] > 1_000_000
    else:
        assert row()["send_pend"] is None
        assert otoscope.json("sockets", stuck, node=node)["inet"]["num_writers"] >= 1


def test_sockets_that_close_meanwhile(node, otoscope):
    """Rows come or do not come; none is wrong, and nothing fails."""
    node.used_patients = True
    node.rpc("plumber:churn(30)")
    for _ in range(15):
        done = otoscope("sockets", "-n", "50", "--sort", "+recv_oct", "--format", "json", node=node)
        assert done.stderr == ""
        assert all(row["protocol"] in ("tcp", "udp", "local") for row in done.json())


# One of them

def test_one_port(node, otoscope):
    """The groups of recon:port_info/1."""
    pid = start(node, "port")
    port = node.rpc(f"""plumber:do(list_to_pid("{pid}"), fun(Made) ->
        S = proplists:get_value({{tcp, server}}, Made), list_to_binary(erlang:port_to_list(S)) end)""")
    asked = "[active, buffer, delay_send, exit_on_close, high_watermark, keepalive, low_watermark, mode, nodelay," \
        " packet, recbuf, reuseaddr, send_timeout, sndbuf]"
    known = node.rpc(f"""plumber:do(list_to_pid("{pid}"), fun(Made) ->
        S = proplists:get_value({{tcp, server}}, Made),
        {{ok, O}} = inet:getopts(S, {asked}), {{ok, T}} = inet:getstat(S),
        #{{options => maps:from_list(O), statistics => maps:from_list(T)}} end)""")
    before = node.rpc("plumber:ports(erlang:ports())")[port]
    row = by_id(otoscope.json("sockets", node=node))[port]
    number = port[len("#Port<"):-1]
    for word in (port, number, "port:" + number[2:]):
        one = otoscope.json("ports", word, node=node)
        assert one == otoscope.json("sockets", word, node=node)
    assert one["id"] == port
    assert {k: one["meta"][k] for k in ("name", "os_pid", "registered_name", "parallelism", "locking", "owner")} == {
        k: before[k] for k in ("name", "os_pid", "registered_name", "parallelism", "locking", "owner")}
    assert one["meta"]["owner_name"] == "plumber_port"
    assert one["io"] == {k: before[k] for k in ("input", "output")}
    assert one["memory_used"] == {k: before[k] for k in ("memory", "queue_size")}
    assert one["signals"]["links"] == [f"{pid} plumber_port"] and one["signals"]["links_left_out"] == 0
    assert one["signals"]["monitors"] == one["signals"]["monitored_by"] == []
    assert one["inet"]["statistics"] == known["statistics"]
    options = one["inet"]["options"]
    want = {k: None if v == "undefined" else v for k, v in known["options"].items()}
    assert {k: options[k] for k in want if k != "packet"} == {k: v for k, v in want.items() if k != "packet"}
    assert len(options) >= 22
    assert {k: one["inet"][k] for k in ("domain", "type", "state", "local", "peer")} == {
        k: row[k] for k in ("domain", "type", "state", "local", "peer")}


def test_one_program(node, otoscope):
    node.used_patients = True
    port = node.rpc('plumber:commands(["cat"])')[0]
    one = otoscope.json("ports", port, node=node)
    assert one["meta"]["os_pid"] == node.rpc("plumber:ports(erlang:ports())")[port]["os_pid"] is not None
    assert one["inet"] is None


def test_one_socket(node, otoscope):
    pid = start(node, "socket")
    known = node.rpc(f"""plumber:do(list_to_pid("{pid}"), fun(Made) ->
        {{'$inet', _, {{_, S}}}} = proplists:get_value({{tcp, server}}, Made),
        {{ok, B}} = socket:getopt(S, socket, sndbuf), {{ok, N}} = socket:getopt(S, tcp, nodelay),
        {{ok, F}} = socket:getopt(S, otp, fd),
        "#Ref" ++ R = erlang:ref_to_list(element(2, S)), #{{counters := C}} = socket:info(S),
        #{{id => list_to_binary("#Socket" ++ R), counters => C, options => [B, N, F]}} end)""")
    row = by_id(otoscope.json("sockets", node=node))[known["id"]]
    one = otoscope.json("sockets", known["id"], node=node)
    assert one == otoscope.json("ports", known["id"].replace("Socket", "Ref"), node=node)
    assert one["inet"]["statistics"] == known["counters"]
    assert [one["inet"]["options"][k] for k in ("socket_sndbuf", "tcp_nodelay", "otp_fd")] == known["options"]
    assert {k: one["inet"][k] for k in ("domain", "type", "protocol", "state", "local", "peer")} == {
        k: row[k] for k in ("domain", "type", "protocol", "state", "local", "peer")}
    assert one["meta"] == {"owner": pid, "owner_name": "plumber_socket", "application": None}


@pytest.mark.parametrize("word,status,says", [
    ("#Port<0.99999999>", 1, "there is no port '#Port<0.99999999>'"),
    ("#Port<0.99999999999999>", 1, "there is no port '#Port<0.99999999999999>'"),
    ("#Socket<0.1.2.3>", 1, "there is no socket '#Socket<0.1.2.3>'"),
    ("#Socket<0.1.2.3.4.5.6>", 2, "'#Socket<0.1.2.3.4.5.6>' is no port and no socket"),
    ("<0.1.2>", 2, "'<0.1.2>' is no port and no socket"),
    ("no-such", 2, "'no-such' is no port and no socket"),
])
@pytest.mark.parametrize("release", ["25"])
def test_one_that_is_not_there(node, otoscope, word, status, says):
    done = otoscope("sockets", word, node=node, check=status)
    assert done.stderr.splitlines()[0] == f"otoscope: {says}"


def test_one_that_was_closed(node, otoscope):
    pid = start(node, "socket")
    known = truth(node, "socket", pid)
    idle = [s for s, columns in known.items() if columns["state"] == "IDLE"][0]
    assert otoscope.json("sockets", idle, node=node)["id"] == idle
    node.rpc(f"""plumber:do(list_to_pid("{pid}"), fun(Made) ->
        socket:close(proplists:get_value({{tcp, idle}}, Made)) end)""")
    otoscope("sockets", idle, node=node, check=1)
    assert idle not in by_id(otoscope.json("sockets", node=node))


# Many

MANY = 5000


@pytest.fixture
def crowd(share_node, release):
    """A node with 5,000 open sockets, half of them of each back end, that all tests share."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 65536, hard))
    if 0 < hard < MANY + 500:
        pytest.skip(f"no more than {hard} open files here")
    node = share_node(release, args=["+Q", "16384"])
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if not node.rpc("whereis(crowd)"):
        node.rpc(f"register(crowd, plumber:crowd({MANY}))")
    return node


def test_five_thousand_sockets(crowd, otoscope):
    rows = otoscope.json("sockets", node=crowd)
    owner = crowd.rpc("whereis(crowd)")
    mine = [row for row in rows if row["owner"] == owner]
    assert [sum(row["backend"] == b for row in mine) for b in BACKENDS] == [MANY // 2] * 2
    assert {row["state"] for row in mine} == {"CONNECTED"}
    assert {row["local"] for row in mine} == {row["peer"] for row in mine}
    assert len({row["id"] for row in rows}) == len(rows)


def test_the_few_of_five_thousand(crowd, otoscope):
    """The busiest of many: their dear columns alone are read; what comes over is a fraction."""
    crowd.rpc("""plumber:do(whereis(crowd), fun(Pairs) ->
        {C, S} = lists:last(Pairs), gen_tcp:send(C, binary:copy(<<"q">>, 123456)), gen_tcp:recv(S, 123456) end)""")
    few = otoscope("sockets", "--sort", "recv_oct", "-n", "2", "--verbose", "--format", "json", node=crowd)
    assert few.json()[0]["recv_oct"] >= 123456
    all_of_them = otoscope("sockets", "--verbose", "--format", "json", node=crowd)

    def bytes_in(done):
        return int(re.search(r"(\d+) bytes in$", done.stderr, re.M).group(1))

    assert bytes_in(few) < bytes_in(all_of_them) / 3


def test_five_thousand_leave_nothing(crowd, otoscope):
    otoscope("sockets", node=crowd)
    crowd.alone()
    counted = ("[length(erlang:ports()), socket_registry:number_of(), length(processes()), ets:info(sys_dist, size),"
               " [process_info(P, [monitors, monitored_by]) || P <- [whereis(socket_registry), whereis(crowd)]]]")
    before = crowd.rpc(counted)
    otoscope("sockets", "-n", "10", "--sort", "send_oct", node=crowd)
    crowd.alone()
    assert crowd.rpc(counted) == before


def test_very_many_ports(start_node, release, otoscope):
    """As many as a node can have by default: the tables come, and fit the helper's heap."""
    node = start_node(release, args=["+Q", "65536"])
    node.rpc("plumber:drivers(60000)")
    assert len(otoscope.json("sockets", node=node)) < 100
    few = otoscope.json("ports", "-n", "3", node=node)
    assert len(few) == 3 and all(row["memory"] > 0 for row in few)
    assert len(otoscope.json("ports", "--columns", "id", node=node)) > 60000


def test_no_socket_module(start_node, release, otoscope):
    """A node without such sockets does not load what they need."""
    node = start_node(release)
    assert {row["backend"] for row in otoscope.json("sockets", node=node)} == {"port"}
    assert node.rpc("[M || M <- [socket, gen_tcp_socket, gen_udp_socket, net], code:is_loaded(M) =/= false]") == []


# Connections to other nodes

def connect(one, other, hidden=False):
    call = "hidden_connect_node" if hidden else "connect_node"
    assert one.rpc(f"erlang:set_cookie('{other.name}', '{other.cookie}'), net_kernel:{call}('{other.name}')") is True


def dist(otoscope, node):
    return {row["name"]: row for row in otoscope.json("dist", node=node)}


def test_dist(start_node, release, otoscope):
    """Against net_kernel and the sockets, for a visible and a hidden connection, dialled by either side."""
    node, visible, hidden = (start_node(release) for _ in range(3))
    connect(node, visible)
    connect(hidden, node, hidden=True)
    rows = dist(otoscope, node)
    assert {n: (row["type"], row["direction"], row["state"], row["otoscope"]) for n, row in rows.items()} == {
        visible.name: ("visible", "out", "up", False), hidden.name: ("hidden", "in", "up", False),
        next(n for n in rows if n.endswith("@otoscope")): ("hidden", "in", "up", True)}
    known = node.rpc("""maps:from_list([{N, #{address => iolist_to_binary([inet:ntoa(A), ":", integer_to_list(P)]),
        controller => C, owner => element(5, hd(ets:lookup(sys_dist, N))),
        queue_limit => erlang:system_info(dist_buf_busy_limit)}}
        || {N, C} <- erlang:system_info(dist_ctrl), {ok, {A, P}} <- [inet:peername(C)]])""")
    for peer in (visible.name, hidden.name):
        assert {c: rows[peer][c] for c in known[peer]} == known[peer]
        assert rows[peer]["queue"] == rows[peer]["queue_used"] == 0
    assert dist(otoscope, visible)[node.name]["direction"] == "in"


def test_dist_traffic(start_node, release, otoscope):
    """What goes over a connection is counted as its socket and net_kernel count it."""
    node, peer = (start_node(release) for _ in range(2))
    connect(node, peer)

    def counted():
        return node.rpc(f"""{{_, C}} = lists:keyfind('{peer.name}', 1, erlang:system_info(dist_ctrl)),
            {{ok, S}} = inet:getstat(C, [recv_cnt, send_cnt, recv_oct, send_oct]), [V || {{_, V}} <- S]""")

    before = counted()
    node.rpc(f"""[erlang:send({{nobody, '{peer.name}'}}, lists:seq(1, 1000)) || _ <- lists:seq(1, 100)],
        rpc:call('{peer.name}', erlang, node, [])""")
    first = counted()
    row = dist(otoscope, node)[peer.name]
    last = counted()
    shown = [row[c] for c in ("recv_cnt", "send_cnt", "recv_oct", "send_oct")]
    assert all(a <= b <= c for a, b, c in zip(first, shown, last)), (first, shown, last)
    assert first[3] - before[3] > 100_000


def test_dist_with_a_stuck_peer(start_node, release, otoscope):
    """What waits for a node that does not read is shown."""
    node, peer = (start_node(release) for _ in range(2))
    connect(node, peer)
    node.rpc('persistent_term:put(plumber, binary:copy(<<"x">>, 3000000))')

    def waiting():
        """Until the system's buffers are full nothing waits; how much they take is not known."""
        node.rpc(f"""[spawn(fun() -> erlang:send({{nobody, '{peer.name}'}}, persistent_term:get(plumber)) end)
            || _ <- lists:seq(1, 10)]""")
        row = dist(otoscope, node)[peer.name]
        return row if row["queue"] > 100_000 else None

    with peer.stopped():
        row = nodes.wait_until(waiting, "a queue")
        assert row["queue_limit"] > 0
        assert row["queue_used"] == pytest.approx(row["queue"] / row["queue_limit"])


@pytest.mark.parametrize("release", ["27", "29"])
def test_dist_carried_by_a_process(start_node, release, otoscope):
    """Where a process is the controller, as with TLS, what is not known is null."""
    node, peer = (start_node(release, args=["-proto_dist", "inet_epmd", "-inet_epmd", "socket"]) for _ in range(2))
    connect(node, peer)
    row = dist(otoscope, node)[peer.name]
    assert row["controller"].startswith("<0.") and row["state"] == "up"
    assert row["recv_oct"] is None and row["send_oct"] is None
    assert row["recv_cnt"] >= 0 and row["queue"] == 0
