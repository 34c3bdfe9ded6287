"""What every video wall of the program shares: the service, the look at the board, the rounds.

The board is looked at every 8 ms while some wall can be seen, and not at all otherwise.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from app.city import City
from app.core.clock import Clock
from app.core.directory import Camera
from app.live.aligning import Aligning
from app.live.hub import Hub, Kind
from app.live.seat import Seat
from app.live.video_names import CameraNames
from app.live.video_wall import Look, video_key
from app.live.view_book import HAND
from app.registry import deferred
from app.video.board import Rows
from app.video.platform import Ability
from app.video.tile import Budget, Demand, Place, Tile
from widgets.theme import Theme
from widgets.video.card import CardSurface, is_card, renderer
from widgets.video.heard import Heard
from widgets.video.presets import Presets
from widgets.video.pricing import Pricing
from widgets.video.slots import Slots
from widgets.video.surface import Surface
from widgets.video.turning import Turning

FIXED = "bullet"  # 枪机: the form of a camera that looks one way
POLL_MS = 16
"""As often as a screen of 60 Hz shows anything."""
SECOND_MS = 1000
SEGMENTS = "app.video.segments"  # numpy's shared memory, not before the first picture


class VideoHouse(QObject):
    """One per program, made with the windows. `service` gives the running service, None before it
    runs and where the city has no platform."""

    def __init__(
        self,
        city: City,
        seat: Seat,
        hub: Hub,
        clock: Clock,
        service: Callable[[], Any],
        alarm: Callable[[], bool] = lambda: False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.seat, self.hub, self.clock = seat, hub, clock
        self._service = service
        self.turning = Turning(seat, service, self)
        self.presets = Presets(seat, service, self)
        self._aligning: dict[str, Aligning] = {}  # by wall
        self.heard = Heard(seat, service, alarm, self)
        self.pricing = Pricing(service, self._turns_of)
        seat.plans.price = self.pricing.cost
        self._surfaces: list[Surface | CardSurface] = []
        self._has_card: bool | None = None  # asked with the first wall
        self._numbers = itertools.count(1)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.setTimerType(Qt.TimerType.PreciseTimer)
        self._poll.timeout.connect(self._look)
        self._turns = QTimer(self, interval=SECOND_MS)
        self._turns.timeout.connect(self._turn)
        kinds = {point.id: point.kind for point in city.points}
        hidden = city.catalog.visit.hidden_cameras
        if not seat.videos.cameras.cameras:  # those that platforms listed come with them, later
            seat.videos.cameras = CameraNames(city.cameras, kinds, hidden)
        self.platforms = len([one for one in city.config.platform if one.enabled])

    # ---- what there is

    def service(self) -> Any:
        """The running video service; None before it runs and without a platform."""
        return self._service()

    @property
    def names(self) -> CameraNames:
        """The cameras and their groups."""
        return self.seat.videos.cameras

    def tile(self, view: str) -> Tile | None:
        """How a view's camera is; None before the first word."""
        service = self._service()
        found: Tile | None = None if service is None else service.tiles.get(view)
        return found

    @property
    def budget(self) -> Budget | None:
        """What decoding costs now."""
        service = self._service()
        return None if service is None else service.budget

    @property
    def board(self) -> Rows | None:
        """Where the workers write; None while there are none."""
        service = self._service()
        found: Rows | None = None if service is None else service.board
        return found

    def can_turn(self, camera: Camera) -> bool:
        """Whether a camera can be turned, as far as its platform and its form tell."""
        service = self._service()
        return (
            service is not None
            and camera.form != FIXED
            and Ability.PTZ in service.abilities(camera.id)
        )

    def want(self, view: str, demand: Demand | None, by: str = HAND, wall: str = "") -> bool:
        """Ask for a camera, or for nothing any more; False while nobody can be asked. `by` and
        `wall` stand in the audit: who or what opened it, and where."""
        service = self._service()
        if service is None:
            return False
        views, now = self.seat.views, self.clock.now()
        if demand is None:
            views.leave(view, now)
        else:
            views.see(view, demand.camera, by, wall, now)
        service.want(view, demand)
        self.pricing.want(view, demand)
        return True

    def slots(self, place: Place) -> Slots:
        """Where the pictures of a view lie."""
        return Slots(place, deferred(SEGMENTS).attach)

    def next_number(self) -> int:
        """Tells the views of one panel from those of another."""
        return next(self._numbers)

    # ---- surfaces

    def make_surface(self, theme: Theme, parent: QWidget) -> Surface | CardSurface:
        """The presenter for this machine: without a graphics card the raster one."""
        if self._has_card is None:
            self._has_card = is_card(renderer())
        return CardSurface(theme, parent) if self._has_card else Surface(theme, parent)

    def watch(self, surface: Surface | CardSurface) -> None:
        """Let a surface draw what is new."""
        if surface not in self._surfaces:
            self._surfaces.append(surface)
        if not self._poll.isActive():
            self._poll.start()
            self._turns.start()

    def leave(self, surface: Surface | CardSurface) -> None:
        """Nobody sees it any more."""
        if surface in self._surfaces:
            self._surfaces.remove(surface)
        if not self._surfaces:
            self._poll.stop()
            self._turns.stop()

    def stop(self) -> None:
        """Look and listen no more."""
        self.heard.stop()
        self._surfaces.clear()
        self._poll.stop()
        self._turns.stop()

    def _look(self) -> None:
        rows = self.board
        if rows is None:
            return
        for surface in self._surfaces:
            surface.poll(rows)

    def _unseen(self, wall: str) -> frozenset[str]:
        """What visitors must not see, where they look at a wall."""
        visit, seat = self.seat.visit, self.seat
        kind = "hall" if wall in seat.stage.walls else seat.kind
        return self.names.hidden if visit is not None and visit.covers(kind) else frozenset()

    def _turns_of(self, name: str, look: Look) -> tuple[Sequence[str], int, dict[int, str]]:
        """For pricing: which cameras a wall's round would show, in how many cells, beside which."""
        unseen, locked = self._unseen(name), self.seat.videos[name].locked
        takes = look.round.cameras if look.round is not None else ()
        if unseen:
            takes = tuple(camera for camera in takes if camera not in unseen) or takes
        cells = sum(cell not in locked for cell in range(look.size))
        held = {cell: camera for cell, camera in look.cameras.items() if cell in locked}
        return takes, cells, held

    def _turn(self) -> None:
        """Let the rounds go on, cameras with an alarm first; what is reviewed together stays
        together."""
        videos, now = self.seat.videos, self.clock.now()
        first, turned = videos.alarms.first(now), []
        for name in videos.names():
            wall, aligning = videos[name], self._aligning.setdefault(name, Aligning())
            sent = aligning.look(wall, videos.replays, now)
            if wall.turn(now, first, self._unseen(name)) or sent:
                turned.append(name)
        if turned:
            self.hub.publish(Kind.SEAT, [video_key(name) for name in turned])
