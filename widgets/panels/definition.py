"""定义: what the chosen indicator means, which way is good, who answers for it, what its aim is."""

from app.core.catalog import Quantity
from app.live.view import ValueView
from widgets.panels._page import SheetPanel
from widgets.panels._sheet import Sheet, definition


class Definition(SheetPanel, kind="definition"):
    """口径, 方向, 责任, 目标, 周期, 密级, 代码."""

    def title(self) -> str:
        """定义."""
        return self.say("history.definition")

    def sheet(self, view: ValueView, quantity: Quantity) -> Sheet:
        """From the catalogue."""
        return definition(self.context, view, quantity, self.now)
