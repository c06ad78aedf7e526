"""A terminal of our own for the screens: what is drawn can be read as text, with its colours, and typed at."""

import copy
import signal
import time

import pexpect
import pyte
from wcwidth import wcwidth

import program


class Screen(pyte.Screen):
    """With the second screen that programs take for themselves."""

    ALTERNATE = 1049
    other = None

    @property
    def display(self):
        """What pyte's own cannot show: half a wide character that the other half was taken from."""
        lines = ([self.buffer[y][x].data for x in range(self.columns)] for y in range(self.lines))
        return ["".join(data or ("" if x and wcwidth(line[x - 1][:1] or " ") == 2 else " ")
                        for x, data in enumerate(line)) for line in lines]

    def set_mode(self, *modes, **kwargs):
        if kwargs.get("private") and self.ALTERNATE in modes and not self.other:
            self.other = copy.deepcopy((self.buffer, self.cursor))
            self.erase_in_display(2)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes, **kwargs):
        if kwargs.get("private") and self.ALTERNATE in modes and self.other:
            (self.buffer, self.cursor), self.other = self.other, None
        super().reset_mode(*modes, **kwargs)


def hear_signals():
    """What runs in the background of a script has these ignored, and so has what it starts; a terminal's shell not."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """otoscope in a terminal of this size.

    env   more environment; TERM is xterm-256color unless it says otherwise
    argv  another program instead
    """

    def __init__(self, args, home, node=None, env=None, rows=24, columns=80, argv=None):
        argv = [str(word) for word in argv] if argv else program.arguments(args, node)
        environment = program.environment(home, node, {"TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})})
        self.screen = Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()  # all that the program wrote
        self.child = pexpect.spawn(argv[0], argv[1:], env=environment, cwd=str(home), dimensions=(rows, columns),
                                   timeout=program.TIMEOUT, preexec_fn=hear_signals)
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
