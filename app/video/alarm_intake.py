"""Alarms of platforms become events of the house, on the main loop: in the picture, in the history,
before the walls.

A platform says when an alarm began and never that it is over: after half an hour the event is
closed by us, as the alarm that it was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from app.core.directory import Camera
from app.core.model import Event, EventStatus, Ms, Sourced
from app.live.camera_alarms import TYPE
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.live.video_wall import VideoWalls
from app.video.alarm_words import alarm_word, plain, urgency_of
from app.video.platform import CameraAlarm

OVER_MS: Ms = 30 * 60_000
MOST_OPEN = 300
"""Of all platforms; in a longer storm the oldest are closed early."""
MAX_TEXT = 200


class AlarmIntake:
    """`record` gives records to the history, `cameras` are those of the seat by id."""

    def __init__(
        self,
        picture: Picture,
        hub: Hub,
        videos: VideoWalls,
        record: Callable[[Sequence[Sourced]], object],
        cameras: Callable[[], Mapping[str, Camera]],
    ) -> None:
        self._picture = picture
        self._hub = hub
        self._videos = videos
        self._record = record
        self._cameras = cameras
        self._open: dict[str, Sourced] = {}  # oldest first

    def start(self) -> None:
        """Those that were open when the program ended are known again."""
        found = [one for one in self._picture.events.values() if _is_open(one.record)]
        found.sort(key=lambda one: one.record.observed)
        self._open = {one.record.id: one for one in found}
        self._videos.alarms.take(one.record for one in found if isinstance(one.record, Event))

    def take(self, alarms: Iterable[CameraAlarm], now: Ms) -> None:
        """Bring in what is new, let go of what is over."""
        came = [
            Sourced(alarm.camera.partition(":")[0], now, self._event(alarm, now))
            for alarm in alarms
        ]
        for one in came:
            self._open[one.record.id] = one
        gone = self._over(now)
        self._put([*came, *gone])

    def _over(self, now: Ms) -> list[Sourced]:
        gone = []
        for id_, one in list(self._open.items()):
            record = one.record
            assert isinstance(record, Event)
            if now - record.occurred < OVER_MS and len(self._open) <= MOST_OPEN:
                continue
            del self._open[id_]
            closed = msgspec.structs.replace(
                record, status=EventStatus.CLOSED, observed=max(now, record.observed + 1)
            )
            gone.append(Sourced(one.source, now, closed))
        return gone

    def _put(self, records: list[Sourced]) -> None:
        if not records:
            return
        self._record(records)
        self._videos.alarms.take(one.record for one in records if isinstance(one.record, Event))
        for kind, ids in self._picture.apply_records(records).items():
            self._hub.publish(kind, ids)
        self._hub.publish(Kind.VIDEO, {"alarms"})

    def _event(self, alarm: CameraAlarm, now: Ms) -> Event:
        camera = self._cameras().get(alarm.camera)
        word, text = alarm_word(alarm.kind), plain(alarm.text, MAX_TEXT)
        own = plain(alarm.id.rpartition(":")[2], 40).replace(" ", "_").replace("/", "_")
        known = camera is not None and (camera.lon, camera.lat) != (0.0, 0.0)
        return Event(
            id=f"{alarm.camera[:78]}/{own}",
            type=TYPE,
            occurred=min(alarm.at, now),
            observed=min(alarm.at, now),
            urgency=urgency_of(alarm.kind),
            region=camera.region if camera is not None else "",
            title=f"{word}：{text}" if text else word,
            place=(camera.address or camera.name_zh) if camera is not None else alarm.camera,
            bureau=camera.bureau if camera is not None else "",
            lon=camera.lon if camera is not None and known else None,
            lat=camera.lat if camera is not None and known else None,
        )


def _is_open(record: object) -> bool:
    return (
        isinstance(record, Event)
        and record.type == TYPE
        and record.status is not EventStatus.CLOSED
    )
