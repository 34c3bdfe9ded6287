"""What the panels of one indicator share: which one it is, and asking the store for its past."""

from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core.catalog import MINUTE, SECOND, Quantity
from app.core.keys import parse, reading_key
from app.core.model import Ms
from app.live.hub import Kind
from app.live.summary import indicator_keys
from app.live.view import ValueView
from app.store.driver import DatabaseError
from widgets.context import Context
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._painted import Note, Painted
from widgets.screen_item import ScreenItem, value_item
from widgets.selection import Subject

WAIT_MS = 5 * SECOND  # while nothing was found that could be shown


class IndicatorOptions(PanelOptions, frozen=True, forbid_unknown_fields=True):
    """`code` of an indicator or index; empty: what is chosen on the seat."""

    code: str = ""


def chosen_key(context: Context, code: str = "") -> str:
    """The key of the indicator (else of the index) that a page is about; empty for none."""
    if not code:
        return context.selection[Subject.INDICATOR] or context.selection[Subject.INDEX]
    if code in context.catalog.plan.specs:
        return reading_key(code, context.city.code)
    found = indicator_keys(context.picture.readings, context.catalog, context.city.code)
    return found.get(code, "")


class OfIndicator(Painted):
    """A panel about the chosen indicator. `follow` runs when the key, the value or a second
    changed; `changed_key` says whether it is another indicator."""

    Options = IndicatorOptions
    needs = frozenset({Kind.READING, Kind.FEED, Kind.SEAT})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.key = ""
        self.view: ValueView | None = None
        self.now: Ms = 0

    @property
    def quantity(self) -> Quantity | None:
        """What the value means."""
        return self.context.catalog.quantity(self.key) if self.key else None

    def refresh(self, changes: Changes) -> None:
        """The value follows; the subclass does the rest."""
        assert isinstance(self.options, IndicatorOptions)
        self.now = self.context.now()
        key = chosen_key(self.context, self.options.code)
        changed = key != self.key
        self.key = key
        self.view = self.context.view(key) if key else None
        self.follow(changes, changed)

    def follow(self, changes: Changes, changed_key: bool) -> None:
        """For subclasses."""

    def items(self) -> list[ScreenItem]:
        """The value that the panel is about."""
        return [] if self.view is None else [value_item(self.view, self.context.translator)]

    def notes_left(self) -> list[Note]:
        """Whose page it is, where the panel stands alone."""
        return []

    def paint_nothing(self, painter: QPainter, rect: QRectF) -> None:
        """No indicator is chosen, or it is in no catalogue."""
        if self.view is not None:
            code = parse(self.key).code
            self.paint_empty(painter, rect, self.say("strip.unknown", code=code), "")
            return
        what, why = self.say("history.none"), self.say("history.none.why")
        self.paint_empty(painter, rect, what, why)


class Told(OfIndicator):
    """Such a panel with a story from the store: asked when another indicator is chosen and every
    `every_ms`, and again when history of its feed has come. `told` is None until then."""

    needs = OfIndicator.needs | {Kind.HISTORY}
    every_ms = 5 * MINUTE

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.told: Any = None
        self.failed = False
        self._read_at: Ms = 0
        self._asked = ""

    async def tell(self, view: ValueView, quantity: Quantity) -> Any:
        """Ask the store; in the pools, never here."""
        raise NotImplementedError

    def arrived(self) -> None:
        """A story came, or failed."""

    def is_thin(self) -> bool:
        """Whether so little came that it is worth asking again soon."""
        return self.told is None

    def follow(self, changes: Changes, changed_key: bool) -> None:
        """Ask when it is time."""
        view, quantity = self.view, self.quantity
        if changed_key:
            self.told, self.failed, self._read_at, self._asked = None, False, 0, ""
            self.arrived()
        if view is None or quantity is None:
            return
        if view.source in changes.get(Kind.HISTORY, ()):
            self._read_at = 0
        every = WAIT_MS if self.is_thin() else self.every_ms
        if self.now - self._read_at >= every and not self._asked:
            self.read()

    @property
    def question(self) -> str:
        """What is asked: an answer to another question than the last one is dropped."""
        return self.key

    def read(self) -> None:
        """Ask now."""
        view, quantity = self.view, self.quantity
        if view is not None and quantity is not None:
            self._asked = self.question
            self.ask(self._read(view, quantity, self._asked))

    async def _read(self, view: ValueView, quantity: Quantity, asked: str) -> None:
        try:
            told = await self.tell(view, quantity)
        except DatabaseError:
            told = None  # said on the panel; the store counts and reports it
            failed = True
        else:
            failed = False
        if asked != self._asked:
            return  # another one was chosen meanwhile
        self._asked, self._read_at = "", self.context.now()
        self.failed = failed
        self.told = told
        self.arrived()
        self.update()

    def paint_waiting(self, painter: QPainter, rect: QRectF) -> None:
        """While nothing came: nothing is written before there is something to say."""
        if self.failed:
            what, why = self.say("history.failed"), self.say("history.failed.why")
            self.paint_empty(painter, rect, what, why)
