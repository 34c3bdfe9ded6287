"""JetStream: a pull consumer that goes on where what was taken ended."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import ClassVar

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NotFoundError

from app.core.message import message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.feeds._base import Lost, Refused
from app.feeds._nats_taken import Taken
from app.feeds._sink import Sink

FETCH_S = 5.0
"""How long one question for messages stands."""
_UNLIMITED = -1
_PENDING = 10_000

Take = Callable[[Sequence[Msg]], Awaitable[None]]


class Start(msgspec.Struct, frozen=True):
    """Where a consumer begins that does not exist yet: with what comes from now on, or at a
    moment."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    new: bool
    since: Ms

    def config(self, last: int) -> ConsumerConfig:
        """Its settings; `last` is the sequence that this process took last (0: none)."""
        if last:
            policy, after = DeliverPolicy.BY_START_SEQUENCE, last + 1
            return ConsumerConfig(deliver_policy=policy, opt_start_seq=after)
        if self.new:
            return ConsumerConfig(deliver_policy=DeliverPolicy.NEW)
        moment = datetime.fromtimestamp(self.since / 1000, UTC)
        return ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_TIME, opt_start_time=moment)


class Durability(msgspec.Struct, frozen=True):
    """Of a consumer: `durable` its name ("" for one that ends with us), `subject` what of the
    stream ("" for all), `ack_saved` to acknowledge only what is on the disk."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    stream: str
    durable: str
    subject: str
    batch: int
    ack_wait_s: float
    ack_saved: bool


class Consumer:
    """Takes one stream. Messages are acknowledged after they were taken; what comes again because
    an acknowledgement was lost is known by its sequence and counted."""

    def __init__(self, wanted: Durability, start: Start, taken: Taken, sink: Sink) -> None:
        self._wanted = wanted
        self._start = start
        self._taken = taken
        self._sink = sink
        self._whole = False
        self._acks: set[asyncio.Task[None]] = set()

    async def run(self, client: Client, up: Callable[[], None], take: Take) -> None:
        """Until the connection ends. Raises Lost where stream or consumer are not there."""
        js = client.jetstream()
        try:
            name = await self._bind(js)
            lure = await js.pull_subscribe_bind(consumer=name, stream=self._wanted.stream)
            up()
            while True:
                await self._fetch(js, lure, name, take)
        except NotFoundError as error:
            raise Lost(message("feed.nats_no_stream", stream=self._wanted.stream)) from error
        except APIError as error:
            said = (error.description or type(error).__name__)[:120]
            raise Lost(message("feed.closed", error=said)) from error

    async def _bind(self, js: JetStreamContext) -> str:
        wanted = self._wanted
        stream = await js.stream_info(wanted.stream)
        self._taken.stream_is(f"{wanted.stream} {stream.created}")
        subjects = stream.config.subjects or []
        self._whole = wanted.subject in ("", ">") or subjects == [wanted.subject]
        if wanted.durable:
            try:
                known = await js.consumer_info(wanted.stream, wanted.durable)
            except NotFoundError:
                pass
            else:
                if known.config.deliver_subject:
                    raise Refused(message("feed.nats_push", name=wanted.durable))
                if known.ack_floor is not None and known.delivered is not None:
                    self._taken.resume(known.ack_floor.stream_seq, known.delivered.stream_seq)
                return wanted.durable
        made = await js.add_consumer(
            wanted.stream,
            self._start.config(self._taken.last),
            name=wanted.durable or None,
            durable_name=wanted.durable or None,
            filter_subject=wanted.subject or None,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=wanted.ack_wait_s,
            max_ack_pending=_UNLIMITED if wanted.ack_saved else _PENDING,
        )
        return str(made.name)

    async def _fetch(
        self, js: JetStreamContext, lure: JetStreamContext.PullSubscription, name: str, take: Take
    ) -> None:
        try:
            came = await lure.fetch(self._wanted.batch, FETCH_S)
        except TimeoutError:  # the library's own, or plain where it has no time left to ask again
            await js.consumer_info(self._wanted.stream, name)  # raises if it is gone
            return
        fresh: list[Msg] = []
        came.sort(key=lambda msg: msg.metadata.sequence.stream)  # what comes again comes anyhow
        for msg in came:
            number = msg.metadata.sequence.stream
            if number not in self._taken:
                fresh.append(msg)
                continue
            self._sink.repeated(1)
            if not self._wanted.ack_saved or self._taken.is_saved(number):
                await _ack([msg])
        await take(fresh)
        for msg in fresh:
            missing = self._taken.take(msg.metadata.sequence.stream)
            if missing and self._whole:
                self._sink.gap(missing)
        if not self._wanted.ack_saved:
            await _ack(fresh)
        elif fresh:
            self._sink.receipt(self._receipt(fresh))

    def _receipt(self, messages: list[Msg]) -> Callable[[], None]:
        loop = asyncio.get_running_loop()

        def saved() -> None:  # in a thread of the store
            with suppress(RuntimeError):  # the loop is over, and the server gives them again
                loop.call_soon_threadsafe(self._saved, messages)

        return saved

    def _saved(self, messages: list[Msg]) -> None:
        for msg in messages:
            self._taken.saved(msg.metadata.sequence.stream)
        task = asyncio.create_task(_ack(messages), name="nats acknowledgements")
        self._acks.add(task)
        task.add_done_callback(self._acks.discard)


async def _ack(messages: list[Msg]) -> None:
    with suppress(Error):  # the line is gone: they come again, and are known
        for msg in messages:
            await msg.ack()
