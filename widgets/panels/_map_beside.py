"""The other map of a comparison side by side (并排对比): the same place at another moment, with
other layers or on another base."""

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.model import Ms
from app.live.map_sides import Side, sides_of
from app.live.map_state import MapState
from widgets.context import Context
from widgets.map_follow import MapFollower
from widgets.map_foot import foot_lines
from widgets.map_house import MapHouse
from widgets.map_tools import DrawnFigures

NAMED = 2  # layers by which a side is told


class Beside:
    """A second page on the panel `parent`; `close()` when the comparison ends."""

    def __init__(
        self,
        house: MapHouse,
        context: Context,
        parent: QWidget,
        wanted: str,
        do: Callable[[str], object],
        *,
        by_hand: bool,
    ) -> None:
        self._house, self._context = house, context
        self.view = house.view(context, parent)
        self.follower = MapFollower(house, context, self.view, wanted, by_hand=by_hand, beside=True)
        self.follower.did.connect(do)
        name, say = (lambda: self.follower.name), context.translator
        self.follower.on_drawn = DrawnFigures(
            do, self.view.send, name, say, lambda: self.follower.state
        )

    def place(self, rect: QRect) -> None:
        """Where it stands on the panel."""
        self.view.setGeometry(rect)

    def show(self) -> None:
        """It can be seen."""
        self.view.show()
        self.follower.show()

    def hide(self) -> None:
        """Nobody can see it: nothing is made for it."""
        self.follower.hide()

    def set_foot(self, now: Ms) -> None:
        """What its base owes."""
        if self.view.reason is None:
            webgl, side = self.follower.webgl, self.follower.side
            self.view.set_foot(foot_lines(self._house, self._context, side, now, webgl=webgl))

    def close(self) -> None:
        """Let the page go."""
        self.follower.stop()
        self.view.close_map()
        self.view.hide()
        self.view.deleteLater()


def side_words(context: Context, state: MapState, now: Ms) -> tuple[str, str]:
    """What tells the two sides of a comparison apart: the moment, the layers, the base. Empty for
    both while there is none."""
    mine, other = sides_of(state)
    if other is None:
        return "", ""
    return _words(context, mine, other, now), _words(context, other, mine, now)


def _words(context: Context, side: Side, against: Side, now: Ms) -> str:
    names, translator = context.spine.seat.maps.names, context.translator
    told: list[str] = []
    if side.at != against.at:
        past = wording.moment(side.at, now, context.zone, translator)
        told.append(past if side.at else context.text("mapwords.side_now"))
    if {one.id for one in side.layers} != {one.id for one in against.layers}:
        found = [names.layers[one.id] for one in side.layers if one.id in names.layers]
        shown = [translator.pick(layer.name_zh, layer.name_en) for layer in found[-NAMED:]]
        told.append(context.text("panels.comma").join(shown))
    if side.base != against.base:
        base = names.bases.get(side.base)
        first = context.text("mapwords.side_base")
        told.append(translator.pick(base.name_zh, base.name_en) if base else first)
    return " ".join(told)
