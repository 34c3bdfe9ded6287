"""Which stream is heard: one view's at a time, through reconnects and other workers."""

import logging

from app.video.life import Life
from app.video.pool import Pool
from app.video.segments import Segment
from app.video.sound import Sound, sound_bytes

log = logging.getLogger("chengmai.video")


class Hearing:
    """Belongs to the video thread's loop."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.sound: Sound | None = None
        """What is heard now; read by the main loop."""
        self._segment: Segment | None = None
        self._told: tuple[int, object] | None = None  # the stream and its opening

    def begin(self, view: str, rate: int) -> None:
        """Hear a view, and no other; empty: nothing."""
        self._leave()
        if not view:
            return
        try:
            self._segment = Segment(sound_bytes(rate))
        except OSError as error:
            log.error("no memory for sound: %s", error.strerror)
            return
        self.sound = Sound(view, self._segment.name, rate)

    def follow(self, life: Life | None) -> None:
        """The stream that stands in the view now; to be told again and again."""
        if self.sound is None:
            return
        is_open = life is not None and life.is_open
        now = (life.stream, life.opened) if life is not None and is_open else None
        if now == self._told:
            return
        before, self._told = self._told, now
        if before is not None and (now is None or now[0] != before[0]):
            self._pool.listen(before[0])
        if now is not None:
            self._pool.listen(now[0], self.sound.segment, self.sound.rate)

    def close(self) -> None:
        """Nothing is heard any more."""
        self._leave()

    def _leave(self) -> None:
        told, self._told, self.sound = self._told, None, None
        if told is not None:
            self._pool.listen(told[0])
        segment, self._segment = self._segment, None
        if segment is not None:
            segment.unlink()
