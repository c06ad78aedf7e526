"""The nodes of this host: found through epmd and through /proc, with their ports, names and cookies."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

import pytest

from nodes import DEADLINE, free_port, wait_until
from program import ROOT, environment

TOOL = os.environ.get("OTOSCOPE_TEST_LOCAL") or os.path.join(ROOT, "build", "tests", "tools", "test-local")
# Started as root we may enter every namespace; an ordinary user needs one of its own for that.
CONTAINER = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-ec"]
# A port mapper of its own, which ends with the namespace.
INSIDE = 'ip link set lo up; epmd -daemon; until epmd -names; do sleep 0.02; done; '
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


class Local:
    """Runs tests/tools/local.c with the environment that otoscope would have, but without a cookie given."""

    def __init__(self, home):
        self.home = str(home)

    def run(self, *args, farm=None, env=None, status=0, wrapper=(), tool=TOOL):
        extra = {"ERL_EPMD_PORT": str(farm.epmd_port if farm else free_port()), **(env or {})}
        done = subprocess.run([*wrapper, tool, *map(str, args)], env=environment(self.home, extra=extra),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=DEADLINE, cwd="/")
        assert done.returncode == status, done.stdout
        return json.loads(done.stdout)

    def find(self, source, *args, **options):
        return self.run("find", source, *args, **options)

    def nodes(self, **options):
        return self.run("nodes", **options)

    def entry(self, pid, **options):
        found = [n for n in self.nodes(**options) if n["os_pid"] == pid]
        assert len(found) == 1, found
        return found[0]


@pytest.fixture
def local(tmp_path):
    assert os.access(TOOL, os.X_OK), f"there is no program {TOOL}: ./dev build"
    return Local(tmp_path)


def home_cookie(node):
    return f"{node.home}/.erlang.cookie of os:{node.pid}"


def test_found_by_name_with_its_cookie(node, farm, local):
    target = local.find(node.short_name, farm=farm)
    assert target == {"name": node.short_name, "host": "127.0.0.1", "port": node.port, "epmd_port": farm.epmd_port,
                      "cookie": node.cookie, "cookie_from": home_cookie(node), "netns_pid": 0, "tls": False}
    for source in (node.name, f"os:{node.pid}", f"{node.short_name}@localhost"):
        assert local.find(source, farm=farm)["cookie"] == node.cookie
        assert local.find(source)["port"] == node.port  # its own port mapper is not ours


def test_listed_with_release_and_uptime(node, farm, local):
    entry = local.entry(node.pid, farm=farm)
    assert entry["name"] == node.name
    assert entry["port"] == node.port
    assert entry["release"] == node.release
    assert entry["readable"] and entry["cookie"] and not entry["other_namespace"] and not entry["tls"]
    uptime = node.rpc("element(1, erlang:statistics(wall_clock))") / 1000
    assert abs(time.time() - entry["started"] / 1e9 - uptime) < 5
    assert len([n for n in local.nodes(farm=farm) if n["name"].split("@")[0] == node.short_name]) == 1


def test_found_without_epmd(start_node, release, local):
    node = start_node(release, epmd=False)
    target = local.find(node.short_name)
    assert target["port"] == node.pinned_port
    assert target["cookie"] == node.cookie
    assert local.entry(node.pid)["port"] == node.pinned_port


def test_found_among_its_other_sockets(start_node, release, farm, local):
    node = start_node(release)
    node.rpc("""begin
        spawn(fun() ->
            [{ok, _} = gen_tcp:listen(0, O) || O <- [[], [{ip, {127,0,0,1}}], [inet6]]],
            register(listening, self()),
            receive stop -> ok end
        end), ok end""")
    wait_until(lambda: node.rpc("whereis(listening)"), "sockets")
    assert local.find(node.short_name, farm=farm)["port"] == node.port
    # No port mapper that anybody could ask: the socket that kernel opened first is it.
    assert local.find(f"os:{node.pid}", env={"ERL_EPMD_ADDRESS": "127.0.0.2"})["port"] == node.port


def test_a_fixed_range_of_ports(start_node, release, local):
    port = free_port()
    node = start_node(release, args=["-kernel", "inet_dist_listen_min", str(port), "inet_dist_listen_max", str(port)])
    assert local.find(f"os:{node.pid}")["port"] == port


def test_distribution_started_later_is_named_by_epmd(start_node, release, farm, local):
    node = start_node(release, distributed=False)
    hint = local.find(f"os:{node.pid}", farm=farm, status=3)
    assert hint["what"] == f"os:{node.pid} is an Erlang VM but not a distributed node"
    node.rpc(f"begin {{ok, _}} = net_kernel:start(['{node.short_name}', shortnames]), ok end")
    wait_until(lambda: node.short_name in farm.epmd_names(), "registration")
    target = local.find(node.short_name, farm=farm)
    assert (target["port"], target["cookie"]) == (node.port, node.cookie)
    assert local.entry(node.pid, farm=farm)["name"] == node.short_name
    assert local.entry(node.pid)["name"] == node.short_name  # by the port mapper that it uses itself


def test_a_short_name_is_completed_as_the_node_does(start_node, release, local):
    node = start_node(release, distributed=False, args=["-sname", f"short{release}_{os.getpid()}"])
    assert local.entry(node.pid)["name"] == node.rpc("node()")


def test_ipv6(ipv6, start_node, release, farm, local):
    node = start_node(release, host="::1", args=["-proto_dist", "inet6_tcp"])
    target = local.find(node.name, farm=farm)
    assert (target["host"], target["port"]) == ("::1", node.port)
    with socket.create_connection((target["host"], target["port"]), timeout=DEADLINE):
        pass


def test_cookie_on_its_command_line(start_node, release, local):
    node = start_node(release, cookie_file=False, args=["-setcookie", "it's $ecret"])
    assert node.rpc("erlang:get_cookie()") == "it's $ecret"
    target = local.find(node.short_name)
    assert target["cookie"] == "it's $ecret"
    assert target["cookie_from"] == f"-setcookie of os:{node.pid}"


def test_two_cookies_on_its_command_line(start_node, release, local):
    node = start_node(release, args=["-setcookie", "one", "-setcookie", "two"])
    assert node.rpc("erlang:get_cookie()") == node.cookie
    assert local.find(node.short_name)["cookie"] == node.cookie


@pytest.mark.parametrize("release", ["25", "27", "29"])
def test_cookie_in_the_place_of_xdg(start_node, release, farm, local):
    node = start_node(release, cookie_file=False, distributed=False)
    config = os.path.join(node.home, ".config", "erlang")
    path = os.path.join(config, ".erlang.cookie")
    os.makedirs(config)
    with open(path, "w") as f:
        f.write("xdg-cookie\n")
    os.chmod(path, 0o400)
    node.rpc(f"begin {{ok, _}} = net_kernel:start(['{node.short_name}', shortnames]), ok end")
    assert node.rpc("erlang:get_cookie()") == "xdg-cookie"
    assert local.find(f"os:{node.pid}", farm=farm)["cookie"] == "xdg-cookie"


@root_only
def test_in_a_container(start_node, release, farm, local):
    node = start_node(release, wrapper=[*CONTAINER, INSIDE + 'exec "$@"', "sh"])
    entry = wait_until(lambda: next((n for n in local.nodes(farm=farm) if n["name"] == node.name), None), "the node")
    pid = entry["os_pid"]
    assert pid != node.pid
    assert entry["other_namespace"] and entry["readable"] and entry["cookie"]
    target = local.find(f"os:{pid}", farm=farm)
    assert (target["netns_pid"], target["cookie"], target["name"]) == (pid, node.cookie, node.name)
    assert local.find(node.short_name, farm=farm)["netns_pid"] == pid
    connect = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=10)"
    subprocess.run(["nsenter", "-t", str(pid), "-n", sys.executable, "-c", connect, target["host"],
                    str(target["port"])], check=True, timeout=DEADLINE)
    with pytest.raises(OSError):
        socket.create_connection((target["host"], target["port"]), timeout=DEADLINE).close()


@root_only
def test_in_a_container_with_a_home_that_only_it_sees(start_node, local, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    script = INSIDE + ('mount -t tmpfs none "$HOME"; echo inner > "$HOME/.erlang.cookie"; '
                       'chmod 400 "$HOME/.erlang.cookie"; exec "$@"')
    node = start_node("25", wrapper=[*CONTAINER, script, "sh"], cookie_file=False, env={"HOME": str(home)})
    assert node.rpc("erlang:get_cookie()") == "inner"
    assert not (home / ".erlang.cookie").exists()
    target = local.find(node.short_name)
    assert target["cookie"] == "inner"
    assert target["cookie_from"] == f"{home}/.erlang.cookie of os:{target['netns_pid']}"


@root_only
def test_somebody_elses_node(node, farm, local, tmp_path):
    tool = shutil.copy(TOOL, f"/tmp/otoscope-test-local-{os.getpid()}")
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    try:
        os.chmod(tool, 0o755)
        entry = next(n for n in local.nodes(farm=farm, wrapper=nobody, tool=tool) if n["os_pid"] == node.pid)
        assert (entry["readable"], entry["cookie"], entry["port"]) == (False, False, node.port)
        refused = local.find(node.name, farm=farm, wrapper=nobody, tool=tool, status=4)
        assert f"os:{node.pid} belongs to user 0" in refused["hint"]
        given = local.find(node.name, farm=farm, wrapper=nobody, tool=tool, env={"OTOSCOPE_COOKIE": "x"})
        assert (given["cookie"], given["port"]) == ("x", node.port)
        blind = local.find(f"os:{node.pid}", wrapper=nobody, tool=tool, env={"OTOSCOPE_COOKIE": "x"})
        assert blind["port"] == node.port
    finally:
        os.unlink(tool)


def test_no_such_node_lists_those_there_are(node, farm, local):
    absent = local.find("no_such_node", farm=farm, status=3)
    assert absent["what"] == "no node 'no_such_node' on this host"
    assert "nodes here: " in absent["hint"]
    assert local.find(f"os:{os.getpid()}", farm=farm, status=3)["what"] == \
        f"process {os.getpid()} is not an Erlang node"


def test_processes_that_come_and_go(node, farm, local):
    done = threading.Event()

    def churn():
        while not done.is_set():
            subprocess.run(["true"])
    workers = [threading.Thread(target=churn) for _ in range(2)]
    for w in workers:
        w.start()
    try:
        for _ in range(50):
            assert local.entry(node.pid, farm=farm)["port"] == node.port
    finally:
        done.set()
        for w in workers:
            w.join()
