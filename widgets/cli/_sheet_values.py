"""The upper half of the component sheet: values, trends, bars, marks."""

import random

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core.model import AlarmKind, Level, Urgency
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.badge import Mode, ModeCell, demo_width, mode_width, paint_demo, paint_mode
from widgets.paint.bars import (
    Contribution,
    Countdown,
    RangeBar,
    paint_contribution,
    paint_countdown,
    paint_range,
)
from widgets.paint.button import (
    Button,
    ButtonLook,
    KeyHint,
    button_width,
    paint_button,
    paint_keys,
)
from widgets.paint.fresh import Fresh, paint_fresh, tint
from widgets.paint.marks import IncidentMark, paint_incident, paint_tick, paint_urgency
from widgets.paint.spark import Spark, paint_spark
from widgets.paint.text import draw
from widgets.paint.tile import Tile, paint_tile
from widgets.theme import Role, Theme

LEVELS = (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE)


def unit(theme: Theme, length: float) -> float:
    """A length of the sheet's grid, which grows with the text."""
    return length * theme.size(Role.BODY) / 16


def box(theme: Theme, x: float, y: float, width: float, height: float) -> QRectF:
    """A rectangle of the sheet's grid."""
    return QRectF(unit(theme, x), unit(theme, y), unit(theme, width), unit(theme, height))


def title(painter: QPainter, theme: Theme, x: float, y: float, width: float, text: str) -> None:
    """The line and the caption over a section."""
    painter.fillRect(
        QRectF(unit(theme, x), unit(theme, y), unit(theme, width), theme.stroke), theme.line2
    )
    at = (unit(theme, x), unit(theme, y + 6) + theme.line(Role.CAPTION) * 0.82)
    draw(painter, theme, at, text, Role.CAPTION, theme.text3)


def walk(seed: int, rise: float = 0.0) -> tuple[float, ...]:
    """A believable line of 24 values about 60, the same on each run."""
    source = random.Random(seed)  # noqa: S311 - a picture, not a secret
    level, found = 0.0, []
    for index in range(24):
        level = 0.75 * level + source.gauss(0, 1)
        found.append(60 + 4 * level + rise * index / 24)
    return tuple(found)


def holed(values: tuple[float, ...]) -> tuple[float | None, ...]:
    """The same with five values never measured."""
    return (*values[:9], *(None,) * 5, *values[14:])


BAND = ((54.0, 66.0),)


def heading(painter: QPainter, theme: Theme) -> None:
    """Name of the sheet and of its theme; the demonstration mark."""
    at = (unit(theme, 40), unit(theme, 58))
    used = draw(painter, theme, at, "城脉 部件", Role.HEADLINE, theme.text1, True)
    name = f"{theme.name}{' 亮' if theme.light else ''} 主题，1:1　数字、时间、状态永远一起出现"
    draw(painter, theme, (at[0] + used + unit(theme, 20), at[1]), name, Role.BODY, theme.text2)
    width = demo_width("演示数据", theme)
    mark = QRectF(unit(theme, 1880) - width, unit(theme, 28), width, unit(theme, 30))
    paint_demo(painter, mark, "演示数据", theme)


def tiles(painter: QPainter, theme: Theme) -> None:
    """Number tiles: seven states, a crossed limit, a target, an index with its weight."""
    title(painter, theme, 40, 84, 1840, "数字块　七种时效、越线、目标")
    shown = (
        Tile("12345 受理", "142", "件/时", "2 秒前", note="+61 % 同期", level=Level.YELLOW,
             spark=Spark(walk(5, 30), BAND)),
        Tile("供水压力", "0.26", "MPa", "6 分钟前", Fresh.LATE, "−0.03 同期",
             spark=Spark(holed(walk(7)), BAND, dimmed=True)),
        Tile("PM2.5", "31", "μg/m³", "13:50", Fresh.CACHED, "−6 环比",
             spark=Spark(walk(9), BAND, dimmed=True)),
        Tile("1 km 人口", "≈ 1.84", "万人", "推算", Fresh.ESTIMATED, "1.51 至 2.20"),
        Tile("蒋坝水位", "13.19", "m", "7月10日 20:15", Fresh.REPLAY, "距警戒 0.31 m",
             spark=Spark(walk(11, 9), BAND)),
        Tile("公交准点", "", "", "无数据 26 分", Fresh.MISSING, "期望 1 分钟一次"),
        Tile("办结率", "96.4", "%", "今日 06:00", note="目标 ≥ 98 %", alarm=AlarmKind.TARGET,
             bar=RangeBar(96.4, 90, 100, (98, 100), 98)),
        Tile("综合压力", "68.3", "分", "48 秒前", note="有效权重 82 %", weight=0.82,
             level=Level.YELLOW),
    )  # fmt: skip
    for index, tile in enumerate(shown):
        paint_tile(painter, box(theme, 40 + index * 231, 116, 222, 128), tile, theme)


