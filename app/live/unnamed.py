"""What a wall's map may say of a matter: its kind and where it stands, never its title or house.

The queue of a wall tells the kind of an event instead of its title; the layers of its map read the
picture through this, so that their labels cannot say more.
"""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from app.core.model import Event, Sourced, Warning
from app.live.picture import Picture
from app.live.visit import Filtered

_KEPT = 20_000
_PAUSES = " ：:，,"


def unnamed(picture: Picture) -> Picture:
    """The picture without titles of events and places of warnings; all else as it is."""
    return cast(Picture, _Unnamed(picture))


class _Unnamed:
    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._shown: dict[str, tuple[Sourced, Sourced]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._picture, name)

    @property
    def events(self) -> Mapping[str, Any]:
        """Without title and place."""
        return Filtered(self._picture.events, _hides_none, self._bare)

    @property
    def warnings(self) -> Mapping[str, Any]:
        """Without the place in their titles."""
        return Filtered(self._picture.warnings, _hides_none, self._bare)

    def _bare(self, item: Sourced) -> Sourced:
        record = item.record
        known = self._shown.get(record.id)
        if known is not None and known[0] is item:
            return known[1]
        if isinstance(record, Event):
            record = msgspec.structs.replace(record, title="", place="", reporter="")
        elif isinstance(record, Warning):
            title = without_place(record.title, record.place)
            record = msgspec.structs.replace(record, title=title, place="", text="", evidence="")
        made = msgspec.structs.replace(item, record=record)
        if len(self._shown) >= _KEPT:
            self._shown.clear()
        self._shown[record.id] = (item, made)
        return made


def _hides_none(_: str, __: Any) -> bool:
    return False


def without_place(title: str, place: str) -> str:
    """A title without the place at its end; whole where nothing else would be left."""
    if place and title.endswith(place) and len(title) > len(place):
        return title.removesuffix(place).rstrip(_PAUSES)
    return title
