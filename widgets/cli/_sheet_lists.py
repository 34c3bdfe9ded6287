"""The lower half of the component sheet: rows, video, cards, feeds, messages, ramps, time."""

import random

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QLinearGradient, QPainter

from app.core.model import AlarmKind, Level, Urgency
from widgets.cli._sheet_values import box, title, unit
from widgets.paint.alarm import AlarmMark
from widgets.paint.button import KeyHint
from widgets.paint.card import WarningCard, paint_warning_card
from widgets.paint.conductor import Conductor, paint_conductor
from widgets.paint.feed import FeedRow, paint_feed_row
from widgets.paint.fresh import Fresh
from widgets.paint.message import MessageCard, Tone, paint_message
from widgets.paint.row import Row, Standing, paint_row
from widgets.paint.text import draw
from widgets.paint.video import Cover, VideoTile, paint_video
from widgets.theme import Role, Theme


def rows(painter: QPainter, theme: Theme) -> None:
    """Table rows in all states."""
    title(painter, theme, 40, 412, 904, "表格行　平常、焦点、选中、未确认、待回执、失败、搁置")
    hint = AlarmMark(Level.YELLOW, AlarmKind.HINT, unacked=True)
    shown = (
        Row("占道经营，府前街道", "", "AI 识别", "26 分", "待核实"),
        Row("电梯困人 2 人，城南街道", "", "110 非警", "3 分", "已派遣", Urgency.URGENT,
            focused=True),
        Row("路面塌陷约 2 m²，翔宇大道", "", "12345", "11 分", "待派遣", Urgency.QUICK,
            selected=True),
        Row("停水诉求高发，清江浦区", "", "模型 2", "15 分", "未确认", hint, unacked=True),
        Row("派遣 城管二中队", "", "本席位", "0:04", "待回执", standing=Standing.PENDING),
        Row("上墙 7 号格", "", "本席位", "0:12", "未送达", standing=Standing.FAILED),
        Row("井盖位移，淮海东路", "", "传感器", "1 时", "搁置至 16:00",
            standing=Standing.SHELVED),
    )  # fmt: skip
    for index, row in enumerate(shown):
        paint_row(painter, box(theme, 40, 444 + 40 * index, 904, 40), row, theme)


def videos(painter: QPainter, theme: Theme) -> None:
    """Nine states of a camera's tile."""
    title(painter, theme, 40, 745, 1840, "视频格　九种状态；不确定时宁可遮住，绝不放别人的画面")
    frame = _grey_frame()
    shown = (
        (VideoTile("实时", Fresh.LIVE, "0.3 秒"), frame),
        (VideoTile("正在取流", Fresh.PENDING, "1.2 秒", "正在取流", Cover.WAITING), None),
        (VideoTile("仅关键帧", Fresh.LIVE, "2.0 秒", "已降为关键帧"), frame),
        (VideoTile("画面冻结", Fresh.LATE, "18 秒", "画面冻结"), frame),
        (VideoTile("末帧 断网", Fresh.CACHED, "13:51:04", "末帧"), frame),
        (VideoTile("无信号", Fresh.MISSING, "22 分", "无信号", Cover.NO_SIGNAL), None),
        (VideoTile("黑屏或遮挡", Fresh.LATE, "3 分钟", "黑屏或遮挡", Cover.BLACK), None),
        (VideoTile("无权限", Fresh.MISSING, "", "无权查看", Cover.WAITING), None),
        (VideoTile("回放", Fresh.REPLAY, "13:40:12", "回放 ×4"), frame),
    )
    for index, (tile, picture) in enumerate(shown):
        place = box(theme, round(40 + index * 205.5), 777, 196, 142)
        paint_video(painter, place, tile, picture, theme)


def _grey_frame() -> QImage:
    """Sky, horizon and road in grey: no camera's picture, only a surface to judge marks on."""
    frame = QImage(392, 220, QImage.Format.Format_RGB32)
    painter = QPainter(frame)
    ground = QLinearGradient(QPointF(0, 0), QPointF(0, 220))
    for stop, grey in ((0.0, 0x56646F), (0.42, 0x56646F), (0.421, 0x3A4751), (1.0, 0x2C3841)):
        ground.setColorAt(stop, grey)
    painter.fillRect(frame.rect(), ground)
    painter.setPen(Qt.PenStyle.NoPen)
    for index, height in enumerate((44, 70, 30, 58, 82, 36, 64, 48)):
        painter.fillRect(QRectF(index * 49, 92 - height, 45, height), 0x333F49)
    painter.end()
    return frame


def cards(painter: QPainter, theme: Theme) -> None:
    """A hint not yet acknowledged, and a storm of warnings as one card."""
    title(painter, theme, 40, 939, 904, "预警卡　未确认、已确认、聚合")
    paint_warning_card(
        painter,
        box(theme, 40, 971, 445, 176),
        WarningCard(
            AlarmMark(Level.YELLOW, AlarmKind.HINT, unacked=True),
            "停水诉求高发",
            "9 分",
            "清江浦区 水渡口、闸口街道",
            "86 件/6 时，常态 12±7，超出 74 件",
            "模型提示 区域事件高发，30 天精度 71 %",
            "未确认 09:12",
            (KeyHint("空格", "确认"), KeyHint("E", "转事件")),
        ),
        theme,
    )
    paint_warning_card(
        painter,
        box(theme, 499, 971, 445, 176),
        WarningCard(
            AlarmMark(Level.ORANGE),
            "暴雨过程 7 条并一",
            "29 分",
            "盱眙县 4 个乡镇",
            "最高 3 小时 62 毫米",
            "盱眙县气象台，原文编号可查",
            "值班长 13:42 已确认",
            counts=(0, 1, 4, 2),
            more="另有 3 条未列",
        ),
        theme,
    )


