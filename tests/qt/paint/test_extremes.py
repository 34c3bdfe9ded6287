"""Every painter in every rectangle with every text: nothing raised, no word from Qt, no spill.

Qt's warnings fail a test through `expect_log` in tests/conftest.py.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.core.model import AlarmKind, Level, Urgency
from tests.helpers.looks import array
from widgets.paint import (
    alarm,
    badge,
    bars,
    button,
    card,
    chrome,
    conductor,
    feed,
    fresh,
    marks,
    message,
    row,
    spark,
    tile,
    video,
)
from widgets.theme import Theme, load_theme

pytestmark = pytest.mark.usefixtures("application")

texts = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="淮安市0123456789.,， 件/时()（）·Ⅳ≈−\t\n\u200b\u202e🚒", max_size=60),
    st.just("压" * 400),
)
levels = st.sampled_from(Level)
shares = st.floats(-2, 3)
reals = st.floats(-1e300, 1e300)
alarm_marks = st.builds(
    alarm.AlarmMark, levels, st.sampled_from(AlarmKind), st.booleans(), st.booleans()
)
incidents = st.builds(marks.IncidentMark, st.integers(-3, 9), st.booleans())
any_mark = st.one_of(
    st.none(), alarm_marks, incidents, st.sampled_from(Urgency), st.sampled_from(fresh.Fresh)
)
measured = st.lists(st.one_of(st.none(), reals, st.just(math.nan)), max_size=40).map(tuple)
sparks = st.builds(
    spark.Spark,
    measured,
    st.lists(st.tuples(reals, reals), max_size=3).map(tuple),
    measured,
    st.integers(0, 50),
    st.booleans(),
    st.one_of(st.none(), reals),
    st.one_of(st.none(), reals),
)
ranges = st.builds(
    bars.RangeBar,
    reals,
    reals,
    reals,
    st.one_of(st.none(), st.tuples(reals, reals)),
    st.one_of(st.none(), reals),
    levels,
)
hints = st.lists(st.builds(button.KeyHint, texts, texts), max_size=3).map(tuple)
modes = st.builds(badge.ModeCell, st.sampled_from(badge.Mode), texts, st.booleans())
states = st.sampled_from(fresh.Fresh)
named = st.lists(st.builds(chrome.NamedFeed, texts, states, texts), max_size=4).map(tuple)
counts = st.one_of(st.none(), st.tuples(*[st.integers(0, 10**6)] * 4))

CASES: dict[str, tuple[st.SearchStrategy[Any], Callable[..., None]]] = {
    "tile": (
        st.builds(
            tile.Tile, texts, texts, texts, texts, states, texts, levels,
            st.sampled_from(AlarmKind), st.booleans(), st.one_of(st.none(), sparks),
            st.one_of(st.none(), ranges), st.one_of(st.none(), shares), st.booleans(),
            st.booleans(), st.booleans(),
        ),
        tile.paint_tile,
    ),
    "row": (
        st.builds(
            row.Row, texts, texts, texts, texts, texts, any_mark, st.sampled_from(row.Standing),
            st.booleans(), st.booleans(), st.booleans(),
        ),
        row.paint_row,
    ),
    "queue row": (st.builds(row.Row, texts, texts, mark=any_mark), row.paint_queue_row),
    "spark": (sparks, spark.paint_spark),
    "range": (ranges, bars.paint_range),
    "contribution": (
        st.builds(bars.Contribution, reals, reals, st.booleans()), bars.paint_contribution
    ),
    "share": (shares, bars.paint_share),
    "weight": (shares, bars.paint_weight),
    "countdown": (
        st.builds(bars.Countdown, st.integers(-(10**12), 10**12), st.integers(-5, 10**12)),
        bars.paint_countdown,
    ),
    "alarm": (alarm_marks, alarm.paint_alarm),
    "incident": (incidents, marks.paint_incident),
    "urgency": (st.sampled_from(Urgency), marks.paint_urgency),
    "fresh": (states, fresh.paint_fresh),
    "mode": (modes, badge.paint_mode),
    "demo": (texts, badge.paint_demo),
    "button": (
        st.builds(button.Button, texts, st.sampled_from(button.ButtonLook), texts, st.booleans()),
        button.paint_button,
    ),
    "warning card": (
        st.builds(
            card.WarningCard, alarm_marks, texts, texts, texts, texts, texts, texts, hints, counts,
            texts, st.booleans(), st.booleans(), st.sampled_from(("", "演练", "测" * 99)),
        ),
        card.paint_warning_card,
    ),
    "message": (
        st.builds(
            message.MessageCard, texts, texts, st.sampled_from(message.Tone),
            st.one_of(st.none(), states), st.one_of(st.none(), shares), hints,
        ),
        message.paint_message,
    ),
    "feed row": (
        st.builds(
            feed.FeedRow, texts, states, texts, texts,
            st.lists(st.one_of(st.none(), st.floats(0, 1e300)), max_size=30).map(tuple), texts,
            st.booleans(), st.booleans(),
        ),
        feed.paint_feed_row,
    ),
    "feed strip": (st.lists(states, max_size=600).map(tuple), feed.paint_feed_strip),
    "feed cell": (states, feed.paint_feed_cell),
    "top bar": (
        st.builds(
            chrome.TopBar, modes, texts, texts, states, texts, texts, texts, texts, texts, texts,
            texts,
        ),
        chrome.paint_top_bar,
    ),
    "bottom bar": (
        st.builds(
            chrome.BottomBar, texts, st.lists(states, max_size=60).map(tuple), texts, named, texts,
            texts, texts,
        ),
        chrome.paint_bottom_bar,
    ),
    "conductor": (
        st.builds(
            conductor.Conductor, texts, texts, texts, shares, st.one_of(st.none(), shares),
            st.lists(st.tuples(shares, shares), max_size=3).map(tuple),
            st.lists(st.tuples(shares, alarm_marks), max_size=3).map(tuple),
            st.lists(st.tuples(shares, texts), max_size=3).map(tuple), texts,
            st.one_of(st.none(), st.builds(button.KeyHint, texts, texts)),
        ),
        conductor.paint_conductor,
    ),
}  # fmt: skip
places = st.builds(
    QRectF,
    st.floats(-50, 250),
    st.floats(-50, 150),
    st.one_of(st.floats(-5, 30), st.floats(30, 400), st.just(30_000.0)),
    st.one_of(st.floats(-5, 30), st.floats(30, 300), st.just(8_000.0)),
)


@cache
def desk() -> Theme:
    """One theme for all examples: its caches are tried too."""
    return load_theme("desk")


@cache
def canvas() -> QImage:
    """A small screen to paint on."""
    return QImage(300, 200, QImage.Format.Format_RGB32)


@pytest.mark.parametrize("name", CASES)
@given(data=st.data(), place=places)
def test_painters_bear_anything(name: str, data: st.DataObject, place: QRectF) -> None:
    strategy, paint = CASES[name]
    what = data.draw(strategy)
    painter = QPainter(canvas())
    try:
        paint(painter, place, what, desk())
    finally:
        painter.end()


CLIPPED = ("tile", "row", "queue row", "warning card", "message", "feed row", "top bar")


@pytest.mark.parametrize("name", (*CLIPPED, "bottom bar", "conductor", "mode", "demo"))
@given(data=st.data())
def test_painters_stay_inside(name: str, data: st.DataObject) -> None:
    strategy, paint = CASES[name]
    what = data.draw(strategy)
    picture = QImage(220, 120, QImage.Format.Format_RGB32)
    picture.fill(0xFFFF00FF)
    painter = QPainter(picture)
    try:
        paint(painter, QRectF(20, 20, 180, 80), what, desk())
    finally:
        painter.end()
    pixels = array(picture)
    pixels[20:100, 20:200] = (255, 0, 255)
    assert (pixels == (255, 0, 255)).all()


@given(name=texts, note=texts, cover=st.sampled_from(video.Cover), state=states, place=places)
def test_a_camera_without_a_frame_claims_nothing(
    name: str, note: str, cover: video.Cover, state: fresh.Fresh, place: QRectF
) -> None:
    painter = QPainter(canvas())
    data = video.VideoTile(name, state, note, note, cover)
    video.paint_video(painter, place, data, None, desk())
    video.paint_video(painter, place, data, canvas().copy(), desk())
    painter.end()


def test_the_cache_of_stamps_is_bounded() -> None:
    theme = load_theme("desk")
    painter = QPainter(canvas())
    for size in range(4, 400):
        fresh.paint_fresh(painter, QRectF(0, 0, size, size), fresh.Fresh.LATE, theme)
    painter.end()
    assert 0 < theme.stamps.used <= 24 * 1024 * 1024
    assert len(theme.stamps) < 396
