"""What an index was worked out without: whose values, how much of its weight, since when."""

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from app.core.catalog import Catalog, Quantity
from app.core.index import Lack, Part
from app.core.model import Freshness, Ms
from app.core.privacy import Privacy
from app.live.picture import Picture
from app.rules.confidence import belief

_WHOLE = 1.0 - 1e-9


class Missing(msgspec.Struct, frozen=True):
    """A bureau whose values are not live, or cannot be so. `share` (0 to 1) is their weight in the
    index; `since` (ms UTC) when the line was lost or, with the line up, the oldest of their moments
    or of what was found about them; None where nothing was ever heard."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    bureau: str
    share: float
    since: Ms | None


def missing(picture: Picture, catalog: Catalog, key: str, now: Ms) -> tuple[Missing, ...]:
    """Per bureau what of an index is not live, the largest share first; the shares and the index's
    `fresh` sum to 1. Indices among the members are opened down to their indicators."""
    result = picture.indices.results.get(key)
    if result is not None and min(result.fresh, result.effective) > _WHOLE:
        return ()  # the usual case: thousands of parts need not be opened to find none missing
    shares: dict[str, float] = {}
    since: dict[str, Ms] = {}
    for lack in _lacks(picture, catalog, key, 1.0):
        shares[lack.bureau] = shares.get(lack.bureau, 0.0) + lack.weight
        if lack.since is not None:
            since[lack.bureau] = min(since.get(lack.bureau, now), lack.since)
    ordered = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Missing(bureau, share, since.get(bureau)) for bureau, share in ordered)


def _lacks(picture: Picture, catalog: Catalog, key: str, weight: float) -> Iterator[Lack]:
    """Of an index and of those within it, each with its weight in the whole."""
    quick = picture.indices.lacks(key)
    if quick is None:
        for part, inner in _leaves(picture, key, weight):
            yield from _of_part(picture, catalog, part, inner)
        return
    own, indices = quick
    for lack in own:
        yield Lack(lack.bureau, lack.weight * weight, lack.since)
    for inner_key, inner in indices:
        yield from _lacks(picture, catalog, inner_key, weight * inner)


def _of_part(picture: Picture, catalog: Catalog, part: Part, weight: float) -> Iterator[Lack]:
    quantity = catalog.quantities.get(part.code)
    is_false = _is_false(picture, quantity, part)
    if part.freshness is Freshness.LIVE and not is_false:
        return
    bureau = quantity.bureau if quantity is not None else ""
    yield Lack(bureau, weight, _since(picture, part, is_false=is_false))


def _leaves(picture: Picture, key: str, weight: float) -> list[tuple[Part, float]]:
    found: list[tuple[Part, float]] = []
    for part in picture.indices.parts(key):
        if part.code in picture.indices.plan.specs:
            found += _leaves(picture, part.key, weight * part.weight)
        else:
            found.append((part, weight * part.weight))
    return found


def _is_false(picture: Picture, quantity: Quantity | None, part: Part) -> bool:
    found = picture.findings.get(part.key)
    if not found or quantity is None or part.value is None:
        return False
    return belief(found, quantity, part.value) == 0


def _since(picture: Picture, part: Part, *, is_false: bool) -> Ms | None:
    if is_false and part.freshness is Freshness.LIVE:
        return min(item.since for item in picture.findings[part.key])
    health = picture.feeds.get(part.source)
    if part.freshness is Freshness.CACHED and health is not None and health.lost_since:
        return health.lost_since
    return part.as_of
