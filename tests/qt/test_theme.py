"""Themes: each complete, every text readable, sizes by the formula, the fonts as designed."""

import itertools
import math

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo
from PySide6.QtWidgets import QApplication

from app.config import ConfigError, parse_toml
from app.core.model import Level
from widgets import fonts
from widgets.theme import (
    CAP_RATIO,
    Role,
    Theme,
    ThemeFile,
    WallProfile,
    desk_scale,
    load_theme,
    read_theme,
    stylesheet,
    theme_names,
)

GROUNDS = [
    (name, light)
    for name in theme_names()
    for light in (False, True)
    if (read_theme(name).light if light else read_theme(name).dark)
]
pytestmark = pytest.mark.usefixtures("application")


def luminance(colour: QColor) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio after WCAG 2.2, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=GROUNDS, ids=lambda g: f"{g[0]}-{'light' if g[1] else 'dark'}")
def theme(request: pytest.FixtureRequest) -> Theme:
    """Each theme on each of its grounds."""
    name, light = request.param
    return load_theme(name, light=light)


def test_the_measure_itself() -> None:
    assert contrast(QColor("#000000"), QColor("#FFFFFF")) == pytest.approx(21.0)
    # tokens' own figure for the hall: text1 on panel 15.74
    assert contrast(QColor("#EAEFF4"), QColor("#10161C")) == pytest.approx(15.74, abs=0.01)


def test_there_are_the_four_themes_of_five_grounds() -> None:
    assert theme_names() == ["cockpit", "desk", "hall", "war"]
    assert len(GROUNDS) == 5


def test_text_can_be_read_on_every_surface(theme: Theme) -> None:
    limits = ((theme.text1, 10.0), (theme.text2, 6.0), (theme.text3, 4.5), (theme.accent, 4.5))
    for surface in (theme.canvas, theme.panel, theme.raised, theme.overlay):
        for colour, limit in limits:
            assert contrast(colour, surface) >= limit, (colour.name(), surface.name())


def test_warnings_can_be_seen_and_read(theme: Theme) -> None:
    for level in (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE):
        mark = contrast(theme.warning[level], theme.panel)
        assert mark >= (1.6 if theme.light else 3.0)  # light marks carry a dark outline
        assert contrast(theme.warning_text[level], theme.panel) >= 4.5
        inside = theme.panel if theme.light and level is Level.RED else theme.ink
        assert contrast(inside, theme.warning[level]) >= 3.0


def test_states_answers_and_data_can_be_seen(theme: Theme) -> None:
    for colour in (*theme.freshness.values(), *theme.series, theme.ok, theme.pending):
        assert contrast(colour, theme.panel) >= 4.5
    assert contrast(theme.line_now, theme.band) >= 7.0
    assert contrast(theme.ref, theme.panel) >= 3.0
    assert contrast(theme.accent_ink, theme.accent) >= 4.5


def test_surfaces_rise_and_text_falls(theme: Theme) -> None:
    texts = [contrast(c, theme.panel) for c in (theme.text1, theme.text2, theme.text3, theme.text4)]
    assert texts == sorted(texts, reverse=True)
    if not theme.light:
        rising = [luminance(s) for s in (theme.canvas, theme.panel, theme.raised, theme.overlay)]
        assert rising == sorted(rising)


def test_colours_with_a_meaning_are_told_apart(theme: Theme) -> None:
    named = [*theme.warning.values(), theme.accent]
    for one, other in itertools.combinations(named, 2):
        assert one != other
    assert len({c.name() for c in theme.series}) == 8
    assert (len(theme.sequential), len(theme.diverging), len(theme.heat)) == (6, 7, 6)


def test_sizes_fall_from_score_to_caption(theme: Theme) -> None:
    order = (Role.SCORE, Role.HEADLINE, Role.VALUE, Role.TITLE, Role.BODY, Role.CAPTION)
    sizes = [theme.size(role) for role in order]
    assert sizes == sorted(sizes, reverse=True)
    assert min(theme.sizes.values()) >= math.floor(theme.floor_px)


