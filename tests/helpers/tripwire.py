"""Sockets of this machine that count who knocks: what a page must never reach."""

import socket
import threading
from types import TracebackType


class Tripwire:
    """A TCP port and a UDP port of 127.0.0.1; `tcp` and `udp` count connections and packets."""

    def __init__(self) -> None:
        self.tcp = 0
        self.udp = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self._packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._packets.bind(("127.0.0.1", 0))
        self.tcp_port: int = self._server.getsockname()[1]
        self.udp_port: int = self._packets.getsockname()[1]
        self._threads = [
            threading.Thread(target=self._take, daemon=True),
            threading.Thread(target=self._hear, daemon=True),
        ]

    def __enter__(self) -> "Tripwire":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        last = socket.socket()
        last.bind(("127.0.0.1", 0))
        self._last_port = last.getsockname()[1]
        last.connect(("127.0.0.1", self.tcp_port))
        self._packets.sendto(b"", ("127.0.0.1", self.udp_port))
        for thread in self._threads:
            thread.join()
        last.close()
        self._server.close()
        self._packets.close()

    _last_port = 0  # of the knock that ends it

    def _take(self) -> None:
        while True:
            line, (_, port) = self._server.accept()
            line.close()
            if port == self._last_port:
                return
            self.tcp += 1

    def _hear(self) -> None:
        while True:
            data, _ = self._packets.recvfrom(2048)
            if not data:
                return
            self.udp += 1
