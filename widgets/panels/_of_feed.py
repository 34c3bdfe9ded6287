"""What the panels of one feed share: which one it is, and that it is looked at closely only while
such a panel stands."""

from urllib.parse import urlsplit

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.config import FeedConfig
from app.core.health import FeedHealth
from app.core.model import Ms
from app.live.feed_detail import FeedDetail
from app.live.hub import Kind
from widgets.context import Context
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._feeds import name_of, sorted_worst_first
from widgets.panels._painted import Note, Painted
from widgets.selection import Subject


class FeedOptions(PanelOptions, frozen=True, forbid_unknown_fields=True):
    """`feed`: an id, instead of the feed that is chosen on the seat (else the worst)."""

    feed: str = ""


class OfFeed(Painted):
    """A panel about one feed. A subclass takes what changed in `follow`."""

    Options = FeedOptions
    needs = frozenset({Kind.FEED, Kind.SEAT})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.feed = ""
        self.health: FeedHealth | None = None
        self.detail: FeedDetail | None = None
        self.now: Ms = 0

    def refresh(self, changes: Changes) -> None:
        """The row and, once the ingest thread has told of it, the detail."""
        picture = self.context.picture
        self.now = self.context.now()
        feed = self._wanted()
        changed = feed != self.feed
        if changed:
            self._watch(feed)
        self.health = picture.feeds.get(feed)
        self.detail = picture.feed_details.get(feed)
        self.follow(changed)

    def follow(self, changed: bool) -> None:
        """For subclasses; `changed` says that it is another feed."""

    def stop(self) -> None:
        """Nobody looks any more."""
        self._watch("")
        super().stop()

    def _wanted(self) -> str:
        options, context = self.options, self.context
        assert isinstance(options, FeedOptions)
        chosen = options.feed or context.selection[Subject.FEED]
        if chosen:
            return chosen
        worst = sorted_worst_first(context.picture.feeds.values())
        return worst[0].feed if worst else ""

    def _watch(self, feed: str) -> None:
        watchers = self.context.picture.watchers
        if self.feed:
            watchers.unwatch(self.feed)
        if feed:
            watchers.watch(feed)
        self.feed = feed

    # ---- for subclasses

    @property
    def config(self) -> FeedConfig | None:
        """Its `[[feed]]`."""
        return next((item for item in self.context.city.feed if item.id == self.feed), None)

    @property
    def name(self) -> str:
        """In the window's language."""
        if self.health is not None:
            return name_of(self.context, self.health)
        config = self.config
        names = (config.name_zh, config.name_en) if config is not None else ("", "")
        return self.context.translator.pick(*names) or self.feed

    @property
    def internal(self) -> bool:
        """Whether officers look: addresses and samples are for nobody else."""
        return self.interactive and self.context.veil is None

    def of(self, id_: str, /, **args: object) -> str:
        """A sentence of the feeds' pages."""
        return self.context.text(f"feeds_page.{id_}", **args)

    def notes_left(self) -> list[Note]:
        """Whose it is."""
        return [Note(self.name, self.theme.text2)] if self.feed else []

    def paint_nothing(self, painter: QPainter, rect: QRectF) -> None:
        """No feed."""
        self.paint_empty(painter, rect, self.say("feeds.empty"), self.say("feeds.empty.why"))

    def paint_hidden(self, painter: QPainter, rect: QRectF) -> None:
        """Visitors are here."""
        self.paint_empty(painter, rect, self.of("hidden"), self.of("hidden.why"))


def bare_address(url: str) -> str:
    """Scheme, host, port and path of an address; no user, no password, no query."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if not parts.scheme:
        return parts.path
    place = f"{host}:{port}" if port else host
    return f"{parts.scheme}://{place}{parts.path}"