def test_the_wall_of_the_design() -> None:
    hall = load_theme("hall")
    roles = (Role.CAPTION, Role.BODY, Role.TITLE, Role.VALUE, Role.HEADLINE, Role.SCORE)
    assert [hall.size(role) for role in roles] == [52, 64, 68, 84, 112, 144]
    assert (hall.gutter, hall.px(4), hall.radius) == (96, 16, 0)


def test_arc_minutes() -> None:
    # 16 arc minutes at 10 m are 46.54 mm; on P1.25 that is 37.2 px of digit, 50.8 px of font.
    assert WallProfile().px(16.0) == pytest.approx(50.8, abs=0.05)
    # Twice as far and twice as coarse is the same picture; a device ratio of 2 halves logical px.
    assert WallProfile(2.5, 20.0).px(16.4) == pytest.approx(WallProfile(1.25, 10.0).px(16.4))
    assert WallProfile(dpr=2.0).px(16.4) == pytest.approx(WallProfile().px(16.4) / 2)


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [
        (1366, 768, 1.0),
        (1920, 1080, 1.0),
        (2560, 1440, 1.0),
        (3440, 1440, 1.0),
        (2880, 1620, 1.5),
        (3840, 2160, 2.0),
        (5120, 2880, 2.5),
        (1080, 1920, 1.0),
    ],
)
def test_a_desk_on_a_dense_screen(width: int, height: int, scale: float) -> None:
    assert desk_scale(width, height) == scale


def test_a_scaled_desk_scales_everything() -> None:
    one, two = load_theme("desk"), load_theme("desk", scale=2.0)
    assert {role: 2 * size for role, size in one.sizes.items()} == dict(two.sizes)
    assert two.px(10) == 20 and two.gutter == 16 and two.chart_now == 4 and two.floor_px == 28


def test_reduced_motion_stops_everything() -> None:
    still = load_theme("desk", reduced=True).motion
    assert {still.value_bold_ms, still.panel_ms, still.scene_ms, still.map_flight_ms} == {0}
    assert still.blink_hz == 0


def test_the_shipped_fonts_are_used() -> None:
    assert fonts.load_fonts() == (fonts.FAMILY,)
    for bold in (False, True):
        font = load_theme("desk").font(Role.BODY, bold)
        assert QFontInfo(font).family() == fonts.FAMILY
        assert font.hintingPreference() is QFont.HintingPreference.PreferNoHinting
        assert QFontInfo(font).bold() is bold


@pytest.mark.parametrize("bold", [False, True])
def test_digits_and_signs_align(bold: bool) -> None:
    metrics = load_theme("desk", scale=10).metrics(Role.BODY, bold)
    widths = {round(metrics.horizontalAdvance(sign), 2) for sign in "0123456789+−"}
    assert len(widths) == 1
    assert metrics.capHeight() / 160 == pytest.approx(CAP_RATIO, abs=0.01)


def test_the_middle_dot_takes_half_an_em() -> None:
    metrics = load_theme("desk", scale=10).metrics(Role.BODY)
    assert metrics.horizontalAdvance("·") == pytest.approx(80, abs=0.5)
    assert metrics.horizontalAdvance("中") == pytest.approx(160, abs=0.5)


def test_every_sign_that_is_written_is_in_the_font() -> None:
    metrics = load_theme("desk").metrics(Role.BODY)
    signs = "≈±→←↑↓≥≤×ⅠⅡⅢⅣ℃㎡³²µμ⟦⟧—−…，。、；：（）“”·％°龥淮盱眙"
    assert [sign for sign in signs if not metrics.inFontUcs4(ord(sign))] == []


@pytest.mark.parametrize("name", theme_names())
def test_the_stylesheet_is_taken_without_complaint(name: str, application: QApplication) -> None:
    before = application.styleSheet()
    application.setStyleSheet(stylesheet(load_theme(name)))
    application.setStyleSheet(before)


def test_a_theme_that_lacks_a_token_is_refused() -> None:
    with pytest.raises(ConfigError):
        parse_toml('kind = "desk"', ThemeFile, "desk.toml")
