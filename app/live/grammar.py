"""The text form of a command: `verb id [name=value ...]`, quoted as a POSIX shell does, UTF-8.

A command of a later version writes `verb@2`. What stands in a text form is one line: control
characters and the marks that turn the direction of writing are refused, so that a line in the
audit reads as what was done.
"""

import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from app.core.message import Refusal, message
from app.core.privacy import Privacy

MAX_CHARACTERS = 8000
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTION_MARKS = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


class Words(msgspec.Struct, frozen=True):
    """A text form taken apart; `version` is None where it is not stated."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    verb: str
    version: int | None
    rest: tuple[str, ...]


def compose(verb: str, version: int, subject: str | None, named: Mapping[str, str]) -> str:
    """The text of a command; raises Refusal where a value cannot stand in one line."""
    head = verb if version == 1 else f"{verb}@{version}"
    parts = [head]
    if subject is not None:
        parts.append(shlex.quote(_one_line(subject, verb)))
    parts += [f"{name}={shlex.quote(_one_line(value, name))}" for name, value in named.items()]
    return " ".join(parts)


def split(text: str) -> Words:
    """A text to its words; raises Refusal."""
    if len(text) > MAX_CHARACTERS:
        raise Refusal(message("commands.too_long", limit=MAX_CHARACTERS))
    _one_line(text, "-")
    try:
        words = shlex.split(text, comments=False, posix=True)
    except ValueError as error:
        raise Refusal(message("commands.quotes", text=text[:80])) from error
    if not words:
        raise Refusal(message("commands.empty"))
    verb, mark, number = words[0].partition("@")
    if mark and not (number.isascii() and number.isdigit() and len(number) < 6):
        raise Refusal(message("commands.unknown", verb=words[0][:80]))
    return Words(verb, int(number) if mark else None, tuple(words[1:]))


def arguments(verb: str, rest: Sequence[str], subject: str, names: Sequence[str]) -> dict[str, str]:
    """The words after the verb by name; the first is the subject's where the command has one."""
    given: dict[str, str] = {}
    words = list(rest)
    if subject and words:
        given[subject] = words.pop(0)
    for word in words:
        name, mark, value = word.partition("=")
        if not mark or name not in names or name == subject:
            known = " ".join(f"{known}=" for known in names if known != subject) or "-"
            raise Refusal(message("commands.unknown_word", verb=verb, word=word[:80], known=known))
        if name in given:
            raise Refusal(message("commands.twice", verb=verb, argument=name))
        given[name] = value
    return given


def _one_line(value: str, argument: str) -> str:
    for character in value:
        if unicodedata.category(character) in _REFUSED_CATEGORIES or character in _DIRECTION_MARKS:
            code = f"U+{ord(character):04X}"
            raise Refusal(message("commands.control", argument=argument, code=code))
    return value
