"""The script of a presentation: which scenes one after the other, and what to say at each.

    name_zh = "全景淮安"
    name_en = "Huai'an at a glance"

    [[step]]
    address = "overview"
    title_zh = "总览"
    title_en = "Overview"
    notes_zh = "…"
    notes_en = "…"

How to write one: docs/howto-presentation.md.
"""

from collections.abc import Collection
from typing import Annotated, ClassVar

import msgspec

from app.config import ConfigError, locate, parse_toml
from app.core.message import Refusal, message
from app.core.privacy import Privacy
from app.live.address import MAX_CHARACTERS, parse_address

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Notes = Annotated[str, msgspec.Meta(max_length=2000)]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stop. `highlight` frames the first panel of a kind; after `dwell_s` seconds the next
    step comes by itself, 0: when the speaker says so."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    address: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_CHARACTERS)]
    title_zh: Title
    title_en: Title
    notes_zh: Notes
    notes_en: Notes
    highlight: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{0,40}$")] = ""
    dwell_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 0.0


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A script's file; `city` is the folder's name of the only city it is about, empty for any."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    name_zh: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    name_en: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    step: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=100)]
    order: int = 100
    city: Annotated[str, msgspec.Meta(max_length=60)] = ""


def parse_script(text: str, file: str, scenes: Collection[str], kinds: Collection[str]) -> Script:
    """Check a script against the scenes and the kinds of panels there are; raises ConfigError with
    file, line and key."""
    script = parse_toml(text, Script, file)
    for number, step in enumerate(script.step):
        where = f"step[{number}]"
        try:
            address = parse_address(step.address)
        except Refusal as refusal:
            reason = f"{step.address!r} is no address"
            raise _wrong(text, file, f"{where}.address", reason) from refusal
        if address.scene not in scenes:
            raise _wrong(text, file, f"{where}.address", f"no scene {address.scene!r}")
        if step.highlight and step.highlight not in kinds:
            raise _wrong(text, file, f"{where}.highlight", f"no panel {step.highlight!r}")
    return script


def _wrong(text: str, file: str, key: str, reason: str) -> ConfigError:
    line = locate(text, key)
    return ConfigError(message("config.key", file=file, line=line, key=key, error=reason))
