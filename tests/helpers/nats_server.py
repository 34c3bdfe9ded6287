"""A real nats-server with JetStream for tests: an unprivileged process in its own folder."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.helpers.own_server import OwnServer, as_nobody

PROGRAM = shutil.which("nats-server") or shutil.which(
    "nats-server", path="/usr/sbin:/usr/local/bin:/usr/local/sbin"
)

needs_nats = pytest.mark.skipif(PROGRAM is None, reason="nats-server is not installed")


class NatsServer(OwnServer):
    """`with NatsServer() as server:` runs one; `stop`, `kill` and `start` keep port and store."""

    def __init__(
        self,
        *,
        authorization: str = "",
        certificate: tuple[Path, Path] | None = None,
        ca: Path | None = None,
    ) -> None:
        """`authorization` is the inside of that block of its settings; with `ca` a client must
        show a certificate."""
        super().__init__("nats")
        self.secure = certificate is not None
        lines = [f'jetstream {{ store_dir: "{self.folder}/store" }}']
        if authorization:
            lines.append(f"authorization {{ {authorization} }}")
        if certificate is not None:
            files = {"cert_file": certificate[0], "key_file": certificate[1]}
            if ca is not None:
                files["ca_file"] = ca
            lines.append("tls {")
            for name, source in files.items():
                copy = self.folder / name
                copy.write_bytes(source.read_bytes())
                lines.append(f'{name}: "{copy}"')
            lines += ["verify: true" if ca is not None else "", "}"]
        self._settings = lines
        self.give_away()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"tls://localhost:{self.port}" if self.secure else f"nats://127.0.0.1:{self.port}"

    def listens(self) -> bool:
        """See OwnServer."""
        assert PROGRAM is not None
        text = "\n".join([f"listen: 127.0.0.1:{self.port}", *self._settings]) + "\n"
        (self.folder / "nats.conf").write_text(text)
        command = as_nobody([PROGRAM, "-c", str(self.folder / "nats.conf")])
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL)
        while self._process.poll() is None:
            if b"Server is ready" in self._log.read_bytes():
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                        return True
        return False
