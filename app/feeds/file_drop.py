"""`file-drop`: a folder, or one behind SFTP, into which somebody drops files.

Each file is taken exactly once. It counts as taken when the store has said that all records made of
it are on the disk; only then is it written into the journal (`_files_taken.py`), only then moved or
deleted. A program that dies in between takes the file again: its records are the same by key,
moment and revision, and the store keeps one of each. What a limit threw away in between (rate,
depth, a store that sheds) was counted and is not asked for again.

A file that was written to after it was taken is another one and taken as a whole; one that was only
touched, or sent again with the same content, is not. A server that gives times in seconds hides a
change of equal length within the second.
"""

import asyncio
import fnmatch
import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Annotated, ClassVar
from urllib.parse import unquote, urlsplit

import msgspec

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import Feed, Refused, Surroundings
from app.feeds._files_folder import Changed, Folder, LocalFolder, Seen, TooLarge, Unreadable
from app.feeds._files_taken import Finished, Taken, TakenFiles
from app.feeds._files_unpack import BadArchive, unpacked
from app.feeds._intake import Intake
from app.feeds._sink import Sink
from app.feeds._worker import Worker
from app.formats._base import Payload
from app.options import bad, options_of, said
from app.registry import deferred

log = logging.getLogger("chengmai.feeds")

_BREATH = 1_000  # files looked through before other feeds have a turn
_MARKERS = (".ok", ".done")
_IGNORED = (".*", "~*", "*.tmp", "*.temp", "*.part", "*.partial", "*.filepart", "*.crdownload")


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `file-drop` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    patterns: Annotated[
        tuple[str, ...], said("names to take, with * and ?; with a / the path in the folder")
    ] = ("*",)
    ignore: Annotated[tuple[str, ...], said("names never taken: files being written")] = _IGNORED
    deep: Annotated[bool, said("look into sub-folders too, 8 deep")] = False
    poll_s: Annotated[float, msgspec.Meta(ge=0.05, le=86_400), said("between two looks")] = 5.0
    marker: Annotated[
        bool,
        said("a file is whole when NAME.ok or NAME.done lies beside it, not when it rests"),
    ] = False
    finished: Annotated[
        Finished, said("taken files: leave, done (move to done/, bad ones to bad/) or delete")
    ] = "leave"
    unpack: Annotated[bool, said("read what is in .gz and .zip files")] = True
    known_hosts: Annotated[str, said("SFTP: file with the server's key, always checked")] = ""
    key_file: Annotated[str, said("SFTP: our private key; the secret is then user:passphrase")] = ""
    open_s: Annotated[float, msgspec.Meta(gt=0, le=300), said("SFTP: longest log-in")] = 20.0


