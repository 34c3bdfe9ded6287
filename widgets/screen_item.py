"""What was on the wall: one value of the screen JSON, made in one place from what was painted."""

from typing import ClassVar

import msgspec

from app.core.clock import iso
from app.core.i18n import Translator
from app.core.model import Freshness, Ms, Origin, World
from app.core.privacy import Privacy
from app.live.view import ValueView


class ScreenItem(msgspec.Struct, frozen=True):
    """One item of a panel in the screen JSON.

    `age` in seconds and `observed` in UTC (ISO 8601) are null for no value; `visible` says
    whether a person could see it: the panel may only know its own clipping, the probe adds the
    window's.
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    key: str
    label: str
    value: float | int | str | None
    unit: str
    age: float | None
    observed: str | None
    source: str
    mode: str
    world: str
    freshness: str
    origin: str
    level: str
    visible: bool


def value_item(view: ValueView, translator: Translator, *, visible: bool = True) -> ScreenItem:
    """The item of a value as it stands; the value is the rounded one that is painted."""
    value = None if view.value is None else round(view.value, view.decimals)
    return ScreenItem(
        key=view.key,
        label=translator.pick(view.label_zh, view.label_en),
        value=value,
        unit=translator.pick(view.unit, view.unit_en),
        age=None if view.age_ms is None else view.age_ms / 1000,
        observed=None if view.as_of is None else iso(view.as_of),
        source=view.source,
        mode=view.mode,
        world=view.world.value,
        freshness=view.freshness.value,
        origin=view.origin.value,
        level=view.level.value,
        visible=visible,
    )


def record_item(
    key: str,
    label: str,
    value: float | int | str | None,
    *,
    observed: Ms,
    now: Ms,
    source: str = "",
    unit: str = "",
    world: World = World.REAL,
    freshness: Freshness = Freshness.LIVE,
    mode: str = "",
    origin: Origin = Origin.REPORTED,
    level: str = "",
    visible: bool = True,
) -> ScreenItem:
    """The item of something that is no reading: a warning, an event, a feed, a count, a clock.

    Free text of a record may be handed in as it is shown: the probe masks before it writes.
    """
    return ScreenItem(
        key=key,
        label=label,
        value=value,
        unit=unit,
        age=max(0, now - observed) / 1000 if observed else None,
        observed=iso(observed) if observed else None,
        source=source,
        mode=mode or freshness.value,
        world=world.value,
        freshness=freshness.value,
        origin=origin.value,
        level=level,
        visible=visible,
    )


def spoken(item: ScreenItem) -> str:
    """One line for a screen reader: name, value, unit, level and mode."""
    value = "—" if item.value is None else str(item.value)
    parts = (item.label, value, item.unit, item.level, item.mode)
    return " ".join(part for part in parts if part)
