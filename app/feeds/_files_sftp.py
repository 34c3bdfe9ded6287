"""A drop folder on an SFTP server (asyncssh).

The server's key is checked against a file of known hosts, always; nothing of the user's own SSH
settings, keys or agent is read. What a server says of its files is believed as far as a name goes,
and a name is used for nothing on this machine.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import Annotated, ClassVar, cast

import asyncssh
import msgspec

from app.core.message import message
from app.core.privacy import SECRET, Privacy
from app.feeds._base import Lost, Refused
from app.feeds._files_folder import (
    MOST_DEPTH,
    MOST_FILES,
    OURS,
    Changed,
    Folder,
    Seen,
    TooLarge,
    Unreadable,
    beside,
    sound,
)

_PIECE = 262_144
_SECOND = 1_000_000_000


class Account(msgspec.Struct, frozen=True):
    """Who asks, and whom. With `key_file` the password is that of the key."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    host: str
    port: int
    user: str
    password: Annotated[str, SECRET]
    key_file: str
    known_hosts: str
    open_s: float
    source_address: str = ""


class SftpFolder(Folder):
    """A folder behind an open connection."""

    def __init__(
        self, connection: asyncssh.SSHClientConnection, sftp: asyncssh.SFTPClient, path: str
    ) -> None:
        self._connection = connection
        self._sftp = sftp
        self._path = PurePosixPath(path)

    async def look(self, *, deep: bool) -> list[Seen]:
        """See Folder."""
        found: list[Seen] = []
        waiting = [("", 0)]
        while waiting:
            inside, depth = waiting.pop()
            with self._saying(inside or str(self._path)):
                async for entry in self._sftp.scandir(str(self._path / inside)):
                    last, attributes = str(entry.filename), entry.attrs
                    if not sound(last):
                        continue
                    name = f"{inside}{last}"
                    if attributes.type == asyncssh.FILEXFER_TYPE_REGULAR:
                        found.append(_seen(name, attributes))
                    elif (
                        attributes.type == asyncssh.FILEXFER_TYPE_DIRECTORY
                        and deep
                        and depth < MOST_DEPTH
                        and last not in OURS
                    ):
                        waiting.append((f"{name}/", depth + 1))
                    if len(found) > MOST_FILES:
                        raise Refused(message("drop.too_many", most=MOST_FILES))
        return found

    async def read(self, seen: Seen, limit: int) -> tuple[bytes, str]:
        """See Folder."""
        path = str(self._path / seen.name)
        parts, digest, size = [], hashlib.sha256(), 0
        with self._saying(path, gone=True):
            if not await self._still(seen):
                raise Changed
            try:
                opened = await self._sftp.open(path, "rb")
            except asyncssh.SFTPPermissionDenied as error:
                raise Unreadable from error
            async with opened as file:
                while part := cast(bytes, await file.read(_PIECE)):
                    size += len(part)
                    if size > limit:
                        raise TooLarge
                    await asyncio.to_thread(digest.update, part)
                    parts.append(part)
            if size != seen.size or not await self._still(seen):
                raise Changed
        return b"".join(parts), digest.hexdigest()

    async def put_away(self, seen: Seen, into: str) -> None:
        """See Folder."""
        folder = str(self._path / PurePosixPath(seen.name).parent / into)
        with self._saying(folder, gone=True):
            if not await self._still(seen):
                return
            with suppress(asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                await self._sftp.mkdir(folder)
            for number in range(MOST_FILES):
                target = str(self._path / beside(seen.name, into, number))
                if not await self._sftp.lexists(target):
                    await self._sftp.rename(str(self._path / seen.name), target)
                    return

    async def delete(self, seen: Seen) -> None:
        """See Folder."""
        path = str(self._path / seen.name)
        with self._saying(path, gone=True):
            if await self._still(seen):
                await self._sftp.remove(path)

    async def close(self) -> None:
        """See Folder."""
        self._connection.abort()
        await self._connection.wait_closed()

    async def _still(self, seen: Seen) -> bool:
        attributes = await self._sftp.lstat(str(self._path / seen.name))
        plain = attributes.type == asyncssh.FILEXFER_TYPE_REGULAR
        return plain and _seen(seen.name, attributes) == seen

    @contextmanager
    def _saying(self, path: str, *, gone: bool = False) -> Iterator[None]:
        """The server's errors as ours; `gone`: a file that is away is one that changed."""
        try:
            yield
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
            if gone:
                raise Changed from error
            raise Lost(message("drop.no_folder", folder=path[:200])) from error
        except asyncssh.SFTPPermissionDenied as error:
            raise Refused(message("drop.not_allowed", folder=path[:200])) from error
        except (asyncssh.Error, ConnectionError) as error:
            raise Lost(message("feed.closed", error=type(error).__name__)) from error


async def connected(account: Account, path: str) -> SftpFolder:
    """The folder, with its line open; raises Lost and Refused."""
    keys = {"client_keys": [account.key_file], "passphrase": account.password or None}
    words = {"client_keys": [], "password": account.password}
    try:
        async with asyncio.timeout(account.open_s):
            connection = await asyncssh.connect(
                account.host,
                account.port,
                username=account.user,
                known_hosts=account.known_hosts,
                config=None,
                agent_path=None,
                gss_host=None,
                keepalive_interval=15,
                local_addr=(account.source_address, 0) if account.source_address else (),
                **(keys if account.key_file else words),
            )
            try:
                sftp = await connection.start_sftp_client()
            except BaseException:
                connection.abort()
                raise
    except asyncssh.HostKeyNotVerifiable as error:
        raise Refused(message("drop.host_key", host=account.host)) from error
    except asyncssh.PermissionDenied as error:
        raise Refused(message("feed.credentials")) from error
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, FileNotFoundError) as error:
        raise Refused(message("drop.key_file", file=account.key_file)) from error
    except asyncssh.Error as error:
        raise Lost(message("feed.closed", error=type(error).__name__)) from error
    return SftpFolder(connection, sftp, path)


def _seen(name: str, attributes: asyncssh.SFTPAttrs) -> Seen:
    changed = (attributes.mtime or 0) * _SECOND + (attributes.mtime_ns or 0)
    return Seen(name, attributes.size or 0, changed)
