"""Somebody between otoscope and a node, who changes what the node answers.

The distribution header and fragments are negotiated away, so that each message is `p`, 131, control, 131, payload.
"""

import contextlib
import socket
import struct
import threading

HEADERS_AND_FRAGMENTS = 1 << 13 | 1 << 22 | 1 << 23
EXIT, SEND = 3, 2


def read(s, n):
    data = b""
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def packet(s):
    return read(s, struct.unpack(">H", read(s, 2))[0])


def pass_packet(a, b):
    p = packet(a)
    b.sendall(struct.pack(">H", len(p)) + p)
    return p


def frame(data):
    return struct.pack(">I", len(data)) + data


def atom_end(data, at):
    """Behind the atom that begins at a place."""
    return at + 2 + data[at + 1] if data[at] == 119 else at + 3 + struct.unpack(">H", data[at + 1:at + 3])[0]


def pid_end(data, at):
    assert data[at] == ord("X"), data[at]
    return atom_end(data, at + 1) + 12


def reference_end(data, at):
    assert data[at] == ord("Z"), data[at]
    words = struct.unpack(">H", data[at + 1:at + 3])[0]
    return atom_end(data, at + 3) + 4 + 4 * words


def atom(name):
    return bytes([119, len(name)]) + name.encode()


def parts(data, at):
    """Where the parts of a compound begin, as (how many, where the first one does); None: it is none."""
    kind = data[at]
    if kind == 104:  # tuple
        return data[at + 1], at + 2
    if kind in (105, 108, 116):  # large tuple, list with its tail, map
        n = struct.unpack(">I", data[at + 1:at + 5])[0]
        return {105: n, 108: n + 1, 116: 2 * n}[kind], at + 5
    return None


def term_end(data, at, begins=None):
    """Behind the term that begins at a place. begins: gets where it and each term in it begins."""
    if begins is not None:
        begins.append(at)
    kind = data[at]
    inside = parts(data, at)
    if inside:
        n, at = inside
        for _ in range(n):
            at = term_end(data, at, begins)
        return at
    if kind in (119, 118):
        return atom_end(data, at)
    if kind == 88:
        return pid_end(data, at)
    if kind == 90:
        return reference_end(data, at)
    if kind in (89, 120):  # ports
        return atom_end(data, at + 1) + {89: 8, 120: 12}[kind]
    if kind in (107, 109, 77):  # string, binary, bits
        width = 2 if kind == 107 else 4
        return at + 1 + width + int.from_bytes(data[at + 1:at + 1 + width], "big") + (kind == 77)
    return at + {97: 2, 98: 5, 70: 9, 106: 1, 110: 3 + data[at + 1] if kind == 110 else 0}[kind]


def small(n):
    return bytes([110, 8 if n < 1 << 64 else 9, n < 0]) + abs(n).to_bytes(8 if n < 1 << 64 else 9, "little")


# What a reader may not expect.
ODD = [atom("undefined"), atom("true"), atom("\x1b[31m"), atom(""), b"a\0", small(-1), small(2**63), small(2**63 - 1),
       small(-2**63), small(2**64), b"j", b"h\0", b"h\2jj", b"h\3a\1a\1a\1", b"l\0\0\0\1a\1j", b"l\0\0\0\1a\1a\2",
       b"m\0\0\0\3\xff\x1b]", b"F" + struct.pack(">d", 1e308), b"t\0\0\0\0", b"k\0\2\x1b\xff", b"M\0\0\0\1\3\xe0"]


