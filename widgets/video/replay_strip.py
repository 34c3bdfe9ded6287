"""What the strip of a wall says: of the recording under the hand, of a review, of what there is to
be played while somebody asks from when."""

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.clock import to_datetime
from app.core.model import Ms
from app.live.video_past import Past, drifts, reference
from app.live.video_wall import VideoWall
from widgets.context import Context
from widgets.paint.conductor import Conductor
from widgets.video.past_words import is_together, pace_word, past_clock
from widgets.video.record_book import RecordBook, Records

STEP = 5 * MINUTE
BESIDE = 10 * MINUTE
"""So much more than a stretch is shown on both sides."""
STEPS = (MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR)
TICKS = 6


class ReplayStrip:
    """Of one panel; `book` knows what was recorded."""

    def __init__(self, context: Context, wall_name: str, book: RecordBook) -> None:
        self._context = context
        self._name = wall_name
        self._book = book

    def of_playing(self, camera: str) -> tuple[Conductor, Ms, Ms] | None:
        """The strip of what is played with a camera, and the moments at its ends."""
        wall = self._wall
        past = wall.look.past.get(camera)
        if past is None:
            return None
        begin, end = self._window(past)
        together = wall.beside(camera)
        seen = self._seen(wall, together)
        cursor = reference(seen.values()) or past.at
        # What workers kept is of no platform's recordings.
        asked = () if past.is_young else together
        missing = {gap for one in asked for gap in self._book.between(one, begin, end).gaps}
        say = self._context.text
        word = say("videopast.review" if len(together) > 1 else "videowall.state.playback")
        pace = pace_word(self._context, past.speed)
        data = Conductor(
            f"{word} {pace}".strip(),
            past_clock(self._context, cursor),
            self._note(seen, past) if len(together) > 1 else "",
            now=1.0,
            cursor=share(cursor, begin, end),
            gaps=tuple(sorted((share(a, begin, end), share(b, begin, end)) for a, b in missing)),
            ticks=self._ticks(begin, end),
            legend=say("videopast.gaps") if missing else "",
        )
        return data, begin, end

    def of_asking(self, camera: str) -> tuple[Conductor, Ms, Ms]:
        """What was recorded of a camera since yesterday."""
        end = self._context.now() // STEP * STEP
        begin = end - DAY
        found = self._book.between(camera, begin, end)
        data = Conductor(
            self._context.text("videopast.recorded"),
            "",
            self._known(found),
            now=1.0,
            gaps=tuple((share(a, begin, end), share(b, begin, end)) for a, b in found.gaps),
            ticks=self._ticks(begin, end),
            legend=self._context.text("videopast.gaps") if found.gaps else "",
        )
        return data, begin, end

    def _known(self, found: Records) -> str:
        if found.trouble is not None:
            return self._context.translator.render(found.trouble)
        return "" if found.known else self._context.text("videopast.asking")

    def _note(self, seen: dict[str, Ms], past: Past) -> str:
        """How many cameras are together, and how far apart the others are."""
        found = drifts({camera: moment for camera, moment in seen.items() if moment})
        near = sum(is_together(drift, past.speed) for drift in found.values())
        return self._context.text("videopast.near", n=near, total=len(seen))

    def _seen(self, wall: VideoWall, cameras: tuple[str, ...]) -> dict[str, Ms]:
        replays, past = self._context.spine.seat.videos.replays, wall.look.past
        return {one: replays.seen(one, past[one]) for one in cameras if one in past}

    def _window(self, past: Past) -> tuple[Ms, Ms]:
        """A stretch with what lies beside it, in whole steps, so that one question serves."""
        if past.is_young:
            return past.begin, past.end
        now = self._context.now() // STEP * STEP
        begin = (past.begin - BESIDE) // STEP * STEP
        return begin, max(past.end, min((past.end + BESIDE) // STEP * STEP, now))

    def _ticks(self, begin: Ms, end: Ms) -> tuple[tuple[float, str], ...]:
        """A few round times along the axis."""
        fitting = (step for step in STEPS if (end - begin) / step <= TICKS)
        step = next(fitting, STEPS[-1])
        offset = to_datetime(begin, self._context.zone).utcoffset()
        shift = round(offset.total_seconds() * 1000) if offset is not None else 0
        first = -(-(begin + shift) // step) * step - shift
        return tuple(
            (share(at, begin, end), f"{to_datetime(at, self._context.zone):%H:%M}")
            for at in range(first, end, step)
        )

    @property
    def _wall(self) -> VideoWall:
        return self._context.spine.seat.videos[self._name]


def share(at: Ms, begin: Ms, end: Ms) -> float:
    """Where a moment lies between two, 0 to 1."""
    return min(1.0, max(0.0, (at - begin) / max(1, end - begin)))
