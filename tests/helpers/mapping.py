"""A mapping of a few lines of TOML, and what it makes of a payload."""

import tomllib
from typing import Any

from app.config import FeedConfig, Limits
from app.formats._base import BREATH, Made, Payload
from app.formats.mapping import Mapping
from tests.helpers.ingesting import CATALOG

NOW = 1_795_003_200_000
"""2026-11-18 12:00 UTC, 20:00 in Shanghai."""


def mapping(text: str, kind: type[Mapping] = Mapping, **limits: int) -> Mapping:
    """The mapping of a `[feed.map]`."""
    config = FeedConfig(
        id="water", kind="mqtt", name_zh="水务局", map=tomllib.loads(text), limits=Limits(**limits)
    )
    return kind(config, CATALOG)


def made(form: Mapping, data: str | bytes, **how: Any) -> list[Made]:
    """What a payload becomes, without the breaths."""
    raw = data.encode() if isinstance(data, str) else data
    return [one for one in form.read(Payload(raw, NOW, **how)) if one is not BREATH]


def records(text: str, data: str | bytes, **how: Any) -> list[Any]:
    """The records of a payload all of which can be used."""
    found = made(mapping(text), data, **how)
    assert not [one for one in found if one.reason], found
    return [one.record for one in found]


def reasons(text: str, data: str | bytes, **how: Any) -> list[tuple[str, str]]:
    """Why not, and which field, of every record that cannot be used."""
    return [(one.reason, one.field) for one in made(mapping(text), data, **how) if one.reason]
