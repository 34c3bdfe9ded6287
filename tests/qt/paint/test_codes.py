"""Four codes for a warning, three for a state: delete the colour and it still reads.

Everything here is compared as a black-and-white print would show it, and by shape where shape is
what carries the difference.
"""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.core.model import AlarmKind, Level, Urgency, World
from tests.helpers.looks import Array, array, grey, paint
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.badge import Mode, ModeCell, paint_mode
from widgets.paint.feed import paint_feed_cell
from widgets.paint.fresh import Fresh, fresh_of, paint_fresh
from widgets.paint.marks import IncidentMark, paint_incident, paint_urgency
from widgets.paint.row import Row, Standing, paint_row
from widgets.paint.tile import Tile, paint_tile
from widgets.theme import Theme, load_theme

LEVELS = (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE)
GROUNDS = (("desk", False), ("war", False), ("cockpit", True))
pytestmark = pytest.mark.usefixtures("application")


@pytest.fixture(params=GROUNDS, ids=lambda ground: ground[0])
def theme(request: pytest.FixtureRequest) -> Theme:
    """A dark, a darkest and a light ground."""
    name, light = request.param
    return load_theme(name, light=light, reduced=True)


def ink(picture: QImage) -> Array:
    """Where anything was painted at all: the form without colour or brightness."""
    values = grey(picture)
    return (np.abs(values - values[0, 0]) > 20).astype(np.int16)


def apart(one: Array, other: Array) -> float:
    """The share of the painted pixels in which two forms differ, 0 to 1."""
    union = int(((one > 0) | (other > 0)).sum())
    return int((one != other).sum()) / max(1, union)


def test_freshness_is_told_by_form(theme: Theme) -> None:
    forms = {}
    for state in Fresh:
        picture = paint(20, 20, theme, lambda p, r, s=state: paint_fresh(p, r, s, theme))
        forms[state] = ink(picture)
        assert forms[state].any()
    for one, other in itertools.combinations(Fresh, 2):
        assert apart(forms[one], forms[other]) > 0.25, (one, other)


def test_feed_cells_are_told_by_form(theme: Theme) -> None:
    shown = (Fresh.LIVE, Fresh.LATE, Fresh.CACHED, Fresh.MISSING)
    forms = [
        ink(
            paint(
                14, 18, theme, lambda p, r, s=s: paint_feed_cell(p, QRectF(2, 2, 10, 14), s, theme)
            )
        )
        for s in shown
    ]
    for one, other in itertools.combinations(forms, 2):
        assert apart(one, other) > 0.2


def mark_picture(theme: Theme, mark: AlarmMark, size: int = 40) -> QImage:
    """One mark with room for its ring."""
    inner = QRectF(size * 0.2, size * 0.2, size * 0.6, size * 0.6)
    return paint(size, size, theme, lambda p, r: paint_alarm(p, inner, mark, theme))


@pytest.mark.parametrize("kind", [AlarmKind.ISSUED, AlarmKind.HINT])
def test_levels_are_told_by_form(theme: Theme, kind: AlarmKind) -> None:
    forms = {level: ink(mark_picture(theme, AlarmMark(level, kind))) for level in LEVELS}
    for one, other in itertools.combinations(LEVELS, 2):
        assert apart(forms[one], forms[other]) > 0.15, (one, other)


@pytest.mark.parametrize("level", LEVELS)
def test_kinds_never_look_alike(theme: Theme, level: Level) -> None:
    issued = mark_picture(theme, AlarmMark(level))
    hint = mark_picture(theme, AlarmMark(level, AlarmKind.HINT))
    unacked = mark_picture(theme, AlarmMark(level, unacked=True))
    target = mark_picture(theme, AlarmMark(level, AlarmKind.TARGET))
    for one, other in itertools.combinations((issued, hint, unacked, target), 2):
        assert np.abs(grey(one) - grey(other)).max() > 60
        assert int((np.abs(grey(one) - grey(other)) > 20).sum()) > 60
    centre = array(issued)[26, 17]
    assert np.abs(centre - array(hint)[26, 17]).max() > 60, "an outline is not filled"


def test_a_missed_target_wears_no_warning_colour(theme: Theme) -> None:
    pixels = array(mark_picture(theme, AlarmMark(Level.RED, AlarmKind.TARGET))).reshape(-1, 3)
    spread = pixels.max(axis=1) - pixels.min(axis=1)
    assert spread.max() < 40, "grey ink only"


def test_only_unacknowledged_red_blinks() -> None:
    blinking = [
        mark
        for level in LEVELS
        for kind in AlarmKind
        for unacked in (False, True)
        if (mark := AlarmMark(level, kind, unacked)).blinks
    ]
    assert {mark.level for mark in blinking} == {Level.RED}
    assert all(mark.unacked for mark in blinking)
    assert AlarmKind.TARGET not in {mark.kind for mark in blinking}


