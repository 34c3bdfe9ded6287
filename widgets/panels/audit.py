"""审计: who did and who saw what, newest first; for who may read it, never for visitors."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import SECOND
from app.core.message import Refusal
from app.core.model import Freshness, Ms
from app.live.audited import Audited
from app.live.command import title
from app.live.hub import Kind
from app.live.view_book import HAND, REST, ROUND, SCENE
from app.store.audit import AuditLine, Outcome
from app.store.viewings import Ending, Seen
from widgets.context import Context
from widgets.paint.base import row_line
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._two_lines import TwoLines, Words
from widgets.panels._video_words import group_name
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

MOST = 500
_SPANS = {
    Ending.KNOWN: "auditpage.view",
    Ending.OPEN: "auditpage.view_open",
    Ending.LOST: "auditpage.view_lost",
}
AGAIN_MS = 10 * SECOND


@dataclass(frozen=True)
class Entry:
    """One row: what, in more words, who and when."""

    id: str
    title: str
    detail: str
    who: str
    at: Ms
    refused: bool = False


class Audit(TwoLines, kind="audit"):
    """J K move."""

    needs = frozenset({Kind.SEAT})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.entries: list[Entry] = []
        self._why = "auditpage.none"
        self._asked: Ms = -AGAIN_MS
        self._is_asking = False

    def title(self) -> str:
        """审计."""
        return self.context.text("auditpage.title")

    def refresh(self, changes: Changes) -> None:
        """Read anew now and then, and where something was done or somebody else has the seat."""
        now = self.context.now()
        keys = changes.get(Kind.SEAT, frozenset())
        due = now - self._asked >= AGAIN_MS or bool(keys & {"person", "pending", "visit"})
        if due and not self._is_asking:
            self._asked, self._is_asking = now, True
            self.ask(self._read())

    async def _read(self) -> None:
        try:
            commands = self.context.commands
            if commands is None or self.context.veil is not None or not self.interactive:
                self._put([], "auditpage.hidden")
            else:
                self._put(self._entries(await commands.audited(MOST)), "auditpage.none")
        except Refusal:
            signed_on = self.context.spine.seat.person is not None
            self._put([], "auditpage.not_yours" if signed_on else "auditpage.not_allowed")
        finally:
            self._is_asking = False

    def _put(self, entries: list[Entry], why: str) -> None:
        if (entries, why) != (self.entries, self._why):
            self.entries, self._why = entries, why
            self.lay_out()
            self.update()

    # ---- words

    def _entries(self, found: Audited) -> list[Entry]:
        rows = [*map(self._line, found.lines), *map(self._view, found.views)]
        return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST]

    def _line(self, line: AuditLine) -> Entry:
        refused = line.outcome == Outcome.REFUSED.value
        detail = line.text
        if refused:
            detail = self.context.text("auditpage.refused", text=line.text)
        return Entry(
            f"audit/{line.seq}",
            self.context.translator.render(title(line.verb)),
            detail,
            self._who(line.person, line.role, line.seat),
            line.at,
            refused,
        )

    def _view(self, seen: Seen) -> Entry:
        view, say = seen.view, self.context.text
        span = wording.duration(view.ms, self.context.translator, long=True)
        detail = say(
            _SPANS[seen.ending],
            by=self._by(view.by),
            wall=view.wall or "-",
            since=wording.clock(view.since, self.context.zone),
            until=wording.clock(view.until, self.context.zone),
            span=span,
        )
        if view.times > 1:
            detail = say("auditpage.times", detail=detail, n=view.times)
        return Entry(
            f"viewing/{view.camera}/{view.since}/{view.wall}",
            say("auditpage.seen", camera=self._camera(view.camera, view.times)),
            detail,
            self._who(seen.person, seen.role, seen.seat),
            view.until,
        )

    def _camera(self, id_: str, times: int) -> str:
        if id_ == REST:
            return self.context.text("auditpage.rest", n=times)
        camera = self.context.spine.seat.videos.cameras.cameras.get(id_)
        return (
            id_ if camera is None else self.context.translator.pick(camera.name_zh, camera.name_en)
        )

    def _by(self, by: str) -> str:
        say = self.context.text
        if by.startswith(ROUND):
            return say("auditpage.by.round", name=group_name(self.context, by.removeprefix(ROUND)))
        if by.startswith(SCENE):
            return say("auditpage.by.scene", name=by.removeprefix(SCENE))
        return say("auditpage.by.hand" if by == HAND else "auditpage.by.sound")

    def _who(self, person: str, role: str, seat: str) -> str:
        known = self.context.commands.people.roles.get(role)
        name = role if known is None else self.context.translator.pick(known.name_zh, known.name_en)
        return "  ".join(part for part in (person, name, seat) if part)

    # ---- the list

    def items(self) -> list[ScreenItem]:
        """Each row that is seen."""
        now = self.context.now()
        return [
            record_item(
                self.entries[place].id,
                self.entries[place].title,
                self.entries[place].who,
                observed=self.entries[place].at,
                now=now,
                world=self.context.picture.world,
                freshness=Freshness.LIVE,
            )
            for place in self.painted()
            if place < len(self.entries)
        ]

    def why_empty(self) -> tuple[str, str]:
        """Nothing was done, or who sits here may not read it."""
        return self.context.text(self._why), ""

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """What and when, over in what words and who."""
        theme, entry = self.theme, self.entries[index]
        row_line(painter, rect, theme)
        upper, lower = self.lines_of(rect)
        ink = theme.text3 if entry.refused else theme.text1
        zone, words = self.context.zone, self.context.translator
        moment = wording.moment(entry.at, self.context.now(), zone, words)
        caption, grey = Role.CAPTION, theme.text2
        self.write(painter, upper, Words(entry.title, Role.BODY, ink), Words(moment, caption, ink))
        self.write(
            painter, lower, Words(entry.detail, caption, grey), Words(entry.who, caption, grey)
        )
