"""What stands beside a map: the districts that shade it, in order, and what its signs mean."""

from collections.abc import Iterator

from PySide6.QtCore import QRect

from widgets.context import Context
from widgets.panels._map import MapOptions
from widgets.panels._painted import Painted
from widgets.panels.legend import Legend
from widgets.panels.map_districts import MapDistricts
from widgets.screen_item import ScreenItem

WIDE = 270  # desk px
MOST = 0.4  # of the panel
LEAST = 3  # rows for which a legend is worth its title


class MapSide:
    """On the panel `parent`; nothing where neither is wanted."""

    def __init__(
        self, context: Context, name: str, parent: Painted, *, districts: bool, legend: bool
    ) -> None:
        self._parent = parent
        self._fits = True
        own = MapDistricts.Options(map=name)
        self.districts = MapDistricts(context, own, parent) if districts else None
        self.legend = Legend(context, MapOptions(map=name), parent) if legend else None
        if self.legend is not None and self.districts is not None:
            self.legend.is_shade_told = lambda: self.tells_shades

    @property
    def tells_shades(self) -> bool:
        """Whether the districts are listed with what they are shaded by; where not all have room,
        the legend tells the shades."""
        return self.districts is not None and self.districts.is_shaded and self._fits

    @property
    def form(self) -> tuple[float, ...]:
        """How it is laid out: where this is another, it is laid out again."""
        high = self.districts.wanted_height if self.districts is not None else 0.0
        return self.wide, self.tells_shades, high

    @property
    def wide(self) -> int:
        """What it takes of the panel's width."""
        if self.legend is None and not self.tells_shades:
            return 0
        return round(min(self._parent.px(WIDE), MOST * self._parent.width()))

    def place(self, rect: QRect) -> None:
        """Stand in this part of the panel: the districts first, the legend in what they leave."""
        districts, legend = self.districts, self.legend
        left = QRect(rect)
        if districts is not None:
            high = round(districts.wanted_height)
            self._fits = high <= rect.height()
            districts.setVisible(self.tells_shades)
            if self.tells_shades:
                districts.setGeometry(rect.x(), rect.y(), rect.width(), high)
                left.setTop(rect.y() + high)
        if legend is not None:
            legend.setVisible(left.height() >= legend.height_of(LEAST))
            legend.setGeometry(left)

    def items(self) -> Iterator[ScreenItem]:
        """What both say."""
        for panel in (self.districts, self.legend):
            if panel is not None and not panel.isHidden():
                yield from panel.items()

    def stop(self) -> None:
        """The panel goes."""
        for panel in (self.districts, self.legend):
            if panel is not None:
                panel.stop()
