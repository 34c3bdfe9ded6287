"""GTFS-Realtime 2.0: vehicles as positions, alerts as events.

The schema is the published one (gtfs-realtime-bindings). Trip updates say when a vehicle will be
where; nothing here shows that yet, so they are passed over, and a message that holds nothing else
is told of with a reason. A vehicle says where it was at its own time, or at the message's.
"""

import math
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import msgspec
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from google.transit import gtfs_realtime_pb2 as pb

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.model import Event, EventStatus, Ms, Position, Urgency
from app.core.privacy import Privacy
from app.formats._base import Format, Made, Payload
from app.formats._gtfs_frame import BadMessage, parts
from app.options import format_options_of, said

MOST_ENTITIES = 50_000
MOST_ALERTS = 2_000
_LATEST_S = 4_102_444_800  # 2100
_URGENCY = {pb.Alert.SEVERE: Urgency.URGENT, pb.Alert.WARNING: Urgency.QUICK}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`format_options` of a `gtfs-rt` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    authority: Annotated[
        str, msgspec.Meta(pattern=r"^[\w.-]{1,40}$"), said("that stands in every id: who runs them")
    ] = "transit"
    layer: Annotated[str, msgspec.Meta(min_length=1, max_length=60), said("of the positions")] = (
        "bus"
    )
    kind: Annotated[str, msgspec.Meta(max_length=60), said("what the vehicles are")] = "bus"
    expire_s: Annotated[
        float, msgspec.Meta(ge=0, le=86_400), said("a vehicle unheard of so long is gone; 0: never")
    ] = 600.0
    alerts: Annotated[
        str, msgspec.Meta(max_length=60), said("type of the events that alerts become; empty: none")
    ] = "transit.alert"
    languages: Annotated[tuple[str, ...], said("of an alert's texts, the best first")] = (
        "zh",
        "en",
    )


