"""Alarms that video platforms raised of cameras, as walls need them: who has one, which, when.

They are events of the house as those of feeds are (`Picture.events`); an event's id begins with the
id of its camera and a slash, so that the history knows which picture it was about.
"""

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from app.core.model import Event, EventStatus, Ms
from app.core.privacy import Privacy

TYPE = "video-alarm"
"""The kind of event."""
FRESH_MS: Ms = 300_000
"""So long after its last alarm a camera comes first in rounds and wears it on its tile."""


class CameraAlarm(msgspec.Struct, frozen=True):
    """The newest alarm of a camera: the id of its event, what it is about, since when."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    event: str
    camera: str
    said: str
    at: Ms


def camera_of(event: str) -> str:
    """The camera that an event's id names; empty where it names none."""
    camera, slash, _ = event.rpartition("/")
    return camera if slash and ":" in camera else ""


class CameraAlarms:
    """Read it; the video service's news and the start write it."""

    def __init__(self) -> None:
        self._newest: dict[str, CameraAlarm] = {}

    def take(self, events: Iterable[Event]) -> None:
        """Events of platforms that are new, or over."""
        for event in events:
            camera = camera_of(event.id)
            if event.type != TYPE or not camera:
                continue
            held = self._newest.get(camera)
            if event.status is EventStatus.CLOSED:
                if held is not None and held.event == event.id:
                    del self._newest[camera]
            elif held is None or event.occurred >= held.at:
                self._newest[camera] = CameraAlarm(event.id, camera, event.title, event.occurred)

    def of(self, camera: str, now: Ms) -> CameraAlarm | None:
        """The alarm that a camera has now."""
        found = self._newest.get(camera)
        return found if found is not None and now - found.at < FRESH_MS else None

    def first(self, now: Ms) -> list[str]:
        """The cameras with an alarm, the newest first."""
        fresh = [one for one in self._newest.values() if now - one.at < FRESH_MS]
        return [one.camera for one in sorted(fresh, key=lambda one: -one.at)]
