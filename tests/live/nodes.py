"""Real Erlang and Elixir nodes of several OTP releases, for tests.

A Farm belongs to one test session (one worker of it): a directory, an epmd on a port of its own, and the nodes. A Node
is one beam, with its own name, cookie and home. Nothing here goes through otoscope, and what the tests ask a node
(Node.rpc) does not go through the distribution either: a witness in the node connects to a socket of the test
(witness.erl), so that a node can be asked with any -proto_dist, or none. A node ends when the test that holds its
socket is gone, and at the latest with the process that started it.
"""

import contextlib
import glob
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
RELEASES = ["23", "25", "27", "29"]
DEADLINE = 60 if os.environ.get("OTOSCOPE_SLOW_HOST") else 30

# Marks every process that a farm starts, so that a test can tell what it left running.
MARK = "OTOSCOPE_TEST_FARM"

# Without these, idle schedulers burn CPU looking for work, and every cost that a test measures drowns in that.
NO_BUSY_WAIT = ["+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"]


class RpcError(Exception):
    """What was evaluated on the node raised; the text is Erlang's own."""


class NodeError(Exception):
    """The node did not come up, or is gone."""


def free_port():
    """A port that nobody listens on, below those that the system gives to others by itself meanwhile."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as f:
        first = int(f.read().split()[0])
    while True:
        port = random.randrange(max(1024, first - 20000), first) if first > 2048 else 0
        with socket.socket() as s:
            with contextlib.suppress(OSError):
                s.bind(("127.0.0.1", port))
                return s.getsockname()[1]


def has_ipv6():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as s:
        s.bind(("::1", 0))
        return True
    return False


def cache_dir():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "otoscope", "otp")


class Release:
    """One installed OTP release: the host's own, or one in a root directory that tests/otp/fetch filled."""

    def __init__(self, number, root):
        self.number = number
        self.root = root  # "" for the host's own

    def wrap(self, argv, bind, cwd):
        """The command line that runs argv in this release, as the same process from first to last."""
        pdeathsig = ["setpriv", "--pdeathsig", "KILL"]
        if not self.root:
            return pdeathsig + ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", cwd] + argv
        script = """set -e
            root=$1 bind=$2 cwd=$3; shift 3
            mkdir -p "$root$bind"
            mount --rbind /dev "$root/dev"
            mount --rbind /proc "$root/proc"
            mount --bind "$bind" "$root$bind"
            exec setpriv --pdeathsig KILL chroot "$root" /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$cwd" "$@"
        """
        unshare = ["unshare", "--mount", "--propagation", "private"]
        if os.geteuid() != 0:
            unshare = ["unshare", "--user", "--map-root-user"] + unshare[1:]
        return unshare + ["sh", "-c", script, "sh", self.root, bind, cwd] + argv

    def elixir_paths(self):
        """Elixir's ebin directories, as the node sees them; empty where there is no Elixir."""
        found = sorted(glob.glob(self.root + "/usr/lib/elixir/lib/*/ebin"))
        return [path[len(self.root):] for path in found]


def releases():
    """{"25": Release, ...}: what this host has."""
    out = subprocess.run([os.path.join(TESTS, "otp", "fetch"), "--list"], stdout=subprocess.PIPE, text=True, check=True)
    found = [line.split() for line in out.stdout.splitlines()]
    return {number: Release(number, "" if root == "-" else root) for number, root in found}


