"""来源与时效: where the chosen value comes from, of when it is, when it came."""

from dataclasses import replace

from app.core.catalog import Quantity
from app.live.view import ValueView
from widgets.panels._page import SheetPanel
from widgets.panels._sheet import Sheet, on_trial, states


class Sources(SheetPanel, kind="sources"):
    """For an index also how much of its weight is counted and live; on a desk also what a feed on
    trial brings."""

    def title(self) -> str:
        """来源与时效."""
        return self.say("history.states")

    def sheet(self, view: ValueView, quantity: Quantity) -> Sheet:
        """From the picture."""
        sheet = states(self.context, view, self.now)
        if self.context.seat != "desk" or self.context.veil is not None:
            return sheet
        trials = on_trial(self.context, view.key, self.now)
        return replace(sheet, lines=(sheet.lines[0], *trials, *sheet.lines[1:]))
