"""ULIDs: 26 characters, sortable by time, made on any seat without asking another.

Format: https://github.com/ulid/spec (48 bits of milliseconds, 80 of chance, Crockford base 32).
"""

import re
import secrets

from app.core.model import Ms

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORM = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def ulid(now: Ms) -> str:
    """A new id for this moment."""
    number = (now << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Whether a text has the form of a ULID."""
    return _FORM.fullmatch(text) is not None


def moment_of(text: str) -> Ms:
    """The millisecond an id was made at."""
    number = 0
    for character in text:
        number = number * 32 + _ALPHABET.index(character)
    return number >> 80
