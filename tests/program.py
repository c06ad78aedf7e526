"""Runs the otoscope program, as a user does, and gives back what it said."""

import contextlib
import json
import os
import signal
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TIMEOUT = 60 if os.environ.get("OTOSCOPE_SLOW_HOST") else 30


def path():
    """The program under test: $OTOSCOPE, else the build's."""
    return os.environ.get("OTOSCOPE") or os.path.join(ROOT, "build", "otoscope")


def environment(home, node=None, extra=None):
    """The environment to run otoscope in: nothing of the caller's but what a sanitizer or a locale needs, and for a
    node its cookie and its epmd. A value of None takes a variable out."""
    kept = ("PATH", "TMPDIR", "LANG", "LC_ALL", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
    env = {k: v for k, v in os.environ.items() if k in kept}
    env["HOME"] = str(home)
    if node is not None:
        env["OTOSCOPE_COOKIE"] = node.cookie
        env["ERL_EPMD_PORT"] = str(node.farm.epmd_port)
    env.update(extra or {})
    return {k: v for k, v in env.items() if v is not None}


def arguments(args, node=None):
    """The command line: the node's name goes after the command."""
    args = [str(a) for a in args]
    if node is not None:
        args.insert(1, node.name)
    return [path()] + args


@contextlib.contextmanager
def stopped(child):
    """A program does nothing while this context lasts: for it, all that is done meanwhile happens at once."""
    child.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    try:
        yield
    finally:
        child.send_signal(signal.SIGCONT)


def heard(child, words):
    """Reads what a program with --verbose says, until a line has these words; gives the program."""
    lines = []
    for line in child.stderr:
        lines.append(line)
        if words in line:
            return child
    raise AssertionError(f"it never said {words!r}, but: {''.join(lines)}")


class Result:
    def __init__(self, argv, status, stdout, stderr):
        self.argv = argv
        self.status = status  # the exit status; negative: ended by that signal
        self.stdout = stdout
        self.stderr = stderr

    def json(self):
        return json.loads(self.stdout)

    def jsonl(self):
        return [json.loads(line) for line in self.stdout.splitlines()]

    def lines(self):
        return self.stdout.splitlines()

    def __repr__(self):
        why = (self.stderr.splitlines() or [""])[0]  # reports show the first line alone
        return (f"{' '.join(self.argv[1:])!r}: status {self.status}, {why!r}\n"
                f"stdout:\n{self.stdout}\nstderr:\n{self.stderr}")


class Otoscope:
    """Called with the arguments, it runs the program to its end.

    node      its name goes after the command, its cookie and epmd into the environment
    env       more environment; None takes a variable out
    input     text for its standard input (else empty)
    check     the exit status that it must end with; None: any
    timeout   seconds until it is killed, and the test fails
    """

    def __init__(self, home):
        self.home = str(home)
        self.children = []

    def __call__(self, *args, node=None, env=None, input="", check=0, timeout=TIMEOUT, cwd=None):
        argv = arguments(args, node)
        done = subprocess.run(argv, env=environment(self.home, node, env), input=input.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, cwd=cwd or self.home)
        result = Result(argv, done.returncode, done.stdout.decode(errors="replace"),
                        done.stderr.decode(errors="replace"))
        assert check is None or result.status == check, f"wanted status {check}: {result!r}"
        return result

    def json(self, *args, **options):
        """The parsed output of a command with --format json."""
        return self(*args, "--format", "json", **options).json()

    def start(self, *args, node=None, env=None, cwd=None, **options):
        """Runs it beside the test: a subprocess.Popen with pipes, ended at the test's end if it lives then."""
        child = subprocess.Popen(arguments(args, node), env=environment(self.home, node, env), cwd=cwd or self.home,
                                 **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                                    "text": True, **options})
        self.children.append(child)
        return child

    def stop(self):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout, child.stderr):
                if pipe is not None:
                    pipe.close()
