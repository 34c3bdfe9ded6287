"""A cell of a video panel: its camera, what is asked for it, its tile and its pictures."""

import dataclasses
import itertools
import time
from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage

from app.core.directory import Camera
from app.core.model import Ms
from app.live.video_mark import mark_text
from app.live.video_names import CameraNames
from app.live.video_past import Past
from app.live.view_book import HAND
from app.video.tile import Demand, Playback, State, Tile, Weight
from app.video.wire import PixelFormat
from widgets.context import Context
from widgets.paint.video import VideoTile, parts
from widgets.theme import Theme
from widgets.video.alarm_note import alarm_note
from widgets.video.placing import fitted
from widgets.video.slots import Slots
from widgets.video.surface import Shown
from widgets.video.words import camera_name, tile_words
from widgets.video_house import VideoHouse

SHAPE = (16, 9)
NARROW = 0.65  # of its cell
SMALL = 240  # pixels wide; less than that a picture is one of many


class VideoCell:
    """One cell of one panel. `place` it, `ask`, and `shown` says what stands there."""

    def __init__(self, house: VideoHouse, view: str, camera: Camera) -> None:
        self._house = house
        self.view = view
        self.camera = camera
        self.whole = QRect()
        self._picture, self._caption = QRect(), QRect()
        self._asked: Demand | None = None
        self._by = (HAND, "")
        self._slots: Slots | None = None
        self._still: tuple[str, QImage | None] = ("", None)
        self.tile: Tile | None = None

    def place(self, whole: QRect, theme: Theme) -> None:
        """Where it stands."""
        self.whole = whole
        self._picture, self._caption = in_cell(whole, theme)

    def ask(
        self,
        ratio: float,
        weight: Weight,
        form: PixelFormat,
        past: Past | None = None,
        by: tuple[str, str] = (HAND, ""),
    ) -> None:
        """Say what is wanted now, where it is not what was said; of a `past` its recording. `by`:
        who or what opened it on which wall."""
        demand = demand_for(self.camera.id, self._fitted(), ratio, weight, form, past)
        if demand is None:
            return
        said = demand, by
        if said != (self._asked, self._by) and self._house.want(self.view, demand, *by):
            self._asked, self._by = said

    def leave(self) -> None:
        """Nobody looks any more."""
        if self._asked is not None:
            self._house.want(self.view, None)
            self._asked = None
        if self._slots is not None:
            self._slots.close()
            self._slots = None

    def read(self) -> None:
        """Take what is known of it now."""
        self.tile = self._house.tile(self.view)
        place = self.tile.place if self.tile is not None else None
        if self._slots is not None and self._slots.place != place:
            self._slots.close()
            self._slots = None
        if self._slots is None and place is not None:
            self._slots = self._house.slots(place)

    def shown(self, context: Context, *, focused: bool, drift: Ms | None = None) -> Shown:
        """What the surface draws; `drift` by how much it is ahead of others on its time line. Of
        what is now it wears the camera's alarm."""
        tile = self.tile
        name = camera_name(context, self.camera)
        still = self._still_of(tile)
        words = tile_words(
            context,
            name,
            tile,
            self._age(),
            has_still=still is not None,
            focused=focused,
            drift=drift,
        )
        if self.lacks_recording:
            words = dataclasses.replace(words, note=context.text("videohand.no_recording"))
        if self._asked is not None and self._asked.playback is None:
            alarm = context.spine.seat.videos.alarms.of(self.camera.id, context.now())
            words = dataclasses.replace(words, note=alarm_note(context, alarm, words.note))
        words = self._marked(context, words)
        moving = tile is not None and tile.state not in (
            State.MISMATCH, State.FORBIDDEN, State.CREDENTIALS,
        )  # fmt: skip
        return Shown(
            self.view,
            self._picture,
            self._fitted(),
            self._caption,
            words,
            self._slots if moving else None,
            still if moving else None,
        )

    @property
    def fitted(self) -> QRect:
        """Where its picture is, in the stream's own shape."""
        return self._fitted()

    @property
    def picture(self) -> QRect:
        """Where its picture may be, in pixels of the surface."""
        return self._picture

    def _marked(self, context: Context, words: VideoTile) -> VideoTile:
        """With who looks, where the seat wears that, and whether this is what is heard."""
        heard, seat = self._house.heard, context.spine.seat
        mark = ""
        if seat.videos.mark.worn(context.seat) or seat.videos.mark.worn(seat.kind):
            person = seat.person.number if seat.person is not None else ""
            mark = mark_text(person, seat.id, context.now(), str(context.zone))
        if heard.view != self.view:
            return dataclasses.replace(words, mark=mark)
        mute = self.tile is not None and not self.tile.audio
        lacks = "" if heard.has_output else "no_device"
        lacks = lacks or ("no_track" if mute else "")
        note = context.text(f"videosound.{lacks}") if lacks and not words.note else words.note
        return dataclasses.replace(words, mark=mark, sound=not lacks, note=note)

    @property
    def lacks_recording(self) -> bool:
        """Whether a recording is wanted and none comes: the camera itself may be well."""
        asked, tile = self._asked, self.tile
        wants = asked is not None and asked.playback is not None
        return wants and tile is not None and tile.state is State.NO_SIGNAL

    def _age(self) -> Ms | None:
        """How old the newest picture is, by the board."""
        rows = self._house.board
        if self._slots is None or rows is None:
            return None
        row = rows[self._slots.place.row]
        return round((time.monotonic() - float(row["arrived"])) * 1000) if row["seq"] else None

    def _fitted(self) -> QRect:
        tile = self.tile
        return self._picture if tile is None else fitted(self._picture, tile.width, tile.height)

    def _still_of(self, tile: Tile | None) -> QImage | None:
        path = "" if tile is None else tile.snapshot
        if path != self._still[0]:
            image = QImage(path) if path else QImage()
            self._still = (path, None if image.isNull() else image)
        return self._still[1]


