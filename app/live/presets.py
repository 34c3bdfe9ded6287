"""Directions that cameras were told to turn to (预置位): commands put it here, the windows have it
done."""

from typing import ClassVar

import msgspec

from app.core.privacy import Privacy

PRESETS = "presets"


class PresetOrder(msgspec.Struct, frozen=True):
    """A camera is to turn to a direction that it remembers, by the platform's own name of it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    camera: str
    preset: str
