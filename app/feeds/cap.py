"""`cap`: warnings that an office offers at an address, as one document or as a list of them."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Annotated, ClassVar

import msgspec

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import Feed, Lost, Refused, Surroundings
from app.feeds._cap_index import MOST_ENTRIES, Entry, allowed, entries, holds_alerts
from app.feeds._http import Answer, HttpLine, Oversized
from app.feeds._http_auth import AuthOptions
from app.feeds._http_call import check_addresses
from app.feeds._intake import Intake
from app.feeds._schedule import Schedule
from app.feeds._sink import Sink
from app.formats._base import Format, Payload
from app.formats._cap_message import moment
from app.formats._xml import BadXml
from app.options import bad, options_of, said

_REMEMBERED = 50_000  # documents of one index
_TRIES = 3  # polls in which a document that does not come is asked for


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `cap` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    hosts: Annotated[
        tuple[str, ...], said("from which documents may come besides the one that lists them")
    ] = ()
    max_documents: Annotated[
        int,
        msgspec.Meta(gt=0, le=5000),
        said("documents fetched in one poll, the rest later"),
    ] = 200
    poll_s: Annotated[
        float, msgspec.Meta(ge=0, le=86_400), said("between polls; 0: expected_period_s")
    ] = 0.0
    auth: Annotated[AuthOptions, said("how the credential is sent")] = AuthOptions()
    allow_plain: Annotated[bool, said("send the credential without TLS")] = False


class Cap(Feed, kind="cap"):
    """Polls a CAP document, an EDXL-DE envelope, or an Atom or RSS list that links to documents: of
    a list only new and changed entries are fetched. Of a folder use `file-drop` with the format
    `cap`; the format's options are under that name.

    Address: `http://` or `https://`.
    """

    settings = Options
    example = """
        [[feed]]
        id = "national-warnings"
        kind = "cap"
        name_zh = "国家突发事件预警信息"
        name_en = "National emergency warnings"
        url = "https://warnings.example/cap/index.atom"
        bureau = "emergency"
        expected_period_s = 120

        [feed.options]
        hosts = ["documents.warnings.example"]

        [feed.format_options]
        regions = ["320800"]
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        self.options = options_of(config, Options)
        check_addresses(config, '; of a folder kind = "file-drop"')
        if config.map:
            raise bad(config.id, "map", "cap has a form of its own")
        self._format = self.format()
        self._line = HttpLine(config, around, auth=self.options.auth)
        self._schedule = Schedule(config.id, self.options.poll_s or config.expected_period_s)
        self._taken: OrderedDict[str, str] = OrderedDict()  # version by address
        self._waiting: dict[str, Entry] = {}
        self._failures: dict[str, int] = {}

    def format(self) -> Format:
        """CAP, unless the settings name another."""
        config = msgspec.structs.replace(self.config, format=self.config.format or "cap")
        return self.made_of(config)

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """Polls until one fails (see Feed.run)."""
        loop = asyncio.get_running_loop()
        intake = Intake(self._format, sink)
        while True:
            await self._poll(intake, sink)
            up()
            await asyncio.sleep(self._schedule.wait(loop.time()))

    async def _poll(self, intake: Intake, sink: Sink) -> None:
        answer = await self._line.fetch(self.url(), expect="xml")
        sink.touch()
        if answer is not None:
            try:
                await self._take(answer, intake, sink)
            except BaseException:
                self._line.forget()  # what came was not taken
                raise
        await self._documents(intake, sink)

    async def _take(self, answer: Answer, intake: Intake, sink: Sink) -> None:
        """A document at once; of a list, what is to be fetched."""
        if holds_alerts(answer.data):
            await intake.take_slowly(Payload(answer.data, sink.touch(), name=answer.url))
            return
        try:
            for entry in entries(answer.data, self.config.limits.max_bytes, answer.url):
                if entry is None:
                    await asyncio.sleep(0)
                elif self._taken.get(entry.url) != entry.version:
                    self._wait(entry, answer.url, sink)
        except BadXml as error:
            sink.reject(error.reason, answer.data[:200])
            raise Lost(message("feed.cap_index")) from error

    def _wait(self, entry: Entry, base: str, sink: Sink) -> None:
        if allowed(entry.url, base, self.options.hosts):
            if len(self._waiting) < MOST_ENTRIES:
                self._waiting[entry.url] = entry
            return
        self._remember(entry)  # told of once
        sink.reject("cap_elsewhere", entry.url)

    async def _documents(self, intake: Intake, sink: Sink) -> None:
        """Fetch what waits, the oldest first."""
        for entry in _oldest_first(self._waiting.values())[: self.options.max_documents]:
            try:
                answer = await self._line.fetch(entry.url, expect="xml", conditional=False)
            except Oversized as error:
                sink.reject("oversized", str(error.reason))
                self._done(entry)
                continue
            except (Lost, Refused) as error:
                self._failed(entry, error, sink)
                continue
            self._done(entry)
            if answer is not None:
                await intake.take_slowly(Payload(answer.data, sink.touch(), name=answer.url))

    def _failed(self, entry: Entry, error: Lost | Refused, sink: Sink) -> None:
        """One document that does not come keeps none of the others from coming."""
        tries = self._failures[entry.url] = self._failures.get(entry.url, 0) + 1
        if tries >= _TRIES:
            sink.reject("cap_no_document", f"{entry.url} {error.reason}")
            self._done(entry)

    def _done(self, entry: Entry) -> None:
        self._waiting.pop(entry.url, None)
        self._failures.pop(entry.url, None)
        self._remember(entry)

    def _remember(self, entry: Entry) -> None:
        self._taken.pop(entry.url, None)
        self._taken[entry.url] = entry.version
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)


def _oldest_first(waiting: Iterable[Entry]) -> list[Entry]:
    """By what the entries say of their time; else a list begins with the newest, as they do."""
    found = list(waiting)[::-1]
    found.sort(key=lambda entry: moment(entry.version))
    return found
