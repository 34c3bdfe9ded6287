"""A real PostgreSQL for tests: an unprivileged process in a folder of its own, ended by its id."""

import os
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from tests.helpers.own_server import NOBODY, OwnServer

_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
BIN = next((folder for folder in _FOLDERS if (folder / "initdb").exists()), None)

needs_postgres = pytest.mark.skipif(BIN is None, reason="PostgreSQL is not installed")


class Postgres(OwnServer):
    """`with Postgres() as server:` runs one; `stop` and `start` keep port and data. `admin` may do
    anything with the password `admin`; `run` says a sentence as admin."""

    def __init__(self, *, certificate: tuple[Path, Path] | None = None) -> None:
        super().__init__("postgres")
        self._certificate = certificate
        self.give_away()

    @property
    def url(self) -> str:
        """Its address, without an account."""
        return f"postgresql+psycopg://127.0.0.1:{self.port}/postgres"

    def run(self, *sentences: str) -> list[tuple[object, ...]]:
        """Say sentences as admin, each in a transaction of its own; what the last one gives."""
        with self._connect() as connection:
            for sentence in sentences:
                cursor = connection.execute(sentence)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """See OwnServer; the first time its data are made."""
        if not (self.folder / "data").exists():
            self._make()
        super().start()

    def stop(self) -> None:
        """End it by its id, at once: connections are cut."""
        if self._process is not None:
            self._process.send_signal(3)  # SIGQUIT: immediate
            self._process.wait(20)
            self._process = None

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="admin",
            password="admin",
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _make(self) -> None:
        assert BIN is not None
        password = self.folder / "password"
        password.write_text("admin\n")
        self._own(password)
        command = [BIN / "initdb", "-D", self.folder / "data", "-U", "admin", "-A", "scram-sha-256"]
        options = ["--pwfile", password, "-N", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([*command, *options], check=True, capture_output=True, **self._as_nobody())
        settings = [
            "listen_addresses = '127.0.0.1'",
            "unix_socket_directories = ''",
            "fsync = off",
            "shared_buffers = 8MB",
            "max_connections = 20",
            "autovacuum = off",
        ]
        if self._certificate:
            for name, source in zip(("cert", "key"), self._certificate, strict=True):
                copy = self.folder / f"server.{name}"
                copy.write_bytes(source.read_bytes())
                copy.chmod(0o600)
                self._own(copy)
                settings.append(f"ssl_{name}_file = '{copy}'")
            settings.append("ssl = on")
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.write("\n".join(settings) + "\n")

    def listens(self) -> bool:
        """See OwnServer."""
        assert BIN is not None
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [BIN / "postgres", "-D", self.folder / "data", "-p", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._as_nobody(),
            )
        until = time.monotonic() + 20
        while self._process.poll() is None and time.monotonic() < until:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
                continue
            return True
        return False

    def _own(self, path: Path) -> None:
        if os.getuid() == 0:
            os.chown(path, NOBODY, NOBODY)

    def _as_nobody(self) -> dict[str, object]:
        if os.getuid() != 0:
            return {}
        return {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": self.folder}
