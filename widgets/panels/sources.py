"""来源与时效: where the chosen value comes from, of when it is, when it came."""

from app.core.catalog import Quantity
from app.live.view import ValueView
from widgets.panels._page import SheetPanel
from widgets.panels._sheet import Sheet, states


class Sources(SheetPanel, kind="sources"):
    """For an index also how much of its weight is counted and live."""

    def title(self) -> str:
        """来源与时效."""
        return self.say("history.states")

    def sheet(self, view: ValueView, quantity: Quantity) -> Sheet:
        """From the picture."""
        return states(self.context, view, self.now)
