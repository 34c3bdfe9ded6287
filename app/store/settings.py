"""`store.toml` beside the databases: whether they are encrypted, chosen once and written down."""

import re
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

import msgspec

from app.config import load_toml
from app.core.message import Refusal, message
from app.core.privacy import Privacy

FILE = "store.toml"
_RAW = re.compile(r"[0-9a-fA-F]{64}")


class KeyKind(StrEnum):
    """How the databases are keyed; `none` is a choice too."""

    NONE = "none"
    RAW = "raw"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind


class StoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file's content; the key itself never stands in it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: KeyKind


def kind_of(key: str | None) -> KeyKind:
    """What kind of key this is."""
    if key is None:
        return KeyKind.NONE
    return KeyKind.RAW if _RAW.fullmatch(key) else KeyKind.PASSPHRASE


def settle(folder: Path, key: str | None) -> StoreSettings:
    """Record the choice at the first start, hold to it at every other one.

    Raises Refusal where a key is given for plain databases or none for encrypted ones: going on
    would write decisions in the clear, or into a second file.
    """
    path = folder / FILE
    given = kind_of(key)
    if not path.exists():
        part = folder / f"{FILE}.part"
        part.write_text(
            "# Whether cache.db and ops.db are encrypted: none, raw or passphrase.\n"
            f'key = "{given.value}"\n',
            encoding="utf-8",
        )
        part.replace(path)
        return StoreSettings(given)
    settings = load_toml(path, StoreSettings)
    if settings.key is not KeyKind.NONE and given is KeyKind.NONE:
        raise Refusal(message("store.key_needed", file=FILE))
    if settings.key is KeyKind.NONE and given is not KeyKind.NONE:
        raise Refusal(message("store.key_unused", file=FILE))
    return settings
