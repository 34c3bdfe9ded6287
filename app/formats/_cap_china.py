"""What Chinese messages have of their own: identifiers of the national platform, the four colours.

The identifier is `ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`, 31 characters: region (GB/T 2260), body (GB/T
4657), unit within it, extension, Beijing time, serial. It is known from a description of GB/T
34283-2017; the standard's text was not seen. That severity stands for a colour where none is named
(Extreme, Severe, Moderate, Minor for red, orange, yellow, blue) is a custom, not read in a
standard: a colour that the message names always comes first.
"""

import re
from typing import ClassVar

import msgspec

from app.core.model import Level
from app.core.privacy import Privacy
from app.formats._cap_message import Info
from app.formats._cn_warning import COLOURS, GRADES, Title

_IDENTIFIER = re.compile(r"(\d{6})(\d{3})(\d{3})(\d{2})_(\d{14})_(\d)", re.ASCII)
_SEVERITY = {
    "extreme": Level.RED,
    "severe": Level.ORANGE,
    "moderate": Level.YELLOW,
    "minor": Level.BLUE,
}
_WORDS = {
    "red": Level.RED,
    "orange": Level.ORANGE,
    "yellow": Level.YELLOW,
    "blue": Level.BLUE,
    "green": Level.NONE,
    **COLOURS,
    **{f"{word}色": level for word, level in COLOURS.items()},
    **{f"{grade}级".lower(): level for grade, level in GRADES.items()},
}
# Of parameters and codes that may state a colour; a `flag` that is red is another thing.
_SPEAKS = re.compile(r"colou?r|level|alert|hsas|severity|颜色|等级|级别|信号", re.IGNORECASE)
_PARTS = re.compile(r"[;；,，/\s\[\]()（）]+")


class ChineseId(msgspec.Struct, frozen=True):
    """The parts of an identifier."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    region: str
    body: str
    unit: str
    time: str  # Beijing time, YYYYMMDDhhmmss


def chinese_id(identifier: str) -> ChineseId | None:
    """The parts of an identifier of the national platform, None for any other."""
    found = _IDENTIFIER.fullmatch(identifier)
    if found is None:
        return None
    region, body, unit, _, time, _ = found.groups()
    return ChineseId(region, body, unit, time)


def colour(info: Info, title: Title | None) -> Level:
    """The level of a message: the colour that it names, else what its severity stands for."""
    for name, value in (*info.parameters, *info.event_codes):
        if not _SPEAKS.search(name):
            continue
        for word in _PARTS.split(value.lower()):
            if word in _WORDS:
                return _WORDS[word]
    if title is not None and title.level is not Level.NONE:
        return title.level
    return _SEVERITY.get(info.severity, Level.NONE)
