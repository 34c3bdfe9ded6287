"""Visit mode: the one place that decides what visitors see. A window that they look at reads the
picture through a `Veil`; everything it says of a person is hidden, everything else is as it is.

Hidden are events and hints of the kinds in the city's `visit.toml`, its listed cameras, indicators
that are internal, and in every text what `app.core.hidden_words` finds. A red warning is never
hidden, only told without its persons.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar, cast

import msgspec

from app.core import keys
from app.core.catalog import Catalog
from app.core.hidden_words import shown_place, shown_text
from app.core.model import Event, EventStatus, Level, Ms, Sourced, Warning
from app.core.privacy import Privacy
from app.core.visit import listed
from app.live.briefing import Briefing
from app.live.camera_alarms import TYPE as VIDEO_ALARM
from app.live.camera_alarms import camera_of
from app.live.fact import Fact
from app.live.picture import Picture

Record = Event | Warning
COARSE = 0.004
"""Degrees: about 400 m."""
_KEPT = 20_000  # records of which the shown form is remembered


class Visit(msgspec.Struct, frozen=True):
    """Visitors are in the room since a moment. `everywhere`: they see the desk's own windows too;
    else those are the officers' and show everything."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    since: Ms
    by: str
    everywhere: bool = False

    def covers(self, kind: str) -> bool:
        """Whether visitors see the windows of a kind of seat (hall, desk, cockpit)."""
        return self.everywhere or kind != "desk"


class Veil:
    """What of a picture visitors may see, by a city's rules."""

    def __init__(self, picture: Picture, catalog: Catalog) -> None:
        self._real = picture
        self._catalog = catalog
        self._rules = catalog.visit
        self._cameras = frozenset(self._rules.hidden_cameras)
        self._codes = frozenset(
            code
            for code, quantity in catalog.quantities.items()
            if quantity.secrecy is not Privacy.PUBLIC or listed(code, self._rules.hidden_indicators)
        )
        self._kinds: dict[str, bool] = {}  # of events and models: whether it is listed
        self._shown: dict[str, tuple[Sourced, Sourced]] = {}
        self.picture = cast(Picture, VeiledPicture(picture, self))

    def is_of(self, picture: Picture, catalog: Catalog) -> bool:
        """Whether it stands before this picture, by these rules."""
        return self._real is picture and self._catalog is catalog

    def hides(self, record: Record) -> bool:
        """Whether a matter is not shown at all: its kind is listed, or the camera that it is of."""
        if isinstance(record, Event):
            listed_kind = self._is_listed(record.type, self._rules.hidden_events)
            return listed_kind or (
                record.type == VIDEO_ALARM and self.hides_camera(camera_of(record.id))
            )
        if record.level is Level.RED or not record.model:
            return False
        return self._is_listed(record.model, self._rules.hidden_models)

    def _is_listed(self, code: str, patterns: tuple[str, ...]) -> bool:
        found = self._kinds.get(code)
        if found is None:
            found = self._kinds[code] = listed(code, patterns)
        return found

    def hides_camera(self, id_: str) -> bool:
        """Whether a camera is listed."""
        return id_ in self._cameras or id_ in self._real.hidden_cameras

    def hides_reading(self, key: str) -> bool:
        """Whether an indicator is internal or listed."""
        return bool(self._codes) and keys.parse(key).code in self._codes

    @property
    def hides_readings(self) -> bool:
        """Whether there is any such indicator."""
        return bool(self._codes)

    def shown(self, item: Sourced) -> Sourced:
        """A matter without what it says of persons; its place as far as the street."""
        record = item.record
        if not isinstance(record, Event | Warning):
            return item
        known = self._shown.get(record.id)
        if known is not None and known[0] is item:
            return known[1]
        if len(self._shown) >= _KEPT:
            self._shown.clear()
        made = msgspec.structs.replace(item, record=told(record))
        self._shown[record.id] = (item, made)
        return made

    @property
    def hidden_events(self) -> int:
        """How many open events are not shown: a count beside them says so."""
        return sum(
            isinstance(item.record, Event)
            and item.record.status is not EventStatus.CLOSED
            and self.hides(item.record)
            for item in self._real.events.values()
        )


