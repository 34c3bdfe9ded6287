"""The cells of a video panel together: where they stand, what is asked for them, what they show."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QRect, QRectF, Qt

from app.core.model import Ms
from app.live.video_layout import Layout
from app.live.video_past import drifts
from app.live.video_wall import Look, VideoWall
from app.video.tile import Demand
from app.video.wire import PixelFormat
from widgets.context import Context
from widgets.edges import Edges
from widgets.paint.fresh import Fresh
from widgets.paint.video import Cover, VideoTile
from widgets.panels._video import VideoCell, demand_for, in_cell, weight_of
from widgets.video.placing import layout_in, place_cells
from widgets.video.surface import Shown

Places = Mapping[int, QRect]
MOST_ALARMED = 4
"""Cells with an alarm whose pictures are never made worse."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class WallCells:
    """Of one panel that shows the wall `name`. Places are pixels of its surface; `focused` is the
    cell under the hand, -1 where none is."""

    def __init__(self, context: Context, name: str) -> None:
        self.context = context
        self.name = name
        self.house = context.videos
        self.cells: dict[int, VideoCell] = {}
        self.places: Places = {}
        self.focused = -1
        self.number = self.house.next_number() if self.house is not None else 0
        self._room, self._edges = QRectF(), (Edges(), Edges())
        self._divided: tuple[int, Layout | None] = (0, None)
        self._layout: Layout | None = None

    @property
    def wall(self) -> VideoWall:
        """What it shows."""
        return self.context.spine.seat.videos[self.name]

    def drifts(self) -> dict[str, Ms]:
        """By how much each camera that is reviewed with others is ahead of them; those without a
        picture are left out."""
        look, replays = self.wall.look, self.context.spine.seat.videos.replays
        return drifts({one: replays.seen(one, look.past[one]) for one in look.review})

    def _alarmed(self) -> frozenset[str]:
        """The cameras of the newest alarms here: in a storm not all of them can be kept whole."""
        first = self.context.spine.seat.videos.alarms.first(self.context.now())
        here = {cell.camera.id for cell in self.cells.values()}
        return frozenset([camera for camera in first if camera in here][:MOST_ALARMED])

    def arrange(self, room: QRectF, edges: tuple[Edges, Edges]) -> None:
        """Let every cell stand where it belongs, with the camera that belongs there."""
        house = self.house
        if house is None:
            return
        wall, names, theme = self.wall, house.names, self.context.theme
        self._divide(room, edges)
        self.places = places = place_cells(wall.look, room, theme, edges, self._layout)
        wanted = {
            number: names.cameras[camera]
            for number, camera in wall.look.cameras.items()
            if number in places and camera in names.cameras and camera not in self._hidden
        }
        for number in list(self.cells):
            if number not in wanted or self.cells[number].camera.id != wanted[number].id:
                self.cells.pop(number).leave()
        for number, camera in wanted.items():
            if number not in self.cells:
                view = f"{self.number}/{number}"
                self.cells[number] = VideoCell(house, view, camera)
            self.cells[number].place(places[number], theme)
        if self.focused not in places:
            self.focused = -1

    def _listen(self, hidden: frozenset[str]) -> None:
        """Let the cell be heard that was asked for, while it is seen."""
        if self.house is None:
            return
        number = self.wall.sound
        cell = self.cells.get(number) if number is not None else None
        seen = cell is not None and cell.camera.id not in hidden
        mine = self.house.heard.stands(self, cell.view if cell is not None and seen else "")
        if mine and not seen:
            self.wall.hear(None)  # it does not begin again by itself

    def _divide(self, room: QRectF, edges: tuple[Edges, Edges]) -> None:
        """How the wall is divided in this room; worked out where something is otherwise."""
        wall, before = self.wall, (self._room, self._edges, self._divided)
        self._room, self._edges = QRectF(room), edges
        self._divided = wall.look.count, wall.look.layout
        if before != (self._room, self._edges, self._divided) and not room.isEmpty():
            self._layout = layout_in(wall.look, room, self.context.theme, edges)
        if self._layout is not None and wall.look.layout is None:
            wall.columns = self._layout.columns

    def leave(self) -> None:
        """Nobody looks."""
        if self.house is not None and self.house.heard.stands(self, ""):
            self.wall.hear(None)
        for cell in self.cells.values():
            cell.leave()
        self.cells.clear()

    def ask(self, ratio: float, format_: PixelFormat) -> None:
        """Say what is wanted now; `ratio` is device pixels to a pixel."""
        look, hidden, alarmed = self.wall.look, self._hidden, self._alarmed()
        for number, cell in self.cells.items():
            if cell.camera.id in hidden:
                cell.leave()
                continue
            cell.read()
            focused, enlarged = number == self.focused, look.enlarged == number
            weight = weight_of(
                cell.whole,
                focused=focused,
                enlarged=enlarged,
                alarmed=cell.camera.id in alarmed,
            )
            by = self.wall.opened_by(number, self.context.scene[0]), self.name
            cell.ask(ratio, weight, format_, look.past.get(cell.camera.id), by)
        self._listen(hidden)

    def demands(self, look: Look, ratio: float, format_: PixelFormat) -> list[Demand]:
        """What would be asked for if the wall showed another look; a round fills what is free."""
        places = place_cells(look, self._room, self.context.theme, self._edges)
        cameras = dict(look.cameras)
        if look.round is not None:
            free = [cell for cell in places if cell not in self.wall.locked]
            cameras |= dict(zip(free, look.round.cameras, strict=False))
        found = []
        for cell, place in places.items():
            camera = cameras.get(cell, "")
            if not camera or camera in self._hidden:
                continue
            picture, _ = in_cell(place, self.context.theme)
            weight = weight_of(place, focused=cell == self.focused, enlarged=look.enlarged == cell)
            past = look.past.get(camera)
            demand = demand_for(camera, picture, ratio, weight, format_, past)
            if demand is not None:
                found.append(demand)
        return found

    def shown(self, *, interactive: bool, has_focus: bool) -> tuple[Shown, ...]:
        """What the surface draws; cells without a camera only where somebody could put one."""
        hidden, apart = self._hidden, self.drifts()
        cells = [
            cell.shown(
                self.context,
                focused=number == self.focused and has_focus,
                drift=apart.get(cell.camera.id),
            )
            for number, cell in sorted(self.cells.items())
            if cell.camera.id not in hidden
        ]
        return (*self._empty(interactive=interactive), *cells)

    def _empty(self, *, interactive: bool) -> list[Shown]:
        say, cameras = self.context.text, self.wall.look.cameras
        told = {number for number in self.places if cameras.get(number) in self._hidden}
        text = {True: say("videowall.state.forbidden"), False: say("videowall.empty")}
        return [
            Shown(
                f"empty/{number}",
                rect,
                rect,
                QRect(),
                VideoTile(
                    "",
                    Fresh.MISSING,
                    "",
                    text[number in told],
                    Cover.WAITING,
                    interactive and number == self.focused,
                ),
            )
            for number, rect in self.places.items()
            if number not in self.cells and (interactive or number in told)
        ]

    @property
    def _hidden(self) -> frozenset[str]:
        """What visitors must not see, where they look."""
        if self.house is None or self.context.veil is None:
            return frozenset()
        return self.house.names.hidden

    def at(self, point: QPoint) -> int:
        """The cell at a point of the surface; -1 beside all of them."""
        return next((n for n, place in self.places.items() if place.contains(point)), -1)

    def beside(self, number: int, right: int, down: int) -> int:
        """The nearest cell that lies that way; itself where none does, the first from nowhere."""
        if number not in self.places:
            return min(self.places, default=-1)
        here = self.places[number].center()
        ways = {other: rect.center() - here for other, rect in self.places.items()}
        ways = {n: way for n, way in ways.items() if way.x() * right + way.y() * down > 0}
        return min(ways, key=lambda n: ways[n].manhattanLength(), default=number)

    @property
    def chosen(self) -> VideoCell | None:
        """The cell with a camera under the hand."""
        return self.cells.get(self.focused)

    @property
    def can_turn(self) -> bool:
        """Whether the camera under the hand can be turned, and what it turns is seen."""
        cell = self.chosen
        if cell is None or self.house is None or cell.camera.id in self.wall.look.past:
            return False
        return self.house.can_turn(cell.camera)
