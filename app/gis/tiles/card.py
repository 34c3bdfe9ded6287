"""What a map, a print and an export say of a base: name, source, age, 审图号 or review status,
classification. And what the page needs to draw it."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from app.core.i18n import Translator
from app.core.message import Message, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.gis.frames import encode_json
from app.gis.tiles._base import BaseState, Health
from app.gis.tiles.config import BaseConfig

_DRAWN_AS = {"outline": "none", "drawn": "drawn"}


class BaseCard(msgspec.Struct, frozen=True):
    """For the page: how to draw a base (no address, no credential). `kind` is raster, vector,
    drawn (by the page, from lines and areas) or none; `shifted`: its grid is GCJ-02's; `over`
    another base drawn above it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    kind: str
    min_zoom: int
    max_zoom: int
    tile_size: int
    shifted: bool
    light: bool
    over: str


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


def card(config: BaseConfig) -> BaseCard:
    """What the page needs of a base."""
    return BaseCard(
        id=config.id,
        kind=_DRAWN_AS.get(config.kind, "vector" if config.vector else "raster"),
        min_zoom=config.min_zoom,
        max_zoom=config.max_zoom,
        tile_size=config.tile_size,
        shifted=config.shifted,
        light=config.tone == "light",
        over=config.over,
    )


def frame(configs: Mapping[str, BaseConfig]) -> bytes:
    """The frame `bases`: all that the page may draw."""
    return encode_json("bases", {"bases": [card(config) for config in configs.values()]})


def resolve(
    configs: Mapping[str, BaseConfig], chosen: str, *, webgl: bool
) -> tuple[str, Message | None]:
    """The base that is shown where one was chosen (empty: the first), and why it is another. A
    vector base needs a GPU; without one the next that needs none is taken, and boundaries alone
    where there is none (an empty id)."""
    wanted = chosen or next(iter(configs), "")
    config = configs.get(wanted)
    if config is None:
        return "", message("mapbase.unknown", base=wanted[:60]) if wanted else None
    if webgl or not config.vector:
        return wanted, None
    instead = next((id_ for id_, other in configs.items() if not other.vector), "")
    names = {"base_zh": config.name_zh, "base_en": config.name_en}
    return instead, message("mapbase.no_gpu", **names)


def line(review: Review, words: Translator) -> tuple[str, ...]:
    """What stands under a map, in a language, part by part: whose it is, 审图号 or status,
    classification, and how it is where it is not as it should be."""
    owed = words.pick(review.attribution_zh, review.attribution_en)
    said = [owed, words.render(review.review), words.render(review.classification)]
    if review.health in ("late", "cached", "lost", "refused"):
        said.append(words.render(review.condition))
    return tuple(part for part in said if part)