def test_reduced_motion_keeps_the_ring_lit() -> None:
    still, moving = load_theme("desk", reduced=True), load_theme("desk")
    dark = AlarmMark(Level.RED, unacked=True, lit=False)
    plain = AlarmMark(Level.RED)
    assert apart(ink(mark_picture(moving, dark)), ink(mark_picture(moving, plain))) < 0.02
    assert apart(ink(mark_picture(still, dark)), ink(mark_picture(still, plain))) > 0.3


def test_incident_and_urgency_wear_no_warnings_form(theme: Theme) -> None:
    def picture(draw: object) -> Array:
        assert callable(draw)
        return ink(paint(40, 40, theme, lambda p, r: draw(p, QRectF(8, 8, 24, 24))))

    others = [
        picture(lambda p, r: paint_incident(p, r, IncidentMark(1), theme)),
        *(picture(lambda p, r, u=u: paint_urgency(p, r, u, theme)) for u in Urgency),
    ]
    for form, level in itertools.product(others, LEVELS):
        assert apart(form, ink(mark_picture(theme, AlarmMark(level)))) > 0.2
    for one, other in itertools.combinations(others, 2):
        assert apart(one, other) > 0.2


def tile_picture(theme: Theme, state: Fresh) -> Array:
    """The same value in a state, with the same words."""
    value = "" if state is Fresh.MISSING else "31"
    tile = Tile("PM2.5", value, "μg/m³", "13:50", state)
    width, height = round(theme.px(222)), round(theme.px(128))
    return grey(paint(width, height, theme, lambda p, r: paint_tile(p, r, tile, theme)))


def test_tiles_in_different_states_differ_in_a_print(theme: Theme) -> None:
    pictures = {state: tile_picture(theme, state) for state in Fresh}
    for one, other in itertools.combinations(Fresh, 2):
        changed = int((np.abs(pictures[one] - pictures[other]) > 20).sum())
        assert changed > 25 * theme.scale, (one, other)


def test_a_zero_is_bright_and_nothing_is_not(theme: Theme) -> None:
    def brightest(value: str) -> int:
        tile = Tile("积水点", value, "处", "2 秒前", Fresh.LIVE if value else Fresh.MISSING)
        size = (round(theme.px(222)), round(theme.px(128)))
        values = grey(paint(*size, theme, lambda p, r: paint_tile(p, r, tile, theme)))
        area = values[size[1] // 3 : size[1] * 3 // 4, size[0] // 16 : size[0] // 5]
        return int(area.min() if theme.light else area.max())

    assert abs(brightest("0") - brightest("")) > 50


def test_rows_in_different_standings_differ_in_a_print(theme: Theme) -> None:
    pictures = {}
    for standing in Standing:
        row = Row("上墙 7 号格", "", "本席位", "0:12", "待回执", standing=standing)
        size = (round(theme.px(600)), round(theme.px(40)))
        pictures[standing] = grey(
            paint(*size, theme, lambda p, r, d=row: paint_row(p, r, d, theme))
        )
    for one, other in itertools.combinations(Standing, 2):
        assert int((np.abs(pictures[one] - pictures[other]) > 20).sum()) > 20, (one, other)


def test_modes_are_told_without_colour(theme: Theme) -> None:
    def form(mode: Mode) -> Array:
        cell = ModeCell(mode, "同字", framed=True)
        return grey(paint(100, 40, theme, lambda p, r: paint_mode(p, r, cell, theme)))

    for one, other in itertools.combinations([form(mode) for mode in Mode], 2):
        assert int((np.abs(one - other) > 40).sum()) > 100


def test_the_worst_word_chooses_the_glyph() -> None:
    assert fresh_of("live") is Fresh.LIVE
    assert fresh_of("computed") is Fresh.LIVE
    assert fresh_of("none") is Fresh.MISSING
    assert fresh_of("demo") is Fresh.DEMO
    assert fresh_of("demo", World.DEMO) is Fresh.LIVE, "the screen's mark says it once for all"
    assert fresh_of("late", World.DEMO) is Fresh.LATE
    assert fresh_of("replay", World.DEMO) is Fresh.REPLAY


def test_a_stamp_equals_a_stroke(theme: Theme) -> None:
    first = mark_picture(theme, AlarmMark(Level.ORANGE))
    again = mark_picture(theme, AlarmMark(Level.ORANGE))
    assert (array(first) == array(again)).all()
    double = QImage(80, 80, QImage.Format.Format_RGB32)
    double.setDevicePixelRatio(2.0)
    double.fill(theme.canvas)
    painter = QPainter(double)
    paint_alarm(painter, QRectF(8, 8, 24, 24), AlarmMark(Level.ORANGE), theme)
    painter.end()
    small = array(double.scaled(40, 40))
    assert np.abs(small - array(first)).mean() < 6
