"""One cut, with everything it affects."""

from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy


class Outage(msgspec.Struct, frozen=True):
    """One cut: `links` that may be it (several where they cannot be told apart), since when, and
    what is behind them: feeds, keys of values last brought by them, cameras. `until` is 0 while it
    lasts; `planned` says that work on it was planned."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    links: tuple[str, ...]
    since: Ms
    feeds: tuple[str, ...]
    keys: tuple[str, ...] = ()
    cameras: int = 0
    until: Ms = 0
    planned: bool = False
    name_zh: str = ""  # of the links, joined
    name_en: str = ""

    @property
    def id(self) -> str:
        """The links, joined."""
        return "+".join(self.links)
