"""Keeps cameras that are reviewed together at the same moment: who is far from the others is sent
to where they are.

Platforms begin seconds after they are asked, each after another time, and go to whole seconds and
key frames only: what is nearer than that is told on the tiles and left alone.
"""

from typing import NamedTuple

from app.core.model import Ms
from app.live.video_past import Past, Replays, drifts, reference, sought
from app.live.video_wall import VideoWall

FAR_MS: Ms = 2_500
"""At the speed of the clock; twice as far at double speed."""
WAIT_MS: Ms = 6_000
"""A camera that was sent somewhere is left alone for so long."""
LEAD_MS: Ms = 1_000
"""The others go on while it is on its way."""
MOST = 3
"""Times that one is sent after one seeking: what does not help is not done for ever."""


class _Sent(NamedTuple):
    """What was done about a camera."""

    end: Ms
    turn: int  # of the officer's seeking, or of ours after it
    times: int
    at: Ms


class Aligning:
    """Of one wall. Call `look` about once a second."""

    def __init__(self) -> None:
        self._sent: dict[str, _Sent] = {}

    def look(self, wall: VideoWall, replays: Replays, now: Ms) -> bool:
        """Send those that are far off; True where one was. One that stands still is not moved."""
        look = wall.look
        self._sent = {name: one for name, one in self._sent.items() if name in look.review}
        pasts = {name: look.past[name] for name in look.review}
        seen = {name: replays.seen(name, past) for name, past in pasts.items()}
        common, sent = reference(seen.values()), False
        for name, drift in drifts(seen).items():
            past = pasts[name]
            if past.speed == 0 or not self._may(name, past, now):
                continue
            if abs(drift) > FAR_MS * max(1.0, past.speed):
                past = sought(past, common + round(LEAD_MS * past.speed), now)
                times = self._sent[name].times + 1
                self._sent[name] = _Sent(past.end, past.turn, times, now)
                wall.play(name, past)
                sent = True
        return sent

    def _may(self, name: str, past: Past, now: Ms) -> bool:
        """What was sought by the officer is given time, and so is what was sent."""
        held = self._sent.get(name)
        if held is None or (held.end, held.turn) != (past.end, past.turn):
            self._sent[name] = _Sent(past.end, past.turn, 0, now)
            return False
        return held.times < MOST and now - held.at >= WAIT_MS
