"""The figures of `bench feeds` that need no window: memory of idle feeds, reconnections."""

import json
import tempfile
from pathlib import Path
from urllib.request import urlopen

from app.bench._base import Figure
from app.bench._bureaus import feeds
from app.bench._certificate import write_certificate
from app.bench._watching import watching
from app.child import Child
from app.core.health import FeedState

FEW, MANY = 50, 500
KB = 1000


def idle_feed_memory() -> Figure:
    """kB that one more silent feed costs: WebSockets with TLS, and polls that find nothing new."""
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        certificate, key = write_certificate(Path(place))
        systems = Child("app.bench._systems", ["0", str(certificate), str(key)])
        try:
            there = systems.start()
            few, many = (_weigh(count, there, str(certificate)) for count in (FEW, MANY))
        finally:
            systems.stop()
    each = (many - few) / (MANY - FEW)
    return Figure("idle_feed_memory", each / KB, "kB", "one TLS context", 832.0)


def _weigh(count: int, there: dict[str, str], ca: str) -> int:
    child = Child("app.bench._idle", [str(count), there["ws"], there["http"], ca])
    try:
        return int(child.start(timeout_s=120)["bytes"])
    finally:
        child.stop()


def reconnects_per_s() -> Figure:
    """The most connections that came in any second after 450 lines were cut at once."""
    systems = Child("app.bench._systems", ["0"])
    try:
        there = systems.start()
        all_ = feeds(MANY, there["ws"], there["http"], still=True)
        lines = [one for one in all_ if one.kind != "http-json"]
        with watching(lines) as watched:
            watched.until(FeedState.LIVE, len(lines))
            _ask(there["http"] + "/cut")
            watched.until(FeedState.LOST, 1)
            watched.until(FeedState.LIVE, len(lines))
            came = sorted(_ask(there["http"] + "/connects"))
    finally:
        systems.stop()
    busiest = max(sum(0 <= other - moment < 1.0 for other in came) for moment in came)
    return Figure("reconnects_per_s", busiest, "1/s", "lines cut at once", float(len(lines)))


def _ask(url: str) -> list[float]:
    with urlopen(url, timeout=10) as answer:  # noqa: S310  (our own server on loopback)
        found: list[float] = json.loads(answer.read())
        return found
