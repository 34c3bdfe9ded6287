"""Below the design's sheet: the bars in peace, in war with the line cut, in a drill; the queue."""

from PySide6.QtGui import QPainter

from app.core.model import AlarmKind, Level, Urgency
from widgets.cli._sheet_values import box, title
from widgets.paint.alarm import AlarmMark
from widgets.paint.badge import Mode, ModeCell
from widgets.paint.chrome import (
    BottomBar,
    NamedFeed,
    TopBar,
    paint_bottom_bar,
    paint_top_bar,
)
from widgets.paint.fresh import Fresh
from widgets.paint.marks import IncidentMark
from widgets.paint.row import Row, paint_queue_row
from widgets.theme import Theme

CENTRE, DUTY = "淮安市城市运行管理中心", "带班 1 人 · 值守 6 人"
FEEDS: tuple[Fresh, ...] = (
    *(Fresh.LIVE,) * 11,
    Fresh.LATE,
    *(Fresh.LIVE,) * 6,
    Fresh.CACHED,
    *(Fresh.LIVE,) * 4,
)
FEEDS += (Fresh.LATE, Fresh.MISSING, *(Fresh.LIVE,) * 7)


def top_bars(painter: QPainter, theme: Theme) -> None:
    """Three top bars."""
    title(painter, theme, 40, 1555, 1840, "屏条　平时、战时断网、演练；数据源与断网说明")
    date, demo = "7月17日 周五", "演示数据"
    shown = (
        TopBar(ModeCell(Mode.PEACE, "平时"), CENTRE, "城市总览", Fresh.LIVE, "实时",
               "14:03:22", date, "阵雨 28.6 ℃", "3 分钟前", DUTY, demo),
        TopBar(ModeCell(Mode.WAR, "战时"), "清江浦区燃气爆燃", "现场指挥 T+00:49:02", Fresh.CACHED,
               "断网运行", "14:52:18", date, "阵雨 28.6 ℃", "23 分钟前", DUTY, demo),
        TopBar(ModeCell(Mode.DRILL, "演练"), CENTRE, "防汛演练", Fresh.LIVE, "实时",
               "09:30:00", date, duty=DUTY),
    )  # fmt: skip
    for index, bar in enumerate(shown):
        paint_top_bar(painter, box(theme, 40, 1587 + 52 * index, 1840, 44), bar, theme)


def bottom_bars(painter: QPainter, theme: Theme) -> None:
    """The feeds at the foot, and the outage that takes their place."""
    worst = (
        NamedFeed("公交运行", Fresh.LATE, "迟到 26 分钟"),
        NamedFeed("空气站", Fresh.LATE, "迟到 1 小时 12 分"),
        NamedFeed("供热管网", Fresh.CACHED, "缓存 07:40"),
    )
    calm = BottomBar("数据源 32", FEEDS, "实时 28", worst, "离线保障率 94 %", "HALL-01")
    cut = BottomBar(
        "数据源 32",
        (Fresh.CACHED,) * 32,
        "实时 0",
        seat="HALL-01",
        outage="14:29:40 起连不上数据中心，画面为缓存；可继续查、可离线派遣",
    )
    paint_bottom_bar(painter, box(theme, 40, 1743, 1840, 38), calm, theme)
    paint_bottom_bar(painter, box(theme, 40, 1789, 1840, 38), cut, theme)


def queue(painter: QPainter, theme: Theme) -> None:
    """Rows of the queue: an incident, a hint, an issued warning, an event."""
    title(painter, theme, 40, 1847, 1840, "待处理队列　突发事件、模型提示、官方预警、事件")
    shown = (
        Row("燃气爆燃", "水渡口街道 演示小区 3 号楼", time="06:14", state="未确认",
            mark=IncidentMark(2, unacked=True), unacked=True, focused=True),
        Row("停水诉求高发", "清江浦区 86 件/6 时，常态 12±7", time="15 分", state="未确认",
            mark=AlarmMark(Level.YELLOW, AlarmKind.HINT, unacked=True), unacked=True),
        Row("暴雨橙色预警", "盱眙县，3 小时 50 毫米以上", time="29 分", state="已确认",
            mark=AlarmMark(Level.ORANGE)),
        Row("电梯困人 2 人", "城南街道，110 非警情", time="3 分", state="已派遣",
            mark=Urgency.URGENT),
    )  # fmt: skip
    for index, row in enumerate(shown):
        paint_queue_row(painter, box(theme, 40 + 463 * index, 1879, 451, 64), row, theme)


SECTIONS = (top_bars, bottom_bars, queue)