class Farm:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="otoscope-live-")
        self.mark = os.path.basename(self.dir)
        self.releases = releases()
        self.numbers = itertools.count(1)
        self.shared = {}
        self.nodes = []
        self.ebins = {}
        self.epmd_port = free_port()
        self.epmd = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "epmd", "-port", str(self.epmd_port), "-address", "127.0.0.1,::1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment())
        wait_until(lambda: self.epmd_names() is not None, "epmd")

    def environment(self):
        """The environment of everything here; otoscope needs ERL_EPMD_PORT too."""
        keep = {k: v for k, v in os.environ.items() if k in ("PATH", "TMPDIR")}
        return {**keep, "LANG": "C.UTF-8", MARK: self.mark, "ERL_EPMD_PORT": str(self.epmd_port),
                "ERL_EPMD_ADDRESS": "127.0.0.1"}

    def start(self, release="25", **options):
        node = Node(self, self.releases[release], **options)
        self.nodes.append(node)
        return node

    def share(self, release, **options):
        """The node with these options that all tests of the session use; started by the first."""
        key = (release, json.dumps(options, sort_keys=True))
        node = self.shared.get(key)
        if node is None or not node.running():
            node = self.shared[key] = self.start(release, **options)
        return node

    def stop(self):
        for node in self.nodes:
            node.stop()
        self.epmd.kill()
        self.epmd.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def epmd_names(self):
        """{name: port} of the nodes that this farm's epmd knows, None when it does not answer."""
        try:
            with socket.create_connection(("127.0.0.1", self.epmd_port), timeout=5) as s:
                s.sendall(b"\x00\x01n")
                answer = b"".join(iter(lambda: s.recv(4096), b""))
        except OSError:
            return None
        words = [line.split() for line in answer[4:].decode().splitlines()]
        return {w[1]: int(w[4]) for w in words if len(w) == 5 and w[0] == "name"}

    def processes(self):
        """{pid: command line} of what this farm started and still runs, epmd apart."""
        found = {}
        wanted = f"{MARK}={self.mark}".encode()
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) in (os.getpid(), self.epmd.pid):
                continue
            try:
                with open(f"/proc/{entry}/environ", "rb") as f:
                    if wanted not in f.read().split(b"\0"):
                        continue
                with open(f"/proc/{entry}/cmdline", "rb") as f:
                    found[int(entry)] = f.read().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                pass
        return found

    def ebin(self, release):
        """A directory with witness, patients and Elixir patients, compiled by this very release."""
        if release.number not in self.ebins:
            self.ebins[release.number] = self.compile(release)
        return self.ebins[release.number]

    def compile(self, release):
        erl = [os.path.join(HERE, "witness.erl")] + sorted(glob.glob(os.path.join(TESTS, "patients", "*.erl")))
        elixir_paths = release.elixir_paths()
        ex = sorted(glob.glob(os.path.join(TESTS, "patients", "*.ex"))) if elixir_paths else []
        digest = hashlib.sha256()
        for path in erl + ex:
            with open(path, "rb") as f:
                digest.update(f.read())
        kept = os.path.join(cache_dir(), f"ebin-{release.number}-{digest.hexdigest()[:16]}")
        ebin = os.path.join(self.dir, f"ebin-{release.number}")
        if os.path.isdir(kept):
            shutil.copytree(kept, ebin)
            return ebin

        os.makedirs(ebin, exist_ok=True)  # a first try that failed left it
        source = os.path.join(self.dir, f"src-{release.number}")
        os.makedirs(source, exist_ok=True)
        for path in erl + ex:
            shutil.copy(path, source)

        def texts(paths):
            return "[" + ",".join(json.dumps(os.path.basename(p)) for p in paths) + "]"
        code = f'[{{ok, _}} = compile:file(F, [{{outdir, "{ebin}"}}, debug_info, report]) || F <- {texts(erl)}], '
        if ex:
            code += (f"{{ok, _}} = application:ensure_all_started(elixir), "
                     f"case 'Elixir.Kernel.ParallelCompiler':compile_to_path("
                     f"[list_to_binary(F) || F <- {texts(ex)}], <<\"{ebin}\">>) of "
                     f"{{ok, _, _}} -> ok end, ")
        argv = ["erl", "-noinput", "+fnu", *NO_BUSY_WAIT, "-boot", "start_clean"]
        argv += ["-pa", *elixir_paths] if ex else []
        argv += ["-eval", code + "halt(0)."]
        env = {**self.environment(), "HOME": source}
        done = subprocess.run(release.wrap(argv, self.bind_dir(), source), env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=2 * DEADLINE)
        if done.returncode != 0:
            raise NodeError(f"cannot compile for OTP {release.number}:\n{done.stdout}")

        fresh = f"{kept}.{os.getpid()}"
        shutil.copytree(ebin, fresh)
        try:
            os.rename(fresh, kept)
        except OSError:  # another worker was quicker
            shutil.rmtree(fresh)
        return ebin

    def bind_dir(self):
        """What of the host a node in another root sees: the directory of temporary files."""
        return os.path.dirname(self.dir)


