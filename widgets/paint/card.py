"""Cards of warnings: a single one, and a storm as one card with counts."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core.i18n import Translator
from app.core.model import Level
from app.core.wording import number
from widgets.paint import alarm
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.badge import Mode, ModeCell, mode_width, paint_mode
from widgets.paint.base import drawing, focus_frame, selection_edge, too_small
from widgets.paint.button import KeyHint, paint_keys
from widgets.paint.text import baseline, draw, draw_in, draw_right, fit, fit_role
from widgets.theme import Role, Theme

WARNING_CARD_HEIGHT = 176
LEVELS = (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE)


@dataclass(frozen=True, slots=True)
class WarningCard:
    """A warning in words: what, where, evidence against normal, whose, and what can be done.

    A storm is one card with `counts` per level (red, orange, yellow, blue) and `more` not listed.
    `badge` is the word that it is not meant; it stands hatched before the title.
    """

    mark: AlarmMark
    title: str
    elapsed: str = ""
    place: str = ""
    evidence: str = ""
    owner: str = ""
    state: str = ""
    keys: tuple[KeyHint, ...] = ()
    counts: tuple[int, int, int, int] | None = None
    more: str = ""
    focused: bool = False
    selected: bool = False
    badge: str = ""


def paint_warning_card(painter: QPainter, rect: QRectF, data: WarningCard, theme: Theme) -> None:
    """The card; lines that do not fit are left out from the evidence's source upwards."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        if data.selected:
            selection_edge(painter, rect, theme)
        else:
            painter.fillRect(rect, theme.panel)
        pad_x, pad_y = theme.px(16), theme.px(14)
        inner = rect.adjusted(pad_x, pad_y, -pad_x, -pad_y)
        side = theme.px(30)
        centre = inner.x() + theme.px(22)
        mark = QRectF(centre - side / 2, inner.y() + theme.px(8), side, side)
        paint_alarm(painter, mark, data.mark, theme)
        body = QRectF(
            inner.x() + theme.px(58), inner.y(), inner.width() - theme.px(58), inner.height()
        )
        if body.width() > 0:
            _body(painter, body, data, theme)
        if data.focused:
            focus_frame(painter, rect, theme)


def _body(painter: QPainter, body: QRectF, data: WarningCard, theme: Theme) -> None:
    height = theme.size(Role.VALUE) * 1.15
    level = baseline(theme, Role.TITLE, body.y(), height)
    beside = theme.width(data.title, Role.TITLE, True) + theme.px(12)
    roles = (Role.VALUE, Role.TITLE, Role.BODY)  # what happened comes before for how long
    role = fit_role(theme, data.elapsed, roles, body.width() - beside) or Role.BODY
    elapsed = fit(theme, data.elapsed, role, body.width())
    used = draw_right(painter, theme, (body.right(), level), elapsed, role, theme.text1)
    room = max(0.0, body.width() - used - theme.px(12))
    first = QRectF(body.x(), body.y(), room, height)
    before = paint_badge(painter, first, data.badge, theme)
    title = fit(theme, data.title, Role.TITLE, room - before, True)
    draw(painter, theme, (body.x() + before, level), title, Role.TITLE, theme.text1, True)
    y = body.y() + height
    foot = theme.px(24)
    lines = [
        (data.place, Role.BODY, theme.text2, 0.0),
        (data.evidence, Role.BODY, theme.text1, 6.0),
    ]
    lines.append((data.owner, Role.CAPTION, theme.text3, 4.0))
    for text, role, colour, gap in lines:
        top = y + theme.px(gap)
        counted = data.counts is not None and text == data.evidence
        if not (text or counted) or top + theme.line(role) > body.bottom() - foot:
            continue
        line = QRectF(body.x(), top, body.width(), theme.line(role))
        if counted and data.counts is not None:
            _counts(painter, line, data.counts, data.evidence, theme)
        else:
            draw_in(painter, theme, line, text, role, colour)
        y = line.bottom()
    _foot(painter, QRectF(body.x(), body.bottom() - foot, body.width(), foot), data, theme)


def paint_badge(painter: QPainter, line: QRectF, word: str, theme: Theme) -> float:
    """The hatched word at the front of a line (演练, 测试); gives how much of the line it takes."""
    if not word:
        return 0.0
    cell = ModeCell(Mode.DRILL, word)
    wide, high = mode_width(cell, theme), theme.line(Role.BODY)
    if wide > line.width():
        return 0.0
    box = QRectF(line.x(), line.center().y() - high / 2, wide, high)
    paint_mode(painter, box, cell, theme)
    return wide + theme.px(10)


def _counts(
    painter: QPainter,
    line: QRectF,
    counts: tuple[int, int, int, int],
    evidence: str,
    theme: Theme,
) -> None:
    """How many of each level, each with its shape, then the words."""
    x, side = line.x(), theme.px(16)
    level = baseline(theme, Role.BODY, line.y(), line.height())
    for which, count in zip(LEVELS, counts, strict=True):
        text = number(count)
        wide = side + theme.px(6) + theme.width(text, Role.BODY)
        if not count or x + wide > line.right():
            continue
        box = QRectF(x, line.center().y() - side / 2, side, side)
        paint_alarm(painter, box, AlarmMark(which), theme)
        draw(painter, theme, (box.right() + theme.px(6), level), text, Role.BODY, theme.text1)
        x += wide + theme.px(16)
    rest = QRectF(x, line.y(), max(0.0, line.right() - x), line.height())
    draw_in(painter, theme, rest, evidence, Role.BODY, theme.text1)


def _foot(painter: QPainter, line: QRectF, data: WarningCard, theme: Theme) -> None:
    unacked = data.mark.unacked
    state = fit(theme, data.state, Role.BODY, line.width(), unacked)
    level = baseline(theme, Role.BODY, line.y(), line.height())
    ink = theme.text1 if unacked else theme.ok
    used = draw(painter, theme, (line.x(), level), state, Role.BODY, ink, unacked)
    rest = line.adjusted(used + theme.px(12), 0, 0, 0)
    if data.more and rest.width() > 0:
        taken = draw_in(painter, theme, rest, data.more, Role.CAPTION, theme.text3, right=True)
        rest.setRight(rest.right() - taken - theme.px(12))
    if rest.width() > 0:
        paint_keys(painter, rest, data.keys, theme, right=True)


def warning_card_text(data: WarningCard, translator: Translator) -> str:
    """Everything the card says, in its order."""
    parts = [alarm.accessible_text(data.mark, translator), data.title, data.place]
    if data.counts is not None:
        names = dict(zip(("red", "orange", "yellow", "blue"), data.counts, strict=True))
        parts.append(translator.text("paint.storm", **names))
    parts += [data.evidence, data.owner, data.elapsed, data.state, data.more]
    return translator.text("paint.pause").join(part for part in parts if part)
