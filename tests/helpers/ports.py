"""Ports for servers of the test's own."""

import socket


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM, host: str = "127.0.0.1") -> int:
    """A port that nobody listens on now."""
    with socket.socket(type=kind) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
