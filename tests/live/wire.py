"""A TCP relay between otoscope and a node that a test can cut, or freeze as a cable that was pulled."""

import select
import socket
import struct
import threading


def reset(pair):
    for s in pair:
        try:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.shutdown(socket.SHUT_RDWR)
            s.close()
        except OSError:
            pass


class Wire:
    """port is where to dial. Bytes are carried until cut() or freeze(), or until so many came from the node: then
    then() is called, and the wire is cut."""

    def __init__(self, port, most=None, then=None):
        self.port_behind = port
        self.most, self.then = most, then
        self.frozen = False
        self.carried = 0  # bytes from the node
        self.pairs = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Both ends of all connections get a reset."""
        for pair in self.pairs:
            reset(pair)

    def freeze(self):
        """Nothing is carried any more, and nobody is told."""
        self.frozen = True

    def close(self):
        self.listener.close()
        self.cut()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                node = socket.create_connection(("127.0.0.1", self.port_behind))
            except OSError:
                return
            self.pairs.append((client, node))
            threading.Thread(target=self._carry, args=(client, node), daemon=True).start()

    def _carry(self, client, node):
        for s in (client, node):
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                ready, _, _ = select.select([client, node], [], [])
                if self.frozen:
                    return
                for s in ready:
                    data = s.recv(1 << 16)
                    if s is node:
                        data = data[:self.most - self.carried] if self.most else data
                        self.carried += len(data)
                    (client if s is node else node).sendall(data)
                    if self.carried == self.most:
                        self.then()
                    if self.carried == self.most:
                        self.cut()
                    elif not data:  # this one ended; the others of the wire go on
                        reset((client, node))
                    if not data or self.carried == self.most:
                        return
        except (OSError, ValueError):
            return