def spoiled(data, rng):
    """A term with something else in some places, now and then what stands elsewhere in it."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        begins = []
        term_end(data, 0, begins)
        at = rng.choice(begins[1:] or begins)
        other = rng.choice(begins)
        new = rng.choice(ODD) if rng.random() < 0.8 else data[other:term_end(data, other)]
        data = data[:at] + new + data[term_end(data, at):]
    return data


class Between:
    """
    answers  {"module:function": the external format of the value in place of the node's; None: no answer at all; or a
             function that makes it of what the node said: all that stands behind the pids. The question for its
             atoms, which opens each visit, is answered by the node}
    part     what is sent again and again, without end, in place of the first message that is no exit
    parts    a function that makes another term of each message that is no exit; or several, in a list
    """

    def __init__(self, node, answers=None, part=None, parts=None):
        self.node, self.answers, self.part, self.parts = node, answers or {}, part, parts
        self.wanted = {}  # pid that stands for a call: the answer to give
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.connection, args=(client,), daemon=True).start()
        except OSError:
            pass

    def connection(self, client):
        with client, socket.create_connection(("127.0.0.1", self.node.port)) as node:
            try:
                hello = packet(client)
                flags = struct.unpack(">Q", hello[1:9])[0] & ~HEADERS_AND_FRAGMENTS
                node.sendall(struct.pack(">H", len(hello)) + hello[:1] + struct.pack(">Q", flags) + hello[9:])
                if pass_packet(node, client) != b"sok":  # the name is held: "false", and the next connection
                    pass_packet(client, node)
                    return
                pass_packet(node, client)
                pass_packet(client, node)
                pass_packet(node, client)
                threading.Thread(target=self.upwards, args=(client, node), daemon=True).start()
                self.downwards(node, client)
            except (OSError, EOFError):
                pass

    def upwards(self, client, node):
        """Ours have a header without atoms: 131, 68, 0."""
        try:
            while True:
                data = read(client, struct.unpack(">I", read(client, 4))[0])
                if data.startswith(b"\x83\x44\0"):
                    control, payload = self.split(data[3:])
                    data = b"p\x83" + control + (b"\x83" + payload if payload else b"")
                node.sendall(frame(data))
        except (OSError, EOFError):
            with contextlib.suppress(OSError):
                node.shutdown(socket.SHUT_RDWR)  # the node is to see it, also while we wait for its next message

    def split(self, data):
        """The control message and its payload; of a spawn request its call is noted."""
        if not data.startswith(b"h\x06a\x1d"):
            end = term_end(data, 0)
            return data[:end], data[end:]
        at = reference_end(data, 4)
        pid = data[at:pid_end(data, at)]
        end = data.index(b"error_logger" + atom("false") + b"j") + len(b"error_logger" + atom("false")) + 1
        for name, value in self.answers.items():
            module, function = name.split(":")
            if name == "lists:map" and b"atom_limit" in data:
                continue
            if data[end:].startswith(b"l\0\0\0\4a\1" + atom(module) + atom(function)):
                self.wanted[pid] = value
        return data[:end], data[end:]

    def downwards(self, node, client):
        while True:
            data = read(node, struct.unpack(">I", read(node, 4))[0])
            if data.startswith(b"p\x83h\4a" + bytes([EXIT])):
                to = pid_end(data, 6)
                end = pid_end(data, to)
                value = self.wanted.get(data[to:end], b"")
                if value is None:
                    continue
                if callable(value):
                    data = data[:end] + value(data[end:])
                elif value:
                    data = data[:end] + b"h\3a\1" + atom("return") + value
            elif self.part and data.startswith((b"p\x83h\3a" + bytes([SEND]), b"p\x83h\3a\x16")):
                control = data[:pid_end(data, data.index(b"X"))]
                if data[6] == 0x16 or control[6:7] == b"X":
                    control = data[:pid_end(data, len(control))]
                while True:
                    client.sendall(frame(control + b"\x83" + self.part))
            elif self.parts and data.startswith((b"p\x83h\3a" + bytes([SEND]), b"p\x83h\3a\x16")):
                end = term_end(data, 2) + 1
                new = self.parts(data[end:])
                for term in [new] if isinstance(new, bytes) else new:
                    client.sendall(frame(data[:end] + term))
                continue
            client.sendall(frame(data))

    def close(self):
        self.listener.close()
