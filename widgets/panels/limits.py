"""阈值: the limits of the chosen indicator and which of them is crossed."""

from app.core.catalog import Quantity
from app.live.view import ValueView
from widgets.panels._page import SheetPanel
from widgets.panels._sheet import Sheet, limits_sheet


class Limits(SheetPanel, kind="limits"):
    """One line for each limit, gravest first."""

    def title(self) -> str:
        """阈值."""
        return self.say("history.thresholds")

    def sheet(self, view: ValueView, quantity: Quantity) -> Sheet:
        """From the catalogue."""
        return limits_sheet(self.context, view, quantity)