R = TypeVar("R", bound=Event | Warning)


def told(record: R) -> R:
    """A matter without what it says of persons."""
    place = shown_place(record.place)
    title = record.title.replace(record.place, place) if record.place else record.title
    lon, lat = _coarse(record.lon), _coarse(record.lat)
    if isinstance(record, Event):
        return msgspec.structs.replace(
            record, title=shown_text(title), place=place, reporter="", lon=lon, lat=lat
        )
    return msgspec.structs.replace(
        record,
        title=shown_text(title),
        place=place,
        lon=lon,
        lat=lat,
        text=shown_text(record.text),
        evidence=shown_text(record.evidence),
    )


def _coarse(degrees: float | None) -> float | None:
    """A coordinate to the nearest `COARSE`: a mark on the map leads no closer than its street."""
    return None if degrees is None else round(round(degrees / COARSE) * COARSE, 6)


class VeiledPicture:
    """The picture with the veil before it: what it does not hide comes from the picture itself."""

    is_veiled = True

    def __init__(self, picture: Picture, veil: Veil) -> None:
        self._picture = picture
        self._veil = veil

    def __getattr__(self, name: str) -> Any:
        return getattr(self._picture, name)

    @property
    def readings(self) -> Mapping[str, Any]:
        """Without internal and listed indicators."""
        readings, veil = self._picture.readings, self._veil
        if not veil.hides_readings:
            return readings  # there are many, and each value that is painted is looked up here
        return Filtered(readings, lambda key, _: veil.hides_reading(key))

    @property
    def devices(self) -> Mapping[str, Any]:
        """Without listed cameras."""
        return Filtered(self._picture.devices, lambda key, _: self._veil.hides_camera(key))

    @property
    def events(self) -> Mapping[str, Any]:
        """Without those of hidden kinds; of the others nothing about persons."""
        return Filtered(self._picture.events, self._hides, self._veil.shown)

    @property
    def warnings(self) -> Mapping[str, Any]:
        """Without hints of hidden models, never without a red; nothing about persons."""
        return Filtered(self._picture.warnings, self._hides, self._veil.shown)

    @property
    def briefing(self) -> Briefing:
        """Its facts about warnings the same way."""
        return cast(Briefing, VeiledBriefing(self._picture.briefing, self._veil))

    def _hides(self, _: str, item: Any) -> bool:
        return isinstance(item.record, Event | Warning) and self._veil.hides(item.record)


class VeiledBriefing:
    """What is said of the city, without persons."""

    def __init__(self, briefing: Briefing, veil: Veil) -> None:
        self._briefing = briefing
        self._veil = veil

    def __getattr__(self, name: str) -> Any:
        return getattr(self._briefing, name)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Without hints that are hidden; released is still what was released."""
        return tuple(
            fact
            if fact.warning is None
            else msgspec.structs.replace(fact, warning=told(fact.warning))
            for fact in self._briefing.facts
            if fact.warning is None or not self._veil.hides(fact.warning)
        )


class Filtered(Mapping[str, Any]):
    """A table seen through the veil; nothing is copied."""

    def __init__(
        self,
        table: Mapping[str, Any],
        hides: Callable[[str, Any], bool],
        shown: Callable[[Any], Any] | None = None,
    ) -> None:
        self._table = table
        self._hides = hides
        self._shown = shown

    def __getitem__(self, key: str) -> Any:
        value = self._table[key]
        if self._hides(key, value):
            raise KeyError(key)
        return value if self._shown is None else self._shown(value)

    def __iter__(self) -> Iterator[str]:
        return (key for key, value in self._table.items() if not self._hides(key, value))

    def __len__(self) -> int:
        return sum(1 for _ in self)
