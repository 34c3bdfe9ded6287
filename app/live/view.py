"""How a value stands now: the one place where the freshness law is applied for the screen."""

from typing import ClassVar

import msgspec

from app.core import keys
from app.core.catalog import DIMENSIONLESS, Catalog, Quantity
from app.core.freshness import freshness, mode
from app.core.model import Freshness, Level, Ms, Origin, World
from app.core.privacy import Privacy
from app.live.picture import Picture

UNKNOWN_PERIOD_MS = 60_000
_GRAVITY = (Freshness.LIVE, Freshness.LATE, Freshness.CACHED, Freshness.NONE)


class ValueView(msgspec.Struct, frozen=True):
    """A value with everything that must be drawn beside it. `age_ms` is None for no value.

    `unit_en` stands for `unit` on an English screen; it is empty where both are the same.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: str
    label_zh: str
    label_en: str
    unit: str
    decimals: int
    value: float | None
    as_of: Ms | None
    age_ms: int | None
    period_ms: int
    source: str
    world: World
    freshness: Freshness
    origin: Origin
    mode: str
    level: Level
    low: float | None = None
    high: float | None = None
    unit_en: str = ""


def value_view(picture: Picture, catalog: Catalog, key: str, now: Ms) -> ValueView:
    """The view of one key at a moment; a key with no value yet has freshness none.

    An index of ours is as old as its evidence, and no fresher than the half of what it counts.
    """
    quantity = catalog.quantity(key)
    period, lag = _timing(quantity, picture, key)
    held = picture.readings.get(key)
    index = picture.indices.results.get(key)
    if held is None or (index is not None and index.value is None):
        # An index that is not published now has no value, whatever its last one was.
        return _no_value(key, quantity, period, picture.world)
    reading = held.reading
    state = freshness(
        reading.as_of, now, period, lag, connected=picture.connected(held.source, now)
    )
    if index is not None and not index.served:
        state = max(state, index.basis, key=_GRAVITY.index)
    world = reading.world or picture.world
    return ValueView(
        key=key,
        label_zh=quantity.name_zh if quantity else keys.parse(key).code,
        label_en=quantity.name_en if quantity else keys.parse(key).code,
        unit=_unit(quantity),
        decimals=quantity.decimals if quantity else 2,
        value=reading.value,
        as_of=reading.as_of,
        age_ms=max(0, now - reading.as_of),
        period_ms=period,
        source=held.source,
        world=world,
        freshness=state,
        origin=reading.origin,
        mode=mode(world, state, reading.origin),
        level=quantity.level(reading.value) if quantity else Level.NONE,
        low=reading.low,
        high=reading.high,
        unit_en=quantity.unit_en if quantity and _unit(quantity) else "",
    )


def _timing(quantity: Quantity | None, picture: Picture, key: str) -> tuple[int, int]:
    if quantity is not None:
        return quantity.period_ms, quantity.lag_ms
    held = picture.readings.get(key)
    health = picture.feeds.get(held.source) if held else None
    return (health.expected_period_ms if health else UNKNOWN_PERIOD_MS), 0


def _no_value(key: str, quantity: Quantity | None, period: int, world: World) -> ValueView:
    code = keys.parse(key).code
    return ValueView(
        key=key,
        label_zh=quantity.name_zh if quantity else code,
        label_en=quantity.name_en if quantity else code,
        unit=_unit(quantity),
        decimals=quantity.decimals if quantity else 0,
        value=None,
        as_of=None,
        age_ms=None,
        period_ms=period,
        source="",
        world=world,
        freshness=Freshness.NONE,
        origin=Origin.MEASURED,
        mode=Freshness.NONE.value,
        level=Level.NONE,
        unit_en=quantity.unit_en if quantity and _unit(quantity) else "",
    )


def _unit(quantity: Quantity | None) -> str:
    """The unit as it is written: a number without a dimension has none."""
    return "" if quantity is None or quantity.unit == DIMENSIONLESS else quantity.unit