def sparks(painter: QPainter, theme: Theme) -> None:
    """Trends: band, reference, hole, estimate."""
    title(painter, theme, 40, 264, 904, "走势线　常态带、同期线、断数、推算")
    shown = (
        ("常态带 + 现在点", Spark(walk(3), BAND)),
        ("同期细线（上周五）", Spark(walk(4, 10)[:17], ref=walk(6))),
        ("断数留空，不连线", Spark(holed(walk(7)), BAND)),
        ("推算用断笔", Spark(walk(12, 12), BAND, estimated=7)),
    )
    for index, (name, spark) in enumerate(shown):
        place = box(theme, 40 + index * 229, 296, 216, 96)
        painter.fillRect(place, theme.panel)
        at = (
            place.x() + unit(theme, 12),
            place.y() + unit(theme, 8) + theme.line(Role.CAPTION) * 0.84,
        )
        draw(painter, theme, at, name, Role.CAPTION, theme.text2)
        inner = place.adjusted(unit(theme, 12), unit(theme, 30), -unit(theme, 12), -unit(theme, 12))
        paint_spark(painter, inner, spark, theme)


def scales(painter: QPainter, theme: Theme) -> None:
    """Countdown rings, a range bar, contributions."""
    title(painter, theme, 976, 264, 904, "刻度　条优于圆；圆只用于倒计时")
    place = box(theme, 976, 296, 904, 96)
    painter.fillRect(place, theme.panel)
    minute = 60_000
    for x, left, limit, words, note, bold in (
        (20, 1426_000, 30 * minute, "剩 23:46", "电话报告 限 30 分", False),
        (244, 312_000, 60 * minute, "剩 05:12", "书面报告 将到时", True),
    ):
        ring = QRectF(
            place.x() + unit(theme, x),
            place.y() + unit(theme, 16),
            unit(theme, 64),
            unit(theme, 64),
        )
        paint_countdown(painter, ring, Countdown(left, limit), theme)
        beside = ring.right() + unit(theme, 12)
        level = place.y() + unit(theme, 46)
        draw(painter, theme, (beside, level), words, Role.VALUE, theme.text1, bold)
        draw(painter, theme, (beside, level + unit(theme, 22)), note, Role.CAPTION, theme.text2)
    x, y = place.x() + unit(theme, 456), place.y()
    draw(painter, theme, (x, y + unit(theme, 34)), "数值 常态 限值", Role.CAPTION, theme.text2)
    bar = QRectF(x, y + unit(theme, 40), unit(theme, 200), unit(theme, 22))
    paint_range(painter, bar, RangeBar(24, 0, 40, (0, 10), 15, Level.YELLOW), theme)
    draw(painter, theme, (x, y + unit(theme, 78)), "0", Role.CAPTION, theme.text3)
    at = (bar.right() - theme.width("40 cm", Role.CAPTION), y + unit(theme, 78))
    draw(painter, theme, at, "40 cm", Role.CAPTION, theme.text3)
    x = place.right() - unit(theme, 170)
    draw(painter, theme, (x, y + unit(theme, 30)), "贡献 +3.3", Role.CAPTION, theme.text2)
    for index, value in enumerate((2.4, 1.6, -0.7)):
        bar = QRectF(x, y + unit(theme, 38 + index * 14), unit(theme, 150), unit(theme, 14))
        paint_contribution(painter, bar, Contribution(value, 2.6, strong=index == 0), theme)


def marks(painter: QPainter, theme: Theme) -> None:
    """Alarms of all kinds, incident, urgency, freshness, mode, keys and buttons."""
    title(
        painter,
        theme,
        976,
        412,
        904,
        "标记　预警四级（色＋形＋数＋字）、提示与限值、事件、时效、模式、按键",
    )
    painter.fillRect(box(theme, 976, 444, 904, 281), theme.panel)
    _alarm_row(painter, theme, 458)
    _kinds_row(painter, theme, 502)
    _fresh_row(painter, theme, 556)
    _mode_row(painter, theme, 600)
    x = unit(theme, 996)
    for button in (
        Button("派遣", ButtonLook.PRIMARY),
        Button("上墙"),
        Button("焦点", focused=True),
        Button("不可用 断网", ButtonLook.DISABLED),
        Button("待回执 0:04", ButtonLook.PENDING),
        Button("确认并启动", ButtonLook.PRIMARY, "空格"),
        Button("送上大屏", key="Shift 回车"),
    ):
        width = button_width(button, theme)
        paint_button(painter, QRectF(x, unit(theme, 664), width, unit(theme, 40)), button, theme)
        x += width + unit(theme, 12)


