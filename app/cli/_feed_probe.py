"""One feed of a city asked for a while, alone and without a trace: for `feed check`."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import ClassVar

import msgspec

from app.city import City
from app.cli._one_feed import anonymous
from app.config import ConfigError, FeedConfig
from app.core.clock import SystemClock
from app.core.message import Message, Refusal, message
from app.core.privacy import Privacy
from app.feeds._base import Feed, Lost, Refused, Surroundings, feeds
from app.feeds._sink import Sink
from app.feeds._unreachable import unreachable
from app.live.batch import Batch
from app.live.feed_detail import Sample
from app.registry import UnknownKind
from app.secrets import Secrets

AT_ONCE = 16
_LOOK_S = 0.1
_ENOUGH_S = 2.0  # after the first record: what the others are like


class Finding(msgspec.Struct):
    """What came of one feed. `first_s` is how long the first record took, None for none; `delay_s`
    the median of received - observed."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    feed: str
    name_zh: str
    name_en: str
    connected: bool = False
    first_s: float | None = None
    accepted: int = 0
    rejected: int = 0
    reasons: dict[str, int] = {}
    samples: list[Sample] = []
    delay_s: float = 0.0
    trouble: Message | None = None
    suspicion: tuple[Message, ...] = ()
    due: bool = True  # a record had to come in the time there was

    @property
    def certificate(self) -> bool:
        """Whether the other side's certificate is not to be trusted."""
        return self.trouble is not None and self.trouble.id == "feed.certificate"

    @property
    def good(self) -> bool:
        """Whether it can go live as it is."""
        silent = self.due and not self.accepted
        useless = self.rejected > 0 and not self.accepted
        odd = self.trouble is not None or bool(self.suspicion)
        return self.connected and not odd and not silent and not useless


async def probe_all(
    city: City,
    secrets: Secrets,
    endpoints: Mapping[str, str],
    seconds: float,
    configs: Sequence[FeedConfig],
) -> list[Finding]:
    """These feeds of a city, at most AT_ONCE at a time, in their order."""
    turns = asyncio.Semaphore(AT_ONCE)
    around = Surroundings(
        catalog=city.catalog,
        clock=SystemClock(),
        secrets=secrets,
        endpoints=endpoints,
        zone=city.config.zone,
    )

    async def one(config: FeedConfig) -> Finding:
        async with turns:
            return await probe(config, around, city, seconds)

    try:
        return list(await asyncio.gather(*(one(config) for config in configs)))
    finally:
        await around.shared.close()


async def probe(config: FeedConfig, around: Surroundings, city: City, seconds: float) -> Finding:
    """One feed for so many seconds, or until it is known what it brings. Nothing is confirmed to
    the source, because nothing is kept."""
    finding = Finding(
        config.id,
        config.name_zh,
        config.name_en or config.name_zh,
        due=config.expected_period_s <= seconds,
    )
    sink = Sink(
        config,
        around.catalog,
        around.clock,
        city_world=city.config.world,
        urgent=lambda: None,
        waiting=lambda: 0,
    )
    try:
        feed = made(anonymous(config), around)
    except Refusal as error:
        finding.trouble = error.reason
        return finding
    await _ask(feed, sink, finding, seconds)
    health = sink.health()
    finding.accepted, finding.rejected = health.accepted, health.rejected
    finding.reasons, finding.samples = dict(health.reasons), sink.quarantine.samples()[-3:]
    finding.delay_s, finding.suspicion = round(health.delay_ms / 1000, 1), health.suspicion
    return finding


def made(config: FeedConfig, around: Surroundings) -> Feed:
    """A feed as its settings say; raises Refusal where they cannot be used."""
    try:
        return feeds().load(config.kind)(config, around)
    except UnknownKind as error:
        known = ", ".join(feeds().names())
        raise ConfigError(
            message("check.kind", feed=config.id, kind=config.kind, known=known)
        ) from error


async def _ask(feed: Feed, sink: Sink, finding: Finding, seconds: float) -> None:
    def up() -> None:
        finding.connected = True

    begun = time.monotonic()
    task = asyncio.create_task(feed.run(sink, up), name=f"probe {finding.feed}")
    try:
        while (spent := time.monotonic() - begun) < seconds and not task.done():
            await asyncio.wait([task], timeout=min(_LOOK_S, seconds - spent))
            if sink.pour(Batch()) and finding.first_s is None:
                finding.first_s = round(time.monotonic() - begun, 1)
            if finding.first_s is not None and spent >= finding.first_s + _ENOUGH_S:
                break
    finally:
        ended = task.done()
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await asyncio.wait([task], timeout=5)
    error = task.exception() if ended and not task.cancelled() else None
    if error is not None:
        finding.trouble = _reason(error)
    elif not finding.connected and not ended:
        finding.trouble = message("feed.timeout")


def _reason(error: BaseException) -> Message:
    if isinstance(error, Lost | Refused | Refusal):
        return error.reason
    if isinstance(error, TimeoutError):
        return message("feed.timeout")
    if isinstance(error, OSError):
        return unreachable(error)
    return message("feed.broken", error=type(error).__name__)
