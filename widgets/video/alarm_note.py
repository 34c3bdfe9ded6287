"""The alarm that a camera's tile wears."""

from app.core import wording
from app.live.camera_alarms import CameraAlarm
from widgets.context import Context


def alarm_note(context: Context, alarm: CameraAlarm | None, note: str) -> str:
    """What is written on the picture of a camera with an alarm, before what else is said of it."""
    if alarm is None:
        return note
    at = wording.clock(alarm.at, context.zone)
    word = alarm.said.partition("：")[0]  # a tile has no room for a platform's own text
    words = context.text("videoalarm.note", said=word, at=at)
    return context.text("paint.pause").join(part for part in (words, note) if part)
