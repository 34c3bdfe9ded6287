"""外部网页: a page of another system, alive or saying plainly that it is not."""

from typing import Annotated, Any

import msgspec
from PySide6.QtCore import QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QPainter, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from app.config import PageConfig
from app.core import wording
from app.core.message import Refusal
from app.core.model import Freshness
from app.live.hub import Kind
from app.registry import deferred
from app.rules.causes import closure
from app.secrets import Secret, Secrets
from app.video.page_rules import PageRules
from app.video.page_state import PageFault
from app.video.state import Verdict
from app.video.tile import State
from widgets.context import Context
from widgets.map.service import service_of
from widgets.paint.button import KeyHint
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._painted import Note, Painted
from widgets.screen_item import ScreenItem, record_item
from widgets.web.cover import PageCover
from widgets.web.keeper import PageKeeper
from widgets.web.words import FRESHNESS, cover_card, cover_words, state_ink, state_word

SOURCE = "widgets.web.source"  # loads WebEngine


class Web(Painted, kind="web"):
    """Enter works with a page that may be worked with, Esc leaves it, R opens it anew."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`page`: which `[[page]]` of the city, empty: its first; `zoom` of what is on it,
        in the seat's own measure: 1 is as large as other words of the seat."""

        page: str = ""
        zoom: Annotated[float, msgspec.Meta(ge=0.25, le=5)] = 1.0

    needs = frozenset({Kind.FEED})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.options: Web.Options = options
        self.house = context.maps  # None in the pictures of tests: no page is opened
        pages = [one for one in context.city.page if one.enabled]
        named = [one for one in pages if one.id == options.page or not options.page]
        self.page: PageConfig | None = named[0] if named else None
        self.rules = PageRules(self.page) if self.page is not None else None
        self.keeper: PageKeeper | None = None
        self.no_browser = False
        self._asked = self._stopped = False
        self.inside = False
        self._reported = False
        self.cover = PageCover(context.theme, self._on_click, self)
        self._leave_key = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._leave_key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._leave_key.setEnabled(False)
        self._leave_key.activated.connect(self.leave)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def title(self) -> str:
        """The page's name; 外部网页 where there is none."""
        if self.page is None:
            return self.context.text("webpage.title")
        return self.context.translator.pick(self.page.name_zh, self.page.name_en)

    # ---- life

    def refresh(self, changes: Changes) -> None:
        """Open the page when somebody looks first; the words."""
        if self.keeper is None and not self._asked and self.house is not None:
            self._asked = True
            self._want()
        else:
            self._start()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is asked of it."""
        super().hideEvent(event)
        self.leave()
        if self.keeper is not None:
            self.keeper.rest()

    def stop(self) -> None:
        """Let the page go."""
        self._stopped = True
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.disconnect(self._on_focus)
        self._leave_key.setEnabled(False)
        if self.keeper is not None:
            self.keeper.close()
        super().stop()

    def _want(self) -> None:
        assert self.house is not None
        if self.page is None or self._is_hidden:
            return
        service = service_of(self.context.bridge, self.context.city, self.house.folder)
        service.want(self._begin)

    def _begin(self) -> None:
        """WebEngine is there, or it is known that it will not be."""
        page, rules, house = self.page, self.rules, self.house
        if self._stopped or page is None or rules is None or house is None:
            return
        service = service_of(self.context.bridge, self.context.city, house.folder)
        if service.engine is None:
            self.no_browser = True
            self._show()
            return
        self.keeper = keeper = PageKeeper(
            lambda: self._make(page, rules, secret),
            page.ask_s,
            self.context.now,
            lambda: self._is_cut(page),
            self,
        )
        keeper.changed.connect(self._show)
        secret: Secret | None = None
        if not rules.may_open:
            keeper.fail(PageFault.PLAIN)
            return
        try:
            secret = Secrets(house.folder).find(page.credential) if page.credential else None
        except Refusal:
            keeper.fail(PageFault.NOT_GIVEN)
            return
        # One turn of the loop to load WebEngine's classes, one for each page to be made.
        deferred(SOURCE)
        QTimer.singleShot(0, self, self._start)

    def _start(self) -> None:
        if self.keeper is not None and self.seen and not self._is_hidden:
            self.keeper.begin()

    def _make(self, page: PageConfig, rules: PageRules, secret: Secret | None) -> Any:
        return deferred(SOURCE).PageSource(page, rules, secret, self, self._dress)

    def _dress(self, view: Any) -> None:
        """A view of the page, made now, comes to its place below the cover."""
        view.page().setBackgroundColor(self.theme.canvas)
        view.setZoomFactor(min(5.0, max(0.25, self.options.zoom * self.px(1))))
        view.setGeometry(self._place)
        view.show()
        self.cover.raise_()

    def _is_cut(self, page: PageConfig) -> bool:
        """Whether one of the lines to it is down, as the outages say."""
        above = {link.id: link.depends for link in self.context.city.link}
        way = closure(page.depends, above)
        outages = self.context.picture.outages.values()
        return any(not way.isdisjoint(outage.links) for outage in outages)

    @property
    def _is_hidden(self) -> bool:
        """Whether visitors look, and the page is not for them."""
        return self.context.veil is not None and self.page is not None and not self.page.visitors

    # ---- what is shown

    @property
    def verdict(self) -> Verdict:
        """What may be claimed."""
        return self.keeper.verdict if self.keeper is not None else Verdict(State.CONNECTING)

    def _show(self) -> None:
        keeper = self.keeper
        self.cover.setVisible(keeper is not None)
        if keeper is None:
            self.update()
            return
        words = cover_words(
            self.context,
            self.title(),
            self.verdict,
            keeper.observed,
            has_still=keeper.still is not None,
        )
        if words is not None:
            self.leave()
        elif not self._reported and self.house is not None:
            self._reported = True
            service_of(self.context.bridge, self.context.city, self.house.folder).lived()
        still = keeper.still if words is not None else None
        self.cover.say(words, still, cover_card(self.context, self.verdict))
        self.update(self.head_rect.toAlignedRect())

    def notes_left(self) -> list[Note]:
        """Whose page it is, at a desk; that it was left."""
        keeper, rules = self.keeper, self.rules
        if rules is None or keeper is None:
            return []
        notes = [Note(rules.host, self.theme.text3)] if self.interactive else []
        source, living = keeper.source, self.verdict.state is State.LIVE
        if source is not None and living and not source.is_home:
            notes.append(Note(self.context.text("webpage.elsewhere"), self.theme.text2))
        return notes

    def notes_right(self) -> list[Note]:
        """The state; what was stopped; how to leave."""
        if self.keeper is None:
            return []
        say, theme = self.context.text, self.theme
        notes = [
            Note(state_word(self.context, self.verdict), state_ink(self.context, self.verdict))
        ]
        if self.inside:
            notes.append(Note(say("webpage.inside"), theme.text1, True))
        if self.keeper.stopped and self.interactive:
            number = wording.number(self.keeper.stopped)
            notes.append(Note(say("webpage.stopped", n=number), theme.text3))
        return notes

    def items(self) -> list[ScreenItem]:
        """The page with its state; no part of its address."""
        if self.page is None:
            return []
        keeper, state = self.keeper, self.verdict.state
        now = self.context.now()
        living = state in (State.LIVE, State.LATE)
        observed = now if living else (keeper.observed if keeper is not None else 0)
        return [
            record_item(
                f"page/{self.page.id}",
                self.title(),
                self.context.text("webpage.no_browser")
                if self.no_browser
                else state_word(self.context, self.verdict),
                observed=observed,
                now=now,
                world=self.context.picture.world,
                freshness=FRESHNESS.get(state, Freshness.NONE),
            )
        ]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The ground under the page; what is wrong where there is none."""
        painter.fillRect(rect, self.theme.canvas)
        say = self.context.text
        if self.page is None:
            self.paint_empty(painter, rect, say("webpage.none"), say("webpage.none.why"))
        elif self._is_hidden:
            self.paint_empty(painter, rect, say("webpage.visitors"), "")
        elif self.no_browser:
            self.paint_empty(
                painter, rect, say("webpage.no_browser"), say("webpage.no_browser.why")
            )

    @property
    def _place(self) -> QRect:
        return self.body_rect.toAlignedRect()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Page and cover fill what is below the head."""
        super().resizeEvent(event)
        self.cover.setGeometry(self._place)
        if self.keeper is not None and self.keeper.source is not None:
            self.keeper.source.view.setGeometry(self._place)

    # ---- the hand

    def hints(self) -> list[KeyHint]:
        """Its keys."""
        say = self.context.text
        work = [
            KeyHint("Enter", say("webpage.hint.work")),
            KeyHint("Esc", say("webpage.hint.leave")),
        ]
        return [*(work if self._can_work else []), KeyHint("R", say("webpage.hint.reload"))]

    @property
    def _can_work(self) -> bool:
        return self.interactive and self.page is not None and self.page.interactive

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Into the page, or open it anew."""
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self.interactive:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.work()
        elif key is Qt.Key.Key_R and self.keeper is not None and self.keeper.source is not None:
            self.keeper.open()
        else:
            super().keyPressEvent(event)

    def work(self) -> None:
        """Give keys and clicks to the page."""
        keeper = self.keeper
        if not self._can_work or keeper is None or self.cover.words is not None:
            return
        self.inside = True
        self.cover.let_through(on=True)
        keeper.source.take_keys(on=True)
        keeper.source.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._leave_key.setEnabled(True)
        self.update()

    def leave(self) -> None:
        """Take them back; the keys are the panel's again."""
        if not self.inside:
            return
        self.inside = False
        self._leave_key.setEnabled(False)
        self.cover.let_through(on=False)
        if self.keeper is not None and self.keeper.source is not None:
            had = self.keeper.source.view.isAncestorOf(QApplication.focusWidget() or self)
            self.keeper.source.take_keys(on=False)
            if had or self.keeper.source.view.hasFocus():
                self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def _on_click(self) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.work()

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """The keys went elsewhere: what is clicked next on the page is no longer the page's."""
        if self.inside and now is not None and now is not self and not self.isAncestorOf(now):
            self.leave()