def in_cell(whole: QRect, theme: Theme) -> tuple[QRect, QRect]:
    """The picture of a cell and the strip below it, as wide as the picture: a name at the other
    end of a wide cell belongs to nothing. Below a narrow one the cell's width, for its name."""
    room, strip = parts(QRectF(whole), theme)
    high = round(strip.height())
    picture = fitted(room.toAlignedRect(), *SHAPE)
    picture.moveTop(whole.y() + (whole.height() - picture.height() - high) // 2)
    beside = picture if picture.width() >= NARROW * whole.width() else whole
    return picture, QRect(beside.x(), picture.bottom() + 1, beside.width(), high)


def demand_for(
    camera: str, place: QRect, ratio: float, weight: Weight, form: PixelFormat, past: Past | None
) -> Demand | None:
    """What is asked for a place in pixels, of which a device has `ratio` each; None where there is
    no room for a picture."""
    width, height = round(place.width() * ratio), round(place.height() * ratio)
    if width < 2 or height < 2:
        return None
    even = width - width % 2, height - height % 2
    playback = None if past is None else Playback(past.at, past.end, past.speed, past.turn)
    return Demand(camera, *even, weight, form, playback)


def weight_of(picture: QRect, *, focused: bool, enlarged: bool, alarmed: bool = False) -> Weight:
    """How much a cell matters."""
    if focused or enlarged:
        return Weight.FOCUS
    if alarmed:
        return Weight.ALARM
    return Weight.SMALL if picture.width() < SMALL else Weight.NORMAL


def spread(names: CameraNames, kinds: Sequence[str], count: int) -> dict[int, str]:
    """The first cameras of a wall that nobody filled: of each kind of place in turn, so that the
    city is seen and not one school; of all where no kind is named."""
    found = [names.groups.get(f"kind:{kind}") for kind in kinds]
    groups = [group.cameras for group in found if group is not None] or [tuple(names.cameras)]
    rows = itertools.zip_longest(*groups, fillvalue="")
    turn = dict.fromkeys(camera for row in rows for camera in row if camera)
    return dict(enumerate(itertools.islice(turn, count)))
