"""A real TAK server for tests (taky): a process of its own in its own folder, ended by its id."""

import socket
import subprocess
import sys
import warnings
from pathlib import Path

from tests.helpers.own_server import OwnServer

with warnings.catch_warnings():  # it misses a package that only enrolment needs
    warnings.simplefilter("ignore", UserWarning)
    import pytak  # type: ignore[import-untyped]

__all__ = ["TakServer", "pytak"]


class TakServer(OwnServer):
    """`with TakServer() as server:` runs one; `stop` and `start` keep the port."""

    def __init__(self, *, certificate: tuple[Path, Path] | None = None, ca: Path | None = None):
        """With a certificate it speaks TLS, with `ca` it asks clients for theirs."""
        super().__init__("tak")
        self.secure = certificate is not None
        self._ssl = ["[ssl]", f"enabled = {str(self.secure).lower()}"]
        if certificate is not None:
            (self.folder / "cert-db.txt").touch()
            self._ssl += [f"cert = {certificate[0]}", f"key = {certificate[1]}", f"ca = {ca}"]
            self._ssl += ["key_pw =", f"client_cert_required = {str(ca is not None).lower()}"]
            self._ssl += [f"cert_db = {self.folder / 'cert-db.txt'}", "mon_ip ="]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"tls://localhost:{self.port}" if self.secure else f"tcp://127.0.0.1:{self.port}"

    def listens(self) -> bool:
        """See OwnServer."""
        lines = ["[taky]", "hostname = localhost", "bind_ip = 127.0.0.1", "redis = false"]
        lines += [f"root_dir = {self.folder}", "[cot_server]", f"port = {self.port}", *self._ssl]
        (self.folder / "taky.conf").write_text("\n".join(lines) + "\n")
        program = Path(sys.executable).with_name("taky")
        command = [str(program), "-l", "debug", "-c", str(self.folder / "taky.conf")]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        while self._process.poll() is None:
            with socket.socket() as probe:
                ours = f"127.0.0.1:{self.port}".encode() in self._log.read_bytes()
                if ours and probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
        return False

    def stop(self) -> None:
        """End it at once: told kindly, it first waits for its next client."""
        self.kill()
