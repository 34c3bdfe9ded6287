"""What depends on a feed: the indicators whose values come from it now, the layers, the open
matters, and the indices with the share of their weight."""

from collections import Counter
from typing import ClassVar

import msgspec

from app.core import keys
from app.core.catalog import Catalog
from app.core.index import Part
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.picture import Picture

DEEP = 6  # indices made of indices, at most


class UsedIndicator(msgspec.Struct, frozen=True):
    """`keys` values of an indicator come from the feed; `key` is the newest, observed `as_of`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    key: str
    keys: int
    as_of: Ms


class UsedIndex(msgspec.Struct, frozen=True):
    """`share` of an index's weight by the plan rests on the feed, 0 to 1."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    key: str
    share: float


class UsedLayer(msgspec.Struct, frozen=True):
    """A layer of positions: how many places, when they came."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    count: int
    received: Ms


class FeedUses(msgspec.Struct, frozen=True):
    """All of it; `matters` counts open records by their kind's word, `held_back` the values and
    records of a feed on trial, on which nothing rests yet."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    indicators: tuple[UsedIndicator, ...] = ()
    indices: tuple[UsedIndex, ...] = ()
    layers: tuple[UsedLayer, ...] = ()
    matters: tuple[tuple[str, int], ...] = ()
    held_back: int = 0


def feed_uses(picture: Picture, catalog: Catalog, region: str, feed: str) -> FeedUses:
    """Goes once over all values of the picture: for a page, every half minute, not for a frame."""
    trial = picture.trial
    return FeedUses(
        indicators=_indicators(picture, feed),
        indices=_indices(picture, catalog, region, feed),
        layers=tuple(
            UsedLayer(name, len(columns.ids), columns.received)
            for (source, name), columns in sorted(picture.positions.items())
            if source == feed
        ),
        matters=_matters(picture, feed),
        held_back=len(trial.readings.get(feed, ())) + len(trial.records.get(feed, ())),
    )


def _indicators(picture: Picture, feed: str) -> tuple[UsedIndicator, ...]:
    mine = [(key, held) for key, held in picture.readings.items() if held.source == feed]
    counts: Counter[str] = Counter()
    newest: dict[str, tuple[Ms, str]] = {}
    for key, held in mine:
        code = keys.parse(key).code
        counts[code] += 1
        newest[code] = max(newest.get(code, (0, "")), (held.reading.as_of, key))
    return tuple(
        UsedIndicator(code, newest[code][1], counts[code], newest[code][0])
        for code in sorted(counts)
    )


def _matters(picture: Picture, feed: str) -> tuple[tuple[str, int], ...]:
    tables = {
        "event": picture.events,
        "warning": picture.warnings,
        "devicestatus": picture.devices,
        "stock": picture.stocks,
    }
    counts = {
        kind: sum(item.source == feed for item in table.values()) for kind, table in tables.items()
    }
    return tuple((kind, count) for kind, count in counts.items() if count)


def _indices(picture: Picture, catalog: Catalog, region: str, feed: str) -> tuple[UsedIndex, ...]:
    specs = catalog.plan.specs
    found = []
    for code in specs:
        key = keys.reading_key(code, region)
        share = _share(picture, key, feed, DEEP)
        if share > 0:
            found.append(UsedIndex(code, key, share))
    return tuple(sorted(found, key=lambda item: (-item.share, item.code)))


def _share(picture: Picture, key: str, feed: str, deep: int) -> float:
    parts = picture.indices.parts(key) if deep else ()
    total = sum(part.weight for part in parts)
    if not total:
        return 0.0
    return sum(part.weight * _rests(picture, part, feed, deep) for part in parts) / total


def _rests(picture: Picture, part: Part, feed: str, deep: int) -> float:
    """How much of a member rests on the feed: all, nothing, or an index's own share."""
    if part.code in picture.indices.plan.specs:
        return _share(picture, part.key, feed, deep - 1)
    return 1.0 if part.source == feed else 0.0