def feeds(painter: QPainter, theme: Theme) -> None:
    """Feeds: live, late, cut, limited, with quarantine."""
    title(painter, theme, 976, 939, 904, "数据源格　活、迟、断、限流、隔离")
    shown = (
        ("12345 热线", Fresh.LIVE, "2 秒前", "应 5 秒", "214 条/分"),
        ("公交运行", Fresh.LATE, "26 分钟", "应 1 分", "0 条/分"),
        ("供热管网", Fresh.CACHED, "07:40", "应 10 分", "断 6 小时"),
        ("市政井盖", Fresh.LIVE, "1 秒前", "应 实时", "丢 312，已限流"),
        ("空气站", Fresh.LATE, "72 分钟", "应 1 小时", "坏记录 4，已隔离"),
    )
    for index, (name, state, age, due, note) in enumerate(shown):
        source = random.Random(name)  # noqa: S311 - a picture, not a secret
        good = 24 if state is Fresh.LIVE else 16
        slots = tuple(source.uniform(8, 20) if slot < good else None for slot in range(24))
        row = FeedRow(name, state, age, due, slots, note)
        paint_feed_row(painter, box(theme, 976, 971 + 35 * index, 904, 35), row, theme)


def messages(painter: QPainter, theme: Theme) -> None:
    """Empty, feed lost, loading."""
    title(painter, theme, 40, 1167, 904, "空、错、载入　写清发生了什么、从何时起、能做什么")
    lost = "14:02:10 起，已重试 6 次，下次 20 秒后。画面是 14:02:08 的缓存，可继续查、可离线派遣。"
    shown = (
        MessageCard("没有未确认的预警", "最近一条 11:52 已确认。"),
        MessageCard("连不上 数字城管 平台", lost, Tone.ERROR,
                    keys=(KeyHint("R", "立即重试"), KeyHint("L", "看日志"))),
        MessageCard("正在读本机历史 62 %", "30 天 216,000 条，约 2 秒。", Tone.LOADING,
                    progress=0.62),
    )  # fmt: skip
    for index, card in enumerate(shown):
        paint_message(painter, box(theme, 40 + index * 303, 1199, 294, 148), card, theme)


def ramps(painter: QPainter, theme: Theme) -> None:
    """The colours of data."""
    title(painter, theme, 976, 1167, 904, "数据色　八序列、连续、发散、热度")
    place = box(theme, 976, 1199, 904, 148)
    painter.fillRect(place, theme.panel)
    x, y = place.x() + unit(theme, 16), place.y() + unit(theme, 16)
    for index, colour in enumerate(theme.series):
        left = x + unit(theme, index * 56)
        painter.fillRect(QRectF(left, y, unit(theme, 50), unit(theme, 30)), colour)
        label = str(index + 1)
        at = (left + unit(theme, 25) - theme.width(label, Role.CAPTION) / 2, y + unit(theme, 48))
        draw(painter, theme, at, label, Role.CAPTION, theme.text3)
    for offset, colours, words in (
        (0, theme.sequential, "低 → 高"),
        (300, theme.diverging, "差 ← 常态 → 好"),
        (636, theme.heat, "疏 → 密"),
    ):
        for index, colour in enumerate(colours):
            left = x + unit(theme, offset + index * 38)
            painter.fillRect(
                QRectF(left, y + unit(theme, 66), unit(theme, 38), unit(theme, 22)), colour
            )
        at = (x + unit(theme, offset), y + unit(theme, 108))
        draw(painter, theme, at, words, Role.CAPTION, theme.text3)


def conductors(painter: QPainter, theme: Theme) -> None:
    """The time conductor, live and in replay."""
    title(painter, theme, 40, 1367, 1840, "时间轴　所有视图同一时刻；实时、定格、回放三态")
    marks = tuple(
        (hour / 24, AlarmMark(level))
        for hour, level in ((11.86, Level.BLUE), (12.7, Level.YELLOW), (13.66, Level.ORANGE))
    )
    gaps = ((3.1 / 24, 3.9 / 24), (13.7 / 24, 14.06 / 24))
    ticks = tuple((hour / 24, f"{hour:02d}") for hour in range(0, 25, 2))
    legend = "黄褐 断数　标记 预警"
    live = Conductor("实时", "14:03:22", "7月17日 周五", 14.06 / 24, None, gaps, marks, ticks,
                     legend, KeyHint("←", "进入回放"))  # fmt: skip
    replay = Conductor("回放 ×4", "12:12:10", "比现在早 1:51", 14.06 / 24, 12.2 / 24, gaps, marks,
                       ticks, legend, KeyHint("End", "回到实时"))  # fmt: skip
    paint_conductor(painter, box(theme, 40, 1399, 1840, 64), live, theme)
    paint_conductor(painter, box(theme, 40, 1471, 1840, 64), replay, theme)


SECTIONS = (rows, videos, cards, feeds, messages, ramps, conductors)
