"""A real nats-server with JetStream for tests: an unprivileged process in its own folder."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.helpers.ports import free_port

PROGRAM = shutil.which("nats-server") or shutil.which(
    "nats-server", path="/usr/sbin:/usr/local/bin:/usr/local/sbin"
)
_NOBODY = "65534"
_TRIES = 20

needs_nats = pytest.mark.skipif(PROGRAM is None, reason="nats-server is not installed")


class NatsServer:
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
        self.folder = Path(tempfile.mkdtemp(prefix="chengmai-nats-"))
        self.folder.chmod(0o755)
        self.port = 0
        self.secure = certificate is not None
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self.folder / "log"
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
        if os.getuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, int(_NOBODY), int(_NOBODY))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"tls://localhost:{self.port}" if self.secure else f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Run it, and wait until it listens; on another port where somebody was quicker."""
        if self.port:
            assert self._listens(), self._log.read_text()
            return
        for _ in range(_TRIES):
            self.port = free_port()
            if self._listens():
                return
        raise AssertionError(self._log.read_text())

    def _listens(self) -> bool:
        assert PROGRAM is not None
        text = "\n".join([f"listen: 127.0.0.1:{self.port}", *self._settings]) + "\n"
        (self.folder / "nats.conf").write_text(text)
        command = [PROGRAM, "-c", str(self.folder / "nats.conf")]
        if os.getuid() == 0:
            ids = ["--reuid", _NOBODY, "--regid", _NOBODY, "--clear-groups"]
            command = ["setpriv", *ids, *command]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL)
        while self._process.poll() is None:
            if b"Server is ready" in self._log.read_bytes():
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                        return True
        return False

    def stop(self) -> None:
        """End it by its id."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        """End it without a goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    async def restart(self) -> None:
        """Stop and start on the same port, with what is stored."""
        await asyncio.to_thread(self.stop)
        await asyncio.to_thread(self.start)

    def __enter__(self) -> "NatsServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)