class GtfsRt(Format, kind="gtfs-rt"):
    """One FeedMessage a payload. An alert that a whole data set no longer holds is closed."""

    settings = Options
    example = """
        [[feed]]
        id = "buses"
        kind = "http-json"
        format = "gtfs-rt"
        name_zh = "公交实时位置"
        name_en = "Bus positions"
        url = "https://transit.example/vehicle-positions.pb"
        bureau = "traffic"
        expected_period_s = 20

        [feed.format_options]
        authority = "hagj"
        layer = "bus"
    """

    def __init__(self, config: FeedConfig, catalog: Catalog, zone: str) -> None:
        super().__init__(config, catalog, zone)
        self.options = format_options_of(config, Options)
        self._alerts: dict[str, Event] = {}

    def read(self, payload: Payload) -> Iterator[Made]:
        """See Format.read."""
        if len(payload.data) > self.config.limits.max_bytes:
            yield Made(f"{len(payload.data)} bytes", reason="oversized")
            return
        try:
            head, entities = parts(payload.data, MOST_ENTITIES)
            header = pb.FeedHeader.FromString(head)
        except BadMessage as error:
            yield Made(payload.data[:200], reason=str(error))
            return
        except DecodeError:
            yield Made(payload.data[:200], reason="not_gtfs")
            return
        trips = vehicles = 0
        told: set[str] = set()
        for number, data in enumerate(entities, 1):
            try:
                entity = pb.FeedEntity.FromString(data)
            except DecodeError:
                yield Made(data[:200], number, reason="not_gtfs")
                continue
            if entity.HasField("vehicle") and not entity.is_deleted:
                yield self._position(entity, number, header.timestamp)
            vehicles += entity.HasField("vehicle")
            trips += entity.HasField("trip_update")
            if self.options.alerts and (entity.HasField("alert") or entity.is_deleted):
                yield from self._alert(entity, number, header.timestamp, told)
        of_alerts = bool(told) or not (vehicles or trips)
        if of_alerts and header.incrementality == pb.FeedHeader.FULL_DATASET:
            yield from self._vanished(told, header.timestamp)
        if trips and trips == len(entities):
            yield Made(f"{trips} trip updates", reason="gtfs_trips")

    # ---- vehicles

    def _position(self, entity: Any, number: int, sent_s: int) -> Made:
        vehicle, place = entity.vehicle, entity.vehicle.position
        label = _word(vehicle.vehicle.label)
        observed = _moment(vehicle.timestamp or sent_s)
        sample = {"id": _word(entity.id), "lat": place.latitude, "lon": place.longitude}
        if not observed:
            return Made(sample, number, reason="bad_time", field="timestamp")
        if not vehicle.HasField("position"):
            return Made(sample, number, reason="missing", field="position")
        if not _on_earth(place.longitude, place.latitude):
            return Made(sample, number, reason="out_of_range", field="position")
        if place.longitude == place.latitude == 0:
            return Made(sample, number, reason="zero_place", field="position")
        id_ = _word(vehicle.vehicle.id) or label or _word(entity.id)
        options = self.options
        return Made(
            None,
            number,
            Position(
                f"gtfs:{options.authority}:{id_}"[:120],
                options.layer,
                place.longitude,
                place.latitude,
                observed,
                heading=_within(place, "bearing", 360.0),
                speed=_within(place, "speed", 500.0),
                name=(label or _word(vehicle.trip.route_id))[:200],
                kind=options.kind,
                expires=observed + round(options.expire_s * 1000) if options.expire_s else 0,
            ),
        )

    # ---- alerts

    def _alert(self, entity: Any, number: int, sent_s: int, told: set[str]) -> Iterator[Made]:
        observed = _moment(sent_s)
        id_ = f"gtfs:{self.options.authority}:alert:{_word(entity.id)}"[:120]
        if entity.is_deleted:
            held = self._alerts.pop(id_, None)
            if held is not None and observed:
                yield Made(None, number, _closed(held, observed))
            return
        if not observed:
            yield Made({"id": _word(entity.id)}, number, reason="bad_time", field="timestamp")
            return
        if len(self._alerts) >= MOST_ALERTS and id_ not in self._alerts:
            yield Made({"id": _word(entity.id)}, number, reason="too_many_records")
            return
        alert = entity.alert
        begins = [_moment(period.start) for period in alert.active_period if period.start]
        title = self._text(alert.header_text) or self._text(alert.description_text)
        event = Event(
            id_,
            self.options.alerts,
            occurred=min((at for at in begins if at), default=observed),
            observed=observed,
            status=EventStatus.NEW,
            urgency=_URGENCY.get(alert.severity_level, Urgency.NORMAL),
            title=title or pb.Alert.Effect.Name(alert.effect).replace("_", " ").capitalize(),
            place=_places(alert),
            bureau=self.config.bureau,
            published=observed,
        )
        told.add(id_)
        self._alerts[id_] = event
        yield Made(None, number, event)

    def _vanished(self, told: set[str], sent_s: int) -> Iterator[Made]:
        """What a whole data set of alerts holds no longer is over."""
        observed = _moment(sent_s)
        if not observed:
            return
        for id_ in [id_ for id_ in self._alerts if id_ not in told]:
            yield Made(None, 0, _closed(self._alerts.pop(id_), observed))

    def _text(self, translated: Any) -> str:
        """The text of the best language; one without a language stands for all."""
        found = [
            (_word(one.language).lower(), _word(one.text))
            for one in list(translated.translation)[:50]
        ]
        for wanted in (*self.options.languages, ""):
            for language, text in found:
                if language == wanted.lower() or (wanted and language.startswith(wanted + "-")):
                    return " ".join(text.split())[:400]
        return " ".join(found[0][1].split())[:400] if found else ""


def _closed(event: Event, at: Ms) -> Event:
    return msgspec.structs.replace(event, status=EventStatus.CLOSED, observed=at, revision=1)


def _places(alert: Any) -> str:
    """The routes and stops that an alert is about, by the codes that it gives."""
    names = [_word(one.route_id or one.stop_id) for one in list(alert.informed_entity)[:20]]
    return ", ".join(dict.fromkeys(name for name in names if name))[:400]


def _word(text: str | bytes) -> str:
    """A text; the library gives bytes where they are no UTF-8."""
    return text if isinstance(text, str) else text.decode("utf-8", "replace")


def _moment(seconds: int) -> Ms:
    """Milliseconds of POSIX seconds; 0 for a time that cannot be."""
    return seconds * 1000 if 0 < seconds < _LATEST_S else 0


def _on_earth(lon: float, lat: float) -> bool:
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90


def _within(place: Any, name: str, most: float) -> float | None:
    """A number from 0 to the most, or None where it is not stated or makes no sense."""
    if not place.HasField(name):
        return None
    value = float(getattr(place, name))
    return value if math.isfinite(value) and 0 <= value <= most else None
