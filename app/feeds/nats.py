"""`nats`: NATS subjects, and JetStream with replay from where we were (nats-py)."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from app.config import FeedConfig
from app.core.catalog import HOUR
from app.core.ident import ulid
from app.core.message import message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.feeds._base import Feed, Refused, Surroundings
from app.feeds._credential import credential
from app.feeds._intake import Intake
from app.feeds._nats_key import BadKey, Key, key_of
from app.feeds._nats_line import NatsLine, open_nats
from app.feeds._nats_stream import Consumer, Durability, Start
from app.feeds._nats_taken import Taken
from app.feeds._sink import Sink
from app.feeds._together import until_one_ends
from app.formats._base import Payload
from app.options import bad, options_of, said

OVERLAP_MS = HOUR
"""`deliver = "heard"` begins so long before the source was last heard: what was observed then may
have been on its way."""

_SCHEMES = ("nats://", "tls://", "sim://")
_ID = "Nats-Msg-Id"  # by which a sender marks a message that it may send again
_SMALL_BYTES = 65_536
_MOST_BYTES = 67_108_864  # that may wait, whatever their number
_SUBJECT = r"^[^\s]{1,200}$"
_NAME = r"^[^\s.*>/\\]{0,100}$"

Subject = Annotated[str, msgspec.Meta(pattern=_SUBJECT)]
StreamName = Annotated[str, msgspec.Meta(pattern=_NAME)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `nats` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    subjects: Annotated[
        tuple[Subject, ...], said("with * and >; of a stream one at the most, none for all of it")
    ] = ()
    group: Annotated[
        StreamName, said("of seats that share the messages of a subject (queue group)")
    ] = ""
    stream: Annotated[StreamName, said("of JetStream; empty: plain subjects, nothing again")] = ""
    durable: Annotated[
        StreamName, said("consumer's name: the server remembers where we were; one seat only")
    ] = ""
    deliver: Annotated[
        Literal["all", "new", "heard"],
        said("where a new consumer begins; heard: where our store last heard this source"),
    ] = "heard"
    since: Annotated[str, said("begin at this moment instead (2026-11-18T00:00:00+08:00)")] = ""
    history_hours: Annotated[
        float, msgspec.Meta(gt=0, le=24 * 366 * 5), said("never further back than this")
    ] = 24.0
    ack: Annotated[
        Literal["taken", "saved"],
        said("acknowledge what was taken, or only what our store has on the disk"),
    ] = "taken"
    ack_wait_s: Annotated[
        float, msgspec.Meta(ge=0.1, le=86_400), said("after which the server gives it again")
    ] = 60.0
    batch: Annotated[int, msgspec.Meta(ge=2, le=10_000), said("messages asked for at once")] = 256
    queue: Annotated[int, msgspec.Meta(gt=0), said("messages of subjects that may wait")] = 50_000
    open_s: Annotated[float, msgspec.Meta(gt=0, le=300), said("longest handshake")] = 10.0
    allow_plain: Annotated[bool, said("send the credential without TLS")] = False


class Nats(Feed, kind="nats"):
    """Address: `nats://host[:4222]`, or `tls://host[:4222]`, over which nothing is said before it
    is encrypted. The credential is `user:password`, a token, an NKEY's seed (`SU...`) or the whole
    content of a `.creds` file.

    With `stream` a consumer of JetStream: messages are acknowledged, come again until they are, and
    a break is made up for; what comes twice (by sequence, or by the sender's `Nats-Msg-Id`) is
    counted and not taken twice; what the stream no longer holds is counted as missing, where all of
    it is asked for. An existing consumer must be a pull consumer.
    """

    settings = Options
    without = ("proxy", "source_address")
    example = """
        [[feed]]
        id = "events"
        kind = "nats"
        name_zh = "事件分拨平台"
        name_en = "Event dispatching"
        url = "tls://nats.example:4222"
        credential = "nats-desk"

        [feed.options]
        stream = "EVENTS"
        durable = "chengmai-desk"
        subjects = ["event.>"]
        ack = "saved"
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        options = self.options = options_of(config, Options)
        for url in (config.url, *config.also):
            if not url.startswith(_SCHEMES):
                raise bad(config.id, "url", "nats:// or tls://")
        if options.stream and len(options.subjects) > 1:
            raise bad(config.id, "options.subjects", "a stream takes one; make another feed")
        if not options.stream and (options.durable or not options.subjects):
            wrong = "options.durable" if options.durable else "options.subjects"
            raise bad(config.id, wrong, "durable asks for a stream, plain NATS for subjects")
        self._since = _moment(config, options.since)
        self._format = self.format()
        self._taken = Taken()
        self._name = f"chengmai-{ulid(around.clock.now())}"

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One connection (see Feed.run)."""
        url, options = self.url(), self.options
        opened = open_nats(url, self.config, self._key(url), name=self._name, open_s=options.open_s)
        async with opened as (client, line):
            if options.stream:
                await self._stream(client, line, sink, up)
            else:
                await self._subjects(client, line, sink, up)

    def _key(self, url: str) -> Key:
        secure = url.startswith("tls://")
        secret = credential(self, url, secure=secure, allow_plain=self.options.allow_plain)
        try:
            return key_of(secret)
        except BadKey as error:
            raise Refused(message("feed.nats_key", name=self.config.credential)) from error

    async def _stream(
        self, client: Client, line: NatsLine, sink: Sink, up: Callable[[], None]
    ) -> None:
        options = self.options
        wanted = Durability(
            stream=options.stream,
            durable=options.durable,
            subject=options.subjects[0] if options.subjects else "",
            batch=options.batch,
            ack_wait_s=options.ack_wait_s,
            ack_saved=options.ack == "saved",
        )
        start = Start(new=options.deliver == "new" and not self._since, since=self._from())
        intake = Intake(self._format, sink)
        consumer = Consumer(wanted, start, self._taken, sink)
        await until_one_ends(  # why the line ended says more than what it then broke
            {
                f"nats end {self.config.id}": line.over(),
                f"nats {self.config.id}": consumer.run(
                    client, up, lambda came: self._take(came, intake, sink)
                ),
            }
        )

    def _from(self) -> Ms:
        """Where a new consumer begins."""
        now = self.around.clock.now()
        oldest = now - round(self.options.history_hours * HOUR)
        if self._since:
            return self._since
        if self.options.deliver == "heard":
            past = self.around.past(self.config.id)
            return max(oldest, past.heard - OVERLAP_MS if past else 0)
        return oldest

    async def _subjects(
        self, client: Client, line: NatsLine, sink: Sink, up: Callable[[], None]
    ) -> None:
        options = self.options
        held = Held(options.queue)
        line.on_end = held.came.set
        for subject in options.subjects:
            await client.subscribe(subject, queue=options.group, cb=held.keep)
        await client.flush()
        up()
        intake = Intake(self._format, sink)
        while not line.ended:
            await held.came.wait()
            held.came.clear()
            while some := held.some(options.batch):
                await self._take(some, intake, sink)
                await asyncio.sleep(0)
            missed = held.overflow + line.overflow
            if missed:
                sink.drop("queue", missed)
                held.overflow = line.overflow = 0
        await line.over()

    async def _take(self, came: Sequence[Msg], intake: Intake, sink: Sink) -> None:
        payloads: list[Payload] = []
        ids: set[str] = set()
        now, limit = sink.touch(), self.config.limits.max_bytes
        for msg in came:
            identity = (msg.headers or {}).get(_ID, "")[:200]
            if identity and (identity in ids or self._taken.knows(identity)):
                sink.repeated(1)
            elif len(msg.data) > limit:
                sink.reject("oversized", f"{len(msg.data)} bytes")
            else:
                levels = tuple(msg.subject.split("."))
                payloads.append(Payload(msg.data, now, levels, name=msg.subject))
                ids |= {identity} if identity else set()
        if sum(len(payload.data) for payload in payloads) <= _SMALL_BYTES:
            intake.take(*payloads)
        else:
            for payload in payloads:
                await intake.take_slowly(payload)
        for identity in ids:  # now: what was cut off in between comes again
            self._taken.message(identity)


class Held:
    """Messages of subjects that wait; what is over is lost, and counted in `overflow`."""

    def __init__(self, room: int) -> None:
        self.came = asyncio.Event()
        self.overflow = 0
        self._room = room
        self._size = 0
        self._waiting: deque[Msg] = deque()

    async def keep(self, msg: Msg) -> None:
        """From the library, one message."""
        if len(self._waiting) >= self._room or self._size > _MOST_BYTES:
            self.overflow += 1
        else:
            self._waiting.append(msg)
            self._size += len(msg.data)
        self.came.set()

    def some(self, most: int) -> list[Msg]:
        """The oldest that wait; none when there are no more."""
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), most))]
        self._size -= sum(len(msg.data) for msg in taken)
        return taken


def _moment(config: FeedConfig, text: str) -> Ms:
    """Of `since`; 0 where it is not stated."""
    if not text:
        return 0
    try:
        stated = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad(config.id, "options.since", str(error)) from error
    if stated.tzinfo is None:
        raise bad(config.id, "options.since", "without offset")
    return round(stated.timestamp() * 1000)