class Node:
    """One running node.

    name      before the @; by default made up and unique
    host      after the @
    cookie    made up, in the node's $HOME/.erlang.cookie unless cookie_file is false
    elixir    Elixir's applications are loaded and started
    args      more arguments for erl, for example ["-mode", "embedded"]
    code      Erlang to evaluate at its start ("" leaves erl_eval and its like unloaded)
    env       more environment
    epmd      false: not registered, found by its .port alone
    wrapper   a command to run all this under, for example ["ip", "netns", "exec", NAME]
    distributed   false: started without a name
    """

    def __init__(self, farm, release, name=None, host="127.0.0.1", cookie=None, cookie_file=True, elixir=False, args=(),
                 code="", env=None, epmd=True, wrapper=(), distributed=True):
        number = next(farm.numbers)
        self.farm = farm
        self.release = release.number
        self.root = release.root
        self.short_name = name or f"{'ex' if elixir else 'erl'}{release.number}_{number}_{farm.mark[-4:]}"
        self.name = f"{self.short_name}@{host}"
        self.cookie = cookie or f"cookie{number}{os.urandom(6).hex()}"
        self.home = os.path.join(farm.dir, f"{number}")
        self.elixir = elixir
        self.pid = None
        self.used_patients = False
        self.pinned_port = None if epmd else free_port()
        os.mkdir(self.home)
        if cookie_file:
            path = os.path.join(self.home, ".erlang.cookie")
            with open(path, "w") as f:
                f.write(self.cookie)
            os.chmod(path, 0o400)

        listener = socket.socket(socket.AF_UNIX)
        witness_path = os.path.join(self.home, "witness")
        listener.bind(witness_path)
        listener.listen(1)
        argv = self._arguments(release, host, list(args), code, witness_path, distributed)
        self.log_path = os.path.join(self.home, "log")
        environment = {**farm.environment(), "HOME": self.home, "ERL_CRASH_DUMP": os.path.join(self.home, "crash.dump")}
        if not epmd:
            environment["ERL_EPMD_PORT"] = str(free_port())  # it would register with any that it finds
        environment.update(env or {})
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(list(wrapper) + release.wrap(argv, farm.bind_dir(), self.home),
                                            env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)
        try:
            self._await_witness(listener)
        except BaseException:
            self.stop()
            raise
        finally:
            listener.close()
        self.log_start = os.path.getsize(self.log_path)

    def _arguments(self, release, host, args, code, witness_path, distributed):
        ebin = self.farm.ebin(release)
        paths = [ebin] + (release.elixir_paths() if self.elixir else [])
        argv = ["erl", "-noinput", "+fnu", *NO_BUSY_WAIT, "-start_epmd", "false"]
        if distributed:
            argv += ["-name" if "." in host or ":" in host else "-sname", self.name]
        if self.pinned_port:
            argv += ["-erl_epmd_port", str(self.pinned_port)]
        argv += ["-pa", *paths, *args]
        if code:
            argv += ["-eval", code]
        if "embedded" in args:  # no code is found by itself there
            dirs = "[" + ",".join(f'"{p}"' for p in paths) + "]"
            argv += ["-eval", "[code:load_abs(filename:rootname(B)) || P <- " + dirs +
                     ', B <- filelib:wildcard(P ++ "/*.beam")].']
        return argv + ["-run", "witness", "start", witness_path] + (["elixir", "logger"] if self.elixir else [])

    def _await_witness(self, listener):
        listener.settimeout(0.05)
        end = time.monotonic() + DEADLINE
        while True:
            try:
                self.witness, _ = listener.accept()
                break
            except socket.timeout:
                if self.process.poll() is not None:
                    raise NodeError(f"{self.name} ended with {self.process.returncode}:\n{self.log()}") from None
                if time.monotonic() > end:
                    raise NodeError(f"{self.name} did not start in {DEADLINE} s:\n{self.log()}") from None
        self.witness.settimeout(DEADLINE)
        hello = json.loads(self._receive())
        self.pid = hello["os_pid"]
        if hello["release"] != self.release:
            raise NodeError(f"wanted OTP {self.release}, got {hello['release']}")

    def __repr__(self):
        return f"<node {self.name} OTP {self.release} pid {self.pid}>"

    # Asking it

    def rpc_text(self, expression, timeout=DEADLINE):
        """The value of an Erlang expression, as ~tw prints it."""
        return self._ask(b"t", expression, timeout)

    def rpc(self, expression, timeout=DEADLINE):
        """The value of an Erlang expression: atoms and binaries as strings, tuples and lists as lists, maps as
        objects, pids as "<0.N.S>", undefined as None."""
        return json.loads(self._ask(b"j", expression, timeout))

    rpc_json = rpc

    def call(self, function, timeout=DEADLINE):
        """What "module:function" without arguments gives, as rpc() does; makes the node load nothing to parse text."""
        return json.loads(self._ask(b"c", function, timeout))

    def patient(self, function, *args):
        """patient:FUNCTION(ARGS): the arguments are texts of Erlang, or numbers. See tests/patients/patient.erl."""
        self.used_patients = True
        return self.rpc(f"patient:{function}({', '.join(map(str, args))})")

    def clear(self):
        """Ends all patients."""
        if self.used_patients and self.running():
            self.call("patient:clear")
            self.used_patients = False

    def alone(self):
        """Waits until its visitors are gone, and what served them. The next one makes no atom by its name."""
        wait_until(lambda: self.call("witness:visitors") == 0, "the last visitor to be gone")

    def snapshot(self):
        """All that a visitor must leave as it was: see witness:snapshot/0. What comes in any order is sorted."""
        return {key: sorted(value, key=json.dumps) if isinstance(value, list) else value
                for key, value in self.call("witness:snapshot").items()}

    def _ask(self, kind, text, timeout):
        data = kind + text.encode()
        self.witness.settimeout(timeout)
        try:
            self.witness.sendall(struct.pack(">I", len(data)) + data)
            return self._receive()
        except (OSError, EOFError) as e:
            raise NodeError(f"{self.name} does not answer ({e!r}):\n{self.log()}") from None

    def _receive(self):
        size = struct.unpack(">I", self._read(4))[0]
        answer = self._read(size).decode()
        if answer[0] != "o":
            raise RpcError(answer[1:])
        return answer[1:]

    def _read(self, size):
        data = bytearray()
        while len(data) < size:
            more = self.witness.recv(size - len(data))
            if not more:
                raise EOFError("closed")
            data += more
        return bytes(data)

    # The operating system's view

    @property
    def port(self):
        """The port that its distribution listens on."""
        return self.pinned_port or (self.farm.epmd_names() or {})[self.short_name]

    def cpu_ns(self):
        """The CPU time that the node used so far, exact to the nanosecond."""
        total = 0
        for path in glob.glob(f"/proc/{self.pid}/task/*/schedstat"):
            try:
                with open(path) as f:
                    total += int(f.read().split()[0])
            except OSError:
                pass
        return total

    def rss_bytes(self):
        with open(f"/proc/{self.pid}/statm") as f:
            return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def log(self):
        with open(self.log_path, errors="replace") as f:
            return f.read()

    def logged(self):
        """What the node wrote since it was up: "" when all is well."""
        with open(self.log_path, errors="replace") as f:
            f.seek(self.log_start)
            return f.read()

    def running(self):
        return self.process.poll() is None

    def kill(self, signal_number):
        """A signal to the beam, for example SIGSTOP."""
        os.kill(self.pid, signal_number)

    @contextlib.contextmanager
    def stopped(self):
        """None of its threads runs while this context lasts."""
        self.kill(signal.SIGSTOP)
        try:
            wait_until(self._stands, "it to stop")
            yield
        finally:
            self.kill(signal.SIGCONT)

    def _stands(self):
        for path in glob.glob(f"/proc/{self.pid}/task/*/stat"):
            with open(path) as f:
                if f.read().rpartition(")")[2].split()[0] != "T":
                    return False
        return True

    def stop(self):
        """Ends the beam, by its pid, whatever it is doing, and waits for it."""
        if hasattr(self, "witness"):
            self.witness.close()
        if self.running():
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def wait_until(condition, what, timeout=DEADLINE):
    """Waits for something that gives no event of its own; the answer is the condition's first true value."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout} s for {what}")
        time.sleep(0.02)
