"""Finding names by what an officer types: characters, pinyin, its initials, English words, codes.

Importing this reads pypinyin's dictionaries (0.2 s): the windows do it in a thread after the
first paint. Polyphones follow pypinyin's phrases (重点 zhong dian, 重复 chong fu).
"""

import unicodedata
from typing import ClassVar

import msgspec
from pypinyin import Style, lazy_pinyin

from app.core.privacy import Privacy


class Name(msgspec.Struct, frozen=True):
    """Something that can be found: its own id, its names, and the keys it is found by."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kind: str
    id: str
    name_zh: str
    name_en: str
    keys: tuple[str, ...]
    """From the strongest to the weakest: names as written, code, initials, full pinyin."""


class Found(msgspec.Struct, frozen=True):
    """What a text finds; `total` counts those beyond the limit too."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    names: tuple[Name, ...]
    total: int


def folded(text: str) -> str:
    """Full-width letters made plain, case and outer blanks dropped: how texts are compared."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def initials(text: str) -> str:
    """`淮海广场` to `hhgc`; letters and digits stay, everything else is left out."""
    return _spell(text, Style.FIRST_LETTER)


def pinyin(text: str) -> str:
    """`淮海广场` to `huaihaiguangchang`, without tones and blanks."""
    return _spell(text, Style.NORMAL)


def name(kind: str, id_: str, name_zh: str, name_en: str) -> Name:
    """A name with its keys."""
    keys = (folded(name_zh), folded(name_en), folded(id_), initials(name_zh), pinyin(name_zh))
    return Name(kind, id_, name_zh, name_en, keys)


def find(names: tuple[Name, ...], text: str, limit: int) -> Found:
    """The best matches of a text; all, in their order, for an empty one."""
    wanted = folded(text)
    if not wanted:
        return Found(names[:limit], len(names))
    ranked = [(rank, number) for number, item in enumerate(names) if (rank := _rank(item, wanted))]
    ranked.sort(key=lambda pair: (-pair[0], pair[1]))
    return Found(tuple(names[number] for _, number in ranked[:limit]), len(ranked))


def _spell(text: str, style: Style) -> str:
    parts = lazy_pinyin(folded(text), style=style)
    return "".join(part for part in "".join(parts) if part.isalnum())


def _rank(item: Name, wanted: str) -> int:
    """0 for no match; whole keys before beginnings before parts, names before sounds."""
    best = 0
    for weakness, key in enumerate(item.keys):
        if key == wanted:
            best = max(best, 40 - weakness)
        elif key.startswith(wanted):
            best = max(best, 30 - weakness)
        elif any(word.startswith(wanted) for word in key.split()):
            best = max(best, 20 - weakness)
        elif wanted in key:
            best = max(best, 10 - weakness)
    return best
