"""What is compared when a name is looked for: folded characters, and how they are spoken.

Importing this reads the dictionaries of pypinyin and OpenCC (0.2 s): the windows do it in a thread
after the first paint. Readings in context follow pypinyin's phrases (重点 zhong dian, 重庆 chong
qing); every other reading of a character is known too, as are sounds that many do not tell apart.
"""

import unicodedata
from functools import cache
from typing import Any, ClassVar, NamedTuple

import msgspec
from opencc import OpenCC

from app.core.phrases import pypinyin
from app.core.privacy import Privacy

_SIMPLIFIED = OpenCC("t2s")
_ALIKE_FIRST = {"zh": "z", "ch": "c", "sh": "s", "l": "n", "f": "h"}
_ALIKE_LAST = {"ang": "an", "eng": "en", "ing": "in"}


class Name(msgspec.Struct, frozen=True, gc=False):
    """Something that can be found by its names, its id, and further words (`aliases`)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kind: str
    id: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """What a text finds, the best first; `total` counts those beyond the limit too."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    names: tuple[Name, ...]
    total: int


class Sounds(NamedTuple):
    """How one character may be typed: as it is spoken where it stands, and less surely."""

    spoken: str  # empty for a character without a reading
    weak: tuple[str, ...]  # its other readings, and sounds that are taken for it


def folded(text: str) -> str:
    """Full-width letters made plain, traditional characters simplified, case and outer blanks
    dropped: how texts are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    return plain if plain.isascii() else _SIMPLIFIED.convert(plain)


def initials(text: str) -> str:
    """`淮海广场` to `hhgc`; letters and digits stay, everything else is left out."""
    return _spell(text, pypinyin.Style.FIRST_LETTER)


def pinyin(text: str) -> str:
    """`淮海广场` to `huaihaiguangchang`, without tones and blanks."""
    return _spell(text, pypinyin.Style.NORMAL)


def syllables(run: str) -> list[str]:
    """The reading of each character of a run of Chinese ones, by the phrases they form."""
    found: list[str] = pypinyin.lazy_pinyin(run, style=pypinyin.Style.NORMAL, errors=_unspoken)
    return found if len(found) == len(run) else [spoken_alone(item) for item in run]


@cache
def spoken_alone(character: str) -> str:
    """The usual reading of a character by itself; empty where it has none."""
    return next(iter(_readings(character)), "")


@cache
def sounds(character: str, spoken: str) -> Sounds:
    """All that a character which is `spoken` so here may be typed as."""
    known = [item for item in (spoken, *_readings(character)) if item]
    weak = {alike for reading in known for alike in (reading, *taken_for(reading))}
    return Sounds(spoken, tuple(sorted(weak - {spoken})))


@cache
def taken_for(syllable: str) -> frozenset[str]:
    """The sounds that ears and keyboards mix up with a syllable: z/zh, l/n, f/h, an/ang, ü."""
    first = {syllable, *_swapped(syllable, _ALIKE_FIRST, front=True)}
    both = first | {other for item in first for other in _swapped(item, _ALIKE_LAST, front=False)}
    both |= {item.replace("v", "u") for item in both}
    return frozenset(both - {syllable})


def _swapped(syllable: str, alike: dict[str, str], *, front: bool) -> set[str]:
    found = set()
    for pair in alike.items():
        for one, other in (pair, pair[::-1]):
            if front and syllable.startswith(one) and not _longer(syllable, one, alike):
                found.add(other + syllable[len(one) :])
            elif not front and syllable.endswith(one):
                found.add(syllable[: -len(one)] + other)
    return found


def _longer(syllable: str, first: str, alike: dict[str, str]) -> bool:
    """Whether a syllable begins with a longer sound than `first`: `zhang` with zh, not with z."""
    return any(len(one) > len(first) and syllable.startswith(one) for one in alike)


def _unspoken(unknown: str) -> Any:
    """pypinyin's answer for what it does not know: one empty reading for each character."""
    return [""] * len(unknown)


@cache
def _readings(character: str) -> tuple[str, ...]:
    found = pypinyin.pinyin(
        character, style=pypinyin.Style.NORMAL, heteronym=True, errors=_unspoken
    )
    return tuple(item for item in found[0] if item.isascii() and item.isalpha()) if found else ()


def _spell(text: str, style: Any) -> str:
    parts = pypinyin.lazy_pinyin(folded(text), style=style)
    return "".join(part for part in "".join(parts) if part.isalnum())