class FileDrop(Feed, kind="file-drop"):
    """Looks into a folder at intervals and takes every file once, the oldest first.

    Address: `file:/folder`, or `sftp://host[:22]/folder`; the credential is `user:password`. A file
    is whole when its size and time were the same at two looks, or its marker is there. One with
    records of which none can be used is bad, and so is one of more than `limits.max_bytes`.
    """

    settings = Options
    without = ("proxy", "tls")
    example = """
        [[feed]]
        id = "drainage-files"
        kind = "file-drop"
        name_zh = "排水公司日报文件"
        name_en = "Drainage company, daily files"
        url = "sftp://files.example/out"
        credential = "drainage-files"
        expected_period_s = 3600

        [feed.options]
        patterns = ["level_*.csv", "level_*.zip"]
        known_hosts = "/etc/chengmai/known_hosts"
        finished = "done"

        [feed.map]
        format = "csv"
        zone = "Asia/Shanghai"

        [[feed.map.reading]]
        key = {template = "reading/water.level/320812/{station}"}
        value = {from = "z", unit = "cm"}
        observed = {from = "tm", time = "%Y-%m-%d %H:%M:%S"}
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        self.options = options_of(config, Options)
        for url in (config.url, *config.also):
            self._folder_of(url)  # judged now, not at night
            if config.source_address and url.startswith("file:"):
                raise bad(config.id, "source_address", "a folder of this machine has no use for it")
        self._format = self.format()
        self._worker = Worker(f"folder {config.id}"[:40])
        self._taken: TakenFiles | None = None
        self._trouble = ""
        self.sightings: dict[str, Seen] = {}
        self.unreadable: dict[str, Seen] = {}
        self.handed: dict[str, Taken] = {}  # given to the sink, not yet said to be on the disk

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """Look until the line is lost (see Feed.run)."""
        if self._taken is None:
            self._taken = await asyncio.to_thread(TakenFiles, self._journal())
        folder = await self._open()
        try:
            files = await folder.look(deep=self.options.deep)
            up()
            while True:
                look = await asyncio.to_thread(_Look, self, folder, sink, files, self._taken)
                await look.go()
                self._tell(self._taken.trouble)
                await asyncio.sleep(self.options.poll_s)
                files = await folder.look(deep=self.options.deep)
        finally:
            await folder.close()

    def _tell(self, trouble: str) -> None:
        """Say once that the journal cannot be written."""
        if trouble and trouble != self._trouble:
            name = self.config.id
            log.warning("feed %s: taken files are not remembered (%s)", name, trouble)
        self._trouble = trouble

    def _journal(self) -> Path | None:
        home = self.around.folder
        if home is None:
            return None
        # The folder is part of the name: another folder's files are others.
        place = hashlib.sha256(self.config.url.encode()).hexdigest()[:12]
        return home / f"{self.config.id}-{place}.taken"

    def _folder_of(self, url: str) -> str:
        """The path in an address; raises ConfigError."""
        parts = urlsplit(url)
        path = unquote(parts.path)
        if parts.scheme == "file" and not parts.netloc and path.startswith("/"):
            return path
        if parts.scheme != "sftp" or not parts.hostname or parts.username or parts.password:
            raise bad(self.config.id, "url", "file:/FOLDER, sftp://HOST[:22]/FOLDER")
        if not self.options.known_hosts:
            raise bad(self.config.id, "options.known_hosts", "the file with the server's key")
        if not self.config.credential:
            raise bad(self.config.id, "credential", "user:password")
        return path or "/"

    async def _open(self) -> Folder:
        url = self.url()
        path = self._folder_of(url)
        if url.startswith("file:"):
            return LocalFolder(Path(path), self._worker)
        options, parts = self.options, urlsplit(url)
        if not await asyncio.to_thread(Path(options.known_hosts).is_file):
            raise Refused(message("drop.known_hosts", file=options.known_hosts))
        user, password = self.around.secrets.find(self.config.credential).pair
        sftp = deferred("app.feeds._files_sftp")
        account = sftp.Account(
            parts.hostname,
            parts.port or 22,
            user,
            password,
            options.key_file,
            options.known_hosts,
            options.open_s,
            self.config.source_address,
        )
        return await sftp.connected(account, path)  # type: ignore[no-any-return]

    def wanted(self, name: str) -> bool:
        """Whether a file of this name is to be taken."""
        last = PurePosixPath(name).name.lower()
        if any(fnmatch.fnmatchcase(last, pattern.lower()) for pattern in self.options.ignore):
            return False
        return any(
            fnmatch.fnmatchcase(name.lower() if "/" in pattern else last, pattern.lower())
            for pattern in self.options.patterns
        )


class _Look:
    """One look: takes what is whole, then puts away what the store has."""

    def __init__(
        self, feed: FileDrop, folder: Folder, sink: Sink, files: list[Seen], taken: TakenFiles
    ) -> None:
        self._feed = feed
        self._folder = folder
        self._sink = sink
        self._taken = taken
        files = sorted(files, key=lambda seen: (seen.changed, seen.name))
        self._present = {seen.name: seen for seen in files}
        self._wanted = [seen for seen in files if feed.wanted(seen.name) and not _marks(seen.name)]
        self._labels = [seen.label for seen in self._wanted]
        self._sightings = {seen.name: seen for seen in self._wanted}
        self._limit = feed.config.limits.max_bytes

    async def go(self) -> None:
        """The look; raises Lost and Refused."""
        before, self._feed.sightings = self._feed.sightings, self._sightings
        for number, seen in enumerate(self._wanted):
            if number % _BREATH == 0:
                await asyncio.sleep(0)
            if self._known(seen) or not self._whole(seen, before):
                continue
            try:
                await self._take(seen)
            except Changed:
                self._sightings.pop(seen.name, None)
            except Unreadable:
                if self._feed.unreadable.get(seen.name) != seen:
                    self._sink.reject("unreadable", seen.label)  # once; tried at every look
                self._feed.unreadable[seen.name] = seen
        self._ask()
        await self._put_away()
        await asyncio.to_thread(self._taken.tidy, self._labels)

    def _known(self, seen: Seen) -> bool:
        for held in (self._taken.get(seen.label), self._feed.handed.get(seen.label)):
            if held is not None and held.is_version(seen.size, seen.changed):
                return True
        return False

    def _whole(self, seen: Seen, before: dict[str, Seen]) -> bool:
        if self._feed.options.marker:
            return any(marker in self._present for marker in _markers(seen.name))
        return before.get(seen.name) == seen

    async def _take(self, seen: Seen) -> None:
        try:
            data, digest = await self._read(seen)
        except TooLarge:
            self._sink.reject("oversized", f"{seen.label} {seen.size}")
            self._hand(seen, "", bad_=True)
            return
        last = self._feed.handed.get(seen.label) or self._taken.get(seen.label)
        if last is not None and last.digest == digest:
            self._hand(seen, digest, bad_=last.bad)  # touched or sent again, the same
            return
        self._hand(seen, digest, bad_=not await self._used(seen, data))

    async def _read(self, seen: Seen) -> tuple[bytes, str]:
        if seen.size > self._limit:
            raise TooLarge
        return await self._folder.read(seen, self._limit)

    async def _used(self, seen: Seen, data: bytes) -> bool:
        """Give a file's records to the sink; whether any was made, or there are none in it."""
        reasons = self._sink.quarantine.reasons
        refused = reasons.total()
        contents = [(seen.label, data)]
        if self._feed.options.unpack:
            try:
                contents = await asyncio.to_thread(
                    unpacked, seen.label, data, self._limit, self._feed.wanted
                )
            except BadArchive as error:
                self._sink.reject(error.reason, f"{seen.label} {seen.size}")
                return False
        intake = Intake(self._feed._format, self._sink)
        made = 0
        for name, content in contents:
            now = self._sink.touch()
            made += await intake.take_slowly(Payload(content, now, name=name))
        return made > 0 or reasons.total() == refused

    def _hand(self, seen: Seen, digest: str, *, bad_: bool) -> None:
        taken = Taken(seen.label, seen.size, seen.changed, digest, bad_)
        self._feed.handed[seen.label] = taken

    def _ask(self) -> None:
        """Ask to be told when all that was handed is on the disk; at every look anew, because a
        full disk does not answer."""
        handed = self._feed.handed
        if handed:
            told, taken = dict(handed), self._taken
            loop = asyncio.get_running_loop()

            def forget() -> None:
                for name, file in told.items():
                    if handed.get(name) == file:
                        del handed[name]

            def saved() -> None:  # in the store's thread, maybe when our loop has ended
                taken.add(told.values())
                with suppress(RuntimeError):  # the loop has ended
                    loop.call_soon_threadsafe(forget)

            self._sink.receipt(saved)

    async def _put_away(self) -> None:
        finished = self._feed.options.finished
        if finished == "leave" or self._feed.around.folder is None:
            return
        for seen in self._wanted:
            taken = self._taken.get(seen.label)
            if taken is None or not taken.is_version(seen.size, seen.changed):
                continue
            try:
                for marker in _markers(seen.name):  # first: one left over would vouch for another
                    if self._feed.options.marker and marker in self._present:
                        await self._folder.delete(self._present[marker])
                await self._finish(seen, "bad" if taken.bad else finished)
            except Changed:
                continue
            except OSError as error:
                where = error.strerror or type(error).__name__
                raise Refused(message("drop.stuck", file=seen.label, error=where)) from error

    async def _finish(self, seen: Seen, how: str) -> None:
        if how == "delete":
            await self._folder.delete(seen)
        else:
            await self._folder.put_away(seen, how)


def _marks(name: str) -> bool:
    return name.lower().endswith(_MARKERS)


def _markers(name: str) -> list[str]:
    """What may lie beside a file that is whole: `x.csv.ok`, or `x.ok`."""
    stem = str(PurePosixPath(name).with_suffix(""))
    return [base + marker for base in (name, stem) for marker in _MARKERS]
