"""A terminal of our own for the screens: what is drawn can be read as text, with its colours, and typed at."""

import time

import pexpect
import pyte

import program


class Terminal:
    """otoscope in a terminal of this size.

    env   more environment; TERM is xterm-256color unless it says otherwise
    """

    def __init__(self, args, home, node=None, env=None, rows=24, columns=80):
        argv = program.arguments(args, node)
        environment = program.environment(home, node, {"TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})})
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()  # all that the program wrote
        self.child = pexpect.spawn(argv[0], argv[1:], env=environment, cwd=str(home), dimensions=(rows, columns),
                                   timeout=program.TIMEOUT)
        self.child.delaybeforesend = None

    def read(self, timeout=0.05):
        """Takes in what the program has drawn; false when nothing came."""
        try:
            data = self.child.read_nonblocking(65536, timeout)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.raw += data
        self.stream.feed(data)
        return True

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        return "\n".join(self.lines())

    def wait(self, condition, timeout=program.TIMEOUT):
        """Reads until the condition holds: a text that must stand on the screen, or a function of this terminal."""
        holds = condition if callable(condition) else (lambda t: condition in t.text())
        end = time.monotonic() + timeout
        while True:
            self.read()
            if holds(self):
                return self.text()
            if time.monotonic() > end or not self.child.isalive() and not self.read():
                if holds(self):
                    return self.text()
                raise AssertionError(f"waited for {condition!r}, the screen shows:\n{self.text()}")

    def send(self, keys):
        self.child.send(keys)

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def cell(self, row, column):
        """One character with its colours: .data .fg .bg .bold .reverse"""
        return self.screen.buffer[row][column]

    def status(self, timeout=program.TIMEOUT):
        """Waits for the program's end; its exit status, negative: ended by that signal."""
        end = time.monotonic() + timeout
        while self.child.isalive() and time.monotonic() < end:
            self.read()
        while self.read():
            pass
        self.child.close(force=True)
        return -self.child.signalstatus if self.child.signalstatus else self.child.exitstatus

    def stop(self):
        self.child.close(force=True)
