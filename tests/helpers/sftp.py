"""A real SFTP server for tests (asyncssh's own), in the test's loop, on a free port."""

from pathlib import Path
from types import TracebackType

import asyncssh


class _Door(asyncssh.SSHServer):
    def __init__(
        self,
        users: dict[str, str],
        keys: list[asyncssh.SSHKey],
        open_: list[asyncssh.SSHServerConnection],
    ) -> None:
        self._users = users
        self._keys = keys
        self._open = open_

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._open.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self._users.get(username) == password

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username in self._users and key in self._keys


class SftpServer:
    """`async with SftpServer(folder, {"desk": "right"}) as server:` serves a folder as `/`."""

    def __init__(self, folder: Path, users: dict[str, str]) -> None:
        self._folder = folder
        self._users = users
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._open: list[asyncssh.SSHServerConnection] = []
        self._known: list[asyncssh.SSHKey] = []
        self.port = 0

    @property
    def url(self) -> str:
        """Its folder's address."""
        return f"sftp://127.0.0.1:{self.port}/"

    def known_hosts(self, file: Path) -> Path:
        """Write the file that names its key."""
        public = self._key.export_public_key().decode().strip()
        file.write_text(f"[127.0.0.1]:{self.port} {public}\n")
        return file

    def user_key(self, file: Path, passphrase: str) -> Path:
        """Write a private key by which every user may log in from now on."""
        key = asyncssh.generate_private_key("ssh-ed25519")
        file.write_bytes(key.export_private_key("pkcs8-pem", passphrase))
        self._known.append(key.convert_to_public())
        return file

    def new_key(self) -> None:
        """From the next start on it has another host key."""
        self._key = asyncssh.generate_private_key("ssh-ed25519")

    async def start(self) -> None:
        """Listen, on the port it had."""
        self._acceptor = await asyncssh.listen(
            "127.0.0.1",
            self.port,
            server_host_keys=[self._key],
            server_factory=lambda: _Door(self._users, self._known, self._open),
            sftp_factory=lambda chan: asyncssh.SFTPServer(chan, chroot=str(self._folder).encode()),
        )
        self.port = self._acceptor.get_port()

    async def stop(self) -> None:
        """Cut every connection and listen no more."""
        assert self._acceptor is not None
        self._acceptor.close()
        while self._open:
            self._open.pop().abort()
        await self._acceptor.wait_closed()

    async def __aenter__(self) -> "SftpServer":
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
