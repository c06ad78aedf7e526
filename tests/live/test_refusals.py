"""How the program ends when it cannot attach: its status, what failed, and what to try. (test_transport.py has the
causes in more detail.)"""

import socket
import struct
import threading

import pytest

import nodes


def refused(otoscope, status, *words, node=None, env=None):
    """The two lines on stderr; nothing may be on stdout."""
    done = otoscope("ps", *words, node=node, env=env, check=status)
    assert done.stdout == ""
    what, hint = done.stderr.splitlines()
    assert what.startswith("otoscope: ") and hint.startswith("  ")
    return what[len("otoscope: "):], hint.strip()


@pytest.fixture
def place(farm):
    """The environment of the farm's epmd, with a cookie."""
    return {"ERL_EPMD_PORT": str(farm.epmd_port), "OTOSCOPE_COOKIE": "some"}


@pytest.fixture
def peer():
    """A server that answers a connection with these bytes and then says nothing; gives its port."""
    servers = []

    def start(*packets):
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve():
            while True:
                try:
                    s, _ = server.accept()
                except OSError:
                    return
                servers.append(s)
                for data in packets:
                    s.sendall(struct.pack(">H", len(data)) + data)
        threading.Thread(target=serve, daemon=True).start()
        return server.getsockname()[1]

    yield start
    for s in servers:
        s.close()


def test_wrong_cookie(fresh_node, otoscope, tmp_path):
    wrong = {"OTOSCOPE_COOKIE": "wrong"}
    what, hint = refused(otoscope, 4, node=fresh_node, env=wrong)
    assert what == f"node '{fresh_node.name}' refused our cookie"
    assert "$OTOSCOPE_COOKIE" in hint and "--cookie-file" in hint
    path = tmp_path / "cookie"
    path.write_text("wrong too")
    what, hint = refused(otoscope, 4, "--cookie-file", path, node=fresh_node)
    assert what == f"node '{fresh_node.name}' refused our cookie" and str(path) in hint
    path.write_text(fresh_node.cookie + "\n")
    otoscope("ps", "--cookie-file", path, node=fresh_node, env=wrong)


def test_another_name_than_asked(node, otoscope, place):
    what, hint = refused(otoscope, 3, "other@127.0.0.1", "--port", node.port, env=place)
    assert what == f"node '{node.name}' answers there, not 'other'"
    assert node.short_name in hint


def test_no_such_node(node, otoscope, place):
    for words, name in ((["nobody@127.0.0.1"], "nobody@127.0.0.1"), (["--source", "nobody"], "nobody")):
        what, hint = refused(otoscope, 3, *words, env=place)
        assert f"no node '{name}'" in what
        assert node.short_name in hint or " more" in hint, "those that there are, as far as a line has room"


def test_no_epmd(otoscope):
    """On this host nodes are found without it; elsewhere the port must be known."""
    what, hint = refused(otoscope, 3, "nobody@elsewhere", "--host", "127.0.0.1",
                         env={"ERL_EPMD_PORT": str(nodes.free_port()), "OTOSCOPE_COOKIE": "some"})
    assert "no epmd" in what and "--port" in hint


def test_accepts_and_says_nothing(otoscope, place, peer):
    what, hint = refused(otoscope, 3, "x@127.0.0.1", "--port", peer(), "--timeout", "500ms", env=place)
    assert what.startswith("handshake not finished in time") and "0.5 s" in what
    assert "TLS" in hint and "stopped" in hint and "--timeout" in hint


def test_answers_and_does_not_go_on(otoscope, place, peer):
    what, hint = refused(otoscope, 3, "x@127.0.0.1", "--port", peer(b"sok"), "--timeout", "2s", env=place)
    assert what.startswith("handshake not finished in time")
    assert "schedulers is stuck" in hint and "overloaded" in hint and "TLS" not in hint


def test_too_old(otoscope, place, peer):
    challenge = b"n" + struct.pack(">HII", 5, 1 << 23, 1) + b"x@127.0.0.1"
    what, hint = refused(otoscope, 6, "x@127.0.0.1", "--port", peer(b"sok", challenge), env=place)
    assert what == "node 'x@127.0.0.1' is older than OTP 23" and "spawn requests" in hint


@pytest.mark.parametrize("release", ["27"])
def test_only_tls(start_node, release, otoscope, certificate):
    node = start_node(release, args=["-proto_dist", "inet_tls", "-ssl_dist_opt", "server_certfile", certificate])
    # its alert comes when all of ssl was loaded: on a loaded machine not at once
    what, _ = refused(otoscope, 4, "--timeout", "20s", node=node)
    assert what == "the node speaks only TLS"


def test_all_names_held(node, otoscope):
    holders = [otoscope.start("ps", "--watch", "100ms", "-n", "1", "--format", "jsonl", node=node) for _ in range(8)]
    assert all(holder.stdout.readline() for holder in holders)
    what, hint = refused(otoscope, 4, node=node)
    assert what == f"all eight names of otoscope are held on '{node.name}'" and "end one" in hint
    assert all(holder.stdout.readline() for holder in holders), "the ninth cuts none"
    holders[3].kill()
    holders[3].wait()
    nodes.wait_until(lambda: otoscope("ps", node=node, check=None).status == 0, "a free name")


def test_refused_by_name(fresh_node, otoscope):
    fresh_node.rpc("net_kernel:allow([friend@host])")
    what, hint = refused(otoscope, 4, node=fresh_node)
    assert "net_kernel:allow" in what and "otoscope-1@otoscope" in hint


def test_nobody_listens(otoscope, place):
    what, hint = refused(otoscope, 3, "x@127.0.0.1", "--port", nodes.free_port(), env=place)
    assert "refused" in what.lower() and hint


def test_a_node_without_atoms_to_spare_is_left_alone(start_node, otoscope, release):
    """What a visit makes it load would end it: a full atom table ends a node."""
    node = start_node(release, args=["+t", "32768"])
    node.rpc("""begin
        Fill = fun Fill(I) ->
            case erlang:system_info(atom_limit) - erlang:system_info(atom_count) of
                Left when Left =< 1000 -> ok;
                _ -> list_to_atom("filler" ++ integer_to_list(I)), Fill(I + 1)
            end end,
        Fill(1) end""")
    what, hint = refused(otoscope, 6, node=node)
    assert what.startswith(f"node '{node.name}' has only ") and "atoms left" in what
    assert "makes atoms" in hint
    assert node.running() and node.logged() == ""
