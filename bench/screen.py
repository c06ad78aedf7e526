"""A program on a terminal of this size, and when what it drew was there."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

PID = re.compile(rb"<0\.\d+\.\d+>")
QUIET = 0.004  # seconds without a byte after which a frame is whole


class Screen:
    """Bytes are kept with the time at which they were read."""

    def __init__(self, argv, env, rows=24, columns=80, stderr=subprocess.DEVNULL):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.bytes = bytearray()
        self.at = 0  # time of the last of them
        self.start = time.perf_counter()
        self.child = subprocess.Popen(argv, env={"TERM": "xterm-256color", "LANG": "C.UTF-8", **env}, stdin=slave,
                                      stdout=slave, stderr=stderr, start_new_session=True)
        os.close(slave)

    def read(self, timeout):
        """Takes in what there is; false when nothing came in time."""
        ready, _, _ = select.select([self.master], [], [], timeout)
        if not ready:
            return False
        try:
            data = os.read(self.master, 1 << 18)
        except OSError:  # it ended
            raise RuntimeError(f"{self.child.args}: it ended: {bytes(self.bytes[-500:])}") from None
        self.at = time.perf_counter()
        self.bytes += data
        return True

    def until(self, pattern, timeout=60):
        """Seconds from the start of the program until what it drew holds the pattern."""
        end = time.perf_counter() + timeout
        while not pattern.search(self.bytes):
            if time.perf_counter() > end:
                raise RuntimeError(f"{self.child.args}: no {pattern.pattern}: {bytes(self.bytes[-500:])}")
            self.read(0.1)
        return self.at - self.start

    def drain(self, seconds):
        """What comes in that time; how many bytes."""
        before, end = len(self.bytes), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)
        return len(self.bytes) - before

    def press(self, keys, timeout=30):
        """Seconds from the key to the end of the frame that follows."""
        while self.read(0):
            pass
        del self.bytes[:]
        start = time.perf_counter()
        os.write(self.master, keys)
        if not self.read(timeout):
            raise RuntimeError(f"{self.child.args}: nothing was drawn after {keys}")
        while self.read(QUIET):
            pass
        return self.at - start

    def close(self):
        self.child.kill()
        self.child.wait()
        os.close(self.master)
