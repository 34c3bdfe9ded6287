"""One feed of a city without a screen: settings, simulator and ingest thread for a subcommand."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from app.child import Child
from app.city import City
from app.config import ConfigError, FeedConfig
from app.core import wording
from app.core.clock import SystemClock
from app.core.i18n import Translator
from app.core.message import message
from app.feeds._ingest import IngestThread
from app.live.batch import Mailbox
from app.secrets import Secrets
from app.sim.child import start_simulator


def feed_of(city: City, name: str) -> FeedConfig:
    """A feed of a city by its id; raises ConfigError with the ids there are."""
    for config in city.config.feed:
        if config.id == name:
            return config
    known = ", ".join(config.id for config in city.config.feed)
    raise ConfigError(message("feed.unknown", feed=name, known=known))


OWN = frozenset({"client_id", "durable", "finished"})


def anonymous(config: FeedConfig) -> FeedConfig:
    """Without the names under which a broker keeps messages for us, and without moving files: who
    asks under such a name takes what the gatherer that runs is waiting for. Who pushes to us is
    told to come again, because nothing is kept."""
    options = {name: item for name, item in config.options.items() if name not in OWN}
    if config.kind == "http-push":
        options |= {"answer": "saved", "saved_s": 0.1}
    return msgspec.structs.replace(config, options=options)


def delay(seconds: float, words: Translator) -> str:
    """`0.4 s`, and from a minute on `2 h 46 min`."""
    span = round(seconds * 1000)
    if seconds < 60:
        return wording.delay(span, words)
    return wording.duration(span, words, long=True)


@contextmanager
def running(
    city: City, config: FeedConfig, mailbox: Mailbox, folder: Path
) -> Iterator[IngestThread]:
    """Run one feed, and the simulator where its address asks for one."""
    child: Child | None = None
    endpoints: dict[str, str] = {}
    try:
        if config.url.startswith("sim://"):
            child, endpoints = start_simulator(city)
        ingest = IngestThread(
            [msgspec.structs.replace(config, enabled=True)],
            endpoints,
            mailbox,
            city.catalog,
            SystemClock(),
            secrets=Secrets(folder),
            world=city.config.world,
            zone=city.config.zone,
        )
        ingest.start()
        try:
            yield ingest
        finally:
            ingest.stop()
    finally:
        if child is not None:
            child.stop()
