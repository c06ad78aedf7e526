"""The connection itself (src/node), driven by tests/tools/node_probe on real nodes."""

import json
import os
import signal
import socket
import struct
import subprocess
import threading
import time

import pytest

import nodes
import program


def probe_path():
    return os.path.join(os.path.dirname(program.path()), "tests", "tools", "node_probe")


class Probe:
    """A node_probe that runs beside the test."""

    def __init__(self, name, *steps, cookie="", epmd_port=None, options=()):
        argv = [probe_path(), "-v", *options]
        if epmd_port:
            argv += ["--epmd-port", str(epmd_port)]
        self.child = subprocess.Popen(argv + [name, *steps], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True,
                                      env={**program.environment("/nowhere"), "NODE_PROBE_COOKIE": cookie})

    def line(self):
        """The next line of its output, parsed; None when it ended."""
        text = self.child.stdout.readline()
        return json.loads(text) if text else None

    def say(self):
        """Lets it go on from its step wait."""
        self.child.stdin.write("\n")
        self.child.stdin.flush()

    def finish(self):
        """All lines that are left; .status and .log are there then."""
        out, self.log = self.child.communicate(timeout=120)
        self.status = self.child.returncode
        return [json.loads(line) for line in out.splitlines()]

    def stop(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.communicate()


@pytest.fixture
def start_probe():
    started = []

    def start(node, *steps, **options):
        """On a node, or by name with all options given."""
        if isinstance(node, str):
            started.append(Probe(node, *steps, **options))
        else:
            started.append(Probe(node.name, *steps, **{"cookie": node.cookie, "epmd_port": node.farm.epmd_port,
                                                       **options}))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def probe(start_probe):
    """Runs a node_probe to its end; gives its lines."""
    def run(node, *steps, status=0, **options):
        p = start_probe(node, *steps, **options)
        lines = p.finish()
        assert p.status == status, (lines, p.log)
        return lines
    return run


def helpers(node):
    """Processes of the node that do a call of ours."""
    return node.rpc("length([P || P <- processes(), {_, L} <- [process_info(P, group_leader)], node(L) =/= node()])")


def test_calls_and_how_they_end(probe, node):
    before = node.logged()  # others had a wrong cookie
    lines = probe(node, "memory", "eval=1 + 1.", "eval=exit({a, \"b\"}).", "eval=throw(x).", "eval=error(x).",
                  "eval=1 + .", "name")
    assert lines[0]["text"].startswith("[{total,") and lines[0]["text"].count("{") == 9
    assert [(x["kind"], x["text"]) for x in lines[1:4]] == [("return", "2"), ("return", '{a,"b"}'), ("throw", "x")]
    assert lines[4]["kind"] == "error" and lines[4]["text"].startswith("{x,[{")
    assert lines[5]["kind"] == "failed"
    assert lines[6]["name"] == node.name and lines[6]["ours"] == "otoscope-1@otoscope"
    assert lines[6]["creation"] == node.rpc("erlang:system_info(creation)")
    assert node.logged() == before


def test_a_thousand_at_once(probe, node):
    assert probe(node, "burst=1000")[0]["answered"] == 1000


@pytest.mark.slow
def test_a_slow_call_delays_no_other(probe, node):
    line = probe(node, "mix=1000")[0]
    assert line["answered"] == 1001
    assert line["slow_ms"] >= 5000
    assert line["worst_ms"] < line["slow_ms"] / 2, "some waited for it"


def test_a_large_answer_delays_no_other(probe, node):
    line = probe(node, "large=50000000")[0]
    assert line["large"] == 50000000 and line["failed"] == 0
    line = probe(node, "largepart=50000000")[0]
    assert line["part_sum"] == 50000000 and line["failed"] == 0
    assert line["between"] > 1, "none came between its fragments"


def test_an_answer_over_the_limit_is_refused_and_the_connection_lives(probe, node):
    line, after = probe(node, "large=300000000", "memory")
    assert line["large"] == 0 and line["failed"] == 1
    assert after["kind"] == "return"


def test_parts(probe, node):
    line = probe(node, "parts=20000")[0]
    assert line["parts"] == 20000 and line["part_sum"] == 20000 * 20001 // 2 and line["answered"] == 1


def test_the_heap_limit_ends_a_helper_without_a_word(probe, fresh_node):
    assert probe(fresh_node, "heap", "memory")[0]["kind"] == "killed"
    assert fresh_node.logged() == ""


def test_late_and_cancelled_calls_leave_no_helper(start_probe, node):
    p = start_probe(node, "late", "cancel", "wait")
    late = p.line()
    assert late["kind"] == "failed" and "within 0.5 s" in late["text"]
    assert p.line()["answered"] == 10
    nodes.wait_until(lambda: helpers(node) == 0, "the helpers to end")
    p.say()
    p.finish()


def test_a_lost_connection_ends_the_helpers(start_probe, node):
    p = start_probe(node, "memory", "mix=10000000")
    p.line()
    nodes.wait_until(lambda: helpers(node) > 0, "a helper")
    p.child.kill()
    nodes.wait_until(lambda: helpers(node) == 0, "the helpers to end")


def test_capabilities(probe, node, release):
    number = int(release)
    assert probe(node, "caps")[0] == {
        "elixir": False, "label": number >= 27, "parent": number >= 25, "dictionary_key": number >= 27,
        "async_dist": number >= 26, "processes_iterator": number >= 28, "trace_session": number >= 27,
        "trace_stack": number >= 26, "trace_line": number >= 25, "trace_binary": number >= 25,
        "call_memory": number >= 26,
        "gc_reductions": number >= 25, "atoms": True}


def test_capability_elixir(probe, elixir_node):
    assert probe(elixir_node, "caps")[0]["elixir"] is True


def sets(snapshot):
    """Without the numbers, and without the order of lists, which may differ."""
    return {key: sorted(value, key=json.dumps) for key, value in snapshot.items() if isinstance(value, list)}


def test_hidden_quiet_and_gone(start_probe, probe, fresh_node):
    probe(fresh_node, "memory", "eval=1 + 1.", "caps")
    fresh_node.alone()
    before = fresh_node.snapshot()
    p = start_probe(fresh_node, "memory", "eval=1 + 1.", "wait")
    p.line(), p.line()
    assert fresh_node.rpc("{nodes(), nodes(hidden)}") == [[], ["otoscope-1@otoscope"]]
    p.say()
    p.finish()
    fresh_node.alone()
    after = fresh_node.snapshot()
    assert sets(after) == sets(before)
    assert after["atoms"] == before["atoms"]
    assert fresh_node.logged() == ""


@pytest.mark.slow
def test_ticks_while_idle_and_while_bytes_come(probe, start_node, release):
    node = start_node(release, args=["-kernel", "net_ticktime", "4"])
    lines = probe(node, "idle=10", "stream=200", "idle=5", "memory")
    assert lines[0]["lost"] is False
    assert lines[1]["parts"] == 200
    assert lines[2]["lost"] is False
    assert lines[3]["kind"] == "return"


def test_eight_work_and_the_ninth_says_why(start_probe, node):
    probes = [start_probe(node, "name", "wait", "memory") for _ in range(8)]
    names = sorted(p.line()["ours"] for p in probes)
    assert names == [f"otoscope-{i}@otoscope" for i in range(1, 9)]
    ninth = start_probe(node, "memory")
    said = ninth.finish()[0]
    assert ninth.status == 4 and said["error"] == 4 and "all eight names" in said["text"]
    for p in probes:
        p.say()
        assert [line["kind"] for line in p.finish() if "kind" in line] == ["return"]


def test_two_nodes_in_one_loop(probe, node, start_node, release):
    other = start_node(release, cookie=node.cookie)
    lines = probe(node, f"both={other.name}", "memory")
    assert [(x["step"], x["answered"]) for x in lines[:2]] == [("both", 200), ("other", 200)]
    assert lines[2]["kind"] == "return"


def test_a_target_that_dies(start_probe, fresh_node):
    p = start_probe(fresh_node, "memory", "mix=10000000", "lost", "memory")
    p.line()
    nodes.wait_until(lambda: helpers(fresh_node) > 0, "a helper")
    fresh_node.stop()
    while True:
        line = p.line()
        if line.get("step") == "lost":
            break
    assert line["kind"] == 5 and "was lost" in line["text"]
    assert p.line()["kind"] == "failed"


def test_a_target_that_stops_and_goes_on(start_probe, node):
    p = start_probe(node, "memory", "wait", "late", "wait", "memory")
    p.line()
    node.kill(signal.SIGSTOP)
    try:
        p.say()
        p.line()
        assert p.line()["kind"] == "failed"
    finally:
        node.kill(signal.SIGCONT)
    p.say()
    assert p.line()["lost"] is False
    assert p.line()["kind"] == "return"
    nodes.wait_until(lambda: helpers(node) == 0, "the helpers to end")


def test_ipv6(ipv6, probe, start_node, release):
    node = start_node(release, host="::1", args=["-proto_dist", "inet6_tcp"])
    assert probe(node, "memory")[0]["kind"] == "return"
    assert probe(node.short_name, "memory", cookie=node.cookie, epmd_port=node.farm.epmd_port)[0]["kind"] == "return"


def test_by_short_name_and_by_host_name(probe, node):
    options = {"cookie": node.cookie, "epmd_port": node.farm.epmd_port}
    assert probe(node.short_name, "name", **options)[0]["name"] == node.name
    assert probe(f"{node.short_name}@localhost", "name", **options)[0]["name"] == node.name


def test_by_port_without_epmd(probe, start_node, release):
    node = start_node(release, epmd=False)
    assert probe(node, "memory", options=["--port", str(node.port)])[0]["kind"] == "return"


def test_wrong_cookie(probe, fresh_node):
    said = probe(fresh_node, "memory", cookie="wrong", status=4)[0]
    assert said["text"] == f"node '{fresh_node.name}' refused our cookie"
    assert "$NODE_PROBE_COOKIE" in said["hint"] and "--cookie-file" in said["hint"]
    assert "wrong" not in json.dumps(said)


def test_not_allowed(probe, fresh_node):
    fresh_node.rpc("net_kernel:allow([friend@host])")
    assert "net_kernel:allow" in probe(fresh_node, "memory", status=4)[0]["text"]


def test_another_name_than_asked(probe, node):
    said = probe("other@127.0.0.1", "memory", cookie=node.cookie, options=["--port", str(node.port)], status=3)[0]
    assert said["text"] == f"node '{node.name}' answers there, not 'other'"


def test_no_such_node_lists_those_there_are(probe, node):
    said = probe("nobody@127.0.0.1", "memory", epmd_port=node.farm.epmd_port, status=3)[0]
    assert "no node 'nobody@127.0.0.1'" in said["text"]
    assert node.short_name in said["hint"]


def test_no_epmd(probe):
    said = probe("nobody@127.0.0.1", "memory", epmd_port=nodes.free_port(), status=3)[0]
    assert "no epmd" in said["text"] and "--port" in said["hint"]


def test_no_such_host(probe):
    said = probe("nobody@no-such-host.invalid", "memory", status=3)[0]
    assert "no-such-host.invalid" in said["text"]


@pytest.fixture
def listener():
    """A server on loopback that does to each connection what the function says; gives the port."""
    sockets = []

    def start(serve):
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen(20)
        sockets.append(server)

        def loop():
            while True:
                try:
                    s, _ = server.accept()
                except OSError:
                    return
                sockets.append(s)
                serve(s)
        threading.Thread(target=loop, daemon=True).start()
        return server.getsockname()[1]

    yield start
    for s in sockets:
        s.close()


def test_accepts_and_says_nothing(probe, listener):
    port = listener(lambda s: None)
    said = probe("x@127.0.0.1", "memory", options=["--port", str(port), "--timeout", "0.5"], status=3)[0]
    assert said["text"].startswith("handshake not finished in time") and "TLS" in said["hint"]


def test_says_something_and_no_more(probe, listener):
    """It is no stopped node: it said its name."""
    port = listener(lambda s: s.sendall(packet(b"sok") + challenge()))
    said = probe("x@y", "memory", options=["--host", "127.0.0.1", "--port", str(port), "--timeout", "0.5"], status=3)[0]
    assert said["text"].startswith("handshake not finished in time") and "says nothing" not in said["hint"]


def test_accepts_and_closes(probe, listener):
    port = listener(lambda s: s.close())
    said = probe("x@127.0.0.1", "memory", options=["--port", str(port)], status=3)[0]
    assert "before it said a word" in said["text"] and "TLS" in said["hint"]


def test_something_else_listens(probe, listener):
    port = listener(lambda s: s.sendall(b"220 mail.example ESMTP\r\n"))
    assert "no Erlang node" in probe("x@127.0.0.1", "memory", options=["--port", str(port)], status=3)[0]["text"]
    assert "not an epmd" in probe("x@127.0.0.1", "memory", epmd_port=port, status=3)[0]["text"]


def packet(data):
    return struct.pack(">H", len(data)) + data


def read_packet(s):
    size = struct.unpack(">H", s.recv(2, socket.MSG_WAITALL))[0]
    return s.recv(size, socket.MSG_WAITALL)


def challenge(flags=1 << 24 | 1 << 32, name=b"x@y"):
    return packet(b"N" + struct.pack(">QIIH", flags, 1234, 1, len(name)) + name)


def dial(probe, port, status):
    return probe("x@127.0.0.1", "memory", cookie="c", options=["--port", str(port)], status=status)[0]


def test_all_names_held_by_others(probe, listener):
    seen = []

    def serve(s):
        name = read_packet(s)[15:]
        s.sendall(packet(b"salive"))
        seen.append((name, read_packet(s)))

    said = dial(probe, listener(serve), 4)
    assert said["text"] == "all eight names of otoscope are held on 'x@127.0.0.1'"
    assert seen == [(b"otoscope-%d@otoscope" % i, b"sfalse") for i in range(1, 9)]


def test_a_handshake_byte_by_byte(probe, listener):
    def serve(s):
        for byte in packet(b"sok") + packet(b"n\0\5\0\0\0\1\0\0\0\2x@y"):
            s.sendall(bytes([byte]))
            time.sleep(0.005)

    assert dial(probe, listener(serve), 6)["text"] == "node 'x@y' is older than OTP 23"


def test_too_old_by_its_flags(probe, listener):
    port = listener(lambda s: s.sendall(packet(b"sok") + challenge(flags=1 << 24)))
    assert dial(probe, port, 6)["text"] == "node 'x@y' is older than OTP 23"


def test_too_old_by_its_epmd(probe, listener):
    port = listener(lambda s: s.sendall(b"\x77\0" + struct.pack(">HBBHHH", 1, 77, 0, 5, 5, 1) + b"x\0\0"))
    said = probe("x@127.0.0.1", "memory", epmd_port=port, status=6)[0]
    assert said["text"] == "node 'x@127.0.0.1' is older than OTP 23"


def test_a_peer_that_does_not_know_the_cookie(probe, listener):
    def serve(s):
        s.sendall(packet(b"sok") + challenge())
        read_packet(s), read_packet(s)
        s.sendall(packet(b"a" + bytes(16)))

    assert "does not know the cookie" in dial(probe, listener(serve), 4)["text"]


@pytest.mark.parametrize("times", [1, 2])
def test_cut_off_by_another_of_our_name(probe, listener, times):
    """A node may drop a handshake when another with the same name begins: that is no wrong cookie yet."""
    served = []

    def serve(s):
        served.append(s)
        s.sendall(packet(b"sok") + challenge())
        read_packet(s), read_packet(s)
        if len(served) <= times:
            s.shutdown(socket.SHUT_RDWR)
        else:
            s.sendall(packet(b"a" + bytes(16)))

    assert "does not know the cookie" in dial(probe, listener(serve), 4)["text"]
    assert len(served) == times + 1


def test_a_node_that_speaks_only_tls(probe, start_node, release, certificate):
    node = start_node(release, args=["-proto_dist", "inet_tls", "-ssl_dist_opt", "server_certfile", certificate])
    if release == "23":  # its alert does not reach us: it only closes
        assert "only speaks TLS" in probe(node, "memory", status=3)[0]["hint"]
    else:
        assert probe(node, "memory", status=4)[0]["text"] == "the node speaks only TLS"


def test_what_the_target_sends_unasked(start_probe, fresh_node):
    p = start_probe(fresh_node, "memory", "wait", "memory")
    p.line()
    ours = "'otoscope-1@otoscope'"
    assert fresh_node.rpc(f"net_adm:ping({ours})") == "pong"
    assert fresh_node.rpc(f"begin R = monitor(process, {{nobody, {ours}}}), receive {{'DOWN', R, _, _, Why}} -> Why "
                          "after 5000 -> late end end") == "noproc"
    pid = "binary_to_term(<<131,88,119,19,\"otoscope-1@otoscope\",0,0,99,0,0,0,0,0,1,2,3,4>>)"
    fresh_node.rpc(f"begin {pid} ! hello, exit({pid}, hello), {{x, {ours}}} ! hello, ok end")
    assert fresh_node.rpc(f"begin process_flag(trap_exit, true), P = {pid}, link(P), "
                          "receive {'EXIT', P, Why} -> Why after 5000 -> late end end") in ("noproc", "noconnection")
    assert fresh_node.rpc(f"begin P = {pid}, link(P), unlink(P) end") is True
    assert fresh_node.rpc(f"catch erpc:call({ours}, erlang, node, [], 5000)")[0] == "EXIT"
    assert fresh_node.rpc(f"element(1, catch gen_server:call({{x, {ours}}}, hello, 2000))") == "EXIT"
    p.say()
    lines = p.finish()
    assert [x.get("kind") for x in lines] == [None, "return"] and lines[0]["lost"] is False


def test_a_helper_that_prints_is_answered(probe, node):
    lines = probe(node, "eval=io:format(\"x\").", "eval=io:get_line(\"> \").", "eval=io:columns().")
    assert [x["text"] for x in lines] == ["ok", "{error,enotsup}", "{error,enotsup}"]


def test_in_another_network_namespace(probe, start_node, farm, release):
    script = ("ip link set lo up && { setpriv --pdeathsig KILL epmd -port $ERL_EPMD_PORT -address 127.0.0.1 & } && "
              "until epmd -port $ERL_EPMD_PORT -names >/dev/null 2>&1; do sleep 0.05; done && exec \"$@\"")
    node = start_node(release, wrapper=["unshare", "--net", "sh", "-c", script, "sh"], host="localhost")
    options = {"cookie": node.cookie, "epmd_port": farm.epmd_port}
    here = probe(node.name, "memory", status=3, **options)[0]
    assert "no node" in here["text"]
    there = probe(node.name, "memory", options=["--netns", str(node.pid)], **options)[0]
    assert there["kind"] == "return"


def test_a_hundred_attaches_make_no_atoms_but_our_names(probe, fresh_node):
    probe(fresh_node, "memory", "eval=1 + 1.")
    fresh_node.alone()
    before = fresh_node.snapshot()["atoms"]
    for _ in range(100):
        probe(fresh_node, "memory", "eval=1 + 1.")
    assert fresh_node.snapshot()["atoms"] == before
