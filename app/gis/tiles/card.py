"""What a map, a print and an export say of a base: name, source, age, 审图号 or review status,
classification. And what the page needs to draw it."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from app.core.message import Message, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.gis.tiles._base import BaseState, Health
from app.gis.tiles.config import BaseConfig


class BaseCard(msgspec.Struct, frozen=True):
    """For the page: how to draw a base (no address, no credential). `kind` is raster, vector or
    none; `shifted`: its grid is GCJ-02's; `over` another base drawn above it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    kind: str
    min_zoom: int
    max_zoom: int
    tile_size: int
    shifted: bool
    over: str
    note: str  # the line under the map, in the officer's language


class Review(msgspec.Struct, frozen=True):
    """What every map, print and export says of its base. `age_ms` is of the oldest tile shown (or
    of the file), 0 where nothing ages."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    base: str
    name_zh: str
    name_en: str
    attribution_zh: str
    attribution_en: str
    licence: str
    review: Message
    classification: Message
    health: Health = "idle"
    condition: Message = Message("mapbase.state.idle")
    age_ms: Ms = 0
    note: Message | None = None
    reviewed: bool = False


def review_of(config: BaseConfig, state: BaseState, now: Ms) -> Review:
    """What is to be said of a base that is shown."""
    moment = state.oldest or (state.since if state.health == "file" else 0)
    return Review(
        base=config.id,
        name_zh=config.name_zh,
        name_en=config.name_en,
        attribution_zh=config.attribution_zh or config.source_zh,
        attribution_en=config.attribution_en or config.source_en,
        licence=config.licence,
        review=status(config),
        classification=message(f"mapbase.class.{config.classification}"),
        health=state.health,
        condition=state.reason or message(f"mapbase.state.{state.health}"),
        age_ms=max(0, now - moment) if moment else 0,
        note=state.note,
        reviewed=bool(config.review),
    )


def status(config: BaseConfig) -> Message:
    """审图号, or that there is none."""
    if config.review:
        return message("mapbase.review.number", number=config.review)
    return message("mapbase.review.schematic" if config.schematic else "mapbase.review.none")


def parts(review: Review) -> tuple[Message | tuple[str, str], ...]:
    """The line under a map in its order: sentences, and pairs of Chinese and English."""
    owed = (review.attribution_zh, review.attribution_en or review.attribution_zh)
    return (owed, review.review, review.classification)


def card(config: BaseConfig, note: str) -> BaseCard:
    """What the page needs of a base."""
    drawn = "none" if config.kind == "outline" else "vector" if config.vector else "raster"
    return BaseCard(
        id=config.id,
        kind=drawn,
        min_zoom=config.min_zoom,
        max_zoom=config.max_zoom,
        tile_size=config.tile_size,
        shifted=config.shifted,
        over=config.over,
        note=note,
    )


def first(configs: Mapping[str, BaseConfig]) -> str:
    """The base that a map shows where none was chosen; empty for none."""
    return next(iter(configs), "")
