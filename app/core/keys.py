"""Keys: `kind/code/region[/qualifier]`, the identity of a value whatever its source."""

from functools import lru_cache
from typing import NamedTuple

FORBIDDEN = frozenset("#+ \t\r\n\\\"'")


class BadKey(ValueError):
    """A text is not a key."""


class KeyParts(NamedTuple):
    """A key taken apart; `qualifier` is empty where there is none."""

    kind: str
    code: str
    region: str
    qualifier: str = ""


# The same few thousand keys are taken apart for every view of every screen.
@lru_cache(maxsize=8192)
def parse(key: str) -> KeyParts:
    """`reading/water.level/320812/jiangba` to its parts; raises BadKey on anything else."""
    parts = key.split("/", 3)
    if len(parts) < 3 or not all(parts) or not FORBIDDEN.isdisjoint(key):
        raise BadKey(f"not a key: {key[:80]!r}; a key is kind/code/region[/qualifier]")
    return KeyParts(*parts)


def reading_key(code: str, region: str, qualifier: str = "") -> str:
    """The key of a reading of an indicator or metric in a region."""
    key = f"reading/{code}/{region}"
    return f"{key}/{qualifier}" if qualifier else key


def own_id(identity: str) -> str:
    """An id as whoever gave it writes it, without the authority before the colon: `demo-bus:0001`
    is 0001."""
    return identity.partition(":")[2] or identity
