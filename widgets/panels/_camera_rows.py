"""How the list of cameras paints its lines: groups with their counts, cameras with their states."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus, Freshness, Ms, Sourced
from app.live.video_names import CameraGroup
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.panels._base import PanelOptions
from widgets.panels._camera_lines import OFFER, Line
from widgets.panels._camera_places import SEARCH, CameraPlaces
from widgets.panels._camera_words import group_word
from widgets.panels._names import region_name
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role
from widgets.video.words import camera_name

EVERY_MS = 2000
_GLYPHS = {DeviceState.ONLINE: Fresh.LIVE, DeviceState.OFFLINE: Fresh.MISSING}


class CameraRows(Rows):
    """The lines of a list of cameras; `by` is how they are grouped."""

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.by = "region"
        self.lines: list[Line] = []
        self.places_found = CameraPlaces(context, self.ask, self.listed_anew)
        self._now: Ms = -EVERY_MS

    def listed_anew(self) -> None:
        """Make the lines from what is known now."""

    def group_word(self, group: CameraGroup) -> str:
        """What the cameras of a group have in common."""
        if group.sort == SEARCH:
            return self.places_found.title()
        return group_word(self.context, group)

    def state_of(self, camera: str) -> DeviceStatus | None:
        """What is known of it."""
        item = self.context.picture.devices.get(camera)
        record = item.record if isinstance(item, Sourced) else None
        return record if isinstance(record, DeviceStatus) else None

    # ---- rows

    def arrange(self, width: float) -> list[QRectF]:
        """One line each."""
        return self.stacked(len(self.lines), self.px(32))

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """A group in bold with its count; a camera with its state and district."""
        theme, line = self.theme, self.lines[index]
        self.rule(painter, rect.bottom())
        inside = rect.adjusted(self.pad, 0, -self.pad, 0)
        if line.text:
            self._paint_words(painter, inside, line)
            return
        if line.camera is None:
            count = self._count_of(line)
            wide = theme.width(count, Role.CAPTION)
            lettering.draw_in(painter, theme, inside, count, Role.CAPTION, theme.text2, right=True)
            room = inside.adjusted(0, 0, -wide - self.px(12), 0)
            name = self.group_word(line.group)
            lettering.draw_in(painter, theme, room, name, Role.BODY, theme.text1, bold=True)
            return
        state = self.state_of(line.camera.id)
        side = self.px(14)
        glyph = QRectF(inside.x() + self.px(8), rect.center().y() - side / 2, side, side)
        paint_fresh(painter, glyph, self._glyph(state), theme)
        note = self._note(line, state)
        wide = theme.width(note, Role.CAPTION)
        lettering.draw_in(painter, theme, inside, note, Role.CAPTION, theme.text2, right=True)
        room = inside.adjusted(self.px(30), 0, -wide - self.px(12), 0)
        name = self._name_of(line.camera)
        ink = theme.text1 if state is not None else theme.text2
        lettering.draw_in(painter, theme, room, name, Role.BODY, ink)

    def _name_of(self, camera: Camera) -> str:
        """As it stands below its picture; with its district where the heading names none."""
        if self.by == "region" or self.places_found.search is not None:
            return camera_name(self.context, camera)
        return self.context.translator.pick(camera.name_zh, camera.name_en)

    def _count_of(self, line: Line) -> str:
        """How many are there of those whose state is known; where none is, how many there are."""
        if not line.group.cameras:
            return self.context.text("videolist.none")
        if not line.known:
            return self.context.text("videolist.not_known", n=len(line.group.cameras))
        return self.context.text("videowall.count", n=line.known, online=line.there)

    def _paint_words(self, painter: QPainter, inside: QRectF, line: Line) -> None:
        """What a platform lists otherwise, or what would lose its camera by it."""
        theme, bold = self.theme, line.is_head
        wide = min(theme.width(line.detail, Role.CAPTION), inside.width() / 2)
        right = inside.adjusted(inside.width() - wide, 0, 0, 0)
        lettering.draw_in(painter, theme, right, line.detail, Role.CAPTION, theme.text2, right=True)
        room = inside.adjusted(0 if bold else self.px(30), 0, -wide - self.px(12), 0)
        lettering.draw_in(painter, theme, room, line.text, Role.BODY, theme.text1, bold=bold)

    def _glyph(self, state: DeviceStatus | None) -> Fresh:
        return Fresh.MISSING if state is None else _GLYPHS.get(state.state, Fresh.LATE)

    def _note(self, line: Line, state: DeviceStatus | None) -> str:
        """The word of a state that is not as it should be, else where it stands; of one found by
        its place also how far away."""
        assert line.camera is not None
        if state is not None and state.state is not DeviceState.ONLINE:
            word = self.context.text(f"videowall.device.{state.state.value}")
            age = wording.duration(self._now - state.observed, self.context.translator)
            return f"{word} {age}  {line.detail}".rstrip()
        if line.detail:
            return line.detail
        return region_name(self.context, line.camera.region) if self.by != "region" else ""

    def items(self) -> list[ScreenItem]:
        """What is painted."""
        return [self._item(self.lines[index]) for index in self.painted()]

    def _item(self, line: Line) -> ScreenItem:
        if line.text:
            key, at = "/".join(filter(None, line.key)), self._now
            if line.offer is not None:
                key, at = f"{OFFER}/{key}", line.offer.at
            return record_item(
                key, line.text, line.detail,
                observed=at, now=self._now, world=self.context.picture.world,
            )  # fmt: skip
        if line.camera is None:
            key, name, value = f"group/{line.group.id}", self.group_word(line.group), line.there
            return record_item(
                key, name, value, observed=self._now, now=self._now,
                world=self.context.picture.world,
            )  # fmt: skip
        state = self.state_of(line.camera.id)
        return record_item(
            f"camera/{line.camera.id}",
            self._name_of(line.camera),
            "" if state is None else self.context.text(f"videowall.device.{state.state.value}"),
            observed=0 if state is None else state.observed,
            now=self._now,
            world=self.context.picture.world,
            freshness=Freshness.NONE if state is None else Freshness.LIVE,
        )
