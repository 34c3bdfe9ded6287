"""Recordings under the hand: their keys, the strip below them, a review of the wall, presets."""

import shlex
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRect, Qt

from app.core.clock import to_datetime
from app.core.message import Refusal
from app.live.replay_orders import common_speeds
from app.live.video_past import Past
from app.video.platform import Ability, Preset
from widgets.paint.button import KeyHint
from widgets.panels._act import act
from widgets.panels._painted import Painted
from widgets.panels._video_cells import WallCells
from widgets.video.asking import AskField
from widgets.video.record_book import RecordBook
from widgets.video.replay_strip import ReplayStrip
from widgets.video.saving import Saving
from widgets.video.strip import PastStrip

STEPS = {
    Qt.Key.Key_Comma: -10,
    Qt.Key.Key_Period: 10,
    Qt.Key.Key_Less: -60,
    Qt.Key.Key_Greater: 60,
}
FASTER = {Qt.Key.Key_BraceLeft: -1, Qt.Key.Key_BraceRight: 1}
MOST_PRESETS = 60


def _nobody() -> None:
    """Of a seat without a platform."""


class Replaying:
    """Of one panel. `surface` gives where its pictures stand on it; `saving` asks."""

    def __init__(
        self,
        panel: Painted,
        cells: WallCells,
        saving: Saving,
        surface: Callable[[], QRect],
    ) -> None:
        self._panel = panel
        self._cells = cells
        self._saving = saving
        self._surface = surface
        house = cells.house
        self._service: Callable[[], Any] = house.service if house is not None else _nobody
        self.book = RecordBook(self._service, panel.ask, self.say)
        self._words = ReplayStrip(panel.context, cells.name, self.book)
        self.strip = PastStrip(panel.context.theme, panel)
        self.strip.chosen.connect(self._point)
        self._shown: tuple[str, int, int] | None = None  # what the strip is of

    # ---- keys

    def hints(self) -> list[KeyHint]:
        """What the keys do for the cell under the hand; what its platform cannot is left out."""
        say, camera = self._panel.context.text, self._camera
        if camera and camera in self._cells.wall.look.past:
            speeds = self._speeds(camera)
            pace = [KeyHint("{ }", say("videopast.hint.pace"))]
            return [
                KeyHint("Space", say("videopast.hint.pause")),
                *(pace if speeds else []),
                KeyHint(", .", say("videopast.hint.seconds")),
                KeyHint("< >", say("videopast.hint.minute")),
                KeyHint("G", say("videopast.hint.seek")),
                KeyHint("V", say("videopast.hint.review")),
            ]
        preset = [KeyHint("B", say("videopast.hint.preset"))] if self._can_go(camera) else []
        return [*preset, KeyHint("V", say("videopast.hint.review"))]

    def press(self, key: Qt.Key) -> bool:
        """Whether a key was for a recording, a review or a preset."""
        camera, wall = self._camera, self._cells.wall
        past = wall.look.past.get(camera)
        if key is Qt.Key.Key_V and self._cells.cells:
            self._review()
        elif key is Qt.Key.Key_B and self._can_go(camera):
            self._ask_preset()
        elif past is None:
            return False
        elif key in STEPS:
            self._do(f"seek-recording {shlex.quote(camera)} by={STEPS[key]}")
        elif key is Qt.Key.Key_G:
            cell = self._cells.chosen
            assert cell is not None
            self._saving.ask_where(cell.camera, self._cells.name, self._place)
        elif key in FASTER and self._speeds(camera):
            self._pace(camera, past, FASTER[key])
        elif key is Qt.Key.Key_Space:
            self._do(f"pace-recording {shlex.quote(camera)} pace={0 if past.speed else 1}")
        else:
            return False
        return True

    def _pace(self, camera: str, past: Past, by: int) -> None:
        """The next speed that way; from standing still on at the speed of the clock."""
        speeds = self._speeds(camera)
        if past.speed == 0:
            wanted = 1.0
        else:
            nearest = min(range(len(speeds)), key=lambda n: abs(speeds[n] - past.speed))
            wanted = speeds[min(len(speeds) - 1, max(0, nearest + by))]
        if wanted != past.speed:
            self._do(f"pace-recording {shlex.quote(camera)} pace={wanted:g}")

    def _review(self) -> None:
        """All cameras of the wall from a moment on; from a review back to now."""
        wall = self._cells.wall
        if wall.look.review:
            act(self._panel, f"end-review {self._cells.name}")
            return
        cameras = list(dict.fromkeys(cell.camera.id for cell in self._cells.cells.values()))
        self._saving.ask_review(cameras, self._cells.name, self._place)

    def _do(self, text: str) -> None:
        act(self._panel, f"{text} wall={self._cells.name}")

    # ---- presets

    def _can_go(self, camera: str) -> bool:
        """Whether a camera shows what is now, and its platform turns it to presets."""
        service = self._service()
        if not camera or service is None or camera in self._cells.wall.look.past:
            return False
        return Ability.PRESETS in service.abilities(camera)

    def _ask_preset(self) -> None:
        cell = self._cells.chosen
        assert cell is not None
        field = self._saving.ask_preset(cell.camera, self._place)
        self._panel.ask(self._list(field, cell.camera.id))

    async def _list(self, field: AskField, camera: str) -> None:
        """Tell what there is to choose from, while it is still asked."""
        context = self._panel.context
        try:
            found: list[Preset] = await self._service().presets(camera)
            rows = [f"{one.id}  {one.name}" for one in found[:MOST_PRESETS]]
            words = "\n".join(rows) or context.text("videopast.preset.none")
        except Refusal as refusal:
            words = context.translator.render(refusal.reason)
        if field is self._saving.field:
            field.explain(words)

    # ---- the strip

    def say(self) -> None:
        """Bring the strip up to now."""
        found, camera, place = None, self._camera, self._place
        asking, wall = self._saving.field, self._cells.wall
        if wall.look.review:
            camera = camera if camera in wall.look.review else wall.look.review[0]
            place = self._surface()
            place.setBottom(place.bottom() + self.room)
        if camera in wall.look.past:
            found = self._words.of_playing(camera)
        elif camera and asking is not None and asking.what in ("moment", "review"):
            found = self._words.of_asking(camera)
        if found is None or not self._panel.interactive:
            self._shown = None
            self.strip.tell(None)
            return
        data, begin, end = found
        self._shown = (camera, begin, end)
        self.strip.stand(place)
        self.strip.tell(data)
        if asking is not None:
            asking.stand_clear(self.strip.geometry())

    @property
    def room(self) -> int:
        """Pixels of height that are kept for the strip below the wall while it is reviewed."""
        if not self._cells.wall.look.review or not self._panel.interactive:
            return 0
        return self.strip.height_at(self._surface().width())

    def leave(self) -> None:
        """Nobody looks."""
        self._shown = None
        self.strip.tell(None)

    def _point(self, share: float) -> None:
        """Somebody pointed at a moment: what is played goes there, a question is answered with
        it."""
        if self._shown is None:
            return
        camera, begin, end = self._shown
        zone = self._panel.context.zone
        at = f"{to_datetime(begin + round(share * (end - begin)), zone):%Y-%m-%dT%H:%M:%S}"
        if camera in self._cells.wall.look.past:
            self._do(f"seek-recording {shlex.quote(camera)} at={at}")
        elif self._saving.field is not None:
            self._saving.field.line.setText(at)

    @property
    def _camera(self) -> str:
        cell = self._cells.chosen
        return cell.camera.id if cell is not None else ""

    @property
    def _place(self) -> QRect:
        """Where the cell under the hand stands on the panel; the wall where none does."""
        cell = self._cells.chosen
        surface = self._surface()
        return surface if cell is None else cell.picture.translated(surface.topLeft())

    def _speeds(self, camera: str) -> list[float]:
        wall = self._cells.wall
        replays = self._panel.context.spine.seat.videos.replays
        return common_speeds(wall, replays, wall.beside(camera))
