"""A real mosquitto for tests: an unprivileged process in a folder of its own, ended by its id."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

PROGRAM = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
_NOBODY = "65534"
_TRIES = 20

needs_mosquitto = pytest.mark.skipif(PROGRAM is None, reason="mosquitto is not installed")


class Mosquitto:
    """`with Mosquitto() as broker:` runs one; `stop` and `start` keep port and settings."""

    def __init__(
        self,
        *,
        users: dict[str, str] | None = None,
        certificate: tuple[Path, Path] | None = None,
        persistent: bool = False,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chengmai-mosquitto-"))
        self.folder.chmod(0o755)
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self.folder / "log"
        lines = ["log_dest stderr", "max_queued_messages 0"]
        lines.append(f"allow_anonymous {'false' if users else 'true'}")
        if users:
            lines.append(f"password_file {self._passwords(users)}")
        if certificate:
            for name, source in zip(("certfile", "keyfile"), certificate, strict=True):
                copy = self.folder / name
                copy.write_bytes(source.read_bytes())
                lines.append(f"{name} {copy}")
        if persistent:
            lines += ["persistence true", f"persistence_location {self.folder}/"]
        self._settings = lines
        if os.getuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, int(_NOBODY), int(_NOBODY))

    def _passwords(self, users: dict[str, str]) -> Path:
        path = self.folder / "passwords"
        path.touch(mode=0o600)
        for user, password in users.items():
            subprocess.run(
                ["mosquitto_passwd", "-b", str(path), user, password],
                check=True,
                capture_output=True,
            )
        return path

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Run it, and wait until it listens: on the port it had, else on a free one, and on another
        where somebody was quicker to take that."""
        if self.port:
            assert self._listens(), self._log.read_text()
            return
        for _ in range(_TRIES):
            self.port = _free_port()
            if self._listens():
                return
        raise AssertionError(self._log.read_text())

    def _listens(self) -> bool:
        assert PROGRAM is not None
        # The listener's options must follow it, so it stands first.
        text = "\n".join([f"listener {self.port} 127.0.0.1", *self._settings]) + "\n"
        (self.folder / "mosquitto.conf").write_text(text)
        command = [PROGRAM, "-c", str(self.folder / "mosquitto.conf")]
        if os.getuid() == 0:
            command = [
                "setpriv",
                "--reuid",
                _NOBODY,
                "--regid",
                _NOBODY,
                "--clear-groups",
                *command,
            ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL)
        while True:
            if self._process.poll() is not None:
                return False
            # Its own words: an open port alone might be somebody else's.
            if f"Opening ipv4 listen socket on port {self.port}".encode() in self._log.read_bytes():
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                        return True

    def stop(self) -> None:
        """End it by its id."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    async def restart(self) -> None:
        """Stop and start on the same port."""
        await asyncio.to_thread(self.stop)
        await asyncio.to_thread(self.start)

    def __enter__(self) -> "Mosquitto":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