def _word(painter: QPainter, theme: Theme, x: float, y: float, text: str) -> float:
    """A word beside a mark whose middle is at y (in px); gives the right edge."""
    level = y + theme.cap(Role.BODY) / 2
    return x + draw(painter, theme, (x, level), text, Role.BODY, theme.text1)


def _alarm_row(painter: QPainter, theme: Theme, y: float) -> None:
    x, side = unit(theme, 996), unit(theme, 24)
    words = ("红 Ⅰ 特别严重", "橙 Ⅱ 严重", "黄 Ⅲ 较重", "蓝 Ⅳ 一般")
    for level, word in zip(LEVELS, words, strict=True):
        mark = QRectF(x, unit(theme, y), side, side)
        paint_alarm(painter, mark, AlarmMark(level), theme)
        x = _word(painter, theme, x + side + unit(theme, 8), mark.center().y(), word) + unit(
            theme, 28
        )


def _kinds_row(painter: QPainter, theme: Theme, y: float) -> None:
    side, x = unit(theme, 22), unit(theme, 1002)
    middle = unit(theme, y + 14)
    for kind, word in (
        (AlarmKind.ISSUED, "未确认"),
        (AlarmKind.HINT, "提示、限值为空心"),
    ):
        for level in LEVELS:
            mark = AlarmMark(level, kind, unacked=kind is AlarmKind.ISSUED)
            paint_alarm(painter, QRectF(x, middle - side / 2, side, side), mark, theme)
            x += unit(theme, 42 if mark.unacked else 32)
        x = _word(painter, theme, x, middle, word) + unit(theme, 24)
    for mark, word in ((AlarmMark(Level.NONE, AlarmKind.TARGET), "未达标"),):
        paint_alarm(painter, QRectF(x, middle - side / 2, side, side), mark, theme)
        x = _word(painter, theme, x + unit(theme, 30), middle, word) + unit(theme, 20)
    pin = unit(theme, 30)
    for incident in (IncidentMark(2), IncidentMark(1, unacked=True)):
        paint_incident(painter, QRectF(x, middle - pin / 2, pin, pin), incident, theme)
        x += unit(theme, 34)


def _fresh_row(painter: QPainter, theme: Theme, y: float) -> None:
    side, x, middle = unit(theme, 20), unit(theme, 996), unit(theme, y + 10)
    for state, word in (
        (Fresh.LIVE, "实时 2 秒前"),
        (Fresh.LATE, "迟到 6 分钟"),
        (Fresh.CACHED, "缓存 13:50"),
        (Fresh.ESTIMATED, "推算"),
        (Fresh.REPLAY, "回放"),
        (Fresh.DEMO, "演示数据"),
        (Fresh.MISSING, "无数据"),
        (Fresh.PENDING, "待回执"),
    ):
        paint_fresh(painter, QRectF(x, middle - side / 2, side, side), state, theme)
        colour = theme.text2 if state is Fresh.MISSING else tint(theme, state)
        at = (x + side + unit(theme, 7), middle + theme.cap(Role.BODY) / 2)
        x = at[0] + draw(painter, theme, at, word, Role.BODY, colour) + unit(theme, 20)


def _mode_row(painter: QPainter, theme: Theme, y: float) -> None:
    x, middle = unit(theme, 996), unit(theme, y + 15)
    for mode, word in ((Mode.PEACE, "平时"), (Mode.WAR, "战时"), (Mode.DRILL, "演练")):
        cell = ModeCell(mode, word, framed=True)
        width = mode_width(cell, theme)
        paint_mode(painter, QRectF(x, unit(theme, y), width, unit(theme, 30)), cell, theme)
        x += width + unit(theme, 18)
    side = unit(theme, 16)
    paint_tick(painter, QRectF(x, middle - side / 2, side, side), theme.ok, theme)
    at = (x + side + unit(theme, 8), middle + theme.cap(Role.BODY) / 2)
    x = at[0] + draw(painter, theme, at, "已到场", Role.BODY, theme.ok) + unit(theme, 20)
    hints = (KeyHint("空格", "确认"), KeyHint("Ctrl K", "命令"))
    x += paint_keys(
        painter, QRectF(x, unit(theme, y), unit(theme, 300), unit(theme, 30)), hints, theme
    )
    x += unit(theme, 24)
    side = unit(theme, 20)
    for urgency, word in (
        (Urgency.URGENT, "紧急"),
        (Urgency.QUICK, "较急"),
        (Urgency.NORMAL, "一般"),
    ):
        paint_urgency(painter, QRectF(x, middle - side / 2, side, side), urgency, theme)
        x = _word(painter, theme, x + unit(theme, 26), middle, word) + unit(theme, 16)


SECTIONS = (heading, tiles, sparks, scales, marks)
