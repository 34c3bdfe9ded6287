"""A real mosquitto for tests: an unprivileged process in a folder of its own, ended by its id."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.helpers.own_server import OwnServer, as_nobody

PROGRAM = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")

needs_mosquitto = pytest.mark.skipif(PROGRAM is None, reason="mosquitto is not installed")


class Mosquitto(OwnServer):
    """`with Mosquitto() as broker:` runs one; `stop` and `start` keep port and settings."""

    def __init__(
        self,
        *,
        users: dict[str, str] | None = None,
        certificate: tuple[Path, Path] | None = None,
        persistent: bool = False,
    ) -> None:
        super().__init__("mosquitto")
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
        self.give_away()

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

    def listens(self) -> bool:
        """See OwnServer."""
        assert PROGRAM is not None
        # The listener's options must follow it, so it stands first.
        text = "\n".join([f"listener {self.port} 127.0.0.1", *self._settings]) + "\n"
        (self.folder / "mosquitto.conf").write_text(text)
        command = as_nobody([PROGRAM, "-c", str(self.folder / "mosquitto.conf")])
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
